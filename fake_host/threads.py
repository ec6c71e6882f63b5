"""Who may call what, and how work gets from one thread to the other. No Qt: a host without a window uses it too."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue
from typing import TypeVar

from hookspecs.traces import wordless_trace

T = TypeVar("T")

SLICE_S = 0.008
"""How long one turn of the mailbox may hold the GUI thread: half a frame."""

logger = logging.getLogger(__name__)


class GuiThread:
    """Remembers the thread it was made on, which is the GUI thread whether or not a window exists."""

    def __init__(self) -> None:
        self._ident = threading.get_ident()

    @property
    def is_here(self) -> bool:
        """Whether the caller stands on the GUI thread."""
        return threading.get_ident() == self._ident

    def only(self, what: str) -> None:
        """Refuse a call from a worker.

        Raises:
            RuntimeError: Called off the GUI thread.
        """
        if not self.is_here:
            raise RuntimeError(f"{what} belongs to the GUI thread and was called on {threading.current_thread().name}")

    def never(self, what: str) -> None:
        """Refuse a call from the GUI thread.

        Raises:
            RuntimeError: Called on the GUI thread.
        """
        if self.is_here:
            raise RuntimeError(f"{what} reads or writes the database and was called on the GUI thread")


class Mailbox:
    """Tasks for the GUI thread, done in the order they came, a slice at a time.

    Attributes:
        wake: Asks the event loop to call `deliver` soon; None without an event loop. Then what the GUI thread posts is
            done at once, and what workers post waits until the GUI thread calls `deliver`.
    """

    def __init__(self, gui: GuiThread) -> None:
        self._gui = gui
        self._tasks: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self.wake: Callable[[], None] | None = None

    def post(self, task: Callable[[], None]) -> None:
        """Have `task` done on the GUI thread. Any thread."""
        self._tasks.put(task)
        if self.wake is not None:
            self.wake()
        elif self._gui.is_here:
            self.deliver()

    def deliver(self) -> None:
        """Do what has come, for a slice of time; the rest after the event loop's next turn. GUI thread."""
        self._gui.only("Mailbox.deliver")
        ends_at = time.monotonic() + SLICE_S
        while True:
            try:
                task = self._tasks.get_nowait()
            except Empty:
                return
            try:
                task()
            except Exception as error:  # this runs inside a slot, where an exception would end the process
                logger.error("a task for the GUI thread failed\n%s", wordless_trace(error))
            if self.wake is not None and time.monotonic() > ends_at and not self._tasks.empty():
                self.wake()
                return


class Workers:
    """The host's own few threads for everything that touches the database or the disk."""

    def __init__(self, gui: GuiThread, mailbox: Mailbox, count: int = 3) -> None:
        self._gui = gui
        self._mailbox = mailbox
        self._pool = ThreadPoolExecutor(count, thread_name_prefix="fake-host")
        self._closed = False

    def run(
        self,
        work: Callable[[], T],
        then: Callable[[T], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Do `work` on a worker, then hand its result or its failure to the GUI thread."""
        self._gui.only("Workers.run")
        if not self._closed:
            self._pool.submit(self._work, work, then, failed)

    def _work(self, work: Callable[[], T], then: Callable[[T], None], failed: Callable[[Exception], None]) -> None:
        try:
            result = work()
        except Exception as error:
            logger.error("a worker of the host failed\n%s", wordless_trace(error))
            problem = error  # the name of an except clause is gone when the task runs
            self._answer(lambda: failed(problem))
        else:
            self._answer(lambda: then(result))

    def _answer(self, task: Callable[[], None]) -> None:
        if not self._closed:
            self._mailbox.post(task)

    def shut_down(self) -> None:
        """Finish what runs, forget what waits; nothing is answered any more."""
        self._closed = True
        self._pool.shutdown(wait=True, cancel_futures=True)
