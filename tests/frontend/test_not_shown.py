"""Whoever may not be shown to a person is nowhere in what that person reads, and that somebody is missing is said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from frontend import child_view
from frontend.home_view import residents
from frontend.open_round import OpenRound
from matching.panel_material import Material
from matching.panel_pack import pack
from matching.policy import Policy
from matching.propose import Proposal, propose
from matching.results import Results, work_out
from records.model import ResidentStatus
from records.store.rows import person
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
