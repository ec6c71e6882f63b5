"""The stylesheet of the look, computed from roles and font metrics.

Widgets ask for their part with dynamic properties:

* `primary` = true on a button: filled, the view's next sensible step.
* `look` on a frame: `card` (white, framed), `top` (white band, line below), `bar` (band, line below), `foot` (band,
  line above).
* `look` on a label: `secondary`, `title`, `question`, `figure`, `strong`.
* `look` on a button: `link` (underlined text), `pill` (a toggle of the filter bar), `icon` (no word, as wide as
  high), `button` (a tool button that stands outside a toolbar).
* `look` on a progress bar: `line`.
"""

from __future__ import annotations

from importlib.resources import files
from string import Template

from orthos_sms_plugin.ui.look.colours import Palette, Role, colour, contrast, mixed
from orthos_sms_plugin.ui.look.metrics import RADIUS, Metrics

_SHEET = Template("""
QLabel[look="secondary"] { font-size: ${small}px; }
QLabel[look="title"] { font-size: ${title}px; font-weight: 600; }
QLabel[look="question"] { font-size: ${question}px; font-weight: 600; }
QLabel[look="figure"] { font-size: ${figure}px; font-weight: 600; }
QLabel[look="strong"], QPushButton[primary="true"], QToolButton[primary="true"] { font-weight: 600; }
QToolBar QToolButton { font-size: ${small}px; }
QPushButton[look="link"] { border: none; background: transparent; padding: 0px 2px; text-decoration: underline; }

QLabel { color: $text; }
QLabel:disabled { color: $disabled; }
QLabel[look="secondary"] { color: $secondary; }

QFrame[look="card"] { background: $table; border: 1px solid $row_line; border-radius: ${radius}px; }
QFrame[look="bar"] { background: $window; border: none; border-bottom: 1px solid $row_line; }
QFrame[look="top"] { background: $table; border: none; border-bottom: 1px solid $row_line; }
QFrame[look="foot"] { background: $header; border: none; border-top: 1px solid $row_line; }

QPushButton, QToolButton[look="button"] {
    background: $button; color: $text; border: 1px solid $field_border; border-radius: ${radius}px;
    padding: 0px ${pad}px; min-height: ${inner}px; icon-size: ${icon}px;
}
QPushButton:hover, QToolButton[look="button"]:hover { background: $hover; }
QPushButton:pressed, QToolButton[look="button"]:pressed { background: $pressed; }
QPushButton:disabled, QToolButton[look="button"]:disabled {
    color: $disabled; border-color: $row_line; background: $window;
}
QPushButton:focus, QToolButton[look="button"]:focus {
    border: 2px solid $link; padding: 0px ${pad_focus}px; min-height: ${inner_focus}px;
}
QPushButton[primary="true"] { background: $accent; color: $on_accent; border-color: $accent; }
QPushButton[primary="true"]:hover { background: $accent_hover; }
QPushButton[primary="true"]:pressed { background: $accent_pressed; }
QPushButton[primary="true"]:focus { border: 2px solid $text; }
QPushButton[primary="true"]:disabled { background: $header; color: $disabled; border-color: $row_line; }
QPushButton[look="link"], QPushButton[look="link"]:hover, QPushButton[look="link"]:pressed {
    color: $link; background: transparent; min-height: 0px;
}
QPushButton[look="link"]:focus { border: 1px solid $link; padding: 0px 1px; }
QPushButton[look="link"]:disabled { color: $disabled; }
QPushButton[look="icon"] { padding: 0px 5px; }
QPushButton[look="icon"]:focus { padding: 0px 4px; }
QPushButton[look="pill"] { background: $table; font-size: ${small}px; }
QPushButton[look="pill"]:hover { background: $hover; }
QPushButton[look="pill"]:checked {
    background: $selected; color: $on_selected; border-color: $link; font-weight: 600;
}

QToolBar { background: $window; border: none; border-bottom: 1px solid $row_line; padding: 0px 4px; spacing: 1px; }
QToolBar::separator { width: 1px; background: $frame; margin: 6px 6px; }
QToolBar QToolButton {
    color: $text; background: transparent; border: 1px solid transparent; border-radius: ${radius}px;
    padding: 1px 1px;
}
QToolBar QToolButton:hover { background: $hover; border-color: $row_line; }
QToolBar QToolButton:pressed { background: $pressed; }
QToolBar QToolButton:focus { border-color: $link; }
QToolBar #qt_toolbar_ext_button { padding: 0px; border: none; }
QToolBar QToolButton:disabled { color: $disabled; background: transparent; border-color: transparent; }
QToolBar QToolButton[primary="true"] { background: $accent; color: $on_accent; border-color: $accent; }
QToolBar QToolButton[primary="true"]:hover { background: $accent_hover; }
QToolBar QToolButton[primary="true"]:pressed { background: $accent_pressed; }
QToolBar QToolButton[primary="true"]:disabled { background: transparent; color: $disabled; border-color: transparent; }

QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QAbstractSpinBox {
    background: $table; color: $text; border: 1px solid $field_border; border-radius: ${radius}px;
    selection-background-color: $accent; selection-color: $on_accent;
}
QLineEdit, QPlainTextEdit, QTextEdit { placeholder-text-color: $secondary; }
QLineEdit, QComboBox, QAbstractSpinBox { padding: 0px 8px; min-height: ${inner}px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QComboBox:focus, QAbstractSpinBox:focus {
    border: 2px solid $link;
}
QLineEdit:focus, QComboBox:focus, QAbstractSpinBox:focus { padding: 0px 7px; min-height: ${inner_focus}px; }
QLineEdit:disabled, QPlainTextEdit:disabled, QTextEdit:disabled, QComboBox:disabled, QAbstractSpinBox:disabled {
    color: $disabled; background: $window; border-color: $row_line;
}
QComboBox QLineEdit, QAbstractSpinBox QLineEdit {
    border: none; padding: 0px; min-height: 0px; background: transparent;
}
QComboBox::drop-down, QDateEdit::drop-down {
    subcontrol-origin: padding; subcontrol-position: center right; width: ${drop}px; border: none;
}
QComboBox::down-arrow, QDateEdit::down-arrow { image: url("$arrow"); width: ${arrow_px}px; height: ${arrow_px}px; }
QComboBox::down-arrow:disabled, QDateEdit::down-arrow:disabled { image: url("$arrow_off"); }
QComboBox QAbstractItemView {
    background: $table; color: $text; border: 1px solid $frame;
    selection-background-color: $accent; selection-color: $on_accent;
}

QCheckBox, QRadioButton { color: $text; spacing: 6px; }
QCheckBox:disabled, QRadioButton:disabled { color: $disabled; }
QCheckBox::indicator, QRadioButton::indicator {
    width: ${box}px; height: ${box}px; background: $table; border: 1px solid $field_border;
}
QCheckBox::indicator { border-radius: 3px; }
QRadioButton::indicator { border-radius: ${radio}px; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url("$tick"); }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { background: $header; border-color: $row_line; }
QCheckBox::indicator:checked:disabled { image: url("$tick_off"); }
QRadioButton::indicator:checked {
    border-color: $accent;
    background: qradialgradient(cx: 0.5, cy: 0.5, radius: 0.5, fx: 0.5, fy: 0.5,
        stop: 0 $link, stop: 0.5 $link, stop: 0.6 $table, stop: 1 $table);
}
QCheckBox::indicator:focus, QRadioButton::indicator:focus { border: 2px solid $link; }

QTableView, QTreeView, QListView {
    background: $table; alternate-background-color: $alternate; color: $text; border: 1px solid $frame;
    selection-background-color: $selected; selection-color: $on_selected;
}
QHeaderView { background: $header; border: none; }
QHeaderView::section {
    background: $header; color: $text; border: none; border-right: 1px solid $row_line;
    border-bottom: 1px solid $frame; padding: 0px 8px; min-height: ${header_inner}px;
    font-size: ${small}px; font-weight: 600;
}
QHeaderView::up-arrow { image: url("$sort_up"); width: ${sort}px; height: ${sort}px; }
QHeaderView::down-arrow { image: url("$sort_down"); width: ${sort}px; height: ${sort}px; }

QProgressBar[look="line"] {
    background: $groove; border: none; border-radius: ${groove_radius}px; min-height: ${groove_px}px;
    max-height: ${groove_px}px;
}
QProgressBar[look="line"]::chunk { background: $accent; border-radius: ${groove_radius}px; }
""")


def stylesheet(look: Palette, metrics: Metrics) -> str:
    """The stylesheet for one theme and font."""
    accent, selected = look.tone(Role.ACCENT), look.tone(Role.SELECTED)
    shade = "light" if colour(look.window).lightnessF() > 0.5 else "dark"
    tick = "tick-white" if contrast(accent.ground, "#FFFFFF") > 3.0 else "tick-black"
    # In high contrast a ground carries no meaning: nothing is tinted under the pointer.
    tint = 0.0 if look.framed else 1.0
    groove = 2 * round(metrics.scaled(8) / 2)
    return _SHEET.substitute(
        small=metrics.small_px,
        title=metrics.title_px,
        question=metrics.question_px,
        figure=metrics.figure_px,
        window=look.window,
        table=look.table,
        alternate=look.alternate,
        header=look.header,
        text=look.text,
        secondary=look.secondary,
        disabled=look.disabled,
        row_line=look.row_line,
        frame=look.frame,
        field_border=look.field_border,
        link=look.link,
        accent=accent.ground,
        on_accent=accent.text,
        accent_hover=mixed(accent.ground, "#000000", 0.1 * tint),
        accent_pressed=mixed(accent.ground, "#000000", 0.22 * tint),
        selected=selected.ground,
        on_selected=selected.text,
        button=look.alternate,
        hover=mixed(look.alternate, accent.ground, 0.09 * tint),
        pressed=mixed(look.alternate, accent.ground, 0.2 * tint),
        groove=look.row_line if look.framed else look.header,
        radius=RADIUS,
        pad=metrics.scaled(12),
        pad_focus=metrics.scaled(12) - 1,
        inner=metrics.field - 2,
        inner_focus=metrics.field - 4,
        header_inner=metrics.header - 1,
        icon=metrics.icon,
        drop=metrics.scaled(22),
        arrow=_mark(f"arrow-{shade}"),
        arrow_off=_mark("arrow-off"),
        arrow_px=metrics.scaled(14),
        tick=_mark(tick),
        tick_off=_mark("tick-off"),
        sort=metrics.scaled(13),
        sort_up=_mark(f"sort-up-{shade}"),
        sort_down=_mark(f"sort-down-{shade}"),
        box=metrics.scaled(14),
        radio=(metrics.scaled(14) + 2) // 2,
        groove_px=groove,
        groove_radius=groove // 2,
    )


def _mark(name: str) -> str:
    """A file's address as stylesheets want it, with forward slashes on Windows too."""
    return str(files("orthos_sms_plugin.ui.look") / "marks" / f"{name}.svg").replace("\\", "/")
