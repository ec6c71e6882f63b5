"""The menu bar. What this host cannot do yet is there, greyed, with the reason in its tooltip."""

from __future__ import annotations

from collections.abc import Callable
from typing import final

from PyQt6.QtGui import QAction, QActionGroup, QKeySequence
from PyQt6.QtWidgets import QMainWindow, QMenu, QMenuBar

from fake_host.window.widgets import tooltip

DEFAULT = "Comunicaciones"


@final
class Menus(QMenuBar):
    """Builds the menus; `MainWindow` says what the entries do."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self.by_name: dict[str, QMenu] = {}
        later = self.tr("Llega en una versión posterior de este programa de prueba.")
        self._later = later
        for name, title in (
            ("Archivo", self.tr("&Archivo")),
            ("Pacientes", self.tr("&Pacientes")),
            ("Agenda", self.tr("A&genda")),
            ("Comunicaciones", self.tr("&Comunicaciones")),
            ("Informes", self.tr("&Informes")),
            ("Ventana", self.tr("&Ventana")),
            ("Ayuda", self.tr("Ay&uda")),
        ):
            menu = self.addMenu(title)
            assert menu is not None
            menu.setToolTipsVisible(True)
            menu.setObjectName(f"host.menu.{name}")
            self.by_name[name] = menu

    def entry(self, menu: str, text: str, run: Callable[[], object], shortcut: str = "", name: str = "") -> QAction:
        """Add an entry that does something."""
        action = QAction(text, self)
        if shortcut:
            action.setShortcut(QKeySequence(shortcut))
        action.setObjectName(name)
        # without the lambda Qt would hand its `checked` to `run`
        action.triggered.connect(lambda: run())
        self.by_name[menu].addAction(action)
        return action

    def greyed(self, menu: str, text: str, reason: str = "") -> None:
        """Add an entry that cannot be chosen, with the reason."""
        action = QAction(text, self)
        action.setEnabled(False)
        action.setToolTip(tooltip(reason or self._later))
        self.by_name[menu].addAction(action)

    def line(self, menu: str) -> None:
        """Part the entries before from those after."""
        self.by_name[menu].addSeparator()

    def choice(self, menu: str, options: list[tuple[str, str, Callable[[], object]]]) -> dict[str, QAction]:
        """Add entries of which one holds: name, text and what choosing it does."""
        group = QActionGroup(self)
        made: dict[str, QAction] = {}
        for name, text, run in options:
            action = self.entry(menu, text, run, name=f"host.{name}")
            action.setCheckable(True)
            group.addAction(action)
            made[name] = action
        return made

    def need(self, action: QAction, enabled: bool, reason: str) -> None:
        """Enable an entry, or grey it with the reason."""
        action.setEnabled(enabled)
        action.setToolTip("" if enabled else tooltip(reason))

    def to_top(self, menu: str, action: QAction) -> None:
        """Move an entry to the top of its menu, behind the ones moved there before."""
        entries = self.by_name[menu]
        rest = [one for one in entries.actions() if one is not action and not one.property("top")]
        action.setProperty("top", True)
        if rest:
            entries.removeAction(action)
            entries.insertAction(rest[0], action)
