"""Whether the home is there for long enough, and how long the child has waited."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from records.model import PlacementNeed
from tests.matching.considerations.asking import ADOPTER, NOT_HERE, UNKNOWN, Told, given_by
from tests.ordinary import DAY


@pytest.mark.parametrize(
    ("ash", "oak", "score", "words"),
    [
        ({}, {}, 100, "no last day is recorded for the home"),
        (
            {"needed_by": None, "expected_end": date(2026, 12, 3)},
            {"available_to": date(2026, 11, 27)},
            50,
            "there until 27 November 2026, for 5 of the 10 days planned",
        ),
        (
            {"needed_by": None, "expected_end": date(2026, 12, 3)},
            {"available_to": date(2026, 12, 2)},
            100,
            "there until 2 December 2026, for all of the planned stay",
        ),
        (
            {"needed_by": None, "expected_end": date(2026, 12, 3)},
            {"available_to": date(2026, 12, 1)},
            90,
            "there until 1 December 2026, for 9 of the 10 days planned",
        ),
        (
            {"needed_by": None, "expected_end": date(2026, 12, 3)},
            {"available_to": date(2027, 12, 1), "approved_to": date(2026, 11, 27)},
            50,
            "there until 27 November 2026, for 5 of the 10 days planned",
        ),
        (
            {"needed_by": date(2026, 12, 1), "expected_end": date(2026, 12, 11)},
            {"available_to": date(2026, 11, 27)},
            0,
            "there until 27 November 2026, for 0 of the 10 days planned",
        ),
        (
            {"needed_by": date(2026, 1, 1), "expected_end": date(2026, 1, 5)},
            {"available_to": DAY},
            100,
            "there until 23 November 2026, for all of the planned stay",
        ),
        (
            {"needed_by": None},
            {"available_to": date(2027, 1, 1)},
            UNKNOWN,
            "there until 1 January 2027; how long the child is to stay is not recorded",
        ),
        (
            {"needed_by": None, "placement_need": PlacementNeed.LONG_TERM, "date_of_birth": DAY.replace(year=2018)},
            {"available_to": DAY + timedelta(days=1825)},
            49.986,
            "there until 22 November 2031, for 1,826 of the 3,653 days planned",
        ),
        (
            {"placement_need": PlacementNeed.LONG_TERM, "date_of_birth": date(2012, 2, 29)},
            {"available_to": date(2030, 2, 28)},
            100,
            "there until 28 February 2030, for all of the planned stay",
        ),
        (
            {},
            {"available_to": DAY, **ADOPTER},
            NOT_HERE,
            "adoption is for life, so how long the home is on offer does not count",
        ),
    ],
    ids=[
        "no last day",
        "half the stay",
        "last night",
        "a night short",
        "approval ends first",
        "over before it begins",
        "end already past",
        "end blank",
        "long term, to 18",
        "born on 29 February",
        "adopters",
    ],
)
def test_stay(ash: Told, oak: Told, score: float | str, words: str) -> None:
    """How much of the planned stay the home is there for."""
    assert given_by("stay", ash, oak) == (score, words)


@pytest.mark.parametrize(
    ("days", "score", "words"),
    [
        (0, 0, "the child has waited 0 days"),
        (1, 1.111, "the child has waited 1 day"),
        (45, 50, "the child has waited 45 days"),
        (90, 100, "the child has waited 90 days"),
        (900, 100, "the child has waited 900 days"),
        (-3, 0, "the child has waited 0 days"),
    ],
)
def test_waiting(days: int, score: float, words: str) -> None:
    """Days since referral, the same with every home."""
    assert given_by("waiting", {"referred_on": DAY - timedelta(days=days)}, {}) == (score, words)
