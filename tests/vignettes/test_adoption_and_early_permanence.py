"""Worked cases 16 and 17: the preference set changes, and waiting for an ethnic match is a harm."""

from __future__ import annotations

from datetime import timedelta

from matching.policy import Policy
from matching.propose import propose
from records.model import HomeKind, Link, LinkKind, Route
from tests.ordinary import (
    BOLTON,
    DAY,
    TRAFFORD,
    before_confirming,
    child,
    fostered,
    home,
    miles_east,
    open_rules,
    records,
    years_old,
)


def test_case_16_a_baby_for_early_permanence_whose_brother_is_fostered_elsewhere() -> None:
    """Case 16. In the choice of early permanence carers the sibling and near-home duties are no duties: the carers
    are met by every rule though the brother lives elsewhere and they are far away, and nothing is counted as not
    local for it. That the brother lives with others is still reported, by the link.
    """
    baby = child("ann", family_id="elm", date_of_birth=years_old(0, less_days=-30), routes=(Route.EARLY_PERMANENCE,))
    carers = home("ash", kind=HomeKind.EARLY_PERMANENCE, authority=BOLTON, location=miles_east(40))
    brother = fostered("bay", "ben", "elm")
    told = records(
        [baby],
        [carers, home("bay", approved_places=2, vacancies=1)],
        residents=(brother,),
        links=(Link("ann", "bay", LinkKind.SIBLING_LIVES_HERE),),
    )
    assert open_rules(told, "ash", "ann") == {}
    assert open_rules(told, "bay", "ann") == {"PLC-03": "barred"}
    proposal = propose(told, Policy(), council=TRAFFORD)
    assert list(proposal.home_of) == [0]
    assert not proposal.local[0]
    assert {"EPM-01", "EPM-05"} <= set(before_confirming(told, "ash", "ann"))


def test_case_17_suitable_adopters_of_another_ethnicity() -> None:
    """Case 17. Suitable adopters of another ethnicity and faith; the child has waited five months since the order.
    They are offered: no rule filters on ethnicity or faith, and that 121 days have passed is noted.
    """
    waiting = child(
        "ann",
        routes=(Route.ADOPTION,),
        ethnicity="BAFR",
        religion="Muslim",
        adoption_decision_on=DAY - timedelta(days=160),
        placement_order_on=DAY - timedelta(days=150),
    )
    adopters = home("ash", kind=HomeKind.ADOPTER, ethnicity="WBRI", religion="Hindu")
    told = records([waiting], [adopters])
    assert open_rules(told, "ash", "ann") == {}
    assert list(propose(told, Policy(), council=TRAFFORD).home_of) == [0]
    assert "ADO-12" in before_confirming(told, "ash", "ann")
    in_time = child(
        "ann", routes=(Route.ADOPTION,), adoption_decision_on=DAY, placement_order_on=DAY - timedelta(days=121)
    )
    assert "ADO-12" not in before_confirming(records([in_time], [adopters]), "ash", "ann")
