"""The pack for a panel's meeting, as sections: for each child or family, first what they want, last room to decide.

What goes into it comes as `Material`, so that a finished round and a round of the store, opened for one person, make
the same pack. `panel_pack_unnamed` makes the version that names nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from matching.explain_unit import own_words, recorded_facts
from matching.panel_homes import homes_of_group, ways_table
from matching.panel_material import Material, groups_to_show, other_ways
from matching.placements import who_signs
from matching.priorities import priorities_table
from matching.ranking import Unit
from matching.versions import versions
from matching.words import (
    council_in_words,
    home_id,
    in_words,
    what_points_say,
)
from records.ages import age_on
from records.geography import ATTRIBUTION
from reporting.section import (
    Block,
    Bullets,
    Cell,
    Column,
    Definitions,
    Link,
    Notice,
    Paragraph,
    Section,
    Table,
    WriteIn,
)

BEYOND: Final = "Beyond tonight"
TITLE: Final = "Panel pack: homes to consider"
MARKING: Final = "CONFIDENTIAL: children's records. Only for the members of this panel. Return or destroy after use."
NOBODY_DECIDED: Final = (
    "This pack proposes; it decides nothing. The order of the homes follows the council's policy. The panel may "
    "recommend another home, or none of these, and says why.",
)


def pack(material: Material, units: Sequence[Unit]) -> list[Section]:
    """Every section of the pack, for these children and families in this order."""
    if not units:
        raise ValueError("A pack needs at least one child or family on its agenda.")
    found = [_agenda(material, units)]
    for number, unit in enumerate(units, 1):
        found += _unit(material, unit, number)
    return [*found, _approvals(material, units), _always(material, units), *_worked_out(material)]


def lead(material: Material) -> str:
    """The line under the title."""
    proposal = material.proposal
    return f"{council_in_words(proposal)}, as the records stood for {in_words(proposal.register.day)}."


# ---- the agenda ----------------------------------------------------------------------------------------------------


def _agenda(material: Material, units: Sequence[Unit]) -> Section:
    day = material.proposal.register.day
    rows: list[tuple[Cell, ...]] = []
    for number, unit in enumerate(units, 1):
        children = [material.child(c) for c in unit.child_ids]
        ages = ", ".join(f"{age_on(c.date_of_birth, day)}" for c in children)
        since = min(c.referred_on for c in children)
        stands = material.standing.get(unit.unit_id, ("nothing recorded yet",))
        rows.append(
            (
                f"{number}",
                (Link(_name(unit), f"unit-{number}"), ", ".join(unit.child_ids)),
                ages,
                f"{(day - since).days}",
                stands,
            )
        )
    columns = (
        Column("Item"),
        Column("Child or family"),
        Column("Ages"),
        Column("Days waiting", number=True),
        Column("Where it stands"),
    )
    blocks: list[Block] = [
        Notice("Nothing is decided", (*NOBODY_DECIDED, what_points_say(material.proposal)), "caution"),
        Table("What is on the agenda", columns, tuple(rows)),
    ]
    if material.warnings:
        blocks.append(Notice("Please read first", material.warnings, "bad"))
    if material.hidden:
        text = f"{len(material.hidden)} children or homes of this round are not shown to whoever made this pack."
        blocks.append(Notice("Not everything is here", (text,), "caution"))
    if material.beyond_round:
        blocks.append(Notice(BEYOND, material.beyond_round))
    blocks += meeting_room()
    return Section("Agenda", tuple(blocks), anchor="agenda")


def meeting_room() -> list[Block]:
    """Room for what holds for the whole meeting."""
    return [
        WriteIn("Day of the meeting, who was in the chair, and who was present", lines=3),
        WriteIn("Conflicts of interest declared, by whom and for which item; who left the room", ("none declared",)),
    ]


def decision_room(choices: Sequence[str]) -> list[Block]:
    """Room for one item; no choice is ever made beforehand."""
    return [
        WriteIn("Recommendation", (*choices, "another home:", "none of these", "put off, until:"), 0),
        WriteIn("Reasons, and how the child's wishes were weighed", lines=4),
        WriteIn("Conditions, questions to answer first, and who dissents", lines=2),
        WriteIn("Conflict of interest in this item", ("none declared", "declared by:"), 0),
    ]


def _name(unit: Unit) -> str:
    return f"Family {unit.unit_id}" if len(unit.child_ids) > 1 else f"Child {unit.unit_id}"


# ---- one child or family -------------------------------------------------------------------------------------------


def _unit(material: Material, unit: Unit, number: int) -> list[Section]:
    children = [material.child(c) for c in unit.child_ids]
    blocks: list[Block] = [*own_words(children), recorded_facts(material.proposal, children)]
    helped = [(c, material.helps[c]) for c in unit.child_ids if c in material.helps]
    if helped:
        told = tuple(f"{c}: no home in the plan. {_told(material, text)}" for c, text in helped)
        blocks.append(Notice("What would help", told, "caution"))
    if material.beyond.get(unit.unit_id):
        said = tuple(_told(material, text, "A sentence") for text in material.beyond[unit.unit_id])
        blocks.append(Notice(BEYOND, said))
    found = [Section(f"{number}. {_name(unit)}", tuple(blocks), anchor=f"unit-{number}")]
    choices: list[str] = []
    groups = groups_to_show(material, unit)
    for group in groups:
        name = " and ".join(group.child_ids)
        found.append(Section(f"Homes for {name}", tuple(homes_of_group(material, group, name)), level=3))
        choices += [
            f"home {home_id(material.proposal, int(group.homes[k]))}" + (f" for {name}" if len(groups) > 1 else "")
            for k in material.compared(group)
        ]
    ways = other_ways(material, unit)
    if ways:
        found.append(Section("Other ways to live together or apart", (ways_table(material, ways),), level=3))
    found.append(Section(f"What the panel says: {_name(unit)}", tuple(decision_room(choices)), level=3))
    return found


def _told(material: Material, text: str, what: str = "What would help") -> str:
    """A sentence of the run, unless it names somebody the reader may not see."""
    words = set(text.replace(",", " ").replace(".", " ").replace(";", " ").replace("+", " ").split())
    return f"{what} names somebody not shown to you." if words & material.hidden else text


# ---- for all of them -----------------------------------------------------------------------------------------------


def _approvals(material: Material, units: Sequence[Unit]) -> Section:
    proposal = material.proposal
    rules = {rule.rule_id: rule for rule in proposal.rules}
    rows: list[tuple[Cell, ...]] = []
    for unit in units:
        for group in groups_to_show(material, unit):
            for k in material.compared(group):
                home = home_id(proposal, int(group.homes[k]))
                for rule_id in proposal.rule_ids(int(group.answers.sign_off[k])):
                    rule = rules[rule_id]
                    who = who_signs(rule) or "nobody may"
                    rows.append((who, f"{rule_id}: {rule.title}", ", ".join(group.child_ids), home, rule.law))
    if not rows:
        text = "None of the homes set side by side in this pack needs approval by an exception."
        return Section("Approvals needed", (Paragraph(text),), anchor="approvals")
    rows.sort(key=lambda row: tuple(str(cell) for cell in row))
    columns = (Column("Who"), Column("What is asked"), Column("For whom"), Column("Home"), Column("Law"))
    table = Table("Who must approve what before one of the homes set side by side can be used", columns, tuple(rows))
    return Section("Approvals needed", (table,), anchor="approvals")


def _always(material: Material, units: Sequence[Unit]) -> Section:
    used = 0
    for unit in units:
        for group in groups_to_show(material, unit):
            homes = group.homes[material.compared(group)]
            indices = [material.proposal.register.child_index[c] for c in group.child_ids]
            if len(homes):
                used |= int(np.bitwise_or.reduce(material.before.words_of(indices, homes)))
    gates = [gate for bit, gate in enumerate(material.before.gates) if gate.always and used >> bit & 1]
    if not gates:
        return Section("Before confirming any match", (Paragraph("No home is compared here."),), anchor="confirm")
    table = Table(
        "What the law asks for as a matter of course, and these records cannot show as done",
        (Column("Rule"), Column("What to do"), Column("Law")),
        tuple((gate.rule_id, gate.text, gate.law) for gate in gates),
    )
    return Section("Before confirming any match", (table,), anchor="confirm")


def _worked_out(material: Material) -> list[Section]:
    proposal = material.proposal
    tiers = priorities_table(proposal.solution)
    facts = Definitions(
        (
            *material.made,
            ("Records as they stood for", in_words(proposal.register.day)),
            ("Policy fingerprint", proposal.asked.policy.fingerprint),
            ("Solver", f"{proposal.solution.solver}; the finished plan was audited apart from it"),
            *versions().items(),
        )
    )
    shown = Bullets(
        (
            "A home is shown only where no rule bars it. A rule that somebody may lift says who.",
            "What is not recorded is asked, and never taken for a no or a yes.",
            "Cost is a tie-break only, and never puts a less suitable home first.",
        )
    )
    return [Section("How it was worked out", (tiers, shown, facts, Paragraph(ATTRIBUTION)), anchor="how")]
