"""How long the event loop was kept from turning, seen from inside."""

from __future__ import annotations

import gc
import time
from typing import Any

from PyQt6.QtCore import Qt, QTimer

TICK_MS = 5


class LoopWatch:
    """A timer of 5 ms in the GUI thread; what it is late is a pause that a person could feel."""

    def __init__(self) -> None:
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._on_tick)
        self._last = time.perf_counter()
        self._worst = 0.0
        self._timer.start()

    def begin(self) -> None:
        """Forget what was seen so far."""
        self._last, self._worst = time.perf_counter(), 0.0

    def worst_ms(self) -> float:
        """Give the longest pause since `begin`, an unfinished one included."""
        return max(self._worst, self._lateness())

    def _lateness(self) -> float:
        return max(0.0, (time.perf_counter() - self._last) * 1_000 - TICK_MS)

    def _on_tick(self) -> None:
        self._worst = max(self._worst, self._lateness())
        self._last = time.perf_counter()


class Collections:
    """How long Python's own collections of the oldest generation took; they stop every thread."""

    def __init__(self) -> None:
        self.took_ms: list[float] = []
        self._began = 0.0

    def __enter__(self) -> Collections:
        gc.callbacks.append(self._on_phase)
        return self

    def __exit__(self, *_error: object) -> None:
        gc.callbacks.remove(self._on_phase)

    def _on_phase(self, phase: str, info: dict[str, Any]) -> None:
        if info["generation"] != 2:
            return
        if phase == "start":
            self._began = time.perf_counter()
        else:
            self.took_ms.append((time.perf_counter() - self._began) * 1_000)
