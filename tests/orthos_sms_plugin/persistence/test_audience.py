from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, insert, text

from orthos_sms_plugin.domain.scopes import digest, group_scope
from orthos_sms_plugin.domain.states import Delivery, MessageState
from orthos_sms_plugin.domain.templates import MessageClass
from orthos_sms_plugin.persistence.audience import SqlAudiences, group_statement
from orthos_sms_plugin.persistence.tables import optout, row_state
from orthos_sms_plugin.persistence.units import SessionFactory, writing
from orthos_sms_plugin.services.ports import AudienceRow
from tests.orthos_sms_plugin.persistence.clinics import add_patients, add_phone, people, phone_of

NOW = datetime(2026, 3, 10, 9, 30, 15, 250_000, tzinfo=UTC)
TODAY = group_scope(7, date(2026, 3, 10))
YESTERDAY = group_scope(7, date(2026, 3, 9))
A_WEEK_AGO = NOW - timedelta(days=7)


def add_state(factory: SessionFactory, patient_id: int, scope: str, **values: Any) -> None:
    defaults: dict[str, Any] = {
        "row_scope": digest(scope),
        "patient_id": patient_id,
        "appointment_id": 0,
        "template_id": 7,
        "last_message_id": 1,
        "state": MessageState.ACCEPTED.value,
        "delivery": Delivery.UNCHECKED.value,
        "reason": "",
        "at": NOW,
        "delivered_at": None,
        "live": 1,
        "resend": 0,
    }
    with writing(factory) as connection:
        connection.execute(insert(row_state).values(defaults | values))


def read_group(factory: SessionFactory, group: int = 1) -> dict[int, AudienceRow]:
    chunks = SqlAudiences(factory).group_rows(group, row_scope=TODAY, template_id=7, recent_since=A_WEEK_AGO)
    rows = [row for chunk in chunks for row in chunk]
    by_id = {row.patient_id: row for row in rows}
    assert len(by_id) == len(rows), "a patient came twice"
    return by_id


@pytest.mark.requirement("R02")
def test_that_a_group_gives_its_members_with_the_phone_selected_for_sms(factory: SessionFactory) -> None:
    add_patients(
        factory,
        {"id": 1, "code": "00017", "surname": "Núñez de la Peña", "first_name": "Íñigo", "phones": ["600 555 001"]},
        {"id": 2, "objection_accepted": True, "phones": []},
    )
    add_patients(factory, {"id": 3}, group=2)
    with writing(factory) as connection:
        add_phone(connection, 2, "600 555 009", selected=False)

    rows = read_group(factory)

    assert rows.keys() == {1, 2}
    assert rows[1][:7] == (1, 0, "00017", "Núñez de la Peña", "Íñigo", False, "600 555 001")
    assert (rows[2].objection_accepted, rows[2].phone) == (True, "")
    assert (rows[1].status.state, rows[1].status.live) == (None, 0)


def test_that_a_patient_with_two_selected_phones_comes_once_with_the_older_one(factory: SessionFactory) -> None:
    add_patients(factory, {"id": 1, "phones": ["600 555 001"]})
    with writing(factory) as connection:
        add_phone(connection, 1, "600 555 002", selected=True)

    rows = read_group(factory)

    assert rows[1].phone == "600 555 001"


@pytest.mark.requirement("R04", "R09")
def test_that_a_row_carries_the_state_of_its_own_scope(factory: SessionFactory) -> None:
    add_patients(factory, *people([1, 2]))
    delivered_at = NOW + timedelta(minutes=2)
    add_state(
        factory, 1, TODAY, delivery=Delivery.DELIVERED.value, delivered_at=delivered_at, reason="", live=2, resend=1
    )
    add_state(factory, 2, YESTERDAY, state=MessageState.UNKNOWN.value)

    rows = read_group(factory)

    assert rows[1].status == (
        MessageState.ACCEPTED, Delivery.DELIVERED, "", NOW, delivered_at, 2, 1, None
    )  # fmt: skip
    assert (rows[2].status.state, rows[2].status.live) == (None, 0)


@pytest.mark.requirement("R09")
def test_that_a_live_send_of_the_same_message_in_the_last_days_is_told_with_its_moment(
    factory: SessionFactory,
) -> None:
    add_patients(factory, *people([1, 2, 3, 4, 5]))
    add_state(factory, 1, YESTERDAY, at=NOW - timedelta(days=1))
    add_state(factory, 1, group_scope(7, date(2026, 3, 7)), at=NOW - timedelta(days=3))
    add_state(factory, 2, group_scope(7, date(2026, 3, 1)), at=NOW - timedelta(days=7, milliseconds=1))
    add_state(factory, 3, YESTERDAY, at=NOW - timedelta(days=1), template_id=8)
    add_state(factory, 4, YESTERDAY, at=NOW - timedelta(days=1), live=0)
    add_state(factory, 5, TODAY, at=NOW - timedelta(hours=1))

    rows = read_group(factory)

    assert {key: row.status.sent_elsewhere_at for key, row in rows.items()} == {
        1: NOW - timedelta(days=1),
        2: None,
        3: None,
        4: None,
        5: None,
    }


def test_that_a_large_group_comes_in_chunks_after_its_session_has_ended(
    engine: Engine, factory: SessionFactory
) -> None:
    add_patients(factory, *people(range(1, 1202)))
    open_connections: set[int] = set()
    event.listen(engine, "checkout", lambda connection, *_: open_connections.add(id(connection)))
    event.listen(engine, "checkin", lambda connection, *_: open_connections.discard(id(connection)))

    chunks = SqlAudiences(factory).group_rows(1, row_scope=TODAY, template_id=7, recent_since=A_WEEK_AGO)
    sizes = [(len(list(chunk)), len(open_connections)) for chunk in chunks]

    assert sizes == [(500, 0), (500, 0), (201, 0)]


def test_that_any_number_of_patients_is_read_again_each_once(factory: SessionFactory) -> None:
    add_patients(factory, *people(range(1, 1103)))
    add_state(factory, 1102, TODAY)

    rows = SqlAudiences(factory).patient_rows(
        [*range(1102, 0, -1), 1, 1, 4711], row_scope=TODAY, template_id=7, recent_since=A_WEEK_AGO
    )

    assert sorted(row.patient_id for row in rows) == list(range(1, 1103))
    found = {row.patient_id: row for row in rows}
    assert (found[77].phone, found[1102].status.live) == (phone_of(77), 1)


def test_that_a_group_is_read_with_one_statement(engine: Engine, factory: SessionFactory) -> None:
    add_patients(factory, *people(range(1, 700)))
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda _c, _k, sql, *_: statements.append(sql))

    read_group(factory)

    assert len(statements) == 1


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_that_the_group_query_finds_every_table_by_an_index(engine: Engine, factory: SessionFactory) -> None:
    add_patients(factory, *people(range(1, 50)))
    statement = group_statement(1, row_scope=TODAY, template_id=7, recent_since=A_WEEK_AGO)
    sql = str(statement.compile(engine, compile_kwargs={"literal_binds": True}))

    with engine.connect() as connection:
        plan = [row[3] for row in connection.execute(text(f"EXPLAIN QUERY PLAN {sql}"))]

    assert [step for step in plan if step.startswith("SCAN")] == []
    assert any("ix_sms_row_state_patient_id_template_id_at" in step for step in plan)
    assert any("ix_patient_phone_patient" in step for step in plan)


def test_that_opt_outs_are_told_by_class(factory: SessionFactory) -> None:
    with writing(factory) as connection:
        for phone, message_class in (("34600555001", "care"), ("34600555002", "publicity")):
            connection.execute(
                insert(optout).values(
                    phone=phone, message_class=message_class, source="BAJA", at=NOW, recorded_by="Marta"
                )
            )

    opted_out = SqlAudiences(factory).opted_out(MessageClass.CARE)

    assert opted_out == {"34600555001"}
