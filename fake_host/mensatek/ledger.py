"""The ledger: every call that arrived and every message that was accepted, written down at once.

It is the judge of the plugin's promise, so it is fed by the service only and never corrected.
"""

import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO, TypeAlias

JsonObject: TypeAlias = dict[str, object]


@dataclass(frozen=True, slots=True)
class Request:
    """A call as it arrived.

    Attributes:
        at: Real time of arrival, seconds since the epoch; the service's movable clock does not touch it.
        function: `send`, `report` or `credits`, whatever the version calls it.
        ref: The caller's `Referencia`; None without one, or if the call was cut before its body was read.
        phones: Recipients of a send as they came, without `+`; empty for other functions.
        fault: Name of the fault that struck, or None.
        answered: True once a whole answer was handed to an open connection.
    """

    at: float
    function: str
    ref: str | None
    phones: tuple[str, ...]
    fault: str | None = None
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """An accepted message: this one was paid for.

    Attributes:
        ref: The caller's `Referencia`, or None.
        msgid: Id of the send it belongs to; (msgid, phone) is unique.
        phone: Digits with prefix.
        text: What leaves, after transliteration.
        unicode: Whether the call asked for `Unicode=1`.
        parts: Parts billed.
        credits: Credits charged when it was accepted.
        state: `scheduled`, `waiting`, `delivered`, `failed`, `cancelled` or `returned`, at the time of reading.
        sender: `Remitente` it leaves under; the first send's when it was filed under an earlier id.
        accepted_at: Seconds since the epoch on the service's clock.
    """

    ref: str | None
    msgid: str
    phone: str
    text: str
    unicode: bool
    parts: int
    credits: Decimal
    sender: str
    accepted_at: float
    state: str = "waiting"


class Ledger:
    """Requests and messages in the order they came. Safe from any thread.

    Args:
        state_of: Says what has become of a message by now.
        file: Also append every entry to this file, one JSON line each, unbuffered: a killed service loses none.
    """

    def __init__(self, state_of: Callable[[Message], str], file: Path | None = None) -> None:
        self._state_of = state_of
        self._changed = threading.Condition()
        self._requests: list[Request] = []
        self._messages: list[Message] = []
        self._before_reset = 0  # requests forgotten; numbers go on, so that a late answer amends no stranger
        self._version = 0
        self._file: BinaryIO | None = None if file is None else file.open("ab", buffering=0)
        self._write("start")

    @property
    def requests(self) -> tuple[Request, ...]:
        with self._changed:
            return tuple(self._requests)

    @property
    def messages(self) -> tuple[Message, ...]:
        with self._changed:
            messages = tuple(self._messages)
        return tuple(replace(message, state=self._state_of(message)) for message in messages)

    def arrived(self, function: str, ref: str | None, phones: tuple[str, ...]) -> int:
        """Write down a call before anything is done about it, and give it a number."""
        with self._changed:
            request = Request(time.time(), function, ref, phones)
            self._requests.append(request)
            number = self._before_reset + len(self._requests) - 1
            self._write("request", number=number, **request_json(request))
            self._announce()
        return number

    def struck(self, number: int, fault: str) -> None:
        self._amend(number, fault=fault)

    def answered(self, number: int) -> None:
        self._amend(number, answered=True)

    def accepted(self, messages: Iterable[Message]) -> None:
        """Write down messages at the moment the provider takes them."""
        with self._changed:
            for message in messages:
                self._messages.append(message)
                self._write("message", **message_json(message))
            self._announce()

    def wait_until(self, fulfilled: Callable[["Ledger"], bool], timeout_s: float = 5.0) -> bool:
        """Wait without polling until the ledger satisfies a condition; False if it did not in time.

        The condition is asked again at every entry, so it suits what calls change, not what the clock changes.
        """
        deadline = time.monotonic() + timeout_s
        while True:
            seen = self._version
            if fulfilled(self):  # asked without the lock: it may look at the account too
                return True
            with self._changed:
                remaining = deadline - time.monotonic()
                if self._version == seen and (remaining <= 0 or not self._changed.wait(remaining)):
                    return False

    def as_json(self) -> JsonObject:
        return {
            "requests": [request_json(request) for request in self.requests],
            "messages": [message_json(message) for message in self.messages],
        }

    def clear(self) -> None:
        with self._changed:
            self._before_reset += len(self._requests)
            self._requests.clear()
            self._messages.clear()
            self._write("reset")
            self._announce()

    def close(self) -> None:
        """Let go of the file; entries after this stay in memory only."""
        with self._changed:
            if self._file is not None:
                self._file.close()
                self._file = None

    def _amend(self, number: int, **changes: object) -> None:
        with self._changed:
            place = number - self._before_reset
            if place >= 0:  # a call may outlive a reset
                self._requests[place] = replace(self._requests[place], **changes)  # type: ignore[arg-type]  # by name
                self._write("amend", number=number, **changes)
                self._announce()

    def _announce(self) -> None:
        self._version += 1
        self._changed.notify_all()

    def _write(self, kind: str, **entry: object) -> None:
        if self._file is not None:
            self._file.write(json.dumps({"kind": kind, **entry}, ensure_ascii=False).encode() + b"\n")


def request_json(request: Request) -> JsonObject:
    return {
        "at": request.at,
        "function": request.function,
        "ref": request.ref,
        "phones": list(request.phones),
        "fault": request.fault,
        "answered": request.answered,
    }


def message_json(message: Message) -> JsonObject:
    return {
        "ref": message.ref,
        "msgid": message.msgid,
        "phone": message.phone,
        "text": message.text,
        "unicode": message.unicode,
        "parts": message.parts,
        "credits": number(message.credits),
        "state": message.state,
        "sender": message.sender,
    }


def number(amount: Decimal) -> int | float:
    """Write an amount as a JSON number, whole ones without a point."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def read_ledger(file: Path) -> dict[str, list[JsonObject]]:
    """Read a ledger file into the shape of `GET /_sim/ledger`.

    The runs of a service that was started again on the same file follow one another; a reset empties the
    ledger as it did in the service. A last line torn by a kill is left out. `state` is the one at
    acceptance: the file knows no clock.
    """
    ledger: dict[str, list[JsonObject]] = {"requests": [], "messages": []}
    run: dict[object, JsonObject] = {}
    for entry in _entries(file):
        kind = entry.pop("kind")
        if kind == "start":
            run = {}
        elif kind == "reset":
            run = {}
            ledger = {"requests": [], "messages": []}
        elif kind == "message":
            ledger["messages"].append(entry)
        else:
            place = entry.pop("number")
            if kind == "request":
                run[place] = entry
                ledger["requests"].append(entry)
            else:
                run[place].update(entry)
    return ledger


def _entries(file: Path) -> Iterator[JsonObject]:
    for line in file.read_bytes().split(b"\n")[:-1]:  # whole lines end in a newline; what follows the last is torn
        entry: object = json.loads(line)
        if isinstance(entry, Mapping):
            yield dict(entry)
