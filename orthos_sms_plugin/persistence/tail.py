"""Following the event table: how every seat learns what another one did."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Select, and_, func, select

from orthos_sms_plugin.persistence.rowstates import STATUS_COLUMNS, read_status
from orthos_sms_plugin.persistence.tables import cover, event, row_state
from orthos_sms_plugin.persistence.types import db_now_ms
from orthos_sms_plugin.persistence.units import SessionFactory, chunked, reading
from orthos_sms_plugin.services.ports import RowChange

LOOK_BACK_MS: Final = 10_000


class EventTail:
    """One reader's place in the events. Commit order is not id order: a lower id may turn up after a higher one.

    So every read goes back ten seconds, and what this reader saw in them is remembered. Make one per reader.
    """

    def __init__(self, factory: SessionFactory) -> None:
        self._factory = factory
        self._seen: set[int] = set()
        self._lock = threading.Lock()

    def newest(self) -> int:
        """Give the id of the newest event; what is there already counts as seen."""
        with self._lock, reading(self._factory) as connection:
            newest = connection.scalar(select(func.max(event.c.id))) or 0
            recent = select(event.c.id).where(event.c.at_ms >= db_now_ms() - LOOK_BACK_MS, event.c.id <= newest)
            self._seen = set(connection.scalars(recent))
            return newest

    def after(self, event_id: int) -> tuple[int, Sequence[RowChange]]:
        """Give the rows that new events touched, as they are now, and the newest id seen."""
        recently = event.c.at_ms >= db_now_ms() - LOOK_BACK_MS
        with self._lock, reading(self._factory) as connection:
            recent = connection.execute(select(event.c.id, event.c.message_id).where(recently)).all()
            later = connection.execute(select(event.c.id, event.c.message_id).where(event.c.id > event_id)).all()
            new = {id_: message_id for id_, message_id in (*recent, *later) if id_ > event_id or id_ not in self._seen}
            rows = [
                RowChange(scope, patient_id, appointment_id, read_status(status))
                for chunk in chunked(sorted(set(new.values())))
                for scope, patient_id, appointment_id, *status in connection.execute(_rows_of(chunk))
            ]
            # Only once all was read: after a failed read the same events come again.
            self._seen = {id_ for id_, _ in recent}
        changes = {(row.row_scope, row.patient_id, row.appointment_id): row for row in rows}
        return max(event_id, *new) if new else event_id, list(changes.values())


def _rows_of(message_ids: Sequence[int]) -> Select[tuple[Any, ...]]:
    own_row = and_(
        row_state.c.row_scope == cover.c.row_scope,
        row_state.c.patient_id == cover.c.patient_id,
        row_state.c.appointment_id == cover.c.appointment_id,
    )
    return (
        select(row_state.c.row_scope, row_state.c.patient_id, row_state.c.appointment_id, *STATUS_COLUMNS)
        .select_from(cover)
        .join(row_state, own_row)
        .where(cover.c.message_id.in_(message_ids))
    )
