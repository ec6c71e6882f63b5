"""Threads that do one thing again and again and survive it, and the bell that wakes them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from hookspecs.traces import wordless_trace

logger = logging.getLogger(__name__)


class Bell:
    """Wakes every thread that waits for it; a ring between looking and waiting is not lost."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._rings = 0

    @property
    def rings(self) -> int:
        """How often it rang. Ask before you look for work, and hand it to `wait`."""
        return self._rings

    def ring(self) -> None:
        with self._changed:
            self._rings += 1
            self._changed.notify_all()

    def wait(self, heard: int, timeout_s: float) -> None:
        """Return at the first ring after `heard`, or when the time is over."""
        with self._changed:
            self._changed.wait_for(lambda: self._rings != heard, timeout_s)


class Loop:
    """A plain daemon thread.

    Args:
        name: Of the thread, for logs.
        step: Does some work and gives the seconds to rest, 0 for none. The bell ends a rest.
        bell: Wakes this thread.
        stopping: Ends it, once the step that runs is over. Set it, then ring the bell.
        failed: Hears of a step that raised.
        after_error_s: Rest after such a step; the bell does not end it, so that no fault spins.
    """

    def __init__(
        self,
        name: str,
        step: Callable[[], float],
        *,
        bell: Bell,
        stopping: threading.Event,
        failed: Callable[[Exception], None],
        after_error_s: float,
    ) -> None:
        self._step = step
        self._bell = bell
        self._stopping = stopping
        self._failed = failed
        self._after_error_s = after_error_s
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def join(self, timeout_s: float) -> bool:
        """Wait for the end; False when it did not come in time."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping.is_set():
            heard = self._bell.rings
            try:
                rest_s = self._step()
            except Exception as error:  # the loop must outlive anything
                logger.error("%s goes on after\n%s", self._thread.name, wordless_trace(error))
                self._failed(error)
                self._stopping.wait(self._after_error_s)
            else:
                if rest_s > 0 and not self._stopping.is_set():
                    self._bell.wait(heard, rest_s)
