"""Sizes, all derived from the font: a larger system font makes taller rows, never a cut word."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from PyQt6.QtGui import QFont, QFontInfo, QFontMetrics

GROUP = 4
"""Space inside a group, in pixels; the grid's unit."""
CONTROL = 8
"""Space between controls."""
SECTION = 16
"""Space between groups; also the side margin of a dialog."""
SIDE = 12
"""Side margin of the panel."""
APART = 36
"""Space between unrelated fields."""
RADIUS = 4

_DRAWN_FOR_PX = 13


@dataclass(frozen=True, slots=True)
class Metrics:
    """Heights and sizes in pixels for one font; at 13 px they are those of the pictures."""

    text_px: int
    line: int
    scale: float
    field: int
    row: int
    header: int
    toolbar: int
    strip: int
    filter_bar: int
    summary: int
    legend: int
    status: int
    small_px: int
    title_px: int
    question_px: int
    figure_px: int
    toolbar_icon: int
    icon: int
    cell_icon: int

    def scaled(self, pixels: float) -> int:
        """`pixels` of the pictures at this font's size; never less than in the pictures."""
        return max(round(pixels), round(pixels * self.scale))


def metrics_for(font: QFont) -> Metrics:
    return _measure(font.key())


@functools.lru_cache(maxsize=16)
def _measure(font_key: str) -> Metrics:
    font = QFont()
    font.fromString(font_key)
    text_px = max(1, QFontInfo(font).pixelSize())
    line = QFontMetrics(font).height()
    scale = max(1.0, text_px / _DRAWN_FOR_PX)

    def around(padding: int, lines: int = 1) -> int:
        return lines * line + round(padding * scale)

    return Metrics(
        text_px=text_px,
        line=line,
        scale=scale,
        field=around(12),
        row=around(9),
        header=around(12),
        toolbar=around(18) + round(20 * scale),
        strip=around(20, lines=2),
        filter_bar=around(22),
        summary=around(20),
        legend=around(14),
        status=around(10),
        small_px=round(text_px * 12 / 13),
        title_px=round(text_px * 15 / 13),
        question_px=round(text_px * 17 / 13),
        figure_px=round(text_px * 18 / 13),
        toolbar_icon=round(20 * scale),
        icon=round(16 * scale),
        cell_icon=round(14 * scale),
    )


def sized(font: QFont, pixels: int, *, strong: bool = False) -> QFont:
    """A copy of `font` at `pixels` height, semibold if `strong`."""
    copy = QFont(font)
    copy.setPixelSize(max(1, pixels))
    copy.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
    return copy


def strong(font: QFont) -> QFont:
    """A semibold copy of `font`."""
    copy = QFont(font)
    copy.setWeight(QFont.Weight.DemiBold)
    return copy


def tabular(font: QFont) -> QFont:
    """A copy of `font` whose figures are equally wide, where the family has such figures."""
    copy = QFont(font)
    copy.setFeature(QFont.Tag.fromString("tnum") or QFont.Tag(), 1)
    return copy
