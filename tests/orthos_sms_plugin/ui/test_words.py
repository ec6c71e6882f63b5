"""Every reason the domain knows has words, and what is never known is never claimed."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from hookspecs import PatientRef
from orthos_sms_plugin.domain.batches import PauseReason
from orthos_sms_plugin.domain.buttons import Refusal
from orthos_sms_plugin.domain.errors import NameTakenError, NotAllowedError, NotReadyError
from orthos_sms_plugin.domain.outcomes import DeliveryReason, ErrorKind
from orthos_sms_plugin.domain.rows import Problem, RowState
from orthos_sms_plugin.domain.states import Delivery, MessageState
from orthos_sms_plugin.services.desk import DeskStatus
from orthos_sms_plugin.services.ports import Balance
from orthos_sms_plugin.services.settings import SmsSettings
from orthos_sms_plugin.ui import words
from tests.support.builders import row, state

NOW = datetime.now().astimezone()


@pytest.mark.parametrize("refusal", list(Refusal))
def test_that_every_grey_button_has_a_sentence(refusal: Refusal) -> None:
    assert words.refusal_words(refusal).endswith((".", "…"))


@pytest.mark.parametrize("problem", [problem for problem in Problem if problem is not Problem.NONE])
def test_that_every_problem_of_a_row_has_words_in_the_grid_and_in_the_summary(problem: Problem) -> None:
    assert words.problem_words(problem, "hora")
    assert words.problem_count_words(problem, 2).startswith("2 ")


@pytest.mark.requirement("R42")
@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        (ErrorKind.AUTH, "Error de autentificación"),
        (ErrorKind.CREDITS, "No hay créditos"),
        (ErrorKind.DATA, "Error en los datos"),
        ("what nobody knows", "Error no determinado"),
    ],
)
def test_that_an_error_of_a_send_bears_the_name_users_know(reason: str, sentence: str) -> None:
    assert words.error_words(reason) == sentence


@pytest.mark.requirement("R42")
@pytest.mark.parametrize("reason", [*PauseReason, None])
def test_that_every_pause_says_what_to_do_and_never_that_something_was_repeated(reason: PauseReason | None) -> None:
    title, advice = words.pause_words(reason)

    assert title
    assert "se ha repetido" not in f"{title} {advice}"


@pytest.mark.requirement("R38")
@pytest.mark.parametrize("reason", ["", "a code of tomorrow", *DeliveryReason])
def test_that_a_failed_or_waiting_delivery_always_says_why_or_that_nobody_knows(reason: str) -> None:
    for delivery in (Delivery.WAITING, Delivery.FAILED):
        detail = words.status_detail(state(MessageState.ACCEPTED, delivery, reason=reason))

        assert detail is not None
        assert not detail.text.endswith(": ")


@pytest.mark.requirement("R09")
def test_that_a_row_left_unmarked_says_when_it_was_sent() -> None:
    elsewhere = words.detail(row(status=RowState(sent_elsewhere_at=NOW - timedelta(days=400))))
    today = words.detail(row(status=RowState(sent_elsewhere_at=NOW)))

    assert elsewhere is not None and today is not None
    assert elsewhere.text == f"Enviado el {(NOW - timedelta(days=400)):%d/%m/%Y %H:%M}"
    assert today.text == f"Enviado hoy {NOW:%H:%M}"


@pytest.mark.requirement("R38", "R56")
def test_that_a_doubt_claims_no_more_than_the_missing_answer() -> None:
    detail = words.status_detail(state(MessageState.UNKNOWN, at=NOW))

    assert detail is not None
    assert detail.text == f"Dudoso: sin respuesta a las {NOW:%H:%M:%S}"


def test_that_a_delivered_row_says_both_moments() -> None:
    status = state(MessageState.ACCEPTED, Delivery.DELIVERED, at=NOW)._replace(delivered_at=NOW)
    detail = words.status_detail(status)

    assert detail is not None
    assert detail.text == f"Enviado hoy {NOW:%H:%M} · entregado {NOW:%H:%M}"


@pytest.mark.parametrize(
    ("breaker", "text"),
    [
        ("closed", "Mensatek · conectado"),
        ("auth", "Mensatek · rechaza el usuario o la clave"),
        ("credits", "Mensatek · sin créditos"),
        ("outage", "Mensatek · no responde"),
        ("unreachable", "Mensatek · no responde"),
    ],
)
def test_that_the_provider_is_named_with_its_trouble(breaker: str, text: str) -> None:
    status = DeskStatus(SmsSettings(sender="CDENTALARCE"), "Mensatek", "")

    shown = words.provider_words(status, Balance(Decimal(5), NOW, None, breaker))

    assert shown == (text, f"{text} · remitente CDENTALARCE", breaker == "closed")


def test_that_a_provider_that_is_missing_is_trouble_too() -> None:
    text, whole, fit = words.provider_words(DeskStatus(SmsSettings(), "", ""), None)

    assert (text, fit) == ("Proveedor sin configurar", False)
    assert "pídalos a quien administra" in whole


def test_that_the_patient_of_the_buttons_is_named_only_when_a_selection_decides() -> None:
    covadonga = PatientRef(7, "000731", "De la Vega Ruibal, Covadonga")

    assert words.target_words(covadonga, 1) == "De la Vega Ruibal, Covadonga · 000731"
    assert words.target_words(covadonga, 0) == ""
    assert words.target_words(None, 3) == "ninguno, hay 3 filas seleccionadas"


@pytest.mark.parametrize(
    "error",
    [
        NotAllowedError("sms.send"),
        NameTakenError(),
        NotReadyError("provider"),
        NotReadyError("durability"),
        NotReadyError("what nobody knows"),
        RuntimeError("612555014"),
    ],
)
def test_that_every_error_becomes_a_sentence_without_its_own_words(error: Exception) -> None:
    sentence = words.error_sentence(error)

    assert sentence.endswith(".")
    assert "612555014" not in sentence
