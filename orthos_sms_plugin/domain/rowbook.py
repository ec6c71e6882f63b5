"""The rows of a query with their marks (requirements R09, R12, R16–R18). Positions are those of the grid's order.

A book of 100,000 rows answers every question of the window in milliseconds, so what is asked often stands in one byte
per row and whole columns are translated at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import compress

from orthos_sms_plugin.domain.rows import Problem, Row, RowState, RowText

_SENDABLE, _LIVE, _BUSY, _RECENT = 1, 2, 4, 8


def _flags(row: Row) -> int:
    flags = _SENDABLE if row.sendable else 0
    if row.live:
        flags |= _LIVE | (_BUSY if row.busy else 0)
    if row.status.sent_elsewhere_at is not None:
        flags |= _RECENT
    return flags


def _table(wanted: Callable[[int], bool]) -> bytes:
    return bytes(wanted(flags) for flags in range(256))


class Which(Enum):
    """Which rows a command marks."""

    FRESH = _table(lambda f: bool(f & _SENDABLE) and not f & (_LIVE | _RECENT))
    """What a query marks by itself: unsent, and not the same message within the last days either."""
    UNSENT = _table(lambda f: bool(f & _SENDABLE) and not f & _LIVE)
    """`Marcar no enviados`."""
    MARKABLE = _table(lambda f: bool(f & _SENDABLE) and not f & _BUSY)
    """`Marcar todo`: those already accepted as well."""


_IS_LIVE = _table(lambda f: bool(f & _LIVE))


@dataclass(frozen=True, slots=True)
class LeftOutCounts:
    """Why the rows without a mark have none. Together with the marked ones they add up to all rows.

    Attributes:
        sent: A message of this scope was accepted.
        busy: Queued, on its way or in doubt.
        recent: The same message went to the patient in the last days.
        covered: Another row of the same phone is marked, or was sent.
        unticked: Nothing stands against them but that nobody marked them.
        problems: By reason; only those that occur.
    """

    sent: int
    busy: int
    recent: int
    covered: int
    unticked: int
    problems: dict[Problem, int]

    @property
    def total(self) -> int:
        """All rows without a mark."""
        return self.sent + self.busy + self.recent + self.covered + self.unticked + sum(self.problems.values())


class RowBook:
    """Rows in grid order, their texts as far as they are merged, and their marks.

    Build it on a worker (`breathing` iterates the rows in slices there); use it on the GUI thread.

    Attributes:
        rows: In grid order; change one through `put`.
        texts: None where the text is not merged yet.
        marked: Positions of the marked rows.
        covered: Position of a row left out by one-per-phone → position of the row that speaks for it.
    """

    def __init__(
        self,
        rows: Sequence[Row] = (),
        *,
        one_per_phone: bool = True,
        breathing: Callable[[Iterable[Row]], Iterator[Row]] = iter,
    ) -> None:
        self.rows = list(rows)
        self.texts: list[RowText | None] = [None] * len(self.rows)
        self.marked: set[int] = set()
        self.covered: dict[int, int] = {}
        self.one_per_phone = one_per_phone
        self._flags = bytearray()
        self._phones: list[str] = []
        self._positions: dict[tuple[int, int], int] = {}
        for position, row in enumerate(breathing(self.rows)):
            self._flags.append(_flags(row))
            self._phones.append(row.phone)
            self._positions[row[0], row[1]] = position
        self.mark(Which.FRESH)

    def __len__(self) -> int:
        return len(self.rows)

    def position(self, patient_id: int, appointment_id: int = 0) -> int | None:
        """Find a row."""
        return self._positions.get((patient_id, appointment_id))

    # --- marks ------------------------------------------------------------------------------------------------------

    def count(self, which: Which) -> int:
        """Count the rows that a command would consider, before one-per-phone."""
        return self._flags.translate(which.value).count(1)

    def mark(self, which: Which) -> None:
        """Mark the rows that `which` names, and no other; with one-per-phone the first of each number in grid order.

        A number that has a live send in this query is taken by the row of that send, unless that row is wanted itself.
        """
        chosen = list(compress(range(len(self.rows)), self._flags.translate(which.value)))
        self.covered = {}
        if not self.one_per_phone:
            self.marked = set(chosen)
            return
        phones, first_with = self._phones, self._phones_sent(set(chosen))
        winners = [first_with.setdefault(phones[position], position) for position in chosen]
        self.covered = {
            position: winner for position, winner in zip(chosen, winners, strict=True) if winner != position
        }
        self.marked = {winner for position, winner in zip(chosen, winners, strict=True) if winner == position}

    def unmark_all(self) -> None:
        """`Desmarcar todo`."""
        self.marked = set()
        self.covered = {}

    def set_mark(self, position: int, marked: bool) -> None:
        """Mark or unmark one row by hand; a row that is not markable stays as it is.

        With one-per-phone a number speaks once: marking a relative moves the mark to that row.
        """
        if not marked:
            self.marked.discard(position)
            self._cover_again(self._phones[position])
        elif self.rows[position].markable:
            if self.one_per_phone:
                self.marked -= set(self._with_phone(self._phones[position]))
            self.marked.add(position)
            self._cover_again(self._phones[position])

    def set_one_per_phone(self, on: bool) -> None:
        """Turn the rule on or off for the marks as they are: on leaves the first of each number, off brings back."""
        self.one_per_phone = on
        if not on:
            self.marked |= self.covered.keys()
            self.covered = {}
            return
        first_with = self._phones_sent(self.marked)
        for position in sorted(self.marked):
            winner = first_with.setdefault(self._phones[position], position)
            if winner != position:
                self.covered[position] = winner
        self.marked -= self.covered.keys()

    # --- changes ----------------------------------------------------------------------------------------------------

    def put(self, position: int, row: Row) -> None:
        """Replace a row that was read again or whose state changed, and its mark with it.

        A row that became busy or was accepted loses its mark; one whose message did not go (rejected, cancelled,
        stopped, discarded) is marked again.
        """
        was = self.rows[position]
        self.rows[position] = row
        self._flags[position] = _flags(row)
        if row.phone != was.phone:
            self._phones[position] = row.phone
            self._cover_again(was.phone)
        if not row.markable or (row.live and not was.live):
            self.marked.discard(position)
        elif was.live and not row.live:
            self.marked.add(position)
            self.covered.pop(position, None)
        if row.phone != was.phone:
            self._cover_again(row.phone)

    def put_status(self, position: int, status: RowState) -> None:
        """Replace what is known of a row's messages; what was sent under another date stays known."""
        row = self.rows[position]
        elsewhere = row.status.sent_elsewhere_at
        self.put(position, row._replace(status=status._replace(sent_elsewhere_at=elsewhere)))

    # --- figures ----------------------------------------------------------------------------------------------------

    def marked_parts(self) -> int | None:
        """Add up the parts of the marked rows; None while one of their texts is not merged yet."""
        total = 0
        texts = self.texts
        for position in self.marked:
            text = texts[position]
            if text is None:
                return None
            total += text[2]
        return total

    def left_out(self) -> LeftOutCounts:
        """Say why the rows without a mark have none."""
        open_to_mark = self._flags.translate(Which.MARKABLE.value)
        counts = Counter(self._flags[position] for position in self.marked)
        by_flags = {flags: self._flags.count(flags) - counts[flags] for flags in set(self._flags)}

        def unmarked(wanted: Callable[[int], bool]) -> int:
            return sum(number for flags, number in by_flags.items() if flags & _SENDABLE and wanted(flags))

        covered = sum(1 for position in self.covered if not self._flags[position] & (_LIVE | _RECENT))
        problems = Counter(row.problem for row, can in zip(self.rows, open_to_mark, strict=True) if not can)
        problems.pop(Problem.NONE, None)
        return LeftOutCounts(
            sent=unmarked(lambda f: bool(f & _LIVE) and not f & _BUSY),
            busy=unmarked(lambda f: bool(f & _BUSY)),
            recent=unmarked(lambda f: not f & _LIVE and bool(f & _RECENT)),
            covered=covered,
            unticked=unmarked(lambda f: not f & (_LIVE | _RECENT)) - covered,
            problems=dict(problems),
        )

    # --- inside -----------------------------------------------------------------------------------------------------

    def _phones_sent(self, but: set[int]) -> dict[str, int]:
        live = compress(range(len(self.rows)), self._flags.translate(_IS_LIVE))
        taken: dict[str, int] = {}
        for position in live:
            if position not in but and self._phones[position]:
                taken.setdefault(self._phones[position], position)
        return taken

    def _with_phone(self, phone: str) -> list[int]:
        return [position for position, other in enumerate(self._phones) if other == phone]

    def _cover_again(self, phone: str) -> None:
        if not phone:
            return
        positions = self._with_phone(phone)
        for position in positions:
            self.covered.pop(position, None)
        speaker = next((position for position in positions if position in self.marked), None)
        if self.one_per_phone and speaker is not None:
            self.covered.update({p: speaker for p in positions if p != speaker and self.rows[p].unsent})
