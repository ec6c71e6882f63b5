"""Follows what every seat writes and tells it here: rows, batches, balance."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from orthos_sms_plugin.domain.batches import BatchProgress, BatchState
from orthos_sms_plugin.sending.newsroom import Newsroom
from orthos_sms_plugin.sending.tuning import Tuning
from orthos_sms_plugin.services.news import BalanceChanged, BatchesChanged, RowsChanged
from orthos_sms_plugin.services.ports import Accounts, Balance, Outbox, Provider

_ENDED = (BatchState.DONE, BatchState.CANCELLED)


class Tail:
    """Used by one thread, but for `rest_s` and `note`.

    Args:
        may_leave: Called when batches have just begun, or ended their grace: senders that rest should look.
    """

    def __init__(
        self,
        *,
        outbox: Outbox,
        accounts: Accounts,
        provider_source: Callable[[], Provider | None],
        may_leave: Callable[[], None],
        newsroom: Newsroom,
        tuning: Tuning,
    ) -> None:
        self._outbox = outbox
        self._accounts = accounts
        self._provider_source = provider_source
        self._may_leave = may_leave
        self._newsroom = newsroom
        self._tuning = tuning
        self._newest: int | None = None
        self._batches: tuple[BatchProgress, ...] = ()
        self._balance: Balance | None = None
        self._leaving: frozenset[int] = frozenset()
        self._lock = threading.Lock()
        self._noted: set[int] = set()
        self._busy = False

    @property
    def rest_s(self) -> float:
        """Seconds between two looks, here and in the sender that looks for all. Any thread."""
        return self._tuning.busy_s if self._busy else self._tuning.idle_s

    def note(self, batch_id: int) -> None:
        """Tell of this batch at the next look, even if it should be over by then. Any thread."""
        with self._lock:
            self._noted.add(batch_id)

    def step(self) -> float:
        """Look what changed and tell it. Gives the seconds to rest."""
        if self._newest is None:
            self._newest = self._outbox.newest_event()
        self._newest, rows = self._outbox.changes_after(self._newest)
        batches = self._look_at_batches()
        if rows:
            self._newsroom.tell(RowsChanged(tuple(rows)))
        if batches != self._batches:
            self._batches = batches
            self._newsroom.tell(BatchesChanged(batches))
        self._look_at_balance()
        return min([self.rest_s, *(batch.starts_in_s for batch in batches if batch.active and batch.starts_in_s > 0)])

    def _look_at_batches(self) -> tuple[BatchProgress, ...]:
        """Read how far the batches are: those that go on, and those that did so since the last look."""
        with self._lock:
            noted, self._noted = self._noted, set()
        noted.update(batch.batch_id for batch in self._batches if batch.state not in _ENDED)
        try:
            batches = tuple(self._outbox.progress(sorted(noted)))
        except Exception:
            with self._lock:
                self._noted |= noted
            raise
        self._busy = any(batch.active for batch in batches)
        leaving = frozenset(batch.batch_id for batch in _leaving(batches))
        if leaving - self._leaving:
            self._may_leave()
        self._leaving = leaving
        return batches

    def _look_at_balance(self) -> None:
        provider = self._provider_source()
        if provider is None:
            return
        balance = self._accounts.balance(provider.account)
        if balance != self._balance:
            self._balance = balance
            self._newsroom.tell(BalanceChanged(balance))


def _leaving(batches: Sequence[BatchProgress]) -> list[BatchProgress]:
    return [batch for batch in batches if batch.active and batch.starts_in_s <= 0]
