"""Faults by name: when each strikes a call and what it does to it. A new fault is one line in `FAULTS`."""

import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Final


class Moment(Enum):
    """The moments of a call at which a fault can strike."""

    ARRIVAL = auto()
    """The headers are in, the body is unread: neither `ref` nor phones are known."""
    BEFORE_ACCEPT = auto()
    """The call is read and in the ledger's requests; no message will be accepted."""
    AFTER_ACCEPT = auto()
    """The call was carried out, messages accepted and charged; only its answer suffers."""


@dataclass(frozen=True, slots=True)
class Refuse:
    """Answer in the provider's own words, as if it had refused the call with this code."""

    code: int


@dataclass(frozen=True, slots=True)
class Say:
    """Answer this instead."""

    status: int
    body: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class Cut:
    """End the connection without a byte of answer: with a reset, or closed in good order."""

    reset: bool


@dataclass(frozen=True, slots=True)
class Hang:
    """Keep the connection open and never answer."""


@dataclass(frozen=True, slots=True)
class Delay:
    """Give the true answer, `delay_ms` late."""


Effect = Refuse | Say | Cut | Hang | Delay


@dataclass(frozen=True, slots=True)
class FaultKind:
    """One named fault."""

    moment: Moment
    effect: Effect


_ERROR_PAGE = b"<!DOCTYPE html><html><body><h1>Internal Server Error</h1></body></html>"
_BUSY_PAGE = b"<!DOCTYPE html><html><body><h1>Too Many Requests</h1></body></html>"
_PORTAL_PAGE = b"<!DOCTYPE html><html><body><h1>Bienvenido</h1><p>Inicie sesi\xc3\xb3n</p></body></html>"
_HTML = "text/html; charset=utf-8"

FAULTS: Final[Mapping[str, FaultKind]] = {
    "refuse": FaultKind(Moment.ARRIVAL, Cut(reset=True)),
    "auth_failed": FaultKind(Moment.BEFORE_ACCEPT, Refuse(-1)),
    "no_credits": FaultKind(Moment.BEFORE_ACCEPT, Refuse(-2)),
    "bad_data": FaultKind(Moment.BEFORE_ACCEPT, Refuse(-3)),
    "nothing_sent": FaultKind(Moment.BEFORE_ACCEPT, Refuse(0)),
    "http_500_before_accept": FaultKind(Moment.BEFORE_ACCEPT, Say(500, _ERROR_PAGE, _HTML)),
    "http_429": FaultKind(Moment.BEFORE_ACCEPT, Say(429, _BUSY_PAGE, _HTML)),
    "reset_before_accept": FaultKind(Moment.BEFORE_ACCEPT, Cut(reset=True)),
    "http_500_after_accept": FaultKind(Moment.AFTER_ACCEPT, Say(500, _ERROR_PAGE, _HTML)),
    "hang_after_accept": FaultKind(Moment.AFTER_ACCEPT, Hang()),
    "close_after_accept": FaultKind(Moment.AFTER_ACCEPT, Cut(reset=False)),
    "reset_after_accept": FaultKind(Moment.AFTER_ACCEPT, Cut(reset=True)),
    "html_after_accept": FaultKind(Moment.AFTER_ACCEPT, Say(200, _PORTAL_PAGE, _HTML)),
    "garbage_after_accept": FaultKind(Moment.AFTER_ACCEPT, Say(200, b'\x00\xff{"Res": \x80', "application/json")),
    "slow": FaultKind(Moment.AFTER_ACCEPT, Delay()),
}
FUNCTIONS: Final = ("send", "report", "credits")


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault that is set to strike.

    Attributes:
        function: The call it strikes: `send`, `report` or `credits`.
        fault: Its name in `FAULTS`.
        times: How many calls it still strikes; None is every one.
        phone: Only calls that concern this phone, digits with prefix; None is any.
        skip: How many fitting calls still pass unharmed first.
        delay_ms: For `slow`: how late the answer is.
    """

    function: str
    fault: str
    times: int | None = 1
    phone: str | None = None
    skip: int = 0
    delay_ms: int = 1_000

    def __post_init__(self) -> None:
        if self.function not in FUNCTIONS:
            raise ValueError(f"no function called {self.function!r}; there are {', '.join(FUNCTIONS)}")
        if self.fault not in FAULTS:
            raise ValueError(f"no fault called {self.fault!r}; there are {', '.join(FAULTS)}")
        if self.times is not None and self.times < 0:
            raise ValueError("times is a count, or null for every call")
        if self.skip < 0 or self.delay_ms < 0:
            raise ValueError("skip and delay_ms are not negative")
        if self.phone is not None and self.kind.moment is Moment.ARRIVAL:
            raise ValueError(f"{self.fault} strikes before the phones of a call are known")

    @property
    def kind(self) -> FaultKind:
        return FAULTS[self.fault]


class FaultTable:
    """The faults that are set, in the order they were added. Safe from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def add(
        self,
        function: str,
        fault: str,
        *,
        times: int | None = 1,
        phone: str | None = None,
        skip: int = 0,
        delay_ms: int = 1_000,
    ) -> None:
        """Set a fault; the arguments are those of `Fault`.

        Raises:
            ValueError: Unknown function or fault, or arguments that cannot be.
        """
        number = None if phone is None else phone.removeprefix("+")
        entry = Fault(function, fault, times=times, phone=number, skip=skip, delay_ms=delay_ms)
        with self._lock:
            self._faults.append(entry)

    def take(self, function: str, phones: Collection[str], *, on_arrival: bool) -> Fault | None:
        """Choose the fault that strikes this call and count it.

        The first fitting fault strikes; one that still has calls to skip counts this call and lets it on to the next.

        Args:
            function: The function called.
            phones: Phones the call concerns; empty on arrival.
            on_arrival: True asks only faults of `Moment.ARRIVAL`, False all others.
        """
        with self._lock:
            for place, fault in enumerate(self._faults):
                if (
                    fault.function != function
                    or (fault.kind.moment is Moment.ARRIVAL) is not on_arrival
                    or (fault.phone is not None and fault.phone not in phones)
                    or fault.times == 0
                ):
                    continue
                if fault.skip:
                    self._faults[place] = replace(fault, skip=fault.skip - 1)
                    continue
                if fault.times is not None:
                    self._faults[place] = replace(fault, times=fault.times - 1)
                return fault
        return None

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()

    @property
    def pending(self) -> tuple[Fault, ...]:
        """Faults that can still strike."""
        with self._lock:
            return tuple(fault for fault in self._faults if fault.times != 0)
