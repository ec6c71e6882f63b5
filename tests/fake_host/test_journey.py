"""The driver of the headless journey, against an imitation of the panel."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from PyQt6.QtWidgets import QApplication

from fake_host import FakeHost
from fake_host.journey import Journey
from hookspecs import NotifyLevel
from tests.fake_host.imitation import ImitationPlugin, Spoilt
from tests.fake_host.plugins import FailsAt

OpenHost = Callable[..., FakeHost]


@pytest.mark.requirement("R50")
def test_that_the_journey_queries_sends_and_refreshes_and_tells_what_it_saw(
    qapp: QApplication, open_host: OpenHost
) -> None:
    plugin = ImitationPlugin()

    report = Journey(open_host(plugin), "Ortodoncia").run()

    assert report == {
        "rows_queried": 5,
        "rows_marked": 3,
        "rows_sent": 3,
        "states": {"": 2, "No": 1, "Si": 2},
        "credits_before": 1000.0,
        "credits_after": 997.0,
        "errors": [],
    }
    assert plugin.panel is not None
    assert plugin.panel.picked == [2, 1]


def test_that_without_a_wish_the_first_group_offered_is_taken(qapp: QApplication, open_host: OpenHost) -> None:
    plugin = ImitationPlugin()

    Journey(open_host(plugin)).run()

    assert plugin.panel is not None
    assert plugin.panel.picked[0] == 1


def test_that_buttons_in_the_overflow_menu_are_reached_too(qapp: QApplication, open_host: OpenHost) -> None:
    host = open_host(ImitationPlugin())
    assert host.window is not None
    host.window.setMinimumSize(1, 1)
    host.window.resize(120, 400)

    assert Journey(host).run()["errors"] == []


@pytest.mark.parametrize(
    ("spoilt", "group", "error"),
    [
        (Spoilt(no_rows=True), None, "La consulta no ha terminado."),
        (Spoilt(no_confirmation=True), None, "No se ha pedido la confirmación del envío."),
        (Spoilt(never_ends=True), None, "El envío no ha terminado."),
        (Spoilt(without_refresh=True), None, "El panel no tiene la acción «sms.refresh»."),
        (Spoilt(rejected=1), None, "SMS rechazados: 1."),
        (Spoilt(), "Un grupo que no hay", "El panel no ofrece «Un grupo que no hay»."),
    ],
    ids=["no rows", "no confirmation", "never ends", "no action", "rejected", "no group"],
)
def test_that_a_journey_that_gets_stuck_ends_in_time_and_says_where(
    qapp: QApplication, open_host: OpenHost, spoilt: Spoilt, group: str | None, error: str
) -> None:
    started = time.monotonic()

    report = Journey(open_host(ImitationPlugin(spoilt)), group, limit_s=3).run()

    assert report["errors"] == [error]
    assert time.monotonic() - started < 10


def test_that_a_host_without_the_panel_is_an_error(qapp: QApplication, open_host: OpenHost) -> None:
    report = Journey(open_host()).run()

    assert report["errors"] == ["Ningún complemento instalado ofrece el panel de SMS."]


def test_that_failing_plugins_and_errors_said_to_the_user_are_errors_of_the_journey(
    qapp: QApplication, open_host: OpenHost
) -> None:
    host = open_host(ImitationPlugin(), FailsAt("orthos_panels", ValueError("no")))
    host.context.notify(NotifyLevel.ERROR, "Sin conexión con el proveedor.")
    host.context.notify(NotifyLevel.WARNING, "Queda poco saldo.")

    errors = Journey(host).run()["errors"]

    assert len(errors) == 2
    assert errors[0].startswith("El complemento «Failing» ha fallado")
    assert errors[1] == "Sin conexión con el proveedor."
