"""Whole children shared out in given proportions, none lost."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


def shared_out(weights: Array, total: Array) -> npt.NDArray[np.int64]:
    """Whole numbers [..., parts] in the proportions of `weights` that add up to `total` [...].

    Each part is its share rounded down; what is left goes one each to the largest remainders, the first of equals
    first. Weights are not negative; where all are nought, the parts are as equal as can be.
    """
    weights = np.asarray(weights, dtype=np.float64)
    total = np.asarray(total, dtype=np.int64)
    sums = weights.sum(axis=-1, keepdims=True)
    shares = np.divide(weights, sums, out=np.full_like(weights, 1.0 / weights.shape[-1]), where=sums > 0)
    wanted = shares * total[..., None]
    # A share that is a whole number but for rounding is that number.
    whole = np.floor(wanted + 1e-9)
    left = total - whole.sum(axis=-1).astype(np.int64)
    order = np.argsort(whole - wanted, axis=-1, kind="stable")
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.broadcast_to(np.arange(weights.shape[-1]), order.shape), axis=-1)
    return np.asarray(whole + (rank < left[..., None]), dtype=np.int64)
