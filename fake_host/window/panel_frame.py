"""The frame around a plugin's panel: title line, toolbar, and the panel itself."""

from __future__ import annotations

from typing import final

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from fake_host.desk import Desk
from fake_host.window import icons
from fake_host.window.theme import Theme, frame_style, palette_of, scaled, unit
from fake_host.window.toolbar import PanelToolbar
from fake_host.window.widgets import ElidedLabel, plain
from hookspecs import Panel, PatientRef, ToolbarAction


@final
class TitleLine(QFrame):
    """Icon and title of the panel on the left, the current patient on the right."""

    def __init__(self, panel: Panel, parent: QWidget) -> None:
        super().__init__(parent)
        self._svg = panel.icon
        self.setProperty("hostPart", "title")
        self._picture = QLabel(self)
        self._title = ElidedLabel(panel.title, self)
        self._title.setFont(scaled(self.font(), 15 / 13, strong=True))
        self._title.setObjectName("host.panel_title")
        self._person = QLabel(self)
        self._patient = ElidedLabel("", self)
        self._patient.setObjectName("host.current_patient")
        one = unit(self.font())
        line = QHBoxLayout(self)
        line.setContentsMargins(*(round(side * one) for side in (12, 6, 12, 6)))
        line.setSpacing(round(8 * one))
        line.addWidget(self._picture)
        line.addWidget(self._title, 3)
        line.addStretch(1)
        line.addWidget(self._person)
        line.addWidget(plain(self.tr("Paciente actual:"), self, secondary=True))
        line.addWidget(self._patient, 2)
        self._patient.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._title.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.show_patient(None)

    def show_patient(self, patient: PatientRef | None) -> None:
        """Name the current patient."""
        self._patient.setFont(scaled(self.font(), 1, strong=patient is not None))
        self._patient.setText(f"{patient.name} · {patient.code}" if patient else self.tr("ninguno"))

    def set_theme(self, theme: Theme) -> None:
        """Draw the line in other colours."""
        self.setStyleSheet(frame_style(theme, self.font()))
        size, ratio = round(18 * unit(self.font())), self.devicePixelRatioF()
        self._picture.setPixmap(icons.pixmap(self._svg, size, theme.accent, ratio))
        self._picture.setVisible(bool(self._svg))
        self._person.setPixmap(icons.pixmap(icons.PERSON, size, theme.secondary, ratio))


@final
class PanelFrame(QWidget):
    """One open panel. Building it runs the plugin's code, whose failure leaves a sentence in the panel's place."""

    def __init__(self, desk: Desk, plugin: str, panel: Panel, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(f"host.frame.{panel.id}")
        self._desk = desk
        self.title = TitleLine(panel, self)
        self.tools = PanelToolbar(desk, self)
        self.body = self._build_body(plugin, panel)
        offered = desk.collect("orthos_toolbar_actions", ToolbarAction, panel_id=panel.id)
        self.tools.offer(action for _, action in offered)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.title)
        column.addWidget(self.tools)
        column.addWidget(self.body, 1)
        self.title.show_patient(desk.current)

    def set_theme(self, theme: Theme) -> None:
        """Draw the frame in other colours and tell the panel of the palette."""
        self.title.set_theme(theme)
        self.tools.set_theme(theme)
        # Qt brings a new palette of the application to no widget that has a style sheet, as a panel may.
        self.body.setPalette(palette_of(theme))

    def _build_body(self, plugin: str, panel: Panel) -> QWidget:
        try:
            body: object = panel.create()
            if not isinstance(body, QWidget):
                raise TypeError(f"Panel.create of {panel.id} gave {type(body).__name__}, not a QWidget")
        except Exception as error:
            self._desk.calls.report(plugin, f"panel {panel.id}", error)
            sentence = self.tr("Este panel no se ha podido abrir. Lo demás funciona; el detalle está en el registro.")
            empty = plain(sentence, self)
            empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
            return empty
        body.setParent(self)
        return body
