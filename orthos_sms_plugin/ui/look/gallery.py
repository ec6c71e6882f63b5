"""Draws the whole look into PNG files: `python -m orthos_sms_plugin.ui.look.gallery FOLDER`.

For the eyes of whoever changes the look. The people in it are invented.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QAbstractTableModel, QDate, QModelIndex, Qt
from PyQt6.QtGui import QAction, QColor, QPalette
from PyQt6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QDateEdit,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QTableView,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from orthos_sms_plugin.ui.look import cells, icons, widgets
from orthos_sms_plugin.ui.look.cells import CellLook
from orthos_sms_plugin.ui.look.empty import EmptyState
from orthos_sms_plugin.ui.look.gallery_samples import EMPTY_CONTENT, ROWS, STRIPS, SampleRow
from orthos_sms_plugin.ui.look.lines import Legend, Run, RunKind, SummaryLine
from orthos_sms_plugin.ui.look.strip import SendStrip
from orthos_sms_plugin.ui.look.theme import Role, apply_look, dark_palette, light_palette, mark_primary, metrics_for

_HEADERS = ("", "Nombre", "Enviado", "Código", "Teléfono", "Caracteres", "SMS", "Mensaje", "Detalle")
_WIDTHS = (34, 286, 80, 72, 112, 92, 48, 320, 290)
_RIGHT = Qt.AlignmentFlag.AlignRight
_TEXT = "{}, ya le toca la revision de ortodoncia en Clinica Ejemplo. Llame al 910 555 200 y le buscamos hora."


class SampleModel(QAbstractTableModel):
    """The rows of the pictures, repeated as often as asked."""

    def __init__(self, row_count: int = len(ROWS)) -> None:
        super().__init__()
        self._row_count = row_count
        self._cells = [_answers(code, row) for code, row in enumerate(ROWS, start=2748)]

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else self._row_count

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(_HEADERS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _HEADERS[section]
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return (_RIGHT if section in (5, 6) else Qt.AlignmentFlag.AlignLeft) | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return self._cells[index.row() % len(ROWS)][index.column()].get(role)


def _answers(code: int, row: SampleRow) -> list[dict[int, Any]]:
    """What the model answers for the nine cells of a row, by item role."""
    mark, name, state, phone, parts, detail = row
    display, no_mobile = int(Qt.ItemDataRole.DisplayRole), CellLook(ground=Role.NO_MOBILE) if phone == "—" else None
    return [
        {cells.MARK_ROLE: mark},
        {display: name, cells.LOOK_ROLE: no_mobile},
        {cells.STATE_ROLE: state},
        {display: f"{code:06}"},
        {display: phone, cells.LOOK_ROLE: no_mobile},
        {display: "148"},
        {display: parts, cells.LOOK_ROLE: CellLook(bold=parts != "1")},
        {display: _TEXT.format(name.partition(", ")[2]), cells.LOOK_ROLE: CellLook(quiet=True)},
        {cells.STATE_ROLE: detail},
    ]


def sample_table(model: SampleModel) -> QTableView:
    """A table with our delegates, as the panel sets it up."""
    table = QTableView()
    model.setParent(table)
    table.setModel(model)
    table.setShowGrid(False)
    table.setAlternatingRowColors(True)
    table.setWordWrap(False)
    table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
    rows, header = table.verticalHeader(), table.horizontalHeader()
    if rows is not None and header is not None:
        rows.hide()
        rows.setDefaultSectionSize(metrics_for(table.font()).row)
        header.setHighlightSections(False)
        header.setSortIndicatorShown(True)
        header.setSortIndicator(1, Qt.SortOrder.AscendingOrder)
    for column, width in enumerate(_WIDTHS):
        table.setColumnWidth(column, metrics_for(table.font()).scaled(width))
        table.setItemDelegateForColumn(column, _delegate(column, table))
    return table


def _delegate(column: int, table: QTableView) -> cells.CellDelegate:
    if column == 0:
        return cells.MarkDelegate(table)
    if column == 2:
        return cells.ChipDelegate(table)
    if column == 8:
        return cells.DetailDelegate(table)
    return cells.TextDelegate(table, align=_RIGHT if column in (5, 6) else Qt.AlignmentFlag.AlignLeft)


def _toolbar(page: QWidget) -> QToolBar:
    toolbar = QToolBar()
    toolbar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
    for name, text in (
        ("query", "Consultar"),
        ("send", "Enviar (15)"),
        ("refresh", "Actualizar"),
        ("globe", "Web del proveedor"),
        ("history", "Histórico"),
        ("report", "Informe"),
        ("excel", "Exportar a Excel"),
        ("mark-patients", "Marcar pacientes"),
        ("", ""),
        ("phone", "Teléfonos"),
        ("conversations", "Conversaciones"),
        ("letter", "Correspondencia"),
        ("sms", "SMS"),
        ("mail", "Correo"),
        ("bell", "Notificación"),
        ("folder", "Documentos"),
        ("communications", "Comunicados"),
    ):
        if not name:
            toolbar.addSeparator()
            continue
        action = QAction(text, toolbar)
        icons.set_icon(action, name, page)
        action.setEnabled(name != "bell")
        toolbar.addAction(action)
        button = toolbar.widgetForAction(action)
        if name == "send" and isinstance(button, QAbstractButton):
            mark_primary(button, True)
    return toolbar


def _parameters() -> QWidget:
    band = QFrame()
    band.setProperty("look", "bar")
    date, group, search, off = QDateEdit(QDate(2026, 11, 23)), QComboBox(), QLineEdit(), QComboBox()
    date.setCalendarPopup(True)
    date.setDisplayFormat("dd/MM/yyyy")
    group.addItems(["Ortodoncia · revisión semestral", "Implantes"])
    off.addItem("Elija un grupo…")
    off.setEnabled(False)
    search.setPlaceholderText("Filtrar por nombre, teléfono, código o texto")
    first, second, once = (
        QRadioButton("&Grupo de pacientes"),
        QRadioButton("&Citas del día"),
        QCheckBox("Enviar &sólo uno"),
    )
    first.setChecked(True)
    once.setChecked(True)
    edit = QPushButton()
    icons.set_icon(edit, "edit")
    row = QHBoxLayout(band)
    for widget in (widgets.plain_label("Fecha", "secondary"), date, first, second, group, off, edit, once, search):
        row.addWidget(widget)
    return band


def _panel() -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    strip = SendStrip()
    strip.show_state(STRIPS[1])
    pills = widgets.PillBar()
    pills.show_pills(
        (widgets.Pill("all", "&Todas", 24), widgets.Pill("marked", "&Marcadas", 15), widgets.Pill("out", "&Fuera", 9))
    )
    table = sample_table(SampleModel())
    table.selectRow(4)
    summary = SummaryLine()
    figure, words, plain = RunKind.FIGURE, RunKind.WORDS, RunKind.PLAIN
    summary.show_groups(
        (
            (Run("15", figure), Run("marcadas de"), Run("24", figure), Run("consultadas")),
            (Run("16", figure), Run("partes"), Run("≈ 16", figure), Run("créditos")),
            (Run("coins", RunKind.ICON), Run("Saldo"), Run("1.240", figure), Run("(hoy 09:41)", words)),
            (Run("9", figure), Run("fuera:"), Run("4 enviadas · 1 sin móvil · 1 baja · 1 oposición", plain)),
        ),
        "&Ver fuera…",
    )
    for widget in (_toolbar(page), _parameters(), strip, pills, table, summary, widgets.Rule(upright=False), Legend()):
        column.addWidget(widget)
    page.resize(1366, 768)
    return page


def _strips() -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    for state in STRIPS:
        strip = SendStrip()
        strip.show_state(state)
        column.addWidget(strip)
    page.resize(1366, 10)
    return page


def _empty() -> QWidget:
    page = QWidget()
    state = EmptyState()
    state.show_content(EMPTY_CONTENT)
    QVBoxLayout(page).addWidget(state)
    page.resize(1000, 460)
    return page


def _icons() -> QWidget:
    page = QWidget()
    grid = QGridLayout(page)
    for place, name in enumerate(icons.icon_names()):
        box = QHBoxLayout()
        for size in (14, 16, 20, 40):
            box.addWidget(widgets.IconLabel(name, size=size))
        box.addWidget(widgets.plain_label(name), 1)
        grid.addLayout(box, place // 5, place % 5)
    return page


def contrast_palette() -> QPalette:
    """A palette like that of a system contrast theme: white and yellow on black."""
    palette = QPalette(QColor("#000000"), QColor("#000000"))
    role = QPalette.ColorRole
    for white in (role.WindowText, role.Text, role.ButtonText, role.PlaceholderText):
        palette.setColor(white, QColor("#FFFFFF"))
    for black in (role.Window, role.Base, role.Button, role.AlternateBase):
        palette.setColor(black, QColor("#000000"))
    palette.setColor(role.Highlight, QColor("#1AEBFF"))
    palette.setColor(role.HighlightedText, QColor("#000000"))
    palette.setColor(role.Link, QColor("#FFFF00"))
    return palette


PAGES = {"panel": _panel, "strips": _strips, "empty": _empty, "icons": _icons}
PALETTES = {"light": light_palette, "dark": dark_palette, "contrast": contrast_palette}


def draw(folder: Path) -> list[Path]:
    """Draw every page in every theme; needs a running `QApplication`."""
    folder.mkdir(parents=True, exist_ok=True)
    before, drawn = QApplication.palette(), []
    for theme, make in PALETTES.items():
        QApplication.setPalette(make())
        for name, build in PAGES.items():
            page = build()
            apply_look(page)
            page.show()
            QApplication.processEvents()
            path = folder / f"{name}-{theme}.png"
            page.grab().save(str(path))
            drawn.append(path)
            page.close()
            page.deleteLater()
    QApplication.setPalette(before)
    return drawn


def main() -> None:
    app = QApplication(sys.argv)
    app.setStyle("Fusion")
    font = app.font()
    font.setPixelSize(13)
    app.setFont(font)
    draw(Path(sys.argv[1]))


if __name__ == "__main__":
    main()
