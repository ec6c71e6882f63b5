"""The demo clinic's ordinary patients: any number of them, the same ones for the same seed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from fake_host.clinic.demo_cases import CASES
from fake_host.clinic.demo_names import MEN, SURNAMES, WOMEN
from fake_host.clinic.names import folded
from fake_host.clinic.patients import Phone
from fake_host.clinic.roster import Person

_FIRST_BIRTH = date(1936, 1, 1).toordinal()
_BIRTH_DAYS = 31_000
_FORMS = ("{0} {1} {2}", "{0}{1}{2}", "+34 {0} {1} {2}", "{0}-{1}-{2}", "{0} {1} {2}")
_FOREIGN = (
    "+33 6 39 98 {0:02} {1:02}",
    "+44 7700 9{0:02}1{1:02}",
    "+351 91{0:02} 555 0{1:02}",
    "+212 655 55{0:02}{1:02}",
)
_MALFORMED = ("61{0} 55", "6{0} 555 {0}{0}1", "ver ficha", "6{0}5550{0} casa", "{0}")
_LANGUAGES = ("es",) * 46 + ("ca", "ca", "en", "fr")


class Population:
    """Makes ordinary people, each with a code and a mobile of their own unless they are family.

    Args:
        seed: The same seed makes the same people.
    """

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._codes = _free_codes()
        self._numbers = _free_numbers()

    def people(self, count: int, groups: tuple[str, ...] = ()) -> Iterator[Person]:
        """Make `count` people, members of `groups`; families come in a row."""
        made = 0
        while made < count:
            size = self._random.choice((1, 1, 1, 1, 1, 1, 1, 2, 2, 3, 4))
            surname = self._surname()
            family_phone = self._mobile() if size > 1 else None
            for _ in range(min(size, count - made)):
                yield self._person(surname, family_phone, groups)
                made += 1

    def _person(self, surname: str, family_phone: str | None, groups: tuple[str, ...]) -> Person:
        random = self._random
        first_name = random.choice(WOMEN if random.random() < 0.52 else MEN)
        code = next(self._codes)
        phones = (Phone(family_phone, sms_selected=True),) if family_phone else self._phones()
        return Person(
            code=code,
            surname=surname,
            first_name=first_name,
            phones=phones,
            email=_email(first_name, code) if random.random() < 0.7 else None,
            has_app=random.random() < 0.25,
            objection_accepted=random.random() < 0.006,
            birth_on=date.fromordinal(_FIRST_BIRTH) + timedelta(days=int(random.random() * _BIRTH_DAYS)),
            language=random.choice(_LANGUAGES),
            groups=groups,
        )

    def _surname(self) -> str:
        return f"{self._random.choice(SURNAMES)} {self._random.choice(SURNAMES)}"

    def _phones(self) -> tuple[Phone, ...]:
        dice = self._random.random()
        if dice < 0.84:
            return (Phone(self._mobile(), sms_selected=True),)
        if dice < 0.89:
            return (Phone(self._landline(), "landline"), Phone(self._mobile(), sms_selected=True))
        if dice < 0.93:
            return (Phone(self._landline(), "landline"),)
        if dice < 0.95:
            return ()
        if dice < 0.97:
            return (Phone(self._mobile()), Phone(self._mobile()))
        if dice < 0.985:
            return (Phone(self._odd(_FOREIGN), sms_selected=True),)
        if dice < 0.99:
            return (Phone(self._odd(_MALFORMED), sms_selected=True),)
        return (Phone(self._mobile()), Phone(self._mobile(), sms_selected=True))

    def _mobile(self) -> str:
        number = next(self._numbers)
        return self._random.choice(_FORMS).format(number[:3], number[3:6], number[6:])

    def _landline(self) -> str:
        return f"9{self._random.randrange(10, 89)} 555 {self._random.randrange(1000):03}"

    def _odd(self, forms: tuple[str, ...]) -> str:
        return self._random.choice(forms).format(self._random.randrange(10, 99), self._random.randrange(10, 99))


def _free_codes() -> Iterator[str]:
    taken = {person.code for person in CASES}
    number = 100
    while True:
        number += 1
        code = f"{number:06}"
        if code not in taken:
            yield code


def _free_numbers() -> Iterator[str]:
    """Give invented mobiles, `6xx 555 xxx` and then `71x` to `74x`, each once; a clinic of 140,000 starts anew."""
    taken = {re.sub(r"\D", "", phone.number)[-9:] for person in CASES for phone in person.phones}
    while True:
        for first, prefixes in (("6", 100), ("7", 40)):
            base = 10 if first == "7" else 0
            # a step without a common divisor visits every number, in an order that does not look like counting
            for step in range(prefixes * 1000):
                place = step * 7_919 % (prefixes * 1000)
                number = f"{first}{base + place // 1000:02}555{place % 1000:03}"
                if number not in taken:
                    yield number


def _email(first_name: str, code: str) -> str:
    return f"{folded(first_name).replace(' ', '.')}.{code}@correo.example"
