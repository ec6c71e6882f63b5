"""Letters without their accents, for the rules that need them: cheaper texts, searching and sorting."""

import unicodedata
from typing import Final

STROKED: Final[dict[str, str]] = {
    "ł": "l", "đ": "d", "ø": "o", "ħ": "h", "ŧ": "t", "ı": "i", "ð": "d",
    "æ": "ae", "œ": "oe", "þ": "th", "ß": "ss",
    "Ł": "L", "Đ": "D", "Ø": "O", "Ħ": "H", "Ŧ": "T", "Ð": "D",
    "Æ": "AE", "Œ": "OE", "Þ": "TH", "ẞ": "SS",
}  # fmt: skip
"""Latin letters that Unicode calls whole, although a reader sees a plain letter with a stroke or two letters in one."""

COMBINING_MARKS: Final = "\u0300-\u036f"
"""Accents that stand alone, as a range for a regular expression's character class."""


def split_accents(character: str) -> tuple[str, str]:
    """Part one character into what remains without accents and the accents, in writing order.

    Compatibility forms count as their plain letter (`º` is an `o`). A character that carries no accent comes
    back as it is; one that *is* an accent has an empty base.
    """
    decomposed = unicodedata.normalize("NFKD", character)
    base = "".join(part for part in decomposed if not unicodedata.combining(part))
    marks = "".join(part for part in decomposed if unicodedata.combining(part))
    return "".join(STROKED.get(part, part) for part in base), marks
