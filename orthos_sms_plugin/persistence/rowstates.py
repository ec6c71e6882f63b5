"""What lists read of a row's messages: kept in `sms_row_state`, worked out anew whenever one of them changes.

A row shows its newest live message, else the last one. `live` counts the covers that hold a slot, and `resend` is the
highest number of a confirmed resend among those.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, select

from orthos_sms_plugin.domain.rows import RowState
from orthos_sms_plugin.domain.states import Delivery, MessageState
from orthos_sms_plugin.persistence.plans import by_index, in_written_order
from orthos_sms_plugin.persistence.tables import batch, cover, cover_by_row, message, row_state
from orthos_sms_plugin.persistence.units import chunked
from orthos_sms_plugin.persistence.upserts import upsert

STATUS_COLUMNS = (
    row_state.c.state,
    row_state.c.delivery,
    row_state.c.reason,
    row_state.c.at,
    row_state.c.delivered_at,
    row_state.c.live,
    row_state.c.resend,
)

_STATES = {state.value: state for state in MessageState}
_DELIVERIES = {delivery.value: delivery for delivery in Delivery}
_NEVER_SENT = RowState()


def read_status(columns: Sequence[Any], sent_elsewhere_at: datetime | None = None) -> RowState:
    """Give the status that `STATUS_COLUMNS` hold; all of them are None for a row without any message."""
    state, delivery, reason, at, delivered_at, live, resend = columns
    if state is None:
        return _NEVER_SENT if sent_elsewhere_at is None else RowState(sent_elsewhere_at=sent_elsewhere_at)
    return RowState(_STATES[state], _DELIVERIES[delivery], reason, at, delivered_at, live, resend, sent_elsewhere_at)


class _Told(NamedTuple):
    """A message as one of its rows sees it."""

    message_id: int
    template_id: int | None
    holds: bool
    resend: int
    state: str
    delivery: str
    delivery_reason: str
    error_kind: str | None
    changed_at: datetime
    delivered_at: datetime | None


def recompute(connection: Connection, message_ids: Sequence[int]) -> None:
    """Bring the states of all rows that the given messages cover up to date, within the transaction of the change.

    Three statements per piece. On MariaDB the transaction must have read nothing without a lock before: its first
    plain read decides which commits of others all its plain reads see.
    """
    for chunk in chunked(message_ids):
        lock_rows(connection, chunk)
        rewrite(connection, chunk)


def lock_rows(connection: Connection, message_ids: Sequence[int]) -> None:
    """Keep others from rewriting the rows of these messages until this transaction ends.

    Two messages of one row may change at the same moment: the second transaction has to wait here, before it reads,
    to see what the first one wrote.
    """
    own_row = and_(
        row_state.c.row_scope == cover.c.row_scope,
        row_state.c.patient_id == cover.c.patient_id,
        row_state.c.appointment_id == cover.c.appointment_id,
    )
    stored = (
        select(row_state.c.live)
        .select_from(cover)
        .join(row_state, own_row)
        .where(cover.c.message_id.in_(message_ids))
        .order_by(row_state.c.row_scope, row_state.c.patient_id, row_state.c.appointment_id)
        .with_for_update(of=row_state)
    )
    connection.execute(in_written_order(stored)).all()


def rewrite(connection: Connection, message_ids: Sequence[int]) -> None:
    """Work out the locked rows of these messages anew."""
    mine = cover.alias("mine")
    same_row = and_(
        cover.c.row_scope == mine.c.row_scope,
        cover.c.patient_id == mine.c.patient_id,
        cover.c.appointment_id == mine.c.appointment_id,
    )
    told_by = (
        select(
            cover.c.row_scope,
            cover.c.patient_id,
            cover.c.appointment_id,
            cover.c.message_id,
            select(batch.c.template_id).where(batch.c.id == message.c.batch_id).scalar_subquery(),
            cover.c.slot_row.is_not(None),
            cover.c.resend,
            message.c.state,
            message.c.delivery,
            message.c.delivery_reason,
            message.c.error_kind,
            message.c.changed_at,
            message.c.delivered_at,
        )
        .distinct()
        .select_from(mine)
        .join(cover, same_row)
        .join(message, message.c.id == cover.c.message_id)
        .where(mine.c.message_id.in_(message_ids))
    )
    rows: dict[tuple[str, int, int], list[_Told]] = {}
    for row in connection.execute(in_written_order(by_index(told_by, cover, cover_by_row))):
        scope, patient_id, appointment_id, *told = row
        rows.setdefault((scope, patient_id, appointment_id), []).append(_Told(*told))
    upsert(connection, row_state, [_row_values(key, rows[key]) for key in sorted(rows)])


def _row_values(key: tuple[str, int, int], told: Sequence[_Told]) -> dict[str, Any]:
    live = [one for one in told if one.holds]
    shown = max(live or told, key=lambda one: one.message_id)
    return {
        "row_scope": key[0],
        "patient_id": key[1],
        "appointment_id": key[2],
        "template_id": shown.template_id,
        "last_message_id": shown.message_id,
        "state": shown.state,
        "delivery": shown.delivery,
        "reason": (shown.delivery_reason if shown.state == MessageState.ACCEPTED else shown.error_kind) or "",
        "at": shown.changed_at,
        "delivered_at": shown.delivered_at,
        "live": len(live),
        "resend": max((one.resend for one in live), default=0),
    }
