"""The phone editor and the group editor: what they store, refuse and take back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QAbstractButton, QApplication, QLabel, QRadioButton
from pytestqt.qtbot import QtBot

from fake_host import FakeHost
from fake_host.clinic.groups import group_members
from fake_host.clinic.patients import read_phones, search_patients
from fake_host.hands import click, type_text
from fake_host.hands import press as press_key
from fake_host.reads import all_groups
from fake_host.window.group_editor import GroupEditor
from fake_host.window.phone_editor import PhoneEditor
from hookspecs import Editor
from tests.fake_host.plugins import Recorder

OpenHost = Callable[..., FakeHost]


def phone_editor(host: FakeHost, qtbot: QtBot, who: str) -> PhoneEditor:
    patient = search_patients(host.database, who)[0]
    assert host.context.open_editor(Editor.PHONES, patient)
    assert host.window is not None
    editor = next(one for one in host.window.findChildren(PhoneEditor) if one.patient == patient)
    qtbot.waitUntil(lambda: bool(editor.numbers), timeout=5_000)
    return editor


def group_editor(host: FakeHost, qtbot: QtBot, group: str) -> GroupEditor:
    assert host.window is not None
    host.window.open_groups()
    editor = host.window.findChild(GroupEditor)
    qtbot.waitUntil(lambda: editor.list.count() > 0, timeout=5_000)
    names = [line.name for line in all_groups(host.database)]
    editor.list.setCurrentRow(names.index(group))
    qtbot.waitUntil(editor.search.isEnabled, timeout=5_000)
    return editor


def press(editor: PhoneEditor | GroupEditor, name: str) -> None:
    button = editor.findChild(QAbstractButton, name)
    click(button)


def phones(host: FakeHost, who: str) -> list[tuple[str, str, bool]]:
    patient = search_patients(host.database, who)[0]
    return [(phone.number, phone.kind, phone.sms_selected) for phone in read_phones(host.database, patient.id)]


@pytest.mark.requirement("R14", "R30")
def test_that_choosing_the_mobile_stores_it_and_tells_everybody_after_the_commit(
    qapp: QApplication, open_host: OpenHost, qtbot: QtBot
) -> None:
    recorder = Recorder()
    host = open_host(recorder)
    editor = phone_editor(host, qtbot, "Zabala")
    assert editor.objectName() == "host.phones"
    patient = editor.patient

    editor.findChild(QRadioButton, "host.phones.sms.1").click()
    press(editor, "host.phones.save")

    qtbot.waitUntil(lambda: recorder.heard_of("changed") == [("changed", patient, "phones")], timeout=5_000)
    assert phones(host, "Zabala") == [("612345 (madre)", "mobile", False), ("612 555 014", "mobile", True)]


def test_that_none_can_be_chosen_and_phones_added_and_removed(
    qapp: QApplication, open_host: OpenHost, qtbot: QtBot
) -> None:
    host = open_host()
    editor = phone_editor(host, qtbot, "García")

    press(editor, "host.phones.add")
    type_text(editor.numbers[1], "+44 7400 555123")
    press(editor, "host.phones.remove.0")
    assert editor.findChild(QRadioButton, "host.phones.none").isChecked()
    press(editor, "host.phones.save")

    qtbot.waitUntil(lambda: phones(host, "García") == [("+44 7400 555123", "mobile", False)], timeout=5_000)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Hay una línea sin número"),
        ("casa de su madre", "«casa de su madre» no es un teléfono: escriba cifras"),
        ("61255", "le faltan o le sobran cifras"),
        ("612 555 014 612 555 014", "le faltan o le sobran cifras"),
        ("910 555 101", "no es un móvil"),
    ],
)
def test_that_an_obviously_wrong_number_is_refused_in_one_sentence_and_nothing_is_stored(
    qapp: QApplication, open_host: OpenHost, qtbot: QtBot, typed: str, sentence: str
) -> None:
    host = open_host()
    editor = phone_editor(host, qtbot, "García")

    editor.numbers[0].setText(typed)
    press(editor, "host.phones.save")

    assert sentence in editor.findChild(QLabel, "host.phones.problem").text()
    assert editor.isVisible()
    assert phones(host, "García") == [("660 555 312", "mobile", True)]


def test_that_an_old_malformed_number_may_stay_but_cannot_be_chosen_for_sms(
    qapp: QApplication, open_host: OpenHost, qtbot: QtBot
) -> None:
    host = open_host()
    editor = phone_editor(host, qtbot, "Zabala")

    editor.findChild(QRadioButton, "host.phones.sms.0").click()
    press(editor, "host.phones.save")

    assert "612345 (madre)" in editor.findChild(QLabel, "host.phones.problem").text()


def test_that_escape_closes_the_phone_editor_and_stores_nothing(
    qapp: QApplication, open_host: OpenHost, qtbot: QtBot
) -> None:
    host = open_host()
    editor = phone_editor(host, qtbot, "García")
    editor.numbers[0].setText("612 555 999")

    press_key(editor, Qt.Key.Key_Escape)

    assert not editor.isVisible()
    assert phones(host, "García") == [("660 555 312", "mobile", True)]


def test_that_a_phone_changed_at_another_seat_is_not_overwritten(
    qapp: QApplication, open_host: OpenHost, qtbot: QtBot
) -> None:
    host = open_host()
    editor = phone_editor(host, qtbot, "García")
    with host.database.session_factory.begin() as session:
        session.connection().exec_driver_sql("DELETE FROM patient_phone")

    press(editor, "host.phones.save")

    problem = editor.findChild(QLabel, "host.phones.problem")
    qtbot.waitUntil(lambda: problem.text().startswith("Otro puesto ha cambiado"), timeout=5_000)


def test_that_no_editor_is_modal_and_the_same_one_comes_back(
    qapp: QApplication, open_host: OpenHost, qtbot: QtBot
) -> None:
    host = open_host()

    first = phone_editor(host, qtbot, "García")

    assert phone_editor(host, qtbot, "García") is first
    assert not first.isModal()
    assert not group_editor(host, qtbot, "Higiene").isModal()


def test_that_members_are_added_by_search_removed_and_stored_in_one_go(
    qapp: QApplication, open_host: OpenHost, qtbot: QtBot
) -> None:
    recorder = Recorder()
    host = open_host(recorder)
    editor = group_editor(host, qtbot, "Higiene")
    group = next(line for line in all_groups(host.database) if line.name == "Higiene")
    [old] = group_members(host.database, group.id)

    editor.members.selectRow(0)
    press(editor, "host.groups.remove")
    type_text(editor.search, "zabala")
    press_key(editor.search, Qt.Key.Key_Return)
    add = editor.findChild(QAbstractButton, "host.groups.add")
    qtbot.waitUntil(add.isEnabled, timeout=5_000)
    press(editor, "host.groups.add")
    assert group_members(host.database, group.id) == [old]
    press(editor, "host.groups.save")

    qtbot.waitUntil(lambda: len(recorder.heard_of("changed")) == 2, timeout=5_000)
    [new] = group_members(host.database, group.id)
    assert new.name == "Zabala, Ane"
    assert {entry[1] for entry in recorder.heard_of("changed")} == {old, new}


def test_that_a_group_is_renamed_and_retired_without_losing_members(
    qapp: QApplication, open_host: OpenHost, qtbot: QtBot, on_worker: Callable[..., object]
) -> None:
    host = open_host()
    editor = group_editor(host, qtbot, "Ortodoncia")

    editor.name.selectAll()
    type_text(editor.name, "Ortodoncia 2026")
    editor.active.click()
    press(editor, "host.groups.save")

    def stored() -> list[tuple[str, bool, int]]:
        return [(line.name, line.active, line.size) for line in all_groups(host.database)]

    qtbot.waitUntil(lambda: stored() == [("Higiene", True, 1), ("Ortodoncia 2026", False, 3)], timeout=5_000)
    assert [group.name for group in on_worker(host.context.groups)] == ["Higiene"]  # type: ignore[attr-defined]  # a list


def test_that_a_new_group_is_made_by_saving_and_a_taken_name_is_refused(
    qapp: QApplication, open_host: OpenHost, qtbot: QtBot
) -> None:
    host = open_host()
    editor = group_editor(host, qtbot, "Higiene")

    press(editor, "host.groups.new")
    type_text(editor.name, "higiene")
    press(editor, "host.groups.save")
    problem = editor.findChild(QLabel, "host.groups.problem")
    qtbot.waitUntil(lambda: "Ya hay un grupo con ese nombre" in problem.text(), timeout=5_000)

    type_text(editor.name, " infantil")
    press(editor, "host.groups.save")

    qtbot.waitUntil(lambda: "higiene infantil" in [one.name for one in all_groups(host.database)], timeout=5_000)


def test_that_escape_takes_back_changes_first_and_closes_only_then(
    qapp: QApplication, open_host: OpenHost, qtbot: QtBot
) -> None:
    editor = group_editor(open_host(), qtbot, "Ortodoncia")
    type_text(editor.name, "x")

    press_key(editor, Qt.Key.Key_Escape)
    assert (editor.isVisible(), editor.name.text()) == (True, "Ortodoncia")
    press_key(editor, Qt.Key.Key_Escape)

    assert not editor.isVisible()


def test_that_another_group_cannot_be_chosen_while_changes_wait(
    qapp: QApplication, open_host: OpenHost, qtbot: QtBot
) -> None:
    editor = group_editor(open_host(), qtbot, "Ortodoncia")
    type_text(editor.name, "x")

    editor.list.setCurrentRow(0)

    assert editor.name.text() == "Ortodonciax"
    assert editor.list.currentRow() == 1
    assert "sin guardar" in editor.findChild(QLabel, "host.groups.problem").text()


@pytest.mark.parametrize("who", ["phones", "groups"])
def test_that_mnemonics_are_unique_in_every_editor(
    qapp: QApplication, open_host: OpenHost, qtbot: QtBot, who: str
) -> None:
    host = open_host()
    editor = phone_editor(host, qtbot, "García") if who == "phones" else group_editor(host, qtbot, "Higiene")

    texts = [button.text() for button in editor.findChildren(QAbstractButton)]
    texts += [label.text() for label in editor.findChildren(QLabel) if label.buddy() is not None]
    letters = [text[text.index("&") + 1].lower() for text in texts if "&" in text]

    assert letters
    assert len(letters) == len(set(letters))
