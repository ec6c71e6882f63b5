"""Names as people type and read them: shown as `Apellidos, Nombre`, found without accents, sorted the Spanish way."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_ENYE = "\0"
"""Stands for ñ while the accents go: a sign that no name holds."""

# People leave these out when they type, so they vanish; all other punctuation parts words.
# The letters are those that Unicode does not take apart into a plain letter and a sign.
_PLAIN = str.maketrans(
    dict.fromkeys("'’‘`´·", "") | {"ŀ": "l", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "þ": "th"}
)


def display_name(surname: str, first_name: str) -> str:
    """Give ``Apellidos, Nombre``; the comma goes when one of the two is missing."""
    return f"{surname}, {first_name}" if surname and first_name else surname or first_name


def folded(text: str) -> str:
    """Give the words of `text` in small letters without accents: ``Núñez-Arce, M.ª`` becomes ``nunez arce m a``."""
    return _folded(text, "n")


def sort_key(surname: str, first_name: str) -> str:
    """Give a key whose plain order is the Spanish one for names: accents do not count, `Ñ` comes after `N`.

    A short surname stands before a longer one that begins with it (``Gil, Zoe`` before ``Gil Abad, Ana``), hence the
    lower sign between surname and first name than between words.
    """
    # "~" is the last ASCII sign, so "n~" sorts after every "n" with another letter
    return " ".join(_folded(part, "n~").replace(" ", "!") for part in (surname, first_name))


@lru_cache(maxsize=16_384)  # names repeat, above all when a hundred thousand come at once
def _folded(text: str, enye: str) -> str:
    if text.isascii():
        bare = text.lower().translate(_PLAIN)
    else:
        composed = unicodedata.normalize("NFC", text.casefold()).replace("ñ", _ENYE).translate(_PLAIN)
        parts = unicodedata.normalize("NFKD", composed)
        bare = "".join(sign for sign in parts if not unicodedata.combining(sign)).replace(_ENYE, enye)
    return " ".join("".join(sign if sign.isalnum() or sign == "~" else " " for sign in bare).split())
