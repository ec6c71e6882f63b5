from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select, update

from orthos_sms_plugin.domain.batches import BatchState
from orthos_sms_plugin.domain.outcomes import Accepted, Doubtful, ErrorKind, NotSent, Rejected, SendOutcome
from orthos_sms_plugin.persistence import tables
from orthos_sms_plugin.persistence.accounts import SqlAccounts
from orthos_sms_plugin.persistence.outbox import SqlOutbox
from orthos_sms_plugin.persistence.types import db_now_ms
from orthos_sms_plugin.persistence.units import SessionFactory, reading, writing
from tests.orthos_sms_plugin.persistence.sends import (
    ACCEPTED,
    ACCOUNT,
    SEAT,
    assert_sound,
    change_messages,
    claim,
    covers_with_slot,
    draft,
    end_lease,
    messages,
    queue,
    row_states,
)
from tests.orthos_sms_plugin.persistence.threads import together


def balance_of(factory: SessionFactory) -> Any:
    return SqlAccounts(factory).balance(ACCOUNT)


def send(outbox: SqlOutbox, outcome: SendOutcome) -> bool:
    return outbox.complete(claim(outbox), outcome)


def forget_backoff(factory: SessionFactory) -> None:
    change_messages(factory, retry_at_ms=None)


@pytest.mark.requirement("R38", "R11")
def test_that_an_accepted_message_keeps_its_row_and_brings_balance_price_and_first_poll(
    factory: SessionFactory, outbox: SqlOutbox
) -> None:
    queued = queue(outbox, draft(1, parts=3))

    written = send(outbox, Accepted("4711", credits_left=Decimal("98.5"), credits_used=Decimal("4.5")))

    assert written is True
    with reading(factory) as connection:
        row = connection.execute(select(tables.message)).one()
        attempt = connection.execute(select(tables.attempt)).one()
        now_ms = connection.scalar(select(db_now_ms())) or 0
    assert (row.state, row.delivery, row.msgid, row.credits) == ("accepted", "unchecked", "4711", Decimal("4.5"))
    assert (row.lease_until_ms, row.error_kind, row.poll_count) == (None, None, 0)
    assert row.next_poll_ms == pytest.approx(row.accepted_at.timestamp() * 1000 + 60_000, abs=1_000)
    assert row.next_poll_ms - now_ms <= 60_000
    assert (attempt.outcome, attempt.finished_at is not None) == ("accepted", True)
    assert row_states(factory) == {1: ("accepted", "", 1, 0)}
    balance = balance_of(factory)
    assert (balance.credits, balance.price_per_part, balance.breaker) == (Decimal("98.5"), Decimal("1.5"), "closed")
    assert [one.state for one in outbox.progress([queued.batch_id or 0])] == [BatchState.DONE]
    assert_sound(factory)


@pytest.mark.parametrize("msgid", [None, "", "x" * 65, "47\n11", "ñ"])
def test_that_an_acceptance_counts_though_its_id_is_missing_or_odd(
    factory: SessionFactory, outbox: SqlOutbox, msgid: str | None
) -> None:
    queue(outbox, draft(1))

    send(outbox, Accepted(msgid))

    assert messages(factory, "state", "msgid") == [("accepted", None)]


@pytest.mark.requirement("R11")
def test_that_the_lowest_balance_holds_of_sends_that_were_under_way_together(
    factory: SessionFactory, outbox: SqlOutbox
) -> None:
    queue(outbox, draft(1), draft(2))
    first, second = claim(outbox), claim(outbox)

    outbox.complete(second, Accepted("4712", credits_left=Decimal(98)))
    outbox.complete(first, Accepted("4711", credits_left=Decimal(99)))

    assert balance_of(factory).credits == 98


@pytest.mark.requirement("R11")
def test_that_a_higher_balance_holds_once_the_send_began_after_the_last_answer(
    factory: SessionFactory, outbox: SqlOutbox
) -> None:
    queue(outbox, draft(1), draft(2))
    send(outbox, Accepted("4711", credits_left=Decimal(99)))
    with writing(factory) as connection:
        connection.execute(update(tables.account).values(credits_at=datetime(2026, 1, 2, tzinfo=UTC)))

    send(outbox, Accepted("4712", credits_left=Decimal(500)))

    assert balance_of(factory).credits == 500


@pytest.mark.parametrize("odd", [Decimal("NaN"), Decimal("Infinity"), Decimal("1e30"), Decimal("-1e30")])
def test_that_an_acceptance_counts_though_its_figures_are_odd(
    factory: SessionFactory, outbox: SqlOutbox, odd: Decimal
) -> None:
    queue(outbox, draft(1))

    send(outbox, Accepted("4711", credits_left=odd, credits_used=odd))

    assert messages(factory, "state", "credits") == [("accepted", None)]
    assert balance_of(factory).credits is None


@pytest.mark.requirement("R42")
def test_that_a_rejected_message_lets_go_of_its_rows_and_says_why(factory: SessionFactory, outbox: SqlOutbox) -> None:
    queue(outbox, draft(1, 2))

    send(outbox, Rejected(ErrorKind.NUMBER))

    assert messages(factory, "state", "error_kind", "slot_phone") == [("rejected", "number", None)]
    assert covers_with_slot(factory) == []
    assert row_states(factory) == dict.fromkeys((1, 2), ("rejected", "number", 0, 0))
    assert_sound(factory)


@pytest.mark.requirement("R38", "R43")
def test_that_a_doubtful_message_keeps_its_rows_and_its_lease(factory: SessionFactory, outbox: SqlOutbox) -> None:
    queue(outbox, draft(1))
    claimed = claim(outbox)

    outbox.complete(claimed, Doubtful(ErrorKind.HTTP, http_status=404))

    assert messages(factory, "state", "error_kind", "lease_until_ms") == [
        ("unknown", "http", claimed.claimed_ms + 90_000)
    ]
    assert row_states(factory) == {1: ("unknown", "http", 1, 0)}
    with reading(factory) as connection:
        assert connection.scalar(select(tables.attempt.c.http_status)) == 404
    assert outbox.claim("s1", workstation=SEAT, account=ACCOUNT) is None
    assert_sound(factory)


@pytest.mark.parametrize(
    ("kind", "waits_ms"),
    [
        (ErrorKind.UNREACHABLE, [5_000, 15_000]),
        (ErrorKind.BUSY, [5_000, 15_000]),
    ],
)
def test_that_a_message_which_never_left_goes_back_and_waits_longer_each_time(
    factory: SessionFactory, outbox: SqlOutbox, kind: ErrorKind, waits_ms: list[int]
) -> None:
    queue(outbox, draft(1))

    seen = []
    for _ in waits_ms:
        send(outbox, NotSent(kind))
        with reading(factory) as connection:
            state, waits = connection.execute(
                select(tables.message.c.state, tables.message.c.retry_at_ms - db_now_ms())
            ).one()
        seen.append((state, waits))
        assert outbox.claim("s1", workstation=SEAT, account=ACCOUNT) is None
        forget_backoff(factory)

    assert [state for state, _ in seen] == ["queued"] * len(waits_ms)
    assert [waits for _, waits in seen] == pytest.approx(waits_ms, abs=2_500)
    assert row_states(factory) == {1: ("queued", kind.value, 1, 0)}
    assert_sound(factory)


def test_that_a_computer_which_slept_gives_the_message_back_at_once(factory: SessionFactory, outbox: SqlOutbox) -> None:
    queue(outbox, draft(1))

    send(outbox, NotSent(ErrorKind.SLEPT))

    assert claim(outbox).token == 2
    assert balance_of(factory).breaker == "closed"


@pytest.mark.requirement("R43")
@pytest.mark.parametrize(
    "outcome", [ACCEPTED, Rejected(ErrorKind.DATA), NotSent(ErrorKind.AUTH), Doubtful(ErrorKind.CUT)]
)
def test_that_a_stale_token_writes_nothing_at_all(
    factory: SessionFactory, outbox: SqlOutbox, outcome: SendOutcome
) -> None:
    queue(outbox, draft(1))
    stale = claim(outbox)
    outbox.complete(stale, NotSent(ErrorKind.SLEPT))
    claim(outbox)
    before = everything(factory)

    written = outbox.complete(stale, outcome)

    assert written is False
    assert everything(factory) == before


def everything(factory: SessionFactory) -> list[Any]:
    """Every line of our tables."""
    with reading(factory) as connection:
        return [connection.execute(select(table)).all() for table in tables.metadata.sorted_tables]


@pytest.mark.requirement("R43")
@pytest.mark.parametrize("first", [ACCEPTED, Rejected(ErrorKind.NUMBER)])
@pytest.mark.parametrize("second", [ACCEPTED, Rejected(ErrorKind.DATA), NotSent(ErrorKind.AUTH)])
def test_that_a_settled_message_is_not_settled_again(
    factory: SessionFactory, outbox: SqlOutbox, first: SendOutcome, second: SendOutcome
) -> None:
    queue(outbox, draft(1))
    claimed = claim(outbox)
    outbox.complete(claimed, first)
    before = everything(factory)

    assert outbox.complete(claimed, second) is False
    assert everything(factory) == before


@pytest.mark.requirement("R43")
@pytest.mark.parametrize(
    ("outcome", "state", "kind"),
    [
        (ACCEPTED, "accepted", None),
        (Rejected(ErrorKind.NUMBER), "discarded", "number"),
        (NotSent(ErrorKind.UNREACHABLE), "discarded", "unreachable"),
    ],
)
def test_that_a_late_worker_settles_its_own_doubt_with_a_record_and_never_back_to_the_queue(
    factory: SessionFactory, outbox: SqlOutbox, outcome: SendOutcome, state: str, kind: str | None
) -> None:
    queue(outbox, draft(1))
    claimed = claim(outbox)
    end_lease(factory, claimed.message_id)
    assert outbox.sweep() == 1

    written = outbox.complete(claimed, outcome)

    assert written is True
    assert messages(factory, "state", "error_kind", "resolved_by") == [(state, kind, "sender")]
    with reading(factory) as connection:
        (record,) = connection.execute(select(tables.resolution)).all()
    assert (record.message_id, record.decision, record.decided_by) == (claimed.message_id, state, "sender")
    assert_sound(factory)


def test_that_a_late_doubt_about_a_doubt_changes_nothing(factory: SessionFactory, outbox: SqlOutbox) -> None:
    queue(outbox, draft(1))
    claimed = claim(outbox)
    end_lease(factory, claimed.message_id)
    outbox.sweep()
    before = everything(factory)

    assert outbox.complete(claimed, Doubtful(ErrorKind.NO_ANSWER)) is False
    assert everything(factory) == before


def test_that_a_doubt_about_which_a_person_sent_again_keeps_their_note_when_it_is_settled(
    factory: SessionFactory, outbox: SqlOutbox
) -> None:
    queue(outbox, draft(1))
    claimed = claim(outbox)
    outbox.complete(claimed, Doubtful(ErrorKind.CUT))
    change_messages(factory, resolved_by="message:2")

    assert outbox.complete(claimed, ACCEPTED) is True

    assert messages(factory, "state", "resolved_by") == [("accepted", "message:2")]


@pytest.mark.requirement("R54")
def test_that_what_was_not_sent_after_its_batch_was_stopped_is_cancelled_with_it(
    factory: SessionFactory, outbox: SqlOutbox
) -> None:
    batch_id = queue(outbox, draft(1)).batch_id or 0
    claimed = claim(outbox)
    outbox.stop(batch_id)

    outbox.complete(claimed, NotSent(ErrorKind.UNREACHABLE))

    assert messages(factory, "state", "error_kind", "slot_phone") == [("cancelled", "stopped", None)]
    assert row_states(factory) == {1: ("cancelled", "stopped", 0, 0)}
    assert_sound(factory)


def test_that_giving_back_and_stopping_at_one_moment_leaves_nothing_queued(
    factory: SessionFactory, outbox: SqlOutbox
) -> None:
    for patient_id in range(1, 13):
        batch_id = queue(outbox, draft(patient_id)).batch_id or 0
        claimed = claim(outbox)

        results = together(
            partial(outbox.stop, batch_id),
            partial(outbox.complete, claimed, NotSent(ErrorKind.SLEPT)),
        )

        assert not [result for result in results if isinstance(result, Exception)], results

    assert set(messages(factory)) == {"cancelled"}
    assert_sound(factory)


def test_that_two_ends_of_one_row_at_one_moment_leave_a_true_row_state(
    factory: SessionFactory, outbox: SqlOutbox
) -> None:
    for patient_id in range(1, 13):
        queue(outbox, draft(patient_id))
        first = claim(outbox)
        queue(outbox, draft(patient_id, resend=1))
        second = claim(outbox)

        results = together(
            partial(outbox.complete, first, Rejected(ErrorKind.NUMBER)),
            partial(outbox.complete, second, ACCEPTED),
        )

        assert results == [True, True]

    assert set(row_states(factory).values()) == {("accepted", "", 1, 1)}
    assert_sound(factory)


def test_that_senders_which_end_at_one_moment_close_the_batch(factory: SessionFactory, outbox: SqlOutbox) -> None:
    for start in range(1, 41, 4):
        batch_id = queue(outbox, *(draft(one) for one in range(start, start + 4))).batch_id or 0
        claims = [claim(outbox) for _ in range(4)]

        together(*(partial(outbox.complete, one, ACCEPTED) for one in claims))

        assert [one.state for one in outbox.progress([batch_id])] == [BatchState.DONE]
    assert balance_of(factory).credits == Decimal("98.5")


def test_that_a_lost_row_state_is_made_again_by_the_next_change(factory: SessionFactory, outbox: SqlOutbox) -> None:
    queue(outbox, draft(1))
    with writing(factory) as connection:
        connection.execute(update(tables.row_state).values(live=7, state="rejected"))

    claim(outbox)

    assert row_states(factory) == {1: ("sending", "", 1, 0)}
