"""What needs a person today, in one list: what is late or near, what the plan waits for, and who acts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from matching.clocks import State, StatutoryClock
from matching.placements import NO_HOME, Placement, placements, who_signs
from matching.propose import Proposal
from matching.rules.rule import Rule
from records.columns import FILES
from records.model import Finding, Severity
from records.store import Role
from records.store.steps import next_steps, steps_of

OpenMatch = tuple[str, str, str, str, str, int]
"""A match as the store lists it: id, group, home, route, state, version."""


class Urgency(StrEnum):
    """How pressing, the most pressing first."""

    OVERDUE = "overdue"
    SOON = "soon"
    WAITING = "waiting"
    """Something stops until a person acts."""
    ASK = "to ask"


class Kind(StrEnum):
    """What sort of thing needs a person, in the order in which it is read within one urgency."""

    CLOCK = "a day the law sets"
    NO_HOME = "no home proposed"
    LEFT_OUT = "left out of the round"
    MATCH = "a match that waits for its next step"
    SIGN_OFF = "approval needed"
    QUESTION = "open question"


_URGENCIES: Final = {urgency: at for at, urgency in enumerate(Urgency)}
_KINDS: Final = {kind: at for at, kind in enumerate(Kind)}
_OF_CLOCK: Final = {State.OVERDUE: Urgency.OVERDUE, State.SOON: Urgency.SOON, State.ASK: Urgency.ASK}

_MANY: Final = {"child": "children", "home": "homes", "resident": "young people", "match": "matches"}

ROLE_WORDS: Final = {
    Role.FAMILY_FINDER: "family finder",
    Role.PANEL_MEMBER: "panel member",
    Role.PANEL_CHAIR: "panel chair",
    Role.DECISION_MAKER: "decision maker",
    Role.COMMISSIONER: "commissioner",
    Role.AUDITOR: "auditor",
    Role.ADMINISTRATOR: "administrator",
}


@dataclass(frozen=True, slots=True)
class ToDo:
    """One thing for a person: how pressing, about whom, what, who acts, by when, and what is not known.

    `who`: ids of children and homes; `acts`: in words. `due` is None where no day is set.
    """

    urgency: Urgency
    kind: Kind
    who: tuple[str, ...]
    what: str
    acts: str
    due: date | None = None
    rule_id: str = ""
    not_known: str = ""
    of: str = "child"
    """Whose it is: a child, home, resident or match, or the round."""


def needs_a_person(
    clocks: Iterable[StatutoryClock],
    *,
    proposal: Proposal | None = None,
    matches: Sequence[OpenMatch] = (),
    findings: Sequence[Finding] = (),
) -> tuple[ToDo, ...]:
    """Everything that needs a person, the most pressing first; the same whatever the order of what is given.

    `clocks`: `statutory_clocks`, and `match_clocks` of matches that were opened. `matches`: `Store.list_matches`.
    `findings`: those of the records; only rows left out are listed, the rest are for who mends the records. Clocks of
    one rule that only want something recorded make one entry, so that they do not hide what is late.
    """
    found = [*_of_clocks(clocks), *_of_matches(matches), *_left_out(findings)]
    if proposal is not None:
        found += _of_plan(proposal)
    return tuple(sorted(found, key=_order))


def counts(todo: Iterable[ToDo]) -> dict[Urgency, int]:
    """How many entries there are of each urgency, none left out."""
    counted = Counter(one.urgency for one in todo)
    return {urgency: counted[urgency] for urgency in Urgency}


def _order(one: ToDo) -> tuple[int, bool, date, int, str, tuple[str, ...], str]:
    """The most pressing first; of these what is about children before what is about homes, then by day."""
    home = one.of in ("home", "resident")
    return (_URGENCIES[one.urgency], home, one.due or date.max, _KINDS[one.kind], one.rule_id, one.who, one.what)


def _of_clocks(clocks: Iterable[StatutoryClock]) -> Iterator[ToDo]:
    to_ask: defaultdict[tuple[str, str, str], list[StatutoryClock]] = defaultdict(list)
    alike: defaultdict[ToDo, list[str]] = defaultdict(list)
    for one in clocks:
        urgency = _OF_CLOCK.get(one.state)
        if urgency is Urgency.ASK:
            to_ask[one.rule_id, one.name, one.acts].append(one)
        elif urgency is not None:
            text = f"{one.name}. {one.what_next}"
            same = ToDo(urgency, Kind.CLOCK, (), text, one.acts, one.last_day, one.rule_id, one.not_known, one.of)
            alike[same] += one.about
    # the same words on the same day are one thing to do, for all of them
    for same, about in alike.items():
        yield replace(same, who=tuple(dict.fromkeys(sorted(about))))
    for (rule_id, name, acts), several in to_ask.items():
        yield _asked_together(rule_id, name, acts, several)


def _asked_together(rule_id: str, name: str, acts: str, several: list[StatutoryClock]) -> ToDo:
    who = tuple(sorted({one.who for one in several}))
    left_open = sorted({one.not_known for one in several if one.not_known})
    if len(several) == 1:
        return ToDo(
            Urgency.ASK, Kind.CLOCK, several[0].about, f"{name}. {several[0].what_next}", acts, several[0].last_day,
            rule_id, " ".join(left_open), several[0].of,
        )  # fmt: skip
    texts = {one.what_next for one in several}
    text = next(iter(texts)) if len(texts) == 1 else "Say for each of them what is not recorded."
    return ToDo(
        Urgency.ASK, Kind.CLOCK, who, f"{name}, for {len(who):,} {_MANY[several[0].of]}. {text}", acts, None, rule_id,
        " ".join(left_open), several[0].of,
    )  # fmt: skip


def _of_matches(matches: Sequence[OpenMatch]) -> Iterator[ToDo]:
    for _, group_id, home_id, route, state, _ in matches:
        steps = steps_of(route)
        # to withdraw or reverse is always open, and is nobody's turn
        on = [steps[name] for name in next_steps(route, state) if name not in ("withdrawn", "reversed", "ended")]
        if not on:
            continue
        turn = {role for step in on for role in step.roles}
        named = " or ".join(step.name.replace("_", " ") for step in on)
        yield ToDo(
            Urgency.WAITING,
            Kind.MATCH,
            (group_id, home_id),
            f"Match of {group_id} with home {home_id} stands at {state_in_words(state)}. Next: {named}.",
            " or ".join(ROLE_WORDS[role] for role in Role if role in turn),
            None,
            on[0].rule,
            "",
            "match",
        )


def state_in_words(state: str) -> str:
    """How far a match has come, in words: `carer answered: accepts`."""
    step, _, outcome = state.partition(":")
    name = step.replace("_", " ")
    return name if outcome in ("", "done") else f"{name}: {outcome}"


def _left_out(findings: Sequence[Finding]) -> Iterator[ToDo]:
    rows: defaultdict[str, set[int | None]] = defaultdict(set)
    for one in findings:
        if one.severity is Severity.LEFT_OUT:
            rows[one.file].add(one.row)
    for file, which in rows.items():
        numbers = sorted(row for row in which if row is not None)
        listed = ", ".join(str(row) for row in numbers[:10]) + (" and more" if len(numbers) > 10 else "")
        where = f" (row{'' if len(numbers) == 1 else 's'} {listed})" if numbers else ""
        about = next((f.row_out for f in FILES.values() if file.removesuffix(".csv").casefold() == f.name), "")
        many = f"{len(which):,} row{'' if len(which) == 1 else 's'} of {file}{where} cannot be used."
        means = about.replace("`", "")
        text = " ".join(part for part in (many, means, "Mend it, and bring the records in again.") if part)
        yield ToDo(Urgency.WAITING, Kind.LEFT_OUT, (), text, "whoever keeps the records", None, "GOV-11", "", "round")


def _of_plan(proposal: Proposal) -> Iterator[ToDo]:
    rules = {rule.rule_id: rule for rule in proposal.rules}
    homes = proposal.register.homes.ids
    together: defaultdict[tuple[str, int], list[Placement]] = defaultdict(list)
    for one in placements(proposal):
        if one.home == NO_HOME:
            yield ToDo(
                Urgency.WAITING,
                Kind.NO_HOME,
                (one.child_id,),
                f"The plan has no home for child {one.child_id}. Read why, and what would help.",
                "family finder",
                None,
                "PLC-02",
            )
        else:
            together[one.group_id, one.home].append(one)
    for (group_id, home), placed in together.items():
        home_id = str(homes[home])
        who = (*(one.child_id for one in placed), home_id)
        yield from _open_rules(placed, group_id, home_id, who, rules)


def _open_rules(
    placed: Sequence[Placement], group_id: str, home_id: str, who: tuple[str, ...], rules: dict[str, Rule]
) -> Iterator[ToDo]:
    signed: defaultdict[str, list[Rule]] = defaultdict(list)
    for rule_id in dict.fromkeys(r for one in placed for r in one.sign_off):
        signed[who_signs(rules[rule_id])].append(rules[rule_id])
    for signer, asks in signed.items():
        needed = " and ".join(f"{rule.rule_id}, {rule.title.rstrip('?')}" for rule in asks)
        text = f"{group_id} in home {home_id} needs approval before anything is agreed ({needed})."
        yield ToDo(Urgency.WAITING, Kind.SIGN_OFF, who, text, signer, None, asks[0].rule_id)
    for rule_id in dict.fromkeys(r for one in placed for r in one.questions):
        question = rules[rule_id].question or rules[rule_id].title
        text = f"{group_id} in home {home_id}: {question}"
        yield ToDo(Urgency.WAITING, Kind.QUESTION, who, text, "child's social worker", None, rule_id)
