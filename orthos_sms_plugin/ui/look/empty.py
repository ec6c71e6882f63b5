"""The empty table: what is missing, and the buttons for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from orthos_sms_plugin.ui.guard import guarded
from orthos_sms_plugin.ui.look.colours import Role, colour, palette_for
from orthos_sms_plugin.ui.look.metrics import CONTROL, SECTION, metrics_for
from orthos_sms_plugin.ui.look.widgets import (
    IconLabel,
    NumberBadge,
    Rule,
    StripButton,
    link_button,
    plain_label,
    show_button,
)

__all__ = ["EmptyContent", "EmptyState", "Step", "StripButton"]


@dataclass(frozen=True, slots=True)
class Step:
    """One numbered step with its button."""

    title: str
    sentence: str
    button: StripButton


@dataclass(frozen=True, slots=True)
class EmptyContent:
    """What stands in place of the rows.

    Attributes:
        note: A sentence under the steps; empty for none.
        link: Shown as a link under the note; None for none.
    """

    icon: str
    title: str
    sentence: str
    steps: tuple[Step, ...] = ()
    note: str = ""
    link: StripButton | None = None


@final
class EmptyState(QWidget):
    """Shows an `EmptyContent` in the middle of a white page.

    Signals:
        button_clicked: The id of a step's button or of the link.
    """

    button_clicked = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._content: EmptyContent | None = None
        self._ids: dict[QPushButton, str] = {}
        self._page: QWidget | None = None
        self._outer = QHBoxLayout(self)
        self._outer.setContentsMargins(SECTION, SECTION, SECTION, SECTION)

    def show_content(self, content: EmptyContent) -> None:
        if content == self._content:
            return
        self._content = content
        self._ids = {}
        if self._page is not None:
            self._outer.removeWidget(self._page)
            self._page.hide()
            self._page.deleteLater()
        self._page = QWidget(self)
        self._page.setMaximumWidth(metrics_for(self.font()).scaled(600))
        column = QVBoxLayout(self._page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SECTION)
        column.addStretch(1)
        column.addLayout(self._heading(content))
        if content.steps:
            column.addWidget(Rule(upright=False))
            column.addLayout(self._steps(content.steps))
        if content.note or content.link is not None:
            column.addWidget(Rule(upright=False))
            self._add_foot(column, content)
        column.addStretch(1)
        self._outer.addWidget(self._page)
        self.setAccessibleName(content.title)
        self.setAccessibleDescription(content.sentence)

    def _heading(self, content: EmptyContent) -> QHBoxLayout:
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(plain_label(content.title, "question", wrap=True))
        words.addWidget(plain_label(content.sentence, "secondary", wrap=True))
        row = QHBoxLayout()
        row.setSpacing(CONTROL + 4)
        row.addWidget(IconLabel(content.icon, Role.INFO, size=28), 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(words, 1)
        return row

    def _steps(self, steps: tuple[Step, ...]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(CONTROL + 4)
        grid.setVerticalSpacing(CONTROL + 2)
        grid.setColumnStretch(1, 1)
        for place, step in enumerate(steps):
            words = QVBoxLayout()
            words.setSpacing(0)
            words.addWidget(plain_label(step.title, "strong", wrap=True))
            words.addWidget(plain_label(step.sentence, "secondary", wrap=True))
            button = QPushButton()
            button.setMinimumWidth(metrics_for(self.font()).scaled(122))
            show_button(button, step.button)
            self._listen(button, step.button.id)
            grid.addWidget(NumberBadge(place + 1), place, 0)
            grid.addLayout(words, place, 1)
            grid.addWidget(button, place, 2)
        return grid

    def _add_foot(self, column: QVBoxLayout, content: EmptyContent) -> None:
        if content.note:
            column.addWidget(plain_label(content.note, "secondary", wrap=True))
        if content.link is not None:
            link = link_button(content.link.text)
            show_button(link, content.link)
            self._listen(link, content.link.id)
            column.addWidget(link, 0, Qt.AlignmentFlag.AlignLeft)

    def _listen(self, button: QPushButton, button_id: str) -> None:
        button.setObjectName(f"empty.{button_id}")
        button.clicked.connect(self._on_clicked)
        self._ids[button] = button_id

    @guarded
    def _on_clicked(self) -> None:
        pressed = self.sender()
        if isinstance(pressed, QPushButton):
            self.button_clicked.emit(self._ids[pressed])

    @guarded
    def paintEvent(self, event: QPaintEvent | None) -> None:
        look = palette_for(self)
        painter = QPainter(self)
        try:
            painter.fillRect(self.rect(), colour(look.frame))
            painter.fillRect(self.rect().adjusted(1, 1, -1, -1), colour(look.table))
        finally:
            painter.end()
