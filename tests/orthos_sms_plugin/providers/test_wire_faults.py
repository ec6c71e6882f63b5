"""Every way a connection can fail once something may have left, each with its exact outcome (protocol §6)."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Callable

import pytest

from orthos_sms_plugin.domain.outcomes import Accepted, AskFailed, Doubtful, ErrorKind, NotSent, SendOutcome
from tests.orthos_sms_plugin.providers.certificates import Certificate
from tests.orthos_sms_plugin.providers.conftest import HASTY, MESSAGE, PATIENT, MakeProvider, yes
from tests.orthos_sms_plugin.providers.raw_server import TAKEN, Peer, RawServer

BOMB = gzip.compress(TAKEN.ljust(20_000_000), compresslevel=1)

pytestmark = pytest.mark.requirement("R43")


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


def test_that_the_watchdog_ends_a_dripping_answer_over_tls(
    make_provider: MakeProvider, certificate: Certificate
) -> None:
    with RawServer(_drip_body, tls=certificate.server_context()) as server:
        outcome = make_provider(server.url, limits=HASTY, ca_file=str(certificate.file)).send(MESSAGE, may_start=yes)

    assert outcome == Doubtful(ErrorKind.NO_ANSWER, 200)


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
