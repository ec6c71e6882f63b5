"""The lower half of the message editor: the counter, and exactly what each marked row would get."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, final

from PyQt6.QtCore import QAbstractTableModel, QModelIndex, QObject, QRectF, Qt
from PyQt6.QtGui import QPainter, QPaintEvent, QTextCharFormat, QTextCursor
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QTableView,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from orthos_sms_plugin.domain.rows import Problem
from orthos_sms_plugin.domain.text import Encoding
from orthos_sms_plugin.ui import editor_words, words
from orthos_sms_plugin.ui.dialog_parts import TintedLabel, WholeRows, column, quiet_table
from orthos_sms_plugin.ui.editor_text import Reading, Sample, part_starts, qt_position
from orthos_sms_plugin.ui.figures import amount
from orthos_sms_plugin.ui.guard import guarded
from orthos_sms_plugin.ui.look.cells import LOOK_ROLE, CellLook, TextDelegate, plain_tooltip
from orthos_sms_plugin.ui.look.metrics import CONTROL, GROUP, RADIUS, SECTION, metrics_for
from orthos_sms_plugin.ui.look.theme import Role, colour, palette_for
from orthos_sms_plugin.ui.look.widgets import ElidedLabel, Rule, plain_label

MOST_ROWS = 200
"""So many marked rows are merged for the counter and the preview."""

_NO_PARENT = QModelIndex()
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_BOLD, _QUIET, _WRONG = CellLook(bold=True), CellLook(quiet=True), CellLook(ground=Role.WAITING)


@final
class Counter(QFrame):
    """Characters, parts and alphabet of what would leave. Drivers read its properties and accessible name."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sms.editor.counter")
        self.setProperty("look", "card")
        self._units, self._parts = plain_label("—", "figure"), plain_label("—", "figure")
        self._units_word, self._parts_word = plain_label(), plain_label()
        self._source, self._alphabet = plain_label(look="secondary"), plain_label(look="secondary")
        self._long = TintedLabel(role=Role.WAITING, look="strong", wrap=True)
        self._names = ElidedLabel(look="secondary")
        row = QHBoxLayout(self)
        row.setContentsMargins(SECTION, GROUP + 2, SECTION, GROUP + 2)
        row.setSpacing(SECTION)
        for place, (figure, word, below) in enumerate(
            ((self._units, self._units_word, self._source), (self._parts, self._parts_word, self._alphabet))
        ):
            if place:
                row.addWidget(Rule(upright=True))
            head = QHBoxLayout()
            head.setSpacing(CONTROL - 2)
            head.addWidget(figure)
            head.addWidget(word, 0, Qt.AlignmentFlag.AlignBottom)
            head.addStretch(1)
            block = QVBoxLayout()
            block.setSpacing(0)
            block.addLayout(head)
            block.addWidget(below)
            row.addLayout(block)
        self._rule = Rule(upright=True)
        row.addWidget(self._rule)
        row.addLayout(column(self._long, self._names, spacing=0), 1)

    def show_reading(self, reading: Reading | None) -> None:
        """Show the figures; None when the text cannot be read."""
        low, high = (0, 0) if reading is None else reading.units
        fewest, most = (0, 0) if reading is None else reading.parts
        known = reading is not None and bool(reading.sized)
        self._units.setText(editor_words.span(low, high) if known else "—")
        self._units_word.setText(self.tr("carácter") if known and high == 1 else self.tr("caracteres"))
        self._parts.setText(editor_words.span(fewest, most) if known else "—")
        self._parts_word.setText(self.tr("parte") if known and most == 1 else self.tr("partes"))
        self._source.setText("" if reading is None else editor_words.source(reading))
        self._alphabet.setText(editor_words.alphabet(reading) if reading is not None and known else "")
        head, names = ("", "") if reading is None else editor_words.long_rows(reading)
        self._long.setText(head)
        self._names.setText(names)
        for widget in (self._long, self._names, self._rule):
            widget.setVisible(bool(head))
        self._tell_drivers(reading)

    def _tell_drivers(self, reading: Reading | None) -> None:
        values = None if reading is None else (*reading.units, *reading.parts, reading.remaining)
        names = ("units_min", "units_max", "parts_min", "parts_max", "remaining")
        for place, name in enumerate(names):
            self.setProperty(name, None if values is None else values[place])
        self.setProperty("example", reading is not None and reading.example)
        ucs2 = reading is not None and reading.encoding is Encoding.UCS2
        self.setProperty("encoding", "ucs2" if ucs2 else "gsm7")
        spoken = (
            self._units,
            self._units_word,
            self._source,
            self._parts,
            self._parts_word,
            self._alphabet,
            self._long,
        )
        self.setAccessibleName(" ".join(label.text() for label in spoken if label.text()))


@final
class SampleModel(QAbstractTableModel):
    """The samples of a reading: who, how long, and the text."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._samples: tuple[Sample, ...] = ()

    def show(self, samples: Sequence[Sample]) -> None:
        """Show these, keeping the lines that stay so that the view does not jump."""
        fresh = tuple(samples)
        if len(fresh) == len(self._samples):
            self._samples = fresh
            if fresh:
                self.dataChanged.emit(self.index(0, 0), self.index(len(fresh) - 1, 3))
            return
        self.beginResetModel()
        self._samples = fresh
        self.endResetModel()

    def sample(self, position: int) -> Sample | None:
        """The sample of a line."""
        return self._samples[position] if 0 <= position < len(self._samples) else None

    @guarded(returns=0)
    def rowCount(self, parent: QModelIndex = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._samples)

    @guarded(returns=0)
    def columnCount(self, parent: QModelIndex = _NO_PARENT) -> int:
        return 0 if parent.isValid() else 4

    @guarded(returns=None)
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return (self.tr("Fila"), self.tr("Car."), self.tr("Partes"), self.tr("Texto que saldrá"))[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if section in (1, 2) else _LEFT
        return None

    @guarded(returns=None)
    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        sample, place = self.sample(index.row()), index.column()
        if sample is None:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._words(sample, place)
        if role == LOOK_ROLE:
            if place == 3:
                return _WRONG if sample.empty_field else _QUIET
            return _BOLD if place == 2 and sample.size.parts > 1 else None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if place in (1, 2) else _LEFT
        return None

    def _words(self, sample: Sample, place: int) -> str:
        if place == 0:
            return sample.name or self.tr("Ejemplo")
        if place == 3:
            # The view shows one line; an empty field says what is missing instead.
            return missing(sample) or sample.text[:400].replace("\n", " ")
        if sample.empty_field:
            return "—"
        return amount(sample.size.units if place == 1 else sample.size.parts)


def missing(sample: Sample) -> str:
    """Say which value a row lacks."""
    return words.problem_words(Problem.EMPTY_FIELD, sample.empty_field) if sample.empty_field else ""


class _Bubble(QFrame):
    """The ground on which a text stands as on a phone."""

    @guarded
    def paintEvent(self, event: QPaintEvent | None) -> None:
        look = palette_for(self)
        tone = look.tone(Role.INFO)
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(colour(look.frame))
            painter.setBrush(colour(tone.ground))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 2 * RADIUS, 2 * RADIUS)
        finally:
            painter.end()


@final
class Preview(QWidget):
    """The samples as a list, and one of them whole, with the beginning of each further part marked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = SampleModel(self)
        self.table = QTableView()
        self.table.setModel(self._model)
        self._source = plain_label(look="secondary")
        self.previous = QPushButton(self.tr("&Anterior"))
        self.following = QPushButton(self.tr("S&iguiente"))
        self._who, self._size = plain_label(look="strong"), plain_label(look="strong")
        self.text = QPlainTextEdit()
        self._set_up()
        self._lay_out()
        self.previous.clicked.connect(self._on_previous)
        self.following.clicked.connect(self._on_following)
        selection = self.table.selectionModel()
        assert selection is not None
        selection.currentRowChanged.connect(self._show_one)

    def show_reading(self, reading: Reading | None) -> None:
        """Show what would leave; None when the text cannot be read."""
        place = max(0, self.table.currentIndex().row())
        self._model.show(() if reading is None else reading.samples)
        self._source.setText("" if reading is None else editor_words.shown_rows(reading, MOST_ROWS))
        if self._model.rowCount():
            self.table.setCurrentIndex(self._model.index(min(place, self._model.rowCount() - 1), 0))
        self._show_one()

    # --- inside -----------------------------------------------------------------------------------------------------

    def _set_up(self) -> None:
        table = self.table
        table.setObjectName("sms.editor.samples")
        table.setAccessibleName(self.tr("Textos de las filas marcadas"))
        for place in range(4):
            align = Qt.AlignmentFlag.AlignRight if place in (1, 2) else Qt.AlignmentFlag.AlignLeft
            table.setItemDelegateForColumn(place, TextDelegate(table, align=align))
        quiet_table(table, (226, 52, 64))
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.previous.setObjectName("sms.editor.previous")
        self.following.setObjectName("sms.editor.following")
        for button in (self.previous, self.following):
            button.setAutoDefault(False)
        self.text.setObjectName("sms.editor.preview")
        self.text.setAccessibleName(self.tr("Así saldrá"))
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        paper = self.text.document()
        if paper is not None:
            paper.setDocumentMargin(0)
        self.text.setStyleSheet("QPlainTextEdit { background: transparent; border: none; padding: 0px; }")
        line = metrics_for(self.font()).line
        self.text.setMinimumHeight(2 * line + CONTROL)
        self.text.setMaximumHeight(5 * line + CONTROL)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(CONTROL)
        head.addWidget(plain_label(self.tr("Así saldrá"), "strong"))
        head.addWidget(self._source, 1)
        head.addWidget(self.previous)
        head.addWidget(self.following)
        bubble = _Bubble()
        top = QHBoxLayout()
        top.addWidget(self._who, 1)
        top.addWidget(self._size)
        inside = QVBoxLayout(bubble)
        inside.setContentsMargins(CONTROL + GROUP, GROUP + 2, CONTROL + GROUP, GROUP + 2)
        inside.setSpacing(0)
        inside.addLayout(top)
        inside.addWidget(self.text)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(CONTROL)
        rows.addLayout(head)
        rows.addWidget(WholeRows(self.table, least=2), 2)
        rows.addWidget(bubble, 1)

    def _sample(self) -> Sample | None:
        return self._model.sample(self.table.currentIndex().row())

    @guarded
    def _show_one(self) -> None:
        sample = self._sample()
        place, last = self.table.currentIndex().row(), self._model.rowCount() - 1
        self._who.setText("" if sample is None else sample.name or self.tr("Ejemplo"))
        text = "" if sample is None else sample.text
        if self.text.toPlainText() != text:
            self.text.setPlainText(text)
        if sample is None:
            self._size.setText("")
        else:
            self._size.setText(missing(sample) or editor_words.sample_line(sample))
        self._mark_parts(text)
        for button, enabled, why in (
            (self.previous, place > 0, self.tr("Es la primera fila.")),
            (self.following, 0 <= place < last, self.tr("Es la última fila.")),
        ):
            button.setEnabled(enabled)
            button.setToolTip("" if enabled else plain_tooltip(why))

    def _mark_parts(self, text: str) -> None:
        """Give every second part another ground, so that one sees where the text is cut."""
        look = palette_for(self)
        tone = look.tone(Role.WAITING)
        style = QTextCharFormat()
        style.setForeground(colour(tone.text))
        style.setBackground(colour(tone.ground))
        style.setFontUnderline(look.framed)  # a ground says nothing there
        starts = [*part_starts(text), len(text)]
        marks = []
        for place in range(0, len(starts) - 1, 2):
            mark = QTextEdit.ExtraSelection()
            cursor = self.text.textCursor()
            cursor.setPosition(qt_position(text, starts[place]))
            cursor.setPosition(qt_position(text, starts[place + 1]), QTextCursor.MoveMode.KeepAnchor)
            mark.cursor, mark.format = cursor, style
            marks.append(mark)
        self.text.setExtraSelections(marks)

    @guarded
    def _on_previous(self) -> None:
        self._go(-1)

    @guarded
    def _on_following(self) -> None:
        self._go(1)

    def _go(self, step: int) -> None:
        place = self.table.currentIndex().row() + step
        if 0 <= place < self._model.rowCount():
            self.table.setCurrentIndex(self._model.index(place, 0))
