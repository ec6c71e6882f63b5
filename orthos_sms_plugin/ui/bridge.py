"""Carries what the sending threads say to the GUI thread."""

from __future__ import annotations

from typing import final

from PyQt6.QtCore import QObject, pyqtSignal

from orthos_sms_plugin.services.news import News, SendingDesk


@final
class NewsBridge(QObject):
    """Turns news into a signal. It has no widget for parent, so it outlives every window that listens.

    Signals:
        news: One piece of news; queued over to the thread of whoever is connected.
    """

    news = pyqtSignal(object)

    def __init__(self, sending: SendingDesk) -> None:
        super().__init__()
        self._sending = sending
        self._open = True
        sending.subscribe(self._forward)

    def shut_down(self) -> None:
        """Hear no more. Call it before the last reference goes."""
        self._open = False
        self._sending.unsubscribe(self._forward)

    def _forward(self, news: News) -> None:
        if self._open:
            self.news.emit(news)
