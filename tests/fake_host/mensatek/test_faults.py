"""Each fault: what the caller sees, and what the ledger says really happened."""

import socket
import threading

import pytest
import requests

from fake_host.mensatek import FAULTS, LocalMensatek, Message, Request
from tests.fake_host.mensatek.caller import ANA, LEO, Caller, send_fields


def _outcome(mensatek: LocalMensatek) -> tuple[Request, tuple[Message, ...]]:
    """The only request, and all messages."""
    (request,) = mensatek.ledger.requests
    return request, mensatek.ledger.messages


@pytest.mark.parametrize(
    ("fault", "answer"),
    [
        ("auth_failed", {"Res": -1, "Error": "Error de autentificación"}),
        ("no_credits", {"Res": -2, "Error": "No hay créditos suficientes", "CredNecesarios": 4}),
        ("bad_data", {"Res": -3, "Error": "Error en los datos de la llamada"}),
        (
            "nothing_sent",
            {"Res": 0, "Cred": 100, "Mensajes": 0, "Destinatarios": 2, "NoEnviados": 2, "CreditosUsados": 0},
        ),
    ],
)
def test_that_a_refusal_on_order_answers_in_the_providers_words_and_accepts_nothing(
    mensatek: LocalMensatek, caller: Caller, fault: str, answer: dict[str, object]
) -> None:
    mensatek.faults.add("send", fault)

    assert caller.send(ANA, LEO, text="a" * 161) == answer

    request, messages = _outcome(mensatek)
    assert (request.fault, request.answered, messages) == (fault, True, ())
    assert mensatek.credits == 100


@pytest.mark.parametrize(
    ("fault", "status", "accepted"),
    [
        ("http_500_before_accept", 500, 0),
        ("http_429", 429, 0),
        ("http_500_after_accept", 500, 1),
        ("html_after_accept", 200, 1),
        ("garbage_after_accept", 200, 1),
    ],
)
def test_that_a_foreign_answer_tells_nothing_of_what_the_ledger_knows(
    mensatek: LocalMensatek, caller: Caller, fault: str, status: int, accepted: int
) -> None:
    mensatek.faults.add("send", fault)

    response = caller.post("EnviarSMS", send_fields(ANA))

    assert response.status_code == status
    with pytest.raises((requests.JSONDecodeError, UnicodeDecodeError)):
        response.json()
    request, messages = _outcome(mensatek)
    assert (request.fault, request.answered, len(messages)) == (fault, True, accepted)
    assert mensatek.credits == 100 - accepted


@pytest.mark.parametrize(
    ("fault", "accepted", "reset"),
    [
        ("reset_before_accept", 0, True),
        ("reset_after_accept", 1, True),
        ("close_after_accept", 1, False),
    ],
)
def test_that_a_cut_leaves_the_caller_without_a_byte(
    mensatek: LocalMensatek, fault: str, accepted: int, reset: bool
) -> None:
    mensatek.faults.add("send", fault)

    with _raw_call(mensatek, "EnviarSMS", b"Destinatarios=34600555111&Mensaje=Hola&Resp=JSON") as connection:
        if reset:
            with pytest.raises(ConnectionResetError):
                connection.recv(1)
        else:
            assert connection.recv(1) == b""

    request, messages = _outcome(mensatek)
    assert (request.fault, request.answered, len(messages)) == (fault, False, accepted)


def test_that_a_refused_connection_is_cut_before_the_body_is_read(mensatek: LocalMensatek) -> None:
    mensatek.faults.add("send", "refuse")

    # The body that is announced never comes, and the cut does not wait for it.
    with (
        _raw_call(mensatek, "EnviarSMS", b"", announced=48) as connection,
        pytest.raises(ConnectionResetError),
    ):
        connection.recv(1)

    request, messages = _outcome(mensatek)
    assert (request.fault, request.ref, request.phones) == ("refuse", None, ())
    assert messages == ()


def test_that_a_hanging_call_has_sent_its_message_and_ends_when_the_service_stops(
    mensatek: LocalMensatek, caller: Caller
) -> None:
    mensatek.faults.add("send", "hang_after_accept")
    ended: list[Exception] = []

    def call() -> None:
        try:
            caller.send(ANA, Referencia="r-1")
        except requests.RequestException as error:
            ended.append(error)

    thread = threading.Thread(target=call)
    thread.start()
    assert mensatek.ledger.wait_until(lambda ledger: len(ledger.messages) == 1)
    assert thread.is_alive()
    mensatek.stop()
    thread.join(5)

    assert len(ended) == 1
    request, (message,) = _outcome(mensatek)
    assert (request.fault, request.answered, message.ref) == ("hang_after_accept", False, "r-1")


def test_that_a_caller_who_gives_up_on_a_slow_answer_has_sent_all_the_same(
    mensatek: LocalMensatek, caller: Caller
) -> None:
    mensatek.faults.add("send", "slow", delay_ms=60_000)

    with pytest.raises(requests.ReadTimeout):
        caller.post("EnviarSMS", send_fields(ANA), timeout_s=0.2)

    request, messages = _outcome(mensatek)
    assert (request.fault, request.answered, len(messages)) == ("slow", False, 1)


def test_that_a_slow_answer_is_late_and_true(mensatek: LocalMensatek, caller: Caller) -> None:
    mensatek.faults.add("send", "slow", delay_ms=150)

    response = caller.post("EnviarSMS", send_fields(ANA))

    assert response.json()["Res"] == 1
    assert response.elapsed.total_seconds() >= 0.15


@pytest.mark.parametrize(
    ("function", "name"), [("report", "GetReportSMS"), ("credits", "GetCreditos"), ("send", "EnviarSMS")]
)
def test_that_a_fault_strikes_its_own_function_only(
    mensatek: LocalMensatek, caller: Caller, function: str, name: str
) -> None:
    mensatek.faults.add(function, "http_500_before_accept", times=None)

    statuses = {each: caller.post(each, send_fields(ANA)).status_code for each in ("EnviarSMS", "GetReportSMS")}
    statuses["GetCreditos"] = caller.post("GetCreditos", {"Resp": "JSON"}).status_code

    assert [each for each, status in statuses.items() if status == 500] == [name]


def test_that_a_fault_lets_calls_pass_then_strikes_as_often_as_told(mensatek: LocalMensatek, caller: Caller) -> None:
    mensatek.faults.add("send", "bad_data", skip=2, times=2)

    assert [caller.send(ANA)["Res"] for _ in range(6)] == [1, 1, -3, -3, 1, 1]
    assert mensatek.faults.pending == ()


def test_that_a_fault_without_end_strikes_until_it_is_reset(mensatek: LocalMensatek, caller: Caller) -> None:
    mensatek.faults.add("send", "bad_data", times=None)

    before = [caller.send(ANA)["Res"] for _ in range(3)]
    mensatek.reset()

    assert before == [-3, -3, -3]
    assert caller.send(ANA)["Res"] == 1


def test_that_a_fault_of_one_phone_spares_the_others_and_their_calls_are_not_counted(
    mensatek: LocalMensatek, caller: Caller
) -> None:
    mensatek.faults.add("send", "bad_data", phone=f"+{LEO}")

    assert [caller.send(phone)["Res"] for phone in (ANA, ANA, LEO, LEO)] == [1, 1, -3, 1]


def test_that_a_fault_of_one_phone_strikes_the_report_of_its_send(mensatek: LocalMensatek, caller: Caller) -> None:
    mensatek.faults.add("report", "auth_failed", phone=LEO)
    ana, leo = caller.send(ANA)["Msgid"], caller.send(LEO)["Msgid"]

    assert [caller.report(msgid)["Res"] for msgid in (ana, leo)] == [1, -1]


def test_that_faults_strike_in_the_order_they_were_set(mensatek: LocalMensatek, caller: Caller) -> None:
    mensatek.faults.add("send", "bad_data")
    mensatek.faults.add("send", "auth_failed")

    assert [caller.send(ANA)["Res"] for _ in range(3)] == [-3, -1, 1]


def test_that_faults_can_be_set_over_http(mensatek: LocalMensatek, caller: Caller) -> None:
    order = {"function": "send", "fault": "http_429", "times": None, "skip": 1, "phone": ANA}

    listed = caller.sim("faults", order).json()["faults"]

    assert listed == [order | {"delay_ms": 1000}]
    assert [caller.post("EnviarSMS", send_fields(ANA)).status_code for _ in range(3)] == [200, 429, 429]


@pytest.mark.parametrize(
    "order",
    [
        {"function": "send", "fault": "sunspots"},
        {"function": "fax", "fault": "slow"},
        {"function": "send"},
        {"function": "send", "fault": "slow", "skip": -1},
        {"function": "send", "fault": "slow", "times": -1},
        {"function": "send", "fault": "slow", "twice": True},
        {"function": "send", "fault": "refuse", "phone": ANA},
        [],
    ],
    ids=str,
)
def test_that_a_fault_that_cannot_be_is_refused_with_a_reason(
    mensatek: LocalMensatek, caller: Caller, order: dict[str, object]
) -> None:
    response = caller.sim("faults", order)

    assert response.status_code == 400
    assert response.json()["error"]
    assert mensatek.faults.pending == ()


@pytest.mark.parametrize("fault", sorted(FAULTS))
@pytest.mark.parametrize("name", ["EnviarSMS", "GetReportSMS", "GetCreditos"])
def test_that_the_service_answers_again_after_any_fault_of_any_function(
    mensatek: LocalMensatek, caller: Caller, fault: str, name: str
) -> None:
    function = {"EnviarSMS": "send", "GetReportSMS": "report", "GetCreditos": "credits"}[name]
    mensatek.faults.add(function, fault, delay_ms=1)

    try:
        caller.post(name, send_fields(ANA), timeout_s=0.1 if fault == "hang_after_accept" else 10)
    except requests.RequestException as error:
        assert FAULTS[fault].effect.__class__.__name__ in {"Cut", "Hang"}, error

    assert caller.credits()["Cred"]
    assert mensatek.ledger.requests[0].fault == fault


def _raw_call(mensatek: LocalMensatek, name: str, body: bytes, announced: int | None = None) -> socket.socket:
    """A POST with the demo's credentials over a bare socket, whose end can be told from a reset."""
    connection = socket.create_connection(("127.0.0.1", int(mensatek.url.rpartition(":")[2])), timeout=10)
    head = (
        f"POST /v7/{name} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic ZGVtbzpkZW1vLXRva2Vu\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {announced or len(body)}\r\n\r\n"
    )
    connection.sendall(head.encode() + body)
    return connection
