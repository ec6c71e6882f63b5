"""Work behind the window: its answer, its failure, its end."""

from __future__ import annotations

import threading

import pytest
from pytestqt.qtbot import QtBot

from orthos_sms_plugin.services.slices import Slices, WorkCancelledError
from orthos_sms_plugin.ui.jobs import Job, Jobs


@pytest.fixture
def jobs(qtbot: QtBot) -> Jobs:
    return Jobs()


def fail_the_test(answer: object) -> None:
    pytest.fail(f"nobody should hear of {answer}")


def test_that_work_runs_off_the_gui_thread_and_its_answer_comes_back_on_it(qtbot: QtBot, jobs: Jobs) -> None:
    threads: list[int] = []

    jobs.start(
        lambda _job: threading.get_ident(),
        lambda worker: threads.extend((worker, threading.get_ident())),
        fail_the_test,
    )
    qtbot.waitUntil(lambda: len(threads) == 2, timeout=2_000)

    assert threads[0] != threading.get_ident()
    assert threads[1] == threading.get_ident()


def test_that_a_failure_reaches_the_one_who_asked_and_nobody_else(qtbot: QtBot, jobs: Jobs) -> None:
    heard: list[Exception] = []

    def work(_job: Job) -> None:
        raise OSError("the disk is gone")

    jobs.start(work, fail_the_test, heard.append)
    qtbot.waitUntil(lambda: bool(heard), timeout=2_000)

    assert [type(error) for error in heard] == [OSError]


def test_that_cancelled_work_ends_at_its_next_slice_and_is_not_heard(qtbot: QtBot, jobs: Jobs) -> None:
    began, ended = threading.Event(), threading.Event()

    def work(job: Job) -> None:
        slices = Slices(job.cancelled)
        began.set()
        try:
            while True:
                slices.breathe()
        except WorkCancelledError:
            ended.set()
            raise

    job = jobs.start(work, fail_the_test, fail_the_test)
    assert began.wait(2)
    job.cancel()

    assert ended.wait(2)
    jobs.shut_down()
    qtbot.wait(10)


def test_that_parts_of_an_answer_come_in_order_while_the_work_goes_on(qtbot: QtBot, jobs: Jobs) -> None:
    parts: list[int] = []
    seen = threading.Event()

    def work(job: Job) -> str:
        for number in range(5):
            jobs.post(job, parts.append, number)
        seen.wait(2)
        return "end"

    jobs.start(work, lambda _end: parts.append(99), fail_the_test)
    qtbot.waitUntil(lambda: len(parts) == 5, timeout=2_000)
    seen.set()
    qtbot.waitUntil(lambda: len(parts) == 6, timeout=2_000)

    assert parts == [0, 1, 2, 3, 4, 99]


def test_that_an_answer_that_cannot_be_shown_does_not_reach_qt(qtbot: QtBot, jobs: Jobs) -> None:
    after: list[str] = []

    def broken(_answer: object) -> None:
        raise ValueError("the window cannot show this")

    jobs.start(lambda _job: 1, broken, fail_the_test)
    jobs.start(lambda _job: 2, lambda _two: after.append("alive"), fail_the_test)
    qtbot.waitUntil(lambda: after == ["alive"], timeout=2_000)


def test_that_what_a_person_decided_is_done_even_if_the_panel_closes_before_it_began(qtbot: QtBot) -> None:
    jobs = Jobs(threads=1)
    door = threading.Event()
    done: list[str] = []
    jobs.start(lambda _job: door.wait(2), fail_the_test, fail_the_test)
    jobs.start(lambda _job: done.append("looked up"), fail_the_test, fail_the_test)
    jobs.start(lambda _job: done.append("decided"), fail_the_test, fail_the_test, certain=True)

    threading.Timer(0.05, door.set).start()
    jobs.shut_down()

    assert done == ["decided"]
    qtbot.wait(10)


def test_that_nothing_begins_after_the_panel_was_closed(qtbot: QtBot) -> None:
    jobs = Jobs()
    jobs.shut_down()

    job = jobs.start(fail_the_test, fail_the_test, fail_the_test, certain=True)

    qtbot.wait(10)
    assert job.cancelled() and job.finished
