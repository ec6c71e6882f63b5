"""The toolbar above a panel: icon over word, sections, one filled button, overflow into a menu."""

from __future__ import annotations

from collections.abc import Iterable
from typing import final

from PyQt6.QtCore import QEvent, QObject, QSize, Qt
from PyQt6.QtGui import QAction, QFontMetrics, QResizeEvent
from PyQt6.QtWidgets import QStyle, QToolBar, QToolButton, QWidget

from fake_host.desk import Desk
from fake_host.window import icons
from fake_host.window.guard import guarded
from fake_host.window.theme import Theme, frame_style, scaled, unit
from hookspecs import ToolbarAction

PRIMARY = "primary"
TIGHT, WIDE = 9, 18
"""Space in a button beside its word, both sides and border together: the least, and the most when there is room."""
OVERFLOW = 24
"""Width of the button for what does not fit."""


@final
class PanelToolbar(QToolBar):
    """Shows plugins' actions. They stay the plugins': enabled, text, icon and ``primary`` are followed, never set."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self.desk = desk
        self._theme: Theme | None = None
        self._fitted: object = None
        self._end = 0
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
        overflow.installEventFilter(self)  # a filter that is there already is only moved to the front
        overflow.setFixedWidth(round(OVERFLOW * unit(self.font())))
        self._keep_room_for_overflow()
        self._fit()

    @guarded
    def changeEvent(self, event: QEvent | None) -> None:
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.StyleChange:
            self._keep_room_for_overflow()

    def _keep_room_for_overflow(self) -> None:
        """The layout gives that button a sliver at the right end; a margin makes room for the rest of it."""
        layout, style = self.layout(), self.style()
        if layout is None or style is None:
            return
        sliver = style.pixelMetric(QStyle.PixelMetric.PM_ToolBarExtensionExtent, None, self)
        margins = layout.contentsMargins()
        self._end = margins.left()
        margins.setRight(margins.left() + max(0, round(OVERFLOW * unit(self.font())) - sliver))
        layout.setContentsMargins(margins)

    @guarded
    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._fit()

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if isinstance(watched, QAction) and event is not None and event.type() == QEvent.Type.DynamicPropertyChange:
            self._on_property_changed(watched)
        elif isinstance(watched, QToolButton) and event is not None and event.type() == QEvent.Type.Move:
            # The layout keeps a sliver's width free of the bar's end, and the button is wider.
            watched.move(self.width() - self._end - watched.width(), watched.y())
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
        self._fit()

    def _fit(self) -> None:
        """Share the room: as much beside each word as lets every button stay in the bar, within bounds."""
        one = unit(self.font())
        buttons = [(self._button(action), action) for action in self.actions()]
        words = [
            (button, action.iconText(), bool(button.property(PRIMARY)) and action.isEnabled())
            for button, action in buttons
            if button is not None
        ]
        shown = (self.width(), self.font().key(), [word[1:] for word in words])
        if shown == self._fitted or not words:
            return
        self._fitted = shown
        measures = {strong: QFontMetrics(scaled(self.font(), 1, strong=strong)) for strong in (False, True)}
        widths = [measures[strong].horizontalAdvance(text) for _, text, strong in words]
        rules = (len(buttons) - len(words)) * round(10 * one)
        room = self.width() - self.contentsMargins().left() - self.contentsMargins().right()
        free = room - round((6 + OVERFLOW) * one) - rules - sum(widths)
        beside = min(max(free // len(words), round(TIGHT * one)), round(WIDE * one))
        for (button, _, _), width in zip(words, widths, strict=True):
            button.setFixedWidth(width + beside)

    def _button(self, action: QAction) -> QToolButton | None:
        widget = self.widgetForAction(action)
        return widget if isinstance(widget, QToolButton) else None
