"""Made-up councils, for a batch without returns, the demo and tests; the first has about 350 children in care on
31 March 2026. Nobody in them exists.

Ages, placements, moves and endings are chosen so that the council looks ordinary; what they are is no finding about any
council, and nothing may be concluded from its figures. The same version writes the same bytes everywhere.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeVar

import numpy as np

from records.chance import Chance, values
from reporting.whole import written_whole
from sufficiency.batch_councils import BatchCouncil

T = TypeVar("T")

NAME: Final = "MADE-UP-COUNCIL"
"""Of its folder of results, so that no listing hides what it is."""
YEARS: Final = tuple(range(2019, 2027))
"""Collection years (in which they end)."""
BEGUN: Final = date(2007, 4, 1)
"""Lives begin long before the first return, so that children of every stay are in it."""
AFTER: Final = date(2026, 4, 1)
_SIBLINGS: Final = MappingProxyType({"1": 0.76, "2": 0.15, "3": 0.06, "4": 0.03})
_UNACCOMPANIED: Final = 0.08
_AGES: Final = MappingProxyType(
    {"under_1": (0, 1), "1_to_4": (1, 5), "5_to_9": (5, 10), "10_to_15": (10, 16), "16_plus": (16, 18)}
)
_FIRST: Final = (
    (5, {"kin": 0.24, "own": 0.42, "agency": 0.18, "parents": 0.12, "unit": 0.04}),
    (10, {"kin": 0.23, "own": 0.38, "agency": 0.27, "parents": 0.08, "home": 0.02, "other_council": 0.02}),
    (16, {"kin": 0.16, "own": 0.29, "agency": 0.28, "parents": 0.06, "home": 0.19, "other_council": 0.02}),
    (19, {"kin": 0.08, "own": 0.15, "agency": 0.15, "home": 0.15, "supported": 0.44, "secure": 0.03}),
)  # fmt: skip
"""Below an age, where a child lives first, and next."""
_KEPT: Final = MappingProxyType({"kin": 0.35, "own": 0.45, "agency": 0.45, "home": 0.6, "supported": 0.6})
"""Share of moves that stay with the kind of placement."""
_MOVES: Final = ((180, 1.1), (730, 0.45), (10_000, 0.16))
"""Below so many days in a placement, moves a year."""
_LEAVES: Final = ((1, 0.42), (5, 0.42), (10, 0.25), (16, 0.2), (18, 0.3))
"""Below an age, endings a year."""
_WAYS: Final = (
    (5, {"E4A": 0.4, "E4B": 0.12, "E45": 0.12, "E47": 0.16, "E41": 0.14, "E8": 0.06}),
    (16, {"E4A": 0.45, "E4B": 0.15, "E45": 0.12, "E41": 0.14, "E13": 0.04, "E8": 0.1}),
    (18, {"E4A": 0.3, "E4B": 0.15, "E13": 0.1, "E5": 0.25, "E9": 0.05, "E8": 0.15}),
)
_AT_18: Final = MappingProxyType({"E5": 0.45, "E6": 0.2, "E17": 0.3, "E7": 0.05})
_ADOPTED_UNDER, _TO_ADOPTERS, _ADOPTION = 5, 0.22, 0.9
"""Below an age, moves a year to adopters after some months in care, and adoptions a year once there."""
_PLACES: Final = MappingProxyType({
    "kin": (("U3", "PR1"), ("U1", "PR1")),
    "own": (("U6", "PR1"), ("U4", "PR1")),
    "agency": (("U6", "PR4"), ("U4", "PR5")),
    "other_council": (("U6", "PR2"), ("U6", "PR2")),
    "home": (("K2", "PR4"), ("K2", "PR1")),
    "secure": (("K1", "PR2"), ("K1", "PR2")),
    "supported": (("H5", "PR4"), ("H5", "PR5")),
    "parents": (("P1", "PR0"), ("P1", "PR0")),
    "unit": (("R3", "PR4"), ("R3", "PR4")),
    "adopters": (("A6", "PR1"), ("A6", "PR4")),
})  # fmt: skip
"""What is written of each kind: more often the first."""
_OWN_SECTORS: Final = (
    *("M33 2", "M33 3", "M33 4", "M33 5", "M33 6", "M33 7", "M32 0", "M32 8", "M32 9", "M41 0", "M41 5", "M41 6"),
    *("M41 7", "M41 8", "WA15 6", "WA15 7", "WA15 8", "WA14 1", "WA14 4", "WA14 5"),
)
_NEIGHBOUR_SECTORS: Final = (
    *("M5 3", "M5 4", "M6 5", "M6 6", "M6 7", "M6 8", "M7 1", "M7 2", "M7 3", "M27 4", "M27 5", "M27 8", "M27 9"),
    *("M28 1", "M28 2", "M28 3", "M30 0", "M30 7", "M30 8", "M38 0", "M38 9", "M44 5", "M44 6"),
)
_NEAR: Final = ("M21 8", "M22 4", "M23 9", "SK4 1", "SK8 1", "M30 9", "WA13 9")
_FAR: Final = ("OL1 1", "BL1 3", "PR1 1", "LL11 1", "ST5 1")
_OUTSIDE: Final = MappingProxyType({"kin": 0.2, "own": 0.1, "supported": 0.25, "parents": 0.05, "adopters": 0.7})
"""Share placed outside the area; of the others, half."""
_LETTERS: Final = "ABDEFGHJLNPQRSTUWXYZ"
_SUPPORTED_FROM: Final = date(2025, 3, 31)
"""From then on supported accommodation has a code of its own."""
HEADER: Final = ("CHILD", "SEX", "DOB", "ETHNIC", "UPN", "MOTHER", "MC_DOB")
EPISODES: Final = (
    "CHILD", "DECOM", "RNE", "LS", "CIN", "PLACE", "PLACE_PROVIDER", "DEC", "REC", "REASON_PLACE_CHANGE", "HOME_POST",
    "PL_POST", "URN",
)  # fmt: skip
UASC: Final = ("CHILD", "SEX", "DOB", "DUC")


@dataclass(frozen=True, slots=True)
class MadeUp:
    """What a made-up council is drawn from."""

    name: str = NAME
    seed: int = 1
    families: float = 122.0
    """Families of whom a child comes into care in a year: three in care for each, by and by."""
    letter: str = "X"
    """Begins the id of each of its children."""
    sectors: tuple[str, ...] = _OWN_SECTORS
    """Of postcodes in its area."""
    years: tuple[int, ...] = YEARS
    """Collection years of its returns."""


FIRST: Final = MadeUp()
NEIGHBOUR: Final = MadeUp("MADE-UP-NEIGHBOUR", 2, 46.0, "Y", _NEIGHBOUR_SECTORS)
"""Smaller than the first, and beside it."""


@dataclass(frozen=True, slots=True)
class LivedStay:
    """One episode; `until` is None where it goes on."""

    begin: date
    until: date | None
    rne: str
    ls: str
    place: str
    provider: str
    rec: str
    post: str
    moves: bool = False
    """Whether the child goes on elsewhere."""


@dataclass(slots=True)
class LivedChild:
    """One made-up child."""

    id: str
    born: date
    girl: bool
    ethnic: str
    alone: bool
    cin: str
    home: str
    family: int
    """Brothers and sisters have the same number."""
    stays: list[LivedStay] = field(default_factory=list)


def made_up_council(folder: Path, council: MadeUp = FIRST) -> BatchCouncil:
    """Write the returns of a made-up council to a folder, unless they are there, and say where they lie."""
    texts = made_up_returns(council)
    if any(not (folder / name).is_file() or (folder / name).read_bytes() != text for name, text in texts.items()):
        for year in council.years:
            span = _span(year)
            ours = {name.partition("/")[2]: text for name, text in texts.items() if name.startswith(span)}
            with written_whole(folder / span, tuple(ours)) as partial:
                for name, text in ours.items():
                    (partial / name).write_bytes(text)
    return BatchCouncil(council.name, folder, made_up=True)


@cache
def made_up_returns(council: MadeUp = FIRST) -> Mapping[str, bytes]:
    """Every file of the returns: its path, with / between folders, and what it holds."""
    children = lives(council)
    files = {f"{_span(year)}/{name}": text for year in council.years for name, text in _year(children, year).items()}
    return MappingProxyType(files)


# ---- lives ---------------------------------------------------------------------------------------------------------


@cache
def lives(council: MadeUp = FIRST) -> tuple[LivedChild, ...]:
    """Everybody who came, one family after the other, until `AFTER`: more than any return tells."""
    return tuple(_children(council, Chance(np.random.default_rng([903, council.seed]))))


def children_of_a_family() -> float:
    """Children who come into care together, a family on average."""
    several = sum(int(children) * share for children, share in _SIBLINGS.items())
    return _UNACCOMPANIED + (1 - _UNACCOMPANIED) * several


def _children(council: MadeUp, chance: Chance) -> Iterator[LivedChild]:
    day, number, family = BEGUN, 0, 0
    shares = values("children", "age_on_starting")
    while True:
        day += timedelta(days=max(1, round(-np.log1p(-chance.number()) * 365.25 / council.families)))
        if day >= AFTER:
            return
        alone = chance.yes(_UNACCOMPANIED)
        home = _post(chance, council.sectors)
        family += 1
        for _ in range(1 if alone else int(chance.one_of(_SIBLINGS))):
            low, high = (16, 18) if alone else _AGES[chance.one_of(shares)]
            born = day - timedelta(days=chance.between(round(low * 365.25) + 1, round(high * 365.25) - 30))
            number += 1
            child = LivedChild(
                f"{council.letter}{number:05d}", born, chance.yes(0.1 if alone else 0.46),
                "OOTH" if alone else _ethnic(chance), alone,
                "N8" if alone else chance.one_of({"N1": 0.62, "N2": 0.03, "N3": 0.04, "N4": 0.11, "N5": 0.2}), home,
                family,
            )  # fmt: skip
            child.stays = list(_stays(council, chance, child, day))
            yield child


def _stays(council: MadeUp, chance: Chance, child: LivedChild, begin: date) -> Iterator[LivedStay]:
    """Every episode of one period of care."""
    adult = _birthday(child.born, 18)
    came, kind, rne = begin, chance.one_of(_below(_FIRST, _age(child.born, begin))), "S"
    ls = "V2" if child.alone or chance.yes(0.25) else "C1"
    kind = _lawful(kind, ls)
    place, post = _placed(council, chance, child, kind)
    since = begin
    while True:
        until, what = _next(chance, child, kind, (came, since, begin), adult)
        if ls == "C1" and until - came > timedelta(days=300):
            changed = min(max(came + timedelta(days=300), begin + timedelta(days=1)), until)
            if changed < until:
                yield LivedStay(begin, changed, rne, ls, *place, "X1", post)
                begin, rne, ls = changed, "L", "C2"
        if until >= AFTER:
            yield LivedStay(begin, None, rne, ls, *place, "", post)
            return
        if what == "leaves":
            way = chance.one_of(_AT_18 if until == adult else _below(_WAYS, _age(child.born, until)))
            yield LivedStay(begin, until, rne, ls, *place, "E12" if kind == "adopters" else way, post)
            return
        yield LivedStay(begin, until, rne, ls, *place, "X1", post, True)
        rne = "P"
        if what == "adopters":
            kind, rne, ls = "adopters", "B", "E1"
        elif not chance.yes(_KEPT.get(kind, 0.0)):
            kind = _lawful(chance.one_of(_below(_FIRST, _age(child.born, until))), ls)
        place, post = _placed(council, chance, child, kind)
        begin = since = until


def _next(chance: Chance, child: LivedChild, kind: str, days: tuple[date, date, date], adult: date) -> tuple[date, str]:
    """When what happens next happens, and whether the child leaves, moves, or goes to adopters."""
    came, since, now = days
    while True:
        age, in_care, there = _age(child.born, now), (now - came).days, (now - since).days
        early = 1.7 if in_care < 180 else 0.6 if in_care > 730 else 1.0
        rates = {"leaves": early * _below(_LEAVES, age), "moves": _below(_MOVES, there)}
        if kind == "adopters":
            rates = {"leaves": _ADOPTION, "moves": 0.02}
        elif age < _ADOPTED_UNDER and in_care > 270 and not child.alone:
            rates["adopters"] = _TO_ADOPTERS
        wait = -float(np.log1p(-chance.number())) * 365.25 / sum(rates.values())
        if wait < 60:
            on = now + timedelta(days=max(1, round(wait)))
            return (adult, "leaves") if on >= adult else (on, chance.one_of(rates))
        now += timedelta(days=60)
        if now >= adult:
            return adult, "leaves"


def _placed(council: MadeUp, chance: Chance, child: LivedChild, kind: str) -> tuple[tuple[str, str], str]:
    """Code and provider of a placement, and where it is."""
    usual, other = _PLACES[kind]
    code = usual if chance.yes(0.7) else other
    if kind == "parents" or not chance.yes(_OUTSIDE.get(kind, 0.5)):
        return code, child.home if kind == "parents" else _post(chance, council.sectors)
    return code, _post(chance, _NEAR if chance.yes(0.75) else _FAR)


def _lawful(kind: str, ls: str) -> str:
    """Who is accommodated under section 20 does not live with parents while looked after."""
    return "kin" if kind == "parents" and ls == "V2" else kind


def _post(chance: Chance, sectors: Sequence[str]) -> str:
    """A postcode of a real sector with letters that are drawn: it stands for no address."""
    return chance.pick(sectors) + chance.pick(_LETTERS) + chance.pick(_LETTERS)


def _ethnic(chance: Chance) -> str:
    return chance.one_of({"WBRI": 0.74, "WOTH": 0.04, "MWBC": 0.05, "MOTH": 0.06, "APKN": 0.05, "BAFR": 0.06})


def _below(table: Sequence[tuple[int, T]], value: int) -> T:
    return next((one for limit, one in table if value < limit), table[-1][1])


def _age(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _birthday(born: date, age: int) -> date:
    leapling = (born.month, born.day) == (2, 29)
    return date(born.year + age, 3, 1) if leapling and (born.year + age) % 4 else born.replace(year=born.year + age)


# ---- files ---------------------------------------------------------------------------------------------------------


def _year(children: Sequence[LivedChild], year: int) -> dict[str, bytes]:
    """The files of one collection year, as it was known on its last day."""
    first, last = date(year - 1, 4, 1), date(year, 3, 31)
    header, episodes, alone = [], [], []
    for child in children:
        coded = _as_coded(child.stays)
        held = [one for one in coded if one.begin <= last and (one.until is None or one.until >= first)]
        if not held:
            continue
        sex = ("F" if child.girl else "M") if year >= 2025 else ("2" if child.girl else "1")
        header.append((child.id, sex, _uk(child.born), child.ethnic, "UN3", "0" if child.girl else "", ""))
        episodes += [_row(child, one, last) for one in held]
        if child.alone:
            eighteen = _birthday(child.born, 18)
            alone.append((child.id, sex, _uk(child.born), _uk(eighteen) if eighteen <= last else ""))
    files = {"header.csv": _csv(HEADER, header), "episodes.csv": _csv(EPISODES, episodes)}
    return files | ({"uasc.csv": _csv(UASC, alone)} if alone else {})


def _as_coded(stays: Sequence[LivedStay]) -> Iterator[LivedStay]:
    """The same with supported accommodation under the code of its day: an episode ends where the code does."""
    for one in stays:
        if one.place != "H5" or (one.until is not None and one.until <= _SUPPORTED_FROM):
            yield one
        elif one.begin >= _SUPPORTED_FROM:
            yield replace(one, place="K3")
        else:
            yield replace(one, until=_SUPPORTED_FROM, rec="X1", moves=True)
            yield replace(one, begin=_SUPPORTED_FROM, rne="T", place="K3")


def _row(child: LivedChild, one: LivedStay, last: date) -> tuple[str, ...]:
    ended = one.until is not None and one.until <= last
    return (
        child.id, _uk(one.begin), one.rne, one.ls, child.cin, one.place, one.provider,
        _uk(one.until) if ended and one.until is not None else "", one.rec if ended else "",
        "CARPL" if ended and one.moves else "", child.home, one.post, "",
    )  # fmt: skip


def _span(year: int) -> str:
    return f"{year - 1}-{year % 100:02d}"


def _uk(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _csv(names: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    held = io.StringIO(newline="")
    writer = csv.writer(held, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(rows)
    return held.getvalue().encode("utf-8")
