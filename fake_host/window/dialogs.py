"""Small windows that only tell something: help, plugins, notices. None of them is modal."""

from __future__ import annotations

from typing import final

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QListWidget,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from fake_host.desk import Desk, Notice
from fake_host.sentences import sentence_for
from fake_host.window.theme import scaled, unit
from fake_host.window.widgets import plain


class _Told(QDialog):
    """A title, what there is to say, and `Cerrar`."""

    def __init__(self, name: str, title: str, close: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setWindowTitle(title)
        one = unit(self.font())
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(*(round(16 * one),) * 4)
        self.column.setSpacing(round(8 * one))
        heading = plain(title, self)
        heading.setFont(scaled(self.font(), 17 / 13, strong=True))
        self.column.addWidget(heading)
        self.buttons = QDialogButtonBox(self)
        button = self.buttons.addButton(close, QDialogButtonBox.ButtonRole.RejectRole)
        assert button is not None
        button.setObjectName(f"{name}.close")
        self.buttons.rejected.connect(self.reject)
        self.resize(round(560 * one), round(420 * one))


@final
class HelpDialog(_Told):
    """How the SMS manager is used, in a few lines."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("host.help_dialog", parent.tr("Gestor de mensajes SMS"), parent.tr("&Cerrar"), parent)
        for heading, text in (
            (
                self.tr("Enviar"),
                self.tr(
                    "Elija el grupo y el mensaje y pulse Consultar. Revise las filas marcadas y pulse Enviar: "
                    "nada sale hasta que usted lo confirme, y puede detenerlo en cualquier momento."
                ),
            ),
            (
                self.tr("Qué significa «Enviado»"),
                self.tr(
                    "-- es aceptado y sin comprobar; No, sin entregar todavía; Si, entregado según el centro de "
                    "mensajes. Si no prueba que la persona lo haya recibido: lo esencial, también por otra vía."
                ),
            ),
            (
                self.tr("Cuánto tarda"),
                self.tr("Lo normal son menos de 5 minutos. Con el móvil apagado puede tardar uno o dos días, o más."),
            ),
            (
                self.tr("Quién queda fuera"),
                self.tr(
                    "Quien no tiene un móvil elegido para SMS, o ejerció su derecho de oposición. El móvil se elige "
                    "en Pacientes > Editor de teléfonos."
                ),
            ),
        ):
            title = plain(heading, self)
            title.setFont(scaled(self.font(), 1, strong=True))
            body = plain(text, self)
            body.setWordWrap(True)
            self.column.addWidget(title)
            self.column.addWidget(body)
        self.column.addStretch(1)
        self.column.addWidget(self.buttons)


@final
class PluginsDialog(_Told):
    """Which plugins run, and which failed."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__("host.plugins_dialog", parent.tr("Complementos"), parent.tr("&Cerrar"), parent)
        titles = [self.tr("Complemento"), self.tr("Versión"), self.tr("Contrato")]
        infos = list(desk.calls.infos.items())
        table = QTableWidget(len(infos), len(titles), self)
        table.setHorizontalHeaderLabels(titles)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setTabKeyNavigation(False)
        vertical, horizontal = table.verticalHeader(), table.horizontalHeader()
        assert vertical is not None and horizontal is not None
        vertical.hide()
        for row, (name, info) in enumerate(infos):
            for column, text in enumerate((info.title or name, info.version, info.api)):
                table.setItem(row, column, QTableWidgetItem(text))
        table.resizeColumnsToContents()
        horizontal.setStretchLastSection(True)
        self.column.addWidget(table, 2)
        self.column.addWidget(plain(self.tr("Problemas desde que se abrió el programa"), self, secondary=True))
        problems = QListWidget(self)
        problems.setWordWrap(True)
        for problem in desk.problems:
            problems.addItem(sentence_for(problem, _title(desk, problem.plugin)))
        if not desk.problems:
            problems.addItem(self.tr("Ninguno."))
        self.column.addWidget(problems, 1)
        self.column.addWidget(self.buttons)


@final
class NoticesDialog(_Told):
    """Everything that the status bar said, newest first."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__("host.notices_dialog", parent.tr("Avisos"), parent.tr("&Cerrar"), parent)
        self._desk = desk
        self.list = QListWidget(self)
        self.list.setWordWrap(True)
        self.list.setTextElideMode(Qt.TextElideMode.ElideNone)
        for notice in desk.notices:
            self._show(notice)
        self.column.addWidget(self.list, 1)
        self.column.addWidget(self.buttons)
        desk.on_notice.append(self._show)
        self.finished.connect(self._forget)

    def _show(self, notice: Notice) -> None:
        self.list.insertItem(0, f"{notice.at:%H:%M:%S}  {notice.text}")

    def _forget(self) -> None:
        if self._show in self._desk.on_notice:
            self._desk.on_notice.remove(self._show)


def _title(desk: Desk, plugin: str) -> str:
    info = desk.calls.infos.get(plugin)
    return info.title if info else ""
