"""The summary line and the strip: figures that add up, and the right buttons for the moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from orthos_sms_plugin.domain.batches import BatchProgress, BatchState, PauseReason
from orthos_sms_plugin.domain.rowbook import RowBook
from orthos_sms_plugin.domain.rows import RowText
from orthos_sms_plugin.services.ports import Balance
from orthos_sms_plugin.ui import figures, strip_words
from tests.support.builders import row

BATCH = BatchProgress(
    batch_id=1,
    row_scope="",
    title="Cierre",
    user_name="Marta Ordóñez",
    workstation="Recepción 2",
    state=BatchState.OPEN,
    pause_reason=None,
    starts_in_s=0,
    queued=9,
    sending=2,
    accepted=4,
    rejected=0,
    unknown=0,
    cancelled=0,
    discarded=0,
)
HEARD = Balance(Decimal("1240.5"), datetime(2026, 11, 23, 8, 41, tzinfo=UTC), Decimal(2), "closed")


def line(book: RowBook, balance: Balance | None, *, queried: bool = True) -> str:
    groups = figures.summary(book, balance, queried=queried)
    return " | ".join(" ".join(run.text for run in group) for group in groups)


def buttons(batch: BatchProgress, *, here: bool = True, stopping: bool = False) -> list[str]:
    state = strip_words.batch_state(batch, here=here, grace_s=10, stopping=stopping)
    return [button.id for button in state.buttons if button.enabled]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("0"), "0"),
        (Decimal("480.5"), "480,5"),
        (Decimal("1240"), "1.240"),
        (Decimal("1234567.25"), "1.234.567,25"),
        (Decimal("9.0000"), "9"),
        (Decimal("1E+3"), "1.000"),
        (12345, "12.345"),
    ],
)
def test_that_amounts_are_written_the_spanish_way(value: Decimal | int, text: str) -> None:
    assert figures.amount(value) == text


@pytest.mark.requirement("R10", "R11")
def test_that_the_line_says_marked_queried_parts_credits_balance_and_who_is_left_out() -> None:
    book = RowBook([row(patient_id=1), row("B, B", patient_id=2, phone="")])
    book.texts = [RowText("x", 161, 2), RowText("x", 10, 1)]

    text = line(book, HEARD)

    assert "1 marcada de 2 consultadas | 2 partes ≈ 4 créditos | coins Saldo 1.240,5" in text
    assert text.endswith("| 1 fuera: 1 sin móvil")


@pytest.mark.requirement("R10")
def test_that_the_cost_is_unknown_before_the_first_send() -> None:
    book = RowBook([row()])
    book.texts = [RowText("x", 1, 1)]

    assert "1 parte ≈ — créditos (aún sin precio)" in line(book, replace(HEARD, price_per_part=None))


@pytest.mark.requirement("R10")
def test_that_nothing_marked_costs_nothing_whatever_a_part_costs() -> None:
    assert "0 partes ≈ 0 créditos" in line(RowBook(), replace(HEARD, price_per_part=None))


@pytest.mark.requirement("R10")
def test_that_one_is_said_in_the_singular() -> None:
    book = RowBook([row()])
    book.texts = [RowText("x", 1, 1)]

    assert "1 marcada de 1 consultada | 1 parte ≈ 1 crédito |" in line(book, replace(HEARD, price_per_part=Decimal(1)))


@pytest.mark.requirement("R11")
def test_that_an_unknown_balance_is_a_dash_with_its_reason() -> None:
    unknown = Balance(None, None, None, "closed")

    assert "Saldo — el proveedor aún no ha contestado" in line(RowBook(), unknown)
    assert "Saldo — el proveedor no acepta" in line(RowBook(), replace(unknown, breaker="auth"))


@pytest.mark.requirement("R11")
def test_that_without_a_provider_nobody_waits_for_its_answer() -> None:
    groups = figures.summary(RowBook(), None, queried=True, configured=False)

    assert "falta configurar el proveedor" in [run.text for group in groups for run in group]


def test_that_before_a_query_the_line_says_so() -> None:
    assert line(RowBook(), HEARD, queried=False).startswith("Sin consulta: 0 marcadas de 0 consultadas")


@pytest.mark.requirement("R22")
def test_that_a_running_batch_can_be_stopped_and_says_how_far_it_is() -> None:
    state = strip_words.batch_state(BATCH, here=True, grace_s=10, stopping=False)

    assert state.progress == (4, 15)
    assert "4 aceptados · 2 enviándose · 9 en cola" in state.detail
    assert buttons(BATCH) == ["stop"]


def test_that_in_the_grace_nothing_has_left_and_all_can_be_undone() -> None:
    grace = replace(BATCH, queued=15, sending=0, accepted=0, starts_in_s=6.6)

    assert strip_words.batch_state(grace, here=True, grace_s=10, stopping=False).title == (
        "Los 15 SMS saldrán dentro de 7 s"
    )
    assert buttons(grace) == ["start_now", "undo"]


def test_that_a_batch_being_stopped_cannot_be_stopped_again() -> None:
    assert buttons(BATCH, stopping=True) == []


@pytest.mark.requirement("R42")
@pytest.mark.parametrize(
    ("reason", "title"),
    [
        (PauseReason.CREDITS, "No hay créditos: el envío está en pausa"),
        (PauseReason.AUTH, "Error de autentificación: el envío está en pausa"),
        (PauseReason.DATA, "Error en los datos: el envío está en pausa"),
    ],
)
def test_that_a_paused_batch_names_its_error_and_offers_to_continue_or_cancel(reason: PauseReason, title: str) -> None:
    paused = replace(BATCH, sending=0, state=BatchState.PAUSED, pause_reason=reason, credits_needed="11")
    state = strip_words.batch_state(paused, here=True, grace_s=10, stopping=False)

    assert state.title == title
    assert "Han salido 4; 9 esperan." in state.detail
    assert buttons(paused)[-2:] == ["cancel", "resume"]


@pytest.mark.requirement("R56")
@pytest.mark.parametrize(
    ("gone", "rejected", "unknown", "queued", "sentence"),
    [
        (4, 0, 3, 11, "Han salido 4; 11 esperan. De 3 no sabemos si salieron."),
        (1, 0, 1, 1, "Ha salido 1; 1 espera. De 1 no sabemos si salió."),
        (2, 1, 0, 5, "Han salido 2; 1 rechazado; 5 esperan."),
        (0, 3, 0, 5, "Han salido 0; 3 rechazados; 5 esperan."),
    ],
)
def test_that_a_pause_counts_as_gone_only_what_the_provider_took(
    gone: int, rejected: int, unknown: int, queued: int, sentence: str
) -> None:
    paused = replace(BATCH, sending=0, state=BatchState.PAUSED, pause_reason=PauseReason.OUTAGE)
    paused = replace(paused, accepted=gone, rejected=rejected, unknown=unknown, queued=queued)

    assert strip_words.batch_state(paused, here=True, grace_s=10, stopping=False).detail.startswith(sentence)


def test_that_a_stop_waits_for_nobody_when_nothing_is_on_its_way() -> None:
    one_left = replace(BATCH, queued=0, sending=1, cancelled=1)
    none_left = replace(BATCH, queued=3, sending=0, cancelled=2)

    details = [
        strip_words.batch_state(one, here=True, grace_s=10, stopping=True).detail for one in (one_left, none_left)
    ]

    assert details == [
        "1 retirado y otra vez marcado. Esperando la respuesta de 1.",
        "2 retirados y otra vez marcados.",
    ]


@pytest.mark.requirement("R57")
def test_that_another_seats_batch_says_who_sends_it_and_offers_nothing() -> None:
    state = strip_words.batch_state(BATCH, here=False, grace_s=10, stopping=False)

    assert state.title == "Marta Ordóñez está enviando 15 SMS desde Recepción 2"
    assert state.buttons == ()


@pytest.mark.requirement("R56")
def test_that_a_finished_batch_hides_no_doubt() -> None:
    done = replace(BATCH, queued=0, sending=0, accepted=13, rejected=1, unknown=1, state=BatchState.DONE)
    state = strip_words.batch_state(done, here=True, grace_s=10, stopping=False)

    assert state.title == "Envío terminado: 13 aceptados · 1 rechazado · 1 dudoso"
    assert "no se repite solo." in state.detail
