"""Why there is no home for a group: an irreducible set of reasons, at one of two levels, each claim asked again.

*Rules*: nobody could take the group even if the council had no other child to place. The reasons are rules, the
places that homes have, and the council's wish never to split a family.

*Others*: some home may lawfully take the group, but not while everybody whom the plan places keeps a home. The
reasons are other groups, each needing a home; homes, each with only so much room; and children who may not live
together.

At either level the reasons by themselves leave no home, and no fewer of them do. That is a conflict, not the list of
all conflicts: what is not named may stand in the way as well.

Where placing children is not the council's first priority, everybody might have a home, and the priorities before it
are the reasons (*priorities*).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from matching.bundles import units_of
from matching.conflicts.filter import irreducible
from matching.conflicts.room import Group, make_room, only, place_all, with_room
from matching.propose import Proposal, allowed_bits
from matching.question import Ints, Mask, Question
from matching.rules.register import Mask as HomeMask
from matching.rules.rule import Rule, ask
from matching.solvers.cpsat import BundleEngine
from matching.solvers.solver import Aim, Clock, Held, tier_aim

Level = Literal["rules", "others", "priorities", "better plan", "too many", "too large", "not asked"]
"""`better plan`: there is room, the plan was not proved best. `too many`: more units compete than were looked at.

`not asked`: the run was cut short and left so many without a home that asking why would mislead."""

PLACES = "PLACES"
NEVER_SPLIT = "NEVER-SPLIT"
ONE_RULE = {"FOST-03": "FOST-03+FOST-05", "FOST-05": "FOST-03+FOST-05"}
"""The usual limit and the exemption from it ask the same: one reason."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Why the plan has no home for a group. Empty where the level has no such reasons; all sorted by id.

    `rules`: rule ids, `PLACES` (fewer places than the group needs) and `NEVER-SPLIT`. `groups`: children of other
    units, or of the same family, who would need their homes. `homes`: whose room is too small. `bars`: two children
    who may not live together, or one who may live with no other child. `priorities`: tiers that would lose.
    `irreducible`: by themselves they leave no home, and were each dropped in turn: the rest left one every time.
    """

    child_ids: tuple[str, ...]
    level: Level
    rules: tuple[str, ...] = ()
    groups: tuple[tuple[str, ...], ...] = ()
    homes: tuple[str, ...] = ()
    bars: tuple[tuple[str, ...], ...] = ()
    priorities: tuple[str, ...] = ()
    irreducible: bool = True

    @property
    def members(self) -> int:
        """How many reasons."""
        return len(self.rules) + len(self.groups) + len(self.homes) + len(self.bars) + len(self.priorities)


def groups_left(proposal: Proposal) -> tuple[Group, ...]:
    """Every child without a home, and of every family all those without who may live together; sorted."""
    register, q = proposal.register, proposal.question
    left = np.flatnonzero(proposal.home_of < 0).tolist()
    groups: list[Group] = [(i,) for i in left]
    barred = {(min(a, b), max(a, b)) for a, b in q.apart.tolist()}
    for family_id in sorted(register.families):
        without = [i for c in register.families[family_id] if (i := register.child_index[c.child_id]) in set(left)]
        together = all((a, b) not in barred for k, a in enumerate(without) for b in without[k + 1 :])
        if len(without) > 1 and together:
            groups.append(tuple(without))
    return tuple(sorted(groups))


def why(proposal: Proposal, group: Group, most_units: int | None = None, *, rules_alone: bool = False) -> Conflict:
    """Why the plan has no home for this group, of children whom it leaves without one; see `make_room`.

    `rules_alone`: room among the others is not looked for; where the rules leave a home, nothing more is said.
    """
    q = proposal.question
    ids = tuple(q.child_ids[i] for i in group)
    unit = units_of(q)
    family = only(q, unit == unit[group[0]])
    required = np.zeros(q.children, dtype=np.bool_)
    required[list(group)] = True
    if place_all(family, required, group) is None:
        return Conflict(ids, "rules", rules=rules_in_the_way(proposal, group))
    if rules_alone:
        return Conflict(ids, "too large", irreducible=False)
    room = make_room(q, proposal.home_of, group, most=most_units)
    if room.cut:
        return Conflict(ids, "too many", irreducible=False)
    if room.plan is not None:
        return _priorities(proposal, group)
    return _others(q, proposal.home_of, group, room.units)


# ---- rules ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """The ways in which a group might live in one home, with nobody else placed, and what each rule removes.

    A way is some children together (the group; with all they are never split from; or, but for that wish, the group
    alone). `removes`: reason to whether it stops each way at each home, shape (ways, homes).
    """

    children: tuple[Group, ...]
    removes: dict[str, HomeMask]

    def stopped_by(self, reasons: Sequence[str]) -> bool:
        """Whether these reasons together leave no home."""
        stopped = np.zeros_like(next(iter(self.removes.values())))
        for reason in reasons:
            stopped |= self.removes[reason]
        return bool(stopped.all())


def rules_in_the_way(proposal: Proposal, group: Group) -> tuple[str, ...]:
    """An irreducible set of reasons that leave no home for a group, even with nobody else placed; asked afresh.

    Reasons that remove more homes are kept rather than others.
    """
    ways = ways_of(proposal, group, proposal.rules)
    order = sorted(ways.removes, key=lambda reason: (-int(ways.removes[reason].sum()), reason == PLACES, reason))
    if not order or not len(proposal.register.homes):
        return ()
    return tuple(sorted(irreducible(order, ways.stopped_by)))


def ways_of(proposal: Proposal, group: Group, rules: Sequence[Rule]) -> Ways:
    """Ask `rules` of every way in which the group might live in a home, with nobody else of the round."""
    children = [group]
    atom = never_split_from(proposal.question, group)
    if atom != group:
        children.append(atom)
    shape = (len(children), len(proposal.register.homes))
    removes: dict[str, HomeMask] = {}
    for way, together in enumerate(children):
        for reason, stopped in _asked(proposal, together, rules).items():
            removes.setdefault(reason, np.zeros(shape, dtype=np.bool_))[way] |= stopped
        new = sum(~proposal.register.lives_there(proposal.question.child_ids[i]) for i in together)
        removes.setdefault(PLACES, np.zeros(shape, dtype=np.bool_))[way] |= new > proposal.question.places
    if atom != group:
        removes[NEVER_SPLIT] = np.zeros(shape, dtype=np.bool_)
        removes[NEVER_SPLIT][0] = True
    return Ways(tuple(children), {reason: stopped for reason, stopped in removes.items() if stopped.any()})


def _asked(proposal: Proposal, together: Group, rules: Sequence[Rule]) -> dict[str, HomeMask]:
    """Which homes each rule closes to these children, asked together and each alone; shape (homes,)."""
    register = proposal.register
    ids = [proposal.question.child_ids[i] for i in together]
    closed: dict[str, HomeMask] = {}
    for some in [ids] if len(ids) == 1 else [ids, *([one] for one in ids)]:
        answers = ask(rules, register.group(*some), register.homes, proposal.asked)
        accepted = [allowed_bits(register.children[register.child_index[c]], proposal.allowed) for c in some]
        for bit, rule in enumerate(rules):
            at = np.uint64(proposal.rules.index(rule))
            mine = all(int(word) >> int(at) & 1 for word in accepted)
            stops = answers.barred >> np.uint64(bit) & np.uint64(1)
            if not mine:
                stops |= (answers.sign_off | answers.unknown) >> np.uint64(bit) & np.uint64(1)
            reason = ONE_RULE.get(rule.rule_id, rule.rule_id)
            closed[reason] = closed.get(reason, np.zeros(len(register.homes), dtype=np.bool_)) | (stops != 0)
    return closed


def never_split_from(q: Question, group: Group) -> Group:
    """The group, with everybody who is placed with them or not at all."""
    if not q.never_split:
        return group
    found, before = set(group), set[int]()
    while found != before:
        before = set(found)
        for a, b in q.sibling_pairs.tolist():
            if a in found or b in found:
                found |= {a, b}
    return tuple(sorted(found))


# ---- others --------------------------------------------------------------------------------------------------------

Member = tuple[Literal["home", "unit", "bar", "solo"], int, int]


def _others(q: Question, plan: Ints, group: Group, units: Sequence[int]) -> Conflict:
    unit = units_of(q)
    active = np.isin(unit, units)
    members: list[Member] = [("home", int(h), 0) for h in np.unique(q.pair_home[active[q.pair_child]])]
    members += [("unit", u, 0) for u in units if len(_needing(q, plan, u, group))]
    members += [("bar", a, b) for a, b in q.apart.tolist() if active[a] and active[b]]
    members += [("solo", c, 0) for c in np.flatnonzero(active & q.solo).tolist()]
    kept = irreducible(members, lambda some: cannot_hold(q, plan, group, some))
    name = q.child_ids
    return Conflict(
        child_ids=tuple(name[i] for i in group),
        level="others",
        groups=tuple(sorted(tuple(name[i] for i in _needing(q, plan, u, group)) for k, u, _ in kept if k == "unit")),
        homes=tuple(sorted(q.home_ids[h] for k, h, _ in kept if k == "home")),
        bars=tuple(
            sorted(
                [(name[a], name[b]) for k, a, b in kept if k == "bar"] + [(name[c],) for k, c, _ in kept if k == "solo"]
            )
        ),
    )


def cannot_hold(q: Question, plan: Ints, group: Group, members: Sequence[Member]) -> bool:
    """Whether there is no home for the group while these units keep one, in homes of which these have limits."""
    kind: dict[str, list[Member]] = {"home": [], "unit": [], "bar": [], "solo": []}
    for member in members:
        kind[member[0]].append(member)
    unit = units_of(q)
    wanted = [u for _, u, _ in kind["unit"]]
    active: Mask = np.isin(unit, [*wanted, unit[group[0]]])
    required = np.zeros(q.children, dtype=np.bool_)
    required[list(group)] = True
    for u in wanted:
        required[_needing(q, plan, u, group)] = True
    roomy = np.ones(q.homes, dtype=np.bool_)
    roomy[[h for _, h, _ in kind["home"]]] = False
    solo = np.zeros(q.children, dtype=np.bool_)
    solo[[c for _, c, _ in kind["solo"]]] = True
    bars = np.array([(a, b) for _, a, b in kind["bar"]], dtype=np.int64).reshape(-1, 2)
    relaxed = replace(with_room(only(q, active), roomy), apart=bars, solo=solo)
    return place_all(relaxed, required, group) is None


def _needing(q: Question, plan: Ints, unit: int, group: Group) -> list[int]:
    """The children of a unit whom the plan gives a home; those of the group have none."""
    return [c for c in np.flatnonzero((units_of(q) == unit) & (plan >= 0)).tolist() if c not in group]


# ---- priorities ----------------------------------------------------------------------------------------------------


def _priorities(proposal: Proposal, group: Group) -> Conflict:
    """There is room for everybody: then earlier priorities would lose, or the plan is not the best."""
    q = proposal.question
    ids = tuple(q.child_ids[i] for i in group)
    before = q.tiers[: q.tiers.index("placed")] if "placed" in q.tiers else q.tiers
    if not before or not must_lose(q, proposal.home_of, group, before):
        return Conflict(ids, "better plan", irreducible=False)
    kept = irreducible(before, lambda some: must_lose(q, proposal.home_of, group, some))
    return Conflict(ids, "priorities", priorities=tuple(kept))


def must_lose(q: Question, plan: Ints, group: Group, tiers: Sequence[str]) -> bool:
    """Whether no plan that keeps these tiers at their value homes the group and everybody whom `plan` homes.

    The children of the group may then live in one home or in several.
    """
    wanted = plan >= 0
    wanted[list(group)] = True
    held: Held = tuple((aim, aim.of(q, plan)) for aim in (tier_aim(q, tier) for tier in tiers))
    aim = Aim("everybody", wanted[q.pair_child].astype(np.int64))
    found = BundleEngine(q).best((aim,), held, plan, Clock(None), lambda *_: None)
    return aim.of(q, found.home_of) < int(wanted.sum())
