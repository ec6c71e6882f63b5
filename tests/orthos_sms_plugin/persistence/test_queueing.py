from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, select

from orthos_sms_plugin.domain import scopes
from orthos_sms_plugin.domain.batches import BatchState, Cover, LeftOut, LeftOutReason, PauseReason, Queued
from orthos_sms_plugin.domain.outcomes import ErrorKind, NotSent, Rejected
from orthos_sms_plugin.domain.states import MessageState
from orthos_sms_plugin.persistence import tables
from orthos_sms_plugin.persistence.accounts import SqlAccounts
from orthos_sms_plugin.persistence.outbox import SqlOutbox
from orthos_sms_plugin.persistence.units import SessionFactory, reading
from tests.orthos_sms_plugin.persistence.clinics import digits_of
from tests.orthos_sms_plugin.persistence.sends import (
    ACCEPTED,
    ACCOUNT,
    assert_sound,
    claim,
    covers_with_slot,
    draft,
    messages,
    new_batch,
    queue,
    row_states,
)
from tests.orthos_sms_plugin.persistence.threads import together

MARTA = "Marta Ordóñez · Recepción 2"


def count(factory: SessionFactory, table: Any) -> int:
    with reading(factory) as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


def test_that_a_queued_batch_stores_each_message_with_its_row_event_and_state(
    factory: SessionFactory, outbox: SqlOutbox
) -> None:
    queued = queue(outbox, draft(1), draft(2, 3, phone="34600555002"))

    assert (queued.queued, queued.left_out) == (2, ())
    assert sorted(messages(factory, "phone", "text", "state", "token", "batch_id")) == sorted(
        (phone, "Mañana cerramos. ¡Gracias! ñ é € Ø", "queued", 0, queued.batch_id)
        for phone in (digits_of(1), "34600555002")
    )
    assert row_states(factory) == dict.fromkeys((1, 2, 3), ("queued", "", 1, 0))
    assert covers_with_slot(factory) == [(1, 0), (2, 0), (3, 0)]
    with reading(factory) as connection:
        events = connection.execute(select(tables.event.c.kind, tables.event.c.was, tables.event.c.became)).all()
    assert [tuple(row) for row in events] == [("state", "", "queued")] * 2
    assert_sound(factory)


def test_that_every_message_has_a_dispatch_code_of_its_own(factory: SessionFactory, outbox: SqlOutbox) -> None:
    queue(outbox, *(draft(one) for one in range(1, 40)))

    refs = messages(factory, "ref")

    assert len(set(refs)) == 39
    assert all(len(ref) == 36 for ref in refs)


@pytest.mark.requirement("R43", "R57")
def test_that_a_row_with_a_live_message_is_left_out_and_its_holder_named(
    factory: SessionFactory, outbox: SqlOutbox
) -> None:
    queue(outbox, draft(1))

    queued = queue(outbox, draft(1), draft(2), user_name="Luis", workstation="Recepción 1")

    assert queued.queued == 1
    assert queued.left_out == (LeftOut(Cover(1), LeftOutReason.HELD, MessageState.QUEUED, MARTA),)
    assert covers_with_slot(factory) == [(1, 0), (2, 0)]
    assert_sound(factory)


@pytest.mark.requirement("R43")
@pytest.mark.parametrize(("outcome", "free"), [(ACCEPTED, False), (None, False), (Rejected(ErrorKind.NUMBER), True)])
def test_that_only_a_message_that_ended_unsent_lets_go_of_its_row(
    factory: SessionFactory, outbox: SqlOutbox, outcome: Any, free: bool
) -> None:
    queue(outbox, draft(1), one_per_phone=True)
    claimed = claim(outbox)
    if outcome is not None:
        outbox.complete(claimed, outcome)

    queued = queue(outbox, draft(1), one_per_phone=True)

    assert queued.queued == (1 if free else 0)
    assert len(queued.left_out) == (0 if free else 1)
    assert_sound(factory)


def test_that_a_batch_of_which_nothing_is_queued_leaves_no_trace(factory: SessionFactory, outbox: SqlOutbox) -> None:
    queue(outbox, draft(1))
    before = [count(factory, table) for table in (tables.batch, tables.message, tables.cover, tables.event)]

    queued = queue(outbox, draft(1))

    assert (queued.batch_id, queued.queued, len(queued.left_out)) == (None, 0, 1)
    assert [count(factory, t) for t in (tables.batch, tables.message, tables.cover, tables.event)] == before


@pytest.mark.requirement("R12")
@pytest.mark.parametrize("one_per_phone", [True, False])
def test_that_a_family_message_goes_in_with_all_its_rows_or_not_at_all(
    factory: SessionFactory, outbox: SqlOutbox, one_per_phone: bool
) -> None:
    queue(outbox, draft(2, phone="34600555002"))

    queued = queue(outbox, draft(1, 2, 3, phone="34600555009"), draft(4), one_per_phone=one_per_phone)

    assert queued.queued == 1
    assert set(queued.left_out) == {
        LeftOut(Cover(1), LeftOutReason.TOGETHER, MessageState.QUEUED, MARTA),
        LeftOut(Cover(2), LeftOutReason.HELD, MessageState.QUEUED, MARTA),
        LeftOut(Cover(3), LeftOutReason.TOGETHER, MessageState.QUEUED, MARTA),
    }
    assert covers_with_slot(factory) == [(2, 0), (4, 0)]
    assert row_states(factory).keys() == {2, 4}
    assert_sound(factory)


@pytest.mark.requirement("R12")
def test_that_one_per_phone_queues_one_message_to_a_number_across_batches_and_seats(
    factory: SessionFactory, outbox: SqlOutbox
) -> None:
    phone = "34600555001"
    first = queue(outbox, draft(1, phone=phone), draft(2, phone=phone), one_per_phone=True)

    second = queue(outbox, draft(3, phone=phone), draft(4), one_per_phone=True, workstation="Recepción 1")

    assert (first.queued, second.queued) == (1, 1)
    held = [left.reason for left in (*first.left_out, *second.left_out)]
    assert held == [LeftOutReason.PHONE_HELD] * 2
    assert {left.cover.patient_id for left in second.left_out} == {3}
    assert Counter(messages(factory, "phone")) == {phone: 1, digits_of(4): 1}
    assert_sound(factory)


def test_that_without_one_per_phone_relatives_get_an_ordinal_each_up_to_the_fifth_retry(
    factory: SessionFactory, outbox: SqlOutbox
) -> None:
    phone = "34600555001"
    batches = [queue(outbox, draft(one, phone=phone)) for one in range(1, 8)]

    assert [queued.queued for queued in batches] == [1, 1, 1, 1, 1, 1, 0]
    assert sorted(messages(factory, "ordinal")) == [0, 1, 2, 3, 4, 5]
    assert batches[-1].left_out == (LeftOut(Cover(7), LeftOutReason.PHONE_HELD, MessageState.QUEUED, MARTA),)
    assert_sound(factory)


def test_that_a_whole_family_in_one_batch_is_queued_without_one_per_phone(
    factory: SessionFactory, outbox: SqlOutbox
) -> None:
    queued = queue(outbox, *(draft(one, phone="34600555001") for one in range(1, 13)))

    assert (queued.queued, queued.left_out) == (12, ())
    assert sorted(messages(factory, "ordinal")) == list(range(12))


@pytest.mark.requirement("R43")
def test_that_a_confirmed_resend_takes_the_next_number_once(factory: SessionFactory, outbox: SqlOutbox) -> None:
    queue(outbox, draft(1), one_per_phone=True)
    outbox.complete(claim(outbox), ACCEPTED)

    results = [queue(outbox, draft(1, resend=1), one_per_phone=True) for _ in range(2)]

    assert [queued.queued for queued in results] == [1, 0]
    assert covers_with_slot(factory) == [(1, 0), (1, 1)]
    assert row_states(factory) == {1: ("queued", "", 2, 1)}
    assert_sound(factory)


@pytest.mark.requirement("R43")
def test_that_a_rejected_resend_gives_its_number_back_so_that_two_seats_cannot_take_two(
    factory: SessionFactory, outbox: SqlOutbox
) -> None:
    queue(outbox, draft(1))
    outbox.complete(claim(outbox), ACCEPTED)
    queue(outbox, draft(1, resend=1))
    outbox.complete(claim(outbox), Rejected(ErrorKind.NUMBER))

    assert row_states(factory) == {1: ("accepted", "", 1, 0)}
    assert [queue(outbox, draft(1, resend=1)).queued for _ in range(2)] == [1, 0]
    assert_sound(factory)


@pytest.mark.requirement("R43")
def test_that_a_first_send_is_refused_while_its_resend_lives_though_its_own_slot_is_free(
    factory: SessionFactory, outbox: SqlOutbox
) -> None:
    queue(outbox, draft(1))
    late = claim(outbox)
    queue(outbox, draft(1, resend=1))
    outbox.cancel_claimed(late, ErrorKind.SLEPT)
    assert covers_with_slot(factory) == [(1, 1)]

    queued = queue(outbox, draft(1), draft(2))

    assert queued.queued == 1
    assert queued.left_out == (LeftOut(Cover(1), LeftOutReason.HELD, MessageState.QUEUED, MARTA),)
    assert covers_with_slot(factory) == [(1, 1), (2, 0)]
    assert_sound(factory)


def test_that_scopes_which_differ_by_case_or_accent_are_different_scopes(
    factory: SessionFactory, outbox: SqlOutbox
) -> None:
    names = ("abc", "ABC", "abc ", "abç")
    queued = [queue(outbox, draft(1), row_scope=f"h|{one}", phone_scope=f"h|{one}") for one in names]

    assert [one.queued for one in queued] == [1, 1, 1, 1]
    assert queue(outbox, draft(1), row_scope="h|ABC", phone_scope="h|ABC").queued == 0


@pytest.mark.requirement("R43", "R57")
@pytest.mark.parametrize("one_per_phone", [True, False])
def test_that_sessions_which_queue_the_same_rows_at_once_queue_each_row_once(
    factory: SessionFactory, one_per_phone: bool
) -> None:
    drafts = [draft(one, one + 1000, phone=digits_of(one)) for one in range(1, 61)]
    batches = [
        new_batch(order, one_per_phone=one_per_phone, workstation=f"Recepción {seat}")
        for seat, order in enumerate((drafts, drafts[::-1], drafts[30:] + drafts[:30]))
    ]

    results = together(*(lambda b=batch: SqlOutbox(factory).queue(b) for batch in batches))

    assert all(isinstance(result, Queued) for result in results), results
    assert sum(result.queued for result in results) == 60
    assert sum(len(result.left_out) for result in results) == 2 * 120
    assert {left.reason for result in results for left in result.left_out} == {LeftOutReason.HELD}
    assert covers_with_slot(factory) == [(one, 0) for one in (*range(1, 61), *range(1001, 1061))]
    assert len(messages(factory)) == 60
    assert_sound(factory)


@pytest.mark.parametrize(
    "bad",
    [
        draft(1, phone="34600555001;34600555002"),
        draft(1, phone="+34600555001"),
        draft(1, phone="34600555001\n"),
        draft(1, phone="٣٤٦٠٠٥٥٥٠٠١"),
        draft(1, text=""),
        draft(1, 1),
    ],
)
@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_that_a_draft_that_is_not_one_message_to_one_phone_is_refused_before_anything_is_stored(
    factory: SessionFactory, outbox: SqlOutbox, bad: Any
) -> None:
    with pytest.raises(ValueError, match=r"a draft|a row") as error:
        queue(outbox, draft(2), bad)

    assert "555" not in str(error.value)
    assert count(factory, tables.batch) == 0


@pytest.mark.requirement("R54")
def test_that_the_grace_is_kept_by_the_databases_clock(factory: SessionFactory, outbox: SqlOutbox) -> None:
    queued = queue(outbox, draft(1), grace_s=10)

    (progress,) = outbox.progress()

    assert 8 < progress.starts_in_s <= 10
    assert outbox.claim("s1", workstation="Recepción 2", account=ACCOUNT) is None
    with reading(factory) as connection:
        row = connection.execute(select(tables.batch)).one()
    assert row.not_after_ms - row.not_before_ms == 24 * 3600 * 1000 - 10_000
    assert queued.batch_id == row.id


def test_that_a_batch_queued_while_the_account_takes_no_calls_waits_as_paused(
    factory: SessionFactory, outbox: SqlOutbox
) -> None:
    SqlAccounts(factory).trip(ACCOUNT, PauseReason.AUTH)

    queue(outbox, draft(1))

    (progress,) = outbox.progress()
    assert (progress.state, progress.pause_reason) == (BatchState.PAUSED, PauseReason.AUTH)
    assert outbox.claim("s1", workstation="Recepción 2", account=ACCOUNT) is None


def test_that_a_message_to_the_own_mobile_covers_no_row(factory: SessionFactory, outbox: SqlOutbox) -> None:
    scope = scopes.own_mobile_scope("1")

    queued = queue(outbox, draft(1, covers=()), row_scope=scope, phone_scope=scope, template_id=None)

    assert (queued.queued, row_states(factory)) == (1, {})
    assert outbox.complete(claim(outbox), NotSent(ErrorKind.UNREACHABLE)) is True


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_that_the_first_statement_of_queueing_writes(
    engine: Engine, factory: SessionFactory, outbox: SqlOutbox
) -> None:
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda _c, _k, sql, *_: statements.append(sql))

    queue(outbox, draft(1))

    assert statements[0].startswith("INSERT INTO sms_batch")
