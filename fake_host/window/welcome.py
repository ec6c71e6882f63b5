"""What stands in the panel area before a panel is opened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import final

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from fake_host.window import icons
from fake_host.window.theme import Theme, scaled
from fake_host.window.widgets import plain
from hookspecs import Panel


@final
class Welcome(QWidget):
    """Says what can be opened here, and opens it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._buttons: list[tuple[QPushButton, str]] = []
        self._question = plain(self.tr("Aquí se abren los paneles"), self)
        self._question.setFont(scaled(self.font(), 17 / 13, strong=True))
        self._hint = plain(self.tr("No hay ningún complemento que ofrezca un panel."), self, secondary=True)
        self._column = QVBoxLayout(self)
        self._column.addStretch(1)
        for widget in (self._question, self._hint):
            self._column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        self._column.addStretch(1)

    def show_panels(self, panels: Sequence[Panel], open_panel: Callable[[str], object]) -> None:
        """Offer a button for every panel."""
        if not panels:
            return
        self._hint.setText(self.tr("También están en el menú, en cualquier momento."))
        for panel in panels:
            button = QPushButton(panel.title.replace("&", "&&"), self)
            button.setObjectName(f"welcome:{panel.id}")
            button.clicked.connect(lambda _checked=False, of=panel.id: open_panel(of))
            self._column.insertWidget(self._column.count() - 1, button, 0, Qt.AlignmentFlag.AlignHCenter)
            self._buttons.append((button, panel.icon))

    def set_theme(self, theme: Theme) -> None:
        """Draw the icons in other colours."""
        for button, svg in self._buttons:
            button.setIcon(icons.icon(svg, theme.text, theme.disabled, self.devicePixelRatioF()))
