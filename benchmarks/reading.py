"""Reading a group: the rows of the panel, the raw driver with the same statement, and the ORM's entities."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import and_, select, true
from sqlalchemy.orm import Session, sessionmaker

from benchmarks.results import Result, against
from hookspecs.clinic import Patient, PatientGroupMember, PatientPhone
from orthos_sms_plugin.domain.rows import Rows
from orthos_sms_plugin.domain.templates import SmsTemplate
from orthos_sms_plugin.persistence.audience import SqlAudiences, group_statement
from orthos_sms_plugin.services.query import ClinicFacts, GroupQuery, RowMaker, run_group_query
from orthos_sms_plugin.services.slices import Slices

TEXT = "Hola {nombre}: la clínica {clinica} cierra mañana. Para otra cita llame al {telefono_clinica}. ¡Gracias!"
CLINIC = ClinicFacts("Clínica Dental Arce", "910 555 200")


class Reading:
    """One group of one database, read in several ways."""

    def __init__(self, factory: sessionmaker[Session], group_id: int) -> None:
        self._factory = factory
        self._query = GroupQuery(group_id, "", date.today(), SmsTemplate(1, "", TEXT))
        since = datetime.now(UTC) - timedelta(days=7)
        scope = self._query.row_scope
        self._statement = group_statement(group_id, row_scope=scope, template_id=1, recent_since=since)

    def rows(self) -> Rows:
        """Ours, without the sleeps that leave the window its turn."""
        audiences = SqlAudiences(self._factory)
        calm = Slices(sleep=lambda _s: None)
        return run_group_query(self._query, audiences, CLINIC, recent_days=7, slices=calm)

    def results(self, repetitions: int) -> list[Result]:
        """Compare reading, and merging of texts."""
        ours, limit, peer = [], [], []
        for turn in range(repetitions):
            ours.append(_timed(self.rows))
            limit.append(_timed(self._raw))
            if turn < 2:
                peer.append(_timed(self._entities))
        rows = self.rows()
        maker = RowMaker(self._query.template, CLINIC)
        texts = [_timed(lambda: [maker.text(row) for row in rows]) for _ in range(repetitions)]
        frames = [_timed(lambda: [f"Hola {row.first_name}" for row in rows]) for _ in range(repetitions)]
        return [
            Result("query: read, build, sort (no sleeps)", "ms", ours, limit, peer, against(limit=1.4, peer=10)),
            Result("merge and measure every text (no sleeps)", "ms", texts, frames),
        ]

    def _raw(self) -> object:
        """The same SQL through the driver's own cursor."""
        with self._factory() as session:
            dialect = session.get_bind().dialect
            compiled = self._statement.compile(dialect=dialect)
            text, values = str(compiled), compiled.construct_params()
            places = [values[name] for name in compiled.positiontup or ()]
            plain = [value.isoformat(" ") if isinstance(value, datetime) else value for value in places]
            cursor = session.connection().connection.cursor()
            return cursor.execute(text, plain).fetchall()

    def _entities(self) -> object:
        """What a mapped class per table comes to."""
        statement = (
            select(Patient, PatientPhone)
            .join(PatientGroupMember, PatientGroupMember.patient_id == Patient.id)
            .outerjoin(PatientPhone, and_(PatientPhone.patient_id == Patient.id, PatientPhone.sms_selected == true()))
            .where(PatientGroupMember.group_id == self._query.group_id)
        )
        with self._factory() as session:
            return sorted(
                (patient.surname, patient.first_name, getattr(phone, "number", ""))
                for patient, phone in session.execute(statement)
            )


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1_000
