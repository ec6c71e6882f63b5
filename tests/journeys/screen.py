"""A person before the host's window: looks, waits, clicks, presses keys. Knows windows, not what they are for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QContextMenuEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QLabel,
    QMenu,
    QMessageBox,
    QTableView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from fake_host.hands import type_text
from fake_host.window.main_window import MainWindow

LIMIT_MS = 15_000
"""Nothing here takes a tenth of it; a wait that ends by it has failed."""

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
NO_MODIFIER, CONTROL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier

W = TypeVar("W", bound=QWidget)


class Screen:
    """The window, its dialogs and menus, and the hands that use them.

    Args:
        window: The host's.
        qtbot: Bounded waits.
    """

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window = window
        self._bot = qtbot

    # --- looking ---------------------------------------------------------------------------------------------------

    def wait(self, holds: Callable[[], object]) -> None:
        """Let the window live until something holds; fail when it never does."""
        self._bot.waitUntil(lambda: bool(holds()), timeout=LIMIT_MS)

    def part(self, kind: type[W], name: str) -> W:
        """Find a part of the window by its name."""
        found = self.window.findChild(kind, name)
        assert found is not None, f"the window has no {name}"
        return found

    def words_on_screen(self, widget: QWidget) -> list[str]:
        """Every label of a window or part that can be seen."""
        return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]

    def grid_text(self, grid: QTableView) -> list[list[str]]:
        """What a table shows, row by row."""
        model = grid.model()
        assert model is not None
        return [
            [str(model.index(row, column).data() or "") for column in range(model.columnCount())]
            for row in range(model.rowCount())
        ]

    # --- dialogs and menus -----------------------------------------------------------------------------------------

    def on_screen(self, name: str) -> QDialog | None:
        """The dialog of that name, if it can be seen."""
        shown = QApplication.topLevelWidgets()
        return next(
            (one for one in shown if isinstance(one, QDialog) and one.objectName() == name and one.isVisible()), None
        )

    def dialog(self, name: str) -> QDialog:
        """Wait for a dialog and give it."""
        self.wait(lambda: self.on_screen(name))
        found = self.on_screen(name)
        assert found is not None
        return found

    def answer(self, name: str, words: str) -> None:
        """Answer a question by the button that says so."""
        box = self.dialog(name)
        assert isinstance(box, QMessageBox)
        self.click(next(one for one in box.buttons() if spoken(one.text()) == words))
        self.wait(lambda: self.on_screen(name) is None)

    def open_menu_of(self, grid: QTableView, row: int, column: int = 0) -> QMenu:
        """Click a cell with the right button and give the menu that opens."""
        viewport, at = self.click_grid(grid, row, column, RIGHT)
        # The system makes this event of a right click; the test driver only clicks.
        asked = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, viewport.mapToGlobal(at))
        QApplication.sendEvent(viewport, asked)
        self.wait(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        return menu

    def click_entry(self, menu: QMenu, entry: str) -> None:
        """Click an entry of an open menu."""
        action = next(one for one in menu.actions() if spoken(one.text()).partition(" (")[0].rstrip("…") == entry)
        assert action.isEnabled(), f"{entry} is grey"
        click_at(menu, LEFT, menu.actionGeometry(action).center())
        self.wait(lambda: not menu.isVisible())

    def click_grid(
        self,
        grid: QTableView,
        row: int,
        column: int = 0,
        button: Qt.MouseButton = LEFT,
        modifier: Qt.KeyboardModifier = NO_MODIFIER,
    ) -> tuple[QWidget, QPoint]:
        """Click a cell of any grid, scrolled into view; gives what was clicked and where."""
        model, viewport = grid.model(), grid.viewport()
        assert model is not None and viewport is not None
        index = model.index(row, column)
        grid.scrollTo(index)
        at = grid.visualRect(index).center()
        click_at(viewport, button, at, modifier)
        return viewport, at

    # --- hands ------------------------------------------------------------------------------------------------------

    def click(self, widget: QWidget) -> None:
        """Click in the middle of a widget, once it is on screen and can be used."""
        self.wait(lambda: widget.isVisible() and widget.isEnabled())
        click_at(widget, LEFT)

    def key(self, widget: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = NO_MODIFIER) -> None:
        """Press a key in a widget."""
        QTest.keyClick(widget, key, modifier)  # type: ignore[call-overload]  # stubs take it for a method of an instance

    def shortcut(self, key: Qt.Key, modifier: Qt.KeyboardModifier = CONTROL) -> None:
        """Press keys wherever the focus is."""
        if QApplication.activeWindow() is None:  # a window manager gives it back when a dialog closes
            self.window.activateWindow()
        self.wait(lambda: QApplication.focusWidget() is not None)
        focused = QApplication.focusWidget()
        assert focused is not None
        self.key(focused, key, modifier)

    def write(self, field: QWidget, text: str) -> None:
        """Write a text over what a field holds; one with letters that have no key here is pasted."""
        field.setFocus()
        self.key(field, Qt.Key.Key_A, CONTROL)
        if text.isascii():
            type_text(field, text)
            return
        clipboard = QApplication.clipboard()
        assert clipboard is not None
        clipboard.setText(text)
        self.key(field, Qt.Key.Key_V, CONTROL)

    def click_box(self, box: QAbstractButton) -> None:
        """Click the box of a check box or radio button, which may be wider than its words."""
        self.wait(lambda: box.isVisible() and box.isEnabled())
        click_at(box, LEFT, QPoint(8, box.height() // 2))


def click_at(
    widget: QWidget, button: Qt.MouseButton, at: QPoint | None = None, modifier: Qt.KeyboardModifier = NO_MODIFIER
) -> None:
    """Click at a point of a widget; in its middle unless given."""
    place = widget.rect().center() if at is None else at
    QTest.mouseClick(widget, button, modifier, place)  # type: ignore[call-overload]  # stubs, as above


def child(widget: QWidget, kind: type[W], name: str) -> W:
    """Find a part of a dialog by its name."""
    found = widget.findChild(kind, name)
    assert found is not None, f"{widget.objectName()} has no {name}"
    return found


def spoken(text: str) -> str:
    """A text without its mnemonic."""
    return text.replace("&", "")
