"""Sends that fail, and sends of which nobody knows: what is said, what waits, and that nothing is repeated."""

from __future__ import annotations

import pytest
from PyQt6.QtWidgets import QAbstractButton

from tests.journeys.clinic import ARCE, BIG, BIG_SIZE, HELLO, NANEZ, NOTICES, OLABARRI, PHONES, ZUNIGA
from tests.journeys.driver import Clerk
from tests.journeys.screen import child

EVERYBODY = [ARCE, NANEZ, OLABARRI, ZUNIGA]
ALL_PHONES = sorted(PHONES[name] for name in EVERYBODY)


@pytest.mark.requirement("R42", "R43")
@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("auth_failed", "Error de autentificación"),
        ("no_credits", "No hay créditos"),
    ],
)
def test_that_a_refusal_of_the_account_pauses_the_rest_and_continuing_repeats_nothing(
    clerk: Clerk, fault: str, sentence: str
) -> None:
    clerk.query(BIG, HELLO)
    clerk.provider.faults.add("send", fault, times=None, skip=10)

    clerk.send()

    assert clerk.batch_figure("paused")
    assert clerk.strip_words().startswith(f"{sentence}: el envío está en pausa")
    clerk.wait(lambda: clerk.column("Detalle").count("En cola") == BIG_SIZE - 10)
    clerk.wait(lambda: clerk.marked() == [])
    assert len(clerk.ledger()) == 10

    clerk.provider.faults.clear()
    clerk.press_in_strip("resume")

    clerk.wait(lambda: clerk.batch_figure("accepted") == BIG_SIZE)
    assert clerk.phones_in_ledger() == sorted(f"34622555{n:03}" for n in range(BIG_SIZE))
    assert len({one.ref for one in clerk.ledger()}) == BIG_SIZE


@pytest.mark.requirement("R42")
def test_that_cancelling_a_paused_batch_marks_the_waiting_rows_again(clerk: Clerk) -> None:
    clerk.provider.faults.add("send", "no_credits", times=None)
    clerk.query(NOTICES, HELLO)
    clerk.send()
    clerk.wait(lambda: set(clerk.column("Detalle")) == {"En cola"})

    clerk.press_in_strip("cancel")

    clerk.wait(lambda: clerk.marked() == EVERYBODY)
    assert clerk.ledger() == []


@pytest.mark.requirement("R42")
def test_that_rejected_data_stays_marked_with_its_reason_and_the_others_leave(clerk: Clerk) -> None:
    clerk.provider.faults.add("send", "bad_data", times=1, phone=PHONES[NANEZ])
    clerk.query(NOTICES, HELLO)

    clerk.send()

    clerk.wait(lambda: clerk.column("Enviado") == ["--", "", "--", "--"])
    clerk.wait(lambda: clerk.cell(NANEZ, "Detalle") == "Rechazado: Error en los datos")
    assert clerk.marked() == [NANEZ]
    assert PHONES[NANEZ] not in clerk.phones_in_ledger()

    clerk.send()
    clerk.wait(lambda: clerk.marked() == [])
    assert clerk.phones_in_ledger() == ALL_PHONES


@pytest.mark.requirement("R42", "R43")
def test_that_three_rejections_of_the_data_in_a_row_pause_the_batch(clerk: Clerk) -> None:
    clerk.provider.faults.add("send", "bad_data", times=None)
    clerk.query(BIG, HELLO)

    clerk.send()

    assert clerk.batch_figure("paused")
    assert clerk.strip_words().startswith("Error en los datos: el envío está en pausa")
    # Some were on their way already when the third refusal came.
    clerk.wait(lambda: clerk.batch_figure("queued") + clerk.batch_figure("rejected") == BIG_SIZE)
    clerk.wait(lambda: len(clerk.marked()) == clerk.batch_figure("rejected"))
    rejected = len(clerk.marked())
    assert 3 <= rejected < BIG_SIZE

    clerk.provider.faults.clear()
    clerk.press_in_strip("resume")
    clerk.wait(lambda: clerk.batch_figure("accepted") == BIG_SIZE - rejected)
    assert len(set(clerk.phones_in_ledger())) == len(clerk.ledger()) == BIG_SIZE - rejected
    assert len(clerk.marked()) == rejected


@pytest.mark.requirement("R42")
def test_that_a_number_the_provider_does_not_take_is_rejected_by_itself(clerk: Clerk) -> None:
    clerk.provider.faults.add("send", "nothing_sent", times=1, phone=PHONES[ZUNIGA])
    clerk.query(NOTICES, HELLO)

    clerk.send()

    clerk.wait(lambda: clerk.cell(ZUNIGA, "Detalle") == "Rechazado: el proveedor no admite este número")
    clerk.wait(lambda: clerk.marked() == [ZUNIGA])
    assert len(clerk.ledger()) == 3


@pytest.mark.requirement("R43", "R38", "R56")
def test_that_a_message_without_an_answer_is_doubtful_and_nothing_sends_it_again(clerk: Clerk) -> None:
    clerk.provider.faults.add("send", "close_after_accept", times=1, phone=PHONES[OLABARRI])
    clerk.query(NOTICES, HELLO)
    clerk.send()
    clerk.wait(lambda: clerk.cell(OLABARRI, "Detalle").startswith("Dudoso"))
    clerk.wait(lambda: clerk.column("Enviado") == ["--", "--", "--", "--"])
    assert clerk.batch_figure("doubtful") == 1
    assert clerk.phones_in_ledger() == ALL_PHONES

    clerk.query()
    assert clerk.marked() == []
    clerk.choose_from_menu(ARCE, "Marcar no enviados")
    assert clerk.marked() == []
    clerk.choose_from_menu(ARCE, "Marcar todo")
    assert clerk.marked() == [ARCE, NANEZ, ZUNIGA]
    assert clerk.tool("sms.send").text() == "Enviar (3)"
    clerk.click_mark(OLABARRI)
    assert clerk.marked() == [ARCE, NANEZ, ZUNIGA]
    clerk.begin_send()
    clerk.tick_resend()
    clerk.confirm_and_wait()

    assert clerk.phones_in_ledger().count(PHONES[OLABARRI]) == 1
    assert len(clerk.ledger()) == 7


@pytest.mark.requirement("R42")
def test_that_a_failure_nobody_foresaw_is_said_in_one_sentence_and_sends_nothing(clerk: Clerk) -> None:
    clerk.query(NOTICES, HELLO)
    with clerk.host.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER out_of_order BEFORE INSERT ON sms_batch BEGIN SELECT RAISE(ABORT, 'out of order'); END"
        )

    clerk.begin_send()
    clerk.click(child(clerk.confirmation, QAbstractButton, "sms.confirm.send"))

    clerk.wait(lambda: clerk.strip_words().startswith("Error no determinado. No se ha enviado nada"))
    assert clerk.marked() == EVERYBODY
    assert clerk.ledger() == []
    with clerk.host.database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER out_of_order")
    clerk.press_in_strip("close")
    clerk.send()
    assert clerk.phones_in_ledger() == ALL_PHONES
