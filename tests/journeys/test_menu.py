"""The seven entries of the grid's context menu, opened with the right button."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel
from sqlalchemy import select

from fake_host.window.grid import PatientGrid
from hookspecs import API_VERSION, MenuEntry, PatientRef, PluginInfo, hookimpl
from hookspecs.clinic import Appointment, Patient
from tests.journeys.clinic import (
    ARCE,
    FAMILY,
    HELLO,
    LEO,
    MARTA,
    NANEZ,
    NORA,
    NOTICES,
    OLABARRI,
    REASONS,
    SENDABLE_OF_REASONS,
    TORIBIO,
    TWO_MOBILES,
    ZUNIGA,
)
from tests.journeys.conftest import OpenClerk
from tests.journeys.driver import Clerk
from tests.journeys.screen import spoken

TOMORROW = f"{date.today() + timedelta(days=1):%d/%m/%Y}"
EVERYBODY = [ARCE, NANEZ, OLABARRI, ZUNIGA]


def send_to(clerk: Clerk, *names: str) -> None:
    """Query the notices, leave only these rows marked, and send."""
    clerk.query(NOTICES, HELLO)
    for name in set(EVERYBODY) - set(names):
        clerk.click_mark(name)
    clerk.send()
    clerk.wait(lambda: all(clerk.cell(name, "Enviado") == "--" for name in names))


@pytest.mark.requirement("R14", "R15", "R16", "R17", "R18", "R19", "R20")
def test_that_the_menu_has_the_seven_entries_with_what_they_would_touch(clerk: Clerk) -> None:
    clerk.query(REASONS, HELLO)

    menu = clerk.open_menu(SENDABLE_OF_REASONS)

    assert [spoken(action.text()) for action in menu.actions() if not action.isSeparator()] == [
        "Editar teléfonos…",
        "Mostrar paciente",
        "Marcar todo (1)",
        "Marcar no enviados (1)",
        "Desmarcar todo",
        "Seleccionar marcados (1)",
        "Seleccionar todo (8)",
    ]
    menu.close()


@pytest.mark.requirement("R14")
def test_that_choosing_a_mobile_in_the_phone_editor_changes_the_row_at_once(clerk: Clerk) -> None:
    clerk.query(REASONS, HELLO)
    assert clerk.cell(TWO_MOBILES, "Teléfono") == "—"

    clerk.choose_from_menu(TWO_MOBILES, "Editar teléfonos")
    clerk.choose_mobile("606 555 150")

    clerk.wait(lambda: clerk.cell(TWO_MOBILES, "Teléfono") == "606 555 150")
    assert clerk.cell(TWO_MOBILES, "Detalle") == ""
    assert clerk.ground(TWO_MOBILES, "Nombre") == clerk.ground(TWO_MOBILES, "Código")
    clerk.click_mark(TWO_MOBILES)
    clerk.send()
    assert clerk.phones_in_ledger() == ["34606555150", "34606555167"]


@pytest.mark.requirement("R14")
def test_that_a_row_that_loses_its_mobile_loses_its_mark(clerk: Clerk) -> None:
    clerk.query(NOTICES, HELLO)

    clerk.choose_from_menu(NANEZ, "Editar teléfonos")
    clerk.choose_mobile("")

    clerk.wait(lambda: clerk.cell(NANEZ, "Detalle") == "Sin móvil para SMS")
    assert clerk.marked() == [ARCE, OLABARRI, ZUNIGA]


@pytest.mark.requirement("R15")
def test_that_the_rows_patient_becomes_current_in_every_open_module(clerk: Clerk) -> None:
    clerk.window.show_module("patients")
    grid = clerk.part(PatientGrid, "host.patient_grid")
    clerk.wait(lambda: len(grid.rows.rows) > 0)
    clerk.query(NOTICES, HELLO)

    clerk.choose_from_menu(OLABARRI, "Mostrar paciente")

    clerk.wait(lambda: [one.name for one in grid.selected()] == [OLABARRI])
    assert clerk.part(QLabel, "host.current_patient").text() == f"{OLABARRI} · 000023"
    clerk.wait(lambda: clerk.window.patients.card.lines["code"].text() == "000023")
    current = clerk.host.context.current_patient
    assert current is not None and current.name == OLABARRI


@pytest.mark.requirement("R15")
def test_that_the_patients_appointment_is_selected_in_the_agenda_too(clerk: Clerk) -> None:
    with clerk.host.context.session_factory.begin() as session:
        patient = session.scalars(select(Patient.id).where(Patient.code == "000023")).one()
        session.add(
            Appointment(patient_id=patient, starts_at=datetime.combine(date.today(), time(10)), concept="Revisión")
        )
    clerk.window.show_module("agenda")
    grid = clerk.part(PatientGrid, "host.agenda_grid")
    clerk.wait(lambda: len(grid.rows.rows) == 1)
    clerk.query(NOTICES, HELLO)

    clerk.choose_from_menu(OLABARRI, "Mostrar paciente")

    assert [one.name for one in grid.selected()] == [OLABARRI]


@pytest.mark.requirement("R16")
def test_that_marking_all_marks_the_sent_ones_too_and_nobody_who_cannot_be_sent_to(clerk: Clerk) -> None:
    send_to(clerk, ARCE)

    clerk.choose_from_menu(ARCE, "Marcar todo")

    assert clerk.marked() == EVERYBODY

    clerk.choose_from_menu(ARCE, "Desmarcar todo")
    clerk.query(REASONS)
    clerk.choose_from_menu(SENDABLE_OF_REASONS, "Marcar todo")

    assert clerk.marked() == [SENDABLE_OF_REASONS]


@pytest.mark.requirement("R16")
def test_that_a_confirmed_resend_goes_out_again_and_an_unticked_one_does_not(clerk: Clerk) -> None:
    send_to(clerk, ARCE, NANEZ)
    clerk.choose_from_menu(ARCE, "Marcar todo")

    clerk.begin_send()
    assert spoken(clerk.resend_box().text()) == "2 ya enviados: se enviarán otra vez"
    assert not clerk.resend_box().isChecked()
    clerk.confirm_and_wait()

    assert clerk.phones_in_ledger() == sorted(["34600555021", "34684555115", "34600555023", "34615555124"])

    clerk.choose_from_menu(ARCE, "Desmarcar todo")
    clerk.click_mark(ARCE)
    clerk.begin_send()
    clerk.tick_resend()
    clerk.confirm_and_wait()

    assert clerk.phones_in_ledger().count("34600555021") == 2
    assert len(clerk.ledger()) == 5


@pytest.mark.requirement("R17")
def test_that_marking_the_unsent_marks_exactly_who_has_no_send(clerk: Clerk) -> None:
    send_to(clerk, NANEZ)
    clerk.choose_from_menu(ARCE, "Desmarcar todo")

    clerk.choose_from_menu(ARCE, "Marcar no enviados")

    assert clerk.marked() == [ARCE, OLABARRI, ZUNIGA]


@pytest.mark.requirement("R17")
def test_that_who_had_the_message_on_another_date_is_unsent(clerk: Clerk) -> None:
    send_to(clerk, NANEZ)
    clerk.choose_date(TOMORROW)
    clerk.query()
    assert clerk.marked() == [ARCE, OLABARRI, ZUNIGA]

    clerk.choose_from_menu(ARCE, "Marcar no enviados")

    assert clerk.marked() == EVERYBODY


@pytest.mark.requirement("R18")
def test_that_unmarking_all_leaves_nobody_marked_and_nothing_to_send(clerk: Clerk) -> None:
    clerk.query(NOTICES, HELLO)

    clerk.choose_from_menu(NANEZ, "Desmarcar todo")

    assert clerk.marked() == []
    assert clerk.is_grey("sms.send")


@pytest.mark.requirement("R19")
def test_that_selecting_the_marked_highlights_them_and_nobody_else(clerk: Clerk) -> None:
    clerk.query(NOTICES, HELLO)
    clerk.click_mark(NANEZ)
    clerk.click_row(NANEZ)

    clerk.choose_from_menu(NANEZ, "Seleccionar marcados")

    assert clerk.selected() == [ARCE, OLABARRI, ZUNIGA]
    assert clerk.marked() == [ARCE, OLABARRI, ZUNIGA]


@pytest.mark.requirement("R20")
def test_that_selecting_all_highlights_every_row_and_marks_none(clerk: Clerk) -> None:
    clerk.query(FAMILY, HELLO)
    before = clerk.marked()

    clerk.choose_from_menu(MARTA, "Seleccionar todo")

    assert clerk.selected() == [LEO, MARTA, NORA, TORIBIO]
    assert clerk.marked() == before


@pytest.mark.requirement("R14", "R15")
def test_that_entries_for_one_patient_are_grey_while_several_rows_are_highlighted(clerk: Clerk) -> None:
    clerk.query(NOTICES, HELLO)
    clerk.click_row(ARCE)
    clerk.click_row(OLABARRI, Qt.KeyboardModifier.ShiftModifier)

    menu = clerk.open_menu(NANEZ)

    grey = [spoken(action.text()) for action in menu.actions() if not action.isSeparator() and not action.isEnabled()]
    assert grey == ["Editar teléfonos…", "Mostrar paciente"]
    menu.close()


class Neighbour:
    """Another plugin, with an entry for whoever is highlighted."""

    def __init__(self) -> None:
        self.called: list[PatientRef] = []

    @hookimpl
    def orthos_plugin_info(self) -> PluginInfo:
        return PluginInfo(name="neighbour", version="1", api=API_VERSION, title="Vecino")

    @hookimpl
    def orthos_context_menu_entries(self, patients: tuple[PatientRef, ...]) -> list[MenuEntry]:
        return [MenuEntry(id="neighbour.call", text="&Llamar", run=lambda: self.called.extend(patients))]


@pytest.mark.requirement("R45")
def test_that_entries_of_other_plugins_stand_below_and_get_the_highlighted_patients(open_clerk: OpenClerk) -> None:
    neighbour = Neighbour()
    clerk = open_clerk(plugins={"neighbour": neighbour})
    clerk.open_panel()
    clerk.query(NOTICES, HELLO)
    clerk.click_row(ARCE)
    clerk.click_row(OLABARRI, Qt.KeyboardModifier.ControlModifier)

    clerk.choose_from_menu(ARCE, "Llamar")

    assert [patient.name for patient in neighbour.called] == [ARCE, OLABARRI]
