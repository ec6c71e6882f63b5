"""Marks: what a query marks, one per phone, and what happens to a mark when its message moves on."""

from __future__ import annotations

import pytest

from orthos_sms_plugin.domain.rowbook import RowBook, Which
from orthos_sms_plugin.domain.rows import Problem, Row, RowState, RowText
from orthos_sms_plugin.domain.states import Delivery, MessageState
from tests.support.builders import NOON, row, state

ANA = row("García, Ana", patient_id=1, phone="+34600555001")
LEO = row("García, Leo", patient_id=2, phone="+34600555001")
EVA = row("López, Eva", patient_id=3, phone="+34600555003")


def marked_names(book: RowBook) -> list[str]:
    return [book.rows[position].name for position in sorted(book.marked)]


def with_state(one: Row, message: MessageState, delivery: Delivery = Delivery.UNCHECKED) -> Row:
    return one._replace(status=state(message, delivery))


@pytest.mark.requirement("R09")
def test_that_a_query_marks_every_sendable_row_and_no_other() -> None:
    rows = [
        ANA,
        row("Sin, Móvil", patient_id=4, phone=""),
        row("Oposición, Paz", patient_id=5, phone="+34600555005", problem=Problem.OBJECTION),
        row("Baja, Luis", patient_id=6, phone="+34600555006", problem=Problem.OPTED_OUT),
        EVA,
    ]

    book = RowBook(rows)

    assert marked_names(book) == ["García, Ana", "López, Eva"]


@pytest.mark.requirement("R09", "R17")
@pytest.mark.parametrize(
    "message", [MessageState.QUEUED, MessageState.SENDING, MessageState.UNKNOWN, MessageState.ACCEPTED]
)
def test_that_a_row_with_a_live_send_is_marked_neither_by_a_query_nor_by_marcar_no_enviados(
    message: MessageState,
) -> None:
    book = RowBook([with_state(ANA, message), EVA])
    assert marked_names(book) == ["López, Eva"]

    book.mark(Which.UNSENT)

    assert marked_names(book) == ["López, Eva"]


@pytest.mark.requirement("R09", "R17")
@pytest.mark.parametrize("message", [MessageState.CANCELLED, MessageState.REJECTED, MessageState.DISCARDED])
def test_that_a_row_whose_message_did_not_go_is_marked_like_one_never_sent(message: MessageState) -> None:
    assert marked_names(RowBook([with_state(ANA, message)])) == ["García, Ana"]


@pytest.mark.requirement("R09", "R17")
def test_that_the_same_message_of_the_last_days_keeps_the_query_from_marking_but_not_a_person() -> None:
    book = RowBook([ANA._replace(status=RowState(sent_elsewhere_at=NOON)), EVA])
    assert marked_names(book) == ["López, Eva"]
    assert book.left_out().recent == 1

    book.mark(Which.UNSENT)

    assert marked_names(book) == ["García, Ana", "López, Eva"]


@pytest.mark.requirement("R16")
def test_that_marcar_todo_takes_accepted_rows_but_none_queued_sending_or_doubtful() -> None:
    rows = [
        with_state(ANA, MessageState.ACCEPTED, Delivery.DELIVERED),
        with_state(EVA, MessageState.QUEUED),
        with_state(row("Uno, Sol", patient_id=7, phone="+34600555007"), MessageState.SENDING),
        with_state(row("Dos, Mar", patient_id=8, phone="+34600555008"), MessageState.UNKNOWN),
        row("Tres, Paz", patient_id=9, phone=""),
        row("Cuatro, Ada", patient_id=10, phone="+34600555010"),
    ]
    book = RowBook(rows)

    book.mark(Which.MARKABLE)

    assert marked_names(book) == ["García, Ana", "Cuatro, Ada"]


@pytest.mark.requirement("R18")
def test_that_desmarcar_todo_leaves_no_mark_and_nobody_covered() -> None:
    book = RowBook([ANA, LEO, EVA])

    book.unmark_all()

    assert (book.marked, book.covered) == (set(), {})


@pytest.mark.requirement("R12")
def test_that_a_phone_of_two_patients_speaks_once_and_says_for_whom() -> None:
    book = RowBook([ANA, LEO, EVA], one_per_phone=True)

    assert marked_names(book) == ["García, Ana", "López, Eva"]
    assert book.covered == {1: 0}
    assert book.left_out().covered == 1


@pytest.mark.requirement("R12")
def test_that_without_the_rule_every_relative_gets_a_message() -> None:
    assert marked_names(RowBook([ANA, LEO], one_per_phone=False)) == ["García, Ana", "García, Leo"]


@pytest.mark.requirement("R12")
def test_that_a_relative_is_covered_by_a_row_of_the_phone_that_was_sent_already() -> None:
    book = RowBook([with_state(LEO, MessageState.ACCEPTED), ANA], one_per_phone=True)

    assert marked_names(book) == []
    assert book.covered == {1: 0}


@pytest.mark.requirement("R12")
def test_that_marking_a_relative_by_hand_moves_the_mark_of_the_phone() -> None:
    book = RowBook([ANA, LEO])

    book.set_mark(1, True)

    assert marked_names(book) == ["García, Leo"]
    assert book.covered == {0: 1}


@pytest.mark.requirement("R12")
def test_that_the_box_can_be_turned_off_and_on_again_over_the_marks_on_screen() -> None:
    book = RowBook([ANA, LEO, EVA])

    book.set_one_per_phone(False)
    all_three = marked_names(book)
    book.set_one_per_phone(True)

    assert all_three == ["García, Ana", "García, Leo", "López, Eva"]
    assert marked_names(book) == ["García, Ana", "López, Eva"]


@pytest.mark.requirement("R09")
def test_that_a_mark_goes_when_its_message_is_queued_and_does_not_come_back_when_it_is_accepted() -> None:
    book = RowBook([ANA])

    book.put_status(0, state(MessageState.QUEUED))
    queued = set(book.marked)
    book.put_status(0, state(MessageState.ACCEPTED))

    assert (queued, book.marked) == (set(), set())


@pytest.mark.parametrize("message", [MessageState.REJECTED, MessageState.CANCELLED, MessageState.DISCARDED])
def test_that_a_row_is_marked_again_when_its_message_did_not_go(message: MessageState) -> None:
    book = RowBook([ANA])
    book.put_status(0, state(MessageState.SENDING))

    book.put_status(0, state(message))

    assert book.marked == {0}


def test_that_a_row_that_cannot_be_marked_ignores_the_hand() -> None:
    book = RowBook([row(phone=""), with_state(EVA, MessageState.UNKNOWN)])

    book.set_mark(0, True)
    book.set_mark(1, True)

    assert book.marked == set()


@pytest.mark.requirement("R14")
def test_that_a_row_whose_phone_was_chosen_meanwhile_can_be_marked() -> None:
    book = RowBook([row("García, Ana", phone="")])

    book.put(0, ANA)
    book.set_mark(0, True)

    assert book.marked == {0}


@pytest.mark.requirement("R12", "R14")
def test_that_a_phone_that_changes_to_a_relatives_number_is_covered_from_then_on() -> None:
    book = RowBook([ANA, EVA])
    book.set_mark(1, False)

    book.put(1, EVA._replace(phone=ANA.phone))

    assert book.covered == {1: 0}


@pytest.mark.requirement("R12", "R14")
def test_that_a_relative_is_no_longer_covered_once_its_phone_or_the_speakers_is_another() -> None:
    mover, speaker = RowBook([ANA, LEO, EVA]), RowBook([ANA, LEO, EVA])

    mover.put(1, LEO._replace(phone="+34600555009"))
    speaker.put(0, ANA._replace(phone="+34600555009"))

    assert (mover.covered, speaker.covered) == ({}, {})


@pytest.mark.requirement("R12")
def test_that_many_relatives_are_marked_by_hand_one_after_the_other_in_no_time() -> None:
    book = RowBook([row(patient_id=number, phone=f"+346005{number // 2:05}") for number in range(20_000)])

    for position in range(20_000):
        book.set_mark(position, True)

    assert book.marked == set(range(1, 20_000, 2))
    assert book.covered == {position: position + 1 for position in range(0, 20_000, 2)}


@pytest.mark.requirement("R10")
def test_that_the_rows_on_screen_add_up_to_marked_and_left_out() -> None:
    rows = [
        ANA,
        LEO,
        EVA,
        row("A, A", patient_id=11, phone=""),
        row("B, B", patient_id=12, phone="+34600555012", problem=Problem.OBJECTION),
        with_state(row("C, C", patient_id=13, phone="+34600555013"), MessageState.ACCEPTED),
        with_state(row("D, D", patient_id=14, phone="+34600555014"), MessageState.UNKNOWN),
        with_state(row("F, F", patient_id=16, phone="+34600555016"), MessageState.SENDING),
        row("E, E", patient_id=15, phone="+34600555015")._replace(status=RowState(sent_elsewhere_at=NOON)),
    ]
    book = RowBook(rows)
    book.set_mark(2, False)

    left_out = book.left_out()

    assert len(book.marked) + left_out.total == len(rows)
    assert (left_out.sent, left_out.busy, left_out.doubtful) == (1, 1, 1)
    assert (left_out.recent, left_out.covered, left_out.unticked) == (1, 1, 1)
    assert left_out.problems == {Problem.NO_MOBILE: 1, Problem.OBJECTION: 1}


@pytest.mark.requirement("R10")
def test_that_parts_are_summed_over_the_marked_rows_once_all_their_texts_are_known() -> None:
    book = RowBook([ANA, EVA])
    assert book.marked_parts() is None

    book.texts = [RowText("a", 1, 1), RowText("b", 161, 2)]

    assert book.marked_parts() == 3


def test_that_a_book_can_be_thrown_away_bit_by_bit() -> None:
    book = RowBook([row(patient_id=number) for number in range(2_000)])
    breaths: list[int] = []

    book.let_go(lambda: breaths.append(len(book)))

    assert (len(book), book.texts, book.position(1)) == (0, [], None)
    assert len(breaths) > 4
