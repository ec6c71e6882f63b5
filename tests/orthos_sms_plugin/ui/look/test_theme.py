from __future__ import annotations

import pytest
from PyQt6.QtGui import QFont
from PyQt6.QtWidgets import QApplication, QCheckBox, QFrame, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from orthos_sms_plugin.ui.look.gallery import contrast_palette
from orthos_sms_plugin.ui.look.metrics import metrics_for
from orthos_sms_plugin.ui.look.theme import (
    DARK,
    LIGHT,
    Role,
    Theme,
    apply_look,
    dark_palette,
    light_palette,
    mark_primary,
    palette_for,
)


@pytest.fixture
def page(qtbot: QtBot) -> QWidget:
    page = QWidget()
    qtbot.addWidget(page)
    page.setPalette(light_palette())
    QVBoxLayout(page)
    return page


def add(page: QWidget, widget: QWidget) -> None:
    layout = page.layout()
    assert layout is not None
    layout.addWidget(widget)


def middle_colour(widget: QWidget, x: int = 6) -> str:
    return widget.grab().toImage().pixelColor(x, widget.height() // 2).name().upper()


def test_that_a_primary_button_is_filled_with_the_accent_of_the_theme(page: QWidget) -> None:
    button = QPushButton("Consultar")
    button.setFocusPolicy(button.focusPolicy().NoFocus)
    add(page, button)
    apply_look(page)
    page.show()

    mark_primary(button, True)

    assert middle_colour(button) == LIGHT.tone(Role.ACCENT).ground

    page.setPalette(dark_palette())
    QApplication.processEvents()

    assert middle_colour(button) == DARK.tone(Role.ACCENT).ground


def test_that_widgets_inside_a_coloured_card_still_know_the_theme_of_the_window(page: QWidget) -> None:
    card = QFrame()
    card.setProperty("look", "card")
    field = QLineEdit(card)
    add(page, card)
    apply_look(page)
    page.show()

    assert palette_for(card) is LIGHT
    assert palette_for(field) is LIGHT


def test_that_the_theme_of_the_application_is_followed(qtbot: QtBot) -> None:
    before = QApplication.palette()
    page = QWidget()
    qtbot.addWidget(page)
    try:
        QApplication.setPalette(light_palette())
        apply_look(page)
        QApplication.processEvents()
        assert palette_for(page) is LIGHT

        QApplication.setPalette(contrast_palette())
        QApplication.processEvents()

        assert palette_for(page).theme is Theme.HIGH_CONTRAST
    finally:
        QApplication.setPalette(before)


@pytest.mark.requirement("R68")
def test_that_a_larger_font_makes_taller_controls(page: QWidget) -> None:
    button, box = QPushButton("Enviar"), QCheckBox("Enviar sólo un SMS por teléfono")
    add(page, button)
    add(page, box)
    font = QFont(page.font())
    font.setPixelSize(13)
    page.setFont(font)
    apply_look(page)
    page.show()
    before = button.sizeHint().height()

    font.setPixelSize(26)
    page.setFont(font)
    QApplication.processEvents()

    assert before >= 26
    assert button.sizeHint().height() >= 2 * before - 6
    assert button.sizeHint().height() >= metrics_for(font).field


@pytest.mark.parametrize("pixels", [9, 13, 16, 24, 40])
def test_that_every_height_leaves_room_for_its_lines(qtbot: QtBot, pixels: int) -> None:
    font = QFont()
    font.setPixelSize(pixels)

    metrics = metrics_for(font)

    for height in (metrics.field, metrics.row, metrics.header, metrics.summary, metrics.legend, metrics.status):
        assert height >= metrics.line + 8
    assert metrics.strip >= 2 * metrics.line + 8
    assert metrics.toolbar >= metrics.line + metrics.toolbar_icon + 8


def test_that_applying_the_look_again_changes_nothing(page: QWidget) -> None:
    apply_look(page)
    sheet, children = page.styleSheet(), len(page.children())

    apply_look(page)

    assert (page.styleSheet(), len(page.children())) == (sheet, children)
