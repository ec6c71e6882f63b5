"""Our own tables, all of them, as Core tables (protocol §2). Migrations create them; nothing calls `create_all`.

Moments that people read are `UtcDateTime`. Leases, grace, beats and polls are epoch milliseconds of the database's
clock (`db_now_ms`), suffix ``_ms``.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

from orthos_sms_plugin.persistence.types import Amount, Digest, Key, UtcDateTime, Word, binary_text, exact_text

VERSION_TABLE = "sms_alembic_version"

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

Phone = binary_text(20)
"""Digits with the country's prefix, no plus."""

Credits = Amount()

template = Table(
    "sms_template",
    metadata,
    Column("id", Key, primary_key=True),
    Column("name", String(80), nullable=False),
    Column("name_key", Digest, nullable=False, unique=True),  # digest of the casefolded name
    Column("text", Text, nullable=False),
    Column("message_class", Word, nullable=False),
    Column("tildes", Word, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("changed_by", String(120), nullable=False),
)

batch = Table(
    "sms_batch",
    metadata,
    Column("id", Key, primary_key=True),
    Column("row_scope", Digest, nullable=False),
    Column("template_id", BigInteger),
    Column("title", String(120), nullable=False),
    Column("message_class", Word, nullable=False),
    Column("sender", String(20), nullable=False),
    Column("account", Digest, nullable=False),
    Column("user_id", String(64), nullable=False),
    Column("user_name", String(120), nullable=False),
    Column("workstation", String(80), nullable=False),
    Column("runner", exact_text(80), nullable=False),
    Column("runner_beat_ms", BigInteger, nullable=False),
    Column("one_per_phone", Boolean, nullable=False),
    Column("not_before_ms", BigInteger, nullable=False),
    Column("not_after_ms", BigInteger, nullable=False),
    Column("state", Word, nullable=False),
    Column("pause_reason", Word),
    Column("credits_needed", Credits),
    Column("created_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Index(None, "state", "account"),
)

group = Table(
    "sms_group",
    metadata,
    Column("batch_id", Key, ForeignKey("sms_batch.id"), primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("anchor_msgid", binary_text(64)),
)

message = Table(
    "sms_message",
    metadata,
    Column("id", Key, primary_key=True),
    Column("batch_id", Key, ForeignKey("sms_batch.id"), nullable=False),
    Column("ref", binary_text(36), nullable=False, unique=True),
    Column("phone", Phone, nullable=False),
    Column("text", Text, nullable=False),
    Column("encoding", Word, nullable=False),
    Column("parts", Integer, nullable=False),
    Column("message_class", Word, nullable=False),
    Column("sender", String(20), nullable=False),
    Column("account", Digest, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("slot_phone", Digest, unique=True),
    Column("state", Word, nullable=False),
    Column("token", Integer, nullable=False),
    Column("owner", String(120)),
    Column("lease_until_ms", BigInteger),
    Column("not_after_ms", BigInteger, nullable=False),
    Column("retry_at_ms", BigInteger),
    Column("group_sent", binary_text(64)),
    Column("msgid", binary_text(64)),
    Column("provider_code", binary_text(20)),
    Column("delivery", Word, nullable=False),
    Column("delivery_reason", Word, nullable=False),
    Column("credits", Credits),
    Column("error_kind", Word),
    Column("resend_of", Key, ForeignKey("sms_message.id")),
    Column("resolved_by", binary_text(120)),  # "message:<id>", "report", "sender", or "person:<user id>"
    Column("queued_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),  # when `state` was reached; a delivery leaves it alone
    Column("accepted_at", UtcDateTime),
    Column("delivered_at", UtcDateTime),
    Column("scheduled_for", UtcDateTime),
    Column("next_poll_ms", BigInteger),
    Column("poll_count", Integer, nullable=False),
    Index(None, "batch_id", "state", "id"),
    Index(None, "state", "lease_until_ms"),
    Index(None, "account", "next_poll_ms"),
    Index(None, "account", "msgid"),
    Index(None, "queued_at", "id"),
)

cover_by_row = Index(None, "row_scope", "patient_id", "appointment_id")

cover = Table(
    "sms_cover",
    metadata,
    Column("message_id", Key, ForeignKey("sms_message.id"), primary_key=True),
    Column("patient_id", BigInteger, primary_key=True),
    Column("appointment_id", BigInteger, primary_key=True),  # 0 for a patient without appointment
    Column("row_scope", Digest, nullable=False),
    Column("resend", Integer, nullable=False),
    Column("slot_row", Digest, unique=True),
    cover_by_row,
    Index(None, "patient_id", "message_id"),
)

attempt = Table(
    "sms_attempt",
    metadata,
    Column("message_id", Key, ForeignKey("sms_message.id"), primary_key=True),
    Column("token", Integer, primary_key=True),
    Column("owner", String(120), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    Column("outcome", Word, nullable=False),
    Column("http_status", Integer),
    Column("error_kind", Word),
    Column("group_sent", binary_text(64)),
)

event = Table(
    "sms_event",
    metadata,
    Column("id", Key, primary_key=True),
    Column("message_id", Key, ForeignKey("sms_message.id"), nullable=False),
    Column("kind", Word, nullable=False),  # "state" or "delivery"
    Column("was", Word, nullable=False),
    Column("became", Word, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Index(None, "message_id", "id"),
    Index(None, "at_ms"),
)

row_state = Table(
    "sms_row_state",
    metadata,
    Column("row_scope", Digest, primary_key=True),
    Column("patient_id", BigInteger, primary_key=True, autoincrement=False),
    Column("appointment_id", BigInteger, primary_key=True, autoincrement=False),
    Column("template_id", BigInteger),
    Column("last_message_id", BigInteger, nullable=False),
    Column("state", Word, nullable=False),
    Column("delivery", Word, nullable=False),
    Column("reason", Word, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("delivered_at", UtcDateTime),
    Column("live", Integer, nullable=False),
    Column("resend", Integer, nullable=False),
    Index(None, "patient_id", "template_id", "at"),
)

account = Table(
    "sms_account",
    metadata,
    Column("id", Digest, primary_key=True),
    Column("breaker", Word, nullable=False),
    Column("failure_kind", Word, nullable=False),
    Column("failures_in_row", Integer, nullable=False),
    Column("probe_at_ms", BigInteger),
    Column("credits", Credits),
    Column("credits_at", UtcDateTime),
    Column("price_per_part", Credits),
    Column("price_at", UtcDateTime),
    Column("refreshed_ms", BigInteger),
    Column("capabilities", Text, nullable=False),
)

runner = Table(
    "sms_runner",
    metadata,
    Column("id", Digest, primary_key=True),  # digest of the name, which may hold any letter
    Column("name", String(80), nullable=False),
    Column("kind", Word, nullable=False),
    Column("user_name", String(120), nullable=False),
    Column("beat_ms", BigInteger, nullable=False),
)

resolution = Table(
    "sms_resolution",
    metadata,
    Column("id", Key, primary_key=True),
    Column("message_id", Key, ForeignKey("sms_message.id"), nullable=False),
    Column("decision", Word, nullable=False),
    Column("decided_by", String(120), nullable=False),
    Column("evidence", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "message_id"),
)

audit = Table(
    "sms_audit",
    metadata,
    Column("id", Key, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("user", String(120), nullable=False),
    Column("workstation", String(80), nullable=False),
    Column("action", Word, nullable=False),
    Column("detail", Text, nullable=False),
    Index(None, "at"),
)

consent = Table(
    "sms_consent",
    metadata,
    Column("phone", Phone, primary_key=True),
    Column("message_class", Word, primary_key=True),
    Column("given", Boolean, nullable=False),
    Column("source", String(120), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("recorded_by", String(120), nullable=False),
)

optout = Table(
    "sms_optout",
    metadata,
    Column("phone", Phone, primary_key=True),
    Column("message_class", Word, primary_key=True),
    Column("source", String(120), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("recorded_by", String(120), nullable=False),
)

number = Table(
    "sms_number",
    metadata,
    Column("phone", Phone, primary_key=True),
    Column("reason", Word, nullable=False),
    Column("provider_code", binary_text(20)),
    Column("failed_at", UtcDateTime, nullable=False),
    Column("cleared_at", UtcDateTime),
)

setting = Table(
    "sms_setting",
    metadata,
    Column("key", binary_text(80), primary_key=True),
    Column("value", Text, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("changed_by", String(120), nullable=False),
)
