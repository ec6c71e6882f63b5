"""What `Enviado` shows over minutes and days, and what the panel explains of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PyQt6.QtWidgets import QAbstractButton

from tests.journeys.clinic import ARCE, HELLO, NANEZ, NOTICES, OLABARRI, PHONES, REASONS, ZUNIGA, let_time_pass
from tests.journeys.conftest import OpenClerk
from tests.journeys.driver import Clerk

EVERYBODY = [ARCE, NANEZ, OLABARRI, ZUNIGA]


def send_to(clerk: Clerk, *names: str) -> None:
    """Leave only these rows marked and send."""
    clerk.choose_from_menu(ARCE, "Desmarcar todo")
    for name in names:
        clerk.click_mark(name)
    clerk.send()
    clerk.wait(lambda: all(clerk.cell(name, "Enviado") == "--" for name in names))


@pytest.fixture
def quick_clerk(open_clerk: OpenClerk) -> Clerk:
    """A clerk whose panel looks every second for messages whose time has come."""
    clerk = open_clerk(settings_of_sms={"sms.refresh_tick_s": "1"})
    clerk.open_panel()
    clerk.query(NOTICES, HELLO)
    return clerk


@pytest.mark.requirement("R38", "R08", "R23")
def test_that_a_message_goes_from_dashes_to_no_and_from_no_to_yes(clerk: Clerk) -> None:
    clerk.query(NOTICES, HELLO)
    assert clerk.cell(ARCE, "Enviado") == ""

    send_to(clerk, ARCE)
    assert clerk.cell(ARCE, "Enviado") == "--"
    assert clerk.cell(ARCE, "Detalle").endswith("sin comprobar")

    clerk.press("sms.refresh")
    clerk.wait(lambda: clerk.cell(ARCE, "Enviado") == "No")
    assert clerk.cell(ARCE, "Detalle").startswith("En espera")

    clerk.provider.clock.advance(60)
    send_to(clerk, NANEZ)
    clerk.press("sms.refresh")
    clerk.wait(lambda: clerk.cell(ARCE, "Enviado") == "Si")
    assert "entregado" in clerk.cell(ARCE, "Detalle")
    assert clerk.column("Enviado")[2:] == ["", ""]


@pytest.mark.requirement("R38")
@pytest.mark.parametrize(
    ("outcome", "detail"),
    [
        ("failed_number", "No entregado: el número no existe"),
        ("unsubscribed", "No entregado: línea dada de baja"),
        ("blocked", "No entregado: el número está bloqueado"),
    ],
)
def test_that_a_message_that_failed_is_no_with_its_reason(clerk: Clerk, outcome: str, detail: str) -> None:
    clerk.provider.set_outcome(PHONES[ARCE], outcome)
    clerk.query(NOTICES, HELLO)
    send_to(clerk, ARCE)
    clerk.provider.clock.advance(60)

    clerk.press("sms.refresh")

    clerk.wait(lambda: clerk.cell(ARCE, "Enviado") == "No")
    assert clerk.cell(ARCE, "Detalle") == detail
    assert ARCE not in clerk.marked()


@pytest.mark.requirement("R38")
def test_that_a_later_report_never_takes_a_row_back(quick_clerk: Clerk) -> None:
    clerk = quick_clerk
    clerk.provider.set_outcome(PHONES[ARCE], "failed_number")
    send_to(clerk, ARCE, NANEZ)
    let_time_pass(clerk.host, timedelta(minutes=2))
    clerk.wait(lambda: clerk.column("Enviado")[:2] == ["No", "Si"])
    failed = clerk.cell(ARCE, "Detalle")

    clerk.provider.set_outcome(PHONES[ARCE], "pending")
    clerk.provider.set_outcome(PHONES[NANEZ], "pending")
    asked = clerk.reports_asked()
    let_time_pass(clerk.host, timedelta(minutes=10))
    clerk.wait_for_reports(asked + 1)
    send_to(clerk, OLABARRI)
    let_time_pass(clerk.host, timedelta(minutes=2))
    clerk.wait(lambda: clerk.cell(OLABARRI, "Enviado") == "Si")

    assert clerk.column("Enviado")[:2] == ["No", "Si"]
    assert clerk.cell(ARCE, "Detalle") == failed

    clerk.provider.set_outcome(PHONES[ARCE], "delivered")
    let_time_pass(clerk.host, timedelta(hours=3))
    clerk.wait(lambda: clerk.cell(ARCE, "Enviado") == "Si")


@pytest.mark.requirement("R38")
def test_that_after_seven_days_without_an_answer_it_is_no_and_unconfirmed(quick_clerk: Clerk) -> None:
    clerk = quick_clerk
    clerk.provider.set_outcome(PHONES[ARCE], "pending")
    send_to(clerk, ARCE)
    let_time_pass(clerk.host, timedelta(days=7, minutes=1))

    clerk.wait(lambda: clerk.cell(ARCE, "Detalle") == "Sin confirmación")

    assert clerk.cell(ARCE, "Enviado") == "No"


@pytest.mark.requirement("R40")
def test_that_a_pending_message_is_asked_about_by_itself_when_its_time_has_come(quick_clerk: Clerk) -> None:
    clerk = quick_clerk
    send_to(clerk, ARCE)
    assert clerk.reports_asked() == 0

    let_time_pass(clerk.host, timedelta(minutes=2))

    clerk.wait(lambda: clerk.cell(ARCE, "Enviado") == "Si")
    assert clerk.reports_asked() == 1


@pytest.mark.requirement("R40")
def test_that_a_final_message_is_never_asked_about_again(quick_clerk: Clerk) -> None:
    clerk = quick_clerk
    clerk.provider.set_outcome(PHONES[NANEZ], "pending")
    send_to(clerk, ARCE, NANEZ)
    let_time_pass(clerk.host, timedelta(minutes=2))
    clerk.wait(lambda: clerk.column("Enviado")[:2] == ["Si", "No"])
    asked = clerk.reports_asked()

    for span in (timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1)):
        before = clerk.reports_asked()
        let_time_pass(clerk.host, span)
        clerk.wait_for_reports(before + 1)

    assert clerk.reports_asked() == asked + 3


@pytest.mark.requirement("R39")
def test_that_the_legend_under_the_grid_says_what_the_values_mean_and_do_not_prove(clerk: Clerk) -> None:
    clerk.query(NOTICES, HELLO)

    legend = " ".join(clerk.words())
    for words in (
        "según el centro de mensajes",
        "no prueba que la persona lo",
        "menos de 5 min",
        "uno o dos días o más",
        "Lo esencial, también por otra vía",
    ):
        assert words in legend


@pytest.mark.requirement("R39")
def test_that_more_explains_the_whole_of_it(clerk: Clerk) -> None:
    clerk.click(clerk.part(QAbstractButton, "legend.more"))

    told = " ".join(clerk.words_on_screen(clerk.dialog("sms.explanation")))
    for words in (
        "no prueba que la persona lo haya recibido",
        "menos de 5 minutos",
        "uno o dos días",
        "el SMS no debe ser la única",
    ):
        assert words.lower() in told.lower()


@pytest.mark.requirement("R08")
def test_that_the_column_shows_nothing_but_its_four_values(clerk: Clerk) -> None:
    clerk.provider.set_outcome(PHONES[NANEZ], "pending")
    clerk.query(NOTICES, HELLO)
    send_to(clerk, ARCE, NANEZ)
    clerk.provider.clock.advance(60)
    clerk.press("sms.refresh")
    clerk.wait(lambda: clerk.column("Enviado")[:2] == ["Si", "No"])

    send_to(clerk, OLABARRI)

    assert clerk.column("Enviado") == ["Si", "No", "--", ""]
    clerk.query(REASONS)
    assert set(clerk.column("Enviado")) == {""}
