"""One child or family: what they want, the homes that could be theirs side by side, why, why not, what would help."""

from __future__ import annotations

import streamlit as st

from frontend import child_view, contents, draw, working
from frontend.child_view import Choice
from frontend.open_round import OpenRound
from frontend.orders import BackUpOrder, CostOrder
from frontend.session import Here, here
from matching.explain_unit import barred_homes, open_questions
from matching.ranking import Unit
from records.store import NotThere

UNIT = "hand unit"


def page() -> None:
    """Draw the page."""
    me = here()
    round_ = me.open_round()
    if round_ is None:
        draw.no_round()
        return
    if not round_.unit_ids:
        draw.notice("Nobody in this round needs a home", "Bring in records to see who is waiting.", name="nobody")
        return
    draw.older(me.is_latest(round_))
    unit = chosen_unit(round_)
    if unit is None:
        draw.say("Choose a child or family. Nobody is chosen for you.", "choose")
        return
    me.look("one child or family", unit.child_ids)
    draw.heading(child_view.unit_words(round_, unit.unit_id))
    draw.blocks(*child_view.who_they_are(round_, unit), name="who")
    draw.blocks(child_view.what_the_plan_says(round_, unit), name="plan")
    if_declined(me, round_, unit)
    help_ = child_view.what_would_help(round_, unit)
    if help_ is not None:
        draw.section(help_, "help")
    homes(me, round_, unit)
    what_next(round_, unit)


def if_declined(me: Here, round_: OpenRound, unit: Unit) -> None:
    """The home to turn to when carers say no: worked out when somebody asks."""
    if not child_view.has_a_home(round_, unit):
        return
    order = BackUpOrder(round_.document, round_.facts, round_.points, unit.child_ids)
    found = working.back_ups(me, f"{round_.run_id} {unit.unit_id}", order)
    if found is not None:
        draw.blocks(child_view.back_up_table(round_, found), name="back-ups")


def chosen_unit(round_: OpenRound) -> Unit | None:
    """The child or family that is looked at, if any."""
    key = f"unit {round_.run_id}"
    handed = st.session_state.pop(UNIT, None)
    if handed in round_.unit_ids:
        st.session_state[key] = handed
    kept = st.session_state.get(f"kept {key}")
    if key not in st.session_state and kept in round_.unit_ids:
        st.session_state[key] = kept
    words = {one: child_view.unit_words(round_, one) for one in round_.unit_ids}
    found = st.selectbox(
        f"Child or family ({len(words)} in the round)",
        list(words),
        index=None,
        format_func=lambda one: words[one],
        placeholder="Choose, or type to search",
        key=key,
    )
    if round_.left_out:
        draw.say(f"{round_.left_out} children or homes of this round are not shown to you.", "withheld")
    st.session_state[f"kept {key}"] = found
    return round_.unit(found) if found else None


def homes(me: Here, round_: OpenRound, unit: Unit) -> None:
    """The homes that could be theirs, and those that could not."""
    draw.heading("Homes that could be theirs")
    choice = chosen_group(round_, unit)
    if choice is None:
        draw.say("They may not live together: see who is assessed apart or separated.", "apart")
        return
    group = choice.group
    open_to_see = round_.homes_of(group)
    key = f"{round_.run_id} {group.group_id}"
    costs = working.costs(me, key)
    if not open_to_see:
        draw.notice(
            "No home on the register could take them, even with approval",
            "Every home is barred or full. What would help stands above; the rules that bar each home, below.",
            tone="bad",
            name="none",
        )
    else:
        every = len(open_to_see) > child_view.FIRST and st.toggle(
            f"Show all {len(open_to_see)} homes", key=f"every {key}"
        )
        shown = open_to_see if every else open_to_see[: child_view.FIRST]
        draw.blocks(child_view.ranked_table(round_, choice, shown, costs), name="ranked")
        compare(me, round_, choice, open_to_see, key)
        questions = open_questions(round_.proposal, group)
        if questions is not None:
            draw.blocks(questions, name="questions")
            ask(me, round_, choice, key)
    draw.blocks(barred_homes(round_.proposal, group, round_.where), name="barred")


def chosen_group(round_: OpenRound, unit: Unit) -> Choice | None:
    """Which of a family are looked at: all of them, unless the person says otherwise."""
    found = child_view.choices(unit)
    if len(found) < 2:
        return found[0] if found else None
    words = {one.group.group_id: one.words for one in found}
    picked = st.radio(
        "Look for",
        list(words),
        format_func=lambda one: draw.plain(words[one]),
        key=f"group {round_.run_id} {unit.unit_id}",
        horizontal=True,
    )
    return next((one for one in found if one.group.group_id == picked), found[0])


def compare(me: Here, round_: OpenRound, choice: Choice, open_to_see: list[int], key: str) -> None:
    """Two to four homes beside each other."""
    ids = round_.proposal.register.homes.ids
    place = {str(ids[int(choice.group.homes[k])]): k for k in open_to_see}
    picked = st.multiselect(
        "Compare two to four homes side by side",
        list(place),
        format_func=lambda one: f"{one} (rank {place[one] + 1})",
        max_selections=child_view.MOST_COMPARED,
        placeholder="Choose homes; none is chosen for you",
        key=f"compare {key}",
    )
    if len(picked) == 1:
        draw.say("Choose one more home to compare it with.", "one-more")
    if len(picked) < 2:
        return
    me.look("homes compared", choice.group.child_ids, picked)
    costs = working.costs(me, key)
    draw.blocks(*child_view.compared(round_, choice, [place[one] for one in picked], costs), name="compared")
    missing = [
        one for one in picked if child_view.cost_words(round_, choice.group.group_id, one, costs) == "not worked out"
    ]
    if missing:
        order = CostOrder(
            round_.document,
            round_.facts,
            round_.points,
            choice.group.group_id,
            choice.group.child_ids,
            tuple(missing),
        )
        working.offer_costs(me, key, order)


def ask(me: Here, round_: OpenRound, choice: Choice, key: str) -> None:
    """Put one of the open questions to whoever knows, and read the answers."""
    proposal, group = round_.proposal, choice.group
    ids = proposal.register.homes.ids
    rules = {rule.rule_id: rule for rule in proposal.rules}
    waiting = {
        f"{child_id} {ids[int(group.homes[k])]} {rule_id}": (child_id, str(ids[int(group.homes[k])]), rule_id)
        for k in round_.homes_of(group)
        for rule_id in proposal.rule_ids(int(group.answers.unknown[k]))
        for child_id in group.child_ids[:1]
    }
    asked = {one: rules[rule_id].question or rules[rule_id].title for one, (_, _, rule_id) in waiting.items()}
    words_of = draw.distinct({one: f"{waiting[one][1]}: {asked[one]}" for one in waiting})
    with st.expander("Ask one of these questions"), st.form(f"ask {key}", clear_on_submit=True):
        picked = st.selectbox(
            "Question",
            list(waiting),
            index=None,
            format_func=lambda one: words_of[one],
            placeholder="Choose a question",
        )
        words = st.text_area("What do you want to know, and from whom?", max_chars=2000)
        if st.form_submit_button("Record the question"):
            if picked is None or not words.strip():
                draw.problem("Choose a question, and say in words what you want to know.", name="ask-problem")
            else:
                child_id, home_id, rule_id = waiting[picked]
                me.store.ask_question(me.actor, child_id, home_id, rule_id, words.strip())
                draw.notice("Recorded", "The question is on the page Today until it is answered.", name="asked")


def what_next(round_: OpenRound, unit: Unit) -> None:
    """Where a person goes from here: the library asks again who may do what."""
    draw.heading("What next")
    draw.say(
        "Nothing is decided on this page. A proposal, a recommendation and a decision are each recorded with reasons, "
        "and “none of these homes” is always open.",
        "next",
    )
    if st.button("Record a proposal, or none of these homes", key=f"record {round_.run_id} {unit.unit_id}"):
        st.session_state["hand propose"] = {"run_id": round_.run_id, "group_id": None, "home_id": None}
        st.session_state["hand record unit"] = unit.unit_id
        st.switch_page(contents.page_of("record.py"))


try:
    page()
except NotThere as error:
    draw.refusal(error, "gone")
