"""One child or family tonight: homes that could be theirs at once, whom to call first, what it takes from others.

By the product's own rules and considerations, asked of these children alone: the same answers, points and order as in
a whole round. Nobody else is planned for. Places held by agreed matches are taken; places that an open round only
proposes for somebody are not, because tonight's child may come first, but it is said whom that would leave.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matching.placements import Split, splits
from matching.policy import Policy
from matching.propose import Proposal, propose
from matching.ranking import Ranked, Unit, rank_unit
from matching.rules.among import Among
from matching.rules.register import Mask, Register
from matching.rules.rule import ask
from matching.screen import places_left
from records.model import Alongside, Child, PetsWish, Records
from records.tonight import with_places_held, with_proposed

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Taken:
    """For whom an open round proposes a home. `stays`: it could be a home for tonight's children beside them."""

    child_ids: tuple[str, ...]
    stays: bool
    rules: tuple[str, ...]
    """Rules that would stop or question tonight's child beside them; empty where only the places run out."""


@dataclass(frozen=True, slots=True, eq=False)
class Tonight:
    """The answer for one child or family. `proposal` holds the whole register and a plan for these children alone.

    `taken`: children of a group to home index to whom that home is proposed for. `splits`: brothers and sisters whom
    the best plan for this family alone parts. `missing`: facts to ask for, those that could change most first.
    """

    proposal: Proposal
    unit: Unit
    taken: Mapping[tuple[str, ...], Mapping[int, Taken]]
    splits: tuple[Split, ...]
    missing: tuple[Missing, ...]
    held: int
    """Places that were taken off because agreed matches hold them."""

    @property
    def looked_at_first(self) -> tuple[Ranked, ...]:
        """The groups to show at night: all of them, else those of the best way to split them, then each child alone."""
        unit = self.unit
        if unit.whole is not None and (unit.whole.in_plan.any() or not unit.alone):
            return (unit.whole, *unit.alone)
        home_of = {c: self.home_for(c) for c in unit.child_ids}
        together = {tuple(c for c in unit.child_ids if home_of[c] == home) for home in set(home_of.values()) - {None}}
        parts = tuple(part for part in unit.parts if part.child_ids in together)
        whole = (unit.whole,) if unit.whole is not None and len(unit.whole) else ()
        return (*whole, *parts, *unit.alone)

    @property
    def first_to_call(self) -> tuple[Ranked, int] | None:
        """The group, and the place in its ranking, with which to begin; None where no home has the places."""
        for group in self.looked_at_first:
            calls = self.calls(group).tolist()
            if 1 in calls:
                return group, calls.index(1)
        return None

    def calls(self, group: Ranked) -> Ints:
        """Whom to call in which order, shape (ranked homes,): 1 is first, 0 is a home without places for all of them.

        In the order of the ranking; homes that would be taken from somebody come after those that nobody waits for.
        """
        order = np.zeros(len(group), dtype=np.int64)
        from_others = self.takes_from_others(group)
        first = np.flatnonzero(group.places_for_all & ~from_others)
        then = np.flatnonzero(group.places_for_all & from_others)
        order[np.concatenate((first, then))] = np.arange(1, len(first) + len(then) + 1)
        return order

    def takes_from_others(self, group: Ranked) -> Mask:
        """Homes proposed for somebody who would need another, shape (ranked homes,)."""
        of_home = self.taken.get(group.child_ids, {})
        return np.array([h in of_home and not of_home[h].stays for h in group.homes.tolist()], dtype=np.bool_)

    def home_for(self, child_id: str) -> str | None:
        """The home that the best plan for this family alone gives a child."""
        home = int(self.proposal.home_of[self.proposal.register.child_index[child_id]])
        return None if home < 0 else str(self.proposal.register.homes.ids[home])


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact of tonight's children that is not recorded, with the answer that would make most homes harder.

    `harder`: homes of the first group that this answer would bar, or make wait for an approval or another answer;
    `first_is`: the first of them is among these.
    """

    question: str
    answer: str
    child_ids: tuple[str, ...]
    harder: int
    first_is: bool


def tonight(
    records: Records,
    policy: Policy,
    child_or_family_id: str,
    *,
    council: str | None = None,
    allow: Collection[str] = (),
    held: Mapping[str, int] | None = None,
    proposed: Mapping[str, str] | None = None,
) -> Tonight:
    """Homes for one child or family of the register, at once. Raises KeyError when the register has neither of that id.

    `held`: home id to places that agreed matches hold. `proposed`: child id to the home that an open round proposes.
    """
    held = {home_id: n for home_id, n in (held or {}).items() if n > 0}
    records = with_places_held(records, held)
    ids = family_of(records, child_or_family_id)
    proposal = propose(records, policy, council=council, allow=allow, only=ids)
    unit = rank_unit(proposal, child_or_family_id)
    first = unit.whole if unit.whole is not None else unit.groups[0]
    others = {one: home for one, home in (proposed or {}).items() if one not in ids}
    return Tonight(
        proposal=proposal,
        unit=unit,
        taken=_taken(proposal, unit, others),
        splits=tuple(s for s in splits(proposal) if {c for p in s.parted for c in p[:2]} <= set(ids)),
        missing=_missing(proposal, first),
        held=sum(held.values()),
    )


def family_of(records: Records, child_or_family_id: str) -> tuple[str, ...]:
    """The children of the register who are this child with brothers and sisters, or this family, by id."""
    child = next((c for c in records.children if c.child_id == child_or_family_id), None)
    if child is not None and child.family_id is None:
        return (child.child_id,)
    family_id = child_or_family_id if child is None else child.family_id
    found = tuple(c.child_id for c in records.children if c.family_id == family_id)
    if not found:
        raise KeyError(child_or_family_id)
    return found


def _taken(proposal: Proposal, unit: Unit, proposed: Mapping[str, str]) -> dict[tuple[str, ...], dict[int, Taken]]:
    """For each group and home: for whom the home is proposed, and whether it could be a home for all of them.

    Groups for whom no home is proposed to anybody are not in it.
    """
    index = proposal.register.homes.index
    who: dict[int, list[str]] = {}
    for child_id, home_id in sorted(proposed.items()):
        if home_id in index and child_id in proposal.register.child_index:
            who.setdefault(index[home_id], []).append(child_id)
    found: dict[tuple[str, ...], dict[int, Taken]] = {}
    if not who:
        return found
    then = Register(with_proposed(proposal.register.records, proposed))
    places, among = places_left(then), Among(then)
    for group in unit.groups:
        homes = np.sort(group.homes[np.isin(group.homes, list(who))])
        if not len(homes):
            continue
        some = among(homes)
        after = ask(proposal.rules, some.group(*group.child_ids), some.homes, proposal.asked)
        live_there = np.sum([then.lives_there(c)[homes] for c in group.child_ids], axis=0)
        newcomers = len(group.child_ids) - live_there
        place_of = {int(home): k for k, home in enumerate(group.homes.tolist())}
        for j, home in enumerate(homes.tolist()):
            k = place_of[home]
            worse = int(after.barred[j]) | (int(after.unknown[j]) & ~int(group.answers.unknown[k]))
            worse |= int(after.sign_off[j]) & ~int(group.answers.sign_off[k] | group.answers.unknown[k])
            stays = not worse and bool(newcomers[j] <= places[home])
            found.setdefault(group.child_ids, {})[home] = Taken(
                tuple(who[home]), stays, tuple(proposal.rule_ids(worse))
            )
    return found


_ASKS: Final[tuple[tuple[str, str, tuple[tuple[str, object], ...]], ...]] = (
    ("sex", "Boy or girl?", (("a boy", "M"), ("a girl", "F"))),
    ("smoke_free", "Must nobody smoke where the child lives?", (("nobody may smoke", True),)),
    ("pets", "Can the child live with animals?", (("no animals", PetsWish.NO),)),
    (
        "alongside",
        "May other children live there?",
        (
            ("no other child", Alongside.SOLO),
            ("only older children", Alongside.ONLY_OLDER),
            ("only younger children", Alongside.ONLY_YOUNGER),
        ),
    ),
)
"""Facts that could stand against a home while nothing is recorded: field, question, answers to try."""


def _missing(proposal: Proposal, group: Ranked) -> tuple[Missing, ...]:
    """What to ask about tonight's children: each answer is tried on the rules, and none is taken for true."""
    found: list[Missing] = []
    for field, question, answers in _ASKS:
        blank = [c for c in _children(proposal, group.child_ids) if _is_blank(c, field)]
        if not blank or not len(group):
            continue
        tried = [(words, _harder_if(proposal, group, blank, field, value)) for words, value in answers]
        words, harder = max(tried, key=lambda one: int(one[1].sum()))
        if harder.any():
            ids = tuple(c.child_id for c in blank)
            found.append(Missing(question, words, ids, int(harder.sum()), bool(harder[0])))
    return tuple(sorted(found, key=lambda one: (not one.first_is, -one.harder)))


def _is_blank(child: Child, field: str) -> bool:
    value = getattr(child, field)
    return value is None or value == "U" or value is PetsWish.UNKNOWN


def _harder_if(proposal: Proposal, group: Ranked, blank: Iterable[Child], field: str, value: object) -> Mask:
    """For which ranked homes an answer would make the rules answer worse, shape (ranked homes,)."""
    said = [replace(c, **{field: value}) for c in blank]  # type: ignore[arg-type]
    register = proposal.register.if_said(said)
    homes = np.sort(group.homes)
    some = Among(register)(homes)
    said_so = ask(proposal.rules, some.group(*group.child_ids), some.homes, proposal.asked).overall()
    harder: Mask = said_so[np.searchsorted(homes, group.homes)] > group.answers.overall()
    return harder


def _children(proposal: Proposal, child_ids: Iterable[str]) -> list[Child]:
    return [proposal.register.children[proposal.register.child_index[c]] for c in child_ids]
