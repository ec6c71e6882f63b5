"""One POST over one new connection, and the moment its first byte left (protocol §6).

Importing this loads requests, so adapters import it when they first call.
"""

from __future__ import annotations

import http.client
import logging
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, Final
from urllib.parse import urlencode

import requests
import requests.adapters
import urllib3.exceptions
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from orthos_sms_plugin.domain.outcomes import ErrorKind
from orthos_sms_plugin.providers.calls import Limits, NoReply, Reply, is_loopback
from orthos_sms_plugin.services.ports import MayStart

logger = logging.getLogger(__name__)

_OK: Final = 200
_CHUNK: Final = 8 * 1024
_OWN_HEADERS: Final = {
    "Accept": "application/json",
    "Accept-Encoding": "identity",
    "Connection": "close",
    "Content-Type": "application/x-www-form-urlencoded",
    "User-Agent": "orthos-sms-plugin",
}


def post(
    url: str,
    fields: Mapping[str, str],
    headers: Mapping[str, str],
    *,
    may_start: MayStart,
    limits: Limits,
    ca_file: str | None = None,
) -> Reply | NoReply:
    """Send one form, once: no redirect, no retry, no environment, no kept connection. Never raises.

    Args:
        url: Whole address, already checked by `base_address`.
        fields: The form; everything travels in the body.
        headers: Beside our own, such as `Authorization`.
        may_start: Asked on the connected socket right before the first byte.
        limits: Times and sizes.
        ca_file: Trusted certificates instead of the usual ones.
    """
    call = _Call(may_start, limits.total_s)
    status: int | None = None
    session = _session(call, ca_file)
    try:
        with session.post(
            url,
            data=urlencode(fields).encode("ascii"),
            headers={**_OWN_HEADERS, **headers},
            timeout=(limits.connect_s, limits.read_s),
            allow_redirects=False,
            stream=True,
        ) as response:
            status = response.status_code
            body = _read_body(response, limits.body_bytes) if status == _OK else b""
        # A connection that the watchdog closed looks like the end of an answer that names no length.
        return NoReply(True, ErrorKind.NO_ANSWER, status) if call.expired else Reply(status, body)
    except Exception as error:  # whatever it is, the flag alone says whether the request began to leave
        kind = _kind(error, call)
        logger.info("call ended without an answer: %s (%s)", kind, type(error).__name__)
        return NoReply(call.request_started, kind, status)
    finally:
        session.close()
        call.end()


class _HeldBackError(Exception):
    """The connection stands, and the request must not leave on it."""


class _OddBodyError(Exception):
    """The answer's body is larger than allowed, or packed though nobody asked for that."""


class _Call:
    """The life of one request.

    Attributes:
        request_started: Set right before the first byte of the request is written, and never cleared.
        held_back: The connected socket was there, and `may_start` said no.
        expired: The watchdog closed the socket.
    """

    def __init__(self, may_start: MayStart, total_s: float) -> None:
        self.request_started = False
        self.held_back = False
        self.expired = False
        self._may_start = may_start
        self._lock = threading.Lock()
        self._watched: list[socket.socket] = []
        self._watchdog = threading.Timer(total_s, self._expire)
        self._watchdog.name = "sms-call-watchdog"
        self._watchdog.daemon = True
        self._watchdog.start()

    def watch(self, connection: socket.socket) -> None:
        """Have the watchdog close this connection, whatever wraps or replaces the socket object later."""
        with self._lock:
            self._watched.append(connection.dup())
        if self.expired:
            raise _HeldBackError

    def begin(self) -> None:
        """Ask for leave on the connected socket and note that the request starts.

        Raises:
            _HeldBackError: It must not start.
        """
        if self.expired:
            raise _HeldBackError
        if not self._may_start():
            self.held_back = True
            raise _HeldBackError
        self.request_started = True

    def end(self) -> None:
        self._watchdog.cancel()
        with self._lock:
            for connection in self._watched:
                connection.close()
            self._watched.clear()

    def _expire(self) -> None:
        with self._lock:
            self.expired = True
            for connection in self._watched:
                # Shut down, not closed: only that wakes a thread that waits on the same connection.
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)


class _Connection(HTTPConnection):
    """Connects, asks for leave, sets the flag, then writes."""

    call: _Call
    # http.client would connect again behind our back when the socket is gone; here that is an error.
    auto_open = 0

    def _new_conn(self) -> socket.socket:
        connection = super()._new_conn()
        try:
            self.call.watch(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def endheaders(self, message_body: Any = None, *, encode_chunked: bool = False) -> None:
        # Until here headers were only collected. A tunnel's CONNECT does not come this way.
        if self.sock is None:
            self.connect()
        self._check_peer()
        self.call.begin()
        super().endheaders(message_body, encode_chunked=encode_chunked)

    def _check_peer(self) -> None:
        """Refuse plain text to another machine, whatever `localhost` was made to mean."""
        if not is_loopback(self.sock.getpeername()[0]):
            raise _HeldBackError


class _TlsConnection(_Connection, HTTPSConnection):
    """The same over TLS; the handshake is part of connecting."""

    def _check_peer(self) -> None:
        """The certificate said who it is."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection
    call: _Call

    def _new_conn(self) -> Any:
        connection = super()._new_conn()
        connection.call = self.call  # type: ignore[attr-defined]  # ours, by ConnectionCls
        return connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection
    call: _Call

    def _new_conn(self) -> Any:
        connection = super()._new_conn()
        connection.call = self.call  # type: ignore[attr-defined]  # ours, by ConnectionCls
        return connection


class _Adapter(requests.adapters.HTTPAdapter):
    """Puts our connections under requests; made for one call, so no connection is ever used twice."""

    def __init__(self, call: _Call) -> None:
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)
        self._call = call

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}

    def get_connection_with_tls_context(self, *arguments: Any, **options: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*arguments, **options)
        pool.call = self._call
        return pool


class _Session(requests.Session):
    """Sees no redirect: requests would read the whole body of one even when told not to follow."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        return None


def _session(call: _Call, ca_file: str | None) -> requests.Session:
    session = _Session()
    session.trust_env = False
    session.headers.clear()
    session.verify = ca_file or True
    session.mount("https://", _Adapter(call))
    session.mount("http://", _Adapter(call))
    return session


def _read_body(response: requests.Response, limit: int) -> bytes:
    if response.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise _OddBodyError
    body = bytearray()
    while piece := response.raw.read(_CHUNK, decode_content=False):
        body += piece
        if len(body) > limit:
            raise _OddBodyError
    return bytes(body)


def _kind(error: Exception, call: _Call) -> ErrorKind:
    if not call.request_started:
        return ErrorKind.SLEPT if call.held_back else ErrorKind.UNREACHABLE
    if call.expired:
        return ErrorKind.NO_ANSWER
    causes = tuple(_causes(error))
    if any(isinstance(cause, TimeoutError | urllib3.exceptions.TimeoutError) for cause in causes):
        return ErrorKind.NO_ANSWER
    if any(isinstance(cause, _OddBodyError) or _is_no_http(cause) for cause in causes):
        return ErrorKind.ODD_ANSWER
    return ErrorKind.CUT


def _is_no_http(cause: BaseException) -> bool:
    """Whether an answer came that is not HTTP, as opposed to one that ended too early."""
    return isinstance(cause, http.client.HTTPException) and not isinstance(
        cause, http.client.IncompleteRead | http.client.RemoteDisconnected
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Walk through an error and all that it wraps; requests and urllib3 hide causes in arguments and attributes."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        cause = waiting.pop()
        if not isinstance(cause, BaseException) or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        waiting += (cause.__cause__, cause.__context__, getattr(cause, "reason", None))
        waiting += cause.args
