"""What the measures of the corporate parent's reports are called, what each counts, and which way is better."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Better(StrEnum):
    """Which way a measure is better for children."""

    LOWER = "lower"
    HIGHER = "higher"
    NEITHER = "neither"
    """More or fewer is neither in itself."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure as a reader of a report meets it."""

    name: str
    title: str
    better: Better
    counts: str
    """What it counts, in a sentence; of the last day of a quarter, and the time before it."""


_MOVED: Final = (
    "Days from entering care to moving in with adopters, a mean over the children adopted in the three years that end "
    "with the day"
)

SHARES: Final = (
    Measure(
        "ni_62",
        "Three or more placements in 12 months",
        Better.LOWER,
        "Children in care on the day with three or more placements open at any time in the 12 months that end with it. "
        "A temporary stay and a change of legal status alone are no placements.",
    ),
    Measure(
        "three_in_two_years",
        "Three or more placements in 24 months",
        Better.LOWER,
        "Children in care on the day, and without a break for the 24 months that end with it, with three or more "
        "placements open in them.",
    ),
    Measure(
        "ni_63",
        "In the same placement for two years",
        Better.HIGHER,
        "Children under 16 in care without a break for two years and six months who have been in their placement for "
        "two years; the placement before one for adoption counts with it.",
    ),
    Measure(
        "same_carer_two_years",
        "With the same carer for two years",
        Better.HIGHER,
        "Children under 16 in care without a break for two years and six months who have lived with the same carer "
        "for two years. Children's homes count as one carer each.",
    ),
    Measure(
        "siblings_together",
        "Living with all brothers and sisters in the register",
        Better.HIGHER,
        "Of the children who live with the council's own households and have brothers or sisters in the register, "
        "those who live in one household with all of them. Children who live elsewhere are not in the register.",
    ),
    Measure(
        "home_within_six_months",
        "Referrals that found a home within six months",
        Better.HIGHER,
        "Of the referrals of the 12 months that end six months before the day, those after which a placement of the "
        "child began within six months. Referrals of children who are not in the returns are not counted.",
    ),
    Measure(
        "a10_within",
        "Adopted within the A10 threshold",
        Better.HIGHER,
        "Of the children adopted in the three years that end with the day, those for whom the A10 clock stopped within "
        "the threshold.",
    ),
    Measure(
        "a2_within",
        "Matched within the A2 threshold",
        Better.HIGHER,
        "Of the children adopted in the three years that end with the day after a placement order, those for whom the "
        "A2 clock stopped within the threshold.",
    ),
)
MEANS: Final = (
    Measure(
        "moves_per_1000_days",
        "Changes of placement per 1,000 days in care",
        Better.LOWER,
        "Changes of placement in the 12 months that end with the day, of all children in care in them, by the days "
        "they were in care. It stands beside three or more placements, which counts a late comer as if there all year.",
    ),
    Measure("a1", "Entry to moving in with adopters (A1), days", Better.LOWER, f"{_MOVED}."),
    Measure(
        "a10",
        "Entry to moving in with adopters, or with foster carers who adopt (A10), days",
        Better.LOWER,
        f"{_MOVED}; for children adopted by their foster carers, to the start of the stay with those carers.",
    ),
    Measure(
        "a2",
        "Placement order to match (A2), days",
        Better.LOWER,
        "Days from the start of the placement order to the date of the match, a mean over the children adopted in the "
        "three years that end with the day after a placement order. A match before the order counts nought.",
    ),
    Measure(
        "wait_days",
        "From referral to home, days",
        Better.LOWER,
        "Days from a referral to the first placement that begins on that day or after it, within six months; a mean "
        "over the referrals of the 12 months that end six months before the day, so that each has had its time.",
    ),
)
CLOCKS: Final = ("a1", "a10", "a2")
PLACES: Final = ("inside", "outside", "not_known")
MILES: Final = ("to_20", "over_20", "not_known")
BEFORE: Final = MappingProxyType(
    {
        "adoption": "Adopted before",
        "special_guardianship": "Special guardianship before",
        "child_arrangements": "A residence or child arrangements order before",
        "unknown_order": "Left care for permanence before, it is not known how",
        "none": "None of these",
        "not_known": "Not known",
    }
)
QUARTERS: Final = MappingProxyType(
    {
        "q1": "April to June",
        "q2": "July to September",
        "q3": "October to December",
        "q4": "January to March",
        "all": "The year",
    }
)
HALVES: Final = MappingProxyType({"h1": "April to September", "h2": "October to March", "all": "The year"})
TITLES: Final = MappingProxyType(
    {
        "what": "Who",
        "on": "On",
        "year_quarter": "Quarter",
        "half": "Half-year",
        "before": "Before",
        "not_known_of": "Measure",
        "waited": "Waiting",
        "agency": "Agency of the adopters",
        "early": "Early permanence",
        "home_kind": "Approved as",
        "looking": "Now",
        "since": "Approved",
        "span": "Of",
    }
)
MEASURES: Final = MappingProxyType({one.name: one for one in (*SHARES, *MEANS)})
