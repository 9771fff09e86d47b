"""A round kept whole: worked out again to the last byte, and told what people said since the last one."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from matching.kept import Asked, keep_round, law_in_force, policy_of, reopened, replay, with_vetoes
from matching.policy import Policy, read_policy
from matching.propose import PlanDisagrees, propose
from records.model import Link, LinkKind, Provider, Records
from records.store import Given, OutOfOrder, Store, create, local_actor, open_store
from records.store.saying import NextRound
from tests.ordinary import SALFORD, child, home, miles_east, records, years_old

ME = local_actor()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A new store."""
    place = str(tmp_path / "placewell.db")
    create(place)
    opened = open_store(place)
    yield opened
    opened.close()


def small_council() -> Records:
    """Two brothers, one child alone; three homes, one of them out of the area."""
    children = [
        child("C1", family_id="F1", sex="M", date_of_birth=years_old(5), views="I want <b>my dog</b>."),
        child("C2", family_id="F1", sex="M", date_of_birth=years_old(7)),
        child("C3", home=miles_east(6)),
    ]
    homes = [
        home("H1", approved_places=2, vacancies=2, location=miles_east(1)),
        home("H2", approved_places=1, vacancies=1, location=miles_east(2)),
        home("H3", approved_places=2, vacancies=2, provider=Provider.AGENCY, authority=SALFORD, location=miles_east(5)),
    ]
    return records(children, homes)


def plan(store: Store, run_id: str) -> dict[str, str]:
    """Child to home in a kept plan."""
    rows = csv.DictReader(io.StringIO(store.read_file(ME, run_id, "plan.csv").decode()))
    return {row["child_id"]: row["home_id"] for row in rows}


def test_a_run_is_worked_out_again_to_the_last_byte(store: Store) -> None:
    """From what is stored alone: every file of the round is the same."""
    run_id, summary = keep_round(store, ME, small_council(), read_policy(), Asked(allow=("LOC-03",)))
    assert summary["proved"]
    found = replay(store, ME, run_id)
    assert found.identical
    assert len(found.same) == 9
    assert found.notes == ()
    run = store.read_run(ME, run_id)
    assert run.document["result"]["home_of"] == plan(store, run_id)
    assert run.document["families"] == {"C1": ["C2"], "C2": ["C1"]}
    assert run.document["law"] == law_in_force(small_council())
    assert run.document["rules"]["policy"] == read_policy().fingerprint
    assert store.verify(ME).whole


def test_a_run_that_differs_is_said(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the code no longer gives what it gave, the replay names the files, and the versions."""
    run_id, _ = keep_round(store, ME, small_council(), read_policy())
    monkeypatch.setattr("matching.kept.versions", lambda: {"placewell": "9.9"})
    monkeypatch.setattr("matching.kept.propose", lambda r, p, **k: propose(r, replace(p, near_miles=0.5), **k))
    found = replay(store, ME, run_id)
    assert not found.identical
    assert "summary.json" in found.differ
    assert "Other versions" in found.notes[0]


def test_points_of_a_council_and_what_was_told_are_replayed(store: Store) -> None:
    """A file of points, pins, vetoes, earlier plans: all of it is stored and used again."""
    points = b"child_id,home_id,points\nC1,H1,500\nC2,H1,500\nC3,H2,900\nC3,H3,100\n"
    told = NextRound({"C3": "H3"}, (("C1", "H3", "the carer declined on 2026-11-20: full", "match x"),))
    asked = Asked(keep={"C1": "H1", "C2": "H1", "C3": None})
    run_id, summary = keep_round(store, ME, small_council(), read_policy(), asked, points=points, told=told)
    assert summary["placed"] == 3
    assert replay(store, ME, run_id).identical


def test_a_carers_refusal_and_a_veto_are_not_proposed_again_and_the_report_says_so(store: Store) -> None:
    """The next round bars the home for the child, with the reason wherever the bar is shown."""
    first, _ = keep_round(store, ME, small_council(), read_policy())
    assert plan(store, first)["C1"] == plan(store, first)["C2"] == "H1"
    store.veto(ME, ["C1", "C2"], "H1", "the father works next door")
    run_id, summary = keep_round(store, ME, small_council(), read_policy(), told=store.next_round(ME))
    assert plan(store, run_id)["C1"] == plan(store, run_id)["C2"] == "H3"
    words = "Home H1 is not proposed for child C1: the father works next door. Withdraw this to have it asked again."
    assert words in summary["warnings"]
    assert words.encode() in store.read_file(ME, run_id, "report.html")


def test_a_pin_is_kept_where_the_rules_allow_it_and_never_in_silence(store: Store) -> None:
    """Followed, lost to others, or not lawful: the plan says which."""
    store.pin(ME, "C3", "H3", "near the grandmother")
    run_id, summary = keep_round(store, ME, small_council(), read_policy(), told=store.next_round(ME))
    assert plan(store, run_id)["C3"] == "H3"
    assert any("C3 has home H3 because a person pinned it" in one for one in summary["warnings"])
    full = small_council()
    full = replace(full, homes=tuple(replace(h, on_hold=True) if h.home_id == "H3" else h for h in full.homes))
    proposal = propose(full, read_policy(), pins={"C3": "H3", "C9": "H1"})
    assert proposal.home_of[2] == 1
    assert "Child C3 is pinned to home H3, which the rules do not leave open: not followed." in proposal.warnings
    both = propose(small_council(), read_policy(), pins={"C1": "H2", "C3": "H2"})
    assert sum("goes to others" in one for one in both.warnings) == 1


def test_a_refusal_of_somebody_who_is_not_in_the_round_changes_nothing() -> None:
    """Only children and homes of this round are barred from one another."""
    told = NextRound({}, (("C9", "H1", "no", "veto"), ("C1", "H9", "no", "veto")))
    assert with_vetoes(small_council(), told) == ((), small_council())


def test_a_policy_comes_back_as_it_was() -> None:
    """Every choice, the lists among them, with the same fingerprint."""
    policy = replace(Policy(), allow=("LOC-03", "FOST-05"), protected_school_years=(6, 10, 11), weights={"kin": 7})
    policy = replace(policy, weights=dict(list(policy.as_dict()["weights"].items())))
    again = policy_of(policy.as_dict())
    assert again == policy
    assert again.fingerprint == policy.fingerprint


def test_a_match_goes_by_a_route_that_the_plan_and_the_home_are_for(store: Store) -> None:
    """A foster home for a child whose plan is fostering is no adoption, whoever says so."""
    run_id, _ = keep_round(store, ME, small_council(), read_policy(), Asked(allow=("LOC-03",)))
    home_id = plan(store, run_id)["C3"]
    for route in ("adoption", "supported_lodgings", "early_permanence"):
        with pytest.raises(OutOfOrder, match="PLC-03"):
            store.propose_match(ME, run_id, "C3", home_id, route, Given(reasons="Near the school."))
    assert store.propose_match(ME, run_id, "C3", home_id, "foster", Given(reasons="Near the school."))


def test_a_kept_run_is_opened_again_without_a_solver(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same plan, tiers and warnings as when it was worked out; nothing is solved, and everything audited."""
    council = small_council()
    told = NextRound({"C3": "H3"}, (("C1", "H1", "known to the father", "a veto"),))
    run_id, summary = keep_round(store, ME, council, read_policy(), Asked(allow=("LOC-03",)), told=told)
    monkeypatch.setattr("matching.propose.SOLVERS", {})
    opened = store.open_round(ME, run_id)
    again = reopened(opened.run.document, opened.records, opened.points)
    homes = again.question.home_ids
    now = {c: homes[h] if h >= 0 else "" for c, h in zip(again.question.child_ids, again.home_of, strict=True)}
    assert now == plan(store, run_id)
    assert [(t.name, t.value, t.proved) for t in again.solution.tiers] == [
        (t["name"], round(t["value"] * (100 if t["name"] == "cost" else 1)), t["proved"]) for t in summary["tiers"]
    ]
    assert list(again.warnings) == summary["warnings"]


def test_a_kept_plan_that_the_rules_no_longer_allow_is_not_shown(store: Store) -> None:
    """A home that has become barred for a child stops the run from being opened."""
    run_id, _ = keep_round(store, ME, small_council(), read_policy(), Asked(allow=("LOC-03",)))
    opened = store.open_round(ME, run_id)
    home_id = plan(store, run_id)["C3"]
    barred = replace(opened.records, links=(Link("C3", home_id, LinkKind.BARRED, None),))
    with pytest.raises(PlanDisagrees, match="C3"):
        reopened(opened.run.document, barred)
