"""Balance and breaker of the provider accounts, one row each, shared by every seat and worker."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, case, literal, select, update

from orthos_sms_plugin.domain.batches import BatchState, PauseReason
from orthos_sms_plugin.domain.outcomes import Breaker
from orthos_sms_plugin.persistence.tables import account as provider_account
from orthos_sms_plugin.persistence.tables import batch
from orthos_sms_plugin.persistence.types import db_now
from orthos_sms_plugin.persistence.units import SessionFactory, read, retried
from orthos_sms_plugin.persistence.upserts import insert_missing
from orthos_sms_plugin.services.ports import Balance

PERSON_NEEDED: Final = frozenset({Breaker.AUTH, Breaker.CREDITS, Breaker.CONFIG})
"""Breakers that no probing may reopen; a passing outage must not take their place."""

_LARGEST = Decimal("9999999999.9999")
_PLACES = Decimal("0.0001")


class SqlAccounts:
    """`Accounts`. Usable from any thread."""

    def __init__(self, factory: SessionFactory) -> None:
        self._factory = factory

    def balance(self, account: str) -> Balance:
        """Give what was last heard."""
        wanted = select(provider_account).where(provider_account.c.id == account)
        row = read(self._factory, lambda c: c.execute(wanted).first())
        if row is None:
            return Balance(credits=None, at=None, price_per_part=None, breaker=Breaker.CLOSED.value)
        return Balance(credits=row.credits, at=row.credits_at, price_per_part=row.price_per_part, breaker=row.breaker)

    def heard(self, account: str, credits_left: Decimal) -> None:
        """Remember a balance that an answer brought."""
        retried(self._factory, lambda connection: change(connection, account, balance_values(credits_left)))

    def close_breaker(self, account: str) -> None:
        """Let calls be tried again."""
        retried(self._factory, lambda connection: change(connection, account, CLOSED))

    def trip(self, account: str, reason: PauseReason) -> None:
        """Refuse further calls, and pause the account's open batches.

        Raises:
            ValueError: For a reason that is no breaker's (DATA, INTERRUPTED).
        """
        breaker = Breaker(reason.value)
        retried(self._factory, lambda connection: trip(connection, account, breaker))


CLOSED: Final[dict[str, Any]] = {"breaker": Breaker.CLOSED.value, "failure_kind": "", "failures_in_row": 0}


def change(connection: Connection, account: str, values: dict[str, Any]) -> None:
    """Change an account's row within the caller's transaction; the first change makes the row."""
    if not values:
        return
    statement = update(provider_account).where(provider_account.c.id == account).values(values)
    if connection.execute(statement).rowcount == 0:
        ensure(connection, account)
        connection.execute(statement)


def ensure(connection: Connection, account: str) -> None:
    """Make an account's row where there is none; one that is there stays as it is."""
    insert_missing(connection, provider_account, [{"id": account, **CLOSED, "capabilities": "{}"}])


def trip(connection: Connection, account: str, breaker: Breaker, *, credits_needed: Decimal | None = None) -> None:
    """Throw a breaker and pause the account's open batches, within the caller's transaction."""
    change(connection, account, {"breaker": _the_graver(breaker)})
    connection.execute(
        update(batch)
        .where(batch.c.account == account, batch.c.state == BatchState.OPEN.value)
        .values(
            state=BatchState.PAUSED.value,
            pause_reason=PauseReason(breaker.value).value,
            credits_needed=storable(credits_needed),
        )
    )


def balance_values(credits_left: Decimal | None, asked_ms: int | None = None) -> dict[str, Any]:
    """Give the columns that a balance changes; none when the answer had no usable one.

    Args:
        credits_left: As the provider said.
        asked_ms: When the call began, epoch milliseconds of the database. Of calls that were under way together the
            last answer is not the newest, and sends only take credits away: the lowest figure holds then.
    """
    stored = storable(credits_left)
    if stored is None:
        return {}
    if asked_ms is None:
        return {"credits": stored, "credits_at": db_now()}
    known = provider_account.c
    is_newer = known.credits.is_(None) | (known.credits > stored) | (known.credits_at < _moment(asked_ms))
    # MariaDB assigns from left to right, and `credits` stands before `credits_at` in the table.
    return {
        "credits": case((is_newer, literal(stored, known.credits.type)), else_=known.credits),
        "credits_at": db_now(),
    }


def _moment(epoch_ms: int) -> datetime:
    return datetime.fromtimestamp(epoch_ms / 1000, UTC)


def price_values(credits_used: Decimal | None, parts: int) -> dict[str, Any]:
    """Give the columns that a charge changes."""
    stored = storable(credits_used)
    if stored is None or parts < 1 or stored < 0:
        return {}
    return {"price_per_part": (stored / parts).quantize(_PLACES), "price_at": db_now()}


def storable(amount: Decimal | None) -> Decimal | None:
    """Give an amount to four places, None for what no column takes: an odd figure must not cost us an answer."""
    if amount is None or not amount.is_finite() or abs(amount) > _LARGEST:
        return None
    return amount.quantize(_PLACES)


def _the_graver(breaker: Breaker) -> ColumnElement[str]:
    if breaker in PERSON_NEEDED:
        return literal(breaker.value)
    graver = provider_account.c.breaker.in_([one.value for one in PERSON_NEEDED])
    return case((graver, provider_account.c.breaker), else_=breaker.value)
