"""R13: the count is that of the text that leaves, to the unit."""

import codecs
import random
import sys
import unicodedata

import gsmcodecs  # noqa: F401  (registers the codec that judges our alphabet)
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sms_toolkit.messages.profiling import profile_message

from orthos_sms_plugin.domain.text import (
    GSM_BASIC,
    GSM_EXTENSION,
    Encoding,
    TextSize,
    Tildes,
    measure,
    outgoing,
)

GSM7, UCS2 = Encoding.GSM7, Encoding.UCS2
EMOJI = "😀"

BY_HAND = [
    # text, encoding, units, parts, units free in the last part
    pytest.param("", GSM7, 0, 0, 160, id="empty"),
    pytest.param("a", GSM7, 1, 1, 159, id="one letter"),
    pytest.param("a" * 160, GSM7, 160, 1, 0, id="160 fill one message"),
    pytest.param("a" * 161, GSM7, 161, 2, 145, id="161 need two parts of 153"),
    pytest.param("a" * 306, GSM7, 306, 2, 0, id="306 fill two parts"),
    pytest.param("a" * 307, GSM7, 307, 3, 152, id="307 need three"),
    pytest.param("a" * 459, GSM7, 459, 3, 0, id="459 fill three parts"),
    pytest.param("¿Vendrá?".replace("á", "à"), GSM7, 8, 1, 152, id="grave a and signs are in the alphabet"),
    pytest.param("é ñ Ñ ü Ü ¿ ¡ Ç ö ä", GSM7, 19, 1, 141, id="the Spanish letters of the alphabet"),
    pytest.param("\r\n", GSM7, 2, 1, 158, id="line break of two characters"),
    pytest.param(GSM_EXTENSION, GSM7, 20, 1, 140, id="ten extension characters take two units each"),
    pytest.param("€" * 80, GSM7, 160, 1, 0, id="80 euros fill one message"),
    pytest.param("€" * 81, GSM7, 162, 2, 143, id="euros cannot use unit 153: 76 and 5"),
    pytest.param("€" * 152, GSM7, 304, 2, 1, id="152 euros fill two parts but for a unit each"),
    pytest.param("€" * 153, GSM7, 306, 3, 151, id="153 euros divide into two and travel in three"),
    pytest.param("a" * 158 + "€", GSM7, 160, 1, 0, id="euro at the end of a single message"),
    pytest.param("a" * 159 + "€", GSM7, 161, 2, 145, id="euro that overflows a single message"),
    pytest.param("a" * 152 + "€" + "a" * 10, GSM7, 164, 2, 141, id="euro astride the edge moves on whole"),
    pytest.param("a" * 151 + "€" + "a" * 10, GSM7, 163, 2, 143, id="euro just before the edge stays"),
    pytest.param("a" * 152 + "€" + "a" * 152, GSM7, 306, 3, 152, id="the unit lost at the edge costs a third part"),
    pytest.param("á", UCS2, 1, 1, 69, id="acute a"),
    pytest.param("á" * 70, UCS2, 70, 1, 0, id="70 fill one message"),
    pytest.param("á" * 71, UCS2, 71, 2, 63, id="71 need two parts of 67"),
    pytest.param("á" * 134, UCS2, 134, 2, 0, id="134 fill two parts"),
    pytest.param("á" * 135, UCS2, 135, 3, 66, id="135 need three"),
    pytest.param("a" * 100 + "ç", UCS2, 101, 2, 33, id="small c cedilla makes the whole text dear"),
    pytest.param("`", UCS2, 1, 1, 69, id="backtick is in ASCII and not in GSM"),
    pytest.param("\x1b", UCS2, 1, 1, 69, id="ESC is no character of its own"),
    pytest.param("cafe\u0301", UCS2, 5, 1, 65, id="a loose accent is measured as it stands"),
    pytest.param(EMOJI * 35, UCS2, 70, 1, 0, id="an emoji takes two units"),
    pytest.param("a" * 66 + EMOJI + "a" * 66, UCS2, 134, 3, 66, id="emoji astride the edge costs a third part"),
    pytest.param("a" * 65 + EMOJI + "a" * 67, UCS2, 134, 2, 0, id="emoji just before the edge stays"),
]


@pytest.mark.requirement("R13")
@pytest.mark.parametrize(("text", "encoding", "units", "parts", "remaining"), BY_HAND)
def test_that_a_text_takes_what_was_worked_out_by_hand(
    text: str, encoding: Encoding, units: int, parts: int, remaining: int
) -> None:
    size = measure(text)

    assert (size.encoding, size.units, size.parts, size.remaining) == (encoding, units, parts, remaining)


def test_that_the_hand_worked_cases_are_32() -> None:
    assert len(BY_HAND) == 32


@pytest.mark.requirement("R13")
def test_that_every_character_of_the_basic_plane_is_judged_as_the_3gpp_tables_do() -> None:
    codec = codecs.lookup("gsm23.038")
    disagreements = []

    for code in range(0x10000):
        character = chr(code)
        try:
            units = len(codec.encode(character)[0])
        except UnicodeError:
            expected = (UCS2, 1)
        else:
            expected = (GSM7, units)
        size = measure(character)
        if (size.encoding, size.units) != expected:
            disagreements.append(hex(code))

    assert disagreements == []


def test_that_the_alphabet_has_127_characters_and_ten_more_behind_the_escape() -> None:
    assert len(set(GSM_BASIC)) == len(GSM_BASIC) == 127
    assert len(set(GSM_EXTENSION)) == len(GSM_EXTENSION) == 10


def _random_texts() -> list[str]:
    """3,000 texts around the edges, where counting goes wrong: few letters, many extension characters and pairs."""
    rng = random.Random(20_251_123)
    palettes = ["aé\n", "ab€", "€[]", "aáñ", f"a{EMOJI}", f"á{EMOJI}€", "aeiou ñé¿¡.,€"]
    edges = [1, 66, 67, 68, 70, 71, 133, 134, 135, 152, 153, 154, 159, 160, 161, 201, 305, 306, 307, 459, 460]
    return [
        "".join(rng.choices(rng.choice(palettes), k=max(1, rng.choice(edges) + rng.randint(-4, 4))))
        for _ in range(3_000)
    ]


@pytest.mark.requirement("R13")
def test_that_random_texts_take_the_parts_that_an_independent_counter_finds() -> None:
    for text in _random_texts():
        assert measure(text).parts == profile_message(text)["num_segments"], text


@given(st.text(max_size=400))
@settings(deadline=None)
def test_that_any_text_fits_in_its_parts_and_in_no_fewer(text: str) -> None:
    size = measure(text)

    whole, part = (160, 153) if size.encoding is GSM7 else (70, 67)
    if size.parts > 1:
        # At most one unit is lost at the end of each part but the last.
        assert size.units <= size.parts * part - size.remaining <= size.units + size.parts - 1
        assert 0 <= size.remaining < part
        assert size.units > whole
    else:
        assert size.remaining == whole - size.units
    assert bool(size.costly) == (size.encoding is UCS2)


def test_that_the_dear_characters_are_named_once_each_in_order_of_appearance() -> None:
    size = measure("Mañana sábado: “fiesta” en la clínica, sábado")

    assert size.costly == "á“”í"


def test_that_a_text_of_the_alphabet_names_no_dear_character() -> None:
    assert measure("Café 5 € [señal]").costly == ""


def test_that_half_an_emoji_is_measured_and_raises_nothing() -> None:
    assert measure("\ud83d" * 70 + "a").parts == 2
    assert measure("a" * 66 + "\ud83d" + "a" * 67) == TextSize(UCS2, 134, 2, 0, "\ud83d")


@pytest.mark.requirement("R13")
@pytest.mark.parametrize(
    ("written", "leaves"),
    [
        ("José María Núñez", "José Maria Nuñez"),
        ("á í ó ú Á Í Ó Ú ç", "a i o u A I O U c"),
        ("à è ì ò ù é É ñ Ñ ü Ü Ç ä ö Ä Ö å ø ß æ ¿ ¡", "à è ì ò ù é É ñ Ñ ü Ü Ç ä ö Ä Ö å ø ß æ ¿ ¡"),
        ("À È Ì Ò Ù â ê î ô û ã õ ë ï ÿ", "A E I O U a e i o u a o e i y"),
        ("M.ª Carmen, 2.º izq.", "M.a Carmen, 2.o izq."),
        ("Łukasz Đorđe Œuvre Şahin Dvořák", "Lukasz Dorde OEuvre Sahin Dvorak"),
        ("Nguyễn Thế Lǚ", "Nguyen The Lü"),
        ("col·legi Gal·la", "col.legi Gal.la"),
        ("ﬁnal", "final"),
        ("sa\u0301bado nin\u0303o", "sabado niño"),
        ("x\u0303", "x"),
    ],
)
def test_that_letters_outside_the_alphabet_become_the_nearest_inside(written: str, leaves: str) -> None:
    assert outgoing(written, Tildes.REMOVE) == leaves


@pytest.mark.requirement("R13")
def test_that_accents_are_removed_unless_the_message_says_otherwise() -> None:
    assert outgoing("Clínica") == "Clinica"
    assert outgoing("Clínica", Tildes.KEEP) == "Clínica"


@pytest.mark.parametrize(
    "sign", ["’", "“", "”", "«", "–", "…", "·", "²", "½", "™", "😀", "❤️", "👨‍👩‍👧", "Ж", "ع", "中"]
)
@pytest.mark.parametrize("tildes", Tildes)
def test_that_signs_without_a_plain_letter_stay_for_the_user_to_decide(sign: str, tildes: Tildes) -> None:
    assert outgoing(f"a {sign} b", tildes) == f"a {sign} b"


@pytest.mark.requirement("R13")
@pytest.mark.parametrize("tildes", Tildes)
@pytest.mark.parametrize(
    ("written", "leaves"),
    [
        ("a\u00a0b\u202fc\u2009d\u3000e", "a b c d e"),
        ("a\tb", "a b"),
        ("a\r\nb\rc\u2028d\u2029e\x85f\x0cg\x0bh", "a\nb\nc\nd\ne\nf\ng\nh"),
        ("a\x00b\x07c\x1bd\x7fe\x9bf", "abcdef"),
        ("\ufeffa\u200bb\u2060c\u00add", "abcd"),
        ("a\u202eb\u200fc\u2066d", "abcd"),
        ("a\u200db\u200c", "ab"),
        ("a\ud83db", "ab"),
        ("e\u200b\u0301", "é"),
    ],
)
def test_that_what_nobody_sees_is_tidied_in_both_ways(written: str, leaves: str, tildes: Tildes) -> None:
    assert outgoing(written, tildes) == leaves


def test_that_kept_accents_are_composed_so_that_none_is_paid_twice() -> None:
    assert outgoing(unicodedata.normalize("NFD", "Núñez Ibáñez"), Tildes.KEEP) == "Núñez Ibáñez"


def test_that_joiners_stay_inside_a_foreign_word_and_tags_inside_a_flag() -> None:
    persian = "می‌خواهم"
    england = "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"

    assert outgoing(persian) == persian
    assert outgoing(england) == england


@pytest.mark.requirement("R13")
def test_that_every_latin_letter_with_an_accent_leaves_in_the_alphabet() -> None:
    letters = [chr(code) for code in [*range(0x20, 0x7F), *range(0xC0, 0x180)] if chr(code).isalpha()]
    # Four have no plain letter to fall back on that a reader would accept, and two are a letter with a sign.
    without = set("ĸŋŊſŉŀĿ")

    dear = {letter for letter in letters if measure(outgoing(letter)).encoding is UCS2}

    assert dear <= without


@given(st.text(max_size=80), st.sampled_from(Tildes))
@settings(deadline=None)
def test_that_applying_it_twice_changes_nothing_more(text: str, tildes: Tildes) -> None:
    once = outgoing(text, tildes)

    assert outgoing(once, tildes) == once


@given(st.text(max_size=200))
@settings(deadline=None)
def test_that_removing_accents_never_makes_a_text_dearer_in_encoding(text: str) -> None:
    if measure(outgoing(text, Tildes.KEEP)).encoding is GSM7:
        assert outgoing(text, Tildes.REMOVE) == outgoing(text, Tildes.KEEP)


@given(st.text(alphabet=st.characters(max_codepoint=sys.maxunicode), max_size=60))
@settings(deadline=None)
def test_that_whatever_is_typed_what_leaves_can_be_written_as_utf8(text: str) -> None:
    for tildes in Tildes:
        outgoing(text, tildes).encode("utf-8")


def test_that_every_character_of_the_alphabet_leaves_as_it_is() -> None:
    unchanged = (GSM_BASIC + GSM_EXTENSION).replace("\r", "").replace("\f", "")

    assert outgoing(unchanged) == unchanged
