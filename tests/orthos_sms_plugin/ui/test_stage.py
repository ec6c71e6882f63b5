"""The middle of the panel: rows that are never cut, and what stands there when there are none."""

from __future__ import annotations

import pytest
from PyQt6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from orthos_sms_plugin.domain.rowbook import RowBook
from orthos_sms_plugin.domain.rows import Row, RowText
from orthos_sms_plugin.domain.templates import SmsTemplate
from orthos_sms_plugin.ui.look.theme import apply_look
from orthos_sms_plugin.ui.recipient_table import RecipientTable
from orthos_sms_plugin.ui.stage import Stage
from orthos_sms_plugin.ui.table_model import RecipientTableModel
from tests.support.builders import row

ROWS = [row(f"García, {number:03}", patient_id=number) for number in range(1, 101)]
GROUP = (3, "Higiene <anual>")


def text_of(one: Row) -> RowText:
    return RowText(one.first_name, len(one.first_name), 1)


@pytest.fixture
def stage(qtbot: QtBot) -> Stage:
    model = RecipientTableModel()
    model.show(RowBook(ROWS), row_scope="", text_of=text_of)
    table = RecipientTable(model)
    stage = Stage(table)
    model.setParent(stage)
    qtbot.addWidget(stage)
    apply_look(stage)
    stage.resize(1342, 500)
    stage.show()
    return stage


def table_of(stage: Stage) -> RecipientTable:
    found = stage.findChild(RecipientTable)
    assert found is not None
    return found


def words(stage: Stage) -> str:
    QApplication.processEvents()  # what was made a moment ago is shown by the layout
    return " | ".join(label.text() for label in stage.findChildren(QLabel) if label.isVisible())


def filled(stage: Stage) -> list[str]:
    QApplication.processEvents()
    found = stage.findChildren(QPushButton)
    return [button.objectName() for button in found if button.isVisible() and button.property("primary")]


@pytest.mark.parametrize("height", range(480, 504, 5))
@pytest.mark.parametrize("stale", [False, True])
def test_that_the_last_row_in_sight_is_never_cut(stage: Stage, height: int, stale: bool) -> None:
    stage.show_rows("Ortodoncia", len(ROWS))
    stage.set_stale(stale)
    stage.resize(1342, height)
    QApplication.processEvents()

    viewport, rows = table_of(stage).viewport(), table_of(stage).verticalHeader()
    assert viewport is not None and rows is not None
    assert viewport.height() % rows.defaultSectionSize() == 0
    assert viewport.height() > 10 * rows.defaultSectionSize()


def test_that_no_step_is_filled_until_a_query_can_be_made(stage: Stage) -> None:
    assert filled(stage) == []

    stage.show_choice(GROUP, None)
    assert filled(stage) == []

    stage.show_choice(GROUP, SmsTemplate(1, "Cierre", "Hola"))
    assert filled(stage) == ["empty.query"]


def test_that_rows_of_an_older_query_say_so_and_fill_the_button_for_a_new_one(stage: Stage) -> None:
    stage.show_rows("Ortodoncia", len(ROWS))

    stage.set_stale(True)

    assert "Estas filas son de la consulta anterior" in words(stage)
    assert filled(stage) == ["sms.query_again"]


def test_that_a_group_with_nobody_is_named_and_another_one_is_offered(stage: Stage, qtbot: QtBot) -> None:
    stage.show_rows(GROUP[1], 0)

    assert "Este grupo no tiene pacientes" in words(stage)
    assert "«Higiene <anual>» está vacío" in words(stage)
    button = next(one for one in stage.findChildren(QPushButton, "empty.group") if one.isVisible())
    with qtbot.waitSignal(stage.group_requested, timeout=2_000):
        button.click()
