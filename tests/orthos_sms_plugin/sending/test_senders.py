"""Senders on a real database: each message leaves once, in its turn, and the threads harm nobody (protocol §5, §8)."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from fake_host.mensatek import LocalMensatek
from orthos_sms_plugin.domain import scopes
from orthos_sms_plugin.domain.batches import BatchState, PauseReason
from orthos_sms_plugin.domain.outcomes import Accepted, Doubtful, ErrorKind, Rejected, SendOutcome
from orthos_sms_plugin.persistence.outbox import SqlOutbox
from orthos_sms_plugin.persistence.units import writing
from orthos_sms_plugin.providers.mensatek import MensatekProvider
from orthos_sms_plugin.sending.tuning import Tuning
from orthos_sms_plugin.services.news import RefreshEnd, RowsChanged, Trouble
from orthos_sms_plugin.services.ports import MayStart, OutgoingSms
from tests.orthos_sms_plugin.persistence.sends import assert_sound, messages
from tests.orthos_sms_plugin.sending.seats import QUICK, WAIT_S, Clinic, Ear, ScriptedProvider, Wrapped, broken

pytestmark = pytest.mark.requirement("R43")


@pytest.mark.requirement("R22")
def test_that_every_message_of_a_batch_is_sent_once_and_told_row_by_row(
    clinic: Clinic, ear: Ear, provider: MensatekProvider, mensatek: LocalMensatek
) -> None:
    clinic.service(provider, ear=ear)
    queued = clinic.queue(*range(1, 31), account=provider.account)

    done = ear.wait_until_done(queued)

    assert (done.accepted, done.total) == (30, 30)
    refs = messages(clinic.factory, "ref")
    assert sorted(one.ref or "" for one in mensatek.ledger.messages) == sorted(refs)
    assert len(mensatek.ledger.requests) == 30 + 1  # and the balance, once
    ear.wait_for(lambda news: _rows_accepted(news) == set(range(1, 31)))
    assert_sound(clinic.factory)


def _rows_accepted(news: list[Any]) -> set[int]:
    changes = [change for one in news if isinstance(one, RowsChanged) for change in one.changes]
    return {change.patient_id for change in changes if change.status.state == "accepted"}


@pytest.mark.requirement("R54")
def test_that_nothing_leaves_within_the_grace_and_all_of_it_soon_after(
    clinic: Clinic, ear: Ear, provider: MensatekProvider, mensatek: LocalMensatek
) -> None:
    clinic.service(provider, ear=ear)
    queued_at = time.time()
    queued = clinic.queue(1, 2, account=provider.account, grace_s=0.8)

    ear.wait_until_done(queued)

    sends = [request.at for request in mensatek.ledger.requests if request.function == "send"]
    assert min(sends) - queued_at > 0.79


@pytest.mark.parametrize("given", [{"provider": lambda: None}, {"provider": ScriptedProvider(), "may_send": False}])
def test_that_nothing_is_claimed_without_provider_or_permission(given: dict[str, Any], clinic: Clinic) -> None:
    asked = threading.Semaphore(0)

    def may_send() -> bool:
        asked.release()
        return "may_send" not in given

    outbox = Wrapped(clinic.outbox, claim=broken)
    service = clinic.service(given["provider"], outbox=outbox, may_send=may_send)
    clinic.queue(1)

    for _ in range(12):
        service.nudge()
        assert asked.acquire(timeout=WAIT_S)

    assert clinic.states() == ["queued"]


def test_that_stopping_waits_for_what_is_on_its_way_and_claims_no_more(clinic: Clinic) -> None:
    called, go_on = threading.Semaphore(0), threading.Event()

    def answer(sms: OutgoingSms, may_start: MayStart) -> SendOutcome:
        assert may_start()
        called.release()
        go_on.wait(WAIT_S)
        return Accepted("1")

    provider = ScriptedProvider(answer)
    service = clinic.service(provider, senders=2)
    clinic.queue(*range(1, 11))
    assert called.acquire(timeout=WAIT_S)
    assert called.acquire(timeout=WAIT_S)

    ended: list[bool] = []
    stopper = threading.Thread(target=lambda: ended.append(service.stop(WAIT_S)))
    stopper.start()
    go_on.set()
    stopper.join(WAIT_S)

    assert ended == [True]
    assert len(provider.calls) == 2
    assert sorted(clinic.states()) == ["accepted"] * 2 + ["queued"] * 8


def test_that_stopping_does_not_wait_for_ever(clinic: Clinic) -> None:
    called, go_on = threading.Event(), threading.Event()

    def hang(sms: OutgoingSms, may_start: MayStart) -> SendOutcome:
        called.set()
        go_on.wait(WAIT_S)
        return Accepted("1")

    service = clinic.service(ScriptedProvider(hang), senders=1)
    clinic.queue(1)
    assert called.wait(WAIT_S)

    assert service.stop(0.1) is False
    assert clinic.states() == ["sending"]
    go_on.set()


@pytest.mark.requirement("R42")
@pytest.mark.parametrize(("fault", "reason"), [("auth_failed", PauseReason.AUTH), ("no_credits", PauseReason.CREDITS)])
def test_that_after_a_refusal_of_all_only_calls_in_flight_are_made_and_the_rest_waits(
    fault: str,
    reason: PauseReason,
    clinic: Clinic,
    ear: Ear,
    provider: MensatekProvider,
    mensatek: LocalMensatek,
) -> None:
    mensatek.faults.add("send", fault, times=None)
    queued = clinic.queue(*range(1, 21), account=provider.account)

    service = clinic.service(provider, ear=ear)
    paused = ear.wait_for_batch(queued.batch_id, lambda batch: batch.state is BatchState.PAUSED and not batch.sending)
    service.nudge()
    service.stop(WAIT_S)

    assert (paused.pause_reason, paused.queued) == (reason, 20)
    assert sum(request.function == "send" for request in mensatek.ledger.requests) <= 4
    assert mensatek.ledger.messages == ()


@pytest.mark.requirement("R42")
def test_that_a_refused_message_ends_and_the_others_go_on(
    clinic: Clinic, ear: Ear, provider: MensatekProvider, mensatek: LocalMensatek
) -> None:
    mensatek.faults.add("send", "bad_data")
    mensatek.faults.add("send", "http_500_before_accept", skip=25)
    queued = clinic.queue(*range(1, 6), account=provider.account)

    clinic.service(provider, ear=ear, senders=1)
    done = ear.wait_until_done(queued)

    assert (done.rejected, done.accepted) == (1, 4)


def test_that_a_full_row_of_outcomes_is_counted_to_the_last(clinic: Clinic, ear: Ear) -> None:
    outcomes: Iterator[SendOutcome] = iter(
        [Accepted("1"), Rejected(ErrorKind.NUMBER), Doubtful(ErrorKind.CUT), Accepted(None), Rejected(ErrorKind.DATA)]
    )
    clinic.service(ScriptedProvider(lambda sms, may_start: next(outcomes)), ear=ear, senders=1)

    done = ear.wait_until_done(clinic.queue(*range(1, 6)))

    assert (done.accepted, done.rejected, done.unknown, done.queued) == (2, 2, 1, 0)


@pytest.mark.requirement("R57")
def test_that_two_seats_on_one_database_send_each_message_once_and_each_its_own(clinic: Clinic) -> None:
    providers = {seat: ScriptedProvider() for seat in ("Recepción 1", "Recepción 2")}
    ears = {seat: Ear() for seat in providers}
    for seat, provider in providers.items():
        clinic.service(provider, workstation=seat, ear=ears[seat])
    first, second = (
        clinic.queue(
            *patients,
            workstation=seat,
            row_scope=scopes.group_scope(template, date(2026, 3, 10)),
            phone_scope=scopes.group_scope(template, date(2026, 3, 10)),
        )
        for template, (seat, patients) in enumerate(
            [("Recepción 1", range(1, 21)), ("Recepción 2", range(21, 41))], start=1
        )
    )

    for ear in ears.values():
        ear.wait_until_done(first)
        ear.wait_until_done(second)

    sent = {seat: [sms.phone_digits for sms in provider.calls] for seat, provider in providers.items()}
    assert [len(set(phones)) for phones in sent.values()] == [20, 20] == [len(phones) for phones in sent.values()]
    assert clinic.states() == ["accepted"] * 40


def test_that_two_services_of_one_seat_never_send_the_same_message(clinic: Clinic, ear: Ear) -> None:
    providers = [ScriptedProvider(), ScriptedProvider()]
    for provider in providers:
        clinic.service(provider, ear=ear)

    ear.wait_until_done(clinic.queue(*range(1, 41)))

    refs = [sms.ref for provider in providers for sms in provider.calls]
    assert sorted(refs) == sorted(messages(clinic.factory, "ref"))


def test_that_the_database_is_left_in_peace_while_nothing_runs(clinic: Clinic) -> None:
    looks = threading.Semaphore(0)
    claims: list[str] = []

    def claim(owner: str, *, workstation: str, account: str) -> None:
        claims.append(owner)

    def changes_after(event_id: int) -> tuple[int, list[Any]]:
        looks.release()
        return event_id, []

    outbox = Wrapped(SqlOutbox(clinic.factory), claim=claim, changes_after=changes_after)
    tuning = Tuning(busy_s=0.01, idle_s=0.1, keep_s=1)
    service = clinic.service(ScriptedProvider(), outbox=outbox, senders=8, tuning=tuning)

    for _ in range(6):
        assert looks.acquire(timeout=WAIT_S)
    service.stop(WAIT_S)

    by_owner = sorted(claims.count(owner) for owner in set(claims))
    assert by_owner[:-1] == [1] * 7  # all look once at the start, then one looks for all


def test_that_a_thread_outlives_whatever_its_work_raises(clinic: Clinic, ear: Ear) -> None:
    failures = iter([RuntimeError(), ValueError(), OSError(), KeyError()])

    def source() -> ScriptedProvider:
        for error in failures:
            raise error
        return provider

    provider = ScriptedProvider()
    clinic.service(source, ear=ear, senders=2, tuning=QUICK)
    ear.wait_until_done(clinic.queue(1, 2))

    assert Trouble("internal") in ear.news


def test_that_a_listener_that_raises_harms_nobody(clinic: Clinic, ear: Ear) -> None:
    def rude(_: object) -> None:
        raise RuntimeError("canary")

    service = clinic.service(ScriptedProvider(), start=False)
    service.subscribe(rude)
    service.subscribe(ear)
    service.start()

    done = ear.wait_until_done(clinic.queue(1, 2, 3))

    assert done.accepted == 3
    service.unsubscribe(rude)
    service.unsubscribe(rude)


def test_that_a_database_locked_for_a_while_costs_time_and_nothing_else(clinic: Clinic, ear: Ear) -> None:
    provider = ScriptedProvider()
    clinic.service(provider, ear=ear, senders=2)
    with writing(clinic.factory) as holder:
        holder.execute(text("UPDATE sms_account SET breaker = breaker"))
        queueing = threading.Thread(target=clinic.queue, args=range(1, 11))
        queueing.start()
        queueing.join(0.5)

    queueing.join(WAIT_S)
    ear.wait_for(lambda news: _rows_accepted(news) == set(range(1, 11)))

    assert len(provider.calls) == 10


def test_that_nothing_starts_after_the_end(clinic: Clinic) -> None:
    provider = ScriptedProvider()
    service = clinic.service(provider, start=False)
    service.stop()
    clinic.queue(1)

    service.start()
    service.nudge()

    assert service.refresh(limit_s=30) is not RefreshEnd.REJECTED
    assert (provider.calls, clinic.states()) == ([], ["queued"])
