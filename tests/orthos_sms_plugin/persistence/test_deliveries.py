from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select, update

from orthos_sms_plugin.domain.outcomes import Accepted, DeliveryReason, ErrorKind, Rejected, ReportEntry
from orthos_sms_plugin.domain.states import Delivery
from orthos_sms_plugin.persistence import deliveries as polls
from orthos_sms_plugin.persistence import tables
from orthos_sms_plugin.persistence.deliveries import SqlDeliveries
from orthos_sms_plugin.persistence.outbox import SqlOutbox
from orthos_sms_plugin.persistence.types import db_now_ms
from orthos_sms_plugin.persistence.units import SessionFactory, reading, writing
from tests.orthos_sms_plugin.persistence.clinics import digits_of
from tests.orthos_sms_plugin.persistence.sends import (
    ACCOUNT,
    assert_sound,
    change_messages,
    claim,
    draft,
    messages,
    queue,
)
from tests.orthos_sms_plugin.persistence.threads import together

MINUTE = 60_000
HOUR = 60 * MINUTE
AT = datetime(2026, 3, 10, 9, 32, 5, 123_000, tzinfo=UTC)


@pytest.fixture
def deliveries(factory: SessionFactory) -> SqlDeliveries:
    return SqlDeliveries(factory)


def accept(outbox: SqlOutbox, *patient_ids: int, msgid: str | None = "") -> None:
    """Send to each patient; the id of the send is the patient's unless another one is given."""
    queue(outbox, *(draft(one) for one in patient_ids))
    for _ in patient_ids:
        claimed = claim(outbox)
        number = next(one for one in patient_ids if digits_of(one) == claimed.phone_digits)
        outbox.complete(claimed, Accepted(str(number) if msgid == "" else msgid))


def grow_old(factory: SessionFactory, age_ms: int) -> None:
    """Make every message as old as that, and its next poll due."""
    with writing(factory) as connection:
        now_ms = connection.scalar(select(db_now_ms())) or 0
        accepted_at = datetime.fromtimestamp((now_ms - age_ms) / 1000, UTC)
        connection.execute(update(tables.message).values(accepted_at=accepted_at, next_poll_ms=now_ms - 1))


def next_age_ms(factory: SessionFactory) -> int:
    """At which age the only message is asked about next."""
    ((accepted_at, next_poll_ms),) = messages(factory, "accepted_at", "next_poll_ms")
    return int(next_poll_ms - round(accepted_at.timestamp() * 1000))


def entry(patient_id: int, delivery: Delivery, **values: Any) -> ReportEntry:
    return ReportEntry(**{"phone": digits_of(patient_id), "delivery": delivery, "code": "1"} | values)


@pytest.mark.requirement("R40")
@pytest.mark.parametrize(
    ("age_ms", "next_ms"),
    [
        (MINUTE, 5 * MINUTE),
        (5 * MINUTE, 15 * MINUTE),
        (15 * MINUTE, HOUR),
        (HOUR, 4 * HOUR),
        (4 * HOUR, 12 * HOUR),
        (12 * HOUR, 24 * HOUR),
        (24 * HOUR, 48 * HOUR),
        (48 * HOUR, 72 * HOUR),
        (72 * HOUR, 168 * HOUR),
        (30 * HOUR, 48 * HOUR),
    ],
)
@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_that_a_message_is_asked_about_by_the_plan_without_making_up_for_a_night(
    factory: SessionFactory, outbox: SqlOutbox, deliveries: SqlDeliveries, age_ms: int, next_ms: int
) -> None:
    accept(outbox, 1)
    assert deliveries.due(ACCOUNT, limit=10) == ()
    grow_old(factory, age_ms)

    taken = [deliveries.due(ACCOUNT, limit=10), deliveries.due(ACCOUNT, limit=10)]

    assert taken == [("1",), ()]
    assert next_age_ms(factory) == next_ms
    assert messages(factory, "poll_count") == [1]


@pytest.mark.requirement("R40")
def test_that_due_sends_come_newest_first_and_no_more_than_asked_for(
    factory: SessionFactory, outbox: SqlOutbox, deliveries: SqlDeliveries
) -> None:
    for one in range(1, 6):
        accept(outbox, one)
    grow_old(factory, 2 * MINUTE)

    taken = [list(deliveries.due(ACCOUNT, limit=3)), list(deliveries.due(ACCOUNT, limit=3))]

    assert taken == [["5", "4", "3"], ["2", "1"]]
    assert deliveries.due("b" * 64, limit=3) == ()


@pytest.mark.requirement("R23")
def test_that_all_pending_ones_can_be_asked_about_now_each_by_one_poller(
    factory: SessionFactory, outbox: SqlOutbox, deliveries: SqlDeliveries
) -> None:
    accept(outbox, *range(1, 21))
    assert deliveries.pending_count(ACCOUNT) == 20

    parts = together(*[lambda: SqlDeliveries(factory).due(ACCOUNT, limit=100, now_all=True)] * 3)

    assert not [part for part in parts if isinstance(part, Exception)]
    asked = [msgid for part in parts for msgid in part]
    assert len(asked) >= 20
    assert set(asked) == {str(one) for one in range(1, 21)}
    assert sum(messages(factory, "poll_count")) == len(asked)


def test_that_two_pollers_never_take_the_same_send_at_its_moment(factory: SessionFactory, outbox: SqlOutbox) -> None:
    accept(outbox, *range(1, 21))
    grow_old(factory, 2 * MINUTE)

    parts = together(*[lambda: SqlDeliveries(factory).due(ACCOUNT, limit=100)] * 4)

    assert sorted(int(msgid) for part in parts for msgid in part) == list(range(1, 21))


def test_that_a_poll_taken_late_does_not_bring_back_the_asking_about_a_delivered_message(
    factory: SessionFactory, outbox: SqlOutbox, deliveries: SqlDeliveries
) -> None:
    accept(outbox, 1)
    with reading(factory) as connection:
        waiting = connection.execute(select(tables.message)).all()
    deliveries.record(ACCOUNT, "1", [entry(1, Delivery.DELIVERED)])

    with writing(factory) as connection:
        taken = polls._take(connection, waiting, waiting[0].next_poll_ms)

    assert taken == set()
    assert messages(factory, "next_poll_ms") == [None]


def test_that_a_group_of_phones_under_one_id_is_asked_about_once(
    factory: SessionFactory, outbox: SqlOutbox, deliveries: SqlDeliveries
) -> None:
    accept(outbox, 1, 2, 3, msgid="77")
    grow_old(factory, MINUTE)

    assert deliveries.due(ACCOUNT, limit=10) == ("77",)


@pytest.mark.requirement("R38")
@pytest.mark.parametrize(
    ("reported", "expected"),
    [
        ([Delivery.WAITING], Delivery.WAITING),
        ([Delivery.WAITING, Delivery.DELIVERED], Delivery.DELIVERED),
        ([Delivery.FAILED, Delivery.WAITING], Delivery.FAILED),
        ([Delivery.FAILED, Delivery.DELIVERED, Delivery.FAILED], Delivery.DELIVERED),
        ([Delivery.DELIVERED, Delivery.WAITING], Delivery.DELIVERED),
    ],
)
def test_that_a_delivery_moves_forward_whatever_comes_late(
    factory: SessionFactory,
    outbox: SqlOutbox,
    deliveries: SqlDeliveries,
    reported: Sequence[Delivery],
    expected: Delivery,
) -> None:
    accept(outbox, 1)

    for delivery in reported:
        deliveries.record(ACCOUNT, "1", [entry(1, delivery, at=AT)])

    with reading(factory) as connection:
        row = connection.execute(select(tables.message)).one()
        state = connection.execute(select(tables.row_state)).one()
    assert (row.state, row.delivery) == ("accepted", expected.value)
    assert state.delivery == expected.value
    final = expected is Delivery.DELIVERED
    assert (row.delivered_at, state.delivered_at) == ((AT, AT) if final else (None, None))
    assert (row.next_poll_ms is None) is final
    assert deliveries.pending_count(ACCOUNT) == (0 if final else 1)
    assert_sound(factory)


def test_that_a_delivery_leaves_the_moment_of_the_send_as_it_was(
    factory: SessionFactory, outbox: SqlOutbox, deliveries: SqlDeliveries
) -> None:
    accept(outbox, 1)
    with reading(factory) as connection:
        before = connection.scalar(select(tables.row_state.c.at))

    deliveries.record(ACCOUNT, "1", [entry(1, Delivery.DELIVERED)])

    with reading(factory) as connection:
        row = connection.execute(select(tables.row_state.c.at, tables.row_state.c.delivered_at)).one()
    assert row.at == before
    assert row.delivered_at is not None
    assert row.delivered_at - row.at < timedelta(minutes=1)


@pytest.mark.requirement("R38", "R57")
def test_that_a_new_reason_is_told_though_the_delivery_stays_and_an_old_one_is_not_told_twice(
    outbox: SqlOutbox, deliveries: SqlDeliveries
) -> None:
    accept(outbox, 1)
    newest = outbox.newest_event()

    counts = [
        deliveries.record(ACCOUNT, "1", [entry(1, Delivery.WAITING, reason=reason)])
        for reason in (DeliveryReason.NONE, DeliveryReason.PHONE_OFF, DeliveryReason.PHONE_OFF)
    ]

    assert counts == [1, 1, 0]
    newest, changes = outbox.changes_after(newest)
    assert [(one.status.delivery, one.status.reason) for one in changes] == [(Delivery.WAITING, "phone_off")]


def test_that_a_report_touches_only_the_phones_of_its_own_send(
    factory: SessionFactory, outbox: SqlOutbox, deliveries: SqlDeliveries
) -> None:
    accept(outbox, 1, 2, msgid="77")
    accept(outbox, 3, msgid="78")

    changed = deliveries.record(
        ACCOUNT, "77", [entry(1, Delivery.DELIVERED), entry(3, Delivery.DELIVERED), entry(9, Delivery.DELIVERED)]
    )

    assert changed == 1
    assert deliveries.record("b" * 64, "77", [entry(2, Delivery.DELIVERED)]) == 0
    assert dict(messages(factory, "phone", "delivery")) == {
        digits_of(1): "delivered",
        digits_of(2): "unchecked",
        digits_of(3): "unchecked",
    }


def test_that_an_odd_code_is_kept_as_far_as_its_column_goes(
    factory: SessionFactory, outbox: SqlOutbox, deliveries: SqlDeliveries
) -> None:
    accept(outbox, 1)

    deliveries.record(ACCOUNT, "1", [entry(1, Delivery.WAITING, code="ñ" + "9" * 40)])

    assert messages(factory, "provider_code") == ["?" + "9" * 19]


def test_that_reports_which_cross_leave_the_furthest_delivery(
    factory: SessionFactory, outbox: SqlOutbox, deliveries: SqlDeliveries
) -> None:
    accept(outbox, *range(1, 9))

    for one in range(1, 9):
        crossing = (Delivery.WAITING, Delivery.DELIVERED, Delivery.FAILED)
        results = together(
            *(partial(deliveries.record, ACCOUNT, str(one), [entry(one, delivery)]) for delivery in crossing)
        )
        assert not [result for result in results if isinstance(result, Exception)], results

    assert set(messages(factory, "delivery")) == {"delivered"}
    assert_sound(factory)


@pytest.mark.requirement("R38")
@pytest.mark.parametrize(
    ("delivery", "expected"),
    [("unchecked", "unconfirmed"), ("waiting", "unconfirmed"), ("failed", "failed")],
)
def test_that_after_seven_days_the_asking_ends_and_says_so(
    factory: SessionFactory, outbox: SqlOutbox, deliveries: SqlDeliveries, delivery: str, expected: str
) -> None:
    accept(outbox, 1)
    change_messages(factory, delivery=delivery)
    grow_old(factory, 7 * 24 * HOUR + MINUTE)
    assert (deliveries.due(ACCOUNT, limit=9), deliveries.pending_count(ACCOUNT)) == ((), 0)

    ended = [deliveries.give_up(), deliveries.give_up()]

    assert ended == [1, 0]
    assert messages(factory, "delivery", "next_poll_ms") == [(expected, None)]
    assert deliveries.record(ACCOUNT, "1", [entry(1, Delivery.DELIVERED)]) == 1


def test_that_nothing_is_given_up_before_seven_days(
    factory: SessionFactory, outbox: SqlOutbox, deliveries: SqlDeliveries
) -> None:
    accept(outbox, 1)
    grow_old(factory, 7 * 24 * HOUR - MINUTE)

    assert deliveries.give_up() == 0
    assert deliveries.pending_count(ACCOUNT) == 1


def test_that_a_message_accepted_without_id_is_never_asked_about_and_ends_unconfirmed(
    factory: SessionFactory, outbox: SqlOutbox, deliveries: SqlDeliveries
) -> None:
    accept(outbox, 1, msgid=None)
    grow_old(factory, HOUR)

    assert deliveries.due(ACCOUNT, limit=9, now_all=True) == ()
    assert deliveries.pending_count(ACCOUNT) == 0
    grow_old(factory, 8 * 24 * HOUR)
    assert deliveries.give_up() == 1
    assert messages(factory, "delivery") == ["unconfirmed"]


def test_that_only_accepted_messages_are_asked_about(
    factory: SessionFactory, outbox: SqlOutbox, deliveries: SqlDeliveries
) -> None:
    queue(outbox, draft(1), draft(2))
    outbox.complete(claim(outbox), Rejected(ErrorKind.NUMBER))
    claim(outbox)

    assert deliveries.due(ACCOUNT, limit=9, now_all=True) == ()
    with reading(factory) as connection:
        assert connection.scalar(select(func.count()).where(tables.message.c.next_poll_ms.is_not(None))) == 0
