"""${message}."""

from __future__ import annotations

import sqlalchemy as sa

from orthos_sms_plugin.persistence.migrations.steps import create_index, create_table

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Each call skips what is there already: MariaDB commits every statement by itself."""
