"""What may be said of fairness to people who may not see small numbers: hidden exactly, attacked, then printed.

Every share is counted by group as one set of linked tables - all characteristics share their totals, and what is asked
of placed children is part of those placed - and the least is hidden by which no small count can be worked out
(`reporting.hiding`). Whatever else is printed, percentages, intervals, differences and the words of them, is worked out
from the counts as they are printed, to the nearest five; so it tells nothing more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matching.fairness_figures import FEW, NOBODY_ELSE, TOO_FEW, Figure, fisher, newcombe, said_of_all, wilson
from matching.fairness_groups import SIBLING_SIZES, Grouped
from matching.fairness_outcomes import MEANS, SHARES, Measure
from reporting.attacker import Known, told
from reporting.disclosure import (
    HIDDEN,
    ROUNDS_TO_NOUGHT,
    Refused,
    Rules,
    as_printed,
    bounds_of,
    least_hidden,
    small,
    texts_of,
)
from reporting.hiding import CannotHide, hide
from reporting.linked import ALL, Cells, Counted, Name, Structure, linked, structure

Floats = NDArray[np.float64]

EVERYBODY: Final = "everybody"
YES, NO, ASKED, NOT_ASKED = "yes", "no", "asked", "not asked"
PLACED: Final = "placed"
PARENTS: Final = {one.key: {YES: ASKED, NO: ASKED} for one in SHARES if one.key != PLACED}
"""Those who are asked are a part of the placed, and the whole of those who say yes and no."""
EFFORT: Final = 12
"""Nodes of search for the least to hide; past it more is hidden than need be, and what is said is as safe."""
NOT_TOLD: Final = "not told: the numbers are small, or would give small ones away"


@dataclass(frozen=True, slots=True)
class Said:
    """One measure of one group as it may be said; `figure` is worked out from `n` and `part` as printed.

    `n` and `part` are numbers, `c` (hidden) or `k` (rounds to nought). A mean says neither; `figure.value` is it,
    rounded. Where nothing may be said `figure.value` is None.
    """

    n: str
    part: str
    figure: Figure

    @property
    def hidden(self) -> bool:
        """Whether the value is hidden."""
        return self.figure.value is None


def tables_of(groups: Mapping[str, Grouped], values: Mapping[str, Floats]) -> list[Counted]:
    """Counts of every share by every characteristic, with their sums: what is hidden together.

    Every group stands in every table, whether or not anybody is in it: which rows there are tells nothing.
    """
    answers = {one.key: _answers(values[one.key]) for one in SHARES}
    placed = answers[PLACED]
    tables = []
    for name, grouped in groups.items():
        of = np.array(grouped.names)[grouped.of]
        whole = _crossed(name, grouped.names, of, PLACED, placed, (YES, NO))
        tables.append(whole)
        inside = placed == YES
        for one in SHARES:
            if one.key != PLACED:
                more = _crossed(name, grouped.names, of[inside], one.key, answers[one.key][inside], _KINDS)
                # those without a home stand in the table too, so that the placed are seen to be a part
                without = whole.rows[whole.rows[PLACED] == NO].assign(**{one.key: ALL})
                rows = pd.concat([more.rows.assign(**{PLACED: YES}), without], ignore_index=True)
                by = (name, PLACED, one.key)
                tables.append(Counted(more.name, rows[[*by, "n"]], by, ("n",)))
    return tables


def _answers(values: Floats) -> NDArray[np.str_]:
    return np.where(np.isnan(values), NOT_ASKED, np.where(values > 0, YES, NO))


_KINDS: Final = (ASKED, YES, NO, NOT_ASKED)


def _crossed(
    dim: str, groups: Sequence[str], of: NDArray[np.str_], key: str, answers: NDArray[np.str_], kinds: Sequence[str]
) -> Counted:
    rows = []
    for group in (*groups, ALL):
        mine = np.ones(len(of), dtype=np.bool_) if group == ALL else of == group
        for kind in (*kinds, ALL):
            which = mine if kind == ALL else mine & np.isin(answers, (YES, NO) if kind == ASKED else kind)
            rows.append((group, kind, int(which.sum())))
    return Counted(f"{dim} by {key}", pd.DataFrame(rows, columns=[dim, key, "n"]), (dim, key), ("n",))


def _impossible(name: Name) -> bool:
    """Cells that are nought whoever the children are, as everybody knows: one child has no brothers or sisters."""
    cell = dict(name)
    return cell.get("siblings") == SIBLING_SIZES[0] and cell.get("siblings_together") in (YES, NO, ASKED)


def _silent(name: Name) -> bool:
    """Cells that are never printed: whoever is not placed, not asked, or says no; each is a whole less a part."""
    return any(one in (NO, NOT_ASKED) for dim, one in name if dim == PLACED or dim in PARENTS)


@dataclass(frozen=True, slots=True, eq=False)
class Safe:
    """Cells and their printed texts, by the name of the cell."""

    cells: Cells
    built: Structure
    text: Mapping[Name, str]
    hidden: NDArray[np.bool_]
    proved: bool

    def of(self, **categories: str) -> str:
        """What is printed of a cell, `ALL` for a sum."""
        return self.text[tuple(sorted((dim, one) for dim, one in categories.items() if one != ALL))]


def safely(tables: Sequence[Counted], rules: Rules, effort: int = EFFORT) -> Safe:
    """Hide and attack. Raises `Refused` where a hidden count can still be worked out, and nothing may be said."""
    cells, built = linked(tables, PARENTS), structure(tables, PARENTS)
    units = np.full(len(cells), rules.round_totals_to, dtype=np.int64)
    never = np.array([_impossible(name) for name in cells.names], dtype=np.bool_)
    silent = np.array([_silent(name) for name in cells.names], dtype=np.bool_) & ~never
    try:
        chosen = hide(
            cells,
            small(cells, rules),
            shown=never,
            silent=silent,
            printed=as_printed(cells, units, rules),
            floor=least_hidden(cells, rules),
            width=rules.width,
            effort=effort,
        )
    except CannotHide as error:
        raise Refused(f"{error} Nothing was said.") from error
    texts = texts_of(cells, units, chosen.hidden | silent)[0]
    safe = Safe(cells, built, dict(zip(cells.names, texts, strict=True)), chosen.hidden | silent, chosen.proved)
    if found := attacked(safe, rules):
        raise Refused(f"{found} hidden counts can be worked out from the others. Nothing was said.")
    return safe


def attacked(safe: Safe, rules: Rules) -> int:
    """How many small counts somebody can work out from what is printed, whether or not they would be printed."""
    low, high, hidden = bounds_read(safe, rules)
    asked = hidden & small(safe.cells, rules)
    return int(told(Known(low, high, safe.built.sums, safe.built.within), asked).sum())


def bounds_read(safe: Safe, rules: Rules) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """What a reader knows of each cell from its text, and which are hidden."""
    count = len(safe.built.number)
    low, high, hidden = np.zeros(count), np.full(count, np.inf), np.zeros(count, dtype=np.bool_)
    for name, at in safe.built.number.items():
        text = safe.text[name]
        if text == HIDDEN:
            hidden[at] = True
        else:
            low[at], high[at] = bounds_of(text, rules.round_totals_to, rules)
    return low, high, hidden


# ---- what is said --------------------------------------------------------------------------------------------------


def said(
    groups: Mapping[str, Grouped], values: Mapping[str, Floats], rules: Rules | None = None
) -> tuple[tuple[Said, ...], Safe]:
    """Every measure of every group as it may be said, everybody's first; and the counts it is worked out from.

    Raises `Refused` where nothing may.
    """
    rules = rules or Rules()
    safe = safely(tables_of(groups, values), rules)
    found: list[Said] = []
    for one in SHARES:
        whole = _counts(safe, one, {})
        found.append(_share(one, EVERYBODY, EVERYBODY, whole, None, rules))
        for name, grouped in groups.items():
            found += [
                _share(one, name, group, _counts(safe, one, {name: group}), whole, rules) for group in grouped.names
            ]
    figures = said_of_all([one.figure for one in found])
    found = [replace(one, figure=figure) for one, figure in zip(found, figures, strict=True)]
    for one in MEANS:
        found += _means(one, groups, values[one.key], rules)
    return tuple(found), safe


def _counts(safe: Safe, measure: Measure, where: Mapping[str, str]) -> tuple[str, str]:
    """The base and the part of a share as printed: whole numbers of children to the nearest five, or why not."""
    if measure.key == PLACED:
        cells = safe.of(**where), safe.of(**where, **{PLACED: YES})
    else:
        inside = {**where, PLACED: YES}
        cells = safe.of(**inside, **{measure.key: ASKED}), safe.of(**inside, **{measure.key: YES})
    return (HIDDEN, HIDDEN) if HIDDEN in cells else (_number(cells[0]), _number(cells[1]))


def _number(text: str) -> str:
    return "0" if text == ROUNDS_TO_NOUGHT else text


def _share(
    measure: Measure, characteristic: str, group: str, counts: tuple[str, str], whole: tuple[str, str] | None,
    rules: Rules,
) -> Said:  # fmt: skip
    n_text, part_text = counts
    blank = Figure(measure, characteristic, group, 0, None, None, None, None, 0, said=NOT_TOLD)
    if HIDDEN in counts or int(n_text) < rules.least_base:
        return Said(n_text, part_text if HIDDEN in counts else HIDDEN, blank)
    n, part = int(n_text), min(int(part_text), int(n_text))
    low, high = wilson(part, n)
    figure = Figure(measure, characteristic, group, n, part, part / n, low, high, 0)
    if whole is None:
        return Said(n_text, part_text, replace(figure, said=NOBODY_ELSE))
    if HIDDEN in whole:
        return Said(n_text, part_text, replace(figure, said=NOT_TOLD))
    others, theirs = int(whole[0]) - n, int(whole[1]) - part
    if others < max(rules.least_base, FEW) or not 0 <= theirs <= others:
        return Said(n_text, part_text, replace(figure, others=max(others, 0), said=TOO_FEW))
    between = newcombe(part, n, theirs, others)
    return Said(
        n_text,
        part_text,
        replace(
            figure,
            others=others,
            difference=part / n - theirs / others,
            difference_low=between[0],
            difference_high=between[1],
            chance=fisher(part, n, theirs, others),
        ),
    )


def _means(measure: Measure, groups: Mapping[str, Grouped], values: Floats, rules: Rules) -> list[Said]:
    """Means to the nearest whole unit, of ten and more children; what is left over is of ten and more too, or nobody.

    No interval is said: it would tell how the few lie about their mean.
    """
    asked = ~np.isnan(values)
    found = [_mean(measure, EVERYBODY, EVERYBODY, values[asked], told_=int(asked.sum()) >= rules.least_mean)]
    for name, grouped in groups.items():
        sizes = {group: int((grouped.members(group) & asked).sum()) for group in grouped.names}
        shown = {group for group, n in sizes.items() if n >= rules.least_mean}
        while shown and 0 < sum(n for group, n in sizes.items() if group not in shown) < rules.least_mean:
            shown.discard(min(sorted(shown), key=lambda group: sizes[group]))
        found += [
            _mean(measure, name, group, values[grouped.members(group) & asked], told_=group in shown)
            for group in grouped.names
        ]
    return found


def _mean(measure: Measure, characteristic: str, group: str, values: Floats, *, told_: bool) -> Said:
    value = float(np.floor(values.mean() + 0.5)) if told_ and len(values) else None
    words = "no interval is told" if value is not None else NOT_TOLD
    return Said("", "", Figure(measure, characteristic, group, 0, None, value, None, None, 0, said=words))
