"""Mensatek's result codes (`Resultado`) in our words. Source: Mensatek API 5.8, table of results.

The codes of voice calls and of certified contracts are left out: we send neither, so one of them would be a surprise,
and a surprise is shown as waiting with an unknown code.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from orthos_sms_plugin.domain.outcomes import DeliveryReason
from orthos_sms_plugin.domain.states import Delivery

Meaning = tuple[Delivery, DeliveryReason]

_GROUPS: Final[Mapping[Meaning, tuple[int, ...]]] = {
    (Delivery.WAITING, DeliveryReason.SCHEDULED): (1, 1001),
    (Delivery.WAITING, DeliveryReason.NONE): (1002,),  # on its way to the operator
    (Delivery.WAITING, DeliveryReason.PHONE_OFF): (0, 2, 10, 12, 31, 500, 999, 1000),
    (Delivery.WAITING, DeliveryReason.NETWORK_BUSY): (121, 134, 135, 1003),
    (Delivery.WAITING, DeliveryReason.OPERATOR): (120, 122),  # held until the operator has mended its fault
    (Delivery.DELIVERED, DeliveryReason.NONE): (11, 13, 14, 70, 106),
    (Delivery.FAILED, DeliveryReason.CANCELLED): (29,),
    (Delivery.FAILED, DeliveryReason.NUMBER_UNKNOWN): (50, 104, 110, 111, 112, 130, 133, 136, 137),
    (Delivery.FAILED, DeliveryReason.EXPIRED): (53, 101, 103, 113),
    (Delivery.FAILED, DeliveryReason.BLOCKED): (54, 55),
    (Delivery.FAILED, DeliveryReason.UNSUBSCRIBED): (102,),
    (Delivery.FAILED, DeliveryReason.PHONE_FULL): (131, 132),
    (Delivery.FAILED, DeliveryReason.OPERATOR): (51, 52, 22, 23, 24, 25, 26, 27, 28, 140, 141, 150),
    (Delivery.FAILED, DeliveryReason.REFUNDED): (200,),
}
MEANINGS: Final[Mapping[str, Meaning]] = {str(code): meaning for meaning, codes in _GROUPS.items() for code in codes}

_UNKNOWN: Final[Meaning] = (Delivery.WAITING, DeliveryReason.UNKNOWN_CODE)
_DISPUTED: Final = "11"


def meaning_of(code: str, estado: str = "") -> Meaning:
    """Say what a code means.

    Args:
        code: As it came, e.g. ``"13"``.
        estado: The provider's sentence beside it; it settles code 11, which the manual calls delivered and others
            call queued.
    """
    meaning = MEANINGS.get(code, _UNKNOWN)
    said = estado.strip().casefold()
    if code == _DISPUTED and said and not said.startswith("entregad"):
        return (Delivery.WAITING, DeliveryReason.NONE)
    return meaning
