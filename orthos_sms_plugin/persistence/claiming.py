"""The claim: a written intent, committed before one byte of the message may leave (protocol §5)."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, exists, insert, or_, select, update
from sqlalchemy.exc import DBAPIError

from hookspecs.clinic import Patient
from orthos_sms_plugin.domain.batches import BatchState, Claim
from orthos_sms_plugin.domain.outcomes import Breaker, ErrorKind
from orthos_sms_plugin.domain.phones import try_normalise
from orthos_sms_plugin.domain.states import MessageState
from orthos_sms_plugin.domain.text import Encoding
from orthos_sms_plugin.persistence import transitions
from orthos_sms_plugin.persistence.audience import sms_phone
from orthos_sms_plugin.persistence.tables import account, attempt, batch, cover, message, optout
from orthos_sms_plugin.persistence.types import db_now, db_now_ms
from orthos_sms_plugin.persistence.units import SessionFactory, is_conflict, read, writing

LEASE_MS: Final = 90_000
CANDIDATES: Final = 8
_ROUNDS: Final = 4
"""Looks for candidates; all of one look may have gone to faster senders."""
_PATIENCE_S: Final = 2.0
"""No look begins later: each try may have waited for a lock as long as the host's settings let it."""


class Seat(NamedTuple):
    """Whose batches a sender may take: those that this workstation runs, of this provider account."""

    workstation: str
    account: str


class _Candidate(NamedTuple):
    message_id: int
    token: int


class Claiming:
    """Takes messages for the senders of one workstation. Usable from several threads."""

    def __init__(self, factory: SessionFactory) -> None:
        self._factory = factory
        self._turn = threading.Lock()
        self._turns = count()

    def claim(self, owner: str, seat: Seat) -> Claim | None:
        """Take the next message that may leave now.

        Lost races are nobody's error; whatever else the database says is raised, and then nothing may be sent.
        """
        # Senders of one process would only wait for each other in the database, where nobody keeps the order.
        with self._turn:
            until = time.monotonic() + _PATIENCE_S
            for _ in range(_ROUNDS):
                if time.monotonic() > until:
                    break
                try:
                    candidates = self._candidates(seat)
                    if not candidates:
                        return None
                    claim = self._try(candidates, owner, seat)
                    if claim is not None:
                        return claim
                except DBAPIError as error:
                    if not is_conflict(error):
                        raise
        return None

    def _candidates(self, seat: Seat) -> list[_Candidate]:
        """Look in a read of its own, ended before the claim begins. What it says may be old already."""
        return read(self._factory, lambda connection: self._look(connection, seat))

    def _look(self, connection: Connection, seat: Seat) -> list[_Candidate]:
        open_batches = connection.scalars(select(batch.c.id).where(_batch_may_send(seat)).order_by(batch.c.id)).all()
        # Batches take turns, so that one message does not wait behind three thousand.
        first = next(self._turns) % len(open_batches) if open_batches else 0
        found: list[_Candidate] = []
        for batch_id in (*open_batches[first:], *open_batches[:first]):
            found += _queued_of(connection, batch_id, CANDIDATES - len(found))
            if len(found) >= CANDIDATES:
                break
        return found

    def _try(self, candidates: Sequence[_Candidate], owner: str, seat: Seat) -> Claim | None:
        """Take the first candidate that is still there, in one transaction: a second one would queue up anew."""
        # The claim exists once this block has ended: not a byte may leave before its commit returns.
        with writing(self._factory) as connection:
            for candidate in candidates:
                if _won(connection, candidate, owner, seat):
                    return _written(connection, candidate.message_id, owner)
            return None


def _batch_may_send(seat: Seat) -> ColumnElement[bool]:
    stopped = exists().where(account.c.id == batch.c.account, account.c.breaker != Breaker.CLOSED.value)
    return (
        (batch.c.state == BatchState.OPEN.value)
        & (batch.c.runner == seat.workstation[:80])
        & (batch.c.account == seat.account)
        & (batch.c.not_before_ms <= db_now_ms())
        & (batch.c.not_after_ms > db_now_ms())
        & ~stopped
    )


def _message_may_leave() -> ColumnElement[bool]:
    return (
        (message.c.state == MessageState.QUEUED.value)
        & (message.c.not_after_ms > db_now_ms())
        & or_(message.c.retry_at_ms.is_(None), message.c.retry_at_ms <= db_now_ms())
    )


def _queued_of(connection: Connection, batch_id: int, limit: int) -> Iterator[_Candidate]:
    queued = (
        select(message.c.id, message.c.token)
        .where(message.c.batch_id == batch_id, _message_may_leave())
        .order_by(message.c.id)
        .limit(limit)
    )
    return (_Candidate(*row) for row in connection.execute(queued))


def _won(connection: Connection, candidate: _Candidate, owner: str, seat: Seat) -> bool:
    # Nothing may come before this UPDATE: after a read, SQLite answers "locked" at once to whoever comes second.
    # Batch and breaker are asked for in its WHERE, so that a stop which committed wins.
    taken = connection.execute(
        update(message)
        .where(
            message.c.id == candidate.message_id,
            message.c.token == candidate.token,
            _message_may_leave(),
            exists().where(batch.c.id == message.c.batch_id, _batch_may_send(seat)),
        )
        .values(
            state=MessageState.SENDING.value,
            token=message.c.token + 1,
            owner=owner[:120],
            lease_until_ms=db_now_ms() + LEASE_MS,
            retry_at_ms=None,
            error_kind=None,
            changed_at=db_now(),
        )
    )
    return taken.rowcount == 1


def _written(connection: Connection, message_id: int, owner: str) -> Claim:
    """Write down the attempt that the claim is, and read what is to be sent."""
    row = connection.execute(select(message).where(message.c.id == message_id).with_for_update()).one()
    connection.execute(
        insert(attempt).values(
            message_id=row.id, token=row.token, owner=owner[:120], started_at=row.changed_at, outcome="started"
        )
    )
    transitions.moved(connection, [row.id], MessageState.QUEUED, MessageState.SENDING)
    return Claim(
        message_id=row.id,
        batch_id=row.batch_id,
        token=row.token,
        ref=row.ref,
        phone_digits=row.phone,
        text=row.text,
        encoding=Encoding(row.encoding),
        sender=row.sender,
        claimed_ms=row.lease_until_ms - LEASE_MS,
    )


def refusal(factory: SessionFactory, claim: Claim) -> ErrorKind | None:
    """Look again at consent and phone of everyone whom a claimed message speaks for."""
    its_optout = (optout.c.phone == message.c.phone) & (optout.c.message_class == message.c.message_class)
    no_more = select(message.c.id).join(optout, its_optout).where(message.c.id == claim.message_id)
    spoken_for = (
        select(Patient.objection_accepted, sms_phone)
        .select_from(cover)
        .outerjoin(Patient, Patient.id == cover.c.patient_id)
        .where(cover.c.message_id == claim.message_id)
    )
    opted_out, people = read(factory, lambda c: (c.scalar(no_more), c.execute(spoken_for).all()))
    if any(objection for objection, _ in people):
        return ErrorKind.OBJECTION
    if opted_out is not None:
        return ErrorKind.OPTED_OUT
    for _, typed in people:
        phone = try_normalise(typed or "")
        if phone is None or phone.digits != claim.phone_digits:
            return ErrorKind.PHONE_CHANGED
    return None
