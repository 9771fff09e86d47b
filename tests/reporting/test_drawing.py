"""A drawn map: what it says to whom, and that it says nothing else."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import combinations

import numpy as np
import pytest

from reporting.drawing import Line, LineKind, Map, Mark, Point, PointKind, map_svg
from reporting.ground import INK, LAND, OWN, SOFT, Area, Frame, box_of, names, overlap

HOME = PointKind("Home", "square", "#12436d")
CHILD = PointKind("Child", "circle", hollow=True)
NEAR, FAR = LineKind("Near"), LineKind("Far", "#801650", 2.4, "2 3")
SQUARE = np.array([[0, 0], [16_000, 0], [16_000, 16_000], [0, 16_000]])
PLAIN = Map(
    (0, 0),
    (16_000, 16_000),
    areas=(
        Area("Ashford", (SQUARE,), own=True),
        Area("Beech", (SQUARE + np.array([16_000, 0]),)),
    ),
    lines=(Line((2_000, 2_000), (9_000, 9_000), NEAR), Line((4_000, 12_000), (90_000, 12_000), FAR, "H9, 54 miles")),
    points=(Point((2_000, 2_000), CHILD, "C1"), Point((9_000, 9_000), HOME, "H1"), Point((4_000, 12_000), CHILD, "C2")),
    point_kinds=(CHILD, HOME),
    line_kinds=(NEAR, FAR),
    notes=("Approximate.",),
)


class Svg(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def elements(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.seen if name == tag]


def svg(drawn: Map = PLAIN, title: str = "Two are near", alt: str = "A map of two.") -> str:
    return map_svg(drawn, title=title, alt=alt)


def test_the_drawing_is_one_whole_element_with_a_name_and_a_description() -> None:
    """Somebody who hears the page is told what the drawing shows."""
    drawn = Svg(svg())
    assert drawn.open == []
    assert drawn.seen[0][0] == "svg"
    assert drawn.seen[0][1]["role"] == "img"
    assert drawn.seen[0][1]["aria-label"] == "Two are near. A map of two."
    assert [tag for tag, _ in drawn.seen].count("title") == 1
    assert "A map of two." in drawn.text


def test_nothing_runs_nothing_is_fetched_and_nothing_is_referred_to() -> None:
    """No script, style, id, address or event: the drawing may stand twice on a page and goes through any cleaner."""
    drawn = Svg(svg())
    assert {tag for tag, _ in drawn.seen} <= {"svg", "title", "desc", "path", "rect", "circle", "text"}
    names = {name for _, attrs in drawn.seen for name in attrs}
    assert not [n for n in names if n.startswith("on") or n in ("id", "class", "style", "href", "xlink:href", "xmlns")]
    assert not re.search(r"url\(|https?:|javascript:|@", svg())


@pytest.mark.parametrize("evil", ["<script>alert(1)</script>", '" onload="x', "a & b < c"])
def test_words_are_escaped_wherever_they_stand(evil: str) -> None:
    """Whatever an area, a point or a note is called, it is only words."""
    hostile = Map(
        (0, 0),
        (16_000, 16_000),
        areas=(Area(evil, (SQUARE,)),),
        points=(Point((8_000, 8_000), PointKind(evil, "circle"), evil),),
        point_kinds=(PointKind(evil, "circle"),),
        notes=(evil,),
    )
    drawn = Svg(svg(hostile, evil, evil))
    assert {tag for tag, _ in drawn.seen} <= {"svg", "title", "desc", "path", "rect", "circle", "text"}
    assert not [n for _, attrs in drawn.seen for n in attrs if n.startswith("on")]
    assert evil in "".join(drawn.text)


def test_the_same_map_gives_the_same_bytes() -> None:
    """Nothing of the clock or of chance is in a drawing."""
    assert svg() == svg()


def test_the_key_names_every_sort_and_counts_it() -> None:
    """A mark that nobody explains says nothing."""
    text = Svg(svg()).text
    for entry in ("Child (2)", "Home (1)", "Near (1)", "Far (1)", "Approximate."):
        assert entry in text


def test_marks_and_lines_differ_in_more_than_colour() -> None:
    """In black and white every mark has its own shape, and lines have their own dashes."""
    marks: tuple[Mark, ...] = ("circle", "square", "diamond", "triangle", "pentagon", "cross", "star")
    shapes = set()
    for mark in marks:
        kind = PointKind("x", mark)
        one = svg(Map((0, 0), (16_000, 16_000), points=(Point((8_000, 8_000), kind),), point_kinds=(kind,)))
        shapes.add(one)
    assert len(shapes) == len(marks)
    dashes = [
        attrs.get("stroke-dasharray") for attrs in Svg(svg()).elements("path") if attrs.get("stroke") == "#801650"
    ]
    assert dashes
    assert set(dashes) == {"2 3"}


def test_a_line_that_leaves_the_frame_ends_in_an_arrow_with_its_words() -> None:
    """What lies outside is said, not left out."""
    drawn = Svg(svg())
    assert "H9, 54 miles" in drawn.text
    arrows = [a for a in drawn.elements("path") if a.get("fill") == "#801650"]
    assert len(arrows) == 1


def test_a_label_that_would_lie_over_another_is_left_out() -> None:
    """Words over words can be read by nobody; the table has them all."""
    crowd = tuple(Point((8_000 + 10 * i, 8_000), HOME, f"H{i:04}") for i in range(30))
    text = Svg(svg(Map((0, 0), (16_000, 16_000), points=crowd, point_kinds=(HOME,)))).text
    shown = [t for t in text if re.fullmatch("H[0-9]{4}", t)]
    assert 1 <= len(set(shown)) < 12


def test_a_rough_place_is_drawn_as_a_ring() -> None:
    """A place known only by part of its postcode is not drawn as if it were known to the yard."""
    rough = Map((0, 0), (16_000, 16_000), points=(Point((8_000, 8_000), HOME, "H1", 1_500.0),), point_kinds=(HOME,))
    rings = [c for c in Svg(svg(rough)).elements("circle") if c.get("stroke-dasharray")]
    assert len(rings) == 1


def test_the_frame_is_never_closer_than_a_mile() -> None:
    """However near two places are, the map does not lead to a front door."""
    near = svg(Map((8_000, 8_000), (8_010, 8_010), points=(Point((8_005, 8_005), HOME),), point_kinds=(HOME,)))
    assert "0.25 mile" in near


@pytest.mark.parametrize(("metres", "bar"), [(3_000, "0.5 mile"), (16_000, "2 miles"), (80_000, "10 miles")])
def test_the_scale_bar_is_in_whole_miles(metres: int, bar: str) -> None:
    """Distances can be read off the drawing."""
    assert bar in Svg(svg(Map((0, 0), (metres, metres)))).text


def test_a_place_that_is_not_a_number_is_refused() -> None:
    """A fault in the figures does not become a mark in a corner."""
    with pytest.raises(ValueError, match="not a number"):
        svg(Map((0, 0), (9_000, 9_000), points=(Point((float("nan"), 1.0), HOME),)))
    with pytest.raises(ValueError, match="corners"):
        svg(Map((0, 0), (float("nan"), 9_000)))


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("ink", [INK, SOFT])
@pytest.mark.parametrize("ground", ["#ffffff", LAND, OWN])
def test_words_can_be_read_on_every_ground(ink: str, ground: str) -> None:
    """Contrast is at least 4.5 to 1."""
    light, dark = sorted((luminance(ink), luminance(ground)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_names_of_areas_do_not_lie_over_each_other() -> None:
    """Of many small areas some have names; those the map is about come first."""
    small = np.array([[0, 0], [2_000, 0], [2_000, 2_000], [0, 2_000]])
    wards = tuple(
        Area(f"Ward {x}{y}", (small + np.array([2_000 * x, 2_000 * y]),), own=True) for x in range(8) for y in range(8)
    )
    frame = Frame.around((0, 0), (16_000, 16_000))
    named = names((Area("Around", (SQUARE,)), *wards), frame)
    boxes = [box_of(spot, area.name) for area, spot in named]
    assert 1 <= len(named) < len(wards)
    assert not any(overlap(a, b) for a, b in combinations(boxes, 2))
    assert all(area.own for area, _ in named[:1])
