from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, insert, select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import sessionmaker

from hookspecs.clinic import Patient, PatientPhone
from orthos_sms_plugin.domain.batches import Claim, PauseReason
from orthos_sms_plugin.domain.outcomes import Doubtful, ErrorKind, NotSent
from orthos_sms_plugin.persistence import claiming, tables
from orthos_sms_plugin.persistence.accounts import SqlAccounts
from orthos_sms_plugin.persistence.outbox import SqlOutbox
from orthos_sms_plugin.persistence.types import db_now, db_now_ms
from orthos_sms_plugin.persistence.units import SessionFactory, reading, writing
from tests.orthos_sms_plugin.persistence.clinics import add_patients, digits_of, people
from tests.orthos_sms_plugin.persistence.hosts import open_engine
from tests.orthos_sms_plugin.persistence.sends import (
    ACCEPTED,
    ACCOUNT,
    SEAT,
    assert_sound,
    change_batches,
    change_messages,
    claim,
    covers_with_slot,
    draft,
    messages,
    queue,
    row_states,
)
from tests.orthos_sms_plugin.persistence.threads import together


def test_that_a_claim_carries_the_message_and_is_written_down_before_it_is_given(
    factory: SessionFactory, outbox: SqlOutbox
) -> None:
    queued = queue(outbox, draft(1))

    claimed = claim(outbox, "Recepción 2/1")

    with reading(factory) as connection:
        message = connection.execute(select(tables.message)).one()
        attempt = connection.execute(select(tables.attempt)).one()
        now_ms = connection.scalar(select(db_now_ms())) or 0
    assert (claimed.message_id, claimed.batch_id, claimed.token) == (message.id, queued.batch_id, 1)
    assert (claimed.ref, claimed.phone_digits, claimed.sender) == (message.ref, digits_of(1), "CLINICA")
    assert claimed.text == "Mañana cerramos. ¡Gracias! ñ é € Ø"
    assert (message.state, message.token, message.owner) == ("sending", 1, "Recepción 2/1")
    assert message.lease_until_ms == claimed.claimed_ms + 90_000
    assert 0 <= now_ms - claimed.claimed_ms < 30_000
    assert (attempt.token, attempt.outcome, attempt.owner) == (1, "started", "Recepción 2/1")
    assert row_states(factory) == {1: ("sending", "", 1, 0)}
    assert_sound(factory)


@pytest.mark.requirement("R43")
def test_that_the_update_is_the_first_statement_of_the_claims_transaction_and_commits_last(
    engine: Engine, outbox: SqlOutbox
) -> None:
    queue(outbox, draft(1))
    log: list[str] = []
    event.listen(engine, "begin", lambda _: log.append("BEGIN"))
    event.listen(engine, "before_cursor_execute", lambda _c, _k, sql, *_: log.append(sql.split(None, 2)[0]))
    event.listen(engine, "rollback", lambda _: log.append("END"))
    event.listen(engine, "commit", lambda _: log.append("COMMIT"))

    claim(outbox)

    look, take = "\n".join(log).split("END\n")
    assert set(look.split()) == {"BEGIN", "SELECT"}
    assert take.split()[:2] == ["BEGIN", "UPDATE"]
    assert take.split()[-1] == "COMMIT"


@pytest.mark.requirement("R43")
@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_that_a_claim_whose_commit_fails_is_not_given(
    engine: Engine, factory: SessionFactory, outbox: SqlOutbox
) -> None:
    queue(outbox, draft(1))

    def fail(_connection: Connection) -> None:
        raise OperationalError("COMMIT", {}, Exception("disk I/O error"))

    event.listen(engine, "commit", fail)
    with pytest.raises(OperationalError):
        outbox.claim("s1", workstation=SEAT, account=ACCOUNT)
    event.remove(engine, "commit", fail)

    assert messages(factory, "state", "token") == [("queued", 0)]


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_that_a_host_which_begins_its_transactions_itself_meets_no_lock_error(
    clinic_url: str, outbox: SqlOutbox
) -> None:
    queue(outbox, *(draft(one) for one in range(1, 41)))
    engine = open_engine(clinic_url)
    event.listen(engine, "connect", lambda connection, _: setattr(connection, "isolation_level", None))
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    host = SqlOutbox(sessionmaker(engine))

    claims = together(*[lambda: claim_all(host)] * 4)

    engine.dispose()
    assert sorted(one.message_id for part in claims for one in part) == list(range(1, 41))


def claim_all(outbox: SqlOutbox, owner: str = "s") -> list[Claim]:
    """Claim until nothing is left."""
    taken = []
    while (claimed := outbox.claim(owner, workstation=SEAT, account=ACCOUNT)) is not None:
        taken.append(claimed)
    return taken


@pytest.mark.requirement("R43", "R57")
def test_that_four_threads_claim_every_message_exactly_once_and_see_no_error(
    factory: SessionFactory, outbox: SqlOutbox
) -> None:
    queue(outbox, *(draft(one) for one in range(1, 101)))
    # Two share an outbox as the senders of a program do; the others stand for programs of their own.
    seats = [outbox, outbox, SqlOutbox(factory), SqlOutbox(factory)]

    parts = together(*(partial(claim_all, seat, f"s{number}") for number, seat in enumerate(seats)))

    assert not [part for part in parts if isinstance(part, Exception)]
    claimed = Counter(one.message_id for part in parts for one in part)
    assert len(claimed) == 100
    assert set(claimed.values()) == {1}
    assert set(messages(factory, "state", "token")) == {("sending", 1)}
    assert_sound(factory)


def test_that_messages_leave_in_the_order_of_their_batch(outbox: SqlOutbox) -> None:
    queue(outbox, *(draft(one) for one in range(1, 21)))

    ids = [one.message_id for one in claim_all(outbox)]

    assert ids == sorted(ids)


def test_that_a_single_message_does_not_wait_behind_a_large_batch(outbox: SqlOutbox) -> None:
    queue(outbox, *(draft(one) for one in range(1, 31)))
    single = queue(outbox, draft(99), row_scope="s|1", phone_scope="s|1")

    batches = [claim(outbox).batch_id for _ in range(4)]

    assert single.batch_id in batches


Change = Callable[[SessionFactory], None]


@pytest.mark.parametrize(
    "change",
    [
        lambda factory: change_batches(factory, state="paused"),
        lambda factory: change_batches(factory, state="cancelled"),
        lambda factory: change_batches(factory, runner="Recepción 1"),
        lambda factory: change_batches(factory, runner="recepcion 2"),
        lambda factory: change_batches(factory, account="b" * 64),
        lambda factory: change_batches(factory, not_before_ms=db_now_ms() + 60_000),
        lambda factory: change_batches(factory, not_after_ms=db_now_ms() - 1),
        lambda factory: change_messages(factory, not_after_ms=db_now_ms() - 1),
        lambda factory: change_messages(factory, retry_at_ms=db_now_ms() + 60_000),
        lambda factory: change_messages(factory, state="unknown"),
        lambda factory: SqlAccounts(factory).trip(ACCOUNT, PauseReason.OUTAGE),
        lambda factory: _throw_breaker_only(factory),
    ],
    ids=["paused", "stopped", "other runner", "other spelling", "other account", "grace", "batch over", "message over",
         "backing off", "doubtful", "tripped", "breaker"],
)  # fmt: skip
def test_that_nothing_is_claimed_while_something_forbids_it_even_if_it_happens_after_the_look(
    factory: SessionFactory, outbox: SqlOutbox, change: Change
) -> None:
    queue(outbox, draft(1))
    late_look = claiming.Claiming(factory)
    candidates = late_look._candidates(claiming.Seat(SEAT, ACCOUNT))
    assert candidates

    change(factory)

    assert outbox.claim("s1", workstation=SEAT, account=ACCOUNT) is None
    assert late_look._try(candidates, "s1", claiming.Seat(SEAT, ACCOUNT)) is None
    assert messages(factory, "token") == [0]


def _throw_breaker_only(factory: SessionFactory) -> None:
    with writing(factory) as connection:
        connection.execute(update(tables.account).values(breaker="auth"))


def test_that_a_candidate_somebody_else_took_and_gave_back_is_a_lost_race(
    factory: SessionFactory, outbox: SqlOutbox
) -> None:
    queue(outbox, draft(1))
    slow = claiming.Claiming(factory)
    candidates = slow._candidates(claiming.Seat(SEAT, ACCOUNT))
    outbox.complete(claim(outbox), NotSent(ErrorKind.SLEPT))

    assert slow._try(candidates, "slow", claiming.Seat(SEAT, ACCOUNT)) is None
    assert messages(factory, "state", "token") == [("queued", 1)]


@pytest.mark.requirement("R54")
def test_that_after_a_stop_has_committed_no_claim_succeeds(factory: SessionFactory, outbox: SqlOutbox) -> None:
    queued = queue(outbox, *(draft(one) for one in range(1, 61)))
    batch_id = queued.batch_id or 0

    def stop() -> int:
        return SqlOutbox(factory).stop(batch_id)

    *parts, stopped = together(*(lambda n=n: claim_all(outbox, f"s{n}") for n in range(3)), stop)

    assert outbox.claim("late", workstation=SEAT, account=ACCOUNT) is None
    sent = [one.message_id for part in parts for one in part]
    assert len(sent) == len(set(sent)) == 60 - stopped
    assert Counter(messages(factory)) == Counter(sending=60 - stopped, cancelled=stopped) - Counter()
    assert_sound(factory)


@pytest.mark.parametrize("engine_name", ["postgresql", "mariadb"])
def test_that_a_lock_held_by_another_for_too_long_is_a_lost_race_and_no_error(
    engine: Engine, factory: SessionFactory, outbox: SqlOutbox
) -> None:
    queue(outbox, draft(1), draft(2))
    timeout = {
        "postgresql": "SET lock_timeout = '50ms'",
        "mysql": "SET SESSION innodb_lock_wait_timeout = 0",
    }[engine.dialect.name]
    impatient = open_engine(engine.url.render_as_string(hide_password=False))

    @event.listens_for(impatient, "connect")
    def shorten(connection: Any, _entry: object) -> None:
        cursor = connection.cursor()
        cursor.execute(timeout)
        cursor.close()
        connection.commit()

    with writing(factory) as connection:
        connection.execute(update(tables.message).values(parts=tables.message.c.parts))
        claimed = SqlOutbox(sessionmaker(impatient)).claim("s1", workstation=SEAT, account=ACCOUNT)

    impatient.dispose()
    assert claimed is None


@pytest.mark.parametrize("engine_name", ["postgresql"])
@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_that_stricter_isolation_of_the_host_loses_races_but_no_messages(
    engine: Engine, factory: SessionFactory, outbox: SqlOutbox, level: str
) -> None:
    queue(outbox, *(draft(one) for one in range(1, 31)))
    strict = open_engine(engine.url.render_as_string(hide_password=False), isolation_level=level)
    seat = SqlOutbox(sessionmaker(strict))

    def work(owner: str) -> list[int]:
        sent = []
        while any(progress.queued for progress in seat.progress()):
            claimed = seat.claim(owner, workstation=SEAT, account=ACCOUNT)
            if claimed is not None and seat.complete(claimed, ACCEPTED):
                sent.append(claimed.message_id)
        return sent

    parts = together(*(lambda n=n: work(f"s{n}") for n in range(3)))

    strict.dispose()
    assert not [part for part in parts if isinstance(part, Exception)]
    assert sorted(one for part in parts for one in part) == sorted(messages(factory, "id"))
    assert_sound(factory)


@pytest.mark.requirement("R43")
@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (None, None),
        (update(Patient).where(Patient.id == 2).values(objection_accepted=True), ErrorKind.OBJECTION),
        (
            update(PatientPhone).where(PatientPhone.patient_id == 2).values(number="699 555 999"),
            ErrorKind.PHONE_CHANGED,
        ),
        (update(PatientPhone).where(PatientPhone.patient_id == 1).values(sms_selected=False), ErrorKind.PHONE_CHANGED),
        (update(PatientPhone).where(PatientPhone.patient_id == 1).values(number="no tiene"), ErrorKind.PHONE_CHANGED),
        (update(PatientPhone).values(number="+34 600-555-001"), None),
        (
            insert(tables.optout).values(
                phone="34600555001", message_class="care", source="BAJA", at=db_now(), recorded_by="Luis"
            ),
            ErrorKind.OPTED_OUT,
        ),
        (
            insert(tables.optout).values(
                phone="34600555001", message_class="publicity", source="BAJA", at=db_now(), recorded_by="Luis"
            ),
            None,
        ),
    ],
)
def test_that_consent_and_phone_of_everyone_covered_are_looked_at_again_before_a_message_leaves(
    factory: SessionFactory, outbox: SqlOutbox, statement: Any, expected: ErrorKind | None
) -> None:
    add_patients(factory, {"id": 1, "phones": ["600 555 001"]}, {"id": 2, "phones": ["600 555 001"]})
    queue(outbox, draft(1, 2, phone="34600555001"))
    claimed = claim(outbox)
    if statement is not None:
        with writing(factory) as connection:
            connection.execute(statement)

    assert outbox.refusal(claimed) is expected


def test_that_a_message_to_the_own_mobile_is_not_refused_for_want_of_a_patient(outbox: SqlOutbox) -> None:
    queue(outbox, draft(1, covers=()))

    assert outbox.refusal(claim(outbox)) is None


def test_that_a_patient_who_is_gone_gets_nothing(factory: SessionFactory, outbox: SqlOutbox) -> None:
    add_patients(factory, *people([1]))
    queue(outbox, draft(2))

    assert outbox.refusal(claim(outbox)) is ErrorKind.PHONE_CHANGED


@pytest.mark.requirement("R43")
def test_that_a_claimed_message_which_must_not_leave_is_cancelled_and_its_row_is_free(
    factory: SessionFactory, outbox: SqlOutbox
) -> None:
    queued = queue(outbox, draft(1))

    cancelled = outbox.cancel_claimed(claim(outbox), ErrorKind.OBJECTION)

    assert cancelled is True
    assert messages(factory, "state", "error_kind", "slot_phone") == [("cancelled", "objection", None)]
    assert (covers_with_slot(factory), row_states(factory)) == ([], {1: ("cancelled", "objection", 0, 0)})
    assert [one.state for one in outbox.progress([queued.batch_id or 0])] == ["done"]
    with reading(factory) as connection:
        assert connection.scalar(select(tables.attempt.c.outcome)) == "cancelled"
    assert_sound(factory)


def test_that_a_claim_which_is_no_longer_ours_cancels_nothing(factory: SessionFactory, outbox: SqlOutbox) -> None:
    queue(outbox, draft(1))
    stale = claim(outbox)
    outbox.complete(stale, NotSent(ErrorKind.SLEPT))
    claim(outbox)

    assert outbox.cancel_claimed(stale, ErrorKind.OBJECTION) is False
    assert messages(factory, "state", "token") == [("sending", 2)]


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_that_the_candidates_are_found_by_an_index(engine: Engine, outbox: SqlOutbox) -> None:
    queue(outbox, *(draft(one) for one in range(1, 30)))
    statements: list[tuple[str, Any]] = []
    event.listen(engine, "before_cursor_execute", lambda _c, _k, sql, given, *_: statements.append((sql, given)))
    claim(outbox)

    with engine.connect() as connection:
        plans = [
            row[3]
            for sql, given in list(statements)
            if sql.startswith(("SELECT", "UPDATE"))
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", given)
        ]

    assert [step for step in plans if step.startswith("SCAN")] == []
    assert [step for step in plans if "TEMP B-TREE" in step and "ORDER BY" in step and "sms_message" in step] == []


def test_that_doubts_do_not_keep_a_batch_from_being_claimed_on(outbox: SqlOutbox) -> None:
    queue(outbox, draft(1), draft(2))
    outbox.complete(claim(outbox), Doubtful(ErrorKind.CUT))

    assert claim(outbox).token == 1


def test_that_the_database_clock_runs_within_a_transaction(factory: SessionFactory) -> None:
    with writing(factory) as connection:
        first = connection.scalar(select(db_now_ms())) or 0
        connection.execute(text({"postgresql": "SELECT pg_sleep(0.03)", "mysql": "SELECT SLEEP(0.03)"}.get(
            connection.dialect.name, "SELECT 1"
        )))  # fmt: skip
        second, moment = connection.execute(select(db_now_ms(), db_now())).one()

    assert 0 <= second - first < 10_000
    assert abs(moment.timestamp() * 1000 - second) < 1_000
