"""When each button of the panel can be pressed, and why not (requirements, section C and the patient rule).

One pure function, so that a rule changes in one place. The views have the words for each refusal.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Button(StrEnum):
    """The sixteen actions of the toolbar, in its order; the values are their ids."""

    QUERY = "sms.query"
    SEND = "sms.send"
    REFRESH = "sms.refresh"
    WEBSITE = "sms.website"
    HISTORY = "sms.history"
    REPORT = "sms.report"
    EXPORT = "sms.export"
    MARK_PATIENTS = "sms.mark_patients"
    PHONES = "sms.phones"
    CONVERSATIONS = "sms.conversations"
    LETTERS = "sms.letters"
    COMPOSE = "sms.compose"
    EMAIL = "sms.email"
    NOTIFICATIONS = "sms.notifications"
    DOCUMENTS = "sms.documents"
    COMMUNICATIONS = "sms.communications"


class Refusal(StrEnum):
    """Why a button is grey."""

    NOTHING_MARKED = "nothing_marked"
    NO_QUERY = "no_query"
    NO_PATIENT = "no_patient"
    SEVERAL_PATIENTS = "several_patients"
    OBJECTION = "objection"
    FACTS_UNKNOWN = "facts_unknown"
    NO_EMAIL = "no_email"
    NO_APP = "no_app"
    NO_DOCUMENTS = "no_documents"
    NO_PERMISSION = "no_permission"
    NOT_CONFIGURED = "not_configured"
    NOT_BUILT = "not_built"
    SENDING_BLOCKED = "sending_blocked"
    STALE = "stale"
    UNDER_WAY = "under_way"


@dataclass(frozen=True, slots=True)
class TargetFacts:
    """What is known of the patient that the patient buttons act on; None before it was read."""

    objection_accepted: bool
    has_documents: bool
    has_email: bool
    has_app: bool


@dataclass(frozen=True, slots=True)
class PanelFacts:
    """What the rules look at.

    Attributes:
        queried: A query has finished and its rows are shown.
        marked: How many rows are marked.
        selected: How many rows are highlighted.
        has_current: The host has a current patient.
        target: Facts of the target patient, once read.
        built: The buttons whose function exists in this host and this version.
        may_see, may_send: The user's permissions.
        provider_configured: There are credentials.
        sending_blocked: The database cannot be used for sending (`Desk.ready`).
        stale: Date, group or message are no longer those of the rows on screen.
        preparing: A send is being prepared or waits for its confirmation.
    """

    queried: bool
    marked: int
    selected: int
    has_current: bool
    target: TargetFacts | None
    built: frozenset[Button]
    may_see: bool = True
    may_send: bool = True
    provider_configured: bool = True
    sending_blocked: bool = False
    stale: bool = False
    preparing: bool = False


_AFTER_QUERY = frozenset({Button.REPORT, Button.EXPORT, Button.MARK_PATIENTS})
PATIENT_BUTTONS = frozenset(
    {
        Button.PHONES,
        Button.CONVERSATIONS,
        Button.LETTERS,
        Button.COMPOSE,
        Button.EMAIL,
        Button.NOTIFICATIONS,
        Button.DOCUMENTS,
        Button.COMMUNICATIONS,
    }
)


def refusal(button: Button, facts: PanelFacts) -> Refusal | None:
    """Say why `button` is grey; None when it can be pressed."""
    if button not in facts.built:
        return Refusal.NOT_BUILT
    if button is Button.SEND:
        return _send_refusal(facts)
    if button in _AFTER_QUERY and not facts.queried:
        return Refusal.NO_QUERY
    if button in PATIENT_BUTTONS:
        return _patient_refusal(button, facts)
    if button is Button.QUERY and not facts.may_see:
        return Refusal.NO_PERMISSION
    return None


def _send_refusal(facts: PanelFacts) -> Refusal | None:
    if not facts.may_send:
        return Refusal.NO_PERMISSION
    if facts.sending_blocked:
        return Refusal.SENDING_BLOCKED
    if not facts.provider_configured:
        return Refusal.NOT_CONFIGURED
    if facts.preparing:
        return Refusal.UNDER_WAY
    if facts.stale:
        return Refusal.STALE
    return None if facts.marked else Refusal.NOTHING_MARKED


def _patient_refusal(button: Button, facts: PanelFacts) -> Refusal | None:
    """The patient rule: the only selected row, or with none selected the current patient; no accepted objection."""
    if facts.selected > 1:
        return Refusal.SEVERAL_PATIENTS
    if facts.selected == 0 and not facts.has_current:
        return Refusal.NO_PATIENT
    target = facts.target
    if target is None:
        return Refusal.FACTS_UNKNOWN
    if target.objection_accepted:
        return Refusal.OBJECTION
    if button is Button.COMPOSE and not facts.provider_configured:
        return Refusal.NOT_CONFIGURED
    if button is Button.EMAIL and not target.has_email:
        return Refusal.NO_EMAIL
    if button is Button.NOTIFICATIONS and not target.has_app:
        return Refusal.NO_APP
    if button is Button.DOCUMENTS and not target.has_documents:
        return Refusal.NO_DOCUMENTS
    return None
