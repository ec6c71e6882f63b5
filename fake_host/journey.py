"""The main job, done by a driver: it clicks what a person clicks, in the real window, and tells what it saw.

It knows the plugin by object names only, and they are part of the contract: the actions `sms.query`, `sms.send`,
`sms.refresh`, and the widgets below. Every wait is bounded.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QAbstractButton, QApplication, QComboBox, QTableView, QToolButton, QWidget

from fake_host.desk import Notice
from fake_host.hands import click, let_live, press, wait_until
from fake_host.host import FakeHost
from hookspecs import NotifyLevel

PANEL = "sms.panel"
QUERY, SEND, REFRESH = "sms.query", "sms.send", "sms.refresh"
TABLE, GROUP, MESSAGE, SUMMARY, STRIP = "sms.table", "sms.group", "sms.message", "sms.summary", "sms.strip"
CONFIRM, CONFIRM_SEND = "sms.confirm", "sms.confirm.send"
STATE_TITLE = "Enviado"
UNCHECKED = "--"
DELIVERY_S = 4.5
"""What a provider is given to deliver. The panel asks it at most once a minute, so asking sooner would be in vain."""

LIMIT_S = 120.0
"""The whole journey ends before this, whatever happens."""

W = TypeVar("W", bound=QWidget)


class JourneyError(Exception):
    """The journey cannot go on; the message is a Spanish sentence for the report."""


class Journey:
    """One run through query, send and refresh.

    Args:
        host: Open, with a window.
        group: Name of the group to write to; None for the first one offered.
        limit_s: Bound of the whole run.
    """

    def __init__(self, host: FakeHost, group: str | None = None, limit_s: float = LIMIT_S) -> None:
        window = host.window
        if window is None:
            raise ValueError("a journey needs a host with a window")
        self._host = host
        self._window = window
        self._group = group
        self._ends_at = time.monotonic() + limit_s
        self._report: dict[str, Any] = {
            "rows_queried": 0,
            "rows_marked": 0,
            "rows_sent": 0,
            "states": {},
            "credits_before": None,
            "credits_after": None,
            "errors": [],
        }

    def run(self) -> dict[str, Any]:
        """Do it and give the report; a journey that got stuck says where in `errors`."""
        errors: list[str] = self._report["errors"]
        try:
            self._choose()
            self._query()
            if self._report["rows_marked"]:
                self._send()
            self._refresh()
        except JourneyError as stuck:
            errors.append(str(stuck))
        finally:
            tables = self._window.findChildren(QTableView, TABLE)
            self._report["states"] = _states(tables[0]) if tables else {}
        let_live()  # what was said a moment ago is still on its way
        errors += _said_errors(self._host.notices)
        return self._report

    # --- the steps ----------------------------------------------------------------------------------------------

    def _choose(self) -> None:
        self._window.open_panel(PANEL)
        if PANEL not in self._window.panels:
            raise JourneyError("Ningún complemento instalado ofrece el panel de SMS.")
        groups, messages = self._widget(QComboBox, GROUP), self._widget(QComboBox, MESSAGE)
        self._wait(lambda: _filled(groups), 15, "El panel no ofrece ningún grupo.")
        self._wait(lambda: _filled(messages), 15, "El panel no ofrece ningún mensaje.")
        self._pick(groups, self._group)
        if messages.currentData() is None:
            self._pick(messages, None)
        summary = self._widget(QWidget, SUMMARY)
        self._wait(lambda: summary.property("credits") is not None, 15, "No se conoce el saldo.")
        self._report["credits_before"] = _number(summary.property("credits"))

    def _query(self) -> None:
        table = self._widget(QTableView, TABLE)
        self._press(QUERY)
        self._wait(
            lambda: bool(table.property("queried")) and not table.property("busy"), 60, "La consulta no ha terminado."
        )
        self._report["rows_queried"] = _count(table, "queried")
        self._report["rows_marked"] = _count(table, "marked")
        sent_before = any(literal for literal in _states(table))
        if not self._report["rows_marked"] and not sent_before:
            raise JourneyError("La consulta no ha marcado ninguna fila.")

    def _send(self) -> None:
        marked = self._report["rows_marked"]
        strip, summary = self._widget(QWidget, STRIP), self._widget(QWidget, SUMMARY)
        self._press(SEND)
        self._wait(lambda: self._confirmation() is not None, 20, "No se ha pedido la confirmación del envío.")
        button = self._confirmation()
        assert button is not None
        self._wait(button.isEnabled, 20, "La confirmación no deja enviar.")
        click(button)

        def done() -> bool:
            ended = sum(_count(strip, name) for name in ("accepted", "rejected", "doubtful"))
            return ended > 0 and not strip.property("active") and not _count(strip, "queued")

        self._wait(done, 100, "El envío no ha terminado.")
        self._report["rows_sent"] = _count(strip, "accepted")
        errors: list[str] = self._report["errors"]
        for name, text in (("rejected", "SMS rechazados: {count}."), ("doubtful", "SMS dudosos: {count}.")):
            if count := _count(strip, name):
                errors.append(text.format(count=count))
        if self._report["rows_sent"] > marked:
            errors.append(f"Han salido {self._report['rows_sent']} SMS y sólo había {marked} filas marcadas.")
        before = self._report["credits_before"]
        self._wait_a_little(lambda: _number(summary.property("credits")) != before, 5)

    def _refresh(self) -> None:
        table, summary = self._widget(QTableView, TABLE), self._widget(QWidget, SUMMARY)
        if self._report["rows_sent"]:
            self._let_deliver()
        self._press(REFRESH)
        # The provider takes its time to deliver, so a row that is not delivered yet is a state, not an error.
        self._wait_a_little(lambda: not _states(table).get(UNCHECKED), 15)
        self._report["credits_after"] = _number(summary.property("credits"))

    def _let_deliver(self) -> None:
        local = self._host.provider
        if local is not None:
            local.clock.advance(DELIVERY_S)  # the service in this process has a clock of its own
        else:
            self._wait_a_little(lambda: False, DELIVERY_S)

    # --- hands and eyes -----------------------------------------------------------------------------------------

    def _press(self, action_id: str) -> None:
        action = next((one for one in self._window.findChildren(QAction) if one.objectName() == action_id), None)
        if action is None:
            raise JourneyError(f"El panel no tiene la acción «{action_id}».")
        self._wait(action.isEnabled, 15, f"La acción «{action_id}» no se ha habilitado.")
        for button in self._window.findChildren(QToolButton, action_id):
            if button.isVisible() and button.isEnabled():
                click(button)
                return
        action.trigger()  # in a narrow window the button is in the overflow menu

    def _pick(self, combo: QComboBox, text: str | None) -> None:
        wanted = next(
            (
                index
                for index in range(combo.count())
                if combo.itemData(index) is not None and (text is None or text in combo.itemText(index))
            ),
            None,
        )
        if wanted is None:
            raise JourneyError(f"El panel no ofrece «{text}».")
        combo.setFocus()
        for _ in range(combo.count() + 1):
            if combo.currentIndex() == wanted:
                return
            press(combo, Qt.Key.Key_Down if combo.currentIndex() < wanted else Qt.Key.Key_Up)
        raise JourneyError("La lista no se deja recorrer con las flechas.")

    def _confirmation(self) -> QAbstractButton | None:
        for window in QApplication.topLevelWidgets():
            if window.objectName() == CONFIRM and window.isVisible():
                return window.findChild(QAbstractButton, CONFIRM_SEND)
        return None

    def _widget(self, kind: type[W], name: str) -> W:
        found = self._window.findChild(kind, name)
        if found is None:
            raise JourneyError(f"El panel no tiene «{name}».")
        return found

    def _wait(self, holds: Callable[[], bool], limit_s: float, otherwise: str) -> None:
        if not self._wait_a_little(holds, limit_s):
            raise JourneyError(otherwise)

    def _wait_a_little(self, holds: Callable[[], bool], limit_s: float) -> bool:
        ends_at = min(time.monotonic() + limit_s, self._ends_at)
        return wait_until(holds, ends_at)


def _said_errors(notices: Sequence[Notice]) -> list[str]:
    return [notice.text for notice in notices if notice.level is NotifyLevel.ERROR]


def _filled(combo: QComboBox) -> bool:
    return any(combo.itemData(index) is not None for index in range(combo.count()))


def _states(table: QTableView) -> dict[str, int]:
    model = table.model()
    if model is None:
        return {}
    titles = [model.headerData(column, Qt.Orientation.Horizontal) for column in range(model.columnCount())]
    if STATE_TITLE not in titles:
        return {}
    column = titles.index(STATE_TITLE)
    literals = (model.index(row, column).data() or "" for row in range(model.rowCount()))
    return dict(sorted(Counter(str(literal) for literal in literals).items()))


def _count(widget: QWidget, name: str) -> int:
    value = widget.property(name)
    return int(value) if value is not None else 0


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
