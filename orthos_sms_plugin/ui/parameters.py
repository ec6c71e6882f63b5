"""The two lines above the table: whom to write to, on what date, and which message."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import final

from PyQt6.QtCore import QDate, QLocale, QSize, Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QDateEdit,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from hookspecs.host import Group
from orthos_sms_plugin.domain.templates import MessageClass, SmsTemplate
from orthos_sms_plugin.domain.text import Tildes
from orthos_sms_plugin.ui import words
from orthos_sms_plugin.ui.guard import guarded
from orthos_sms_plugin.ui.look.cells import CellState, plain_tooltip
from orthos_sms_plugin.ui.look.icons import set_icon
from orthos_sms_plugin.ui.look.metrics import APART, CONTROL, SECTION, SIDE, metrics_for
from orthos_sms_plugin.ui.look.theme import Role
from orthos_sms_plugin.ui.look.widgets import Chip, ElidedComboBox, ElidedLabel, IconLabel, plain_label

SPANISH = QLocale(QLocale.Language.Spanish, QLocale.Country.Spain)


@final
class Parameters(QWidget):
    """The query's parameters. They are answered from memory; the panel fills the lists.

    Signals:
        changed: Date, group or message is another one, by whatever means.
        one_per_phone_toggled: The box *Enviar sólo un SMS por teléfono*.
        edit_requested: The button beside the message.
    """

    changed = pyqtSignal()
    one_per_phone_toggled = pyqtSignal(bool)
    edit_requested = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._templates: dict[int, SmsTemplate] = {}
        self.date_edit = self._make_date()
        self._weekday = plain_label(look="secondary")
        self._provider_sign = IconLabel("warning", Role.WAITING, size=14)
        self._provider_sign.hide()
        self._provider = ElidedLabel("", "secondary")
        self._provider.setObjectName("sms.provider")
        self._target_sign = IconLabel("person", size=14)
        self._target = ElidedLabel("", "secondary")
        self._target.setObjectName("sms.target")
        self.show_target("")
        self.group_box = self._make_box("sms.group", self.tr("Elija un grupo…"), self.tr("Grupo de pacientes"), 300)
        self.message_box = self._make_box("sms.message", self.tr("Elija un mensaje…"), self.tr("Mensaje"), 300)
        self.edit_button = QPushButton()
        self.edit_button.setProperty("look", "icon")
        self.edit_button.setObjectName("sms.edit_message")
        self.edit_button.setToolTip(self.tr("Editor de mensajes SMS (F2)"))
        self.edit_button.setAccessibleName(self.tr("Editor de mensajes SMS"))
        set_icon(self.edit_button, "edit")
        self._class_chip = Chip(CellState("", "", Role.INFO))
        self._tildes_chip = Chip(CellState("", "", Role.NEUTRAL))
        self.one_per_phone = QCheckBox(self.tr("Enviar sólo un SMS por telé&fono"))
        self.one_per_phone.setObjectName("sms.one_per_phone")
        self.one_per_phone.setChecked(True)
        self._lay_out()
        self._show_weekday()
        self._show_template()
        self.date_edit.dateChanged.connect(self._on_date_changed)
        self.group_box.currentIndexChanged.connect(self._on_changed)
        self.message_box.currentIndexChanged.connect(self._on_changed)
        self.one_per_phone.toggled.connect(self._on_one_per_phone)
        self.edit_button.clicked.connect(self._on_edit)

    # --- what was chosen --------------------------------------------------------------------------------------------

    def on(self) -> date:
        """The date chosen."""
        chosen = self.date_edit.date()
        return date(chosen.year(), chosen.month(), chosen.day())

    def group(self) -> tuple[int, str] | None:
        """Id and name of the group chosen, or None."""
        place = self.group_box.currentIndex()
        return None if place < 0 else (self.group_box.itemData(place), self.group_box.itemText(place))

    def template(self) -> SmsTemplate | None:
        """The message chosen, or None."""
        return self._templates.get(self.message_box.currentData() or 0)

    # --- what there is to choose ------------------------------------------------------------------------------------

    def show_groups(self, groups: Sequence[Group]) -> None:
        """Offer these groups; the one chosen stays chosen if it is still there."""
        entries = [(group.id, group.name, words.patients(group.size)) for group in groups]
        self._fill(self.group_box, entries)

    def show_templates(self, templates: Sequence[SmsTemplate], choose: int = 0) -> None:
        """Offer the active messages; `choose` is chosen if it is there, else the one that was."""
        active = [template for template in templates if template.active]
        self._templates = {template.id: template for template in active}
        self._fill(self.message_box, [(template.id, template.name, template.text) for template in active], choose)
        self._show_template()

    def show_provider(self, text: str, whole: str, fit: bool = True) -> None:
        """Show at the right through whom messages leave, with a sign when none can leave now."""
        self._provider_sign.setVisible(not fit)
        self._provider.setText(text)
        self._provider.setToolTip(plain_tooltip(whole))

    def show_target(self, name: str) -> None:
        """Name at the right whom the patient buttons act on; empty while the host's own title says it."""
        self._target_sign.setVisible(bool(name))
        self._target.setVisible(bool(name))
        self._target.setText(self.tr("Botones de paciente: {name}").format(name=name))

    def choose_template(self, template_id: int) -> None:
        """Choose a message that is offered."""
        self.message_box.setCurrentIndex(self.message_box.findData(template_id))

    # --- inside -----------------------------------------------------------------------------------------------------

    def _fill(self, box: QComboBox, entries: Sequence[tuple[int, str, str]], choose: int = 0) -> None:
        wanted = choose or box.currentData()
        box.blockSignals(True)
        box.clear()
        for key, name, tip in entries:
            box.addItem(name, key)
            box.setItemData(box.count() - 1, plain_tooltip(tip), Qt.ItemDataRole.ToolTipRole)
        box.setCurrentIndex(box.findData(wanted) if wanted else -1)
        box.blockSignals(False)
        self._on_changed()

    def _make_date(self) -> QDateEdit:
        edit = QDateEdit(QDate.currentDate())
        edit.setObjectName("sms.date")
        edit.setLocale(SPANISH)
        edit.setCalendarPopup(True)
        edit.setDisplayFormat("dd/MM/yyyy")
        edit.setAccessibleName(self.tr("Fecha"))
        return edit

    def _make_box(self, name: str, hint: str, spoken: str, width: int) -> QComboBox:
        box = ElidedComboBox()
        box.setObjectName(name)
        box.setPlaceholderText(hint)
        box.setAccessibleName(spoken)
        box.setMaxVisibleItems(20)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(16)
        box.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        box.setMinimumWidth(metrics_for(box.font()).scaled(width * 0.6))
        box.setMaximumWidth(metrics_for(box.font()).scaled(width))
        return box

    def _lay_out(self) -> None:
        by_group = QRadioButton(self.tr("Grupo de pacien&tes"))
        by_group.setObjectName("sms.audience_group")
        by_group.setChecked(True)
        by_day = QRadioButton(self.tr("Cita&s del día"))
        by_day.setObjectName("sms.audience_day")
        by_day.setEnabled(False)
        by_day.setToolTip(self.tr("Aún no está disponible en esta versión."))
        self._audiences = QButtonGroup(self)
        self._audiences.addButton(by_group)
        self._audiences.addButton(by_day)
        captions = [self._caption(text, buddy) for text, buddy in self._captions()]
        widest = max(captions[0].sizeHint().width(), captions[2].sizeHint().width())
        for caption in (captions[0], captions[2]):
            caption.setMinimumWidth(widest + CONTROL)
        first = self._line(
            captions[0], self.date_edit, self._weekday, APART, by_group, SECTION, by_day, APART, captions[1]
        )
        # The boxes take their whole width before the gap at the right takes any.
        first.addWidget(self.group_box, 100)
        first.addStretch(1)
        first.addWidget(self._provider_sign)
        first.addWidget(self._provider)
        second = self._line(captions[2])
        second.addWidget(self.message_box, 100)
        for widget, space in (
            (self.edit_button, 0),
            (self._class_chip, SECTION - CONTROL),
            (self._tildes_chip, 0),
            (self.one_per_phone, SECTION - CONTROL),
        ):
            second.addSpacing(space)
            second.addWidget(widget)
        second.addSpacing(SECTION - CONTROL)
        second.addStretch(1)
        second.addWidget(self._target_sign)
        second.addWidget(self._target)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(SIDE, CONTROL + 2, SIDE, CONTROL + 2)
        lines.setSpacing(CONTROL)
        lines.addLayout(first)
        lines.addLayout(second)
        self.setTabOrder(self.date_edit, by_group)
        for one, other in (
            (by_group, self.group_box),
            (self.group_box, self.message_box),
            (self.message_box, self.edit_button),
            (self.edit_button, self.one_per_phone),
        ):
            self.setTabOrder(one, other)

    def _captions(self) -> tuple[tuple[str, QWidget], ...]:
        return (
            (self.tr("Fec&ha"), self.date_edit),
            (self.tr("Grup&o"), self.group_box),
            (self.tr("Mensa&je"), self.message_box),
        )

    def _caption(self, text: str, buddy: QWidget) -> QLabel:
        label = plain_label(text, "secondary")
        label.setBuddy(buddy)
        return label

    def _line(self, *parts: QWidget | int) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(CONTROL)
        for part in parts:
            if isinstance(part, int):
                line.addSpacing(part - CONTROL)
            else:
                line.addWidget(part)
        return line

    def _show_weekday(self) -> None:
        chosen = self.date_edit.date()
        name = SPANISH.dayName(chosen.dayOfWeek())
        days = QDate.currentDate().daysTo(chosen)
        near = {0: self.tr("hoy"), 1: self.tr("mañana"), -1: self.tr("ayer")}.get(days)
        self._weekday.setText(f"{name} · {near}" if near else name)

    def _show_template(self) -> None:
        template = self.template()
        self._class_chip.setVisible(template is not None)
        self._tildes_chip.setVisible(template is not None)
        if template is None:
            return
        publicity = template.message_class is MessageClass.PUBLICITY
        self._class_chip.show_state(
            CellState("", self.tr("Publicidad") if publicity else self.tr("Asistencial"), Role.INFO)
        )
        kept = template.tildes is Tildes.KEEP
        self._tildes_chip.show_state(
            CellState("", self.tr("Tildes: conservar") if kept else self.tr("Tildes: quitar"), Role.NEUTRAL)
        )

    @guarded
    def _on_date_changed(self) -> None:
        self._show_weekday()
        self.changed.emit()

    @guarded
    def _on_changed(self) -> None:
        self._show_template()
        self.changed.emit()

    @guarded
    def _on_one_per_phone(self, on: bool) -> None:
        self.one_per_phone_toggled.emit(on)

    @guarded
    def _on_edit(self) -> None:
        self.edit_requested.emit()

    @guarded(returns=QSize())
    def minimumSizeHint(self) -> QSize:
        return QSize(metrics_for(self.font()).scaled(760), super().minimumSizeHint().height())
