"""Throwaway PostgreSQL and MariaDB servers, so that persistence is tested on the engines that clinics use.

A server given by `ORTHOS_TEST_POSTGRESQL_URL` or `ORTHOS_TEST_MARIADB_URL` wins. Otherwise Debian's own binaries run on
a folder of their own and listen on a Unix socket in it, so that nothing of the machine's is touched and any number of
test runs can stand side by side. Both servers refuse to run as root and then run as somebody else.

Durability is set as the product demands it of a clinic (`synchronous_commit`, `innodb_flush_log_at_trx_commit`). Only
the disk below is spared: a test survives the death of a process, not a power cut.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

from sqlalchemy import URL, Engine, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

START_LIMIT_S = 60
STOP_LIMIT_S = 20
_PR_SET_PDEATHSIG = 1
# PostgreSQL and MariaDB, once a client is welcome.
_READY = re.compile(r"ready (to accept|for) connections")


class DatabaseServer(ABC):
    """A running server that hands out empty databases; stop it when done."""

    def __init__(self, url: URL, process: ServerProcess | None = None) -> None:
        """Connect as an administrator; `url` names a database that always exists, `process` ends with us."""
        self._url = url
        self._process = process
        self._admin: Engine = create_engine(url, isolation_level="AUTOCOMMIT", pool_size=1)

    @contextmanager
    def empty_database(self) -> Iterator[str]:
        """Create a database under a fresh name, yield its URL, and drop it whoever is still connected."""
        name = f"orthos_test_{uuid.uuid4().hex[:16]}"
        self._create(name)
        try:
            yield self._url.set(database=name).render_as_string(hide_password=False)
        finally:
            self._drop(name)

    def stop(self) -> None:
        """Let go of the server; one that was started here ends and its folder is deleted."""
        self._admin.dispose()
        if self._process is not None:
            self._process.stop()

    def _execute(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.execute(text(statement))

    @abstractmethod
    def _create(self, name: str) -> None: ...

    @abstractmethod
    def _drop(self, name: str) -> None: ...


class PostgresServer(DatabaseServer):
    """PostgreSQL through psycopg 3."""

    variable: ClassVar[str] = "ORTHOS_TEST_POSTGRESQL_URL"

    def _create(self, name: str) -> None:
        self._execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")

    def _drop(self, name: str) -> None:
        self._execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


class MariaDbServer(DatabaseServer):
    """MariaDB through PyMySQL, with the collation that Spanish clinics have."""

    variable: ClassVar[str] = "ORTHOS_TEST_MARIADB_URL"

    def _create(self, name: str) -> None:
        self._execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_spanish_ci")

    def _drop(self, name: str) -> None:
        # A test's forgotten transaction would hold the table locks that the drop waits for.
        with self._admin.connect() as connection:
            others = "SELECT id FROM information_schema.processlist WHERE db = :name"
            for (thread,) in connection.execute(text(others), {"name": name}).all():
                # It may have ended by itself in between; IF EXISTS knows no such form for KILL.
                try:
                    connection.execute(text(f"KILL {thread:d}"))
                except OperationalError:
                    connection.rollback()
            connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))


class ServerProcess:
    """A server process with its folder; both end with us, however we end."""

    def __init__(self, prefix: str, system_users: Sequence[str]) -> None:
        """Make a folder that the server may write, owned by the first of the users that exists."""
        self.folder = Path(tempfile.mkdtemp(prefix=f"orthos-{prefix}-"))
        self.user_name: str | None = None
        self._uid: int | None = None
        self._gid: int | None = None
        if os.geteuid() == 0:
            user = _unprivileged_user(system_users)
            self.user_name, self._uid, self._gid = user.pw_name, user.pw_uid, user.pw_gid
            os.chown(self.folder, user.pw_uid, user.pw_gid)
        self._server: subprocess.Popen[bytes] | None = None

    @classmethod
    @contextmanager
    def kept_if_it_starts(cls, prefix: str, system_users: Sequence[str]) -> Iterator[ServerProcess]:
        """Leave nothing behind when something in the block fails, Ctrl-C included."""
        process = cls(prefix, system_users)
        try:
            yield process
        except BaseException:
            process.stop()
            raise

    def run(self, command: Sequence[str | Path]) -> None:
        """Run a preparing program to its end.

        Raises:
            RuntimeError: It failed; the message holds what it printed.
        """
        done = subprocess.run(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=self.folder,  # the other user may not be allowed to stand where we stand
            user=self._uid,
            group=self._gid,
        )
        if done.returncode != 0:
            raise RuntimeError(f"{command[0]} failed:\n{done.stdout.decode(errors='replace')}")

    def start(self, command: Sequence[str | Path]) -> None:
        """Start the server and wait until it says that it is ready.

        Raises:
            RuntimeError: It ended, or was not ready in time; the message holds its log.
        """
        log = self.folder / "server.log"
        with log.open("wb") as output:
            self._server = subprocess.Popen(
                command,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                # Ctrl-C is for us: fixtures still drop databases after it. And nobody outlives a killed test run.
                start_new_session=True,
                preexec_fn=_end_with_parent,
                user=self._uid,
                group=self._gid,
            )
        deadline = time.monotonic() + START_LIMIT_S
        # The log is asked, not the server: PyMySQL leaves a socket open when it meets a server that is not ready.
        while not _READY.search(said := log.read_text(errors="replace")):
            if self._server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{command[0]} does not start:\n{said}")
            time.sleep(0.02)

    def stop(self) -> None:
        """End the server, by force if it does not go by itself, and delete its folder."""
        if self._server is not None:
            self._server.send_signal(signal.SIGQUIT)  # at once for both: nothing in there is wanted any more
            try:
                self._server.wait(STOP_LIMIT_S)
            except subprocess.TimeoutExpired:
                self._server.kill()
                self._server.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def postgres_server() -> PostgresServer:
    """Give the server named in the environment, else start one."""
    if given := os.environ.get(PostgresServer.variable):
        return PostgresServer(make_url(given))
    with ServerProcess.kept_if_it_starts("postgresql", ("postgres", "nobody")) as process:
        return PostgresServer(_start_postgresql(process), process)


def mariadb_server() -> MariaDbServer:
    """Give the server named in the environment, else start one."""
    if given := os.environ.get(MariaDbServer.variable):
        return MariaDbServer(make_url(given))
    with ServerProcess.kept_if_it_starts("mariadb", ("mysql", "nobody")) as process:
        return MariaDbServer(_start_mariadb(process), process)


def _start_postgresql(process: ServerProcess) -> URL:
    folder, data = process.folder, process.folder / "data"
    binaries = _postgres_binaries()
    new_cluster = ["--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"]
    process.run([binaries / "initdb", "--pgdata", data, "--username=orthos", "--auth=trust", *new_cluster])
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": folder,
        "max_connections": 200,
        "fsync": "off",
        "full_page_writes": "off",
        "autovacuum": "off",
    }
    process.start([binaries / "postgres", "-D", data, *_options(settings)])
    return URL.create("postgresql+psycopg", username="orthos", database="postgres", query={"host": str(folder)})


def _start_mariadb(process: ServerProcess) -> URL:
    folder = process.folder
    common = ["--no-defaults", f"--datadir={folder / 'data'}"]
    if process.user_name:
        common.append(f"--user={process.user_name}")
    plain_root = ["--auth-root-authentication-method=normal", "--skip-test-db"]
    process.run([_program("mariadb-install-db"), *common, *plain_root])
    settings = {
        "socket": folder / "socket",
        "pid-file": folder / "pid",
        "character-set-server": "utf8mb4",
        "collation-server": "utf8mb4_spanish_ci",
        "innodb-flush-log-at-trx-commit": 1,
        "innodb-flush-method": "nosync",
    }
    process.start([_program("mariadbd"), *common, "--skip-networking", *_options(settings)])
    return URL.create(
        "mysql+pymysql",
        username="root",
        host="localhost",
        database="mysql",
        query={"unix_socket": str(folder / "socket"), "charset": "utf8mb4"},
    )


def _options(settings: Mapping[str, object]) -> list[str]:
    return [f"--{name}={value}" for name, value in settings.items()]


def _unprivileged_user(names: Sequence[str]) -> pwd.struct_passwd:
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return next(known[name] for name in names if name in known)


def _end_with_parent() -> None:
    """Runs in the child after it changed its user, which would undo this."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)


def _postgres_binaries() -> Path:
    """Take the newest of Debian's side-by-side versions; elsewhere they are on the path."""
    versions = [folder for folder in Path("/usr/lib/postgresql").glob("*/bin") if (folder / "initdb").exists()]
    if versions:
        return max(versions, key=lambda folder: float(folder.parent.name))
    return Path(_program("initdb")).parent


def _program(name: str) -> str:
    found = shutil.which(name, path=os.pathsep.join([*os.get_exec_path(), "/usr/local/sbin", "/usr/sbin"]))
    if found is None:
        raise RuntimeError(f"{name} is not installed: `make test` installs it, see docs/dependencies.md")
    return found
