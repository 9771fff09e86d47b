"""Brothers and sisters assessed apart: named cases."""

from __future__ import annotations

import pytest

from matching.rules.rule import Answer
from matching.rules.siblings import assessed_apart
from records.model import LinkKind, SiblingPlan
from tests.matching.rules.cases import BARRED, MET, apart, ask, child, family, home, link, resident

HOMES = (home("H1"), home("H2"))


@pytest.mark.parametrize(
    ("plan", "answer"),
    [(SiblingPlan.APART, BARRED), (SiblingPlan.TOGETHER, MET), (SiblingPlan.UNDECIDED, MET)],
    ids=[str(p) for p in (SiblingPlan.APART, SiblingPlan.TOGETHER, SiblingPlan.UNDECIDED)],
)
def test_two_placed_together(plan: SiblingPlan, answer: Answer) -> None:
    """Only an assessment of apart keeps two apart; undecided is treated as together until decided."""
    assert ask(assessed_apart, family(4, 6), HOMES, together=["Ash", "Bay"], siblings=(apart("Ash", "Bay", plan),)) == [
        answer,
        answer,
    ]


def test_a_pair_without_a_row_is_undecided() -> None:
    """No row is no bar."""
    assert ask(assessed_apart, family(4, 6), HOMES, together=["Ash", "Bay"]) == [MET, MET]


@pytest.mark.parametrize("who", ["Ash", "Bay"])
def test_it_binds_both(who: str) -> None:
    """Whichever of the two lives there already, the other may not come."""
    other = {"Ash": "Bay", "Bay": "Ash"}[who]
    residents = (resident(other, home_id="H2"),)
    rows = (apart("Ash", "Bay"),)
    assert ask(assessed_apart, family(4, 6), HOMES, together=[who], residents=residents, siblings=rows) == [MET, BARRED]


def test_a_brother_who_is_only_a_resident() -> None:
    """A brother fostered there, who is not in the round, counts as well as those in it."""
    residents = (resident("R1", home_id="H2", family_id="ours"),)
    assert ask(assessed_apart, family(4), HOMES, residents=residents, siblings=(apart("Ash", "R1"),)) == [MET, BARRED]


def test_a_sister_with_a_current_carer_lives_there() -> None:
    """A child's home is where the current carer is, listed in the household or not."""
    links = (link(LinkKind.CURRENT_CARER, "Bay", "H1"),)
    rows = (apart("Ash", "Bay"),)
    assert ask(assessed_apart, family(4, 6), HOMES, links=links, siblings=rows) == [BARRED, MET]


def test_any_of_the_group_and_any_of_those_kept_apart() -> None:
    """The second child of a group counts as much as the first, and so does each person they are kept from."""
    children = (*family(4, 6), child("Oak"), child("Yew"))
    residents = (resident("R1", home_id="H2"), resident("R2", home_id="H1"))
    one = (apart("Bay", "R1"),)
    assert ask(assessed_apart, children, HOMES, together=["Ash", "Bay"], residents=residents, siblings=one) == [
        MET,
        BARRED,
    ]
    for first, second in (("R1", "X9"), ("X9", "R1"), ("A1", "R1"), ("R1", "R2")):
        rows = (apart("Ash", first), apart("Ash", second))
        answers = ask(assessed_apart, children, HOMES, residents=residents, siblings=rows)
        assert answers == [BARRED if "R2" in (first, second) else MET, BARRED]


def test_worked_case_22() -> None:
    """A and B apart, A and C and B and C together: the two pairs may live together, the three never."""
    rows = (
        apart("Ash", "Bay"),
        apart("Ash", "Cam", SiblingPlan.TOGETHER),
        apart("Bay", "Cam", SiblingPlan.TOGETHER),
    )
    three = family(4, 6, 8)
    answers = {
        together: ask(assessed_apart, three, home(), together=together, siblings=rows)
        for together in (("Ash", "Cam"), ("Bay", "Cam"), ("Ash", "Bay"), ("Ash", "Bay", "Cam"))
    }
    assert answers == {
        ("Ash", "Cam"): [MET],
        ("Bay", "Cam"): [MET],
        ("Ash", "Bay"): [BARRED],
        ("Ash", "Bay", "Cam"): [BARRED],
    }


def test_others_apart_from_each_other_do_not_matter() -> None:
    """Two who must live apart say nothing about a third child."""
    children = (*family(4, 6), child("Oak"))
    residents = (resident("Bay", home_id="H1"),)
    rows = (apart("Ash", "Bay"),)
    assert ask(assessed_apart, children, HOMES, together=["Oak"], residents=residents, siblings=rows) == [MET, MET]
