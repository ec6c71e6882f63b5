"""A clinic's own list of people, so that the host can be tried on it. Every line is loaded or named, none vanishes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import select

from fake_host.clinic.database import ClinicDatabase
from fake_host.clinic.patients import Phone
from fake_host.clinic.people import fill_office
from fake_host.clinic.people_columns import Columns, find_columns, is_heading, read_phone_cell, select_for_sms
from fake_host.clinic.roster import Person, add_people
from fake_host.clinic.sheet import Line, LineProblem, PeopleFileError, read_sheet
from hookspecs.clinic import Patient

IMPORTED = "Lista importada"
"""Group of the people for whom the list names none."""

_MAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")

__all__ = ["IMPORTED", "LineProblem", "PeopleFile", "PeopleFileError", "load_people", "read_people"]


@dataclass(frozen=True, slots=True)
class PeopleFile:
    """A list that was read.

    Attributes:
        people: Who was taken, in the order of the list; a person without a code got one.
        problems: By line: what could not be taken and why.
        line_numbers: The line of each of `people`.
        left_out_columns: Headings of columns that are not read.
    """

    people: tuple[Person, ...]
    problems: tuple[LineProblem, ...]
    line_numbers: tuple[int, ...]
    left_out_columns: tuple[str, ...] = ()


def read_people(path: Path) -> PeopleFile:
    """Read a list of people from CSV or xlsx.

    Raises:
        PeopleFileError: When the file holds no such list; its sentence says what to do.
    """
    sheet = read_sheet(path, is_heading)
    columns = find_columns(sheet.header.cells)
    assert columns is not None
    reader = _Reader(columns, width=len(_without_blank_end(sheet.header.cells)))
    for line in sheet.lines:
        reader.take(line)
    if not reader.taken and not reader.problems and not sheet.problems:
        raise PeopleFileError(f"«{path.name}» tiene los títulos, pero ninguna persona debajo.")
    numbers = tuple(number for number, _ in reader.taken)
    return PeopleFile(
        people=_with_codes([person for _, person in reader.taken]),
        problems=tuple(sorted((*sheet.problems, *reader.problems), key=lambda problem: problem.line_number)),
        line_numbers=numbers,
        left_out_columns=columns.left_out,
    )


def load_people(database: ClinicDatabase, people_file: PeopleFile) -> tuple[LineProblem, ...]:
    """Write the people of a list, in one transaction, and their groups as named.

    Somebody who is there already, by code and name, is passed over: the same list can be loaded twice.

    Returns:
        The lines whose code belongs to somebody else in the database; they were not written.
    """
    fill_office(database)
    new: list[Person] = []
    problems: list[LineProblem] = []
    with database.session_factory.begin() as session:
        rows = session.execute(select(Patient.code, Patient.surname, Patient.first_name))
        there = {_code_key(row.code): (row.surname, row.first_name) for row in rows}
        for number, person in zip(people_file.line_numbers, people_file.people, strict=True):
            known = there.get(_code_key(person.code))
            if known is None:
                new.append(person)
            elif known != (person.surname, person.first_name):
                problems.append(
                    LineProblem.at(number, f"el código {person.code} ya es de otro paciente de la base de datos.")
                )
        add_people(session, new)
    return tuple(problems)


class _Reader:
    """Turns lines into people and remembers what was wrong with each."""

    def __init__(self, columns: Columns, width: int) -> None:
        self.taken: list[tuple[int, Person]] = []
        self.problems: list[LineProblem] = []
        self._columns = columns
        self._width = width
        self._line_of_code: dict[str, int] = {}

    def take(self, line: Line) -> None:
        refusal = self._refusal(line)
        if refusal:
            self.problems.append(LineProblem.at(line.number, refusal))
            return
        remarks: list[str] = []
        person = self._person(line, remarks.append)
        if person.code:
            self._line_of_code[_code_key(person.code)] = line.number
        self.taken.append((line.number, person))
        self.problems += (LineProblem.at(line.number, remark, loaded=True) for remark in remarks)

    def _refusal(self, line: Line) -> str:
        cells = len(_without_blank_end(line.cells))
        if cells > self._width:
            # the cells have slipped: a name in the column of phones is worse than no line
            return f"tiene {cells} celdas y los títulos son {self._width}; no se carga."
        surname, first_name, code = self._names(line)
        missing = [text for value, text in ((surname, "los apellidos"), (first_name, "el nombre")) if not value]
        if missing:
            return f"{'faltan' if missing[0] == 'los apellidos' else 'falta'} {' y '.join(missing)}."
        for value, limit, text in ((surname, 100, "los apellidos pasan"), (first_name, 60, "el nombre pasa")):
            if len(value) > limit:
                return f"{text} de {limit} caracteres."
        if len(code) > 20:
            return "el código pasa de 20 caracteres."
        if code and (earlier := self._line_of_code.get(_code_key(code))):
            return f"el código {code} ya está en la línea {earlier}."
        return ""

    def _person(self, line: Line, remark: Callable[[str], None]) -> Person:
        surname, first_name, code = self._names(line)
        phones: list[Phone] = []
        for place, kind in self._columns.phones:
            found, remarks = read_phone_cell(_cell(line, place), kind)
            phones += found
            for sentence in remarks:
                remark(sentence)
        email: str | None = _one_line(_cell(line, self._columns.email)) or None
        if email and (len(email) > 254 or not _MAIL.fullmatch(email)):
            remark(f"«{email if len(email) <= 40 else email[:39] + '…'}» no es un correo; se carga sin él.")
            email = None
        return Person(
            code=code,
            surname=surname,
            first_name=first_name,
            phones=select_for_sms(phones),
            email=email,
            groups=self._groups(line, remark),
        )

    def _names(self, line: Line) -> tuple[str, str, str]:
        columns = self._columns
        both = (_one_line(_cell(line, columns.surname)), _one_line(_cell(line, columns.second_surname)))
        code = _one_line(_cell(line, columns.code)).lstrip("'")
        return " ".join(filter(None, both)), _one_line(_cell(line, columns.first_name)), code

    def _groups(self, line: Line, remark: Callable[[str], None]) -> tuple[str, ...]:
        names: list[str] = []
        for part in re.split(r"[;,|\n]", _cell(line, self._columns.group)):
            name = _one_line(part)
            if len(name) > 100:
                remark("el nombre del grupo pasa de 100 caracteres; se carga sin ese grupo.")
            elif name:
                names.append(name)
        return tuple(names) or (IMPORTED,)


def _with_codes(people: Sequence[Person]) -> tuple[Person, ...]:
    """Give a code to everybody without one: the first numbers that the list does not use, the same ones every time."""
    taken = {_code_key(person.code) for person in people if person.code}
    free = (code for code in (f"{number:06}" for number in range(1, len(people) + len(taken) + 1)) if code not in taken)
    return tuple(person if person.code else replace(person, code=next(free)) for person in people)


def _code_key(code: str) -> str:
    """What makes two codes the same. MariaDB takes capitals and accents for equal, so everybody does."""
    parts = unicodedata.normalize("NFKD", code.casefold())
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


def _cell(line: Line, place: int | None) -> str:
    return line.cells[place] if place is not None and place < len(line.cells) else ""


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _without_blank_end(cells: Sequence[str]) -> Sequence[str]:
    end = len(cells)
    while end and not cells[end - 1]:
        end -= 1
    return cells[:end]
