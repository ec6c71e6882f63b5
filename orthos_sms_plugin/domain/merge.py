"""Message texts with merge fields: `Hola {nombre}, le esperamos el {fecha}`.

Names from a closed list are replaced and nothing else is: no attributes, no formats, no expressions. A value is
text and stays text, even when it looks like a field.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Self

from orthos_sms_plugin.domain.errors import SmsError
from orthos_sms_plugin.domain.names import search_key

PATIENT_FIELDS: Final = ("nombre", "apellidos", "codigo", "clinica", "telefono_clinica")
APPOINTMENT_FIELDS: Final = ("fecha", "hora", "doctor", "lugar")
"""Filled only for the rows of the day audience."""
MERGE_FIELDS: Final = PATIENT_FIELDS + APPOINTMENT_FIELDS

_PIECE: Final = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


class TemplateError(SmsError):
    """The text of a template cannot be saved as it is. Its text is in no message, since it may hold a name.

    Attributes:
        position: Where in the text, counted in characters from 0.
    """

    def __init__(self, reason: str, position: int) -> None:
        super().__init__(f"{reason} at position {position}")
        self.position = position


class UnknownFieldError(TemplateError):
    """Something stands in braces that is no field.

    Attributes:
        field: What stands there, as typed; empty for `{}`.
        suggestion: The field that was probably meant (`{Teléfono clínica}`), or None.
    """

    def __init__(self, field: str, position: int, suggestion: str | None = None) -> None:
        super().__init__("unknown merge field", position)
        self.field = field
        self.suggestion = suggestion


class UnbalancedBraceError(TemplateError):
    """A brace opens and does not close, or the other way round; a brace that is meant is written twice."""

    def __init__(self, position: int) -> None:
        super().__init__("unbalanced brace", position)


class EmptyFieldError(SmsError):
    """A field that the template uses has no value for this row, which therefore cannot be sent.

    Attributes:
        field: Its name; the first such field in the order of the text.
    """

    def __init__(self, field: str) -> None:
        super().__init__("merge field without a value")
        self.field = field


@dataclass(frozen=True, slots=True)
class MergeTemplate:
    """A checked template, ready to be rendered for any number of rows. Made by `parse`.

    Attributes:
        text: As it was typed.
        fields: The merge fields it uses.
    """

    text: str
    fields: frozenset[str]
    # Literal, field, literal, …, literal: a field stands at each odd place.
    _pieces: tuple[str, ...] = field(repr=False, compare=False)

    @classmethod
    def parse(cls, text: str, *, known: Collection[str] = MERGE_FIELDS) -> Self:
        """Read a template.

        Args:
            text: With `{field}`s; `{{` and `}}` stand for the braces themselves.
            known: The fields there are.

        Raises:
            UnknownFieldError: A field is not among `known`.
            UnbalancedBraceError: A brace stands alone.
        """
        pieces: list[str] = []
        literal: list[str] = []
        end = 0
        for match in _PIECE.finditer(text):
            literal.append(text[end : match.start()])
            end = match.end()
            name = match[1]
            if name is None:
                if len(match[0]) == 1:
                    raise UnbalancedBraceError(match.start())
                literal.append(match[0][0])
            elif name in known:
                pieces += ("".join(literal), name)
                literal.clear()
            else:
                raise UnknownFieldError(name, match.start(), _probably_meant(name, known))
        pieces.append("".join(literal) + text[end:])
        return cls(text, frozenset(pieces[1::2]), tuple(pieces))

    def render(self, values: Mapping[str, str]) -> str:
        """Put the values of one row in place of the fields.

        Of a value, white space at the ends goes, within it becomes single spaces, and unseen characters (control,
        zero-width, direction marks) are dropped. The text around is left alone; `text.outgoing` comes afterwards.

        Args:
            values: By field name; what the template does not use is not looked at.

        Raises:
            EmptyFieldError: A used field is missing or blank.
        """
        pieces = list(self._pieces)
        for index in range(1, len(pieces), 2):
            name = pieces[index]
            value = _clean(values.get(name) or "")
            if not value:
                raise EmptyFieldError(name)
            pieces[index] = value
        return "".join(pieces)


def _clean(value: str) -> str:
    if value.isprintable():
        return " ".join(value.split()) if "  " in value or value[:1] == " " or value[-1:] == " " else value
    return _clean_unseen(value)


@lru_cache(maxsize=1_024)
def _clean_unseen(value: str) -> str:
    """Drop the unseen characters; cached, since the same clinic and doctor stand in every row."""
    spaced = " ".join(value.split())
    return " ".join("".join(char for char in spaced if unicodedata.category(char) not in {"Cc", "Cf", "Cs"}).split())


def _probably_meant(name: str, known: Collection[str]) -> str | None:
    from difflib import get_close_matches

    # A whole sentence in braces is no misspelt field, and comparing it would take its time.
    if not name or len(name) > 40:
        return None
    plain = search_key(name).replace(" ", "_")
    return next(iter(get_close_matches(plain, sorted(known), n=1, cutoff=0.75)), None)
