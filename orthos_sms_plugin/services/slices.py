"""Long work in pure Python, in slices: threads share one interpreter lock, and the window must keep its turn.

Measured: a busy thread delays the window by up to 734 ms, one that works 1 ms and sleeps 2 ms by 16 ms.
"""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

WORK_S = 0.001
SLEEP_S = 0.002
HEAP = 500
"""Items sorted in one go, on average."""

_SAMPLED = 4_000

T = TypeVar("T")


class WorkCancelledError(Exception):
    """The one who asked for the work no longer wants it."""


class Slices:
    """Call `breathe` often; it sleeps when the slice is used up.

    Args:
        cancelled: Asked at the end of each slice; true ends the work with `WorkCancelledError`.
        sleep: Replaced where nobody waits for a window.
    """

    def __init__(
        self, cancelled: Callable[[], bool] = lambda: False, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._cancelled = cancelled
        self._sleep = sleep
        self._until = time.perf_counter() + WORK_S

    def breathe(self) -> None:
        """Sleep if a slice's worth of work was done since the last sleep."""
        if time.perf_counter() < self._until:
            return
        if self._cancelled():
            raise WorkCancelledError
        self._sleep(SLEEP_S)
        self._until = time.perf_counter() + WORK_S

    def over(self, items: Iterable[T]) -> Iterator[T]:
        """Yield the items, breathing between them."""
        for item in items:
            yield item
            self.breathe()


def sort_in_slices(items: Sequence[T], key: Callable[[T], Any], slices: Slices) -> list[T]:
    """Sort stably: dealt out into heaps that take a slice each to sort. `key` is asked twice, so it is cheap."""
    sample = sorted(map(key, items[:: max(1, len(items) // _SAMPLED)]))
    borders = sample[:: max(1, len(sample) * HEAP // max(1, len(items)))]
    heaps: list[list[T]] = [[] for _ in range(len(borders) + 1)]
    for item in slices.over(items):
        heaps[bisect_right(borders, key(item))].append(item)
    made: list[T] = []
    for heap in slices.over(heaps):
        heap.sort(key=key)
        made += heap
    return made
