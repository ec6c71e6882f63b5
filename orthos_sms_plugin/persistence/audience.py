"""Reads the host's patients beside the states of our own messages: one statement, plain columns, no order."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Select, and_, func, select, true

from hookspecs.clinic import Patient, PatientGroupMember, PatientPhone
from orthos_sms_plugin.domain import scopes
from orthos_sms_plugin.domain.templates import MessageClass
from orthos_sms_plugin.persistence.rowstates import STATUS_COLUMNS, read_status
from orthos_sms_plugin.persistence.tables import optout, row_state
from orthos_sms_plugin.persistence.units import SessionFactory, chunked, read
from orthos_sms_plugin.services.ports import AudienceRow

FETCH: Final = 500
"""Rows converted at a time: the window waits at most some 12 ms for the interpreter's lock."""

sms_phone = (
    select(PatientPhone.number)
    .where(PatientPhone.patient_id == Patient.id, PatientPhone.sms_selected == true())
    .order_by(PatientPhone.id)
    .limit(1)
    .correlate(Patient)
    .scalar_subquery()
)
"""The phone selected for SMS. Should a host hold several, the oldest counts and the patient still comes once."""


class SqlAudiences:
    """`AudienceStore` on the host's tables. Usable from any thread."""

    def __init__(self, factory: SessionFactory) -> None:
        self._factory = factory

    def group_rows(
        self, group_id: int, *, row_scope: str, template_id: int, recent_since: datetime
    ) -> Iterator[Iterable[AudienceRow]]:
        """Read the patients of a group; the session has ended before the first chunk is given."""
        statement = group_statement(group_id, row_scope=row_scope, template_id=template_id, recent_since=recent_since)
        chunks = read(self._factory, lambda connection: _fetched(connection, statement))
        while chunks:
            yield map(_audience_row, chunks.popleft())

    def patient_rows(
        self, patient_ids: Sequence[int], *, row_scope: str, template_id: int, recent_since: datetime
    ) -> Sequence[AudienceRow]:
        """Read some patients, each once; those that are gone are missing."""
        statement = _patients(row_scope=row_scope, template_id=template_id, recent_since=recent_since)
        return read(
            self._factory,
            lambda connection: [
                _audience_row(row)
                for ids in chunked(sorted(set(patient_ids)))
                for row in connection.execute(statement.where(Patient.id.in_(ids)))
            ],
        )

    def opted_out(self, message_class: MessageClass) -> frozenset[str]:
        """Give the digits on the opt-out list of a class."""
        phones = select(optout.c.phone).where(optout.c.message_class == message_class.value)
        return read(self._factory, lambda connection: frozenset(connection.scalars(phones)))


def _fetched(connection: Connection, statement: Select[tuple[Any, ...]]) -> deque[Sequence[Sequence[Any]]]:
    chunks: deque[Sequence[Sequence[Any]]] = deque()
    result = connection.execute(statement)
    while chunk := result.fetchmany(FETCH):
        # Plain tuples: Python's collector would walk over SQLAlchemy's rows at every full collection.
        chunks.append([tuple(row) for row in chunk])
    return chunks


def group_statement(
    group_id: int, *, row_scope: str, template_id: int, recent_since: datetime
) -> Select[tuple[Any, ...]]:
    """Give the whole query of a group as one SELECT."""
    return (
        _patients(row_scope=row_scope, template_id=template_id, recent_since=recent_since)
        .join(PatientGroupMember, PatientGroupMember.patient_id == Patient.id)
        .where(PatientGroupMember.group_id == group_id)
    )


def _patients(*, row_scope: str, template_id: int, recent_since: datetime) -> Select[tuple[Any, ...]]:
    scope = scopes.digest(row_scope)
    other = row_state.alias("other_scope")
    sent_elsewhere_at = (
        select(func.max(other.c.at))
        .where(
            other.c.patient_id == Patient.id,
            other.c.template_id == template_id,
            other.c.at >= recent_since,
            other.c.live > 0,
            other.c.row_scope != scope,
        )
        .correlate(Patient)
        .scalar_subquery()
    )
    return (
        select(
            Patient.id,
            Patient.code,
            Patient.surname,
            Patient.first_name,
            Patient.objection_accepted,
            sms_phone,
            sent_elsewhere_at,
            *STATUS_COLUMNS,
        )
        .select_from(Patient)
        .outerjoin(
            row_state,
            and_(
                row_state.c.row_scope == scope,
                row_state.c.patient_id == Patient.id,
                row_state.c.appointment_id == 0,
            ),
        )
    )


def _audience_row(row: Sequence[Any]) -> AudienceRow:
    patient_id, code, surname, first_name, objection_accepted, phone, sent_elsewhere_at, *status = row
    return AudienceRow(
        patient_id=patient_id,
        appointment_id=0,
        code=code,
        surname=surname,
        first_name=first_name,
        objection_accepted=bool(objection_accepted),
        phone=phone or "",
        status=read_status(status, sent_elsewhere_at),
    )
