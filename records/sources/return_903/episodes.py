"""Episodes one at a time: days, the end of the year, ages, and codes that must fit each other."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from records.sources.return_903.columns import NO_DAY
from records.sources.return_903.sheet import Bools, Ints, Sheet
from records.sources.return_903.years import year_end

Days = npt.NDArray[np.datetime64]
ADULT = 18
_TEMPORARY = ("T0", "T1", "T2", "T3", "T4")
_OTHER = ("Z1", "Z11", "Z12", "Z13", "Z14")
_NO_PUBLIC_BODY = ("A3", "A4", "A5", "A6", "K1", "K2", "P1", "U1", "U2", "U3", "U4", "U5", "U6")


def birthday(born: Days, age: int) -> Days:
    """The day somebody reaches an age; a birthday of 29 February is 1 March in a year without one."""
    months = born.astype("datetime64[M]")
    into = born - months.astype("datetime64[D]")
    there = months + np.timedelta64(age * 12, "M")
    # Days roll over into the next month, which is what makes 29 February 1 March.
    return np.asarray(there.astype("datetime64[D]") + into, dtype="datetime64[D]")


def hold_days(sheet: Sheet) -> None:
    """Hold each row's two days against each other and against the end of its year."""
    begin, dec, rec = sheet.cells["decom"], sheet.cells["dec"], sheet.cells["rec"]
    last = year_end(sheet.year)
    alive = sheet.usable
    sheet.say("before_1991", alive & (begin < np.datetime64("1991-10-14")))
    sheet.say("begins_late", alive & (begin > last))
    sheet.say("zero_length", alive & (dec == begin))
    sheet.say("ends_first", alive & (dec < begin))
    late = sheet.usable & (dec > last)
    sheet.say("ends_late", late, read_as="blank")
    dec[late], rec[late] = NO_DAY, ""


def hold_ages(sheet: Sheet, child: Ints, dob: Days) -> None:
    """Hold each episode against the child's birth and 18th birthday, where care ends (V2 with K2 aside)."""
    begin, dec, rec = sheet.cells["decom"], sheet.cells["dec"], sheet.cells["rec"]
    born = np.where(child >= 0, dob[child], NO_DAY) if len(dob) else np.full(len(sheet), NO_DAY)
    adult = birthday(born, ADULT)
    stays = (sheet.cells["ls"] == "V2") & (sheet.cells["place"] == "K2")
    sheet.say("before_birth", sheet.usable & (begin < born))
    sheet.say("began_18", sheet.usable & (begin >= adult) & ~stays)
    # An episode without an end passes the birthday only when the birthday is before the end of its year.
    until = np.where(np.isnat(dec), year_end(sheet.year) + 1, dec)
    past = sheet.usable & (until > adult) & ~stays
    sheet.say("past_18", past, read_as=adult[past])
    rec[past & (np.isnat(dec) | (rec == "X1"))] = ""
    dec[past] = adult[past]
    age = _ages(begin, born)
    place, ls = sheet.cells["place"], sheet.cells["ls"]
    young = sheet.usable & ~np.isnat(born)
    supported = (place == "K3") | (np.isin(place, ("H5", "P2")) & (sheet.year >= 2024))
    sheet.say("age_16", young & supported & age(16))
    sheet.say("age_14", young & (place == "P3") & age(14))
    sheet.say("age_4", young & (place == "S1") & age(4))
    sheet.say("age_10", young & (place == "R5") & age(10))
    sheet.say("age_j", young & np.isin(ls, ("J1", "J2", "J3")) & age(10))


def _ages(begin: Days, born: Days) -> Any:
    def under(years: int) -> Bools:
        return np.asarray(begin < birthday(born, years), dtype=np.bool_)

    return under


def hold_codes(sheet: Sheet) -> None:
    """Hold each row's codes against each other."""
    cells = sheet.cells
    rne, ls, place, provider = cells["rne"], cells["ls"], cells["place"], cells["place_provider"]
    short_break = np.isin(ls, ("V3", "V4"))
    temporary, other = np.isin(place, _TEMPORARY), np.isin(place, _OTHER)
    for key, wrong in {
        "needs_e1": np.isin(place, ("A5", "A6")) & (ls != "E1"),
        "p1_v2": (place == "P1") & (ls == "V2"),
        "adopted_from": np.isin(cells["rec"], ("E11", "E12")) & ~np.isin(place, ("A3", "A4", "A5", "A6")),
        "a3_rne": np.isin(place, ("A3", "A5")) & ~np.isin(rne, ("S", "T", "U")),
        "v_long_term": short_break & np.isin(place, ("U1", "U4")),
        "t_v": short_break & temporary,
        "pr0": (provider != "") & ((provider == "PR0") != (place == "P1")),
        "pr12": np.isin(provider, ("PR1", "PR2")) & np.isin(place, ("P1", "R2", "R5")),
        "pr3": (provider == "PR3") & np.isin(place, _NO_PUBLIC_BODY),
        "pr45": np.isin(provider, ("PR4", "PR5")) & (place == "P1"),
        "no_provider": (provider == "") & (place != "") & ~temporary & ~other,
        "provider_extra": (provider != "") & (temporary | other),
        "same_place": (cells["home_post"] != "") & (cells["home_post"] == cells["pl_post"]) & (place != "P1"),
    }.items():
        sheet.say(key, sheet.usable & wrong)
