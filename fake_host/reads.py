"""What the modules and the group editor read and write beyond the clinic's own functions. Workers only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from fake_host.clinic.agenda import Slot, day_appointments
from fake_host.clinic.database import ClinicDatabase
from fake_host.clinic.groups import GroupNameError, replace_members, same_name
from fake_host.clinic.names import folded
from fake_host.clinic.patients import PatientCard, find_patient
from fake_host.clinic.tables import AppointmentSms
from hookspecs.clinic import PatientGroup, PatientGroupMember


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A group in the editor's list, retired ones included."""

    id: int
    name: str
    active: bool
    size: int


def card_with_groups(database: ClinicDatabase, patient_id: int) -> tuple[PatientCard, tuple[str, ...]] | None:
    """Read a patient and the names of the active groups the patient is in."""
    card = find_patient(database, patient_id)
    if card is None:
        return None
    query = (
        select(PatientGroup.name)
        .join(PatientGroupMember, PatientGroupMember.group_id == PatientGroup.id)
        .where(PatientGroupMember.patient_id == patient_id, PatientGroup.active)
    )
    with database.session_factory() as session:
        names = session.scalars(query).all()
    return card, tuple(sorted(names, key=folded))


def day_with_sms(database: ClinicDatabase, day: date) -> list[tuple[Slot, bool]]:
    """Read a day's appointments, each with whether an SMS of it was accepted."""
    slots = day_appointments(database, day)
    ids = [slot.id for slot in slots]
    with database.session_factory() as session:
        told: set[int] = set()
        for start in range(0, len(ids), 500):
            query = select(AppointmentSms.appointment_id).where(
                AppointmentSms.appointment_id.in_(ids[start : start + 500])
            )
            told.update(session.scalars(query))
    return [(slot, slot.id in told) for slot in slots]


def all_groups(database: ClinicDatabase) -> list[GroupLine]:
    """Read every group by name, retired ones included."""
    query = (
        select(PatientGroup.id, PatientGroup.name, PatientGroup.active, func.count(PatientGroupMember.patient_id))
        .outerjoin(PatientGroupMember, PatientGroupMember.group_id == PatientGroup.id)
        .group_by(PatientGroup.id, PatientGroup.name, PatientGroup.active)
    )
    with database.session_factory() as session:
        lines = [GroupLine(*row) for row in session.execute(query)]
    return sorted(lines, key=lambda line: (folded(line.name), line.id))


def save_group(
    database: ClinicDatabase, group_id: int, name: str, active: bool, member_ids: Sequence[int] | None
) -> None:
    """Rename, retire or revive a group; with `member_ids`, make exactly these its members.

    Raises:
        GroupNameError: When the name is empty, too long or cannot be told from another group's.
        LookupError: When the group is gone.
    """
    name = " ".join(name.split())
    if not name or len(name) > 100:
        raise GroupNameError("long" if name else "empty")
    try:
        with database.session_factory.begin() as session:
            group = session.get(PatientGroup, group_id)
            if group is None:
                raise LookupError(f"no group {group_id}")
            others = session.scalars(select(PatientGroup.name).where(PatientGroup.id != group_id)).all()
            if any(same_name(name, other) for other in others):
                raise GroupNameError("taken")
            group.name, group.active = name, active
    except IntegrityError as error:  # another seat took the name since we looked
        raise GroupNameError("taken") from error
    if member_ids is not None:
        replace_members(database, group_id, member_ids)
