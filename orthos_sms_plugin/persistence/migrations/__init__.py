"""Alembic's steps. `orthos_sms_plugin.persistence.migrate` runs them on a connection of the host's."""
