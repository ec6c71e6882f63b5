"""What the editor does with unsaved changes before it goes on or closes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PyQt6.QtCore import Qt

from tests.orthos_sms_plugin.ui.editor_window import ALERT, RECALL, Opener
from tests.orthos_sms_plugin.ui.hands import press


@pytest.mark.requirement("R05")
def test_that_going_to_another_message_asks_about_changes_and_staying_keeps_them(opened: Opener) -> None:
    window = opened(ALERT, RECALL)
    window.write("Otra cosa")

    window.choose("Revisión")
    assert window.question() == "¿Guardar los cambios de «Aviso»?"
    assert not window.name.isEnabled()
    window.click("ask.stay")

    assert window.chosen() == "Aviso"
    assert window.text.toPlainText() == "Otra cosa"
    assert window.name.isEnabled()


@pytest.mark.requirement("R05")
def test_that_discarding_goes_on_without_saving(opened: Opener) -> None:
    window = opened(ALERT, RECALL)
    window.write("Otra cosa")

    window.choose("Revisión")
    window.click("ask.discard")

    assert (window.chosen(), window.text.toPlainText()) == ("Revisión", RECALL.text)
    assert window.desk.stored[1] == ALERT


@pytest.mark.requirement("R05")
def test_that_saving_goes_on_once_it_is_saved(opened: Opener) -> None:
    window = opened(ALERT, RECALL)
    window.write("Otra cosa")

    window.choose("Revisión")
    window.click("ask.save")
    window.until(lambda: window.text.toPlainText() == RECALL.text)

    assert window.desk.stored[1].text == "Otra cosa"
    assert window.chosen() == "Revisión"


@pytest.mark.requirement("R05")
def test_that_a_text_that_cannot_be_saved_keeps_one_from_going_on(opened: Opener) -> None:
    window = opened(ALERT, RECALL)
    window.write("Hola {nadie")

    window.choose("Revisión")
    window.click("ask.save")

    assert window.chosen() == "Aviso"
    assert window.text.toPlainText() == "Hola {nadie"
    assert "llave suelta" in window.notice()


@pytest.mark.requirement("R05")
@pytest.mark.parametrize("way", ["esc", "button", "cross"])
def test_that_closing_asks_about_changes(opened: Opener, way: str) -> None:
    window = opened(ALERT)
    window.write("Otra cosa")

    if way == "esc":
        press(window.editor, Qt.Key.Key_Escape)
    elif way == "button":
        window.click("close")
    else:
        window.editor.close()

    assert window.editor.isVisible()
    assert window.question() == "¿Guardar los cambios de «Aviso»?"
    window.click("ask.discard")
    assert not window.editor.isVisible()
    assert window.desk.stored[1] == ALERT


def test_that_esc_closes_at_once_when_nothing_was_changed(opened: Opener) -> None:
    window = opened(ALERT)

    press(window.editor, Qt.Key.Key_Escape)

    assert not window.editor.isVisible()


def test_that_stored_line_breaks_of_windows_are_no_change(opened: Opener) -> None:
    window = opened(replace(ALERT, text="Uno\r\nDos\u00a0tres"))

    assert window.foot() == ""
    press(window.editor, Qt.Key.Key_Escape)
    assert not window.editor.isVisible()


def test_that_closing_during_a_save_waits_for_its_end(opened: Opener) -> None:
    window = opened(ALERT)
    window.write("Otra cosa")
    window.desk.gate.clear()
    window.click("save")
    assert not window.button("save").isEnabled()

    window.editor.close()
    assert window.editor.isVisible()
    window.desk.gate.set()
    window.until(lambda: not window.editor.isVisible())

    assert [one.text for one in window.lists[-1]] == ["Otra cosa"]
