"""The service's clock, over a source that the test turns by hand."""

from collections.abc import Callable

import pytest

from fake_host.mensatek.clock import Clock, wire_time


class _Hand:
    """A source of seconds that stands where it is put."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


def test_that_the_clock_follows_its_source_and_jumps_on_top_of_it() -> None:
    hand = _Hand()
    clock = Clock(hand)

    hand.seconds += 5
    clock.advance(60)
    hand.seconds += 5

    assert clock.now() == 1_070


def test_that_a_change_of_speed_counts_from_its_moment_on() -> None:
    hand = _Hand()
    clock = Clock(hand)

    hand.seconds += 10
    clock.set_speed(60)
    hand.seconds += 10
    clock.set_speed(0)
    hand.seconds += 10

    assert clock.now() == 1_610


def test_that_a_reset_shows_the_source_again() -> None:
    hand = _Hand()
    clock = Clock(hand)
    clock.set_speed(60)
    clock.advance(60)

    clock.reset()
    hand.seconds += 1

    assert clock.now() == 1_001


@pytest.mark.parametrize("backwards", [lambda clock: clock.advance(-1), lambda clock: clock.set_speed(-1)])
def test_that_the_clock_never_goes_back(backwards: Callable[[Clock], None]) -> None:
    with pytest.raises(ValueError, match="only goes forward"):
        backwards(Clock())


@pytest.mark.parametrize(
    ("seconds", "written"),
    [(1_735_689_600, "2025-01-01 01:00:00"), (1_751_328_000, "2025-07-01 02:00:00")],
)
def test_that_moments_are_written_on_the_spanish_wall_clock_of_their_season(seconds: int, written: str) -> None:
    assert wire_time(seconds) == written
