"""The audit log: append-only, never with a credential or a text."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, insert

from orthos_sms_plugin.persistence.tables import audit
from orthos_sms_plugin.persistence.types import db_now


def record(connection: Connection, action: str, *, user: str, workstation: str, **detail: Any) -> None:
    """Write who did what, in the transaction that does it."""
    connection.execute(
        insert(audit).values(
            at=db_now(),
            user=user[:120],
            workstation=workstation[:80],
            action=action,
            detail=json.dumps(detail, ensure_ascii=False, sort_keys=True, default=str),
        )
    )
