"""What a rule is, and its four answers.

A rule is one short function that looks at one group of children (a child alone, or brothers and sisters who
would live together) against every home at once, and answers for each home: *met*, *needs sign-off* (by whom),
*unknown* (which question to ask) or *barred*. Unknown is never "no" and never "yes".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matching.rules.asked import Asked
    from matching.rules.register import Group, Homes, Register
    from records.model import Child

Mask = NDArray[np.bool_]
AnswerArray = NDArray[np.int8]


class Answer(IntEnum):
    """The four answers, in the order in which they combine: the highest decides."""

    MET = 0
    NEEDS_SIGN_OFF = 1
    UNKNOWN = 2
    BARRED = 3

    @property
    def word(self) -> str:
        """The word used in the files: `met`, `needs_sign_off`, `unknown` or `barred`."""
        return self.name.lower()


_NOT_MET = (np.int8(Answer.NEEDS_SIGN_OFF), np.int8(Answer.UNKNOWN), np.int8(Answer.BARRED))
"""The answers other than met, from the one that gives way to the one that decides."""

Scope = Literal["child", "group"]
Weight = Literal["HARD-A", "HARD-G"]
AsksOfGroup = Callable[["Group", "Homes", "Asked"], AnswerArray]
AsksOfChild = Callable[["Child", "Register", "Asked"], AnswerArray]
AppliesTo = Callable[["Child", "Register", "Asked"], Mask]
Deadline = Callable[["Child", "Asked"], date]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of law or of the council's policy.

    `scope` is "child" when each child is asked about alone (a group's answer is its hardest child's) and
    "group" when the combined household is what matters.
    """

    rule_id: str
    weight: Weight
    scope: Scope
    title: str
    """The question a panel member would ask; the first line of the function's docstring."""
    law: str
    sign_off: str | None
    """Who may approve a breach; None when nobody may."""
    question: str | None
    """What to ask when a fact is not recorded; None when no unrecorded fact can matter."""
    mark: str
    """How the source was checked: "primary", "secondary", "unchecked", "local policy" or "product"."""
    asks: AsksOfGroup
    notes: str
    """What else to know: the rest of the function's docstring."""

    def __call__(self, group: Group, homes: Homes, asked: Asked) -> AnswerArray:
        """The answer for each home: shape (homes,), values of `Answer`."""
        return self.asks(group, homes, asked)


def rule(
    rule_id: str,
    *,
    weight: Weight,
    law: str,
    mark: str,
    sign_off: str | None = None,
    question: str | None = None,
) -> Callable[[AsksOfGroup], Rule]:
    """Make a rule of a function that asks about a whole group."""

    def make(asks: AsksOfGroup) -> Rule:
        title, notes = _words(asks)
        return Rule(rule_id, weight, "group", title, law, sign_off, question, mark, asks, notes)

    return make


def rule_for_each_child(
    rule_id: str,
    *,
    weight: Weight,
    law: str,
    mark: str,
    sign_off: str | None = None,
    question: str | None = None,
) -> Callable[[AsksOfChild], Rule]:
    """Make a rule of a function that asks about one child; a group's answer is its hardest child's.

    Such a function is handed the child and the whole register, never the group: it cannot depend on the others.
    """

    def make(asks: AsksOfChild) -> Rule:
        def asks_of_group(group: Group, homes: Homes, asked: Asked) -> AnswerArray:
            hardest = np.zeros(len(homes), dtype=np.int8)
            for child in group.children:
                np.maximum(hardest, asks(child, group.register, asked), out=hardest)
            return hardest

        title, notes = _words(asks)
        return Rule(rule_id, weight, "child", title, law, sign_off, question, mark, asks_of_group, notes)

    return make


def _words(asks: Callable[..., object]) -> tuple[str, str]:
    """The first line of the docstring, and the rest as one paragraph."""
    title, _, rest = (asks.__doc__ or "").strip().partition("\n")
    if not title:
        raise ValueError(f"the rule {asks!r} has no docstring: its first line is the question a panel asks")
    return title.strip(), " ".join(rest.split())


def met_unless(
    homes: Homes,
    *,
    barred: Mask | bool = False,
    unknown: Mask | bool = False,
    needs_sign_off: Mask | bool = False,
) -> AnswerArray:
    """Answers from named conditions; where several hold, barred beats unknown beats needs sign-off."""
    answers = np.zeros(len(homes), dtype=np.int8)
    for answer, where in zip(_NOT_MET, (needs_sign_off, unknown, barred), strict=True):
        if where is not False:
            # of one shape or a single yes or no: this is asked once for every rule and child
            np.copyto(answers, answer, where=where)
    return answers


@dataclass(frozen=True, slots=True)
class Gate:
    """Something the law wants done before a match is confirmed, which the records cannot show as done.

    A gate never changes an answer; it is listed beside the match (`before_confirming`).
    """

    rule_id: str
    text: str
    """What to do or ask, in plain words, with who does it."""
    law: str
    mark: str
    always: bool
    """Ordinary for every home of its kind, whatever is recorded: screens may fold it away."""
    applies: AppliesTo
    """For which homes, for this child: shape (homes,)."""
    by: Deadline | None = None
    """The last day for it, where the law sets one."""

    def words(self, child: Child, asked: Asked) -> str:
        """The text for one child, with its last day where there is one."""
        if self.by is None:
            return self.text
        return f"{self.text} Last day, if the stay begins at once: {self.by(child, asked):%d/%m/%Y}."


def gate(
    rule_id: str, *, law: str, mark: str, always: bool = False, by: Deadline | None = None
) -> Callable[[AppliesTo], Gate]:
    """Make a gate of a function that says for which homes it applies; its text is the docstring's first part."""

    def make(applies: AppliesTo) -> Gate:
        text = " ".join((applies.__doc__ or "").strip().split("\n\n")[0].split())
        if not text:
            raise ValueError(f"the gate {applies!r} has no docstring: it says what to do before confirming")
        return Gate(rule_id, text, law, mark, always, applies, by)

    return make


@dataclass(frozen=True, slots=True)
class Answers:
    """Every rule's answer for one group and all homes, packed: bit k of each word belongs to rule k.

    `sign_off`, `unknown`, `barred`: shape (homes,), unsigned 64-bit; a home with all three zero meets every rule.
    """

    sign_off: NDArray[np.uint64]
    unknown: NDArray[np.uint64]
    barred: NDArray[np.uint64]

    def at(self, which: Mask | NDArray[np.int64] | slice) -> Answers:
        """The answers of some of these homes, or pairs."""
        return Answers(self.sign_off[which], self.unknown[which], self.barred[which])

    def __or__(self, other: Answers) -> Answers:
        return Answers(self.sign_off | other.sign_off, self.unknown | other.unknown, self.barred | other.barred)

    def overall(self) -> AnswerArray:
        """The combined answer for each home: barred, then unknown, then needs sign-off, then met."""
        overall = np.zeros(self.barred.shape, dtype=np.int8)
        overall[self.sign_off != 0] = Answer.NEEDS_SIGN_OFF
        overall[self.unknown != 0] = Answer.UNKNOWN
        overall[self.barred != 0] = Answer.BARRED
        return overall

    def usable(self, allowed: np.uint64 | NDArray[np.uint64]) -> Mask:
        """Homes a plan may use: nothing barred, and every sign-off or unknown is of an allowed rule.

        `allowed` has the bits of the rules whose sign-off (or open question) this run accepts.
        """
        still_open = (self.sign_off | self.unknown) & ~allowed
        usable: Mask = (self.barred == 0) & (still_open == 0)
        return usable


def ask(rules: Sequence[Rule], group: Group, homes: Homes, asked: Asked) -> Answers:
    """Ask every rule about one group and all homes at once."""
    if len(rules) > 64:
        raise ValueError(f"{len(rules)} rules do not fit the 64 bits of an answer")
    words = [np.zeros(len(homes), dtype=np.uint64) for _ in range(3)]
    for bit, one in enumerate(rules):
        answers = one(group, homes, asked)
        if answers.any():
            for word, answer in zip(words, _NOT_MET, strict=True):
                word |= (answers == answer).astype(np.uint64) << np.uint64(bit)
    return Answers(*words)
