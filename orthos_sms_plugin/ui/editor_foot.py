"""The foot of the message editor: what state the message is in, and the buttons with the reasons for being grey."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from PyQt6.QtCore import QCoreApplication
from PyQt6.QtWidgets import QAbstractButton, QDialogButtonBox, QFrame, QPushButton, QVBoxLayout, QWidget

from orthos_sms_plugin.ui.dialog_parts import TintedLabel, foot
from orthos_sms_plugin.ui.look.cells import plain_tooltip
from orthos_sms_plugin.ui.look.icons import set_icon
from orthos_sms_plugin.ui.look.theme import Role, mark_primary
from orthos_sms_plugin.ui.look.widgets import IconLabel

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class EditorFacts:
    """What decides about the buttons.

    Attributes:
        busy: Messages are being read or written.
        dirty: There are changes that are not saved.
        stored: The message has been saved before.
        active: The box `Activo` is ticked.
    """

    busy: bool
    dirty: bool
    stored: bool
    active: bool


def show_reason(button: QAbstractButton, reason: str, hint: str = "") -> None:
    """Make a button live, or grey with the reason in its tooltip.

    Args:
        hint: The tooltip of the live button.
    """
    button.setEnabled(not reason)
    button.setToolTip(plain_tooltip(reason or hint))
    button.setAccessibleDescription(reason)


@final
class EditorFoot(QWidget):
    """State of the message, and the buttons for it as a whole."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.revert = self._made("revert", self.tr("Des&hacer cambios"), "undo")
        self.save = self._made("save", self.tr("&Guardar"), "save")
        self.use = self._made("use", self.tr("Usar este &mensaje"))
        self.close_ = self._made("close", self.tr("&Cerrar"))
        mark_primary(self.use, True)
        self._icon = IconLabel()
        self._words = TintedLabel(wrap=True)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self._band())

    def text(self) -> str:
        """What it says of the message."""
        return self._words.text()

    def show_facts(self, facts: EditorFacts, news: str = "") -> None:
        """Show them.

        Args:
            news: What was just done; gives way to unsaved changes.
        """
        role = Role.WAITING if facts.dirty else Role.GOOD
        text = self.tr("Cambios sin guardar") if facts.dirty else news
        self._words.setText(text)
        self._words.show_role(role)
        self._icon.show_icon("" if not text else "edit" if facts.dirty else "check-circle", role)
        wait = busy_reason() if facts.busy else ""
        unchanged = "" if facts.dirty else self.tr("No hay cambios.")
        show_reason(self.save, wait or unchanged)
        show_reason(self.revert, wait or unchanged)
        unusable = "" if facts.active else self.tr("El mensaje está inactivo: marque «Activo» para poder usarlo.")
        if not facts.stored and not facts.dirty:
            unusable = unsaved_reason()
        show_reason(self.use, wait or unusable, self.tr("Guarda antes los cambios.") if facts.dirty else "")

    def _made(self, name: str, text: str, icon: str = "") -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(f"sms.editor.{name}")
        button.setAutoDefault(False)
        if icon:
            set_icon(button, icon)
        return button

    def _band(self) -> QFrame:
        buttons = QDialogButtonBox()
        # Nobody chooses by pressing Enter in the name: an AcceptRole button would become the default.
        for button, role in (
            (self.revert, QDialogButtonBox.ButtonRole.ActionRole),
            (self.save, QDialogButtonBox.ButtonRole.ActionRole),
            (self.use, QDialogButtonBox.ButtonRole.ActionRole),
            (self.close_, QDialogButtonBox.ButtonRole.RejectRole),
        ):
            buttons.addButton(button, role)
        return foot(self._icon, self._words, buttons)


def busy_reason() -> str:
    """Why nothing can be done just now."""
    return translate("editor", "Espere un momento: se está guardando o leyendo.")


def unsaved_reason() -> str:
    """Why a message that was never saved cannot be used or deleted."""
    return translate("editor", "Este mensaje aún no está guardado.")
