from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from fake_host.clinic.database import ClinicDatabase
from fake_host.clinic.patients import (
    Phone,
    find_patient,
    patient_facts,
    patient_ref,
    read_phones,
    replace_phones,
    search_patients,
)
from fake_host.clinic.roster import Person
from hookspecs import PatientRef
from hookspecs.clinic import Patient

Admit = Callable[..., dict[str, int]]

PEOPLE = (
    Person("000412", "De la Vega Ruibal", "Covadonga"),
    Person("001954", "Núñez Peña", "Begoña"),
    Person("000019", "Nuño Alba", "Íñigo"),
    Person("A-7", "O'Farrill", "Ciarán"),
    Person("003030", "Comodín 100%", "Ana_María"),
)


def _found(database: ClinicDatabase, text: str) -> list[str]:
    return [patient.name for patient in search_patients(database, text)]


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("nunez", ["Núñez Peña, Begoña"]),
        ("NUÑ", ["Nuño Alba, Íñigo", "Núñez Peña, Begoña"]),
        ("pena beg", ["Núñez Peña, Begoña"]),
        ("beg pena", ["Núñez Peña, Begoña"]),
        ("nu, iñi", ["Nuño Alba, Íñigo"]),
        (", covadonga", ["De la Vega Ruibal, Covadonga"]),
        ("covadonga,", []),
        ("alba", ["Nuño Alba, Íñigo"]),
        ("lba", []),
        ("ofarrill", ["O'Farrill, Ciarán"]),
        ("1954", ["Núñez Peña, Begoña"]),
        ("001954", ["Núñez Peña, Begoña"]),
        ("19", ["Nuño Alba, Íñigo", "Núñez Peña, Begoña"]),
        ("a-7", ["O'Farrill, Ciarán"]),
        ("100%", ["Comodín 100%, Ana_María"]),
        ("%", None),
        ("_", None),
        ("'; DROP TABLE patient; --", []),
        ("", None),
    ],
)
def test_that_patients_are_found_by_the_beginnings_of_their_names_or_by_code(
    clinic: ClinicDatabase, admit: Admit, typed: str, names: list[str] | None
) -> None:
    everybody = [
        "Comodín 100%, Ana_María",
        "De la Vega Ruibal, Covadonga",
        "Nuño Alba, Íñigo",
        "Núñez Peña, Begoña",
        "O'Farrill, Ciarán",
    ]
    admit(clinic, *PEOPLE)

    found = _found(clinic, typed)

    assert sorted(found) == sorted(everybody if names is None else names)


def test_that_the_search_answers_alike_and_in_spanish_order_on_every_engine(
    database: ClinicDatabase, admit: Admit
) -> None:
    admit(database, *PEOPLE, Person("9", "Oca", "Eva"), Person("8", "Ñáñez", "Eva"), Person("7", "Nuzo", "Eva"))

    assert _found(database, "eva") == ["Nuzo, Eva", "Ñáñez, Eva", "Oca, Eva"]
    assert _found(database, "nunez, bego") == ["Núñez Peña, Begoña"]
    assert _found(database, "1954") == ["Núñez Peña, Begoña"]
    assert len(search_patients(database, "", limit=2)) == 2


def test_that_a_patient_whom_somebody_else_wrote_is_found_and_one_who_is_gone_is_not(
    database: ClinicDatabase, admit: Admit
) -> None:
    admit(database, *PEOPLE[:2])
    with database.session_factory.begin() as session:
        session.add(Patient(id=77_000, code="77", surname="Zurbano", first_name="Ana"))
        session.delete(session.query(Patient).filter_by(code="000412").one())

    assert _found(database, "zurbano") == ["Zurbano, Ana"]
    assert _found(database, "vega") == []


def test_that_a_patient_is_read_with_the_phones_in_their_order(database: ClinicDatabase, admit: Admit) -> None:
    phones = (Phone("910 555 131", "landline"), Phone("654 555 102", sms_selected=True))
    person = replace(PEOPLE[1], phones=phones, email="b@correo.example", has_app=True, language="ca")
    patient_id = admit(database, person)["001954"]

    card = find_patient(database, patient_id)

    assert card is not None
    assert card.ref == PatientRef(patient_id, "001954", "Núñez Peña, Begoña") == patient_ref(database, patient_id)
    assert (card.email, card.has_app, card.objection_accepted, card.language) == ("b@correo.example", True, False, "ca")
    assert [replace(phone, id=None) for phone in card.phones] == list(phones)
    assert find_patient(database, 404) is None
    assert patient_ref(database, 404) is None


@pytest.mark.requirement("R14")
def test_that_saving_phones_changes_adds_and_removes_in_one_go_and_keeps_ids(
    database: ClinicDatabase, admit: Admit
) -> None:
    person = replace(PEOPLE[0], phones=(Phone("612 555 014", sms_selected=True), Phone("910 555 200", "landline")))
    patient_id = admit(database, person)["000412"]
    mobile, _ = read_phones(database, patient_id)

    stored = replace_phones(
        database, patient_id, [replace(mobile, sms_selected=False), Phone(" 633 555 015 ", sms_selected=True)]
    )

    assert stored == read_phones(database, patient_id)
    assert stored[0] == replace(mobile, sms_selected=False)
    assert replace(stored[1], id=None) == Phone("633 555 015", sms_selected=True)
    assert len(stored) == 2


@pytest.mark.parametrize(
    ("phones", "error"),
    [
        ([Phone("612 555 014", sms_selected=True), Phone("612 555 015", sms_selected=True)], ValueError),
        ([Phone("  ")], ValueError),
        ([Phone("6" * 61)], ValueError),
        ([Phone("612 555 014"), Phone("612 555 015", id=404)], LookupError),
    ],
)
def test_that_phones_which_cannot_be_saved_leave_the_old_ones_alone(
    clinic: ClinicDatabase, admit: Admit, phones: list[Phone], error: type[Exception]
) -> None:
    patient_id = admit(clinic, replace(PEOPLE[0], phones=(Phone("600 555 001", sms_selected=True),)))["000412"]
    before = read_phones(clinic, patient_id)

    with pytest.raises(error):
        replace_phones(clinic, patient_id, phones)

    assert read_phones(clinic, patient_id) == before


def test_that_nobody_can_take_a_phone_of_somebody_else_or_give_one_to_nobody(
    clinic: ClinicDatabase, admit: Admit
) -> None:
    ids = admit(clinic, replace(PEOPLE[0], phones=(Phone("600 555 001"),)), PEOPLE[1])
    (other,) = read_phones(clinic, ids["000412"])

    with pytest.raises(LookupError):
        replace_phones(clinic, ids["001954"], [other])
    with pytest.raises(LookupError):
        replace_phones(clinic, 404, [])
    assert read_phones(clinic, ids["000412"]) == (other,)


def test_that_seats_which_save_at_the_same_moment_leave_one_selected_phone(
    database: ClinicDatabase, admit: Admit
) -> None:
    patient_id = admit(database, PEOPLE[0])["000412"]

    def save(seat: int) -> None:
        replace_phones(database, patient_id, [Phone(f"612 555 {seat:03}", sms_selected=True)])

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(save, range(24)))

    assert [phone.sms_selected for phone in read_phones(database, patient_id)] == [True]


def test_that_the_facts_for_the_buttons_come_from_the_row_and_the_folder(
    database: ClinicDatabase, admit: Admit
) -> None:
    person = replace(PEOPLE[0], email="c@correo.example", has_app=True, objection_accepted=True)
    ids = admit(database, person, PEOPLE[1])
    (database.documents.make_folder("000412") / "Consentimiento.txt").touch()

    rich = patient_facts(database, PatientRef(ids["000412"], "000412", ""))
    poor = patient_facts(database, PatientRef(ids["001954"], "001954", ""))

    assert (rich.has_documents, rich.email, rich.has_app, rich.objection_accepted) == (
        True,
        "c@correo.example",
        True,
        True,
    )
    assert (poor.has_documents, poor.email, poor.has_app, poor.objection_accepted) == (False, None, False, False)
    with pytest.raises(LookupError):
        patient_facts(database, PatientRef(404, "404", ""))
