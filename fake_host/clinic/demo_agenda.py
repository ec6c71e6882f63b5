"""The demo clinic's agenda: a hand-written day, and the days around it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

ELENA, PABLO, MIREN, HYGIENIST = "Dra. Elena Arce", "Dr. Pablo Arce", "Dra. Miren Olabarri", "Irene Sotelo"
_CONCEPTS = (
    ("Revisión", ELENA),
    ("Limpieza", HYGIENIST),
    ("Ajuste de brackets", MIREN),
    ("Primera visita", ELENA),
    ("Empaste", PABLO),
    ("Férula de descarga", PABLO),
    ("Prótesis", PABLO),
    ("Retirada de aparato", MIREN),
)
_PLACES = {ELENA: "Gabinete 1", PABLO: "Gabinete 2", MIREN: "Gabinete 3", HYGIENIST: "Gabinete 4"}

# hour, code of the patient ("" for any), concept, doctor, state
_TODAY = (
    ("09:00", "000412", "Ajuste de brackets", MIREN, "planned"),
    ("09:00", "", "Revisión", ELENA, "planned"),
    ("09:15", "", "Limpieza", HYGIENIST, "planned"),
    ("09:30", "002377", "Revisión", PABLO, "planned"),
    ("09:45", "003031", "Limpieza", HYGIENIST, "planned"),  # landline only
    ("10:00", "000731", "Limpieza", HYGIENIST, "planned"),  # two appointments on one day
    ("10:15", "", "Empaste", PABLO, "planned"),
    ("10:30", "003015", "Primera visita", ELENA, "planned"),  # foreign mobile
    ("10:45", "000731", "Revisión", ELENA, "planned"),
    ("11:00", "001822", "Ajuste de brackets", MIREN, "planned"),  # accepted objection
    ("11:15", "", "Revisión", ELENA, "planned"),
    ("11:30", "000588", "Retirada de aparato", MIREN, "planned"),
    ("11:45", "003006", "Limpieza", HYGIENIST, "cancelled"),
    ("12:00", "003007", "Limpieza", HYGIENIST, "planned"),  # a namesake of the cancelled one
    ("12:15", "", "Prótesis", PABLO, "planned"),
    ("12:30", "002831", "Ajuste de brackets", MIREN, "planned"),  # two mobiles, none chosen
    ("12:45", "003038", "Revisión", ELENA, "planned"),  # malformed number
    ("13:00", "", "Cirugía", "", "planned"),  # no doctor yet
    ("13:15", "003008", "Férula de descarga", PABLO, "planned"),
    ("16:00", "003652", "Ajuste de brackets", MIREN, "planned"),  # brother and sister on one mobile
    ("16:15", "003653", "Ajuste de brackets", MIREN, "planned"),
    ("16:30", "", "Limpieza", HYGIENIST, "planned"),
    ("16:45", "003021", "Primera visita", ELENA, "planned"),
    ("17:00", "003001", "Revisión", ELENA, "planned"),  # a family of three on one mobile
    ("17:15", "003002", "Revisión", ELENA, "planned"),
    ("17:30", "003003", "Revisión", ELENA, "planned"),
    ("17:45", "", "Empaste", PABLO, "planned"),
    ("18:00", "003032", "Limpieza", HYGIENIST, "planned"),  # no phone at all
    ("18:15", "", "Ajuste de brackets", MIREN, "planned"),
    ("18:45", "003290", "Ajuste de brackets", MIREN, "planned"),
)
_DAYS_BEFORE, _DAYS_AFTER = 3, 14


def demo_agenda(today: date, ids: dict[str, int], anybody: Sequence[int], seed: int) -> Iterator[dict[str, Any]]:
    """Plan the days around `today` as rows for `Appointment`.

    Today is always the hand-written day, also on a Sunday; the other days rest on Sundays and close at noon on
    Saturdays.

    Args:
        today: The day of the demo.
        ids: Patients by code, the hand-written ones among them.
        anybody: Patients who may come on any day; not empty.
        seed: The same seed and day make the same agenda.
    """
    chance = Random(f"{seed} {today.isoformat()}")
    for hour, code, concept, doctor, state in _TODAY:
        patient_id = ids[code] if code else chance.choice(anybody)
        yield _row(patient_id, datetime.combine(today, time.fromisoformat(hour)), concept, doctor, state)
    for offset in range(-_DAYS_BEFORE, _DAYS_AFTER + 1):
        day = today + timedelta(days=offset)
        if offset and day.weekday() < 6:
            yield from _ordinary_day(day, anybody, chance, "done" if offset < 0 else "planned")


def _ordinary_day(day: date, anybody: Sequence[int], chance: Random, state: str) -> Iterator[dict[str, Any]]:
    saturday = day.weekday() == 5
    quarters = [*range(36, 54)] if saturday else [*range(36, 54), *range(64, 78)]
    for quarter in sorted(chance.sample(quarters, 10 if saturday else 26)):
        concept, doctor = chance.choice(_CONCEPTS)
        cancelled = chance.random() < 0.05
        starts_at = datetime.combine(day, time(quarter // 4, quarter % 4 * 15))
        yield _row(chance.choice(anybody), starts_at, concept, doctor, "cancelled" if cancelled else state)


def _row(patient_id: int, starts_at: datetime, concept: str, doctor: str, state: str) -> dict[str, Any]:
    return {
        "patient_id": patient_id,
        "starts_at": starts_at,
        "concept": concept,
        "doctor": doctor,
        "place": _PLACES.get(doctor, ""),
        "state": state,
    }
