"""Holds what hides small counts to others' figures, and to random tables: `python -m benchmarks.disclosure`.

1. The attacker on the authority tables of the Department for Education as published: how many of its hidden cells can
   be worked out from the same authority's other cells.
2. The same tables filled in with counts that the Department may have had - as many of its hidden cells from 1 to 4 as
   can be, which is the hardest case: ours hides, the attacker tries, and what is lost stands beside the Department's.
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

from reporting.attacker import Impossible, Known, worked_out
from reporting.hiding import hide
from reporting.linked import ALL, Cells, Counted, Structure, linked, names_of, structure

DFE: Final = Path(__file__).parents[2] / "shared" / "data" / "dfe" / "la_cla_on_31_march_by_characteristics_to2023.csv"
INSIDE, OUTSIDE = "inside", "outside"
CROSSED: Final = "Distance between home and placement and locality of placement"
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


def beside_the_department(years: tuple[int, ...] = (2021, 2022, 2023)) -> pd.DataFrame:
    """Cells and children hidden by us and by the Department in the same tables."""
    rows = []
    for year in years:
        sums = np.zeros(7, dtype=np.int64)
        for _, tables in authority_tables(year):
            filled = _filled(tables)
            if filled is None:
                continue
            counted, theirs = filled
            cells = linked(counted)
            counts = cells.counts[0]
            primary = (counts > 0) & (counts < 5)
            chosen = hide(cells, primary, floor=0.0)
            sums += (
                1, theirs.sum(), counts[theirs].sum(), primary.sum(), chosen.hidden.sum(), counts[chosen.hidden].sum(),
                _recovered(cells, chosen.hidden, 0.0),
            )  # fmt: skip
        rows.append((year, *sums.tolist()))
    columns = [
        "year",
        "authorities",
        "hidden by it",
        "children",
        "small",
        "hidden by us",
        "children by us",
        "recovered",
    ]
    return pd.DataFrame(rows, columns=columns)


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


def _recovered(cells: Cells, hidden: npt.NDArray[np.bool_], floor: float) -> int:
    counts = cells.counts[0].astype(float)
    worked = worked_out(
        Known(np.where(hidden, floor, counts), np.where(hidden, np.inf, counts), cells.sums, cells.within)
    )
    return int(worked.recovered.sum())


def random_tables(number: int) -> pd.DataFrame:
    """Random linked tables: a crossed table of two or three dimensions, with one or two of its margins beside it."""
    small = hidden = found = unproved = 0
    begun = time.perf_counter()
    for seed in range(number):
        rng = np.random.default_rng(seed)
        shape = tuple(int(size) for size in rng.integers(2, 5, rng.integers(2, 4)))
        counts = rng.poisson(rng.uniform(1, 15), shape)
        cells = linked(_linked_tables(counts, rng))
        primary = (cells.counts[0] > 0) & (cells.counts[0] < 5)
        floor = float(seed % 2)
        chosen = hide(cells, primary, floor=floor)
        small += int(primary.sum())
        hidden += int(chosen.hidden.sum())
        found += _recovered(cells, chosen.hidden, floor)
        unproved += not chosen.proved
    took = time.perf_counter() - begun
    return pd.DataFrame(
        [(number, small, hidden, found, unproved, round(took, 1))],
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
    given = asked.parse_args(argv)
    if DFE.exists():
        print(attack_the_department().to_string(index=False))
        print(beside_the_department().to_string(index=False))
    else:
        print("The Department's tables are not there (../shared/data/dfe): left out.")
    print(random_tables(given.tables).to_string(index=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
