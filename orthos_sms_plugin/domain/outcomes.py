"""How a call to the provider can end (protocol §6). An adapter gives one of these and never raises."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from orthos_sms_plugin.domain.states import Delivery


class ErrorKind(StrEnum):
    """Why a message did not go, is in doubt, or was taken back. Stored, and worded by the views."""

    AUTH = "auth"
    CREDITS = "credits"
    DATA = "data"
    NUMBER = "number"
    UNREACHABLE = "unreachable"
    BUSY = "busy"
    CONFIG = "config"
    SLEPT = "slept"
    NO_ANSWER = "no_answer"
    CUT = "cut"
    HTTP = "http"
    ODD_ANSWER = "odd_answer"
    INTERRUPTED = "interrupted"
    STOPPED = "stopped"
    PHONE_CHANGED = "phone_changed"
    OBJECTION = "objection"
    OPTED_OUT = "opted_out"
    NO_PERMISSION = "no_permission"
    EXPIRED = "expired"


class Breaker(StrEnum):
    """Why an account takes no further calls. All but CLOSED pause the batches of that account."""

    CLOSED = "closed"
    AUTH = "auth"
    CREDITS = "credits"
    CONFIG = "config"
    OUTAGE = "outage"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider took the message.

    Attributes:
        msgid: The provider's id of the send; None when the answer had none, and then no report can be asked.
        credits_left: The account's balance after it, when the answer said so.
        credits_used: What this message cost, when the answer said so.
    """

    msgid: str | None
    credits_left: Decimal | None = None
    credits_used: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """The provider refused this message; others may pass. `kind` is DATA or NUMBER."""

    kind: ErrorKind


@dataclass(frozen=True, slots=True)
class NotSent:
    """Proved not sent: not one byte of the request left, or the provider refused every message alike.

    Attributes:
        kind: AUTH, CREDITS, UNREACHABLE, BUSY (HTTP 429), CONFIG or SLEPT.
        credits_needed: For CREDITS: what the provider asked for.
        credits_left: For CREDITS: the balance, when the answer said so.
    """

    kind: ErrorKind
    credits_needed: Decimal | None = None
    credits_left: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Doubtful:
    """The request began to leave and no answer settles what became of it. Never sent again by a program.

    Attributes:
        kind: NO_ANSWER, CUT, HTTP, ODD_ANSWER or INTERRUPTED.
        http_status: The status line's number, when one came.
    """

    kind: ErrorKind
    http_status: int | None = None


SendOutcome = Accepted | Rejected | NotSent | Doubtful


@dataclass(frozen=True, slots=True)
class ReportEntry:
    """What the provider says of one phone of a send.

    Attributes:
        phone: Digits with the country's prefix, no plus.
        code: The provider's own code, as text.
        reason: Key of the words for the front desk (`DeliveryReason`), empty when there is nothing to say.
        at: When it was delivered or failed, aware UTC, when the provider said so.
    """

    phone: str
    delivery: Delivery
    code: str
    reason: str = ""
    at: datetime | None = None


class DeliveryReason(StrEnum):
    """Why a message waits or failed, in the provider-neutral words of the panel."""

    NONE = ""
    SCHEDULED = "scheduled"
    PHONE_OFF = "phone_off"
    NETWORK_BUSY = "network_busy"
    NUMBER_UNKNOWN = "number_unknown"
    EXPIRED = "expired"
    BLOCKED = "blocked"
    UNSUBSCRIBED = "unsubscribed"
    PHONE_FULL = "phone_full"
    OPERATOR = "operator"
    REFUNDED = "refunded"
    CANCELLED = "cancelled"
    UNKNOWN_CODE = "unknown_code"


@dataclass(frozen=True, slots=True)
class Report:
    """A report that came: entries by phone, and the balance when the answer said so."""

    entries: tuple[ReportEntry, ...]
    credits_left: Decimal | None = None


@dataclass(frozen=True, slots=True)
class AskFailed:
    """A report or credits call that gave nothing. It changes nothing but, for AUTH, the breaker.

    Attributes:
        kind: AUTH, DATA (not ours, or no data), UNREACHABLE, BUSY, CONFIG, HTTP, NO_ANSWER, CUT or ODD_ANSWER.
    """

    kind: ErrorKind


def breaker_after(outcome: SendOutcome, failures_in_row: int) -> Breaker | None:
    """Say which breaker a send's end throws; None to leave it as it is.

    Args:
        outcome: How this send ended.
        failures_in_row: Ends of the same kind in a row on the account, this one included: doubts for `Doubtful`,
            calls that never left for `NotSent`, refusals of the data for `Rejected`.
    """
    match outcome:
        case Accepted() | Rejected():
            return None
        case NotSent(kind=ErrorKind.AUTH):
            return Breaker.AUTH
        case NotSent(kind=ErrorKind.CREDITS):
            return Breaker.CREDITS
        case NotSent(kind=ErrorKind.CONFIG):
            return Breaker.CONFIG
        case NotSent(kind=ErrorKind.UNREACHABLE | ErrorKind.BUSY) if failures_in_row >= 3:
            return Breaker.UNREACHABLE
        case Doubtful(http_status=status) if failures_in_row >= 2 or status == 403 or (status or 0) >= 500:
            return Breaker.OUTAGE
    return None
