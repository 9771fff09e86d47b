"""Reasons, changes and carers in plain words, for `unplaced.csv` and the report."""

from __future__ import annotations

from collections.abc import Sequence

from matching.conflicts.carers import Carer, NewCarer
from matching.conflicts.grant import ROOMS
from matching.conflicts.names import CARERS
from matching.conflicts.reasons import NEVER_SPLIT, PLACES, Conflict
from matching.conflicts.relax import Relaxation, approver
from matching.propose import Proposal

MOST_NAMED = 8

PRIORITIES = {
    "siblings": "brothers and sisters together",
    "near": "split brothers and sisters near each other",
    "local": "children near home",
    "points": "points",
    "cost": "cost",
    "placed": "children placed",
    "keep": "days taken from children who are expected",
}

_LESS = {"cost": "less", "keep": "fewer"}


def conflict_in_words(proposal: Proposal, conflict: Conflict) -> str:
    """Why there is no home, in a sentence or two."""
    who = "this child" if len(conflict.child_ids) == 1 else "them together"
    if conflict.level == "rules":
        if not conflict.rules:
            return "There is no home on the register."
        titles = {rule.rule_id: rule.title for rule in proposal.rules}
        titles |= {PLACES: "has the home enough places?", NEVER_SPLIT: "the council's wish never to split a family"}
        named = [f"{r} ({titles[r.split('+')[0]].rstrip('.')})" for r in conflict.rules]
        less = "This alone leaves none" if len(named) == 1 else "These alone leave none, and none of them can be spared"
        return (
            f"No home could take {who} even if nobody else needed one, because of {'; and '.join(named)}. "
            f"{less}; other rules may stand in the way as well."
        )
    if conflict.level == "others":
        homes = f"home{'s' if len(conflict.homes) != 1 else ''} {_some(conflict.homes)}"
        parts = [f"the room in {homes}"] if conflict.homes else []
        if conflict.groups:
            parts.append(f"a home for {_some([' and '.join(ids) for ids in conflict.groups])}")
        if conflict.bars:
            apart = [f"{' and '.join(ids)} may not live together" for ids in conflict.bars if len(ids) == 2]
            apart += [f"{ids[0]} may live with no other child" for ids in conflict.bars if len(ids) == 1]
            parts.append(f"who may live together ({_some(apart)})")
        return (
            f"Some home could lawfully take {who}, but not while everybody whom the plan places keeps a home: "
            f"{'; and '.join(parts)}. These alone leave none, and none of them can be spared; there may be others."
        )
    if conflict.level == "priorities":
        named = [PRIORITIES.get(tier, tier) for tier in conflict.priorities]
        return f"Everybody could have a home, but what the council puts first would be worse: {', '.join(named)}."
    if conflict.level == "better plan":
        return "There is room for everybody: the plan was not proved best, and a longer run finds a better one."
    if conflict.level == "too large":
        return (
            "The rules leave a home, but the round is too large to ask, group by group, who has its places. "
            "Run a round of fewer children to be told."
        )
    if conflict.level == "not asked":
        return "The run was cut short long before its best plan, so why there is no home was not asked. Run it longer."
    return (
        "Some home could lawfully take "
        f"{who}, but very many others want the same homes: the competition is too wide to be named."
    )


def relaxation_in_words(proposal: Proposal, change: Relaxation) -> str:
    """One change, who approves it, who moves and what it costs everybody else."""
    home = str(proposal.register.homes.ids[change.home])
    steps = [f"{'an answer or ' if change.asks else ''}approval {_signed(change)}"]
    if change.places:
        steps.append(f"{change.places} place{'s' if change.places > 1 else ''} more than are offered now")
    if change.bedrooms:
        either = " (or the approval named)" if ROOMS in {rule.rule_id for rule in change.rules} else ""
        steps.append(f"{change.bedrooms} bedroom{'s' if change.bedrooms > 1 else ''} more{either}")
    subject = "the child" if len(change.group) == 1 else "all of them"
    if change.elsewhere:
        own = int(change.home_of[change.group[0]])
        takes = f"{subject} could live in home {proposal.register.homes.ids[own]}"
        text = f"Home {home}, with {', '.join(steps)}: then {takes}"
    else:
        text = f"Home {home} could take {subject} with {', '.join(steps)}"
    return f"{text}; {_others(proposal, change)}."


def _others(proposal: Proposal, change: Relaxation) -> str:
    moved = [proposal.question.child_ids[i] for i in change.moved]
    who = f"everybody else keeps a home, {_some(moved)} another one" if moved else "nobody else moves"
    lost = {tier: n for tier, n in change.loses.items() if n and tier != "placed"}
    if not lost:
        return f"{who} and nothing is lost"
    words = []
    for tier, n in lost.items():
        amount = f"£{abs(n) / 100:,.2f} a week" if tier == "cost" else f"{abs(n):,}"
        change_of = ("more" if n > 0 else _LESS[tier]) if tier in _LESS else ("fewer" if n > 0 else "more")
        words.append(f"{PRIORITIES.get(tier, tier)} {amount} {change_of}")
    least = "" if change.exact else "at most, "
    return f"{who}; for them, {least}{', '.join(words)}"


def _signed(change: Relaxation) -> str:
    """Which rules each person approves: `under FOST-20 by the carer, under BED-01 by ...`."""
    by: dict[str, list[str]] = {}
    for rules in change.signed:
        by.setdefault(approver(rules[0]), []).extend(rule.rule_id for rule in rules)
    return ", ".join(f"under {' and '.join(ids)} by {who}" for who, ids in by.items())


def carer_in_words(proposal: Proposal, found: NewCarer) -> str:
    """The least demanding carer who would do."""
    carer = found.carer
    ids = [proposal.question.child_ids[i] for i in found.for_group]
    wants = wanted_of(carer)
    whom = "" if found.for_group == found.group else f" for {' and '.join(ids)}, whose place would then be free"
    moved = [proposal.question.child_ids[i] for i in found.moved if i not in found.for_group]
    also = f"; {_some(moved)} would have another home" if moved else ""
    return f"{CARERS[carer.kind]}{whom}: {', '.join(wants)}{also}"


def wanted_of(carer: Carer) -> list[str]:
    """Each demand in words, with no child's details beyond what a carer's terms would say."""
    wants = ["with a place" if carer.places == 1 else f"with {carer.places} places"]
    if carer.ages is not None:
        one = carer.ages[0] == carer.ages[1]
        wants.append(
            f"approved for the age of {carer.ages[0]}"
            if one
            else f"approved for ages {carer.ages[0]} to {carer.ages[1]}"
        )
    if carer.sex is not None:
        wants.append({"M": "for boys", "F": "for girls"}.get(carer.sex, "for boys or girls"))
    if carer.stays:
        wants.append(f"for {' and '.join(stay.value.replace('_', ' ') for stay in carer.stays)} stays")
    if carer.needs:
        wants.append(f"able to meet {', '.join(need.replace('_', ' ') for need in carer.needs)}")
    if carer.bedrooms:
        wants.append(f"{carer.bedrooms} bedroom{'s' if carer.bedrooms > 1 else ''} free")
    flags = (
        (carer.smoke_free, "no smoker"),
        (carer.no_pets, "no animals"),
        (carer.outside_zones, "outside the zones where the child must not live"),
        (carer.in_area, "approved by the council or living in its area"),
    )
    return wants + [words for wanted, words in flags if wanted] + list(carer.company)


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:MOST_NAMED])
    return shown if len(names) <= MOST_NAMED else f"{shown} and {len(names) - MOST_NAMED} more"
