"""How often children leave care or change placement, and how sure that is: closed-form, shrunk, drawn.

A rate is kept for each group of placement, age band, time in care, time in placement and kind of event. Most of
those cells are nearly empty, so each leans on a plainer one:

    cell  ~  gamma, mean  (group x age rate) x (shape over time in care and in placement)
    group x age rate  ~  gamma, mean  (group's rate) x (age's rate) / (everybody's rate)

With events counted in exposure (Poisson), both posteriors are gamma again. How hard a level leans on the one above is
chosen by the marginal likelihood (negative binomial) of the counts themselves. Where a move or a way out leads is a
share of its kind, by group and age (Dirichlet). Rates are events over exposure, never a mean of daily ratios.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

from sufficiency.groups import (
    ADOPTED,
    ADOPTION,
    AGE_BANDS,
    CUSTODY,
    EXITS,
    GROUPS,
    GUARDIANSHIP,
    HOME,
    INDEPENDENCE,
    PARENTS,
    SECURE,
    SUPPORTED,
    TURNED_18,
)

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]

YEAR: Final = 365.25
CARE_CUTS: Final = (28, 91, 183, 365, 730)
"""Days since care began at which its rates may change."""
PLACEMENT_CUTS: Final = (28, 91, 365)
"""Days since the placement began at which its rates may change."""

MOVES: Final = len(GROUPS)
NEXT: Final = MOVES + len(EXITS)
"""What may happen next, as `exposure` counts it: a move to each group, then each way out."""
KINDS: Final = (
    "move",
    "move_to_adopters",
    "move_to_parents",
    "home",
    "guardianship",
    "adopted",
    "independence",
    "other_exit",
)
"""What has a rate and a shape over time of its own."""
MOVE_KINDS: Final = 3
OTHER_KIND: Final = len(KINDS) - 1
_KIND_OF = {
    ADOPTION: 1,
    PARENTS: 2,
    MOVES + HOME: 3,
    MOVES + GUARDIANSHIP: 4,
    MOVES + ADOPTED: 5,
    MOVES + CUSTODY: 6,
    MOVES + INDEPENDENCE: 6,
}
NOT_COUNTED: Final = -1
KIND_OF: Final = np.array(
    [NOT_COUNTED if d == MOVES + TURNED_18 else _KIND_OF.get(d, 0 if d < MOVES else OTHER_KIND) for d in range(NEXT)]
)
"""[next] kind of each; the 18th birthday is no event: it ends the exposure."""

RATE_LEANS: Final = (1.0, 2.0, 4.0, 8.0)
CELL_LEANS: Final = (1.0, 2.0, 5.0, 10.0, 25.0, 80.0)
"""Events that a rate may lean on: never so many that a group and age cannot speak for themselves."""
COUNCIL_YEARS: Final = 3.0
"""Child-years of the whole council's rate that a group or an age is worth before it has its own."""
COMMON_YEARS: Final = 5.0
COMMON_RATE: Final = np.array([0.5, 0.02, 0.03, 0.14, 0.05, 0.04, 0.02, 0.03])
"""Events a child-year, by kind, that a council without any history is given: about 0.28 children cease a year before
18 for each in care (England, years to March 2019 to 2023: 31,000 ceased, a quarter of them at 18, beside 82,000 in
care; DfE, children looked after in England), by reason as in the same tables."""
SHARE_LEAN: Final = 2.0
"""Events that the shares of a group and age lean on."""
SHAPE_LEAN: Final = 3.0


def _possible() -> npt.NDArray[np.bool_]:
    """[groups, ages, next]: what the law or plain sense leaves out."""
    may = np.ones((len(GROUPS), len(AGE_BANDS), NEXT), dtype=bool)
    may[:, :3, SECURE] = False
    may[:, :4, SUPPORTED] = False
    may[:, :4, MOVES + INDEPENDENCE] = False
    may[:, :3, MOVES + CUSTODY] = False
    may[:, 4, ADOPTION] = False
    may[:, 4, MOVES + ADOPTED] = False
    may[..., MOVES + TURNED_18] = False
    return may


POSSIBLE: Final = _possible()
_KIND_POSSIBLE: Final = np.stack([POSSIBLE[..., KIND_OF == kind].any(axis=-1) for kind in range(len(KINDS))], axis=-1)  # noqa: SIM300


def _reachable() -> npt.NDArray[np.bool_]:
    """[g, a, c, p, k]: nobody is longer in a placement than in care."""
    longest = np.append(CARE_CUTS, np.inf)
    least = np.append(0, PLACEMENT_CUTS)
    can = longest[:, None] > least[None, :]
    return _KIND_POSSIBLE[:, :, None, None, :] & can[None, None, :, :, None]


REACHABLE: Final = _reachable()


@dataclass(frozen=True, slots=True)
class Drawn:
    """One set of rates."""

    hazard: Floats
    """[groups, ages, times in care, times in placement, kinds] events a child-year."""
    leads_to: Floats
    """[groups, ages, kinds, next] share of each kind's events that lead there; adds up to one."""


@dataclass(frozen=True, slots=True)
class Rates:
    """What the history says of every rate. g groups, a ages, c times in care, p times in placement, k kinds."""

    events: Floats
    """[g, a, c, p, k]"""
    years: Floats
    """[g, a, c, p] child-years of exposure."""
    rate: Floats
    """[g, a, k] what group and age lean on before their own events."""
    shape: Floats
    """[k, c, p] how the rate changes with time in care and in placement; about one on average."""
    lean_rate: Floats
    """[k] pseudo-events that a group and age are worth before their own."""
    lean_cell: Floats
    """[k] the same for a cell."""
    shape_events: Floats
    """[k, c, p] events that the shape rests on."""
    shares: Floats
    """[g, a, k, next] events, with those they lean on, by where they lead."""

    def drawn(self, chance: np.random.Generator | None) -> Drawn:
        """One set of rates; the posterior means where `chance` is None."""
        shape, shares = self.shape, self.shares
        if chance is not None:
            rests_on = self.shape_events + SHAPE_LEAN
            shape = shape * chance.gamma(rests_on) / rests_on
            shares = np.where(shares > 0, chance.gamma(np.maximum(shares, 1e-9)), 0.0) + 1e-12 * (shares > 0)
        laid = shape.transpose(1, 2, 0)
        exposed = np.einsum("gacp,cpk->gak", self.years, laid)
        top = self.events.sum(axis=(2, 3)) + self.lean_rate
        under = exposed + self.lean_rate / self.rate
        rate = (top if chance is None else chance.gamma(top)) / under
        mean = np.maximum(rate[:, :, None, None, :] * laid, 1e-12)
        top = (self.events + self.lean_cell)[REACHABLE]
        under = (self.years[..., None] + self.lean_cell / mean)[REACHABLE]
        hazard = np.zeros(REACHABLE.shape)
        hazard[REACHABLE] = (top if chance is None else chance.standard_gamma(top)) / under
        whole = shares.sum(axis=-1, keepdims=True)
        return Drawn(hazard, np.divide(shares, whole, out=np.zeros_like(shares), where=whole > 0))


def fit_rates(days: Array, events: Array) -> Rates:
    """Rates from exposure `days` [g, a, c, p] and `events` [g, a, c, p, next] as `exposure` counts them.

    Without any exposure the common rates are given back, as wide as `COMMON_YEARS` child-years leave them.
    """
    years = np.asarray(days, dtype=np.float64) / YEAR
    events = np.asarray(events, dtype=np.float64)
    happened = by_kind(events)
    shape = np.ones((len(KINDS), *years.shape[2:]))
    by_place = happened.sum(axis=(2, 3))
    for _ in range(4):
        exposed = np.einsum("gacp,kcp->gak", years, shape)
        rate = _margins(by_place, exposed)
        lean = _leans(by_place, rate * exposed, RATE_LEANS)
        settled = (by_place + lean) / (exposed + lean / rate)
        due = np.einsum("gacp,gak->kcp", years, settled)
        seen = happened.sum(axis=(0, 1)).transpose(2, 0, 1)
        shape = (seen + SHAPE_LEAN) / (due + SHAPE_LEAN)
    mean = settled[:, :, None, None, :] * shape.transpose(1, 2, 0)
    return Rates(
        events=happened,
        years=years,
        rate=rate,
        shape=shape,
        lean_rate=lean,
        lean_cell=_leans(happened, mean * years[..., None], CELL_LEANS),
        shape_events=seen,
        shares=_shares(events.sum(axis=(2, 3))),
    )


def by_kind(events: Array) -> Floats:
    """[..., kinds] from events [..., next]."""
    kinds = [np.flatnonzero(KIND_OF == kind) for kind in range(len(KINDS))]  # noqa: SIM300
    return np.stack([np.asarray(events, dtype=np.float64)[..., some].sum(axis=-1) for some in kinds], axis=-1)


def _margins(happened: Floats, exposed: Floats) -> Floats:
    """[g, a, k] group's rate times how the age differs from everybody; next to nothing where it is not possible."""
    open_to = np.where(_KIND_POSSIBLE, exposed, 0.0)
    whole = (happened.sum(axis=(0, 1)) + COMMON_YEARS * COMMON_RATE) / (open_to.sum(axis=(0, 1)) + COMMON_YEARS)
    group = (happened.sum(axis=1) + COUNCIL_YEARS * whole) / (open_to.sum(axis=1) + COUNCIL_YEARS)
    laid = np.einsum("gak,gk->ak", open_to, group)
    age = (happened.sum(axis=0) + COUNCIL_YEARS * whole) / (laid + COUNCIL_YEARS * whole)
    return np.asarray(np.maximum(group[:, None, :] * age[None], 1e-9))


def _shares(events: Floats) -> Floats:
    """[g, a, k, next] events by where they lead, leaning on the group's and the age's shares together."""
    shares = np.zeros((*events.shape[:2], len(KINDS), NEXT))
    for kind in range(len(KINDS)):
        some = np.flatnonzero(KIND_OF == kind)  # noqa: SIM300
        seen, may = events[..., some], POSSIBLE[..., some]
        whole = (seen.sum(axis=(0, 1)) + 0.5) / (seen.sum() + 0.5 * len(some))
        group = (seen.sum(axis=1) + whole * SHARE_LEAN) / (seen.sum(axis=(1, 2))[:, None] + SHARE_LEAN)
        age = (seen.sum(axis=0) + whole * SHARE_LEAN) / (seen.sum(axis=(0, 2))[:, None] + SHARE_LEAN)
        leans_on = np.where(may, group[:, None] * age[None] / whole, 0.0)
        total = leans_on.sum(axis=-1, keepdims=True)
        leans_on = np.divide(leans_on, total, out=np.zeros_like(leans_on), where=total > 0)
        shares[:, :, kind, some] = np.where(may, seen, 0.0) + SHARE_LEAN * leans_on
    return shares


def _leans(happened: Floats, expected: Floats, leans: tuple[float, ...]) -> Floats:
    """[k] pseudo-events, by the marginal likelihood of `happened` when `expected` is the mean."""
    r = np.asarray(leans)[:, None]
    best = np.empty(len(KINDS))
    for kind in range(len(KINDS)):
        seen, due = happened[..., kind].ravel(), expected[..., kind].ravel()
        some = due > 1e-9
        y, m = seen[some][None], due[some][None]
        score = (gammaln(y + r) - gammaln(r) + r * np.log(r / (r + m)) + y * np.log(m / (r + m))).sum(axis=1)
        best[kind] = leans[int(np.argmax(score))]
    return best
