"""What is obviously no phone number, in the words of the person who typed it. No Qt."""

from __future__ import annotations

import re
from enum import StrEnum

_SIGNS = re.compile(r"\+?[\d\s().\-/]+")


class PhoneFault(StrEnum):
    """Why a text cannot be stored as a phone."""

    EMPTY = "empty"
    SIGNS = "signs"
    LENGTH = "length"
    NOT_MOBILE = "not_mobile"


def fault_of(number: str, *, for_sms: bool) -> PhoneFault | None:
    """Find what is obviously wrong with a number; None when it may well be one.

    Args:
        number: As it was typed; without a prefix it is Spanish.
        for_sms: It was chosen for SMS, so it has to be a mobile.
    """
    text = number.strip()
    if not text:
        return PhoneFault.EMPTY
    if not _SIGNS.fullmatch(text):
        return PhoneFault.SIGNS
    import phonenumbers  # takes longer to load than everything else here, and most runs never edit a phone

    try:
        parsed = phonenumbers.parse(text, "ES")
    except phonenumbers.NumberParseException:
        return PhoneFault.LENGTH
    if not phonenumbers.is_possible_number(parsed):
        return PhoneFault.LENGTH
    mobile = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
    if for_sms and phonenumbers.number_type(parsed) not in mobile:
        return PhoneFault.NOT_MOBILE
    return None
