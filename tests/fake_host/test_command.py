"""`python -m fake_host`, as a person or a script runs it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from fake_host.__main__ import main

OPTIONS = (
    "--database",
    "--patients",
    "--people",
    "--headless",
    "--group",
    "--screenshots",
    "--lang",
    "--provider-url",
)


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    without_display = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
    return subprocess.run(
        [sys.executable, "-m", "fake_host", *arguments],
        capture_output=True,
        text=True,
        timeout=170,
        env=without_display | environment,
        check=False,
    )


def test_that_the_help_is_in_spanish_and_names_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])

    told = capsys.readouterr().out
    assert ended.value.code == 0
    assert told.startswith("uso: python -m fake_host")
    assert all(option in told for option in OPTIONS)
    assert not re.search(r"\b(show this|default|options)\b", told)


@pytest.mark.parametrize("wrong", [["--patients", "-1"], ["--patients", "muchos"], ["--lang", "fr"], ["--nothing"]])
def test_that_an_argument_that_makes_no_sense_ends_with_code_2(
    wrong: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(wrong)

    assert ended.value.code == 2
    assert capsys.readouterr().err


@pytest.mark.requirement("R50")
def test_that_without_a_display_the_journey_runs_by_itself_and_prints_one_json_object(tmp_path: Path) -> None:
    people = tmp_path / "gente.csv"
    people.write_bytes(
        "código;apellidos;nombre;teléfonos;correo;grupo\r\n"
        "1;Núñez;Begoña;612 555 001;;Revisión\r\n"
        "2;;;;;\r\n"
        "3;Muñoz;Íñigo;no tiene teléfono;;Revisión\r\n".encode("cp1252")
    )

    done = run("--people", str(people), QT_QPA_PLATFORM="offscreen")

    report = json.loads(done.stdout)
    assert "No hay pantalla" in done.stderr
    assert "línea 4" in done.stderr.lower()
    assert done.returncode == (1 if report["errors"] else 0)
    assert set(report) >= {
        "rows_queried",
        "rows_marked",
        "rows_sent",
        "states",
        "credits_before",
        "credits_after",
        "errors",
    }


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--people", "no-existe.csv"], "no-existe.csv"),
        (["--database", "sqlite://"], "No se puede abrir la base de datos"),
        (["--database", "postgresql://user:muy-secreto@127.0.0.1:1/none"], "No se puede abrir la base de datos"),
        (["--database", "not a url"], "No se puede abrir la base de datos"),
    ],
)
def test_that_a_host_that_cannot_start_says_why_in_one_sentence_without_the_password(
    arguments: list[str], sentence: str
) -> None:
    done = run("--headless", *arguments)

    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert "muy-secreto" not in done.stderr + done.stdout


def test_that_pictures_of_every_scene_are_saved_light_and_dark(tmp_path: Path) -> None:
    done = run("--screenshots", str(tmp_path), QT_QPA_PLATFORM="offscreen")

    files = [Path(line) for line in done.stdout.splitlines() if line.endswith(".png")]
    assert done.returncode == 0, done.stderr
    assert {file.name.rsplit("-", 2)[0] for file in files} >= {
        "host-main",
        "host-patients",
        "host-agenda",
        "host-groups",
        "host-phones",
    }
    assert len([file for file in files if "-light-" in file.name]) == len(files) / 2
    assert all(file.stat().st_size > 2_000 for file in files)
