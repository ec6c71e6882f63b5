"""The outbox: messages and what is known of them, on the host's database. Each part of it has a module of its own."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from sqlalchemy.exc import SQLAlchemyError

from orthos_sms_plugin.domain.batches import BatchProgress, Claim, NewBatch, Queued
from orthos_sms_plugin.domain.outcomes import ErrorKind, SendOutcome
from orthos_sms_plugin.persistence import batchbook, claiming, completing, queueing
from orthos_sms_plugin.persistence.claiming import Seat
from orthos_sms_plugin.persistence.tail import EventTail
from orthos_sms_plugin.persistence.units import SessionFactory
from orthos_sms_plugin.services.ports import RowChange

logger = logging.getLogger(__name__)


class SqlOutbox:
    """`Outbox`. Usable from any thread; `changes_after` serves one reader per object."""

    def __init__(self, factory: SessionFactory) -> None:
        self._factory = factory
        self._claiming = claiming.Claiming(factory)
        self._tail = EventTail(factory)

    def queue(self, batch: NewBatch) -> Queued:
        """Store a batch in one transaction; the unique keys decide who gets a row.

        Raises:
            ValueError: A draft that is no message to exactly one phone, or a row that two of them cover.
        """
        return queueing.queue(self._factory, batch)

    def claim(self, owner: str, *, workstation: str, account: str) -> Claim | None:
        """Take the next message that may leave now, committed before this returns."""
        return self._claiming.claim(owner, Seat(workstation, account))

    def refusal(self, claim: Claim) -> ErrorKind | None:
        """Look again at consent and phone of a claimed message."""
        return claiming.refusal(self._factory, claim)

    def cancel_claimed(self, claim: Claim, kind: ErrorKind) -> bool:
        """End a claimed message of which not one byte left."""
        cancelled = completing.cancel_claimed(self._factory, claim, kind)
        self._close_finished(claim.batch_id)
        return cancelled

    def complete(self, claim: Claim, outcome: SendOutcome) -> bool:
        """Record how the send ended, fenced by the token."""
        written = completing.complete(self._factory, claim, outcome)
        self._close_finished(claim.batch_id)
        return written

    def sweep(self) -> int:
        """Turn overdue sends into doubts, drop what is past its time, and close batches of which nothing is left."""
        return batchbook.sweep(self._factory)

    def stop(self, batch_id: int) -> int:
        """Cancel what is still queued of a batch."""
        return batchbook.stop(self._factory, batch_id)

    def start_now(self, batch_id: int) -> None:
        """End the grace of a batch at once."""
        batchbook.start_now(self._factory, batch_id)

    def resume(self, batch_id: int, *, workstation: str) -> None:
        """Go on with a paused batch from this workstation; the account's breaker closes."""
        batchbook.resume(self._factory, batch_id, workstation=workstation)

    def pause_interrupted(self, workstation: str) -> int:
        """Pause the open batches that this workstation left behind."""
        return batchbook.pause_interrupted(self._factory, workstation)

    def beat(self, workstation: str, *, user_name: str) -> None:
        """Say that this workstation lives."""
        batchbook.beat(self._factory, workstation, user_name=user_name)

    def progress(self, batch_ids: Sequence[int] = ()) -> Sequence[BatchProgress]:
        """Tell how far batches are: those asked for, and every open or paused one."""
        return batchbook.progress(self._factory, batch_ids)

    def changes_after(self, event_id: int) -> tuple[int, Sequence[RowChange]]:
        """Give the rows that new events touched, as they are now, and the newest id seen."""
        return self._tail.after(event_id)

    def newest_event(self) -> int:
        """Give the id of the newest event; what is there already counts as seen by `changes_after`."""
        return self._tail.newest()

    def _close_finished(self, batch_id: int) -> None:
        """Close the batch after its last message. Must not hide that the message's end was recorded."""
        try:
            batchbook.close_finished(self._factory, batch_id)
        except SQLAlchemyError:
            logger.warning("batch %s stays open until the next sweep", batch_id, exc_info=True)
