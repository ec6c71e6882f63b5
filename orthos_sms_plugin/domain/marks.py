"""Which rows get a mark (requirements R09, R12, R16, R17). Positions are those of the grid's order."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from orthos_sms_plugin.domain.rows import Row

Marked = set[int]
Covered = dict[int, int]
"""Position of a row left out by one-per-phone → position of the row that covers it."""


def markable(row: Row) -> bool:
    """Whether a person may mark the row: sendable, and nothing of it queued, on its way or in doubt."""
    return row.sendable and not row.busy


def unsent(row: Row) -> bool:
    """Whether the row is what `Marcar no enviados` marks: sendable and without a live send."""
    return row.sendable and not row.live


def fresh(row: Row) -> bool:
    """Whether a query marks the row by itself: unsent, and not the same message within the last days either."""
    return unsent(row) and row.status.sent_elsewhere_at is None


def choose(
    rows: Sequence[Row], wanted: Callable[[Row], bool], *, one_per_phone: bool, positions: Sequence[int] | None = None
) -> tuple[Marked, Covered]:
    """Mark the wanted rows; with one-per-phone only the first of each number, in grid order.

    A number with a live send among `rows` is taken by the row of that send, unless that row is wanted itself.

    Args:
        rows: Every row of the query, in grid order.
        wanted: `fresh`, `unsent` or `markable`.
        one_per_phone: *Enviar sólo un SMS por teléfono*.
        positions: The rows that may be marked, ascending; all when None (those that the filter shows, else).

    Returns:
        The marked positions, and for each wanted row left out the position of the row that covers it.
    """
    candidates = range(len(rows)) if positions is None else positions
    chosen = [position for position in candidates if wanted(rows[position])]
    if not one_per_phone:
        return set(chosen), {}
    first_with = _phones_taken(rows, set(chosen))
    marked: Marked = set()
    covered: Covered = {}
    for position in chosen:
        winner = first_with.setdefault(rows[position].phone, position)
        if winner == position:
            marked.add(position)
        else:
            covered[position] = winner
    return marked, covered


def _phones_taken(rows: Sequence[Row], chosen: set[int]) -> dict[str, int]:
    taken: dict[str, int] = {}
    for position, row in enumerate(rows):
        if row.live and row.phone and position not in chosen:
            taken.setdefault(row.phone, position)
    return taken


def covering(rows: Sequence[Row], marked: Marked) -> Covered:
    """Say which unmarked sendable rows are covered by a marked row of the same number, after marks were set by hand.

    Returns:
        Position of the unmarked row → position of the first marked row with its phone.
    """
    first_with: dict[str, int] = {}
    for position in sorted(marked):
        first_with.setdefault(rows[position].phone, position)
    return {
        position: first_with[row.phone]
        for position, row in enumerate(rows)
        if position not in marked and unsent(row) and row.phone in first_with
    }
