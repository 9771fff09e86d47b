"""The pages of our children and homes, and of the region, as a commissioner opens them."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from frontend.office import Office
from frontend.planning.now_view import TOPICS
from frontend.planning.region_view import ONE
from tests.frontend.planning.made import assert_no_child

OpenPage = Callable[..., AppTest]


def words_of(at: AppTest) -> str:
    """The words of a page, without style sheets and drawings."""
    html = " ".join(one.proto.body for one in at.get("html"))
    html = re.sub(r"<(style|svg)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return re.sub(r"<[^>]+>", " ", html)


@pytest.mark.usefixtures("planning_office")
def test_every_topic_opens_and_tells_of_no_child(planning_page: OpenPage) -> None:
    """All measures first; each topic by its button; nothing by which a child could be told."""
    at = planning_page("our_children.py")
    assert "All measures" in words_of(at)
    for name in TOPICS:
        at.radio(key="now topic").set_value(name).run()
        assert not at.exception
        assert_no_child(words_of(at))
    assert "What to mend" in words_of(at)


def test_one_council_alone_is_told_what_a_region_needs(planning_office: Office, planning_page: OpenPage) -> None:
    """No totals are drawn, and it is said how to have them."""
    assert planning_office.planning is not None
    at = planning_page("region.py")
    assert ONE in words_of(at)
    assert "--councils" in words_of(at)
