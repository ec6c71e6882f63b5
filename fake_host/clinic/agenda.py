"""The day's appointments, and the SMS that belong to them. Every function opens a session of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from fake_host.clinic.database import ClinicDatabase
from fake_host.clinic.patients import make_ref
from fake_host.clinic.tables import AppointmentSms
from hookspecs import AppointmentRef, PatientRef
from hookspecs.clinic import Appointment, Patient


@dataclass(frozen=True, slots=True)
class Slot:
    """One appointment as the agenda shows it; see `Appointment` for the fields."""

    id: int
    patient: PatientRef
    starts_at: datetime
    concept: str
    doctor: str
    place: str
    state: str

    @property
    def ref(self) -> AppointmentRef:
        """The appointment as hooks name one."""
        return AppointmentRef(self.id, self.patient)


def day_appointments(database: ClinicDatabase, day: date) -> list[Slot]:
    """Read all appointments of a day by hour, cancelled ones included."""
    start = datetime.combine(day, time.min)
    query = (
        select(
            Appointment.id,
            Appointment.starts_at,
            Appointment.concept,
            Appointment.doctor,
            Appointment.place,
            Appointment.state,
            Patient.id.label("patient_id"),
            Patient.code,
            Patient.surname,
            Patient.first_name,
        )
        .join(Patient, Patient.id == Appointment.patient_id)
        .where(Appointment.starts_at >= start, Appointment.starts_at < start + timedelta(days=1))
        .order_by(Appointment.starts_at, Appointment.id)
    )
    with database.session_factory() as session:
        return [
            Slot(
                id=row.id,
                patient=make_ref(row.patient_id, row.code, row.surname, row.first_name),
                starts_at=row.starts_at,
                concept=row.concept,
                doctor=row.doctor,
                place=row.place,
                state=row.state,
            )
            for row in session.execute(query)
        ]


def keep_dispatch_code(database: ClinicDatabase, appointment_id: int, dispatch_code: str) -> None:
    """Note that an SMS of the appointment was accepted. Telling it twice is the same as once."""
    try:
        with database.session_factory.begin() as session:
            if session.get(AppointmentSms, (appointment_id, dispatch_code)) is None:
                session.add(
                    AppointmentSms(
                        appointment_id=appointment_id, dispatch_code=dispatch_code, told_at=datetime.now(UTC)
                    )
                )
    except IntegrityError:  # told by another thread in the meantime
        return


def dispatch_codes(database: ClinicDatabase, appointment_id: int) -> list[str]:
    """Read the codes of the SMS that went out for an appointment, oldest first."""
    query = (
        select(AppointmentSms.dispatch_code)
        .where(AppointmentSms.appointment_id == appointment_id)
        .order_by(AppointmentSms.told_at, AppointmentSms.dispatch_code)
    )
    with database.session_factory() as session:
        return list(session.scalars(query))
