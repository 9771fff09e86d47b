"""If a carer says no: bands in words, where to turn, what refusals do; without whom a person may not see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from streamlit.testing.v1 import AppTest

from frontend import working
from frontend.office import Office
from frontend.open_round import open_round
from frontend.refusal_order import RefusalOrder
from frontend.session import Here
from matching.acceptance import Band, acceptance
from matching.asking import Asking
from matching.kept import keep_round
from matching.refusals_words import sentence
from records.enquiries import as_one
from records.store import Role
from tests.frontend import seen
from tests.frontend.small_council import small_council
from tests.matching.test_acceptance import told

FILE = "if_refused.py"


class Silent:
    """Work that tells nobody how far it is."""

    def stage(self, name: str) -> None:
        """A new stage begins."""


def answered(house: Office) -> str:
    """A round kept with two years of answers: H1's carers nearly always say yes, H4's nearly always no."""
    some = [*told("H1", 19, 1), *told("H4", 2, 18), *told("H2", 9, 9)]
    for at in range(20):
        some += told(f"X{at}", *((19, 1) if at % 2 else (1, 19)))
    me = house.local()
    run_id, _ = keep_round(house.store, me, replace(small_council(), enquiries=tuple(some)), house.policy)
    return run_id


def test_before_anything_is_asked_the_page_says_who_is_to_be_asked(house: Office, page: Callable[..., AppTest]) -> None:
    """With the store's own few answers: counts in words, no band, and why carers are not told apart."""
    at = page(FILE, Role.PANEL_MEMBER)
    text = seen.text(at)
    assert "Too little is recorded" in text
    assert "Whom the plan has to ask" in text
    assert "asked 1 time: 1 yes, 0 no" in text
    assert Band.NOT_KNOWN.value in text
    assert Band.USUALLY.value not in text


def test_with_answers_enough_the_page_shows_bands_back_ups_and_refusals(
    house: Office, page: Callable[..., AppTest]
) -> None:
    """Bands at once; back-ups, one to three refusals and the average once a person asks; nothing is swapped in."""
    run_id = answered(house)
    at = page(FILE, Role.PANEL_CHAIR)
    text = seen.text(at)
    assert Band.USUALLY.value in text
    assert Band.NOT_MORE.value in text
    assert not next(iter(at.checkbox)).value
    assert any(one.label.startswith("Work out where to turn") for one in at.button)
    # what the button has another process work out, worked out here
    me = Here(house, house.local())
    opened = open_round(house.store, me.actor, run_id, (me.actor.user_id, me.roles))
    told_ = as_one(house.store.enquiries_made(me.actor), opened.facts.enquiries)
    order = RefusalOrder(opened.document, opened.facts, opened.points, told_)
    at = page(
        FILE, Role.PANEL_CHAIR, {"refusals worked out": {working.key_of(me, run_id, order): order.work(Silent())}}
    )
    text = seen.text(at)
    assert "Where to turn" in text
    assert "those that are likeliest" in text
    assert "What the plan is worth on average" in text
    assert "likelier to accept: what differs" not in text


def test_whom_the_person_may_not_see_is_not_there(house: Office, page: Callable[..., AppTest]) -> None:
    """A barred child is in no table; a barred home's answers are not among those that are known."""
    answered(house)
    one = house.local()
    house.store.bar(one, one.user_id, child_id="C3")
    house.store.bar(one, one.user_id, home_id="H2")
    at = page(FILE, Role.PANEL_MEMBER)
    words = seen.text(at).replace(",", " ").split()
    assert "C3" not in words
    assert "H2" not in words
    assert "C1" in words


def test_chosen_refusals_and_the_sentence_of_the_pack(house: Office) -> None:
    """The order works out what is chosen; the pack has a sentence for each unit with a home to be asked, naming it."""
    run_id = answered(house)
    me = Here(house, house.local())
    opened = open_round(house.store, me.actor, run_id, (me.actor.user_id, me.roles))
    enquiries = (*opened.facts.enquiries, *house.store.enquiries_made(me.actor))
    order = RefusalOrder(opened.document, opened.facts, opened.points, enquiries, (("C1", "C2"),))
    found = order.work(Silent())  # type: ignore[arg-type]
    assert [group.children for group in found.refused[0].groups] == [(0, 1)]
    assert not found.worst
    assert not found.likeliest
    asking = Asking(opened.proposal, acceptance(enquiries, opened.records.homes))
    said = {one.group.home: sentence(asking, one) for one in found.back_ups}
    first = said[opened.proposal.question.home_ids.index("H1")]
    assert first.startswith(
        "Home H1 for C1, C2: Its carers were asked 21 times: 20 yes, 1 no (usually says yes); if they"
    )


def test_the_pack_has_a_sentence_for_each_unit_with_a_home(house: Office, page: Callable[..., AppTest]) -> None:
    """Among what goes beyond this evening, under its own child or family."""
    at = page("record.py", Role.FAMILY_FINDER)
    script = AppTest.from_function(_sentences, default_timeout=60)
    for key in ("who", "here", "acting as"):
        if key in at.session_state:
            script.session_state[key] = at.session_state[key]
    script.run()
    assert not script.exception
    said = script.session_state["said"]
    assert set(said) >= {"F1", "C3"}
    assert any("Home H1 for C1, C2" in one for one in said["F1"])


def _sentences() -> None:
    import streamlit as st

    from frontend import beyond
    from frontend.session import here

    me = here()
    round_ = me.open_round()
    assert round_ is not None
    st.session_state["said"] = beyond.of_round(me, round_, round_.every_unit())[0]
