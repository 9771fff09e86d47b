"""Worked cases 7 to 11 and 18: whose area, at a distance, twenty miles, school, and no address at all."""

from __future__ import annotations

import numpy as np

from matching.policy import Policy
from matching.propose import propose
from records.geography import miles
from records.model import PlacementNeed, Provider
from tests.ordinary import (
    BOLTON,
    HERE,
    TRAFFORD,
    WARRINGTON,
    before_confirming,
    child,
    home,
    miles_east,
    open_rules,
    records,
    who_signs,
    years_old,
)


def test_case_7_an_agency_carer_next_door() -> None:
    """Case 7. An agency carer in Warrington, which adjoins Trafford: the nominated officer approves and Warrington
    is told; the plan may use the home, with that approval listed.
    """
    told = records([child("ann")], [home("ash", provider=Provider.AGENCY, authority=WARRINGTON)])
    assert open_rules(told, "ash", "ann") == {"LOC-03": "needs_sign_off"}
    assert "nominated officer" in who_signs("LOC-03")
    assert "LOC-06" in before_confirming(told, "ash", "ann")
    assert list(propose(told, Policy(), council=TRAFFORD).home_of) == [0]


def test_case_8_nine_miles_off_and_still_at_a_distance() -> None:
    """Case 8. An agency carer in Bolton, nine miles away: Bolton does not adjoin Trafford, so the home is at a
    distance and the director approves. Miles do not come into it, and no plan uses it unasked.
    """
    bolton = home("ash", provider=Provider.AGENCY, authority=BOLTON, location=miles_east(9))
    told = records([child("ann")], [bolton])
    assert open_rules(told, "ash", "ann") == {"LOC-04": "needs_sign_off"}
    assert "director" in who_signs("LOC-04").lower()
    assert list(propose(told, Policy(), council=TRAFFORD).home_of) == [-1]
    assert list(propose(told, Policy(), council=TRAFFORD, allow=("LOC-04",)).home_of) == [0]


def test_case_9_in_the_area_but_twenty_two_miles_off() -> None:
    """Case 9. An agency carer in the council's own, large area, 22 miles from where the child comes from: no
    approval under regulation 11; the miles are told for the statistic and the home still counts as local.
    """
    told = records([child("ann")], [home("ash", provider=Provider.AGENCY, location=miles_east(22))])
    assert open_rules(told, "ash", "ann") == {}
    proposal = propose(told, Policy(), council=TRAFFORD)
    assert proposal.miles_home[0] > 20
    assert proposal.local[0]


def test_case_10_a_move_that_keeps_the_school() -> None:
    """Case 10. A year 11 pupil moves house and the journey to school hardly changes: no approval is asked for. The
    records have no journey times, so "workable" is the council's own number of miles.
    """
    pupil = child("ann", date_of_birth=years_old(15), school_year=11, school=HERE)
    near = records([pupil], [home("ash", location=miles_east(3))])
    assert open_rules(near, "ash", "ann") == {}
    assert "EDU-02" not in before_confirming(near, "ash", "ann")
    edge = records([pupil], [home("ash", location=miles_east(5.01))])
    assert "EDU-02" in before_confirming(edge, "ash", "ann", policy=Policy(school_workable_miles=5.0))


def test_case_11_year_eleven_in_an_emergency() -> None:
    """Case 11. A year 11 pupil whose home broke down today; the only home is sixty miles away. It may be used, and
    what is to be done about school is listed before confirming: education is arranged as soon as practicable.
    """
    pupil = child(
        "ann", date_of_birth=years_old(15), school_year=11, school=HERE, placement_need=PlacementNeed.EMERGENCY
    )
    told = records([pupil], [home("ash", location=miles_east(60))])
    assert open_rules(told, "ash", "ann") == {}
    assert "as soon as practicable" in before_confirming(told, "ash", "ann")["EDU-02"]
    assert list(propose(told, Policy(), council=TRAFFORD).home_of) == [0]


def test_case_18_no_address_is_not_nought_miles() -> None:
    """Case 18. An unaccompanied child with no home postcode: the miles are not known, nearness neither helps nor
    harms any home, and the plan is not local for being "nought miles" off.
    """
    told = records(
        [child("ann", home=None, home_authority=None)],
        [home("ash"), home("bay", authority=BOLTON, location=miles_east(300))],
    )
    proposal = propose(told, Policy(), council=TRAFFORD)
    assert np.isnan(proposal.miles_home).all()
    assert proposal.local.tolist() == [True, False]
    near, far = proposal.weighed.scores["nearness"]
    assert np.isnan([near, far]).all() or near == far
    assert miles(HERE, miles_east(300)) > 299
