"""The watcher itself: it must see what it is there for, and nothing else."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from tests.support import gui_thread
from tests.support.gui_thread import LIVE_SESSION, take_faults

ROOT = Path(gui_thread.__file__).parents[2]


def called_from(file: str, work: Callable[[], Any]) -> None:
    """Call `work` as if a function of the product's `file` did."""
    names: dict[str, Any] = {"work": work}
    exec(compile("work()", str(ROOT / file), "exec"), names)


def read_a_database() -> None:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    engine.dispose()


def test_that_a_statement_of_a_window_on_the_gui_thread_is_seen() -> None:
    called_from("orthos_sms_plugin/ui/panel.py", read_a_database)

    assert take_faults() == ["database on the GUI thread, from panel.py: SELECT 1"]


def test_that_a_connection_of_a_window_on_the_gui_thread_is_seen() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        called_from("orthos_sms_plugin/ui/panel.py", lambda: socket.create_connection(server.getsockname()).close())

    assert [fault.split(",")[0] for fault in take_faults()] == ["network on the GUI thread"]


def test_that_workers_stores_called_by_a_test_and_the_host_itself_are_left_alone() -> None:
    worker = threading.Thread(target=called_from, args=("orthos_sms_plugin/ui/panel.py", read_a_database))
    worker.start()
    worker.join()
    called_from("orthos_sms_plugin/persistence/outbox.py", read_a_database)
    called_from(
        "orthos_sms_plugin/ui/panel.py", lambda: called_from("fake_host/window/main_window.py", read_a_database)
    )

    assert take_faults() == []


def test_that_closing_the_hosts_live_session_is_seen() -> None:
    engine = create_engine("sqlite://")
    session = Session(engine, info={LIVE_SESSION: True})
    session.execute(text("SELECT 1"))
    called_from("orthos_sms_plugin/services/desk.py", session.close)
    engine.dispose()

    assert "the host's live session saw after_transaction_end of ours" in take_faults()


def test_that_a_commit_of_ours_on_the_hosts_live_session_is_seen_and_the_hosts_own_is_not() -> None:
    engine = create_engine("sqlite://")
    with Session(engine, info={LIVE_SESSION: True}) as session:
        session.execute(text("SELECT 1"))
        called_from("fake_host/context.py", session.commit)
        session.execute(text("SELECT 1"))
        called_from("orthos_sms_plugin/services/desk.py", session.commit)
    engine.dispose()

    assert take_faults()[0] == "the host's live session saw before_commit of ours"
