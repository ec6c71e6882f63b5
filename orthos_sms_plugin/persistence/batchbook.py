"""What people and seats do with batches: stop, go on, look how far they are (protocol §8)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from typing import Final

from sqlalchemy import ColumnElement, Connection, and_, case, exists, func, or_, select, update

from orthos_sms_plugin.domain.batches import BatchProgress, BatchState, PauseReason
from orthos_sms_plugin.domain.outcomes import ErrorKind
from orthos_sms_plugin.domain.scopes import digest
from orthos_sms_plugin.domain.states import MessageState
from orthos_sms_plugin.persistence import transitions
from orthos_sms_plugin.persistence.accounts import CLOSED
from orthos_sms_plugin.persistence.tables import account, attempt, batch, message, runner
from orthos_sms_plugin.persistence.types import db_now, db_now_ms
from orthos_sms_plugin.persistence.units import SessionFactory, chunked, read, retried
from orthos_sms_plugin.persistence.upserts import upsert_one

_UNENDED: Final = (BatchState.OPEN.value, BatchState.PAUSED.value)
_UNFINISHED: Final = (MessageState.QUEUED.value, MessageState.SENDING.value)


def stop(factory: SessionFactory, batch_id: int) -> int:
    """Cancel a batch and what is still queued of it. Gives how many were stopped."""

    def work(connection: Connection) -> int:
        connection.execute(
            update(batch)
            .where(batch.c.id == batch_id, batch.c.state.in_(_UNENDED))
            .values(state=BatchState.CANCELLED.value, pause_reason=None, ended_at=db_now())
        )
        return transitions.end_queued(connection, message.c.batch_id == batch_id, ErrorKind.STOPPED)

    return retried(factory, work)


def start_now(factory: SessionFactory, batch_id: int) -> None:
    """End the grace of a batch."""

    def work(connection: Connection) -> None:
        connection.execute(
            update(batch)
            .where(batch.c.id == batch_id, batch.c.state.in_(_UNENDED), batch.c.not_before_ms > db_now_ms())
            .values(not_before_ms=db_now_ms())
        )

    retried(factory, work)


def resume(factory: SessionFactory, batch_id: int, *, workstation: str) -> None:
    """Go on with a paused batch from this workstation. One that is not paused is left as it is."""

    def work(connection: Connection) -> None:
        paused = and_(batch.c.id == batch_id, batch.c.state == BatchState.PAUSED.value)
        its_account = select(batch.c.account).where(paused).scalar_subquery()
        connection.execute(update(account).where(account.c.id == its_account).values(CLOSED))
        resumed = connection.execute(
            update(batch)
            .where(paused)
            .values(
                state=BatchState.OPEN.value,
                pause_reason=None,
                credits_needed=None,
                runner=workstation[:80],
                runner_beat_ms=db_now_ms(),
            )
        )
        if resumed.rowcount == 1:
            # A person has acted: what was backing off may leave at once.
            connection.execute(
                update(message)
                .where(message.c.batch_id == batch_id, message.c.state == MessageState.QUEUED.value)
                .where(message.c.retry_at_ms.is_not(None))
                .values(retry_at_ms=None)
            )

    retried(factory, work)


def pause_interrupted(factory: SessionFactory, workstation: str) -> int:
    """Pause the open batches that this workstation left behind. Gives how many."""

    def work(connection: Connection) -> int:
        return connection.execute(
            update(batch)
            .where(batch.c.state == BatchState.OPEN.value, batch.c.runner == workstation[:80])
            .values(state=BatchState.PAUSED.value, pause_reason=PauseReason.INTERRUPTED.value)
        ).rowcount

    return retried(factory, work)


def beat(factory: SessionFactory, workstation: str, *, user_name: str) -> None:
    """Say that this workstation lives."""

    def work(connection: Connection) -> None:
        upsert_one(
            connection,
            runner,
            id=digest(workstation),
            name=workstation[:80],
            kind="workstation",
            user_name=user_name[:120],
            beat_ms=db_now_ms(),
        )
        connection.execute(
            update(batch)
            .where(batch.c.state == BatchState.OPEN.value, batch.c.runner == workstation[:80])
            .values(runner_beat_ms=db_now_ms())
        )

    retried(factory, work)


def progress(factory: SessionFactory, batch_ids: Sequence[int] = ()) -> Sequence[BatchProgress]:
    """Tell how far batches are, in the order they were queued."""
    wanted = or_(batch.c.state.in_(_UNENDED), batch.c.id.in_(batch_ids))
    of_state = {
        state: func.coalesce(func.sum(case((message.c.state == state.value, 1), else_=0)), 0).label(state.value)
        for state in MessageState
    }
    counts = (
        select(message.c.batch_id, *of_state.values())
        .where(message.c.batch_id.in_(select(batch.c.id).where(wanted)))
        .group_by(message.c.batch_id)
        .subquery()
    )
    statement = (
        select(batch, (batch.c.not_before_ms - db_now_ms()).label("grace_ms"), *counts.c[1:])
        .select_from(batch)
        .outerjoin(counts, counts.c.batch_id == batch.c.id)
        .where(wanted)
        .order_by(batch.c.id)
    )
    rows = read(factory, lambda connection: connection.execute(statement).all())
    return [
        BatchProgress(
            batch_id=row.id,
            row_scope=row.row_scope,
            title=row.title,
            user_name=row.user_name,
            workstation=row.workstation,
            runner=row.runner,
            state=BatchState(row.state),
            pause_reason=None if row.pause_reason is None else PauseReason(row.pause_reason),
            starts_in_s=max(0, row.grace_ms) / 1000,
            credits_needed=_figure(row.credits_needed),
            **{state.value: int(row._mapping[state.value] or 0) for state in MessageState},
        )
        for row in rows
    ]


def close_finished(factory: SessionFactory, batch_id: int | None = None) -> int:
    """Say of batches that they are done. Gives how many.

    It is a transaction of its own, after the last message's: two that end at the same moment do not see each other.
    """
    unfinished = exists().where(message.c.batch_id == batch.c.id, message.c.state.in_(_UNFINISHED))
    finished: ColumnElement[bool] = batch.c.state.in_(_UNENDED) & ~unfinished
    if batch_id is not None:
        finished = (batch.c.id == batch_id) & finished
    ids = read(factory, lambda connection: connection.scalars(select(batch.c.id).where(finished)).all())
    if not ids:
        return 0

    def work(connection: Connection) -> int:
        return connection.execute(
            update(batch)
            .where(batch.c.id.in_(ids), finished)
            .values(state=BatchState.DONE.value, pause_reason=None, ended_at=db_now())
        ).rowcount

    return retried(factory, work)


def sweep(factory: SessionFactory) -> int:
    """Turn sends whose lease ended into doubts and drop what is past its time. Gives how many messages changed."""
    changed = 0
    for message_id in _ids(factory, _lease_ended()):
        changed += retried(factory, partial(_doubt, message_id=message_id))
    for kind, condition in _stale().items():
        for chunk in chunked(_ids(factory, condition)):
            end = partial(transitions.end_queued, within=message.c.id.in_(chunk), kind=kind, only=condition)
            changed += retried(factory, end)
    close_finished(factory)
    return changed


def _ids(factory: SessionFactory, condition: ColumnElement[bool]) -> Sequence[int]:
    wanted = select(message.c.id).where(condition).order_by(message.c.id)
    return read(factory, lambda connection: connection.scalars(wanted).all())


def _lease_ended() -> ColumnElement[bool]:
    return and_(message.c.state == MessageState.SENDING.value, message.c.lease_until_ms < db_now_ms())


def _stale() -> dict[ErrorKind, ColumnElement[bool]]:
    """Queued messages that nobody may send any more. A stop leaves none behind, but a restored table might."""
    queued = message.c.state == MessageState.QUEUED.value
    over = exists().where(batch.c.id == message.c.batch_id, batch.c.not_after_ms <= db_now_ms())
    stopped = exists().where(batch.c.id == message.c.batch_id, batch.c.state == BatchState.CANCELLED.value)
    return {
        ErrorKind.EXPIRED: and_(queued, or_(message.c.not_after_ms <= db_now_ms(), over)),
        ErrorKind.STOPPED: and_(queued, stopped),
    }


def _doubt(connection: Connection, message_id: int) -> int:
    doubted = connection.execute(
        update(message)
        .where(message.c.id == message_id, _lease_ended())
        .values(state=MessageState.UNKNOWN.value, error_kind=ErrorKind.INTERRUPTED.value, changed_at=db_now())
    )
    if doubted.rowcount != 1:
        return 0
    token = select(message.c.token).where(message.c.id == message_id).scalar_subquery()
    connection.execute(
        update(attempt)
        .where(attempt.c.message_id == message_id, attempt.c.token == token)
        .values(outcome=MessageState.UNKNOWN.value, error_kind=ErrorKind.INTERRUPTED.value)
    )
    transitions.moved(connection, [message_id], MessageState.SENDING, MessageState.UNKNOWN)
    return 1


def _figure(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount.normalize():f}"
