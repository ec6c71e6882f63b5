"""A loopback server that does with each connection exactly what a test tells it, and keeps what it was sent."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

TAKEN = b'{"Res":1,"Msgid":51000123,"Cred":480.5}'


class Peer:
    """One connection, seen from the server."""

    def __init__(self, server: RawServer, connection: socket.socket) -> None:
        self._server = server
        self.connection = connection

    def read_request(self) -> bytes:
        """Read one whole request and write it down."""
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._some()
        head, _, body = data.partition(b"\r\n\r\n")
        length = next(
            int(line.partition(b":")[2]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")
        )
        while len(body) < length:
            body += self._some()
        self._server.requests.append(head + b"\r\n\r\n" + body)
        return body

    def read_byte(self) -> None:
        self.connection.recv(1)

    def say(self, data: bytes) -> None:
        self.connection.sendall(data)

    def answer(self, body: bytes, *headers: str, status: str = "200 OK") -> None:
        """Answer whole, with the true length unless a header says another."""
        lines = [f"HTTP/1.1 {status}", *headers]
        if not any(line.lower().startswith(("content-length:", "transfer-encoding:")) for line in headers):
            lines.append(f"Content-Length: {len(body)}")
        self.say("\r\n".join([*lines, "", ""]).encode() + body)

    def drip(self, data: bytes, every_s: float) -> None:
        """Send byte by byte until the peer or the server is gone."""
        for place in range(len(data)):
            if self._server.closing.wait(every_s):
                return
            self.say(data[place : place + 1])

    def reset(self) -> None:
        """End the connection with a reset."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def until_gone(self) -> None:
        """Keep silent until the other side closes."""
        while self.connection.recv(4096):
            pass

    def _some(self) -> bytes:
        data = self.connection.recv(65536)
        if not data:
            raise ConnectionError("gone in the middle of a request")
        return data


class RawServer:
    """Runs `behave` on every connection, each in a thread of its own.

    Args:
        behave: What to do; errors of the connection end it quietly.
        tls: Speak TLS before `behave` is called.

    Attributes:
        requests: Whole requests, as bytes, in the order they were read.
        connections: How many came.
        accepted: The first one came.
    """

    def __init__(self, behave: Callable[[Peer], None], *, tls: ssl.SSLContext | None = None) -> None:
        self._behave = behave
        self._tls = tls
        self.requests: list[bytes] = []
        self.connections = 0
        self.accepted = threading.Event()
        self.closing = threading.Event()
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._acceptor = threading.Thread(target=self._accept, name="raw-server", daemon=True)

    def __enter__(self) -> Self:
        self._acceptor.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._acceptor.join(5)
        for connection in self._open:
            with suppress(OSError):
                socket.socket.shutdown(connection, socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)

    @property
    def url(self) -> str:
        return f"{'http' if self._tls is None else 'https'}://127.0.0.1:{self.port}"

    def _accept(self) -> None:
        while not self.closing.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self.accepted.set()
            self._open.append(connection)
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError, ValueError):
            try:
                if self._tls is not None:
                    connection = self._tls.wrap_socket(connection, server_side=True)
                    self._open.append(connection)
                self._behave(Peer(self, connection))
            finally:
                connection.close()


def take(peer: Peer) -> None:
    """Accept the message, as a provider in good health does."""
    peer.read_request()
    peer.answer(TAKEN)
