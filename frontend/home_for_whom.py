"""For whom one home could be a home now: the round's answers, read from the home's side."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from frontend.open_round import OpenRound
from matching.propose import Proposal, allowed_bits
from matching.rules.kinds import kinds_for
from matching.rules.rule import Answer
from matching.screen import places_left
from matching.words import answer_tag, home_id, miles_in_words, points_cell, signed_in_words, some_ids
from records.ages import age_on
from reporting.section import Block, Cell, Column, Disclosure, Paragraph, Table

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Possible:
    """One child whom no rule keeps from a home. `rank` is the home's place among `of` homes ranked for the child."""

    child: int
    answer: Answer
    rank: int
    of: int
    sign_off: tuple[str, ...]
    questions: tuple[str, ...]
    planned: int
    """The home that the plan has for the child, by index; -1 for none."""


@dataclass(frozen=True, slots=True)
class ForWhom:
    """All children of a round, seen from one home. Children are named by index, each in one place only.

    `barred`: rule id to children (a child may stand under several rules). `other_kind`: the care plan does not allow
    a home of this kind. `full`: the home has no place left. `beyond`: further away than the council looks.
    """

    home: int
    possible: tuple[Possible, ...]
    barred: dict[str, tuple[int, ...]]
    other_kind: tuple[int, ...]
    full: tuple[int, ...]
    beyond: tuple[int, ...]


def ranks(proposal: Proposal) -> Ints:
    """Where each pair stands in the ranking of its child alone, from 1; 0 where a rule bars it. Shape (pairs,).

    The order is that of `matching.ranking`, for all children at once.
    """
    pairs, answers, weighed = proposal.pairs, proposal.answers, proposal.weighed
    bits = np.array([allowed_bits(c, proposal.allowed) for c in proposal.register.children], dtype=np.uint64)
    mine = bits[pairs.child]
    open_ = answers.barred == 0
    standing = np.where(answers.unknown & ~mine != 0, 2, np.where(answers.sign_off & ~mine != 0, 1, 0))
    far = np.where(np.isnan(proposal.miles_home), np.inf, proposal.miles_home)
    order = np.lexsort(
        (pairs.home, far, np.bitwise_count(answers.sign_off), -weighed.points, standing, ~open_, pairs.child)
    )
    place = np.empty(len(pairs), dtype=np.int64)
    place[order] = np.arange(len(pairs)) - pairs.start[pairs.child[order]] + 1
    return np.where(open_, place, 0)


def for_whom(proposal: Proposal, home: int) -> ForWhom:
    """Every child of the round and what the rules say of this home (by index) for each of them alone."""
    pairs, answers = proposal.pairs, proposal.answers
    here = np.flatnonzero(pairs.home == home)
    rank = ranks(proposal)
    open_ = np.bincount(pairs.child[answers.barred == 0], minlength=pairs.children)
    found: list[Possible] = []
    barred: dict[str, list[int]] = {}
    for at in here.tolist():
        child = int(pairs.child[at])
        if answers.barred[at]:
            for rule_id in proposal.rule_ids(int(answers.barred[at])):
                barred.setdefault(rule_id, []).append(child)
            continue
        found.append(
            Possible(
                child,
                Answer(int(answers.at(slice(at, at + 1)).overall()[0])),
                int(rank[at]),
                int(open_[child]),
                tuple(proposal.rule_ids(int(answers.sign_off[at]))),
                tuple(proposal.rule_ids(int(answers.unknown[at]))),
                int(proposal.home_of[child]),
            )
        )
    asked = set(pairs.child[here].tolist())
    kind = proposal.register.homes.homes[home].kind
    rest = [i for i in range(pairs.children) if i not in asked]
    other = [i for i in rest if kind not in kinds_for(proposal.register.children[i])]
    full = places_left(proposal.register)[home] < 1
    right = [i for i in rest if i not in set(other)]
    return ForWhom(
        home,
        tuple(sorted(found, key=lambda p: (p.answer, p.rank, p.child))),
        {rule.rule_id: tuple(barred[rule.rule_id]) for rule in proposal.rules if rule.rule_id in barred},
        tuple(other),
        tuple(right) if full else (),
        () if full else tuple(right),
    )


def shown_to(round_: OpenRound, found: ForWhom) -> tuple[Possible, ...]:
    """The children that the home could be a home for, whom this person may see."""
    children = round_.proposal.register.children
    return tuple(p for p in found.possible if round_.may_see_child(children[p.child].child_id))


def blocks_for_whom(round_: OpenRound, found: ForWhom) -> list[Block]:
    """The children as a table, best answer first; those kept from the home, by rule, with the law."""
    proposal = round_.proposal
    shown = shown_to(round_, found)
    blocks: list[Block] = []
    if shown:
        counts = Counter(p.answer for p in shown)
        said = ", ".join(f"{counts[a]:,} {a.word.replace('_', ' ')}" for a in Answer if counts[a])
        blocks.append(
            Paragraph(f"No rule bars {len(shown):,} of {len(proposal.register.children):,} children: {said}.")
        )
        blocks.append(_table(round_, shown, found.home))
    else:
        blocks.append(Paragraph("This could be a home now for no child of this round whom you may see."))
    left_out = len(found.possible) - len(shown)
    if left_out:
        blocks.append(Paragraph(f"{left_out:,} more are not shown to you."))
    blocks.extend(_others(round_, found))
    return blocks


def _table(round_: OpenRound, shown: tuple[Possible, ...], home: int) -> Table:
    proposal = round_.proposal
    children, day = proposal.register.children, proposal.asked.day
    rows: list[tuple[Cell, ...]] = []
    for one in shown:
        child = children[one.child]
        first: list[Cell] = []
        if one.sign_off:
            first.append(f"Approval: {signed_in_words(proposal, one.sign_off)}")
        if one.questions:
            first.append(f"An answer to {', '.join(one.questions)}")
        rows.append(
            (
                (child.child_id, f"{age_on(child.date_of_birth, day)} years"),
                answer_tag(one.answer),
                f"{one.rank} of {one.of}",
                points_cell(proposal, one.child, home),
                miles_in_words(float(proposal.miles_home[proposal.at(one.child, home)])),
                tuple(first) or "nothing",
                _planned(round_, one.planned, home),
            )
        )
    return Table(
        "Children for whom this could be a home now, each looked at alone",
        (
            Column("Child"),
            Column("Answer"),
            Column("Rank for the child", number=True),
            Column("Points", number=True),
            Column("Miles from home", number=True),
            Column("What is needed first"),
            Column("In the plan"),
        ),
        tuple(rows),
        (
            "Each child is looked at alone: together with others, or with brothers and sisters, a rule may say "
            "otherwise. One child or family has the whole picture.",
        ),
    )


def _planned(round_: OpenRound, planned: int, home: int) -> str:
    if planned < 0:
        return "no home proposed"
    return "proposed here" if planned == home else f"proposed: {round_.where(home_id(round_.proposal, planned))}"


def _others(round_: OpenRound, found: ForWhom) -> list[Block]:
    proposal = round_.proposal
    children = proposal.register.children
    rows: list[tuple[Cell, ...]] = []
    for rule in proposal.rules:
        if rule.rule_id in found.barred:
            which = found.barred[rule.rule_id]
            may = [children[i].child_id for i in which if round_.may_see_child(children[i].child_id)]
            rows.append((f"{rule.rule_id}: {rule.title}", rule.law, len(which), some_ids(may)))
    notes = []
    if found.other_kind:
        notes.append(
            f"For {len(found.other_kind):,} children the care plan does not allow a home of this kind [PLC-03]."
        )
    if found.full:
        notes.append(f"For {len(found.full):,} children it was not asked: the home has no place left.")
    if found.beyond:
        limit = f"{proposal.asked.policy.screen_miles:g} miles"
        notes.append(f"For {len(found.beyond):,} children it was not asked: it lies more than {limit} away.")
    everyone = len({i for which in found.barred.values() for i in which})
    if not rows:
        return [Paragraph(" ".join(notes))] if notes else []
    table = Table(
        "Children whom a rule keeps from this home; a child may stand under several rules",
        (Column("Rule"), Column("Law"), Column("Children", number=True), Column("Which")),
        tuple(rows),
        tuple(notes),
    )
    return [Disclosure(f"Why not for {everyone:,} others", (table,))]
