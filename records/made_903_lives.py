"""Made-up lives in care, episode by episode, as the guide to the SSDA903 return allows them and no otherwise.

They seek the edges: stays of one day, the turn of the year, birthdays of 29 February, nights away, returns the day
after leaving, codes that a year brought in or took away. They are not meant to look like any council's children.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from records.chance import Chance

DAY: Final = timedelta(days=1)
TEMPORARY: Final = {"T0": 30, "T1": 42, "T2": 20, "T3": 21, "T4": 7}
"""The longest each may last here."""
LIMITED: Final = {"L1": 3, "L2": 21, "L3": 7}
ADOPTION: Final = ("A3", "A4", "A5", "A6")
_K3_FROM: Final = date(2024, 4, 1)
_CARE: Final = ("C1", "C2")
_FOSTER: Final = ("U1", "U2", "U3", "U4", "U5", "U6")
_BREAKS: Final = ("CARPL", "CLOSE", "ALLEG", "STAND", "APPRR", "CREQB", "CREQO", "CHILD", "LAREQ", "OTHER")


@dataclass(frozen=True, slots=True)
class Episode:
    """One episode; `dec` is None where it lasts beyond what was drawn. Dates are half-open."""

    decom: date
    dec: date | None
    rne: str
    ls: str
    cin: str
    place: str
    provider: str
    rec: str
    reason: str
    post: str
    urn: str


@dataclass(frozen=True, slots=True)
class Life:
    """One child and every episode, in order."""

    id: str
    dob: date
    girl: bool
    ethnic: str
    unaccompanied: bool
    home: str
    episodes: tuple[Episode, ...]


def anniversary(born: date, years: int) -> date:
    """The day somebody reaches an age; one born on 29 February does so on 1 March in a year without it."""
    if (born.month, born.day) == (2, 29) and (born.year + years) % 4:
        return date(born.year + years, 3, 1)
    return born.replace(year=born.year + years)


def postcode(chance: Chance) -> str:
    """A postcode of the right form and of no place."""
    letters = "ABDEFGHJLNPQRSTUWXYZ"
    inner = chance.pick(letters) + chance.pick(letters)
    return f"ZZ{chance.between(1, 99)} {chance.between(0, 9)}{inner}"


def life(chance: Chance, number: int, first: date, after: date, ethnic: tuple[str, ...]) -> Life:
    """A child with at least one episode between `first` and, without it, `after`."""
    while True:
        begin = (
            _edge(chance, first, after)
            if chance.yes(0.3)
            else chance.days_before(after - DAY, 0, (after - first).days + 500)
        )
        unaccompanied = chance.yes(0.12)
        dob = _birth(chance, begin, unaccompanied)
        draft = Life(
            f"{'ABCDEFGH'[number % 8]}{number:04d}",
            dob,
            chance.yes(0.45),
            chance.pick(ethnic),
            unaccompanied,
            "" if unaccompanied else postcode(chance),
            (),
        )
        episodes = _Drawn(chance, draft, after).episodes(begin)
        if any(one.dec is None or one.dec >= first for one in episodes):
            return replace(draft, episodes=tuple(episodes))


def _edge(chance: Chance, first: date, after: date) -> date:
    """A day at which something turns."""
    days = [after - DAY, after - 2 * DAY, first, first + DAY, first - DAY]
    days += [date(year, 2, 28) + DAY for year in range(first.year, after.year + 1)]
    return chance.pick([day for day in days if day < after])


def _birth(chance: Chance, begin: date, unaccompanied: bool) -> date:
    """A date of birth that makes the child at most 17 on the day, newborn and nearly 18 among them."""
    if unaccompanied:
        return anniversary(begin, -17) + chance.between(-350, 1_000) * DAY
    if chance.yes(0.1):
        return begin
    if chance.yes(0.1):
        year = begin.year - chance.between(1, 17)
        leap = date(year - year % 4, 2, 29)
        if anniversary(leap, 18) > begin + DAY:
            return leap
    return begin - chance.between(0, 18 * 365 - 2) * DAY


class _Drawn:
    """Draws the episodes of one child."""

    def __init__(self, chance: Chance, child: Life, after: date) -> None:
        self._chance = chance
        self._child = child
        self._after = after
        self._adult = anniversary(child.dob, 18)

    def episodes(self, begin: date) -> list[Episode]:
        """Every period, until the child is grown up or what is drawn comes to an end."""
        made: list[Episode] = []
        if self._chance.yes(0.08) and not self._child.unaccompanied:
            return self._short_breaks(begin)
        while begin < min(self._after, self._adult):
            period = self._period(begin)
            made += period
            left = period[-1].dec
            if left is None or period[-1].rec in ("E2", "E11", "E12") or self._chance.yes(0.5):
                break
            begin = left + DAY * (1 if self._chance.yes(0.4) else self._chance.between(2, 500))
        return made

    def _age(self, day: date) -> int:
        return sum(anniversary(self._child.dob, years) <= day for years in range(1, 19))

    def _length(self) -> timedelta:
        return DAY * self._chance.pick([1, 1, self._chance.between(2, 10), self._chance.between(11, 100),
                                        self._chance.between(100, 700)])  # fmt: skip

    def _short_breaks(self, begin: date) -> list[Episode]:
        """V3: each break an episode of its own; or V4: the agreement as one."""
        one = Episode(begin, None, "S", "V3", "N2", "U6", "PR1", "", "", "", "SC999001")
        if self._chance.yes(0.4):
            until = begin + self._length()
            ends = until < min(self._after, self._adult)
            grown = not ends and self._adult <= self._after
            if grown:
                until = self._adult
            return [replace(one, ls="V4", dec=until if ends or grown else None, rec="E4A" if ends or grown else "")]
        made = []
        for _ in range(self._chance.between(1, 4)):
            until = begin + self._chance.between(1, 17) * DAY
            if until >= min(self._after, self._adult):
                break
            made.append(replace(one, decom=begin, dec=until, rec="E4A"))
            begin = until + self._chance.between(1, 60) * DAY
        return made or [replace(one, ls="V4", dec=begin + DAY, rec="E4A")]

    def _first_status(self, day: date) -> str:
        if self._child.unaccompanied:
            return "V2"
        statuses = ["V2", "V2", "C1", "C1", "C2", "L1", "L2", "L3"]
        return self._chance.pick(statuses + (["J1", "J2", "J3"] if self._age(day) >= 10 else []))

    def _period(self, begin: date) -> list[Episode]:
        chance = self._chance
        status = self._first_status(begin)
        place, provider, urn = self._place(begin, status)
        cin = chance.pick(["N1", "N2", "N3", "N4", "N5", "N6", "N7", "N8"])
        now = Episode(begin, None, "S", status, cin, place, provider, "", "", self._post(place), urn)
        made: list[Episode] = []
        for _ in range(12):
            until = now.decom + (self._length() if now.ls not in LIMITED else DAY * chance.between(1, LIMITED[now.ls]))
            stays_on = now.ls == "V2" and now.place == "K2"
            if until >= self._adult and not stays_on and self._adult <= self._after:
                return [*made, replace(now, dec=self._adult, rec=self._grown_up(now))]
            if until >= self._after or (now.ls not in LIMITED and chance.yes(0.1)):
                return [*made, now] if self._after <= self._adult else self._to_the_birthday(made, now)
            if until >= self._adult - DAY or chance.yes(0.2):
                return [*made, replace(now, dec=until, rec=self._left(now, until))]
            ended, following = self._change(now, until)
            made += ended
            now = following
        return (
            [*made, now] if self._after <= self._adult and now.ls not in LIMITED else self._to_the_birthday(made, now)
        )

    def _to_the_birthday(self, made: list[Episode], now: Episode) -> list[Episode]:
        """What stays open ends at 18 when that comes first; a status that cannot last ends at once."""
        if now.ls in LIMITED:
            until = min(now.decom + DAY, self._adult)
            if until < self._after:
                return [*made, replace(now, dec=until, rec="E8")]
            return [*made, now]
        if self._adult < self._after:
            return [*made, replace(now, dec=self._adult, rec=self._grown_up(now))]
        return [*made, now]

    def _place(self, day: date, status: str) -> tuple[str, str, str]:
        """A placement, its provider and Ofsted number, that age, year and legal status allow."""
        chance, age = self._chance, self._age(day)
        some = chance.pick(["PR1", "PR2", "PR4", "PR5"])
        choices = [(code, some, "SC999001") for code in ("U1", "U3", "U4", "U6", "U6")]
        choices += [("K2", some, "SC999002"), ("R1", "PR4", ""), ("R3", "PR3", ""), ("K1", "PR4", "SC999003")]
        choices += [("R2", "PR3", "")]
        if age < 3:
            choices += [("U2", "PR1", "SC999001"), ("U5", "PR5", "SC999001")]
        if status in _CARE:
            choices += [("P1", "PR0", "")] * 2
        if age >= 4:
            choices.append(("S1", "PR4", "SC999004"))
        if age >= 10:
            choices.append(("R5", "PR3", ""))
        if age >= 14:
            choices.append(("P3", "PR4", ""))
        if age >= 16:
            choices += [("K3" if day >= _K3_FROM else "H5", "PR4", "SC999005")] * 5
        choices.append((chance.pick(["Z11", "Z12", "Z13", "Z14"]) if day >= date(2025, 4, 1) else "Z1", "", ""))
        return chance.pick(choices)

    def _post(self, place: str) -> str:
        return self._child.home if place == "P1" and self._child.home else postcode(self._chance)

    def _left(self, now: Episode, until: date) -> str:
        chance = self._chance
        if now.place in ADOPTION:
            return chance.pick(["E11", "E12"])
        guardians = ("E43", "E44") if until < date(2018, 4, 1) else ("E45", "E46", "E47", "E48")
        ways = ["E2", "E3", "E4A", "E4A", "E4B", "E8", "E13", "E16", "E41", chance.pick(guardians)]
        if self._age(until) >= 16:
            ways += ["E5", "E6"]
        if self._age(until) >= 10:
            ways.append("E9")
        if now.ls == "J1":
            ways += ["E14"] * 5
        if self._child.unaccompanied:
            ways.append("E15")
        return chance.pick(ways)

    def _grown_up(self, now: Episode) -> str:
        if now.place in _FOSTER:
            return self._chance.pick(["E17", "E5", "E6"])
        return self._chance.pick(["E5", "E6", "E7", "E8"])

    def _change(self, now: Episode, on: date) -> tuple[list[Episode], Episode]:
        """What ends on the day, nights away and the like among it, and the episode that follows."""
        chance = self._chance
        status = self._next_status(now.ls)
        kind = (
            chance.pick(["L", "B"]) if now.ls in LIMITED else chance.pick(["L", "P", "P", "P", "T", "B", "U", "away"])
        )
        if (kind in ("L", "B", "U") and status == now.ls) or now.place in ADOPTION:
            kind = "P"
        if kind == "L" and now.place == "P1" and status not in _CARE:
            kind = "B"
        adoption = self._adoption(now, status, kind, on)
        if adoption is not None:
            return adoption
        if kind == "L":
            return [replace(now, dec=on, rec="X1")], replace(now, decom=on, rne="L", ls=status, rec="")
        if kind == "away":
            return self._away(now, on)
        if kind in ("T", "U") and now.place in _FOSTER:
            place = chance.pick([code for code in ("U4", "U6", "U1", "U3") if code != now.place])
            new = replace(now, decom=on, rne=kind, place=place, ls=status if kind == "U" else now.ls)
            return [replace(now, dec=on, rec="X1", reason="PLACE")], new
        rne = "B" if kind in ("B", "U") else "P"
        ls = status if rne == "B" else now.ls
        place, provider, urn = self._place(on, ls)
        if place == now.place == "P1":
            place, provider, urn = "U6", "PR1", "SC999001"
        new = replace(now, decom=on, rne=rne, ls=ls, place=place, provider=provider, urn=urn, post=self._post(place))
        custody = place == "R5" and on >= date(2018, 4, 1)
        return [replace(now, dec=on, rec="X1", reason="CUSTOD" if custody else chance.pick(_BREAKS))], new

    def _next_status(self, ls: str) -> str:
        return self._chance.pick(
            {
                "V2": ["C1", "C2"],
                "C1": ["C2", "C2", "E1"],
                "C2": ["V2", "E1"],
                "E1": ["C2"],
            }.get(ls, ["V2", "C1", "C2"])
        )

    def _adoption(self, now: Episode, status: str, kind: str, on: date) -> tuple[list[Episode], Episode] | None:
        """Placed for adoption where the law and the age allow it."""
        if self._age(on) > 9 or now.place not in _FOSTER or kind == "away":
            return None
        ended = replace(now, dec=on, rec="X1", reason="PLACE")
        if now.ls == "E1" and kind in ("T", "L", "U"):
            return [ended], replace(now, decom=on, rne="T", place="A5")
        if status == "E1" and kind == "U":
            return [ended], replace(now, decom=on, rne="U", place="A5", ls="E1")
        if (status == "E1" and kind == "B") or (now.ls == "E1" and kind == "P"):
            rne, ls = ("B", "E1") if status == "E1" else ("P", now.ls)
            new = replace(now, decom=on, rne=rne, ls=ls, place="A6", provider="PR5", post=postcode(self._chance))
            return [replace(ended, reason="CARPL")], replace(new, urn="SC999006")
        if now.ls == "V2" and kind == "T" and not self._child.unaccompanied:
            return [ended], replace(now, decom=on, rne="T", place="A3")
        return None

    def _away(self, now: Episode, on: date) -> tuple[list[Episode], Episode]:
        """Some nights in a temporary placement, and back to the same placement."""
        kind = self._chance.pick(sorted(TEMPORARY))
        back = on + self._chance.between(1, TEMPORARY[kind]) * DAY
        if back >= min(self._adult, self._after) - DAY:
            return [], now
        away = replace(
            now, decom=on, dec=back, rne="P", place=kind, provider="", urn="", rec="X1", post=postcode(self._chance)
        )
        return [replace(now, dec=on, rec="X1"), away], replace(now, decom=back, rne="P")
