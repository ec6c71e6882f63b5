"""Delegates of the panel's tables. They paint what the model says and know nothing about messages.

A model answers for a cell:

* `DisplayRole`: the whole text (`TextDelegate`); `LOOK_ROLE`: a `CellLook`, or None for a plain cell.
* `STATE_ROLE`: a `CellState` for `ChipDelegate` and `DetailDelegate`, or None for an empty cell.
* `MARK_ROLE`: a `CellMark` for `MarkDelegate`; a click on a live box calls
  `model.setData(index, Qt.CheckState, CheckStateRole)`.
* `ToolTipRole`: shown when the cell's text is not elided; elided cells show their whole text.

Row height: `metrics_for(view.font()).row`. The delegates draw the row lines, so turn the grid off.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from enum import Enum
from typing import Final

from PyQt6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QObject, QPointF, QRect, QSize, Qt
from PyQt6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPen
from PyQt6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QToolTip

from orthos_sms_plugin.ui.guard import guarded
from orthos_sms_plugin.ui.look.cellpaint import CellPaint, FontKit, look_and_kit
from orthos_sms_plugin.ui.look.chip import CellState, chip_size, paint_chip
from orthos_sms_plugin.ui.look.colours import Palette, Role, colour
from orthos_sms_plugin.ui.look.icons import pixmap
from orthos_sms_plugin.ui.look.metrics import RADIUS, Metrics

__all__ = [
    "LOOK_ROLE",
    "MARK_ROLE",
    "STATE_ROLE",
    "Box",
    "CellDelegate",
    "CellLook",
    "CellMark",
    "CellState",
    "ChipDelegate",
    "DetailDelegate",
    "MarkDelegate",
    "TextDelegate",
    "plain_tooltip",
]

_FIRST_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 0x200
STATE_ROLE: Final = _FIRST_ROLE
MARK_ROLE: Final = _FIRST_ROLE + 1
LOOK_ROLE: Final = _FIRST_ROLE + 2

PADDING = 8
DIMMED_OPACITY = 0.45

_SELECTED = QStyle.StateFlag.State_Selected.value
_HAS_FOCUS = QStyle.StateFlag.State_HasFocus.value
_DISPLAY = Qt.ItemDataRole.DisplayRole
_Left = Qt.AlignmentFlag.AlignLeft


class Box(Enum):
    """What the mark column shows: a check box, one that cannot be ticked, or an icon in its place."""

    CHECKED = "checked"
    EMPTY = "empty"
    OFF = "off"
    ICON = "icon"


@dataclass(frozen=True, slots=True)
class CellMark:
    """One cell of the mark column.

    Attributes:
        icon: Drawn instead of a box when `box` is `Box.ICON`.
        tooltip: Why there is no live box, in the user's words; a box that is off always has one.
    """

    box: Box
    icon: str = ""
    role: Role = Role.INFO
    tooltip: str = ""


@dataclass(frozen=True, slots=True)
class CellLook:
    """How a text cell differs from a plain one.

    Attributes:
        ground: Role whose ground and text the cell takes, e.g. `Role.NO_MOBILE`; it outlasts a selection.
        bold: Semibold, e.g. two parts or more.
        quiet: In the secondary text colour.
    """

    ground: Role | None = None
    bold: bool = False
    quiet: bool = False


_PLAIN = CellLook()


def plain_tooltip(text: str) -> str:
    """`text` for a tooltip: never read as markup, and wrapped when long."""
    return f"<qt>{html.escape(text)}</qt>" if text else ""


class CellDelegate(QStyledItemDelegate):
    """Paints the ground, the row line and the focus of a cell; subclasses paint what stands on it."""

    def __init__(self, parent: QObject | None = None, *, align: Qt.AlignmentFlag = _Left) -> None:
        super().__init__(parent)
        self._to_right = bool(align & Qt.AlignmentFlag.AlignRight)
        self._dimmed = False

    def set_dimmed(self, dimmed: bool) -> None:
        """Fade the cells while newer rows are on their way; the view repaints itself."""
        self._dimmed = dimmed
        parent = self.parent()
        viewport = parent.viewport() if isinstance(parent, QAbstractItemView) else None
        if viewport is not None:
            viewport.update()

    @guarded
    def paint(self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        if painter is None:
            return
        painter.save()
        try:
            self._paint(painter, option, index)
        finally:
            painter.restore()

    @guarded(returns=QSize())
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        _look, kit = look_and_kit(option)
        return QSize(self.needed_width(kit, index) + 2 * PADDING, kit.metrics.row)

    @guarded(returns=False)
    def helpEvent(
        self,
        event: QHelpEvent | None,
        view: QAbstractItemView | None,
        option: QStyleOptionViewItem,
        index: QModelIndex,
    ) -> bool:
        if event is None or event.type() != QEvent.Type.ToolTip:
            return False
        QToolTip.showText(event.globalPos(), plain_tooltip(self.tooltip(option, index)), view)
        return True

    def tooltip(self, option: QStyleOptionViewItem, index: QModelIndex) -> str:
        """The whole text if it is elided, else what the model has to add; empty for none."""
        _look, kit = look_and_kit(option)
        if self.needed_width(kit, index) > option.rect.width() - 2 * PADDING:
            return self.whole_text(index)
        return str(index.data(Qt.ItemDataRole.ToolTipRole) or "")

    def needed_width(self, kit: FontKit, index: QModelIndex) -> int:
        """Width of the whole content without padding, in pixels."""
        return 0

    def whole_text(self, index: QModelIndex) -> str:
        return str(index.data(_DISPLAY) or "")

    def _paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        look, kit = look_and_kit(option)
        # Plain numbers: an `&` of two flags costs more than the rest of this method.
        state = option.state.value
        selected = bool(state & _SELECTED)
        cell_look = self._look(index)
        kept = cell_look.ground
        rect = option.rect
        # The view has already laid base or alternate ground under the row.
        if selected:
            tone = look.tone(Role.SELECTED)
            text = tone.text
            painter.fillRect(rect, colour(tone.ground))
        else:
            text = look.secondary if cell_look.quiet else look.text
        if kept is not None:
            text = self._paint_kept_ground(painter, rect, look, kept, selected=selected)
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, colour(look.row_line))
        if self._dimmed:
            painter.setOpacity(DIMMED_OPACITY)
        inside = rect.adjusted(0, 0, 0, -1)
        self._paint_content(CellPaint(painter, index, inside, kit, look, text, selected=selected, bold=cell_look.bold))
        if state & _HAS_FOCUS:
            painter.setPen(QPen(colour(text if look.framed else look.link), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(inside.adjusted(0, 0, -1, -1))

    def _paint_kept_ground(self, painter: QPainter, rect: QRect, look: Palette, role: Role, *, selected: bool) -> str:
        """Draw the sign of the cell; on a selected row it stays, inside a frame of the selection.

        Returns:
            The colour for words on it.
        """
        tone = look.tone(role)
        painter.fillRect(rect.adjusted(2, 2, -2, -3) if selected else rect, colour(tone.ground))
        if look.framed:
            painter.setPen(colour(tone.text))
            painter.drawRect(rect.adjusted(2, 2, -3, -4))
        return tone.text

    def _look(self, index: QModelIndex) -> CellLook:
        return _PLAIN

    def _paint_content(self, cell: CellPaint) -> None:
        """Draw what stands on the ground."""

    def _paint_words(self, cell: CellPaint, words: str, rect: QRect, value: str, *, bold: bool) -> None:
        cell.kit.draw(cell.painter, rect, words, value, bold=bold, to_right=self._to_right)


class TextDelegate(CellDelegate):
    """A text, elided at its end; figures equally wide."""

    def needed_width(self, kit: FontKit, index: QModelIndex) -> int:
        return kit.width(self.whole_text(index), bold=self._look(index).bold)

    def _look(self, index: QModelIndex) -> CellLook:
        found = index.data(LOOK_ROLE)
        return found if isinstance(found, CellLook) else _PLAIN

    def _paint_content(self, cell: CellPaint) -> None:
        words = cell.index.data(_DISPLAY)
        if words:
            rect = cell.rect.adjusted(PADDING, 0, -PADDING, 0)
            self._paint_words(cell, str(words), rect, cell.text, bold=cell.bold)


class _StateDelegate(CellDelegate):
    """What shows the `CellState` of a cell, if it has one."""

    def needed_width(self, kit: FontKit, index: QModelIndex) -> int:
        state = _state(index)
        return self._width_of(state, kit) if state is not None else 0

    def whole_text(self, index: QModelIndex) -> str:
        state = _state(index)
        return state.text if state is not None else ""

    def _paint_content(self, cell: CellPaint) -> None:
        state = _state(cell.index)
        if state is not None:
            self._paint_state(cell, state)

    def _width_of(self, state: CellState, kit: FontKit) -> int:
        return 0

    def _paint_state(self, cell: CellPaint, state: CellState) -> None:
        """Draw `state` on the ground of the cell."""


class ChipDelegate(_StateDelegate):
    """The chip of the state; it keeps its own ground on a selected row."""

    def _width_of(self, state: CellState, kit: FontKit) -> int:
        return chip_size(state, kit.base).width()

    def _paint_state(self, cell: CellPaint, state: CellState) -> None:
        cell.painter.setClipRect(cell.rect)
        middle = cell.rect.top() + cell.rect.height() / 2
        paint_chip(cell.painter, cell.rect.left() + PADDING - 1, middle, state, cell.look, cell.kit.base, cell.ratio)


class DetailDelegate(_StateDelegate):
    """An icon in the colour of its role and a text; without an icon the text is quiet."""

    def _width_of(self, state: CellState, kit: FontKit) -> int:
        icon = _icon_room(kit.metrics) if state.icon else 0
        return icon + kit.width(state.text, bold=_loud(state))

    def _paint_state(self, cell: CellPaint, state: CellState) -> None:
        rect = cell.rect.adjusted(PADDING, 0, -PADDING, 0)
        value = cell.text
        if state.icon:
            metrics = cell.kit.metrics
            side = metrics.cell_icon
            tint = cell.text if cell.selected else cell.look.tone(state.role).text
            top = rect.top() + (rect.height() - side + 1) // 2
            cell.painter.drawPixmap(rect.left(), top, pixmap(state.icon, side, tint, cell.ratio))
            rect.setLeft(rect.left() + _icon_room(metrics))
        elif not cell.selected:
            value = cell.look.secondary
        self._paint_words(cell, state.text, rect, value, bold=_loud(state))


class MarkDelegate(CellDelegate):
    """The mark column: a check box, a box that is off, or the icon of a send under way."""

    def tooltip(self, option: QStyleOptionViewItem, index: QModelIndex) -> str:
        mark = index.data(MARK_ROLE)
        return mark.tooltip if isinstance(mark, CellMark) else ""

    def needed_width(self, kit: FontKit, index: QModelIndex) -> int:
        return kit.metrics.icon

    @guarded(returns=False)
    def editorEvent(
        self,
        event: QEvent | None,
        model: QAbstractItemModel | None,
        option: QStyleOptionViewItem,
        index: QModelIndex,
    ) -> bool:
        if not isinstance(event, QMouseEvent) or model is None or event.button() != Qt.MouseButton.LeftButton:
            return False
        mark = index.data(MARK_ROLE)
        if not isinstance(mark, CellMark) or mark.box not in (Box.CHECKED, Box.EMPTY):
            return False
        if event.type() == QEvent.Type.MouseButtonRelease and option.rect.contains(event.position().toPoint()):
            wanted = Qt.CheckState.Checked if mark.box is Box.EMPTY else Qt.CheckState.Unchecked
            return model.setData(index, wanted, Qt.ItemDataRole.CheckStateRole)
        # The second press of two quick clicks must not activate the row.
        return event.type() == QEvent.Type.MouseButtonDblClick

    def _paint_content(self, cell: CellPaint) -> None:
        mark = cell.index.data(MARK_ROLE)
        if not isinstance(mark, CellMark):
            return
        side = cell.kit.metrics.icon
        left = cell.rect.left() + (cell.rect.width() - side) // 2
        top = cell.rect.top() + (cell.rect.height() - side) // 2
        if mark.box is Box.ICON:
            tint = cell.text if cell.look.framed else cell.look.tone(mark.role).text
            cell.painter.drawPixmap(left, top, pixmap(mark.icon, side, tint, cell.ratio))
        else:
            _paint_box(cell.painter, QRect(left, top, side, side), mark.box, cell.look, cell.ratio)


def _paint_box(painter: QPainter, rect: QRect, box: Box, look: Palette, ratio: float) -> None:
    accent = look.tone(Role.ACCENT)
    ground, border = {
        Box.CHECKED: (accent.ground, look.text if look.framed else accent.ground),
        Box.OFF: (look.header, look.row_line),
    }.get(box, (look.table, look.field_border))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(QPointF(0.5, 0.5))
    painter.setPen(QPen(colour(border), 1))
    painter.setBrush(colour(ground))
    painter.drawRoundedRect(rect.adjusted(0, 0, -1, -1), RADIUS - 1, RADIUS - 1)
    painter.translate(QPointF(-0.5, -0.5))
    if box is Box.CHECKED:
        painter.drawPixmap(rect.topLeft(), pixmap("check", rect.width(), accent.text, ratio))


def _state(index: QModelIndex) -> CellState | None:
    found = index.data(STATE_ROLE)
    return found if isinstance(found, CellState) else None


def _icon_room(metrics: Metrics) -> int:
    return metrics.cell_icon + metrics.scaled(7)


def _loud(state: CellState) -> bool:
    """A send under way is semibold, so that the eye finds it among the finished ones."""
    return state.role is Role.INFO and bool(state.icon)
