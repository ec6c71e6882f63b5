"""The chip: an icon and a word on the ground of their role. One drawing for cells and widgets."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from PyQt6.QtCore import QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPixmap

from orthos_sms_plugin.ui.look.colours import Palette, Role
from orthos_sms_plugin.ui.look.icons import pixmap
from orthos_sms_plugin.ui.look.metrics import metrics_for, sized


@dataclass(frozen=True, slots=True)
class CellState:
    """A state as it is shown, in a chip or as an icon before a text.

    Attributes:
        icon: Name of an icon; empty for none.
        text: The word or sentence; never empty beside an icon, since colour and drawing do not speak.
    """

    icon: str
    text: str
    role: Role = Role.NEUTRAL


def chip_font(font: QFont) -> QFont:
    return sized(font, metrics_for(font).small_px, strong=True)


def chip_size(state: CellState, font: QFont) -> QSize:
    """What a chip of `state` needs; `font` is the body font around it."""
    metrics = metrics_for(font)
    words = QFontMetrics(chip_font(font))
    icon = metrics.cell_icon + metrics.scaled(4) if state.icon else 0
    return QSize(metrics.scaled(7) * 2 + icon + words.horizontalAdvance(state.text), words.height() + metrics.scaled(4))


def paint_chip(
    painter: QPainter, left: float, middle: float, state: CellState, look: Palette, font: QFont, ratio: float
) -> None:
    """Draw the chip of `state` with its left edge at `left`, centred on the height `middle`."""
    drawn = _chip_pixmap(
        state, look.tone(state.role).text, look.tone(state.role).ground, look.framed, font.key(), ratio
    )
    height = drawn.height() / drawn.devicePixelRatio()
    painter.drawPixmap(round(left), round(middle - height / 2), drawn)


@functools.lru_cache(maxsize=256)
def _chip_pixmap(state: CellState, text: str, ground: str, framed: bool, font_key: str, ratio: float) -> QPixmap:
    """Chips come in a handful of kinds and hundreds of cells, so each is drawn once."""
    font = QFont()
    font.fromString(font_key)
    metrics = metrics_for(font)
    size = chip_size(state, font)
    drawn = QPixmap(round(size.width() * ratio), round(size.height() * ratio))
    drawn.setDevicePixelRatio(ratio)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline = QRectF(0.5, 0.5, size.width() - 1, size.height() - 1)
        painter.setPen(QPen(QColor(text), 1) if framed else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(outline, outline.height() / 2, outline.height() / 2)
        x = metrics.scaled(7)
        if state.icon:
            side = metrics.cell_icon
            painter.drawPixmap(x, (size.height() - side) // 2, pixmap(state.icon, side, text, ratio))
            x += side + metrics.scaled(4)
        painter.setFont(chip_font(font))
        painter.setPen(QColor(text))
        where = QRectF(x, 0, size.width() - x, size.height())
        painter.drawText(where, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, state.text)
    finally:
        painter.end()
    return drawn
