"""Clinic-wide settings: their defaults, and where a value comes from (installation, then database, then default)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace


@dataclass(frozen=True, slots=True)
class SmsSettings:
    """Settings in force. Names are the keys of `sms_setting`; ``sms.<name>`` of the installation beats them.

    Attributes:
        provider_url: Base address of the provider's service; empty for the provider's own.
        sender: The sender that phones show; empty leaves it to the provider's account.
        grace_s: Seconds between `Enviar` and the first message, in which everything can be undone.
        senders: Messages on their way at a time from one workstation.
        refresh_tick_s: How often the poller looks for messages whose check is due.
        recent_days: How many days the same message to the same patient counts as sent under another date.
    """

    provider_url: str = ""
    sender: str = ""
    grace_s: float = 10.0
    senders: int = 4
    refresh_tick_s: float = 60.0
    recent_days: int = 7


_LIMITS = {
    "grace_s": (0.0, 600.0),
    "senders": (1, 16),
    "refresh_tick_s": (1.0, 86_400.0),
    "recent_days": (0, 365),
}


def read_settings(stored: Mapping[str, str], deployment: Mapping[str, str]) -> SmsSettings:
    """Give the settings in force; a value that cannot be read, or is out of its limits, is as if it were not there."""
    settings = SmsSettings()
    for field in fields(SmsSettings):
        default = getattr(settings, field.name)
        for text in (deployment.get(f"sms.{field.name}"), stored.get(field.name)):
            value = None if text is None else _parse(field.name, text, default)
            if value is not None:
                settings = replace(settings, **{field.name: value})  # type: ignore[arg-type]  # of the field's own type
                break
    return settings


def _parse(name: str, text: str, default: str | float | int) -> str | float | int | None:
    if isinstance(default, str):
        return text.strip()
    try:
        value = type(default)(text)
    except ValueError:
        return None
    low, high = _LIMITS[name]
    return value if low <= value <= high else None
