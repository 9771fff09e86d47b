"""Points from a council's own tool: a file of child, home and points that takes the place of the considerations.

The rules are asked as always; only what makes one lawful home better than another comes from the file. Whatever
cannot be used is a finding, and a pair without a row counts 0, which the warnings of the round count.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matching.considerations import Part, SetAside, Weighed, weigh
from matching.considerations.weigh import MOST_POINTS
from matching.pairs import NOT_LISTED, Pairs
from records import cells
from records.cells import Outcome, screen, shown
from records.columns import Column, Effect, File
from records.model import Finding, Records, Severity
from records.reading import loose
from records.sources.delimited import read_delimited
from records.sources.limits import LIMITS
from records.tables import Table, Unusable

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

LABEL = "points.csv"
"""What findings, inputs and reports call the file, whatever its name, so that a renamed file changes nothing."""
MOST_ROWS = 5_000_000
_NOT_USED = "The row is not used; where no other row gives points for the pair, it counts 0."


def _column(name: str, read: cells.Reader, content: str, *, is_id: bool = False) -> Column:
    return Column(name, read, content, "not allowed", Effect.ROW_OUT, _NOT_USED, required=True, is_id=is_id)


POINTS = File(
    "points",
    "One row for each child and home to which a council's own tool gives points.",
    _NOT_USED,
    (
        _column("child_id", cells.identifier, "as in children.csv", is_id=True),
        _column("home_id", cells.identifier, "as in homes.csv", is_id=True),
        _column("points", cells.whole(0, MOST_POINTS), f"whole number, 0 to {MOST_POINTS}"),
    ),
)


@dataclass(frozen=True, slots=True, eq=False)
class GivenPoints:
    """The points of a file, for one round; arrays have shape (pairs,), in the order of `pairs`.

    `pairs` are those to which a row gives points; `row` is that row, as a spreadsheet numbers it.
    """

    child_ids: tuple[str, ...]
    home_ids: tuple[str, ...]
    pairs: Pairs
    points: Ints
    row: Ints
    findings: tuple[Finding, ...]
    rows_left_out: int
    sha256: str

    def for_pairs(self, pairs: Pairs) -> tuple[Ints, Ints]:
        """The points of other pairs of the round, 0 where no row gives any, and the rows, 0 where there is none."""
        at = self.pairs.positions(pairs.child, pairs.home)
        if not len(self.points):
            return np.zeros(len(pairs), dtype=np.int64), np.zeros(len(pairs), dtype=np.int64)
        here = at != NOT_LISTED
        return np.where(here, self.points[at], 0), np.where(here, self.row[at], 0)

    def added_to(self, records: Records) -> Records:
        """The records, with what was found in the file and its sha256 among theirs."""
        return replace(
            records,
            findings=tuple(sorted({*records.findings, *self.findings}, key=lambda f: f.place)),
            rows_left_out=records.rows_left_out + self.rows_left_out,
            inputs=dict(sorted({**records.inputs, LABEL: self.sha256}.items())),
        )

    def warnings(self, pairs: Pairs, usable: Mask) -> Iterable[str]:
        """What everybody should know who reads a plan made with these points.

        `usable`, shape (pairs,): which of the round's pairs a plan may use.
        """
        yield (
            f"Points come from {LABEL}, not from Placewell's considerations: why a home has its points is not known "
            "here, and kin comes first only where the file says so (Children Act 1989, s22C(7)(a)). The rules are "
            "asked as always."
        )
        given = self.for_pairs(pairs)[1] > 0
        without = usable & ~given
        if without.any():
            yield (
                f"{int(without.sum()):,} of {int(usable.sum()):,} pairs that the plan may use have no points in "
                f"{LABEL} and count 0. They are not worse homes: nobody has given them a number. Complete the file."
            )
        some = np.setdiff1d(pairs.child[usable], pairs.child[usable & given])
        none = [self.child_ids[i] for i in some]
        if none:
            named = ", ".join(none[:20]) + (f" and {len(none) - 20} more" if len(none) > 20 else "")
            yield f"{LABEL} has no points for any home that the plan may use for: {named}."


@dataclass(frozen=True, slots=True, eq=False)
class WeighedByFile(Weighed):
    """Points that came from a file: no consideration applies, so that none explains them."""

    from_file: GivenPoints
    row: Ints

    @classmethod
    def of(cls, weighed: Weighed, given: GivenPoints) -> WeighedByFile:
        """The points of the file in place of those weighed; distances stay."""
        register = weighed.register
        if given.child_ids != tuple(c.child_id for c in register.children) or given.home_ids != tuple(
            register.homes.ids.tolist()
        ):
            raise ValueError("the points were read for other children or homes than those of this round")
        points, row = given.for_pairs(weighed.pairs)
        return cls(
            register=register,
            asked=weighed.asked,
            pairs=weighed.pairs,
            points=points,
            low=points,
            high=points,
            scores={name: np.full(len(points), np.nan) for name in weighed.scores},
            known={name: np.ones(len(points), dtype=np.bool_) for name in weighed.known},
            miles_home=weighed.miles_home,
            miles_school=weighed.miles_school,
            weights=np.zeros_like(weighed.weights),
            from_file=given,
            row=row,
        )

    def again(self, pairs: Pairs) -> Weighed:
        """Other pairs of the same round, with the points of the same file."""
        return WeighedByFile.of(weigh(self.register, self.asked, pairs), self.from_file)

    def parts(self, child_index: int, home_index: int) -> list[Part]:
        """One part: what the file gives, and the row it stands in."""
        at = self.at(child_index, home_index)
        points, row = int(self.points[at]), int(self.row[at])
        words = (
            f"given in {LABEL}, row {row}; the reasons are with whoever made the file"
            if row
            else f"{LABEL} has no row for this child and home, so that it counts 0"
        )
        return [Part("points_from_file", f"Points from {LABEL}", points / 10, 1.0, points, True, words)]

    def set_aside(self, child_index: int, home_index: int) -> list[SetAside]:  # noqa: ARG002
        """Nothing: no consideration was asked."""
        return []


def read_points(path: Path, records: Records) -> GivenPoints:
    """Read points for a round from a CSV file: child_id, home_id, points (0 to 1000).

    UTF-8 with or without a byte order mark and Windows-1252 are read. A row that cannot be used (an id that is not
    in the round, points that are blank, out of range or not whole, rows of one pair that differ) is a finding.
    Raises `records.tables.Unusable` where the file cannot be read, lacks a column, or gives no points to any child
    and home of the round.
    """
    data = _bytes(path)
    table, findings = read_delimited(POINTS, LABEL, data, replace(LIMITS, rows=MOST_ROWS))
    return _points(table, tuple(findings), records, hashlib.sha256(data).hexdigest())


def _bytes(path: Path) -> bytes:
    mend = "Give a CSV file with the headings child_id, home_id, points."
    try:
        if not path.is_file():
            raise Unusable(LABEL, f"There is no such file: {shown(path.name)}.", mend)
        if path.stat().st_size > LIMITS.file_bytes:
            raise Unusable(LABEL, f"It is larger than {LIMITS.file_bytes:,} bytes, the most that is read.", mend)
        return path.read_bytes()
    except OSError as error:
        raise Unusable(LABEL, f"It may not be read ({error.strerror}).", "Check who may read it.") from error


def _points(table: Table, noted: tuple[Finding, ...], records: Records, sha256: str) -> GivenPoints:
    shape = (len(records.children), len(records.homes))
    desk = _Desk(table)
    child_ids, home_ids = tuple(c.child_id for c in records.children), tuple(h.home_id for h in records.homes)
    child = desk.ids("child_id", {one: i for i, one in enumerate(child_ids)}, "child")
    home = desk.ids("home_id", {one: i for i, one in enumerate(home_ids)}, "home")
    value = desk.values()
    rows = np.flatnonzero(~desk.lost)
    code = child[rows] * max(shape[1], 1) + home[rows]
    kept = rows[desk.settle(rows, code, value[rows])]

    kept = kept[np.lexsort((home[kept], child[kept]))]
    pairs = Pairs(child[kept], home[kept], *shape)
    if all(shape) and not len(kept):
        raise Unusable(
            LABEL,
            "No row gives points to a child and a home of this round."
            + (f" The first row that cannot be used: {desk.findings[0].message}" if desk.findings else ""),
            "Check that the ids are those of children.csv and homes.csv, and that points are whole numbers.",
        )
    return GivenPoints(
        child_ids,
        home_ids,
        pairs,
        value[kept],
        desk.numbers[kept],
        (*noted, *desk.findings),
        int(desk.lost.sum()),
        sha256,
    )


class _Desk:
    """Reads the columns of the file; every row that is lost has a finding."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.numbers = table.frame.index.to_numpy(dtype=np.int64)
        self.lost = np.zeros(len(table.frame), dtype=np.bool_)
        self.findings: list[Finding] = []
        for at, number in enumerate(self.numbers.tolist()):
            if number in table.misshapen:
                self.lost[at] = True
                self._say(number, "*", "", table.misshapen[number], _NOT_USED, "Mend the row and save the file again.")

    def ids(self, name: str, known: Mapping[str, int], what: str) -> Ints:
        """The number of each row's child or home; rows whose id is not in the round are lost, said once for an id."""
        texts = self.table.frame[name].tolist()
        alike = {loose(one): one for one in sorted(known, reverse=True)}
        numbers = np.zeros(len(texts), dtype=np.int64)
        read = {text: self._id(text, name) for text in set(texts)}
        strange: defaultdict[str, list[int]] = defaultdict(list)
        for at, text in enumerate(texts):
            if self.lost[at]:
                continue
            outcome = read[text]
            if outcome.garbled:
                self._lose(at, name, text, outcome.message, outcome.mend)
            elif outcome.value not in known:
                strange[text].append(at)
            else:
                numbers[at] = known[str(outcome.value)]
                if outcome.severity is not None:
                    self._say(
                        int(self.numbers[at]),
                        name,
                        text,
                        outcome.message,
                        "The row is used.",
                        outcome.mend,
                        outcome.severity,
                    )
        for text, places in strange.items():
            self.lost[places] = True
            near = alike.get(loose(str(read[text].value)))
            hint = f" There is one that is written “{shown(near)}”." if near is not None else ""
            many = f" This holds for {len(places):,} rows." if len(places) > 1 else ""
            self._say(
                int(self.numbers[places[0]]),
                name,
                text,
                f"No {what} of this round has this id.{hint}",
                f"{_NOT_USED}{many}",
                f"Give the id as in {'children' if what == 'child' else 'homes'}.csv, or take the row out; "
                "`placewell check` says which rows of the records were left out.",
            )
        return numbers

    def values(self) -> Ints:
        """The points of each row; rows whose points cannot be read are lost."""
        texts = self.table.frame["points"].tolist()
        read = {text: self._cell(text, 2) for text in set(texts)}
        values = np.zeros(len(texts), dtype=np.int64)
        for at, text in enumerate(texts):
            value = read[text].value
            if isinstance(value, int):
                values[at] = value
            elif not self.lost[at]:
                self._lose(at, "points", text, read[text].message, read[text].mend)
        return values

    def settle(self, rows: Ints, code: Ints, value: Ints) -> Ints:
        """Which of these rows count: of rows of one pair the first if they say the same, none if they differ."""
        texts = self.table.frame["points"].tolist()
        order = np.lexsort((rows, code))
        _, first, count = np.unique(code[order], return_index=True, return_counts=True)
        kept = list(order[first[count == 1]])
        for start, many in zip(first[count > 1].tolist(), count[count > 1].tolist(), strict=True):
            group = order[start : start + many]
            listed = ", ".join(str(self.numbers[rows[k]]) for k in group)
            if len(np.unique(value[group])) == 1:
                kept.append(group[0])
                for k in group[1:]:
                    self._say(
                        int(self.numbers[rows[k]]), "points", "", f"Rows {listed} say the same of one child and home.",
                        "The pair counts once.", "Delete the second row.", Severity.NOTE,
                    )  # fmt: skip
            else:
                for k in group:
                    at = int(rows[k])
                    self._lose(
                        at, "points", texts[at],
                        f"Rows {listed} give one child and home different points.", "Keep the one row that is right.",
                    )  # fmt: skip
        return np.array(sorted(int(k) for k in kept), dtype=np.int64)

    def _id(self, raw: str, name: str) -> Outcome:
        outcome = self._cell(raw, 0 if name == "child_id" else 1)
        if not outcome.garbled and raw != raw.strip():
            message = "There are spaces around the id; they are not part of it."
            return Outcome(outcome.value, Severity.NOTE, message, "Take the spaces away.")
        return outcome

    @staticmethod
    def _cell(raw: str, column: int) -> Outcome:
        text = raw.strip()
        if not text:
            return cells.garbled(f"{POINTS.columns[column].name} must be filled.", "Fill the cell, or delete the row.")
        return screen(text) or POINTS.columns[column].read(text)

    def _lose(self, at: int, column: str, text: str, message: str, mend: str) -> None:
        self.lost[at] = True
        self._say(int(self.numbers[at]), column, text, message, _NOT_USED, mend)

    def _say(
        self,
        number: int,
        column: str,
        text: str,
        message: str,
        meaning: str,
        mend: str,
        severity: Severity = Severity.LEFT_OUT,
    ) -> None:
        value = shown(text.strip())
        self.findings.append(Finding(LABEL, number, column, value, severity, message, meaning, mend))
