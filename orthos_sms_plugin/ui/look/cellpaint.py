"""What every cell needs to paint cheaply: the look, fonts and laid-out texts, remembered per view."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast
from weakref import WeakKeyDictionary

from PyQt6.QtCore import QModelIndex, QPointF, QRect, Qt
from PyQt6.QtGui import QFont, QFontMetrics, QPainter, QStaticText
from PyQt6.QtWidgets import QStyleOptionViewItem, QWidget

from orthos_sms_plugin.ui.look.colours import Palette, colour, palette_for
from orthos_sms_plugin.ui.look.metrics import Metrics, metrics_for, strong, tabular

_MOST_TEXTS = 8192


class FontKit:
    """The fonts of a view's cells, with everything measured or laid out in them so far."""

    def __init__(self, font: QFont) -> None:
        self.base = QFont(font)
        self.metrics: Metrics = metrics_for(font)
        self._fonts = {False: tabular(font), True: tabular(strong(font))}
        self._measures = {bold: QFontMetrics(cut) for bold, cut in self._fonts.items()}
        self._texts: dict[tuple[str, int, bool], QStaticText] = {}

    def width(self, words: str, *, bold: bool) -> int:
        return self._measures[bold].horizontalAdvance(words)

    def draw(self, painter: QPainter, rect: QRect, words: str, value: str, *, bold: bool, to_right: bool) -> None:
        """Draw one line in `rect`, elided at its end.

        A text is laid out once for each width; a screen full of cells is then only blitted.
        """
        room = rect.width()
        key = (words, room, bold)
        text = self._texts.get(key)
        if text is None:
            if len(self._texts) >= _MOST_TEXTS:
                self._texts.clear()
            text = self._texts[key] = self._laid_out(words, room, bold)
        size = text.size()
        left = rect.left() + room - size.width() if to_right else rect.left()
        painter.setFont(self._fonts[bold])
        painter.setPen(colour(value))
        painter.drawStaticText(QPointF(left, rect.top() + round((rect.height() - size.height()) / 2)), text)

    def _laid_out(self, words: str, room: int, bold: bool) -> QStaticText:
        one_line = " ".join(words.split("\n"))
        text = QStaticText(self._measures[bold].elidedText(one_line, Qt.TextElideMode.ElideRight, room))
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.prepare(font=self._fonts[bold])
        return text


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
    kit: FontKit
    look: Palette
    text: str
    selected: bool
    bold: bool

    @property
    def ratio(self) -> float:
        device = self.painter.device()
        return device.devicePixelRatioF() if device is not None else 1.0


@dataclass(slots=True)
class _ViewMemory:
    palette_key: int
    window_look: Palette
    kit: FontKit


_memory: WeakKeyDictionary[QWidget, _ViewMemory] = WeakKeyDictionary()


def look_and_kit(option: QStyleOptionViewItem) -> tuple[Palette, FontKit]:
    """Colours and fonts of the view that paints, remembered, since they are asked for once per cell."""
    view = cast("QWidget | None", option.widget)
    if view is None:
        return palette_for(option.palette), FontKit(option.font)
    font = option.font
    key = option.palette.cacheKey()
    known = _memory.get(view)
    if known is None or known.palette_key != key or known.kit.base != font:
        kit = known.kit if known is not None and known.kit.base == font else FontKit(font)
        known = _memory[view] = _ViewMemory(key, palette_for(view), kit)
    return known.window_look, known.kit
