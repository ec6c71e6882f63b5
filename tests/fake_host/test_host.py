"""The host opens, runs plugins and closes, with and without a window."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PyQt6.QtWidgets import QApplication

from fake_host import FakeHost
from fake_host.clinic.patients import search_patients
from fake_host.mensatek import LocalMensatek
from hookspecs import HostContext, PatientRef, hookimpl
from tests.fake_host.conftest import NO_PROVIDER
from tests.fake_host.plugins import FailsAt, Recorder

OpenHost = Callable[..., FakeHost]


def run_python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    return done.stdout.strip()


@pytest.mark.requirement("R50")
def test_that_importing_the_package_loads_neither_qt_nor_a_database() -> None:
    loaded = run_python(
        "import sys, fake_host; print([name for name in ('PyQt6', 'sqlalchemy', 'starlette') if name in sys.modules])"
    )

    assert loaded == "[]"


@pytest.mark.requirement("R50")
def test_that_a_host_without_an_application_loads_no_qt_and_has_no_window() -> None:
    told = run_python(
        "import sys\n"
        "from fake_host import FakeHost\n"
        "with FakeHost(load_entry_points=False) as host:\n"
        "    print(host.window, host.context.user.name, any(name.startswith('PyQt6') for name in sys.modules))\n"
    )

    assert told == "None Marta Ordóñez False"


@pytest.mark.requirement("R50")
def test_that_a_host_with_nothing_given_has_a_demo_clinic_and_a_local_provider(qapp: QApplication) -> None:
    with FakeHost(load_entry_points=False) as host:
        file = Path(str(host.database.engine.url.database))
        provider = host.provider
        assert provider is not None

        assert host.database.has_patients()
        assert host.context.deployment["sms.provider_url"] == provider.url
        assert host.context.secrets.get("sms.api_user") == provider.user
        assert host.context.secrets.get("sms.api_token") == provider.token
        assert host.window is not None
        assert host.window.isVisible()

    assert not file.exists()


def test_that_a_local_service_given_by_url_gets_its_usual_user_and_token(
    qapp: QApplication, open_host: OpenHost
) -> None:
    with LocalMensatek() as mensatek:
        host = open_host(provider_url=mensatek.url)

        assert host.provider is None
        assert host.context.deployment["sms.provider_url"] == mensatek.url
        assert host.context.secrets.get("sms.api_token") == mensatek.token


def test_that_no_invented_credentials_go_to_a_provider_on_another_machine(
    qapp: QApplication, open_host: OpenHost
) -> None:
    host = open_host(provider_url="https://sms.example.org", secrets={"sms.api_user": "own"})

    assert host.context.secrets.get("sms.api_user") == "own"
    assert host.context.secrets.get("sms.api_token") is None


@pytest.mark.requirement("R49")
@pytest.mark.parametrize("hook", ["orthos_startup", "orthos_panels", "orthos_patient_selected", "orthos_shutdown"])
def test_that_a_plugin_that_fails_anywhere_leaves_host_and_neighbours_running(
    qapp: QApplication, open_host: OpenHost, hook: str
) -> None:
    neighbour = Recorder("neighbour")
    host = open_host(FailsAt(hook, SystemExit(1)), neighbour)

    host.desk.show_patient(None, "test")
    host.desk.show_patient(_patient(host), "test")
    host.close()

    assert [entry[0] for entry in neighbour.heard] == ["startup", "selected", "shutdown"]
    assert [(problem.plugin, problem.where) for problem in host.problems] == [("failsat", hook)]


@pytest.mark.requirement("R49")
def test_that_a_plugin_that_could_not_start_is_asked_nothing_more(qapp: QApplication, open_host: OpenHost) -> None:
    failing = FailsAt("orthos_startup", ValueError("no"))
    host = open_host(failing)

    assert host.plugins.get_plugins() == set()


@pytest.mark.requirement("R49")
def test_that_a_mismatch_of_contracts_names_both_versions_in_one_sentence(
    qapp: QApplication, open_host: OpenHost, qtbot: object
) -> None:
    host = open_host(Recorder(api="9.3"))
    host.desk.mailbox.deliver()

    assert [notice.text for notice in host.notices] == [
        "El complemento «recorder» no se ha cargado: pide la versión 9.3 y este programa ofrece la 1.0; "
        "lo demás funciona."
    ]


def test_that_the_window_is_there_but_hidden_when_plugins_start_and_stop(
    qapp: QApplication, open_host: OpenHost
) -> None:
    seen: list[tuple[str, bool]] = []

    class Watcher(Recorder):
        def look(self, when: str) -> None:
            windows = [one for one in QApplication.topLevelWidgets() if one.objectName() == "host.window"]
            seen.append((when, any(window.isVisible() for window in windows)))

    class Plugin(Watcher):
        @hookimpl
        def orthos_startup(self, host: HostContext) -> None:
            self.look("startup")

        @hookimpl
        def orthos_shutdown(self, host: HostContext) -> None:
            self.look("shutdown")

    host = open_host(Plugin())
    assert host.window is not None
    assert host.window.isVisible()
    host.close()

    assert seen == [("startup", False), ("shutdown", False)]


def test_that_closing_twice_stops_plugins_once(qapp: QApplication, open_host: OpenHost) -> None:
    recorder = Recorder()
    host = open_host(recorder)

    host.close()
    host.close()

    assert recorder.heard_of("shutdown") == [("shutdown",)]


def test_that_settings_survive_a_restart_of_the_host(qapp: QApplication, open_host: OpenHost) -> None:
    first = open_host()
    first.context.settings.set("sms.columns", {"Nombre": 240})
    first.close()

    assert open_host().context.settings.get("sms.columns") == {"Nombre": 240}


def test_that_an_account_is_found_by_name_and_brings_seat_and_permissions(
    qapp: QApplication, open_host: OpenHost
) -> None:
    context = open_host(user="Rosa Iturbe").context

    assert (context.user.id, context.workstation) == ("rosa", "Gabinete 1")
    assert context.has_permission("sms.see")
    assert not context.has_permission("sms.send")


def test_that_a_failed_opening_leaves_nothing_open(qapp: QApplication, tmp_path: Path) -> None:
    host = FakeHost("sqlite://", NO_PROVIDER, load_entry_points=False)

    with pytest.raises(ValueError, match="memory"):
        host.__enter__()

    assert host.window is None


def _patient(host: FakeHost) -> PatientRef:
    return search_patients(host.database, "García")[0]
