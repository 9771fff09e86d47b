"""Near pairs counted beside a choice of bundles, as tightly as can be: by patterns of families where these are few."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array

from matching.bundles import Bundles
from matching.question import Ints
from matching.solvers.families import Families, Patterns, TooLarge
from matching.solvers.near import Links, links_of

MOST_EACH = 2_000
"""A family of more patterns with near pairs is counted home by home."""


def tight_links(bundles: Bundles, columns: Ints, *, whole: bool = False) -> Links:
    """A link for each pattern of a family in which sibling pairs are near; home by home where a family has too many.

    `columns` are bundle numbers, sorted. `whole`: no family is counted home by home; raises `TooLarge` where one
    would have to be. A pattern counts only where all its bundles are chosen, and no two patterns with a bundle in
    common count at once, so that what counts is never more than what is near.
    """
    try:
        families = Families(bundles, columns)
    except TooLarge:
        if whole:
            raise
        return links_of(bundles, columns)
    nothing = np.zeros(len(columns))
    few: list[Patterns] = []
    many = np.zeros(len(columns), dtype=np.bool_)
    for family in families:
        patterns = family.reaching(nothing, 1.0, 1.0, MOST_EACH)
        if patterns is None and whole:
            raise TooLarge("a family can be given too many different things to list them")
        if patterns is None:
            many[family.columns] = True
        else:
            few.append(patterns)
    links = _of_patterns(few, len(columns), len(bundles.question.sibling_pairs))
    return links.beside(links_of(bundles, columns, many)) if many.any() else links


def _of_patterns(families: list[Patterns], columns: int, first: int) -> Links:
    """The links of these patterns; groups from `first` on. One row for each column that is part of any."""
    none = np.zeros(0, dtype=np.int64)
    sizes = np.concatenate([none, *(np.diff(of.start) for of in families)])
    held = np.concatenate([none, *(of.columns for of in families)])
    part, row = np.unique(held, return_inverse=True)
    link = np.repeat(np.arange(len(sizes), dtype=np.int64), sizes)
    one = np.ones(len(held), dtype=np.int64)
    on_links = coo_array((one, (row, link)), shape=(len(part), len(sizes))).tocsr()
    minus = -np.ones(len(part), dtype=np.int64)
    on_bundles = coo_array((minus, (np.arange(len(part)), part)), shape=(len(part), columns)).tocsr()
    group = np.repeat(np.arange(len(families), dtype=np.int64) + first, [len(of) for of in families])
    return Links(on_bundles, on_links, group, np.concatenate([none, *(of.near for of in families)]))
