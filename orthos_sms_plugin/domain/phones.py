"""Phone numbers as people type them, and the one form in which a number is compared, stored and sent.

A field of the provider's request takes several recipients, parted by a semicolon or written as JSON. So nothing
that was typed ever gets there: only the digits of a `Phone`, which cannot hold anything else.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from orthos_sms_plugin.domain.errors import SmsError

HOME_REGION: Final = "ES"
_E164: Final = re.compile(r"\+[1-9][0-9]{6,14}")


class PhoneKind(StrEnum):
    """What a number is, as far as sending an SMS is concerned."""

    SPANISH_MOBILE = "spanish_mobile"
    FOREIGN_MOBILE = "foreign_mobile"
    """Needs a confirmation of its own. Countries whose mobiles look like landlines (United States) count here."""
    LANDLINE = "landline"
    PREMIUM = "premium"
    """Costs the caller more, or belongs to a company's service: Spanish 80x and 90x, and their like abroad."""
    OTHER = "other"
    """Personal (70x), Internet and satellite numbers, pagers and the rest."""


class InvalidPhoneError(SmsError):
    """What was typed is not exactly one telephone number. It neither keeps nor prints what was typed."""

    def __init__(self) -> None:
        super().__init__("not exactly one telephone number")


@dataclass(frozen=True, slots=True, repr=False)
class Phone:
    """One existing telephone number; two spellings of it are equal.

    Attributes:
        e164: Plus, country code and number without separators: `+34600555001`.
        kind: What it is; see `usable`.

    Raises:
        InvalidPhoneError: `e164` is not in that form.
    """

    e164: str
    kind: PhoneKind

    def __post_init__(self) -> None:
        if not _E164.fullmatch(self.e164):
            raise InvalidPhoneError

    def __repr__(self) -> str:
        """Tell numbers apart in a log without writing them there."""
        return f"Phone({self.kind}, ends in {self.e164[-2:]})"

    @property
    def digits(self) -> str:
        """Country code and number, nothing but digits: the only form that may reach a provider."""
        return self.e164[1:]

    @property
    def usable(self) -> bool:
        """Whether an SMS may go there."""
        return self.kind is PhoneKind.SPANISH_MOBILE or self.kind is PhoneKind.FOREIGN_MOBILE

    @property
    def shown(self) -> str:
        """How people read it: `600 555 001` in Spain, `+33 6 12 34 56 78` abroad."""
        if self.e164.startswith("+34"):
            number = self.e164[3:]
            return f"{number[:3]} {number[3:6]} {number[6:]}"
        return _international(self.e164)


def normalise(raw: str, *, region: str = HOME_REGION) -> Phone:
    """Read one number, however it is spelled; `try_normalise` says how strict this is.

    Args:
        raw: As typed or imported.
        region: Country of numbers without a country code, as two capital letters.

    Raises:
        InvalidPhoneError: It is no number that exists, more than one, or one with something written beside it.
    """
    phone = try_normalise(raw, region=region)
    if phone is None:
        raise InvalidPhoneError
    return phone


def try_normalise(raw: str, *, region: str = HOME_REGION) -> Phone | None:
    """Read one number, however it is spelled, or return None.

    Spaces, dots, hyphens and parentheses around a prefix are spelling. Anything else is refused rather than cleaned:
    a slash, comma, semicolon or line break parts two numbers, and a note beside a number (`600 555 001 (madre)`,
    `… (no llamar)`) says something about it that only a person can weigh. Digits are never joined across any of these.
    """
    if len(raw) > _LONGEST_SPELLING:
        return None
    if region == HOME_REGION:
        match = _SPANISH_MOBILE.fullmatch(raw.replace(" ", "")) or _SPANISH_MOBILE.fullmatch(
            raw.strip().translate(_WITHOUT_SEPARATORS)
        )
        if match:
            return Phone(f"+34{match[1]}", PhoneKind.SPANISH_MOBILE)
    return _read(raw, region)


# 70x are personal numbers, 75x, 76x and 79x are not given out: "starts with 6 or 7" would be wrong.
_SPANISH_MOBILE: Final = re.compile(r"(?:(?:\+|00)?34)?((?:6[0-9]|7[1-48])[0-9]{7})")

_SPACES: Final = "\u00a0\u2007\u2009\u202f"
_HYPHENS: Final = "\u2010\u2011\u2012\u2013\u2212"
# Address books wrap numbers in direction marks; they come along with a copy and nobody sees them.
_UNSEEN: Final = "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
_WITHOUT_SEPARATORS: Final = dict.fromkeys(map(ord, f" .-{_SPACES}{_HYPHENS}{_UNSEEN}"))
_PLAIN_SEPARATORS: Final = (
    dict.fromkeys(map(ord, _SPACES), " ") | dict.fromkeys(map(ord, _HYPHENS), "-") | dict.fromkeys(map(ord, _UNSEEN))
)

_LONGEST_SPELLING: Final = 40
_ONE_NUMBER: Final = re.compile(r"\(?\+?[0-9 .()-]+")
_PARENTHESES: Final = re.compile(r"(?:[^()]|\([^()]+\))*")
# Abroad the length of numbers varies: with such a digit joined, the number may exist and belong to somebody else.
_SOMETHING_BESIDE: Final = re.compile(
    r"""
    [.-][ ]*[0-9]\Z                                # 0151 1234567-8: an extension; 600555001.0: a spreadsheet's work
    | \)(?!\Z) (?:[^0-9]*[0-9]){0,4} [^0-9]*\Z     # 0151 (1234567) 8
    | [0-9 ]\( (?:[^0-9)]*[0-9]){1,6} [^0-9)]*\)\Z # 0151 1234567 (2): the second of several
    """,
    re.VERBOSE,
)


@lru_cache(maxsize=16_384)
def _read(raw: str, region: str) -> Phone | None:
    """Ask the library, about one number only: it would join or cut what our rules refuse."""
    # The library takes 20 ms to import, which a program's start has no use for.
    import phonenumbers

    spelling = raw.strip().translate(_PLAIN_SEPARATORS).strip()
    if not _ONE_NUMBER.fullmatch(spelling) or not _PARENTHESES.fullmatch(spelling):
        return None
    if _SOMETHING_BESIDE.search(spelling):
        return None
    try:
        number = phonenumbers.parse(spelling, region)
    except phonenumbers.NumberParseException:
        return None
    if number.extension or not phonenumbers.is_valid_number(number):
        return None
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    country = phonenumbers.region_code_for_number(number) or ""
    return Phone(e164, _kind(phonenumbers.number_type(number), e164, country))


def _kind(library_type: int, e164: str, country: str) -> PhoneKind:
    from phonenumbers import PhoneNumberType

    special_rate = (PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST)
    # Freephone numbers among the 80x and 90x cost nothing to call, but belong to companies, never to a patient.
    if library_type in special_rate or e164.startswith(("+3480", "+3490")):
        return PhoneKind.PREMIUM
    if library_type == PhoneNumberType.FIXED_LINE:
        return PhoneKind.LANDLINE
    belongs_to_no_country = country in {"", "001"}
    if library_type in (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE) and not belongs_to_no_country:
        return PhoneKind.SPANISH_MOBILE if country == HOME_REGION else PhoneKind.FOREIGN_MOBILE
    return PhoneKind.OTHER


@lru_cache(maxsize=16_384)
def _international(e164: str) -> str:
    import phonenumbers

    return phonenumbers.format_number(phonenumbers.parse(e164), phonenumbers.PhoneNumberFormat.INTERNATIONAL)
