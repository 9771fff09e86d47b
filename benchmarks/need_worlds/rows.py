"""From the truth to the rows of a return: codes, postcodes, changes of legal status, nights away."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from benchmarks.need_worlds.truth import (
    ADOPTED,
    ADOPTION,
    AGENCY,
    CUSTODY,
    FAR,
    GROUPS,
    GUARDIANSHIP,
    HOME,
    IN_HOUSE,
    INDEPENDENCE,
    KIN,
    OTHER,
    OTHER_AUTHORITY,
    OTHER_EXIT,
    PARENTS,
    RESIDENTIAL,
    SECURE,
    SUPPORTED,
    TURNED_18,
    Days,
    Truth,
    birthday,
)

Codes = npt.NDArray[np.str_]
Ints = npt.NDArray[np.int64]
_TEMPORARY: Final = "T4"

# Place, provider, Ofsted number and share, for each kind of placement.
_PLACES: Final[dict[int, tuple[tuple[str, str, str, float], ...]]] = {
    KIN: (("U3", "PR1", "SC000001", 0.7), ("U1", "PR1", "SC000001", 0.3)),
    IN_HOUSE: (("U6", "PR1", "SC000001", 0.65), ("U4", "PR1", "SC000001", 0.35)),
    AGENCY: (
        ("U6", "PR4", "SC000011", 0.40),
        ("U4", "PR4", "SC000012", 0.30),
        ("U6", "PR5", "SC000013", 0.30),
    ),
    OTHER_AUTHORITY: (("U6", "PR2", "SC000021", 1.0),),
    RESIDENTIAL: (
        ("K2", "PR4", "SC000031", 0.60),
        ("K2", "PR1", "SC000032", 0.20),
        ("K2", "PR5", "SC000033", 0.10),
        ("R1", "PR4", "", 0.10),
    ),
    SECURE: (("K1", "PR2", "SC000041", 1.0),),
    SUPPORTED: (("H5", "PR4", "SC000051", 0.7), ("H5", "PR5", "SC000052", 0.3)),
    ADOPTION: (("A6", "PR1", "SC000061", 1.0),),
    PARENTS: (("P1", "PR0", "", 1.0),),
    OTHER: (("Z1", "", "", 0.8), ("R2", "PR3", "", 0.2)),
}
_LEFT: Final[dict[int, tuple[tuple[str, float], ...]]] = {
    HOME: (("E4A", 0.5), ("E4B", 0.2), ("E13", 0.1), ("E41", 0.2)),
    GUARDIANSHIP: (("E45", 0.6), ("E46", 0.2), ("E47", 0.2)),
    ADOPTED: (("E11", 0.4), ("E12", 0.6)),
    CUSTODY: (("E9", 1.0),),
    INDEPENDENCE: (("E5", 0.5), ("E6", 0.5)),
    OTHER_EXIT: (("E3", 0.3), ("E8", 0.55), ("E16", 0.1), ("E2", 0.05)),
    TURNED_18: (("E17", 0.3), ("E5", 0.4), ("E6", 0.25), ("E7", 0.05)),
}
_OLD_GUARDIANS: Final = {"E45": "E43", "E46": "E43", "E47": "E44"}
"""What special guardianship was called up to the collection year 2018."""
_REASONS: Final = ("CARPL", "CREQB", "CREQO", "CHILD", "LAREQ", "CLOSE", "ALLEG", "OTHER")
_ETHNIC: Final = ("WBRI", "WOTH", "MWBC", "MOTH", "APKN", "BAFR", "OOTH")


@dataclass(frozen=True, slots=True)
class Rows:
    """Episodes that begin before the origin, each once, sorted by child and beginning; `until` may lie beyond it."""

    child: Ints
    begin: Days
    until: Days
    period: Ints
    rne: Codes
    ls: Codes
    cin: Codes
    place: Codes
    place_provider: Codes
    rec: Codes
    reason_place_change: Codes
    home_post: Codes
    pl_post: Codes
    urn: Codes

    def take(self, rows: npt.NDArray[Any]) -> Rows:
        """Some of them."""
        return Rows(*(getattr(self, f.name)[rows] for f in fields(self)))

    def __len__(self) -> int:
        return len(self.child)


@dataclass(frozen=True, slots=True)
class Header:
    """Children who are in the return, sorted by number."""

    child: Ints
    dob: Days
    sex: Codes
    """M or F."""
    ethnic: Codes
    unaccompanied: npt.NDArray[np.bool_]
    ceased: Days
    """The day a child in care stopped being an unaccompanied one, by turning 18; FAR where that did not come."""


def collection_year(day: Days) -> Ints:
    """The collection year (in which it ends) that a day lies in."""
    return np.asarray((day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 9) // 12 + 1970)


def postcodes(number: Ints, area: str) -> Codes:
    """A postcode of its own for each number, of the right form and of no place."""
    last = np.array(list("ABDEFGHJLNPQRSTUWXYZ"))
    left = number // 400
    inner = np.char.add(last[number % 20], last[number // 20 % 20])
    outer = np.char.add(area, (left // 10 % 100).astype("U2"))
    return np.char.add(np.char.add(np.char.add(outer, " "), (left % 10).astype("U1")), inner)


def _drawn(rng: np.random.Generator, shares: tuple[float, ...], count: int) -> Ints:
    edges = np.cumsum(shares) / np.sum(shares)
    return np.minimum(np.searchsorted(edges, rng.random(count), side="right"), len(shares) - 1)


def rows_of(rng: np.random.Generator, truth: Truth, years: tuple[int, ...]) -> Rows:
    """The episodes that returns of these collection years hold."""
    first_day = int(np.datetime64(f"{years[0] - 1}-04-01").astype(np.int64))
    count = int(truth.period.max(initial=-1)) + 1
    leaves = np.zeros(count, dtype=np.int64)
    np.maximum.at(leaves, truth.period, truth.until)
    stays = np.flatnonzero((leaves[truth.period] >= first_day) & (truth.begin < truth.origin))
    period = truth.period[stays]
    begin, until, group, to = truth.begin[stays], truth.until[stays], truth.group[stays], truth.to[stays]
    first = np.append(True, period[1:] != period[:-1])
    final = to >= len(GROUPS)
    law = _law(rng, truth, stays, count)
    place, provider, urn = _places(rng, group)
    infant = (group == RESIDENTIAL) & (begin < birthday(truth.dob[stays], 2))
    place[infant], provider[infant], urn[infant] = "R3", "PR4", ""
    home = postcodes(truth.family[stays], "ZY")
    home[truth.unaccompanied[stays]] = ""
    post = np.where(group == PARENTS, home, postcodes(np.arange(len(stays)), "ZZ"))
    cin = np.array([f"N{n}" for n in range(1, 9)])[_drawn(rng, (0.6, 0.04, 0.04, 0.08, 0.14, 0.02, 0.01, 0.07), count)]
    cin[truth.period[truth.unaccompanied]] = "N8"
    rec = np.full(len(stays), "X1", dtype="U4")
    rec[final] = _recs(rng, to[final] - len(GROUPS), group[final], until[final])
    moves = ~final & (until < FAR)
    reason = np.where(
        moves, np.array(_REASONS)[_drawn(rng, (0.5, 0.1, 0.1, 0.05, 0.05, 0.05, 0.02, 0.13), len(stays))], ""
    )

    changed = law.day[period]
    cut = (begin < changed) & (changed < until) & (changed < law.order[period])
    pieces = _split(begin, until, cut, changed)
    inside = ~pieces.cut_before
    at = pieces.stay
    away = np.isin(group[at], (KIN, IN_HOUSE, AGENCY)) & (pieces.until - pieces.begin > 100)
    away &= rng.random(len(at)) < 0.03
    leaves_on = pieces.begin + 40 + rng.integers(0, 30, len(at))
    back_on = leaves_on + rng.integers(3, 7, len(at))
    parts = _three(pieces.begin, pieces.until, away, leaves_on, back_on)
    piece, turn = parts.stay, parts.turn
    at = at[piece]
    starts_stay = inside[piece] & (turn == 0)
    status = law.at(period[at], parts.begin)
    before = np.append("", status[:-1])
    rne = np.where(starts_stay & first[at], "S", np.where(starts_stay & (before != status), "B", "P"))
    rne = np.where((turn == 0) & ~inside[piece], "L", rne)
    ends_stay = parts.until == until[at]
    temporary = turn == 1
    made = Rows(
        child=truth.child[stays][at],
        begin=parts.begin,
        until=parts.until,
        period=period[at],
        rne=rne,
        ls=status,
        cin=cin[period[at]],
        place=np.where(temporary, _TEMPORARY, place[at]),
        place_provider=np.where(temporary, "", provider[at]),
        rec=np.where(ends_stay, rec[at], "X1"),
        reason_place_change=np.where(ends_stay & ~temporary, reason[at], ""),
        home_post=home[at],
        pl_post=np.where(temporary, postcodes(at, "ZX"), post[at]),
        urn=np.where(temporary, "", urn[at]),
    )
    known = (made.until >= first_day) & (made.begin < truth.origin)
    return made.take(known)


@dataclass(frozen=True, slots=True)
class _Law:
    """Legal status of each period: one, another from `day` on, and a placement order from `order` on."""

    one: Codes
    other: Codes
    day: Days
    order: Days

    def at(self, period: Ints, day: Days) -> Codes:
        status = np.where(day >= self.day[period], self.other[period], self.one[period])
        return np.asarray(np.where(day >= self.order[period], "E1", status))


def _law(rng: np.random.Generator, truth: Truth, stays: Ints, count: int) -> _Law:
    begin = np.full(count, FAR)
    np.minimum.at(begin, truth.period, truth.begin)
    one = np.array(["C1", "V2", "C2"])[_drawn(rng, (0.55, 0.33, 0.12), count)]
    one[truth.period[truth.group == PARENTS]] = "C1"
    one[truth.period[truth.unaccompanied]] = "V2"
    alone = np.zeros(count, dtype=np.bool_)
    alone[truth.period[truth.unaccompanied]] = True
    after = np.where(one == "C1", rng.integers(150, 400, count), rng.integers(60, 600, count))
    never = (one == "C2") | alone | ((one == "V2") & (rng.random(count) < 0.55))
    day = np.where(never, FAR, begin + after)
    order = np.full(count, FAR)
    placed = stays[truth.group[stays] == ADOPTION]
    np.minimum.at(order, truth.period[placed], truth.begin[placed])
    # Unaccompanied children of any kind of placement but with parents keep V2.
    with_parents = np.zeros(count, dtype=np.bool_)
    with_parents[truth.period[truth.group == PARENTS]] = True
    one[alone & with_parents] = "C2"
    return _Law(one, np.full(count, "C2"), day, order)


def _places(rng: np.random.Generator, group: Ints) -> tuple[Codes, Codes, Codes]:
    place, provider = np.full(len(group), "", dtype="U2"), np.full(len(group), "", dtype="U3")
    urn = np.full(len(group), "", dtype="U8")
    for kind, choices in _PLACES.items():
        here = np.flatnonzero(group == kind)
        chosen = _drawn(rng, tuple(share for *_, share in choices), len(here))
        for column, at in ((place, 0), (provider, 1), (urn, 2)):
            column[here] = np.array([choice[at] for choice in choices])[chosen]
    return place, provider, urn


def _recs(rng: np.random.Generator, way: Ints, group: Ints, until: Days) -> Codes:
    codes = np.full(len(way), "", dtype="U4")
    for kind, choices in _LEFT.items():
        here = np.flatnonzero(way == kind)
        codes[here] = np.array([code for code, _ in choices])[_drawn(rng, tuple(s for _, s in choices), len(here))]
    codes[(codes == "E17") & ~np.isin(group, (KIN, IN_HOUSE, AGENCY, OTHER_AUTHORITY))] = "E5"
    for new, old in _OLD_GUARDIANS.items():
        codes[(codes == new) & (collection_year(until) <= 2018)] = old
    return codes


@dataclass(frozen=True, slots=True)
class _Pieces:
    stay: Ints
    begin: Days
    until: Days
    cut_before: npt.NDArray[np.bool_]
    turn: Ints


def _split(begin: Days, until: Days, cut: npt.NDArray[np.bool_], on: Days) -> _Pieces:
    """Each stay as it is, or in two at the day `on`."""
    every = np.arange(len(begin))
    stay = np.concatenate([every, every[cut]])
    start = np.concatenate([begin, on[cut]])
    end = np.concatenate([np.where(cut, on, until), until[cut]])
    later = np.arange(len(stay)) >= len(begin)
    order = np.lexsort((start, stay))
    return _Pieces(stay[order], start[order], end[order], later[order], np.zeros(len(stay), dtype=np.int64))


def _three(begin: Days, until: Days, away: npt.NDArray[np.bool_], leaves: Days, back: Days) -> _Pieces:
    """Each piece as it is, or in three: there, away for some nights, and there again."""
    every = np.arange(len(begin))
    gone = every[away]
    piece = np.concatenate([every, gone, gone])
    start = np.concatenate([begin, leaves[away], back[away]])
    end = np.concatenate([np.where(away, leaves, until), back[away], until[away]])
    turn = np.concatenate([np.zeros(len(begin)), np.full(len(gone), 1), np.full(len(gone), 2)]).astype(np.int64)
    order = np.lexsort((turn, piece))
    return _Pieces(piece[order], start[order], end[order], np.zeros(len(piece), dtype=np.bool_), turn[order])


def header_of(rng: np.random.Generator, truth: Truth, rows: Rows) -> Header:
    """The children of these episodes."""
    children = np.unique(rows.child)
    at = np.searchsorted(truth.child, children)
    sex = np.where(rng.random(len(children)) < 0.56, "M", "F")
    ethnic = np.array(_ETHNIC)[_drawn(rng, (0.68, 0.07, 0.05, 0.06, 0.04, 0.04, 0.06), len(children))]
    adult = birthday(truth.dob[at], 18)
    alone = truth.unaccompanied[at]
    final = np.searchsorted(rows.child, children, side="right") - 1
    ceased = np.where(alone & (adult < truth.origin) & (rows.until[final] == adult), adult, FAR)
    return Header(children, truth.dob[at], sex, ethnic, alone, ceased)
