"""The README's picture: light enough for a page, and of the program as it looks."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtGui import QColor, QImage

from tests.support.requirements_report import ROOT
from tools.readme_picture import PICTURE, reduced


def test_that_the_picture_of_the_readme_is_there_and_light() -> None:
    picture = QImage(str(PICTURE))

    assert (picture.width(), picture.height()) == (1366, 768)
    assert PICTURE.stat().st_size < 200_000
    assert Path(PICTURE).relative_to(ROOT).as_posix() in (ROOT / "README.md").read_text("utf-8")


def test_that_a_rare_colour_that_is_like_no_other_survives_a_thousand_greys() -> None:
    picture = QImage(60, 60, QImage.Format.Format_RGB32)
    for x in range(60):
        for y in range(60):
            picture.setPixelColor(x, y, QColor(100 + x, 100 + y, 100 + x))
    picture.setPixelColor(30, 30, QColor("#A3222A"))

    small = reduced(picture)

    assert 100 < small.colorCount() <= 256
    assert small.pixelColor(30, 30) == QColor("#A3222A")
    for x, y in ((0, 0), (59, 0), (0, 59), (59, 59), (17, 43)):
        before, after = picture.pixelColor(x, y), small.pixelColor(x, y)
        assert abs(before.red() - after.red()) + abs(before.green() - after.green()) < 16
