"""Every key of a scenario file: here those of need, then national figures and what each model takes. One line a key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sufficiency.cost_figures import COST
from sufficiency.future_figures import FUTURE
from sufficiency.lever_figures import LEVER_SECTIONS
from sufficiency.scenario_figures import FIGURES
from sufficiency.scenario_schema import Key, Number, Section, Words
from sufficiency.scenario_units import AGE, DAYS, DRAWS, GROWTH, MONTHS, SHARE, TIMES, YEARS
from sufficiency.supply_figures import SUPPLY
from sufficiency.targets_figures import TARGETS

NEED: Final = (
    Section(
        "need",
        "The forecast of need.",
        (
            Number("horizon_months", MONTHS, "How far ahead the forecast looks.", least=1, most=120),
            Number("replications", DRAWS, "Equally likely futures that are drawn.", least=20, most=100_000),
        ),
    ),
    Section(
        "need.entries",
        "Children who start to be looked after.",
        (
            Number(
                "level",
                TIMES,
                "Entries, unaccompanied children left aside, as a multiple of what the returns show.",
                most=10,
            ),
            Number(
                "unaccompanied_level",
                TIMES,
                "Entries of unaccompanied children, as a multiple of what the returns show.",
                most=10,
            ),
            Number(
                "damping_per_month", SHARE, "Share of the distance from the long-run level that is left after a month."
            ),
            Number(
                "growth_per_year",
                GROWTH,
                "Growth of entries a year on top of what the returns show.",
                least=-0.5,
                most=1,
            ),
        ),
    ),
    Section(
        "need.exits",
        "Children who cease to be looked after.",
        (
            Number(
                "level",
                TIMES,
                "Rates of leaving care, 18th birthdays left aside, as a multiple of what the returns show.",
                most=10,
            ),
        ),
    ),
    Section(
        "need.rates",
        "How the past is weighed.",
        (
            Number(
                "half_life_years",
                YEARS,
                "Years after which an entrant of the past counts half in the mix of entrants.",
                least=0.25,
                most=50,
            ),
        ),
    ),
    Section(
        "need.population",
        "Children who live in the area.",
        (Words("use", ("none", "projection file"), "Whether entries follow a projection of the under-18s."),),
    ),
    Section(
        "need.use",
        "Use is what supply allowed, not need. Both ends are always given together.",
        (
            Number(
                "foster_share_of_young_residential",
                SHARE,
                "Of the children in homes whom the two tests below find, the share who needed a foster home.",
            ),
            Number(
                "failed_search_days",
                DAYS,
                "A home entered within this many days after a foster placement broke down counts as a failed search.",
                most=365,
            ),
            Number(
                "young_under_age",
                AGE,
                "A child who enters a home below this age counts as one who may have needed foster care.",
                least=1,
                most=18,
            ),
        ),
    ),
    Section(
        "need.segments.siblings",
        "Brothers and sisters to live with: shares of children, used only without referrals.",
        (
            Number("alone", SHARE, "Children with no brother or sister to live with."),
            Number("two", SHARE, "Children of groups of two."),
            Number("three", SHARE, "Children of groups of three."),
            Number("four_or_more", SHARE, "Children of groups of four or more."),
        ),
        parts_of_one=("alone", "two", "three", "four_or_more"),
    ),
    Section(
        "need.segments.needs",
        "Needs in the words of the Placements data standard v2: shares of children, used only without referrals.",
        (
            Number("going_missing", SHARE, "Risk to the child: going missing."),
            Number("drug_and_alcohol", SHARE, "Risk to the child: drug and alcohol use."),
            Number("sexual_exploitation", SHARE, "Risk to the child: sexual exploitation."),
            Number("self_harm", SHARE, "Risk to the child: self-harm.", optional=True),
            Number("criminal_exploitation", SHARE, "Risk to the child: criminal exploitation.", optional=True),
            Number("eating_disorder", SHARE, "Risk to the child: eating disorder.", optional=True),
            Number("harm_to_others", SHARE, "Risk to others or property: physical harm.", optional=True),
            Number("sexual_harm_to_others", SHARE, "Risk to others or property: sexual harm.", optional=True),
            Number("fire_setting", SHARE, "Risk to others or property: fire-setting.", optional=True),
            Number("harm_to_animals", SHARE, "Risk to others or property: harm to animals.", optional=True),
            Number(
                "criminal_exploitation_of_others",
                SHARE,
                "Risk to others or property: criminal exploitation.",
                optional=True,
            ),
            Number("communication", SHARE, "Communication, language and learning needs.", optional=True),
            Number("adapted_home", SHARE, "Adaptation to the home.", optional=True),
            Number("cultural", SHARE, "Cultural needs (such as a place of worship).", optional=True),
            Number("solo", SHARE, "To be cared for with no other child.", optional=True),
            Number("extra_support", SHARE, "Extra support of any kind.", optional=True),
            Number("deprivation_of_liberty", SHARE, "Deprivation of liberty order.", optional=True),
        ),
    ),
)

SECTIONS: Final = (*NEED, *FIGURES, *SUPPLY, *COST, *FUTURE, *TARGETS, *LEVER_SECTIONS)
"""In the order of `scenarios/baseline.toml`, which pulls no lever."""

KEYS: Final[Mapping[str, Key]] = {key.name: key for section in SECTIONS for key in section.dotted()}
"""Dotted name to key, in that order."""
