"""A clinic's database: one on every engine, and one of SQLite alone where the engine is not the subject."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from fake_host.clinic.database import ClinicDatabase, open_database
from fake_host.clinic.roster import Person, add_people
from hookspecs.clinic import Patient


@pytest.fixture
def database(database_url: str) -> Iterator[ClinicDatabase]:
    """An empty clinic, on each engine in turn."""
    with open_database(database_url) as opened:
        yield opened


@pytest.fixture
def clinic() -> Iterator[ClinicDatabase]:
    """An empty clinic in a temporary file of SQLite."""
    with open_database() as opened:
        yield opened


@pytest.fixture
def admit() -> Callable[..., dict[str, int]]:
    """Write people into a database and give their ids by code."""

    def write(database: ClinicDatabase, *people: Person) -> dict[str, int]:
        with database.session_factory.begin() as session:
            add_people(session, people)
            return {patient.code: patient.id for patient in session.query(Patient)}

    return write
