"""What a search at night found, in words: for a terminal, a page or the telephone."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from matching.duty import Tonight
from matching.placements import BeforeConfirming
from matching.ranking import Ranked
from matching.rules.rule import Answer, Gate, Rule
from matching.words import plain_word, some_ids
from records.model import PlacementNeed, Route
from records.tonight import HELD


def barred_by(found: Tonight, group: Ranked) -> list[tuple[Rule, int]]:
    """How many homes of the register each rule bars for a group, in the order of the rules; others are left out."""
    barred = found.proposal.answers_for(*group.child_ids).barred
    counts = [
        (rule, int((barred >> np.uint64(bit) & np.uint64(1)).sum())) for bit, rule in enumerate(found.proposal.rules)
    ]
    return [(rule, n) for rule, n in counts if n]


def gates_of(found: Tonight, group: Ranked, k: int) -> tuple[Gate, ...]:
    """What comes before confirming one ranked home for a group, without what comes before every home."""
    children = [found.proposal.register.child_index[c] for c in group.child_ids]
    return tuple(gate for gate in BeforeConfirming(found.proposal).of(children, int(group.homes[k])) if not gate.always)


def counted(found: Tonight, group: Ranked) -> str:
    """How many homes there are of each answer, in a sentence."""
    answers = group.answers.overall()
    words = [
        f"{many:,} {verb}{'s' if many == 1 else ''} {said}"
        for answer, verb, said in (
            (Answer.MET, "meet", "every rule"),
            (Answer.NEEDS_SIGN_OFF, "need", "somebody's approval first"),
            (Answer.UNKNOWN, "wait", "for an answer"),
        )
        if (many := int((answers == answer).sum()))
    ]
    homes = len(found.proposal.register.homes)
    if not words:
        return f"None of {homes:,} homes on the register could take them, even with approval: all are barred or full."
    return f"{len(group):,} of {homes:,} homes on the register could be theirs: {', '.join(words)}."


def takes(found: Tonight, group: Ranked, k: int) -> str:
    """What one ranked home would take from somebody who waits, in a sentence; "" where it takes nothing."""
    taken = found.taken.get(group.child_ids, {}).get(int(group.homes[k]))
    if taken is None:
        return ""
    home_id = found.proposal.register.homes.ids[int(group.homes[k])]
    who = ", ".join(taken.child_ids)
    if taken.stays:
        return f"{home_id} is proposed for {who} too: there is room for all of them."
    why = f" Beside them {', '.join(taken.rules)} would stand in the way." if taken.rules else ""
    need = "would need another home" if len(taken.child_ids) == 1 else "would not all have a place"
    return f"{home_id} is proposed for {who} in the open round: {who} {need} if it is used tonight.{why}"


def about_the_family(found: Tonight) -> Iterator[str]:
    """What is to be said of brothers and sisters: a split is never silent."""
    unit = found.unit
    if len(unit.child_ids) < 2:
        return
    if unit.whole is None:
        yield "They may not all live together: some are assessed apart or separated. Each is looked at alone below."
    elif not len(unit.whole):
        yield "No home on the register could take all of them, even with approval."
    elif not unit.whole.in_plan.any():
        yield "No home can take all of them tonight without a further approval, answer or place."
    more = len(unit.parts) + unit.parts_left_out
    if more:
        yield f"There are {more:,} ways for some of them to live together; `placewell rank` shows them."
    if not found.splits:
        return
    where = {c: found.home_for(c) for c in unit.child_ids}
    if not any(where.values()):
        yield f"No home was found that may be used unasked for any of {', '.join(unit.child_ids)}."
        return
    listed = "; ".join(f"{c}: {home or 'no home'}" for c, home in where.items())
    far = [f"{a} and {b} {apart:.1f} miles" for one in found.splits for a, b, apart in one.parted if apart is not None]
    between = f" Between their homes: {', '.join(far)}." if far else ""
    yield (
        f"This would split brothers and sisters [SIB-05]. The best way for this family alone is {listed}.{between} "
        "A split is a decision with reasons, never a matter of course."
    )


def asks(found: Tonight) -> list[str]:
    """What to ask about tonight's children, what could change most first; nothing of it is assumed."""
    lines = []
    for one in found.missing:
        who = f" ({', '.join(one.child_ids)})" if len(found.unit.child_ids) > 1 else ""
        first = ", the first among them" if one.first_is else ""
        fall, wait = ("falls", "waits") if one.harder == 1 else ("fall", "wait")
        harder = f"{one.harder:,} of these homes {fall} out or {wait} for an approval"
        lines.append(f"{one.question}{who} If {one.answer}, {harder}{first}.")
    children = [found.proposal.register.children[found.proposal.register.child_index[c]] for c in found.unit.child_ids]
    if any(c.home is None for c in children):
        lines.append(
            "Where does the child come from? Until then no distance is known, and nearness counts as middling."
        )
    if not any(c.needs_must for c in children):
        lines.append(
            "Is there anything that the home must be able to do: health, disability, harm to others or to self? "
            "None is recorded, so no home was left out for it."
        )
    if not any(found.proposal.register.tied_to(c.child_id) for c in children):
        lines.append("Is there a relative, a friend or an earlier carer? The law prefers them, and none is recorded.")
    if not any(c.views for c in children):
        lines.append("What does the child want? Nothing is recorded; ask before deciding.")
    return lines


def notes(found: Tonight) -> list[str]:
    """How to take the answer: what was looked for, what was left out, and what else stands."""
    register = found.proposal.register
    children = [register.children[register.child_index[c]] for c in found.unit.child_ids]
    lines = []
    if all(c.routes == (Route.FOSTER,) for c in children):
        lines.append("Looked for: foster homes. Other kinds of home are looked at where the care plan allows them.")
    other = sorted({plain_word(c.placement_need) for c in children if c.placement_need is not PlacementNeed.EMERGENCY})
    if other:
        lines.append(f"Recorded as: {', '.join(other)}. What the law allows in an emergency alone is not listed.")
    if found.held:
        lines.append(
            f"{found.held:,} places are taken off because agreed matches hold them; who comes is not said, so rules on "
            f"the household ask ({HELD})."
        )
    lines += list(found.proposal.warnings)
    return lines


def depends_on_age(young: Tonight, old: Tonight) -> list[str]:
    """Homes of the first group whose answer is another for the same child nearly a year older, in sentences."""
    group, other = young.looked_at_first[0], old.looked_at_first[0]
    ids = young.proposal.register.homes.ids
    before = dict(zip(group.homes.tolist(), group.answers.overall().tolist(), strict=True))
    after = dict(zip(other.homes.tolist(), other.answers.overall().tolist(), strict=True))
    differ = [str(ids[h]) for h in sorted(before.keys() | after.keys()) if before.get(h) != after.get(h)]
    if differ:
        return [
            f"Only the age is known. The rules answer otherwise for {some_ids(differ)} if the birthday is near: "
            "ask the date of birth."
        ]
    return [
        "Only the age is known. Whatever the date of birth, the rules answer the same here; points may differ a little."
    ]
