"""What stops a call before its first byte, each with its exact outcome (protocol §6): not sent, and known for sure."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from orthos_sms_plugin.domain.outcomes import Accepted, AskFailed, ErrorKind, NotSent
from orthos_sms_plugin.providers.calls import Limits
from tests.orthos_sms_plugin.providers.conftest import MESSAGE, UNREACHABLE, MakeProvider, yes
from tests.orthos_sms_plugin.providers.raw_server import Peer, RawServer, take

pytestmark = pytest.mark.requirement("R43")


def test_that_a_refused_connection_is_not_sent(make_provider: MakeProvider) -> None:
    with RawServer(take) as server:
        address = server.url

    assert make_provider(address).send(MESSAGE, may_start=yes) == UNREACHABLE


def test_that_an_unknown_host_is_not_sent(make_provider: MakeProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)

    assert make_provider("https://sms.invalid").send(MESSAGE, may_start=yes) == UNREACHABLE


def test_that_a_connection_nobody_accepts_is_not_sent(make_provider: MakeProvider) -> None:
    with socket.socket() as listener, socket.socket() as first, socket.socket() as second:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for waiting in (first, second):  # fill the queue: the system drops what comes after
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"

        outcome = make_provider(address, limits=Limits(connect_s=0.3)).send(MESSAGE, may_start=yes)

    assert outcome == UNREACHABLE


def test_that_a_claim_too_old_leaves_no_byte_on_the_connected_socket(make_provider: MakeProvider) -> None:
    received: list[bytes] = []

    def listen(peer: Peer) -> None:
        received.append(peer.connection.recv(100))

    with RawServer(listen) as server:
        outcome = make_provider(server.url).send(MESSAGE, may_start=lambda: not server.accepted.wait(10))

    assert outcome == NotSent(ErrorKind.SLEPT)
    assert received == [b""]


def test_that_a_check_that_fails_itself_leaves_no_byte(make_provider: MakeProvider) -> None:
    def broken() -> bool:
        raise RuntimeError("the clock is gone")

    with RawServer(take) as server:
        outcome = make_provider(server.url).send(MESSAGE, may_start=broken)

    assert outcome == UNREACHABLE
    assert server.requests == []


def test_that_plain_text_is_held_back_when_the_name_of_this_machine_leads_elsewhere(
    make_provider: MakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    with RawServer(take) as server:
        # The peer is on loopback in truth; seen from the check it is not.
        monkeypatch.setattr("orthos_sms_plugin.providers.wire.is_loopback", lambda host: False)
        outcome = make_provider(server.url).send(MESSAGE, may_start=yes)

    assert outcome == UNREACHABLE
    assert server.requests == []


def test_that_proxy_variables_and_a_poisoned_netrc_change_nothing(
    make_provider: MakeProvider, second_server: RawServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login thief password loot\nmachine 127.0.0.1 login thief password loot\n")
    monkeypatch.setenv("NETRC", str(netrc))
    for variable in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(variable, second_server.url)
    for variable in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(variable, "")

    with RawServer(take) as server:
        outcome = make_provider(server.url).send(MESSAGE, may_start=yes)

    assert isinstance(outcome, Accepted)
    assert second_server.connections == 0
    (request,) = server.requests
    assert b"Authorization: Basic Y2FuYXJ5LXVzZXI6Y2FuYXJ5LXRva2Vu\r\n" in request  # canary-user:canary-token


def test_that_a_question_nobody_hears_is_unreachable(make_provider: MakeProvider) -> None:
    with RawServer(take) as server:
        address = server.url

    provider = make_provider(address)
    assert (provider.credits(), provider.report("5")) == (AskFailed(ErrorKind.UNREACHABLE),) * 2
