"""The data protection impact assessment: the seven steps of the Information Commissioner's template, with our facts.

The steps are those of the template of 2018 (version 20180209). What Placewell does is said from its code; necessity,
lawful basis, consultation and every judgement of risk are the council's, and are left to it by name.
"""

from __future__ import annotations

from typing import Final

from matching.papers_data import CATEGORIES, categories_table, returns_words, special_words
from matching.papers_facts import (
    PEOPLE_DECIDE,
    System,
    decision_words,
    proof_table,
    retention_table,
    roles_table,
    rules_words,
    tiers_words,
)
from matching.papers_form import Fill, Item, Kind, Paper, Part
from matching.papers_law import DATA_PROTECTION, doubts, law_relied_on
from matching.papers_measures import RISKS, measures_table, risks_table
from matching.papers_says import DPO, IT, LEGAL, OWNER, SERVICE
from reporting.section import Cell, Column, Table

STANDARD: Final = "The Information Commissioner's sample template for a DPIA, steps 1 to 7 (2018)"
SIGN_OFF: Final = (
    ("Measures approved by", "Put the actions into the project plan, with dates and who is responsible."),
    ("Residual risks approved by", "If any stays high, consult the Commissioner before going ahead."),
    ("Advice of the data protection officer given by", "On compliance, the measures, and whether to go ahead."),
    ("Summary of that advice", ""),
    ("Advice accepted or overruled by", "If overruled, say why."),
    ("Views of people consulted reviewed by", "If the decision departs from them, say why."),
    ("This assessment is kept under review by", "With the day of the next review."),
)
_ACCESS: Final = "records/store/access.py"
_COLUMNS: Final = "records/columns.py"
_STEPS: Final = "records/store/steps.py"


def assessment(system: System) -> Paper:
    """The assessment of this policy and round."""
    parts = (
        Part("Step 1: identify the need", _need()),
        Part("Step 2: describe the processing", (*_nature(), *_scope(system), *_context(), *_purposes(system))),
        Part("Step 3: consultation", _consultation()),
        Part("Step 4: necessity and proportionality", _necessity()),
        Part("Step 5: risks", _risks()),
        Part("Step 6: measures", _measures()),
        Part("Step 7: sign-off", _sign_off()),
    )
    return Paper(
        Kind.DATA_PROTECTION,
        "Data protection impact assessment: Placewell",
        "A draft for the council's data protection officer. It is needed before live use and at each material change.",
        STANDARD,
        parts,
        system.made_from,
        (
            "The template is the one of 2018. Guidance may have changed since the Data (Use and Access) Act 2025: "
            "check the Commissioner's pages before use.",
            *doubts(DATA_PROTECTION),
        ),
    )


def _need() -> tuple[Item, ...]:
    return (
        Item(
            "1.1",
            "What the project aims to achieve, and which processing it involves",
            (
                "Placewell helps a placement panel to find a home for each child who needs one. It reads records of "
                f"children and homes, and proposes. {rules_words()}. {PEOPLE_DECIDE}",
            ),
            (Fill(OWNER, "The council's own aims, and links to its project papers."),),
            facts=("matching/rules", _STEPS),
        ),
        Item(
            "1.2",
            "Why an assessment is needed",
            (
                "It profiles children, who are vulnerable, with special category data, to support decisions with a "
                f"large effect on their lives. Special, or at times special: {special_words()}.",
            ),
            (Fill(DPO, "Whether the council's own screening says the same."),),
            facts=("matching/papers_data.py",),
        ),
    )


def _nature() -> tuple[Item, ...]:
    return (
        Item(
            "2.1",
            "Nature: how data is collected, used, stored and deleted",
            (
                "Collected: nothing is collected anew. The council takes an extract of its own records, as files.",
                "Used: read strictly, asked of the rules, weighed, put into a plan with reasons; kept if the council "
                "keeps a store. Commands without a store write the folder of results they are told to, and nothing "
                "else.",
                "Stored: on the council's own computers; one file readable by its owner alone, or the council's own "
                "PostgreSQL. Neither the store nor a backup is encrypted by Placewell: the disk has to be.",
                "Deleted: by a purge that carries out a report which somebody has read, on the periods in 2.7. That "
                "something was kept, and purged when, stays provable. Results in folders are the council's to delete.",
            ),
            (
                Fill(SERVICE, "From which systems the extract is taken, by whom, and where results are kept."),
                Fill(IT, "Where the store and backups lie, that disks are encrypted, who can reach them."),
            ),
            facts=(_COLUMNS, "records/store/place.py", "records/store/retention.py", "SECURITY.md"),
        ),
        Item(
            "2.2",
            "Nature: sharing",
            (
                "Placewell shares with nobody. Only the app's own server and the council's own sign-in use a network. "
                "A pack for a panel is made when a person asks, and that it was made is in the trail.",
            ),
            (Fill(DPO, "With whom the council shares packs or results, and under which agreement."),),
            facts=("frontend/serving.py", "records/store/identity.py", "records/store/meeting.py"),
        ),
        Item(
            "2.3",
            "Nature: processing that is likely to be of high risk",
            (
                "Profiling of vulnerable people with special category data; matching of data about children with data "
                "about carers; large effect on the child. No biometrics, no tracking, no learning from past cases.",
            ),
            facts=("matching/considerations", "matching/papers_data.py"),
        ),
    )


def _scope(system: System) -> tuple[Item, ...]:
    run = system.run
    size = (f"The round this paper was made from: {run.children} children, {run.homes} homes.",) if run else ()
    return (
        Item(
            "2.4",
            "Scope: the nature of the data",
            (f"{len(CATEGORIES)} categories; each column of the records stands in one.", returns_words()),
            (Fill(SERVICE, "Columns that the council leaves blank on purpose, because they are not needed."),),
            (categories_table(),),
            (_COLUMNS, "matching/papers_data.py", "records/sources/return_903/layout.py"),
        ),
        Item(
            "2.5",
            "Scope: how much, how often, how many people, which area",
            size,
            (Fill(SERVICE, "How often rounds are worked out; children, carers and others a year; the area."),),
            facts=("summary.json of the round",) if size else (),
        ),
        Item(
            "2.6",
            "Scope: who sees it",
            (
                "Roles decide, in the library and not on the page; a conflict of interest keeps a person out of a "
                "child's or a home's documents; every view is in the trail.",
            ),
            (Fill(OWNER, "Which groups of the council's sign-in hold which role."),),
            (roles_table(),),
            (_ACCESS, "records/store/people.py", "records/store/auditing.py"),
        ),
        Item(
            "2.7",
            "Scope: how long it is kept",
            ("Packaged periods stand until the council gives its own file.",),
            (Fill("Records manager", "Confirm or change each period, backups and result folders among them."),),
            (retention_table(system.keeps),),
            ("records/store/retention.toml",),
        ),
    )


def _context() -> tuple[Item, ...]:
    return (
        Item(
            "2.8",
            "Context: the relationship with the people, their control, what they expect",
            (
                "A child's wishes are read first on every page and pack, and a decision without them, or without why "
                "they could not be had, is refused.",
            ),
            (Fill(SERVICE, "What children, parents and carers are told, and what they can ask to be changed."),),
            facts=("matching/panel_pack.py", "records/store/bringing.py"),
        ),
        Item(
            "2.9",
            "Context: concerns, the state of technology, codes of conduct",
            ("Exact optimisation with rules that can be read; no machine learning in what is proposed for a child.",),
            (
                Fill(DPO, "Public concerns and security flaws known to the council; codes it has signed."),
                Fill(LEGAL, "Whether the Commissioner's code on automated decisions has been issued, what it asks."),
            ),
            facts=("matching/solvers", "matching/rules"),
        ),
    )


def _purposes(system: System) -> tuple[Item, ...]:
    proof = (proof_table(system.run),) if system.run else ()
    return (
        Item(
            "2.10",
            "Purposes: what is to be achieved, the effect on people, the benefits",
            (
                "The best lawful plan for all the children together, in the council's order: "
                f"{tiers_words(system.policy)}. Cost is at most the last tie-break.",
            ),
            (Fill(SERVICE, "The benefits the council expects for children and carers."),),
            proof,
            ("the policy in force", *(("summary.json of the round",) if system.run else ())),
        ),
    )


def _consultation() -> tuple[Item, ...]:
    return (
        Item(
            "3.1",
            "Whom to consult, when and how; or why not",
            fill=(
                Fill(SERVICE, "Children in care council, care leavers, parents, carers: when, how, what they said."),
                Fill(DPO, "Staff, panel members, legal and information security: who was asked, what they said."),
                Fill(OWNER, "Processors and experts, if there are any."),
            ),
        ),
    )


def _necessity() -> tuple[Item, ...]:
    return (
        Item(
            "4.1",
            "Lawful basis",
            (
                "Candidates, not advice. Which of them holds is for the data protection officer and legal services; "
                "the last column says how far each was checked.",
            ),
            (
                Fill(DPO, "The lawful basis, the condition for special category data, the one for offence data."),
                Fill(LEGAL, "The appropriate policy document that the condition asks for."),
            ),
            (law_relied_on(DATA_PROTECTION),),
            ("matching/papers_law.py",),
        ),
        Item(
            "4.2",
            "Whether it achieves the purpose, and another way to do so",
            fill=(Fill(SERVICE, "Why the same cannot be done with less data, or without software."),),
        ),
        Item(
            "4.3",
            "Automated decisions",
            (PEOPLE_DECIDE, *decision_words()),
            (Fill(SERVICE, "How it is watched that panels judge: how often they choose otherwise."),),
            facts=(_STEPS, _ACCESS, "records/store/bringing.py"),
        ),
        Item(
            "4.4",
            "Function creep, quality and minimisation",
            (
                "Blank columns are allowed, and count as not recorded. Doubtful cells become findings. A file may not "
                "hold more than its bounds. Exports for analysis are under pseudonyms.",
            ),
            (Fill(DPO, "How it is prevented that the data is used for something else."),),
            facts=(_COLUMNS, "records/check.py", "records/store/exports.py"),
        ),
        Item(
            "4.5",
            "Information for people, and their rights",
            (
                "All about one child or home can be exported. What was recorded is never changed unseen: a correction "
                "is a new version, and the earlier one stays until it is purged.",
            ),
            (
                Fill(DPO, "The privacy notice; how access, correction and objection are answered; complaints."),
                Fill(DPO, "Processors and transfers abroad: none by Placewell; the council's own hosting."),
            ),
            facts=("records/store/exports.py", "records/store/retention.py"),
        ),
    )


def _risks() -> tuple[Item, ...]:
    return (
        Item(
            "5.1",
            "Risks to people",
            ("The makers name risks; how likely and how severe each is depends on the council's own use.",),
            tuple(Fill(DPO, f"{one.risk_id}: likelihood, severity, overall.") for one in RISKS),
            (risks_table(),),
            ("matching/papers_measures.py",),
        ),
        Item(
            "5.2", "Other risks of the council's own use", fill=(Fill(DPO, "Any other risk, or that there is none."),)
        ),
    )


def _measures() -> tuple[Item, ...]:
    return (
        Item(
            "6.1",
            "Measures in the code",
            (
                "Each can be pointed to: the module that does it, and the test that would fail without it. What "
                "a measure leaves of a risk is for the council to judge.",
            ),
            tuple(Fill(DPO, f"{one.risk_id}: effect of the measures, risk that is left.") for one in RISKS),
            (measures_table(),),
            ("matching/papers_measures.py",),
        ),
        Item(
            "6.2",
            "Measures of the council",
            (
                "Not done by Placewell, and needed: encrypted disks and backups; the head of the trail kept elsewhere, "
                "because somebody who holds the database could rewrite it whole; results deleted in time.",
            ),
            (
                Fill(IT, "Who does each of these, and from when."),
                Fill("Workforce development lead", "Training before anybody uses it."),
            ),
            facts=("SECURITY.md", "docs/how-to/keep-a-store.md"),
        ),
    )


def _sign_off() -> tuple[Item, ...]:
    rows: tuple[tuple[Cell, ...], ...] = tuple((item, "", "", notes) for item, notes in SIGN_OFF)
    columns = (Column("Item"), Column("Name and position"), Column("Date"), Column("Notes"))
    return (
        Item(
            "7.1",
            "Sign-off and outcomes",
            fill=tuple(Fill(DPO if "dvice" in item else OWNER, f"{item}.") for item, _ in SIGN_OFF),
            room=(Table("Sign-off", columns, rows),),
        ),
    )
