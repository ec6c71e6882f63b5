"""What a sender has claimed leaves in time or is given back, and its end is written down (protocol §5, §6)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update

from hookspecs.clinic import Patient, PatientPhone
from orthos_sms_plugin.domain.batches import Claim
from orthos_sms_plugin.domain.outcomes import Accepted, ErrorKind, NotSent, SendOutcome
from orthos_sms_plugin.persistence import claiming
from orthos_sms_plugin.persistence.tables import attempt, message
from orthos_sms_plugin.persistence.units import reading, writing
from orthos_sms_plugin.sending.tuning import Tuning
from orthos_sms_plugin.services.news import Trouble
from orthos_sms_plugin.services.ports import MayStart, OutgoingSms
from tests.orthos_sms_plugin.persistence.sends import messages
from tests.orthos_sms_plugin.sending.seats import WAIT_S, Clinic, Ear, MovableClock, ScriptedProvider, Wrapped, broken

pytestmark = pytest.mark.requirement("R43")


def test_that_a_claim_is_committed_before_the_provider_is_called(clinic: Clinic, ear: Ear) -> None:
    seen: list[tuple[str, str | None]] = []

    def answer(sms: OutgoingSms, may_start: MayStart) -> SendOutcome:
        assert may_start()
        with reading(clinic.factory) as other_connection:
            state, outcome = other_connection.execute(
                select(message.c.state, attempt.c.outcome)
                .outerjoin(attempt, (attempt.c.message_id == message.c.id) & (attempt.c.token == message.c.token))
                .where(message.c.ref == sms.ref)
            ).one()
        seen.append((state, outcome))
        return Accepted("1")

    clinic.service(ScriptedProvider(answer), ear=ear)
    ear.wait_until_done(clinic.queue(1, 2, 3))

    assert seen == [("sending", "started")] * 3


def test_that_a_message_whose_connection_stands_when_the_program_ends_is_given_back(clinic: Clinic) -> None:
    connected, go_on = threading.Event(), threading.Event()
    said: list[bool] = []

    def connect(sms: OutgoingSms, may_start: MayStart) -> SendOutcome:
        connected.set()
        go_on.wait(WAIT_S)
        said.append(may_start())
        return NotSent(ErrorKind.SLEPT)

    service = clinic.service(ScriptedProvider(connect), senders=1)
    clinic.queue(1)
    assert connected.wait(WAIT_S)
    service.stop(0.01)
    go_on.set()

    assert service.stop(WAIT_S)
    assert said == [False]
    assert clinic.states() == ["queued"]


def _sleep(clock: MovableClock) -> None:
    clock.slept_s += 21


def _hang(clock: MovableClock) -> None:
    clock.hung_s += 21


@pytest.mark.parametrize("pause", [_sleep, _hang])
def test_that_a_computer_that_slept_gives_the_message_back_and_sends_it_under_a_new_claim(
    pause: Callable[[MovableClock], None], clinic: Clinic, ear: Ear
) -> None:
    clock = MovableClock()
    said: list[bool] = []

    def connect(sms: OutgoingSms, may_start: MayStart) -> SendOutcome:
        if not said:
            pause(clock)
        said.append(may_start())
        return Accepted("1") if said[-1] else NotSent(ErrorKind.SLEPT)

    clinic.service(ScriptedProvider(connect), ear=ear, senders=1, clock=clock)
    ear.wait_until_done(clinic.queue(1))

    assert said == [False, True]
    assert messages(clinic.factory, "state", "token") == [("accepted", 2)]


def test_that_a_claim_whose_commit_hung_is_never_sent(clinic: Clinic, ear: Ear) -> None:
    clock = MovableClock()
    claims: list[Claim] = []

    def slow_claim(owner: str, *, workstation: str, account: str) -> Claim | None:
        claim = clinic.outbox.claim(owner, workstation=workstation, account=account)
        if claim is not None:
            claims.append(claim)
            if len(claims) == 1:
                clock.hung_s += 25
        return claim

    provider = ScriptedProvider(lambda sms, may_start: Accepted("1") if may_start() else NotSent(ErrorKind.SLEPT))
    outbox = Wrapped(clinic.outbox, claim=slow_claim)
    clinic.service(provider, ear=ear, outbox=outbox, senders=1, clock=clock)
    ear.wait_until_done(clinic.queue(1))

    assert len(claims) == 2
    assert len(provider.calls) == 1


@pytest.mark.parametrize("commit_stands", [True, False])
def test_that_a_claim_whose_commit_failed_is_never_sent(
    commit_stands: bool, clinic: Clinic, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claiming, "LEASE_MS", 300)
    failed: list[str] = []

    def claim(owner: str, *, workstation: str, account: str) -> Claim | None:
        if failed:
            return clinic.outbox.claim(owner, workstation=workstation, account=account)
        if commit_stands:
            claim = clinic.outbox.claim(owner, workstation=workstation, account=account)
            if claim is None:
                return None
            failed.append(claim.ref)
        else:
            failed.append("")
        broken()
        return None

    provider = ScriptedProvider()
    clinic.service(provider, ear=ear, outbox=Wrapped(clinic.outbox, claim=claim), senders=1)
    ear.wait_until_done(clinic.queue(1, 2))

    assert sorted(clinic.states()) == (["accepted", "unknown"] if commit_stands else ["accepted", "accepted"])
    assert failed[0] not in [sms.ref for sms in provider.calls]
    ear.wait_for(lambda news: Trouble("database") in news)


def test_that_an_end_that_cannot_be_written_at_first_is_written_later_and_the_message_sent_once(
    clinic: Clinic, ear: Ear
) -> None:
    tries: list[SendOutcome] = []

    def complete(claim: Claim, outcome: SendOutcome) -> bool:
        tries.append(outcome)
        return clinic.outbox.complete(claim, outcome) if len(tries) == 4 else broken()

    provider = ScriptedProvider()
    clinic.service(provider, ear=ear, outbox=Wrapped(clinic.outbox, complete=complete), senders=1)
    ear.wait_until_done(clinic.queue(1))

    assert clinic.states() == ["accepted"]
    assert tries == [Accepted(provider.calls[0].ref[:8])] * 4
    assert len(provider.calls) == 1


def test_that_an_end_whose_commit_only_seemed_to_fail_is_not_undone(clinic: Clinic, ear: Ear) -> None:
    written: list[bool] = []
    written_again = threading.Event()

    def complete(claim: Claim, outcome: SendOutcome) -> bool:
        written.append(clinic.outbox.complete(claim, outcome))
        if len(written) == 1:
            broken()
        written_again.set()
        return written[-1]

    provider = ScriptedProvider()
    clinic.service(provider, ear=ear, outbox=Wrapped(clinic.outbox, complete=complete), senders=1)
    clinic.queue(1)
    assert written_again.wait(WAIT_S)

    assert (clinic.states(), written, len(provider.calls)) == (["accepted"], [True, False], 1)


def test_that_an_end_that_can_never_be_written_becomes_a_doubt_and_is_not_sent_again(
    clinic: Clinic, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claiming, "LEASE_MS", 500)
    provider = ScriptedProvider()
    tuning = Tuning(busy_s=0.05, idle_s=0.2, keep_s=0.1, after_error_s=0.05, retry_s=0.01, lease_s=0.5)

    clinic.service(provider, ear=ear, outbox=Wrapped(clinic.outbox, complete=broken), senders=1, tuning=tuning)
    ear.wait_until_done(clinic.queue(1))

    assert clinic.states() == ["unknown"]
    assert len(provider.calls) == 1


def test_that_a_call_that_raises_is_a_doubt(clinic: Clinic, ear: Ear) -> None:
    def fall_over(sms: OutgoingSms, may_start: MayStart) -> SendOutcome:
        raise RuntimeError(f"canary {sms.phone_digits}")

    clinic.service(ScriptedProvider(fall_over), ear=ear, senders=1)
    ear.wait_until_done(clinic.queue(1))

    assert messages(clinic.factory, "state", "error_kind") == [("unknown", "interrupted")]


@pytest.mark.requirement("R59")
@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (update(Patient).where(Patient.id == 1).values(objection_accepted=True), ErrorKind.OBJECTION),
        (
            update(PatientPhone).where(PatientPhone.patient_id == 1).values(number="699 555 999"),
            ErrorKind.PHONE_CHANGED,
        ),
    ],
)
def test_that_a_message_that_must_not_leave_any_more_is_cancelled(
    change: Any, kind: ErrorKind, clinic: Clinic, ear: Ear
) -> None:
    provider = ScriptedProvider()
    queued = clinic.queue(1, 2)
    with writing(clinic.factory) as connection:
        connection.execute(change)

    clinic.service(provider, ear=ear)
    ear.wait_until_done(queued)

    assert set(messages(clinic.factory, "state", "error_kind")) == {("cancelled", kind.value), ("accepted", None)}
    assert len(provider.calls) == 1


def test_that_a_message_that_cannot_be_looked_up_in_time_is_given_back_unsent(clinic: Clinic, ear: Ear) -> None:
    clock = MovableClock()
    looks: list[int] = []

    def refusal(claim: Claim) -> ErrorKind | None:
        looks.append(claim.token)
        if len(looks) == 2:
            clock.hung_s += 30
        return clinic.outbox.refusal(claim) if claim.token > 1 else broken()

    provider = ScriptedProvider()
    outbox = Wrapped(clinic.outbox, refusal=refusal)
    clinic.service(provider, ear=ear, outbox=outbox, senders=1, clock=clock)
    ear.wait_until_done(clinic.queue(1))

    assert looks == [1, 1, 2]
    assert (clinic.states(), len(provider.calls)) == (["accepted"], 1)
