"""Figures of a scenario file that the question of targets takes. One line a key."""

from __future__ import annotations

from typing import Final

from sufficiency.scenario_schema import Flag, Number, Section, Words
from sufficiency.scenario_units import ASSESSMENTS, HOUSEHOLDS, MONTHS, PLACES, SHARE, YEARLY

TARGETS: Final = (
    Section(
        "targets",
        "What is promised to children who need a local family home, and what a plan may do to keep it.",
        (
            Number("level", SHARE, "The chance that is promised."),
            Words(
                "promise",
                ("share", "futures", "tail"),
                "share: such a child has a home with that chance, in each quarter. futures: with that chance nearly "
                "all have one (enough). tail: in the worst futures (worst) that share have one, on average.",
            ),
            Flag("each_need", "share only: whether it is promised for children of each need by itself."),
            Number("enough", SHARE, "futures only: the share of children who must have a home."),
            Number("worst", SHARE, "tail only: the share of futures that counts as the worst.", least=0.01),
            Number("months", MONTHS, "From the first month that is forecast until the promise must hold.", most=120),
            Number("assessments", ASSESSMENTS, "Assessments of all kinds that a plan may count on in a month."),
            Number("approvals", HOUSEHOLDS, "Most households of one kind that a plan may approve in a quarter."),
            Number("block_beds", PLACES, "Most beds in children's homes that a plan may buy in block."),
            Number("retention", SHARE, "Share of leavers kept where all is done to keep carers.", most=0.9),
            Number("retention_cost", YEARLY, "What all of that costs."),
            Number(
                "budget",
                YEARLY,
                "What a plan may spend in a year: recruitment, support, beds, keeping carers. £10,000,000: no limit.",
            ),
        ),
    ),
)
"""In the order of `scenarios/baseline.toml`."""
