"""Who has no home in the plan, why, and what would change it: the rows of `unplaced.csv` and the report's section."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matching.conflicts.left import Explained, Unplaced
from matching.conflicts.reasons import Conflict
from matching.conflicts.relax import Relaxation
from matching.conflicts.words import carer_in_words, conflict_in_words, relaxation_in_words
from matching.propose import Proposal
from reporting.section import Block, Cell, Column, Disclosure, Paragraph, Section, Table

LIST = ";"
UNPLACED_COLUMNS = (
    "child_id",
    "reason",
    "what_would_help",
    "homes_of_a_kind",
    "conflict",
    "conflict_level",
    "conflict_members",
    "conflict_irreducible",
    "changes",
    "who_may_authorise",
    "changes_verified",
    "changes_complete",
    "new_carer",
    "family_children",
    "family_conflict",
    "family_conflict_members",
    "family_changes",
    "family_who_may_authorise",
    "family_new_carer",
)


def unplaced_rows(proposal: Proposal, left: Sequence[Unplaced]) -> list[Mapping[str, object]]:
    """One row for each child without a home; the keys are `UNPLACED_COLUMNS`."""
    return [_row(proposal, one) for one in left]


def _row(proposal: Proposal, one: Unplaced) -> Mapping[str, object]:
    alone, family = one.alone, one.family
    row: dict[str, object] = {
        "child_id": one.child_id,
        "reason": one.reason,
        "what_would_help": one.help,
        "homes_of_a_kind": one.of_kind,
        "conflict": conflict_in_words(proposal, alone.conflict),
        "conflict_level": alone.conflict.level,
        "conflict_members": LIST.join(_members(alone.conflict)),
        "conflict_irreducible": alone.conflict.irreducible,
        "changes": LIST.join(_change(proposal, c) for c in alone.changes.found),
        "who_may_authorise": LIST.join(_who(c) for c in alone.changes.found),
        "changes_verified": LIST.join(_verified(c) for c in alone.changes.found),
        "changes_complete": alone.changes.complete,
        "new_carer": _carer(proposal, alone),
    }
    row |= dict.fromkeys(UNPLACED_COLUMNS[len(row) :])
    if family is not None:
        row |= {
            "family_children": LIST.join(family.child_ids),
            "family_conflict": conflict_in_words(proposal, family.conflict),
            "family_conflict_members": LIST.join(_members(family.conflict)),
            "family_changes": LIST.join(_change(proposal, c) for c in family.changes.found),
            "family_who_may_authorise": LIST.join(_who(c) for c in family.changes.found),
            "family_new_carer": _carer(proposal, family),
        }
    return row


def _members(conflict: Conflict) -> list[str]:
    """Each reason with what it is: `rule FOST-02`, `home H1`, `children C1+C2`, `apart C1+C3`, `priority points`."""
    return [
        *(f"rule {rule}" for rule in conflict.rules),
        *(f"home {home}" for home in conflict.homes),
        *(f"children {'+'.join(ids)}" for ids in conflict.groups),
        *(f"{'apart' if len(ids) > 1 else 'solo'} {'+'.join(ids)}" for ids in conflict.bars),
        *(f"priority {tier}" for tier in conflict.priorities),
    ]


def _change(proposal: Proposal, change: Relaxation) -> str:
    """Home and rules: `H1: FOST-02+FOST-20 (places 1)`; `elsewhere H2: ...` for a home that somebody else moves to."""
    home = proposal.register.homes.ids[change.home]
    more = [f"places {change.places}"] if change.places else []
    more += [f"bedrooms {change.bedrooms}"] if change.bedrooms else []
    where = f"elsewhere {home}" if change.elsewhere else str(home)
    extra = f" ({', '.join(more)})" if more else ""
    return f"{where}: {'+'.join(rule.rule_id for rule in change.rules)}{extra}"


def _who(change: Relaxation) -> str:
    return " and ".join(change.who)


def _verified(change: Relaxation) -> str:
    return "round solved anew" if change.exact else "plan found and audited"


def _carer(proposal: Proposal, one: Explained) -> str | None:
    return None if one.carer is None else carer_in_words(proposal, one.carer)


def without_a_home(proposal: Proposal, left: Sequence[Unplaced]) -> Section:
    """The report's section on children without a home: counts and help for each, then reasons and changes in full."""
    heading = "Children without a home, and what would help"
    if not left:
        return Section(heading, (Paragraph("The plan proposes a home for every child."),), anchor="without")
    return Section(heading, (_overview(proposal, left), *_in_full(proposal, left)), anchor="without")


def _overview(proposal: Proposal, left: Sequence[Unplaced]) -> Block:
    rules = {rule.rule_id: rule for rule in proposal.rules}
    rows: list[tuple[Cell, ...]] = []
    for one in left:
        why = [f"{n} by {rule_id}: {rules[rule_id].title}" for rule_id, n in one.removed[:6]]
        if len(one.removed) > 6:
            why.append(f"and {len(one.removed) - 6} more rules, in unplaced.csv")
        if one.filled:
            why.append(f"{one.filled} lawful, but the best plan fills them with others")
        if one.beyond:
            why.append(f"{one.beyond} with a place, but further away than was looked (screen_miles)")
        rows.append((one.child_id, f"{one.of_kind}", tuple(why) or "no home of a kind the care plan allows", one.help))
    return Table(
        "Why no home is proposed, and the least change that would truly place the child",
        (
            Column("Child"),
            Column("Homes of a right kind", number=True),
            Column("How many each rule removes"),
            Column("What would help"),
        ),
        tuple(rows),
        (
            "Of a right kind: such as the care plan allows. A home may be removed by several rules.",
            "What would help was checked for each child alone, everybody else keeping a home: two children may be "
            "shown the same place. Who may approve it decides whether it is right.",
        ),
    )


def _in_full(proposal: Proposal, left: Sequence[Unplaced]) -> list[Block]:
    blocks: list[Block] = []
    told: set[tuple[str, ...]] = set()
    for one in left:
        for explained in (one.alone, one.family):
            if explained is not None and explained.child_ids not in told:
                told.add(explained.child_ids)
                blocks.append(_explained(proposal, explained))
    return blocks


def _explained(proposal: Proposal, one: Explained) -> Block:
    who = " and ".join(one.child_ids)
    inside: list[Block] = [Paragraph(conflict_in_words(proposal, one.conflict))]
    if one.changes.found:
        rows = tuple((relaxation_in_words(proposal, c), _who(c), _verified(c)) for c in one.changes.found)
        notes = ["In the order of least approvals, then least authority. Each was solved and audited on its own."]
        if not one.changes.complete:
            notes.append("The search was cut short: there may be others that ask less.")
        columns = (Column("Change"), Column("Who may authorise it"), Column("How it was checked"))
        inside.append(Table(f"What would place {who}, everybody else keeping a home", columns, rows, tuple(notes)))
    if one.carer is not None:
        inside.append(Paragraph(f"The least demanding new carer who would do: {carer_in_words(proposal, one.carer)}."))
    alone = "alone" if len(one.child_ids) == 1 else "together"
    return Disclosure(f"Why there is no home for {who}, {alone}, and what would change it", tuple(inside))
