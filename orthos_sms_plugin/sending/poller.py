"""Asks what became of accepted messages, and for the balance (protocol §10)."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from orthos_sms_plugin.domain.batches import PauseReason
from orthos_sms_plugin.domain.outcomes import AskFailed, Breaker, ErrorKind
from orthos_sms_plugin.sending.loops import Bell
from orthos_sms_plugin.sending.newsroom import PROVIDER, Newsroom
from orthos_sms_plugin.sending.tuning import Clock, Tuning
from orthos_sms_plugin.services.news import RefreshEnd
from orthos_sms_plugin.services.ports import Accounts, Deliveries, Outbox, Provider

logger = logging.getLogger(__name__)

_MOST: Final = 5_000
"""Of one refresh by hand; at two a second that is forty minutes of calls."""

_AT_A_TICK: Final = 200

_PERSON_NEEDED: Final = (Breaker.AUTH, Breaker.CONFIG)
_OF_ONE_SEND: Final = (ErrorKind.DATA, ErrorKind.ODD_ANSWER)
"""Failures that say nothing of the next call."""


class Bucket:
    """Paces the calls to one account: some at once after a rest, then so many a second."""

    def __init__(self, clock: Clock, *, per_s: float, at_once: int) -> None:
        self._clock = clock
        self._per_s = per_s
        self._most = float(at_once)
        self._left = self._most
        self._at = clock.monotonic()

    def wait_s(self) -> float:
        """Seconds until the next call; at 0 the call is counted as made."""
        now = self._clock.monotonic()
        self._left = min(self._most, self._left + (now - self._at) * self._per_s)
        self._at = now
        if self._left < 1:
            return (1 - self._left) / self._per_s
        self._left -= 1
        return 0


@dataclass(eq=False, slots=True)
class Refresh:
    """A refresh that somebody asked for, and may wait for.

    Attributes:
        done: Every send it wanted to ask about was asked about, or asking makes no sense now.
        outcome: How it ended, once it is done.
    """

    done: threading.Event = field(default_factory=threading.Event)
    outcome: RefreshEnd = RefreshEnd.GOING_ON
    waiting: set[str] = field(default_factory=set)

    def end(self, outcome: RefreshEnd) -> None:
        """Say so; only the first time counts."""
        if not self.done.is_set():
            self.outcome = outcome
            self.done.set()


@dataclass(slots=True)
class _Account:
    """What the poller remembers of the account it works for."""

    id: str
    bucket: Bucket
    credits_asked_at: float | None = None
    credits: Decimal | None = None
    round_began_at: float = 0
    refreshed_at: float | None = None
    refreshed_event: int = 0


class Poller:
    """Used by one thread, but for `ask`."""

    def __init__(
        self,
        *,
        outbox: Outbox,
        deliveries: Deliveries,
        accounts: Accounts,
        provider_source: Callable[[], Provider | None],
        tick_s: Callable[[], float],
        changed: Callable[[], None],
        bell: Bell,
        newsroom: Newsroom,
        clock: Clock,
        tuning: Tuning,
    ) -> None:
        self._outbox = outbox
        self._deliveries = deliveries
        self._accounts = accounts
        self._provider_source = provider_source
        self._tick_s = tick_s
        self._changed = changed
        self._bell = bell
        self._newsroom = newsroom
        self._clock = clock
        self._tuning = tuning
        self._lock = threading.Lock()
        self._asked: list[Refresh] = []
        self._rounds: list[Refresh] = []
        self._msgids: deque[str] = deque()
        self._account: _Account | None = None
        self._next_tick = clock.monotonic()

    def ask(self, refresh: Refresh) -> None:
        """Have everything pending asked about, as soon as the pace allows. Any thread."""
        with self._lock:
            self._asked.append(refresh)
        self._bell.ring()

    def abandon(self) -> None:
        """End what is waited for: nobody will ask any more."""
        with self._lock:
            rounds, self._asked = [*self._asked, *self._rounds], []
        for refresh in rounds:
            refresh.end(RefreshEnd.FAILED)

    def step(self) -> float:
        """Do the next thing that is due. Gives the seconds until the one after."""
        with self._lock:
            asked, self._asked = self._asked, []
        try:
            return self._step(asked)
        except Exception:
            self._end_rounds(asked)
            raise

    def _step(self, asked: list[Refresh]) -> float:
        provider = self._provider_source()
        if provider is None:
            self._end_rounds(asked)
            return self._tuning.idle_s
        account = self._of(provider)
        for refresh in asked:
            self._begin(refresh, provider, account)
        now = self._clock.monotonic()
        if now >= self._next_tick:
            self._next_tick = now + self._tick_s()
            self._tick(provider, account)
        if not self._msgids:
            return max(0.001, self._next_tick - self._clock.monotonic())
        wait_s = account.bucket.wait_s()
        if wait_s > 0:
            return wait_s
        self._ask_one(provider, account, self._msgids.popleft())
        return 0

    def _of(self, provider: Provider) -> _Account:
        if self._account is None or self._account.id != provider.account:
            bucket = Bucket(self._clock, per_s=self._tuning.reports_per_s, at_once=self._tuning.reports_at_once)
            self._account = _Account(provider.account, bucket)
            self._end_rounds(())
        return self._account

    # --- what is due ------------------------------------------------------------------------------------------------

    def _tick(self, provider: Provider, account: _Account) -> None:
        """What happens by itself: nothing while only a person may set calls going again."""
        self._deliveries.give_up()
        if self._breaker(account) in _PERSON_NEEDED:
            return
        # The balance once at the start: later every answer brings it, and asking without sending is taken for abuse.
        if account.credits_asked_at is None and not self._credits(provider, account):
            return
        if len(self._msgids) < _AT_A_TICK:
            due = self._deliveries.due(account.id, limit=_AT_A_TICK)
            self._msgids.extendleft(reversed(self._not_queued(due)))

    def _begin(self, refresh: Refresh, provider: Provider, account: _Account) -> None:
        """Begin a refresh that a person asked for."""
        if self._breaker(account) in _PERSON_NEEDED and not self._person_tries_again(provider, account):
            refresh.end(self._why_not(account))
            return
        if self._just_refreshed(account):
            refresh.end(RefreshEnd.RECENT)
            return
        if not self._credits(provider, account):
            refresh.end(self._why_not(account))
            return
        if self._rounds and self._is_recent(account.round_began_at):
            refresh.waiting = set().union(*(one.waiting for one in self._rounds))
        else:
            pending = self._deliveries.due(account.id, limit=_MOST, now_all=True)
            self._msgids.extend(self._not_queued(pending))
            refresh.waiting = set(pending)
            account.round_began_at = self._clock.monotonic()
        self._set_rounds([*self._rounds, refresh])
        self._end_finished(account)

    def _why_not(self, account: _Account) -> RefreshEnd:
        return RefreshEnd.REJECTED if self._breaker(account) is Breaker.AUTH else RefreshEnd.FAILED

    def _not_queued(self, msgids: Sequence[str]) -> list[str]:
        queued = set(self._msgids)
        return [msgid for msgid in msgids if msgid not in queued]

    def _just_refreshed(self, account: _Account) -> bool:
        """Whether the last full refresh is young, and nothing was heard since that a new one could add to."""
        return self._is_recent(account.refreshed_at) and account.refreshed_event == self._outbox.newest_event()

    def _is_recent(self, moment: float | None) -> bool:
        return moment is not None and self._clock.monotonic() - moment < self._tuning.again_after_s

    # --- the calls --------------------------------------------------------------------------------------------------

    def _credits(self, provider: Provider, account: _Account) -> bool:
        """Ask for the balance, at most once a minute. False when calls make no sense now."""
        if self._is_recent(account.credits_asked_at):
            return True
        account.credits_asked_at = self._clock.monotonic()
        credits_left = provider.credits()
        if isinstance(credits_left, AskFailed):
            return self._failed(account, credits_left)
        self._heard(account, credits_left)
        return True

    def _heard(self, account: _Account, credits_left: Decimal) -> None:
        if credits_left != account.credits:
            self._accounts.heard(account.id, credits_left)
            account.credits = credits_left
            self._changed()

    def _person_tries_again(self, provider: Provider, account: _Account) -> bool:
        """Find out by one harmless call whether what a person had to mend is mended; at most once a minute."""
        is_auth = self._breaker(account) is Breaker.AUTH  # that another function answers says nothing of a missing one
        if not is_auth or self._is_recent(account.credits_asked_at) or not self._credits(provider, account):
            return False
        self._accounts.close_breaker(account.id)
        self._changed()
        return True

    def _ask_one(self, provider: Provider, account: _Account, msgid: str) -> None:
        answer = provider.report(msgid)
        if isinstance(answer, AskFailed):
            if not self._failed(account, answer):
                return
        else:
            if answer.credits_left is not None:
                self._heard(account, answer.credits_left)
            if self._deliveries.record(account.id, msgid, answer.entries):
                self._changed()
        for refresh in self._rounds:
            refresh.waiting.discard(msgid)
        self._end_finished(account)

    def _failed(self, account: _Account, failure: AskFailed) -> bool:
        """Say whether to go on after a call that gave nothing; if not, drop what was to be asked."""
        logger.info("asking the provider failed: %s", failure.kind)
        if failure.kind in _OF_ONE_SEND:
            return True
        if failure.kind is ErrorKind.AUTH:
            self._accounts.trip(account.id, PauseReason.AUTH)
            self._changed()
        else:
            self._newsroom.trouble(PROVIDER)
        # Their next turn by the plan comes by itself.
        self._msgids.clear()
        self._end_rounds((), RefreshEnd.REJECTED if failure.kind is ErrorKind.AUTH else RefreshEnd.FAILED)
        return False

    def _breaker(self, account: _Account) -> Breaker:
        return Breaker(self._accounts.balance(account.id).breaker)

    # --- who waits --------------------------------------------------------------------------------------------------

    def _end_finished(self, account: _Account) -> None:
        finished = [refresh for refresh in self._rounds if not refresh.waiting]
        if finished:
            self._set_rounds([refresh for refresh in self._rounds if refresh.waiting])
            account.refreshed_event = self._outbox.newest_event()
            account.refreshed_at = self._clock.monotonic()
        for refresh in finished:
            refresh.end(RefreshEnd.DONE)

    def _end_rounds(self, more: list[Refresh] | tuple[()], outcome: RefreshEnd = RefreshEnd.FAILED) -> None:
        rounds = [*self._rounds, *more]
        self._set_rounds([])
        self._msgids.clear()
        for refresh in rounds:
            refresh.end(outcome)

    def _set_rounds(self, rounds: list[Refresh]) -> None:
        with self._lock:
            self._rounds = rounds
