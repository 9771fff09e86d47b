"""The units of a scenario's numbers, each with the range outside which a number must be a slip."""

from __future__ import annotations

from typing import Final

from sufficiency.scenario_schema import Unit

MONTHS: Final = Unit("months", 0, 600, whole=True)
DRAWS: Final = Unit("draws", 1, 1_000_000, whole=True)
TIMES: Final = Unit("times", 0, 100)
SHARE: Final = Unit("share", 0, 1)
SHARE_A_YEAR: Final = Unit("share a year", 0, 1)
GROWTH: Final = Unit("growth", -1, 10)
YEARS: Final = Unit("years", 0, 100)
DAYS: Final = Unit("days", 0, 36_500, whole=True)
AGE: Final = Unit("years of age", 0, 18, whole=True)
WEEKS: Final = Unit("weeks a year", 52, 53)
STAY_WEEKS: Final = Unit("weeks", 0, 1000)
WEEKLY: Final = Unit("£ a week", 0, 200_000)
YEARLY: Final = Unit("£ a year", 0, 10_000_000)
POUNDS: Final = Unit("£", 0, 10_000_000)
MILLION_YEARLY: Final = Unit("£ million a year", 0, 1_000_000)
PLACEMENTS: Final = Unit("placements", 0, 1_000_000, whole=True)
ENQUIRIES: Final = Unit("enquiries a year", 0, 10_000_000, whole=True)
APPLICATIONS: Final = Unit("applications a year", 0, 1_000_000, whole=True)
CARERS_A_YEAR: Final = Unit("carers a year", 0, 1_000_000, whole=True)
HOUSEHOLDS_A_YEAR: Final = Unit("households a year", 0, 1_000_000, whole=True)
HOUSEHOLDS: Final = Unit("households", 0, 1_000_000, whole=True)
ENQUIRIES_EACH: Final = Unit("enquiries for one application", 1, 10_000)
MONTHS_LONG: Final = Unit("months", 0, 120)
PLACES_EACH: Final = Unit("places in one household", 0, 20)
CHILDREN: Final = Unit("children", 0, 1_000_000, whole=True)
CHILDREN_EACH: Final = Unit("children in one household", 0, 20)
PER_10000: Final = Unit("for every 10,000 under 18", 0, 10_000)
CHILDREN_A_YEAR: Final = Unit("children a year", 0, 1_000_000, whole=True)
ADOPTERS_A_YEAR: Final = Unit("adopters a year", 0, 100_000, whole=True)
DAYS_LONG: Final = Unit("days", 0, 36_500)
A_MONTH: Final = Unit("panels a month", 0, 1000)
HOMES: Final = Unit("homes", 0, 100_000, whole=True)
PLACES: Final = Unit("places", 0, 1_000_000, whole=True)
ASSESSMENTS: Final = Unit("assessments a month", 0, 1000)
SHARE_A_MONTH: Final = Unit("share a month", 0, 1)
YEARLY_EACH: Final = Unit("a year for one household", 0, 12)
