"""Groups of patients. Every function opens a session of its own."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import delete, exists, func, insert, select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from fake_host.clinic.database import ClinicDatabase
from fake_host.clinic.names import folded
from fake_host.clinic.patients import make_ref
from fake_host.clinic.tables import PatientName
from hookspecs import PatientRef
from hookspecs.clinic import Patient, PatientGroup, PatientGroupMember
from hookspecs.host import Group

_CHUNK = 500
"""Ids in one statement: SQLite took at most 999 values for a long time."""
_ADD_ATTEMPTS = 5


class GroupNameError(ValueError):
    """A group cannot have this name.

    Attributes:
        reason: ``"empty"``, ``"long"`` or ``"taken"``.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"group name: {reason}")
        self.reason = reason


def list_groups(database: ClinicDatabase) -> list[Group]:
    """Read the active groups with their sizes, by name."""
    query = (
        select(PatientGroup.id, PatientGroup.name, func.count(PatientGroupMember.patient_id))
        .outerjoin(PatientGroupMember, PatientGroupMember.group_id == PatientGroup.id)
        .where(PatientGroup.active)
        .group_by(PatientGroup.id, PatientGroup.name)
    )
    with database.session_factory() as session:
        groups = [Group(*row) for row in session.execute(query)]
    return sorted(groups, key=lambda group: (folded(group.name), group.id))


def create_group(database: ClinicDatabase, name: str) -> Group:
    """Create an empty group.

    Raises:
        GroupNameError: When the name is empty, too long, or differs from another group's at most in capitals,
            accents or punctuation, which nobody could tell apart in a list.
    """
    name = " ".join(name.split())
    if not name:
        raise GroupNameError("empty")
    if len(name) > 100:
        raise GroupNameError("long")
    try:
        with database.session_factory.begin() as session:
            taken = session.scalars(select(PatientGroup.name)).all()
            if any(same_name(name, other) for other in taken):
                raise GroupNameError("taken")
            group = PatientGroup(name=name)
            session.add(group)
            session.flush()
            return Group(group.id, name, 0)
    except IntegrityError as error:  # another seat created it since we looked
        raise GroupNameError("taken") from error


def group_members(database: ClinicDatabase, group_id: int) -> list[PatientRef]:
    """Read the patients of a group in Spanish order."""
    query = (
        select(Patient.id, Patient.code, Patient.surname, Patient.first_name)
        .join(PatientGroupMember, PatientGroupMember.patient_id == Patient.id)
        .outerjoin(PatientName, PatientName.patient_id == Patient.id)
        .where(PatientGroupMember.group_id == group_id)
        .order_by(PatientName.order_key, Patient.id)
    )
    with database.session_factory() as session:
        return [make_ref(*row) for row in session.execute(query)]


def add_to_group(database: ClinicDatabase, group_id: int, patient_ids: Sequence[int]) -> int:
    """Add patients to a group, in one transaction, and give how many were not in it before.

    Ids of patients that are gone are passed over.

    Raises:
        LookupError: When the group is gone.
    """
    for attempt in range(1, _ADD_ATTEMPTS + 1):
        try:
            with database.session_factory.begin() as session:
                _demand_group(session, group_id)
                return sum(_add_new(session, group_id, chunk) for chunk in _chunks(dict.fromkeys(patient_ids)))
        except DBAPIError:  # another seat added one of them since we looked, or a deadlock with it: look again
            if attempt == _ADD_ATTEMPTS:
                raise
    raise AssertionError("the last attempt returns or raises")


def replace_members(database: ClinicDatabase, group_id: int, patient_ids: Sequence[int]) -> None:
    """Make the group hold exactly these patients, in one transaction.

    Raises:
        LookupError: When the group is gone.
    """
    wanted = set(patient_ids)
    with database.session_factory.begin() as session:
        _demand_group(session, group_id)
        query = select(PatientGroupMember.patient_id).where(PatientGroupMember.group_id == group_id)
        for chunk in _chunks(set(session.scalars(query)) - wanted):
            session.execute(
                delete(PatientGroupMember).where(
                    PatientGroupMember.group_id == group_id, PatientGroupMember.patient_id.in_(chunk)
                )
            )
        for chunk in _chunks(wanted):
            _add_new(session, group_id, chunk)


def same_name(one: str, other: str) -> bool:
    """Tell whether two names of groups differ at most in capitals, accents and punctuation."""
    return one.casefold() == other.casefold() or folded(one) == folded(other) != ""


def _demand_group(session: Session, group_id: int) -> None:
    if session.get(PatientGroup, group_id) is None:
        raise LookupError(f"no group {group_id}")


def _add_new(session: Session, group_id: int, patient_ids: Sequence[int]) -> int:
    member = exists().where(PatientGroupMember.group_id == group_id, PatientGroupMember.patient_id == Patient.id)
    new = session.scalars(select(Patient.id).where(Patient.id.in_(patient_ids), ~member)).all()
    if new:
        session.execute(insert(PatientGroupMember), [{"group_id": group_id, "patient_id": one} for one in new])
    return len(new)


def _chunks(ids: Collection[int]) -> Iterator[list[int]]:
    ordered = list(ids)
    for start in range(0, len(ordered), _CHUNK):
        yield ordered[start : start + _CHUNK]
