"""A clinic on SQLite, a local provider, and the watch over what the logs tell."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from sqlalchemy.orm import sessionmaker

from fake_host.mensatek import LocalMensatek
from hookspecs.clinic import ClinicBase
from orthos_sms_plugin.persistence.migrate import upgrade
from orthos_sms_plugin.providers.credentials import Credentials
from orthos_sms_plugin.providers.mensatek import MensatekProvider
from tests.orthos_sms_plugin.persistence.clinics import add_patients, people
from tests.orthos_sms_plugin.persistence.hosts import open_engine
from tests.orthos_sms_plugin.sending.seats import Clinic, Ear

PATIENTS = 40


@pytest.fixture
def clinic(sqlite_url: str) -> Iterator[Clinic]:
    engine = open_engine(sqlite_url)
    ClinicBase.metadata.create_all(engine)
    factory = sessionmaker(engine)
    upgrade(factory)
    add_patients(factory, *people(range(1, PATIENTS + 1)))
    clinic = Clinic(factory)
    yield clinic
    clinic.end()
    engine.dispose()


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def mensatek() -> Iterator[LocalMensatek]:
    with LocalMensatek(user="canary-user", token="canary-token") as service:
        yield service


@pytest.fixture
def provider(mensatek: LocalMensatek) -> MensatekProvider:
    return MensatekProvider(Credentials("canary-user", "canary-token"), address=mensatek.url)


@pytest.fixture(autouse=True)
def _nothing_personal_in_our_logs(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    with caplog.at_level(logging.DEBUG):
        yield
        told = [
            f"{record.getMessage()} {record.args} {record.exc_text}"
            for record in caplog.records
            if record.name.startswith("orthos_sms_plugin")
        ]
    assert not [line for line in told for secret in ("canary", "Mañana cerramos", "555") if secret in line]
