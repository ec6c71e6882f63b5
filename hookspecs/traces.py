"""Traces for the log that tell where and what, and none of the words: those may carry a phone, a text or a secret."""

from __future__ import annotations

import traceback

_CAUSES = 10


def wordless_trace(error: BaseException) -> str:
    """Give the trace of `error` and of its causes with the names of their classes, without their texts."""
    parts: list[str] = []
    current: BaseException | None = error
    while current is not None and len(parts) < _CAUSES:
        stack = "".join(traceback.format_tb(current.__traceback__))
        parts.append(f"{stack}{type(current).__module__}.{type(current).__qualname__}")
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return "\ncaused by\n".join(parts)
