"""Brings our tables up to date, under a lock, in a session of the host's."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, column, func, inspect, select, table, text

from orthos_sms_plugin.domain.errors import NotReadyError
from orthos_sms_plugin.persistence.tables import VERSION_TABLE
from orthos_sms_plugin.persistence.units import SessionFactory, read, retried

if TYPE_CHECKING:
    from alembic.config import Config

HEAD: Final = "0001"
"""The newest step; known without Alembic, whose import every start would otherwise pay."""

_MIGRATIONS = Path(__file__).parent / "migrations"
_POSTGRESQL_LOCK = int.from_bytes(hashlib.sha256(b"orthos sms migration").digest()[:8], "big", signed=True)
_MARIADB_WAIT_S = 120


class SchemaState(StrEnum):
    """How our tables stand to this version of the program."""

    CURRENT = "current"
    BEHIND = "behind"
    AHEAD = "ahead"
    """A newer version of the program was here."""
    EMPTY = "empty"
    """Nothing of ours yet, or the first step was cut short."""


def state_of(factory: SessionFactory) -> SchemaState:
    """Compare the tables with this version; reads only."""
    return read(factory, _state)


def upgrade(factory: SessionFactory) -> None:
    """Create or change our tables as this version needs them; does nothing where they are current.

    Any number of programs may call it at once: one works, the others wait. Cut short, it goes on where it was.

    Raises:
        NotReadyError: ``"migration"``, when the tables belong to a newer version, or another program holds the lock
            for minutes.
    """
    if state_of(factory) is not SchemaState.CURRENT:
        retried(factory, _upgrade)


def _upgrade(connection: Connection) -> None:
    from alembic import command

    with _locked(connection):
        if _state(connection) is SchemaState.AHEAD:
            raise NotReadyError("migration", "the tables belong to a newer version")
        command.upgrade(_config(connection), "head")


def _state(connection: Connection) -> SchemaState:
    if not inspect(connection).has_table(VERSION_TABLE):
        return SchemaState.EMPTY
    version = connection.scalar(select(column("version_num")).select_from(table(VERSION_TABLE)))
    if version is None:
        return SchemaState.EMPTY
    if version == HEAD:
        return SchemaState.CURRENT
    from alembic.script import ScriptDirectory

    known = {script.revision for script in ScriptDirectory.from_config(_config(connection)).walk_revisions()}
    return SchemaState.BEHIND if version in known else SchemaState.AHEAD


def _config(connection: Connection) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


@contextmanager
def _locked(connection: Connection) -> Iterator[None]:
    """Be the only one who migrates; on SQLite and PostgreSQL until the transaction ends."""
    match connection.dialect.name:
        case "sqlite":
            _take_the_write_lock(connection)
            yield
        case "postgresql":
            # A stricter level of the host's would show us the tables as they were before we waited.
            connection.execute(text("SET TRANSACTION ISOLATION LEVEL READ COMMITTED"))
            connection.execute(select(func.pg_advisory_xact_lock(_POSTGRESQL_LOCK)))
            yield
        case _:
            # These locks belong to the whole server, so their name tells the database.
            database = str(connection.scalar(select(func.database())))
            name = f"orthos_sms_{hashlib.sha256(database.encode()).hexdigest()[:32]}"
            if connection.scalar(select(func.get_lock(name, _MARIADB_WAIT_S))) != 1:
                raise NotReadyError("migration", "another program holds the lock")
            try:
                yield
                # The version must be there before the next one looks.
                connection.exec_driver_sql("COMMIT")
            finally:
                connection.execute(select(func.release_lock(name)))


def _take_the_write_lock(connection: Connection) -> None:
    driver = connection.connection.driver_connection
    if getattr(driver, "in_transaction", False):
        # The host's own listener has begun a deferred one; a write that changes nothing makes it ours.
        # As Alembic itself would create it.
        connection.exec_driver_sql(
            f"CREATE TABLE IF NOT EXISTS {VERSION_TABLE} (version_num VARCHAR(32) NOT NULL, "
            f"CONSTRAINT {VERSION_TABLE}_pkc PRIMARY KEY (version_num))"
        )
        connection.exec_driver_sql(f"DELETE FROM {VERSION_TABLE} WHERE 0")
    else:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
