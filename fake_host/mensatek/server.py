"""Runs an ASGI application on loopback in a thread with a loop of its own. Loaded only when a service starts."""

import asyncio
import socket
import sys
import threading
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp, Scope

# Uvicorn ticks every 0.1 s; what still runs after this is cut off, so that stopping stays under two seconds.
_GRACE_S = 1
_LIMIT_S = 2.0


class LoopbackServer:
    """A server that has its port once it is made, and its connections at hand.

    Args:
        app: The application.
        port: Port to listen on; 0 takes any.

    Raises:
        OSError: The port is taken.
    """

    def __init__(self, app: ASGIApp, port: int) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            if sys.platform != "win32":  # there it would let two servers share a port
                self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._socket.bind(("127.0.0.1", port))
        except OSError:
            self._socket.close()
            raise
        self.port: int = self._socket.getsockname()[1]
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ready = threading.Event()
        self._server = _Server(
            uvicorn.Config(
                app,
                lifespan="off",
                ws="none",
                log_config=None,  # the host's logging is not ours to set up
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_keep_alive=60,
                timeout_graceful_shutdown=_GRACE_S,
            ),
            self._on_started,
        )
        self._thread = threading.Thread(target=self._run, name="local-mensatek", daemon=True)

    def start(self) -> None:
        """Return once connections are taken."""
        self._thread.start()
        if not self._ready.wait(10) or self._loop is None:
            raise RuntimeError("the local Mensatek service did not start; its log says why")

    def stop(self) -> None:
        """Cut every connection and wait at most two seconds for the thread."""
        if self._loop is not None and self._thread.is_alive():
            self._server.should_exit = True
            self._loop.call_soon_threadsafe(self._cut_connections)
            self._thread.join(_LIMIT_S)
        self._socket.close()

    def transport_of(self, scope: Scope) -> asyncio.Transport | None:
        """The transport under a request. Call it on the server's loop."""
        client = scope.get("client")
        for connection in self._server.server_state.connections:
            if getattr(connection, "client", None) == client:
                return connection.transport
        return None

    def _run(self) -> None:
        try:
            self._server.run(sockets=[self._socket])
        finally:
            self._ready.set()

    def _on_started(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._ready.set()

    def _cut_connections(self) -> None:
        for connection in list(self._server.server_state.connections):
            connection.transport.abort()


class _Server(uvicorn.Server):
    """Says when it has started; polling for it would cost start-up time."""

    def __init__(self, config: uvicorn.Config, on_started: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_started = on_started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_started()
