"""What the sending threads tell whoever listens. Plain values; the listener decides on which thread it uses them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
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

    def refresh_now(self) -> None:
        """Ask for the state of every pending message and for the balance, in the background (`Actualizar`)."""
        ...

    def refresh_before_send(self, *, limit_s: float = 10.0) -> bool:
        """Refresh, waiting at most `limit_s`; the rest goes on behind. Workers only.

        Returns:
            False when the provider rejected the credentials: then nothing may be sent.
        """
        ...
