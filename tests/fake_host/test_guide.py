"""Every hook is specified, described to plugin authors and called by somebody; the guide's example runs."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fake_host import FakeHost
from hookspecs import API_VERSION, HostContext, OrthosSpecs
from hookspecs.clinic import ClinicBase

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "plugin-author-guide.md").read_text(encoding="utf-8")
HOOKS = {name: hook for name, hook in vars(OrthosSpecs).items() if name.startswith("orthos_")}

# Hooks that a plugin calls instead of the host, each with the plugin that does.
CALLED_BY_PLUGINS: dict[str, str] = {}

CALLERS = {"each", "first", "call", "collect", "subset_hook_caller"}


def hooks_called_in(package: str) -> set[str]:
    """Names of hooks that stand as the text of a call through one of `CALLERS`."""
    called: set[str] = set()
    for file in (ROOT / package).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CALLERS:
                called |= {
                    one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)
                }
    return called


@pytest.mark.requirement("R45")
@pytest.mark.parametrize("name", HOOKS)
def test_that_every_hook_is_called_by_the_host_or_by_the_plugin_named_for_it(name: str) -> None:
    # `PluginCalls` asks for the info itself while it registers a plugin for the host.
    by_host = hooks_called_in("fake_host") | hooks_called_in("hookspecs")

    if name in CALLED_BY_PLUGINS:
        assert name in hooks_called_in(CALLED_BY_PLUGINS[name])
    else:
        assert name in by_host


@pytest.mark.parametrize("name", HOOKS)
def test_that_every_hook_says_when_thread_failure_use_and_since(name: str) -> None:
    told = inspect.getdoc(HOOKS[name]) or ""

    for part in ("When: ", "Thread: ", "Failure:\n", "Example::\n"):
        assert part in told, part
    since = re.search(r"Added in contract (\d+)\.(\d+)\.", told)
    assert since is not None
    assert tuple(map(int, since.groups())) <= tuple(map(int, API_VERSION.split(".")))


@pytest.mark.parametrize("name", HOOKS)
def test_that_the_guide_lists_every_hook_with_its_arguments_and_version(name: str) -> None:
    arguments = [argument for argument in inspect.signature(HOOKS[name]).parameters if argument != "self"]
    since = re.search(r"Added in contract (\d+\.\d+)\.", HOOKS[name].__doc__ or "")
    assert since is not None

    row = next((line for line in GUIDE.splitlines() if line.startswith(f"| `{name}(")), "")

    assert row.startswith(f"| `{name}({', '.join(arguments)})` |")
    assert row.endswith(f"| {since[1]} |")


def test_that_the_guide_speaks_of_this_contract_and_of_no_hook_that_is_not_there() -> None:
    assert f"contract **{API_VERSION}**" in GUIDE
    assert set(re.findall(r"\borthos_(?!sms_plugin)\w+", GUIDE)) == HOOKS.keys()


def test_that_the_guide_names_every_member_of_the_context_and_every_table() -> None:
    members = [name for name in vars(HostContext) if not name.startswith("_")]
    tables = [mapper.class_.__name__ for mapper in ClinicBase.registry.mappers]

    assert [name for name in [*members, *tables] if f"`{name}`" not in GUIDE] == []


def example() -> object:
    block = re.search(r"## A whole plugin.*?```python\n(.*?)```", GUIDE, re.DOTALL)
    assert block is not None
    namespace: dict[str, object] = {"__name__": "birthdays"}
    exec(compile(block[1], "plugin-author-guide.md", "exec"), namespace)
    return namespace["plugin"]


def test_that_the_guides_example_runs_in_the_small_host(
    qapp: QApplication, qtbot: QtBot, open_host: Callable[..., FakeHost]
) -> None:
    host = open_host(example())
    assert host.window is not None

    frame = host.window.open_panel("birthdays.panel")
    assert frame is not None
    [count] = frame.tools.actions()
    assert count.objectName() == "birthdays.count"
    count.trigger()

    qtbot.waitUntil(lambda: bool(host.notices), timeout=10_000)
    assert [notice.text for notice in host.notices] == ["Cumpleaños de hoy: 0."]
    assert host.problems == []


def test_that_the_guides_example_loads_without_qt() -> None:
    block = re.search(r"## A whole plugin.*?```python\n(.*?)```", GUIDE, re.DOTALL)
    assert block is not None
    at_top = [node for node in ast.parse(block[1]).body if isinstance(node, ast.Import | ast.ImportFrom)]

    assert not [node for node in at_top if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("PyQt6")]
