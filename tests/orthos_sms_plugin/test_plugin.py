"""The plugin as a host meets it: found by entry point, light to load, and gone without a trace."""

from __future__ import annotations

from importlib.metadata import entry_points

import pytest

from hookspecs import API_VERSION
from hookspecs.calling import PluginCalls
from tests.support.child_python import loaded_after


@pytest.mark.requirement("R45")
def test_that_the_plugin_is_found_by_its_entry_point_and_fits_the_contract() -> None:
    calls = PluginCalls()

    problems = calls.load_entry_points()

    assert problems == []
    assert calls.infos["sms"].api == API_VERSION
    assert [point.value for point in entry_points(group="orthos", name="sms")] == ["orthos_sms_plugin.plugin:plugin"]


@pytest.mark.requirement("R45")
def test_that_the_plugin_implements_the_four_kinds_of_hooks() -> None:
    calls = PluginCalls()
    calls.load_entry_points()
    manager = calls.manager
    plugin = manager.get_plugin("sms")

    implemented = {caller.name for caller in manager.get_hookcallers(plugin) or []}

    assert implemented >= {
        "orthos_panels",
        "orthos_toolbar_actions",
        "orthos_context_menu_entries",
        "orthos_patient_selected",
    }


@pytest.mark.requirement("R45")
def test_that_nothing_in_the_plugin_imports_the_host() -> None:
    code = "import orthos_sms_plugin.plugin, orthos_sms_plugin.wiring, orthos_sms_plugin.ui.panel"

    assert loaded_after(code, "fake_host") == "[]"


def test_that_registering_the_plugin_loads_nothing_heavy() -> None:
    code = "from hookspecs.calling import PluginCalls; assert not PluginCalls().load_entry_points()"
    heavy = ("requests", "openpyxl", "phonenumbers", "alembic", "PyQt6", "orthos_sms_plugin.ui")

    assert loaded_after(code, *heavy) == "[]"


def test_that_a_start_on_sqlite_loads_no_other_engine() -> None:
    heavy = ("sqlalchemy.dialects.postgresql", "alembic", "requests", "openpyxl", "phonenumbers", "holidays")

    assert loaded_after("import orthos_sms_plugin.wiring", *heavy) == "[]"
