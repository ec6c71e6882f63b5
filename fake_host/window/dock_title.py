"""The title line of a module: its name and a cross, both legible in both themes."""

from __future__ import annotations

from typing import final

from PyQt6.QtWidgets import QDockWidget, QHBoxLayout, QToolButton, QWidget

from fake_host.window import icons
from fake_host.window.theme import Theme, scaled, unit
from fake_host.window.widgets import plain


@final
class DockTitle(QWidget):
    """Drag it to move the module."""

    def __init__(self, dock: QDockWidget) -> None:
        super().__init__(dock)
        name = plain(dock.windowTitle(), self)
        name.setFont(scaled(self.font(), 1, strong=True))
        self._close = QToolButton(self)
        self._close.setAutoRaise(True)
        self._close.setToolTip(self.tr("Cerrar {module}").format(module=dock.windowTitle()))
        self._close.setAccessibleName(self._close.toolTip())
        self._close.clicked.connect(dock.close)
        one = unit(self.font())
        line = QHBoxLayout(self)
        line.setContentsMargins(round(8 * one), round(4 * one), round(4 * one), 0)
        line.addWidget(name, 1)
        line.addWidget(self._close)

    def set_theme(self, theme: Theme) -> None:
        """Draw the cross in other colours."""
        self._close.setIcon(icons.icon(icons.CROSS, theme.text, theme.disabled, self.devicePixelRatioF()))
