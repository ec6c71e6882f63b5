"""Keeps our exceptions away from Qt, which would abort the whole host over one of them."""

from __future__ import annotations

import functools
import inspect
import logging
import time
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, overload

from PyQt6.QtCore import QCoreApplication

from hookspecs.traces import wordless_trace

__all__ = ["guarded", "set_reporter"]

P = ParamSpec("P")
R = TypeVar("R")
Reporter = Callable[[str], None]

logger = logging.getLogger("orthos_sms_plugin")

# A paint that fails does so for every cell and frame: the same failure is told once in this span.
REPEAT_S = 2.0

_last_told_at: dict[tuple[str, str], float] = {}
_reporter: Reporter | None = None


def set_reporter(reporter: Reporter | None) -> None:
    """Choose who tells the user that something went wrong (a status bar, `HostContext.notify`).

    Args:
        reporter: Takes one Spanish sentence, on the thread of the failure; None for silence.
    """
    global _reporter
    _reporter = reporter


@overload
def guarded(function: Callable[P, None], /) -> Callable[P, None]: ...


@overload
def guarded(*, returns: R) -> Callable[[Callable[P, R]], Callable[P, R]]: ...


def guarded(function: Callable[..., Any] | None = None, /, *, returns: Any = None) -> Any:
    """Wrap a slot or an override of a Qt virtual so that nothing it raises reaches Qt.

    A failure is logged, the user hears one sentence, and Qt gets `returns`. Stand it below `pyqtSlot`.
    Arguments beyond those that the function takes are dropped, as Qt does for a bare slot: `clicked`
    hands over `checked` whether one asked for it or not.

    Args:
        returns: What Qt gets after a failure, e.g. `QSize()` for a `sizeHint`; shared, so never a list.
    """
    if function is not None:
        return _wrap(function, None)

    def decorate(inner: Callable[..., Any]) -> Callable[..., Any]:
        return _wrap(inner, returns)

    return decorate


def _wrap(function: Callable[P, R], neutral: R) -> Callable[P, R]:
    most = _most_positional(function)

    @functools.wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            if most is not None and len(args) > most:
                return function(*args[:most], **kwargs)  # type: ignore[arg-type]  # fewer than P on purpose
            return function(*args, **kwargs)
        except Exception as error:  # the last frame of ours before Qt
            _tell(function.__qualname__, error)
            return neutral

    return wrapper


def _most_positional(function: Callable[..., object]) -> int | None:
    """How many positional arguments `function` takes; None when there is no limit."""
    kinds = [parameter.kind for parameter in inspect.signature(function).parameters.values()]
    if inspect.Parameter.VAR_POSITIONAL in kinds:
        return None
    return sum(kind in (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD) for kind in kinds)


def _tell(where: str, error: Exception) -> None:
    key = (where, type(error).__name__)
    now = time.monotonic()
    if now - _last_told_at.get(key, float("-inf")) < REPEAT_S:
        return
    _last_told_at[key] = now
    logger.error("%s failed\n%s", where, wordless_trace(error))
    if _reporter is None:
        return
    sentence = QCoreApplication.translate(
        "guard",
        "Algo no ha funcionado en el panel de SMS. Queda anotado; si se repite, avise a su técnico.",
    )
    try:
        _reporter(sentence)
    except Exception as second:  # a broken status bar must not undo the guard
        logger.error("the reporter failed\n%s", wordless_trace(second))
