"""Watches the GUI thread and the host's live session over the whole suite (design, section 5).

The plugin's windows touch neither database nor network there, and nothing of the plugin's flushes, commits, rolls back
or closes that session. Whose a call is, the nearest frame of the plugin or of the fake host decides; a test may call
a store by itself.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

_ROOT = Path(__file__).parents[2]
_PLUGIN = str(_ROOT / "orthos_sms_plugin") + "/"
_HOST = str(_ROOT / "fake_host") + "/"
_WINDOW_PARTS = (str(_ROOT / "orthos_sms_plugin" / "ui") + "/", str(_ROOT / "orthos_sms_plugin" / "plugin.py"))

LIVE_SESSION = "live session of the host"
"""Key of `Session.info` that marks the session a test hands to plugins as `HostContext.session`."""

_faults: list[str] = []
_installed = False


def watch() -> None:
    """From now on every statement, connection and end of a transaction of this process is looked at."""
    global _installed
    if _installed:
        return
    _installed = True
    event.listen(Engine, "before_cursor_execute", _on_statement)
    for name in ("before_commit", "after_rollback", "before_flush", "after_transaction_end"):
        event.listen(Session, name, _live_session_listener(name))
    sys.addaudithook(_on_audit)


def take_faults() -> list[str]:
    """Give what was seen since the last call."""
    taken = _faults.copy()
    _faults.clear()
    return taken


def _on_statement(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
    _note_if_windows("database", statement.split("\n", 1)[0][:60])


def _on_audit(name: str, arguments: tuple[Any, ...]) -> None:
    if name == "socket.connect":
        _note_if_windows("network", str(arguments[-1]))


def _note_if_windows(kind: str, what: str) -> None:
    if threading.current_thread() is not threading.main_thread():
        return
    whose, frames = _product_frames(sys._getframe(1))
    if whose == _PLUGIN and any(frame.startswith(_WINDOW_PARTS) for frame in frames):
        _faults.append(f"{kind} on the GUI thread, from {Path(frames[0]).name}: {what}")


def _live_session_listener(name: str) -> Callable[..., None]:
    def listen(session: Session, *_rest: Any) -> None:
        if session.info.get(LIVE_SESSION) and _product_frames(sys._getframe(1))[0] == _PLUGIN:
            _faults.append(f"the host's live session saw {name} of ours")

    return listen


def _product_frames(frame: FrameType | None) -> tuple[str, list[str]]:
    """Give whose the call is (the folder of the nearest product frame) and every product frame, nearest first."""
    frames: list[str] = []
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith((_PLUGIN, _HOST)):
            frames.append(file)
        frame = frame.f_back
    whose = next((folder for folder in (_PLUGIN, _HOST) if frames and frames[0].startswith(folder)), "")
    return whose, frames
