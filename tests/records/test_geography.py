"""Postcodes, miles and neighbours, against places everybody can look up on a map."""

from __future__ import annotations

import csv
import json
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from records.derive_adjoining import TIDAL_WATER, facing_pairs, tidal_water
from records.geography import (
    ATTRIBUTION,
    METRES_PER_MILE,
    Directory,
    Place,
    adjoining,
    authority_name,
    is_at_a_distance,
    miles,
    miles_to,
    upper_tier,
)
from records.model import Location, Precision

TRAFFORD, MANCHESTER, SALFORD, BOLTON, TAMESIDE = "E08000009", "E08000003", "E08000006", "E08000001", "E08000008"
WARRINGTON, CHESHIRE_EAST, LIVERPOOL, WIRRAL = "E06000007", "E06000049", "E08000012", "E08000015"
GEOGRAPHY = Path(__file__).parents[3] / "shared" / "data" / "geography"


def shared(name: str) -> Path:
    path = GEOGRAPHY / name
    if not path.is_file():
        pytest.skip(f"{name} is not in ../shared; it is used only to check against")
    return path


@pytest.fixture(scope="module")
def directory() -> Directory:
    return Directory()


def located(directory: Directory, postcode: str) -> Location:
    place = directory.locate(postcode)
    assert place is not None
    assert place.location is not None
    return place.location


@pytest.mark.parametrize(
    ("postcode", "authority"),
    [
        ("M32 0TH", TRAFFORD),
        ("M2 5DB", MANCHESTER),
        ("PR1 8XJ", "E10000017"),
        ("RH2 8EF", "E10000030"),
        ("WC1H 9JE", "E09000007"),
        ("CA3 8QG", "E06000063"),
        ("LA9 4UQ", "E06000064"),
        ("DL7 8AD", "E06000065"),
        ("TA1 4DY", "E06000066"),
        ("S70 2TA", "E08000038"),
        ("S1 2HH", "E08000039"),
        ("TR21 0LW", "E06000053"),
        ("CF10 4UW", "W06000015"),
    ],
    ids=[
        "Trafford Town Hall",
        "Manchester Town Hall",
        "Lancashire: a county, not its district Preston",
        "Surrey: a county, not Reigate and Banstead",
        "Camden",
        "Cumberland, since 2023",
        "Westmorland and Furness, since 2023",
        "North Yorkshire, since 2023",
        "Somerset, since 2023",
        "Barnsley, recoded",
        "Sheffield, recoded",
        "Isles of Scilly",
        "Cardiff",
    ],
)
def test_a_postcode_gives_the_authority_for_childrens_services(
    directory: Directory, postcode: str, authority: str
) -> None:
    """Counties, unitary and metropolitan authorities and London boroughs; never a county's district."""
    place = directory.locate(postcode)
    assert place is not None
    assert place.authority == authority
    assert place.location is not None
    assert place.location.precision is Precision.POSTCODE


def test_every_english_postcode_has_an_upper_tier_authority(directory: Directory) -> None:
    """No district code comes out of the directory, and every English and Welsh code in it is known."""
    codes = {code for letter in "BCGLMNPRSTW" for code in directory.units(letter).authorities}
    assert not {code for code in codes if code.startswith("E07")}
    assert {code for code in codes if code[0] in "EW" and upper_tier(code) != code} == set()


@pytest.mark.parametrize("text", ["M32 0TH", "m32 0th", "M320TH", "  m3 20 tH ", "M32\u00a00TH"])
def test_case_and_spaces_do_not_matter(directory: Directory, text: str) -> None:
    """However a postcode is typed, it is the same place."""
    assert directory.locate(text) == directory.locate("M32 0TH") is not None


@pytest.mark.parametrize(
    "text",
    ["", "   ", "rubbish", "M", "32", "M32 0T", "V28 5OY", "QQ1 1AA", "M32 0TH extra", "M\u0663\u0662 0TH", "M32-0TH"],
)
def test_what_is_not_a_postcode_is_nowhere(directory: Directory, text: str) -> None:
    """Text of another shape, or an area that does not exist, gives nothing: never nought, never far."""
    assert directory.locate(text) is None


@pytest.mark.parametrize(
    ("text", "precision"),
    [
        ("M33 7", Precision.SECTOR),
        ("M337", Precision.SECTOR),
        ("m33 7", Precision.SECTOR),
        ("M33 7OO", Precision.SECTOR),
        ("M33", Precision.DISTRICT),
        ("M33 8AA", Precision.DISTRICT),
        ("M1", Precision.DISTRICT),
        ("M12", Precision.DISTRICT),
        ("M1 2", Precision.SECTOR),
    ],
    ids=[
        "sector",
        "sector without its space",
        "sector in small letters",
        "no such postcode, in a sector that exists",
        "district",
        "no such sector, in a district that exists",
        "short district",
        "without a space the district comes first",
        "with a space it is a sector",
    ],
)
def test_a_coarser_place_is_marked_as_such(directory: Directory, text: str, precision: Precision) -> None:
    """The mean of a sector or district says that it is one."""
    assert located(directory, text).precision is precision


def test_the_sector_stands_in_for_an_unknown_unit(directory: Directory) -> None:
    """A postcode not in the directory is put at the very same point as its sector."""
    assert directory.locate("M33 7OO") == directory.locate("M33 7")


def test_a_district_in_two_authorities_settles_neither(directory: Directory) -> None:
    """M33 is mostly Trafford, not wholly: no authority. Sector M33 7 is wholly Trafford."""
    whole, divided = directory.locate("M33 7"), directory.locate("M33")
    assert whole is not None
    assert whole.authority == TRAFFORD
    assert divided is not None
    assert divided.authority is None


def test_a_terminated_postcode_is_still_a_place(directory: Directory) -> None:
    """Old records carry old postcodes: AB1 was recoded to AB10 in the 1990s."""
    assert located(directory, "AB1 0AA").precision is Precision.POSTCODE


@pytest.mark.parametrize(
    ("postcode", "authority"),
    [("BT1 5GS", "N09000003"), ("IM1 1AA", "M99999999"), ("JE2 3AB", "L99999999")],
    ids=["Belfast", "Isle of Man", "Jersey"],
)
def test_off_the_national_grid_there_is_no_location(directory: Directory, postcode: str, authority: str) -> None:
    """Northern Ireland's references are on another grid and the islands have none: unknown, never (0, 0)."""
    assert directory.locate(postcode) == Place(None, authority)


def test_no_postcode_lies_at_a_stand_in_for_nowhere(directory: Directory) -> None:
    """Every reference given lies in Great Britain; the others are marked as having none, both halves alike."""
    for letter in "BIMJS":
        units = directory.units(letter)
        known = units.easting != -1
        assert ((units.northing != -1) == known).all()
        assert (units.easting[known] > 50_000).all()
        assert (units.northing[known] > 5_000).all()


def test_many_at_once_are_the_same_as_one_by_one(directory: Directory) -> None:
    """Order and repeats are kept, and what is not a postcode keeps its seat."""
    asked = ["M32 0TH", "nonsense", "M33", "M32 0TH"]
    assert directory.locate_many(asked) == [directory.locate(postcode) for postcode in asked]


def test_only_the_letters_asked_for_are_read() -> None:
    """Reading is lazy: looking up one postcode reads one file of the directory, once."""
    directory = Directory()
    first = directory.units("J")
    assert directory.units("J") is first
    assert len(directory.units("Q")) == 0


def test_sector_and_district_centres_agree_with_an_independent_table(directory: Directory) -> None:
    """Means computed apart from this project, from the same edition, agree to the metre."""
    for name, key, precision in (
        ("postcode_sectors_gb.csv", "sector", Precision.SECTOR),
        ("postcode_districts_gb.csv", "district", Precision.DISTRICT),
    ):
        with shared(name).open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file) if row[key].startswith(("M", "WA", "SK"))]
        assert len(rows) > 50
        for row in rows:
            found = located(directory, row[key])
            assert found.precision is precision
            assert abs(found.easting - float(row["easting"])) <= 1, row
            assert abs(found.northing - float(row["northing"])) <= 1, row


def test_traffords_live_postcodes_are_traffords(directory: Directory) -> None:
    """Of the borough's own list of 11,264 live postcodes, every one is found and all but two lie in the borough."""
    with shared("trafford_postcodes.csv").open(encoding="utf-8", newline="") as file:
        places = directory.locate_many([row["postcode"] for row in csv.DictReader(file)])
    assert len(places) == 11_264
    assert all(p is not None and p.location is not None for p in places)
    assert all(p.location.precision is Precision.POSTCODE for p in places if p and p.location)
    assert sum(p is not None and p.authority != TRAFFORD for p in places) <= 2


def test_case_16_three_kilometres_east_and_four_north_are_3_1_miles() -> None:
    """Five kilometres are shown as 3.1 miles, and compared unrounded."""
    far = miles(Location(378000, 392000), Location(381000, 396000))
    assert f"{far:.1f}" == "3.1"
    assert far == 5000 / 1609.3 == 5000 / METRES_PER_MILE


def test_twenty_miles_is_compared_unrounded() -> None:
    """20.04 miles show as 20.0 and are more than 20."""
    far = miles(Location(0, 0), Location(20.04 * METRES_PER_MILE, 0))
    assert f"{far:.1f}" == "20.0"
    assert far > 20


def test_miles_to_many_are_miles_one_by_one_and_unknown_stays_unknown() -> None:
    """One point against many homes; a home with no location gives not-a-number, never nought."""
    home = Location(378000, 392000)
    eastings = np.array([381000.0, np.nan, 378000.0, 400000.0])
    northings = np.array([396000.0, 392000.0, 392000.0, np.nan])
    far = miles_to(home, eastings, northings)
    assert far[0] == miles(home, Location(381000, 396000))
    assert far[2] == 0
    assert np.isnan(far[[1, 3]]).all()


def test_trafford_adjoins_four() -> None:
    """Manchester and Salford within Greater Manchester, Warrington and Cheshire East beyond it."""
    assert adjoining(TRAFFORD) == {MANCHESTER, SALFORD, WARRINGTON, CHESHIRE_EAST}


@pytest.mark.parametrize(
    ("other", "answer"),
    [
        (TRAFFORD, False),
        (WARRINGTON, False),
        (CHESHIRE_EAST, False),
        (BOLTON, True),
        (TAMESIDE, True),
        ("E07000123", True),
        ("S12000036", True),
        ("N09000003", True),
        ("E10000006", None),
        ("nonsense", None),
        ("", None),
    ],
    ids=[
        "in the area",
        "case 7: Warrington adjoins",
        "Cheshire East adjoins",
        "case 8: Bolton does not adjoin, however near",
        "Tameside does not adjoin",
        "a district of a county that does not adjoin",
        "Edinburgh",
        "Belfast",
        "Cumbria, since divided: unknown",
        "no code at all: unknown",
        "blank: unknown",
    ],
)
def test_at_a_distance_from_trafford(other: str, answer: bool | None) -> None:
    """Outside the area and every adjoining one; miles do not come into it; unknown is neither."""
    assert is_at_a_distance(TRAFFORD, other) is answer


def test_at_a_distance_from_an_unknown_council_is_unknown() -> None:
    """Where it is not known whose area it is, nothing is far and nothing is near."""
    assert is_at_a_distance("E99999999", TRAFFORD) is None


def test_adjoining_is_mutual_and_never_oneself() -> None:
    """If one adjoins another, the other adjoins it; all are upper-tier authorities that we know."""
    with (Path(__file__).parents[2] / "records" / "adjoining.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["authority"], row["adjoins"], row["across"]) for row in csv.DictReader(file)]
    assert rows == sorted(set(rows))
    assert {(b, a, across) for a, b, across in rows} == set(rows)
    assert all(a != b and upper_tier(a) == a and upper_tier(b) == b for a, b, _ in rows)
    assert all(a[0] == "E" or b[0] == "E" for a, b, _ in rows)


def test_every_english_authority_but_the_islands_adjoins_somebody(directory: Directory) -> None:
    """All 153 are in the table; only the Isle of Wight and the Isles of Scilly have no neighbour on land."""
    with (Path(__file__).parents[2] / "records" / "authorities.csv").open(encoding="utf-8", newline="") as file:
        english = {row["authority"] for row in csv.DictReader(file) if row["authority"].startswith("E")}
    assert len(english) == 153
    assert {code for code in english if not adjoining(code)} == {"E06000046", "E06000053"}


@pytest.mark.parametrize(
    ("authority", "names"),
    [
        ("E06000017", {"Leicestershire", "Lincolnshire", "North Northamptonshire"}),
        ("E06000016", {"Leicestershire"}),
        ("E06000027", {"Devon"}),
        ("E06000026", {"Cornwall", "Devon"}),
        ("E06000044", {"Hampshire"}),
        ("E10000020", {"Cambridgeshire", "Lincolnshire", "Suffolk"}),
        ("E08000001", {"Blackburn with Darwen", "Bury", "Lancashire", "Salford", "Wigan"}),
        (
            "E06000057",
            {
                "County Durham",
                "Cumberland",
                "Gateshead",
                "Newcastle upon Tyne",
                "North Tyneside",
                "Scottish Borders",
                "Westmorland and Furness",
            },
        ),
        (
            "E10000013",
            {
                "Herefordshire, County of",
                "Monmouthshire",
                "Oxfordshire",
                "South Gloucestershire",
                "Swindon",
                "Warwickshire",
                "Wiltshire",
                "Worcestershire",
            },
        ),
        ("E09000020", {"Brent", "Hammersmith and Fulham", "Wandsworth", "Westminster"}),
    ],
    ids=[
        "Rutland",
        "Leicester, surrounded",
        "Torbay",
        "Plymouth, over the Tamar too",
        "Portsmouth, not the Isle of Wight",
        "Norfolk",
        "Bolton",
        "Northumberland, into Scotland",
        "Gloucestershire, into Wales",
        "Kensington and Chelsea, over the Thames too",
    ],
)
def test_neighbours_anybody_can_check_on_a_map(authority: str, names: set[str]) -> None:
    """Spot checks all over England, borders and rivers included."""
    assert {authority_name(code) for code in adjoining(authority)} == names


@pytest.mark.parametrize(
    ("a", "b"),
    [(LIVERPOOL, WIRRAL), ("E06000034", "E10000016"), ("E06000046", "E10000014"), ("E06000010", "E06000013")],
    ids=["the Mersey", "the Thames at Dartford", "the Solent", "the Humber"],
)
def test_an_estuary_parts_authorities(a: str, b: str) -> None:
    """Facing each other across tidal water is not adjoining, bridge or tunnel or none; the table says so."""
    assert b not in adjoining(a)
    assert is_at_a_distance(a, b) is True
    assert b in adjoining(a, across_water=True)


def test_oldham_and_its_moors_adjoin() -> None:
    """Miles without a postcode do not part neighbours on land."""
    oldham = adjoining("E08000004")
    assert {"Calderdale", "Kirklees", "Derbyshire"} <= {authority_name(code) for code in oldham}


@pytest.mark.parametrize(
    ("code", "authority"),
    [
        ("E07000223", "E10000032"),
        ("E10000023", "E06000065"),
        ("E07000027", "E06000064"),
        ("E08000016", "E08000038"),
        ("E10000002", "E06000060"),
        (TRAFFORD, TRAFFORD),
        ("E10000006", None),
        ("E12000002", None),
    ],
    ids=[
        "Adur is West Sussex's",
        "North Yorkshire County Council",
        "Barrow-in-Furness",
        "Barnsley before its recoding",
        "Buckinghamshire County Council",
        "itself",
        "Cumbria was divided",
        "a region is no authority",
    ],
)
def test_districts_and_old_codes_lead_to_todays_authority(code: str, authority: str | None) -> None:
    """A code in an old file is understood wherever only one authority can be meant."""
    assert upper_tier(code) == authority


def test_greater_manchesters_boundaries_agree() -> None:
    """Two of the ten boroughs adjoin in our table exactly when their published outlines share a stretch."""
    outlines = {
        feature["properties"]["area_code"]: {
            (round(x, 7), round(y, 7)) for ring in feature["geometry"]["coordinates"] for x, y in ring
        }
        for feature in json.loads(shared("gm_local_authorities_2023_200m.geojson").read_text(encoding="utf-8"))[
            "features"
        ]
    }
    assert len(outlines) == 10
    touching = {(a, b) for a, b in combinations(sorted(outlines), 2) if len(outlines[a] & outlines[b]) >= 2}
    assert touching == {(a, b) for a, b in combinations(sorted(outlines), 2) if b in adjoining(a)}
    assert len(touching) == 17


def chequers(size: int, gap: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """A square of postcodes 100 m apart, west half one authority, east half another beyond a gap."""
    east, north = (axis.ravel().astype(float) * 100 for axis in np.meshgrid(np.arange(size), np.arange(size)))
    second = east >= size * 50
    east[second] += gap
    # Nudged off the regular grid, which has no single triangulation.
    nudge = np.random.default_rng(1).uniform(-10, 10, (2, len(east)))
    return np.column_stack((east, north)) + nudge.T, np.where(second, "E2", "E1")


def test_two_halves_of_a_square_face_each_other() -> None:
    """The pair is found, with about the distance between the nearest postcodes."""
    pairs = facing_pairs(*chequers(10))
    assert set(pairs) == {("E1", "E2")}
    assert 80 <= pairs["E1", "E2"] <= 120


def test_a_gap_longer_than_allowed_parts_them() -> None:
    """Beyond the longest edge nobody faces anybody."""
    assert facing_pairs(*chequers(10, gap=2000), longest=1500) == {}
    assert set(facing_pairs(*chequers(10, gap=2000), longest=2500)) == {("E1", "E2")}


def test_an_area_in_between_parts_them() -> None:
    """Two authorities with a third between them do not face each other, only it."""
    points, codes = chequers(12)
    codes = np.where((points[:, 0] > 340) & (points[:, 0] < 760), "E3", codes)
    assert set(facing_pairs(points, codes)) == {("E1", "E3"), ("E2", "E3")}


def test_water_that_turns_out_to_be_land_is_an_error() -> None:
    """A pair listed as parted by tidal water whose postcodes are neighbours stops the derivation."""
    facing = {(min(pair), max(pair)): 2000.0 for pair in TIDAL_WATER}
    assert len(tidal_water(facing)) == 2 * len(TIDAL_WATER)
    first = next(iter(facing))
    with pytest.raises(ValueError, match="mend TIDAL_WATER"):
        tidal_water({**facing, first: 120.0})


def test_the_attribution_names_every_owner() -> None:
    """The licence asks for it in words."""
    for owner in ("Open Government Licence v3.0", "National Statistics", "OS data", "Royal Mail"):
        assert owner in ATTRIBUTION
