"""Faults of TLS: a failed handshake is not sent, the same fault after the start is a doubt (protocol §6)."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from orthos_sms_plugin.domain.outcomes import Accepted, Doubtful, ErrorKind
from orthos_sms_plugin.providers.calls import Limits
from tests.orthos_sms_plugin.providers.certificates import Certificate, make_certificate
from tests.orthos_sms_plugin.providers.conftest import MESSAGE, UNREACHABLE, MakeProvider, yes
from tests.orthos_sms_plugin.providers.raw_server import Peer, RawServer, take

pytestmark = pytest.mark.requirement("R43")


def _cut_in_the_handshake(peer: Peer) -> None:
    peer.connection.recv(5)
    peer.reset()


def _hang_in_the_handshake(peer: Peer) -> None:
    peer.until_gone()


def _drip_in_the_handshake(peer: Peer) -> None:
    peer.connection.recv(4096)
    peer.drip(b"\x16\x03\x03\x04\x00\x02\x00\x03\xfc" + b"\x03" * 1020, every_s=0.4)


def _speak_plain_http(peer: Peer) -> None:
    peer.connection.recv(4096)
    peer.answer(b"", status="400 Bad Request")


@pytest.mark.parametrize(
    "behave", [_cut_in_the_handshake, _hang_in_the_handshake, _drip_in_the_handshake, _speak_plain_http]
)
@pytest.mark.requirement("R43")
def test_that_a_failed_handshake_is_not_sent(
    behave: Callable[[Peer], None], make_provider: MakeProvider, certificate: Certificate
) -> None:
    limits = Limits(connect_s=0.5, read_s=0.5, total_s=1.0)
    began = time.monotonic()

    with RawServer(behave) as server:
        provider = make_provider(server.url.replace("http:", "https:"), limits=limits, ca_file=str(certificate.file))
        outcome = provider.send(MESSAGE, may_start=yes)

    assert outcome == UNREACHABLE
    assert time.monotonic() - began < 10  # the drip alone would take minutes


def _wrong_host(folder: Path) -> tuple[Certificate, str | None]:
    wrong = make_certificate(folder, address="127.0.0.9")
    return wrong, str(wrong.file)


def _expired(folder: Path) -> tuple[Certificate, str | None]:
    old = make_certificate(folder, days=-1)
    return old, str(old.file)


def _not_trusted(folder: Path) -> tuple[Certificate, str | None]:
    return make_certificate(folder), None


@pytest.mark.parametrize("bad", [_wrong_host, _expired, _not_trusted])
def test_that_no_byte_leaves_for_a_server_that_cannot_prove_who_it_is(
    bad: Callable[[Path], tuple[Certificate, str | None]], make_provider: MakeProvider, tmp_path: Path
) -> None:
    certificate, ca_file = bad(tmp_path)

    with RawServer(take, tls=certificate.server_context()) as server:
        outcome = make_provider(server.url, ca_file=ca_file).send(MESSAGE, may_start=yes)

    assert outcome == UNREACHABLE
    assert server.requests == []


def test_that_an_answer_over_verified_tls_is_taken(make_provider: MakeProvider, certificate: Certificate) -> None:
    with RawServer(take, tls=certificate.server_context()) as server:
        outcome = make_provider(server.url, ca_file=str(certificate.file)).send(MESSAGE, may_start=yes)

    assert isinstance(outcome, Accepted)


def _tls_cut(peer: Peer) -> None:
    peer.read_request()
    raw = socket.socket(fileno=peer.connection.detach())  # no goodbye of TLS
    Peer(peer._server, raw).reset()


def _tls_nonsense(peer: Peer) -> None:
    peer.read_request()
    raw = socket.socket(fileno=peer.connection.detach())
    raw.sendall(b"\x17\x03\x03\x00\x20" + b"\x00" * 32)  # a record that does not decrypt
    while raw.recv(4096):
        pass
    raw.close()


@pytest.mark.parametrize("behave", [_tls_cut, _tls_nonsense])
def test_that_a_tls_fault_after_the_body_is_a_doubt_though_it_looks_like_a_failed_handshake(
    behave: Callable[[Peer], None], make_provider: MakeProvider, certificate: Certificate
) -> None:
    with RawServer(behave, tls=certificate.server_context()) as server:
        outcome = make_provider(server.url, ca_file=str(certificate.file)).send(MESSAGE, may_start=yes)

    assert outcome == Doubtful(ErrorKind.CUT)
    assert len(server.requests) == 1


def test_that_old_tls_is_refused(make_provider: MakeProvider, certificate: Certificate) -> None:
    context = certificate.server_context()
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning):
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1

    with RawServer(take, tls=context) as server:
        outcome = make_provider(server.url, ca_file=str(certificate.file)).send(MESSAGE, may_start=yes)

    assert outcome == UNREACHABLE
    assert server.requests == []


def test_that_a_certificate_bundle_from_the_environment_is_not_trusted(
    make_provider: MakeProvider, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate.file))
    monkeypatch.setenv("CURL_CA_BUNDLE", str(certificate.file))

    with RawServer(take, tls=certificate.server_context()) as server:
        outcome = make_provider(server.url).send(MESSAGE, may_start=yes)

    assert outcome == UNREACHABLE
    assert server.requests == []
