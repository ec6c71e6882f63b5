"""Names of people: how they are shown, found and sorted the Spanish way."""

import unicodedata
from functools import lru_cache
from typing import Final

from orthos_sms_plugin.domain.letters import STROKED, split_accents


def display_name(surname: str, first_name: str) -> str:
    """`Apellidos, Nombre`; only the one there is when the other is blank, and no stray white space."""
    return ", ".join(part for part in (" ".join(surname.split()), " ".join(first_name.split())) if part)


# --- searching ------------------------------------------------------------------------------------


class _Folded(dict[int, str]):
    """What each character is searched as, for `str.translate`; filled as characters turn up."""

    def __missing__(self, code: int) -> str:
        result = self[code] = split_accents(chr(code))[0]
        return result


_FOLDED: Final = _Folded(str.maketrans(dict.fromkeys("’‘`´", "'") | dict.fromkeys("‐–—", "-")))


def search_key(text: str) -> str:
    """Fold a text so that `nunez` finds `Núñez`: case, accents, the tilde of ñ and kinds of apostrophe do not count.

    Fold both what is searched and what is typed, then test with `in`. White space becomes single spaces.
    """
    text = " ".join(text.split())
    if text.isascii():
        return text.lower().replace("`", "'")
    return text.casefold().translate(_FOLDED)


# --- sorting --------------------------------------------------------------------------------------

# Source: CLDR root collation with the Spanish ñ, which QCollator and PostgreSQL's es-x-icu go by; what names may hold.
_SPACES: Final = "\t\n\v\f\r\x85\u2028\u2029 "
_SIGNS: Final = "_-‐–—,;:!¡?¿.·'\"«»()[]{}§¶@*/\\&#%†•`´^¯¨¸°©®+±÷×<=>¬|¦~"
_CURLED: Final = {"‘": ("'", b"\2"), "’": ("'", b"\3"), "“": ('"', b"\2"), "”": ('"', b"\3")}
"""Signs that differ from the straight ones as letters do by an accent."""
_AFTER_THE_SIGNS: Final = ""
_CURRENCY: Final = "¤¢$£¥€"
_LETTERS: Final = "abcdefghijklmnñopqrstuvwxyz"
# Acute, grave, breve, circumflex, caron, ring, diaeresis, double acute, tilde, dot, slash, cedilla, ogonek, macron.
_ACCENTS: Final = "\u0301\u0300\u0306\u0302\u030c\u030a\u0308\u030b\u0303\u0307\u0338\u0327\u0328\u0304"
_SLASH: Final = "\u0338"

# A key has levels parted by a zero byte: letters, accents, case. No weight is zero, so the shorter text goes first.
_LEVEL: Final = b"\0"
_LETTER_WEIGHT: Final = {
    character: weight
    for weight, character in enumerate(
        [*_SPACES, *_SIGNS, _AFTER_THE_SIGNS, *_CURRENCY, *"0123456789", *_LETTERS], start=1
    )
}
_AFTER_THE_LETTERS: Final = 0xFF
_NO_ACCENT: Final = b"\1"
_ACCENT_WEIGHT: Final = {accent: weight for weight, accent in enumerate(_ACCENTS, start=2)}
_RARE_ACCENT: Final = len(_ACCENTS) + 2
_JOINED_LETTERS: Final = _RARE_ACCENT + 1
# A second accent on one letter outweighs whatever stands on the letter after it.
_SECOND_ACCENT: Final = 0x80
_SMALL: Final = b"\1"
_CAPITAL: Final = b"\2"
_VARIANT: Final = b"\3"

_Weights = tuple[bytes, bytes, bytes]


def sort_key(text: str) -> bytes:
    """Say where a name stands in the Spanish order; compare the keys of any two texts, on any thread.

    Letters decide first, ñ after n; then accents, then small before capital. Spaces and signs count and go before
    letters (`De la Fuente` before `Delafuente`, `García López, Ana` before `García, Ana`). That is the order of
    QCollator for es_ES, without Qt, for all that Spanish names are written with. It differs where they do not go:
    `þ` counts as `th`; other scripts, and Latin letters that are no accented one (`ŋ`), stand after z by code
    point; rare signs after the usual ones likewise. Different texts never have equal keys.
    """
    try:
        latin = text.encode("latin-1")
    except UnicodeEncodeError:
        return _key_by_character(text)
    letters = latin.translate(_LATIN_LETTERS)
    if 0 in letters:
        return _key_by_character(text)
    accents = b"" if text.isascii() else latin.translate(_LATIN_ACCENTS).rstrip(_NO_ACCENT)
    return letters + _LEVEL + accents + _LEVEL + latin.translate(_LATIN_CASE)


def _key_by_character(text: str) -> bytes:
    weights = [_weigh(character) for character in unicodedata.normalize("NFC", text)]
    letters, accents, case = (b"".join(level) for level in zip(*weights, strict=True)) if weights else (b"", b"", b"")
    # Unseen characters weigh nothing and two spellings of a letter weigh the same: the text itself decides last.
    tail = text.encode("utf-8", "surrogatepass")
    return _LEVEL.join((letters, accents.rstrip(_NO_ACCENT), case, tail))


@lru_cache(maxsize=4_096)
def _weigh(character: str) -> _Weights:
    if character in _LETTER_WEIGHT:
        return bytes([_LETTER_WEIGHT[character]]), _NO_ACCENT, _SMALL
    if character in _CURLED:
        straight, accent = _CURLED[character]
        return bytes([_LETTER_WEIGHT[straight]]), accent, _SMALL
    category = unicodedata.category(character)
    if category in {"Cc", "Cf"}:
        return b"", b"", b""
    small = character.lower()
    if small != character and len(small) == 1:
        letters, accents, case = _weigh(small)
        return letters, accents, case.replace(_SMALL, _CAPITAL)
    if unicodedata.combining(character):
        return b"", bytes([_SECOND_ACCENT + _ACCENT_WEIGHT.get(character, _RARE_ACCENT)]), b""
    base, marks = split_accents(character)
    if base and (base, marks) != (character, ""):
        return _weigh_composed(character, base, marks)
    # The code point's bytes stand behind a weight of their own, so that none of them is taken for another letter.
    first = _LETTER_WEIGHT[_AFTER_THE_SIGNS] if category[0] in "PSZ" else _AFTER_THE_LETTERS
    return bytes([first]) + character.encode("utf-8", "surrogatepass"), _NO_ACCENT, _SMALL


def _weigh_composed(character: str, base: str, marks: str) -> _Weights:
    """Weigh a letter with accents or a stroke, two letters in one, or another form of a plain character."""
    letters, _, case = (b"".join(level) for level in zip(*map(_weigh, base), strict=True))
    weights = [_ACCENT_WEIGHT.get(mark, _RARE_ACCENT) for mark in marks]
    if unicodedata.normalize("NFKD", character)[0] in STROKED:
        weights.insert(0, _ACCENT_WEIGHT[_SLASH] if len(base) == 1 else _JOINED_LETTERS)
    elif not marks:
        case = _VARIANT * len(case)
    first, *others = weights or [_NO_ACCENT[0]]
    accents = bytes([first, *(_SECOND_ACCENT + weight for weight in others)]) + _NO_ACCENT * (len(base) - 1)
    return letters, accents, case


def _latin_table(level: int) -> bytes:
    """One level's weight of each Latin-1 character; zero for those that have not exactly one weight in each."""
    weights = [_weigh(chr(code)) for code in range(256)]
    return bytes(each[level][0] if [len(part) for part in each] == [1, 1, 1] else 0 for each in weights)


_LATIN_LETTERS: Final = _latin_table(0)
_LATIN_ACCENTS: Final = _latin_table(1)
_LATIN_CASE: Final = _latin_table(2)
