"""The messages of the editor."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from orthos_sms_plugin.domain.errors import NameTakenError
from orthos_sms_plugin.domain.names import sort_key
from orthos_sms_plugin.domain.scopes import digest
from orthos_sms_plugin.domain.templates import MessageClass, SmsTemplate
from orthos_sms_plugin.domain.text import Tildes
from orthos_sms_plugin.persistence import audits
from orthos_sms_plugin.persistence.tables import batch
from orthos_sms_plugin.persistence.tables import template as sms_template
from orthos_sms_plugin.persistence.types import db_now
from orthos_sms_plugin.persistence.units import SessionFactory, read, retried


class SqlTemplates:
    """`TemplateStore`. Usable from any thread.

    Args:
        factory: The host's.
        workstation: For the audit log.
    """

    def __init__(self, factory: SessionFactory, *, workstation: str) -> None:
        self._factory = factory
        self._workstation = workstation

    def all(self) -> Sequence[SmsTemplate]:
        """Give every message, active or not, by name the Spanish way."""
        rows = read(self._factory, lambda c: c.execute(select(sms_template)).all())
        found = [
            SmsTemplate(
                id=row.id,
                name=row.name,
                text=row.text,
                message_class=MessageClass(row.message_class),
                tildes=Tildes(row.tildes),
                active=row.active,
            )
            for row in rows
        ]
        return sorted(found, key=lambda one: sort_key(one.name))

    def save(self, template: SmsTemplate, *, user: str) -> SmsTemplate:
        """Insert or overwrite; one that somebody deleted meanwhile is inserted again.

        Raises:
            NameTakenError: When another message has that name, give or take capitals.
        """
        try:
            saved_id = retried(self._factory, lambda connection: self._save(connection, template, user))
        except IntegrityError as error:
            raise NameTakenError(template.name) from error
        return replace(template, id=saved_id)

    def delete(self, template_id: int, *, user: str) -> bool:
        """Delete a message; one that was ever sent is only made inactive, and False is given."""
        return retried(self._factory, lambda connection: self._delete(connection, template_id, user))

    def _save(self, connection: Connection, saved: SmsTemplate, user: str) -> int:
        values = {
            "name": saved.name,
            "name_key": digest(_folded(saved.name)),
            "text": saved.text,
            "message_class": saved.message_class.value,
            "tildes": saved.tildes.value,
            "active": saved.active,
            "changed_at": db_now(),
            "changed_by": user[:120],
        }
        template_id = saved.id
        if not template_id or not _changes(connection, template_id, values):
            (template_id,) = connection.execute(insert(sms_template).values(values)).inserted_primary_key or (0,)
        self._audit(connection, "template_saved", template_id, user)
        return template_id

    def _delete(self, connection: Connection, template_id: int, user: str) -> bool:
        # A write comes first: it takes the lock under which we look whether it was ever sent.
        _changes(connection, template_id, {"active": False, "changed_at": db_now(), "changed_by": user[:120]})
        sent = connection.scalar(select(batch.c.id).where(batch.c.template_id == template_id).limit(1)) is not None
        if not sent:
            connection.execute(delete(sms_template).where(sms_template.c.id == template_id))
        self._audit(connection, "template_retired" if sent else "template_deleted", template_id, user)
        return not sent

    def _audit(self, connection: Connection, action: str, template_id: int, user: str) -> None:
        audits.record(connection, action, user=user, workstation=self._workstation, template=template_id)


def _changes(connection: Connection, template_id: int, values: Mapping[str, object]) -> bool:
    return connection.execute(update(sms_template).where(sms_template.c.id == template_id).values(values)).rowcount == 1


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
