"""The summary line under the table: every number on it adds up from the rows (R10, R11)."""

from __future__ import annotations

from decimal import Decimal

from PyQt6.QtCore import QCoreApplication

from orthos_sms_plugin.domain.rowbook import LeftOutCounts, RowBook
from orthos_sms_plugin.services.ports import Balance
from orthos_sms_plugin.ui import words
from orthos_sms_plugin.ui.look.lines import Run, RunKind

translate = QCoreApplication.translate


def amount(value: Decimal | int) -> str:
    """Give a number the Spanish way: ``1.240`` or ``480,5``."""
    if isinstance(value, int) or value == value.to_integral_value():
        return f"{int(value):,}".replace(",", ".")
    whole, _, cents = f"{value.normalize():,f}".partition(".")
    return f"{whole.replace(',', '.')},{cents}"


def summary(
    book: RowBook, balance: Balance | None, *, queried: bool, configured: bool = True
) -> tuple[tuple[Run, ...], ...]:
    """Give the groups of the summary line.

    Args:
        book: The rows on screen.
        balance: As last heard; None before anything was heard.
        queried: A query has finished.
        configured: There is a provider to ask.
    """
    groups: list[tuple[Run, ...]] = []
    if queried:
        groups.append(
            (
                Run(amount(len(book.marked)), RunKind.FIGURE),
                Run(
                    translate("summary", "marcada de") if len(book.marked) == 1 else translate("summary", "marcadas de")
                ),
                Run(amount(len(book)), RunKind.FIGURE),
                Run(translate("summary", "consultada") if len(book) == 1 else translate("summary", "consultadas")),
            )
        )
        groups.append(_parts(book, balance))
    else:
        groups.append((Run(translate("summary", "Sin consulta: 0 marcadas de 0 consultadas")),))
    groups.append(_balance(balance, configured=configured))
    if queried:
        left_out = book.left_out()
        if left_out.total:
            groups.append(
                (
                    Run(amount(left_out.total), RunKind.FIGURE),
                    Run(translate("summary", "fuera:")),
                    Run(_reasons(left_out), RunKind.PLAIN),
                )
            )
    return tuple(groups)


def _parts(book: RowBook, balance: Balance | None) -> tuple[Run, ...]:
    parts = book.marked_parts()
    if parts is None:
        return (Run("…", RunKind.FIGURE), Run(translate("summary", "partes, calculando")))
    runs = [
        Run(amount(parts), RunKind.FIGURE),
        Run(translate("summary", "parte") if parts == 1 else translate("summary", "partes")),
    ]
    price = None if balance is None else balance.price_per_part
    if price is None and parts:
        why = translate("summary", "Coste desconocido hasta el primer envío.")
        sentence = translate("summary", "créditos (aún sin precio)")
        return (*runs, Run("≈ —", RunKind.FIGURE, why), Run(sentence, tooltip=why))
    cost = (price or Decimal(0)) * parts
    unit = translate("summary", "crédito") if cost == 1 else translate("summary", "créditos")
    return (*runs, Run(f"≈ {amount(cost)}", RunKind.FIGURE), Run(unit))


def _balance(balance: Balance | None, *, configured: bool) -> tuple[Run, ...]:
    head = (Run("coins", RunKind.ICON), Run(translate("summary", "Saldo")))
    if not configured:
        return (*head, Run("—", RunKind.FIGURE), Run(translate("summary", "falta configurar el proveedor")))
    if balance is None or balance.credits is None:
        why = translate("summary", "el proveedor aún no ha contestado")
        if balance is not None and balance.breaker == "auth":
            why = translate("summary", "el proveedor no acepta el usuario o la clave")
        return (*head, Run("—", RunKind.FIGURE), Run(why))
    heard = f"({words.day_and_clock(balance.at)})"
    return (*head, Run(amount(balance.credits), RunKind.FIGURE), Run(heard))


def _reasons(counts: LeftOutCounts) -> str:
    pieces = [
        (counts.sent, translate("summary", "enviada"), translate("summary", "enviadas")),
        (counts.busy, translate("summary", "en curso"), translate("summary", "en curso")),
        (counts.doubtful, translate("summary", "dudosa"), translate("summary", "dudosas")),
        (counts.recent, translate("summary", "enviada hace poco"), translate("summary", "enviadas hace poco")),
        (counts.covered, translate("summary", "cubierta"), translate("summary", "cubiertas")),
        (counts.unticked, translate("summary", "sin marcar"), translate("summary", "sin marcar")),
    ]
    texts = [f"{amount(count)} {one if count == 1 else many}" for count, one, many in pieces if count]
    texts += [words.problem_count_words(problem, count) for problem, count in counts.problems.items()]
    return " · ".join(texts)
