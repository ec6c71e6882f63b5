"""The message editor `Editor de mensajes SMS` (R05): chooses, writes, checks and saves the clinic's messages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeVar, final

from PyQt6.QtCore import QEvent, pyqtSignal
from PyQt6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from orthos_sms_plugin.domain.errors import NameTakenError
from orthos_sms_plugin.domain.merge import MergeTemplate, TemplateError, UnknownFieldError
from orthos_sms_plugin.domain.rows import Row
from orthos_sms_plugin.domain.templates import SmsTemplate
from orthos_sms_plugin.services.desk import Desk
from orthos_sms_plugin.services.query import ClinicFacts
from orthos_sms_plugin.ui import editor_words, words
from orthos_sms_plugin.ui.dialog_parts import Body, column, fit_to_screen
from orthos_sms_plugin.ui.editor_foot import EditorFacts, EditorFoot
from orthos_sms_plugin.ui.editor_form import TemplateForm
from orthos_sms_plugin.ui.editor_list import TemplateShelf
from orthos_sms_plugin.ui.editor_outcome import Outcome
from orthos_sms_plugin.ui.editor_text import copy_of
from orthos_sms_plugin.ui.guard import guarded
from orthos_sms_plugin.ui.jobs import Job, Jobs
from orthos_sms_plugin.ui.look.metrics import SECTION, metrics_for
from orthos_sms_plugin.ui.look.theme import apply_look
from orthos_sms_plugin.ui.question_bar import Choice, QuestionBar

T = TypeVar("T")

_BLANK = SmsTemplate(0, "", "")
_WIDTH, _HEIGHT = 1200, 716


@dataclass(frozen=True, slots=True)
class _Stored:
    """What a worker read: the messages, and the clinic's facts for the merge fields."""

    templates: tuple[SmsTemplate, ...]
    clinic: ClinicFacts


@final
class TemplateEditor(QDialog):
    """Not modal: `show` it and listen. All loading and saving goes through `jobs`.

    Signals:
        templates_changed: The new full list of messages, after a save or a deletion.
        template_used: The id of the message that a person wants to send; the editor closes.
    """

    templates_changed = pyqtSignal(object)
    template_used = pyqtSignal(int)

    def __init__(
        self, desk: Desk, jobs: Jobs, *, template_id: int, sample_rows: Callable[[], list[Row]], parent: QWidget
    ) -> None:
        """Build it, and start reading the messages.

        Args:
            desk: What saves and deletes.
            jobs: The panel's.
            template_id: The message to begin with, 0 for the first one.
            sample_rows: Gives marked rows to preview with, in grid order; asked again whenever the text changes.
            parent: The panel.
        """
        super().__init__(parent)
        self.setObjectName("sms.editor")
        self.setWindowTitle(self.tr("Editor de mensajes SMS"))
        self._desk, self._jobs = desk, jobs
        self._saved = _BLANK
        self._unchanged = _BLANK
        self._work: Job | None = None
        self._writing = False
        self._after: Callable[[], None] | None = None
        self._shelf = TemplateShelf()
        self._model = self._shelf.model
        self._form = TemplateForm()
        self._outcome = Outcome(jobs, self._form.template, sample_rows)
        self._foot = EditorFoot()
        self._ask = QuestionBar("sms.editor.ask")
        self._lay_out()
        self._order_tabs()
        self._connect()
        apply_look(self)
        scale = metrics_for(self.font()).scaled
        fit_to_screen(self, scale(_WIDTH), scale(_HEIGHT))
        self._inside.setEnabled(False)
        self._show_state()
        self._start(lambda _job: self._read_all(), lambda stored: self._on_read(stored, template_id))

    # --- layout -----------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self._inside = QWidget()
        right = column(self._form, self._outcome)
        right.setStretchFactor(self._form, 3)
        right.setStretchFactor(self._outcome, 4)
        columns = QHBoxLayout(self._inside)
        columns.setContentsMargins(SECTION, SECTION, SECTION, SECTION)
        columns.setSpacing(SECTION)
        columns.addWidget(self._shelf)
        columns.addLayout(right, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(Body(self._inside), 1)
        whole.addWidget(self._foot)
        whole.addWidget(self._ask)

    def _order_tabs(self) -> None:
        """From the list over the message to what becomes of it."""
        form, shelf, outcome = self._form, self._shelf, self._outcome
        order: list[QWidget] = [shelf.search, shelf.list, shelf.new, shelf.duplicate, shelf.delete]
        order += [form.name, form.active, form.care, form.publicity, form.remove, form.keep, *form.fields, form.text]
        order += [outcome.cheapen, outcome.preview.previous, outcome.preview.following]
        order += [outcome.preview.table, outcome.preview.text]
        order += [self._foot.revert, self._foot.save, self._foot.use, self._foot.close_]
        for one, other in pairwise(order):
            self.setTabOrder(one, other)

    def _connect(self) -> None:
        shelf = self._shelf
        shelf.list.chosen.connect(self._on_chosen)
        shelf.new.clicked.connect(self._on_new)
        shelf.duplicate.clicked.connect(self._on_duplicate)
        shelf.delete.clicked.connect(self._on_delete)
        self._form.edited.connect(self._on_edited)
        self._outcome.cheapen_requested.connect(self._form.cheapen)
        self._foot.revert.clicked.connect(self._on_revert)
        self._foot.save.clicked.connect(self._on_save)
        self._foot.use.clicked.connect(self._on_use)
        self._foot.close_.clicked.connect(self.reject)

    # --- the list ---------------------------------------------------------------------------------------------------

    def _read_all(self) -> _Stored:
        """On a worker."""
        return _Stored(tuple(self._desk.all_templates()), self._desk.clinic())

    def _on_read(self, stored: _Stored, template_id: int) -> None:
        self._take(stored)
        self._inside.setEnabled(True)
        first = next((template for template in stored.templates if template.active), None)
        chosen = self._model.template(template_id) or first or next(iter(stored.templates), _BLANK)
        self._show_template(chosen)
        (self._form.text if chosen.id else self._form.name).setFocus()

    def _take(self, stored: _Stored) -> None:
        self._outcome.clinic = stored.clinic
        self._shelf.show_templates(stored.templates, stored.clinic)

    @guarded
    def _on_chosen(self, template: SmsTemplate) -> None:
        if template.id != self._saved.id:
            self._leave(lambda: self._show_template(template))

    def _show_template(self, template: SmsTemplate) -> None:
        """Put a stored message, or a blank one, on screen."""
        self._saved = template
        self._form.show_template(template)
        # Not the stored one: Qt gives other line breaks and spaces back than it was given.
        self._unchanged = self._form.template()
        self._shelf.show_current(template.id)
        self._show_state()
        self._outcome.work_out()

    # --- unsaved changes --------------------------------------------------------------------------------------------

    def _dirty(self) -> bool:
        return self._form.template() != self._unchanged

    def _leave(self, go: Callable[[], None]) -> None:
        """Do `go` once it is settled what becomes of the changes."""
        if not self._dirty():
            go()
            return
        name = self._form.template().name or self.tr("mensaje nuevo")
        self._put(
            self.tr("¿Guardar los cambios de «{name}»?").format(name=name),
            (
                Choice("save", self.tr("Gua&rdar"), lambda: self._store(go)),
                Choice("discard", self.tr("Descartar&los"), go),
                Choice("stay", self.tr("S&eguir editando"), self._stay, safe=True),
            ),
        )

    def _stay(self) -> None:
        self._shelf.show_current(self._saved.id)

    def _put(self, sentence: str, choices: Sequence[Choice]) -> None:
        """Ask; the rest waits until it is answered."""

        def settled(act: Callable[[], None]) -> Callable[[], None]:
            def run() -> None:
                self._inside.setEnabled(True)
                self._foot.show()
                self._form.text.setFocus()
                act()

            return run

        self._inside.setEnabled(False)
        self._foot.hide()
        self._ask.ask(sentence, [Choice(c.id, c.text, settled(c.act), c.safe) for c in choices])

    # --- what the buttons do ----------------------------------------------------------------------------------------

    @guarded
    def _on_new(self) -> None:
        self._leave(lambda: self._begin(_BLANK))

    @guarded
    def _on_duplicate(self) -> None:
        def copy() -> None:
            names = [template.name for template in self._model.all()]
            pattern, numbered = self.tr("{name} (copia)"), self.tr("{name} (copia {number})")
            self._begin(copy_of(self._saved, names, pattern, numbered))

        self._leave(copy)

    def _begin(self, draft: SmsTemplate) -> None:
        """Start a message that is not stored yet."""
        self._show_template(_BLANK)
        if draft != _BLANK:
            self._form.show_template(draft)
        self._form.name.setFocus()
        self._form.name.selectAll()

    @guarded
    def _on_revert(self) -> None:
        self._form.show_template(self._saved, undoable=True)

    @guarded
    def _on_save(self) -> None:
        self._store(None)

    @guarded
    def _on_use(self) -> None:
        if self._dirty():
            self._store(self._use_saved)
        else:
            self._use_saved()

    def _use_saved(self) -> None:
        self.template_used.emit(self._saved.id)
        self.accept()

    @guarded
    def _on_delete(self) -> None:
        self._put(
            self.tr("¿Eliminar «{name}»? Si ya se envió, no se borra: queda inactivo.").format(name=self._saved.name),
            (
                Choice("delete", self.tr("E&liminar"), self._remove),
                Choice("stay", self.tr("Ca&ncelar"), lambda: None, safe=True),
            ),
        )

    # --- saving and deleting ----------------------------------------------------------------------------------------

    def _store(self, after: Callable[[], None] | None) -> None:
        """Save what is on screen, then do `after`; a message that cannot be saved stays, with the reason."""
        draft = self._form.template()
        self._shelf.show_current(self._saved.id)
        if not self._check(draft):
            return
        self._after = after

        def work(_job: Job) -> tuple[SmsTemplate, _Stored]:
            saved = self._desk.save_template(draft)
            return saved, self._read_all()

        def done(answer: tuple[SmsTemplate, _Stored]) -> None:
            self._on_stored(draft, *answer)

        self._start(work, done, writing=True)

    def _check(self, draft: SmsTemplate) -> bool:
        if not draft.name:
            self._complain(self.tr("Escriba un nombre para el mensaje."))
            self._form.name.setFocus()
            return False
        if not draft.text.strip():
            self._complain(self.tr("Escriba el texto del mensaje."))
            self._form.text.setFocus()
            return False
        try:
            MergeTemplate.parse(draft.text)
        except TemplateError as error:
            self._complain(editor_words.template_error(error))
            length = len(error.field) + 2 if isinstance(error, UnknownFieldError) else 1
            self._form.select(error.position, length)
            return False
        return True

    def _on_stored(self, draft: SmsTemplate, saved: SmsTemplate, stored: _Stored) -> None:
        self._saved = saved
        self._unchanged = replace(draft, id=saved.id)
        self._form.saved_as(saved)
        self._take(stored)
        self._shelf.show_current(saved.id)
        self.templates_changed.emit(list(stored.templates))
        self._show_state(self.tr("Guardado."))
        self._go_on()

    def _go_on(self) -> None:
        """Do what waited for the writing to end."""
        after, self._after = self._after, None
        if after is not None:
            after()

    def _remove(self) -> None:
        removed = self._saved

        def work(_job: Job) -> tuple[bool, _Stored]:
            gone = self._desk.delete_template(removed.id)
            return gone, self._read_all()

        def done(answer: tuple[bool, _Stored]) -> None:
            gone, stored = answer
            place = self._model.index_of(removed.id).row()
            self._take(stored)
            self.templates_changed.emit(list(stored.templates))
            left = None if gone else self._model.template(removed.id)
            near = self._model.at(self._model.index(max(0, min(place, self._model.rowCount() - 1))))
            self._show_template(left or near or _BLANK)
            words_ = self.tr("«{name}» eliminado.") if gone else self.tr("«{name}» ya se envió: ahora está inactivo.")
            self._show_state(words_.format(name=removed.name))
            self._go_on()

        self._start(work, done, writing=True)

    def _start(self, work: Callable[[Job], T], done: Callable[[T], None], *, writing: bool = False) -> None:
        """Run what reads or writes the messages, one at a time."""

        def finished(value: T) -> None:
            self._work, self._writing = None, False
            self._show_state()
            done(value)

        self._writing = writing
        self._work = self._jobs.start(work, finished, self._on_failed, certain=writing)
        self._show_state()

    def _on_failed(self, error: Exception) -> None:
        saving, self._work, self._writing = self._writing, None, False
        self._after = None
        self._complain(words.saving_sentence(error) if saving else words.error_sentence(error))
        if isinstance(error, NameTakenError):
            self._form.name.setFocus()
            self._form.name.selectAll()

    def _complain(self, sentence: str) -> None:
        self._outcome.complain(sentence)
        self._show_state()

    # --- what is shown ----------------------------------------------------------------------------------------------

    @guarded
    def _on_edited(self) -> None:
        self._show_state()
        self._outcome.soon()

    def _show_state(self, news: str = "") -> None:
        """Show what the foot says and which buttons are live."""
        facts = EditorFacts(
            busy=self._work is not None,
            dirty=self._dirty(),
            stored=self._saved.id > 0,
            active=self._form.active.isChecked(),
        )
        self._foot.show_facts(facts, news)
        self._shelf.show_facts(facts)
        self._model.mark_unsaved(self._saved.id if facts.dirty else 0)

    # --- closing ----------------------------------------------------------------------------------------------------

    @guarded
    def reject(self) -> None:
        """Esc, `Cerrar` and the window's cross: close, unless something has to be settled first."""
        if self._ask.asking:
            self._ask.answer_safely()
        elif self._shelf.clear_search():
            return
        elif self._writing:
            self._after = self.reject
        else:
            self._leave(super().reject)

    @guarded
    def done(self, result: int) -> None:
        if self._work is not None:
            self._work.cancel()
        self._outcome.stop()
        super().done(result)

    @guarded
    def changeEvent(self, event: QEvent | None) -> None:
        super().changeEvent(event)
        # Marks may have changed in the panel meanwhile.
        if event is not None and event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self._outcome.again()
