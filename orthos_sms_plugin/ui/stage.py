"""The middle of the panel: the table, or in its place what to do next, and a thin bar while rows are read."""

from __future__ import annotations

from typing import final

from PyQt6.QtCore import QEvent, QObject, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from orthos_sms_plugin.domain.templates import SmsTemplate
from orthos_sms_plugin.ui.guard import guarded
from orthos_sms_plugin.ui.look.empty import EmptyContent, EmptyState, Step
from orthos_sms_plugin.ui.look.icons import set_icon
from orthos_sms_plugin.ui.look.metrics import CONTROL, GROUP, SIDE
from orthos_sms_plugin.ui.look.theme import Role, mark_primary
from orthos_sms_plugin.ui.look.widgets import IconLabel, StripButton, plain_label
from orthos_sms_plugin.ui.recipient_table import RecipientTable


@final
class Stage(QWidget):
    """Shows the rows, or why there are none.

    Signals:
        query_requested, group_requested, editor_requested: The buttons of the empty state.
        stop_requested: `Detener` beside the bar of a running query.
    """

    query_requested = pyqtSignal()
    group_requested = pyqtSignal()
    editor_requested = pyqtSignal()
    stop_requested = pyqtSignal()

    def __init__(self, table: RecipientTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table = table
        self._empty = EmptyState()
        self._empty.setObjectName("sms.empty")
        self._empty.button_clicked.connect(self._on_button)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._empty)
        self._pages.addWidget(table)
        self._busy = False
        self._stale = False
        self._choice: tuple[str, str] = ("", "")
        self._shown_nothing_of = ""
        self._notice = self._make_notice()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(SIDE, 0, SIDE, 0)
        self._column.setSpacing(GROUP)
        self._column.addWidget(self._notice)
        self._column.addWidget(self._pages, 1)
        viewport = table.viewport()
        assert viewport is not None
        viewport.installEventFilter(self)
        self._show_empty()

    def show_choice(self, group: tuple[int, str] | None, template: SmsTemplate | None) -> None:
        """Follow what is chosen above, so that the steps say what is still missing."""
        self._choice = ("" if group is None else group[1], "" if template is None else template.name)
        self._show_empty()

    def show_rows(self, group_name: str, count: int) -> None:
        """Show the table, or that the group has nobody in it."""
        self._shown_nothing_of = "" if count else group_name
        self._pages.setCurrentWidget(self._table if count else self._empty)
        self._show_empty()

    def set_busy(self, busy: bool) -> None:
        """While rows are read the old ones stay, dimmed, under a thin bar."""
        self._busy = busy
        self._show_notice()

    def set_stale(self, stale: bool) -> None:
        """Dim rows that are no longer what the parameters ask for."""
        if stale != self._stale:
            self._stale = stale
            self._show_notice()

    @guarded(returns=False)
    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self._keep_rows_whole()
        return False

    def _keep_rows_whole(self) -> None:
        """Leave what is too low for a row under the table, so that no row is cut."""
        viewport, rows = self._table.viewport(), self._table.verticalHeader()
        margins = self._column.contentsMargins()
        if viewport is None or rows is None or self._pages.currentWidget() is not self._table:
            return
        beside_rows = self._table.height() - viewport.height()
        left_over = (self.height() - self._pages.y() - beside_rows) % max(1, rows.defaultSectionSize())
        if left_over != margins.bottom():
            margins.setBottom(left_over)
            self._column.setContentsMargins(margins)

    def _make_notice(self) -> QWidget:
        notice = QWidget()
        self._sign = IconLabel("warning", Role.WAITING)
        self._words = plain_label()
        self._bar = QProgressBar()
        self._bar.setProperty("look", "line")
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 0)
        self._stop = QPushButton(self.tr("D&etener"))
        self._stop.setObjectName("sms.stop_query")
        set_icon(self._stop, "stop")
        self._stop.clicked.connect(self._on_stop)
        self._again = QPushButton(self.tr("Consu&ltar"))
        self._again.setObjectName("sms.query_again")
        mark_primary(self._again, True)
        set_icon(self._again, "query")
        self._again.clicked.connect(self._on_again)
        row = QHBoxLayout(notice)
        row.setContentsMargins(0, GROUP, 0, 0)
        row.setSpacing(CONTROL)
        row.addWidget(self._sign)
        row.addWidget(self._words)
        row.addWidget(self._bar, 1)
        row.addStretch(0)
        row.addWidget(self._again)
        row.addWidget(self._stop)
        notice.hide()
        return notice

    def _show_notice(self) -> None:
        self._table.set_dimmed(self._busy or self._stale)
        self._notice.setVisible(self._busy or (self._stale and self._pages.currentWidget() is self._table))
        self._bar.setVisible(self._busy)
        self._sign.setVisible(not self._busy)
        self._stop.setVisible(self._busy)
        self._again.setVisible(not self._busy)
        self._words.setText(
            self.tr("Leyendo los pacientes…")
            if self._busy
            else self.tr("Ha cambiado la fecha, el grupo o el mensaje. Estas filas son de la consulta anterior.")
        )

    def _show_empty(self) -> None:
        group, message = self._choice
        if self._shown_nothing_of:
            self._empty.show_content(
                EmptyContent(
                    "person",
                    self.tr("Este grupo no tiene pacientes"),
                    self.tr(
                        "«{group}» está vacío. Elija otro grupo, o añádale pacientes en el editor de grupos y "
                        "vuelva a consultar."
                    ).format(group=self._shown_nothing_of),
                    link=StripButton("group", self.tr("&Buscar otro grupo")),
                )
            )
            return
        self._empty.show_content(
            EmptyContent(
                "sms",
                self.tr("Todavía no hay ninguna consulta"),
                self.tr("Elija a quién escribir y qué decirle. Nada se envía hasta que usted lo confirme."),
                (
                    Step(
                        self.tr("Elija el grupo de pacientes"),
                        self.tr("Ha elegido «{group}».").format(group=group)
                        if group
                        else self.tr("Los pacientes que recibirán el mensaje."),
                        StripButton("group", self.tr("&Buscar grupo…")),
                    ),
                    Step(
                        self.tr("Elija el mensaje"),
                        self.tr("Ha elegido «{message}».").format(message=message)
                        if message
                        else self.tr("Uno de la lista, o escriba uno nuevo."),
                        StripButton("editor", self.tr("Editar te&xto…"), "edit"),
                    ),
                    Step(
                        self.tr("Pulse Consultar (F5)"),
                        self.tr("Verá el texto de cada fila y el motivo de las que queden fuera."),
                        # The same step as the filled button of the toolbar, so it may be filled beside it.
                        StripButton("query", self.tr("Consu&ltar"), "query", primary=bool(group and message)),
                    ),
                ),
            )
        )

    @guarded
    def _on_button(self, button: str) -> None:
        signal = {
            "group": self.group_requested,
            "editor": self.editor_requested,
            "query": self.query_requested,
        }[button]
        signal.emit()

    @guarded
    def _on_stop(self) -> None:
        self.stop_requested.emit()

    @guarded
    def _on_again(self) -> None:
        self.query_requested.emit()
