"""One list of what needs a person today: what is in it, who acts, and in which order."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from matching.clocks import statutory_clocks
from matching.needs_a_person import Kind, OpenMatch, ToDo, Urgency, counts, needs_a_person, state_in_words
from matching.policy import Policy
from matching.propose import propose
from matching.rules.register import Register
from records.model import Finding, Provider, Records, Route, Severity
from tests.ordinary import DAY, SALFORD, TRAFFORD, asked_on, child, home, records


def todo(told: Records, **more: Any) -> tuple[ToDo, ...]:
    """The list for these records."""
    return needs_a_person(statutory_clocks(Register(told), asked_on(told.day)), **more)


def kinds(found: tuple[ToDo, ...], kind: Kind) -> list[ToDo]:
    """The entries of one kind."""
    return [one for one in found if one.kind is kind]


def test_nothing_to_do() -> None:
    """No children, no homes, no matches: an empty list, and noughts."""
    found = todo(records([], []))
    assert found == ()
    assert set(counts(found).values()) == {0}


def test_late_before_near_before_waiting_before_asked() -> None:
    """The order of the list; children before homes in each."""
    children = [child("C1", needed_by=DAY - timedelta(2)), child("C2", needed_by=DAY + timedelta(2))]
    homes = [home("H1", approved_to=DAY - timedelta(90)), home("H2", last_review_on=None)]
    found = todo(records(children, homes), matches=[("m", "C1", "H1", "foster", "proposed:done", 1)])
    assert [one.urgency for one in found] == sorted((one.urgency for one in found), key=list(Urgency).index)
    assert [one.who[0] for one in found if one.urgency is Urgency.OVERDUE] == ["C1", "H1"]
    assert set(counts(found)) == set(Urgency)
    assert sum(counts(found).values()) == len(found)
    assert all(one.acts for one in found)


def test_what_is_only_not_recorded_is_one_entry_for_all() -> None:
    """Three hundred children without a day make one line, with every id, not three hundred."""
    told = records([child(f"C{k:03}", looked_after_since=None) for k in range(300)], [])
    asks = [one for one in todo(told) if one.urgency is Urgency.ASK]
    assert [(one.rule_id, len(one.who)) for one in asks] == [("CPPCR-33", 300), ("STB-04", 300)]
    assert "for 300 children" in asks[0].what
    assert all("not recorded" in one.not_known for one in asks)


def test_the_same_list_whatever_the_order() -> None:
    """Clocks, matches and findings in any order give the same list."""
    told = records([child("C1"), child("C2", needed_by=None)], [home("H1")])
    clocks = statutory_clocks(Register(told), asked_on())
    matches: list[OpenMatch] = [(f"m{k}", f"C{k}", "H1", "foster", "proposed:done", 1) for k in (1, 2)]
    assert needs_a_person(clocks, matches=matches) == needs_a_person(clocks[::-1], matches=matches[::-1])


@pytest.mark.parametrize(
    ("route", "state", "turn", "step"),
    [
        ("foster", "proposed:done", "family finder", "enquiry made"),
        ("foster", "carer_answered:accepts", "family finder or panel chair", "recommended"),
        ("foster", "recommended:for", "decision maker", "decided"),
        ("foster", "decided:agreed", "family finder", "placed"),
        ("adoption", "proposed_match:done", "panel chair", "panel"),
        ("adoption", "panel:for", "decision maker", "decision"),
        ("adoption", "plan:done", "family finder", "placed"),
    ],
)
def test_whose_turn_a_match_is(route: str, state: str, turn: str, step: str) -> None:
    """The next step that goes on, and the roles that may take it; to withdraw is nobody's turn."""
    (one,) = needs_a_person([], matches=[("m1", "C1", "H1", route, state, 3)])
    assert (one.kind, one.acts, one.who) == (Kind.MATCH, turn, ("C1", "H1"))
    assert f"Next: {step}." in one.what
    assert "m1" not in one.what


@pytest.mark.parametrize("state", ["placed:done", "carer_answered:declines", "withdrawn:done"])
def test_a_match_that_waits_for_nothing_is_not_listed(state: str) -> None:
    """Placed children can only be ended, a refusal only left: nobody has to act."""
    assert needs_a_person([], matches=[("m1", "C1", "H1", "foster", state, 3)]) == ()


def test_a_state_in_words() -> None:
    """As people say it."""
    assert state_in_words("carer_answered:accepts") == "carer answered: accepts"
    assert state_in_words("proposed:done") == "proposed"


def test_rows_left_out_are_counted_by_file() -> None:
    """Each row once however many cells of it are wrong; mended rows and notes are not for this list."""

    def finding(file: str, row: int | None, severity: Severity) -> Finding:
        return Finding(file, row, "sex", "x", severity, "m", "n", "o")

    findings = [
        finding("children.csv", 3, Severity.LEFT_OUT),
        finding("children.csv", 3, Severity.LEFT_OUT),
        finding("children.csv", 2, Severity.LEFT_OUT),
        finding("homes.csv", 9, Severity.LEFT_OUT),
        finding("homes.csv", 4, Severity.MENDED),
        finding("homes.csv", 5, Severity.NOTE),
    ]
    other, one = needs_a_person([], findings=findings)
    assert one.what.startswith("2 rows of children.csv (rows 2, 3) cannot be used. This child, and with it")
    assert other.what.startswith("1 row of homes.csv (row 9) cannot be used. This home is left out")


def test_the_plan_says_what_it_waits_for() -> None:
    """A child without a home, an approval with who gives it, and an open question with its words."""
    children = [child("C1", sex=None), child("C2", routes=(Route.SUPPORTED_LODGINGS,))]
    told = records(children, [home("H1", approved_sex="F")])
    found = needs_a_person([], proposal=propose(told, Policy(allow=("FOST-02",)), council=TRAFFORD))
    (without,) = kinds(found, Kind.NO_HOME)
    assert without.who == ("C2",)
    assert "no home for child C2" in without.what
    (question,) = kinds(found, Kind.QUESTION)
    assert (question.rule_id, question.who) == ("FOST-02", ("C1", "H1"))
    assert "What is the child's sex" in question.what


def test_approvals_name_who_gives_them() -> None:
    """Out of the area: the nominated officer, for the family as one."""
    children = [child("C1", family_id="F1"), child("C2", family_id="F1")]
    homes = [home("H1", authority=SALFORD, provider=Provider.AGENCY)]
    proposal = propose(records(children, homes), Policy(allow=("LOC-03",)), council=TRAFFORD)
    (one,) = kinds(needs_a_person([], proposal=proposal), Kind.SIGN_OFF)
    assert one.who == ("C1", "C2", "H1")
    assert one.rule_id == "LOC-03"
    assert one.acts == "nominated officer"
    assert "F1 in home H1 needs approval before anything is agreed (LOC-03," in one.what
