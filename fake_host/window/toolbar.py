"""The toolbar above a panel: icon over word, sections, one filled button, overflow into a menu."""

from __future__ import annotations

from collections.abc import Iterable
from typing import final

from PyQt6.QtCore import QEvent, QObject, QSize, Qt
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QToolBar, QToolButton, QWidget

from fake_host.desk import Desk
from fake_host.window import icons
from fake_host.window.guard import guarded
from fake_host.window.theme import Theme, frame_style, scaled, unit
from hookspecs import ToolbarAction

PRIMARY = "primary"


@final
class PanelToolbar(QToolBar):
    """Shows plugins' actions. They stay the plugins': enabled, text, icon and ``primary`` are followed, never set."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self.desk = desk
        self._theme: Theme | None = None
        self.setProperty("hostPart", "tools")
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setFont(scaled(parent.font(), 12 / 13))

    def offer(self, offered: Iterable[ToolbarAction]) -> None:
        """Fill the bar: sections in the order in which they first come, a line between them."""
        sections: dict[str, list[ToolbarAction]] = {}
        for one in offered:
            sections.setdefault(one.section, []).append(one)
        for number, members in enumerate(sections.values()):
            if number:
                self.addSeparator()
            for member in members:
                self._add(member)

    def set_theme(self, theme: Theme) -> None:
        """Draw the bar in other colours."""
        self._theme = theme
        side = round(20 * unit(self.font()))
        self.setIconSize(QSize(side, side))
        self.setStyleSheet(frame_style(theme, self.font()))
        for action in self.actions():
            self._restyle(action)
        overflow = self.findChild(QToolButton, "qt_toolbar_ext_button")
        overflow.setIcon(icons.icon(icons.MORE, theme.text, theme.disabled, self.devicePixelRatioF()))
        overflow.setToolTip(self.tr("Más acciones"))
        overflow.setAccessibleName(overflow.toolTip())

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if isinstance(watched, QAction) and event is not None and event.type() == QEvent.Type.DynamicPropertyChange:
            self._on_property_changed(watched)
        return False

    @guarded
    def _on_property_changed(self, action: QAction) -> None:
        self._restyle(action)

    def _add(self, offered: ToolbarAction) -> None:
        action = offered.action
        action.setObjectName(offered.id)
        self.addAction(action)
        button = self._button(action)
        if button is not None:
            button.setObjectName(offered.id)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        # A dynamic property tells nobody but the object itself, so the bar listens in on it.
        action.installEventFilter(self)
        action.changed.connect(self._on_action_changed)
        self._restyle(action)

    @guarded
    def _on_action_changed(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self._restyle(action)

    def _restyle(self, action: QAction) -> None:
        button = self._button(action)
        if button is None:
            return
        wanted = bool(action.property(PRIMARY))
        if bool(button.property(PRIMARY)) != wanted:
            button.setProperty(PRIMARY, wanted)
            style = button.style()
            if style is not None:
                style.unpolish(button)
                style.polish(button)
        filled = wanted and action.isEnabled()
        white = icons.tinted(action.icon(), self.iconSize().width(), "#FFFFFF", self.devicePixelRatioF())
        button.setIcon(white if filled else action.icon())
        button.setAccessibleName(action.iconText())

    def _button(self, action: QAction) -> QToolButton | None:
        widget = self.widgetForAction(action)
        return widget if isinstance(widget, QToolButton) else None
