"""Clinic-wide settings in the database, so that every seat and worker has them."""

from __future__ import annotations

from sqlalchemy import Connection, select

from orthos_sms_plugin.persistence import audits
from orthos_sms_plugin.persistence.tables import setting
from orthos_sms_plugin.persistence.types import db_now
from orthos_sms_plugin.persistence.units import SessionFactory, read, retried
from orthos_sms_plugin.persistence.upserts import upsert_one


class SqlSettings:
    """`SettingStore`. Usable from any thread.

    Args:
        factory: The host's.
        workstation: For the audit log.
    """

    def __init__(self, factory: SessionFactory, *, workstation: str) -> None:
        self._factory = factory
        self._workstation = workstation

    def all(self) -> dict[str, str]:
        """Give every setting that was ever changed."""
        rows = read(self._factory, lambda c: c.execute(select(setting.c.key, setting.c.value)).all())
        return {row.key: row.value for row in rows}

    def set(self, key: str, value: str, *, user: str) -> None:
        """Change one, with an audit record of what it was."""

        def change(connection: Connection) -> None:
            # The write comes first and holds the row; what it was is read under its lock.
            connection.execute(setting.update().where(setting.c.key == key).values(changed_by=user[:120]))
            was = connection.scalar(select(setting.c.value).where(setting.c.key == key).with_for_update())
            upsert_one(connection, setting, key=key, value=value, changed_at=db_now(), changed_by=user[:120])
            audits.record(
                connection, "setting", user=user, workstation=self._workstation, key=key, was=was, became=value
            )

        retried(self._factory, change)
