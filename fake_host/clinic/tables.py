"""The host's own tables, beside those of the contract: users, sites, settings, logs, and an index of names.

They have a base of their own, so that the contract's metadata holds nothing but the contract.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, String, Text
from sqlalchemy.dialects import mysql
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, stored as UTC without its zone: SQLite and MariaDB keep none."""

    impl = DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value else None


def _plain_order(length: int) -> String:
    """A text compared and sorted by its code points on every engine, as `sort_key` needs."""
    text = String(length)
    text = text.with_variant(mysql.VARCHAR(length, charset="utf8mb4", collation="utf8mb4_bin"), "mysql", "mariadb")
    return text.with_variant(String(length, collation="C"), "postgresql")


class HostBase(DeclarativeBase):
    """Base of the tables that only this host knows."""


class ClinicUser(HostBase):
    """Somebody who logs in.

    Attributes:
        workstation: The seat at which this person sits in the demo.
        permissions: Names of what the user may do (``"sms.send"``).
    """

    __tablename__ = "host_user"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    workstation: Mapped[str] = mapped_column(String(60))
    permissions: Mapped[list[str]] = mapped_column(JSON)


class ClinicSite(HostBase):
    """A branch of the clinic."""

    __tablename__ = "host_site"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(100))
    phone: Mapped[str] = mapped_column(String(30), default="")


class UserSettings(HostBase):
    """What one user's windows remember, as one document."""

    __tablename__ = "host_user_settings"

    user_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    document: Mapped[dict[str, Any]] = mapped_column(JSON)


class PrintLogRow(HostBase):
    """One line of the *Registro de Impresión*: a report that was processed."""

    __tablename__ = "host_print_log"

    id: Mapped[int] = mapped_column(primary_key=True)
    printed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    user_id: Mapped[str] = mapped_column(String(40))
    workstation: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(200))
    parameters: Mapped[dict[str, str]] = mapped_column(JSON)


class ActionLogRow(HostBase):
    """One line of the *Registro de acciones*: who did what to whom."""

    __tablename__ = "host_action_log"

    id: Mapped[int] = mapped_column(primary_key=True)
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    user_id: Mapped[str] = mapped_column(String(40))
    workstation: Mapped[str] = mapped_column(String(60))
    action: Mapped[str] = mapped_column(String(80))
    subject: Mapped[str] = mapped_column(String(200), default="")
    detail: Mapped[str] = mapped_column(Text, default="")


class AppointmentSms(HostBase):
    """An SMS that went out for an appointment."""

    __tablename__ = "host_appointment_sms"

    appointment_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    dispatch_code: Mapped[str] = mapped_column(String(64), primary_key=True)
    told_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PatientName(HostBase):
    """What a patient is found and sorted by; filled from `Patient` as patients come.

    A search reads all of it, which takes less time than the walk along an index that an ORDER BY would choose.

    Attributes:
        words: ``" garcia lopez | ana"``: surname and first name without accents, a blank before every word.
        order_key: See `names.sort_key`.
        code_key: The code in small letters without its leading zeros.
    """

    __tablename__ = "host_patient_name"

    patient_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    words: Mapped[str] = mapped_column(_plain_order(360))
    order_key: Mapped[str] = mapped_column(_plain_order(340))
    code_key: Mapped[str] = mapped_column(_plain_order(20))
