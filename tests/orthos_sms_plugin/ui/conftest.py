"""An editor of messages, and the threads it works with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from pytestqt.qtbot import QtBot

from orthos_sms_plugin.domain.rows import Row
from orthos_sms_plugin.domain.templates import SmsTemplate
from orthos_sms_plugin.ui.jobs import Jobs
from tests.orthos_sms_plugin.ui.editor_window import MemoryDesk, Opener, Window


@pytest.fixture
def jobs() -> Iterator[Jobs]:
    pool = Jobs()
    yield pool
    pool.shut_down()


@pytest.fixture
def opened(qtbot: QtBot, jobs: Jobs) -> Opener:
    def open_editor(*templates: SmsTemplate, rows: Sequence[Row] = (), template_id: int = 0) -> Window:
        return Window(qtbot, MemoryDesk(*templates), jobs, list(rows), template_id)

    return open_editor
