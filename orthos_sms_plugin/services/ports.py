"""What the use cases need of the outside. Every call but the provider's opens and ends its own unit of work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple, Protocol

from orthos_sms_plugin.domain.batches import BatchProgress, Claim, NewBatch, PauseReason, Queued
from orthos_sms_plugin.domain.outcomes import AskFailed, ErrorKind, Report, ReportEntry, SendOutcome
from orthos_sms_plugin.domain.rows import RowState
from orthos_sms_plugin.domain.templates import MessageClass, SmsTemplate
from orthos_sms_plugin.domain.text import Encoding

# --- the provider ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OutgoingSms:
    """One SMS on its way out.

    Attributes:
        ref: Our `dispatch_code`.
        phone_digits: Digits with the country's prefix; exactly one recipient.
        encoding: UCS-2 exactly when the text measures so.
    """

    ref: str
    phone_digits: str
    text: str
    encoding: Encoding
    sender: str


class Provider(Protocol):
    """A service that sends SMS. No method raises; each takes at most about half a minute."""

    @property
    def account(self) -> str:
        """Names the provider and the account without telling who it is: a hash, stable over restarts."""
        ...

    @property
    def name(self) -> str:
        """What the user calls it (``"Mensatek"``)."""
        ...

    @property
    def website(self) -> str:
        """Address of its site, https, a constant of the adapter."""
        ...

    def send(self, message: OutgoingSms, *, may_start: MayStart) -> SendOutcome:
        """Send one message, once. Called from several threads at a time.

        Args:
            message: What to send.
            may_start: Asked on the connected socket, right before the first byte of the request; when it says no,
                nothing is written and the outcome is ``NotSent(SLEPT)``.
        """
        ...

    def report(self, msgid: str) -> Report | AskFailed:
        """Ask what became of a send."""
        ...

    def credits(self) -> Decimal | AskFailed:
        """Ask for the balance."""
        ...


class MayStart(Protocol):
    """Says whether the claim is still fresh enough for the first byte to leave."""

    def __call__(self) -> bool: ...


# --- audiences ------------------------------------------------------------------------------------------------------


class AudienceRow(NamedTuple):
    """One patient of an audience as the database tells it.

    Attributes:
        phone: The number selected for SMS as it was typed; empty when none is.
    """

    patient_id: int
    appointment_id: int
    code: str
    surname: str
    first_name: str
    objection_accepted: bool
    phone: str
    status: RowState


class AudienceStore(Protocol):
    """Reads the host's tables beside the states of our own."""

    def group_rows(
        self, group_id: int, *, row_scope: str, template_id: int, recent_since: datetime
    ) -> Iterator[Iterable[AudienceRow]]:
        """Read the patients of a group in chunks of some hundred, unordered.

        Args:
            group_id: Which group.
            row_scope: Scope string that the states belong to.
            template_id: For the 7-day rule.
            recent_since: Aware UTC; an earlier send of the template under another date no longer counts.
        """
        ...

    def patient_rows(
        self, patient_ids: Sequence[int], *, row_scope: str, template_id: int, recent_since: datetime
    ) -> Sequence[AudienceRow]:
        """Read some patients again, in any number: before a send, or after a phone was edited."""
        ...

    def opted_out(self, message_class: MessageClass) -> frozenset[str]:
        """Give the numbers (digits) whose owners asked for no messages of this class."""
        ...


# --- our own tables -------------------------------------------------------------------------------------------------


class TemplateStore(Protocol):
    """The messages of the editor."""

    def all(self) -> Sequence[SmsTemplate]:
        """Give every message, active or not, by name."""
        ...

    def save(self, template: SmsTemplate, *, user: str) -> SmsTemplate:
        """Insert (id 0) or overwrite, and give it with its id.

        Raises:
            NameTakenError: When another message has that name.
        """
        ...

    def delete(self, template_id: int, *, user: str) -> bool:
        """Delete a message; one that was ever sent is only made inactive, and False is given."""
        ...


class SettingStore(Protocol):
    """Clinic-wide settings, as text by key."""

    def all(self) -> dict[str, str]:
        """Give every setting that was ever changed."""
        ...

    def set(self, key: str, value: str, *, user: str) -> None:
        """Change one, with an audit record."""
        ...


@dataclass(frozen=True, slots=True)
class Balance:
    """The account as last heard.

    Attributes:
        credits: None when never known.
        at: When it was heard, aware UTC.
        price_per_part: Credits that the provider last charged for one part, None before the first send.
        breaker: Why the account takes no calls, as `Breaker`; ``"closed"`` when it does.
    """

    credits: Decimal | None
    at: datetime | None
    price_per_part: Decimal | None
    breaker: str


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row whose stored state is now another one, in some panel of some seat.

    Attributes:
        row_scope: Digest of the scope (`scopes.digest`).
    """

    row_scope: str
    patient_id: int
    appointment_id: int
    status: RowState


class Outbox(Protocol):
    """The messages and what is known of them (protocol §2–§6)."""

    def queue(self, batch: NewBatch) -> Queued:
        """Store a batch in one transaction; the unique keys decide who gets a row."""
        ...

    def claim(self, owner: str, *, workstation: str, account: str) -> Claim | None:
        """Take the next message that may leave now, committed before this returns; None when there is none.

        Args:
            owner: Names the sender, for the record.
            workstation: Whose batches are sent.
            account: `Provider.account`: a batch waits for the account that it was queued for, also when the clinic's
                credentials were changed meanwhile.
        """
        ...

    def refusal(self, claim: Claim) -> ErrorKind | None:
        """Look again at consent and phone of a claimed message, just before it leaves."""
        ...

    def cancel_claimed(self, claim: Claim, kind: ErrorKind) -> bool:
        """End a claimed message that must not leave. False when the claim was lost meanwhile."""
        ...

    def complete(self, claim: Claim, outcome: SendOutcome) -> bool:
        """Record how the send ended, fenced by the token, with breaker, pause, balance and row states.

        Returns:
            False when the token is no longer ours, or the message is already settled: nothing was written.
        """
        ...

    def sweep(self) -> int:
        """Turn every send whose lease ended into a doubt, and drop what is past its time. Gives how many changed."""
        ...

    def stop(self, batch_id: int) -> int:
        """Cancel what is still queued of a batch; what is on its way ends by itself. Gives how many were stopped."""
        ...

    def start_now(self, batch_id: int) -> None:
        """End the grace of a batch at once."""
        ...

    def resume(self, batch_id: int, *, workstation: str) -> None:
        """Go on with a paused batch from this workstation; the account's breaker closes."""
        ...

    def pause_interrupted(self, workstation: str) -> int:
        """At start: pause the open batches that this workstation left behind. Gives how many."""
        ...

    def beat(self, workstation: str, *, user_name: str) -> None:
        """Say that this workstation lives."""
        ...

    def progress(self, batch_ids: Sequence[int] = ()) -> Sequence[BatchProgress]:
        """Tell how far batches are: those asked for, and every open or paused one."""
        ...

    def changes_after(self, event_id: int) -> tuple[int, Sequence[RowChange]]:
        """Give the rows that events after `event_id` touched, as they are now, and the newest id seen.

        For one reader per object: what it saw of the last seconds is remembered, and not given twice.
        """
        ...

    def newest_event(self) -> int:
        """Give the id of the newest event, 0 when there is none."""
        ...


class Deliveries(Protocol):
    """Which sends the provider is asked about, and what it said (protocol §10)."""

    def due(self, account: str, *, limit: int, now_all: bool = False) -> Sequence[str]:
        """Take the ids of sends whose next poll has come (or all pending ones), newest first.

        Taking one moves its next poll by compare-and-set, so that no second poller asks for it as well.
        """
        ...

    def pending_count(self, account: str) -> int:
        """Count the accepted messages that are not final yet and still asked about."""
        ...

    def record(self, account: str, msgid: str, entries: Sequence[ReportEntry]) -> int:
        """Move the deliveries of a send forward, never back. Gives how many messages changed."""
        ...

    def give_up(self) -> int:
        """End the asking for messages accepted more than seven days ago. Gives how many."""
        ...


class Accounts(Protocol):
    """Balance and breaker of a provider account, shared by every seat."""

    def balance(self, account: str) -> Balance:
        """Give what was last heard."""
        ...

    def heard(self, account: str, credits_left: Decimal) -> None:
        """Remember a balance that an answer brought."""
        ...

    def close_breaker(self, account: str) -> None:
        """A person acted: calls may be tried again."""
        ...

    def trip(self, account: str, reason: PauseReason) -> None:
        """Refuse further calls, and pause the account's open batches."""
        ...
