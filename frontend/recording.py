"""The forms of the page Record: what each step of a match must bring, asked in plain words, and put together again.

A form is made from the checks of the step itself (`records.store.steps`), so that a step which wants something more
has a form that asks for it. The store checks everything again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from matching.rules import GATES, RULES
from matching.words import in_words
from records.store import Given, Match, Override, Role, Wishes
from records.store import bringing as checks
from records.store.steps import Step, steps_of
from reporting.section import Block, Definitions

Kind = Literal["choice", "several", "words", "line", "day"]
Answer = str | date | list[str] | None
Answers = Mapping[str, Answer]

STEP_WORDS: Final[Mapping[str, str]] = {
    "proposed": "Proposed",
    "enquiry_made": "Carers asked",
    "carer_answered": "The carers' answer",
    "recommended": "Recommendation",
    "decided": "Decision",
    "placed": "The child has moved in",
    "ended": "The stay has ended",
    "withdrawn": "Withdrawn",
    "profile": "Profile that names nobody",
    "link": "Link: the adopters' answer",
    "proposed_match": "Match proposed to the panel",
    "panel": "Adoption panel's recommendation",
    "decision": "Agency decision maker's decision",
    "plan": "Adoption placement plan",
    "reversed": "Decision for adoption reversed",
}
OUTCOME_WORDS: Final[Mapping[str, str]] = {
    "accepts": "They accept",
    "declines": "They decline",
    "interested": "They are interested",
    "for": "For this home",
    "against": "Against this home",
    "deferred": "Put off",
    "agreed": "Agreed",
    "refused": "Not agreed",
    "done": "Done",
}
DATE_WORDS: Final[Mapping[str, str]] = {
    "answered_on": "Day of the answer",
    "started_on": "Day the stay began",
    "ended_on": "Day the stay ended",
    "plan_signed_on": "Day the carer signed the placement plan",
    "plan_due_on": "Day by which the placement plan will be signed",
    "review_on": "Day of the review of the child's case",
    "report_given_on": "Day the adopters were given the report",
    "adopters_met_on": "Day the adopters were met",
    "adopters_views_on": "Day the adopters gave their views",
    "support_assessed_on": "Day support was assessed",
    "panel_on": "Day of the panel",
    "plan_on": "Day of the placement plan",
    "adopters_confirmed_on": "Day the adopters confirmed",
    "reversed_on": "Day of the reversal",
}
EVIDENCE_WORDS: Final[Mapping[str, str]] = {
    "ADO-01": "Authority to place for adoption: the order or consent, with its date",
    "ADO-02": "Decision that the child should be placed for adoption: its date",
    "PLC-10": "If there was no review: what the immediate risk of harm is",
}
_OVERRIDE: Final = (
    ("broken", "What is broken, and by how much", "line", True),
    ("route", "Exception used", "line", True),
    ("reasons", "Why it is right for the child", "words", True),
    ("consulted", "Who was asked and their view, one a line, such as “child: agrees”", "words", True),
    ("document", "Where the case record has it", "line", True),
    ("conditions", "Conditions (leave empty if none)", "line", False),
    ("review_on", "Day on which it is looked at again (leave empty if none)", "day", False),
)
_TITLES: Final = {rule.rule_id: rule.title for rule in RULES}
_QUESTIONS: Final = {rule.rule_id: rule.question or rule.title for rule in RULES}
GATE_WORDS: Final = {gate.rule_id: gate.text for gate in GATES}


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to fill in. `part`: the heading over it; `needed`: it may not stay empty."""

    key: str
    kind: Kind
    label: str
    part: str = ""
    needed: bool = True
    options: tuple[tuple[str, str], ...] = ()
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """What one step of one match, with one outcome, must bring. `one_of`: sets of fields of which one is enough."""

    step: str
    outcome: str
    fields: tuple[Field, ...]
    one_of: tuple[tuple[tuple[str, ...], str], ...] = ()


def outcomes_of(step: Step) -> tuple[str, ...]:
    """The outcomes a person chooses from; none for a step that is only done."""
    return () if step.outcomes == ("done",) else step.outcomes


def may_take(match: Match, roles: frozenset[Role]) -> list[Step]:
    """The steps that may follow and that one of these roles may take."""
    steps = steps_of(match.route)
    return [steps[name] for name in match.may_follow if steps[name].roles & roles]


def form_of(match: Match, step: Step, outcome: str) -> Form:
    """The form of a step that may follow, with the outcome that was chosen ("" for one that is only done)."""
    pair = match.steps[0].body["pair"]
    fields: list[Field] = []
    one_of: list[tuple[tuple[str, ...], str]] = []
    for check in step.checks:
        for name in checks.dates_wanted(check):
            fields.append(Field(f"date {name}", "day", DATE_WORDS[name]))
    if checks.plan_in_time in step.checks:
        names = ("plan_signed_on", "plan_due_on")
        fields += [Field(f"date {name}", "day", DATE_WORDS[name], needed=False) for name in names]
        one_of.append(
            (tuple(f"date {name}" for name in names), "Give the day the placement plan was, or will be, signed")
        )
    if checks.reviewed in step.checks:
        fields.append(Field("date review_on", "day", DATE_WORDS["review_on"], needed=False))
        fields.append(Field("evidence PLC-10", "words", EVIDENCE_WORDS["PLC-10"], needed=False))
        one_of.append((("date review_on", "evidence PLC-10"), "Give the day of the review, or say what the risk is"))
    if step.capacities:
        options = tuple((one, one.capitalize()) for one in step.capacities)
        fields.append(Field("capacity", "choice", "In which office you act", options=options))
    if checks.reasons in step.checks:
        fields.append(Field("reasons", "words", "Reasons"))
    if checks.wishes in step.checks:
        for child in match.children:
            fields += _wishes(child)
            spoken = (f"wish words {child}", f"wish why {child}")
            one_of.append((spoken, f"Record what {child} wishes and feels, or why {child} could not be asked"))
    if checks.decided_for_adoption in step.checks:
        fields.append(Field("evidence ADO-02", "line", EVIDENCE_WORDS["ADO-02"]))
    if checks.authority in step.checks:
        fields.append(Field("evidence ADO-01", "line", EVIDENCE_WORDS["ADO-01"]))
    if checks.answered in step.checks and outcome == "agreed":
        part = "Open questions, each to be answered"
        fields += [Field(f"evidence {r}", "words", f"{r}: {_QUESTIONS.get(r, r)}", part) for r in pair["questions"]]
    if checks.approvals in step.checks and outcome == "agreed":
        for rule in [*pair["sign_off"], *(["SIB-01"] if pair["split_from"] else [])]:
            fields += _override(rule, pair["split_from"])
    if checks.gates in step.checks:
        part = "Before the child moves: when and how each was done, or why it was not needed"
        fields += [
            Field(f"evidence {r}", "words", f"{r}: {GATE_WORDS.get(r, r)}", part) for r in pair["before_confirming"]
        ]
    if outcome == "declines" and len(match.children) > 1:
        told = tuple((child, child) for child in match.children)
        words = "For which of the children it holds (none chosen: for all)"
        fields.append(Field("applies_to", "several", words, needed=False, options=told))
    return Form(step.name, outcome, tuple(fields), tuple(one_of))


def _wishes(child: str) -> list[Field]:
    part = f"Wishes and feelings of {child}, for this decision"
    return [
        Field(f"wish words {child}", "words", f"What {child} wishes and feels", part, needed=False),
        Field(f"wish day {child}", "day", f"Day on which {child} said so", part, needed=False),
        Field(f"wish why {child}", "words", f"If {child} could not be asked: why not", part, needed=False),
    ]


def _override(rule: str, split_from: Sequence[str]) -> list[Field]:
    title = f"parts the children from {', '.join(split_from)}" if rule == "SIB-01" else _TITLES.get(rule, rule)
    part = f"Approval of {rule}: {title}"
    return [
        Field(f"override {rule} {name}", kind, label, part, needed)  # type: ignore[arg-type]
        for name, label, kind, needed in _OVERRIDE
    ]


def wrong(form: Form, answers: Answers, today: date) -> dict[str, str]:
    """What is missing or wrong, by field, each as a person reads it; empty when the form is complete."""
    found: dict[str, str] = {}
    past = {one.key for one in form.fields if one.key.startswith("date ")} - {"date plan_due_on"}
    for one in form.fields:
        value = answers.get(one.key)
        name = f"“{_short(one)}”"
        if one.needed and _empty(value):
            found[one.key] = f"{'Choose' if one.kind in ('choice', 'several') else 'Fill in'} {name}"
        elif one.key in past and isinstance(value, date) and value > today:
            found[one.key] = f"{name} must be today or earlier: it is {in_words(value)}"
        elif one.key.endswith(" consulted") and not _empty(value) and _consulted(str(value)) is None:
            found[one.key] = f"{name} must have on each line who was asked, a colon, and their view"
    for keys, words in form.one_of:
        if all(_empty(answers.get(key)) for key in keys):
            found[keys[0]] = words
    for one in form.fields:
        if one.key.startswith("wish words ") and not _empty(answers.get(one.key)):
            child = one.key.removeprefix("wish words ")
            key = f"wish day {child}"
            day = answers.get(key)
            if not isinstance(day, date):
                found[key] = f"Give the day on which {child} said so"
            elif day > today:
                found[key] = f"The day on which {child} said so must be today or earlier: it is {in_words(day)}"
    return found


def problems(form: Form, answers: Answers, today: date) -> list[str]:
    """What is missing or wrong, in the order of an error summary."""
    return list(wrong(form, answers, today).values())


def _short(one: Field) -> str:
    return f"{one.part}: {one.label}" if one.part.startswith("Approval of") else one.label


def _empty(value: Answer) -> bool:
    return value is None or (isinstance(value, str) and not value.strip()) or value == []


def _consulted(text: str) -> dict[str, str] | None:
    """Each line's person and view; None if a line has no colon with something on both sides."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        if line.strip():
            who, colon, view = (part.strip() for part in line.partition(":"))
            if not (who and colon and view) or who in found:
                return None
            found[who] = view
    return found or None


def given_of(form: Form, answers: Answers) -> Given:
    """What the person brings, as the store takes it."""

    def text(key: str) -> str:
        value = answers.get(key)
        return value.strip() if isinstance(value, str) else ""

    def day(key: str) -> date | None:
        value = answers.get(key)
        return value if isinstance(value, date) else None

    keys = [one.key for one in form.fields]
    children = [key.removeprefix("wish words ") for key in keys if key.startswith("wish words ")]
    rules = list(dict.fromkeys(key.split(" ")[1] for key in keys if key.startswith("override ")))
    named = answers.get("applies_to")
    return Given(
        outcome=form.outcome,
        reasons=text("reasons"),
        capacity=text("capacity"),
        wishes={
            child: Wishes(
                day(f"wish day {child}") if text(f"wish words {child}") else None,
                text(f"wish words {child}"),
                text(f"wish why {child}"),
            )
            for child in children
        },
        overrides=[
            Override(
                rule,
                text(f"override {rule} broken"),
                text(f"override {rule} route"),
                text(f"override {rule} reasons"),
                _consulted(text(f"override {rule} consulted")) or {},
                text(f"override {rule} document"),
                text(f"override {rule} conditions"),
                day(f"override {rule} review_on"),
            )
            for rule in rules
        ],
        evidence={
            key.removeprefix("evidence "): text(key) for key in keys if key.startswith("evidence ") and text(key)
        },
        dates={
            key.removeprefix("date "): found
            for key in keys
            if key.startswith("date ") and (found := day(key)) is not None
        },
        applies_to=list(named) if isinstance(named, list) else [],
    )


def read_back(form: Form, answers: Answers) -> list[Block]:
    """What was filled in, to be read before it is recorded; empty things are said to be empty."""
    items: list[tuple[str, str]] = [("Step", STEP_WORDS[form.step])]
    if form.outcome:
        items.append(("Outcome", OUTCOME_WORDS[form.outcome]))
    items += [(_short(one), in_plain(answers.get(one.key), one)) for one in form.fields]
    return [Definitions(tuple(items))]


def in_plain(value: Answer, one: Field) -> str:
    """One answer in words."""
    if isinstance(value, date):
        return in_words(value)
    if _empty(value):
        return "not filled in"
    told = dict(one.options)
    if isinstance(value, list):
        return ", ".join(told.get(item, item) for item in value)
    return told.get(str(value), str(value).strip())


def state_words(state: str) -> str:
    """Where a match stands, in plain words: `recommended:for` is Recommendation: for this home."""
    step, _, outcome = state.partition(":")
    words = STEP_WORDS.get(step, step.replace("_", " "))
    return words if outcome == "done" else f"{words}: {OUTCOME_WORDS.get(outcome, outcome).lower()}"
