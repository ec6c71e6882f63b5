"""The message editor, driven by mouse and keyboard: choosing a message, its fields and its look."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QTextLayout
from PyQt6.QtTest import QAbstractItemModelTester
from PyQt6.QtWidgets import QAbstractButton, QLabel
from pytestqt.qtbot import QtBot

from orthos_sms_plugin.services.query import ClinicFacts
from orthos_sms_plugin.ui.editor_list import TemplateListModel
from orthos_sms_plugin.ui.editor_preview import SampleModel
from tests.orthos_sms_plugin.ui.editor_window import ALERT, ANA, OLD, RECALL, Opener
from tests.orthos_sms_plugin.ui.hands import press, type_in
from tests.support.builders import row

# --- choosing --------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("R05")
def test_that_the_list_names_every_message_with_class_parts_and_inactivity(opened: Opener) -> None:
    window = opened(ALERT, RECALL, OLD)

    assert window.lines() == [
        "Antiguo. Publicidad · 1 parte · inactivo",
        "Aviso. Asistencial · 1 parte",
        "Revisión. Asistencial · 1 parte",
    ]


@pytest.mark.requirement("R05")
def test_that_the_editor_opens_on_the_message_of_the_panel(opened: Opener) -> None:
    window = opened(ALERT, RECALL, OLD, template_id=OLD.id)

    assert window.chosen() == "Antiguo"
    assert (window.name.text(), window.text.toPlainText()) == (OLD.name, OLD.text)
    shown = [
        name
        for name in ("active", "care", "publicity", "tildes_remove", "tildes_keep")
        if window.button(name).isChecked()
    ]
    assert shown == ["publicity", "tildes_keep"]


@pytest.mark.requirement("R05")
def test_that_a_click_in_the_list_shows_the_message(opened: Opener) -> None:
    window = opened(ALERT, RECALL)
    assert window.name.text() == "Aviso"

    window.choose("Revisión")

    assert window.text.toPlainText() == RECALL.text
    assert window.button("care").isChecked()


@pytest.mark.requirement("R05")
def test_that_searching_finds_names_and_texts_without_accents_and_says_when_nothing_fits(opened: Opener) -> None:
    window = opened(ALERT, RECALL)

    type_in(window.search, "REVISION")
    assert window.lines() == ["Revisión. Asistencial · 1 parte"]
    type_in(window.search, "x")

    labels = [label.text() for label in window.editor.findChildren(QLabel) if label.isVisible()]
    assert "Ningún mensaje contiene «REVISIONx»." in labels


@pytest.mark.requirement("R05")
def test_that_esc_in_the_search_empties_it_first(opened: Opener) -> None:
    window = opened(ALERT, RECALL)
    window.editor.activateWindow()
    window.search.setFocus()
    window.until(window.search.hasFocus)
    type_in(window.search, "revision")

    press(window.search, Qt.Key.Key_Escape)
    assert window.search.text() == ""
    assert len(window.lines()) == 2
    assert window.editor.isVisible()

    press(window.search, Qt.Key.Key_Escape)
    assert not window.editor.isVisible()


@pytest.mark.requirement("R05")
def test_that_using_a_message_tells_its_id_and_closes(opened: Opener) -> None:
    window = opened(ALERT, RECALL)

    window.choose("Revisión")
    window.click("use")

    assert window.used == [RECALL.id]
    assert not window.editor.isVisible()


@pytest.mark.requirement("R05")
def test_that_an_inactive_message_cannot_be_used_and_the_tooltip_says_why(opened: Opener) -> None:
    window = opened(OLD)

    assert not window.button("use").isEnabled()
    assert "marque «Activo»" in window.button("use").toolTip()


# --- fields and look -------------------------------------------------------------------------------------------------


@pytest.mark.requirement("R05")
def test_that_a_field_button_inserts_at_the_cursor_and_appointment_fields_say_why_they_are_grey(
    opened: Opener,
) -> None:
    window = opened(ALERT)
    window.write("Hola ")

    window.click("field.nombre")
    type_in(window.text, "!")

    assert window.text.toPlainText() == "Hola {nombre}!"
    for name in ("fecha", "hora", "doctor", "lugar"):
        assert not window.button(f"field.{name}").isEnabled()
        assert window.button(f"field.{name}").toolTip() == "Sólo para citas"


def test_that_fields_errors_and_dear_letters_are_coloured_each_in_its_own_way(opened: Opener) -> None:
    window = opened(ALERT)
    window.text.setPlainText("🎂 Está {nombre} {nada} {{")

    document = window.text.document()
    assert document is not None
    layout = document.firstBlock().layout()
    assert isinstance(layout, QTextLayout)
    coloured = {
        window.text.toPlainText()
        .encode("utf-16-le")[2 * one.start : 2 * (one.start + one.length)]
        .decode("utf-16-le"): one.format.foreground().color().name()
        for one in layout.formats()
    }

    assert list(coloured) == ["🎂", "á", "{nombre}", "{nada}", "{{"]
    assert coloured["🎂"] == coloured["á"]
    assert len(set(coloured.values())) == 4


def test_that_every_mnemonic_of_the_editor_is_its_own_also_while_it_asks(opened: Opener) -> None:
    window = opened(ALERT, rows=[ANA])
    window.write("Está")
    window.click("close")

    texts = [button.text() for button in window.editor.findChildren(QAbstractButton)]
    texts += [label.text() for label in window.editor.findChildren(QLabel) if label.buddy() is not None]
    letters = [text[text.index("&") + 1].lower() for text in texts if "&" in text]

    assert sorted(letters) == sorted(set(letters))
    assert len(letters) == 19


def test_that_nothing_in_the_editor_is_read_as_markup(opened: Opener) -> None:
    window = opened(ALERT, rows=[row("<b>Gorda</b>, Ana", patient_id=1)])

    assert {label.textFormat() for label in window.editor.findChildren(QLabel)} == {Qt.TextFormat.PlainText}


def test_that_an_empty_clinic_starts_with_a_blank_message(opened: Opener) -> None:
    window = opened()

    labels = [label.text() for label in window.editor.findChildren(QLabel) if label.isVisible()]

    assert "Todavía no hay mensajes. Escriba el primero y pulse Guardar." in labels
    assert not window.button("delete").isEnabled()
    assert "aún no está guardado" in window.button("use").toolTip()


def test_that_the_models_keep_qts_rules(qtbot: QtBot) -> None:
    messages, texts = TemplateListModel(), SampleModel()
    fatal = QAbstractItemModelTester.FailureReportingMode.Fatal
    testers = [QAbstractItemModelTester(model, fatal) for model in (messages, texts)]

    messages.show([ALERT, RECALL, OLD], ClinicFacts("", ""))
    messages.search("aviso")
    messages.mark_unsaved(1)

    assert messages.rowCount() == 1
    assert len(testers) == 2
