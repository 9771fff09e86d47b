"""The proposed plan, child by child: the home, what must be signed first, and what to do before confirming."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from matching import audit
from matching.propose import Proposal
from matching.rules import GATES
from matching.rules.rule import Answer, Gate, Rule
from records.geography import miles
from records.model import SiblingPlan

NO_HOME = -1
SIGNED_BY_HOUSEHOLD = ("FOST-03", "FOST-05", "BED-01", "SAFE-04")
"""Rules that children of several families may break only together."""


@dataclass(frozen=True, slots=True)
class Placement:
    """One child in the plan; `home` is -1 and `answer` None for a child the plan leaves without a home.

    `sign_off` and `questions`: rules whose sign-off, or open question, this run accepted for the placement.
    `group_id` names the children of one family placed together; `placed_with` all others placed in that home.
    """

    child_id: str
    home: int
    answer: Answer | None
    sign_off: tuple[str, ...]
    questions: tuple[str, ...]
    group_id: str
    placed_with: tuple[str, ...]
    stays: bool


@dataclass(frozen=True, slots=True)
class Split:
    """A family whose children the plan does not keep together: which pairs it parts, and how far [SIB-05].

    Only pairs not assessed apart are here. Miles between the two homes; None when either child has no home or a
    home's place is not known.
    """

    family_id: str
    parted: tuple[tuple[str, str, float | None], ...]


def who_signs(rule: Rule) -> str:
    """The person or body whose approval a rule asks for, in a few words; "" when nobody may approve."""
    return (rule.sign_off or "").split(",")[0].split(";")[0]


class BeforeConfirming:
    """What the law wants done before a match is confirmed, for every child and the homes listed for it."""

    def __init__(self, proposal: Proposal, gates: Sequence[Gate] = GATES) -> None:
        self.gates = tuple(gates)
        self._proposal = proposal
        self._words: dict[int, NDArray[np.uint64]] = {}
        if len(self.gates) > 64:
            raise ValueError(f"{len(self.gates)} gates do not fit the 64 bits of a word")

    def of(self, children: Sequence[int], home: int) -> tuple[Gate, ...]:
        """The gates of these children (by index) at one home, in the order of the list, each once."""
        word = int(self.words_of(children, np.array([home], dtype=np.int64))[0])
        return tuple(one for bit, one in enumerate(self.gates) if word >> bit & 1)

    def words_of(self, children: Sequence[int], homes: NDArray[np.int64]) -> NDArray[np.uint64]:
        """The packed gates of these children together at homes listed for each of them, shape of `homes`."""
        pairs = self._proposal.pairs
        words = [self._of_child(i)[pairs.positions(i, homes) - pairs.start[i]] for i in children]
        together: NDArray[np.uint64] = np.bitwise_or.reduce(words)
        return together

    def _of_child(self, i: int) -> NDArray[np.uint64]:
        """The packed gates of one child at each home listed for it."""
        if i not in self._words:
            proposal = self._proposal
            child = proposal.register.children[i]
            listed = proposal.pairs.homes_of(i)
            # some gates ask where the child lives now
            lives = np.flatnonzero(proposal.register.lives_there(child.child_id))
            homes = np.union1d(listed, lives)
            some = proposal.among(homes)
            words = np.zeros(len(homes), dtype=np.uint64)
            for bit, one in enumerate(self.gates):
                applies = np.broadcast_to(one.applies(child, some, proposal.asked), len(homes))
                words |= applies.astype(np.uint64) << np.uint64(bit)
            self._words[i] = words[np.searchsorted(homes, listed)]
        return self._words[i]


def placements(proposal: Proposal) -> tuple[Placement, ...]:
    """The plan, one entry for each child in the order of ids."""
    register = proposal.register
    together: dict[int, list[int]] = {}
    for i, home in enumerate(proposal.home_of):
        if home >= 0:
            together.setdefault(int(home), []).append(i)
    by_household = _signed_by_household(proposal)
    group_bits = np.uint64(sum(1 << bit for bit, rule in enumerate(proposal.rules) if rule.scope == "group"))

    plan: list[Placement] = []
    for i, child in enumerate(register.children):
        home = int(proposal.home_of[i])
        if home < 0:
            plan.append(Placement(child.child_id, NO_HOME, None, (), (), child.child_id, (), False))
            continue
        others = tuple(register.children[j].child_id for j in together[home] if j != i)
        family = tuple(
            register.children[j].child_id
            for j in together[home]
            if j == i or (child.family_id is not None and register.children[j].family_id == child.family_id)
        )
        at = proposal.at(i, home)
        sign_off, unknown = proposal.answers.sign_off[at], proposal.answers.unknown[at]
        if len(family) > 1:
            group = proposal.answers_for(*family, homes=np.array([home], dtype=np.int64))
            sign_off = (sign_off & ~group_bits) | (group.sign_off[0] & group_bits)
            unknown = (unknown & ~group_bits) | (group.unknown[0] & group_bits)
        signed = {*proposal.rule_ids(int(sign_off)), *by_household.get(child.child_id, ())}
        questions = proposal.rule_ids(int(unknown))
        answer = Answer.UNKNOWN if questions else Answer.NEEDS_SIGN_OFF if signed else Answer.MET
        plan.append(
            Placement(
                child_id=child.child_id,
                home=home,
                answer=answer,
                sign_off=tuple(r.rule_id for r in proposal.rules if r.rule_id in signed),
                questions=tuple(questions),
                group_id=_group_id(proposal, child.family_id, family),
                placed_with=others,
                stays=bool(register.lives_there(child.child_id)[home]),
            )
        )
    return tuple(plan)


def _group_id(proposal: Proposal, family_id: str | None, family: tuple[str, ...]) -> str:
    if family_id is None or len(family) == 1:
        return family[0]
    whole = len(proposal.register.families[family_id]) == len(family)
    return family_id if whole else f"{family_id}:{'+'.join(family)}"


def _signed_by_household(proposal: Proposal) -> dict[str, set[str]]:
    """Sign-offs that only the whole household of a home calls for: child id to rule ids.

    They can stand in a plan only where this run accepts them; the audit, told that nothing is accepted, finds them.
    """
    accepted = proposal.allowed & set(SIGNED_BY_HOUSEHOLD)
    if not accepted:
        return {}
    home_of = {
        c.child_id: proposal.question.home_ids[h] if h >= 0 else None
        for c, h in zip(proposal.register.children, proposal.home_of, strict=True)
    }
    found: dict[str, set[str]] = {}
    for breach in audit.audit(proposal.register, proposal.asked, home_of, frozenset(), never_split=False):
        if breach.rule_id in accepted:
            for child_id in breach.child_ids:
                found.setdefault(child_id, set()).add(breach.rule_id)
    return found


def splits(proposal: Proposal) -> tuple[Split, ...]:
    """Families of whom the plan places somebody, but does not keep together all who might be."""
    register, homes = proposal.register, proposal.register.records.homes
    found: list[Split] = []
    for family_id in sorted(register.families):
        parted: list[tuple[str, str, float | None]] = []
        for a, b in combinations(register.families[family_id], 2):
            home_a = int(proposal.home_of[register.child_index[a.child_id]])
            home_b = int(proposal.home_of[register.child_index[b.child_id]])
            if home_a == home_b or register.plan_for(a.child_id, b.child_id) is SiblingPlan.APART:
                continue
            at_a = homes[home_a].location if home_a >= 0 else None
            at_b = homes[home_b].location if home_b >= 0 else None
            apart = miles(at_a, at_b) if at_a is not None and at_b is not None else None
            parted.append((a.child_id, b.child_id, apart))
        if parted:
            found.append(Split(family_id, tuple(parted)))
    return tuple(found)
