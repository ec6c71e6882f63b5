from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, select

from orthos_sms_plugin.domain.errors import NameTakenError
from orthos_sms_plugin.domain.templates import MessageClass, SmsTemplate
from orthos_sms_plugin.domain.text import Tildes
from orthos_sms_plugin.persistence.tables import audit, batch
from orthos_sms_plugin.persistence.templates import SqlTemplates
from orthos_sms_plugin.persistence.units import SessionFactory, reading, writing

REMINDER = SmsTemplate(
    id=0,
    name="Recordatorio de cita",
    text="Hola {nombre}: le esperamos mañana. ¡Traiga su informe! 10 € 😀",
    message_class=MessageClass.CARE,
    tildes=Tildes.KEEP,
)


@pytest.fixture
def templates(factory: SessionFactory) -> SqlTemplates:
    return SqlTemplates(factory, workstation="Recepción 2")


def send_with(factory: SessionFactory, template_id: int) -> None:
    moment = datetime(2026, 3, 10, tzinfo=UTC)
    words = dict.fromkeys(("title", "sender", "account", "user_id", "user_name", "workstation", "runner"), "x")
    numbers = dict.fromkeys(("runner_beat_ms", "not_before_ms", "not_after_ms"), 0)
    with writing(factory) as connection:
        connection.execute(
            insert(batch).values(
                row_scope="0" * 64,
                template_id=template_id,
                message_class="care",
                one_per_phone=True,
                state="done",
                created_at=moment,
                **words,
                **numbers,
            )
        )


@pytest.mark.requirement("R05")
def test_that_a_saved_message_comes_back_letter_by_letter_with_its_id(templates: SqlTemplates) -> None:
    saved = templates.save(REMINDER, user="Marta")

    assert saved == replace(REMINDER, id=saved.id)
    assert saved.id > 0
    assert list(templates.all()) == [saved]


@pytest.mark.requirement("R05")
def test_that_saving_a_known_message_overwrites_it(templates: SqlTemplates) -> None:
    saved = templates.save(REMINDER, user="Marta")

    again = templates.save(replace(saved, text="Hola", active=False), user="Marta")

    assert again.id == saved.id
    assert list(templates.all()) == [replace(saved, text="Hola", active=False)]


def test_that_a_message_deleted_by_someone_else_meanwhile_is_saved_again(templates: SqlTemplates) -> None:
    saved = templates.save(REMINDER, user="Marta")
    templates.delete(saved.id, user="Luis")

    again = templates.save(replace(saved, text="Hola"), user="Marta")

    assert list(templates.all()) == [again]


@pytest.mark.parametrize("name", ["Recordatorio de cita", "RECORDATORIO DE CITA", " Recordatorio  de cita "])
def test_that_no_two_messages_have_the_same_name(templates: SqlTemplates, name: str) -> None:
    templates.save(REMINDER, user="Marta")

    with pytest.raises(NameTakenError):
        templates.save(replace(REMINDER, name=name), user="Marta")

    assert len(templates.all()) == 1


def test_that_names_which_differ_by_an_accent_are_two_names(templates: SqlTemplates) -> None:
    for name in ("Revisión", "Revision"):
        templates.save(replace(REMINDER, name=name), user="Marta")

    assert [one.name for one in templates.all()] == ["Revision", "Revisión"]


def test_that_messages_are_listed_in_spanish_order(templates: SqlTemplates) -> None:
    for name in ("Oferta", "Ñandú", "Árbol", "nota"):
        templates.save(replace(REMINDER, name=name), user="Marta")

    assert [one.name for one in templates.all()] == ["Árbol", "nota", "Ñandú", "Oferta"]


def test_that_a_message_never_sent_is_deleted_and_one_sent_is_only_retired(
    templates: SqlTemplates, factory: SessionFactory
) -> None:
    unsent = templates.save(REMINDER, user="Marta")
    sent = templates.save(replace(REMINDER, name="Cierre"), user="Marta")
    send_with(factory, sent.id)

    deleted = [templates.delete(one.id, user="Marta") for one in (unsent, sent)]

    assert deleted == [True, False]
    assert list(templates.all()) == [replace(sent, active=False)]


def test_that_every_change_of_a_message_is_in_the_audit_log_without_its_text(
    templates: SqlTemplates, factory: SessionFactory
) -> None:
    saved = templates.save(REMINDER, user="Marta")
    templates.delete(saved.id, user="Luis")

    with reading(factory) as connection:
        records = connection.execute(select(audit).order_by(audit.c.id)).all()

    assert [(row.action, row.user, row.workstation) for row in records] == [
        ("template_saved", "Marta", "Recepción 2"),
        ("template_deleted", "Luis", "Recepción 2"),
    ]
    assert all(row.detail == f'{{"template": {saved.id}}}' for row in records)
