"""Made-up questions of the size of a real round, from a seed. Nobody in them exists."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.drawn import ROUNDS, drawn
from matching.considerations import weigh
from matching.council import responsible_council
from matching.policy import Policy
from matching.pose import local_pairs, pose
from matching.propose import ask_about, usable_pairs, with_same_approval
from matching.question import NO_FAMILY, NOBODY, SEVERAL_FAMILIES, UNLIMITED, Ints, Question
from matching.rules.among import Among
from matching.rules.asked import Asked
from matching.rules.law import law_on
from matching.rules.register import Register
from matching.screen import screen
from records.check import check
from records.geography import Directory
from records.sources.folder import read
from records.synthetic import DAY, borough, write

MILES_ACROSS = 24.0
NEAR_MILES = 10.0
CHILDREN_IN_FAMILY = ((1, 0.52), (2, 0.26), (3, 0.13), (4, 0.05), (5, 0.025), (6, 0.015))
"""Share of the groups needing a home by how many they are."""


@dataclass(frozen=True, slots=True)
class Size:
    """How large a round is, and which share of all pairs is lawful, about."""

    children: int
    homes: int
    lawful: float


SIZES = {
    "tiny": Size(6, 5, 0.7),
    "panel": Size(12, 30, 0.35),
    "dense-borough": Size(340, 250, 0.33),
}


def made_up(size: Size, seed: int) -> Question:
    """A round: families of up to six, homes of one to four places with the usual limit, hosts and adopters.

    Each child has a place on the map, an age and a route; each home a place, an age range and what it can meet.
    A pair is lawful when the route fits the kind, the age is in the range and the home can meet the need, so
    that scarce homes are wanted by the same children, as in life.
    """
    rng = np.random.default_rng(seed)
    family, member = _families(size.children, rng)
    n, m = size.children, size.homes
    at = rng.uniform(0, MILES_ACROSS, (n, 2))
    age = rng.integers(0, 18, n)
    sex = rng.integers(0, 2, n)
    same = family >= 0
    at[same] = at[_first_of(family)[same]]
    age = np.where(same & (member > 0), (age[_first_of(family)] + 2 * member) % 18, age)

    adopter = rng.random(m) < 0.06
    host = ~adopter & (rng.random(m) < 0.06)
    home_at = rng.uniform(0, MILES_ACROSS, (m, 2))
    approved = np.where(adopter, rng.integers(1, 4, m), rng.choice([1, 2, 3, 4], m, p=[0.45, 0.28, 0.2, 0.07]))
    fostered = np.where(adopter | host, 0, rng.integers(0, approved + 1))
    vacant: Ints = np.maximum(approved - fostered, 1)
    youngest = rng.integers(0, 10, m)
    oldest = np.minimum(youngest + rng.integers(6, 15, m), 18)
    meets = rng.integers(0, 16, m)
    needs = np.where(rng.random(n) < 0.35, 1 << rng.integers(0, 4, n), 0)

    adopted = (age < 6) & (rng.random(n) < 0.35)
    adopted = np.where(same, adopted[_first_of(family)] & (age < 9), adopted)
    fits = (age[:, None] >= youngest) & (age[:, None] <= oldest)
    fits &= (needs[:, None] & ~meets[None, :]) == 0
    fits &= np.where(adopter, adopted[:, None], True)
    fits &= np.where(host, age[:, None] >= 16, True)
    fits &= rng.random((n, m)) < min(1.0, size.lawful / 0.36)
    miles = np.hypot(at[:, None, 0] - home_at[:, 0], at[:, None, 1] - home_at[:, 1])

    stays = np.full(n, -1)
    for settled in np.flatnonzero(rng.random(n) < 0.04):
        open_to = np.flatnonzero(fits[settled] & ~adopter & (fostered > 0))
        if len(open_to):
            stays[settled] = open_to[rng.integers(len(open_to))]
    child, home = np.argwhere(fits).T
    near = 1000 * np.exp(-miles[child, home] / 9)
    points = np.clip(0.6 * near + 0.4 * rng.integers(0, 1001, len(child)), 0, 1000).astype(np.int64)

    pairs_of = [(a, b) for f in range(family.max() + 1) for a, b in _twos(np.flatnonzero(family == f))]
    split = rng.random(len(pairs_of)) < 0.05
    strangers = [tuple(sorted(rng.choice(n, 2, replace=False))) for _ in range(n // 40)]
    apart = sorted({p for p, is_apart in zip(pairs_of, split, strict=True) if is_apart} | set(strangers))
    siblings = [p for p in pairs_of if p not in set(apart)]
    whole = {
        int(h): tuple(
            tuple(np.flatnonzero(adopted & (family == f)).tolist())
            for f in range(family.max() + 1)
            if (adopted & (family == f)).sum() > 1
        )
        for h in np.flatnonzero(adopter)
    }
    fostered_family = np.where(fostered == 0, NOBODY, SEVERAL_FAMILIES)
    keeps_brother = np.flatnonzero((fostered > 0) & (rng.random(m) < 0.1))
    if family.max() >= 0:
        fostered_family[keeps_brother] = rng.integers(0, family.max() + 1, len(keeps_brother))
    brother_there = (family[child] >= 0) & (family[child] == fostered_family[home])
    return Question(
        child_ids=tuple(f"C{i:05d}" for i in range(n)),
        home_ids=tuple(f"H{i:05d}" for i in range(m)),
        family=family,
        solo=(rng.random(n) < 0.05) & ~same,
        needs_room=age >= 3,
        room_sharer=np.where(same & (age < 10), sex + 1, 0),
        places=vacant,
        limit_room=np.where(adopter | host, UNLIMITED, 3 - fostered),
        fostered_family=fostered_family,
        rooms=np.where(rng.random(m) < 0.15, UNLIMITED, np.maximum(vacant - (rng.random(m) < 0.15), 0)),
        one_or_whole_family=adopter,
        whole_family=whole,
        pair_child=child,
        pair_home=home,
        pair_exempt=rng.random(len(child)) < 0.002,
        pair_lives_there=stays[child] == home,
        pair_siblings_there=brother_there.astype(np.int64),
        pair_local=((miles[child, home] <= NEAR_MILES) & ~adopter[home]).astype(np.int64),
        pair_points=points,
        pair_cost=(rng.integers(380, 1100, m) * 100)[home],
        sibling_pairs=np.array(siblings, dtype=np.int64).reshape(-1, 2),
        apart=np.array(apart, dtype=np.int64).reshape(-1, 2),
    )


def _families(children: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """The family of each child (`NO_FAMILY` alone), and which of the family it is, from 0."""
    sizes, shares = zip(*CHILDREN_IN_FAMILY, strict=True)
    family, member = np.full(children, NO_FAMILY), np.zeros(children, dtype=np.int64)
    at = families = 0
    while at < children:
        many = min(int(rng.choice(sizes, p=shares)), children - at)
        if many > 1:
            family[at : at + many], member[at : at + many] = families, np.arange(many)
            families += 1
        at += many
    return family, member


def _first_of(family: np.ndarray) -> np.ndarray:
    """The first child of each child's family; a child alone is its own."""
    first = np.arange(len(family))
    for f in range(family.max() + 1):
        mine = np.flatnonzero(family == f)
        first[mine] = mine[0]
    return first


def _twos(children: np.ndarray) -> list[tuple[int, int]]:
    return [(int(a), int(b)) for i, a in enumerate(children) for b in children[i + 1 :]]


def of_records(seed: int) -> Question:
    """The question that a made-up borough's records pose, by the same steps as `matching.propose.propose`."""
    with TemporaryDirectory() as folder:
        write(borough(seed), Path(folder))
        records = check(read(Path(folder)), DAY, Directory())
    policy = Policy()
    register = Register(records)
    council, _ = responsible_council(records, policy, None)
    asked = Asked(records.day, council, law_on(records.day), policy)
    allowed = with_same_approval(frozenset(policy.allow))
    listed = screen(register, policy).pairs
    pairs = listed.only(usable_pairs(register, listed, ask_about(listed, Among(register), asked), allowed))
    weighed = weigh(register, asked, pairs)
    return pose(
        register,
        asked,
        pairs,
        points=weighed.points,
        local=local_pairs(register, asked, pairs, weighed.miles_home),
        allowed=allowed,
    )


def instance(size: str, seed: int) -> Question:
    """One of `NAMES`: `borough` from records; the others drawn straight as arrays."""
    if size == "borough":
        return of_records(seed)
    return drawn(ROUNDS[size], seed) if size in ROUNDS else made_up(SIZES[size], seed)


NAMES = ("panel", "borough", "dense-borough", *ROUNDS)
