"""A clinic's own list of 2,000 people, as Spanish office programs save it, and the journey on it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.journeys.processes import ClinicFile, ProviderProcess, headless

PEOPLE = 2_000
BIG, SMALL = "Pacientes de la clínica", "Ortodoncia «niños» · 2026"
SMALL_SIZE = 12
HEADING = ("Nº historia", "Apellidos", "Nombre", "Móvil", "Teléfono fijo", "Correo electrónico", "Grupo")

SURNAMES = (
    "Núñez",
    "Güell",
    "Ibáñez",
    "Muñoz",
    "Peñalver",
    "Zúñiga",
    "De la Vega",
    "Ordóñez",
    "Cañizares",
    "O'Farrill",
)
NAMES = ("Begoña", "Íñigo", "Ángela", "José Antonio", "Mª Ángeles", "Núria", "Óscar", "Covadonga", "Iván", "Lucía")

BROKEN = {
    # line of the file -> cells, and what the host must say of it
    500: (("000499", "", "Sin Apellidos", "655 555 001", "", "", SMALL), "Línea 500: faltan los apellidos."),
    700: (("000699", "Sin Nombre", "", "655 555 002", "", "", SMALL), "Línea 700: falta el nombre."),
    900: (
        ("000002", "Código", "Repetido", "655 555 003", "", "", SMALL),
        "Línea 900: el código 000002 ya está en la línea 3.",
    ),
    1100: (
        ("001099", "Celdas", "De Más", "655 555 004", "", "", SMALL, "otra", "más"),
        "Línea 1100: tiene 9 celdas y los títulos son 7; no se carga.",
    ),
}
PARTLY_BROKEN = {
    5: (
        ("000004", "Sin Cifras", "Úrsula", "no tiene móvil", "", "", SMALL),
        "Línea 5: «no tiene móvil» no es un teléfono; se carga sin él.",
    ),
    6: (
        ("000005", "Correo Roto", "Ágata", "655 555 005", "", "agata.correo.example", SMALL),
        "Línea 6: «agata.correo.example» no es un correo; se carga sin él.",
    ),
}


def lines() -> list[Sequence[str]]:
    """The heading and 2,000 lines under it; the first twelve belong to the small group."""
    found: list[Sequence[str]] = [HEADING]
    for number in range(1, PEOPLE + 1):
        line = number + 1
        if line in BROKEN or line in PARTLY_BROKEN:
            found.append((BROKEN | PARTLY_BROKEN)[line][0])
            continue
        found.append(
            (
                f"{number:06}",
                f"{SURNAMES[number % 10]} {SURNAMES[number // 10 % 10]}",
                NAMES[number // 100 % 10],
                f"6{number // 1000:02} 555 {number % 1000:03}",
                f"910 555 {number % 1000:03}" if number % 3 == 0 else "",
                f"persona{number}@correo.example" if number % 2 else "",
                SMALL if number <= SMALL_SIZE else BIG,
            )
        )
    return found


def as_csv(file: Path, encoding: str) -> None:
    """Write what Spanish Excel and LibreOffice call CSV."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(lines())
    file.write_bytes(text.getvalue().encode(encoding))


def as_xlsx(file: Path, _encoding: str) -> None:
    """Write a workbook in which phones are numbers, as they are for whoever typed them without blanks."""
    book = Workbook()
    assert book.active is not None
    for line in lines():
        book.active.append([int(cell.replace(" ", "")) if " 555 " in cell else cell for cell in line])
    book.save(file)


@pytest.mark.parametrize(
    ("name", "encoding"),
    [("lista-ansi.csv", "cp1252"), ("lista-utf8.csv", "utf-8-sig"), ("lista.xlsx", "")],
    ids=["Latin-1", "UTF-8 with BOM", "xlsx"],
)
def test_that_a_list_of_2000_people_loads_names_its_broken_lines_and_can_be_written_to(
    tmp_path: Path, name: str, encoding: str
) -> None:
    (as_csv if encoding else as_xlsx)(tmp_path / name, encoding)
    clinic = ClinicFile(tmp_path)

    with (
        ProviderProcess.running(tmp_path) as provider,
        headless(
            *("--people", str(tmp_path / name), "--database", clinic.url),
            *("--group", SMALL, "--provider-url", provider.url),
        ) as host,
    ):
        report = host.report()
        messages = provider.messages()

    said = report["said"].splitlines()
    for sentence in [sentence for _, sentence in (BROKEN | PARTLY_BROKEN).values()]:
        assert sentence in said
    assert [line for line in said if line.startswith("Línea")] == sorted(
        (sentence for _, sentence in (BROKEN | PARTLY_BROKEN).values()), key=lambda one: int(one.split()[1][:-1])
    ), "a line that is not broken is not named"

    marked = SMALL_SIZE - 1  # one of the twelve has no mobile
    assert (report["errors"], report["exit"]) == ([], 0)
    assert (report["rows_queried"], report["rows_marked"], report["rows_sent"]) == (SMALL_SIZE, marked, marked)
    assert {message["phone"] for message in messages} == {
        "34" + line[3].replace(" ", "") for line in lines()[1 : SMALL_SIZE + 1] if line[3][0].isdigit()
    }
    assert len(messages) == marked
    assert clinic.ask("SELECT count(*) FROM patient") == [(PEOPLE - len(BROKEN),)]
    assert clinic.ask("SELECT surname, first_name FROM patient WHERE code = '000001'") == [("Güell Núñez", "Begoña")]


def test_that_without_a_wish_the_journey_takes_the_first_group_of_the_list(tmp_path: Path) -> None:
    as_csv(tmp_path / "lista.csv", "cp1252")

    with headless("--people", str(tmp_path / "lista.csv")) as host:
        report = host.report()

    assert (report["errors"], report["exit"], report["rows_queried"]) == ([], 0, SMALL_SIZE)
