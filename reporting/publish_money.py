"""Pounds and means as they may be printed: hidden for few people or few providers, and where a sum would tell them.

Pounds divided by a price tell how many they are paid for. So a line is also hidden where the count of its people is.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from reporting.disclosure import HIDDEN, Rules, money, to
from reporting.fact import ALL, Facts, Kind, Unit
from reporting.lens import NOT_KNOWN, written
from reporting.publish_counts import COUNTED, Safe
from reporting.publish_forecasts import families, few_in_words

OWN: Final = frozenset({"own", "in_house", "council"})
"""Paid to nobody else: what the council's own homes cost is nobody's price."""
PAID_FOR: Final = "in_care"
NOT_LINES: Final = ("what", "on", COUNTED)
DAYS_A_YEAR: Final = 365
NEAREST_DAYS: Final = 1000
"""Days in care, exactly, tell how many children there were: some three of them are rounded away."""
ADDS_UP: Final = 0.005
"""Parts that make up their whole to so much of it are its parts."""
FEW, COMMERCIAL, PROTECTS, SMALL = "few", "commercial", "protects another", "small"
"""Why a figure is hidden."""


@dataclass(frozen=True, slots=True)
class Gone:
    """Hidden rows of a table, and why each is."""

    why: Mapping[int, str]

    def __contains__(self, at: object) -> bool:
        return at in self.why


def hidden_money(facts: Facts, safe: Safe, rules: Rules) -> Gone:
    """Rows of a table of pounds that are hidden: alike in every year."""
    people, providers = (_column(facts, name) for name in ("people", "providers"))
    dims, gone = _hidden_lines(safe)
    why: dict[int, str] = {}
    for at, row in enumerate(_categories(facts)):
        if people is not None and not people[at] >= rules.least_children:
            why[at] = FEW
        elif _few_providers(providers, at, row, rules):
            why[at] = COMMERCIAL
        elif _count_hidden(row, dims, gone):
            why[at] = PROTECTS
    return Gone(_no_gap_filled(facts, _alike(facts, why), adds_up(facts)))


def hidden_means(facts: Facts, safe: Safe, rules: Rules) -> Gone:
    """Rows of a table of means that are hidden."""
    why: dict[int, str] = {}
    least = least_of(facts, rules)
    for at, base in enumerate(facts.rows["base"].tolist()):
        name = safe.counts.name.get((facts.key, "base", at))
        if base < least or (name is not None and safe.hidden(name)):
            why[at] = FEW if base < least else PROTECTS
    return Gone(_no_gap_filled(facts, why, adds_up(facts)))


def in_days(facts: Facts) -> bool:
    """Whether means are of days that people were there, and not of people."""
    return any(value.name == "base" and value.unit is Unit.DAYS for value in facts.columns)


def least_of(facts: Facts, rules: Rules) -> int:
    """The least base of which a mean is told: so many people, or their days in a year."""
    return rules.least_mean * (DAYS_A_YEAR if in_days(facts) else 1)


def printed_money(facts: Facts, gone: Gone, rules: Rules) -> pd.DataFrame:
    """A table of pounds as text."""
    columns: dict[str, list[str]] = {}
    for value in facts.columns:
        told = []
        for at, number in enumerate(facts.rows[value.name].tolist()):
            if at in gone:
                told.append(HIDDEN)
            elif isinstance(number, str):
                told.append(number)
            elif math.isnan(number):
                told.append(NOT_KNOWN)
            elif value.unit is Unit.POUNDS:
                told.append(_pounds(number, rules))
            elif value.unit is Unit.PEOPLE:
                told.append(few_in_words(rules) if number < rules.few else f"{to(number, rules.round_totals_to):,}")
            else:
                told.append(written(number, value.unit))
        columns[value.name] = told
    return facts.rows[list(facts.by)].assign(**columns)


def printed_means(facts: Facts, gone: Gone, base: list[str]) -> pd.DataFrame:
    """A table of means as text: the mean, and of how many; never what it was worked out from."""
    means = []
    if in_days(facts):
        base = [
            HIDDEN if at in gone else NOT_KNOWN if math.isnan(of) else f"{to(of, NEAREST_DAYS):,}"
            for at, of in enumerate(facts.rows["base"].tolist())
        ]
    for at, (total, of) in enumerate(zip(facts.rows["total"].tolist(), facts.rows["base"].tolist(), strict=True)):
        if at in gone:
            means.append(HIDDEN)
        elif not of or math.isnan(of) or math.isnan(total):
            means.append(NOT_KNOWN)
        else:
            mean = total / of
            means.append(f"{to(mean, 1):,}" if abs(mean) >= 10 else f"{mean:.1f}")
    return facts.rows[list(facts.by)].assign(total=[HIDDEN] * len(means), base=base, mean=means)


def _pounds(number: float, rules: Rules) -> str:
    text = money(abs(number), rules.least_children, None, rules)
    return f"{'−' if number < 0 and text != '0' else ''}£{int(text):,}"


def _column(facts: Facts, name: str) -> list[float] | None:
    return facts.rows[name].astype(float).tolist() if name in facts.rows.columns else None


def _categories(facts: Facts) -> list[dict[str, str]]:
    return [
        dict(zip(facts.by, map(str, row), strict=True)) for row in facts.rows[list(facts.by)].itertuples(index=False)
    ]


def _few_providers(providers: list[float] | None, at: int, row: Mapping[str, str], rules: Rules) -> bool:
    # Of whom it is not known how many there are, it is not known that they are few: their people decide.
    if providers is None or math.isnan(providers[at]) or row.get("provider") in OWN:
        return False
    return providers[at] < rules.least_providers


def _hidden_lines(safe: Safe) -> tuple[set[str], set[frozenset[tuple[str, str]]]]:
    """Dimensions by which those whom pounds are paid for are counted, and what is hidden of them on the last day."""
    there = [dict(name) for name in safe.number if dict(name).get("what") == PAID_FOR]
    last = max((name["on"] for name in there if "on" in name), default="")
    dims = {dim for name in there for dim in name} - set(NOT_LINES)
    gone = {
        frozenset((dim, category) for dim, category in name if dim not in NOT_LINES)
        for name in safe.number
        if safe.hidden(name) and ("what", PAID_FOR) in name and ("on", last) in name
    }
    return dims, gone


def _count_hidden(row: Mapping[str, str], dims: set[str], gone: set[frozenset[tuple[str, str]]]) -> bool:
    own = frozenset((dim, category) for dim, category in row.items() if dim in dims and category != ALL)
    return bool(own) and own in gone


def _alike(facts: Facts, why: Mapping[int, str]) -> dict[int, str]:
    """The same lines in every year: one year that is hidden would be read off those beside it."""
    dims = [dim for dim in facts.by if dim not in ("on", "scenario")]
    lines = [tuple(row[dim] for dim in dims) for row in _categories(facts)]
    reason = {lines[at]: text for at, text in sorted(why.items(), reverse=True)}
    return {at: reason[line] for at, line in enumerate(lines) if line in reason}


def adds_up(facts: Facts) -> list[tuple[int, list[int]]]:
    """Families of rows whose parts make up their whole; prices do not, costs do."""
    if facts.kind is Kind.MEAN:
        return families(facts)
    first = next((value.name for value in facts.columns if value.unit is Unit.POUNDS), None)
    if first is None:
        return []
    pounds = facts.rows[first].astype(float).tolist()
    return [
        (whole, parts)
        for whole, parts in (*families(facts), *_of_lines(facts))
        if abs(sum(pounds[at] for at in parts) - pounds[whole]) <= ADDS_UP * abs(pounds[whole]) + 1.0
    ]


def _of_lines(facts: Facts) -> Iterator[tuple[int, list[int]]]:
    """Sums over several dimensions at once, of lines that are no sums themselves."""
    rows = _categories(facts)
    for whole, over in enumerate(rows):
        every = [dim for dim, category in over.items() if category == ALL]
        if len(every) > 1:
            same = {dim: category for dim, category in over.items() if dim not in every}
            parts = [at for at, row in enumerate(rows) if ALL not in row.values() and same.items() <= row.items()]
            if parts:
                yield whole, parts


def _no_gap_filled(facts: Facts, why: Mapping[int, str], sums: list[tuple[int, list[int]]]) -> dict[int, str]:
    """Let none be hidden alone in a sum: the least of the others goes with it, in every year."""
    hidden = dict(why)
    values = facts.rows[facts.columns[0].name].astype(float).fillna(0.0).to_numpy()
    rows = _categories(facts)
    changed = True
    while changed:
        changed = False
        for whole, parts in sums:
            if sum(at in hidden for at in (whole, *parts)) != 1:
                continue
            shown = [at for at in parts if at not in hidden] or [whole]
            least = min(shown, key=lambda at: (np.abs(values[at]), sorted(rows[at].items())))
            hidden = _alike(facts, hidden | {least: PROTECTS})
            changed = True
    return hidden
