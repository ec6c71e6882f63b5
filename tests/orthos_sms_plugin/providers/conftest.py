"""A provider with short limits, a message, and the watch over what the logs tell."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Protocol

import pytest

from orthos_sms_plugin.domain.outcomes import ErrorKind, NotSent, SendOutcome
from orthos_sms_plugin.domain.text import Encoding
from orthos_sms_plugin.providers.calls import Limits
from orthos_sms_plugin.providers.credentials import Credentials
from orthos_sms_plugin.providers.mensatek import MensatekProvider
from orthos_sms_plugin.services.ports import OutgoingSms
from tests.orthos_sms_plugin.providers.certificates import Certificate, make_certificate
from tests.orthos_sms_plugin.providers.raw_server import RawServer, take

USER = "canary-user"
TOKEN = "canary-token"
MESSAGE = OutgoingSms("0b5c5c1e-ref", "34600555123", "canary text: ¡mañana a las 10, 5 €!", Encoding.GSM7, "CLINICA")
PATIENT = Limits(connect_s=10.0, read_s=10.0, total_s=20.0)
"""For what ends by itself, however busy the machine is."""
HASTY = Limits(connect_s=2.0, read_s=0.7, total_s=1.5)
"""For what ends only because we stop waiting."""
UNREACHABLE = NotSent(ErrorKind.UNREACHABLE)

Send = Callable[..., SendOutcome]


class MakeProvider(Protocol):
    def __call__(self, address: str, *, limits: Limits = PATIENT, ca_file: str | None = None) -> MensatekProvider: ...


@pytest.fixture
def make_provider() -> MakeProvider:
    def make(address: str, *, limits: Limits = PATIENT, ca_file: str | None = None) -> MensatekProvider:
        return MensatekProvider(Credentials(USER, TOKEN), address=address, limits=limits, ca_file=ca_file)

    return make


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def second_server() -> Iterator[RawServer]:
    with RawServer(take) as server:
        yield server


@pytest.fixture(autouse=True)
def _nothing_personal_in_the_logs(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    with caplog.at_level(logging.DEBUG):
        yield
        # By record and by its arguments: a formatter of the host's may print either.
        told = [f"{record.getMessage()} {record.args} {record.exc_text}" for record in caplog.records]
    secrets = (USER, TOKEN, MESSAGE.phone_digits, "canary", "600555", Credentials(USER, TOKEN).basic())
    assert not [line for line in told for secret in secrets if secret in line]


def sms(**changes: str) -> OutgoingSms:
    """The message, with some of it changed."""
    return replace(MESSAGE, **changes)  # type: ignore[arg-type]  # every changed field is text


def yes() -> bool:
    return True
