"""Nothing that our code raises inside Qt may end the host's process."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import textwrap

import pytest
from PyQt6.QtCore import QObject, pyqtSignal, pyqtSlot

from orthos_sms_plugin.ui import guard
from orthos_sms_plugin.ui.guard import guarded

_PRELUDE = """
from PyQt6.QtCore import QEvent, QObject, QSize, pyqtSlot
from PyQt6.QtWidgets import QApplication, QPushButton, QWidget
from orthos_sms_plugin.ui import guard
from orthos_sms_plugin.ui.guard import guarded

app = QApplication([])
told = []
guard.set_reporter(told.append)
"""


@pytest.fixture(autouse=True)
def fresh_guard() -> None:
    guard._last_told_at.clear()
    guard.set_reporter(None)


def run(script: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(
        [sys.executable, "-c", _PRELUDE + textwrap.dedent(script)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    "script",
    [
        """
        class Broken(QWidget):
            @guarded
            def paintEvent(self, event): raise ValueError("x")
        widget = Broken()
        widget.grab()
        assert len(told) == 1, told
        """,
        """
        class Broken(QWidget):
            @guarded(returns=QSize(7, 7))
            def sizeHint(self): raise ValueError("x")
        widget = Broken()
        widget.adjustSize()
        assert len(told) == 1, told
        """,
        """
        class Broken(QObject):
            @guarded(returns=False)
            def eventFilter(self, watched, event): raise ValueError("x")
        widget, broken = QWidget(), Broken()
        widget.installEventFilter(broken)
        widget.show()
        app.processEvents()
        assert len(told) == 1, told
        """,
        """
        class Broken(QPushButton):
            def __init__(self):
                super().__init__()
                self.clicked.connect(self.on_clicked)
            @pyqtSlot()
            @guarded
            def on_clicked(self): raise ValueError("x")
        Broken().click()
        assert len(told) == 1, told
        """,
    ],
    ids=["paint", "size hint", "event filter", "slot"],
)
def test_that_a_raise_in_a_guarded_override_or_slot_leaves_the_process_alive(script: str) -> None:
    result = run(script)

    assert result.returncode == 0, result.stderr


def test_that_the_same_raise_without_the_guard_ends_the_process() -> None:
    result = run(
        """
        class Broken(QWidget):
            def paintEvent(self, event): raise ValueError("x")
        Broken().grab()
        """
    )

    assert result.returncode != 0


def test_that_a_failing_reporter_does_not_undo_the_guard() -> None:
    result = run(
        """
        class Broken(QPushButton):
            @guarded
            def nextCheckState(self): raise ValueError("x")
        def reporter(text): raise RuntimeError(text)
        guard.set_reporter(reporter)
        Broken().click()
        """
    )

    assert result.returncode == 0, result.stderr


def test_that_the_log_names_the_place_but_not_the_data_in_the_error(caplog: pytest.LogCaptureFixture) -> None:
    @guarded
    def show_phone() -> None:
        try:
            raise KeyError("612 555 014")
        except KeyError as error:
            raise ValueError("+34612555014") from error

    with caplog.at_level(logging.ERROR, logger="orthos_sms_plugin"):
        show_phone()

    assert "show_phone failed" in caplog.text
    assert "ValueError" in caplog.text
    assert "KeyError" in caplog.text
    assert "555014" not in caplog.text.replace(" ", "").replace('KeyError("612555014")', "").replace(
        'ValueError("+34612555014")', ""
    )  # fmt: skip


def test_that_a_paint_that_fails_for_every_cell_is_told_once() -> None:
    told: list[str] = []
    guard.set_reporter(told.append)

    @guarded
    def paint() -> None:
        raise ValueError

    for _ in range(225):
        paint()

    assert len(told) == 1


def test_that_a_guarded_method_gives_the_neutral_value_after_a_failure_and_its_own_otherwise() -> None:
    @guarded(returns=-1)
    def divide(amount: int, by: int) -> int:
        return amount // by

    assert divide(8, by=2) == 4
    assert divide(8, by=0) == -1


def test_that_a_slot_that_does_not_ask_for_the_checked_flag_is_called_without_it() -> None:
    class Sender(QObject):
        clicked = pyqtSignal(bool)

    class Receiver(QObject):
        count = 0

        @guarded
        def on_clicked(self) -> None:
            self.count += 1

        @pyqtSlot(bool)
        @guarded
        def on_clicked_with_flag(self, checked: bool) -> None:
            self.count += 10 if checked else 100

    sender, receiver = Sender(), Receiver()
    sender.clicked.connect(receiver.on_clicked)
    sender.clicked.connect(receiver.on_clicked_with_flag)

    sender.clicked.emit(True)

    assert receiver.count == 11
