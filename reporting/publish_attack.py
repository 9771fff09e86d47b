"""Tries to tell every hidden figure from all that would be printed, and refuses the publication where it can.

What is printed is read as text, apart from how it was made: counts, percentages, totals, forecasts and sums of money.
And every rule is asked again of every figure, one at a time.
"""

from __future__ import annotations

import math
from collections.abc import Container, Iterator, Mapping

import numpy as np
import pandas as pd

from reporting.attacker import Impossible, Known, told
from reporting.disclosure import HIDDEN, ROUNDS_TO_NOUGHT, Refused, Rules, bounds_of, to
from reporting.fact import Book, Facts, Kind, Unit
from reporting.lens import NOT_KNOWN
from reporting.linked import Name, names_of, structure
from reporting.publish_counts import REST, Counts, counts_of, units_of
from reporting.publish_forecasts import Starts, found_ahead
from reporting.publish_money import adds_up, least_of

COUNT_COLUMNS: Mapping[Kind, tuple[str, ...]] = {Kind.SHARE: ("part", "base"), Kind.MEAN: ("base",)}


def attack(
    book: Book,
    texts: Mapping[str, pd.DataFrame],
    rules: Rules,
    parents: Mapping[str, Mapping[str, str]] | None = None,
    known: Container[Name] = (),
) -> None:
    """Raise `Refused` where texts of a book's tables tell what may not be told. The words name no figure.

    `known`: counts that an edition published before tells by itself; no print can keep them any more.
    """
    counts = counts_of(book, parents)
    found = [*broken_rules(book, texts, rules), *worked_out_counts(book, counts, texts, rules, known)]
    ahead = {key: facts for key, facts in book.facts.items() if facts.kind is Kind.FORECAST}
    found += [f"{key}: a hidden forecast can be worked out" for key, _ in found_ahead(ahead, texts, rules)]
    found += _not_hidden_ahead(counts, ahead, texts)
    for facts in book.facts.values():
        if facts.kind in (Kind.MONEY, Kind.MEAN):
            found += _alone(facts, texts[facts.key])
    if found:
        some = "; ".join(list(dict.fromkeys(found))[:5])
        raise Refused(
            f"What would be printed tells {len(found)} figures that may not be told ({some}). Nothing was published."
        )


def broken_rules(book: Book, texts: Mapping[str, pd.DataFrame], rules: Rules) -> Iterator[str]:
    """Figures that would be printed although a rule, by itself, says that they may not."""
    for key, facts in sorted(book.facts.items()):
        if facts.kind is Kind.PLAIN or facts.kind is Kind.FORECAST:
            continue
        text = texts[key]
        for at in range(len(facts.rows)):
            row, said = facts.rows.iloc[at], text.iloc[at]
            match facts.kind:
                case Kind.COUNT:
                    columns = [value.name for value in facts.columns]
                    if any(_small(row[name], rules) and said[name] != HIDDEN for name in columns):
                        yield f"{key}: a small count"
                case Kind.SHARE:
                    yield from _share(key, row, said, rules)
                case Kind.MEAN:
                    few = row["base"] < least_of(facts, rules) or said["base"] == HIDDEN
                    if few and said["mean"] not in (HIDDEN, NOT_KNOWN):
                        yield f"{key}: a mean of few"
                    if _small(row["base"], rules) and said["base"] != HIDDEN:
                        yield f"{key}: a small count"
                case Kind.MONEY:
                    few = "people" in facts.rows.columns and row["people"] < rules.least_children
                    pounds = [value.name for value in facts.columns if value.unit is Unit.POUNDS]
                    if few and any(said[name] not in (HIDDEN, NOT_KNOWN) for name in pounds):
                        yield f"{key}: pounds for few children"


def worked_out_counts(
    book: Book, counts: Counts, texts: Mapping[str, pd.DataFrame], rules: Rules, known: Container[Name] = ()
) -> list[str]:
    """Hidden counts that can be worked out from counts, totals and percentages together, apart from those `known`."""
    built = structure(counts.tables, counts.parents, counts.sums)
    names = tuple(built.number)
    units = units_of(built.totals, names, counts, rules)
    said = _said(texts)
    read = Read(built.number, 0.0 if rules.hide_noughts else 1.0)
    for (key, column, at), name in counts.name.items():
        if column == REST:
            continue
        text = str(said[key][column][at]).replace(",", "")
        if text == HIDDEN:
            read.hidden[built.number[name]] = True
        elif text != NOT_KNOWN:
            read.narrow(name, *bounds_of(text, int(units[built.number[name]]), rules))
    for key, facts in book.facts.items():
        if facts.kind is Kind.SHARE:
            percentages(key, texts[key], counts, rules, read)
    for table in counts.tables:
        for name, count in zip(names_of(table), table.rows["n"].tolist(), strict=True):
            # A rest is printed nowhere; where it is small it is hidden all the same.
            if name in counts.silent and _small(count, rules):
                read.hidden[built.number[name]] = True
    if (read.low > read.high).any():
        return ["figures that contradict one another"]
    try:
        found = told(Known(read.low, read.high, built.sums, built.within), read.hidden)
    except Impossible:
        return ["figures that contradict one another"]
    new = [names[at] for at in np.flatnonzero(found).tolist() if names[at] not in known]
    return [", ".join(f"{dim} {category}" for dim, category in name) for name in new]


class Read:
    """What is known of each cell from what is printed."""

    def __init__(self, number: Mapping[Name, int], floor: float) -> None:
        self.number = number
        self.low, self.high = np.full(len(number), floor), np.full(len(number), np.inf)
        self.hidden = np.zeros(len(number), dtype=bool)

    def narrow(self, name: Name, low: float, high: float) -> None:
        """Take in that a cell is no less and no more."""
        at = self.number[name]
        self.low[at], self.high[at] = (0.0 if high == 0 else max(self.low[at], low)), min(self.high[at], high)


def percentages(key: str, text: pd.DataFrame, counts: Counts, rules: Rules, read: Read) -> None:
    """What percentages tell of their parts."""
    half = rules.round_totals_to // 2
    for at, (share, base) in enumerate(zip(text["share"].tolist(), text["base"].tolist(), strict=True)):
        name = counts.name.get((key, "part", at))
        if name is None or share in (HIDDEN, NOT_KNOWN):
            continue
        whole = math.inf if base in (HIDDEN, NOT_KNOWN) else float(base.replace(",", ""))
        if share == ROUNDS_TO_NOUGHT:
            read.narrow(name, 1.0, 0.005 * whole + half)
        elif share == "0%":
            read.narrow(name, 0.0, 0.0)
        elif not math.isinf(whole):
            said = float(share.rstrip("%"))
            read.narrow(name, max(0.0, (said - 0.5) / 100 * whole - half), (said + 0.5) / 100 * whole + half)


def _share(key: str, row: pd.Series[float], said: pd.Series[str], rules: Rules) -> Iterator[str]:
    part, base = row["part"], row["base"]
    if (_small(part, rules) and said["part"] != HIDDEN) or (_small(base, rules) and said["base"] != HIDDEN):
        yield f"{key}: a small count"
    if said["share"] in (HIDDEN, NOT_KNOWN):
        return
    if base < rules.least_base or _small(base - part, rules) or HIDDEN in (said["part"], said["base"]):
        yield f"{key}: a percentage of few"
    elif said["share"] not in (ROUNDS_TO_NOUGHT, f"{_percent(part, base, rules)}%"):
        yield f"{key}: a percentage that is not of rounded counts"


def _percent(part: float, base: float, rules: Rules) -> int:
    return int(100 * to(part, rules.round_totals_to) / to(base, rules.round_totals_to) + 0.5)


def _small(count: float, rules: Rules) -> bool:
    return bool(0 < count <= rules.small_to)


def _not_hidden_ahead(counts: Counts, ahead: Mapping[str, Facts], texts: Mapping[str, pd.DataFrame]) -> Iterator[str]:
    """Forecasts that would be printed although the count that they set out from is not."""
    said = _said(texts)
    gone = {
        name for (key, column, at), name in counts.name.items() if column != REST and said[key][column][at] == HIDDEN
    }
    starts = Starts(dict.fromkeys(counts.name.values(), 0), gone)
    for key, facts in ahead.items():
        for at in starts.hidden(facts):
            if any(said[key][value.name][at] != HIDDEN for value in facts.columns):
                yield f"{key}: a forecast of what is hidden today"


def _said(texts: Mapping[str, pd.DataFrame]) -> dict[str, dict[str, list[str]]]:
    return {key: {str(name): frame[name].tolist() for name in frame} for key, frame in texts.items()}


def _alone(facts: Facts, text: pd.DataFrame) -> Iterator[str]:
    """Sums in which one row alone is hidden."""
    first = next((value.name for value in facts.columns if value.unit is Unit.POUNDS), "mean")
    hidden = (text[first] == HIDDEN).to_numpy()
    for whole, parts in adds_up(facts):
        if hidden[[whole, *parts]].sum() == 1:
            yield f"{facts.key}: what is hidden alone in a sum"
