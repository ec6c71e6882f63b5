"""The benchmark of the panel runs and writes what readers of its figures expect; no time is asserted here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from benchmarks.results import Result, against, at_most, at_most_more

KEYS = {"name", "ours", "limit", "peer", "unit", "vs_limit", "vs_peer", "goal", "holds"}
WATCHED = ("query", "texts", "mark all", "unmark all", "select all", "select marked", "scroll", "toggle one mark")


def test_that_the_quick_mode_writes_its_table_and_its_json(tmp_path: Path) -> None:
    made = subprocess.run(
        [sys.executable, "-m", "benchmarks.panel", "--quick", "--rows", "60", "--out", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert made.returncode == 0, made.stderr
    results = json.loads((tmp_path / "RESULTS.json").read_text(encoding="utf-8"))
    assert all(set(result) == KEYS for result in results)
    assert {f"worst pause: {action}" for action in WATCHED} <= {result["name"] for result in results}
    lines = (tmp_path / "RESULTS.md").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith("| what ")]
    assert len([line for line in lines if line.startswith("| ")]) == len(results) + 2


def test_that_a_result_is_made_of_medians_and_their_ratios() -> None:
    made = Result("read", "ms", [30, 10, 20], [10], [400, 200, 600], against(limit=2, peer=20)).document()

    assert (made["ours"], made["limit"], made["peer"]) == (20, 10, 400)
    assert (made["vs_limit"], made["vs_peer"], made["holds"]) == (2, 20, True)


def test_that_a_goal_can_be_missed() -> None:
    assert not Result("pause", "ms", [51], goal=at_most(50, "ms")).document()["holds"]
    assert not Result("start", "ms", [31], [10], goal=at_most_more(20, "ms")).document()["holds"]
    assert not Result("read", "ms", [21], [10], goal=against(limit=2)).document()["holds"]
    assert not Result("read", "ms", [21], [], [200], goal=against(peer=10)).document()["holds"]
