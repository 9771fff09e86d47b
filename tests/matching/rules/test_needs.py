"""Needs that must be met: named cases."""

from __future__ import annotations

import pytest

from matching.rules import RULES
from matching.rules.needs import NAMED_ELSEWHERE
from matching.rules.rule import Answer
from records.codes import NEED_CODES
from tests.matching.rules.cases import MET, SIGN_OFF, UNKNOWN, ask, by_id, child, family, home

RULE_OF = {
    "physical_disability": "HLT-02",
    "complex_health": "HLT-03",
    "self_harm": "HLT-09",
    "missing": "HLT-09",
    "drugs_alcohol": "HLT-09",
    "fire_setting": "SAFE-03",
    "exploitation": "SAFE-07",
    "sign_language": "IDN-05",
    "parent_and_child": "PAC-01",
}
NEED_RULES = tuple(r for r in RULES if r.rule_id in {*RULE_OF.values(), "FOST-22"})


@pytest.mark.parametrize("code", NEED_CODES)
def test_each_need_belongs_to_one_rule(code: str) -> None:
    """A home that lists other needs only breaks one rule: the one whose approver may sign for this need."""
    homes = (home("H1", meets_needs=("infant_care",) if code != "infant_care" else ("autism",)), home("H2"))
    broken = {r.rule_id: ask(r, child(needs_must=(code,)), homes) for r in NEED_RULES}
    expected = {r.rule_id: [MET, MET] for r in NEED_RULES} | {RULE_OF.get(code, "FOST-22"): [SIGN_OFF, SIGN_OFF]}
    assert broken == expected


@pytest.mark.parametrize("code", [*RULE_OF, "autism"])
@pytest.mark.parametrize(
    ("meets", "answer"),
    [("it", MET), ("it and more", MET), ("none", SIGN_OFF), ("not recorded", UNKNOWN)],
    ids=["listed", "listed with others", "lists none", "not recorded"],
)
def test_a_need_that_must_be_met(code: str, meets: str, answer: Answer) -> None:
    """Met where the home lists it; nothing listed needs sign-off; a blank cell is a question."""
    listed = {"it": (code,), "it and more": ("trauma", code), "none": (), "not recorded": None}[meets]
    rule = by_id(RULE_OF.get(code, "FOST-22"))
    assert ask(rule, child(needs_must=(code,)), home(meets_needs=listed)) == [answer]


@pytest.mark.parametrize("rule", NEED_RULES, ids=[r.rule_id for r in NEED_RULES])
def test_no_need_no_question(rule: object) -> None:
    """A blank list in the home asks nothing of a child who needs nothing; helpful needs only score."""
    nothing_listed = home(meets_needs=None)
    for one in (child(), child(needs_helpful=NEED_CODES)):
        assert ask(rule, one, nothing_listed) == [MET]  # type: ignore[arg-type]


def test_every_need_must_be_met() -> None:
    """Two of one rule's needs, and only one listed."""
    one = child(needs_must=("missing", "self_harm"))
    homes = (home("H1", meets_needs=("missing",)), home("H2", meets_needs=("self_harm", "missing")))
    assert ask(by_id("HLT-09"), one, homes) == [SIGN_OFF, MET]


@pytest.mark.parametrize(
    ("listed", "answer"),
    [(("ballet",), MET), ((), UNKNOWN), (None, UNKNOWN), (("autism",), UNKNOWN)],
    ids=["the home lists the same code", "lists none", "not recorded", "lists others"],
)
def test_a_code_that_is_not_in_the_list(listed: tuple[str, ...] | None, answer: Answer) -> None:
    """Nobody knows what it means: a question, unless the home lists the very same code."""
    assert ask(by_id("FOST-22"), child(needs_must=("ballet",)), home(meets_needs=listed)) == [answer]


def test_a_question_beats_a_gap() -> None:
    """A need that is lacking and a code that nobody knows: the question comes first."""
    assert ask(by_id("FOST-22"), child(needs_must=("autism", "ballet"))) == [UNKNOWN]


def test_any_child_of_the_group() -> None:
    """One brother's need is the group's."""
    children = (*family(4), child("Bay", family_id="ours", needs_must=("autism",)))
    assert ask(by_id("FOST-22"), children, together=["Ash", "Bay"]) == [SIGN_OFF]


def test_needs_with_a_rule_of_their_own() -> None:
    """The list of needs named elsewhere is exactly the table above."""
    assert set(NAMED_ELSEWHERE) == set(RULE_OF)
