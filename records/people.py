"""Who is who across the tables, and what a row that cannot be read takes along."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from records.cells import shown
from records.model import Child, LinkKind, Resident, SiblingPlan
from records.reading import Sheet, loose


class People:
    """Who is who: ids of children and residents as they are written anywhere, and whom a reference means."""

    def __init__(self, sheets: Mapping[str, Sheet]) -> None:
        children, residents, homes = sheets["children"], sheets["residents"], sheets["homes"]
        self.children = {i for i in children.cells["child_id"] if i is not None}
        self.homes = {i for i in homes.cells["home_id"] if i is not None}
        self.homes_of: defaultdict[str, set[str]] = defaultdict(set)
        for home, person in zip(residents.cells["home_id"], residents.cells["resident_id"], strict=True):
            if person is not None and home is not None:
                self.homes_of[person].add(home)
        self.everybody = self.children | set(self.homes_of)
        self._loose = {
            "child": _by_loose(self.children),
            "home": _by_loose(self.homes),
            "person": _by_loose(self.everybody),
        }
        self.alive_children: dict[str, Child] = {}
        self.alive_residents: defaultdict[str, list[Resident]] = defaultdict(list)

    def close(self, children: Sequence[Child], residents: Sequence[Resident]) -> None:
        """Learn who is in the round in the end."""
        self.alive_children = {child.child_id: child for child in children}
        for resident in residents:
            self.alive_residents[resident.resident_id].append(resident)

    def meant(self, kind: str, written: str) -> str:
        """Whom a reference means: the same id, else the only one that differs by capitals or spaces."""
        exact = {"child": self.children, "home": self.homes, "person": self.everybody}[kind]
        near = self._loose[kind].get(loose(written), [])
        return near[0] if written not in exact and len(near) == 1 else written


def _by_loose(ids: Iterable[str]) -> dict[str, list[str]]:
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for identity in sorted(ids):
        groups[loose(identity)].append(identity)
    return groups


_REFERENCES = (
    ("residents", "home_id", "home"),
    ("siblings", "child_a", "person"),
    ("siblings", "child_b", "person"),
    ("separations", "person_a", "person"),
    ("separations", "person_b", "person"),
    ("zones", "child_id", "child"),
    ("links", "child_id", "child"),
    ("links", "home_id", "home"),
)


def resolve_references(sheets: Mapping[str, Sheet], people: People) -> None:
    """Read an id that differs from a listed one only by capitals or spaces as that one, where it may bar.

    What permits (a kin link, a named exemption) must be written exactly.
    """
    for name, column, kind in _REFERENCES:
        sheet = sheets[name]
        for row, written in enumerate(sheet.cells[column]):
            if written is None or (name == "links" and not _may_bar(sheet, row)):
                continue
            meant = people.meant(kind, written)
            if meant == written:
                continue
            sheet.cells[column][row] = meant
            sheet.mend(
                row,
                column,
                f"There is no such id, but there is “{shown(meant)}”.",
                f"The row is read as if it said “{shown(meant)}”.",
                "Write the id as it stands in its own table.",
            )


def _may_bar(links: Sheet, row: int) -> bool:
    return links.misshapen[row] or links.cells["link"][row] in (LinkKind.BARRED, LinkKind.CURRENT_CARER)


def _place_of(sheet: Sheet, row: int) -> str:
    return f"row {sheet.numbers[row]} of {sheet.label}"


def take_along_homes(sheets: Mapping[str, Sheet], people: People) -> None:
    """Leave out homes whose household, or whose bars, cannot be read."""
    causes: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    residents = sheets["residents"]
    for row in range(len(residents)):
        home = residents.cells["home_id"][row]
        if residents.lost[row] and home in people.homes:
            causes[home].add((_place_of(residents, row), "so who lives in this home is not fully known"))
    for sheet, row, names in _bars_that_cannot_be_read(sheets):
        if None not in names or any(name in people.children for name in names):
            continue
        for person in names:
            for home in people.homes_of.get(person, ()) if person is not None else ():
                causes[home].add((_place_of(sheet, row), "so nobody can tell who must be kept apart from a resident"))
    links = sheets["links"]
    for row in _lost_bars(links):
        child = links.cells["child_id"][row]
        home = links.cells["home_id"][row]
        if child is None and home in people.homes:
            causes[home].add((_place_of(links, row), "so nobody can tell for which child this home is barred"))
    homes = sheets["homes"]
    for row in homes.usable():
        for where, meaning in sorted(causes.get(homes.cells["home_id"][row], ())):
            homes.leave_out(
                row,
                "home_id",
                f"{where[0].upper()}{where[1:]} cannot be read.",
                f"Mend {where}.",
                f"This home is left out of this round: {meaning.removeprefix('so ')}.",
            )


def _bars_that_cannot_be_read(
    sheets: Mapping[str, Sheet],
) -> Iterable[tuple[Sheet, int, tuple[str | None, str | None]]]:
    """Rows of siblings and separations that are lost and might keep two people apart."""
    siblings, separations = sheets["siblings"], sheets["separations"]
    for row in range(len(siblings)):
        harmless = not siblings.misshapen[row] and siblings.cells["plan"][row] in (
            SiblingPlan.TOGETHER,
            SiblingPlan.UNDECIDED,
        )
        if siblings.lost[row] and not harmless:
            yield siblings, row, (siblings.cells["child_a"][row], siblings.cells["child_b"][row])
    for row in range(len(separations)):
        if separations.lost[row]:
            yield separations, row, (separations.cells["person_a"][row], separations.cells["person_b"][row])


def _lost_bars(links: Sheet) -> Iterable[int]:
    return (row for row in range(len(links)) if links.lost[row] and _may_bar(links, row))


def take_along_families(sheets: Mapping[str, Sheet], people: People) -> None:
    """Leave out children whose bars cannot be read, then every family of which one child is left out."""
    causes: defaultdict[str, set[str]] = defaultdict(set)
    for sheet, row, names in _bars_that_cannot_be_read(sheets):
        for child in names:
            if child is not None and child in people.children:
                causes[child].add(_place_of(sheet, row))
    zones, links = sheets["zones"], sheets["links"]
    for row in range(len(zones)):
        child = zones.cells["child_id"][row]
        if zones.lost[row] and child in people.children:
            causes[child].add(_place_of(zones, row))
    for row in _lost_bars(links):
        child = links.cells["child_id"][row]
        if child in people.children:
            causes[child].add(_place_of(links, row))

    children = sheets["children"]
    ids, families = children.cells["child_id"], children.cells["family_id"]
    for row in children.usable():
        for where in sorted(causes.get(ids[row], ())):
            children.leave_out(
                row,
                "child_id",
                f"{where[0].upper()}{where[1:]} cannot be read, and might bar homes for this child.",
                f"Mend {where}.",
            )
    elsewhere = _settled_elsewhere(sheets)
    for row in children.usable():
        for where in elsewhere.get(ids[row], ()) if children.cells["needed_by"][row] is None else ():
            children.leave_out(
                row,
                "child_id",
                f"This child is settled in a home that is not in this round ({where}).",
                "Mend or add the home, or give needed_by if the child is to move.",
                "Nobody settled is moved, so this child is left out of this round.",
            )
    spoilt: defaultdict[str, list[int]] = defaultdict(list)
    for row in range(len(children)):
        if children.lost[row] and families[row] is not None:
            spoilt[families[row]].append(children.numbers[row])
    for row in children.usable():
        if rows := spoilt.get(families[row]):
            named = ", ".join(str(number) for number in rows)
            children.leave_out(
                row,
                "family_id",
                f"A brother or sister is left out (row {named}).",
                "Mend the rows that are named.",
                "A family is never matched in part, so this child is left out of this round too.",
            )


def _settled_elsewhere(sheets: Mapping[str, Sheet]) -> dict[str, list[str]]:
    """Children whose only current carers are in homes that are unknown or left out, with the rows that say so."""
    links, homes = sheets["links"], sheets["homes"]
    here = {homes.cells["home_id"][row] for row in homes.usable()}
    missing: defaultdict[str, list[str]] = defaultdict(list)
    with_a_carer_here: set[str] = set()
    for row in range(len(links)):
        child = links.cells["child_id"][row]
        if child is None or links.cells["link"][row] is not LinkKind.CURRENT_CARER:
            continue
        if links.cells["home_id"][row] in here:
            with_a_carer_here.add(child)
        else:
            missing[child].append(_place_of(links, row))
    return {child: rows for child, rows in missing.items() if child not in with_a_carer_here}
