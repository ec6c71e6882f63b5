"""Take the README's picture anew: ``QT_QPA_PLATFORM=offscreen .venv/bin/python -m tools.readme_picture``.

A page should not weigh 300 kB for one picture, so its colours are reduced to the 256 that serve it best.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path

from PyQt6.QtGui import QImage, qBlue, qGreen, qRed, qRgb
from PyQt6.QtWidgets import QApplication

STORY, SHOT = "coming back", "panel-coming-back-light-es.png"
PICTURE = Path(__file__).parents[1] / "docs" / "pictures" / "panel.png"
COLOURS = 256


def reduced(picture: QImage) -> QImage:
    """Give `picture` in at most 256 of its own colours: frequent ones first, but none beside one that is kept already.

    So a rare colour that is like no other, such as the word of a red chip, does not turn grey.
    """
    counts = Counter(picture.pixel(x, y) for y in range(picture.height()) for x in range(picture.width()))
    by_frequency = [value for value, _ in counts.most_common()]
    gap = 0
    while len(kept := _apart(by_frequency, gap)) > COLOURS:
        gap += 20
    places = {value: _nearest(value, kept)[1] for value in counts}
    small = QImage(picture.width(), picture.height(), QImage.Format.Format_Indexed8)
    small.setColorTable([qRgb(qRed(value), qGreen(value), qBlue(value)) for value in kept])
    for y in range(picture.height()):
        for x in range(picture.width()):
            small.setPixel(x, y, places[picture.pixel(x, y)])
    return small


def _apart(values: list[int], gap: int) -> list[int]:
    kept = values[:1]
    for value in values[1:]:
        if len(kept) > COLOURS:
            break
        if _nearest(value, kept)[0] > gap:
            kept.append(value)
    return kept


def _nearest(value: int, kept: list[int]) -> tuple[int, int]:
    """Give the squared distance to the nearest colour, and its place."""
    red, green, blue = qRed(value), qGreen(value), qBlue(value)
    return min(
        ((red - qRed(other)) ** 2 + (green - qGreen(other)) ** 2 + (blue - qBlue(other)) ** 2, place)
        for place, other in enumerate(kept)
    )


def main() -> int:
    """Write the picture and give the exit code."""
    from fake_host.panel_scenes import STORIES, take_panel

    application = QApplication(sys.argv[:1])
    application.setApplicationName("fake_host")
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    stories = [story for story in STORIES if story.name == STORY]
    with tempfile.TemporaryDirectory() as folder:
        files = list(take_panel(Path(folder), stories=stories, themes=["light"]))
        whole = QImage(str(next(file for file in files if file.name == SHOT)))
    if not reduced(whole).save(str(PICTURE), "PNG", 0):
        raise OSError(f"{PICTURE.name} could not be written")
    print(f"{PICTURE}: {PICTURE.stat().st_size // 1000} kB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
