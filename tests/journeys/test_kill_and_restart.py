"""A host that dies in the middle of a send, or is closed there, and what the next one does about it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fake_host import FakeHost
from tests.journeys.front_desk import FrontDesk
from tests.journeys.processes import DEMO_MARKS, ClinicFile, ProviderProcess, headless, wait_for, with_grace

LATENCY = ("--latency", "150")
"""Milliseconds: long enough for a kill to find messages on their way."""

INTERRUPTED = "El envío se interrumpió"

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def clinic(tmp_path: Path) -> ClinicFile:
    return ClinicFile(tmp_path)


@contextmanager
def at_the_desk(clinic: ClinicFile, provider: ProviderProcess, grace_s: str = "0") -> Iterator[FrontDesk]:
    with FakeHost(clinic.url, provider.url, deployment={"sms.grace_s": grace_s}) as host:
        yield FrontDesk(host)


@pytest.mark.requirement("R42", "R43")
@pytest.mark.parametrize("gone", [1, 5, 12])
def test_that_after_a_kill_in_the_middle_the_next_start_repeats_nothing_and_shows_every_doubt(
    clinic: ClinicFile, tmp_path: Path, gone: int
) -> None:
    with ProviderProcess.running(tmp_path, *LATENCY) as provider:
        with headless("--database", clinic.url, "--provider-url", provider.url) as host:
            wait_for(lambda: len(provider.messages()) >= gone, f"{gone} messages in the ledger")
            host.kill()
        in_flight = clinic.names("sending")
        waiting = clinic.refs("queued")
        assert in_flight and waiting

        with at_the_desk(clinic, provider) as desk:
            strip = desk.wait_for_title(INTERRUPTED)
            at_start = provider.messages()
            desk.query()
            desk.press("sms.refresh")
            desk.wait(lambda: desk.panel.summary.property("credits") is not None, "the balance")

            assert {"cancel", "resume"} <= {button.id for button in strip.buttons}
            assert provider.messages() == at_start, "something left before a person said so"
            assert clinic.refs("queued") == waiting

            desk.press_strip("resume")
            desk.wait(lambda: not clinic.refs("queued"), "the rest leaves")
            desk.wait(lambda: clinic.names("sending") == in_flight, "what left now is settled")
            clinic.end_leases()
            ended = desk.wait_for_title("Envío terminado")

            assert "dudoso" in ended.title
            clinic.check(provider)
            assert clinic.names("unknown") == in_flight
            assert waiting <= clinic.refs("accepted")
            assert len(clinic.refs("accepted") | clinic.refs("unknown")) == DEMO_MARKS
            desk.wait(lambda: desk.doubtful() == in_flight, "the table shows the doubts")

            desk.query()
            desk.press("sms.menu.mark_unsent")

            assert desk.doubtful() == in_flight
            assert not desk.marked()


@pytest.mark.requirement("R42", "R43")
def test_that_cancelling_an_interrupted_send_frees_what_had_not_left_and_nothing_else(
    clinic: ClinicFile, tmp_path: Path
) -> None:
    with ProviderProcess.running(tmp_path, *LATENCY) as provider:
        with headless("--database", clinic.url, "--provider-url", provider.url) as host:
            wait_for(lambda: len(provider.messages()) >= 5, "5 messages in the ledger")
            host.kill()
        in_flight, waiting = clinic.names("sending"), clinic.names("queued")
        clinic.end_leases()

        with at_the_desk(clinic, provider) as desk:
            desk.wait_for_title(INTERRUPTED)
            before = provider.phones()
            desk.press_strip("cancel")
            desk.wait_for_title("Envío detenido")
            assert provider.phones() == before

            desk.query()
            desk.wait(lambda: desk.doubtful() == in_flight, "the table shows the doubts")
            assert desk.marked() == waiting
            desk.send()
            desk.wait_for_title(f"Envío terminado: {len(waiting)} aceptados")

            clinic.check(provider)
            assert clinic.names("unknown") == in_flight
            assert len(clinic.names("accepted") | in_flight) == DEMO_MARKS


@pytest.mark.requirement("R43")
def test_that_a_host_killed_in_the_grace_has_sent_nothing_and_loses_nothing(clinic: ClinicFile, tmp_path: Path) -> None:
    with ProviderProcess.running(tmp_path) as provider:
        with with_grace(clinic.url, provider.url, 60) as host:
            wait_for(lambda: len(clinic.refs("queued")) == DEMO_MARKS, "the batch is queued")
            host.kill()

        with at_the_desk(clinic, provider) as desk:
            strip = desk.wait_for_title(INTERRUPTED)
            assert strip.detail.startswith(f"Han salido 0; {DEMO_MARKS} esperan.")
            assert provider.messages() == []

            desk.press_strip("resume")
            desk.wait_for_title("saldrán dentro de")
            desk.press_strip("start_now")
            desk.wait_for_title(f"Envío terminado: {DEMO_MARKS} aceptados")

            clinic.check(provider)
            assert len(provider.phones()) == DEMO_MARKS
            assert not desk.doubtful()


@pytest.mark.requirement("R43")
def test_that_a_window_closed_in_the_middle_of_a_send_loses_nothing_and_the_next_one_goes_on(
    clinic: ClinicFile, tmp_path: Path
) -> None:
    with ProviderProcess.running(tmp_path, *LATENCY) as provider:
        with FakeHost(clinic.url, provider.url, deployment={"sms.grace_s": "0"}) as host:
            desk = FrontDesk(host)
            desk.query()
            desk.send()
            desk.wait(lambda: len(provider.messages()) >= 4, "4 messages in the ledger")
            took_s = close(host)
        gone = provider.phones()

        assert took_s < 5
        assert clinic.refs("queued") and not clinic.refs("sending"), "what is on its way is waited for"

        with at_the_desk(clinic, provider) as desk:
            desk.wait_for_title(INTERRUPTED)
            assert provider.phones() == gone
            desk.press_strip("resume")
            desk.wait_for_title("Envío terminado")

            clinic.check(provider)
            assert len(clinic.refs("accepted")) == len(provider.phones()) == DEMO_MARKS


@pytest.mark.requirement("R43")
def test_that_closing_does_not_wait_for_a_provider_that_does_not_answer_and_what_it_holds_is_a_doubt(
    clinic: ClinicFile, tmp_path: Path
) -> None:
    with ProviderProcess.running(tmp_path) as provider:
        provider.set_fault("send", "hang_after_accept", times=None)
        with with_grace(clinic.url, provider.url, 0) as host:
            wait_for(lambda: len(provider.messages()) == 4, "four messages on their way")
            took_s = host.close()
        in_flight = clinic.names("sending")

        assert took_s < 7, "five seconds for what is on its way, and what a program's end takes anyway"
        assert len(in_flight) == len(provider.messages()) == 4

        clinic.end_leases()
        with at_the_desk(clinic, provider) as desk:
            desk.wait_for_title(INTERRUPTED)
            desk.query()

            assert desk.doubtful() == in_flight
            assert not desk.marked()
            clinic.check(provider)


@pytest.mark.requirement("R43")
def test_that_a_send_confirmed_in_the_moment_of_closing_waits_for_the_next_start(
    clinic: ClinicFile, tmp_path: Path
) -> None:
    with ProviderProcess.running(tmp_path) as provider:
        with FakeHost(clinic.url, provider.url, deployment={"sms.grace_s": "10"}) as host:
            desk = FrontDesk(host)
            desk.query()
            desk.send()
            close(host)

        with at_the_desk(clinic, provider) as desk:
            desk.wait_for_title(INTERRUPTED)

            assert len(clinic.refs("queued")) == DEMO_MARKS
            assert provider.messages() == []


def test_that_closing_while_the_provider_is_asked_for_the_balance_takes_five_seconds_at_most(
    clinic: ClinicFile, tmp_path: Path
) -> None:
    with ProviderProcess.running(tmp_path) as provider:
        provider.set_fault("credits", "hang_after_accept", times=None)
        with FakeHost(clinic.url, provider.url) as host:
            desk = FrontDesk(host)
            desk.query()
            desk.press("sms.send")
            desk.wait_for_title("Preparando el envío")

            assert close(host) < 5


def close(host: FakeHost) -> float:
    """Close the window and the program. Gives the seconds it took."""
    assert host.window is not None
    started = time.monotonic()
    host.window.close()
    host.close()
    return time.monotonic() - started
