"""The clinic's database: an engine whose commits survive a power cut, and the sessions made on it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import URL, Engine, create_engine, event, func, make_url, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from fake_host.clinic.documents import DocumentsRoot
from fake_host.clinic.tables import HostBase
from hookspecs.clinic import ClinicBase, Patient

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPIConnection

BUSY_TIMEOUT_S = 15
"""How long a writer of SQLite waits for another one before it gives up."""

_CREATE_ATTEMPTS = 20
"""As many as there are tables, and some: each attempt may lose the race for another one."""

_DRIVERS = {
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
}


class ClinicDatabase:
    """An open database of a clinic. Usable from any thread; each session stays on one.

    Attributes:
        engine: Pools real connections: no two sessions ever share one.
        session_factory: Makes sessions whose commits are durable when they return.
        documents: Where the patients' documents lie.
    """

    def __init__(
        self, engine: Engine, documents: DocumentsRoot, folder: tempfile.TemporaryDirectory[str] | None = None
    ) -> None:
        self.engine = engine
        self.session_factory: sessionmaker[Session] = sessionmaker(engine)
        self.documents = documents
        self._folder = folder

    @property
    def url(self) -> str:
        """The whole URL, password included, so that another process can open the same database. Never log it."""
        return self.engine.url.render_as_string(hide_password=False)

    def create_tables(self) -> None:
        """Create the tables of the contract and the host's own where they are missing."""
        for attempt in range(1, _CREATE_ATTEMPTS + 1):
            try:
                for metadata in (ClinicBase.metadata, HostBase.metadata):
                    metadata.create_all(self.engine)
                return
            except DBAPIError:
                # a host that starts at the same moment creates a table between our look and our CREATE
                if attempt == _CREATE_ATTEMPTS:
                    raise

    def has_patients(self) -> bool:
        """Tell whether anybody is in this clinic yet."""
        with self.session_factory() as session:
            return session.scalar(select(func.min(Patient.id))) is not None

    def close(self) -> None:
        """Close all connections; a database that was temporary is gone afterwards."""
        self.engine.dispose()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def open_database(url: str | None = None, documents_root: Path | None = None) -> ClinicDatabase:
    """Open the database at `url` and create the tables that are missing.

    Args:
        url: SQLite file, PostgreSQL or MariaDB; None for a SQLite file that lives until `ClinicDatabase.close`.
        documents_root: Where the patients' documents lie. Without it they stand beside the SQLite file; for a
            server's database they live in a temporary folder.

    Raises:
        ValueError: For SQLite in memory, where every connection would see a clinic of its own.
        sqlalchemy.exc.SQLAlchemyError: When the URL cannot be read, or nobody answers there.
    """
    folder: tempfile.TemporaryDirectory[str] | None = None
    parsed = _with_driver(make_url(url)) if url else None
    if parsed is None or (documents_root is None and parsed.get_backend_name() != "sqlite"):
        # on Windows a file that a killed worker still holds must not fail the close
        folder = tempfile.TemporaryDirectory(prefix="orthos-clinic-", ignore_cleanup_errors=True)
    if parsed is None:
        assert folder is not None
        parsed = URL.create("sqlite", database=str(Path(folder.name) / "clinic.db"))
    beside = Path(folder.name) / "clinic" if folder is not None else parsed.database
    documents = DocumentsRoot(documents_root or Path(f"{beside}-documents"))
    database = ClinicDatabase(_make_engine(parsed), documents, folder)
    try:
        database.create_tables()
    except BaseException:
        database.close()
        raise
    return database


def _make_engine(url: URL) -> Engine:
    backend = url.get_backend_name()
    connect_args: dict[str, Any] = {}
    if backend == "sqlite":
        if url.database in (None, "", ":memory:") or "mode" in url.query:
            raise ValueError("SQLite in memory cannot be shared by threads: give it a file")
        connect_args = {"timeout": BUSY_TIMEOUT_S}
    elif backend == "postgresql":
        # whatever the server's default is: a commit returns once it is on disk
        connect_args = {"options": "-c synchronous_commit=on"}
    elif backend in ("mysql", "mariadb"):
        url = url.update_query_dict({"charset": "utf8mb4"})
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=10,
        max_overflow=20,
        pool_pre_ping=backend != "sqlite",  # a server may have closed an idle connection overnight
        connect_args=connect_args,
        hide_parameters=True,  # names and phones stay out of error texts and logs
    )
    if backend == "sqlite":
        event.listen(engine, "connect", _make_durable)
    return engine


def _make_durable(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {BUSY_TIMEOUT_S * 1000}",  # first: the switch to WAL waits for locks too
        "journal_mode = WAL",
        "synchronous = FULL",  # in WAL mode the usual NORMAL may lose the last commits in a power cut
        "foreign_keys = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _with_driver(url: URL) -> URL:
    return url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))
