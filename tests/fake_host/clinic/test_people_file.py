from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

from fake_host.clinic.database import ClinicDatabase
from fake_host.clinic.groups import group_members, list_groups
from fake_host.clinic.office import list_accounts, list_sites
from fake_host.clinic.patients import find_patient, search_patients
from fake_host.clinic.people_file import IMPORTED, PeopleFile, PeopleFileError, load_people, read_people

HEADING = ("Código", "Apellidos", "Nombre", "Teléfonos", "Correo", "Grupo")
Rows = list[tuple[object, ...]]

PEOPLE = 2_000
# where the big list is broken, and what is said about each of these lines
BROKEN = {
    14: "Línea 14: faltan los apellidos.",
    20: "Línea 20: el código 000002 ya está en la línea 3.",
    31: "Línea 31: «612 55» no es un teléfono; se carga sin él.",
    40: "Línea 40: falta el nombre.",
    77: "Línea 77: «ana@» no es un correo; se carga sin él.",
}
NOT_LOADED = 3


def _big_list() -> Rows:
    """Line numbers are those of the file: the heading stands on line 1."""
    rows: Rows = []
    for line in range(2, PEOPLE + 2):
        code, surname, name = f"{line - 1:06}", f"Núñez Peña {line}", "Íñigo M.ª"
        phones, mail = f"612 555 {line % 1000:03}", f"p{line}@correo.example"
        group = ("Higiene anual", "Ortodoncia · revisión; Higiene anual", "")[line % 3]
        surname = "" if line == 14 else surname
        code = "000002" if line == 20 else code
        phones = "612 55" if line == 31 else phones
        name = "" if line == 40 else name
        mail = "ana@" if line == 77 else mail
        rows.append((code, surname, name, phones, mail, group))
    return rows


def _csv(
    rows: Rows, *, delimiter: str = ";", encoding: str = "utf-8", line_end: str = "\r\n", quoted: bool = False
) -> bytes:
    out = io.StringIO()
    writer = csv.writer(
        out, delimiter=delimiter, lineterminator=line_end, quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    )
    writer.writerows([HEADING, *rows])
    return out.getvalue().encode(encoding)


@pytest.fixture
def read(tmp_path: Path) -> Callable[[bytes | str], PeopleFile]:
    """Read what a file of these bytes holds."""

    def read_bytes(data: bytes | str) -> PeopleFile:
        path = tmp_path / "lista.csv"
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return read_people(path)

    return read_bytes


@pytest.fixture
def read_book(tmp_path: Path) -> Callable[..., PeopleFile]:
    """Read what a workbook of these rows holds; `change` gets the workbook before it is saved."""

    def save_and_read(rows: Rows, change: Callable[[Any], None] = lambda book: None) -> PeopleFile:
        book = Workbook()
        assert book.active is not None
        for row in rows:
            book.active.append(list(row))
        change(book)
        path = tmp_path / "lista.xlsx"
        book.save(path)
        return read_people(path)

    return save_and_read


def _sentences(people_file: PeopleFile) -> list[str]:
    return [problem.sentence for problem in people_file.problems]


@pytest.mark.requirement("R50")
@pytest.mark.parametrize(
    "form",
    [
        {"delimiter": ";", "encoding": "cp1252"},
        {"delimiter": ";", "encoding": "utf-8-sig"},
        {"delimiter": ";", "encoding": "latin-1", "line_end": "\n"},
        {"delimiter": ",", "encoding": "utf-8", "quoted": True},
        {"delimiter": "\t", "encoding": "utf-16"},
        {"delimiter": ";", "encoding": "utf-8", "line_end": "\r"},
    ],
    ids=lambda form: " ".join(str(part).strip() or repr(part) for part in form.values()),
)
def test_that_a_list_of_two_thousand_loads_as_spanish_programs_save_it(
    form: dict[str, Any], read: Callable[[bytes], PeopleFile], clinic: ClinicDatabase
) -> None:
    people_file = read(_csv(_big_list(), **form))
    assert load_people(clinic, people_file) == ()

    assert _sentences(people_file) == list(BROKEN.values())
    assert len(people_file.people) == PEOPLE - NOT_LOADED
    assert people_file.people[0].surname == "Núñez Peña 2"
    assert people_file.people[0].first_name == "Íñigo M.ª"
    sizes = {group.name: group.size for group in list_groups(clinic)}
    assert sizes.keys() == {"Higiene anual", "Ortodoncia · revisión", IMPORTED}
    assert sizes["Higiene anual"] + sizes[IMPORTED] == PEOPLE - NOT_LOADED


def test_that_the_same_list_as_a_workbook_gives_the_same_people(
    read: Callable[[bytes], PeopleFile], read_book: Callable[..., PeopleFile]
) -> None:
    assert read_book([HEADING, *_big_list()]) == read(_csv(_big_list()))


def test_that_loaded_people_are_on_every_engine_with_phones_groups_and_somebody_to_log_in(
    database: ClinicDatabase, read: Callable[[bytes], PeopleFile]
) -> None:
    load_people(database, read(_csv(_big_list()[:50])))

    (patient,) = search_patients(database, "nunez pena 2, inigo")[:1]
    card = find_patient(database, patient.id)
    assert card is not None
    assert (card.code, card.email) == ("000001", "p2@correo.example")
    assert [(phone.number, phone.sms_selected) for phone in card.phones] == [("612 555 002", True)]
    assert list_accounts(database)
    assert list_sites(database)


def test_that_loading_a_list_twice_adds_nobody_and_names_a_code_of_somebody_else(
    clinic: ClinicDatabase, read: Callable[[str], PeopleFile]
) -> None:
    first = read("Código;Apellidos;Nombre\n1;Soler;Ana\n;Gil;Eva\n")
    load_people(clinic, first)

    assert load_people(clinic, first) == ()
    (problem,) = load_people(clinic, read("Código;Apellidos;Nombre\n\n1;Otero;Luis\n2;Ruiz;Pau\n"))

    assert problem.sentence == "Línea 3: el código 1 ya es de otro paciente de la base de datos."
    assert [patient.name for patient in search_patients(clinic, "")] == ["Gil, Eva", "Ruiz, Pau", "Soler, Ana"]


def test_that_people_without_a_code_get_free_ones_the_same_every_time(read: Callable[[str], PeopleFile]) -> None:
    listed = "Código;Apellidos;Nombre\n000002;Soler;Ana\n;Gil;Eva\n;Ruiz;Pau\n"

    assert [person.code for person in read(listed).people] == ["000002", "000001", "000003"]
    assert [person.code for person in read("Apellidos;Nombre\nGil;Eva\n").people] == ["000001"]


def test_that_only_surname_and_name_are_needed(read: Callable[[str], PeopleFile]) -> None:
    people_file = read("NOMBRE,APELLIDOS,Dirección\nAna,Soler,Calle Mayor\n")

    (person,) = people_file.people
    assert (person.surname, person.first_name, person.phones, person.email) == ("Soler", "Ana", (), None)
    assert person.groups == (IMPORTED,)
    assert people_file.left_out_columns == ("Dirección",)


def test_that_two_columns_of_surnames_become_one_surname(read: Callable[[str], PeopleFile]) -> None:
    (one, other) = read("1er apellido;2º apellido;Nombre\nDe la Vega;Ruibal;Ana\nSoler;;Eva\n").people

    assert (one.surname, other.surname) == ("De la Vega Ruibal", "Soler")


def test_that_titles_above_the_heading_are_named_and_excels_own_first_line_is_not(
    read: Callable[[str], PeopleFile],
) -> None:
    people_file = read("sep=,\nPacientes activos\n\nApellidos,Nombre\nSoler,Ana\n")

    assert _sentences(people_file) == ["Línea 2: está encima de los títulos y no se lee."]
    assert len(people_file.people) == 1


def test_that_a_cell_with_line_breaks_is_one_cell_and_lines_are_counted_as_an_editor_does(
    read: Callable[[str], PeopleFile],
) -> None:
    people_file = read('Apellidos;Nombre;Móvil\n"Soler";Ana;"612555014\n633555015"\n;Eva;\n')

    assert [phone.number for phone in people_file.people[0].phones] == ["612555014", "633555015"]
    assert _sentences(people_file) == ["Línea 4: faltan los apellidos."]


@pytest.mark.parametrize(
    "broken",
    ['2;"Gil;Eva', '2;"Gil;Eva\n3;Ruiz;"Pau"', '2;"Gil;Eva' + "\n9;Otero;Luis" * 30],
    ids=["last", "next", "far"],
)
def test_that_an_open_quote_costs_its_own_line_and_no_other(read: Callable[[str], PeopleFile], broken: str) -> None:
    people_file = read(f"Código;Apellidos;Nombre\n1;Soler;Ana\n{broken}\n")

    assert _sentences(people_file)[0] == "Línea 3: tiene unas comillas sin cerrar."
    named = {problem.line_number for problem in people_file.problems if not problem.loaded}
    assert len(people_file.people) + len(named) == 2 + broken.count("\n")


def test_that_a_line_whose_cells_have_slipped_is_not_loaded(read: Callable[[str], PeopleFile]) -> None:
    people_file = read("Apellidos,Nombre,Móvil\nSoler,Ana,612555014,\nGil, hijo,Eva,612555015\n")

    assert [person.surname for person in people_file.people] == ["Soler"]
    assert _sentences(people_file) == ["Línea 3: tiene 4 celdas y los títulos son 3; no se carga."]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (";;", ""),
        ("1;;", "Línea 2: faltan los apellidos y el nombre."),
        (f"1;{'x' * 101};Ana", "Línea 2: los apellidos pasan de 100 caracteres."),
        (f"1;Soler;{'x' * 61}", "Línea 2: el nombre pasa de 60 caracteres."),
        (f"{'1' * 21};Soler;Ana", "Línea 2: el código pasa de 20 caracteres."),
        (f"1;Soler;{'x' * 1_000_000}", "Línea 2: una celda tiene 1.000.000 caracteres y no se carga."),
        (f'1;"{"x;" * 500_000}";Ana', None),
        ("1;\x00\x07;Ana", "Línea 2: faltan los apellidos."),
    ],
    ids=["blank", "empty", "surname", "name", "code", "million", "million quoted", "invisible"],
)
def test_that_a_line_that_cannot_be_a_patient_is_refused_with_the_reason(
    read: Callable[[str], PeopleFile], line: str, sentence: str | None
) -> None:
    people_file = read(f"Código;Apellidos;Nombre\n{line}\n2;Gil;Eva\n")

    assert [person.code for person in people_file.people] == ["2"]
    if sentence is not None:
        assert _sentences(people_file) == ([sentence] if sentence else [])
    assert len(people_file.problems) == (0 if sentence == "" else 1)


def test_that_formulas_are_text_and_invisible_characters_go(read: Callable[[bytes], PeopleFile]) -> None:
    data = (
        'Código;Apellidos;Nombre\n"=""000007""";=SUMA(A1:A9);+Ana\n@2;-\x00Gil\x1b\x07;<b>Eva</b>\n'
        "3;\u202eRuiz\ufeff;Pau\u00a0 Leo\n"
    ).encode()

    people = read(data).people

    assert [(person.code, person.surname, person.first_name) for person in people] == [
        ("000007", "=SUMA(A1:A9)", "+Ana"),
        ("@2", "-Gil", "<b>Eva</b>"),
        ("3", "Ruiz", "Pau Leo"),
    ]


def test_that_a_list_put_together_from_two_alphabets_keeps_both(read: Callable[[bytes], PeopleFile]) -> None:
    data = b"Apellidos;Nombre\n" + "Peña;Íñigo\n".encode() + "Núñez;Begoña\n".encode("cp1252")

    assert [person.surname for person in read(data).people] == ["Peña", "Núñez"]


def test_that_codes_differing_in_capitals_are_one_code_and_zeros_count(read: Callable[[str], PeopleFile]) -> None:
    people_file = read("Código;Apellidos;Nombre\nA1;Soler;Ana\na1;Gil;Eva\n1954;Ruiz;Pau\n001954;Oca;Leo\n")

    assert [person.code for person in people_file.people] == ["A1", "1954", "001954"]
    assert _sentences(people_file) == ["Línea 3: el código a1 ya está en la línea 2."]


def test_that_numbers_of_a_workbook_come_as_they_look_and_dates_do_no_harm(
    read_book: Callable[..., PeopleFile],
) -> None:
    def show_zeros(book: Any) -> None:
        book.active["A3"].number_format = "000000"

    people_file = read_book(
        [
            ("Nº historia", "Apellidos", "Nombre", "Tel.", "Nacimiento"),
            (1954.0, "Soler", "Ana", 612555014, date(1980, 5, 1)),
            (1955, "Gil", "Eva", 612555015.0, None),
            (None, "Ruiz", "Pau", "=1+1", date(1990, 1, 1)),
        ],
        show_zeros,
    )

    assert [(person.code, [phone.number for phone in person.phones]) for person in people_file.people] == [
        ("1954", ["612555014"]),
        ("001955", ["612555015"]),
        ("000001", []),
    ]


def test_that_other_sheets_are_named_and_empty_ones_are_not(read_book: Callable[..., PeopleFile]) -> None:
    def add_sheets(book: Any) -> None:
        book.create_sheet("Portada", 0).append(["Clínica"])
        book.create_sheet("Vacía")

    people_file = read_book([HEADING, ("1", "Soler", "Ana")], add_sheets)

    assert len(people_file.people) == 1
    assert _sentences(people_file) == ["La hoja «Portada» no se lee; sólo la hoja «Sheet»."]


def test_that_a_giant_cell_of_a_workbook_is_refused(read_book: Callable[..., PeopleFile]) -> None:
    people_file = read_book([HEADING, ("1", "x" * 32_000, "Ana"), ("2", "Gil", "Eva")])

    assert _sentences(people_file) == ["Línea 2: una celda tiene 32.000 caracteres y no se carga."]
    assert [person.code for person in people_file.people] == ["2"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "está vacío"),
        (b"\xef\xbb\xbf\r\n \r\n", "está vacío"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "guárdelo como .xlsx sin contraseña"),
        (b"PK\x03\x04 broken", "está dañado"),
        (b"%PDF-1.7\n1 0 obj", "no es una tabla"),
        (bytes(range(1, 256)) * 40, "no es una tabla"),
        (b"Tel;Mail\n612555014;a@correo.example\n", "No se encuentran los títulos"),
        (b"<html><table><tr><td>Apellidos</td></tr></table></html>", "No se encuentran los títulos"),
        (b"Apellidos;Nombre\n\n", "ninguna persona debajo"),
    ],
)
def test_that_a_file_which_is_no_list_is_one_clear_sentence(
    read: Callable[[bytes], PeopleFile], data: bytes, words: str
) -> None:
    with pytest.raises(PeopleFileError) as caught:
        read(data)

    assert words in caught.value.sentence
    assert "lista.csv" in caught.value.sentence


def test_that_files_nobody_can_read_are_one_clear_sentence(tmp_path: Path) -> None:
    big = tmp_path / "grande.csv"
    with big.open("wb") as file:
        file.truncate(51_000_000)

    for path, words in ((tmp_path / "falta.csv", "No se encuentra"), (tmp_path, "No se puede abrir"), (big, "51 MB")):
        with pytest.raises(PeopleFileError) as caught:
            read_people(path)
        assert words in caught.value.sentence


def test_that_a_package_that_is_no_workbook_or_unpacks_to_a_mountain_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fake_host.clinic.sheet.MAX_UNPACKED_MB", 2)
    path = tmp_path / "lista.xlsx"

    for name, words in (("content.xml", "no es un libro de Excel"), ("xl/workbook.xml", "demasiado grande por dentro")):
        with ZipFile(path, "w", ZIP_DEFLATED) as package:
            package.writestr(name, bytes(2_000_001))
        with pytest.raises(PeopleFileError, match=words):
            read_people(path)


def test_that_no_line_is_lost_whatever_is_broken(read: Callable[[str], PeopleFile]) -> None:
    rows = [",".join(map(str, _broken(row, place))) for place, row in enumerate(_big_list())]

    people_file = read(",".join(HEADING) + "\n" + "\n".join(rows) + "\n")

    refused = {problem.line_number for problem in people_file.problems if not problem.loaded}
    assert len(people_file.people) + len(refused) == PEOPLE
    assert not refused & set(people_file.line_numbers)
    assert len(refused) > 200


def _broken(row: tuple[object, ...], place: int) -> list[object]:
    """Break a line in one of several ways, by its place."""
    cells = list(row)
    match place % 9:
        case 1:
            cells[1] = f'"{cells[1]}'
        case 3:
            cells.insert(2, "de más")
        case 5:
            cells[0] = "000004"
        case 7:
            cells[2] = '"Ana" "la de Pau"'
    return cells


def test_that_a_person_keeps_everything_between_file_and_database(
    clinic: ClinicDatabase, read: Callable[[str], PeopleFile]
) -> None:
    people_file = read(
        "Código;Apellidos;Nombre;Móvil;Correo;Grupos\n7;Soler;Ana;612555014/910555200;a@b.example;Uno, Dos\n"
    )
    load_people(clinic, people_file)

    groups = {group.name: group for group in list_groups(clinic)}
    (patient,) = group_members(clinic, groups["Dos"].id)
    card = find_patient(clinic, patient.id)

    assert card is not None
    assert people_file.people[0].phones == tuple(replace(phone, id=None) for phone in card.phones)
    assert groups.keys() == {"Uno", "Dos"}
