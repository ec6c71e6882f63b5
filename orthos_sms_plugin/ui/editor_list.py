"""The list of the message editor: every message, found by typing, with what it is in a second line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, final

from PyQt6.QtCore import QAbstractListModel, QItemSelection, QModelIndex, QObject, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QIcon, QKeyEvent
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QPushButton,
    QStackedWidget,
    QStyleOptionViewItem,
    QWidget,
)

from orthos_sms_plugin.domain.names import search_key
from orthos_sms_plugin.domain.templates import SmsTemplate
from orthos_sms_plugin.services.query import ClinicFacts
from orthos_sms_plugin.ui import editor_words
from orthos_sms_plugin.ui.dialog_parts import column
from orthos_sms_plugin.ui.editor_foot import EditorFacts, busy_reason, show_reason, unsaved_reason
from orthos_sms_plugin.ui.editor_text import example_parts
from orthos_sms_plugin.ui.guard import guarded
from orthos_sms_plugin.ui.look.cellpaint import CellPaint, FontKit
from orthos_sms_plugin.ui.look.cells import PADDING, CellDelegate
from orthos_sms_plugin.ui.look.icons import set_icon
from orthos_sms_plugin.ui.look.metrics import CONTROL, SECTION, metrics_for, sized
from orthos_sms_plugin.ui.look.widgets import plain_label

_NO_PARENT = QModelIndex()
_WIDTH = 268
_SECOND_ROLE = int(Qt.ItemDataRole.UserRole) + 1
_OFF_ROLE = _SECOND_ROLE + 1


@final
class TemplateListModel(QAbstractListModel):
    """Messages by name; those that do not hold what was typed are left out."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: tuple[SmsTemplate, ...] = ()
        self._shown: tuple[SmsTemplate, ...] = ()
        self._clinic = ClinicFacts("", "")
        self._search = ""
        self._unsaved = 0
        self._parts: dict[SmsTemplate, int | None] = {}

    def show(self, templates: Sequence[SmsTemplate], clinic: ClinicFacts) -> None:
        """Show these, in their order."""
        self._all, self._clinic = tuple(templates), clinic
        self._parts.clear()
        self._refill()

    def search(self, text: str) -> None:
        """Show only what holds `text` in its name or its words; accents and capitals do not count."""
        self._search = search_key(text)
        self._refill()

    def all(self) -> tuple[SmsTemplate, ...]:
        """Every message, shown or not."""
        return self._all

    def template(self, template_id: int) -> SmsTemplate | None:
        """Find a message, shown or not."""
        return next((template for template in self._all if template.id == template_id), None)

    def at(self, index: QModelIndex) -> SmsTemplate | None:
        """The message of a line."""
        return self._shown[index.row()] if 0 <= index.row() < len(self._shown) else None

    def index_of(self, template_id: int) -> QModelIndex:
        """The line of a message; invalid when it is not shown."""
        for place, template in enumerate(self._shown):
            if template.id == template_id:
                return self.index(place)
        return QModelIndex()

    def mark_unsaved(self, template_id: int) -> None:
        """Say that this message has changes that are not saved; 0 for none."""
        if template_id == self._unsaved:
            return
        touched, self._unsaved = (self._unsaved, template_id), template_id
        for one in touched:
            index = self.index_of(one)
            if index.isValid():
                self.dataChanged.emit(index, index)

    @guarded(returns=0)
    def rowCount(self, parent: QModelIndex = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._shown)

    @guarded(returns=None)
    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        template = self.at(index)
        if template is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return template.name
        if role == _SECOND_ROLE:
            return self._second(template)
        if role == _OFF_ROLE:
            return not template.active
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{template.name}. {self._second(template)}"
        return None

    def _second(self, template: SmsTemplate) -> str:
        if template not in self._parts:
            self._parts[template] = example_parts(template, self._clinic)
        parts = self._parts[template]
        words = [editor_words.kind(template)]
        if parts:
            words.append(editor_words.parts(parts))
        if not template.active:
            words.append(self.tr("inactivo"))
        if template.id == self._unsaved:
            words.append(self.tr("sin guardar"))
        return " · ".join(words)

    def _refill(self) -> None:
        self.beginResetModel()
        wanted = self._search
        self._shown = tuple(
            template
            for template in self._all
            if not wanted or wanted in search_key(template.name) or wanted in search_key(template.text)
        )
        self.endResetModel()


@final
class TemplateDelegate(CellDelegate):
    """Two lines: the name, and what the message is."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._small: FontKit | None = None
        self._small_of: FontKit | None = None

    @guarded(returns=QSize())
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        metrics = metrics_for(option.font)
        return QSize(metrics.scaled(80), 2 * metrics.line + metrics.scaled(10))

    def needed_width(self, kit: FontKit, index: QModelIndex) -> int:
        return kit.width(self.whole_text(index), bold=True)

    def _paint_content(self, cell: CellPaint) -> None:
        metrics = cell.kit.metrics
        quiet = cell.text if cell.selected else cell.look.secondary
        rect = cell.rect.adjusted(PADDING + 2, metrics.scaled(4), -PADDING, 0)
        rect.setHeight(metrics.line)
        name = str(cell.index.data(Qt.ItemDataRole.DisplayRole) or "")
        off = bool(cell.index.data(_OFF_ROLE))
        self._paint_words(cell, name, rect, quiet if off else cell.text, bold=cell.selected)
        rect.translate(0, metrics.line)
        second = str(cell.index.data(_SECOND_ROLE) or "")
        self._paint_words(replace(cell, kit=self._small_kit(cell.kit)), second, rect, quiet, bold=False)

    def _small_kit(self, kit: FontKit) -> FontKit:
        if self._small is None or self._small_of is not kit:
            self._small, self._small_of = FontKit(sized(kit.base, kit.metrics.small_px)), kit
        return self._small


@final
class TemplateList(QListView):
    """Shows a `TemplateListModel`; one line is current.

    Signals:
        chosen: A person moved to another message.
    """

    chosen = pyqtSignal(object)

    def __init__(self, model: TemplateListModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._messages = model
        self._quiet = False
        self.setObjectName("sms.editor.list")
        self.setModel(model)
        self.setItemDelegate(TemplateDelegate(self))
        self.setUniformItemSizes(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Mensajes"))

    def show_current(self, template_id: int) -> None:
        """Highlight a message without telling anyone; 0, or one that is not shown, highlights none."""
        self._quiet = True
        try:
            index = self._messages.index_of(template_id)
            self.setCurrentIndex(index)
            if not index.isValid():
                self.clearSelection()
        finally:
            self._quiet = False

    @guarded
    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        # Not `currentChanged`: Qt makes a line current when the list only takes the focus.
        super().selectionChanged(selected, deselected)
        lines = selected.indexes()
        template = self._messages.at(lines[0]) if lines else None
        if template is not None and not self._quiet:
            self.chosen.emit(template)


@final
class TemplateShelf(QWidget):
    """The left side of the editor: search, list, and the buttons that add and take away.

    Attributes:
        list: Signals `chosen`.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = TemplateListModel(self)
        self.list = TemplateList(self.model)
        self.search = QLineEdit()
        self.new = QPushButton(self.tr("N&uevo"))
        self.duplicate = QPushButton(self.tr("&Duplicar"))
        self.delete = QPushButton()
        self._empty = plain_label(self.tr("Leyendo los mensajes…"), look="secondary", wrap=True)
        self._stack = QStackedWidget()
        self._current = 0
        self._name_parts()
        self._lay_out()
        self.search.textChanged.connect(self._on_search)

    def show_templates(self, templates: Sequence[SmsTemplate], clinic: ClinicFacts) -> None:
        """Show these; the current one stays highlighted if it is among them."""
        self.model.show(templates, clinic)
        self._show_list()

    def show_current(self, template_id: int) -> None:
        """Highlight a message; 0 for none."""
        self._current = template_id
        self.list.show_current(template_id)

    def show_facts(self, facts: EditorFacts) -> None:
        """Make the buttons live or grey."""
        wait = busy_reason() if facts.busy else ""
        unsaved = "" if facts.stored else unsaved_reason()
        show_reason(self.new, wait)
        show_reason(self.duplicate, wait or unsaved)
        show_reason(self.delete, wait or unsaved, self.tr("Eliminar el mensaje"))

    def clear_search(self) -> bool:
        """Empty the search if it has the focus and a text; tells whether it did."""
        clears = self.search.hasFocus() and bool(self.search.text())
        if clears:
            self.search.clear()
        return clears

    def _name_parts(self) -> None:
        self.search.setObjectName("sms.editor.search")
        self.search.setPlaceholderText(self.tr("Buscar mensaje"))
        self.search.setAccessibleName(self.tr("Buscar mensaje"))
        self.search.setClearButtonEnabled(True)
        glass = self.search.addAction(QIcon(), QLineEdit.ActionPosition.LeadingPosition)
        if glass is not None:
            set_icon(glass, "search", self.search)
        self.delete.setAccessibleName(self.tr("Eliminar el mensaje"))
        for button, name, icon in (
            (self.new, "new", "plus"),
            (self.duplicate, "duplicate", "duplicate"),
            (self.delete, "delete", "trash"),
        ):
            button.setObjectName(f"sms.editor.{name}")
            button.setAutoDefault(False)
            set_icon(button, icon)

    def _lay_out(self) -> None:
        self.setFixedWidth(metrics_for(self.font()).scaled(_WIDTH))
        self._empty.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._empty.setMargin(SECTION)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.list)
        buttons = QHBoxLayout()
        buttons.setSpacing(CONTROL)
        for button in (self.new, self.duplicate, self.delete):
            buttons.addWidget(button)
        buttons.addStretch(1)
        rows = column(self.search, self._stack)
        rows.setStretchFactor(self._stack, 1)
        rows.addLayout(buttons)
        self.setLayout(rows)

    def _show_list(self) -> None:
        """Show the list, or why it is empty."""
        found = self.model.rowCount() > 0
        self._stack.setCurrentWidget(self.list if found else self._empty)
        if not found:
            self._empty.setText(
                self.tr("Ningún mensaje contiene «{text}».").format(text=self.search.text().strip())
                if self.model.all()
                else self.tr("Todavía no hay mensajes. Escriba el primero y pulse Guardar.")
            )
        self.list.show_current(self._current)

    @guarded
    def _on_search(self, text: str) -> None:
        self.model.search(text)
        self._show_list()

    @guarded
    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is not None and event.key() == Qt.Key.Key_Down and self.search.hasFocus() and self.model.rowCount():
            self.list.setFocus()
            return
        super().keyPressEvent(event)
