"""A question at the foot of a window, for what would elsewhere be a modal box: nothing is modal beside a send."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import final

from PyQt6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from orthos_sms_plugin.ui.guard import guarded
from orthos_sms_plugin.ui.look.metrics import CONTROL, SECTION
from orthos_sms_plugin.ui.look.theme import Role
from orthos_sms_plugin.ui.look.widgets import IconLabel, plain_label


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer.

    Attributes:
        text: With a mnemonic.
        act: What it does.
        safe: It changes nothing: Esc means it, and it has the focus.
    """

    id: str
    text: str
    act: Callable[[], None]
    safe: bool = False


@final
class QuestionBar(QFrame):
    """Asks one question at a time; hidden while there is none."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """Make it.

        Args:
            name: What the object names of its buttons begin with.
        """
        super().__init__(parent)
        self._name = name
        self._choices: tuple[Choice, ...] = ()
        self._buttons: list[QPushButton] = []
        self.setProperty("look", "foot")
        self.setObjectName(name)
        self._words = plain_label(look="strong", wrap=True)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(SECTION, CONTROL + 1, SECTION, CONTROL + 1)
        self._row.setSpacing(CONTROL)
        self._row.addWidget(IconLabel("question-circle", Role.WAITING))
        self._row.addWidget(self._words, 1)
        self.hide()

    @property
    def asking(self) -> bool:
        """Whether an answer is awaited."""
        return bool(self._choices)

    def text(self) -> str:
        """The question; empty when there is none."""
        return self._words.text() if self._choices else ""

    def ask(self, sentence: str, choices: Sequence[Choice]) -> None:
        """Ask, and put the focus on the safe answer."""
        self._clear()
        self._choices = tuple(choices)
        self._words.setText(sentence)
        self.setAccessibleName(sentence)
        self.show()
        for choice in self._choices:
            button = QPushButton(choice.text, self)
            button.setObjectName(f"{self._name}.{choice.id}")
            button.setAccessibleDescription(sentence)
            button.clicked.connect(self._on_clicked)
            self._buttons.append(button)
            self._row.addWidget(button)
            button.show()
            if choice.safe:
                button.setFocus()

    def answer_safely(self) -> None:
        """Take the answer that changes nothing."""
        self._answer(next(choice for choice in self._choices if choice.safe))

    @guarded
    def _on_clicked(self) -> None:
        pressed = self.sender()
        for choice, button in zip(self._choices, self._buttons, strict=True):
            if button is pressed:
                self._answer(choice)
                return

    def _answer(self, choice: Choice) -> None:
        self._clear()
        self.hide()
        choice.act()

    def _clear(self) -> None:
        for button in self._buttons:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._choices, self._buttons = (), []
