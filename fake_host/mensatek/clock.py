"""The service's own clock: it can be pushed forward and run faster, so that days of delivery fit in a test."""

import threading
import time
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

# The provider's manual speaks of GMT+1; we take it as the Spanish wall clock, summer time included.
MADRID = ZoneInfo("Europe/Madrid")


class Clock:
    """Seconds since the epoch as the service sees them. Safe from any thread."""

    def __init__(self, source: Callable[[], float] = time.time) -> None:
        self._source = source
        self._lock = threading.Lock()
        self._speed = 1.0
        self._read_at = self._shown = source()

    def now(self) -> float:
        with self._lock:
            return self._now()

    def advance(self, seconds: float) -> None:
        """Jump forward. A clock that went back would undo deliveries, so a negative jump is refused."""
        if seconds < 0:
            raise ValueError(f"the clock only goes forward, not by {seconds} s")
        with self._lock:
            self._settle(extra=seconds)

    def set_speed(self, speed: float) -> None:
        """Let the clock run `speed` times as fast as real time; 0 makes it stand still."""
        if speed < 0:
            raise ValueError(f"the clock only goes forward, not {speed} times as fast")
        with self._lock:
            self._settle()
            self._speed = speed

    def reset(self) -> None:
        """Show real time at real speed again."""
        with self._lock:
            self._speed = 1.0
            self._read_at = self._shown = self._source()

    def _now(self) -> float:
        return self._shown + (self._source() - self._read_at) * self._speed

    def _settle(self, extra: float = 0.0) -> None:
        self._shown = self._now() + extra
        self._read_at = self._source()


def wire_time(seconds: float) -> str:
    """Write a moment as reports carry it: `YYYY-MM-DD HH:MM:SS`, Spanish wall clock."""
    return datetime.fromtimestamp(seconds, MADRID).strftime("%Y-%m-%d %H:%M:%S")
