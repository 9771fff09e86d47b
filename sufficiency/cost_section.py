"""What it costs: by kind of home and who provides it, by financial year, and what one more household would save."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from reporting.section import Block, Bullets, Cell, Column, Disclosure, Paragraph, Section, Table, Tag
from sufficiency.cost import Costs
from sufficiency.cost_settings import cost_register
from sufficiency.forecast import Array
from sufficiency.groups import GROUP_NAMES, GROUPS
from sufficiency.homes_charts import NAMES
from sufficiency.money_words import pounds, pounds_band
from sufficiency.need_words import FUTURES, capital, in_100
from sufficiency.saving import Saving
from sufficiency.scenario import Scenario

PROVIDERS: Final = {
    "own": "the council's own",
    "agency": "agencies",
    "other_authority": "other councils",
    "block": "bought in block",
    "private": "bought from others",
    "out_of_area": "bought, out of the area for want of a home",
    "public": "public",
    "parents": "with parents",
    "other": "other",
    "recruitment": "recruitment and assessment",
    "support": "support of households",
    "retainer": "retainers of empty homes",
    "staying_put": "Staying Put",
    "special_guardianship": "special guardianship allowances",
    "own_empty": "own beds that stand empty",
    "block_empty": "block beds that stand empty",
    "fees": "inter-agency fees",
    "travel": "travel out of the area",
}
"""Who provides, or what is paid for beside children."""


def cost_section(costs: Costs, scenario: Scenario, savings: Sequence[Saving]) -> Section:
    """Money by year, group and provider; what an approval saves; what is assumed of prices."""
    blocks: list[Block] = [Paragraph(cost_words(costs), strong=True), _by_group(costs)]
    blocks.append(Disclosure("Show the numbers: who provides, and what is paid beside", (_by_line(costs),)))
    if savings:
        blocks += [Paragraph(saving_words(savings)), savings_table(savings)]
    blocks += _assumed(scenario)
    return Section("The money", tuple(blocks), anchor="cost")


def cost_words(costs: Costs) -> str:
    """What all of it costs in the first whole year, and in the last."""
    told = [k for k, whole in enumerate(costs.whole) if whole] or [0]
    parts = []
    for k in dict.fromkeys((told[0], told[-1])):
        total = costs.total[:, k]
        low, high = np.quantile(total, (0.1, 0.9)).tolist()
        year = costs.years[k] if costs.whole[k] else f"the part of {costs.years[k]} that is forecast"
        parts.append(f"in {year} about {pounds(float(total.mean()))} ({pounds_band(low, high)} in {FUTURES[0.8]})")
    return f"Placements, recruitment and support cost {' and '.join(parts)}, in pounds of the day."


def saving_words(savings: Sequence[Saving]) -> str:
    """Which kind of household saves most, net of recruiting and supporting it."""
    best = max(savings, key=lambda one: float(one.net.mean()))
    low, high = np.quantile(best.net, (0.1, 0.9)).tolist()
    if best.net.mean() <= 0:
        return "One more household of any kind costs more than it saves over what is forecast, on average."
    return (
        f"One more household approved at the start saves most among {NAMES[best.segment]}: "
        f"{pounds(float(best.net.mean()))} over what is forecast, net of recruitment and support "
        f"({pounds_band(low, high)} in {FUTURES[0.8]}; it saves in {in_100(best.saves_in)} futures)."
    )


def savings_table(savings: Sequence[Saving]) -> Table:
    """What one more household of each kind saves."""
    rows: list[tuple[Cell, ...]] = []
    for one in savings:
        low, high = np.quantile(one.net, (0.1, 0.9)).tolist()
        weeks = one.mean_paid_after
        rows.append(
            (
                capital(NAMES[one.segment]),
                (pounds(float(one.net.mean())), pounds_band(low, high)),
                pounds(float(one.saved["agency"].mean())),
                pounds(float(one.saved["residential"].mean())),
                f"{weeks:,.0f}" if np.isfinite(weeks) else "not within what is forecast",
                in_100(one.saves_in).removesuffix(" in 100"),
            )
        )
    columns = (
        Column("One more household of"),
        Column("Saves, net; 8 in 10 futures", number=True),
        Column("On agencies and other councils", number=True),
        Column("On children's homes", number=True),
        Column("Weeks until it has paid for itself, on average", number=True),
        Column("Saves, in 100 futures", number=True),
    )
    error = max(one.error for one in savings)
    notes = (
        "Approved in the first month; net of what it takes to recruit, assess and support it, and of what its children "
        f"cost there. Over {len(savings[0].net):,} futures; other draws would move a mean by up to about "
        f"{pounds(error)}.",
    )
    return Table("What one more household saves over what is forecast", columns, tuple(rows), notes)


def _by_group(costs: Costs) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for group in GROUPS:
        at = [k for k, line in enumerate(costs.lines) if line[0] == group]
        money = costs.pounds[:, :, at].sum(axis=2)
        if at and money.any():
            rows.append((capital(GROUP_NAMES[group]), *_years_said(money)))
    return Table(
        "Cost by kind of home and financial year",
        (Column("Kind of home"), *_year_columns(costs)),
        tuple(rows),
        ("Mean, and where it lies in 8 in 10 futures. What goes with households is counted with their kind of home.",),
        total=("All", *_years_said(costs.total)),
    )


def _by_line(costs: Costs) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for k, (group, provider) in enumerate(costs.lines):
        if costs.pounds[:, :, k].any():
            name = (capital(GROUP_NAMES[group]), PROVIDERS.get(provider, provider.replace("_", " ")))
            rows.append((name, *_years_said(costs.pounds[:, :, k])))
    return Table("Cost by provider", (Column("What is paid"), *_year_columns(costs)), tuple(rows))


def _years_said(money: Array) -> tuple[Cell, ...]:
    """[draws, years] as mean over band."""
    low, high = np.quantile(money, (0.1, 0.9), axis=0)
    return tuple(
        (pounds(float(mean)), pounds_band(float(least), float(most)))
        for mean, least, most in zip(money.mean(axis=0), low, high, strict=True)
    )


def _year_columns(costs: Costs) -> tuple[Column, ...]:
    return tuple(
        Column(year if whole else f"{year} (part)", number=True)
        for year, whole in zip(costs.years, costs.whole.tolist(), strict=True)
    )


def _assumed(scenario: Scenario) -> tuple[Block, ...]:
    """Every figure that money rests on, with its source."""
    register = cost_register(scenario)
    default = [row for row in register if row["whose"] == "national default"]
    unverified = [row for row in register if row["status"] == "unverified"]
    said = (
        f"{len(default)} of the {len(register)} figures that bear on money are national defaults that the council has "
        f"not replaced.",
        f"{len(unverified)} of them have no source that was checked: what rests on them shows the shape of an answer, "
        "not the answer.",
    )
    rows: list[tuple[Cell, ...]] = [
        (
            row["key"],
            row["value"],
            row["interval"] or None,
            f"{row['source']} ({row['date']})",
            (
                Tag(row["whose"], "caution" if row["whose"] == "national default" else "good"),
                row["status"],
            ),
        )
        for row in register
    ]
    columns = (
        Column("Figure"),
        Column("Value", number=True),
        Column("Interval", number=True),
        Column("Source"),
        Column("Standing"),
    )
    table = Table("What the money rests on", columns, tuple(rows))
    return (Bullets(said), Disclosure(f"Show all {len(register)} figures, with their sources", (table,)))
