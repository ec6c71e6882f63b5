"""A workstation as a process of its own, which sends what its database holds, and may be killed at any moment."""

from __future__ import annotations

import multiprocessing
from dataclasses import dataclass, replace
from multiprocessing.context import ForkServerProcess
from typing import Final

from sqlalchemy.orm import sessionmaker

from orthos_sms_plugin.domain.batches import BatchState
from orthos_sms_plugin.persistence import claiming
from orthos_sms_plugin.persistence.accounts import SqlAccounts
from orthos_sms_plugin.persistence.deliveries import SqlDeliveries
from orthos_sms_plugin.providers.calls import Limits
from orthos_sms_plugin.providers.credentials import Credentials
from orthos_sms_plugin.providers.mensatek import MensatekProvider
from orthos_sms_plugin.sending.service import SendingService
from orthos_sms_plugin.sending.tuning import Tuning
from orthos_sms_plugin.services.settings import SmsSettings
from tests.faults.crashpoints import CrashingOutbox, CrashingProvider, CrashPoints
from tests.orthos_sms_plugin.persistence.hosts import open_engine
from tests.orthos_sms_plugin.persistence.sends import SEAT
from tests.orthos_sms_plugin.sending.seats import Ear

USER, TOKEN = "demo", "demo-token"

# The times of protocol §5 and §6, thirty times shorter: a call ends before its lease does.
LEASE_S: Final = 3.0
SCALED: Final = Tuning(
    busy_s=0.05, idle_s=0.2, keep_s=0.2, start_within_s=1.0, lease_s=LEASE_S, after_error_s=0.1, retry_s=0.01
)
LIMITS: Final = Limits(connect_s=0.5, read_s=1.0, total_s=1.5)

_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["tests.faults.seat", "requests"])


@dataclass(frozen=True, slots=True)
class Seat:
    """What a process of this workstation is told.

    Attributes:
        crash_at: Point at which it kills itself; empty for never.
        nth: The how-many-eth time it gets there.
    """

    database_url: str
    provider_url: str
    crash_at: str = ""
    nth: int = 1
    senders: int = 1

    def process(self) -> ForkServerProcess:
        """Start it."""
        process = _processes.Process(target=run, args=(self,), daemon=True)
        process.start()
        return process

    def killing_itself(self, crash_at: str, nth: int) -> Seat:
        return replace(self, crash_at=crash_at, nth=nth)


def provider_for(url: str) -> MensatekProvider:
    return MensatekProvider(Credentials(USER, TOKEN), address=url, limits=LIMITS)


def run(seat: Seat) -> None:
    """Do what the program does at its start, press `Continuar`, and end when nothing is queued or on its way."""
    setattr(claiming, "LEASE_MS", round(LEASE_S * 1000))  # noqa: B010  # a constant, but for this
    engine = open_engine(seat.database_url)
    factory = sessionmaker(engine)
    points = CrashPoints(seat.crash_at, seat.nth)
    points.watch_commits(engine)
    points.watch_wire()
    outbox = CrashingOutbox(factory, points)
    provider = CrashingProvider(provider_for(seat.provider_url), points)

    outbox.sweep()
    outbox.pause_interrupted(SEAT)
    batches = [batch.batch_id for batch in outbox.progress()]
    for batch_id in batches:
        outbox.resume(batch_id, workstation=SEAT)

    ear = Ear()
    service = SendingService(
        outbox=outbox,
        deliveries=SqlDeliveries(factory),
        accounts=SqlAccounts(factory),
        provider_source=lambda: provider,
        workstation=SEAT,
        user_name="Marta",
        settings=lambda: SmsSettings(senders=seat.senders),
        tuning=SCALED,
    )
    service.subscribe(ear)
    service.start()
    for batch_id in batches:
        ear.wait_for_batch(batch_id, lambda batch: batch.state is BatchState.DONE)
    service.stop()
    engine.dispose()
