"""The grid's model against a row book: what each cell says, marks, and changes in place."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from orthos_sms_plugin.domain.rowbook import RowBook, Which
from orthos_sms_plugin.domain.rows import Problem, Row, RowText
from orthos_sms_plugin.domain.states import Delivery, MessageState
from orthos_sms_plugin.services.ports import RowChange
from orthos_sms_plugin.ui.look.cells import LOOK_ROLE, MARK_ROLE, STATE_ROLE, Box
from orthos_sms_plugin.ui.look.theme import Role
from orthos_sms_plugin.ui.table_model import Column, RecipientTableModel
from tests.support.builders import row, state

ANA = row("García, Ana", patient_id=1, phone="+34600555001", code="000101")
LEO = row("García, Leo", patient_id=2, phone="+34600555001")
SIN = row("Sinmóvil, Paz", patient_id=3, phone="")
SCOPE = "a" * 64


def text_of(one: Row) -> RowText:
    return RowText(f"Hola {one.first_name}", len(one.first_name) + 5, 1)


def shown(qtbot: QtBot, rows: Sequence[Row]) -> RecipientTableModel:
    model = RecipientTableModel()
    model.tester = QAbstractItemModelTester(  # type: ignore[attr-defined]  # kept alive with the model
        model, QAbstractItemModelTester.FailureReportingMode.Fatal
    )
    model.show(RowBook(rows), row_scope=SCOPE, text_of=text_of)
    return model


def words(model: RecipientTableModel, position: int) -> list[str]:
    return [model.index(position, column).data() for column in Column]


@pytest.mark.requirement("R06")
def test_that_the_columns_stand_in_the_order_of_the_panel(qtbot: QtBot) -> None:
    model = shown(qtbot, [ANA])
    titles = [model.headerData(column, Qt.Orientation.Horizontal) for column in Column]

    assert titles == ["", "Nombre", "Enviado", "Código", "Teléfono", "Caracteres", "SMS", "Mensaje", "Detalle"]


@pytest.mark.requirement("R06")
def test_that_a_row_says_name_code_phone_size_and_the_text_that_leaves(qtbot: QtBot) -> None:
    assert words(shown(qtbot, [ANA]), 0) == ["", "García, Ana", "", "000101", "600555001", "8", "1", "Hola Ana", ""]


@pytest.mark.requirement("R07")
@pytest.mark.parametrize("problem", [Problem.NO_MOBILE, Problem.BAD_PHONE, Problem.NOT_A_MOBILE])
def test_that_name_and_phone_are_coloured_without_a_mobile_and_detalle_says_why(qtbot: QtBot, problem: Problem) -> None:
    model = shown(qtbot, [row("Sinmóvil, Paz", phone="", problem=problem), ANA])

    grounds = {column: model.index(0, column).data(LOOK_ROLE) for column in (Column.NAME, Column.PHONE)}

    assert {look.ground for look in grounds.values()} == {Role.NO_MOBILE}
    assert model.index(0, Column.DETAIL).data() != ""
    assert model.index(1, Column.NAME).data(LOOK_ROLE) is None


@pytest.mark.requirement("R08")
@pytest.mark.parametrize(
    ("message", "delivery", "enviado", "detail"),
    [
        (MessageState.QUEUED, Delivery.UNCHECKED, "", "En cola"),
        (MessageState.SENDING, Delivery.UNCHECKED, "", "Enviando…"),
        (MessageState.UNKNOWN, Delivery.UNCHECKED, "--", "Dudoso: sin respuesta a las "),
        (MessageState.ACCEPTED, Delivery.UNCHECKED, "--", "Aceptado el 20/11"),
        (MessageState.ACCEPTED, Delivery.WAITING, "No", "En espera: "),
        (MessageState.ACCEPTED, Delivery.FAILED, "No", "No entregado: "),
        (MessageState.ACCEPTED, Delivery.UNCONFIRMED, "No", "Sin confirmación"),
        (MessageState.ACCEPTED, Delivery.DELIVERED, "Si", "Enviado el 20/11"),
        (MessageState.REJECTED, Delivery.UNCHECKED, "", "Rechazado: "),
        (MessageState.CANCELLED, Delivery.UNCHECKED, "", "Cancelado"),
    ],
)
def test_that_every_state_has_its_literal_and_its_words(
    qtbot: QtBot, message: MessageState, delivery: Delivery, enviado: str, detail: str
) -> None:
    model = shown(qtbot, [ANA._replace(status=state(message, delivery))])

    chip = model.index(0, Column.SENT).data(STATE_ROLE)

    assert model.index(0, Column.SENT).data() == enviado
    assert ("" if chip is None else chip.text) == enviado
    assert model.index(0, Column.DETAIL).data().startswith(detail)


@pytest.mark.requirement("R12")
def test_that_a_covered_row_names_who_covers_it(qtbot: QtBot) -> None:
    assert shown(qtbot, [ANA, LEO]).index(1, Column.DETAIL).data() == "Cubierto por García, Ana"


@pytest.mark.requirement("R09", "R38")
def test_that_a_row_on_its_way_shows_an_icon_in_place_of_its_box(qtbot: QtBot) -> None:
    model = shown(qtbot, [ANA, SIN])
    index = model.index(0, Column.MARK)
    before = index.data(MARK_ROLE).box

    model.apply([RowChange(SCOPE, 1, 0, state(MessageState.SENDING))])

    assert (before, index.data(MARK_ROLE).box) == (Box.CHECKED, Box.ICON)
    assert model.index(1, Column.MARK).data(MARK_ROLE).box is Box.OFF
    assert model.book.marked == set()


@pytest.mark.requirement("R22")
def test_that_a_row_is_unmarked_as_it_is_sent(qtbot: QtBot) -> None:
    model = shown(qtbot, [ANA])

    for message in (MessageState.QUEUED, MessageState.SENDING, MessageState.ACCEPTED):
        model.apply([RowChange(SCOPE, 1, 0, state(message))])

    assert model.index(0, Column.MARK).data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Unchecked


def test_that_a_change_of_another_query_passes_by(qtbot: QtBot) -> None:
    model = shown(qtbot, [ANA])

    model.apply([RowChange("b" * 64, 1, 0, state(MessageState.SENDING))])

    assert model.book.marked == {0}


def test_that_a_change_repaints_the_row_in_place_without_a_reset(qtbot: QtBot) -> None:
    model = shown(qtbot, [ANA, SIN])
    resets: list[str] = []
    model.modelReset.connect(lambda: resets.append("reset"))

    with qtbot.waitSignal(model.dataChanged) as changed:
        model.apply([RowChange(SCOPE, 3, 0, state(MessageState.ACCEPTED))])

    first, last = changed.args[0], changed.args[1]
    assert (first.row(), last.row(), resets) == (1, 1, [])


def test_that_a_box_can_be_ticked_only_where_a_message_could_go(qtbot: QtBot) -> None:
    model = shown(qtbot, [ANA, SIN])
    role = Qt.ItemDataRole.CheckStateRole

    assert model.setData(model.index(0, Column.MARK), Qt.CheckState.Unchecked, role)
    assert not model.setData(model.index(1, Column.MARK), Qt.CheckState.Checked, role)
    assert not model.setData(model.index(0, Column.NAME), Qt.CheckState.Checked, role)
    assert model.book.marked == set()


def test_that_a_reread_row_shows_its_new_phone_and_merges_its_text_anew(qtbot: QtBot) -> None:
    model = shown(qtbot, [SIN])
    model.put_texts(0, [RowText("viejo", 5, 1)])

    model.put_rows([row("Sinmóvil, Paz", patient_id=3, phone="+34600555009")])

    assert model.index(0, Column.PHONE).data() == "600555009"
    assert model.index(0, Column.TEXT).data() == "Hola Paz"


def test_that_an_empty_model_answers_calmly(qtbot: QtBot) -> None:
    model = shown(qtbot, [ANA])

    model.clear()
    model.mark(Which.MARKABLE)

    assert (model.rowCount(), model.index(0, 0).isValid()) == (0, False)
