"""What Placewell says in each field of the transparency record, by the field's number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from matching.papers_facts import (
    PEOPLE_DECIDE,
    System,
    allowed_words,
    decision_words,
    law_table,
    law_words,
    learned_words,
    marks_table,
    points_words,
    proof_table,
    roles_table,
    rules_words,
    tiers_words,
    weights_table,
)
from matching.papers_says import LEGAL, OWNER, PROCUREMENT, SERVICE, TRAINING, Said, left
from matching.papers_transparency_data import data
from matching.rules import RULES
from records.columns import FILES
from records.geography import ATTRIBUTION

_RULES: Final = "matching/rules"
_POLICY: Final = "the policy in force"
_COLUMNS: Final = "records/columns.py"
_ACCESS: Final = "records/store/access.py"
_STEPS: Final = "records/store/steps.py"
ONE_SENTENCE: Final = (
    "Placewell proposes to a council's placement panel which approved home could suit which child, with reasons; "
    f"{PEOPLE_DECIDE[0].lower()}{PEOPLE_DECIDE[1:]}"
)


def of(system: System) -> Mapping[str, Said]:
    """Every field's answer, by its number."""
    return {**_metadata(system), **_owner(), **_rationale(system), **_process(system), **_tool(system), **data(system)}


def _metadata(system: System) -> dict[str, Said]:
    council = system.council
    name = (
        Said((council,), ("authority of the round or the policy",))
        if council
        else left(OWNER, "The council's full name.")
    )
    return {
        "0.1": left(OWNER, "Nothing now: whoever publishes the record gives the number."),
        "0.2": Said(
            ("3.0",),
            ("matching/papers_transparency.py",),
            ((OWNER, "Confirm, or move the answers to the version that is published now."),),
        ),
        "0.3": Said(("Local authority.",), ("what Placewell is for: a council's children's services",)),
        "0.4": left(OWNER, "Choose from the standard's list; social care is nearest."),
        "0.5": left(OWNER, "Choose from the standard's list; it is rules and optimisation, not machine learning."),
        "0.6": left(OWNER, "Choose from the standard's list; it proposes matches, in an order with reasons."),
        "0.7": left(OWNER, "Tags, if the form asks for any."),
        "0.8": left(OWNER, "The day on which the record is complete."),
        "0.9": left(OWNER, "The days of later changes."),
        "0.10": left(OWNER, "The day of archiving, once Placewell is no longer used."),
        "0.11": Said(("Placewell",), ("pyproject.toml",)),
        "0.12": name,
        "0.13": left(OWNER, "The phase of use: pre-deployment, pilot, production or retired."),
        "0.14": Said(
            ("England.",),
            ("matching/rules: the law of England alone",),
            ((OWNER, "The council's area, if the form asks for it."),),
        ),
        "0.15": Said((ONE_SENTENCE,), (_STEPS, _ACCESS)),
        "1.1": Said(("Placewell",), ("pyproject.toml",)),
        "1.2": Said(
            (
                "When children need a foster home, supported lodgings or adopters, Placewell reads the council's "
                "records of the children and of the homes. It asks of every home, for every child, the questions "
                f"that the law and the council ask ({len(RULES)} rules). Among the homes that remain it works "
                f"out the plan that is best for all the children together, in the council's own order: "
                f"{tiers_words(system.policy)}.",
                "For every home it says why, why not, who would have to approve, and what is not known. A panel and a "
                f"decision maker then judge. {PEOPLE_DECIDE}",
                "It is used so that every lawful home is looked at for every child at once, and the reasons can be "
                "read, questioned and kept.",
            ),
            (_RULES, _POLICY, _STEPS),
            ((SERVICE, "Why this council uses it, in the council's own words."),),
        ),
        "1.3": left(OWNER, "The page of the council where people can read more."),
        "1.4": left(OWNER, "The address of a team, not of a person."),
        "2.1.1": name,
    }


def _owner() -> dict[str, Said]:
    only = "If somebody outside the council installs, runs or supports it"
    return {
        "2.1.2": left(SERVICE, "The team that uses it and answers for it."),
        "2.1.3": left(OWNER, "Name and role of the senior responsible owner."),
        "2.1.4": Said(
            (
                "Placewell is free software under the MIT licence. It runs on the council's own computers, and its "
                "makers have no access to them.",
            ),
            ("LICENSE", "SECURITY.md"),
            ((PROCUREMENT, "Whether anybody outside the council installs, runs or supports it."),),
        ),
        "2.1.4.1": left(PROCUREMENT, f"{only}: who."),
        "2.1.4.2": left(PROCUREMENT, f"{only}: their Companies House number."),
        "2.1.4.3": left(PROCUREMENT, f"{only}: what they do."),
        "2.1.4.4": left(PROCUREMENT, f"{only}: how the contract was let."),
        "2.1.4.5": left(PROCUREMENT, f"{only}: on what terms they may see data."),
    }


def _rationale(system: System) -> dict[str, Said]:
    return {
        "2.2.1": Said(
            (
                "Three steps. First, rules: each looks at a child, or at brothers and sisters who would live together, "
                "and answers for every home: met, needs sign-off (by whom), unknown (with the question to ask), or "
                f"barred. {rules_words()}. {law_words()}.",
                points_words(system.run),
                "Third, the plan: among all lawful plans the one that is best in the council's order of priorities, "
                "worked out exactly, each priority proved before the next is begun, or said not to be proved. "
                f"Order: {tiers_words(system.policy)}. Sign-offs that a plan may use unasked, each listed with who "
                f"signs: {allowed_words(system.policy.allow)}.",
                "A finished plan is asked every rule again by code that shares none with the solver. "
                f"{learned_words(system.policy)}",
            ),
            (_RULES, "matching/considerations", "matching/solvers", "matching/audit.py", _POLICY),
            _own_tool(system),
            blocks=(weights_table(system.policy), law_table()),
        ),
        "2.2.2": Said(
            (
                "For foster homes, supported lodgings, adoption and early permanence in England, for children who are "
                "listed as needing a home.",
                "Not for: deciding, approving or notifying; children's homes, secure accommodation or anywhere outside "
                "England; unregistered settings, which are never proposed; moving a child who is settled; foretelling "
                "how a placement will go.",
            ),
            ("README.md", _RULES),
        ),
        "2.2.3": Said(
            (
                "Every lawful home is looked at for every child, not only those somebody remembers; brothers and "
                "sisters are kept together where any lawful plan can; reasons, open questions and needed approvals "
                "stand beside each home; what is proposed and decided can be read and worked out again years later.",
            ),
            ("matching/propose.py", "matching/kept.py", _POLICY),
            ((SERVICE, "What the council expects to gain, and how it will know."),),
        ),
        "2.2.4": left(SERVICE, "How homes were found before."),
        "2.2.5": Said(
            (
                "Serving one child after another was turned down by the makers: an early choice can take the only home "
                "of a later child. A learned score was turned down too: it cannot give its reason, and past placements "
                "show what homes there were, not what was best.",
            ),
            ("docs/decisions",),
            ((SERVICE, "What else the council considered, without software among them."),),
        ),
    }


def _own_tool(system: System) -> tuple[tuple[str, str], ...]:
    """What is left to the council where points came from a tool of its own."""
    if system.run is None or not system.run.own_points:
        return ()
    return ((OWNER, "How the council's own tool makes points; it needs a record of its own."),)


def _process(system: System) -> dict[str, Said]:
    run = system.run
    size = f"The round this record was made from had {run.children} children and {run.homes} homes." if run else ""
    return {
        "2.3.1": Said(decision_words(), (_STEPS, _ACCESS, "records/store/bringing.py")),
        "2.3.2": Said(
            (
                "For each child or family: their own words first; the homes in order, with points, the reason for each "
                "point, who must approve, what is not recorded, what to do before confirming, and what the choice "
                "would cost the other children; the homes that are barred, by which rule and law; and what would help "
                "a child without a home. On the screen and as a pack for the meeting.",
            ),
            ("matching/panel_pack.py", "matching/explain.py"),
        ),
        "2.3.3": Said(
            (size,) if size else (),
            ("summary.json of the round",) if size else (),
            ((SERVICE, "How often rounds are worked out, and for how many children a month."),),
        ),
        "2.3.4": Said(
            (PEOPLE_DECIDE, *decision_words()),
            (_STEPS, _ACCESS),
            ((SERVICE, "How often panels choose another home or none of these, and who looks at that figure."),),
            (roles_table(),),
        ),
        "2.3.5": left(TRAINING, "What members of the panel and users must have learned, and when it is refreshed."),
        "2.3.6": Said(
            (
                "Each step, with its reasons and the other homes that were open, is kept and can be shown. All that is "
                "held about one child or home can be exported on request.",
            ),
            ("records/store/exports.py",),
            (
                (SERVICE, "How children, parents and carers are told that Placewell is used, and can question it."),
                (LEGAL, "How complaints, reviews and the independent reviewing officer fit in."),
            ),
        ),
    }


def _tool(system: System) -> dict[str, Said]:
    versions = system.run.versions if system.run else system.versions
    version = f"Placewell {versions['placewell']}" if versions and "placewell" in versions else "As installed"
    proved = (proof_table(system.run),) if system.run else ()
    return {
        "2.4.1.1": Said(
            (
                "Python packages, each using only those before it: records (facts and store), matching (rules, points, "
                "plan, reasons), sufficiency (forecasts in totals), frontend (command line and app), with reporting "
                "for paper. One computer and a file, or a server with the council's PostgreSQL and sign-in.",
            ),
            ("tests/test_direction.py", "docs/how-to/run-the-app.md"),
        ),
        "2.4.1.2": left(OWNER, "The same phase as in 0.13."),
        "2.4.1.3": Said(
            (
                f"{law_words()}. A change in the law adds a dated value, so that an earlier round can be asked again "
                "as the law stood on its day.",
            ),
            ("matching/rules/law.toml",),
            ((SERVICE, "Who signs off the rules, how often they are read again, and when the weights are reviewed."),),
            (marks_table(),),
        ),
        "2.4.1.4": Said(
            (f"1. Rules. 2. Points. 3. Plan. All three are rules and mathematics. {learned_words(system.policy)}",),
            (_RULES, "matching/considerations", "matching/solvers"),
        ),
        "2.4.2.1": Said(("1. Rules. 2. Points. 3. Plan.",), (_RULES, "matching/considerations", "matching/solvers")),
        "2.4.2.2": Said(
            (f"{version}. Policy version {system.policy.version}, fingerprint {system.policy.fingerprint}.",),
            ("matching/versions.py", _POLICY),
        ),
        "2.4.2.3": Said(
            (
                "Rules: say for each child and home whether it is lawful. Points: say how well the recorded facts fit. "
                "Plan: find the lawful plan that is best for all.",
            ),
            (_RULES, "matching/considerations", "matching/solvers"),
        ),
        "2.4.2.4": Said(
            (f"The {len(FILES)} files of a round ({', '.join(FILES)}), the law on the day, and the council's policy.",),
            (_COLUMNS, "matching/rules/law.toml", _POLICY),
        ),
        "2.4.2.5": Said(
            (
                "Rules: one of four answers. Points: a whole number from 0 to 1000 with its parts. Plan: for each "
                "child a home or none, with value, bound and proof of each priority.",
            ),
            ("matching/rules/rule.py", "matching/considerations/weigh.py", "matching/outputs.py"),
        ),
        "2.4.2.6": Said(
            (
                f"Rules: {len(RULES)} functions, each with its law. Points: a weighted mean. Plan: exact integer "
                "programming over lawful sets of children in a home, priority after priority, with a fixed last "
                "tie-break, so that the answer is the same whatever the order of the records.",
            ),
            (_RULES, "matching/considerations/weigh.py", "docs/explanation/engine.md"),
        ),
        "2.4.2.7": Said(
            (
                "There is no accuracy in the sense of a forecast. What can be wrong is a rule or the plan, and that is "
                "tested: each rule by named cases on both sides of every edge; every rule against another reading "
                "written from the specification alone; solvers that share no formulation against each other; every "
                "finished plan by an independent audit that stops the run.",
                *_fairness(system),
            ),
            (
                "tests/matching",
                "tests/matching/test_against_the_oracle.py",
                "tests/matching/solvers/test_three_agree.py",
                "matching/audit.py",
            ),
            ((SERVICE, "What was found in the council's own trial, by protected characteristic among other things."),),
            (*proved, *system.evidence),
        ),
        "2.4.2.8": Said(
            (
                "None was used to train anything: there is no training. Places of postcodes and authorities come from "
                f"public data. {ATTRIBUTION}",
            ),
            ("records/geography.py",),
        ),
        "2.4.2.9": Said(
            ("Tests use made-up councils only, made from a seed. Nobody in them exists.",), ("records/synthetic.py",)
        ),
    }


def _fairness(system: System) -> tuple[str, ...]:
    if system.evidence:
        return ("Figures by protected characteristic follow, small numbers hidden.",)
    return ("By protected characteristic: not measured for this record.",)
