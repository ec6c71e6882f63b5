from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PyQt6.QtGui import QImage

_BROKEN_LOOK = """
import sys
from PyQt6.QtCore import QEvent, QPoint, Qt
from PyQt6.QtGui import QHelpEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QTableView, QWidget
from orthos_sms_plugin.ui import guard
from orthos_sms_plugin.ui.look import cellpaint, cells, chip, empty, gallery, lines, strip, theme, widgets

app = QApplication([])
told = []
guard.set_reporter(told.append)
pages = [build() for build in gallery.PAGES.values()]
for page in pages:
    theme.apply_look(page)

def broken(*args, **kwargs):
    raise ValueError("broken on purpose")

for module in (cellpaint, cells, chip, empty, lines, strip, theme, widgets):
    for name in ("metrics_for", "palette_for", "look_and_kit", "keep_palette", "pixmap", "plain_tooltip"):
        if hasattr(module, name):
            setattr(module, name, broken)
for page in pages:
    page.show()
    page.resize(page.width() + 50, page.height())
    page.setFont(page.font())
    page.setPalette(theme.dark_palette())
    for table in page.findChildren(QTableView):
        viewport = table.viewport()
        for column in range(9):
            spot = table.visualRect(table.model().index(0, column)).center()
            app.sendEvent(viewport, QHelpEvent(QEvent.Type.ToolTip, spot, viewport.mapToGlobal(spot)))
            QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=spot)
        table.resizeColumnsToContents()
    app.processEvents()
    page.grab()
assert told, "nothing failed, so nothing was tried"
"""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(
        [sys.executable, *arguments], env=environment, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.requirement("R68")
def test_that_the_gallery_draws_every_page_in_light_dark_and_high_contrast(tmp_path: Path) -> None:
    result = run("-m", "orthos_sms_plugin.ui.look.gallery", str(tmp_path))

    assert result.returncode == 0, result.stderr
    drawn = sorted(path.name for path in tmp_path.iterdir())
    assert len(drawn) == 12
    for page in ("panel", "strips", "empty", "icons"):
        versions = [QImage(str(tmp_path / f"{page}-{theme}.png")) for theme in ("light", "dark", "contrast")]
        assert all(not image.isNull() and image.width() > 500 for image in versions)
        grounds = [image.pixelColor(2, image.height() - 2).lightness() for image in versions]
        assert grounds[0] > 200 > 60 > grounds[1] > grounds[2]


def test_that_a_look_that_breaks_everywhere_leaves_the_host_alive() -> None:
    result = run("-c", _BROKEN_LOOK)

    assert result.returncode == 0, result.stderr
