"""What `Más` shows: every value of `Enviado` as it looks in the table, and what it does and does not prove (R39)."""

from __future__ import annotations

from typing import final

from PyQt6.QtCore import QCoreApplication, Qt
from PyQt6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QVBoxLayout, QWidget

from orthos_sms_plugin.ui.look.chip import CellState
from orthos_sms_plugin.ui.look.colours import Role
from orthos_sms_plugin.ui.look.metrics import CONTROL, SECTION, metrics_for
from orthos_sms_plugin.ui.look.theme import apply_look
from orthos_sms_plugin.ui.look.widgets import Chip, Rule, plain_label

translate = QCoreApplication.translate


def meanings_of_sent() -> tuple[tuple[CellState, str], ...]:
    """Every chip of the column with what it means, in the order in which a message goes through them."""
    return (
        (
            CellState("dots", "--", Role.NEUTRAL),
            translate("explanation", "El proveedor aceptó el SMS y todavía no se le ha preguntado qué ha sido de él."),
        ),
        (
            CellState("clock", "No", Role.WAITING),
            translate(
                "explanation", "Se ha preguntado y aún no consta como entregado; el operador lo sigue intentando."
            ),
        ),
        (
            CellState("cross-circle", "No", Role.FAILED),
            translate("explanation", "No se entregó y ya no llegará. El motivo está en «Detalle»."),
        ),
        (
            CellState("check-circle", "Si", Role.GOOD),
            translate(
                "explanation",
                "El centro de mensajes del proveedor comunica la entrega. No prueba que la persona lo haya recibido "
                "ni leído.",
            ),
        ),
        (
            CellState("question-circle", "No", Role.NEUTRAL),
            translate("explanation", "Pasaron 7 días sin respuesta: no se sabe si llegó."),
        ),
        (
            CellState("question-circle", "--", Role.DOUBTFUL),
            translate("explanation", "Dudoso: la petición se envió, pero el proveedor no contestó. No se repite solo."),
        ),
    )


def facts_of_delivery() -> tuple[str, ...]:
    """What holds of every SMS."""
    return (
        translate(
            "explanation",
            "La entrega suele tardar menos de 5 minutos. Con el móvil apagado o sin cobertura puede tardar "
            "uno o dos días, o más.",
        ),
        translate("explanation", "Para lo que sea esencial, avise también por otra vía: el SMS no debe ser la única."),
    )


@final
class Explanation(QDialog):
    """Stands beside the work and blocks nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sms.explanation")
        self.setWindowTitle(self.tr("Qué significa «Enviado»"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(SECTION)
        grid.setVerticalSpacing(CONTROL)
        grid.setColumnStretch(1, 1)
        for place, (state, sentence) in enumerate(meanings_of_sent()):
            grid.addWidget(Chip(state), place, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(plain_label(sentence, wrap=True), place, 1)
        buttons = QDialogButtonBox()
        close = buttons.addButton(self.tr("Ce&rrar"), QDialogButtonBox.ButtonRole.RejectRole)
        assert close is not None
        close.setObjectName("sms.explanation.close")
        close.setAccessibleName(self.tr("Cerrar"))
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(SECTION, SECTION, SECTION, SECTION)
        column.setSpacing(SECTION)
        column.addWidget(plain_label(self.tr("Qué significa la columna «Enviado»"), "question", wrap=True))
        column.addLayout(grid)
        column.addWidget(Rule(upright=False))
        for fact in facts_of_delivery():
            column.addWidget(plain_label(fact, wrap=True))
        column.addWidget(buttons)
        apply_look(self)
        width = metrics_for(self.font()).scaled(600)
        self.resize(width, column.heightForWidth(width))
