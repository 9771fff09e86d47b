"""Outlines drawn from postcodes, against published areas and published boundaries."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from records.derive_adjoining import all_postcodes
from records.derive_outlines import dry, trace, without_scraps
from records.geography import Directory, Floats, adjoining
from records.outlines import Outline, outline, outlined, simplified

GEOGRAPHY = Path(__file__).parents[3] / "shared" / "data" / "geography"
TRAFFORD, MANCHESTER, LIVERPOOL, WIRRAL = "E08000009", "E08000003", "E08000012", "E08000015"

SQUARE_KILOMETRES = {
    "Trafford": (TRAFFORD, 106.0),
    "Manchester": (MANCHESTER, 115.6),
    "Birmingham": ("E08000025", 267.8),
    "Leeds": ("E08000035", 551.7),
    "Camden": ("E09000007", 21.8),
    "Westminster": ("E09000033", 21.5),
    "Rutland": ("E06000017", 381.8),
    "Shropshire": ("E06000051", 3197.0),
    "Cornwall": ("E06000052", 3550.0),
    "Devon": ("E10000008", 6564.0),
    "Norfolk": ("E10000020", 5384.0),
    "Oxfordshire": ("E10000025", 2605.0),
    "North Yorkshire": ("E06000065", 8037.0),
    "Northumberland": ("E06000057", 5020.0),
    "Cumberland": ("E06000063", 3012.0),
    "County Durham": ("E06000047", 2226.0),
    "Isle of Wight": ("E06000046", 380.0),
    "England": ("", 130_310.0),
}
"""Land above mean high water, rounded, as it is commonly given: written down from general knowledge and not read from a
file of the Office for National Statistics. Greater Manchester is checked against published boundaries below."""


def of(code: str) -> Outline:
    found = outline(code)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def postcodes() -> tuple[Floats, np.ndarray]:
    return all_postcodes(Directory())


def test_every_authority_for_childrens_services_is_outlined() -> None:
    """All 153 in England are there, with those across the Welsh and Scottish border."""
    english = [code for code in outlined() if code.startswith("E")]
    assert len(english) == 153
    assert {c for code in english for c in adjoining(code, across_water=True)} <= set(outlined())
    assert outline("E99999999") is None


def test_a_district_of_a_county_has_the_countys_outline() -> None:
    """Children's services are the county's."""
    assert of("E07000123").code == "E10000017"


@pytest.mark.parametrize("name", SQUARE_KILOMETRES)
def test_areas_are_within_a_few_per_cent_of_the_published_ones(name: str) -> None:
    """What is drawn is as large as what is there."""
    code, published = SQUARE_KILOMETRES[name]
    codes = [code] if code else [c for c in outlined() if c.startswith("E")]
    assert sum(of(c).square_metres for c in codes) / 1e6 == pytest.approx(published, rel=0.04)


def test_nearly_every_postcode_lies_in_its_own_outline(postcodes: tuple[Floats, np.ndarray]) -> None:
    """At most 3 in 100 of any authority's postcodes stand on the wrong side of its drawn border, 1 in 1,000 overall."""
    points, codes = postcodes
    inside = {code: of(code).holds(points[codes == code]).mean() for code in outlined() if code.startswith("E")}
    assert {code: share for code, share in inside.items() if share < 0.97} == {}
    assert np.median(list(inside.values())) > 0.999


def test_outlines_share_their_borders_and_do_not_overlap() -> None:
    """Neighbours are drawn from one line, so that no gap or overlap shows between them."""
    a, b = of(TRAFFORD), of(MANCHESTER)
    corners = [{tuple(p) for ring in one.rings for p in ring.tolist()} for one in (a, b)]
    assert len(corners[0] & corners[1]) > 10
    rng = np.random.default_rng(7)
    low, high = np.vstack(a.rings).min(axis=0), np.vstack(a.rings).max(axis=0)
    points = rng.uniform(low, high, size=(4000, 2))
    held = sum(of(code).holds(points).astype(int) for code in outlined())
    assert held.max() == 1


def test_tidal_water_is_left_open() -> None:
    """The Mersey lies between Liverpool and Wirral on the map as it does on the ground."""
    mersey = np.array([[333_300.0, 390_300.0], [336_500.0, 383_500.0]])
    assert not of(LIVERPOOL).holds(mersey).any()
    assert not of(WIRRAL).holds(mersey).any()


def test_outlines_agree_with_published_boundaries() -> None:
    """Greater Manchester's authorities differ from the Office for National Statistics' areas by under 4 in 100."""
    path = GEOGRAPHY / "gm_local_authorities_2023_200m.geojson"
    if not path.is_file():
        pytest.skip(f"{path.name} is not in ../shared; it is used only to check against")
    for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
        told = feature["properties"]
        assert of(told["area_code"]).square_metres == pytest.approx(told["area"], rel=0.04), told["area_name"]


def test_holes_are_not_inside() -> None:
    """A ring within a ring takes its ground out again."""
    outer = np.array([[0, 0], [10, 0], [10, 10], [0, 10]], dtype=np.int32)
    hole = np.array([[4, 4], [4, 6], [6, 6], [6, 4]], dtype=np.int32)
    lake = Outline("E00000000", "Lake", (outer, hole))
    assert lake.square_metres == 96
    assert lake.holds(np.array([[5.0, 5.0], [2.0, 2.0], [5.0, 11.0]])).tolist() == [False, True, False]


def test_tracing_gives_back_the_cells() -> None:
    """The rings of any pattern of cells have the cells' area, with the land on the left, and holes taken out."""
    rng = np.random.default_rng(3)
    for _ in range(30):
        owner = rng.integers(-1, 3, size=(9, 12)).astype(np.int16)
        arcs, rings = trace(owner, 3)
        for code in range(3):
            total = 0.0
            for ring in rings[code]:
                joined = np.concatenate([arcs[at][:-1] if at >= 0 else arcs[~at][:0:-1] for at in ring])
                x, y = joined.astype(float).T
                total += float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y) / 2)
            # Middles of sides cut corners both ways: what one area loses the next gains.
            assert total / 4 == pytest.approx(int((owner == code).sum()), abs=0.13 * owner.size)
    square = np.full((4, 4), -1, dtype=np.int16)
    square[1:3, 1:3] = 0
    arcs, rings = trace(square, 1)
    assert len(rings[0]) == 1
    assert arcs[0].min() == 2
    assert arcs[0].max() == 6


def test_a_scrap_inside_another_area_is_given_to_it_and_an_island_is_kept() -> None:
    """A few stray cells are no enclave, but a small island is land."""
    owner = np.full((30, 60), -1, dtype=np.int16)
    owner[2:28, 2:30] = 0
    owner[2:28, 30:50] = 1
    owner[10:12, 10:12] = 1
    owner[20:22, 55:58] = 0
    kept = without_scraps(owner)
    assert (kept[10:12, 10:12] == 0).all()
    assert (kept[20:22, 55:58] == 0).all()
    assert (kept[:, 30:50] == owner[:, 30:50]).all()


def test_the_disc_rolls_in_from_the_sea_only() -> None:
    """Open ground that the disc cannot reach from the sea is land; what it can is water."""
    empty = np.ones((200, 200), dtype=np.bool_)
    empty[60:140:10, 60:140:10] = False
    empty[90:110, 90:110] = True
    sea = np.zeros_like(empty)
    sea[0] = True
    land = dry(empty, sea)
    assert land[100, 100]
    assert not land[5, 5]
    assert land[60, 60]


def test_simplifying_keeps_within_its_tolerance_and_keeps_the_ends() -> None:
    """A line loses points, never its way."""
    x = np.linspace(0, 100, 400)
    arc = np.column_stack((x, 10 * np.sin(x / 8)))
    short = simplified(arc, 0.5)
    assert len(short) < 80
    assert (short[[0, -1]] == arc[[0, -1]]).all()
    back = np.interp(x, short[:, 0], short[:, 1])
    assert np.abs(back - arc[:, 1]).max() < 1.0
