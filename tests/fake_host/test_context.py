"""The host's side of the contract: what it answers, on which thread, and whom it tells."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy import event, select, text

from fake_host import FakeHost
from fake_host.clinic.agenda import dispatch_codes
from fake_host.clinic.groups import group_members
from fake_host.clinic.patients import Phone, replace_phones, search_patients
from hookspecs import AppointmentRef, Editor, HostContext, NotifyLevel, PatientRef, Report
from hookspecs.clinic import Patient
from tests.fake_host.plugins import Recorder

OpenHost = Callable[..., FakeHost]
OnWorker = Callable[[Callable[[], Any]], Any]


def someone(host: FakeHost, text: str = "García") -> PatientRef:
    return search_patients(host.database, text)[0]


def is_contract(context: HostContext) -> HostContext:
    """Checked by mypy: what the host hands out fulfils the contract."""
    return context


GUI_ONLY: dict[str, Callable[[HostContext, PatientRef], Any]] = {
    "session": lambda context, _: context.session,
    "current_patient": lambda context, _: context.current_patient,
    "show_patient": lambda context, patient: context.show_patient(patient),
    "open_editor": lambda context, patient: context.open_editor(Editor.PHONES, patient),
    "has_editor": lambda context, _: context.has_editor(Editor.PHONES),
    "documents_folder": lambda context, patient: context.documents_folder(patient),
    "show_report": lambda context, _: context.show_report(Report("Título", {}, (), ())),
}
WORKER_ONLY: dict[str, Callable[[HostContext, PatientRef], Any]] = {
    "groups": lambda context, _: context.groups(),
    "create_group": lambda context, _: context.create_group("Nuevo"),
    "add_to_group": lambda context, patient: context.add_to_group(1, [patient.id]),
    "patient_facts": lambda context, patient: context.patient_facts(patient),
    "appointment_sms_sent": lambda context, patient: context.appointment_sms_sent(AppointmentRef(1, patient), "c"),
}
ANYWHERE: dict[str, Callable[[HostContext, PatientRef], Any]] = {
    "notify": lambda context, _: context.notify(NotifyLevel.INFO, "Listo."),
    "hooks": lambda context, _: context.hooks.each("orthos_plugin_info"),
    "settings": lambda context, _: context.settings.get("nothing"),
    "deployment": lambda context, _: context.deployment["sms.provider_url"],
    "secrets": lambda context, _: context.secrets,
    "has_permission": lambda context, _: context.has_permission("sms.see"),
    "user": lambda context, _: context.user,
    "workstation": lambda context, _: context.workstation,
    "site": lambda context, _: context.site,
    "session_factory": lambda context, _: context.session_factory,
}


def test_that_every_member_of_the_contract_is_in_one_of_the_three_lists() -> None:
    members = {name for name in vars(HostContext) if not name.startswith("_")}

    assert members == GUI_ONLY.keys() | WORKER_ONLY.keys() | ANYWHERE.keys()


@pytest.mark.parametrize("name", GUI_ONLY)
def test_that_a_call_of_the_gui_thread_raises_on_a_worker(
    qapp: QApplication, open_host: OpenHost, on_worker: OnWorker, name: str
) -> None:
    host = open_host()
    patient = someone(host)

    with pytest.raises(RuntimeError, match="GUI thread"):
        on_worker(lambda: GUI_ONLY[name](is_contract(host.context), patient))
    GUI_ONLY[name](host.context, patient)


@pytest.mark.parametrize("name", WORKER_ONLY)
def test_that_a_workers_call_raises_on_the_gui_thread(
    qapp: QApplication, open_host: OpenHost, on_worker: OnWorker, name: str
) -> None:
    host = open_host()
    patient = someone(host)

    with pytest.raises(RuntimeError, match="GUI thread"):
        WORKER_ONLY[name](host.context, patient)
    on_worker(lambda: WORKER_ONLY[name](host.context, patient))


@pytest.mark.parametrize("name", ANYWHERE)
def test_that_the_rest_may_be_called_on_any_thread(
    qapp: QApplication, open_host: OpenHost, on_worker: OnWorker, name: str
) -> None:
    host = open_host()
    patient = someone(host)

    ANYWHERE[name](host.context, patient)
    on_worker(lambda: ANYWHERE[name](host.context, patient))


@pytest.mark.requirement("R47")
def test_that_showing_a_patient_makes_it_current_and_tells_every_plugin_once(
    qapp: QApplication, open_host: OpenHost
) -> None:
    recorder = Recorder()
    host = open_host(recorder)
    patient = someone(host)

    host.context.show_patient(patient)
    host.context.show_patient(patient)

    assert host.context.current_patient == patient
    assert recorder.heard_of("selected") == [("selected", patient, "plugin")]


def test_that_facts_are_read_once_and_again_after_a_change(
    qapp: QApplication, open_host: OpenHost, on_worker: OnWorker, qtbot: QtBot
) -> None:
    host = open_host()
    patient = someone(host)
    statements: list[str] = []
    event.listen(host.database.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))

    first = on_worker(lambda: host.context.patient_facts(patient))
    read_once = len(statements)
    again = on_worker(lambda: host.context.patient_facts(patient))
    assert (first, len(statements)) == (again, read_once)

    folder = host.database.documents.make_folder(patient.code)
    (folder / "consentimiento.txt").write_text("leído", encoding="utf-8")
    host.desk.patient_changed(patient, "person")
    qtbot.waitUntil(lambda: on_worker(lambda: host.context.patient_facts(patient)).has_documents, timeout=5_000)
    assert len(statements) > read_once


def test_that_opening_the_documents_folder_lets_the_facts_be_read_again(
    qapp: QApplication, open_host: OpenHost, on_worker: OnWorker
) -> None:
    host = open_host()
    patient = someone(host)
    assert not on_worker(lambda: host.context.patient_facts(patient)).has_documents
    folder = host.database.documents.make_folder(patient.code)

    assert host.context.documents_folder(patient) == folder
    (folder / "radiografia.txt").write_text("x", encoding="utf-8")

    assert on_worker(lambda: host.context.patient_facts(patient)).has_documents


def test_that_a_code_cannot_lead_out_of_the_documents_root(qapp: QApplication, open_host: OpenHost) -> None:
    host = open_host()

    assert host.context.documents_folder(PatientRef(1, "../..", "García, Ana")) is None


def test_that_patients_added_to_a_group_are_counted_once_and_told_after_the_commit(
    qapp: QApplication, open_host: OpenHost, on_worker: OnWorker, qtbot: QtBot
) -> None:
    recorder = Recorder()
    host = open_host(recorder)
    old, new = someone(host, "Ñíguez"), someone(host, "Zabala")
    group = next(one for one in on_worker(host.context.groups) if one.name == "Higiene")

    added = on_worker(lambda: host.context.add_to_group(group.id, [old.id, new.id, new.id]))

    assert added == 1
    qtbot.waitUntil(lambda: recorder.heard_of("changed") == [("changed", new, "groups")], timeout=5_000)
    assert group_members(host.database, group.id) == [old, new]


def test_that_groups_tell_their_sizes_by_name_and_a_taken_name_is_refused(
    qapp: QApplication, open_host: OpenHost, on_worker: OnWorker
) -> None:
    context = open_host().context

    assert [(group.name, group.size) for group in on_worker(context.groups)] == [("Higiene", 1), ("Ortodoncia", 3)]
    with pytest.raises(ValueError, match="taken"):
        on_worker(lambda: context.create_group("ORTODONCIA"))


def test_that_an_appointments_sms_is_kept_once_however_often_it_is_told(
    qapp: QApplication, open_host: OpenHost, on_worker: OnWorker, qtbot: QtBot
) -> None:
    recorder = Recorder()
    host = open_host(recorder)
    appointment = AppointmentRef(7, someone(host))

    on_worker(lambda: host.context.appointment_sms_sent(appointment, "abc"))
    on_worker(lambda: host.context.appointment_sms_sent(appointment, "abc"))

    assert dispatch_codes(host.database, 7) == ["abc"]
    qtbot.waitUntil(lambda: ("changed", appointment.patient, "appointments") in recorder.heard, timeout=5_000)


def test_that_a_report_without_a_viewer_is_said_to_be_neither_open_nor_logged(
    qapp: QApplication, open_host: OpenHost, qtbot: QtBot
) -> None:
    host = open_host()

    host.context.show_report(Report("Envíos del 23/11", {}, (), ()))

    qtbot.waitUntil(lambda: len(host.notices) == 1, timeout=5_000)
    assert host.notices[0].level is NotifyLevel.WARNING
    assert "«Envíos del 23/11» no se ha abierto ni registrado" in host.notices[0].text


def test_that_only_the_editors_that_exist_are_offered(qapp: QApplication, open_host: OpenHost) -> None:
    host = open_host()

    assert [editor for editor in Editor if host.context.has_editor(editor)] == [Editor.PHONES]
    assert not host.context.open_editor(Editor.LETTERS, someone(host))


def test_that_the_live_session_can_join_a_transaction_that_the_host_then_commits(
    qapp: QApplication, open_host: OpenHost
) -> None:
    host = open_host()
    session = host.context.session

    session.execute(text("UPDATE patient SET email = 'nueva@correo.example' WHERE code = '000001'"))
    session.commit()

    with host.context.session_factory() as other:
        assert other.scalar(select(Patient.email).where(Patient.code == "000001")) == "nueva@correo.example"


def test_that_the_vault_shows_no_secret_in_its_repr(qapp: QApplication, open_host: OpenHost) -> None:
    host = open_host(secrets={"sms.api_token": "muy-secreto"})

    assert "muy-secreto" not in repr(host.context.secrets)
    assert "muy-secreto" not in repr(vars(host.context))


def test_that_a_plugin_cannot_change_the_deployment(qapp: QApplication, open_host: OpenHost) -> None:
    deployment: Any = open_host().context.deployment

    with pytest.raises(TypeError):
        deployment["sms.provider_url"] = "http://elsewhere"


def test_that_phones_saved_elsewhere_do_not_stay_in_the_facts_of_a_host_that_is_told(
    qapp: QApplication, open_host: OpenHost, on_worker: OnWorker, qtbot: QtBot, tmp_path: Path
) -> None:
    recorder = Recorder()
    host = open_host(recorder)
    patient = someone(host)
    on_worker(lambda: replace_phones(host.database, patient.id, [Phone("612 555 000", sms_selected=True)]))

    host.desk.patient_changed(patient, "phones")

    qtbot.waitUntil(lambda: recorder.heard_of("changed") == [("changed", patient, "phones")], timeout=5_000)
