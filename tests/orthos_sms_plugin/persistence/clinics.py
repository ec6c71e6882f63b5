"""Invented patients, groups and drafts for a test's database."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, insert

from hookspecs.clinic import Patient, PatientGroup, PatientGroupMember, PatientPhone
from orthos_sms_plugin.persistence.units import SessionFactory, writing


def add_patients(factory: SessionFactory, *patients: dict[str, Any], group: int = 1) -> None:
    """Add patients to a group; `id` is required, `phones` is a list of numbers of which the first takes SMS."""
    defaults: dict[str, Any] = {"surname": "García", "first_name": "Ana", "objection_accepted": False}
    rows = [
        {"code": f"{patient['id']:05}", "phones": [phone_of(patient["id"])]} | defaults | patient
        for patient in patients
    ]
    phones = [
        {"patient_id": row["id"], "number": phone, "sms_selected": number == 0}
        for row in rows
        for number, phone in enumerate(row.pop("phones"))
    ]
    members = [{"group_id": group, "patient_id": row["id"]} for row in rows]
    with writing(factory) as connection:
        connection.execute(insert(PatientGroup).values(id=group, name=f"Grupo {group}", active=True))
        connection.execute(insert(Patient), rows)
        connection.execute(insert(PatientGroupMember), members)
        if phones:
            connection.execute(insert(PatientPhone), phones)


def add_phone(connection: Connection, patient_id: int, number: str, *, selected: bool) -> None:
    """Add one phone."""
    connection.execute(
        insert(PatientPhone).values(patient_id=patient_id, number=number, kind="mobile", sms_selected=selected)
    )


def phone_of(patient_id: int) -> str:
    """The number that the patient typed."""
    return f"6{patient_id % 100:02} 555 {patient_id // 100 % 1000:03}"


def digits_of(patient_id: int) -> str:
    """The same number as it is stored."""
    return "34" + phone_of(patient_id).replace(" ", "")


def people(ids: Iterable[int]) -> list[dict[str, Any]]:
    """Patients with a number each."""
    return [{"id": one} for one in ids]
