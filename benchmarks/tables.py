"""A table of many rows: our model, a bare list of tuples, and the classes that Qt offers ready-made."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from operator import itemgetter

from PyQt6.QtCore import QSortFilterProxyModel, Qt
from PyQt6.QtGui import QStandardItem, QStandardItemModel
from PyQt6.QtWidgets import QTableWidget, QTableWidgetItem

from benchmarks.results import Result, against
from orthos_sms_plugin.domain.names import sort_key
from orthos_sms_plugin.domain.rowbook import RowBook, Which
from orthos_sms_plugin.domain.rows import Rows, RowText
from orthos_sms_plugin.services.slices import Slices, sort_in_slices
from orthos_sms_plugin.ui.table_model import Column, RecipientTableModel

Cells = Sequence[tuple[str, ...]]


def table_results(rows: Rows, peer_rows: int, repetitions: int) -> list[Result]:
    """Compare filling, marking and sorting; the peers fill and mark `peer_rows` and are scaled up to all rows."""
    cells = _cells_of(rows)
    few = cells[:peer_rows]
    scale = len(cells) / max(1, len(few))
    book, model = RowBook(rows), RecipientTableModel()
    return [
        Result(
            f"fill a table with {len(cells):,} rows",
            "ms",
            [_timed(lambda: _show(model, book)) for _ in range(repetitions)],
            [_timed(lambda: list(cells)) for _ in range(repetitions)],
            [scale * _timed(lambda: _fill_widget(few)) for _ in range(min(3, repetitions))],
            against(peer=500),
        ),
        Result(
            "mark all, one per phone, against item model after a sort",
            "ms",
            [_timed(lambda: model.mark(Which.MARKABLE)) for _ in range(repetitions)],
            [_timed(lambda: set(range(len(cells)))) for _ in range(repetitions)],
            # Quadratic: scaled by the rows alone it flatters the peer.
            [scale * _mark_all_items(few) for _ in range(min(3, repetitions))],
            against(peer=10),
        ),
        Result(
            "Spanish sort",
            "ms",
            [_timed(lambda: _sort(rows)) for _ in range(repetitions)],
            [_timed(lambda: sorted(cells, key=itemgetter(1))) for _ in range(repetitions)],
            [scale * _sort_by_proxy(model, few) for _ in range(min(3, repetitions))],
            against(peer=15),
        ),
    ]


def _timed(work: Callable[[], object]) -> float:
    gc.collect()
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1_000


def _cells_of(rows: Rows) -> Cells:
    return [("", row.name, row.enviado.value, row.code, row.phone_shown, "160", "1") for row in rows]


def _show(model: RecipientTableModel, book: RowBook) -> None:
    model.show(book, row_scope="", text_of=lambda _row: RowText("", 0, 0))


def _sort(rows: Rows) -> object:
    keyed = [(sort_key(plain[5]), plain) for plain in rows.plain]
    return sort_in_slices(keyed, itemgetter(0), Slices(sleep=lambda _s: None))


def _fill_widget(cells: Cells) -> None:
    table = QTableWidget(len(cells), 7)
    for place, row in enumerate(cells):
        for column, text in enumerate(row):
            table.setItem(place, column, QTableWidgetItem(text))


def _mark_all_items(cells: Cells) -> float:
    model = QStandardItemModel(len(cells), 7)
    for place, row in enumerate(cells):
        for column, text in enumerate(row):
            item = QStandardItem(text)
            item.setCheckable(column == 0)
            model.setItem(place, column, item)
    model.sort(1, Qt.SortOrder.DescendingOrder)

    def mark() -> None:
        for place in range(len(cells)):
            item = model.item(place, 0)
            assert item is not None
            item.setCheckState(Qt.CheckState.Checked)

    return _timed(mark)


def _sort_by_proxy(source: RecipientTableModel, cells: Cells) -> float:
    """A proxy asks the model for two words per comparison."""
    model = RecipientTableModel()
    model.show(RowBook(source.book.rows[: len(cells)]), row_scope="", text_of=lambda _row: RowText("", 0, 0))
    proxy = QSortFilterProxyModel()
    proxy.setSortLocaleAware(True)
    proxy.setSourceModel(model)
    return _timed(lambda: proxy.sort(Column.NAME, Qt.SortOrder.DescendingOrder))
