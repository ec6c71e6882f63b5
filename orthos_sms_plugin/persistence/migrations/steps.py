"""Steps that can be cut anywhere and run again: MariaDB commits every DDL statement by itself."""

from __future__ import annotations

from typing import Any

from alembic import op
from sqlalchemy import inspect
from sqlalchemy.schema import SchemaItem

# Both spellings: SQLAlchemy reads the one that goes with the name of the URL.
_OPTIONS: dict[str, Any] = {
    f"{dialect}_{name}": value
    for dialect in ("mysql", "mariadb")
    for name, value in (("engine", "InnoDB"), ("charset", "utf8mb4"))
}


def create_table(name: str, *parts: SchemaItem) -> None:
    """Create a table with its constraints unless it is there; one statement, so it is never there in part."""
    if not inspect(op.get_bind()).has_table(name):
        op.create_table(name, *parts, **_OPTIONS)


def create_index(table: str, *columns: str) -> None:
    """Create the index ``ix_<table>_<columns>`` unless it is there."""
    name = f"ix_{table}_{'_'.join(columns)}"
    if name not in {index["name"] for index in inspect(op.get_bind()).get_indexes(table)}:
        op.create_index(name, table, list(columns))
