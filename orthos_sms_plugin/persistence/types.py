"""Column types and the database's clock, alike on SQLite, PostgreSQL and MariaDB."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, String
from sqlalchemy.dialects import mysql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

Key = BigInteger().with_variant(Integer(), "sqlite")
"""Surrogate key: SQLite counts up only in a column declared INTEGER."""


def binary_text(length: int) -> TypeEngine[str]:
    """A short text that compares byte by byte.

    MariaDB's default collation calls ``abc``, ``ABC``, ``abc `` and ``abç`` equal, which no slot may be.
    """
    maria = mysql.VARCHAR(length, charset="ascii", collation="ascii_bin")
    return String(length).with_variant(maria, "mysql", "mariadb")


Digest = binary_text(64)
"""SHA-256 in hex: a scope or a slot."""

Word = binary_text(20)
"""One of our own enum values."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC moment to the millisecond; stored naive, since only PostgreSQL knows zones."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name in ("mysql", "mariadb"):
            return dialect.type_descriptor(mysql.DATETIME(fsp=3))
        return dialect.type_descriptor(DateTime())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        value = value.astimezone(UTC).replace(tzinfo=None)
        return value.replace(microsecond=value.microsecond // 1000 * 1000)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class db_now_ms(FunctionElement[int]):  # noqa: N801  # reads as the SQL function that it is
    """Whole epoch milliseconds of the database's own clock: no workstation's clock decides a lease."""

    type = BigInteger()
    inherit_cache = True


@compiles(db_now_ms, "sqlite")
def _sqlite_now(element: db_now_ms, compiler: SQLCompiler, **kw: Any) -> str:
    # unixepoch('subsec') needs SQLite 3.42, Debian 12 has 3.40
    return "CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER)"


@compiles(db_now_ms, "postgresql")
def _postgresql_now(element: db_now_ms, compiler: SQLCompiler, **kw: Any) -> str:
    # now() stands still inside a transaction
    return "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)"


@compiles(db_now_ms, "mysql")
@compiles(db_now_ms, "mariadb")
def _mariadb_now(element: db_now_ms, compiler: SQLCompiler, **kw: Any) -> str:
    # UNIX_TIMESTAMP(NOW()) jumps an hour when the clocks change
    return "(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(3)) DIV 1000)"
