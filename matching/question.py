"""The whole-council question as arrays: children, homes, lawful pairs, what one home can hold, tiers. Names no solver.

A plan gives each child one home or none. Everything a solver may use is here, and nothing about people:
children and homes are numbers 0 to n-1 in the order of their ids.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

UNLIMITED = 1_000_000
NO_FAMILY = -1
NOBODY = -1
"""`fostered_family` of a home where nobody is fostered now."""
SEVERAL_FAMILIES = -2
"""`fostered_family` of a home where children of several families, or of none recorded, are fostered now."""

TIERS = ("placed", "siblings", "near", "local", "points", "cost")
KEEP = "keep"
"""A tier that a council may choose, after `placed`: least of what a plan takes from children who are expected."""
LEAST = ("cost", KEEP)
"""Tiers of which the best plan has least."""
PINNED = "pinned"
"""A tier that may stand before the others: most pinned pairs kept (`Question.with_pins`)."""
TIE_BREAK_BITS = 16


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """One round's question.

    Children, shape (children,): `family` is the index of the family, or -1 for a child alone. `solo`: may share
    the home with no other child. `needs_room`: counts for a bedroom. `room_sharer`: 0 shares with nobody; equal
    positive numbers within one family may share two to a room.

    Homes, shape (homes,): `places` the children who may be placed there; `limit_room` the not-exempt children who
    may be placed there under the usual fostering limit (`UNLIMITED` where it does not bind, may be negative);
    `fostered_family` the family of the children fostered there now (see `NOBODY`, `SEVERAL_FAMILIES`); where the
    group placed and everybody fostered now are one family, the limit does not bind. `rooms` free bedrooms,
    `UNLIMITED` where not recorded. `one_or_whole_family`: takes exactly one child, or exactly all of
    `whole_family[home kind][family]`.

    Pairs, shape (pairs,), sorted by child then home, only those that a plan may use: `pair_exempt` the child is a
    named exempt child there; `pair_lives_there` the child lives there now, and needs no new place, bedroom or
    room under the limit; the value columns are what the pair adds to each tier.

    Sibling pairs, shape (sibling pairs, 2): pairs of one family not assessed apart, worth one when in the same
    home. `apart`, shape (bars, 2): children who may never be placed in the same home, for whatever reason.

    The tier `near`: `near_homes`, shape (near pairs, 2), two different homes near each other, the lower first,
    sorted, each once; a sibling pair placed in two such homes is worth one. `pair_siblings_near`, shape (pairs,):
    brothers and sisters who live now in another home that is near this one.

    Resources beside the law: `home_has`, shape (homes, resources), and `pair_uses`, shape (pairs, resources), both
    not negative: what the children placed in a home use of each resource, together, is at most what it has.
    """

    child_ids: tuple[str, ...]
    home_ids: tuple[str, ...]
    family: Ints
    solo: Mask
    needs_room: Mask
    room_sharer: Ints
    places: Ints
    limit_room: Ints
    fostered_family: Ints
    rooms: Ints
    one_or_whole_family: Mask
    whole_family: dict[int, tuple[tuple[int, ...], ...]]
    """Home index (of the `one_or_whole_family` homes) to the families it could take whole, each as child indices."""
    pair_child: Ints
    pair_home: Ints
    pair_exempt: Mask
    pair_lives_there: Mask
    pair_siblings_there: Ints
    pair_local: Ints
    pair_points: Ints
    pair_cost: Ints
    """Pence a week."""
    sibling_pairs: Ints
    apart: Ints
    never_split: bool = False
    """Brothers and sisters not assessed apart are placed in one home or not at all."""
    tiers: tuple[str, ...] = TIERS
    near_homes: Ints = field(default_factory=lambda: np.zeros((0, 2), dtype=np.int64))
    pair_siblings_near: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    """Left out: nobody, for every pair."""
    pair_uses: Ints = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int64))
    home_has: Ints = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int64))
    """Both left out: no resources."""
    pair_pinned: Mask = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))
    """Left out: none. See `with_pins`."""
    pair_keep: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    """Left out: nothing. Not negative: what the pair is expected to cost those who come later (`matching.prices`)."""

    def __post_init__(self) -> None:
        step = np.diff(self.pair_child * max(self.homes, 1) + self.pair_home)
        if (step <= 0).any():
            raise ValueError("pairs must be sorted by child, then home, each once")
        unknown = set(self.tiers) - {*TIERS, PINNED, KEEP}
        if unknown:
            raise ValueError(f"unknown tiers: {', '.join(sorted(unknown))}; known: {', '.join((PINNED, *TIERS, KEEP))}")
        if not len(self.pair_siblings_near):
            object.__setattr__(self, "pair_siblings_near", np.zeros(self.pairs, dtype=np.int64))
        if not len(self.pair_pinned):
            object.__setattr__(self, "pair_pinned", np.zeros(self.pairs, dtype=np.bool_))
        if not len(self.pair_keep):
            object.__setattr__(self, "pair_keep", np.zeros(self.pairs, dtype=np.int64))
        if not self.home_has.shape[-1]:
            object.__setattr__(self, "pair_uses", np.zeros((self.pairs, 0), dtype=np.int64))
            object.__setattr__(self, "home_has", np.zeros((self.homes, 0), dtype=np.int64))
        for name in (f.name for f in fields(self) if f.name.startswith("pair_")):
            if len(getattr(self, name)) != self.pairs:
                raise ValueError(f"{name} has {len(getattr(self, name))} rows for {self.pairs} pairs")
        if self.pair_uses.shape != (self.pairs, self.resources) or len(self.home_has) != self.homes:
            raise ValueError("pair_uses must have a row for each pair and home_has one for each home, alike in columns")
        if (self.pair_uses < 0).any() or (self.home_has < 0).any():
            raise ValueError("resources may not be negative")
        if (self.pair_keep < 0).any():
            raise ValueError("what a pair takes from children who are expected may not be negative")
        if KEEP in self.tiers and "placed" not in self.tiers[: self.tiers.index(KEEP)]:
            raise ValueError("the tier keep may stand only after placed: no child is left without a home to save one")
        near = self.near_homes
        if len(near) and ((near[:, 0] >= near[:, 1]).any() or (np.diff(near @ [max(self.homes, 1), 1]) <= 0).any()):
            raise ValueError("near_homes must be sorted, each pair of homes once, the lower first")

    @property
    def children(self) -> int:
        """How many children."""
        return len(self.child_ids)

    @property
    def homes(self) -> int:
        """How many homes."""
        return len(self.home_ids)

    @property
    def pairs(self) -> int:
        """How many pairs a plan may use."""
        return len(self.pair_child)

    @property
    def resources(self) -> int:
        """How many resources a home has beside its places."""
        return int(self.home_has.shape[1])

    def are_near(self, one: Ints, other: Ints) -> Mask:
        """Whether homes, by index, are two different homes near each other; -1 (no home) is near none."""
        if not len(self.near_homes):
            return np.zeros(np.broadcast(one, other).shape, dtype=np.bool_)
        known = self.near_homes @ np.array([self.homes, 1], dtype=np.int64)
        wanted = np.minimum(one, other) * self.homes + np.maximum(one, other)
        at = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
        near: Mask = (known[at] == wanted) & (np.minimum(one, other) >= 0)
        return near

    def with_pins(self, pins: Ints) -> Question:
        """The same question in which each of some children goes to one home and no other.

        `pins`, shape (pins,): indices of pairs, one a child at most. The tier `pinned` comes first: where its value
        is less than the number of pins, they cannot all be kept. Raises `ValueError` for two pins of one child.
        """
        pins = np.unique(np.asarray(pins, dtype=np.int64))
        children = self.pair_child[pins]
        if len(np.unique(children)) < len(children):
            raise ValueError("a child can be pinned to one home only")
        pinned = np.zeros(self.pairs, dtype=np.bool_)
        pinned[pins] = True
        kept = pinned | ~np.isin(self.pair_child, children)
        tiers = self.tiers if PINNED in self.tiers else (PINNED, *self.tiers)
        return replace(self.with_pairs(kept), pair_pinned=(pinned | self.pair_pinned)[kept], tiers=tiers)

    def with_pairs(self, kept: Mask) -> Question:
        """The same question with some of its pairs only; `kept`, shape (pairs,)."""
        columns = {f.name: getattr(self, f.name)[kept] for f in fields(self) if f.name.startswith("pair_")}
        return replace(self, **columns)

    def pair_value(self, tier: str) -> Ints:
        """What each pair adds to a tier, to be made as large as possible (cost and keep are negative), shape (pairs,).

        `siblings` is only the brothers and sisters who live there now; those placed together are `sibling_pairs`.
        `near` likewise: only those who live now in a home near this one.
        """
        if tier == PINNED:
            return self.pair_pinned.astype(np.int64)
        if tier == "near":
            return self.pair_siblings_near
        if tier == "placed":
            return np.ones(self.pairs, dtype=np.int64)
        if tier == "siblings":
            return self.pair_siblings_there
        if tier == "local":
            return self.pair_local
        if tier == "points":
            return self.pair_points
        if tier == "cost":
            return -self.pair_cost
        if tier == KEEP:
            return -self.pair_keep
        raise ValueError(f"unknown tier {tier!r}")

    def agreement(self, home_of: Ints) -> Ints:
        """How far each pair is as in a plan: 1 its home, 0 another, -1 a home for a child who has none there.

        Summed over a plan: how many children are as in the other plan, less those given a home who had none.
        """
        there = home_of[self.pair_child]
        agreement: Ints = (there == self.pair_home).astype(np.int64) - (there < 0)
        return agreement

    def tie_break(self, level: int) -> Ints:
        """The fixed rule of ids: a number for each pair, drawn from the two ids; the plan with the least sum wins.

        Level 0 decides unless two plans tie on it too; then level 1, and so on. Shape (pairs,), 16 bits each.
        """
        return tie_break_numbers(
            [self.child_ids[c] for c in self.pair_child], [self.home_ids[h] for h in self.pair_home], level
        )

    def values_of(self, home_of: Sequence[int] | Ints) -> dict[str, int]:
        """Each tier's value for a plan given as the home of each child (-1 for none); cost is positive pence, and
        `keep`, of a question that has that tier, is not negative either."""
        home_of = np.asarray(home_of, dtype=np.int64)
        chosen = home_of[self.pair_child] == self.pair_home
        known = (KEEP,) if KEEP in self.tiers else ()
        values = {tier: int(self.pair_value(tier)[chosen].sum()) for tier in (PINNED, *TIERS, *known)}
        if len(self.sibling_pairs):
            a, b = home_of[self.sibling_pairs[:, 0]], home_of[self.sibling_pairs[:, 1]]
            values["siblings"] += int(((a == b) & (a >= 0)).sum())
            values["near"] += int(self.are_near(a, b).sum())
        for tier in ("cost", *known):
            values[tier] = -values[tier]
        return values


def tie_break_numbers(child_ids: Sequence[str], home_ids: Sequence[str], level: int) -> Ints:
    """See `Question.tie_break`."""
    numbers = np.empty(len(child_ids), dtype=np.int64)
    for i, (child, home) in enumerate(zip(child_ids, home_ids, strict=True)):
        digest = hashlib.blake2b(f"{level}\x1f{child}\x1f{home}".encode(), digest_size=8).digest()
        numbers[i] = int.from_bytes(digest, "big") >> (64 - TIE_BREAK_BITS)
    return numbers


@dataclass(frozen=True, slots=True)
class TierResult:
    """One tier as a solver left it. `bound`: no lawful plan that holds the earlier tiers can do better."""

    name: str
    value: int
    bound: float
    proved: bool
    seconds: float


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """A plan and how far it is proved. `home_of`: shape (children,), the home of each child or -1."""

    home_of: Ints
    tiers: tuple[TierResult, ...]
    unique: bool
    """Proved to be the only plan left after every tier and the tie-break."""
    solver: str
    seconds: float
    notes: tuple[str, ...] = field(default=())

    @property
    def proved(self) -> bool:
        """Whether every tier is proved."""
        return all(t.proved for t in self.tiers)
