"""Figures of a scenario file that say who needs which home, and where children live who have none. One line a key."""

from __future__ import annotations

from itertools import permutations
from typing import Final

from sufficiency.scenario_schema import Number, Section, Words
from sufficiency.scenario_units import SHARE, SHARE_A_MONTH

_BEFORE_OUT_OF_AREA: Final = ("agency", "other_authority", "residential")
ORDERS: Final = tuple(", ".join((*some, "out_of_area")) for some in permutations(_BEFORE_OUT_OF_AREA))

FUTURE: Final = (
    Section(
        "wanted",
        "What homes children need, beside their ages and families.",
        (
            Number("parent_and_child", SHARE, "Of the fostered children under 1, who need a home with their parent."),
            Number(
                "supported_lodgings",
                SHARE,
                "Of the young people of 16 and 17 in supported accommodation, who could live with hosts.",
            ),
        ),
    ),
    Section(
        "overflow",
        "Children for whom the council has no home of its own.",
        (
            Words("order", ORDERS, "Where they are offered a place, one after the other."),
            Number(
                "agency_more", SHARE, "How many more agencies could take than today: of the children fostered today."
            ),
            Number("other_authority_more", SHARE, "The same of other councils' carers."),
            Number("residential_more", SHARE, "The same of children's homes in the area."),
            Number(
                "moves_back",
                SHARE_A_MONTH,
                "Of the children who live elsewhere, who move when a home of the council's own is there; 0: nobody.",
            ),
        ),
    ),
    Section(
        "overflow.out_of_area",
        "Who lives outside the council's area.",
        (
            Number("agency", SHARE, "Of those with agency carers."),
            Number("other_authority", SHARE, "Of those with another council's carers."),
            Number("residential", SHARE, "Of those in children's homes."),
        ),
    ),
    Section(
        "overflow.split",
        "Brothers and sisters who need to live together and do not.",
        (
            Number("agency", SHARE, "Of those with agency carers."),
            Number("other_authority", SHARE, "Of those with another council's carers."),
            Number("residential", SHARE, "Of those in children's homes."),
            Number("out_of_area", SHARE, "Of those placed out of the area for want of any nearer place."),
        ),
    ),
)
"""In the order of `scenarios/baseline.toml`."""
