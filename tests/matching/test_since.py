"""What changed since an earlier plan: every kind of change, with the reason that was worked out for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings

from matching.causes import Then, causes, stopping
from matching.kept import with_vetoes
from matching.policy import Policy
from matching.propose import Proposal, allowed_bits, propose
from matching.rules import RULES
from matching.rules.asked import Asked
from matching.rules.law import law_on
from matching.rules.register import Register
from matching.rules.rule import ask
from matching.since import (
    ChildSince,
    Earlier,
    LeastChange,
    What,
    Why,
    cost_of_keeping,
    least_change,
    policy_changes,
    since,
)
from records.model import Link, LinkKind, Records, Separation
from records.store.saying import NextRound
from tests.ordinary import DAY, TRAFFORD, child, fostered, home, miles_east, records, years_old
from tests.tiny_councils import TinyCouncil, tiny_councils

ONE_PLACE: dict[str, Any] = {"approved_places": 1, "vacancies": 1}


def council(**changes: Any) -> Records:
    """Two children alone and two homes of one place; the first home is the nearer one."""
    told = records(
        [child("C1"), child("C2", home=miles_east(4))],
        [home("H1", **ONE_PLACE), home("H2", **ONE_PLACE, location=miles_east(4))],
    )
    return replace(told, **changes)


def planned(told: Records, **more: Any) -> Proposal:
    """The plan for these records."""
    return propose(told, more.pop("policy", Policy()), council=TRAFFORD, **more)


def told_of(proposal: Proposal) -> dict[str, str | None]:
    """Child to home in a plan."""
    ids = proposal.question.home_ids
    return {c: ids[h] if h >= 0 else None for c, h in zip(proposal.question.child_ids, proposal.home_of, strict=True)}


def after(now: Records, then: Records | None = None, **more: Any) -> dict[str, ChildSince]:
    """Each child since the plan for the earlier records."""
    earlier = then or council()
    found = since(Earlier(told_of(planned(earlier)), earlier), planned(now), **more)
    return {one.child_id: one for one in found}


def test_nothing_changed() -> None:
    """The same facts, the same plan, no reasons."""
    found = after(council())
    assert [(one.what, one.before, one.now, one.reasons) for one in found.values()] == [
        (What.SAME, "H1", "H1", ()),
        (What.SAME, "H2", "H2", ()),
    ]


def test_new_children_and_those_who_left() -> None:
    """A child who is new needs no reason; one who is gone may have left, or have a row that cannot be used."""
    now = council(children=(child("C1"), child("C3")))
    found = after(now)
    assert found["C3"].what is What.NEW_CHILD
    assert (found["C2"].what, found["C2"].before, found["C2"].now) == (What.CHILD_LEFT, "H2", None)
    assert [r.why for r in found["C2"].reasons] == [Why.NOT_IN_RECORDS]


def test_a_home_that_left_the_register() -> None:
    """Said as such; the other child takes nothing from it."""
    found = after(council(homes=council().homes[1:]))
    (reason,) = found["C1"].reasons
    assert found["C1"].what in (What.HOME_LOST, What.OTHER_HOME)
    assert (reason.why, "H1 is not in the records" in reason.words) == (Why.NOT_IN_RECORDS, True)


@pytest.mark.parametrize(
    ("change", "rule_id", "fact"),
    [
        ({"on_hold": True}, "FOST-18", "home H1: on hold: not recorded, now yes"),
        ({"vacancies": 0}, "FOST-20", "home H1: vacancies: 1, now 0"),
        (
            {"notice_received_on": DAY},
            "FOST-16",
            "home H1: carer's notice received on: not recorded, now 23 November 2026",
        ),
        ({"approved_sex": "M"}, "FOST-02", "home H1: approved sex: not recorded, now M"),
        ({"approved_to": DAY - timedelta(1)}, "FOST-01", "home H1: approved until: not recorded, now 22 November 2026"),
    ],
)
def test_a_rule_that_stops_the_home_now_and_the_fact_that_did_it(
    change: dict[str, Any], rule_id: str, fact: str
) -> None:
    """The rule by its id, and the one cell that changed; not other cells that changed as well."""
    homes = council().homes
    now = council(homes=(replace(homes[0], **change, weekly_cost=17.0), homes[1]))
    then = council(homes=(replace(homes[0], weekly_cost=17.0), homes[1]))
    (reason,) = [r for r in after(now, then)["C1"].reasons if r.rule_id == rule_id]
    assert reason.why is Why.RULE
    assert reason.facts == (fact,)
    assert rule_id in reason.words


def test_another_row_may_be_the_cause() -> None:
    """A separation from somebody who lived there all along: the new row is the cause, not the resident."""
    resident = fostered("H1", "R1", date_of_birth=years_old(9))
    big = (home("H1", approved_places=2, vacancies=1), home("H2", **ONE_PLACE, location=miles_east(4)))
    then = council(homes=big, residents=(resident,))
    now = replace(then, separations=(Separation("C1", "R1"),))
    reasons = [r for r in after(now, then)["C1"].reasons if r.why is Why.RULE]
    assert [r.facts for r in reasons] == [("separation C1 and R1 is new in the records",)]


def test_time_alone_may_be_the_cause() -> None:
    """An approval that was to end, and has: no fact changed but the day."""
    homes = (replace(council().homes[0], approved_to=DAY + timedelta(3)), council().homes[1])
    then = council(homes=homes)
    now = replace(then, day=DAY + timedelta(4))
    (reason,) = [r for r in after(now, then)["C1"].reasons if r.rule_id == "FOST-01"]
    assert reason.facts == ("the day: 23 November 2026, now 27 November 2026",)


def test_policy_and_sign_offs_may_be_the_cause() -> None:
    """What the council accepts, or chooses, is told apart from the facts."""
    smoky = replace(council().homes[0], smoker=True)
    then = council(homes=(smoky, council().homes[1]))
    earlier = Earlier(told_of(planned(then)), then, policy=Policy(), allowed=frozenset({"LOC-03"}))
    strict = planned(then, policy=replace(Policy(), smoke_free_under_age=10))
    (reason,) = [r for r in since(earlier, strict)[0].reasons if r.why is Why.RULE]
    assert (reason.rule_id, reason.facts) == ("HLT-05", ("the council's policy",))
    held = council(homes=(replace(council().homes[0], on_hold=True), council().homes[1]))
    before = Earlier({"C1": "H1", "C2": "H2"}, held, allowed=frozenset({"FOST-18"}))
    (reason,) = [r for r in since(before, planned(held))[0].reasons if r.why is Why.RULE]
    words = "sign-offs that the round accepts (now accepted: LOC-03; no longer accepted: FOST-18)"
    assert reason.facts == (words,)


def test_a_veto_and_a_pin_are_a_persons_word() -> None:
    """Neither is put down to a rule."""
    said = NextRound({"C2": "H1"}, (("C1", "H1", "the dog", "veto"),))
    _, vetoed = with_vetoes(council(), said)
    proposal = planned(vetoed, pins=said.pins)
    found = {one.child_id: one for one in since(Earlier({"C1": "H1", "C2": "H2"}, council()), proposal, said=said)}
    assert [(r.why, r.words) for r in found["C1"].reasons] == [
        (Why.SAID, "Home H1 is not proposed for child C1: the dog.")
    ]
    assert found["C2"].reasons[0].words == "A person pinned home H1 for child C2."


def test_a_home_that_went_to_somebody_else() -> None:
    """Still lawful, but the plan gives it to a new child: named, with no rule blamed; what keeping it costs on request.

    The new child can go nowhere else, so that keeping the home would leave one child without.
    """
    kin_only = child("C0", sex="M")
    homes = (council().homes[0], replace(council().homes[1], approved_sex="F"))
    then = council(children=(child("C1"),), homes=homes)
    now = council(children=(kin_only, child("C1")), homes=homes)
    found = after(now, then)["C1"]
    assert (found.what, found.now) == (What.OTHER_HOME, "H2")
    (reason,) = found.reasons
    assert reason.why is Why.PLACE_TAKEN
    assert "it goes to C0" in reason.words
    assert (cost_of_keeping(planned(now), ("C1",), "H1") or "").startswith("1 placed")
    assert cost_of_keeping(planned(now), ("C1",), "H9") is None


def test_a_home_gained_and_why() -> None:
    """New in the records; no longer on hold; or given up by another child."""
    only = council(homes=(replace(council().homes[0], on_hold=True),), children=(child("C1"),))
    lifted = replace(only, homes=council().homes[:1])
    (reason,) = after(lifted, only)["C1"].reasons
    assert (reason.why, reason.rule_id) == (Why.RULE_LIFTED, "FOST-18")
    assert reason.facts == ("home H1: on hold: yes, now not recorded",)
    added = replace(only, homes=(only.homes[0], council().homes[1]))
    assert [r.why for r in after(added, only)["C1"].reasons] == [Why.NEW_HOME]
    two = council(homes=council().homes[:1])
    first = told_of(planned(two))
    without = next(c for c, h in first.items() if h is None)
    gone = replace(two, children=tuple(c for c in two.children if c.child_id == without))
    (reason,) = after(gone, two)[without].reasons
    assert reason.why is Why.WAS_OPEN
    assert "it was given to" in reason.words


def test_the_least_change_in_the_same_words() -> None:
    """Two homes alike: planning again keeps what was told, and `since` says that nothing changed."""
    twins = records([child("C1"), child("C2")], [home("H1", **ONE_PLACE), home("H2", **ONE_PLACE)])
    proposal = planned(twins)
    turned = {c: {"H1": "H2", "H2": "H1"}[str(h)] for c, h in told_of(proposal).items()}
    earlier = Earlier(turned, twins)
    changed = since(earlier, proposal)
    assert {one.what for one in changed} == {What.OTHER_HOME}
    for one in changed:
        (reason,) = one.reasons
        assert reason.words.endswith("another as good may keep it.")
        assert "No other plan is better" in reason.words
    found = least_change(proposal, turned)
    assert (found.changed, found.proved) == ((), True)
    assert {one.what for one in since(earlier, proposal, least=found)} == {What.SAME}


def test_a_plan_is_never_told_as_better_than_is_proved() -> None:
    """Of a plan that is not proved best nothing is claimed; of the least change only that none changes fewer."""
    twins = records([child("C1"), child("C2")], [home("H1", **ONE_PLACE)])
    proposal = planned(twins)
    (lucky,) = [c for c, h in told_of(proposal).items() if h is not None]
    (other,) = {"C1", "C2"} - {lucky}
    earlier = Earlier({lucky: None, other: "H1"}, twins)

    def said(**more: Any) -> str:
        return " ".join(reason.words for one in since(earlier, **more) for reason in one.reasons)

    assert "No other plan is better in the council's order of priorities; another as good may keep it." in said(
        proposal=proposal
    )
    least = LeastChange(proposal.home_of, (lucky, other), proved=True)
    assert "No plan as good changes fewer homes; another that changes as many may keep it." in said(
        proposal=proposal, least=least
    )
    unproved = said(proposal=proposal, least=replace(least, proved=False))
    assert "changes fewer" not in unproved
    tiers = tuple(replace(one, proved=False) for one in proposal.solution.tiers)
    open_ = replace(proposal, solution=replace(proposal.solution, tiers=tiers))
    for told in (said(proposal=open_), said(proposal=open_, least=least)):
        assert "The plan is not proved best; another, as good or better, may keep it." in told
        assert "No other plan is better" not in told
    assert "lawful" not in said(proposal=proposal)


def test_choices_of_the_council_that_changed() -> None:
    """Each by its name, weights one by one."""
    now = replace(Policy(), near_miles=5.0, weights={"kin": 1})
    kin = Policy().weight_of("kin")
    assert policy_changes(Policy(), now) == ("near_miles: 10.0, now 5.0", f"weight of kin: {kin}, now 1")
    assert policy_changes(now, now) == ()


@settings(max_examples=60, deadline=None)
@given(tiny_councils())
def test_a_few_rows_answer_as_the_whole_records_do(tiny: TinyCouncil) -> None:
    """What keeps a child from a home rests on the rows that are taken, for every child and home of random councils."""
    told = tiny.records
    asked = Asked(told.day, tiny.council, law_on(told.day), Policy())
    here = Then(told, asked, frozenset(tiny.allow))
    register = Register(told)
    for one in register.children:
        answers = ask(RULES, register.group(one.child_id), register.homes, asked)
        words = answers.barred | ((answers.sign_off | answers.unknown) & ~allowed_bits(one, here.allowed))
        for home_id, word in zip(register.homes.ids.tolist(), words.tolist(), strict=True):
            expected = {rule.rule_id for bit, rule in enumerate(RULES) if int(word) >> bit & 1}
            assert stopping(here, one.child_id, home_id) == expected


def test_nothing_is_caused_where_nothing_changed_and_everything_together_is_said() -> None:
    """The same rounds have no causes; two changes that only bite together are both named, as together."""
    told = council()
    asked = Asked(DAY, TRAFFORD, law_on(DAY), Policy())
    here = Then(told, asked, frozenset())
    assert causes(here, here, "C1", "H1") == {}
    barred = Then(replace(told, links=(Link("C1", "H1", LinkKind.BARRED),)), asked, frozenset())
    assert causes(here, barred, "C1", "H1") == {"SAFE-06": ("barred link of C1 and H1 is new in the records",)}
    older = (replace(told.children[0], date_of_birth=years_old(12)), told.children[1])
    limited = (replace(told.homes[0], approved_age_max=11), told.homes[1])
    both = Then(replace(told, children=older, homes=limited), asked, frozenset())
    assert causes(here, both, "C1", "H1") == {
        "FOST-02": (
            "child C1: date of birth: 23 November 2018, now 23 November 2014 (together with the rest)",
            "home H1: highest age approved: not recorded, now 11 (together with the rest)",
        )
    }
    assert causes(here, both, "C2", "H2") == {}
