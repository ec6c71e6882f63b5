"""What `Enviar` would do, worked out before anything is stored: new messages, resends, and what changed meanwhile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from orthos_sms_plugin.domain.batches import Cover, Draft
from orthos_sms_plugin.domain.rows import Row, RowText
from orthos_sms_plugin.domain.text import measure
from orthos_sms_plugin.services.ports import Balance
from orthos_sms_plugin.services.query import GroupQuery


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A marked row as it was read again, with the text that leaves.

    Attributes:
        phone_was: The phone that the grid showed, when it is another one now; else empty.
        text_changed: The merged text is another one than the grid showed.
    """

    row: Row
    text: RowText
    phone_was: str = ""
    text_changed: bool = False


@dataclass(frozen=True, slots=True)
class SendPlan:
    """The confirmation's content. Every marked row is in exactly one of `first`, `again`, `gone` and `doubled`.

    Attributes:
        first: Rows without a live send, in grid order.
        again: Rows that were sent already; they go only if a person ticks them.
        gone: Rows that cannot be sent any more: someone sent them meanwhile, or their phone is no longer usable.
        doubled: Marked rows whose number another marked row before them has, with one-per-phone on.
        along: Unmarked rows with the same number and the very same text as a row of `first`: its message covers them.
    """

    query: GroupQuery
    one_per_phone: bool
    first: tuple[PlannedRow, ...]
    again: tuple[PlannedRow, ...]
    gone: tuple[Row, ...]
    doubled: tuple[tuple[Row, Row], ...]
    along: Mapping[tuple[int, int], tuple[Row, ...]]
    balance: Balance
    sender: str

    @property
    def parts(self) -> int:
        """Exact parts of the rows of `first`."""
        return sum(planned.text.parts for planned in self.first)

    @property
    def parts_again(self) -> int:
        """Exact parts that the rows of `again` would add."""
        return sum(planned.text.parts for planned in self.again)

    def credits(self, parts: int) -> Decimal | None:
        """Give what `parts` would cost at the last price heard, None before the first send."""
        price = self.balance.price_per_part
        return None if price is None else price * parts

    def drafts(self, *, with_again: bool) -> tuple[Draft, ...]:
        """Give the messages to queue, resends last."""
        drafts = [self._draft(planned, resend=False) for planned in self.first]
        if with_again:
            drafts += [self._draft(planned, resend=True) for planned in self.again]
        return tuple(drafts)

    def _draft(self, planned: PlannedRow, *, resend: bool) -> Draft:
        row, text = planned.row, planned.text
        number = row.status.resend + 1 if resend else 0
        covers = [Cover(row.patient_id, row.appointment_id, number)]
        if not resend:
            covers += [Cover(other.patient_id, other.appointment_id) for other in self.along.get(row.key, ())]
        return Draft(
            phone_digits=row.phone.removeprefix("+"),
            text=text.text,
            encoding=measure(text.text).encoding,
            parts=text.parts,
            covers=tuple(covers),
        )


def plan_send(
    query: GroupQuery,
    *,
    marked: Sequence[tuple[Row, RowText]],
    now_rows: Mapping[tuple[int, int], Row],
    texts: Mapping[tuple[int, int], RowText],
    unmarked: Sequence[tuple[Row, RowText]],
    one_per_phone: bool,
    balance: Balance,
    sender: str,
) -> SendPlan:
    """Sort the marked rows into what leaves, what would be sent again and what cannot go.

    Args:
        query: What was asked for.
        marked: Marked rows in grid order with the text that the grid showed.
        now_rows: The same rows as they are stored now, by key; a row that is missing left the clinic's list.
        texts: Texts of `now_rows`, by key.
        unmarked: Unsent rows of the query that are not marked: relatives who may be covered by a message of `first`.
        one_per_phone: *Enviar sólo un SMS por teléfono*.
        balance: As last heard.
        sender: What the phones will show.
    """
    first: list[PlannedRow] = []
    again: list[PlannedRow] = []
    gone: list[Row] = []
    doubled: list[tuple[Row, Row]] = []
    first_with: dict[str, Row] = {}
    for shown, shown_text in marked:
        row = now_rows.get(shown.key)
        if row is None or not row.sendable or row.busy or (row.live and not shown.live):
            gone.append(row or shown)
            continue
        winner = first_with.setdefault(row.phone, row) if one_per_phone else row
        if winner is not row:
            doubled.append((row, winner))
            continue
        text = texts[row.key]
        planned = PlannedRow(
            row=row,
            text=text,
            phone_was=shown.phone_shown if shown.phone != row.phone else "",
            text_changed=shown_text.text != text.text,
        )
        (again if row.live else first).append(planned)
    return SendPlan(
        query=query,
        one_per_phone=one_per_phone,
        first=tuple(first),
        again=tuple(again),
        gone=tuple(gone),
        doubled=tuple(doubled),
        along=_along(first, unmarked, doubled, texts) if one_per_phone else {},
        balance=balance,
        sender=sender,
    )


def _along(
    first: Sequence[PlannedRow],
    unmarked: Sequence[tuple[Row, RowText]],
    doubled: Sequence[tuple[Row, Row]],
    texts: Mapping[tuple[int, int], RowText],
) -> dict[tuple[int, int], tuple[Row, ...]]:
    """Find the relatives whose identical text on the same number is told by one message."""
    speaker = {(planned.row.phone, planned.text.text): planned.row for planned in first}
    along: dict[tuple[int, int], tuple[Row, ...]] = {}
    relatives = [*unmarked, *((row, texts[row.key]) for row, _ in doubled)]
    for row, text in relatives:
        told_by = speaker.get((row.phone, text.text))
        if told_by is not None and row.unsent:
            along[told_by.key] = (*along.get(told_by.key, ()), row)
    return along
