"""The grid's model: a row book seen through Qt. It answers from memory and knows no database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import IntEnum
from typing import Any, final

from PyQt6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, pyqtSignal

from orthos_sms_plugin.domain.rowbook import RowBook, Which
from orthos_sms_plugin.domain.rows import PlainText, Problem, Row, RowText
from orthos_sms_plugin.domain.states import MessageState
from orthos_sms_plugin.services.ports import RowChange
from orthos_sms_plugin.ui import words
from orthos_sms_plugin.ui.guard import guarded
from orthos_sms_plugin.ui.look.cells import LOOK_ROLE, MARK_ROLE, STATE_ROLE, Box, CellLook, CellMark
from orthos_sms_plugin.ui.look.theme import Role

NO_PARENT = QModelIndex()


class Column(IntEnum):
    """The columns of R06 for the group audience."""

    MARK = 0
    NAME = 1
    SENT = 2
    CODE = 3
    PHONE = 4
    UNITS = 5
    PARTS = 6
    TEXT = 7
    DETAIL = 8


_COLUMNS = len(Column)
_NOTHING = Qt.ItemFlag.NoItemFlags
_CELL = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
_TICKABLE = _CELL | Qt.ItemFlag.ItemIsUserCheckable
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_NO_MOBILE = CellLook(ground=Role.NO_MOBILE)
_BOLD = CellLook(bold=True)
_QUIET = CellLook(quiet=True)
_WITHOUT_MOBILE = frozenset({Problem.NO_MOBILE, Problem.BAD_PHONE, Problem.NOT_A_MOBILE})
_MARK_ICONS = {
    MessageState.QUEUED: ("hourglass", Role.NEUTRAL),
    MessageState.SENDING: ("send", Role.INFO),
    MessageState.UNKNOWN: ("question-circle", Role.DOUBTFUL),
}

TextOf = Callable[[Row], RowText]


@final
class RecipientTableModel(QAbstractTableModel):
    """What the grid shows and which rows are marked.

    Signals:
        marks_changed: The marks, or a figure that hangs on the rows, are other ones now.
        marked_by_hand: A person turned marks over, by the box or the space bar.
    """

    marks_changed = pyqtSignal()
    marked_by_hand = pyqtSignal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.book = RowBook()
        self.row_scope = ""
        self._text_of: TextOf | None = None

    def show(self, book: RowBook, *, row_scope: str, text_of: TextOf) -> None:
        """Show the rows of a new query.

        Args:
            book: Built on a worker; the model owns it from now on.
            row_scope: Digest of the query's scope; changes of other scopes pass by.
            text_of: Merges one row; used for rows on screen whose text is not there yet.
        """
        self.beginResetModel()
        self.book, self.row_scope, self._text_of = book, row_scope, text_of
        self.endResetModel()
        self.marks_changed.emit()

    def clear(self) -> None:
        """Show nothing."""
        self.beginResetModel()
        self.book, self.row_scope, self._text_of = RowBook(), "", None
        self.endResetModel()
        self.marks_changed.emit()

    # --- marks ------------------------------------------------------------------------------------------------------

    def mark(self, which: Which) -> None:
        """Mark the rows that `which` names, and no other."""
        self.book.mark(which)
        self._marks_changed()

    def unmark_all(self) -> None:
        """Take every mark away."""
        self.book.unmark_all()
        self._marks_changed()

    def set_one_per_phone(self, on: bool) -> None:
        """Turn the one-per-phone rule on or off."""
        self.book.set_one_per_phone(on)
        self._marks_changed()

    def toggle(self, position: int) -> None:
        """Turn one mark over, as the space bar does."""
        self.book.set_mark(position, position not in self.book.marked)
        self._marks_changed()
        self.marked_by_hand.emit()

    def set_marks(self, positions: Sequence[int], marked: bool) -> None:
        """Mark or unmark several rows alike."""
        for position in positions:
            self.book.set_mark(position, marked)
        self._marks_changed()
        self.marked_by_hand.emit()

    # --- what comes from outside ------------------------------------------------------------------------------------

    def apply(self, changes: Iterable[RowChange]) -> None:
        """Repaint the rows whose messages changed; rows of other queries are passed over."""
        touched = []
        for change in changes:
            if change.row_scope != self.row_scope:
                continue
            position = self.book.position(change.patient_id, change.appointment_id)
            if position is not None:
                self.book.put_status(position, change.status)
                touched.append(position)
        self._rows_changed(touched)

    def put_rows(self, rows: Iterable[Row]) -> None:
        """Show rows that were read again, each in its place."""
        touched = []
        for row in rows:
            position = self.book.position(row.patient_id, row.appointment_id)
            if position is not None:
                self.book.put(position, row)
                self.book.texts[position] = None
                touched.append(position)
        self._rows_changed(touched)

    def put_texts(self, first: int, texts: Sequence[PlainText]) -> None:
        """Keep texts that were merged in the background, from position `first` on.

        Nothing on screen changes by it: a row that was painted before has merged the same text itself.
        """
        self.book.texts[first : first + len(texts)] = texts

    def text_at(self, position: int) -> RowText:
        """Give a row's text, merged now if it was not yet."""
        known = self.book.texts[position]
        if known is not None:
            return RowText._make(known)
        text = self._text_of(self.book.rows[position]) if self._text_of is not None else RowText("", 0, 0)
        self.book.texts[position] = (*text,)
        return text

    # --- QAbstractTableModel ----------------------------------------------------------------------------------------

    @guarded(returns=0)
    def rowCount(self, parent: QModelIndex = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.book)

    @guarded(returns=0)
    def columnCount(self, parent: QModelIndex = NO_PARENT) -> int:
        return 0 if parent.isValid() else _COLUMNS

    @guarded(returns=NO_PARENT)
    def index(self, row: int, column: int, parent: QModelIndex = NO_PARENT) -> QModelIndex:
        # Qt's own asks for the two counts first, for every cell that it paints.
        if parent.isValid() or not (0 <= row < len(self.book) and 0 <= column < _COLUMNS):
            return QModelIndex()
        return self.createIndex(row, column)

    @guarded(returns=_NOTHING)
    def flags(self, index: QModelIndex) -> Qt.ItemFlag:
        if index.column() > 0:
            return _CELL
        if not index.isValid():
            return _NOTHING
        return _TICKABLE if self.book.rows[index.row()].markable else _CELL

    @guarded(returns=None)
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._headings()[section]
        if role == Qt.ItemDataRole.ToolTipRole and section == Column.SENT:
            return self.tr(
                "«Si» es lo que comunica el centro de mensajes; no prueba que la persona lo haya recibido. "
                "El valor puede pasar de «--» a «No» y de «No» a «Si» durante varios días."
            )
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if section in (Column.UNITS, Column.PARTS) else _LEFT
        return None

    @guarded(returns=None)
    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        position, column = index.row(), index.column()
        if not 0 <= position < len(self.book):
            return None
        row = self.book.rows[position]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._words(position, row, column)
        if role == STATE_ROLE:
            return words.chip(row) if column == Column.SENT else self._detail(position, row)
        if role == MARK_ROLE:
            return self._mark(position, row) if column == Column.MARK else None
        if role == LOOK_ROLE:
            return self._look(position, row, column)
        if role == Qt.ItemDataRole.CheckStateRole and column == Column.MARK and row.markable:
            return Qt.CheckState.Checked if position in self.book.marked else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if column in (Column.UNITS, Column.PARTS) else _LEFT
        return None

    @guarded(returns=False)
    def setData(self, index: QModelIndex, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole or index.column() != Column.MARK:
            return False
        if not self.book.rows[index.row()].markable:
            return False
        self.book.set_mark(index.row(), Qt.CheckState(value) is Qt.CheckState.Checked)
        self._marks_changed()
        self.marked_by_hand.emit()
        return True

    # --- cells ------------------------------------------------------------------------------------------------------

    def _words(self, position: int, row: Row, column: int) -> str:
        match column:
            case Column.NAME:
                return row.name
            case Column.SENT:
                return row.enviado.value
            case Column.CODE:
                return row.code
            case Column.PHONE:
                return row.phone_shown or "—"
            case Column.UNITS:
                return str(self.text_at(position).units)
            case Column.PARTS:
                return str(self.text_at(position).parts)
            case Column.TEXT:
                return self.text_at(position).text
            case Column.DETAIL:
                state = self._detail(position, row)
                return "" if state is None else state.text
        return ""

    def _detail(self, position: int, row: Row) -> Any:
        speaker = self.book.covered.get(position)
        return words.detail(row, "" if speaker is None else self.book.rows[speaker].name)

    def _mark(self, position: int, row: Row) -> CellMark:
        if row.busy and row.status.state is not None:
            icon, role = _MARK_ICONS[row.status.state]
            state = words.status_detail(row.status)
            return CellMark(Box.ICON, icon, role, "" if state is None else state.text)
        if not row.sendable:
            return CellMark(Box.OFF, tooltip=words.problem_words(row.problem, row.empty_field))
        return CellMark(Box.CHECKED if position in self.book.marked else Box.EMPTY)

    def _look(self, position: int, row: Row, column: int) -> CellLook | None:
        if column in (Column.NAME, Column.PHONE):
            return _NO_MOBILE if row.problem in _WITHOUT_MOBILE else None
        if column == Column.PARTS:
            return _BOLD if self.text_at(position).parts > 1 else None
        return _QUIET if column == Column.TEXT else None

    def _headings(self) -> tuple[str, ...]:
        return (
            "",
            self.tr("Nombre"),
            self.tr("Enviado"),
            self.tr("Código"),
            self.tr("Teléfono"),
            self.tr("Caracteres"),
            self.tr("SMS"),
            self.tr("Mensaje"),
            self.tr("Detalle"),
        )

    def _marks_changed(self) -> None:
        if self.book.rows:
            last = self.index(len(self.book) - 1, Column.DETAIL)
            self.dataChanged.emit(self.index(0, Column.MARK), last)
        self.marks_changed.emit()

    def _rows_changed(self, positions: Sequence[int]) -> None:
        if not positions:
            return
        last = self.index(max(positions), Column.DETAIL)
        self.dataChanged.emit(self.index(min(positions), Column.MARK), last)
        self.marks_changed.emit()
