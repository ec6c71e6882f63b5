"""The clinic of the journeys: few invented people, every reason against a send among them, and messages to choose."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, select, update

from fake_host import FakeHost
from fake_host.clinic.database import open_database
from fake_host.clinic.patients import Phone
from fake_host.clinic.people import fill_office
from fake_host.clinic.roster import Person, add_people
from hookspecs.clinic import PatientGroup
from orthos_sms_plugin.domain.templates import SmsTemplate
from orthos_sms_plugin.domain.text import Tildes
from orthos_sms_plugin.persistence.migrate import upgrade
from orthos_sms_plugin.persistence.tables import message, optout, row_state
from orthos_sms_plugin.persistence.templates import SqlTemplates

NOTICES, FAMILY, REASONS, BIG, NOBODY = "Avisos", "Familia", "Motivos", "Muchos", "Sin nadie"
HELLO, CLOSED, ACCENTS, LONG = "Saludo", "Cierre", "Con tildes", "Largo"

ARCE, NANEZ, OLABARRI, ZUNIGA = (
    "Arce Villalba, Elena",
    "Ñáñez Quiroga, Íñigo",
    "Olabarri Sotelo, Miren",
    "Zúñiga Etxeberria, Andrea",
)
LEO, MARTA, NORA, TORIBIO = (
    "Salvatierra Peñín, Leo",
    "Salvatierra Peñín, Marta",
    "Salvatierra Peñín, Nora",
    "Toribio Cáceres, Eusebio",
)
FAMILY_PHONE = "34634555120"
PHONES = {
    ARCE: "34600555021",
    NANEZ: "34684555115",
    OLABARRI: "34600555023",
    ZUNIGA: "34615555124",
    LEO: FAMILY_PHONE,
    MARTA: FAMILY_PHONE,
    NORA: FAMILY_PHONE,
    TORIBIO: "34616555124",
}
"""Digits with prefix, as they stand in the provider's ledger."""

TWO_MOBILES, OBJECTS = "Dos Móviles, Jacinta", "Oposición Aceptada, Narcisa"
NOT_SENDABLE = {
    "Baja Pedida, Gaspar": "Baja",
    TWO_MOBILES: "Sin móvil para SMS",
    "Fijo Elegido, Isidora": "Sin móvil: no es un número de móvil",
    "Iturriaga": "Falta el nombre",
    "Nota Detrás, Fabián": "El teléfono no es válido",
    OBJECTS: "Oposición del paciente",
    "Sin Teléfono, Amadeo": "Sin móvil para SMS",
}
"""Who of the group `REASONS` cannot get `HELLO`, and what `Detalle` says; one more can: `Pérez Amor, Luz`."""

WITHOUT_MOBILE = frozenset({TWO_MOBILES, "Fijo Elegido, Isidora", "Nota Detrás, Fabián", "Sin Teléfono, Amadeo"})
SENDABLE_OF_REASONS = "Pérez Amor, Luz"

BIG_SIZE = 30

# LONG fills one part to the brim for whoever has five letters; Andrea has six.
_TEMPLATES = (
    SmsTemplate(0, HELLO, "Hola {nombre}, le esperamos."),
    SmsTemplate(0, CLOSED, "Clínica Arce cierra mañana."),
    SmsTemplate(0, ACCENTS, "¡{nombre}, mañana 20 € menos! Está a un café de aquí", tildes=Tildes.KEEP),
    SmsTemplate(0, LONG, "{nombre}: " + "se cambia su cita. " * 8 + "."),
)


def _person(group: str, code: str, name: str, *numbers: str, objects: bool = False, email: str = "") -> Person:
    """Write a person in one line; the number with a ``*`` takes the SMS, and who has e-mail has the app too."""
    surname, _, first_name = name.partition(", ")
    phones = tuple(Phone(number.removesuffix("*"), sms_selected=number.endswith("*")) for number in numbers)
    return Person(
        code,
        surname,
        first_name,
        phones,
        email=email or None,
        has_app=bool(email),
        objection_accepted=objects,
        groups=(group,),
    )


_PEOPLE = (
    _person(NOTICES, "000024", ZUNIGA, "615 555 124*"),
    _person(NOTICES, "000022", NANEZ, "684555115*"),
    _person(NOTICES, "000021", ARCE, "+34 600 555 021*", email="elena@correo.example"),
    _person(NOTICES, "000023", OLABARRI, "600-555-023*"),
    # one mobile, typed in three ways
    _person(FAMILY, "003001", MARTA, "634 555 120*"),
    _person(FAMILY, "003002", LEO, "+34634555120*"),
    _person(FAMILY, "003003", NORA, "0034 634-555-120*"),
    _person(FAMILY, "003004", TORIBIO, "616 555 124*"),
    _person(REASONS, "003030", "Baja Pedida, Gaspar", "606 555 166*"),
    _person(REASONS, "003031", TWO_MOBILES, "606 555 149", "606 555 150"),
    _person(REASONS, "003032", "Fijo Elegido, Isidora", "914 555 156*"),
    _person(REASONS, "003033", "Iturriaga", "605 555 141*"),
    _person(REASONS, "003034", "Nota Detrás, Fabián", "606 555 153 (su madre)*"),
    _person(REASONS, "003035", OBJECTS, "606 555 160*", objects=True),
    _person(REASONS, "003036", SENDABLE_OF_REASONS, "606 555 167*"),
    _person(REASONS, "003037", "Sin Teléfono, Amadeo"),
    *(_person(BIG, f"{4000 + n:06}", f"Persona {n:02}, Paz", f"622 555 {n:03}*") for n in range(BIG_SIZE)),
)


def build_clinic(file: Path) -> None:
    """Make the clinic in a new database file, as a first day with the plugin would have left it."""
    with open_database(f"sqlite:///{file}") as database:
        fill_office(database)
        factory = database.session_factory
        with factory.begin() as session:
            session.add(PatientGroup(name=NOBODY))
            add_people(session, _PEOPLE)
        upgrade(factory)
        templates = SqlTemplates(factory, workstation="Recepción 1")
        for template in _TEMPLATES:
            templates.save(template, user="Marta Ordóñez")
        with factory.begin() as session:
            session.execute(
                insert(optout).values(
                    phone="34606555166", message_class="care", source="BAJA", at=datetime.now(UTC), recorded_by="Marta"
                )
            )
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def let_time_pass(host: FakeHost, span: timedelta) -> None:
    """Make all that was sent so far `span` older, and move the provider's clock on by as much."""
    assert host.provider is not None
    host.provider.clock.advance(span.total_seconds())
    earlier_ms = int(span.total_seconds() * 1000)
    with host.context.session_factory.begin() as session:
        for sent in session.execute(select(message.c.id, message.c.accepted_at)).all():
            if sent.accepted_at is not None:
                older = update(message).where(message.c.id == sent.id).values(accepted_at=sent.accepted_at - span)
                session.execute(older)
        session.execute(update(message).values(next_poll_ms=message.c.next_poll_ms - earlier_ms))
        for row in session.execute(select(row_state)).all():
            key = (row_state.c.row_scope == row.row_scope) & (row_state.c.patient_id == row.patient_id)
            session.execute(update(row_state).where(key).values(at=row.at - span))
