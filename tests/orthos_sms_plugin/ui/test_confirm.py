"""The confirmation, driven by mouse and keyboard: what it says, and when it lets a send go."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest
from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtTest import QAbstractItemModelTester
from PyQt6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from orthos_sms_plugin.domain.rows import Problem, Row
from orthos_sms_plugin.domain.states import Delivery, MessageState
from orthos_sms_plugin.services.ports import Balance
from orthos_sms_plugin.services.query import ClinicFacts, GroupQuery, RowMaker
from orthos_sms_plugin.services.sending_plan import SendPlan, plan_send
from orthos_sms_plugin.ui.confirm import ConfirmDialog
from orthos_sms_plugin.ui.confirm_table import AgainModel, LeavingModel
from orthos_sms_plugin.ui.dialog_parts import Notice
from orthos_sms_plugin.ui.look.cells import LOOK_ROLE
from orthos_sms_plugin.ui.look.theme import Role
from tests.orthos_sms_plugin.ui.hands import click, double_click, press, type_in
from tests.support.builders import NOON, row, state, template

DELIVERED = state(MessageState.ACCEPTED, Delivery.DELIVERED)
ANA = row("García, Ana", patient_id=1, phone="+34600555001")
BEA = row("Ruiz, Bea", patient_id=2, phone="+34600555002")
SENT = row("Sanz, Eva", patient_id=8, phone="+34600555008", status=DELIVERED)
SENT_TOO = row("Vela, Pau", patient_id=9, phone="+34600555009", status=DELIVERED)
QUERY = GroupQuery(3, "Ortodoncia", date(2026, 11, 23), template("Hola {nombre}", name="Revisión"))


def planned(
    rows: Sequence[Row],
    *,
    now: Sequence[Row] | None = None,
    unmarked: Sequence[Row] = (),
    text: str = "Hola {nombre}",
    price: str | None = "1",
    credits_left: str | None = "100",
    sender: str = "CLINICA",
) -> SendPlan:
    """The plan for these marked rows, with the real planner; `now` is what the database says by now."""
    query = GroupQuery(3, "Ortodoncia", date(2026, 11, 23), template(text, name="Revisión"))
    maker = RowMaker(query.template, ClinicFacts("Clínica Arce", "910 555 200"))
    now_rows = {one.key: one for one in (rows if now is None else now)}
    return plan_send(
        query,
        marked=[(one, maker.text(one)) for one in rows],
        now_rows=now_rows,
        texts={key: maker.text(one) for key, one in now_rows.items()},
        unmarked=[(one, maker.text(one)) for one in unmarked],
        one_per_phone=True,
        balance=Balance(
            credits=None if credits_left is None else Decimal(credits_left),
            at=NOON,
            price_per_part=None if price is None else Decimal(price),
            breaker="closed",
        ),
        sender=sender,
    )


@pytest.fixture
def panel(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


def opened(panel: QWidget, plan: SendPlan, *, grace_s: float = 10.0, own_mobile: str = "") -> ConfirmDialog:
    dialog = ConfirmDialog(plan, grace_s=grace_s, parent=panel, own_mobile=own_mobile)
    dialog.show()
    dialog.activateWindow()
    return dialog


def part(dialog: ConfirmDialog, name: str) -> QAbstractButton:
    found = dialog.findChild(QAbstractButton, f"sms.confirm.{name}")
    assert found is not None
    return found


def mobile_field(dialog: ConfirmDialog) -> QLineEdit:
    field = dialog.findChild(QLineEdit, "sms.confirm.own_mobile")
    assert field is not None
    return field


def question(dialog: ConfirmDialog) -> str:
    label = dialog.findChild(QLabel, "sms.confirm.question")
    assert label is not None
    return label.text()


def shown_words(dialog: ConfirmDialog) -> list[str]:
    return [label.text() for label in dialog.findChildren(QLabel) if label.isVisible() and label.text()]


def figure(dialog: ConfirmDialog, heading: str) -> str:
    """The figure under a heading of the card."""
    words = shown_words(dialog)
    return words[words.index(heading) + 1]


def notices(dialog: ConfirmDialog) -> list[str]:
    return [one.text().replace("\u00a0", " ") for one in dialog.findChildren(Notice) if one.isVisible()]


def heard(dialog: ConfirmDialog) -> list[bool]:
    answers: list[bool] = []
    dialog.confirmed.connect(answers.append)
    return answers


@pytest.mark.requirement("R22", "R52")
def test_that_the_question_and_the_card_name_exact_figures(panel: QWidget) -> None:
    dialog = opened(panel, planned([ANA, BEA], text="Hola {nombre}. " + "x" * 160, price="1.5"))

    assert question(dialog) == "¿Enviar 2 SMS a 2 pacientes?"
    assert figure(dialog, "Destinatarios") == "2"
    assert figure(dialog, "Partes (exactas)") == "4"
    assert figure(dialog, "Créditos") == "≈ 6"
    assert figure(dialog, "Saldo ahora") == "100"
    assert figure(dialog, "Saldo después") == "≈ 94"
    assert figure(dialog, "Remitente") == "CLINICA"
    assert "Tendrá 10 segundos para deshacer." in shown_words(dialog)


@pytest.mark.requirement("R52")
def test_that_an_unknown_price_and_balance_are_dashes_with_their_reason(panel: QWidget) -> None:
    dialog = opened(panel, planned([ANA], price=None, credits_left=None))

    assert question(dialog) == "¿Enviar 1 SMS a 1 paciente?"
    assert [figure(dialog, name) for name in ("Créditos", "Saldo ahora", "Saldo después")] == ["—", "—", "—"]
    assert (
        "Precio: coste desconocido hasta el primer envío. Saldo desconocido: el proveedor aún no ha contestado."
    ) in shown_words(dialog)


@pytest.mark.requirement("R52")
def test_that_a_batch_dearer_than_the_balance_is_warned_of(panel: QWidget) -> None:
    dear = opened(panel, planned([ANA, BEA], credits_left="1"))
    enough = opened(panel, planned([ANA, BEA], credits_left="2"))

    assert notices(dear) == [
        "El saldo no alcanza: hacen falta ≈ 2 créditos y hay 1. Los SMS que no lleguen a salir quedarán en pausa "
        "hasta que compre créditos; nada se repetirá."
    ]
    assert figure(dear, "Saldo después") == "≈ -1"
    assert notices(enough) == []


@pytest.mark.requirement("R22")
def test_that_a_phone_changed_since_the_query_is_named_with_both_numbers_and_coloured(panel: QWidget) -> None:
    now = [ANA._replace(phone="+34600555777", phone_shown="600 555 777"), BEA]
    dialog = opened(panel, planned([ANA, BEA], now=now))

    assert notices(dialog) == [
        "Ha cambiado desde la consulta: el móvil de García, Ana era 600555001 y ahora es 600 555 777."
    ]
    table = dialog.findChild(QTableView, "sms.confirm.table")
    assert table is not None
    model = table.model()
    assert model is not None
    looks = [model.index(position, 1).data(LOOK_ROLE) for position in range(2)]
    assert looks[0].ground is Role.WAITING
    assert looks[1] is None


@pytest.mark.requirement("R22")
def test_that_changed_texts_name_three_people_and_count_the_rest(panel: QWidget) -> None:
    before = [row(f"Apellido, Nombre{n}", patient_id=n, phone=f"+3460055500{n}") for n in range(1, 6)]
    now = [one._replace(first_name="Otra") for one in before]
    dialog = opened(panel, planned(before, now=now))

    assert notices(dialog) == [
        "Ha cambiado desde la consulta: el texto para 5 pacientes "
        "(Apellido, Nombre1; Apellido, Nombre2; Apellido, Nombre3 y 2 más)."
    ]


@pytest.mark.requirement("R22")
def test_that_rows_that_can_no_longer_go_are_named_with_the_reason(panel: QWidget) -> None:
    gone = [row(f"Baja, P{n}", patient_id=10 + n, phone=f"+3460055510{n}") for n in range(1, 4)]
    now = [
        gone[0]._replace(problem=Problem.OBJECTION),
        gone[1]._replace(status=state(MessageState.QUEUED)),
        BEA,
    ]
    dialog = opened(panel, planned([*gone, BEA], now=now))

    assert question(dialog) == "¿Enviar 1 SMS a 1 paciente?"
    assert notices(dialog) == [
        "3 filas ya no se pueden enviar: Baja, P1 (Oposición del paciente); Baja, P2 (En cola); "
        "Baja, P3 (ya no aparece en la consulta)."
    ]


@pytest.mark.requirement("R12", "R22")
def test_that_people_covered_by_a_relatives_sms_count_as_patients_and_are_named(panel: QWidget) -> None:
    child = row("García, Ana María", patient_id=5, phone=ANA.phone)._replace(first_name=ANA.first_name)
    other = row("García, Leo", patient_id=6, phone=ANA.phone)
    dialog = opened(panel, planned([ANA, other], unmarked=[child]))

    assert question(dialog) == "¿Enviar 1 SMS a 2 pacientes?"
    assert notices(dialog) == [
        "1 fila no se envía, porque otra con el mismo móvil va antes: García, Leo (va García, Ana).",
        "1 paciente queda cubierto por el mismo SMS en el mismo móvil: García, Ana María (por García, Ana).",
    ]


def test_that_foreign_mobiles_are_counted(panel: QWidget) -> None:
    guest = row("Smith, John", patient_id=4, phone="+447400555123")
    dialog = opened(panel, planned([ANA, guest]))

    assert notices(dialog) == ["1 SMS va a un móvil extranjero y puede costar más: Smith, John."]


@pytest.mark.requirement("R13", "R52")
def test_that_rows_of_two_parts_are_named_below_the_table(panel: QWidget) -> None:
    long = row("Larga, " + "María " * 10, patient_id=3, phone="+34600555003")
    dialog = opened(panel, planned([ANA, long], text="{nombre} " + "x" * 130))

    assert any(words.startswith("Sólo una fila ocupa 2 partes: Larga, María") for words in shown_words(dialog))


@pytest.mark.requirement("R16")
def test_that_what_was_sent_already_stays_out_until_its_box_is_ticked(panel: QWidget) -> None:
    dialog = opened(panel, planned([ANA, SENT, SENT_TOO]))
    box, send, cancel = part(dialog, "again"), part(dialog, "send"), part(dialog, "cancel")
    assert isinstance(box, QCheckBox) and isinstance(send, QPushButton) and isinstance(cancel, QPushButton)
    assert box.text().replace("&", "") == "2 ya enviados: se enviarán otra vez"
    assert not box.isChecked()
    assert question(dialog) == "¿Enviar 1 SMS a 1 paciente?"
    assert send.isDefault()
    assert "+ 2 partes, ≈ 2 créditos si la marca" in shown_words(dialog)

    press(box, Qt.Key.Key_Space)

    assert box.isChecked()
    assert question(dialog) == "¿Enviar 3 SMS a 3 pacientes, 2 de ellos otra vez?"
    assert send.text().replace("&", "") == "Enviar 3 SMS"
    assert figure(dialog, "Saldo después") == "≈ 97"
    assert cancel.isDefault() and not send.isDefault()
    table = dialog.findChild(QTableView, "sms.confirm.table")
    assert table is not None
    model = table.model()
    assert model is not None
    assert [model.index(position, 0).data() for position in range(model.rowCount())] == [
        "García, Ana",
        "Sanz, Eva",
        "Vela, Pau",
    ]


@pytest.mark.requirement("R16")
def test_that_the_confirmed_resend_says_so(panel: QWidget) -> None:
    dialog = opened(panel, planned([ANA, SENT]))
    answers = heard(dialog)

    press(part(dialog, "again"), Qt.Key.Key_Space)
    click(part(dialog, "send"))

    assert answers == [True]


@pytest.mark.requirement("R16")
def test_that_nothing_can_be_sent_while_all_was_sent_and_the_box_is_empty(panel: QWidget) -> None:
    dialog = opened(panel, planned([SENT, SENT_TOO]))
    answers, send = heard(dialog), part(dialog, "send")
    reason = "Marque «2 ya enviados: se enviarán otra vez» para poder enviar."
    assert question(dialog) == "Las 2 filas marcadas ya tienen su SMS"
    assert not send.isEnabled()
    assert reason in send.toolTip()
    assert reason in shown_words(dialog)

    click(send)
    assert answers == []

    press(part(dialog, "again"), Qt.Key.Key_Space)
    assert send.isEnabled()
    assert question(dialog) == "¿Enviar otra vez 2 SMS a 2 pacientes?"


@pytest.mark.requirement("R22")
def test_that_fifty_double_clicks_confirm_once(panel: QWidget) -> None:
    dialog = opened(panel, planned([ANA]))
    answers, send = heard(dialog), part(dialog, "send")

    for _ in range(50):
        double_click(send)
        click(send)

    assert answers == [False]
    assert not dialog.isVisible()


@pytest.mark.requirement("R22")
def test_that_enter_confirms_once_and_a_key_held_down_since_before_confirms_nothing(panel: QWidget) -> None:
    dialog = opened(panel, planned([ANA]))
    answers, send = heard(dialog), part(dialog, "send")
    held = [
        QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r", autorep=True)
        for _ in range(5)
    ]

    for event in held:
        QApplication.sendEvent(send, event)
        QApplication.sendEvent(dialog, event)
    assert answers == []
    for _ in range(50):
        press(send, Qt.Key.Key_Return)

    assert answers == [False]


def test_that_esc_closes_without_an_answer(panel: QWidget) -> None:
    dialog = opened(panel, planned([ANA]))
    answers = heard(dialog)

    press(dialog, Qt.Key.Key_Escape)

    assert not dialog.isVisible()
    assert answers == []


@pytest.mark.requirement("R22")
def test_that_enter_in_the_own_mobile_asks_for_the_trial_and_not_for_the_send(panel: QWidget) -> None:
    dialog = opened(panel, planned([ANA, BEA]))
    answers = heard(dialog)
    asked: list[str] = []
    dialog.test_requested.connect(asked.append)
    field, button = mobile_field(dialog), part(dialog, "test")
    assert not button.isEnabled()
    assert "Escriba antes su número de móvil." in button.toolTip()
    assert "Envía el texto real de la primera fila (García, Ana) · ≈ 1 crédito" in shown_words(dialog)

    field.setFocus()
    type_in(field, " 600 555 009 ")
    press(field, Qt.Key.Key_Return)
    click(button)

    assert asked == ["600 555 009", "600 555 009"]
    assert answers == []
    assert dialog.isVisible()


def test_that_the_own_mobile_starts_as_the_caller_remembers_it(panel: QWidget) -> None:
    dialog = opened(panel, planned([ANA]), own_mobile="600 555 009")

    assert mobile_field(dialog).text() == "600 555 009"
    assert part(dialog, "test").isEnabled()


def test_that_the_dialog_tells_what_became_of_the_trial(panel: QWidget) -> None:
    dialog = opened(panel, planned([ANA]))

    dialog.tell("Prueba en camino a 600 555 009.")

    assert notices(dialog) == ["Prueba en camino a 600 555 009."]


@pytest.mark.parametrize(
    ("grace_s", "sentence"),
    [
        (1.0, "Tendrá 1 segundo para deshacer."),
        (0.0, "Saldrán en cuanto pulse Enviar: no habrá tiempo para deshacer."),
    ],
)
def test_that_the_foot_says_how_long_there_is_to_undo(panel: QWidget, grace_s: float, sentence: str) -> None:
    assert sentence in shown_words(opened(panel, planned([ANA]), grace_s=grace_s))


def test_that_every_mnemonic_of_the_dialog_is_its_own(panel: QWidget) -> None:
    dialog = opened(panel, planned([ANA, SENT]))
    texts = [button.text() for button in dialog.findChildren(QAbstractButton)]
    texts += [label.text() for label in dialog.findChildren(QLabel) if label.buddy() is not None]
    letters = [text[text.index("&") + 1].lower() for text in texts if "&" in text]

    assert len(letters) == 5
    assert len(set(letters)) == len(letters)


def test_that_names_are_never_read_as_markup(panel: QWidget) -> None:
    odd = row("<b>Gorda</b>, Ana", patient_id=1, phone="+447400555123")
    dialog = opened(panel, planned([odd]))

    assert notices(dialog) == ["1 SMS va a un móvil extranjero y puede costar más: <b>Gorda</b>, Ana."]
    assert {label.textFormat() for label in dialog.findChildren(QLabel)} == {Qt.TextFormat.PlainText}


def test_that_the_models_keep_qts_rules_while_resends_come_and_go(panel: QWidget) -> None:
    plan = planned([ANA, SENT, SENT_TOO])
    leaving, again = LeavingModel(plan), AgainModel(plan.again)
    fatal = QAbstractItemModelTester.FailureReportingMode.Fatal
    testers = [QAbstractItemModelTester(model, fatal) for model in (leaving, again)]

    counts = []
    for with_again in (True, True, False, False):
        leaving.show_again(with_again)
        counts.append(leaving.rowCount())

    assert counts == [3, 3, 1, 1]
    assert again.rowCount() == 2
    assert len(testers) == 2


def test_that_ten_thousand_rows_open_without_a_widget_for_each(panel: QWidget) -> None:
    few = planned([ANA, BEA])
    many = planned([row(f"Apellido, Nombre{n}", patient_id=n, phone=f"+346{n:08}") for n in range(1, 10_001)])
    small = opened(panel, few)

    started = time.perf_counter()
    dialog = opened(panel, many)

    assert question(dialog) == "¿Enviar 10.000 SMS a 10.000 pacientes?"
    # Some 50 ms on an idle machine; the wide margin is for a busy one, a widget for each row takes seconds.
    assert time.perf_counter() - started < 1.0
    assert len(dialog.findChildren(QWidget)) == len(small.findChildren(QWidget))
