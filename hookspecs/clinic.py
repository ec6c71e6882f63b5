"""The table contract: what a plugin may read of the host's database.

A real host maps these models on its own tables or offers views of these names and columns. Plugins only ever
SELECT from them; every write goes through `HostContext`.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, DateTime, ForeignKey, Index, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class ClinicBase(DeclarativeBase):
    """Base of the host's tables in this contract; its metadata creates them where a host has none of its own."""


class Patient(ClinicBase):
    """A person treated.

    Attributes:
        code: Shown as it is; leading zeros count.
        objection_accepted: The *derecho de oposición* was accepted: no message may be sent.
        has_app: Uses the clinic's app, which takes notifications free of charge.
    """

    __tablename__ = "patient"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    surname: Mapped[str] = mapped_column(String(100))
    first_name: Mapped[str] = mapped_column(String(60))
    birth_on: Mapped[date | None] = mapped_column(Date)
    language: Mapped[str] = mapped_column(String(5), default="es")
    site_id: Mapped[int] = mapped_column(default=1)
    objection_accepted: Mapped[bool] = mapped_column(default=False)
    email: Mapped[str | None] = mapped_column(String(254))
    has_app: Mapped[bool] = mapped_column(default=False)


class PatientPhone(ClinicBase):
    """A phone of a patient, as it was typed.

    Attributes:
        kind: ``"mobile"``, ``"landline"``, ``"work"`` or ``"other"``: what the desk called it, not what it is.
        sms_selected: The one phone that takes this patient's SMS. At most one per patient is true.
    """

    __tablename__ = "patient_phone"
    __table_args__ = (Index("ix_patient_phone_patient", "patient_id", "sms_selected"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    number: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(20), default="mobile")
    sms_selected: Mapped[bool] = mapped_column(default=False)


class PatientGroup(ClinicBase):
    """A named list of patients, the same for SMS, e-mail and letters."""

    __tablename__ = "patient_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    active: Mapped[bool] = mapped_column(default=True)


class PatientGroupMember(ClinicBase):
    """A patient in a group."""

    __tablename__ = "patient_group_member"
    __table_args__ = (Index("ix_patient_group_member_patient", "patient_id"),)

    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"), primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), primary_key=True)


class Appointment(ClinicBase):
    """A slot of the agenda.

    Attributes:
        starts_at: Naive, the clock on the clinic's wall (Europe/Madrid).
        state: ``"planned"``, ``"cancelled"`` or ``"done"``.
    """

    __tablename__ = "appointment"
    __table_args__ = (Index("ix_appointment_starts_at", "starts_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    starts_at: Mapped[datetime] = mapped_column(DateTime)
    concept: Mapped[str] = mapped_column(String(60))
    doctor: Mapped[str] = mapped_column(String(80), default="")
    place: Mapped[str] = mapped_column(String(80), default="")
    state: Mapped[str] = mapped_column(String(20), default="planned")
