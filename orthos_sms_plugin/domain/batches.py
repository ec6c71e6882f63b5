"""What is asked to be sent, and what became of asking."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from orthos_sms_plugin.domain.states import MessageState
from orthos_sms_plugin.domain.templates import MessageClass
from orthos_sms_plugin.domain.text import Encoding


@dataclass(frozen=True, slots=True)
class Cover:
    """A row that a message speaks for. `resend` is 0, or the number of a resend that a person confirmed."""

    patient_id: int
    appointment_id: int = 0
    resend: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """One SMS to be queued: one phone, one text, the rows it covers (relatives with the same text share it).

    Attributes:
        phone_digits: Canonical digits with the country's prefix, nothing else.
        text: As it leaves.
    """

    phone_digits: str
    text: str
    encoding: Encoding
    parts: int
    covers: tuple[Cover, ...]


@dataclass(frozen=True, slots=True)
class NewBatch:
    """A batch to be queued in one transaction.

    Attributes:
        row_scope: Scope string of the rows (`domain.scopes`), not yet hashed.
        phone_scope: Scope string of the phones.
        title: The template's name, for other seats.
        grace_s: Seconds of the database's clock in which nothing leaves and everything can be undone.
        not_after_ms: Epoch milliseconds after which nothing of it leaves any more; None for a day after queueing.
    """

    row_scope: str
    phone_scope: str
    template_id: int | None
    title: str
    message_class: MessageClass
    sender: str
    account: str
    user_id: str
    user_name: str
    workstation: str
    one_per_phone: bool
    drafts: tuple[Draft, ...]
    grace_s: float = 10.0
    not_after_ms: int | None = None


class LeftOutReason(StrEnum):
    """Why a row of a batch was not queued."""

    HELD = "held"
    PHONE_HELD = "phone_held"
    TOGETHER = "together"
    """Another row of the same message is held, so that the message did not go in; this one is free."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that someone else's message, or an earlier one, already holds.

    Attributes:
        state: State of the message that holds the slot.
        held_by: Who queued it, ``"Marta Ordóñez · Recepción 2"``.
    """

    cover: Cover
    reason: LeftOutReason
    state: MessageState
    held_by: str


@dataclass(frozen=True, slots=True)
class Queued:
    """What queueing did: `queued` messages in batch `batch_id` (None when nothing was left to queue)."""

    batch_id: int | None
    queued: int
    left_out: tuple[LeftOut, ...]


class BatchState(StrEnum):
    """A batch is done when none of its messages is queued or sending."""

    OPEN = "open"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"


class PauseReason(StrEnum):
    """Why a batch waits for a person. The breakers' names, and what has no breaker."""

    AUTH = "auth"
    CREDITS = "credits"
    CONFIG = "config"
    OUTAGE = "outage"
    UNREACHABLE = "unreachable"
    DATA = "data"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class BatchProgress:
    """How far a batch is. The counts add up to all its messages.

    Attributes:
        workstation: From where it was queued.
        runner: Which workstation sends it; another one after `Continuar` was pressed there.
        starts_in_s: Seconds of grace left by the database's clock; 0 when it may leave.
        credits_needed: For a pause for lack of credits, in words of the provider's answer; None when unknown.
    """

    batch_id: int
    row_scope: str
    title: str
    user_name: str
    workstation: str
    state: BatchState
    pause_reason: PauseReason | None
    starts_in_s: float
    queued: int
    sending: int
    accepted: int
    rejected: int
    unknown: int
    cancelled: int
    discarded: int
    credits_needed: str | None = None
    runner: str = ""

    @property
    def total(self) -> int:
        """All messages of the batch."""
        return (
            self.queued + self.sending + self.accepted + self.rejected + self.unknown + self.cancelled + self.discarded
        )

    @property
    def active(self) -> bool:
        """Whether something of it may still leave, or is on its way."""
        return self.sending > 0 or (self.queued > 0 and self.state is BatchState.OPEN)


@dataclass(frozen=True, slots=True)
class Claim:
    """A message that this sender, and nobody else, may send now.

    Attributes:
        token: Fences the completion: only the holder of the newest token may write it.
        ref: The `dispatch_code`.
        claimed_ms: Epoch milliseconds of the database when the claim was made.
    """

    message_id: int
    batch_id: int
    token: int
    ref: str
    phone_digits: str
    text: str
    encoding: Encoding
    sender: str
    claimed_ms: int
