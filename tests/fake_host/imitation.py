"""An imitation of the SMS panel, for tests of the driver: the real names, and behaviour that each test can spoil."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PyQt6.QtCore import QTimer
from PyQt6.QtGui import QAction, QStandardItem, QStandardItemModel
from PyQt6.QtWidgets import QComboBox, QDialog, QLabel, QPushButton, QTableView, QVBoxLayout, QWidget

from hookspecs import HostContext, Panel, ToolbarAction, hookimpl
from tests.fake_host.plugins import Recorder

TURN_MS = 30


@dataclass
class Spoilt:
    """What goes wrong in this imitation."""

    no_rows: bool = False
    no_confirmation: bool = False
    never_ends: bool = False
    rejected: int = 0
    without_refresh: bool = False


class ImitationPanel(QWidget):
    """Five rows, three of them marked; a send that takes two turns of the event loop."""

    def __init__(self, spoilt: Spoilt) -> None:
        super().__init__()
        self.spoilt = spoilt
        self.picked: list[object] = []
        self.group, self.message = QComboBox(self), QComboBox(self)
        self.group.setObjectName("sms.group")
        self.message.setObjectName("sms.message")
        self.summary, self.strip = QLabel(self), QLabel(self)
        self.summary.setObjectName("sms.summary")
        self.strip.setObjectName("sms.strip")
        self.rows = QStandardItemModel(0, 2, self)
        self.rows.setHorizontalHeaderLabels(["Nombre", "Enviado"])
        self.table = QTableView(self)
        self.table.setObjectName("sms.table")
        self.table.setModel(self.rows)
        column = QVBoxLayout(self)
        for widget in (self.group, self.message, self.table, self.summary, self.strip):
            column.addWidget(widget)
        self.query, self.send, self.refresh = (QAction(text, self) for text in ("Consultar", "Enviar", "Actualizar"))
        self.query.triggered.connect(self._on_query)
        self.send.triggered.connect(self._on_send)
        self.refresh.triggered.connect(self._on_refresh)
        self.send.setEnabled(False)
        self._later(self._fill)

    def actions_for_host(self) -> Iterable[ToolbarAction]:
        yield ToolbarAction("sms.query", self.query, "query")
        yield ToolbarAction("sms.send", self.send, "query")
        if not self.spoilt.without_refresh:
            yield ToolbarAction("sms.refresh", self.refresh, "query")

    def _fill(self) -> None:
        self.group.addItem("Elija un grupo…", None)
        for number, name in enumerate(("Higiene", "Ortodoncia"), start=1):
            self.group.addItem(f"{name} ({number})", number)
        self.message.addItem("Aviso", 1)
        self.summary.setProperty("credits", 1000.0)

    def _on_query(self) -> None:
        self.picked = [self.group.currentData(), self.message.currentData()]
        self.table.setProperty("busy", True)
        self._later(self._show_rows)

    def _show_rows(self) -> None:
        count = 0 if self.spoilt.no_rows else 5
        for _ in range(count):
            self.rows.appendRow([QStandardItem("García, Ana"), QStandardItem("")])
        self.table.setProperty("busy", False)
        self.table.setProperty("queried", count)
        self.table.setProperty("marked", 3)
        self.send.setEnabled(True)

    def _on_send(self) -> None:
        if self.spoilt.no_confirmation:
            return
        dialog = QDialog(self)
        dialog.setObjectName("sms.confirm")
        button = QPushButton("Enviar 3 SMS", dialog)
        button.setObjectName("sms.confirm.send")
        button.clicked.connect(dialog.accept)
        dialog.accepted.connect(self._start)
        dialog.show()

    def _start(self) -> None:
        self.strip.setProperty("active", True)
        self.strip.setProperty("queued", 3)
        if not self.spoilt.never_ends:
            self._later(self._end)

    def _end(self) -> None:
        for row in range(3):
            self.rows.setItem(row, 1, QStandardItem("--"))
        for name, value in (
            ("active", False),
            ("queued", 0),
            ("accepted", 3 - self.spoilt.rejected),
            ("rejected", self.spoilt.rejected),
            ("doubtful", 0),
        ):
            self.strip.setProperty(name, value)
        self.summary.setProperty("credits", 997.0)

    def _on_refresh(self) -> None:
        for row, literal in enumerate(("Si", "Si", "No")):
            if item := self.rows.item(row, 1):
                item.setText(literal)

    def _later(self, step: Callable[[], None]) -> None:
        QTimer.singleShot(TURN_MS, step)


class ImitationPlugin(Recorder):
    """The imitation as a plugin; `panel` is the one that was opened."""

    def __init__(self, spoilt: Spoilt | None = None) -> None:
        super().__init__("imitation")
        self._spoilt = spoilt or Spoilt()
        self.panel: ImitationPanel | None = None

    @hookimpl
    def orthos_panels(self, host: HostContext) -> Iterable[Panel]:
        return (Panel("sms.panel", "Gestor de envío de mensajes SMS", "", self._create),)

    @hookimpl
    def orthos_toolbar_actions(self, host: HostContext, panel_id: str) -> Iterable[ToolbarAction]:
        return tuple(self.panel.actions_for_host()) if self.panel is not None else ()

    def _create(self) -> QWidget:
        self.panel = ImitationPanel(self._spoilt)
        return self.panel
