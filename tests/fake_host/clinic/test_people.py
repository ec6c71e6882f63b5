from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from fake_host.clinic.agenda import Slot, day_appointments
from fake_host.clinic.database import ClinicDatabase, open_database
from fake_host.clinic.demo_cases import CASES
from fake_host.clinic.groups import group_members, list_groups
from fake_host.clinic.patients import PatientCard, find_patient
from fake_host.clinic.people import (
    EVERYBODY,
    HYGIENE,
    NOTICES,
    ORTHODONTICS,
    RETIRED,
    TO_REVIEW,
    big_group_name,
    fill_demo_clinic,
)
from fake_host.clinic.people_columns import is_spanish_mobile
from hookspecs.clinic import Patient, PatientGroup, PatientPhone

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def demo() -> Iterator[ClinicDatabase]:
    with open_database() as database:
        assert fill_demo_clinic(database, today=TODAY)
        yield database


@pytest.fixture(scope="module")
def cards(demo: ClinicDatabase) -> dict[str, PatientCard]:
    """Every patient written by hand, by code."""
    with demo.session_factory() as session:
        ids = {row.code: row.id for row in session.query(Patient.code, Patient.id)}
    found = {case.code: find_patient(demo, ids[case.code]) for case in CASES}
    return {code: card for code, card in found.items() if card is not None}


def _selected(card: PatientCard) -> list[str]:
    return [phone.number for phone in card.phones if phone.sms_selected]


@pytest.mark.requirement("R02", "R50")
def test_that_groups_run_from_three_patients_to_thousands(demo: ClinicDatabase) -> None:
    sizes = {group.name: group.size for group in list_groups(demo)}

    assert sizes[NOTICES] == 3
    assert sizes[ORTHODONTICS] == 24
    assert 280 <= sizes[HYGIENE] <= 330
    assert 3_000 <= sizes[EVERYBODY] <= 3_500
    assert RETIRED not in sizes
    with demo.session_factory() as session:
        assert session.query(PatientGroup).filter_by(name=RETIRED, active=False).count() == 1
        assert session.query(Patient).count() == sizes[EVERYBODY]


def test_that_names_bite_where_programs_break(cards: dict[str, PatientCard]) -> None:
    assert [len(cards[code].surname) for code in ("003008", "003009")] == [40, 40]
    assert len(cards["003009"].first_name) == 40
    assert cards["003010"].surname == "del Castillo Noriega"
    assert "'" in cards["002090"].surname
    assert "l·l" in cards["001554"].first_name
    assert "ç" in cards["001773"].first_name + cards["003013"].surname
    assert cards["003290"].surname.count("ñ") + cards["003290"].surname.count("Ñ") == 2
    assert cards["003026"].surname.startswith("<b>")
    assert cards["003027"].surname == "=SUMA(A1:A9)"
    assert cards["003028"].first_name == "{telefono}"
    assert cards["003024"].first_name == ""
    assert sum(card.surname == "Martín Soler" for card in cards.values()) == 2


@pytest.mark.requirement("R07", "R12")
def test_that_phones_bite_where_a_send_would_go_wrong(cards: dict[str, PatientCard]) -> None:
    kinds = {code: [phone.kind for phone in card.phones] for code, card in cards.items()}

    assert kinds["003031"] == ["landline"]
    assert kinds["003032"] == []
    assert len(kinds["003033"]) == 2
    assert not any(_selected(cards[code]) for code in ("003031", "003032", "003033", "001146", "002831", "003407"))
    assert [_selected(cards[code])[0][:4] for code in ("003013", "003015", "003035", "003036")] == [
        "+351",
        "+49 ",
        "+44 ",
        "+1 2",
    ]
    assert not any(is_spanish_mobile(_selected(cards[f"0030{number}"])[0]) for number in range(38, 46))
    family = {re.sub(r"\D", "", _selected(cards[code])[0])[-9:] for code in ("003001", "003002", "003003")}
    assert family == {"634555120"}
    assert len({_selected(cards[code])[0] for code in ("003001", "003002", "003003")}) == 3
    assert cards["003049"].objection_accepted
    assert cards["001822"].objection_accepted


def test_that_documents_app_and_mail_occur_and_are_missing(demo: ClinicDatabase, cards: dict[str, PatientCard]) -> None:
    orthodontics = [card for card in cards.values() if demo.documents.folder(card.code)]

    assert demo.documents.has_documents("000412")
    assert demo.documents.folder("000588") is not None
    assert not demo.documents.has_documents("000588")
    assert demo.documents.folder("002377") is None
    assert len(orthodontics) >= 8
    assert {card.has_app for card in cards.values()} == {True, False}
    assert {card.email is None for card in cards.values()} == {True, False}


def test_that_no_patient_has_two_phones_for_sms_and_every_spanish_number_is_an_invented_one(
    demo: ClinicDatabase,
) -> None:
    selected: Counter[int] = Counter()
    with demo.session_factory() as session:
        for phone in session.query(PatientPhone):
            selected[phone.patient_id] += phone.sms_selected
            digits = re.sub(r"\D", "", phone.number)
            if is_spanish_mobile(phone.number):
                assert digits[-9:][3:6] == "555"

    assert max(selected.values()) == 1


def test_that_strangers_never_share_a_mobile_by_chance(demo: ClinicDatabase) -> None:
    surnames: dict[str, set[str]] = defaultdict(set)
    with demo.session_factory() as session:
        rows = session.query(PatientPhone.number, Patient.surname).join(Patient, Patient.id == PatientPhone.patient_id)
        for row in rows:
            if is_spanish_mobile(row.number):
                surnames[re.sub(r"\D", "", row.number)[-9:]].add(row.surname)

    assert [number for number, names in surnames.items() if len(names) > 1] == []
    assert len(surnames) > 1_500


def _names_of(slots: list[Slot]) -> list[str]:
    return [slot.patient.name for slot in slots]


@pytest.mark.requirement("R03")
def test_that_todays_agenda_has_what_reminders_stumble_over(demo: ClinicDatabase) -> None:
    slots = day_appointments(demo, TODAY)
    hours = [slot.starts_at for slot in slots]
    names = Counter(_names_of(slots))

    assert len(slots) == 30
    assert hours == sorted(hours)
    assert names["De la Vega Ruibal, Covadonga"] == 2
    at_five = _names_of(slots).index("Salvatierra Peñín, Marta")
    assert [name.split(",")[0] for name in _names_of(slots)[at_five : at_five + 3]] == ["Salvatierra Peñín"] * 3
    assert [slot.patient.name for slot in slots if slot.state == "cancelled"] == ["Martín Soler, Lucía"]
    assert [slot.concept for slot in slots if not slot.doctor] == ["Cirugía"]


def test_that_the_days_around_have_patients_too_but_no_sunday(demo: ClinicDatabase) -> None:
    yesterday_but_one = day_appointments(demo, date(2026, 11, 20))

    assert {slot.state for slot in yesterday_but_one} <= {"done", "cancelled"}
    assert len(yesterday_but_one) == 26
    assert len(day_appointments(demo, date(2026, 11, 24))) == 26
    assert len(day_appointments(demo, date(2026, 11, 28))) == 10
    assert day_appointments(demo, date(2026, 11, 29)) == []


def test_that_the_clinic_is_the_same_every_time(demo: ClinicDatabase, clinic: ClinicDatabase) -> None:
    fill_demo_clinic(clinic, today=TODAY)

    def picture(database: ClinicDatabase) -> list[tuple[object, ...]]:
        with database.session_factory() as session:
            patients = session.query(Patient.code, Patient.surname, Patient.email, Patient.birth_on).all()
            phones = session.query(PatientPhone.number, PatientPhone.sms_selected).all()
        slots = day_appointments(database, date(2026, 11, 25))
        return [*map(tuple, patients), *map(tuple, phones), *((slot.patient.code, slot.starts_at) for slot in slots)]

    assert picture(clinic) == picture(demo)


def test_that_a_second_start_adds_nobody_and_only_an_agenda_that_is_missing(clinic: ClinicDatabase) -> None:
    fill_demo_clinic(clinic, today=TODAY)
    groups = list_groups(clinic)

    assert not fill_demo_clinic(clinic, today=TODAY)
    assert not fill_demo_clinic(clinic, today=date(2027, 2, 1))

    assert list_groups(clinic) == groups
    assert len(day_appointments(clinic, TODAY)) == 30
    assert len(day_appointments(clinic, date(2027, 2, 1))) == 30


def test_that_more_patients_come_as_a_group_of_their_own(clinic: ClinicDatabase) -> None:
    fill_demo_clinic(clinic, 5_000, today=TODAY)
    groups = {group.name: group for group in list_groups(clinic)}
    big = groups[big_group_name(5_000)]

    assert big.name == "Grupo grande · 5.000 pacientes"
    assert big.size == 5_000
    assert groups[EVERYBODY].size > 8_000
    assert len({patient.code for patient in group_members(clinic, big.id)}) == 5_000


def test_that_the_clinic_fills_every_engine_and_two_hosts_at_once_make_one_clinic(database_url: str) -> None:
    def start(_: int) -> bool:
        with open_database(database_url) as database:
            return fill_demo_clinic(database, today=TODAY)

    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(start, range(2)))

    assert sorted(made) == [False, True]
    with open_database(database_url) as database:
        sizes = {group.name: group.size for group in list_groups(database)}
        assert sizes[NOTICES] == 3
        assert sizes[TO_REVIEW] == 50
        assert len(day_appointments(database, TODAY)) == 30
        with database.session_factory.begin() as session:
            session.add(Patient(code="nueva", surname="Soler", first_name="Ana"))  # keys are still to be had
