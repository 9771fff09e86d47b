"""The register of homes: which of them answer a search, and a page of them as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from frontend.open_round import OpenRound
from matching.rules.register import NOT_RECORDED, Mask
from matching.screen import places_left
from matching.words import in_words, plain_word
from records.geography import authority_name
from records.model import Home
from reporting.section import Cell, Column, Table, Tag

A_PAGE: Final = 25
STANDINGS: Final = {
    "open": "Not on hold and no notice given",
    "hold": "On hold",
    "notice": "Notice received",
}


@dataclass(frozen=True, slots=True)
class Search:
    """What somebody looks for; empty means any. `age`: an age that the terms of approval allow."""

    kinds: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    authorities: tuple[str, ...] = ()
    standing: str | None = None
    with_place: bool = False
    age: int | None = None
    needs: tuple[str, ...] = ()


def found(round_: OpenRound, search: Search) -> tuple[tuple[str, ...], int]:
    """Ids of the homes that answer a search and that the person may see; and for how many of them it is not recorded.

    A home whose ages are not recorded answers any age; one whose needs are not recorded answers none.
    """
    homes = round_.proposal.register.homes
    keep: Mask = np.array([round_.may_see_home(home_id) for home_id in homes.ids.tolist()], dtype=np.bool_)
    for values, column in ((search.kinds, homes.kind), (search.providers, homes.provider)):
        if values:
            keep &= np.isin(column, np.array(values, dtype=np.str_))
    if search.authorities:
        keep &= np.isin(homes.authority, np.array(search.authorities, dtype=np.str_))
    if search.standing == "hold":
        keep &= homes.on_hold == 1
    elif search.standing == "notice":
        keep &= ~np.isnat(homes.notice_received_on)
    elif search.standing == "open":
        keep &= (homes.on_hold != 1) & np.isnat(homes.notice_received_on)
    if search.with_place:
        keep &= places_left(round_.proposal.register) >= 1
    for need in search.needs:
        keep &= homes.meets(need)
    unsure = np.zeros(len(homes), dtype=np.bool_)
    if search.age is not None:
        low, high = homes.approved_age_min, homes.approved_age_max
        keep &= ~(low > search.age) & ~(high < search.age)
        unsure |= np.isnan(low) & np.isnan(high)
    if search.standing == "open":
        unsure |= homes.on_hold == NOT_RECORDED
    ids = tuple(homes.ids[keep].tolist())
    return ids, int((keep & unsure).sum())


def choices(round_: OpenRound) -> dict[str, tuple[str, ...]]:
    """What can be searched for among the homes the person may see: kinds, providers, authorities, needs."""
    some = round_.homes
    return {
        "kinds": tuple(sorted({h.kind.value for h in some})),
        "providers": tuple(sorted({h.provider.value for h in some})),
        "authorities": tuple(sorted({h.authority for h in some if h.authority}, key=area_name)),
        "needs": tuple(sorted({need for h in some for need in h.meets_needs or ()})),
    }


def area_name(code: str) -> str:
    """The name of an authority, or its code where none is known."""
    return authority_name(code) or code


def pages(ids: Sequence[str]) -> list[tuple[str, ...]]:
    """The ids, a page of them at a time; one empty page for none."""
    return [tuple(ids[at : at + A_PAGE]) for at in range(0, len(ids), A_PAGE)] or [()]


def register_table(round_: OpenRound, ids: Sequence[str], whole: int) -> Table:
    """A page of the register. `whole`: how many homes the search found."""
    register = round_.proposal.register
    left = places_left(register)
    planned: dict[int, list[str]] = {}
    for child, home in zip(register.children, round_.proposal.home_of.tolist(), strict=True):
        if home >= 0:
            planned.setdefault(home, []).append(round_.who(child.child_id))
    rows: list[tuple[Cell, ...]] = []
    for home_id in ids:
        at = register.homes.index[home_id]
        home = register.homes.homes[at]
        rows.append(
            (
                home_id,
                (plain_word(home.kind), home.agency_name or plain_word(home.provider)),
                area_name(home.authority) if home.authority else "not recorded",
                f"{int(left[at])} of {home.approved_places}",
                ages(home),
                standing(home),
                ", ".join(dict.fromkeys(planned.get(at, []))) or "nobody",
            )
        )
    return Table(
        f"Homes {ids[0]} to {ids[-1]}, of {whole:,} found" if ids else "No home",
        (
            Column("Home"),
            Column("Kind, and who approved it"),
            Column("Area"),
            Column("Places free"),
            Column("Ages approved for"),
            Column("Standing"),
            Column("Proposed for"),
        ),
        tuple(rows),
    )


def ages(home: Home) -> str:
    """The ages in the terms of approval."""
    low, high = home.approved_age_min, home.approved_age_max
    if low is None and high is None:
        return "not recorded"
    return f"{'any' if low is None else low} to {'any' if high is None else high}"


def standing(home: Home) -> Cell:
    """Whether the home is on hold, or its carers have given notice."""
    told: list[Cell] = []
    if home.on_hold:
        told.append(Tag("on hold", "caution"))
    if home.notice_received_on is not None:
        told.append(Tag(f"notice {in_words(home.notice_received_on)}", "caution"))
    if not told:
        told.append("not recorded" if home.on_hold is None else "open")
    return tuple(told)
