"""Whoever may not be shown to a person is nowhere in what that person reads, and that somebody is missing is said."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from frontend import child_view, record_pack, round_view
from frontend.home_view import residents
from frontend.open_round import SENTENCE_NOT_SHOWN, OpenRound
from matching.panel_material import Material
from matching.panel_pack import pack
from matching.policy import Policy
from matching.propose import Proposal, propose
from matching.results import Results, work_out
from records.model import ResidentStatus
from records.store.rows import home, person
from reporting.reword import reworded
from reporting.section import Column, Definitions, Section, Table
from reporting.write import html
from tests.frontend.small_council import small_council
from tests.ordinary import DAY, TRAFFORD, fostered, years_old

TOLD = replace(
    small_council(),
    residents=(
        fostered("H4", "R1", date_of_birth=years_old(13), leaving_on=DAY.replace(year=DAY.year + 1)),
        fostered("H4", "R2", status=ResidentStatus.OWN_CHILD, date_of_birth=years_old(16)),
        fostered("H4", "R3", date_of_birth=years_old(15), leaving_on=DAY),
    ),
)
NOT_SHOWN = "somebody who is not shown to you"


@pytest.fixture(scope="module")
def results() -> Results:
    """The small council with people in home H4: one to be withheld, one not, one who leaves on the day."""
    return work_out(propose(TOLD, Policy(), council=TRAFFORD))


def opened(proposal: Proposal, *withheld: str) -> OpenRound:
    """The round for somebody from whom these are withheld."""
    day = proposal.asked.day.isoformat()
    facts = proposal.register.records
    return OpenRound("run", day, ("me", frozenset()), {}, proposal, facts, None, {}, frozenset(withheld))


def test_a_withheld_resident_has_no_age_and_no_leaving_day_anywhere(results: Results) -> None:
    """On the page of the home, beside other homes, and in the pack: somebody lives there, and no more."""
    round_ = opened(results.proposal, person("R1"))
    choice = child_view.choices(round_.unit("C3"))[0]
    ids = round_.proposal.register.homes.ids
    places = [k for k in round_.homes_of(choice.group) if ids[choice.group.homes[k]] in ("H3", "H4")]
    side_by_side = repr(child_view.compared(round_, choice, places, {}))
    material = replace(Material.of(results), hidden=frozenset({"R1"}))
    packed = html("T", pack(material, [round_.unit("C3")]))
    home_ = round_.records.homes[3]
    assert home_.home_id == "H4"
    for told in (side_by_side, packed, repr(residents(round_, home_))):
        assert NOT_SHOWN in told
        assert "aged 13" not in told
        assert "23 November 2027" not in told
        assert "16" in told
        assert "R1" not in told
    assert "'13'" not in repr(residents(round_, home_))
    assert child_view.who_lives_there(round_, "H4") == (NOT_SHOWN, "the carers' own, aged 16")
    assert child_view.who_lives_there(opened(results.proposal), "H4")[0] == "fostered, aged 13, until 23 November 2027"
    assert child_view.who_lives_there(round_, "H3") == ("nobody is recorded",)


@pytest.mark.parametrize(
    ("withheld", "text", "read"),
    [
        (("person:C3",), "It goes to C3. No plan is better.", f"{SENTENCE_NOT_SHOWN} No plan is better."),
        (("person:C3",), "C31 and C3-b keep it.", "C31 and C3-b keep it."),
        (("person:C3", "home:H2"), "H2 is full. C3 stays. Ask C4.", f"{SENTENCE_NOT_SHOWN} Ask C4."),
        (("home:H2",), "H2+1 place", SENTENCE_NOT_SHOWN),
        (("person:5",), "Sign it within 5 working days. Ask first!", f"{SENTENCE_NOT_SHOWN} Ask first!"),
        (("person:5",), "It is 1.5 miles away, on 15 May.", SENTENCE_NOT_SHOWN),
        (("person:A. Smith",), "Is it A. Smith? It is not.", f"{SENTENCE_NOT_SHOWN} It is not."),
        ((), "It goes to C3.", "It goes to C3."),
    ],
    ids=range(8),
)
def test_a_sentence_that_names_somebody_withheld_goes_whole(
    results: Results, withheld: tuple[str, ...], text: str, read: str
) -> None:
    """No hole is left whose neighbours tell who was meant; the sentences about others stay."""
    assert opened(results.proposal, *withheld).words(text) == read


def test_a_number_that_is_an_id_elsewhere_leaves_the_packs_figures_whole(results: Results) -> None:
    """Points, ages and miles are still read, while a sentence that may name the child goes."""
    round_ = opened(results.proposal, person("5"))
    section = Section("Homes", (Table("Ages", (Column("Age"),), (("5",), ("5–12",), ("within 5 days",))),))
    (block,) = reworded([section], partial(record_pack._seen_words, round_))[0].blocks
    assert isinstance(block, Table)
    assert block.rows == (("5",), ("5–12",), (SENTENCE_NOT_SHOWN,))


def test_only_those_of_the_round_are_counted_as_left_out(results: Results) -> None:
    """A bar from a child of another round says nothing about this one; one from somebody who lives in a home does."""
    assert opened(results.proposal, person("C9"), home("H9")).left_out == 0
    assert opened(results.proposal, person("C3"), person("R2"), home("H5"), person("C9")).left_out == 3


def test_a_child_whose_home_is_withheld_keeps_a_row(results: Results) -> None:
    """The child is counted and listed as having a home; nothing of the home or of what rests on it is said."""
    round_ = opened(results.proposal, home("H1"))
    glance = round_view.at_a_glance(round_, None)
    assert isinstance(glance, Definitions)
    assert ("Children with a home in the plan", "5 of 5") in glance.items
    table = round_view.plan_table(round_, round_.whole_plan)
    assert isinstance(table, Table)
    assert table.caption == "The homes the plan proposes: 5 of 5 children"
    rows = {str(row[0][0] if isinstance(row[0], tuple) else row[0]): row[2:] for row in table.rows}
    assert rows["C1"] == rows["C2"] == ("a home not shown to you", None, None, None, None, None)
    assert "H1" not in repr(table)
    assert [p.child_id for p in round_.plan] == ["C3", "C4", "C5"]


def test_a_plan_that_is_not_proved_says_what_it_rests_on(results: Results) -> None:
    """Accepted sign-offs and open questions are in it: it is never called lawful as it stands."""
    tiers = tuple(replace(one, proved=False) for one in results.proposal.solution.tiers)
    solution = replace(results.proposal.solution, tiers=tiers)
    told = repr(round_view.proof(opened(replace(results.proposal, solution=solution))))
    assert "It breaks no rule that nobody may lift; the approvals and questions it rests on are shown." in told
    assert "lawful" not in told
