"""The grid: a table view with our delegates, its keyboard and its context menu."""

from __future__ import annotations

from typing import final

from PyQt6.QtCore import QItemSelection, QItemSelectionModel, QPoint, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QResizeEvent
from PyQt6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from orthos_sms_plugin.ui.guard import guarded
from orthos_sms_plugin.ui.look.cells import (
    CellDelegate,
    ChipDelegate,
    DetailDelegate,
    MarkDelegate,
    TextDelegate,
)
from orthos_sms_plugin.ui.look.metrics import metrics_for
from orthos_sms_plugin.ui.table_model import Column, RecipientTableModel

_WIDTHS = {
    Column.MARK: 34,
    Column.NAME: 286,
    Column.SENT: 80,
    Column.CODE: 72,
    Column.PHONE: 138,
    Column.UNITS: 92,
    Column.PARTS: 48,
    Column.TEXT: 260,
    Column.DETAIL: 312,
}


@final
class RecipientTable(QTableView):
    """Shows a `RecipientTableModel`. Marks (boxes) and selection (highlight) are apart.

    Signals:
        rows_selected: The highlighted rows are other ones now.
        menu_requested: Where on the screen the context menu should open.
    """

    rows_selected = pyqtSignal()
    menu_requested = pyqtSignal(QPoint)

    def __init__(self, model: RecipientTableModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = model
        # What is highlighted, once somebody asked; and while we highlight ourselves, what that will be.
        self._selected: list[int] | None = None
        self._selecting: list[int] | None = None
        self.setObjectName("sms.table")
        self.setAccessibleName(self.tr("Pacientes de la consulta"))
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_menu)
        self._delegates: list[CellDelegate] = []
        right = Qt.AlignmentFlag.AlignRight
        for column in Column:
            self._set_delegate(
                column,
                {
                    Column.MARK: MarkDelegate(self),
                    Column.SENT: ChipDelegate(self),
                    Column.DETAIL: DetailDelegate(self),
                    Column.UNITS: TextDelegate(self, align=right),
                    Column.PARTS: TextDelegate(self, align=right),
                }.get(column)
                or TextDelegate(self),
            )
        self._size_rows()
        selection = self.selectionModel()
        assert selection is not None
        selection.selectionChanged.connect(self._on_selection)
        model.modelReset.connect(self._on_reset)

    def set_dimmed(self, dimmed: bool) -> None:
        """Fade the rows while newer ones are on their way."""
        for delegate in self._delegates:
            delegate.set_dimmed(dimmed)

    def selected_positions(self) -> list[int]:
        """The highlighted rows, in grid order."""
        if self._selected is None:
            selection = self.selectionModel()
            ranges = QItemSelection() if selection is None else selection.selection()
            spans = [ranges[place] for place in range(len(ranges))]
            self._selected = sorted({row for span in spans for row in range(span.top(), span.bottom() + 1)})
        return self._selected

    def select_positions(self, positions: list[int]) -> None:
        """Highlight these rows and no other; in runs, so that a hundred thousand take no longer than ten."""
        selection = self.selectionModel()
        if selection is None:
            return
        wanted = QItemSelection()
        corner = self._rows.createIndex  # `index` would look into the book for each of 50,000 corners
        for first, last in _runs(positions):
            wanted.select(corner(first, 0), corner(last, Column.DETAIL))
        # The runs are whole rows already: asked to widen them, Qt would compare each with each, 3 s for 20,000. So it
        # would the old runs with the new ones, and it would add up their outlines: 14 s.
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.setUpdatesEnabled(False)
        try:
            selection.reset()
            self._selecting = positions
            selection.select(wanted, flags)
        finally:
            self._selecting = None
            self.setUpdatesEnabled(True)
        if not positions:
            self._on_selection()

    def show_position(self, position: int) -> None:
        """Highlight one row and bring it into view."""
        index = self._rows.index(position, Column.NAME)
        self.setCurrentIndex(index)
        self.select_positions([position])
        self.scrollTo(index)

    @guarded
    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None:
            return
        if event.key() == Qt.Key.Key_Space and not event.modifiers():
            self._toggle_selected()
            return
        super().keyPressEvent(event)

    @guarded
    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._share_width()

    def _toggle_selected(self) -> None:
        """Space marks: the row under the cursor, or all highlighted ones alike."""
        positions = self.selected_positions()
        book = self._rows.book
        if len(positions) <= 1:
            current = self.currentIndex().row()
            if current >= 0:
                self._rows.toggle(current)
            return
        wanted = any(p not in book.marked and book.rows[p].markable for p in positions)
        self._rows.set_marks(positions, wanted)

    def _set_delegate(self, column: Column, delegate: CellDelegate) -> None:
        self._delegates.append(delegate)
        self.setItemDelegateForColumn(column, delegate)

    def _size_rows(self) -> None:
        metrics = metrics_for(self.font())
        rows, columns = self.verticalHeader(), self.horizontalHeader()
        assert rows is not None and columns is not None
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(metrics.row)
        rows.hide()
        columns.setFixedHeight(metrics.header)
        columns.setHighlightSections(False)
        # With the table's own selection a header asks every row of the model whether its column is selected.
        columns.setSelectionModel(QItemSelectionModel(self._rows, self))
        columns.setMinimumSectionSize(metrics.scaled(30))
        columns.setSectionResizeMode(Column.MARK, QHeaderView.ResizeMode.Fixed)
        columns.setSortIndicatorShown(True)
        columns.setSortIndicator(Column.NAME, Qt.SortOrder.AscendingOrder)
        for column, width in _WIDTHS.items():
            self.setColumnWidth(column, metrics.scaled(width))

    def _share_width(self) -> None:
        """Give what is left of the width to the text; never take it below its default."""
        viewport = self.viewport()
        if viewport is None:
            return
        others = sum(self.columnWidth(column) for column in Column if column is not Column.TEXT)
        least = metrics_for(self.font()).scaled(_WIDTHS[Column.TEXT] * 0.6)
        self.setColumnWidth(Column.TEXT, max(least, viewport.width() - others))

    @guarded
    def _on_selection(self) -> None:
        self._selected = self._selecting
        self.rows_selected.emit()

    @guarded
    def _on_reset(self) -> None:
        self._selected = None

    @guarded
    def _on_menu(self, where: QPoint) -> None:
        viewport = self.viewport()
        if viewport is not None:
            self.menu_requested.emit(viewport.mapToGlobal(where))


def _runs(positions: list[int]) -> list[tuple[int, int]]:
    if positions and positions[-1] - positions[0] == len(positions) - 1:
        return [(positions[0], positions[-1])]
    runs: list[tuple[int, int]] = []
    for position in positions:
        if runs and position == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], position)
        else:
            runs.append((position, position))
    return runs
