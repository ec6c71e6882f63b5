"""The panel with many patients: `python -m benchmarks.panel [--quick] [--rows N] [--out DIR]`."""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path

# Before anything imports Qt.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PyQt6.QtWidgets import QApplication
from sqlalchemy import select

from benchmarks.pauses import Collections
from benchmarks.reading import Reading
from benchmarks.results import Result, at_most, table, write
from benchmarks.startup import startup_result
from benchmarks.tables import table_results
from benchmarks.window import PanelBench
from fake_host import FakeHost
from fake_host.clinic.people import big_group_name
from hookspecs.clinic import PatientGroup

HERE = Path(__file__).parent
ROWS = 100_000
PAUSE_MS = 50


def measure(rows: int, *, quick: bool) -> tuple[list[Result], list[str]]:
    """Run every question; gives the results and notes about the run."""
    turns = 1 if quick else 5
    application = QApplication.instance() or QApplication(sys.argv[:1])
    with FakeHost(patients=rows) as host, Collections() as collections:
        bench = PanelBench(host, big_group_name(rows))
        for _ in range(turns):
            bench.repeat()
        in_window = list(collections.took_ms)
        factory = host.database.session_factory
        with factory() as session:
            group = session.scalars(select(PatientGroup.id).where(PatientGroup.name == big_group_name(rows))).one()

        results = _window_results(bench, rows)
        reading = Reading(factory, group)
        results += reading.results(2 if quick else 5)
        results += table_results(reading.rows(), rows if not quick else rows // 20, 3 if quick else 5)
    results.append(startup_result(3 if quick else 5))
    del application
    return results, _notes(rows, bench, in_window, quick=quick)


def _window_results(bench: PanelBench, rows: int) -> list[Result]:
    idle = [statistics.median(bench.idle)]
    results = [
        Result(f"query of {rows:,}: from the button to the rows", "s", bench.took["query"]),
        Result("texts of all rows, behind the window", "s", bench.took["texts"]),
    ]
    goal = at_most(PAUSE_MS, "ms")
    results += [Result(f"worst pause: {name}", "ms", took, idle, goal=goal) for name, took in bench.pauses.items()]
    return results


def _notes(rows: int, bench: PanelBench, collections: Sequence[float], *, quick: bool) -> list[str]:
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    full = ", ".join(f"{took:.0f}" for took in collections) or "none"
    return [
        f"`make bench{' QUICK=1' if quick else ''}`: {rows:,} patients in one group, SQLite, "
        f"{platform.system()} {platform.machine()}, CPython {platform.python_version()}, {os.cpu_count()} cores, "
        f"load {load:.1f} at the end. Medians; `spread` is the lowest and highest run. Read ratios, not last digits.",
        "A pause is how late a 5 ms timer of the GUI thread is, the worst of an action. Its limit is the same with "
        f"nothing going on (median {statistics.median(bench.idle):.1f} ms, worst {max(bench.idle):.1f} ms): what the "
        "machine itself does to an idle window. Peers of tables are scaled up from fewer rows in the quick mode.",
        f"Full collections of Python's memory while the window was driven, in ms, all threads stopped: {full}.",
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the table, write the files."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.panel")
    parser.add_argument("--quick", action="store_true", help="fewer repetitions, under two minutes")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--out", type=Path, default=HERE, help="folder of RESULTS.md and RESULTS.json")
    chosen = parser.parse_args(arguments)
    results, notes = measure(chosen.rows, quick=chosen.quick)
    print(table(results))
    print(*notes, sep="\n")
    write(results, notes, chosen.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
