"""The service in this process: start, stop, outage, and what importing it costs."""

import ast
import http.client
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import requests

import fake_host.mensatek
from fake_host.mensatek import LocalMensatek
from tests.fake_host.mensatek.caller import ANA, LEO, Caller


def test_that_a_stopped_service_refuses_connections_and_a_restarted_one_remembers() -> None:
    with LocalMensatek() as mensatek, Caller(mensatek.url, mensatek.user, mensatek.token) as caller:
        url = mensatek.url
        msgid = caller.send(ANA)["Msgid"]

        mensatek.stop()
        with pytest.raises(requests.ConnectionError, match="refused"):
            caller.send(LEO)
        mensatek.start()

        assert mensatek.url == url
        assert caller.report(msgid)["Res"] == 1
        assert [message.phone for message in mensatek.ledger.messages] == [ANA]


def test_that_stopping_is_quick_and_leaves_no_thread_whatever_still_runs() -> None:
    mensatek = LocalMensatek(latency_ms=60_000)
    mensatek.start()
    mensatek.faults.add("send", "hang_after_accept")
    connections = []
    for path in ("/v7/EnviarSMS", "/v7/GetCreditos"):  # one hangs, one waits for its latency
        connection = http.client.HTTPConnection("127.0.0.1", int(mensatek.url.rpartition(":")[2]), timeout=10)
        connection.request("POST", path, "Resp=JSON")
        connections.append(connection)
    assert mensatek.ledger.wait_until(lambda ledger: len(ledger.requests) == 2)

    began = time.monotonic()
    mensatek.stop()
    took = time.monotonic() - began

    assert took < 2
    assert "local-mensatek" not in {thread.name for thread in threading.enumerate()}
    for connection in connections:
        connection.close()


def test_that_starting_and_stopping_twice_does_nothing_more() -> None:
    mensatek = LocalMensatek()
    mensatek.start()
    url = mensatek.url
    mensatek.start()
    assert mensatek.url == url

    mensatek.stop()
    mensatek.stop()


def test_that_a_taken_port_is_an_error_at_once(mensatek: LocalMensatek) -> None:
    second = LocalMensatek(port=int(mensatek.url.rpartition(":")[2]))

    with pytest.raises(OSError, match="in use"):
        second.start()


def test_that_two_services_live_side_by_side(mensatek: LocalMensatek, caller: Caller) -> None:
    with LocalMensatek() as other:
        caller.send(ANA)

        assert other.url != mensatek.url
        assert other.ledger.messages == ()


def test_that_there_is_no_address_before_the_first_start() -> None:
    with pytest.raises(RuntimeError, match="before its first start"):
        _ = LocalMensatek().url


def test_that_importing_the_service_loads_no_web_framework() -> None:
    script = (
        "import sys, fake_host.mensatek as m; m.LocalMensatek();"
        "print(*({'starlette', 'uvicorn', 'python_multipart'} & set(sys.modules)))"
    )

    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)

    assert answer.stdout.split() == []


def test_that_the_judge_shares_no_code_with_the_plugin() -> None:
    folder = Path(fake_host.mensatek.__file__).parent
    imported = {
        name
        for file in folder.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }

    assert imported
    assert not [name for name in imported if name.split(".")[0] in {"orthos_sms_plugin", "hookspecs"}]
