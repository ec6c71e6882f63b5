"""The rows of the panel: plain tuples, so that a hundred thousand of them cost little more than their texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, final, overload

from orthos_sms_plugin.domain.states import BUSY_STATES, Delivery, MessageState, SentMark, sent_mark


class Problem(StrEnum):
    """Why a row cannot get a message. Stable keys; the views have the words."""

    NONE = ""
    NO_MOBILE = "no_mobile"
    BAD_PHONE = "bad_phone"
    NOT_A_MOBILE = "not_a_mobile"
    OBJECTION = "objection"
    OPTED_OUT = "opted_out"
    EMPTY_FIELD = "empty_field"


class RowState(NamedTuple):
    """What is stored about the messages of a row: the newest live one, else the last one.

    Attributes:
        state: None when the row never had a message in this scope.
        reason: `ErrorKind` or `DeliveryReason` behind the state, empty when there is nothing to say.
        at: When the request's state was reached, aware UTC.
        delivered_at: Aware UTC, or None.
        live: How many live messages cover the row; above 0 it counts as sent.
        resend: The highest number of confirmed resends among them; the next one takes the following number.
        sent_elsewhere_at: When the same template was last sent to the patient under another date (7-day rule).
    """

    state: MessageState | None = None
    delivery: Delivery = Delivery.UNCHECKED
    reason: str = ""
    at: datetime | None = None
    delivered_at: datetime | None = None
    live: int = 0
    resend: int = 0
    sent_elsewhere_at: datetime | None = None


NEVER_SENT = RowState()


class Row(NamedTuple):
    """One line of the panel: a patient (group audience) or an appointment (day audience).

    Attributes:
        appointment_id: 0 for the group audience.
        name: ``Apellidos, Nombre``.
        phone: E.164 of the SMS mobile; empty when there is none that an SMS can go to.
        phone_shown: What the column shows: grouped when understood, else as it was typed.
        problem: Why the row is not sendable, or `Problem.NONE`.
        empty_field: For `Problem.EMPTY_FIELD`: the field's name.
    """

    patient_id: int
    appointment_id: int
    code: str
    surname: str
    first_name: str
    name: str
    phone: str
    phone_shown: str
    problem: Problem
    empty_field: str
    status: RowState

    @property
    def key(self) -> tuple[int, int]:
        """What changes and marks name the row by."""
        return (self.patient_id, self.appointment_id)

    @property
    def sendable(self) -> bool:
        """Whether the row could get a message at all."""
        return self.problem is Problem.NONE

    @property
    def live(self) -> bool:
        """Whether a message of this scope holds the row: queued, sending, doubtful or accepted."""
        return self.status.live > 0

    @property
    def busy(self) -> bool:
        """Whether a state icon stands in place of the mark box."""
        return self.live and self.status.state in BUSY_STATES

    @property
    def markable(self) -> bool:
        """Whether a person may mark the row: sendable, and nothing of it queued, on its way or in doubt."""
        return self.sendable and not self.busy

    @property
    def unsent(self) -> bool:
        """Whether `Marcar no enviados` marks the row."""
        return self.sendable and not self.live

    @property
    def enviado(self) -> SentMark:
        """What the column `Enviado` shows."""
        return sent_mark(self.status.state, self.status.delivery)


class RowText(NamedTuple):
    """The merged text of a row as it will leave, and its size."""

    text: str
    units: int
    parts: int


PlainText = tuple[str, int, int]
"""A `RowText` without its class: its text, units and parts."""

PlainRow = tuple[Any, ...]
"""A row without any class of ours: numbers, texts, moments and tuples of these."""


def to_plain(row: Row) -> PlainRow:
    """Take a row apart for `Rows`."""
    state, delivery, *rest = row.status
    status = None if row.status == NEVER_SENT else (None if state is None else state.value, delivery.value, *rest)
    return (*row[:8], row.problem.value, row.empty_field, status)


def from_plain(plain: PlainRow) -> Row:
    """Put a row together again."""
    return Row._make((*plain[:8], _PROBLEMS[plain[8]], plain[9], _status(plain[10])))


def _status(plain: tuple[Any, ...] | None) -> RowState:
    if plain is None:
        return NEVER_SENT
    state, delivery, *rest = plain
    return RowState(None if state is None else _STATES[state], _DELIVERIES[delivery], *rest)


_PROBLEMS = {problem.value: problem for problem in Problem}
_STATES = {state.value: state for state in MessageState}
_DELIVERIES = {delivery.value: delivery for delivery in Delivery}


@final
class Rows(Sequence[Row]):
    """Many rows, kept as plain tuples and put together when they are asked for.

    Python's collector forgets a tuple of plain values at first sight, but walks over each `Row` at every full
    collection, with all threads stopped: 100,000 of them brought on several of those per query, up to 300 ms each.

    Attributes:
        plain: The rows taken apart.
    """

    __slots__ = ("plain",)

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self.plain: list[PlainRow] = rows.plain.copy() if isinstance(rows, Rows) else [to_plain(row) for row in rows]

    @classmethod
    def of_plain(cls, plain: list[PlainRow]) -> Rows:
        """Take over rows that are taken apart already."""
        rows = cls()
        rows.plain = plain
        return rows

    def __len__(self) -> int:
        return len(self.plain)

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> Rows: ...
    def __getitem__(self, place: int | slice) -> Row | Rows:
        if isinstance(place, slice):
            return Rows.of_plain(self.plain[place])
        return from_plain(self.plain[place])

    def __setitem__(self, place: int, row: Row) -> None:
        self.plain[place] = to_plain(row)

    def __iter__(self) -> Iterator[Row]:
        return map(from_plain, self.plain)
