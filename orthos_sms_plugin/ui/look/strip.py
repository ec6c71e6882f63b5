"""The sending strip: what is happening to the batch, and the buttons that fit the moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from PyQt6.QtCore import QEvent, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from orthos_sms_plugin.ui.guard import guarded
from orthos_sms_plugin.ui.look.colours import Role, colour, palette_for
from orthos_sms_plugin.ui.look.metrics import CONTROL, SECTION, SIDE, metrics_for
from orthos_sms_plugin.ui.look.widgets import IconLabel, StripButton, plain_label, show_button

__all__ = ["SendStrip", "StripButton", "StripState"]


@dataclass(frozen=True, slots=True)
class StripState:
    """One state of the strip.

    Attributes:
        progress: Done and total, total above 0; None hides the bar.
        unit: Of the progress, with the space before it; empty for pieces.
    """

    role: Role
    icon: str
    title: str
    detail: str = ""
    progress: tuple[int, int] | None = None
    buttons: tuple[StripButton, ...] = ()
    unit: str = ""


@final
class SendStrip(QWidget):
    """Shows a `StripState`; hidden until it gets one.

    Signals:
        button_clicked: The id of the button.
    """

    button_clicked = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state: StripState | None = None
        self._buttons: dict[str, QPushButton] = {}
        self._after: QWidget | None = None
        self._icon = IconLabel(size=20)
        self._title = plain_label(look="strong", wrap=True)
        self._detail = plain_label(look="secondary", wrap=True)
        self._count = plain_label(look="strong")
        self._bar = QProgressBar()
        self._bar.setProperty("look", "line")
        self._bar.setTextVisible(False)
        self._bar.setMinimumWidth(80)
        self._bar.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._button_row = QHBoxLayout()
        self._button_row.setSpacing(CONTROL + 2)
        self._detail.setAlignment(Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._detail)
        row = QHBoxLayout(self)
        row.setContentsMargins(SIDE, 2, SIDE, 2 + CONTROL)
        row.setSpacing(CONTROL + 2)
        row.addWidget(self._icon)
        row.addLayout(words, 3)
        row.addWidget(self._count)
        row.addWidget(self._bar, 1)
        row.addSpacing(SECTION - CONTROL)
        row.addLayout(self._button_row)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._fit()
        self.hide()

    def set_tab_after(self, widget: QWidget) -> None:
        """Let Tab come from `widget` to the buttons, whenever there are any."""
        self._after = widget

    def state(self) -> StripState | None:
        return self._state

    def show_state(self, state: StripState | None) -> None:
        """Show `state`, or hide the strip for None. A button that stays keeps the focus."""
        if state == self._state:
            return
        self._state = state
        if state is None:
            self.hide()
            return
        self._icon.show_icon(state.icon, state.role)
        self._title.setText(state.title)
        self._detail.setText(state.detail)
        self._detail.setVisible(bool(state.detail))
        # Stretches around the words would make the strip take the table's room.
        self._title.setAlignment(Qt.AlignmentFlag.AlignBottom if state.detail else Qt.AlignmentFlag.AlignVCenter)
        self._show_progress(state.progress, state.unit)
        self._show_buttons(state.buttons)
        self.setAccessibleName(state.title)
        self.setAccessibleDescription(state.detail)
        self.show()
        self.update()

    def _show_progress(self, progress: tuple[int, int] | None, unit: str) -> None:
        self._count.setVisible(progress is not None)
        self._bar.setVisible(progress is not None)
        if progress is None:
            return
        done, total = progress
        text = self.tr("{done} de {total}").format(done=done, total=total) + unit
        self._count.setText(text)
        self._bar.setRange(0, max(1, total))
        self._bar.setValue(min(done, total))
        self._bar.setAccessibleName(text)

    def _show_buttons(self, buttons: tuple[StripButton, ...]) -> None:
        wanted = [button.id for button in buttons]
        for button_id in [known for known in self._buttons if known not in wanted]:
            gone = self._buttons.pop(button_id)
            self._button_row.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        for place, button in enumerate(buttons):
            shown = self._buttons.get(button.id)
            if shown is None:
                shown = self._buttons[button.id] = QPushButton(self)
                shown.setObjectName(f"strip.{button.id}")
                shown.clicked.connect(self._on_clicked)
            self._button_row.insertWidget(place, shown)
            show_button(shown, button)
            shown.show()
        self._order_tabs(wanted)

    def _order_tabs(self, wanted: list[str]) -> None:
        """Put the buttons where the strip stands: Qt appends what is made late to the end of the window's chain."""
        before = self._after
        for button_id in wanted if before is not None else ():
            self.setTabOrder(before, self._buttons[button_id])
            before = self._buttons[button_id]

    @guarded
    def _on_clicked(self) -> None:
        pressed = self.sender()
        for button_id, button in self._buttons.items():
            if button is pressed:
                self.button_clicked.emit(button_id)
                return

    @guarded(returns=QSize())
    def sizeHint(self) -> QSize:
        """One strip high; the layout asks for more once the width makes the words wrap."""
        return QSize(super().sizeHint().width(), metrics_for(self.font()).strip + CONTROL)

    @guarded(returns=QSize())
    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), metrics_for(self.font()).strip + CONTROL)

    @guarded
    def changeEvent(self, event: QEvent | None) -> None:
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        metrics = metrics_for(self.font())
        self.setMinimumHeight(metrics.strip + CONTROL)
        self._bar.setMaximumWidth(metrics.scaled(250))

    @guarded
    def paintEvent(self, event: QPaintEvent | None) -> None:
        look = palette_for(self)
        tone = look.tone(self._state.role if self._state is not None else Role.NEUTRAL)
        painter = QPainter(self)
        try:
            band = self.rect().adjusted(0, 0, 0, -CONTROL)  # the rest keeps what comes next at a distance
            painter.fillRect(band, colour(tone.ground))
            painter.fillRect(0, 0, self.width(), 1, colour(look.frame))
            painter.fillRect(0, band.bottom(), self.width(), 1, colour(look.frame))
        finally:
            painter.end()
