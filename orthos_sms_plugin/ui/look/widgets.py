"""Small widgets that the panel and the dialogs share. All their texts are plain text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from PyQt6.QtCore import QEvent, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PyQt6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QWidget,
)

from orthos_sms_plugin.ui.guard import guarded
from orthos_sms_plugin.ui.look.cells import plain_tooltip
from orthos_sms_plugin.ui.look.chip import CellState, chip_size, paint_chip
from orthos_sms_plugin.ui.look.colours import Role, colour, palette_for
from orthos_sms_plugin.ui.look.icons import mark_primary, pixmap, set_icon
from orthos_sms_plugin.ui.look.metrics import CONTROL, metrics_for, sized, strong


@dataclass(frozen=True, slots=True)
class StripButton:
    """A button as data.

    Attributes:
        text: With a mnemonic (`&`).
        icon: Name of an icon, or empty.
        tooltip: Shortcut or, when disabled, the reason.
    """

    id: str
    text: str
    icon: str = ""
    primary: bool = False
    enabled: bool = True
    tooltip: str = ""


def plain_label(text: str = "", look: str = "", *, wrap: bool = False) -> QLabel:
    """A label that never reads its text as markup.

    Args:
        look: Part of the stylesheet: `secondary`, `title`, `question`, `figure`, `strong` or empty.
    """
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setText(text)
    label.setWordWrap(wrap)
    if look:
        label.setProperty("look", look)
    return label


def link_button(text: str) -> QPushButton:
    """A button that looks like a link: it takes the focus and the space bar, unlike a link in a label."""
    button = QPushButton(text)
    button.setProperty("look", "link")
    button.setFlat(True)
    button.setCursor(Qt.CursorShape.PointingHandCursor)
    button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return button


def show_button(button: QPushButton, state: StripButton) -> None:
    """Make `button` look like `state`, touching only what differs so that focus and icon stay."""
    if button.text() != state.text:
        button.setText(state.text)
    mark_primary(button, state.primary)
    if state.icon and button.property("lookIcon") != state.icon:
        set_icon(button, state.icon)
    button.setEnabled(state.enabled)
    button.setToolTip(plain_tooltip(state.tooltip))
    button.setAccessibleName(state.text.replace("&", ""))
    button.setAccessibleDescription(state.tooltip)


class ElidedLabel(QLabel):
    """A label that shortens its text to the room it gets; the tooltip has the whole while it is short."""

    def __init__(self, text: str = "", look: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        if look:
            self.setProperty("look", look)
        self.setText(text)

    @guarded(returns=QSize())
    def minimumSizeHint(self) -> QSize:
        short = self.fontMetrics().horizontalAdvance(self.text()[:4] + "…")
        return QSize(short, super().minimumSizeHint().height())

    @guarded
    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self.setToolTip(plain_tooltip(self.text()) if self.is_elided() else "")

    @guarded
    def paintEvent(self, event: QPaintEvent | None) -> None:
        if not self.is_elided():
            super().paintEvent(event)
            return
        painter = QPainter(self)
        try:
            painter.setFont(self.font())
            painter.setPen(self.palette().color(self.foregroundRole()))
            room = self.contentsRect()
            text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        finally:
            painter.end()

    def is_elided(self) -> bool:
        return self.fontMetrics().horizontalAdvance(self.text()) > self.contentsRect().width()


class ElidedComboBox(QComboBox):
    """A list that shortens what is chosen to its room; Qt cuts it in the middle of a letter under a stylesheet."""

    @guarded
    def paintEvent(self, event: QPaintEvent | None) -> None:
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        style = self.style()
        if style is None:
            return
        room = style.subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, self
        )
        whole = option.currentText or ""
        if self.currentIndex() < 0:
            whole = self.placeholderText()
        option.currentText = self.fontMetrics().elidedText(whole, Qt.TextElideMode.ElideRight, room.width() - 4)
        self.setToolTip(plain_tooltip(whole) if option.currentText != whole else "")
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        painter.end()


class IconLabel(QWidget):
    """An icon that stands beside a word; it is silent for screen readers, since the word speaks."""

    def __init__(self, name: str = "", role: Role | None = None, *, size: int = 16) -> None:
        """Make it.

        Args:
            size: Side in pixels of the pictures; grows with the font.
        """
        super().__init__()
        self._name = name
        self._role = role
        self._size = size
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_icon(self, name: str, role: Role | None = None) -> None:
        if (name, role) != (self._name, self._role):
            self._name, self._role = name, role
            self.update()

    @guarded(returns=QSize())
    def sizeHint(self) -> QSize:
        side = metrics_for(self.font()).scaled(self._size)
        return QSize(side, side)

    @guarded
    def paintEvent(self, event: QPaintEvent | None) -> None:
        if not self._name:
            return
        look = palette_for(self)
        value = look.text if self._role is None else look.tone(self._role).text
        painter = QPainter(self)
        try:
            side = self.sizeHint().width()
            drawn = pixmap(self._name, side, value, self.devicePixelRatioF())
            painter.drawPixmap((self.width() - side) // 2, (self.height() - side) // 2, drawn)
        finally:
            painter.end()


class Chip(QWidget):
    """The chip of a state outside a table."""

    def __init__(self, state: CellState) -> None:
        super().__init__()
        self._state = state
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(state.text)

    def show_state(self, state: CellState) -> None:
        self._state = state
        self.setAccessibleName(state.text)
        self.updateGeometry()
        self.update()

    @guarded(returns=QSize())
    def sizeHint(self) -> QSize:
        return chip_size(self._state, self.font())

    @guarded
    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        try:
            look, ratio = palette_for(self), self.devicePixelRatioF()
            paint_chip(painter, 0, self.height() / 2, self._state, look, self.font(), ratio)
        finally:
            painter.end()


class NumberBadge(QWidget):
    """The number of a step, in a disc."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @guarded(returns=QSize())
    def sizeHint(self) -> QSize:
        side = metrics_for(self.font()).scaled(24)
        return QSize(side, side)

    @guarded
    def paintEvent(self, event: QPaintEvent | None) -> None:
        look = palette_for(self)
        tone = look.tone(Role.INFO)
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(colour(tone.text) if look.framed else Qt.PenStyle.NoPen)
            painter.setBrush(colour(tone.ground))
            disc = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.drawEllipse(disc)
            painter.setFont(strong(self.font()))
            painter.setPen(colour(tone.text))
            painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, str(self._number))
        finally:
            painter.end()


class Rule(QWidget):
    """A thin line between parts, upright or lying."""

    def __init__(self, *, upright: bool) -> None:
        super().__init__()
        self._upright = upright
        fixed = QSizePolicy.Policy.Fixed
        self.setSizePolicy(fixed if upright else QSizePolicy.Policy.Preferred, fixed)

    @guarded(returns=QSize())
    def sizeHint(self) -> QSize:
        return QSize(1, metrics_for(self.font()).scaled(18)) if self._upright else QSize(1, 1)

    @guarded
    def paintEvent(self, event: QPaintEvent | None) -> None:
        look = palette_for(self)
        painter = QPainter(self)
        try:
            painter.fillRect(self.rect(), colour(look.frame if self._upright else look.row_line))
        finally:
            painter.end()


@dataclass(frozen=True, slots=True)
class Pill:
    """One toggle of the filter bar: `text` with a mnemonic, then its count."""

    id: str
    text: str
    count: int


@final
class PillBar(QWidget):
    """Toggle buttons with counts, one of them down.

    Signals:
        chosen: The id of the pill that the user pressed; not sent by `choose`.
    """

    chosen = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pills: tuple[Pill, ...] = ()
        self._buttons: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(CONTROL - 2)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_pills(self, pills: tuple[Pill, ...]) -> None:
        """Show these; the one that is down stays down, or the first one if it is gone."""
        down = self.current()
        if tuple(pill.id for pill in pills) != tuple(pill.id for pill in self._pills):
            self._rebuild(pills)
        self._pills = pills
        for pill in pills:
            button = self._buttons[pill.id]
            button.setText(f"{pill.text} {pill.count}")
            button.setAccessibleName(button.text().replace("&", ""))
        self._fit()
        if pills:
            self.choose(down if down in self._buttons else pills[0].id)

    def choose(self, pill_id: str) -> None:
        self._buttons[pill_id].setChecked(True)

    def current(self) -> str:
        """The id of the pill that is down; empty when there are none."""
        return next((pill_id for pill_id, button in self._buttons.items() if button.isChecked()), "")

    @guarded
    def changeEvent(self, event: QEvent | None) -> None:
        super().changeEvent(event)
        if event is not None and event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def _fit(self) -> None:
        """The pill that is down is semibold: keep room for it, so that nothing moves when another is pressed."""
        metrics = metrics_for(self.font())
        bold = QFontMetrics(sized(self.font(), metrics.small_px, strong=True))
        for button in self._buttons.values():
            words = bold.horizontalAdvance(button.accessibleName())
            button.setMinimumWidth(words + 2 * metrics.scaled(12) + 4)

    def _rebuild(self, pills: tuple[Pill, ...]) -> None:
        for button in self._buttons.values():
            self._group.removeButton(button)
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = {}
        for pill in pills:
            button = QPushButton()
            button.setProperty("look", "pill")
            button.setCheckable(True)
            button.setObjectName(f"pill.{pill.id}")
            button.clicked.connect(self._on_clicked)
            self._group.addButton(button)
            self._row.addWidget(button)
            self._buttons[pill.id] = button

    @guarded
    def _on_clicked(self) -> None:
        self.chosen.emit(self.current())
