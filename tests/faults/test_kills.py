"""Senders killed with SIGKILL, at named points and at any moment: nothing is sent twice, nothing said is false."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.faults.conftest import Clinic
from tests.faults.seat import LEASE_S, Seat

pytestmark = pytest.mark.requirement("R43")

WAIT_S = 60.0
PATIENTS = 6
CRASH_ON = 3

NOT_SENT, SENT, EITHER = {0}, {1}, {0, 1}


def _run(seat: Seat) -> int | None:
    process = seat.process()
    process.join(WAIT_S)
    return process.exitcode


@pytest.mark.parametrize(
    ("point", "doubts", "in_ledger"),
    [
        ("before-claim-commit", 0, NOT_SENT),
        ("after-claim-commit", 1, NOT_SENT),
        ("connected", 1, NOT_SENT),
        ("half-body-sent", 1, NOT_SENT),
        ("body-sent", 1, EITHER),
        ("headers-received", 1, SENT),
        ("body-received", 1, SENT),
        ("before-completion-commit", 1, SENT),
        ("after-completion-commit", 0, NOT_SENT),
    ],
)
def test_that_a_sender_killed_at_this_point_leaves_at_most_its_one_doubt(
    point: str, doubts: int, in_ledger: set[int], make_clinic: Callable[..., Clinic], sqlite_url: str
) -> None:
    clinic = make_clinic(sqlite_url, PATIENTS)

    assert _run(clinic.seat.killing_itself(point, CRASH_ON)) == -signal.SIGKILL
    clinic.check()
    assert _run(clinic.seat) == 0

    states = clinic.check()
    assert states == {"accepted": PATIENTS - doubts} | ({"unknown": doubts} if doubts else {})
    assert clinic.doubts_in_ledger() in in_ledger
    assert clinic.in_ledger() == PATIENTS - doubts + clinic.doubts_in_ledger()


@pytest.mark.parametrize("point", ["before-sweep-commit", "after-sweep-commit"])
def test_that_a_recovery_that_is_killed_is_done_by_the_next_one(
    point: str, make_clinic: Callable[..., Clinic], sqlite_url: str
) -> None:
    clinic = make_clinic(sqlite_url, PATIENTS)
    assert _run(clinic.seat.killing_itself("headers-received", 1)) == -signal.SIGKILL

    assert _run(clinic.seat.killing_itself(point, 1)) == -signal.SIGKILL
    clinic.check()
    assert _run(clinic.seat) == 0

    assert clinic.check() == {"accepted": PATIENTS - 1, "unknown": 1}
    assert clinic.doubts_in_ledger() == 1


def test_that_recovering_twice_is_recovering_once(make_clinic: Callable[..., Clinic], sqlite_url: str) -> None:
    clinic = make_clinic(sqlite_url, PATIENTS)
    assert _run(clinic.seat.killing_itself("body-sent", 2)) == -signal.SIGKILL
    assert _run(clinic.seat) == 0
    once = clinic.check(), clinic.in_ledger()

    assert _run(clinic.seat) == 0

    assert (clinic.check(), clinic.in_ledger()) == once


SENDERS = 4
KILLS = 8


@pytest.mark.requirement("R55")
def test_that_a_sender_killed_at_any_moment_again_and_again_sends_nothing_twice_and_hides_nothing(
    make_clinic: Callable[..., Clinic], database_url: str
) -> None:
    clinic = make_clinic(database_url, 120)
    seat = Seat(clinic.seat.database_url, clinic.seat.provider_url, senders=SENDERS)
    chance = random.Random(7)

    kills = 0
    while kills < KILLS and clinic.in_ledger() < 110:
        before = clinic.in_ledger()
        process = seat.process()
        _wait_for(lambda: clinic.in_ledger() > before or not process.is_alive())  # noqa: B023  # used at once
        process.join(chance.uniform(0, 0.15))
        process.kill()
        process.join(WAIT_S)
        kills += process.exitcode == -signal.SIGKILL
        clinic.check()
    assert _run(seat) == 0

    states = clinic.check()
    assert kills >= 4
    assert set(states) <= {"accepted", "unknown"}
    assert states["unknown"] <= SENDERS * kills
    assert states.total() == 120


def _wait_for(happened: Callable[[], bool]) -> None:
    """Look again and again: the other side is another process, and nothing there could wake us."""
    deadline = time.monotonic() + WAIT_S
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_that_a_seat_frozen_for_longer_than_a_lease_sends_nothing_twice(
    make_clinic: Callable[..., Clinic], sqlite_url: str
) -> None:
    clinic = make_clinic(sqlite_url, 40)
    seat = Seat(clinic.seat.database_url, clinic.seat.provider_url, senders=SENDERS)
    process = seat.process()
    assert process.pid is not None
    _wait_for(lambda: clinic.in_ledger() > 3)

    with _frozen(process.pid):
        time.sleep(LEASE_S + 0.5)  # longer than a lease: the freeze is what is tested
    process.join(WAIT_S)

    assert process.exitcode == 0
    assert set(clinic.check()) <= {"accepted", "unknown", "discarded"}  # a late proof that nothing left discards


@contextmanager
def _frozen(pid: int) -> Iterator[None]:
    """Stop a process, as a computer that sleeps does."""
    os.kill(pid, signal.SIGSTOP)
    yield
    os.kill(pid, signal.SIGCONT)
