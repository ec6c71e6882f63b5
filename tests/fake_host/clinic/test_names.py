from __future__ import annotations

import pytest

from fake_host.clinic.names import display_name, folded, sort_key


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Núñez-Arce", "nunez arce"),
        ("  De   la Fuente ", "de la fuente"),
        ("O'Farrill", "ofarrill"),
        ("D’Angelo", "dangelo"),
        ("Gal·la", "galla"),
        ("Gaŀla", "galla"),
        ("M.ª Ángeles", "m a angeles"),
        ("Żółtowska", "zoltowska"),
        ("Nguyễn", "nguyen"),
        ("Gonçalves", "goncalves"),
        ("n\u0303andu", "nandu"),
        ("Петрова", "петрова"),
        ("100%", "100"),
        ("", ""),
    ],
)
def test_that_a_name_is_found_by_its_plain_letters(typed: str, words: str) -> None:
    assert folded(typed) == words


def test_that_names_sort_the_spanish_way() -> None:
    names = [
        ("Abad", "Zoe"),
        ("Ábalos", "Ana"),
        ("Gil", "Zoe"),
        ("Gil Abad", "Ana"),
        ("Núñez", "Ana"),
        ("Nuzo", "Ana"),
        ("Ñáñez", "Ana"),
        ("Oca", "Ana"),
    ]

    backwards = names[::-1]

    assert sorted(backwards, key=lambda name: sort_key(*name)) == names


def test_that_a_missing_half_of_a_name_leaves_no_comma_behind() -> None:
    assert display_name("Soler", "Ana") == "Soler, Ana"
    assert display_name("Soler", "") == "Soler"
    assert display_name("", "Ana") == "Ana"
