"""Every lever: what a council may do, or what may befall it, with its unit, its range and where it works.

The list is the contents page. A lever is pulled by a table of a scenario, `[levers.NAME]`, and by nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sufficiency.scenario_schema import Lever, Section
from sufficiency.scenario_units import (
    ASSESSMENTS,
    ENQUIRIES,
    HOUSEHOLDS_A_YEAR,
    MONTHS_LONG,
    PLACES,
    SHARE,
    SHARE_A_YEAR,
    SHARE_FEWER,
    SHARE_MORE,
    WEEKLY,
)

MAIN: Final = (
    Lever(
        "demand",
        SHARE_MORE,
        "More children start to be looked after, unaccompanied children left aside: 0.1 is 10% more.",
        works_in=("need",),
    ),
    Lever(
        "edge_of_care",
        SHARE_FEWER,
        "Fewer families come to care, brothers and sisters together, unaccompanied children left aside.",
        least=0,
        works_in=("need",),
    ),
    Lever("unaccompanied", SHARE_MORE, "More unaccompanied children start to be looked after.", works_in=("need",)),
    Lever(
        "population",
        SHARE_MORE,
        "More children live in the area, and as many more start to be looked after; over_months is how long it takes.",
        works_in=("need",),
    ),
    Lever(
        "reunification",
        SHARE_MORE,
        "More children return to parents or relatives, wherever and for however long they have been in care.",
        least=0,
        works_in=("need",),
    ),
    Lever(
        "kin_support",
        SHARE_MORE,
        "More children leave care for special guardianship, and their guardians are paid an allowance.",
        least=0,
        works_in=("need", "cost"),
    ),
    Lever(
        "step_down",
        SHARE_A_YEAR,
        "Of those in children's homes, the share who move to the council's own foster carers in a year, besides.",
        most=0.95,
        works_in=("need",),
    ),
    Lever(
        "conversion",
        SHARE,
        "Added to the share of assessments that end in approval.",
        least=-1,
        works_in=("supply",),
    ),
    Lever(
        "assessment_time",
        MONTHS_LONG,
        "Taken off the mean time from application to approval.",
        least=-24,
        most=24,
        works_in=("supply",),
    ),
    Lever(
        "assessors",
        ASSESSMENTS,
        "More assessments can begin in a month, of all kinds.",
        least=-1000,
        works_in=("supply",),
    ),
    Lever(
        "retention",
        SHARE_FEWER,
        "Fewer foster carers and hosts leave, at every age and however long they have been approved.",
        works_in=("supply",),
    ),
    Lever(
        "retirement",
        SHARE_A_YEAR,
        "Of foster carers and hosts of 60 and more, the share who retire in a year, besides those who leave anyway.",
        most=0.95,
        works_in=("supply",),
    ),
    Lever(
        "transfers",
        HOUSEHOLDS_A_YEAR,
        "More households come over from agencies, already approved.",
        least=-1_000_000,
        works_in=("supply",),
    ),
    Lever(
        "hub",
        SHARE,
        "Added to the share of enquirers who apply, as where a regional hub answers them.",
        least=-1,
        works_in=("supply",),
    ),
    Lever(
        "fees",
        WEEKLY,
        "Paid more for each child in the council's own foster homes; fewer carers leave for it.",
        most=1000,
        works_in=("cost", "supply"),
    ),
    Lever(
        "supported_lodgings_scheme",
        ENQUIRIES,
        "More enquiries from those who would be hosts of supported lodgings.",
        least=-10_000_000,
        works_in=("supply",),
    ),
    Lever(
        "block_beds",
        PLACES,
        "Beds in children's homes bought in block, and paid for whether filled or empty.",
        works_in=("future", "cost"),
    ),
    Lever("agency_share", SHARE_MORE, "Agencies can take more children, or fewer if negative.", works_in=("future",)),
    Lever(
        "agency_prices",
        SHARE_A_YEAR,
        "Prices of agencies rise faster than the scenario's inflation.",
        least=-0.5,
        works_in=("cost",),
    ),
    Lever(
        "residential_prices",
        SHARE_A_YEAR,
        "Prices of children's homes rise faster than the scenario's inflation.",
        least=-0.5,
        works_in=("cost",),
    ),
)

_WOULD: Final[Mapping[str, str]] = {
    "mainstream_0_4": "foster children under 5",
    "mainstream_5_10": "foster children of 5 to 10",
    "mainstream_11_15": "foster children of 11 to 15",
    "teenagers": "foster teenagers only",
    "siblings_two": "foster two brothers and sisters",
    "siblings_three_or_more": "foster three brothers and sisters and more",
    "parent_and_child": "foster a parent with a child",
    "specialist": "be specialist foster carers",
    "short_breaks": "give short breaks",
    "supported_lodgings": "be hosts",
    "adopters": "adopt",
}

RECRUITED: Final = tuple(_WOULD)
"""What a household may be recruited for: all segments but kin, who are approved for a named child."""

RECRUITMENT: Final = tuple(
    Lever(name, ENQUIRIES, f"More enquiries from those who would {does}.", least=-10_000_000, works_in=("supply",))
    for name, does in _WOULD.items()
)

LEVER_SECTIONS: Final = (
    Section("levers", "What a council may do, or what may befall it. The baseline pulls none.", MAIN),
    Section(
        "levers.recruitment",
        "Enquiries a year more, by what a household would be for. Relatives and friends do not enquire.",
        RECRUITMENT,
    ),
)

LEVERS: Final[Mapping[str, Lever]] = {
    **{lever.name: lever for lever in MAIN},
    **{f"recruitment.{lever.name}": lever for lever in RECRUITMENT},
}
"""Name, as a `Pull` has it, to lever: all there are."""
