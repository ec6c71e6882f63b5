from __future__ import annotations

import pytest
from PyQt6.QtGui import QColor, QPalette
from pytestqt.qtbot import QtBot

from orthos_sms_plugin.ui.look.colours import (
    DARK,
    LIGHT,
    TEXT_CONTRAST,
    Palette,
    Role,
    Theme,
    contrast,
    dark_palette,
    light_palette,
    palette_for,
)
from orthos_sms_plugin.ui.look.gallery import contrast_palette

BOTH = pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])


def host_palette(**colours: str) -> QPalette:
    palette = light_palette()
    for role, value in colours.items():
        palette.setColor(getattr(QPalette.ColorRole, role), QColor(value))
    return palette


def test_that_contrast_is_measured_as_the_standard_says() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#FFFFFF", "#767676") == pytest.approx(4.54, abs=0.01)
    assert contrast("#767676", "#767676") == pytest.approx(1.0)


@pytest.mark.requirement("R68")
@BOTH
@pytest.mark.parametrize("role", list(Role))
def test_that_the_text_of_every_role_is_readable_on_its_ground(look: Palette, role: Role) -> None:
    tone = look.tone(role)

    assert contrast(tone.text, tone.ground) >= TEXT_CONTRAST


@pytest.mark.requirement("R68")
@BOTH
@pytest.mark.parametrize("words", ["text", "secondary", "link"])
@pytest.mark.parametrize("ground", ["window", "table", "alternate", "header"])
def test_that_plain_words_are_readable_on_every_ground(look: Palette, words: str, ground: str) -> None:
    assert contrast(getattr(look, words), getattr(look, ground)) >= TEXT_CONTRAST


@pytest.mark.requirement("R68")
@BOTH
@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.ACCENT, Role.SELECTED, Role.NO_MOBILE)])
def test_that_the_words_of_a_strip_and_a_detail_icon_are_readable(look: Palette, role: Role) -> None:
    tone = look.tone(role)

    assert contrast(look.text, tone.ground) >= TEXT_CONTRAST
    assert contrast(look.secondary, tone.ground) >= TEXT_CONTRAST
    assert contrast(tone.text, look.table) >= TEXT_CONTRAST
    assert contrast(tone.text, look.alternate) >= TEXT_CONTRAST


@BOTH
def test_that_a_field_border_stands_out_from_field_and_window(look: Palette) -> None:
    assert contrast(look.field_border, look.table) >= 3.0
    assert contrast(look.field_border, look.window) >= 3.0


def test_that_the_window_lightness_chooses_the_theme(qtbot: QtBot) -> None:
    assert palette_for(light_palette()) is LIGHT
    assert palette_for(dark_palette()) is DARK


def test_that_greys_and_highlight_of_a_foreign_host_win_and_roles_stay_ours(qtbot: QtBot) -> None:
    host = host_palette(Window="#E0E4D8", Base="#FFFFF8", WindowText="#202020", Highlight="#30A050")

    look = palette_for(host)

    assert (look.window, look.table, look.text) == ("#E0E4D8", "#FFFFF8", "#202020")
    assert look.tone(Role.SELECTED) != LIGHT.tone(Role.SELECTED)
    assert look.tone(Role.DOUBTFUL) == LIGHT.tone(Role.DOUBTFUL)


@pytest.mark.parametrize("window", ["#9A9A9A", "#C0C0C0", "#E8E8E8", "#505050", "#333333"])
def test_that_words_stay_readable_on_a_grey_host(qtbot: QtBot, window: str) -> None:
    words = "#000000" if QColor(window).lightnessF() > 0.5 else "#FFFFFF"
    host = host_palette(Window=window, WindowText=words, Base=window, AlternateBase=window)

    look = palette_for(host)

    for value in (look.text, look.secondary, look.link):
        assert contrast(value, look.window) >= TEXT_CONTRAST
    assert contrast(look.tone(Role.SELECTED).text, look.tone(Role.SELECTED).ground) >= TEXT_CONTRAST


@pytest.mark.requirement("R68")
def test_that_in_high_contrast_the_palette_wins_and_no_ground_has_a_meaning(qtbot: QtBot) -> None:
    look = palette_for(contrast_palette())

    assert look.theme is Theme.HIGH_CONTRAST
    assert look.framed
    for role in Role:
        tone = look.tone(role)
        expected = ("#000000", "#1AEBFF") if role in (Role.SELECTED, Role.ACCENT) else ("#FFFFFF", "#000000")
        assert (tone.text, tone.ground) == expected
