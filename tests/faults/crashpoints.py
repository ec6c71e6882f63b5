"""Named moments of a send at which a process kills itself, put around the product's parts from outside.

The product has no switch for this: whoever could set one on a clinic's computer could lose it messages.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Engine, event

from orthos_sms_plugin.domain.batches import Claim
from orthos_sms_plugin.domain.outcomes import AskFailed, Report, SendOutcome
from orthos_sms_plugin.persistence.outbox import SqlOutbox
from orthos_sms_plugin.providers import wire
from orthos_sms_plugin.services.ports import MayStart, OutgoingSms, Provider

POINTS: Final = (
    "before-claim-commit",
    "after-claim-commit",
    "connected",
    "half-body-sent",
    "body-sent",
    "headers-received",
    "body-received",
    "before-completion-commit",
    "after-completion-commit",
    "before-sweep-commit",
    "after-sweep-commit",
)


class CrashPoints:
    """Kills this process, as a power cut would, when one point is reached for the n-th time."""

    def __init__(self, crash_at: str, nth: int) -> None:
        assert crash_at in (*POINTS, ""), crash_at
        self._crash_at = crash_at
        self._left = nth
        self._lock = threading.Lock()
        self._within = threading.local()

    def reach(self, point: str) -> None:
        """Say that a point is reached."""
        if point != self._crash_at:
            return
        with self._lock:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    @contextmanager
    def within(self, work: str) -> Iterator[None]:
        """What this thread commits in here belongs to `work`."""
        self._within.work = work
        try:
            yield
        finally:
            self._within.work = ""

    def watch_commits(self, engine: Engine) -> None:
        @event.listens_for(engine, "commit")  # comes right before the driver's own commit
        def _before_commit(_: object) -> None:
            if work := getattr(self._within, "work", ""):
                self.reach(f"before-{work}-commit")

    def watch_wire(self) -> None:
        """Put the points of the connection around it."""
        connection: Any = wire._Connection
        send, request, getresponse = connection.send, connection.request, connection.getresponse

        def send_half(self_: Any, data: Any) -> None:
            if self._crash_at == "half-body-sent" and bytes(data).startswith(b"Destinatarios="):
                send(self_, bytes(data)[: len(data) // 2])
                self.reach("half-body-sent")
                send(self_, bytes(data)[len(data) // 2 :])
            else:
                send(self_, data)

        def request_then(self_: Any, method: str, url: str, *arguments: Any, **options: Any) -> None:
            self_.sends = url.endswith("/EnviarSMS")  # the balance is asked over connections of the same kind
            request(self_, method, url, *arguments, **options)
            if self_.sends:
                self.reach("body-sent")

        def getresponse_then(self_: Any) -> Any:
            response = getresponse(self_)
            if self_.sends:
                self.reach("headers-received")
            return response

        connection.send, connection.request, connection.getresponse = send_half, request_then, getresponse_then


class CrashingOutbox(SqlOutbox):
    """The outbox, with points around its commits."""

    def __init__(self, factory: Any, points: CrashPoints) -> None:
        super().__init__(factory)
        self._points = points

    def claim(self, owner: str, *, workstation: str, account: str) -> Claim | None:
        with self._points.within("claim"):
            claim = super().claim(owner, workstation=workstation, account=account)
        if claim is not None:
            self._points.reach("after-claim-commit")
        return claim

    def complete(self, claim: Claim, outcome: SendOutcome) -> bool:
        self._points.reach("body-received")
        with self._points.within("completion"):
            written = super().complete(claim, outcome)
        self._points.reach("after-completion-commit")
        return written

    def sweep(self) -> int:
        with self._points.within("sweep"):
            swept = super().sweep()
        if swept:
            self._points.reach("after-sweep-commit")
        return swept


class CrashingProvider:
    """The provider, with a point on its connected socket; asks nothing else, so that only sends are called."""

    def __init__(self, provider: Provider, points: CrashPoints) -> None:
        self._provider = provider
        self._points = points
        self.account = provider.account
        self.name = provider.name
        self.website = provider.website

    def send(self, message: OutgoingSms, *, may_start: MayStart) -> SendOutcome:
        def connected() -> bool:
            self._points.reach("connected")
            return may_start()

        return self._provider.send(message, may_start=connected)

    def report(self, msgid: str) -> Report | AskFailed:
        return self._provider.report(msgid)

    def credits(self) -> Any:
        return self._provider.credits()
