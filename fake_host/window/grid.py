"""A grid of patients: rows of plain texts, one patient behind each, and the context menu that plugins add to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, final

from PyQt6.QtCore import QAbstractTableModel, QModelIndex, QPoint, Qt, pyqtSignal
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QAbstractItemView, QMenu, QTableView, QWidget

from fake_host.desk import Desk
from fake_host.window.guard import guarded
from fake_host.window.widgets import tooltip
from hookspecs import Editor, MenuEntry, PatientRef

NO_PARENT = QModelIndex()


@dataclass(frozen=True, slots=True)
class GridRow:
    """One line: the patient behind it and what its cells say."""

    patient: PatientRef
    cells: tuple[str, ...]


@final
class GridModel(QAbstractTableModel):
    """Rows from memory; sorted by whoever brings them."""

    def __init__(self, titles: Sequence[str], parent: QWidget) -> None:
        super().__init__(parent)
        self._titles = tuple(titles)
        self._rows: tuple[GridRow, ...] = ()

    @property
    def rows(self) -> tuple[GridRow, ...]:
        """All rows in order."""
        return self._rows

    def show(self, rows: Sequence[GridRow]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._rows = tuple(rows)
        self.endResetModel()

    def row_of(self, patient: PatientRef | None) -> int | None:
        """Give the first row of `patient`."""
        return next((n for n, row in enumerate(self._rows) if patient and row.patient.id == patient.id), None)

    def rowCount(self, parent: QModelIndex = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._titles)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        text = self._rows[index.row()].cells[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return text
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(text)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return self._titles[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None


@final
class PatientGrid(QTableView):
    """Shows a `GridModel`.

    Signals:
        chosen: A person, not a program, moved to a row: its patient.
    """

    chosen = pyqtSignal(object)

    def __init__(self, desk: Desk, titles: Sequence[str], parent: QWidget) -> None:
        super().__init__(parent)
        self.desk = desk
        self.rows = GridModel(titles, self)
        self._follows = False
        self.setModel(self.rows)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        vertical, horizontal = self.verticalHeader(), self.horizontalHeader()
        assert vertical is not None and horizontal is not None
        vertical.hide()
        vertical.setDefaultSectionSize(round(self.fontMetrics().height() * 25 / 17))
        horizontal.setStretchLastSection(True)
        horizontal.setHighlightSections(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_menu_requested)
        selection = self.selectionModel()
        assert selection is not None
        selection.currentRowChanged.connect(self._on_current_row_changed)

    def show_rows(self, rows: Sequence[GridRow], current: PatientRef | None) -> None:
        """Show other rows and select `current` among them."""
        self._follows = True
        try:
            self.rows.show(rows)
        finally:
            self._follows = False
        self.select(current)

    def select(self, patient: PatientRef | None) -> None:
        """Select the row of `patient`, or none, without telling anybody."""
        self._follows = True
        try:
            row = self.rows.row_of(patient)
            if row is None:
                self.clearSelection()
                self.setCurrentIndex(QModelIndex())
            elif not (self.currentIndex().isValid() and self.rows.rows[self.currentIndex().row()].patient == patient):
                self.selectRow(row)
        finally:
            self._follows = False

    def selected(self) -> tuple[PatientRef, ...]:
        """Give the highlighted patients in grid order, each once."""
        selection = self.selectionModel()
        assert selection is not None
        numbers = sorted(index.row() for index in selection.selectedRows())
        return tuple(dict.fromkeys(self.rows.rows[number].patient for number in numbers))

    def build_menu(self) -> QMenu | None:
        """Make the context menu of the highlighted rows; None when there are none."""
        patients = self.selected()
        if not patients:
            return None
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        menu.setObjectName("host.context_menu")
        only = patients[0] if len(patients) == 1 else None
        one = self.tr("Elija una sola fila.")
        show = self._entry(menu, self.tr("&Mostrar paciente"), only is not None, one)
        phones = self._entry(menu, self.tr("&Editar teléfonos…"), only is not None, one)
        if only is not None:
            show.triggered.connect(lambda: self.desk.show_patient(only, "host"))
            phones.triggered.connect(lambda: self.desk.editors[Editor.PHONES](only))
        last = ""
        for plugin, entry in self.desk.collect("orthos_context_menu_entries", MenuEntry, patients=patients):
            if plugin != last:
                menu.addSeparator()
                last = plugin
            action = self._entry(menu, entry.text, entry.enabled, entry.why)
            action.setObjectName(entry.id)
            action.triggered.connect(partial(self._run, plugin, entry))
        return menu

    def _entry(self, menu: QMenu, text: str, enabled: bool, why: str) -> QAction:
        action = QAction(text, menu)
        action.setEnabled(enabled)
        action.setToolTip("" if enabled else tooltip(why))
        menu.addAction(action)
        return action

    def _run(self, plugin: str, entry: MenuEntry, _checked: bool = False) -> None:
        try:
            entry.run()
        except Exception as error:  # the plugin's code inside our slot
            self.desk.calls.report(plugin, f"menu entry {entry.id}", error)

    @guarded
    def _on_menu_requested(self, at: QPoint) -> None:
        menu = self.build_menu()
        viewport = self.viewport()
        if menu is not None and viewport is not None:
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(viewport.mapToGlobal(at))

    @guarded
    def _on_current_row_changed(self, current: QModelIndex) -> None:
        if not self._follows and current.isValid():
            self.chosen.emit(self.rows.rows[current.row()].patient)
