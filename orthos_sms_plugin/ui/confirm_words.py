"""The sentences and figures of the confirmation, worked out from the plan alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from PyQt6.QtCore import QCoreApplication

from orthos_sms_plugin.domain.rows import Problem, Row
from orthos_sms_plugin.domain.templates import MessageClass
from orthos_sms_plugin.services.sending_plan import PlannedRow, SendPlan
from orthos_sms_plugin.ui import words
from orthos_sms_plugin.ui.figures import amount
from orthos_sms_plugin.ui.look.theme import Role

translate = QCoreApplication.translate

_NAMES = 3
_HOME = "+34"


@dataclass(frozen=True, slots=True)
class Totals:
    """What would leave, with or without the resends.

    Attributes:
        messages: SMS that leave.
        patients: People they speak to, those covered by a relative's SMS included.
        again: How many of `messages` are resends.
        credits: Estimate, None before the first send.
        balance_after: Estimate, None when balance or price is unknown.
    """

    messages: int
    patients: int
    again: int
    parts: int
    credits: Decimal | None
    balance_after: Decimal | None

    @property
    def too_dear(self) -> bool:
        """Whether the balance will not do, as far as is known."""
        return self.balance_after is not None and self.balance_after < 0


def totals(plan: SendPlan, *, with_again: bool) -> Totals:
    """Add up what would leave."""
    leaving = rows_leaving(plan, with_again=with_again)
    people = {planned.row.patient_id for planned in leaving}
    people.update(row.patient_id for relatives in plan.along.values() for row in relatives)
    parts = plan.parts + (plan.parts_again if with_again else 0)
    estimate, balance = plan.credits(parts), plan.balance.credits
    return Totals(
        messages=len(leaving),
        patients=len(people),
        again=len(plan.again) if with_again else 0,
        parts=parts,
        credits=estimate,
        balance_after=None if estimate is None or balance is None else balance - estimate,
    )


def rows_leaving(plan: SendPlan, *, with_again: bool) -> Sequence[PlannedRow]:
    """Give the rows whose message leaves, resends last."""
    return (*plan.first, *plan.again) if with_again else plan.first


# --- heading --------------------------------------------------------------------------------------------------------


def question(plan: SendPlan, found: Totals) -> str:
    """Ask with exact figures; when nothing leaves, say so instead."""
    if not found.messages:
        return (
            translate("confirm", "La fila marcada ya tiene su SMS")
            if len(plan.again) == 1
            else translate("confirm", "Las {count} filas marcadas ya tienen su SMS").format(
                count=amount(len(plan.again))
            )
        )
    people = counted(found.patients, translate("confirm", "paciente"), translate("confirm", "pacientes"))
    if found.again == found.messages:
        pattern = translate("confirm", "¿Enviar otra vez {messages} SMS a {people}?")
    elif found.again == 1:
        pattern = translate("confirm", "¿Enviar {messages} SMS a {people}, 1 de ellos otra vez?")
    elif found.again:
        pattern = translate("confirm", "¿Enviar {messages} SMS a {people}, {again} de ellos otra vez?")
    else:
        pattern = translate("confirm", "¿Enviar {messages} SMS a {people}?")
    return pattern.format(messages=amount(found.messages), people=people, again=amount(found.again))


def subject(plan: SendPlan) -> str:
    """Name message, group and class."""
    kind = (
        translate("confirm", "mensaje de publicidad")
        if plan.query.template.message_class is MessageClass.PUBLICITY
        else translate("confirm", "mensaje asistencial")
    )
    return "   ·   ".join((plan.query.template.name, plan.query.group_name, kind))


def unknown_cost() -> str:
    """Why there is no estimate."""
    return translate("confirm", "coste desconocido hasta el primer envío")


def estimate(value: Decimal | None) -> str:
    """Give ``≈ 16``, or a dash for what is not known."""
    return "—" if value is None else f"≈ {amount(value)}"


def price_line(plan: SendPlan) -> str:
    """Say where the estimate comes from and when the balance was heard."""
    price, balance = plan.balance.price_per_part, plan.balance
    if price is None:
        sentences = [translate("confirm", "Precio: {reason}.").format(reason=unknown_cost())]
    else:
        unit = counted_amount(price, translate("confirm", "crédito"), translate("confirm", "créditos"))
        sentences = [translate("confirm", "Precio: {unit} por parte, lo último que cobró el proveedor.")]
        sentences[0] = sentences[0].format(unit=unit)
    if balance.credits is not None and balance.at is not None:
        heard = words.day_and_clock(balance.at)
        sentences.append(translate("confirm", "Saldo comunicado {moment}.").format(moment=heard))
    elif balance.credits is None:
        sentences.append(translate("confirm", "Saldo desconocido: {reason}").format(reason=balance_unknown(plan)))
    return " ".join(sentences)


def balance_unknown(plan: SendPlan) -> str:
    """Why the balance is not known."""
    if plan.balance.breaker == "auth":
        return translate("confirm", "el proveedor no acepta el usuario o la clave.")
    return translate("confirm", "el proveedor aún no ha contestado.")


# --- what a person should know before ------------------------------------------------------------------------------


def notices(plan: SendPlan, found: Totals) -> Iterator[tuple[Role, str]]:
    """Give what deserves a look, the gravest first."""
    leaving = rows_leaving(plan, with_again=found.again > 0)
    if found.too_dear and found.credits is not None and plan.balance.credits is not None:
        yield (
            Role.FAILED,
            translate(
                "confirm",
                "El saldo no alcanza: hacen falta ≈ {cost} créditos y hay {credits}. Los SMS que no lleguen a salir "
                "quedarán en pausa hasta que compre créditos; nada se repetirá.",
            ).format(cost=amount(found.credits), credits=amount(plan.balance.credits)),
        )
    changed = [*_changed_phones(plan), *_changed_texts(plan)]
    if changed:
        yield (
            Role.WAITING,
            translate("confirm", "Ha cambiado desde la consulta: {changes}.").format(changes="; ".join(changed)),
        )
    abroad = [planned.row.name for planned in leaving if not planned.row.phone.startswith(_HOME)]
    if abroad:
        yield Role.WAITING, _abroad(abroad)
    yield from _left_out(plan)


def _changed_phones(plan: SendPlan) -> Iterator[str]:
    moved = [planned for planned in (*plan.first, *plan.again) if planned.phone_was]
    if len(moved) == 1:
        one = moved[0]
        yield translate("confirm", "el móvil de {name} era {before} y ahora es {now}").format(
            name=one.row.name, before=_unbroken(one.phone_was), now=_unbroken(one.row.phone_shown)
        )
    elif moved:
        yield translate("confirm", "el móvil de {count} pacientes ({names})").format(
            count=amount(len(moved)), names=some([planned.row.name for planned in moved])
        )


def _changed_texts(plan: SendPlan) -> Iterator[str]:
    changed = [planned.row.name for planned in (*plan.first, *plan.again) if planned.text_changed]
    if len(changed) == 1:
        yield translate("confirm", "el texto para {name}").format(name=changed[0])
    elif changed:
        yield translate("confirm", "el texto para {count} pacientes ({names})").format(
            count=amount(len(changed)), names=some(changed)
        )


def _abroad(names: Sequence[str]) -> str:
    if len(names) == 1:
        return translate("confirm", "1 SMS va a un móvil extranjero y puede costar más: {names}.").format(
            names=names[0]
        )
    return translate("confirm", "{count} SMS van a móviles extranjeros y pueden costar más: {names}.").format(
        count=amount(len(names)), names=some(names)
    )


def _left_out(plan: SendPlan) -> Iterator[tuple[Role, str]]:
    if plan.gone:
        head = counted(
            len(plan.gone),
            translate("confirm", "fila ya no se puede enviar"),
            translate("confirm", "filas ya no se pueden enviar"),
        )
        yield Role.WAITING, f"{head}: {some([f'{row.name} ({gone_reason(row)})' for row in plan.gone])}."
    covered = {row.key for relatives in plan.along.values() for row in relatives}
    silent = [(row, winner) for row, winner in plan.doubled if row.key not in covered]
    if silent:
        head = (
            translate("confirm", "1 fila no se envía, porque otra con el mismo móvil va antes")
            if len(silent) == 1
            else translate("confirm", "{count} filas no se envían, porque otra con el mismo móvil va antes").format(
                count=amount(len(silent))
            )
        )
        pairs = [
            translate("confirm", "{name} (va {winner})").format(name=row.name, winner=winner.name)
            for row, winner in silent
        ]
        yield Role.NEUTRAL, f"{head}: {some(pairs)}."
    if covered:
        yield Role.NEUTRAL, _covered(plan)


def _covered(plan: SendPlan) -> str:
    speakers = {planned.row.key: planned.row.name for planned in plan.first}
    pairs = [
        translate("confirm", "{name} (por {speaker})").format(name=row.name, speaker=speakers.get(key, ""))
        for key, relatives in plan.along.items()
        for row in relatives
    ]
    head = (
        translate("confirm", "1 paciente queda cubierto por el mismo SMS en el mismo móvil")
        if len(pairs) == 1
        else translate("confirm", "{count} pacientes quedan cubiertos por el mismo SMS en el mismo móvil").format(
            count=amount(len(pairs))
        )
    )
    return f"{head}: {some(pairs)}."


def gone_reason(row: Row) -> str:
    """Say why a marked row cannot go any more."""
    if row.problem is not Problem.NONE:
        return words.problem_words(row.problem, row.empty_field)
    state = words.status_detail(row.status) if row.live else None
    return translate("confirm", "ya no aparece en la consulta") if state is None else state.text


# --- below the table ------------------------------------------------------------------------------------------------


def long_rows(leaving: Sequence[PlannedRow]) -> str:
    """Name the rows of two parts or more; empty when there are none."""
    long = [planned for planned in leaving if planned.text.parts > 1]
    if not long:
        return ""
    if len(long) == 1:
        one = long[0]
        return translate("confirm", "Sólo una fila ocupa {parts} partes: {name} ({units} caracteres).").format(
            parts=one.text.parts, name=one.row.name, units=amount(one.text.units)
        )
    if len(long) == len(leaving):
        return translate("confirm", "Todas las filas ocupan 2 partes o más.")
    names = (
        translate("confirm", "{name} ({units} caracteres)").format(name=one.row.name, units=amount(one.text.units))
        for one in long[:_NAMES]
    )
    return translate("confirm", "{count} filas ocupan 2 partes o más: {names}.").format(
        count=amount(len(long)), names=_and_more(names, len(long))
    )


def again_cost(plan: SendPlan) -> str:
    """What ticking the box would add."""
    parts = counted(plan.parts_again, translate("confirm", "parte"), translate("confirm", "partes"))
    credits_ = plan.credits(plan.parts_again)
    if credits_ is None:
        return translate("confirm", "+ {parts} si la marca; {reason}").format(parts=parts, reason=unknown_cost())
    cost = counted_amount(credits_, translate("confirm", "crédito"), translate("confirm", "créditos"))
    return translate("confirm", "+ {parts}, ≈ {credits} si la marca").format(parts=parts, credits=cost)


def test_cost(plan: SendPlan) -> str:
    """What `Probar en mi móvil` sends and costs."""
    planned = (plan.first or plan.again)[0]
    sentence = translate("confirm", "Envía el texto real de la primera fila ({name})").format(name=planned.row.name)
    cost = plan.credits(planned.text.parts)
    if cost is None:
        return f"{sentence} · {unknown_cost()}"
    unit = counted_amount(cost, translate("confirm", "crédito"), translate("confirm", "créditos"))
    return f"{sentence} · ≈ {unit}"


def grace(seconds: float) -> str:
    """Say how long there is to think again."""
    if seconds <= 0:
        return translate("confirm", "Saldrán en cuanto pulse Enviar: no habrá tiempo para deshacer.")
    whole = max(1, round(seconds))
    if whole == 1:
        return translate("confirm", "Tendrá 1 segundo para deshacer.")
    return translate("confirm", "Tendrá {seconds} segundos para deshacer.").format(seconds=amount(whole))


# --- small words ----------------------------------------------------------------------------------------------------


def counted(count: int, one: str, many: str) -> str:
    """Give ``1 parte`` or ``16 partes``."""
    return f"{amount(count)} {one if count == 1 else many}"


def counted_amount(value: Decimal, one: str, many: str) -> str:
    """The same for what may have decimals."""
    return f"{amount(value)} {one if value == 1 else many}"


def _unbroken(phone: str) -> str:
    """Keep a number on one line."""
    return phone.replace(" ", "\u00a0")


def some(names: Sequence[str]) -> str:
    """Give the first names and how many more there are: ``Ruiz, Ana; Sanz, Eva; Vela, Leo y 4 más``."""
    return _and_more(names[:_NAMES], len(names))


def _and_more(shown: Iterable[str], count: int) -> str:
    # Names hold a comma, and «y» would have to become «e» before some of them: semicolons part them.
    listed = "; ".join(shown)
    rest = count - _NAMES
    return translate("confirm", "{names} y {rest} más").format(names=listed, rest=amount(rest)) if rest > 0 else listed
