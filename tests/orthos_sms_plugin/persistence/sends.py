"""Batches and what became of them, for the tests of the outbox."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, select, text, update

from orthos_sms_plugin.domain import scopes
from orthos_sms_plugin.domain.batches import Claim, Cover, Draft, NewBatch, Queued
from orthos_sms_plugin.domain.outcomes import Accepted
from orthos_sms_plugin.domain.templates import MessageClass
from orthos_sms_plugin.domain.text import Encoding
from orthos_sms_plugin.persistence import rowstates, tables
from orthos_sms_plugin.persistence.outbox import SqlOutbox
from orthos_sms_plugin.persistence.types import db_now_ms
from orthos_sms_plugin.persistence.units import SessionFactory, reading, writing
from tests.orthos_sms_plugin.persistence.clinics import digits_of

SCOPE = scopes.group_scope(7, date(2026, 3, 10))
ACCOUNT = "a" * 64
SEAT = "Recepción 2"
ACCEPTED = Accepted("4711", credits_left=Decimal("98.5"), credits_used=Decimal("1.5"))


def draft(patient_id: int, *relatives: int, phone: str = "", resend: int = 0, **values: Any) -> Draft:
    """A message to a patient, which speaks for the relatives as well."""
    plain = Draft(
        phone_digits=phone or digits_of(patient_id),
        text="Mañana cerramos. ¡Gracias! ñ é € Ø",
        encoding=Encoding.GSM7,
        parts=1,
        covers=tuple(Cover(one, 0, resend) for one in (patient_id, *relatives)),
    )
    return replace(plain, **values)


def new_batch(drafts: Iterable[Draft], **values: Any) -> NewBatch:
    """A batch of this seat's that may leave at once."""
    plain = NewBatch(
        row_scope=SCOPE,
        phone_scope=SCOPE,
        template_id=7,
        title="Cierre",
        message_class=MessageClass.CARE,
        sender="CLINICA",
        account=ACCOUNT,
        user_id="u1",
        user_name="Marta Ordóñez",
        workstation=SEAT,
        one_per_phone=False,
        drafts=tuple(drafts),
        grace_s=0,
    )
    return replace(plain, **values)


def queue(outbox: SqlOutbox, *drafts: Draft, **values: Any) -> Queued:
    return outbox.queue(new_batch(drafts, **values))


def claim(outbox: SqlOutbox, owner: str = "s1", workstation: str = SEAT, account: str = ACCOUNT) -> Claim:
    """Take a message that must be there."""
    claimed = outbox.claim(owner, workstation=workstation, account=account)
    assert claimed is not None
    return claimed


def messages(factory: SessionFactory, *columns: str) -> list[Any]:
    """The columns of every message, in the order they were queued; a plain list for one column."""
    with reading(factory) as connection:
        rows = connection.execute(
            select(*(tables.message.c[name] for name in columns or ("state",))).order_by(tables.message.c.id)
        ).all()
    return [row[0] if len(row) == 1 else tuple(row) for row in rows]


def covers_with_slot(factory: SessionFactory) -> list[tuple[int, int]]:
    """Patient and resend of every cover that holds its row."""
    with reading(factory) as connection:
        rows = connection.execute(
            select(tables.cover.c.patient_id, tables.cover.c.resend)
            .where(tables.cover.c.slot_row.is_not(None))
            .order_by(tables.cover.c.patient_id, tables.cover.c.resend)
        )
        return [(row[0], row[1]) for row in rows]


def row_states(factory: SessionFactory) -> dict[int, tuple[str, str, int, int]]:
    """State, reason, live and resend by patient."""
    stored = tables.row_state.c
    with reading(factory) as connection:
        rows = connection.execute(
            select(stored.patient_id, stored.state, stored.reason, stored.live, stored.resend)
        ).all()
    return {row[0]: tuple(row[1:]) for row in rows}


def assert_sound(factory: SessionFactory) -> None:
    """What must hold at any moment: slots and states agree, row states are what the messages say, covers are whole."""
    with writing(factory) as connection:
        stored = _stored_row_states(connection)
        ids = connection.scalars(select(tables.message.c.id)).all()
        rowstates.recompute(connection, ids)
        assert _stored_row_states(connection) == stored, "a row state is not what its messages say"
        wrong = connection.execute(
            text(
                "SELECT m.id FROM sms_message m JOIN sms_cover c ON c.message_id = m.id WHERE "
                "(m.state IN ('queued', 'sending', 'accepted', 'unknown')) <> (c.slot_row IS NOT NULL) "
                "OR (m.slot_phone IS NOT NULL) <> (c.slot_row IS NOT NULL)"
            )
        ).all()
        assert wrong == [], "slots and state of a message disagree"


def _stored_row_states(connection: Connection) -> Sequence[Any]:
    stored = tables.row_state
    return connection.execute(select(stored).order_by(stored.c.row_scope, stored.c.patient_id)).all()


def end_lease(factory: SessionFactory, message_id: int) -> None:
    """Let a claim's time run out."""
    with writing(factory) as connection:
        connection.execute(
            update(tables.message).where(tables.message.c.id == message_id).values(lease_until_ms=db_now_ms() - 1)
        )


def change_messages(factory: SessionFactory, **values: Any) -> None:
    """Set columns of every message, as time or fate would."""
    with writing(factory) as connection:
        connection.execute(update(tables.message).values(values))


def change_batches(factory: SessionFactory, **values: Any) -> None:
    """Set columns of every batch."""
    with writing(factory) as connection:
        connection.execute(update(tables.batch).values(values))
