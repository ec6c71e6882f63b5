"""Who works here and what they did: users, sites, settings, print log, action log.

Every function opens a session of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from fake_host.clinic.database import ClinicDatabase
from fake_host.clinic.tables import ActionLogRow, ClinicSite, ClinicUser, PrintLogRow, UserSettings
from hookspecs import Site, User


@dataclass(frozen=True, slots=True)
class Account:
    """A user with the seat and the permissions that belong to the login."""

    user: User
    workstation: str
    permissions: frozenset[str]


@dataclass(frozen=True, slots=True)
class PrintRecord:
    """One line of the *Registro de Impresión*. `printed_at` is aware UTC."""

    id: int
    printed_at: datetime
    user_id: str
    workstation: str
    title: str
    parameters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ActionRecord:
    """One line of the *Registro de acciones*. `happened_at` is aware UTC."""

    id: int
    happened_at: datetime
    user_id: str
    workstation: str
    action: str
    subject: str
    detail: str


def list_accounts(database: ClinicDatabase) -> list[Account]:
    """Read everybody who can log in, by name."""
    with database.session_factory() as session:
        rows = session.scalars(select(ClinicUser).order_by(ClinicUser.name)).all()
        return [Account(User(row.id, row.name), row.workstation, frozenset(row.permissions)) for row in rows]


def find_account(database: ClinicDatabase, user_id: str) -> Account | None:
    """Read one user."""
    return next((account for account in list_accounts(database) if account.user.id == user_id), None)


def list_sites(database: ClinicDatabase) -> list[Site]:
    """Read the branches of the clinic by id."""
    with database.session_factory() as session:
        rows = session.scalars(select(ClinicSite).order_by(ClinicSite.id)).all()
        return [Site(row.id, row.name, row.phone) for row in rows]


def read_settings(database: ClinicDatabase, user_id: str) -> dict[str, Any]:
    """Read all that a user's windows remember."""
    with database.session_factory() as session:
        row = session.get(UserSettings, user_id)
        return dict(row.document) if row else {}


def write_settings(database: ClinicDatabase, user_id: str, document: Mapping[str, Any]) -> None:
    """Keep all that a user's windows remember; the last one who writes wins."""
    for attempt in (1, 2):
        try:
            with database.session_factory.begin() as session:
                session.merge(UserSettings(user_id=user_id, document=dict(document)))
            return
        except IntegrityError:  # the user's first settings, written by two seats at once
            if attempt == 2:
                raise


def log_print(
    database: ClinicDatabase, *, user_id: str, workstation: str, title: str, parameters: Mapping[str, str]
) -> int:
    """Write one line of the print log and give its id."""
    with database.session_factory.begin() as session:
        row = PrintLogRow(
            printed_at=datetime.now(UTC),
            user_id=user_id,
            workstation=workstation,
            title=title[:200],
            parameters=dict(parameters),
        )
        session.add(row)
        session.flush()
        return row.id


def list_prints(database: ClinicDatabase, limit: int = 500) -> list[PrintRecord]:
    """Read the print log, newest first."""
    with database.session_factory() as session:
        rows = session.scalars(select(PrintLogRow).order_by(PrintLogRow.id.desc()).limit(limit)).all()
        return [
            PrintRecord(row.id, row.printed_at, row.user_id, row.workstation, row.title, row.parameters) for row in rows
        ]


def log_action(
    database: ClinicDatabase, *, user_id: str, workstation: str, action: str, subject: str = "", detail: str = ""
) -> int:
    """Write one line of the action log and give its id. No phone number and no message text belongs in it."""
    with database.session_factory.begin() as session:
        row = ActionLogRow(
            happened_at=datetime.now(UTC),
            user_id=user_id,
            workstation=workstation,
            action=action[:80],
            subject=subject[:200],
            detail=detail,
        )
        session.add(row)
        session.flush()
        return row.id


def list_actions(database: ClinicDatabase, limit: int = 500) -> list[ActionRecord]:
    """Read the action log, newest first."""
    with database.session_factory() as session:
        rows = session.scalars(select(ActionLogRow).order_by(ActionLogRow.id.desc()).limit(limit)).all()
        return [
            ActionRecord(row.id, row.happened_at, row.user_id, row.workstation, row.action, row.subject, row.detail)
            for row in rows
        ]
