"""The plugin as a host meets it: found by entry point, light to load, and gone without a trace."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points

import pytest

from hookspecs import API_VERSION
from hookspecs.calling import PluginCalls


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
    made = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, orthos_sms_plugin.plugin, orthos_sms_plugin.wiring, orthos_sms_plugin.ui.panel;"
            "print([m for m in sys.modules if m.split('.')[0] == 'fake_host'])",
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert made.stdout == "[]\n"


def test_that_registering_the_plugin_loads_nothing_heavy() -> None:
    made = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from hookspecs.calling import PluginCalls; calls = PluginCalls();"
            "assert not calls.load_entry_points();"
            "heavy = ('requests', 'openpyxl', 'phonenumbers', 'alembic', 'PyQt6', 'orthos_sms_plugin.ui');"
            "print([m for m in heavy if m in sys.modules])",
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert made.stdout == "[]\n"


def test_that_a_start_on_sqlite_loads_no_other_engine() -> None:
    made = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, orthos_sms_plugin.wiring;"
            "heavy = ('sqlalchemy.dialects.postgresql', 'alembic', 'requests', 'openpyxl', 'phonenumbers', 'holidays');"
            "print([m for m in heavy if m in sys.modules])",
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert made.stdout == "[]\n"
