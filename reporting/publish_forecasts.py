"""Forecasts as they may be printed: rounded, few in words, hidden where the count that they set out from is hidden.

A forecast of next month is nearly today's count. So it is hidden where that is, and where that would leave one hidden
kind alone in a sum, the next smallest is hidden with it: which, is told by today's counts, and so alike in every
scenario. Sums are rounded as sums of counts are; and where the sum less what is shown would still leave but one whole
number, more is hidden.
"""

from __future__ import annotations

import math
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import pandas as pd

from reporting.attacker import Impossible, Known, narrower
from reporting.disclosure import HIDDEN, Rules
from reporting.fact import ALL, Facts, Unit, Value
from reporting.lens import FEWER, NOT_KNOWN, written
from reporting.linked import Counted, Name, names_of, structure
from reporting.publish_counts import COUNTED, Safe

LOWER: Final = ("p01", "p05", "p10", "p20", "p25", "low", "least")
FALL: Final = "a fall of "
"""Begins what is said of a small difference below nought."""
DIFFERENCE: Final = "difference_"
"""Begins the name of a column that may be below nought."""
UPPER: Final = ("p75", "p80", "p90", "p95", "p99", "high", "most")
COUNTS: Final = (Unit.PEOPLE, Unit.HOMES, Unit.PLACES)
PER_SCENARIO: Final = ("scenario", "lever")
TIME: Final = ("on", "when", "quarter")


@dataclass(frozen=True, slots=True, eq=False)
class Ahead:
    """Which rows of which forecasts are hidden, and why."""

    hidden: Mapping[str, frozenset[int]]
    """Key of a table: its hidden rows."""
    like: Mapping[str, frozenset[int]] = field(default_factory=dict)
    """Those hidden because the count that they set out from is."""


def few_in_words(rules: Rules) -> str:
    """What stands for a forecast of a few."""
    return f"{FEWER}{rules.few}"


def hidden_ahead(books: Sequence[Mapping[str, Facts]], safe: Safe, rules: Rules) -> Ahead:
    """What to hide in the forecasts of every scenario alike. The first of `books` is the one that is published."""
    starts = Starts({name: safe.value(name) for name in safe.number}, {n for n in safe.number if safe.hidden(n)})
    like = {key: frozenset(starts.hidden(facts)) for key, facts in books[0].items()}
    aligned = _aligned(books)
    hidden = {key: set(starts.hidden(facts)) for key, facts in aligned[0].items()}
    _not_alone(aligned[0], hidden, starts)
    # Each round hides at least one row more.
    while any(_more(tables, hidden, starts, rules) for tables in aligned):
        pass
    gone = {key: {_label(aligned[0][key], at) for at in rows} for key, rows in hidden.items()}
    return Ahead(
        {
            key: frozenset(at for at, label in enumerate(_labels(facts)) if label in gone[key])
            for key, facts in books[0].items()
        },
        like,
    )


def _aligned(books: Sequence[Mapping[str, Facts]]) -> list[Mapping[str, Facts]]:
    """Every book with the rows of all: not known where it has none. In the same order, whichever was given first."""
    known = {key: facts for tables in books[::-1] for key, facts in tables.items()}
    rows = {
        key: sorted({label for tables in books if key in tables for label in _labels(tables[key])}) for key in known
    }
    made = []
    for tables in books:
        filled = {}
        for key, facts in sorted(known.items()):
            given = (
                dict(zip(_labels(tables[key]), tables[key].rows.itertuples(index=False), strict=True))
                if key in tables
                else {}
            )
            blank = (math.nan,) * len(facts.columns)
            values = [
                (*label, *(tuple(given[label])[len(label) :] if label in given else blank)) for label in rows[key]
            ]
            filled[key] = replace(facts, rows=pd.DataFrame(values, columns=list(facts.rows.columns)))
        made.append(filled)
    if len(made) == 1:
        return list(made)
    return sorted(made, key=lambda tables: "".join(facts.rows.to_csv() for facts in tables.values()))


class Starts:
    """The counts that forecasts set out from."""

    def __init__(self, counts: Mapping[Name, int], gone: Container[Name]) -> None:
        self.counts, self.gone = counts, gone
        self.dims: dict[str, set[str]] = {}
        for name in counts:
            self.dims.setdefault(dict(name).get("what", ""), set()).update(dim for dim, _ in name)

    def of(self, facts: Facts) -> Iterator[tuple[int, Name]]:
        """Each row, with the name of its count."""
        if not facts.like:
            return
        what = facts.like.get("what", "")
        known = self.dims.get(what, set())
        for at, row in enumerate(facts.rows[list(facts.by)].itertuples(index=False)):
            dims = {d: str(c) for d, c in zip(facts.by, row, strict=True) if d in known and str(c) != ALL}
            yield at, tuple(sorted(({**dims, **facts.like, COUNTED: what}).items()))

    def hidden(self, facts: Facts) -> Iterator[int]:
        """Rows whose count is hidden."""
        return (at for at, name in self.of(facts) if name in self.gone)

    def size(self, facts: Facts) -> dict[int, float]:
        """How many each row sets out from; those of which it is not known last."""
        return {at: float(self.counts.get(name, math.inf)) for at, name in self.of(facts)}


def families(facts: Facts) -> list[tuple[int, list[int]]]:
    """Rows that are sums of other rows of the table: the whole, and its parts."""
    at = {tuple(map(str, row)): i for i, row in enumerate(facts.rows[list(facts.by)].itertuples(index=False))}
    found = []
    for place, dim in enumerate(facts.by):
        groups: dict[tuple[str, ...], list[int]] = {}
        for names, row in at.items():
            if names[place] != ALL and dim not in facts.overlap:
                groups.setdefault((*names[:place], ALL, *names[place + 1 :]), []).append(row)
        found += [(at[names], rows) for names, rows in groups.items() if names in at]
    return found


def _not_alone(tables: Mapping[str, Facts], hidden: dict[str, set[int]], starts: Starts) -> None:
    """Let no row be hidden alone in a sum: hide the part that sets out from the fewest with it."""
    for key, facts in tables.items():
        gone, size = hidden[key], starts.size(facts)
        sums = families(facts) if gone else []
        changed = True
        while changed:
            changed = False
            for whole, parts in sums:
                members = [at for at in (whole, *parts) if at in gone]
                if len(members) == 1:
                    shown = [at for at in parts if at not in gone] or [whole]
                    gone.update(_everywhere(facts, _least(facts, shown, size)))
                    changed = True


def _least(facts: Facts, rows: Sequence[int], size: Mapping[int, float]) -> int:
    """The row that sets out from the fewest."""
    return min(rows, key=lambda at: (size.get(at, math.inf), _label(facts, at)))


def _label(facts: Facts, at: int) -> tuple[str, ...]:
    return tuple(map(str, facts.rows[list(facts.by)].iloc[at]))


def _labels(facts: Facts) -> list[tuple[str, ...]]:
    return [tuple(map(str, row)) for row in facts.rows[list(facts.by)].itertuples(index=False)]


def _everywhere(facts: Facts, at: int) -> list[int]:
    """The rows of the same categories on every day: a gap of one month would be filled by those beside it."""
    dims = [dim for dim in facts.by if dim not in (*TIME, *PER_SCENARIO)]
    same = np.ones(len(facts.rows), dtype=bool)
    for dim in dims:
        same &= (facts.rows[dim] == facts.rows[dim].iloc[at]).to_numpy()
    return np.flatnonzero(same).tolist()


def _more(tables: Mapping[str, Facts], hidden: dict[str, set[int]], starts: Starts, rules: Rules) -> bool:
    """Hide more where a hidden middle can be worked out from what would be printed; whether anything was."""
    found = found_ahead(tables, printed_ahead(tables, hidden, rules), rules)
    for key, at in found:
        facts = tables[key]
        size = starts.size(facts)
        near = [one for whole, parts in families(facts) if at in (whole, *parts) for one in (*parts, whole)]
        shown = [one for one in dict.fromkeys(near) if one not in hidden[key]]
        if not shown:
            if _elsewhere(tables, key, at, hidden):
                return True
            continue
        wholes = {whole for whole, _ in families(facts)}
        least = min(shown, key=lambda one: (one in wholes, size.get(one, math.inf), _label(facts, one)))
        hidden[key].update(_everywhere(facts, least))
        return True
    return False


def _elsewhere(tables: Mapping[str, Facts], key: str, at: int, hidden: dict[str, set[int]]) -> bool:
    """Hide a forecast where another table shows it; whether any did."""
    own = {(dim, category) for dim, category in zip(tables[key].by, _label(tables[key], at), strict=True)}
    changed = False
    for other, facts in tables.items():
        for row, label in enumerate(_labels(facts)):
            told = {one for one in zip(facts.by, label, strict=True) if one[1] != ALL}
            same = told == {one for one in own if one[1] != ALL} and dict(facts.like) == dict(tables[key].like)
            if same and row not in hidden[other]:
                hidden[other].update(_everywhere(facts, row))
                changed = True
    return changed


def printed_ahead(
    tables: Mapping[str, Facts], hidden: Mapping[str, set[int] | frozenset[int]], rules: Rules
) -> dict[str, pd.DataFrame]:
    """Forecasts as text, by key."""
    made = {}
    for key, facts in tables.items():
        totals = totals_of(facts)
        columns = {
            value.name: [
                HIDDEN if at in hidden[key] else said_ahead(value, number, at in totals, rules)
                for at, number in enumerate(facts.rows[value.name].tolist())
            ]
            for value in facts.columns
        }
        made[key] = facts.rows[list(facts.by)].assign(**columns)
    return made


def totals_of(facts: Facts) -> frozenset[int]:
    """Rows of sums, and of the council as a whole."""
    dims = [dim for dim in facts.by if dim not in ("what", *TIME)]
    if any(dim in PER_SCENARIO for dim in dims) or not dims:
        return frozenset(range(len(facts.rows)))
    every = (facts.rows[dims] == ALL).any(axis=1).to_numpy()
    return frozenset(np.flatnonzero(every).tolist())


def said_ahead(value: Value, number: object, total: bool, rules: Rules) -> str:
    """One figure of a forecast: its middle whole, the ends of its band outwards to five, a few in words."""
    if isinstance(number, str) or value.unit not in COUNTS:
        return written(number, value.unit)
    amount = float(number)  # type: ignore[arg-type]
    if math.isnan(amount):
        return NOT_KNOWN
    to, end = rules.round_forecasts_to, value.name.rsplit("_", 1)[-1]
    if end in LOWER:
        whole = to * math.floor(amount / to + 1e-9)
    elif end in UPPER:
        whole = to * math.ceil(amount / to - 1e-9)
    else:
        unit = to if total else 1
        whole = unit * math.floor(amount / unit + 0.5)
    if amount and abs(amount) < rules.few:
        return few_in_words(rules) if amount > 0 else f"{FALL}{few_in_words(rules)}"
    if not amount:
        return "0"
    return f"{'−' if whole < 0 else ''}{abs(whole):,}"


def found_ahead(
    tables: Mapping[str, Facts], printed: Mapping[str, pd.DataFrame], rules: Rules
) -> list[tuple[str, int]]:
    """Hidden middles (key, row) that are known to less than a width to whoever adds and subtracts what is printed.

    Means add up, to their rounding; medians very nearly do, and the same is asked of them.
    """
    found: list[tuple[str, int]] = []
    for column in sorted({v.name for f in tables.values() for v in f.columns if _middle(v)}):
        some = {key: facts for key, facts in tables.items() if column in {v.name for v in facts.columns}}
        frames = [
            Counted(
                key,
                facts.rows[list(facts.by)].astype(str).assign(**{COUNTED: str(dict(facts.like))}),
                (*facts.by, COUNTED),
                (),
                facts.overlap,
            )
            for key, facts in some.items()
            if facts.like
        ]
        found += _found_in(frames, some, printed, column, rules)
    return found


def _middle(value: Value) -> bool:
    return value.unit in COUNTS and value.name.rsplit("_", 1)[-1] in ("mean", "p50")


def _found_in(
    frames: Sequence[Counted],
    some: Mapping[str, Facts],
    printed: Mapping[str, pd.DataFrame],
    column: str,
    rules: Rules,
) -> list[tuple[str, int]]:
    built = structure(frames)
    # a difference may be below nought, and that of a part above that of its whole
    signed = column.startswith(DIFFERENCE)
    low, high = np.full(len(built.number), -np.inf if signed else 0.0), np.full(len(built.number), np.inf)
    hidden: dict[int, tuple[str, int]] = {}
    for frame in frames:
        totals = totals_of(some[frame.name])
        for at, (name, text) in enumerate(zip(names_of(frame), printed[frame.name][column].tolist(), strict=True)):
            cell = built.number[name]
            if text == HIDDEN:
                hidden.setdefault(cell, (frame.name, at))
            elif text != NOT_KNOWN:
                # Half a child either way for a median, which only nearly adds up.
                low[cell], high[cell] = _span(text, at in totals, rules, 0.5 if column.endswith("p50") else 0.0)
    if not hidden:
        return []
    asked = np.zeros(len(built.number), dtype=bool)
    asked[list(hidden)] = True
    try:
        within = built.within[:0] if signed else built.within
        found = narrower(Known(low, high, built.sums, within), asked, rules.width)
    except Impossible:
        # Medians need not add up even nearly: then nothing follows from their sums.
        return []
    return [hidden[cell] for cell in np.flatnonzero(found).tolist()]


def _span(text: str, total: bool, rules: Rules, more: float) -> tuple[float, float]:
    """The least and the most that a printed middle, or difference of middles, can have been."""
    if text.startswith(FALL):
        return -float(rules.few), 0.0
    if text.startswith(FEWER):
        return 0.0, float(rules.few)
    half = (rules.round_forecasts_to if total else 1) / 2
    amount = float(text.replace(",", "").replace("−", "-"))
    if not amount:
        return 0.0, 0.0
    low, high = amount - half - more, amount + half + more
    return (max(0.0, low), high) if amount > 0 else (low, min(0.0, high))
