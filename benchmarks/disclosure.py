"""Holds what hides small counts to others' figures, and to random tables: `python -m benchmarks.disclosure`.

1. The attacker on the authority tables of the Department for Education as published: how many of its hidden cells can
   be worked out from the same authority's other cells.
2. The same tables filled in with counts that the Department may have had - as many of its hidden cells from 1 to 4 as
   can be, which is the hardest case: ours hides, the attacker tries, and what is lost stands beside the Department's,
   rounding too.
3. Random linked tables: how many hidden cells are recovered.

Needs `../shared/data/dfe` for the first two. Prints its tables.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import optimize
from scipy.sparse import csr_array, hstack, identity, vstack

from reporting.attacker import Impossible, Known, told, worked_out
from reporting.disclosure import Rules, as_printed, small
from reporting.hiding import Printed, hide
from reporting.linked import ALL, Cells, Counted, Structure, linked, names_of, structure

DFE: Final = Path(__file__).parents[2] / "shared" / "data" / "dfe" / "la_cla_on_31_march_by_characteristics_to2023.csv"
INSIDE, OUTSIDE = "inside", "outside"
CROSSED: Final = "Distance between home and placement and locality of placement"
RULES: Final = Rules()
ELSEWHERE: Final = "LA of placement"
"""Counts other councils' children too: its total is another."""


def authority_tables(year: int | None = None) -> Iterator[tuple[str, list[Counted]]]:
    """Each authority's tables of a year, with the column `n` as published: numbers, or `c` for what was hidden."""
    frame = pd.read_csv(DFE, dtype=str)
    frame = frame[(frame["geographic_level"] == "Local authority") & (frame["cla_group"] != ELSEWHERE)]
    if year is not None:
        frame = frame[frame["time_period"] == str(year)]
    for (when, _, area), some in frame.groupby(["time_period", "new_la_code", "area"], sort=True):
        if some["number"].isin(["z", "x"]).any() or (some["characteristic"].eq("Total") & some["number"].eq("c")).any():
            continue
        yield f"{area} {when}", [_table(str(name), rows) for name, rows in some.groupby("cla_group", sort=True)]


def _table(name: str, rows: pd.DataFrame) -> Counted:
    what = rows["characteristic"].replace({"Total": ALL})
    if name != CROSSED:
        # The margins of the crossed table are the cells of two others.
        dim = {"Distance between home and placement": "distance", "Locality of placement": "locality"}.get(name, name)
        if dim == "distance":
            what = what.map(lambda text: ALL if text == ALL else _distance(text))
        if dim == "locality":
            what = what.map(lambda text: ALL if text == ALL else INSIDE if "inside" in text else OUTSIDE)
        return Counted(name, pd.DataFrame({dim: what, "n": rows["number"].to_numpy()}), (dim,), ("n",))
    place = what.map(lambda text: ALL if text == ALL else INSIDE if "inside" in text else OUTSIDE)
    far = what.map(lambda text: ALL if text == ALL else _distance(text))
    return Counted(
        name, pd.DataFrame({"locality": place, "distance": far, "n": rows["number"].to_numpy()}),
        ("locality", "distance"), ("n",),
    )  # fmt: skip


def _distance(text: str) -> str:
    return "not known" if "not known" in text else "near" if "20 miles or less" in text else "far"


def attack_the_department() -> pd.DataFrame:
    """Hidden cells of each year, how many can be worked out, and in how many authorities."""
    rows = []
    for year in (2021, 2022, 2023):
        hidden = found = authorities = contradictory = 0
        for _, tables in authority_tables(year):
            built, low, high = _as_printed(tables)
            try:
                worked = worked_out(Known(low, high, built.sums, built.within))
            except Impossible:
                contradictory += 1
                continue
            hidden += len(worked.cell)
            found += int(worked.recovered.sum())
            authorities += bool(worked.recovered.any())
        rows.append((year, hidden, found, authorities, contradictory))
    return pd.DataFrame(rows, columns=["year", "hidden", "worked out", "authorities", "contradictory"])


WAYS: Final = (
    ("nothing rounded, another two numbers off possible", 1, 2.0, False),
    ("nothing rounded, another number possible", 1, 1.0, False),
    ("sums to five, two off, fewest cells", 5, 2.0, False),
    ("sums to five, two off, fewest children", 5, 2.0, True),
    ("sums to five, another number, fewest cells", 5, 1.0, False),
    ("sums to five, another number, fewest children", 5, 1.0, True),
)
"""What to call it, what sums are rounded to, how wide a hidden figure is left, whether children or cells are fewest."""


def beside_the_department(year: int = 2023) -> pd.DataFrame:
    """What is lost by hiding, in several measures: by the Department, and by us in several ways, in the same tables."""
    lost: dict[str, npt.NDArray[np.float64]] = {}
    authorities = 0
    for _, tables in authority_tables(year):
        filled = _filled(tables)
        if filled is None:
            continue
        authorities += 1
        counted, theirs = filled
        cells = linked(counted)
        exact = cells.counts.astype(float)
        lost["the Department"] = lost.get("the Department", 0.0) + _lost(cells, theirs, Printed(exact, exact))
        built, primary = structure(counted), small(cells, RULES)
        for name, unit, width, children in WAYS:
            printed = as_printed(cells, np.where(built.totals, unit, 1), RULES)
            weights = cells.counts[0] + 1.0 if children else None
            chosen = hide(cells, primary, floor=0.0, printed=printed, weights=weights, width=width)
            lost[name] = (
                lost.get(name, 0.0) + _lost(cells, chosen.hidden, printed) + np.array([*[0] * 6, chosen.proved])
            )
    rows = [(name, *(round(one) for one in sums)) for name, sums in lost.items()]
    columns = ["hidden by", "cells", "children in them", "told", "told to one either way", "off by, hidden cells",
               "off by, all cells", "proved least"]  # fmt: skip
    made = pd.DataFrame(rows, columns=columns)
    made.attrs["authorities"] = authorities
    return made


def _lost(cells: Cells, hidden: npt.NDArray[np.bool_], printed: Printed) -> npt.NDArray[np.float64]:
    """Cells hidden, children in them, how many can be told, and to less than two; how far off a best guess is, summed.

    The guess of a hidden cell is the middle of what it can be, no more than the largest count of the tables; of a
    rounded one, the middle of what rounds to it.
    """
    counts = cells.counts[0]
    known = Known(
        np.where(hidden, 0.0, printed.low[0]), np.where(hidden, float(counts.max()), printed.high[0]), cells.sums,
        cells.within,
    )  # fmt: skip
    worked = worked_out(known)
    least, most = known.low.copy(), known.high.copy()
    least[worked.cell], most[worked.cell] = worked.least, worked.most
    guess = np.where(hidden, (least + most) / 2, (printed.low[0] + printed.high[0]) / 2)
    off = np.abs(guess - counts)
    near = (most - least)[hidden] < 2.0 - 1e-6
    found = told(known, hidden).sum()
    return np.array([hidden.sum(), counts[hidden].sum(), found, near.sum(), off[hidden].sum(), off.sum(), 0.0])


def _filled(tables: list[Counted]) -> tuple[list[Counted], npt.NDArray[np.bool_]] | None:
    """Counts that fit all that is shown, with as many of the hidden from 1 to 4 as can be; and which were hidden."""
    built, low, high = _as_printed(tables)
    number = len(built.number)
    hidden = high > low
    # y: the counts; b: whether a hidden one is from 1 to 4.
    eye, none = identity(number, format="csr"), csr_array((built.sums.shape[0], number))
    top = 10_000.0
    matrix = vstack([hstack([built.sums, none]), hstack([eye, -eye]), hstack([eye, (top - 4) * eye])])
    least = np.concatenate([np.zeros(built.sums.shape[0]), np.zeros(number), np.full(number, -np.inf)])
    most = np.concatenate([np.zeros(built.sums.shape[0]), np.full(number, np.inf), np.full(number, top)])
    answer = optimize.milp(
        np.concatenate([np.zeros(number), -hidden.astype(float)]),
        integrality=np.ones(2 * number, dtype=np.int8),
        bounds=optimize.Bounds(
            np.concatenate([low, np.zeros(number)]), np.concatenate([np.minimum(high, top), hidden.astype(float)])
        ),
        constraints=optimize.LinearConstraint(csr_array(matrix), least, most),
        options={"time_limit": 20.0},
    )
    if answer.x is None:
        return None
    counts = np.rint(answer.x[:number]).astype(np.int64)
    filled = [
        Counted(t.name, t.rows.assign(n=[counts[built.number[name]] for name in names_of(t)]), t.by, t.counts)
        for t in tables
    ]
    return filled, hidden


def _as_printed(tables: list[Counted]) -> tuple[Structure, npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """The cells and what is published of each. The Department hides noughts too."""
    built = structure(tables)
    low, high = np.zeros(len(built.number)), np.full(len(built.number), np.inf)
    for table in tables:
        for name, text in zip(names_of(table), table.rows["n"].tolist(), strict=True):
            if text != "c":
                low[built.number[name]] = high[built.number[name]] = float(text)
    return built, low, high


def _recovered(cells: Cells, hidden: npt.NDArray[np.bool_], floor: float, printed: Printed) -> int:
    known = Known(
        np.where(hidden, floor, printed.low[0]), np.where(hidden, np.inf, printed.high[0]), cells.sums, cells.within
    )
    return int(told(known, hidden).sum())


def random_tables(number: int) -> pd.DataFrame:
    """Random linked tables: a crossed table of two or three dimensions, with one or two of its margins beside it."""
    few = hidden = found = unproved = 0
    begun = time.perf_counter()
    for seed in range(number):
        rng = np.random.default_rng(seed)
        shape = tuple(int(size) for size in rng.integers(2, 5, rng.integers(2, 4)))
        counts = rng.poisson(rng.uniform(1, 15), shape)
        tables = _linked_tables(counts, rng)
        cells = linked(tables)
        primary = small(cells, RULES)
        # A nought is shown in every other one; sums are rounded in every other two.
        floor, unit = float(seed % 2), (1, 5)[seed // 2 % 2]
        printed = as_printed(cells, np.where(structure(tables).totals, unit, 1), RULES)
        chosen = hide(cells, primary, floor=floor, printed=printed)
        few += int(primary.sum())
        hidden += int(chosen.hidden.sum())
        found += _recovered(cells, chosen.hidden, floor, printed)
        unproved += not chosen.proved
    took = time.perf_counter() - begun
    return pd.DataFrame(
        [(number, few, hidden, found, unproved, round(took, 1))],
        columns=["tables", "small", "hidden", "recovered", "not proved least", "seconds"],
    )


def _linked_tables(counts: npt.NDArray[np.int64], rng: np.random.Generator) -> list[Counted]:
    dims = ("age", "sex", "place")[: counts.ndim]
    tables = []
    if counts.ndim == 2 or rng.random() < 0.5:
        tables.append(_crossed("all", counts, dims))
    if counts.ndim == 3:
        for gone in range(3):
            kept = tuple(dim for at, dim in enumerate(dims) if at != gone)
            tables.append(_crossed(f"without {dims[gone]}", counts.sum(axis=gone), kept))
    return tables


def _crossed(name: str, counts: npt.NDArray[np.int64], dims: tuple[str, ...]) -> Counted:
    rows = []
    for at in np.ndindex(*(size + 1 for size in counts.shape)):
        cut = tuple(slice(None) if i == size else i for i, size in zip(at, counts.shape, strict=True))
        rows.append(
            (*(ALL if i == size else str(i) for i, size in zip(at, counts.shape, strict=True)), int(counts[cut].sum()))
        )
    return Counted(name, pd.DataFrame(rows, columns=[*dims, "n"]), dims, ("n",))


def main(argv: list[str] | None = None) -> int:
    """Run what can be run and print it."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--tables", type=int, default=10_000)
    asked.add_argument("--year", type=int, default=2023, choices=(2021, 2022, 2023))
    given = asked.parse_args(argv)
    if DFE.exists():
        print(attack_the_department().to_string(index=False))
        beside = beside_the_department(given.year)
        print(f"{beside.attrs['authorities']} authorities, 31 March {given.year}")
        print(beside.to_string(index=False))
    else:
        print("The Department's tables are not there (../shared/data/dfe): left out.")
    print(random_tables(given.tables).to_string(index=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
