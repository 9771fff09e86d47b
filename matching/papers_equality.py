"""The equality impact assessment: which characteristic is touched by what, the evidence there is, and an empty plan.

Nobody's equality is assessed here by a program. Facts of the rules, points and data are filled in; impact, evidence
and actions are the council's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from matching.considerations.contents import CONSIDERATIONS
from matching.papers_facts import (
    PEOPLE_DECIDE,
    System,
    considerations_words,
    decision_words,
    tiers_words,
    weights_table,
)
from matching.papers_form import Fill, Item, Kind, Paper, Part
from matching.papers_law import EQUALITY, doubts, law_relied_on
from matching.papers_measures import measure
from matching.papers_says import EQUALITY as LEAD
from matching.papers_says import LEGAL, OWNER, SERVICE
from matching.rules import RULES
from reporting.section import Bullets, Cell, Column, Table

STANDARD: Final = "Public sector equality duty, Equality Act 2010, section 149; no form is laid down by law"
ACTIONS: Final = 5
"""Empty rows of the action plan."""


@dataclass(frozen=True, slots=True)
class Touch:
    """One protected characteristic: what of the records tells it, and which rules and considerations it touches.

    `columns`: file.column. `rules`: ids. `considerations`: names. `how`: in a sentence. Empty: nothing does.
    """

    name: str
    columns: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    considerations: tuple[str, ...] = ()
    how: str = ""


TOUCHES: Final[tuple[Touch, ...]] = (
    Touch(
        "Age",
        ("children.date_of_birth", "residents.date_of_birth", "homes.approved_age_min", "homes.approved_age_max"),
        ("SLG-01", "SAFE-04", "FOST-02", "BED-01", "HLT-05"),
        ("school", "wish", "advice", "household", "stay"),
        "Law and carers' approval fix ages. A carer's wish for an age scores and bars nobody.",
    ),
    Touch(
        "Disability",
        ("children.needs_must", "children.needs_helpful", "homes.meets_needs", "homes.step_free"),
        ("HLT-02", "HLT-03", "HLT-09", "IDN-05", "FOST-22"),
        ("needs", "access"),
        "A need that must be met bars homes that cannot; where it is not recorded it is a question, not a no.",
    ),
    Touch("Gender reassignment", how="No column holds it. Words of the child may, and only people read them."),
    Touch("Marriage and civil partnership", how="No column holds it."),
    Touch(
        "Pregnancy and maternity",
        ("children.placement_need", "children.needs_must"),
        ("FOST-02", "FOST-24", "PAC-01"),
        ("stay",),
        "A parent and child placement needs a home approved for it.",
    ),
    Touch(
        "Race",
        ("children.ethnicity", "homes.ethnicity", "children.languages", "homes.languages"),
        (),
        ("language", "identity"),
        "No rule reads ethnicity. It can only add to a home's points, and after a limit of days it no longer counts "
        "with adopters.",
    ),
    Touch(
        "Religion or belief",
        ("children.religion", "homes.religion"),
        (),
        ("faith",),
        "No rule reads religion. It can only add to a home's points, and after a limit of days it no longer counts "
        "with adopters.",
    ),
    Touch(
        "Sex",
        ("children.sex", "residents.sex", "homes.approved_sex", "homes.preferred_sex"),
        ("FOST-02", "BED-01"),
        ("wish", "advice"),
        "A carer's approval may be for one sex; brothers and sisters of one sex may share a room. A carer's wish "
        "scores and bars nobody.",
    ),
    Touch("Sexual orientation", how="No column holds it. Words of the child may, and only people read them."),
)

PROXIES: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("Where a child comes from: groups live in different places.", ("nearness", "area")),
    ("Which school a child goes to: faith schools, special schools.", ("school",)),
    ("Which languages are spoken: they may tell of ethnic origin.", ("language",)),
    ("What a carer wishes for: an age or a sex.", ("wish",)),
    ("Kin: who has relatives that the council has approved.", ("kin",)),
    ("How long a child has waited: groups may have waited longer before.", ("waiting",)),
    ("How many brothers and sisters a child has.", ("siblings_there",)),
)
"""What may stand in for a characteristic, and the considerations that read it."""


def impact_assessment(system: System) -> Paper:
    """The assessment of this policy and round."""
    parts = (
        Part("What is assessed", _what(system)),
        Part("What touches a characteristic", _touching(system)),
        Part("Evidence", _evidence(system)),
        Part("Impact", _impact()),
        Part("Actions and sign-off", _actions()),
    )
    return Paper(
        Kind.EQUALITY,
        "Equality impact assessment: Placewell",
        "A draft for the council's equality lead. It is needed before live use, and again when the policy changes.",
        STANDARD,
        parts,
        system.made_from,
        doubts(EQUALITY),
    )


def _what(system: System) -> tuple[Item, ...]:
    return (
        Item(
            "E1",
            "What is assessed, and who is affected",
            (
                "The use of Placewell by the placement panel under the policy named on the first page. Affected: "
                "children who need a home, their brothers and sisters, parents, carers and those who wish to be.",
                f"Order of priorities: {tiers_words(system.policy)}.",
            ),
            (Fill(SERVICE, "How many people a year, and which groups among them."),),
            facts=("the policy in force",),
        ),
        Item(
            "E2",
            "Who decides",
            (PEOPLE_DECIDE, *decision_words()),
            facts=("records/store/steps.py", "records/store/access.py"),
        ),
        Item(
            "E3",
            "The duty",
            ("What the law is taken to say, and how far that was checked.",),
            (Fill(LEGAL, "Whether this reading holds for the council."),),
            (law_relied_on(EQUALITY),),
            ("matching/papers_law.py",),
        ),
    )


def _touching(system: System) -> tuple[Item, ...]:
    policy = system.policy
    held = [measure(key) for key in ("no filter", "only adds", "no delay", "cost")]
    identity = ("language", "faith", "identity")
    none = [one.name for one in CONSIDERATIONS if not any(one.name in touch.considerations for touch in TOUCHES)]
    return (
        Item(
            "E4",
            "Each characteristic: the data, the rules, the considerations",
            (
                "Considerations that read no data of a characteristic: "
                f"{considerations_words(none, policy)}. They may stand in for one: see E6.",
                "Tried out on made-up children: all told to be of one kind, then of another, no rule and no "
                "consideration answered otherwise but those listed.",
            ),
            blocks=(touches_table(system),),
            facts=(
                "matching/papers_equality.py",
                "matching/considerations/contents.py",
                "matching/rules/__init__.py",
                "tests/matching/test_papers.py",
            ),
        ),
        Item(
            "E5",
            "Ethnicity and faith are never a filter (IDN-03)",
            (
                "Never a reason against a home: homes of another ethnicity or faith are given exactly what a home is "
                f"given of which nothing is recorded. With adopters they count no more after "
                f"{policy.identity_delay_days} days of waiting (IDN-02).",
            ),
            (Fill(SERVICE, "Whether the council keeps these weights, and why."),),
            (
                weights_table(policy, identity),
                Bullets(tuple((one.does, f"{one.code}; {one.test}") for one in held)),
            ),
            ("matching/considerations/identity.py", "the policy in force"),
        ),
        Item(
            "E6",
            "What may stand in for a characteristic",
            blocks=(proxies_table(system),),
            fill=(Fill(LEAD, "Which of these matter here, and what the council's own figures say."),),
            facts=("matching/considerations/contents.py", "the policy in force"),
        ),
    )


def touches_table(system: System) -> Table:
    """Each protected characteristic with the columns that tell it and what it touches."""
    titles = {rule.rule_id: rule.title for rule in RULES}
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            touch.name,
            touch.columns or "no column",
            tuple(f"{one}: {titles[one]}" for one in touch.rules) or "none",
            considerations_words(touch.considerations, system.policy),
            touch.how,
        )
        for touch in TOUCHES
    )
    columns = (
        Column("Characteristic"),
        Column("Columns"),
        Column("Rules"),
        Column("Considerations (weight)"),
        Column("How"),
    )
    return Table("Protected characteristics", columns, rows)


def proxies_table(system: System) -> Table:
    """What may stand in for a characteristic, with the considerations that read it."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (what, considerations_words(names, system.policy)) for what, names in PROXIES
    )
    return Table("Possible proxies", (Column("What"), Column("Considerations (weight)")), rows)


def _evidence(system: System) -> tuple[Item, ...]:
    fill = (
        Fill(LEAD, "Who is in the council's care and among its carers, by characteristic, beside the population."),
        Fill(LEAD, "What children, carers and groups said when they were asked."),
    )
    if system.evidence:
        said = ("Figures of the round by characteristic, small numbers hidden. One round proves little.",)
        return (Item("E7", "Figures of the round", said, fill, system.evidence, ("matching/papers_fairness.py",)),)
    return (
        Item(
            "E7",
            "Figures of the round",
            ("Not measured: no fairness figures came with this paper. Nothing follows from that either way.",),
            (*fill, Fill(LEAD, "Waits, offers and distance by characteristic from past rounds (GOV-06, IDN-07).")),
            facts=("no fairness figures in the results named",),
        ),
    )


def _impact() -> tuple[Item, ...]:
    columns = ("Characteristic", "Positive", "Negative", "None or not known", "What is done about it")
    return (
        Item(
            "E8",
            "Impact on each characteristic",
            fill=tuple(Fill(LEAD, f"{touch.name}: impact and reason.") for touch in TOUCHES),
            room=(_empty("Impact", columns, [touch.name for touch in TOUCHES]),),
        ),
        Item(
            "E9",
            "The three aims of the duty",
            fill=(
                Fill(LEAD, "Ending unlawful discrimination, harassment and victimisation."),
                Fill(LEAD, "Advancing equality of opportunity."),
                Fill(LEAD, "Fostering good relations."),
            ),
        ),
        Item(
            "E10",
            "People with more than one characteristic, and brothers and sisters in large groups",
            fill=(Fill(LEAD, "What the council knows of them."),),
        ),
    )


def _actions() -> tuple[Item, ...]:
    columns = ("Action", "For whom", "Who", "By when", "How it is known to work")
    return (
        Item(
            "E11",
            "Action plan",
            fill=(Fill(LEAD, "Actions, each with who and by when."),),
            room=(_empty("Action plan", columns, [f"{k}." for k in range(1, ACTIONS + 1)]),),
        ),
        Item(
            "E12",
            "Monitoring",
            fill=(Fill(OWNER, "Who looks at waits, offers and distance by group, how often, and what follows."),),
        ),
        Item(
            "E13",
            "Sign-off",
            fill=(Fill(OWNER, "Name, role and day; day of the next review."), Fill(LEAD, "Name, role and day.")),
        ),
    )


def _empty(caption: str, titles: Sequence[str], first: Sequence[str]) -> Table:
    """A table for people to write in."""
    rows: tuple[tuple[Cell, ...], ...] = tuple((name, *("" for _ in titles[1:])) for name in first)
    return Table(caption, tuple(Column(title) for title in titles), rows)
