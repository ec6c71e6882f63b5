"""No test reaches beyond this machine: a message sent by mistake would cost money and reach a person.

An audit hook sees every connection that Python code of any thread opens, whatever library asks for it. Hooks cannot be
removed, so the guard is installed once per process and lasts to its end.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
from typing import Any

from sqlalchemy import make_url

from tests.support.servers import MariaDbServer, PostgresServer

_GUARDED_EVENTS = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
_attempts: list[str] = []
_installed = False


class OutsideNetworkError(OSError):
    """Somebody tried to leave the machine during a test."""


def guard_network() -> None:
    """From now on every connection to another machine fails, in this process and for good."""
    global _installed
    if not _installed:
        _installed = True
        sys.addaudithook(_refuse_the_outside)


def take_attempts() -> list[str]:
    """Give the addresses tried since the last call; code under test may have swallowed the error."""
    taken = _attempts.copy()
    _attempts.clear()
    return taken


def _refuse_the_outside(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event in _GUARDED_EVENTS:
        connection, address = arguments[0], arguments[-1]
        if connection.family not in (socket.AF_INET, socket.AF_INET6) or not address:
            return
        host = address[0]
    else:
        return
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host and not _is_allowed(str(host)):
        _attempts.append(str(host))
        raise OutsideNetworkError(f"a test may not reach {host}")


def _is_allowed(host: str) -> bool:
    if host == "localhost" or host in _database_hosts():
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _database_hosts() -> set[str | None]:
    given = (os.environ.get(server.variable) for server in (PostgresServer, MariaDbServer))
    return {make_url(url).host for url in given if url}
