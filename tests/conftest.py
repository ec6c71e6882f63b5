"""What every test stands on: a machine of its own, without display, key ring, settings or network."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.support.gui_thread import take_faults, watch
from tests.support.network import guard_network, take_attempts

pytest_plugins = ["pytester", "tests.support.databases", "tests.support.requirements_report"]

# Before anything imports Qt: it reads these once. Qt distrusts the plain C locale and warns about it.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["LC_ALL"] = "C.UTF-8"
# Nobody's own key ring is read or written by a test.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"

guard_network()
watch()


@pytest.fixture(scope="session", autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Settings and data folders of this run instead of the person's; child processes inherit them."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as environment:
        for variable, folder in (
            ("XDG_CONFIG_HOME", "config"),
            ("XDG_DATA_HOME", "data"),
            ("XDG_STATE_HOME", "state"),
            ("XDG_DOCUMENTS_DIR", "documents"),
        ):
            environment.setenv(variable, str(home / folder))
        yield


@pytest.fixture(autouse=True)
def _no_outside_network() -> Iterator[None]:
    take_attempts()
    yield
    tried = take_attempts()
    assert not tried, f"this test tried to reach {', '.join(tried)}"


@pytest.fixture(autouse=True)
def _calm_gui_thread() -> Iterator[None]:
    take_faults()
    yield
    faults = take_faults()
    assert not faults, "; ".join(sorted(set(faults)))
