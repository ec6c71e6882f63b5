"""Nouns for tests: rows, states and templates with sensible values where the test does not care."""

from __future__ import annotations

from datetime import UTC, datetime

from orthos_sms_plugin.domain.names import display_name
from orthos_sms_plugin.domain.rows import Problem, Row, RowState
from orthos_sms_plugin.domain.states import LIVE_STATES, Delivery, MessageState
from orthos_sms_plugin.domain.templates import SmsTemplate

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def row(
    name: str = "García, Ana",
    *,
    patient_id: int = 1,
    phone: str = "+34600555001",
    problem: Problem = Problem.NONE,
    status: RowState | None = None,
    code: str = "",
) -> Row:
    """A row named ``Apellidos, Nombre``; without a phone it has the problem that goes with it."""
    surname, _, first_name = name.partition(", ")
    if not phone and problem is Problem.NONE:
        problem = Problem.NO_MOBILE
    return Row(
        patient_id=patient_id,
        appointment_id=0,
        code=code or f"{patient_id:06}",
        surname=surname,
        first_name=first_name,
        name=display_name(surname, first_name),
        phone=phone,
        phone_shown=phone.removeprefix("+34"),
        problem=problem,
        empty_field="",
        status=status or RowState(),
    )


def state(
    state: MessageState,
    delivery: Delivery = Delivery.UNCHECKED,
    *,
    reason: str = "",
    at: datetime = NOON,
    resend: int = 0,
) -> RowState:
    """What is stored of a row whose newest message is in `state`."""
    live = 1 if state in LIVE_STATES else 0
    return RowState(state=state, delivery=delivery, reason=reason, at=at, live=live, resend=resend)


def template(text: str = "Hola {nombre}", *, template_id: int = 7, name: str = "Aviso") -> SmsTemplate:
    """A message with the default class and accents removed."""
    return SmsTemplate(template_id, name, text)
