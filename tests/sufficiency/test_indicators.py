"""The published measures, each case and both sides of each edge."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import pytest

from records.geography import Directory, Place
from records.model import Location, Precision
from sufficiency.history import history_of
from sufficiency.indicators import Indicator, indicators, present_on, where_placed
from sufficiency.where_placed import one_decimal
from tests.records.made_returns import Row, episode, header
from tests.sufficiency.histories import Councils

Measure = Callable[..., dict[str, Indicator]]

TRAFFORD = "E08000009"
PLACES: Final = {
    "M33 7BX": (379_000, 391_000, TRAFFORD, Precision.POSTCODE),
    "M33 2AA": (379_000, 391_000, TRAFFORD, Precision.POSTCODE),
    # 3 km east and 4 km north: 5 km.
    "M32 0TH": (382_000, 395_000, TRAFFORD, Precision.POSTCODE),
    "M31 4AA": (379_500, 391_000, TRAFFORD, Precision.POSTCODE),
    "M20 2RN": (384_000, 392_000, "E08000003", Precision.POSTCODE),
    # 20.04 miles, and 20.06.
    "OL1 1AA": (379_000 + 32_250, 391_000, "E08000004", Precision.POSTCODE),
    "OL1 2AA": (379_000 + 32_283, 391_000, "E08000004", Precision.POSTCODE),
    "CF10 1AA": (318_000, 176_000, "W06000015", Precision.POSTCODE),
    "EH1 1AA": (325_000, 673_000, "S12000036", Precision.POSTCODE),
    "BT1 1AA": (None, None, "N09000003", Precision.POSTCODE),
    "M33 7": (379_000, 391_000, TRAFFORD, Precision.SECTOR),
    "M34 1AA": (380_000, 391_000, None, Precision.POSTCODE),
    "M99 9ZZ": (379_000, 391_000, None, Precision.DISTRICT),
}


class Drawn(Directory):
    """A directory of a few places whose distances are known."""

    def locate(self, postcode: str) -> Place | None:
        """Where a postcode lies."""
        if postcode not in PLACES:
            return None
        east, north, authority, precision = PLACES[postcode]
        return Place(None if east is None else Location(float(east), float(north), precision), authority)


DRAWN = Drawn()
councils = Councils()


@pytest.fixture(scope="module")
def measure(tmp_path_factory: pytest.TempPathFactory) -> Measure:
    """The measures of a case on 31 March 2024 (or another year), by their names."""
    ret = councils.read(tmp_path_factory.mktemp("cases"))

    def measured(name: str, year: int = 2024, council: str = TRAFFORD) -> dict[str, Indicator]:
        found = indicators(ret, history_of(ret, name), year, DRAWN, council)
        return {one.name: one for one in found}

    measured.ret = ret  # type: ignore[attr-defined]
    return measured


def counts(one: Indicator) -> tuple[int, int, int]:
    """Numerator, denominator and not known."""
    return one.numerator, one.denominator, one.unknown


def chain(*starts: tuple[str, str], dec: str = "", rec: str = "", **said: str) -> list[Row]:
    """Episodes that join: a day and a reason to begin each, another postcode each time but for L, T and U."""
    posts = ["M32 0TH", "M31 4AA", "M20 2RN", "M33 2AA"]
    rows, post = [], 0
    for i, (begin, rne) in enumerate(starts):
        post += rne in ("P", "B")
        following = starts[i + 1][0] if i + 1 < len(starts) else ""
        rows.append(
            episode(
                DECOM=begin, RNE=rne, PL_POST=posts[post], DEC=following or dec, REC="X1" if following else rec, **said
            )
        )
    return rows


THREE = (2022, 2023, 2024)
OLD = ("01/06/2021", "S")
MANY = {
    # The one held on 1 April counts: two moves are three placements.
    (("05/06/2023", "P"), ("05/07/2023", "P")): 1,
    (("05/06/2023", "P"),): 0,
    (("01/04/2023", "P"), ("05/07/2023", "P")): 0,
    (("02/04/2023", "P"), ("05/07/2023", "P")): 1,
    # A change of legal status is none; a new placement with the same carer is one.
    (("05/06/2023", "P"), ("05/07/2023", "L")): 0,
    (("05/06/2023", "P"), ("05/07/2023", "T")): 1,
    (("05/06/2023", "B"), ("31/03/2024", "U")): 1,
}
MOVERS = {starts: councils.add(*chain(OLD, *starts), years=THREE) for starts in MANY}


@pytest.mark.parametrize("starts", list(MANY))
def test_placements_in_the_year(measure: Measure, starts: tuple[tuple[str, str], ...]) -> None:
    """NI 62 counts placements open at any time in the year."""
    assert counts(measure(MOVERS[starts])["ni_62"]) == (MANY[starts], 1, 0)


HOLIDAY = councils.add(
    *chain(OLD, ("05/06/2023", "P"), dec="01/08/2023", rec="X1"),
    episode(DECOM="01/08/2023", RNE="P", PLACE="T3", PLACE_PROVIDER="", DEC="15/08/2023", REC="X1"),
    episode(DECOM="15/08/2023", RNE="P", PL_POST="M31 4AA"),
    years=THREE,
)
BACK_IN_CARE = councils.add(
    *chain(OLD, ("05/06/2023", "P"), dec="01/08/2023", rec="E4A"), *chain(("01/09/2023", "S")), years=THREE
)
GAP = councils.add(*chain(OLD, dec="01/06/2023", rec="X1"), *chain(("01/08/2023", "P")), years=THREE)


def test_what_counts_as_a_placement_in_the_year(measure: Measure) -> None:
    """A holiday is none, a second period of care adds its own, and a gap may hide one."""
    assert counts(measure(HOLIDAY)["ni_62"]) == (0, 1, 0)
    assert counts(measure(BACK_IN_CARE)["ni_62"]) == (1, 1, 0)
    assert counts(measure(GAP)["ni_62"]) == (0, 1, 1)


def test_moves_by_time_in_care(measure: Measure) -> None:
    """Two moves in a leap year of care are 2 in 366 days; the day that care ends is not one."""
    one = measure(MOVERS[("05/06/2023", "P"), ("05/07/2023", "P")])["moves_per_1000_days"]
    assert counts(one) == (2, 366, 0)
    assert one.value == pytest.approx(2000 / 366)
    assert counts(measure(BACK_IN_CARE)["moves_per_1000_days"]) == (1, 122 + 213, 0)


TWO_YEARS = councils.add(*chain(("01/04/2022", "S"), ("01/05/2022", "P"), ("01/05/2023", "P")), years=THREE)
NOT_TWO_YEARS = councils.add(*chain(("02/04/2022", "S"), ("01/05/2022", "P"), ("01/05/2023", "P")), years=THREE)


def test_placements_in_two_years(measure: Measure) -> None:
    """Of children in care since 1 April two years before; where the returns are too short, it cannot be told."""
    assert counts(measure(TWO_YEARS)["three_in_two_years"]) == (1, 1, 0)
    assert counts(measure(NOT_TWO_YEARS)["three_in_two_years"]) == (0, 0, 0)
    short = measure(MOVERS[(("05/06/2023", "P"),)], 2022)["three_in_two_years"]
    assert (counts(short), short.value) == ((0, 0, 0), None)
    assert "complete only from 2021-04-01" in short.caveat


FOUR = (2021, 2022, 2023, 2024)
# Beginning of care, of the present placement, its reason, birth: NI 63 and same carer.
SETTLED = {
    ("30/09/2021", "", "", "10/06/2012"): ((1, 1, 0), (1, 1, 0)),
    ("01/10/2021", "", "", "10/06/2012"): ((0, 0, 0), (0, 0, 0)),
    ("01/06/2020", "31/03/2022", "P", "10/06/2012"): ((1, 1, 0), (1, 1, 0)),
    ("01/06/2020", "01/04/2022", "P", "10/06/2012"): ((0, 1, 0), (0, 1, 0)),
    ("01/06/2020", "01/04/2022", "T", "10/06/2012"): ((0, 1, 0), (1, 1, 0)),
    ("01/06/2020", "01/04/2022", "U", "10/06/2012"): ((0, 1, 0), (1, 1, 0)),
    ("01/06/2020", "01/04/2022", "B", "10/06/2012"): ((0, 1, 0), (0, 1, 0)),
    ("01/06/2020", "01/04/2022", "L", "10/06/2012"): ((1, 1, 0), (1, 1, 0)),
    # Sixteen on 31 March, the day after, and on 29 February.
    ("01/06/2020", "", "", "31/03/2008"): ((0, 0, 0), (0, 0, 0)),
    ("01/06/2020", "", "", "01/04/2008"): ((1, 1, 0), (1, 1, 0)),
    ("01/06/2020", "", "", "29/02/2008"): ((0, 0, 0), (0, 0, 0)),
}
STAYERS = {
    key: councils.add(*chain((key[0], "S"), *([(key[1], key[2])] if key[1] else [])), dob=key[3], years=FOUR)
    for key in SETTLED
}


@pytest.mark.parametrize("key", list(SETTLED))
def test_two_years_in_one_placement_and_with_one_carer(measure: Measure, key: tuple[str, str, str, str]) -> None:
    """Two years and six months are by the calendar: on 31 March, since 30 September."""
    found = measure(STAYERS[key])
    assert (counts(found["ni_63"]), counts(found["same_carer_two_years"])) == SETTLED[key]


ADOPTERS = {"PLACE": "A5", "LS": "E1", "PLACE_PROVIDER": "PR1"}
JOINS = {
    # Foster care that became adoption, and a move to adopters: the placement before counts with it.
    "T": councils.add(
        *chain(("01/06/2020", "S"), dec="01/02/2024", rec="X1", LS="E1"),
        episode(DECOM="01/02/2024", RNE="T", PL_POST="M32 0TH", **ADOPTERS), dob="10/06/2018", years=FOUR,
    ),
    "P": councils.add(
        *chain(("01/06/2020", "S"), dec="01/02/2024", rec="X1", LS="E1"),
        episode(DECOM="01/02/2024", RNE="P", PL_POST="M20 2RN", **ADOPTERS | {"PLACE": "A6"}), dob="10/06/2018",
        years=FOUR,
    ),
    "late": councils.add(
        *chain(("01/06/2020", "S"), ("01/02/2023", "P"), dec="01/02/2024", rec="X1", LS="E1"),
        episode(DECOM="01/02/2024", RNE="P", PL_POST="M20 2RN", **ADOPTERS | {"PLACE": "A6"}), dob="10/06/2018",
        years=FOUR,
    ),
}  # fmt: skip
FOUND_FOR_ADOPTION = councils.add(
    *chain(("01/06/2020", "S"), dec="01/06/2022", rec="X1"),
    episode(DECOM="01/09/2022", RNE="P", **ADOPTERS),
    years=FOUR,
)


def test_a_placement_for_adoption_joins_the_one_before(measure: Measure) -> None:
    """In NI 63 the two count together; with the same carer only where the carer is the same."""
    assert {key: counts(measure(name)["ni_63"])[0] for key, name in JOINS.items()} == {"T": 1, "P": 1, "late": 0}
    same = {key: counts(measure(name)["same_carer_two_years"])[0] for key, name in JOINS.items()}
    assert same == {"T": 1, "P": 0, "late": 0}
    # Not where the child was lost from sight between the two.
    assert counts(measure(FOUND_FOR_ADOPTION)["ni_63"]) == (0, 1, 0)


BEFORE = councils.add(*chain(("01/06/2020", "P")), years=(2024,))
BEFORE_LATE = councils.add(*chain(("01/06/2022", "P")), years=(2024,))
LEGAL_ONLY = councils.add(
    episode(DECOM="01/06/2020", RNE="L", DEC="01/09/2023", REC="X1"),
    episode(DECOM="01/09/2023", RNE="P", PL_POST="M31 4AA"), years=(2024,),
)  # fmt: skip
FOUND_AGAIN = councils.add(
    *chain(("01/06/2020", "S"), dec="01/06/2022", rec="X1"), episode(DECOM="01/09/2022", RNE="L"), years=FOUR
)


def test_care_that_began_before_the_first_return(measure: Measure) -> None:
    """What is known is enough where it is long enough; else the child may belong or not."""
    assert counts(measure(BEFORE)["ni_63"]) == (1, 1, 0)
    assert counts(measure(BEFORE_LATE)["ni_63"]) == (0, 0, 1)
    assert counts(measure(LEGAL_ONLY)["ni_63"]) == (0, 1, 0)
    assert counts(measure(FOUND_AGAIN)["ni_63"]) == counts(measure(FOUND_AGAIN)["same_carer_two_years"]) == (0, 1, 1)


BREAKS = councils.add(episode(DECOM="01/06/2023", LS="V4", HOME_POST="", PL_POST=""), years=(2024,))


def test_short_breaks_are_in_no_measure(measure: Measure) -> None:
    """A child with only V4 is out of all of them."""
    assert all(one.denominator == one.numerator == one.unknown == 0 for one in measure(BREAKS).values())
    assert all(one.value is None for one in measure(BREAKS).values())


_PLACED = {
    # Home, placement, unaccompanied: miles, authority, outside.
    "A": ("M33 7BX", "M32 0TH", False, 3.1, TRAFFORD, 0),
    "B": ("M33 7BX", "OL1 1AA", False, 20.0, "E08000004", 1),
    "C": ("M33 7BX", "OL1 2AA", False, 20.1, "E08000004", 1),
    "D": ("M33 7BX", "CF10 1AA", False, None, "WAL", 1),
    "E": ("CF10 1AA", "M32 0TH", False, None, TRAFFORD, 0),
    "F": ("", "M20 2RN", True, None, "E08000003", 1),
    "G": ("M33 7BX", "", False, None, "", -1),
    "H": ("M33 7", "OL1 2AA", False, 20.1, "E08000004", 1),
    "I": ("M33 7BX", "EH1 1AA", False, None, "SCO", 1),
    "J": ("M33 7BX", "BT1 1AA", False, None, "NIR", 1),
    "K": ("M33 7BX", "M32 0TH", True, None, TRAFFORD, 0),
    "L": ("M33 7BX", "M99 9ZZ", False, None, "", -1),
    "M": ("M33 7BX", "M34 1AA", False, 0.6, "", -1),
}
FAR = councils.add(
    *(episode(CHILD=key, DECOM="01/06/2023", HOME_POST=said[0], PL_POST=said[1]) for key, said in _PLACED.items()),
    people=[header(CHILD=key) for key in _PLACED],
    years=(2024,),
    UASC=[{"CHILD": key, "DOB": "10/06/2009", "SEX": "2"} for key, said in _PLACED.items() if said[2]],
)
NO_HOMES = councils.add(episode(DECOM="01/06/2023", HOME_POST=""), years=(2024,))


def test_where_each_child_is_placed(measure: Measure) -> None:
    """Miles to one decimal, in or out of the area, another country: or not known."""
    ret = measure.ret  # type: ignore[attr-defined]
    present = present_on(history_of(ret, FAR), 2024)
    where = where_placed(present, DRAWN, TRAFFORD)
    ids = ret.children.id[present.history.periods.child[present.periods]]
    assert list(ids) == list(_PLACED)
    for i, key in enumerate(ids):
        _, _, _, apart, authority, outside = _PLACED[key]
        assert (str(where.authority[i]), int(where.outside[i])) == (authority, outside)
        if apart is not None:
            assert where.miles[i] == apart
        elif key not in "DI":
            assert np.isnan(where.miles[i])
    assert where.miles[3] > 100
    assert list(np.flatnonzero(where.rough)) == [list(_PLACED).index("H")]
    assert list(where.distant) == [0, 1, 1, 1, 0, 0, -1, 1, 1, 1, 0, -1, -1]


def test_over_twenty_miles_and_out_of_area(measure: Measure) -> None:
    """20.0 miles are not over; what is not known stays in the denominator."""
    found = measure(FAR)
    assert counts(found["over_20_miles"]) == (4, 13, 6)
    assert counts(found["outside_area"]) == (7, 13, 3)
    assert counts(found["outside_area_over_20_miles"]) == (4, 13, 4)
    assert counts(found["at_a_distance"]) == (6, 13, 3)
    assert "Distances measured only from the middle of a postcode sector" in found["over_20_miles"].caveat
    guessed = measure(FAR, council="")
    assert counts(guessed["outside_area"]) == counts(found["outside_area"])
    assert "taken to be Trafford (E08000009)" in guessed["outside_area"].caveat
    nowhere = measure(NO_HOMES, council="")["outside_area"]
    assert counts(nowhere) == (0, 1, 1)
    assert "area is not known" in nowhere.caveat


def test_half_a_tenth_of_a_mile_is_rounded_up() -> None:
    """20.05 miles are 20.1 and over, 20.049 are not."""
    assert (one_decimal(20.05), one_decimal(20.049), one_decimal(0.0)) == (20.1, 20.0, 0.0)


def adopted(moved: str, rne: str, place: str, order: str = "", **ad1: str) -> str:
    """A child in care from 1 June 2021, with other carers from 1 August, adopted on 1 March 2024."""
    legal = [] if not order else [(order, "L")]
    rows = chain(OLD, ("01/08/2021", "P"), *legal, dec=moved, rec="X1")
    if order:
        rows[-1]["LS"] = "E1"
    same = {"PL_POST": rows[-1]["PL_POST"]} if rne in ("T", "U") else {"PL_POST": "OL1 1AA"}
    legal_status = "E1" if order else "C2"
    rows.append(episode(DECOM=moved, RNE=rne, PLACE=place, LS=legal_status, DEC="01/03/2024", REC="E12", **same))
    row = {"CHILD": "A1", "DOB": "10/06/2020", "DATE_INT": moved, "FOSTER_CARE": "0"} | ad1
    return councils.add(*rows, dob="10/06/2020", years=THREE, AD1=[row])


# Days from entry to moving in, and from order to match: known value or None.
TIMES = {
    adopted("01/06/2022", "P", "A6", "01/01/2022", DATE_MATCH="01/04/2022"): (365, 90),
    adopted("01/06/2022", "T", "A5", "01/01/2022", DATE_MATCH="01/12/2021", FOSTER_CARE="1"): (61, 0),
    adopted("01/06/2022", "P", "A5", "01/01/2022", DATE_MATCH="01/01/2022"): (61, 0),
    adopted("01/06/2022", "P", "A6", "01/01/2022", FOSTER_CARE="1"): (61, None),
    adopted("01/06/2022", "P", "A4"): (365, "no order"),
}


@pytest.mark.parametrize("name", list(TIMES))
def test_adoption_times(measure: Measure, name: str) -> None:
    """A10 stops where the child came to the family, as foster carers or adopters; A2 is never below nought."""
    found = measure(name)
    moving, match = TIMES[name]
    assert counts(found["a10"]) == (moving, 1, 0)
    if match == "no order":
        assert counts(found["a2"]) == (0, 0, 0)
        assert "1 adopted without a placement order are not counted" in found["a2"].caveat
    else:
        assert counts(found["a2"]) == ((match, 1, 0) if match is not None else (0, 0, 1))


UNKNOWN_ENTRY = councils.add(
    episode(DECOM="01/06/2021", RNE="P", PLACE="A6", LS="E1", DEC="01/03/2024", REC="E11"),
    dob="10/06/2020", years=THREE, AD1=[{"CHILD": "A1", "DOB": "10/06/2020", "DATE_MATCH": "01/04/2022"}],
)  # fmt: skip
MATCHED = [{"CHILD": "A1", "DOB": "10/06/2020", "DATE_MATCH": "01/04/2022"}]
ADOPTED = {"LS": "E1", "DEC": "01/03/2024", "REC": "E11"}
_LOST = chain(OLD, dec="01/08/2021", rec="X1")
UNKNOWN_ORDERED = councils.add(
    episode(DECOM="01/01/2022", RNE="L", PLACE="A6", **ADOPTED), dob="10/06/2020", years=THREE, AD1=MATCHED
)
FOUND_WITH_ADOPTERS = councils.add(
    *_LOST, episode(DECOM="01/09/2021", RNE="L", PLACE="A6", **ADOPTED), dob="10/06/2020", years=THREE, AD1=MATCHED
)
FOUND_WITH_CARERS = councils.add(
    *_LOST,
    episode(DECOM="01/09/2021", RNE="L", LS="E1", DEC="01/01/2022", REC="X1"),
    episode(DECOM="01/01/2022", RNE="T", PLACE="A5", **ADOPTED),
    dob="10/06/2020",
    years=THREE,
    AD1=MATCHED,
)
ON_THE_FIRST_DAY, ON_THE_EVE = (
    councils.add(
        episode(DECOM="01/06/2020", PLACE="A6", DEC=dec, REC="E11"),
        episode(CHILD="A2", DECOM="01/06/2020"),
        people=[header(), header(CHILD="A2")],
        years=FOUR,
    )
    for dec in ("01/04/2021", "31/03/2021")
)


def test_adopted_children_whose_beginning_is_not_known(measure: Measure) -> None:
    """Neither entry nor order is known where the first episode says neither began with it."""
    found = measure(UNKNOWN_ENTRY)
    assert counts(found["a10"]) == counts(found["a2"]) == (0, 0, 1)
    assert "complete only from" not in found["a10"].caveat
    assert "complete only from" in measure(UNKNOWN_ENTRY, 2023)["a10"].caveat


def test_adopted_children_lost_from_sight(measure: Measure) -> None:
    """A stay found again has no known beginning, unless the reason says what began; an order may still have."""
    assert counts(measure(FOUND_WITH_ADOPTERS)["a10"]) == (0, 0, 1)
    assert counts(measure(FOUND_WITH_CARERS)["a10"]) == (0, 0, 1)
    assert counts(measure(FOUND_WITH_CARERS)["a2"]) == (212, 1, 0)
    ordered = measure(UNKNOWN_ORDERED)
    assert (counts(ordered["a10"]), counts(ordered["a2"])) == ((0, 0, 1), (90, 1, 0))


def test_adoptions_of_three_years(measure: Measure) -> None:
    """From 1 April three years before: who was adopted the day before does not count."""
    assert measure(ON_THE_FIRST_DAY)["a10"].denominator == 1
    assert measure(ON_THE_EVE)["a10"].denominator == 0


CAME_BACK = councils.add(
    episode(CHILD="OLD1", DECOM="01/06/2021", PLACE="A6", LS="E1", DEC="01/03/2023", REC="E12"),
    episode(CHILD="NEW1", DECOM="01/05/2023"),
    people=[header(CHILD="OLD1"), header(CHILD="NEW1")],
    years=THREE,
)


def test_an_adopted_child_who_returns_under_a_new_id_is_another_child(measure: Measure) -> None:
    """Two unrelated children: neither placements nor time in care run on."""
    ret = measure.ret  # type: ignore[attr-defined]
    h = history_of(ret, CAME_BACK)
    assert len(set(h.periods.child.tolist())) == 2
    assert counts(measure(CAME_BACK)["ni_62"]) == (0, 1, 0)


def test_a_year_that_is_not_there(measure: Measure) -> None:
    """A year outside the returns is refused, not measured as empty."""
    for year in (2021, 2025):
        with pytest.raises(ValueError, match="cannot be cut"):
            measure(HOLIDAY, year)
