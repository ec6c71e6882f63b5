"""What becomes of an accepted message: result codes over time, by phone.

Codes and their groups: Mensatek API 5.8, table of results.
"""

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

Script = tuple["Step", ...]


@dataclass(frozen=True, slots=True)
class Step:
    """From `after_s` seconds of the service's clock after acceptance on, a report shows `code`."""

    after_s: float
    code: int


# The sentence that stands beside each code in `Estado`.
ESTADO: Final[Mapping[int, str]] = {
    0: "Esperando entrega",
    1: "Programado",
    2: "Esperando entrega",
    10: "Esperando entrega",
    11: "Entregado al teléfono",
    12: "Esperando entrega",
    13: "Entregado al teléfono",
    14: "Entregado y certificado",
    29: "Cancelado antes de enviar",
    50: "Número inexistente o sin servicio",
    51: "Fallo de entrega repetido",
    52: "Error de red del operador",
    53: "Caducado: teléfono apagado o fuera de cobertura",
    54: "Número en lista negra",
    55: "Número bloqueado",
    102: "Usuario dado de baja",
    104: "Número erróneo",
    121: "Red de destino congestionada, reintentando",
    131: "Memoria del teléfono llena",
    150: "Red de destino cerrada temporalmente",
    200: "Rechazado por el operador, créditos devueltos",
    1001: "Programado",
    1002: "Enviando al operador",
}

SCHEDULED: Final = frozenset({1, 1001})
DELIVERED: Final = frozenset({11, 13, 14, 70, 106})
CANCELLED: Final = frozenset({29})
REFUNDED: Final = frozenset({200})
WAITING: Final = frozenset({0, 2, 10, 12, 31, 500, 999, 1000, 1002, 1003, 120, 121, 122, 134, 135})

DELIVERY_AFTER_S: Final = 4.0


def _ends_in(*codes: int) -> Script:
    """10 at once, then one code every `DELIVERY_AFTER_S` seconds; the last one stays."""
    steps = [Step(DELIVERY_AFTER_S * (place + 1), code) for place, code in enumerate(codes)]
    return (Step(0, 10), *steps)


SCRIPTS: Final[Mapping[str, Script]] = {
    "delivered": _ends_in(13),
    "delivered_11": _ends_in(11),
    "delivered_at_once": (Step(0, 13),),
    "pending": _ends_in(),
    "failed_number": _ends_in(50),
    "failed_repeatedly": _ends_in(51),
    "operator_error": _ends_in(52),
    "expired": _ends_in(53),
    "blacklisted": _ends_in(54),
    "blocked": _ends_in(55),
    "unsubscribed": _ends_in(102),
    "wrong_number": _ends_in(104),
    "memory_full": _ends_in(131),
    "network_closed": _ends_in(150),
    "returned": _ends_in(200),
    "retried_then_delivered": _ends_in(121, 13),
    "expired_then_delivered": _ends_in(53, 13),
}


def state_word(code: int) -> str:
    """Name the group of a code as the ledger shows it; a code of no other group is `failed`."""
    for word, codes in (
        ("delivered", DELIVERED),
        ("waiting", WAITING),
        ("scheduled", SCHEDULED),
        ("cancelled", CANCELLED),
        ("returned", REFUNDED),
    ):
        if code in codes:
            return word
    return "failed"


class Outcomes:
    """The script of each phone, `delivered` by default. Safe from any thread.

    A script belongs to the phone, not to a message: setting one also changes what reports say from now on of messages
    that were accepted earlier, counted from their acceptance.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._scripts: dict[str, Script] = {}

    def set(self, phone: str, script: str | Iterable[Sequence[float]]) -> None:
        """Choose what the phone does.

        Args:
            phone: Digits with prefix, as on the wire; a leading `+` is taken off.
            script: A name out of `SCRIPTS`, or pairs `(seconds after acceptance, code)` in rising order from 0.

        Raises:
            ValueError: No such name, or pairs that leave the beginning open or go back.
        """
        steps = _named(script) if isinstance(script, str) else _written(script)
        with self._lock:
            self._scripts[phone.removeprefix("+")] = steps

    def step_of(self, phone: str, age_s: float) -> Step:
        """Say which step a message to this phone has reached, `age_s` seconds after its acceptance."""
        with self._lock:
            script = self._scripts.get(phone, SCRIPTS["delivered"])
        return next((step for step in reversed(script) if step.after_s <= age_s), script[0])

    def refunding_phones(self) -> tuple[str, ...]:
        """Phones whose script gives credits back at some step."""
        with self._lock:
            return tuple(
                phone for phone, script in self._scripts.items() if any(step.code in REFUNDED for step in script)
            )

    def clear(self) -> None:
        with self._lock:
            self._scripts.clear()


def _named(name: str) -> Script:
    if name not in SCRIPTS:
        raise ValueError(f"no outcome called {name!r}; there are {', '.join(SCRIPTS)}")
    return SCRIPTS[name]


def _written(pairs: Iterable[Sequence[float]]) -> Script:
    try:
        steps = tuple(Step(float(after_s), int(code)) for after_s, code in pairs)
    except TypeError as error:
        raise ValueError("an outcome is a name or a list of [seconds, code]") from error
    times = [step.after_s for step in steps]
    if not times or times[0] != 0 or times != sorted(times):
        raise ValueError("the steps of an outcome start at 0 seconds and rise")
    return steps
