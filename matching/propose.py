"""Suggest a home for every child and family that needs one: the whole round on one page."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from matching import audit
from matching.considerations import Weighed, cautions, weigh
from matching.council import responsible_council
from matching.pairs import Pairs
from matching.points import GivenPoints, WeighedByFile
from matching.policy import Policy
from matching.pose import NOTHING_KEPT, Keep, local_pairs, pose
from matching.question import Question, Solution
from matching.rules import RULES
from matching.rules.among import Among
from matching.rules.asked import Asked
from matching.rules.law import law_on
from matching.rules.register import Mask, Register
from matching.rules.rule import Answers, Rule, ask
from matching.screen import Screen, screen
from matching.solvers import SOLVERS, Watch
from matching.solvers.apart import NotStarted, solve_apart
from records.model import Child, Records

SAME_APPROVAL = (frozenset({"FOST-03", "FOST-04", "FOST-05"}), frozenset({"FOST-02", "FOST-10"}))
"""Rules whose breach one and the same approval mends: allowing one allows the others."""
EMERGENCY_OUTSIDE_TERMS = "FOST-11"
APART_PAIRS = 5_000
"""A smaller round is solved within a few seconds and megabytes: a process of its own, which takes about a second to
start, would protect it from nothing."""


class PlanDisagrees(RuntimeError):
    """The audit of a finished plan found something the solver should have prevented. The plan is not used."""


@dataclass(frozen=True, slots=True, eq=False)
class Proposal:
    """One finished round. Arrays over pairs have shape (pairs,), in the order of `pairs`.

    `pairs` are those that pass the screen (`matching.screen`): kind, place count, and the council's radius if it has
    one; `beyond`, shape (children,), counts the homes left out as too far. `usable` pairs a plan may use. `home_of`
    is the home index of each child, -1 for none. Nothing here is a decision.
    """

    register: Register
    asked: Asked
    council_found: str
    rules: tuple[Rule, ...]
    allowed: frozenset[str]
    pairs: Pairs
    beyond: NDArray[np.int64]
    among: Among
    answers: Answers
    usable: Mask
    local: Mask
    weighed: Weighed
    question: Question
    solution: Solution
    home_of: NDArray[np.int64]
    warnings: tuple[str, ...]
    keep: Keep = field(default_factory=dict)
    """What placements are expected to cost children who come later; empty where scarce homes are not kept."""

    @property
    def miles_home(self) -> NDArray[np.float64]:
        """Miles from where each child comes from to each home; NaN where either is not known."""
        return self.weighed.miles_home

    @property
    def miles_school(self) -> NDArray[np.float64]:
        """Miles from each home to the child's school; NaN where either is not known."""
        return self.weighed.miles_school

    def at(self, child: int, home: int) -> int:
        """Where one pair stands in the arrays. Raises KeyError for a pair that is not among `pairs`."""
        return self.weighed.at(child, home)

    def answers_for(self, *child_ids: str, homes: NDArray[np.int64] | None = None) -> Answers:
        """Every rule asked about these children living together, against these homes (sorted); else against all."""
        register = self.register if homes is None else self.among(homes)
        return ask(self.rules, register.group(*child_ids), register.homes, self.asked)

    def looked_at(self, child: int) -> Mask:
        """Homes that were not left out for this child, by index, as too far; shape (homes,)."""
        looked: Mask = np.ones(len(self.register.homes), dtype=np.bool_)
        if self.beyond[child]:
            looked &= self.question.places == 0
            looked[self.pairs.homes_of(child)] = True
        return looked

    def every_home(self, child: int) -> EveryHome:
        """One child, by index, with every home of the register, whether or not it is among `pairs`."""
        homes = len(self.register.homes)
        pairs = Pairs(np.full(homes, child), np.arange(homes), len(self.register.children), homes)
        weighed = self.weighed.again(pairs)
        return EveryHome(
            answers=self.answers_for(self.register.children[child].child_id),
            weighed=weighed,
            local=local_pairs(self.register, self.asked, pairs, weighed.miles_home),
        )

    def rule_ids(self, word: int) -> list[str]:
        """The rules whose bits are set in one packed word."""
        return [rule.rule_id for bit, rule in enumerate(self.rules) if int(word) >> bit & 1]


@dataclass(frozen=True, slots=True, eq=False)
class EveryHome:
    """What is known of one child with every home; arrays have shape (homes,)."""

    answers: Answers
    weighed: Weighed
    local: Mask


def propose(
    records: Records,
    policy: Policy,
    *,
    council: str | None = None,
    allow: Iterable[str] = (),
    points: GivenPoints | None = None,
    pins: Mapping[str, str] | None = None,
    solver: str = "bundles",
    workers: int = 1,
    time_limit: float | None = None,
    watch: Watch | None = None,
    apart: bool = False,
    stop: Callable[[], bool] | None = None,
    solved: Callable[[Question], Solution] | None = None,
    only: Collection[str] | None = None,
    keep: Keep = NOTHING_KEPT,
) -> Proposal:
    """Suggest a home for every child or family, best in the council's order of priorities, or say what stops it.

    `allow`: rules whose sign-off (or open question) this run accepts, besides the policy's own. `points` from a
    council's own tool take the place of the considerations (`matching.points.read_points`). `pins`: child id to the
    one home that a person wants considered for the child, where the rules leave it open. `time_limit` in
    seconds for the solver; without it every tier is proved. `apart`: where a plan may use more than `APART_PAIRS`
    pairs, the solver has a process of its own, so that running out of memory costs the proof and not the plan; a
    script must then be safe to import. `stop`: asked now and then whether a person wants the best plan found so far;
    the solver then has a process of its own whatever the size. `solved`: gives the answer to the question instead of
    a solver, for a round that was solved before. `only`: look for homes for these children alone; the others stay on
    the register, with the places they hold, and none is looked for. `keep`: (child id, home id) to what a placement is
    expected to cost children who come later (`matching.prices`), read where the policy has the tier `keep`. Raises
    `PlanDisagrees` if the audit finds a breach.
    """
    register = Register(records)
    code, found = responsible_council(records, policy, council)
    asked = Asked(records.day, code, law_on(records.day), policy)
    allowed = with_same_approval(frozenset(allow) | frozenset(policy.allow))

    screened = screen(register, policy)
    if only is not None:
        screened = screened.only(np.array([child.child_id in only for child in register.children], dtype=np.bool_))
    pairs, among = screened.pairs, Among(register)
    answers = ask_about(pairs, among, asked)
    usable = usable_pairs(register, pairs, answers, allowed)
    usable, kept_pins = only_pinned(register, pairs, usable, pins or {})
    weighed = weigh(register, asked, pairs)
    if points is not None:
        weighed = WeighedByFile.of(weighed, points)
    local = local_pairs(register, asked, pairs, weighed.miles_home)

    question = pose(
        register,
        asked,
        pairs.only(usable),
        points=weighed.points[usable],
        local=local[usable],
        allowed=allowed,
        keep=keep,
        few=only is not None,
    )
    if solved is not None:
        solution = solved(question)
    else:
        apart = stop is not None or (apart and question.pairs > APART_PAIRS)
        solution = _solved(question, solver, time_limit, watch, workers, stop, apart=apart)
    check_plan(register, asked, question, solution, weighed, allowed, keep)

    return Proposal(
        register=register,
        asked=asked,
        council_found=found,
        rules=RULES,
        allowed=allowed,
        pairs=pairs,
        beyond=screened.beyond,
        among=among,
        answers=answers,
        usable=usable,
        local=local,
        weighed=weighed,
        question=question,
        solution=solution,
        home_of=solution.home_of,
        warnings=(
            *_about_pins(register, pins or {}, kept_pins, solution),
            *_warnings(register, asked, found, solution, screened, usable, points, only),
        ),
        keep=keep,
    )


def _solved(
    question: Question,
    solver: str,
    time_limit: float | None,
    watch: Watch | None,
    workers: int,
    stop: Callable[[], bool] | None,
    *,
    apart: bool,
) -> Solution:
    if apart:
        try:
            return solve_apart(question, solver, time_limit=time_limit, watch=watch, workers=workers, stop=stop)
        except NotStarted as error:
            note = f"The solver ran in the same process as everything else, because no other could be started: {error}"
            here = SOLVERS[solver](question, time_limit=time_limit, watch=watch, workers=workers)
            return replace(here, notes=(*here.notes, note))
    return SOLVERS[solver](question, time_limit=time_limit, watch=watch, workers=workers)


def with_same_approval(allowed: frozenset[str]) -> frozenset[str]:
    """The allowed rules, and those that the same approval would mend."""
    for together in SAME_APPROVAL:
        if allowed & together:
            allowed |= together
    return allowed


def ask_about(pairs: Pairs, among: Among, asked: Asked) -> Answers:
    """Every rule's answer for each child alone and each home listed for it; words of shape (pairs,)."""
    words = Answers(*(np.zeros(len(pairs), dtype=np.uint64) for _ in range(3)))
    for i, child in enumerate(among.register.children):
        mine = pairs.of(i)
        if mine.start < mine.stop:
            some = among(pairs.home[mine])
            row = ask(RULES, some.group(child.child_id), some.homes, asked)
            words.sign_off[mine], words.unknown[mine], words.barred[mine] = row.sign_off, row.unknown, row.barred
    return words


def allowed_bits(child: Child, allowed: frozenset[str]) -> np.uint64:
    """The bits of the rules whose sign-off this run accepts for this child."""
    mine = allowed
    if EMERGENCY_OUTSIDE_TERMS in allowed and child.placement_need == "emergency":
        mine = mine | {"FOST-02"}
    return np.uint64(sum(1 << bit for bit, rule in enumerate(RULES) if rule.rule_id in mine))


def usable_pairs(register: Register, pairs: Pairs, answers: Answers, allowed: frozenset[str]) -> Mask:
    """Pairs that no rule stops, or only rules whose sign-off this run accepts; shape (pairs,)."""
    bits = np.array([allowed_bits(child, allowed) for child in register.children], dtype=np.uint64)
    return answers.usable(bits[pairs.child])


def check_plan(
    register: Register,
    asked: Asked,
    question: Question,
    solution: Solution,
    weighed: Weighed,
    allowed: frozenset[str],
    keep: Keep = NOTHING_KEPT,
) -> None:
    """Re-ask every rule of the finished plan and recount its tiers; raise `PlanDisagrees` at the first doubt."""
    home_of = {
        child_id: question.home_ids[home] if home >= 0 else None
        for child_id, home in zip(question.child_ids, solution.home_of, strict=True)
    }
    never_split = asked.policy.siblings == "never_split"
    breaches = audit.audit(register, asked, home_of, allowed, never_split=never_split)
    if breaches:
        listed = "; ".join(
            f"{b.rule_id} for {', '.join(b.child_ids)} at {b.home_id}: {b.message}" for b in breaches[:10]
        )
        raise PlanDisagrees(
            f"The audit of the finished plan found {len(breaches)} breach(es) that the {solution.solver} solver "
            f"should have prevented, so no plan is given. This is a fault in Placewell, not in the records. {listed}"
        )
    points = {
        (question.child_ids[child], question.home_ids[home]): int(weighed.points[weighed.at(child, int(home))])
        for child, home in enumerate(solution.home_of)
        if home >= 0
    }
    recounted = audit.recount(register, asked, home_of, points, keep)
    for tier in solution.tiers:
        if recounted[tier.name] != tier.value:
            raise PlanDisagrees(
                f"The audit counts {recounted[tier.name]} for the tier {tier.name}; the {solution.solver} solver "
                f"says {tier.value}. This is a fault in Placewell, so no plan is given."
            )


def only_pinned(register: Register, pairs: Pairs, usable: Mask, pins: Mapping[str, str]) -> tuple[Mask, frozenset[str]]:
    """The pairs a plan may use when some children are pinned to one home each, and whose pins the rules allow.

    A pin to a home that the rules do not leave open changes nothing for that child. `usable`, shape (pairs,).
    """
    homes = {str(home): i for i, home in enumerate(register.homes.ids)}
    usable, kept = usable.copy(), set()
    for child_id, home_id in sorted(pins.items()):
        child = register.child_index.get(child_id)
        if child is None:
            continue
        mine = slice(int(pairs.start[child]), int(pairs.start[child + 1]))
        pinned = usable[mine] & (pairs.home[mine] == homes.get(home_id, -1))
        if pinned.any():
            usable[mine] = pinned
            kept.add(child_id)
    return usable, frozenset(kept)


def _about_pins(register: Register, pins: Mapping[str, str], kept: frozenset[str], solution: Solution) -> Iterable[str]:
    """What became of each pin: none is followed, or given up, in silence."""
    for child_id, home_id in sorted(pins.items()):
        if child_id not in register.child_index:
            continue
        if child_id not in kept:
            yield f"Child {child_id} is pinned to home {home_id}, which the rules do not leave open: not followed."
        elif solution.home_of[register.child_index[child_id]] < 0:
            yield f"Child {child_id} is pinned to home {home_id}, which goes to others: no other home was considered."
        else:
            yield f"Child {child_id} has home {home_id} because a person pinned it: no other home was considered."


def _warnings(
    register: Register,
    asked: Asked,
    found: str,
    solution: Solution,
    screened: Screen,
    usable: Mask,
    points: GivenPoints | None,
    only: Collection[str] | None,
) -> Iterable[str]:
    if asked.council is None:
        yield f"The responsible council is {found}. Rules on area and distance are therefore open questions."
    if screened.beyond.any():
        left_out, children = int(screened.beyond.sum()), int((screened.beyond > 0).sum())
        yield (
            f"{left_out:,} pairs of child and home were not looked at, for {children:,} of {len(register.children):,} "
            f"children: homes of a right kind with a place, more than {asked.policy.screen_miles:g} miles away "
            "(screen_miles in the policy). Some might be lawful, and better: a child left without a home should be "
            "looked at again without that limit."
        )
    if not solution.proved:
        unproved = ", ".join(t.name for t in solution.tiers if not t.proved)
        yield f"Not proved best: the solver stopped before it could prove {unproved}. Bounds are shown."
    for i, child in enumerate(register.children):
        home = register.lives_in.get(child.child_id)
        if only is not None and child.child_id not in only:
            continue
        if register.is_settled(child) and home is not None and solution.home_of[i] < 0:
            yield (
                f"Child {child.child_id} lives in home {register.homes.ids[home]} and no move is asked for, but the "
                "plan cannot keep that home for the child on the facts recorded. Review it urgently; nobody who is "
                "settled is moved."
            )
    yield from cautions(asked.policy) if points is None else points.warnings(screened.pairs, usable)
    yield from solution.notes
