from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine, StaticPool, create_engine, event, text
from sqlalchemy.orm import sessionmaker
from sqlalchemy.pool import SingletonThreadPool

from orthos_sms_plugin.domain.errors import NotReadyError
from orthos_sms_plugin.persistence.durability import check_host_database, is_on_network
from orthos_sms_plugin.persistence.units import SessionFactory
from tests.orthos_sms_plugin.persistence.hosts import open_engine

MOUNTS = """\
22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
30 22 0:40 / /srv/clinica rw - cifs //server/clinica rw
31 22 0:41 / /srv/clinica/local rw - ext4 /dev/vdb rw
32 22 0:42 / /mnt/red\\040de\\040sede rw shared:1 - nfs4 server:/x rw
"""


def refusal(factory: SessionFactory) -> tuple[str, str]:
    with pytest.raises(NotReadyError) as error:
        check_host_database(factory)
    return error.value.what, str(error.value)


def with_setting(engine: Engine, statement: str) -> SessionFactory:
    """A host whose every new connection runs a statement."""

    def run(connection: object, _entry: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]  # the driver's own class
        cursor.execute(statement)
        cursor.close()

    event.listen(engine, "connect", run)
    return sessionmaker(engine)


def test_that_a_durable_database_is_accepted_and_nothing_is_changed(engine: Engine) -> None:
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda _c, _k, sql, *_: statements.append(sql))

    check_host_database(sessionmaker(engine))

    assert all(sql.startswith(("SHOW", "SELECT", "PRAGMA")) and "=" not in sql for sql in statements)
    assert statements


@pytest.mark.parametrize(
    ("engine_name", "statement", "setting"),
    [
        ("sqlite", "PRAGMA synchronous = NORMAL", "synchronous"),
        ("sqlite", "PRAGMA synchronous = OFF", "synchronous"),
        ("sqlite", "PRAGMA journal_mode = MEMORY", "journal_mode"),
        ("postgresql", "SET synchronous_commit = off", "synchronous_commit"),
    ],
)
def test_that_a_host_whose_commits_may_be_lost_is_refused_by_the_name_of_the_setting(
    engine: Engine, statement: str, setting: str
) -> None:
    what, detail = refusal(with_setting(engine, statement))

    assert what == "durability"
    assert setting in detail


@pytest.mark.parametrize("engine_name", ["mariadb"])
@pytest.mark.parametrize("value", [0, 2])
def test_that_a_mariadb_that_does_not_flush_each_commit_is_refused(engine: Engine, value: int) -> None:
    factory = sessionmaker(engine)
    with engine.connect() as connection:
        connection.execute(text(f"SET GLOBAL innodb_flush_log_at_trx_commit = {value}"))
        try:
            what, _ = refusal(factory)
        finally:
            connection.execute(text("SET GLOBAL innodb_flush_log_at_trx_commit = 1"))

    assert what == "durability"
    check_host_database(factory)


@pytest.mark.parametrize("engine_name", ["sqlite"])
@pytest.mark.parametrize("pool", [StaticPool, SingletonThreadPool])
def test_that_a_pool_which_shares_one_connection_is_refused(
    clinic_url: str, pool: type[StaticPool | SingletonThreadPool]
) -> None:
    engine = create_engine(clinic_url, poolclass=pool)

    what, _ = refusal(sessionmaker(engine))

    assert what == "pool"
    engine.dispose()


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_that_sessions_bound_to_one_connection_are_refused(engine: Engine) -> None:
    with engine.connect() as connection:
        what, _ = refusal(sessionmaker(connection))

    assert what == "pool"


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("/srv/clinica/orthos.db", True),
        ("/srv/clinica/local/orthos.db", False),
        ("/srv/clinica2/orthos.db", False),
        ("/mnt/red de sede/orthos.db", True),
        ("/home/marta/orthos.db", False),
    ],
)
def test_that_a_file_on_another_machine_is_told_by_its_mount(file: str, expected: bool) -> None:
    assert is_on_network(Path(file), MOUNTS) is expected


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_that_an_sqlite_file_on_a_network_share_is_refused(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "orthos_sms_plugin.persistence.durability._NETWORK_FILE_SYSTEMS", frozenset({_own_file_system(engine)})
    )

    what, _ = refusal(sessionmaker(engine))

    assert what == "network_share"


def _own_file_system(engine: Engine) -> str:
    from orthos_sms_plugin.persistence.durability import _file_system

    mounts = Path("/proc/self/mountinfo").read_text(encoding="utf-8")
    return _file_system(Path(str(engine.url.database)), mounts)


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_that_the_engine_of_these_tests_is_durable(clinic_url: str) -> None:
    engine = open_engine(clinic_url)

    check_host_database(sessionmaker(engine))

    engine.dispose()
