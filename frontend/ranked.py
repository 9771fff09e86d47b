"""Ranked homes in a terminal: a table where there is one, plain lines where the output goes elsewhere."""

from __future__ import annotations

import math
from collections.abc import Iterator

import typer

from frontend.printed import listed
from matching.explain_unit import barred_by_rule
from matching.opportunity.rounds import RankedCosts, costs_of, loss_in_words
from matching.placements import who_signs
from matching.propose import Proposal
from matching.ranking import Ranked, Unit
from matching.rules.rule import Answer
from matching.words import some_ids

HEADS = (
    "rank",
    "home",
    "kind",
    "answer",
    "points",
    "miles",
    "costs the others",
    "displaces",
    "who must approve first",
    "open questions",
)


def show(proposal: Proposal, unit: Unit, top: int) -> None:
    """Print every group of one child or family, best homes first, at most `top` of each."""
    for group, priced in zip(unit.groups, costs_of(proposal, unit.groups), strict=True):
        who = ", ".join(group.child_ids)
        if not len(group):
            typer.echo(f"{group.group_id} ({who}): no home could take them, even with approval.")
            for line in _why_none(proposal, group):
                typer.echo(f"- {line}")
            typer.echo("What would help them is in unplaced.csv of `placewell match`.")
            continue
        rows = [_row(proposal, group, priced, k) for k in range(min(top, len(group)))]
        title = f"{group.group_id} ({who}): {len(rows)} of {len(group)} homes that no rule bars"
        listed(title, HEADS, rows)
    if unit.parts_left_out:
        typer.echo(f"{unit.parts_left_out} smaller parts of the family are not ranked; each child alone is.")
    typer.echo("A ranking to consider, not a decision; the plan for all children may use another home (marked *).")


def _why_none(proposal: Proposal, group: Ranked) -> Iterator[str]:
    """Each rule that bars homes, with how many and which; and the homes that are full, too far or of another kind."""
    found, notes = barred_by_rule(proposal, group)
    for rule, which in found:
        ids = some_ids(proposal.register.homes.ids[which].tolist())
        homes = "1 home" if len(which) == 1 else f"{len(which):,} homes"
        yield f"{rule.rule_id}: {rule.title} ({rule.law}). Bars {homes}: {ids}"
    yield from notes


def _row(proposal: Proposal, group: Ranked, priced: RankedCosts, k: int) -> tuple[str, ...]:
    home = int(group.homes[k])
    planned = {int(proposal.home_of[proposal.register.child_index[c]]) for c in group.child_ids} == {home}
    signed = set(proposal.rule_ids(int(group.answers.sign_off[k])))
    who = dict.fromkeys(f"{who_signs(rule)} ({rule.rule_id})" for rule in proposal.rules if rule.rule_id in signed)
    questions = proposal.rule_ids(int(group.answers.unknown[k]))
    low, high = int(group.low[k]), int(group.high[k])
    points = f"{int(group.points[k])}" + (f" ({low}-{high})" if low != high else "")
    miles = float(group.miles[k])
    cost = priced.costs[k]
    return (
        f"{k + 1}",
        f"{proposal.register.homes.ids[home]}{' *' if planned else ''}",
        str(proposal.register.homes.kind[home]),
        Answer(int(group.answers.overall()[k])).word,
        points,
        "not known" if math.isnan(miles) else f"{miles:.1f}",
        loss_in_words(priced.tiers, cost) if cost is not None else priced.basis[k].replace("_", " "),
        ", ".join(proposal.question.child_ids[c] for c in cost.displaced) if cost is not None else "",
        "; ".join(who),
        ", ".join(questions),
    )
