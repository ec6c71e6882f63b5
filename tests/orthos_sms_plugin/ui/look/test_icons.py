from __future__ import annotations

import re
from importlib.resources import files

import pytest
from PyQt6.QtCore import QSize
from PyQt6.QtGui import QAction, QColor, QIcon, QImage
from PyQt6.QtWidgets import QApplication, QPushButton, QToolBar, QToolButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from orthos_sms_plugin.ui.look.icons import icon, icon_names, mark_primary, pixmap, set_icon
from orthos_sms_plugin.ui.look.theme import DARK, LIGHT, apply_look, dark_palette, light_palette

NEEDED = [
    "query", "send", "refresh", "globe", "history", "report", "excel", "mark-patients", "phone", "conversations",
    "letter", "sms", "mail", "bell", "folder", "communications", "edit", "search", "stop", "undo", "play", "pause",
    "check-circle", "clock", "dots", "cross-circle", "question-circle", "warning", "blocked", "no-mobile",
    "covered", "hourglass", "person", "coins", "info", "more", "close", "plus", "duplicate", "trash", "save",
    "mark-list", "select-list", "calendar",
]  # fmt: skip


def strongest_colour(image: QImage) -> str:
    """The colour of the most opaque pixel."""
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return max(pixels, key=QColor.alpha).name().upper()


def shown(made: QIcon, mode: QIcon.Mode = QIcon.Mode.Normal) -> str:
    return strongest_colour(made.pixmap(QSize(20, 20), mode).toImage())


@pytest.mark.parametrize("name", NEEDED)
def test_that_every_icon_of_the_pictures_exists_and_draws_something_inside_its_grid(qtbot: QtBot, name: str) -> None:
    image = pixmap(name, 20, "#FF0000").toImage()

    inked = [(x, y) for x in range(20) for y in range(20) if image.pixelColor(x, y).alpha() > 60]
    assert len(inked) >= 8
    assert strongest_colour(image) == "#FF0000"


@pytest.mark.parametrize("name", icon_names())
def test_that_every_drawing_keeps_to_the_rules_of_the_set(name: str) -> None:
    drawing = (files("orthos_sms_plugin.ui.look") / "icons" / f"{name}.svg").read_text(encoding="utf-8")

    assert 'viewBox="0 0 20 20"' in drawing
    assert 'stroke-linecap="round"' in drawing
    assert set(re.findall(r'stroke-width="([^"]+)"', drawing)) == {"1.5"}
    assert set(re.findall(r'stroke="([^"]+)"', drawing)) == {"currentColor"}
    assert set(re.findall(r'fill="([^"]+)"', drawing)) == {"none"}


def test_that_a_name_nobody_drew_is_an_error(qtbot: QtBot) -> None:
    with pytest.raises(KeyError):
        icon("unicorn", light_palette())


def test_that_an_icon_has_the_colour_of_text_and_of_disabled_text(qtbot: QtBot) -> None:
    for look, palette in ((LIGHT, light_palette()), (DARK, dark_palette())):
        made = icon("stop", palette)

        assert shown(made) == look.text.upper()
        assert shown(made, QIcon.Mode.Disabled) == look.disabled.upper()


def test_that_a_larger_scale_is_drawn_sharper_not_blown_up(qtbot: QtBot) -> None:
    drawn = pixmap("query", 20, "#000000", 2.0)

    assert (drawn.width(), drawn.devicePixelRatio()) == (40, 2.0)
    assert drawn.deviceIndependentSize().toSize() == QSize(20, 20)


def test_that_icons_follow_theme_and_primary(qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    page.setPalette(light_palette())
    button, toolbar = QPushButton("Enviar"), QToolBar()
    action = QAction("Consultar", toolbar)
    toolbar.addAction(action)
    column = QVBoxLayout(page)
    column.addWidget(button)
    column.addWidget(toolbar)
    apply_look(page)
    set_icon(button, "stop")
    set_icon(action, "stop", page)
    assert shown(button.icon()) == shown(action.icon()) == LIGHT.text.upper()

    page.setPalette(dark_palette())
    QApplication.processEvents()

    assert shown(button.icon()) == shown(action.icon()) == DARK.text.upper()

    tool = toolbar.widgetForAction(action)
    assert isinstance(tool, QToolButton)
    mark_primary(button, True)
    mark_primary(tool, True)

    assert shown(button.icon()) == shown(tool.icon()) == "#FFFFFF"

    mark_primary(tool, False)

    assert shown(tool.icon()) == DARK.text.upper()


def test_that_an_action_without_the_widget_that_shows_it_is_refused(qtbot: QtBot) -> None:
    with pytest.raises(TypeError):
        set_icon(QAction("x"), "stop")
