"""The open homes of one child or family as a panel compares them: side by side, ranked, with reasons and what is left
to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from matching.explain_unit import open_questions
from matching.living_there import residents_in_words
from matching.panel_material import Material
from matching.propose import Proposal
from matching.ranking import Ranked
from matching.rules.rule import Answer
from matching.words import (
    NOT_RECORDED,
    answer_tag,
    home_id,
    home_kind,
    in_words,
    list_in_words,
    miles_in_words,
    signed_in_words,
)
from records.model import Home
from reporting.section import Block, Cell, Column, Definitions, Paragraph, Table, Tag

LISTED: Final = 10


def homes_of_group(material: Material, group: Ranked, name: str) -> list[Block]:
    proposal = material.proposal
    seen = material.seen(group)
    if not seen:
        return [Paragraph(f"No home could take {name}, even with approval: every one is barred, full or not shown.")]
    compared = material.compared(group)
    blocks = side_by_side(material, group, compared)
    blocks.append(_ranking(material, group, seen, name))
    homes = group.homes[compared].tolist()
    blocks += [_reasons(proposal, proposal.register.child_index[child_id], homes) for child_id in group.child_ids]
    questions = open_questions(proposal, group)
    if questions is not None:
        blocks.append(questions)
    blocks += _before(material, group, compared)
    return blocks


def side_by_side(material: Material, group: Ranked, compared: Sequence[int]) -> list[Block]:
    """The same facts of a few homes in one table, those that differ first; what they share stands below it."""
    facts = _facts(material, group, compared)
    differ = [row for row in facts if any(cell != row[1] for cell in row[2:])]
    same = [row for row in facts if row not in differ]
    heads = [f"Home {home_id(material.proposal, int(group.homes[k]))}" for k in compared]
    columns = (Column("Fact"), *(Column(head) for head in heads))
    if len(compared) == 1:
        return [Table(f"The one open home: {heads[0].lower()}", columns, tuple(facts))]
    blocks: list[Block] = [Table("Homes side by side: where they differ", columns, tuple(differ))]
    if same:
        blocks += [Paragraph("The same in all of them:"), Definitions(tuple((str(row[0]), row[1]) for row in same))]
    return blocks


def _facts(material: Material, group: Ranked, compared: Sequence[int]) -> list[tuple[Cell, ...]]:
    proposal = material.proposal
    homes = [int(group.homes[k]) for k in compared]
    records = [material.home(h) for h in homes]
    planned = material.planned(group)
    overall = group.answers.overall()
    signed = [proposal.rule_ids(int(group.answers.sign_off[k])) for k in compared]
    asked = [proposal.rule_ids(int(group.answers.unknown[k])) for k in compared]
    children = [proposal.register.child_index[c] for c in group.child_ids]
    rules = {rule.rule_id: rule for rule in proposal.rules}
    return [
        ("Place in the ranking", *((f"{k + 1}", *([Tag("in the plan")] if k == planned else [])) for k in compared)),
        ("Kind of home", *(home_kind(proposal, h) for h in homes)),
        ("Rules", *(answer_tag(Answer(int(overall[k]))) for k in compared)),
        ("Approval needed first", *(signed_in_words(proposal, ids) or "none" for ids in signed)),
        (
            "Open questions",
            *(tuple(f"{r}: {rules[r].question or rules[r].title}" for r in ids) or "none" for ids in asked),
        ),
        ("Points", *(_points(group, k) for k in compared)),
        ("Miles from home", *(miles_in_words(float(group.miles[k])) for k in compared)),
        ("Miles to school", *(_school(proposal, children, h) for h in homes)),
        ("Places free now", *(f"{h.vacancies} of {h.approved_places}" for h in records)),
        ("Free from", *("now" if h.available_from is None else in_words(h.available_from) for h in records)),
        ("Ages in the approval", *(_span(h.approved_age_min, h.approved_age_max) for h in records)),
        ("Ages the carers prefer", *(_span(h.preferred_age_min, h.preferred_age_max) for h in records)),
        (
            "Needs they can meet",
            *(NOT_RECORDED if h.meets_needs is None else list_in_words(h.meets_needs) for h in records),
        ),
        ("Languages", *(list_in_words(h.languages) for h in records)),
        ("Animals", *(_known(h.pets, "yes", "no") for h in records)),
        ("Last review", *(NOT_RECORDED if h.last_review_on is None else in_words(h.last_review_on) for h in records)),
        ("Who lives there", *(_residents(material, h) for h in records)),
        ("Cost to the others", *(material.costs(group, k) for k in compared)),
    ]


def _points(group: Ranked, k: int) -> Cell:
    low, high = int(group.low[k]), int(group.high[k])
    return f"{group.points[k]}" if low == high else (f"{group.points[k]}", f"{low}–{high}")


def _school(proposal: Proposal, children: Sequence[int], home: int) -> Cell:
    return tuple(miles_in_words(float(proposal.miles_school[proposal.at(i, home)])) for i in children)


def _span(low: int | None, high: int | None) -> str:
    if low is None and high is None:
        return NOT_RECORDED
    return f"{'any' if low is None else low} to {'any' if high is None else high}"


def _known(value: bool | None, yes: str, no: str) -> str:
    return NOT_RECORDED if value is None else yes if value else no


def _residents(material: Material, home: Home) -> Cell:
    """Who lives in a home now: how they come to be there and their age, without names."""
    told = material.proposal.register.records
    found = residents_in_words(told, home.home_id, lambda one: one not in material.hidden)
    return found or "nobody recorded"


_RANKING = (
    Column("Home"),
    Column("Rank", number=True),
    Column("Rules"),
    Column("Points", number=True),
    Column("Miles from home", number=True),
    Column("Cost to the others"),
    Column("What it would take first"),
)


def _ranking(material: Material, group: Ranked, seen: Sequence[int], name: str) -> Table:
    proposal = material.proposal
    overall = group.answers.overall()
    planned = material.planned(group)
    rows: list[tuple[Cell, ...]] = []
    for k in seen[:LISTED]:
        home = int(group.homes[k])
        signed = proposal.rule_ids(int(group.answers.sign_off[k]))
        asked = proposal.rule_ids(int(group.answers.unknown[k]))
        first = [f"Approval: {signed_in_words(proposal, signed)}"] if signed else []
        first += [f"An answer to {', '.join(asked)}"] if asked else []
        first += [] if group.places_for_all[k] else ["More places: too few are offered for all of them"]
        rows.append(
            (
                (home_id(proposal, home), home_kind(proposal, home), *([Tag("in the plan")] if k == planned else [])),
                k + 1,
                answer_tag(Answer(int(overall[k]))),
                _points(group, k),
                miles_in_words(float(group.miles[k])),
                material.costs(group, k),
                tuple(first) or "nothing",
            )
        )
    beyond = len(seen) - len(rows)
    notes = [f"{beyond:,} more open homes are in the app and in ranked.csv."] if beyond else []
    if len(seen) < len(group):
        notes.append(f"{len(group) - len(seen):,} open homes are not shown to whoever made this pack.")
    return Table(f"Homes open to {name}, best first: {len(rows)} of {len(seen)}", _RANKING, tuple(rows), tuple(notes))


def _reasons(proposal: Proposal, i: int, homes: Sequence[int]) -> Table:
    """What each consideration adds to the points of each home for one child, home by home, to the total."""
    parts = [{part.title: part for part in proposal.weighed.parts(i, home)} for home in homes]
    rows: list[tuple[Cell, ...]] = []
    for title in dict.fromkeys(title for one in parts for title in one):
        cells: list[Cell] = []
        for one in parts:
            part = one.get(title)
            unsure = "" if part is None or part.known else " (not all recorded: taken as the middle)"
            cells.append("does not apply" if part is None else (f"{part.points_contributed}", f"{part.words}{unsure}"))
        rows.append((title, *cells))
    totals = [int(proposal.weighed.points[proposal.at(i, home)]) for home in homes]
    return Table(
        f"Why: what each consideration adds for {proposal.register.children[i].child_id}, home by home",
        (Column("Consideration"), *(Column(f"Home {home_id(proposal, home)}") for home in homes)),
        tuple(rows),
        total=("Total of 1,000", *(f"{total}" for total in totals)),
    )


def ways_table(material: Material, ways: Sequence[Ranked]) -> Table:
    """Other parts of a family, with the best home open to each: a line for each way to live together or apart."""
    rows: list[tuple[Cell, ...]] = []
    for group in ways:
        seen = material.seen(group)
        best = seen[0] if seen else None
        rows.append(
            (
                " and ".join(group.child_ids),
                len(seen),
                "none" if best is None else home_id(material.proposal, int(group.homes[best])),
                None if best is None else answer_tag(Answer(int(group.answers.overall()[best]))),
                None if best is None else _points(group, best),
                "-" if best is None else ("yes" if group.places_for_all[best] else "no: too few are offered"),
            )
        )
    columns = (
        Column("Together"),
        Column("Homes open", number=True),
        Column("The best ranked"),
        Column("Rules"),
        Column("Points", number=True),
        Column("Places for all of them"),
    )
    notes = ("Splitting a family is a decision with reasons, a plan for contact and a day for review [SIB-05].",)
    return Table(
        "Every other part of the family that may live together, and each child alone", columns, tuple(rows), notes
    )


def _before(material: Material, group: Ranked, compared: Sequence[int]) -> list[Block]:
    """What to do before one of the compared homes is confirmed, besides what the law asks for every time."""
    proposal = material.proposal
    for_whom: dict[str, dict[str, None]] = {}
    where: dict[str, dict[str, None]] = {}
    for home in group.homes[compared].tolist():
        for child_id in group.child_ids:
            i = proposal.register.child_index[child_id]
            for gate in material.before.of([i], home):
                if not gate.always:
                    words = f"{gate.rule_id}: {gate.words(proposal.register.children[i], proposal.asked)}"
                    for_whom.setdefault(words, {})[child_id] = None
                    where.setdefault(words, {})[home_id(proposal, home)] = None
    if not where:
        return []
    rows = tuple((words, ", ".join(where[words]), ", ".join(for_whom[words])) for words in where)
    columns = (Column("What to do"), Column("At which home"), Column("For whom"))
    return [Table("Before confirming, besides what always comes first", columns, rows)]
