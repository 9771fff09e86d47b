"""Pose the question: from the register, the rules' answers and the points to the arrays a solver reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.spatial import cKDTree

from matching.pairs import Pairs, each_once
from matching.question import NO_FAMILY, NOBODY, SEVERAL_FAMILIES, UNLIMITED, Question
from matching.rules.asked import Asked
from matching.rules.capacity import may_harm_others, needs_a_room, shares_a_room_with
from matching.rules.kinds import ADOPTIVE, FOSTERING, kinds_for
from matching.rules.location import Area, homes_in
from matching.rules.register import Mask, Register
from matching.screen import places_left
from records.ages import age_on
from records.geography import METRES_PER_MILE, miles
from records.model import Alongside, Child, HomeKind, SiblingPlan

Ints = NDArray[np.int64]
Keep = Mapping[tuple[str, str], int]
"""Child id and home id to whole numbers, not negative, for the tier `keep`."""
NOTHING_KEPT: Keep = MappingProxyType({})

EDGE_MILES = 1e-6
"""So close to the edge, two ways to work out a distance might disagree: it is worked out home by home."""


def local_pairs(register: Register, asked: Asked, pairs: Pairs, miles_home: NDArray[np.float64]) -> Mask:
    """Pairs that count as local [PLC-06, PLC-07, LOC-10]: shape (pairs,), as `miles_home`.

    In the council's own area, or at most `near_miles` from where the child comes from; never counted for a child
    whose distance is deliberate, nor in homes where the child may be adopted.
    """
    homes = register.homes
    own_area = homes_in(Area.OWN, homes, asked)
    with np.errstate(invalid="ignore"):
        near = miles_home <= asked.policy.near_miles
    counted = ~homes.is_kind(*ADOPTIVE)
    here = np.array([c.distance_reason is None for c in register.children], dtype=np.bool_)
    local: Mask = (near | own_area[pairs.home]) & counted[pairs.home] & here[pairs.child]
    return local


def pose(
    register: Register,
    asked: Asked,
    pairs: Pairs,
    *,
    points: Ints,
    local: Mask,
    allowed: frozenset[str],
    keep: Keep = NOTHING_KEPT,
    few: bool = False,
) -> Question:
    """The question for this round: `pairs` are those a plan may use; `points`, `local`: shape (pairs,).

    `keep`: child id and home id to what the placement is expected to cost children who come later; left out: nothing.

    `few`: only a few of the children are looked for, so nearness is worked out among the homes that concern them.

    `allowed` are the rules whose sign-off this run accepts: a home's limit, bedrooms or company that somebody may
    sign off no longer binds the plan; places and vacancies always do.
    """
    homes, children = register.homes, register.children
    family_index = {family_id: i for i, family_id in enumerate(sorted(register.families))}
    family = np.array(
        [NO_FAMILY if c.family_id is None else family_index[c.family_id] for c in children], dtype=np.int64
    )
    limit_waived = bool(allowed & {"FOST-03", "FOST-04", "FOST-05"})
    rooms_waived = "BED-01" in allowed
    company_waived = "SAFE-04" in allowed

    pair_child, pair_home = pairs.child, pairs.home
    adoptive = homes.is_kind(*ADOPTIVE)
    near = near_homes(register, asked.policy.split_miles, _concerned(register, pairs) if few else None)
    needs_room = np.array([needs_a_room(c, asked) for c in children], dtype=np.bool_)
    lives_there = _lives_there(register, pairs)
    rooms_used, rooms_there = _rooms_beside_harm(register, needs_room, pair_child, pair_home, lives_there)
    return Question(
        child_ids=tuple(c.child_id for c in children),
        home_ids=tuple(str(h) for h in homes.ids),
        family=family,
        solo=np.array([c.alongside is Alongside.SOLO and not company_waived for c in children], dtype=np.bool_),
        needs_room=needs_room,
        room_sharer=np.array([_room_sharer(c, asked) for c in children], dtype=np.int64),
        places=places_left(register),
        limit_room=_limit_room(register, asked, limit_waived),
        fostered_family=_fostered_family(register, family_index),
        rooms=_rooms(register, rooms_waived),
        one_or_whole_family=adoptive,
        whole_family=_whole_families(register, adoptive),
        pair_child=pair_child,
        pair_home=pair_home,
        pair_exempt=_exempt(register, pairs),
        pair_lives_there=lives_there,
        pair_siblings_there=siblings_there(register, pairs),
        pair_local=local.astype(np.int64),
        pair_points=points.astype(np.int64),
        pair_cost=_pence(register)[pair_home],
        sibling_pairs=_pairs_array(_sibling_pairs(register)),
        apart=_kept_apart(register, with_company=not company_waived),
        never_split=asked.policy.siblings == "never_split",
        tiers=asked.policy.tiers,
        pair_keep=_kept_free(register, pairs, keep),
        near_homes=near,
        pair_siblings_near=_siblings_near(register, near, pairs),
        pair_uses=rooms_used if rooms_waived else np.zeros((len(pair_child), 0), dtype=np.int64),
        home_has=rooms_there if rooms_waived else np.zeros((len(homes), 0), dtype=np.int64),
    )


def _kept_free(register: Register, pairs: Pairs, keep: Keep) -> Ints:
    """`keep` as an array, shape (pairs,); what it says of pairs that are not asked about is left out."""
    found = np.zeros(len(pairs), dtype=np.int64)
    if keep:
        home_at = {str(home): at for at, home in enumerate(register.homes.ids)}
        known = np.array(
            [
                (register.child_index[child] * len(home_at) + home_at[home], value)
                for (child, home), value in keep.items()
                if child in register.child_index and home in home_at
            ],
            dtype=np.int64,
        ).reshape(-1, 2)
        known = known[np.argsort(known[:, 0], kind="stable")]
        wanted = pairs.child * len(home_at) + pairs.home
        at = np.searchsorted(known[:, 0], wanted)
        there = at < len(known)
        there[there] = known[at[there], 0] == wanted[there]
        found[there] = known[at[there], 1]
    return found


def siblings_there(register: Register, pairs: Pairs) -> Ints:
    """Brothers and sisters under 18 who live in each home now and are not themselves in the round.

    Those assessed apart from the child do not count. Shape (pairs,).
    """
    there = np.zeros(len(pairs), dtype=np.int64)
    for i, which in _siblings_outside_the_round(register):
        there[pairs.of(i)] = register.homes.count_residents(which)[pairs.homes_of(i)]
    return there


def _concerned(register: Register, pairs: Pairs) -> Mask:
    """Homes that a plan may use, and those where brothers and sisters of the children looked for live: (homes,)."""
    concerned: Mask = np.zeros(len(register.homes), dtype=np.bool_)
    concerned[pairs.home] = True
    families = {register.children[i].family_id for i in np.unique(pairs.child).tolist()} - {None}
    residents = register.homes.residents
    concerned[residents.home[np.isin(residents.family, sorted(map(str, families)))]] = True
    return concerned


def near_homes(register: Register, most_miles: float, among: Mask | None = None) -> Ints:
    """Every two homes at most so many miles from each other, by index, the lower first, sorted: shape (pairs, 2).

    A home whose place is not recorded is near none. Miles are those of `records.geography.miles`, unrounded. `among`,
    shape (homes,): only these are looked at.
    """
    homes = register.homes
    known = ~np.isnan(homes.easting) & ~np.isnan(homes.northing)
    located = np.flatnonzero(known if among is None else known & among)
    places = np.column_stack((homes.easting, homes.northing))[located]
    # a metre more, so that rounding inside the tree loses no pair at the edge
    found = cKDTree(places).query_pairs(most_miles * METRES_PER_MILE + 1.0, output_type="ndarray")
    two = np.sort(located[found.astype(np.int64)], axis=1).reshape(-1, 2)
    east, north = (np.diff(column[two], axis=1)[:, 0] for column in (homes.easting, homes.northing))
    apart = np.hypot(east, north) / METRES_PER_MILE
    near = apart <= most_miles
    for at in np.flatnonzero(np.abs(apart - most_miles) < EDGE_MILES).tolist():
        one, other = (homes.homes[home].location for home in two[at].tolist())
        near[at] = one is not None and other is not None and miles(one, other) <= most_miles
    two = two[near]
    return two[np.lexsort((two[:, 1], two[:, 0]))]


def _siblings_near(register: Register, near: Ints, pairs: Pairs) -> Ints:
    """For each pair, brothers and sisters outside the round who live in another home near this one, each once."""
    residents = register.homes.residents
    counted = np.zeros(len(pairs), dtype=np.int64)
    neighbours = _neighbours(near, len(register.homes))
    for i, which in _siblings_outside_the_round(register):
        for sibling in np.unique(residents.ids[which]).tolist():
            lives_in = residents.home[which & (residents.ids == sibling)]
            close = np.setdiff1d(neighbours[lives_in].indices, lives_in)
            counted[pairs.of(i)] += np.isin(pairs.homes_of(i), close)
    return counted


def _neighbours(near: Ints, homes: int) -> csr_array:
    """The homes near each home, shape (homes, homes)."""
    both = np.vstack((near, near[:, ::-1]))
    return coo_array((np.ones(len(both), dtype=np.int8), (both[:, 0], both[:, 1])), shape=(homes, homes)).tocsr()


def _siblings_outside_the_round(register: Register) -> Iterator[tuple[int, Mask]]:
    """Each child, by index, who has any: which residents are brothers or sisters under 18 not in the round.

    Those assessed apart from the child do not count. Masks have shape (residents,).
    """
    residents = register.homes.residents
    in_round = np.isin(residents.ids, list(register.child_index))
    under_18 = np.array(
        [not np.isnat(b) and age_on(b.item(), register.day) < 18 for b in residents.born], dtype=np.bool_
    )
    counted = under_18 & ~in_round
    families = set(residents.family[counted].tolist())
    for i, child in enumerate(register.children):
        if child.family_id in families:
            which = counted & (residents.family == child.family_id)
            which &= ~np.isin(residents.ids, list(register.assessed_apart(child.child_id)))
            yield i, which


def _room_sharer(child: Child, asked: Asked) -> int:
    """0 shares with nobody; 1 with brothers, 2 with sisters [BED-01, BED-03, BED-04]."""
    return {"M": 1, "F": 2}.get(shares_a_room_with(child, asked) or "", 0)


def _exemption_holds(register: Register) -> Mask:
    """Homes whose exemption was granted by the authority where the carer lives [FOST-05]."""
    homes = register.homes
    holds: Mask = (homes.exempting_authority != "") & (homes.exempting_authority == homes.authority)
    return holds


def _exempt(register: Register, pairs: Pairs) -> Mask:
    holds = _exemption_holds(register)
    exempt = np.zeros(len(pairs), dtype=np.bool_)
    for i, child in enumerate(register.children):
        named = register.homes.exempts(child.child_id) & holds
        if named.any():
            exempt[pairs.of(i)] = named[pairs.homes_of(i)]
    return exempt


def _limit_room(register: Register, asked: Asked, waived: bool) -> Ints:
    """Never below nothing: a home already over its limit takes no newcomer, but those who live there may stay."""
    homes = register.homes
    exempt_now = homes.count_residents(homes.residents.fostered & homes.residents.exempt)
    room = asked.law.usual_fostering_limit - (homes.fostered - np.where(_exemption_holds(register), exempt_now, 0))
    if waived:
        return np.full(len(homes), UNLIMITED, dtype=np.int64)
    return np.where(homes.is_kind(*FOSTERING), np.maximum(room, 0), UNLIMITED).astype(np.int64)


def _fostered_family(register: Register, family_index: dict[str, int]) -> Ints:
    homes = register.homes
    found = np.full(len(homes), NOBODY, dtype=np.int64)
    fostered = homes.residents.fostered
    for home, family_id in zip(homes.residents.home[fostered], homes.residents.family[fostered], strict=True):
        one = family_index.get(str(family_id), SEVERAL_FAMILIES) if family_id else SEVERAL_FAMILIES
        found[home] = one if found[home] in (NOBODY, one) else SEVERAL_FAMILIES
    return found


def _rooms(register: Register, waived: bool) -> Ints:
    free = register.homes.bedrooms_free
    if waived:
        return np.full(len(register.homes), UNLIMITED, dtype=np.int64)
    return np.where(np.isnan(free), UNLIMITED, np.nan_to_num(free)).astype(np.int64)


def _rooms_beside_harm(
    register: Register, needs_room: Mask, pair_child: Ints, pair_home: Ints, lives_there: Mask
) -> tuple[Ints, Ints]:
    """Bedrooms as a resource where sharing is signed off: nobody ever shares with a child who may harm others [BED-03].

    With r free bedrooms and p places, such a child uses p, any other 1, and the home has r times p: fewer than r such
    children leave enough for everybody the places hold, r of them leave nothing for others, and more do not fit.
    What pairs use, shape (pairs, 1), and what homes have, shape (homes, 1); no columns where there is no such child.
    """
    harm = np.array([may_harm_others(c) for c in register.children], dtype=np.bool_) & needs_room
    free = _rooms(register, waived=False)
    if not harm.any():
        return np.zeros((len(pair_child), 0), dtype=np.int64), np.zeros((len(free), 0), dtype=np.int64)
    places = np.maximum(places_left(register), 1)
    bound = (free < UNLIMITED)[pair_home] & needs_room[pair_child] & ~lives_there
    # without a bedroom, such a child cannot come, and others are not asked
    others = (free > 0)[pair_home].astype(np.int64)
    used = np.where(harm[pair_child], places[pair_home], others) * bound
    return used[:, np.newaxis], np.where(free < UNLIMITED, free * places, UNLIMITED)[:, np.newaxis]


def _whole_families(register: Register, adoptive: Mask) -> dict[int, tuple[tuple[int, ...], ...]]:
    """For each adoptive home, every family it could take whole: all its children whose routes lead to that kind."""
    by_kind = {
        kind: tuple(
            members
            for family_id in sorted(register.families)
            if (
                members := tuple(
                    register.child_index[c.child_id] for c in register.families[family_id] if kind in kinds_for(c)
                )
            )
        )
        for kind in ADOPTIVE
    }
    return {int(h): by_kind[HomeKind(str(register.homes.kind[h]))] for h in np.flatnonzero(adoptive)}


def _lives_there(register: Register, pairs: Pairs) -> Mask:
    there = np.zeros(len(pairs), dtype=np.bool_)
    for child_id in register.lives_in:
        i = register.child_index[child_id]
        there[pairs.of(i)] = register.lives_there(child_id)[pairs.homes_of(i)]
    return there


def _pence(register: Register) -> Ints:
    """Weekly cost of each home in pence; where it is not recorded, the highest that is [contract 2a]."""
    cost = register.homes.weekly_cost
    highest = 0.0 if np.isnan(cost).all() else float(np.nanmax(cost))
    pence: Ints = np.rint(np.where(np.isnan(cost), highest, cost) * 100).astype(np.int64)
    return pence


def _sibling_pairs(register: Register) -> list[tuple[int, int]]:
    return [
        (register.child_index[a.child_id], register.child_index[b.child_id])
        for family_id in sorted(register.families)
        for k, a in enumerate(register.families[family_id])
        for b in register.families[family_id][k + 1 :]
        if register.plan_for(a.child_id, b.child_id) is not SiblingPlan.APART
    ]


def _kept_apart(register: Register, *, with_company: bool) -> Ints:
    """Children of the round who may never live in one home: assessed apart, separated, or unsuitable company."""
    index = register.child_index
    apart = [
        (index[a], index[b])
        for (a, b), plan in register.sibling_plan.items()
        if plan is SiblingPlan.APART and a in index and b in index
    ]
    apart += [
        (index[a], index[b]) for a, others in register.separated.items() if a in index for b in others if b in index
    ]
    two = [np.array(apart, dtype=np.int64).reshape(len(apart), 2)]
    if with_company:
        two += _unsuitable_company(register)
    both = np.sort(np.concatenate(two), axis=1)
    many = max(len(register.children), 1)
    return np.column_stack(np.divmod(each_once(both[:, 0] * many + both[:, 1]), many))


def _unsuitable_company(register: Register) -> Iterator[Ints]:
    """Pairs that `only_older` or `only_younger` keeps apart; brothers and sisters do not count [SAFE-04]."""
    born = np.array([np.datetime64(c.date_of_birth, "D") for c in register.children], dtype="datetime64[D]")
    family = np.array([c.family_id or "" for c in register.children], dtype=np.str_)
    for i, child in enumerate(register.children):
        if child.alongside is Alongside.ONLY_OLDER:
            unsuitable = born > born[i]
        elif child.alongside is Alongside.ONLY_YOUNGER:
            unsuitable = born < born[i]
        else:
            continue
        if child.family_id is not None:
            unsuitable &= family != child.family_id
        others = np.flatnonzero(unsuitable)
        yield np.column_stack((np.full(len(others), i), others)).astype(np.int64)


def _pairs_array(pairs: Iterable[tuple[int, int]]) -> Ints:
    listed = sorted(pairs)
    return np.array(listed, dtype=np.int64).reshape(len(listed), 2)
