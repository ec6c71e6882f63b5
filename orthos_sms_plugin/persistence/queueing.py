"""Queueing a batch: one transaction in which the unique keys decide who gets a row (protocol §4)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import uuid4

from sqlalchemy import Connection, and_, delete, insert, literal, select, update

from orthos_sms_plugin.domain import scopes
from orthos_sms_plugin.domain.batches import (
    BatchState,
    Cover,
    Draft,
    LeftOut,
    LeftOutReason,
    NewBatch,
    Queued,
)
from orthos_sms_plugin.domain.outcomes import Breaker
from orthos_sms_plugin.domain.states import Delivery, MessageState
from orthos_sms_plugin.persistence import accounts, transitions
from orthos_sms_plugin.persistence.plans import by_index, in_written_order
from orthos_sms_plugin.persistence.rowstates import lock_rows, rewrite
from orthos_sms_plugin.persistence.tables import account, batch, cover, cover_by_row, message
from orthos_sms_plugin.persistence.types import db_now, db_now_ms
from orthos_sms_plugin.persistence.units import SessionFactory, TryAgainError, chunked, retried
from orthos_sms_plugin.persistence.upserts import insert_missing

DAY_MS: Final = 24 * 3600 * 1000
ORDINAL_RETRIES: Final = 5
_ONE_PHONE = re.compile(r"[1-9][0-9]{6,14}")


@dataclass(slots=True)
class _Pending:
    """A draft on its way in."""

    draft: Draft
    ref: str
    ordinal: int
    slot_phone: str = ""
    message_id: int = 0

    @property
    def resend(self) -> int:
        return max((one.resend for one in self.draft.covers), default=0)


class _Holder(NamedTuple):
    """Who holds a slot."""

    state: MessageState
    user_name: str
    workstation: str


class _Header(NamedTuple):
    """What all messages of a batch have of it."""

    batch_id: int
    created_at: datetime
    not_after_ms: int


def queue(factory: SessionFactory, new: NewBatch) -> Queued:
    """Store a batch, all of it or nothing; what others hold is left out and named.

    Raises:
        ValueError: A draft that is no message to exactly one phone, or a row that two of them cover.
    """
    for draft in new.drafts:
        _check(draft)
    rows = [(one.patient_id, one.appointment_id) for draft in new.drafts for one in draft.covers]
    if len(set(rows)) < len(rows):
        raise ValueError("a row is covered twice")
    return retried(factory, lambda connection: _Queueing(connection, new).run())


def _check(draft: Draft) -> None:
    if not _ONE_PHONE.fullmatch(draft.phone_digits):
        raise ValueError("a draft needs the digits of exactly one phone")
    if not draft.text or draft.parts < 1:
        raise ValueError("a draft needs a text that was measured")


class _Queueing:
    """One run of the transaction. Every read of it locks until the rows are locked, see `rowstates.recompute`."""

    def __init__(self, connection: Connection, new: NewBatch) -> None:
        self._connection = connection
        self._new = new
        self._row_scope = scopes.digest(new.row_scope)
        self._next_ordinal: Counter[tuple[str, int]] = Counter()
        self._left_out: list[LeftOut] = []

    def run(self) -> Queued:
        header = self._insert_batch()
        placed = self._insert_messages(header)
        self._insert_covers(placed)
        self._drop_incomplete(header, placed)
        kept = {pending.message_id: pending for pending in placed}
        for chunk in chunked(sorted(kept)):
            lock_rows(self._connection, chunk)
        self._drop_overtaken(kept)
        ids = sorted(kept)
        if not ids:
            self._connection.execute(delete(batch).where(batch.c.id == header.batch_id))
            return Queued(None, 0, tuple(self._left_out))
        for chunk in chunked(ids):
            rewrite(self._connection, chunk)
        transitions.tell(self._connection, ids, "", MessageState.QUEUED.value)
        self._pause_behind_breaker(header)
        return Queued(header.batch_id, len(ids), tuple(self._left_out))

    # --- inserting --------------------------------------------------------------------------------------------------

    def _insert_batch(self) -> _Header:
        new = self._new
        not_after = literal(new.not_after_ms) if new.not_after_ms is not None else db_now_ms() + DAY_MS
        inserted = self._connection.execute(
            insert(batch).values(
                row_scope=self._row_scope,
                template_id=new.template_id,
                title=new.title[:120],
                message_class=new.message_class.value,
                sender=new.sender,
                account=new.account,
                user_id=new.user_id,
                user_name=new.user_name[:120],
                workstation=new.workstation[:80],
                runner=new.workstation[:80],
                runner_beat_ms=db_now_ms(),
                one_per_phone=new.one_per_phone,
                not_before_ms=db_now_ms() + int(new.grace_s * 1000),
                not_after_ms=not_after,
                state=BatchState.OPEN.value,
                created_at=db_now(),
            )
        )
        (batch_id,) = inserted.inserted_primary_key or (0,)
        row = self._connection.execute(
            select(batch.c.created_at, batch.c.not_after_ms).where(batch.c.id == batch_id).with_for_update()
        ).one()
        return _Header(batch_id, row.created_at, row.not_after_ms)

    def _insert_messages(self, header: _Header) -> list[_Pending]:
        """Insert each draft's message under a free ordinal of its phone; gives those that found one."""
        waiting = [_Pending(draft, str(uuid4()), ordinal=0) for draft in self._new.drafts]
        placed: list[_Pending] = []
        for _ in range(1 + (0 if self._new.one_per_phone else ORDINAL_RETRIES)):
            for pending in waiting:
                self._give_slot(pending)
            # Everybody takes the keys in the same order, so that two who queue the same rows wait, not deadlock.
            waiting.sort(key=lambda pending: pending.slot_phone)
            insert_missing(self._connection, message, [self._message_values(header, one) for one in waiting])
            there = self._ids_by_ref(header)
            missing = [pending for pending in waiting if pending.ref not in there]
            for pending in waiting:
                pending.message_id = there.get(pending.ref, 0)
            placed += [pending for pending in waiting if pending.message_id]
            waiting = self._leave_out_held_rows(missing)
            if not waiting:
                break
        self._leave_out_phones(waiting)
        return placed

    def _give_slot(self, pending: _Pending) -> None:
        phone = pending.draft.phone_digits
        if not self._new.one_per_phone:
            pending.ordinal = self._next_ordinal[phone, pending.resend]
            self._next_ordinal[phone, pending.resend] += 1
        pending.slot_phone = scopes.phone_slot(self._new.phone_scope, phone, pending.ordinal, pending.resend)

    def _message_values(self, header: _Header, pending: _Pending) -> dict[str, Any]:
        draft, new = pending.draft, self._new
        return {
            "batch_id": header.batch_id,
            "ref": pending.ref,
            "phone": draft.phone_digits,
            "text": draft.text,
            "encoding": draft.encoding.value,
            "parts": draft.parts,
            "message_class": new.message_class.value,
            "sender": new.sender,
            "account": new.account,
            "ordinal": pending.ordinal,
            "slot_phone": pending.slot_phone,
            "state": MessageState.QUEUED.value,
            "token": 0,
            "not_after_ms": header.not_after_ms,
            "delivery": Delivery.UNCHECKED.value,
            "delivery_reason": "",
            "queued_at": header.created_at,
            "changed_at": header.created_at,
            "poll_count": 0,
        }

    def _ids_by_ref(self, header: _Header) -> dict[str, int]:
        own = select(message.c.ref, message.c.id).where(message.c.batch_id == header.batch_id).with_for_update()
        return {row.ref: row.id for row in self._connection.execute(own)}

    def _slot_row(self, one: Cover) -> str:
        return scopes.row_slot(self._new.row_scope, one.patient_id, one.appointment_id, one.resend)

    def _insert_covers(self, placed: Sequence[_Pending]) -> None:
        rows = [
            {
                "message_id": pending.message_id,
                "patient_id": one.patient_id,
                "appointment_id": one.appointment_id,
                "row_scope": self._row_scope,
                "resend": one.resend,
                "slot_row": self._slot_row(one),
            }
            for pending in placed
            for one in pending.draft.covers
        ]
        insert_missing(self._connection, cover, sorted(rows, key=lambda row: row["slot_row"]))

    # --- leaving out ------------------------------------------------------------------------------------------------

    def _drop_incomplete(self, header: _Header, placed: list[_Pending]) -> None:
        """Delete the messages that miss one of their rows, and name who holds it."""
        own = (
            select(cover.c.message_id, cover.c.patient_id, cover.c.appointment_id)
            .select_from(message)
            .join(cover, cover.c.message_id == message.c.id)
            .where(message.c.batch_id == header.batch_id)
            .with_for_update(of=cover)
        )
        there = {(row[0], row[1], row[2]) for row in self._connection.execute(in_written_order(own))}
        incomplete = [
            pending
            for pending in placed
            if any(
                (pending.message_id, one.patient_id, one.appointment_id) not in there for one in pending.draft.covers
            )
        ]
        if not incomplete:
            return
        own_slots = [
            self._slot_row(one)
            for pending in incomplete
            for one in pending.draft.covers
            if (pending.message_id, one.patient_id, one.appointment_id) in there
        ]
        self._delete(incomplete)
        for pending in incomplete:
            placed.remove(pending)
        # After the delete, so that a row is held by others only. Our own other drafts are others, too.
        self._leave_out(incomplete, self._row_holders(incomplete), may_be_free=set(own_slots))

    def _leave_out_held_rows(self, missing: Sequence[_Pending]) -> list[_Pending]:
        """Leave out those whose row is held, not only its phone; gives the rest."""
        holders = self._row_holders(missing)
        held = [pending for pending in missing if any(self._slot_row(one) in holders for one in pending.draft.covers)]
        self._leave_out(held, holders, may_be_free={self._slot_row(one) for p in held for one in p.draft.covers})
        gone = {pending.ref for pending in held}
        return [pending for pending in missing if pending.ref not in gone]

    def _leave_out(self, pendings: Iterable[_Pending], holders: dict[str, _Holder], *, may_be_free: set[str]) -> None:
        for pending in pendings:
            slots = {one: self._slot_row(one) for one in pending.draft.covers}
            if any(slot not in holders and slot not in may_be_free for slot in slots.values()):
                raise TryAgainError
            first = next((holders[slot] for slot in slots.values() if slot in holders), None)
            if first is None:
                raise TryAgainError
            for one, slot in slots.items():
                reason = LeftOutReason.HELD if slot in holders else LeftOutReason.TOGETHER
                self._left_out.append(_left_out(one, reason, holders.get(slot, first)))

    def _leave_out_phones(self, pendings: Sequence[_Pending]) -> None:
        holders = self._phone_holders(pendings)
        for pending in pendings:
            holder = holders.get(pending.slot_phone)
            if holder is None:
                raise TryAgainError
            self._left_out += [_left_out(one, LeftOutReason.PHONE_HELD, holder) for one in pending.draft.covers]

    def _drop_overtaken(self, kept: dict[int, _Pending]) -> None:
        """Delete the messages whose row is held under a higher number: its resend was confirmed, this send was not.

        Its own slot may be free then, when the first send turned out never to have left.
        """
        theirs = cover.alias("theirs")
        higher = and_(
            theirs.c.row_scope == cover.c.row_scope,
            theirs.c.patient_id == cover.c.patient_id,
            theirs.c.appointment_id == cover.c.appointment_id,
            theirs.c.slot_row.is_not(None),
            theirs.c.resend > cover.c.resend,
        )
        held: dict[int, dict[str, _Holder]] = {}
        for chunk in chunked(sorted(kept)):
            overtaking = (
                select(cover.c.message_id, cover.c.slot_row, message.c.state, batch.c.user_name, batch.c.workstation)
                .select_from(cover)
                .join(theirs, higher)
                .join(message, message.c.id == theirs.c.message_id)
                .join(batch, batch.c.id == message.c.batch_id)
                .where(cover.c.message_id.in_(chunk))
            )
            for row in self._connection.execute(in_written_order(by_index(overtaking, theirs, cover_by_row))):
                message_id, slot, *holder = row
                held.setdefault(message_id, {})[slot] = _holder(*holder)
        overtaken = [kept.pop(message_id) for message_id in held]
        self._delete(overtaken)
        for pending in overtaken:
            own_slots = {self._slot_row(one) for one in pending.draft.covers}
            self._leave_out([pending], held[pending.message_id], may_be_free=own_slots)

    def _delete(self, pendings: Sequence[_Pending]) -> None:
        for chunk in chunked([pending.message_id for pending in pendings]):
            self._connection.execute(delete(cover).where(cover.c.message_id.in_(chunk)))
            self._connection.execute(delete(message).where(message.c.id.in_(chunk)))

    def _row_holders(self, pendings: Iterable[_Pending]) -> dict[str, _Holder]:
        slots = sorted({self._slot_row(one) for pending in pendings for one in pending.draft.covers})
        found = (
            select(cover.c.slot_row, message.c.state, batch.c.user_name, batch.c.workstation)
            .select_from(cover)
            .join(message, message.c.id == cover.c.message_id)
            .join(batch, batch.c.id == message.c.batch_id)
            .with_for_update(read=True, of=[cover, message])
        )
        return {
            slot: _holder(*holder)
            for chunk in chunked(slots)
            for slot, *holder in self._connection.execute(in_written_order(found).where(cover.c.slot_row.in_(chunk)))
        }

    def _phone_holders(self, pendings: Iterable[_Pending]) -> dict[str, _Holder]:
        slots = sorted({pending.slot_phone for pending in pendings})
        found = (
            select(message.c.slot_phone, message.c.state, batch.c.user_name, batch.c.workstation)
            .select_from(message)
            .join(batch, batch.c.id == message.c.batch_id)
            .with_for_update(read=True, of=message)
        )
        found = in_written_order(found)
        return {
            slot: _holder(*holder)
            for chunk in chunked(slots)
            for slot, *holder in self._connection.execute(found.where(message.c.slot_phone.in_(chunk)))
        }

    # --- the account ------------------------------------------------------------------------------------------------

    def _pause_behind_breaker(self, header: _Header) -> None:
        """Pause a batch that no one could send now; whoever throws the breaker later finds the batch itself."""
        breaker = self._breaker()
        if breaker is None:
            accounts.ensure(self._connection, self._new.account)
            breaker = self._breaker()
        if breaker != Breaker.CLOSED:
            self._connection.execute(
                update(batch)
                .where(batch.c.id == header.batch_id)
                .values(state=BatchState.PAUSED.value, pause_reason=breaker)
            )

    def _breaker(self) -> str | None:
        return self._connection.scalar(
            select(account.c.breaker).where(account.c.id == self._new.account).with_for_update(read=True)
        )


def _holder(state: str, user_name: str, workstation: str) -> _Holder:
    return _Holder(MessageState(state), user_name, workstation)


def _left_out(one: Cover, reason: LeftOutReason, holder: _Holder) -> LeftOut:
    held_by = " · ".join(part for part in (holder.user_name, holder.workstation) if part)
    return LeftOut(cover=one, reason=reason, state=holder.state, held_by=held_by)
