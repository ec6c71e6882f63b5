"""From `Consultar` to the rows and their texts: one query at a time, each replaceable by the next."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

from PyQt6.QtCore import QObject, pyqtSignal

from orthos_sms_plugin.domain import scopes
from orthos_sms_plugin.domain.rowbook import RowBook
from orthos_sms_plugin.domain.rows import PlainText, Row, Rows
from orthos_sms_plugin.domain.templates import SmsTemplate
from orthos_sms_plugin.services.desk import Desk
from orthos_sms_plugin.services.query import GroupQuery, RowMaker
from orthos_sms_plugin.services.slices import Slices
from orthos_sms_plugin.ui.jobs import Job, Jobs
from orthos_sms_plugin.ui.table_model import RecipientTableModel

_TEXTS_AT_A_TIME = 500


@dataclass(frozen=True, slots=True)
class QueryEnd:
    """A finished query: `took_s` from the press of the button to the rows."""

    query: GroupQuery
    count: int
    took_s: float


@final
class QueryFlow(QObject):
    """Fills the model behind the window.

    Signals:
        started: Rows are being read.
        stopped: The reading was ended by a person or by the next query; the old rows stay.
        finished: `QueryEnd`: the rows are in the model; their texts follow behind.
        texts_ready: Every text is merged, so that parts and credits can be summed.
        failed: The error of a query that gave nothing; the old rows stay.
    """

    started = pyqtSignal()
    stopped = pyqtSignal()
    finished = pyqtSignal(object)
    texts_ready = pyqtSignal()
    failed = pyqtSignal(object)

    def __init__(self, desk: Desk, jobs: Jobs, model: RecipientTableModel, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._jobs, self._model = desk, jobs, model
        self._loading: Job | None = None
        self._merging: Job | None = None
        self.query: GroupQuery | None = None

    @property
    def running(self) -> bool:
        """Whether rows are being read."""
        return self._loading is not None

    def run(self, query: GroupQuery, *, one_per_phone: bool) -> None:
        """Read the rows of `query` in place of those on screen, which stay until then."""
        self._cancel()
        began = time.monotonic()

        def work(job: Job) -> tuple[RowBook, QueryEnd]:
            rows = self._desk.query(query, cancelled=job.cancelled)
            slices = Slices(job.cancelled)
            book = RowBook(rows, one_per_phone=one_per_phone, breathing=slices.over)
            return book, QueryEnd(query, len(book), time.monotonic() - began)

        self._loading = self._jobs.start(work, self._on_rows, self._on_failed)
        self.started.emit()

    def stop(self) -> None:
        """End what is being read; the rows on screen stay."""
        was_running = self.running
        self._cancel()
        if was_running:
            self.stopped.emit()

    def _cancel(self) -> None:
        for job in (self._loading, self._merging):
            if job is not None:
                job.cancel()
        self._loading = self._merging = None

    def _on_rows(self, answer: tuple[RowBook, QueryEnd]) -> None:
        book, end = answer
        self._loading = None
        self.query = end.query
        maker = RowMaker(end.query.template, self._desk.clinic())
        old = self._model.book
        self._model.show(book, row_scope=scopes.digest(end.query.row_scope), text_of=maker.text)
        self._jobs.start(lambda job: old.let_go(Slices(job.cancelled).breathe), lambda _nothing: None, self.failed.emit)
        self._merge_texts(end.query.template, Rows(book.rows))
        self.finished.emit(end)

    def _on_failed(self, error: Exception) -> None:
        self._loading = None
        self.failed.emit(error)

    def _merge_texts(self, template: SmsTemplate, rows: Sequence[Row]) -> None:
        """Merge every text behind the window, so that parts and credits can be summed; the screen does not wait."""
        book = self._model.book

        def show(part: tuple[int, list[PlainText]]) -> None:
            if self._model.book is book:
                self._model.put_texts(*part)

        def work(job: Job) -> None:
            part: list[PlainText] = []
            for position, text in enumerate(self._desk.texts(template, rows, cancelled=job.cancelled)):
                part.append((*text,))
                if len(part) == _TEXTS_AT_A_TIME or position == len(rows) - 1:
                    self._jobs.post(job, show, (position + 1 - len(part), part))
                    part = []

        self._merging = self._jobs.start(work, lambda _nothing: self.texts_ready.emit(), self.failed.emit)
