"""Runs an ASGI application on loopback in a thread with a loop of its own. Loaded only when a service starts."""

import asyncio
import socket
import sys
import threading
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp, Scope

# Calls end when their connection is cut; one that does not is cancelled after this.
_GRACE_S = 1.0
_STOP_LIMIT_S = 2.0
_TICK_S = 0.1


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
            ),
            self._on_started,
        )
        self._thread = threading.Thread(target=self._run, name="local-mensatek", daemon=True)

    def start(self) -> None:
        """Return once connections are taken."""
        self._thread.start()
        if not self._ready.wait(10) or self._loop is None:
            self._socket.close()
            raise RuntimeError("the local Mensatek service did not start; its log says why")

    def stop(self) -> None:
        """Cut every connection and wait at most two seconds for the thread."""
        if self._loop is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._server.ask_to_end)
            self._thread.join(_STOP_LIMIT_S)

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


class _Server(uvicorn.Server):
    """Uvicorn without its waits: it says when it has started, and it cuts connections to end.

    Uvicorn itself lets open calls finish, and a call that a fault keeps hanging never does; and it polls, which would
    cost every test that starts a service a fifth of a second.
    """

    def __init__(self, config: uvicorn.Config, on_started: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_started = on_started
        self._ending = asyncio.Event()

    def ask_to_end(self) -> None:
        """Call it on the server's loop."""
        self.should_exit = True
        self._ending.set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_started()

    async def main_loop(self) -> None:
        tick = 0
        while not await self.on_tick(tick):  # it keeps the Date header right
            tick += 1
            try:
                async with asyncio.timeout(_TICK_S):
                    await self._ending.wait()
            except TimeoutError:
                continue

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for listener in sockets or ():
            listener.close()
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        calls = list(self.server_state.tasks)
        if calls:
            _, stuck = await asyncio.wait(calls, timeout=_GRACE_S)
            for call in stuck:
                call.cancel()
        await asyncio.sleep(0)  # lets the loop drop the transports it was told to abort
