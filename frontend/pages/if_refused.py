"""If a carer says no: whom the plan has to ask, how they answered before, where to turn, and what refusals would do."""

from __future__ import annotations

import streamlit as st

from frontend import draw, working
from frontend.carers_answers import asking_of, shown_to
from frontend.open_round import OpenRound
from frontend.refusal_order import RefusalOrder
from frontend.session import here
from matching.alternatives import Group
from matching.asking import Asking
from matching.refusals_words import asked_table, refusals_sections, why_blocks


def page() -> None:
    """The page."""
    me = here()
    round_ = me.open_round()
    if round_ is None:
        draw.no_round()
        return
    draw.older(me.is_latest(round_))
    asking, told = asking_of(me, round_)
    shown = shown_to(round_)
    q = round_.proposal.question
    groups = [group for group in asking.groups(round_.proposal.home_of) if shown.seen(group)]
    children = [q.child_ids[child] for group in groups for child in group.children]
    me.look("if a carer says no", child_ids=children, home_ids=[q.home_ids[group.home] for group in groups])
    chosen, likelier = choices(round_, asking, groups)
    order = RefusalOrder(round_.document, round_.facts, round_.points, told, chosen, likelier)
    found = working.refusals(me, round_.run_id, order) if groups else None
    if found is not None:
        draw.sections(refusals_sections(asking, found, shown), "refusals")
        return
    draw.blocks(*why_blocks(asking), name="why")
    if groups:
        draw.blocks(asked_table(asking, groups, shown), name="asked")
    else:
        draw.say("No carers have to be asked: no home is proposed that children do not live in already.", "nobody")


def choices(round_: OpenRound, asking: Asking, groups: list[Group]) -> tuple[tuple[tuple[str, ...], ...], bool]:
    """Who refuses, and whether another plan is sought: both off until a person asks."""
    if not groups:
        return (), False
    q, run = round_.proposal.question, round_.run_id
    ids = {tuple(q.child_ids[child] for child in group.children): q.home_ids[group.home] for group in groups}
    picked = st.multiselect(
        "Suppose that these carers say no (empty: those least likely to accept, or the refusals that cost most)",
        list(ids),
        format_func=lambda one: f"Home {ids[one]} for {', '.join(one)}",
        placeholder="Choose, or leave empty",
        key=f"refuse {run}",
    )
    likelier = False
    if asking.acceptance.used:
        likelier = st.checkbox(
            "Also look for a plan as good whose carers are likelier to accept; it changes nothing by itself",
            key=f"likelier {run}",
        )
    return tuple(picked), likelier


page()
