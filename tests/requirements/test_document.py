"""The requirements page is whole, and the same as the one it was agreed on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.requirements_report import (
    CLAIMED,
    DOCUMENT,
    ROOT,
    claimed_rows,
    documented_rows,
    mistakes_in,
)

# Beside the checkout where the project is developed; elsewhere our own page is all there is.
AGREED = ROOT.parent / "shared/requirements.md"


@pytest.fixture
def page() -> str:
    return DOCUMENT.read_text("utf-8")


def agreed_page_or(page: str, agreed: Path) -> str:
    return agreed.read_text("utf-8") if agreed.exists() else page


def test_that_the_page_holds_every_row_from_r01_to_r69_once_and_in_order(page: str) -> None:
    ids = [line[2:5] for line in page.splitlines() if line.startswith("| R")]

    assert ids == [f"R{number:02}" for number in range(1, 70)]


def test_that_every_row_says_something_and_is_said_as_agreed(page: str) -> None:
    rows = documented_rows(page)

    assert len(rows) == 69
    assert all(len(wording) > 10 for wording in rows.values())
    assert rows == documented_rows(agreed_page_or(page, AGREED))


def test_that_the_sections_stand_as_agreed(page: str) -> None:
    sections = [line for line in page.splitlines() if line.startswith("## ")]

    assert [section[3] for section in sections] == list("ABCDEFG")
    assert sections == [line for line in agreed_page_or(page, AGREED).splitlines() if line.startswith("## ")]


def test_that_only_existing_rows_are_claimed_and_each_once(page: str) -> None:
    claimed = claimed_rows(CLAIMED.read_text("utf-8"))

    assert claimed
    assert mistakes_in(claimed, documented_rows(page)) == []
