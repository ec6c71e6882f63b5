"""Rows taken apart and put together again, and what Python's collector is spared by it."""

from __future__ import annotations

import gc

import pytest

from orthos_sms_plugin.domain.rows import Problem, Row, Rows, RowState
from orthos_sms_plugin.domain.states import Delivery, MessageState
from tests.support.builders import NOON, row, state


@pytest.mark.parametrize(
    "one",
    [
        row(),
        row(problem=Problem.EMPTY_FIELD)._replace(empty_field="hora"),
        row(status=state(MessageState.ACCEPTED, Delivery.DELIVERED, reason="refunded", resend=2)),
        row(status=RowState(sent_elsewhere_at=NOON)),
    ],
)
def test_that_a_row_comes_back_as_it_went_in(one: Row) -> None:
    rows = Rows([row("Otra, Ana"), one])

    back = rows[1]

    assert back == one
    assert (type(back.problem), type(back.status), type(back.status.delivery)) == (Problem, RowState, Delivery)
    assert list(rows)[1] == rows[1:][0] == one


def test_that_the_collector_forgets_kept_rows() -> None:
    rows = Rows([row(status=state(MessageState.ACCEPTED)), row(phone="")])

    gc.collect()
    gc.collect()  # a tuple in a tuple is forgotten first

    assert [gc.is_tracked(plain) for plain in rows.plain] == [False, False]
