"""Rows about two people: sibling plans and separations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from records.model import Separation, SiblingPlan, SiblingRow
from records.people import People
from records.reading import Sheet, arguments, sort_key


def siblings_of(sheet: Sheet, people: People) -> tuple[SiblingRow, ...]:
    pairs: defaultdict[tuple[str, str], list[tuple[int, SiblingRow]]] = defaultdict(list)
    for row in sheet.usable():
        said = arguments(sheet, SiblingRow, row)
        if not _pair_stands(sheet, row, people, said["plan"]):
            continue
        said["child_a"], said["child_b"] = sorted((said["child_a"], said["child_b"]))
        made = SiblingRow(**said)
        pairs[made.child_a, made.child_b].append((row, made))
    kept = tuple(_one_of_pair(sheet, pairs[pair]) for pair in sorted(pairs))
    _note_triangles(sheet, kept, {pair: rows[0][0] for pair, rows in pairs.items()})
    return kept


def _pair_stands(sheet: Sheet, row: int, people: People, plan: SiblingPlan) -> bool:
    """Whether a sibling row is about two people of this round; says so where it is not."""
    pair = [sheet.cells[column][row] for column in ("child_a", "child_b")]
    if pair[0] == pair[1]:
        sheet.leave_out(
            row, "child_b", "Both ids are the same.", "Give the two brothers or sisters.", "The row says nothing."
        )
        return False
    for column, person in zip(("child_a", "child_b"), pair, strict=True):
        if person not in people.everybody:
            sheet.leave_out(
                row,
                column,
                "This is neither a child of this round nor a resident of a home.",
                "Give the id as it stands in children or residents, or take the row out.",
                "The row is not used; if a child of this round is meant, this plan is not known.",
            )
            return False
        if person not in people.alive_children and person not in people.alive_residents:
            sheet.leave_out(
                row,
                column,
                "This person is left out of this round.",
                "Mend the row of that person or home.",
                "The row is not needed in this round.",
            )
            return False
    return _family_stands(sheet, row, people, plan, pair)


def _family_stands(sheet: Sheet, row: int, people: People, plan: SiblingPlan, pair: Sequence[str]) -> bool:
    families = [_families(people, person) for person in pair]
    in_round = [person in people.alive_children for person in pair]
    if families[0] & families[1] or not any(in_round):
        return True
    if plan is SiblingPlan.APART:
        sheet.note(
            row,
            "plan",
            "The two are not of one family, by their family_id.",
            "They are kept apart all the same, as by a separation.",
            "Give both the same family_id, or move the row to separations.",
        )
        return True
    if all(in_round) or all(families):
        sheet.leave_out(
            row,
            "plan",
            "The two are not of one family, by their family_id.",
            "Give both the same family_id, if they are brothers or sisters.",
            "The row is not used: the two do not count as brothers or sisters.",
        )
        return False
    sheet.note(
        row,
        "plan",
        "The family_id of one of the two is not recorded.",
        "The row is kept, but the two do not count as brothers or sisters.",
        "Give both the same family_id.",
    )
    return True


def _families(people: People, person: str) -> set[str]:
    child = people.alive_children.get(person)
    if child is not None:
        return {child.family_id} if child.family_id is not None else set()
    return {r.family_id for r in people.alive_residents[person] if r.family_id is not None}


def _one_of_pair(sheet: Sheet, rows: Sequence[tuple[int, SiblingRow]]) -> SiblingRow:
    """Choose what counts where a pair stands several times: apart before undecided before together."""
    caution = (SiblingPlan.APART, SiblingPlan.UNDECIDED, SiblingPlan.TOGETHER)
    plan = min((made.plan for _, made in rows), key=caution.index)
    chosen = max(
        (made for _, made in rows if made.plan is plan),
        key=lambda made: (made.assessed_on or date.min, made.assessed_by or "", made.reason or ""),
    )
    if len(rows) == 1:
        return chosen
    named = ", ".join(str(sheet.numbers[row]) for row, _ in rows)
    for row, made in rows:
        if made.plan is plan:
            sheet.note(
                row,
                "plan",
                f"This pair stands several times (rows {named}).",
                f"The pair counts once, as {plan.value}.",
                "Keep the one row that is right.",
            )
        else:
            sheet.leave_out(
                row,
                "plan",
                f"This pair stands several times with different plans (rows {named}).",
                "Keep the one row that is right.",
                f"The pair counts as {plan.value}, the most cautious of its plans; this row is not used.",
            )
    return chosen


def _note_triangles(sheet: Sheet, kept: Sequence[SiblingRow], row_of: Mapping[tuple[str, str], int]) -> None:
    """Note two who are apart though both are to live together with a third."""
    together: defaultdict[str, set[str]] = defaultdict(set)
    for pair in kept:
        if pair.plan is SiblingPlan.TOGETHER:
            together[pair.child_a].add(pair.child_b)
            together[pair.child_b].add(pair.child_a)
    for pair in kept:
        if pair.plan is not SiblingPlan.APART:
            continue
        for third in sorted(together[pair.child_a] & together[pair.child_b]):
            one, two = (" and ".join(sorted((third, person))) for person in (pair.child_a, pair.child_b))
            sheet.note(
                row_of[pair.child_a, pair.child_b],
                "plan",
                f"{one} are together, {two} are together, but {pair.child_a} and {pair.child_b} are apart: "
                "not all three can be kept.",
                "Apart is kept, so at most one of the two pairs can live together.",
                "Look at the three assessments again.",
            )


def separations_of(sheet: Sheet, people: People) -> tuple[Separation, ...]:
    settle: dict[Separation, int] = {}
    for row in sheet.usable():
        said = arguments(sheet, Separation, row)
        if said["person_a"] == said["person_b"]:
            sheet.leave_out(row, "person_b", "Both ids are the same.", "Give the two people.", "The row says nothing.")
            continue
        for column in ("person_a", "person_b"):
            if said[column] not in people.everybody:
                sheet.note(
                    row,
                    column,
                    "This is neither a child of this round nor a resident of a home.",
                    "The separation is kept; it has no effect in this round.",
                    "Check the id, if somebody of this round is meant.",
                )
        said["person_a"], said["person_b"] = sorted((said["person_a"], said["person_b"]))
        made = Separation(**said)
        if made in settle:
            sheet.note(
                row,
                "person_b",
                f"Rows {sheet.numbers[settle[made]]} and {sheet.numbers[row]} say the same.",
                "The separation counts once.",
                "Delete the second row.",
            )
        else:
            settle[made] = row
    return tuple(sorted(settle, key=sort_key))
