from __future__ import annotations

import pytest

from fake_host.clinic.patients import Phone
from fake_host.clinic.people_columns import find_columns, read_phone_cell, select_for_sms


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Codigo", "code"),
        ("CÓDIGO", "code"),
        ("Cód. paciente", "code"),
        ("Nº historia", "code"),
        ("N.º Historia", "code"),
        ("N° historia", "code"),
        ("Nº", "code"),
        ("NHC", "code"),
        ("Id", "code"),
        ("E-mail", "email"),
        ("Email", "email"),
        ("Correo electrónico", "email"),
        ("Correo-e", "email"),
        ("Grupos", "group"),
        ("Grupo de pacientes", "group"),
        ("Segundo apellido", "second_surname"),
    ],
)
def test_that_a_column_is_known_by_the_words_a_clinic_writes(heading: str, field: str) -> None:
    columns = find_columns(["Apellidos", "Nombre", heading])

    assert columns is not None
    assert getattr(columns, field) == 2
    assert columns.left_out == ()


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Tel.", ""),
        ("Teléfono(s)", ""),
        ("Teléfonos", ""),
        ("Tfno.", ""),
        ("Nº de teléfono", ""),
        ("Otros teléfonos", ""),
        ("Móvil", "mobile"),
        ("Tel. móvil", "mobile"),
        ("Teléfono móvil 2", "mobile"),
        ("WhatsApp", "mobile"),
        ("Fijo", "landline"),
        ("Tel. casa", "landline"),
        ("Teléfono del trabajo", "work"),
    ],
)
def test_that_every_column_of_phones_is_read_with_its_kind(heading: str, kind: str) -> None:
    columns = find_columns(["Nombre", "Apellidos", "Teléfono 1", heading])

    assert columns is not None
    assert columns.phones == ((2, ""), (3, kind))


@pytest.mark.parametrize(
    "heading", ["Dirección", "Acepta SMS", "Fecha de nacimiento", "Teléfono comprobado el", "C.P."]
)
def test_that_a_column_of_something_else_is_named_and_not_read(heading: str) -> None:
    columns = find_columns(["Apellidos", "Nombre", heading])

    assert columns is not None
    assert columns.left_out == (heading,)
    assert columns.phones == ()


@pytest.mark.parametrize("heading", [[], ["Apellidos"], ["Nombre", "Teléfono"], ["Pérez", "Ana"]])
def test_that_without_surname_and_name_there_is_no_heading(heading: list[str]) -> None:
    assert find_columns(heading) is None


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("612555014", ["612555014"]),
        ("612 555 014", ["612 555 014"]),
        ("+34 612-555-014", ["+34 612-555-014"]),
        ("34612555014", ["34612555014"]),
        ("612555014/633555015", ["612555014", "633555015"]),
        ("612555014;633555015", ["612555014", "633555015"]),
        ("612 555 014 , 910 555 200", ["612 555 014", "910 555 200"]),
        ("612555014\n633555015", ["612555014", "633555015"]),
        ("612555014 y 633555015", ["612555014", "633555015"]),
        ("+33 6 39 98 12 24", ["+33 6 39 98 12 24"]),
        ("0044 7700 900123", ["0044 7700 900123"]),
        ("'612555014", ["612555014"]),
        ("-", []),
        ("", []),
    ],
)
def test_that_each_phone_of_a_cell_is_taken_as_typed(cell: str, numbers: list[str]) -> None:
    phones, remarks = read_phone_cell(cell)

    assert [phone.number for phone in phones] == numbers
    assert remarks == []


@pytest.mark.parametrize(
    "cell", ["612 55", "no tiene", "6125550144", "+34 612 55 50 1", "112 555 014", "612 555 O14", "0"]
)
def test_that_what_is_no_phone_is_named(cell: str) -> None:
    assert read_phone_cell(cell) == ([], [f"«{cell}» no es un teléfono; se carga sin él."])


def test_that_a_remark_beside_a_phone_is_dropped_and_named() -> None:
    phones, remarks = read_phone_cell("612 555 014 (su madre)")

    assert phones == [Phone("612 555 014")]
    assert remarks == ["de «612 555 014 (su madre)» se carga sólo «612 555 014»."]


@pytest.mark.parametrize(
    ("numbers", "selected"),
    [
        (["612 555 014"], ["612 555 014"]),
        (["910 555 200", "712555014"], ["712555014"]),
        (["612 555 014", "+34612555014"], ["612 555 014"]),
        (["612 555 014", "633 555 015"], []),
        (["910 555 200"], []),
        (["+33 6 39 98 12 24"], []),
        (["+33 6 39 98 12 24", "612 555 014"], ["612 555 014"]),
        (["803 555 100"], []),
        ([], []),
    ],
)
def test_that_only_a_single_spanish_mobile_takes_the_sms(numbers: list[str], selected: list[str]) -> None:
    phones = select_for_sms([Phone(number) for number in numbers])

    assert [phone.number for phone in phones if phone.sms_selected] == selected
