"""The group editor: groups of patients, their names and their members."""

from __future__ import annotations

from collections.abc import Sequence
from typing import final

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QCloseEvent
from PyQt6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from fake_host.clinic.database import ClinicDatabase
from fake_host.clinic.groups import GroupNameError, create_group, group_members
from fake_host.clinic.patients import search_patients
from fake_host.desk import Desk
from fake_host.reads import GroupLine, all_groups, save_group
from fake_host.window.grid import GridRow, PatientGrid
from fake_host.window.guard import guarded
from fake_host.window.theme import unit
from fake_host.window.widgets import field, plain
from hookspecs import NotifyLevel, PatientRef

NEW = 0
"""Id of a group that is not stored yet."""


@final
class GroupEditor(QDialog):
    """Edits one group at a time; nothing is stored before `Guardar`. Not modal."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self.desk = desk
        self.setObjectName("host.groups")
        self.setWindowTitle(self.tr("Grupos de pacientes"))
        self._group: GroupLine | None = None
        self._stored: tuple[PatientRef, ...] = ()
        self._members: dict[int, PatientRef] = {}
        self._reading = False
        self.list = QListWidget(self)
        self.list.setObjectName("host.groups.list")
        self.list.setAccessibleName(self.tr("Grupos"))
        self.new = QPushButton(self.tr("&Nuevo grupo"), self)
        self.new.setObjectName("host.groups.new")
        self.name = field(self)
        self.name.setObjectName("host.groups.name")
        self.name.setMaxLength(100)
        self.active = QCheckBox(self.tr("Ac&tivo: se ofrece al enviar"), self)
        self.active.setObjectName("host.groups.active")
        titles = (self.tr("Código"), self.tr("Paciente"))
        self.members = PatientGrid(desk, titles, self)
        self.members.setObjectName("host.groups.members")
        self.members.setAccessibleName(self.tr("Pacientes del grupo"))
        self.count = plain(parent=self, secondary=True)
        self.remove = QPushButton(self.tr("&Quitar los seleccionados"), self)
        self.remove.setObjectName("host.groups.remove")
        self.search = field(self)
        self.search.setObjectName("host.groups.search")
        self.search.setPlaceholderText(self.tr("Código, o apellidos, nombre; Intro busca"))
        self.found = PatientGrid(desk, titles, self)
        self.found.setObjectName("host.groups.found")
        self.found.setAccessibleName(self.tr("Pacientes encontrados"))
        self.add = QPushButton(self.tr("&Añadir los seleccionados"), self)
        self.add.setObjectName("host.groups.add")
        self.problem = plain(parent=self)
        self.problem.setObjectName("host.groups.problem")
        self.problem.setWordWrap(True)
        self.save = QPushButton(self.tr("&Guardar"), self)
        self.save.setObjectName("host.groups.save")
        self.undo = QPushButton(self.tr("&Deshacer cambios"), self)
        self.undo.setObjectName("host.groups.revert")
        self.leave = QPushButton(self.tr("&Cerrar"), self)
        self.leave.setObjectName("host.groups.close")
        for button in (self.new, self.remove, self.add, self.save, self.undo, self.leave):
            button.setAutoDefault(False)  # Intro searches and never stores by surprise
        self._lay_out()
        self._connect()
        self._show_group(None, ())
        self._read_groups(None)

    # --- what a person does -------------------------------------------------------------------------------------

    @property
    def is_changed(self) -> bool:
        """Whether something waits to be stored."""
        group = self._group
        if group is None:
            return False
        edited = (self.name.text().strip(), self.active.isChecked()) != (group.name, group.active)
        return edited or self._members.keys() != {one.id for one in self._stored}

    @guarded
    def start_new(self) -> None:
        """Begin a group that does not exist yet."""
        if self._refuses_to_leave():
            return
        self.list.setCurrentRow(-1)
        self._show_group(GroupLine(NEW, "", True, 0), ())
        self.name.setFocus()

    @guarded
    def look_up(self) -> None:
        """Search for patients to add."""
        text = self.search.text()
        self.desk.ask(lambda database: search_patients(database, text), self._show_found)

    @guarded
    def add_selected(self) -> None:
        """Take the patients found and selected into the group; they stand on top until it is stored."""
        new = {one.id: one for one in self.found.selected() if one.id not in self._members}
        self._members = new | self._members
        self._show_members()

    @guarded
    def remove_selected(self) -> None:
        """Take the selected members out."""
        for one in self.members.selected():
            self._members.pop(one.id, None)
        self._show_members()

    @guarded
    def store(self) -> None:
        """Write the group on a worker."""
        group = self._group
        if group is None or self._reading:
            return
        name, active, members = self.name.text(), self.active.isChecked(), tuple(self._members.values())
        ids = [one.id for one in members] if self._members.keys() != {one.id for one in self._stored} else None
        before = {one.id for one in self._stored}
        touched = [one for one in members if one.id not in before]
        touched += [one for one in self._stored if one.id not in self._members]

        def write(database: ClinicDatabase) -> int:
            group_id = group.id or create_group(database, name).id
            save_group(database, group_id, name, active, ids)
            return group_id

        self._set_reading(True)
        self.desk.ask(write, lambda group_id: self._on_stored(group_id, touched), self._say_unsaved)

    @guarded
    def revert(self) -> None:
        """Go back to what is stored."""
        group = self._group
        if group is not None and group.id == NEW:
            self._show_group(None, ())
        elif group is not None:
            self._show_group(group, self._stored)

    def reject(self) -> None:
        """Esc takes back what was not stored; without changes it closes."""
        if self.is_changed:
            self.revert()
            self._say(self.tr("Cambios deshechos."))
        else:
            super().reject()

    def closeEvent(self, event: QCloseEvent | None) -> None:
        if event is not None and event.spontaneous() and self._refuses_to_leave():
            event.ignore()
        else:
            super().closeEvent(event)

    # --- answers ------------------------------------------------------------------------------------------------

    def _read_groups(self, wanted: int | None) -> None:
        self.desk.ask(all_groups, lambda groups: self._show_groups(groups, wanted))

    def _show_groups(self, groups: Sequence[GroupLine], wanted: int | None) -> None:
        self.list.blockSignals(True)
        self.list.clear()
        row = -1
        for number, group in enumerate(groups):
            text = self.tr("{name} ({count})") if group.active else self.tr("{name} ({count}) · inactivo")
            item = QListWidgetItem(text.format(name=group.name, count=f"{group.size:,}".replace(",", ".")))
            item.setData(Qt.ItemDataRole.UserRole, group)
            self.list.addItem(item)
            if group.id == wanted:
                row = number
        self.list.blockSignals(False)
        self.list.setCurrentRow(row)

    @guarded
    def _on_group_chosen(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        group: GroupLine = item.data(Qt.ItemDataRole.UserRole)
        if self._group is not None and group.id == self._group.id and self.is_changed:
            return
        if self._refuses_to_leave():
            self._select_in_list(self._group)
            return
        self._show_group(group, ())
        self._set_reading(True)
        self.desk.ask(lambda database: group_members(database, group.id), lambda found: self._show_read(group, found))

    def _show_read(self, group: GroupLine, members: Sequence[PatientRef]) -> None:
        if self._group == group:
            self._show_group(group, members)

    def _show_found(self, found: Sequence[PatientRef]) -> None:
        self.found.show_rows([GridRow(one, (one.code, one.name)) for one in found], None)
        if found:
            self.found.selectRow(0)
        self._say("" if found else self.tr("Ningún paciente coincide con la búsqueda."))

    def _on_stored(self, group_id: int, touched: Sequence[PatientRef]) -> None:
        self.desk.patients_changed(touched, "groups")
        self.desk.notify(NotifyLevel.INFO, self.tr("Grupo «{name}» guardado.").format(name=self.name.text().strip()))
        self._show_group(None, ())
        self._read_groups(group_id)

    def _say_unsaved(self, error: Exception) -> None:
        self._set_reading(False)
        reasons = {
            "empty": self.tr("Escriba un nombre para el grupo."),
            "long": self.tr("El nombre es demasiado largo: como mucho, 100 letras."),
            "taken": self.tr("Ya hay un grupo con ese nombre; elija otro."),
        }
        other = self.tr("No se ha podido guardar; el grupo sigue como estaba. Vuelva a intentarlo.")
        self._say(reasons.get(error.reason, other) if isinstance(error, GroupNameError) else other)

    # --- inside -------------------------------------------------------------------------------------------------

    def _show_group(self, group: GroupLine | None, members: Sequence[PatientRef]) -> None:
        self._group = group
        self._stored = tuple(members)
        self._members = {one.id: one for one in members}
        self.name.setText(group.name if group else "")
        self.active.setChecked(group.active if group else False)
        self._say("")
        self._show_members()
        self._set_reading(False)

    def _show_members(self) -> None:
        self.members.show_rows([GridRow(one, (one.code, one.name)) for one in self._members.values()], None)
        one, many = self.tr("1 paciente"), self.tr("{count} pacientes")
        count = len(self._members)
        self.count.setText(one if count == 1 else many.format(count=f"{count:,}".replace(",", ".")))
        self._follow_changes()

    def _set_reading(self, reading: bool) -> None:
        self._reading = reading
        usable = self._group is not None and not reading
        for widget in (self.name, self.active, self.members, self.search, self.found):
            widget.setEnabled(usable)
        self._follow_changes()

    @guarded
    def _follow_changes(self) -> None:
        usable = self._group is not None and not self._reading
        none = self.tr("Elija antes un grupo.")
        for button, enabled, reason in (
            (self.save, usable and self.is_changed, self.tr("No hay cambios que guardar.")),
            (self.undo, usable and self.is_changed, self.tr("No hay cambios que deshacer.")),
            (self.remove, usable and bool(self.members.selected()), self.tr("Seleccione antes pacientes del grupo.")),
            (self.add, usable and bool(self.found.selected()), self.tr("Busque y seleccione antes pacientes.")),
        ):
            button.setEnabled(enabled)
            button.setToolTip("" if enabled else (reason if usable else none))

    def _refuses_to_leave(self) -> bool:
        if self.is_changed:
            self._say(self.tr("Hay cambios sin guardar: pulse Guardar o Deshacer cambios."))
            return True
        return False

    def _select_in_list(self, group: GroupLine | None) -> None:
        self.list.blockSignals(True)
        self.list.setCurrentRow(-1)
        for number in range(self.list.count()):
            item = self.list.item(number)
            if group is not None and item is not None and item.data(Qt.ItemDataRole.UserRole).id == group.id:
                self.list.setCurrentRow(number)
        self.list.blockSignals(False)

    def _say(self, text: str) -> None:
        self.problem.setText(text)

    def _connect(self) -> None:
        self.list.currentItemChanged.connect(self._on_group_chosen)
        self.new.clicked.connect(self.start_new)
        self.name.textEdited.connect(self._follow_changes)
        self.active.clicked.connect(self._follow_changes)
        self.search.returnPressed.connect(self.look_up)
        self.add.clicked.connect(self.add_selected)
        self.remove.clicked.connect(self.remove_selected)
        self.save.clicked.connect(self.store)
        self.undo.clicked.connect(self.revert)
        self.leave.clicked.connect(self._on_leave)
        for grid in (self.members, self.found):
            selection = grid.selectionModel()
            assert selection is not None
            selection.selectionChanged.connect(self._follow_changes)

    @guarded
    def _on_leave(self) -> None:
        if not self._refuses_to_leave():
            self.close()

    def _lay_out(self) -> None:
        one = unit(self.font())
        gap = round(8 * one)
        left, right = QWidget(self), QWidget(self)
        first = QVBoxLayout(left)
        first.setContentsMargins(0, 0, gap, 0)
        first.addWidget(self.list, 1)
        first.addWidget(self.new, 0, Qt.AlignmentFlag.AlignLeft)
        second = QVBoxLayout(right)
        second.setContentsMargins(gap, 0, 0, 0)
        form = QFormLayout()
        form.addRow(self.tr("N&ombre"), self.name)
        form.addRow("", self.active)
        second.addLayout(form)
        second.addWidget(self.members, 3)
        below = QHBoxLayout()
        below.addWidget(self.count)
        below.addStretch(1)
        below.addWidget(self.remove)
        second.addLayout(below)
        seek = QFormLayout()
        seek.addRow(self.tr("&Buscar"), self.search)
        second.addLayout(seek)
        second.addWidget(self.found, 2)
        second.addWidget(self.add, 0, Qt.AlignmentFlag.AlignRight)
        split = QSplitter(self)
        split.setChildrenCollapsible(False)
        split.addWidget(left)
        split.addWidget(right)
        split.setStretchFactor(1, 1)
        split.setSizes([round(300 * one), round(520 * one)])
        last = QHBoxLayout()
        last.addWidget(self.problem, 1)
        for button in (self.save, self.undo, self.leave):
            last.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(round(16 * one),) * 4)
        column.addWidget(split, 1)
        column.addLayout(last)
        self.resize(round(860 * one), round(620 * one))
