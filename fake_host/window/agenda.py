"""The module `Agenda`: the appointments of a day."""

from __future__ import annotations

from datetime import date
from typing import final

from PyQt6.QtCore import QDate, Qt
from PyQt6.QtWidgets import QDateEdit, QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from fake_host.clinic.agenda import Slot
from fake_host.desk import Desk
from fake_host.reads import day_with_sms
from fake_host.window import icons
from fake_host.window.grid import GridRow, PatientGrid
from fake_host.window.guard import guarded
from fake_host.window.theme import Theme, field_style, unit
from fake_host.window.widgets import plain
from hookspecs import PatientRef

ORIGIN = "host.agenda"


@final
class AgendaModule(QWidget):
    """Sets the current patient when a person chooses an appointment, and follows it when anybody else does."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self.desk = desk
        self.setObjectName(ORIGIN)
        self._loaded = False
        self.day = QDateEdit(QDate.currentDate(), self)
        self.day.setObjectName("host.agenda_day")
        self.day.setDisplayFormat("dd/MM/yyyy")
        self.day.setCalendarPopup(True)
        self.day.setAccessibleName(self.tr("Día"))
        self.back, self.forward = QToolButton(self), QToolButton(self)
        self.back.setToolTip(self.tr("Día anterior"))
        self.forward.setToolTip(self.tr("Día siguiente"))
        for button in (self.back, self.forward):
            button.setAccessibleName(button.toolTip())
            button.setAutoRaise(True)
        self.today = QPushButton(self.tr("Hoy"), self)
        titles = (
            self.tr("Hora"),
            self.tr("Paciente"),
            self.tr("Concepto"),
            self.tr("Doctor"),
            self.tr("Sillón"),
            self.tr("Estado"),
            self.tr("SMS"),
        )
        self.grid = PatientGrid(desk, titles, self)
        self.grid.setObjectName("host.agenda_grid")
        self.grid.setAccessibleName(self.tr("Citas del día"))
        one = round(self.fontMetrics().averageCharWidth())
        for column, letters in enumerate((8, 30, 22, 22, 14, 12, 5)):
            self.grid.setColumnWidth(column, letters * one)
        self.count = plain(parent=self, secondary=True)
        self._lay_out()
        self.day.dateChanged.connect(self.read)
        self.back.clicked.connect(lambda: self.day.setDate(self.day.date().addDays(-1)))
        self.forward.clicked.connect(lambda: self.day.setDate(self.day.date().addDays(1)))
        self.today.clicked.connect(lambda: self.day.setDate(QDate.currentDate()))
        self.grid.chosen.connect(self._on_chosen)
        desk.on_patient.append(lambda patient, _origin: self.grid.select(patient))
        desk.on_change.append(self._on_change)

    def set_theme(self, theme: Theme) -> None:
        """Draw the icons in other colours."""
        self.setStyleSheet(field_style(theme, self.font()))
        for button, svg in ((self.back, icons.BACK), (self.forward, icons.FORWARD)):
            button.setIcon(icons.icon(svg, theme.text, theme.disabled, self.devicePixelRatioF()))

    def load_once(self) -> None:
        """Read the day when the module is first opened."""
        if not self._loaded:
            self.read()

    @guarded
    def read(self) -> None:
        """Read the day on a worker."""
        self._loaded = True
        day = self.day.date().toPyDate()
        self.desk.ask(lambda database: day_with_sms(database, day), lambda found: self._show(day, found))

    def _show(self, day: date, found: list[tuple[Slot, bool]]) -> None:
        if day != self.day.date().toPyDate():
            return  # the answer to an older question
        rows = [
            GridRow(
                slot.patient,
                (
                    f"{slot.starts_at:%H:%M}",
                    slot.patient.name,
                    slot.concept,
                    slot.doctor,
                    slot.place,
                    self._state(slot.state),
                    self.tr("Sí") if told else "",
                ),
            )
            for slot, told in found
        ]
        self.grid.show_rows(rows, self.desk.current)
        none, one, many = self.tr("No hay citas este día."), self.tr("1 cita"), self.tr("{count} citas")
        self.count.setText(many.format(count=len(rows)) if len(rows) > 1 else (one if rows else none))

    def _state(self, state: str) -> str:
        known = {
            "planned": self.tr("Prevista"),
            "cancelled": self.tr("Anulada"),
            "done": self.tr("Realizada"),
        }
        return known.get(state, state)

    @guarded
    def _on_chosen(self, patient: PatientRef) -> None:
        self.desk.show_patient(patient, ORIGIN)

    def _on_change(self, _patient: PatientRef, what: str) -> None:
        if what == "appointments" and self._loaded:
            self.read()

    def _lay_out(self) -> None:
        one = unit(self.font())
        line = QHBoxLayout()
        line.setSpacing(round(4 * one))
        for widget in (self.back, self.day, self.forward, self.today):
            line.addWidget(widget)
        line.addStretch(1)
        line.addWidget(self.count, 0, Qt.AlignmentFlag.AlignRight)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(round(8 * one),) * 4)
        column.setSpacing(round(6 * one))
        column.addLayout(line)
        column.addWidget(self.grid, 1)
