"""The whole council: work out a round, see its plan as a table and on a map, and what has changed since the last."""

from __future__ import annotations

import streamlit as st

from frontend import draw, round_view, working
from frontend.council_map import council_map
from frontend.open_round import OpenRound
from frontend.orders import ChangeOrder, Order
from frontend.rounds import Job
from frontend.session import Here, here
from matching.kept import Asked, policy_of
from matching.placements import NO_HOME
from matching.since import ChildSince, Earlier, policy_changes, since
from records.store import NotThere
from records.store.rounds import Made
from records.store.saying import NextRound
from reporting.section import Paragraph

MINUTES = {1: "1 minute", 5: "5 minutes", 15: "15 minutes", 60: "1 hour"}
ALL, NONE, SPLIT, SIGN = "everybody", "children with no home", "families that would be split", "approval needed first"


def page() -> None:
    """Draw the page."""
    me = here()
    jobs = me.office.workshop.jobs_of(me.actor.user_id)
    at_work = next((job for job in jobs if not job.is_over), None)
    snapshots = me.snapshots()
    if not snapshots:
        draw.notice("There are no records yet", "A family finder brings them in first.", name="empty")
        return
    if at_work is not None:
        draw.heading("A round is being worked out")
        draw.say("You may go to other pages: it goes on.", "goes-on")
        working.follow_round(at_work.job_id)
    elif me.may("keep_run"):
        what_came_of_it(me, jobs)
        begin(me, snapshots)
        say_before(me)
    runs = me.runs()
    if not runs:
        draw.notice("No round has been worked out yet", "The plan will stand here.", name="no-run")
        return
    made = chosen_run(runs)
    round_ = me.open_round(made.run_id)
    if round_ is None:
        return
    me.look("whole council")
    draw.heading("The plan")
    if made.run_id != runs[0].run_id:
        draw.notice("This is not the latest round", "Choose the latest above to see it.", tone="caution", name="older")
    draw.blocks(round_view.at_a_glance(round_, made), *round_view.proof(round_), name="glance")
    if round_.warnings:
        draw.notice("Please read first", *round_.warnings, tone="caution", name="warnings")
    plan(round_)
    on_the_map(me, round_)
    what_changed(me, round_, runs)


def what_came_of_it(me: Here, jobs: list[Job]) -> None:
    """The last round that was asked for in this app, once it is over."""
    last = jobs[0] if jobs else None
    if last is None or last.job_id == st.session_state.get("job put away"):
        return
    if last.state == "failed":
        draw.problem(
            last.fault or "The round failed.", "Nothing was kept. The last plan below still stands.", name="failed"
        )
    elif last.state == "cancelled":
        draw.notice("Cancelled", "Nothing of that round was kept. The last plan below still stands.", name="cancelled")
    elif last.state == "done":
        if st.session_state.get("job looked at") != last.job_id:
            st.session_state["job looked at"] = last.job_id
            forget_the_last(me)
        proved = "It is proved best." if last.proved else "It is not proved best: its bounds are shown."
        draw.notice(f"The round is done, after {last.seconds:.0f} seconds", proved, tone="good", name="done")
    if st.button("Put this message away", key=f"away {last.job_id}"):
        st.session_state["job put away"] = last.job_id
        st.rerun()


def begin(me: Here, snapshots: list[Made]) -> None:
    """Choose what a round is asked, and begin it."""
    draw.heading("Work out a round")
    words = draw.distinct({one.snapshot_id: round_view.snapshot_words(one) for one in snapshots})
    with st.form("begin"):
        snapshot = st.selectbox("Records", list(words), format_func=lambda one: words[one])
        minutes = st.selectbox(
            "Stop looking for better plans after",
            list(MINUTES),
            index=1,
            format_func=lambda one: MINUTES[one],
            help="Most rounds take seconds. A plan that is not proved best by then is shown with its bounds.",
        )
        keep = st.checkbox(
            "Say also what would change least of the last plan", help="Worked out with the round, in its report."
        )
        more = st.checkbox("Look for other plans and back-up homes, however long it takes")
        begun = st.form_submit_button("Work out the round", type="primary")
    if not begun:
        return
    told = None
    runs = me.runs()
    if keep and runs:
        told = round_view.told_before(me.store.open_round(me.actor, runs[0].run_id).run.document)
    order = Order(
        snapshot,
        me.store.read_snapshot(me.actor, snapshot),
        me.office.policy,
        Asked(me.office.authority, time_limit=60.0 * minutes, every_plan=more, keep=told),
        me.store.next_round(me.actor),
    )
    me.office.workshop.start(me.store, me.actor, order)
    forget_the_last(me)
    st.rerun()


def forget_the_last(me: Here) -> None:
    """The next plan to be looked at is the newest."""
    me.close_round()
    me.changed()
    st.session_state.pop("run looked at", None)


def say_before(me: Here) -> None:
    """Homes to keep and homes not to propose, told to the next round."""
    things = [
        *me.recent("pins", lambda: me.store.list_things(me.actor, "pin")),
        *me.recent("vetoes", lambda: me.store.list_things(me.actor, "veto")),
    ]
    standing = [one for one in things if not one.body["withdrawn"]]
    draw.heading("What the next round is told", 3)
    table = round_view.said_table(things)
    draw.blocks(table if table is not None else Paragraph("Nobody has asked anything of it."), name="said")
    if standing:
        with st.expander("Take one of these back"), st.form("take back", clear_on_submit=True):
            ids = {one.thing_id: one for one in standing}
            words = draw.distinct({one.thing_id: round_view.said_words(one) for one in standing})
            picked = st.selectbox(
                "Which",
                list(ids),
                index=None,
                format_func=lambda one: words[one],
                placeholder="Choose",
            )
            if st.form_submit_button("Take it back"):
                if picked is None:
                    draw.problem("Choose what to take back.", name="back-problem")
                else:
                    me.store.edit(me.actor, picked, ids[picked].version, {"withdrawn": True})
                    me.changed()
                    st.rerun()
    round_ = me.round_if_it_holds()
    if round_ is None:
        return
    with st.expander("Ask the next round to keep a home for a child, or not to propose one"), st.form("pin"):
        what = st.radio("What", ["Keep this home for the child", "Do not propose this home"], index=None)
        child = st.selectbox(
            "Child", [c.child_id for c in round_.children], index=None, placeholder="Choose, or type to search"
        )
        home = st.selectbox(
            "Home", [h.home_id for h in round_.homes], index=None, placeholder="Choose, or type to search"
        )
        why = st.text_area("Why", max_chars=2000)
        if st.form_submit_button("Tell the next round"):
            if what is None or child is None or home is None or not why.strip():
                draw.problem("Say what, for which child, which home, and why.", name="pin-problem")
            elif what.startswith("Keep"):
                me.store.pin(me.actor, child, home, why.strip())
                me.changed()
                st.rerun()
            else:
                me.store.veto(me.actor, [child], home, why.strip())
                me.changed()
                st.rerun()


def chosen_run(runs: list[Made]) -> Made:
    """The run that is looked at: the latest, unless the person chose another."""
    by_id = {one.run_id: one for one in runs}
    words = draw.distinct({one.run_id: round_view.run_words(one) for one in runs})
    if len(runs) == 1:
        return runs[0]
    if st.session_state.get("run looked at") not in by_id:
        st.session_state["run looked at"] = runs[0].run_id
    picked = st.selectbox("Round", list(by_id), format_func=lambda one: words[one], key="run looked at")
    return by_id.get(picked or "", runs[0])


def plan(round_: OpenRound) -> None:
    """The plan as a table, all of it or what needs a look."""
    split = {c for s in round_.splits for pair in s.parted for c in pair[:2]}
    kinds = {
        ALL: round_.whole_plan,
        NONE: [p for p in round_.plan if p.home == NO_HOME],
        SPLIT: [p for p in round_.whole_plan if p.child_id in split],
        SIGN: [p for p in round_.plan if p.sign_off],
    }
    shown = st.radio(
        "Show",
        list(kinds),
        format_func=lambda one: f"{one} ({len(kinds[one])})",
        horizontal=True,
        key=f"show {round_.run_id}",
    )
    some = list(kinds[shown or ALL])
    pages = max(1, -(-len(some) // round_view.PAGE_OF))
    at = 1
    if pages > 1:
        at = int(st.number_input(f"Page, of {pages}", 1, pages, 1, key=f"page {round_.run_id} {shown}"))
    first = (at - 1) * round_view.PAGE_OF
    draw.blocks(round_view.plan_table(round_, some[first : first + round_view.PAGE_OF]), name="plan")
    splits = round_view.splits_table(round_)
    if splits is not None:
        draw.blocks(splits, name="splits")


def on_the_map(me: Here, round_: OpenRound) -> None:
    """The plan on a map that needs no tiles, with its table."""
    key = f"map {round_.run_id}"
    if st.toggle("Show the plan on a map", key=key):
        picture = council_map(
            round_.proposal,
            children=[c.child_id for c in round_.children],
            homes=[h.home_id for h in round_.homes],
            boundary=me.office.boundaries,
        )
        draw.blocks(picture, name="map")


def what_changed(me: Here, round_: OpenRound, runs: list[Made]) -> None:
    """What changed since an earlier plan, and why; and the plan that would change least."""
    draw.heading("What has changed")
    at = next((k for k, one in enumerate(runs) if one.run_id == round_.run_id), 0)
    earlier = {one.run_id: one for one in runs[at + 1 :]}
    if not earlier:
        draw.say("This is the first round: there is nothing to compare it with.", "first-round")
        return
    words = draw.distinct({one.run_id: round_view.run_words(one) for one in earlier.values()})
    picked = st.selectbox(
        "Since the round",
        list(earlier),
        format_func=lambda one: words[one],
        key=f"since {round_.run_id}",
    )
    if picked is None:
        return
    found = changes(me, round_, picked)
    earlier_ = _earlier(me, picked)
    before = st.session_state["earlier document"]
    choices = policy_changes(policy_of(before["policy"]), round_.proposal.asked.policy)
    if choices:
        draw.notice("The council's own choices have changed", *choices, name="policy-changed")
    draw.blocks(*round_view.since_blocks(round_, found, "What has changed since"), name="since")
    order = ChangeOrder(round_.document, round_.facts, round_.points, round_view.told_before(before))
    least = working.least_change(me, f"{round_.run_id} {picked}", order)
    if least is not None:
        again = since(earlier_, round_.proposal, said=_said(round_), least=least)
        draw.heading("The plan that changes least", 3)
        draw.say(
            "As good as the plan in every priority"
            + (", and proved to change fewest." if least.proved else ". Not proved: another may change fewer."),
            "least-words",
        )
        draw.blocks(*round_view.since_blocks(round_, again, "With the plan that changes least"), name="least")


def changes(me: Here, round_: OpenRound, picked: str) -> tuple[ChildSince, ...]:
    """What changed, worked out once for two rounds and kept in this tab."""
    key = f"{picked} {round_.run_id}"
    if st.session_state.get("changes of") != key:
        with st.spinner("Comparing the two rounds"):
            earlier = _earlier(me, picked)
            st.session_state["changes found"] = since(earlier, round_.proposal, said=_said(round_))
        st.session_state["changes of"] = key
    found: tuple[ChildSince, ...] = st.session_state["changes found"]
    return found


def _earlier(me: Here, run_id: str) -> Earlier:
    if st.session_state.get("earlier of") != run_id:
        opened = me.store.open_round(me.actor, run_id)
        st.session_state["earlier document"] = opened.run.document
        st.session_state["earlier records"] = opened.records
        st.session_state["earlier of"] = run_id
    document = st.session_state["earlier document"]
    policy = policy_of(document["policy"])
    allowed = frozenset(document["asked"]["allow"]) | frozenset(policy.allow)
    return Earlier(round_view.told_before(document), st.session_state["earlier records"], policy, allowed)


def _said(round_: OpenRound) -> NextRound:
    told = round_.document["told"]
    return NextRound(told["pins"], tuple((c, h, why, source) for c, h, why, source in told["vetoes"]))


try:
    page()
except NotThere as error:
    draw.refusal(error, "gone")
