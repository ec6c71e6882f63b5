"""Pictures of the SMS panel in every state a person meets, taken while the real plugin does its real work.

A story is one run of the host; it stops at each moment worth a picture. Like the journey it knows the plugin by object
names only. Nothing is staged inside the panel: what the pictures show was queried, sent and delivered.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QPoint, QSize
from PyQt6.QtGui import QPainter, QPixmap
from PyQt6.QtWidgets import QApplication, QMenu, QPushButton, QTableView, QWidget
from sqlalchemy import Engine, event

from fake_host.clinic.groups import create_group
from fake_host.clinic.people import EVERYBODY, TO_REVIEW
from fake_host.hands import let_live
from fake_host.host import FakeHost
from fake_host.journey import GROUP, MESSAGE, QUERY, TABLE
from fake_host.panel_stage import PanelStage, extras
from fake_host.window.theme import THEMES

USUAL, LARGE, NARROW = QSize(1366, 768), QSize(1920, 1080), QSize(1024, 768)
BOTH = (USUAL, LARGE)
CLOSED = "Cierre"
BIG_FONT_PX = 16
DELIVERY_S = 60
"""By this time of the service's clock every message has reached the end of its script."""

OUTCOMES = {
    "34612555101": "pending",
    "34654555102": "failed_number",
    "34633555103": "pending",
    "34677555104": "expired",
    "34619555105": "blocked",
    "34628555106": "returned",
}
"""What becomes of the SMS to the first phones of the group; the others are delivered."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A moment worth a picture, at each of these window sizes."""

    name: str
    sizes: Sequence[QSize] = (USUAL,)


Play = Callable[[PanelStage], Iterator[Shot]]


@dataclass(frozen=True, slots=True)
class Story:
    """One run of the host.

    Attributes:
        host: Arguments of `FakeHost`.
        font_px: Size of the application's font; 0 leaves it alone.
    """

    name: str
    play: Play
    host: Mapping[str, Any] = field(default_factory=dict)
    font_px: int = 0


# --- the stories ----------------------------------------------------------------------------------------------------


def _look_around(stage: PanelStage) -> Iterator[Shot]:
    stage.open()
    yield Shot("panel-empty", BOTH)
    stage.query()
    yield Shot("panel-queried", BOTH)
    stage.select(4)
    yield Shot("panel-selected")
    table = stage.part(QTableView, TABLE)
    model = table.model()
    assert model is not None
    table.customContextMenuRequested.emit(table.visualRect(model.index(4, 1)).center())
    let_live(100)
    yield Shot("panel-menu")
    stage.closeextras()
    stage.choose(MESSAGE, CLOSED)
    yield Shot("panel-stale")
    stage.part(QPushButton, "sms.edit_message").click()
    let_live(600)
    yield Shot("panel-editor")
    stage.closeextras()
    stage.part(QPushButton, "legend.more").click()
    let_live(100)
    yield Shot("panel-explanation")
    stage.closeextras()
    stage.query(TO_REVIEW)
    yield Shot("panel-families", BOTH)
    stage.part(QTableView, TABLE).scrollToBottom()
    yield Shot("panel-families-end")


def _send_and_follow(stage: PanelStage) -> Iterator[Shot]:
    for phone, outcome in OUTCOMES.items():
        stage.provider.set_outcome(phone, outcome)
    stage.provider.latency_ms = 350
    stage.open()
    stage.query()
    stage.confirm()
    let_live(200)
    yield Shot("panel-confirming", BOTH)
    stage.part(QPushButton, "sms.confirm.send").click()
    stage.wait(lambda: bool(stage.figure("active")))
    yield Shot("panel-grace")
    stage.part(QPushButton, "strip.start_now").click()
    stage.wait(lambda: (stage.figure("accepted") or 0) >= 5)
    stage.provider.latency_ms = 3_000
    let_live(700)
    yield Shot("panel-sending", BOTH)
    stage.provider.latency_ms = 0
    stage.wait(stage.ended)
    yield Shot("panel-sent")
    stage.provider.clock.advance(DELIVERY_S)
    stage.refresh()
    yield Shot("panel-delivered", BOTH)
    stage.query()
    yield Shot("panel-queried-again")


def _come_back_to_a_group(stage: PanelStage) -> Iterator[Shot]:
    """What a working day looks like: some have it, some are on their way, the rest is marked."""
    for phone, outcome in OUTCOMES.items():
        stage.provider.set_outcome(phone, outcome)
    stage.open()
    stage.query()
    stage.action("sms.menu.unmark_all").trigger()
    stage.mark(0, 1, 7, 9, 11)
    stage.send()
    stage.wait(stage.ended)
    stage.provider.clock.advance(DELIVERY_S)
    stage.refresh()
    stage.part(QPushButton, "strip.close").click()
    stage.query()
    stage.mark(5)
    stage.select(5)
    yield Shot("panel-coming-back", BOTH)


def _run_out_of_credits(stage: PanelStage) -> Iterator[Shot]:
    stage.open()
    stage.query()
    stage.provider.credits = 6
    stage.send()
    stage.wait(lambda: bool(stage.figure("paused")))
    let_live(300)
    yield Shot("panel-no-credits")


def _fall_into_doubt(stage: PanelStage) -> Iterator[Shot]:
    stage.provider.faults.add("send", "close_after_accept", times=None, skip=4)
    stage.provider.faults.add("report", "http_500_before_accept", times=None)
    stage.open()
    stage.query()
    stage.send()
    stage.wait(stage.ended)
    let_live(300)
    yield Shot("panel-doubts")


def _end_with_one_doubt(stage: PanelStage) -> Iterator[Shot]:
    stage.provider.faults.add("send", "close_after_accept", phone=next(iter(OUTCOMES)))
    stage.provider.faults.add("send", "bad_data", phone=list(OUTCOMES)[1])
    stage.provider.faults.add("report", "http_500_before_accept", times=None)
    stage.open()
    stage.query()
    stage.send()
    stage.wait(stage.ended)
    let_live(300)
    yield Shot("panel-one-doubt")


def _only_look(stage: PanelStage) -> Iterator[Shot]:
    stage.open()
    stage.query()
    yield Shot("panel-only-see")


def _without_provider(stage: PanelStage) -> Iterator[Shot]:
    stage.open(answered=False)
    stage.query()
    yield Shot("panel-without-provider")


def _big_group(stage: PanelStage) -> Iterator[Shot]:
    create_group(stage.host.database, "Implantes pendientes de revisar")
    stage.open()
    stage.query("pendientes de revisar")
    yield Shot("panel-nobody")
    stage.query()
    with _slow(stage.host.database.engine):
        stage.choose(GROUP, EVERYBODY)
        stage.press(QUERY)
        let_live(400)
        yield Shot("panel-busy")
    stage.wait(stage.rested)
    let_live(1_500)
    yield Shot("panel-everybody", BOTH)


def _narrow(stage: PanelStage) -> Iterator[Shot]:
    stage.open()
    stage.query()
    yield Shot("panel-narrow", (NARROW,))
    stage.window.show_module("patients")
    let_live(500)
    yield Shot("panel-beside-module")


def _larger_font(stage: PanelStage) -> Iterator[Shot]:
    stage.open()
    yield Shot("panel-font-empty")
    stage.query()
    yield Shot("panel-font-queried")
    stage.confirm()
    let_live(200)
    yield Shot("panel-font-confirming")
    stage.closeextras()


AT_ONCE = {"sms.grace_s": "0"}
STORIES: tuple[Story, ...] = (
    Story("look around", _look_around),
    Story("send and follow", _send_and_follow),
    Story("coming back", _come_back_to_a_group, {"deployment": AT_ONCE}),
    Story("no credits", _run_out_of_credits, {"deployment": AT_ONCE}),
    Story("outage", _fall_into_doubt, {"deployment": AT_ONCE}),
    Story("one doubt", _end_with_one_doubt, {"deployment": AT_ONCE}),
    Story("only look", _only_look, {"user": "rosa"}),
    Story("no provider", _without_provider, {"secrets": {"sms.api_user": "", "sms.api_token": ""}}),
    Story("big group", _big_group),
    Story("narrow", _narrow),
    Story("larger font", _larger_font, font_px=BIG_FONT_PX),
)


def take_panel(
    folder: Path,
    language: str = "es",
    *,
    stories: Sequence[Story] = STORIES,
    themes: Sequence[str] = tuple(THEMES),
) -> Iterator[Path]:
    """Play every story in a host of its own and save its shots; give the files as they are made.

    Names are ``shot-theme-language.png``; at another size than the usual one, ``shot-width-theme-language.png``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for story in stories:
        with _font(story.font_px), FakeHost(settings={"language": language}, **story.host) as host:
            stage = PanelStage(host)
            stage.window.set_theme(themes[0])
            for shot in story.play(stage):
                yield from _take(stage, shot, folder, language, themes)


def _take(stage: PanelStage, shot: Shot, folder: Path, language: str, themes: Sequence[str]) -> Iterator[Path]:
    for size in shot.sizes:
        stage.window.resize(size)
        for theme in themes:
            stage.window.set_theme(theme)
            let_live(60)
            width = "" if size == USUAL else f"{size.width()}-"
            file = folder / f"{shot.name}-{width}{theme}-{language}.png"
            if not _picture(stage.window).save(str(file)):
                raise OSError(f"{file.name} could not be written")
            yield file
    stage.window.set_theme(themes[0])
    stage.window.resize(USUAL)
    let_live(30)


def _picture(window: QWidget) -> QPixmap:
    """Draw the window with the menus and dialogs over it: they are windows of their own."""
    picture = window.grab()
    painter = QPainter(picture)
    try:
        for extra in extras(window):
            drawn = extra.grab()
            if isinstance(extra, QMenu):
                where = extra.pos() - window.pos()
            else:  # a screen that is only in memory may be too small to centre a dialog
                where = QPoint((window.width() - extra.width()) // 2, (window.height() - extra.height()) // 2)
            painter.drawPixmap(where, drawn)
            painter.setPen(window.palette().color(window.foregroundRole()))
            painter.drawRect(where.x() - 1, where.y() - 1, extra.width() + 1, extra.height() + 1)
    finally:
        painter.end()
    return picture


@contextmanager
def _font(pixels: int) -> Iterator[None]:
    before = QApplication.font()
    if pixels:
        larger = QApplication.font()
        larger.setPixelSize(pixels)
        QApplication.setFont(larger)
    try:
        yield
    finally:
        QApplication.setFont(before)


@contextmanager
def _slow(engine: Engine) -> Iterator[None]:
    """Hold the statements of workers back, as a database far away does. For an engine that goes with its host."""
    gate = threading.Event()

    def hold(*_arguments: Any) -> None:
        if threading.current_thread() is not threading.main_thread():
            gate.wait(20)

    event.listen(engine, "before_cursor_execute", hold)
    try:
        yield
    finally:
        gate.set()  # the listener stays: taking it away while a worker goes through it would hurt that one
