"""Bid prices of homes: exact on tiny futures, nought where nobody comes, and never a reason to leave a child out."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations, product

import numpy as np
import pytest

from matching.coming import Coming
from matching.policy import Policy
from matching.prices import bid_prices
from matching.prices_lawful import MOST_PLACES, Room, room_of
from matching.prices_losses import NEVER, Arrivals, best_weeks, losses
from matching.propose import propose
from records.model import Child
from tests.ordinary import DAY, TRAFFORD, child, home, records, years_old

WEEKS = 13


def drawn(rng: np.random.Generator, arrivals: int, homes: int, sizes: tuple[int, ...]) -> tuple[Arrivals, np.ndarray]:
    """A tiny future: who comes, and from which week each place of each home is free."""
    week = rng.integers(0, WEEKS, arrivals)
    until = np.minimum(week + rng.integers(1, 20, arrivals), WEEKS)
    size = rng.choice(sizes, arrivals)
    alone = rng.random(arrivals) < (0.1 if max(sizes) > 1 else 0.0)
    opens = np.where(rng.random((homes, 3)) < 0.5, 0, np.where(rng.random((homes, 3)) < 0.5, 5, NEVER))
    return Arrivals(week, until, size, alone, rng.random((arrivals, homes)) < 0.7), np.sort(opens, axis=1)


def slowly(coming: Arrivals, opens: np.ndarray) -> int:
    """The same by trying every plan, home by home."""
    arrivals, homes = coming.lawful.shape
    best = 0
    for plan in product(range(-1, homes), repeat=arrivals):
        worth = [
            in_one_home(coming, [one for one in range(arrivals) if plan[one] == at], at, opens) for at in range(homes)
        ]
        if None not in worth:
            best = max(best, sum(worth))  # type: ignore[arg-type]
    return best


def in_one_home(coming: Arrivals, who: list[int], at: int, opens: np.ndarray) -> int | None:
    """Child-weeks of these in one home: a family has the places that are free first; None where they do not fit."""
    places = [int(week) for week in opens[at] if week < coming.until.max()]
    families = [one for one in who if coming.size[one] > 1 or coming.alone[one]]
    children = [one for one in who if one not in families]
    if not coming.lawful[who, at].all() or len(families) > 1:
        return None
    weeks = 0
    for one in families:
        size = int(coming.size[one])
        if size > len(places) or (coming.alone[one] and children):
            return None
        weeks += size * max(0, int(coming.until[one]) - max(int(coming.week[one]), places[size - 1]))
        places = places[size:]
    if len(children) > len(places):
        return None
    ways = (
        sum(
            max(0, int(coming.until[one]) - max(int(coming.week[one]), place))
            for one, place in zip(children, way, strict=False)
        )
        for way in permutations(places, len(children))
    )
    return weeks + max(ways)


def test_the_best_placing_of_a_tiny_future_is_what_trying_every_plan_finds() -> None:
    """Families, children alone, children who may live with nobody else, and places that are free later."""
    rng = np.random.default_rng(5)
    for _ in range(60):
        coming, opens = drawn(rng, int(rng.integers(1, 5)), int(rng.integers(1, 3)), (1, 1, 1, 2, 3))
        found = best_weeks(coming, opens, most_branched=1000)
        assert found.exact
        assert found.weeks == slowly(coming, opens)
        shut = opens.copy()
        shut[0] = [*opens[0, 1:], NEVER]
        most = (opens == 0).sum(axis=1)
        lost = losses(coming, opens, np.zeros_like(most), most)
        if most[0]:
            assert lost.weeks[0, 1] == found.weeks - slowly(coming, shut)
        assert (np.diff(lost.weeks, axis=1) >= 0).all()


def test_one_more_home_like_it_never_raises_a_price_of_children_alone() -> None:
    """Proved for children who come alone (an assignment). With families it nearly always holds: the docs say why."""
    rng = np.random.default_rng(6)
    for _ in range(150):
        coming, opens = drawn(rng, 5, 3, (1,))
        most = (opens == 0).sum(axis=1)
        before = losses(coming, opens, np.zeros_like(most), most).weeks
        wider = replace(coming, lawful=np.hstack((coming.lawful, coming.lawful[:, :1])))
        more = np.vstack((opens, opens[:1]))
        after = losses(wider, more, np.zeros(4, dtype=np.int64), np.append(most, most[0])).weeks
        assert (after[0] <= before[0]).all()


def family(*ages: int) -> tuple[Child, ...]:
    """One made-up group."""
    name = f"F{len(ages)}" if len(ages) > 1 else None
    return tuple(child(f"X{len(ages)}{i}", family_id=name, date_of_birth=years_old(age)) for i, age in enumerate(ages))


def three_siblings_in(weeks: list[int], futures: int = 10) -> Coming:
    """A family of three comes in each future, in one of these weeks in turn, and stays."""
    return Coming(
        groups=(family(4, 6, 8), family(7)),
        future=np.arange(futures),
        week=np.array([weeks[at % len(weeks)] for at in range(futures)]),
        group=np.zeros(futures, dtype=np.int64),
        weeks_stay=np.full(futures, 100),
        futures=futures,
        weeks=WEEKS,
        day=DAY,
    )


def two_large_homes(**changes: int) -> Room:
    """A child alone tonight; ASH and BIRCH have three places, CEDAR has one."""
    three = {"approved_places": 3, "vacancies": 3, "bedrooms_free": 3, **changes}
    one = {"approved_places": 1, "vacancies": 1, "bedrooms_free": 1}
    told = records(children=[child("ANNA")], homes=[home("ASH", **three), home("BIRCH", **three), home("CEDAR", **one)])
    proposal = propose(told, Policy(authority=TRAFFORD))
    return room_of(proposal.register, proposal.asked, (family(4, 6, 8), family(7)), proposal.allowed)


def test_a_home_is_one_of_two_that_could_take_three_siblings() -> None:
    """One place taken stops the family altogether where it is the last such home; two such homes: neither is scarce."""
    room = two_large_homes()
    assert room.lawful.tolist() == [[True, True, False], [True, True, True]]
    assert bid_prices(three_siblings_in([1, 3]), room).scarce == ()
    last = bid_prices(three_siblings_in([1, 3]), room, planned=np.array([0, 1, 0]))
    (ash,) = [one for one in last.scarce if one.home_id == "ASH"]
    assert (ash.kind.words, ash.homes, ash.within, ash.come) == ("three siblings", 2, 4, 1.0)
    mean = 3 * (12 + 10) / 2
    assert ash.days == (round(mean * 7),) * 3
    assert last.of_group("CEDAR", 1) == 0


def test_nobody_expected_costs_nothing() -> None:
    """All prices are nought, and no home is scarce."""
    room = two_large_homes()
    prices = bid_prices(three_siblings_in([1]).none(), room, planned=room.places)
    assert not prices.days.any()
    assert prices.scarce == ()


def test_the_order_of_the_futures_and_of_the_arrivals_does_not_matter() -> None:
    """The same arrivals in another order have the same prices."""
    room, coming = two_large_homes(), three_siblings_in([1, 3, 9])
    back = replace(coming, **{name: getattr(coming, name)[::-1] for name in ("future", "week", "group", "weeks_stay")})
    planned = np.array([0, 1, 0])
    one, other = bid_prices(coming, room, planned=planned), bid_prices(back, room, planned=planned)
    assert (one.mean == other.mean).all()
    assert one.scarce == other.scarce


def test_a_rare_loss_is_not_sure_and_has_no_price() -> None:
    """In one future of ten, three siblings come: the mean is small against its standard error."""
    coming = three_siblings_in([1])
    rare = replace(coming, **{n: getattr(coming, n)[:1] for n in ("future", "week", "group", "weeks_stay")})
    prices = bid_prices(rare, two_large_homes(), planned=np.array([0, 1, 0]))
    assert prices.mean[0, 1] > 1
    assert prices.scarce == ()


def test_a_scarce_home_is_kept_only_while_the_child_has_another() -> None:
    """With the tier, Anna goes to Cedar while it is free; where Ash is all there is, she goes to Ash."""
    tiers = ("placed", "siblings", "keep", "near", "local", "points", "cost")
    three = {"approved_places": 3, "vacancies": 3, "bedrooms_free": 3}
    one = {"approved_places": 1, "vacancies": 1, "bedrooms_free": 1}
    for others, goes_to in (([home("CEDAR", **one)], "CEDAR"), ([], "ASH")):
        told = records(children=[child("ANNA")], homes=[home("ASH", **three), *others])
        first = propose(told, Policy(authority=TRAFFORD))
        room = room_of(first.register, first.asked, (family(4, 6, 8), family(7)), first.allowed)
        keep = bid_prices(three_siblings_in([1]), room).keep(first.question)
        assert keep == {("ANNA", "ASH"): 3 * 12 * 7}
        kept = propose(told, Policy(authority=TRAFFORD, tiers=tiers), keep=keep)
        assert kept.question.home_ids[int(kept.home_of[0])] == goes_to


def test_shares_of_a_family_add_up_to_its_price() -> None:
    """Three siblings tonight would take all three places: each has a share of that price."""
    three = {"approved_places": 3, "vacancies": 3, "bedrooms_free": 3}
    told = records(
        children=[child(f"C{i}", family_id="F", date_of_birth=years_old(5 + i)) for i in range(3)],
        homes=[home("ASH", **three)],
    )
    proposal = propose(told, Policy(authority=TRAFFORD))
    room = room_of(proposal.register, proposal.asked, (family(4, 6, 8), family(7)), proposal.allowed)
    prices = bid_prices(three_siblings_in([1, 4]), room)
    assert prices.of_pair(proposal.question).sum() == prices.of_group("ASH", 3) > 0
    assert room.places.max() <= MOST_PLACES


def test_futures_that_do_not_fit_together_are_refused() -> None:
    """Arrivals of no future, or of no group."""
    coming = three_siblings_in([1])
    with pytest.raises(ValueError, match="where there are 10"):
        replace(coming, future=coming.future + 1)
    with pytest.raises(ValueError, match="one number for each arrival"):
        replace(coming, week=coming.week[:-1])
