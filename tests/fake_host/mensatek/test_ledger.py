"""The ledger: what it writes down, when, and what survives."""

import json
import time
from pathlib import Path

import pytest
import requests

from fake_host.mensatek import LocalMensatek, read_ledger
from tests.fake_host.mensatek.caller import ANA, LEO, Caller


def test_that_the_ledger_over_http_shows_requests_and_messages_with_the_agreed_keys(
    mensatek: LocalMensatek, caller: Caller
) -> None:
    before = time.time()
    msgid = caller.send(ANA, text="¡Sí, 5 €!", Referencia="r-1")["Msgid"]
    caller.report(msgid)
    caller.credits()

    ledger = caller.sim("ledger").json()

    assert before <= ledger["requests"][0].pop("at") <= time.time()
    assert ledger["requests"][0] == {
        "function": "send",
        "ref": "r-1",
        "phones": [ANA],
        "fault": None,
        "answered": True,
    }
    assert [request["function"] for request in ledger["requests"]] == ["send", "report", "credits"]
    assert ledger["messages"] == [
        {
            "ref": "r-1",
            "msgid": str(msgid),
            "phone": ANA,
            "text": "¡Si, 5 €!",
            "unicode": False,
            "parts": 1,
            "credits": 1,
            "state": "waiting",
            "sender": "CLINICA",
        }
    ]


def test_that_the_ledger_in_process_says_the_same_as_over_http(mensatek: LocalMensatek, caller: Caller) -> None:
    mensatek.faults.add("send", "http_500_after_accept", skip=1)
    caller.send(ANA, LEO, Referencia="r-1")
    caller.post("EnviarSMS", {"Destinatarios": ANA, "Mensaje": "Hola", "Resp": "JSON"})
    caller.sim("clock", {"advance_s": 60})

    assert caller.sim("ledger").json() == json.loads(json.dumps(mensatek.ledger.as_json()))
    assert [message.state for message in mensatek.ledger.messages] == ["delivered"] * 3


def test_that_a_request_is_written_down_before_its_latency(mensatek: LocalMensatek, caller: Caller) -> None:
    mensatek.latency_ms = 60_000

    with pytest.raises(requests.ReadTimeout):
        caller.post("EnviarSMS", {"Destinatarios": ANA, "Referencia": "r-1"}, timeout_s=0.2)

    (request,) = mensatek.ledger.requests
    assert (request.ref, request.phones, request.answered) == ("r-1", (ANA,), False)


def test_that_waiting_for_the_ledger_ends_when_time_is_up(mensatek: LocalMensatek) -> None:
    assert not mensatek.ledger.wait_until(lambda ledger: bool(ledger.messages), timeout_s=0.05)


def test_that_a_reset_forgets_everything_but_the_way_in(mensatek: LocalMensatek, caller: Caller) -> None:
    mensatek.set_outcome(ANA, "failed_number")
    msgid = caller.send(ANA)["Msgid"]
    mensatek.clock.advance(86_400)

    assert caller.sim("reset", {}).ok

    assert caller.sim("ledger").json() == {"requests": [], "messages": []}
    assert abs(mensatek.clock.now() - time.time()) < 5
    assert caller.report(msgid)["Res"] == -4
    again = caller.send(ANA)
    mensatek.clock.advance(60)
    assert (again["Cred"], caller.codes(again["Msgid"])) == (99, {ANA: "13"})
    assert again["Msgid"] != msgid


def test_that_a_call_that_outlives_a_reset_amends_no_later_request(mensatek: LocalMensatek, caller: Caller) -> None:
    number = mensatek.ledger.arrived("send", "before", ())
    mensatek.ledger.clear()
    mensatek.ledger.arrived("send", "after", ())

    mensatek.ledger.answered(number)

    assert [(request.ref, request.answered) for request in mensatek.ledger.requests] == [("after", False)]


def test_that_the_ledger_file_reads_back_as_the_ledger(tmp_path: Path) -> None:
    file = tmp_path / "ledger.jsonl"
    with LocalMensatek(ledger_file=file) as mensatek, Caller(mensatek.url, "demo", "demo-token") as caller:
        mensatek.faults.add("send", "bad_data", skip=1)
        caller.send(ANA, text="¡Begoña, 5 €!", Referencia="r-1")
        caller.send(LEO)
        ledger = caller.sim("ledger").json()

    assert read_ledger(file) == ledger


def test_that_a_second_run_goes_on_in_the_same_file_and_a_torn_line_is_left_out(tmp_path: Path) -> None:
    file = tmp_path / "ledger.jsonl"
    for ref in ("first", "second"):
        with LocalMensatek(ledger_file=file) as mensatek, Caller(mensatek.url, "demo", "demo-token") as caller:
            caller.send(ANA, Referencia=ref)
    with file.open("ab") as torn:
        torn.write(b'{"kind": "message", "ref": "to')

    ledger = read_ledger(file)

    assert [request["ref"] for request in ledger["requests"]] == ["first", "second"]
    assert all(request["answered"] for request in ledger["requests"])
    assert [message["ref"] for message in ledger["messages"]] == ["first", "second"]


def test_that_a_reset_empties_what_the_file_reads_back_as(tmp_path: Path) -> None:
    file = tmp_path / "ledger.jsonl"
    with LocalMensatek(ledger_file=file) as mensatek, Caller(mensatek.url, "demo", "demo-token") as caller:
        caller.send(ANA)
        mensatek.reset()
        caller.send(LEO, Referencia="r-2")

    assert [message["ref"] for message in read_ledger(file)["messages"]] == ["r-2"]


def test_that_credits_set_over_http_are_what_is_left(mensatek: LocalMensatek, caller: Caller) -> None:
    assert caller.sim("credits", {"credits": 2.5}).json() == {"credits": 2.5}

    assert caller.credits() == {"Cred": "2.50"}
    assert caller.sim("credits", {"credits": "many"}).status_code == 400


def test_that_credits_set_after_a_refund_fell_due_do_not_grow_by_it(mensatek: LocalMensatek, caller: Caller) -> None:
    mensatek.set_outcome(ANA, "returned")
    caller.send(ANA)
    mensatek.clock.advance(60)

    mensatek.credits = 5

    assert mensatek.credits == 5


def test_that_an_outcome_that_cannot_be_is_refused(caller: Caller) -> None:
    for script in ("teleported", [], [[1, 10]], [[0, 10], [9, 13], [5, 50]], 13, None):
        assert caller.sim("outcomes", {"phone": ANA, "script": script}).status_code == 400, script
