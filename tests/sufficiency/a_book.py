"""A made-up book of figures, as `position.json` holds them: counts that add up, forecasts, targets, money, assumptions.

Every count is of one list of made-up children and one of made-up households, so that no two tables contradict.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import pandas as pd

from reporting.fact import ALL, Book, Facts, Kind, Unit, Value
from reporting.section import Edition
from sufficiency.groups import AGE_BANDS, AGE_NAMES, EXIT_NAMES, EXITS, GROUP_NAMES, GROUPS
from sufficiency.homes_charts import NAMES
from sufficiency.households import SEGMENTS

LATEST: Final = "2026-03-31"
BEFORE: Final = "2025-03-31"
MONTHS: Final = tuple(str(d.date()) for d in pd.date_range("2026-04-30", periods=36, freq="ME"))
QUARTERS: Final = MONTHS[2::3]
YEARS: Final = ("2026-27", "2027-28", "2028-29")
BANDS: Final = ("p05", "p10", "p25", "p50", "p75", "p90", "p95")
PLANNED: Final = tuple(one for one in SEGMENTS if one not in ("kin", "short_breaks"))
SOURCES: Final = MappingProxyType(
    {
        "returns": "SSDA903 returns of the council, 1 April 2015 to 31 March 2026.",
        "register": "The council's register of homes on 31 March 2026.",
        "forecast": "Forecast of 1,000 futures from 1 April 2026, scenario “Baseline”.",
        "scenario": "Scenario “Baseline”.",
        "published": "Others' published figures that the council has loaded.",
    }
)
LABELS: Final[Mapping[str, Mapping[str, str]]] = {
    "group": {**GROUP_NAMES, ALL: "all kinds of home"},
    "age": {**AGE_NAMES, ALL: "all ages"},
    "home_segment": {**NAMES, ALL: "all kinds"},
    "flow": {"entry": "start to be looked after", "exit": "leave care"},
    "way_out": {**EXIT_NAMES, ALL: "all ways out"},
}


def a_book(*, register: bool = True, targets: bool = True, backtest: bool = True) -> Book:
    """The whole book; without a register its supply is the national default, without targets it holds none."""
    tables = [*_children(), *_flows(), *_forecasts(), *_supply(register), *_gap(), *_money(), *_run(), *_shares()]
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


def made(
    key: str,
    title: str,
    kind: Kind,
    by: Sequence[str],
    columns: Sequence[Value],
    rows: Sequence[Sequence[Any]],
    source: str = "returns",
    **more: Any,
) -> Facts:
    """One table, with the labels that all tables here share."""
    frame = pd.DataFrame([list(row) for row in rows], columns=[*by, *(one.name for one in columns)])
    labels = {name: LABELS[name] for name in by if name in LABELS}
    return Facts(key, title, kind, tuple(by), tuple(columns), frame, source, labels=labels, **more)


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
    count = (Value("children", "Children"),)

    def table(key: str, title: str, *dims: str) -> Facts:
        rows = [row for day, people in days for row in counted(people, dims, "in_care", day)]
        return made(f"children.{key}", title, Kind.COUNT, ("what", "on", *dims), count, rows)

    totals = [
        ("in_care", f"{year}-03-31", n) for year, n in ((2022, 352), (2023, 345), (2024, 338), (2025, 331), (2026, 340))
    ]
    return [
        made("children.total", "Children in care", Kind.COUNT, ("what", "on"), count, totals),
        table("group_age", "Children by kind of home and age", "group", "age"),
        table("legal", "Children by legal status", "legal"),
        table("uasc", "Unaccompanied children", "uasc", "group"),
        table("need_code", "Children by need", "need_code"),
        table("sex_age", "Children by sex and age", "sex", "age"),
        table("place_group", "Children inside and outside the area", "place", "group"),
        table("miles_group", "Children near and far from home", "miles", "group"),
    ]


def _flows() -> list[Facts]:
    rng = np.random.default_rng(3)
    years = ("2023-24", "2024-25", "2025-26")

    def several(what: str, dim: str, names: Sequence[str], mean: float) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = []
        for year in years:
            counts = [int(one) for one in rng.poisson(mean, len(names))]
            found += [(what, year, name, n) for name, n in zip((*names, ALL), (*counts, sum(counts)), strict=True)]
        return found

    children = (Value("children", "Children"),)
    by = ("what", "on")
    return [
        made(
            "started.age_group",
            "Children who started",
            Kind.COUNT,
            (*by, "age"),
            children,
            several("started", "age", AGE_BANDS, 26),
        ),
        made(
            "ceased.way_out",
            "Children who ceased",
            Kind.COUNT,
            (*by, "way_out"),
            children,
            several("ceased", "way_out", EXITS, 19),
        ),
    ]


# ---- what may come -------------------------------------------------------------------------------------------------


def spread(middle: float, width: float) -> tuple[float, ...]:
    """Mean and percentiles of a forecast about a middle, never below nought."""
    at = (-1.64, -1.28, -0.67, 0.0, 0.67, 1.28, 1.64)
    return (middle, *(max(0.0, round(middle + width * one, 3)) for one in at))


_SPREAD: Final = (Value("mean", "Mean"), *(Value(one, f"{one[1:]}th of 100 futures") for one in BANDS))
_LIKE: Final = MappingProxyType({"what": "in_care", "on": LATEST})


def _forecasts() -> list[Facts]:
    now = the_children()
    groups = {name: int((now["group"] == name).sum()) for name in GROUPS} | {ALL: len(now)}
    ages = {name: int((now["age"] == name).sum()) for name in AGE_BANDS} | {ALL: len(now)}

    def months(counts: Mapping[str, int], tilt: float) -> list[tuple[Any, ...]]:
        return [
            (on, name, *spread(n * (1 + tilt * k / 36), 0.06 * n * ((k + 1) / 36) ** 0.5 * 3))
            for k, on in enumerate(MONTHS)
            for name, n in counts.items()
        ]

    flows = [("entry", year, *spread(132 + k, 14 + k)) for k, year in enumerate(YEARS)]
    flows += [("exit", year, *spread(130 + 2 * k, 13 + k)) for k, year in enumerate(YEARS)]
    more: dict[str, Any] = {"like": _LIKE}
    return [
        made(
            "forecast.group",
            "Children by kind of home",
            Kind.FORECAST,
            ("on", "group"),
            _SPREAD,
            months(groups, 0.03),
            "forecast",
            **more,
        ),
        made(
            "forecast.age",
            "Children by age",
            Kind.FORECAST,
            ("on", "age"),
            _SPREAD,
            months(ages, 0.03),
            "forecast",
            **more,
        ),
        made("forecast.flows", "Starts and ends of care", Kind.FORECAST, ("flow", "on"), _SPREAD, flows, "forecast"),
    ]


_FEWER: Final = (Value("mean", "Mean"), Value("p10", "Low"), Value("p50", "Middle"), Value("p90", "High"))


def _gap() -> list[Facts]:
    needs = {"mainstream_0_4": 4, "mainstream_5_10": 12, "mainstream_11_15": 21, "teenagers": 15, "siblings_two": 9,
             "siblings_three_or_more": 6, "parent_and_child": 2, "specialist": 7, "supported_lodgings": 11}  # fmt: skip
    needs[ALL] = sum(needs.values())
    gap = [
        (on, name, n * (1 + k / 60), 1.25 * n + k, 1.5 * n + k, n * 1.0, 0.62 - k / 100)
        for k, on in enumerate(QUARTERS)
        for name, n in needs.items()
    ]
    columns = (
        *(Value("p50", "Middle"), Value("p80", "80 of 100 futures"), Value("p95", "95 of 100 futures")),
        *(Value("mean", "Mean"), Value("in_house_share", "Share in the council's own homes", Unit.SHARE)),
    )
    elsewhere = [
        (on, what, float(n), n * 0.7, float(n), n * 1.4)
        for on in QUARTERS
        for what, n in (("out_of_area", 39), ("split", 8), ("met_late", 5), ("unmet", 87))
    ]
    return [
        made(
            "gap.need",
            "Children without a home of the council's own",
            Kind.FORECAST,
            ("on", "home_segment"),
            columns,
            gap,
            "forecast",
        ),
        made("gap.elsewhere", "Where they live instead", Kind.FORECAST, ("on", "what2"), _FEWER, elsewhere, "forecast"),
    ]


def _supply(register: bool) -> list[Facts]:
    rng = np.random.default_rng(5)
    rows: list[tuple[Any, ...]] = []
    for name in SEGMENTS:
        homes = int(rng.integers(6, 40))
        places = 2 * homes
        filled, held = int(places * 0.6), int(places * 0.22)
        rows.append(("households", LATEST, name, homes, places, filled, places - filled - held, held))
    sums = [sum(row[k] for row in rows) for k in range(3, 8)]
    rows.append(("households", LATEST, ALL, *sums))
    columns = (
        Value("households", "Households", Unit.HOMES),
        *(Value(one, one.capitalize(), Unit.PLACES) for one in ("places", "filled", "vacant", "held")),
    )
    kind = Kind.COUNT if register else Kind.FORECAST
    now = made("supply.now", "Homes now", kind, ("what", "on", "home_segment"), columns, rows, "register")
    ahead_columns = tuple(
        Value(f"{what}_{end}", f"{what.capitalize()}, {end}", Unit.HOMES if what == "homes" else Unit.PLACES)
        for what in ("homes", "places", "usable")
        for end in ("mean", "p10", "p50", "p90")
    )
    ahead = [
        (on, row[2], *(f * base * (1 - k / 80) for base in (row[3], row[4], row[4] * 0.8) for f in (1, 0.9, 1, 1.1)))
        for k, on in enumerate(QUARTERS)
        for row in rows
    ]
    return [
        now,
        made("supply.segment", "Homes ahead", Kind.FORECAST, ("on", "home_segment"), ahead_columns, ahead, "forecast"),
    ]


def _targets() -> list[Facts]:
    plan = {
        "mainstream_11_15": 6,
        "teenagers": 9,
        "siblings_two": 5,
        "siblings_three_or_more": 3,
        "supported_lodgings": 4,
    }
    quarters = (
        "2026-27 April to June",
        "2026-27 July to September",
        "2026-27 October to December",
        "2026-27 January to March",
    )
    quarterly = [
        (quarter, name, plan.get(name, 0) // 4 + (k < plan.get(name, 0) % 4))
        for k, quarter in enumerate(quarters)
        for name in PLANNED
    ]
    yearly = [
        ("2026-27", name, plan.get(name, 0), 22_000.0 * plan.get(name, 0), 61_000.0 * plan.get(name, 0), 31_000.0)
        for name in PLANNED
    ]
    enquiries = [(name, n, 24 * n) for name, n in plan.items()]
    enquiries.append((ALL, sum(plan.values()), 24 * sum(plan.values())))
    summary = [
        ("level", 0.8, ""),
        (
            "words",
            np.nan,
            "So that 80 in 100 children who need a local family home have one from January to March 2028 on.",
        ),
        ("verdict", np.nan, "kept"),
        ("saved_mean", 812_000.0, ""),
        ("saved_p10", 310_000.0, ""),
        ("saved_p90", 1_450_000.0, ""),
        ("beds", 2.0, ""),
    ]
    recruit, text = Value("recruit", "Households to approve", Unit.NUMBER), Value("text", "In words", Unit.TEXT)
    money = [
        Value(one, one.replace("_", " ").capitalize(), Unit.POUNDS) for one in ("cost", "saving", "marginal_value")
    ]
    asked = (Value("approvals", "Approvals", Unit.NUMBER), Value("enquiries", "Enquiries", Unit.NUMBER))
    by = ("quarter", "home_segment")
    return [
        made("targets.quarter", "Households to approve", Kind.PLAIN, by, (recruit,), quarterly, "forecast"),
        made(
            "targets.year",
            "Households to approve",
            Kind.PLAIN,
            ("on", "home_segment"),
            (recruit, *money),
            yearly,
            "forecast",
        ),
        made(
            "targets.summary",
            "The plan",
            Kind.PLAIN,
            ("name",),
            (Value("value", "Value", Unit.NUMBER), text),
            summary,
            "forecast",
        ),
        made("targets.enquiries", "Enquiries needed", Kind.PLAIN, ("home_segment",), asked, enquiries, "forecast"),
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
        (
            year,
            row[0],
            row[1],
            *(round(52.14 * row[2] * row[3] * f * (1 + 0.03 * k)) for f in (1, 0.85, 1.16)),
            float(row[3]),
        )
        for k, year in enumerate(YEARS)
        for row in weekly
    ]
    total = [(year, *(sum(float(row[i]) for row in cost if row[0] == year) for i in (3, 4, 5))) for year in YEARS]
    saving = [(name, 21_000.0 + 900 * k, 9_000.0, 36_000.0, 40.0, 12.0) for k, name in enumerate(PLANNED)]
    pounds = Value("pounds", "Pounds a week", Unit.POUNDS)
    many, firms = Value("people", "Children"), Value("providers", "Providers", Unit.NUMBER)
    band = tuple(Value(one, one, Unit.POUNDS) for one in ("mean", "p10", "p90"))
    officers: dict[str, Any] = {"edition": Edition.OFFICIAL}
    by = ("on", "group", "provider")
    return [
        made("money.weekly", "A week", Kind.MONEY, ("group", "provider"), (pounds, many, firms), weekly,
             "scenario", **officers),
        made("money.cost", "Cost by line", Kind.MONEY, by, (*band, many), cost, "forecast", **officers),
        made("money.total", "Cost of placements, recruitment and support", Kind.MONEY, ("on",), (*band, many),
             [(*row, 340.0) for row in total], "forecast"),
        made("money.saving", "Saving of one more household", Kind.MONEY, ("home_segment",),
             (*band, Value("weeks_to_pay", "Weeks to pay", Unit.WEEKS), many), saving, "forecast", **officers),
    ]  # fmt: skip


def _shares() -> list[Facts]:
    days = ("2025-03-31", "2025-12-31", LATEST)
    shares = [
        (name, on, part + k, 300 + k)
        for name, part in (("inside_area", 171), ("ni_62", 31))
        for k, on in enumerate(days)
    ]
    means = [("a1", on, 15_000.0 + k, 34 + k) for k, on in enumerate(days)]
    base = Value("base", "Of")
    return [
        made("performance.shares", "Shares", Kind.SHARE, ("measure", "on"), (Value("part", "Children"), base), shares),
        made(
            "performance.means", "Means", Kind.MEAN, ("measure", "on"), (Value("total", "Days", Unit.DAYS), base), means
        ),
    ]


def _past() -> list[Facts]:
    number = Unit.NUMBER
    scores = [
        (str(months), "total", off, 0.8 - months / 400, 0.93, 24.0)
        for months, off in ((3, 4.0), (6, 6.1), (12, 9.8), (24, 17.0))
    ]
    columns = (
        Value("off_by", "Off by", number),
        Value("held_80", "In the 80% band", Unit.SHARE),
        Value("held_95", "In the 95% band", Unit.SHARE),
        Value("origins", "Past forecasts", number),
    )
    told = [(f"{year}-03-31", "12", 328.0, 345.0, 362.0, 340.0 + 9 * (-1) ** year) for year in range(2021, 2027)]
    ends = tuple(Value(one, one, number) for one in ("p10", "p50", "p90", "happened"))
    return [
        made("past.scores", "How wrong past forecasts were", Kind.PLAIN, ("horizon", "level"), columns, scores),
        made("past.forecasts", "Past forecasts", Kind.PLAIN, ("on", "horizon"), ends, told),
    ]


def _run() -> list[Facts]:
    yearly, weekly = "share of households a year", "cost.weekly.residential"
    assumed = [
        (
            "fostering.attrition",
            0.12,
            yearly,
            0.11,
            0.13,
            "Ofsted, Fostering in England",
            "2023-24",
            "secondary",
            "yes",
        ),
        ("supply.assessments", 4.0, "assessments a month", 4.0, 6.0, "The council", "2026-10", "verified", "no"),
        (weekly, 5289.0, "£ a week", 3370.0, 5289.0, "Coventry Homes 2023-27, page 8", "2022-23", "verified", "yes"),
    ]
    rows = [("header.csv", 1210, 1204, 3, 5, 1), ("episodes.csv", 5210, 5188, 14, 20, 2)]
    figures = (
        *(Value("value", "Value", Unit.NUMBER), Value("unit", "Unit", Unit.TEXT)),
        *(Value("low", "Low", Unit.NUMBER), Value("high", "High", Unit.NUMBER)),
        *(
            Value(one, one.replace("_", " ").capitalize(), Unit.TEXT)
            for one in ("source", "date", "status", "national_default")
        ),
    )
    counts = tuple(
        Value(one, one.replace("_", " ").capitalize(), Unit.NUMBER)
        for one in ("read", "kept", "mended", "repeated", "left_out")
    )
    hashes = (Value("sha256", "Checksum", Unit.TEXT),)
    return [
        made("assumptions.figures", "What is assumed", Kind.PLAIN, ("figure",), figures, assumed, "scenario"),
        made("data.rows", "Rows", Kind.PLAIN, ("file",), counts, rows),
        made(
            "run.inputs",
            "Files",
            Kind.PLAIN,
            ("name",),
            hashes,
            [("2025-26/episodes.csv", "ab" * 32), ("2025-26/header.csv", "cd" * 32)],
        ),
    ]
