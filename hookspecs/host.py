"""The host as plugins see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from hookspecs.values import AppointmentRef, PatientFacts, PatientRef, Report

if TYPE_CHECKING:
    from sqlalchemy.orm import Session, sessionmaker

    from hookspecs.calling import HookResult


class Editor(StrEnum):
    """The editors of the host that a plugin may open on a patient."""

    PHONES = "phones"
    CONVERSATIONS = "conversations"
    LETTERS = "letters"
    EMAIL = "email"
    NOTIFICATIONS = "notifications"
    COMMUNICATIONS = "communications"


class NotifyLevel(StrEnum):
    """How loud a notice is."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class User:
    """Who is logged in.

    Attributes:
        id: The host's key of the user, stable over renames.
        name: What other seats read (``"Marta Ordóñez"``).
    """

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Site:
    """The branch (*sede*) of the clinic in which the user works.

    Attributes:
        id: `Patient.site_id` of its patients.
        name: The clinic's name as patients know it.
        phone: The number that patients may call, as it is written; may be empty.
    """

    id: int
    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Group:
    """A group of patients with its size, as pick-lists show it."""

    id: int
    name: str
    size: int


class Settings(Protocol):
    """The user's own settings (columns, sizes, language). From memory: call it on any thread, as often as needed."""

    def get(self, key: str, default: Any = None) -> Any:
        """Give what was stored under `key` (a string, number, bool, list or dict of those), else `default`."""
        ...

    def set(self, key: str, value: Any) -> None:
        """Remember `value` for this user; the host writes it to its disk when it sees fit."""
        ...


class Secrets(Protocol):
    """The host's vault. Keys in use: ``sms.api_user`` and ``sms.api_token``. Neither keys nor values are logged."""

    def get(self, key: str) -> str | None:
        """Give the secret, or None when there is none."""
        ...

    def set(self, key: str, value: str | None) -> None:
        """Store a secret; None removes it."""
        ...


class HookCaller(Protocol):
    """Calls the hooks of other plugins, one at a time, so that a failing one costs only itself."""

    def each(self, hook_name: str, /, **arguments: Any) -> Sequence[HookResult]:
        """Call every implementation, in order of registration; see `hookspecs.calling.PluginCalls.each`."""
        ...

    def first(self, hook_name: str, /, **arguments: Any) -> HookResult | None:
        """Call until one gives something; see `hookspecs.calling.PluginCalls.first`."""
        ...


class HostContext(Protocol):
    """Everything a plugin may ask of its host. Valid from `orthos_startup` to `orthos_shutdown`.

    Threads: `groups`, `create_group`, `add_to_group`, `appointment_sms_sent` and `patient_facts` on workers only (the
    host opens a session of its own); `notify`, `hooks`, `settings`, `deployment`, `secrets`, `has_permission`, `user`,
    `workstation`, `site` and `session_factory` anywhere; the rest on the GUI thread. All that is not a worker's call
    answers from memory. A call on the wrong thread may raise `RuntimeError`.
    """

    @property
    def session(self) -> Session:
        """The host's live session.

        GUI thread only, and only to join a transaction that a caller hands over: a plugin never flushes, commits,
        rolls back, closes or expires it.
        """
        ...

    @property
    def session_factory(self) -> sessionmaker[Session]:
        """Makes sessions on the host's engine for units of work of the plugin's own.

        A commit must be durable when it returns (it survives a power cut); that is the host's duty.
        """
        ...

    @property
    def hooks(self) -> HookCaller:
        """Calls other plugins' hooks."""
        ...

    @property
    def user(self) -> User:
        """Who is logged in."""
        ...

    @property
    def workstation(self) -> str:
        """The seat's name, unique in the clinic (``"Recepción 2"``)."""
        ...

    @property
    def site(self) -> Site:
        """The branch in which the user works."""
        ...

    @property
    def settings(self) -> Settings:
        """The user's settings."""
        ...

    @property
    def deployment(self) -> Mapping[str, str]:
        """Read-only settings of this installation. ``sms.provider_url`` beats the plugin's own setting."""
        ...

    @property
    def secrets(self) -> Secrets | None:
        """The host's vault, or None when it has none."""
        ...

    @property
    def current_patient(self) -> PatientRef | None:
        """The patient that the host's modules show."""
        ...

    def has_permission(self, name: str) -> bool:
        """Tell whether the user may do `name` (``"sms.send"``). An unknown name is a no."""
        ...

    def show_patient(self, patient: PatientRef) -> None:
        """Make `patient` current in every open module. Calls back through `orthos_patient_selected`."""
        ...

    def patient_facts(self, patient: PatientRef) -> PatientFacts:
        """Read what the patient buttons need to know. Workers only."""
        ...

    def open_editor(self, editor: Editor, patient: PatientRef) -> bool:
        """Open one of the host's editors on `patient`.

        Returns:
            False when this host does not have that editor (yet); nothing is opened then.
        """
        ...

    def has_editor(self, editor: Editor) -> bool:
        """Tell whether `open_editor` would open something, so that a button can say why it is grey."""
        ...

    def documents_folder(self, patient: PatientRef) -> Path | None:
        """Give the folder of the patient's documents, inside the host's documents root, or None."""
        ...

    def groups(self) -> Sequence[Group]:
        """Read the active groups of patients, by name. Workers only."""
        ...

    def create_group(self, name: str) -> Group:
        """Create a group of patients. Workers only.

        Raises:
            ValueError: When the name is empty or taken.
        """
        ...

    def add_to_group(self, group_id: int, patient_ids: Sequence[int]) -> int:
        """Add patients to a group and give how many were not in it before. Workers only."""
        ...

    def show_report(self, report: Report) -> None:
        """Open the report viewer, which writes its print-log record at that moment."""
        ...

    def appointment_sms_sent(self, appointment: AppointmentRef, dispatch_code: str) -> None:
        """Tell the host that an SMS of this appointment was accepted. Workers only."""
        ...

    def notify(self, level: NotifyLevel, text: str) -> None:
        """Show one sentence to the user without a dialog. Any thread."""
        ...
