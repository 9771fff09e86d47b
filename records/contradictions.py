"""What two rows say of one person against each other: a resident's family or day of birth that is not proved.

A family lifts the usual fostering limit where everybody fostered is of it [FOST-04], so a row that puts somebody
in a family against that person's own row must not be believed: a family that is not proved is not a family.
"""

from __future__ import annotations

from collections import defaultdict

from records.cells import shown
from records.reading import Sheet, loose


def unprove(children: Sheet, residents: Sheet) -> None:
    """Count a resident's family, or day of birth, as not recorded where another row of that person differs.

    The child's own row in children stands. Persons are the same where their ids differ at most by capitals,
    spaces, dashes or leading noughts: whether they are is not known, and so is the family.
    """
    rows_of: defaultdict[str, list[tuple[Sheet, int]]] = defaultdict(list)
    for sheet, column in ((children, "child_id"), (residents, "resident_id")):
        for row, person in enumerate(sheet.cells[column]):
            if person is not None and not sheet.misshapen[row]:
                rows_of[loose(person)].append((sheet, row))
    families = {family for family in children.cells["family_id"] if family is not None}
    for person in sorted(rows_of):
        rows = rows_of[person]
        if len(rows) > 1:
            _unprove_family(rows, children, families)
            _unprove_birth(rows, children)


def _unprove_family(rows: list[tuple[Sheet, int]], children: Sheet, families: set[str]) -> None:
    told = [(sheet, row, _family(sheet, row, children)) for sheet, row in rows]
    for sheet, row, family in told:
        if sheet is children or not family:
            continue
        against = [
            (other, at)
            for other, at, said in told
            # A blank in children says "no brother or sister in this round"; a blank in residents says nothing.
            if said is not None and said != family and (said or family in families)
        ]
        if against:
            _doubt(
                sheet,
                row,
                "family_id",
                against,
                f"a different family from “{shown(family)}”",
                "The family counts as not recorded here, so this person counts as nobody's brother or sister in this "
                "home; the exception from the usual fostering limit for one family does not hold with this person.",
                "Give this person the same family_id in every row.",
            )


def _family(sheet: Sheet, row: int, children: Sheet) -> str | None:
    """The family a row states; "" where a child's row states that there is none, None where nothing is stated."""
    family: str | None = sheet.cells["family_id"][row]
    if family is None and sheet is children and not sheet.text(row, "family_id"):
        return ""
    return family


def _unprove_birth(rows: list[tuple[Sheet, int]], children: Sheet) -> None:
    told = [(sheet, row, sheet.cells["date_of_birth"][row]) for sheet, row in rows]
    for sheet, row, born in told:
        against = [(other, at) for other, at, said in told if said is not None and said != born]
        if sheet is not children and born is not None and against:
            _doubt(
                sheet,
                row,
                "date_of_birth",
                against,
                "another day of birth",
                "The date counts as not recorded here, so the age of this person in this home is unknown.",
                "Give this person the same date of birth in every row.",
            )


def _doubt(
    sheet: Sheet, row: int, column: str, against: list[tuple[Sheet, int]], what: str, meaning: str, mend: str
) -> None:
    named = ", ".join(f"row {other.numbers[at]} of {other.label}" for other, at in against)
    verb = "gives" if len(against) == 1 else "give"
    sheet.mend(row, column, f"{named[0].upper()}{named[1:]} {verb} this person {what}.", meaning, mend)
    sheet.cells[column][row] = None
