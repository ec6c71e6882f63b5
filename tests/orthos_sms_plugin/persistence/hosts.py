"""Engines as a host makes them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url


def open_engine(url: str, **options: Any) -> Engine:
    """Make an engine whose commits survive a power cut; SQLite gets the settings that the contract asks of a host."""
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, pool_size=12, max_overflow=12, **options)
    engine = create_engine(url, connect_args={"timeout": 30}, pool_size=12, max_overflow=12, **options)
    event.listen(engine, "connect", _make_durable)
    return engine


def _make_durable(connection: Any, _entry: object) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
