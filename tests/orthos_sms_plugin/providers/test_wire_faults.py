"""Every way a connection can fail, each with its exact outcome (protocol §6): sent or not is told by the flag alone."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from orthos_sms_plugin.domain.outcomes import Accepted, AskFailed, Doubtful, ErrorKind, NotSent, SendOutcome
from orthos_sms_plugin.providers.calls import Limits
from tests.orthos_sms_plugin.providers.certificates import Certificate, make_certificate
from tests.orthos_sms_plugin.providers.conftest import HASTY, MESSAGE, PATIENT, MakeProvider, yes
from tests.orthos_sms_plugin.providers.raw_server import Peer, RawServer

TAKEN = b'{"Res":1,"Msgid":51000123,"Cred":480.5}'
BOMB = gzip.compress(TAKEN.ljust(20_000_000), compresslevel=1)
UNREACHABLE = NotSent(ErrorKind.UNREACHABLE)

pytestmark = pytest.mark.requirement("R43")


def _take(peer: Peer) -> None:
    peer.read_request()
    peer.answer(TAKEN)


# --- nothing left ----------------------------------------------------------------------------------------------------


def test_that_a_refused_connection_is_not_sent(make_provider: MakeProvider) -> None:
    with RawServer(_take) as server:
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

    with RawServer(_take) as server:
        outcome = make_provider(server.url).send(MESSAGE, may_start=broken)

    assert outcome == UNREACHABLE
    assert server.requests == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("tls"))


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

    with RawServer(_take, tls=certificate.server_context()) as server:
        outcome = make_provider(server.url, ca_file=ca_file).send(MESSAGE, may_start=yes)

    assert outcome == UNREACHABLE
    assert server.requests == []


def test_that_plain_text_is_held_back_when_the_name_of_this_machine_leads_elsewhere(
    make_provider: MakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    with RawServer(_take) as server:
        # The peer is on loopback in truth; seen from the check it is not.
        monkeypatch.setattr("orthos_sms_plugin.providers.wire.is_loopback", lambda host: False)
        outcome = make_provider(server.url).send(MESSAGE, may_start=yes)

    assert outcome == UNREACHABLE
    assert server.requests == []


# --- something may have left -----------------------------------------------------------------------------------------


def _cut_after_request(peer: Peer) -> None:
    peer.read_request()


def _reset_after_request(peer: Peer) -> None:
    peer.read_request()
    peer.reset()


def _hang_after_request(peer: Peer) -> None:
    peer.read_request()
    peer.until_gone()


def _only_continue(peer: Peer) -> None:
    peer.read_request()
    peer.say(b"HTTP/1.1 100 Continue\r\n\r\n")
    peer.until_gone()


def _reset_in_body(peer: Peer) -> None:
    peer.read_request()
    peer.say(b"HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n" + TAKEN[:10])
    peer.reset()


def _close_in_body(peer: Peer) -> None:
    peer.read_request()
    peer.answer(TAKEN, f"Content-Length: {len(TAKEN) + 1}")


def _hang_in_body(peer: Peer) -> None:
    peer.read_request()
    peer.say(b"HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n" + TAKEN[:10])
    peer.until_gone()


def _length_too_short(peer: Peer) -> None:
    peer.read_request()
    peer.answer(TAKEN, "Content-Length: 20")


def _bad_chunk(peer: Peer) -> None:
    peer.read_request()
    peer.answer(b"zz\r\n" + TAKEN, "Transfer-Encoding: chunked")


def _cut_chunk(peer: Peer) -> None:
    peer.read_request()
    peer.answer(b"%x\r\n%b\r\n" % (len(TAKEN), TAKEN), "Transfer-Encoding: chunked")


def _drip_header(peer: Peer) -> None:
    peer.read_request()
    peer.say(b"HTTP/1.1 200 OK\r\n")
    head = b"Content-Length: %d\r\n\r\n" % len(TAKEN)
    peer.drip(head + TAKEN, every_s=0.4)  # whole in the end, if anybody waited so long


def _drip_body(peer: Peer) -> None:
    peer.read_request()
    peer.say(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(TAKEN))
    peer.drip(TAKEN, every_s=0.4)  # whole in the end, if anybody waited so long


def _endless_body(peer: Peer) -> None:
    peer.read_request()
    peer.say(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        peer.say(b" " * 65536)


def _just_too_large(peer: Peer) -> None:
    peer.read_request()
    peer.answer(TAKEN.ljust(64 * 1024 + 1))


def _gzip_bomb(peer: Peer) -> None:
    peer.read_request()
    peer.answer(BOMB, "Content-Encoding: gzip")


def _endless_header(peer: Peer) -> None:
    peer.read_request()
    peer.say(b"HTTP/1.1 200 OK\r\nX-Long: " + b"y" * 70_000)
    peer.until_gone()


def _too_many_headers(peer: Peer) -> None:
    peer.read_request()
    peer.say(b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: y\r\n" % number for number in range(200)) + b"\r\n")


def _not_http(peer: Peer) -> None:
    peer.read_request()
    peer.say(b"220 mail.example ESMTP\r\n")


DOUBTS: list[tuple[Callable[[Peer], None], Doubtful]] = [
    (_cut_after_request, Doubtful(ErrorKind.CUT)),
    (_reset_after_request, Doubtful(ErrorKind.CUT)),
    (_hang_after_request, Doubtful(ErrorKind.NO_ANSWER)),
    (_only_continue, Doubtful(ErrorKind.NO_ANSWER)),
    (_reset_in_body, Doubtful(ErrorKind.CUT, 200)),
    (_close_in_body, Doubtful(ErrorKind.CUT, 200)),
    (_hang_in_body, Doubtful(ErrorKind.NO_ANSWER, 200)),
    (_length_too_short, Doubtful(ErrorKind.ODD_ANSWER, 200)),
    (_bad_chunk, Doubtful(ErrorKind.CUT, 200)),
    (_cut_chunk, Doubtful(ErrorKind.CUT, 200)),
    (_drip_header, Doubtful(ErrorKind.NO_ANSWER, 200)),
    (_drip_body, Doubtful(ErrorKind.NO_ANSWER, 200)),
    (_endless_body, Doubtful(ErrorKind.ODD_ANSWER, 200)),
    (_just_too_large, Doubtful(ErrorKind.ODD_ANSWER, 200)),
    (_gzip_bomb, Doubtful(ErrorKind.ODD_ANSWER, 200)),
    (_endless_header, Doubtful(ErrorKind.ODD_ANSWER)),
    (_too_many_headers, Doubtful(ErrorKind.ODD_ANSWER)),
    (_not_http, Doubtful(ErrorKind.ODD_ANSWER)),
]


@pytest.mark.parametrize(("behave", "doubt"), DOUBTS, ids=lambda value: getattr(value, "__name__", None))
def test_that_whatever_fails_after_the_start_is_a_doubt_and_asked_once(
    behave: Callable[[Peer], None], doubt: Doubtful, make_provider: MakeProvider
) -> None:
    limits = HASTY if doubt.kind is ErrorKind.NO_ANSWER else PATIENT
    began = time.monotonic()

    with RawServer(behave) as server:
        outcome = make_provider(server.url, limits=limits).send(MESSAGE, may_start=yes)

    assert outcome == doubt
    assert time.monotonic() - began < 10  # each byte of a drip comes in time; all of them would take longer
    assert (server.connections, len(server.requests)) == (1, 1)


@pytest.mark.parametrize("end", [Peer.reset, lambda peer: peer.connection.close()], ids=["reset", "close"])
def test_that_a_connection_lost_between_leave_and_first_byte_is_a_doubt(
    end: Callable[[Peer], None], make_provider: MakeProvider
) -> None:
    asked, ended = threading.Event(), threading.Event()

    def behave(peer: Peer) -> None:
        asked.wait(10)
        end(peer)
        ended.set()

    def may_start() -> bool:
        asked.set()
        return ended.wait(10)

    with RawServer(behave) as server:
        outcome = make_provider(server.url).send(MESSAGE, may_start=may_start)

    assert outcome == Doubtful(ErrorKind.CUT)
    assert server.connections == 1


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("201 Created", Doubtful(ErrorKind.HTTP, 201)),
        ("204 No Content", Doubtful(ErrorKind.HTTP, 204)),
        ("400 Bad Request", Doubtful(ErrorKind.HTTP, 400)),
        ("401 Unauthorized", NotSent(ErrorKind.AUTH)),
        ("403 Forbidden", Doubtful(ErrorKind.HTTP, 403)),
        ("404 Not Found", NotSent(ErrorKind.CONFIG)),
        ("405 Method Not Allowed", NotSent(ErrorKind.CONFIG)),
        ("407 Proxy Authentication Required", Doubtful(ErrorKind.HTTP, 407)),
        ("408 Request Timeout", Doubtful(ErrorKind.HTTP, 408)),
        ("413 Content Too Large", Doubtful(ErrorKind.HTTP, 413)),
        ("429 Too Many Requests", NotSent(ErrorKind.BUSY)),
        ("500 Internal Server Error", Doubtful(ErrorKind.HTTP, 500)),
        ("502 Bad Gateway", Doubtful(ErrorKind.HTTP, 502)),
        ("503 Service Unavailable", Doubtful(ErrorKind.HTTP, 503)),
        ("504 Gateway Timeout", Doubtful(ErrorKind.HTTP, 504)),
    ],
)
def test_that_a_status_proves_only_what_the_table_says(
    status: str, outcome: SendOutcome, make_provider: MakeProvider
) -> None:
    def behave(peer: Peer) -> None:
        peer.read_request()
        peer.answer(TAKEN if not status.startswith("204") else b"", "Retry-After: 0", status=status)

    with RawServer(behave) as server:
        assert make_provider(server.url).send(MESSAGE, may_start=yes) == outcome

    assert len(server.requests) == 1


@pytest.fixture
def second_server() -> Iterator[RawServer]:
    with RawServer(_take) as server:
        yield server


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("target", ["live", "dead"])
def test_that_a_redirect_is_a_doubt_and_never_followed(
    status: int, target: str, make_provider: MakeProvider, second_server: RawServer
) -> None:
    address = second_server.url if target == "live" else "http://127.0.0.1:1"

    def behave(peer: Peer) -> None:
        peer.read_request()
        peer.answer(TAKEN, f"Location: {address}/v7/EnviarSMS", status=f"{status} Elsewhere")

    with RawServer(behave) as server:
        outcome = make_provider(server.url).send(MESSAGE, may_start=yes)

    assert outcome == Doubtful(ErrorKind.HTTP, status)
    assert (len(server.requests), second_server.connections) == (1, 0)


def test_that_the_body_of_a_redirect_is_left_unread(make_provider: MakeProvider) -> None:
    def behave(peer: Peer) -> None:
        peer.read_request()
        peer.say(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n\r\n")
        while True:
            peer.say(b" " * 65536)

    with RawServer(behave) as server:
        outcome = make_provider(server.url, limits=HASTY).send(MESSAGE, may_start=yes)

    assert outcome == Doubtful(ErrorKind.HTTP, 302)


def test_that_each_send_has_a_connection_of_its_own(make_provider: MakeProvider) -> None:
    def keep_alive(peer: Peer) -> None:
        peer.read_request()
        peer.answer(TAKEN, "Connection: keep-alive")
        peer.until_gone()

    with RawServer(keep_alive) as server:
        provider = make_provider(server.url)
        outcomes = [provider.send(MESSAGE, may_start=yes) for _ in range(3)]

    assert [type(outcome) for outcome in outcomes] == [Accepted] * 3
    assert (server.connections, len(server.requests)) == (3, 3)


# --- the same fault before and after the start, over TLS -------------------------------------------------------------


def test_that_an_answer_over_verified_tls_is_taken(make_provider: MakeProvider, certificate: Certificate) -> None:
    with RawServer(_take, tls=certificate.server_context()) as server:
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


def test_that_the_watchdog_ends_a_dripping_answer_over_tls(
    make_provider: MakeProvider, certificate: Certificate
) -> None:
    with RawServer(_drip_body, tls=certificate.server_context()) as server:
        outcome = make_provider(server.url, limits=HASTY, ca_file=str(certificate.file)).send(MESSAGE, may_start=yes)

    assert outcome == Doubtful(ErrorKind.NO_ANSWER, 200)


def test_that_old_tls_is_refused(make_provider: MakeProvider, certificate: Certificate) -> None:
    context = certificate.server_context()
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning):
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1

    with RawServer(_take, tls=context) as server:
        outcome = make_provider(server.url, ca_file=str(certificate.file)).send(MESSAGE, may_start=yes)

    assert outcome == UNREACHABLE
    assert server.requests == []


# --- the environment has no say --------------------------------------------------------------------------------------


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

    with RawServer(_take) as server:
        outcome = make_provider(server.url).send(MESSAGE, may_start=yes)

    assert isinstance(outcome, Accepted)
    assert second_server.connections == 0
    (request,) = server.requests
    assert b"Authorization: Basic Y2FuYXJ5LXVzZXI6Y2FuYXJ5LXRva2Vu\r\n" in request  # canary-user:canary-token


def test_that_a_certificate_bundle_from_the_environment_is_not_trusted(
    make_provider: MakeProvider, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate.file))
    monkeypatch.setenv("CURL_CA_BUNDLE", str(certificate.file))

    with RawServer(_take, tls=certificate.server_context()) as server:
        outcome = make_provider(server.url).send(MESSAGE, may_start=yes)

    assert outcome == UNREACHABLE
    assert server.requests == []


# --- questions that change nothing -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("behave", "kind"),
    [
        (_cut_after_request, ErrorKind.CUT),
        (_hang_after_request, ErrorKind.NO_ANSWER),
        (_gzip_bomb, ErrorKind.ODD_ANSWER),
        (_not_http, ErrorKind.ODD_ANSWER),
    ],
)
def test_that_a_question_that_fails_says_why_and_is_asked_once(
    behave: Callable[[Peer], None], kind: ErrorKind, make_provider: MakeProvider
) -> None:
    limits = HASTY if kind is ErrorKind.NO_ANSWER else PATIENT

    with RawServer(behave) as server:
        provider = make_provider(server.url, limits=limits)
        answers = (provider.credits(), provider.report("51000123"))

    assert answers == (AskFailed(kind), AskFailed(kind))
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("302 Found", ErrorKind.HTTP),
        ("401 Unauthorized", ErrorKind.AUTH),
        ("404 Not Found", ErrorKind.CONFIG),
        ("429 Too Many Requests", ErrorKind.BUSY),
        ("503 Service Unavailable", ErrorKind.HTTP),
    ],
)
def test_that_a_question_refused_by_status_says_why(status: str, kind: ErrorKind, make_provider: MakeProvider) -> None:
    def behave(peer: Peer) -> None:
        peer.read_request()
        peer.answer(b"", "Location: http://127.0.0.1:1/", status=status)

    with RawServer(behave) as server:
        provider = make_provider(server.url)
        assert (provider.credits(), provider.report("51000123")) == (AskFailed(kind), AskFailed(kind))


def test_that_a_question_nobody_hears_is_unreachable(make_provider: MakeProvider) -> None:
    with RawServer(_take) as server:
        address = server.url

    provider = make_provider(address)
    assert (provider.credits(), provider.report("5")) == (AskFailed(ErrorKind.UNREACHABLE),) * 2
