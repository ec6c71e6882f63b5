"""From `Enviar` to the end of the batch: plan, confirmation, queueing, and what the strip says meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import final

from PyQt6.QtCore import QObject, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QKeySequence, QShortcut
from PyQt6.QtWidgets import QWidget

from orthos_sms_plugin.domain.batches import BatchProgress, BatchState, Queued
from orthos_sms_plugin.domain.phones import try_normalise
from orthos_sms_plugin.domain.rows import Row
from orthos_sms_plugin.services.desk import Desk
from orthos_sms_plugin.services.query import GroupQuery
from orthos_sms_plugin.services.sending_plan import SendPlan
from orthos_sms_plugin.ui import strip_words, words
from orthos_sms_plugin.ui.confirm import ConfirmDialog
from orthos_sms_plugin.ui.guard import guarded
from orthos_sms_plugin.ui.jobs import Job, Jobs
from orthos_sms_plugin.ui.look.strip import SendStrip, StripState

_TICK_MS = 250
_OWN_MOBILE = "sms.own_mobile"


@final
class SendingFlow(QObject):
    """Owns the strip and the confirmation.

    Signals:
        changed: Preparing began or ended, or the batches are other ones now.
        website_requested: A person wants the provider's site.
        told: One sentence for the status line.
    """

    changed = pyqtSignal()
    website_requested = pyqtSignal()
    told = pyqtSignal(str)

    def __init__(self, panel: QWidget, desk: Desk, jobs: Jobs, strip: SendStrip) -> None:
        super().__init__(panel)
        self._panel, self._desk, self._jobs, self._strip = panel, desk, jobs, strip
        self._planning: Job | None = None
        self._queueing = False
        self._dialog: ConfirmDialog | None = None
        self._trouble = ""
        self._batches: dict[int, BatchProgress] = {}
        self._heard_at = 0.0
        self._mine: set[int] = set()
        self._followed: set[int] = set()
        self._closed: set[int] = set()
        self._stopping: set[int] = set()
        self._grace_s = 10.0
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._on_tick)
        strip.button_clicked.connect(self._on_button)
        for keys, button in (("Ctrl+Z", "undo"), ("Ctrl+.", "stop")):
            shortcut = QShortcut(QKeySequence(keys), panel)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda button=button: self._on_button(button))

    @property
    def preparing(self) -> bool:
        """Whether a send is being prepared, waits for its confirmation or is not in the queue yet."""
        return self._planning is not None or self._dialog is not None or self._queueing

    def dialog(self) -> ConfirmDialog | None:
        """The confirmation on screen, if there is one."""
        return self._dialog

    def begin(self, query: GroupQuery, rows: Sequence[Row], marked: Sequence[int], *, one_per_phone: bool) -> None:
        """`Enviar`: read the marked rows again on a worker, then ask."""
        if self.preparing:
            return
        self._trouble = ""
        self._planning = self._jobs.start(
            lambda job: (
                self._desk.plan(query, rows, marked, one_per_phone=one_per_phone, cancelled=job.cancelled),
                self._desk.settings().grace_s,
            ),
            self._on_planned,
            self._on_plan_failed,
        )
        self._show()
        self.changed.emit()

    def show_batches(self, batches: Sequence[BatchProgress]) -> None:
        """Take in how far the clinic's batches are."""
        self._heard_at = time.monotonic()
        for batch in batches:
            self._batches[batch.batch_id] = batch
            if self._here(batch) and (batch.active or batch.state is BatchState.PAUSED):
                # Left behind by an earlier run of the program, it is not ours; but its end is told here.
                self._followed.add(batch.batch_id)
            if not batch.active:
                self._stopping.discard(batch.batch_id)
        self._show()
        self.changed.emit()

    def show_trouble(self, sentence: str) -> None:
        """Keep an error in sight until a person closes it."""
        self._trouble = sentence
        self._show()

    # --- plan and confirmation --------------------------------------------------------------------------------------

    def _on_planned(self, answer: tuple[SendPlan, float]) -> None:
        self._planning = None
        plan, self._grace_s = answer
        if not plan.first and not plan.again:
            self._trouble = self.tr(
                "Ninguna de las filas marcadas se puede enviar ya: han cambiado desde la consulta. Pulse Consultar."
            )
        else:
            self._ask(plan)
        self._show()
        self.changed.emit()

    def _on_plan_failed(self, error: Exception) -> None:
        self._planning = None
        self.show_trouble(words.error_sentence(error))
        self.changed.emit()

    def _ask(self, plan: SendPlan) -> None:
        own_mobile = str(self._desk.host.settings.get(_OWN_MOBILE, ""))
        dialog = ConfirmDialog(plan, grace_s=self._grace_s, parent=self._panel, own_mobile=own_mobile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.confirmed.connect(lambda with_again: self._queue(plan, with_again))
        dialog.test_requested.connect(lambda phone: self._test(plan, phone))
        dialog.finished.connect(self._on_dialog_closed)
        self._dialog = dialog
        dialog.show()

    @guarded
    def _on_dialog_closed(self) -> None:
        self._dialog = None
        self._show()
        self.changed.emit()

    @guarded
    def _queue(self, plan: SendPlan, with_again: bool) -> None:
        self._queueing = True
        self._jobs.start(
            lambda _job: self._desk.send(plan, with_again=with_again),
            self._on_queued,
            self._on_queue_failed,
            certain=True,
        )

    def _on_queue_failed(self, error: Exception) -> None:
        self._queueing = False
        self.show_trouble(words.error_sentence(error))
        self.changed.emit()

    def _on_queued(self, queued: Queued) -> None:
        self._queueing = False
        if queued.batch_id is not None:
            self._mine.add(queued.batch_id)
        if queued.left_out:
            held = sorted({left.held_by for left in queued.left_out if left.held_by})
            sentence = (
                self.tr("1 fila no se ha puesto en cola: ya la tiene {who}.")
                if len(queued.left_out) == 1
                else self.tr("{count} filas no se han puesto en cola: ya las tiene {who}.")
            )
            who = ", ".join(held) or self.tr("otro envío")
            self.show_trouble(sentence.format(count=len(queued.left_out), who=who))
        self.changed.emit()
        self._read_batches()

    @guarded
    def _test(self, plan: SendPlan, phone_text: str) -> None:
        phone = try_normalise(phone_text)
        planned = (plan.first or plan.again)[0]
        if phone is None or not phone.usable:
            self._tell_dialog(self.tr("Ese número no es un móvil. Escríbalo con sus nueve cifras."))
            return
        self._desk.host.settings.set(_OWN_MOBILE, phone.shown)
        self._jobs.start(
            lambda _job: self._desk.send_to_own_mobile(phone, planned.text.text, plan.query.template.name),
            lambda _queued: self._tell_dialog(self.tr("Prueba en camino a {phone}.").format(phone=phone.shown)),
            lambda error: self._tell_dialog(words.error_sentence(error)),
        )

    def _tell_dialog(self, sentence: str) -> None:
        if self._dialog is not None:
            self._dialog.tell(sentence)
        else:
            self.told.emit(sentence)

    # --- the strip --------------------------------------------------------------------------------------------------

    def _read_batches(self) -> None:
        self._jobs.start(
            lambda _job: self._desk.batches(),
            self.show_batches,
            lambda error: self.show_trouble(words.deed_sentence(error)),
        )

    @guarded
    def _on_tick(self) -> None:
        self._show()

    @guarded
    def _on_button(self, button: str) -> None:
        batch = self._foremost()
        if button == "cancel_plan" and self._planning is not None:
            self._planning.cancel()
            self._planning = None
            self.changed.emit()
        elif button == "website":
            self.website_requested.emit()
        elif button == "close":
            if self._trouble:
                self._trouble = ""
            elif batch is not None:
                self._closed.add(batch.batch_id)
        elif batch is not None:
            self._act(button, batch)
        self._show()

    def _act(self, button: str, batch: BatchProgress) -> None:
        key = batch.batch_id
        grace = self._now(batch).starts_in_s > 0
        if button in ("undo", "stop", "cancel") and (button != "undo" or grace):
            if batch.active or batch.state is BatchState.PAUSED:
                self._stopping.add(key)
                self._do(key, lambda _job: self._desk.stop(key))
        elif button == "start_now":
            self._do(key, lambda _job: self._desk.start_now(key))
        elif button == "resume":
            self._followed.add(key)
            self._do(key, lambda _job: self._desk.resume(key))

    def _do(self, batch_id: int, deed: Callable[[Job], object]) -> None:
        self._jobs.start(
            deed,
            lambda _answer: self._read_batches(),
            lambda error: self._on_undone(batch_id, error),
            certain=True,
        )

    def _on_undone(self, batch_id: int, error: Exception) -> None:
        self._stopping.discard(batch_id)  # `Detener` must be offered again: the batch still runs
        self.show_trouble(words.deed_sentence(error))

    def _foremost(self) -> BatchProgress | None:
        """The batch that the strip speaks of: what runs here, what waits for a person, what runs elsewhere."""
        shown = [batch for batch in self._batches.values() if batch.batch_id not in self._closed]

        def rank(batch: BatchProgress) -> tuple[int, int]:
            here = self._here(batch)
            if batch.active and here:
                return (0, -batch.batch_id)
            if batch.state is BatchState.PAUSED:
                return (1, -batch.batch_id)
            if batch.batch_id in self._mine | self._followed:
                return (2, -batch.batch_id)
            return (3 if batch.active else 9, -batch.batch_id)

        ranked = sorted(shown, key=rank)
        return ranked[0] if ranked and rank(ranked[0])[0] < 9 else None

    def _here(self, batch: BatchProgress) -> bool:
        return (batch.runner or batch.workstation) == self._desk.host.workstation

    def _now(self, batch: BatchProgress) -> BatchProgress:
        left = max(0.0, batch.starts_in_s - (time.monotonic() - self._heard_at))
        return replace(batch, starts_in_s=left)

    def _show(self) -> None:
        self._strip.show_state(self._strip_state())
        self._show_to_drivers()

    def _strip_state(self) -> StripState | None:
        batch = self._foremost()
        counting = batch is not None and batch.starts_in_s > 0 and batch.active
        if counting != self._timer.isActive():
            self._timer.start() if counting else self._timer.stop()
        if self._planning is not None:
            return strip_words.preparing()
        if self._trouble:
            return strip_words.trouble(self._trouble)
        if batch is None:
            return None
        return strip_words.batch_state(
            self._now(batch),
            here=self._here(batch),
            grace_s=self._grace_s,
            stopping=batch.batch_id in self._stopping,
        )

    def _show_to_drivers(self) -> None:
        """Figures that tests and the headless journey read from the strip."""
        mine = [batch for batch in self._batches.values() if batch.batch_id in self._mine]
        self._strip.setProperty("active", any(batch.active for batch in mine))
        self._strip.setProperty("paused", any(batch.state is BatchState.PAUSED for batch in mine))
        self._strip.setProperty("batches", len(mine))
        for name in ("accepted", "rejected", "unknown", "queued", "cancelled"):
            self._strip.setProperty(name, sum(getattr(batch, name) for batch in mine))
        self._strip.setProperty("doubtful", self._strip.property("unknown"))
