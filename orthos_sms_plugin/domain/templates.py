"""The message that a person chooses: text with merge fields, its class, and how its accents travel."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from orthos_sms_plugin.domain.text import Tildes


class MessageClass(StrEnum):
    """Why the clinic writes: consent and opt-outs are kept for each apart."""

    CARE = "care"
    PUBLICITY = "publicity"


@dataclass(frozen=True, slots=True)
class SmsTemplate:
    """A message of the editor.

    Attributes:
        id: 0 before it was first saved.
        name: What the pick-list shows; unique.
        text: With merge fields, as it was typed.
        active: False keeps it for the history and takes it off the pick-lists.
    """

    id: int
    name: str
    text: str
    message_class: MessageClass = MessageClass.CARE
    tildes: Tildes = Tildes.REMOVE
    active: bool = True
