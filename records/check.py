"""Rows into children and homes: every doubtful cell becomes a finding, and no row is dropped without one.

The order matters. Rows are read one by one; then what cannot be read takes along whatever it might have
forbidden (a household that is not fully known takes its home, a sibling plan that might be `apart` its family);
then families are closed, because a family is never matched in part; only then are objects made.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise

import pandas as pd

from records.ages import age_on
from records.columns import FILES
from records.contradictions import unprove
from records.enquiries import enquiries_of
from records.model import (
    Child,
    Finding,
    Home,
    HomeKind,
    Link,
    LinkKind,
    Location,
    Records,
    Resident,
    ResidentStatus,
    Severity,
    Zone,
)
from records.pairs import separations_of, siblings_of
from records.people import People, resolve_references, take_along_families, take_along_homes
from records.reading import (
    WHOLE_ROW,
    Desk,
    Sheet,
    arguments,
    leave_out_twins,
    note_alike,
    read_sheet,
    settle_duplicates,
    sort_key,
)
from records.tables import Tables, Unusable
from records.whereabouts import PostcodeDirectory, Whereabouts

OF_AGE = 18

FINDINGS_COLUMNS = ("file", "row", "column", "value", "severity", "message", "what_it_means", "how_to_mend")


def check(tables: Tables, day: date, directory: PostcodeDirectory | None = None) -> Records:
    """Turn tables of text into checked records of one round, with a finding for every doubtful cell.

    `day` is the day of the round; `directory` locates postcodes, and without it none is looked up. Raises
    `Unusable` where a required table or column is not there at all.
    """
    _require(tables)
    desk = Desk(list(tables.findings))
    sheets = {name: read_sheet(tables, name, desk) for name in FILES}
    whereabouts = Whereabouts(directory)

    people = People(sheets)
    resolve_references(sheets, people)
    _note_like_ids(sheets)
    _check_children(sheets["children"], day)
    _check_homes(sheets["homes"])
    _check_residents(sheets["residents"], day)
    unprove(sheets["children"], sheets["residents"])
    _check_zones(sheets["zones"])

    take_along_homes(sheets, people)
    take_along_families(sheets, people)

    children = _children(sheets["children"], whereabouts)
    homes = _homes(sheets["homes"], whereabouts)
    residents = _residents(sheets["residents"], people, {home.home_id for home in homes})
    people.close(children, residents)
    for name in ("children", "homes", "residents"):
        leave_out_twins(sheets[name])
    siblings = siblings_of(sheets["siblings"], people)
    separations = separations_of(sheets["separations"], people)
    links = _links(sheets["links"], people, {home.home_id for home in homes})
    zones = _zones(sheets["zones"], people)
    enquiries = enquiries_of(sheets["enquiries"], {home.home_id for home in homes}, day)
    _note_vacancies(sheets["homes"], residents, day)
    _note_settled(sheets, links, residents, people)
    if not children:
        _note_empty(desk, sheets["children"], "children", "The round is empty: there is nobody to find a home for.")
    if not homes:
        _note_empty(desk, sheets["homes"], "homes", "No child can be given a home.")
    return Records(
        day=day,
        children=children,
        homes=homes,
        siblings=siblings,
        separations=separations,
        residents=residents,
        links=links,
        zones=zones,
        enquiries=enquiries,
        findings=desk.sorted(),
        rows_left_out=desk.rows_left_out(),
        inputs=dict(sorted(tables.inputs.items())),
    )


def findings_frame(findings: Iterable[Finding]) -> pd.DataFrame:
    """Lay findings out as the rows of `findings.csv`; every cell is text, a row that is not known is blank."""
    rows = [
        (f.file, "" if f.row is None else str(f.row), f.column, f.value, f.severity.value, f.message, f.meaning, f.mend)
        for f in findings
    ]
    return pd.DataFrame(rows, columns=list(FINDINGS_COLUMNS), dtype="str")


def _require(tables: Tables) -> None:
    for file in FILES.values():
        table = tables.tables.get(file.name)
        if table is None:
            if file.required:
                raise Unusable(f"{file.name}.csv", "The table is missing.", f"Give a table {file.name}.")
            continue
        missing = [name for name in file.required_columns if name not in table.frame.columns]
        if missing:
            raise Unusable(table.label, f"It lacks {', '.join(missing)}.", "Add the missing columns.")


def _note_empty(desk: Desk, sheet: Sheet, what: str, meaning: str) -> None:
    many = "no" if not len(sheet) else "no usable"
    desk.put(
        Finding(
            sheet.label,
            None,
            WHOLE_ROW,
            "",
            Severity.NOTE,
            f"There are {many} {what}.",
            meaning,
            f"Add rows to {sheet.label}, if that is not what was meant.",
        )
    )


# Each row by itself


def _check_children(sheet: Sheet, day: date) -> None:
    born = sheet.cells["date_of_birth"]
    for row in range(len(sheet)):
        if sheet.misshapen[row]:
            continue
        birth = born[row]
        if birth is not None and birth > day:
            sheet.leave_out(row, "date_of_birth", f"This is after {day.isoformat()}, the day of the round.", _DOB)
        elif birth is not None and age_on(birth, day) >= OF_AGE:
            sheet.leave_out(
                row,
                "date_of_birth",
                f"Somebody born on this day is 18 or older on {day.isoformat()}.",
                "Mend the date, or take the row out of this round.",
            )
        if sheet.lost[row]:
            continue
        _note_child_dates(sheet, row, day)
    settle_duplicates(sheet, ["child_id"], "This child is listed more than once.", _ONE_ROW)


_DOB = "Mend the date of birth."
_ONE_ROW = "Keep the one row that is right."


def _note_child_dates(sheet: Sheet, row: int, day: date) -> None:
    referred = sheet.cells["referred_on"][row]
    if referred > day:
        sheet.note(
            row,
            "referred_on",
            f"This is after {day.isoformat()}, the day of the round.",
            "The child is in this round all the same.",
            "Check the date.",
        )
    for column in ("needed_by", "expected_end"):
        when = sheet.cells[column][row]
        if when is not None and when < referred:
            sheet.note(
                row,
                column,
                "This is before referred_on.",
                "The child is in this round all the same.",
                "Check both dates.",
            )
    for column in ("looked_after_since", "adoption_decision_on", "placement_order_on", "parental_consent_on"):
        when = sheet.cells[column][row]
        if when is not None and when > day:
            sheet.note(
                row,
                column,
                f"This is after {day.isoformat()}, the day of the round.",
                "What has not happened yet does not count in this round.",
                "Check the date.",
            )
        elif when is not None and when < sheet.cells["date_of_birth"][row]:
            sheet.note(
                row, column, "This is before the date of birth.", "The date is used as it stands.", "Check both."
            )


def _check_homes(sheet: Sheet) -> None:
    cells = sheet.cells
    for row in range(len(sheet)):
        if sheet.misshapen[row]:
            continue
        youngest, oldest = cells["approved_age_min"][row], cells["approved_age_max"][row]
        if youngest is not None and oldest is not None and youngest > oldest:
            sheet.leave_out(
                row,
                "approved_age_min",
                f"The lowest approved age, {youngest}, is above the highest, {oldest}.",
                "Mend the approved ages.",
            )
        for first, last in (("approved_from", "approved_to"), ("available_from", "available_to")):
            start, end = cells[first][row], cells[last][row]
            if start is not None and end is not None and start > end:
                sheet.leave_out(row, first, f"{first} is after {last}, {end.isoformat()}.", "Mend the two dates.")
        for low, high in (("advice_age_min", "advice_age_max"), ("preferred_age_min", "preferred_age_max")):
            least, most = cells[low][row], cells[high][row]
            if least is not None and most is not None and least > most:
                cells[low][row] = cells[high][row] = None
                sheet.mend(
                    row, low, f"{low} is above {high}, {most}.", "Both count as not recorded.", "Mend the two ages."
                )
    differing = settle_duplicates(sheet, ["home_id"], "This home is listed more than once.", _ONE_ROW)
    for rows in differing:
        if _overlap(sheet, rows):
            for row in rows:
                sheet.leave_out(
                    row,
                    "approved_from",
                    "This home has terms of approval in several rows that overlap in time.",
                    "Keep the one row whose terms are in force.",
                )


def _overlap(sheet: Sheet, rows: Sequence[int]) -> bool:
    """Whether two rows of one home differ in their approval dates and both hold on some day."""
    starts, ends = sheet.cells["approved_from"], sheet.cells["approved_to"]
    terms = sorted({(starts[row] or date.min, ends[row] or date.max) for row in rows})
    return any(later[0] <= earlier[1] for earlier, later in pairwise(terms))


def _check_residents(sheet: Sheet, day: date) -> None:
    born = sheet.cells["date_of_birth"]
    for row in sheet.usable():
        if born[row] is not None and born[row] > day:
            born[row] = None
            sheet.mend(
                row,
                "date_of_birth",
                f"This is after {day.isoformat()}, the day of the round.",
                "The date counts as not recorded.",
                _DOB,
            )
        elif (
            born[row] is not None
            and sheet.cells["status"][row] is ResidentStatus.FOSTERED
            and age_on(born[row], day) >= OF_AGE
        ):
            sheet.note(
                row,
                "status",
                "Somebody fostered is 18 or older on the day of the round.",
                "This person still counts as fostered.",
                "If they are staying put, write staying_put.",
            )
    settle_duplicates(sheet, ["home_id", "resident_id"], "This person is listed more than once in this home.", _ONE_ROW)
    homes_of: defaultdict[str, set[str]] = defaultdict(set)
    for row in sheet.usable():
        homes_of[sheet.cells["resident_id"][row]].add(sheet.cells["home_id"][row])
    for row in sheet.usable():
        elsewhere = homes_of[sheet.cells["resident_id"][row]] - {sheet.cells["home_id"][row]}
        if elsewhere:
            sheet.note(
                row,
                "resident_id",
                f"This person is also listed in {', '.join(sorted(elsewhere))}.",
                "Each of these homes counts the person.",
                "Take the row out where the person no longer lives, or give the day of leaving.",
            )


def _check_zones(sheet: Sheet) -> None:
    for row in range(len(sheet)):
        if not sheet.misshapen[row] and sheet.cells["easting"][row] == 0 == sheet.cells["northing"][row]:
            sheet.leave_out(
                row,
                "easting",
                "Easting and northing are both 0, which is a spot in the sea.",
                "Give the centre of the zone.",
            )


def _note_like_ids(sheets: Mapping[str, Sheet]) -> None:
    separate = "They count as two."
    note_alike([(sheets["children"], "child_id"), (sheets["residents"], "resident_id")], "id", separate)
    note_alike([(sheets["homes"], "home_id")], "home's id", separate)
    families = [(sheets["children"], "family_id"), (sheets["residents"], "family_id")]
    note_alike(families, "family's id", "They count as two families.")


# The objects


def _children(sheet: Sheet, whereabouts: Whereabouts) -> tuple[Child, ...]:
    children = []
    for row in sheet.usable():
        said = arguments(sheet, Child, row)
        said["home"] = whereabouts.find(sheet, row, "home_")
        said["home_authority"] = whereabouts.authority(sheet, row, "home_")
        said["school"] = whereabouts.find(sheet, row, "school_")
        children.append(Child(**said))
    return tuple(sorted(children, key=lambda child: child.child_id))


def _homes(sheet: Sheet, whereabouts: Whereabouts) -> tuple[Home, ...]:
    homes = []
    for row in sheet.usable():
        said = arguments(sheet, Home, row)
        said["location"] = whereabouts.find(sheet, row, "")
        said["authority"] = whereabouts.authority(sheet, row, "")
        homes.append(Home(**said))
    return tuple(sorted(homes, key=lambda home: home.home_id))


def _residents(sheet: Sheet, people: People, alive_homes: set[str]) -> tuple[Resident, ...]:
    residents = []
    for row in sheet.usable():
        said = arguments(sheet, Resident, row)
        if said["home_id"] in alive_homes:
            residents.append(Resident(**said))
        elif said["home_id"] in people.homes:
            sheet.leave_out(
                row,
                "home_id",
                "The home of this person is left out.",
                "Mend the row of the home.",
                "The row is not needed, because nobody is placed in that home in this round.",
            )
        else:
            sheet.leave_out(
                row,
                "home_id",
                "There is no home with this id.",
                "Give the id as it stands in homes, or add the home.",
                "Nobody can tell in which home this person lives. If a home that is listed is meant, its household "
                "is larger than this round knows.",
            )
    residents.sort(key=lambda resident: (resident.home_id, resident.resident_id))
    return tuple(residents)


def _links(sheet: Sheet, people: People, alive_homes: set[str]) -> tuple[Link, ...]:
    made: dict[Link, int] = {}
    for row in sheet.usable():
        link = Link(**arguments(sheet, Link, row))
        if _reference_stands(sheet, row, "child_id", people.children, people.alive_children, "child") and (
            _reference_stands(sheet, row, "home_id", people.homes, alive_homes, "home")
        ):
            if link in made:
                sheet.note(
                    row,
                    "link",
                    f"Rows {sheet.numbers[made[link]]} and {sheet.numbers[row]} say the same.",
                    "The link counts once.",
                    "Delete the second row.",
                )
            else:
                made[link] = row
    return tuple(sorted(made, key=sort_key))


def _zones(sheet: Sheet, people: People) -> tuple[Zone, ...]:
    zones = []
    for row in sheet.usable():
        if _reference_stands(sheet, row, "child_id", people.children, people.alive_children, "child"):
            said = arguments(sheet, Zone, row)
            said["centre"] = Location(sheet.cells["easting"][row], sheet.cells["northing"][row])
            zones.append(Zone(**said))
    return tuple(sorted(zones, key=sort_key))


def _reference_stands(
    sheet: Sheet, row: int, column: str, known: Iterable[str], alive: Iterable[str], what: str
) -> bool:
    """Whether the child or home a row names is in the round; says so where it is not."""
    named = sheet.cells[column][row]
    if named in alive:
        return True
    if named in known:
        message, mend = f"This {what} is left out of this round.", f"Mend the row of the {what}."
    else:
        message, mend = f"There is no {what} with this id in this round.", f"Check the id, if a {what} listed is meant."
    sheet.leave_out(row, column, message, mend, "The row is not used in this round.")
    return False


# What the tables say together


def _note_vacancies(sheet: Sheet, residents: Sequence[Resident], day: date) -> None:
    fostered: defaultdict[str, int] = defaultdict(int)
    for resident in residents:
        still_there = resident.leaving_on is None or resident.leaving_on > day
        if resident.status is ResidentStatus.FOSTERED and still_there:
            fostered[resident.home_id] += 1
    for row in sheet.usable():
        home_id, kind = sheet.cells["home_id"][row], sheet.cells["kind"][row]
        approved, vacancies = sheet.cells["approved_places"][row], sheet.cells["vacancies"][row]
        free = max(approved - fostered[home_id], 0)
        # An adopter's approved places are advice.
        if kind is not HomeKind.ADOPTER and vacancies > free:
            sheet.note(
                row,
                "vacancies",
                f"There are {approved} approved places and {fostered[home_id]} fostered now, so {free} can be free.",
                f"At most {free} are used, whatever the vacancies say.",
                "Mend the vacancies, the approved places or the residents.",
            )


def _note_settled(
    sheets: Mapping[str, Sheet], links: Sequence[Link], residents: Sequence[Resident], people: People
) -> None:
    living = {(resident.resident_id, resident.home_id) for resident in residents}
    settled = {(link.child_id, link.home_id) for link in links if link.link is LinkKind.CURRENT_CARER}
    sheet = sheets["links"]
    for row in sheet.usable():
        pair = sheet.cells["child_id"][row], sheet.cells["home_id"][row]
        if sheet.cells["link"][row] is LinkKind.CURRENT_CARER and pair not in living:
            sheet.note(
                row,
                "link",
                "The child is not among the residents of this home.",
                "The place the child holds there is counted as taken all the same.",
                "Add the child to residents under the same id, or mend the link.",
            )
    sheet = sheets["residents"]
    for row in sheet.usable():
        pair = sheet.cells["resident_id"][row], sheet.cells["home_id"][row]
        if pair[0] in people.alive_children and pair not in settled:
            sheet.note(
                row,
                "resident_id",
                "This child of the round lives here, but no current_carer link says so.",
                "The child does not count as settled in this home.",
                "Add a current_carer link, if the child is to stay or may stay.",
            )
