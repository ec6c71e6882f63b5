"""Column types and the database's clock, alike on SQLite, PostgreSQL and MariaDB."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, Numeric, String
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


def exact_text(length: int) -> TypeEngine[str]:
    """A short text in any language that compares letter by letter: ``Recepción`` is not ``recepcion``."""
    maria = mysql.VARCHAR(length, charset="utf8mb4", collation="utf8mb4_bin")
    return String(length).with_variant(maria, "mysql", "mariadb")


class Amount(TypeDecorator[Decimal]):
    """Credits to four places. SQLite has no decimals and gets whole ten-thousandths, so that sums stay exact."""

    impl = Numeric(14, 4)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(BigInteger() if dialect.name == "sqlite" else Numeric(14, 4))

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Decimal | int | None:
        if value is None or dialect.name != "sqlite":
            return value
        return int((value * 10_000).to_integral_value())

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Decimal | None:
        if value is None:
            return None
        return Decimal(value).scaleb(-4) if dialect.name == "sqlite" else Decimal(value)


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


class db_now(FunctionElement[datetime]):  # noqa: N801  # reads as the SQL function that it is
    """The same clock as `db_now_ms`, in the form of `UtcDateTime`."""

    type = UtcDateTime()
    inherit_cache = True


@compiles(db_now, "sqlite")
def _sqlite_moment(element: db_now, compiler: SQLCompiler, **kw: Any) -> str:
    # six places, as SQLAlchemy stores them: SQLite compares moments as texts
    return "(strftime('%Y-%m-%d %H:%M:%f', 'now') || '000')"


@compiles(db_now, "postgresql")
def _postgresql_moment(element: db_now, compiler: SQLCompiler, **kw: Any) -> str:
    return "date_trunc('milliseconds', clock_timestamp() AT TIME ZONE 'UTC')"


@compiles(db_now, "mysql")
@compiles(db_now, "mariadb")
def _mariadb_moment(element: db_now, compiler: SQLCompiler, **kw: Any) -> str:
    return "UTC_TIMESTAMP(3)"
