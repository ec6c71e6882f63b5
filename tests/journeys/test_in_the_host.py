"""The plugin as a guest: found by itself, following the host's patient, leaving the host's own work alone."""

from __future__ import annotations

from importlib.metadata import entry_points

import pytest
from PyQt6.QtWidgets import QLabel
from sqlalchemy import func, select

from fake_host.window.grid import PatientGrid
from hookspecs.clinic import Patient, PatientGroup
from orthos_sms_plugin.persistence.tables import message
from tests.journeys.clinic import ARCE, HELLO, NANEZ, NOTICES, OLABARRI, REASONS, TWO_MOBILES, ZUNIGA
from tests.journeys.conftest import OpenClerk
from tests.journeys.driver import Clerk


def other_patient_list(clerk: Clerk) -> PatientGrid:
    """The host's own list of patients, open beside the panel."""
    clerk.window.show_module("patients")
    grid = clerk.part(PatientGrid, "host.patient_grid")
    clerk.wait(lambda: len(grid.rows.rows) > 0)
    return grid


@pytest.mark.requirement("R45")
def test_that_the_plugin_is_found_by_its_entry_point_and_fills_what_the_host_offers(clerk: Clerk) -> None:
    found = entry_points(group="orthos", name="sms")

    assert [one.value for one in found] == ["orthos_sms_plugin.plugin:plugin"]
    assert clerk.host.plugins.get_plugin("sms") is next(iter(found)).load()
    assert clerk.host.problems == []
    assert clerk.panel.isVisible()
    assert clerk.tool("sms.query").isVisible()


@pytest.mark.requirement("R45")
def test_that_a_host_which_loads_no_entry_points_has_no_panel(open_clerk: OpenClerk) -> None:
    clerk = open_clerk(load_entry_points=False)

    assert clerk.window.open_panel("sms.panel") is None


@pytest.mark.requirement("R45", "R14")
def test_that_the_hosts_own_patient_list_offers_to_choose_the_mobile(clerk: Clerk) -> None:
    grid = other_patient_list(clerk)
    clerk.query(REASONS, HELLO)

    menu = clerk.open_menu_of(grid, [row.patient.name for row in grid.rows.rows].index(TWO_MOBILES))
    clerk.click_entry(menu, "Elegir móvil para SMS")
    clerk.choose_mobile("606 555 149")

    clerk.wait(lambda: clerk.cell(TWO_MOBILES, "Teléfono") == "606 555 149")


@pytest.mark.requirement("R47", "R45")
def test_that_the_row_of_the_hosts_patient_is_selected_and_the_buttons_follow(clerk: Clerk) -> None:
    grid = other_patient_list(clerk)
    clerk.query(NOTICES, HELLO)
    names = [row.patient.name for row in grid.rows.rows]

    clerk.click_grid(grid, names.index(OLABARRI))

    assert clerk.selected() == [OLABARRI]
    clerk.wait(lambda: not clerk.is_grey("sms.phones"))
    clerk.press("sms.phones")
    clerk.choose_mobile("")
    clerk.wait(lambda: clerk.cell(OLABARRI, "Detalle") == "Sin móvil para SMS")


@pytest.mark.requirement("R47")
def test_that_a_patient_who_is_not_listed_clears_the_selection_and_leaves_the_marks(clerk: Clerk) -> None:
    grid = other_patient_list(clerk)
    clerk.query(NOTICES, HELLO)
    clerk.click_row(ARCE)

    clerk.click_grid(grid, [row.patient.name for row in grid.rows.rows].index(TWO_MOBILES))

    assert clerk.selected() == []
    assert clerk.marked() == [ARCE, NANEZ, OLABARRI, ZUNIGA]


@pytest.mark.requirement("R47")
def test_that_a_query_selects_the_patient_whom_the_host_shows(clerk: Clerk) -> None:
    clerk.show_in_host(ZUNIGA)

    clerk.query(NOTICES, HELLO)

    assert clerk.selected() == [ZUNIGA]
    assert clerk.part(QLabel, "host.current_patient").text().startswith(ZUNIGA)


@pytest.mark.requirement("R46")
def test_that_the_hosts_open_work_survives_a_whole_send_untouched(clerk: Clerk) -> None:
    session = clerk.host.context.session
    session.execute(select(func.count(Patient.id))).scalar_one()
    half_done = PatientGroup(name="A medio hacer")
    with session.no_autoflush:
        session.add(half_done)
    transaction = session.get_transaction()

    clerk.query(NOTICES, HELLO)
    clerk.send()
    clerk.press("sms.refresh")
    clerk.wait(lambda: set(clerk.column("Enviado")) == {"No"})

    assert half_done in session.new
    assert session.get_transaction() is transaction
    with clerk.host.context.session_factory() as other:
        assert other.scalar(select(func.count()).where(PatientGroup.name == "A medio hacer")) == 0
    session.rollback()
    session.add(PatientGroup(name="A medio hacer"))
    session.commit()
    with clerk.host.context.session_factory() as other:
        assert other.scalar(select(func.count()).where(PatientGroup.name == "A medio hacer")) == 1


@pytest.mark.requirement("R46")
def test_that_what_was_sent_is_read_through_the_hosts_session_factory_with_its_dispatch_code(clerk: Clerk) -> None:
    clerk.query(NOTICES, HELLO)
    clerk.send()

    with clerk.host.context.session_factory() as session:
        stored = set(session.scalars(select(message.c.ref)))
    assert stored == {one.ref for one in clerk.ledger()}
