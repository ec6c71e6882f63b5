"""Claim, call, complete: the loop that every sender runs (protocol §5 and §6)."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from hookspecs.traces import wordless_trace
from orthos_sms_plugin.domain.batches import Claim
from orthos_sms_plugin.domain.outcomes import Doubtful, ErrorKind, NotSent, SendOutcome
from orthos_sms_plugin.sending.newsroom import Newsroom
from orthos_sms_plugin.sending.tuning import Clock, Tuning
from orthos_sms_plugin.services.ports import Outbox, OutgoingSms, Provider

logger = logging.getLogger(__name__)


class ClaimAge:
    """Says whether a claim is young enough for its first byte to leave. Make it before the claim is asked for.

    So the time that the claim itself took counts: one whose commit hung is too old when it comes back. A computer
    that slept shows it on one clock or the other.
    """

    def __init__(self, clock: Clock, stopping: threading.Event, tuning: Tuning) -> None:
        self._clock = clock
        self._stopping = stopping
        self._tuning = tuning
        self._since = (clock.monotonic(), clock.wall())

    def may_start(self) -> bool:
        """The answer for the provider's adapter, on the connected socket."""
        return not self._stopping.is_set() and self.seconds < self._tuning.start_within_s

    @property
    def lease_lasts(self) -> bool:
        return self.seconds < self._tuning.lease_s

    @property
    def seconds(self) -> float:
        """The longer of what the two clocks say."""
        monotonic, wall = self._since
        return max(self._clock.monotonic() - monotonic, self._clock.wall() - wall)


class Sender:
    """Sends one message at a time. Each sender is used by one thread.

    Args:
        owner: Names this sender in the claim.
        workstation: Whose batches it sends.
        rest_s: How long to wait when nothing is to be sent.
        claimed: Called after each claim, so that resting senders look as well.
        settled: Called with its batch when a message's end was written down, or never could be.
        may_send: Whether the user here may send; from memory.
    """

    def __init__(
        self,
        owner: str,
        *,
        outbox: Outbox,
        provider_source: Callable[[], Provider | None],
        workstation: str,
        may_send: Callable[[], bool],
        rest_s: Callable[[], float],
        claimed: Callable[[], None],
        settled: Callable[[int], None],
        newsroom: Newsroom,
        clock: Clock,
        stopping: threading.Event,
        tuning: Tuning,
    ) -> None:
        self._owner = owner
        self._outbox = outbox
        self._provider_source = provider_source
        self._workstation = workstation
        self._may_send = may_send
        self._rest_s = rest_s
        self._claimed = claimed
        self._settled = settled
        self._newsroom = newsroom
        self._clock = clock
        self._stopping = stopping
        self._tuning = tuning
        self._pause = threading.Event()  # never set: a sleep that says why it sleeps

    def step(self) -> float:
        """Send the next message, if there is one. Gives the seconds to rest."""
        provider = self._provider_source() if self._may_send() else None
        if provider is None:
            return self._rest_s()
        age = ClaimAge(self._clock, self._stopping, self._tuning)
        # Raises when its commit failed. Then nobody knows whether it stands, and nothing is sent: the sweep will say.
        claim = self._outbox.claim(self._owner, workstation=self._workstation, account=provider.account)
        if claim is None:
            return self._rest_s()
        self._claimed()
        self._deliver(claim, provider, age)
        return 0

    def _deliver(self, claim: Claim, provider: Provider, age: ClaimAge) -> None:
        refusal = self._refusal(claim, age)
        if refusal is ErrorKind.SLEPT:
            self._complete(claim, NotSent(ErrorKind.SLEPT), age)
        elif refusal is not None:
            logger.info("message %s is not sent: %s", claim.ref, refusal)
            self._settle(claim, lambda: self._outbox.cancel_claimed(claim, refusal), age)
        else:
            outcome = self._call(claim, provider, age)
            self._complete(claim, outcome, age)

    def _refusal(self, claim: Claim, age: ClaimAge) -> ErrorKind | None:
        """Ask whether the message may still leave; SLEPT when the database did not say so in time."""
        wait_s = self._tuning.retry_s
        while age.may_start():
            try:
                return self._outbox.refusal(claim)
            except Exception as error:
                self._database_failed("may not be looked up", claim, error)
            wait_s = self._rest_longer(wait_s)
        return ErrorKind.SLEPT

    def _call(self, claim: Claim, provider: Provider, age: ClaimAge) -> SendOutcome:
        message = OutgoingSms(claim.ref, claim.phone_digits, claim.text, claim.encoding, claim.sender)
        try:
            return provider.send(message, may_start=age.may_start)
        except Exception as error:  # an adapter must not raise; if it does, it may have sent
            logger.error("the call of message %s raised\n%s", claim.ref, wordless_trace(error))
            self._newsroom.failure(error)
            return Doubtful(ErrorKind.INTERRUPTED)

    def _complete(self, claim: Claim, outcome: SendOutcome, age: ClaimAge) -> None:
        kind = getattr(outcome, "kind", "")
        logger.info("message %s, attempt %s: %s %s", claim.ref, claim.token, type(outcome).__name__, kind)
        self._settle(claim, lambda: self._outbox.complete(claim, outcome), age)

    def _settle(self, claim: Claim, write: Callable[[], bool], age: ClaimAge) -> None:
        """Write the end down, again and again while the lease lasts; then the sweep makes a doubt of it."""
        wait_s = self._tuning.retry_s
        while True:
            try:
                if not write():
                    logger.warning("message %s, attempt %s: already settled", claim.ref, claim.token)
                break
            except Exception as error:
                self._database_failed("has an end that is not written yet", claim, error)
            if not age.lease_lasts:
                logger.error("message %s, attempt %s: its end could not be written", claim.ref, claim.token)
                break
            wait_s = self._rest_longer(wait_s)
        self._settled(claim.batch_id)

    def _database_failed(self, what: str, claim: Claim, error: Exception) -> None:
        logger.warning("message %s %s\n%s", claim.ref, what, wordless_trace(error))
        self._newsroom.failure(error)

    def _rest_longer(self, wait_s: float) -> float:
        self._pause.wait(wait_s)
        return min(wait_s * 2, self._tuning.busy_s)
