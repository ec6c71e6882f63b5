"""R06: names stand in the order Spanish readers expect, and are found however they are typed."""

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PyQt6.QtCore import QCollator, QCollatorSortKey, QLocale

from orthos_sms_plugin.domain.names import display_name, search_key, sort_key


@pytest.mark.parametrize(
    ("surname", "first_name", "shown"),
    [
        ("García López", "Ana", "García López, Ana"),
        ("  de la   Fuente ", "\tJosé  María\n", "de la Fuente, José María"),
        ("García", "", "García"),
        (" ", "Ana", "Ana"),
        ("", "", ""),
    ],
)
def test_that_a_name_is_shown_surname_first(surname: str, first_name: str, shown: str) -> None:
    assert display_name(surname, first_name) == shown


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("nunez", "Núñez Ibáñez, Íñigo"),
        ("IBAÑEZ", "Núñez Ibáñez, Íñigo"),
        ("inigo", "Núñez Ibáñez, Íñigo"),
        ("nu\u0301n\u0303ez", "Núñez Ibáñez, Íñigo"),
        ("garcia lopez, ana", "García  López, Ana"),
        ("puigcercos", "Puigcercós i Güell, Mª Àngels"),
        ("guell", "Puigcercós i Güell, Mª Àngels"),
        ("ma angels", "Puigcercós i Güell, Mª Àngels"),
        ("o'donnell", "O’Donnell, Leopoldo"),
        ("o´donnell", "O`Donnell, Leopoldo"),
        ("lukasz", "Łukasiewicz, Łukasz"),
        ("strasse", "Straße, Jürgen"),
        ("jurgen", "STRASSE, JÜRGEN"),
        ("garcia-abad", "García–Abad, Luis"),
    ],
)
def test_that_a_name_is_found_however_it_is_typed(typed: str, name: str) -> None:
    assert search_key(typed) in search_key(name)


def test_that_other_scripts_are_found_by_their_own_letters() -> None:
    assert search_key("ИВАН") in search_key("Иванов, Пётр")
    assert search_key("王") in search_key("王小明")


@pytest.mark.requirement("R06")
@pytest.mark.parametrize(
    "in_order",
    [
        ["Nuzo", "Ñáñez", "Oca"],
        ["Nunez", "nuñez", "Nuñez", "Núñez", "Nuz", "Ñ"],
        ["Alvarez", "Álvarez", "Alvaro"],
        ["García López, Ana", "García-Abad, Ana", "garcia, ana", "Garcia, Ana", "García, Ana", "Garcíaz, Ana"],
        ["de la Fuente", "De la Fuente", "Delafuente"],
        ["O'Hara", "O’Hara", "Oca", "Ohara"],
        ["Cid", "Çid", "Civit"],
        ["1 Paciente", "9 Paciente", "Abad", "Zúñiga", "Иванов", "王"],
        ["", " ", "a"],
    ],
)
def test_that_names_stand_in_the_spanish_order(in_order: list[str]) -> None:
    backwards = in_order[::-1]

    assert sorted(backwards, key=sort_key) == in_order


@pytest.fixture(scope="module")
def qt_key() -> Callable[[str], QCollatorSortKey]:
    collator = QCollator(QLocale(QLocale.Language.Spanish, QLocale.Country.Spain))
    return collator.sortKey


SURNAMES = [
    "García", "Garcia", "Gárate", "Núñez", "Nuñez", "Nunez", "Ñúñez", "Ñíguez", "Muñoz", "Munoz", "Ibáñez",
    "Ibanez", "Peña", "Pena", "Penas", "Álvarez", "Alvarez", "Alvaro", "Güell", "Guell", "Gómez", "Gomez",
    "Gomis", "Pérez", "Perez", "Perelló", "Solà", "Sola", "Solá", "Solana", "Castellà", "Puig i Cadafalch",
    "Òdena", "Odena", "Ódena", "de la Fuente", "De la Fuente", "Delafuente", "de las Heras", "del Río",
    "del Rio", "Delrío", "van der Berg", "Y Barra", "O'Donnell", "O’Donnell", "ODonnell", "García-Abad",
    "García–Abad", "Sáinz de Baranda", "Sainz", "Sáenz", "Saénz", "Saenz", "Çelik", "Celik", "Cela", "Llull",
    "Lull", "Luz", "Chacón", "Chacon", "Czerny", "Müller", "Muller", "Muela", "Škoda", "Skoda", "Łuczak",
    "Luczak", "Lucena", "Ørsted", "Orsted", "Oros", "Ávila", "Avila", "Àvila", "Ãvila", "Zúñiga", "Zuniga",
    "Zúniga", "Öz", "Oz",
]  # fmt: skip
FIRST_NAMES = [
    "Ana", "Aná", "ANA", "ana", "Íñigo", "Inigo", "Iñigo", "Iñaki", "Mª Carmen", "M.ª Carmen", "Ma Carmen",
    "María del Carmen", "Maria", "José", "Jose", "José María", "Jose-María", "Ángel", "Angel", "Àngel",
    "Begoña", "Begona", "Núria", "Nuria", "Zoë", "Zoe", "Óscar", "Oscar", "Ö.", "Lluís", "Luis", "François",
    "Francois", "Noé", "Noe (hijo)", "Ana 2", "Ana 10",
]  # fmt: skip


def _names(count: int) -> list[str]:
    rng = random.Random(6)
    spellings: list[Callable[[str], str]] = [str, str, str, str, str.lower, str.upper, str.title]
    return [
        rng.choice(spellings)(
            display_name(" ".join(rng.choices(SURNAMES, k=rng.choice([1, 2, 2, 2]))), rng.choice(FIRST_NAMES))
        )
        for _ in range(count)
    ]


@pytest.mark.requirement("R06")
def test_that_spanish_names_stand_exactly_as_qt_would_put_them(qt_key: Callable[[str], QCollatorSortKey]) -> None:
    names = sorted(set(_names(8_000)))
    assert len(names) > 6_000

    assert sorted(names, key=sort_key) == sorted(names, key=qt_key)


@pytest.mark.requirement("R06")
def test_that_short_texts_of_biting_letters_compare_as_qt_would(qt_key: Callable[[str], QCollatorSortKey]) -> None:
    rng = random.Random(7)
    alphabet = "aAáÁàäeEéiíIÍoóøºöuúüUnNñÑcçÇsßzæłđ ,.-–'’‘\"“ªb1"
    texts = sorted({"".join(rng.choices(alphabet, k=rng.randint(1, 5))) for _ in range(8_000)})

    assert sorted(texts, key=sort_key) == sorted(texts, key=qt_key)


@given(st.text(max_size=12), st.text(max_size=12))
def test_that_different_texts_have_different_keys(one: str, other: str) -> None:
    assert (sort_key(one) == sort_key(other)) == (one == other)


def test_that_each_latin_character_has_a_place_of_its_own() -> None:
    characters = [chr(code) for code in range(0x180)]

    assert len({sort_key(character) for character in characters}) == len(characters)


def test_that_every_character_of_the_basic_plane_can_be_sorted_and_searched() -> None:
    everything = "".join(map(chr, range(0x10000)))

    assert sort_key(everything)
    assert search_key(everything)


def test_that_two_spellings_of_one_name_stand_side_by_side() -> None:
    composed, loose = "Núñez, Ana", "Nu\u0301n\u0303ez, Ana"

    ordered = sorted(["Núñez, Amelia", loose, "Núñez, Anabel", composed], key=sort_key)

    assert set(ordered[1:3]) == {composed, loose}
