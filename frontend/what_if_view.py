"""What other weights would do, as a page shows it: in words, as tables, and as a drawing of one ranking."""

from __future__ import annotations

from typing import Final

from frontend.open_round import OpenRound
from matching.considerations.contents import CONSIDERATIONS
from matching.what_if import NOT_A_PLAN, Moves, WhatIf, in_words
from reporting.section import Block, Cell, Column, Disclosure, Notice, Paragraph, Picture, Table
from reporting.slopes import Slope, slopes_svg

HOMES_DRAWN: Final = 8
"""A home is drawn when it is among so many first ones before or after."""
SHOWN: Final = 20


def whole(round_: OpenRound, found: WhatIf) -> list[Block]:
    """What changed of the weights, and what would move."""
    blocks: list[Block] = [Notice("This is not a plan", (NOT_A_PLAN,), "caution")]
    titles = {one.name: one.title for one in CONSIDERATIONS}
    if found.changed:
        rows: tuple[tuple[Cell, ...], ...] = tuple(
            (titles[name], before, after) for name, (before, after) in found.changed.items()
        )
        columns = (Column("Consideration"), Column("Weight now", number=True), Column("In this try", number=True))
        blocks.append(Table("What is changed", columns, rows))
    blocks += [Paragraph(text, strong=at == 0) for at, text in enumerate(in_words(found))]
    blocks += [Notice("Take care", (text,), "bad") for text in found.cautions]
    tops = [one for one in found.moved if one.new_top is not None]
    blocks += _listed(round_, "Another home in first place", tops)
    others = [one for one in found.moved if one.new_top is None]
    blocks += _listed(round_, "The first home stays, others move", others)
    return blocks


def _listed(round_: OpenRound, words: str, some: list[Moves]) -> list[Block]:
    if not some:
        return []
    blocks: list[Block] = [_table(round_, f"{words}: {len(some):,}", some[:SHOWN])]
    if len(some) > SHOWN:
        more = len(some) - SHOWN
        rest = _table(round_, f"{words}, the other {more:,}", some[SHOWN:])
        blocks.append(Disclosure(f"Show the other {more:,}", (rest,), False))
    return blocks


def _table(round_: OpenRound, caption: str, some: list[Moves]) -> Table:
    columns = (
        Column("Child or family"),
        Column("First now"),
        Column("First in this try"),
        Column("Was at place", number=True),
        Column("Homes that move", number=True),
    )
    rows: list[tuple[Cell, ...]] = []
    for one in some:
        first = int(one.rank_after.argmin()) if len(one.homes) else 0
        moved = sum(after != at for at, after in enumerate(one.rank_after.tolist(), start=1))
        top = None if one.new_top is None else _home(round_, first, one)
        rows.append(
            (
                one.group_id,
                _home(round_, 0, one) if len(one.homes) else "no home is open",
                top or "the same",
                first + 1 if top else None,
                f"{moved:,} of {len(one.homes):,}",
            )
        )
    return Table(caption, columns, tuple(rows))


def _home(round_: OpenRound, at: int, one: Moves) -> str:
    return round_.where(str(round_.proposal.register.homes.ids[int(one.homes[at])]))


def one_ranking(round_: OpenRound, one: Moves) -> list[Block]:
    """One ranking before and after: a drawing of its first homes, and the table of all."""
    rows: list[tuple[Cell, ...]] = []
    slopes: list[Slope] = []
    hidden = 0
    for at, (home, after) in enumerate(zip(one.homes.tolist(), one.rank_after.tolist(), strict=True)):
        home_id = str(round_.proposal.register.homes.ids[home])
        if not round_.may_see_home(home_id):
            hidden += 1
            continue
        before = at + 1
        moves = before - after
        words = "same place" if not moves else f"up {moves}" if moves > 0 else f"down {-moves}"
        rows.append((home_id, before, after, words, int(one.points_before[at]), int(one.points_after[at])))
        if min(before, after) <= HOMES_DRAWN:
            slopes.append(Slope(home_id, before, after))
    columns = (
        Column("Home"),
        *(Column(name, number=True) for name in ("Place now", "Place in this try")),
        Column("Moves"),
        *(Column(name, number=True) for name in ("Points now", "Points in this try")),
    )
    notes = (f"{hidden:,} home{' is' if hidden == 1 else 's are'} not shown to you.",) if hidden else ()
    table = Table(f"Homes open to {one.group_id}, {len(rows):,} in all", columns, tuple(rows), notes)
    if not slopes:
        return [table]
    finding = _finding(one, slopes)
    alt = (
        f"Two columns of places joined by lines, for the first {len(slopes)} homes of {one.group_id}: "
        + "; ".join(f"{s.name} from {s.before} to {s.after}" for s in slopes)
        + "."
    )
    svg = slopes_svg(slopes, title=finding, alt=alt, before="Now", after="In this try")
    return [Picture(finding, svg, alt, table)]


def _finding(one: Moves, slopes: list[Slope]) -> str:
    first = next((s.name for s in slopes if s.after == 1), None)
    if one.same:
        return f"{one.group_id}: every home keeps its place"
    if one.new_top is None or first is None:
        return f"{one.group_id}: the first home stays, others change places"
    return f"{one.group_id}: home {first} comes first in this try"
