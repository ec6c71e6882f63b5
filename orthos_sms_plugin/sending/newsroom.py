"""Who listens, and what was told."""

from __future__ import annotations

import logging
import threading

from sqlalchemy.exc import SQLAlchemyError

from hookspecs.traces import wordless_trace
from orthos_sms_plugin.sending.tuning import Clock
from orthos_sms_plugin.services.news import Listener, News, Trouble

logger = logging.getLogger(__name__)

DATABASE, PROVIDER, INTERNAL = "database", "provider", "internal"


class Newsroom:
    """Tells listeners, on the thread that has the news. A listener that raises harms neither us nor the others.

    Args:
        clock: For the pace of troubles.
        trouble_every_s: How long a trouble that was told is not told again.
    """

    def __init__(self, clock: Clock, trouble_every_s: float) -> None:
        self._clock = clock
        self._trouble_every_s = trouble_every_s
        self._lock = threading.Lock()
        self._listeners: tuple[Listener, ...] = ()
        self._told_at: dict[str, float] = {}

    def subscribe(self, listener: Listener) -> None:
        with self._lock:
            self._listeners = (*self._listeners, listener)

    def unsubscribe(self, listener: Listener) -> None:
        with self._lock:
            self._listeners = tuple(one for one in self._listeners if one != listener)

    def tell(self, news: News) -> None:
        for listener in self._listeners:
            try:
                listener(news)
            except Exception as error:  # somebody else's code
                logger.error("a listener missed %s\n%s", type(news).__name__, wordless_trace(error))

    def trouble(self, what: str) -> None:
        """Tell of a trouble, unless the same one was told a short while ago."""
        now = self._clock.monotonic()
        with self._lock:
            told_at = self._told_at.get(what)
            if told_at is not None and now - told_at < self._trouble_every_s:
                return
            self._told_at[what] = now
        self.tell(Trouble(what))

    def failure(self, error: Exception) -> None:
        """Tell of an exception that nobody expected."""
        self.trouble(DATABASE if isinstance(error, SQLAlchemyError) else INTERNAL)
