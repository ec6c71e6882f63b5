"""The colour roles, the only place with colour values, and how they follow the host's palette."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from types import MappingProxyType
from weakref import WeakKeyDictionary

from PyQt6.QtGui import QColor, QGuiApplication, QPalette
from PyQt6.QtWidgets import QWidget

TEXT_CONTRAST = 4.5
"""Least contrast of a text with its ground. Source: WCAG 2.2, success criterion 1.4.3, level AA."""

_ColorRole = QPalette.ColorRole


class Role(Enum):
    """What a colour says; each role is one text colour on one ground."""

    GOOD = "good"
    WAITING = "waiting"
    FAILED = "failed"
    DOUBTFUL = "doubtful"
    NEUTRAL = "neutral"
    INFO = "info"
    NO_MOBILE = "no_mobile"
    SELECTED = "selected"
    ACCENT = "accent"


class Theme(Enum):
    """Which of the three looks is on."""

    LIGHT = "light"
    DARK = "dark"
    HIGH_CONTRAST = "high_contrast"


@dataclass(frozen=True, slots=True)
class Tone:
    """A text colour and the ground it stands on, as `#RRGGBB`."""

    text: str
    ground: str


@dataclass(frozen=True)
class Palette:
    """Every colour of one theme, as `#RRGGBB`; `colour()` makes the `QColor`.

    Attributes:
        framed: True in high contrast: chips are text in a frame, and no ground carries a meaning.
    """

    theme: Theme
    window: str
    table: str
    alternate: str
    header: str
    text: str
    secondary: str
    disabled: str
    row_line: str
    frame: str
    field_border: str
    link: str
    tones: Mapping[Role, Tone]
    framed: bool = False

    def tone(self, role: Role) -> Tone:
        return self.tones[role]


LIGHT = Palette(
    theme=Theme.LIGHT,
    window="#F1F3F5",
    table="#FFFFFF",
    alternate="#F8F9FA",
    header="#E9ECEF",
    text="#1B2127",
    secondary="#4F5963",
    disabled="#858E97",
    row_line="#D3D8DD",
    frame="#B4BCC4",
    field_border="#848D96",
    link="#1A5FA6",
    tones=MappingProxyType(
        {
            Role.GOOD: Tone("#176639", "#E0F2E6"),
            Role.WAITING: Tone("#7A4B00", "#FDF0D2"),
            Role.FAILED: Tone("#A3222A", "#FBE4E4"),
            Role.DOUBTFUL: Tone("#65399A", "#EFE6FA"),
            Role.NEUTRAL: Tone("#47515B", "#E9ECEF"),
            Role.INFO: Tone("#1A5FA6", "#E4EFFA"),
            Role.NO_MOBILE: Tone("#4A2C00", "#FBE3C8"),
            Role.SELECTED: Tone("#10161C", "#D7E7F8"),
            Role.ACCENT: Tone("#FFFFFF", "#1A5FA6"),
        }
    ),
)

DARK = Palette(
    theme=Theme.DARK,
    window="#1D2125",
    table="#23282D",
    alternate="#272C32",
    header="#2E343A",
    text="#E8EBEE",
    secondary="#B3BBC3",
    disabled="#76818C",
    row_line="#3B434B",
    frame="#59636D",
    field_border="#76818C",
    link="#86BBF2",
    tones=MappingProxyType(
        {
            Role.GOOD: Tone("#8EDBA8", "#1E3B2A"),
            Role.WAITING: Tone("#F3C871", "#3E3117"),
            Role.FAILED: Tone("#FFA19B", "#4A2426"),
            Role.DOUBTFUL: Tone("#D2B8F7", "#372B4D"),
            Role.NEUTRAL: Tone("#C5CCD3", "#353C43"),
            Role.INFO: Tone("#9CC8F5", "#1F3650"),
            Role.NO_MOBILE: Tone("#FFE3BD", "#4D3719"),
            Role.SELECTED: Tone("#FFFFFF", "#264A70"),
            Role.ACCENT: Tone("#FFFFFF", "#2C6CB0"),
        }
    ),
)


@functools.lru_cache(maxsize=512)
def colour(value: str) -> QColor:
    """The `QColor` of a `#RRGGBB`; shared, so do not change it."""
    return QColor(value)


def contrast(first: str, second: str) -> float:
    """Contrast of two colours, 1 (same) to 21 (black on white). Source: WCAG 2.2, contrast ratio."""
    darker, lighter = sorted((_luminance(first), _luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def palette_for(source: QWidget | QPalette) -> Palette:
    """The colours that fit where `source` is shown: its own greys, our roles on top.

    Window, text and highlight are the host's. The roles come from the light or the dark table, whichever the
    window's lightness asks for; in high contrast there are no roles, only the palette's text on its ground.
    """
    if isinstance(source, QWidget):
        kept = _kept_for(source)
        if kept is not None:
            return kept
        palette = source.palette()
    else:
        palette = source
    names = tuple(
        palette.color(QPalette.ColorGroup.Active, role).name().upper()
        for role in (
            _ColorRole.Window,
            _ColorRole.WindowText,
            _ColorRole.Base,
            _ColorRole.AlternateBase,
            _ColorRole.Button,
            _ColorRole.Highlight,
            _ColorRole.HighlightedText,
            _ColorRole.Link,
        )
    )
    return _resolve(*names, forced=_system_asks_for_contrast())


def keep_palette(root: QWidget) -> Palette:
    """Resolve the colours of `root` anew and answer `palette_for` with them for everything inside it.

    A stylesheet's `background` rewrites window, base and button of the widgets it names, so inside a styled
    tree only the root's palette is still the host's.
    """
    _kept.pop(root, None)
    found = palette_for(QPalette(root.palette()))
    _kept[root] = found
    return found


def light_palette() -> QPalette:
    """A light `QPalette` with the greys of our table, for a host that has no opinion."""
    return _as_qpalette(LIGHT)


def dark_palette() -> QPalette:
    """The dark counterpart of `light_palette`."""
    return _as_qpalette(DARK)


def mixed(ground: str, over: str, share: float) -> str:
    """`over` laid on `ground` with an opacity of `share` (0 to 1)."""
    below, above = colour(ground), colour(over)
    return (
        QColor(
            round(below.red() + (above.red() - below.red()) * share),
            round(below.green() + (above.green() - below.green()) * share),
            round(below.blue() + (above.blue() - below.blue()) * share),
        )
        .name()
        .upper()
    )


_kept: WeakKeyDictionary[QWidget, Palette] = WeakKeyDictionary()


def _kept_for(widget: QWidget) -> Palette | None:
    current: QWidget | None = widget
    while current is not None:
        found = _kept.get(current)
        if found is not None:
            return found
        current = current.parentWidget()
    return None


@functools.lru_cache(maxsize=32)
def _resolve(
    window: str,
    text: str,
    base: str,
    alternate: str,
    button: str,
    highlight: str,
    highlighted: str,
    link: str,
    *,
    forced: bool,
) -> Palette:
    # Contrast themes paint window, fields and buttons in one colour; no ordinary style does.
    one_ground = window == base == button and contrast(window, text) >= 12.0
    if forced or one_ground:
        return _high_contrast(window, text, base, highlight, highlighted, link)
    ours = DARK if _luminance(window) < 0.18 else LIGHT
    if (window, text, base, highlight) == (ours.window, ours.text, ours.table, ours.tone(Role.ACCENT).ground):
        return ours
    grounds = (window, base, alternate)
    readable = {
        name: value if all(contrast(value, ground) >= TEXT_CONTRAST for ground in grounds) else text
        for name, value in (("secondary", ours.secondary), ("link", ours.link))
    }
    selected = mixed(base, highlight, 0.18 if ours is LIGHT else 0.45)
    on_selected = text if contrast(text, selected) >= TEXT_CONTRAST else highlighted
    return replace(
        ours,
        window=window,
        table=base,
        alternate=alternate,
        header=mixed(window, text, 0.05),
        text=text,
        secondary=readable["secondary"],
        link=readable["link"],
        tones=MappingProxyType({**ours.tones, Role.SELECTED: Tone(on_selected, selected)}),
    )


def _high_contrast(window: str, text: str, base: str, highlight: str, highlighted: str, link: str) -> Palette:
    plain = Tone(text, base)
    strong = Tone(highlighted, highlight)
    tones = {role: strong if role in (Role.SELECTED, Role.ACCENT) else plain for role in Role}
    return Palette(
        theme=Theme.HIGH_CONTRAST,
        window=window,
        table=base,
        alternate=base,
        header=window,
        text=text,
        secondary=text,
        disabled=mixed(window, text, 0.6),
        row_line=mixed(base, text, 0.5),
        frame=text,
        field_border=text,
        link=link if contrast(link, base) >= TEXT_CONTRAST else text,
        tones=MappingProxyType(tones),
        framed=True,
    )


def _system_asks_for_contrast() -> bool:
    hints = QGuiApplication.styleHints()
    accessibility = getattr(hints, "accessibility", None)  # Qt 6.10 and later
    if accessibility is None:
        return False
    preference = accessibility().contrastPreference()
    return bool(preference.name == "HighContrast")


@functools.lru_cache(maxsize=512)
def _luminance(value: str) -> float:
    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)

    tint = colour(value)
    return 0.2126 * linear(tint.redF()) + 0.7152 * linear(tint.greenF()) + 0.0722 * linear(tint.blueF())


def _as_qpalette(look: Palette) -> QPalette:
    accent = look.tone(Role.ACCENT)
    light, dark = ("#FFFFFF", "#9AA3AB") if look is LIGHT else ("#3B434B", "#101316")
    button = look.alternate
    palette = QPalette()
    for role, value in {
        _ColorRole.Window: look.window,
        _ColorRole.WindowText: look.text,
        _ColorRole.Base: look.table,
        _ColorRole.AlternateBase: look.alternate,
        _ColorRole.Text: look.text,
        _ColorRole.Button: button,
        _ColorRole.ButtonText: look.text,
        _ColorRole.BrightText: "#FFFFFF",
        _ColorRole.Highlight: accent.ground,
        _ColorRole.HighlightedText: accent.text,
        _ColorRole.Accent: accent.ground,
        _ColorRole.Link: look.link,
        _ColorRole.LinkVisited: look.link,
        _ColorRole.ToolTipBase: look.table,
        _ColorRole.ToolTipText: look.text,
        _ColorRole.PlaceholderText: look.secondary,
        _ColorRole.Light: light,
        _ColorRole.Midlight: mixed(look.window, light, 0.5),
        _ColorRole.Mid: look.frame,
        _ColorRole.Dark: dark,
        _ColorRole.Shadow: "#000000",
    }.items():
        palette.setColor(role, QColor(value))
    for role in (_ColorRole.WindowText, _ColorRole.Text, _ColorRole.ButtonText, _ColorRole.PlaceholderText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(look.disabled))
    palette.setColor(QPalette.ColorGroup.Disabled, _ColorRole.Highlight, QColor(look.frame))
    return palette
