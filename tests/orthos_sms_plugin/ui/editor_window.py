"""The message editor on a desk that keeps its messages in memory, and the hands on it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar, cast

from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtWidgets import QAbstractButton, QLineEdit, QListView, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from orthos_sms_plugin.domain.errors import NameTakenError
from orthos_sms_plugin.domain.rows import Row
from orthos_sms_plugin.domain.templates import MessageClass, SmsTemplate
from orthos_sms_plugin.domain.text import Tildes
from orthos_sms_plugin.services.desk import Desk
from orthos_sms_plugin.services.query import ClinicFacts
from orthos_sms_plugin.ui.dialog_parts import Notice
from orthos_sms_plugin.ui.editor import TemplateEditor
from orthos_sms_plugin.ui.editor_preview import Counter
from orthos_sms_plugin.ui.jobs import Jobs
from orthos_sms_plugin.ui.question_bar import QuestionBar
from tests.orthos_sms_plugin.ui.hands import click, press, type_in
from tests.support.builders import row

W = TypeVar("W", bound=QWidget)

ALERT = SmsTemplate(1, "Aviso", "Hola {nombre}, mañana no abrimos.")
RECALL = SmsTemplate(2, "Revisión", "Le toca revisión en {clinica}.")
OLD = SmsTemplate(3, "Antiguo", "Ya no se usa.", MessageClass.PUBLICITY, Tildes.KEEP, active=False)
ANA = row("García, Ana", patient_id=1)
LONG = row("Sáenz, María del Carmen", patient_id=2)


class MemoryDesk:
    """What the editor uses of `Desk`.

    Attributes:
        sent: Ids of messages that were sent; they are only retired.
        error: Raised by the next write.
        gate: Writes wait for it.
        threads: Who called.
    """

    def __init__(self, *templates: SmsTemplate) -> None:
        self.stored = {template.id: template for template in templates}
        self.sent: set[int] = set()
        self.error: Exception | None = None
        self.gate = threading.Event()
        self.gate.set()
        self.threads: set[threading.Thread] = set()

    def all_templates(self) -> Sequence[SmsTemplate]:
        self.threads.add(threading.current_thread())
        return sorted(self.stored.values(), key=lambda template: template.name)

    def clinic(self) -> ClinicFacts:
        return ClinicFacts("Clínica Arce", "910 555 200")

    def save_template(self, template: SmsTemplate) -> SmsTemplate:
        self._before_writing()
        if any(other.name == template.name and other.id != template.id for other in self.stored.values()):
            raise NameTakenError
        saved = replace(template, id=template.id or max(self.stored, default=0) + 1)
        self.stored[saved.id] = saved
        return saved

    def delete_template(self, template_id: int) -> bool:
        self._before_writing()
        if template_id in self.sent:
            self.stored[template_id] = replace(self.stored[template_id], active=False)
            return False
        del self.stored[template_id]
        return True

    def _before_writing(self) -> None:
        self.threads.add(threading.current_thread())
        assert self.gate.wait(5)
        if self.error is not None:
            error, self.error = self.error, None
            raise error


class Window:
    """The editor and the hands on it."""

    def __init__(self, qtbot: QtBot, desk: MemoryDesk, jobs: Jobs, rows: list[Row], template_id: int) -> None:
        self.qtbot, self.desk, self.rows = qtbot, desk, rows
        self.panel = QWidget()
        qtbot.addWidget(self.panel)
        self.editor = TemplateEditor(
            cast(Desk, desk), jobs, template_id=template_id, sample_rows=lambda: list(self.rows), parent=self.panel
        )
        self.lists: list[list[SmsTemplate]] = []
        self.used: list[int] = []
        self.editor.templates_changed.connect(self.lists.append)
        self.editor.template_used.connect(self.used.append)
        self.editor.show()
        self.until(lambda: self.name.isEnabled())
        self.settle()

    @property
    def name(self) -> QLineEdit:
        return self._find(QLineEdit, "name")

    @property
    def search(self) -> QLineEdit:
        return self._find(QLineEdit, "search")

    @property
    def text(self) -> QPlainTextEdit:
        return self._find(QPlainTextEdit, "text")

    @property
    def preview(self) -> QPlainTextEdit:
        return self._find(QPlainTextEdit, "preview")

    @property
    def shelf(self) -> QListView:
        return self._find(QListView, "list")

    @property
    def counter(self) -> Counter:
        return self._find(Counter, "counter")

    def button(self, name: str) -> QAbstractButton:
        return self._find(QAbstractButton, name)

    def click(self, name: str) -> None:
        button = self.button(name)
        assert button.isVisible()
        # The box stands at the left end of its widget.
        click(button, QPoint(8, button.height() // 2))

    def choose(self, name: str) -> None:
        """Click a line of the list."""
        viewport, model = self.shelf.viewport(), self.shelf.model()
        assert viewport is not None and model is not None
        for line in range(model.rowCount()):
            index = model.index(line, 0)
            if index.data() == name:
                click(viewport, self.shelf.visualRect(index).center())
                return
        raise AssertionError(f"{name} is not in the list")

    def chosen(self) -> str:
        """The highlighted line."""
        return ", ".join(str(index.data()) for index in self.shelf.selectedIndexes())

    def lines(self) -> list[str]:
        """What a screen reader says of the list."""
        model = self.shelf.model()
        assert model is not None
        role = Qt.ItemDataRole.AccessibleTextRole
        return [str(model.index(line, 0).data(role)) for line in range(model.rowCount())]

    def write(self, text: str) -> None:
        """Type in place of the text that is there."""
        press(self.text, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        press(self.text, Qt.Key.Key_Delete)
        type_in(self.text, text)
        self.settle()

    def rename(self, name: str) -> None:
        press(self.name, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        press(self.name, Qt.Key.Key_Delete)
        type_in(self.name, name)

    def question(self) -> str:
        return self._find(QuestionBar, "ask").text()

    def notice(self) -> str:
        return self._find(Notice, "notice").text()

    def foot(self) -> str:
        return self.editor._foot.text()

    def until(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=5_000)

    def settle(self) -> None:
        """Wait until the figures of the text on screen are shown."""
        outcome = self.editor._outcome
        with self.qtbot.waitSignal(outcome.worked_out, timeout=5_000):
            outcome.soon()

    def _find(self, kind: type[W], name: str) -> W:
        found = self.editor.findChild(kind, f"sms.editor.{name}")
        assert found is not None
        return found


Opener = Callable[..., Window]
