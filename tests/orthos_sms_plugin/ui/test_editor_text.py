"""What the editor works out about a text, against the functions that decide what is paid."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthos_sms_plugin.domain.text import Tildes, measure, outgoing
from orthos_sms_plugin.services.query import ClinicFacts, RowMaker
from orthos_sms_plugin.ui.editor_text import (
    copy_of,
    dear_letters,
    dear_spans,
    part_starts,
    qt_position,
    read,
    samples,
)
from tests.support.builders import row, template

CLINIC = ClinicFacts("Clínica Arce", "910 555 200")
ROWS = [row("García, Ana", patient_id=1), row("Núñez, Íñigo", patient_id=2), row("Sáenz, M.ª Ángeles", patient_id=3)]
TEXTS = st.text(st.sampled_from("aeñé€[{}^áó🎂\n "), max_size=700)


@pytest.mark.requirement("R13")
@given(TEXTS)
def test_that_as_many_parts_begin_as_are_paid(text: str) -> None:
    starts = part_starts(text)

    assert len(starts) == max(0, measure(text).parts - 1)
    assert starts == sorted(set(starts))
    assert all(0 < start < len(text) for start in starts)


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("x" * 160, []),
        ("x" * 161, [153]),
        ("x" * 152 + "€" + "x" * 100, [152]),
        ("á" + "x" * 70, [67]),
        ("x" * 66 + "🎂" + "x" * 10, [66]),
    ],
)
def test_that_a_part_begins_before_the_character_that_no_longer_fits(text: str, starts: list[int]) -> None:
    assert part_starts(text) == starts


@given(TEXTS)
def test_that_the_dear_letters_are_those_that_force_the_other_alphabet(text: str) -> None:
    spans = list(dear_spans(text))

    assert set("".join(text[start:end] for start, end in spans)) == set(dear_letters(text))
    assert bool(spans) == bool(measure(outgoing(text, Tildes.KEEP)).costly)


def test_that_spaces_that_are_tidied_away_are_not_called_dear() -> None:
    assert dear_letters("uno\u00a0dos\u200b tres á") == "á"


@pytest.mark.requirement("R13")
def test_that_the_preview_is_what_would_be_queued() -> None:
    message = template("{nombre} {apellidos}: mañana, clínica cerrada.")
    maker = RowMaker(message, CLINIC)

    assert [one.text for one in samples(message, ROWS, CLINIC)] == [maker.text(one).text for one in ROWS]


@pytest.mark.requirement("R13")
def test_that_a_reading_spans_the_shortest_and_the_longest_row() -> None:
    message = template("{nombre}" + "x" * 155)
    reading = read(message, list(samples(message, ROWS, CLINIC)), CLINIC)

    assert reading.units == (158, 166)
    assert reading.parts == (1, 2)
    assert [sample.name for sample in reading.samples] == ["Sáenz, M.ª Ángeles", "Núñez, Íñigo", "García, Ana"]


def test_that_rows_without_a_value_stand_last_and_do_not_count() -> None:
    message = template("{nombre}: {codigo}")
    rows = [row("Vacío, ", patient_id=1), row("García, Ana", patient_id=2, code="000007")]
    reading = read(message, list(samples(message, rows, CLINIC)), CLINIC)

    assert [sample.empty_field for sample in reading.samples] == ["", "nombre"]
    assert reading.units == (11, 11)


def test_that_a_place_after_an_emoji_counts_two_for_qt() -> None:
    assert qt_position("a🎂b", 2) == 3


def test_that_copies_are_numbered_until_a_name_is_free() -> None:
    names = ["Aviso", "AVISO (copia)", "Aviso (copia 2)"]

    assert copy_of(template(), names, "{name} (copia)", "{name} (copia {number})").name == "Aviso (copia 3)"
