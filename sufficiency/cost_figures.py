"""Figures of a scenario file that only the forecast of money takes. One line a key."""

from __future__ import annotations

from typing import Final

from sufficiency.scenario_schema import Flag, Number, Section
from sufficiency.scenario_units import CHILDREN, GROWTH, PLACES, POUNDS, SHARE, TIMES, WEEKLY, YEARLY, YEARS

COST: Final = (
    Section(
        "cost.unit",
        "Weekly costs of a child that the table cost does not give.",
        (
            Number("other_authority_foster", WEEKLY, "Another council's foster carers."),
            Number("secure", WEEKLY, "A secure home or custody."),
            Number("placed_for_adoption", WEEKLY, "A child with adopters, until the order; fees are apart."),
            Number("with_parents", WEEKLY, "A child placed with parents."),
            Number("elsewhere", WEEKLY, "A child in any other place."),
            Number("agency_adopters", SHARE, "Of others' adopters, those of voluntary agencies: which fee is paid."),
            Number(
                "far_in_homes", SHARE, "Of children whom only a place out of the area took, those in a children's home."
            ),
        ),
    ),
    Section(
        "cost.spread",
        "How far a weekly cost without an interval of its own may lie from what is stated: a share, either side.",
        (
            Number("foster", SHARE, "Foster care and adoption.", most=0.9),
            Number("residential", SHARE, "Children's homes.", most=0.9),
            Number("supported", SHARE, "Supported accommodation, lodgings and all other places.", most=0.9),
        ),
    ),
    Section(
        "cost.inflation",
        "Growth of costs a year, from the year of the figure onwards. Levers on prices come on top.",
        (
            Number("connected_foster", GROWTH, "Payments to relatives and friends.", least=-0.2, most=0.5),
            Number("in_house_foster", GROWTH, "Payments to the council's own carers and hosts.", least=-0.2, most=0.5),
            Number("agency_foster", GROWTH, "Prices of agencies and of other councils.", least=-0.2, most=0.5),
            Number("residential", GROWTH, "Prices of children's homes that are bought.", least=-0.2, most=0.5),
            Number("own_homes", GROWTH, "The council's own children's homes.", least=-0.2, most=0.5),
            Number("supported", GROWTH, "Supported accommodation and all other places.", least=-0.2, most=0.5),
            Number("staff", GROWTH, "Recruitment, assessment and supervision.", least=-0.2, most=0.5),
            Number("general", GROWTH, "Prices in general.", least=-0.2, most=0.5),
        ),
    ),
    Section(
        "cost.tail",
        "Very costly places in children's homes (cost.very_costly): how many of them one council has at a time.",
        (
            Number("from", WEEKLY, "What a very costly place costs at least, in the year of cost.very_costly."),
            Number("part_of_year", SHARE, "How much of a year one lasts."),
            Number("children_all_councils", CHILDREN, "Children in children's homes, England, at a time.", least=1),
            Number("children", CHILDREN, "Children in children's homes, of one council, at a time.", least=1),
        ),
    ),
    Section(
        "cost.beds",
        "Beds in children's homes that are paid for whether a child is there or not. They are filled first.",
        (
            Number("own", PLACES, "Beds in the council's own children's homes."),
            Number("block", PLACES, "Beds bought in block."),
            Number("filled", SHARE, "The most of them that can be filled at a time."),
        ),
    ),
    Section(
        "cost.support",
        "What goes with a household beside the weekly cost of its children and cost.recruitment.",
        (
            Flag("in_weekly_cost", "Whether cost.in_house_foster and cost.connected_foster hold supervision already."),
            Number("marginal_share", SHARE, "Of supervision: what a household adds, where cost.basis is marginal."),
            Number("assess_kin", POUNDS, "To assess relatives or friends for one child."),
            Number("hosts", YEARLY, "Support of one host of supported lodgings."),
            Number("enquiry", POUNDS, "To answer one enquiry, beside what recruit_and_assess holds."),
            Number("retainer", WEEKLY, "Paid to the council's own foster carers for a place that is empty."),
            Number("transfer", TIMES, "Cost of a household that comes over, over recruit_and_assess.", most=2),
        ),
    ),
    Section(
        "cost.guardianship",
        "Allowances for children who leave care to special guardians from the first month that is forecast.",
        (
            Number("allowance", WEEKLY, "What is paid for one child."),
            Number("paid", SHARE, "Children for whom it is paid."),
            Number("years", YEARS, "How long it is paid, on average.", least=1),
        ),
    ),
    Section(
        "cost.travel",
        "Journeys of workers, parents and children where a child lives out of the area for want of a home in it.",
        (Number("out_of_area", WEEKLY, "For one child."),),
    ),
    Section(
        "cost.discount",
        "How money of later years is weighed against money of the first.",
        (Number("rate", GROWTH, "A year, in real terms.", least=0, most=0.2),),
    ),
)
"""In the order of `scenarios/baseline.toml`."""
