"""Units of work on the host's session factory, and what to do when two of them get in each other's way."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Final, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

T = TypeVar("T")

SessionFactory = sessionmaker[Session]

CHUNK: Final = 500
"""Keys in one statement: far below every engine's limit of parameters."""

ATTEMPTS: Final = 10
PATIENCE_S: Final = 30.0
"""No attempt begins later: each may wait for a lock as long as the host's settings let it."""

_SQLITE_BUSY = 5
_SQLITE_LOCKED = 6
# serialization failure, deadlock, lock not available
_POSTGRESQL_CONFLICTS = frozenset({"40001", "40P01", "55P03"})
# record changed since last read, lock wait timeout, deadlock
_MARIADB_CONFLICTS = frozenset({1020, 1205, 1213})


class TryAgainError(Exception):
    """What this transaction was about to rely on is gone; the next one will find it settled."""


@contextmanager
def reading(factory: SessionFactory) -> Iterator[Connection]:
    """A short read of its own; it ends without a commit."""
    with factory() as session:
        yield session.connection()


@contextmanager
def writing(factory: SessionFactory) -> Iterator[Connection]:
    """One transaction, committed when the block ends and rolled back when it raises.

    Let its first statement write: a transaction of SQLite that began by reading is refused the write lock at once,
    whatever the busy timeout, when somebody wrote in between.
    """
    with factory() as session, session.begin():
        yield session.connection()


def retried(factory: SessionFactory, work: Callable[[Connection], T]) -> T:
    """Do `work` in one transaction, again from the start when the database made another one win.

    Args:
        factory: Where the session comes from.
        work: May run several times; only its last run counts.

    Raises:
        sqlalchemy.exc.DBAPIError: Any other failure, or the conflict of the last attempt.
    """
    return _retried(writing, factory, work)


def read(factory: SessionFactory, work: Callable[[Connection], T]) -> T:
    """Do `work`, which only reads, in a short read of its own. A serializable host may have to ask for it twice."""
    return _retried(reading, factory, work)


def _retried(
    unit: Callable[[SessionFactory], AbstractContextManager[Connection]],
    factory: SessionFactory,
    work: Callable[[Connection], T],
) -> T:
    until = time.monotonic() + PATIENCE_S
    attempt = 0
    while True:
        attempt += 1
        last = attempt == ATTEMPTS or time.monotonic() > until
        try:
            with unit(factory) as connection:
                return work(connection)
        except DBAPIError as error:
            if last or not is_conflict(error):
                raise
        except TryAgainError:
            if last:
                raise
        # Out of step, or the same two meet again.
        time.sleep(random.uniform(0.002, 0.02 * attempt))


def is_conflict(error: DBAPIError) -> bool:
    """Whether the database only says that another transaction was first: locked, deadlock, serialization."""
    orig = error.orig
    arguments: tuple[object, ...] = getattr(orig, "args", ())
    # By the number first: MariaDB's drivers give an SQLSTATE as well, which says nothing for most of these.
    if arguments and isinstance(arguments[0], int):
        return arguments[0] in _MARIADB_CONFLICTS
    sqlite_code = getattr(orig, "sqlite_errorcode", None)
    if sqlite_code is not None:
        return sqlite_code & 0xFF in (_SQLITE_BUSY, _SQLITE_LOCKED)
    sqlstate = getattr(orig, "sqlstate", None) or getattr(orig, "pgcode", None)
    return sqlstate in _POSTGRESQL_CONFLICTS


def chunked(items: Sequence[T], size: int = CHUNK) -> Iterator[Sequence[T]]:
    """Part a sequence into pieces that fit into one statement."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
