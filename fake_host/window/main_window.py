"""The host's main window: menus, panel area, modules and status bar."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import final

from PyQt6.QtCore import QByteArray, QObject, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QAction, QCloseEvent
from PyQt6.QtWidgets import QDialog, QDockWidget, QMainWindow, QStackedWidget

from fake_host.context import FakeHostContext
from fake_host.desk import Desk
from fake_host.window import icons
from fake_host.window.agenda import AgendaModule
from fake_host.window.dock_title import DockTitle
from fake_host.window.guard import guarded
from fake_host.window.menus import DEFAULT, Menus
from fake_host.window.panel_frame import PanelFrame
from fake_host.window.patients import PatientsModule
from fake_host.window.status import Status
from fake_host.window.theme import LIGHT, THEMES, HasTheme, apply_theme, field_style, frame_style, scaled, unit
from fake_host.window.welcome import Welcome
from fake_host.window.widgets import plain
from hookspecs import Editor, Panel, PatientRef

SIZE = QSize(1366, 768)
LAYOUT = "host.window"
"""Settings key of the window's geometry, docks and colours."""


@final
class _Bell(QObject):
    """Wakes the event loop for the mailbox, from whatever thread it is rung on."""

    rung = pyqtSignal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        # Queued also from the GUI thread itself, so that no task runs inside another one.
        # PyQt6's stubs leave out the argument that says so.
        self.rung.connect(self._on_rung, Qt.ConnectionType.QueuedConnection)  # type: ignore[call-arg]
        desk.mailbox.wake = self.rung.emit

    @guarded
    def _on_rung(self) -> None:
        self.desk.mailbox.deliver()


@final
class MainWindow(QMainWindow):
    """The window of a running host.

    Attributes:
        patients: The module `Pacientes`.
        agenda: The module `Agenda`.
        panels: Open panels by id.
    """

    def __init__(self, desk: Desk, context: FakeHostContext) -> None:
        super().__init__()
        self.desk = desk
        self._context = context
        self._bell = _Bell(desk)
        self._offered: dict[str, tuple[str, Panel]] = {}
        self._dialogs: dict[str, QDialog] = {}
        self.panels: dict[str, PanelFrame] = {}
        self.theme = THEMES.get(str(self._remembered().get("theme")), LIGHT)
        apply_theme(self.theme)
        self.setObjectName("host.window")
        self.setWindowTitle(self.tr("{clinic} · programa de prueba").format(clinic=context.site.name))
        self.menus = Menus(self)
        self.setMenuBar(self.menus)
        self.status = Status(desk, context.site.name, self)
        self.setStatusBar(self.status)
        self._area = QStackedWidget(self)
        self._area.setObjectName("host.panels")
        self.setCentralWidget(self._area)
        self.patients = PatientsModule(desk, self)
        self.agenda = AgendaModule(desk, self)
        self._docks = {
            "patients": self._dock(self.tr("Pacientes"), self.patients),
            "agenda": self._dock(self.tr("Agenda"), self.agenda),
        }
        self.tabifyDockWidget(self._docks["patients"], self._docks["agenda"])
        self.welcome = Welcome(self)
        self._area.addWidget(self.welcome)
        self._fill_menus()
        self._show_user(f"{context.user.name} · {context.workstation}")
        desk.editors[Editor.PHONES] = self.open_phones
        desk.on_patient.append(self._on_patient)
        self._on_patient(desk.current, "")
        self.resize(SIZE)
        self._restore_layout()
        self.set_theme(self.theme.name)

    # --- panels -------------------------------------------------------------------------------------------------

    def offer_panels(self) -> None:
        """Ask the plugins for panels and put them into the menus. None is built before a person opens it."""
        for plugin, panel in self.desk.collect("orthos_panels", Panel):
            if panel.id in self._offered:
                continue
            self._offered[panel.id] = (plugin, panel)
            menu = panel.menu if panel.menu in self.menus.by_name else DEFAULT
            text = panel.title.replace("&", "&&")
            action = self.menus.entry(menu, text, partial(self.open_panel, panel.id), name=f"open:{panel.id}")
            self.menus.to_top(menu, action)
            action.setProperty("svg", panel.icon)
        self.welcome.show_panels([panel for _, panel in self._offered.values()], self.open_panel)
        if not self._offered:
            self.show_module("patients")
        self._draw_menu_icons()

    @guarded
    def open_panel(self, panel_id: str) -> PanelFrame | None:
        """Show a panel, building it the first time; None when no plugin offers it."""
        if panel_id not in self._offered:
            return None
        if panel_id not in self.panels:
            plugin, panel = self._offered[panel_id]
            frame = PanelFrame(self.desk, plugin, panel, self)
            frame.set_theme(self.theme)
            self._area.addWidget(frame)
            self.panels[panel_id] = frame
        self._area.setCurrentWidget(self.panels[panel_id])
        return self.panels[panel_id]

    def open_first_panel(self) -> None:
        """Open the panel that came first, if any."""
        for panel_id in self._offered:
            self.open_panel(panel_id)
            return

    # --- modules and editors ------------------------------------------------------------------------------------

    @guarded
    def show_module(self, name: str) -> None:
        """Open a module beside the panel, or bring it to the front."""
        dock = self._docks[name]
        if dock.isHidden() and all(other.isHidden() for other in self._docks.values()):
            self.resizeDocks([dock], [round(420 * unit(self.font()))], Qt.Orientation.Horizontal)
        dock.show()
        dock.raise_()

    def hide_module(self, name: str) -> None:
        """Close a module; it keeps what it shows."""
        self._docks[name].hide()

    @guarded
    def search_patient(self) -> None:
        """Open the module `Pacientes` with the cursor in its search field."""
        self.show_module("patients")
        self.patients.search.setFocus()
        self.patients.search.selectAll()

    @guarded
    def open_phones(self, patient: PatientRef) -> None:
        """Open the phone editor on `patient`; an open one of the same patient comes to the front."""
        from fake_host.window.phone_editor import PhoneEditor

        self._show_dialog(f"phones {patient.id}", lambda: PhoneEditor(self.desk, patient, self))

    @guarded
    def open_groups(self) -> None:
        """Open the group editor."""
        from fake_host.window.group_editor import GroupEditor

        self._show_dialog("groups", lambda: GroupEditor(self.desk, self))

    @guarded
    def open_help(self) -> None:
        """Open the help of the SMS manager."""
        from fake_host.window.dialogs import HelpDialog

        self._show_dialog("help", lambda: HelpDialog(self))

    @guarded
    def open_plugins(self) -> None:
        """Open the list of plugins and of what went wrong with them."""
        from fake_host.window.dialogs import PluginsDialog

        self._show_dialog("plugins", lambda: PluginsDialog(self.desk, self))

    @guarded
    def open_notices(self) -> None:
        """Open the list of what was said in the status bar."""
        from fake_host.window.dialogs import NoticesDialog

        self._show_dialog("notices", lambda: NoticesDialog(self.desk, self))

    def close_dialogs(self) -> None:
        """Close every open editor and dialog without storing anything."""
        for dialog in list(self._dialogs.values()):
            dialog.done(0)  # `close` would ask the group editor first

    # --- colours and layout -------------------------------------------------------------------------------------

    @guarded
    def set_theme(self, name: str) -> None:
        """Show everything in light or dark colours."""
        self.theme = THEMES[name]
        apply_theme(self.theme)
        self.menus.setStyleSheet(frame_style(self.theme, self.font()))
        self.status.set_theme(self.theme)
        parts: list[HasTheme] = [self.patients, self.agenda, self.welcome, *self.panels.values()]
        parts += list(self.findChildren(DockTitle))
        for part in parts:
            part.set_theme(self.theme)
        for dialog in self._dialogs.values():
            dialog.setStyleSheet(field_style(self.theme, self.font()))
        self._themes[name].setChecked(True)
        self._draw_menu_icons()

    def remember(self) -> None:
        """Put the layout into the user's settings."""
        self._context.settings.set(
            LAYOUT,
            {
                "theme": self.theme.name,
                "geometry": bytes(self.saveGeometry().toBase64().data()).decode(),
                "state": bytes(self.saveState().toBase64().data()).decode(),
            },
        )

    def destroy_all(self) -> None:
        """Take the window down for good, before its host goes."""
        self.desk.mailbox.wake = None
        self.desk.editors.clear()
        self.desk.on_patient.clear()
        self.desk.on_change.clear()
        self.desk.on_notice.clear()
        self.close_dialogs()
        for dock in self._docks.values():
            dock.visibilityChanged.disconnect()
        self.close()
        self.setParent(None)
        self.deleteLater()

    def closeEvent(self, event: QCloseEvent | None) -> None:
        self.close_dialogs()
        super().closeEvent(event)

    # --- inside -------------------------------------------------------------------------------------------------

    def _dock(self, title: str, module: PatientsModule | AgendaModule) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(f"dock.{module.objectName()}")
        dock.setTitleBarWidget(DockTitle(dock))
        dock.setWidget(module)
        dock.setMinimumWidth(round(260 * unit(self.font())))
        self.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
        dock.hide()
        dock.visibilityChanged.connect(partial(self._on_module_shown, module))
        return dock

    def _fill_menus(self) -> None:
        menus = self.menus
        menus.greyed("Archivo", self.tr("Cambiar de &usuario…"))
        menus.greyed("Archivo", self.tr("&Configuración…"))
        menus.line("Archivo")
        menus.entry("Archivo", self.tr("&Salir"), self.close, "Ctrl+Q", "host.quit")
        menus.entry("Pacientes", self.tr("Módulo de &pacientes"), lambda: self.show_module("patients"), "Ctrl+1")
        menus.entry("Pacientes", self.tr("&Buscar paciente"), self.search_patient, "Ctrl+B", "host.search")
        menus.line("Pacientes")
        self._phones_entry = menus.entry(
            "Pacientes", self.tr("Editor de &teléfonos…"), self._phones_of_current, name="host.open_phones"
        )
        menus.entry("Pacientes", self.tr("&Grupos de pacientes…"), self.open_groups, name="host.open_groups")
        menus.greyed("Pacientes", self.tr("&Editor de pacientes"))
        menus.entry("Agenda", self.tr("&Módulo de agenda"), lambda: self.show_module("agenda"), "Ctrl+2")
        menus.greyed("Agenda", self.tr("&Registro de cambios de citas"))
        menus.line("Comunicaciones")
        menus.greyed("Comunicaciones", self.tr("Gestor de c&omunicados y envíos"))
        menus.greyed("Comunicaciones", self.tr("&Editor de conversaciones"))
        menus.greyed("Comunicaciones", self.tr("Gestor de &correspondencia"))
        menus.greyed("Comunicaciones", self.tr("Gestor de envío de correos e&lectrónicos"))
        menus.greyed("Comunicaciones", self.tr("Editor de &notificaciones"))
        menus.greyed("Informes", self.tr("&Visor de informes"))
        menus.greyed("Informes", self.tr("&Registro de impresión"))
        for name, text in (("patients", self.tr("Ver &pacientes")), ("agenda", self.tr("Ver &agenda"))):
            toggle = self._docks[name].toggleViewAction()
            assert toggle is not None
            toggle.setText(text)
            menus.by_name["Ventana"].addAction(toggle)
        menus.entry("Ventana", self.tr("A&visos"), self.open_notices, name="host.notices")
        menus.line("Ventana")
        self._themes = menus.choice(
            "Ventana",
            [
                ("light", self.tr("Aspecto &claro"), lambda: self.set_theme("light")),
                ("dark", self.tr("Aspecto &oscuro"), lambda: self.set_theme("dark")),
            ],
        )
        menus.entry("Ayuda", self.tr("&Gestor de mensajes SMS"), self.open_help, "F1", "host.help")
        menus.entry("Ayuda", self.tr("&Complementos…"), self.open_plugins, name="host.plugins")

    def _show_user(self, text: str) -> None:
        corner = plain(text, self.menus, secondary=True)
        corner.setFont(scaled(self.font(), 12 / 13))
        edge = round(12 * unit(self.font()))
        corner.setContentsMargins(edge, 0, edge, 0)
        corner.setMinimumHeight(self.menus.sizeHint().height())
        corner.setObjectName("host.user")
        self.menus.setCornerWidget(corner, Qt.Corner.TopRightCorner)

    def _phones_of_current(self) -> None:
        if self.desk.current is not None:
            self.open_phones(self.desk.current)

    def _on_patient(self, patient: PatientRef | None, _origin: str) -> None:
        for frame in self.panels.values():
            frame.title.show_patient(patient)
        self.menus.need(self._phones_entry, patient is not None, self.tr("Elija antes un paciente."))

    def _draw_menu_icons(self) -> None:
        for action in self.menus.findChildren(QAction):
            svg = action.property("svg")
            if svg:
                action.setIcon(icons.icon(str(svg), self.theme.text, self.theme.disabled, self.devicePixelRatioF()))

    def _show_dialog(self, key: str, build: Callable[[], QDialog]) -> None:
        dialog = self._dialogs.get(key)
        if dialog is None:
            dialog = build()
            dialog.setStyleSheet(field_style(self.theme, self.font()))
            self._dialogs[key] = dialog
            # `finished`, not `destroyed`: that one comes while this window may be going too
            dialog.finished.connect(partial(self._on_dialog_finished, key))
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()

    @guarded
    def _on_dialog_finished(self, key: str) -> None:
        dialog = self._dialogs.pop(key, None)
        if dialog is not None:
            dialog.deleteLater()

    @guarded
    def _on_module_shown(self, module: PatientsModule | AgendaModule, visible: bool) -> None:
        if visible:
            module.load_once()

    def _remembered(self) -> dict[str, object]:
        layout = self._context.settings.get(LAYOUT)
        return layout if isinstance(layout, dict) else {}

    def _restore_layout(self) -> None:
        layout = self._remembered()
        for key, restore in (("geometry", self.restoreGeometry), ("state", self.restoreState)):
            text = layout.get(key)
            if isinstance(text, str):
                restore(QByteArray.fromBase64(text.encode("ascii", "ignore")))
