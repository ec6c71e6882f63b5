"""The phone editor: the only place where phones are written, and where the mobile for SMS is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QPalette
from PyQt6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from fake_host.clinic.patients import Phone, read_phones, replace_phones
from fake_host.desk import Desk
from fake_host.phone_rules import PhoneFault, fault_of
from fake_host.window import icons
from fake_host.window.guard import guarded
from fake_host.window.theme import scaled, unit
from fake_host.window.widgets import field, plain
from hookspecs import PatientRef


@dataclass(eq=False, slots=True)
class _Line:
    """The widgets of one phone; `stored` is what the database held when the editor opened."""

    stored: Phone | None
    sms: QRadioButton
    number: QLineEdit
    kind: QComboBox
    remove: QToolButton

    def phone(self) -> Phone:
        return Phone(
            number=self.number.text().strip(),
            kind=str(self.kind.currentData()),
            sms_selected=self.sms.isChecked(),
            id=self.stored.id if self.stored else None,
        )


@final
class PhoneEditor(QDialog):
    """Edits one patient's phones. Not modal: a send may run meanwhile, and other windows stay usable."""

    def __init__(self, desk: Desk, patient: PatientRef, parent: QWidget) -> None:
        super().__init__(parent)
        self.desk = desk
        self.patient = patient
        self._lines: list[_Line] = []
        self.setObjectName("host.phones")
        self.setWindowTitle(self.tr("Editor de teléfonos"))
        self._who = plain(f"{patient.name} · {patient.code}", self)
        self._who.setFont(scaled(self.font(), 15 / 13, strong=True))
        self._who.setWordWrap(True)
        self._choice = QButtonGroup(self)
        self._rows = QGridLayout()
        self._none = QRadioButton(self.tr("&Ninguno: este paciente no recibirá SMS"), self)
        self._none.setObjectName("host.phones.none")
        self._choice.addButton(self._none)
        self._add = QPushButton(self.tr("&Añadir teléfono"), self)
        self._add.setObjectName("host.phones.add")
        self._add.setAutoDefault(False)
        self._problem = plain(parent=self)
        self._problem.setObjectName("host.phones.problem")
        self._problem.setWordWrap(True)
        self._buttons = QDialogButtonBox(self)
        self._save = self._buttons.addButton(self.tr("&Guardar"), QDialogButtonBox.ButtonRole.AcceptRole)
        self._cancel = self._buttons.addButton(self.tr("&Cancelar"), QDialogButtonBox.ButtonRole.RejectRole)
        assert self._save is not None and self._cancel is not None
        self._save.setObjectName("host.phones.save")
        self._save.setDefault(True)
        self._cancel.setObjectName("host.phones.cancel")
        self._lay_out()
        self._add.clicked.connect(self._on_add)
        self._buttons.accepted.connect(self._on_save)
        self._buttons.rejected.connect(self.reject)
        self._set_ready(False, self.tr("Leyendo los teléfonos…"))
        desk.ask(lambda database: read_phones(database, patient.id), self._show, self._say_unread)

    @property
    def numbers(self) -> list[QLineEdit]:
        """The fields with the numbers, from top to bottom."""
        return [line.number for line in self._lines]

    def _show(self, phones: tuple[Phone, ...]) -> None:
        for phone in phones:
            self._append(phone)
        if not phones:
            self._append(None)
        self._none.setChecked(not any(phone.sms_selected for phone in phones))
        self._set_ready(True, "")
        self._lines[0].number.setFocus()

    def _say_unread(self, _error: Exception) -> None:
        self._say(self.tr("No se han podido leer los teléfonos. Cierre esta ventana y vuelva a intentarlo."))

    @guarded
    def _on_add(self) -> None:
        self._append(None)
        self._lines[-1].number.setFocus()

    @guarded
    def _on_save(self) -> None:
        problem = self._first_problem()
        self._say(problem)
        if problem:
            return
        self._set_ready(False, self.tr("Guardando…"))
        phones, patient = [line.phone() for line in self._lines], self.patient
        self.desk.ask(
            lambda database: replace_phones(database, patient.id, phones),
            lambda _stored: self._on_saved(),
            self._say_unsaved,
        )

    def _on_saved(self) -> None:
        self.desk.patient_changed(self.patient, "phones")
        self.accept()

    def _say_unsaved(self, error: Exception) -> None:
        gone = self.tr("Otro puesto ha cambiado estos teléfonos. Cierre esta ventana y ábrala de nuevo para verlos.")
        other = self.tr("No se ha podido guardar; los teléfonos siguen como estaban. Vuelva a intentarlo.")
        self._set_ready(True, gone if isinstance(error, LookupError) else other)

    def _first_problem(self) -> str:
        """Say what is wrong with the first line that is; a number that nobody touched may stay as it is."""
        sentences = {
            PhoneFault.EMPTY: self.tr("Hay una línea sin número: escríbalo o quite la línea."),
            PhoneFault.SIGNS: self.tr("«{number}» no es un teléfono: escriba cifras, espacios y el prefijo con +."),
            PhoneFault.LENGTH: self.tr("«{number}» no es un teléfono: le faltan o le sobran cifras."),
            PhoneFault.NOT_MOBILE: self.tr("«{number}» no es un móvil: elija otro para los SMS, o «Ninguno»."),
        }
        for line in self._lines:
            phone = line.phone()
            fault = fault_of(phone.number, for_sms=phone.sms_selected)
            if fault is not None and phone != line.stored:
                line.number.setFocus()
                return sentences[fault].format(number=phone.number)
        return ""

    def _append(self, phone: Phone | None) -> None:
        line = _Line(phone, QRadioButton(self), field(self), QComboBox(self), QToolButton(self))
        for key, text in (
            ("mobile", self.tr("Móvil")),
            ("landline", self.tr("Fijo")),
            ("work", self.tr("Trabajo")),
            ("other", self.tr("Otro")),
        ):
            line.kind.addItem(text, key)
        if phone is not None:
            line.number.setText(phone.number)
            line.kind.setCurrentIndex(max(0, line.kind.findData(phone.kind)))
        # A person cannot choose a phone for SMS that is not there, so the radio is made part of the group first.
        self._choice.addButton(line.sms)
        line.sms.setChecked(phone is not None and phone.sms_selected)
        line.number.setMaxLength(60)
        line.number.setMinimumWidth(line.number.fontMetrics().averageCharWidth() * 22)
        line.sms.setAccessibleName(self.tr("Usar para SMS"))
        line.sms.setToolTip(line.sms.accessibleName())
        line.number.setAccessibleName(self.tr("Número"))
        line.kind.setAccessibleName(self.tr("Tipo"))
        line.remove.setToolTip(self.tr("Quitar este teléfono"))
        line.remove.setAccessibleName(line.remove.toolTip())
        palette, ratio = self.palette(), self.devicePixelRatioF()
        grey = palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text).name()
        line.remove.setIcon(icons.icon(icons.BIN, palette.color(QPalette.ColorRole.Text).name(), grey, ratio))
        line.remove.setAutoRaise(True)
        line.remove.clicked.connect(lambda: self._remove(line))
        self._lines.append(line)
        self._place()

    @guarded
    def _remove(self, line: _Line) -> None:
        if line.sms.isChecked():
            self._none.setChecked(True)
        self._lines.remove(line)
        self._choice.removeButton(line.sms)
        for widget in (line.sms, line.number, line.kind, line.remove):
            self._rows.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._place()

    def _place(self) -> None:
        previous: QWidget | None = None
        for number, line in enumerate(self._lines):
            widgets = (line.sms, line.number, line.kind, line.remove)
            for column, (widget, name) in enumerate(zip(widgets, ("sms", "number", "kind", "remove"), strict=True)):
                widget.setObjectName(f"host.phones.{name}.{number}")
                centred = Qt.AlignmentFlag.AlignCenter if column in (0, 3) else Qt.AlignmentFlag(0)
                self._rows.addWidget(widget, number + 1, column, centred)
                if previous is not None:
                    self.setTabOrder(previous, widget)
                previous = widget
        if previous is not None:
            for button in (self._none, self._add, self._save, self._cancel):
                self.setTabOrder(previous, button)
                previous = button

    def _set_ready(self, ready: bool, text: str) -> None:
        for widget in (self._none, self._add, self._save):
            assert widget is not None
            widget.setEnabled(ready)
        for line in self._lines:
            for part in (line.sms, line.number, line.kind, line.remove):
                part.setEnabled(ready)
        self._say(text)

    def _say(self, text: str) -> None:
        self._problem.setText(text)
        self._problem.setVisible(bool(text))

    def _lay_out(self) -> None:
        one = unit(self.font())
        for column, title in enumerate((self.tr("SMS"), self.tr("Número"), self.tr("Tipo"))):
            centred = Qt.AlignmentFlag.AlignCenter if column == 0 else Qt.AlignmentFlag.AlignLeft
            self._rows.addWidget(plain(title, self, secondary=True), 0, column, centred)
        self._rows.setColumnStretch(1, 1)
        self._rows.setHorizontalSpacing(round(8 * one))
        inside = QWidget(self)
        stack = QVBoxLayout(inside)
        stack.setContentsMargins(0, 0, round(4 * one), 0)
        stack.addLayout(self._rows)
        stack.addWidget(self._none)
        stack.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidget(inside)
        column_layout = QVBoxLayout(self)
        column_layout.setContentsMargins(*(round(16 * one),) * 4)
        column_layout.setSpacing(round(8 * one))
        column_layout.addWidget(self._who)
        column_layout.addWidget(scroll, 1)
        column_layout.addWidget(self._add, 0, Qt.AlignmentFlag.AlignLeft)
        column_layout.addWidget(self._problem)
        column_layout.addWidget(self._buttons)
        self.resize(round(480 * one), round(340 * one))
