"""What made-up lives need in one year: who needs a family's home, from when to when, and when that home breaks down.

Lives are those of `batch_made_up`; what is read here is where each child lived, never which home. Brothers and
sisters who came into care together and into foster homes live together here, and go on as the first of them did:
the simulator draws each child's moves alone, and says nothing of moves together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final

from sufficiency.batch_made_up import LivedChild

FOSTER, HOSTS, ADOPTERS = "foster", "supported_lodgings", "adopters"
_KINDS: Final = {"U4": FOSTER, "U6": FOSTER, "H5": HOSTS, "A6": ADOPTERS}
"""Codes of placements in families that are not relatives; supported accommodation is with hosts for a drawn share."""


@dataclass(frozen=True, slots=True)
class Need:
    """Children who need a home together, from a day to a day, with the days on which a placement broke down."""

    kind: str
    children: tuple[LivedChild, ...]
    begin: date
    until: date | None
    breaks: tuple[date, ...]


def needs_of(lives: Sequence[LivedChild]) -> Iterator[Need]:
    """Every need of a family's home in these lives, in the order of the families."""
    for _, family in groupby(lives, key=lambda one: one.family):
        children = list(family)
        runs = [list(_runs(one)) for one in children]
        came = [one.stays[0].begin for one in children]
        together = [at for at, mine in enumerate(runs) if mine and mine[0].kind == FOSTER and mine[0].begin == came[at]]
        first = runs[together[0]][0] if len(together) > 1 else None
        if first is not None:
            yield Need(FOSTER, tuple(children[at] for at in together), first.begin, first.until, first.breaks)
        for at, mine in enumerate(runs):
            for run in mine:
                # What a brother or sister goes through before the group's stay is over is that of the group.
                if first is None or at not in together or (first.until is not None and run.begin >= first.until):
                    yield run


def _runs(child: LivedChild) -> Iterator[Need]:
    """The stretches in which one child lives with families of one kind."""
    stays = [(kind, list(same)) for kind, same in groupby(child.stays, key=lambda one: _KINDS.get(one.place))]
    for kind, same in stays:
        if kind is not None:
            moved = tuple(one.until for one in same[:-1] if one.moves and one.until is not None)
            yield Need(kind, (child,), same[0].begin, same[-1].until, moved)
