"""The service in this process: build it, start it, move it, read its ledger."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from fake_host.mensatek.account import Account, Credentials
from fake_host.mensatek.clock import Clock
from fake_host.mensatek.faults import FaultTable
from fake_host.mensatek.ledger import Ledger
from fake_host.mensatek.outcomes import Outcomes
from fake_host.mensatek.provider import Provider, state_of

if TYPE_CHECKING:
    from fake_host.mensatek.server import LoopbackServer


class LocalMensatek:
    """A Mensatek service on loopback, run by a daemon thread while the context is open.

    Stopping and starting again keeps port, ledger and credits: an outage with connections refused is
    `stop()`, then `start()`.

    Args:
        user: API user; also serves as `Correo`.
        token: API token; also serves as `Passwd`.
        credits: Credits at the start.
        price: Credits a part costs.
        latency_ms: Time between carrying out a call and answering it.
        ledger_file: Also append the ledger to this file, as JSON lines.
        port: Port to listen on; 0 takes any.

    Attributes:
        clock: `clock.advance(seconds)` moves deliveries on.
        faults: `faults.add(function, fault, ...)` sets a fault.
        ledger: What arrived and what was accepted.
        latency_ms: May be changed while the service runs.
    """

    def __init__(
        self,
        *,
        user: str = "demo",
        token: str = "demo-token",
        credits: Decimal | float = 1_000,
        price: Decimal | float = 1,
        latency_ms: float = 0,
        ledger_file: Path | None = None,
        port: int = 0,
    ) -> None:
        self.user = user
        self.token = token
        self.latency_ms = latency_ms
        self.clock = Clock()
        self.faults = FaultTable()
        self._outcomes = Outcomes()
        self._account = Account(Decimal(str(credits)), Decimal(str(price)))
        self.ledger = Ledger(lambda message: state_of(message, self.clock, self._outcomes), ledger_file)
        self._provider = Provider(self._account, self.clock, self._outcomes, self.ledger)
        self._port = port
        self._server: LoopbackServer | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()
        self.ledger.close()

    @property
    def url(self) -> str:
        """Base address without a slash at its end, e.g. `http://127.0.0.1:40123`.

        Raises:
            RuntimeError: Never started on a free port, so there is no address yet.
        """
        if not self._port:
            raise RuntimeError("the service has no address before its first start")
        return f"http://127.0.0.1:{self._port}"

    @property
    def credits(self) -> Decimal:
        """Credits left, refunds that have fallen due included."""
        return self._provider.credits

    @credits.setter
    def credits(self, credits: Decimal | float) -> None:
        self._provider.set_credits(Decimal(str(credits)))

    @property
    def price(self) -> Decimal:
        """Credits a part costs from now on."""
        return self._account.price

    @price.setter
    def price(self, price: Decimal | float) -> None:
        self._account.price = Decimal(str(price))

    def start(self) -> None:
        """Listen; returns once calls are answered.

        Raises:
            OSError: The port is taken.
        """
        if self._server is not None:
            return
        # Loaded here: the web framework costs more than all the rest, and many import us only for names.
        from fake_host.mensatek.application import application
        from fake_host.mensatek.server import LoopbackServer

        app, service = application(self, self._provider, Credentials(self.user, self.token))
        server = LoopbackServer(app, self._port)
        service.connections = server
        server.start()
        self._server, self._port = server, server.port

    def stop(self) -> None:
        """Stop listening and cut what is open, within two seconds; a hanging call ends too."""
        server, self._server = self._server, None
        if server is not None:
            server.stop()

    def set_outcome(self, phone: str, script: str | Iterable[Sequence[float]]) -> None:
        """Choose what becomes of messages to a phone, earlier ones included; see `Outcomes.set`."""
        self._outcomes.set(phone, script)

    def reset(self) -> None:
        """Back to the first state: ledger, faults and outcomes empty, real time, credits as at the start."""
        self.faults.clear()
        self._outcomes.clear()
        self._provider.forget()
        self.ledger.clear()
        self.clock.reset()
        self._account.reset()
