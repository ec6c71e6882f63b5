"""The decisions of the set-up program; what it installs is seen by every fresh clone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.requirements_report import ROOT
from tools import prepare
from tools.prepare import PreparationError, SystemPackage, Wanted, missing_packages, steps_needed

PYPROJECT = """
[build-system]
requires = ["hatchling"]
[project]
name = "orthos-sms-plugin"
dependencies = ["pluggy"]
[tool.ruff]
line-length = 110
"""


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    path = tmp_path / "demo.txt"
    path.write_text("pluggy==1.7.0\n", "utf-8")
    return path


@pytest.fixture
def pyproject(tmp_path: Path) -> Path:
    path = tmp_path / "pyproject.toml"
    path.write_text(PYPROJECT, "utf-8")
    return path


def test_that_a_package_is_missing_when_one_of_its_libraries_or_programs_is() -> None:
    packages = [
        SystemPackage("whole", libraries=("a.so",), programs=("a",)),
        SystemPackage("half-a-library", libraries=("a.so", "b.so")),
        SystemPackage("no-program", programs=("b",)),
    ]

    missing = missing_packages(packages, has_library=lambda name: name == "a.so", has_program=lambda name: name == "a")

    assert missing == ["half-a-library", "no-program"]


def test_that_the_loader_and_the_path_are_asked_themselves() -> None:
    there = SystemPackage("there", libraries=("libc.so.6",), programs=("sh",))
    no_library = SystemPackage("no-library", libraries=("libnobody.so.9",))
    no_program = SystemPackage("no-program", programs=("a-program-of-nobody",))

    assert missing_packages([there, no_library, no_program]) == ["no-library", "no-program"]


def test_that_a_database_server_given_in_the_environment_is_not_installed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(prepare, "missing_packages", lambda packages: [each.name for each in packages])

    asked = prepare.needed_system_packages("test", {"ORTHOS_TEST_POSTGRESQL_URL": "postgresql://"})

    assert "mariadb-server-core" in asked
    assert "poppler-utils" in asked
    assert "postgresql" not in asked


def test_that_the_demo_asks_for_no_server_and_for_x11_only_with_a_display(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(prepare, "missing_packages", lambda packages: [each.name for each in packages])

    without = prepare.needed_system_packages("demo", {})
    with_display = prepare.needed_system_packages("demo", {"DISPLAY": ":0"})

    assert "libegl1" in without
    assert "postgresql" not in without
    assert set(with_display) - set(without) == {package.name for package in prepare.QT_ON_X11}


def test_that_who_may_not_install_is_given_the_exact_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: "/usr/bin/apt-get")
    monkeypatch.setattr(prepare, "way_to_root", lambda: None)

    with pytest.raises(PreparationError) as refusal:
        prepare.install_system_packages(["libegl1", "poppler-utils"])

    assert "sudo apt-get update && sudo apt-get install -y --no-install-recommends libegl1 poppler-utils" in str(
        refusal.value
    )


def test_that_nothing_runs_when_no_system_package_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a program was started")

    monkeypatch.setattr("subprocess.run", refuse)

    prepare.install_system_packages([])


def test_that_a_new_lock_or_project_changes_its_fingerprint_and_a_checker_setting_does_not(
    lock: Path, pyproject: Path
) -> None:
    first = Wanted.of(lock, pyproject)

    lock.write_bytes(b"pluggy==1.7.0\r\n")
    pyproject.write_text(PYPROJECT.replace("110", "120"), "utf-8")
    same = Wanted.of(lock, pyproject)
    lock.write_text("pluggy==1.7.1\n", "utf-8")
    pyproject.write_text(PYPROJECT.replace('["pluggy"]', '["pluggy", "lxml"]'), "utf-8")
    changed = Wanted.of(lock, pyproject)

    assert same == first
    assert changed.packages != first.packages
    assert changed.project != first.project


DEMO, TEST = Wanted("demo lock", "project"), Wanted("test lock", "project")


@pytest.mark.parametrize(
    ("stamp", "scope", "packages", "project"),
    [
        ({}, "demo", True, True),
        ({"demo": "demo lock", "project": "project"}, "demo", False, False),
        ({"demo": "demo lock", "project": "project"}, "test", True, False),
        ({"test": "test lock", "project": "project"}, "demo", False, False),
        ({"test": "an older lock", "project": "project"}, "test", True, False),
        ({"test": "test lock", "project": "an older one"}, "test", False, True),
    ],
)
def test_that_only_what_changed_is_installed_again(
    stamp: dict[str, str], scope: prepare.Scope, packages: bool, project: bool
) -> None:
    assert steps_needed(stamp, scope, {"demo": DEMO, "test": TEST}) == (packages, project)


@pytest.mark.parametrize("content", ["", "{", "[1]"])
def test_that_a_damaged_stamp_counts_as_none(tmp_path: Path, content: str) -> None:
    stamp = tmp_path / "prepared.json"
    stamp.write_text(content, "utf-8")

    assert prepare.read_stamp(stamp) == {}
    assert prepare.read_stamp(tmp_path / "none.json") == {}


def test_that_an_environment_whose_python_is_gone_is_noticed(tmp_path: Path) -> None:
    broken = tmp_path / "python"
    broken.symlink_to(tmp_path / "gone")

    assert not prepare.interpreter_runs(broken)
    assert prepare.interpreter_runs(Path(sys.executable))


def test_that_the_set_up_program_needs_nothing_installed() -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-S", ROOT / "tools/prepare.py", "--help"], capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr
    assert "{demo,test}" in done.stdout


@pytest.mark.parametrize("name", ["demo", "test"])
def test_that_lock_files_hold_hashes_and_no_address(name: str) -> None:
    text = (ROOT / f"requirements/{name}.txt").read_text("utf-8")
    pinned = [block for block in text.split("\n") if "==" in block and not block.startswith(("#", " "))]

    assert "://" not in text
    assert "index" not in text.replace("importlib", "")
    assert len(pinned) > 30
    assert all(line.endswith("\\") for line in pinned), "each version is followed by its hashes"


def test_that_the_locks_serve_windows_too() -> None:
    text = (ROOT / "requirements/demo.txt").read_text("utf-8")

    assert "tzdata==" in text
    assert "pywin32-ctypes==" in text
    assert "sys_platform == 'win32'" in text
