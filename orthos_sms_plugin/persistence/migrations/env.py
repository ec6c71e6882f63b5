"""What Alembic runs for each command: our steps on the connection that `migrate` hands over."""

from __future__ import annotations

from alembic import context

from orthos_sms_plugin.persistence.tables import VERSION_TABLE, metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, version_table=VERSION_TABLE
)
context.run_migrations()
