"""One child or family, as a panel reads of them: own words, facts, ranked homes and why, and why not the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from matching.opportunity.rounds import NO_PLAN, loss_in_words
from matching.placements import NO_HOME, Placement
from matching.propose import Proposal
from matching.question import Ints
from matching.ranking import Ranked, Unit
from matching.results import Results
from matching.rules.rule import Answer, Rule
from matching.words import (
    NOT_RECORDED,
    answer_tag,
    home_id,
    home_kind,
    in_words,
    list_in_words,
    miles_in_words,
    plain_word,
    signed_in_words,
    since_in_words,
    some_ids,
)
from records.ages import age_on
from records.geography import authority_name
from records.model import Child
from reporting.section import (
    Bar,
    Block,
    Cell,
    Column,
    Definitions,
    Disclosure,
    Notice,
    Paragraph,
    Quotation,
    Section,
    Table,
    Tag,
    WriteIn,
)


@dataclass(frozen=True, slots=True)
class Amount:
    """How much of each ranking the report shows, so that a big round still opens: homes, folded homes, reasons."""

    homes: int
    folded: int
    reasons: int


def amount_for(children: int) -> Amount:
    """Less of each child the more children there are; `ranked.csv` always has every home."""
    if children <= 40:
        return Amount(homes=10, folded=100, reasons=10)
    if children <= 120:
        return Amount(homes=10, folded=30, reasons=4)
    return Amount(homes=10, folded=10, reasons=2)


def unit_section(results: Results, unit: Unit, amount: Amount, *, level: int, anchor: str | None = None) -> Section:
    """Everything about one child or family, under one heading."""
    proposal = results.proposal
    register = proposal.register
    children = [register.children[register.child_index[c]] for c in unit.child_ids]
    family = len(children) > 1
    blocks: list[Block] = [*own_words(children), recorded_facts(proposal, children)]
    plans = [p for p in results.plan if p.child_id in unit.child_ids]
    blocks.append(what_is_proposed(results, plans))
    confirming = before_confirming(results, plans)
    if confirming is not None:
        blocks.append(confirming)
    if unit.whole is not None:
        blocks += homes_for(results, unit.whole, "the whole family" if family else unit.unit_id, amount)
    elif family:
        blocks.append(Paragraph("The whole family may not live together: see who is assessed apart or separated."))
    if unit.parts:
        inner: list[Block] = []
        for part in unit.parts:
            inner += homes_in_short(results, part, f"{' and '.join(part.child_ids)} together", amount.homes)
        text = f"No home takes the whole family in this plan: {len(unit.parts)} ways for some of them to live together"
        blocks.append(Disclosure(text, tuple(inner)))
    for alone in unit.alone:
        inside = homes_for(results, alone, alone.group_id, amount)
        blocks.append(Disclosure(f"Homes for {alone.child_ids[0]} alone", tuple(inside)))
    label = f"Decision on {'family ' if family else ''}{unit.unit_id}, for the people who decide"
    proposed = "the homes proposed" if family else "the home proposed"
    choices = (
        (proposed, "another home:", "none of these", "put off, until:")
        if any(p.home != NO_HOME for p in plans)
        else ("a home above:", "none of these", "put off, until:")
    )
    blocks.append(WriteIn(f"{label}. Choice and reasons:", choices))
    heading = f"Family {unit.unit_id}: {', '.join(unit.child_ids)}" if family else f"Child {unit.unit_id}"
    return Section(heading, tuple(blocks), level=level, anchor=anchor, contents=False)


def own_words(children: Sequence[Child]) -> list[Block]:
    """What each child wishes and feels, in their own words; who has said nothing is named, to be asked."""
    blocks: list[Block] = []
    for child in children:
        if child.views:
            on = (
                "on a day not recorded"
                if child.views_recorded_on is None
                else f"on {in_words(child.views_recorded_on)}"
            )
            blocks.append(Quotation(child.views, f"What {child.child_id} wishes and feels, recorded {on}"))
    silent = [c.child_id for c in children if not c.views]
    if silent:
        blocks.append(Paragraph(f"Wishes and feelings of {', '.join(silent)}: {NOT_RECORDED}. Ask before deciding."))
    return blocks


def recorded_facts(proposal: Proposal, children: Sequence[Child]) -> Block:
    """What is recorded of each child, side by side."""
    day = proposal.register.day
    columns = (Column("Fact"), *(Column(c.child_id) for c in children))
    kinds: list[tuple[str, list[Cell]]] = [
        ("Age", [f"{age_on(c.date_of_birth, day)}" for c in children]),
        ("Kinds of home in the care plan", [list_in_words(c.routes) for c in children]),
        ("Stay needed", [plain_word(c.placement_need) for c in children]),
        ("Needs the home must meet", [list_in_words(c.needs_must) for c in children]),
        ("Needs it helps to meet", [list_in_words(c.needs_helpful) for c in children]),
        ("Who else may live there", [plain_word(c.alongside) for c in children]),
        ("Waiting since", [since_in_words(c.referred_on, day) for c in children]),
        ("Needed by", [NOT_RECORDED if c.needed_by is None else in_words(c.needed_by) for c in children]),
        (
            "Comes from",
            [
                NOT_RECORDED if not c.home_authority else authority_name(c.home_authority) or c.home_authority
                for c in children
            ],
        ),
    ]
    if len(children) == 1:
        return Definitions(tuple((title, values[0]) for title, values in kinds))
    return Table("What is recorded", columns, tuple((title, *values) for title, values in kinds))


def what_is_proposed(results: Results, plans: Sequence[Placement]) -> Block:
    """The home proposed for each, or why none is."""
    proposal = results.proposal
    lines: list[str] = []
    for p in plans:
        if p.home == NO_HOME:
            why = next(one for one in results.unplaced if one.child_id == p.child_id)
            lines.append(f"{p.child_id}: no home is proposed. {why.help}")
            continue
        with_whom = f", with {', '.join(p.placed_with)}" if p.placed_with else ""
        stays = "stays in" if p.stays else "is proposed"
        lines.append(f"{p.child_id} {stays} home {home_id(proposal, p.home)}{with_whom}.")
        if p.sign_off:
            lines.append(f"First: approval. {signed_in_words(proposal, p.sign_off)}")
    without = sum(p.home == NO_HOME for p in plans)
    if without == len(plans):
        return Notice("No home is proposed", tuple(lines), "bad")
    return Notice("Proposed", tuple(lines), "caution" if without else "good")


def before_confirming(results: Results, plans: Sequence[Placement]) -> Block | None:
    """What is particular to the proposed homes; what the law always asks for stands once, in its own chapter."""
    proposal = results.proposal
    for_whom: dict[tuple[str, str], list[str]] = {}
    for p in plans:
        if p.home == NO_HOME:
            continue
        i = proposal.register.child_index[p.child_id]
        for gate in results.before.of([i], p.home):
            if not gate.always:
                words = gate.words(proposal.register.children[i], proposal.asked)
                for_whom.setdefault((gate.rule_id, words), []).append(p.child_id)
    if not for_whom:
        return None
    rows = tuple((rule_id, words, ", ".join(ids)) for (rule_id, words), ids in for_whom.items())
    columns = (Column("Rule"), Column("What to do"), Column("For whom"))
    return Table("Before confirming, besides what always comes first", columns, rows)


def homes_for(results: Results, group: Ranked, name: str, amount: Amount) -> list[Block]:
    """The homes that could take one group: table, reasons, the rest folded, open questions, barred homes."""
    blocks = homes_in_short(results, group, name, amount.homes)
    rest = group.homes[amount.homes : amount.homes + amount.folded].tolist()
    if rest:
        beyond = len(group) - amount.homes - len(rest)
        more = (f"{beyond:,} more are in ranked.csv.",) if beyond else ()
        rows = [ranked_row(results, group, amount.homes + k) for k in range(len(rest))]
        caption = f"Homes for {name}, ranks {amount.homes + 1} to {amount.homes + len(rest)}"
        blocks.append(
            Disclosure(
                f"Show the next {len(rest)} of {len(group)} homes",
                (Table(caption, RANKED, tuple(rows), more),),
                on_paper=False,
            )
        )
    blocks += reasons_for(results, group, amount)
    questions = open_questions(results.proposal, group)
    if questions is not None:
        blocks.append(questions)
    blocks.append(barred_homes(results.proposal, group))
    return blocks


RANKED = (
    Column("Home"),
    Column("Rank", number=True),
    Column("Rules"),
    Column("Points", number=True),
    Column("Miles from home", number=True),
    Column("What it costs everybody else"),
    Column("What it would take first"),
)


def homes_in_short(results: Results, group: Ranked, name: str, most: int) -> list[Block]:
    """The best homes of one group as a table."""
    if not len(group):
        return [
            Paragraph(f"No home on the register could take {name}, even with approval: every one is barred or full.")
        ]
    shown = min(most, len(group))
    rows = tuple(ranked_row(results, group, k) for k in range(shown))
    caption = f"Homes that could take {name}: {'all' if shown == len(group) else f'the first {shown} of'} {len(group)}"
    return [Table(caption, RANKED, rows)]


def ranked_row(results: Results, group: Ranked, k: int) -> tuple[Cell, ...]:
    """One home of a ranking, as a row of `RANKED`."""
    proposal = results.proposal
    home = int(group.homes[k])
    planned = {int(proposal.home_of[proposal.register.child_index[c]]) for c in group.child_ids} == {home}
    answer = Answer(int(group.answers.overall()[k]))
    marks: list[Cell] = [Tag("proposed", "good")] if planned else []
    width = "" if group.low[k] == group.high[k] else f"{group.low[k]}–{group.high[k]}"
    first: list[Cell] = []
    signed = proposal.rule_ids(int(group.answers.sign_off[k]))
    asked = proposal.rule_ids(int(group.answers.unknown[k]))
    if signed:
        first.append(f"Approval: {signed_in_words(proposal, signed)}")
    if asked:
        first.append(f"An answer to {', '.join(asked)}")
    if not group.places_for_all[k]:
        first.append("More places: the carers offer too few for all of them")
    return (
        (home_id(proposal, home), home_kind(proposal, home), *marks),
        k + 1,
        answer_tag(answer),
        (f"{group.points[k]}", width) if width else f"{group.points[k]}",
        miles_in_words(float(group.miles[k])),
        cost_to_others(results, group, k),
        tuple(first),
    )


def cost_to_others(results: Results, group: Ranked, k: int) -> tuple[Cell, ...]:
    """What the whole plan loses if this home is insisted upon, tier by tier, and how many others it moves."""
    priced = results.costs[group.child_ids]
    cost = priced.costs[k]
    if cost is None:
        return (Tag("no plan can hold it" if priced.basis[k] == NO_PLAN else "not proved"),)
    words = [loss_in_words(priced.tiers, cost)]
    if cost.left_without:
        words.append(f"others left without a home: {len(cost.left_without)}")
    if cost.moved:
        words.append(f"others moved: {len(cost.moved)}")
    return tuple(words)


def reasons_for(results: Results, group: Ranked, amount: Amount) -> list[Block]:
    """Why: for the proposed home and the first few, what each consideration adds, to the total."""
    proposal = results.proposal
    planned = [
        int(proposal.home_of[proposal.register.child_index[c]]) for c in group.child_ids if len(group.child_ids) == 1
    ]
    homes = list(dict.fromkeys([*(h for h in planned if h in group.homes), *group.homes[: amount.reasons].tolist()]))
    if len(group.child_ids) > 1:
        return [waterfall_of_several(proposal, group, home) for home in homes[: max(1, amount.reasons // 2)]]
    i = proposal.register.child_index[group.child_ids[0]]
    return [waterfall(proposal, i, home) for home in homes]


def waterfall(proposal: Proposal, i: int, home: int) -> Block:
    """What makes up the points of one home for one child, adding up to the total."""
    at = proposal.at(i, home)
    total = int(proposal.weighed.points[at])
    rows: list[tuple[Cell, ...]] = []
    start = 0
    for part in proposal.weighed.parts(i, home):
        words = part.words if part.known else f"{part.words} (not all recorded: taken as the middle)"
        score = (f"{part.score:.0f} of 100", f"weight {part.weight_share:.0%}")
        bar = Bar(start, part.points_contributed, max(total, 1), f"{part.points_contributed}")
        rows.append((part.title, words, score, bar))
        start += part.points_contributed
    low, high = int(proposal.weighed.low[at]), int(proposal.weighed.high[at])
    notes = [f"Between {low} and {high} once everything is recorded."] if low != high else []
    child_id = proposal.register.children[i].child_id
    table = Table(
        f"What makes up the {total} points of home {home_id(proposal, home)} for {child_id}",
        (Column("Consideration"), Column("What was found"), Column("Score"), Column("Points", number=True)),
        tuple(rows),
        tuple(notes),
        total=("Total", None, None, f"{total} of 1,000"),
    )
    return Disclosure(f"Why home {home_id(proposal, home)}: {total} points", (table,))


def waterfall_of_several(proposal: Proposal, group: Ranked, home: int) -> Block:
    """What makes up the points of one home for each of several children."""
    indices = [proposal.register.child_index[c] for c in group.child_ids]
    parts = [{part.title: part for part in proposal.weighed.parts(i, home)} for i in indices]
    titles = list(dict.fromkeys(title for one in parts for title in one))
    rows: list[tuple[Cell, ...]] = [
        (title, *((f"{one[title].points_contributed}", one[title].words) if title in one else None for one in parts))
        for title in titles
    ]
    points = [int(proposal.weighed.points[proposal.at(i, home)]) for i in indices]
    total = sum(points)
    table = Table(
        f"What makes up the points of home {home_id(proposal, home)} for each child",
        (Column("Consideration"), *(Column(c) for c in group.child_ids)),
        tuple(rows),
        total=("Total", *(f"{one} of 1,000" for one in points)),
    )
    return Disclosure(f"Why home {home_id(proposal, home)}: {total} points for all of them", (table,))


def open_questions(proposal: Proposal, group: Ranked) -> Block | None:
    """The questions still open for a group, and how many homes wait for each answer; None when there are none."""
    rows: list[tuple[Cell, ...]] = []
    words = group.answers.unknown
    for bit, rule in enumerate(proposal.rules):
        n = int((words >> np.uint64(bit) & np.uint64(1)).sum())
        if n:
            rows.append((rule.question or rule.title, rule.rule_id, n))
    if not rows:
        return None
    caption = "Questions still open, and how many of these homes wait for each answer"
    table = Table(caption, (Column("Question"), Column("Rule"), Column("Homes", number=True)), tuple(rows))
    return Disclosure(f"Questions to ask ({len(rows)})", (table,))


def barred_by_rule(proposal: Proposal, group: Ranked) -> tuple[list[tuple[Rule, Ints]], tuple[str, ...]]:
    """The rules that bar homes, each with the homes by index; and sentences about the other homes that are not ranked.

    Homes of a kind that the care plan does not allow are only counted, in a sentence; a home may be barred by several.
    """
    homes = proposal.register.homes
    barred = proposal.answers_for(*group.child_ids).barred
    by_id = {rule.rule_id: bit for bit, rule in enumerate(proposal.rules)}
    other_kind = np.zeros(len(homes), dtype=np.bool_)
    if "PLC-03" in by_id:
        other_kind = (barred >> np.uint64(by_id["PLC-03"]) & np.uint64(1)).astype(np.bool_)
    found = []
    for bit, rule in enumerate(proposal.rules):
        which = np.flatnonzero((barred >> np.uint64(bit) & np.uint64(1)).astype(np.bool_) & ~other_kind)
        if len(which):
            found.append((rule, which))
    others = barred == 0
    others[group.homes] = False
    far = int((others & (proposal.question.places > 0)).sum())
    full = int(others.sum()) - far
    notes = []
    if other_kind.any():
        notes.append(f"{int(other_kind.sum()):,} homes are of a kind that the care plan does not allow [PLC-03].")
    if full:
        notes.append(f"{full:,} homes are not barred but have no place left.")
    if far:
        limit = f"{proposal.asked.policy.screen_miles:g} miles"
        notes.append(f"{far:,} homes are not barred but lie more than {limit} away, and were not looked at.")
    return found, tuple(notes)


def barred_homes(proposal: Proposal, group: Ranked, where: Callable[[str], str] = str) -> Block:
    """The homes that are barred, by rule with its law; those of a kind the care plan does not allow only counted.

    `where` gives a home's id as the reader may see it.
    """
    ids = proposal.register.homes.ids
    found, notes = barred_by_rule(proposal, group)
    if not found:
        return Paragraph(" ".join(notes) or "No home is barred.")
    rows: list[tuple[Cell, ...]] = [
        (
            f"{rule.rule_id}: {rule.title}",
            rule.law,
            len(which),
            some_ids([where(one) for one in ids[which].tolist()]),
        )
        for rule, which in found
    ]
    n = int((proposal.answers_for(*group.child_ids).barred != 0).sum())
    table = Table(
        "Homes that may not be used, by rule; a home may be barred by several",
        (Column("Rule"), Column("Law"), Column("Homes", number=True), Column("Which")),
        tuple(rows),
        notes,
    )
    return Disclosure(f"Why not the {n:,} others", (table,))
