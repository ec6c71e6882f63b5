"""A person's hands: real mouse and key events, with the types that Qt's stubs get wrong."""

from __future__ import annotations

from typing import Any

from PyQt6.QtCore import QEvent, QPoint, Qt
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QWidget

# PyQt's stubs declare these as methods of an instance; they are static.
_test: Any = QTest


def click(widget: QWidget, at: QPoint | None = None) -> None:
    """Click with the left button, in the middle unless told where."""
    _test.mouseClick(widget, Qt.MouseButton.LeftButton, pos=at or widget.rect().center())


def double_click(widget: QWidget) -> None:
    _test.mouseDClick(widget, Qt.MouseButton.LeftButton, pos=widget.rect().center())


def press(widget: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    _test.keyClick(widget, key, modifier)


def type_in(widget: QWidget, text: str) -> None:
    """Type letter by letter; QTest's own way ends the process over one that is not ASCII."""
    for letter in text:
        if letter.isascii():
            _test.keyClick(widget, letter)
            continue
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, Qt.Key.Key_unknown, Qt.KeyboardModifier.NoModifier, letter)
            QApplication.sendEvent(widget, event)
