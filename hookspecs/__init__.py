"""The contract between the host and its plugins: hooks, the values they exchange, the tables a plugin may read.

A plugin needs nothing else of a host::

    from hookspecs import API_VERSION, PluginInfo, hookimpl

    @hookimpl
    def orthos_plugin_info() -> PluginInfo:
        return PluginInfo(name="reminders", version="1.0", api=API_VERSION)

Nothing here imports Qt: a headless worker reads the same contract.
"""

from hookspecs.host import Editor, Group, HostContext, NotifyLevel, Secrets, Settings, Site, User
from hookspecs.markers import API_VERSION, ENTRY_POINT_GROUP, PROJECT, hookimpl, hookspec
from hookspecs.specs import OrthosSpecs
from hookspecs.values import (
    AppointmentRef,
    MenuEntry,
    Panel,
    PatientFacts,
    PatientRef,
    PluginInfo,
    Report,
    ReportColumn,
    ToolbarAction,
)

__all__ = [
    "API_VERSION",
    "ENTRY_POINT_GROUP",
    "PROJECT",
    "AppointmentRef",
    "Editor",
    "Group",
    "HostContext",
    "MenuEntry",
    "NotifyLevel",
    "OrthosSpecs",
    "Panel",
    "PatientFacts",
    "PatientRef",
    "PluginInfo",
    "Report",
    "ReportColumn",
    "Secrets",
    "Settings",
    "Site",
    "ToolbarAction",
    "User",
    "hookimpl",
    "hookspec",
]
