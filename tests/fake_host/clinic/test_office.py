from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from fake_host.clinic.database import ClinicDatabase
from fake_host.clinic.office import (
    find_account,
    list_accounts,
    list_actions,
    list_prints,
    list_sites,
    log_action,
    log_print,
    read_settings,
    write_settings,
)
from fake_host.clinic.people import RECEPTION_USER, fill_office
from hookspecs import Site


def test_that_the_office_has_its_branch_and_users_with_different_rights(database: ClinicDatabase) -> None:
    fill_office(database)
    fill_office(database)  # a second host finds it done

    assert list_sites(database) == [Site(1, "Clínica Dental Arce", "910 555 200")]
    assert [account.user.name for account in list_accounts(database)] == [
        "Marta Ordóñez",
        "Nuria Peñalba",
        "Rosa Iturbe",
    ]
    marta = find_account(database, RECEPTION_USER)
    assert marta is not None
    assert marta.workstation == "Recepción 2"
    assert {"sms.see", "sms.send", "sms.export", "sms.configure", "sms.decide", "sms.exceed_cap"} == marta.permissions
    assert [account.user.name for account in list_accounts(database) if account.permissions == {"sms.see"}] == [
        "Rosa Iturbe"
    ]
    assert find_account(database, "nobody") is None


def test_that_each_users_settings_are_kept_apart_and_the_last_write_stays(database: ClinicDatabase) -> None:
    write_settings(database, "marta", {"columns": [1, 2], "language": "es"})
    write_settings(database, "nuria", {"language": "en"})
    write_settings(database, "marta", {"columns": [2], "ñ": None})

    assert read_settings(database, "marta") == {"columns": [2], "ñ": None}
    assert read_settings(database, "nuria") == {"language": "en"}
    assert read_settings(database, "rosa") == {}


@pytest.mark.requirement("R27")
def test_that_the_print_log_says_who_printed_what_when_newest_first(database: ClinicDatabase) -> None:
    for title in ("Agenda", "Envíos"):
        log_print(database, user_id="marta", workstation="Recepción 2", title=title, parameters={"Día": "23/11"})

    newest, oldest = list_prints(database)

    assert (newest.title, oldest.title) == ("Envíos", "Agenda")
    assert (newest.user_id, newest.workstation, newest.parameters) == ("marta", "Recepción 2", {"Día": "23/11"})
    assert timedelta() <= datetime.now(UTC) - newest.printed_at < timedelta(minutes=1)
    assert len(list_prints(database, limit=1)) == 1


def test_that_the_action_log_says_who_did_what_newest_first(database: ClinicDatabase) -> None:
    log_action(database, user_id="marta", workstation="Recepción 2", action="phones.save", subject="001954")
    log_action(database, user_id="nuria", workstation="Recepción 1", action="group.create", detail="Higiene · ñ")

    newest, oldest = list_actions(database)

    assert (newest.action, newest.user_id, newest.detail) == ("group.create", "nuria", "Higiene · ñ")
    assert (oldest.action, oldest.subject) == ("phones.save", "001954")
    assert newest.happened_at.tzinfo is UTC
