"""Pictures in the colour of the text they stand beside. Drawn on a grid of 20, line 1.5, round ends, no fill."""

from __future__ import annotations

from PyQt6.QtCore import QByteArray, QRectF, Qt
from PyQt6.QtGui import QColor, QIcon, QPainter, QPixmap
from PyQt6.QtSvg import QSvgRenderer

_HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20" fill="none" stroke="currentColor" '
    'stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round">'
)


def _draw(*paths: str) -> str:
    return _HEAD + "".join(f'<path d="{path}"/>' for path in paths) + "</svg>"


PERSON = _draw("M10 10a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Z", "M3.5 17c.6-3 3.2-4.5 6.5-4.5s5.9 1.5 6.5 4.5")
AGENDA = _draw("M3.5 5h13v11.5h-13Z", "M3.5 8.5h13", "M7 3v3.5", "M13 3v3.5")
PHONE = _draw("M6.5 3 4 4.2c-.6 5.6 4.6 11.9 11.2 12L17 13.6l-3.6-2-1.9 1.7c-2-1-3.5-2.6-4.5-4.7L8.5 7Z")
GROUP = _draw(
    "M7.5 9.5a2.75 2.75 0 1 0 0-5.5 2.75 2.75 0 0 0 0 5.5Z",
    "M2.5 16c.4-2.6 2.3-4 5-4s4.6 1.4 5 4",
    "M13 4.3a2.6 2.6 0 0 1 0 5",
    "M14.5 12.2c1.7.5 2.7 1.8 3 3.8",
)
SEARCH = _draw("M8.5 13.5a5 5 0 1 0 0-10 5 5 0 0 0 0 10Z", "m12.2 12.2 4.3 4.3")
INFO = _draw("M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14Z", "M10 9.2v4", "M10 6.6v.1")
WARNING = _draw("M10 3.5 17.2 16H2.8Z", "M10 8.2v3.5", "M10 13.9v.1")
ERROR = _draw("M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14Z", "m7.6 7.6 4.8 4.8", "m12.4 7.6-4.8 4.8")
PLUS = _draw("M10 4.5v11", "M4.5 10h11")
BIN = _draw("M4.5 6h11", "M8 6V4h4v2", "m6 6 .7 10.5h6.6L14 6", "M8.7 9v4.5", "M11.3 9v4.5")
CROSS = _draw("m5.5 5.5 9 9", "m14.5 5.5-9 9")
MORE = _draw("m5 5 5 5-5 5", "m10.5 5 5 5-5 5")
BACK = _draw("M12 4.5 6.5 10l5.5 5.5")
FORWARD = _draw("M8 4.5 13.5 10 8 15.5")


def pixmap(svg: str, size: int, colour: str, ratio: float = 1.0) -> QPixmap:
    """Draw `svg` with ``currentColor`` replaced; an empty pixmap when it is no picture."""
    drawn = QPixmap(round(size * ratio), round(size * ratio))
    drawn.fill(Qt.GlobalColor.transparent)
    renderer = QSvgRenderer(QByteArray(svg.replace("currentColor", colour).encode()))
    if renderer.isValid():
        painter = QPainter(drawn)
        renderer.render(painter, QRectF(0, 0, drawn.width(), drawn.height()))
        painter.end()
    drawn.setDevicePixelRatio(ratio)
    return drawn


def icon(svg: str, colour: str, disabled: str, ratio: float = 1.0) -> QIcon:
    """Make an icon of `svg` for buttons and menus."""
    made = QIcon()
    for size in (16, 20, 32):
        made.addPixmap(pixmap(svg, size, colour, ratio), QIcon.Mode.Normal)
        made.addPixmap(pixmap(svg, size, disabled, ratio), QIcon.Mode.Disabled)
    return made


def tinted(source: QIcon, size: int, colour: str, ratio: float = 1.0) -> QIcon:
    """Give `source` in one colour: a plugin's icon on a filled button."""
    drawn = source.pixmap(round(size * ratio), round(size * ratio))
    if drawn.isNull():
        return source
    painter = QPainter(drawn)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(drawn.rect(), QColor(colour))
    painter.end()
    drawn.setDevicePixelRatio(ratio)
    return QIcon(drawn)
