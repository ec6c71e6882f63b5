"""Writing, saving and deleting messages in the editor."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from PyQt6.QtCore import Qt

from orthos_sms_plugin.domain.errors import NotAllowedError
from orthos_sms_plugin.domain.templates import MessageClass, SmsTemplate
from orthos_sms_plugin.domain.text import Tildes
from tests.orthos_sms_plugin.ui.editor_window import ALERT, RECALL, Opener
from tests.orthos_sms_plugin.ui.hands import press, type_in

# --- writing and saving ----------------------------------------------------------------------------------------------


@pytest.mark.requirement("R05")
def test_that_saving_stores_what_is_on_screen_off_the_gui_thread_and_tells_the_new_list(opened: Opener) -> None:
    window = opened(ALERT, RECALL)
    assert not window.button("save").isEnabled()

    window.rename("  Aviso   de cierre ")
    window.write("{nombre}: cerrado.")
    for name in ("publicity", "tildes_keep", "active"):
        window.click(name)
    assert window.foot() == "Cambios sin guardar"
    window.click("save")
    window.until(lambda: bool(window.lists))

    saved = SmsTemplate(1, "Aviso de cierre", "{nombre}: cerrado.", MessageClass.PUBLICITY, Tildes.KEEP, active=False)
    assert window.lists == [[saved, RECALL]]
    assert window.desk.stored[1] == saved
    assert window.foot() == "Guardado."
    assert window.name.text() == "Aviso de cierre"
    assert not window.button("save").isEnabled()
    assert threading.main_thread() not in window.desk.threads


@pytest.mark.requirement("R05")
def test_that_a_new_message_gets_an_id_and_stands_in_the_list(opened: Opener) -> None:
    window = opened(ALERT)

    window.click("new")
    assert (window.name.text(), window.text.toPlainText(), window.chosen()) == ("", "", "")
    type_in(window.name, "Zeta")
    window.write("Cerrado el {{lunes}}.")
    window.click("save")
    window.until(lambda: bool(window.lists))

    assert window.chosen() == "Zeta"
    assert window.desk.stored[2] == SmsTemplate(2, "Zeta", "Cerrado el {{lunes}}.")
    assert window.preview.toPlainText() == "Cerrado el {lunes}."


@pytest.mark.requirement("R05")
def test_that_a_copy_has_a_free_name_and_is_stored_only_when_saved(opened: Opener) -> None:
    window = opened(ALERT, replace(ALERT, id=2, name="Aviso (copia)"))

    window.click("duplicate")

    assert (window.name.text(), window.text.toPlainText()) == ("Aviso (copia 2)", ALERT.text)
    assert window.foot() == "Cambios sin guardar"
    assert len(window.desk.stored) == 2


@pytest.mark.requirement("R05")
def test_that_reverting_brings_back_what_was_saved_and_undo_brings_back_what_was_typed(opened: Opener) -> None:
    window = opened(ALERT)
    window.write("Otra cosa")
    window.click("tildes_keep")

    window.click("revert")

    assert window.text.toPlainText() == ALERT.text
    assert window.button("tildes_remove").isChecked()
    assert not window.button("revert").isEnabled()
    press(window.text, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.text.toPlainText() == "Otra cosa"


@pytest.mark.requirement("R05")
@pytest.mark.parametrize(
    ("text", "sentence", "selected"),
    [
        ("Hola {nombr}.", "No existe el campo {nombr}: ¿quería decir {nombre}?", "{nombr}"),
        ("🎂🎂 {xyz} {nombre}", "No existe el campo {xyz}; elija uno de «Campos».", "{xyz}"),
        ("Hola {}", "Falta el nombre del campo entre las llaves; elija uno de «Campos».", "{}"),
        (
            "🎂 Son 3 } más",
            "Hay una llave suelta: escriba {{ o }} si quiere que se vea una llave.",
            "}",
        ),
    ],
)
def test_that_a_text_that_cannot_be_read_is_not_saved_and_the_place_is_selected(
    opened: Opener, text: str, sentence: str, selected: str
) -> None:
    window = opened(ALERT)
    window.text.setPlainText(text)

    window.click("save")

    assert window.notice() == sentence
    assert window.text.textCursor().selectedText() == selected
    assert window.desk.stored == {1: ALERT}
    assert window.lists == []


@pytest.mark.requirement("R05")
@pytest.mark.parametrize(
    ("field", "sentence"),
    [
        ("name", "Escriba un nombre para el mensaje."),
        ("text", "Escriba el texto del mensaje."),
    ],
)
def test_that_a_message_without_name_or_text_is_not_saved(opened: Opener, field: str, sentence: str) -> None:
    window = opened(ALERT)
    if field == "name":
        window.rename("  ")
    else:
        window.write("  ")

    window.click("save")

    assert window.notice() == sentence
    assert window.desk.stored == {1: ALERT}


@pytest.mark.requirement("R05")
def test_that_a_name_that_is_taken_is_refused_in_words_and_nothing_typed_is_lost(opened: Opener) -> None:
    window = opened(ALERT, RECALL)
    window.rename("Revisión")

    window.click("save")
    window.until(lambda: bool(window.notice()))

    assert window.notice() == "Ya hay otro mensaje con ese nombre. Elija otro nombre."
    assert window.name.text() == "Revisión"
    assert window.button("save").isEnabled()


def test_that_a_missing_permission_is_told_in_words(opened: Opener) -> None:
    window = opened(ALERT)
    window.desk.error = NotAllowedError("sms.send")
    window.write("Otra cosa")

    window.click("save")
    window.until(lambda: "permiso" in window.notice())

    assert window.foot() == "Cambios sin guardar"


@pytest.mark.requirement("R05")
def test_that_using_a_changed_message_saves_it_first(opened: Opener) -> None:
    window = opened(ALERT)
    window.write("Otra cosa")

    window.click("use")
    window.until(lambda: bool(window.used))

    assert window.desk.stored[1].text == "Otra cosa"
    assert window.lists[-1][0].text == "Otra cosa"
    assert not window.editor.isVisible()


def test_that_enter_in_the_name_neither_saves_nor_uses_nor_closes(opened: Opener) -> None:
    window = opened(ALERT)

    press(window.name, Qt.Key.Key_Return)

    assert window.editor.isVisible()
    assert (window.used, window.lists) == ([], [])


# --- deleting --------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("R05")
def test_that_deleting_asks_and_then_shows_the_next_message(opened: Opener) -> None:
    window = opened(ALERT, RECALL)

    window.click("delete")
    assert window.question() == "¿Eliminar «Aviso»? Si ya se envió, no se borra: queda inactivo."
    window.click("ask.delete")
    window.until(lambda: bool(window.lists))

    assert window.lists == [[RECALL]]
    assert window.chosen() == "Revisión"
    assert window.foot() == "«Aviso» eliminado."


@pytest.mark.requirement("R05")
def test_that_a_message_that_was_sent_is_only_retired_and_the_foot_says_so(opened: Opener) -> None:
    window = opened(ALERT, RECALL)
    window.desk.sent.add(ALERT.id)

    window.click("delete")
    window.click("ask.delete")
    window.until(lambda: bool(window.lists))

    assert window.chosen() == "Aviso"
    assert not window.button("active").isChecked()
    assert window.foot() == "«Aviso» ya se envió: ahora está inactivo."


@pytest.mark.requirement("R05")
def test_that_esc_means_no_to_the_deletion(opened: Opener) -> None:
    window = opened(ALERT)
    window.click("delete")

    press(window.editor, Qt.Key.Key_Escape)

    assert window.question() == ""
    assert window.editor.isVisible()
    assert window.desk.stored == {1: ALERT}
