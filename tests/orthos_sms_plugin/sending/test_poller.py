"""Asking what became of messages, and for the balance, at the pace of protocol §10."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from fake_host.mensatek import LocalMensatek
from orthos_sms_plugin.domain.outcomes import AskFailed, ErrorKind, Report
from orthos_sms_plugin.providers.mensatek import MensatekProvider
from orthos_sms_plugin.sending.poller import Bucket
from orthos_sms_plugin.sending.tuning import Tuning
from orthos_sms_plugin.services.news import BalanceChanged, RefreshEnd, RowsChanged, Trouble
from tests.orthos_sms_plugin.persistence.sends import ACCOUNT, change_messages, messages
from tests.orthos_sms_plugin.sending.seats import WAIT_S, Clinic, Ear, MovableClock, ScriptedProvider, Wrapped


def _delivered(news: list[Any]) -> set[int]:
    changes = [change for one in news if isinstance(one, RowsChanged) for change in one.changes]
    return {change.patient_id for change in changes if change.status.delivery == "delivered"}


@pytest.mark.requirement("R11", "R23", "R38")
def test_that_actualizar_turns_what_was_delivered_into_si_and_hears_the_balance(
    clinic: Clinic, ear: Ear, provider: MensatekProvider, mensatek: LocalMensatek
) -> None:
    service = clinic.service(provider, ear=ear)
    ear.wait_until_done(clinic.queue(1, 2, 3, account=provider.account))
    mensatek.clock.advance(60)

    service.refresh(limit_s=0)

    ear.wait_for(lambda news: _delivered(news) == {1, 2, 3})
    assert sum(request.function == "report" for request in mensatek.ledger.requests) == 3
    balances = [news.balance.credits for news in ear.news if isinstance(news, BalanceChanged)]
    assert (balances[0], balances[-1]) in {(None, Decimal(997)), (Decimal(1000), Decimal(997))}


@pytest.mark.requirement("R40")
def test_that_what_is_due_is_asked_about_without_anybodys_doing_and_delivered_is_asked_no_more(
    clinic: Clinic, ear: Ear, provider: MensatekProvider, mensatek: LocalMensatek
) -> None:
    clinic.service(provider, ear=ear, tick_s=0.1)
    ear.wait_until_done(clinic.queue(1, 2, account=provider.account))
    mensatek.clock.advance(60)

    change_messages(clinic.factory, next_poll_ms=1)

    ear.wait_for(lambda news: _delivered(news) == {1, 2})
    assert messages(clinic.factory, "next_poll_ms") == [None, None]


@pytest.mark.requirement("R23")
def test_that_actualizar_again_with_nothing_new_asks_nothing(clinic: Clinic, ear: Ear) -> None:
    clock = MovableClock()
    provider = ScriptedProvider()
    service = clinic.service(provider, ear=ear, clock=clock)
    ear.wait_until_done(clinic.queue(1, 2))
    assert service.refresh(limit_s=WAIT_S) is RefreshEnd.DONE
    asked = (len(provider.reports), provider.balances)

    for _ in range(5):
        assert service.refresh(limit_s=WAIT_S) is RefreshEnd.RECENT
    assert (len(provider.reports), provider.balances) == asked == (2, 1)

    clock.hung_s += 61
    assert service.refresh(limit_s=WAIT_S) is not RefreshEnd.REJECTED
    assert (len(provider.reports), provider.balances) == (4, 2)


@pytest.mark.requirement("R23")
def test_that_actualizar_asks_again_at_once_when_something_was_sent_since(clinic: Clinic, ear: Ear) -> None:
    provider = ScriptedProvider()
    service = clinic.service(provider, ear=ear)
    ear.wait_until_done(clinic.queue(1))
    service.refresh(limit_s=WAIT_S)
    ear.wait_until_done(clinic.queue(2))

    service.refresh(limit_s=WAIT_S)

    assert len(provider.reports) == 1 + 2
    assert provider.balances == 1


@pytest.mark.requirement("R22")
def test_that_the_refresh_before_a_send_waits_no_longer_than_told_and_goes_on_behind(clinic: Clinic, ear: Ear) -> None:
    go_on, asked = threading.Event(), threading.Semaphore(0)

    def slow(msgid: str) -> Report:
        asked.release()
        go_on.wait(WAIT_S)
        return Report(())

    provider = ScriptedProvider(report_of=slow)
    service = clinic.service(provider, ear=ear)
    ear.wait_until_done(clinic.queue(1, 2))

    assert service.refresh(limit_s=0.2) is not RefreshEnd.REJECTED
    go_on.set()

    for _ in range(2):
        assert asked.acquire(timeout=WAIT_S)


@pytest.mark.requirement("R22", "R42")
@pytest.mark.parametrize("by", ["report_of", "balance"])
def test_that_rejected_credentials_are_told_and_nothing_is_asked_until_a_person_acts(
    by: str, clinic: Clinic, ear: Ear
) -> None:
    clock = MovableClock()
    provider = ScriptedProvider()
    service = clinic.service(provider, ear=ear, clock=clock, tick_s=0.05)
    ear.wait_until_done(clinic.queue(1, 2, 3))
    setattr(provider, by, lambda *_: AskFailed(ErrorKind.AUTH))
    clock.hung_s += 61

    assert service.refresh(limit_s=WAIT_S) is RefreshEnd.REJECTED
    calls = (len(provider.reports), provider.balances)
    for _ in range(5):
        assert service.refresh(limit_s=WAIT_S) is RefreshEnd.REJECTED

    assert clinic.accounts.balance(ACCOUNT).breaker == "auth"
    assert (len(provider.reports), provider.balances) == calls
    ear.wait_for(lambda news: any(isinstance(one, BalanceChanged) and one.balance.breaker == "auth" for one in news))


def test_that_a_person_who_tries_again_after_a_minute_finds_mended_credentials_taken(clinic: Clinic, ear: Ear) -> None:
    clock = MovableClock()
    provider = ScriptedProvider(balance=lambda: AskFailed(ErrorKind.AUTH))
    service = clinic.service(provider, ear=ear, clock=clock)
    ear.wait_for(lambda news: any(isinstance(one, BalanceChanged) and one.balance.breaker == "auth" for one in news))
    provider.balance = lambda: Decimal(50)

    assert service.refresh(limit_s=WAIT_S) is RefreshEnd.REJECTED
    clock.hung_s += 61
    assert service.refresh(limit_s=WAIT_S) is not RefreshEnd.REJECTED

    balance = clinic.accounts.balance(ACCOUNT)
    assert (balance.breaker, balance.credits) == ("closed", Decimal(50))


def test_that_an_unreachable_provider_is_asked_once_a_round_and_the_trouble_told(clinic: Clinic, ear: Ear) -> None:
    provider = ScriptedProvider(report_of=lambda msgid: AskFailed(ErrorKind.UNREACHABLE))
    service = clinic.service(provider, ear=ear)
    ear.wait_until_done(clinic.queue(1, 2, 3, 4))

    assert service.refresh(limit_s=WAIT_S) is not RefreshEnd.REJECTED

    assert len(provider.reports) == 1
    assert Trouble("provider") in ear.news
    assert clinic.accounts.balance(ACCOUNT).breaker == "closed"


def test_that_a_send_the_provider_does_not_know_does_not_keep_the_others_from_being_asked(
    clinic: Clinic, ear: Ear
) -> None:
    provider = ScriptedProvider(report_of=lambda msgid: AskFailed(ErrorKind.DATA))
    service = clinic.service(provider, ear=ear)
    ear.wait_until_done(clinic.queue(1, 2, 3, 4))

    assert service.refresh(limit_s=WAIT_S) is not RefreshEnd.REJECTED

    assert len(provider.reports) == 4


def test_that_the_balance_is_not_asked_again_and_again_without_a_send(clinic: Clinic) -> None:
    ticks = threading.Semaphore(0)

    def give_up() -> int:
        ticks.release()
        return 0

    provider = ScriptedProvider()
    clinic.service(provider, deliveries=Wrapped(clinic.deliveries, give_up=give_up), tick_s=0.01)

    for _ in range(10):
        assert ticks.acquire(timeout=WAIT_S)

    assert provider.balances == 1


def test_that_a_failing_database_does_not_leave_anybody_waiting(clinic: Clinic, ear: Ear) -> None:
    def broken(account: str, *, limit: int, now_all: bool = False) -> Sequence[str]:
        raise OSError("gone")

    service = clinic.service(ScriptedProvider(), ear=ear, deliveries=Wrapped(clinic.deliveries, due=broken))

    assert service.refresh(limit_s=60) is not RefreshEnd.REJECTED


def test_that_ending_the_program_leaves_nobody_waiting(clinic: Clinic, ear: Ear) -> None:
    go_on = threading.Event()

    def slow(msgid: str) -> Report:
        stopper.start()
        go_on.wait(WAIT_S)
        return Report(())

    service = clinic.service(ScriptedProvider(report_of=slow), ear=ear, senders=1)
    stopper = threading.Thread(target=service.stop, args=(0.1,))
    ear.wait_until_done(clinic.queue(1))

    assert service.refresh(limit_s=60) is not RefreshEnd.REJECTED
    go_on.set()
    stopper.join(WAIT_S)


class _Stopped(MovableClock):
    def monotonic(self) -> float:
        return self.hung_s


def test_that_some_calls_may_go_at_once_and_then_two_a_second() -> None:
    clock = _Stopped()
    bucket = Bucket(clock, per_s=2, at_once=20)

    assert [bucket.wait_s() for _ in range(20)] == [0] * 20
    assert bucket.wait_s() == 0.5
    clock.hung_s += 0.5
    assert bucket.wait_s() == 0
    assert bucket.wait_s() == 0.5
    clock.hung_s += 1_000
    assert [bucket.wait_s() for _ in range(20)] == [0] * 20
    assert bucket.wait_s() > 0


def test_that_fewer_than_twenty_are_asked_at_once_and_more_are_paced(clinic: Clinic, ear: Ear) -> None:
    tuning = Tuning(busy_s=0.05, idle_s=0.2, keep_s=0.1, reports_per_s=0.001)
    provider = ScriptedProvider()
    service = clinic.service(provider, ear=ear, tuning=tuning)
    ear.wait_until_done(clinic.queue(*range(1, 31)))

    assert service.refresh(limit_s=1) is not RefreshEnd.REJECTED

    assert len(provider.reports) == 20
    assert provider.reports[0] == messages(clinic.factory, "msgid")[-1]  # newest first
