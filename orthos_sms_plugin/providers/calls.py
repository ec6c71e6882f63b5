"""What a call to a provider is given and what it brings. Light to import: nothing here knows HTTP."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from orthos_sms_plugin.domain.errors import SmsError
from orthos_sms_plugin.domain.outcomes import ErrorKind


class UnsafeAddressError(SmsError, ValueError):
    """A provider's address that credentials and texts must not be sent to; nothing was done."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a call may take and how much it may bring (protocol §6).

    Attributes:
        connect_s: For the connection, the handshake and each write.
        read_s: Between two bytes of the answer.
        total_s: For the whole call; then its socket is closed under it.
        body_bytes: Largest answer that is still read.
    """

    connect_s: float = 5.0
    read_s: float = 20.0
    total_s: float = 30.0
    body_bytes: int = 64 * 1024


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer came.

    Attributes:
        status: Number of the status line.
        body: Complete for status 200, empty for any other, since only 200 is worth reading.
    """

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class NoReply:
    """No whole answer came.

    Attributes:
        started: Whether the first byte of the request may have left. This alone says sent or not sent.
        kind: UNREACHABLE or SLEPT before the start; NO_ANSWER, CUT or ODD_ANSWER after it.
        status: Number of the status line, when one came.
    """

    started: bool
    kind: ErrorKind
    status: int | None = None


def base_address(url: str) -> str:
    """Check the address of a provider's service and give it without a slash at its end.

    Args:
        url: ``https://`` with any host, or ``http://`` with a loopback host; no user, query or fragment.

    Raises:
        UnsafeAddressError: Anything else.
    """
    try:
        parts = urlsplit(url.strip())
        host, _ = parts.hostname or "", parts.port  # a port that is no number raises here
    except ValueError as error:
        raise UnsafeAddressError("the provider's address cannot be read") from error
    if parts.scheme not in ("https", "http") or not host:
        raise UnsafeAddressError("the provider's address needs https:// and a host")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise UnsafeAddressError("the provider's address holds more than a host and a path")
    if parts.scheme == "http" and not is_loopback(host):
        raise UnsafeAddressError("plain http is for services on this machine only")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def is_loopback(host: str) -> bool:
    """Whether a host name or address can only be this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
