"""Who may call, and in which shapes a call may come."""

import base64
import http.client
from urllib.parse import quote_from_bytes

import pytest
import requests

from fake_host.mensatek import LocalMensatek
from tests.fake_host.mensatek.caller import ANA, Caller, send_fields


@pytest.mark.parametrize("function", ["EnviarSMS", "GetReportSMS", "GetCreditos"])
@pytest.mark.parametrize(("user", "token"), [("demo", "wrong"), ("wrong", "demo-token"), ("demo", ""), ("", "")])
def test_that_wrong_credentials_answer_200_with_res_minus_one(
    mensatek: LocalMensatek, function: str, user: str, token: str
) -> None:
    with Caller(mensatek.url, user, token) as stranger:
        answer = stranger.answer_of(function, send_fields(ANA, idM="1"))

    assert answer == {"Res": -1, "Error": "Error de autentificación"}
    assert mensatek.ledger.messages == ()
    assert [request.answered for request in mensatek.ledger.requests] == [True]


@pytest.mark.parametrize("header", [None, "", "Basic", "Basic ###", "Basic 8A==", "Bearer ZGVtbzpkZW1vLXRva2Vu"])
def test_that_a_call_without_basic_credentials_is_refused(mensatek: LocalMensatek, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}

    with requests.Session() as session:
        session.trust_env = False
        answer = session.post(f"{mensatek.url}/v7/EnviarSMS", send_fields(ANA), headers=headers, timeout=10).json()

    assert answer["Res"] == -1


def test_that_credentials_outside_ascii_are_compared_too() -> None:
    header = "Basic " + base64.b64encode("clínica:señal".encode()).decode()

    with LocalMensatek(user="clínica", token="señal") as mensatek, requests.Session() as session:
        session.trust_env = False
        answer = session.post(
            f"{mensatek.url}/v7/GetCreditos", {"Resp": "JSON"}, headers={"Authorization": header}, timeout=10
        ).json()

    assert answer == {"Cred": "1000.00"}


def test_that_a_parameter_in_the_query_string_spoils_the_credentials(mensatek: LocalMensatek) -> None:
    with Caller(mensatek.url, mensatek.user, mensatek.token) as caller:
        answer = caller.answer_of("GetCreditos?Resp=JSON", {"Resp": "JSON"})

    assert answer["Res"] == -1


def test_that_a_multipart_call_is_read_like_any_other(mensatek: LocalMensatek) -> None:
    parts = {name: (None, value) for name, value in send_fields(ANA, text="¡Begoña, 5 €!").items()}

    with requests.Session() as session:
        session.trust_env = False
        answer = session.post(
            f"{mensatek.url}/v7/EnviarSMS", files=parts, auth=(mensatek.user, mensatek.token), timeout=10
        ).json()

    assert answer["Res"] == 1
    assert [message.text for message in mensatek.ledger.messages] == ["¡Begoña, 5 €!"]


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary=x"])
def test_that_a_broken_multipart_body_is_bad_data(mensatek: LocalMensatek, kind: str) -> None:
    with requests.Session() as session:
        session.trust_env = False
        answer = session.post(
            f"{mensatek.url}/v7/EnviarSMS",
            data=b"--x\r\nnonsense",
            headers={"Content-Type": kind},
            auth=(mensatek.user, mensatek.token),
            timeout=10,
        ).json()

    assert answer["Res"] == -3


def test_that_a_text_in_latin_1_is_read_rather_than_lost(mensatek: LocalMensatek) -> None:
    body = f"Destinatarios={ANA}&Resp=JSON&Mensaje=".encode() + quote_from_bytes("Begoña".encode("latin-1")).encode()

    with requests.Session() as session:
        session.trust_env = False
        session.post(
            f"{mensatek.url}/v7/EnviarSMS",
            data=body,
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            auth=(mensatek.user, mensatek.token),
            timeout=10,
        )

    assert [message.text for message in mensatek.ledger.messages] == ["Begoña"]


def test_that_version_seven_wants_post_and_knows_no_other_names(caller: Caller, mensatek: LocalMensatek) -> None:
    with requests.Session() as session:
        session.trust_env = False
        got = session.get(f"{mensatek.url}/v7/GetCreditos", timeout=10)

    assert got.status_code == 405
    assert caller.post("EnviarFax", {}).status_code == 404
    assert mensatek.ledger.requests == ()


def test_that_the_service_listens_on_loopback_only_and_greets_at_its_root(mensatek: LocalMensatek) -> None:
    assert mensatek.url.startswith("http://127.0.0.1:")

    with requests.Session() as session:
        session.trust_env = False
        assert "Mensatek" in session.get(mensatek.url, timeout=10).text


def test_that_half_a_body_is_no_call(mensatek: LocalMensatek, caller: Caller) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", int(mensatek.url.rpartition(":")[2]), timeout=10)
    connection.putrequest("POST", "/v7/EnviarSMS")
    connection.putheader("Content-Type", "application/x-www-form-urlencoded")
    connection.putheader("Content-Length", "1000")
    connection.endheaders(b"Destinatarios=34600555111&Mensaje=Ho")
    connection.close()

    caller.send(ANA, Referencia="whole")

    assert [request.ref for request in mensatek.ledger.requests] == ["whole"]
    assert [message.ref for message in mensatek.ledger.messages] == ["whole"]
