"""Whether the host's database keeps a commit through a power cut. Reads only: durability is the host's duty.

A message counts as "on its way" from the commit of its claim. If that commit can be lost, the message looks unsent
after the cut and would be paid for twice.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, text
from sqlalchemy.pool import SingletonThreadPool, StaticPool

from orthos_sms_plugin.domain.errors import NotReadyError
from orthos_sms_plugin.persistence.units import SessionFactory

_FULL = 2
_NETWORK_FILE_SYSTEMS: Final = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "ceph", "glusterfs", "fuse.sshfs", "fuse.glusterfs"}
)
_DRIVE_REMOTE = 4


def check_host_database(factory: SessionFactory) -> None:
    """Refuse a database that may forget what was sent.

    Raises:
        NotReadyError: ``"pool"`` when all sessions share one connection, so that our commit would commit the host's
            unfinished work; ``"durability"`` when commits may be lost, naming the setting that mends it;
            ``"network_share"`` for an SQLite file on another machine, whose locks cannot be relied on.
    """
    with factory() as session:
        bind = session.get_bind()
        if not isinstance(bind, Engine) or isinstance(bind.pool, (StaticPool, SingletonThreadPool)):
            raise NotReadyError("pool", type(bind.pool).__name__ if isinstance(bind, Engine) else "one connection")
        connection = session.connection()
        match connection.dialect.name:
            case "sqlite":
                _check_sqlite(connection)
            case "postgresql":
                _demand(connection, "SHOW synchronous_commit", "synchronous_commit", refused={"off"})
            case _:
                name = "innodb_flush_log_at_trx_commit"
                _demand(connection, f"SELECT @@{name}", name, refused={"0", "2"})


def _demand(connection: Connection, question: str, name: str, *, refused: set[str]) -> None:
    value = str(connection.scalar(text(question)))
    if value in refused:
        raise NotReadyError("durability", f"{name} is {value}")


def _check_sqlite(connection: Connection) -> None:
    files = {row[1]: row[2] for row in connection.execute(text("PRAGMA database_list"))}
    file = files.get("main")
    if not file:
        raise NotReadyError("durability", "the database is in memory")
    if is_on_network(Path(file)):
        raise NotReadyError("network_share")
    synchronous = int(connection.scalar(text("PRAGMA synchronous")) or 0)
    if synchronous < _FULL:
        # with WAL the usual NORMAL syncs at checkpoints only
        raise NotReadyError("durability", f"synchronous is {synchronous}")
    _demand(connection, "PRAGMA journal_mode", "journal_mode", refused={"off", "memory"})


def is_on_network(file: Path, mounts: str | None = None) -> bool:
    """Whether a file lies on another machine, as far as this system can tell.

    Args:
        file: Absolute path.
        mounts: What Linux says of its mounts (``/proc/self/mountinfo``); None to read it.
    """
    if sys.platform == "win32":
        return _is_remote_drive(file)
    if mounts is None:
        try:
            mounts = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return False
    return _file_system(file, mounts) in _NETWORK_FILE_SYSTEMS


def _file_system(file: Path, mounts: str) -> str:
    """Find the type of the innermost mount that holds the file; the later of two on one place hides the earlier."""
    place = os.path.realpath(file)
    best, kind = "", ""
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        fields = before.split()
        if len(fields) < 5 or not after:
            continue
        mount = fields[4].encode().decode("unicode_escape").rstrip("/")
        if (place == mount or place.startswith(f"{mount}/")) and len(mount) >= len(best):
            best, kind = mount, after.split()[0]
    return kind


def _is_remote_drive(file: Path) -> bool:
    if sys.platform != "win32":
        return False
    import ctypes

    drive = os.path.splitdrive(os.path.realpath(file))[0]
    return drive.startswith("\\\\") or ctypes.windll.kernel32.GetDriveTypeW(f"{drive}\\") == _DRIVE_REMOTE
