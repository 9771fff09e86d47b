"""One match as people read of it: where it stands, who did what and why, what may follow, what else was open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from frontend.recording import DATE_WORDS, GATE_WORDS, OUTCOME_WORDS, STEP_WORDS, state_words
from frontend.session import ROLE_WORDS
from matching.words import in_words
from records.store import Conflict, Match, Role
from records.store.clocks import DECISION_COUNTS_FROM, Taken
from records.store.steps import Step, steps_of
from records.store.work import ENGLAND
from reporting.section import Block, Cell, Column, Definitions, Disclosure, Notice, Paragraph, Table

ROUTE_WORDS: Final[Mapping[str, str]] = {
    "foster": "fostering",
    "supported_lodgings": "supported lodgings",
    "early_permanence": "early permanence",
    "adoption": "adoption",
}
ALTERNATIVES: Final = 10
_ANSWERS: Final = {"met": "met", "needs_sign_off": "needs sign-off", "unknown": "open question"}


def together(ids: tuple[str, ...]) -> str:
    """Several children in a sentence."""
    return ids[0] if len(ids) == 1 else f"{', '.join(ids[:-1])} and {ids[-1]}"


def named(match: Match) -> str:
    """The children and the home of a match, spelt out."""
    return f"{together(match.children)} with home {match.home_id}"


def without(match: Match, who: Callable[[str], str]) -> Match:
    """The match as somebody may read of it: brothers and sisters left behind are named by `who`."""
    first = match.steps[0]
    pair = first.body["pair"]
    named_so = {**pair, "split_from": list(dict.fromkeys(who(child) for child in pair["split_from"]))}
    return replace(match, steps=(replace(first, body={**first.body, "pair": named_so}), *match.steps[1:]))


def facts(match: Match) -> Block:
    """What the match is and where it stands."""
    pair = match.steps[0].body["pair"]
    items: list[tuple[str, Cell]] = [
        ("Child" if len(match.children) == 1 else "Children", together(match.children)),
        ("Home", match.home_id),
        ("Route", ROUTE_WORDS[match.route]),
        ("Where it stands", state_words(match.state)),
        ("Approval needed first", ", ".join(pair["sign_off"]) or "none"),
        ("Open questions", ", ".join(pair["questions"]) or "none"),
        ("Things to do before the child moves", f"{len(pair['before_confirming'])}"),
    ]
    if pair["split_from"]:
        items.append(("Brothers and sisters left behind", together(tuple(pair["split_from"]))))
    for name, day in match.clocks.items():
        decision = name.startswith("ADO-09")
        items.append((f"Due: {name}", (in_words(day), DECISION_COUNTS_FROM) if decision else in_words(day)))
    return Definitions(tuple(items))


def taken_so_far(match: Match) -> list[Block]:
    """Each step: when, who, in which role, why, and what was brought."""
    rows = tuple(
        (
            STEP_WORDS[one.step],
            OUTCOME_WORDS.get(one.outcome, one.outcome),
            moment(one.at),
            (one.name, ROLE_WORDS[Role(one.role)], *([one.capacity] if one.capacity else [])),
            _brought(one),
        )
        for one in match.steps
    )
    columns = (Column("Step"), Column("Outcome"), Column("When"), Column("Who"), Column("What was said"))
    blocks: list[Block] = [Table("Steps taken so far, the first one first", columns, rows)]
    for one in match.overrides:
        consulted = "; ".join(f"{who}: {view}" for who, view in one["consulted"].items())
        blocks.append(
            Notice(
                f"Approval of {one['rule_id']}",
                (
                    f"Broken: {one['broken']}. Exception: {one['route']}.",
                    str(one["reasons"]),
                    f"Asked: {consulted}. In the case record: {one['document']}.",
                    f"Decided by {one['decided_by']}, {one['capacity']}.",
                ),
                "caution",
            )
        )
    return blocks


def _brought(one: Taken) -> Cell:
    body = one.body
    lines: list[Cell] = [body["reasons"]] if body.get("reasons") else []
    for child, told in body.get("wishes", {}).items():
        words = told["words"] or f"not asked: {told['why_not']}"
        lines.append(f"{child}: {words}")
    for rule, words in body.get("evidence", {}).items():
        lines.append(f"{rule}: {words}")
    for name, day in body.get("dates", {}).items():
        lines.append(f"{DATE_WORDS.get(name, name)}: {in_words(date.fromisoformat(day))}")
    if body.get("applies_to"):
        lines.append(f"Holds for {together(tuple(body['applies_to']))}")
    return tuple(lines) or "nothing more"


def moment(at: str) -> str:
    """A day and time of the trail as people in England read it."""
    when = datetime.fromisoformat(at).astimezone(ENGLAND)
    return f"{in_words(when.date())}, {when:%H:%M}"


def may_follow(match: Match) -> Block:
    """What may follow, who may do it, and why it comes then."""
    steps = steps_of(match.route)
    if not match.may_follow:
        return Paragraph("This match has come to its end: nothing more may follow.")
    following = [steps[name] for name in match.may_follow]
    rows = tuple((STEP_WORDS[one.name], who_may(one), one.why, one.rule) for one in following)
    columns = (Column("Step"), Column("Who may record it"), Column("Because"), Column("Rule"))
    return Table("What may follow", columns, rows)


def who_may(step: Step) -> str:
    """The roles that may take a step, in words."""
    return ", ".join(ROLE_WORDS[role].lower() for role in Role if role in step.roles)


def to_do_first(match: Match) -> Block:
    """Everything the law wants done before the child moves, folded: the form of the move asks for each."""
    rows = tuple((rule, GATE_WORDS.get(rule, rule)) for rule in match.steps[0].body["pair"]["before_confirming"])
    if not rows:
        return Paragraph("Nothing has to be done before the child moves, besides the steps below.")
    table = Table("Before the child moves", (Column("Rule"), Column("What to do")), rows)
    return Disclosure(f"What to do before the child moves: {len(rows)} things", (table,))


def what_else_was_open(match: Match) -> Block:
    """The homes the run left open for these children: nobody judges a match without having seen them."""
    rows = tuple(
        (
            row["home_id"],
            row.get("rank", ""),
            _ANSWERS.get(row["answer"], row["answer"]),
            row.get("points", ""),
            row.get("miles_home", "") or "not known",
            ("this match",) if row["home_id"] == match.home_id else None,
        )
        for row in match.choices[:ALTERNATIVES]
    )
    if not rows:
        return Paragraph("The list of homes that were open was purged when its time was over.")
    more = len(match.choices) - len(rows)
    columns = (
        Column("Home"),
        Column("Rank", number=True),
        Column("Rules"),
        Column("Points", number=True),
        Column("Miles from home", number=True),
        Column("Note"),
    )
    notes = (f"{more:,} more are on the child's page.",) if more else ()
    return Disclosure(
        f"What else was open: {len(match.choices)} homes, best first",
        (Table(f"Homes that were open to {together(match.children)}", columns, rows, notes),),
    )


def both_versions(error: Conflict) -> list[Block]:
    """What the person was about to record, and what somebody else recorded first, side by side."""
    names = list(dict.fromkeys([*error.mine, *error.theirs]))
    hidden = {"seen", "match", "pair", "law", "rules", "vacancies", "version"}
    rows = tuple(
        (name.replace("_", " "), _value(error.mine.get(name)), _value(error.theirs.get(name)))
        for name in names
        if name not in hidden and (error.mine.get(name) or error.theirs.get(name))
    )
    return [
        Table("Both versions", (Column("What"), Column("What you filled in"), Column("What was recorded first")), rows),
    ]


def _value(value: Any) -> Cell:
    if isinstance(value, Mapping):
        return tuple(f"{key}: {_flat(one)}" for key, one in value.items()) or None
    return None if value in (None, "", []) else _flat(value)


def _flat(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{key} {_flat(one)}" for key, one in value.items() if one)
    if isinstance(value, list):
        return "; ".join(_flat(one) for one in value)
    return str(value)
