"""Units of work on the host's session factory, and what to do when two of them get in each other's way."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

T = TypeVar("T")

SessionFactory = sessionmaker[Session]

CHUNK: Final = 500
"""Keys in one statement: far below every engine's limit of parameters."""

ATTEMPTS: Final = 6

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
    for left in range(ATTEMPTS - 1, -1, -1):
        try:
            with writing(factory) as connection:
                return work(connection)
        except DBAPIError as error:
            if not left or not is_conflict(error):
                raise
        except TryAgainError:
            if not left:
                raise
        # Out of step, or the same two meet again.
        time.sleep(random.uniform(0.002, 0.04))
    raise AssertionError("the last attempt returns or raises")


def is_conflict(error: DBAPIError) -> bool:
    """Whether the database only says that another transaction was first: locked, deadlock, serialization."""
    orig = error.orig
    sqlite_code = getattr(orig, "sqlite_errorcode", None)
    if sqlite_code is not None:
        return sqlite_code & 0xFF in (_SQLITE_BUSY, _SQLITE_LOCKED)
    sqlstate = getattr(orig, "sqlstate", None) or getattr(orig, "pgcode", None)
    if sqlstate is not None:
        return sqlstate in _POSTGRESQL_CONFLICTS
    arguments: tuple[object, ...] = getattr(orig, "args", ())
    return bool(arguments) and arguments[0] in _MARIADB_CONFLICTS


def chunked(items: Sequence[T], size: int = CHUNK) -> Iterator[Sequence[T]]:
    """Part a sequence into pieces that fit into one statement."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
