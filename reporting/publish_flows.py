"""What readers know of stocks and flows: those there, and those who come, are those who go and those there after.

No table adds these up, but anybody can: a hidden count of children who ceased is the children in care before, and those
who started, less the children in care after. So each balance that holds is a sum like any other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import pandas as pd

from reporting.linked import Counted, Name, names_of

COUNTED: Final = "counted"
BALANCE: Final = "balance"

_IN_CARE: Final = ((("what", "in_care"),), ((("what", "started"),),), ((("what", "ceased"),),))
_ADOPTION: Final = (
    (("what", "in_care"), ("group", "placed_for_adoption")),
    ((("what", "placed"),),),
    ((("what", "came_back"),), (("what", "ceased"), ("way_out", "adopted"))),
)
_KINDS: Final = (_IN_CARE, _ADOPTION)
"""A stock, what comes to it and what leaves it."""
_ENDS: Final = ("06-30", "09-30", "12-31", "03-31")
_PARTS: Final[Mapping[tuple[tuple[str, str], ...], tuple[int, int]]] = {
    (): (0, 4),
    **{(("year_quarter", f"q{at + 1}"),): (at, at + 1) for at in range(4)},
    **{(("half", f"h{at + 1}"),): (2 * at, 2 * at + 2) for at in range(2)},
}
"""Parts of a financial year: after how many of its quarters each begins and ends."""

Sum = tuple[Name, tuple[Name, ...]]


def balances(tables: Sequence[Counted]) -> tuple[Counted | None, tuple[Sum, ...]]:
    """Every balance that the tables' cells make up and that holds: cells that nobody prints, and sums that they are."""
    counts: dict[Name, int] = {}
    for table in tables:
        counts.update(zip(names_of(table), table.rows["n"].tolist(), strict=True))
    rows: list[tuple[str, int]] = []
    sums: list[Sum] = []
    years = sorted({on for name in counts for dim, on in name if dim == "on" and _is_year(on)})
    for label, before, after in _balances(years):
        if not all(name in counts for name in (*before, *after)):
            continue
        whole = sum(counts[name] for name in before)
        if whole != sum(counts[name] for name in after):
            continue
        silent: Name = ((COUNTED, label),)
        rows.append((label, whole))
        sums += [(silent, before), (silent, after)]
    if not rows:
        return None, ()
    frame = pd.DataFrame(rows, columns=[COUNTED, "n"]).astype({"n": "int64"})
    return Counted(BALANCE, frame, (COUNTED,), ("n",)), tuple(sums)


def _balances(years: Sequence[str]) -> Iterator[tuple[str, tuple[Name, ...], tuple[Name, ...]]]:
    """What each balance is called, what is on its two sides."""
    for number, (stock, come, go) in enumerate(_KINDS):
        for year in years:
            for part, (begin, end) in _PARTS.items():
                before = (_cell(stock, _day(year, begin)), *(_cell(one, year, part) for one in come))
                after = (_cell(stock, _day(year, end)), *(_cell(one, year, part) for one in go))
                label = " ".join((BALANCE, str(number), year, *(category for _, category in part)))
                yield label, before, after


def _cell(of: tuple[tuple[str, str], ...], on: str, part: tuple[tuple[str, str], ...] = ()) -> Name:
    return tuple(sorted([*of, *part, ("on", on), (COUNTED, dict(of)["what"])]))


def _day(year: str, quarters: int) -> str:
    """The last day of a financial year's quarter; of its quarter 0, the day before it begins."""
    first = int(year[:4])
    return f"{first + (quarters == 4)}-{_ENDS[quarters - 1]}"


def _is_year(on: str) -> bool:
    return len(on) == 7 and on[:4].isdecimal() and on[4] == "-"
