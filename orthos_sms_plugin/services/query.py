"""From an audience to the rows of the panel, and from a row to its merged text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from orthos_sms_plugin.domain import scopes
from orthos_sms_plugin.domain.merge import EmptyFieldError, MergeTemplate
from orthos_sms_plugin.domain.names import display_name, sort_key
from orthos_sms_plugin.domain.phones import try_normalise
from orthos_sms_plugin.domain.rows import Problem, Row, RowText
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

    def row(self, source: AudienceRow) -> Row:
        """Give the panel's row: its phone understood, and why it cannot be sent, if so."""
        surname, first_name = source.surname, source.first_name
        phone = try_normalise(source.phone) if source.phone.strip() else None
        usable = phone is not None and phone.usable
        row = Row(
            patient_id=source.patient_id,
            appointment_id=source.appointment_id,
            code=source.code,
            surname=surname,
            first_name=first_name,
            name=display_name(surname, first_name),
            phone=phone.e164 if phone is not None and usable else "",
            phone_shown=source.phone.strip() if phone is None else phone.shown,
            problem=Problem.NONE,
            empty_field="",
            status=source.status,
        )
        if source.objection_accepted:
            return row._replace(problem=Problem.OBJECTION)
        if phone is None:
            return row._replace(problem=Problem.BAD_PHONE if row.phone_shown else Problem.NO_MOBILE)
        if not usable:
            return row._replace(problem=Problem.NOT_A_MOBILE)
        if phone.digits in self._opted_out:
            return row._replace(problem=Problem.OPTED_OUT)
        empty = self._empty_field(row)
        return row._replace(problem=Problem.EMPTY_FIELD, empty_field=empty) if empty else row

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

    def _empty_field(self, row: Row) -> str:
        values = self._values(row)
        return next((name for name in sorted(self._merge.fields) if not values.get(name, "").strip()), "")


def run_group_query(
    query: GroupQuery,
    audiences: AudienceStore,
    clinic: ClinicFacts,
    *,
    recent_days: int,
    slices: Slices,
    now: datetime | None = None,
) -> list[Row]:
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
    rows = [maker.row(source) for chunk in chunks for source in slices.over(chunk)]
    return sort_in_slices(rows, by_name, slices)


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


def by_name(row: Row) -> tuple[object, ...]:
    """Order of the column `Nombre`: Spanish, then by code, so that equal names keep their places."""
    return (sort_key(row.name), row.code)


def recent_since(days: int, now: datetime | None = None) -> datetime:
    """Give the moment before which an earlier send of the same message no longer counts, aware UTC."""
    return (now or datetime.now(UTC)) - timedelta(days=days)
