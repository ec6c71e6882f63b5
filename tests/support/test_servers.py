"""Empty databases on the three engines, and servers that never outlive the tests."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, create_engine, inspect, make_url, text

from tests.support.requirements_report import ROOT
from tests.support.servers import MariaDbServer, PostgresServer, postgres_server


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def value(url: str, question: str) -> Any:
    with connected(url) as connection:
        return connection.execute(text(question)).scalar_one()


@pytest.mark.parametrize("turn", ["first", "second"])
def test_that_each_test_gets_an_empty_database_of_its_own_on_every_engine(
    database_url: str, engine_name: str, turn: str
) -> None:
    dialect = {"sqlite": "sqlite", "postgresql": "postgresql", "mariadb": "mysql"}[engine_name]

    with connected(database_url) as connection:
        tables = inspect(connection).get_table_names()
        connection.execute(text("CREATE TABLE patient (name VARCHAR(40))"))
        connection.execute(text("INSERT INTO patient VALUES (:name)"), {"name": "Núñez, Íñigo 👍"})
        connection.commit()
        name = connection.execute(text("SELECT name FROM patient")).scalar_one()

    assert make_url(database_url).get_backend_name() == dialect
    assert tables == []
    assert name == "Núñez, Íñigo 👍"


def test_that_a_database_goes_although_a_test_forgot_an_open_transaction(
    postgresql: PostgresServer, mariadb: MariaDbServer
) -> None:
    for server in (postgresql, mariadb):
        with server.empty_database() as url:
            engine = create_engine(url)
            connection = engine.connect()
            connection.execute(text("CREATE TABLE t (a INT)"))
            connection.execute(text("INSERT INTO t VALUES (1)"))

        with pytest.raises(Exception, match=make_url(url).database or ""), connected(url):
            pass
        connection.invalidate()
        engine.dispose()


def test_that_commits_are_as_durable_as_the_product_demands(postgresql: PostgresServer, mariadb: MariaDbServer) -> None:
    with postgresql.empty_database() as url:
        assert value(url, "SHOW synchronous_commit") == "on"
    with mariadb.empty_database() as url:
        assert value(url, "SELECT @@innodb_flush_log_at_trx_commit") == 1


def test_that_mariadb_compares_as_spanish_does(mariadb: MariaDbServer) -> None:
    with mariadb.empty_database() as url:
        assert value(url, "SELECT @@collation_database") == "utf8mb4_spanish_ci"
        assert value(url, "SELECT _utf8mb4'Álvaro' COLLATE utf8mb4_spanish_ci LIKE 'alv%'") == 1
        assert value(url, "SELECT _utf8mb4'ñ' COLLATE utf8mb4_spanish_ci = 'n'") == 0


def test_that_a_server_given_in_the_environment_is_used_and_left_running(
    postgresql: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with postgresql.empty_database() as url:
        monkeypatch.setenv(PostgresServer.variable, url)

        databases = "SELECT count(*) FROM pg_database WHERE datname LIKE 'orthos_test_%'"
        before = value(url, databases)

        given = postgres_server()
        with given.empty_database() as theirs:
            names = value(theirs, databases)
        given.stop()

        assert make_url(theirs).query == make_url(url).query
        assert names == before + 1
        assert value(url, "SELECT 1") == 1


def test_that_no_server_outlives_a_test_run_that_is_killed() -> None:
    program = (
        "from tests.support.servers import postgres_server\n"
        "server = postgres_server()\n"
        "with server.empty_database() as url:\n"
        "    print(server._process._server.pid, server._process.folder, flush=True)\n"
        "    input()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as run:
        assert run.stdout is not None
        server, folder = run.stdout.readline().split()
        ended = os.pidfd_open(int(server))

        run.send_signal(signal.SIGKILL)

        # A pidfd becomes readable when its process has ended.
        waiting = subprocess.run(
            [sys.executable, "-c", "import select; print(bool(select.select([0], [], [], 20)[0]))"],
            stdin=ended,
            capture_output=True,
            text=True,
        )
        os.close(ended)
    assert waiting.stdout.strip() == "True"
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(host=folder, user="orthos", dbname="postgres")
    subprocess.run(["rm", "-rf", folder], check=True)
    assert not Path(folder).exists()
