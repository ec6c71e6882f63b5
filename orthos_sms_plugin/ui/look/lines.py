"""The two lines under the table: the summary in figures and the legend of the states."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import final

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from orthos_sms_plugin.ui.guard import guarded
from orthos_sms_plugin.ui.look.cells import plain_tooltip
from orthos_sms_plugin.ui.look.chip import CellState
from orthos_sms_plugin.ui.look.colours import Role
from orthos_sms_plugin.ui.look.explanation import facts_of_delivery, meanings_of_sent
from orthos_sms_plugin.ui.look.metrics import CONTROL, GROUP, SIDE, metrics_for
from orthos_sms_plugin.ui.look.widgets import Chip, ElidedLabel, IconLabel, Rule, link_button, plain_label


class RunKind(Enum):
    """How a piece of the summary is set."""

    FIGURE = "figure"
    WORDS = "words"
    PLAIN = "plain"
    ICON = "icon"


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of the summary line.

    Attributes:
        text: The words, or the name of an icon for `RunKind.ICON`.
        kind: `PLAIN` pieces give way when the room is short, and are elided.
        tooltip: E.g. why a figure is unknown.
    """

    text: str
    kind: RunKind = RunKind.WORDS
    tooltip: str = ""


@final
class SummaryLine(QWidget):
    """Groups of figures and words with upright lines between them, and a link at the end.

    Signals:
        link_clicked: The link was followed.
    """

    link_clicked = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shape: tuple[tuple[RunKind, ...], ...] | None = None
        self._runs: list[QWidget] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(SIDE, 0, SIDE, 0)
        self._row.setSpacing(GROUP + 2)
        self._link = link_button("")
        self._link.setObjectName("summary.link")
        self._link.clicked.connect(self._on_link)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_groups(self, groups: tuple[tuple[Run, ...], ...], link: str = "") -> None:
        """Show the figures; the same kinds in the same places are changed in place.

        Args:
            link: Its text with a mnemonic; empty for none.
        """
        shape = tuple(tuple(run.kind for run in group) for group in groups)
        if shape != self._shape:
            self._shape = shape
            self._rebuild(groups)
        for widget, run in zip(self._runs, (run for group in groups for run in group), strict=True):
            _show_run(widget, run)
        self._link.setText(link)
        self._link.setVisible(bool(link))
        self._link.setAccessibleName(link.replace("&", ""))
        self.setAccessibleName(
            "; ".join(" ".join(run.text for run in group if run.kind is not RunKind.ICON) for group in groups)
        )
        self.setMinimumHeight(metrics_for(self.font()).summary)

    @guarded
    def _on_link(self) -> None:
        self.link_clicked.emit()

    def _rebuild(self, groups: tuple[tuple[Run, ...], ...]) -> None:
        self._row.removeWidget(self._link)
        while (item := self._row.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        self._runs = []
        for place, group in enumerate(groups):
            if place:
                self._row.addSpacing(CONTROL)
                self._row.addWidget(Rule(upright=True))
                self._row.addSpacing(CONTROL)
            for run in group:
                widget = _run_widget(run)
                self._runs.append(widget)
                self._row.addWidget(widget)
        self._row.addSpacing(CONTROL)
        self._row.addWidget(self._link)
        self._row.addStretch(1)


def _run_widget(run: Run) -> QWidget:
    if run.kind is RunKind.ICON:
        return IconLabel(run.text)
    if run.kind is RunKind.PLAIN:
        return ElidedLabel()
    return plain_label(look="strong" if run.kind is RunKind.FIGURE else "secondary")


def _show_run(widget: QWidget, run: Run) -> None:
    if isinstance(widget, IconLabel):
        widget.show_icon(run.text)
    elif isinstance(widget, QLabel) and widget.text() != run.text:
        widget.setText(run.text)
    if not isinstance(widget, ElidedLabel):
        widget.setToolTip(plain_tooltip(run.tooltip))


@final
class Legend(QWidget):
    """What `--`, `No` and `Si` mean and what they do not prove; always under the table.

    Signals:
        more_requested: The user wants `explanation()`.
    """

    more_requested = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        meaning = self.tr(
            "según el centro de mensajes; no prueba que la persona lo reciba. Normal: menos de 5 min; "
            "apagado, uno o dos días o más. Lo esencial, también por otra vía."
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(SIDE, 2, SIDE, 2)
        row.setSpacing(CONTROL)
        row.addWidget(IconLabel("info", Role.INFO, size=14))
        for state, words in (
            (CellState("dots", "--", Role.NEUTRAL), self.tr("aceptado, sin comprobar")),
            (CellState("clock", "No", Role.WAITING), self.tr("sin entregar")),
            (CellState("check-circle", "Si", Role.GOOD), meaning),
        ):
            row.addWidget(Chip(state))
            label = plain_label(words, "secondary", wrap=words is meaning)
            row.addWidget(label, 1 if words is meaning else 0)
            row.addSpacing(GROUP)
        more = link_button(self.tr("&Más"))
        more.setObjectName("legend.more")
        more.setAccessibleName(self.tr("Más sobre lo que significa Enviado"))
        more.clicked.connect(self._on_more)
        row.addWidget(more)
        self.setAccessibleName(self.tr("Qué significa la columna Enviado"))
        self.setAccessibleDescription(self.explanation())
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.setMinimumHeight(metrics_for(self.font()).legend)

    def explanation(self) -> str:
        """The whole explanation, as paragraphs of plain text."""
        meanings = (f"«{state.text}»: {sentence}" for state, sentence in meanings_of_sent())
        return "\n\n".join((*meanings, *facts_of_delivery()))

    @guarded
    def _on_more(self) -> None:
        self.more_requested.emit()
