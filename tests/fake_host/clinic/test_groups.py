from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from fake_host.clinic.database import ClinicDatabase
from fake_host.clinic.groups import (
    GroupNameError,
    add_to_group,
    create_group,
    group_members,
    list_groups,
    replace_members,
)
from fake_host.clinic.roster import Person
from hookspecs.clinic import PatientGroup
from hookspecs.host import Group

Admit = Callable[..., dict[str, int]]


def _people(count: int) -> list[Person]:
    return [Person(f"{number:06}", f"Soler {number:04}", "Ana") for number in range(count)]


def test_that_groups_are_listed_by_name_with_their_sizes_and_retired_ones_are_not(
    database: ClinicDatabase, admit: Admit
) -> None:
    ids = list(admit(database, *_people(3)).values())
    hygiene = create_group(database, "Higiene anual")
    notices = create_group(database, "  Ávisos   de la clínica ")
    with database.session_factory.begin() as session:
        session.add(PatientGroup(name="Campaña de 2019", active=False))
    add_to_group(database, notices.id, ids)

    assert list_groups(database) == [
        Group(notices.id, "Ávisos de la clínica", 3),
        Group(hygiene.id, "Higiene anual", 0),
    ]


@pytest.mark.parametrize(
    ("name", "reason"),
    [(" ", "empty"), ("x" * 101, "long"), ("higiene ANUAL", "taken"), ("Higiéne  anual", "taken")],
)
def test_that_a_name_nobody_could_tell_from_another_is_refused(
    database: ClinicDatabase, name: str, reason: str
) -> None:
    create_group(database, "Higiene anual")

    with pytest.raises(GroupNameError) as caught:
        create_group(database, name)

    assert caught.value.reason == reason
    assert len(list_groups(database)) == 1


def test_that_a_name_without_letters_only_equals_itself(clinic: ClinicDatabase) -> None:
    create_group(clinic, "***")

    assert create_group(clinic, "+++").name == "+++"


@pytest.mark.requirement("R29")
def test_that_adding_counts_only_those_who_were_not_in_the_group(database: ClinicDatabase, admit: Admit) -> None:
    ids = list(admit(database, *_people(1_200)).values())
    group = create_group(database, "Revisión")

    assert add_to_group(database, group.id, ids[:3]) == 3
    assert add_to_group(database, group.id, [ids[0], ids[3], ids[3], 40_404]) == 1
    assert add_to_group(database, group.id, ids) == 1_196
    assert add_to_group(database, group.id, []) == 0
    assert list_groups(database) == [Group(group.id, "Revisión", 1_200)]
    with pytest.raises(LookupError):
        add_to_group(database, 404, ids)


def test_that_seats_which_add_the_same_people_at_the_same_moment_count_each_once(
    database: ClinicDatabase, admit: Admit
) -> None:
    ids = list(admit(database, *_people(40)).values())
    group = create_group(database, "Revisión")

    with ThreadPoolExecutor(4) as pool:
        added = sum(pool.map(lambda _: add_to_group(database, group.id, ids), range(4)))

    assert added == 40
    assert len(group_members(database, group.id)) == 40


def test_that_replacing_members_takes_and_gives_in_one_go(database: ClinicDatabase, admit: Admit) -> None:
    ids = list(admit(database, *_people(1_100)).values())
    group = create_group(database, "Revisión")
    add_to_group(database, group.id, ids[:1_000])

    replace_members(database, group.id, ids[900:])

    assert [patient.id for patient in group_members(database, group.id)] == ids[900:]
    with pytest.raises(LookupError):
        replace_members(database, 404, ids)


def test_that_members_come_in_spanish_order(database: ClinicDatabase, admit: Admit) -> None:
    people = [Person("1", "Oca", "Ana"), Person("2", "Ñáñez", "Ana"), Person("3", "Nuzo", "Ana")]
    ids = admit(database, *people)
    group = create_group(database, "Revisión")
    add_to_group(database, group.id, list(ids.values()))

    assert [patient.name for patient in group_members(database, group.id)] == ["Nuzo, Ana", "Ñáñez, Ana", "Oca, Ana"]
