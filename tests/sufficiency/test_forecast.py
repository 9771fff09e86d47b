"""What is read off the draws of a forecast."""

from __future__ import annotations

import numpy as np

from sufficiency.forecast import middle_quantiles


def test_quantiles_do_not_depend_on_how_counts_lie_in_memory() -> None:
    """Rows first, columns first, or along another axis: the same counts give the same bands."""
    counts = np.random.default_rng(1).poisson(5, (50, 6, 4))
    bands = middle_quantiles(counts, [0.1, 0.5, 0.9])
    assert np.array_equal(bands, middle_quantiles(np.asfortranarray(counts), [0.1, 0.5, 0.9]))
    assert np.array_equal(bands, middle_quantiles(np.moveaxis(counts, 0, 2), [0.1, 0.5, 0.9], axis=2))
    assert np.array_equal(bands[:, 2, 1], middle_quantiles(counts[:, 2, 1], [0.1, 0.5, 0.9]))
