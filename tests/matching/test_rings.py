"""Where homes came from, that none is preferred for it, and the clocks that widen the search for adopters."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from matching.explain import sections
from matching.outputs import write_all
from matching.policy import Policy
from matching.propose import propose
from matching.results import work_out
from matching.rings import Ring, adoption_section, clock_cells, clocks, ring_of
from matching.rules.gates import GATES
from matching.rules.register import Register
from records.model import HomeKind, Provider, Records, Route
from reporting.section import Table
from reporting.write import html
from tests.ordinary import DAY, TRAFFORD, asked_on, child, home, lives_with, records, years_old

ADOPTION = {
    "routes": (Route.ADOPTION,),
    "date_of_birth": years_old(2),
    "adoption_decision_on": DAY - timedelta(days=30),
    "placement_order_on": DAY - timedelta(days=20),
}


def adopter(home_id: str, **changes: Any) -> Any:
    """Approved adopters with one place, approved a month ago."""
    ordinary = {"kind": HomeKind.ADOPTER, "vacancies": 1, "approved_places": 1, "approved_from": DAY - timedelta(30)}
    return home(home_id, **(ordinary | changes))


def found_for(told: Records, who: str) -> dict[str, Any]:
    """The clocks of one child or home, by rule."""
    return {c.rule_id: c for c in clocks(Register(told), asked_on(told.day)) if c.who == who}


@pytest.mark.parametrize(
    ("facts", "ring"),
    [
        ({}, Ring.OWN_CARERS),
        ({"provider": Provider.OTHER_AUTHORITY}, Ring.OTHER_COUNCIL),
        ({"provider": Provider.AGENCY, "agency_name": "Bright"}, Ring.AGENCY),
        ({"kind": HomeKind.SUPPORTED_LODGINGS, "provider": Provider.AGENCY}, Ring.AGENCY),
        ({"kind": HomeKind.ADOPTER}, Ring.OWN_AGENCY),
        ({"kind": HomeKind.EARLY_PERMANENCE}, Ring.OWN_AGENCY),
        (
            {"kind": HomeKind.ADOPTER, "provider": Provider.OTHER_AUTHORITY, "approving_service": " adopt  NORTH"},
            Ring.REGIONAL_AGENCY,
        ),
        ({"kind": HomeKind.ADOPTER, "provider": Provider.AGENCY, "agency_name": "Bright"}, Ring.ANOTHER_AGENCY),
        (
            {"kind": HomeKind.ADOPTER, "provider": Provider.AGENCY, "approving_service": "Foster West"},
            Ring.ANOTHER_AGENCY,
        ),
        ({"kind": HomeKind.ADOPTER, "provider": Provider.AGENCY}, Ring.NOT_KNOWN),
    ],
)
def test_the_ring_of_a_home_is_what_is_recorded_of_it(facts: dict[str, Any], ring: Ring) -> None:
    """Provider first; for adopters the approving service, regional when it approves the council's own adopters too."""
    others = [
        home("A1", kind=HomeKind.ADOPTER, approving_service="Adopt North"),
        home("A2", approving_service="Foster West"),
    ]
    told = records([child("C1")], [home("H1", **facts), *others])
    rings = ring_of(Register(told), asked_on())
    assert rings.shape == (3,)
    assert rings[2] == ring


def test_no_adopters_of_the_councils_own_no_regional_agency() -> None:
    """A blank service matches no blank service: not known stays not known."""
    told = records([child("C1")], [adopter("H1", approving_service=""), adopter("H2", provider=Provider.AGENCY)])
    assert ring_of(Register(told), asked_on()).tolist() == [Ring.OWN_AGENCY, Ring.NOT_KNOWN]


@pytest.mark.parametrize("kind", [HomeKind.ADOPTER, HomeKind.FOSTER])
def test_every_ring_is_in_the_pool_from_the_start(kind: HomeKind) -> None:
    """Homes alike but for the ring, in the council's area: all usable today, with the same points."""
    facts = {"kind": kind, "vacancies": 1, "approved_places": 1}
    homes = [
        home("H1", **facts),
        home("H2", **facts, provider=Provider.AGENCY, agency_name="Bright"),
        home("H3", **facts, provider=Provider.OTHER_AUTHORITY, approving_service="Salford"),
    ]
    one = child("C1", **ADOPTION) if kind is HomeKind.ADOPTER else child("C1")
    proposal = propose(records([one], homes), Policy(allow=()), council=TRAFFORD)
    assert proposal.usable.tolist() == [True] * 3
    assert len(set(proposal.weighed.points.tolist())) == 1
    rings = set(ring_of(proposal.register, proposal.asked).tolist())
    assert len(rings) == (2 if kind is HomeKind.ADOPTER else 3)


def test_adopters_far_away_and_of_another_agency_are_as_welcome() -> None:
    """ADO-14: three children, one own adopter and two of other agencies: nobody waits for the nearer ring."""
    homes = [
        adopter("H1"),
        adopter("H2", provider=Provider.AGENCY, authority="E09000001"),
        adopter("H3", provider=Provider.OTHER_AUTHORITY, authority="E09000001"),
    ]
    proposal = propose(records([child(f"C{k}", **ADOPTION) for k in (1, 2, 3)], homes), Policy(), council=TRAFFORD)
    assert sorted(proposal.home_of.tolist()) == [0, 1, 2]


# ---- clocks --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("decided", "last", "overdue"),
    [
        (date(2026, 8, 23), date(2026, 11, 23), False),
        (date(2026, 8, 22), date(2026, 11, 22), True),
        (date(2026, 11, 23), date(2027, 2, 23), False),
    ],
    ids=["last day today", "a day late", "decided today"],
)
def test_three_months_from_the_decision(decided: date, last: date, overdue: bool) -> None:
    """ADO-13: the last day counts as in time, the day after is overdue; the gate says the same."""
    told = records([child("C1", **(ADOPTION | {"adoption_decision_on": decided}))], [adopter("H1")])
    clock = found_for(told, "C1")["ADO-13"]
    assert (clock.began_on, clock.last_day, clock.overdue) == (decided, last, overdue)
    assert ("more widely now" in clock.what_next) == overdue
    register = Register(told)
    gate = next(g for g in GATES if g.rule_id == "ADO-13")
    assert gate.applies(register.children[0], register, asked_on()).tolist() == [overdue]


@pytest.mark.parametrize("decided", [None, DAY + timedelta(days=1)], ids=["none", "tomorrow"])
def test_without_a_decision_the_clock_does_not_run(decided: date | None) -> None:
    """Family finding may begin, nothing is overdue, and that is said."""
    told = records([child("C1", **(ADOPTION | {"adoption_decision_on": decided}))], [])
    clock = found_for(told, "C1")["ADO-13"]
    assert (clock.began_on, clock.last_day, clock.overdue) == (None, None, False)
    assert "does not run" in clock.what_next
    assert clock.days_over(DAY) == 0


@pytest.mark.parametrize(
    ("rule_id", "fact", "days"), [("ADO-11", "looked_after_since", 426), ("ADO-12", "placement_order_on", 121)]
)
def test_the_two_clocks_of_the_scorecards(rule_id: str, fact: str, days: int) -> None:
    """In time on the last day, overdue the day after, as the gates have it; not there where nothing is recorded."""
    gate = next(g for g in GATES if g.rule_id == rule_id)
    for over in (0, 1):
        told = records([child("C1", **(ADOPTION | {fact: DAY - timedelta(days=days + over)}))], [adopter("H1")])
        clock = found_for(told, "C1")[rule_id]
        assert clock.overdue == bool(over)
        assert clock.days_over(DAY) == over
        register = Register(told)
        assert gate.applies(register.children[0], register, asked_on()).tolist() == [bool(over)]
    nothing = records([child("C1", **(ADOPTION | {fact: None}))], [])
    assert rule_id not in found_for(nothing, "C1")


def test_the_earlier_of_order_and_consent_starts_the_clock() -> None:
    """ADO-12 counts from the court's authority, whichever came first; one dated tomorrow has not come."""
    dates = {"placement_order_on": DAY + timedelta(days=1), "parental_consent_on": DAY - timedelta(days=9)}
    told = records([child("C1", **(ADOPTION | dates))], [])
    assert found_for(told, "C1")["ADO-12"].began_on == DAY - timedelta(days=9)


def test_a_child_who_lives_with_the_adopters_waits_for_nobody() -> None:
    """Settled with a current carer: neither of the scorecards' clocks runs on."""
    one = child("C1", **(ADOPTION | {"needed_by": None, "looked_after_since": DAY - timedelta(days=900)}))
    told = records([one], [adopter("H1", approved_places=2)], links=(lives_with("C1", "H1"),))
    assert set(found_for(told, "C1")) == {"ADO-13"}


def test_no_clock_for_a_child_who_is_not_to_be_adopted() -> None:
    """Fostering has no such clocks, and then the report has no such part."""
    told = records([child("C1")], [home("H1")])
    assert clocks(Register(told), asked_on()) == ()
    assert adoption_section(propose(told, Policy(), council=TRAFFORD)) is None


@pytest.mark.parametrize(
    ("facts", "there"),
    [
        ({"approved_from": date(2026, 8, 22)}, True),
        ({"approved_from": date(2026, 8, 23)}, False),
        ({"approved_from": date(2026, 8, 22), "vacancies": 0}, False),
        ({"approved_from": date(2026, 8, 22), "on_hold": True}, False),
        ({"approved_from": date(2025, 8, 22), "approved_to": DAY - timedelta(days=1)}, False),
        ({"approved_from": None}, False),
        ({"approved_from": date(2026, 8, 22), "kind": HomeKind.FOSTER}, False),
    ],
    ids=["late", "last day", "no place", "on hold", "approval ended", "not recorded", "foster carer"],
)
def test_adopters_are_made_known_more_widely_after_three_months(facts: dict[str, Any], there: bool) -> None:
    """ADO-13 counts for adopters too, three months after approval, while they have a place."""
    told = records([], [adopter("H1", **facts)])
    assert ("ADO-13" in found_for(told, "H1")) == there


def test_a_home_and_a_child_of_one_name_are_two() -> None:
    """The clock of adopters whose id is a child's id is not the child's."""
    told = records([child("X1", **ADOPTION)], [adopter("X1", approved_from=date(2026, 1, 1))])
    cells = clock_cells(clocks(Register(told), asked_on()), "X1")
    assert cells["clocks_overdue"] == ""
    assert cells["search_wider_after"] == "2027-01-24"


def test_overdue_comes_first_the_longest_overdue_before_all() -> None:
    """Then those in time, the nearest last day first, then clocks that do not run; whatever the order of the rows."""
    dates = {"C1": 10, "C2": 400, "C3": 200, "C4": 80, "C5": None}
    children = [
        child(
            c,
            **(
                ADOPTION
                | {
                    "adoption_decision_on": None if d is None else DAY - timedelta(days=d),
                    "placement_order_on": None,
                }
            ),
        )
        for c, d in dates.items()
    ]
    told = records(children, [])
    order = [c.who for c in clocks(Register(told), asked_on())]
    assert order == ["C2", "C3", "C4", "C1", "C5"]
    turned = replace(told, children=tuple(reversed(told.children)))
    assert [c.who for c in clocks(Register(turned), asked_on())] == order


# ---- files and report ----------------------------------------------------------------------------------------------


def test_the_plan_says_ring_clock_and_what_is_next(tmp_path: Path) -> None:
    """plan.csv has ring, clocks and what must be done, blank where none applies; ranked.csv the ring of every row."""
    late = child("C1", **(ADOPTION | {"adoption_decision_on": date(2026, 1, 5)}))
    told = records([late, child("C2"), child("C3", alongside=None)], [adopter("H1"), home("H2", vacancies=1)])
    proposal = propose(told, Policy(), council=TRAFFORD)
    write_all(proposal, tmp_path / "out", seconds={})
    with (tmp_path / "out" / "plan.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["child_id"]: row for row in csv.DictReader(file)}
    assert rows["C1"]["ring"] == "own_agency"
    assert rows["C1"]["clocks"] == "ADO-12;ADO-13"
    assert rows["C1"]["clocks_overdue"] == "ADO-13"
    assert rows["C1"]["search_wider_after"] == "2026-04-05"
    assert "linking platform" in rows["C1"]["clock_next_step"]
    fostered = {rows[c]["ring"] for c in ("C2", "C3")}
    assert fostered == {"own_carers", ""}
    assert rows["C2"]["clocks"] == rows["C2"]["clock_next_step"] == ""
    with (tmp_path / "out" / "ranked.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        ranked = {(row["group_id"], row["home_id"]): row["ring"] for row in reader}
    assert reader.fieldnames is not None
    assert reader.fieldnames[-1] == "ring"
    assert ranked == {("C1", "H1"): "own_agency", ("C2", "H2"): "own_carers", ("C3", "H2"): "own_carers"}


def test_the_report_shows_overdue_clocks_first_with_rings() -> None:
    """A part of its own: overdue before in time, and how many adopters of each ring are open to the child."""
    late = child("C2", **(ADOPTION | {"adoption_decision_on": date(2026, 1, 5)}))
    homes = [
        adopter("H1", approved_from=date(2026, 1, 1)),
        adopter("H2", provider=Provider.AGENCY, agency_name="Bright"),
    ]
    results = work_out(propose(records([child("C1", **ADOPTION), late], homes), Policy(), council=TRAFFORD))
    section = next(s for s in sections(results) if s.anchor == "adoption")
    table, waiting = (block for block in section.blocks if isinstance(block, Table))
    assert table.rows[0][0] == "C2"
    assert [row[0] for row in waiting.rows] == ["H1"]
    page = html("t", [section], lead="", marking="", footer=())
    assert page.index("overdue") < page.index("in time")
    assert "own agency: 1" in page
    assert "another agency (consortium or national: not recorded): 1" in page


def test_rings_are_text_of_the_enum() -> None:
    """Every ring is one of the names that the page of results lists."""
    told = records([child("C1")], [home("H1"), adopter("H2")])
    rings = ring_of(Register(told), asked_on())
    assert rings.dtype.kind == "U"
    assert np.isin(rings, [r.value for r in Ring]).all()
