"""What the plugin adds to the start of a host: new processes, the host's own libraries loaded before."""

from __future__ import annotations

import json
import subprocess
import sys

from benchmarks.results import Result, at_most_more

_CHILD = """
import json, logging, time
import PyQt6.QtWidgets
from importlib.metadata import entry_points
from fake_host import FakeHost

with FakeHost(load_entry_points=False) as host:
    calls = host.desk.calls
    began = time.perf_counter()
    list(entry_points(group="orthos"))
    scanned = time.perf_counter()
    calls.load_entry_points()
    calls.call("sms", "orthos_startup", host=host.context)
    ended = time.perf_counter()
    calls.call("sms", "orthos_shutdown", host=host.context)
print(json.dumps([(ended - scanned) * 1_000, (scanned - began) * 1_000]))
"""


def startup_result(repetitions: int) -> Result:
    """Measure scan, import, registration and `orthos_startup`."""
    ours, limit = [], []
    for _ in range(repetitions):
        made = subprocess.run([sys.executable, "-c", _CHILD], capture_output=True, text=True, check=True, timeout=120)
        took, scan = json.loads(made.stdout.splitlines()[-1])
        ours.append(took)
        limit.append(scan)
    return Result("plugin at host start, panel not opened", "ms", ours, limit, goal=at_most_more(20, "ms"))
