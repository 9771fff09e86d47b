"""The sections of the report on other plans: how sure each placement is, where to turn next, what changes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from matching.alternatives import After, BackUp, Certainty, Different, Group, Kind, OtherPlan, Replan, changed_from
from matching.alternatives.certainty import LIKELY
from matching.other_plans import Changes, OtherPlans
from matching.propose import Proposal
from matching.question import LEAST
from reporting.section import Block, Cell, Column, Disclosure, Paragraph, Section, Table, Tag, Tone

KIND_TAGS: dict[Kind, Tone] = {
    Kind.FORCED: "good",
    Kind.LIKELY: "plain",
    Kind.TOSS_UP: "caution",
    Kind.OPEN: "question",
}
LOSS_WORDS = {
    "pinned": ("pinned placement", "pinned placements"),
    "placed": ("child placed", "children placed"),
    "siblings": ("pair of brothers and sisters together", "pairs of brothers and sisters together"),
    "near": ("pair of brothers and sisters near each other", "pairs of brothers and sisters near each other"),
    "local": ("child placed local", "children placed local"),
    "points": ("point", "points"),
    "keep": ("day taken from children who are expected", "days taken from children who are expected"),
}
MOST_CHANGES = 40
"""So many children are named as changed in one cell; the others are counted."""


def alternatives_sections(proposal: Proposal, others: OtherPlans) -> list[Section]:
    """How sure each placement is, other plans, back-ups, and what changes against a previous plan."""
    found = [] if others.certainty is None else [_how_sure(proposal, others, others.certainty)]
    found += [] if others.different is None else [_other_plans(proposal, others, others.different)]
    found.append(_back_ups(proposal, others.back_ups))
    if others.changes is not None:
        found.append(_changes(proposal, others, others.changes))
    return found


def _how_sure(proposal: Proposal, others: OtherPlans, sure: Certainty) -> Section:
    rows: list[tuple[Cell, ...]] = []
    for group, kind, share in sure.groups():
        seen = round(share * len(sure.plans))
        rows.append(
            (
                _children(proposal, group.children),
                _home(proposal, group.home),
                Tag(kind.value, KIND_TAGS[kind]),
                f"{seen} of {len(sure.plans)}",
            )
        )
    plans = (
        f"There are {len(sure.plans)} such plans, the proposed one included, and all of them were looked at."
        if sure.all_plans
        else f"There are too many such plans to list: {len(sure.plans)} different ones were looked at, found in "
        "directions fixed by the ids. They are a sample, and its shares are not chances."
    )
    table = Table(
        "How many nearly as good plans make the same placement",
        (Column("Child or family"), Column("Proposed home"), Column("How sure"), Column("Plans", number=True)),
        tuple(rows),
        (
            f"Nearly as good: {others.distance.in_words()}, against the proposed plan. {plans}",
            "Forced: proved that every such plan makes this placement. "
            f"Likely: at least {LIKELY:.0%} of those looked at make it; toss-up: fewer.",
            "Forced does not mean right: it means that another home here costs other children more than that.",
        ),
    )
    return Section("How sure each placement is", (table,), anchor="sure")


def _other_plans(proposal: Proposal, others: OtherPlans, different: Different) -> Section:
    heading = "Other plans nearly as good"
    if not different.plans:
        text = (
            f"Every plan with {others.distance.in_words()} gives each child the home proposed."
            if different.no_more
            else "No other plan was found in the time allowed; there may be some."
        )
        return Section(heading, (Paragraph(text),), anchor="others")
    best = proposal.solution.home_of
    values = proposal.question.values_of(best)
    blocks: list[Block] = [
        Paragraph(
            f"Each has {others.distance.in_words()}. Each differs from the proposed plan, and from those above it, "
            "in as many children or families as a plan can."
        )
    ]
    for number, plan in enumerate(different.plans, start=2):
        rows = [
            (_children(proposal, (child,)), *(_home(proposal, int(one[child])) for one in (best, plan.home_of)))
            for child in np.flatnonzero(plan.home_of != best).tolist()
        ]
        caption = f"Plan {number}: what differs from the plan proposed"
        columns = (Column("Child"), Column("Proposed"), Column(f"In plan {number}"))
        notes = (_proof(plan),)
        summary = f"Plan {number}: {_differs(plan)}; {_loss_in_words(proposal, values, plan.values)}"
        blocks.append(Disclosure(summary, (Table(caption, columns, tuple(rows), notes),)))
    if different.no_more:
        blocks.append(Paragraph("There are no more."))
    return Section(heading, tuple(blocks), anchor="others")


def _proof(plan: OtherPlan) -> str:
    if plan.furthest and plan.best_of_these:
        return "Proved: no such plan differs in more, and of those that differ in as many none is better."
    return f"Not proved in the time allowed: another may differ more (in at most {plan.most}), or be better."


def _differs(plan: OtherPlan) -> str:
    many = plan.groups_differ[0]
    return f"differs for {many} {'child or family' if many == 1 else 'children or families'}"


def _back_ups(proposal: Proposal, backed: Sequence[BackUp]) -> Section:
    heading = "If a carer declines"
    if not backed:
        return Section(heading, (Paragraph("No home is proposed, so there is none to decline."),), anchor="back-ups")
    whole = all(one.best is not None for one in backed)
    columns = [Column("Child or family"), Column("If this home declines"), Column("With nobody else moving")]
    columns += [Column("If others may move")] if whole else []
    rows = [
        (
            _children(proposal, one.group.children),
            _home(proposal, one.group.home),
            _after(proposal, one.group, one.alone),
            *([_after(proposal, one.group, one.best)] if whole and one.best is not None else []),
        )
        for one in backed
    ]
    notes = [
        "Declined: none of these children goes to that home. Every back-up keeps every rule, and is the best that can "
        "be done in the council's order of priorities; losses are those of the whole plan.",
    ]
    if not whole:
        notes.append(
            "In a round as large as this, how sure each placement is, other plans, and back-ups in which others "
            "move take minutes, and are worked out only when asked for."
        )
    table = Table("The home to turn to next", tuple(columns), tuple(rows), tuple(notes))
    return Section(heading, (table,), anchor="back-ups")


def _after(proposal: Proposal, group: Group, after: After) -> Cell:
    ids = proposal.question.child_ids
    homes = [int(after.home_of[child]) for child in group.children]
    lines: list[Cell] = (
        [_home(proposal, homes[0])]
        if len(set(homes)) == 1
        else [f"{ids[c]}: {_home_words(proposal, h)}" for c, h in zip(group.children, homes, strict=True)]
    )
    lines.append(loss_words(proposal, after.loss))
    if after.moved:
        lines.append(f"Moved: {_named(proposal, after.moved)}")
    if after.without:
        lines.append(Tag(f"left without a home: {_named(proposal, after.without)}", "bad"))
    if after.gained:
        lines.append(f"A home for: {_named(proposal, after.gained)}")
    if not all(after.proved):
        lines.append("Not proved best in the time allowed")
    return tuple(lines)


def _changes(proposal: Proposal, others: OtherPlans, changes: Changes) -> Section:
    values = proposal.question.values_of(proposal.solution.home_of)
    named = [
        ("The plan proposed", Replan(proposal.solution.home_of, values, _told(proposal, changes), True)),
        ("As good in every priority, fewest changes", changes.best),
        (f"Fewest changes with {others.distance.in_words()}", changes.fewest),
    ]
    rows = [_replan_row(proposal, name, plan, values) for name, plan in named]
    columns = (
        Column("Plan"),
        Column("Changes", number=True),
        Column("What it loses against the plan proposed"),
        Column("Who would be told otherwise"),
    )
    note = (
        "A change: a child who was told of one home now has another, or none. A child who was told of none, or of "
        "nothing, can be given a home without a change."
    )
    blocks: list[Block] = [Table("Keeping what people were told", columns, tuple(rows), (note,))]
    if changes.curve is not None:
        traced = [_replan_row(proposal, f"at most {len(p.changed)}", p, values) for p in changes.curve.plans]
        notes = (
            ("Every number of changes that makes a difference is here, each proved the best that can be done with it.",)
            if changes.curve.complete
            else ("Some numbers of changes were left out, or not proved in the time allowed.",)
        )
        table = Table("What each change buys", columns, tuple(traced), notes)
        blocks.append(Disclosure("Show what each change buys", (table,)))
    return Section("What was told before", tuple(blocks), anchor="changes")


def _told(proposal: Proposal, changes: Changes) -> tuple[int, ...]:
    return changed_from(changes.previous, proposal.solution.home_of)


def _replan_row(proposal: Proposal, name: str, plan: Replan, values: dict[str, int]) -> tuple[Cell, ...]:
    who = _named(proposal, plan.changed) if plan.changed else "nobody"
    label: Cell = name if plan.proved else (name, Tag("not proved", "question"))
    return (label, len(plan.changed), _loss_in_words(proposal, values, plan.values), who)


# ---- words ---------------------------------------------------------------------------------------------------------


def _children(proposal: Proposal, children: Sequence[int]) -> str:
    return ", ".join(proposal.question.child_ids[child] for child in children)


def _named(proposal: Proposal, children: Sequence[int]) -> str:
    more = len(children) - MOST_CHANGES
    shown = _children(proposal, children[:MOST_CHANGES])
    return f"{shown} and {more} more" if more > 0 else shown


def _home_words(proposal: Proposal, home: int) -> str:
    return "no home" if home < 0 else proposal.question.home_ids[home]


def _home(proposal: Proposal, home: int) -> Cell:
    return Tag("no home", "bad") if home < 0 else proposal.question.home_ids[home]


def _loss_in_words(proposal: Proposal, before: dict[str, int], after: dict[str, int]) -> str:
    tiers = proposal.question.tiers
    return loss_words(proposal, {t: after[t] - before[t] if t in LEAST else before[t] - after[t] for t in tiers})


def loss_words(proposal: Proposal, loss: dict[str, int]) -> str:
    """What a plan loses, tier by tier in the council's order, in words."""
    parts: list[str] = []
    for tier in proposal.question.tiers:
        lost = loss[tier]
        if lost and tier == "cost":
            parts.append(f"£{abs(lost) / 100:,.2f} a week {'more' if lost > 0 else 'less'}")
        elif lost:
            one, many = LOSS_WORDS[tier]
            fewer = (lost > 0) is not (tier in LEAST)
            parts.append(f"{abs(lost):,} {'fewer' if fewer else 'more'} {one if abs(lost) == 1 else many}")
    return ", ".join(parts) or "nothing is lost"
