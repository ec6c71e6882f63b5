"""What must happen before the panel can be used, off the GUI thread: tables, safety of the database, leftovers."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from hookspecs.traces import wordless_trace
from orthos_sms_plugin.domain.errors import NotReadyError

logger = logging.getLogger(__name__)

WAIT_S = 60.0


class Opening:
    """Runs the steps once on a thread of its own; others wait for it.

    Args:
        prepare: Brings the tables up to date and cleans up. What it raises keeps the whole panel shut.
        check: Looks whether the database may be used for sending. Its `NotReadyError` only forbids sending.
        then: Starts what needs both, when nothing is forbidden.
    """

    def __init__(self, prepare: Callable[[], None], check: Callable[[], None], then: Callable[[], None]) -> None:
        self._prepare, self._check, self._then = prepare, check, then
        self._done = threading.Event()
        self._shut: Exception | None = None
        self._blocked: NotReadyError | None = None
        self._thread = threading.Thread(target=self._run, name="sms-opening", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wait(self) -> None:
        """Wait until the tables can be used. Workers only.

        Raises:
            NotReadyError: ``"migration"`` or ``"database"``: they cannot.
        """
        if not self._done.wait(WAIT_S):
            raise NotReadyError("database", "the start took too long")
        if self._shut is not None:
            raise self._shut

    def may_send(self) -> None:
        """Wait likewise, and ask whether sending is safe. Workers only.

        Raises:
            NotReadyError: Why not.
        """
        self.wait()
        if self._blocked is not None:
            raise self._blocked

    def join(self, timeout_s: float) -> None:
        """Wait for the thread's end, when it was ever started."""
        if self._thread.ident is not None:
            self._thread.join(timeout_s)

    def _run(self) -> None:
        try:
            self._prepare()
            self._forbid_sending_if_unsafe()
            if self._blocked is None:
                self._then()
        except NotReadyError as error:
            logger.error("the panel stays shut: %s", error)
            self._shut = error
        except Exception as error:  # whatever it is, the panel says so and the host lives
            logger.error("the panel stays shut\n%s", wordless_trace(error))
            self._shut = NotReadyError("database", type(error).__name__)
        finally:
            self._done.set()

    def _forbid_sending_if_unsafe(self) -> None:
        try:
            self._check()
        except NotReadyError as error:
            logger.error("nothing is sent: %s", error)
            self._blocked = error
