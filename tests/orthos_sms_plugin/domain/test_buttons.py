"""When each of the sixteen buttons can be pressed, and why not (section C and the patient rule)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from orthos_sms_plugin.domain.buttons import PATIENT_BUTTONS, Button, PanelFacts, Refusal, TargetFacts, refusal

FULL = TargetFacts(objection_accepted=False, has_documents=True, has_email=True, has_app=True)
ALL_OPEN = PanelFacts(queried=True, marked=3, selected=1, has_current=True, target=FULL, built=frozenset(Button))
NOTHING_YET = PanelFacts(queried=False, marked=0, selected=0, has_current=False, target=None, built=frozenset(Button))


def test_that_every_button_can_be_pressed_when_nothing_stands_against_it() -> None:
    assert {button: refusal(button, ALL_OPEN) for button in Button} == dict.fromkeys(Button)


@pytest.mark.requirement("R21", "R23", "R24")
@pytest.mark.parametrize("button", [Button.QUERY, Button.REFRESH, Button.WEBSITE, Button.HISTORY])
def test_that_what_is_always_enabled_is_enabled_on_an_empty_panel(button: Button) -> None:
    assert refusal(button, NOTHING_YET) is None


@pytest.mark.requirement("R22")
def test_that_enviar_wants_at_least_one_marked_row() -> None:
    assert refusal(Button.SEND, replace(ALL_OPEN, marked=0)) is Refusal.NOTHING_MARKED
    assert refusal(Button.SEND, replace(ALL_OPEN, marked=1)) is None


@pytest.mark.requirement("R22")
@pytest.mark.parametrize(
    ("against", "reason"),
    [
        ({"may_send": False}, Refusal.NO_PERMISSION),
        ({"sending_blocked": True}, Refusal.SENDING_BLOCKED),
        ({"provider_configured": False}, Refusal.NOT_CONFIGURED),
        ({"preparing": True}, Refusal.UNDER_WAY),
        ({"stale": True}, Refusal.STALE),
    ],
)
def test_that_enviar_says_what_stands_against_it(against: dict[str, bool], reason: Refusal) -> None:
    assert refusal(Button.SEND, replace(ALL_OPEN, **against)) is reason  # type: ignore[arg-type]  # booleans by name


@pytest.mark.requirement("R26", "R28", "R29")
@pytest.mark.parametrize("button", [Button.REPORT, Button.EXPORT, Button.MARK_PATIENTS])
def test_that_report_export_and_marking_want_a_finished_query(button: Button) -> None:
    assert refusal(button, replace(ALL_OPEN, queried=False)) is Refusal.NO_QUERY
    assert refusal(button, ALL_OPEN) is None


@pytest.mark.parametrize("button", sorted(PATIENT_BUTTONS))
def test_that_a_patient_button_wants_exactly_one_patient_who_did_not_object(button: Button) -> None:
    objecting = replace(FULL, objection_accepted=True)

    assert refusal(button, replace(ALL_OPEN, selected=0, has_current=False, target=None)) is Refusal.NO_PATIENT
    assert refusal(button, replace(ALL_OPEN, selected=0)) is None
    assert refusal(button, replace(ALL_OPEN, selected=2)) is Refusal.SEVERAL_PATIENTS
    assert refusal(button, replace(ALL_OPEN, target=None)) is Refusal.FACTS_UNKNOWN
    assert refusal(button, replace(ALL_OPEN, target=objecting)) is Refusal.OBJECTION


@pytest.mark.requirement("R33", "R34", "R35", "R36")
@pytest.mark.parametrize(
    ("button", "facts", "reason"),
    [
        (Button.COMPOSE, replace(ALL_OPEN, provider_configured=False), Refusal.NOT_CONFIGURED),
        (Button.EMAIL, replace(ALL_OPEN, target=replace(FULL, has_email=False)), Refusal.NO_EMAIL),
        (Button.NOTIFICATIONS, replace(ALL_OPEN, target=replace(FULL, has_app=False)), Refusal.NO_APP),
        (Button.DOCUMENTS, replace(ALL_OPEN, target=replace(FULL, has_documents=False)), Refusal.NO_DOCUMENTS),
    ],
)
def test_that_a_button_with_a_condition_of_its_own_names_it(button: Button, facts: PanelFacts, reason: Refusal) -> None:
    # Without a provider nothing can be sent either way.
    same = {button, Button.SEND} if reason is Refusal.NOT_CONFIGURED else {button}
    others = [other for other in Button if other not in same]

    assert refusal(button, facts) is reason
    assert [other for other in others if refusal(other, facts) is not None] == []


def test_that_what_this_version_lacks_is_grey_and_says_so() -> None:
    facts = replace(ALL_OPEN, built=frozenset({Button.QUERY}))

    assert refusal(Button.HISTORY, facts) is Refusal.NOT_BUILT
    assert refusal(Button.QUERY, facts) is None
