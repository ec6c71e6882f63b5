"""A service of its own for each test, and a caller that speaks plain HTTP to it."""

from collections.abc import Iterator

import pytest

from fake_host.mensatek import LocalMensatek
from tests.fake_host.mensatek.caller import Caller


@pytest.fixture
def mensatek() -> Iterator[LocalMensatek]:
    with LocalMensatek(credits=100) as service:
        yield service


@pytest.fixture
def caller(mensatek: LocalMensatek) -> Iterator[Caller]:
    with Caller(mensatek.url, mensatek.user, mensatek.token) as caller:
        yield caller
