"""Two programs on one database that send to the same people at the same time."""

from __future__ import annotations

from pathlib import Path

import pytest

from fake_host import FakeHost
from fake_host.hands import click
from tests.journeys.front_desk import FrontDesk
from tests.journeys.processes import DEMO_MARKS, ClinicFile, ProviderProcess, headless

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.mark.requirement("R12", "R43")
def test_that_of_two_seats_that_send_to_the_same_group_one_does_and_the_other_is_told_who(tmp_path: Path) -> None:
    clinic = ClinicFile(tmp_path)
    with (
        ProviderProcess.running(tmp_path, "--latency", "150") as provider,
        FakeHost(
            clinic.url, provider.url, user="nuria", workstation="Recepción 1", deployment={"sms.grace_s": "0"}
        ) as here,
    ):
        desk = FrontDesk(here)
        desk.query()
        assert len(desk.marked()) == DEMO_MARKS
        confirm = desk.confirmation()

        with headless("--database", clinic.url, "--provider-url", provider.url) as other:
            desk.wait(lambda: len(provider.messages()) >= 3, "the other seat sends", limit_s=60)
            click(confirm)
            told = desk.wait_for_title("ya las tiene")
            report = other.report()

        assert told.title == f"{DEMO_MARKS} filas no se han puesto en cola: ya las tiene Marta Ordóñez · Recepción 2."
        assert (report["errors"], report["exit"], report["rows_sent"]) == ([], 0, DEMO_MARKS)
        assert len(provider.messages()) == DEMO_MARKS
        clinic.check(provider)

        desk.wait(lambda: not desk.marked(), "what the other seat sent loses its mark here")
        desk.wait(lambda: [sent for sent, _ in desk.shown().values()].count("Si") == DEMO_MARKS, "its deliveries")
        assert here.problems == []
