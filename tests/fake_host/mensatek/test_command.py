"""`python -m fake_host.mensatek` as a program of its own."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fake_host.mensatek import read_ledger
from tests.fake_host.mensatek.caller import ANA, LEO, Caller, send_fields

COMMAND = [sys.executable, "-m", "fake_host.mensatek"]


@contextmanager
def _service(*options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The running program and the address that it printed."""
    # The line must come through a pipe that nobody told Python to leave unbuffered.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with subprocess.Popen(
        [*COMMAND, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            match = re.fullmatch(r"listening on (http://127\.0\.0\.1:\d+)\n", line)
            assert match, line
            yield process, match.group(1)
        finally:
            process.kill()


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_that_the_program_says_where_it_listens_and_ends_cleanly_when_asked(ending: signal.Signals) -> None:
    with _service("--port", "0") as (process, url):
        with Caller(url, "demo", "demo-token") as caller:
            assert caller.credits() == {"Cred": "1000.00"}

        process.send_signal(ending)
        out, err = process.communicate(timeout=10)

        assert (process.returncode, out, err) == (0, "", "")


def test_that_the_options_shape_the_account() -> None:
    with (
        _service("--user", "u", "--token", "t", "--credits", "30", "--price", "9", "--latency", "100") as (_, url),
        Caller(url, "u", "t") as caller,
    ):
        response = caller.post("EnviarSMS", send_fields(ANA))
        assert response.elapsed.total_seconds() >= 0.1
        assert (response.json()["Cred"], response.json()["CreditosUsados"]) == (21, 9)


def test_that_a_killed_service_has_lost_nothing_it_accepted(tmp_path: Path) -> None:
    file = tmp_path / "ledger.jsonl"

    with (
        _service("--ledger", str(file)) as (process, url),
        Caller(url, "demo", "demo-token") as caller,
    ):
        caller.sim("faults", {"function": "send", "fault": "close_after_accept", "skip": 1})
        caller.send(ANA, text="¡Begoña, 5 €!", Referencia="r-1")
        with pytest.raises(OSError, match="without response"):
            caller.send(LEO, Referencia="r-2")
        process.kill()
        process.wait(10)

    ledger = read_ledger(file)
    assert [(entry["ref"], entry["answered"], entry["fault"]) for entry in ledger["requests"]] == [
        ("r-1", True, None),
        ("r-2", False, "close_after_accept"),
    ]
    assert [(message["ref"], message["text"]) for message in ledger["messages"]] == [
        ("r-1", "¡Begoña, 5 €!"),
        ("r-2", "Hola"),
    ]


def test_that_a_taken_port_is_told_in_one_line() -> None:
    with _service() as (_, url):
        second = subprocess.run(
            [*COMMAND, "--port", url.rpartition(":")[2]], capture_output=True, text=True, check=False, timeout=30
        )

    assert second.returncode == 1
    assert second.stderr.startswith("cannot start:")
    assert second.stderr.count("\n") == 1


@pytest.mark.parametrize("amount", ["many", "-1", "nan"])
def test_that_an_amount_that_is_none_is_refused(amount: str) -> None:
    answer = subprocess.run([*COMMAND, f"--credits={amount}"], capture_output=True, text=True, check=False, timeout=30)

    assert answer.returncode == 2
    assert "Traceback" not in answer.stderr
