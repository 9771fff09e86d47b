"""The round as a linear programme in whole numbers: columns, rows, and what each column adds to each tier.

Columns are the bundles of `matching.bundles`, then the links of `matching.solvers.beside`. Every row is
`matrix @ chosen <= capacity` with `chosen` not negative; no column can be above one. After the tiers of the
question come two more, which pick one plan among equals: fewest children changed, then the fixed rule of ids.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import coo_array, csc_array, csr_array, vstack

from matching.bundles import Bundles, bundles_of
from matching.opportunity.exact import Unproved
from matching.question import Ints, Mask, Question
from matching.solvers.beside import tight_links
from matching.solvers.families import TooLarge
from matching.solvers.near import Links
from matching.solvers.packing import packing_of
from matching.solvers.solver import tier_aim

KEPT, RULE = "kept", "rule"
"""The two tiers beyond the question's: children whose home does not change; the fixed rule of ids."""


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """One question's columns and rows.

    `values`, shape (columns, tiers): what a column adds to each tier, all to be made as large as possible.
    `by_row` and `by_column` are the same matrix, shape (rows, columns). `tiers` names the
    columns of `values`. `closed`, shape (columns,): bundles that no plan may use unless they are insisted on.
    """

    bundles: Bundles
    links: Links
    tiers: tuple[str, ...]
    values: Ints
    by_row: csr_array
    by_column: csc_array
    capacity: Ints
    closed: Mask
    held_from: Ints
    held_by: Ints
    """Pair `p` is in the bundles `held_by[held_from[p]:held_from[p + 1]]`."""

    @property
    def question(self) -> Question:
        """The question it was made from."""
        return self.bundles.question

    @property
    def columns(self) -> int:
        """How many columns."""
        return len(self.values)

    @property
    def rows(self) -> int:
        """How many rows."""
        return len(self.capacity)

    def with_rows(self, matrix: csr_array, capacity: Ints) -> Model:
        """The same with rows that every plan keeps."""
        by_row = csr_array(vstack([self.by_row, matrix], format="csr"))
        by_row.sort_indices()
        by_column = csc_array(by_row)
        by_column.sort_indices()
        return replace(self, by_row=by_row, by_column=by_column, capacity=np.concatenate((self.capacity, capacity)))

    def columns_of(self, pair: int) -> Ints:
        """The bundles that hold a pair, sorted."""
        first, last = self.held_from[pair : pair + 2].tolist()
        return self.held_by[first:last]

    def chosen_of(self, home_of: Ints) -> Ints:
        """The columns, links included, that a plan is made of, sorted. Shape (columns chosen,)."""
        chosen = np.flatnonzero(self.bundles.chosen_by(home_of))
        return np.concatenate((chosen, len(self.bundles) + self.links_held(chosen)))

    def links_held(self, chosen: Ints) -> Ints:
        """The links that a choice of bundles makes 1, one of each group at most."""
        x = np.zeros(len(self.bundles), dtype=np.int64)
        x[chosen] = 1
        return self.links.held(x)

    def plan_of(self, chosen: Ints) -> Ints:
        """The home of each child, -1 for none, of a choice of columns."""
        return self.bundles.plan_of(chosen[chosen < len(self.bundles)])

    def is_lawful(self, chosen: Ints) -> bool:
        """Whether a choice of columns keeps every row."""
        x = np.zeros(self.columns, dtype=np.int64)
        x[chosen] = 1
        return bool((self.by_row @ x <= self.capacity).all())


def model_of(question: Question, home_of: Ints, closed_pairs: Mask) -> Model:
    """The columns and rows of a question.

    `home_of`, shape (children,), is the plan that changes are counted from; `closed_pairs`, shape (pairs,), the
    pairs that no plan may use unless they are insisted on. Raises `Unproved` where families can be given too many
    different things for their near pairs to be counted tightly.
    """
    bundles = bundles_of(question)
    packing = packing_of(bundles)
    by_pair = np.argsort(bundles.pair, kind="stable")
    count = len(bundles)
    counts_near = "near" in question.tiers and len(question.near_homes) > 0
    try:
        links = tight_links(bundles, np.arange(count if counts_near else 0, dtype=np.int64), whole=True)
    except TooLarge as error:
        raise Unproved("near pairs counted home by home leave a relaxed plan that is no plan") from error
    wide = count + len(links)
    parts = [
        csr_array(
            (packing.matrix.data, packing.matrix.indices, packing.matrix.indptr), shape=(packing.matrix.shape[0], wide)
        )
    ]
    limits = [packing.capacity]
    if len(links):
        of_links = _beside(links.on_bundles, links.on_links)
        parts.append(of_links)
        limits.append(np.zeros(of_links.shape[0], dtype=np.int64))
        at = np.arange(len(links), dtype=np.int64)
        _, group = np.unique(links.group, return_inverse=True)
        parts.append(_rows(group, count + at, int(group.max()) + 1, wide))
        limits.append(np.ones(parts[-1].shape[0], dtype=np.int64))
    bare = np.flatnonzero(~_bound_by_one(packing.matrix, packing.capacity, count))
    parts.append(_rows(np.arange(len(bare), dtype=np.int64), bare, len(bare), wide))
    limits.append(np.ones(len(bare), dtype=np.int64))
    matrix = csr_array(vstack(parts, format="csr"))
    matrix.sort_indices()
    by_column = csc_array(matrix)
    by_column.sort_indices()
    return Model(
        bundles=bundles,
        links=links,
        tiers=(*question.tiers, KEPT, RULE),
        values=_values(bundles, links, home_of),
        by_row=matrix,
        by_column=by_column,
        capacity=np.concatenate(limits),
        held_from=np.searchsorted(bundles.pair[by_pair], np.arange(question.pairs + 1)),
        held_by=bundles.owner[by_pair],
        closed=np.concatenate((bundles.total(closed_pairs.astype(np.int64)) > 0, np.zeros(len(links), dtype=np.bool_))),
    )


def _beside(left: csr_array, right: csr_array) -> csr_array:
    one, other = left.tocoo(), right.tocoo()
    wide = left.shape[1]
    return csr_array(
        coo_array(
            (
                np.concatenate((one.data, other.data)),
                (np.concatenate((one.row, other.row)), np.concatenate((one.col, other.col + wide))),
            ),
            shape=(left.shape[0], wide + right.shape[1]),
        )
    )


def _rows(row: Ints, column: Ints, rows: int, columns: int) -> csr_array:
    return csr_array(coo_array((np.ones(len(row), dtype=np.int64), (row, column)), shape=(rows, columns)))


def _bound_by_one(matrix: csr_array, capacity: Ints, columns: int) -> Mask:
    """Columns that some row by itself keeps at one or less."""
    entry = matrix.tocoo()
    alone = entry.data >= capacity[entry.row]
    bound = np.zeros(columns, dtype=np.bool_)
    bound[entry.col[alone]] = True
    return bound


def _values(bundles: Bundles, links: Links, home_of: Ints) -> Ints:
    q = bundles.question
    columns = []
    for tier in q.tiers:
        aim = tier_aim(q, tier)
        on_bundles = bundles.total(aim.per_pair, aim.per_sibling_pair)
        columns.append(np.concatenate((on_bundles, aim.per_near_pair * links.near)))
    for per_pair in (q.agreement(home_of), -q.tie_break(0)):
        columns.append(np.concatenate((bundles.total(per_pair), np.zeros(len(links), dtype=np.int64))))
    return np.ascontiguousarray(np.column_stack(columns))
