"""Pictures of the running program: every scene, light and dark."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PyQt6.QtWidgets import QLineEdit, QListWidget, QWidget

from fake_host.clinic.patients import search_patients
from fake_host.hands import let_live, wait_until
from fake_host.host import FakeHost
from fake_host.window.theme import THEMES
from hookspecs import PatientRef


class Stage:
    """The window in which scenes are set up. Put back to its first state before every scene."""

    def __init__(self, host: FakeHost) -> None:
        window = host.window
        if window is None:
            raise ValueError("pictures need a host with a window")
        self.host = host
        self.window = window

    def wait(self, holds: Callable[[], bool], limit_s: float = 20) -> None:
        """Let the window live until `holds`.

        Raises:
            TimeoutError: It did not in time: the picture would be of something else.
        """
        if not wait_until(holds, time.monotonic() + limit_s):
            raise TimeoutError("a scene did not come about")
        let_live(60)

    def find(self, text: str) -> PatientRef:
        """Give the first patient that matches."""
        return search_patients(self.host.database, text)[0]

    def dialog(self, name: str) -> QWidget:
        """Give an open dialog by its object name."""
        found = self.window.findChild(QWidget, name)
        assert found is not None, name
        return found

    def reset(self) -> None:
        """Close dialogs and modules, and forget the current patient."""
        self.window.close_dialogs()
        for name in ("patients", "agenda"):
            self.window.hide_module(name)
        self.host.desk.show_patient(None, "screenshots")
        let_live(20)


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture: sets the stage and gives the widget to draw."""

    name: str
    set_up: Callable[[Stage], QWidget]


def main_window(stage: Stage) -> QWidget:
    stage.window.open_first_panel()
    return stage.window


def patients(stage: Stage) -> QWidget:
    patient = stage.find("salvatierra")
    stage.window.show_module("patients")
    stage.wait(lambda: bool(stage.window.patients.grid.rows.rows))
    stage.window.patients.search.setText(patient.name)
    stage.window.patients.look_up()
    stage.wait(lambda: stage.window.patients.grid.rows.row_of(patient) is not None)
    stage.host.desk.show_patient(patient, "screenshots")
    stage.wait(lambda: "SMS" in stage.window.patients.card.lines["phones"].text())
    return stage.window


def agenda(stage: Stage) -> QWidget:
    stage.window.show_module("agenda")
    stage.wait(lambda: bool(stage.window.agenda.grid.rows.rows))
    stage.host.desk.show_patient(stage.window.agenda.grid.rows.rows[4].patient, "screenshots")
    return stage.window


def group_editor(stage: Stage) -> QWidget:
    stage.window.open_groups()
    dialog = stage.dialog("host.groups")
    groups = dialog.findChild(QListWidget, "host.groups.list")
    search = dialog.findChild(QLineEdit, "host.groups.search")
    assert groups is not None
    assert search is not None
    stage.wait(lambda: groups.count() > 5)
    groups.setCurrentRow(5)
    stage.wait(search.isEnabled)
    return dialog


def phone_editor(stage: Stage) -> QWidget:
    stage.window.open_phones(stage.find("de la vega, covadonga"))
    dialog = stage.dialog("host.phones")
    stage.wait(lambda: dialog.findChild(QLineEdit, "host.phones.number.0") is not None)
    return dialog


def help_window(stage: Stage) -> QWidget:
    stage.window.open_help()
    return stage.dialog("host.help_dialog")


SCENES: list[Scene] = [
    Scene("host-main", main_window),
    Scene("host-patients", patients),
    Scene("host-agenda", agenda),
    Scene("host-groups", group_editor),
    Scene("host-phones", phone_editor),
    Scene("host-help", help_window),
]


def take_all(
    host: FakeHost, folder: Path, language: str = "es", scenes: Sequence[Scene] | None = None
) -> Iterator[Path]:
    """Save every scene in every theme as ``name-theme-language.png`` and give the files as they are made."""
    folder.mkdir(parents=True, exist_ok=True)
    stage = Stage(host)
    for theme in THEMES:
        stage.window.set_theme(theme)
        for scene in SCENES if scenes is None else scenes:
            stage.reset()
            widget = scene.set_up(stage)
            let_live(50)
            file = folder / f"{scene.name}-{theme}-{language}.png"
            if not widget.grab().save(str(file)):
                raise OSError(f"{file.name} could not be written")
            yield file
