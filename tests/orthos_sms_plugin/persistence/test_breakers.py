from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from orthos_sms_plugin.domain.batches import BatchState, PauseReason
from orthos_sms_plugin.domain.outcomes import Breaker, Doubtful, ErrorKind, NotSent, Rejected, SendOutcome
from orthos_sms_plugin.persistence import tables
from orthos_sms_plugin.persistence.accounts import SqlAccounts
from orthos_sms_plugin.persistence.outbox import SqlOutbox
from orthos_sms_plugin.persistence.units import SessionFactory, reading
from tests.orthos_sms_plugin.persistence.sends import (
    ACCEPTED,
    ACCOUNT,
    SEAT,
    assert_sound,
    change_batches,
    change_messages,
    claim,
    draft,
    messages,
    queue,
)


def balance_of(factory: SessionFactory) -> Any:
    return SqlAccounts(factory).balance(ACCOUNT)


def send(outbox: SqlOutbox, outcome: SendOutcome) -> bool:
    return outbox.complete(claim(outbox), outcome)


def forget_backoff(factory: SessionFactory) -> None:
    change_messages(factory, retry_at_ms=None)


@pytest.mark.requirement("R42")
@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        (NotSent(ErrorKind.AUTH), PauseReason.AUTH),
        (NotSent(ErrorKind.CREDITS), PauseReason.CREDITS),
        (NotSent(ErrorKind.CONFIG), PauseReason.CONFIG),
        (Doubtful(ErrorKind.HTTP, http_status=403), PauseReason.OUTAGE),
        (Doubtful(ErrorKind.HTTP, http_status=502), PauseReason.OUTAGE),
    ],
)
def test_that_one_such_end_stops_all_open_batches_of_the_account_until_a_person_goes_on(
    factory: SessionFactory, outbox: SqlOutbox, outcome: SendOutcome, reason: PauseReason
) -> None:
    first = queue(outbox, draft(1), draft(2)).batch_id or 0
    second = queue(outbox, draft(3), workstation="Recepción 1").batch_id or 0
    other = queue(outbox, draft(4), account="b" * 64).batch_id or 0

    send(outbox, outcome)

    states = {one.batch_id: (one.state, one.pause_reason) for one in outbox.progress()}
    assert states == {
        first: (BatchState.PAUSED, reason),
        second: (BatchState.PAUSED, reason),
        other: (BatchState.OPEN, None),
    }
    assert balance_of(factory).breaker == reason.value
    assert claim(outbox, account="b" * 64).batch_id == other
    outbox.resume(first, workstation=SEAT)
    assert claim(outbox).batch_id == first
    assert balance_of(factory).breaker == "closed"
    assert_sound(factory)


@pytest.mark.requirement("R42")
def test_that_lack_of_credits_keeps_what_the_provider_asked_for(factory: SessionFactory, outbox: SqlOutbox) -> None:
    queue(outbox, draft(1))

    send(outbox, NotSent(ErrorKind.CREDITS, credits_needed=Decimal("12.50"), credits_left=Decimal("0.25")))

    (progress,) = outbox.progress()
    assert (progress.pause_reason, progress.credits_needed) == (PauseReason.CREDITS, "12.5")
    assert balance_of(factory).credits == Decimal("0.25")
    assert (progress.queued, messages(factory, "retry_at_ms")) == (1, [None])


@pytest.mark.parametrize(
    ("outcome", "needed", "reason"),
    [
        (Rejected(ErrorKind.DATA), 3, PauseReason.DATA),
        (NotSent(ErrorKind.UNREACHABLE), 3, PauseReason.UNREACHABLE),
        (NotSent(ErrorKind.BUSY), 3, PauseReason.UNREACHABLE),
        (Doubtful(ErrorKind.NO_ANSWER), 2, PauseReason.OUTAGE),
    ],
)
def test_that_failures_of_one_kind_in_a_row_pause_and_one_acceptance_between_starts_anew(
    factory: SessionFactory, outbox: SqlOutbox, outcome: SendOutcome, needed: int, reason: PauseReason
) -> None:
    queue(outbox, *(draft(one) for one in range(1, 20)))

    for _ in range(2):
        for _ in range(needed - 1):
            send(outbox, outcome)
            forget_backoff(factory)
        send(outbox, ACCEPTED)
    assert [one.state for one in outbox.progress()] == [BatchState.OPEN]
    for _ in range(needed):
        assert [one.state for one in outbox.progress()] == [BatchState.OPEN]
        send(outbox, outcome)
        forget_backoff(factory)

    (progress,) = outbox.progress()
    assert (progress.state, progress.pause_reason) == (BatchState.PAUSED, reason)
    assert balance_of(factory).breaker == ("closed" if reason is PauseReason.DATA else reason.value)
    assert_sound(factory)


def test_that_a_passing_outage_does_not_take_the_place_of_wrong_credentials(
    factory: SessionFactory, outbox: SqlOutbox
) -> None:
    queue(outbox, draft(1), draft(2))
    first, second = claim(outbox), claim(outbox)
    outbox.complete(first, NotSent(ErrorKind.AUTH))

    outbox.complete(second, Doubtful(ErrorKind.HTTP, http_status=500))

    assert balance_of(factory).breaker == Breaker.AUTH.value


def test_that_a_person_who_goes_on_clears_backing_off_and_counts_anew(
    factory: SessionFactory, outbox: SqlOutbox
) -> None:
    batch_id = queue(outbox, *(draft(one) for one in range(1, 6))).batch_id or 0
    for _ in range(3):
        send(outbox, NotSent(ErrorKind.UNREACHABLE))
    assert [one.pause_reason for one in outbox.progress()] == [PauseReason.UNREACHABLE]

    outbox.resume(batch_id, workstation="Recepción 1")

    assert messages(factory, "retry_at_ms") == [None] * 5
    assert outbox.complete(claim(outbox, workstation="Recepción 1"), NotSent(ErrorKind.UNREACHABLE))
    assert [one.state for one in outbox.progress()] == [BatchState.OPEN]


def test_that_a_batch_that_is_not_paused_is_not_taken_over(factory: SessionFactory, outbox: SqlOutbox) -> None:
    batch_id = queue(outbox, draft(1)).batch_id or 0

    outbox.resume(batch_id, workstation="Recepción 1")
    assert outbox.claim("s1", workstation="Recepción 1", account=ACCOUNT) is None

    change_batches(factory, state="cancelled")
    outbox.resume(batch_id, workstation="Recepción 1")
    with reading(factory) as connection:
        assert connection.scalar(select(tables.batch.c.state)) == "cancelled"


def test_that_the_balance_is_exact_to_four_places(factory: SessionFactory) -> None:
    accounts = SqlAccounts(factory)
    assert (accounts.balance(ACCOUNT).credits, accounts.balance(ACCOUNT).breaker) == (None, "closed")

    accounts.heard(ACCOUNT, Decimal("1234567.1234"))

    balance = accounts.balance(ACCOUNT)
    assert (balance.credits, balance.at is not None) == (Decimal("1234567.1234"), True)


def test_that_a_person_closes_the_breaker_by_hand(factory: SessionFactory, outbox: SqlOutbox) -> None:
    accounts = SqlAccounts(factory)
    queue(outbox, draft(1))
    accounts.trip(ACCOUNT, PauseReason.CREDITS)

    accounts.close_breaker(ACCOUNT)

    assert accounts.balance(ACCOUNT).breaker == "closed"
    assert [one.pause_reason for one in outbox.progress()] == [PauseReason.CREDITS]
    with pytest.raises(ValueError, match="interrupted"):
        accounts.trip(ACCOUNT, PauseReason.INTERRUPTED)
