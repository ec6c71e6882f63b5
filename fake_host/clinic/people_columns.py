"""What clinics write over their columns, and in their cells for phones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from fake_host.clinic.names import folded
from fake_host.clinic.patients import Phone

# Written without blanks, accents and capitals; a word before another one wins where a list has both.
_WORDS = {
    "code": "codigo codigopaciente codigodepaciente codpaciente cod nohistoria nhistoria numhistoria numerohistoria "
    "numerodehistoria historia historiaclinica nohistoriaclinica nhistoriaclinica numerodehistoriaclinica nhc "
    "nopaciente npaciente numpaciente numerodepaciente noficha nficha numficha ficha expediente noexpediente "
    "idpaciente id no numero",
    "surname": "apellidos apellidospaciente apellidosdelpaciente apellido primerapellido apellido1 1apellido "
    "1erapellido",
    "second_surname": "segundoapellido apellido2 2apellido 2oapellido 2doapellido",
    "first_name": "nombre nombrepaciente nombredelpaciente nombredepila",
    "email": "correo correoelectronico correoe email emails mail direcciondecorreo correos",
    "group": "grupo grupos grupodepacientes gruposdepacientes grupopacientes grupopaciente lista etiqueta etiquetas",
}
_PHONE = re.compile(
    r"(otros?|primer|segundo|tercer|no|num|numero)?(de)?"
    r"(telefono|tel|telf|tlf|tlfn|tlfno|tfn|tfno|movil|celular|fijo|whatsapp)(e?s)?(de|del)?"
    r"(movil|fijo|casa|domicilio|trabajo|particular|contacto|personal|principal|otro|madre|padre|sms|paciente|\d)*"
)
_SPANISH = re.compile(r"(?:\+34|0034|34)?([6-9]\d{8})")
_FOREIGN = re.compile(r"(?:\+|00)(?!34)[1-9]\d{7,13}")
_MOBILE = re.compile(r"6\d{8}|7[1-48]\d{7}")
_PARTS = re.compile(r"[/;,|\n]|\s+[yo]\s+")
_NUMBER_WITH_REMARK = re.compile(r"[^\d+(]*([+(]?\d[\d\s().-]*\d)\D*")


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each field stands in a line; None where the list has no such column.

    Attributes:
        phones: Place and kind (see `PatientPhone`) of every column of phones; an empty kind goes by the number.
        left_out: Headings of the columns that nobody reads.
    """

    surname: int
    first_name: int
    second_surname: int | None
    code: int | None
    email: int | None
    group: int | None
    phones: tuple[tuple[int, str], ...]
    left_out: tuple[str, ...]


def find_columns(heading: Sequence[str]) -> Columns | None:
    """Recognise the columns by their headings; None when the two that matter are not there."""
    keys = [folded(cell).replace(" ", "") for cell in heading]
    places: dict[str, int] = {}
    for field, words in _WORDS.items():
        for word in words.split():
            if field not in places and word in keys:
                places[field] = keys.index(word)
    if "surname" not in places or "first_name" not in places:
        return None
    phones = tuple((at, _kind(key)) for at, key in enumerate(keys) if _PHONE.fullmatch(key))
    read = {*places.values(), *(at for at, _ in phones)}
    return Columns(
        surname=places["surname"],
        first_name=places["first_name"],
        second_surname=places.get("second_surname"),
        code=places.get("code"),
        email=places.get("email"),
        group=places.get("group"),
        phones=phones,
        left_out=tuple(cell for at, cell in enumerate(heading) if cell and at not in read),
    )


def is_heading(cells: Sequence[str]) -> bool:
    """Tell whether these cells are the heading of a list of people."""
    return find_columns(cells) is not None


def read_phone_cell(cell: str, kind: str = "") -> tuple[list[Phone], list[str]]:
    """Read the phones of one cell.

    Args:
        cell: One number or several, parted by ``/ ; , |``, a line break or *y*.
        kind: What the column calls them; empty to go by the number.

    Returns:
        The phones, as typed, and sentences about what was left out.
    """
    phones: list[Phone] = []
    remarks: list[str] = []
    for part in _PARTS.split(cell):
        text = " ".join(part.split()).lstrip("'")
        if not any(sign.isalnum() for sign in text):
            continue
        remarked = _NUMBER_WITH_REMARK.fullmatch(text)
        number = text if not remarked or _digits(text) is not None else remarked[1]
        digits = _digits(number)
        if digits is None or len(number) > 60:
            remarks.append(f"«{_short(text)}» no es un teléfono; se carga sin él.")
            continue
        if number != text:
            remarks.append(f"de «{_short(text)}» se carga sólo «{number}».")
        phones.append(Phone(number, kind or ("landline" if digits[0] in "89" else "mobile")))
    return phones, remarks


def select_for_sms(phones: Sequence[Phone]) -> tuple[Phone, ...]:
    """Drop repeated numbers, and select the Spanish mobile for SMS if there is exactly one; else a person must."""
    distinct: dict[str | None, Phone] = {}
    for phone in phones:
        distinct.setdefault(_digits(phone.number), phone)
    mobiles = [phone for phone in distinct.values() if is_spanish_mobile(phone.number)]
    return tuple(replace(phone, sms_selected=mobiles == [phone]) for phone in distinct.values())


def is_spanish_mobile(number: str) -> bool:
    """Tell whether `number` is a mobile of Spain, however it is typed."""
    return _MOBILE.fullmatch(_digits(number) or "") is not None


def _digits(number: str) -> str | None:
    """Give the nine digits of a Spanish phone, or a foreign one with its ``+``; None for anything else."""
    bare = re.sub(r"[\s().-]", "", number)
    if spanish := _SPANISH.fullmatch(bare):
        return spanish[1]
    if _FOREIGN.fullmatch(bare):
        return "+" + bare.removeprefix("+").removeprefix("00")
    return None


def _kind(key: str) -> str:
    if "trabajo" in key:
        return "work"
    if "fijo" in key or "casa" in key or "domicilio" in key:
        return "landline"
    return "mobile" if "movil" in key or "celular" in key or "whatsapp" in key else ""


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"
