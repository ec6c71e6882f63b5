"""Fixtures that give a test an empty database; registered by tests/conftest.py."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.servers import DatabaseServer, MariaDbServer, PostgresServer, mariadb_server, postgres_server

ENGINES = ("sqlite", "postgresql", "mariadb")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresServer]:
    """A PostgreSQL server, started when the first test asks for it."""
    server = postgres_server()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDbServer]:
    """A MariaDB server, started when the first test asks for it."""
    server = mariadb_server()
    yield server
    server.stop()


@pytest.fixture(params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    """Each engine in turn: `sqlite`, `postgresql`, `mariadb`; parametrize it to have fewer."""
    return str(request.param)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """URL of an SQLite file that does not exist yet, for tests whose subject is not the engine."""
    return f"sqlite:///{(tmp_path / 'clinic.sqlite3').as_posix()}"


@pytest.fixture
def database_url(engine_name: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """URL of an empty database of `engine_name`, gone after the test: a test that takes it runs on all three."""
    if engine_name == "sqlite":
        yield request.getfixturevalue("sqlite_url")
        return
    server: DatabaseServer = request.getfixturevalue(engine_name)
    with server.empty_database() as url:
        yield url
