"""The status bar: the last notice on the left, clinic and seat on the right."""

from __future__ import annotations

from typing import final

from PyQt6.QtWidgets import QLabel, QMainWindow, QStatusBar

from fake_host.desk import Desk, Notice
from fake_host.window import icons
from fake_host.window.theme import Theme, frame_style, scaled, unit
from fake_host.window.widgets import ElidedLabel, plain
from hookspecs import NotifyLevel

_PICTURES = {NotifyLevel.INFO: icons.INFO, NotifyLevel.WARNING: icons.WARNING, NotifyLevel.ERROR: icons.ERROR}


@final
class Status(QStatusBar):
    """Shows the last notice until the next one comes; all of them are in `Ventana > Avisos`."""

    def __init__(self, desk: Desk, right: str, window: QMainWindow) -> None:
        super().__init__(window)
        self._theme: Theme | None = None
        self._level = NotifyLevel.INFO
        self.setSizeGripEnabled(False)
        font = scaled(self.font(), 12 / 13)
        self._picture = QLabel(self)
        self.text = ElidedLabel(self.tr("Listo."), self)
        self.text.setObjectName("host.status")
        self.text.setFont(font)
        side = plain(right, self, secondary=True)
        side.setFont(font)
        edge = round(12 * unit(self.font()))
        self.setContentsMargins(edge, 0, edge, 0)
        self.addWidget(self._picture)
        self.addWidget(self.text, 1)
        self.addPermanentWidget(side)
        desk.on_notice.append(self.show_notice)

    def show_notice(self, notice: Notice) -> None:
        """Show a notice; its picture says how loud it is."""
        self._level = notice.level
        self.text.setText(notice.text)
        self._draw()

    def set_theme(self, theme: Theme) -> None:
        """Draw the bar in other colours."""
        self._theme = theme
        self.setStyleSheet(frame_style(theme, self.font()))
        self._draw()

    def _draw(self) -> None:
        theme = self._theme
        if theme is None:
            return
        colour = {NotifyLevel.INFO: theme.accent, NotifyLevel.WARNING: theme.warning, NotifyLevel.ERROR: theme.error}
        size = round(15 * unit(self.font()))
        svg = _PICTURES[self._level]
        self._picture.setPixmap(icons.pixmap(svg, size, colour[self._level], self.devicePixelRatioF()))
