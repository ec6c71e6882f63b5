"""The pictures of the panel, and what must hold of every window on them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QImage
from PyQt6.QtWidgets import QAbstractButton, QApplication, QLabel, QMenuBar, QToolBar, QToolButton, QWidget

from fake_host.panel_scenes import STORIES, USUAL, Story, take_panel

SIZE = re.compile(r"-(1024|1920)-light-es\.png$")
SIZES = {"1920": (1920, 1080), "1024": (1024, 768)}
MNEMONIC = re.compile(r"&([^&\s])")


def window() -> QWidget:
    """The host's window in which a story plays at this moment."""
    return next(one for one in QApplication.topLevelWidgets() if one.objectName() == "host.window" and one.isVisible())


def moments(folder: Path, story: Story) -> Iterator[tuple[Path, QWidget]]:
    """Give each picture with the window as it was taken."""
    for file in take_panel(folder, stories=[story], themes=["light"]):
        yield file, window()


def colours(picture: QImage) -> Counter[int]:
    """Count the colours of a coarse grid of points."""
    return Counter(picture.pixel(x, y) for x in range(0, picture.width(), 3) for y in range(0, picture.height(), 3))


def mnemonics(of: QWidget) -> Counter[str]:
    """Count the letters that Alt reaches in a window, its menu bar included."""
    bar = of.findChild(QMenuBar)
    assert bar is not None
    texts = [action.text() for action in bar.actions()]
    parts: list[QAbstractButton | QLabel] = [*of.findChildren(QAbstractButton), *of.findChildren(QLabel)]
    for part in parts:
        reachable = not isinstance(part, QLabel) or part.buddy() is not None
        if part.isVisible() and reachable and part.window() is of:
            texts.append(part.text())
    return Counter(found.group(1).lower() for text in texts if (found := MNEMONIC.search(text)))


def focusable(of: QWidget) -> list[QWidget]:
    """Give what Tab reaches, in its order, from the panel's first field on."""
    first = of.findChild(QWidget, "sms.date")
    assert first is not None
    chain, step = [first], first.nextInFocusChain()
    while step is not None and step is not first:
        chain.append(step)
        step = step.nextInFocusChain()
    reached = [one for one in chain if one.isEnabled() and one.focusPolicy() & Qt.FocusPolicy.TabFocus]
    return [one for one in reached if one.isVisible() and not one.visibleRegion().isEmpty()]


def spoken_name(of: QWidget) -> str:
    """What a screen reader calls a widget."""
    if of.accessibleName() or not isinstance(of, QAbstractButton):
        return of.accessibleName()
    return of.text()


def toolbar(of: QWidget) -> tuple[QToolBar, QToolButton]:
    """The panel's toolbar and its button for what does not fit."""
    bar = of.findChild(QToolBar)
    assert bar is not None
    overflow = bar.findChild(QToolButton, "qt_toolbar_ext_button")
    assert overflow is not None
    return bar, overflow


@pytest.mark.requirement("R50", "R68")
@pytest.mark.parametrize("story", STORIES, ids=[story.name for story in STORIES])
def test_that_every_moment_of_a_story_is_a_picture_of_a_window_that_keyboard_and_reader_can_use(
    qapp: QApplication, tmp_path: Path, story: Story
) -> None:
    taken = 0
    for file, host in moments(tmp_path, story):
        taken += 1
        picture = QImage(str(file))
        wide = SIZE.search(file.name)
        expected = SIZES[wide.group(1)] if wide else (USUAL.width(), USUAL.height())
        assert (picture.width(), picture.height()) == expected, file.name
        seen = colours(picture)
        assert len(seen) > 40, f"{file.name} has hardly anything on it"
        assert seen.most_common(1)[0][1] < 0.9 * seen.total(), f"{file.name} is nearly blank"
        twice = {letter for letter, count in mnemonics(host).items() if count > 1}
        assert not twice, f"{file.name}: Alt and {twice} lead to two places"
        nameless = [f"{type(one).__name__} {one.objectName()}" for one in focusable(host) if not spoken_name(one)]
        assert not [name for name in nameless if "lineedit" not in name], file.name

    assert taken


def test_that_tab_goes_through_parameters_strip_and_table_in_the_order_of_the_eye(
    qapp: QApplication, tmp_path: Path
) -> None:
    story = next(story for story in STORIES if story.name == "send and follow")
    playing = moments(tmp_path, story)  # the window lives as long as this
    sending = next(host for file, host in playing if file.name.startswith("panel-sending"))

    names = [one.objectName() for one in focusable(sending) if not one.objectName().startswith("qt_")]

    panel = names[: names.index("legend.more") + 1]
    assert panel == [
        "sms.date",
        "sms.audience_group",
        "sms.group",
        "sms.message",
        "sms.edit_message",
        "sms.one_per_phone",
        "strip.stop",
        "sms.table",
        "legend.more",
    ]


def test_that_all_buttons_fit_the_usual_window_and_the_rest_of_a_narrow_one_has_a_button_in_sight(
    qapp: QApplication, tmp_path: Path
) -> None:
    stories = {story.name: story for story in STORIES}

    for _, usual in moments(tmp_path, stories["only look"]):
        assert not toolbar(usual)[1].isVisible()
    for file, narrow in moments(tmp_path, stories["narrow"]):
        bar, overflow = toolbar(narrow)
        assert overflow.isVisible(), file.name
        assert bar.rect().contains(overflow.geometry()), file.name
        assert overflow.width() >= 18
        assert overflow.toolTip()
        covered = [one for one in bar.findChildren(QToolButton) if one.isVisible() and one is not overflow]
        assert not [one for one in covered if one.geometry().intersects(overflow.geometry())], file.name
