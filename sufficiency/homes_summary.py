"""What `summary.json` says of the council's own homes, besides what their files hold."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from sufficiency.forecast import Forecast
from sufficiency.gap import gap_summary
from sufficiency.homes_page import homes_words
from sufficiency.homes_run import HomesRun
from sufficiency.homes_start import lost
from sufficiency.saving import Saving
from sufficiency.targets import Targets
from sufficiency.targets_frontier import Point
from sufficiency.targets_question import Band

DECIMALS: Final = 3


def homes_told(forecast: Forecast, homes: HomesRun) -> dict[str, Any]:
    """The homes that were started from, the gap, the money, the targets and the levers. Keys keep this order."""
    there = homes.start.households
    return {
        "says": list(homes_words(forecast, homes)),
        "start": {
            "register": homes.start.register is not None,
            "households": len(there),
            "places": int(there.places.sum()),
            "left_out": dict(there.left_out),
            "says": list(homes.start.said),
        },
        "usable": {
            "source": homes.usable.source,
            "days": homes.usable.days,
            "mean_absolute_error": _rounded(homes.usable.error),
        },
        "gap": gap_summary(homes.future),
        "cost": _cost_told(homes),
        "targets": None if homes.targets is None else _targets_told(homes.targets),
        "frontier": [_point_told(one) for one in homes.frontier],
        "saving_of_one_more": [_saving_told(one) for one in homes.savings],
        "levers": list(homes.pulls.pulls),
    }


def homes_warnings(homes: HomesRun) -> list[str]:
    """What a reader must know before using the figures of homes."""
    said = list(homes.start.said if homes.start.register is None else lost(homes.start.register))
    said += homes.pulls.notes
    if homes.targets is not None:
        if not homes.targets.feasible:
            said.append(homes.targets.words)
        elif homes.targets.verdict == "missed":
            said.append("In futures that the plan was not made on, its promise is missed: see Targets.")
    return said


def _cost_told(homes: HomesRun) -> list[dict[str, Any]]:
    costs = homes.costs
    low, high = np.quantile(costs.total, (0.1, 0.9), axis=0)
    return [
        {"year": year, "whole_year": bool(whole), "mean": round(mean), "p10": round(least), "p90": round(most)}
        for year, whole, mean, least, most in zip(
            costs.years,
            costs.whole.tolist(),
            costs.total.mean(axis=0).tolist(),
            low.tolist(),
            high.tolist(),
            strict=True,
        )
    ]


def _targets_told(targets: Targets) -> dict[str, Any]:
    return {
        "asked": {"level": targets.asked.level, "kind": targets.asked.kind},
        "promised": {"level": targets.aim.level, "from": targets.question.quarters[targets.aim.from_quarter]},
        "feasible": targets.feasible,
        "limits": targets.words,
        "planned_on": targets.planned_on,
        "checked_on": targets.checked_on,
        "reached_in_sample": _rounded(float(targets.promised.reached.min())),
        "reached_out_of_sample": _rounded(float(targets.checked.reached.min())),
        "verdict": targets.verdict,
        "gap_mean": round(targets.gap.mean),
        "gap_upper_95": _finite(targets.gap.upper),
        "gap_share": _rounded(targets.gap.share) if np.isfinite(targets.gap.share) else None,
        "cost": _band(targets.cost),
        "without": _band(targets.without),
        "saved": _band(targets.saved),
    }


def _point_told(one: Point) -> dict[str, Any]:
    if one.plan is None or one.reached is None or one.dearer is None:
        return {"level": one.level, "possible": False}
    return {
        "level": one.level,
        "possible": True,
        "approvals": int(one.plan.approvals.sum()),
        "beds": int(one.plan.beds.max(initial=0)),
        "reached_out_of_sample": _rounded(float(one.reached.reached[one.reached.worst])),
        "dearer_than_no_promise": _band(one.dearer),
    }


def _saving_told(one: Saving) -> dict[str, Any]:
    low, high = np.quantile(one.net, (0.1, 0.9)).tolist()
    return {
        "home_segment": one.segment,
        "mean": round(float(one.net.mean())),
        "p10": round(low),
        "p90": round(high),
        "error": _finite(one.error),
        "weeks_to_pay": _finite(one.mean_paid_after),
        "saves_in": _rounded(one.saves_in),
    }


def _band(band: Band) -> dict[str, int | None]:
    return {"mean": round(band.mean), "p10": round(band.p10), "p90": round(band.p90), "error": _finite(band.error)}


def _finite(value: float) -> int | None:
    return round(value) if np.isfinite(value) else None


def _rounded(value: float) -> float:
    return round(value, DECIMALS) + 0.0
