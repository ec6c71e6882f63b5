"""What the provider does to a text before it leaves, and how many parts it bills for it.

Written from GSM 03.38 and 3GPP TS 23.038 / 23.040, apart from the plugin's own rules, so that the two check each other.
"""

import unicodedata
from collections.abc import Iterable
from typing import Final

BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ"
    " !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION: Final = frozenset("\f^{}\\[~]|€")

_GSM_SINGLE, _GSM_PART = 160, 153
_UCS2_SINGLE, _UCS2_PART = 70, 67

# Looked up before taking accents off, for what has no letter underneath or whose compatibility form misleads.
_CLOSEST: Final = {
    "º": "o",
    "ª": "a",
    "‘": "'",
    "’": "'",
    "‚": "'",
    "‛": "'",
    "´": "'",
    "`": "'",
    "“": '"',
    "”": '"',
    "„": '"',
    "«": '"',
    "»": '"',
    "‐": "-",
    "‑": "-",
    "–": "-",
    "—": "-",
    "−": "-",
    "·": ".",
    "•": "-",
    "\t": " ",
    "đ": "d",
    "ł": "l",
    "Ł": "L",
    "œ": "oe",
    "Œ": "OE",
    "ı": "i",
}


def transliterate(text: str) -> str:
    """Swap every character outside GSM 03.38 for the closest one, as the provider does for `Unicode=0`.

    Accents come off where the alphabet lacks them (`á` → `a`, while `é` and `ñ` stay); marks that only combine vanish;
    what has no likeness becomes `?`.
    """
    composed = unicodedata.normalize("NFC", text)
    return "".join(character if _is_gsm(character) else _closest(character) for character in composed)


def parts_of(text: str, *, unicode: bool) -> int:
    """Say how many parts carry a text, as billed.

    Args:
        text: The text as it leaves; with `unicode=False` it must have been transliterated.
        unicode: True counts UTF-16 units (70 alone, 67 a part), False GSM positions (160 alone, 153 a part).
    """
    if unicode:
        widths = [2 if character > "\uffff" else 1 for character in text]
        return 1 if sum(widths) <= _UCS2_SINGLE else _filled(widths, _UCS2_PART)
    widths = [2 if character in EXTENSION else 1 for character in text]
    return 1 if sum(widths) <= _GSM_SINGLE else _filled(widths, _GSM_PART)


def _filled(widths: Iterable[int], part: int) -> int:
    """Fill parts one after another; a pair that does not fit whole opens the next part."""
    parts, used = 1, 0
    for width in widths:
        if used + width > part:
            parts, used = parts + 1, 0
        used += width
    return parts


def _is_gsm(character: str) -> bool:
    return character in BASIC or character in EXTENSION


def _closest(character: str) -> str:
    if character in _CLOSEST:
        return _CLOSEST[character]
    bare = "".join(each for each in unicodedata.normalize("NFKD", character) if not unicodedata.combining(each))
    if bare and all(_is_gsm(each) for each in bare):
        return bare
    return "" if unicodedata.category(character) in {"Mn", "Me", "Cf"} else "?"
