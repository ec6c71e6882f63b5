"""A bad plugin costs only itself."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint
from types import ModuleType
from typing import Any

import pytest

from hookspecs import API_VERSION, MenuEntry, PatientRef, PluginInfo, hookimpl
from hookspecs.calling import ContractMismatchError, PluginCalls, PluginProblem, check_contract

PATIENTS = (PatientRef(1, "000001", "García Güell, Anna"),)


def entry(text: str) -> MenuEntry:
    return MenuEntry(id=f"test.{text}", text=text, run=lambda: None)


class Plugin:
    """A plugin whose menu entries are what `answer` gives; it may also raise or yield."""

    def __init__(self, answer: Callable[[], Any], api: str = API_VERSION) -> None:
        self.answer = answer
        self.api = api

    @hookimpl
    def orthos_plugin_info(self) -> PluginInfo:
        return PluginInfo(name="test", version="1", api=self.api)

    @hookimpl
    def orthos_context_menu_entries(self, patients: tuple[PatientRef, ...]) -> Any:
        return self.answer()


def raising(error: BaseException) -> Callable[[], Any]:
    def answer() -> Any:
        raise error

    return answer


def recursing() -> Any:
    return recursing()


def failing_late() -> Iterator[MenuEntry]:
    yield entry("first")
    raise OSError("gone")


def entries_of(calls: PluginCalls) -> list[tuple[str, Any]]:
    return [
        (result.plugin, result.value)
        for result in calls.each("orthos_context_menu_entries", host=None, patients=PATIENTS)
    ]


@pytest.fixture
def problems() -> list[PluginProblem]:
    return []


@pytest.fixture
def calls(problems: list[PluginProblem]) -> PluginCalls:
    return PluginCalls(on_error=problems.append)


@pytest.mark.requirement("R49")
@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (raising(ValueError("no")), "ValueError"),
        (raising(SystemExit(3)), "SystemExit"),
        (raising(ImportError("no such module")), "ImportError: no such module"),
        (raising(GeneratorExit()), "GeneratorExit"),
        (recursing, "RecursionError"),
        (failing_late, "OSError"),
        (lambda: (1 // zero for zero in (1, 0)), "ZeroDivisionError"),
    ],
    ids=["exception", "exit", "import", "base exception", "recursion", "late generator", "late expression"],
)
def test_that_a_failing_neighbour_costs_only_its_own_answer(
    calls: PluginCalls, problems: list[PluginProblem], answer: Callable[[], Any], reason: str
) -> None:
    calls.register(Plugin(lambda: [entry("before")]), "before")
    calls.register(Plugin(answer), "bad")
    calls.register(Plugin(lambda: [entry("after")]), "after")

    given = entries_of(calls)

    assert [(plugin, [one.text for one in value]) for plugin, value in given] == [
        ("before", ["before"]),
        ("after", ["after"]),
    ]
    assert [(problem.plugin, problem.where) for problem in problems] == [("bad", "orthos_context_menu_entries")]
    assert problems[0].reason == reason


def test_that_the_words_of_a_failure_stay_out_of_the_log(calls: PluginCalls, caplog: pytest.LogCaptureFixture) -> None:
    phone = "612" + "555" + "014"  # a trace shows lines of the program: the number must not stand in one
    error = ValueError(f"{phone} has no SMS")
    error.__cause__ = OSError(f"{phone} cannot be read")
    calls.register(Plugin(raising(error)), "bad")

    entries_of(calls)

    assert "ValueError" in caplog.text and "OSError" in caplog.text
    assert phone not in caplog.text


def test_that_ctrl_c_stays_the_users_and_is_not_taken_for_a_plugins_failure(calls: PluginCalls) -> None:
    calls.register(Plugin(raising(KeyboardInterrupt())), "bad")

    with pytest.raises(KeyboardInterrupt):
        entries_of(calls)


def test_that_a_failure_is_logged_under_the_plugins_name_with_its_traceback(
    calls: PluginCalls, caplog: pytest.LogCaptureFixture
) -> None:
    calls.register(Plugin(raising(ValueError("no"))), "culprit")

    with caplog.at_level(logging.ERROR, "hookspecs"):
        entries_of(calls)

    first, *trace = caplog.records[0].getMessage().splitlines()
    assert first == "plugin culprit failed in orthos_context_menu_entries: ValueError"
    assert any("test_calling.py" in line for line in trace)


def test_that_a_hook_slower_than_the_limit_is_logged(calls: PluginCalls, caplog: pytest.LogCaptureFixture) -> None:
    pause = threading.Event()
    calls.register(Plugin(lambda: [pause.wait(0.08)]), "slow")
    calls.register(Plugin(list), "quick")

    with caplog.at_level(logging.WARNING, "hookspecs"):
        entries_of(calls)

    assert [record.args[0] for record in caplog.records if isinstance(record.args, tuple)] == ["slow"]


def test_that_a_lazy_answer_arrives_as_a_tuple_and_none_not_at_all(calls: PluginCalls) -> None:
    calls.register(Plugin(lambda: (number for number in (1, 2))), "lazy")
    calls.register(Plugin(lambda: None), "silent")
    calls.register(Plugin(lambda: {"kept": "as it is"}), "mapping")

    assert entries_of(calls) == [("lazy", (1, 2)), ("mapping", {"kept": "as it is"})]


def test_that_first_asks_in_order_of_registration_and_stops_at_the_first_answer(calls: PluginCalls) -> None:
    asked: list[str] = []

    def answering(name: str, value: Any) -> Callable[[], Any]:
        def answer() -> Any:
            asked.append(name)
            return value

        return answer

    calls.register(Plugin(answering("silent", None)), "silent")
    calls.register(Plugin(raising(ValueError("no"))), "bad")
    calls.register(Plugin(answering("wins", ("a",))), "wins")
    calls.register(Plugin(answering("late", ("b",))), "late")

    found = calls.first("orthos_context_menu_entries", host=None, patients=PATIENTS)

    assert found is not None
    assert (found.plugin, found.value) == ("wins", ("a",))
    assert asked == ["silent", "wins"]


def test_that_first_gives_none_when_nobody_answers(calls: PluginCalls) -> None:
    calls.register(Plugin(lambda: None), "silent")

    assert calls.first("orthos_context_menu_entries", host=None, patients=PATIENTS) is None


def test_that_call_asks_one_plugin_and_no_other(calls: PluginCalls) -> None:
    calls.register(Plugin(lambda: ["a"]), "a")
    calls.register(Plugin(lambda: ["b"]), "b")

    found = calls.call("b", "orthos_context_menu_entries", host=None, patients=PATIENTS)

    assert found is not None
    assert found.value == ("b",)
    assert calls.call("a stranger", "orthos_context_menu_entries", host=None, patients=PATIENTS) is None


@pytest.mark.requirement("R49")
@pytest.mark.parametrize(
    ("wanted", "offered", "fits"),
    [
        ("1.0", "1.0", True),
        ("1.0", "1.4", True),
        ("1.4", "1.4", True),
        ("1.5", "1.4", False),
        ("2.0", "1.4", False),
        ("1.0", "2.0", False),
        ("0.9", "1.0", False),
        ("", "1.0", False),
        ("1", "1.0", False),
        ("1.0.0", "1.0", False),
        ("one.two", "1.0", False),
    ],
)
def test_that_a_contract_fits_with_the_same_major_and_no_newer_minor(wanted: str, offered: str, fits: bool) -> None:
    if fits:
        check_contract(wanted, offered)
    else:
        with pytest.raises(ContractMismatchError):
            check_contract(wanted, offered)


@pytest.mark.requirement("R49")
def test_that_a_plugin_of_another_contract_is_left_out_and_says_which_it_wanted(
    calls: PluginCalls, problems: list[PluginProblem]
) -> None:
    problem = calls.register(Plugin(lambda: ["never"], api="7.0"), "future")

    assert problem is not None
    assert problem.wanted == "7.0"
    assert problem.where == "load"
    assert problems == [problem]
    assert entries_of(calls) == []
    assert calls.infos == {}


def test_that_a_plugin_that_does_not_say_who_it_is_is_left_out(calls: PluginCalls) -> None:
    class Nameless:
        @hookimpl
        def orthos_context_menu_entries(self) -> list[str]:
            return ["never"]

    problem = calls.register(Nameless(), "nameless")

    assert problem is not None
    assert "orthos_plugin_info" in problem.reason
    assert entries_of(calls) == []


def test_that_a_hook_with_an_unknown_argument_leaves_only_its_plugin_out(calls: PluginCalls) -> None:
    class Misspelt(Plugin):
        @hookimpl
        def orthos_patient_selected(self, patiente: PatientRef | None) -> None: ...

    calls.register(Plugin(lambda: ["kept"]), "good")

    problem = calls.register(Misspelt(lambda: ["never"]), "misspelt")

    assert problem is not None
    assert "patiente" in problem.reason
    assert entries_of(calls) == [("good", ("kept",))]


def test_that_a_second_plugin_of_the_same_name_does_not_push_the_first_one_out(calls: PluginCalls) -> None:
    calls.register(Plugin(lambda: ["first"]), "sms")

    problem = calls.register(Plugin(lambda: ["second"]), "sms")

    assert problem is not None
    assert entries_of(calls) == [("sms", ("first",))]
    assert "sms" in calls.infos


def test_that_a_plugin_without_a_hash_is_refused_before_it_can_hurt_a_neighbour(calls: PluginCalls) -> None:
    class Unhashable(Plugin):
        __hash__ = None  # type: ignore[assignment]  # what a dataclass with eq does

    calls.register(Plugin(lambda: ["kept"]), "good")

    problem = calls.register(Unhashable(lambda: ["never"]), "unhashable")

    assert problem is not None
    assert entries_of(calls) == [("good", ("kept",))]


def test_that_a_wrapper_is_never_called(calls: PluginCalls, problems: list[PluginProblem]) -> None:
    class Wrapper:
        @hookimpl
        def orthos_plugin_info(self) -> PluginInfo:
            return PluginInfo(name="wrapper", version="1", api=API_VERSION)

        @hookimpl(wrapper=True)
        def orthos_context_menu_entries(self) -> Iterator[None]:
            yield
            raise ValueError("spoils the answer")

    calls.register(Plugin(lambda: ["kept"]), "good")
    calls.register(Wrapper(), "wrapper")

    assert entries_of(calls) == [("good", ("kept",))]
    assert problems == []


def test_that_a_dropped_plugin_is_never_called_again(calls: PluginCalls) -> None:
    calls.register(Plugin(lambda: ["a"]), "a")
    calls.register(Plugin(lambda: ["b"]), "b")

    calls.drop("a")

    assert entries_of(calls) == [("b", ("b",))]
    assert list(calls.infos) == ["b"]


@pytest.fixture
def modules(monkeypatch: pytest.MonkeyPatch) -> dict[str, ModuleType]:
    """Modules that entry points of this test can name."""
    import sys

    good = ModuleType("orthos_test_good")
    good.plugin = Plugin(lambda: ["kept"])  # type: ignore[attr-defined]  # a module made by hand
    monkeypatch.setitem(sys.modules, good.__name__, good)
    return {good.__name__: good}


@pytest.mark.requirement("R45", "R49")
def test_that_a_broken_entry_point_costs_only_itself(
    calls: PluginCalls, problems: list[PluginProblem], modules: dict[str, ModuleType], tmp_path: Any, monkeypatch: Any
) -> None:
    (tmp_path / "orthos_test_exits.py").write_text("raise SystemExit(1)\n", encoding="utf-8")
    (tmp_path / "orthos_test_broken.py").write_text("def (:\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    points = [
        EntryPoint("missing", "orthos_test_no_such_module:plugin", "orthos"),
        EntryPoint("exits", "orthos_test_exits:plugin", "orthos"),
        EntryPoint("broken", "orthos_test_broken:plugin", "orthos"),
        EntryPoint("no-attribute", "orthos_test_good:stranger", "orthos"),
        EntryPoint("good", "orthos_test_good:plugin", "orthos"),
    ]

    left_out = calls.load_entry_points(points)

    assert [(problem.plugin, problem.reason.split(":")[0]) for problem in left_out] == [
        ("missing", "ModuleNotFoundError"),
        ("exits", "SystemExit"),
        ("broken", "SyntaxError"),
        ("no-attribute", "AttributeError"),
    ]
    assert problems == left_out
    assert entries_of(calls) == [("good", ("kept",))]
