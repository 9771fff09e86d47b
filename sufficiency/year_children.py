"""Children of a true year as a round is told of them: their age, sex and origin are those of the life.

What a life does not say (needs, wishes, where the family lives, the legal steps to adoption) is that of a made-up
child who needs the same kind of home and is near in age. A child who comes later is as old on the year's day as on
the day of coming: nobody grows older in a year of rounds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import numpy as np

from records.ages import age_on
from records.chance import Chance
from records.model import Child
from sufficiency.batch_made_up import LivedChild
from sufficiency.scenario import Scenario
from sufficiency.streams import generator, keys_for, uniform
from sufficiency.usable_children import NEEDS, Group, groups_of, lone_need
from sufficiency.usable_places import Spots
from sufficiency.year_lives import FOSTER, HOSTS, Need

POOL, CHOSEN, SPECIAL = 7901, 7902, 7903
"""Purposes of random numbers."""
EACH: Final = 24
"""Made-up groups of each need, of which those nearest in age are copied."""
NEAREST: Final = 4
SPECIALIST: Final = 0.1
"""Of children alone of eight and over, who need a specialist home. Assumed."""
_SPECIALIST_FROM: Final = 8
_OTHER_ORIGIN: Final = 4.0
"""Years of age that another origin counts for when the nearest is looked for."""


@dataclass(frozen=True, slots=True)
class Pool:
    """Made-up groups to copy from, by need."""

    of_need: Mapping[str, tuple[Group, ...]]
    day: date
    seed: int
    parents: float
    """Share of lone children under 1 who need a home with a parent."""


def pool_of(spots: Spots, day: date, scenario: Scenario, seed: int) -> Pool:
    """Groups of every need, drawn by a seed."""
    chance = Chance(generator(seed, POOL, 0))
    parents = scenario.number("wanted.parent_and_child").value
    return Pool(groups_of(chance, spots, day, dict.fromkeys(NEEDS, EACH)), day, seed, parents)


def need_of(pool: Pool, need: Need, number: int) -> str:
    """The kind of household that these children need."""
    if need.kind != FOSTER:
        return need.kind
    if len(need.children) > 1:
        return "siblings_two" if len(need.children) == 2 else "siblings_three_or_more"
    age = age_on(need.children[0].born, max(need.begin, pool.day))
    luck = float(uniform(keys_for(pool.seed, SPECIAL, number), 0)[0])
    if age < 1 and luck < pool.parents:
        return "parent_and_child"
    if age >= _SPECIALIST_FROM and luck < SPECIALIST:
        return "specialist"
    return lone_need(age)


def lives_with_hosts(need: Need, scenario: Scenario, seed: int, number: int) -> bool:
    """Whether somebody in supported accommodation is one of those who could live with hosts."""
    share = scenario.number("wanted.supported_lodgings").value
    return need.kind != HOSTS or float(uniform(keys_for(seed, SPECIAL, number), 1)[0]) < share


def children_of(pool: Pool, need: Need, number: int, *, as_they_came: bool = False) -> tuple[str, tuple[Child, ...]]:
    """What these children need, and they as a round is told of them; `number` names them and is their luck.

    `as_they_came`: as old as when the need began, also where that was before the year.
    """
    what = need_of(pool, need, number)
    later = (need.begin - pool.day).days if as_they_came else max((need.begin - pool.day).days, 0)
    born = sorted(one.born.toordinal() - later for one in need.children)
    lived = sorted(need.children, key=lambda one: (one.born, one.id))
    like = _like(pool, what, lived, born, number)
    family = f"F{number:05}" if len(lived) > 1 else None
    made = tuple(
        _as_lived(twin, one, date.fromordinal(at), f"G{number:05}.{i}", family, pool.day)
        for i, (twin, one, at) in enumerate(zip(like, lived, born, strict=True))
    )
    return what, made


def _like(pool: Pool, what: str, lived: Sequence[LivedChild], born: Sequence[int], number: int) -> tuple[Child, ...]:
    """A made-up group of as many, one of those nearest in age and origin."""
    size = len(lived)
    found = [one for one in pool.of_need[what] if len(one.children) >= size] or list(pool.of_need[what])
    apart = []
    for one in found:
        twins = sorted(one.children, key=lambda c: (c.date_of_birth, c.child_id))[:size]
        years = sum(abs(t.date_of_birth.toordinal() - b) for t, b in zip(twins, born, strict=False)) / 365.25
        apart.append(years + _OTHER_ORIGIN * (is_white(twins[0].ethnicity) != is_white(lived[0].ethnic)))
    nearest = np.argsort(apart, kind="stable")[:NEAREST]
    luck = float(uniform(keys_for(pool.seed, CHOSEN, number), 0)[0])
    chosen = found[int(nearest[int(luck * len(nearest))])]
    twins = sorted(chosen.children, key=lambda c: (c.date_of_birth, c.child_id))
    return tuple(twins[at % len(twins)] for at in range(size))


def _as_lived(twin: Child, lived: LivedChild, born: date, child_id: str, family: str | None, day: date) -> Child:
    unknown = {"home": None, "home_postcode": None} if lived.alone else {}
    return replace(
        twin,
        child_id=child_id,
        family_id=family,
        date_of_birth=born,
        sex="F" if lived.girl else "M",
        ethnicity=lived.ethnic,
        referred_on=day,
        needed_by=day,
        **unknown,  # type: ignore[arg-type]
    )


def is_white(ethnicity: str | None) -> bool:
    """Whether an SSDA903 code is one of the white groups; what is not known is not."""
    return ethnicity is not None and ethnicity.startswith("W")
