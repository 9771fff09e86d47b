"""Forecasts said beside an edition that is published already, by its rules, and without hiding its whole book again.

A forecast is hidden where the count that it sets out from is hidden in that edition. That is all that `publish` does to
tables of forecasts that are sums of nothing and of which nothing is the sum; others are refused here.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from reporting.disclosure import HIDDEN, Refused, Rules
from reporting.fact import ALL, Book, Facts, Kind, Unit
from reporting.lens import HiddenRow, Lens
from reporting.linked import Name
from reporting.publish_counts import COUNTED, named, thing
from reporting.publish_forecasts import families, printed_ahead
from reporting.publish_money import SMALL
from reporting.section import Edition

GROUP: Final = "group"


def published_beside(
    lens: Lens,
    tables: Sequence[Facts],
    about: Mapping[str, str],
    source: str,
    rules: Rules | None = None,
    *,
    few: Container[str] = (),
) -> Lens:
    """What the edition of `lens` may say of some tables: those alone, hidden where their counts are hidden there.

    A row of a placement group is hidden too where the edition counts no such group on that day, and for the groups of
    `few`. Raises `Refused` for tables that this cannot be said of: other kinds than forecasts and what tells of
    nobody, sums and their parts, and people in what tells of nobody.
    """
    if lens.edition is Edition.CONFIDENTIAL:
        raise Refused("A confidential edition hides nothing that others could be hidden by. Nothing was published.")
    rules = rules or Rules()
    for facts in tables:
        _may_stand_beside(facts)
    ahead = {facts.key: facts for facts in tables if facts.kind is Kind.FORECAST}
    gone = {key: frozenset(_hidden(facts, _counts_said(lens, facts), few)) for key, facts in ahead.items()}
    texts = printed_ahead(ahead, gone, rules)
    sealed = {
        one.key: replace(one, rows=texts[one.key][list(one.rows.columns)]) if one.key in texts else one
        for one in tables
        if lens.edition.admits(one.edition)
    }
    hidden = [
        HiddenRow(key, tuple((dim, str(ahead[key].rows[dim].iloc[at])) for dim in ahead[key].by), "", SMALL)
        for key, rows in gone.items()
        for at in sorted(rows)
    ]
    return Lens(Book(about, sealed, {one.source: source for one in tables}), lens.edition, texts, hidden=tuple(hidden))


def _may_stand_beside(facts: Facts) -> None:
    people = any(value.unit is Unit.PEOPLE for value in facts.columns)
    plain = facts.kind is Kind.PLAIN and not people
    ahead = facts.kind is Kind.FORECAST and bool(facts.like) and not families(facts)
    if not (plain or ahead):
        raise Refused(f"{facts.key} cannot be published beside an edition: it must be published with it. Nothing was.")


def _counts_said(lens: Lens, ahead: Facts) -> dict[Name, str]:
    """Each count of the edition that rows of a forecast may set out from, as it is printed."""
    said: dict[Name, str] = {}
    like = ahead.like
    for key, facts in sorted(lens.book.facts.items()):
        if facts.kind is not Kind.COUNT or key not in lens.texts or not set(like) <= set(facts.by):
            continue
        wanted = {dim: ALL for dim in facts.by if dim not in ahead.by} | dict(like)
        there = np.logical_and.reduce([(facts.rows[dim] == one).to_numpy() for dim, one in wanted.items()])
        names = list(zip(*(facts.rows[dim].to_numpy()[there].tolist() for dim in facts.by), strict=True))
        for value in facts.columns:
            printed = lens.texts[key][value.name].to_numpy()[there].tolist()
            for row, text in zip(names, printed, strict=True):
                told = dict(zip(facts.by, map(str, row), strict=True))
                said[named(facts.by, row, thing(facts, value.name, told))] = text
    return said


def _hidden(facts: Facts, said: Mapping[Name, str], few: Container[str]) -> Iterator[int]:
    """Rows whose count is hidden, not told, or few."""
    what = facts.like.get("what", "")
    known = {dim for name in said for dim, _ in name} | {GROUP}
    for at, row in enumerate(zip(*(facts.rows[dim].tolist() for dim in facts.by), strict=True)):
        dims = {dim: str(one) for dim, one in zip(facts.by, row, strict=True) if dim in known and str(one) != ALL}
        name = tuple(sorted({**dims, **facts.like, COUNTED: what}.items()))
        of_all = GROUP not in dims
        if said.get(name, "" if of_all else HIDDEN) == HIDDEN or dims.get(GROUP, ALL) in few:
            yield at
