"""One line of the table of results, its goal, and the files it is written to."""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Goal:
    """What a figure should be, in words and as a test of ours, limit and peer."""

    words: str
    holds: Callable[[float, float | None, float | None], bool]


def at_most(bound: float, unit: str) -> Goal:
    """Ours stays below a bound of its own."""
    return Goal(f"≤ {bound:g} {unit}", lambda ours, _limit, _peer: ours <= bound)


def at_most_more(bound: float, unit: str) -> Goal:
    """Ours takes little more than the limit."""
    return Goal(f"≤ limit + {bound:g} {unit}", lambda ours, limit, _peer: limit is not None and ours - limit <= bound)


def against(limit: float = 0, peer: float = 0) -> Goal:
    """Ours takes at most `limit` times the limit, and the peer at least `peer` times ours; zero asks for nothing."""
    words = [f"≤ {limit:g}× limit"] * bool(limit) + [f"peer ≥ {peer:g}×"] * bool(peer)

    def holds(ours: float, limit_took: float | None, peer_took: float | None) -> bool:
        near = not limit or (limit_took is not None and ours <= limit * limit_took)
        return near and (not peer or (peer_took is not None and peer_took >= peer * ours))

    return Goal(", ".join(words), holds)


@dataclass(frozen=True, slots=True)
class Result:
    """Samples of one question.

    Attributes:
        limit: What the bare tool under us takes; empty when there is no such thing.
        peer: What the ready-made way takes; empty likewise.
    """

    name: str
    unit: str
    ours: Sequence[float]
    limit: Sequence[float] = ()
    peer: Sequence[float] = ()
    goal: Goal | None = None

    def document(self) -> dict[str, Any]:
        """Give the medians and what follows from them, as `RESULTS.json` holds them."""
        ours, limit, peer = statistics.median(self.ours), _median(self.limit), _median(self.peer)
        return {
            "name": self.name,
            "ours": _rounded(ours),
            "limit": _rounded(limit),
            "peer": _rounded(peer),
            "unit": self.unit,
            "vs_limit": _rounded(ours / limit) if limit else None,
            "vs_peer": _rounded(peer / ours) if peer is not None and ours else None,
            "goal": None if self.goal is None else self.goal.words,
            "holds": None if self.goal is None else self.goal.holds(ours, limit, peer),
        }

    def line(self) -> str:
        """Give one row of the Markdown table."""
        made = self.document()
        spread = f"{_rounded(min(self.ours))}–{_rounded(max(self.ours))}" if len(self.ours) > 1 else ""
        verdict = {True: "yes", False: "**no**", None: ""}[made["holds"]]
        cells = [
            self.name,
            made["ours"],
            spread,
            made["limit"],
            made["peer"],
            self.unit,
            _times(made["vs_limit"]),
            _times(made["vs_peer"]),
            made["goal"],
            verdict,
        ]
        return "| " + " | ".join("" if cell is None else str(cell) for cell in cells) + " |"


HEAD = (
    "| what | ours | spread | limit | peer | unit | ours / limit | peer / ours | goal | holds |\n"
    "| --- | ---: | --- | ---: | ---: | --- | ---: | ---: | --- | --- |"
)


def table(results: Sequence[Result]) -> str:
    """Give the whole Markdown table."""
    return "\n".join([HEAD, *(result.line() for result in results)])


def write(results: Sequence[Result], notes: Sequence[str], folder: Path) -> None:
    """Write `RESULTS.md` and `RESULTS.json`."""
    documents = [result.document() for result in results]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "RESULTS.json").write_text(json.dumps(documents, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    text = "\n\n".join(["# Results", *notes, table(results)])
    (folder / "RESULTS.md").write_text(text + "\n", encoding="utf-8")


def _median(samples: Sequence[float]) -> float | None:
    return statistics.median(samples) if samples else None


def _rounded(value: float | None) -> float | None:
    """Three figures; more would be noise."""
    return None if value is None else float(f"{value:.3g}")


def _times(value: float | None) -> str | None:
    return None if value is None else f"{value:g}×"
