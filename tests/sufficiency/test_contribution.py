"""What levers do adds up, treats alike what acts alike, and gives nothing to what does nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from itertools import permutations
from math import factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sufficiency.compare import Point
from sufficiency.compare_measures import BY_NAME
from sufficiency.compare_tables import END, START, contribution_rows
from sufficiency.contribution import TOGETHER, Contributions, contributions, waterfall
from sufficiency.levers import NO_PULLS, Pull, Pulls

NAMES = ("edge_of_care", "step_down", "retention", "hub", "assessors", "fees", "transfers", "conversion")


def pulled(*names: str) -> Pulls:
    """These levers, in this order."""
    return Pulls({name: Pull(name, (1.0, 1.0, 1.0), (1.0,)) for name in names})


class Game:
    """Whole numbers that hang on the set of levers alone, drawn anew for each set; remembers what it was asked."""

    def __init__(self, seed: int, shape: tuple[int, ...] = (5,), like: Mapping[str, str] | None = None) -> None:
        self.seed, self.shape, self.like = seed, shape, like or {}
        self.asked: list[frozenset[str]] = []

    def __call__(self, pulls: Pulls) -> np.ndarray:
        there = frozenset(pulls.pulls)
        self.asked.append(there)
        # levers that are alike count as so many of one kind; one that is like "" counts for nothing
        kinds = sorted(self.like.get(name, name) for name in there)
        key = [sum(map(ord, kind)) * (k + 1) for k, kind in enumerate(kind for kind in kinds if kind)]
        rng = np.random.default_rng([self.seed, *key])
        return rng.integers(-50, 50, self.shape)


def over_all_orders(play: Callable[[Pulls], np.ndarray], names: Sequence[str]) -> list[np.ndarray]:
    """Mean over every order of what a lever adds to those before it, worked out order by order."""
    total = [np.zeros(play(NO_PULLS).shape) for _ in names]
    for order in permutations(names):
        for k, name in enumerate(order):
            total[names.index(name)] += play(pulled(*order[: k + 1])) - play(pulled(*order[:k]))
    return [one / factorial(len(names)) for one in total]


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32), count=st.integers(0, 5))
def test_order_free_is_the_mean_over_all_orders(seed: int, count: int) -> None:
    """Every order played out one by one gives the same, each set is played once, and all three ways add up."""
    names, game = NAMES[:count], Game(seed, (3, 2))
    found = contributions(game, pulled(*names))
    assert len(game.asked) == len(set(game.asked)) == found.plays == 2**count
    assert found.exact
    for ours, theirs in zip(found.order_free, over_all_orders(Game(seed, (3, 2)), names), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-12)
    # whole numbers add up to the bit
    assert np.array_equal(found.shares.sum(axis=0), found.parts * found.change)
    assert np.array_equal(found.in_order.sum(axis=0), found.change)
    assert np.array_equal(found.alone.sum(axis=0) + found.together, found.change)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32), most=st.sampled_from([0, 6]))
def test_alike_levers_count_alike_and_a_dummy_for_nothing(seed: int, most: int) -> None:
    """Two levers that do the same have the same share; one that does nothing has nought, in every future and bar."""
    game = Game(seed, like={"step_down": "edge_of_care", "hub": ""})
    found = contributions(game, pulled("edge_of_care", "hub", "step_down", "retention"), most_exact=most)
    assert found.exact == (most == 6)
    assert not found.order_free[1].any()
    assert not found.alone[1].any()
    if found.exact:
        assert np.array_equal(found.order_free[0], found.order_free[2])
    bar = waterfall(found, decimals=3).bars[1]
    assert (bar.length, bar.low, bar.high, bar.error, bar.begins) == (0, 0, 0, 0, bar.ends)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32), count=st.integers(2, 8))
def test_two_orders_are_the_one_given_and_its_reverse(seed: int, count: int) -> None:
    """Many levers: the mean of both orders, which adds up; of two levers it is what all orders give."""
    names = NAMES[:count]
    forward = contributions(Game(seed), pulled(*names), most_exact=1)
    backward = contributions(Game(seed), pulled(*names[::-1]), most_exact=1)
    assert forward.parts == 2
    assert not forward.exact
    assert forward.plays <= 3 * count
    assert np.array_equal(forward.order_free, (forward.in_order + backward.in_order[::-1]) / 2)
    assert np.array_equal(forward.order_free.sum(axis=0), forward.change)
    if count == 2:
        assert np.array_equal(forward.order_free, contributions(Game(seed), pulled(*names)).order_free)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    count=st.integers(0, 6),
    decimals=st.integers(-2, 3),
    way=st.sampled_from(["order_free", "in_order", "alone"]),
    scale=st.sampled_from([1.0, 1e-3, np.pi, 1e7 / 3]),
)
def test_a_waterfall_adds_up_as_written(seed: int, count: int, decimals: int, way: str, scale: float) -> None:
    """Start and bars, as decimals, come to the end exactly, and each begins where the one before it ended."""
    game = Game(seed)
    found = contributions(lambda pulls: game(pulls) * scale, pulled(*NAMES[:count]))
    fall = waterfall(found, decimals=decimals, way=way)  # type: ignore[arg-type]
    places = max(decimals, 0)

    def exactly(amount: float) -> Decimal:
        return Decimal(f"{amount:.{places}f}")

    assert exactly(fall.start) + sum(exactly(bar.length) for bar in fall.bars) == exactly(fall.end)
    assert [bar.begins for bar in fall.bars] == [fall.start, *(bar.ends for bar in fall.bars)][: len(fall.bars)]
    assert all(exactly(bar.begins) + exactly(bar.length) == exactly(bar.ends) for bar in fall.bars)
    means = [*getattr(found, way).mean(axis=1), *([found.together.mean()] if way == "alone" else [])]
    for bar, mean in zip(fall.bars, means, strict=True):
        assert abs(bar.length - mean) <= 10.0**-decimals * 1.000001
    assert abs(fall.end - found.end.mean()) <= 0.500001 * 10.0**-decimals
    assert [bar.name for bar in fall.bars] == [*NAMES[:count], *([TOGETHER] if way == "alone" else [])]


def test_a_waterfall_by_hand() -> None:
    """Two levers that need each other: alone nothing, together 6 and 8; each is given half, and half the doubt."""

    def play(pulls: Pulls) -> np.ndarray:
        return np.array([10.0, 20.0]) + (np.array([6.0, 8.0]) if len(pulls.pulls) == 2 else 0)

    found = contributions(play, pulled("assessors", "hub"))
    assert found.order_free.tolist() == [[3, 4], [3, 4]]
    assert found.in_order.tolist() == [[0, 0], [6, 8]]
    assert found.together.tolist() == [6, 8]
    fall = waterfall(found)
    assert (fall.start, fall.end) == (15.0, 22.0)
    assert [(bar.name, bar.begins, bar.ends, bar.length) for bar in fall.bars] == [
        ("assessors", 15, 18.5, 3.5),
        ("hub", 18.5, 22, 3.5),
    ]
    assert [(bar.low, bar.high) for bar in fall.bars] == [(3.1, 3.9)] * 2
    assert fall.bars[0].error == pytest.approx(0.5)
    assert [bar.length for bar in waterfall(found, way="alone").bars] == [0, 0, 7]
    assert fall.text(1234.5) == "1,234.5"


def test_levers_may_count_as_one() -> None:
    """Recruitment of several kinds is one bar, where its first lever stands, and is pulled whole or not at all."""
    game = Game(3)
    pulls = pulled("recruitment.teenagers", "retention", "recruitment.specialist")
    found = contributions(game, pulls, as_one={"recruitment": ["recruitment.teenagers", "recruitment.specialist"]})
    assert found.levers == ("recruitment", "retention")
    both = {"recruitment.teenagers", "recruitment.specialist"}
    assert all(not both & there or both <= there for there in game.asked)
    with pytest.raises(ValueError, match="retention is to be part of both a and b"):
        contributions(game, pulls, as_one={"a": ["retention"], "b": ["retention"]})
    with pytest.raises(ValueError, match="a is to hold hub, which is not pulled"):
        contributions(game, pulls, as_one={"a": ["hub"]})
    with pytest.raises(ValueError, match="retention is the name of a lever"):
        contributions(game, pulls, as_one={"retention": ["recruitment.teenagers"]})


def test_what_was_played_must_be_of_the_same_futures() -> None:
    """Plays of another shape, and waterfalls of many values at once, are refused in words."""
    with pytest.raises(ValueError, match=r"A play gave \(1,\), another \(2,\)"):
        contributions(lambda pulls: np.zeros(2 - len(pulls.pulls)), pulled("hub"))
    found = contributions(Game(1, (4, 2)), pulled("hub"))
    with pytest.raises(ValueError, match=r"one value a future, not of \(2,\)"):
        waterfall(found)
    assert np.array_equal(found.at(1).end, found.end[:, 1])
    assert waterfall(found.at(1)).bars[0].name == "hub"


def test_the_first_lever_changes_least_often() -> None:
    """So whatever hangs on the first levers alone can be kept from one play to the next."""
    game, told = Game(0), []
    contributions(game, pulled("demand", "hub", "fees"), progress=lambda done, of: told.append((done, of)))
    assert told == [(done, 8) for done in range(1, 9)]
    assert ["demand" in there for there in game.asked] == [False] * 4 + [True] * 4
    assert sum("hub" in a ^ b for a, b in zip(game.asked, game.asked[1:], strict=False)) == 3


def test_the_table_of_levers() -> None:
    """As written, the bars add up from the first row to the last; what they do together completes `alone`."""
    found: Contributions = contributions(Game(9, (50, 2)), pulled("edge_of_care", "hub", "fees"))
    points = [Point(BY_NAME["unmet"], "2028-03", True), Point(BY_NAME["cost"], "2027-28", False)]
    table = contribution_rows("ours", points, found)
    for k, point in enumerate(points):
        rows = table[table["measure"] == point.measure.name]
        assert rows["part"].tolist() == [START, "edge_of_care", "hub", "fees", TOGETHER, END]
        assert set(rows["when"]) == {point.when}
        adds = [Decimal(str(add)) for add in rows["adds"].dropna()]
        first, last = (Decimal(str(value)) for value in (rows["ends"].iloc[0], rows["ends"].iloc[-1]))
        assert first + sum(adds) == last
        assert rows["alone"].sum() == pytest.approx(found.change[:, k].mean(), abs=2)
        assert rows["in_order"].sum() == pytest.approx(found.change[:, k].mean(), abs=2)
    assert table[table["measure"] == "cost"]["adds"].dropna().map(float.is_integer).all()
    assert "all orders (8 sets" in table["method"].dropna().iloc[0]
