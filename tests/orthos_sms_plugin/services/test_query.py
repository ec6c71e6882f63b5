"""From what the database tells to the rows of the panel and their texts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from operator import itemgetter

import pytest

from orthos_sms_plugin.domain.rows import Problem, RowState
from orthos_sms_plugin.domain.templates import MessageClass
from orthos_sms_plugin.domain.text import Tildes
from orthos_sms_plugin.services.ports import AudienceRow
from orthos_sms_plugin.services.query import ClinicFacts, GroupQuery, RowMaker, recent_since, run_group_query
from orthos_sms_plugin.services.slices import Slices, WorkCancelledError, sort_in_slices
from tests.support.builders import template

CLINIC = ClinicFacts("Clínica Ejemplo", "910 555 200")


def source(
    patient_id: int = 1,
    surname: str = "Núñez",
    first_name: str = "Ángela",
    phone: str = "600 555 001",
    *,
    objection: bool = False,
) -> AudienceRow:
    return AudienceRow(patient_id, 0, f"{patient_id:06}", surname, first_name, objection, phone, RowState())


class ShelfAudiences:
    """Answers from a list, in two chunks, like a cursor."""

    def __init__(self, rows: Sequence[AudienceRow], opted_out: frozenset[str] = frozenset()) -> None:
        self._rows, self._opted_out = list(rows), opted_out

    def group_rows(
        self, group_id: int, *, row_scope: str, template_id: int, recent_since: datetime
    ) -> Iterator[Sequence[AudienceRow]]:
        yield self._rows[:1]
        yield self._rows[1:]

    def patient_rows(
        self, patient_ids: Sequence[int], *, row_scope: str, template_id: int, recent_since: datetime
    ) -> Sequence[AudienceRow]:
        return [one for one in self._rows if one.patient_id in patient_ids]

    def opted_out(self, message_class: MessageClass) -> frozenset[str]:
        return self._opted_out


@pytest.mark.requirement("R07", "R09")
@pytest.mark.parametrize(
    ("one", "problem"),
    [
        (source(), Problem.NONE),
        (source(phone=""), Problem.NO_MOBILE),
        (source(phone="612 55"), Problem.BAD_PHONE),
        (source(phone="910 555 200"), Problem.NOT_A_MOBILE),
        (source(phone="+44 7400 555123"), Problem.NONE),
        (source(objection=True), Problem.OBJECTION),
        (source(phone="", objection=True), Problem.OBJECTION),
    ],
)
def test_that_a_row_says_why_it_cannot_get_a_message(one: AudienceRow, problem: Problem) -> None:
    assert RowMaker(template(), CLINIC).row(one).problem is problem


@pytest.mark.requirement("R09")
def test_that_a_number_that_opted_out_is_not_sendable_however_it_was_typed() -> None:
    maker = RowMaker(template(), CLINIC, frozenset({"34600555001"}))

    assert maker.row(source(phone="0034 600-555-001")).problem is Problem.OPTED_OUT


@pytest.mark.requirement("R05")
def test_that_an_empty_value_makes_the_row_not_sendable_and_names_the_field() -> None:
    made = RowMaker(template("Hola {nombre}, a las {hora}"), CLINIC).row(source())

    assert (made.problem, made.empty_field) == (Problem.EMPTY_FIELD, "hora")


@pytest.mark.requirement("R05", "R13")
def test_that_the_text_is_merged_first_and_loses_its_dear_accents_afterwards() -> None:
    message = template("{nombre} {apellidos} ({codigo}): llame a {clinica}, {telefono_clinica}. ¡Gracias! {{}}")
    maker = RowMaker(message, CLINIC)

    text = maker.text(maker.row(source()))

    assert text.text == "Angela Nuñez (000001): llame a Clinica Ejemplo, 910 555 200. ¡Gracias! {}"
    assert text.parts == 1


@pytest.mark.requirement("R13")
def test_that_kept_accents_cost_what_they_cost() -> None:
    message = template("á" * 71)
    kept = RowMaker(replace(message, tildes=Tildes.KEEP), CLINIC)
    removed = RowMaker(message, CLINIC)
    one = removed.row(source())

    assert (kept.text(one).parts, removed.text(one).parts) == (2, 1)


@pytest.mark.requirement("R06")
def test_that_rows_come_sorted_the_spanish_way() -> None:
    names = ["Oca", "Ñoño", "Núñez", "Nunez", "Zorrilla", "Álvarez", "Alba", "de la Fuente", "Llorente", "Luna"]
    audiences = ShelfAudiences([source(number, surname, "Ana") for number, surname in enumerate(names, 1)])
    query = GroupQuery(1, "Todos", date(2026, 11, 23), template())

    rows = run_group_query(query, audiences, CLINIC, recent_days=7, slices=Slices(sleep=lambda _s: None))

    assert [one.surname for one in rows] == [
        "Alba",
        "Álvarez",
        "de la Fuente",
        "Llorente",
        "Luna",
        "Nunez",
        "Núñez",
        "Ñoño",
        "Oca",
        "Zorrilla",
    ]


@pytest.mark.requirement("R21")
def test_that_a_query_nobody_waits_for_ends() -> None:
    audiences = ShelfAudiences([source(number) for number in range(1, 20_000)])
    query = GroupQuery(1, "Todos", date(2026, 11, 23), template())

    with pytest.raises(WorkCancelledError):
        run_group_query(query, audiences, CLINIC, recent_days=7, slices=Slices(lambda: True, sleep=lambda _s: None))


def test_that_sorting_in_slices_is_stable_and_complete() -> None:
    keyed = [(number * 7919 % spread, number) for spread in (13, 4_999) for number in range(5_000)]

    made = sort_in_slices(keyed, itemgetter(0), Slices(sleep=lambda _s: None))

    assert made == sorted(keyed, key=itemgetter(0))


@pytest.mark.parametrize("count", [0, 1, 2, 501])
def test_that_a_list_of_any_length_is_sorted(count: int) -> None:
    made = sort_in_slices(range(count), lambda number: -number, Slices(sleep=lambda _s: None))

    assert made == list(range(count))[::-1]


@pytest.mark.requirement("R04")
def test_that_the_date_decides_what_counts_as_already_sent() -> None:
    today = GroupQuery(1, "Todos", date(2026, 11, 23), template())
    tomorrow = GroupQuery(1, "Todos", date(2026, 11, 24), template())
    other_group = GroupQuery(2, "Otros", date(2026, 11, 23), template())

    assert today.row_scope != tomorrow.row_scope
    assert today.row_scope == other_group.row_scope


def test_that_the_recent_days_are_counted_back_from_now() -> None:
    assert recent_since(7, datetime(2026, 11, 23, 9, tzinfo=UTC)) == datetime(2026, 11, 16, 9, tzinfo=UTC)
