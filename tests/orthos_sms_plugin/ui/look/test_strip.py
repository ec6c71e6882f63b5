from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from orthos_sms_plugin.ui.look.gallery_samples import STRIPS
from orthos_sms_plugin.ui.look.metrics import CONTROL, metrics_for
from orthos_sms_plugin.ui.look.strip import SendStrip, StripButton, StripState
from orthos_sms_plugin.ui.look.theme import LIGHT, Role, apply_look, light_palette

GRACE, SENDING, STOPPING, PAUSED = STRIPS[:4]


@pytest.fixture
def strip(qtbot: QtBot) -> Iterator[SendStrip]:
    page = QWidget()
    page.setPalette(light_palette())
    strip = SendStrip()
    column = QVBoxLayout(page)
    column.addWidget(strip)
    column.addStretch(1)
    qtbot.addWidget(page)
    page.resize(1200, 300)
    apply_look(page)
    page.show()
    yield strip  # not returned, since the page must live as long as the strip


def buttons(strip: SendStrip) -> list[QPushButton]:
    found = [button for button in strip.findChildren(QPushButton) if button.isVisible()]
    return sorted(found, key=lambda button: button.x())


def buttons_of(strip: SendStrip, state: StripState) -> list[QPushButton | None]:
    return [strip.findChild(QPushButton, f"strip.{button.id}") for button in state.buttons]


def words(strip: SendStrip) -> str:
    return " | ".join(label.text() for label in strip.findChildren(QLabel) if label.isVisible())


@pytest.mark.parametrize("state", STRIPS, ids=[state.icon for state in STRIPS])
def test_that_every_state_shows_its_words_buttons_and_ground(strip: SendStrip, state: StripState) -> None:
    strip.show_state(state)
    QApplication.processEvents()

    assert state.title in words(strip)
    assert state.detail in words(strip)
    assert [button.text() for button in buttons(strip)] == [button.text for button in state.buttons]
    assert [button.isEnabled() for button in buttons(strip)] == [button.enabled for button in state.buttons]
    assert strip.grab().toImage().pixelColor(3, 10).name().upper() == LIGHT.tone(state.role).ground
    assert strip.height() >= metrics_for(strip.font()).strip
    assert strip.accessibleName() == state.title


def test_that_a_button_says_which_one_it_is(strip: SendStrip, qtbot: QtBot) -> None:
    strip.show_state(PAUSED)

    with qtbot.waitSignal(strip.button_clicked, timeout=2_000) as heard:
        buttons(strip)[1].click()

    assert heard.args == ["cancel"]


def test_that_progress_is_told_in_figures_and_goes_when_there_is_none(strip: SendStrip) -> None:
    bar = strip.findChild(QProgressBar)
    assert bar is not None

    strip.show_state(SENDING)
    assert "4 de 15" in words(strip)
    assert (bar.value(), bar.maximum(), bar.isVisible()) == (4, 15, True)

    strip.show_state(PAUSED)
    assert " de 15" not in words(strip)
    assert not bar.isVisible()


def test_that_a_count_down_says_what_it_counts(strip: SendStrip) -> None:
    strip.show_state(replace(GRACE, progress=(3, 10), unit=" s"))

    assert "3 de 10 s" in words(strip)


def test_that_the_strip_keeps_what_comes_next_at_a_distance(strip: SendStrip) -> None:
    strip.show_state(SENDING)
    QApplication.processEvents()

    picture = strip.grab().toImage()
    assert picture.pixelColor(3, strip.height() - 3).name().upper() != LIGHT.tone(SENDING.role).ground
    assert picture.pixelColor(3, strip.height() - CONTROL - 3).name().upper() == LIGHT.tone(SENDING.role).ground


def test_that_tab_comes_from_the_widget_named_to_the_buttons_in_their_order(strip: SendStrip) -> None:
    page = strip.parentWidget()
    assert page is not None
    before, behind = QPushButton("antes", page), QPushButton("después", page)
    strip.set_tab_after(before)

    strip.show_state(PAUSED)

    chain, step = [], before.nextInFocusChain()
    while step is not None and step is not behind:
        chain.append(step)
        step = step.nextInFocusChain()
    assert [one for one in chain if isinstance(one, QPushButton)] == buttons_of(strip, PAUSED)


def test_that_the_count_down_leaves_the_focus_where_it_is(strip: SendStrip) -> None:
    strip.show_state(GRACE)
    undo = buttons(strip)[1]
    undo.setFocus()

    strip.show_state(replace(GRACE, title="Los 15 SMS saldrán dentro de 6 s", progress=(4, 10)))

    assert buttons(strip)[1] is undo
    assert strip.focusWidget() is undo


def test_that_a_disabled_button_gives_its_reason(strip: SendStrip) -> None:
    strip.show_state(STOPPING)

    assert "Ya se está deteniendo" in buttons(strip)[0].toolTip()


def test_that_the_strip_is_hidden_until_there_is_something_to_say(strip: SendStrip) -> None:
    assert not strip.isVisible()

    strip.show_state(SENDING)
    assert strip.isVisible()

    strip.show_state(None)
    assert not strip.isVisible()


def test_that_names_in_the_title_are_never_markup(strip: SendStrip) -> None:
    strip.show_state(StripState(Role.INFO, "person", "<h1>Nuria</h1>", "<b>x</b>", None, (StripButton("a", "A"),)))

    formats = {label.textFormat() for label in strip.findChildren(QLabel)}
    assert formats == {Qt.TextFormat.PlainText}


def test_that_a_narrow_strip_wraps_its_words_and_grows(strip: SendStrip) -> None:
    strip.show_state(PAUSED)
    QApplication.processEvents()
    wide = strip.height()
    page = strip.parentWidget()
    assert page is not None

    page.resize(640, 300)
    QApplication.processEvents()

    assert strip.height() > wide
