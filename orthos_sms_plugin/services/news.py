"""What the sending threads tell whoever listens. Plain values; the listener decides on which thread it uses them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from orthos_sms_plugin.domain.batches import BatchProgress
from orthos_sms_plugin.services.ports import Balance, RowChange


@dataclass(frozen=True, slots=True)
class RowsChanged:
    """Rows whose stored state is another one now, on whichever seat it happened."""

    changes: Sequence[RowChange]


@dataclass(frozen=True, slots=True)
class BatchesChanged:
    """How far every open or paused batch is, and those that ended since the last time."""

    batches: Sequence[BatchProgress]


@dataclass(frozen=True, slots=True)
class BalanceChanged:
    """The account's balance or breaker is another one."""

    balance: Balance


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something of ours failed behind the window.

    Attributes:
        what: ``"database"``, ``"provider"`` or ``"internal"``; the view has the sentence.
    """

    what: str


News = RowsChanged | BatchesChanged | BalanceChanged | Trouble
Listener = Callable[[News], None]


class RefreshEnd(StrEnum):
    """How asking for everything pending ended.

    Attributes:
        DONE: Everything was asked about.
        RECENT: It was asked about less than a minute ago, and nothing new has left since; the provider wants no more.
        GOING_ON: It takes longer; the rest goes on behind.
        FAILED: The provider did not answer, or is not to be called now.
        REJECTED: The provider rejected the credentials.
    """

    DONE = "done"
    RECENT = "recent"
    GOING_ON = "going_on"
    FAILED = "failed"
    REJECTED = "rejected"


class SendingDesk(Protocol):
    """The background senders and poller, as the use cases see them."""

    def subscribe(self, listener: Listener) -> None:
        """Call `listener` with every piece of news, on a thread of the service; it must return at once."""
        ...

    def unsubscribe(self, listener: Listener) -> None:
        """Stop calling it. Unknown listeners are ignored."""
        ...

    def nudge(self) -> None:
        """Look for work now: something was queued, resumed or stopped. Any thread, returns at once."""
        ...

    def refresh(self, *, limit_s: float = 10.0) -> RefreshEnd:
        """Ask for the state of every pending message and for the balance (`Actualizar`, and before each send).

        Waits at most `limit_s`; the rest goes on behind. Workers only.
        """
        ...
