"""R12 and the threats behind it: one number is one number however it is spelled, and never two."""

import random
import re
import subprocess
import sys
from itertools import product

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orthos_sms_plugin.domain.phones import InvalidPhoneError, Phone, PhoneKind, normalise, try_normalise

MOBILE = "600555001"
OTHER_MOBILE = "600555002"


@pytest.mark.requirement("R12")
@pytest.mark.parametrize(
    "spelling",
    [
        "600555001",
        "600 555 001",
        "600 55 50 01",
        "600.555.001",
        "600-555-001",
        "  600555001\n",
        "34600555001",
        "+34600555001",
        "+34 600 555 001",
        "0034600555001",
        "00 34 600 555 001",
        "(+34) 600 555 001",
        "+34 (600) 555 001",
        "(0034)600555001",
        "(600) 555-001",
        "(600555001)",
        "+34 (600 555 001)",
        "600\u00a0555\u00a0001",
        "600\u2009555\u202f001",
        "600\u2013555\u2011001",
        "\u202a+34 600 555 001\u202c",
    ],
)
def test_that_every_usual_spelling_of_a_spanish_mobile_is_the_same_phone(spelling: str) -> None:
    phone = normalise(spelling)

    assert phone == Phone("+34600555001", PhoneKind.SPANISH_MOBILE)
    assert hash(phone) == hash(normalise(MOBILE))


def test_that_a_phone_says_its_digits_and_how_people_read_it() -> None:
    phone = normalise("600555001")

    assert phone.digits == "34600555001"
    assert phone.shown == "600 555 001"
    assert phone.usable


@pytest.mark.parametrize(
    ("raw", "e164", "shown"),
    [
        ("+33 6 12 34 56 78", "+33612345678", "+33 6 12 34 56 78"),
        ("0044 7400 123456", "+447400123456", "+44 7400 123456"),
        ("+44 (0)7400 123456", "+447400123456", "+44 7400 123456"),
        ("+49 1512 3456789", "+4915123456789", "+49 1512 3456789"),
        ("+1 (201) 555-0123", "+12015550123", "+1 201-555-0123"),
        ("+351 912 345 678", "+351912345678", "+351 912 345 678"),
        ("+212 612-345678", "+212612345678", "+212 6 12 34 56 78"),
    ],
)
def test_that_a_foreign_mobile_keeps_its_country(raw: str, e164: str, shown: str) -> None:
    phone = normalise(raw)

    assert phone == Phone(e164, PhoneKind.FOREIGN_MOBILE)
    assert phone.usable
    assert phone.shown == shown


def test_that_numbers_without_a_country_code_belong_to_the_region_asked_for() -> None:
    assert normalise("06 12 34 56 78", region="FR").e164 == "+33612345678"
    assert try_normalise("06 12 34 56 78") is None
    assert try_normalise("600555001", region="US") is None


@pytest.mark.requirement("R12")
@pytest.mark.parametrize(
    ("raw", "kind", "usable"),
    [
        ("600555001", PhoneKind.SPANISH_MOBILE, True),
        ("699555001", PhoneKind.SPANISH_MOBILE, True),
        ("711555001", PhoneKind.SPANISH_MOBILE, True),
        ("722555001", PhoneKind.SPANISH_MOBILE, True),
        ("733555001", PhoneKind.SPANISH_MOBILE, True),
        ("744555001", PhoneKind.SPANISH_MOBILE, True),
        ("788555001", PhoneKind.SPANISH_MOBILE, True),
        ("701555001", PhoneKind.OTHER, False),
        ("915555001", PhoneKind.LANDLINE, False),
        ("871555001", PhoneKind.LANDLINE, False),
        ("800555001", PhoneKind.PREMIUM, False),
        ("803555001", PhoneKind.PREMIUM, False),
        ("806555001", PhoneKind.PREMIUM, False),
        ("807555001", PhoneKind.PREMIUM, False),
        ("900555001", PhoneKind.PREMIUM, False),
        ("901555001", PhoneKind.PREMIUM, False),
        ("902555001", PhoneKind.PREMIUM, False),
        ("+33 1 23 45 67 89", PhoneKind.LANDLINE, False),
        ("+33 899 12 34 56", PhoneKind.PREMIUM, False),
        ("+44 909 879 0123", PhoneKind.PREMIUM, False),
        ("+979 123 456 789", PhoneKind.PREMIUM, False),
        ("+881 612 345 678", PhoneKind.OTHER, False),
        ("+1 800 234 5678", PhoneKind.OTHER, False),
    ],
)
def test_that_an_sms_goes_to_mobiles_only_whatever_the_first_digit_says(
    raw: str, kind: PhoneKind, usable: bool
) -> None:
    phone = normalise(raw)

    assert (phone.kind, phone.usable) == (kind, usable)


@pytest.mark.parametrize(
    "raw",
    [
        "",
        " ",
        "5",
        "112",
        "60055500",
        "6005550011",
        "750555001",
        "790555001",
        "500555001",
        "33612345678",
        "+34",
        "905555001",
    ],
)
def test_that_a_number_that_does_not_exist_is_refused(raw: str) -> None:
    assert try_normalise(raw) is None
    with pytest.raises(InvalidPhoneError):
        normalise(raw)


def _hostile() -> list[str]:
    partings = [
        ";", ",", "/", "|", "\\", "&", "+", "#", "*", "\n", "\r\n", "\t", "\v", "\x00", "\x1b", "\u2028",
        "\u2029", " ", "  ", "-", " - ", ".", "..", " y ", " o ", " ó ", " / ", "; ", ", ", "%3B", "%0A", "%00",
        "&#59;", "';'", '","', "+34", " +34 ", "();", ")(", "\u200b", "\u00a0", "；", "،", "､", "·", "→", "ext",
        " ext. ", ";ext=", ";phone-context=+", "p", "w",
    ]  # fmt: skip
    spellings = [
        (MOBILE, OTHER_MOBILE),
        (f"+34{MOBILE}", f"+34{OTHER_MOBILE}"),
        (f"34{MOBILE}", OTHER_MOBILE),
        (MOBILE, "915550002"),
        ("+33612345678", "+33612345679"),
    ]
    return [f"{first}{parting}{second}" for (first, second), parting in product(spellings, partings)]


def _decorated() -> list[str]:
    return [
        "600555001 (madre)", "(madre) 600555001", "madre 600555001", "600555001 no llamar", "600555001 (2)",
        "600555001/2", "600555001-2", "600555001 ext 2", "600555001x2", "600555001#2", "600555001,2",
        "600555001;2", "600555001.0", "6.00555001E8", "6,00555001E+08", "=600555001", "'600555001",
        "\"600555001\"", "[600555001]", "{600555001}", '[{"Movil":"34600555001"}]', '{"Movil":"34600555001"}',
        "tel:600555001", "tel:+34600555001;ext=1", "sms:600555001", "https://wa.me/34600555001",
        "<b>600555001</b>", "600555001<br>", "600555001 OR 1=1", "600555001'--", "(Movil)", "{telefono}",
        "60055500l", "6OO555001", "600555OO1", "٦٠٠٥٥٥٠٠١", "۶۰۰۵۵۵۰۰۱", "６００５５５００１", "６00555001",
        "𝟔𝟎𝟎𝟓𝟓𝟓𝟎𝟎𝟏", "6⁰⁰555001", "①②③④⑤⑥⑦⑧⑨", "六〇〇五五五〇〇一", "600 555 00١", "＋34600555001",
        "++34600555001", "+34+600555001", "+34 0034 600555001", "0034 +34 600555001", "((600)) 555001",
        "()600555001", "(600 555001", "600) 555001", "60055500 (1)", "6005550 (01)", "-600555001-1",
        "+49 1511234567-8", "+49 1511234567 (8)", "+49 (1511234567) 8", "+49 1511234567/8", "+49 1511234567.8",
        "+39 06 1234567/8", "0" * 9, "0" * 60, "6" * 60, "1" * 5_000, "+" * 50, "(" * 50 + MOBILE + ")" * 50,
        " " * 5_000 + MOBILE, "6 " * 5_000, "desconocido", "no tiene", "-", "--", "N/A", "null", "None", "nan",
        "inf", "true", "\x00", "\x00600555001", "600555001\x00", "600\x00555001", "😀600555001", "600555001😀",
        "\ud83d600555001", "600_555_001", "600'555'001", "600:555:001", "600~555~001", "600/555/001",
        "600\\555\\001", "600·555·001", "600\n555\n001", "600\t555\t001", "600\v555001", "600\u2028555001",
    ]  # fmt: skip


@pytest.mark.requirement("R12")
def test_that_two_numbers_in_one_field_are_never_taken_for_one() -> None:
    strings = _hostile()
    assert len(strings) >= 200

    taken = [raw for raw in strings if try_normalise(raw) is not None]

    assert taken == []


@pytest.mark.requirement("R12")
@pytest.mark.parametrize("raw", _decorated(), ids=lambda raw: ascii(raw[:30]))
def test_that_a_number_with_something_beside_it_is_refused(raw: str) -> None:
    phone = try_normalise(raw)

    assert phone is None


@given(st.text(alphabet=st.sampled_from("0123456789+ .-()/;,\n\u00a0\u202aaé٦"), max_size=45))
@settings(deadline=None, max_examples=500)
def test_that_whatever_is_typed_one_recipient_comes_out_or_none(raw: str) -> None:
    phone = try_normalise(raw)

    if phone is not None:
        assert re.fullmatch(r"[1-9][0-9]{6,14}", phone.digits)
        # Only digits that were typed, in their order, and nothing else was there that parts two numbers.
        assert set(raw.strip()) <= set("0123456789+ .-()\u00a0\u202a")
        assert phone.digits[-7:] == "".join(filter(str.isdigit, raw))[-7:]


def _spellings(count: int) -> list[str]:
    """Existing and mistaken numbers of all kinds in all the ways a clinic's list holds them."""
    rng = random.Random(12)
    starts = [
        "6",
        "6",
        "6",
        "71",
        "72",
        "73",
        "74",
        "78",
        "70",
        "75",
        "76",
        "79",
        "8",
        "9",
        "80",
        "90",
        "5",
        "969",
        "590",
    ]
    abroad = [
        phonenumbers.format_number(number, form)
        for region in ("FR", "GB", "DE", "PT", "IT", "MA", "RO", "CO", "EC", "AR", "US", "CN")
        for kind in (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE)
        if (number := phonenumbers.example_number_for_type(region, kind)) is not None
        for form in (phonenumbers.PhoneNumberFormat.E164, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    ]
    result = [*abroad, *(f"00{number[1:]}" for number in abroad)]
    while len(result) < count:
        start = rng.choice(starts)
        length = rng.choices([9, 8, 10, 7], weights=[90, 4, 4, 2])[0]
        digits = start + "".join(rng.choices("0123456789", k=length - len(start)))
        separator = rng.choice(["", "", " ", " ", ".", "-", "\u00a0"])
        cuts = rng.choice([(3, 6), (3, 5, 7), (2, 5, 7), (2, 4, 6), (3,)])
        pieces = [digits[i:j] for i, j in zip((0, *cuts), (*cuts, None), strict=True)]
        prefix = rng.choice(
            ["", "", "", "34", "+34", "0034", "+34 ", "34 ", "0034 ", "(+34) ", "+ 34 ", "+34-", "00 34 "]
        )
        result.append(prefix + separator.join(pieces))
    return result


def _library_alone(raw: str) -> str | None:
    try:
        number = phonenumbers.parse(raw, "ES")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@pytest.mark.requirement("R12")
def test_that_the_short_way_gives_the_answers_of_the_library_alone() -> None:
    spellings = _spellings(12_000)

    ours = [phone.e164 if (phone := try_normalise(raw)) else None for raw in spellings]

    assert ours == [_library_alone(raw) for raw in spellings]
    # The comparison means something: most exist, and a good part does not.
    assert 6_000 < sum(answer is not None for answer in ours) < 11_500


def test_that_the_short_way_accepts_exactly_the_mobiles_of_the_numbering_plan() -> None:
    for start in range(100, 1_000):
        raw = f"{start}555001"
        phone = try_normalise(raw)

        number = phonenumbers.parse(raw, "ES")
        is_mobile = phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE
        assert (phone is not None and phone.usable) == is_mobile, raw


@pytest.mark.parametrize(
    "e164",
    [
        "",
        "+",
        "34600555001",
        "+34600555001;34600555002",
        "+34600555001\n",
        "+34 600555001",
        "+٣٤٦٠٠٥٥٥٠٠١",
        "+0600555001",
    ],
)
def test_that_a_phone_cannot_be_made_of_anything_but_one_number(e164: str) -> None:
    with pytest.raises(InvalidPhoneError):
        Phone(e164, PhoneKind.SPANISH_MOBILE)


def test_that_neither_the_error_nor_the_phone_writes_a_number_where_logs_could_keep_it() -> None:
    with pytest.raises(InvalidPhoneError) as caught:
        normalise("600555001;600555002")

    assert not re.search(r"\d", f"{caught.value}{caught.value!r}")
    assert "600555" not in f"{normalise(MOBILE)!r} {normalise(MOBILE)}"


def test_that_spanish_mobiles_are_read_without_importing_the_library() -> None:
    program = (
        "import sys\n"
        "from orthos_sms_plugin.domain.phones import normalise\n"
        "assert normalise('+34 600-555.001').shown == '600 555 001'\n"
        "assert 'phonenumbers' not in sys.modules\n"
        "assert normalise('915555001').kind == 'landline'\n"
        "assert 'phonenumbers' in sys.modules\n"
    )

    subprocess.run([sys.executable, "-c", program], check=True)
