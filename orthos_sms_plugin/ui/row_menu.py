"""The right-click menu of the grid: our seven entries (R14–R20), then those of other plugins."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import final

from PyQt6.QtCore import QObject, QPoint, pyqtSignal
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QMenu, QWidget

from hookspecs import HostContext, MenuEntry
from orthos_sms_plugin.domain.buttons import Refusal
from orthos_sms_plugin.domain.rowbook import Which
from orthos_sms_plugin.ui import words
from orthos_sms_plugin.ui.figures import amount
from orthos_sms_plugin.ui.guard import guarded
from orthos_sms_plugin.ui.look.cells import plain_tooltip
from orthos_sms_plugin.ui.recipient_table import RecipientTable
from orthos_sms_plugin.ui.table_model import RecipientTableModel
from orthos_sms_plugin.ui.target import ref_of

OWN_PLUGIN = "sms"


@final
class RowMenu(QObject):
    """Owns the menu and what its marking and selecting entries do.

    Signals:
        marked: A person changed the marks.
        edit_phones, show_patient: The entries that need the host; the panel answers them.
    """

    marked = pyqtSignal()
    edit_phones = pyqtSignal()
    show_patient = pyqtSignal()

    def __init__(
        self,
        panel: QWidget,
        model: RecipientTableModel,
        table: RecipientTable,
        actions: Mapping[str, QAction],
        host: HostContext,
    ) -> None:
        super().__init__(panel)
        self._panel, self._model, self._table, self._actions, self._host = panel, model, table, actions, host
        self._names = {name: action.text() for name, action in actions.items()}
        self._menu: QMenu | None = None
        actions["sms.menu.phones"].triggered.connect(self._on_phones)
        actions["sms.menu.show"].triggered.connect(self._on_show)
        actions["sms.menu.mark_all"].triggered.connect(self._on_mark_all)
        actions["sms.menu.mark_unsent"].triggered.connect(self._on_mark_unsent)
        actions["sms.menu.unmark_all"].triggered.connect(self._on_unmark_all)
        actions["sms.menu.select_marked"].triggered.connect(self._on_select_marked)
        actions["sms.menu.select_all"].triggered.connect(self._on_select_all)

    def menu(self) -> QMenu:
        """Build the menu for the rows highlighted now."""
        menu = QMenu(self._panel)
        menu.setObjectName("sms.menu")
        menu.setToolTipsVisible(True)
        self._show_counts()
        for name in ("sms.menu.phones", "sms.menu.show"):
            menu.addAction(self._actions[name])
        menu.addSeparator()
        for name in ("sms.menu.mark_all", "sms.menu.mark_unsent", "sms.menu.unmark_all"):
            menu.addAction(self._actions[name])
        menu.addSeparator()
        for name in ("sms.menu.select_marked", "sms.menu.select_all"):
            menu.addAction(self._actions[name])
        self._add_foreign(menu)
        return menu

    @guarded
    def open_at(self, where: QPoint) -> None:
        """Open the menu at a place of the screen."""
        if self._menu is not None:
            self._menu.deleteLater()
        self._menu = self.menu()
        self._menu.aboutToHide.connect(self._wake)
        self._menu.popup(where)

    def _show_counts(self) -> None:
        book = self._model.book
        counts = {
            "sms.menu.mark_all": book.count(Which.MARKABLE),
            "sms.menu.mark_unsent": book.count(Which.UNSENT),
            "sms.menu.select_marked": len(book.marked),
            "sms.menu.select_all": len(book),
        }
        for name, count in counts.items():
            self._actions[name].setText(f"{self._names[name]} ({amount(count)})")
        one = len(self._table.selected_positions()) == 1
        why = plain_tooltip(words.refusal_words(Refusal.SEVERAL_PATIENTS if not one else Refusal.NO_PATIENT))
        for name in ("sms.menu.phones", "sms.menu.show"):
            self._actions[name].setEnabled(one)
            self._actions[name].setToolTip("" if one else why)

    @guarded
    def _wake(self) -> None:
        """A menu's greying must not silence the keys: they look at the selection themselves."""
        for name in ("sms.menu.phones", "sms.menu.show"):
            self._actions[name].setEnabled(True)

    def _add_foreign(self, menu: QMenu) -> None:
        patients = tuple(ref_of(self._model.book.rows[p]) for p in self._table.selected_positions())
        if not patients:
            return
        results = self._host.hooks.each("orthos_context_menu_entries", host=self._host, patients=patients)
        entries = [entry for result in results if result.plugin != OWN_PLUGIN for entry in result.value]
        if entries:
            menu.addSeparator()
        for entry in entries:
            if isinstance(entry, MenuEntry):
                menu.addAction(_foreign_action(entry, menu))

    @guarded
    def _on_phones(self) -> None:
        self.edit_phones.emit()

    @guarded
    def _on_show(self) -> None:
        self.show_patient.emit()

    @guarded
    def _on_mark_all(self) -> None:
        self._model.mark(Which.MARKABLE)
        self.marked.emit()

    @guarded
    def _on_mark_unsent(self) -> None:
        self._model.mark(Which.UNSENT)
        self.marked.emit()

    @guarded
    def _on_unmark_all(self) -> None:
        self._model.unmark_all()
        self.marked.emit()

    @guarded
    def _on_select_marked(self) -> None:
        self._table.select_positions(sorted(self._model.book.marked))

    @guarded
    def _on_select_all(self) -> None:
        self._table.select_positions(list(range(len(self._model.book))))


def _foreign_action(entry: MenuEntry, menu: QMenu) -> QAction:
    action = QAction(entry.text, menu)
    action.setObjectName(entry.id)
    action.setEnabled(entry.enabled)
    action.setToolTip(plain_tooltip(entry.why))
    action.triggered.connect(guarded(functools.partial(_run, entry)))
    return action


def _run(entry: MenuEntry) -> None:
    entry.run()
