"""Nothing may leave a slot: PyQt ends the process for an exception there."""

from __future__ import annotations

import functools
import inspect
import logging
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from PyQt6.QtCore import QCoreApplication

from fake_host.desk import Desk
from hookspecs import NotifyLevel
from hookspecs.traces import wordless_trace

P = ParamSpec("P")
R = TypeVar("R")

logger = logging.getLogger(__name__)


class HasDesk(Protocol):
    """Something whose failures can be said to the user."""

    @property
    def desk(self) -> Desk: ...


S = TypeVar("S", bound=HasDesk)


def guarded(slot: Callable[Concatenate[S, P], R]) -> Callable[..., R | None]:
    """Make a method safe to connect: log what it raises, tell the user one sentence, and give None.

    Arguments of the signal that the method does not take are left out, as PyQt itself does.
    """
    takes = len(inspect.signature(slot).parameters) - 1

    @functools.wraps(slot)
    def run(self: S, *arguments: Any) -> R | None:
        try:
            return slot(self, *arguments[:takes])  # type: ignore[call-arg]  # as many as it takes
        except Exception as error:
            logger.error("%s failed\n%s", slot.__qualname__, wordless_trace(error))
            self.desk.notify(NotifyLevel.ERROR, _sentence())
            return None

    return run


def _sentence() -> str:
    return QCoreApplication.translate(
        "Guard", "No se ha podido completar la acción y no se ha guardado nada; el detalle está en el registro."
    )
