"""Counts that hold against an edition published before: the two prints together tell no hidden count of either.

A day that both print is one set of cells. What the earlier one hid is hidden now, and what it printed is known to
whoever reads both. Where the two together would still tell a hidden count, or contradict one another, nothing more is
printed of that day than was printed before: from the same figures again nobody learns more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import optimize
from scipy.sparse import csr_array, vstack
from scipy.sparse.csgraph import connected_components

from reporting.attacker import Impossible, Known, told
from reporting.disclosure import HIDDEN, ROUNDS_TO_NOUGHT, Refused, Rules, bounds_of, small
from reporting.fact import Book, Facts, Kind
from reporting.hiding import CannotHide
from reporting.lens import NOT_KNOWN
from reporting.linked import Name, names_of, structure
from reporting.publish_attack import COUNT_COLUMNS, Read, percentages
from reporting.publish_counts import REST, Counts, Safe, counts_of, safely, units_of

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Cell = tuple[str, str, int]
"""Key of a table, column, row."""

COUNTED: Final = (Kind.COUNT, Kind.SHARE, Kind.MEAN)
DERIVED: Final[Mapping[Kind, str]] = {Kind.SHARE: "share", Kind.MEAN: "mean"}


@dataclass(frozen=True, slots=True, eq=False)
class Before:
    """An edition that was published before."""

    tables: Mapping[str, pd.DataFrame]
    """Its open data by key: text in every column, categories and then figures as they were printed."""
    rules: Rules
    """By which it hid."""
    facts: Mapping[str, Facts] = field(default_factory=dict)
    """What tables are that the book may no longer hold, whatever their rows."""


class Together:
    """What can be printed of a book beside an earlier edition."""

    def __init__(
        self,
        book: Book,
        before: Before,
        rules: Rules,
        parents: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        # What was hidden before may be nought by now.
        self.book, self.rules = book, replace(rules, hide_noughts=True)
        self.counts = counts_of(book, parents)
        self.facts, self.texts = _earlier(book, before)
        self.old = counts_of(Book({}, self.facts, {}), parents)
        old_tables = tuple(replace(table, name=f"before {table.name}") for table in self.old.tables)
        self.built = structure(
            (*self.counts.tables, *old_tables), parents, tuple(dict.fromkeys((*self.counts.sums, *self.old.sums)))
        )
        self.names = tuple(self.built.number)
        self.on = [dict(name).get("on", "") for name in self.names]
        joint = abs(vstack([self.built.sums, self.built.within]))
        self.piece = connected_components(joint.T @ joint, directed=False)[1]
        """[cells] which hang together by sums."""
        self.truth = _truth(self.counts, self.built.number)
        self.before = self._read(self.old, self.facts, self.texts, before.rules)
        if (self.before.low > self.before.high).any():
            raise Refused("The edition published before contradicts itself. Nothing was published.")
        self.shown_before = np.isfinite(self.before.high) & ~self.before.hidden
        for (key, column, at), name in self.old.name.items():
            gone = key in self.texts and self.facts[key].kind is Kind.SHARE and column == REST
            if gone and self.texts[key]["share"].iloc[at] == HIDDEN:
                self.before.hidden[self.built.number[name]] = True
        there = ~np.isnan(self.truth)
        inside = (self.truth >= self.before.low) & (self.truth <= self.before.high)
        self.revised = there & ~inside
        self.holds = self.shown_before & (inside | ~there)
        printed = [{self.on[self._at(name)] for name in one.name.values()} for one in (self.old, self.counts)]
        self.common = frozenset(printed[0] & printed[1])
        self.days = self._linked(self.common)
        self.strict: set[str] = set()
        """Days of which no more is printed than was printed before."""
        self.mute: set[str] = set()
        """And those of which nothing is."""
        self.known: frozenset[Name] = frozenset()
        """Counts that the earlier edition tells by itself."""
        self.chosen: Safe | None = None

    def safe(self, effort: int) -> Safe:
        """The counts as they may be printed: what was hidden before, and nothing new of days held strictly."""
        if self.chosen is None:
            self.chosen = self._choose(effort)
        safe = self.chosen
        unit = dict(zip(safe.cells.names, self._units(self.counts, self.rules, safe.cells.names), strict=True))
        hidden = safe.chosen.hidden.copy()
        text = dict(safe.text)
        for name, cell in safe.number.items():
            at = self._at(name)
            if hidden[cell] or name in self.counts.silent or self.on[at] not in self.strict:
                continue
            low, high = bounds_of(text[name], unit[name], self.rules)
            known = self.on[at] not in self.mute and self.holds[at]
            if not (known and low <= self.before.low[at] and self.before.high[at] <= high):
                hidden[cell], text[name] = True, HIDDEN
        return replace(safe, chosen=replace(safe.chosen, hidden=hidden), text=text)

    def withheld(self, texts: Mapping[str, pd.DataFrame]) -> Iterator[Cell]:
        """Percentages and means that would be printed, and were not printed before; on strict days, or otherwise."""
        for key, facts in sorted(self.book.facts.items()):
            column = DERIVED.get(facts.kind)
            if column is None:
                continue
            old = _by_label(self.facts[key], self.texts[key][column]) if key in self.facts else {}
            for at, label in enumerate(_labels(facts)):
                text, then = str(texts[key][column].iloc[at]), old.get(label)
                on = dict(zip(facts.by, label, strict=True)).get("on", "")
                held = on in self.mute or then == HIDDEN or (on in self.strict and then != text)
                if held and text not in (HIDDEN, NOT_KNOWN):
                    yield key, column, at

    def stricter(self, texts: Mapping[str, pd.DataFrame]) -> bool:
        """Whether both prints together would tell too much of some days; less is printed of those from now on."""
        now = self._read(self.counts, self.book.facts, texts, self.rules)
        known: set[Name] = set()
        found = {day for day in self.days if self._tells(day, now, known)}
        self.known = frozenset(known)
        if not found:
            return False
        if not found <= self.common or (found & self.strict and self.strict < self.common):
            more = set(self.common - self.strict or self.common - self.mute)
        else:
            more = set(found - self.strict or found - self.mute or self.common - self.mute)
        if not more:
            raise Refused(
                "Together with the edition published before, what would be printed tells figures that may not be told. "
                "Nothing was published."
            )
        self.mute |= more & self.strict
        self.strict |= more
        return True

    def _choose(self, effort: int) -> Safe:
        hidden = {self.names[at] for at in np.flatnonzero(self.before.hidden).tolist()}
        shown = {
            self.names[at]: (float(self.before.low[at]), float(self.before.high[at]))
            for at in np.flatnonzero(self.holds & ~np.isnan(self.truth) & ~self.before.hidden).tolist()
        }
        try:
            safe = safely(self.counts, self.rules, effort, hidden=hidden, known=shown)
        except (CannotHide, Refused):
            # What is known already cannot protect: the attack will tell whether the rest can.
            safe = safely(self.counts, self.rules, effort, hidden=hidden)
        return replace(safe, chosen=replace(safe.chosen, primary=small(safe.cells, self.rules)))

    def _tells(self, day: str, now: Read, known: set[Name]) -> bool:
        """Whether both prints together tell a hidden count of a day that the earlier one by itself does not."""
        here = np.array([on == day for on in self.on], dtype=bool)
        asked = here & (now.hidden | self.before.hidden)
        free = np.zeros(len(here)), np.full(len(here), np.inf)
        old = _both(free, (self.before.low, self.before.high), self.holds)
        before = self._told(old, asked)
        if before is None:
            # Earlier figures that no longer fit one another: then nothing follows, and nothing is added to them.
            return not self._nothing_new(day) or self._alone(here, now, np.zeros(len(here), dtype=bool))
        true = before & self._true(old, before, np.isin(self.piece, self.piece[asked]))
        known |= {self.names[at] for at in np.flatnonzero(true).tolist()}
        if day in self.strict and self._alone(here, now, true):
            return True
        joint = self._told(_both((now.low, now.high), old, self.holds), asked)
        if joint is None or (joint & ~before).any():
            return True
        if not (self.revised & here).any():
            return False
        # Somebody who believes the earlier print wherever the two contradict one another.
        old = (self.before.low, self.before.high)
        before = self._told(old, asked)
        fits = (now.low <= old[1]) & (now.high >= old[0])
        joint = self._told(_both(old, (now.low, now.high), fits), asked)
        if before is None or joint is None:
            return not self._nothing_new(day)
        return bool((joint & ~before).any())

    def _nothing_new(self, day: str) -> bool:
        """Whether today's print says no more of a day, and of all days that sums join to it, than was said before."""
        return self._linked({day}) <= self.strict

    def _linked(self, days: Collection[str]) -> set[str]:
        """These days, and those that sums join to them."""
        of = set(self.piece[np.isin(self.on, sorted(days))].tolist())
        return {on for on, piece in zip(self.on, self.piece.tolist(), strict=True) if piece in of}

    def _alone(self, here: Mask, now: Read, known: Mask) -> bool:
        """Whether today's print tells what it hides of a day: what was left out of it may follow from the rest."""
        alone = self._told((now.low, now.high), here & now.hidden)
        return alone is None or bool((alone & ~known).any())

    def _told(self, bounds: tuple[Array, Array], asked: Mask) -> Mask | None:
        """[cells] what is told of those asked for; None where nothing fits."""
        try:
            return told(Known(*bounds, self.built.sums, self.built.within), asked)
        except Impossible:
            return None

    def _true(self, bounds: tuple[Array, Array], found: Mask, here: Mask) -> Mask:
        """[cells] whether what the earlier print tells can be today's counts, all of them at once."""
        if not found.any():
            return found
        there = found & ~np.isnan(self.truth)
        low, high = np.where(there, self.truth, bounds[0]), np.where(there, self.truth, bounds[1])
        some = np.flatnonzero(here)
        rows = csr_array(vstack([self.built.sums, self.built.within])[:, some])
        most = np.concatenate([np.zeros(self.built.sums.shape[0]), np.full(self.built.within.shape[0], np.inf)])
        answer = optimize.milp(
            np.zeros(len(some)),
            bounds=optimize.Bounds(low[some], high[some]),
            constraints=optimize.LinearConstraint(rows, 0.0, most),
        )
        return np.full(len(low), answer.status == 0)

    def _read(
        self, counts: Counts, facts: Mapping[str, Facts], texts: Mapping[str, pd.DataFrame], rules: Rules
    ) -> Read:
        """What a print says of each cell."""
        read = Read(self.built.number, 0.0)
        units = dict(zip(self.names, self._units(counts, rules, self.names), strict=True))
        for (key, column, at), name in counts.name.items():
            if column == REST:
                continue
            text = str(texts[key][column].iloc[at]).replace(",", "")
            if text == HIDDEN:
                read.hidden[self._at(name)] = True
            elif text != NOT_KNOWN:
                read.narrow(name, *bounds_of(text, units[name], rules))
        for key, one in facts.items():
            if one.kind is Kind.SHARE:
                percentages(key, texts[key], counts, rules, read)
        if counts is self.counts:
            for name in counts.silent:
                if 0 < self.truth[self._at(name)] <= rules.small_to:
                    read.hidden[self._at(name)] = True
        if not rules.hide_noughts:
            read.low[read.hidden] = np.maximum(read.low[read.hidden], 1.0)
        return read

    def _units(self, counts: Counts, rules: Rules, names: tuple[Name, ...]) -> list[int]:
        built = structure(counts.tables, counts.parents, counts.sums)
        own = tuple(built.number)
        units = dict(zip(own, units_of(built.totals, own, counts, rules).tolist(), strict=True))
        return [int(units.get(name, 1)) for name in names]

    def _at(self, name: Name) -> int:
        return self.built.number[name]


def _both(first: tuple[Array, Array], second: tuple[Array, Array], where: Mask) -> tuple[Array, Array]:
    """[cells] bounds that are the first's, and the second's too where it is asked for."""
    return (
        np.where(where, np.maximum(first[0], second[0]), first[0]),
        np.where(where, np.minimum(first[1], second[1]), first[1]),
    )


def _truth(counts: Counts, number: Mapping[Name, int]) -> Array:
    """[cells] what the book counts; NaN for what it does not."""
    truth = np.full(len(number), np.nan)
    for table in counts.tables:
        truth[[number[name] for name in names_of(table)]] = table.rows["n"].to_numpy(dtype=np.float64)
    return truth


def _earlier(book: Book, before: Before) -> tuple[dict[str, Facts], dict[str, pd.DataFrame]]:
    """The earlier tables of counts: as facts of which the numbers only say where there is one, and their texts."""
    facts, texts = {}, {}
    for key, table in sorted(before.tables.items()):
        now = book.facts.get(key)
        one = now or before.facts.get(key)
        if one is None or one.kind not in COUNTED:
            continue
        columns = [*COUNT_COLUMNS.get(one.kind, [value.name for value in one.columns])]
        wanted = [*one.by, *columns, *([DERIVED[one.kind]] if one.kind in DERIVED else [])]
        missing = [name for name in wanted if name not in table.columns]
        if missing or table.duplicated(list(one.by)).any():
            why = f"has no column {missing[0]}" if missing else "has rows of the same categories"
            raise Refused(
                f"The edition published before cannot be held against this one: its {key} {why}. Nothing was "
                "published: give the edition as it was made."
            )
        text = table[wanted].reset_index(drop=True)
        if one.kind is Kind.SHARE:
            text = text.assign(share=[_percent(share) for share in text["share"].tolist()])
        rows = text[list(one.by)].assign(
            **{
                value.name: _numbers(one, now, text, value.name) if value.name in columns else 0.0
                for value in one.columns
            }
        )
        if one.kind is Kind.SHARE:
            rows["base"] = rows[["part", "base"]].max(axis=1).where(rows["base"].notna())
        facts[key], texts[key] = replace(one, rows=rows), text
    return facts, texts


def _percent(share: str) -> str:
    return share if share in (HIDDEN, ROUNDS_TO_NOUGHT, NOT_KNOWN) else f"{round(100 * float(share))}%"


def _numbers(facts: Facts, now: Facts | None, text: pd.DataFrame, column: str) -> list[float]:
    """A number for each row: today's where there is one, for what sums hold between columns is read from it."""
    there = {} if now is None else dict(zip(_labels(now), now.rows[column].astype(float).tolist(), strict=True))
    numbers = []
    for label, said in zip(_labels(replace(facts, rows=_blank(facts, text))), text[column].tolist(), strict=True):
        own = there.get(label, np.nan)
        plain = said.replace(",", "")
        if said == NOT_KNOWN:
            numbers.append(np.nan)
        elif not np.isnan(own):
            numbers.append(own)
        else:
            numbers.append(float(plain) if plain.isdecimal() else 0.0)
    return numbers


def _blank(facts: Facts, text: pd.DataFrame) -> pd.DataFrame:
    return text[list(facts.by)].assign(**{value.name: 0.0 for value in facts.columns})


def _labels(facts: Facts) -> list[tuple[str, ...]]:
    return [tuple(map(str, row)) for row in facts.rows[list(facts.by)].itertuples(index=False)]


def _by_label(facts: Facts, column: pd.Series[str]) -> dict[tuple[str, ...], str]:
    return dict(zip(_labels(facts), column.tolist(), strict=True))
