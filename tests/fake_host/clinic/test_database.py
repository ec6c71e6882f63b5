from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.pool import QueuePool

from fake_host.clinic.database import BUSY_TIMEOUT_S, ClinicDatabase, open_database
from fake_host.clinic.roster import Person
from hookspecs.clinic import ClinicBase, Patient, PatientPhone

Admit = Callable[..., dict[str, int]]


def _pragmas(database: ClinicDatabase) -> dict[str, object]:
    names = ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
    with database.engine.connect() as connection:
        return {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names}


def test_that_every_connection_to_sqlite_commits_to_the_disk_and_waits_for_others(clinic: ClinicDatabase) -> None:
    durable = {"journal_mode": "wal", "synchronous": 2, "busy_timeout": BUSY_TIMEOUT_S * 1000, "foreign_keys": 1}

    with clinic.engine.connect():  # holds the first connection, so that the next one is new
        assert _pragmas(clinic) == durable
    assert _pragmas(clinic) == durable


def test_that_a_commit_waits_for_the_disk_on_every_engine(database: ClinicDatabase) -> None:
    question = {
        "sqlite": ("PRAGMA synchronous", 2),
        "postgresql": ("SHOW synchronous_commit", "on"),
        "mysql": ("SELECT @@innodb_flush_log_at_trx_commit", 1),
        "mariadb": ("SELECT @@innodb_flush_log_at_trx_commit", 1),
    }
    statement, full = question[database.engine.dialect.name]

    with database.engine.connect() as connection:
        assert connection.exec_driver_sql(statement).scalar() == full


def test_that_two_sessions_never_share_a_connection(database: ClinicDatabase) -> None:
    assert isinstance(database.engine.pool, QueuePool)

    with database.session_factory() as one, database.session_factory() as other:
        one.add(Patient(code="1", surname="Soler", first_name="Ana"))
        one.flush()

        assert other.query(Patient).count() == 0


def test_that_sqlite_in_memory_is_refused_since_each_connection_would_see_another_clinic() -> None:
    for url in ("sqlite://", "sqlite:///:memory:", "sqlite:///file:x?mode=memory&uri=true"):
        with pytest.raises(ValueError, match="memory"):
            open_database(url)


def test_that_a_temporary_clinic_is_gone_after_the_close() -> None:
    database = open_database()
    path = Path(str(database.engine.url.database))
    database.documents.make_folder("000001")
    assert path.exists()

    database.close()

    assert not path.parent.exists()


def test_that_a_named_file_keeps_people_and_documents_over_a_close(sqlite_url: str, admit: Admit) -> None:
    with open_database(sqlite_url) as database:
        assert not database.has_patients()
        admit(database, Person("000001", "Soler", "Ana"))
        database.documents.make_folder("000001")

    with open_database(sqlite_url) as database:
        assert database.has_patients()
        assert database.documents.folder("000001") is not None


def test_that_the_tables_hold_what_the_contract_says_and_the_contract_stays_free_of_the_hosts_own(
    database: ClinicDatabase,
) -> None:
    tables = set(inspect(database.engine).get_table_names())

    assert set(ClinicBase.metadata.tables) <= tables
    assert {"host_user", "host_print_log", "host_action_log", "host_patient_name"} <= tables
    assert not any(name.startswith("host_") for name in ClinicBase.metadata.tables)


def test_that_hosts_which_start_at_the_same_moment_all_get_their_tables(database_url: str) -> None:
    def start(_: int) -> bool:
        with open_database(database_url) as database:
            return database.has_patients()

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(start, range(6))) == [False] * 6


def test_that_a_phone_without_a_patient_is_refused_on_every_engine(database: ClinicDatabase) -> None:
    with pytest.raises(IntegrityError), database.session_factory.begin() as session:
        session.add(PatientPhone(patient_id=404, number="612 555 014"))


def test_that_an_error_of_the_database_shows_neither_names_nor_phones(clinic: ClinicDatabase, admit: Admit) -> None:
    admit(clinic, Person("000001", "Soler", "Ana"))

    with pytest.raises(IntegrityError) as caught:
        admit(clinic, Person("000001", "Zurbano", "Leocadia"))

    assert "Zurbano" not in str(caught.value)


def test_that_the_url_opens_the_same_clinic_from_another_engine(database: ClinicDatabase, admit: Admit) -> None:
    admit(database, Person("000001", "Soler", "Ana"))

    other = create_engine(database.url)
    try:
        with other.connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM patient")) == 1
    finally:
        other.dispose()


def test_that_a_database_which_does_not_answer_is_an_error_and_leaves_no_folder(tmp_path: Path) -> None:
    with pytest.raises(DBAPIError):
        open_database(f"sqlite:///{tmp_path / 'no' / 'such' / 'folder' / 'clinic.db'}")

    assert list(tmp_path.iterdir()) == []
