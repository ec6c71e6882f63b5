"""Several threads that begin at one moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any


def together(*works: Callable[[], Any]) -> list[Any]:
    """Run each in a thread of its own, started at one moment; gives results and exceptions in order."""
    results: list[Any] = [None] * len(works)
    barrier = threading.Barrier(len(works))

    def run(position: int) -> None:
        barrier.wait()
        try:
            results[position] = works[position]()
        except Exception as error:  # the test compares it
            results[position] = error

    threads = [threading.Thread(target=run, args=(position,)) for position in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
