"""What Ofsted has published of fostering households and their flows: what supply is held against.

Every figure is rounded to the nearest five. Years end on 31 March. `ENGLAND` counts the households of councils and of
agencies together. Mainstream leaves out relatives and friends, whose own approvals and leavers no source here gives.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SHARED: Final = Path(__file__).parents[2] / ".." / "shared" / "data" / "ofsted" / "fostering_la_2018_19.csv"
ROUNDING: Final = 2.5
"""A figure that is rounded to five is off by no more."""


@dataclass(frozen=True, slots=True)
class Year:
    """Households at both ends of a year, and those that were approved and that left in it."""

    name: str
    start: int
    approved: int
    gone: int
    end: int
    why_not: str = ""
    """Why the figures do not add up, where they do not."""
    kin_approved: int = 0
    """Of those approved."""
    per_home: int = 1
    """Published households for each that is played."""

    @property
    def off(self) -> int:
        """How far the published end lies from what the flows make of the start."""
        return self.end - (self.start + self.approved - self.gone)

    @property
    def adds_up(self) -> bool:
        """Whether rounding alone may explain what is off: four figures, each to the nearest five."""
        return abs(self.off) <= 4 * ROUNDING


ENGLAND: Final = (
    Year(
        "2018 to 2019, all households", 43_475, 8_400, 8_925, 44_450, per_home=250,
        why_not="not said: the flows say fewer and the stock says more",
    ),
    Year(
        "2021 to 2022, mainstream", 37_325, 4_035, 5_435, 36_050, per_home=250,
        why_not="approvals are of households still there on 31 March, and leavers of everybody who left",
    ),
    Year("2022 to 2023, mainstream", 36_050, 4_080, 5_125, 35_005, per_home=250),
    Year(
        "2022 to 2023, all households", 43_905, 4_080, 5_125, 43_405, per_home=250,
        why_not="the flows are of mainstream households, and the stock counts relatives and friends",
    ),
    Year(
        "2023 to 2024, mainstream", 35_005, 4_055, 4_820, 33_745, per_home=250,
        why_not="not said: more are missing than the flows say",
    ),
    Year(
        "2023 to 2024, all households", 43_405, 4_055, 4_820, 42_615, per_home=250,
        why_not="the flows are of mainstream households, and that they nearly fit all of them is chance",
    ),
)  # fmt: skip
"""Sources: Ofsted, Fostering in England, main findings of 2017-18 to 2024-25, and underlying data of 2018-19;
mainstream households of 2021, 2024 and 2025 as Community Care quotes them (November 2025); flows of 2021-22 and 2022-23
as PA, FosterTalk and CYP Now quote them, which call them mainstream; of 2023-24 as Fostering News quotes them."""

NOT_ASKED: Final = {
    "2019 to 2020": "some services did not answer because of the pandemic: Ofsted estimated them, and says only that "
    "agencies had 330 households more and councils 230 fewer",
    "2020 to 2021": "a new data collection began, and no approvals or leavers of the year are in the sources here",
    "2024 to 2025": "no approvals or leavers of the year are in the sources here: mainstream 33,745 to 33,435",
    "relatives and friends": "their number is published (8,045 in 2021, 7,855, 8,400, 8,865 and 8,755 in 2025), their "
    "approvals and leavers are not",
}
"""What cannot be held against anything, and why."""


@dataclass(frozen=True, slots=True)
class Places:
    """Approved places on a day, and what they are said to be."""

    name: str
    approved: int
    available: int
    """Filled or vacant."""
    not_available: int
    why_not: str = ""

    @property
    def off(self) -> int:
        """How far the parts lie from the whole."""
        return self.available + self.not_available - self.approved

    @property
    def share(self) -> float:
        """Not available, of the places that are said to be one or the other."""
        return self.not_available / (self.available + self.not_available)


ENGLAND_PLACES: Final = (
    Places("2016", 83_175, 70_175, 13_000),
    Places(
        "2017", 83_930, 51_935 + 16_875, 15_520,
        why_not="a household with an exemption fosters more children than it has places",
    ),
    Places(
        "2019", 88_370, 54_870 + 16_080, 15_845,
        why_not="exemptions would make the parts more than the whole: they are fewer, and nothing says why",
    ),
)  # fmt: skip
"""Sources: Ofsted, main findings of 2016-17; underlying data of 2018-19. Later years give shares, not all three."""


def trafford() -> tuple[Year, Places, tuple[int, ...]]:
    """Trafford's year to March 2019: flows, places, and households by places approved (one, two, three, four or more).

    Its households of March 2018 are in no file here: the start is what its own flows make of the end.
    """
    with SHARED.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    column = rows[0].index("Trafford")

    def said(words: str) -> int:
        found = [row[column] for row in rows if row[2].startswith(words)]
        assert len(found) == 1, words
        return int(found[0].replace(",", ""))

    approved = said("Total number of households approved in year")
    gone, end = said("Total households deregistered"), said("Total approved households")
    kin = said("Of which, number of family and friends households approved")
    available = said("Number of filled places") + said("Number of vacant places")
    return (
        Year("Trafford, 2018 to 2019", end - approved + gone, approved, gone, end, kin_approved=kin),
        Places(
            "Trafford, 2019",
            said("Number of approved foster places"),
            available,
            said("Number of places not available"),
            why_not="a household with an exemption fosters more children than it has places",
        ),
        tuple(said(f"Number of households approved for {n} CYP") for n in ("one", "two", "three", "four or more")),
    )
