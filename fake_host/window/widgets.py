"""Small widgets that several parts of the window share."""

from __future__ import annotations

import html
from typing import final

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QPainter, QPaintEvent, QPalette, QResizeEvent
from PyQt6.QtWidgets import QLabel, QLineEdit, QSizePolicy, QWidget


def plain(text: str = "", parent: QWidget | None = None, *, secondary: bool = False) -> QLabel:
    """Make a label that shows its text as it is: names and messages are never markup."""
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setText(text)
    if secondary:
        label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return label


def field(parent: QWidget) -> QLineEdit:
    """Make a line to type in that has the host's border."""
    line = QLineEdit(parent)
    line.setProperty("hostField", True)
    return line


def tooltip(text: str) -> str:
    """Give `text` as a tooltip that Qt does not take for markup."""
    return f"<qt>{html.escape(text)}</qt>".replace("\n", "<br>") if "<" in text else text


@final
class ElidedLabel(QLabel):
    """One line that ends in an ellipsis when the room is short; the whole of it is in the tooltip then."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.setText(text)

    def setText(self, text: str | None) -> None:
        super().setText(text)
        self._tell_whole()
        self.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * 8, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._tell_whole()

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.contentsRect(), self.alignment() | Qt.TextFlag.TextSingleLine, self._shown())
        painter.end()

    def _shown(self) -> str:
        width = self.contentsRect().width()
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, width)

    def _tell_whole(self) -> None:
        self.setToolTip(tooltip(self.text()) if self._shown() != self.text() else "")
