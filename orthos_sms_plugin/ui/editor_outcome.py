"""What a message comes to: counter, advice and preview, worked out shortly after the last key."""

from __future__ import annotations

from collections.abc import Callable
from typing import final

from PyQt6.QtCore import QTimer, pyqtSignal
from PyQt6.QtWidgets import QPushButton, QWidget

from orthos_sms_plugin.domain.merge import MergeTemplate, TemplateError
from orthos_sms_plugin.domain.rows import Row
from orthos_sms_plugin.domain.templates import SmsTemplate
from orthos_sms_plugin.services.query import ClinicFacts
from orthos_sms_plugin.services.slices import Slices
from orthos_sms_plugin.ui import editor_words, words
from orthos_sms_plugin.ui.dialog_parts import Notice, column
from orthos_sms_plugin.ui.editor_preview import MOST_ROWS, Counter, Preview
from orthos_sms_plugin.ui.editor_text import Reading, appointment_fields, read, replaceable, samples
from orthos_sms_plugin.ui.guard import guarded
from orthos_sms_plugin.ui.jobs import Job, Jobs
from orthos_sms_plugin.ui.look.theme import Role

_PAUSE_MS = 80


@final
class Outcome(QWidget):
    """Shows what a draft comes to for the marked rows, or for an example when none is marked.

    Signals:
        cheapen_requested: The dear letters should be written as the plain ones that would leave.
        worked_out: The figures on screen are those of the text on screen.
    """

    cheapen_requested = pyqtSignal()
    worked_out = pyqtSignal()

    def __init__(
        self,
        jobs: Jobs,
        draft: Callable[[], SmsTemplate],
        sample_rows: Callable[[], list[Row]],
        parent: QWidget | None = None,
    ) -> None:
        """Build it.

        Args:
            jobs: Merges the rows behind the window.
            draft: Gives the message as it stands on screen.
            sample_rows: Gives the marked rows, in grid order.
        """
        super().__init__(parent)
        self._jobs, self._draft, self._sample_rows = jobs, draft, sample_rows
        self._merging: Job | None = None
        self._trouble = ""
        self.clinic = ClinicFacts("", "")
        self.counter, self.notice, self.preview = Counter(), Notice(), Preview()
        self.cheapen = QPushButton(self.tr("Sus&tituir en el texto"))
        self.cheapen.setObjectName("sms.editor.cheapen")
        self.cheapen.setAutoDefault(False)
        self.cheapen.clicked.connect(self._on_cheapen)
        self.notice.setObjectName("sms.editor.notice")
        self.notice.row.addWidget(self.cheapen)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self.work_out)
        rows = column(self.counter, self.notice, self.preview)
        rows.setStretchFactor(self.preview, 1)
        self.setLayout(rows)

    def soon(self) -> None:
        """Work the figures out once the keys rest; what was complained of is being mended."""
        self._trouble = ""
        self._timer.start()

    def again(self) -> None:
        """Work the figures out anew, since the rows may be marked otherwise."""
        self._timer.start()

    def complain(self, sentence: str) -> None:
        """Show why something was not done, until the message is changed."""
        self._trouble = sentence
        self._show_notice(Role.FAILED, sentence)

    def stop(self) -> None:
        """Drop what is under way."""
        self._timer.stop()
        if self._merging is not None:
            self._merging.cancel()
            self._merging = None

    @guarded
    def work_out(self) -> None:
        """Work the figures out now: the example at once, rows on a worker."""
        self.stop()
        draft, clinic = self._draft(), self.clinic
        try:
            MergeTemplate.parse(draft.text)
        except TemplateError as error:
            self.counter.show_reading(None)
            self.preview.show_reading(None)
            self._show_notice(Role.FAILED, self._trouble or editor_words.template_error(error))
            self.worked_out.emit()
            return
        rows = self._sample_rows()[:MOST_ROWS]
        if not rows:
            self._show(read(draft, (), clinic), draft)
            return

        def work(job: Job) -> Reading:
            return read(draft, list(Slices(job.cancelled).over(samples(draft, rows, clinic))), clinic)

        self._merging = self._jobs.start(work, lambda reading: self._show(reading, draft), self._on_failed)

    def _show(self, reading: Reading, draft: SmsTemplate) -> None:
        self.counter.show_reading(reading)
        self.preview.show_reading(reading)
        if not self._trouble:
            role, sentence = editor_words.advice(reading, draft, appointment_fields(draft.text))
            self._show_notice(role, sentence, cheapen=bool(replaceable(reading.dear)))
        self.worked_out.emit()

    def _show_notice(self, role: Role, sentence: str, *, cheapen: bool = False) -> None:
        self.notice.say(sentence, role)
        self.cheapen.setVisible(cheapen)

    def _on_failed(self, error: Exception) -> None:
        self.complain(words.error_sentence(error))

    @guarded
    def _on_cheapen(self) -> None:
        self.cheapen_requested.emit()
