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

from orthos_sms_plugin.domain.rows import PlainRow, PlainText, Problem, Row, Rows, RowState, from_plain, to_plain
from orthos_sms_plugin.domain.states import MessageState

_SENDABLE, _LIVE, _BUSY, _RECENT = 1, 2, 4, 8
_LET_GO = 500
_PROBLEM_BITS = 4
"""Above the four flags stands the place of the row's problem among all problems."""
_PROBLEMS = tuple(Problem)
_DOUBTFUL = 1 << _PROBLEM_BITS
"""Of a sendable row, whose problem bits are free: what is busy about it is a doubt."""
_FLAGS_OF_PROBLEM = {
    problem.value: place << _PROBLEM_BITS | (_SENDABLE if problem is Problem.NONE else 0)
    for place, problem in enumerate(_PROBLEMS)
}


def _flags(plain: PlainRow) -> int:
    flags = _FLAGS_OF_PROBLEM[plain[8]]
    if plain[10] is not None:
        row = from_plain(plain)
        if row.live:
            flags |= _LIVE | (_BUSY if row.busy else 0)
            if row.sendable and row.status.state is MessageState.UNKNOWN:
                flags |= _DOUBTFUL
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
        busy: Queued or on its way.
        doubtful: In doubt.
        recent: The same message went to the patient in the last days.
        covered: Another row of the same phone is marked, or was sent.
        unticked: Nothing stands against them but that nobody marked them.
        problems: By reason; only those that occur.
    """

    sent: int
    busy: int
    doubtful: int
    recent: int
    covered: int
    unticked: int
    problems: dict[Problem, int]

    @property
    def total(self) -> int:
        """All rows without a mark."""
        held = self.sent + self.busy + self.doubtful
        return held + self.recent + self.covered + self.unticked + sum(self.problems.values())


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
        breathing: Callable[[Iterable[PlainRow]], Iterator[PlainRow]] = iter,
    ) -> None:
        self.rows = rows if isinstance(rows, Rows) else Rows(rows)
        self.texts: list[PlainText | None] = [None] * len(self.rows)
        self.marked: set[int] = set()
        self.covered: dict[int, int] = {}
        self.one_per_phone = one_per_phone
        self._flags = bytearray()
        self._phones: list[str] = []
        self._positions: dict[tuple[int, int], int] = {}
        self._shared: dict[str, tuple[int, ...]] = {}
        first_with: dict[str, int] = {}
        for position, plain in enumerate(breathing(self.rows.plain)):
            phone = plain[6]
            self._flags.append(_flags(plain))
            self._phones.append(phone)
            self._positions[plain[0], plain[1]] = position
            first = first_with.setdefault(phone, position)
            if phone and first != position:
                self._shared[phone] = (*self._shared.get(phone, (first,)), position)
        self.mark(Which.FRESH)

    def __len__(self) -> int:
        return len(self.rows)

    def position(self, patient_id: int, appointment_id: int = 0) -> int | None:
        """Find a row."""
        return self._positions.get((patient_id, appointment_id))

    def let_go(self, breathe: Callable[[], None]) -> None:
        """Throw the content away bit by bit, on a worker: freeing it in one go keeps all threads waiting for 70 ms."""
        for items in (self.texts, self.rows.plain, self._phones):
            while items:
                del items[-_LET_GO:]
                breathe()
        while self._positions:
            self._positions.popitem()
            breathe()

    # --- marks ------------------------------------------------------------------------------------------------------

    def count(self, which: Which) -> int:
        """Count the rows that a command would consider, before one-per-phone."""
        return self._flags.translate(which.value).count(1)

    def mark(self, which: Which) -> None:
        """Mark the rows that `which` names, and no other; with one-per-phone the first of each number in grid order.

        A number that has a live send in this query is taken by the row of that send, unless that row is wanted itself.
        """
        self.covered = {}
        self._mark_those(self._flags.translate(which.value))

    def unmark_all(self) -> None:
        """`Desmarcar todo`."""
        self.marked = set()
        self.covered = {}

    def set_mark(self, position: int, marked: bool) -> None:
        """Mark or unmark one row by hand; a row that is not markable stays as it is.

        With one-per-phone a number speaks once: marking a relative moves the mark to that row.
        """
        relatives = self._shared.get(self._phones[position], ())
        if not marked:
            self.marked.discard(position)
            self._cover_again(relatives)
        elif self.rows[position].markable:
            if self.one_per_phone:
                self.marked.difference_update(relatives)
            self.marked.add(position)
            self._cover_again(relatives)

    def set_one_per_phone(self, on: bool) -> None:
        """Turn the rule on or off for the marks as they are: on leaves the first of each number, off brings back."""
        self.one_per_phone = on
        if not on:
            self.marked |= self.covered.keys()
            self.covered = {}
            return
        wanted = bytearray(len(self.rows))
        for position in self.marked:
            wanted[position] = 1
        self._mark_those(wanted)

    # --- changes ----------------------------------------------------------------------------------------------------

    def put(self, position: int, row: Row) -> None:
        """Replace a row that was read again or whose state changed, and its mark with it.

        A row that became busy or was accepted loses its mark; one whose message did not go (rejected, cancelled,
        stopped, discarded) is marked again.
        """
        was = self.rows[position]
        self.rows[position] = row
        self._flags[position] = _flags(to_plain(row))
        if row.phone != was.phone:
            self._phones[position] = row.phone
            self.covered.pop(position, None)
            self._cover_again(self._look_up(was.phone))
        if not row.markable or (row.live and not was.live):
            self.marked.discard(position)
        elif was.live and not row.live:
            self._mark_again(position)
        if row.phone != was.phone:
            self._cover_again(self._look_up(row.phone))

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
        counts = Counter(map(self._flags.__getitem__, self.marked))
        by_flags = {flags: self._flags.count(flags) - counts[flags] for flags in set(self._flags)}

        def unmarked(wanted: Callable[[int], bool]) -> int:
            return sum(number for flags, number in by_flags.items() if flags & _SENDABLE and wanted(flags))

        covered = sum(1 for position in self.covered if not self._flags[position] & (_LIVE | _RECENT))
        problems: Counter[Problem] = Counter()
        for flags, number in by_flags.items():
            if not flags & _SENDABLE:
                problems[_PROBLEMS[flags >> _PROBLEM_BITS]] += number
        return LeftOutCounts(
            sent=unmarked(lambda f: bool(f & _LIVE) and not f & _BUSY),
            busy=unmarked(lambda f: bool(f & _BUSY) and not f & _DOUBTFUL),
            doubtful=unmarked(lambda f: bool(f & _BUSY) and bool(f & _DOUBTFUL)),
            recent=unmarked(lambda f: not f & _LIVE and bool(f & _RECENT)),
            covered=covered,
            unticked=unmarked(lambda f: not f & (_LIVE | _RECENT)) - covered,
            problems=dict(problems),
        )

    # --- inside -----------------------------------------------------------------------------------------------------

    def _mark_those(self, wanted: bytearray) -> None:
        """Mark the rows whose byte is 1; of each number with one-per-phone only one, and none if one was sent."""
        is_wanted, covered = wanted.__getitem__, self.covered
        sent = self._sent_first(wanted)
        for phone, positions in self._shared.items() if self.one_per_phone else ():
            some = list(filter(is_wanted, positions))
            if sent and phone in sent:
                some.insert(0, sent[phone])
            for position in some[1:]:
                covered[position] = some[0]
                wanted[position] = 0
        self.marked = set(compress(range(len(self.rows)), wanted))

    def _sent_first(self, wanted: bytearray) -> dict[str, int]:
        """Find, for each number, the first row that holds a live send and is not wanted itself."""
        sent: dict[str, int] = {}
        for position in compress(range(len(self.rows)), self._flags.translate(_IS_LIVE)):
            if not wanted[position]:
                sent.setdefault(self._phones[position], position)
        return sent

    def _mark_again(self, position: int) -> None:
        """Mark a row whose message did not go; relatives that come back with it stay one mark, the first in the grid.

        A message with the same text for all covered them, so all of them come back, in any order.
        """
        self.marked.add(position)
        self.covered.pop(position, None)
        relatives = self._shared.get(self._phones[position], ())
        if self.one_per_phone and relatives:
            first = next(one for one in relatives if one in self.marked)
            self.marked.difference_update(relatives)
            self.marked.add(first)
            self._cover_again(relatives)

    def _look_up(self, phone: str) -> Sequence[int]:
        """Find the rows of a number anew, after one of them came or went."""
        if not phone:
            return ()
        positions = tuple(position for position, other in enumerate(self._phones) if other == phone)
        self._shared.pop(phone, None)
        if len(positions) > 1:
            self._shared[phone] = positions
        return positions

    def _cover_again(self, positions: Sequence[int]) -> None:
        for position in positions:
            self.covered.pop(position, None)
        speaker = next((position for position in positions if position in self.marked), None)
        if self.one_per_phone and speaker is not None:
            self.covered.update({p: speaker for p in positions if p != speaker and self.rows[p].unsent})
