"""The Mensatek adapter against the local service: what leaves, and what the answers become."""

from __future__ import annotations

import copy
import json
import pickle
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from urllib.parse import parse_qsl

import pytest

from fake_host.mensatek import LocalMensatek
from orthos_sms_plugin.domain.outcomes import (
    Accepted,
    AskFailed,
    DeliveryReason,
    Doubtful,
    ErrorKind,
    NotSent,
    Rejected,
    Report,
    ReportEntry,
    SendOutcome,
)
from orthos_sms_plugin.domain.states import Delivery
from orthos_sms_plugin.domain.text import Encoding
from orthos_sms_plugin.providers.calls import UnsafeAddressError, base_address
from orthos_sms_plugin.providers.codes import MEANINGS, meaning_of
from orthos_sms_plugin.providers.credentials import Credentials
from orthos_sms_plugin.providers.mensatek import MensatekProvider
from tests.orthos_sms_plugin.providers.conftest import HASTY, MESSAGE, PATIENT, TOKEN, USER, MakeProvider, sms, yes
from tests.orthos_sms_plugin.providers.raw_server import Peer, RawServer


@pytest.fixture
def mensatek() -> Iterator[LocalMensatek]:
    with LocalMensatek(user=USER, token=TOKEN, credits=100, price=2) as service:
        yield service


@pytest.fixture
def provider(mensatek: LocalMensatek, make_provider: MakeProvider) -> MensatekProvider:
    return make_provider(mensatek.url)


@pytest.mark.requirement("R22")
def test_that_one_message_reaches_one_phone_with_its_text_unharmed(
    provider: MensatekProvider, mensatek: LocalMensatek
) -> None:
    outcome = provider.send(MESSAGE, may_start=yes)

    (message,) = mensatek.ledger.messages
    assert outcome == Accepted(message.msgid, Decimal(98), Decimal(2))
    assert (message.ref, message.phone, message.text) == (MESSAGE.ref, MESSAGE.phone_digits, MESSAGE.text)
    assert (message.sender, message.unicode) == ("CLINICA", False)


def test_that_unicode_is_asked_for_exactly_when_the_text_measures_so(
    provider: MensatekProvider, mensatek: LocalMensatek
) -> None:
    provider.send(replace(MESSAGE, text="Día 😀", encoding=Encoding.UCS2), may_start=yes)

    (message,) = mensatek.ledger.messages
    assert (message.text, message.unicode) == ("Día 😀", True)


def test_that_nothing_but_the_known_parameters_leaves(make_provider: MakeProvider) -> None:
    def behave(peer: Peer) -> None:
        peer.read_request()
        peer.answer(b'{"Res":1,"Msgid":5}')

    text = "Pulse (LINK:http://x.example) (Nombre) & Descuento=2; ñ€"
    with RawServer(behave) as server:
        make_provider(server.url).send(sms(text=text), may_start=yes)

    (request,) = server.requests
    head, _, body = request.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /v7/EnviarSMS HTTP/1.1"
    assert {line.partition(":")[0].lower() for line in lines[1:]} == {
        *("host", "accept", "accept-encoding", "authorization", "connection"),
        *("content-length", "content-type", "user-agent"),
    }
    assert "Accept-Encoding: identity" in lines
    assert "Content-Type: application/x-www-form-urlencoded" in lines
    assert dict(parse_qsl(body.decode("ascii"), keep_blank_values=True, strict_parsing=True)) == {
        "Destinatarios": '[{"Movil":"34600555123"}]',
        "Mensaje": text,
        "Remitente": "CLINICA",
        "Unicode": "0",
        "Referencia": MESSAGE.ref,
        "Report": "0",
        "Resp": "JSON",
    }


@pytest.mark.parametrize(
    "phone",
    [
        *("34600555123;34600555124", "34600555123,34600555124", "34600555123\n34600555124", "34600555123 34600555124"),
        *('34600555123"},{"Movil":"34600555124', '[{"Movil":"34600555123"}]', "34600555123&Destinatarios=34600555124"),
        *("+34600555123", " 34600555123", "34600555123 ", "34600555123\n", "034600555123", "0034600555123"),
        *("", "346005", "346005551231234567890", "٣٤٦٠٠٥٥٥١٢٣", "34600555１２３", "3460055512x", "34 600 555 123"),
    ],
)
def test_that_a_phone_that_is_not_plain_digits_reaches_nobody(
    phone: str, provider: MensatekProvider, mensatek: LocalMensatek
) -> None:
    assert provider.send(sms(phone_digits=phone), may_start=yes) == Rejected(ErrorKind.NUMBER)
    assert mensatek.ledger.requests == ()


def test_that_a_text_that_cannot_be_written_is_refused_before_it_leaves(
    provider: MensatekProvider, mensatek: LocalMensatek
) -> None:
    assert provider.send(sms(text="half \ud83d"), may_start=yes) == Rejected(ErrorKind.DATA)
    assert mensatek.ledger.requests == ()


@pytest.mark.requirement("R42")
@pytest.mark.parametrize(
    ("fault", "outcome", "in_ledger"),
    [
        ("auth_failed", NotSent(ErrorKind.AUTH), 0),
        ("no_credits", NotSent(ErrorKind.CREDITS, Decimal(2)), 0),
        ("bad_data", Rejected(ErrorKind.DATA), 0),
        ("nothing_sent", Rejected(ErrorKind.NUMBER), 0),
        ("http_500_before_accept", Doubtful(ErrorKind.HTTP, 500), 0),
        ("http_429", NotSent(ErrorKind.BUSY), 0),
        ("reset_before_accept", Doubtful(ErrorKind.CUT), 0),
        ("refuse", Doubtful(ErrorKind.CUT), 0),
        ("http_500_after_accept", Doubtful(ErrorKind.HTTP, 500), 1),
        ("hang_after_accept", Doubtful(ErrorKind.NO_ANSWER), 1),
        ("close_after_accept", Doubtful(ErrorKind.CUT), 1),
        ("reset_after_accept", Doubtful(ErrorKind.CUT), 1),
        ("html_after_accept", Doubtful(ErrorKind.ODD_ANSWER, 200), 1),
        ("garbage_after_accept", Doubtful(ErrorKind.ODD_ANSWER, 200), 1),
    ],
)
def test_that_each_fault_of_the_service_has_its_outcome_and_is_met_once(
    fault: str, outcome: SendOutcome, in_ledger: int, make_provider: MakeProvider, mensatek: LocalMensatek
) -> None:
    mensatek.faults.add("send", fault)
    provider = make_provider(mensatek.url, limits=HASTY if fault == "hang_after_accept" else PATIENT)

    assert provider.send(MESSAGE, may_start=yes) == outcome
    assert (len(mensatek.ledger.requests), len(mensatek.ledger.messages)) == (1, in_ledger)


def test_that_a_slow_answer_within_the_limits_is_waited_for(
    provider: MensatekProvider, mensatek: LocalMensatek
) -> None:
    mensatek.faults.add("send", "slow", delay_ms=200)

    assert isinstance(provider.send(MESSAGE, may_start=yes), Accepted)


def test_that_wrong_credentials_are_told_by_every_call(mensatek: LocalMensatek) -> None:
    stranger = MensatekProvider(Credentials(USER, "wrong"), address=mensatek.url)

    assert stranger.send(MESSAGE, may_start=yes) == NotSent(ErrorKind.AUTH)
    assert stranger.credits() == AskFailed(ErrorKind.AUTH)
    assert stranger.report("5") == AskFailed(ErrorKind.AUTH)


def test_that_running_out_of_credits_says_how_many_are_needed(
    provider: MensatekProvider, mensatek: LocalMensatek
) -> None:
    mensatek.credits = 1

    outcome = provider.send(MESSAGE, may_start=yes)

    assert isinstance(outcome, NotSent)
    assert (outcome.kind, outcome.credits_needed) == (ErrorKind.CREDITS, Decimal(2))


def test_that_many_threads_send_each_message_once(provider: MensatekProvider, mensatek: LocalMensatek) -> None:
    messages = [sms(ref=f"ref-{number}", phone_digits=f"346005550{number:02}") for number in range(24)]
    together = threading.Barrier(8)

    def send(number: int) -> SendOutcome:
        if number < 8:
            together.wait(5)
        return provider.send(messages[number], may_start=yes)

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(send, range(24)))

    assert all(isinstance(outcome, Accepted) for outcome in outcomes)
    assert sorted(message.ref or "" for message in mensatek.ledger.messages) == sorted(sms.ref for sms in messages)


@pytest.mark.requirement("R11")
def test_that_the_balance_is_asked(provider: MensatekProvider) -> None:
    assert provider.credits() == Decimal(100)


@pytest.mark.parametrize(
    ("body", "balance"),
    [
        (b'{"Cred":"482.50"}', Decimal("482.50")),
        (b'[{"Saldo":"14970,00","Res":1}]', Decimal(14970)),
        (b"Saldo:14970,00;Res:1;", Decimal(14970)),
        (b'{"Cred":"-1"}', AskFailed(ErrorKind.AUTH)),
        (b'{"Cred":-1}', AskFailed(ErrorKind.AUTH)),
        (b'{"Res":-1}', AskFailed(ErrorKind.AUTH)),
        (b'{"Res":-3}', AskFailed(ErrorKind.DATA)),
        (b'{"Res":-9,"Cred":5}', AskFailed(ErrorKind.ODD_ANSWER)),
        (b'{"Cred":"mucho"}', AskFailed(ErrorKind.ODD_ANSWER)),
        (b"{}", AskFailed(ErrorKind.ODD_ANSWER)),
        (b"<html>", AskFailed(ErrorKind.ODD_ANSWER)),
    ],
)
def test_that_every_known_way_to_write_a_balance_is_read(
    body: bytes, balance: Decimal | AskFailed, make_provider: MakeProvider
) -> None:
    def behave(peer: Peer) -> None:
        peer.read_request()
        peer.answer(body)

    with RawServer(behave) as server:
        assert make_provider(server.url).credits() == balance


@pytest.mark.requirement("R38")
def test_that_a_report_tells_the_delivery_of_the_phone(provider: MensatekProvider, mensatek: LocalMensatek) -> None:
    sent = provider.send(MESSAGE, may_start=yes)
    assert isinstance(sent, Accepted)
    assert sent.msgid is not None

    before = provider.report(sent.msgid)
    mensatek.clock.advance(10)
    after = provider.report(sent.msgid)

    assert isinstance(before, Report)
    assert before.entries == (ReportEntry(MESSAGE.phone_digits, Delivery.WAITING, "10", DeliveryReason.PHONE_OFF),)
    assert isinstance(after, Report)
    (entry,) = after.entries
    assert (entry.phone, entry.delivery, entry.code) == (MESSAGE.phone_digits, Delivery.DELIVERED, "13")
    assert entry.at is not None
    assert after.credits_left == Decimal(98)


def test_that_a_send_nobody_knows_has_no_report(provider: MensatekProvider) -> None:
    assert provider.report("999") == AskFailed(ErrorKind.DATA)


def _line(**changes: object) -> dict[str, object]:
    line: dict[str, object] = {
        "Fecha": "2026-07-02 10:00:07",
        "Tiempo": "4",
        "Telefono": "34600555123",
        "Resultado": "13",
        "Estado": "Entregado al teléfono",
    }
    return line | changes


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            [_line()],
            [ReportEntry("34600555123", Delivery.DELIVERED, "13", "", datetime(2026, 7, 2, 8, 0, 7, tzinfo=UTC))],
        ),
        (
            [_line(Fecha="2026-01-02 10:00:07", Resultado=53)],
            [ReportEntry("34600555123", Delivery.FAILED, "53", "expired", datetime(2026, 1, 2, 9, 0, 7, tzinfo=UTC))],
        ),
        (
            [{"Movil": "+34600555123", "Resultado": 10}],
            [ReportEntry("34600555123", Delivery.WAITING, "10", "phone_off")],
        ),
        ([_line(Resultado="7777")], [ReportEntry("34600555123", Delivery.WAITING, "7777", "unknown_code")]),
        ([_line(Fecha="ayer")], [ReportEntry("34600555123", Delivery.DELIVERED, "13")]),
        ([_line(Resultado="13x"), _line(Resultado=True), _line(Telefono="yo"), "13", None], []),
        ([], []),
    ],
)
def test_that_a_reports_lines_are_read_and_muddled_ones_passed_over(
    lines: list[object], expected: list[ReportEntry], make_provider: MakeProvider
) -> None:
    def behave(peer: Peer) -> None:
        peer.read_request()
        peer.answer(json.dumps({"Cred": "9,5", "Res": 1, "Destinatarios": 1, "Informe": lines}).encode())

    with RawServer(behave) as server:
        assert make_provider(server.url).report("5") == Report(tuple(expected), Decimal("9.5"))


@pytest.mark.parametrize("body", [b'{"Res":1}', b'{"Res":1,"Informe":{}}', b'{"Res":2,"Informe":[]}', b"[]"])
def test_that_a_report_that_is_none_is_odd(body: bytes, make_provider: MakeProvider) -> None:
    def behave(peer: Peer) -> None:
        peer.read_request()
        peer.answer(body)

    with RawServer(behave) as server:
        assert make_provider(server.url).report("5") == AskFailed(ErrorKind.ODD_ANSWER)


@pytest.mark.parametrize(
    ("estado", "delivery"),
    [
        ("", Delivery.DELIVERED),
        ("Entregado al teléfono", Delivery.DELIVERED),
        ("ENTREGADO", Delivery.DELIVERED),
        ("Esperando entrega", Delivery.WAITING),
        ("En cola", Delivery.WAITING),
        ("No entregado", Delivery.WAITING),
    ],
)
def test_that_the_sentence_settles_the_disputed_code(estado: str, delivery: Delivery) -> None:
    assert meaning_of("11", estado)[0] is delivery


def test_that_only_codes_of_delivery_read_as_delivered() -> None:
    delivered = {code for code, (delivery, _) in MEANINGS.items() if delivery is Delivery.DELIVERED}

    assert delivered == {"11", "13", "14", "70", "106"}
    assert meaning_of("4711") == (Delivery.WAITING, DeliveryReason.UNKNOWN_CODE)
    assert meaning_of("10", "Entregado al teléfono")[0] is Delivery.WAITING


# --- who we are, and to whom we talk ---------------------------------------------------------------------------------


def test_that_credentials_show_nothing_and_cannot_be_written() -> None:
    credentials = Credentials(USER, TOKEN)
    provider = MensatekProvider(credentials)

    assert USER not in repr(credentials) + str(credentials) + repr(provider) + provider.account
    assert TOKEN not in repr(credentials) + str(credentials) + repr(provider)
    for write in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            write(credentials)


def test_that_an_account_is_its_user_and_not_its_token() -> None:
    account = MensatekProvider(Credentials("ana", "1")).account

    assert account == MensatekProvider(Credentials("ana", "2")).account
    assert account != MensatekProvider(Credentials("eva", "1")).account
    assert len(account) == 64


@pytest.mark.requirement("R24")
def test_that_the_providers_site_is_https() -> None:
    assert MensatekProvider(Credentials("a", "b")).website.startswith("https://www.mensatek.com")


@pytest.mark.parametrize(
    "address",
    [
        *("http://api.mensatek.com", "http://127.0.0.1.example.com", "http://localhost.example.com", "http://10.0.0.1"),
        *(
            "ftp://127.0.0.1",
            "file:///etc/passwd",
            "//api.mensatek.com",
            "api.mensatek.com",
            "",
            "https://",
            "http:///",
        ),
        *("https://user:pw@api.mensatek.com", "https://api.mensatek.com?x=1", "https://api.mensatek.com#x"),
        *("http://127.0.0.1@evil.example", "https://api.mensatek.com:port", "https://[::1", "javascript:alert(1)"),
    ],
)
def test_that_an_address_that_is_neither_https_nor_this_machine_is_refused(address: str) -> None:
    with pytest.raises(UnsafeAddressError):
        MensatekProvider(Credentials(USER, TOKEN), address=address)


@pytest.mark.parametrize(
    "address", ["https://api.mensatek.com", "http://127.0.0.1:8080", "http://localhost:1/", "http://[::1]:8080"]
)
def test_that_a_safe_address_is_taken_without_its_last_slash(address: str) -> None:
    assert base_address(address) == address.rstrip("/")


def test_that_importing_the_adapter_does_not_load_requests() -> None:
    program = "import sys, orthos_sms_plugin.providers.mensatek; print('requests' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"
