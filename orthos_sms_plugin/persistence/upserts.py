"""Inserts that meet a taken key: skipped or turned into an update, as each engine spells it.

Only the engine in use is imported: PostgreSQL's dialect alone takes longer than all the rest of the plugin's start.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.sql.dml import Insert

Values = Mapping[str, Any]


def insert_missing(connection: Connection, table: Table, rows: Sequence[Values]) -> None:
    """Insert the rows whose unique keys are all free and skip the others.

    No count is given: PostgreSQL says −1 and MariaDB 1 either way, so look for your own rows afterwards.
    """
    if not rows:
        return
    statement: Insert
    match connection.dialect.name:
        case "sqlite":
            from sqlalchemy.dialects import sqlite

            statement = sqlite.insert(table).on_conflict_do_nothing()
        case "postgresql":
            from sqlalchemy.dialects import postgresql

            statement = postgresql.insert(table).on_conflict_do_nothing()
        case _:
            from sqlalchemy.dialects import mysql

            # INSERT IGNORE would hide every other error as well
            key = next(iter(table.primary_key.columns))
            statement = mysql.insert(table).on_duplicate_key_update({key.name: key})
    connection.execute(statement, list(rows))


def upsert(connection: Connection, table: Table, rows: Sequence[Values]) -> None:
    """Insert the rows, overwriting those whose primary key is there already. All rows have the same columns."""
    if rows:
        connection.execute(_upserting(connection, table, rows[0]), list(rows))


def upsert_one(connection: Connection, table: Table, **values: Any) -> None:
    """Insert or overwrite one row, whose values may be SQL expressions."""
    connection.execute(_upserting(connection, table, values).values(values))


def _upserting(connection: Connection, table: Table, names: Iterable[str]) -> Insert:
    keys = [column.name for column in table.primary_key.columns]
    changing = [name for name in names if name not in keys]
    match connection.dialect.name:
        case "sqlite":
            from sqlalchemy.dialects import sqlite

            lite = sqlite.insert(table)
            return lite.on_conflict_do_update(
                index_elements=keys, set_={name: lite.excluded[name] for name in changing}
            )
        case "postgresql":
            from sqlalchemy.dialects import postgresql

            post = postgresql.insert(table)
            return post.on_conflict_do_update(
                index_elements=keys, set_={name: post.excluded[name] for name in changing}
            )
        case _:
            from sqlalchemy.dialects import mysql

            maria = mysql.insert(table)
            return maria.on_duplicate_key_update({name: maria.inserted[name] for name in changing})
