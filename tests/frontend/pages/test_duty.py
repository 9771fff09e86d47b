"""Tonight, one child: homes at once for a child on no list, nothing kept unless asked, bars respected."""

from __future__ import annotations

import re

from streamlit.testing.v1 import AppTest

from frontend.office import Office
from records.store import local_actor
from tests.frontend import seen
from tests.frontend.pages.conftest import OpenPage

FILE = "duty.py"
ME = local_actor()


def find(at: AppTest, **told: str) -> AppTest:
    """Fill in some of the form, by the names of its boxes, and press the button."""
    for name, value in told.items():
        at.text_input(key=f"duty {name}").input(value)
    return press(at, "Find homes")


def press(at: AppTest, label: str) -> AppTest:
    """Press a button by its words."""
    return next(one for one in at.button if one.label == label).click().run()


def test_an_age_is_enough(house: Office, page: OpenPage) -> None:
    """Homes in the order to call, why, what to ask, why not the others; and before that nothing is filled in."""
    at = page(FILE)
    assert at.text_input(key="duty born").value == ""
    assert "Homes for" not in seen.text(at)
    snapshots = len(house.store.snapshots_made(ME))
    find(at, born="6")
    said = seen.text(at)
    assert "Call H" in said
    assert "Ask, and nothing of it is assumed" in said
    assert "Only the age is known." in said
    assert "Why not the" in said
    assert "H5" in said  # on hold: barred, with its rule
    assert "ask the date of birth" in said
    assert len(house.store.snapshots_made(ME)) == snapshots


def test_a_home_that_the_round_proposes_says_for_whom(house: Office, page: OpenPage) -> None:
    """C4 is to go to H2, which has one place."""
    at = find(page(FILE), born="14")
    assert "H2 is proposed for C4 in the open round" in seen.text(at)


def test_what_cannot_be_searched_is_said(house: Office, page: OpenPage) -> None:
    """No age, an age out of range, and a child of the register who is new as well."""
    at = find(page(FILE))
    assert "neither a date of birth nor an age" in seen.text(at)
    find(at, born="44")
    assert "The age is not 0 to 17" in seen.text(at)
    at.selectbox(key="duty known").select("C4")
    find(at, born="4")
    assert "not both" in seen.text(at)


def test_one_of_the_register_is_looked_up_and_the_trail_says_so(house: Office, page: OpenPage) -> None:
    """The same homes as on One child or family, and one view in the trail."""
    at = page(FILE)
    at.selectbox(key="duty known").select("C4")
    press(at, "Find homes")
    assert "Homes for C4" in seen.text(at)
    views = [one for one in house.store.read_trail(ME) if one.act == "look" and "one child tonight" in str(one.note)]
    assert views
    press(at, "Open this child on One child or family")
    assert "C4" in seen.text(at)


def test_nothing_is_kept_unless_a_person_asks_and_a_made_up_birthday_never(house: Office, page: OpenPage) -> None:
    """With a date of birth and a number the child can be put on the register; with an age alone not."""
    at = find(page(FILE), born="2016-03-01")
    assert "give the child's number" in seen.text(at)
    assert "Record: put the child on the register" not in [one.label for one in at.button]
    find(at, id="C9")
    before = house.store.snapshots_made(ME)
    press(at, "Record: put the child on the register")
    after = house.store.snapshots_made(ME)
    assert len(after) == len(before) + 1
    kept = house.store.read_snapshot(ME, after[0].snapshot_id)
    assert {"C1", "C9"} <= {one.child_id for one in kept.children}


def test_a_home_from_which_the_person_is_barred_is_not_shown(house: Office, page: OpenPage) -> None:
    """A conflict of interest hides the home in the table, in the sentences and among the barred."""
    house.store.bar(ME, ME.user_id, home_id="H2")
    at = find(page(FILE), born="14")
    assert "Homes for TONIGHT" in seen.text(at)
    assert "H2" not in re.findall(r"\w+", seen.text(at))
