"""States of a message and what `Enviado` shows (R08, R38)."""

from __future__ import annotations

import itertools

import pytest

from orthos_sms_plugin.domain.states import Delivery, MessageState, SentMark, advance, sent_mark

ORDER = [Delivery.UNCHECKED, Delivery.WAITING, Delivery.UNCONFIRMED, Delivery.FAILED, Delivery.DELIVERED]


@pytest.mark.requirement("R38")
@pytest.mark.parametrize(("current", "reported"), list(itertools.product(Delivery, Delivery)))
def test_that_a_delivery_never_goes_backwards(current: Delivery, reported: Delivery) -> None:
    after = advance(current, reported)

    assert ORDER.index(after) == max(ORDER.index(current), ORDER.index(reported))


@pytest.mark.requirement("R38")
def test_that_a_failed_message_may_still_turn_out_delivered_and_stays_so() -> None:
    assert advance(Delivery.FAILED, Delivery.DELIVERED) is Delivery.DELIVERED
    assert advance(Delivery.DELIVERED, Delivery.FAILED) is Delivery.DELIVERED


@pytest.mark.requirement("R08", "R38")
@pytest.mark.parametrize(
    ("state", "delivery", "literal"),
    [
        (None, Delivery.UNCHECKED, ""),
        (MessageState.QUEUED, Delivery.UNCHECKED, ""),
        (MessageState.SENDING, Delivery.UNCHECKED, ""),
        (MessageState.CANCELLED, Delivery.UNCHECKED, ""),
        (MessageState.REJECTED, Delivery.UNCHECKED, ""),
        (MessageState.DISCARDED, Delivery.UNCHECKED, ""),
        (MessageState.UNKNOWN, Delivery.UNCHECKED, "--"),
        (MessageState.ACCEPTED, Delivery.UNCHECKED, "--"),
        (MessageState.ACCEPTED, Delivery.WAITING, "No"),
        (MessageState.ACCEPTED, Delivery.FAILED, "No"),
        (MessageState.ACCEPTED, Delivery.UNCONFIRMED, "No"),
        (MessageState.ACCEPTED, Delivery.DELIVERED, "Si"),
    ],
)
def test_that_enviado_says_for_every_state_what_the_user_was_promised(
    state: MessageState | None, delivery: Delivery, literal: str
) -> None:
    assert sent_mark(state, delivery) == SentMark(literal)


@pytest.mark.requirement("R38")
def test_that_enviado_moves_from_dashes_over_no_to_si_and_not_back() -> None:
    shown = []
    delivery = Delivery.UNCHECKED
    for reported in (Delivery.UNCHECKED, Delivery.WAITING, Delivery.DELIVERED, Delivery.WAITING, Delivery.UNCHECKED):
        delivery = advance(delivery, reported)
        shown.append(sent_mark(MessageState.ACCEPTED, delivery).value)

    assert shown == ["--", "No", "Si", "Si", "Si"]
