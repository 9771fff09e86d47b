"""A match on its way, on the page Record: where it stands, and the form of its next step."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import streamlit as st

from frontend import contents, draw, match_view, recording
from frontend.match_view import named
from frontend.record_fill import DONE, DRAFT, fill_in, forget, new_draft, restore, say_done
from frontend.recording import OUTCOME_WORDS, STEP_WORDS
from frontend.session import ROLE_WORDS, Here
from matching.explain_unit import own_words
from records.store import Conflict, Match, OutOfOrder, Refused, Role

_MATCH: Final = "record match"
_LIST: Final = "record list"
LIST_HOLDS: Final = timedelta(seconds=30)
EMPTY: Final = "Nothing has been proposed yet"


def open_match(me: Here, match_id: str) -> None:
    """Open a match: it is read anew, and that the person looked is in the trail."""
    st.session_state["record chosen match"] = match_id
    _read(me, match_id)


def a_match(me: Here) -> None:
    """One match: where it stands, its steps, and the form of the next."""
    say_done()
    closed = st.toggle("Show matches that came to an end too", key="record closed")
    listed = _listed(me, closed=closed)
    if not listed:
        draw.notice(EMPTY, "A family finder proposes a match: choose “Propose a match” above.", name="no-match")
        return
    words = draw.distinct({one[0]: f"{one[1]} with home {one[2]}" for one in listed})
    kept = st.session_state.get("record chosen match")
    if kept not in words:
        st.session_state.pop("record chosen match", None)
    chosen = st.selectbox(
        f"Match ({len(words)})",
        list(words),
        index=None,
        format_func=lambda one: words[one],
        placeholder="Choose, or type to search",
        key="record chosen match",
    )
    if chosen is None:
        draw.say("Choose a match. None is chosen for you.", "choose-match")
        return
    match = _held(me, chosen)
    versions = {one[0]: one[5] for one in listed}
    draw.heading(named(match))
    draw.blocks(match_view.facts(match), name="facts")
    _what_they_want(me, match)
    draw.blocks(*match_view.taken_so_far(match), name="taken")
    draw.blocks(match_view.to_do_first(match), name="first")
    draw.blocks(match_view.what_else_was_open(match), name="else")
    draw.blocks(match_view.may_follow(match), name="follow")
    if versions[chosen] != match.version:
        draw.notice(
            "Somebody else has recorded a step since you opened this match",
            "What you see here is how it was. Read it again before you record anything.",
            tone="bad",
            name="stale",
        )
        if st.button("Read the match as it stands now", key=f"again {match.match_id} {match.version}"):
            _read(me, chosen)
            st.rerun()
    _next_step(me, match)


def _what_they_want(me: Here, match: Match) -> None:
    """The children's own words as the latest round has them, and the way to everything else about them."""
    round_ = me.round_if_it_holds()
    children = [c for c in round_.children if c.child_id in match.children] if round_ is not None else []
    if round_ is None or not children:
        draw.say("The latest round does not have these children: what they want is in the case record.", "no-words")
        return
    draw.blocks(*own_words(children), name="own")
    unit_id = next((u for u in round_.unit_ids if match.children[0] in round_.unit(u).child_ids), None)
    if unit_id is not None and st.button("Read the reasons and compare homes", key=f"read {match.match_id}"):
        st.session_state["hand unit"] = unit_id
        st.switch_page(contents.page_of("one_child.py"))


def _next_step(me: Here, match: Match) -> None:
    steps = {one.name: one for one in recording.may_take(match, me.roles)}
    if not match.may_follow:
        return
    draw.heading("Record the next step")
    if not steps:
        mine = ", ".join(ROLE_WORDS[role].lower() for role in Role if role in me.roles)
        draw.notice(
            "There is no next step for you to record",
            f"You act as {mine}. The table above says who may record what.",
            name="not-yours",
        )
        return
    at = f"{match.match_id} {match.version}"
    draft = st.session_state.get(DRAFT)
    if draft is not None and draft["at"] == at and draft["stage"] == "read back" and draft["step"] in steps:
        _confirm_step(me, match, draft)
        return
    forget(f"step {at}", steps)
    restore(f"step {at}", draft["step"] if draft is not None and draft["at"] == at else None)
    name = st.radio(
        "Which step do you record?",
        list(steps),
        format_func=lambda one: STEP_WORDS[one],
        index=None,
        key=f"step {at}",
    )
    if name is None:
        return
    step = steps[name]
    outcome = ""
    if outcomes := recording.outcomes_of(step):
        if draft is not None and draft["at"] == at and draft["step"] == name:
            restore(f"outcome {at} {name}", draft["outcome"])
        picked = st.radio(
            "Outcome",
            outcomes,
            format_func=lambda one: OUTCOME_WORDS[one],
            index=None,
            key=f"outcome {at} {name}",
        )
        if picked is None:
            draw.say("Choose the outcome. None is chosen for you.", "choose-outcome")
            return
        outcome = picked
    form = recording.form_of(match, step, outcome)
    before = draft["answers"] if draft is not None and draft["for"] == (match.match_id, name) else {}
    draw.heading(f"{STEP_WORDS[name]}: {named(match)}", 3)
    wrong = draft["wrong"] if draft is not None and draft["at"] == at and draft["outcome"] == outcome else {}
    answers = fill_in(form, f"{at} {name} {outcome}", before, wrong if before else {})
    if answers is not None:
        st.session_state[DRAFT] = new_draft(form, at, (match.match_id, name), answers, me.now.date())
        st.rerun()


def _confirm_step(me: Here, match: Match, draft: dict[str, Any]) -> None:
    step = next(one for one in recording.may_take(match, me.roles) if one.name == draft["step"])
    form = recording.form_of(match, step, draft["outcome"])
    draw.heading(f"Read it back: {named(match)}", 3)
    draw.blocks(*recording.read_back(form, draft["answers"]), name="read-back")
    draw.say("Once recorded it cannot be changed or taken away. Later steps can be added to it.", "for-good")
    if st.button("Confirm and record", type="primary", key=f"confirm {draft['at']}"):
        try:
            me.store.take_step(
                me.actor, match.match_id, match.version, step.name, recording.given_of(form, draft["answers"])
            )
        except Conflict as error:
            draft["stage"] = "fill in"
            draw.problem(
                f"Somebody else recorded a step on {named(match)} first. Nothing of yours was recorded.",
                "Compare the two. What you filled in is kept: go on from the match as it stands now.",
                name="conflict",
            )
            draw.blocks(*match_view.both_versions(error), name="both")
            st.button(
                "Go on from the match as it stands now", on_click=open_match, args=(me, match.match_id), key="go-on"
            )
            return
        except (OutOfOrder, Refused) as error:
            draft["stage"] = "fill in"
            draw.refusal(error, "step-refused")
            st.button("Go back to what you filled in", key="back-refused")
            return
        st.session_state.pop(DRAFT, None)
        st.session_state[DONE] = f"{STEP_WORDS[step.name]}, for {named(match)}"
        _read(me, match.match_id)
        st.rerun()
    if st.button("Go back and change something", key=f"back {draft['at']}"):
        draft["stage"] = "fill in"
        st.rerun()


def _held(me: Here, match_id: str) -> Match:
    """The match as this person last read it, and as they may see it; read anew when another was open."""
    held = st.session_state.get(_MATCH)
    found: Match = held[1] if held and held[0] == (match_id, me.actor.user_id, me.roles) else _read(me, match_id)
    round_ = me.round_if_it_holds()
    return found if round_ is None else match_view.without(found, round_.who)


def _listed(me: Here, *, closed: bool) -> list[tuple[str, str, str, str, str, int]]:
    """The matches to choose from, asked of the store again now and then: each time it is asked is in the trail."""
    who = (me.actor.user_id, me.roles, closed)
    held = st.session_state.get(_LIST)
    if held is None or held[0] != who or me.now - held[1] > LIST_HOLDS:
        st.session_state[_LIST] = held = (who, me.now, me.store.list_matches(me.actor, closed=closed))
    found: list[tuple[str, str, str, str, str, int]] = held[2]
    return found


def _read(me: Here, match_id: str) -> Match:
    found = me.store.read_match(me.actor, match_id)
    st.session_state.pop(_LIST, None)
    st.session_state[_MATCH] = ((match_id, me.actor.user_id, me.roles), found)
    return found
