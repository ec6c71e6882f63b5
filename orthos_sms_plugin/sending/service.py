"""The sending service: owns every thread that works while nobody looks (protocol §5 to §10)."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from uuid import uuid4

from orthos_sms_plugin.sending.loops import Bell, Loop
from orthos_sms_plugin.sending.newsroom import Newsroom
from orthos_sms_plugin.sending.poller import Poller, Refresh
from orthos_sms_plugin.sending.sender import Sender
from orthos_sms_plugin.sending.tail import Tail
from orthos_sms_plugin.sending.tuning import Clock, SystemClock, Tuning
from orthos_sms_plugin.services.news import Listener, RefreshEnd
from orthos_sms_plugin.services.ports import Accounts, Deliveries, Outbox, Provider
from orthos_sms_plugin.services.settings import SmsSettings

logger = logging.getLogger(__name__)


def _always() -> bool:
    return True


class SendingService:
    """Senders, poller, event tail and housekeeping of one workstation. Fulfils `SendingDesk`.

    Several services share a database without knowing of each other: claims, polls and sweeps are settled there.

    Args:
        outbox: The messages.
        deliveries: Which sends to ask about.
        accounts: Balance and breaker.
        provider_source: Gives the provider, or None while none is set up; then nothing is claimed. Called often.
        workstation: Whose batches are sent.
        user_name: Who sits there, for the other seats.
        settings: Gives the settings in force; called on the service's threads.
        may_send: Whether the user may send, asked before each claim; answers from memory.
        clock: Both clocks of the computer.
        tuning: Times.
    """

    def __init__(
        self,
        *,
        outbox: Outbox,
        deliveries: Deliveries,
        accounts: Accounts,
        provider_source: Callable[[], Provider | None],
        workstation: str,
        user_name: str,
        settings: Callable[[], SmsSettings] = SmsSettings,
        may_send: Callable[[], bool] = _always,
        clock: Clock | None = None,
        tuning: Tuning | None = None,
    ) -> None:
        self._outbox = outbox
        self._provider_source = provider_source
        self._workstation = workstation
        self._user_name = user_name
        self._settings = settings
        self._may_send = may_send
        self._clock = clock or SystemClock()
        self._tuning = tuning or Tuning()
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._loops: list[Loop] = []
        self._to_send, self._to_ask, self._to_tell, self._to_keep = Bell(), Bell(), Bell(), Bell()
        self._newsroom = Newsroom(self._clock, self._tuning.trouble_every_s)
        self._tail = Tail(
            outbox=outbox,
            accounts=accounts,
            provider_source=provider_source,
            may_leave=self._to_send.ring,
            newsroom=self._newsroom,
            tuning=self._tuning,
        )
        self._poller = Poller(
            outbox=outbox,
            deliveries=deliveries,
            accounts=accounts,
            provider_source=provider_source,
            tick_s=lambda: settings().refresh_tick_s,
            changed=self._to_tell.ring,
            bell=self._to_ask,
            newsroom=self._newsroom,
            clock=self._clock,
            tuning=self._tuning,
        )

    # --- life ---------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the threads. Reads the settings, so it is for a worker; once only, and not after `stop`."""
        count = self._settings().senders
        with self._lock:
            if self._loops or self._stopping.is_set():
                return
            self._loops = [
                self._loop("sms-keeper", self._keep, self._to_keep),
                self._loop("sms-tail", self._tail.step, self._to_tell),
                self._loop("sms-poller", self._poller.step, self._to_ask),
                *(
                    self._loop(f"sms-sender-{number}", self._sender(number).step, self._to_send)
                    for number in range(count)
                ),
            ]
            for loop in self._loops:
                loop.start()

    def stop(self, timeout_s: float = 5.0) -> bool:
        """Claim nothing more and wait for what is on its way.

        Returns:
            False when some thread was still at work: what it sends is settled by its lease.
        """
        with self._lock:
            self._stopping.set()
            loops = self._loops
        for bell in (self._to_send, self._to_ask, self._to_tell, self._to_keep):
            bell.ring()
        self._poller.abandon()
        deadline = self._clock.monotonic() + timeout_s
        ended = [loop.join(max(0.0, deadline - self._clock.monotonic())) for loop in loops]
        if not all(ended):
            logger.warning("%s threads were still at work after %s s", ended.count(False), timeout_s)
        return all(ended)

    # --- for the use cases --------------------------------------------------------------------------------------------

    def subscribe(self, listener: Listener) -> None:
        """Call `listener` with every piece of news, on a thread of the service; it must return at once."""
        self._newsroom.subscribe(listener)

    def unsubscribe(self, listener: Listener) -> None:
        """Stop calling it. Unknown listeners are ignored."""
        self._newsroom.unsubscribe(listener)

    def nudge(self) -> None:
        """Look for work now. Any thread, returns at once."""
        self._to_send.ring()
        self._to_tell.ring()

    def refresh(self, *, limit_s: float = 10.0) -> RefreshEnd:
        """Ask for everything pending and for the balance, waiting at most `limit_s`. Workers only."""
        if not self._runs:
            return RefreshEnd.FAILED
        refresh = Refresh()
        self._poller.ask(refresh)
        return refresh.outcome if refresh.done.wait(limit_s) else RefreshEnd.GOING_ON

    # --- inside -------------------------------------------------------------------------------------------------------

    @property
    def _runs(self) -> bool:
        return bool(self._loops) and not self._stopping.is_set()

    def _loop(self, name: str, step: Callable[[], float], bell: Bell) -> Loop:
        return Loop(
            name,
            step,
            bell=bell,
            stopping=self._stopping,
            failed=self._newsroom.failure,
            after_error_s=self._tuning.after_error_s,
        )

    def _sender(self, number: int) -> Sender:
        # One sender looks for all while nothing runs; the others look when it has found something.
        rest_s = (lambda: self._tail.rest_s) if number == 0 else (lambda: self._tuning.reserve_s)
        return Sender(
            f"{self._workstation[:60]} {os.getpid()} {uuid4().hex[:8]} {number}",
            outbox=self._outbox,
            provider_source=self._provider_source,
            workstation=self._workstation,
            may_send=self._may_send,
            rest_s=rest_s,
            claimed=self._to_send.ring,
            settled=self._on_settled,
            newsroom=self._newsroom,
            clock=self._clock,
            stopping=self._stopping,
            tuning=self._tuning,
        )

    def _on_settled(self, batch_id: int) -> None:
        self._tail.note(batch_id)
        self._to_tell.ring()

    def _keep(self) -> float:
        """Say that this workstation lives, and end what others left behind."""
        self._outbox.beat(self._workstation, user_name=self._user_name)
        if self._outbox.sweep():
            self._to_tell.ring()
        return self._tuning.keep_s
