"""Targets by trying everything: every plan, and every child placed by a flow, with nothing shared with the product.

Also the tiny councils that the tests ask about.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
from scipy.optimize import linprog

from sufficiency.targets import Aim, Plan, TargetQuestion


def tiny(seed: int, *, futures: int = 2, homes: int = 2, most: int = 2, **changes: Any) -> TargetQuestion:
    """A council with three quarters, two kinds of home and need, and few children."""
    rng = np.random.default_rng(seed)
    quarters, needs = 3, homes
    names = ("younger", "older", "brothers and sisters")[:homes]
    usable = rng.uniform(0.2, 0.6, (homes, needs))
    np.fill_diagonal(usable, rng.uniform(0.7, 1.0, homes))
    there = np.array([0.5, 0.9, 0.8])[:, None] * np.ones(homes)
    may = np.array([0, 1, 1])[:, None] * np.full(homes, most)
    question = TargetQuestion(
        quarters=("2027-28 Q3", "2027-28 Q4", "2028-29 Q1"),
        years=("2027-28", "2027-28", "2028-29"),
        homes=names,
        needs=names,
        elsewhere=("agency", "other_authority", "residential", "out_of_area"),
        number=np.arange(futures),
        wanted=rng.integers(1, 7, (futures, quarters, needs)).astype(float),
        places=rng.uniform(0.5, 3.5, (futures, quarters, homes)),
        usable=usable,
        brings=there * rng.uniform(1.0, 2.5, homes),
        there=there,
        pipeline=np.full((quarters, homes), 0.3),
        most=may.astype(np.int64),
        effort=np.full(homes, 3.0),
        capacity=np.array([0.0, 9.0, 9.0]),
        enquiries=np.full(homes, 24.0),
        lead=1,
        recruit=np.full(homes, 9000.0),
        support=np.full(homes, 2000.0),
        own_price=np.full(quarters, 6000.0),
        price=np.outer(np.linspace(1, 1.1, quarters), [10000.0, 12000.0, 40000.0, 50000.0]),
        limit=np.stack(
            [rng.uniform(0, 3, (futures, quarters)) for _ in range(3)] + [np.full((futures, quarters), 1e6)], -1
        ),
        takes=np.vstack([rng.uniform(0, 1, (2, needs)), np.ones((2, needs))]),
        beds_at=2,
        beds_wanted=rng.uniform(0, 3, (futures, quarters)),
        bed_price=np.full(quarters, 30000.0),
        most_beds=1,
        keeps=np.zeros((2, quarters, homes)),
        keeping_price=np.zeros(2),
        keeping_steps=0,
        budget=np.full(2, np.inf),
        worth=np.array([1.0, 0.99, 0.98]),
    )
    return replace(question, **changes)


def plans(question: TargetQuestion) -> Iterator[Plan]:
    """Every plan within the limits on assessments and money."""
    year = [question.named.index(name) for name in question.years]
    for numbers in product(*(range(int(most) + 1) for most in question.most.ravel())):
        approvals = np.array(numbers).reshape(question.most.shape)
        if not assessed(question, approvals):
            continue
        for beds in product(range(question.most_beds + 1), repeat=len(question.named)):
            for kept in product(range(question.keeping_steps + 1), repeat=len(question.named)):
                share = np.array(kept) / max(question.keeping_steps, 1)
                plan = Plan(approvals, np.array(beds), share)
                money = np.zeros(len(question.named))
                for q in range(len(year)):
                    money[year[q]] += beds[year[q]] * question.bed_price[q] + approvals[q] @ question.recruit
                    for t in range(q, len(year)):
                        money[year[t]] += approvals[q] @ (question.support * question.there[t - q])
                if (money + question.keeping_price * share <= question.budget + 1e-6).all():
                    yield plan


def assessed(question: TargetQuestion, approvals: Any) -> bool:
    """Whether assessors have time: up to each quarter, and in each, with what one approval takes left over."""
    took, could = 0.0, 0.0
    for q in range(len(approvals)):
        effort = sum(approvals[q][h] * question.effort[h] for h in range(len(question.effort)))
        took, could = took + effort, could + (question.capacity[q] if question.most[q:].any() and q else 0.0)
        if took > could + 1e-9 or effort > question.capacity[q] + max(question.effort) + 1e-9:
            return False
    return True


def places(question: TargetQuestion, plan: Plan, quarter: int) -> Any:
    """[H] places that a plan adds in a quarter."""
    added = sum((plan.keeping[y] * question.keeps[y, quarter] for y in range(len(plan.keeping))), np.zeros(2))
    for q in range(quarter + 1):
        added = added + plan.approvals[q] * question.brings[quarter - q]
    return added


class ByHand:
    """Places the children of each future and quarter by a flow, and remembers what it has placed."""

    def __init__(self, question: TargetQuestion) -> None:
        self.question = question
        self._seen: dict[tuple[Any, ...], tuple[float, float]] = {}

    def quarter(self, future: int, quarter: int, added: Any, beds: int) -> tuple[float, float]:
        """Children without a home of the council's own, and £ for all."""
        key = (future, quarter, beds, *np.round(added, 9).tolist())
        if key not in self._seen:
            self._seen[key] = (self._unmet(future, quarter, added), self._money(future, quarter, added, beds))
        return self._seen[key]

    def _flow(self, future: int, quarter: int, added: Any) -> tuple[Any, ...]:
        """Limits of a flow from needs to the council's own homes and then to places elsewhere."""
        q = self.question
        own = q.places[future, quarter] + added
        rooms = np.concatenate([own, q.limit[future, quarter]])
        shares = np.vstack([q.usable, q.takes])
        wanted = q.wanted[future, quarter]
        return wanted, rooms, shares

    def _unmet(self, future: int, quarter: int, added: Any) -> float:
        wanted, rooms, shares = self._flow(future, quarter, added)
        homes, needs = len(self.question.homes), len(wanted)
        rows = [np.kron(np.eye(homes)[h], np.ones(needs)) for h in range(homes)]
        rows += [np.kron(np.ones(homes), np.eye(needs)[n]) for n in range(needs)]
        most = [(0, rooms[h] * shares[h, n]) for h in range(homes) for n in range(needs)]
        found = linprog(-np.ones(homes * needs), np.array(rows), [*rooms[:homes], *wanted], bounds=most)
        return float(wanted.sum() + found.fun)

    def _money(self, future: int, quarter: int, added: Any, beds: int) -> float:
        """The cheapest way to house all: need by place, beds last, then the children who need a children's home."""
        q = self.question
        wanted, rooms, shares = self._flow(future, quarter, added)
        homes, needs, at = len(q.homes), len(wanted), q.beds_at
        price = [q.own_price[quarter]] * homes + [*q.price[quarter]] + [q.price[quarter, at - 1]]
        rooms = np.concatenate([rooms, [beds]])
        shares = np.vstack([shares, np.ones(needs)])
        spots = len(rooms)
        # Children who need a children's home: bed (nothing more), residential, out of area.
        also = [0.0, q.price[quarter, at], q.price[quarter, at + 1]]
        width = spots * needs + 3
        cost = np.concatenate([np.repeat(price, needs), also])
        rows, most = [], []
        for spot in range(spots):
            row = np.zeros(width)
            row[spot * needs : (spot + 1) * needs] = 1
            if spot == spots - 1:
                row[-3] = 1
            elif spot >= homes + at:
                row[spots * needs + 1 + spot - homes - at] = 1
            rows.append(row)
            most.append(rooms[spot])
        equal = np.zeros((needs + 1, width))
        for n in range(needs):
            equal[n, n : spots * needs : needs] = 1
        equal[-1, -3:] = 1
        bounds = [(0, rooms[s] * shares[s, n]) for s in range(spots) for n in range(needs)] + [(0, None)] * 3
        found = linprog(cost, np.array(rows), most, equal, [*wanted, q.beds_wanted[future, quarter]], bounds=bounds)
        assert found.status == 0
        return float(found.fun) + beds * q.bed_price[quarter]

    def total(self, plan: Plan) -> tuple[float, Any]:
        """£ counted today on average over futures, and children [F, Q] without a home of the council's own."""
        q = self.question
        futures, quarters = q.wanted.shape[:2]
        year = [q.named.index(name) for name in q.years]
        unmet, money = np.zeros((futures, quarters)), 0.0
        for f in range(futures):
            for t in range(quarters):
                unmet[f, t], pounds = self.quarter(f, t, places(q, plan, t), int(plan.beds[year[t]]))
                money += pounds * q.worth[t] / futures
        for t in range(quarters):
            for later in range(t, quarters):
                money += plan.approvals[t] @ (q.support * q.there[later - t]) * q.worth[later]
            money += plan.approvals[t] @ q.recruit * q.worth[t]
        for y in range(len(q.named)):
            money += plan.keeping[y] * q.keeping_price[y] * np.mean(q.worth[np.array(year) == y])
        return money, unmet


def keeps(question: TargetQuestion, aim: Aim, unmet: Any) -> bool:
    """Whether a promise for all needs together is kept."""
    at = range(aim.from_quarter, unmet.shape[1])
    wanted = question.wanted.sum(axis=2)
    if aim.kind == "share":
        return all(unmet[:, t].sum() <= (1 - aim.level) * wanted[:, t].sum() + 1e-7 for t in at)
    missed = np.array([sum(unmet[f, t] for t in at) / sum(wanted[f, t] for t in at) for f in range(len(unmet))])
    if aim.kind == "futures":
        return sum(missed <= 1 - aim.enough + 1e-7) >= aim.level * len(missed) - 1e-9
    worst = round(aim.worst * len(missed))
    return float(np.sort(missed)[-worst:].mean()) <= 1 - aim.level + 1e-9


def everything(question: TargetQuestion) -> list[tuple[Plan, float, Any]]:
    """Every plan with what it comes to."""
    by_hand = ByHand(question)
    return [(plan, *by_hand.total(plan)) for plan in plans(question)]


def best(question: TargetQuestion, aim: Aim, every: list[tuple[Plan, float, Any]]) -> float | None:
    """The least cost of any plan that keeps the promise; None where there is none."""
    return min((money for _, money, unmet in every if keeps(question, aim, unmet)), default=None)
