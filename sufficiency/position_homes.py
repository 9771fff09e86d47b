"""Figures of the council's own homes: those there are, those there will be, what children go without, who is coming."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from records.model import Records, ResidentStatus
from reporting.fact import ALL, Facts, Kind
from reporting.section import Edition
from sufficiency.future import OVERFLOW
from sufficiency.gap import NEEDS
from sufficiency.homes_run import HomesRun
from sufficiency.homes_start import Start
from sufficiency.households import SEGMENTS
from sufficiency.pipeline import STAGES
from sufficiency.position_key import BAND
from sufficiency.position_keys import TABLES
from sufficiency.position_spread import Array, Months, rows_of, spreads, with_sum, yearly
from sufficiency.rooms import FOSTERED
from sufficiency.scenario import Scenario
from sufficiency.supply import REASONS
from sufficiency.usable import Usable

Row = tuple[Any, ...]
STATES: Final = ("filled", "vacant", "held", "not_offered", "staying_put")
GAP_SPREAD: Final = ("mean", "p10", "p50", "p80", "p90", "p95")
FILLED_SHARES: Final = (0.6, 0.8, 0.9)
"""How full homes of a kind are, at which it is told what a vacancy is worth."""
QUARTER: Final = 3
_STAGES_SPREAD: Final = ("mean", "p10", "p90")
_FUNNEL: Final = (
    "fostering.pipeline.enquiries_per_application_council",
    "fostering.pipeline.approved_per_completed_application",
    "supply.pipeline.approved_at_panel",
    "supply.pipeline.withdrawn_waiting",
    "supply.pipeline.months_to_application",
    "fostering.pipeline.months_to_approval",
    "supply.pipeline.months_at_panel",
    "supply.assessments",
    "fostering.attrition",
)
_HOSTS: Final = SEGMENTS.index("supported_lodgings")


def homes_facts(homes: HomesRun, asked: Scenario, months: Months, latest: str) -> tuple[Facts, ...]:
    """Every table of homes and of what children go without.

    `asked`: the scenario before national totals were brought to the council's size; `latest`: the last day known.
    """
    own = homes.start.register is not None
    like = {"what": "households", "on": latest} if own else None
    counts = [homes.supply.households, homes.future.places, homes.future.usable]
    at = list(months.quarters)
    ends = [months.ends[k] for k in at]
    ahead = np.concatenate([spreads(with_sum(one[:, at]), BAND) for one in counts], axis=2)
    return (
        *now_facts(homes.start, homes.usable, latest),
        TABLES["supply.segment"].facts(rows_of((ends, (*SEGMENTS, ALL)), ahead), like=like),
        *_gap(homes, ends, at),
        *_pipeline(homes, months, like),
        *_assumed(homes.start.scenario, asked),
    )


def now_facts(start: Start, usable: Usable, latest: str) -> tuple[Facts, ...]:
    """Households and places today; without a register plain national totals, of which nobody knows what is filled."""
    there = start.households
    homes = np.zeros((len(SEGMENTS), 2), dtype=np.int64)
    np.add.at(homes, (there.segment, there.held.astype(np.int64)), 1)
    learnt = Edition.PUBLIC if start.register is None else Edition.OFFICIAL
    curve = TABLES["usable.curve"].facts(_curve(usable, homes.sum(axis=1)), edition=learnt)
    if start.register is None:
        totals = with_sum(homes.sum(axis=1))
        held = with_sum(np.bincount(there.segment, weights=there.places, minlength=len(SEGMENTS)))
        names = (*SEGMENTS, ALL)
        return (
            TABLES["supply.now"].facts(_plain("households", latest, names, totals), kind=Kind.PLAIN),
            TABLES["supply.places"].facts(_plain("places", latest, names, held), kind=Kind.PLAIN),
            curve,
        )
    places = _places(start, start.register)
    filled, vacant = places[:, STATES.index("filled")], places[:, STATES.index("vacant")]
    taken = np.divide(filled, filled + vacant, out=np.ones(len(SEGMENTS)), where=filled + vacant > 0)
    could = (vacant[:, None] * usable.at(taken)).sum(axis=0)
    needs = [(latest, name, round(float(could[SEGMENTS.index(name)]), 2)) for name in NEEDS if name != "kin"]
    return (
        TABLES["supply.now"].facts(_counted("households", latest, ("yes", "no"), homes)),
        TABLES["supply.places"].facts(_counted("places", latest, STATES, places)),
        curve,
        TABLES["usable.now"].facts(needs),
    )


def _plain(what: str, latest: str, names: tuple[str, ...], totals: Array) -> list[Row]:
    return [(what, latest, name, ALL, float(total)) for name, total in zip(names, totals.tolist(), strict=True)]


def _counted(what: str, latest: str, states: tuple[str, ...], counts: Array) -> list[Row]:
    """A row for each kind of home and state, with every sum."""
    both = with_sum(with_sum(counts).T).T
    return [
        (what, latest, *row) for row in rows_of(((*SEGMENTS, ALL), (*states, ALL)), both[..., None].astype(np.float64))
    ]


def _places(start: Start, register: Records) -> Array:
    """[segments, states] places approved: who has them, or why nobody can. A home too full counts its places alone."""
    homes = {home.home_id: home for home in register.homes}
    placed = dict.fromkeys(homes, 0)
    kinds = dict(zip(start.households.home_id, start.households.segment.tolist(), strict=True))
    for one in register.residents:
        lodges = one.status is ResidentStatus.LODGER and kinds.get(one.home_id) == _HOSTS
        if one.home_id in placed and (one.status is ResidentStatus.FOSTERED or lodges):
            placed[one.home_id] += 1
    found = np.zeros((len(SEGMENTS), len(STATES)), dtype=np.int64)
    there = start.households
    for at, home_id in enumerate(there.home_id):
        stay = int(there.staying_put[at])
        filled = min(placed[home_id], int(there.places[at]) - stay)
        free = int(there.places[at]) - stay - filled
        vacant = 0 if there.held[at] else min(free, homes[home_id].vacancies)
        held = free if there.held[at] else 0
        found[there.segment[at]] += (filled, vacant, held, free - vacant - held, stay)
    return found


def _curve(usable: Usable, homes: Array) -> list[Row]:
    """For each kind of home that is there, and each need that any of its vacancies could meet."""
    rows: list[Row] = []
    for h, home in enumerate(SEGMENTS):
        if not homes[h] or home == "kin":
            continue
        for n, need in enumerate(SEGMENTS):
            shares = [float(usable.at(np.full(len(SEGMENTS), full))[h, n]) for full in FILLED_SHARES]
            if any(shares):
                rows += [
                    (home, need, f"{full:.0%}", round(share, 4))
                    for full, share in zip(FILLED_SHARES, shares, strict=True)
                ]
    return rows


# ---- what children go without --------------------------------------------------------------------------------------


def _gap(homes: HomesRun, ends: list[str], at: list[int]) -> tuple[Facts, Facts]:
    future = homes.future
    # Relatives and friends bring their home with them: their need is never unmet.
    names = [name for name in NEEDS if name != "kin"]
    needs = [SEGMENTS.index(name) for name in names]
    unmet, own = (with_sum(counts[:, at][:, :, needs]) for counts in (future.unmet, future.own_by_need))
    has, every = own.sum(axis=0).astype(np.float64), (own + unmet).sum(axis=0)
    share = np.divide(has, every, out=np.full(has.shape, np.nan), where=every > 0)
    told = np.concatenate([spreads(unmet, GAP_SPREAD), np.round(share, 4)[..., None]], axis=2)
    fostered = slice(0, FOSTERED)
    over = future.over[:, :, fostered].sum(axis=2)
    late = future.met_late.sum(axis=2)
    outcomes = {
        "unmet": unmet[:, :, -1],
        "foster_homes": future.unmet[:, at][:, :, fostered].sum(axis=2),
        **{name: over[:, at, k] for k, name in enumerate(OVERFLOW) if name != "out_of_area"},
        "out_of_area": future.out_of_area[:, at].sum(axis=2),
        "split": future.split[:, at],
        "met_late": np.stack([late[:, max(0, k - QUARTER + 1) : k + 1].sum(axis=1) for k in at], axis=1),
    }
    counts = np.stack(list(outcomes.values()), axis=2)
    return (
        TABLES["gap.need"].facts(rows_of((ends, (*names, ALL)), told)),
        TABLES["gap.elsewhere"].facts(rows_of((ends, tuple(outcomes)), spreads(counts, BAND))),
    )


# ---- who is coming, and who goes -----------------------------------------------------------------------------------


def _pipeline(homes: HomesRun, months: Months, like: dict[str, str] | None) -> tuple[Facts, Facts]:
    supply = homes.supply
    years = [name for name, _ in months.years]
    stages = [
        spreads(yearly(counts.sum(axis=2), months), _STAGES_SPREAD)
        for counts in (supply.came, supply.moved_on, supply.dropped)
    ]
    flows = {"approved": supply.approved, "transfer": supply.transfers}
    flows |= {reason: supply.left[..., k] for k, reason in enumerate(REASONS)}
    flows["left"] = supply.left.sum(axis=3)
    counts = np.stack([with_sum(yearly(counts, months)) for counts in flows.values()], axis=3)
    return (
        TABLES["pipeline.stages"].facts(rows_of((years, STAGES), np.concatenate(stages, axis=2))),
        TABLES["pipeline.joiners_leavers"].facts(
            rows_of((years, (*SEGMENTS, ALL), tuple(flows)), spreads(counts, BAND)), like=like
        ),
    )


def _assumed(scenario: Scenario, asked: Scenario) -> tuple[Facts, Facts]:
    """The funnel from enquiry to approval and the ages of carers, which no register says."""
    funnel = [(key, scenario.number(key)) for key in _FUNNEL]
    figures = [(key, f"{one.value:.10g}", one.unit, standing(asked, key)) for key, one in funnel]
    older, middle = "fostering.carers_over_60", "supply.age.from_50_to_59"
    over_60, to_59 = (asked.number(key).value for key in (older, middle))
    ages = [
        ("under_50", round(1 - over_60 - to_59, 4), standing(asked, older)),
        ("from_50_to_59", to_59, standing(asked, middle)),
        ("over_60", over_60, standing(asked, older)),
    ]
    return TABLES["pipeline.figures"].facts(figures), TABLES["pipeline.carer_age"].facts(ages)


def standing(scenario: Scenario, key: str) -> str:
    """Whose figure it is, and how well it is known: national default, unverified."""
    whose = "national default" if scenario.is_default(key) else "the council's"
    return f"{whose}, {scenario.flat()[key].status}"
