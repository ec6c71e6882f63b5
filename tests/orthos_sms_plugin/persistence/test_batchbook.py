from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from orthos_sms_plugin.domain.batches import BatchState, PauseReason
from orthos_sms_plugin.domain.outcomes import Doubtful, ErrorKind, NotSent, Rejected
from orthos_sms_plugin.domain.scopes import digest
from orthos_sms_plugin.domain.states import MessageState
from orthos_sms_plugin.persistence import tables
from orthos_sms_plugin.persistence.outbox import SqlOutbox
from orthos_sms_plugin.persistence.types import db_now_ms
from orthos_sms_plugin.persistence.units import SessionFactory, reading, writing
from tests.orthos_sms_plugin.persistence.sends import (
    ACCEPTED,
    ACCOUNT,
    SCOPE,
    SEAT,
    assert_sound,
    change_batches,
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


def everything(factory: SessionFactory) -> list[Any]:
    with reading(factory) as connection:
        return [connection.execute(select(table)).all() for table in tables.metadata.sorted_tables]


@pytest.mark.requirement("R54")
def test_that_a_stop_cancels_what_is_queued_frees_its_rows_and_leaves_the_rest(
    factory: SessionFactory, outbox: SqlOutbox
) -> None:
    batch_id = queue(outbox, *(draft(one) for one in range(1, 5))).batch_id or 0
    accepted, on_its_way = claim(outbox), claim(outbox)
    outbox.complete(accepted, ACCEPTED)

    stopped = outbox.stop(batch_id)

    assert stopped == 2
    assert sorted(messages(factory)) == ["accepted", "cancelled", "cancelled", "sending"]
    assert len(covers_with_slot(factory)) == 2
    assert sorted(row_states(factory).values()) == [
        ("accepted", "", 1, 0),
        ("cancelled", "stopped", 0, 0),
        ("cancelled", "stopped", 0, 0),
        ("sending", "", 1, 0),
    ]
    assert_sound(factory)
    assert outbox.complete(on_its_way, ACCEPTED) is True
    assert [one.state for one in outbox.progress([batch_id])] == [BatchState.CANCELLED]
    assert outbox.stop(batch_id) == 0


def test_that_what_was_stopped_can_be_queued_again(outbox: SqlOutbox) -> None:
    outbox.stop(queue(outbox, draft(1), one_per_phone=True).batch_id or 0)

    assert queue(outbox, draft(1), one_per_phone=True).queued == 1


def test_that_a_large_batch_is_stopped_whole(factory: SessionFactory, outbox: SqlOutbox) -> None:
    batch_id = queue(outbox, *(draft(one, phone=f"346{one:08}") for one in range(1, 1203))).batch_id or 0

    assert outbox.stop(batch_id) == 1202
    assert covers_with_slot(factory) == []
    assert_sound(factory)


@pytest.mark.requirement("R54")
def test_that_the_grace_can_be_ended_at_once(outbox: SqlOutbox) -> None:
    batch_id = queue(outbox, draft(1), grace_s=600).batch_id or 0
    assert outbox.claim("s1", workstation=SEAT, account=ACCOUNT) is None

    outbox.start_now(batch_id)

    assert [one.starts_in_s for one in outbox.progress()] == [0]
    assert claim(outbox).batch_id == batch_id


@pytest.mark.requirement("R55")
def test_that_a_start_pauses_what_this_workstation_left_behind_and_nothing_else(
    factory: SessionFactory, outbox: SqlOutbox
) -> None:
    mine = queue(outbox, draft(1)).batch_id
    other = queue(outbox, draft(2), workstation="Recepción 1").batch_id

    paused = outbox.pause_interrupted(SEAT)

    assert paused == 1
    assert {one.batch_id: (one.state, one.pause_reason) for one in outbox.progress()} == {
        mine: (BatchState.PAUSED, PauseReason.INTERRUPTED),
        other: (BatchState.OPEN, None),
    }
    assert outbox.claim("s1", workstation=SEAT, account=ACCOUNT) is None


def test_that_a_beat_is_kept_for_the_workstation_and_its_open_batches(
    factory: SessionFactory, outbox: SqlOutbox
) -> None:
    queue(outbox, draft(1))
    change_batches(factory, runner_beat_ms=0)

    for user in ("Marta", "Luis"):
        outbox.beat(SEAT, user_name=user)

    with reading(factory) as connection:
        (runner,) = connection.execute(select(tables.runner, db_now_ms().label("now"))).all()
        beat = connection.scalar(select(tables.batch.c.runner_beat_ms)) or 0
    assert (runner.name, runner.user_name) == (SEAT, "Luis")
    assert 0 <= runner.now - runner.beat_ms < 30_000
    assert 0 <= runner.now - beat < 30_000


@pytest.mark.requirement("R43", "R55")
def test_that_a_send_whose_lease_ended_becomes_a_doubt_that_keeps_its_rows(
    factory: SessionFactory, outbox: SqlOutbox
) -> None:
    queue(outbox, draft(1, 2), draft(3))
    lost, alive = claim(outbox), claim(outbox)
    end_lease(factory, lost.message_id)

    changed = [outbox.sweep(), outbox.sweep()]

    assert changed == [1, 0]
    with reading(factory) as connection:
        rows = connection.execute(select(tables.message.c.id, tables.message.c.state, tables.message.c.error_kind))
        assert {row.id: (row.state, row.error_kind) for row in rows} == {
            lost.message_id: ("unknown", "interrupted"),
            alive.message_id: ("sending", None),
        }
        outcomes = connection.execute(select(tables.attempt.c.message_id, tables.attempt.c.outcome)).all()
    assert {row[0]: row[1] for row in outcomes} == {lost.message_id: "unknown", alive.message_id: "started"}
    assert {state[2] for state in row_states(factory).values()} == {1}
    assert outbox.claim("s1", workstation=SEAT, account=ACCOUNT) is None
    assert_sound(factory)


def test_that_a_doubt_is_neither_swept_nor_cancelled_ever_after(factory: SessionFactory, outbox: SqlOutbox) -> None:
    batch_id = queue(outbox, draft(1)).batch_id or 0
    outbox.complete(claim(outbox), Doubtful(ErrorKind.CUT))
    change_messages(factory, not_after_ms=0, lease_until_ms=0)
    before = messages(factory, "state", "error_kind", "slot_phone")

    assert (outbox.sweep(), outbox.stop(batch_id)) == (0, 0)
    assert messages(factory, "state", "error_kind", "slot_phone") == before


@pytest.mark.parametrize("late", ["message", "batch"])
@pytest.mark.parametrize("state", ["open", "paused"])
def test_that_what_is_queued_past_its_time_is_dropped_with_its_rows_free(
    factory: SessionFactory, outbox: SqlOutbox, late: str, state: str
) -> None:
    batch_id = queue(outbox, draft(1), draft(2)).batch_id or 0
    on_its_way = claim(outbox)
    change_batches(factory, state=state)
    change = change_messages if late == "message" else change_batches
    change(factory, not_after_ms=db_now_ms() - 1)

    changed = outbox.sweep()

    assert changed == 1
    assert sorted(messages(factory, "state", "error_kind")) == [("cancelled", "expired"), ("sending", None)]
    assert len(covers_with_slot(factory)) == 1
    assert_sound(factory)
    outbox.complete(on_its_way, ACCEPTED)
    assert [one.state for one in outbox.progress([batch_id])] == [BatchState.DONE]


def test_that_what_a_stopped_batch_still_holds_is_dropped(factory: SessionFactory, outbox: SqlOutbox) -> None:
    queue(outbox, draft(1))
    change_batches(factory, state="cancelled")

    assert outbox.sweep() == 1

    assert messages(factory, "state", "error_kind") == [("cancelled", "stopped")]


def test_that_two_sweepers_count_each_message_once(factory: SessionFactory, outbox: SqlOutbox) -> None:
    queue(outbox, *(draft(one) for one in range(1, 31)))
    for _ in range(5):
        claim(outbox)
    change_messages(factory, not_after_ms=0, lease_until_ms=0)

    counts = together(outbox.sweep, SqlOutbox(factory).sweep, SqlOutbox(factory).sweep)

    assert sum(counts) == 30
    with reading(factory) as connection:
        events = connection.execute(select(tables.event).where(tables.event.c.was != "")).all()
    assert len([event for event in events if event.became in ("unknown", "cancelled")]) == 30
    assert_sound(factory)


def test_that_an_open_batch_of_which_nothing_is_left_is_closed_by_the_sweep(
    factory: SessionFactory, outbox: SqlOutbox
) -> None:
    batch_id = queue(outbox, draft(1)).batch_id or 0
    outbox.complete(claim(outbox), ACCEPTED)
    change_batches(factory, state="open")

    outbox.sweep()

    assert [one.state for one in outbox.progress([batch_id])] == [BatchState.DONE]


@pytest.mark.requirement("R42")
def test_that_the_counts_of_a_batch_add_up_to_all_its_messages(factory: SessionFactory, outbox: SqlOutbox) -> None:
    batch_id = queue(outbox, *(draft(one) for one in range(1, 9))).batch_id or 0
    outbox.complete(claim(outbox), ACCEPTED)
    outbox.complete(claim(outbox), Rejected(ErrorKind.NUMBER))
    outbox.complete(claim(outbox), Doubtful(ErrorKind.CUT))
    outbox.cancel_claimed(claim(outbox), ErrorKind.OBJECTION)
    outbox.complete(claim(outbox), NotSent(ErrorKind.UNREACHABLE))
    discarded = claim(outbox)
    end_lease(factory, discarded.message_id)
    outbox.sweep()
    outbox.complete(discarded, NotSent(ErrorKind.SLEPT))
    claim(outbox)

    (progress,) = outbox.progress()

    assert {state.value: getattr(progress, state.value) for state in MessageState} == {
        "queued": 2,
        "sending": 1,
        "accepted": 1,
        "rejected": 1,
        "unknown": 1,
        "cancelled": 1,
        "discarded": 1,
    }
    assert progress.total == 8
    assert (progress.batch_id, progress.row_scope, progress.title) == (batch_id, digest(SCOPE), "Cierre")
    assert (progress.user_name, progress.workstation, progress.active) == ("Marta Ordóñez", SEAT, True)
    assert_sound(factory)


def test_that_progress_tells_of_every_unended_batch_and_of_those_asked_for(
    factory: SessionFactory, outbox: SqlOutbox
) -> None:
    done = queue(outbox, draft(1)).batch_id or 0
    outbox.complete(claim(outbox), ACCEPTED)
    ended = queue(outbox, draft(2)).batch_id or 0
    outbox.stop(ended)
    open_ = queue(outbox, draft(3)).batch_id or 0

    assert [one.batch_id for one in outbox.progress()] == [open_]
    assert [one.batch_id for one in outbox.progress([done, open_])] == [done, open_]


@pytest.mark.requirement("R57")
def test_that_each_seat_hears_of_each_change_once_with_the_row_as_it_is_now(
    factory: SessionFactory, outbox: SqlOutbox
) -> None:
    here, there = SqlOutbox(factory), SqlOutbox(factory)
    queue(outbox, draft(1, 2))
    newest = here.newest_event()
    assert newest == there.newest_event() > 0

    outbox.complete(claim(outbox), Rejected(ErrorKind.NUMBER))

    for seat in (here, there):
        latest, changes = seat.changes_after(newest)
        assert latest > newest
        assert {(one.row_scope, one.patient_id, one.appointment_id) for one in changes} == {
            (digest(SCOPE), 1, 0),
            (digest(SCOPE), 2, 0),
        }
        assert {(one.status.state, one.status.reason, one.status.live) for one in changes} == {
            (MessageState.REJECTED, "number", 0)
        }
        assert seat.changes_after(latest) == (latest, [])


def test_that_an_event_committed_after_one_with_a_higher_id_is_not_missed(
    factory: SessionFactory, outbox: SqlOutbox
) -> None:
    queue(outbox, draft(1), draft(2))
    with writing(factory) as connection:
        low, high = connection.scalars(select(tables.event.c.id).order_by(tables.event.c.id)).all()
        hidden = connection.execute(select(tables.event).where(tables.event.c.id == low)).one()._asdict()
        connection.execute(tables.event.delete().where(tables.event.c.id == low))
    reader = SqlOutbox(factory)
    latest, seen = reader.changes_after(0)

    with writing(factory) as connection:
        connection.execute(tables.event.insert().values(hidden))
    later, late = reader.changes_after(latest)

    assert (latest, later) == (high, high)
    assert [len(seen), len(late)] == [1, 1]
    assert {one.patient_id for one in (*seen, *late)} == {1, 2}
    assert reader.changes_after(later) == (later, [])


def test_that_a_reader_starts_from_nothing_on_an_empty_table(outbox: SqlOutbox) -> None:
    assert outbox.newest_event() == 0
    assert outbox.changes_after(0) == (0, [])


def test_that_old_events_are_not_read_again(factory: SessionFactory, outbox: SqlOutbox) -> None:
    queue(outbox, draft(1))
    with writing(factory) as connection:
        connection.execute(update(tables.event).values(at_ms=db_now_ms() - 11_000))

    latest, _ = outbox.changes_after(0)

    assert SqlOutbox(factory).changes_after(latest) == (latest, [])
