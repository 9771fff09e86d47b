"""Who may do what: every call and every role, sessions, conflicts of interest."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from records.store import (
    MAY,
    OFFICES,
    Actor,
    Barred,
    Conflict,
    NotThere,
    OutOfOrder,
    Refused,
    Role,
    SessionOver,
    SessionRules,
    Store,
    Token,
    local_actor,
    open_store,
    read_retention,
)
from records.store.desk import is_call
from records.store.proof import Head
from tests.records.store.stories import DAY, NOON, Clock, because, kept_run, small_records, take

FINDER, MEMBER, CHAIR, DECIDES = Role.FAMILY_FINDER, Role.PANEL_MEMBER, Role.PANEL_CHAIR, Role.DECISION_MAKER
COMMISSIONER, AUDITOR, ADMINISTRATOR = Role.COMMISSIONER, Role.AUDITOR, Role.ADMINISTRATOR
CASEWORK = {FINDER, MEMBER, CHAIR, DECIDES}
PLANS = {COMMISSIONER, DECIDES}
KEEPS = read_retention()

CALLS: dict[str, tuple[set[Role], Callable[[Store, Actor, Path], Any]]] = {
    "sign_in": (set(Role), lambda s, a, _: s.sign_in(a)),
    "sign_out": (set(Role), lambda s, a, _: s.sign_out(a)),
    "keep_snapshot": ({FINDER}, lambda s, a, _: s.keep_snapshot(a, small_records())),
    "read_snapshot": (CASEWORK, lambda s, a, _: s.read_snapshot(a, "x")),
    "keep_run": ({FINDER}, lambda s, a, _: s.keep_run(a, "x", {}, {})),
    "list_runs": (CASEWORK, lambda s, a, _: s.list_runs(a)),
    "read_run": (CASEWORK, lambda s, a, _: s.read_run(a, "x")),
    "read_plan": (CASEWORK, lambda s, a, _: s.read_plan(a, "x")),
    "read_file": (CASEWORK, lambda s, a, _: s.read_file(a, "x", "plan.csv")),
    "pin": ({FINDER}, lambda s, a, _: s.pin(a, "C1", "H1", "promised")),
    "veto": ({FINDER}, lambda s, a, _: s.veto(a, ["C1"], "H1", "known to the father")),
    "ask_question": (CASEWORK, lambda s, a, _: s.ask_question(a, "C1", "H1", "HLT-05", "Does anybody smoke?")),
    "answer_question": (CASEWORK, lambda s, a, _: s.answer_question(a, "x", 1, "no", "the carer")),
    "edit": (CASEWORK, lambda s, a, _: s.edit(a, "x", 1, {"reason": "other"})),
    "list_things": (CASEWORK, lambda s, a, _: s.list_things(a, "pin")),
    "history": (CASEWORK, lambda s, a, _: s.history(a, "x")),
    "next_round": ({FINDER}, lambda s, a, _: s.next_round(a)),
    "propose_match": ({FINDER}, lambda s, a, _: s.propose_match(a, "x", "C3", "H1", "foster", because())),
    "take_step": (CASEWORK, lambda s, a, _: s.take_step(a, "x", 1, "enquiry_made", because())),
    "read_match": (CASEWORK, lambda s, a, _: s.read_match(a, "x")),
    "stay": (set(Role), lambda s, a, _: s.stay(a)),
    "standing": (set(Role), lambda s, a, _: s.standing(a)),
    "home_enquiries": (CASEWORK, lambda s, a, _: s.home_enquiries(a, "H1")),
    "enquiries_made": (CASEWORK, lambda s, a, _: s.enquiries_made(a)),
    "look": (CASEWORK, lambda s, a, _: s.look(a, "one child", child_ids=["C1"])),
    "open_round": (CASEWORK, lambda s, a, _: s.open_round(a, "none")),
    "runs_made": (CASEWORK, lambda s, a, _: s.runs_made(a)),
    "snapshots_made": (CASEWORK, lambda s, a, _: s.snapshots_made(a)),
    "list_matches": (CASEWORK, lambda s, a, _: s.list_matches(a)),
    "matches_due": (CASEWORK, lambda s, a, _: s.matches_due(a)),
    "places_held": (CASEWORK, lambda s, a, _: s.places_held(a)),
    "none_proposed": ({FINDER, CHAIR}, lambda s, a, _: s.none_proposed(a, "x", ["C3"], "too far", "look again")),
    "list_none_proposed": (CASEWORK, lambda s, a, _: s.list_none_proposed(a)),
    "make_pack": (CASEWORK, lambda s, a, _: s.make_pack(a, "x", ["C3"], [], "with names", "pdf")),
    "totals": (CASEWORK | {COMMISSIONER}, lambda s, a, _: s.totals(a)),
    "fairness_over_time": (CASEWORK | {COMMISSIONER}, lambda s, a, _: s.fairness_over_time(a)),
    "keep_scenario": ({COMMISSIONER}, lambda s, a, _: s.keep_scenario(a, "More carers", "")),
    "change_scenario": ({COMMISSIONER}, lambda s, a, _: s.change_scenario(a, "x", 1, note="n")),
    "list_scenarios": (PLANS, lambda s, a, _: s.list_scenarios(a)),
    "scenario_history": (PLANS, lambda s, a, _: s.scenario_history(a, "x")),
    "keep_work": ({COMMISSIONER}, lambda s, a, _: s.keep_work(a, {}, {})),
    "list_works": (PLANS, lambda s, a, _: s.list_works(a)),
    "read_work": (PLANS, lambda s, a, _: s.read_work(a, "x")),
    "keep_words": ({COMMISSIONER}, lambda s, a, _: s.keep_words(a, "council", 0, "")),
    "read_words": (PLANS, lambda s, a, _: s.read_words(a, "council")),
    "prepare_edition": ({COMMISSIONER}, lambda s, a, _: s.prepare_edition(a, "x", {}, {"a": b""})),
    "sign_edition": ({DECIDES}, lambda s, a, _: s.sign_edition(a, "x", 1, OFFICES[0], agreed=True, reasons="r")),
    "withdraw_edition": (PLANS, lambda s, a, _: s.withdraw_edition(a, "x", 1, "r")),
    "list_editions": (PLANS, lambda s, a, _: s.list_editions(a)),
    "read_edition": (PLANS, lambda s, a, _: s.read_edition(a, "x", "a")),
    "adopt_targets": ({COMMISSIONER}, lambda s, a, _: s.adopt_targets(a, "council", "x", {"households": {}})),
    "record_approvals": ({COMMISSIONER}, lambda s, a, _: s.record_approvals(a, "council", 0, {})),
    "targets_so_far": (PLANS, lambda s, a, _: s.targets_so_far(a, "council")),
    "read_trail": ({AUDITOR}, lambda s, a, _: s.read_trail(a)),
    "verify": ({AUDITOR, ADMINISTRATOR}, lambda s, a, _: s.verify(a)),
    "head": ({AUDITOR, ADMINISTRATOR}, lambda s, a, _: s.head(a)),
    "check_head": ({AUDITOR, ADMINISTRATOR}, lambda s, a, _: s.check_head(a, Head(0, ""))),
    "set_standing": (
        {ADMINISTRATOR},
        lambda s, a, _: s.set_standing(a, "u", 0, roles=None, suspended=False, reason="joined"),
    ),
    "list_standings": ({AUDITOR, ADMINISTRATOR}, lambda s, a, _: s.list_standings(a)),
    "bar": ({ADMINISTRATOR}, lambda s, a, _: s.bar(a, "u", child_id="C1")),
    "lift_bar": ({ADMINISTRATOR}, lambda s, a, _: s.lift_bar(a, "u", child_id="C1")),
    "list_bars": ({AUDITOR, ADMINISTRATOR}, lambda s, a, _: s.list_bars(a)),
    "hold": ({ADMINISTRATOR}, lambda s, a, _: s.hold(a, "person:C1", "inquiry")),
    "lift_hold": ({ADMINISTRATOR}, lambda s, a, _: s.lift_hold(a, "person:C1", "over")),
    "list_holds": ({AUDITOR, ADMINISTRATOR}, lambda s, a, _: s.list_holds(a)),
    "purge_report": ({ADMINISTRATOR}, lambda s, a, _: s.purge_report(a, KEEPS, DAY)),
    "purge": ({ADMINISTRATOR}, lambda s, a, _: s.purge(a, KEEPS, DAY, s.purge_report(a, KEEPS, DAY).digest)),
    "backup": ({ADMINISTRATOR}, lambda s, a, p: s.backup(a, p / "b.zip")),
    "export_subject": ({CHAIR, DECIDES}, lambda s, a, _: s.export_subject(a, "person:C1")),
    "export_analysis": ({CHAIR, DECIDES}, lambda s, a, _: s.export_analysis(a)),
}
"""Every public call: who may make it, and how it is made. A new call needs a row here."""


def public_calls() -> set[str]:
    """The public methods of a store that touch what is kept."""
    return {name for name in dir(Store) if not name.startswith("_") and name not in ("close", "clear_leftovers")}


def test_every_public_call_has_a_row_here_and_asks_who_calls() -> None:
    """A call that nobody thought about cannot slip in: it is in both tables and made by `call`, or this fails."""
    assert {name for name in public_calls() if callable(getattr(Store, name, None))} == set(CALLS)
    assert set(MAY) == set(CALLS)
    assert all(is_call(getattr(Store, name)) for name in CALLS)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_each_role_may_do_this_and_nothing_else(store: Store, role: Role, tmp_path: Path) -> None:
    """Of all calls, each role is refused exactly those that are not in its rows; every refusal is in the trail."""
    wrong, refused = [], 0
    for name, (roles, made) in CALLS.items():
        actor = store.sign_in(Actor("u1", "U One", frozenset({role})))
        try:
            made(store, actor, tmp_path)
            let = True
        except (NotThere, OutOfOrder, Conflict):
            let = True
        except Refused:
            let = False
            refused += 1
        if let != (role in roles):
            wrong.append(f"{role} {'may' if let else 'may not'} {name}")
    assert not wrong
    auditor = store.sign_in(Actor("u2", "U Two", frozenset({AUDITOR})))
    entries = store.read_trail(auditor, user_id="u1")
    assert len([e for e in entries if e.outcome == "refused"]) == refused > 0


def test_without_a_role_nothing_may_be_done(store: Store) -> None:
    """Somebody whom the sign-in gives no role gets nowhere."""
    with pytest.raises(Refused, match=r"may not do this \(roles: none\)"):
        store.sign_in(Actor("u1", "U One", frozenset()))


def test_a_change_of_role_takes_effect_on_the_next_act(store: Store, me: Actor, somebody: Any) -> None:
    """Somebody signed in loses a role, then all of them, without signing out; nobody gains one that way."""
    finder = somebody("ann", FINDER, MEMBER)
    store.pin(finder, "C1", "H1", "promised")
    version = store.set_standing(me, "ann", 0, roles=[MEMBER, CHAIR], suspended=False, reason="moved team")
    with pytest.raises(Refused, match="roles: panel_member"):
        store.pin(finder, "C2", "H1", "promised")
    assert store.list_things(finder, "pin")
    store.set_standing(me, "ann", version, roles=None, suspended=True, reason="left")
    with pytest.raises(Refused, match="roles: none"):
        store.list_things(finder, "pin")


def test_acting_as_one_role_of_several_lays_the_others_down(store: Store, somebody: Any) -> None:
    """A chair who is also a family finder acts as one of them."""
    both = somebody("ann", FINDER, CHAIR)
    store.list_runs(both)
    with pytest.raises(Refused):
        store.pin(Actor(**{**as_dict(both), "acting_as": CHAIR}), "C1", "H1", "promised")


def as_dict(actor: Actor) -> dict[str, Any]:
    """The fields of an actor."""
    return {name: getattr(actor, name) for name in Actor.__slots__}


def test_a_session_ends_when_idle_when_old_and_when_told(place: str, clock: Clock) -> None:
    """Fifteen minutes without an act, eight hours in all, or signing out; and nobody acts on another's session."""
    store = open_store(place, clock=clock, sessions=SessionRules(timedelta(minutes=15), timedelta(hours=8)))
    ann = Actor("ann", "Ann", frozenset({FINDER}))
    session = store.sign_in(ann)
    clock.on(minutes=14)
    store.list_runs(session)
    clock.on(minutes=14)
    store.list_runs(session)
    clock.on(minutes=16)
    with pytest.raises(SessionOver, match="idle"):
        store.list_runs(session)
    with pytest.raises(SessionOver, match="idle"):
        store.list_runs(session)  # being refused does not wake it up
    session = store.sign_in(ann)
    for _ in range(33):
        clock.on(minutes=14)
        store.list_runs(session)
    clock.on(minutes=14)
    clock.on(minutes=14)
    with pytest.raises(SessionOver):
        store.list_runs(session)
    session = store.sign_in(ann)
    for _ in range(34):
        clock.on(minutes=14)
        store.list_runs(session)
    clock.on(minutes=10)
    with pytest.raises(SessionOver, match="too long"):
        store.list_runs(session)
    session = store.sign_in(ann)
    with pytest.raises(SessionOver, match="no such session"):
        store.list_runs(Actor("bob", "Bob", frozenset({FINDER}), session=session.session))
    store.sign_out(session)
    with pytest.raises(SessionOver, match="ended"):
        store.list_runs(session)
    with pytest.raises(SessionOver, match="Nobody is signed in"):
        store.list_runs(ann)
    store.close()


def test_a_sign_in_is_taken_once(store: Store) -> None:
    """The same token, replayed, opens no second session; nor does one that is out of date."""
    ann = Actor("ann", "Ann", frozenset({FINDER}))
    token = Token("token-1", NOON + timedelta(hours=1))
    store.sign_in(ann, token)
    with pytest.raises(Refused, match="used before"):
        store.sign_in(ann, token)
    with pytest.raises(Refused, match="out of date"):
        store.sign_in(ann, Token("token-2", NOON - timedelta(seconds=1)))


def test_where_a_sign_in_is_set_up_the_single_user_has_no_access(place: str) -> None:
    """The user of a computer without sign-in is nobody to a store that has one."""
    store = open_store(place, sessions=SessionRules(one_user=False))
    with pytest.raises(Refused, match="a sign-in is set up"):
        store.list_runs(local_actor())
    store.close()


def test_a_conflict_of_interest_keeps_a_person_out(store: Store, me: Actor, somebody: Any) -> None:
    """Barred from one child: whole documents and acts are refused, and lists leave the child out."""
    run = kept_run(store, me)
    match = store.propose_match(me, run, "F1", "H1", "foster", because())
    store.propose_match(me, run, "C3", "H1", "foster", because())
    store.pin(me, "C1", "H1", "promised")
    ann = somebody("ann", FINDER)
    assert len(store.read_plan(ann, run)[0]) == 3
    store.bar(me, "ann", child_id="C1")

    plan, withheld = store.read_plan(ann, run)
    assert [one["child_id"] for one in plan] == ["C2", "C3"]
    assert withheld == 1
    assert "C1" not in json.dumps(plan)
    assert [group for _, group, *_ in store.list_matches(ann)] == ["C3"]
    assert store.list_things(ann, "pin") == []
    snapshot = store.list_runs(ann)[0][2]
    for act in (
        lambda: store.read_run(ann, run),
        lambda: store.read_file(ann, run, "plan.csv"),
        lambda: store.read_snapshot(ann, snapshot),
        lambda: store.read_match(ann, match),
        lambda: store.take_step(ann, match, 1, "enquiry_made", because()),
        lambda: store.pin(ann, "C1", "H2", "promised"),
        lambda: store.propose_match(ann, run, "F1", "H2", "foster", because()),
    ):
        with pytest.raises(Barred, match="conflict of interest"):
            act()
    store.lift_bar(me, "ann", child_id="C1")
    assert store.read_match(ann, match).children == ("C1", "C2")
    assert store.list_bars(me) == []


def test_every_view_of_a_child_is_in_the_trail(store: Store, me: Actor, somebody: Any) -> None:
    """Who has seen a child: through the match, the run, the records; not those who saw another's match."""
    run = kept_run(store, me)
    match = store.propose_match(me, run, "C3", "H1", "foster", because())
    store.read_match(somebody("bob", MEMBER), match)
    store.read_file(somebody("cat", MEMBER), run, "ranked.csv")
    store.read_snapshot(somebody("dan", MEMBER), store.list_runs(me)[0][2])
    saw = {e.user_id for e in store.read_trail(me, subject="person:C1")}
    assert saw == {"local", "cat", "dan"}
    assert {e.user_id for e in store.read_trail(me, subject="person:C3")} == {"local", "bob", "cat", "dan"}
    seen = [e for e in store.read_trail(me, user_id="bob") if e.act == "read_match"]
    assert seen[0].subjects == ("home:H1", f"match:{match}", "person:C3")


def test_totals_show_no_small_numbers(store: Store, me: Actor, somebody: Any) -> None:
    """A commissioner sees counts; one to five, and the total that would give them away, are hidden."""
    run = kept_run(store, me)
    commissioner = somebody("com", COMMISSIONER)
    for _ in range(7):
        store.propose_match(me, run, "C3", "H1", "foster", because())
    assert store.totals(commissioner).matches_by_state == {"foster: proposed:done": 7}
    assert store.totals(commissioner).matches == 7
    match = store.propose_match(me, run, "F1", "H1", "foster", because())
    take(store, me, match, "enquiry_made")
    assert store.totals(commissioner).matches_by_state == {
        "foster: enquiry_made:done": None,
        "foster: proposed:done": 7,
    }
    assert store.totals(commissioner).matches is None


def test_a_pin_is_changed_by_one_person_at_a_time(store: Store, me: Actor) -> None:
    """The second of two edits of the same version is refused, with both versions; every version stays."""
    pin = store.pin(me, "C1", "H1", "promised")
    mine = store.edit(me, pin.thing_id, pin.version, {"reason": "promised by the manager"})
    with pytest.raises(Conflict) as refused:
        store.edit(me, pin.thing_id, pin.version, {"withdrawn": True})
    assert refused.value.mine["withdrawn"] is True
    assert refused.value.theirs["reason"] == "promised by the manager"
    assert refused.value.theirs["version"] == mine.version == 2
    assert [one.version for one in store.history(me, pin.thing_id)] == [1, 2]
    with pytest.raises(Refused, match="home_id cannot be changed"):
        store.edit(me, pin.thing_id, 2, {"home_id": "H2"})
    with pytest.raises(Conflict):
        store.pin(me, "C1", "H2", "another")
    store.edit(me, pin.thing_id, 2, {"withdrawn": True})
    assert store.pin(me, "C1", "H2", "another").version == 4
    assert store.next_round(me).pins == {"C1": "H2"}


def test_a_question_is_asked_and_answered(store: Store, me: Actor) -> None:
    """Who answered, from what source, stands beside the question."""
    asked = store.ask_question(me, "C3", "H2", "HLT-05", "Does anybody in the home smoke?")
    store.answer_question(me, asked.thing_id, 1, "No, since 2019.", "supervising social worker")
    (found,) = store.list_things(me, "question")
    assert (found.body["answer"], found.body["answered_by"]) == ("No, since 2019.", "local")
    with pytest.raises(Refused, match="needs words"):
        store.veto(me, ["C1"], "H1", " ")
    assert store.verify(me).whole
