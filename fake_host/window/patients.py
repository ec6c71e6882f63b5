"""The module `Pacientes`: search, list, and the card of the current patient."""

from __future__ import annotations

from typing import final

from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QFormLayout, QLabel, QLineEdit, QSplitter, QVBoxLayout, QWidget

from fake_host.clinic.patients import SEARCH_LIMIT, PatientCard, search_patients
from fake_host.desk import Desk
from fake_host.reads import card_with_groups
from fake_host.window import icons
from fake_host.window.grid import GridRow, PatientGrid
from fake_host.window.guard import guarded
from fake_host.window.theme import Theme, field_style, scaled, unit
from fake_host.window.widgets import field, plain
from hookspecs import PatientRef

ORIGIN = "host.patients"
TYPING_PAUSE_MS = 150


@final
class PatientsModule(QWidget):
    """Sets the current patient when a person chooses one, and follows it when anybody else does."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self.desk = desk
        self.setObjectName(ORIGIN)
        self._asked = 0
        self._loaded = False
        self.search = field(self)
        self.search.setObjectName("host.patient_search")
        self.search.setPlaceholderText(self.tr("Código, o apellidos, nombre"))
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName(self.tr("Buscar paciente"))
        self._glass = QAction(self)
        self.search.addAction(self._glass, QLineEdit.ActionPosition.LeadingPosition)
        self.grid = PatientGrid(desk, (self.tr("Código"), self.tr("Paciente")), self)
        self.grid.setObjectName("host.patient_grid")
        self.grid.setAccessibleName(self.tr("Pacientes encontrados"))
        self.grid.setColumnWidth(0, self.grid.fontMetrics().averageCharWidth() * 11)
        self.count = plain(parent=self, secondary=True)
        self.card = PatientCardView(desk, self)
        self._lay_out()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(TYPING_PAUSE_MS)
        self._pause.timeout.connect(self.look_up)
        self.search.textEdited.connect(self._on_text_edited)
        self.search.returnPressed.connect(self._on_return_pressed)
        self.grid.chosen.connect(self._on_chosen)
        desk.on_patient.append(self.show_patient)
        desk.on_change.append(self._reload_card)
        self.show_patient(desk.current, "")

    def set_theme(self, theme: Theme) -> None:
        """Draw the icons in other colours."""
        self.setStyleSheet(field_style(theme, self.font()))
        self._glass.setIcon(icons.icon(icons.SEARCH, theme.secondary, theme.disabled, self.devicePixelRatioF()))

    def show_patient(self, patient: PatientRef | None, _origin: str) -> None:
        """Follow the current patient: its row if it is listed, and its card."""
        self.grid.select(patient)
        self.card.show_patient(patient)

    def load_once(self) -> None:
        """Fill the list when the module is first opened."""
        if not self._loaded:
            self.look_up()

    @guarded
    def look_up(self) -> None:
        """Search on a worker; only the answer to the latest question is shown."""
        self._loaded = True
        self._pause.stop()
        self._asked += 1
        number, text = self._asked, self.search.text()
        self.desk.ask(lambda database: search_patients(database, text), lambda found: self._show(number, found))

    def _show(self, number: int, found: list[PatientRef]) -> None:
        if number != self._asked:
            return
        self.grid.show_rows([GridRow(one, (one.code, one.name)) for one in found], self.desk.current)
        if not found:
            self.count.setText(self.tr("Ningún paciente coincide. Pruebe con menos letras."))
        elif len(found) >= SEARCH_LIMIT:
            self.count.setText(self.tr("Los {count} primeros. Escriba más letras.").format(count=len(found)))
        else:
            one, many = self.tr("1 paciente"), self.tr("{count} pacientes")
            self.count.setText(one if len(found) == 1 else many.format(count=len(found)))

    @guarded
    def _on_text_edited(self) -> None:
        self._pause.start()

    @guarded
    def _on_return_pressed(self) -> None:
        if self._pause.isActive() or not self.grid.rows.rows:
            self.look_up()
        else:
            self.grid.setFocus()
            self.grid.selectRow(max(0, self.grid.currentIndex().row()))

    @guarded
    def _on_chosen(self, patient: PatientRef) -> None:
        self.desk.show_patient(patient, ORIGIN)

    def _reload_card(self, patient: PatientRef, _what: str) -> None:
        if patient == self.desk.current:
            self.card.show_patient(patient)

    def _lay_out(self) -> None:
        one = unit(self.font())
        top = QWidget(self)
        upper = QVBoxLayout(top)
        upper.setContentsMargins(0, 0, 0, 0)
        upper.setSpacing(round(6 * one))
        upper.addWidget(self.search)
        upper.addWidget(self.grid, 1)
        upper.addWidget(self.count)
        split = QSplitter(Qt.Orientation.Vertical, self)
        split.setChildrenCollapsible(False)
        split.addWidget(top)
        split.addWidget(self.card)
        split.setStretchFactor(0, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(round(8 * one),) * 4)
        column.addWidget(split)


@final
class PatientCardView(QWidget):
    """What the clinic knows of the current patient, read on a worker."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self.desk = desk
        self.setObjectName("host.patient_card")
        self._patient: PatientRef | None = None
        self._name = plain(parent=self)
        self._name.setFont(scaled(self.font(), 15 / 13, strong=True))
        self._name.setWordWrap(True)
        self.lines: dict[str, QLabel] = {}
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        for key, title in (
            ("code", self.tr("Código")),
            ("phones", self.tr("Teléfonos")),
            ("email", self.tr("Correo")),
            ("groups", self.tr("Grupos")),
            ("language", self.tr("Idioma")),
            ("app", self.tr("App")),
        ):
            value = plain(parent=self)
            value.setWordWrap(True)
            value.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
            value.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
            self.lines[key] = value
            label = plain(title, self, secondary=True)
            label.setAlignment(Qt.AlignmentFlag.AlignTop)
            form.addRow(label, value)
        self._objection = plain(self.tr("Derecho de oposición aceptado: no se le puede escribir."), self)
        self._objection.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, round(8 * unit(self.font())), 0, 0)
        column.addWidget(self._name)
        column.addWidget(self._objection)
        column.addLayout(form)
        column.addStretch(1)
        self._show_empty()

    def show_patient(self, patient: PatientRef | None) -> None:
        """Show `patient`; its name at once, the rest when the database has answered."""
        if patient != self._patient:
            self._show_empty()
        self._patient = patient
        if patient is None:
            return
        self._name.setText(patient.name)
        self.lines["code"].setText(patient.code)
        self.desk.ask(
            lambda database: card_with_groups(database, patient.id),
            lambda found: self._show(patient, found),
        )

    def _show(self, patient: PatientRef, found: tuple[PatientCard, tuple[str, ...]] | None) -> None:
        if patient != self._patient:
            return  # the answer to an older question
        if found is None:
            self._name.setText(self.tr("{name} ya no existe").format(name=patient.name))
            return
        card, groups = found
        none = "—"
        phones = [
            self.tr("{number} (SMS)").format(number=phone.number) if phone.sms_selected else phone.number
            for phone in card.phones
        ]
        if phones and not any(phone.sms_selected for phone in card.phones):
            phones.append(self.tr("ninguno para SMS"))
        self.lines["phones"].setText("\n".join(phones) or none)
        self.lines["email"].setText(card.email or none)
        self.lines["groups"].setText("\n".join(groups) or none)
        self.lines["language"].setText(self._language(card.language))
        self.lines["app"].setText(self.tr("Sí") if card.has_app else self.tr("No"))
        self._objection.setVisible(card.objection_accepted)

    def _show_empty(self) -> None:
        self._name.setText(self.tr("Ningún paciente elegido"))
        for line in self.lines.values():
            line.setText("—")
        self._objection.hide()

    def _language(self, code: str) -> str:
        known = {
            "es": self.tr("Español"),
            "ca": self.tr("Catalán"),
            "eu": self.tr("Euskera"),
            "gl": self.tr("Gallego"),
            "en": self.tr("Inglés"),
            "fr": self.tr("Francés"),
            "de": self.tr("Alemán"),
        }
        return known.get(code, code)
