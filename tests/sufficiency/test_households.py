"""A register becomes households, none of them silently lost; without one, the scenario's totals do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from records.check import check
from records.model import Home, HomeKind, PlacementNeed, Provider, Records, Resident, ResidentStatus
from records.tables import Tables
from sufficiency.households import KIN, SEGMENTS, UNKNOWN, segment_of, starting_homes
from sufficiency.scenario import baseline
from sufficiency.supply import play_supply, supply_settings

DAY = date(2026, 4, 1)
PLAIN = Home("H1", HomeKind.FOSTER, Provider.IN_HOUSE, approved_places=2, vacancies=1)


def fostered(*families: str) -> tuple[Resident, ...]:
    """Children who live in the home."""
    return tuple(Resident("H1", f"R{k}", ResidentStatus.FOSTERED, family_id=f) for k, f in enumerate(families))


@pytest.mark.parametrize(
    ("home", "residents", "segment"),
    [
        (PLAIN, (), "mainstream_5_10"),
        (replace(PLAIN, approved_age_max=5), (), "mainstream_0_4"),
        (replace(PLAIN, approved_age_min=5), (), "mainstream_11_15"),
        (replace(PLAIN, preferred_age_max=4), (), "mainstream_0_4"),
        (replace(PLAIN, approved_age_min=13), (), "teenagers"),
        (PLAIN, fostered("F1", "F1", "F2"), "siblings_two"),
        (PLAIN, fostered("F1", "F1", "F1"), "siblings_three_or_more"),
        (PLAIN, fostered("F1", "F2"), "mainstream_5_10"),
        (replace(PLAIN, approved_needs=(PlacementNeed.SHORT_BREAKS,)), (), "short_breaks"),
        (replace(PLAIN, approved_needs=(PlacementNeed.SHORT_BREAKS, PlacementNeed.REMAND)), (), "mainstream_5_10"),
        (replace(PLAIN, approved_needs=(PlacementNeed.PARENT_AND_CHILD,)), (), "parent_and_child"),
        (replace(PLAIN, named_children=("C1",)), fostered("F1", "F1"), "kin"),
        (replace(PLAIN, kind=HomeKind.CONNECTED_PERSON), (), "kin"),
        (replace(PLAIN, kind=HomeKind.SUPPORTED_LODGINGS), (), "supported_lodgings"),
        (replace(PLAIN, kind=HomeKind.EARLY_PERMANENCE), (), "adopters"),
    ],
)
def test_what_a_household_counts_as(home: Home, residents: tuple[Resident, ...], segment: str) -> None:
    """Kind, then approval, then who lives there, then the middle of the ages it takes."""
    assert segment_of(home, residents) == segment


def test_what_a_register_says_is_kept_and_what_it_leaves_out_is_counted() -> None:
    """Tenure, notice, holds and Staying Put are read; other providers' and lapsed homes are counted with the reason."""
    homes = (
        replace(PLAIN, home_id="H01", approved_from=DAY - timedelta(days=400), notice_received_on=DAY),
        replace(PLAIN, home_id="H02", on_hold=True),
        replace(PLAIN, home_id="H03", available_from=DAY + timedelta(days=70)),
        replace(PLAIN, home_id="H04", available_to=DAY - timedelta(days=1), approved_places=3),
        replace(PLAIN, home_id="H05", provider=Provider.AGENCY),
        replace(PLAIN, home_id="H06", provider=Provider.OTHER_AUTHORITY),
        replace(PLAIN, home_id="H07", approved_to=DAY - timedelta(days=1)),
        replace(PLAIN, home_id="H08", approved_from=DAY + timedelta(days=1)),
        replace(PLAIN, home_id="H09", approved_places=0),
        replace(PLAIN, home_id="H10", kind=HomeKind.ADOPTER, provider=Provider.AGENCY),
        replace(PLAIN, home_id="H11", approved_to=DAY + timedelta(days=100)),
        replace(PLAIN, home_id="H12", notice_received_on=DAY - timedelta(days=200)),
    )
    young = tuple(Resident("H02", f"R{k}", ResidentStatus.STAYING_PUT) for k in range(3))
    there = starting_homes(
        Records(DAY, homes=homes, residents=young), segments={"H04": "specialist"}, carer_ages={"H04": 61.5}
    )
    assert there.home_id == ("H01", "H02", "H03", "H04", "H10", "H11", "H12")
    assert [SEGMENTS[s] for s in there.segment[3:5]] == ["specialist", "adopters"]
    assert there.tenure.tolist() == [13, *[UNKNOWN] * 6]
    assert there.age.tolist() == [UNKNOWN, UNKNOWN, UNKNOWN, 738, UNKNOWN, UNKNOWN, UNKNOWN]
    assert there.held.tolist() == [False, True, True, True, False, False, False]
    assert there.back_in.tolist() == [UNKNOWN, UNKNOWN, 2, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN]
    assert there.leaves_in.tolist() == [0, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, 3, 0]
    assert there.staying_put.tolist() == [0, 2, 0, 0, 0, 0, 0]
    assert there.places.tolist() == [2, 2, 2, 3, 2, 2, 2]
    assert not there.assumed
    assert len(there.left_out) == sum(there.left_out.values()) == 5


def test_without_a_register_the_totals_of_the_scenario_are_marked_as_assumed() -> None:
    """So many households of each segment, with so many places altogether."""
    there = starting_homes(baseline())
    assert there.assumed
    for index, name in enumerate(SEGMENTS):
        own = there.segment == index
        number = baseline().number(f"supply.households.{name}").whole
        assert own.sum() == number
        assert there.places[own].sum() == round(number * baseline().number(f"supply.places.{name}").value)
        assert np.ptp(there.places[own]) <= 1
    assert (there.tenure == UNKNOWN).all()
    assert len(set(there.luck.tolist())) == len(there)


def test_a_checked_register_is_played() -> None:
    """From homes.csv and residents.csv as text to households, none of them lost, and on to their supply."""
    kinds = ("foster", "foster", "connected_person", "supported_lodgings", "adopter")
    homes = pd.DataFrame(
        {
            "home_id": [f"H{k}" for k in range(30)],
            "kind": [kinds[k % 5] for k in range(30)],
            "provider": ["agency" if k in (1, 4) else "in_house" for k in range(30)],
            "approved_places": "2",
            "vacancies": "1",
            "approved_from": "2021-05-01",
            "on_hold": ["Y" if k == 5 else "N" for k in range(30)],
            "registered_categories": ["private_residence" if k % 5 == 3 else "" for k in range(30)],
        }
    )
    children = pd.DataFrame({"child_id": ["C1"], "date_of_birth": ["2018-01-01"], "routes": ["foster"]})
    children["referred_on"] = "2026-03-01"
    residents = pd.DataFrame({"home_id": ["H0"], "resident_id": ["R1"], "status": ["staying_put"]})
    residents["date_of_birth"] = "2007-01-01"
    records = check(Tables.of({"children": children, "homes": homes, "residents": residents}), DAY)
    assert len(records.homes) == 30
    there = starting_homes(records)
    assert len(there) + sum(there.left_out.values()) == 30
    assert dict(there.left_out) == {"another provider's: an agency": 1}
    assert np.bincount(there.segment)[[1, KIN]].tolist() == [11, 6]
    assert there.staying_put.sum() == there.held.sum() == 1
    assert (there.tenure == 59).all()
    supply = play_supply(there, supply_settings(baseline()), months=1, draws=3, seed=1)
    change = supply.approved + supply.transfers - supply.left.sum(axis=3)
    assert (supply.households.sum(axis=2) == len(there) + change.sum(axis=2)).all()


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"segments": {"H9": "kin"}}, "no home 'H9', for which a segment"),
        ({"carer_ages": {"H9": 50.0}}, "no home 'H9', for which an age"),
        ({"segments": {"H1": "teens"}}, "has the segment 'teens', which is none of"),
        ({"carer_ages": {"H1": 7.0}}, "given as 7.0 years old"),
    ],
)
def test_what_is_told_beside_a_register_must_fit_it(told: dict[str, dict[str, object]], words: str) -> None:
    """A home that is not there, a segment that is none, and an age that cannot be are errors."""
    with pytest.raises(ValueError, match=words):
        starting_homes(Records(DAY, homes=(PLAIN,)), **told)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="belong to the homes of a register"):
        starting_homes(baseline(), **told)  # type: ignore[arg-type]
