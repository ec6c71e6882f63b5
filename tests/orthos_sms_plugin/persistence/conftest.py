"""A host's database of each engine, durable as the product demands, with our tables in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import sessionmaker

from hookspecs.clinic import ClinicBase
from orthos_sms_plugin.persistence.migrate import upgrade
from orthos_sms_plugin.persistence.outbox import SqlOutbox
from orthos_sms_plugin.persistence.units import SessionFactory
from tests.orthos_sms_plugin.persistence.hosts import open_engine


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A host's engine on an empty database."""
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def empty_factory(engine: Engine) -> SessionFactory:
    """The session factory of a host that has only its own tables."""
    ClinicBase.metadata.create_all(engine)
    return sessionmaker(engine)


@pytest.fixture
def factory(empty_factory: SessionFactory) -> SessionFactory:
    """The session factory of a host that has its own tables and ours."""
    upgrade(empty_factory)
    return empty_factory


@pytest.fixture
def outbox(factory: SessionFactory) -> SqlOutbox:
    """An outbox of one seat."""
    return SqlOutbox(factory)
