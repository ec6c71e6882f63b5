"""How often the threads look, and how long they try. Tests shrink these; nobody else needs to."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Protocol


class Clock(Protocol):
    """Both clocks of this computer: one stands still while it sleeps, the other may be set."""

    def monotonic(self) -> float:
        """Seconds since some moment, never going back."""
        ...

    def wall(self) -> float:
        """Seconds since the epoch."""
        ...


class SystemClock:
    """The computer's own."""

    def monotonic(self) -> float:
        return time.monotonic()

    def wall(self) -> float:
        return time.time()


@dataclass(frozen=True, slots=True)
class Tuning:
    """Seconds, unless the name says otherwise.

    Attributes:
        busy_s: Between two looks while batches run.
        idle_s: Between two looks while nothing runs.
        reserve_s: Between two looks of a sender that waits to be called by another one.
        keep_s: Between two sweeps and heartbeats.
        start_within_s: Age of a claim at which its first byte must not leave any more.
        lease_s: Age of a claim at which the database gives it up; the end is written down no later.
        after_error_s: Rest of a thread whose work failed.
        retry_s: First rest before a database is asked again to take the end of a send; doubles up to `busy_s`.
        reports_per_s: Pace of report calls to one account.
        reports_at_once: How many may go together after a rest.
        again_after_s: Age of an answer at which the same question may be asked again by hand.
        trouble_every_s: How often the same trouble is told.
    """

    busy_s: float = 1.0
    idle_s: float = 5.0
    reserve_s: float = 30.0
    keep_s: float = 5.0
    start_within_s: float = 20.0
    lease_s: float = 90.0
    after_error_s: float = 5.0
    retry_s: float = 0.1
    reports_per_s: float = 2.0
    reports_at_once: int = 20
    again_after_s: float = 60.0
    trouble_every_s: float = 60.0
