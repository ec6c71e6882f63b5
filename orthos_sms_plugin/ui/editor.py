"""The message editor `Editor de mensajes SMS` (R05): chooses, writes, checks and saves the clinic's messages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar, final

from PyQt6.QtCore import QEvent, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from orthos_sms_plugin.domain.errors import NameTakenError
from orthos_sms_plugin.domain.merge import MergeTemplate, TemplateError, UnknownFieldError
from orthos_sms_plugin.domain.rows import Row
from orthos_sms_plugin.domain.templates import SmsTemplate
from orthos_sms_plugin.services.desk import Desk
from orthos_sms_plugin.services.query import ClinicFacts
from orthos_sms_plugin.services.slices import Slices
from orthos_sms_plugin.ui import editor_words, words
from orthos_sms_plugin.ui.dialog_parts import Body, Notice, TintedLabel, fit_to_screen, foot
from orthos_sms_plugin.ui.editor_form import TemplateForm
from orthos_sms_plugin.ui.editor_list import TemplateList, TemplateListModel
from orthos_sms_plugin.ui.editor_preview import MOST_ROWS, Counter, Preview
from orthos_sms_plugin.ui.editor_text import Reading, appointment_fields, copy_of, read, replaceable, samples
from orthos_sms_plugin.ui.guard import guarded
from orthos_sms_plugin.ui.jobs import Job, Jobs
from orthos_sms_plugin.ui.look.cells import plain_tooltip
from orthos_sms_plugin.ui.look.icons import set_icon
from orthos_sms_plugin.ui.look.metrics import CONTROL, SECTION, metrics_for
from orthos_sms_plugin.ui.look.theme import Role, apply_look, mark_primary
from orthos_sms_plugin.ui.look.widgets import IconLabel, plain_label
from orthos_sms_plugin.ui.question_bar import Choice, QuestionBar

T = TypeVar("T")

_BLANK = SmsTemplate(0, "", "")
_PAUSE_MS = 80
_WIDTH, _HEIGHT = 1200, 716
_LIST_WIDTH = 268


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
        self._desk, self._jobs, self._sample_rows = desk, jobs, sample_rows
        self._clinic = ClinicFacts("", "")
        self._saved = _BLANK
        self._unchanged = _BLANK
        self._work: Job | None = None
        self._writing = False
        self._merging: Job | None = None
        self._after: Callable[[], None] | None = None
        self._trouble = ""
        self._model = TemplateListModel(self)
        self._list = TemplateList(self._model, self._on_chosen)
        self._search = QLineEdit()
        self._form = TemplateForm()
        self._counter, self._notice, self._preview = Counter(), Notice(), Preview()
        self._cheapen = QPushButton(self.tr("Sus&tituir en el texto"))
        self._state_icon = IconLabel("edit", Role.WAITING)
        self._state = TintedLabel(role=Role.WAITING, wrap=True)
        self._ask = QuestionBar("sms.editor.ask")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._make_buttons()
        self._lay_out()
        self._connect()
        apply_look(self)
        scale = metrics_for(self.font()).scaled
        fit_to_screen(self, scale(_WIDTH), scale(_HEIGHT))
        self._empty.setText(self.tr("Leyendo los mensajes…"))
        self._inside.setEnabled(False)
        self._show_state()
        self._start(lambda _job: self._read_all(), lambda stored: self._on_read(stored, template_id))

    # --- layout -----------------------------------------------------------------------------------------------------

    def _make_buttons(self) -> None:
        def made(name: str, text: str, icon: str = "") -> QPushButton:
            button = QPushButton(text)
            button.setObjectName(f"sms.editor.{name}")
            button.setAutoDefault(False)
            if icon:
                set_icon(button, icon)
            return button

        self._new = made("new", self.tr("N&uevo"), "plus")
        self._duplicate = made("duplicate", self.tr("&Duplicar"), "duplicate")
        self._delete = made("delete", "", "trash")
        self._delete.setAccessibleName(self.tr("Eliminar el mensaje"))
        self._revert = made("revert", self.tr("Des&hacer cambios"), "undo")
        self._save = made("save", self.tr("&Guardar"), "save")
        self._use = made("use", self.tr("Usar este &mensaje"))
        self._close = made("close", self.tr("&Cerrar"))
        mark_primary(self._use, True)
        self._cheapen.setObjectName("sms.editor.cheapen")
        self._cheapen.setAutoDefault(False)
        self._list.setObjectName("sms.editor.list")
        self._search.setObjectName("sms.editor.search")

    def _lay_out(self) -> None:
        left, right, self._inside = QWidget(), QWidget(), QWidget()
        self._fill_left(left)
        rows = QVBoxLayout(right)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(CONTROL)
        self._notice.row.addWidget(self._cheapen)
        rows.addWidget(self._form, 3)
        rows.addWidget(self._counter)
        rows.addWidget(self._notice)
        rows.addWidget(self._preview, 4)
        columns = QHBoxLayout(self._inside)
        columns.setContentsMargins(SECTION, SECTION, SECTION, SECTION)
        columns.setSpacing(SECTION)
        columns.addWidget(left)
        columns.addWidget(right, 1)
        buttons = QDialogButtonBox()
        # Nobody sends by pressing Enter in the name: an AcceptRole button would become the default.
        for button, role in (
            (self._revert, QDialogButtonBox.ButtonRole.ActionRole),
            (self._save, QDialogButtonBox.ButtonRole.ActionRole),
            (self._use, QDialogButtonBox.ButtonRole.ActionRole),
            (self._close, QDialogButtonBox.ButtonRole.RejectRole),
        ):
            buttons.addButton(button, role)
        self._foot = foot(self._state_icon, self._state, buttons)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(Body(self._inside), 1)
        whole.addWidget(self._foot)
        whole.addWidget(self._ask)

    def _fill_left(self, left: QWidget) -> None:
        left.setFixedWidth(metrics_for(self.font()).scaled(_LIST_WIDTH))
        self._search.setPlaceholderText(self.tr("Buscar mensaje"))
        self._search.setAccessibleName(self.tr("Buscar mensaje"))
        self._search.setClearButtonEnabled(True)
        self._empty = plain_label(look="secondary", wrap=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._empty.setMargin(SECTION)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._list)
        buttons = QHBoxLayout()
        buttons.setSpacing(CONTROL)
        for button in (self._new, self._duplicate, self._delete):
            buttons.addWidget(button)
        buttons.addStretch(1)
        rows = QVBoxLayout(left)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(CONTROL)
        rows.addWidget(self._search)
        rows.addWidget(self._stack, 1)
        rows.addLayout(buttons)

    def _connect(self) -> None:
        self._search.textChanged.connect(self._on_search)
        self._form.edited.connect(self._on_edited)
        self._timer.timeout.connect(self._measure)
        self._new.clicked.connect(self._on_new)
        self._duplicate.clicked.connect(self._on_duplicate)
        self._delete.clicked.connect(self._on_delete)
        self._revert.clicked.connect(self._on_revert)
        self._save.clicked.connect(self._on_save)
        self._use.clicked.connect(self._on_use)
        self._close.clicked.connect(self.reject)
        self._cheapen.clicked.connect(self._on_cheapen)

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
        self._clinic = stored.clinic
        self._model.show(stored.templates, stored.clinic)
        self._show_list()

    def _show_list(self) -> None:
        """Show the list, or why it is empty."""
        found = self._model.rowCount() > 0
        self._stack.setCurrentWidget(self._list if found else self._empty)
        if not found:
            self._empty.setText(
                self.tr("Ningún mensaje contiene «{text}».").format(text=self._search.text().strip())
                if self._model.all()
                else self.tr("Todavía no hay mensajes. Escriba el primero y pulse Guardar.")
            )
        self._list.show_current(self._saved.id)

    @guarded
    def _on_search(self, text: str) -> None:
        self._model.search(text)
        self._show_list()

    @guarded
    def _on_chosen(self, template: SmsTemplate) -> None:
        if template.id != self._saved.id:
            self._leave(lambda: self._show_template(template))

    def _show_template(self, template: SmsTemplate) -> None:
        """Put a stored message, or a blank one, on screen."""
        self._saved = template
        self._trouble = ""
        self._form.show_template(template)
        # Not the stored one: Qt gives other line breaks and spaces back than it was given.
        self._unchanged = self._form.template()
        self._list.show_current(template.id)
        self._show_state()
        self._timer.stop()
        self._measure()

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
                Choice("stay", self.tr("S&eguir editando"), lambda: self._list.show_current(self._saved.id), safe=True),
            ),
        )

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
        self._trouble = ""
        self._form.show_template(self._saved, undoable=True)

    @guarded
    def _on_cheapen(self) -> None:
        self._form.cheapen()

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
        self._list.show_current(self._saved.id)
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

        self._trouble = ""
        self._writing = writing
        self._work = self._jobs.start(work, finished, self._on_failed)
        self._show_state()

    def _on_failed(self, error: Exception) -> None:
        self._work, self._writing = None, False
        self._after = None
        self._complain(words.error_sentence(error))
        if isinstance(error, NameTakenError):
            self._form.name.setFocus()
            self._form.name.selectAll()

    def _complain(self, sentence: str) -> None:
        """Show why something was not done, until the message is changed."""
        self._trouble = sentence
        self._show_notice(Role.FAILED, sentence)
        self._show_state()

    # --- what is shown ----------------------------------------------------------------------------------------------

    @guarded
    def _on_edited(self) -> None:
        self._trouble = ""
        self._show_state()
        self._timer.start()

    @guarded
    def _measure(self) -> None:
        """Work the figures out: at once for the example, on a worker for rows."""
        if self._merging is not None:
            self._merging.cancel()
            self._merging = None
        draft, clinic = self._form.template(), self._clinic
        try:
            MergeTemplate.parse(draft.text)
        except TemplateError as error:
            self._counter.show_reading(None)
            self._preview.show_reading(None)
            self._show_notice(Role.FAILED, self._trouble or editor_words.template_error(error))
            return
        rows = self._sample_rows()[:MOST_ROWS]
        if not rows:
            self._show_reading(read(draft, (), clinic), draft)
            return

        def work(job: Job) -> Reading:
            return read(draft, list(Slices(job.cancelled).over(samples(draft, rows, clinic))), clinic)

        self._merging = self._jobs.start(work, lambda reading: self._show_reading(reading, draft), self._on_failed)

    def _show_reading(self, reading: Reading, draft: SmsTemplate) -> None:
        self._counter.show_reading(reading)
        self._preview.show_reading(reading)
        if not self._trouble:
            role, sentence = editor_words.advice(reading, draft, appointment_fields(draft.text))
            self._show_notice(role, sentence, cheapen=bool(replaceable(reading.dear)))

    def _show_notice(self, role: Role, sentence: str, *, cheapen: bool = False) -> None:
        self._notice.say(sentence, role)
        self._cheapen.setVisible(cheapen)

    def _show_state(self, news: str = "") -> None:
        """Show what the foot says and which buttons are live."""
        busy, dirty = self._work is not None, self._dirty()
        text = self.tr("Cambios sin guardar") if dirty else news
        self._state.setText(text)
        role = Role.WAITING if dirty else Role.GOOD
        self._state.show_role(role)
        self._state_icon.show_icon("" if not text else "edit" if dirty else "check-circle", role)
        self._model.mark_unsaved(self._saved.id if dirty else 0)
        wait = self.tr("Espere un momento: se está guardando o leyendo.")
        unchanged = self.tr("No hay cambios.")
        unsaved = self.tr("Este mensaje aún no está guardado.")
        inactive = self.tr("El mensaje está inactivo: marque «Activo» para poder usarlo.")
        stored = self._saved.id > 0
        usable = self._form.active.isChecked()
        for button, hint, reason in (
            (self._save, "", "" if dirty else unchanged),
            (self._revert, "", "" if dirty else unchanged),
            (self._duplicate, "", "" if stored else unsaved),
            (self._delete, self.tr("Eliminar el mensaje"), "" if stored else unsaved),
            (
                self._use,
                self.tr("Guarda antes los cambios.") if dirty else "",
                ("" if usable else inactive) if stored or dirty else unsaved,
            ),
            (self._new, "", ""),
        ):
            why = wait if busy else reason
            button.setEnabled(not why)
            button.setToolTip(plain_tooltip(why or hint))
            button.setAccessibleDescription(why)

    # --- closing ----------------------------------------------------------------------------------------------------

    @guarded
    def reject(self) -> None:
        """Esc, `Cerrar` and the window's cross: close, unless something has to be settled first."""
        if self._ask.asking:
            self._ask.answer_safely()
        elif self._search.hasFocus() and self._search.text():
            self._search.clear()
        elif self._writing:
            self._after = self.reject
        else:
            self._leave(super().reject)

    @guarded
    def done(self, result: int) -> None:
        for job in (self._work, self._merging):
            if job is not None:
                job.cancel()
        self._timer.stop()
        super().done(result)

    @guarded
    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None:
            return
        if event.key() == Qt.Key.Key_Down and self._search.hasFocus() and self._model.rowCount():
            self._list.setFocus()
            return
        super().keyPressEvent(event)

    @guarded
    def changeEvent(self, event: QEvent | None) -> None:
        super().changeEvent(event)
        # Marks may have changed in the panel meanwhile.
        if event is not None and event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self._timer.start()
