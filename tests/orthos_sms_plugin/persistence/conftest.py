"""A host's database of each engine, durable as the product demands, with our tables in it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete
from sqlalchemy.orm import sessionmaker

from hookspecs.clinic import ClinicBase
from orthos_sms_plugin.persistence.migrate import upgrade
from orthos_sms_plugin.persistence.outbox import SqlOutbox
from orthos_sms_plugin.persistence.tables import metadata
from orthos_sms_plugin.persistence.units import SessionFactory
from tests.orthos_sms_plugin.persistence.hosts import open_engine
from tests.support.servers import MariaDbServer, PostgresServer


def _make_ready(url: str) -> str:
    """Create the host's tables and ours; once a run and engine, since DDL is slow."""
    engine = open_engine(url)
    ClinicBase.metadata.create_all(engine)
    upgrade(sessionmaker(engine))
    engine.dispose()
    return url


@pytest.fixture(scope="session")
def ready_sqlite(tmp_path_factory: pytest.TempPathFactory) -> str:
    """URL of a file to be copied."""
    return _make_ready(f"sqlite:///{(tmp_path_factory.mktemp('ready') / 'clinic.sqlite3').as_posix()}")


@pytest.fixture(scope="session")
def ready_postgresql(postgresql: PostgresServer) -> Iterator[str]:
    """URL of a database that every test leaves empty."""
    with postgresql.empty_database() as url:
        yield _make_ready(url)


@pytest.fixture(scope="session")
def ready_mariadb(mariadb: MariaDbServer) -> Iterator[str]:
    """URL of a database that every test leaves empty."""
    with mariadb.empty_database() as url:
        yield _make_ready(url)


@pytest.fixture
def clinic_url(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of a database with the host's tables and ours, all of them empty."""
    url: str = request.getfixturevalue(f"ready_{engine_name}")
    if engine_name != "sqlite":
        return url
    file = tmp_path / "clinic.sqlite3"
    shutil.copy(url.removeprefix("sqlite:///"), file)
    return f"sqlite:///{file.as_posix()}"


@pytest.fixture
def engine(clinic_url: str) -> Iterator[Engine]:
    """A host's engine on that database, whose tables are emptied after the test."""
    engine = open_engine(clinic_url)
    yield engine
    if engine.dialect.name != "sqlite":
        with engine.begin() as connection:
            for table in (*reversed(metadata.sorted_tables), *reversed(ClinicBase.metadata.sorted_tables)):
                connection.execute(delete(table))
    engine.dispose()


@pytest.fixture
def factory(engine: Engine) -> SessionFactory:
    """That host's session factory."""
    return sessionmaker(engine)


@pytest.fixture
def outbox(factory: SessionFactory) -> SqlOutbox:
    """An outbox of one seat."""
    return SqlOutbox(factory)
