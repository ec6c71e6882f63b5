"""People on their way into the clinic, written in bulk: many thousands in a few seconds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import DeclarativeBase, Session

from fake_host.clinic.groups import same_name
from fake_host.clinic.patients import Phone, add_names
from hookspecs.clinic import Patient, PatientGroup, PatientGroupMember, PatientPhone

_CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who becomes a patient. The fields are those of `Patient`; groups go by name."""

    code: str
    surname: str
    first_name: str
    phones: tuple[Phone, ...] = ()
    email: str | None = None
    has_app: bool = False
    objection_accepted: bool = False
    birth_on: date | None = None
    language: str = "es"
    groups: tuple[str, ...] = ()


def add_people(session: Session, people: Sequence[Person], site_id: int = 1) -> None:
    """Write people with their phones, and put them into their groups; groups that are missing are made.

    All within the caller's transaction.

    Raises:
        sqlalchemy.exc.IntegrityError: When a code is taken.
    """
    _insert(
        session,
        Patient,
        (
            {
                "code": person.code,
                "surname": person.surname,
                "first_name": person.first_name,
                "birth_on": person.birth_on,
                "language": person.language,
                "site_id": site_id,
                "objection_accepted": person.objection_accepted,
                "email": person.email,
                "has_app": person.has_app,
            }
            for person in people
        ),
    )
    # read back instead of given: keys of our own would leave the sequences of PostgreSQL behind
    ids = _ids_by_code(session, people)
    add_names(session, ((ids[one.code], one.code, one.surname, one.first_name) for one in people))
    _insert(
        session,
        PatientPhone,
        (
            {
                "patient_id": ids[person.code],
                "number": phone.number,
                "kind": phone.kind,
                "sms_selected": phone.sms_selected,
            }
            for person in people
            for phone in person.phones
        ),
    )
    groups = _group_ids(session, dict.fromkeys(name for person in people for name in person.groups))
    _insert(
        session,
        PatientGroupMember,
        (
            {"group_id": group_id, "patient_id": ids[person.code]}
            for person in people
            for group_id in {groups[name] for name in person.groups}
        ),
    )


def _ids_by_code(session: Session, people: Sequence[Person]) -> Mapping[str, int]:
    codes = {person.code for person in people}
    rows = session.execute(select(Patient.code, Patient.id))
    return {row.code: row.id for row in rows if row.code in codes}


def _group_ids(session: Session, names: Iterable[str]) -> Mapping[str, int]:
    known = {group.name: group.id for group in session.scalars(select(PatientGroup))}
    found: dict[str, int] = {}
    for name in names:
        match = next((group_id for other, group_id in known.items() if same_name(name, other)), None)
        if match is None:
            group = PatientGroup(name=name)
            session.add(group)
            session.flush()
            match = known[name] = group.id
        found[name] = match
    return found


def _insert(session: Session, table: type[DeclarativeBase], rows: Iterable[dict[str, Any]]) -> None:
    chunk: list[dict[str, Any]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == _CHUNK:
            session.execute(insert(table.__table__), chunk)  # type: ignore[arg-type]  # declared as FromClause
            chunk = []
    if chunk:
        session.execute(insert(table.__table__), chunk)  # type: ignore[arg-type]  # as above
