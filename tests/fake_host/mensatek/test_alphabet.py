"""Transliteration and parts, held against two libraries that know nothing of each other or of us."""

import unicodedata

import gsmcodecs  # noqa: F401  (registers the codec that judges the alphabet)
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sms_toolkit.messages.profiling import profile_message

from fake_host.mensatek.alphabet import BASIC, EXTENSION, parts_of, transliterate

_GSM_TEXTS = st.text(st.sampled_from(["a", "ñ", "€", "[", "\n"]), max_size=480)
_UCS2_TEXTS = st.text(st.sampled_from(["a", "á", "€", "😀"]), max_size=240)


def test_that_the_alphabet_is_gsm_03_38_for_every_character_of_the_basic_plane() -> None:
    disagreements = []
    for code in range(0x10000):
        character = chr(code)
        try:
            width = len(character.encode("gsm23.038"))
        except UnicodeError:
            width = 0
        ours = 1 if character in BASIC else 2 if character in EXTENSION else 0
        if ours != width:
            disagreements.append((hex(code), ours, width))

    assert disagreements == []


@given(st.text())
@settings(deadline=None)
def test_that_whatever_comes_in_what_leaves_is_gsm_and_leaves_again_unchanged(text: str) -> None:
    once = transliterate(text)

    once.encode("gsm23.038")
    assert transliterate(once) == once


@pytest.mark.parametrize(
    ("text", "leaves"),
    [
        ("áéíóúü ÁÉÍÓÚÜ ñÑ çÇ àèìòù", "aéiouü AÉIOUÜ ñÑ cÇ àèìòù"),
        ("¡¿@£€[]{}\\~|^", "¡¿@£€[]{}\\~|^"),
        ("1.º 2.ª “sí” «no» l’Hospitalet – … ", '1.o 2.a "si" "no" l\'Hospitalet - ... '),
        ("a\u00a0b\u200bc\ufe0f", "a bc"),
        ("😀漢", "??"),
        ("Łódź, Şişli, Čapek, Œuvre", "Lodz, Sisli, Capek, OEuvre"),
        (unicodedata.normalize("NFD", "mañana, aquí, café"), "mañana, aqui, café"),
    ],
)
def test_that_a_character_outside_gsm_becomes_the_closest_one(text: str, leaves: str) -> None:
    assert transliterate(text) == leaves


@given(_GSM_TEXTS)
@settings(deadline=None)
def test_that_gsm_parts_are_those_of_an_independent_count(text: str) -> None:
    assert parts_of(text, unicode=False) == max(1, profile_message(text)["num_segments"])


@given(_UCS2_TEXTS)
@settings(deadline=None)
def test_that_unicode_parts_are_those_of_an_independent_count(text: str) -> None:
    text = "í" + text  # so that the judge counts UTF-16 too

    assert parts_of(text, unicode=True) == profile_message(text)["num_segments"]
