"""A clinic with a queued batch, and the provider as a process that outlives every sender."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import sessionmaker

from fake_host.mensatek.ledger import read_ledger
from hookspecs.clinic import ClinicBase
from orthos_sms_plugin.persistence.migrate import upgrade
from orthos_sms_plugin.persistence.outbox import SqlOutbox
from orthos_sms_plugin.persistence.tables import attempt, message
from orthos_sms_plugin.persistence.units import SessionFactory, reading
from tests.faults.seat import TOKEN, USER, Seat, provider_for
from tests.orthos_sms_plugin.persistence.clinics import add_patients, people
from tests.orthos_sms_plugin.persistence.hosts import open_engine
from tests.orthos_sms_plugin.persistence.sends import draft, messages, queue


@dataclass(frozen=True, slots=True)
class ProviderProcess:
    """The local Mensatek service in a process of its own."""

    url: str
    ledger_file: Path

    def ledger(self, refs: set[str]) -> tuple[Counter[str], Counter[str]]:
        """How often each of our messages was asked for, and how often it was accepted (and paid)."""
        ledger = read_ledger(self.ledger_file)
        return tuple(  # type: ignore[return-value]  # two of them
            Counter(str(entry["ref"]) for entry in ledger[kind] if entry["ref"] in refs)
            for kind in ("requests", "messages")
        )


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProviderProcess]:
    ledger_file = tmp_path_factory.mktemp("provider") / "ledger.jsonl"
    command = [sys.executable, "-m", "fake_host.mensatek", "--port", "0", "--credits", "1000000", "--latency", "15"]
    command += ["--user", USER, "--token", TOKEN, "--ledger", str(ledger_file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        listening = process.stdout.readline().strip()
        yield ProviderProcess(listening.removeprefix("listening on "), ledger_file)
        process.terminate()


class Clinic:
    """A database with one batch queued, judged against the provider's ledger."""

    def __init__(self, engine: Engine, provider: ProviderProcess, patients: int) -> None:
        self.factory: SessionFactory = sessionmaker(engine)
        self._provider = provider
        ClinicBase.metadata.create_all(engine)
        upgrade(self.factory)
        add_patients(self.factory, *people(range(1, patients + 1)))
        account = provider_for(provider.url).account
        drafts = [draft(one) for one in range(1, patients + 1)]
        assert queue(SqlOutbox(self.factory), *drafts, account=account).queued == patients
        self.seat = Seat(engine.url.render_as_string(hide_password=False), provider.url)
        self.patients = patients

    def in_ledger(self) -> int:
        """How many messages the provider accepted by now."""
        return self._provider.ledger(set(messages(self.factory, "ref")))[1].total()

    def check(self) -> Counter[str]:
        """Judge database and ledger (protocol §11), at any moment at which no sender runs. Gives how many per state.

        What the database calls accepted was sent, what it calls queued or refused was not, and nothing was sent twice.
        """
        stored = {row[0]: row[1] for row in messages(self.factory, "ref", "state")}
        asked, paid = self._provider.ledger(set(stored))
        attempts = self._attempts()

        assert max(paid.values(), default=0) <= 1, "somebody got a message twice"
        assert {ref for ref, state in stored.items() if state == "accepted"} <= set(paid), "called sent, and was not"
        unsent = {ref for ref, state in stored.items() if state in ("queued", "rejected", "cancelled", "discarded")}
        assert not unsent & set(paid), "called unsent, and was sent"
        assert all(asked[ref] <= attempts.get(ref, 0) for ref in stored), "a call without a written intent"
        return Counter(stored.values())

    def doubts_in_ledger(self) -> int:
        """How many of the doubtful messages the provider did accept."""
        doubtful = {row[0] for row in messages(self.factory, "ref", "state") if row[1] == "unknown"}
        return self._provider.ledger(doubtful)[1].total()

    def _attempts(self) -> dict[str, int]:
        with reading(self.factory) as connection:
            rows = connection.execute(
                select(message.c.ref, func.count())
                .join(attempt, attempt.c.message_id == message.c.id)
                .group_by(message.c.ref)
            )
            return {row[0]: row[1] for row in rows}


@pytest.fixture
def make_clinic(provider: ProviderProcess) -> Iterator[Callable[..., Clinic]]:
    engines: list[Engine] = []

    def make(database_url: str, patients: int) -> Clinic:
        engines.append(open_engine(database_url))
        return Clinic(engines[-1], provider, patients)

    yield make
    for engine in engines:
        engine.dispose()


MakeClinic = Callable[..., Any]
