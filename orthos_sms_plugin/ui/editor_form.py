"""The right-hand side of the message editor: name, class, tildes, merge fields and the text itself."""

from __future__ import annotations

from typing import final

from PyQt6.QtCore import QEvent, Qt, pyqtSignal
from PyQt6.QtGui import QFont, QSyntaxHighlighter, QTextCharFormat, QTextCursor
from PyQt6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QWidget,
)

from orthos_sms_plugin.domain.merge import APPOINTMENT_FIELDS, PATIENT_FIELDS
from orthos_sms_plugin.domain.templates import MessageClass, SmsTemplate
from orthos_sms_plugin.domain.text import Tildes
from orthos_sms_plugin.ui.dialog_parts import caption
from orthos_sms_plugin.ui.editor_text import FIELD, cheapened, dear_spans, is_field, qt_position
from orthos_sms_plugin.ui.guard import guarded
from orthos_sms_plugin.ui.look.cells import plain_tooltip
from orthos_sms_plugin.ui.look.metrics import CONTROL, GROUP, SECTION, metrics_for
from orthos_sms_plugin.ui.look.theme import Role, colour, palette_for
from orthos_sms_plugin.ui.look.widgets import plain_label

_LONGEST_NAME = 80


@final
class FieldHighlighter(QSyntaxHighlighter):
    """Colours merge fields, and underlines the letters that make a text dear."""

    def __init__(self, edit: QPlainTextEdit) -> None:
        super().__init__(edit.document())
        self._edit = edit
        self.refresh()

    def refresh(self) -> None:
        """Take the colours of the theme that is on now."""
        look = palette_for(self._edit)

        def made(role: Role, *, wave: bool = False, bold: bool = True) -> QTextCharFormat:
            style = QTextCharFormat()
            tone = look.tone(role)
            style.setForeground(colour(tone.text))
            if not look.framed:
                style.setBackground(colour(tone.ground))
            if bold:
                style.setFontWeight(QFont.Weight.DemiBold)
            if wave:
                style.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
                style.setUnderlineColor(colour(tone.text))
            return style

        self._field = made(Role.INFO)
        self._wrong = made(Role.FAILED, wave=True)
        self._brace = made(Role.NEUTRAL, bold=False)
        self._dear = made(Role.WAITING, wave=True)
        self.rehighlight()

    @guarded
    def highlightBlock(self, text: str | None) -> None:
        if not text:
            return
        # Qt counts UTF-16 units; only a text with emoji needs the conversion.
        wide = any(ord(character) > 0xFFFF for character in text)

        def paint(start: int, end: int, style: QTextCharFormat) -> None:
            if wide:
                start, end = qt_position(text, start), qt_position(text, end)
            self.setFormat(start, end - start, style)

        for start, end in dear_spans(text):
            paint(start, end, self._dear)
        for match in FIELD.finditer(text):
            name = match[1]
            if name is None:
                style = self._brace if len(match[0]) == 2 else self._wrong
            else:
                style = self._field if is_field(name) else self._wrong
            paint(match.start(), match.end(), style)


@final
class TemplateForm(QWidget):
    """Shows one message and lets a person change it.

    Signals:
        edited: Something of the message is other than before.
    """

    edited = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._id = 0
        self.name = QLineEdit()
        self.active = QCheckBox(self.tr("Acti&vo"))
        self.care = QRadioButton(self.tr("A&sistencial"))
        self.publicity = QRadioButton(self.tr("&Publicidad"))
        self.remove = QRadioButton(self.tr("&Quitar"))
        self.keep = QRadioButton(self.tr("C&onservar"))
        self.text = QPlainTextEdit()
        self._groups = [self._group(self.care, self.publicity), self._group(self.remove, self.keep)]
        self.fields: list[QPushButton] = []
        self._name_parts()
        self._lay_out()
        self._highlighter = FieldHighlighter(self.text)
        self._connect()

    # --- what the dialog calls --------------------------------------------------------------------------------------

    def show_template(self, template: SmsTemplate, *, undoable: bool = False) -> None:
        """Show a message in place of what is there.

        Args:
            undoable: Ctrl+Z in the text brings back what was typed.
        """
        self._id = template.id
        self.blockSignals(True)
        try:
            self.name.setText(template.name)
            self.active.setChecked(template.active)
            (self.publicity if template.message_class is MessageClass.PUBLICITY else self.care).setChecked(True)
            (self.keep if template.tildes is Tildes.KEEP else self.remove).setChecked(True)
            if undoable:
                self.replace_text(template.text)
            else:
                self.text.setPlainText(template.text)
        finally:
            self.blockSignals(False)
        self.edited.emit()

    def saved_as(self, template: SmsTemplate) -> None:
        """Take over the id, and the name as it was tidied, without touching what is being typed."""
        self._id = template.id
        if " ".join(self.name.text().split()) == template.name and self.name.text() != template.name:
            self.name.setText(template.name)

    def template(self) -> SmsTemplate:
        """The message as it stands on screen."""
        return SmsTemplate(
            id=self._id,
            name=" ".join(self.name.text().split()),
            text=self.text.toPlainText(),
            message_class=MessageClass.PUBLICITY if self.publicity.isChecked() else MessageClass.CARE,
            tildes=Tildes.KEEP if self.keep.isChecked() else Tildes.REMOVE,
            active=self.active.isChecked(),
        )

    def select(self, start: int, length: int) -> None:
        """Select a piece of the text and go there; places in characters."""
        text = self.text.toPlainText()
        cursor = self.text.textCursor()
        cursor.setPosition(qt_position(text, start))
        cursor.setPosition(qt_position(text, min(len(text), start + length)), QTextCursor.MoveMode.KeepAnchor)
        self.text.setTextCursor(cursor)
        self.text.ensureCursorVisible()
        self.text.setFocus()

    def cheapen(self) -> None:
        """Write the dear letters as the plain ones that would leave."""
        self.replace_text(cheapened(self.text.toPlainText()))
        self.text.setFocus()

    def replace_text(self, text: str) -> None:
        """Put another text in place as one step that can be undone."""
        cursor = self.text.textCursor()
        cursor.beginEditBlock()
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)
        cursor.endEditBlock()

    # --- inside -----------------------------------------------------------------------------------------------------

    def _group(self, *buttons: QRadioButton) -> QButtonGroup:
        group = QButtonGroup(self)
        for button in buttons:
            group.addButton(button)
        buttons[0].setChecked(True)
        return group

    def _name_parts(self) -> None:
        for widget, name in (
            (self.name, "name"),
            (self.active, "active"),
            (self.care, "care"),
            (self.publicity, "publicity"),
            (self.remove, "tildes_remove"),
            (self.keep, "tildes_keep"),
            (self.text, "text"),
        ):
            widget.setObjectName(f"sms.editor.{name}")
        self.name.setMaxLength(_LONGEST_NAME)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(self.tr("Texto del mensaje"))
        paper = self.text.document()
        if paper is not None:
            paper.setDocumentMargin(CONTROL - 2)
        self.text.setMinimumHeight(4 * metrics_for(self.font()).line)
        self.active.setToolTip(
            plain_tooltip(self.tr("Un mensaje inactivo se conserva, pero no se ofrece al consultar."))
        )
        self.remove.setAccessibleName(self.tr("Tildes: quitar"))
        self.keep.setAccessibleName(self.tr("Tildes: conservar"))
        self.remove.setToolTip(
            plain_tooltip(self.tr("á, í, ó y ú salen sin tilde, también en los nombres, y el SMS no se encarece."))
        )
        self.keep.setToolTip(
            plain_tooltip(self.tr("Sale tal cual; con á, í, ó o ú cada parte lleva 70 caracteres en vez de 160."))
        )

    def _lay_out(self) -> None:
        first = QHBoxLayout()
        first.setSpacing(SECTION)
        first.addWidget(self.name, 1)
        first.addWidget(self.active)
        second = QHBoxLayout()
        second.setSpacing(CONTROL + GROUP)
        second.addWidget(self.care)
        second.addWidget(self.publicity)
        second.addStretch(1)
        second.addWidget(plain_label(self.tr("Tildes"), "secondary"))
        second.addWidget(self.remove)
        second.addWidget(self.keep)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(CONTROL + GROUP)
        grid.setVerticalSpacing(CONTROL)
        grid.setColumnStretch(1, 1)
        grid.addWidget(caption(self.tr("&Nombre"), self.name), 0, 0)
        grid.addLayout(first, 0, 1)
        grid.addWidget(plain_label(self.tr("Clase"), "secondary"), 1, 0)
        grid.addLayout(second, 1, 1)
        grid.addWidget(plain_label(self.tr("Campos"), "secondary"), 2, 0)
        grid.addLayout(self._palette(PATIENT_FIELDS), 2, 1)
        grid.addWidget(plain_label(self.tr("Sólo citas"), "secondary"), 3, 0)
        grid.addLayout(self._palette(APPOINTMENT_FIELDS), 3, 1)
        grid.addWidget(caption(self.tr("Te&xto"), self.text), 4, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.text, 4, 1)
        grid.setRowStretch(4, 1)

    def _palette(self, names: tuple[str, ...]) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(GROUP)
        for name in names:
            button = QPushButton("{" + name + "}")
            button.setObjectName(f"sms.editor.field.{name}")
            button.setProperty("look", "pill")
            button.setAutoDefault(False)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the cursor in the text
            button.setAccessibleName(self.tr("Insertar {field}").format(field=name))
            if name in APPOINTMENT_FIELDS:
                button.setEnabled(False)
                button.setToolTip(self.tr("Sólo para citas"))
                button.setAccessibleDescription(self.tr("Sólo para citas"))
            else:
                button.setToolTip(self.tr("Insertar donde está el cursor"))
                button.clicked.connect(self._on_field)
            self.fields.append(button)
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _connect(self) -> None:
        self.name.textChanged.connect(self._on_edited)
        self.text.textChanged.connect(self._on_edited)
        for button in (self.active, self.care, self.publicity, self.remove, self.keep):
            button.toggled.connect(self._on_edited)

    @guarded
    def _on_edited(self) -> None:
        self.edited.emit()

    @guarded
    def _on_field(self) -> None:
        pressed = self.sender()
        if isinstance(pressed, QPushButton):
            self.text.insertPlainText(pressed.text())
            self.text.setFocus()

    @guarded
    def changeEvent(self, event: QEvent | None) -> None:
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.StyleChange and hasattr(self, "_highlighter"):
            self._highlighter.refresh()
