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
import pandas as pd

from reporting.attacker import Known, worked_out
from reporting.hiding import SECONDS, WIDTH, Hidden, hide
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
    width: float = WIDTH
    """How far apart the least and the most that a hidden figure can be must lie."""

    def __post_init__(self) -> None:
        if not 1 <= self.small_to <= 5:
            raise ValueError(f"Small counts are those to 1, 2, 3, 4 or 5, not to {self.small_to}.")
        if self.round_totals_to < 1 or self.least_base < 1 or self.width <= 0:
            raise ValueError("What is rounded to, the least base and the width are above nought.")


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
    seconds: float = SECONDS,
) -> Published:
    """Hide what must be hidden in all of the tables together, round, attack, and return what may be published.

    A cell that is small in one version (scenario, edition) is hidden in all, so no difference of two shows it. `also`
    says which cells must be hidden for another reason, as that few providers share it. Raises `Refused` where the
    attack finds a hidden figure out, `DoNotAddUp` for tables that contradict themselves.
    """
    rules = rules or Rules()
    cells = linked(tables, parents)
    there = (cells.counts > 0).any(axis=0)
    small = ((cells.counts > 0) & (cells.counts <= rules.small_to)).any(axis=0)
    primary = small | (there & np.array([also(name) for name in cells.names], dtype=bool))
    floor = _least_hidden(cells, rules)
    chosen = hide(cells, primary, floor=floor, width=rules.width, seconds=seconds)
    built = structure(tables, parents)
    texts = _texts(cells, built, chosen, rules)
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
                    low[at], high[at] = _bounds(text, rules.round_totals_to if built.totals[at] else 1)
        worked = worked_out(Known(low, high, built.sums, built.within))
        found += int(worked.recovered[hidden[worked.cell]].sum())
    return found


def _least_hidden(cells: Cells, rules: Rules) -> float:
    """What is known of a hidden figure: that it is at least this."""
    # A cell may be nought in one version and hidden for another: then hidden does not mean that it is not nought.
    mixed = (cells.counts > 0).any(axis=0) & (cells.counts == 0).any(axis=0)
    return 0.0 if rules.hide_noughts or mixed.any() else 1.0


def _texts(cells: Cells, built: Structure, chosen: Hidden, rules: Rules) -> list[list[str]]:
    """[versions][cells] what is printed."""
    to = np.where(built.totals, rules.round_totals_to, 1)
    return [
        [
            HIDDEN if hidden else ROUNDS_TO_NOUGHT if count and not _to(count, unit) else str(_to(count, unit))
            for count, hidden, unit in zip(counts, chosen.hidden.tolist(), to.tolist(), strict=True)
        ]
        for counts in cells.counts.tolist()
    ]


def _printed(table: Counted, built: Structure, texts: Sequence[Sequence[str]]) -> pd.DataFrame:
    at = [built.number[name] for name in names_of(table)]
    return table.rows.assign(
        **{column: [texts[version][cell] for cell in at] for version, column in enumerate(table.counts)}
    )


def _bounds(text: str, unit: int) -> tuple[float, float]:
    """The least and the most that a printed count can have been."""
    if text == ROUNDS_TO_NOUGHT:
        return 1.0, float((unit - 1) // 2)
    count = int(text)
    return (float(max(0, count - unit // 2)), float(count + (unit - 1) // 2)) if count else (0.0, 0.0)


def _to(count: float, unit: int) -> int:
    """The nearest multiple of `unit`, a half upwards."""
    return int(unit * np.floor(count / unit + 0.5))


def percentage(part: int, base: int, rules: Rules) -> str:
    """A whole percentage of rounded counts; hidden where the base is small."""
    if base < rules.least_base:
        return HIDDEN
    whole = int(np.floor(100 * _to(part, rules.round_totals_to) / _to(base, rules.round_totals_to) + 0.5))
    return ROUNDS_TO_NOUGHT if part and not whole else str(whole)


def money(pounds: float, children: float, providers: int | None, rules: Rules) -> str:
    """An amount to the nearest ten pounds; hidden for few children, or where few providers could be told apart."""
    if children < rules.least_children or (providers is not None and providers < rules.least_providers):
        return HIDDEN
    return f"{_to(round(pounds), 10)}"
