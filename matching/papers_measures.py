"""Measures that reduce a risk, each with the code that does it and the test that would fail without it; and the risks.

A measure is named here only if both can be pointed to: a test holds that every file and test named exists.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from reporting.section import Cell, Column, Table


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure: what is done, the module that does it, and the test that shows it (file::function)."""

    key: str
    does: str
    code: str
    test: str


@dataclass(frozen=True, slots=True)
class Risk:
    """One risk to people: what could happen, to whom, and the measures that stand against it."""

    risk_id: str
    name: str
    harm: str
    measures: tuple[str, ...]


COUNCIL: Final = "for the council"
_STORE: Final = "tests/records/store/"
_PAGES: Final = "tests/frontend/pages/"

MEASURES: Final[tuple[Measure, ...]] = (
    Measure(
        "people",
        "Only people record steps: a step out of order, by another role, or without what it must bring is refused.",
        "records/store/steps.py",
        _STORE + "test_decisions.py::test_a_step_out_of_order_is_refused_and_the_rule_named",
    ),
    Measure(
        "opened",
        "Nobody recommends or decides on what they have not opened, with reasons and the other homes.",
        "records/store/bringing.py",
        _STORE + "test_decisions.py::test_nobody_decides_what_they_have_not_opened",
    ),
    Measure(
        "no default",
        "Nothing is chosen beforehand on a form.",
        "frontend/record_fill.py",
        _PAGES + "test_record.py::test_nothing_is_chosen_for_anybody",
    ),
    Measure(
        "none of these",
        "None of the open homes can be recorded, with reasons and what happens next.",
        "records/store/meeting.py",
        _STORE + "test_meeting.py::test_none_of_these_is_kept_with_the_homes_that_were_open",
    ),
    Measure(
        "wishes",
        "A decision lacks nothing: wishes of each child, reasons, answers, an override for every broken rule.",
        "records/store/decisions.py",
        _STORE + "test_decisions.py::test_a_decision_lacks_nothing",
    ),
    Measure(
        "roles",
        "Every call of the store asks who calls; what no table allows is refused.",
        "records/store/access.py",
        _STORE + "test_access.py::test_each_role_may_do_this_and_nothing_else",
    ),
    Measure(
        "conflicts",
        "A conflict of interest keeps a person out of everything about a child or home.",
        "records/store/people.py",
        _STORE + "test_access.py::test_a_conflict_of_interest_keeps_a_person_out",
    ),
    Measure(
        "trail",
        "Every view of a child is in the trail.",
        "records/store/auditing.py",
        _STORE + "test_access.py::test_every_view_of_a_child_is_in_the_trail",
    ),
    Measure(
        "altered",
        "Whatever is altered behind the store's back is found and named.",
        "records/store/proof.py",
        _STORE + "test_guards.py::test_a_hundred_random_alterations_are_found",
    ),
    Measure(
        "refuses",
        "The database itself refuses to change or remove what was written.",
        "records/store/guards.py",
        _STORE + "test_guards.py::test_the_database_refuses_to_change_or_remove",
    ),
    Measure(
        "retention",
        "A report comes before a purge, and nothing is due before its time.",
        "records/store/retention.py",
        _STORE + "test_operations.py::test_nothing_is_due_before_its_time_and_a_report_comes_first",
    ),
    Measure(
        "purge",
        "What was purged is in no file of the store.",
        "records/store/retention.py",
        _STORE + "test_operations.py::test_what_is_purged_is_in_no_file",
    ),
    Measure(
        "subject access",
        "All about one child, and about nobody else, can be exported on request.",
        "records/store/exports.py",
        _STORE + "test_operations.py::test_everything_about_one_child_and_nobody_else",
    ),
    Measure(
        "file",
        "A store's file is readable by its owner alone.",
        "records/store/place.py",
        _STORE + "test_operations.py::test_a_store_is_made_once_and_for_its_owner_alone",
    ),
    Measure(
        "sign-in",
        "A token counts only when the council's provider signed it, for this app, and it holds now.",
        "records/store/identity.py",
        _STORE + "test_identity.py::test_forged_tokens_are_refused",
    ),
    Measure(
        "sessions",
        "A session ends when it is idle, too old, or signed out of.",
        "frontend/doors.py",
        "tests/frontend/test_doors.py::test_sessions_end_when_idle_when_too_long_and_at_sign_out",
    ),
    Measure(
        "logs",
        "Logs never hold the message of an error, which might name a child.",
        "frontend/quiet.py",
        "tests/frontend/test_quiet.py::test_a_traceback_never_reaches_the_log",
    ),
    Measure(
        "uploads",
        "Uploads are bounded, read in a process with a limit, and forgotten.",
        "frontend/reading.py",
        "tests/frontend/test_reading.py::test_memory_is_limited",
    ),
    Measure(
        "network",
        "Only the app's own server and the council's own sign-in use a network.",
        "frontend/serving.py",
        "tests/matching/test_papers.py::test_only_the_app_and_the_councils_sign_in_use_a_network",
    ),
    Measure(
        "suppression",
        "Small numbers are hidden before anything is published, then attacked; what can be worked out is refused.",
        "reporting/disclosure.py",
        "tests/reporting/test_disclosure.py::test_nothing_hidden_can_be_worked_out",
    ),
    Measure(
        "totals",
        "Roles that see totals see no small numbers and no child.",
        "records/store/aggregates.py",
        _STORE + "test_access.py::test_totals_show_no_small_numbers",
    ),
    Measure(
        "unknown",
        "What is not recorded is never taken as no, nor as yes.",
        "matching/rules/rule.py",
        "tests/matching/rules/test_inside.py::test_blank_facts_never_make_a_broken_rule_met",
    ),
    Measure(
        "doubtful rows",
        "A cell that could forbid a home never turns into no restriction because it cannot be read.",
        "records/columns.py",
        "tests/records/test_columns.py::test_a_garbled_limit_of_a_home_never_counts_as_no_limit",
    ),
    Measure(
        "audit",
        "A finished plan is asked every rule again by code that shares none with the solver.",
        "matching/audit.py",
        "tests/matching/test_audit.py::test_the_rules_asked_again_find_it_too",
    ),
    Measure(
        "oracle",
        "Another reading, written from the specification alone, agrees with the rules.",
        "matching/propose.py",
        "tests/matching/test_against_the_oracle.py::test_every_rule_answers_as_the_contract_reads",
    ),
    Measure(
        "solvers",
        "Solvers that share no formulation agree on random councils.",
        "matching/solvers/__init__.py",
        "tests/matching/solvers/test_three_agree.py::test_three_solvers_agree_on_random_questions",
    ),
    Measure(
        "order",
        "The same records in another order give the same plan.",
        "matching/propose.py",
        "tests/matching/test_metamorphic.py::test_shuffled_rows_give_the_same_plan",
    ),
    Measure(
        "no filter",
        "No rule reads ethnicity, religion or cost.",
        "matching/rules/__init__.py",
        "tests/matching/rules/test_inside.py::test_identity_and_cost_are_no_rules",
    ),
    Measure(
        "only adds",
        "Ethnicity and faith can only add to a home's points: recording them never lowers a home.",
        "matching/considerations/identity.py",
        "tests/matching/considerations/test_any_round.py::test_recording_ethnicity_or_faith_never_lowers_a_home",
    ),
    Measure(
        "no delay",
        "After a limit of days of waiting, ethnicity and faith no longer count with adopters.",
        "matching/considerations/identity.py",
        "tests/matching/considerations/test_identity.py::test_identity_does_not_delay_adoption",
    ),
    Measure(
        "cost",
        "Cost is nowhere in the points, and at most the last tie-break between plans.",
        "matching/considerations/weigh.py",
        "tests/matching/considerations/test_weigh.py::test_cost_is_nowhere_in_the_points",
    ),
    Measure(
        "replay",
        "A kept round can be worked out again, and every file compared byte for byte.",
        "matching/kept.py",
        "tests/frontend/test_store_cli.py::test_a_round_is_kept_replayed_and_proved",
    ),
)

RISKS: Final[tuple[Risk, ...]] = (
    Risk(
        "Risk 1",
        "A person follows the proposal without judging it",
        "A child is placed where another home would have been better for them.",
        ("people", "opened", "no default", "none of these", "wishes"),
    ),
    Risk(
        "Risk 2",
        "A record is wrong, old or missing",
        "A home is left out or proposed on a wrong fact about a child or a carer.",
        ("unknown", "doubtful rows", "wishes"),
    ),
    Risk(
        "Risk 3",
        "A rule or the plan is worked out wrongly",
        "An unlawful or worse home is proposed.",
        ("audit", "oracle", "solvers", "order", "replay"),
    ),
    Risk(
        "Risk 4",
        "Children of some groups fare worse",
        "Children wait longer, or live further from home, because of a protected characteristic or a proxy of it.",
        ("no filter", "only adds", "no delay", "cost"),
    ),
    Risk(
        "Risk 5",
        "Somebody sees a child or carer they need not see",
        "Distress, danger from people a child is kept from, loss of trust.",
        ("roles", "conflicts", "trail", "sign-in", "sessions"),
    ),
    Risk(
        "Risk 6",
        "Data leaves the council",
        "Children, birth families, carers or adopters are found.",
        ("network", "file", "logs", "uploads"),
    ),
    Risk(
        "Risk 7",
        "A child is found in published figures",
        "A child's circumstances become known.",
        ("suppression", "totals"),
    ),
    Risk(
        "Risk 8",
        "Data is kept too long, or cannot be found for the person it is about",
        "A person cannot see or correct what is held, or it is held without need.",
        ("retention", "purge", "subject access"),
    ),
    Risk(
        "Risk 9",
        "What was proposed or decided is altered or lost",
        "A decision cannot be explained or challenged years later.",
        ("altered", "refuses", "replay"),
    ),
)


def measure(key: str) -> Measure:
    """A measure by its key."""
    return next(one for one in MEASURES if one.key == key)


def risks_table() -> Table:
    """Each risk and its harm, with room for the council's assessment of how likely and how severe."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (f"{one.risk_id}. {one.name}", one.harm, COUNCIL, COUNCIL, COUNCIL) for one in RISKS
    )
    columns = (
        Column("Risk"),
        Column("Harm to people"),
        Column("Likelihood: remote, possible or probable"),
        Column("Severity: minimal, significant or severe"),
        Column("Overall: low, medium or high"),
    )
    return Table("Risks, for the council to assess", columns, rows)


def measures_table(*, public: bool = False) -> Table:
    """What stands against each risk, with the code and the test; the effect is for the council to judge.

    `public`: with the name of each risk, and without room for the council's judgement.
    """
    rows: list[tuple[Cell, ...]] = []
    for one in RISKS:
        for key in one.measures:
            held = measure(key)
            where = (held.code, held.test)
            risk = f"{one.risk_id}. {one.name}"
            rows.append((risk, held.does, where) if public else (one.risk_id, held.does, where, COUNCIL))
    columns = [Column("Risk"), Column("Measure"), Column("Where it is, and the test that fails without it")]
    if not public:
        columns.append(Column("Effect, what is left, approved by"))
    return Table("Measures that exist in the code", tuple(columns), tuple(rows))
