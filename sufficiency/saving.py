"""What one more approval saves: the same futures played with and without it, and the bills held against each other.

Everything else meets the same luck in both plays, so only what the household changes differs.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from sufficiency.cost import discount_factors
from sufficiency.cost_lines import CHILDREN, check_alike, items
from sufficiency.cost_settings import AGENCY, RESIDENTIAL, CostSettings, Weekly, month_days, weekly
from sufficiency.forecast import Forecast
from sufficiency.future import Future
from sufficiency.households import KIN, SEGMENTS, luck_of
from sufficiency.lever_figures import RECRUITED
from sufficiency.streams import keys_for, uniform
from sufficiency.supply import Supply
from sufficiency.supply_chance import months_until
from sufficiency.wanted import Wanted

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]
Played = TypeVar("Played", Forecast, Wanted, Supply)
Play = Callable[[Wanted, Supply], Future]
"""Plays need and supply together; the same luck for the same number of a future."""

EXTRA: Final = 8004
"""Purpose of the random numbers drawn here."""
FUTURES: Final = 200
"""Enough for the mean to within its printed error; more are a choice of time."""
PARTS: Final = ("agency", "residential", "own", "recruitment", "support", "other")
"""What the bill is held against each other in: agencies and other councils, children's homes, children in the
council's own homes, recruitment, support with retainers, all else."""
COLUMNS: Final = (
    "home_segment",
    "saving_mean",
    "saving_p10",
    "saving_p90",
    "saving_error",
    "present_value_mean",
    "saves_in",
    "weeks_to_pay",
    "pays_in",
    "agency_avoided",
    "residential_avoided",
    "own_spent",
    "recruitment",
    "support",
    "other_avoided",
    "weeks_from_agency",
    "weeks_from_residential",
    "saving_if_all_from_agency",
    "saving_if_all_from_residential",
)


@dataclass(frozen=True, slots=True)
class Saving:
    """What one more approval of one kind saves in each future, in pounds a household, until the end of the play."""

    segment: str
    households: int
    saved: Mapping[str, Floats]
    """[draws] by part of the bill (`PARTS`): less than nought where more is spent."""
    present: Floats
    """[draws] all parts, discounted to the first day that is forecast."""
    child_weeks: Mapping[str, Floats]
    """[draws] weeks that children spend less in a part of the bill; in `own` it is less than nought."""
    paid_after: Floats
    """[draws] weeks from the approval until it has paid for itself; infinite where it does not within the play."""
    mean_paid_after: float
    """The same of the mean over all futures."""
    if_all_from: Mapping[str, Floats]
    """[draws] the saving if every child of the household would else have been with an agency, or in a children's home:
    the play sends some to each."""

    @property
    def net(self) -> Floats:
        """[draws] saved, net of recruitment and support."""
        return np.asarray(sum(self.saved.values()))

    @property
    def error(self) -> float:
        """Monte Carlo error of the mean saving: one standard deviation."""
        return float(self.net.std(ddof=1) / math.sqrt(len(self.net))) if len(self.net) > 1 else math.inf

    @property
    def saves_in(self) -> float:
        """Share of futures in which it saves."""
        return float((self.net > 0).mean())

    @property
    def pays_in(self) -> float:
        """Share of futures in which it has paid for itself before the end of the play."""
        return float(np.isfinite(self.paid_after).mean())


def saving_per_approval(
    forecast: Forecast,
    wanted: Wanted,
    supply: Supply,
    settings: CostSettings,
    play: Play,
    *,
    seed: int,
    month: int = 0,
    households: int = 1,
    futures: int = FUTURES,
    segments: Sequence[str] = RECRUITED,
    places: Sequence[float] | None = None,
) -> tuple[Saving, ...]:
    """What `households` more of each segment save, one segment at a time, if they are approved in `month`.

    The first `futures` of those played are used. `places` [segments] are the places of a household where the supply
    has none of a segment. Recruitment is paid in the month of approval; support until the household leaves. Raises
    ValueError for a month that is not played, no household, and relatives and friends: they are for a named child.
    """
    played = forecast.stock.shape[1]
    if not 0 <= month < played or households < 1:
        raise ValueError(f"At least one household is approved, in a month from 0 to {played - 1}.")
    strange = sorted(set(segments) - set(RECRUITED))
    if strange:
        raise ValueError(f"{strange[0]!r} is no kind of household that can be recruited: {', '.join(RECRUITED)}.")
    number = min(futures, len(forecast.stock))
    whole = supply
    forecast = first_futures(forecast, number)
    wanted = first_futures(wanted, number)
    supply = first_futures(supply, number)
    costs = weekly(
        settings, seed=seed, futures=np.arange(number), origin=forecast.origin, month_ends=forecast.month_ends
    )
    worth = discount_factors(settings, forecast, seed)

    def bill(some: Supply) -> tuple[dict[str, Floats], dict[str, Floats]]:
        return _bill(forecast, wanted, play(wanted, some), some, settings, costs, seed)

    without = bill(supply)
    days = np.cumsum(month_days(forecast.origin, forecast.month_ends)[month:])
    found = []
    for segment in segments:
        more = with_more(supply, segment, month, households, seed=seed, places=places, like=whole)
        pounds, weeks = bill(more)
        saved = {part: (without[0][part] - pounds[part]) / households for part in PARTS}
        monthly = sum(saved.values(), np.zeros_like(worth))
        gained = (weeks["own"] - without[1]["own"]) / households
        spent = saved["own"] + saved["recruitment"] + saved["support"]
        found.append(
            Saving(
                segment=segment,
                households=households,
                saved={part: values.sum(axis=1) for part, values in saved.items()},
                present=(monthly * worth).sum(axis=1),
                child_weeks={part: (without[1][part] - weeks[part]).sum(axis=1) / households for part in weeks},
                paid_after=_paid_after(monthly[:, month:], days),
                mean_paid_after=float(_paid_after(monthly[:, month:].mean(axis=0, keepdims=True), days)[0]),
                if_all_from={
                    name: (gained * costs.over(SEGMENTS.index(segment), place) + spent).sum(axis=1)
                    for name, place in (("agency", AGENCY), ("residential", RESIDENTIAL))
                },
            )
        )
    return tuple(found)


def saving_rows(savings: Sequence[Saving]) -> pd.DataFrame:
    """One row a segment, in whole pounds and weeks; `weeks_to_pay` is of the mean, blank where it never pays."""
    rows = []
    for one in savings:
        net = one.net
        low, high = np.quantile(net, (0.1, 0.9))
        money = [net.mean(), low, high, one.error, one.present.mean()]
        paid = one.mean_paid_after
        rows.append(
            [
                one.segment,
                *(_whole(value) for value in money),
                round(one.saves_in, 3),
                _whole(paid) if math.isfinite(paid) else None,
                round(one.pays_in, 3),
                _whole(one.saved["agency"].mean()),
                _whole(one.saved["residential"].mean()),
                _whole(-one.saved["own"].mean()),
                _whole(-one.saved["recruitment"].mean()),
                _whole(-one.saved["support"].mean()),
                _whole(one.saved["other"].mean()),
                round(float(one.child_weeks["agency"].mean()), 1) + 0.0,
                round(float(one.child_weeks["residential"].mean()), 1) + 0.0,
                *(_whole(one.if_all_from[name].mean()) for name in ("agency", "residential")),
            ]
        )
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    table["weeks_to_pay"] = table["weeks_to_pay"].astype("Int64")
    return table


def with_more(
    supply: Supply,
    segment: str,
    month: int,
    households: int,
    *,
    seed: int,
    places: Sequence[float] | None = None,
    like: Supply | None = None,
) -> Supply:
    """The supply with households of one segment approved besides in `month`; each stays for a time of its own.

    They have the places, the leaving and the share of places available that the segment has on average over all
    futures and months, of this supply or of the one that is to be `like`. Chance hangs on the seed, the future and the
    number of the household alone.
    """
    s = SEGMENTS.index(segment)
    draws, months = supply.households.shape[:2]
    rates = _rates(like or supply, s, None if places is None else places[s])
    added = {name: getattr(supply, name).copy() for name in ("households", "places", "available", "approved", "left")}
    added["approved"][:, month, s] += households
    at = np.arange(months)
    for nth in range(households):
        key = keys_for(seed, EXTRA, np.arange(draws), luck_of(segment), nth)
        stays = months_until(np.full(draws, rates.leaving), uniform(key, 0))
        there = (at >= month) & (at[None, :] <= month + stays[:, None])
        size = np.maximum(1, np.floor(rates.places + uniform(key, 1))).astype(np.int32)
        # Held or free by half a year, the share of time that the segment's places are.
        free = uniform(key[:, None], 2 + at[None, :] // 6) < rates.available
        added["households"][..., s] += there
        added["places"][..., s] += there * size[:, None]
        added["available"][..., s] += (there & free) * size[:, None]
        gone = np.flatnonzero(month + stays + 1 < months)
        added["left"][gone, month + stays[gone] + 1, s, 0] += 1
    return replace(supply, **added)


def first_futures(played: Played, number: int) -> Played:
    """The first futures of what was played."""
    draws = _draws(played)
    shorter: dict[str, Any] = {}
    for one in fields(played):
        value = getattr(played, one.name)
        if isinstance(value, np.ndarray) and value.ndim >= 3 and len(value) == draws:
            shorter[one.name] = value[:number]
    return replace(played, **shorter)


# ---- parts ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Rates:
    leaving: float
    """A month."""
    places: float
    available: float


def _rates(supply: Supply, s: int, places: float | None) -> _Rates:
    """Of a segment, over all futures and months; of all but relatives and adopters where it has no household."""
    others = [k for k in range(len(SEGMENTS)) if k not in (KIN, SEGMENTS.index("adopters"))]
    there = supply.households[..., [s]]
    some = [s] if there.any() else others
    homes = float(supply.households[..., some].sum(dtype=np.int64))
    if not homes:
        return _Rates(0.0, places or 1.0, 1.0)
    spots = float(supply.places[..., some].sum(dtype=np.int64))
    left = float(supply.left[..., some, :].sum(dtype=np.int64))
    share = min(left / (homes + left), 0.99)
    return _Rates(
        leaving=-math.log1p(-share),
        places=places if places is not None and some != [s] else spots / homes,
        available=float(supply.available[..., some].sum(dtype=np.int64)) / spots if spots else 1.0,
    )


def _bill(
    forecast: Forecast,
    wanted: Wanted,
    future: Future,
    supply: Supply,
    settings: CostSettings,
    costs: Weekly,
    seed: int,
) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """Pounds and child-weeks by part of the bill, [draws, months]."""
    check_alike(forecast, wanted, future, supply)
    shape = forecast.stock.shape[:2]
    pounds = {part: np.zeros(shape) for part in PARTS}
    weeks = {part: np.zeros(shape) for part in ("agency", "residential", "own", "other")}
    for item in items(forecast, wanted, future, supply, settings, costs, seed=seed):
        part = part_of(*item.line)
        pounds[part] += item.pounds
        if item.weeks is not None:
            weeks[part] += item.weeks
    return pounds, weeks


def part_of(group: str, provider: str) -> str:
    """The part of the bill that a line belongs to."""
    if (group, provider) not in CHILDREN:
        beside = {"recruitment": "recruitment", "support": "support", "retainer": "support"}
        return "residential" if group == "residential" else beside.get(provider, "other")
    if group == "residential":
        return "residential"
    if group in ("foster_agency", "foster_other_authority") or provider in ("agency", "other_authority"):
        return "agency"
    return "own" if provider == "own" else "other"


def _paid_after(saved: Floats, days: Array) -> Floats:
    """[draws] weeks until the sum of the months is first nought or more, from a sum below; infinite where never."""
    total = np.cumsum(saved, axis=1)
    owed = np.logical_or.accumulate(total < 0, axis=1)
    paid = owed & (total >= 0)
    first = np.argmax(paid, axis=1)
    weeks = np.where(paid.any(axis=1), np.asarray(days)[first] / 7, np.inf)
    return np.where(owed.any(axis=1), weeks, 0.0)


def _draws(played: Forecast | Wanted | Supply) -> int:
    if isinstance(played, Forecast):
        return len(played.stock)
    return len(played.children if isinstance(played, Wanted) else played.households)


def _whole(value: float) -> int:
    return round(float(value))
