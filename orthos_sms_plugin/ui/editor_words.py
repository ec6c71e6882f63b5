"""The sentences of the message editor."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QCoreApplication

from orthos_sms_plugin.domain.merge import TemplateError, UnknownFieldError
from orthos_sms_plugin.domain.templates import MessageClass, SmsTemplate
from orthos_sms_plugin.domain.text import Encoding, Tildes
from orthos_sms_plugin.ui.confirm_words import counted, some
from orthos_sms_plugin.ui.editor_text import Reading, Sample, replaceable, replacements
from orthos_sms_plugin.ui.figures import amount
from orthos_sms_plugin.ui.look.theme import Role

translate = QCoreApplication.translate

_LETTERS = 8


def template_error(error: TemplateError) -> str:
    """Say in one sentence why a text cannot be saved."""
    if not isinstance(error, UnknownFieldError):
        return translate("editor", "Hay una llave suelta: escriba {{ o }} si quiere que se vea una llave.")
    if not error.field.strip():
        return translate("editor", "Falta el nombre del campo entre las llaves; elija uno de «Campos».")
    name = error.field if len(error.field) <= 40 else error.field[:40] + "…"
    # The braces stand outside the pattern: `format` would take them for its own.
    wrong = "{" + name + "}"
    if error.suggestion:
        meant = "{" + error.suggestion + "}"
        return translate("editor", "No existe el campo {wrong}: ¿quería decir {meant}?").format(
            wrong=wrong, meant=meant
        )
    return translate("editor", "No existe el campo {wrong}; elija uno de «Campos».").format(wrong=wrong)


def kind(template: SmsTemplate) -> str:
    """Name the class."""
    if template.message_class is MessageClass.PUBLICITY:
        return translate("editor", "Publicidad")
    return translate("editor", "Asistencial")


def parts(count: int) -> str:
    """Give ``1 parte``."""
    return counted(count, translate("editor", "parte"), translate("editor", "partes"))


def span(low: int, high: int) -> str:
    """Give ``148–161``, or one number."""
    return amount(high) if low == high else f"{amount(low)}–{amount(high)}"


def alphabet(reading: Reading) -> str:
    """Name the alphabet and what is still free."""
    name = (
        translate("editor", "alfabeto GSM")
        if reading.encoding is Encoding.GSM7
        else translate("editor", "alfabeto Unicode, más caro")
    )
    left = translate("editor", "quedan {count}").format(count=amount(reading.remaining))
    if reading.remaining == 1:
        left = translate("editor", "queda 1")
    if len(reading.sized) > 1 and reading.units[0] != reading.units[1]:
        left = translate("editor", "{left} en la más larga").format(left=left)
    return f"{name} · {left}"


def source(reading: Reading) -> str:
    """Say whose data the figures come from."""
    if reading.example:
        return translate("editor", "con datos de ejemplo")
    return translate("editor", "según los datos de cada fila")


def shown_rows(reading: Reading, most: int) -> str:
    """Say which rows the preview shows."""
    count = len(reading.samples)
    if reading.example:
        return translate("editor", "con datos de ejemplo; marque filas en el panel para ver las suyas")
    if count == 1:
        return translate("editor", "1 fila marcada")
    if count >= most:
        return translate("editor", "las {count} primeras filas marcadas, primero las más largas").format(
            count=amount(count)
        )
    return translate("editor", "{count} filas marcadas, primero las más largas").format(count=amount(count))


def long_rows(reading: Reading) -> tuple[str, str]:
    """Give how many rows take more than one part, and their names; empty when none, or when there are no rows."""
    long = [sample for sample in reading.sized if sample.size.parts > 1]
    if reading.example or not long:
        return "", ""
    of = amount(len(reading.samples))
    if len(long) == 1:
        head = translate("editor", "1 de las {of} marcadas ocupa {parts} partes").format(
            of=of, parts=long[0].size.parts
        )
    else:
        head = translate("editor", "{count} de las {of} marcadas ocupan 2 partes o más").format(
            count=amount(len(long)), of=of
        )
    if len(long) == len(reading.samples):
        head = translate("editor", "Todas las marcadas ocupan 2 partes o más")
    if len(reading.samples) == 1:
        head = translate("editor", "La fila marcada ocupa {parts} partes").format(parts=long[0].size.parts)
    return head, some([sample.name for sample in long])


def sample_line(sample: Sample) -> str:
    """Give ``161 caracteres · 2 partes``."""
    units = counted(sample.size.units, translate("editor", "carácter"), translate("editor", "caracteres"))
    return f"{units} · {parts(sample.size.parts)}"


def _listed(letters: str) -> str:
    rest = len(letters) - _LETTERS
    listed = " ".join(letters[:_LETTERS])
    return translate("editor", "{letters} y {rest} más").format(letters=listed, rest=rest) if rest > 0 else listed


def advice(reading: Reading, template: SmsTemplate, only_appointments: Sequence[str]) -> tuple[Role, str]:
    """Say what makes the text dear or keeps rows from being sent; empty when there is nothing to say."""
    sentences = []
    dear = False
    if only_appointments and not reading.example:
        fields = " ".join("{" + name + "}" for name in only_appointments)
        sentences.append(
            translate(
                "editor", "{fields}: sólo tienen valor en las citas; con un grupo de pacientes no se puede enviar."
            ).format(fields=fields)
        )
        dear = True
    swapped = replaceable(reading.dear)
    most = reading.parts[1]
    if swapped and template.tildes is Tildes.REMOVE:
        sentences.append(
            translate("editor", "Letras caras: {letters}. Con «Quitar» salen como {plain} y no cuestan nada.").format(
                letters=_listed(swapped), plain=_listed(replacements(swapped))
            )
        )
        if reading.other_parts > most:
            sentences.append(
                translate("editor", "Con «Conservar» serían {other} por SMS en vez de {parts}.").format(
                    other=parts(reading.other_parts), parts=amount(most)
                )
            )
    if reading.costly:
        dear = True
        sentences.append(_costly(reading, template))
    return (Role.WAITING if dear else Role.INFO), " ".join(sentences)


def _costly(reading: Reading, template: SmsTemplate) -> str:
    letters = _listed(reading.costly)
    sentence = translate("editor", "Encarecen el SMS: {letters}. Cada parte lleva así 70 caracteres, no 160.").format(
        letters=letters
    )
    if template.tildes is Tildes.KEEP and replaceable(reading.costly) and reading.other_parts < reading.parts[1]:
        cheaper = translate("editor", "Con «Quitar» bastaría con {parts}.").format(parts=parts(reading.other_parts))
        return f"{sentence} {cheaper}"
    if not replaceable(reading.costly):
        return sentence + " " + translate("editor", "Quítelos del texto si no hacen falta.")
    return sentence
