"""The host as its plugins see it: the contract's `HostContext`, with its thread rules enforced."""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import final

from sqlalchemy.orm import Session, sessionmaker

from fake_host.clinic.agenda import keep_dispatch_code
from fake_host.clinic.groups import add_to_group, create_group, group_members, list_groups
from fake_host.clinic.patients import patient_facts
from fake_host.desk import Desk
from fake_host.memory import MemorySettings, MemoryVault
from hookspecs import (
    AppointmentRef,
    Editor,
    Group,
    NotifyLevel,
    PatientFacts,
    PatientRef,
    Report,
    Site,
    User,
)
from hookspecs.calling import PluginCalls

PLUGIN = "plugin"
"""Origin of a current patient that a plugin asked for; `show_patient` does not say which one."""


@final
class FakeHostContext:
    """Fulfils `HostContext`. A call on the wrong thread raises `RuntimeError`: a real host might freeze instead."""

    def __init__(
        self,
        desk: Desk,
        *,
        user: User,
        workstation: str,
        site: Site,
        permissions: Collection[str],
        settings: MemorySettings,
        deployment: Mapping[str, str],
        secrets: MemoryVault,
    ) -> None:
        self._desk = desk
        self._session = desk.database.session_factory(info={"live session of the host": True})
        self._user = user
        self._workstation = workstation
        self._site = site
        self._permissions = frozenset(permissions)
        self._settings = settings
        self._deployment = MappingProxyType(dict(deployment))
        self._secrets = secrets
        self._facts: dict[int, PatientFacts] = {}
        self._facts_lock = threading.Lock()
        desk.on_change.append(lambda patient, _what: self._forget_facts(patient))

    @property
    def session(self) -> Session:
        self._desk.gui.only("HostContext.session")
        return self._session

    @property
    def session_factory(self) -> sessionmaker[Session]:
        return self._desk.database.session_factory

    @property
    def hooks(self) -> PluginCalls:
        return self._desk.calls

    @property
    def user(self) -> User:
        return self._user

    @property
    def workstation(self) -> str:
        return self._workstation

    @property
    def site(self) -> Site:
        return self._site

    @property
    def settings(self) -> MemorySettings:
        return self._settings

    @property
    def deployment(self) -> Mapping[str, str]:
        return self._deployment

    @property
    def secrets(self) -> MemoryVault:
        return self._secrets

    @property
    def current_patient(self) -> PatientRef | None:
        self._desk.gui.only("HostContext.current_patient")
        return self._desk.current

    def has_permission(self, name: str) -> bool:
        return name in self._permissions

    def show_patient(self, patient: PatientRef) -> None:
        self._desk.gui.only("HostContext.show_patient")
        self._desk.show_patient(patient, PLUGIN)

    def patient_facts(self, patient: PatientRef) -> PatientFacts:
        """Read once, then answer from memory until something about the patient changes.

        Raises:
            LookupError: When the patient is gone.
        """
        self._desk.gui.never("HostContext.patient_facts")
        with self._facts_lock:
            known = self._facts.get(patient.id)
        if known is not None:
            return known
        facts = patient_facts(self._desk.database, patient)
        with self._facts_lock:
            self._facts[patient.id] = facts
        return facts

    def open_editor(self, editor: Editor, patient: PatientRef) -> bool:
        self._desk.gui.only("HostContext.open_editor")
        opener = self._desk.editors.get(editor)
        if opener is None:
            return False
        opener(patient)
        return True

    def has_editor(self, editor: Editor) -> bool:
        self._desk.gui.only("HostContext.has_editor")
        return editor in self._desk.editors

    def documents_folder(self, patient: PatientRef) -> Path | None:
        self._desk.gui.only("HostContext.documents_folder")
        # Whoever opens the folder may put the first document into it, or take the last one out.
        self._forget_facts(patient)
        return self._desk.database.documents.folder(patient.code)

    def groups(self) -> Sequence[Group]:
        self._desk.gui.never("HostContext.groups")
        return list_groups(self._desk.database)

    def create_group(self, name: str) -> Group:
        self._desk.gui.never("HostContext.create_group")
        return create_group(self._desk.database, name)

    def add_to_group(self, group_id: int, patient_ids: Sequence[int]) -> int:
        """Add them, and tell everybody which patients are new in the group.

        Raises:
            LookupError: When the group is gone.
        """
        self._desk.gui.never("HostContext.add_to_group")
        database = self._desk.database
        before = {member.id for member in group_members(database, group_id)}
        added = add_to_group(database, group_id, patient_ids)
        if added:
            new = set(patient_ids) - before
            self._desk.patients_changed((one for one in group_members(database, group_id) if one.id in new), "groups")
        return added

    def show_report(self, report: Report) -> None:
        self._desk.gui.only("HostContext.show_report")
        # No viewer means no processed report, so there is nothing for the print log either.
        self.notify(
            NotifyLevel.WARNING,
            f"Este programa aún no tiene visor de informes: «{report.title}» no se ha abierto ni registrado.",
        )

    def appointment_sms_sent(self, appointment: AppointmentRef, dispatch_code: str) -> None:
        """Keep the code with the appointment; hearing of it twice is the same as once."""
        self._desk.gui.never("HostContext.appointment_sms_sent")
        keep_dispatch_code(self._desk.database, appointment.id, dispatch_code)
        self._desk.patient_changed(appointment.patient, "appointments")

    def notify(self, level: NotifyLevel, text: str) -> None:
        self._desk.notify(level, text)

    def close(self) -> None:
        """Give the live session back; an open transaction is rolled back. The host's, not a plugin's, to call."""
        self._session.close()

    def _forget_facts(self, patient: PatientRef) -> None:
        with self._facts_lock:
            self._facts.pop(patient.id, None)
