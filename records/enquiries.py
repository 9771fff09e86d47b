"""What carers were asked and what they said, from a file of the council's own; and several such lists as one.

A row names a home and never a child. A blank answer is no answer: neither a yes nor a no.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from records.ages import age_on
from records.geography import miles
from records.model import Child, Enquiry, Finding, Home, PlacementNeed, Severity
from records.reading import Sheet, arguments, sort_key


def enquiries_of(sheet: Sheet, homes: Iterable[str], day: date) -> tuple[Enquiry, ...]:
    """The enquiries of a file, in an order that does not depend on its rows; each doubtful cell has a finding.

    `homes`: the ids of this round; an enquiry of another home still counts for carers as a whole. `day` is that of
    the round: what was asked later is left out, and what was answered later is not answered yet.
    """
    found: dict[Enquiry, int] = {}
    for row in sheet.usable():
        if not _dates_stand(sheet, row, day):
            continue
        _ages_stand(sheet, row)
        one = Enquiry(**arguments(sheet, Enquiry, row))
        if one in found:
            sheet.note(
                row,
                "home_id",
                f"Rows {sheet.numbers[found[one]]} and {sheet.numbers[row]} say the same.",
                "The enquiry counts once.",
                "Delete the second row, unless the carers were asked twice on that day: then give what was asked.",
            )
        else:
            found[one] = row
    known = set(homes)
    if strangers := {one.home_id for one in found} - known:
        sheet.desk.put(
            Finding(
                sheet.label,
                None,
                "home_id",
                "",
                Severity.NOTE,
                f"{len(strangers)} of the homes named here are not in this round.",
                "What their carers said counts for carers as a whole, and for no home of this round.",
                "Nothing needs mending if these homes have left the register.",
            )
        )
    return tuple(sorted(found, key=sort_key))


def _dates_stand(sheet: Sheet, row: int, day: date) -> bool:
    """Whether the row is used; what cannot have been known on the day of the round is taken away."""
    cells = sheet.cells
    asked, answered = cells["asked_on"][row], cells["answered_on"][row]
    if asked > day:
        sheet.leave_out(row, "asked_on", f"This is after {day.isoformat()}, the day of the round.", "Check the date.")
        return False
    if answered is not None and answered < asked:
        cells["answered_on"][row] = None
        sheet.mend(
            row, "answered_on", "This is before asked_on.", "The day of the answer counts as not recorded.", "Mend it."
        )
    elif answered is not None and answered > day:
        cells["answered_on"][row] = cells["answer"][row] = None
        sheet.mend(
            row,
            "answered_on",
            f"This is after {day.isoformat()}, the day of the round.",
            "On that day the carers had not answered yet, so the enquiry counts as not answered.",
            "Check the date.",
        )
    elif answered is not None and cells["answer"][row] is None:
        sheet.note(
            row,
            "answer",
            "There is a day of an answer, and no answer that can be read.",
            "The enquiry counts as not answered: neither a yes nor a no.",
            "Write accepts or declines, or take the day away.",
        )
    return True


def _ages_stand(sheet: Sheet, row: int) -> None:
    low, high = sheet.cells["youngest_age"][row], sheet.cells["oldest_age"][row]
    if low is not None and high is not None and low > high:
        sheet.cells["youngest_age"][row] = sheet.cells["oldest_age"][row] = None
        sheet.mend(
            row,
            "youngest_age",
            f"youngest_age is above oldest_age, {high}.",
            "Both count as not recorded.",
            "Mend the two ages.",
        )


def asked_for(children: Sequence[Child], home_id: str, home: Home | None, day: date) -> Enquiry:
    """What the carers of a home are asked when they are asked for these children on a day; it names no child.

    Without the home's record the distance is not known.
    """
    ages = [age_on(child.date_of_birth, day) for child in children]
    needs = {child.placement_need for child in children if child.placement_need is not None}
    urgent = PlacementNeed.EMERGENCY
    at = home.location if home is not None else None
    far = [miles(child.home, at) for child in children if child.home is not None] if at is not None else []
    return Enquiry(
        home_id,
        day,
        children=len(children),
        youngest_age=min(ages, default=None),
        oldest_age=max(ages, default=None),
        needs_must=tuple(sorted({need for child in children for need in child.needs_must})),
        placement_need=urgent if urgent in needs else min(needs, default=None),
        miles=round(max(far), 1) if far else None,
    )


def as_one(*lists: Iterable[Enquiry]) -> tuple[Enquiry, ...]:
    """Several lists of enquiries as one, sorted: the same home asked on the same day with the same answer counts once.

    The first list that has it says what was asked; within one list nothing is taken for a repetition.
    """
    found: list[Enquiry] = []
    known: set[tuple[object, ...]] = set()
    for some in lists:
        mine = [(one, (one.home_id, one.asked_on, one.answered_on, one.answer)) for one in some]
        found += [one for one, key in mine if key not in known]
        known |= {key for _, key in mine}
    return tuple(sorted(found, key=sort_key))
