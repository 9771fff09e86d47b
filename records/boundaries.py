"""Reads a council's own boundary file: GeoJSON, in longitude and latitude or on the National Grid.

Longitude and latitude (WGS84) become National Grid metres by the formulas of the Ordnance Survey's *A guide to
coordinate systems in Great Britain*: a seven-parameter shift between the two ellipsoids, which the guide gives as
accurate to about 5 metres, and the transverse Mercator projection. That is finer than a line on a map is wide.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from records.geography import Floats
from records.outlines import signed_area

LARGEST: Final = 20_000_000
"""Bytes; the wards of a county at 20 metres are under 5 million."""
MOST_AREAS: Final = 1_000
MOST_POINTS: Final = 400_000

_GRID: Final = re.compile(r"(?:^|[:/])27700$")
_LON_LAT: Final = re.compile(r"(?:^|[:/])(?:4326|CRS84|4258)$", re.IGNORECASE)
_NAME_KEYS: Final = ("name", "area_name", "areaname", "label", "title")
_ENDS_LIKE_A_NAME: Final = re.compile(r"(?:name|nm)$", re.IGNORECASE)
_GSS: Final = re.compile(r"[EWS][0-9]{8}")
_MEND: Final = (
    "Ask whoever keeps the council's maps for the boundary as GeoJSON, in longitude and latitude (WGS84) or on the "
    "British National Grid (EPSG:27700)."
)


class BoundaryRefused(ValueError):
    """A boundary file cannot be used: what is wrong, where, and how to mend it. No area is drawn from it."""


@dataclass(frozen=True, slots=True, eq=False)
class Boundary:
    """One area of the file: National Grid metres, land on the left of each ring, so that holes run clockwise."""

    name: str
    code: str | None
    rings: tuple[Floats, ...]


def read_boundaries(data: bytes) -> tuple[Boundary, ...]:
    """Every area in a GeoJSON file, in the order of names.

    Polygons and MultiPolygons are read. A coordinate system is taken from the file's `crs`; without one, from RFC
    7946 (longitude and latitude), unless the numbers can only be metres. Raises `BoundaryRefused`.
    """
    if len(data) > LARGEST:
        raise BoundaryRefused(
            f"The boundary file has {len(data) / 1e6:.0f} MB; {LARGEST // 10**6} MB is the most that is read. "
            "Ask for a generalised boundary: 20 metres is finer than can be seen on a page."
        )
    try:
        document = json.loads(data.decode("utf-8-sig"), parse_constant=_no_number)
    except (UnicodeDecodeError, RecursionError, ValueError) as error:
        raise BoundaryRefused(f"The file is not GeoJSON that can be read, so no boundary is drawn. {_MEND}") from error
    features = _features(document)
    if len(features) > MOST_AREAS:
        raise BoundaryRefused(
            f"The file holds {len(features):,} areas; {MOST_AREAS:,} is the most that is read. "
            "Ask for the council's own area, or its wards."
        )
    polygons = [_polygons(feature, at) for at, feature in enumerate(features, 1)]
    points = sum(len(ring) for area in polygons for polygon in area for ring in polygon)
    if points > MOST_POINTS:
        raise BoundaryRefused(
            f"The outlines have {points:,} corners; {MOST_POINTS:,} is the most that is read. "
            "Ask for a generalised boundary: 20 metres is finer than can be seen on a page."
        )
    metres = _is_in_metres(document, polygons)
    properties = [_properties(feature) for feature in features]
    names = _names(properties)
    found = [
        Boundary(name, _code(told), tuple(_placed(polygon, metres, name) for polygon in _flat(area)))
        for name, told, area in zip(names, properties, polygons, strict=True)
    ]
    return tuple(sorted(found, key=lambda area: (area.name, area.code or "")))


def to_national_grid(lon_lat: Floats) -> Floats:
    """Longitude and latitude in degrees (WGS84), shape (n, 2), as National Grid metres; to about 5 metres."""
    lon, lat = np.radians(np.asarray(lon_lat, dtype=np.float64)).T
    x, y, z = _cartesian(lon, lat, 6378137.0, 6356752.3141)
    # WGS84 to OSGB36: three shifts in metres, three turns in seconds of arc, a scale in parts per million
    tx, ty, tz, scale = -446.448, 125.157, -542.060, 1 + 20.4894e-6
    rx, ry, rz = (math.radians(seconds / 3600) for seconds in (-0.1502, -0.2470, -0.8421))
    x, y, z = (
        tx + scale * x - rz * y + ry * z,
        ty + rz * x + scale * y - rx * z,
        tz - ry * x + rx * y + scale * z,
    )
    return _projected(*_geodetic(x, y, z, _AIRY_A, _AIRY_B))


_AIRY_A: Final = 6377563.396
_AIRY_B: Final = 6356256.909


def _cartesian(lon: Floats, lat: Floats, a: float, b: float) -> tuple[Floats, Floats, Floats]:
    e2 = 1 - b * b / (a * a)
    nu = a / np.sqrt(1 - e2 * np.sin(lat) ** 2)
    return nu * np.cos(lat) * np.cos(lon), nu * np.cos(lat) * np.sin(lon), nu * (1 - e2) * np.sin(lat)


def _geodetic(x: Floats, y: Floats, z: Floats, a: float, b: float) -> tuple[Floats, Floats]:
    e2 = 1 - b * b / (a * a)
    p = np.hypot(x, y)
    lat = np.arctan2(z, p * (1 - e2))
    for _ in range(6):  # each round gains three digits or more
        nu = a / np.sqrt(1 - e2 * np.sin(lat) ** 2)
        lat = np.arctan2(z + e2 * nu * np.sin(lat), p)
    return np.arctan2(y, x), lat


def _projected(lon: Floats, lat: Floats) -> Floats:
    """Transverse Mercator on Airy's ellipsoid; letters as in the guide's annex C."""
    a, b, f0 = _AIRY_A, _AIRY_B, 0.9996012717
    lat0, lon0, n0, e0 = math.radians(49), math.radians(-2), -100_000.0, 400_000.0
    e2, n = 1 - b * b / (a * a), (a - b) / (a + b)
    s, c, t2 = np.sin(lat), np.cos(lat), np.tan(lat) ** 2
    nu = a * f0 / np.sqrt(1 - e2 * s**2)
    rho = a * f0 * (1 - e2) * (1 - e2 * s**2) ** -1.5
    eta2 = nu / rho - 1
    less, more = lat - lat0, lat + lat0
    m = (b * f0) * (
        (1 + n + 1.25 * n**2 + 1.25 * n**3) * less
        - (3 * n + 3 * n**2 + 2.625 * n**3) * np.sin(less) * np.cos(more)
        + (1.875 * n**2 + 1.875 * n**3) * np.sin(2 * less) * np.cos(2 * more)
        - (35 / 24) * n**3 * np.sin(3 * less) * np.cos(3 * more)
    )
    west = lon - lon0
    north = (
        m
        + n0
        + nu / 2 * s * c * west**2
        + nu / 24 * s * c**3 * (5 - t2 + 9 * eta2) * west**4
        + nu / 720 * s * c**5 * (61 - 58 * t2 + t2**2) * west**6
    )
    east = (
        e0
        + nu * c * west
        + nu / 6 * c**3 * (nu / rho - t2) * west**3
        + nu / 120 * c**5 * (5 - 18 * t2 + t2**2 + 14 * eta2 - 58 * t2 * eta2) * west**5
    )
    return np.column_stack((east, north))


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is no coordinate")


def _features(document: Any) -> list[Mapping[str, Any]]:
    kind = document.get("type") if isinstance(document, dict) else None
    features: list[Mapping[str, Any]]
    if kind == "FeatureCollection" and isinstance(document.get("features"), list):
        features = document["features"]
    elif kind == "Feature":
        features = [document]
    elif kind in ("Polygon", "MultiPolygon"):
        features = [{"type": "Feature", "properties": {}, "geometry": document}]
    else:
        raise BoundaryRefused(f"The file is JSON, but holds no GeoJSON areas, so no boundary is drawn. {_MEND}")
    if not features or not all(isinstance(f, dict) for f in features):
        raise BoundaryRefused(f"The file holds no areas, so no boundary is drawn. {_MEND}")
    return features


Polygon = list[list[list[float]]]


def _polygons(feature: Mapping[str, Any], at: int) -> list[Polygon]:
    geometry = feature.get("geometry")
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if not isinstance(geometry, dict) or kind not in ("Polygon", "MultiPolygon"):
        what = f"is a {kind}" if isinstance(kind, str) and kind.isalpha() and len(kind) < 30 else "has no shape"
        raise BoundaryRefused(f"Area {at} of the file {what}, not an area (Polygon or MultiPolygon). {_MEND}")
    drawn = geometry.get("coordinates")
    polygons = [drawn] if kind == "Polygon" else drawn
    if not isinstance(polygons, list) or not polygons:
        raise BoundaryRefused(f"Area {at} of the file has no corners. {_MEND}")
    for polygon in polygons:
        if not isinstance(polygon, list) or not polygon or not all(map(_is_ring, polygon)):
            raise BoundaryRefused(
                f"Area {at} of the file has an outline that does not close, or is not made of numbers. {_MEND}"
            )
    return polygons


def _is_ring(ring: Any) -> bool:
    return (
        isinstance(ring, list)
        and len(ring) >= 4
        and all(isinstance(p, list) and len(p) >= 2 and all(type(x) in (int, float) for x in p[:2]) for p in ring)
        and all(abs(x) < 1e8 for p in ring for x in p[:2])
        and ring[0][:2] == ring[-1][:2]
    )


def _is_in_metres(document: Mapping[str, Any], areas: Sequence[Sequence[Polygon]]) -> bool:
    """Whether the numbers are National Grid metres; refuses what is neither that nor longitude and latitude."""
    x, y = np.array([p[:2] for area in areas for polygon in area for ring in polygon for p in ring]).T
    crs = document.get("crs")
    told = crs.get("properties") if isinstance(crs, dict) else None
    name = str(told.get("name", "")) if isinstance(told, dict) else ""
    degrees = bool((np.abs(x) <= 180).all() and (np.abs(y) <= 90).all())
    if name and not _GRID.search(name) and not _LON_LAT.search(name):
        raise BoundaryRefused(f"The file is in a coordinate system that is not read here. {_MEND}")
    metres = bool(_GRID.search(name)) or (not name and not degrees)
    low_x, high_x, low_y, high_y = (0, 700_000, 0, 1_300_000) if metres else (-9.0, 2.5, 49.5, 61.5)
    if ((x < low_x) | (x > high_x) | (y < low_y) | (y > high_y)).any():
        swapped = not metres and bool(((y > -9) & (y < 2.5) & (x > 49.5) & (x < 61.5)).all())
        raise BoundaryRefused(
            "The file gives latitude before longitude; GeoJSON has longitude first. Swap them."
            if swapped
            else f"The areas in the file do not lie in Great Britain, so no boundary is drawn. {_MEND}"
        )
    return metres


def _properties(feature: Mapping[str, Any]) -> Mapping[str, Any]:
    told = feature.get("properties")
    return told if isinstance(told, dict) else {}


def _names(properties: Sequence[Mapping[str, Any]]) -> list[str]:
    """What each area is called: the property that looks most like a name and tells the areas apart best."""
    keys = sorted({key for told in properties for key in told})

    def wanted(key: str) -> tuple[int, int, str]:
        values = [told.get(key) for told in properties]
        texts = [v for v in values if isinstance(v, str) and v.strip() and not _GSS.fullmatch(v)]
        plain = key.casefold()
        rank = 0 if plain in _NAME_KEYS else 1 if _ENDS_LIKE_A_NAME.search(plain) else 2
        # Most wards' files name the council too: what differs from area to area is the area's name.
        return (-len(set(texts)), rank, key) if rank < 2 else (0, rank, key)

    best = min(keys, key=wanted, default=None)
    if best is None or wanted(best)[0] == 0:
        return [f"Area {at}" for at in range(1, len(properties) + 1)]
    names = [str(told.get(best) or "").strip() or f"Area {at}" for at, told in enumerate(properties, 1)]
    seen = Counter(names)
    return [f"{name} ({at})" if seen[name] > 1 else name for at, name in enumerate(names, 1)]


def _code(told: Mapping[str, Any]) -> str | None:
    codes = [v for _, v in sorted(told.items()) if isinstance(v, str) and _GSS.fullmatch(v)]
    return codes[0] if codes else None


def _flat(area: Sequence[Polygon]) -> list[tuple[bool, list[list[float]]]]:
    return [(at == 0, ring) for polygon in area for at, ring in enumerate(polygon)]


def _placed(ring: tuple[bool, list[list[float]]], metres: bool, name: str) -> Floats:
    outer, corners = ring
    points = np.array([corner[:2] for corner in corners[:-1]], dtype=np.float64)
    placed = points if metres else to_national_grid(points)
    area = signed_area(placed)
    if area == 0:
        raise BoundaryRefused(f"The area {name!r} has an outline without any ground inside. {_MEND}")
    return placed if (area > 0) == outer else placed[::-1]
