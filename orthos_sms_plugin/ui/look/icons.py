"""Our own icons, drawn in the colour of the text they stand beside."""

from __future__ import annotations

import functools
from importlib.resources import files

from PyQt6.QtCore import QByteArray, QObject, QRectF, QSize, Qt
from PyQt6.QtGui import QAction, QColor, QIcon, QImage, QPainter, QPalette, QPixmap
from PyQt6.QtSvg import QSvgRenderer
from PyQt6.QtWidgets import QAbstractButton, QToolButton, QWidget

from orthos_sms_plugin.ui.look.colours import Role, palette_for
from orthos_sms_plugin.ui.look.metrics import metrics_for

__all__ = ["icon", "icon_names", "pixmap", "refresh_icons", "set_icon"]

SIZES = (16, 20, 24, 32)
"""Sides in pixels at a scale of 1 that a `QIcon` of ours holds; Qt shrinks but never enlarges."""

_NAME_PROPERTY = "lookIcon"
_PRIMARY_PROPERTY = "primary"
_MENU_PROPERTY = "lookInMenu"


def icon_names() -> tuple[str, ...]:
    """Every name that `icon` takes, sorted."""
    return tuple(sorted(_drawings()))


def icon(name: str, source: QWidget | QPalette, *, role: Role | None = None, menu: bool = False) -> QIcon:
    """The icon `name` in the text colour of `source`, greyed when disabled.

    It does not follow a later change of theme; `set_icon` does.

    Args:
        role: Draw in the text colour of this role instead, e.g. `Role.ACCENT` on a filled button.
        menu: For a menu entry: drawn in the highlighted text's colour while the entry is highlighted.

    Raises:
        KeyError: There is no such icon.
    """
    look = palette_for(source)
    palette = source if isinstance(source, QPalette) else source.palette()
    ratio = source.devicePixelRatioF() if isinstance(source, QWidget) else 1.0
    scale = metrics_for(source.font()).scale if isinstance(source, QWidget) else 1.0
    normal = look.tone(role).text if role is not None else look.text
    made = QIcon()
    for side in SIZES:
        size = round(side * scale)
        made.addPixmap(pixmap(name, size, normal, ratio), QIcon.Mode.Normal)
        made.addPixmap(pixmap(name, size, look.disabled, ratio), QIcon.Mode.Disabled)
        if menu:
            highlighted = palette.color(QPalette.ColorRole.HighlightedText).name()
            made.addPixmap(pixmap(name, size, highlighted, ratio), QIcon.Mode.Active)
    return made


@functools.lru_cache(maxsize=1024)
def pixmap(name: str, size: int, value: str, ratio: float = 1.0) -> QPixmap:
    """The icon `name` as a square pixmap; shared, so do not draw on it.

    Args:
        size: Side in device-independent pixels.
        value: Line colour as `#RRGGBB`.
        ratio: Device pixel ratio of the screen it is shown on.

    Raises:
        KeyError: There is no such icon.
    """
    drawing = _drawings()[name].replace("currentColor", QColor(value).name())
    side = max(1, round(size * ratio))
    image = QImage(QSize(side, side), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        QSvgRenderer(QByteArray(drawing.encode())).render(painter, QRectF(0, 0, side, side))
    finally:
        painter.end()
    image.setDevicePixelRatio(ratio)
    return QPixmap.fromImage(image)


def set_icon(
    target: QAbstractButton | QAction, name: str, source: QWidget | None = None, *, menu: bool = False
) -> None:
    """Give `target` the icon `name` and keep it in step with theme, font and `primary`.

    Args:
        source: Where an action is shown; a button speaks for itself. Keeping step needs `apply_look`
            on a parent of the target.
        menu: The action is shown in a menu, never in a toolbar.

    Raises:
        KeyError: There is no such icon.
        TypeError: An action came without `source`.
    """
    if isinstance(target, QAction) and source is None:
        raise TypeError("an action needs the widget that shows it")
    shown_in = target if isinstance(target, QWidget) else source
    assert shown_in is not None
    role = Role.ACCENT if target.property(_PRIMARY_PROPERTY) else None
    target.setIcon(icon(name, shown_in, role=role, menu=menu))
    target.setProperty(_NAME_PROPERTY, name)
    target.setProperty(_MENU_PROPERTY, menu)


def refresh_icons(root: QWidget) -> None:
    """Draw again every icon that `set_icon` gave to `root`, its descendants and their actions."""
    targets: list[QObject] = [root, *root.findChildren(QAbstractButton), *root.findChildren(QAction)]
    for target in targets:
        redraw_icon(target, root)


def redraw_icon(target: QObject, source: QWidget) -> None:
    name = target.property(_NAME_PROPERTY)
    if name and isinstance(target, QAbstractButton | QAction):
        set_icon(target, str(name), source, menu=bool(target.property(_MENU_PROPERTY)))


def mark_primary(button: QAbstractButton, primary: bool) -> None:
    """Fill `button` as the view's next sensible step, or make it plain again."""
    if bool(button.property(_PRIMARY_PROPERTY)) == primary:
        return
    button.setProperty(_PRIMARY_PROPERTY, primary)
    action = button.defaultAction() if isinstance(button, QToolButton) else None
    if action is not None:
        action.setProperty(_PRIMARY_PROPERTY, primary)
        redraw_icon(action, button)
    redraw_icon(button, button)
    style = button.style()
    if style is not None:  # a changed property asks the stylesheet again only after a polish
        style.unpolish(button)
        style.polish(button)
    button.updateGeometry()


@functools.cache
def _drawings() -> dict[str, str]:
    folder = files("orthos_sms_plugin.ui.look") / "icons"
    return {
        entry.name.removesuffix(".svg"): entry.read_text(encoding="utf-8")
        for entry in folder.iterdir()
        if entry.name.endswith(".svg")
    }
