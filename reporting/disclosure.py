"""Makes tables of counts safe to publish: small counts hidden, and all that would give them away; then attacked.

Nothing is published that the attacker can take apart. The attack reads the tables as they would be printed, not what
was meant by them.

Symbols are those of the Department for Education: `c` for a figure that is hidden, `k` for one that rounds to nought
but is not, `z` for one that cannot be; a nought that is shown is nought.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from reporting.attacker import Known, told
from reporting.hiding import EFFORT, WIDTH, Hidden, Printed, hide
from reporting.linked import Cells, Counted, Name, Structure, linked, names_of, structure

HIDDEN: Final = "c"
ROUNDS_TO_NOUGHT: Final = "k"
NOT_APPLICABLE: Final = "z"
MEANING: Final[Mapping[str, str]] = {
    HIDDEN: "hidden, so that no child can be told from it",
    ROUNDS_TO_NOUGHT: "rounds to nought but is not nought",
    NOT_APPLICABLE: "does not apply",
}


class Refused(Exception):
    """The tables may not be published: a hidden figure can be worked out from them. The words name no figure."""


@dataclass(frozen=True, slots=True)
class Rules:
    """A council's own rules of disclosure."""

    small_to: int = 4
    """Counts from one to this are hidden."""
    round_totals_to: int = 5
    """Sums over all categories of a dimension are rounded to a multiple of this; 1: they are not."""
    least_base: int = 20
    """Percentages of fewer are hidden."""
    least_children: int = 5
    """Amounts of money for fewer children are hidden."""
    least_providers: int = 3
    """And those paid to fewer providers."""
    hide_noughts: bool = True
    """Whether a nought may be hidden to protect another figure. A nought that is shown is nought either way."""
    least_mean: int = 10
    """Means of fewer are hidden."""
    round_forecasts_to: int = 5
    """Ends of a forecast's band, and forecasts of a whole, are rounded to a multiple of this."""
    few: int = 5
    """A forecast of less than this is said to be fewer than it."""
    width: float = WIDTH
    """How far apart the least and the most that a hidden figure can be must lie."""

    def __post_init__(self) -> None:
        if not 1 <= self.small_to <= 5:
            raise ValueError(f"Small counts are those to 1, 2, 3, 4 or 5, not to {self.small_to}.")
        above = (self.round_totals_to, self.least_base, self.width, self.least_mean, self.round_forecasts_to, self.few)
        if min(above) <= 0:
            raise ValueError("What is rounded to, what is few, the least bases and the width are above nought.")


@dataclass(frozen=True, slots=True, eq=False)
class Published:
    """Tables that may be published, and what was hidden in them."""

    tables: Mapping[str, pd.DataFrame]
    """As given, with text in the columns of counts: numbers, or symbols."""
    cells: Cells
    hidden: Hidden

    @property
    def lost(self) -> int:
        """Cells hidden to protect others."""
        return int((self.hidden.hidden & ~self.hidden.primary).sum())


def published(
    tables: Sequence[Counted],
    rules: Rules | None = None,
    *,
    parents: Mapping[str, Mapping[str, str]] | None = None,
    also: Callable[[Name], bool] = lambda _: False,
    effort: int = EFFORT,
) -> Published:
    """Hide what must be hidden in all of the tables together, round, attack, and return what may be published.

    A cell that is small in one version (scenario, edition) is hidden in all, so no difference of two shows it. `also`
    says which cells must be hidden for another reason, as that few providers share it. Raises `Refused` where the
    attack finds a hidden figure out, `DoNotAddUp` for tables that contradict themselves.
    """
    rules = rules or Rules()
    cells = linked(tables, parents)
    primary = small(cells, rules)
    there = (cells.counts > 0).any(axis=0)
    primary |= there & np.array([also(name) for name in cells.names], dtype=bool)
    floor = least_hidden(cells, rules)
    built = structure(tables, parents)
    units = np.where(built.totals, rules.round_totals_to, 1)
    chosen = hide(
        cells, primary, printed=as_printed(cells, units, rules), floor=floor, width=rules.width, effort=effort
    )
    texts = texts_of(cells, units, chosen.hidden)
    shown = {table.name: _printed(table, built, texts) for table in tables}
    found = recovered(tables, shown, rules, parents=parents, floor=floor)
    if found:
        raise Refused(
            f"{found} hidden figures can be worked out from the tables together. Nothing was published: hide more of "
            "the figures that they are parts of, or publish fewer tables."
        )
    return Published(shown, cells, chosen)


def recovered(
    tables: Sequence[Counted],
    printed: Mapping[str, pd.DataFrame],
    rules: Rules,
    *,
    parents: Mapping[str, Mapping[str, str]] | None = None,
    floor: float = 0.0,
) -> int:
    """How many hidden figures somebody can work out from tables as they are printed, in all their versions.

    Of `tables` only the names of rows are used, never a count. `floor`: the least that a hidden figure can be.
    Raises `Impossible` where the printed figures contradict one another.
    """
    built = structure(tables, parents)
    found = 0
    for version in range(len(tables[0].counts) if tables else 0):
        low, high = np.full(len(built.number), floor), np.full(len(built.number), np.inf)
        hidden = np.ones(len(built.number), dtype=bool)
        for table in tables:
            column = printed[table.name][table.counts[version]].tolist()
            for name, text in zip(names_of(table), column, strict=True):
                at = built.number[name]
                if text != HIDDEN:
                    hidden[at] = False
                    low[at], high[at] = bounds_of(text, rules.round_totals_to if built.totals[at] else 1, rules)
        found += int(told(Known(low, high, built.sums, built.within), hidden).sum())
    return found


def small(cells: Cells, rules: Rules) -> npt.NDArray[np.bool_]:
    """[cells] whether a count is small in any version."""
    return np.asarray(((cells.counts > 0) & (cells.counts <= rules.small_to)).any(axis=0))


def least_hidden(cells: Cells, rules: Rules) -> float:
    """What is known of a hidden figure: that it is at least this."""
    # A cell may be nought in one version and hidden for another: then hidden does not mean that it is not nought.
    mixed = (cells.counts > 0).any(axis=0) & (cells.counts == 0).any(axis=0)
    return 0.0 if rules.hide_noughts or mixed.any() else 1.0


def as_printed(cells: Cells, units: npt.NDArray[np.int64], rules: Rules) -> Printed:
    """What a reader learns of each cell where it is shown, rounded to its unit."""
    low, high = np.empty(cells.counts.shape), np.empty(cells.counts.shape)
    for version, texts in enumerate(texts_of(cells, units, np.zeros(len(cells), dtype=bool))):
        for at, (text, unit) in enumerate(zip(texts, units.tolist(), strict=True)):
            counted = cells.counts[version, at]
            low[version, at], high[version, at] = (
                bounds_of(text, unit, rules) if counted > rules.small_to else (counted, counted)
            )
    return Printed(low, high)


def texts_of(cells: Cells, units: npt.NDArray[np.int64], hidden: npt.NDArray[np.bool_]) -> list[list[str]]:
    """[versions][cells] what is printed."""
    return [
        [
            HIDDEN if gone else ROUNDS_TO_NOUGHT if count and not to(count, unit) else str(to(count, unit))
            for count, gone, unit in zip(counts, hidden.tolist(), units.tolist(), strict=True)
        ]
        for counts in cells.counts.tolist()
    ]


def _printed(table: Counted, built: Structure, texts: Sequence[Sequence[str]]) -> pd.DataFrame:
    at = [built.number[name] for name in names_of(table)]
    return table.rows.assign(
        **{column: [texts[version][cell] for cell in at] for version, column in enumerate(table.counts)}
    )


def bounds_of(text: str, unit: int, rules: Rules) -> tuple[float, float]:
    """The least and the most that a printed count can have been: whoever reads it knows that small ones are hidden."""
    least = rules.small_to + 1
    if text == ROUNDS_TO_NOUGHT:
        return float(min(least, (unit - 1) // 2)), float((unit - 1) // 2)
    count = int(text)
    most = count + (unit - 1) // 2
    if not count or most < least:
        return float(count), float(count)
    return float(max(least, count - unit // 2)), float(most)


def to(count: float, unit: int) -> int:
    """The nearest multiple of `unit`, a half upwards."""
    return int(unit * np.floor(count / unit + 0.5))


def percentage(part: int, base: int, rules: Rules) -> str:
    """A whole percentage of rounded counts, without its sign; hidden where the base is small."""
    if base < rules.least_base:
        return HIDDEN
    whole = int(np.floor(100 * to(part, rules.round_totals_to) / to(base, rules.round_totals_to) + 0.5))
    return ROUNDS_TO_NOUGHT if part and not whole else str(whole)


def money(pounds: float, children: float, providers: int | None, rules: Rules) -> str:
    """An amount to the nearest ten pounds; hidden for few children, or where few providers could be told apart."""
    if children < rules.least_children or (providers is not None and providers < rules.least_providers):
        return HIDDEN
    return f"{to(round(pounds), 10)}"
