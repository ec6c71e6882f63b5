"""The reporter is what other claims rest on, so it is shown to fail where it must."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support import requirements_report
from tests.support.requirements_report import ROOT, claimed_rows, judge, mistakes_in, table

MARKED_TESTS = """
import pytest

@pytest.mark.requirement("R12")
def test_one_per_phone():
    assert 1 + 1 == 2

@pytest.mark.requirement("R12", "R13")
def test_count():
    assert 1 + 1 == 3

@pytest.mark.requirement("R14")
class TestPhones:
    @pytest.fixture
    def broken(self):
        yield
        raise ValueError("the end of a test counts too")

    def test_edit(self, broken):
        pass

def test_without_row():
    pass
"""

ONE_PER_PHONE, COUNT, EDIT = (f"tests/test_panel.py::test_{name}" for name in ("one_per_phone", "count", "edit"))


@pytest.fixture
def results(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a run of the marked tests writes; child processes of that run find the plugin too."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makepyfile(MARKED_TESTS)
    return pytester.path / "out" / "requirements.json"


def run(pytester: pytest.Pytester, results: Path, *arguments: str) -> pytest.RunResult:
    lean = ("-p", "no:pytest-qt", "-p", "no:hypothesispytest", "-p", "no:anyio")
    plugin = ("-p", "tests.support.requirements_report", f"--requirements-json={results}")
    return pytester.runpytest_subprocess(*lean, *plugin, *arguments)


def report(folder: Path, claimed: str) -> int:
    """Judge claims against the results that a run of `MARKED_TESTS` gives."""
    results, claims = folder / "results.json", folder / "claimed.txt"
    outcomes = {"R12": {ONE_PER_PHONE: "passed", COUNT: "failed"}, "R13": {COUNT: "failed"}, "R14": {EDIT: "passed"}}
    results.write_text(json.dumps(outcomes), "utf-8")
    claims.write_text(claimed, "utf-8")
    return requirements_report.main([str(results), "--claimed", str(claims)])


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["one process", "xdist"])
def test_that_every_marked_test_is_recorded_with_its_worst_outcome(
    pytester: pytest.Pytester, results: Path, workers: tuple[str, ...]
) -> None:
    run(pytester, results, *workers)

    by_row = {
        row: {test.rpartition("::")[2]: outcome for test, outcome in outcomes.items()}
        for row, outcomes in json.loads(results.read_text("utf-8")).items()
    }
    assert by_row == {
        "R12": {"test_one_per_phone": "passed", "test_count": "failed"},
        "R13": {"test_count": "failed"},
        "R14": {"test_edit": "failed"},
    }


def test_that_a_run_that_dies_leaves_no_older_results(pytester: pytest.Pytester, results: Path) -> None:
    run(pytester, results)
    assert results.exists()
    pytester.makeconftest("import os\ndef pytest_collection(): os._exit(3)")

    run(pytester, results)

    assert not results.exists()


def test_that_a_marker_with_an_unknown_row_stops_the_run(pytester: pytest.Pytester, results: Path) -> None:
    pytester.makepyfile(
        test_typo="import pytest\n@pytest.mark.requirement('R99')\ndef test_it(): pass",
    )

    outcome = run(pytester, results)

    assert outcome.ret == pytest.ExitCode.USAGE_ERROR
    outcome.stderr.fnmatch_lines("*test_typo.py::test_it: 'R99' is no row of requirements.md")


@pytest.mark.parametrize(
    ("claimed", "why"),
    [
        ("R13", "its only test fails"),
        ("R12", "one of its two tests fails"),
        ("R15", "no test names it"),
        ("R13\nR15", "two at once"),
    ],
)
def test_that_a_claimed_row_without_proof_fails_the_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], claimed: str, why: str
) -> None:
    code = report(tmp_path, claimed)

    assert code == 1, why
    assert f"or with a failing one: {' '.join(claimed.split())}" in capsys.readouterr().err


def test_that_a_claimed_row_with_a_passing_test_passes_and_its_tests_are_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = report(tmp_path, "R14  # phones")

    printed = capsys.readouterr().out
    assert code == 0
    assert f"R14  claimed  passed\n       passed  {EDIT}" in printed
    assert "requirements: 1 of 1 claimed rows proved" in printed


def test_that_the_cases_of_a_test_share_a_line_and_the_failed_ones_are_named() -> None:
    outcomes: dict[str, requirements_report.Outcome] = {
        "test_a.py::test_it[sqlite]": "passed",
        "test_a.py::test_it[mariadb]": "failed",
        "test_a.py::test_it[postgresql]": "passed",
    }

    lines = table(judge(["R12"], [], {"R12": outcomes})).splitlines()

    assert lines == [
        "R12           failed",
        "       passed  test_a.py::test_it (2 cases)",
        "       failed  test_a.py::test_it[mariadb]",
    ]


def test_that_a_row_that_was_only_skipped_is_not_proved() -> None:
    (result,) = judge(["R12"], ["R12"], {"R12": {"test_a": "skipped"}})

    assert result.breaks_its_claim
    assert result.verdict == "NOT RUN"


def test_that_missing_results_fail_the_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert requirements_report.main([str(tmp_path / "none.json")]) == 1
    assert "does not exist" in capsys.readouterr().err


def test_that_claims_of_unknown_rows_and_double_claims_are_mistakes() -> None:
    claimed = claimed_rows("R01\n# a remark\nR77\n\nR01 # again\n")

    assert mistakes_in(claimed, ["R01", "R02"]) == [
        "R77 is claimed but is no requirement",
        "R01 is claimed twice",
    ]
