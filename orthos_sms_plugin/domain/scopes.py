"""Scopes and slots: the keys that make a second send of the same row impossible (protocol §2).

A slot is stored as a hash, so that no database's collation or length limit can make two of them equal.
"""

from __future__ import annotations

from datetime import date
from hashlib import sha256


def group_scope(template_id: int, on: date) -> str:
    """Scope of a message to a group of patients: the date decides what counts as already sent."""
    return f"g|{template_id}|{on.isoformat()}"


def own_mobile_scope(key: str) -> str:
    """Scope of a message to the clinic's own mobile, which covers no row."""
    return f"t|{key}"


def digest(scope: str) -> str:
    """Give the stored form of a scope or slot: 64 lower-case hex digits of SHA-256 over UTF-8."""
    return sha256(scope.encode()).hexdigest()


def row_slot(row_scope: str, patient_id: int, appointment_id: int, resend: int) -> str:
    """Give the stored slot of a row. `resend` is 0 and rises only by a confirmed resend."""
    return digest(f"{row_scope}|{patient_id}|{appointment_id}|{resend}")


def phone_slot(phone_scope: str, phone_digits: str, ordinal: int, resend: int) -> str:
    """Give the stored slot of a phone. One-per-phone batches use ordinal 0 only."""
    return digest(f"{phone_scope}|{phone_digits}|{ordinal}|{resend}")
