"""Light and dark: the palette that the whole program follows, and the style of the host's own frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from PyQt6.QtGui import QColor, QFont, QFontMetrics, QPalette
from PyQt6.QtWidgets import QApplication


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours by role; text on its ground reads at 4.5:1 or better."""

    name: str
    window: str
    table: str
    alternate: str
    header: str
    text: str
    secondary: str
    disabled: str
    line: str
    frame: str
    field_border: str
    accent: str
    filled: str
    selected: str
    selected_text: str
    hover: str
    good: str
    warning: str
    error: str


LIGHT = Theme(
    name="light",
    window="#F1F3F5",
    table="#FFFFFF",
    alternate="#F8F9FA",
    header="#E9ECEF",
    text="#1B2127",
    secondary="#4F5963",
    disabled="#868E96",
    line="#D3D8DD",
    frame="#B4BCC4",
    field_border="#858E97",
    accent="#1A5FA6",
    filled="#1A5FA6",
    selected="#D7E7F8",
    selected_text="#10161C",
    hover="#DFE4E9",
    good="#176639",
    warning="#7A4B00",
    error="#A3222A",
)

DARK = Theme(
    name="dark",
    window="#1D2125",
    table="#23282D",
    alternate="#272C32",
    header="#2E343A",
    text="#E8EBEE",
    secondary="#B3BBC3",
    disabled="#77818B",
    line="#3B434B",
    frame="#59636D",
    field_border="#76818C",
    accent="#86BBF2",
    filled="#2C6CB0",
    selected="#264A70",
    selected_text="#FFFFFF",
    hover="#353C43",
    good="#8EDBA8",
    warning="#F3C871",
    error="#FFA19B",
)

THEMES = {theme.name: theme for theme in (LIGHT, DARK)}


class HasTheme(Protocol):
    """A part of the window that draws itself again in other colours."""

    def set_theme(self, theme: Theme) -> None: ...


def palette_of(theme: Theme) -> QPalette:
    """Give the palette; plugins take window, text and highlight from it."""
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    palette = QPalette(QColor(theme.window))
    for which, value in (
        (role.Window, theme.window),
        (role.WindowText, theme.text),
        (role.Base, theme.table),
        (role.AlternateBase, theme.alternate),
        (role.Text, theme.text),
        (role.PlaceholderText, theme.secondary),
        (role.Button, theme.header),
        (role.ButtonText, theme.text),
        (role.ToolTipBase, theme.table),
        (role.ToolTipText, theme.text),
        (role.BrightText, theme.error),
        (role.Link, theme.accent),
        (role.LinkVisited, theme.accent),
        (role.Highlight, theme.filled),
        (role.HighlightedText, "#FFFFFF"),
        (role.Accent, theme.filled),
        (role.Mid, theme.line),
        (role.Midlight, theme.hover),
        (role.Dark, theme.field_border),
    ):
        palette.setColor(which, QColor(value))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(group.Disabled, which, QColor(theme.disabled))
    palette.setColor(group.Disabled, role.Highlight, QColor(theme.line))
    return palette


def apply_theme(theme: Theme) -> None:
    """Give the running application its style and colours."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    style = application.style()
    if style is None or style.name() != "fusion":
        application.setStyle("Fusion")
    application.setPalette(palette_of(theme))


def scaled(font: QFont, share: float, *, strong: bool = False) -> QFont:
    """Give `font` at a share of its size, semibold if asked."""
    made = QFont(font)
    if font.pixelSize() > 0:
        made.setPixelSize(round(font.pixelSize() * share))
    else:
        made.setPointSizeF(font.pointSizeF() * share)
    made.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
    return made


def unit(font: QFont) -> float:
    """Give the size of a design pixel: the design is drawn for a line of text 17 px high."""
    return QFontMetrics(font).height() / 17


def field_style(theme: Theme, font: QFont) -> str:
    """Borders of the host's own fields and lists that can be seen in both themes; Fusion's are too faint when dark."""
    line = 'QLineEdit[hostField="true"]'
    px = {size: round(size * unit(font)) for size in (2, 3, 4)}
    return f"""
    {line} {{ background: {theme.table}; border: 1px solid {theme.field_border}; border-radius: 3px;
        padding: {px[3]}px {px[4]}px; }}
    {line}:focus {{ border: 2px solid {theme.accent}; padding: {px[2]}px {px[3]}px; }}
    {line}:disabled {{ color: {theme.disabled}; border-color: {theme.line}; }}
    QTableView, QListWidget {{ border: 1px solid {theme.frame}; selection-background-color: {theme.selected};
        selection-color: {theme.selected_text}; }}
    """


def frame_style(theme: Theme, font: QFont) -> str:
    """Style of title bar, toolbar, menu bar and status bar; nothing in it reaches into a plugin's panel."""
    one = unit(font)
    px = {width: max(1, round(width * one)) for width in (2, 3, 4, 5, 6, 8)}
    # Said outright: when a button's style is worked out again it would take the application's size instead of its own.
    size = f"{font.pixelSize()}px" if font.pixelSize() > 0 else f"{font.pointSizeF():.2f}pt"
    return f"""
    QMenuBar {{ background: {theme.header}; border-bottom: 1px solid {theme.line}; padding: {px[2]}px {px[4]}px; }}
    QMenuBar::item {{ padding: {px[3]}px {px[8]}px; background: transparent; border-radius: 3px; }}
    QMenuBar::item:selected {{ background: {theme.selected}; color: {theme.selected_text}; }}
    QStatusBar {{ background: {theme.header}; border-top: 1px solid {theme.line}; }}
    QStatusBar::item {{ border: 0; }}
    QFrame[hostPart="title"] {{ background: {theme.table}; border: 0; border-bottom: 1px solid {theme.line}; }}
    QToolBar[hostPart="tools"] {{ background: {theme.window}; border: 0; border-bottom: 1px solid {theme.line};
        padding: {px[3]}px {px[6]}px; spacing: 0; }}
    QToolBar[hostPart="tools"]::separator {{ background: {theme.field_border}; width: 1px;
        margin: {px[5]}px {px[4]}px; }}
    QToolBar[hostPart="tools"] QToolButton {{ border: 1px solid transparent; border-radius: 4px;
        padding: {px[4]}px {px[2]}px; margin: 0; color: {theme.text}; font-size: {size}; }}
    QToolBar[hostPart="tools"] QToolButton#qt_toolbar_ext_button {{ padding: 0; background: {theme.table};
        border-color: {theme.field_border}; }}
    QToolBar[hostPart="tools"] QToolButton:disabled {{ color: {theme.disabled}; }}
    QToolBar[hostPart="tools"] QToolButton:hover:enabled {{ background: {theme.hover}; }}
    QToolBar[hostPart="tools"] QToolButton:pressed:enabled {{ background: {theme.selected};
        color: {theme.selected_text}; }}
    QToolBar[hostPart="tools"] QToolButton:focus {{ border-color: {theme.accent}; }}
    QToolBar[hostPart="tools"] QToolButton[primary="true"]:enabled {{ background: {theme.filled}; color: #FFFFFF;
        font-weight: 600; }}
    QToolBar[hostPart="tools"] QToolButton[primary="true"]:focus {{ border-color: {theme.text}; }}
    QMainWindow::separator {{ background: {theme.line}; width: {px[4]}px; height: {px[4]}px; }}
    """
