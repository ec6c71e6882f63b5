"""Programs of their own for journeys that end badly: hosts that are killed, and the provider that remembers it all.

Run as a program (`python -m tests.journeys.processes DATABASE_URL PROVIDER_URL GRACE_S`) it is a host whose driver
sends to the demo group, leaves a person the grace that `--headless` does without, and closes its window on SIGTERM.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from fake_host.mensatek import read_ledger

DEMO_MARKS = 18
"""Rows that a query of the demo group marks."""

_LOOK_S = 0.005


def wait_for(holds: Callable[[], object], what: str, limit_s: float = 40.0) -> None:
    """Wait for another process; a test with a window drives its event loop instead."""
    ends_at = time.monotonic() + limit_s
    turn = threading.Event()
    while not holds():
        assert time.monotonic() < ends_at, f"never happened: {what}"
        turn.wait(_LOOK_S)


@dataclass(frozen=True, slots=True)
class ProviderProcess:
    """`python -m fake_host.mensatek`, running."""

    url: str
    ledger_file: Path

    @classmethod
    @contextmanager
    def running(cls, folder: Path, *options: str) -> Iterator[Self]:
        ledger_file = folder / "ledger.jsonl"
        command = [sys.executable, "-m", "fake_host.mensatek", "--port", "0", "--ledger", str(ledger_file), *options]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            try:
                assert process.stdout is not None
                yield cls(process.stdout.readline().strip().removeprefix("listening on "), ledger_file)
            finally:
                process.kill()

    def messages(self) -> list[dict[str, Any]]:
        """What was accepted (and paid), in order."""
        return list(read_ledger(self.ledger_file)["messages"])

    def set_fault(self, function: str, fault: str, **order: object) -> None:
        """Have a fault strike calls; the arguments are those of `FaultTable.add`."""
        body = json.dumps({"function": function, "fault": fault, **order}).encode()
        with urllib.request.urlopen(f"{self.url}/_sim/faults", body, timeout=10) as answer:
            assert answer.status == 200

    def phones(self) -> list[str]:
        """To whom, sorted; somebody who got two stands there twice."""
        return sorted(message["phone"] for message in self.messages())


class HostProcess:
    """A host in a process of its own, told to send as soon as it is up.

    Args:
        arguments: What stands after `python`.
        environment: On top of this process's own.
    """

    def __init__(self, arguments: Sequence[str], environment: dict[str, str] | None = None) -> None:
        self._process = subprocess.Popen(
            [sys.executable, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=without_display() | (environment or {}),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.kill()

    def kill(self) -> None:
        """End it as a power cut does: it hears nothing of it."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)
        self._process.communicate(timeout=20)

    def close(self) -> float:
        """Close its window and the program in good order. Gives the seconds it took."""
        started = time.monotonic()
        self._process.send_signal(signal.SIGTERM)
        self._process.communicate(timeout=60)
        return time.monotonic() - started

    def report(self, limit_s: float = 150) -> dict[str, Any]:
        """Wait for its end and give its report, with its exit code as `exit` and what it said as `said`."""
        out, err = self._process.communicate(timeout=limit_s)
        assert out, err
        return {**json.loads(out), "exit": self._process.returncode, "said": err}


def headless(*arguments: str, environment: dict[str, str] | None = None) -> HostProcess:
    """Start `python -m fake_host --headless`."""
    return HostProcess(["-m", "fake_host", "--headless", *arguments], environment)


def with_grace(database_url: str, provider_url: str, grace_s: float) -> HostProcess:
    """Start the host of this module, which leaves a grace."""
    return HostProcess(["-m", __name__, database_url, provider_url, str(grace_s)])


def without_display() -> dict[str, str]:
    """Give an environment in which a window exists, but nobody sees it."""
    kept = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
    return kept | {"QT_QPA_PLATFORM": "offscreen"}


class ClinicFile:
    """An SQLite clinic seen from outside, through connections of the test's own."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "clinic.db"
        self.url = f"sqlite:///{self.file.as_posix()}"

    def ask(self, statement: str, *values: object) -> list[Any]:
        with closing(sqlite3.connect(self.file, timeout=15)) as connection:
            return connection.execute(statement, values).fetchall()

    def messages(self) -> dict[str, tuple[str, str]]:
        """State and phone of every message, by ref; none while our tables are not there."""
        if not self.file.exists() or not self.ask("SELECT 1 FROM sqlite_master WHERE name = 'sms_message'"):
            return {}
        return {ref: (state, phone) for ref, state, phone in self.ask("SELECT ref, state, phone FROM sms_message")}

    def refs(self, state: str) -> set[str]:
        """The messages in a state."""
        return {ref for ref, (found, _) in self.messages().items() if found == state}

    def names(self, state: str) -> set[str]:
        """Who is covered by the messages in a state, as `Apellidos, Nombre`."""
        rows = self.ask(
            "SELECT surname, first_name FROM sms_message m JOIN sms_cover c ON c.message_id = m.id"
            " JOIN patient p ON p.id = c.patient_id WHERE m.state = ?",
            state,
        )
        return {f"{surname}, {first_name}" for surname, first_name in rows}

    def end_leases(self) -> None:
        """Let the database's clock run past every lease, as it does 90 seconds later."""
        with closing(sqlite3.connect(self.file, timeout=15)) as connection, connection:
            connection.execute("UPDATE sms_message SET lease_until_ms = 1 WHERE state = 'sending'")

    def check(self, provider: ProviderProcess) -> None:
        """Judge the database by the provider's ledger (protocol §11), while no sender runs."""
        paid = [message["ref"] for message in provider.messages()]
        assert len(paid) == len(set(paid)), "somebody got a message twice"
        assert len(provider.phones()) == len(set(provider.phones())), "a mobile got two messages"
        assert self.refs("accepted") <= set(paid), "called sent, and was not"
        unsent = self.refs("queued") | self.refs("rejected") | self.refs("cancelled") | self.refs("discarded")
        assert not unsent & set(paid), "called unsent, and was sent"


def _main(database_url: str, provider_url: str, grace_s: str) -> None:
    from PyQt6.QtWidgets import QApplication

    from fake_host import FakeHost
    from fake_host.clinic.people import ORTHODONTICS
    from fake_host.journey import Journey

    application = QApplication(sys.argv[:1])
    with FakeHost(database_url, provider_url, deployment={"sms.grace_s": grace_s}) as host:
        window = host.window
        assert window is not None

        def close(*_: object) -> None:
            window.close()
            raise SystemExit

        signal.signal(signal.SIGTERM, close)
        Journey(host, ORTHODONTICS).run()
    application.quit()


if __name__ == "__main__":
    _main(*sys.argv[1:])
