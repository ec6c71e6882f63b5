from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest

from fake_host.clinic.agenda import day_appointments, dispatch_codes, keep_dispatch_code
from fake_host.clinic.database import ClinicDatabase
from fake_host.clinic.roster import Person
from hookspecs import AppointmentRef, PatientRef
from hookspecs.clinic import Appointment


@pytest.mark.requirement("R03")
def test_that_a_day_runs_from_midnight_to_midnight_by_hour(
    database: ClinicDatabase, admit: Callable[..., dict[str, int]]
) -> None:
    patient_id = admit(database, Person("000001", "Soler", "Ana"))["000001"]
    hours = [(22, 23, 59), (23, 17, 0), (23, 0, 0), (23, 23, 59), (24, 0, 0)]
    with database.session_factory.begin() as session:
        for day, hour, minute in hours:
            starts_at = datetime(2026, 11, day, hour, minute)
            session.add(Appointment(patient_id=patient_id, starts_at=starts_at, concept="Revisión", state="cancelled"))

    slots = day_appointments(database, date(2026, 11, 23))

    assert [(slot.starts_at.hour, slot.starts_at.minute) for slot in slots] == [(0, 0), (17, 0), (23, 59)]
    assert slots[0].patient == PatientRef(patient_id, "000001", "Soler, Ana")
    assert slots[0].ref == AppointmentRef(slots[0].id, slots[0].patient)
    assert {slot.state for slot in slots} == {"cancelled"}


@pytest.mark.requirement("R41")
def test_that_the_codes_of_an_appointments_sms_are_kept_once_each_in_their_order(database: ClinicDatabase) -> None:
    for code in ("zeta", "alfa", "zeta"):
        keep_dispatch_code(database, 7, code)

    assert dispatch_codes(database, 7) == ["zeta", "alfa"]
    assert dispatch_codes(database, 8) == []
