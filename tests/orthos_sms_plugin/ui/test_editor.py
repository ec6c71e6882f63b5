"""The message editor, driven by mouse and keyboard against a desk that keeps its messages in memory."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar, cast

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QTextLayout
from PyQt6.QtTest import QAbstractItemModelTester
from PyQt6.QtWidgets import (
    QAbstractButton,
    QLabel,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QTableView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from orthos_sms_plugin.domain.errors import NameTakenError, NotAllowedError
from orthos_sms_plugin.domain.rows import Row
from orthos_sms_plugin.domain.templates import MessageClass, SmsTemplate
from orthos_sms_plugin.domain.text import Tildes
from orthos_sms_plugin.services.desk import Desk
from orthos_sms_plugin.services.query import ClinicFacts
from orthos_sms_plugin.ui.dialog_parts import Notice
from orthos_sms_plugin.ui.editor import TemplateEditor
from orthos_sms_plugin.ui.editor_list import TemplateListModel
from orthos_sms_plugin.ui.editor_preview import Counter, SampleModel
from orthos_sms_plugin.ui.jobs import Jobs
from orthos_sms_plugin.ui.question_bar import QuestionBar
from tests.orthos_sms_plugin.ui.hands import click, press, type_in
from tests.support.builders import row

W = TypeVar("W", bound=QWidget)

ALERT = SmsTemplate(1, "Aviso", "Hola {nombre}, mañana no abrimos.")
RECALL = SmsTemplate(2, "Revisión", "Le toca revisión en {clinica}.")
OLD = SmsTemplate(3, "Antiguo", "Ya no se usa.", MessageClass.PUBLICITY, Tildes.KEEP, active=False)
ANA = row("García, Ana", patient_id=1)
LONG = row("Sáenz, María del Carmen", patient_id=2)


class MemoryDesk:
    """What the editor uses of `Desk`.

    Attributes:
        sent: Ids of messages that were sent; they are only retired.
        error: Raised by the next write.
        gate: Writes wait for it.
        threads: Who called.
    """

    def __init__(self, *templates: SmsTemplate) -> None:
        self.stored = {template.id: template for template in templates}
        self.sent: set[int] = set()
        self.error: Exception | None = None
        self.gate = threading.Event()
        self.gate.set()
        self.threads: set[threading.Thread] = set()

    def all_templates(self) -> Sequence[SmsTemplate]:
        self.threads.add(threading.current_thread())
        return sorted(self.stored.values(), key=lambda template: template.name)

    def clinic(self) -> ClinicFacts:
        return ClinicFacts("Clínica Arce", "910 555 200")

    def save_template(self, template: SmsTemplate) -> SmsTemplate:
        self._before_writing()
        if any(other.name == template.name and other.id != template.id for other in self.stored.values()):
            raise NameTakenError
        saved = replace(template, id=template.id or max(self.stored, default=0) + 1)
        self.stored[saved.id] = saved
        return saved

    def delete_template(self, template_id: int) -> bool:
        self._before_writing()
        if template_id in self.sent:
            self.stored[template_id] = replace(self.stored[template_id], active=False)
            return False
        del self.stored[template_id]
        return True

    def _before_writing(self) -> None:
        self.threads.add(threading.current_thread())
        assert self.gate.wait(5)
        if self.error is not None:
            error, self.error = self.error, None
            raise error


class Window:
    """The editor and the hands on it."""

    def __init__(self, qtbot: QtBot, desk: MemoryDesk, jobs: Jobs, rows: list[Row], template_id: int) -> None:
        self.qtbot, self.desk, self.rows = qtbot, desk, rows
        self.panel = QWidget()
        qtbot.addWidget(self.panel)
        self.editor = TemplateEditor(
            cast(Desk, desk), jobs, template_id=template_id, sample_rows=lambda: list(self.rows), parent=self.panel
        )
        self.lists: list[list[SmsTemplate]] = []
        self.used: list[int] = []
        self.editor.templates_changed.connect(self.lists.append)
        self.editor.template_used.connect(self.used.append)
        self.editor.show()
        self.until(lambda: self.name.isEnabled())
        self.settle()

    @property
    def name(self) -> QLineEdit:
        return self._find(QLineEdit, "name")

    @property
    def search(self) -> QLineEdit:
        return self._find(QLineEdit, "search")

    @property
    def text(self) -> QPlainTextEdit:
        return self._find(QPlainTextEdit, "text")

    @property
    def preview(self) -> QPlainTextEdit:
        return self._find(QPlainTextEdit, "preview")

    @property
    def shelf(self) -> QListView:
        return self._find(QListView, "list")

    @property
    def counter(self) -> Counter:
        return self._find(Counter, "counter")

    def button(self, name: str) -> QAbstractButton:
        return self._find(QAbstractButton, name)

    def click(self, name: str) -> None:
        button = self.button(name)
        assert button.isVisible()
        # The box stands at the left end of its widget.
        click(button, QPoint(8, button.height() // 2))

    def choose(self, name: str) -> None:
        """Click a line of the list."""
        viewport, model = self.shelf.viewport(), self.shelf.model()
        assert viewport is not None and model is not None
        for line in range(model.rowCount()):
            index = model.index(line, 0)
            if index.data() == name:
                click(viewport, self.shelf.visualRect(index).center())
                return
        raise AssertionError(f"{name} is not in the list")

    def chosen(self) -> str:
        """The highlighted line."""
        return ", ".join(str(index.data()) for index in self.shelf.selectedIndexes())

    def lines(self) -> list[str]:
        """What a screen reader says of the list."""
        model = self.shelf.model()
        assert model is not None
        role = Qt.ItemDataRole.AccessibleTextRole
        return [str(model.index(line, 0).data(role)) for line in range(model.rowCount())]

    def write(self, text: str) -> None:
        """Type in place of the text that is there."""
        press(self.text, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        press(self.text, Qt.Key.Key_Delete)
        type_in(self.text, text)
        self.settle()

    def rename(self, name: str) -> None:
        press(self.name, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        press(self.name, Qt.Key.Key_Delete)
        type_in(self.name, name)

    def question(self) -> str:
        return self._find(QuestionBar, "ask").text()

    def notice(self) -> str:
        return self._find(Notice, "notice").text()

    def foot(self) -> str:
        return self.editor._foot.text()

    def until(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=5_000)

    def settle(self) -> None:
        """Wait until the figures of the text on screen are shown."""
        outcome = self.editor._outcome
        with self.qtbot.waitSignal(outcome.worked_out, timeout=5_000):
            outcome.soon()

    def _find(self, kind: type[W], name: str) -> W:
        found = self.editor.findChild(kind, f"sms.editor.{name}")
        assert found is not None
        return found


Opener = Callable[..., Window]


@pytest.fixture
def jobs() -> Iterator[Jobs]:
    pool = Jobs()
    yield pool
    pool.shut_down()


@pytest.fixture
def opened(qtbot: QtBot, jobs: Jobs) -> Opener:
    def open_editor(*templates: SmsTemplate, rows: Sequence[Row] = (), template_id: int = 0) -> Window:
        return Window(qtbot, MemoryDesk(*templates), jobs, list(rows), template_id)

    return open_editor


# --- choosing -------------------------------------------------------------------------------------------------------


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


# --- writing and saving ---------------------------------------------------------------------------------------------


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


# --- deleting -------------------------------------------------------------------------------------------------------


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


# --- unsaved changes ------------------------------------------------------------------------------------------------


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


# --- counter and preview --------------------------------------------------------------------------------------------


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


# --- fields and look ------------------------------------------------------------------------------------------------


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
