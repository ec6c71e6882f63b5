"""The demo clinic's awkward patients, written by hand: each one has once broken a program somewhere.

All people are invented, and so are their phones: Spanish ones stand in `6xx 555 xxx`, foreign ones in the ranges that
their regulators keep for films where there is such a range.
"""

from __future__ import annotations

from fake_host.clinic.patients import Phone
from fake_host.clinic.roster import Person

ORTHODONTICS = "Ortodoncia · revisión semestral"
NOTICES = "Avisos de la clínica"
TO_REVIEW = "Fichas por revisar"

WITH_DOCUMENTS = ("000412", "000731", "001146", "001822", "002090", "003004", "003009", "003023")
"""Codes of the patients whose documents folder holds something."""

EMPTY_FOLDER = "000588"
"""Has a documents folder with nothing in it."""


def _person(code: str, surname: str, first_name: str, *phones: str, group: str = TO_REVIEW, **more: object) -> Person:
    """Write a person in one line; of the phones, the one with a ``*`` takes the SMS, ``fijo:`` names a landline."""
    # mypy cannot tell that the names in `more` are fields of Person
    return Person(code, surname, first_name, tuple(map(_phone, phones)), groups=(group,), **more)  # type: ignore[arg-type]


def _phone(text: str) -> Phone:
    label, _, number = text.rpartition(":")
    kind = {"fijo": "landline", "trabajo": "work"}.get(label, "mobile")
    return Phone(number.removesuffix("*").strip(), kind, number.endswith("*"))


def _orthodontics(code: str, surname: str, first_name: str, *phones: str, **more: object) -> Person:
    return _person(code, surname, first_name, *phones, group=ORTHODONTICS, **more)


# What a group looks like at the desk: most can be written to, and every reason against it occurs.
_ORTHODONTICS_GROUP = (
    _orthodontics(
        "000412", "Arrizabalaga Uriarte", "Nahia", "612 555 101*", email="nahia@correo.example", has_app=True
    ),
    _orthodontics("002377", "Ávalos Peñarrubia", "Óscar", "fijo:910 555 131", "654 555 102*"),
    _orthodontics(
        "000588", "Benavides-Montalbán y Ruiz de Arcaute", "María de los Desamparados", "633 555 103*", language="es"
    ),
    _orthodontics("003118", "Cañizares Ibáñez", "Íñigo", "677 555 104*", email="i.canizares@correo.example"),
    _orthodontics("000731", "De la Vega Ruibal", "Covadonga", "+34 619 555 105*", email="cova@correo.example"),
    _orthodontics("002514", "De los Cobos e Ibarra", "Juan José", "628555106*"),
    _orthodontics("001146", "Del Olmo Peñalver", "Lucía", "fijo:910 555 132", email="lucia@correo.example"),
    _orthodontics("003652", "Echevarría Güemes", "Joan", "660 555 108*", language="ca", has_app=True),
    _orthodontics("003653", "Echevarría Güemes", "Mireia", "+34660555108*", language="ca"),
    _orthodontics("000139", "Fábregas Ordóñez", "M.ª Ángeles", "649 555 109*"),
    _orthodontics("002945", "Gómez Ibarruri", "Rocío", "622-55-51-10*", has_app=True),
    _orthodontics("001327", "Iribarren Muñiz", "Ramón", "636 555 111*", email="ramon.iribarren@correo.example"),
    _orthodontics("002680", "Llaneza Ñíguez", "Ángela", "671 555 112*"),
    _orthodontics("001822", "Muñoz Zabaleta", "José Antonio", "615 555 113*", objection_accepted=True),
    _orthodontics("000367", "Núñez Albarracín", "Concepción", "657 555 114*"),
    _orthodontics("003290", "Ñáñez Quiroga", "Iván", "0034 684 555 115*"),
    _orthodontics("002090", "O'Farrill Bustamante", "Ciarán", "655 555 116*", language="en", has_app=True),
    _orthodontics("002831", "Peñaranda Solís", "Aitana", "618 555 117", "618 555 118"),
    _orthodontics("001554", "Puigcercós i Castells", "Gal·la", "629 555 119*", language="ca"),
    _orthodontics("003407", "Quiñones Zaldívar", "Raúl"),
    _orthodontics("000903", "Sáenz de Buruaga Ortúzar", "Mª Begoña", "666 555 121*", has_app=True),
    _orthodontics("002226", "Úbeda Cárceles", "Inés", "fijo:968 555 122", "689 555 122*"),
    _orthodontics("001773", "Vilaplana i Françoise", "Conxa", "639 555 123*", language="ca"),
    _orthodontics("003835", "Zúñiga Etxeberria", "Ander", "+33 6 39 98 12 24*", language="fr"),
)

_NOTICES_GROUP = (
    _person("000021", "Arce Villalba", "Elena", "600 555 021*", group=NOTICES, email="elena.arce@correo.example"),
    _person("000022", "Arce Villalba", "Pablo", "600 555 022*", group=NOTICES, email="pablo.arce@correo.example"),
    _person("000023", "Olabarri Sotelo", "Miren", "600 555 023*", group=NOTICES, has_app=True),
)

_FAMILIES = (
    # one mobile, typed by three people in three ways
    _person("003001", "Salvatierra Peñín", "Marta", "634 555 120*", email="salvatierra@correo.example"),
    _person("003002", "Salvatierra Peñín", "Leo", "+34634555120*"),
    _person("003003", "Salvatierra Peñín", "Nora", "0034 634-555-120*"),
    # father and son of the same name on one mobile
    _person("003004", "Toribio Cáceres", "Eusebio", "616 555 124*"),
    _person("003005", "Toribio Cáceres", "Eusebio", "616 555 124*"),
    # namesakes who have nothing to do with each other
    _person("003006", "Martín Soler", "Lucía", "617 555 125*", email="lucia.martin@correo.example"),
    _person("003007", "Martín Soler", "Lucía", "617 555 126*"),
)

_NAMES = (
    # 40 characters each
    _person("003008", "Fernández de Córdoba y Álvarez de Toledo", "Micaela", "605 555 127*"),
    _person(
        "003009",
        "Ortiz-Cañavate y Fernández de la Reguera",
        "María del Perpetuo Socorro y los Ángeles",
        "605 555 128*",
    ),
    _person("003010", "del Castillo Noriega", "Álvaro", "605 555 129*"),
    _person("003011", "DE LA ROSA PIÑA", "M CARMEN", "605 555 130*"),
    _person("003012", "García-Peñuela Ñuñoa", "Ana", "605 555 131*"),
    _person("003013", "Gonçalves Bragança", "Inês", "+351 912 555 014*", language="pt"),
    _person("003014", "Castells i Bargalló", "Aniol·la", "605 555 132*", language="ca"),
    _person("003015", "Müller-Lüdenscheidt", "Jürgen", "+49 171 3920015*", language="de"),
    _person("003016", "Nguyễn", "Thị Minh Châu", "605 555 133*"),
    _person("003017", "Żółtowska", "Małgorzata", "605 555 134*", language="en"),
    _person("003018", "Ștefănescu", "Răzvan", "605 555 135*"),
    _person("003019", "Петрова", "Ольга", "605 555 136*", language="en"),
    _person("003020", "李", "小明", "605 555 137*"),
    _person("003021", "D'Angelo", "Chiara", "605 555 138*"),
    _person("003022", "Benali El-Khattabi", "Fátima Zohra", "+212 655 550 100", "605 555 139*"),
    _person("003023", "Ruiz Peral, hijo", "Ángel", "605 555 140*"),
    _person("003024", "Iturriaga", "", "605 555 141*"),
    _person("003025", "Luján Ferrer", "María José 🦷", "605 555 142*"),
)

# Names that other programs would run, open or fill in.
_TRAPS = (
    _person("003026", "<b>Negrita</b> & Hijos", "<img src=x>", "605 555 143*"),
    _person("003027", "=SUMA(A1:A9)", "+Fórmula", "605 555 144*"),
    _person("003028", "Llaves Abiertas", "{telefono}", "605 555 145*"),
    _person("003029", "Enlace Peligroso", "http://enlace.example", "605 555 146*"),
    _person("003030", "Comodín 100%", "Ana_María", "605 555 147*"),
)

_PHONES = (
    _person("003031", "Fijo Solamente", "Matilde", "fijo:914 555 148"),
    _person("003032", "Sin Teléfono", "Amadeo"),
    _person("003033", "Dos Móviles", "Jacinta", "606 555 149", "606 555 150"),
    _person("003034", "Dos Móviles", "Segundo", "606 555 151", "606 555 152*"),
    _person("003035", "Ashworth", "Imogen", "+44 7700 900123*", language="en"),
    _person("003036", "Whitfield", "Norah", "+1 202 555 0143*", language="en"),
    _person("003037", "Lefèvre", "Anaïs", "0033639981225*", language="fr"),
    _person("003038", "Corto Número", "Basilio", "612 55*"),
    _person("003039", "Largo Número", "Casilda", "612 555 0144*"),
    _person("003040", "Letra Dentro", "Dionisio", "612 555 O15*"),
    _person("003041", "Palabras Solas", "Eulalia", "no tiene*"),
    _person("003042", "Nota Detrás", "Fabián", "606 555 153 (su madre)*"),
    _person("003043", "Doble Campo", "Gregoria", "606555154/606555155*"),
    _person("003044", "Tarificación Especial", "Hilario", "803 555 100*"),
    _person("003045", "Fijo Elegido", "Isidora", "fijo:914 555 156*"),
    _person("003046", "Siete Delante", "Jeremías", "722 555 157*"),
    _person("003047", "Punto Coma", "Leocadia", "606.555.158*"),
    _person("003048", "Trabajo Fuera", "Melchor", "trabajo:914 555 159", "606 555 159*"),
    _person("003049", "Oposición Aceptada", "Narcisa", "606 555 160*", objection_accepted=True, has_app=True),
    _person("003050", "Clínica Propia", "Obdulia", "910 555 200*"),
)

CASES = (*_NOTICES_GROUP, *_ORTHODONTICS_GROUP, *_FAMILIES, *_NAMES, *_TRAPS, *_PHONES)
