"""A person at the panel of a host in this process: clicks, looks, and waits no longer than a person would."""

from __future__ import annotations

import time
from collections.abc import Callable

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QAbstractButton, QApplication, QPushButton, QToolButton

from fake_host import FakeHost
from fake_host.clinic.people import ORTHODONTICS
from fake_host.hands import click, wait_until
from orthos_sms_plugin.ui.confirm import ConfirmDialog
from orthos_sms_plugin.ui.look.strip import StripState
from orthos_sms_plugin.ui.panel import SmsPanel
from orthos_sms_plugin.ui.table_model import Column


class FrontDesk:
    """The panel, opened, with the demo group and the first message chosen.

    Attributes:
        panel: For what a test looks at beyond the words on screen.
    """

    def __init__(self, host: FakeHost, group: str = ORTHODONTICS) -> None:
        assert host.window is not None
        self._window = host.window
        self._window.open_panel("sms.panel")
        panel = self._window.findChild(SmsPanel)
        assert panel is not None
        self.panel: SmsPanel = panel
        groups, messages = panel.parameters.group_box, panel.parameters.message_box
        self.wait(lambda: groups.findText(group, Qt.MatchFlag.MatchContains) >= 0, "the group is offered")
        self.wait(lambda: messages.count() > 1, "messages are offered")
        groups.setCurrentIndex(groups.findText(group, Qt.MatchFlag.MatchContains))
        if messages.currentData() is None:
            first = next(at for at in range(messages.count()) if messages.itemData(at) is not None)
            messages.setCurrentIndex(first)

    def wait(self, holds: Callable[[], object], what: str, limit_s: float = 30.0) -> None:
        assert wait_until(holds, time.monotonic() + limit_s), f"never happened: {what}; strip: {self.strip()}"

    def press(self, action_id: str) -> None:
        """Click a button of the toolbar, or trigger an entry of a menu."""
        action = next(one for one in self._window.findChildren(QAction) if one.objectName() == action_id)
        self.wait(action.isEnabled, f"{action_id} can be pressed")
        for button in self._window.findChildren(QToolButton, action_id):
            if button.isVisible():
                click(button)
                return
        action.trigger()

    def query(self) -> None:
        """`Consultar`, until the rows are there."""
        self.press("sms.query")
        table = self.panel.table
        self.wait(lambda: table.property("queried") and not table.property("busy"), "the query ends")

    def confirmation(self) -> QAbstractButton:
        """`Enviar`, until the confirmation is there; gives its button."""
        self.press("sms.send")
        return self.confirmation_shown()

    def confirmation_shown(self) -> QAbstractButton:
        """Wait for the confirmation; gives its button."""
        self.wait(lambda: self._confirm_button() is not None, "the confirmation")
        button = self._confirm_button()
        assert button is not None
        return button

    def send(self) -> None:
        """`Enviar` and its confirmation."""
        click(self.confirmation())

    def _confirm_button(self) -> QAbstractButton | None:
        for window in QApplication.topLevelWidgets():
            if isinstance(window, ConfirmDialog) and window.isVisible():
                return window.findChild(QAbstractButton, "sms.confirm.send")
        return None

    # --- the strip --------------------------------------------------------------------------------------------------

    def strip(self) -> StripState | None:
        return self.panel.strip.state()

    def title(self) -> str:
        """What the strip says, empty without one."""
        state = self.strip()
        return "" if state is None else state.title

    def detail(self) -> str:
        """What stands under the title, empty without a strip."""
        state = self.strip()
        return "" if state is None else state.detail

    def wait_for_title(self, words: str, limit_s: float = 30.0) -> StripState:
        self.wait(lambda: words in self.title(), f"the strip says «{words}»", limit_s)
        state = self.strip()
        assert state is not None
        return state

    def press_strip(self, button: str) -> None:
        offered = self.panel.strip.findChildren(QPushButton, f"strip.{button}")
        found = [
            one for one in offered if one.isVisible() and one.isEnabled()
        ]  # an old one may still be on its way out
        assert found, f"{button} is not offered"
        click(found[0])

    # --- the table --------------------------------------------------------------------------------------------------

    def marked(self) -> set[str]:
        """Names with a mark."""
        book = self.panel.model.book
        return {book.rows[position].name for position in book.marked}

    def shown(self) -> dict[str, tuple[str, str]]:
        """What `Enviado` and `Detalle` say, by name."""
        model = self.panel.model

        def text(row: int, column: Column) -> str:
            return str(model.index(row, column).data() or "")

        return {
            text(row, Column.NAME): (text(row, Column.SENT), text(row, Column.DETAIL))
            for row in range(model.rowCount())
        }

    def doubtful(self) -> set[str]:
        """Names that are shown as doubtful."""
        return {name for name, (sent, detail) in self.shown().items() if sent == "--" and detail.startswith("Dudoso")}
