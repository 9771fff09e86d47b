"""What a book of figures rests on: what was read, what was assumed, what made it; and the sentences that say so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any, Final

import numpy as np

from matching.versions import versions
from records.model import Finding, Severity
from reporting.fact import Facts
from reporting.whole import sha256_of
from sufficiency.homes_run import HomesRun
from sufficiency.need_words import capital, date_of, day_said
from sufficiency.population import children_on
from sufficiency.position_findings import findings_facts
from sufficiency.position_keys import TABLES
from sufficiency.run import ForecastRun
from sufficiency.scenario import Figure, Quantity, Scenario

Row = tuple[Any, ...]
THE_COUNCIL: Final = "the council"
PER: Final = 10_000
NEAREST: Final = 5
LEAST: Final = 20
_YEAR_END: Final = (3, 31)
_FILES: Final = ("children", "homes", "siblings", "separations", "residents", "links", "zones")


def about_of(run: ForecastRun, homes: HomesRun, *, made_up: bool) -> dict[str, str]:
    """What was run, in words and numbers as text."""
    asked, scenario = run.asked, run.asked.scenario
    return {
        "council": asked.council or "",
        "councils": f"{1 if asked.council is not None else max(len(run.ret.years), 1)}",
        "made_up": "yes" if made_up else "no",
        "known_from": date_of(run.history.first).isoformat(),
        "known_until": date_of(run.history.until - 1).isoformat(),
        "forecast_from": date_of(run.forecast.origin).isoformat(),
        "months": f"{run.months}",
        "draws": f"{run.draws}",
        "seed": f"{asked.seed}",
        "scenario": scenario.name,
        "scenario_about": scenario.about,
        "scenario_sha256": scenario.sha256,
        "register": "yes" if run.register is not None else "no",
        "referrals": "yes" if run.referrals is not None else "no",
        "population": "yes" if asked.population is not None else "no",
        "backtest": "yes" if run.not_tested is None else "no",
        "targets": "yes" if homes.targets is not None else "no",
        "rows_left_out": f"{run.rows_left_out}",
        "version": versions()["placewell"],
    }


def about_facts(run: ForecastRun) -> tuple[Facts, ...]:
    """Files, rows, years, versions and every figure that is assumed."""
    scenario = run.asked.scenario
    figures = scenario.flat()
    own_prices = [key for key, figure in figures.items() if _price(figure) and not scenario.is_default(key)]
    assumed = [
        (key, *_figure(figure), "yes" if scenario.is_default(key) else "no")
        for key, figure in figures.items()
        if key not in own_prices
    ]
    return (
        TABLES["assumptions.figures"].facts(assumed),
        *([TABLES["assumptions.prices"].facts([(k, *_figure(figures[k])) for k in own_prices])] if own_prices else []),
        TABLES["data.rows"].facts(_rows(run)),
        *findings_facts(run.ret),
        TABLES["data.years"].facts(_years(run)),
        TABLES["run.inputs"].facts(_inputs(run, scenario)),
        TABLES["run.versions"].facts(sorted(versions().items())),
        *_rate(run),
    )


def sources_of(run: ForecastRun, homes: HomesRun) -> Mapping[str, str]:
    """Sentences that say where figures come from."""
    until = day_said(run.history.until - 1)
    scenario = f"scenario “{run.asked.scenario.name}”"
    forecast = (
        f"Forecast of {run.draws:,} futures of {run.months} months from {day_said(run.forecast.origin)}, {scenario}, "
        f"seed {run.asked.seed}, learnt from the SSDA903 returns up to {until}."
    )
    register = homes.start.register is not None
    start = "the council's own register of homes" if register else "national totals brought to the council's size"
    return {
        "return": f"SSDA903 returns of the council, {day_said(run.history.first)} to {until}. Without short breaks.",
        "families": f"SSDA903 returns up to {until}. Who came into care on one day from one address is taken to be of "
        "one family: the returns do not say who are brothers and sisters.",
        "distance": f"SSDA903 returns up to {until}: postcodes of home and placement. The council's area is "
        "where most of the children's homes are.",
        "population": "The projection of children in the area that the council gave, and its SSDA903 returns.",
        "forecast": forecast,
        "backtest": "The same forecast made at every quarter of the past from what was known then, and what happened.",
        "segments": " ".join(run.segments.words),
        "homes": f"{capital(start)}, on {until}." if register else f"{capital(start)}: {_national(run)}",
        "usable": f"Placewell's own rules and matcher on {homes.usable.days:,} simulated days: {homes.usable.source}.",
        "futures": f"{forecast} Homes: {start}.",
        "scenario": f"{capital(scenario)}: each figure has its own source, date and status.",
        "targets": f"{forecast} Homes: {start}. The plan: the cheapest found that keeps the promise of the scenario.",
        "prices": f"{capital(scenario)}: weekly prices, {_whose_prices(run)}; as used in the first year that is told.",
        "money": f"{forecast} Homes: {start}. Prices: {_whose_prices(run)}.",
        "performance": f"SSDA903 returns of the council, {day_said(run.history.first)} to {until}.",
        "run": "What was read, and what made the figures.",
    }  # fmt: skip


def _national(run: ForecastRun) -> str:
    return f"no register was given, so nobody knows whether they are there. Scenario “{run.asked.scenario.name}”."


def _whose_prices(run: ForecastRun) -> str:
    scenario = run.asked.scenario
    prices = [key for key, figure in scenario.flat().items() if key.startswith("cost.") and _price(figure)]
    national = sum(scenario.is_default(key) for key in prices)
    if not national:
        return "the council's own"
    if national == len(prices):
        return "national default, none of them the council's own"
    return f"{national} of {len(prices)} are national defaults, the others the council's own"


def _price(figure: Figure) -> bool:
    return isinstance(figure, Quantity) and "£" in figure.unit


def _figure(figure: Figure) -> Row:
    """Value, unit, low, high, source, date and status, as text."""
    if isinstance(figure, Quantity):
        numbers = (f"{figure.value:.10g}", figure.unit, f"{figure.low:.10g}", f"{figure.high:.10g}")
    else:
        value = ("yes" if figure.value else "no") if isinstance(figure.value, bool) else figure.value
        numbers = (value, "", "", "")
    return (*numbers, figure.source, figure.date, figure.status)


def _rows(run: ForecastRun) -> list[Row]:
    """What became of the rows of the return, the referrals and the register; kept are those without a mend."""
    rows: list[Row] = [
        (name, count.read, count.kept, count.mended, count.repeated, count.left_out)
        for name, count in sorted(run.ret.counts.items())
        if count.read
    ]
    if run.referrals is not None:
        rows.append(_beside("Referrals", len(run.referrals), run.referrals.left_out, run.referrals.findings))
    if run.register is not None:
        there = run.register
        used = sum(len(getattr(there, name)) for name in _FILES)
        rows.append(_beside("Register", used, there.rows_left_out, there.findings))
    return rows


def _beside(name: str, used: int, left_out: int, findings: Sequence[Finding]) -> Row:
    """Of files that do not say again what another said: the rows used, those of them with a mend told apart."""
    mended = {(one.file, one.row) for one in findings if one.severity is Severity.MENDED and one.row is not None}
    return (name, used + left_out, used - min(len(mended), used), min(len(mended), used), 0, left_out)


def _years(run: ForecastRun) -> list[Row]:
    rows: list[Row] = []
    for la, years in sorted(run.ret.years.items()):
        if years and run.asked.council in (None, la):
            for year in range(years[0], years[-1] + 1):
                there = "yes" if year in years else "missing"
                rows.append((la or THE_COUNCIL, f"{year - 1}-{year % 100:02d}", there))
    return rows


def _inputs(run: ForecastRun, scenario: Scenario) -> list[Row]:
    """Files by what they are and their name, never by where they lay."""
    rows = [(f"return: {name}", sha) for name, sha in sorted(run.ret.inputs.items())]
    rows += [(f"scenario: {PurePath(file.path).name}", file.sha256) for file in scenario.files]
    for what, path in (("population", run.asked.population), ("referrals", run.asked.referrals)):
        rows += [] if path is None else [(what, sha256_of(path))]
    if run.register is not None:
        rows += [(f"register: {name}", sha) for name, sha in sorted(run.register.inputs.items())]
    return list(dict(rows).items())


def _rate(run: ForecastRun) -> tuple[Facts, ...]:
    """Children in care for every 10,000 in the area, on each 31 March that the projection covers.

    Worked out from the children to the nearest `NEAREST`, as they are published: a rate of the exact number would tell
    it. None for fewer than `LEAST`.
    """
    path = run.asked.population
    if path is None:
        return ()
    rows: list[Row] = []
    for day, counts in zip(run.before.days, run.before.stock, strict=True):
        there = children_on(path, day) if (day.month, day.day) == _YEAR_END else None
        many = int(counts.sum())
        if there is not None and many >= LEAST:
            near = NEAREST * np.floor(many / NEAREST + 0.5)
            rows.append((day.isoformat(), float(np.floor(PER * near / there + 0.5))))
    return (TABLES["children.rate"].facts(rows),) if rows else ()
