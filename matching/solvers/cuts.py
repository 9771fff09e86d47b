"""Rows that every plan keeps and the relaxation does not: halves of sums of rows, rounded down.

Add some rows that bind, halve the sum and round every number down: what is chosen is whole, so every plan keeps
the row that results. (A pair of rooms cannot be let by halves to two families.) All in whole numbers.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from matching.question import Ints, Mask

Floats = NDArray[np.float64]
ZERO = 1e-6
"""Nearer to nothing than this is nothing."""

MOST_ROWS_SUMMED = 12
FEW = 40
"""Rows added to one sum at most, those that leave least first."""
WIDTH = 100
"""Sums kept from one length to the next."""
MOST_CUTS = 120
LEAST = 0.05
"""A cut is worth its row when the relaxation breaks it by so much."""


_Sum = tuple[tuple[int, ...], Mask, bool, float]
"""Rows summed; which columns are odd in the sum; whether its capacity is; the room they leave."""


def cuts(
    by_row: csr_array,
    capacity: Ints,
    x: Floats,
    *,
    width: int = WIDTH,
    longest: int = MOST_ROWS_SUMMED,
    most: int = MOST_CUTS,
    hops: int = 2,
) -> tuple[csr_array, Ints] | None:
    """Rows `(matrix, capacity)` that `x`, shape (columns,), breaks and no choice in whole numbers does; or None.

    Sums of up to `longest` rows are looked at, `width` of each length, until there are `most` cuts.
    """
    support = np.flatnonzero(x > ZERO)
    part = np.abs(x[support] - np.rint(x[support])) > ZERO
    if not part.any():
        return None
    inside = csr_array(by_row[:, support])
    room = capacity - by_row @ x
    rows = np.flatnonzero((room < 1.0 - LEAST) & (np.diff(inside.indptr) > 0))
    rows = _within_reach(inside, rows, part, hops)
    rows = rows[np.argsort(room[rows], kind="stable")]
    odd = (inside[rows].toarray() % 2).astype(np.bool_)
    # rows that are odd in the same columns say the same here: the fullest stands for them
    _, first = np.unique(np.column_stack((odd, capacity[rows] % 2)), axis=0, return_index=True)
    rows, odd = rows[np.sort(first)], odd[np.sort(first)]
    odd_capacity = (capacity[rows] % 2).astype(np.bool_)
    weight, room = x[support], np.maximum(room[rows], 0.0)

    found: dict[tuple[int, ...], float] = {}
    sums: list[_Sum] = [((i,), odd[i], bool(odd_capacity[i]), float(room[i])) for i in range(len(rows))]
    seen: set[tuple[int, ...]] = {s[0] for s in sums}
    shared = odd.astype(np.float32)
    beside: Mask = np.asarray(shared @ shared.T > 0)
    for _ in range(longest - 1):
        longer = []
        for members, parity, half, slack in sums:
            touches = np.array(beside[list(members)].any(axis=0))
            touches[list(members)] = False
            near = np.flatnonzero(touches)
            if not len(near):
                continue
            mixed = parity ^ odd[near]
            left = mixed @ weight + slack + room[near]
            for k in np.argsort(left, kind="stable")[: np.count_nonzero(left < 1.0 + ZERO)][:FEW].tolist():
                key = tuple(sorted((*members, int(near[k]))))
                if key in seen:
                    continue
                seen.add(key)
                is_half = half ^ bool(odd_capacity[near[k]])
                longer.append((float(left[k]), key, mixed[k], is_half, slack + float(room[near[k]])))
                if is_half and left[k] < 1.0 - 2 * LEAST:
                    found[key] = float(left[k])
        if len(found) >= most:
            break
        longer.sort(key=lambda one: (one[0], one[1]))
        sums = [(key, parity, half, slack) for _, key, parity, half, slack in longer[:width]]
    if not found:
        return None
    chosen = sorted(found, key=lambda key: (found[key], len(key), key))[:most]
    member = np.repeat(np.arange(len(chosen), dtype=np.int64), [len(key) for key in chosen])
    summed = csr_array(
        (np.ones(len(member), dtype=np.int64), (member, rows[np.concatenate([np.array(key) for key in chosen])])),
        shape=(len(chosen), len(capacity)),
    )
    matrix = csr_array(summed @ by_row)
    matrix.data //= 2
    matrix.eliminate_zeros()
    return matrix, (summed @ capacity) // 2


def _within_reach(inside: csr_array, rows: Ints, part: Mask, hops: int) -> Ints:
    """The rows that touch a column chosen in part, or a column beside one."""
    near = part.copy()
    last: Ints = rows
    for _ in range(hops):
        entries = inside[rows]
        touching = np.asarray(entries @ near.astype(np.int64)) != 0
        touching |= np.asarray(abs(entries) @ near.astype(np.int64)) > 0
        last = rows[touching]
        near = near | (np.asarray(abs(inside[last]).sum(axis=0)).ravel() > 0)
    return last
