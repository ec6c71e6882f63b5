"""What our dialogs are made of: tinted words, notices, a body that scrolls when the screen is small, a foot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import final

from PyQt6.QtCore import QEvent, QObject, QRectF, QSize, Qt
from PyQt6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from orthos_sms_plugin.ui.guard import guarded
from orthos_sms_plugin.ui.look.metrics import CONTROL, GROUP, RADIUS, SECTION, metrics_for
from orthos_sms_plugin.ui.look.theme import Role, colour, palette_for
from orthos_sms_plugin.ui.look.widgets import IconLabel, plain_label

_RECOLOURED = frozenset({QEvent.Type.StyleChange, QEvent.Type.PaletteChange, QEvent.Type.ParentChange})


class TintedLabel(QLabel):
    """A plain label in the text colour of a role; it follows the theme."""

    def __init__(self, text: str = "", role: Role | None = None, look: str = "", *, wrap: bool = False) -> None:
        """Make it.

        Args:
            look: `figure`, `strong` or empty; the parts of the stylesheet that set a font and no colour.
        """
        super().__init__()
        self._role = role
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        self.setText(text)
        if look:
            self.setProperty("look", look)

    def show_role(self, role: Role | None) -> None:
        """Take the colour of another role; None for plain text."""
        if role is not self._role:
            self._role = role
            self._recolour()

    @guarded
    def changeEvent(self, event: QEvent | None) -> None:
        super().changeEvent(event)
        if event is not None and event.type() in _RECOLOURED:
            self._recolour()

    def _recolour(self) -> None:
        look = palette_for(self)
        # The look colours every label, and only a sheet of the label's own comes before it.
        sheet = f"color: {look.text if self._role is None else look.tone(self._role).text}"
        if sheet != self.styleSheet():  # setting it comes back here
            self.setStyleSheet(sheet)


@final
class Notice(QWidget):
    """A sentence with an icon on the ground of its role; hidden while it has nothing to say."""

    def __init__(self, role: Role = Role.WAITING, icon: str = "warning", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._role = role
        self._icon = IconLabel(icon, role)
        self._words = TintedLabel(role=role, wrap=True)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(CONTROL + GROUP, GROUP + 2, CONTROL + GROUP, GROUP + 2)
        self.row.setSpacing(CONTROL)
        self.row.addWidget(self._icon)
        self.row.addWidget(self._words, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.hide()

    def text(self) -> str:
        """What it says; empty while it is hidden."""
        return self._words.text()

    def say(self, text: str, role: Role | None = None, icon: str = "") -> None:
        """Show a sentence, or hide for an empty one."""
        if role is not None:
            self._role = role
            self._words.show_role(role)
        self._icon.show_icon(icon or self._icon_for(), self._role)
        self._words.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))
        self.update()

    def _icon_for(self) -> str:
        icons = {Role.INFO: "info", Role.NEUTRAL: "info", Role.GOOD: "check-circle", Role.FAILED: "cross-circle"}
        return icons.get(self._role, "warning")

    @guarded
    def paintEvent(self, event: QPaintEvent | None) -> None:
        look = palette_for(self)
        tone = look.tone(self._role)
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(colour(tone.text) if look.framed else Qt.PenStyle.NoPen)
            painter.setBrush(colour(tone.ground))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        finally:
            painter.end()


def card() -> QFrame:
    """A white framed part."""
    frame = QFrame()
    frame.setProperty("look", "card")
    return frame


def foot(*parts: QWidget | int) -> QFrame:
    """The band at the bottom of a dialog; a number stands for a stretch."""
    frame = QFrame()
    frame.setProperty("look", "foot")
    row = QHBoxLayout(frame)
    row.setContentsMargins(SECTION, CONTROL + 1, SECTION, CONTROL + 1)
    row.setSpacing(CONTROL)
    for part in parts:
        if isinstance(part, int):
            row.addStretch(part)
        else:
            row.addWidget(part, 1 if isinstance(part, QLabel) else 0)
    return frame


@final
class Body(QScrollArea):
    """What stands above the foot: as high as there is room for, and scrolled where there is less."""

    def __init__(self, inside: QWidget) -> None:
        """Take `inside`, which has a layout."""
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(inside)
        viewport = self.viewport()
        for ground in (inside, viewport):  # the window shows through
            if ground is not None:
                ground.setAutoFillBackground(False)

    def needed_height(self, width: int) -> int:
        """The least height of the inside at this width, in which every word still stands."""
        inside = self.widget()
        layout = None if inside is None else inside.layout()
        if layout is None:
            return 0
        wraps = layout.hasHeightForWidth()
        return layout.minimumHeightForWidth(width) if wraps else layout.minimumSize().height()

    @guarded
    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._fit()

    @guarded(returns=False)
    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        done = super().eventFilter(watched, event)
        if event is not None and watched is self.widget() and event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return done

    def _fit(self) -> None:
        """Qt's own way gives wrapped words their preferred height, and scrolls while there is room."""
        inside, viewport = self.widget(), self.viewport()
        if inside is not None and viewport is not None:
            width = viewport.width()
            inside.resize(width, max(viewport.height(), self.needed_height(width)))

    @guarded(returns=QSize())
    def minimumSizeHint(self) -> QSize:
        inside = self.widget()
        width = 0 if inside is None else inside.minimumSizeHint().width()
        return QSize(width, metrics_for(self.font()).scaled(160))


def column(*parts: QWidget, spacing: int = CONTROL) -> QVBoxLayout:
    """Widgets one under the other, without margins."""
    made = QVBoxLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(spacing)
    for part in parts:
        made.addWidget(part)
    return made


def caption(text: str, buddy: QWidget) -> QLabel:
    """A quiet label whose mnemonic leads to `buddy`."""
    label = plain_label(text, "secondary")
    label.setBuddy(buddy)
    return label


def quiet_table(table: QTableView, widths: Sequence[int]) -> None:
    """Set a small table up: whole rows, our row height, no editing, the last column takes what is left.

    Args:
        table: With its model.
        widths: Of all columns but the last, in pixels of the pictures.
    """
    metrics = metrics_for(table.font())
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setAlternatingRowColors(True)
    table.setCornerButtonEnabled(False)
    table.setTabKeyNavigation(False)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    rows, columns = table.verticalHeader(), table.horizontalHeader()
    assert rows is not None and columns is not None
    rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    rows.setDefaultSectionSize(metrics.row)
    rows.hide()
    columns.setHighlightSections(False)
    columns.setStretchLastSection(True)
    columns.setFixedHeight(metrics.header)
    for place, width in enumerate(widths):
        table.setColumnWidth(place, metrics.scaled(width))


def table_height(table: QTableView, rows: int) -> int:
    """The height that shows exactly `rows` whole rows."""
    metrics = metrics_for(table.font())
    header = table.horizontalHeader()
    shown = header is not None and not header.isHidden()
    return rows * metrics.row + (metrics.header if shown else 0) + 2 * table.frameWidth()


@final
class WholeRows(QWidget):
    """Room for a table, of which the table takes as much as shows whole rows."""

    def __init__(self, table: QTableView, *, least: int) -> None:
        """Take `table`.

        Args:
            least: So many rows are always to be seen.
        """
        super().__init__()
        self._table = table
        table.setParent(self)
        self.setFocusProxy(table)
        self.setMinimumHeight(table_height(table, least))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @guarded(returns=QSize())
    def sizeHint(self) -> QSize:
        return QSize(self._table.sizeHint().width(), self.minimumHeight())

    @guarded
    def resizeEvent(self, event: QResizeEvent | None) -> None:
        rows = max(1, (self.height() - table_height(self._table, 0)) // metrics_for(self._table.font()).row)
        self._table.setGeometry(0, 0, self.width(), min(self.height(), table_height(self._table, rows)))


def fit_to_screen(dialog: QDialog, width: int, height: int) -> None:
    """Size a dialog, and never larger than the screen it opens on. Sizes are in pixels of this screen."""
    size = QSize(width, height)
    screen = (dialog.parentWidget() or dialog).screen()
    if screen is not None:
        room = screen.availableGeometry().size()
        size = size.boundedTo(QSize(room.width() - 2 * SECTION, room.height() - 3 * SECTION))
    dialog.resize(size)
