"""What `Enviar` would do: first sends, resends, what changed meanwhile, and who is covered along."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest

from orthos_sms_plugin.domain.batches import Cover
from orthos_sms_plugin.domain.rows import Problem, Row, RowText
from orthos_sms_plugin.domain.states import MessageState
from orthos_sms_plugin.services.ports import Balance
from orthos_sms_plugin.services.query import GroupQuery
from orthos_sms_plugin.services.sending_plan import SendPlan, plan_send
from tests.support.builders import row, state, template

QUERY = GroupQuery(group_id=1, group_name="Todos", on=date(2026, 11, 23), template=template("Cerramos mañana"))
BALANCE = Balance(credits=Decimal(100), at=None, price_per_part=Decimal("1.5"), breaker="closed")
SAME = RowText("Cerramos mañana", 15, 1)

ANA = row("García, Ana", patient_id=1, phone="+34600555001")
LEO = row("García, Leo", patient_id=2, phone="+34600555001")
EVA = row("López, Eva", patient_id=3, phone="+34600555003")


def plan(
    marked: Sequence[Row],
    now: Sequence[Row] | None = None,
    *,
    unmarked: Sequence[Row] = (),
    one_per_phone: bool = True,
    texts: dict[int, str] | None = None,
) -> SendPlan:
    """Plan with the same text for everybody, but for the patients named in `texts`."""

    def text(one: Row) -> RowText:
        words = (texts or {}).get(one.patient_id, SAME.text)
        return RowText(words, len(words), 1)

    now = marked if now is None else now
    return plan_send(
        QUERY,
        marked=[(one, SAME) for one in marked],
        now_rows={one.key: one for one in now},
        texts={one.key: text(one) for one in (*now, *unmarked)},
        unmarked=[(one, text(one)) for one in unmarked],
        one_per_phone=one_per_phone,
        balance=BALANCE,
        sender="CLINICA",
    )


@pytest.mark.requirement("R22")
def test_that_a_phone_and_a_text_that_changed_since_the_query_are_listed() -> None:
    moved = ANA._replace(phone="+34600555009", phone_shown="600 555 009")

    planned = plan([ANA, EVA], [moved, EVA], texts={3: "Otro texto"}).first

    assert [(one.phone_was, one.text_changed) for one in planned] == [("600555001", False), ("", True)]
    assert planned[0].row.phone == "+34600555009"


@pytest.mark.requirement("R22", "R43")
@pytest.mark.parametrize(
    "now",
    [
        LEO._replace(status=state(MessageState.QUEUED)),
        LEO._replace(status=state(MessageState.UNKNOWN)),
        LEO._replace(status=state(MessageState.ACCEPTED)),
        LEO._replace(phone="", problem=Problem.NO_MOBILE),
    ],
)
def test_that_a_marked_row_that_someone_sent_or_emptied_meanwhile_does_not_go(now: Row) -> None:
    made = plan([LEO], [now])

    assert (made.first, made.again, made.gone) == ((), (), (now,))


def test_that_a_marked_patient_who_left_the_clinic_does_not_go() -> None:
    assert plan([ANA], []).gone == (ANA,)


@pytest.mark.requirement("R16")
def test_that_rows_sent_already_go_again_only_when_a_person_ticks_them_and_take_the_next_slot() -> None:
    sent = ANA._replace(status=state(MessageState.ACCEPTED, resend=1))

    made = plan([sent, EVA])

    assert [one.row.name for one in made.again] == ["García, Ana"]
    assert [draft.covers for draft in made.drafts(with_again=False)] == [(Cover(3),)]
    assert made.drafts(with_again=True)[1].covers == (Cover(1, 0, 2),)


@pytest.mark.requirement("R12")
def test_that_a_relative_with_the_very_same_text_is_covered_and_one_with_another_text_is_not() -> None:
    same = plan([ANA], unmarked=[LEO])
    other = plan([ANA], unmarked=[LEO], texts={2: "Otro texto"})

    assert [draft.covers for draft in same.drafts(with_again=False)] == [(Cover(1), Cover(2))]
    assert [draft.covers for draft in other.drafts(with_again=False)] == [(Cover(1),)]


@pytest.mark.requirement("R12")
def test_that_the_second_marked_row_of_a_phone_is_told_apart_from_the_first() -> None:
    made = plan([ANA, LEO], texts={2: "Otro texto"})

    assert [one.row for one in made.first] == [ANA]
    assert made.doubled == ((LEO, ANA),)


@pytest.mark.requirement("R12")
def test_that_without_the_rule_both_relatives_get_their_own_message() -> None:
    drafts = plan([ANA, LEO], one_per_phone=False).drafts(with_again=False)

    assert [draft.covers for draft in drafts] == [(Cover(1),), (Cover(2),)]


@pytest.mark.requirement("R22")
def test_that_parts_are_exact_and_credits_follow_the_last_price() -> None:
    made = plan([ANA, EVA])

    assert made.parts == 2
    assert made.credits(made.parts) == Decimal("3.0")


def test_that_only_digits_reach_the_wire() -> None:
    draft = plan([ANA]).drafts(with_again=False)[0]

    assert draft.phone_digits == "34600555001"
