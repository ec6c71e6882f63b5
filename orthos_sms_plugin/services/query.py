"""From an audience to the rows of the panel, and from a row to its merged text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from operator import itemgetter

from orthos_sms_plugin.domain import scopes
from orthos_sms_plugin.domain.merge import EmptyFieldError, MergeTemplate
from orthos_sms_plugin.domain.names import display_name, sort_key
from orthos_sms_plugin.domain.phones import Phone, try_normalise
from orthos_sms_plugin.domain.rows import PlainRow, Problem, Row, Rows, RowText, to_plain
from orthos_sms_plugin.domain.templates import SmsTemplate
from orthos_sms_plugin.domain.text import measure, outgoing
from orthos_sms_plugin.services.ports import AudienceRow, AudienceStore
from orthos_sms_plugin.services.slices import Slices, sort_in_slices


@dataclass(frozen=True, slots=True)
class ClinicFacts:
    """What merge fields say of the clinic."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class GroupQuery:
    """The patients of a group, for a message, on a date."""

    group_id: int
    group_name: str
    on: date
    template: SmsTemplate

    @property
    def row_scope(self) -> str:
        """Scope string of the rows: decides what counts as already sent."""
        return scopes.group_scope(self.template.id, self.on)

    @property
    def phone_scope(self) -> str:
        """Scope string of the phones."""
        return self.row_scope


_OWN_FIELDS = {
    "nombre": AudienceRow._fields.index("first_name"),
    "apellidos": AudienceRow._fields.index("surname"),
    "codigo": AudienceRow._fields.index("code"),
}
"""The merge fields that differ from patient to patient, and where their values stand."""


_by_name_and_code = itemgetter(0, 1 + Row._fields.index("code"))
"""Order of the column `Nombre`: Spanish, then by code, so that equal names keep their places."""


class RowMaker:
    """Turns what the database tells into rows, and rows into texts, for one message.

    Args:
        template: The message; it can be parsed, since the editor saves nothing else.
        clinic: For ``{clinica}`` and ``{telefono_clinica}``.
        opted_out: Digits of the numbers that want no messages of this class.
    """

    def __init__(self, template: SmsTemplate, clinic: ClinicFacts, opted_out: frozenset[str] = frozenset()) -> None:
        self._template = template
        self._merge = MergeTemplate.parse(template.text)
        self._clinic = {"clinica": clinic.name, "telefono_clinica": clinic.phone}
        self._opted_out = opted_out
        fields = sorted(self._merge.fields)
        self._own_fields = [(name, itemgetter(_OWN_FIELDS[name])) for name in fields if name in _OWN_FIELDS]
        others = (name for name in fields if name not in _OWN_FIELDS and not self._clinic.get(name, "").strip())
        self._always_empty = next(others, "")

    def row(self, source: AudienceRow) -> Row:
        """Give the panel's row: its phone understood, and why it cannot be sent, if so."""
        shown = source.phone.strip()
        phone = try_normalise(shown) if shown else None
        problem, empty_field = self._problem(source, phone, shown)
        return Row(
            source.patient_id,
            source.appointment_id,
            source.code,
            source.surname,
            source.first_name,
            display_name(source.surname, source.first_name),
            phone.e164 if phone is not None and phone.usable else "",
            shown if phone is None else phone.shown,
            problem,
            empty_field,
            source.status,
        )

    def text(self, row: Row) -> RowText:
        """Give the row's text as it will leave and its size; without text when a field is empty."""
        try:
            text = outgoing(self._merge.render(self._values(row)), self._template.tildes)
        except EmptyFieldError:
            return RowText("", 0, 0)
        size = measure(text)
        return RowText(text, size.units, size.parts)

    def _values(self, row: Row) -> dict[str, str]:
        return {"nombre": row.first_name, "apellidos": row.surname, "codigo": row.code, **self._clinic}

    def _problem(self, source: AudienceRow, phone: Phone | None, shown: str) -> tuple[Problem, str]:
        """Say why no message can go there and, for `Problem.EMPTY_FIELD`, the field."""
        if source.objection_accepted:
            return Problem.OBJECTION, ""
        if phone is None:
            return Problem.BAD_PHONE if shown else Problem.NO_MOBILE, ""
        if not phone.usable:
            return Problem.NOT_A_MOBILE, ""
        if phone.digits in self._opted_out:
            return Problem.OPTED_OUT, ""
        for name, value_of in self._own_fields:
            if not value_of(source).strip():
                return Problem.EMPTY_FIELD, name
        return (Problem.EMPTY_FIELD, self._always_empty) if self._always_empty else (Problem.NONE, "")


def run_group_query(
    query: GroupQuery,
    audiences: AudienceStore,
    clinic: ClinicFacts,
    *,
    recent_days: int,
    slices: Slices,
    now: datetime | None = None,
) -> Rows:
    """Read a group and give its rows sorted by name, the Spanish way.

    Raises:
        WorkCancelledError: When it is no longer wanted.
    """
    maker = RowMaker(query.template, clinic, audiences.opted_out(query.template.message_class))
    chunks = audiences.group_rows(
        query.group_id,
        row_scope=query.row_scope,
        template_id=query.template.id,
        recent_since=recent_since(recent_days, now),
    )
    # One flat tuple per row, its sort key in front: the collector forgets it at once, a tuple in a tuple later.
    keyed: list[PlainRow] = []
    for chunk in chunks:
        for source in slices.over(chunk):
            row = maker.row(source)
            keyed.append((sort_key(row.name), *to_plain(row)))
    return Rows.of_plain([entry[1:] for entry in slices.over(sort_in_slices(keyed, _by_name_and_code, slices))])


def reread_rows(
    query: GroupQuery,
    patient_ids: Sequence[int],
    audiences: AudienceStore,
    clinic: ClinicFacts,
    *,
    recent_days: int,
    now: datetime | None = None,
) -> dict[int, Row]:
    """Read some patients of a query again, by patient id: before a send, or after a phone was edited."""
    maker = RowMaker(query.template, clinic, audiences.opted_out(query.template.message_class))
    sources = audiences.patient_rows(
        patient_ids,
        row_scope=query.row_scope,
        template_id=query.template.id,
        recent_since=recent_since(recent_days, now),
    )
    return {source.patient_id: maker.row(source) for source in sources}


def texts_in_slices(maker: RowMaker, rows: Iterable[Row], slices: Slices) -> Iterator[RowText]:
    """Merge and measure row after row without keeping the window from its turn."""
    return slices.over(map(maker.text, rows))


def recent_since(days: int, now: datetime | None = None) -> datetime:
    """Give the moment before which an earlier send of the same message no longer counts, aware UTC."""
    return (now or datetime.now(UTC)) - timedelta(days=days)
