"""What the forecasts of England are held against, and how they are averaged."""

from __future__ import annotations

import numpy as np

from benchmarks.need_england import no_change, pooled, resampled


def test_no_change_stays_where_it_was_and_spreads_as_like_councils_did() -> None:
    """Its middle is the last value; big and small councils spread as their own kind did, up as often as down."""
    random = np.random.default_rng(1)
    size = np.repeat([50.0, 200.0, 900.0], 60)
    past = size[:, None] + np.cumsum(random.normal(0, np.repeat([2.0, 9.0, 60.0], 60)[:, None], (180, 9)), axis=1)
    draws = no_change(past, past[:, -1], 1, 4000, random)
    assert np.abs(np.median(draws, axis=0) - past[:, -1]).max() < 6
    spread = draws.std(axis=0).reshape(3, 60).mean(axis=1)
    np.testing.assert_allclose(spread, [2, 9, 60], rtol=0.15)


def test_councils_are_averaged_over_the_years_whose_truth_is_known() -> None:
    """Unknown council-years count for nothing, and drawing councils anew scatters about the average."""
    random = np.random.default_rng(2)
    scores = random.uniform(0, 1, (6, 100, 2))
    scores[0, :40] = np.nan
    known = scores[np.isfinite(scores[:, :, 0])]
    np.testing.assert_allclose(pooled(scores), known.mean(axis=0))
    again = resampled(scores)
    np.testing.assert_allclose(again.mean(axis=0), known.mean(axis=0), atol=0.005)
    np.testing.assert_allclose(again.std(axis=0), scores[1:].mean(axis=0).std(axis=0) / 10, rtol=0.35)
