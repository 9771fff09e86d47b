"""Rows and Markdown tables from runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

COLUMNS = (
    "size", "seed", "children", "homes", "pairs", "bundles", "solver", "workers", "tier", "value", "bound", "gap",
    "proved", "seconds", "times_the_first", "making_the_question", "first_report", "peak_mb", "peak_mb_before", "note",
)  # fmt: skip
WHOLE = "all"
"""The row of a whole run among the rows of its tiers."""
PRODUCT = ("bundles", "cpsat")

Row = Mapping[str, Any]


def lines(run: Row, first: Row) -> list[dict[str, Any]]:
    """A row for each tier, and one for the whole run up to the one plan that the tie-break leaves.

    `first`: the run that the others of its round are times of.
    """
    shared = {name: run[name] for name in COLUMNS if name in run and name != "note"}
    done = {tier[0]: tier[1:] for tier in run["tiers"]}
    rows = []
    for tier, value in run.get("values", {}).items():
        if tier == "pinned":
            continue
        if tier not in done:
            rows.append(
                {**shared, "tier": tier, "value": value, "bound": "", "gap": "", "proved": False, "seconds": ""}
            )
            continue
        counted, bound, proved, seconds = done[tier]
        row = {"tier": tier, "value": counted, "bound": bound, "gap": gap(counted, bound), "proved": proved}
        rows.append({**shared, **row, "seconds": round(seconds, 3)})
    whole: dict[str, Any] = {**shared, "tier": WHOLE, "proved": run["unique"], "note": run["note"]}
    if run["seconds"] and first["seconds"]:
        whole["times_the_first"] = round(run["seconds"] / first["seconds"], 2)
    return [*rows, whole]


def gap(value: float, bound: float) -> float:
    """How far the bound is from the value, as a share of the larger."""
    return round(abs(bound - value) / max(abs(bound), abs(value), 1.0), 6)


def table(rows: Sequence[Row]) -> str:
    """One line for each run: value and seconds of each tier, with the gap where it is not proved."""
    tiers = list(dict.fromkeys(r["tier"] for r in rows if r["tier"] != WHOLE))
    heads = ["round", "pairs", "solver", *tiers, "to one plan", "times the first", "first report", "peak MB"]
    cells = []
    for whole in (r for r in rows if r["tier"] == WHOLE):
        mine = {r["tier"]: r for r in rows if _run(r) == _run(whole)}
        values = [_tier(mine[t]) if t in mine else "-" for t in tiers]
        first = f"{float(whole['first_report']):.1f} s" if whole.get("first_report") else "-"
        cells.append([
            f"{whole['size']} {whole['seed']}", _count(whole.get("pairs")), whole["solver"], *values, _outcome(whole),
            whole.get("times_the_first") or "", first, _count(whole.get("peak_mb")),
        ])  # fmt: skip
    return _markdown(heads, cells)


def against_greedy(rows: Sequence[Row]) -> str:
    """For every round that greedy was run on: its value in each tier, and the product's."""
    heads = ["round", "tier", "greedy", "product", "difference", "product's solver"]
    cells = []
    for base in (r for r in rows if r["solver"] == "greedy" and r["tier"] != WHOLE):
        own = [r for r in rows if _round(r) == _round(base) and r["tier"] == base["tier"] and r["solver"] in PRODUCT]
        if not own:
            continue
        best = min(own, key=lambda r: PRODUCT.index(r["solver"]))
        before, after = int(base["value"]), int(best["value"])
        share = f" ({(after - before) / before:+.1%})" if before else ""
        cells.append([
            f"{base['size']} {base['seed']}", base["tier"], _amount(base["tier"], before), _amount(base["tier"], after),
            f"{'+' if after >= before else '-'}{_amount(base['tier'], abs(after - before))}{share}", best["solver"],
        ])  # fmt: skip
    return _markdown(heads, cells)


def everyday_table(figures: Iterable[Row]) -> str:
    """What is asked every day, the figure and the goal."""
    return _markdown(["what", "figure", "goal"], [[f["what"], f["figure"], f["goal"]] for f in figures])


def _run(row: Row) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in ("size", "seed", "solver", "workers"))


def _round(row: Row) -> tuple[str, ...]:
    return _run(row)[:2]


def _tier(row: Row) -> str:
    value = _amount(row["tier"], float(row["value"]))
    if str(row["bound"]) == "":
        return f"{value}, not done"
    if str(row["proved"]) == "True":
        return f"{value} in {float(row['seconds']):.1f} s"
    return f"{value}, bound {_amount(row['tier'], float(row['bound']))} ({float(row['gap']):.2%})"


def _outcome(whole: Row) -> str:
    seconds = whole.get("seconds")
    if str(whole["proved"]) == "True":
        return f"{float(seconds or 0):.1f} s"
    if whole["solver"] == "greedy" and seconds:
        return f"proves nothing, {float(seconds):.1f} s"
    if whole.get("pairs") in (None, ""):
        return f"no plan, in {float(seconds or 0):.0f} s: {whole['note']}"
    return f"no, in {float(seconds or 0):.0f} s"


def _amount(tier: str, value: float) -> str:
    return f"£{value / 100:,.0f}" if tier == "cost" else f"{value:,.0f}"


def _count(value: object) -> str:
    return f"{float(str(value)):,.0f}" if value not in (None, "") else "-"


def _markdown(heads: Sequence[str], cells: Iterable[Sequence[object]]) -> str:
    out = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    out += ["| " + " | ".join(str(c) for c in row) + " |" for row in cells]
    return "\n".join(out)
