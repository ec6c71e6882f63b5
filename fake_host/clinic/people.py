"""The demo clinic: made to bite, the same every time, and there without a network.

Its own names instead of a library's: ordinary people take a few lines of data, stay the same from one version of a
library to the next, and a hundred thousand of them are made in seconds.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from sqlalchemy import insert, select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from fake_host.clinic.database import ClinicDatabase
from fake_host.clinic.demo_agenda import demo_agenda
from fake_host.clinic.demo_cases import CASES, EMPTY_FOLDER, NOTICES, ORTHODONTICS, TO_REVIEW, WITH_DOCUMENTS
from fake_host.clinic.demo_people import Population
from fake_host.clinic.roster import Person, add_people
from fake_host.clinic.tables import ClinicSite, ClinicUser
from hookspecs.clinic import Appointment, Patient, PatientGroup

EVERYBODY = "Todos los pacientes"
HYGIENE = "Higiene anual"
IMPLANTS = "Implantes · mantenimiento"
RETIRED = "Campaña de 2019"

RECEPTION_USER = "marta"
"""Id of the user who may do everything."""

_ORDINARY = 3_150
_HYGIENE_SIZE = 312
_IMPLANTS_SIZE = 58
_SEED = 20_261_123
_FILL_ATTEMPTS = 5
_ALL_PERMISSIONS = ("sms.see", "sms.send", "sms.export", "sms.configure", "sms.decide", "sms.exceed_cap")

__all__ = [
    "EVERYBODY",
    "HYGIENE",
    "IMPLANTS",
    "NOTICES",
    "ORTHODONTICS",
    "RECEPTION_USER",
    "RETIRED",
    "TO_REVIEW",
    "big_group_name",
    "fill_demo_clinic",
    "fill_office",
]


def big_group_name(patients: int) -> str:
    """Name the group that `fill_demo_clinic` makes of `patients` people."""
    return f"Grupo grande · {patients:,} pacientes".replace(",", ".")


def fill_demo_clinic(database: ClinicDatabase, patients: int = 0, today: date | None = None) -> bool:
    """Fill an empty database with the demo clinic; one that has patients only gets an agenda, if today has none.

    Args:
        database: Where to write.
        patients: A group of that many people as well, named by `big_group_name`. They come on top of the others.
        today: The day of the hand-written agenda; this day, unless given.

    Returns:
        True when the clinic was made, False when there was one already.
    """
    fill_office(database)
    made = _fill(database, patients, today or date.today())
    _lay_out_documents(database)
    return made


def fill_office(database: ClinicDatabase) -> None:
    """Add the branch and the users where there are none: a host needs somebody to log in, whoever its patients are."""
    try:
        with database.session_factory.begin() as session:
            if session.scalar(select(ClinicSite.id)) is None:
                session.add(ClinicSite(id=1, name="Clínica Dental Arce", phone="910 555 200"))
            if session.scalar(select(ClinicUser.id).limit(1)) is None:
                session.add_all(
                    ClinicUser(id=key, name=name, workstation=seat, permissions=list(permissions))
                    for key, name, seat, permissions in (
                        (RECEPTION_USER, "Marta Ordóñez", "Recepción 2", _ALL_PERMISSIONS),
                        ("nuria", "Nuria Peñalba", "Recepción 1", ("sms.see", "sms.send", "sms.export")),
                        ("rosa", "Rosa Iturbe", "Gabinete 1", ("sms.see",)),
                    )
                )
    except IntegrityError:  # another host was faster, with the same people
        return


def _fill(database: ClinicDatabase, patients: int, today: date) -> bool:
    for attempt in range(1, _FILL_ATTEMPTS + 1):
        made = not database.has_patients()
        try:
            with database.session_factory.begin() as session:
                if made:
                    _add_clinic(session, patients)
                _add_agenda(session, today)
            return made
        except DBAPIError:
            # Another host fills the same database at this moment: a taken code, or a deadlock. Its clinic will do.
            if attempt == _FILL_ATTEMPTS:
                raise
    raise AssertionError("the last attempt returns or raises")


def _add_clinic(session: Session, patients: int) -> None:
    population = Population(_SEED)
    ordinary = [
        replace(person, groups=_ordinary_groups(place)) for place, person in enumerate(population.people(_ORDINARY))
    ]
    cases = [replace(person, groups=(*person.groups, EVERYBODY)) for person in CASES]
    people: list[Person] = [*cases, *ordinary]
    if patients > 0:
        people += population.people(patients, groups=(big_group_name(patients), EVERYBODY))
    session.add(PatientGroup(name=RETIRED, active=False))
    add_people(session, people)


def _ordinary_groups(place: int) -> tuple[str, ...]:
    groups = [EVERYBODY]
    # a stride of the list instead of its head, but a stride that leaves some families together
    if place % 20 < 2 and place // 20 * 2 + place % 20 < _HYGIENE_SIZE:
        groups.append(HYGIENE)
    if place % 50 == 7 and place // 50 < _IMPLANTS_SIZE:
        groups.append(IMPLANTS)
    return tuple(groups)


def _add_agenda(session: Session, today: date) -> None:
    start = datetime.combine(today, time.min)
    on_today = (Appointment.starts_at >= start, Appointment.starts_at < start + timedelta(days=1))
    if session.scalar(select(Appointment.id).where(*on_today).limit(1)) is not None:
        return
    rows = session.execute(select(Patient.code, Patient.id).order_by(Patient.id).limit(_ORDINARY)).all()
    ids = {row.code: row.id for row in rows}
    cases = {person.code for person in CASES}
    if not cases <= ids.keys():
        return  # a clinic's own list has an agenda of its own
    anybody = [row.id for row in rows if row.code not in cases]
    planned = list(demo_agenda(today, ids, anybody, _SEED))
    session.execute(insert(Appointment), planned)


def _lay_out_documents(database: ClinicDatabase) -> None:
    database.documents.make_folder(EMPTY_FOLDER)
    for code in WITH_DOCUMENTS:
        consent = database.documents.make_folder(code) / "Consentimiento informado.txt"
        if not consent.exists():
            consent.write_text("Documento de muestra de la clínica de demostración.\n", encoding="utf-8")
