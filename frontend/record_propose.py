"""Proposing a match, and saying that none of the open homes is proposed, on the page Record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from frontend import draw, working
from frontend.child_view import Choice, ranked_table, unit_words
from frontend.child_view import choices as groups_of
from frontend.match_view import ROUTE_WORDS, moment, together
from frontend.open_round import OpenRound
from frontend.record_fill import forget, say_done, two_steps
from frontend.recording import Answers, Field, Form
from frontend.session import ROLE_WORDS, Here
from matching.explain_unit import own_words
from matching.ranking import Ranked, Unit
from matching.rules.kinds import KINDS_FOR_ROUTE
from records.store import Given, Role
from reporting.section import Column, Quotation, Table


def begin(me: Here, handed: Mapping[str, Any]) -> None:
    """Begin a proposal where another page left off: the group, and the home if a person chose one there."""
    round_ = me.open_round(handed.get("run_id"))
    if round_ is None:
        return
    unit = st.session_state.pop("hand record unit", None)
    group_id = handed.get("group_id")
    if unit is None and group_id is not None:
        named_so = (u for u in round_.unit_ids if group_id in {g.group_id for g in _groups(round_.unit(u))})
        unit = next(named_so, None)
    if unit is not None:
        st.session_state[f"record unit {round_.run_id}"] = unit
    if group_id is not None:
        st.session_state[f"record group {round_.run_id} {unit}"] = group_id
        if handed.get("home_id") is not None:
            st.session_state[f"record home {round_.run_id} {group_id}"] = handed["home_id"]


def propose(me: Here) -> None:
    """Propose a match: a group, a home that is open to it, the route, and why."""
    say_done()
    found = _group(me)
    if found is None:
        return
    round_, choice = found
    group = choice.group
    who = together(group.child_ids)
    me.look("propose a match", group.child_ids)
    ids = round_.proposal.register.homes.ids
    places = {str(ids[int(group.homes[k])]): k for k in round_.homes_of(group)}
    if not places:
        draw.notice(
            f"No home is open to {who}",
            "Every home is barred, full or not shown to you. Record under “None of these homes” what is done instead.",
            tone="caution",
            name="no-home",
        )
        return
    _what_is_open(me, round_, choice)
    forget(f"record home {round_.run_id} {group.group_id}", places)
    home = st.selectbox(
        f"Home ({len(places)} open to {who}, best first)",
        list(places),
        index=None,
        format_func=lambda one: f"{one} (rank {places[one] + 1}, {int(group.points[places[one]])} points)",
        placeholder="Choose a home; none is chosen for you",
        key=f"record home {round_.run_id} {group.group_id}",
    )
    if home is None:
        draw.say("Choose a home. “None of these homes” is always open to you, above.", "choose-home")
        return
    route = st.radio(
        "Route, as the care plan and the kind of home allow",
        _routes(round_, group, home),
        format_func=lambda one: ROUTE_WORDS[one].capitalize(),
        index=None,
        key=f"record route {round_.run_id} {group.group_id} {home}",
    )
    if route is None:
        draw.say("Choose the route.", "choose-route")
        return
    form = Form("profile" if route == "adoption" else "proposed", "", (Field("reasons", "words", "Reasons"),))
    at = f"propose {round_.run_id} {group.group_id} {home} {route}"
    spelt = f"{who} with home {home}, by {ROUTE_WORDS[route]}"

    def record(answers: Answers) -> str:
        given = Given(reasons=str(answers["reasons"]))
        return me.store.propose_match(me.actor, round_.run_id, group.group_id, home, route, given)

    two_steps(me, form, at, f"Propose {spelt}", f"Proposed: {spelt}", record)


# ---- none of these -------------------------------------------------------------------------------------------------


def none_of_these(me: Here) -> None:
    """Record that none of the open homes is proposed, with reasons; and read when that was said before."""
    say_done()
    told = me.store.list_none_proposed(me.actor)
    if not me.may("none_proposed"):
        draw.notice(
            "You may read this, and not record it",
            "That none of the homes is proposed is recorded by a family finder or the panel's chair.",
            name="not-none",
        )
    else:
        found = _group(me)
        if found is not None:
            _none_form(me, *found)
    draw.heading("None of these: recorded so far")
    if not told:
        draw.say("Nobody has recorded that none of the homes was proposed.", "no-none")
        return
    for number, one in enumerate(told):
        draw.blocks(
            Quotation(one.reasons, f"{one.name}, {ROLE_WORDS[Role(one.role)].lower()}, {moment(one.at)}"),
            Table(
                f"None of the homes was proposed for {together(one.child_ids)}",
                (Column("What"), Column("As recorded")),
                (
                    ("Homes that were open", ", ".join(one.open_homes) or "none"),
                    ("What is done instead", one.next_step),
                ),
            ),
            name=f"none-{number}",
        )


def _none_form(me: Here, round_: OpenRound, choice: Choice) -> None:
    group = choice.group
    who = together(group.child_ids)
    me.look("none of these", group.child_ids)
    _what_is_open(me, round_, choice)
    form = Form(
        "none",
        "",
        (
            Field("reasons", "words", "Why none of the open homes is proposed"),
            Field("next", "words", "What happens next, and who does it"),
        ),
    )
    at = f"none {round_.run_id} {group.group_id}"

    def record(answers: Answers) -> str:
        return me.store.none_proposed(
            me.actor, round_.run_id, group.child_ids, str(answers["reasons"]), str(answers["next"])
        )

    two_steps(me, form, at, f"None of these homes for {who}", f"None of these homes, for {who}", record)


def _what_is_open(me: Here, round_: OpenRound, choice: Choice) -> None:
    """What they want, and every home open to them: nobody proposes, or proposes none, without having it in sight."""
    group = choice.group
    draw.blocks(*own_words([round_.proposal.register.children[i] for i in _indices(round_, group)]), name="own")
    seen = round_.homes_of(group)
    if not seen:
        draw.say("No home is open to them: every one is barred, full or not shown to you.", "none-open")
        return
    costs = working.costs(me, f"{round_.run_id} {group.group_id}")
    draw.blocks(ranked_table(round_, choice, seen, costs), name="open")


# ---- whom it is about ----------------------------------------------------------------------------------------------


def _group(me: Here) -> tuple[OpenRound, Choice] | None:
    """The child, family or part of one that the person chooses, from the open round."""
    round_ = me.open_round()
    if round_ is None:
        draw.no_round()
        return None
    draw.older(me.is_latest(round_))
    words = {one: unit_words(round_, one) for one in round_.unit_ids}
    if not words:
        draw.notice("Nobody in this round needs a home", "Bring in records to see who is waiting.", name="nobody")
        return None
    forget(f"record unit {round_.run_id}", words)
    unit_id = st.selectbox(
        f"Child or family ({len(words)} in the round)",
        list(words),
        index=None,
        format_func=lambda one: words[one],
        placeholder="Choose, or type to search",
        key=f"record unit {round_.run_id}",
    )
    if round_.left_out:
        draw.say(f"{round_.left_out} children or homes of this round are not shown to you.", "withheld")
    if unit_id is None:
        draw.say("Choose a child or family. Nobody is chosen for you.", "choose-unit")
        return None
    groups = {one.group.group_id: one for one in groups_of(round_.unit(unit_id))}
    if not groups:
        draw.say("They may not live together, and no part of the family was ranked.", "no-group")
        return None
    if len(groups) == 1:
        return round_, next(iter(groups.values()))
    forget(f"record group {round_.run_id} {unit_id}", groups)
    picked = st.radio(
        "Who would live in the home",
        list(groups),
        format_func=lambda one: draw.plain(groups[one].words),
        index=None,
        key=f"record group {round_.run_id} {unit_id}",
    )
    return None if picked is None else (round_, groups[picked])


def _routes(round_: OpenRound, group: Ranked, home_id: str) -> list[str]:
    """The routes that every child's care plan has and that lead to this kind of home."""
    register = round_.proposal.register
    kind = next(one.kind for one in register.records.homes if one.home_id == home_id)
    planned = [register.children[i].routes for i in _indices(round_, group)]
    return [
        route.value
        for route, kinds in KINDS_FOR_ROUTE.items()
        if kind in kinds and all(route in routes for routes in planned)
    ]


def _groups(unit: Unit) -> list[Ranked]:
    return [one.group for one in groups_of(unit)]


def _indices(round_: OpenRound, group: Ranked) -> list[int]:
    return [round_.proposal.register.child_index[c] for c in group.child_ids]
