"""The last line of the panel: what happened last, and through whom messages leave."""

from __future__ import annotations

from typing import final

from PyQt6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from hookspecs import NotifyLevel
from orthos_sms_plugin.services.desk import DeskStatus
from orthos_sms_plugin.services.ports import Balance
from orthos_sms_plugin.ui.look.metrics import CONTROL, SIDE, metrics_for
from orthos_sms_plugin.ui.look.theme import Role
from orthos_sms_plugin.ui.look.widgets import ElidedLabel, IconLabel

_ICONS = {
    NotifyLevel.INFO: ("info", Role.INFO),
    NotifyLevel.WARNING: ("warning", Role.WAITING),
    NotifyLevel.ERROR: ("warning", Role.FAILED),
}


@final
class StatusLine(QWidget):
    """One sentence at the left, the provider at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sms.status")
        self._icon = IconLabel("info", Role.INFO, size=14)
        self._sentence = ElidedLabel(self.tr("Listo. Elija un grupo para poder consultar."))
        self._provider = ElidedLabel("", "secondary")
        row = QHBoxLayout(self)
        row.setContentsMargins(SIDE, 0, SIDE, 0)
        row.setSpacing(CONTROL)
        row.addWidget(self._icon)
        row.addWidget(self._sentence, 1)
        row.addWidget(self._provider)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setMinimumHeight(metrics_for(self.font()).status)

    def tell(self, sentence: str, level: NotifyLevel = NotifyLevel.INFO) -> None:
        """Show a sentence; a screen reader speaks it."""
        self._icon.show_icon(*_ICONS[level])
        self._sentence.setText(sentence)
        self.setAccessibleName(sentence)

    def sentence(self) -> str:
        """What it says now."""
        return self._sentence.text()

    def show_status(self, status: DeskStatus | None, balance: Balance | None) -> None:
        """Show through whom messages leave, and what their phones show as sender."""
        if status is None:
            self._provider.setText("")
            return
        if not status.provider_name:
            self._provider.setText(self.tr("Proveedor de SMS sin configurar"))
            return
        reached = self.tr("sin respuesta aún") if balance is None or balance.at is None else self.tr("conectado")
        if balance is not None and balance.breaker != "closed":
            reached = self.tr("en pausa")
        sender = status.settings.sender or self.tr("el de la cuenta")
        self._provider.setText(
            self.tr("{provider} · {reached} · remitente {sender}").format(
                provider=status.provider_name, reached=reached, sender=sender
            )
        )
