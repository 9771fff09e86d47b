"""The report of one round as sections: what is proposed and why, what is not and why not, and how it was found.

Every word here can be traced to a rule, a consideration or a record. Nothing is decided: the report proposes, and
leaves room for people to choose otherwise and say why [GOV-01, GOV-02].
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from matching.conflicts.table import without_a_home
from matching.explain_alternatives import alternatives_sections
from matching.opportunity.rounds import NO_PLAN, loss_in_words
from matching.placements import NO_HOME, Placement, who_signs
from matching.points import LABEL, WeighedByFile
from matching.propose import Proposal
from matching.ranking import Ranked, Unit
from matching.results import Results
from matching.rings import adoption_section
from matching.rules.law import sources
from matching.rules.rule import Answer
from matching.versions import versions
from records.ages import age_on
from records.geography import ATTRIBUTION, authority_name
from records.model import Child
from reporting.section import (
    Bar,
    Block,
    Bullets,
    Cell,
    Column,
    Definitions,
    Disclosure,
    Link,
    Notice,
    Paragraph,
    Quotation,
    Section,
    Table,
    Tag,
    Tone,
    WriteIn,
)
from reporting.write import html

TITLE = "Homes for children: a proposal to consider"
MARKING = "CONFIDENTIAL: children's records. Share only with people who need it to decide."
NOT_RECORDED = "not recorded"
MOST_FINDINGS = 200
MOST_IDS = 24
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
"""Spelt out here, so that the words do not depend on the computer's language."""

ANSWER_TAGS: dict[Answer, tuple[str, Tone]] = {
    Answer.MET: ("met", "good"),
    Answer.NEEDS_SIGN_OFF: ("needs sign-off", "caution"),
    Answer.UNKNOWN: ("open question", "question"),
    Answer.BARRED: ("barred", "bad"),
}
TIER_WORDS = {
    "placed": "Children placed",
    "siblings": "Pairs of brothers and sisters together",
    "near": "Pairs of brothers and sisters split, but in homes near each other",
    "local": "Children placed near home or in the council's area",
    "points": "Points: how well homes suit children",
    "cost": "Cost a week (a tie-break only)",
}


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


def report(results: Results) -> str:
    """The whole report as one HTML page."""
    proposal = results.proposal
    day = in_words(proposal.register.day)
    return html(
        TITLE,
        sections(results),
        lead=f"{_council(proposal)}, as the records stood for {day}.",
        marking=MARKING,
        footer=(f"{MARKING} {ATTRIBUTION}",),
    )


def sections(results: Results) -> list[Section]:
    """Every section of the report, in reading order."""
    found = [_at_a_glance(results), _the_plan(results), _signatures(results)]
    search = adoption_section(results.proposal)
    if search is not None:
        found.append(search)
    if results.splits:
        found.append(_splits(results))
    found.append(without_a_home(results.proposal, results.unplaced))
    if results.others is not None:
        found += alternatives_sections(results.proposal, results.others)
    found += _each_unit(results)
    found += [_always_before_confirming(results), _findings(results)]
    found += _how_it_was_worked_out(results)
    return found


def ranking_sections(results: Results, unit: Unit) -> list[Section]:
    """The sections of one child or family only, for reading alone."""
    return [_unit_section(results, unit, amount_for(1), level=2)]


# ---- chapters ------------------------------------------------------------------------------------------------------


def _at_a_glance(results: Results) -> Section:
    proposal = results.proposal
    placed = [p for p in results.plan if p.home != NO_HOME]
    signed = sum(bool(p.sign_off) for p in placed)
    facts: list[tuple[str, Cell]] = [
        ("Children who need a home", f"{len(results.plan):,}"),
        ("Homes on the register", f"{len(proposal.register.homes):,}"),
        ("Children with a proposed home", f"{len(placed):,}"),
        ("Children left without", f"{len(results.plan) - len(placed):,}"),
        ("Proposed homes that need somebody's approval first", f"{signed:,}"),
        ("Families the plan would split", f"{len(results.splits):,}"),
        ("Rows of the records left out", f"{proposal.register.records.rows_left_out:,}"),
        ("Council", f"{_council(proposal)}: {proposal.council_found}"),
    ]
    blocks: list[Block] = [
        Notice(
            "This is a proposal. Nothing is decided.",
            (
                "People with the right role decide, for each child, after reading the reasons and the other homes. "
                "Every part below leaves room for another home, or for none of these, and for the reasons.",
                _what_points_say(proposal),
            ),
            "caution",
        ),
        Definitions(tuple(facts)),
    ]
    notices = list(results.warnings)
    if notices:
        blocks.append(Notice("Please read first", tuple(notices), "bad"))
    return Section("At a glance", tuple(blocks), anchor="glance")


def _the_plan(results: Results) -> Section:
    proposal = results.proposal
    placed = {p.child_id: p for p in results.plan}
    rows: list[tuple[Cell, ...]] = []
    for number, unit in enumerate(results.units):
        for child_id in unit.child_ids:
            p = placed[child_id]
            i = proposal.register.child_index[child_id]
            family = unit.unit_id if len(unit.child_ids) > 1 else None
            who: Cell = (Link(child_id, _anchor(number)), *([f"family {family}"] if family else []))
            age = f"{age_on(proposal.register.children[i].date_of_birth, proposal.register.day)}"
            if p.home == NO_HOME:
                rows.append((who, age, Tag("no home found", "bad"), None, None, None, None, None))
                continue
            rows.append(
                (
                    who,
                    age,
                    (_home_id(proposal, p.home), _home_kind(proposal, p.home), *(["stays there"] if p.stays else [])),
                    _answer_tag(p.answer),
                    _points(proposal, i, p.home),
                    _miles(float(proposal.miles_home[proposal.at(i, p.home)])),
                    _miles(float(proposal.miles_school[proposal.at(i, p.home)])),
                    _signed_by(proposal, p),
                )
            )
    columns = (
        Column("Child"),
        Column("Age", number=True),
        Column("Proposed home"),
        Column("Rules"),
        Column("Points", number=True),
        Column("Miles from home", number=True),
        Column("Miles to school", number=True),
        Column("Who must approve first"),
    )
    note = (
        "Miles are straight lines. A range after the points shows how far they may move once what is not recorded "
        "becomes known. Each child's name leads to the reasons."
    )
    table = Table("The homes proposed for all the children together", columns, tuple(rows), (note,))
    return Section("The plan proposed", (table,), anchor="plan")


def _signatures(results: Results) -> Section:
    proposal = results.proposal
    rules = {rule.rule_id: rule for rule in proposal.rules}
    rows: list[tuple[Cell, ...]] = []
    for p in results.plan:
        for rule_id in (*p.sign_off, *p.questions):
            rule = rules[rule_id]
            what = rule.question or rule.title if rule_id in p.questions else rule.title
            rows.append((rule.sign_off or "", f"{rule_id}: {what}", p.child_id, _home_id(proposal, p.home), rule.law))
    if not rows:
        text = "Every proposed home meets every rule that the records can answer; none needs approval by an exception."
        return Section("Approvals needed first", (Paragraph(text),), anchor="signatures")
    rows.sort(key=lambda row: tuple(str(cell) for cell in row))
    table = Table(
        "Who must approve what before a proposed home can be used",
        (Column("Who"), Column("What is asked"), Column("Child"), Column("Home"), Column("Law")),
        tuple(rows),
    )
    return Section("Approvals needed first", (table,), anchor="signatures")


def _splits(results: Results) -> Section:
    rows: list[tuple[Cell, ...]] = []
    for split in results.splits:
        for a, b, apart in split.parted:
            rows.append((split.family_id, f"{a} and {b}", "not known" if apart is None else f"{apart:.1f}"))
    table = Table(
        "Brothers and sisters, not assessed apart, who would not live together",
        (Column("Family"), Column("Who would be parted"), Column("Miles between their homes", number=True)),
        tuple(rows),
        ("A split is a decision with reasons, a plan for contact and a day for review; it is never taken here.",),
    )
    return Section("Families the plan would split", (table,), anchor="splits")


def _each_unit(results: Results) -> list[Section]:
    amount = amount_for(len(results.plan))
    text = (
        "For each child or family: what is recorded of their wishes, the homes that could take them with the reasons, "
        f"and those that could not. The first {amount.homes} homes are shown and the next {amount.folded} folded; "
        f"reasons are given for the proposed home and the first {amount.reasons}. "
        "Every home of every group is in ranked.csv, and every pair, barred ones too, in pairs.parquet."
    )
    chapter = Section("Each child and family", (Paragraph(text),), anchor="each")
    return [
        chapter,
        *(_unit_section(results, u, amount, level=3, anchor=_anchor(n)) for n, u in enumerate(results.units)),
    ]


def _always_before_confirming(results: Results) -> Section:
    used = 0
    for p in results.plan:
        if p.home != NO_HOME:
            i = results.proposal.register.child_index[p.child_id]
            used |= int(results.before.words_of([i], np.array([p.home], dtype=np.int64))[0])
    rows = tuple(
        (gate.rule_id, gate.text, gate.law)
        for bit, gate in enumerate(results.before.gates)
        if gate.always and used >> bit & 1
    )
    heading = "Before confirming any match"
    if not rows:
        return Section(heading, (Paragraph("No home is proposed, so there is nothing to confirm."),), anchor="confirm")
    table = Table(
        "What the law asks for as a matter of course, and these records cannot show as done",
        (Column("Rule"), Column("What to do"), Column("Law")),
        rows,
        ("Each applies to one or more of the proposed homes; plan.csv says to which.",),
    )
    return Section(heading, (table,), anchor="confirm")


def _findings(results: Results) -> Section:
    findings = results.proposal.register.records.findings
    if not findings:
        return Section("What was found in the records", (Paragraph("Nothing doubtful was found."),), anchor="findings")
    counted = Counter(f.severity.value for f in findings)
    words = {"left_out": "left out of this round", "mended": "read in the way stated", "note": "to be looked at"}
    text = "; ".join(f"{counted[s]:,} {w}" for s, w in words.items() if counted[s]) + "."
    order = {s: k for k, s in enumerate(words)}
    first = sorted(findings, key=lambda f: (order[f.severity.value], f.place))[:MOST_FINDINGS]
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            f"{f.file}{'' if f.row is None else f', row {f.row}'}",
            f.column,
            Tag(words[f.severity.value], "bad" if f.severity.value == "left_out" else "plain"),
            (f.message, f.meaning),
            f.mend,
        )
        for f in first
    )
    more = len(findings) - len(first)
    table = Table(
        "Doubtful rows and cells: what each means and how to mend it",
        (
            Column("Where"),
            Column("Column"),
            Column("What became of it"),
            Column("What is wrong"),
            Column("How to mend it"),
        ),
        rows,
        (f"{more:,} more are in findings.csv.",) if more else (),
    )
    folded = Disclosure(f"Show {len(first):,} of {len(findings):,}", (table,))
    return Section("What was found in the records", (Paragraph(text), folded), anchor="findings")


def _how_it_was_worked_out(results: Results) -> list[Section]:
    proposal = results.proposal
    asked, solution = proposal.asked, proposal.solution
    tiers = Table(
        "The council's order of priorities, and how far each is proved",
        (Column("Priority"), Column("This plan", number=True), Column("Best possible", number=True), Column("Proof")),
        tuple(
            (
                TIER_WORDS[tier.name],
                _tier_value(tier.name, tier.value),
                _tier_value(tier.name, tier.bound),
                Tag("proved", "good") if tier.proved else Tag("not proved", "bad"),
            )
            for tier in solution.tiers
        ),
        (
            "Each priority is settled before the next is looked at. Best possible: no lawful plan that keeps the "
            "priorities above it can do better.",
            "Only one plan is left after the last priority and the fixed rule of ids."
            if solution.unique
            else "Other plans may be as good as this one in every priority.",
        ),
    )
    rules = {rule.rule_id: rule for rule in proposal.rules}
    allowed: list[Cell] = [
        f"{r}: {rules[r].title} Signed by {rules[r].sign_off}." if r in rules else r for r in sorted(proposal.allowed)
    ]
    values = asked.policy.as_dict()
    weights = values.pop("weights")
    policy = Definitions(
        (
            *((name.replace("_", " "), _policy_value(value)) for name, value in values.items()),
            ("fingerprint", asked.policy.fingerprint),
        )
    )
    weight_table = Table(
        "Weight of each consideration"
        + (", none of them used in this round" if isinstance(proposal.weighed, WeighedByFile) else ""),
        (Column("Consideration"), Column("Weight", number=True)),
        tuple((name.replace("_", " "), int(weight)) for name, weight in weights.items()),
    )
    law = Table(
        f"Numbers fixed by law or by national standards, as they stood on {in_words(asked.day)}",
        (Column("What"), Column("Value"), Column("Source"), Column("Last checked")),
        tuple(
            (s.description, f"{_yes_no(s.on(asked.day))} {s.unit}", s.reference, in_words(s.last_checked))
            for s in sources()
        ),
    )
    inputs = Table(
        "Files read, with their sha256",
        (Column("File"), Column("sha256")),
        tuple(sorted(proposal.register.records.inputs.items())),
    )
    return [
        Section("How it was worked out", (tiers,), anchor="how"),
        Section(
            "Approvals this run may use",
            (
                Bullets(tuple(allowed)) if allowed else Paragraph("None."),
                Paragraph("They stay approvals: each proposed home that uses one says who must sign first."),
            ),
            level=3,
        ),
        Section("The council's policy", (Disclosure("Show the policy", (policy, weight_table)),), level=3),
        Section("The law in force", (Disclosure("Show the numbers", (law,)),), level=3),
        Section(
            "What was read, and by what",
            (
                Disclosure("Show files and versions", (inputs, Definitions(tuple(versions().items())))),
                Paragraph(f"Solver: {solution.solver}. The finished plan was audited apart from the solver."),
                Paragraph(ATTRIBUTION),
            ),
            level=3,
        ),
    ]


# ---- one child or family -------------------------------------------------------------------------------------------


def _unit_section(results: Results, unit: Unit, amount: Amount, *, level: int, anchor: str | None = None) -> Section:
    proposal = results.proposal
    register = proposal.register
    children = [register.children[register.child_index[c]] for c in unit.child_ids]
    family = len(children) > 1
    blocks: list[Block] = [*_own_words(children), _facts(proposal, children)]
    plans = [p for p in results.plan if p.child_id in unit.child_ids]
    blocks.append(_proposed(results, plans))
    confirming = _before_confirming(results, plans)
    if confirming is not None:
        blocks.append(confirming)
    if unit.whole is not None:
        blocks += _ranking(results, unit.whole, "the whole family" if family else unit.unit_id, amount)
    elif family:
        blocks.append(Paragraph("The whole family may not live together: see who is assessed apart or separated."))
    if unit.parts:
        inner: list[Block] = []
        for part in unit.parts:
            inner += _short_ranking(results, part, f"{' and '.join(part.child_ids)} together", amount.homes)
        text = f"No home takes the whole family in this plan: {len(unit.parts)} ways for some of them to live together"
        blocks.append(Disclosure(text, tuple(inner)))
    for alone in unit.alone:
        blocks.append(
            Disclosure(f"Homes for {alone.child_ids[0]} alone", tuple(_ranking(results, alone, alone.group_id, amount)))
        )
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


def _own_words(children: Sequence[Child]) -> list[Block]:
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


def _facts(proposal: Proposal, children: Sequence[Child]) -> Block:
    day = proposal.register.day
    columns = (Column("Fact"), *(Column(c.child_id) for c in children))
    kinds: list[tuple[str, list[Cell]]] = [
        ("Age", [f"{age_on(c.date_of_birth, day)}" for c in children]),
        ("Kinds of home in the care plan", [_listed(c.routes) for c in children]),
        ("Stay needed", [_word(c.placement_need) for c in children]),
        ("Needs the home must meet", [_listed(c.needs_must) for c in children]),
        ("Needs it helps to meet", [_listed(c.needs_helpful) for c in children]),
        ("Who else may live there", [_word(c.alongside) for c in children]),
        ("Waiting since", [_since(c.referred_on, day) for c in children]),
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


def _proposed(results: Results, plans: Sequence[Placement]) -> Block:
    proposal = results.proposal
    lines: list[str] = []
    for p in plans:
        if p.home == NO_HOME:
            why = next(one for one in results.unplaced if one.child_id == p.child_id)
            lines.append(f"{p.child_id}: no home is proposed. {why.help}")
            continue
        with_whom = f", with {', '.join(p.placed_with)}" if p.placed_with else ""
        stays = "stays in" if p.stays else "is proposed"
        lines.append(f"{p.child_id} {stays} home {_home_id(proposal, p.home)}{with_whom}.")
        if p.sign_off:
            lines.append(f"First: approval. {_signed_text(proposal, p.sign_off)}")
    without = sum(p.home == NO_HOME for p in plans)
    if without == len(plans):
        return Notice("No home is proposed", tuple(lines), "bad")
    return Notice("Proposed", tuple(lines), "caution" if without else "good")


def _before_confirming(results: Results, plans: Sequence[Placement]) -> Block | None:
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


def _ranking(results: Results, group: Ranked, name: str, amount: Amount) -> list[Block]:
    """The homes that could take one group: table, reasons, the rest folded, open questions, barred homes."""
    blocks = _short_ranking(results, group, name, amount.homes)
    rest = group.homes[amount.homes : amount.homes + amount.folded].tolist()
    if rest:
        beyond = len(group) - amount.homes - len(rest)
        more = (f"{beyond:,} more are in ranked.csv.",) if beyond else ()
        rows = [_ranked_row(results, group, amount.homes + k) for k in range(len(rest))]
        caption = f"Homes for {name}, ranks {amount.homes + 1} to {amount.homes + len(rest)}"
        blocks.append(
            Disclosure(
                f"Show the next {len(rest)} of {len(group)} homes",
                (Table(caption, _RANKED, tuple(rows), more),),
                on_paper=False,
            )
        )
    blocks += _reasons(results, group, amount)
    questions = _open_questions(results.proposal, group)
    if questions is not None:
        blocks.append(questions)
    blocks.append(_barred(results.proposal, group))
    return blocks


_RANKED = (
    Column("Home"),
    Column("Rank", number=True),
    Column("Rules"),
    Column("Points", number=True),
    Column("Miles from home", number=True),
    Column("What it costs everybody else"),
    Column("What it would take first"),
)


def _short_ranking(results: Results, group: Ranked, name: str, most: int) -> list[Block]:
    if not len(group):
        return [
            Paragraph(f"No home on the register could take {name}, even with approval: every one is barred or full.")
        ]
    shown = min(most, len(group))
    rows = tuple(_ranked_row(results, group, k) for k in range(shown))
    caption = f"Homes that could take {name}: {'all' if shown == len(group) else f'the first {shown} of'} {len(group)}"
    return [Table(caption, _RANKED, rows)]


def _ranked_row(results: Results, group: Ranked, k: int) -> tuple[Cell, ...]:
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
        first.append(f"Approval: {_signed_text(proposal, signed)}")
    if asked:
        first.append(f"An answer to {', '.join(asked)}")
    if not group.places_for_all[k]:
        first.append("More places: the carers offer too few for all of them")
    return (
        (_home_id(proposal, home), _home_kind(proposal, home), *marks),
        k + 1,
        _answer_tag(answer),
        (f"{group.points[k]}", width) if width else f"{group.points[k]}",
        _miles(float(group.miles[k])),
        _cost_to_others(results, group, k),
        tuple(first),
    )


def _cost_to_others(results: Results, group: Ranked, k: int) -> tuple[Cell, ...]:
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


def _reasons(results: Results, group: Ranked, amount: Amount) -> list[Block]:
    """Why: for the proposed home and the first few, what each consideration adds, to the total."""
    proposal = results.proposal
    planned = [
        int(proposal.home_of[proposal.register.child_index[c]]) for c in group.child_ids if len(group.child_ids) == 1
    ]
    homes = list(dict.fromkeys([*(h for h in planned if h in group.homes), *group.homes[: amount.reasons].tolist()]))
    if len(group.child_ids) > 1:
        return [_reasons_for_several(proposal, group, home) for home in homes[: max(1, amount.reasons // 2)]]
    i = proposal.register.child_index[group.child_ids[0]]
    return [_waterfall(proposal, i, home) for home in homes]


def _waterfall(proposal: Proposal, i: int, home: int) -> Block:
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
        f"What makes up the {total} points of home {_home_id(proposal, home)} for {child_id}",
        (Column("Consideration"), Column("What was found"), Column("Score"), Column("Points", number=True)),
        tuple(rows),
        tuple(notes),
        total=("Total", None, None, f"{total} of 1,000"),
    )
    return Disclosure(f"Why home {_home_id(proposal, home)}: {total} points", (table,))


def _reasons_for_several(proposal: Proposal, group: Ranked, home: int) -> Block:
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
        f"What makes up the points of home {_home_id(proposal, home)} for each child",
        (Column("Consideration"), *(Column(c) for c in group.child_ids)),
        tuple(rows),
        total=("Total", *(f"{one} of 1,000" for one in points)),
    )
    return Disclosure(f"Why home {_home_id(proposal, home)}: {total} points for all of them", (table,))


def _open_questions(proposal: Proposal, group: Ranked) -> Block | None:
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


def _barred(proposal: Proposal, group: Ranked) -> Block:
    """The homes that are barred, by rule with its law; those of a kind the care plan does not allow only counted."""
    homes = proposal.register.homes
    barred = proposal.answers_for(*group.child_ids).barred
    by_id = {rule.rule_id: bit for bit, rule in enumerate(proposal.rules)}
    other_kind = np.zeros(len(homes), dtype=np.bool_)
    if "PLC-03" in by_id:
        other_kind = (barred >> np.uint64(by_id["PLC-03"]) & np.uint64(1)).astype(np.bool_)
    rows: list[tuple[Cell, ...]] = []
    for bit, rule in enumerate(proposal.rules):
        which = np.flatnonzero((barred >> np.uint64(bit) & np.uint64(1)).astype(np.bool_) & ~other_kind)
        if len(which):
            rows.append((f"{rule.rule_id}: {rule.title}", rule.law, len(which), _some_ids(homes.ids[which].tolist())))
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
    n = int((barred != 0).sum())
    if not rows:
        said = " ".join(notes) or "No home is barred."
        return Paragraph(said)
    table = Table(
        "Homes that may not be used, by rule; a home may be barred by several",
        (Column("Rule"), Column("Law"), Column("Homes", number=True), Column("Which")),
        tuple(rows),
        tuple(notes),
    )
    return Disclosure(f"Why not the {n:,} others", (table,))


# ---- words ---------------------------------------------------------------------------------------------------------


def in_words(day: date) -> str:
    """A date as people write it: 3 April 2026."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _what_points_say(proposal: Proposal) -> str:
    if isinstance(proposal.weighed, WeighedByFile):
        return (
            f"Points come from {LABEL}, a file of the council's own, not from facts weighed here. They do not foretell "
            "how a placement will go."
        )
    return "Points say how well the recorded facts fit. They do not foretell how a placement will go."


def _council(proposal: Proposal) -> str:
    code = proposal.asked.council
    return "Council not known" if code is None else f"{authority_name(code) or 'Authority'} ({code})"


def _anchor(number: int) -> str:
    return f"unit-{number + 1}"


def _home_id(proposal: Proposal, home: int) -> str:
    return str(proposal.register.homes.ids[home])


def _home_kind(proposal: Proposal, home: int) -> str:
    one = proposal.register.records.homes[home]
    return f"{_word(one.kind)}, {_word(one.provider)}"


def _answer_tag(answer: Answer | None) -> Cell:
    return None if answer is None else Tag(*ANSWER_TAGS[answer])


def _points(proposal: Proposal, i: int, home: int) -> Cell:
    at = proposal.at(i, home)
    points = int(proposal.weighed.points[at])
    low, high = int(proposal.weighed.low[at]), int(proposal.weighed.high[at])
    return f"{points}" if low == high else (f"{points}", f"{low}–{high}")


def _miles(miles: float) -> str:
    return "not known" if math.isnan(miles) else f"{miles:.1f}"


def _signed_by(proposal: Proposal, placed: Placement) -> Cell:
    lines: list[Cell] = []
    if placed.sign_off:
        lines.append(_signed_text(proposal, placed.sign_off))
    if placed.questions:
        lines.append(f"open question accepted: {', '.join(placed.questions)}")
    return tuple(lines) or "nobody"


def _signed_text(proposal: Proposal, rule_ids: Iterable[str]) -> str:
    """Who signs, and under which rules: rules that one person signs stand together."""
    wanted = set(rule_ids)
    by: dict[str, list[str]] = {}
    for rule in proposal.rules:
        if rule.rule_id in wanted:
            by.setdefault(who_signs(rule) or "nobody may", []).append(rule.rule_id)
    return "; ".join(f"{who} ({', '.join(ids)})" for who, ids in by.items())


def _listed(values: Sequence[str]) -> str:
    return ", ".join(_word(v) for v in values) or NOT_RECORDED


def _word(value: str | None) -> str:
    return NOT_RECORDED if value is None else str(value).replace("_", " ")


def _since(day: date, today: date) -> str:
    days = (today - day).days
    return f"{in_words(day)} ({days} day{'' if days == 1 else 's'})"


def _some_ids(ids: Sequence[str]) -> str:
    shown = ", ".join(ids[:MOST_IDS])
    return shown if len(ids) <= MOST_IDS else f"{shown} and {len(ids) - MOST_IDS} more"


def _yes_no(value: int | bool) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else f"{value:g}"


def _tier_value(name: str, value: float) -> str:
    if not math.isfinite(value):
        return "not known"
    return f"£{value / 100:,.2f}" if name == "cost" else f"{value:,.10g}"


def _policy_value(value: object) -> str:
    if value is None:
        return "not stated"
    if isinstance(value, list):
        return ", ".join(str(v) for v in value) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)
