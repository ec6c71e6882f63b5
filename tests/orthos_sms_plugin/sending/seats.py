"""A clinic's database with patients in it, and workstations that send from it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy.exc import OperationalError

from orthos_sms_plugin.domain.batches import BatchProgress, BatchState, Queued
from orthos_sms_plugin.domain.outcomes import Accepted, AskFailed, Report, SendOutcome
from orthos_sms_plugin.persistence.accounts import SqlAccounts
from orthos_sms_plugin.persistence.deliveries import SqlDeliveries
from orthos_sms_plugin.persistence.outbox import SqlOutbox
from orthos_sms_plugin.persistence.units import SessionFactory
from orthos_sms_plugin.sending.service import SendingService
from orthos_sms_plugin.sending.tuning import SystemClock, Tuning
from orthos_sms_plugin.services.news import BatchesChanged, News
from orthos_sms_plugin.services.ports import MayStart, OutgoingSms, Provider
from orthos_sms_plugin.services.settings import SmsSettings
from tests.orthos_sms_plugin.persistence.sends import ACCOUNT, SEAT, draft, messages, queue

QUICK = Tuning(busy_s=0.05, idle_s=0.2, keep_s=0.1, after_error_s=0.05, retry_s=0.01)
WAIT_S = 20.0


class Ear:
    """Hears the news and lets a test wait for some of it."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self.news: list[News] = []

    def __call__(self, news: News) -> None:
        with self._changed:
            self.news.append(news)
            self._changed.notify_all()

    def wait_for(self, heard: Callable[[list[News]], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: heard(self.news), WAIT_S), f"never heard; last {self.news[-3:]}"

    def wait_for_batch(self, batch_id: int | None, fits: Callable[[BatchProgress], bool]) -> BatchProgress:
        """Wait until a batch is as wanted, and give it."""
        self.wait_for(lambda news: any(fits(batch) for batch in self._told(batch_id)))
        return next(batch for batch in self._told(batch_id) if fits(batch))

    def wait_until_done(self, queued: Queued) -> BatchProgress:
        return self.wait_for_batch(queued.batch_id, lambda batch: batch.state is BatchState.DONE)

    def _told(self, batch_id: int | None) -> list[BatchProgress]:
        told = [batch for news in self.news if isinstance(news, BatchesChanged) for batch in news.batches]
        return [batch for batch in told if batch.batch_id == batch_id]


class MovableClock(SystemClock):
    """The computer's clocks, and what a test adds to them."""

    def __init__(self) -> None:
        self.slept_s = 0.0
        self.hung_s = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self.hung_s

    def wall(self) -> float:
        return super().wall() + self.slept_s + self.hung_s


@dataclass
class ScriptedProvider:
    """A provider of a test's own making; by default it accepts everything."""

    answer: Callable[[OutgoingSms, MayStart], SendOutcome] = lambda message, may_start: Accepted(message.ref[:8])
    report_of: Callable[[str], Report | AskFailed] = lambda msgid: Report(())
    balance: Callable[[], Decimal | AskFailed] = lambda: Decimal(100)
    calls: list[OutgoingSms] = field(default_factory=list)
    reports: list[str] = field(default_factory=list)
    balances: int = 0
    account: str = ACCOUNT
    name: str = "Scripted"
    website: str = "https://provider.example"

    def send(self, message: OutgoingSms, *, may_start: MayStart) -> SendOutcome:
        self.calls.append(message)
        return self.answer(message, may_start)

    def report(self, msgid: str) -> Report | AskFailed:
        self.reports.append(msgid)
        return self.report_of(msgid)

    def credits(self) -> Decimal | AskFailed:
        self.balances += 1
        return self.balance()


class Wrapped:
    """A port as it is, but for the methods that a test replaces."""

    def __init__(self, port: object, **replaced: Callable[..., Any]) -> None:
        self._port = port
        self.__dict__.update(replaced)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._port, name)


def broken(*_: object, **__: object) -> Any:
    """What a locked, full or vanished database does, with the statement's values in its words."""
    raise OperationalError("UPDATE …", {"text": "Mañana cerramos", "phone": "34601555000"}, Exception("disk full"))


class Clinic:
    """The ports on one database; gives services and ends them."""

    def __init__(self, factory: SessionFactory) -> None:
        self.factory = factory
        self.outbox = SqlOutbox(factory)
        self.accounts = SqlAccounts(factory)
        self.deliveries = SqlDeliveries(factory)
        self._services: list[SendingService] = []

    def queue(self, *patients: int, **values: Any) -> Queued:
        queued = queue(self.outbox, *(draft(one) for one in patients), **values)
        assert queued.queued == len(patients)
        return queued

    def service(
        self,
        provider: Provider | Callable[[], Provider | None],
        *,
        ear: Ear | None = None,
        outbox: Any = None,
        senders: int = 4,
        start: bool = True,
        **given: Any,
    ) -> SendingService:
        """Start a service on an outbox reader of its own, as every seat has one."""
        service = SendingService(
            outbox=outbox if outbox is not None else SqlOutbox(self.factory),
            deliveries=given.pop("deliveries", self.deliveries),
            accounts=self.accounts,
            provider_source=provider if callable(provider) else lambda: provider,
            workstation=given.pop("workstation", SEAT),
            user_name="Marta",
            settings=lambda: SmsSettings(senders=senders, refresh_tick_s=given.get("tick_s", 60.0)),
            tuning=given.pop("tuning", QUICK),
            **{name: value for name, value in given.items() if name != "tick_s"},
        )
        self._services.append(service)
        if ear is not None:
            service.subscribe(ear)
        if start:
            service.start()
        return service

    def states(self) -> list[str]:
        return messages(self.factory, "state")

    def end(self) -> None:
        ended = [service.stop(WAIT_S) for service in self._services]
        assert all(ended)
