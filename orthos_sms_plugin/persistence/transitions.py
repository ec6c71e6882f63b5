"""What every change of a message's state has in common: its event, its slots, its rows."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, insert, literal, select, true, update

from orthos_sms_plugin.domain.outcomes import ErrorKind
from orthos_sms_plugin.domain.states import MessageState
from orthos_sms_plugin.persistence.rowstates import recompute
from orthos_sms_plugin.persistence.tables import cover, event, message, resolution
from orthos_sms_plugin.persistence.types import db_now, db_now_ms
from orthos_sms_plugin.persistence.units import chunked

STATE = "state"
DELIVERY = "delivery"


def tell(connection: Connection, message_ids: Sequence[int], was: str, became: str, kind: str = STATE) -> None:
    """Write one event per message. Late in its transaction, so that its moment is close to the commit."""
    for chunk in chunked(message_ids):
        events = (
            select(message.c.id, literal(kind), literal(was), literal(became), db_now_ms())
            .where(message.c.id.in_(chunk))
            .order_by(message.c.id)
        )
        names = ["message_id", "kind", "was", "became", "at_ms"]
        connection.execute(insert(event).from_select(names, events, include_defaults=False))


def free_slots(connection: Connection, message_ids: Sequence[int]) -> None:
    """Let go of the rows of messages that ended without being sent."""
    for chunk in chunked(message_ids):
        connection.execute(update(cover).where(cover.c.message_id.in_(chunk)).values(slot_row=None))


def moved(connection: Connection, message_ids: Sequence[int], was: MessageState, became: MessageState) -> None:
    """Finish a change of state that an UPDATE has just made: events, and the states of the rows."""
    tell(connection, message_ids, was.value, became.value)
    recompute(connection, message_ids)


def end_queued(
    connection: Connection, within: ColumnElement[bool], kind: ErrorKind, *, only: ColumnElement[bool] | None = None
) -> int:
    """Cancel what is queued among the given messages, within the caller's transaction. Gives how many.

    Args:
        connection: Of the caller's transaction.
        within: Names the messages by their ids or their batch, which this does not change.
        kind: Why.
        only: What must hold of them beforehand.

    Which ones it were is known by a mark in `owner`: no engine but two says it of an UPDATE, and a read beforehand
    could not stand first in the transaction.
    """
    mark = f"{kind.value}/{uuid4().hex}"
    connection.execute(
        update(message)
        .where(within, message.c.state == MessageState.QUEUED.value, true() if only is None else only)
        .values(
            state=MessageState.CANCELLED.value,
            error_kind=kind.value,
            slot_phone=None,
            owner=mark,
            retry_at_ms=None,
            changed_at=db_now(),
        )
    )
    ended = (
        select(message.c.id)
        .where(within, message.c.state == MessageState.CANCELLED.value, message.c.owner == mark)
        .order_by(message.c.id)
        .with_for_update()
    )
    ids = connection.scalars(ended).all()
    if ids:
        free_slots(connection, ids)
        moved(connection, ids, MessageState.QUEUED, MessageState.CANCELLED)
    return len(ids)


def resolve(connection: Connection, message_id: int, became: MessageState, decided_by: str, evidence: str) -> None:
    """Write the record without which no doubt may end."""
    connection.execute(
        insert(resolution).values(
            message_id=message_id,
            decision=became.value,
            decided_by=decided_by[:120],
            evidence=evidence,
            at=db_now(),
        )
    )
