"""The patient that the patient buttons act on, and what must be known of that patient first."""

from __future__ import annotations

from typing import final

from PyQt6.QtCore import QObject, pyqtSignal

from hookspecs import HostContext, PatientFacts, PatientRef
from orthos_sms_plugin.domain.buttons import TargetFacts
from orthos_sms_plugin.domain.rows import Row
from orthos_sms_plugin.ui.jobs import Job, Jobs


def ref_of(row: Row) -> PatientRef:
    """Name a row's patient the way the host does."""
    return PatientRef(row.patient_id, row.code, row.name)


@final
class TargetPatient(QObject):
    """The only selected row's patient; with none selected the host's current patient; with more, nobody.

    Signals:
        changed: Another target, or its facts are known now.
    """

    changed = pyqtSignal()

    def __init__(self, host: HostContext, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self._host, self._jobs = host, jobs
        self._job: Job | None = None
        self.patient: PatientRef | None = None
        self.facts: TargetFacts | None = None

    def show_selection(self, selected: list[Row]) -> None:
        """Follow the highlighted rows."""
        if len(selected) > 1:
            self._aim(None)
        else:
            self._aim(ref_of(selected[0]) if selected else self._host.current_patient)

    def read_again(self) -> None:
        """Something of the target patient changed in the host."""
        patient, self.patient = self.patient, None
        self._aim(patient)

    def _aim(self, patient: PatientRef | None) -> None:
        if patient == self.patient:
            return
        self.patient, self.facts = patient, None
        if self._job is not None:
            self._job.cancel()
        if patient is not None:
            self._job = self._jobs.start(
                lambda _job: self._host.patient_facts(patient), self._on_facts, lambda _error: None
            )
        self.changed.emit()

    def _on_facts(self, facts: PatientFacts) -> None:
        self.facts = TargetFacts(
            objection_accepted=facts.objection_accepted,
            has_documents=facts.has_documents,
            has_email=facts.email is not None,
            has_app=facts.has_app,
        )
        self.changed.emit()
