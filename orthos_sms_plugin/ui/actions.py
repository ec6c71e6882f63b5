"""The sixteen actions of the toolbar and the seven entries of the context menu: names, icons, keys, reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from PyQt6.QtCore import QObject, Qt
from PyQt6.QtGui import QAction, QKeySequence
from PyQt6.QtWidgets import QWidget

from hookspecs import ToolbarAction
from orthos_sms_plugin.domain.buttons import PATIENT_BUTTONS, Button, PanelFacts, refusal
from orthos_sms_plugin.ui import words
from orthos_sms_plugin.ui.figures import amount
from orthos_sms_plugin.ui.look.cells import plain_tooltip
from orthos_sms_plugin.ui.look.icons import set_icon


@dataclass(frozen=True, slots=True)
class _Face:
    text: str
    icon: str
    what: str
    keys: str = ""


@final
class PanelActions(QObject):
    """Owns the panel's actions; the panel connects them and tells the facts."""

    def __init__(self, panel: QWidget) -> None:
        super().__init__(panel)
        self._panel = panel
        self._faces = self._toolbar_faces()
        self.toolbar = {button: self._make(button.value, face) for button, face in self._faces.items()}
        self.menu = {name: self._make(name, face) for name, face in self._menu_faces().items()}

    def for_host(self) -> tuple[ToolbarAction, ...]:
        """Give the toolbar's actions in their order, the patient buttons in a section of their own."""
        return tuple(
            ToolbarAction(button.value, self.toolbar[button], "patient" if button in PATIENT_BUTTONS else "panel")
            for button in Button
        )

    def show_facts(self, facts: PanelFacts) -> None:
        """Enable what can be done now; a grey action says why in its tooltip."""
        for button, action in self.toolbar.items():
            reason = refusal(button, facts)
            action.setEnabled(reason is None)
            face = self._faces[button]
            sentence = face.what if reason is None else words.refusal_words(reason)
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            action.setToolTip(plain_tooltip(f"{sentence} ({keys})" if keys and reason is None else sentence))
        send = self.toolbar[Button.SEND]
        title = self._faces[Button.SEND].text
        send.setText(f"{title} ({amount(facts.marked)})" if facts.marked else title)
        self._fill(Button.SEND, facts.marked > 0 and send.isEnabled())
        self._fill(Button.QUERY, not facts.queried)

    def _fill(self, button: Button, primary: bool) -> None:
        """Fill the one button that is the next sensible step."""
        action = self.toolbar[button]
        if bool(action.property("primary")) != primary:
            action.setProperty("primary", primary)
            set_icon(action, self._faces[button].icon, self._panel)

    def _make(self, name: str, face: _Face) -> QAction:
        action = QAction(face.text, self._panel)
        action.setObjectName(name)
        action.setToolTip(plain_tooltip(face.what))
        if face.keys:
            action.setShortcut(QKeySequence(face.keys))
            # In the panel only, so that the host's own keys are never taken away.
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        if face.icon:
            set_icon(action, face.icon, self._panel)
        self._panel.addAction(action)
        return action

    def _toolbar_faces(self) -> dict[Button, _Face]:
        return {
            Button.QUERY: _Face(self.tr("Consultar"), "query", self.tr("Consulta los pacientes del grupo"), "F5"),
            Button.SEND: _Face(
                self.tr("Enviar"), "send", self.tr("Envía el mensaje a los pacientes marcados"), "Ctrl+Return"
            ),
            Button.REFRESH: _Face(
                self.tr("Actualizar"),
                "refresh",
                self.tr("Comprueba ahora el estado de los mensajes pendientes de entrega"),
                "Ctrl+R",
            ),
            Button.WEBSITE: _Face(
                self.tr("Web del proveedor"), "globe", self.tr("Abre en el navegador la web del proveedor de SMS")
            ),
            Button.HISTORY: _Face(self.tr("Histórico"), "history", self.tr("Histórico de envíos SMS"), "Ctrl+H"),
            Button.REPORT: _Face(
                self.tr("Informe"), "report", self.tr("Muestra la consulta en el Visor de Informes"), "Ctrl+P"
            ),
            Button.EXPORT: _Face(
                self.tr("Exportar a Excel"), "excel", self.tr("Guarda la tabla en un fichero de Excel"), "Ctrl+E"
            ),
            Button.MARK_PATIENTS: _Face(
                self.tr("Marcar pacientes"),
                "mark-patients",
                self.tr("Marcar pacientes seleccionados: los añade a un grupo de selección"),
                "Ctrl+G",
            ),
            Button.PHONES: _Face(self.tr("Teléfonos"), "phone", self.tr("Editor de teléfonos")),
            Button.CONVERSATIONS: _Face(
                self.tr("Conversaciones"), "conversations", self.tr("Editor de conversaciones")
            ),
            Button.LETTERS: _Face(self.tr("Correspondencia"), "letter", self.tr("Gestor de correspondencia")),
            Button.COMPOSE: _Face(self.tr("SMS"), "sms", self.tr("Editor de envío de mensaje SMS")),
            Button.EMAIL: _Face(self.tr("Correo"), "mail", self.tr("Editor de envíos de correos electrónicos")),
            Button.NOTIFICATIONS: _Face(self.tr("Notificación"), "bell", self.tr("Editor de notificaciones")),
            Button.DOCUMENTS: _Face(self.tr("Documentos"), "folder", self.tr("Carpeta de documentos del paciente")),
            Button.COMMUNICATIONS: _Face(
                self.tr("Comunicados"), "communications", self.tr("Gestor de comunicados y envíos")
            ),
        }

    def _menu_faces(self) -> dict[str, _Face]:
        return {
            "sms.menu.phones": _Face(
                self.tr("&Editar teléfonos…"), "phone", self.tr("Elige el móvil que recibe los SMS"), "F4"
            ),
            "sms.menu.show": _Face(
                self.tr("&Mostrar paciente"), "person", self.tr("Lo muestra en los módulos abiertos"), "F6"
            ),
            "sms.menu.mark_all": _Face(
                self.tr("Marcar &todo"), "mark-list", self.tr("Marca todas las filas que se pueden enviar"), "Ctrl+M"
            ),
            "sms.menu.mark_unsent": _Face(
                self.tr("Marcar &no enviados"), "mark-list", self.tr("Marca sólo las no enviadas"), "Ctrl+Shift+M"
            ),
            "sms.menu.unmark_all": _Face(
                self.tr("&Desmarcar todo"), "mark-list", self.tr("Quita todas las marcas"), "Ctrl+D"
            ),
            "sms.menu.select_marked": _Face(
                self.tr("&Seleccionar marcados"), "select-list", self.tr("Selecciona las marcadas"), "Ctrl+Shift+A"
            ),
            "sms.menu.select_all": _Face(
                self.tr("Selecci&onar todo"), "select-list", self.tr("Selecciona todas las filas"), "Ctrl+A"
            ),
            "sms.menu.edit_message": _Face(
                self.tr("Editor de mensajes SMS"), "edit", self.tr("Abre el editor de mensajes"), "F2"
            ),
        }
