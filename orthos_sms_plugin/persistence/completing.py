"""The end of a send, fenced by the token, with all that follows from it in the same transaction (protocol §6)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, select, update

from orthos_sms_plugin.domain.batches import BatchState, Claim, PauseReason
from orthos_sms_plugin.domain.outcomes import (
    Accepted,
    Breaker,
    Doubtful,
    ErrorKind,
    NotSent,
    Rejected,
    SendOutcome,
    breaker_after,
)
from orthos_sms_plugin.domain.states import LIVE_STATES, Delivery, MessageState
from orthos_sms_plugin.persistence import accounts, transitions
from orthos_sms_plugin.persistence.tables import account, attempt, batch, message
from orthos_sms_plugin.persistence.types import db_now, db_now_ms
from orthos_sms_plugin.persistence.units import SessionFactory, retried

BACKOFF_MS: Final = (5_000, 15_000, 60_000, 300_000)
FIRST_POLL_MS: Final = 60_000
DATA_IN_ROW: Final = 3
_LONGEST_ID: Final = 64

_SETTLER = "sender"


class _End(NamedTuple):
    """What a send's end makes of a message."""

    state: MessageState
    kind: ErrorKind | None
    values: dict[str, Any]


def complete(factory: SessionFactory, claim: Claim, outcome: SendOutcome) -> bool:
    """Record how a send ended. False when the token is no longer ours or the message is settled already."""
    return retried(factory, lambda connection: _complete(connection, claim, outcome))


def cancel_claimed(factory: SessionFactory, claim: Claim, kind: ErrorKind) -> bool:
    """End a claimed message of which not one byte left; a doubt about it ends as well, since we know better."""

    def cancel(connection: Connection) -> bool:
        return _settle(connection, claim, _ended(MessageState.CANCELLED, kind), _ended(MessageState.DISCARDED, kind))

    return retried(factory, cancel)


def _complete(connection: Connection, claim: Claim, outcome: SendOutcome) -> bool:
    if not _settle(connection, claim, _end(claim, outcome), _late_end(claim, outcome), outcome):
        return False
    _tell_account(connection, claim, outcome)
    return True


def _settle(
    connection: Connection, claim: Claim, end: _End, late_end: _End | None, outcome: SendOutcome | None = None
) -> bool:
    """Write the end if the message is still ours: as it is on its way, or else as the doubt that our lease became."""
    was = MessageState.SENDING
    if not _write(connection, claim, was, end):
        if late_end is None or not _write(connection, claim, MessageState.UNKNOWN, late_end):
            return False
        was, end = MessageState.UNKNOWN, late_end
        transitions.resolve(connection, claim.message_id, end.state, _SETTLER, f"late end of attempt {claim.token}")
        connection.execute(
            update(message)
            .where(message.c.id == claim.message_id, message.c.resolved_by.is_(None))
            .values(resolved_by=_SETTLER)
        )
    if end.state is MessageState.QUEUED:
        end = _stopped_meanwhile(connection, claim) or end
    connection.execute(
        update(attempt)
        .where(attempt.c.message_id == claim.message_id, attempt.c.token == claim.token)
        .values(
            finished_at=db_now(),
            outcome=end.state.value,
            error_kind=end.kind,
            http_status=outcome.http_status if isinstance(outcome, Doubtful) else None,
        )
    )
    if end.state not in LIVE_STATES:
        transitions.free_slots(connection, [claim.message_id])
    transitions.moved(connection, [claim.message_id], was, end.state)
    return True


def _write(connection: Connection, claim: Claim, was: MessageState, end: _End) -> bool:
    written = connection.execute(
        update(message)
        .where(_ours(claim), message.c.state == was.value)
        .values(state=end.state.value, error_kind=end.kind, changed_at=db_now(), **end.values)
    )
    return written.rowcount == 1


def _ours(claim: Claim) -> ColumnElement[bool]:
    return (message.c.id == claim.message_id) & (message.c.token == claim.token)


def _stopped_meanwhile(connection: Connection, claim: Claim) -> _End | None:
    """Cancel a message given back to a batch that is stopped: nobody would ever send it, or let go of its rows.

    The batch is read under a lock. A stop that has not committed yet waits for us and then finds the message queued.
    """
    state = connection.scalar(select(batch.c.state).where(batch.c.id == claim.batch_id).with_for_update(read=True))
    if state != BatchState.CANCELLED:
        return None
    end = _ended(MessageState.CANCELLED, ErrorKind.STOPPED)
    _write(connection, claim, MessageState.QUEUED, end)
    return end


# --- what an outcome makes of the message ---------------------------------------------------------------------------


def _end(claim: Claim, outcome: SendOutcome) -> _End:
    match outcome:
        case Accepted():
            return _accepted(outcome)
        case Rejected(kind=kind):
            return _ended(MessageState.REJECTED, kind)
        case Doubtful(kind=kind):
            # The lease stays: it says from when on a person may send again.
            return _End(MessageState.UNKNOWN, kind, {})
        case NotSent(kind=kind):
            retry_at = db_now_ms() + _backoff_ms(claim.token) if kind in _BACKING_OFF else None
            return _End(MessageState.QUEUED, kind, {"retry_at_ms": retry_at, "owner": None, "lease_until_ms": None})


def _late_end(claim: Claim, outcome: SendOutcome) -> _End | None:
    """From a doubt there is no way back to the queue: what was proved not to have left is discarded."""
    match outcome:
        case Accepted():
            return _accepted(outcome)
        case Rejected(kind=kind) | NotSent(kind=kind):
            return _ended(MessageState.DISCARDED, kind)
        case Doubtful():
            return None


def _accepted(outcome: Accepted) -> _End:
    return _End(
        MessageState.ACCEPTED,
        None,
        {
            "msgid": _storable_id(outcome.msgid),
            "credits": accounts.storable(outcome.credits_used),
            "delivery": Delivery.UNCHECKED.value,
            "accepted_at": db_now(),
            "next_poll_ms": db_now_ms() + FIRST_POLL_MS,
            "poll_count": 0,
            "lease_until_ms": None,
        },
    )


def _ended(state: MessageState, kind: ErrorKind) -> _End:
    return _End(state, kind, {"slot_phone": None, "lease_until_ms": None})


_BACKING_OFF = frozenset({ErrorKind.UNREACHABLE, ErrorKind.BUSY})


def _backoff_ms(token: int) -> int:
    return BACKOFF_MS[min(token, len(BACKOFF_MS)) - 1]


def _storable_id(msgid: str | None) -> str | None:
    """Give an id that the column takes: without one the message counts as accepted all the same."""
    if not msgid or len(msgid) > _LONGEST_ID or not msgid.isascii() or not msgid.isprintable():
        return None
    return msgid


# --- what an outcome makes of the account and its batches -----------------------------------------------------------


def _tell_account(connection: Connection, claim: Claim, outcome: SendOutcome) -> None:
    sent = connection.execute(
        select(message.c.account, message.c.parts).where(message.c.id == claim.message_id).with_for_update()
    ).one()
    breaker: Breaker | None = None
    match outcome:
        case Accepted():
            values = _NO_FAILURES | accounts.balance_values(outcome.credits_left, claim.claimed_ms)
            accounts.change(connection, sent.account, values | accounts.price_values(outcome.credits_used, sent.parts))
        case Rejected(kind=ErrorKind.DATA):
            if _count_failure(connection, sent.account, "data") >= DATA_IN_ROW:
                _pause(connection, claim.batch_id, PauseReason.DATA)
        case Rejected():
            accounts.change(connection, sent.account, _NO_FAILURES)
        case NotSent(kind=ErrorKind.SLEPT):
            pass  # says something of this computer and nothing of the account
        case NotSent(kind=kind) if kind in _BACKING_OFF:
            breaker = breaker_after(outcome, _count_failure(connection, sent.account, "not_sent"))
        case NotSent():
            accounts.change(connection, sent.account, accounts.balance_values(outcome.credits_left, claim.claimed_ms))
            breaker = breaker_after(outcome, 1)
        case Doubtful():
            breaker = breaker_after(outcome, _count_failure(connection, sent.account, "doubt"))
    if breaker is not None:
        _trip(connection, sent.account, breaker, outcome)


_NO_FAILURES: Final[dict[str, Any]] = {"failure_kind": "", "failures_in_row": 0}


def _count_failure(connection: Connection, account_id: str, kind: str) -> int:
    """Count ends of one kind in a row on the account; its row is locked from here on."""
    mine = account.c.id == account_id
    before = connection.execute(
        select(account.c.failure_kind, account.c.failures_in_row).where(mine).with_for_update()
    ).first()
    in_row = 1 + (before.failures_in_row if before is not None and before.failure_kind == kind else 0)
    accounts.change(connection, account_id, {"failure_kind": kind, "failures_in_row": in_row})
    return in_row


def _trip(connection: Connection, account_id: str, breaker: Breaker, outcome: SendOutcome) -> None:
    needed: Decimal | None = outcome.credits_needed if isinstance(outcome, NotSent) else None
    accounts.trip(connection, account_id, breaker, credits_needed=needed)


def _pause(connection: Connection, batch_id: int, reason: PauseReason) -> None:
    connection.execute(
        update(batch)
        .where(batch.c.id == batch_id, batch.c.state == BatchState.OPEN.value)
        .values(state=BatchState.PAUSED.value, pause_reason=reason.value)
    )
