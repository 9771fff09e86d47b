"""Rates that lean on one another: what is given back, from none to many events."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from sufficiency.groups import AGE_BANDS, GROUPS, IN_HOUSE, SECURE, SUPPORTED, TURNED_18
from sufficiency.rates import (
    CARE_CUTS,
    COMMON_RATE,
    KIND_OF,
    KINDS,
    MOVES,
    NEXT,
    NOT_COUNTED,
    PLACEMENT_CUTS,
    POSSIBLE,
    REACHABLE,
    YEAR,
    fit_rates,
)

SHAPE = (len(GROUPS), len(AGE_BANDS), len(CARE_CUTS) + 1, len(PLACEMENT_CUTS) + 1)
Floats = npt.NDArray[np.float64]


def played(seed: int, years_a_cell: float, hazard: Floats, leads: Floats) -> tuple[Floats, Floats]:
    """Exposure in days and events by where they lead, drawn at given rates."""
    chance = np.random.default_rng(seed)
    days = np.where(REACHABLE.any(axis=-1), chance.exponential(years_a_cell * YEAR, size=SHAPE), 0.0)
    mean = np.einsum("gacp,gacpk,gakn->gacpn", days / YEAR, hazard, leads)
    return days, chance.poisson(mean).astype(float)


def truth(seed: int) -> tuple[Floats, Floats]:
    """Rates that are a product, nearly: what the model leans on, with half as much again or less of its own."""
    chance = np.random.default_rng(seed)
    base = COMMON_RATE * 2 * chance.gamma(4, 1 / 4, size=(len(GROUPS), len(AGE_BANDS), len(KINDS)))
    shape = chance.gamma(4, 1 / 4, size=(*SHAPE[2:], len(KINDS)))
    own = chance.gamma(8, 1 / 8, size=(*SHAPE, len(KINDS)))
    hazard = np.where(REACHABLE, base[:, :, None, None, :] * shape * own, 0.0)
    leads = chance.gamma(1.0, size=(len(GROUPS), len(AGE_BANDS), 1, NEXT)) * POSSIBLE[:, :, None, :]
    leads = leads * (np.arange(len(KINDS))[:, None] == KIND_OF)
    whole = leads.sum(axis=-1, keepdims=True)
    return hazard, np.divide(leads, whole, out=np.zeros_like(leads), where=whole > 0)


def test_without_a_day_the_common_rates_are_given_back() -> None:
    """A council without history has everybody's rates, and widely."""
    rates = fit_rates(np.zeros(SHAPE), np.zeros((*SHAPE, NEXT)))
    mean = rates.drawn(None).hazard
    at = (IN_HOUSE, 2, 4, 2)
    some = REACHABLE[at]
    assert mean[at][some] == pytest.approx(COMMON_RATE[some], rel=0.35)
    assert (mean[at][~some] == 0).all()
    drawn = np.stack([rates.drawn(np.random.default_rng(seed)).hazard[at] for seed in range(200)])
    assert (drawn.std(axis=0) > 0.25 * drawn.mean(axis=0))[some].all()


def test_with_much_exposure_the_rates_are_found() -> None:
    """Two hundred child-years a cell: events over exposure, each within its own error."""
    hazard, leads = truth(1)
    days, events = played(2, 200, hazard, leads)
    found = fit_rates(days, events).drawn(None).hazard
    seen = days[..., None] * hazard / YEAR > 30
    assert np.median(np.abs(found[seen] / hazard[seen] - 1)) < 0.10


def test_leaning_beats_each_cell_by_itself() -> None:
    """With a few child-years a cell, as councils have, the shrunk rates lie far nearer to the truth than raw ones."""
    hazard, leads = truth(3)
    days, events = played(4, 2, hazard, leads)
    shrunk = fit_rates(days, events).drawn(None).hazard
    years = days[..., None] / YEAR
    kinds = np.stack([events[..., KIND_OF == k].sum(axis=-1) for k in range(len(KINDS))], axis=-1)  # noqa: SIM300
    raw = np.divide(kinds, years, out=np.zeros_like(kinds), where=years > 0)
    some = (years > 0) & REACHABLE
    assert ((shrunk - hazard)[some] ** 2).mean() < 0.4 * ((raw - hazard)[some] ** 2).mean()


def test_drawn_rates_spread_as_far_as_they_are_wrong() -> None:
    """Of what will happen in as many years again, by group and age, about 80% lies within the 80% band of the draws."""
    inside = []
    for seed in range(4):
        hazard, leads = truth(seed)
        days, events = played(seed + 10, 3, hazard, leads)
        rates = fit_rates(days, events)
        drawn = np.stack([rates.drawn(np.random.default_rng(i)).hazard for i in range(100)])
        forecast = np.einsum("gacp,igacpk->igak", days / YEAR, drawn)
        true = np.einsum("gacp,gacpk->gak", days / YEAR, hazard)
        low, high = np.quantile(forecast, [0.1, 0.9], axis=0)
        some = true > 3
        inside.append(((low <= true) & (true <= high))[some].mean())
    assert 0.70 <= np.mean(inside) <= 0.90


def test_what_cannot_be_is_never_drawn() -> None:
    """Nobody moves to supported accommodation under 16 or to a secure home under 10; 18 is no event."""
    rates = fit_rates(np.full(SHAPE, 100.0), np.ones((*SHAPE, NEXT)))
    for chance in (None, np.random.default_rng(1)):
        drawn = rates.drawn(chance)
        assert (drawn.leads_to[:, :4, :, SUPPORTED] == 0).all()
        assert (drawn.leads_to[:, :3, :, SECURE] == 0).all()
        assert (drawn.leads_to[..., MOVES + TURNED_18] == 0).all()
        whole = drawn.leads_to.sum(axis=-1)
        assert whole[drawn.hazard.sum(axis=(2, 3)) > 0] == pytest.approx(1.0)
    assert KIND_OF[MOVES + TURNED_18] == NOT_COUNTED


def test_a_group_and_age_with_events_of_their_own_are_heard() -> None:
    """A hundred events where a tenth would be usual are not shrunk away by more than a tenth."""
    days, events = np.full(SHAPE, 200.0), np.zeros((*SHAPE, NEXT))
    events[..., MOVES] = 0.1
    events[IN_HOUSE, 4, :, :, MOVES] = 5.0
    fitted = fit_rates(days, events).drawn(None).hazard[IN_HOUSE, 4, :, :, KIND_OF[MOVES]]
    reached = REACHABLE[IN_HOUSE, 4, :, :, KIND_OF[MOVES]]
    expected = (fitted * 200 / YEAR)[reached].sum()
    assert expected == pytest.approx(5.0 * reached.sum(), rel=0.1)
