"""Small plugins that tests give to a host."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from hookspecs import (
    API_VERSION,
    HostContext,
    MenuEntry,
    Panel,
    PatientRef,
    PluginInfo,
    ToolbarAction,
    hookimpl,
)

if TYPE_CHECKING:
    from PyQt6.QtWidgets import QWidget


class Recorder:
    """Remembers the hooks it was called through, in order, with the thread-independent part of their arguments."""

    def __init__(self, name: str = "recorder", api: str = API_VERSION) -> None:
        self.name = name
        self.api = api
        self.heard: list[tuple[Any, ...]] = []
        self.host: HostContext | None = None
        self.window_was_visible: list[bool] = []

    @hookimpl
    def orthos_plugin_info(self) -> PluginInfo:
        return PluginInfo(name=self.name, version="1.0", api=self.api, title=self.name.title())

    @hookimpl
    def orthos_startup(self, host: HostContext) -> None:
        self.host = host
        self.heard.append(("startup",))

    @hookimpl
    def orthos_shutdown(self, host: HostContext) -> None:
        self.heard.append(("shutdown",))

    @hookimpl
    def orthos_patient_selected(self, host: HostContext, patient: PatientRef | None, origin: str) -> None:
        self.heard.append(("selected", patient, origin))

    @hookimpl
    def orthos_patient_changed(self, host: HostContext, patient: PatientRef, what: str) -> None:
        self.heard.append(("changed", patient, what))

    def heard_of(self, kind: str) -> list[tuple[Any, ...]]:
        return [entry for entry in self.heard if entry[0] == kind]


class PanelPlugin(Recorder):
    """A recorder with a panel, a toolbar and an entry in the context menu, each made by what it is given."""

    def __init__(
        self,
        create: Callable[[], QWidget],
        actions: Callable[[], Iterable[ToolbarAction]] = tuple,
        entries: Callable[[tuple[PatientRef, ...]], Iterable[MenuEntry]] = lambda _patients: (),
    ) -> None:
        super().__init__("test")
        self.create = create
        self.actions = actions
        self.entries = entries

    @hookimpl
    def orthos_panels(self, host: HostContext) -> Iterable[Panel]:
        return (Panel(id="test.panel", title="Panel de prueba", icon="", create=self.create),)

    @hookimpl
    def orthos_toolbar_actions(self, host: HostContext, panel_id: str) -> Iterable[ToolbarAction]:
        return self.actions() if panel_id == "test.panel" else ()

    @hookimpl
    def orthos_context_menu_entries(self, host: HostContext, patients: tuple[PatientRef, ...]) -> Iterable[MenuEntry]:
        return self.entries(patients)


class FailsAt(Recorder):
    """A recorder that raises in one hook."""

    def __init__(self, hook: str, error: BaseException) -> None:
        super().__init__("failing")
        self._hook = hook
        self._error = error

    @hookimpl
    def orthos_startup(self, host: HostContext) -> None:
        super().orthos_startup(host)
        self._maybe("orthos_startup")

    @hookimpl
    def orthos_panels(self, host: HostContext) -> Iterable[Panel]:
        self._maybe("orthos_panels")
        return ()

    @hookimpl
    def orthos_patient_selected(self, host: HostContext, patient: PatientRef | None, origin: str) -> None:
        self._maybe("orthos_patient_selected")

    @hookimpl
    def orthos_shutdown(self, host: HostContext) -> None:
        self._maybe("orthos_shutdown")

    def _maybe(self, hook: str) -> None:
        if hook == self._hook:
            raise self._error
