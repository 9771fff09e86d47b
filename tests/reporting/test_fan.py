"""Fan charts: what they say to whom, on which scale, and what they refuse to draw."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise

import pytest

from reporting.fan import Band, Fan, Known, Panel, Past, fan_svg, fans_svg, past_svg, round_step
from tests.reporting.test_drawing import Svg

DAYS = tuple(date(2024 + m // 12, 1 + m % 12, 28) for m in range(24))
KNOWN = Known(DAYS[:12], tuple(200.0 + m for m in range(12)))
FAN = Fan(
    DAYS[12:],
    tuple(212.0 + m for m in range(12)),
    (
        Band("19 in 20", (150.0,) * 12, (290.0,) * 12),
        Band("8 in 10", (170.0,) * 12, (260.0,) * 12),
        Band("half", (195.0,) * 12, (230.0,) * 12),
    ),
)
WORDS = {"title": "More <b>", "alt": "A & B", "known_name": "known", "middle_name": "middle"}
PAST = (Past(DAYS[6], 190, 200, 204, held=False), Past(DAYS[9], 190, 200, 212, held=True))


def past(known: Known = KNOWN) -> Svg:
    return Svg(past_svg(known, PAST, title="T", alt="A", known_name="what happened", past_name="8 in 10"))


def test_a_fan_says_what_each_line_and_shade_is_and_where_it_ends() -> None:
    """The key names every band, the ends stand beside the plot, years stand beneath, and nothing is markup."""
    page = Svg(fan_svg(KNOWN, FAN, **WORDS))
    assert page.open == []
    assert page.seen[0][1]["aria-label"] == "More <b>. A & B"
    assert {"known", "middle", "19 in 20", "8 in 10", "half", "2025", "known | forecast"} <= set(page.text)
    assert {"223", "260", "170"} <= set(page.text)
    assert {tag for tag, _ in page.seen} <= {"svg", "title", "desc", "path", "rect", "text"}
    assert fan_svg(KNOWN, FAN, **WORDS) == fan_svg(KNOWN, FAN, **WORDS)


def test_the_scale_begins_at_nought_in_round_steps_and_holds_every_band() -> None:
    """Nothing leaves the frame, and a rise of a few children does not look like a flood."""
    page = Svg(fan_svg(KNOWN, FAN, **WORDS))
    assert {"0", "100", "200", "300"} <= set(page.text)
    heights = [float(y) for d in page.elements("path") for y in re.findall(r"[ML][-\d.]+ ([-\d.]+)", d["d"] or "")]
    assert min(heights) >= 0


def test_shades_can_be_told_apart_without_colour() -> None:
    """Each band is clearly darker than the one around it, down to the line in the middle."""

    def lightness(colour: str) -> float:
        red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
        return 0.299 * red + 0.587 * green + 0.114 * blue

    svg = fan_svg(KNOWN, FAN, **WORDS)
    fills = re.findall(r'z" fill="(#[0-9a-f]{6})"', svg)
    assert len(fills) == 3
    assert all(lighter - darker > 30 for lighter, darker in pairwise([255.0, *map(lightness, fills)]))


def test_small_fans_have_each_its_scale_and_one_key() -> None:
    """Four homes and four hundred stand beside each other, each readable, with the middle's last figure."""
    few = Panel(
        "secure", Known(DAYS[:12], (2.0,) * 12), Fan(DAYS[12:], (3.0,) * 12, (Band("half", (1.0,) * 12, (6.0,) * 12),))
    )
    page = Svg(fans_svg([Panel("foster care with relatives or friends", KNOWN, FAN), few], **WORDS))
    assert {"foster care with relatives", "or friends", "secure", "300", "6", "223", "3"} <= set(page.text)
    assert page.text.count("known") == 1


def test_past_forecasts_say_which_held() -> None:
    """Bars that what happened lay outside are counted and hollow; a scale that is cut says so."""
    page = past()
    assert {"8 in 10: 1 that held", "the same, and what happened lay outside: 1"} <= set(page.text)
    assert any("not at nought" in words for words in page.text)
    assert sum(r["fill"] == "#ffffff" for r in page.elements("rect")) == 3  # the ground, the bar, its key
    assert not any("not at nought" in words for words in past(Known(DAYS[:12], (0.0,) * 12)).text)


def test_a_single_month_and_nothing_but_noughts_are_drawn() -> None:
    """A council with one known day, and a group that nobody is in, still have a drawing."""
    none = Fan(DAYS[12:13], (0.0,), (Band("half", (0.0,), (0.0,)),))
    assert Svg(fan_svg(Known(DAYS[11:12], (0.0,)), none, **WORDS)).open == []


@pytest.mark.parametrize(
    ("high", "lines", "step"), [(0, 5, 1), (5, 5, 1), (6, 5, 2), (299, 5, 100), (9_000, 5, 2_000), (12, 3, 5)]
)
def test_steps_are_round(high: float, lines: int, step: float) -> None:
    """1, 2 or 5 and noughts, and never part of a child."""
    assert round_step(high, lines) == step


def test_what_cannot_be_drawn_is_refused() -> None:
    """Days in disorder, counts that are none, bands too many, nothing at all: each would mislead."""
    with pytest.raises(ValueError, match="in the order of its days"):
        Known(DAYS[1::-1], (1.0, 2.0))
    with pytest.raises(ValueError, match="never below nought"):
        Known(DAYS[:1], (float("nan"),))
    with pytest.raises(ValueError, match="with one count for each"):
        Fan(DAYS[:2], (1.0, 2.0), (Band("half", (1.0,), (2.0,)),))
    with pytest.raises(ValueError, match="at most 3 bands"):
        Fan(DAYS[:1], (1.0,), (Band("half", (1.0,), (1.0,)),) * 4)
    with pytest.raises(ValueError, match="no fan"):
        fans_svg([], **WORDS)
    with pytest.raises(ValueError, match="no past forecast"):
        past_svg(KNOWN, [], title="", alt="", known_name="", past_name="")
