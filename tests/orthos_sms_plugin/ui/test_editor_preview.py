"""The editor's counter and preview of what leaves, as one types."""

from __future__ import annotations

import pytest
from PyQt6.QtWidgets import QLabel, QTableView

from tests.orthos_sms_plugin.ui.editor_window import ALERT, ANA, LONG, Opener
from tests.orthos_sms_plugin.ui.hands import type_in
from tests.support.builders import row


@pytest.mark.requirement("R05", "R13")
def test_that_the_counter_gives_the_range_over_the_marked_rows_as_one_types(opened: Opener) -> None:
    window = opened(ALERT, rows=[ANA, LONG])

    window.write("{nombre} " + "x" * 150)

    counter = window.counter
    assert (counter.property("units_min"), counter.property("units_max")) == (154, 167)
    assert (counter.property("parts_min"), counter.property("parts_max")) == (1, 2)
    assert counter.property("encoding") == "gsm7"
    assert counter.property("remaining") == 139
    assert counter.accessibleName() == (
        "154–167 caracteres según los datos de cada fila 1–2 partes alfabeto GSM · quedan 139 en la más larga "
        "1 de las 2 marcadas ocupa 2 partes"
    )


@pytest.mark.requirement("R05")
def test_that_without_marked_rows_an_example_is_measured_and_called_one(opened: Opener) -> None:
    window = opened(ALERT)

    window.write("{nombre} {apellidos}, el {fecha} en {clinica}, {telefono_clinica}")

    assert window.preview.toPlainText() == "Maria García López, el 23/11/2026 en Clinica Arce, 910 555 200".replace(
        "García López", "Garcia Lopez"
    )
    assert window.counter.property("example") is True
    assert "con datos de ejemplo" in window.counter.accessibleName()


@pytest.mark.requirement("R05", "R13")
def test_that_the_preview_goes_through_the_rows_and_shows_exactly_what_leaves(opened: Opener) -> None:
    window = opened(ALERT, rows=[ANA, LONG])
    assert window.preview.toPlainText() == "Hola Maria del Carmen, mañana no abrimos."
    assert not window.button("previous").isEnabled()

    window.click("following")

    assert window.preview.toPlainText() == "Hola Ana, mañana no abrimos."
    assert not window.button("following").isEnabled()
    window.click("previous")
    assert window.preview.toPlainText().startswith("Hola Maria")


@pytest.mark.requirement("R13")
def test_that_dear_letters_are_named_and_keeping_them_shows_the_dearer_alphabet(opened: Opener) -> None:
    window = opened(ALERT, rows=[ANA])
    window.write("Está cerrado. " + "x" * 100)
    assert window.notice() == (
        "Letras caras: á. Con «Quitar» salen como a y no cuestan nada. "
        "Con «Conservar» serían 2 partes por SMS en vez de 1."
    )

    window.click("tildes_keep")
    window.settle()

    assert window.counter.property("encoding") == "ucs2"
    assert window.notice() == (
        "Encarecen el SMS: á. Cada parte lleva así 70 caracteres, no 160. Con «Quitar» bastaría con 1 parte."
    )
    window.click("cheapen")
    window.settle()
    assert window.text.toPlainText().startswith("Esta cerrado.")
    assert window.counter.property("encoding") == "gsm7"


def test_that_rows_lacking_a_value_say_which(opened: Opener) -> None:
    window = opened(ALERT, rows=[ANA])

    window.write("Hola {nombre}, a las {hora}.")

    table = window.editor.findChild(QTableView, "sms.editor.samples")
    assert table is not None
    model = table.model()
    assert model is not None
    assert model.index(0, 3).data() == "Falta la hora"
    assert window.notice().startswith("{hora}: sólo tienen valor en las citas")


def test_that_more_than_two_hundred_marked_rows_are_measured_in_part_and_it_is_said(opened: Opener) -> None:
    rows = [row(f"Apellido, N{n}", patient_id=n) for n in range(1, 301)]
    window = opened(ALERT, rows=rows)

    labels = [label.text() for label in window.editor.findChildren(QLabel)]

    assert "las 200 primeras filas marcadas, primero las más largas" in labels


def test_that_a_brace_left_open_empties_the_figures_while_one_types(opened: Opener) -> None:
    window = opened(ALERT)

    window.write("Hola {nom")

    assert window.counter.property("units_max") is None
    assert "llave suelta" in window.notice()
    type_in(window.text, "bre}")
    window.settle()
    assert window.preview.toPlainText() == "Hola Maria"
    assert window.notice() == ""


def test_that_ten_thousand_letters_are_counted(opened: Opener) -> None:
    window = opened(ALERT)

    window.text.setPlainText("Hola {nombre}. " * 700)
    window.settle()

    assert window.counter.property("units_max") == len("Hola Maria. ") * 700
    assert window.counter.property("parts_max") == 55
