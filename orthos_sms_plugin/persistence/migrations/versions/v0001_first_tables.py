"""The tables of the first version (protocol §2)."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import mysql
from sqlalchemy.types import TypeEngine

from orthos_sms_plugin.persistence.migrations.steps import create_index, create_table

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def ascii_text(length: int) -> TypeEngine[str]:
    """Compares byte by byte."""
    maria = mysql.VARCHAR(length, charset="ascii", collation="ascii_bin")
    return sa.String(length).with_variant(maria, "mysql", "mariadb")


def exact_text(length: int) -> TypeEngine[str]:
    """Any letter, none equal to another."""
    maria = mysql.VARCHAR(length, charset="utf8mb4", collation="utf8mb4_bin")
    return sa.String(length).with_variant(maria, "mysql", "mariadb")


KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DIGEST = ascii_text(64)
WORD = ascii_text(20)
PHONE = ascii_text(20)
MOMENT = sa.DateTime().with_variant(mysql.DATETIME(fsp=3), "mysql", "mariadb")
AMOUNT = sa.Numeric(14, 4).with_variant(sa.BigInteger(), "sqlite")


def upgrade() -> None:
    """Each call skips what is there already: MariaDB commits every statement by itself."""
    create_table(
        "sms_account",
        sa.Column("id", DIGEST, nullable=False),
        sa.Column("breaker", WORD, nullable=False),
        sa.Column("failure_kind", WORD, nullable=False),
        sa.Column("failures_in_row", sa.Integer(), nullable=False),
        sa.Column("probe_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("credits", AMOUNT, nullable=True),
        sa.Column("credits_at", MOMENT, nullable=True),
        sa.Column("price_per_part", AMOUNT, nullable=True),
        sa.Column("price_at", MOMENT, nullable=True),
        sa.Column("refreshed_ms", sa.BigInteger(), nullable=True),
        sa.Column("capabilities", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sms_account"),
    )
    create_table(
        "sms_audit",
        sa.Column("id", KEY, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("user", sa.String(120), nullable=False),
        sa.Column("workstation", sa.String(80), nullable=False),
        sa.Column("action", WORD, nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sms_audit"),
    )
    create_index("sms_audit", "at")
    create_table(
        "sms_batch",
        sa.Column("id", KEY, nullable=False),
        sa.Column("row_scope", DIGEST, nullable=False),
        sa.Column("template_id", sa.BigInteger(), nullable=True),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("message_class", WORD, nullable=False),
        sa.Column("sender", sa.String(20), nullable=False),
        sa.Column("account", DIGEST, nullable=False),
        sa.Column("user_id", sa.String(64), nullable=False),
        sa.Column("user_name", sa.String(120), nullable=False),
        sa.Column("workstation", sa.String(80), nullable=False),
        sa.Column("runner", exact_text(80), nullable=False),
        sa.Column("runner_beat_ms", sa.BigInteger(), nullable=False),
        sa.Column("one_per_phone", sa.Boolean(), nullable=False),
        sa.Column("not_before_ms", sa.BigInteger(), nullable=False),
        sa.Column("not_after_ms", sa.BigInteger(), nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("pause_reason", WORD, nullable=True),
        sa.Column("credits_needed", AMOUNT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_sms_batch"),
    )
    create_index("sms_batch", "state", "account")
    create_table(
        "sms_consent",
        sa.Column("phone", PHONE, nullable=False),
        sa.Column("message_class", WORD, nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(120), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("recorded_by", sa.String(120), nullable=False),
        sa.PrimaryKeyConstraint("phone", "message_class", name="pk_sms_consent"),
    )
    create_table(
        "sms_number",
        sa.Column("phone", PHONE, nullable=False),
        sa.Column("reason", WORD, nullable=False),
        sa.Column("provider_code", ascii_text(20), nullable=True),
        sa.Column("failed_at", MOMENT, nullable=False),
        sa.Column("cleared_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("phone", name="pk_sms_number"),
    )
    create_table(
        "sms_optout",
        sa.Column("phone", PHONE, nullable=False),
        sa.Column("message_class", WORD, nullable=False),
        sa.Column("source", sa.String(120), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("recorded_by", sa.String(120), nullable=False),
        sa.PrimaryKeyConstraint("phone", "message_class", name="pk_sms_optout"),
    )
    create_table(
        "sms_row_state",
        sa.Column("row_scope", DIGEST, nullable=False),
        sa.Column("patient_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("appointment_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("template_id", sa.BigInteger(), nullable=True),
        sa.Column("last_message_id", sa.BigInteger(), nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("delivery", WORD, nullable=False),
        sa.Column("reason", WORD, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("delivered_at", MOMENT, nullable=True),
        sa.Column("live", sa.Integer(), nullable=False),
        sa.Column("resend", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("row_scope", "patient_id", "appointment_id", name="pk_sms_row_state"),
    )
    create_index("sms_row_state", "patient_id", "template_id", "at")
    create_table(
        "sms_runner",
        sa.Column("id", DIGEST, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("user_name", sa.String(120), nullable=False),
        sa.Column("beat_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sms_runner"),
    )
    create_table(
        "sms_setting",
        sa.Column("key", ascii_text(80), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("changed_by", sa.String(120), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_sms_setting"),
    )
    create_table(
        "sms_template",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("name_key", DIGEST, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("message_class", WORD, nullable=False),
        sa.Column("tildes", WORD, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("changed_by", sa.String(120), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sms_template"),
        sa.UniqueConstraint("name_key", name="uq_sms_template_name_key"),
    )
    create_table(
        "sms_group",
        sa.Column("batch_id", KEY, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("anchor_msgid", ascii_text(64), nullable=True),
        sa.PrimaryKeyConstraint("batch_id", "ordinal", name="pk_sms_group"),
        sa.ForeignKeyConstraint(["batch_id"], ["sms_batch.id"], name="fk_sms_group_batch_id"),
    )
    create_table(
        "sms_message",
        sa.Column("id", KEY, nullable=False),
        sa.Column("batch_id", KEY, nullable=False),
        sa.Column("ref", ascii_text(36), nullable=False),
        sa.Column("phone", PHONE, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("encoding", WORD, nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("message_class", WORD, nullable=False),
        sa.Column("sender", sa.String(20), nullable=False),
        sa.Column("account", DIGEST, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("slot_phone", DIGEST, nullable=True),
        sa.Column("state", WORD, nullable=False),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(120), nullable=True),
        sa.Column("lease_until_ms", sa.BigInteger(), nullable=True),
        sa.Column("not_after_ms", sa.BigInteger(), nullable=False),
        sa.Column("retry_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("group_sent", ascii_text(64), nullable=True),
        sa.Column("msgid", ascii_text(64), nullable=True),
        sa.Column("provider_code", ascii_text(20), nullable=True),
        sa.Column("delivery", WORD, nullable=False),
        sa.Column("delivery_reason", WORD, nullable=False),
        sa.Column("credits", AMOUNT, nullable=True),
        sa.Column("error_kind", WORD, nullable=True),
        sa.Column("resend_of", KEY, nullable=True),
        sa.Column("resolved_by", ascii_text(120), nullable=True),
        sa.Column("queued_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("accepted_at", MOMENT, nullable=True),
        sa.Column("delivered_at", MOMENT, nullable=True),
        sa.Column("scheduled_for", MOMENT, nullable=True),
        sa.Column("next_poll_ms", sa.BigInteger(), nullable=True),
        sa.Column("poll_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sms_message"),
        sa.ForeignKeyConstraint(["batch_id"], ["sms_batch.id"], name="fk_sms_message_batch_id"),
        sa.ForeignKeyConstraint(["resend_of"], ["sms_message.id"], name="fk_sms_message_resend_of"),
        sa.UniqueConstraint("ref", name="uq_sms_message_ref"),
        sa.UniqueConstraint("slot_phone", name="uq_sms_message_slot_phone"),
    )
    create_index("sms_message", "account", "msgid")
    create_index("sms_message", "account", "next_poll_ms")
    create_index("sms_message", "batch_id", "state", "id")
    create_index("sms_message", "queued_at", "id")
    create_index("sms_message", "state", "lease_until_ms")
    create_table(
        "sms_attempt",
        sa.Column("message_id", KEY, nullable=False),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(120), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("outcome", WORD, nullable=False),
        sa.Column("http_status", sa.Integer(), nullable=True),
        sa.Column("error_kind", WORD, nullable=True),
        sa.Column("group_sent", ascii_text(64), nullable=True),
        sa.PrimaryKeyConstraint("message_id", "token", name="pk_sms_attempt"),
        sa.ForeignKeyConstraint(["message_id"], ["sms_message.id"], name="fk_sms_attempt_message_id"),
    )
    create_table(
        "sms_cover",
        sa.Column("message_id", KEY, nullable=False),
        sa.Column("patient_id", sa.BigInteger(), nullable=False),
        sa.Column("appointment_id", sa.BigInteger(), nullable=False),
        sa.Column("row_scope", DIGEST, nullable=False),
        sa.Column("resend", sa.Integer(), nullable=False),
        sa.Column("slot_row", DIGEST, nullable=True),
        sa.PrimaryKeyConstraint("message_id", "patient_id", "appointment_id", name="pk_sms_cover"),
        sa.ForeignKeyConstraint(["message_id"], ["sms_message.id"], name="fk_sms_cover_message_id"),
        sa.UniqueConstraint("slot_row", name="uq_sms_cover_slot_row"),
    )
    create_index("sms_cover", "patient_id", "message_id")
    create_index("sms_cover", "row_scope", "patient_id", "appointment_id")
    create_table(
        "sms_event",
        sa.Column("id", KEY, nullable=False),
        sa.Column("message_id", KEY, nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("was", WORD, nullable=False),
        sa.Column("became", WORD, nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sms_event"),
        sa.ForeignKeyConstraint(["message_id"], ["sms_message.id"], name="fk_sms_event_message_id"),
    )
    create_index("sms_event", "at_ms")
    create_index("sms_event", "message_id", "id")
    create_table(
        "sms_resolution",
        sa.Column("id", KEY, nullable=False),
        sa.Column("message_id", KEY, nullable=False),
        sa.Column("decision", WORD, nullable=False),
        sa.Column("decided_by", sa.String(120), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sms_resolution"),
        sa.ForeignKeyConstraint(["message_id"], ["sms_message.id"], name="fk_sms_resolution_message_id"),
    )
    create_index("sms_resolution", "message_id")
