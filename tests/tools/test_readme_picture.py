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


def test_that_reducing_keeps_frequent_colours_and_moves_a_rare_one_to_the_nearest() -> None:
    picture = QImage(300, 3, QImage.Format.Format_RGB32)
    for x in range(256):
        picture.setPixelColor(x, 0, QColor(x, 0, 0))
        picture.setPixelColor(x, 1, QColor(x, 0, 0))
    for x in range(256, 300):
        for y in range(3):
            picture.setPixelColor(x, y, QColor(7, 0, 0))
    for x in range(256):
        picture.setPixelColor(x, 2, QColor(9, 0, 0))
    picture.setPixelColor(0, 2, QColor(200, 1, 0))

    small = reduced(picture)

    assert small.colorCount() == 256
    assert small.pixelColor(299, 2) == QColor(7, 0, 0)
    assert small.pixelColor(0, 2) == QColor(200, 0, 0)
