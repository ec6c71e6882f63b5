"""Work that takes time, off the GUI thread, with its answer back on it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, TypeVar, final

from PyQt6.QtCore import QObject, QRunnable, QThreadPool, pyqtSignal, pyqtSlot

from hookspecs.traces import wordless_trace
from orthos_sms_plugin.services.slices import WorkCancelledError
from orthos_sms_plugin.ui.guard import guarded

logger = logging.getLogger(__name__)

T = TypeVar("T")
Cancelled = Callable[[], bool]


class Job:
    """One piece of work under way. `cancel` takes effect at its next slice; its answer is dropped.

    Attributes:
        certain: The work is done even if it was cancelled before it began: only its answer is dropped.
    """

    def __init__(self, certain: bool = False) -> None:
        self.certain = certain
        self._cancelled = False
        self.finished = False

    def cancel(self) -> None:
        """Ask for the end of the work; nobody hears of it any more."""
        self._cancelled = True

    def cancelled(self) -> bool:
        """Tell whether nobody waits for it any more."""
        return self._cancelled


class _Work(QRunnable):
    """Borrows the queue's signal and owns no QObject: the pool deletes it on its own thread."""

    def __init__(self, jobs: Jobs, job: Job, work: Callable[[Job], Any], answer: Callable[[Any], None]) -> None:
        super().__init__()
        self._jobs, self._job, self._work, self._answer = jobs, job, work, answer
        self._failed: Callable[[Exception], None] | None = None

    def on_failure(self, failed: Callable[[Exception], None]) -> None:
        self._failed = failed

    def run(self) -> None:
        if self._job.cancelled() and not self._job.certain:
            self._job.finished = True
            return
        try:
            value = self._work(self._job)
        except WorkCancelledError:
            return
        except Exception as error:  # an exception leaving run() would abort the whole host
            logger.error("a job failed\n%s", wordless_trace(error))
            self._jobs.hand_over(self._job, self._failed, error)
        else:
            self._jobs.hand_over(self._job, self._answer, value)
        finally:
            self._job.finished = True


@final
class Jobs(QObject):
    """Runs work on a pool of its own and calls back on the GUI thread. No widget is its parent.

    Signals:
        ended: Internal: carries an answer over to the GUI thread.
    """

    ended = pyqtSignal(object, object, object)

    def __init__(self, threads: int = 4) -> None:
        super().__init__()
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(threads)
        self._running: set[Job] = set()
        self._shut = False
        self.ended.connect(self._on_ended)

    def start(
        self,
        work: Callable[[Job], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
        *,
        certain: bool = False,
    ) -> Job:
        """Run `work` on a worker, then `done` with its value or `failed` with its error on the GUI thread.

        After `shut_down` nothing is begun any more: a click that was still on its way must not queue a batch.

        Args:
            work: Looks at its job now and then.
            done: Called unless the job was cancelled.
            failed: Likewise.
            certain: What a person has decided: closing the panel at the same moment must not undo it.
        """
        job = Job(certain)
        if self._shut:
            job.cancel()
            job.finished = True
            return job
        self._running = {other for other in self._running if not other.finished} | {job}
        runnable = _Work(self, job, work, done)
        runnable.on_failure(failed)
        self._pool.start(runnable)
        return job

    def hand_over(self, job: Job, callback: Callable[[Any], None] | None, value: object) -> None:
        """Carry an answer to the GUI thread. Called by the workers."""
        try:
            self.ended.emit(job, callback, value)
        except RuntimeError:  # the queue was deleted while the work ran: nobody waits for it
            logger.info("an answer came after the panel had gone")

    def post(self, job: Job, callback: Callable[[T], None], value: T) -> None:
        """Hand a part of an answer over while the work goes on. Called by the work itself."""
        self.hand_over(job, callback, value)

    def shut_down(self, timeout_ms: int = 2_000) -> None:
        """Cancel everything, for good, and wait for the workers, at most `timeout_ms`."""
        self._shut = True
        for job in self._running:
            job.cancel()
        self._pool.waitForDone(timeout_ms)
        self._running.clear()

    @pyqtSlot(object, object, object)
    @guarded
    def _on_ended(self, job: Job, callback: Callable[[Any], None] | None, value: object) -> None:
        if not job.cancelled() and callback is not None:
            callback(value)
