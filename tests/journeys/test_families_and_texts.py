"""One SMS for a shared mobile, and texts that arrive as the grid showed them."""

from __future__ import annotations

import pytest
from PyQt6.QtWidgets import QAbstractButton, QDialog, QLineEdit, QPlainTextEdit, QPushButton

from tests.journeys.clinic import (
    ACCENTS,
    ARCE,
    CLOSED,
    FAMILY,
    FAMILY_PHONE,
    HELLO,
    LEO,
    LONG,
    MARTA,
    NANEZ,
    NORA,
    NOTICES,
    OLABARRI,
    PHONES,
    TORIBIO,
    ZUNIGA,
)
from tests.journeys.conftest import OpenClerk
from tests.journeys.driver import Clerk
from tests.journeys.screen import child

COVERED = f"Cubierto por {LEO}"


@pytest.mark.requirement("R12")
def test_that_a_shared_mobile_is_marked_once_and_the_others_say_who_covers_them(clerk: Clerk) -> None:
    clerk.query(FAMILY, HELLO)

    assert clerk.marked() == [LEO, TORIBIO]
    assert clerk.by_name("Detalle") == {LEO: "", MARTA: COVERED, NORA: COVERED, TORIBIO: ""}


@pytest.mark.requirement("R12")
def test_that_a_family_gets_one_message_and_a_text_of_ones_own_leaves_the_others_unsent(clerk: Clerk) -> None:
    clerk.query(FAMILY, HELLO)

    clerk.send()

    clerk.wait(lambda: clerk.column("Enviado") == ["--", "", "", "--"])
    assert clerk.phones_in_ledger() == sorted([FAMILY_PHONE, PHONES[TORIBIO]])
    assert clerk.marked() == []
    clerk.query()
    assert clerk.marked() == []
    assert clerk.cell(NORA, "Detalle") == COVERED
    assert clerk.column("Enviado") == ["--", "", "", "--"]


@pytest.mark.requirement("R12")
def test_that_relatives_with_the_very_same_text_count_as_sent(clerk: Clerk) -> None:
    clerk.query(FAMILY, CLOSED)
    assert clerk.marked() == [LEO, TORIBIO]

    clerk.send()

    clerk.wait(lambda: clerk.column("Enviado") == ["--", "--", "--", "--"])
    assert clerk.phones_in_ledger().count(FAMILY_PHONE) == 1
    clerk.choose_from_menu(LEO, "Marcar no enviados")
    assert clerk.marked() == []


@pytest.mark.requirement("R12", "R54")
@pytest.mark.parametrize("message", [HELLO, CLOSED])
def test_that_a_send_taken_back_leaves_a_family_with_one_mark_as_before(open_clerk: OpenClerk, message: str) -> None:
    clerk = open_clerk(grace_s=600)
    clerk.open_panel()
    clerk.query(FAMILY, message)
    clerk.begin_send()
    clerk.confirm()
    clerk.wait(lambda: clerk.cell(LEO, "Detalle") == "En cola")

    clerk.press_in_strip("undo")

    clerk.wait(lambda: clerk.marked() == [LEO, TORIBIO])
    clerk.wait(lambda: not clerk.batch_figure("active"))
    assert clerk.marked() == [LEO, TORIBIO]
    assert clerk.cell(NORA, "Detalle") == COVERED


@pytest.mark.requirement("R12")
def test_that_without_the_box_each_member_of_the_family_gets_a_message(clerk: Clerk) -> None:
    clerk.toggle_one_per_phone()
    clerk.query(FAMILY, HELLO)
    assert clerk.marked() == [LEO, MARTA, NORA, TORIBIO]

    clerk.send()

    clerk.wait(lambda: set(clerk.column("Enviado")) == {"--"})
    assert clerk.phones_in_ledger() == sorted([*[FAMILY_PHONE] * 3, PHONES[TORIBIO]])


@pytest.mark.requirement("R12")
def test_that_the_box_acts_on_the_rows_on_screen_both_ways(clerk: Clerk) -> None:
    clerk.query(FAMILY, HELLO)

    clerk.toggle_one_per_phone()
    assert clerk.marked() == [LEO, MARTA, NORA, TORIBIO]
    assert set(clerk.column("Detalle")) == {""}

    clerk.toggle_one_per_phone()
    assert clerk.marked() == [LEO, TORIBIO]
    assert clerk.cell(NORA, "Detalle") == COVERED


@pytest.mark.requirement("R12")
def test_that_marking_a_relative_by_hand_moves_the_mark_so_that_one_message_leaves(clerk: Clerk) -> None:
    clerk.query(FAMILY, HELLO)

    clerk.click_mark(NORA)
    assert clerk.marked() == [NORA, TORIBIO]
    assert clerk.cell(LEO, "Detalle") == f"Cubierto por {NORA}"
    clerk.send()

    assert sorted((one.phone, one.text) for one in clerk.ledger()) == [
        (PHONES[TORIBIO], "Hola Eusebio, le esperamos."),
        (FAMILY_PHONE, "Hola Nora, le esperamos."),
    ]


@pytest.mark.requirement("R13")
@pytest.mark.parametrize("message", [HELLO, CLOSED, ACCENTS, LONG])
def test_that_the_provider_gets_each_text_exactly_as_the_grid_showed_it(clerk: Clerk, message: str) -> None:
    clerk.query(NOTICES, message)
    shown = {PHONES[name]: text for name, text in clerk.by_name("Mensaje").items()}
    parts = {PHONES[name]: int(count) for name, count in clerk.by_name("SMS").items()}

    clerk.send()

    assert {one.phone: one.text for one in clerk.ledger()} == shown
    assert {one.phone: one.parts for one in clerk.ledger()} == parts


@pytest.mark.requirement("R13")
def test_that_kept_accents_and_the_euro_arrive_and_removed_ones_are_shown_removed(clerk: Clerk) -> None:
    clerk.query(NOTICES, ACCENTS)
    assert clerk.cell(NANEZ, "Mensaje") == "¡Íñigo, mañana 20 € menos! Está a un café de aquí"

    clerk.query(message=CLOSED)
    assert clerk.cell(NANEZ, "Mensaje") == "Clinica Arce cierra mañana."
    clerk.query(message=ACCENTS)
    clerk.send()

    texts = {one.phone: (one.text, one.unicode) for one in clerk.ledger()}
    assert texts[PHONES[NANEZ]] == ("¡Íñigo, mañana 20 € menos! Está a un café de aquí", True)


@pytest.mark.requirement("R13")
def test_that_characters_and_parts_are_those_of_the_text_that_leaves(clerk: Clerk) -> None:
    clerk.query(NOTICES, LONG)

    for name in clerk.names():
        text = clerk.cell(name, "Mensaje")
        assert clerk.cell(name, "Caracteres") == str(len(text))
        assert clerk.cell(name, "SMS") == ("1" if len(text) <= 160 else "2")
    assert clerk.column("SMS") == ["1", "1", "1", "2"]

    clerk.query(message=HELLO)
    assert clerk.cell(ARCE, "Caracteres") == str(len("Hola Elena, le esperamos."))
    assert set(clerk.column("SMS")) == {"1"}


@pytest.mark.requirement("R05")
def test_that_a_message_written_in_the_editor_is_chosen_merged_and_sent(clerk: Clerk) -> None:
    clerk.query(NOTICES, HELLO)
    clerk.click(clerk.part(QPushButton, "sms.edit_message"))
    editor = clerk.part(QDialog, "sms.editor")

    clerk.click(child(editor, QAbstractButton, "sms.editor.new"))
    clerk.write(child(editor, QLineEdit, "sms.editor.name"), "Vuelta")
    clerk.write(child(editor, QPlainTextEdit, "sms.editor.text"), "Hola {nombre}, ¿vuelve mañana?")
    clerk.click(child(editor, QAbstractButton, "sms.editor.save"))
    clerk.click(child(editor, QAbstractButton, "sms.editor.use"))
    clerk.wait(lambda: not editor.isVisible())

    clerk.query()
    assert clerk.cell(OLABARRI, "Mensaje") == "Hola Miren, ¿vuelve mañana?"
    clerk.choose_from_menu(ZUNIGA, "Desmarcar todo")
    clerk.click_mark(OLABARRI)
    clerk.send()
    assert [(one.phone, one.text) for one in clerk.ledger()] == [(PHONES[OLABARRI], "Hola Miren, ¿vuelve mañana?")]
