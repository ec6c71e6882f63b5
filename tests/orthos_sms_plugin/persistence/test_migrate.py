from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, MetaData, Table, event, func, inspect, select, text
from sqlalchemy.orm import sessionmaker

from hookspecs.clinic import ClinicBase
from orthos_sms_plugin.domain.errors import NotReadyError
from orthos_sms_plugin.persistence import migrate, tables
from orthos_sms_plugin.persistence.migrate import SchemaState, state_of, upgrade
from orthos_sms_plugin.persistence.units import SessionFactory
from tests.orthos_sms_plugin.persistence.hosts import open_engine

READS = ("SELECT", "PRAGMA", "SHOW", "DESCRIBE")

UPGRADE = """
import sys
from sqlalchemy.orm import sessionmaker
from orthos_sms_plugin.persistence.migrate import upgrade
from tests.orthos_sms_plugin.persistence.hosts import open_engine
print("ready", flush=True)
sys.stdin.readline()
upgrade(sessionmaker(open_engine(sys.argv[1])))
"""


def differences(engine: Engine) -> list[Any]:
    """What Alembic would change to make the database equal `tables.metadata`, the host's own tables left aside."""

    def ours(_object: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
        return kind != "table" or (name or "").startswith("sms_")

    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"version_table": tables.VERSION_TABLE, "include_object": ours, "compare_type": True},
        )
        return list(compare_metadata(context, tables.metadata))


class CutError(Exception):
    """The plug is pulled."""


@contextmanager
def cut_before(engine: Engine, statement: int) -> Iterator[None]:
    """Fail before the given CREATE or version statement, counted from 0, as a killed program would end there."""
    seen = 0

    def count(_conn: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
        nonlocal seen
        if sql.lstrip().upper().startswith(("CREATE", "INSERT")):
            if seen == statement:
                raise CutError
            seen += 1

    event.listen(engine, "before_cursor_execute", count)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", count)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A host's engine on a database of its own, since these tests take tables away."""
    engine = open_engine(database_url)
    ClinicBase.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def empty_factory(engine: Engine) -> SessionFactory:
    """The session factory of a host that has only its own tables."""
    return sessionmaker(engine)


@pytest.fixture
def factory(empty_factory: SessionFactory) -> SessionFactory:
    """The session factory of a host that has its own tables and ours."""
    upgrade(empty_factory)
    return empty_factory


def test_that_a_fresh_database_gets_exactly_the_tables_of_the_code(
    engine: Engine, empty_factory: SessionFactory
) -> None:
    before = state_of(empty_factory)

    upgrade(empty_factory)

    assert (before, state_of(empty_factory)) == (SchemaState.EMPTY, SchemaState.CURRENT)
    assert set(tables.metadata.tables) < set(inspect(engine).get_table_names())
    assert differences(engine) == []


def test_that_a_second_upgrade_sends_no_statement_that_changes_anything(
    engine: Engine, factory: SessionFactory
) -> None:
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda _c, _k, sql, *_: statements.append(sql))

    upgrade(factory)

    assert [sql for sql in statements if not sql.lstrip().upper().startswith(READS)] == []


@pytest.mark.parametrize("statement", [0, 1, 2, 7, 30])
def test_that_an_upgrade_cut_between_two_statements_is_finished_by_the_next(
    engine: Engine, empty_factory: SessionFactory, statement: int
) -> None:
    with cut_before(engine, statement), pytest.raises(CutError):
        upgrade(empty_factory)
    cut_state = state_of(empty_factory)

    upgrade(empty_factory)

    assert cut_state is SchemaState.EMPTY
    assert state_of(empty_factory) is SchemaState.CURRENT
    assert differences(engine) == []


def test_that_tables_and_indexes_lost_from_a_half_made_schema_are_made_again(
    engine: Engine, factory: SessionFactory
) -> None:
    with engine.begin() as connection:
        for name in ("sms_event", "sms_setting", "sms_attempt"):
            connection.execute(text(f"DROP TABLE {name}"))
        (index,) = (i for i in tables.row_state.indexes)
        index.drop(connection)
        connection.execute(text(f"DELETE FROM {tables.VERSION_TABLE}"))

    upgrade(factory)

    assert differences(engine) == []


def test_that_programs_which_upgrade_at_once_all_end_with_the_tables(
    database_url: str, engine: Engine, empty_factory: SessionFactory
) -> None:
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", UPGRADE, database_url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for program in programs:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"

    for program in programs:
        assert program.stdin is not None
        program.stdin.write("go\n")
        program.stdin.flush()
    errors = [program.communicate()[1] for program in programs]

    assert [(program.returncode, error) for program, error in zip(programs, errors, strict=True)] == [(0, "")] * 3
    assert state_of(empty_factory) is SchemaState.CURRENT
    assert differences(engine) == []


def test_that_tables_of_a_newer_version_are_left_alone(engine: Engine, factory: SessionFactory) -> None:
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE {tables.VERSION_TABLE} SET version_num = '9999'"))

    with pytest.raises(NotReadyError) as error:
        upgrade(factory)

    assert error.value.what == "migration"
    assert state_of(factory) is SchemaState.AHEAD
    with engine.connect() as connection:
        assert connection.scalar(text(f"SELECT version_num FROM {tables.VERSION_TABLE}")) == "9999"


def test_that_the_newest_step_is_known_without_alembic() -> None:
    script = ScriptDirectory(str(migrate._MIGRATIONS))

    assert script.get_current_head() == migrate.HEAD


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_that_a_host_which_begins_its_transactions_itself_is_migrated_too(database_url: str) -> None:
    engine = open_engine(database_url)
    event.listen(engine, "connect", lambda connection, _: setattr(connection, "isolation_level", None))
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))

    upgrade(sessionmaker(engine))

    assert state_of(sessionmaker(engine)) is SchemaState.CURRENT
    assert differences(engine) == []
    engine.dispose()


@pytest.mark.parametrize("engine_name", ["postgresql"])
@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_that_a_stricter_isolation_level_of_the_host_does_not_matter(database_url: str, level: str) -> None:
    engine = open_engine(database_url, isolation_level=level)

    upgrade(sessionmaker(engine))

    assert differences(engine) == []
    engine.dispose()


@pytest.mark.parametrize("engine_name", ["mariadb"])
def test_that_slots_states_and_runners_compare_byte_by_byte_on_mariadb(engine: Engine, factory: SessionFactory) -> None:
    collations = {
        (row.table_name, row.column_name): row.collation_name
        for row in _columns(engine)
        if row.collation_name is not None
    }

    assert {
        name
        for name, collation in collations.items()
        if name[1] in {"slot_row", "slot_phone", "ref", "state", "row_scope", "account", "msgid", "phone", "key"}
        and collation != "ascii_bin"
    } == set()
    assert collations["sms_batch", "runner"] == "utf8mb4_bin"
    assert {row.engine for row in _columns(engine)} == {"InnoDB"}


def _columns(engine: Engine) -> list[Any]:
    schema = MetaData()
    with engine.connect() as connection:
        columns = Table("COLUMNS", schema, schema="information_schema", autoload_with=connection)
        found = Table("TABLES", schema, schema="information_schema", autoload_with=connection)
        return list(
            connection.execute(
                select(
                    columns.c.TABLE_NAME.label("table_name"),
                    columns.c.COLUMN_NAME.label("column_name"),
                    columns.c.COLLATION_NAME.label("collation_name"),
                    found.c.ENGINE.label("engine"),
                )
                .join_from(
                    columns,
                    found,
                    (columns.c.TABLE_NAME == found.c.TABLE_NAME) & (columns.c.TABLE_SCHEMA == found.c.TABLE_SCHEMA),
                )
                .where(func.database() == columns.c.TABLE_SCHEMA, columns.c.TABLE_NAME.like("sms\\_%"))
                .where(columns.c.TABLE_NAME != tables.VERSION_TABLE)
            )
        )
