"""What every cell needs to paint cheaply: the look, fonts and elided texts, each remembered."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import cast

from PyQt6.QtCore import QModelIndex, QRect, Qt
from PyQt6.QtGui import QFont, QFontMetrics, QPainter
from PyQt6.QtWidgets import QStyle, QStyleOptionViewItem, QWidget

from orthos_sms_plugin.ui.look.colours import Palette, palette_for
from orthos_sms_plugin.ui.look.metrics import strong, tabular


@dataclass(slots=True)
class CellPaint:
    """One cell while it is painted.

    Attributes:
        rect: The cell without its row line.
        text: Colour for words, `#RRGGBB`.
    """

    painter: QPainter
    index: QModelIndex
    rect: QRect
    font: QFont
    look: Palette
    text: str
    selected: bool
    bold: bool

    @property
    def ratio(self) -> float:
        device = self.painter.device()
        return device.devicePixelRatioF() if device is not None else 1.0


def is_selected(option: QStyleOptionViewItem) -> bool:
    return bool(option.state & QStyle.StateFlag.State_Selected)


_looks: dict[int, Palette] = {}


def look_of(option: QStyleOptionViewItem) -> Palette:
    """`palette_for` the view, remembered by its palette's cache key, since it is asked once per cell."""
    key = option.palette.cacheKey()
    found = _looks.get(key)
    if found is None:
        if len(_looks) > 64:
            _looks.clear()
        found = _looks[key] = palette_for(cast("QWidget | None", option.widget) or option.palette)
    return found


_fonts: dict[tuple[str, bool], QFont] = {}


def cell_font(font: QFont, bold: bool) -> QFont:
    """The font of a cell: figures equally wide, semibold on demand; shared, so do not change it."""
    key = (font.key(), bold)
    found = _fonts.get(key)
    if found is None:
        if len(_fonts) > 32:
            _fonts.clear()
        found = _fonts[key] = tabular(strong(font) if bold else font)
    return found


def measure(font: QFont) -> QFontMetrics:
    return _measure_for(font.key())


@functools.lru_cache(maxsize=16)
def _measure_for(font_key: str) -> QFontMetrics:
    font = QFont()
    font.fromString(font_key)
    return QFontMetrics(font)


def elided(words: str, width: int, font: QFont) -> str:
    return _elided(words, width, font.key())


@functools.lru_cache(maxsize=8192)
def _elided(words: str, width: int, font_key: str) -> str:
    return _measure_for(font_key).elidedText(words, Qt.TextElideMode.ElideRight, width)
