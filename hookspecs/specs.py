"""The hooks themselves. Every one says when it is called, on which thread, what a failure does, and since when."""

# mypy: disable-error-code="empty-body"

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from hookspecs.markers import hookspec
from hookspecs.values import MenuEntry, Panel, PatientRef, PluginInfo, ToolbarAction

if TYPE_CHECKING:
    from hookspecs.host import HostContext


class OrthosSpecs:
    """Hooks that the host calls. An implementation may leave out any argument that it does not need."""

    @hookspec
    def orthos_plugin_info(self) -> PluginInfo:
        """Say who you are and which contract you were written for.

        When: once, before any other hook of the plugin.
        Thread: GUI.

        Failure:
            A plugin that raises here, or whose contract does not fit, is not started: the user reads its name and the
            reason in one sentence, and the rest of the host works.

        Example::

            return PluginInfo(name="reminders", version="1.0", api="1.0", title=tr("Recordatorios"))

        Added in contract 1.0.
        """

    @hookspec
    def orthos_startup(self, host: HostContext) -> None:
        """Start: keep `host`, build your services. Light work only; anything slow belongs on a thread of yours.

        When: once, after the host's window exists and before it is shown.
        Thread: GUI.

        Failure:
            The plugin is left out for the rest of the run and its error is logged and shown.

        Example::

            self._services = build_services(host)

        Added in contract 1.0.
        """

    @hookspec
    def orthos_shutdown(self, host: HostContext) -> None:
        """Stop: end your threads, give back what you hold. `host` is no longer valid afterwards.

        When: once, when the host closes, after its window is hidden. At most 5 seconds, then the host leaves.
        Thread: GUI.

        Failure:
            Logged; the host goes on closing.

        Example::

            self._services.stop(timeout_s=5)

        Added in contract 1.0.
        """

    @hookspec
    def orthos_panels(self, host: HostContext) -> Iterable[Panel]:
        """Offer panels for the host's panel area.

        When: once, after `orthos_startup`.
        Thread: GUI. No database and no network: `Panel.create` is called later, when a person opens the panel.

        Failure:
            Logged under the plugin's name; none of its panels is offered.

        Example::

            return (Panel(id="sms.panel", title=tr("SMS"), icon=svg("sms"), create=self._build_panel),)

        Added in contract 1.0.
        """

    @hookspec
    def orthos_toolbar_actions(self, host: HostContext, panel_id: str) -> Iterable[ToolbarAction]:
        """Offer buttons for the toolbar above a panel, your own panel or another plugin's.

        When: once per panel, right after its widget was created.
        Thread: GUI.

        Args:
            host: The running host.
            panel_id: Which panel the toolbar belongs to (``"sms.panel"``).

        Failure:
            Logged under the plugin's name; the toolbar shows none of its buttons.

        Example::

            return (ToolbarAction(id="sms.query", action=panel.query_action, section="query"),)

        Added in contract 1.0.
        """

    @hookspec
    def orthos_context_menu_entries(self, host: HostContext, patients: tuple[PatientRef, ...]) -> Iterable[MenuEntry]:
        """Offer entries for the right-click menu of a grid of patients: the host's own grids and plugins' panels.

        When: each time such a menu opens, so answer at once, from memory.
        Thread: GUI.

        Args:
            host: The running host.
            patients: The highlighted (not the marked) rows in grid order; never empty.

        Failure:
            Logged under the plugin's name; the menu opens without its entries.

        Example::

            return (MenuEntry(id="reminders.call", text=tr("&Recordar llamada"), run=remind),)

        Added in contract 1.0.
        """

    @hookspec
    def orthos_patient_selected(self, host: HostContext, patient: PatientRef | None, origin: str) -> None:
        """Hear that the host's current patient is now another one.

        When: after every change, from wherever it came, also from your own `HostContext.show_patient`.
        Thread: GUI.

        Args:
            host: The running host.
            patient: The current patient; None when there is none.
            origin: Who asked: the id of a module, a panel or a plugin. For the log and against echoes.

        Failure:
            Logged under the plugin's name; the others hear of it all the same.

        Example::

            panel.select_patient(patient)

        Added in contract 1.0.
        """

    @hookspec
    def orthos_patient_changed(self, host: HostContext, patient: PatientRef, what: str) -> None:
        """Hear that something stored about a patient changed, so that lists can read it again.

        When: after the host's commit.
        Thread: GUI. Read on a worker of yours.

        Args:
            host: The running host.
            patient: Whose data changed.
            what: ``"phones"``, ``"person"``, ``"groups"`` or ``"appointments"``; ignore what you do not know.

        Failure:
            Logged under the plugin's name; the others hear of it all the same.

        Example::

            if what == "phones":
                panel.read_again(patient)

        Added in contract 1.0.
        """
