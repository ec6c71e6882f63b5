"""The panel `Gestor de envío de mensajes SMS`: widgets and wiring; it asks, shows the answer and decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import final

from PyQt6.QtCore import Qt, QTimer, QUrl, pyqtSlot
from PyQt6.QtGui import QDesktopServices
from PyQt6.QtWidgets import QMessageBox, QVBoxLayout, QWidget

from hookspecs import Editor, HostContext, NotifyLevel, PatientRef
from hookspecs.host import Group
from orthos_sms_plugin.domain.buttons import Button, PanelFacts
from orthos_sms_plugin.domain.rows import Row, Rows
from orthos_sms_plugin.domain.templates import SmsTemplate
from orthos_sms_plugin.services.desk import Desk, DeskStatus
from orthos_sms_plugin.services.news import BalanceChanged, BatchesChanged, News, RowsChanged, Trouble
from orthos_sms_plugin.services.ports import Balance
from orthos_sms_plugin.services.query import GroupQuery
from orthos_sms_plugin.ui import figures, words
from orthos_sms_plugin.ui.actions import PanelActions
from orthos_sms_plugin.ui.bridge import NewsBridge
from orthos_sms_plugin.ui.editor import TemplateEditor
from orthos_sms_plugin.ui.guard import guarded
from orthos_sms_plugin.ui.jobs import Jobs
from orthos_sms_plugin.ui.look.explanation import Explanation
from orthos_sms_plugin.ui.look.lines import Legend, SummaryLine
from orthos_sms_plugin.ui.look.strip import SendStrip
from orthos_sms_plugin.ui.look.theme import apply_look
from orthos_sms_plugin.ui.parameters import Parameters
from orthos_sms_plugin.ui.query_flow import QueryEnd, QueryFlow
from orthos_sms_plugin.ui.recipient_table import RecipientTable
from orthos_sms_plugin.ui.row_menu import RowMenu
from orthos_sms_plugin.ui.sending_flow import SendingFlow
from orthos_sms_plugin.ui.stage import Stage
from orthos_sms_plugin.ui.table_model import RecipientTableModel
from orthos_sms_plugin.ui.target import TargetPatient, ref_of

_SUMMARY_MS = 120
_LAST_TEMPLATE = "sms.last_template"
_BUILT = frozenset({Button.QUERY, Button.SEND, Button.REFRESH, Button.WEBSITE})
_EDITORS = {
    Button.PHONES: Editor.PHONES,
    Button.CONVERSATIONS: Editor.CONVERSATIONS,
    Button.LETTERS: Editor.LETTERS,
    Button.EMAIL: Editor.EMAIL,
    Button.NOTIFICATIONS: Editor.NOTIFICATIONS,
    Button.COMMUNICATIONS: Editor.COMMUNICATIONS,
}


@final
class SmsPanel(QWidget):
    """The whole panel. Built when it is first opened; `shut_down` before it is thrown away."""

    def __init__(self, desk: Desk, bridge: NewsBridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sms.panel")
        self.setAccessibleName(self.tr("Gestor de envío de mensajes SMS"))
        self._desk = desk
        self._host: HostContext = desk.host
        self._jobs = Jobs()
        self._status: DeskStatus | None = None
        self._balance: Balance | None = None
        self._marked_by_hand = False
        self._editor: TemplateEditor | None = None
        self._explanation: Explanation | None = None

        self.model = RecipientTableModel(self)
        self.parameters = Parameters()
        self.strip = SendStrip()
        self.strip.setObjectName("sms.strip")
        self.strip.set_tab_after(self.parameters.one_per_phone)
        self.table = RecipientTable(self.model)
        self.stage = Stage(self.table)
        self.summary = SummaryLine()
        self.summary.setObjectName("sms.summary")
        self.legend = Legend()
        self.actions_ = PanelActions(self)
        self.queries = QueryFlow(desk, self._jobs, self.model, self)
        self.flow = SendingFlow(self, desk, self._jobs, self.strip)
        self.target = TargetPatient(self._host, self._jobs, self)
        self.menu = RowMenu(self, self.model, self.table, self.actions_.menu, self._host)
        self._summary_timer = QTimer(self)
        self._summary_timer.setSingleShot(True)
        self._summary_timer.setInterval(_SUMMARY_MS)
        self._lay_out()
        self._connect(bridge)
        self._show_everything()
        apply_look(self)
        self._open()

    # --- what the plugin calls --------------------------------------------------------------------------------------

    def select_patient(self, patient: PatientRef | None) -> None:
        """Follow the host: select the patient's row if it is listed, else clear the selection (R47)."""
        position = None if patient is None else self.model.book.position(patient.id)
        selected = self.table.selected_positions()
        if position is None:
            self.table.clearSelection()
        elif selected != [position]:
            self.table.show_position(position)
        self.target.show_selection(self._selected_rows())

    def patient_changed(self, patient: PatientRef, what: str) -> None:
        """Read a patient's row again after the host changed it (R14)."""
        if self.target.patient is not None and patient.id == self.target.patient.id:
            self.target.read_again()
        query = self.queries.query
        if query is None or what not in ("phones", "person") or self.model.book.position(patient.id) is None:
            return
        self._jobs.start(
            lambda _job: self._desk.read_again(query, [patient.id]),
            lambda rows: self.model.put_rows(rows.values()),
            self._on_failed,
        )

    def shut_down(self) -> None:
        """End the panel's own work; sending goes on without it."""
        self._summary_timer.stop()
        self._jobs.shut_down()

    # --- layout -----------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.parameters)
        column.addWidget(self.strip)
        column.addWidget(self.stage, 1)
        column.addWidget(self.summary)
        column.addWidget(self.legend)

    def _connect(self, bridge: NewsBridge) -> None:
        bridge.news.connect(self._on_news)
        self.parameters.changed.connect(self._on_parameters)
        self.parameters.one_per_phone_toggled.connect(self._on_one_per_phone)
        self.parameters.edit_requested.connect(self._open_editor)
        self.model.marks_changed.connect(self._on_marks)
        self.model.marked_by_hand.connect(self._on_marked_by_hand)
        self._summary_timer.timeout.connect(self._show_summary)
        self.table.rows_selected.connect(self._on_selection)
        self.table.menu_requested.connect(self.menu.open_at)
        self.target.changed.connect(self._show_actions)
        self.flow.changed.connect(self._show_actions)
        self.flow.website_requested.connect(self._open_website)
        self.flow.told.connect(self._say)
        self.stage.query_requested.connect(self._on_query)
        self.stage.group_requested.connect(self._choose_group)
        self.stage.editor_requested.connect(self._open_editor)
        self.stage.stop_requested.connect(self.queries.stop)
        self.queries.started.connect(self._on_query_started)
        self.queries.stopped.connect(self._on_query_stopped)
        self.queries.finished.connect(self._on_query_finished)
        self.queries.texts_ready.connect(self._show_summary)
        self.queries.failed.connect(self._on_query_failed)
        self.legend.more_requested.connect(self._explain)
        self.menu.marked.connect(self._on_marked_by_hand)
        self.menu.edit_phones.connect(self._edit_phones)
        self.menu.show_patient.connect(self._show_patient)
        self.actions_.menu["sms.menu.edit_message"].triggered.connect(self._open_editor)
        toolbar = self.actions_.toolbar
        toolbar[Button.QUERY].triggered.connect(self._on_query)
        toolbar[Button.SEND].triggered.connect(self._on_send)
        toolbar[Button.REFRESH].triggered.connect(self._on_refresh)
        toolbar[Button.WEBSITE].triggered.connect(self._open_website)
        for button, editor in _EDITORS.items():
            toolbar[button].triggered.connect(lambda _checked=False, editor=editor: self._open_host_editor(editor))

    # --- lists ------------------------------------------------------------------------------------------------------

    def _open(self) -> None:
        self._say(self.tr("Preparando el gestor de SMS…"))
        self._jobs.start(lambda _job: self._desk.open(), lambda _nothing: self._read_lists(), self._on_shut)

    def _on_shut(self, error: Exception) -> None:
        self.flow.show_trouble(words.error_sentence(error))
        self._say(words.error_sentence(error), NotifyLevel.ERROR)

    def _read_lists(self) -> None:
        self._say(self.tr("Listo. Elija un grupo para poder consultar."))
        self._jobs.start(lambda _job: self._desk.groups(), self._on_groups, self._on_failed)
        self._jobs.start(lambda _job: self._desk.all_templates(), self._on_templates, self._on_failed)
        self._jobs.start(lambda _job: self._desk.status(), self._on_status, self._on_failed)
        self._jobs.start(lambda _job: self._desk.balance(), self._on_balance, self._on_failed)
        self._jobs.start(lambda _job: self._desk.batches(), self.flow.show_batches, self._on_failed)

    def _on_groups(self, groups: Sequence[Group]) -> None:
        self.parameters.show_groups(groups)

    def _on_templates(self, templates: Sequence[SmsTemplate]) -> None:
        last = self._host.settings.get(_LAST_TEMPLATE, 0)
        self.parameters.show_templates(templates, choose=last if isinstance(last, int) else 0)

    def _on_status(self, status: DeskStatus) -> None:
        self._status = status
        if status.blocked:
            self.flow.show_trouble(words.not_ready_words(status.blocked))
        self._show_everything()

    def _on_balance(self, balance: Balance) -> None:
        self._balance = balance
        self._show_summary()
        self._show_everything()

    # --- the query --------------------------------------------------------------------------------------------------

    @guarded
    def _on_query(self) -> None:
        if self._chosen_query() is None:
            self._ask_for_what_is_missing()
        elif self._marked_by_hand and self.model.book.marked:
            self._ask_to_drop_marks()
        else:
            self._run_query()

    def _chosen_query(self) -> GroupQuery | None:
        group, template = self.parameters.group(), self.parameters.template()
        if group is None or template is None:
            return None
        return GroupQuery(group_id=group[0], group_name=group[1], on=self.parameters.on(), template=template)

    def _ask_for_what_is_missing(self) -> None:
        if self.parameters.group() is None:
            self._say(self.tr("Elija un grupo de pacientes para poder consultar."), NotifyLevel.WARNING)
            self.parameters.group_box.setFocus()
        else:
            self._say(self.tr("Elija un mensaje para poder consultar."), NotifyLevel.WARNING)
            self.parameters.message_box.setFocus()

    def _ask_to_drop_marks(self) -> None:
        box = QMessageBox(self)
        box.setObjectName("sms.drop_marks")
        box.setWindowTitle(self.tr("Consultar de nuevo"))
        box.setText(self.tr("¿Consultar de nuevo y perder las marcas que ha puesto a mano?"))
        again = box.addButton(self.tr("&Consultar de nuevo"), QMessageBox.ButtonRole.AcceptRole)
        keep = box.addButton(self.tr("Con&servar las marcas"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        box.setEscapeButton(keep)
        box.setModal(False)  # a batch may run meanwhile, and its `Detener` stays in reach
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.finished.connect(lambda _code: self._run_query() if box.clickedButton() is again else None)
        box.show()

    @guarded
    def _run_query(self) -> None:
        query = self._chosen_query()
        if query is not None:
            self._host.settings.set(_LAST_TEMPLATE, query.template.id)
            self.queries.run(query, one_per_phone=self.parameters.one_per_phone.isChecked())

    @guarded
    def _on_query_started(self) -> None:
        self.stage.set_busy(True)
        self._say(self.tr("Leyendo los pacientes del grupo…"))
        self._show_actions()

    @guarded
    def _on_query_stopped(self) -> None:
        self.stage.set_busy(False)
        self._say(self.tr("Consulta detenida."))
        self._show_actions()

    @guarded
    def _on_query_finished(self, end: QueryEnd) -> None:
        self._marked_by_hand = False
        self.stage.set_busy(False)
        self.stage.show_rows(end.query.group_name, end.count)
        count = words.patients(end.count)
        seconds = f"{max(0.1, end.took_s):.1f}".replace(".", ",")
        self._say(self.tr("Consulta terminada: {count} en {seconds} s.").format(count=count, seconds=seconds))
        self.select_patient(self._host.current_patient)
        self._show_everything()

    @guarded
    def _on_query_failed(self, error: Exception) -> None:
        self.stage.set_busy(False)
        self.flow.show_trouble(words.error_sentence(error))
        self._show_actions()

    # --- sending and its news ---------------------------------------------------------------------------------------

    @guarded
    def _on_send(self) -> None:
        query = self.queries.query
        if query is not None and self.model.book.marked:
            self.flow.begin(
                query,
                Rows(self.model.book.rows),
                sorted(self.model.book.marked),
                one_per_phone=self.model.book.one_per_phone,
            )

    @guarded
    def _on_refresh(self) -> None:
        self._say(self.tr("Comprobando los mensajes pendientes de entrega…"))
        self._jobs.start(
            lambda _job: self._desk.refresh(), lambda end: self._say(*words.refresh_words(end)), self._on_failed
        )

    @guarded
    def _open_website(self) -> None:
        self._jobs.start(lambda _job: self._desk.website(), self._show_website, self._on_failed)

    def _show_website(self, address: str) -> None:
        QDesktopServices.openUrl(QUrl(address))

    @pyqtSlot(object)
    @guarded
    def _on_news(self, news: News) -> None:
        match news:
            case RowsChanged(changes=changes):
                self.model.apply(changes)
            case BatchesChanged(batches=batches):
                self.flow.show_batches(batches)
            case BalanceChanged(balance=balance):
                self._on_balance(balance)
            case Trouble(what=what):
                self._say(words.trouble_words(what), NotifyLevel.WARNING)

    # --- patients ---------------------------------------------------------------------------------------------------

    def _selected_rows(self) -> list[Row]:
        """Give the highlighted row; two of them stand for any number."""
        return [self.model.book.rows[position] for position in self.table.selected_positions()[:2]]

    @guarded
    def _on_selection(self) -> None:
        self.target.show_selection(self._selected_rows())
        self._show_actions()

    @guarded
    def _edit_phones(self) -> None:
        rows = self._selected_rows()
        if len(rows) == 1:
            self._host.open_editor(Editor.PHONES, ref_of(rows[0]))

    @guarded
    def _show_patient(self) -> None:
        rows = self._selected_rows()
        if len(rows) == 1:
            self._host.show_patient(ref_of(rows[0]))

    @guarded
    def _open_host_editor(self, editor: Editor) -> None:
        if self.target.patient is not None:
            self._host.open_editor(editor, self.target.patient)

    # --- the message editor -----------------------------------------------------------------------------------------

    @guarded
    def _open_editor(self) -> None:
        if self._editor is not None:
            self._editor.raise_()
            self._editor.activateWindow()
            return
        template = self.parameters.template()
        editor = TemplateEditor(
            self._desk,
            self._jobs,
            template_id=0 if template is None else template.id,
            sample_rows=lambda: [self.model.book.rows[p] for p in sorted(self.model.book.marked)[:200]],
            parent=self,
        )
        editor.templates_changed.connect(self.parameters.show_templates)
        editor.template_used.connect(self.parameters.choose_template)
        editor.finished.connect(self._on_editor_closed)
        self._editor = editor
        editor.show()

    @guarded
    def _on_editor_closed(self) -> None:
        if self._editor is not None:
            self._editor.deleteLater()
        self._editor = None

    # --- what is shown ----------------------------------------------------------------------------------------------

    @guarded
    def _on_parameters(self) -> None:
        self.stage.show_choice(self.parameters.group(), self.parameters.template())
        self._show_actions()

    @guarded
    def _on_one_per_phone(self, on: bool) -> None:
        self.model.set_one_per_phone(on)

    @guarded
    def _on_marks(self) -> None:
        self.table.setProperty("marked", len(self.model.book.marked))
        self._show_actions()
        if not self._summary_timer.isActive():
            self._summary_timer.start()

    @guarded
    def _on_marked_by_hand(self) -> None:
        self._marked_by_hand = True

    @guarded
    def _choose_group(self) -> None:
        self.parameters.group_box.setFocus()
        self.parameters.group_box.showPopup()

    @guarded
    def _explain(self) -> None:
        if self._explanation is None:
            self._explanation = Explanation(self)
        self._explanation.show()
        self._explanation.raise_()
        self._explanation.activateWindow()

    def _stale(self) -> bool:
        shown = self.queries.query
        return shown is not None and self._chosen_query() != shown

    def _show_everything(self) -> None:
        self._show_summary()
        self._show_actions()
        self.parameters.show_provider(*words.provider_words(self._status, self._balance))

    @guarded
    def _show_summary(self) -> None:
        groups = figures.summary(
            self.model.book,
            self._balance,
            queried=self.queries.query is not None,
            configured=self._status is None or bool(self._status.provider_name),
        )
        self.summary.show_groups(groups)
        credits_left = None if self._balance is None else self._balance.credits
        self.summary.setProperty("credits", None if credits_left is None else float(credits_left))

    @guarded
    def _show_actions(self) -> None:
        stale = self._stale()
        self.actions_.show_facts(self._facts(stale))
        self.stage.set_stale(stale)
        selected = len(self.table.selected_positions())
        self.parameters.show_target(words.target_words(self.target.patient, selected))
        self.table.setProperty("queried", len(self.model.book) if self.queries.query is not None else None)
        self.table.setProperty("busy", self.queries.running)

    def _facts(self, stale: bool) -> PanelFacts:
        built = _BUILT | {button for button, editor in _EDITORS.items() if self._host.has_editor(editor)}
        return PanelFacts(
            queried=self.queries.query is not None,
            marked=len(self.model.book.marked),
            selected=len(self.table.selected_positions()),
            has_current=self._host.current_patient is not None,
            target=self.target.facts,
            built=frozenset(built),
            may_see=self._host.has_permission("sms.see"),
            may_send=self._host.has_permission("sms.send"),
            provider_configured=self._status is not None and bool(self._status.provider_name),
            sending_blocked=self._status is not None and bool(self._status.blocked),
            stale=stale or self.queries.running,
            preparing=self.flow.preparing,
        )

    def _on_failed(self, error: Exception) -> None:
        self._say(words.error_sentence(error), NotifyLevel.ERROR)

    @guarded
    def _say(self, sentence: str, level: NotifyLevel = NotifyLevel.INFO) -> None:
        self._host.notify(level, sentence)
