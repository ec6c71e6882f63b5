"""The confirmation of a send: exact figures, what changed meanwhile, and the question (R16, R22, R52)."""

from __future__ import annotations

from typing import final

from PyQt6.QtCore import QEvent, QObject, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from orthos_sms_plugin.services.sending_plan import SendPlan
from orthos_sms_plugin.ui import confirm_words as say
from orthos_sms_plugin.ui.confirm_table import AgainModel, LeavingModel, again_table, leaving_table
from orthos_sms_plugin.ui.dialog_parts import (
    Body,
    Notice,
    TintedLabel,
    WholeRows,
    caption,
    card,
    column,
    fit_to_screen,
    foot,
    table_height,
)
from orthos_sms_plugin.ui.figures import amount
from orthos_sms_plugin.ui.guard import guarded
from orthos_sms_plugin.ui.look.cells import plain_tooltip
from orthos_sms_plugin.ui.look.icons import set_icon
from orthos_sms_plugin.ui.look.metrics import CONTROL, GROUP, SECTION, metrics_for
from orthos_sms_plugin.ui.look.theme import Role, apply_look, mark_primary
from orthos_sms_plugin.ui.look.widgets import IconLabel, Rule, plain_label

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_MOST_NOTICES = 6
_AGAIN_ROWS = 4
_LEAST_ROWS = 4
_COMFORTABLE_ROWS = 9
_WIDTH = 860


@final
class ConfirmDialog(QDialog):
    """Asks before anything leaves. Not modal: `show` it and listen.

    Signals:
        confirmed: Once at most; True when what was sent already goes again.
        test_requested: The own mobile as it was typed.
    """

    confirmed = pyqtSignal(bool)
    test_requested = pyqtSignal(str)

    def __init__(self, plan: SendPlan, *, grace_s: float, parent: QWidget, own_mobile: str = "") -> None:
        """Build it.

        Args:
            plan: With at least one row in `first` or `again`.
            grace_s: Seconds in which a send can be undone.
            parent: The panel.
            own_mobile: What the field for a trial starts with.
        """
        super().__init__(parent)
        self.setObjectName("sms.confirm")
        self.setWindowTitle(self.tr("Confirmar el envío"))
        self._plan = plan
        self._grace_s = grace_s
        self._answered = False
        self._question = plain_label(look="question", wrap=True)
        self._figures = {name: TintedLabel(look="figure") for name in ("people", "parts", "credits", "now", "after")}
        self._notices = [Notice() for _ in range(_MOST_NOTICES)]
        self._model = LeavingModel(plan, self)
        self._table = leaving_table(self._model)
        self._long = plain_label(look="secondary", wrap=True)
        self._again = QCheckBox(self._again_words())
        self._mobile = QLineEdit(own_mobile)
        self._test = QPushButton(self.tr("&Probar en mi móvil"))
        self._told = Notice(Role.INFO, "info")
        self._grace = plain_label(look="secondary", wrap=True)
        self._grace_icon = IconLabel("hourglass")
        self._buttons = QDialogButtonBox()
        self._send = QPushButton()
        self._cancel = QPushButton(self.tr("&Cancelar"))
        self._name_parts()
        self._lay_out()
        self._connect()
        self._show_totals()
        apply_look(self)
        self._size()
        (self._send if self._send.isDefault() else self._cancel).setFocus()

    # --- what the panel calls ---------------------------------------------------------------------------------------

    def tell(self, sentence: str) -> None:
        """Show a sentence beside the trial, until the next one."""
        self._told.say(sentence)
        self._grow()

    # --- layout -----------------------------------------------------------------------------------------------------

    def _name_parts(self) -> None:
        for widget, name in (
            (self._again, "again"),
            (self._mobile, "own_mobile"),
            (self._test, "test"),
            (self._send, "send"),
            (self._cancel, "cancel"),
            (self._table, "table"),
            (self._question, "question"),
        ):
            widget.setObjectName(f"sms.confirm.{name}")
        self._table.setAccessibleName(self.tr("Mensajes que salen"))
        self._mobile.setPlaceholderText("600 000 000")
        self._mobile.setMaximumWidth(metrics_for(self.font()).scaled(140))
        self._mobile.setAccessibleName(self.tr("Mi móvil, para la prueba"))
        self._test.setAutoDefault(False)
        set_icon(self._send, "send")
        mark_primary(self._send, True)

    def _lay_out(self) -> None:
        inside = QWidget()
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(SECTION, SECTION, SECTION, SECTION)
        rows.setSpacing(CONTROL + 2)
        rows.addLayout(column(self._question, plain_label(say.subject(self._plan), "secondary", wrap=True), spacing=2))
        rows.addWidget(self._figure_card())
        for notice in self._notices:
            rows.addWidget(notice)
        self._room = WholeRows(self._table, least=_LEAST_ROWS)
        rows.addWidget(self._room, 1)
        rows.addWidget(self._long)
        if self._plan.again:
            rows.addWidget(self._again_card())
        rows.addLayout(self._test_row())
        rows.addWidget(self._told)
        rows.addWidget(plain_label(say.price_line(self._plan), "secondary", wrap=True))
        rows.addStretch(0)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        self._body, self._foot = Body(inside), self._make_foot()
        whole.addWidget(self._body, 1)
        whole.addWidget(self._foot)

    def _size(self) -> None:
        """As high as the rows ask for, up to what is comfortable."""
        width = metrics_for(self.font()).scaled(_WIDTH)
        rows = max(_LEAST_ROWS, min(_COMFORTABLE_ROWS, self._model.rowCount()))
        more = table_height(self._table, rows) - table_height(self._table, _LEAST_ROWS)
        height = self._body.needed_height(width) + more + self._foot.sizeHint().height()
        fit_to_screen(self, width, height)

    def _grow(self) -> None:
        """Make room for what has just been added, as far as the screen allows."""
        needed = self._body.needed_height(self.width()) + self._foot.sizeHint().height()
        if needed > self.height():
            fit_to_screen(self, self.width(), needed)

    def _figure_card(self) -> QFrame:
        frame = card()
        row = QHBoxLayout(frame)
        row.setContentsMargins(SECTION, CONTROL, SECTION, CONTROL)
        row.setSpacing(SECTION)
        sender = plain_label(self._plan.sender or self.tr("El de su cuenta"), "strong")
        for place, (heading, figure) in enumerate(
            (
                (self.tr("Destinatarios"), self._figures["people"]),
                (self.tr("Partes (exactas)"), self._figures["parts"]),
                (self.tr("Créditos"), self._figures["credits"]),
                (self.tr("Saldo ahora"), self._figures["now"]),
                (self.tr("Saldo después"), self._figures["after"]),
                (self.tr("Remitente"), sender),
            )
        ):
            if place:
                row.addWidget(Rule(upright=True))
            value = column(plain_label(heading, "secondary"), figure, spacing=2)
            value.addStretch(1)
            row.addLayout(value)
        row.addStretch(1)
        return frame

    def _again_card(self) -> QFrame:
        frame = card()
        rows = QVBoxLayout(frame)
        rows.setContentsMargins(CONTROL + 2, CONTROL, CONTROL + 2, CONTROL + 2)
        rows.setSpacing(GROUP + 2)
        head = QHBoxLayout()
        head.addWidget(self._again)
        head.addStretch(1)
        head.addWidget(plain_label(say.again_cost(self._plan), "secondary"))
        rows.addLayout(head)
        listed = again_table(AgainModel(self._plan.again, self))
        listed.setObjectName("sms.confirm.again_list")
        listed.setAccessibleName(self.tr("Ya enviados"))
        listed.setFixedHeight(table_height(listed, min(_AGAIN_ROWS, len(self._plan.again))))
        rows.addWidget(listed)
        return frame

    def _test_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(CONTROL)
        row.addWidget(IconLabel("mobile"))
        row.addWidget(caption(self.tr("&Mi móvil"), self._mobile))
        row.addWidget(self._mobile)
        row.addWidget(self._test)
        row.addWidget(plain_label(say.test_cost(self._plan), "secondary", wrap=True), 1)
        return row

    def _make_foot(self) -> QFrame:
        self._buttons.addButton(self._send, QDialogButtonBox.ButtonRole.AcceptRole)
        self._buttons.addButton(self._cancel, QDialogButtonBox.ButtonRole.RejectRole)
        return foot(self._grace_icon, self._grace, self._buttons)

    def _connect(self) -> None:
        self._send.clicked.connect(self._on_send)
        self._cancel.clicked.connect(self.reject)
        self._again.toggled.connect(self._on_again)
        self._mobile.textChanged.connect(self._show_test)
        self._test.clicked.connect(self._on_test)
        for widget in (self._send, self._mobile):
            widget.installEventFilter(self)

    # --- what is shown ----------------------------------------------------------------------------------------------

    def _again_words(self) -> str:
        count = len(self._plan.again)
        if count == 1:
            return self.tr("1 &ya enviado: se enviará otra vez")
        return self.tr("{count} &ya enviados: se enviarán otra vez").format(count=amount(count))

    @guarded
    def _show_totals(self) -> None:
        plan, with_again = self._plan, self._again.isChecked()
        found = say.totals(plan, with_again=with_again)
        self._question.setText(say.question(plan, found))
        self.setAccessibleDescription(self._question.text())
        self._show_figures(found)
        shown = list(say.notices(plan, found))
        for place, notice in enumerate(self._notices):
            role, sentence = shown[place] if place < len(shown) else (Role.WAITING, "")
            notice.say(sentence, role)
        long = say.long_rows(say.rows_leaving(plan, with_again=with_again))
        self._long.setText(long)
        self._long.setVisible(bool(long))
        self._model.show_again(with_again)
        self._room.setVisible(found.messages > 0)
        self._show_buttons(found)
        self._show_test()

    def _show_figures(self, found: say.Totals) -> None:
        balance = self._plan.balance.credits
        unknown_balance = "" if balance is not None else say.balance_unknown(self._plan)
        unknown_cost = "" if found.credits is not None else say.unknown_cost()
        for name, text, why in (
            ("people", amount(found.patients), ""),
            ("parts", amount(found.parts), ""),
            ("credits", say.estimate(found.credits), unknown_cost),
            ("now", "—" if balance is None else amount(balance), unknown_balance),
            ("after", say.estimate(found.balance_after), unknown_balance or unknown_cost),
        ):
            label = self._figures[name]
            label.setText(text)
            label.setToolTip(plain_tooltip(why))
        self._figures["after"].show_role(
            None if found.balance_after is None else Role.FAILED if found.too_dear else Role.GOOD
        )

    def _show_buttons(self, found: say.Totals) -> None:
        nothing = not found.messages
        reason = self.tr("Marque «{box}» para poder enviar.").format(box=self._again.text().replace("&", ""))
        words = self.tr("&Enviar") if nothing else self.tr("&Enviar {count} SMS").format(count=amount(found.messages))
        self._send.setText(words)
        self._buttons.updateGeometry()  # Qt keeps the old width otherwise
        self._send.setEnabled(not nothing)
        self._send.setToolTip(plain_tooltip(reason) if nothing else "")
        self._send.setAccessibleDescription(reason if nothing else self._question.text())
        self._grace_icon.show_icon("info" if nothing else "hourglass")
        self._grace.setText(reason if nothing else say.grace(self._grace_s))
        # Sending can be undone for a while; a resend that a patient got twice cannot.
        default = self._cancel if nothing or found.again else self._send
        default.setDefault(True)

    @guarded
    def _show_test(self) -> None:
        ready = bool(self._mobile.text().strip())
        self._test.setEnabled(ready)
        self._test.setToolTip("" if ready else plain_tooltip(self.tr("Escriba antes su número de móvil.")))

    # --- what the person does ---------------------------------------------------------------------------------------

    @guarded
    def _on_again(self) -> None:
        self._show_totals()
        self._grow()

    @guarded
    def _on_send(self) -> None:
        if self._answered:
            return
        self._answered = True
        self.confirmed.emit(self._again.isChecked())
        self.accept()

    @guarded
    def _on_test(self) -> None:
        number = self._mobile.text().strip()
        if number:
            self._told.say("")
            self.test_requested.emit(number)

    @guarded
    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is not None and _held_enter(event):
            event.accept()
            return
        super().keyPressEvent(event)

    @guarded(returns=False)
    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if not isinstance(event, QKeyEvent) or event.key() not in _ENTER:
            return False
        if watched is self._mobile:  # Enter there asks for the trial; left alone, it would press the default button
            if event.type() == QEvent.Type.KeyPress and not event.isAutoRepeat():
                self._on_test()
            return True
        return _held_enter(event)


def _held_enter(event: QKeyEvent) -> bool:
    """Tell whether Enter is still down from the window before: that is no answer to a question not yet read."""
    return event.key() in _ENTER and event.isAutoRepeat()
