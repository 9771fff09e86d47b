"""Where the council's homes are against where its children come from and live: a map of authorities, and its table.

Nothing smaller than an authority is drawn or told. An area whose count may not be published is hatched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from records.boundaries import Boundary
from records.geography import ATTRIBUTION
from records.outlines import APPROXIMATE, outline
from reporting.drawing import Map, Point, PointKind, map_svg
from reporting.ground import Area, Spot
from reporting.lens import Lens
from reporting.section import Block, Cell, Column, Notice, Paragraph, Picture, Section, Table
from sufficiency.mp_figures import is_number, label, many, names_of, number, on_said, said
from sufficiency.mp_words import latest

HEADING: Final = "Where children come from, and where homes are"
FROM, LIVE, HOMES = "places.children_from", "places.children_live", "places.homes_in"
CLASSES: Final = ((1.0, "1 or more"), (20.0, "20 or more"), (100.0, "100 or more"))
NOT_TOLD: Final = "not told apart"


@dataclass(frozen=True, slots=True)
class _Told:
    """One area: its name and what may be said of it."""

    code: str
    name: str
    comes_from: str | None
    lives_in: str | None
    homes_in: str | None


def where_they_are(lens: Lens, boundary: Sequence[Boundary] = ()) -> Section:
    """The map and its table; what is missing where no place is known."""
    if not lens.has(FROM) and not lens.has(LIVE):
        return Section(
            HEADING,
            (
                Paragraph(
                    "Not known. The returns hold no postcodes that can be found, or no one authority in which most of "
                    "the children's homes lie. Returns of the council itself, with the postcode of each child's home "
                    "and placement, tell it; so does a forecast worked out anew, if this one is older."
                ),
            ),
        )
    areas = _areas(lens)
    blocks: list[Block] = [Paragraph(_in_words(lens, areas), strong=True)]
    table = _table(lens, areas)
    drawn = _map(lens, areas, boundary)
    if drawn is None:
        blocks.append(table)
    else:
        title = "Children in care by where they live, and the council's homes"
        alt = "A map of the council's area and those around it, with a mark in each. The table has every figure."
        blocks.append(Picture(title, map_svg(drawn, title=title, alt=alt), alt, table))
    if not lens.has(HOMES):
        blocks.append(
            Notice(
                "Where the homes are is not known",
                (
                    "No register of the council's homes was given. Whoever runs Placewell names its folder with the "
                    "option --register.",
                ),
                "question",
            )
        )
    blocks.append(
        Paragraph(
            "Nothing smaller than an authority is told here, and no postcode: so that no child can be found. Where few "
            "children live in an area their number is hidden (c), on the map as in the table."
        )
    )
    return Section(HEADING, tuple(blocks))


def _areas(lens: Lens) -> list[_Told]:
    key, dim = (FROM, "comes_from") if lens.has(FROM) else (LIVE, "lives_in")
    now = latest(lens, key)[0]
    return [
        _Told(
            area,
            label(lens, key, dim, area),
            said(lens, FROM, "children", what="in_care", on=now, comes_from=area),
            said(lens, LIVE, "children", what="in_care", on=now, place="all", lives_in=area),
            said(lens, HOMES, "households", what="households", on=now, homes_in=area),
        )
        for area in names_of(lens, key, dim)
    ]


def _in_words(lens: Lens, areas: Sequence[_Told]) -> str:
    own = areas[0]
    on = on_said(latest(lens, FROM if lens.has(FROM) else LIVE)[0])
    words = f"On {on}"
    if own.comes_from is not None:
        words += f", {many(own.comes_from, 'child in care comes', 'children in care come')} from {own.name}"
    if own.lives_in is not None:
        joined = " and" if own.comes_from is not None else ","
        words += f"{joined} {many(own.lives_in, 'child lives', 'children live')} there"
    if own.homes_in is not None:
        words += f"; {many(own.homes_in, 'of the council’s households is', 'of the council’s households are')} there"
    return f"{words}."


def _table(lens: Lens, areas: Sequence[_Told]) -> Table:
    columns = [Column("Area")]
    have = [
        (title, name)
        for key, title, name in (
            (FROM, "Children who come from here", "comes_from"),
            (LIVE, "Children who live here", "lives_in"),
            (HOMES, "Households of the council", "homes_in"),
        )
        if lens.has(key)
    ]
    columns += [Column(title, number=True) for title, _ in have]
    rows: list[tuple[Cell, ...]] = [(one.name, *(getattr(one, name) for _, name in have)) for one in areas]
    total = rows.pop() if areas and areas[-1].code == "all" else None
    note = "Homes of unaccompanied children, and those that cannot be located, are not known."
    return Table("Children and homes by authority", tuple(columns), tuple(rows), (note,), total)


# ---- the map -------------------------------------------------------------------------------------------------------


CHILDREN: Final = tuple(
    PointKind(f"{words} children live here", "circle", "#12436d", small=at == 0, hollow=at < 2)
    for at, (_, words) in enumerate(CLASSES)
)
HIDDEN: Final = PointKind("Hidden: too few to tell, or next to such (hatched)", "cross", "#801650")
NOBODY: Final = PointKind("None live here", "circle", "#505a5f", hollow=True, small=True)


def _kind(text: str | None, value: float | None) -> PointKind | None:
    if text is None:
        return None
    if value is None:
        return HIDDEN
    fits = [kind for (least, _), kind in zip(CLASSES, CHILDREN, strict=True) if value >= least]
    return fits[-1] if fits else NOBODY


def _map(lens: Lens, areas: Sequence[_Told], boundary: Sequence[Boundary]) -> Map | None:
    told = [(one, found) for one in areas if (found := outline(one.code)) is not None]
    if not told:
        return None
    ground: list[Area] = []
    points: list[Point] = []
    now = latest(lens, LIVE if lens.has(LIVE) else FROM)[0]
    for at, (one, found) in enumerate(told):
        own = at == 0
        rings: tuple[npt.NDArray[np.number], ...] = found.rings
        if own and boundary:
            ground += [Area(part.name if len(boundary) > 1 else "", part.rings, own=True) for part in boundary]
        else:
            ground.append(Area(one.name, rings, own=own, hatched=_hidden(one)))
        value = (
            number(lens, LIVE, "children", what="in_care", on=now, place="all", lives_in=one.code)
            if lens.has(LIVE)
            else None
        )
        kind = _kind(one.lives_in, value)
        if kind is not None:
            words = [f"{one.lives_in} children" if is_number(one.lives_in) else "hidden"]
            words += [f"{one.homes_in} homes"] if is_number(one.homes_in) else []
            points.append(Point(_middle(rings), kind, ", ".join(words)))
    low, high = _extent([ring for _, found in told for ring in found.rings])
    notes = (
        "One mark stands for all of an authority, not for a place in it.",
        "Figures: children who live there; homes, where they are known.",
        APPROXIMATE if not boundary else f"Neighbouring areas: {APPROXIMATE[0].lower()}{APPROXIMATE[1:]}",
        ATTRIBUTION,
    )
    kinds = tuple(kind for kind in (*CHILDREN[::-1], HIDDEN, NOBODY) if any(point.kind == kind for point in points))
    return Map(low, high, areas=tuple(ground), points=tuple(points), point_kinds=kinds, notes=notes)


def _hidden(one: _Told) -> bool:
    return one.lives_in is not None and not is_number(one.lives_in)


def _middle(rings: Sequence[npt.NDArray[np.number]]) -> Spot:
    """The middle of an area's largest ring."""
    ring = max(rings, key=len).astype(np.float64)
    after = np.roll(ring, -1, axis=0)
    cross = ring[:, 0] * after[:, 1] - after[:, 0] * ring[:, 1]
    both = ((ring + after) * cross[:, None]).sum(axis=0) / (3 * cross.sum())
    return float(both[0]), float(both[1])


def _extent(rings: Sequence[npt.NDArray[np.number]]) -> tuple[Spot, Spot]:
    every = np.vstack(rings).astype(np.float64)
    low, high = every.min(axis=0), every.max(axis=0)
    return (float(low[0]), float(low[1])), (float(high[0]), float(high[1]))
