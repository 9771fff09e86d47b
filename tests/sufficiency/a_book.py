"""A made-up book of figures, as `position.json` holds them: counts that add up, forecasts, targets, money, assumptions.

Every count is of one list of made-up children and one of made-up households, so that no two tables contradict.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, Final

import numpy as np
import pandas as pd

from reporting.fact import ALL, Book, Facts, Kind
from sufficiency.groups import AGE_BANDS, GROUPS
from sufficiency.households import SEGMENTS
from sufficiency.position_keys import TABLES

LATEST: Final = "2026-03-31"
BEFORE: Final = "2025-03-31"
MONTHS: Final = tuple(str(d.date()) for d in pd.date_range("2026-04-30", periods=36, freq="ME"))
QUARTERS: Final = MONTHS[2::3]
YEARS: Final = ("2026-27", "2027-28", "2028-29")
PLANNED: Final = tuple(one for one in SEGMENTS if one not in ("kin", "short_breaks"))
SENTENCES: Final = {
    "return": "SSDA903 returns of the council, 1 April 2015 to 31 March 2026.",
    "homes": "The council's register of homes on 31 March 2026.",
    "forecast": "Forecast of 1,000 futures from 1 April 2026, scenario “Baseline”.",
    "futures": "The council's homes played in the same 1,000 futures.",
    "scenario": "Scenario “Baseline”.",
}
SOURCES: Final = {name: SENTENCES.get(name, "Made up for tests.") for name in {one.source for one in TABLES.values()}}


def a_book(*, register: bool = True, targets: bool = True, backtest: bool = True) -> Book:
    """The whole book; without a register its supply is the national default, without targets it holds none."""
    tables = [*_children(), *_forecasts(), *_supply(register), *_gap(), *_money(), *_run()]
    tables += _targets() if targets else []
    tables += _past() if backtest else []
    about = {
        "council": "Anyborough",
        "made_up": "yes",
        "known_from": "2015-04-01",
        "known_until": LATEST,
        "forecast_from": "2026-04-01",
        "months": "36",
        "draws": "1000",
        "seed": "1",
        "scenario": "Baseline",
        "scenario_sha256": "5f" * 32,
        "version": "0.8.0",
        "code": "c0de" * 16,
        "register": "yes" if register else "no",
    }
    return Book(about, {one.key: one for one in tables}, SOURCES)


@cache
def the_book() -> Book:
    """The whole book, made once: nothing changes it."""
    return a_book()


def few_tables(*keys: str) -> Book:
    """The same book with a few of its tables, which is soon published."""
    return replace(the_book(), facts={key: the_book().facts[key] for key in keys})


def made(key: str, rows: Sequence[Sequence[Any]], **more: Any) -> Facts:
    """One table as every book holds it."""
    return TABLES[key].facts(rows, **more)


# ---- who is there --------------------------------------------------------------------------------------------------


def the_children(many: int = 340, seed: int = 8) -> pd.DataFrame:
    """Made-up children: a row each, with what the tables of children are counted by."""
    rng = np.random.default_rng(seed)
    often = (0.15, 0.34, 0.2, 0.01, 0.14, 0.006, 0.07, 0.03, 0.05, 0.004)
    group = rng.choice(GROUPS, many, p=np.array(often) / sum(often))
    age = rng.choice(AGE_BANDS, many, p=(0.05, 0.13, 0.19, 0.4, 0.23))
    age = np.where(group == "supported", "16_plus", age)
    inside = rng.choice(["inside", "outside", "not_known"], many, p=(0.57, 0.4, 0.03))
    return pd.DataFrame(
        {
            "group": group,
            "age": age,
            "legal": rng.choice(
                ["full_care_order", "interim_care_order", "placement_order", "section_20"],
                many,
                p=(0.6, 0.18, 0.05, 0.17),
            ),
            "uasc": np.where((age == "16_plus") & (rng.random(many) < 0.25), "yes", "no"),
            "need_code": rng.choice(
                [f"N{k}" for k in range(1, 9)], many, p=(0.6, 0.04, 0.05, 0.1, 0.13, 0.03, 0.04, 0.01)
            ),
            "siblings": rng.choice(["alone", "two", "three"], many, p=(0.55, 0.3, 0.15)),
            "sex": rng.choice(["F", "M"], many, p=(0.45, 0.55)),
            "place": inside,
            "miles": np.where(inside == "not_known", "not_known", np.where(rng.random(many) < 0.2, "over_20", "to_20")),
        }
    )


def counted(people: pd.DataFrame, dims: Sequence[str], *first: str) -> list[tuple[Any, ...]]:
    """Rows of every combination of the categories that are there, with every sum; `first` stands before each."""
    ways = [[*dict.fromkeys(sorted(people[dim].tolist())), ALL] for dim in dims]
    found = []
    for names in itertools.product(*ways):
        held = np.ones(len(people), dtype=bool)
        for dim, name in zip(dims, names, strict=True):
            held &= (people[dim] == name).to_numpy() | (name == ALL)
        found.append((*first, *names, int(held.sum())))
    return found


def _children() -> list[Facts]:
    now, before = the_children(), the_children(331, 7)
    days = ((LATEST, now), (BEFORE, before))

    def table(key: str, *dims: str, latest: bool = False) -> Facts:
        return made(key, [row for day, one in days[: 1 if latest else 2] for row in counted(one, dims, "in_care", day)])

    past = pd.date_range("2021-03-31", "2024-12-31", freq="QE")
    totals: list[tuple[Any, ...]] = [("in_care", str(d.date()), 352 - k + k * k // 12) for k, d in enumerate(past)]
    totals += [("in_care", BEFORE, 331), ("in_care", LATEST, 340)]
    totals += [("started", "2024-25", 131), ("started", "2025-26", 138)]
    totals += [("ceased", "2024-25", 134), ("ceased", "2025-26", 129)]
    return [
        made("children.total", totals),
        table("children.group_age", "group", "age"),
        table("children.legal", "legal"),
        table("children.uasc", "uasc", "group"),
        table("children.need_code", "need_code"),
        table("children.sex_age", "sex", "age"),
        table("children.siblings", "siblings"),
        table("children.place_group", "place", "group", latest=True),
        table("children.miles_group", "miles", "group", latest=True),
        made(
            "ceased.way_out",
            [
                ("ceased", "2025-26", name, n)
                for name, n in (("returned_home", 61), ("adopted", 18), ("turned_18", 50), (ALL, 129))
            ],
        ),
    ]


# ---- what may come -------------------------------------------------------------------------------------------------


def spread(middle: float, width: float) -> tuple[float, ...]:
    """Mean and percentiles of a forecast about a middle, never below nought."""
    at = (-1.64, -1.28, -0.67, 0.0, 0.67, 1.28, 1.64)
    return (middle, *(max(0.0, round(middle + width * one, 3)) for one in at))


def few(middle: float) -> tuple[float, ...]:
    """Mean, low end, middle and high end."""
    return (middle, 0.8 * middle, middle, 1.3 * middle)


def _forecasts() -> list[Facts]:
    now = the_children()
    groups = {name: int((now["group"] == name).sum()) for name in GROUPS} | {ALL: len(now)}
    ages = {name: int((now["age"] == name).sum()) for name in AGE_BANDS} | {ALL: len(now)}

    def months(counts: Mapping[str, int], tilt: float) -> list[tuple[Any, ...]]:
        return [
            (on, name, *spread(n * (1 + tilt * k / 36), 0.18 * n * ((k + 1) / 36) ** 0.5))
            for k, on in enumerate(MONTHS)
            for name, n in counts.items()
        ]

    flows = [(year, "entry", *spread(132 + k, 14 + k)) for k, year in enumerate(YEARS)]
    flows += [(year, "exit", *spread(130 + 2 * k, 13 + k)) for k, year in enumerate(YEARS)]
    like = {"what": "in_care", "on": LATEST}
    return [
        made("forecast.group", months(groups, 0.03), like=like),
        made("forecast.age", months(ages, 0.03), like=like),
        made("forecast.flows", flows),
    ]


def _gap() -> list[Facts]:
    needs = {"mainstream_0_4": 4, "mainstream_5_10": 12, "mainstream_11_15": 21, "teenagers": 15, "siblings_two": 9,
             "siblings_three_or_more": 6, "parent_and_child": 0, "specialist": 7, "supported_lodgings": 11}  # fmt: skip
    needs[ALL] = sum(needs.values())
    gap = [
        (on, name, n * 1.02, n * 0.8, float(n), n * 1.25, n * 1.3, n * 1.5 + k, 0.62 - k / 100)
        for k, on in enumerate(QUARTERS)
        for name, n in needs.items()
    ]
    elsewhere = [
        (on, what, *few(n))
        for on in QUARTERS
        for what, n in (("out_of_area", 39), ("split", 8), ("met_late", 5), ("unmet", 87))
    ]
    return [made("gap.need", gap), made("gap.elsewhere", elsewhere)]


def _supply(register: bool) -> list[Facts]:
    rng = np.random.default_rng(5)
    homes = {name: int(rng.integers(6, 40)) for name in SEGMENTS}
    homes[ALL] = sum(homes.values())
    held = {name: n // 5 for name, n in homes.items() if name != ALL}
    held[ALL] = sum(held.values())
    now: list[tuple[Any, ...]] = []
    places: list[tuple[Any, ...]] = []
    for name, n in homes.items():
        first = ("households", LATEST, name)
        now += [(*first, "yes", n - held[name]), (*first, "no", held[name]), (*first, ALL, n)]
        first, filled = ("places", LATEST, name), n
        if register:
            places += [
                (*first, "filled", filled),
                (*first, "held", 2 * held[name]),
                (*first, "vacant", n - 2 * held[name]),
            ]
        places.append((*first, ALL, 2 * n))
    ahead = [
        (on, name, *(value for each in (n, 2 * n, 1.6 * n) for value in few(each * (1 - k / 80))))
        for k, on in enumerate(QUARTERS)
        for name, n in homes.items()
    ]
    kind = None if register else Kind.PLAIN
    return [
        made("supply.now", now, kind=kind),
        made("supply.places", places, kind=kind),
        made("supply.segment", ahead, like={"what": "households", "on": LATEST}),
    ]


def _targets() -> list[Facts]:
    plan = {
        "mainstream_11_15": 6,
        "teenagers": 9,
        "siblings_two": 5,
        "siblings_three_or_more": 3,
        "supported_lodgings": 4,
    }
    quarters = MONTHS[2:14:3]
    quarterly: list[tuple[Any, ...]] = []
    for k, quarter in enumerate(quarters):
        more = {name: plan.get(name, 0) // 4 + (k < plan.get(name, 0) % 4) for name in PLANNED}
        more[ALL] = sum(more.values())
        quarterly += [(quarter, name, n + 1, 1, n, 24 * n, "2026-03-31") for name, n in more.items()]
    yearly = [("2026-27", name, plan.get(name, 0) + 4) for name in PLANNED]
    enquiries = [(name, n, 24 * n, 24) for name, n in {**plan, ALL: sum(plan.values())}.items()]
    promise = "So that 80 in 100 children who need a local family home have one from January to March 2028 on."
    summary = [("level", 0.8, ""), ("words", np.nan, promise)]
    frontier = [("80%", "yes", 27.0, 2.0, 0.79), ("90%", "no", np.nan, np.nan, np.nan)]
    return [
        made("targets.quarter", quarterly),
        made("targets.year", yearly),
        made("targets.summary", summary),
        made("targets.enquiries", enquiries),
        made("targets.beds", [("2026-27", 2.0)]),
        made("targets.frontier", frontier),
    ]


def _money() -> list[Facts]:
    weekly: list[tuple[Any, ...]] = [
        ("foster_in_house", "own", 460.0, 116, 1),
        ("foster_agency", "private", 965.0, 68, 9),
        ("residential", "private", 5289.0, 48, 14),
        ("secure", "private", 7000.0, 2, 1),
        ("supported", "private", 1200.0, 24, 6),
    ]
    cost: list[tuple[Any, ...]] = [
        (year, group, provider, *(round(52.14 * a * n * f * (1 + 0.03 * k)) for f in (1, 0.85, 1.16)), float(n))
        for k, year in enumerate(YEARS)
        for group, provider, a, n, _ in weekly
    ]
    total = [(year, *(sum(row[i] for row in cost if row[0] == year) for i in (3, 4, 5)), 340.0) for year in YEARS]
    saving = [
        (name, 21_000.0 + 900 * k, 9_000.0, 36_000.0, 40.0, 0.9, 20_000.0, 1_000.0) for k, name in enumerate(PLANNED)
    ]
    return [
        made("money.weekly", weekly),
        made("money.cost", cost),
        made("money.total", total),
        made("money.saving", saving),
    ]


def _past() -> list[Facts]:
    off = {"3": 4.0, "6": 6.1, "12": 9.8, "24": 17.0}
    scores = [(ahead, "total", 24.0, by, 1.2, by / 2, 0.5, 0.81, 0.93, 0.2) for ahead, by in off.items()]
    days = [str(d.date()) for d in pd.date_range("2022-03-31", "2024-12-31", freq="QE")]
    return [
        made("past.scores", scores),
        made(
            "past.forecasts",
            [(on, "12", 325.0 + k % 3 * 9, 345.0, 362.0) for k, on in enumerate(days)],
            like={"what": "in_care"},
        ),
    ]


def _run() -> list[Facts]:
    yearly, weekly = "share of households a year", "cost.weekly.residential"
    assumed = [
        (
            "fostering.attrition",
            "0.12",
            yearly,
            "0.11",
            "0.13",
            "Ofsted, Fostering in England",
            "2023-24",
            "secondary",
            "yes",
        ),
        ("supply.assessments", "4", "assessments a month", "4", "6", "The council", "2026-10", "verified", "no"),
        (weekly, "5289", "£ a week", "3370", "5289", "Coventry Homes 2023-27, page 8", "2022-23", "verified", "yes"),
    ]
    rows = [("header.csv", 1210, 1204, 3, 5, 1), ("episodes.csv", 5210, 5188, 14, 20, 2)]
    return [
        made("assumptions.figures", assumed),
        made("data.rows", rows),
        made("run.inputs", [("2025-26/episodes.csv", "ab" * 32), ("2025-26/header.csv", "cd" * 32)]),
    ]
