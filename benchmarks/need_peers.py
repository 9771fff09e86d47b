"""cs-demand-model 0.5.1 beside the product: `python -m benchmarks.need_peers [--sample FOLDER]`.

Makes it a virtual environment of its own under `build/`, from PyPI. Held side by side: seconds for one path of 60
months there and 1,000 futures of 60 months here; children two years ahead against the truth of made-up councils; and
how many children each counts as in care today where a return has short breaks and children lost from sight. The
tables go into `README.md`.
"""

from __future__ import annotations

import argparse
import csv
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from benchmarks.need import put_between
from benchmarks.need_worlds import Authority, authority, true_stock, write
from benchmarks.need_worlds.truth import KIN, OTHER_AUTHORITY, RESIDENTIAL, SUPPORTED
from records.sources.return_903 import read_903
from sufficiency.history import history_of, stock
from sufficiency.need import forecast_need

HERE: Final = Path(__file__).parent
BEGIN: Final = "<!-- need peers: written by benchmarks.need_peers -->"
END: Final = "<!-- end of need peers -->"
VERSION: Final = "0.5.1"
MONTHS: Final = 60
CATEGORIES: Final = ("FOSTERING", "RESIDENTIAL", "SUPPORTED", "OTHER")
REFERENCES: Final = (60, 6)
"""Months that rates are taken from there: as many as five years, and what it takes if not told."""
_ADDED: Final = 6
Floats = npt.NDArray[np.float64]


def environment(folder: Path) -> Path:
    """The Python of a virtual environment that has cs-demand-model; makes it where it is not there."""
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        # A library that it uses still asks for pkg_resources.
        packages = [f"cs-demand-model=={VERSION}", "setuptools<81"]
        subprocess.run([str(python), "-m", "pip", "install", "-q", *packages], check=True)
    return python


def alone(python: Path, folder: Path, reference: int, days: int, tell: Sequence[int] = ()) -> dict[str, Any]:
    """What cs-demand-model says of a folder that holds a folder for each year."""
    command = [str(python), "-W", "ignore", str(HERE / "cs_demand_model_alone.py"), str(folder), str(reference)]
    done = subprocess.run([*command, str(days), *map(str, tell)], check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def laid_out(source: Path, folder: Path) -> Path:
    """Header and Episodes of each year in a folder named after the year, which is how it takes them."""
    for path in sorted(source.rglob("*.csv")):
        name = next((n for n in ("header", "episodes") if n in path.stem), None)
        said = path.stem[:4] if path.stem[:4].isdigit() else path.parent.name[:4]
        if name is not None:
            home = folder / str(int(said) + 1)
            home.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, home / f"{name}.csv")
    return folder


def categories(by_group: npt.NDArray[Any]) -> Floats:
    """[..., 4] children by its categories, from [..., 10] by group."""
    foster = by_group[..., KIN : OTHER_AUTHORITY + 1].sum(axis=-1)
    kept = [foster, by_group[..., RESIDENTIAL], by_group[..., SUPPORTED]]
    return np.stack([*kept, by_group.sum(axis=-1) - sum(kept)], axis=-1).astype(np.float64)


@dataclass(frozen=True, slots=True)
class Ours:
    """What the product says of a folder."""

    read_seconds: tuple[float, float]
    """By the clock, and of the processor."""
    play_seconds: tuple[float, float]
    now: Floats
    """[4] by category."""
    median: Floats
    """[months, 4]"""


def ours(folder: Path, months: int, draws: int) -> Ours:
    """Read a return and forecast it."""
    began = time.perf_counter(), time.process_time()
    history = history_of(read_903(folder))
    middle = time.perf_counter(), time.process_time()
    forecast = forecast_need(history, months=months, draws=draws, seed=1, parts=False)
    done = time.perf_counter(), time.process_time()
    read = middle[0] - began[0], middle[1] - began[1]
    play = done[0] - middle[0], done[1] - middle[1]
    now = stock(history, np.array([history.until - 1]))[0].sum(axis=-1)
    median = np.median(categories(forecast.stock.sum(axis=-1)), axis=0)
    return Ours(read, play, categories(now), median)


def add_spoils(folder: Path, made: Authority) -> int:
    """Put into a written return what real ones hold: short breaks, and children no later file tells of.

    Returns how many children are added of each kind. None of them is in care on the last day: V4 is an agreement
    and not a stay, and whoever is in no later file was not there.
    """
    last = made.years[-1]
    for year in made.years:
        home = folder / f"{year - 1}-{year % 100:02d}"
        heads, rows = [], []
        for n in range(_ADDED):
            if year >= last - 2:
                heads.append([f"V{n:03d}", "1", "05/05/2012", "WBRI", "UN3", "", ""])
                begin = f"{n + 10}/05/{last - 3}"
                rows.append([f"V{n:03d}", begin, "S", "V4", "N2", "U6", "PR1", "", "", "", "", "", "SC000001"])
            if year == last - 4:
                heads.append([f"L{n:03d}", "2", f"05/05/{last - 15}", "WBRI", "UN3", "", ""])
                begin = f"{n + 10}/05/{last - 5}"
                post = f"ZY{n + 1} 1AA"
                rows.append(
                    [f"L{n:03d}", begin, "S", "C2", "N1", "U6", "PR1", "", "", "", post, "ZZ98 1AA", "SC000001"]
                )
        for name, added in (("header", heads), ("episodes", rows)):
            with (home / f"{name}.csv").open("a", encoding="utf-8", newline="") as out:
                csv.writer(out).writerows(added)
    return _ADDED


def main(arguments: Sequence[str] | None = None) -> None:
    """Run all, and write the tables."""
    options = _options(arguments)
    python = options.python or environment(options.environment)
    parts = []
    with TemporaryDirectory() as folder:
        sources = [("its own sample", options.sample)] if options.sample is not None else []
        made = {seed: authority("drift", seed) for seed in range(options.first, options.first + options.councils)}
        written = {seed: write(one, Path(folder) / f"made-{seed}") for seed, one in made.items()}
        sources.append(("a made-up council", written[options.first]))
        parts.append(_times(python, sources, Path(folder), options.draws))
        parts.append(_counts(python, written[options.first], made[options.first], Path(folder), options.sample))
        parts.append(_ahead(python, made, written, Path(folder), options.draws))
    text = "\n\n".join(parts)
    print(text)
    if not options.dry:
        readme = HERE / "README.md"
        whole = put_between(readme.read_text(encoding="utf-8"), text, BEGIN, END)
        readme.write_text(whole, encoding="utf-8", newline="\n")


def _times(python: Path, sources: Sequence[tuple[str, Path]], folder: Path, draws: int) -> str:
    rows = [
        f"| {MONTHS} months ahead | children in care | cs-demand-model: reading and rates | one path | here: reading "
        f"and history | rates and {draws:,} futures | times as fast, processor |",
        "|" + "---|" * 7,
    ]
    days = round(MONTHS * 365.25 / 12)
    for name, source in sources:
        theirs = alone(python, laid_out(source, folder / f"times {name}"), REFERENCES[0], days)
        mine = ours(source, MONTHS, draws)
        spans = [theirs["read_seconds"], theirs["path_seconds"], mine.read_seconds, mine.play_seconds]
        times = (spans[0][1] + spans[1][1]) / (spans[2][1] + spans[3][1])
        said = " | ".join(f"{clock:.1f} s ({processor:.1f})" for clock, processor in spans)
        rows.append(f"| {name} | {mine.now.sum():.0f} | {said} | {times:.1f} |")
    return "\n".join([*rows, "", "Seconds by the clock, and in brackets of the processor."])


def _counts(python: Path, source: Path, made: Authority, folder: Path, sample: Path | None) -> str:
    rows = [
        "| children in care on the last day | cs-demand-model | here | truth |",
        "|---|---|---|---|",
    ]
    truth = int(true_stock(made.truth, np.array([made.truth.origin - 1])).sum())

    def counted(name: str, where: Path, true: str) -> None:
        theirs = alone(python, laid_out(where, folder / f"counts {name}"), REFERENCES[0], 0)
        inside = {key: value for key, value in theirs["now"].items() if key in CATEGORIES}
        history = history_of(read_903(where))
        here = int(stock(history, np.array([history.until - 1])).sum())
        rows.append(f"| {name} | {sum(inside.values()):.0f} ({theirs['end']}) | {here} | {true} |")

    counted("a made-up council", source, str(truth))
    spoilt = folder / "spoilt"
    shutil.copytree(source, spoilt)
    added = add_spoils(spoilt, made)
    counted(
        f"the same with {added} agreements of short breaks and {added} children lost from sight", spoilt, str(truth)
    )
    if sample is not None:
        counted("its own sample", sample, "not known")
    return "\n".join(rows)


def _ahead(python: Path, made: dict[int, Authority], written: dict[int, Path], folder: Path, draws: int) -> str:
    """Children by category 24 months ahead: mean distance from the truth over the councils."""
    names = [f"cs-demand-model, rates of {months} months" for months in REFERENCES]
    said: dict[str, list[Floats]] = {name: [] for name in (*names, "here, median", "no change")}
    true = []
    for seed, one in made.items():
        origin = one.truth.origin
        target = np.datetime64(origin, "D").astype("datetime64[M]") + 24
        last = int(target.astype("datetime64[D]").astype(np.int64)) - 1
        now, then = categories(true_stock(one.truth, np.array([origin - 1, last])).sum(axis=-1))
        true.append(then)
        where = laid_out(written[seed], folder / f"ahead {seed}")
        for name, months in zip(names, REFERENCES, strict=True):
            said[name].append(_predicted(python, where, months, last))
        said["here, median"].append(ours(written[seed], 24, draws).median[23])
        said["no change"].append(now)
    rows = [
        "| 24 months ahead | total | fostering | residential | supported | other |",
        "|" + "---|" * 6,
        _line(f"children, mean of {len(made)} councils", _with_total(np.array(true))),
    ]
    for name, found in said.items():
        off = np.abs(_with_total(np.array(found)) - _with_total(np.array(true)))
        rows.append(_line(f"{name}: mean distance from the truth", off))
    return "\n".join(rows)


def _predicted(python: Path, folder: Path, reference: int, last: int) -> Floats:
    """Its children by category on a day; those whom it moves out of care are not counted."""
    end = int(np.datetime64(alone(python, folder, reference, 0)["end"]).astype(np.int64))
    found = alone(python, folder, reference, last - end, [last - end])["ahead"][0]
    return np.array([found.get(name, 0.0) for name in CATEGORIES])


def _with_total(by_category: Floats) -> Floats:
    return np.concatenate([by_category.sum(axis=-1, keepdims=True), by_category], axis=-1)


def _line(name: str, values: Floats) -> str:
    return f"| {name} | " + " | ".join(f"{value:.1f}" for value in values.mean(axis=0)) + " |"


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.need_peers", description=__doc__)
    parser.add_argument("--sample", type=Path, help="the sample returns that cs-demand-model comes with")
    parser.add_argument("--environment", type=Path, default=HERE.parent / "build" / "cs_demand_model")
    parser.add_argument("--python", type=Path, help="a Python that has it already")
    parser.add_argument("--councils", type=int, default=8)
    parser.add_argument("--first", type=int, default=1_000, help="seed of the first council")
    parser.add_argument("--draws", type=int, default=1_000)
    parser.add_argument("--dry", action="store_true", help="print the tables and write nothing")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
