"""The plugin as the host sees it: hook implementations, nothing else. Import stays light: no Qt, no requests."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from typing import TYPE_CHECKING, final

from hookspecs import (
    API_VERSION,
    Editor,
    HostContext,
    MenuEntry,
    NotifyLevel,
    Panel,
    PatientRef,
    PluginInfo,
    ToolbarAction,
    hookimpl,
)

if TYPE_CHECKING:
    from PyQt6.QtWidgets import QWidget

    from orthos_sms_plugin.ui.bridge import NewsBridge
    from orthos_sms_plugin.ui.panel import SmsPanel
    from orthos_sms_plugin.wiring import Wired

NAME = "sms"
PANEL_ID = "sms.panel"
SHUTDOWN_S = 4.5


def _version() -> str:
    try:
        return version("orthos-sms-plugin")
    except PackageNotFoundError:  # run from a folder that was never installed
        return "0"


@final
class SmsPlugin:
    """One running plugin: what `orthos_startup` builds, and the panel once somebody opens it."""

    def __init__(self) -> None:
        self._host: HostContext | None = None
        self._wired: Wired | None = None
        self._bridge: NewsBridge | None = None
        self._panel: SmsPanel | None = None

    @hookimpl
    def orthos_plugin_info(self) -> PluginInfo:
        return PluginInfo(name=NAME, version=_version(), api=API_VERSION, title=_title())

    @hookimpl
    def orthos_startup(self, host: HostContext) -> None:
        from orthos_sms_plugin.wiring import wire

        self._host = host
        self._wired = wire(host)
        self._wired.start()

    @hookimpl
    def orthos_shutdown(self, host: HostContext) -> None:
        # The contract gives five seconds to all of it; a job of the panel may hang on the provider as well.
        deadline = time.monotonic() + SHUTDOWN_S
        if self._panel is not None:
            self._panel.shut_down()
        if self._bridge is not None:
            self._bridge.shut_down()
        if self._wired is not None:
            self._wired.stop(max(0.0, deadline - time.monotonic()))
        self._host = self._wired = self._bridge = self._panel = None

    @hookimpl
    def orthos_panels(self, host: HostContext) -> Sequence[Panel]:
        icon = (files("orthos_sms_plugin.ui.look") / "icons" / "sms.svg").read_text(encoding="utf-8")
        return (Panel(id=PANEL_ID, title=_title(), icon=icon, create=self._open_panel),)

    @hookimpl
    def orthos_toolbar_actions(self, host: HostContext, panel_id: str) -> Sequence[ToolbarAction]:
        if panel_id != PANEL_ID or self._panel is None:
            return ()
        return self._panel.actions_.for_host()

    @hookimpl
    def orthos_context_menu_entries(self, host: HostContext, patients: tuple[PatientRef, ...]) -> Sequence[MenuEntry]:
        """In the host's own grids: the one thing that keeps most patients from getting their SMS."""
        from PyQt6.QtCore import QCoreApplication

        translate = QCoreApplication.translate
        one = len(patients) == 1
        return (
            MenuEntry(
                id="sms.choose_phone",
                text=translate("plugin", "Elegir &móvil para SMS…"),
                run=lambda: _open_phones(host, patients[0]),
                enabled=one,
                why="" if one else translate("plugin", "Seleccione un solo paciente."),
            ),
        )

    @hookimpl
    def orthos_patient_selected(self, host: HostContext, patient: PatientRef | None, origin: str) -> None:
        if self._panel is not None:
            self._panel.select_patient(patient)

    @hookimpl
    def orthos_patient_changed(self, host: HostContext, patient: PatientRef, what: str) -> None:
        if self._panel is not None:
            self._panel.patient_changed(patient, what)

    def _open_panel(self) -> QWidget:
        from orthos_sms_plugin.ui.bridge import NewsBridge
        from orthos_sms_plugin.ui.guard import set_reporter
        from orthos_sms_plugin.ui.panel import SmsPanel

        assert self._wired is not None and self._host is not None, "the host opens panels after start-up only"
        host = self._host
        set_reporter(lambda sentence: host.notify(NotifyLevel.ERROR, sentence))
        self._bridge = NewsBridge(self._wired.sending)
        self._panel = SmsPanel(self._wired.desk, self._bridge)
        return self._panel


def _title() -> str:
    title = "Gestor de envío de mensajes SMS"
    if "PyQt6.QtCore" not in sys.modules:  # a host without windows has no translator either
        return title
    from PyQt6.QtCore import QCoreApplication

    return QCoreApplication.translate("plugin", title)


def _open_phones(host: HostContext, patient: PatientRef) -> None:
    host.open_editor(Editor.PHONES, patient)


plugin = SmsPlugin()
