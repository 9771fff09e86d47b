"""One home from every side: for whom it could be, its places over the year, its terms, and who may see what."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from frontend.home_for_whom import blocks_for_whom, for_whom, ranks, shown_to
from frontend.home_places import places_ahead, places_picture
from frontend.home_view import residents, terms
from frontend.open_round import OpenRound
from frontend.register_view import A_PAGE, Search, choices, found, pages, register_table
from matching.policy import Policy
from matching.propose import Proposal, propose
from matching.ranking import rank_every_unit
from matching.rules.rule import Answer
from records.model import HomeKind, Records, ResidentStatus, Route
from records.store.rows import home as home_subject
from records.store.rows import person
from tests.frontend.small_council import small_council
from tests.ordinary import DAY, TRAFFORD, child, fostered, home, records
from tests.tiny_councils import seeded


def worked_out(told: Records, **policy: Any) -> Proposal:
    return propose(told, Policy(**policy), council=TRAFFORD, solver="bundles")


def opened(proposal: Proposal, *withheld: str) -> OpenRound:
    day = proposal.asked.day.isoformat()
    facts = proposal.register.records
    return OpenRound("run", day, ("me", frozenset()), {}, proposal, facts, None, {}, frozenset(withheld))


def words(blocks: object) -> str:
    return repr(blocks)


@pytest.fixture(scope="module")
def small() -> Proposal:
    return worked_out(small_council())


def test_the_rank_of_a_home_is_the_one_that_the_child_has_for_it(small: Proposal) -> None:
    """Read from the home's side or from the child's, the ranking is the same."""
    made = [small, *(worked_out(seeded(n).records) for n in (1, 2, 3, 4))]
    compared = 0
    for proposal in made:
        rank = ranks(proposal)
        for unit in rank_every_unit(proposal):
            for group in unit.alone or unit.groups:
                if len(group.child_ids) == 1:
                    i = proposal.register.child_index[group.child_ids[0]]
                    at = proposal.pairs.positions(i, group.homes)
                    assert rank[at].tolist() == list(range(1, len(group) + 1))
                    assert (rank[proposal.pairs.of(i)] > 0).sum() == len(group)
                    compared += len(group)
    assert compared > 20


def test_every_child_stands_in_one_place(small: Proposal) -> None:
    """Could be, barred, another kind, or not asked: nobody is dropped, and nobody is in two."""
    for home_id, at in small.register.homes.index.items():
        seen = for_whom(small, at)
        barred = {i for some in seen.barred.values() for i in some}
        parts = [{p.child for p in seen.possible}, barred, set(seen.other_kind), set(seen.full), set(seen.beyond)]
        assert sum(map(len, parts)) == len(set().union(*parts)) == len(small.register.children), home_id


def test_answers_are_those_of_the_round(small: Proposal) -> None:
    """A home on hold needs a sign-off for the same children, and says whose."""
    seen = for_whom(small, small.register.homes.index["H5"])
    assert seen.possible
    assert all("FOST-22" in p.sign_off or p.sign_off for p in seen.possible)
    assert {p.answer for p in seen.possible} <= {Answer.NEEDS_SIGN_OFF, Answer.UNKNOWN}
    told = words(blocks_for_whom(opened(small), seen))
    assert "Approval:" in told
    assert "needs sign-off" in told


def test_a_home_of_another_kind_and_a_full_one_say_so() -> None:
    """Why a home is for nobody is said, with the rule where there is one."""
    told = records(
        [child("C1"), child("C2", routes=(Route.ADOPTION,))],
        [home("H1", vacancies=0), home("H2", kind=HomeKind.ADOPTER, vacancies=1, approved_places=1)],
    )
    proposal = worked_out(told)
    full = words(blocks_for_whom(opened(proposal), for_whom(proposal, 0)))
    assert "the home has no place left" in full
    assert "does not allow a home of this kind [PLC-03]" in full


def test_whoever_is_barred_from_a_child_is_told_only_that_somebody_is_left_out(small: Proposal) -> None:
    """No id, in the table or in the list of those whom a rule keeps away."""
    seen = for_whom(small, small.register.homes.index["H1"])
    round_ = opened(small, person("C1"), person("C4"), home_subject("H2"))
    told = words(blocks_for_whom(round_, seen))
    assert "not shown to you" in told
    for hidden in ("'C1'", "'C4'", "H2"):
        assert hidden not in told
    assert len(shown_to(round_, seen)) < len(seen.possible)


def test_the_reverse_look_up_asks_no_rule_again(small: Proposal, monkeypatch: pytest.MonkeyPatch) -> None:
    """It reads the answers of the round, so that it stays quick in a borough."""
    monkeypatch.setattr("matching.propose.ask", lambda *_: pytest.fail("a rule was asked again"))
    assert for_whom(small, 0).possible


def ahead(*homes_: Any, residents: Any = (), held: int = 0) -> list[tuple[date, int]]:
    proposal = worked_out(records([], homes_, residents=tuple(residents)))
    return [(c.day, c.places) for c in places_ahead(proposal, "H1", held)]


def day(days: int) -> date:
    return DAY + timedelta(days=days)


@pytest.mark.parametrize(
    ("changes", "residents", "held", "expected"),
    [
        ({"vacancies": 2}, (), 0, [(DAY, 2)]),
        ({"vacancies": 2}, (), 1, [(DAY, 1)]),
        ({"vacancies": 1}, (("R1", 30),), 0, [(DAY, 1), (day(31), 2)]),
        ({"vacancies": 1}, (("R1", None),), 0, [(DAY, 1)]),
        ({"vacancies": 1}, (("R1", 400),), 0, [(DAY, 1)]),
        ({"vacancies": 3}, (("R1", 30),), 0, [(DAY, 2), (day(31), 3)]),
        ({"vacancies": 2, "available_from": day(10)}, (), 0, [(DAY, 0), (day(10), 2)]),
        ({"vacancies": 2, "available_to": day(10)}, (), 0, [(DAY, 2), (day(11), 0)]),
        ({"vacancies": 2, "approved_to": day(10)}, (), 0, [(DAY, 2), (day(11), 0)]),
        ({"vacancies": 2, "notice_received_on": day(-8)}, (), 0, [(DAY, 2), (day(21), 0)]),
        ({"vacancies": 2, "on_hold": True}, (), 0, [(DAY, 0)]),
        ({"vacancies": 0}, (), 3, [(DAY, 0)]),
    ],
    ids=range(12),
)
def test_places_over_the_year(
    changes: dict[str, Any], residents: tuple[tuple[str, int | None], ...], held: int, expected: list[tuple[date, int]]
) -> None:
    """Both sides of every edge: the day somebody leaves, is available, or stops being approved."""
    living = [fostered("H1", who, leaving_on=None if days is None else day(days)) for who, days in residents]
    assert ahead(home("H1", approved_places=3, **changes), residents=living, held=held) == expected


def test_the_picture_of_places_states_what_changes() -> None:
    """Its title is the finding, and every change has its reason in the table."""
    living = (fostered("H1", "R1", leaving_on=day(30)),)
    proposal = worked_out(records([], [home("H1", vacancies=0)], residents=living))
    picture = places_picture(places_ahead(proposal, "H1"), DAY)
    assert picture.title == "0 places now, 1 from 24 December 2026"
    assert "to leave on 23 December 2026" in words(picture.table)
    assert "0." in picture.alt


def test_terms_say_what_is_not_recorded(small: Proposal) -> None:
    """An empty cell is a question, not a no."""
    told = words(terms(opened(small), small.register.records.homes[3]))
    assert "whether anybody smokes" in told
    assert "open question" in told


def test_named_children_and_residents_whom_a_person_may_not_see_have_no_name() -> None:
    """Terms that name a child, and the people who live there, obey a conflict of interest."""
    told = records(
        [child("C1")],
        [home("H1", named_children=("C1", "C2"), exempt_children=("C2",))],
        residents=(
            fostered("H1", "R1"),
            fostered("H1", "R2", leaving_on=DAY),
            fostered("H1", "R3", status=ResidentStatus.OWN_CHILD),
        ),
    )
    round_ = opened(worked_out(told), person("C2"), person("R1"))
    home_ = told.homes[0]
    shown = words(terms(round_, home_)) + words(residents(round_, home_))
    assert "C1" in shown
    assert "R3" in shown
    for hidden in ("C2", "R1", "R2"):
        assert hidden not in shown
    assert "not shown to you" in shown


REGISTER = records(
    [child("C1", needs_must=("autism",))],
    [
        home("H1", approved_age_min=0, approved_age_max=8),
        home("H2", on_hold=True, meets_needs=None),
        home("H3", notice_received_on=DAY - timedelta(days=3), authority="E08000006"),
        home("H4", kind=HomeKind.ADOPTER, vacancies=0, on_hold=None),
    ],
)


@pytest.mark.parametrize(
    ("search", "ids", "unsure"),
    [
        (Search(), ("H1", "H2", "H3", "H4"), 0),
        (Search(kinds=("adopter",)), ("H4",), 0),
        (Search(authorities=("E08000006",)), ("H3",), 0),
        (Search(standing="hold"), ("H2",), 0),
        (Search(standing="notice"), ("H3",), 0),
        (Search(standing="open"), ("H1", "H4"), 2),
        (Search(with_place=True), ("H1", "H2", "H3"), 0),
        (Search(age=8), ("H1", "H2", "H3", "H4"), 3),
        (Search(age=9), ("H2", "H3", "H4"), 3),
        (Search(needs=("autism", "trauma")), ("H1", "H3", "H4"), 0),
        (Search(kinds=("adopter",), with_place=True), (), 0),
    ],
    ids=range(11),
)
def test_a_search_of_the_register(search: Search, ids: tuple[str, ...], unsure: int) -> None:
    """Each box narrows; what is not recorded is counted, and not silently in or out."""
    assert found(opened(worked_out(REGISTER)), search) == (ids, unsure)


def test_a_home_that_may_not_be_seen_is_in_no_list(small: Proposal) -> None:
    """Neither in what is found nor in what can be searched for; and the table names no child who may not be seen."""
    round_ = opened(small, home_subject("H6"), person("C1"))
    ids, _ = found(round_, Search())
    assert "H6" not in ids
    assert "adopter" not in choices(round_)["kinds"]
    table = words(register_table(round_, ids, len(ids)))
    assert "'C1'" not in table
    assert "H6" not in table


def test_the_list_is_cut_into_pages_that_hold_everybody_once() -> None:
    """Twenty-five at a time, and one empty page for none."""
    ids = [f"H{n:03}" for n in range(2 * A_PAGE + 1)]
    assert [one for page in pages(ids) for one in page] == ids
    assert [len(page) for page in pages(ids)] == [25, 25, 1]
    assert pages([]) == [()]


def test_ranks_are_nought_exactly_where_a_rule_bars(small: Proposal) -> None:
    """A barred home has no rank."""
    assert np.array_equal(ranks(small) == 0, small.answers.barred != 0)
