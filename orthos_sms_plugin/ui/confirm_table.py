"""The two lists of the confirmation: what leaves, and what was sent already. Plain tuples, answered from memory."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Any, final

from PyQt6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from PyQt6.QtWidgets import QTableView

from orthos_sms_plugin.services.sending_plan import PlannedRow, SendPlan
from orthos_sms_plugin.ui import words
from orthos_sms_plugin.ui.confirm_words import estimate
from orthos_sms_plugin.ui.dialog_parts import quiet_table
from orthos_sms_plugin.ui.figures import amount
from orthos_sms_plugin.ui.guard import guarded
from orthos_sms_plugin.ui.look.cells import LOOK_ROLE, STATE_ROLE, CellLook, DetailDelegate, TextDelegate
from orthos_sms_plugin.ui.look.theme import Role

_NO_PARENT = QModelIndex()
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_BOLD = CellLook(bold=True)
_QUIET = CellLook(quiet=True)
_CHANGED = CellLook(ground=Role.WAITING, bold=True)
_HOME_LENGTH = len("600 555 001")
_SPOKEN = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)


class LeavingColumn(IntEnum):
    """The columns of the rows that leave."""

    NAME = 0
    PHONE = 1
    UNITS = 2
    PARTS = 3
    CREDITS = 4
    TEXT = 5


_COUNTS = (LeavingColumn.UNITS, LeavingColumn.PARTS, LeavingColumn.CREDITS)


@final
class LeavingModel(QAbstractTableModel):
    """The rows whose message leaves, in the order in which they leave."""

    def __init__(self, plan: SendPlan, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._plan = plan
        self._rows: tuple[PlannedRow, ...] = plan.first

    def show_again(self, with_again: bool) -> None:
        """Add the resends at the end, or take them away; the rows before them stay where they are."""
        plan = self._plan
        if not plan.again or with_again == (len(self._rows) > len(plan.first)):
            return
        first, last = len(plan.first), len(plan.first) + len(plan.again) - 1
        if with_again:
            self.beginInsertRows(_NO_PARENT, first, last)
            self._rows = (*plan.first, *plan.again)
            self.endInsertRows()
        else:
            self.beginRemoveRows(_NO_PARENT, first, last)
            self._rows = plan.first
            self.endRemoveRows()

    def has_foreign(self) -> bool:
        """Whether a number with a country's prefix may come up, which needs more room."""
        return any(len(planned.row.phone_shown) > _HOME_LENGTH for planned in (*self._plan.first, *self._plan.again))

    @guarded(returns=0)
    def rowCount(self, parent: QModelIndex = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    @guarded(returns=0)
    def columnCount(self, parent: QModelIndex = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(LeavingColumn)

    @guarded(returns=None)
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return (
                self.tr("Nombre"),
                self.tr("Teléfono"),
                self.tr("Car."),
                self.tr("Partes"),
                self.tr("≈ Créd."),
                self.tr("Texto que sale"),
            )[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if section in _COUNTS else _LEFT
        return None

    @guarded(returns=None)
    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not 0 <= index.row() < len(self._rows):
            return None
        planned, column = self._rows[index.row()], index.column()
        if role in _SPOKEN:
            return self._words(planned, column)
        if role == LOOK_ROLE:
            return _look(planned, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tooltip(planned, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if column in _COUNTS else _LEFT
        return None

    def _words(self, planned: PlannedRow, column: int) -> str:
        row, text = planned.row, planned.text
        match column:
            case LeavingColumn.NAME:
                return row.name
            case LeavingColumn.PHONE:
                return row.phone_shown
            case LeavingColumn.UNITS:
                return amount(text.units)
            case LeavingColumn.PARTS:
                return amount(text.parts)
            case LeavingColumn.CREDITS:
                return estimate(self._plan.credits(text.parts)).removeprefix("≈ ")
            case LeavingColumn.TEXT:
                return text.text
        return ""

    def _tooltip(self, planned: PlannedRow, column: int) -> str:
        if column == LeavingColumn.PHONE and planned.phone_was:
            return self.tr("En la consulta era {phone}").format(phone=planned.phone_was)
        if column == LeavingColumn.TEXT and planned.text_changed:
            return self.tr("El texto ha cambiado desde la consulta")
        if column == LeavingColumn.NAME:
            relatives = self._plan.along.get(planned.row.key, ())
            if relatives and not planned.row.live:
                names = "; ".join(row.name for row in relatives)
                return self.tr("Cubre también a {names}").format(names=names)
        return ""


def _look(planned: PlannedRow, column: int) -> CellLook | None:
    if column == LeavingColumn.PHONE:
        return _CHANGED if planned.phone_was else None
    if column == LeavingColumn.PARTS:
        return _BOLD if planned.text.parts > 1 else None
    if column == LeavingColumn.TEXT:
        return _CHANGED if planned.text_changed else _QUIET
    return None


def leaving_table(model: LeavingModel) -> QTableView:
    """Make the table of the rows that leave."""
    table = QTableView()
    table.setModel(model)
    for column in LeavingColumn:
        align = Qt.AlignmentFlag.AlignRight if column in _COUNTS else Qt.AlignmentFlag.AlignLeft
        table.setItemDelegateForColumn(column, TextDelegate(table, align=align))
    quiet_table(table, (236, 146 if model.has_foreign() else 112, 52, 64, 72))
    return table


@final
class AgainModel(QAbstractTableModel):
    """Who has had this message, and what became of it."""

    def __init__(self, rows: Sequence[PlannedRow], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows = rows

    @guarded(returns=0)
    def rowCount(self, parent: QModelIndex = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    @guarded(returns=0)
    def columnCount(self, parent: QModelIndex = _NO_PARENT) -> int:
        return 0 if parent.isValid() else 2

    @guarded(returns=None)
    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not 0 <= index.row() < len(self._rows):
            return None
        row = self._rows[index.row()].row
        if index.column() == 0:
            return row.name if role in _SPOKEN else None
        state = words.status_detail(row.status)
        if role == STATE_ROLE:
            return state
        return state.text if role in _SPOKEN and state is not None else None


def again_table(model: AgainModel) -> QTableView:
    """Make the list of what was sent already: two columns without a heading."""
    table = QTableView()
    table.setModel(model)
    header = table.horizontalHeader()
    assert header is not None
    header.hide()
    table.setItemDelegateForColumn(0, TextDelegate(table))
    table.setItemDelegateForColumn(1, DetailDelegate(table))
    quiet_table(table, (270,))
    return table
