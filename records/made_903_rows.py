"""The files of one year's made-up return, from the lives of its children."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from records.chance import Chance
from records.codes_903 import valid_in
from records.made_903_lives import ADOPTION, DAY, Episode, Life, anniversary
from records.sources.return_903.layout import LAYOUTS

Row = dict[str, str]
_CHILD: Final = ("CHILD", "DOB")
REQUIRED: Final[Mapping[str, tuple[str, ...]]] = {
    "Header": (*_CHILD, "SEX"),
    "Episodes": ("CHILD", "DECOM", "RNE", "LS", "CIN", "PLACE", "DEC", "REC"),
    "Reviews": (*_CHILD, "REVIEW"),
    "UASC": (*_CHILD, "SEX", "DUC"),
    "OC2": (*_CHILD, "SDQ_SCORE"),
    "OC3": (*_CHILD, "IN_TOUCH"),
    "AD1": (*_CHILD, "DATE_INT"),
    "PlacedAdoption": (*_CHILD, "DATE_PLACED"),
    "PrevPerm": (*_CHILD, "PREV_PERM"),
    "Missing": (*_CHILD, "MISSING", "MIS_START"),
    "SWEpisodes": (*_CHILD, "SW_DECOM"),
    "DoLo": (*_CHILD, "DOLO_START"),
}
"""What a row says at least; every other column may be blank for every child."""
_FLAGS: Final = (
    "CONVICTED", "HEALTH_CHECK", "IMMUNISATIONS", "TEETH_CHECK", "HEALTH_ASSESSMENT", "SUBSTANCE_MISUSE",
    "INTERVENTION_RECEIVED", "INTERVENTION_OFFERED",
)  # fmt: skip


def rows_of(chance: Chance, lives: Sequence[Life], year: int) -> dict[str, list[Row]]:
    """Every file of the collection year that ends in `year`; files without rows are left out."""
    files: dict[str, list[Row]] = {name: [] for name in LAYOUTS}
    for one in lives:
        _Told(chance, one, year, files).tell()
    return {name: chance.shuffled(rows) for name, rows in files.items() if rows}


def _text(day: date | None) -> str:
    return "" if day is None else day.strftime("%d/%m/%Y")


class _Told:
    """What one year's files say of one child."""

    def __init__(self, chance: Chance, child: Life, year: int, files: dict[str, list[Row]]) -> None:
        self._chance = chance
        self._child = child
        self._year = year
        self._first, self._after = date(year - 1, 4, 1), date(year, 4, 1)
        self._files = files
        self._episodes = [
            e for e in child.episodes if e.decom < self._after and (e.dec is None or e.dec >= self._first)
        ]

    def tell(self) -> None:
        """Add the child's rows to every file that has any."""
        left = self._left_care()
        if not self._episodes and not left:
            return
        self._header()
        if left:
            codes = {name: self._chance.pick(valid_in(name, self._year)) for name in ("IN_TOUCH", "ACTIV", "ACCOM")}
            self._add("OC3", **codes)
        for episode in self._episodes:
            self._episode(episode)
        if not self._episodes:
            return
        self._unaccompanied()
        self._in_care()
        self._year_long()
        self._starts()
        self._adopted()

    def _add(self, name: str, **said: str) -> None:
        row = {item.name.upper(): "" for item in LAYOUTS[name].items}
        row["CHILD"] = self._child.id
        if "DOB" in row:
            row["DOB"] = _text(self._child.dob)
        self._files[name].append(row | said)

    def _dec(self, episode: Episode) -> date | None:
        """When it ended, as far as this year knows."""
        return episode.dec if episode.dec is not None and episode.dec < self._after else None

    def _sex(self) -> str:
        return ("M", "F")[self._child.girl] if self._year >= 2025 else ("1", "2")[self._child.girl]

    def _left_care(self) -> bool:
        """A care leaver: 17 to 21 in the year, no longer in care."""
        ended = self._child.episodes[-1].dec
        age = self._year - 1 - self._child.dob.year
        return ended is not None and ended < self._first and 17 <= age <= 21 and self._child.id[-1] in "13579"

    def _header(self) -> None:
        mother = self._child.girl and self._chance.yes(0.05) and anniversary(self._child.dob, 15) < self._first
        self._add(
            "Header",
            SEX=self._sex(),
            ETHNIC=self._child.ethnic,
            UPN=self._chance.pick(["UN1", "UN2", "UN3", "UN4", "UN5", f"A{self._chance.between(10**11, 10**12 - 1)}"]),
            MOTHER=("1" if mother else "0") if self._child.girl else "",
            MC_DOB=_text(anniversary(self._child.dob, 15) + 40 * DAY) if mother else "",
        )

    def _episode(self, e: Episode) -> None:
        dec = self._dec(e)
        short_break = e.ls in ("V3", "V4")
        place = e.place
        if self._year >= 2025 and place == "H5":
            place = "K3"
        if self._year >= 2026 and place == "Z1":
            place = "Z13"
        self._add(
            "Episodes",
            DECOM=_text(e.decom),
            RNE=e.rne,
            LS=e.ls,
            CIN=e.cin,
            PLACE=place,
            PLACE_PROVIDER=e.provider,
            DEC=_text(dec),
            REC=e.rec if dec else "",
            REASON_PLACE_CHANGE=e.reason if dec else "",
            HOME_POST="" if short_break else self._child.home,
            PL_POST="" if short_break else e.post,
            URN=e.urn,
        )

    def _unaccompanied(self) -> None:
        if self._child.unaccompanied:
            adult = anniversary(self._child.dob, 18)
            self._add("UASC", SEX=self._sex(), DUC=_text(adult) if adult < self._after else "")

    def _days(self) -> tuple[date, date]:
        """The first day of the year in care, and the day after the last."""
        last = self._dec(self._episodes[-1]) or self._after
        return max(self._first, self._episodes[0].decom), last

    def _in_care(self) -> None:
        """Reviews, missing episodes, social workers and deprivations of liberty within the year."""
        chance = self._chance
        begin, until = self._days()
        days = (until - begin).days
        if days < 2:
            return
        for offset in sorted({chance.between(1, days - 1) for _ in range(chance.between(0, 2))}):
            on = begin + offset * DAY
            code = "PN0" if on < anniversary(self._child.dob, 4) else f"PN{chance.between(1, 7)}"
            self._add("Reviews", REVIEW=_text(on), REVIEW_CODE=code)
        if chance.yes(0.2):
            start = begin + chance.between(0, days - 1) * DAY
            end = start + chance.between(0, 5) * DAY
            self._add(
                "Missing",
                MISSING=chance.pick(["M", "A"]),
                MIS_START=_text(start),
                MIS_END=_text(end) if end < until else "",
            )
        if self._year >= 2024:
            middle = begin + chance.between(1, days - 1) * DAY
            self._add("SWEpisodes", SW_ID="SW100001", SW_DECOM=_text(begin), SW_DEC=_text(middle), SW_REASON="MANAGE")
            self._add("SWEpisodes", SW_ID="SW100002", SW_DECOM=_text(middle), SW_REASON="CHCHAN")
        if self._year >= 2027 and self._episodes[-1].place in ("K2", "Z12", "Z13"):
            self._add("DoLo", DOLO_START=_text(begin), DOLO_END=_text(begin + timedelta(days=1)))

    def _year_long(self) -> None:
        """OC2, of children in care for the whole year but for short breaks."""
        whole = self._episodes[0].decom <= self._first and self._dec(self._episodes[-1]) is None
        joined = all(e.rne != "S" or e.decom <= self._first for e in self._episodes)
        if not whole or not joined or self._episodes[-1].ls in ("V3", "V4"):
            return
        chance = self._chance
        old_enough = anniversary(self._child.dob, 4) <= self._first and chance.yes(0.8)
        self._add(
            "OC2",
            SDQ_SCORE=str(chance.between(0, 40)) if old_enough else "",
            SDQ_REASON="" if old_enough else "SDQ1",
            **{flag: str(chance.between(0, 1)) for flag in _FLAGS},
        )

    def _starts(self) -> None:
        started = [e for e in self._episodes if e.rne == "S" and e.decom >= self._first]
        if started and started[0].ls not in ("V3", "V4"):
            before = self._chance.pick(["Z1", "Z1", "P1", "P2", "P3", "P4"])
            when = self._chance.pick(["zz/zz/zzzz", f"zz/zz/{self._year - 3}", f"zz/06/{self._year - 2}", "15/06/2012"])
            known = before != "Z1"
            self._add(
                "PrevPerm", PREV_PERM=before, LA_PERM=self._chance.pick(["358", "WAL"]) if known else "",
                DATE_PERM=when if known else "",
            )  # fmt: skip

    def _adopted(self) -> None:
        placed = [e for e in self._episodes if e.place in ADOPTION and e.decom >= self._first]
        if placed:
            self._add("PlacedAdoption", DATE_PLACED=_text(placed[0].decom - 30 * DAY))
        last = self._episodes[-1]
        if last.rec in ("E11", "E12") and self._dec(last):
            chance = self._chance
            moved = next(e.decom for e in self._child.episodes if e.place in ADOPTION)
            self._add(
                "AD1",
                DATE_INT=_text(moved),
                DATE_MATCH=_text(moved - 20 * DAY),
                FOSTER_CARE=str(chance.between(0, 1)),
                NB_ADOPTR="2",
                SEX_ADOPTR="MF",
                LS_ADOPTR="L11",
            )
