"""The measures of the board's report, line by line, in the order in which they are read."""

from __future__ import annotations

from typing import Final

from sufficiency.board_lines import THOUSAND, Line, measure_line
from sufficiency.groups import GROUP_NAMES
from sufficiency.need_words import capital
from sufficiency.performance_words import CLOCKS, Better

IN_CARE: Final = Line("Children in care", "performance.in_care", "children", {"what": "in_care"}, whole=True)
STABILITY: Final = (
    measure_line("ni_62", "performance.shares", "share", "ni_62"),
    measure_line("three_in_two_years", "performance.shares", "share", "three_in_two_years"),
    measure_line("ni_63", "performance.shares", "share", "ni_63"),
    measure_line("same_carer_two_years", "performance.shares", "share", "same_carer_two_years"),
    measure_line("moves_per_1000_days", "performance.moves", "mean", per=THOUSAND),
)
INSIDE: Final = Line(
    "Placed in the council's area",
    "performance.place",
    "share",
    {"what": "in_care", "place": "inside"},
    Better.HIGHER,
)
OVER_20: Final = Line(
    "Placed more than 20 miles from home",
    "performance.miles",
    "share",
    {"what": "in_care", "miles": "over_20"},
    Better.LOWER,
    "over_20_miles",
)
LOCALITY: Final = (INSIDE, OVER_20)
SIBLINGS: Final = measure_line("siblings_together", "performance.shares", "share")
MIX: Final = tuple(
    Line(
        capital(name),
        "performance.mix",
        "share",
        {"what": "in_care", "group": group},
        compare=group if group in ("with_parents", "supported") else "",
    )
    for group, name in GROUP_NAMES.items()
)
UNACCOMPANIED: Final = Line(
    "Unaccompanied children",
    "performance.uasc",
    "share",
    {"what": "in_care", "uasc": "yes"},
    compare="unaccompanied",
)
WAITS: Final = (
    measure_line("wait_days", "performance.means", "mean"),
    measure_line("home_within_six_months", "performance.shares", "share"),
)
CLOCK_LINES: Final = tuple(
    measure_line(name, "performance.means", "mean", name if name != "a1" else "") for name in CLOCKS
)
WITHIN: Final = (
    measure_line("a10_within", "performance.shares", "share"),
    measure_line("a2_within", "performance.shares", "share"),
)
HEADLINES: Final = (
    IN_CARE,
    *STABILITY,
    *LOCALITY,
    SIBLINGS,
    UNACCOMPANIED,
    *WAITS,
    *CLOCK_LINES,
)
