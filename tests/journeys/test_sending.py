"""From `Enviar` to the end of the batch: what is asked before, what leaves, how it is stopped and taken back."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QAbstractButton, QLineEdit, QTableView
from sqlalchemy import update

from fake_host.clinic.patients import Phone, find_patient, replace_phones
from hookspecs.clinic import Patient
from tests.journeys.clinic import ARCE, BIG, BIG_SIZE, HELLO, NANEZ, NOTICES, OLABARRI, PHONES, ZUNIGA
from tests.journeys.conftest import OpenClerk
from tests.journeys.driver import Clerk
from tests.journeys.screen import child

EVERYBODY = [ARCE, NANEZ, OLABARRI, ZUNIGA]
OWN_MOBILE = "34600555900"


def at_another_seat_change_the_mobile_of(clerk: Clerk, name: str, number: str) -> None:
    """Store another mobile without a word to this window."""
    patient = find_patient(clerk.host.database, clerk.id_of(name))
    assert patient is not None
    replace_phones(clerk.host.database, patient.id, [Phone(number, sms_selected=True)])


@pytest.fixture
def patient_clerk(open_clerk: OpenClerk) -> Clerk:
    """A clerk with a grace so long that a test ends before it does."""
    clerk = open_clerk(grace_s=600)
    clerk.open_panel()
    return clerk


@pytest.mark.requirement("R22", "R43")
def test_that_each_marked_patient_gets_one_message_and_loses_the_mark(clerk: Clerk) -> None:
    clerk.query(NOTICES, HELLO)
    clerk.click_mark(OLABARRI)

    clerk.send()

    clerk.wait(lambda: clerk.column("Enviado") == ["--", "--", "", "--"])
    assert clerk.marked() == []
    assert clerk.phones_in_ledger() == sorted([PHONES[ARCE], PHONES[NANEZ], PHONES[ZUNIGA]])
    assert clerk.cell(ARCE, "Detalle").startswith("Aceptado hoy ")
    assert clerk.cell(OLABARRI, "Detalle") == ""


@pytest.mark.requirement("R22")
def test_that_the_confirmation_shows_what_will_leave_before_anything_does(clerk: Clerk) -> None:
    clerk.query(NOTICES, HELLO)
    clerk.click_mark(NANEZ)

    dialog = clerk.begin_send()

    words = clerk.words_on_screen(dialog)
    assert "¿Enviar 3 SMS a 3 pacientes?" in words
    for heading, figure in (("Destinatarios", "3"), ("Partes (exactas)", "3"), ("Saldo ahora", "1.000")):
        assert words[words.index(heading) + 1] == figure
    assert words[words.index("Remitente") + 1] == "El de su cuenta"
    listed = clerk.grid_text(child(dialog, QTableView, "sms.confirm.table"))
    assert [(line[0], line[-1]) for line in listed] == [
        (ARCE, "Hola Elena, le esperamos."),
        (OLABARRI, "Hola Miren, le esperamos."),
        (ZUNIGA, "Hola Andrea, le esperamos."),
    ]
    assert clerk.provider.ledger.messages == ()


@pytest.mark.requirement("R22")
def test_that_a_send_given_up_in_the_confirmation_leaves_marks_and_ledger_alone(clerk: Clerk) -> None:
    clerk.query(NOTICES, HELLO)
    clerk.begin_send()

    clerk.cancel_confirmation()

    assert clerk.marked() == EVERYBODY
    assert clerk.batch_figure("batches") == 0
    assert clerk.ledger() == []


@pytest.mark.requirement("R22")
def test_that_a_mobile_changed_at_another_seat_is_listed_and_used(clerk: Clerk) -> None:
    clerk.query(NOTICES, HELLO)
    at_another_seat_change_the_mobile_of(clerk, NANEZ, "684 555 116")

    dialog = clerk.begin_send()

    told = " ".join(clerk.words_on_screen(dialog)).replace("\u00a0", " ")
    assert f"Ha cambiado desde la consulta: el móvil de {NANEZ} era 684 555 115 y ahora es 684 555 116." in told
    clerk.confirm_and_wait()
    assert "34684555116" in clerk.phones_in_ledger()
    assert PHONES[NANEZ] not in clerk.phones_in_ledger()


@pytest.mark.requirement("R22")
def test_that_who_objects_after_the_query_is_left_out_and_named(clerk: Clerk) -> None:
    clerk.query(NOTICES, HELLO)
    with clerk.host.context.session_factory.begin() as session:
        session.execute(update(Patient).where(Patient.code == "000022").values(objection_accepted=True))

    dialog = clerk.begin_send()

    told = " ".join(clerk.words_on_screen(dialog))
    assert f"1 fila ya no se puede enviar: {NANEZ} (Oposición del paciente)." in told
    clerk.confirm_and_wait()
    assert PHONES[NANEZ] not in clerk.phones_in_ledger()
    assert len(clerk.ledger()) == 3


@pytest.mark.requirement("R22")
def test_that_a_trial_goes_to_the_own_mobile_with_the_first_rows_text_and_sends_no_row(clerk: Clerk) -> None:
    clerk.query(NOTICES, HELLO)
    dialog = clerk.begin_send()

    clerk.write(child(dialog, QLineEdit, "sms.confirm.own_mobile"), "600555900")
    clerk.click(child(dialog, QAbstractButton, "sms.confirm.test"))
    clerk.wait(clerk.ledger)

    assert [(one.phone, one.text) for one in clerk.ledger()] == [(OWN_MOBILE, "Hola Elena, le esperamos.")]
    clerk.cancel_confirmation()
    assert clerk.marked() == EVERYBODY
    assert set(clerk.column("Enviado")) == {""}


@pytest.mark.requirement("R22")
def test_that_pending_deliveries_are_asked_about_before_the_confirmation(clerk: Clerk) -> None:
    clerk.query(NOTICES, HELLO)
    for name in (NANEZ, OLABARRI, ZUNIGA):
        clerk.click_mark(name)
    clerk.send()
    clerk.wait(lambda: clerk.cell(ARCE, "Enviado") == "--")
    clerk.provider.clock.advance(60)
    clerk.click_mark(NANEZ)

    clerk.begin_send()

    clerk.wait(lambda: clerk.cell(ARCE, "Enviado") == "Si")
    assert len(clerk.ledger()) == 1


@pytest.mark.requirement("R22", "R42")
@pytest.mark.parametrize(("fault", "goes_on"), [("reset_before_accept", True), ("auth_failed", False)])
def test_that_of_all_failures_of_that_refresh_only_rejected_credentials_stop_the_send(
    clerk: Clerk, fault: str, goes_on: bool
) -> None:
    clerk.query(NOTICES, HELLO)
    clerk.click_mark(ARCE)
    clerk.send()
    clerk.wait(lambda: clerk.marked() == [])
    clerk.click_mark(ARCE)
    clerk.provider.faults.add("report", fault, times=None)

    clerk.press("sms.send")

    if goes_on:
        clerk.wait(clerk.is_confirming)
        return
    clerk.wait(lambda: clerk.strip_words().startswith("Error de autentificación"))
    assert not clerk.is_confirming()
    assert clerk.marked() == [ARCE]
    assert len(clerk.ledger()) == 3


@pytest.mark.requirement("R22", "R54")
def test_that_rows_wait_in_the_queue_during_the_grace_and_undo_sends_nothing(patient_clerk: Clerk) -> None:
    clerk = patient_clerk
    clerk.query(NOTICES, HELLO)
    clerk.click_mark(ZUNIGA)
    clerk.begin_send()
    clerk.confirm()
    clerk.wait(lambda: clerk.column("Detalle") == ["En cola", "En cola", "En cola", ""])
    assert set(clerk.column("Enviado")) == {""}
    assert clerk.marked() == []
    assert "Todavía no ha salido ninguno." in clerk.strip_words()

    clerk.shortcut(Qt.Key.Key_Z)

    clerk.wait(lambda: clerk.marked() == [ARCE, NANEZ, OLABARRI])
    clerk.wait(lambda: not clerk.batch_figure("active"))
    assert clerk.ledger() == []
    assert not [request for request in clerk.provider.ledger.requests if request.function == "send"]


@pytest.mark.requirement("R22", "R54")
def test_that_the_undo_button_takes_back_and_start_now_ends_the_grace(patient_clerk: Clerk) -> None:
    clerk = patient_clerk
    clerk.query(NOTICES, HELLO)
    clerk.begin_send()
    clerk.confirm()
    clerk.press_in_strip("undo")
    clerk.wait(lambda: clerk.marked() == EVERYBODY)

    clerk.begin_send()
    clerk.confirm()
    clerk.press_in_strip("start_now")

    clerk.wait(lambda: not clerk.batch_figure("active"))
    assert clerk.phones_in_ledger() == sorted(PHONES[name] for name in EVERYBODY)


@pytest.mark.requirement("R22", "R54")
def test_that_stopping_in_the_middle_marks_again_what_has_not_left(clerk: Clerk) -> None:
    clerk.provider.latency_ms = 400
    clerk.query(BIG, HELLO)
    assert len(clerk.marked()) == BIG_SIZE
    clerk.begin_send()
    clerk.confirm()
    clerk.wait(clerk.ledger)

    clerk.press_in_strip("stop")

    clerk.wait(lambda: not clerk.batch_figure("active"))
    clerk.wait(lambda: len(clerk.marked()) == BIG_SIZE - len(clerk.ledger()))
    sent = {one.phone for one in clerk.ledger()}
    assert 0 < len(sent) < BIG_SIZE
    by_name = clerk.by_name("Teléfono")
    assert {f"34{by_name[name].replace(' ', '')}" for name in clerk.marked()}.isdisjoint(sent)
    assert clerk.batch_figure("cancelled") == BIG_SIZE - len(sent)

    clerk.provider.latency_ms = 0
    clerk.send()
    assert clerk.phones_in_ledger() == sorted(f"34{phone.replace(' ', '')}" for phone in by_name.values())


@pytest.mark.requirement("R22")
def test_that_the_window_can_be_used_while_a_batch_runs(clerk: Clerk) -> None:
    clerk.provider.latency_ms = 100
    clerk.query(BIG, HELLO)
    clerk.begin_send()
    clerk.confirm()

    clerk.query(NOTICES)
    clerk.click_row(NANEZ)
    clerk.click_mark(NANEZ)

    assert clerk.batch_figure("active")
    assert any(words.endswith(f" de {BIG_SIZE}") for words in clerk.words())
    assert clerk.selected() == [NANEZ]
    assert clerk.marked() == [ARCE, OLABARRI, ZUNIGA]
    clerk.wait(lambda: not clerk.batch_figure("active"))
    assert clerk.marked() == [ARCE, OLABARRI, ZUNIGA]


@pytest.mark.requirement("R43")
def test_that_two_quick_clicks_on_the_confirmation_send_once(clerk: Clerk) -> None:
    clerk.query(NOTICES, HELLO)
    clerk.begin_send()

    clerk.double_click_confirm()

    clerk.wait(lambda: clerk.batch_figure("accepted") == 4)
    clerk.wait(lambda: not clerk.batch_figure("active"))
    assert clerk.batch_figure("batches") == 1
    assert len(clerk.ledger()) == 4
