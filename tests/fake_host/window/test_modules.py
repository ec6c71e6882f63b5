"""The modules `Pacientes` and `Agenda` follow and set the current patient."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from threading import Event

import pytest
from PyQt6.QtCore import QAbstractItemModel
from PyQt6.QtTest import QAbstractItemModelTester
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy import event

from fake_host import FakeHost
from fake_host.clinic.patients import search_patients
from fake_host.hands import click, let_live, type_text
from fake_host.window.agenda import AgendaModule
from fake_host.window.grid import GridRow, PatientGrid
from fake_host.window.patients import PatientsModule
from hookspecs import AppointmentRef, PatientRef
from hookspecs.clinic import Appointment
from tests.fake_host.plugins import Recorder

OpenHost = Callable[..., FakeHost]


def someone(host: FakeHost, text: str) -> PatientRef:
    return search_patients(host.database, text)[0]


def patients_of(host: FakeHost, qtbot: QtBot) -> PatientsModule:
    assert host.window is not None
    host.window.show_module("patients")
    module = host.window.patients
    qtbot.waitUntil(lambda: len(module.grid.rows.rows) == 4, timeout=5_000)
    return module


def agenda_of(host: FakeHost, qtbot: QtBot, texts: list[str]) -> AgendaModule:
    with host.database.session_factory.begin() as session:
        for hour, text in enumerate(texts, start=9):
            starts_at = datetime.combine(datetime.now().date(), time(hour))
            session.add(Appointment(patient_id=someone(host, text).id, starts_at=starts_at, concept="Revisión"))
    assert host.window is not None
    host.window.show_module("agenda")
    module = host.window.agenda
    qtbot.waitUntil(lambda: len(module.grid.rows.rows) == len(texts), timeout=5_000)
    return module


def shown(grid: PatientGrid, column: int) -> list[str]:
    return [row.cells[column] for row in grid.rows.rows]


@pytest.mark.requirement("R50")
def test_that_the_list_comes_in_spanish_order(qapp: QApplication, open_host: OpenHost, qtbot: QtBot) -> None:
    module = patients_of(open_host(), qtbot)

    assert shown(module.grid, 1) == ["García Güell, Anna", "Núñez de Arce, Concepción", "Ñíguez, Íñigo", "Zabala, Ane"]
    assert module.count.text() == "4 pacientes"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("garcia", ["000001"]),
        ("nunez, conc", ["000002"]),
        ("000003", ["000003"]),
        ("3", ["000003"]),
        ("nadie", []),
    ],
)
def test_that_a_patient_is_found_by_code_or_surname_and_name(
    qapp: QApplication, open_host: OpenHost, qtbot: QtBot, typed: str, found: list[str]
) -> None:
    module = patients_of(open_host(), qtbot)

    type_text(module.search, typed)

    qtbot.waitUntil(lambda: shown(module.grid, 0) == found, timeout=5_000)


def test_that_a_late_answer_to_an_older_search_does_not_replace_a_newer_one(
    qapp: QApplication, open_host: OpenHost, qtbot: QtBot
) -> None:
    host = open_host()
    module = patients_of(host, qtbot)
    gate, came_through = Event(), Event()

    def hold(*call: object) -> None:
        if "zab" in str(call[3]):
            assert gate.wait(10)
            came_through.set()

    event.listen(host.database.engine, "before_cursor_execute", hold)
    for text in ("zab", "gar"):
        module.search.setText(text)
        module.look_up()
    qtbot.waitUntil(lambda: shown(module.grid, 0) == ["000001"], timeout=5_000)

    answers: list[object] = []
    post = host.desk.mailbox.post

    def watched_post(task: Callable[[], None]) -> None:
        answers.append(task)
        post(task)

    host.desk.mailbox.post = watched_post  # type: ignore[method-assign]  # to see the late answer arrive
    gate.set()
    qtbot.waitUntil(lambda: came_through.is_set() and bool(answers), timeout=5_000)
    let_live(50)

    assert shown(module.grid, 0) == ["000001"]


@pytest.mark.requirement("R47")
def test_that_choosing_a_row_makes_its_patient_current_and_names_the_module(
    qapp: QApplication, open_host: OpenHost, qtbot: QtBot
) -> None:
    recorder = Recorder()
    host = open_host(recorder)
    module = patients_of(host, qtbot)

    module.grid.setFocus()
    module.grid.selectRow(1)

    assert recorder.heard_of("selected") == [("selected", someone(host, "Núñez"), "host.patients")]


@pytest.mark.requirement("R15", "R47")
def test_that_both_modules_follow_a_patient_shown_by_a_plugin_without_an_echo(
    qapp: QApplication, open_host: OpenHost, qtbot: QtBot
) -> None:
    recorder = Recorder()
    host = open_host(recorder)
    patients, agenda = patients_of(host, qtbot), agenda_of(host, qtbot, ["Zabala", "García"])
    patient = someone(host, "García")

    host.context.show_patient(patient)

    assert patients.grid.selected() == (patient,)
    assert agenda.grid.selected() == (patient,)
    assert len(recorder.heard_of("selected")) == 1


def test_that_a_list_with_an_older_name_does_not_bring_the_older_name_back(
    qapp: QApplication, open_host: OpenHost, qtbot: QtBot
) -> None:
    host = open_host()
    patients_of(host, qtbot)
    listed = someone(host, "García")
    renamed = PatientRef(listed.id, listed.code, "García Güell, Anna María")

    host.context.show_patient(renamed)

    assert host.context.current_patient == renamed


def test_that_a_patient_who_is_not_listed_leaves_no_row_selected(
    qapp: QApplication, open_host: OpenHost, qtbot: QtBot
) -> None:
    host = open_host()
    agenda = agenda_of(host, qtbot, ["Zabala"])
    agenda.grid.selectRow(0)

    host.context.show_patient(someone(host, "García"))

    assert agenda.grid.selected() == ()


def test_that_the_card_shows_phones_groups_and_the_choice_for_sms(
    qapp: QApplication, open_host: OpenHost, qtbot: QtBot
) -> None:
    host = open_host()
    lines = patients_of(host, qtbot).card.lines

    host.context.show_patient(someone(host, "García"))
    qtbot.waitUntil(lambda: lines["phones"].text() == "660 555 312 (SMS)", timeout=5_000)
    assert lines["groups"].text() == "Ortodoncia"

    host.context.show_patient(someone(host, "Ñíguez"))
    qtbot.waitUntil(lambda: lines["phones"].text() == "910 555 101\nninguno para SMS", timeout=5_000)
    assert lines["groups"].text() == "Higiene\nOrtodoncia"


def test_that_the_agenda_shows_a_day_by_hour_and_whose_sms_went_out(
    qapp: QApplication, open_host: OpenHost, qtbot: QtBot, on_worker: Callable[[Callable[[], object]], object]
) -> None:
    host = open_host()
    agenda = agenda_of(host, qtbot, ["Zabala", "García"])
    assert list(zip(shown(agenda.grid, 0), shown(agenda.grid, 6), strict=True)) == [("09:00", ""), ("10:00", "")]

    on_worker(lambda: host.context.appointment_sms_sent(AppointmentRef(2, someone(host, "García")), "code"))

    qtbot.waitUntil(lambda: shown(agenda.grid, 6) == ["", "Sí"], timeout=5_000)


def test_that_another_day_can_be_chosen_and_may_be_empty(qapp: QApplication, open_host: OpenHost, qtbot: QtBot) -> None:
    agenda = agenda_of(open_host(), qtbot, ["Zabala"])

    click(agenda.forward)
    qtbot.waitUntil(lambda: agenda.count.text() == "No hay citas este día.", timeout=5_000)
    click(agenda.today)

    qtbot.waitUntil(lambda: agenda.count.text() == "1 cita", timeout=5_000)


def test_that_the_model_of_a_grid_keeps_qts_rules(qapp: QApplication, open_host: OpenHost, qtbot: QtBot) -> None:
    module = patients_of(open_host(), qtbot)
    model: QAbstractItemModel = module.grid.rows
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)

    module.grid.show_rows([GridRow(PatientRef(1, "1", "Uno"), ("1", "<b>Uno</b>"))], None)
    module.grid.show_rows([], None)

    assert tester.model() is model


@pytest.mark.requirement("R50")
def test_that_no_module_or_editor_touches_the_database_on_the_gui_thread(
    qapp: QApplication, open_host: OpenHost, qtbot: QtBot
) -> None:
    host = open_host()
    on_gui: list[str] = []

    def watch(*call: object) -> None:
        if host.desk.gui.is_here:
            on_gui.append(str(call[2]))

    patient = someone(host, "García")
    event.listen(host.database.engine, "before_cursor_execute", watch)
    try:
        module = patients_of(host, qtbot)
        assert host.window is not None
        host.window.show_module("agenda")
        host.window.open_phones(patient)
        host.window.open_groups()
        host.context.show_patient(patient)
        host.desk.patient_changed(patient, "phones")
        qtbot.waitUntil(lambda: "SMS" in module.card.lines["phones"].text(), timeout=5_000)
        host.window.close_dialogs()
    finally:
        event.remove(host.database.engine, "before_cursor_execute", watch)

    assert on_gui == []
