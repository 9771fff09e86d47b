"""A question with resources, given whole to CP-SAT.

What a home has of a resource is a knapsack of uneven weights. The linear relaxation says little of those, so that
asking for its bound and coming down from there is one long proof after another; CP-SAT's own cuts on the whole
choice say much, and one search then settles a tier. Two things make it quick: where everybody can be placed, every
child has exactly one bundle, not a sum of all of them; and the cuts are found as its presolve likes. One worker,
whatever is asked: the plan does not depend on it, and these searches gain nothing by more.
"""

from __future__ import annotations

import numpy as np
from ortools.sat.python import cp_model

from matching.question import Ints, Question
from matching.solvers.choice import FOUND, Choice, Hear, pinned_solver, whole_bound
from matching.solvers.chooser import Chooser
from matching.solvers.options import Options
from matching.solvers.solver import Aim, Clock, Found, Held, Tell

MOST = 15_000
"""Bundles that are given whole."""
SOON = 10.0
"""Effort (CP-SAT's deterministic seconds) for seeing whether everybody can be placed."""


def suits(engine: Chooser) -> bool:
    """Whether the question has resources, and few enough bundles left."""
    return engine.question.resources > 0 and 0 < len(engine.alive) <= MOST


def best_whole(engine: Chooser, aim: Aim, held: Held, start: Ints, clock: Clock, tell: Tell) -> Found:
    """The best plan for an aim among lawful plans that reach what is held; see `matching.solvers.solver.Engine`."""
    question = engine.question
    value, upper = aim.of(question, start), aim.ceiling(question)
    if value == upper:
        return Found(start, upper)
    if _places_everybody(aim, upper, question):
        model, solver = _model(engine, aim, held, everybody=True), pinned_solver(clock.left, own_cuts=True)
        solver.parameters.max_deterministic_time = SOON
        if model.solve(solver) in FOUND:
            return Found(engine.bundles.plan_of(model.chosen(solver)), upper)
        if clock.is_up:
            return Found(start, upper)
    everybody = any(_places_everybody(one, least, question) for one, least in held)
    model, solver = _model(engine, aim, held, everybody=everybody), pinned_solver(clock.left, own_cuts=True)
    model.maximise(engine.values(aim), aim.per_near_pair)
    model.hint(start)
    status = model.solve(solver, Hear(lambda value, bound: tell(value, min(bound, upper))))
    if status == cp_model.INFEASIBLE:
        raise RuntimeError(f"CP-SAT finds no plan for {aim.name} although there is one")
    if status not in FOUND:
        return Found(start, upper)
    plan = engine.bundles.plan_of(model.chosen(solver))
    reached = aim.of(question, plan)
    if status == cp_model.OPTIMAL:
        return Found(plan, reached)
    return Found(plan if reached >= value else start, min(upper, whole_bound(solver)))


def _places_everybody(aim: Aim, least: int, question: Question) -> bool:
    """Whether reaching so much of an aim means that every child with a pair has a home."""
    return aim.name == "placed" and least == len(np.unique(question.pair_child))


def _model(engine: Chooser, aim: Aim, held: Held, *, everybody: bool) -> Choice:
    model = engine.model(Options.of(engine.alive), held, near=bool(aim.per_near_pair))
    if everybody:
        bundles, question = engine.bundles, engine.question
        column = np.full(len(bundles), -1, dtype=np.int64)
        column[engine.alive] = np.arange(len(engine.alive))
        kept = column[bundles.owner] >= 0
        child, mine = question.pair_child[bundles.pair[kept]], column[bundles.owner[kept]]
        order = np.argsort(child, kind="stable")
        edges = np.searchsorted(child[order], np.unique(question.pair_child), side="left")
        for of_child in np.split(mine[order], edges[1:]):
            model.model.add_bool_or([model.choose[c] for c in of_child.tolist()])
    return model
