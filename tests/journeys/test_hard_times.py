"""Impatient hands, a provider that is down or talks nonsense, a database that somebody else holds."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QApplication, QDialog

from fake_host import FakeHost
from fake_host.hands import click, let_live, press
from fake_host.mensatek import LocalMensatek
from tests.journeys.front_desk import FrontDesk
from tests.journeys.processes import DEMO_MARKS, ClinicFile

HELD_S = 3.0
"""How long somebody else holds the database: longer than any send of these tests takes."""

STUTTER_S = 0.5
"""A window that stands still for longer has asked the database itself."""

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def clinic(tmp_path: Path) -> ClinicFile:
    return ClinicFile(tmp_path)


@contextmanager
def at_the_desk(clinic: ClinicFile, provider: LocalMensatek) -> Iterator[FrontDesk]:
    with FakeHost(clinic.url, provider.url, deployment={"sms.grace_s": "0"}) as host:
        yield FrontDesk(host)
        assert host.problems == []


def phones(provider: LocalMensatek) -> list[str]:
    return [message.phone for message in provider.ledger.messages]


@pytest.mark.requirement("R43")
def test_that_double_clicks_and_repeated_enters_send_one_batch(clinic: ClinicFile) -> None:
    with LocalMensatek(latency_ms=50) as provider, at_the_desk(clinic, provider) as desk:
        desk.query()
        send = next(one for one in desk.panel.findChildren(QAction) if one.objectName() == "sms.send")

        for _ in range(5):
            send.trigger()
        confirm = desk.confirmation_shown()
        press(confirm, Qt.Key.Key_Return)
        click(confirm)
        click(confirm)
        for _ in range(5):
            send.trigger()
        desk.wait_for_title(f"Envío terminado: {DEMO_MARKS} aceptados")

        assert clinic.ask("SELECT count(*) FROM sms_batch") == [(1,)]
        assert len(phones(provider)) == len(set(phones(provider))) == DEMO_MARKS
        assert not [one for one in QApplication.topLevelWidgets() if isinstance(one, QDialog) and one.isVisible()]


@pytest.mark.requirement("R42", "R43")
def test_that_a_provider_that_is_down_pauses_the_send_until_it_is_back(clinic: ClinicFile) -> None:
    with LocalMensatek() as provider:
        provider.stop()
        with at_the_desk(clinic, provider) as desk:
            desk.query()
            desk.send()
            desk.wait_for_title("No hay conexión con el proveedor: el envío está en pausa")
            desk.wait(lambda: f"Han salido 0; {DEMO_MARKS} esperan." in desk.detail(), "all of them wait")

            provider.start()
            desk.press_strip("resume")
            desk.wait_for_title(f"Envío terminado: {DEMO_MARKS} aceptados")

            assert len(phones(provider)) == len(set(phones(provider))) == DEMO_MARKS


@pytest.mark.requirement("R43")
@pytest.mark.parametrize(
    "fault", ["garbage_after_accept", "html_after_accept", "http_500_before_accept", "reset_after_accept"]
)
def test_that_answers_that_say_nothing_become_doubts_that_no_continuar_repeats(clinic: ClinicFile, fault: str) -> None:
    with LocalMensatek(latency_ms=20) as provider, at_the_desk(clinic, provider) as desk:
        provider.faults.add("send", fault, times=6, skip=2)
        desk.query()
        desk.send()

        desk.wait_for_title("El proveedor no responde: el envío está en pausa")
        desk.wait(lambda: goes_on(desk), "the send ends")

        assert desk.title() == f"Envío terminado: {DEMO_MARKS - 6} aceptados · 6 dudosos"
        assert len(phones(provider)) == len(set(phones(provider)))
        desk.wait(lambda: desk.doubtful() == clinic.names("unknown"), "the table shows the doubts")
        desk.query()
        desk.press("sms.menu.mark_unsent")
        assert len(desk.doubtful()) == 6
        assert not desk.marked()


@pytest.mark.requirement("R43")
def test_that_a_database_held_by_somebody_else_delays_a_send_and_the_window_lives(clinic: ClinicFile) -> None:
    with LocalMensatek(latency_ms=100) as provider, at_the_desk(clinic, provider) as desk:
        desk.query()
        desk.send()
        desk.wait(lambda: len(phones(provider)) >= 4, "four messages in the ledger")

        with closing(sqlite3.connect(clinic.file, timeout=30, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            slowest_s = live(HELD_S)
            gone = {message.ref for message in provider.ledger.messages}
            assert not gone & clinic.refs("queued"), "a message left without a written intent"
            other.execute("ROLLBACK")
        desk.wait_for_title(f"Envío terminado: {DEMO_MARKS} aceptados", limit_s=60)

        assert slowest_s < STUTTER_S
        assert len(phones(provider)) == len(set(phones(provider))) == DEMO_MARKS


def goes_on(desk: FrontDesk) -> bool:
    """Press `Continuar` whenever it is offered. Tells whether the send has ended."""
    state = desk.strip()
    if state is not None and "resume" in [button.id for button in state.buttons]:
        desk.press_strip("resume")
    return "terminado" in desk.title()


def live(for_s: float) -> float:
    """Let the window live. Gives its longest standstill, in seconds."""
    ends_at, last, slowest_s = time.monotonic() + for_s, time.monotonic(), 0.0
    while last < ends_at:
        let_live(10)
        now = time.monotonic()
        slowest_s, last = max(slowest_s, now - last), now
    return slowest_s
