"""What `make demo` runs where there is no display: the headless journey, its report, and a second run of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from fake_host.clinic.database import open_database
from orthos_sms_plugin.domain.templates import SmsTemplate
from orthos_sms_plugin.persistence.migrate import upgrade
from orthos_sms_plugin.persistence.templates import SqlTemplates
from tests.journeys.processes import DEMO_MARKS, ClinicFile, ProviderProcess, headless

KEYS = {"rows_queried", "rows_marked", "rows_sent", "states", "credits_before", "credits_after", "errors"}
"""Of design section 7, those whose parts exist."""

_PREFIXES = (612, 654, 633, 677, 619, 628, 660, 649, 622, 636, 671, 657, 684, 655, 629, 666, 689, 639)
_ENDS = (101, 102, 103, 104, 105, 106, 108, 109, 110, 111, 112, 114, 115, 116, 119, 121, 122, 123)
PHONES = [f"34{prefix}555{end}" for prefix, end in zip(_PREFIXES, _ENDS, strict=True)]
"""Of the demo group, everybody who can get an SMS; one number stands for two relatives."""


@pytest.mark.requirement("R50")
def test_that_the_demo_sends_to_every_marked_row_and_follows_the_messages_to_their_phones() -> None:
    with headless() as host:
        report = host.report()

    assert report.keys() - {"exit", "said"} == KEYS
    assert (report["errors"], report["exit"]) == ([], 0)
    assert report["rows_queried"] == 24
    assert report["rows_marked"] == report["rows_sent"] == DEMO_MARKS
    assert report["states"] == {"": 24 - DEMO_MARKS, "Si": DEMO_MARKS}
    assert report["credits_before"] - report["credits_after"] >= DEMO_MARKS
    assert "Traceback" not in report["said"]


@pytest.mark.requirement("R09", "R13", "R43")
def test_that_the_ledger_holds_each_marked_message_once_and_intact_and_a_second_run_marks_none_again(
    tmp_path: Path,
) -> None:
    clinic = ClinicFile(tmp_path)
    with open_database(clinic.url) as database:
        upgrade(database.session_factory)
        message = SmsTemplate(0, "Campaña", "¡Hola, {nombre}! Mañana, férulas a 30 € en {clinica}.")
        SqlTemplates(database.session_factory, workstation="Recepción 1").save(message, user="Marta")

    with ProviderProcess.running(tmp_path) as provider:
        arguments = ("--database", clinic.url, "--provider-url", provider.url)
        with headless(*arguments) as host:
            first = host.report()
        sent = provider.messages()
        with headless(*arguments) as host:
            second = host.report()
        sent_after = provider.messages()

    assert (first["errors"], first["exit"], first["rows_sent"]) == ([], 0, DEMO_MARKS)
    assert sorted(message["phone"] for message in sent) == sorted(PHONES)
    assert len({message["ref"] for message in sent}) == DEMO_MARKS
    texts = {message["phone"]: message["text"] for message in sent}
    assert texts["34677555104"] == "¡Hola, Iñigo! Mañana, férulas a 30 € en Clinica Dental Arce."
    assert all("¡Hola, " in text and "Mañana, férulas a 30 € en" in text for text in texts.values())
    assert not any(message["unicode"] for message in sent)

    assert (second["errors"], second["exit"]) == ([], 0)
    assert (second["rows_queried"], second["rows_marked"], second["rows_sent"]) == (24, 0, 0)
    assert second["states"] == first["states"] == {"": 24 - DEMO_MARKS, "Si": DEMO_MARKS}
    assert sent_after == sent


@pytest.mark.requirement("R50")
def test_that_the_environment_gives_the_credentials_of_a_provider_that_has_its_own(tmp_path: Path) -> None:
    with ProviderProcess.running(tmp_path, "--user", "clinica", "--token", "muy-secreto") as provider:
        environment = {"ORTHOS_SMS_API_USER": "clinica", "ORTHOS_SMS_API_TOKEN": "muy-secreto"}
        with headless("--provider-url", provider.url, environment=environment) as host:
            report = host.report()

        assert (report["errors"], report["exit"]) == ([], 0)
        assert len(provider.messages()) == DEMO_MARKS
        assert "muy-secreto" not in report["said"]
