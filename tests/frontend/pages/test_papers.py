"""The page of papers: for every role, no child in it, a round's facts only when asked for, files too."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from frontend.office import Office
from frontend.papers_view import FORM_WORDS, MEDIA, PAPER_WORDS
from matching.papers import FORMATS, MACHINE
from matching.papers_form import Kind
from matching.papers_sections import TO_FILL
from records.store import Role, local_actor
from tests.frontend import seen
from tests.frontend.pages.conftest import OpenPage

IDS = re.compile(r"\b(C[1-5]|H[1-6]|F1|R1)\b")
WITH_ROUND = "paper with round"


def looks(house: Office) -> int:
    """How many entries of the trail opened a round. The app begins on Today, which opens one for who may see it."""
    return len([one for one in house.store.read_trail(local_actor()) if one.act == "open_round"])


@pytest.mark.parametrize("role", [Role.COMMISSIONER, Role.PANEL_MEMBER])
def test_papers_are_read_and_name_nobody(house: Office, page: OpenPage, role: Role) -> None:
    """Each paper says first what is left to fill; no round is opened for it."""
    at = page("papers.py", role)
    before = looks(house)
    for kind in Kind:
        at.radio(key="paper kind").set_value(kind).run()
        assert "places wait for the council" in seen.text(at)
        at.selectbox(key=f"paper part {kind}").set_value(TO_FILL).run()
        assert not at.exception
        assert TO_FILL in seen.headings(at)
        assert not IDS.search(seen.text(at))
    assert bool(at.toggle) == (role is Role.PANEL_MEMBER)
    assert looks(house) == before


def test_a_round_is_told_only_when_it_is_asked_for(house: Office, page: OpenPage) -> None:
    """Its day, its priorities and their proof; five children are no number to tell."""
    at = page("papers.py", Role.FAMILY_FINDER)
    assert "none named" in seen.text(at)
    at.toggle(key=WITH_ROUND).set_value(True).run()
    assert not at.exception
    assert "as the records stood on" in seen.text(at)
    at.selectbox(key=f"paper part {Kind.TRANSPARENCY}").set_value("Tier 2: model specification").run()
    told = seen.text(at)
    assert "Children placed about 5 proved" in told
    assert not IDS.search(told)


def test_a_file_is_made_when_it_is_asked_for(house: Office, page: OpenPage) -> None:
    """Nothing is chosen beforehand; what was made is for the paper that is shown, and no other."""
    at = page("papers.py", Role.AUDITOR)
    assert at.radio(key="paper form").value is None
    make(at)
    assert "Choose a form." in seen.problems(at)[0]
    at.radio(key="paper form").set_value("md")
    make(at)
    assert "placewell-transparency.md" in seen.text(at)
    at.radio(key="paper kind").set_value(Kind.EQUALITY).run()
    assert "placewell-transparency.md" not in seen.text(at)


def make(at: AppTest) -> None:
    """Press the button."""
    next(one for one in at.button if one.label == "Make the file").click()
    at.run()
    assert not at.exception


def test_every_form_and_paper_has_words() -> None:
    """A new one cannot be left without."""
    assert tuple(PAPER_WORDS) == tuple(Kind)
    assert set(FORM_WORDS) == {*FORMATS, *MACHINE} == set(MEDIA)
