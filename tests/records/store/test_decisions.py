"""Steps in the order the law puts them in; a recommendation is no decision; nothing is decided by a click."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from records.model import Records
from records.store import Actor, Conflict, Given, OutOfOrder, Override, Purged, Refused, Role, Store, Wishes
from records.store.steps import ADOPTION, ADOPTION_STEPS, FOSTERING_STEPS, next_steps
from tests.records.store.stories import (
    DAY,
    FOSTERING,
    ROWS,
    Clock,
    because,
    kept_run,
    override,
    row,
    small_records,
    take,
    wishes,
)

ADM = "agency decision maker"
PAPERS = {
    "report_given_on": DAY,
    "adopters_met_on": DAY,
    "adopters_views_on": DAY,
    "support_assessed_on": DAY,
}
ADOPTING: dict[str, Given] = {
    "link": because(outcome="interested", dates={"answered_on": DAY}),
    "proposed_match": because(dates=PAPERS, evidence={"ADO-02": "decided 01/06/2026"}),
    "panel": because(outcome="for", dates={"panel_on": DAY}),
    "decision": because(outcome="agreed", capacity=ADM, wishes=wishes("C3")),
    "plan": Given(dates={"plan_on": DAY, "adopters_confirmed_on": DAY}),
    "placed": Given(dates={"started_on": DAY}, evidence={"ADO-01": "placement order 02/07/2026"}),
}


def opened(store: Store, actor: Actor, group: str = "F1", home: str = "H1", route: str = "foster") -> str:
    """A match of a new small round."""
    rows = [{**one, "before_confirming": ""} if route == ADOPTION else one for one in ROWS]
    return store.propose_match(actor, kept_run(store, actor, rows=rows), group, home, route, because())


def step(store: Store, actor: Actor, match: str, name: str, given: Given) -> int:
    """One step on top of the version that stands now."""
    return store.take_step(actor, match, store.read_match(actor, match).version, name, given)


def test_a_foster_placement_from_proposal_to_end(store: Store, me: Actor) -> None:
    """Each step is a fact with who, in which role and office, when, why and what was seen."""
    match = opened(store, me)
    take(store, me, match, *FOSTERING)
    found = store.read_match(me, match)
    assert found.state == "ended:done"
    assert [s.step for s in found.steps] == ["proposed", *FOSTERING]
    recommended, decided = found.steps[3], found.steps[4]
    assert (recommended.outcome, decided.outcome) == ("for", "agreed")
    assert (decided.capacity, decided.role, decided.name) == (
        "nominated officer",
        "decision_maker",
        "Single user, this computer",
    )
    assert decided.body["wishes"]["C1"]["words"] == "I would like to stay near my school."
    assert len(decided.body["seen"]) == 1
    assert found.may_follow == ()
    assert store.verify(me).whole


def test_an_adoption_from_profile_to_placement(store: Store, me: Actor) -> None:
    """Profile, link, match, panel, decision, plan, placed: seven facts, none of them merged."""
    match = opened(store, me, "C3", route=ADOPTION)
    for name, given in ADOPTING.items():
        step(store, me, match, name, given)
    found = store.read_match(me, match)
    assert found.state == "placed:done"
    assert found.clocks["ADO-09 decision"] == date(2026, 12, 1)
    assert found.clocks["PLC-09 placement plan"] == date(2026, 11, 27)


@pytest.mark.parametrize("steps", [FOSTERING_STEPS, ADOPTION_STEPS], ids=["fostering", "adoption"])
def test_every_step_can_be_reached_and_every_state_leads_on_or_is_an_end(steps: Any) -> None:
    """The tables hold no step after a state that no step leads to."""
    states = {f"{one.name}:{outcome}" for one in steps for outcome in one.outcomes}
    assert {after for one in steps for after in one.after} <= states
    route = ADOPTION if steps is ADOPTION_STEPS else "foster"
    ends = {state for state in states if not next_steps(route, state)}
    assert (
        ends
        == {
            "foster": {"ended:done", "withdrawn:done", "carer_answered:declines", "decided:refused"},
            ADOPTION: {"ended:done", "withdrawn:done", "reversed:done", "link:declines", "decision:refused"},
        }[route]
    )


OUT_OF_ORDER = [
    ("foster", (), "recommended", "FOST-21"),
    ("foster", ("enquiry_made",), "recommended", "FOST-21"),
    ("foster", ("enquiry_made", "carer_answered"), "decided", "GOV-07"),
    ("foster", ("enquiry_made", "carer_answered", "recommended"), "placed", "GOV-01"),
    ("foster", ("enquiry_made", "carer_answered", "recommended", "decided"), "ended", "PLC-10"),
    ("foster", (), "carer_answered", "FOST-21"),
    ("foster", (), "panel", "GOV-01"),
    (ADOPTION, (), "proposed_match", "ADO-16"),
    (ADOPTION, ("link",), "panel", "ADO-07"),
    (ADOPTION, ("link", "proposed_match"), "decision", "ADO-09"),
    (ADOPTION, ("link", "proposed_match", "panel"), "plan", "ADO-10"),
    (ADOPTION, ("link", "proposed_match", "panel", "decision"), "placed", "ADO-10"),
]


@pytest.mark.parametrize(("route", "before", "asked", "rule"), OUT_OF_ORDER)
@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_step_out_of_order_is_refused_and_the_rule_named(
    store: Store, me: Actor, route: str, before: tuple[str, ...], asked: str, rule: str
) -> None:
    """The law's order holds; the refusal is in the trail and the match stands where it stood."""
    match = opened(store, me, "C3", route=route)
    brings = ADOPTING if route == ADOPTION else {**FOSTERING, "decided": _decided("C3")}
    for name in before:
        step(store, me, match, name, brings[name])
    stood = store.read_match(me, match)
    with pytest.raises(OutOfOrder, match=rf"\[{rule}\]") as refused:
        store.take_step(me, match, stood.version, asked, brings.get(asked, because()))
    assert refused.value.rule == rule
    assert store.read_match(me, match).version == stood.version
    assert f"OutOfOrder {rule}" in [e.note for e in store.read_trail(me)]


def _decided(*children: str, **changes: Any) -> Given:
    return replace(FOSTERING["decided"], wishes=wishes(*children), **changes)


DECIDED = [
    ("no reasons", "H1", {"reasons": " "}, "GOV-01"),
    ("no outcome", "H1", {"outcome": ""}, "GOV-07"),
    ("one child's wishes missing", "H1", {"wishes": wishes("C1")}, "GOV-08"),
    ("wishes without a date", "H1", {"wishes": {**wishes("C1"), "C2": Wishes(words="yes")}}, "GOV-08"),
    ("wishes of tomorrow", "H1", {"wishes": {**wishes("C1"), "C2": Wishes(DAY + timedelta(2), "yes")}}, "GOV-08"),
    ("decided by a panel member", "H1", {"capacity": "panel member"}, "GOV-07"),
    ("a broken rule without its override", "H2", {}, "LOC-03"),
    ("an override of what is not broken", "H1", {"overrides": [override("LOC-03")]}, "LOC-03"),
    ("an override without who was consulted", "H2", {"overrides": [override("LOC-03", consulted={})]}, "LOC-03"),
    ("an override without its reasons", "H2", {"overrides": [override("LOC-03", reasons="")]}, "LOC-03"),
    ("an override twice", "H2", {"overrides": [override("LOC-03"), override("LOC-03")]}, "LOC-03"),
]


@pytest.mark.parametrize(("home", "changes", "rule"), [d[1:] for d in DECIDED], ids=[d[0] for d in DECIDED])
@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_decision_lacks_nothing(store: Store, me: Actor, home: str, changes: dict[str, Any], rule: str) -> None:
    """Reasons, wishes of every child, the right office, and an override record for every broken rule."""
    match = opened(store, me, "F1", home)
    take(store, me, match, "enquiry_made", "carer_answered", "recommended")
    with pytest.raises(OutOfOrder) as refused:
        step(store, me, match, "decided", replace(_decided("C1", "C2"), **changes))
    assert refused.value.rule == rule


def test_an_override_is_a_row_of_its_own_with_everything_the_rules_ask(store: Store, me: Actor) -> None:
    """The override record of the rules, field by field, written only because a person approved it."""
    match = opened(store, me, "F1", "H2")
    take(store, me, match, "enquiry_made", "carer_answered", "recommended")
    step(store, me, match, "decided", _decided("C1", "C2", overrides=[override("LOC-03")]))
    (record,) = store.read_match(me, match).overrides
    assert record["rule_id"] == "LOC-03"
    assert record["rule_set"] == {"placewell": "test", "policy": "p" * 64}
    assert (record["children"], record["home"]) == (["C1", "C2"], "H2")
    assert (record["decided_by"], record["capacity"]) == ("Single user, this computer", "nominated officer")
    assert record["at"].startswith("2026-11-23T12:")
    for name in Override.__slots__:
        assert record[name] == json.loads(json.dumps(getattr(override("LOC-03"), name), default=str))


def test_brothers_who_are_split_need_reasons_of_their_own(store: Store, me: Actor) -> None:
    """A split is a decision: the match of one brother alone takes an override of SIB-01; in adoption it does not."""
    run = kept_run(store, me, rows=[row("C1", "C1", "H1")])
    match = store.propose_match(me, run, "C1", "H1", "foster", because())
    take(store, me, match, "enquiry_made", "carer_answered", "recommended")
    with pytest.raises(OutOfOrder) as refused:
        step(store, me, match, "decided", _decided("C1"))
    assert refused.value.rule == "SIB-01"
    split = override("SIB-01", broken="parts C1 from C2", route="no home takes both")
    step(store, me, match, "decided", _decided("C1", overrides=[split]))
    assert [one["rule_id"] for one in store.read_match(me, match).overrides] == ["SIB-01"]
    adopted = store.propose_match(me, run, "C1", "H1", ADOPTION, because())
    assert store.read_match(me, adopted).steps[0].body["pair"]["split_from"] == []


def test_unknown_is_not_no(store: Store, me: Actor) -> None:
    """A home with an open question is agreed only when somebody says what the answer is."""
    match = opened(store, me, "C3", "H2")
    take(store, me, match, "enquiry_made", "carer_answered", "recommended")
    with pytest.raises(OutOfOrder, match=r"open question of this rule is not answered. \[HLT-05\]"):
        step(store, me, match, "decided", _decided("C3"))
    step(store, me, match, "decided", _decided("C3", evidence={"HLT-05": "nobody smokes: seen on 20/11/2026"}))


def test_nobody_decides_what_they_have_not_opened(store: Store, me: Actor, somebody: Any) -> None:
    """Whoever decides has looked at the match and the alternatives: themselves, not a colleague [GOV-02]."""
    match = opened(store, me)
    version = take(store, me, match, "enquiry_made", "carer_answered", "recommended")
    boss = somebody("boss", Role.DECISION_MAKER)
    with pytest.raises(OutOfOrder, match="GOV-02"):
        store.take_step(boss, match, version, "decided", _decided("C1", "C2"))
    assert [one["home_id"] for one in store.read_match(boss, match).choices] == ["H1", "H2"]
    store.take_step(boss, match, version, "decided", _decided("C1", "C2"))


def test_each_step_takes_its_own_role(store: Store, me: Actor, somebody: Any) -> None:
    """A panel recommends and does not decide; a family finder asks carers and does not recommend adoption."""
    match = opened(store, me)
    version = take(store, me, match, "enquiry_made", "carer_answered")
    member, chair = somebody("mem", Role.PANEL_MEMBER), somebody("cha", Role.PANEL_CHAIR)
    for actor in (member, chair):
        store.read_match(actor, match)
    with pytest.raises(Refused, match="recommended: mem may not take this step"):
        store.take_step(member, match, version, "recommended", because(outcome="for"))
    version = store.take_step(chair, match, version, "recommended", because(outcome="for"))
    with pytest.raises(Refused, match="decided: cha may not take this step"):
        store.take_step(chair, match, version, "decided", _decided("C1", "C2"))


def test_an_adoption_is_decided_by_the_decision_maker_of_the_agency(store: Store, me: Actor) -> None:
    """A nominated officer may decide on a foster home, not on adopters [ADO-15]."""
    match = opened(store, me, "C3", route=ADOPTION)
    for name in ("link", "proposed_match", "panel"):
        step(store, me, match, name, ADOPTING[name])
    with pytest.raises(OutOfOrder, match="ADO-15"):
        step(store, me, match, "decision", replace(ADOPTING["decision"], capacity="nominated officer"))


def test_nobody_of_the_panel_takes_part_in_the_decision(store: Store, me: Actor, somebody: Any) -> None:
    """Who recorded the panel's recommendation cannot record the decision, whatever roles they hold [ADO-09]."""
    match = opened(store, me, "C3", route=ADOPTION)
    both = somebody("ann", Role.PANEL_CHAIR, Role.DECISION_MAKER)
    for name in ("link", "proposed_match"):
        step(store, me, match, name, ADOPTING[name])
    step(store, both, match, "panel", ADOPTING["panel"])
    with pytest.raises(OutOfOrder, match="ADO-09"):
        step(store, both, match, "decision", ADOPTING["decision"])
    step(store, somebody("bob", Role.DECISION_MAKER), match, "decision", ADOPTING["decision"])


@pytest.mark.parametrize("missing", ["report_given_on", "adopters_met_on", "adopters_views_on", "support_assessed_on"])
@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_match_for_adoption_is_proposed_with_its_papers(store: Store, me: Actor, missing: str) -> None:
    """Adopters have the report, were met and heard, and their support needs assessed [ADO-07]."""
    match = opened(store, me, "C3", route=ADOPTION)
    step(store, me, match, "link", ADOPTING["link"])
    dates = {name: day for name, day in PAPERS.items() if name != missing}
    with pytest.raises(OutOfOrder, match="ADO-07"):
        step(store, me, match, "proposed_match", replace(ADOPTING["proposed_match"], dates=dates))


def test_before_the_child_moves_everything_is_done(store: Store, me: Actor) -> None:
    """What the run lists before confirming has to be said done, thing by thing; and the plan has its day."""
    match = opened(store, me, "C3", "H1")
    take(store, me, match, "enquiry_made", "carer_answered", "recommended", "decided")
    moved = FOSTERING["placed"]
    with pytest.raises(OutOfOrder, match=r"nothing says that it was. \[PLC-09\]"):
        step(store, me, match, "placed", moved)
    done = {"PLC-09": "signed 22/11/2026", "FOST-21": "by telephone 21/11/2026"}
    with pytest.raises(OutOfOrder, match="lies in the future"):
        step(store, me, match, "placed", replace(moved, evidence=done, dates={"started_on": DAY + timedelta(3)}))
    with pytest.raises(OutOfOrder, match="no day by which it will be"):
        step(store, me, match, "placed", replace(moved, evidence=done, dates={"started_on": DAY}))
    step(store, me, match, "placed", replace(moved, evidence=done))
    with pytest.raises(OutOfOrder, match="PLC-10"):
        step(store, me, match, "ended", because(dates={"ended_on": DAY}))
    at_once = because(dates={"ended_on": DAY}, evidence={"PLC-10": "immediate risk: strategy meeting 23/11/2026"})
    step(store, me, match, "ended", at_once)


def test_a_barred_or_unlisted_home_is_never_proposed(store: Store, me: Actor) -> None:
    """Only what the run leaves open can become a match; nothing is written when it is refused."""
    run = kept_run(store, me)
    with pytest.raises(OutOfOrder, match="does not leave home H3 open for C3"):
        store.propose_match(me, run, "C3", "H3", "foster", because())
    with pytest.raises(OutOfOrder, match="PLC-03"):
        store.propose_match(me, run, "C3", "H1", "hospital", because())
    with pytest.raises(OutOfOrder, match="GOV-01"):
        store.propose_match(me, run, "C3", "H1", "foster", Given())
    assert store.list_matches(me) == []


def test_a_child_is_not_placed_twice_and_a_home_takes_no_more_than_it_offers(store: Store, me: Actor) -> None:
    """Agreed matches hold the child and the places until they are withdrawn or ended."""
    run = kept_run(store, me, rows=[*ROWS, row("F1", "C1;C2", "H3"), row("C1", "C1", "H2")])
    both = store.propose_match(me, run, "F1", "H1", "foster", because())
    alone = store.propose_match(me, run, "C1", "H2", "foster", because())
    other = store.propose_match(me, run, "C3", "H1", "foster", because())
    to_decide = ("enquiry_made", "carer_answered", "recommended")
    split = _decided("C1", overrides=[override("SIB-01")])
    take(store, me, both, *to_decide, "decided")
    for match, rule, words in ((alone, "PLC-02", "C1 has an agreed home already"), (other, "FOST-02", "2 places")):
        take(store, me, match, *to_decide)
        with pytest.raises(OutOfOrder, match=words) as refused:
            take(store, me, match, "decided", decided=split if match == alone else FOSTERING["decided"])
        assert refused.value.rule == rule
    step(store, me, both, "withdrawn", because())
    take(store, me, alone, "decided", decided=split)
    take(store, me, other, "decided")


def test_a_refusal_feeds_the_next_round(store: Store, me: Actor, clock: Clock) -> None:
    """The carer's reason and date go to the next round, for the children it holds for, and not for ever."""
    match = opened(store, me)
    no = because(outcome="declines", reasons="A holiday is booked.", dates={"answered_on": DAY})
    take(store, me, match, "enquiry_made", "carer_answered", carer_answered=no)
    source = f"match {match}"
    words = "the carer declined on 23 November 2026: A holiday is booked"
    assert store.next_round(me).vetoes == (("C1", "H1", words, source), ("C2", "H1", words, source))
    with pytest.raises(OutOfOrder, match="nothing more"):
        step(store, me, match, "recommended", because(outcome="for"))
    other = opened(store, me, "F1", "H2")
    only = replace(no, applies_to=["C2"])
    with pytest.raises(Refused, match="C9: not in this group"):
        take(store, me, other, "enquiry_made", "carer_answered", carer_answered=replace(no, applies_to=["C9"]))
    take(store, me, other, "carer_answered", carer_answered=only)
    assert [v[:2] for v in store.next_round(me).vetoes] == [("C1", "H1"), ("C2", "H1"), ("C2", "H2")]
    clock.on(days=181)
    assert store.next_round(me).vetoes == ()


def test_the_second_of_two_conflicting_steps_is_refused_with_both(store: Store, me: Actor, somebody: Any) -> None:
    """Two people act on the same version: one is first; the other sees both and loses nothing."""
    match = opened(store, me)
    version = store.read_match(me, match).version
    store.take_step(somebody("ann", Role.FAMILY_FINDER), match, version, "enquiry_made", Given())
    with pytest.raises(Conflict) as refused:
        store.take_step(me, match, version, "withdrawn", because(reasons="no longer needed"))
    assert refused.value.mine["step"] == "withdrawn"
    assert refused.value.mine["reasons"] == "no longer needed"
    assert (refused.value.theirs["step"], refused.value.theirs["by"]) == ("enquiry_made", "ann")
    assert refused.value.theirs["version"] == 2


def test_what_is_deferred_is_recommended_again(store: Store, me: Actor) -> None:
    """A decision deferred goes back for a recommendation, and every round of it stays on record."""
    match = opened(store, me)
    take(store, me, match, "enquiry_made", "carer_answered", "recommended")
    step(store, me, match, "decided", _decided("C1", "C2", outcome="deferred"))
    step(store, me, match, "recommended", because(outcome="against"))
    step(store, me, match, "decided", _decided("C1", "C2", outcome="refused"))
    found = store.read_match(me, match)
    assert [f"{s.step}:{s.outcome}" for s in found.steps][3:] == [
        "recommended:for",
        "decided:deferred",
        "recommended:against",
        "decided:refused",
    ]


def test_records_kept_for_a_match_are_those_of_its_run(store: Store, me: Actor) -> None:
    """The facts a decision rests on are the snapshot of its run, years later, unaltered."""
    match = opened(store, me)
    run = store.read_run(me, store.read_match(me, match).run_id)
    records: Records = store.read_snapshot(me, run.snapshot_id)
    assert records == small_records()
    with pytest.raises(Exception, match="no snapshot nothing") as missing:
        store.read_snapshot(me, "nothing")
    assert not isinstance(missing.value, Purged)
