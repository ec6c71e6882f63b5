from __future__ import annotations

import json

from sqlalchemy import select

from orthos_sms_plugin.persistence.settings import SqlSettings
from orthos_sms_plugin.persistence.tables import audit
from orthos_sms_plugin.persistence.units import SessionFactory, reading


def test_that_a_setting_keeps_its_last_value_for_every_seat(factory: SessionFactory) -> None:
    here, there = (SqlSettings(factory, workstation=name) for name in ("Recepción 1", "Recepción 2"))

    here.set("sender", "Clínica", user="Marta")
    here.set("grace_s", "5", user="Marta")
    there.set("sender", "CLINICA", user="Luis")

    assert here.all() == {"sender": "CLINICA", "grace_s": "5"}


def test_that_each_change_of_a_setting_is_audited_with_what_it_was(factory: SessionFactory) -> None:
    settings = SqlSettings(factory, workstation="Recepción 1")

    settings.set("sender", "Clínica", user="Marta")
    settings.set("sender", "CLINICA", user="Luis")

    with reading(factory) as connection:
        records = connection.execute(select(audit).order_by(audit.c.id)).all()
    assert [(row.user, row.workstation, json.loads(row.detail)) for row in records] == [
        ("Marta", "Recepción 1", {"key": "sender", "was": None, "became": "Clínica"}),
        ("Luis", "Recepción 1", {"key": "sender", "was": "Clínica", "became": "CLINICA"}),
    ]
