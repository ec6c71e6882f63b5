from __future__ import annotations

from typing import Any

import pytest
from PyQt6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QPoint, Qt
from PyQt6.QtGui import QHelpEvent, QImage
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QTableView, QToolTip, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from orthos_sms_plugin.ui.look import cells
from orthos_sms_plugin.ui.look.cells import Box, CellLook, CellMark, CellState
from orthos_sms_plugin.ui.look.gallery import contrast_palette
from orthos_sms_plugin.ui.look.metrics import metrics_for
from orthos_sms_plugin.ui.look.theme import DARK, LIGHT, Role, apply_look, dark_palette, light_palette

MARK, NAME, SENT, DETAIL = range(4)
YES = CellState("check-circle", "Si", Role.GOOD)


class OneRow(QAbstractTableModel):
    """Four columns over plain values, as a panel's model would answer."""

    def __init__(self) -> None:
        super().__init__()
        self.mark = CellMark(Box.EMPTY)
        self.name = "García Güell, Anna"
        self.look: CellLook | None = None
        self.sent: CellState | None = YES
        self.detail: CellState | None = None
        self.added = ""

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return 2

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        return 4

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if index.row():
            return None
        column = index.column()
        if role == Qt.ItemDataRole.DisplayRole and column == NAME:
            return self.name
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.added
        if role == cells.MARK_ROLE:
            return self.mark
        if role == cells.LOOK_ROLE and column == NAME:
            return self.look
        if role == cells.STATE_ROLE:
            return {SENT: self.sent, DETAIL: self.detail}.get(column)
        return None

    def setData(self, index: QModelIndex, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole:
            return False
        self.mark = CellMark(Box.CHECKED if value == Qt.CheckState.Checked else Box.EMPTY)
        self.dataChanged.emit(index, index)
        return True


class Table:
    """A shown table over one `OneRow`, and what can be seen in it."""

    def __init__(self, qtbot: QtBot) -> None:
        self.model = OneRow()
        self.page = QWidget()
        self.page.setPalette(light_palette())
        self.view = QTableView()
        self.model.setParent(self.view)
        self.view.setModel(self.model)
        self.view.setShowGrid(False)
        self.view.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        for column, delegate in enumerate(
            (
                cells.MarkDelegate(self.view),
                cells.TextDelegate(self.view),
                cells.ChipDelegate(self.view),
                cells.DetailDelegate(self.view),
            )
        ):
            self.view.setItemDelegateForColumn(column, delegate)
            self.view.setColumnWidth(column, 40 if column == MARK else 200)
        QVBoxLayout(self.page).addWidget(self.view)
        qtbot.addWidget(self.page)
        self.page.resize(760, 200)
        apply_look(self.page)
        self.page.show()
        qtbot.waitExposed(self.page)

    def viewport(self) -> QWidget:
        viewport = self.view.viewport()
        assert viewport is not None
        return viewport

    def cell(self, column: int) -> QImage:
        rect = self.view.visualRect(self.model.index(0, column))
        return self.viewport().grab(rect).toImage()

    def colours(self, column: int) -> set[str]:
        image = self.cell(column)
        return {image.pixelColor(x, y).name().upper() for x in range(image.width()) for y in range(image.height())}

    def click(self, column: int) -> None:
        spot = self.view.visualRect(self.model.index(0, column)).center()
        # PyQt's stub takes this function of a namespace for a method.
        QTest.mouseClick(self.viewport(), Qt.MouseButton.LeftButton, pos=spot)  # type: ignore[call-overload]

    def tooltip(self, column: int) -> str:
        QToolTip.hideText()
        spot = self.view.visualRect(self.model.index(0, column)).center()
        event = QHelpEvent(QEvent.Type.ToolTip, spot, self.viewport().mapToGlobal(spot))
        QApplication.sendEvent(self.viewport(), event)
        text = QToolTip.text()
        QToolTip.hideText()
        return text


@pytest.fixture
def table(qtbot: QtBot) -> Table:
    return Table(qtbot)


@pytest.mark.requirement("R08")
def test_that_the_chip_stands_on_the_ground_of_its_role_and_an_empty_state_has_none(table: Table) -> None:
    good = LIGHT.tone(Role.GOOD)
    assert {good.ground, good.text} <= table.colours(SENT)

    table.model.sent = None

    assert good.ground not in table.colours(SENT)


def test_that_a_selected_row_keeps_its_chip_and_its_no_mobile_sign(table: Table) -> None:
    table.model.look = CellLook(ground=Role.NO_MOBILE)

    table.view.selectRow(0)

    assert {LIGHT.tone(Role.GOOD).ground, LIGHT.tone(Role.SELECTED).ground} <= table.colours(SENT)
    assert {LIGHT.tone(Role.NO_MOBILE).ground, LIGHT.tone(Role.SELECTED).ground} <= table.colours(NAME)


@pytest.mark.requirement("R07")
def test_that_a_row_without_sms_mobile_has_a_coloured_name(table: Table) -> None:
    assert LIGHT.tone(Role.NO_MOBILE).ground not in table.colours(NAME)

    table.model.look = CellLook(ground=Role.NO_MOBILE)

    assert LIGHT.tone(Role.NO_MOBILE).ground in table.colours(NAME)


@pytest.mark.requirement("R68")
def test_that_in_high_contrast_chip_and_no_mobile_sign_are_frames_in_the_text_colour(table: Table) -> None:
    plain_frame = {"#000000", "#FFFFFF"}
    table.page.setPalette(contrast_palette())
    QApplication.processEvents()
    without = table.cell(NAME)
    assert LIGHT.tone(Role.GOOD).ground not in table.colours(SENT)
    assert plain_frame <= table.colours(SENT)

    table.model.look = CellLook(ground=Role.NO_MOBILE)

    assert table.cell(NAME) != without
    assert plain_frame <= table.colours(NAME)


def test_that_cells_follow_the_theme(table: Table) -> None:
    table.page.setPalette(dark_palette())
    QApplication.processEvents()

    assert DARK.table in table.colours(NAME)
    assert DARK.tone(Role.GOOD).ground in table.colours(SENT)


def test_that_a_click_on_a_box_ticks_and_unticks_it(table: Table) -> None:
    seen = []
    for _ in range(3):
        table.click(MARK)
        seen.append(table.model.mark.box)

    assert seen == [Box.CHECKED, Box.EMPTY, Box.CHECKED]


@pytest.mark.parametrize("box", [Box.OFF, Box.ICON])
def test_that_a_click_on_a_box_that_is_off_or_on_an_icon_changes_nothing(table: Table, box: Box) -> None:
    table.model.mark = CellMark(box, "send", tooltip="Enviando…")

    table.click(MARK)

    assert table.model.mark.box is box


def test_that_a_mark_without_a_live_box_says_why(table: Table) -> None:
    table.model.mark = CellMark(Box.OFF, tooltip="Sin móvil para SMS")

    assert "Sin móvil para SMS" in table.tooltip(MARK)


def test_that_each_kind_of_mark_looks_different(table: Table) -> None:
    marks = (CellMark(Box.EMPTY), CellMark(Box.CHECKED), CellMark(Box.OFF), CellMark(Box.ICON, "send"))
    drawn = []
    for mark in marks:
        table.model.mark = mark
        drawn.append(table.cell(MARK))

    for place, image in enumerate(drawn):
        assert all(image != other for other in drawn[place + 1 :])


def test_that_only_an_elided_cell_shows_its_whole_text_in_a_tooltip(table: Table) -> None:
    table.model.added = "Dos móviles, ninguno elegido"
    assert table.tooltip(NAME) == cells.plain_tooltip("Dos móviles, ninguno elegido")

    table.model.name = "Álvarez-Cienfuegos y Sáenz de Tejada, María del Carmen"

    assert "María del Carmen" in table.tooltip(NAME)


def test_that_an_elided_detail_counts_the_room_of_its_icon(table: Table) -> None:
    metrics = metrics_for(table.view.font())
    words = table.view.fontMetrics().horizontalAdvance("Sin móvil para SMS")
    table.model.detail = CellState("", "Sin móvil para SMS", Role.WAITING)
    table.view.setColumnWidth(DETAIL, words + 2 * cells.PADDING + metrics.cell_icon // 2)
    assert table.tooltip(DETAIL) == ""

    table.model.detail = CellState("no-mobile", "Sin móvil para SMS", Role.WAITING)

    assert "Sin móvil para SMS" in table.tooltip(DETAIL)


def test_that_a_tooltip_never_reads_a_message_as_markup(table: Table) -> None:
    table.model.name = "<b>Ana</b> " * 30

    assert "&lt;b&gt;" in table.tooltip(NAME)


def test_that_two_parts_or_more_are_bolder_and_quiet_text_is_paler(table: Table) -> None:
    plain = table.cell(NAME)
    table.model.look = CellLook(bold=True)
    bold = table.cell(NAME)
    table.model.look = CellLook(quiet=True)

    assert bold != plain
    assert LIGHT.text not in table.colours(NAME)
    assert LIGHT.secondary in table.colours(NAME)


def test_that_rows_waiting_for_newer_ones_are_dimmed(table: Table) -> None:
    assert LIGHT.tone(Role.GOOD).ground in table.colours(SENT)
    delegate = table.view.itemDelegateForColumn(SENT)
    assert isinstance(delegate, cells.ChipDelegate)

    delegate.set_dimmed(True)

    assert LIGHT.tone(Role.GOOD).ground not in table.colours(SENT)


def test_that_a_column_fitted_to_its_contents_elides_nothing(table: Table) -> None:
    table.model.name = "Álvarez-Cienfuegos y Sáenz de Tejada, María del Carmen"
    table.model.look = CellLook(bold=True)
    table.model.detail = CellState("send", "Enviando a la central de mensajes", Role.INFO)

    table.view.resizeColumnsToContents()

    assert table.tooltip(NAME) == ""
    assert table.tooltip(DETAIL) == ""
    assert table.view.visualRect(table.model.index(0, NAME)).topLeft() != QPoint(0, 0)
