"""The report of one round as sections: what is proposed and why, what is not and why not, and how it was found.

Every word here can be traced to a rule, a consideration or a record. Nothing is decided: the report proposes, and
leaves room for people to choose otherwise and say why [GOV-01, GOV-02].
"""

from __future__ import annotations

from collections import Counter

import numpy as np

from matching.ahead_words import sections as ahead_sections
from matching.conflicts.table import without_a_home
from matching.explain_alternatives import alternatives_sections
from matching.explain_unit import amount_for, unit_section
from matching.fairness_sections import envy_section, fairness_sections, floors_section, proxies_section
from matching.placements import NO_HOME
from matching.points import WeighedByFile
from matching.priorities import priorities_table
from matching.question import KEEP
from matching.ranking import Unit
from matching.refusals_words import refusals_sections
from matching.results import Results
from matching.rings import adoption_section
from matching.rules.law import sources
from matching.versions import versions
from matching.words import (
    answer_tag,
    council_in_words,
    home_id,
    home_kind,
    in_words,
    miles_in_words,
    points_cell,
    policy_value,
    signed_by,
    what_points_say,
    yes_no,
)
from records.ages import age_on
from records.geography import ATTRIBUTION
from reporting.section import (
    Block,
    Bullets,
    Cell,
    Column,
    Definitions,
    Disclosure,
    Link,
    Notice,
    Paragraph,
    Section,
    Table,
    Tag,
)
from reporting.write import html

TITLE = "Homes for children: a proposal to consider"
MARKING = "CONFIDENTIAL: children's records. Share only with people who need it to decide."
MOST_FINDINGS = 200


def report(results: Results) -> str:
    """The whole report as one HTML page."""
    proposal = results.proposal
    day = in_words(proposal.register.day)
    return html(
        TITLE,
        sections(results),
        lead=f"{council_in_words(proposal)}, as the records stood for {day}.",
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
    found += _is_it_fair(results)
    if results.refused is not None:
        found += refusals_sections(*results.refused)
    if results.ahead is not None:
        found += ahead_sections(results.ahead, followed=KEEP in results.proposal.question.tiers)
    found += _each_unit(results)
    found += [_always_before_confirming(results), _findings(results)]
    found += _how_it_was_worked_out(results)
    return found


def _is_it_fair(results: Results) -> list[Section]:
    """The figures by protected characteristic, longer waits, stand-ins and what floors would cost [GOV-06, IDN-07]."""
    question = results.proposal.question
    return [
        *fairness_sections(results.fairness),
        envy_section(results.envy, lambda c: question.child_ids[c], lambda h: question.home_ids[h], level=3),
        proxies_section(results.proxies, level=3),
        floors_section(results.floors, level=3),
    ]


def ranking_sections(results: Results, unit: Unit) -> list[Section]:
    """The sections of one child or family only, for reading alone."""
    return [unit_section(results, unit, amount_for(1), level=2)]


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
        ("Council", f"{council_in_words(proposal)}: {proposal.council_found}"),
    ]
    blocks: list[Block] = [
        Notice(
            "This is a proposal. Nothing is decided.",
            (
                "People with the right role decide, for each child, after reading the reasons and the other homes. "
                "Every part below leaves room for another home, or for none of these, and for the reasons.",
                what_points_say(proposal),
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
                    (home_id(proposal, p.home), home_kind(proposal, p.home), *(["stays there"] if p.stays else [])),
                    answer_tag(p.answer),
                    points_cell(proposal, i, p.home),
                    miles_in_words(float(proposal.miles_home[proposal.at(i, p.home)])),
                    miles_in_words(float(proposal.miles_school[proposal.at(i, p.home)])),
                    signed_by(proposal, p),
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
            rows.append((rule.sign_off or "", f"{rule_id}: {what}", p.child_id, home_id(proposal, p.home), rule.law))
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
        *(unit_section(results, u, amount, level=3, anchor=_anchor(n)) for n, u in enumerate(results.units)),
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
    tiers = priorities_table(
        solution,
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
            *((name.replace("_", " "), policy_value(value)) for name, value in values.items()),
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
            (s.description, f"{yes_no(s.on(asked.day))} {s.unit}", s.reference, in_words(s.last_checked))
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


def _anchor(number: int) -> str:
    return f"unit-{number + 1}"
