"""Which sends the provider is asked about, when, and what it said of them (protocol §10)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, and_, func, select, update

from orthos_sms_plugin.domain.outcomes import ReportEntry
from orthos_sms_plugin.domain.states import FINAL_DELIVERIES, Delivery, MessageState, advance
from orthos_sms_plugin.persistence import transitions
from orthos_sms_plugin.persistence.rowstates import recompute
from orthos_sms_plugin.persistence.tables import account as provider_account
from orthos_sms_plugin.persistence.tables import message
from orthos_sms_plugin.persistence.types import db_now, db_now_ms
from orthos_sms_plugin.persistence.units import CHUNK, SessionFactory, read, retried

_MINUTE: Final = 60_000
_HOUR: Final = 60 * _MINUTE
PLAN_MS: Final = (
    _MINUTE,
    5 * _MINUTE,
    15 * _MINUTE,
    _HOUR,
    4 * _HOUR,
    12 * _HOUR,
    24 * _HOUR,
    48 * _HOUR,
    72 * _HOUR,
)
"""Ages at which a message is asked about."""

END_MS: Final = 7 * 24 * _HOUR
"""The age at which asking ends; `next_poll_ms` waits there after the last of the plan."""


class SqlDeliveries:
    """`Deliveries`. Usable from any thread and any number of seats."""

    def __init__(self, factory: SessionFactory) -> None:
        self._factory = factory

    def due(self, account: str, *, limit: int, now_all: bool = False) -> Sequence[str]:
        """Take the ids of sends whose next poll has come (or all pending ones), newest first."""
        now_ms = self._now_ms()
        wanted = _asked_about(account, now_ms)
        if not now_all:
            wanted &= message.c.next_poll_ms <= now_ms
        newest_first = select(*_POLL_COLUMNS).where(wanted).order_by(message.c.id.desc()).limit(limit)
        waiting = read(self._factory, lambda connection: connection.execute(newest_first).all())
        if not waiting:
            return ()
        taken = retried(self._factory, partial(_take, waiting=waiting, now_ms=now_ms))
        return tuple(dict.fromkeys(row.msgid for row in waiting if row.id in taken))

    def pending_count(self, account: str) -> int:
        """Count the accepted messages that are not final yet and still asked about."""
        pending = select(func.count()).select_from(message).where(_asked_about(account, self._now_ms()))
        return read(self._factory, lambda connection: connection.scalar(pending)) or 0

    def record(self, account: str, msgid: str, entries: Sequence[ReportEntry]) -> int:
        """Move the deliveries of a send forward, never back. Gives how many messages changed."""
        by_phone = {entry.phone: entry for entry in entries}
        of_send = (message.c.account == account) & (message.c.msgid == msgid) & _ACCEPTED
        return sum(self._record_one(row, by_phone[row.phone]) for row in self._known(of_send) if row.phone in by_phone)

    def give_up(self) -> int:
        """End the asking for messages accepted more than seven days ago. Gives how many."""
        ended = 0
        while overdue := self._overdue():
            for seen in overdue:
                became = advance(Delivery(seen.delivery), Delivery.UNCONFIRMED)
                ended += retried(self._factory, partial(_move, seen=seen, became=became, values=_NO_MORE_POLLS))
        return ended

    def _record_one(self, seen: Row[*tuple[Any, ...]], entry: ReportEntry) -> bool:
        """Write what a report says of one message, again when another report got in between."""
        while (values := _news(seen, entry)) is not None:
            if retried(self._factory, partial(_move, seen=seen, became=entry.delivery, values=values)):
                return True
            (seen,) = self._known(message.c.id == seen.id)
        return False

    def _known(self, which: ColumnElement[bool], limit: int | None = None) -> Sequence[Row[*tuple[Any, ...]]]:
        columns = (
            message.c.id,
            message.c.phone,
            message.c.delivery,
            message.c.delivery_reason,
            message.c.provider_code,
        )
        known = select(*columns).where(which).order_by(message.c.id).limit(limit)
        return read(self._factory, lambda connection: connection.execute(known).all())

    def _overdue(self) -> Sequence[Row[*tuple[Any, ...]]]:
        now_ms = self._now_ms()
        # Named one by one, the accounts let the index find the few.
        accounts = read(self._factory, lambda connection: connection.scalars(select(provider_account.c.id)).all())
        old = message.c.account.in_(accounts) & (message.c.next_poll_ms <= now_ms) & ~_young(now_ms)
        return self._known(old & _ACCEPTED, limit=CHUNK)

    def _now_ms(self) -> int:
        return int(read(self._factory, lambda connection: connection.scalar(select(db_now_ms()))) or 0)


_ACCEPTED: Final = message.c.state == MessageState.ACCEPTED.value
_NO_MORE_POLLS: Final[dict[str, Any]] = {"next_poll_ms": None}
_POLL_COLUMNS: Final = (
    message.c.id,
    message.c.msgid,
    message.c.accepted_at,
    message.c.next_poll_ms,
    message.c.poll_count,
)


def _young(now_ms: int) -> ColumnElement[bool]:
    return message.c.accepted_at > datetime.fromtimestamp((now_ms - END_MS) / 1000, UTC)


def _asked_about(account: str, now_ms: int) -> ColumnElement[bool]:
    return and_(
        message.c.account == account,
        message.c.next_poll_ms.is_not(None),
        message.c.msgid.is_not(None),
        _ACCEPTED,
        _young(now_ms),
    )


def _take(connection: Connection, waiting: Sequence[Row[*tuple[Any, ...]]], now_ms: int) -> set[int]:
    """Move the next polls; those that another poller moved first are not ours."""
    taken = set()
    for row in sorted(waiting, key=lambda one: int(one.id)):
        moved = connection.execute(
            update(message)
            .where(message.c.id == row.id, message.c.next_poll_ms == row.next_poll_ms)
            # Asked for by hand, the plan's next moment may stay what it was; the count never does.
            .where(message.c.poll_count == row.poll_count)
            .values(next_poll_ms=_next_poll_ms(row.accepted_at, now_ms), poll_count=row.poll_count + 1)
        )
        if moved.rowcount == 1:
            taken.add(row.id)
    return taken


def _next_poll_ms(accepted_at: datetime, now_ms: int) -> int:
    """Give the first moment of the plan that lies ahead: one that was missed overnight is not made up for."""
    accepted_ms = round(accepted_at.timestamp() * 1000)
    return accepted_ms + next((offset for offset in PLAN_MS if offset > now_ms - accepted_ms), END_MS)


def _news(seen: Row[*tuple[Any, ...]], entry: ReportEntry) -> dict[str, Any] | None:
    """Give the columns that a report changes, None when it says nothing new or is older than what we know."""
    current = Delivery(seen.delivery)
    if current in FINAL_DELIVERIES or advance(current, entry.delivery) is not entry.delivery:
        return None
    values: dict[str, Any] = {"provider_code": _word(entry.code), "delivery_reason": _word(entry.reason)}
    known = (current, seen.provider_code, seen.delivery_reason)
    if known == (entry.delivery, values["provider_code"], values["delivery_reason"]):
        return None
    if entry.delivery in FINAL_DELIVERIES:
        values |= {"delivered_at": entry.at or db_now(), **_NO_MORE_POLLS}
    return values


def _move(connection: Connection, seen: Row[*tuple[Any, ...]], became: Delivery, values: dict[str, Any]) -> bool:
    moved = connection.execute(
        update(message)
        .where(message.c.id == seen.id, message.c.delivery == seen.delivery, _ACCEPTED)
        .values(delivery=became.value, **values)
    )
    if moved.rowcount != 1:
        return False
    if became.value != seen.delivery or "delivery_reason" in values:
        transitions.tell(connection, [seen.id], seen.delivery, became.value, transitions.DELIVERY)
        recompute(connection, [seen.id])
    return True


def _word(text: str) -> str:
    """Give a provider's or adapter's word as its column takes it."""
    return text.encode("ascii", "replace").decode("ascii")[:20]
