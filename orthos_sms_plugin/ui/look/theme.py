"""The front door of the look: colours for a widget, and the look applied to a whole tree of widgets."""

from __future__ import annotations

from typing import final

from PyQt6.QtCore import QEvent, QObject, QSize, Qt
from PyQt6.QtWidgets import QToolBar, QToolButton, QWidget

from orthos_sms_plugin.ui.guard import guarded
from orthos_sms_plugin.ui.look.colours import (
    DARK,
    LIGHT,
    Palette,
    Role,
    Theme,
    Tone,
    colour,
    contrast,
    dark_palette,
    keep_palette,
    light_palette,
    palette_for,
)
from orthos_sms_plugin.ui.look.icons import mark_primary, refresh_icons, set_icon
from orthos_sms_plugin.ui.look.metrics import Metrics, metrics_for
from orthos_sms_plugin.ui.look.stylesheet import stylesheet

__all__ = [
    "DARK",
    "LIGHT",
    "Metrics",
    "Palette",
    "Role",
    "Theme",
    "Tone",
    "apply_look",
    "colour",
    "contrast",
    "dark_palette",
    "light_palette",
    "mark_primary",
    "metrics_for",
    "palette_for",
]

_FOLLOWED = frozenset(
    {
        QEvent.Type.PaletteChange,
        QEvent.Type.ApplicationPaletteChange,
        QEvent.Type.FontChange,
        QEvent.Type.DevicePixelRatioChange,
    }
)


def apply_look(widget: QWidget) -> None:
    """Give `widget` and everything inside it the look, and keep it when palette, font or screen change.

    The widget's palette stays the host's; it is a window, dialog or plain widget, not a framed one.
    Call it once the inside is built; again does no harm, and draws the icons of what came since.
    """
    keeper = widget.findChild(_Keeper, options=Qt.FindChildOption.FindDirectChildrenOnly)
    if keeper is None:
        keeper = _Keeper(widget)
    keeper.refresh()


@final
class _Keeper(QObject):
    """Watches one root widget and lays the look on it again when something it depends on changes."""

    def __init__(self, root: QWidget) -> None:
        super().__init__(root)
        self._root = root
        self._sheet = ""
        self._busy = False
        root.installEventFilter(self)

    @guarded(returns=False)
    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and watched is self._root and event.type() in _FOLLOWED:
            self.refresh()
        return False

    def refresh(self) -> None:
        if self._busy:  # setting a stylesheet sends the very events that lead here
            return
        self._busy = True
        try:
            metrics = metrics_for(self._root.font())
            sheet = stylesheet(keep_palette(self._root), metrics)
            if sheet != self._sheet:
                self._sheet = sheet
                self._root.setStyleSheet(sheet)
            for toolbar in self._root.findChildren(QToolBar):
                toolbar.setIconSize(QSize(metrics.toolbar_icon, metrics.toolbar_icon))
                overflow = toolbar.findChild(QToolButton, "qt_toolbar_ext_button")
                if overflow is not None:  # Qt draws black arrows there, whatever the theme
                    set_icon(overflow, "overflow")
            refresh_icons(self._root)
        finally:
            self._busy = False
