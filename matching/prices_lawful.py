"""Where made-up groups who are expected could live: the product's own rules, asked about the homes of a round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from matching.bundles import bundles_of
from matching.pose import pose
from matching.propose import ask_about, usable_pairs
from matching.question import Ints, Mask
from matching.rules.among import Among
from matching.rules.asked import Asked
from matching.rules.register import Register
from matching.screen import places_left, screen
from records.model import Alongside, Child, Home, Records, ResidentStatus

MOST_PLACES: Final = 8
"""Places of one home that are looked at."""


@dataclass(frozen=True, slots=True, eq=False)
class Room:
    """What the homes of a round can hold; homes in the order of their ids."""

    home_ids: tuple[str, ...]
    places: Ints
    """[homes] free tonight, before anybody is placed."""
    lawful: Mask
    """[groups, homes] where each made-up group could live tonight, were nobody else of the round placed there."""
    later: Mask
    """[groups, homes] where it could live once those fostered there now have left."""
    alone: Mask
    """[groups] nobody else may live in the home meanwhile."""
    fostered: Ints
    """[homes] children who are fostered or lodge there now."""


def room_of(register: Register, asked: Asked, groups: Sequence[tuple[Child, ...]], allowed: frozenset[str]) -> Room:
    """Ask every rule about every group and home of a register. Nobody who needs a home tonight is in the answer.

    A group is placed whole or not at all. The same for any order of groups and homes.
    """
    records = register.records
    pool = _named(groups)
    now = _lawful(_with_pool(records, pool), asked, pool, allowed)
    gone = (ResidentStatus.FOSTERED, ResidentStatus.LODGER)
    fostered: dict[str, int] = {}
    for one in records.residents:
        if one.status in gone:
            fostered[one.home_id] = fostered.get(one.home_id, 0) + 1
    empty = replace(
        records,
        homes=tuple(_emptied(home, fostered.get(home.home_id, 0)) for home in records.homes),
        residents=tuple(one for one in records.residents if one.status not in gone),
    )
    later = _lawful(_with_pool(empty, pool), asked, pool, allowed)
    ids = tuple(str(one) for one in register.homes.ids)
    return Room(
        home_ids=ids,
        places=np.minimum(places_left(register), MOST_PLACES),
        lawful=now,
        later=later,
        alone=np.array([any(one.alongside is Alongside.SOLO for one in group) for group in groups], dtype=np.bool_),
        fostered=np.array([fostered.get(home, 0) for home in ids], dtype=np.int64),
    )


def _emptied(home: Home, fostered: int) -> Home:
    rooms = None if home.bedrooms_free is None else home.bedrooms_free + fostered
    return replace(home, vacancies=home.vacancies + fostered, bedrooms_free=rooms)


def _named(groups: Sequence[tuple[Child, ...]]) -> tuple[tuple[Child, ...], ...]:
    """The same groups under names of their own, so that none is anybody of the round."""
    named = []
    for at, group in enumerate(groups):
        family = f"expected-{at:05}" if len(group) > 1 else None
        named.append(
            tuple(replace(c, child_id=f"expected-{at:05}.{i:02}", family_id=family) for i, c in enumerate(group))
        )
    return tuple(named)


def _with_pool(records: Records, pool: Sequence[tuple[Child, ...]]) -> Records:
    children = sorted((one for group in pool for one in group), key=lambda one: one.child_id)
    return replace(records, children=tuple(children), siblings=(), separations=(), links=(), zones=())


def _lawful(records: Records, asked: Asked, pool: Sequence[tuple[Child, ...]], allowed: frozenset[str]) -> Mask:
    register = Register(records)
    found = np.zeros((len(pool), len(register.homes)), dtype=np.bool_)
    if not pool or not len(register.homes):
        return found
    pairs = screen(register, asked.policy).pairs
    pairs = pairs.only(usable_pairs(register, pairs, ask_about(pairs, Among(register), asked), allowed))
    nothing = np.zeros(len(pairs), dtype=np.int64)
    question = pose(register, asked, pairs, points=nothing, local=nothing > 0, allowed=allowed)
    bundles = bundles_of(replace(question, never_split=True))
    group_of = np.repeat(np.arange(len(pool)), [len(group) for group in pool])
    sizes = np.diff(bundles.start)
    first = group_of[question.pair_child[bundles.pair[bundles.start[:-1]]]]
    whole = sizes == np.array([len(group) for group in pool])[first]
    found[first[whole], bundles.home[whole]] = True
    return found
