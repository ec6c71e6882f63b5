"""A person at the front desk: does the SMS panel's work by mouse and keyboard, and reads what stands there."""

from __future__ import annotations

from PyQt6.QtCore import QModelIndex, Qt
from PyQt6.QtGui import QAction, QColor, QTextDocument
from PyQt6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QComboBox,
    QDateEdit,
    QDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QTableView,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from fake_host import FakeHost
from fake_host.hands import type_text
from fake_host.mensatek import LocalMensatek
from fake_host.mensatek.ledger import Message
from hookspecs import PatientRef
from hookspecs.clinic import Patient
from tests.journeys.screen import LEFT, NO_MODIFIER, Screen, child, click_at

PANEL = "sms.panel"


class Clerk(Screen):
    """What a person does with the open host, in their words.

    Args:
        host: Open, with its window.
        qtbot: Mouse, keyboard and bounded waits.
    """

    def __init__(self, host: FakeHost, qtbot: QtBot) -> None:
        assert host.window is not None and host.provider is not None, "a journey needs a window and its own provider"
        super().__init__(host.window, qtbot)
        self.host = host
        self.provider: LocalMensatek = host.provider

    # --- the panel --------------------------------------------------------------------------------------------------

    def open_panel(self) -> None:
        """Open the panel from the host's menu and wait until its lists are there."""
        bar = self.window.menus
        entry = next(one for one in bar.findChildren(QAction) if one.objectName() == f"open:{PANEL}")
        menu = bar.by_name["Comunicaciones"]
        head = menu.menuAction()
        assert head is not None
        click_at(bar, LEFT, bar.actionGeometry(head).center())
        self.wait(menu.isVisible)
        click_at(menu, LEFT, menu.actionGeometry(entry).center())
        self.wait(lambda: PANEL in self.window.panels)
        self.wait(lambda: self.part(QLabel, "sms.provider").text())
        self.wait(lambda: self.part(QComboBox, "sms.group").count() and self.part(QComboBox, "sms.message").count())

    @property
    def panel(self) -> QWidget:
        """The panel itself."""
        return self.part(QWidget, PANEL)

    @property
    def table(self) -> QTableView:
        """The grid."""
        return self.part(QTableView, "sms.table")

    # --- choosing and asking ----------------------------------------------------------------------------------------

    def choose_group(self, name: str) -> None:
        """Choose the group with the arrow keys."""
        self._choose("sms.group", name)

    def choose_message(self, name: str) -> None:
        """Choose the message with the arrow keys."""
        self._choose("sms.message", name)

    def choose_date(self, day: str) -> None:
        """Type a date, ``dd/mm/yyyy``."""
        field = self.part(QDateEdit, "sms.date")
        field.setFocus()
        for key in (Qt.Key.Key_Home, Qt.Key.Key_Delete, Qt.Key.Key_Delete):  # the field takes a day only where none is
            self.key(field, key)
        type_text(field, day.replace("/", ""))
        self.key(field, Qt.Key.Key_Return)
        assert field.text() == day, f"the field shows {field.text()}"

    def query(self, group: str = "", message: str = "") -> None:
        """Choose, press `Consultar` and wait for the rows."""
        if group:
            self.choose_group(group)
        if message:
            self.choose_message(message)
        self.press("sms.query")
        self.wait_for_rows()

    def wait_for_rows(self) -> None:
        """Wait until the query has ended."""
        self.wait(lambda: self.table.property("queried") is not None and not self.table.property("busy"))

    def toggle_one_per_phone(self) -> None:
        """Click the box `Enviar sólo un SMS por teléfono`."""
        self.click_box(self.part(QCheckBox, "sms.one_per_phone"))

    # --- the toolbar ------------------------------------------------------------------------------------------------

    def tool(self, name: str) -> QToolButton:
        """The button of the toolbar that is on screen."""
        return next(one for one in self.window.findChildren(QToolButton, name) if one.isVisible())

    def press(self, name: str) -> None:
        """Press a button of the toolbar."""
        button = self.tool(name)
        assert button.isEnabled(), f"{name} is grey: {button.toolTip()}"
        self.click(button)

    def is_grey(self, name: str) -> bool:
        """Whether a button of the toolbar cannot be pressed."""
        return not self.tool(name).isEnabled()

    def tool_words(self, name: str) -> str:
        """What the tooltip of a button of the toolbar says."""
        document = QTextDocument()
        document.setHtml(self.tool(name).toolTip())
        return document.toPlainText()

    # --- reading the grid -------------------------------------------------------------------------------------------

    def titles(self) -> list[str]:
        """The headings, from left to right."""
        model = self.table.model()
        assert model is not None
        return [str(model.headerData(column, Qt.Orientation.Horizontal)) for column in range(model.columnCount())]

    def column(self, title: str) -> list[str]:
        """What a column shows, from top to bottom."""
        return [self._index(row, title).data() or "" for row in range(self._row_count())]

    def names(self) -> list[str]:
        """The column `Nombre`."""
        return self.column("Nombre")

    def cell(self, name: str, title: str) -> str:
        """What stands in a cell."""
        return self._index(self.row_of(name), title).data() or ""

    def by_name(self, title: str) -> dict[str, str]:
        """A column by name of the patient."""
        return dict(zip(self.names(), self.column(title), strict=True))

    def marked(self) -> list[str]:
        """Who is marked, from top to bottom."""
        return [
            self.names()[row]
            for row in range(self._row_count())
            if self._index(row).data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
        ]

    def selected(self) -> list[str]:
        """Who is highlighted, from top to bottom."""
        selection = self.table.selectionModel()
        assert selection is not None
        return [self.names()[row] for row in sorted(index.row() for index in selection.selectedRows())]

    def ground(self, name: str, title: str) -> QColor:
        """The colour behind the words of a cell, as painted."""
        index = self._index(self.row_of(name), title)
        self.table.scrollTo(index)
        rect, viewport = self.table.visualRect(index), self.table.viewport()
        assert viewport is not None
        return viewport.grab(rect).toImage().pixelColor(2, 3)

    def row_of(self, name: str) -> int:
        """Where a patient stands."""
        return self.names().index(name)

    # --- using the grid ---------------------------------------------------------------------------------------------

    def click_mark(self, name: str) -> None:
        """Click the mark box of a row."""
        self.click_grid(self.table, self.row_of(name), self.titles().index(""))

    def click_row(self, name: str, modifier: Qt.KeyboardModifier = NO_MODIFIER) -> None:
        """Click a row on its name."""
        self.click_grid(self.table, self.row_of(name), self.titles().index("Nombre"), modifier=modifier)

    def choose_from_menu(self, name: str, entry: str) -> None:
        """Click a row with the right button and then an entry of the menu, named without its count."""
        self.click_entry(self.open_menu(name), entry)

    def open_menu(self, name: str) -> QMenu:
        """Click a row with the right button and give the menu that opens."""
        return self.open_menu_of(self.table, self.row_of(name), self.titles().index("Nombre"))

    # --- sending ----------------------------------------------------------------------------------------------------

    def send(self) -> None:
        """Press `Enviar`, confirm, and wait until the batch has ended or paused."""
        self.begin_send()
        self.confirm_and_wait()

    def begin_send(self) -> QDialog:
        """Press `Enviar` and wait for the confirmation."""
        self.press("sms.send")
        return self.dialog("sms.confirm")

    def is_confirming(self) -> bool:
        """Whether the confirmation is on screen."""
        return self.on_screen("sms.confirm") is not None

    @property
    def confirmation(self) -> QDialog:
        """The confirmation on screen."""
        dialog = self.on_screen("sms.confirm")
        assert dialog is not None, "no confirmation is on screen"
        return dialog

    def confirm(self) -> None:
        """Press the button that sends, and wait until the batch is queued."""
        before = self.batch_figure("batches") or 0
        self.click(child(self.confirmation, QAbstractButton, "sms.confirm.send"))
        self.wait(lambda: (self.batch_figure("batches") or 0) > before)

    def double_click_confirm(self) -> None:
        """Click that button twice, faster than the dialog can close."""
        button = child(self.confirmation, QAbstractButton, "sms.confirm.send")
        self.wait(button.isEnabled)
        for _ in range(2):
            click_at(button, LEFT)

    def confirm_and_wait(self) -> None:
        """The same, and wait until the batch has ended or paused."""
        self.confirm()
        self.wait(lambda: not self.batch_figure("active") or self.batch_figure("paused"))

    def resend_box(self) -> QCheckBox:
        """The box `N ya enviados: se enviarán otra vez` of the confirmation."""
        return child(self.confirmation, QCheckBox, "sms.confirm.again")

    def tick_resend(self) -> None:
        """Click that box."""
        self.click_box(self.resend_box())

    def cancel_confirmation(self) -> None:
        """Press `Cancelar` in the confirmation."""
        self.click(child(self.confirmation, QAbstractButton, "sms.confirm.cancel"))
        self.wait(lambda: self.on_screen("sms.confirm") is None)

    def batch_figure(self, figure: str) -> int:
        """A figure of the strip: ``active``, ``paused``, ``accepted``, ``cancelled``, and so on."""
        value = self.part(QWidget, "sms.strip").property(figure)
        return int(value) if value is not None else 0

    def strip_words(self) -> str:
        """What the strip says, heading and detail."""
        strip = self.part(QWidget, "sms.strip")
        return f"{strip.accessibleName()} {strip.accessibleDescription()}" if strip.isVisible() else ""

    def press_in_strip(self, name: str) -> None:
        """Press a button of the strip once it is there."""
        strip = self.part(QWidget, "sms.strip")
        self.wait(lambda: any(one.isVisible() for one in strip.findChildren(QAbstractButton, f"strip.{name}")))
        self.click(child(strip, QAbstractButton, f"strip.{name}"))

    def ledger(self) -> list[Message]:
        """What the provider took, and was paid for."""
        return list(self.provider.ledger.messages)

    def phones_in_ledger(self) -> list[str]:
        """The numbers of `ledger`, sorted."""
        return sorted(one.phone for one in self.ledger())

    def reports_asked(self) -> int:
        """How often the provider was asked what became of a message."""
        return sum(1 for request in self.provider.ledger.requests if request.function == "report")

    def wait_for_reports(self, count: int) -> None:
        """Wait until the provider has been asked that often."""
        self.wait(lambda: self.reports_asked() >= count)

    # --- around it --------------------------------------------------------------------------------------------------

    def words(self) -> list[str]:
        """Every label of the panel that can be seen."""
        return self.words_on_screen(self.panel)

    def summary(self) -> str:
        """The line under the grid."""
        return self.part(QWidget, "sms.summary").accessibleName()

    def status(self) -> str:
        """The sentence at the bottom of the window."""
        return self.window.status.text.text()

    def id_of(self, name: str) -> int:
        """A patient's key in the clinic's database."""
        return self._patient(name).id

    def show_in_host(self, name: str) -> None:
        """Have the host show a patient, as one of its own modules would."""
        self.host.context.show_patient(self._patient(name))

    def _patient(self, name: str) -> PatientRef:
        surname, _, first_name = name.partition(", ")
        with self.host.context.session_factory() as session:
            wanted = select(Patient).where(Patient.surname == surname, Patient.first_name == first_name)
            patient = session.scalars(wanted).one()
            return PatientRef(patient.id, patient.code, name)

    def choose_mobile(self, number: str) -> None:
        """In the host's phone editor: choose a mobile for SMS, or none by no number, and save."""
        editor = self.dialog("host.phones")
        self.wait(lambda: editor.findChild(QLineEdit, "host.phones.number.0"))
        fields = [one for one in editor.findChildren(QLineEdit) if one.objectName().startswith("host.phones.number.")]
        lines = {one.text(): f"host.phones.sms.{one.objectName().rpartition('.')[2]}" for one in fields}
        self.click_box(child(editor, QAbstractButton, lines[number] if number else "host.phones.none"))
        self.click(child(editor, QAbstractButton, "host.phones.save"))
        self.wait(lambda: self.on_screen("host.phones") is None)

    # --- inside -----------------------------------------------------------------------------------------------------

    def _choose(self, name: str, text: str) -> None:
        box = self.part(QComboBox, name)
        wanted = box.findText(text)
        assert wanted >= 0, f"{name} does not offer {text}"
        box.setFocus()
        for _ in range(box.count() + 1):
            if box.currentIndex() == wanted:
                return
            self.key(box, Qt.Key.Key_Down if box.currentIndex() < wanted else Qt.Key.Key_Up)
        raise AssertionError(f"{name} cannot be walked with the arrow keys")

    def _row_count(self) -> int:
        model = self.table.model()
        assert model is not None
        return model.rowCount()

    def _index(self, row: int, title: str = "") -> QModelIndex:
        model = self.table.model()
        assert model is not None
        return model.index(row, self.titles().index(title))
