"""Following the event table: how every seat learns what another one did."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, and_, func, select

from orthos_sms_plugin.persistence.plans import in_written_order
from orthos_sms_plugin.persistence.rowstates import STATUS_COLUMNS, read_status
from orthos_sms_plugin.persistence.tables import cover, event, row_state
from orthos_sms_plugin.persistence.types import db_now_ms
from orthos_sms_plugin.persistence.units import SessionFactory, chunked, read
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
        with self._lock:
            newest, self._seen = read(self._factory, _newest)
            return newest

    def after(self, event_id: int) -> tuple[int, Sequence[RowChange]]:
        """Give the rows that new events touched, as they are now, and the newest id seen."""
        with self._lock:
            recent, new, changes = read(self._factory, lambda connection: self._look(connection, event_id))
            # Only now that all was read: after a failed read the same events come again.
            self._seen = recent
        return max(event_id, *new) if new else event_id, changes

    def _look(self, connection: Connection, event_id: int) -> tuple[set[int], set[int], Sequence[RowChange]]:
        columns = select(event.c.id, event.c.message_id)
        recent = connection.execute(columns.where(_recently())).all()
        later = connection.execute(columns.where(event.c.id > event_id)).all()
        new = {row.id: row.message_id for row in (*recent, *later) if row.id > event_id or row.id not in self._seen}
        changes = {
            (scope, patient_id, appointment_id): RowChange(scope, patient_id, appointment_id, read_status(status))
            for chunk in chunked(sorted(set(new.values())))
            for scope, patient_id, appointment_id, *status in connection.execute(_rows_of(chunk))
        }
        return {row.id for row in recent}, set(new), list(changes.values())


def _recently() -> ColumnElement[bool]:
    return event.c.at_ms >= db_now_ms() - LOOK_BACK_MS


def _newest(connection: Connection) -> tuple[int, set[int]]:
    newest = connection.scalar(select(func.max(event.c.id))) or 0
    return newest, set(connection.scalars(select(event.c.id).where(_recently(), event.c.id <= newest)))


def _rows_of(message_ids: Sequence[int]) -> Select[tuple[Any, ...]]:
    own_row = and_(
        row_state.c.row_scope == cover.c.row_scope,
        row_state.c.patient_id == cover.c.patient_id,
        row_state.c.appointment_id == cover.c.appointment_id,
    )
    return in_written_order(
        select(row_state.c.row_scope, row_state.c.patient_id, row_state.c.appointment_id, *STATUS_COLUMNS)
        .select_from(cover)
        .join(row_state, own_row)
        .where(cover.c.message_id.in_(message_ids))
    )
