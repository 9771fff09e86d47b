"""Figures of the targets: how many households to approve by when, what that promises, takes, costs and saves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from reporting.fact import ALL, Facts
from sufficiency.money_words import pounds
from sufficiency.position_keys import TABLES
from sufficiency.position_spread import Array
from sufficiency.targets import BEDS, KEEPING, Targets, target_rows
from sufficiency.targets_frontier import Point
from sufficiency.targets_question import Band
from sufficiency.targets_section import quarter_said

Row = tuple[Any, ...]
AT_ONCE: Final = "at once"
_MEETS: Final = {
    "share": "of children who need a local family home have one",
    "futures": "of futures go well",
    "tail": "of children who need one have one in the worst futures",
}


def targets_facts(targets: Targets | None, frontier: Sequence[Point]) -> tuple[Facts, ...]:
    """Every table of targets; none where nobody asked for them."""
    if targets is None:
        return ()
    question = targets.question
    rows = target_rows(targets)
    households = rows[~rows["home_segment"].isin((BEDS, KEEPING))]
    years = list(zip(households["year"], households["home_segment"], households["recruit"], strict=True))
    money = rows[["year", "home_segment", "cost", "saving", "marginal_value"]].itertuples(index=False)
    beds = list(zip(question.named, targets.plan.beds.tolist(), strict=True))
    quarters = {name: quarter_said(name) for name in question.quarters}
    return (
        TABLES["targets.quarter"].facts(_by_quarter(targets, quarters), labels={"quarter": quarters}),
        TABLES["targets.year"].facts(years),
        TABLES["targets.enquiries"].facts(_enquiries(targets)),
        TABLES["targets.beds"].facts(beds),
        TABLES["targets.summary"].facts(_summary(targets, quarters)),
        *_frontier(frontier),
        TABLES["targets.money"].facts(money),
        *_success(targets),
    )


def percent(share: float) -> str:
    """59.6%; 80%."""
    return f"{share:.1%}".replace(".0%", "%")


def _enquiries_for(approvals: float, each: float) -> int:
    """Whole enquiries that so many approvals take."""
    return int(np.ceil(approvals * each - 1e-9))


def _by_quarter(targets: Targets, quarters: dict[str, str]) -> list[Row]:
    """Households by quarter and kind: whole ones, that add up over time to those of the years."""
    question, plan = targets.question, targets.plan
    pipeline: Array = np.diff(np.rint(np.cumsum(question.pipeline, axis=0)), axis=0, prepend=0.0)
    rows: list[Row] = []
    for q, name in enumerate(question.quarters):
        since = quarters[question.quarters[q - question.lead]] if q >= question.lead else AT_ONCE
        asked = [_enquiries_for(plan.approvals[q, h], question.enquiries[h]) for h in range(len(question.homes))]
        for h, home in enumerate(question.homes):
            more = int(plan.approvals[q, h])
            rows.append((name, home, pipeline[q, h] + more, pipeline[q, h], more, asked[h], since))
        more = int(plan.approvals[q].sum())
        rows.append((name, ALL, pipeline[q].sum() + more, pipeline[q].sum(), more, sum(asked), since))
    return rows


def _enquiries(targets: Targets) -> list[Row]:
    """Approvals beyond today's pipeline over the whole plan, and the enquiries that they take."""
    question = targets.question
    more = targets.plan.approvals.sum(axis=0)
    rows = [
        (home, int(more[h]), _enquiries_for(more[h], question.enquiries[h]), round(float(question.enquiries[h]), 1))
        for h, home in enumerate(question.homes)
    ]
    whole = _enquiries_for(float((more * question.enquiries).sum()), 1.0)
    return [*rows, (ALL, int(more.sum()), whole, np.nan)]


def _summary(targets: Targets, quarters: dict[str, str]) -> list[Row]:
    aim, question = targets.aim, targets.question
    since = quarters[question.quarters[aim.from_quarter]]
    more = targets.plan.approvals
    last = np.flatnonzero(more.sum(axis=1))
    approvals, reached = int(more.sum()), targets.checked
    worst = reached.worst
    rows: list[Row] = [
        ("asked", targets.asked.level, f"{percent(targets.asked.level)} {_MEETS[targets.asked.kind]}"),
        ("level", aim.level, f"{percent(aim.level)} {_MEETS[aim.kind]}"),
        ("from", np.nan, since),
        ("by", np.nan, quarters[question.quarters[int(last[-1])]] if len(last) else ""),
        ("feasible", float(targets.feasible), "yes" if targets.feasible else "no"),
        ("limits", np.nan, targets.words),
        ("verdict", np.nan, targets.verdict),
        ("reached", float(reached.reached[worst]), percent(reached.reached[worst])),
        ("reached_low", float(reached.low[worst]), percent(reached.low[worst])),
        ("reached_high", float(reached.high[worst]), percent(reached.high[worst])),
        ("approvals", float(approvals), f"{approvals:,}"),
        ("beds", float(targets.plan.beds.max(initial=0)), f"{int(targets.plan.beds.max(initial=0)):,}"),
        ("keeping", float(targets.plan.keeping.max(initial=0)), f"{targets.plan.keeping.max(initial=0):.0%}"),
        ("months_from_enquiry", 3.0 * question.lead, f"{3 * question.lead} months"),
        ("planned_on", float(targets.planned_on), f"{targets.planned_on:,}"),
        ("checked_on", float(targets.checked_on), f"{targets.checked_on:,}"),
        *_proof(targets),
    ]
    for name, band in (("cost", targets.cost), ("without", targets.without), ("saved", targets.saved)):
        rows += [(f"{name}_{end}", value, pounds(value)) for end, value in _ends(band)]
    return [(name, round(value, 4), said) for name, value, said in rows]


def _proof(targets: Targets) -> list[Row]:
    """How far from the cheapest plan it may be, with 95% confidence, and whether every search ended by itself."""
    ended = all(one.done for one in targets.samples if one is not None)
    gap = targets.gap.share
    told = ("gap_share", max(gap, 0.0), _finely(gap)) if np.isfinite(gap) else ("gap_share", np.nan, "")
    return [told, ("searches_ended", float(ended), "yes" if ended else "no")]


def _finely(share: float) -> str:
    """0.35%; less than 0.01%."""
    return f"{share:.2%}" if share >= 0.0001 else "0.01%"


def _ends(band: Band) -> list[tuple[str, float]]:
    return [("mean", float(round(band.mean))), ("p10", float(round(band.p10))), ("p90", float(round(band.p90)))]


def _frontier(points: Sequence[Point]) -> tuple[Facts, ...]:
    if not points:
        return ()
    taken: list[Row] = []
    money: list[Row] = []
    for one in points:
        name = percent(one.level) if one.level else "no promise"
        if one.plan is None or one.reached is None or one.dearer is None:
            taken.append((name, "no", np.nan, np.nan, np.nan))
            continue
        beds = int(one.plan.beds.max(initial=0))
        reached = round(float(one.reached.reached[one.reached.worst]), 4)
        taken.append((name, "yes", int(one.plan.approvals.sum()), beds, reached))
        money.append((name, *(value for _, value in _ends(one.dearer))))
    return TABLES["targets.frontier"].facts(taken), TABLES["targets.frontier_money"].facts(money)


def _success(targets: Targets) -> tuple[Facts, Facts]:
    """What is left of the promise where only some of the recruitment succeeds, and what that costs."""
    rows: list[Row] = []
    for one in targets.success:
        for n, need in enumerate(targets.question.needs):
            if targets.question.wanted[:, :, n].any():
                met = 1 - one.unmet[n] / one.wanted[n] if one.wanted[n] > 0 else 1.0
                shares = (round(float(share), 4) for share in (met, one.met_last[n], one.met_first[n]))
                rows.append((one.name, need, round(float(one.unmet[n]), 3), *shares))
        reached = round(one.reached, 4)
        rows.append((one.name, ALL, round(float(one.unmet.sum()), 3), reached, reached, reached))
    money = [(one.name, round(one.approved, 1), *(value for _, value in _ends(one.money))) for one in targets.success]
    return TABLES["targets.success"].facts(rows), TABLES["targets.success_money"].facts(money)
