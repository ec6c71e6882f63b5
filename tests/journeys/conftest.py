"""A host with its window, the installed plugin and its own provider for each journey."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fake_host import FakeHost
from tests.journeys.clinic import build_clinic
from tests.journeys.driver import Clerk

OpenClerk = Callable[..., Clerk]


@pytest.fixture(scope="session")
def journey_clinic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The clinic's database, to be copied."""
    file = tmp_path_factory.mktemp("journeys") / "clinic.db"
    build_clinic(file)
    return file


@pytest.fixture
def open_clerk(qapp: QApplication, qtbot: QtBot, journey_clinic: Path, tmp_path: Path) -> Iterator[OpenClerk]:
    """Open hosts on a clinic of this test's own; the arguments are those of `FakeHost`."""
    file = Path(shutil.copy(journey_clinic, tmp_path / "clinic.db"))
    opened: list[FakeHost] = []

    def make(*, grace_s: float = 0, settings_of_sms: dict[str, str] | None = None, **arguments: Any) -> Clerk:
        deployment = {"sms.grace_s": str(grace_s), **(settings_of_sms or {})}
        host = FakeHost(f"sqlite:///{file}", deployment=deployment, **arguments)
        host.__enter__()
        opened.append(host)
        return Clerk(host, qtbot)

    yield make
    for host in reversed(opened):
        host.close()


@pytest.fixture
def clerk(open_clerk: OpenClerk) -> Clerk:
    """A person at the front desk with the panel open, everything allowed, no grace."""
    clerk = open_clerk()
    clerk.open_panel()
    return clerk
