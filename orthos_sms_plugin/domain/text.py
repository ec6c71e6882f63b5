"""How long a text is on the telephone network, and what of it leaves.

A text whose characters all stand in the GSM 03.38 alphabet travels as 7-bit units; one other character makes the
whole text travel as UCS-2, where less than half as much fits in a part.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from orthos_sms_plugin.domain.letters import COMBINING_MARKS, split_accents

# Source: 3GPP TS 23.038, 6.2.1 and 6.2.1.1 (default alphabet and its extension table).
GSM_BASIC: Final = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENSION: Final = "\f^{}\\[~]|€"
"""Characters that travel behind an escape: two units each, never parted."""

_BASIC: Final = frozenset(GSM_BASIC)
_GSM: Final = _BASIC | frozenset(GSM_EXTENSION)
_GSM_CLASS: Final = re.escape(GSM_BASIC + GSM_EXTENSION)
_NOT_GSM: Final = re.compile(f"[^{_GSM_CLASS}]")
_EXTENSION: Final = re.compile(f"[{re.escape(GSM_EXTENSION)}]")
_ESCAPE: Final = "\x1b"


class Encoding(StrEnum):
    """How a text travels."""

    GSM7 = "gsm7"
    UCS2 = "ucs2"


class Tildes(StrEnum):
    """What becomes of accents that GSM 03.38 lacks; chosen per message."""

    REMOVE = "remove"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class TextSize:
    """What a text takes on the network.

    Attributes:
        encoding: `GSM7` as long as every character allows it.
        units: 7-bit units (an extension character takes two) or UTF-16 units (an emoji takes two).
        parts: Messages the provider charges; 0 for an empty text.
        remaining: Units still free in the last part; for an empty text a whole single message.
        costly: The distinct characters that force `UCS2`, in order of appearance; empty for `GSM7`.
    """

    encoding: Encoding
    units: int
    parts: int
    remaining: int
    costly: str


def measure(text: str) -> TextSize:
    """Measure a text exactly as it stands: pass it through `outgoing` first to know what will be paid."""
    # Most texts hold no extension character, and the set test is the cheapest way to know.
    if _BASIC.issuperset(text):
        units = len(text)
        if units <= 160:
            return TextSize(Encoding.GSM7, units, 1 if text else 0, 160 - units, "")
        parts = -(-units // 153)
        return TextSize(Encoding.GSM7, units, parts, parts * 153 - units, "")

    if _GSM.issuperset(text):
        wire = _EXTENSION.sub(rf"{_ESCAPE}\g<0>", text)
        units = len(wire)
        if units <= 160:
            return TextSize(Encoding.GSM7, units, 1, 160 - units, "")
        return TextSize(Encoding.GSM7, units, *_walk_gsm(wire), "")

    costly = "".join(dict.fromkeys(_NOT_GSM.findall(text)))
    # A lone surrogate is no text, but a counter beside a text field must not raise while someone types.
    utf16 = text.encode("utf-16-be", "surrogatepass")
    units = len(utf16) // 2
    if units <= 70:
        return TextSize(Encoding.UCS2, units, 1, 70 - units, costly)
    return TextSize(Encoding.UCS2, units, *_walk_ucs2(utf16), costly)


def _walk_gsm(wire: str) -> tuple[int, int]:
    """Fill parts of 153 units one after the other; an escape moves on together with its character."""
    parts, start = 1, 0
    while len(wire) - start > 153:
        start += 152 if wire[start + 152] == _ESCAPE else 153
        parts += 1
    return parts, 153 - (len(wire) - start)


def _walk_ucs2(utf16: bytes) -> tuple[int, int]:
    """Fill parts of 67 units (134 bytes) one after the other; the halves of a pair stay together."""
    parts, start = 1, 0
    while len(utf16) - start > 134:
        # High surrogates begin with D8 to DB, low ones with DC to DF.
        cuts_a_pair = utf16[start + 132] & 0xFC == 0xD8 and utf16[start + 134] & 0xFC == 0xDC
        start += 132 if cuts_a_pair else 134
        parts += 1
    return parts, 67 - (len(utf16) - start) // 2


_LEAVES_AS_IT_IS: Final = _GSM - {"\r", "\f"}
_LINE_BREAK: Final = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_JOINERS: Final = "\u200c\u200d"
_STRAY_JOINER: Final = re.compile(f"(?:^|(?<=[{_GSM_CLASS}]))[{_JOINERS}]+")
_FLAG_TAGS: Final = range(0xE0020, 0xE0080)
_CATALAN_DOT: Final = re.compile("(?<=[lL])·(?=[lL])")
_ACCENT: Final = re.compile(f"[{COMBINING_MARKS}]+")
_REPLACEABLE: Final = re.compile(f"{_ACCENT.pattern}|[^{_GSM_CLASS}]")


def outgoing(text: str, tildes: Tildes = Tildes.REMOVE) -> str:
    """Turn a merged text into the one that leaves; applying it twice changes nothing more.

    What nobody sees is tidied whatever `tildes` says, since all it does is make the text dear: accents are composed
    (NFC), every kind of space becomes a plain one and every kind of line break a line feed; control characters,
    zero-width characters and direction marks are dropped (joiners inside an emoji or a foreign word stay).

    What is seen changes only with `Tildes.REMOVE`: a letter outside GSM 03.38 becomes the nearest one inside (`á` `a`,
    `ç` `c`, `º` `o`), while `é`, `ñ` and `Ç`, which are inside, stay. Emoji and typographic signs stay in both: the
    user decides whether they are worth their price.
    """
    if _LEAVES_AS_IT_IS.issuperset(text):
        return text
    if not text.replace("\n", "").isprintable():
        text = _LINE_BREAK.sub("\n", text).translate(_TIDY)
        text = _STRAY_JOINER.sub("", text)
    text = unicodedata.normalize("NFC", text)
    if tildes is Tildes.KEEP:
        return text
    if "·" in text:
        text = _CATALAN_DOT.sub(".", text)
    return _REPLACEABLE.sub(_replace, text)


class _Tidy(dict[int, str | None]):
    """What the unseen characters become, for `str.translate`; filled as characters turn up."""

    def __missing__(self, code: int) -> str | None:
        character = chr(code)
        category = unicodedata.category(character)
        if character == "\n" or character in _JOINERS or code in _FLAG_TAGS:
            result: str | None = character
        elif category == "Zs" or character == "\t":
            result = " "
        elif category in {"Cc", "Cf", "Cs"}:
            result = None
        else:
            result = character
        self[code] = result
        return result


class _Nearest(dict[str, str]):
    """What stands for a character in GSM 03.38, or itself if nothing does; filled as characters turn up."""

    def __missing__(self, character: str) -> str:
        result = self[character] = _find_nearest(character)
        return result


_TIDY: Final = _Tidy()
_NEAREST: Final = _Nearest()


def _replace(match: re.Match[str]) -> str:
    found = match[0]
    if not _ACCENT.match(found):
        return _NEAREST[found]
    # An accent that no letter could take up (`x̃`): it goes when the letter before it ends up in the alphabet.
    before = match.string[: match.start()][-1:]
    return "" if _NEAREST[before][-1:] in _GSM else found


def _find_nearest(character: str) -> str:
    if character in _GSM:
        return character
    # Letters only: `…` and `²` decompose too, but a sign that changes its look is for the user to decide.
    if not character.isalpha():
        return character
    base, marks = split_accents(character)
    if not base.isalpha() or not _GSM.issuperset(base):
        return character
    # Keep as many accents as the alphabet allows: `ǘ` becomes `ü`, not `u`.
    for kept in range(len(marks), 0, -1):
        composed = unicodedata.normalize("NFC", base + marks[:kept])
        if composed in _GSM:
            return composed
    return base
