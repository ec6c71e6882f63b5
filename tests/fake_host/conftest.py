"""A small clinic for hosts: the demo clinic takes a second to fill, and few of these tests look at its people."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import pytest

from fake_host import FakeHost
from fake_host.clinic.database import open_database
from fake_host.clinic.patients import Phone
from fake_host.clinic.people import fill_office
from fake_host.clinic.roster import Person, add_people

T = TypeVar("T")

# Nobody listens there: these tests send nothing, and a service less starts.
NO_PROVIDER = "http://127.0.0.1:9"

PEOPLE = (
    Person("000001", "García Güell", "Anna", (Phone("660 555 312", sms_selected=True),), groups=("Ortodoncia",)),
    Person("000002", "Núñez de Arce", "Concepción", (Phone("657 555 781", sms_selected=True),), groups=("Ortodoncia",)),
    Person("000003", "Ñíguez", "Íñigo", (Phone("910 555 101", kind="landline"),), groups=("Ortodoncia", "Higiene")),
    Person("000004", "Zabala", "Ane", (Phone("612345 (madre)"), Phone("612 555 014"))),
)


@pytest.fixture(scope="session")
def clinic_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with four people, to be copied."""
    file = tmp_path_factory.mktemp("clinic") / "clinic.db"
    with open_database(f"sqlite:///{file}") as database:
        fill_office(database)
        with database.session_factory.begin() as session:
            add_people(session, PEOPLE)
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return file


@pytest.fixture
def database_file(clinic_file: Path, tmp_path: Path) -> Path:
    """The four people's clinic, this test's own."""
    return Path(shutil.copy(clinic_file, tmp_path / "clinic.db"))


@pytest.fixture
def open_host(database_file: Path) -> Iterator[Callable[..., FakeHost]]:
    """Open hosts on the four people's clinic; all are closed at the end."""
    opened: list[FakeHost] = []

    def make(*plugins: object, **arguments: Any) -> FakeHost:
        settings: dict[str, Any] = {
            "database_url": f"sqlite:///{database_file}",
            "provider_url": NO_PROVIDER,
            "load_entry_points": False,
            "plugins": plugins,
        }
        host = FakeHost(**(settings | arguments))
        host.__enter__()
        opened.append(host)
        return host

    yield make
    for host in reversed(opened):
        host.close()


@pytest.fixture
def on_worker() -> Iterator[Callable[[Callable[[], Any]], Any]]:
    """Call something off the GUI thread and give what it gave, or raise what it raised."""
    with ThreadPoolExecutor(1) as pool:
        yield lambda call: pool.submit(call).result(timeout=30)
