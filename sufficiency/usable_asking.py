"""The product's own rules and matcher, asked about one simulated day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from matching.considerations import weigh
from matching.pairs import Pairs
from matching.policy import Policy
from matching.pose import local_pairs, pose
from matching.propose import allowed_bits, with_same_approval
from matching.question import Question
from matching.rules import RULES
from matching.rules.asked import Asked
from matching.rules.capacity import needs_a_room
from matching.rules.kinds import ADOPTIVE, FOSTERING
from matching.rules.law import law_on
from matching.rules.register import Mask, Register
from matching.rules.rule import ask
from matching.screen import places_left
from matching.solvers import solve_bundles
from records.geography import miles_to
from records.model import Alongside, Home, Records, Resident
from sufficiency.usable_children import Group

Array = npt.NDArray[Any]
PLACED: Final = ("placed",)


@dataclass(frozen=True, slots=True)
class Told:
    """What stays the same on every simulated day."""

    day: date
    council: str
    policy: Policy

    @property
    def asked(self) -> Asked:
        """As the rules are told it."""
        return Asked(self.day, self.council, law_on(self.day), self.policy)

    @property
    def allowed(self) -> frozenset[str]:
        """Rules whose sign-off a plan may use unasked: the policy's own, as in any round."""
        return with_same_approval(frozenset(self.policy.allow))


def register_of(told: Told, groups: Sequence[Group], homes: Sequence[Home], residents: Sequence[Resident]) -> Register:
    """The day as a round's register."""
    children = sorted((one for group in groups for one in group.children), key=lambda one: one.child_id)
    return Register(
        Records(
            day=told.day,
            children=tuple(children),
            homes=tuple(sorted(homes, key=lambda one: one.home_id)),
            residents=tuple(sorted(residents, key=lambda one: (one.home_id, one.resident_id))),
        )
    )


def local(told: Told, register: Register, pairs: Pairs) -> Mask:
    """Pairs near enough, shape (pairs,): local as the policy has it, or where the policy does not ask.

    It does not ask of a child whose distance is wanted, nor of homes where the child may be adopted.
    """
    homes = register.homes
    every = np.full((pairs.children, pairs.homes), np.nan)
    for i, child in enumerate(register.children):
        if child.home is not None:
            every[i] = miles_to(child.home, homes.easting, homes.northing)
    near = local_pairs(register, told.asked, pairs, every[pairs.child, pairs.home])
    unasked = np.array([one.distance_reason is not None for one in register.children], dtype=np.bool_)
    found: Mask = near | unasked[pairs.child] | homes.is_kind(*ADOPTIVE)[pairs.home]
    return found


def lawful_for(told: Told, register: Register, groups: Sequence[Group]) -> Array:
    """[groups, homes] whether a group may live in a home, together and near enough, by every rule.

    A home counts where every rule is met, or open only for a sign-off that the policy takes unasked. What is not
    recorded and would matter leaves a rule open: that is no yes.
    """
    asked, allowed = told.asked, told.allowed
    pairs = Pairs.every(len(register.children), len(register.homes))
    near = local(told, register, pairs).reshape(len(register.children), -1)
    found = np.zeros((len(groups), len(register.homes)), dtype=bool)
    for at, group in enumerate(groups):
        ids = [one.child_id for one in group.children]
        bits = np.bitwise_and.reduce([allowed_bits(one, allowed) for one in group.children])
        answers = ask(RULES, register.group(*ids), register.homes, asked)
        found[at] = answers.usable(bits) & near[[register.child_index[one] for one in ids]].all(axis=0)
    return found


def room_for(told: Told, register: Register, groups: Sequence[Group], lawful: Array) -> Array:
    """[groups, homes] children like these who could live in a home at once: a family whole, or so many alone."""
    homes, asked = register.homes, told.asked
    places = places_left(register)
    rooms = np.where(np.isnan(homes.bedrooms_free), places, np.nan_to_num(homes.bedrooms_free)).astype(np.int64)
    limited = homes.is_kind(*FOSTERING)
    under_limit = np.where(limited, np.maximum(asked.law.usual_fostering_limit - homes.fostered, 0), places)
    one_only = homes.is_kind(*ADOPTIVE)
    room = np.zeros(lawful.shape, dtype=np.int64)
    for at, group in enumerate(groups):
        size = len(group.children)
        if size > 1:
            most = np.where(places >= size, size, 0)
        else:
            child = group.children[0]
            most = np.minimum(places, under_limit)
            most = np.minimum(most, rooms) if needs_a_room(child, asked) else most
            alone = one_only if child.alongside is not Alongside.SOLO else True
            most = np.where(alone, np.minimum(most, 1), most)
        room[at] = np.where(lawful[at], most, 0)
    return room


def question_of(told: Told, register: Register, alone: Mask, *, whole: bool = False) -> Question:
    """The day's question as the matcher is asked it: most children placed, families whole, homes near enough.

    `alone`, shape (children, homes): where each child of the register may live without brothers and sisters. `whole`
    asks for all the tiers of the policy, with the points of its considerations, as in a round.
    """
    pairs = Pairs.where(alone & (places_left(register) >= 1))
    points = np.zeros(len(pairs), dtype=np.int64)
    near = np.ones(len(pairs), dtype=np.bool_)
    if whole:
        weighed = weigh(register, told.asked, pairs)
        points = weighed.points
        near = local_pairs(register, told.asked, pairs, weighed.miles_home)
    posed = pose(register, told.asked, pairs, points=points, local=near, allowed=told.allowed)
    return replace(posed, tiers=posed.tiers if whole else PLACED, never_split=True)


def most_placed(question: Question) -> Array:
    """[children] the home of each child in a plan that places as many as can be, -1 for none."""
    return solve_bundles(question, unique=False).home_of


def plan_of(question: Question) -> Array:
    """[children] the home of each child in the one plan that a round would suggest, -1 for none."""
    return solve_bundles(question).home_of
