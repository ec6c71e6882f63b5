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
    """Give `picture` in its 256 most frequent colours; each other colour becomes the nearest of them."""
    counts = Counter(picture.pixel(x, y) for y in range(picture.height()) for x in range(picture.width()))
    kept = [value for value, _ in counts.most_common(COLOURS)]
    places = {value: _nearest(value, kept) for value in counts}
    small = QImage(picture.width(), picture.height(), QImage.Format.Format_Indexed8)
    small.setColorTable([qRgb(qRed(value), qGreen(value), qBlue(value)) for value in kept])
    for y in range(picture.height()):
        for x in range(picture.width()):
            small.setPixel(x, y, places[picture.pixel(x, y)])
    return small


def _nearest(value: int, kept: list[int]) -> int:
    def distance(place: int) -> int:
        other = kept[place]
        return sum((part(value) - part(other)) ** 2 for part in (qRed, qGreen, qBlue))

    return min(range(len(kept)), key=distance)


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
