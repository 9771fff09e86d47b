"""Tie-break, time limits, workers, progress; and what must hold of any solver whatever the question."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
import pytest

from benchmarks.instances import SIZES, made_up
from matching.question import SEVERAL_FAMILIES, Ints, Question
from matching.solvers import SOLVERS, TIE_BREAK, solve_cpsat
from matching.solvers.exhaustive import TooLarge, lawful_plan, solve_exhaustive
from tests.matching.questions import FromSeed, question, random_question

EVERY_SOLVER = pytest.mark.parametrize("solver", list(SOLVERS))
ENGINES = pytest.mark.parametrize("solver", ["bundles", "cpsat", "milp"])


@dataclass(frozen=True, slots=True, eq=False)
class Coarse(Question):
    """A question whose tie-break hardly tells pairs apart: `grain` different numbers at each level."""

    grain: int = 1

    def tie_break(self, level: int) -> Ints:
        return Question.tie_break(self, level) % self.grain


def coarse(plain: Question, grain: int) -> Coarse:
    """The same question with a coarse tie-break."""
    return Coarse(**{f.name: getattr(plain, f.name) for f in fields(plain)}, grain=grain)


def value(solution_question: Question, home_of: Ints) -> tuple[int, ...]:
    """All tiers of a plan, each to be made as large as possible."""
    values = solution_question.values_of(home_of)
    return tuple(-values[t] if t == "cost" else values[t] for t in solution_question.tiers)


@pytest.mark.parametrize("grain", [1, 2, 3])
def test_deeper_levels_of_the_tie_break(grain: int) -> None:
    """Where the first levels tie, later ones decide, and then the order of ids: all solvers pick the same plan."""
    for seed in range(25):
        drawn = coarse(random_question(FromSeed(seed), children=4, homes=3), grain)
        plans = {name: solve(drawn) for name, solve in SOLVERS.items()}
        assert len({tuple(s.home_of.tolist()) for s in plans.values()}) == 1, seed
        assert all(s.unique and s.proved for s in plans.values())


@EVERY_SOLVER
def test_the_last_resort_is_the_order_of_ids(solver: str) -> None:
    """Twins in every respect: the first child takes the first home."""
    twins = coarse(question(children=3, homes=3, places=[1, 1, 1]), 1)
    assert SOLVERS[solver](twins).home_of.tolist() == [0, 1, 2]


@EVERY_SOLVER
def test_the_least_sum_of_the_tie_break_wins(solver: str) -> None:
    """Of two equal homes, the one whose number with the child is smaller."""
    for names in ("a", "b", "c", "d", "e", "f"):
        equal = question(children=1, homes=2, names=names)
        assert SOLVERS[solver](equal).home_of.tolist() == [int(np.argmin(equal.tie_break(0)))]


@EVERY_SOLVER
def test_no_time_gives_a_lawful_plan_and_true_bounds(solver: str) -> None:
    """With no time at all there is still a plan; nothing is called proved that is not; no bound is false."""
    unproved = 0
    for seed in range(60):
        drawn = random_question(FromSeed(seed))
        hurried, best = SOLVERS[solver](drawn, time_limit=0.0), solve_exhaustive(drawn)
        assert lawful_plan(drawn, hurried.home_of)
        for now in hurried.tiers:
            assert now.value == drawn.values_of(hurried.home_of)[now.name]
            if now.name == "cost":
                assert now.bound <= now.value
            else:
                assert now.bound >= now.value
        # the first tier holds nothing before it, so its bound binds every lawful plan
        first, first_best = hurried.tiers[0], best.tiers[0]
        assert first.bound >= first_best.value
        if first.proved:
            assert first.value == first_best.value
        unproved += not hurried.proved
        assert hurried.proved or not hurried.unique
        assert hurried.proved or hurried.notes
    assert unproved > 30


@ENGINES
def test_a_short_time_gives_a_lawful_plan_and_true_bounds(solver: str) -> None:
    """Cut short anywhere on the way, what is called proved is right, and every first bound is true."""
    panel = made_up(SIZES["panel"], 5)
    best = solve_cpsat(panel)
    for seconds in (0.001, 0.01, 0.03, 0.1):
        hurried = SOLVERS[solver](panel, time_limit=seconds)
        assert lawful_plan(panel, hurried.home_of)
        for now, at_best in zip(hurried.tiers, best.tiers, strict=True):
            if now.proved:
                assert now.value == at_best.value
            elif now.name == "cost":
                assert now.bound <= now.value
            else:
                assert now.bound >= now.value
        assert hurried.tiers[0].bound >= best.tiers[0].value
        if hurried.unique:
            assert hurried.home_of.tolist() == best.home_of.tolist()


def test_one_worker_or_two_the_plan_is_the_same() -> None:
    """Workers change how CP-SAT searches, not what it finds."""
    for seed in range(3):
        panel = made_up(SIZES["panel"], seed)
        one, two = solve_cpsat(panel, workers=1), solve_cpsat(panel, workers=2)
        assert one.home_of.tolist() == two.home_of.tolist()
        assert [t.value for t in one.tiers] == [t.value for t in two.tiers]


@EVERY_SOLVER
def test_progress_is_told(solver: str) -> None:
    """The watcher hears of every tier, of values never beyond their bounds, and of cost in positive pence."""
    heard: list[tuple[str, float, float, float]] = []
    drawn = question(
        children=3, homes=3, places=[1] * 3, cost={(c, h): 100 + c * h for c in range(3) for h in range(3)}
    )
    SOLVERS[solver](drawn, watch=lambda *told: heard.append(told))
    assert list(dict.fromkeys(h[0] for h in heard)) == [*drawn.tiers, TIE_BREAK]
    for name, now, bound, seconds in heard:
        assert now >= bound if name in ("cost", TIE_BREAK) else now <= bound
        assert seconds >= 0
    assert next(h[1] for h in reversed(heard) if h[0] == "cost") == 301


def test_too_large_for_trying_every_plan() -> None:
    """Trying every plan of a panel is refused, and says which solver to use instead."""
    with pytest.raises(TooLarge, match="Use the solver cpsat or milp"):
        solve_exhaustive(made_up(SIZES["panel"], 1))


def tighter(q: Question, rng: np.random.Generator) -> Question:
    """The question with one thing made harder, somewhere."""
    child, home = int(rng.integers(q.children)), int(rng.integers(q.homes))
    other = int(rng.integers(q.children))
    match int(rng.integers(8)):
        case 0:
            return replace(q, places=less(q.places, home))
        case 1:
            return replace(q, limit_room=less(np.minimum(q.limit_room, q.children), home))
        case 2:
            return replace(q, rooms=less(np.minimum(q.rooms, q.children), home))
        case 3 if other != child:
            return replace(q, apart=np.vstack((q.apart, [child, other])))
        case 4:
            return replace(q, solo=q.solo | (np.arange(q.children) == child))
        case 5:
            taken = np.where(np.arange(q.homes) == home, SEVERAL_FAMILIES, q.fostered_family)
            return replace(q, fostered_family=taken)
        case 6 if q.resources:
            return replace(q, home_has=np.maximum(q.home_has - (np.arange(q.homes) == home)[:, np.newaxis], 0))
        case 7 if len(q.near_homes):
            return replace(q, near_homes=np.delete(q.near_homes, rng.integers(len(q.near_homes)), axis=0))
        case _:
            return replace(q, pair_exempt=q.pair_exempt & (q.pair_home != home))


def less(numbers: Ints, at: int) -> Ints:
    """One less at one place."""
    fewer = numbers.copy()
    fewer[at] -= 1
    return fewer


def test_tightening_never_helps() -> None:
    """A place, a bedroom, an exemption, two near homes less, or one more bar: no tier gains before another has lost."""
    rng = np.random.default_rng(11)
    worse = 0
    for seed in range(100):
        before = random_question(FromSeed(seed))
        after = tighter(before, rng)
        loose, tight = solve_cpsat(before), solve_cpsat(after)
        assert value(after, tight.home_of) <= value(before, loose.home_of), seed
        assert lawful_plan(before, tight.home_of), seed
        worse += value(after, tight.home_of) < value(before, loose.home_of)
    assert worse > 5


def with_one_more_home(q: Question, rng: np.random.Generator) -> Question:
    """The question and one empty home that some of the children may go to."""
    goes = np.flatnonzero(rng.random(q.children) < 0.7)
    near = np.flatnonzero(rng.random(q.homes) < 0.5).tolist()
    child = np.concatenate((q.pair_child, goes))
    home = np.concatenate((q.pair_home, np.full(len(goes), q.homes)))
    order = np.lexsort((home, child))

    def more(numbers: np.ndarray, value: int) -> np.ndarray:
        return np.append(numbers, np.array(value, dtype=numbers.dtype))

    def pairs(numbers: np.ndarray, high: int) -> np.ndarray:
        return np.concatenate((numbers, rng.integers(0, high + 1, len(goes)).astype(numbers.dtype)))[order]

    return replace(
        q,
        home_ids=(*q.home_ids, "H-new"),
        home_has=np.vstack((q.home_has, np.full((1, q.resources), 3))),
        near_homes=np.array(sorted([*q.near_homes.tolist(), *([h, q.homes] for h in near)]), dtype=np.int64).reshape(
            -1, 2
        ),
        places=more(q.places, 2),
        limit_room=more(q.limit_room, 3),
        fostered_family=more(q.fostered_family, -1),
        rooms=more(q.rooms, 2),
        one_or_whole_family=more(q.one_or_whole_family, 0),
        pair_child=child[order],
        pair_home=home[order],
        pair_exempt=pairs(q.pair_exempt, 0),
        pair_lives_there=pairs(q.pair_lives_there, 0),
        pair_siblings_there=pairs(q.pair_siblings_there, 0),
        pair_local=pairs(q.pair_local, 1),
        pair_points=pairs(q.pair_points, 5),
        pair_cost=pairs(q.pair_cost, 5),
        pair_siblings_near=pairs(q.pair_siblings_near, 1),
        pair_uses=np.concatenate((q.pair_uses, rng.integers(0, 3, (len(goes), q.resources))))[order],
        pair_pinned=pairs(q.pair_pinned, 0),
        pair_keep=pairs(q.pair_keep, 0),
    )


def test_one_more_home_never_hurts() -> None:
    """The plan with one more home is as good or better, tier by tier in order."""
    rng = np.random.default_rng(12)
    better = 0
    for seed in range(80):
        before = random_question(FromSeed(seed))
        after = with_one_more_home(before, rng)
        few, many = solve_cpsat(before), solve_cpsat(after)
        assert value(after, many.home_of) >= value(before, few.home_of), seed
        better += value(after, many.home_of) > value(before, few.home_of)
    assert better > 30


def renumbered(q: Question, rng: np.random.Generator) -> Question:
    """The same round with its children, homes and lists in another order; every id keeps what is its own."""
    child_at, home_at = rng.permutation(q.children), rng.permutation(q.homes)
    new_child, new_home = np.argsort(child_at), np.argsort(home_at)
    child, home = new_child[q.pair_child], new_home[q.pair_home]
    order = np.lexsort((home, child))
    columns = [f.name for f in fields(q) if f.name.startswith("pair_") and f.name not in ("pair_child", "pair_home")]
    return replace(
        q,
        child_ids=tuple(q.child_ids[c] for c in child_at),
        home_ids=tuple(q.home_ids[h] for h in home_at),
        **{name: getattr(q, name)[child_at] for name in ("family", "solo", "needs_room", "room_sharer")},
        **{
            name: getattr(q, name)[home_at]
            for name in ("places", "limit_room", "fostered_family", "rooms", "one_or_whole_family", "home_has")
        },
        whole_family={
            int(new_home[h]): tuple(tuple(new_child[list(f)].tolist()) for f in reversed(families))
            for h, families in q.whole_family.items()
        },
        pair_child=child[order],
        pair_home=home[order],
        **{name: getattr(q, name)[order] for name in columns},
        sibling_pairs=rng.permutation(new_child[q.sibling_pairs])[:, ::-1],
        apart=rng.permutation(new_child[q.apart])[:, ::-1],
        near_homes=np.array(sorted(np.sort(new_home[q.near_homes], axis=1).tolist()), dtype=np.int64).reshape(-1, 2),
    )


@EVERY_SOLVER
def test_the_order_of_rows_changes_nothing(solver: str) -> None:
    """Children, homes, siblings and bars in any order: every child has the same home."""
    rng = np.random.default_rng(13)
    for seed in range(60):
        before = random_question(FromSeed(seed))
        after = renumbered(before, rng)
        one, other = SOLVERS[solver](before), SOLVERS[solver](after)
        homes = {after.child_ids[c]: after.home_ids[h] for c, h in enumerate(other.home_of.tolist()) if h >= 0}
        assert homes == {before.child_ids[c]: before.home_ids[h] for c, h in enumerate(one.home_of.tolist()) if h >= 0}


@ENGINES
def test_other_ids_change_no_value(solver: str) -> None:
    """Ids decide only between plans that are equal in every tier."""
    for seed in range(40):
        before = random_question(FromSeed(seed))
        after = replace(
            before,
            child_ids=tuple(f"another-{i}" for i in before.child_ids),
            home_ids=tuple(f"another-{i}" for i in before.home_ids),
        )
        one, other = SOLVERS[solver](before), SOLVERS[solver](after)
        assert [t.value for t in one.tiers] == [t.value for t in other.tiers]


def test_the_same_question_twice_gives_the_same_plan() -> None:
    """Nothing depends on the clock or on what ran before."""
    panel = made_up(SIZES["panel"], 9)
    assert solve_cpsat(panel).home_of.tolist() == solve_cpsat(panel).home_of.tolist()
