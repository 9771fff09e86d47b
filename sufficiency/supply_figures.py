"""Figures of a scenario file that the forecast of supply takes. One line a key."""

from __future__ import annotations

from typing import Final

from sufficiency.scenario_schema import Number, Section
from sufficiency.scenario_units import (
    ASSESSMENTS,
    ENQUIRIES,
    HOUSEHOLDS,
    HOUSEHOLDS_A_YEAR,
    MONTHS_LONG,
    PLACES_EACH,
    SHARE,
    SHARE_A_MONTH,
    TIMES,
    YEARLY_EACH,
)

SUPPLY: Final = (
    Section(
        "supply",
        "What comes to a council beside its own recruits, and how many assessments it can begin.",
        (
            Number("assessments", ASSESSMENTS, "Assessments of applicants that can begin in a month, of all kinds."),
            Number("kin_approved", HOUSEHOLDS_A_YEAR, "Relatives and friends approved for a named child."),
            Number("transfers_in", HOUSEHOLDS_A_YEAR, "Households that come over from agencies, already approved."),
        ),
    ),
    Section(
        "supply.households",
        "Approved households at the start, used only without a register (homes.csv).",
        (
            Number("mainstream_0_4", HOUSEHOLDS, "Foster carers mainly for children under 5."),
            Number("mainstream_5_10", HOUSEHOLDS, "Foster carers mainly for children of 5 to 10."),
            Number("mainstream_11_15", HOUSEHOLDS, "Foster carers mainly for children of 11 to 15."),
            Number("teenagers", HOUSEHOLDS, "Foster carers for teenagers only."),
            Number("siblings_two", HOUSEHOLDS, "Foster carers for two brothers and sisters."),
            Number("siblings_three_or_more", HOUSEHOLDS, "Foster carers for three brothers and sisters and more."),
            Number("parent_and_child", HOUSEHOLDS, "Foster carers for a parent with a child."),
            Number("specialist", HOUSEHOLDS, "Specialist foster carers, among them for children who leave homes."),
            Number("short_breaks", HOUSEHOLDS, "Foster carers for short breaks only."),
            Number("supported_lodgings", HOUSEHOLDS, "Hosts of supported lodgings."),
            Number("adopters", HOUSEHOLDS, "Approved adopters who wait, early permanence among them."),
            Number("kin", HOUSEHOLDS, "Relatives and friends approved for a named child."),
        ),
    ),
    Section(
        "supply.places",
        "Places of one household, on average: of those that are recruited, and at the start without a register.",
        (
            Number("mainstream_0_4", PLACES_EACH, "Foster carers mainly for children under 5.", least=1),
            Number("mainstream_5_10", PLACES_EACH, "Foster carers mainly for children of 5 to 10.", least=1),
            Number("mainstream_11_15", PLACES_EACH, "Foster carers mainly for children of 11 to 15.", least=1),
            Number("teenagers", PLACES_EACH, "Foster carers for teenagers only.", least=1),
            Number("siblings_two", PLACES_EACH, "Foster carers for two brothers and sisters.", least=1),
            Number("siblings_three_or_more", PLACES_EACH, "Foster carers for three and more.", least=1),
            Number("parent_and_child", PLACES_EACH, "Foster carers for a parent with a child.", least=1),
            Number("specialist", PLACES_EACH, "Specialist foster carers.", least=1),
            Number("short_breaks", PLACES_EACH, "Foster carers for short breaks only.", least=1),
            Number("supported_lodgings", PLACES_EACH, "Hosts of supported lodgings.", least=1),
            Number("adopters", PLACES_EACH, "Approved adopters who wait.", least=1),
            Number("kin", PLACES_EACH, "Relatives and friends.", least=1),
        ),
    ),
    Section(
        "supply.enquiries",
        "Initial enquiries. Relatives and friends do not enquire: supply.kin_approved.",
        (
            Number("mainstream_0_4", ENQUIRIES, "From those who would foster children under 5."),
            Number("mainstream_5_10", ENQUIRIES, "From those who would foster children of 5 to 10."),
            Number("mainstream_11_15", ENQUIRIES, "From those who would foster children of 11 to 15."),
            Number("teenagers", ENQUIRIES, "From those who would foster teenagers only."),
            Number("siblings_two", ENQUIRIES, "From those who would foster two brothers and sisters."),
            Number("siblings_three_or_more", ENQUIRIES, "From those who would foster three and more."),
            Number("parent_and_child", ENQUIRIES, "From those who would foster a parent with a child."),
            Number("specialist", ENQUIRIES, "From those who would be specialist foster carers."),
            Number("short_breaks", ENQUIRIES, "From those who would give short breaks."),
            Number("supported_lodgings", ENQUIRIES, "From those who would be hosts."),
            Number("adopters", ENQUIRIES, "From those who would adopt."),
        ),
    ),
    Section(
        "supply.pipeline",
        "From enquiry to approval, beside the national figures of fostering.pipeline.",
        (
            Number("months_to_application", MONTHS_LONG, "From enquiry to application, or to no more interest."),
            Number("months_at_panel", MONTHS_LONG, "From a finished assessment to the decision."),
            Number("months_vary_by", TIMES, "Standard deviation of those months over their mean.", most=3),
            Number("withdrawn_waiting", SHARE_A_MONTH, "Applicants who withdraw while none can assess them.", most=0.9),
            Number("approved_at_panel", SHARE, "Of those presented to panel."),
        ),
    ),
    Section(
        "supply.tenure",
        "How long carers have been approved, where a register does not say: shares of households.",
        (
            Number("under_two_years", SHARE, "Under two years."),
            Number("two_to_five_years", SHARE, "From two to five years."),
            Number("over_five_years", SHARE, "Five years and more."),
        ),
        parts_of_one=("under_two_years", "two_to_five_years", "over_five_years"),
    ),
    Section(
        "supply.age",
        "How old carers are, where a register does not say: shares of households, now and when they are approved.",
        (
            Number("from_50_to_59", SHARE, "From 50 to 59, now; those over 60: fostering.carers_over_60."),
            Number("new_from_50_to_59", SHARE, "From 50 to 59 at approval."),
            Number("new_over_60", SHARE, "60 and more at approval."),
        ),
    ),
    Section(
        "supply.leaving",
        "Who leaves: fostering.attrition is the mean of all but adopters, relatives and friends.",
        (
            Number("under_two_years", TIMES, "In the first two years, as a multiple of after five.", most=10),
            Number("two_to_five_years", TIMES, "From two to five years, as a multiple of after five.", most=10),
            Number("from_50_to_59", TIMES, "From 50 to 59, as a multiple of under 50.", most=10),
            Number("over_60", TIMES, "From 60, as a multiple of under 50.", most=10),
            Number("kin", YEARLY_EACH, "Relatives and friends who leave."),
            Number("adopters", YEARLY_EACH, "Adopters who are matched or give up."),
            Number("fewer_for_fees", SHARE, "By how much leaving falls for each £10 a week more paid for a child."),
            Number("by_service", SHARE, "Of leavers: the service ends the approval."),
            Number("to_other_service", SHARE, "Of leavers: they go over to another service."),
        ),
    ),
    Section(
        "supply.holds",
        "Households that are not available for a time: how many, fostering.places.not_available.",
        (Number("months", MONTHS_LONG, "How long, on average.", least=1),),
    ),
    Section(
        "supply.kept",
        "Places that a young person or child keeps: staying put after 18, or an order to the carers.",
        (
            Number("staying_put", YEARLY_EACH, "Staying Put arrangements that begin."),
            Number("staying_put_months", MONTHS_LONG, "How long they last, on average.", least=1),
            Number("permanence", YEARLY_EACH, "Places taken for good by an order to the carers."),
        ),
    ),
)
"""In the order of `scenarios/baseline.toml`."""
