"""The real panel in the real window of the small host, driven action by action while the event loop is watched."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from functools import partial

from PyQt6.QtCore import QPoint, Qt, QTimer
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QComboBox

from benchmarks.pauses import LoopWatch
from fake_host import FakeHost
from fake_host.hands import let_live, wait_until
from orthos_sms_plugin.domain.buttons import Button
from orthos_sms_plugin.domain.rowbook import Which
from orthos_sms_plugin.ui.panel import SmsPanel
from orthos_sms_plugin.ui.table_model import Column

LIMIT_S = 120.0
IDLE_MS = 200
CALM_MS = 150
"""How long an action is watched after it returned: what it puts off counts as well."""
SIZE = (1366, 768)


class PanelBench:
    """Opens the panel on a group and repeats what a person does with it.

    Attributes:
        pauses: Worst pause in ms, by action, one figure per repetition.
        idle: The same with nothing going on, taken before every action.
        took: Seconds, by name.
    """

    def __init__(self, host: FakeHost, group: str) -> None:
        window = host.window
        assert window is not None, "a window needs an application"
        window.resize(*SIZE)
        window.open_panel("sms.panel")
        panel = window.findChild(SmsPanel)
        assert panel is not None, "the plugin is not installed"
        self.panel = panel
        self.pauses: dict[str, list[float]] = defaultdict(list)
        self.idle: list[float] = []
        self.took: dict[str, list[float]] = defaultdict(list)
        self._watch = LoopWatch()
        self._texts_ready = False
        panel.queries.texts_ready.connect(self._on_texts_ready)
        self._choose(group)

    def repeat(self) -> None:
        """Do everything once."""
        self._query_and_texts()
        self._actions()
        self._scroll_behind_texts()

    # --- the steps --------------------------------------------------------------------------------------------------

    def _choose(self, group: str) -> None:
        for name, wanted in (("sms.group", group), ("sms.message", "")):
            box = self.panel.findChild(QComboBox, name)
            assert box is not None
            self._wait(partial(_filled, box))
            places = [p for p in range(box.count()) if box.itemData(p) is not None and wanted in box.itemText(p)]
            box.setCurrentIndex(places[0])
        self._wait(self.panel.actions_.toolbar[Button.QUERY].isEnabled)
        let_live(300)

    def _query_and_texts(self) -> None:
        self._rest()
        began = time.perf_counter()
        self._press_query()
        self._wait(lambda: not self.panel.queries.running)
        self.took["query"].append(time.perf_counter() - began)
        self.pauses["query"].append(self._watch.worst_ms())
        began = time.perf_counter()
        self._watch.begin()
        self._wait(lambda: self._texts_ready)
        let_live(CALM_MS)
        self.took["texts"].append(time.perf_counter() - began)
        self.pauses["texts"].append(self._watch.worst_ms())

    def _actions(self) -> None:
        menu = self.panel.actions_.menu
        model, table = self.panel.model, self.panel.table
        self._act("unmark all", menu["sms.menu.unmark_all"].trigger)
        self._act("mark all", menu["sms.menu.mark_all"].trigger)
        self._act("select marked", menu["sms.menu.select_marked"].trigger)
        self._act("scroll over a selection of many runs", self._scroll)
        self._act("select all", menu["sms.menu.select_all"].trigger)
        self._act("clear selection", table.clearSelection)
        model.book.marked = set(range(0, len(model.book), 2))
        self._act("select marked, every other row", menu["sms.menu.select_marked"].trigger)
        table.clearSelection()
        model.mark(Which.FRESH)
        table.scrollToTop()
        self._act("toggle one mark", self._click_a_box)
        table.select_positions(list(range(min(1_000, len(model.book)))))
        self._act("toggle 1,000 marks", self._space)
        table.clearSelection()
        self._act("scroll", self._scroll)

    def _scroll_behind_texts(self) -> None:
        self._press_query()
        self._wait(lambda: not self.panel.queries.running)
        self._act("scroll while texts are merged", self._scroll)
        self._wait(lambda: self._texts_ready)
        let_live(CALM_MS)

    # --- hands ------------------------------------------------------------------------------------------------------

    def _press_query(self) -> None:
        self._texts_ready = False
        self.panel.queries.query = None  # else hand-made marks would be asked about
        self.panel.model.unmark_all()
        let_live(CALM_MS)
        self._watch.begin()
        self.panel.actions_.toolbar[Button.QUERY].trigger()
        self._wait(lambda: self.panel.queries.running)

    def _act(self, name: str, action: Callable[[], object]) -> None:
        self._rest()
        ended: list[bool] = []

        def run() -> None:
            began = time.perf_counter()
            action()
            self.took[name].append(time.perf_counter() - began)
            ended.append(True)

        QTimer.singleShot(0, run)
        self._wait(lambda: bool(ended))
        let_live(CALM_MS)
        self.pauses[name].append(self._watch.worst_ms())

    def _scroll(self) -> None:
        """From top to bottom in 60 pages and some wheel notches, each in a turn of its own, as a hand does."""
        bar = self.panel.table.verticalScrollBar()
        assert bar is not None
        for page in range(60):
            bar.setValue(round(bar.maximum() * page / 59))
            let_live(10)
        for _notch in range(30):
            bar.setValue(bar.value() - 3)
            let_live(10)

    def _click_a_box(self) -> None:
        table = self.panel.table
        rows = self.panel.model.book.rows
        position = next(place for place in range(3, len(rows)) if rows[place].markable)
        viewport = table.viewport()
        assert viewport is not None
        where: QPoint = table.visualRect(self.panel.model.index(position, Column.MARK)).center()
        QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=where)  # type: ignore[call-overload]  # stubs

    def _space(self) -> None:
        QTest.keyClick(self.panel.table, Qt.Key.Key_Space)  # type: ignore[call-overload]  # stubs

    def _rest(self) -> None:
        """Let the dust settle, and see what the machine itself does to an idle window."""
        let_live(CALM_MS)
        self._watch.begin()
        let_live(IDLE_MS)
        self.idle.append(self._watch.worst_ms())
        self._watch.begin()

    def _wait(self, holds: Callable[[], bool]) -> None:
        if not wait_until(holds, time.monotonic() + LIMIT_S):
            raise TimeoutError("the panel did not get there")

    def _on_texts_ready(self) -> None:
        self._texts_ready = True


def _filled(box: QComboBox) -> bool:
    return any(box.itemData(place) is not None for place in range(box.count()))
