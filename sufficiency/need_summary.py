"""What `summary.json` says of a forecast besides what its files hold."""

from __future__ import annotations

import math
from typing import Any, Final

from records.sources.return_903.gather import NO_EPISODE
from reporting.whole import sha256_of
from sufficiency.backtest import Backtest
from sufficiency.backtest_tables import score_table, sentences
from sufficiency.doubts import held_back
from sufficiency.homes_page import MADE_UP
from sufficiency.homes_run import HomesRun
from sufficiency.homes_summary import homes_told, homes_warnings
from sufficiency.need_bracket import bracket_told
from sufficiency.need_measures import measures_told
from sufficiency.need_past import mended_words
from sufficiency.need_words import date_of
from sufficiency.outputs import headline, sources
from sufficiency.run import ForecastRun
from sufficiency.scenario import Figure, Quantity

LEVELS_TOLD: Final = ("total", "group", "all_groups", "all_groups_and_ages", "entries", "exits")
DECIMALS: Final = 4


def summary_of(run: ForecastRun, homes: HomesRun | None = None) -> dict[str, Any]:
    """What was asked and assumed, what was found, and how far it can be trusted. Keys keep this order."""
    scenario = run.asked.scenario
    return {
        "nature": "A forecast: what may come, with bands. No target and no decision.",
        "council": run.asked.council or "",
        **({"made_up": True} if run.asked.made_up else {}),
        "known_from": date_of(run.history.first).isoformat(),
        "known_until": date_of(run.history.until - 1).isoformat(),
        "forecast_from": date_of(run.forecast.origin).isoformat(),
        "months": run.months,
        "seed": run.asked.seed,
        "replications": run.draws,
        "population": None if run.asked.population is None else sha256_of(run.asked.population),
        "referrals": None if run.asked.referrals is None else sha256_of(run.asked.referrals),
        "children_now": run.now,
        "headline": headline(run.forecast, run.now),
        "uncertainty": sources(run.forecast),
        "need_between": {"says": list(run.bracket.words), "ends": bracket_told(run.forecast, run.bracket)},
        "backtest": backtest_told(run.backtest) | {"bands": list(mended_words(run))},
        "measures": measures_told(run.measures),
        "homes": None if homes is None else homes_told(run.forecast, homes),
        "scenario": {
            "name": scenario.name,
            "sha256": scenario.sha256,
            "files": [file.sha256 for file in scenario.files],
            "figures": {key: _figure(figure, scenario.is_default(key)) for key, figure in scenario.flat().items()},
        },
        "register": None if run.register is None else dict(sorted(run.register.inputs.items())),
        "warnings": [*warnings(run), *(() if homes is None else homes_warnings(homes))],
    }


def backtest_told(test: Backtest | None) -> dict[str, Any]:
    """Every score of the counts that are told, with its error; blank where too little past there is for one."""
    if test is None or test.none_reason is not None:
        return {"run": False, "says": list(sentences(test)), "scores": []}
    scores = score_table(test)
    rows = scores[scores["level"].isin(LEVELS_TOLD)].to_dict("records")
    return {
        "run": True,
        "says": list(sentences(test)),
        "replications": test.draws,
        "origins": [date_of(day).isoformat() for day in test.cases.origins.tolist()],
        "scores": [{str(name): _plain(value) for name, value in row.items()} for row in rows],
    }


def warnings(run: ForecastRun) -> list[str]:
    """What a reader must know before using the figures."""
    said = [*([MADE_UP] if run.asked.made_up else []), *run.asked.scenario.notes, *run.pulls.notes, *run.model.said]
    if run.not_tested is not None:
        said.append(run.not_tested)
    elif run.backtest is not None:
        said.extend(run.backtest.limits)
    for la, years in sorted(run.ret.missing_years.items()):
        if years and run.asked.council in (None, la):
            whose = f" of {la}" if la else ""
            missing = ", ".join(f"{year - 1}-{year % 100:02d}" for year in years)
            said.append(f"The returns{whose} lack {missing}; nothing before the last gap is used.")
    if run.asked.council is None and len(run.ret.years) > 1:
        said.append(f"The return holds {len(run.ret.years)} councils, and this is a forecast of all of them together.")
        said += held_back(run.ret.years)
    said += [f"{note.file}: {note.message} {note.meaning}" for note in run.ret.notes if note.message == NO_EPISODE]
    return list(dict.fromkeys(said))


def _figure(figure: Figure, default: bool) -> dict[str, Any]:
    told: dict[str, Any] = {"value": figure.value}
    if isinstance(figure, Quantity):
        told |= {"unit": figure.unit, "low": figure.low, "high": figure.high}
    return told | {"source": figure.source, "date": figure.date, "status": figure.status, "national_default": default}


def _plain(value: Any) -> Any:
    """A cell as JSON has it: numbers rounded, what is not a number blank."""
    if isinstance(value, float):
        return round(value, DECIMALS) + 0.0 if math.isfinite(value) else None
    return value.item() if hasattr(value, "item") else value
