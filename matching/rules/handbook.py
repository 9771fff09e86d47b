"""Print the handbook of rules from the rules themselves: `python -m matching.rules.handbook`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass

from matching.rules import GATES, RULES
from matching.rules.law import sources
from matching.rules.rule import Gate, Rule

MARKS = {
    "primary": "read in the law or an official text",
    "secondary": "read in a secondary source; confirm before relying on it",
    "unchecked": "general knowledge, not checked; confirm before relying on it",
    "local policy": "no national rule; the council's own policy",
    "product": "a reading made for Placewell",
}


@dataclass(frozen=True, slots=True)
class Inside:
    """A rule that is no function of its own: how it is kept, where, and the test that shows it."""

    rule_id: str
    how: str
    test: str | None = None
    """File and function; None for what is outside matching."""


_APPROVAL = "tests/matching/rules/test_approval.py::"
_CAPACITY = "tests/matching/rules/test_capacity.py::"
_SAFETY = "tests/matching/rules/test_safety.py::"
_LOCATION = "tests/matching/rules/test_location.py::"
_SIBLINGS = "tests/matching/rules/test_siblings.py::"
_GATES = "tests/matching/rules/test_gates.py::"
_INSIDE = "tests/matching/rules/test_inside.py::"

INSIDE: tuple[Inside, ...] = (
    Inside("ADO-04", "Part of FOST-02: what was noted of adopters binds nobody; it scores.",
           _APPROVAL + "test_what_was_noted_of_adopters_is_advice"),
    Inside("ADO-16", "A plan proposes; it is neither a link nor a match. ADO-07 to ADO-10 list the steps to come.",
           _GATES + "test_steps_of_an_adoption"),
    Inside("ADO-20", "A decision that is reversed is taken out of the records, and the child's route with it; without "
           "them ADO-02 and PLC-03 bar every adopter.",
           "tests/matching/rules/test_adoption.py::test_adoption_decision"),
    Inside("BED-03", "Part of BED-01: nobody shares a bedroom with a child who may harm others.",
           _CAPACITY + "test_bedrooms"),
    Inside("BED-04", "Part of BED-01: only brothers, or only sisters, share, and only under the age for sharing.",
           _CAPACITY + "test_bedrooms"),
    Inside("BED-06", "Part of HLT-02: an aid that a child must have is a need that must be met.",
           "tests/matching/rules/test_needs.py::test_a_need_that_must_be_met"),
    Inside("BED-07", "The household list counts everybody on the day: who has left is gone, who has a current carer is "
           "there.", _CAPACITY + "test_who_counts_towards_the_limit"),
    Inside("BED-08", "Asked before confirming, with SLG-12.", _GATES + "test_ordinary_gates"),
    Inside("CNT-03", "No-contact and bail terms are recorded as zones (LOC-09) and separations (SAFE-01).",
           _SAFETY + "test_separated_from_a_resident"),
    Inside("CON-06", "Kinship carers are foster carers to FOST-02, FOST-03, FOST-05 and BED-01.",
           _CAPACITY + "test_whom_the_limit_binds"),
    Inside("EPM-02", "As PLC-07.", _INSIDE + "test_preferences_are_no_rules"),
    Inside("EPM-04", "Part of PLC-03, ADO-01 and ADO-02: an early-permanence plan leads to dual approved carers, who "
           "foster first, and never to ordinary adopters without an order.",
           "tests/matching/rules/test_adoption.py::test_early_permanence_is_fostering_first"),
    Inside("FOST-04", "Part of FOST-03: everybody fostered there, with the whole group, must be of one family.",
           _CAPACITY + "test_usual_fostering_limit"),
    Inside("FOST-06", "The consequence of breaking FOST-03.", _CAPACITY + "test_usual_fostering_limit"),
    Inside("FOST-07", "Part of FOST-03: counted for each household, and only children fostered there.",
           _CAPACITY + "test_who_counts_towards_the_limit"),
    Inside("FOST-08", "FOST-02 and FOST-03 are two rules; both must be met.",
           _CAPACITY + "test_terms_and_limit_are_two_tests"),
    Inside("FOST-09", "Part of FOST-02: a blank term is no restriction of that kind.",
           _APPROVAL + "test_terms_of_approval"),
    Inside("FOST-10", "The way in which a breach of FOST-02, FOST-24 or PAC-01 is signed off; allowing it allows "
           "FOST-02.", _APPROVAL + "test_terms_of_approval"),
    Inside("FOST-14", "Each home has one approving service and one row; two rows with overlapping approvals are left "
           "out when the records are read."),
    Inside("FOST-19", "Settled when the carer is approved; a lapse ends FOST-01.",
           _APPROVAL + "test_approval_that_has_ended"),
    Inside("FOST-26", "Part of FOST-02: a sex that is not recorded, or recorded as unknown, is a question where the "
           "terms ask.", _APPROVAL + "test_terms_of_approval"),
    Inside("GOV-01", "Nothing here decides: answers and a plan for people to judge."),
    Inside("GOV-02", "As GOV-01; reasons and alternatives are given for every home."),
    Inside("GOV-03", "As GOV-01."),
    Inside("GOV-04", "The council's own assessment, before live use."),
    Inside("GOV-06", "The council's own analysis; no rule reads ethnicity or religion.",
           _INSIDE + "test_identity_and_cost_are_no_rules"),
    Inside("GOV-07", "A plan is neither a recommendation nor a decision, and records neither."),
    Inside("GOV-09", "The order of tiers: cost comes last.", _INSIDE + "test_identity_and_cost_are_no_rules"),
    Inside("GOV-11", "The answer `unknown`: what is not recorded is never taken as no, nor as yes.",
           _INSIDE + "test_blank_facts_never_make_a_broken_rule_met"),
    Inside("GOV-12", "No rule or message carries an address; who may see what is for the council's systems."),
    Inside("GOV-13", "Each run's summary names the day, the law, the policy and the versions."),
    Inside("HLT-01", "The needs that must be met: HLT-02, HLT-03, HLT-09, FOST-22.",
           "tests/matching/rules/test_needs.py::test_each_need_belongs_to_one_rule"),
    Inside("HLT-06", "As BED-02: ages are asked over the stay before confirming.", _GATES + "test_room_when_older"),
    Inside("HLT-10", "Part of PLC-03: a kind of home that will not do for the child is not among the routes.",
           _APPROVAL + "test_kind_of_home"),
    Inside("IDN-03", "No rule reads ethnicity or religion.", _INSIDE + "test_identity_and_cost_are_no_rules"),
    Inside("IDN-07", "The council's own monitoring."),
    Inside("LOC-02", "The tier `local` and the points; never a bar.", _INSIDE + "test_preferences_are_no_rules"),
    Inside("LOC-05", "Part of LOC-03 and LOC-04: not asked of the council's own carers, connected persons or adopters.",
           _LOCATION + "test_where_area_is_not_asked"),
    Inside("LOC-08", "Miles are unknown where either place is, in rules (LOC-09), points and tiers; never nought.",
           _LOCATION + "test_no_zone_no_question"),
    Inside("LOC-10", "A recorded reason for distance takes the child out of the tier `local` and off the points for "
           "nearness; no rule reads it.", _INSIDE + "test_deliberate_distance_breaks_nothing"),
    Inside("PLC-05", "The points and tiers; never a bar.", _INSIDE + "test_preferences_are_no_rules"),
    Inside("PLC-06", "As LOC-02.", _INSIDE + "test_preferences_are_no_rules"),
    Inside("PLC-07", "Homes that may adopt are not counted in the tier `local`, nor scored on nearness, school or "
           "brothers and sisters.", _INSIDE + "test_preferences_are_no_rules"),
    Inside("PLC-12", "Asked before confirming, with PLC-09.", _GATES + "test_ordinary_gates"),
    Inside("SAFE-10", "Each flag's date and source are for the council's systems; rules read what is recorded now."),
    Inside("SHB-02", "Asked before confirming, with SHB-01.", _GATES + "test_gates_of_one_kind_of_stay"),
    Inside("SHB-03", "Part of FOST-20 and FOST-02: a child on short breaks takes a place like any other.",
           _INSIDE + "test_short_breaks_take_a_place"),
    Inside("SIB-01", "The tier `siblings`: kept together where any lawful home takes them.",
           _INSIDE + "test_preferences_are_no_rules"),
    Inside("SIB-05", "A split is listed for a decision, never silent; no rule makes one. Every part of a family is "
           "asked as a group of its own.", _INSIDE + "test_every_part_of_a_family_can_be_asked"),
    Inside("SIB-07", "As STB-01: a settled brother or sister is not moved.",
           _APPROVAL + "test_settled_children_stay"),
    Inside("SIB-08", "As PLC-07: no presumption either way in adoption; PW-01 takes one child or the whole family.",
           _CAPACITY + "test_one_child_or_the_whole_family"),
    Inside("SIB-10", "FOST-02, FOST-03, FOST-05, FOST-20, BED-01, SAFE-04, SIB-02 and SAFE-01 are asked of the whole "
           "group with those who live there.", _CAPACITY + "test_as_many_named_as_are_above_the_limit"),
    Inside("SLG-05", "The same review as PLC-08.", _GATES + "test_review_before_lodgings"),
    Inside("SLG-07", "No usual limit in lodgings (FOST-03); the scheme's number is the home's number of places "
           "(FOST-02), and the scheme manager signs.", _CAPACITY + "test_whom_the_limit_binds"),
    Inside("SLG-08", "The household list says why each person lives there; nothing is inferred from age.",
           _CAPACITY + "test_who_counts_towards_the_limit"),
    Inside("SLG-09", "Outside matching: care leavers of 18 and over."),
    Inside("STB-02", "As STB-01: nobody is moved without a move being asked for.",
           _APPROVAL + "test_settled_children_stay"),
    Inside("STP-02", "Part of FOST-02, FOST-03 and SAFE-04: an adult staying put is neither a fostered child nor a "
           "child of the home.", _CAPACITY + "test_who_counts_towards_the_limit"),
    Inside("SUF-01", "Outside matching: planning."),
    Inside("SUF-05", "Outside matching: publishing."),
    Inside("UAS-01", "An unaccompanied child has no home distance (LOC-08); zones are LOC-09; the need `uasc` is "
           "FOST-22.", "tests/matching/rules/test_needs.py::test_each_need_belongs_to_one_rule"),
)  # fmt: skip


def handbook() -> str:
    """The whole handbook as Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# The rules"
    yield ""
    yield "Printed from the rules themselves by `python -m matching.rules.handbook > docs/reference/rules.md`. England"
    yield "only. An engineering reference, not legal advice: a practitioner signs off every rule before use."
    yield ""
    yield "Each rule looks at one child, or at brothers and sisters who would live together, against every home, and"
    yield "gives one of four answers: *met*; *needs sign-off*, by whom; *unknown*, with the question to ask; *barred*."
    yield "Where several rules answer, barred comes before unknown, unknown before needs sign-off, that before met. A"
    yield "blank cell is never taken as no, nor as yes."
    yield ""
    yield "HARD-A: nobody in the council can waive it. HARD-G: unusable until the person named approves; where a rule"
    yield "says *until then refused*, only a new decision in the records lifts it."
    yield ""
    yield "How each source was checked:"
    yield ""
    yield from (f"- *{mark}*: {meaning}." for mark, meaning in MARKS.items())
    yield ""
    yield "## Asked of every home, in this order"
    for rule in RULES:
        yield from _of_rule(rule)
    yield ""
    yield "## Before confirming"
    yield ""
    yield "The law wants these done, and records cannot show it. They change no answer: they are listed beside the"
    yield "match. First those that depend on what is recorded, then those that always belong to a kind of home."
    yield ""
    yield "| Rule | What to do | Law | Checked |"
    yield "|---|---|---|---|"
    yield from (_of_gate(gate) for gate in GATES if not gate.always)
    yield ""
    yield "| Rule | Always | Law | Checked |"
    yield "|---|---|---|---|"
    yield from (_of_gate(gate) for gate in GATES if gate.always)
    yield ""
    yield "## Kept inside other rules, or outside matching"
    yield ""
    yield "| Rule | How it is kept | Shown by |"
    yield "|---|---|---|"
    for one in INSIDE:
        yield f"| {one.rule_id} | {one.how} | {f'`{one.test}`' if one.test else ''} |"
    yield ""
    yield "## Numbers that the law fixes"
    yield ""
    yield "From `matching/rules/law.toml`; the value in force on the day of the round is used."
    yield ""
    yield "| Number | What it is | Value | Unit | Reference | Last checked |"
    yield "|---|---|---|---|---|---|"
    for source in sources():
        values = "; ".join(f"{_value(value)} from {since:%d/%m/%Y}" for since, value in source.values.items())
        yield (
            f"| `{source.name}` | {source.description} | {values} | {source.unit} | {source.reference} | "
            f"{source.last_checked:%d/%m/%Y} |"
        )


def _of_rule(rule: Rule) -> Iterator[str]:
    yield ""
    yield f"### {rule.rule_id}: {rule.title}"
    yield ""
    if rule.notes:
        yield rule.notes
        yield ""
    yield f"- {rule.weight}. {'Asked of each child' if rule.scope == 'child' else 'Asked of the whole group'}."
    yield f"- Law: {rule.law} ({rule.mark})."
    if rule.sign_off:
        yield f"- Who may approve: {rule.sign_off}."
    if rule.question:
        yield f"- When it is not recorded, ask: {rule.question}"


def _of_gate(gate: Gate) -> str:
    return f"| {gate.rule_id} | {gate.text} | {gate.law} | {gate.mark} |"


def _value(value: int | bool) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    sys.stdout.write(handbook())
