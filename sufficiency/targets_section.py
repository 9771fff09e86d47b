"""How many of which kind to approve by when: the plan, what it promises, and how far that can be trusted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from reporting.section import Block, Bullets, Cell, Column, Disclosure, Notice, Paragraph, Section, Table
from sufficiency.homes_charts import NAMES, NEEDS
from sufficiency.money_words import pounds, pounds_band
from sufficiency.need_words import FUTURES, capital, listed, whole
from sufficiency.targets import Aim, Targets, plan_rows
from sufficiency.targets_frontier import Point

QUARTERS: Final = (
    ("April to June", "30 June"),
    ("July to September", "30 September"),
    ("October to December", "31 December"),
    ("January to March", "31 March"),
)
"""Of a financial year: how each is said, and its last day."""
HEADING: Final = "Targets"
MOST_KINDS: Final = 4
UNLIKE: Final = 0.05
"""From so far below the promise on, a need is named whose children fare worse."""
FURTHER: Final = 0.02
"""From so much above the promise on, a plan is said to go further than that."""


def targets_section(targets: Targets | None, points: Sequence[Point] = ()) -> Section:
    """The plan by year and quarter, its promise in and out of sample, its gap, and what one more household is worth."""
    if targets is None:
        notice = Notice("Not worked out", ("No targets were asked for (--no-targets).",), "caution")
        return Section(HEADING, (notice,), anchor="targets")
    blocks: list[Block] = []
    if not targets.feasible:
        blocks.append(Notice("The promise cannot be kept", (targets.words,), "bad"))
    blocks += [
        Paragraph(targets_words(targets), strong=True),
        approvals_table(targets),
        Disclosure("Show the numbers: every quarter, with the enquiries it takes", (_quarters(targets),)),
        Bullets(trusted(targets)),
        _promise(targets),
        _needs(targets),
        *((_levels(points),) if points else ()),
        _worth(targets),
    ]
    return Section(HEADING, tuple(blocks), anchor="targets")


def targets_words(targets: Targets) -> str:
    """How many more of which kind by when, the enquiries, the cost and the saving: to be read out."""
    question, plan = targets.question, targets.plan
    more = plan.approvals.sum(axis=0)
    promise = f"So that {aim_said(targets.aim)} from {quarter_said(question.quarters[targets.aim.from_quarter])} on"
    if not targets.feasible:
        promise = f"What was asked cannot be promised. The most that can: {promise[:1].lower() + promise[1:]}"
    if not (more.any() or plan.beds.any() or plan.keeping.any()):
        return f"{promise}, nothing is needed beyond what today's pipeline brings."
    last = question.quarters[int(np.flatnonzero(plan.approvals.sum(axis=1))[-1])] if more.any() else None
    parts = []
    if last is not None:
        order = np.argsort(-more, kind="stable")
        kinds = [f"{int(more[h]):,} of {NAMES[question.homes[h]]}" for h in order if more[h]]
        if len(kinds) > MOST_KINDS:
            rest = int(sum(more[h] for h in order[MOST_KINDS:]))
            kinds = [*kinds[:MOST_KINDS], f"{rest:,} of other kinds"]
        parts.append(
            f"{int(more.sum()):,} households must be approved by {ends_said(last)} beyond what today's pipeline "
            f"brings{_sooner(targets)}: {listed(kinds)}"
        )
    if plan.beds.any():
        parts.append(f"up to {int(plan.beds.max()):,} beds in children's homes bought in block")
    if plan.keeping.any():
        parts.append(f"{whole(100 * float(plan.keeping.mean()))} in 100 of what can be done to keep carers")
    enquiries = float((more * question.enquiries).sum())
    asked = f" That takes about {int(np.ceil(enquiries)):,} more enquiries." if enquiries else ""
    low, high = targets.saved.p10, targets.saved.p90
    return (
        f"{promise}, {'; and '.join(parts)}.{asked} The plan costs {pounds(float(targets.costs.whole.sum()))} and "
        f"saves {pounds(float(targets.savings.whole.sum()))} on placements{_of_households(targets)}; net, in money of "
        f"today, {pounds(targets.saved.mean)} ({pounds_band(low, high)} in {FUTURES[0.8]}).{further_words(targets)}"
        f"{_missed(targets)}{_unlike(targets)}"
    )


def _missed(targets: Targets) -> str:
    """That the promise is not kept where the plan was not made, if so: nobody may read the plan out without it."""
    if targets.verdict != "missed":
        return ""
    reached = _percent(float(targets.checked.reached.min()))
    return f" In futures that the plan was not made on it reaches {reached} only: the promise is missed there."


def _sooner(targets: Targets) -> str:
    """How many before the promise holds, where some come only while it does."""
    first = targets.aim.from_quarter
    more = targets.plan.approvals
    if not first or not more[first:].any():
        return ""
    return f", {int(more[:first].sum()):,} of them by {ends_said(targets.question.quarters[first - 1])}"


def _of_households(targets: Targets) -> str:
    """What the households alone cost and save, where the plan has more than households."""
    costs, savings = targets.costs, targets.savings
    if not targets.plan.approvals.any() or not (targets.plan.beds.any() or targets.plan.keeping.any()):
        return ""
    return (
        f", of which the households cost {pounds(float(costs.by_home.sum()))} and save "
        f"{pounds(float(savings.by_home.sum()))}"
    )


def _unlike(targets: Targets) -> str:
    """Who fares much worse than what is promised for all children together, even first in the queue."""
    question, aim = targets.question, targets.aim
    if aim.kind != "share" or aim.each_need:
        return ""
    at = aim.from_quarter
    met = np.where(question.wanted[:, at].mean(axis=0) >= 1, targets.met_first[at], 1.0)
    worse = [n for n in np.argsort(met, kind="stable").tolist() if met[n] < aim.level - UNLIKE]
    if not worse:
        return ""
    told = [f"{whole(100 * float(met[n]))} in 100 for {_need_said(question.needs[n])}" for n in worse]
    return f" That is all children together: it is no more than {listed(told)} (targets.each_need promises it to each)."


def aim_said(aim: Aim) -> str:
    """What is promised."""
    level = _percent(aim.level)
    if aim.kind == "share":
        each = ", whatever the need," if aim.each_need else ""
        return f"a child who needs a local family home{each} has one with a chance of {level}"
    if aim.kind == "futures":
        return f"in {level} of futures {_percent(aim.enough)} of the children who need a local home have one"
    who = "of the children who need a local family home have one"
    return f"even in the worst {_percent(aim.worst)} of futures {level} {who}"


def approvals_table(targets: Targets, *, only_more: bool = False) -> Table:
    """Approvals by kind and financial year: beyond the pipeline, and what the pipeline brings.

    `only_more` leaves out the kinds of which no more are wanted.
    """
    question = targets.question
    year, years = question.year_of, len(question.named)
    more = np.zeros((years, len(question.homes)), dtype=np.int64)
    pipeline = np.zeros((years, len(question.homes)))
    np.add.at(more, year, targets.plan.approvals)
    np.add.at(pipeline, year, question.pipeline)
    rows: list[tuple[Cell, ...]] = []
    for h, home in enumerate(question.homes):
        if more[:, h].any() or (pipeline[:, h].any() and not only_more):
            whole_of = int(more[:, h].sum())
            enquiries = int(np.ceil(whole_of * question.enquiries[h] - 1e-9))
            cells = ((f"{more[y, h]:,}", f"and {pipeline[y, h]:.1f}") for y in range(years))
            rows.append((capital(NAMES[home]), *cells, f"{whole_of:,}", f"{enquiries:,}"))
    columns = (
        Column("Households to approve"),
        *(Column(name, number=True) for name in question.named),
        Column("All, beyond the pipeline", number=True),
        Column("Enquiries that takes", number=True),
    )
    enquiries = int(np.ceil(float((more.sum(axis=0) * question.enquiries).sum()) - 1e-9))
    total: tuple[Cell, ...] = (
        "All",
        *((f"{more[y].sum():,}", f"and {pipeline[y].sum():.1f}") for y in range(years)),
        f"{more.sum():,}",
        f"{enquiries:,}",
    )
    lead = question.lead * 3
    notes = (
        "First number: beyond what today's pipeline brings; below it, what the pipeline brings on average. From "
        f"enquiry to approval is about {lead} months.",
        *(("All: kinds of which no more are wanted are left out above, and what the pipeline brings of them is in it.",)
          if only_more and len(rows) < int((pipeline.sum(axis=0) > 0).sum()) else ()),
    )  # fmt: skip
    return Table("Approvals by financial year", columns, tuple(rows), notes, total=total)


def further_words(targets: Targets) -> str:
    """Why a plan goes further than its promise asks, where it does."""
    reached = float(targets.promised.reached.min())
    if reached < targets.aim.level + FURTHER:
        return ""
    return (
        f" The plan goes further than the promise asks ({_percent(reached)} have a home, at worst), because homes of "
        "the council's own cost less than the places they stand in for."
    )


def trusted(targets: Targets) -> tuple[str, ...]:
    """In and out of sample, and how far from the best."""
    gap = targets.gap
    at_most = f"at most {pounds(max(gap.upper, 0.0))}" if np.isfinite(gap.upper) else "an amount that cannot be told"
    verdict = {
        "kept": "the promise is kept",
        "kept within chance": "the promise is kept within what chance leaves open",
        "missed": "the promise is missed",
    }[targets.verdict]
    return (
        f"The plan was made on {targets.planned_on:,} futures. In {targets.checked_on:,} others, which it never saw, "
        f"{verdict}: {_percent(float(targets.checked.reached.min()))} at worst, against {_percent(targets.aim.level)} "
        "promised.",
        f"With 95% confidence it costs {at_most} more than the best plan there is, in money of today: "
        f"{_percent(gap.share)} of what a plan can change. Shown on {gap.samples} fresh samples.",
        "Children are given the homes that suit most of them, quarter by quarter: in life some will wait longer.",
    )


def _promise(targets: Targets) -> Table:
    """The promise, quarter by quarter, where it is one; else once."""
    question, aim = targets.question, targets.aim
    rows: list[tuple[Cell, ...]] = []
    for kept, name in (
        (targets.promised, f"the {targets.planned_on:,} futures it was made on"),
        (targets.checked, f"{targets.checked_on:,} others"),
    ):
        k = kept.worst
        when: str | None = None
        if aim.kind == "share":
            each = len(question.needs) if aim.each_need else 1
            when = quarter_said(question.quarters[aim.from_quarter + k // each])
        reached = _percent(float(kept.reached[k]))
        interval = f"{_percent(float(kept.low[k]))} to {_percent(float(kept.high[k]))}"
        rows.append((f"In {name}", _percent(aim.level), reached, interval, when))
    columns = (
        Column("Where it was tried"),
        Column("Promised", number=True),
        Column("Reached at worst", number=True),
        Column("95% interval of that", number=True),
        Column("When"),
    )
    return Table("The promise, in and out of sample", columns, tuple(rows))


def _needs(targets: Targets) -> Table:
    """Who has a home under the plan: with this need served last, and first."""
    question = targets.question
    rows: list[tuple[Cell, ...]] = []
    last = len(question.quarters) - 1
    for n, need in enumerate(question.needs):
        if question.wanted[:, :, n].any():
            cells = [
                f"{whole(100 * float(met[q, n]))}"
                for q in (targets.aim.from_quarter, last)
                for met in (targets.met_last, targets.met_first)
            ]
            rows.append((capital(_need_said(need)), *cells))
    first, end = (quarter_said(question.quarters[q]) for q in (targets.aim.from_quarter, last))
    columns = (
        Column("A home for"),
        *(
            Column(f"{when}: were they {place} in the queue", number=True)
            for when in (first, end)
            for place in ("last", "first")
        ),
    )
    notes = ("Where homes are short, who has one depends on who is placed first: the truth lies between.",)
    return Table("Of 100 children with each need, how many have a home under the plan", columns, tuple(rows), notes)


def _levels(points: Sequence[Point]) -> Table:
    """What it costs to promise more or less."""
    rows: list[tuple[Cell, ...]] = []
    for one in points:
        name = "Nothing: what pays for itself" if not one.level else f"{_percent(one.level)}"
        if one.plan is None or one.reached is None or one.dearer is None:
            rows.append((name, "cannot be kept", None, None, None))
            continue
        at = one.reached.worst
        reached, low, high = (float(v[at]) for v in (one.reached.reached, one.reached.low, one.reached.high))
        rows.append(
            (
                name,
                int(one.plan.approvals.sum()),
                int(one.plan.beds.max(initial=0)),
                (_percent(reached), f"{_percent(low)} to {_percent(high)}"),
                (pounds(one.dearer.mean), pounds_band(one.dearer.p10, one.dearer.p90)) if one.level else None,
            )
        )
    columns = (
        Column("Promised"),
        Column("Households more", number=True),
        Column("Block beds", number=True),
        Column("Reached at worst, in futures it never saw", number=True),
        Column("Dearer than promising nothing; 8 in 10 futures", number=True),
    )
    notes = (
        "Each is the best plan for its promise on one sample of futures, so that it may differ a little from the plan "
        "above. Money of today; less than nought is cheaper by chance.",
    )
    return Table("What it costs to promise more", columns, tuple(rows), notes)


def _worth(targets: Targets) -> Table:
    """What one household more of each kind is worth, on top of the plan."""
    question = targets.question
    rows: list[tuple[Cell, ...]] = []
    for h, home in enumerate(question.homes):
        band, cost = targets.next_more[h], float(targets.next_cost[h])
        rows.append(
            (
                capital(NAMES[home]),
                (pounds(band.mean), pounds_band(band.p10, band.p90)),
                pounds(cost),
                pounds(band.mean - cost),
            )
        )
    columns = (
        Column("One household more of"),
        Column("Saves on placements; 8 in 10 futures", number=True),
        Column("Costs itself", number=True),
        Column("Worth, net", number=True),
    )
    when = quarter_said(question.quarters[targets.next_quarter])
    notes = (
        f"Approved in {when}, on top of the plan; in money of today. The net is a mean: chance may move it by about "
        f"{pounds(max(band.error for band in targets.next_more))}.",
    )
    return Table("What one household more is worth", columns, tuple(rows), notes)


def _quarters(targets: Targets) -> Table:
    """Every quarter and kind with something to approve."""
    rows: list[tuple[Cell, ...]] = []
    for row in plan_rows(targets).to_dict("records"):
        if row["more"]:
            since = str(row["enquire_from"])
            rows.append(
                (
                    capital(quarter_said(str(row["quarter"]))),
                    capital(NAMES[str(row["home_segment"])]),
                    int(row["more"]),
                    f"{float(row['pipeline']):.1f}",
                    int(row["enquiries"]),
                    "now" if since == "now" else quarter_said(since),
                )
            )
    columns = (
        Column("Approved in"),
        Column("Households"),
        Column("Beyond the pipeline", number=True),
        Column("Pipeline, on average", number=True),
        Column("Enquiries that takes", number=True),
        Column("Enquiries in"),
    )
    return Table("Approvals by quarter", columns, tuple(rows))


def quarter_said(name: str) -> str:
    """April to June 2027, of "2027-28 Q1"."""
    return f"{QUARTERS[_which(name)][0]} {_calendar_year(name)}"


def ends_said(name: str) -> str:
    """30 June 2027: the last day of "2027-28 Q1"."""
    return f"{QUARTERS[_which(name)][1]} {_calendar_year(name)}"


def _which(name: str) -> int:
    return int(name[-1]) - 1


def _calendar_year(name: str) -> int:
    return int(name[:4]) + (_which(name) == len(QUARTERS) - 1)


def _need_said(name: str) -> str:
    return NEEDS.get(name, name.replace("_", " "))


def _percent(share: float) -> str:
    return f"{100 * share:.1f}".rstrip("0").rstrip(".") + "%"
