"""Patients and their phones: found, read, and the phones written. Every function opens a session of its own."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, delete, exists, func, insert, or_, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from fake_host.clinic.database import ClinicDatabase
from fake_host.clinic.names import display_name, folded, sort_key
from fake_host.clinic.tables import PatientName
from hookspecs import PatientFacts, PatientRef
from hookspecs.clinic import Patient, PatientPhone

logger = logging.getLogger(__name__)

SEARCH_LIMIT = 200
"""More hits than this nobody reads: a person types another letter."""


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone of a patient; `id` is None until it is stored. See `PatientPhone` for the other fields."""

    number: str
    kind: str = "mobile"
    sms_selected: bool = False
    id: int | None = None


@dataclass(frozen=True, slots=True)
class PatientCard:
    """All that the host's modules show of a patient."""

    id: int
    code: str
    surname: str
    first_name: str
    birth_on: date | None
    language: str
    objection_accepted: bool
    email: str | None
    has_app: bool
    phones: tuple[Phone, ...]

    @property
    def ref(self) -> PatientRef:
        """The patient as hooks name one."""
        return PatientRef(self.id, self.code, display_name(self.surname, self.first_name))


def search_patients(database: ClinicDatabase, text: str, limit: int = SEARCH_LIMIT) -> list[PatientRef]:
    """Find patients by surname, first name or code, in Spanish order.

    Every word must begin a word of the name, accents and capitals aside. With a comma, what stands before it is
    looked for in the surname and the rest in the first name. A code may lack its leading zeros. No text: everybody.
    """
    index_names(database)
    query = (
        select(Patient.id, Patient.code, Patient.surname, Patient.first_name)
        .join(PatientName, PatientName.patient_id == Patient.id)
        .where(*_matches(text))
        .order_by(PatientName.order_key, Patient.id)
        .limit(limit)
    )
    with database.session_factory() as session:
        return [make_ref(*row) for row in session.execute(query)]


def find_patient(database: ClinicDatabase, patient_id: int) -> PatientCard | None:
    """Read one patient with all phones."""
    with database.session_factory() as session:
        patient = session.get(Patient, patient_id)
        if patient is None:
            return None
        return PatientCard(
            id=patient.id,
            code=patient.code,
            surname=patient.surname,
            first_name=patient.first_name,
            birth_on=patient.birth_on,
            language=patient.language,
            objection_accepted=patient.objection_accepted,
            email=patient.email,
            has_app=patient.has_app,
            phones=_phones(session, patient_id),
        )


def patient_ref(database: ClinicDatabase, patient_id: int) -> PatientRef | None:
    """Read one patient as hooks name one."""
    query = select(Patient.id, Patient.code, Patient.surname, Patient.first_name).where(Patient.id == patient_id)
    with database.session_factory() as session:
        row = session.execute(query).one_or_none()
    return make_ref(*row) if row else None


def patient_facts(database: ClinicDatabase, patient: PatientRef) -> PatientFacts:
    """Read what the patient buttons need: from the database, and from the documents folder.

    Raises:
        LookupError: When the patient is gone.
    """
    query = select(Patient.code, Patient.email, Patient.has_app, Patient.objection_accepted)
    with database.session_factory() as session:
        row = session.execute(query.where(Patient.id == patient.id)).one_or_none()
    if row is None:
        raise LookupError(f"no patient {patient.id}")
    return PatientFacts(
        has_documents=database.documents.has_documents(row.code),
        email=row.email or None,
        has_app=row.has_app,
        objection_accepted=row.objection_accepted,
    )


def read_phones(database: ClinicDatabase, patient_id: int) -> tuple[Phone, ...]:
    """Read a patient's phones in the order in which they were added."""
    with database.session_factory() as session:
        return _phones(session, patient_id)


def replace_phones(database: ClinicDatabase, patient_id: int, phones: Sequence[Phone]) -> tuple[Phone, ...]:
    """Make `phones` the patient's phones, in one transaction, and give them as stored.

    Phones that carry an id keep it; those of the patient's that are not among `phones` go.

    Raises:
        ValueError: When a number is empty or too long, or more than one is selected for SMS.
        LookupError: When the patient is gone, or a phone that is not the patient's is named.
    """
    wanted = [Phone(phone.number.strip(), phone.kind, phone.sms_selected, phone.id) for phone in phones]
    if any(not phone.number or len(phone.number) > 60 for phone in wanted):
        raise ValueError("a phone has between 1 and 60 characters")
    if sum(phone.sms_selected for phone in wanted) > 1:
        raise ValueError("only one phone can be selected for SMS")
    with database.session_factory.begin() as session:
        # A write that changes nothing locks the patient on every engine, and as the first statement it waits its turn
        # on SQLite too: two seats that save at the same moment cannot both leave a selected phone.
        lock = update(Patient).where(Patient.id == patient_id).values(has_app=Patient.has_app)
        if session.connection().execute(lock).rowcount == 0:
            raise LookupError(f"no patient {patient_id}")
        query = select(PatientPhone).where(PatientPhone.patient_id == patient_id)
        stored = {row.id: row for row in session.scalars(query)}
        for phone in wanted:
            row = PatientPhone(patient_id=patient_id) if phone.id is None else stored.pop(phone.id, None)
            if row is None:
                raise LookupError(f"no phone {phone.id} of patient {patient_id}")
            row.number, row.kind, row.sms_selected = phone.number, phone.kind, phone.sms_selected
            session.add(row)
            session.flush()  # one by one, so that new ones get their ids in this order
        for row in stored.values():
            session.delete(row)
    return read_phones(database, patient_id)


def index_names(database: ClinicDatabase) -> None:
    """Bring the index of names up to date with patients that came or went, whoever wrote them."""
    with database.session_factory() as session:
        patients = session.execute(select(func.count(Patient.id), func.max(Patient.id))).one()
        known = session.execute(select(func.count(PatientName.patient_id), func.max(PatientName.patient_id))).one()
    if tuple(patients) == tuple(known):
        return
    try:
        with database.session_factory.begin() as session:
            session.execute(delete(PatientName).where(~exists().where(Patient.id == PatientName.patient_id)))
            missing = ~exists().where(PatientName.patient_id == Patient.id)
            query = select(Patient.id, Patient.code, Patient.surname, Patient.first_name).where(missing)
            add_names(session, [(row.id, row.code, row.surname, row.first_name) for row in session.execute(query)])
    except DBAPIError:
        # As a rule another host was faster and wrote the same. Otherwise the search answers from what there is.
        logger.info("the index of names waits for the next search", exc_info=True)


def add_names(session: Session, patients: Iterable[tuple[int, str, str, str]]) -> None:
    """Index new patients, given as id, code, surname and first name, within the caller's transaction."""
    rows = [
        {
            "patient_id": patient_id,
            "words": f" {folded(surname)} | {folded(first_name)}"[:360],
            "order_key": sort_key(surname, first_name)[:340],
            "code_key": _code_key(code),
        }
        for patient_id, code, surname, first_name in patients
    ]
    if rows:
        session.execute(insert(PatientName.__table__), rows)  # type: ignore[arg-type]  # declared as FromClause


def make_ref(patient_id: int, code: str, surname: str, first_name: str) -> PatientRef:
    """Put a patient's columns into the form in which hooks name a patient."""
    return PatientRef(patient_id, code, display_name(surname, first_name))


def _phones(session: Session, patient_id: int) -> tuple[Phone, ...]:
    query = select(PatientPhone).where(PatientPhone.patient_id == patient_id).order_by(PatientPhone.id)
    return tuple(Phone(row.number, row.kind, row.sms_selected, row.id) for row in session.scalars(query))


def _matches(text: str) -> list[ColumnElement[bool]]:
    # folded words hold letters and digits only, so nothing in them is a wildcard
    surname, comma, first_name = text.partition(",")
    words = PatientName.words
    if comma:
        in_surname = [words.like(f"% {word}%|%") for word in folded(surname).split()]
        return [*in_surname, *(words.like(f"%|% {word}%") for word in folded(first_name).split())]
    by_name: list[ColumnElement[bool]] = [words.like(f"% {word}%") for word in folded(text).split()]
    if not any(sign.isdigit() for sign in text):
        return by_name
    by_code = PatientName.code_key.startswith(_code_key(text.strip()), autoescape=True)
    return [or_(by_code, and_(*by_name))] if by_name else [by_code]


def _code_key(code: str) -> str:
    return code.casefold().lstrip("0") or "0"
