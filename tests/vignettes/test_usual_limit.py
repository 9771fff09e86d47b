"""Worked cases 1 to 6 and 14: terms of approval, the usual limit of three, and who may exempt from it."""

from __future__ import annotations

from dataclasses import replace

from records.model import Alongside, HomeKind, PlacementNeed, Provider, ResidentStatus, Route
from tests.ordinary import (
    DAY,
    SALFORD,
    TRAFFORD,
    before_confirming,
    child,
    fostered,
    home,
    open_rules,
    records,
    who_signs,
    years_old,
)

LIMIT = {"FOST-03": "needs_sign_off", "FOST-05": "needs_sign_off"}


def test_case_1_terms_and_the_limit_are_separate() -> None:
    """Case 1. The Ash family is approved for three and fosters two unrelated children; a pair of sisters is
    referred. Four would be above the terms and above the usual limit: the terms need changing, and the council
    where the carers live must exempt by name. Either alone is not enough.
    """
    sisters = [child(c, family_id="elm") for c in ("ann", "ben")]
    there = (fostered("ash", "rob", "oak"), fostered("ash", "sam", "yew"))
    ash = home("ash", approved_places=3, vacancies=2)
    told = records(sisters, [ash], residents=there)
    assert open_rules(told, "ash", "ann", "ben") == {"FOST-02": "needs_sign_off", **LIMIT}

    exempted = replace(ash, exempt_children=("ben",), exempting_authority=TRAFFORD)
    assert open_rules(records(sisters, [exempted], residents=there), "ash", "ann", "ben") == {
        "FOST-02": "needs_sign_off"
    }
    wider = replace(ash, approved_places=4)
    assert open_rules(records(sisters, [wider], residents=there), "ash", "ann", "ben") == LIMIT
    both = replace(exempted, approved_places=4)
    assert open_rules(records(sisters, [both], residents=there), "ash", "ann", "ben") == {}
    assert "where the carer" in who_signs("FOST-05") or "carer's" in who_signs("FOST-05")


def test_case_2_four_brothers_and_sisters_in_an_empty_home() -> None:
    """Case 2. Approved for four, nobody there, four full brothers and sisters: allowed with no exemption."""
    four = [child(c, family_id="elm") for c in ("ann", "ben", "cat", "dan")]
    told = records(four, [home("ash", approved_places=4, vacancies=4)])
    assert open_rules(told, "ash", "ann", "ben", "cat", "dan") == {}


def test_case_3_three_of_a_family_and_one_who_is_not() -> None:
    """Case 3. Approved for four, three brothers and sisters there, one unrelated child referred: an exemption is
    needed, because not all would be brothers and sisters. The terms are not in the way.
    """
    there = tuple(fostered("ash", r, "oak") for r in ("rob", "sam", "tia"))
    told = records([child("ann", family_id="elm")], [home("ash", approved_places=4, vacancies=1)], residents=there)
    assert open_rules(told, "ash", "ann") == LIMIT


def test_case_4_a_newborn_half_sister() -> None:
    """Case 4. Approved for three, three brothers and sisters there, their newborn half-sister referred; the council
    counts half-siblings, so the family id is the same. The limit is met by the exception; the terms need changing.
    """
    there = tuple(fostered("ash", r, "elm") for r in ("rob", "sam", "tia"))
    newborn = child("ann", family_id="elm", date_of_birth=DAY)
    told = records([newborn], [home("ash", approved_places=3, vacancies=1)], residents=there)
    assert open_rules(told, "ash", "ann") == {"FOST-02": "needs_sign_off"}


def test_case_5_the_council_where_the_carer_lives_exempts() -> None:
    """Case 5. A carer approved by Trafford lives in Salford and would exceed three. Salford's exemption counts;
    Trafford's does not, though the child is Trafford's and Trafford approved the carer.
    """
    there = tuple(fostered("ash", r) for r in ("rob", "sam", "tia"))
    ash = home("ash", approved_places=4, vacancies=1, authority=SALFORD, exempt_children=("ann",))
    by_salford = records([child("ann")], [replace(ash, exempting_authority=SALFORD)], residents=there)
    by_trafford = records([child("ann")], [replace(ash, exempting_authority=TRAFFORD)], residents=there)
    by_nobody_recorded = records([child("ann")], [ash], residents=there)
    assert open_rules(by_salford, "ash", "ann") == {}
    assert open_rules(by_trafford, "ash", "ann") == LIMIT
    assert open_rules(by_nobody_recorded, "ash", "ann") == {"FOST-03": "unknown", "FOST-05": "unknown"}


def test_case_6_own_carers_outside_the_area_need_no_area_approval() -> None:
    """Case 6. The same carer within the limit: no approval under regulation 11, though the home is outside the area.
    An agency's carer at the same address would need it.
    """
    ash = home("ash", authority=SALFORD)
    assert open_rules(records([child("ann")], [ash]), "ash", "ann") == {}
    agency = replace(ash, provider=Provider.AGENCY)
    assert open_rules(records([child("ann")], [agency]), "ash", "ann") == {"LOC-03": "needs_sign_off"}


def test_case_14_only_the_fostered_count_but_all_share_the_home() -> None:
    """Case 14. A fostered sixteen-year-old, and in the same house a lodgings guest of seventeen: the guest does not
    count towards three, but is company, and the effect on everybody there is noted before confirming.
    """
    guest = fostered("ash", "rob", status=ResidentStatus.LODGER, date_of_birth=years_old(17))
    there = (guest, fostered("ash", "sam"), fostered("ash", "tia"))
    sixteen = child("ann", date_of_birth=years_old(16))
    ash = home("ash", approved_places=3, vacancies=1)
    assert open_rules(records([sixteen], [ash], residents=there), "ash", "ann") == {}
    assert "SAFE-05" in before_confirming(records([sixteen], [ash], residents=(guest,)), "ash", "ann")
    solo = replace(sixteen, alongside=Alongside.SOLO)
    assert open_rules(records([solo], [ash], residents=(guest,)), "ash", "ann") == {"SAFE-04": "needs_sign_off"}

    lodgings = home("ash", kind=HomeKind.SUPPORTED_LODGINGS, registered_categories=("private_residence",))
    lodger = replace(sixteen, routes=(Route.SUPPORTED_LODGINGS,), placement_need=PlacementNeed.LONG_TERM)
    crowd = tuple(replace(guest, resident_id=f"r{i}") for i in range(3))
    assert open_rules(records([lodger], [lodgings], residents=crowd), "ash", "ann") == {}
