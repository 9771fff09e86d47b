"""The page that brings records in: a wrong file, two steps, the tick, what changed, and what is kept."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from frontend.office import Office
from records.store import local_actor
from tests.frontend import seen
from tests.frontend.pages.conftest import OpenPage

ME = local_actor()
HOMES = b"home_id,kind,provider,approved_places,vacancies\nH1,foster,in_house,2,2\n"
HEADINGS = b"child_id,date_of_birth,routes,referred_on\n"
GOOD = HEADINGS + b"C1,2018-01-02,foster,2026-10-01\n"
DOUBTFUL = GOOD + b"C9,never,foster,2026-10-01\n"


def read(at: AppTest, children: bytes) -> AppTest:
    """Upload two files and have them read."""
    at.file_uploader[0].set_value([("children.csv", children, "text/csv"), ("homes.csv", HOMES, "text/csv")])
    press(at, "Read the files")
    return at


def press(at: AppTest, label: str) -> None:
    """Press the button of that label."""
    next(one for one in at.button if one.label == label).click()
    at.run()
    assert not at.exception


def snapshots(house: Office) -> int:
    """How many there are in the store."""
    return len(house.store.snapshots_made(ME))


def test_without_a_file_there_is_a_problem_and_what_to_do(empty_house: Office, page: OpenPage) -> None:
    """Said at the top, as people know it."""
    at = page("bring_in.py")
    assert "There are none yet." in seen.text(at)
    press(at, "Read the files")
    assert "There is a problem" in seen.text(at)
    assert "No file was chosen" in seen.text(at)


def test_a_wrong_file_is_refused_in_words(empty_house: Office, page: OpenPage) -> None:
    """Nothing is read, and nothing is kept."""
    at = page("bring_in.py")
    at.file_uploader[0].set_value([("notes.csv", b"a,b\n", "text/csv")])
    press(at, "Read the files")
    assert "“notes.csv” is not one of the files of a round." in seen.text(at)
    assert snapshots(empty_house) == 0


def test_nothing_is_kept_before_the_second_step(empty_house: Office, page: OpenPage) -> None:
    """Read, look, keep; then the way to a round."""
    at = read(page("bring_in.py"), GOOD)
    text = seen.text(at)
    assert "Step 2 of 2" in text
    assert "Nothing is used yet." in text
    assert "Every row can be used" in text
    assert "These are the first records" in text
    assert snapshots(empty_house) == 0
    press(at, "Keep these records")
    assert "The records are kept" in seen.text(at)
    assert snapshots(empty_house) == 1
    press(at, "Go to Whole council")
    assert "Whole council" in seen.headings(at)


def test_rows_left_out_have_to_be_read_first(empty_house: Office, page: OpenPage) -> None:
    """How many, which, what it means; without the tick nothing is kept."""
    at = read(page("bring_in.py"), DOUBTFUL)
    text = seen.text(at)
    assert "1 row is left out" in text
    assert "children.csv" in text
    assert "never" in text
    press(at, "Keep these records")
    assert "tick that you have read" in seen.text(at)
    assert snapshots(empty_house) == 0
    (tick,) = at.checkbox
    assert not tick.value
    tick.check()
    press(at, "Keep these records")
    assert snapshots(empty_house) == 1


def test_records_may_be_put_aside(empty_house: Office, page: OpenPage) -> None:
    """Starting again keeps nothing, and asks for files anew."""
    at = read(page("bring_in.py"), GOOD)
    press(at, "Do not keep them: start again")
    assert "Step 1 of 2" in seen.text(at)
    assert snapshots(empty_house) == 0


def test_what_changed_since_the_last_records_is_shown(house: Office, page: OpenPage) -> None:
    """Against the newest records that are kept: who is gone, and who changed."""
    at = read(page("bring_in.py"), GOOD)
    text = seen.text(at)
    assert "4 children are no longer there" in text
    assert "What changed since the records for 23 November 2026" in text


def test_no_uploaded_byte_stays_in_the_tab(empty_house: Office, page: OpenPage) -> None:
    """What was uploaded is let go of once it is read; only the records that were read wait to be kept."""
    at = read(page("bring_in.py"), GOOD)
    press(at, "Do not keep them: start again")
    assert not at.file_uploader[0].value
    held = object.__getattribute__(at.session_state, "_state").filtered_state
    assert held
    assert "2018" not in repr(held)


def test_whoever_is_barred_from_somebody_in_the_last_records_may_still_bring_in(house: Office, page: OpenPage) -> None:
    """What changed cannot be shown to them, and that is said; the rest goes on."""
    house.store.bar(ME, ME.user_id, child_id="C3")
    at = read(page("bring_in.py"), GOOD)
    text = seen.text(at)
    assert "What changed cannot be shown" in text
    assert "C3" not in text.replace(",", " ").split()


def test_records_with_somebody_from_whom_a_person_is_barred_stay_closed(house: Office, page: OpenPage) -> None:
    """The refusal is said in place, and the rest of the page stands."""
    house.store.bar(ME, ME.user_id, child_id="C3")
    at = page("bring_in.py")
    next(one for one in at.selectbox if one.label.startswith("Look at their findings again")).select_index(0).run()
    assert "There is a problem" in seen.text(at)
    assert "Step 1 of 2" in seen.text(at)
    assert "Children 5" not in seen.text(at)


def test_earlier_records_can_be_looked_at_again(house: Office, page: OpenPage) -> None:
    """Their findings, and what changed since those before."""
    at = page("bring_in.py")
    box = next(one for one in at.selectbox if one.label.startswith("Look at their findings again"))
    assert box.value is None
    box.select_index(0).run()
    assert "Nothing doubtful was found." in seen.text(at)
