"""What a driver does to a window: click, press a key, wait. PyQt6's stubs call these methods of an instance."""

from __future__ import annotations

import time
from collections.abc import Callable

from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QWidget


def click(widget: QWidget) -> None:
    """Click in the middle of `widget`."""
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)  # type: ignore[call-overload]  # stubs


def press(widget: QWidget, key: Qt.Key) -> None:
    """Press and let go a key while `widget` has the focus."""
    QTest.keyClick(widget, key)  # type: ignore[call-overload]  # stubs


def let_live(ms: int = 20) -> None:
    """Let the event loop turn for a while."""
    QTest.qWait(ms)  # type: ignore[call-arg, arg-type]  # stubs


def wait_until(holds: Callable[[], object], ends_at: float) -> bool:
    """Let the event loop turn until something holds, at most until `ends_at` of the monotonic clock.

    Returns:
        Whether it came to hold.
    """
    while not holds():
        if time.monotonic() > ends_at:
            return False
        let_live()
    return True


def type_text(widget: QWidget, text: str) -> None:
    """Type ASCII letters; Qt's own test driver ends the process at any other."""
    if not text.isascii():
        raise ValueError("only ASCII letters have keys here")
    QTest.keyClicks(widget, text)  # type: ignore[call-arg, arg-type]  # stubs
