"""What the strip's buttons do when the database refuses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
from PyQt6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from fake_host.hands import click
from orthos_sms_plugin.domain.batches import BatchProgress, BatchState, PauseReason
from orthos_sms_plugin.services.desk import Desk
from orthos_sms_plugin.ui.jobs import Jobs
from orthos_sms_plugin.ui.look.strip import SendStrip
from orthos_sms_plugin.ui.sending_flow import SendingFlow

SEAT = "Recepción 2"
RUNNING = BatchProgress(
    batch_id=7,
    row_scope="",
    title="Aviso",
    user_name="Marta Ordóñez",
    workstation=SEAT,
    state=BatchState.OPEN,
    pause_reason=None,
    starts_in_s=0,
    queued=5,
    sending=1,
    accepted=3,
    rejected=0,
    unknown=0,
    cancelled=0,
    discarded=0,
)


@dataclass
class LockedDesk:
    """A desk whose database is held by somebody else until `locked` is False."""

    host: Any = field(default_factory=lambda: SimpleNamespace(workstation=SEAT))
    locked: bool = True
    stopped: list[int] = field(default_factory=list)

    def stop(self, batch_id: int) -> int:
        if self.locked:
            raise OSError("database is locked")
        self.stopped.append(batch_id)
        return 5

    def batches(self) -> tuple[BatchProgress, ...]:
        return (replace(RUNNING, state=BatchState.CANCELLED, queued=0, sending=0, accepted=4, cancelled=5),)


@dataclass
class Shown:
    """A flow with its strip."""

    desk: LockedDesk
    flow: SendingFlow
    strip: SendStrip

    def title(self) -> str:
        state = self.strip.state()
        return "" if state is None else state.title

    def button(self, name: str) -> QPushButton:
        found = self.strip.findChildren(QPushButton, f"strip.{name}")
        return next(button for button in found if button.isVisibleTo(self.strip))


@pytest.fixture
def shown(qtbot: QtBot) -> Iterator[Shown]:
    desk, jobs, panel, strip = LockedDesk(), Jobs(), QWidget(), SendStrip()
    qtbot.addWidget(panel)
    qtbot.addWidget(strip)
    yield Shown(desk, SendingFlow(panel, cast(Desk, desk), jobs, strip), strip)
    jobs.shut_down()


@pytest.mark.requirement("R54")
def test_that_a_detener_that_the_database_refused_says_so_and_can_be_pressed_again(qtbot: QtBot, shown: Shown) -> None:
    shown.flow.show_batches((RUNNING,))

    click(shown.button("stop"))
    qtbot.waitUntil(lambda: "sigue como estaba" in shown.title(), timeout=2_000)
    assert "No se ha enviado nada" not in shown.title()

    click(shown.button("close"))
    assert shown.button("stop").isEnabled()
    shown.desk.locked = False
    click(shown.button("stop"))
    qtbot.waitUntil(lambda: shown.title().startswith("Envío detenido"), timeout=2_000)
    assert shown.desk.stopped == [7]


@pytest.mark.requirement("R55")
def test_that_the_end_of_a_batch_that_an_earlier_run_left_behind_is_told(shown: Shown) -> None:
    left_behind = replace(RUNNING, state=BatchState.PAUSED, pause_reason=PauseReason.INTERRUPTED, queued=0, sending=4)
    shown.flow.show_batches((left_behind,))
    assert "De 4 no sabemos si salieron." in (shown.strip.state() or pytest.fail("no strip")).detail

    shown.flow.show_batches((replace(left_behind, state=BatchState.DONE, pause_reason=None, sending=0, unknown=4),))

    assert shown.title() == "Envío terminado: 3 aceptados · 4 dudosos"
