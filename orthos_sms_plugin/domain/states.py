"""The states of a message and what the column `Enviado` says of them (requirement R38, protocol §3 and §10)."""

from __future__ import annotations

from enum import StrEnum


class MessageState(StrEnum):
    """What is known of the request to the provider. There is no edge from UNKNOWN back to QUEUED."""

    QUEUED = "queued"
    SENDING = "sending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"
    DISCARDED = "discarded"


LIVE_STATES = frozenset({MessageState.QUEUED, MessageState.SENDING, MessageState.ACCEPTED, MessageState.UNKNOWN})
"""A message in one of these holds its slots: its rows are not sent again without a confirmed resend."""

BUSY_STATES = frozenset({MessageState.QUEUED, MessageState.SENDING, MessageState.UNKNOWN})
"""A row in one of these shows an icon in place of its mark box."""


class Delivery(StrEnum):
    """What the provider's reports say of an accepted message."""

    UNCHECKED = "unchecked"
    WAITING = "waiting"
    UNCONFIRMED = "unconfirmed"
    FAILED = "failed"
    DELIVERED = "delivered"


_RANK = {delivery: rank for rank, delivery in enumerate(Delivery)}

FINAL_DELIVERIES = frozenset({Delivery.DELIVERED})
"""Never asked about again. A failed message may still turn out delivered."""


class SentMark(StrEnum):
    """The literals of the column `Enviado`; `Si` has no accent, it is the word users know."""

    NOTHING = ""
    UNCHECKED = "--"
    NO = "No"
    YES = "Si"


def advance(current: Delivery, reported: Delivery) -> Delivery:
    """Give the delivery after a report: it moves towards `DELIVERED` and never backwards, whatever comes late."""
    return max(current, reported, key=_RANK.__getitem__)


def sent_mark(state: MessageState | None, delivery: Delivery = Delivery.UNCHECKED) -> SentMark:
    """Say what `Enviado` shows for a row's message; None when there never was one."""
    if state is MessageState.UNKNOWN:
        return SentMark.UNCHECKED
    if state is not MessageState.ACCEPTED:
        return SentMark.NOTHING
    if delivery is Delivery.DELIVERED:
        return SentMark.YES
    return SentMark.UNCHECKED if delivery is Delivery.UNCHECKED else SentMark.NO
