"""Errors: a class says what the caller may do next. The Spanish sentence belongs to the view."""

from __future__ import annotations


class SmsError(Exception):
    """Base of our errors: catch this one at a boundary, a subclass anywhere else."""


class NotAllowedError(SmsError):
    """The user lacks a permission. Nothing was done.

    Attributes:
        permission: Its name, such as ``"sms.send"``.
    """

    def __init__(self, permission: str) -> None:
        super().__init__(f"permission {permission} is missing")
        self.permission = permission


class NotReadyError(SmsError):
    """Something must be set up or mended before this can be done; nothing was done.

    Attributes:
        what: ``"credentials"``, ``"migration"``, ``"durability"``, ``"pool"`` or ``"network_share"``.
    """

    def __init__(self, what: str, detail: str = "") -> None:
        super().__init__(f"not ready: {what} {detail}".strip())
        self.what = what


class NameTakenError(SmsError):
    """Another template has this name already; nothing was saved."""
