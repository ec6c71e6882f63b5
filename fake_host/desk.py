"""What the host's windows and its context share: the current patient, notices, workers, and the calls to plugins.

No Qt here. A window adds itself through the lists of listeners; without one everything else works the same.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from fake_host.clinic.database import ClinicDatabase
from fake_host.sentences import sentence_for
from fake_host.threads import GuiThread, Mailbox, Workers
from hookspecs import Editor, HostContext, NotifyLevel, PatientRef
from hookspecs.calling import PluginCalls, PluginProblem

T = TypeVar("T")

DATABASE_FAILED = "La base de datos no ha respondido. No se ha cambiado nada; vuelva a intentarlo."

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence to the user. `at` is the time on the wall."""

    at: datetime
    level: NotifyLevel
    text: str


class Desk:
    """The state of the running host. GUI thread, but for `notify`, `patient_changed` and `report_problem`.

    Attributes:
        current: The current patient.
        editors: The editors that open something, and how.
        notices: Every notice of this run.
        problems: Every failure of a plugin of this run.
        on_patient: Told of a new current patient and who asked for it.
        on_change: Told of stored changes: the patient and what changed.
        on_notice: Told of a notice.
    """

    def __init__(self, database: ClinicDatabase) -> None:
        self.database = database
        self.gui = GuiThread()
        self.mailbox = Mailbox(self.gui)
        self.workers = Workers(self.gui, self.mailbox)
        self.calls = PluginCalls(on_error=self.report_problem)
        self.context: HostContext | None = None
        self.current: PatientRef | None = None
        self.editors: dict[Editor, Callable[[PatientRef], None]] = {}
        self.notices: list[Notice] = []
        self.problems: list[PluginProblem] = []
        self.on_patient: list[Callable[[PatientRef | None, str], None]] = []
        self.on_change: list[Callable[[PatientRef, str], None]] = []
        self.on_notice: list[Callable[[Notice], None]] = []

    def show_patient(self, patient: PatientRef | None, origin: str) -> None:
        """Make `patient` current, tell the host's modules, then the plugins. Nothing happens when it is current."""
        self.gui.only("show_patient")
        if patient == self.current:
            return
        self.current = patient
        for listener in list(self.on_patient):
            listener(patient, origin)
        self.calls.each("orthos_patient_selected", host=self.context, patient=patient, origin=origin)

    def patient_changed(self, patient: PatientRef, what: str) -> None:
        """Tell modules and plugins that something about `patient` was committed. Any thread."""
        self.mailbox.post(lambda: self._tell_change(patient, what))

    def patients_changed(self, patients: Iterable[PatientRef], what: str) -> None:
        """The same for many patients; the mailbox keeps the window alive in between."""
        for patient in patients:
            self.patient_changed(patient, what)

    def notify(self, level: NotifyLevel, text: str) -> None:
        """Show one sentence. Any thread."""
        notice = Notice(datetime.now(), level, text)
        self.mailbox.post(lambda: self._tell_notice(notice))

    def report_problem(self, problem: PluginProblem) -> None:
        """Keep a plugin's failure and say it in one sentence. Any thread; the log has the rest already."""
        self.problems.append(problem)
        info = self.calls.infos.get(problem.plugin)
        self.notify(NotifyLevel.ERROR, sentence_for(problem, info.title if info else ""))

    def ask(
        self,
        question: Callable[[ClinicDatabase], T],
        then: Callable[[T], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Ask the database on a worker; `then` gets the answer on the GUI thread."""
        self.workers.run(lambda: question(self.database), then, failed or self._say_failure)

    def collect(self, hook_name: str, kind: type[T], **arguments: Any) -> list[tuple[str, T]]:
        """Call a hook that offers things and give them with their plugins' names.

        A plugin that offers anything but `kind` is reported and offers nothing.
        """
        found: list[tuple[str, T]] = []
        for result in self.calls.each(hook_name, host=self.context, **arguments):
            try:
                found += [(result.plugin, _checked(item, kind)) for item in result.value]
            except TypeError as error:
                self.calls.report(result.plugin, hook_name, error)
        return found

    def _say_failure(self, _error: Exception) -> None:
        self.notify(NotifyLevel.ERROR, DATABASE_FAILED)

    def _tell_change(self, patient: PatientRef, what: str) -> None:
        for listener in list(self.on_change):
            listener(patient, what)
        self.calls.each("orthos_patient_changed", host=self.context, patient=patient, what=what)

    def _tell_notice(self, notice: Notice) -> None:
        self.notices.append(notice)
        for listener in list(self.on_notice):
            listener(notice)


def _checked(item: object, kind: type[T]) -> T:
    if not isinstance(item, kind):
        raise TypeError(f"offered a {type(item).__name__}, not a {kind.__name__}")
    return item
