"""Requirement → tests → result, from the marker `@pytest.mark.requirement("R12")`.

As a pytest plugin it writes the outcome of every marked test to the file of `--requirements-json`, also when xdist runs
the tests. As a program (`python -m tests.support.requirements_report`) it prints the table of that file and fails when
a row of tests/requirements/claimed.txt has no passing test or a failing one.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest

Outcome = Literal["passed", "failed", "skipped"]

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs/requirements.md"
CLAIMED = ROOT / "tests/requirements/claimed.txt"
RESULTS = ROOT / "build/requirements.json"

_PROPERTY = "requirement"
_ROW = re.compile(r"^\| (R\d{2}) \| (.+) \|$", re.MULTILINE)


# --- the rows -------------------------------------------------------------------------------------


def documented_rows(text: str) -> dict[str, str]:
    """Read id → wording from the requirements page, in its order."""
    return dict(_ROW.findall(text))


def claimed_rows(text: str) -> list[str]:
    """Read the claimed ids, one a line; `#` starts a comment."""
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return [line for line in lines if line]


# --- the pytest plugin ----------------------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("requirements")
    group.addoption("--requirements-json", type=Path, help="write row → tests → outcome to this file")


def pytest_configure(config: pytest.Config) -> None:
    target: Path | None = config.getoption("--requirements-json")
    is_worker = hasattr(config, "workerinput")
    if target is not None and not is_worker:
        target.unlink(missing_ok=True)  # a run that dies must not leave the results of the one before
        config.pluginmanager.register(_Recorder(target), "requirements-recorder")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    known = documented_rows(DOCUMENT.read_text("utf-8"))
    for item in items:
        for row in requirements_of(item):
            if row not in known:
                raise pytest.UsageError(f"{item.nodeid}: {row!r} is no row of {DOCUMENT.name}")
            # Properties travel with the reports, also from an xdist worker.
            item.user_properties.append((_PROPERTY, row))


def requirements_of(item: pytest.Item) -> list[str]:
    """Give the rows that the item's own, its class's and its module's markers name, each once."""
    rows = (str(row) for marker in item.iter_markers("requirement") for row in marker.args)
    return list(dict.fromkeys(rows))


class _Recorder:
    """Hears every report in the one process that sees them all and writes the file at the end."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self._results: dict[str, dict[str, Outcome]] = defaultdict(dict)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for name, row in report.user_properties:
            if name == _PROPERTY:
                outcomes = self._results[str(row)]
                outcomes[report.nodeid] = _worse(outcomes.get(report.nodeid), report.outcome)

    def pytest_sessionfinish(self) -> None:
        self._target.parent.mkdir(parents=True, exist_ok=True)
        self._target.write_text(json.dumps(self._results, indent=1, sort_keys=True), "utf-8")


def _worse(known: Outcome | None, new: Outcome) -> Outcome:
    """One test reports its set-up, its call and its end: it passed if each of them did."""
    order: tuple[Outcome | None, ...] = (None, "passed", "skipped", "failed")
    return max(known, new, key=order.index) or new


# --- the report -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class RowResult:
    """What the tests say about one row.

    Attributes:
        outcomes: Test id → outcome, of the tests that name the row.
        claimed: The project says that the row is done.
    """

    row: str
    outcomes: Mapping[str, Outcome]
    claimed: bool

    @property
    def verdict(self) -> str:
        """One word: `passed`, `failed`, `untested`, or `not run`; upper case where a claim is broken."""
        found = set(self.outcomes.values())
        if "failed" in found:
            word = "failed"
        elif "passed" in found:
            word = "passed"
        else:
            word = "not run" if found else "untested"
        return word.upper() if self.breaks_its_claim else word

    @property
    def breaks_its_claim(self) -> bool:
        """A claim needs a passing test and no failing one."""
        found = set(self.outcomes.values())
        return self.claimed and ("passed" not in found or "failed" in found)


def judge(rows: Iterable[str], claimed: Iterable[str], results: Mapping[str, Mapping[str, Outcome]]) -> list[RowResult]:
    """Give one result per row, in the order of the rows."""
    done = set(claimed)
    return [RowResult(row, results.get(row, {}), row in done) for row in rows]


def mistakes_in(claimed: Sequence[str], rows: Iterable[str]) -> list[str]:
    """Name claims of rows that do not exist or that are made twice."""
    known = set(rows)
    unknown = [f"{row} is claimed but is no requirement" for row in claimed if row not in known]
    twice = [f"{row} is claimed twice" for row in sorted(set(claimed)) if claimed.count(row) > 1]
    return unknown + twice


def table(results: Iterable[RowResult]) -> str:
    """Write row, claim and verdict on a line and the row's tests below it; rows nobody mentions are left out."""
    lines: list[str] = []
    for result in results:
        if not result.outcomes and not result.claimed:
            continue
        lines.append(f"{result.row}  {'claimed' if result.claimed else '       '}  {result.verdict}")
        lines += _test_lines(result.outcomes)
    return "\n".join(lines)


def _test_lines(outcomes: Mapping[str, Outcome]) -> Iterable[str]:
    """One line per test function: its cases are counted, and those that did not pass are named."""
    cases: dict[str, dict[str, Outcome]] = defaultdict(dict)
    for test, outcome in outcomes.items():
        cases[test.partition("[")[0]][test] = outcome
    for function, found in sorted(cases.items()):
        passed = sum(outcome == "passed" for outcome in found.values())
        if passed:
            yield f"       passed  {function}" + (f" ({passed} cases)" if passed > 1 else "")
        yield from (f"       {outcome:8}{test}" for test, outcome in sorted(found.items()) if outcome != "passed")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table of a results file; 1 when a claimed row lacks its proof."""
    parser = argparse.ArgumentParser(description="Requirement, its tests, their result.")
    parser.add_argument("results", type=Path, nargs="?", default=RESULTS)
    parser.add_argument("--claimed", type=Path, default=CLAIMED)
    options = parser.parse_args(arguments)
    if not options.results.exists():
        print(f"{options.results} does not exist: the test run ended before it could write it", file=sys.stderr)
        return 1
    rows = list(documented_rows(DOCUMENT.read_text("utf-8")))
    claimed = claimed_rows(options.claimed.read_text("utf-8"))
    results = judge(rows, claimed, json.loads(options.results.read_text("utf-8")))

    print(table(results))
    broken = [result.row for result in results if result.breaks_its_claim]
    problems = mistakes_in(claimed, rows)
    if broken:
        problems.append(f"claimed without a passing test, or with a failing one: {' '.join(broken)}")
    for problem in problems:
        print(problem, file=sys.stderr)
    kept = sum(result.claimed for result in results) - len(broken)
    print(f"requirements: {kept} of {len(claimed)} claimed rows proved")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
