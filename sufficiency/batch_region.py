"""Tasks of several councils together: future k of the region is future k of each of its councils, added up."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Final, cast

import numpy as np

from reporting.facts_file import write_book
from reporting.write import csv_text
from sufficiency.batch_bytes import bundled, one_of, packed, unpacked
from sufficiency.batch_homes import ALIKE, HomesBlock, laid_end_to_end
from sufficiency.batch_need import need_in
from sufficiency.batch_task import Failed, Task
from sufficiency.cost import Costs, cost_rows
from sufficiency.forecast import Array, Forecast
from sufficiency.future import Future
from sufficiency.gap import gap_rows, supply_table
from sufficiency.need_words import day_said, listed
from sufficiency.outputs import flow_table, headline, months, need_table
from sufficiency.region_totals import FILE as TOTALS
from sufficiency.region_totals import Parts, totals_book
from sufficiency.supply import Supply

FOLDER: Final = "region"
FILES: Final = ("need.csv", "entries_exits.csv", "supply.csv", "gap.csv", "cost.csv", TOTALS, "summary.json")
COUNCILS: Final = "councils.csv"
MARKING: Final = "OFFICIAL-SENSITIVE: holds counts of few children. For the councils' own staff; not for publication."
SHARED: Final = (
    "Future k of the region is future k of each council, added up; children who move between councils are counted by "
    "each.",
    "All councils are played with one seed. What is the same for all of them (prices, fees, the figures of the "
    "scenario) has the same luck in future k of each, as it would have. So have the numbers from which each council's "
    "own children and homes are drawn: their good and bad years fall together more often than they would, and bands of "
    "the totals are too wide, the more so the more councils there are. Means are not touched by it.",
    "headline_if_apart has the children in care as if no council's luck had anything to do with another's: its bands "
    "are too narrow, as councils do share some of it. The truth lies between.",
)
ADDED: Final = ("forecast", "supply", "future", "costs")
COLUMNS: Final = (
    "council", "scenario", "scenario_name", "made_up", "known_until", "children_now", "day",
    *(f"children_{name}" for name in ("mean", "p10", "p50", "p90")), "last_month",
    *(f"unmet_{name}" for name in ("mean", "p10", "p50", "p90")), "cost_year",
    *(f"pounds_{name}" for name in ("mean", "p10", "p90")), "approvals",
)  # fmt: skip
"""`day`: the first that is told; `unmet`: children without a home of the council's own on the last day of `last_month`;
`cost_year`: the first whole financial year; `approvals`: households to approve in all years, blank without targets."""


@dataclass(frozen=True, slots=True)
class RegionBlock:
    """Some futures of all councils, added up."""

    forecast: Forecast
    supply: Supply
    future: Future
    costs: Costs
    each: Array
    """[draws, months, councils] children in care of each council."""
    parts: Parts
    """What of each council is told together with others'."""


def region_tasks(
    tasks: dict[str, Task],
    files: dict[str, str],
    parts: Mapping[tuple[str, str], Mapping[str, Any]],
    councils: Sequence[str],
    scenarios: Sequence[str],
) -> None:
    """Add to `tasks` and `files` those of all councils together.

    `parts`: for each council and scenario, the tasks that hold its futures, or under `failed` the one that says why
    there are none; then all councils are not to be had together, and the batch says so.
    """
    for scenario in scenarios:
        each = [parts[council, scenario] for council in councils]
        failed = [one["failed"] for one in each if "failed" in one]
        whole = f"{FOLDER}/{scenario}"
        if failed:
            tasks[whole] = Task(whole, f"{__name__}:total", {}, tuple(failed), scenario=scenario, says="Adding up")
        else:
            tasks[whole] = _total(tasks, whole, each, councils, scenario)
        files.update({f"{whole}/{name}": f"{whole}#{name}" for name in FILES})
    names = {f"{council}/{scenario}": one["results"] for (council, scenario), one in parts.items() if "results" in one}
    if names:
        place = f"{FOLDER}/{COUNCILS}"
        tasks[place] = Task(place, f"{__name__}:table", {"of": names}, tuple(names.values()), says="Adding up")
        files[place] = place


def _total(
    tasks: dict[str, Task], whole: str, each: Sequence[Mapping[str, Any]], councils: Sequence[str], scenario: str
) -> Task:
    """The task of one scenario, after those of its blocks."""
    blocks = []
    for k, need in enumerate(each[0]["need"]):
        some = [
            {"need": one["need"][k], "supply": one["supply"][k], "homes": one["homes"][k], "mended": one["mended"]}
            for one in each
        ]
        after = tuple(dict.fromkeys(name for one in some for name in one.values() if name is not None))
        name = f"{whole}/{need.rpartition('/')[2]}"
        given = {"of": dict(zip(councils, some, strict=True))}
        tasks[name] = Task(name, f"{__name__}:add", given, after, scenario=scenario, says="Adding up")
        blocks.append(name)
    names = [one["results"] for one in each]
    told = {"blocks": blocks, "results": dict(zip(councils, names, strict=True)), "scenario": scenario}
    return Task(whole, f"{__name__}:total", told, (*blocks, *names), scenario=scenario, says="Adding up")


def add(given: Mapping[str, Any], results: Mapping[str, bytes], _folders: Mapping[str, Path]) -> bytes:
    """Some futures of every council, added up one after the other; task function."""
    whole: RegionBlock | None = None
    first, each = "", []
    for council, said in given["of"].items():
        block = cast(HomesBlock, unpacked(results[said["homes"]]))
        need = need_in(results, [said["need"]], said["mended"])
        ours = RegionBlock(
            need,
            cast(Supply, unpacked(results[said["supply"]])),
            block.future,
            block.costs,
            np.zeros((0, 0, 0)),
            Parts.of(need, block.wanted, block.future, block.costs),
        )
        each.append(ours.forecast.stock.sum(axis=(2, 3)))
        if whole is None:
            whole, first = ours, council
        elif not np.array_equal(whole.forecast.month_ends, ours.forecast.month_ends):
            raise Failed(_not_alike(first, whole.forecast, council, ours.forecast))
        else:
            added = {name: _added(getattr(whole, name), getattr(ours, name)) for name in ADDED}
            whole = replace(whole, **added, parts=whole.parts.beside(ours.parts))
    if whole is None:
        raise Failed("There is no council to add up.")
    return packed(replace(whole, each=np.stack(each, axis=2)))


def total(given: Mapping[str, Any], results: Mapping[str, bytes], _folders: Mapping[str, Path]) -> bytes:
    """The tables of one scenario for all councils together, by name; task function."""
    blocks = [cast(RegionBlock, unpacked(results[name])) for name in given["blocks"]]
    forecast, supply, future, costs = (laid_end_to_end([getattr(one, name) for one in blocks]) for name in ADDED)
    names = months(forecast)
    tables = {
        "need.csv": need_table(forecast),
        "entries_exits.csv": flow_table(forecast),
        "supply.csv": supply_table(supply, future, names),
        "gap.csv": gap_rows(future, names),
        "cost.csv": cost_rows(costs),
    }
    members = {name: csv_text(table).encode("utf-8") for name, table in tables.items()}
    told = {council: json.loads(one_of(results[name], "summary.json")) for council, name in given["results"].items()}
    now = sum(one["children_now"] for one in told.values())
    any_of = next(iter(told.values()))
    summary = {
        "command": "batch",
        "nature": "Forecasts of several councils added up: what may come, with bands. No target and no decision.",
        "marking": MARKING,
        "councils": list(told),
        "made_up": [council for council, one in told.items() if one.get("made_up")],
        "scenario": {"name": any_of["scenario"]["name"], "sha256": any_of["scenario"]["sha256"]},
        "forecast_from": any_of["forecast_from"],
        "months": len(names),
        "seed": any_of["seed"],
        "replications": len(forecast.stock),
        "children_now": now,
        "headline": headline(forecast, now),
        "headline_if_apart": headline(_apart(forecast, np.concatenate([one.each for one in blocks])), now),
        "shared": list(SHARED),
        "warnings": [f"{council}: {words}" for council, one in told.items() for words in one["warnings"]],
        "rows_left_out": sum(one["rows_left_out"] for one in told.values()),
    }
    about = {
        "councils": f"{len(told)}",
        "made_up": "yes" if summary["made_up"] else "no",
        "forecast_from": any_of["forecast_from"],
        "months": f"{len(names)}",
        "draws": f"{len(forecast.stock)}",
        "scenario": any_of["scenario"]["name"],
        "scenario_sha256": any_of["scenario"]["sha256"],
        "known_until": any_of["known_until"],
    }
    parts = laid_end_to_end([one.parts for one in blocks])
    members[TOTALS] = write_book(totals_book(parts, list(told), forecast.month_ends, costs, about)).encode("utf-8")
    members["summary.json"] = (json.dumps(summary, indent=2, ensure_ascii=False) + "\n").encode("utf-8")
    return bundled(members)


def table(given: Mapping[str, Any], results: Mapping[str, bytes], _folders: Mapping[str, Path]) -> bytes:
    """Every council and scenario in a line of its own: `councils.csv`; task function."""
    held = io.StringIO(newline="")
    writer = csv.writer(held, lineterminator="\n")
    writer.writerow(COLUMNS)
    for place, task in given["of"].items():
        council, _, scenario = place.partition("/")
        writer.writerow(_line(council, scenario, results[task]))
    return held.getvalue().encode("utf-8")


def _line(council: str, scenario: str, bundle: bytes) -> tuple[object, ...]:
    """What is told first of one council and scenario, from its own files."""
    told = json.loads(one_of(bundle, "summary.json"))
    first = told["headline"][0]
    gap = _rows(bundle, "gap.csv")[-1]
    whole = [one for one in told["homes"]["cost"] if one["whole_year"]]
    cost = whole[0] if whole else {"year": "", "mean": "", "p10": "", "p90": ""}
    recruit = [int(row["recruit"]) for row in _rows(bundle, "targets.csv") if row["home_segment"] != "all"]
    return (
        council, scenario, told["scenario"]["name"], "yes" if told.get("made_up") else "no", told["known_until"],
        told["children_now"], first["day"], *(first[name] for name in ("mean", "p10", "p50", "p90")), gap["month"],
        *(gap[f"need_unmet_{name}"] for name in ("mean", "p10", "p50", "p90")),
        cost["year"], *(cost[name] for name in ("mean", "p10", "p90")),
        "" if told["homes"]["targets"] is None else sum(recruit),
    )  # fmt: skip


def _rows(bundle: bytes, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(one_of(bundle, name).decode("utf-8-sig"), newline="")))


def _apart(forecast: Forecast, each: Array) -> Forecast:
    """Children in care as if councils met different futures: those of each are shifted against the others'."""
    draws, councils = len(each), each.shape[2]
    apart = sum(np.roll(each[:, :, k], k * max(draws // councils, 1), axis=0) for k in range(councils))
    return replace(forecast, stock=np.asarray(apart)[:, :, None, None])


def _added(one: Any, other: Any) -> Any:
    """Two results of the same futures, count by count."""
    made: dict[str, Any] = {}
    for part in fields(one):
        mine, theirs = getattr(one, part.name), getattr(other, part.name)
        made[part.name] = mine if part.name in ALIKE else mine + theirs
    return type(one)(**made)


def _not_alike(one: str, first: Forecast, other: str, second: Forecast) -> str:
    days = listed([f"{name} from {day_said(some.origin)}" for name, some in ((one, first), (other, second))])
    return (
        f"The councils are not forecast for the same months ({days}), so they cannot be added up. Give returns that "
        "end on the same day, or put councils whose returns end alike in batches of their own."
    )
