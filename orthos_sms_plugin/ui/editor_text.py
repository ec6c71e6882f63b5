"""What the message editor works out about a text: sizes, dear letters, where parts begin. No Qt; any thread."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from orthos_sms_plugin.domain.merge import (
    APPOINTMENT_FIELDS,
    MERGE_FIELDS,
    EmptyFieldError,
    MergeTemplate,
    TemplateError,
)
from orthos_sms_plugin.domain.rows import Row
from orthos_sms_plugin.domain.templates import SmsTemplate
from orthos_sms_plugin.domain.text import (
    GSM_BASIC,
    GSM_EXTENSION,
    Encoding,
    TextSize,
    Tildes,
    measure,
    outgoing,
)
from orthos_sms_plugin.services.query import ClinicFacts, RowMaker

FIELD = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
"""Fields and braces, for colouring; `MergeTemplate.parse` decides what they are."""
_DEAR = re.compile(f"[^{re.escape(GSM_BASIC + GSM_EXTENSION)}]+")


@dataclass(frozen=True, slots=True)
class Sample:
    """A text as one row would get it.

    Attributes:
        name: Of the patient; empty for the example.
        text: As it leaves; empty when a field has no value.
        empty_field: Which, then.
    """

    name: str
    text: str
    size: TextSize
    empty_field: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the samples add up to.

    Attributes:
        samples: The longest first; those without a text last.
        example: They are made up, since no row is marked.
        dear: The letters of the text itself that GSM 03.38 lacks, in order of appearance.
        other_parts: Most parts if the tildes were treated the other way.
    """

    samples: tuple[Sample, ...]
    example: bool
    dear: str
    other_parts: int

    @property
    def sized(self) -> tuple[Sample, ...]:
        """The samples that have a text."""
        return tuple(sample for sample in self.samples if not sample.empty_field)

    @property
    def units(self) -> tuple[int, int]:
        """Fewest and most characters."""
        return _span(sample.size.units for sample in self.sized)

    @property
    def parts(self) -> tuple[int, int]:
        """Fewest and most parts."""
        return _span(sample.size.parts for sample in self.sized)

    @property
    def encoding(self) -> Encoding:
        """`UCS2` as soon as one sample needs it."""
        dear = any(sample.size.encoding is Encoding.UCS2 for sample in self.sized)
        return Encoding.UCS2 if dear else Encoding.GSM7

    @property
    def remaining(self) -> int:
        """What is still free in the last part of the longest sample."""
        return self.sized[0].size.remaining if self.sized else measure("").remaining

    @property
    def costly(self) -> str:
        """The characters that force the dear alphabet in what leaves, of texts and of names."""
        return "".join(dict.fromkeys("".join(sample.size.costly for sample in self.sized)))


def _span(values: Iterable[int]) -> tuple[int, int]:
    found = list(values)
    return (min(found), max(found)) if found else (0, 0)


def example_values(clinic: ClinicFacts) -> Mapping[str, str]:
    """Give each field a value of ordinary length; the clinic's own where it has them."""
    return {
        "nombre": "María",
        "apellidos": "García López",
        "codigo": "000123",
        "clinica": clinic.name.strip() or "Clínica Dental",
        "telefono_clinica": clinic.phone.strip() or "910 555 200",
        "fecha": "23/11/2026",
        "hora": "10:30",
        "doctor": "Dra. Ruiz",
        "lugar": "Gabinete 2",
    }


def samples(template: SmsTemplate, rows: Iterable[Row], clinic: ClinicFacts) -> Iterator[Sample]:
    """Merge and measure the rows one by one, the way in which they are merged when they are sent.

    Raises:
        TemplateError: When the text cannot be read; before the first sample.
    """
    maker, merge = RowMaker(template, clinic), MergeTemplate.parse(template.text)
    for row in rows:
        text = maker.text(row).text
        yield Sample(row.name, text, measure(text), "" if text else _empty_field(merge, row, clinic))


def _empty_field(merge: MergeTemplate, row: Row, clinic: ClinicFacts) -> str:
    values = {
        "nombre": row.first_name,
        "apellidos": row.surname,
        "codigo": row.code,
        "clinica": clinic.name,
        "telefono_clinica": clinic.phone,
    }
    try:
        merge.render(values)
    except EmptyFieldError as error:
        return error.field
    return ""


def read(template: SmsTemplate, found: Sequence[Sample], clinic: ClinicFacts) -> Reading:
    """Add samples up; without any, the example stands in.

    Raises:
        TemplateError: When the text cannot be read.
    """
    example = not found
    merge = MergeTemplate.parse(template.text)
    if example:
        found = [_sample(merge, template.tildes, "", example_values(clinic))]
    ordered = sorted(found, key=lambda sample: (bool(sample.empty_field), -sample.size.units))
    return Reading(
        samples=tuple(ordered),
        example=example,
        dear=dear_letters(template.text),
        other_parts=_other_parts(merge, template, clinic),
    )


def _sample(merge: MergeTemplate, tildes: Tildes, name: str, values: Mapping[str, str]) -> Sample:
    try:
        text = outgoing(merge.render(values), tildes)
    except EmptyFieldError as error:
        return Sample(name, "", measure(""), error.field)
    return Sample(name, text, measure(text))


def _other_parts(merge: MergeTemplate, template: SmsTemplate, clinic: ClinicFacts) -> int:
    other = Tildes.KEEP if template.tildes is Tildes.REMOVE else Tildes.REMOVE
    return _sample(merge, other, "", example_values(clinic)).size.parts


def example_parts(template: SmsTemplate, clinic: ClinicFacts) -> int | None:
    """Give the parts of a message with the example's values; None when it cannot be read."""
    try:
        merge = MergeTemplate.parse(template.text)
    except TemplateError:
        return None
    return _sample(merge, template.tildes, "", example_values(clinic)).size.parts


# --- letters --------------------------------------------------------------------------------------------------------


def dear_letters(text: str) -> str:
    """Give the distinct letters of a text that would make it dear if they left as they are."""
    return "".join(dict.fromkeys(text[start:end] for start, end in dear_spans(text, single=True)))


def dear_spans(text: str, *, single: bool = False) -> Iterator[tuple[int, int]]:
    """Find the dear letters of a text: start and end in characters.

    Args:
        text: As typed.
        single: One span for each letter instead of one for each run.
    """
    for run in _DEAR.finditer(text):
        start = run.start()
        for place, letter in enumerate(run[0], run.start()):
            if not _is_dear(letter):
                if not single and place > start:
                    yield start, place
                start = place + 1
            elif single:
                yield place, place + 1
        if not single and run.end() > start:
            yield start, run.end()


@lru_cache(maxsize=1024)
def _is_dear(letter: str) -> bool:
    """Unseen characters and odd spaces are tidied before anything leaves, so they cost nothing."""
    return bool(measure(outgoing(letter, Tildes.KEEP)).costly)


def cheapened(text: str) -> str:
    """Replace the letters that `Tildes.REMOVE` would replace; the fields stay."""
    return outgoing(text, Tildes.REMOVE)


def replacements(letters: str) -> str:
    """What those letters leave as under `Tildes.REMOVE`, in the same order; signs that stay are passed over."""
    changed = ((letter, outgoing(letter, Tildes.REMOVE)) for letter in letters)
    return "".join(dict.fromkeys(after for letter, after in changed if after != letter))


def replaceable(letters: str) -> str:
    """Those of the letters that `Tildes.REMOVE` replaces."""
    return "".join(letter for letter in letters if outgoing(letter, Tildes.REMOVE) != letter)


# --- parts ----------------------------------------------------------------------------------------------------------


def part_starts(text: str) -> list[int]:
    """Give where the second and every further part begin, in characters, as `measure` counts them."""
    size = measure(text)
    if size.parts < 2:
        return []
    limit = 153 if size.encoding is Encoding.GSM7 else 67
    starts, used = [], 0
    for place, character in enumerate(text):
        if size.encoding is Encoding.GSM7:
            width = 2 if character in GSM_EXTENSION else 1
        else:
            width = 2 if ord(character) > 0xFFFF else 1
        if used + width > limit:
            starts.append(place)
            used = 0
        used += width
    return starts


def qt_position(text: str, place: int) -> int:
    """Turn a place in characters into Qt's, which counts UTF-16 units."""
    return len(text[:place].encode("utf-16-le", "surrogatepass")) // 2


# --- messages -------------------------------------------------------------------------------------------------------


def appointment_fields(text: str) -> list[str]:
    """Name the fields of a text that only appointments can fill, in order."""
    found = dict.fromkeys(match[1] for match in FIELD.finditer(text) if match[1] in APPOINTMENT_FIELDS)
    return list(found)


def is_field(name: str | None) -> bool:
    """Tell whether there is such a field."""
    return name in MERGE_FIELDS


def copy_of(template: SmsTemplate, names: Iterable[str], pattern: str, numbered: str) -> SmsTemplate:
    """Give an unsaved copy under a free name.

    Args:
        template: What to copy.
        names: Those that are taken.
        pattern: With ``{name}``, such as ``{name} (copia)``.
        numbered: With ``{name}`` and ``{number}``, from 2 on.
    """
    taken = {name.casefold() for name in names}
    name, number = pattern.format(name=template.name), 2
    while name.casefold() in taken:
        name = numbered.format(name=template.name, number=number)
        number += 1
    return replace(template, id=0, name=name)
