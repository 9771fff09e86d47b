"""Fairness over several rounds: each child once, as of the last round in which it was, told with small numbers hidden.

A child who waits is in many rounds. Within a period it is counted once, with what the last of them had for it. Periods
are told when they are over (`records.store.fairness`). Nobody who reads two of them knows which children were in both,
so no small number follows from the difference; `attacked_together` tries that with the project's attacker.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

from matching.council import responsible_council
from matching.fairness_groups import TITLES, Grouped, groups_of
from matching.fairness_hiding import Safe, Said, bounds_read, said
from matching.fairness_outcomes import MEASURES, outcomes
from matching.kept import policy_of
from records.store.fairness import KeptRound
from reporting.attacker import Known, told
from reporting.disclosure import Refused, Rules, small
from reporting.linked import Name

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """What may be said of one period. Holds no count that is not printed."""

    said: tuple[Said, ...]


def told_of_period(rounds: Sequence[KeptRound]) -> Told | None:
    """What may be said of a period to anybody; None where nothing may."""
    if not any(one.records.children for one in rounds):
        return None
    groups, values = whole_period(rounds)
    try:
        rows, _ = said(groups, values)
    except Refused:
        return None
    return Told(rows)


def whole_period(rounds: Sequence[KeptRound]) -> tuple[dict[str, Grouped], dict[str, Floats]]:
    """The groups and outcomes of every child of a period, each once, by id, as of the last round it was in.

    Somebody is in one of the rounds.
    """
    last = {child.child_id: at for at, one in enumerate(rounds) for child in one.records.children}
    of: dict[str, dict[str, int]] = {name: {} for name in TITLES}
    names: dict[str, tuple[str, ...]] = {}
    value: dict[str, dict[str, float]] = {one.key: {} for one in MEASURES}
    for at, one in enumerate(rounds):
        children = [child.child_id for child in one.records.children]
        mine = [k for k, child_id in enumerate(children) if last[child_id] == at]
        if not mine:
            continue
        number = {home.home_id: k for k, home in enumerate(one.records.homes)}
        homes = np.array([number.get(one.home_of.get(c) or "", -1) for c in children], dtype=np.int64)
        policy = policy_of(one.policy)
        council, _ = responsible_council(one.records, policy, one.council)
        found = outcomes(one.records, policy, council, homes)
        for name, grouped in groups_of(one.records).items():
            names[name] = grouped.names
            of[name] |= {children[k]: int(grouped.of[k]) for k in mine}
        for key, values in found.items():
            value[key] |= {children[k]: float(values[k]) for k in mine}
    every = sorted(last)
    groups = {
        name: Grouped(name, names[name], np.array([of[name][c] for c in every], dtype=np.int64)) for name in TITLES
    }
    return groups, {key: np.array([value[key][c] for c in every]) for key in value}


def attacked_together(first: Safe, second: Safe, flows: Mapping[Name, tuple[int, int]], rules: Rules) -> int:
    """How many small numbers - of either period, or of those who came or left between them - both prints tell.

    `flows`: for cells that stand in both, how many of the first had left by the second, and how many of the second are
    new. The reader knows that whoever is in both is in both, and not who. In the order of cells: the first period's,
    the second's, then for each flow those who left, stayed and came.
    """
    low_a, high_a, hidden_a = bounds_read(first, rules)
    low_b, high_b, hidden_b = bounds_read(second, rules)
    a, b, many = len(low_a), len(low_b), len(flows)
    size = a + b + 3 * many

    def wide(rows: csr_array, before: int) -> csr_array:
        after = size - before - rows.shape[1]
        number = rows.shape[0]
        parts = (csr_array((number, before)), rows, csr_array((number, after)))
        return csr_array(np.hstack([one.toarray() for one in parts]))

    links = np.zeros((2 * many, size))
    asked = np.concatenate(
        (
            hidden_a & small(first.cells, rules),
            hidden_b & small(second.cells, rules),
            np.zeros(3 * many, dtype=np.bool_),
        )
    )
    for k, (name, (left, came)) in enumerate(flows.items()):
        at = a + b + 3 * k
        links[2 * k, [first.built.number[name], at, at + 1]] = 1, -1, -1
        links[2 * k + 1, [a + second.built.number[name], at + 1, at + 2]] = 1, -1, -1
        asked[at], asked[at + 2] = 0 < left <= rules.small_to, 0 < came <= rules.small_to
    sums = csr_array(vstack([wide(first.built.sums, 0), wide(second.built.sums, a), csr_array(links)]))
    within = csr_array(vstack([wide(first.built.within, 0), wide(second.built.within, a)]))
    low = np.concatenate((low_a, low_b, np.zeros(3 * many)))
    high = np.concatenate((high_a, high_b, np.full(3 * many, np.inf)))
    return int(told(Known(low, high, sums, within), asked).sum())
