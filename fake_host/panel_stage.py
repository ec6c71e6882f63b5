"""The open panel as a driver sees it: what a person does there, by object names."""

from __future__ import annotations

from typing import Any, TypeVar

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QApplication, QComboBox, QDialog, QMenu, QPushButton, QTableView, QWidget

from fake_host.clinic.people import ORTHODONTICS
from fake_host.hands import let_live
from fake_host.journey import (
    GROUP,
    MESSAGE,
    PANEL,
    QUERY,
    REFRESH,
    SEND,
    STATE_TITLE,
    STRIP,
    SUMMARY,
    TABLE,
    UNCHECKED,
)
from fake_host.mensatek import LocalMensatek
from fake_host.screenshots import Stage

REVIEW = "Revisión"
"""In the name of the message that most stories send."""

W = TypeVar("W", bound=QWidget)


class PanelStage(Stage):
    """The open panel, driven by object names."""

    @property
    def provider(self) -> LocalMensatek:
        """The service of this host."""
        assert self.host.provider is not None
        return self.host.provider

    def part(self, kind: type[W], name: str) -> W:
        """Give a part of the panel, or of a dialog that it opened."""
        found = self.window.findChild(kind, name)
        assert found is not None, name
        return found

    def open(self, *, answered: bool = True) -> None:
        """Open the panel and wait until it has its lists; with `answered` also until the balance is known."""
        self.window.open_panel(PANEL)
        groups, messages = self.part(QComboBox, GROUP), self.part(QComboBox, MESSAGE)
        summary = self.part(QWidget, SUMMARY)
        self.wait(lambda: groups.count() > 0 and messages.count() > 0)
        if answered:
            self.wait(lambda: summary.property("credits") is not None)

    def choose(self, name: str, text: str) -> None:
        """Choose the entry that holds `text`."""
        box = self.part(QComboBox, name)
        box.setCurrentIndex(next(place for place in range(box.count()) if text in box.itemText(place)))

    def press(self, action_id: str) -> None:
        """Press a button of the toolbar once it can be pressed."""
        action = self.action(action_id)
        self.wait(action.isEnabled)
        action.trigger()

    def action(self, action_id: str) -> QAction:
        """Give an action by its id."""
        return next(one for one in self.window.findChildren(QAction) if one.objectName() == action_id)

    def query(self, group: str = ORTHODONTICS, message: str = REVIEW) -> None:
        """Query a group and wait for its rows and their texts."""
        self.choose(GROUP, group)
        self.choose(MESSAGE, message)
        self.press(QUERY)
        self.wait(self.rested)

    def rested(self) -> bool:
        """Whether no query runs."""
        return not self.part(QTableView, TABLE).property("busy")

    def refresh(self) -> None:
        """Ask what became of the messages, and wait until every one has been asked about."""
        model = self.part(QTableView, TABLE).model()
        assert model is not None
        titles = [model.headerData(place, Qt.Orientation.Horizontal) for place in range(model.columnCount())]
        column = titles.index(STATE_TITLE)
        self.press(REFRESH)
        self.wait(lambda: all(model.index(row, column).data() != UNCHECKED for row in range(model.rowCount())))
        let_live(300)

    def mark(self, *rows: int) -> None:
        """Turn the boxes of these rows over."""
        model = self.part(QTableView, TABLE).model()
        assert model is not None
        for row in rows:
            box = model.index(row, 0)
            marked = Qt.CheckState(box.data(Qt.ItemDataRole.CheckStateRole)) is Qt.CheckState.Checked
            wanted = Qt.CheckState.Unchecked if marked else Qt.CheckState.Checked
            model.setData(box, wanted, Qt.ItemDataRole.CheckStateRole)
        let_live(150)

    def select(self, row: int) -> None:
        """Select one row of the table."""
        self.part(QTableView, TABLE).selectRow(row)
        let_live(150)

    def confirm(self) -> QPushButton:
        """Press `Enviar` and give the confirmation's button."""
        self.press(SEND)
        self.wait(lambda: self.window.findChild(QPushButton, "sms.confirm.send") is not None)
        return self.part(QPushButton, "sms.confirm.send")

    def send(self) -> None:
        """Send what is marked."""
        self.confirm().click()

    def figure(self, name: str) -> Any:
        """Give a figure of the strip."""
        return self.part(QWidget, STRIP).property(name)

    def ended(self) -> bool:
        """Whether a send of this panel has ended or waits for a person."""
        return bool(self.figure("batches")) and not self.figure("active")

    def closeextras(self) -> None:
        """Close menus and dialogs."""
        for widget in extras(self.window):
            widget.close()
        let_live(50)


def extras(window: QWidget) -> list[QWidget]:
    """Give the menus and dialogs over a window: they are windows of their own."""
    return [
        widget
        for widget in QApplication.topLevelWidgets()
        if widget is not window and widget.isVisible() and isinstance(widget, QDialog | QMenu)
    ]
