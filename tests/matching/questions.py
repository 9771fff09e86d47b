"""Questions for tests: tiny ones at random, one at a time from a seed or drawn by Hypothesis, and a plain builder."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Protocol

import numpy as np
from hypothesis import strategies as st

from matching.question import NOBODY, SEVERAL_FAMILIES, TIERS, UNLIMITED, Question


class Draws(Protocol):
    """Where the choices of a random question come from."""

    def among(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both possible; the first is the plainest."""

    def rarely(self, one_in: int) -> bool:
        """True about once in so many."""


class FromSeed:
    """Choices from a seeded generator."""

    def __init__(self, seed: int) -> None:
        self._rng = np.random.default_rng(seed)

    def among(self, low: int, high: int) -> int:
        return int(self._rng.integers(low, high + 1))

    def rarely(self, one_in: int) -> bool:
        return self.among(1, one_in) == one_in


class FromHypothesis:
    """Choices that Hypothesis draws, so that it can shrink a question to the smallest that still fails."""

    def __init__(self, draw: Callable[[st.SearchStrategy[int]], int]) -> None:
        self._draw = draw

    def among(self, low: int, high: int) -> int:
        return self._draw(st.integers(low, high))

    def rarely(self, one_in: int) -> bool:
        return self.among(1, one_in) == one_in


def random_question(draws: Draws, *, children: int = 5, homes: int = 4) -> Question:
    """A tiny question in which every clause of the law turns up, often at its edge."""
    n, m = draws.among(1, children), draws.among(1, homes)
    families = draws.among(1, 3)
    family = [draws.among(-1, families - 1) if draws.rarely(3) else draws.among(0, families - 1) for _ in range(n)]
    in_family: dict[int, list[int]] = {}
    for child, f in enumerate(family):
        if f >= 0:
            in_family.setdefault(f, []).append(child)
    twos = [two for members in in_family.values() for two in combinations(members, 2)]
    apart = {two for two in twos if draws.rarely(6)} | {two for two in combinations(range(n), 2) if draws.rarely(12)}
    siblings = [two for two in twos if two not in apart]

    one_or_whole = [draws.rarely(5) for _ in range(m)]
    pairs = [(c, h) for c in range(n) for h in range(m) if not draws.rarely(3)]
    lives = {(c, draws.among(0, m - 1)) for c in range(n) if draws.rarely(5)}
    drawn = question(
        children=n,
        homes=m,
        pairs=pairs,
        family=family,
        solo=[draws.rarely(8) for _ in range(n)],
        needs_room=[not draws.rarely(3) for _ in range(n)],
        room_sharer=[draws.among(0, 2) for _ in range(n)],
        places=[draws.among(0, 4) for _ in range(m)],
        limit_room=[UNLIMITED if draws.rarely(3) else draws.among(-1, 3) for _ in range(m)],
        fostered_family=[
            draws.among(0, families - 1) if draws.rarely(3) else draws.among(SEVERAL_FAMILIES, NOBODY) for _ in range(m)
        ],
        rooms=[UNLIMITED if draws.rarely(2) else draws.among(0, 3) for _ in range(m)],
        whole_family={
            h: [tuple(c for c in members if not draws.rarely(6)) for members in in_family.values()]
            for h in range(m)
            if one_or_whole[h]
        },
        exempt=[pair for pair in pairs if draws.rarely(6)],
        lives_there=[pair for pair in pairs if pair in lives],
        siblings_there={pair: draws.among(0, 2) for pair in pairs if draws.rarely(6)},
        local={pair: draws.among(0, 1) for pair in pairs},
        points={pair: draws.among(0, 4) for pair in pairs},
        cost={pair: draws.among(0, 3) for pair in pairs},
        siblings=siblings,
        apart=sorted(apart),
        never_split=draws.rarely(4),
        tiers=TIERS if not draws.rarely(6) else ("siblings", "points", "placed"),
        near=[two for two in combinations(range(m), 2) if draws.rarely(2)],
        siblings_near={pair: draws.among(1, 2) for pair in pairs if draws.rarely(8)},
    )
    if draws.rarely(4):
        drawn = with_resources(drawn, draws)
    return with_some_pins(drawn, draws) if draws.rarely(6) and drawn.pairs else drawn


def with_resources(drawn: Question, draws: Draws) -> Question:
    """The same question with one or two resources, of which what a home has is about what some children use."""
    how_many = draws.among(1, 2)
    return replace(
        drawn,
        pair_uses=np.array([draws.among(0, 3) for _ in range(how_many * drawn.pairs)], dtype=np.int64).reshape(
            -1, how_many
        ),
        home_has=np.array([[draws.among(0, 5) for _ in range(how_many)] for _ in range(drawn.homes)], dtype=np.int64),
    )


def with_some_pins(drawn: Question, draws: Draws) -> Question:
    """The same question with one to three pairs pinned, of different children, which may be more than can be kept."""
    pins = {}
    for _ in range(draws.among(1, 3)):
        at = draws.among(0, drawn.pairs - 1)
        pins.setdefault(int(drawn.pair_child[at]), at)
    return drawn.with_pins(np.array(sorted(pins.values()), dtype=np.int64))


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """Tiny questions, shrinking towards fewer children, fewer homes and plainer numbers."""
    return random_question(FromHypothesis(draw))


def question(
    *,
    children: int,
    homes: int,
    pairs: Sequence[tuple[int, int]] | None = None,
    family: Sequence[int] | None = None,
    solo: Sequence[bool] | None = None,
    needs_room: Sequence[bool] | None = None,
    room_sharer: Sequence[int] | None = None,
    places: Sequence[int] | None = None,
    limit_room: Sequence[int] | None = None,
    fostered_family: Sequence[int] | None = None,
    rooms: Sequence[int] | None = None,
    whole_family: Mapping[int, Sequence[tuple[int, ...]]] | None = None,
    exempt: Sequence[tuple[int, int]] = (),
    lives_there: Sequence[tuple[int, int]] = (),
    siblings_there: Mapping[tuple[int, int], int] | None = None,
    local: Mapping[tuple[int, int], int] | None = None,
    points: Mapping[tuple[int, int], int] | None = None,
    cost: Mapping[tuple[int, int], int] | None = None,
    siblings: Sequence[tuple[int, int]] | None = None,
    apart: Sequence[tuple[int, int]] = (),
    never_split: bool = False,
    tiers: tuple[str, ...] = TIERS,
    near: Sequence[tuple[int, int]] = (),
    siblings_near: Mapping[tuple[int, int], int] | None = None,
    uses: Mapping[tuple[int, int], Sequence[int]] | None = None,
    has: Sequence[Sequence[int]] | None = None,
    names: str = "",
) -> Question:
    """A question in which every child may go to every roomy, empty home, but for what is said.

    `whole_family` names the homes that take one child or one whole family. Sibling pairs are, unless said, all
    pairs of one family that are not apart. `uses`, by pair, and `has`, by home: resources; a pair left out uses none.
    """
    family = list(family) if family is not None else [-1] * children
    pairs = sorted(pairs if pairs is not None else [(c, h) for c in range(children) for h in range(homes)])
    whole = {h: tuple(tuple(f) for f in families) for h, families in (whole_family or {}).items()}
    if siblings is None:
        barred = {tuple(sorted(two)) for two in apart}
        siblings = [
            (a, b) for a, b in combinations(range(children), 2) if family[a] == family[b] >= 0 and (a, b) not in barred
        ]

    nothing = [0] * (len(has[0]) if has else 0)

    def of_children(values: Sequence[int] | Sequence[bool] | None, otherwise: int | bool) -> np.ndarray:
        return np.array(list(values) if values is not None else [otherwise] * children)

    def of_homes(values: Sequence[int] | None, otherwise: int) -> np.ndarray:
        return np.array(list(values) if values is not None else [otherwise] * homes, dtype=np.int64)

    def of_pairs(values: Mapping[tuple[int, int], int] | None) -> np.ndarray:
        return np.array([(values or {}).get(pair, 0) for pair in pairs], dtype=np.int64)

    def among_pairs(some: Sequence[tuple[int, int]]) -> np.ndarray:
        return np.array([pair in set(some) for pair in pairs], dtype=np.bool_)

    return Question(
        child_ids=tuple(f"C{names}{c}" for c in range(children)),
        home_ids=tuple(f"H{names}{h}" for h in range(homes)),
        family=np.array(family, dtype=np.int64),
        solo=of_children(solo, False).astype(np.bool_),
        needs_room=of_children(needs_room, False).astype(np.bool_),
        room_sharer=of_children(room_sharer, 0).astype(np.int64),
        places=of_homes(places, 9),
        limit_room=of_homes(limit_room, UNLIMITED),
        fostered_family=of_homes(fostered_family, NOBODY),
        rooms=of_homes(rooms, UNLIMITED),
        one_or_whole_family=np.array([h in whole for h in range(homes)], dtype=np.bool_),
        whole_family=whole,
        pair_child=np.array([c for c, _ in pairs], dtype=np.int64),
        pair_home=np.array([h for _, h in pairs], dtype=np.int64),
        pair_exempt=among_pairs(exempt),
        pair_lives_there=among_pairs(lives_there),
        pair_siblings_there=of_pairs(siblings_there),
        pair_local=of_pairs(local),
        pair_points=of_pairs(points),
        pair_cost=of_pairs(cost),
        sibling_pairs=np.array(siblings, dtype=np.int64).reshape(-1, 2),
        apart=np.array(list(apart), dtype=np.int64).reshape(-1, 2),
        never_split=never_split,
        tiers=tiers,
        near_homes=np.array(sorted(near), dtype=np.int64).reshape(-1, 2),
        pair_siblings_near=of_pairs(siblings_near),
        pair_uses=np.array([(uses or {}).get(pair, nothing) for pair in pairs], dtype=np.int64).reshape(len(pairs), -1)
        if has is not None and pairs
        else np.zeros((len(pairs), len(nothing)), dtype=np.int64),
        home_has=np.array(has if has is not None else [[]] * homes, dtype=np.int64).reshape(homes, len(nothing)),
    )
