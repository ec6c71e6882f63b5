"""The commands without a window."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker

from orthos_sms_plugin.persistence.migrate import SchemaState, state_of
from tests.support.child_python import loaded_after


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "orthos_sms_plugin", *arguments], capture_output=True, text=True, timeout=60, check=False
    )


def test_that_migrate_brings_any_database_up_to_date_and_says_so_twice(database_url: str) -> None:
    first = run("migrate", "--database", database_url)
    second = run("migrate", "--database", database_url)

    engine = create_engine(database_url)
    state = state_of(sessionmaker(engine))
    engine.dispose()
    assert (first.returncode, first.stdout) == (0, "Las tablas de SMS están al día.\n"), first.stderr
    assert (second.returncode, second.stdout) == (0, "Las tablas de SMS ya estaban al día.\n")
    assert state is SchemaState.CURRENT


@pytest.mark.parametrize("url", ["nothing", "oracle+nothing://x", ""])
def test_that_an_address_nobody_understands_gets_a_sentence_and_no_trace(url: str) -> None:
    made = run("migrate", "--database", url)

    assert made.returncode == 2
    assert made.stderr.startswith("La dirección de la base de datos no se entiende")
    assert "Traceback" not in made.stderr


def test_that_a_database_out_of_reach_gets_a_sentence_without_its_password(tmp_path: Path) -> None:
    made = run("migrate", "--database", "postgresql+psycopg://someone:hunter2@127.0.0.1:9/nothing")

    assert made.returncode == 1
    assert "No se ha podido poner al día" in made.stderr
    assert "hunter2" not in made.stderr + made.stdout


def test_that_the_commands_load_neither_qt_nor_the_window() -> None:
    code = "import orthos_sms_plugin.__main__, orthos_sms_plugin.wiring"
    unwanted = ("PyQt6", "orthos_sms_plugin.ui", "orthos_sms_plugin.plugin")

    assert loaded_after(code, *unwanted) == "[]"
