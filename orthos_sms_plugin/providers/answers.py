"""Reads the answers of Mensatek, strictly where a message's fate hangs on them and leniently where only figures do.

A forged, torn or muddled answer must never pass for an acceptance or a refusal: what is not read without doubt is None.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final, NoReturn, TypeAlias

Answer: TypeAlias = Mapping[str, object]

_DEEPEST: Final = 6
"""A report is an object with a list of objects; the wrapping array of v7 adds one level."""

_WHOLE: Final = re.compile(r"0|-?[1-9][0-9]{0,9}", re.ASCII)
_TXT: Final = re.compile(r"(?:\s*[A-Za-z]\w*:[^;\r\n]*;)+\s*", re.ASCII)
_TXT_PAIR: Final = re.compile(r"([A-Za-z]\w*):([^;\r\n]*);", re.ASCII)
_AMOUNT: Final = re.compile(r"-?[0-9]{1,15}(?:[.,][0-9]{1,8})?", re.ASCII)
_GROUPED: Final = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]{1,8})?", re.ASCII)
_MSGID: Final = re.compile(r"[!-~]{1,64}", re.ASCII)


class TxtAnswer(dict[str, object]):
    """An answer of `Name:value;` lines. Unlike JSON it has no closing brace, so lines at its end may be missing."""


class _OddAnswerError(ValueError):
    """Not an answer that can be believed."""


def read_answer(body: bytes) -> Answer | None:
    """Read an answer: a JSON object, bare or alone in an array, or complete TXT lines.

    Args:
        body: As it came, at most some tens of kilobytes.

    Returns:
        Its fields, or None when anything about it is odd: a repeated name, a number that is none, too deep a nesting.
    """
    text = _text(body).strip()
    try:
        if text[:1] in ("{", "["):
            return _read_json(text)
        return _read_txt(text)
    except (ValueError, ArithmeticError, RecursionError):
        return None


def whole_number(value: object) -> int | None:
    """Read a whole number, as a number or in quotes; not ``1.0``, not ``true``, nothing of eleven digits."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    text = str(value)
    return int(text) if _WHOLE.fullmatch(text) else None


def amount(value: object) -> Decimal | None:
    """Read credits in any of the ways they were seen: ``480.5``, ``"480,50"``, ``"1.480,50"``."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    text = str(value).strip()
    if _AMOUNT.fullmatch(text):
        return Decimal(text.replace(",", "."))
    # One point and three digits were caught above: the manual writes decimals with a point.
    if _GROUPED.fullmatch(text):
        return Decimal(text.replace(".", "").replace(",", "."))
    return None


def send_id(value: object) -> str | None:
    """Read the id of a send; None when it is no id that a report could be asked by."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    text = str(value).strip()
    if not _MSGID.fullmatch(text) or text == "0" or text.startswith(("-", "<")):
        return None
    return text


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        # An old-fashioned `Error` text. Whatever decides is ASCII, which both charsets read alike.
        return body.decode("latin-1")


def _read_json(text: str) -> Answer:
    value = json.loads(
        text, object_pairs_hook=_unique, parse_constant=_refuse, parse_float=Decimal, parse_int=_parse_int
    )
    if isinstance(value, list):
        if len(value) != 1:
            raise _OddAnswerError
        (value,) = value
    if not isinstance(value, dict) or _deeper_than(value, _DEEPEST):
        raise _OddAnswerError
    return value


def _read_txt(text: str) -> Answer:
    # Every value ends in `;`: a line that was cut off cannot pass for a shorter one.
    if not _TXT.fullmatch(text):
        raise _OddAnswerError
    return TxtAnswer(_unique([(name, value.strip()) for name, value in _TXT_PAIR.findall(text)]))


def _unique(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    """Refuse a name that comes twice, in whatever capitals: which of the two holds is a guess."""
    if len({name.casefold() for name, _ in pairs}) != len(pairs):
        raise _OddAnswerError
    return dict(pairs)


def _refuse(constant: str) -> NoReturn:
    raise _OddAnswerError(constant)


def _parse_int(digits: str) -> int:
    if len(digits) > 64:  # nothing of Mensatek's is as long, and reading it takes time that grows with the square
        raise _OddAnswerError
    return int(digits)


def _deeper_than(value: object, levels: int) -> bool:
    if isinstance(value, dict):
        return levels == 0 or any(_deeper_than(inner, levels - 1) for inner in value.values())
    if isinstance(value, list):
        return levels == 0 or any(_deeper_than(inner, levels - 1) for inner in value)
    return False
