"""A council's own boundary file: what is read, what is refused, and where it comes to lie."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.boundaries import BoundaryRefused, read_boundaries, to_national_grid
from records.geography import Directory
from records.outlines import Outline, outline, signed_area

GEOGRAPHY = Path(__file__).parents[3] / "shared" / "data" / "geography"
ASHFORD = [[-2.30, 53.40], [-2.28, 53.40], [-2.28, 53.42], [-2.30, 53.42], [-2.30, 53.40]]
IN_METRES = [[380000, 390000], [381000, 390000], [381000, 391000], [380000, 391000], [380000, 390000]]
HOLE = [[380200, 390200], [380400, 390200], [380400, 390400], [380200, 390400], [380200, 390200]]


def shared(name: str) -> bytes:
    path = GEOGRAPHY / name
    if not path.is_file():
        pytest.skip(f"{name} is not in ../shared; it is used only to check against")
    return path.read_bytes()


def geojson(*rings: Any, crs: str | None = None, properties: dict[str, Any] | None = None) -> bytes:
    feature = {"type": "Feature", "properties": properties or {}, "geometry": polygon(*rings)}
    told: dict[str, Any] = {"type": "FeatureCollection", "features": [feature]}
    if crs:
        told["crs"] = {"type": "name", "properties": {"name": crs}}
    return json.dumps(told).encode()


def polygon(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def test_the_ordnance_surveys_own_example() -> None:
    """The guide's worked example, Caister water tower, comes out where the guide has it."""
    assert to_national_grid(np.array([[1.716053, 52.657978]])) == pytest.approx(
        np.array([[651409.9, 313177.3]]), abs=5.0
    )


def test_postcodes_come_out_where_the_directory_has_them() -> None:
    """Over a whole borough, longitude and latitude give the directory's own grid references to 5 metres."""
    rows = list(csv.DictReader(shared("trafford_postcodes.csv").decode("utf-8").splitlines()))
    directory, placed, wanted = Directory(), [], []
    for row in rows[::40]:
        place = directory.locate(row["postcode"])
        if place is not None and place.location is not None and place.location.precision == "postcode":
            placed.append((float(row["lon"]), float(row["lat"])))
            wanted.append((place.location.easting, place.location.northing))
    off = np.hypot(*(to_national_grid(np.array(placed)) - np.array(wanted)).T)
    assert len(off) > 100
    assert np.median(off) < 5
    assert np.quantile(off, 0.98) < 6


def test_a_published_boundary_lies_over_its_outline() -> None:
    """The real boundary of a borough, read from a file, covers what was outlined from its postcodes."""
    (area,) = read_boundaries(shared("trafford_local_authority_2023_20m.geojson"))
    assert (area.name, area.code) == ("Trafford", "E08000009")
    size = sum(map(signed_area, area.rings))
    assert size == pytest.approx(106_021_261, rel=0.001)
    drawn = outline("E08000009")
    assert drawn is not None
    low, high = np.vstack(area.rings).min(axis=0), np.vstack(area.rings).max(axis=0)
    points = np.random.default_rng(5).uniform(low, high, size=(4000, 2))
    real = Outline("E08000009", "Trafford", tuple(ring.astype(np.int32) for ring in area.rings)).holds(points)
    ours = drawn.holds(points)
    assert (real & ours).sum() / (real | ours).sum() > 0.93


def test_wards_are_named_by_their_own_names() -> None:
    """Among several names in a file the one that differs from area to area is taken."""
    wards = read_boundaries(shared("gm_wards_2023_200m.geojson"))
    assert len(wards) > 200
    assert any("Ancoats" in ward.name for ward in wards)
    assert len({ward.name for ward in wards}) == len(wards)
    assert [ward.name for ward in wards] == sorted(ward.name for ward in wards)


@pytest.mark.parametrize("crs", [None, "urn:ogc:def:crs:EPSG::27700", "EPSG:27700"])
def test_national_grid_metres_are_taken_as_they_are(crs: str | None) -> None:
    """With or without the system named: numbers of this size can only be metres."""
    (area,) = read_boundaries(geojson(IN_METRES, HOLE, crs=crs))
    assert sum(map(signed_area, area.rings)) == 1_000_000 - 40_000
    assert [signed_area(ring) > 0 for ring in area.rings] == [True, False]


@pytest.mark.parametrize("crs", [None, "urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326"])
def test_longitude_and_latitude_become_metres(crs: str | None) -> None:
    """A square of a fiftieth of a degree near Manchester is 1.3 by 2.2 km."""
    (area,) = read_boundaries(geojson(ASHFORD, crs=crs))
    assert signed_area(area.rings[0]) == pytest.approx(1328 * 2226, rel=0.01)


@pytest.mark.parametrize("turned", [ASHFORD, ASHFORD[::-1]])
def test_either_way_round_is_read(turned: Any) -> None:
    """Files wind their rings both ways; here land is always on the left."""
    (area,) = read_boundaries(geojson(turned))
    assert signed_area(area.rings[0]) > 0


@pytest.mark.parametrize(
    ("properties", "name"),
    [
        ({"NAME": "Ashford", "CTYUA23CD": "E08000009"}, "Ashford"),
        ({"CTYUA23NM": "Ashford", "BNG_E": 378000}, "Ashford"),
        ({"OBJECTID": 4}, "Area 1"),
        ({"name": "   "}, "Area 1"),
        ({}, "Area 1"),
    ],
)
def test_what_an_area_is_called(properties: dict[str, Any], name: str) -> None:
    """A name is looked for where publishers put it, and never made up from a number."""
    assert read_boundaries(geojson(ASHFORD, properties=properties))[0].name == name


def test_a_bare_shape_and_several_parts_are_read() -> None:
    """A geometry by itself, and an area of islands."""
    far = [[x + 5000, y] for x, y in IN_METRES]
    (area,) = read_boundaries(json.dumps({"type": "MultiPolygon", "coordinates": [[IN_METRES], [far]]}).encode())
    assert len(area.rings) == 2


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"not json", "not GeoJSON"),
        (b"\xff\xfe\x00", "not GeoJSON"),
        (b"[" * 200_000, "not GeoJSON"),
        (b"{}", "no GeoJSON areas"),
        (b'{"type": "FeatureCollection", "features": []}', "no areas"),
        (geojson(ASHFORD).replace(b"-2.3", b"NaN"), "not GeoJSON"),
        (geojson(ASHFORD[:-1]), "does not close"),
        (geojson([[True, 53.4], *ASHFORD[1:]]), "made of numbers"),
        (geojson([[-2.3, 53.4]] * 5), "without any ground"),
        (geojson([[y, x] for x, y in ASHFORD]), "latitude before longitude"),
        (geojson([[x + 90, y] for x, y in ASHFORD]), "Great Britain"),
        (geojson(ASHFORD, crs="urn:ogc:def:crs:EPSG::3857"), "coordinate system"),
        (geojson(ASHFORD, crs="EPSG:27700"), "Great Britain"),
        (json.dumps({"type": "Feature", "geometry": {"type": "Point", "coordinates": [-2, 53]}}).encode(), "Point"),
        (json.dumps({"type": "Feature", "geometry": None}).encode(), "no shape"),
        (json.dumps({"type": "FeatureCollection", "features": [{}] * 1001}).encode(), "1,000 is the most"),
        (b" " * 20_000_001, "20 MB is the most"),
    ],
    ids=range(17),
)
def test_what_cannot_be_used_is_refused_in_plain_words(data: bytes, says: str) -> None:
    """Every refusal says what is wrong and what to do about it."""
    with pytest.raises(BoundaryRefused, match=says):
        read_boundaries(data)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(coordinates=JSON, properties=JSON, crs=JSON)
def test_no_file_brings_anything_but_a_plain_refusal(coordinates: Any, properties: Any, crs: Any) -> None:
    """Whatever stands in the file, it is read or refused."""
    feature = {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": coordinates}}
    data = json.dumps({"type": "FeatureCollection", "crs": crs, "features": [feature]}).encode()
    with pytest.raises(BoundaryRefused):
        read_boundaries(data)
