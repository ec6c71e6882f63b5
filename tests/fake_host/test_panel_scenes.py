"""The pictures of the panel, and what must hold of every window on them."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from PyQt6.QtGui import QImage
from PyQt6.QtWidgets import QApplication

from fake_host.panel_scenes import STORIES, USUAL, Story, take_panel

WIDTH = re.compile(r"-(\d{4})-light-es\.png$")
SIZES = {"1920": (1920, 1080), "1024": (1024, 768)}


def colours(picture: QImage) -> Counter[int]:
    """Count the colours of a coarse grid of points."""
    return Counter(picture.pixel(x, y) for x in range(0, picture.width(), 3) for y in range(0, picture.height(), 3))


@pytest.mark.requirement("R50")
@pytest.mark.parametrize("story", STORIES, ids=[story.name for story in STORIES])
def test_that_every_moment_of_a_story_becomes_a_picture_of_the_window(
    qapp: QApplication, tmp_path: Path, story: Story
) -> None:
    files = list(take_panel(tmp_path, stories=[story], themes=["light"]))

    assert files
    for file in files:
        picture = QImage(str(file))
        wide = WIDTH.search(file.name)
        expected = SIZES[wide.group(1)] if wide else (USUAL.width(), USUAL.height())
        assert (picture.width(), picture.height()) == expected, file.name
        seen = colours(picture)
        assert len(seen) > 40, f"{file.name} has hardly anything on it"
        assert seen.most_common(1)[0][1] < 0.9 * seen.total(), f"{file.name} is nearly blank"
