"""Why a rule answers otherwise than in an earlier round: which fact, day, policy or sign-off alone makes the change.

Each change is put into the earlier round by itself and the rules are asked again of the one child and home, so that a
cause is tried, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from matching.propose import allowed_bits
from matching.rules import RULES
from matching.rules.asked import Asked
from matching.rules.register import Register
from matching.rules.rule import ask
from records.days import day_in_words
from records.differences import KEYS, TABLE_WORDS, Kind, Row, RowChange, differences
from records.model import LinkKind, Records


@dataclass(frozen=True, slots=True)
class Then:
    """One round as a rule sees it: the facts, what is asked, and the rules whose sign-off the round accepts."""

    records: Records
    asked: Asked
    allowed: frozenset[str]


def about(records: Records, child_id: str, *home_ids: str) -> Records:
    """The part of the records on which the answers for this child and these homes rest; its rows in their order."""
    children = {child_id}
    family = {c.family_id for c in records.children if c.child_id == child_id} - {None}
    children |= {c.child_id for c in records.children if c.family_id in family}
    homes = set(home_ids)
    living = {r.resident_id for r in records.residents if r.home_id in homes}
    living |= {one.child_id for one in records.links if one.home_id in homes and one.link is LinkKind.CURRENT_CARER}
    children |= {c.child_id for c in records.children if c.child_id in living}
    # where these children live decides whether they are settled
    homes |= {one.home_id for one in records.links if one.child_id in children and one.link is LinkKind.CURRENT_CARER}
    homes |= {r.home_id for r in records.residents if r.resident_id in children}
    return replace(
        records,
        children=tuple(c for c in records.children if c.child_id in children),
        homes=tuple(h for h in records.homes if h.home_id in homes),
        residents=tuple(r for r in records.residents if r.home_id in homes),
        siblings=tuple(s for s in records.siblings if {s.child_a, s.child_b} & children),
        separations=tuple(s for s in records.separations if {s.person_a, s.person_b} & (children | living)),
        links=tuple(one for one in records.links if one.child_id in children),
        zones=tuple(z for z in records.zones if z.child_id in children),
        findings=(),
    )


def stopping(then: Then, child_id: str, home_id: str) -> frozenset[str]:
    """The rules that keep the child from this home in this round: that bar it, or whose approval or answer is open.

    Empty where either is not in the records.
    """
    return _stopping(replace(then, records=about(then.records, child_id, home_id)), child_id, home_id)


def _stopping(then: Then, child_id: str, home_id: str) -> frozenset[str]:
    register = Register(then.records)
    at = register.homes.index.get(home_id)
    if child_id not in register.child_index or at is None:
        return frozenset()
    answers = ask(RULES, register.group(child_id), register.homes, then.asked).at(np.array([at], dtype=np.int64))
    child = register.children[register.child_index[child_id]]
    accepted = allowed_bits(child, then.allowed)
    word = int(answers.barred[0] | ((answers.sign_off[0] | answers.unknown[0]) & ~accepted))
    return frozenset(rule.rule_id for bit, rule in enumerate(RULES) if word >> bit & 1)


def causes(then: Then, now: Then, child_id: str, home_id: str) -> dict[str, tuple[str, ...]]:
    """For each rule that stops the pair in one of the two rounds and not in the other: what alone makes the change.

    Rule id to words; where nothing alone does, everything that changed, and that it is together. Rules that stop the
    pair in both, or in neither, are not here.
    """
    old = replace(then, records=about(then.records, child_id, home_id))
    new = replace(now, records=about(now.records, child_id, home_id))
    before, after = _stopping(old, child_id, home_id), _stopping(new, child_id, home_id)
    changed = before ^ after
    if not changed:
        return {}
    tried = [(words, _stopping(one, child_id, home_id)) for words, one in _one_at_a_time(old, new)]
    found: dict[str, tuple[str, ...]] = {}
    for rule_id in sorted(changed):
        alone = tuple(words for words, stops in tried if (rule_id in stops) == (rule_id in after))
        together = tuple(f"{words} (together with the rest)" for words, _ in tried)
        found[rule_id] = alone or together
    return found


def _one_at_a_time(old: Then, new: Then) -> Iterator[tuple[str, Then]]:
    """The earlier round with one change each: first the facts, then the day, the policy, the sign-offs."""
    for one in differences(old.records, new.records).changes:
        yield change_in_words(one), replace(old, records=_with(old.records, one))
    if old.asked.day != new.asked.day:
        words = f"the day: {day_in_words(old.asked.day)}, now {day_in_words(new.asked.day)}"
        asked = replace(old.asked, day=new.asked.day, law=new.asked.law)
        yield words, replace(old, asked=asked, records=replace(old.records, day=new.asked.day))
    if old.asked.policy != new.asked.policy:
        yield "the council's policy", replace(old, asked=replace(old.asked, policy=new.asked.policy))
    if old.asked.council != new.asked.council:
        yield "whose round it is", replace(old, asked=replace(old.asked, council=new.asked.council))
    if old.allowed != new.allowed:
        added, gone = sorted(new.allowed - old.allowed), sorted(old.allowed - new.allowed)
        parts = [f"now accepted: {', '.join(added)}"] if added else []
        parts += [f"no longer accepted: {', '.join(gone)}"] if gone else []
        yield f"sign-offs that the round accepts ({'; '.join(parts)})", replace(old, allowed=new.allowed)


def _with(records: Records, one: RowChange) -> Records:
    rows: list[Row] = list(getattr(records, one.table))
    if one.before is not None:
        rows.remove(one.before)
    if one.after is not None:
        rows.append(one.after)
    tables: Mapping[str, tuple[Row, ...]] = {one.table: tuple(sorted(rows, key=KEYS[one.table]))}
    return replace(records, **tables)  # type: ignore[arg-type]


def change_in_words(one: RowChange) -> str:
    """One change of the records in a line: `home H2: vacancies: 1, now 0`."""
    row = f"{TABLE_WORDS[one.table][0]} {' and '.join(one.who)}"
    if one.table == "links":
        row = f"{one.key[2].replace('_', ' ')} link of {one.key[0]} and {one.key[1]}"
    if one.kind is Kind.CHANGED:
        return f"{row}: {'; '.join(cell.said for cell in one.cells)}"
    return f"{row} is {'new in the records' if one.kind is Kind.NEW else 'no longer in the records'}"


def some_words(words: Iterable[str], most: int = 4) -> str:
    """Several causes in one sentence; those beyond `most` are counted."""
    listed = list(words)
    more = len(listed) - most
    return "; ".join(listed[:most]) + (f"; and {more} more" if more > 0 else "")
