"""The panel, its parameters and what a query shows and marks."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from PyQt6.QtWidgets import QComboBox, QDateEdit, QLabel, QPushButton
from sqlalchemy import event

from tests.journeys.clinic import (
    ARCE,
    FAMILY,
    HELLO,
    NANEZ,
    NOBODY,
    NOT_SENDABLE,
    NOTICES,
    OLABARRI,
    PHONES,
    REASONS,
    SENDABLE_OF_REASONS,
    TWO_MOBILES,
    WITHOUT_MOBILE,
    ZUNIGA,
    let_time_pass,
)
from tests.journeys.conftest import OpenClerk
from tests.journeys.driver import Clerk

TODAY = f"{date.today():%d/%m/%Y}"
TOMORROW = f"{date.today() + timedelta(days=1):%d/%m/%Y}"


@pytest.mark.requirement("R01")
def test_that_the_panel_stands_in_the_hosts_window_under_its_title(clerk: Clerk) -> None:
    title = clerk.part(QLabel, "host.panel_title")

    assert title.isVisible()
    assert title.text() == "Gestor de envío de mensajes SMS"
    assert clerk.panel.window() is clerk.window
    assert clerk.panel.isVisible()


@pytest.mark.requirement("R02")
def test_that_a_group_query_shows_exactly_the_members_of_the_group(clerk: Clerk) -> None:
    clerk.query(NOTICES, HELLO)

    assert clerk.names() == [ARCE, NANEZ, OLABARRI, ZUNIGA]

    clerk.query(REASONS)

    assert sorted(clerk.names()) == sorted([*NOT_SENDABLE, SENDABLE_OF_REASONS])


@pytest.mark.requirement("R02")
def test_that_a_group_without_members_says_so_where_the_rows_would_stand(clerk: Clerk) -> None:
    clerk.query(NOBODY, HELLO)

    clerk.wait(lambda: "no tiene pacientes" in " ".join(clerk.words()))
    assert f"«{NOBODY}»" in " ".join(clerk.words())
    assert not clerk.table.isVisible()


@pytest.mark.requirement("R06")
def test_that_the_columns_stand_in_order_and_the_names_in_spanish_order(clerk: Clerk) -> None:
    clerk.query(NOTICES, HELLO)

    assert clerk.titles() == [
        "",
        "Nombre",
        "Enviado",
        "Código",
        "Teléfono",
        "Caracteres",
        "SMS",
        "Mensaje",
        "Detalle",
    ]
    assert clerk.names() == [ARCE, NANEZ, OLABARRI, ZUNIGA]
    assert clerk.cell(NANEZ, "Código") == "000022"
    assert clerk.cell(NANEZ, "Teléfono") == "684 555 115"
    assert clerk.cell(NANEZ, "Mensaje") == "Hola Iñigo, le esperamos."


@pytest.mark.requirement("R04", "R09")
def test_that_another_date_leaves_nobody_sent_but_the_last_days_still_count(clerk: Clerk) -> None:
    assert clerk.part(QDateEdit, "sms.date").text() == TODAY
    clerk.query(NOTICES, HELLO)
    clerk.click_mark(ZUNIGA)
    clerk.send()
    clerk.wait(lambda: clerk.column("Enviado") == ["--", "--", "--", ""])

    clerk.choose_date(TOMORROW)
    clerk.query()

    assert clerk.column("Enviado") == ["", "", "", ""]
    assert clerk.marked() == [ZUNIGA]
    assert clerk.cell(ARCE, "Detalle").startswith("Enviado hoy ")
    assert clerk.cell(ZUNIGA, "Detalle") == ""

    clerk.choose_date(TODAY)
    clerk.query()

    assert clerk.column("Enviado") == ["--", "--", "--", ""]


@pytest.mark.requirement("R09")
def test_that_after_the_last_days_the_same_message_is_marked_again(clerk: Clerk) -> None:
    clerk.query(NOTICES, HELLO)
    clerk.send()
    clerk.wait(lambda: set(clerk.column("Enviado")) == {"--"})
    clerk.choose_date(TOMORROW)

    let_time_pass(clerk.host, timedelta(days=6, hours=23))
    clerk.query()
    assert clerk.marked() == []
    let_time_pass(clerk.host, timedelta(hours=2))
    clerk.query()

    assert clerk.marked() == [ARCE, NANEZ, OLABARRI, ZUNIGA]


@pytest.mark.requirement("R07")
def test_that_name_and_phone_have_a_colour_of_their_own_when_there_is_no_mobile_for_sms(clerk: Clerk) -> None:
    clerk.query(REASONS, HELLO)

    coloured = {
        name
        for name in clerk.names()
        if clerk.ground(name, "Nombre") != clerk.ground(name, "Código")
        and clerk.ground(name, "Teléfono") != clerk.ground(name, "Código")
    }
    assert coloured == WITHOUT_MOBILE
    assert all(clerk.cell(name, "Detalle") for name in coloured)


@pytest.mark.requirement("R09")
def test_that_a_query_marks_who_can_be_sent_to_and_says_why_of_the_others(clerk: Clerk) -> None:
    clerk.query(REASONS, HELLO)

    assert clerk.marked() == [SENDABLE_OF_REASONS]
    assert clerk.by_name("Detalle") == {**NOT_SENDABLE, SENDABLE_OF_REASONS: ""}


@pytest.mark.requirement("R09", "R43")
def test_that_the_same_query_again_marks_nobody_who_has_the_message(clerk: Clerk) -> None:
    clerk.query(NOTICES, HELLO)
    clerk.click_mark(OLABARRI)
    clerk.send()
    clerk.wait(lambda: clerk.marked() == [])

    clerk.query()

    assert clerk.marked() == [OLABARRI]
    assert clerk.column("Enviado") == ["--", "--", "", "--"]
    assert len(clerk.ledger()) == 3


@pytest.mark.requirement("R10")
def test_that_the_summary_adds_up_and_names_the_reasons(clerk: Clerk) -> None:
    clerk.query(REASONS, HELLO)

    clerk.wait(lambda: "1 marcada de 8 consultadas" in clerk.summary())
    clerk.wait(lambda: "1 parte" in clerk.summary())
    assert "7 fuera:" in clerk.summary()
    for reason in ("2 sin móvil", "1 con oposición", "1 de baja", "1 con un dato que falta", "no es móvil"):
        assert reason in clerk.summary()


@pytest.mark.requirement("R21")
def test_that_a_query_without_a_group_asks_for_one_and_the_window_goes_on(clerk: Clerk) -> None:
    clerk.choose_message(HELLO)

    clerk.press("sms.query")

    clerk.wait(lambda: clerk.status() == "Elija un grupo de pacientes para poder consultar.")
    assert clerk.window.focusWidget() is clerk.part(QComboBox, "sms.group")
    assert clerk.table.property("queried") is None
    clerk.query(NOTICES)
    assert len(clerk.names()) == 4


@pytest.mark.requirement("R21")
def test_that_marks_set_by_hand_are_dropped_only_after_a_question(clerk: Clerk) -> None:
    clerk.query(NOTICES, HELLO)
    clerk.click_mark(NANEZ)

    clerk.press("sms.query")
    clerk.answer("sms.drop_marks", "Conservar las marcas")

    assert clerk.marked() == [ARCE, OLABARRI, ZUNIGA]

    clerk.press("sms.query")
    clerk.answer("sms.drop_marks", "Consultar de nuevo")
    clerk.wait_for_rows()

    assert clerk.marked() == [ARCE, NANEZ, OLABARRI, ZUNIGA]


@pytest.mark.requirement("R21")
def test_that_marks_which_nobody_touched_are_dropped_without_a_question(clerk: Clerk) -> None:
    clerk.query(NOTICES, HELLO)

    clerk.query(FAMILY)

    assert TWO_MOBILES not in clerk.names()
    assert len(clerk.marked()) == 2


@pytest.mark.requirement("R11")
def test_that_the_credits_are_shown_from_the_start_and_follow_each_send(clerk: Clerk) -> None:
    clerk.wait(lambda: "Saldo 1.000" in clerk.summary())

    clerk.query(NOTICES, HELLO)
    clerk.click_mark(ARCE)
    clerk.send()

    clerk.wait(lambda: "Saldo 997" in clerk.summary())
    assert clerk.provider.credits == 997


@pytest.mark.requirement("R11")
def test_that_an_answer_which_comes_late_does_not_bring_an_older_balance_back(open_clerk: OpenClerk) -> None:
    clerk = open_clerk(settings_of_sms={"sms.senders": "2"})
    clerk.open_panel()
    clerk.provider.faults.add("send", "slow", phone=PHONES[ARCE], delay_ms=1_500)
    clerk.query(NOTICES, HELLO)

    clerk.send()

    clerk.wait(lambda: clerk.marked() == [])
    clerk.wait(lambda: "Saldo 996" in clerk.summary())


@pytest.mark.requirement("R11")
def test_that_unknown_credits_are_a_dash_with_its_reason(open_clerk: OpenClerk) -> None:
    clerk = open_clerk(secrets={"sms.api_token": "otro"})

    clerk.open_panel()

    clerk.wait(lambda: "Saldo — el proveedor no acepta el usuario o la clave" in clerk.summary())


@pytest.fixture
def slow_reading(clerk: Clerk) -> Iterator[threading.Event]:
    """Holds every reading of a group's members until the event is set."""
    go_on = threading.Event()

    def hold(*call: object) -> None:
        if "patient_group_member" in str(call[2]):
            go_on.wait(timeout=10)

    event.listen(clerk.host.database.engine, "before_cursor_execute", hold)
    yield go_on
    go_on.set()
    event.remove(clerk.host.database.engine, "before_cursor_execute", hold)


@pytest.mark.requirement("R21")
def test_that_the_window_can_be_used_while_the_rows_are_read(clerk: Clerk, slow_reading: threading.Event) -> None:
    clerk.choose_group(NOTICES)
    clerk.choose_message(HELLO)

    clerk.press("sms.query")

    clerk.wait(lambda: "Leyendo los pacientes…" in clerk.words())
    assert clerk.table.property("busy")
    clerk.choose_group(FAMILY)
    clerk.choose_group(NOTICES)
    assert clerk.names() == []
    slow_reading.set()
    clerk.wait_for_rows()
    assert clerk.names() == [ARCE, NANEZ, OLABARRI, ZUNIGA]


@pytest.mark.requirement("R21")
def test_that_a_reading_that_is_stopped_leaves_the_old_rows(clerk: Clerk, slow_reading: threading.Event) -> None:
    slow_reading.set()
    clerk.query(NOTICES, HELLO)
    slow_reading.clear()
    clerk.choose_group(FAMILY)
    clerk.press("sms.query")

    clerk.click(clerk.part(QPushButton, "sms.stop_query"))
    slow_reading.set()

    clerk.wait(lambda: clerk.status() == "Consulta detenida.")
    assert clerk.names() == [ARCE, NANEZ, OLABARRI, ZUNIGA]
    clerk.query()
    assert len(clerk.names()) == 4
    assert ARCE not in clerk.names()
