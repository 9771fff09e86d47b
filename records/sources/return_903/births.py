"""Who the children are: one entry a child from every year's Header, and other files held against it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from records.sources.return_903.columns import NO_DAY
from records.sources.return_903.model import Children
from records.sources.return_903.sheet import Ints, Sheet


def settle_children(
    la: npt.NDArray[np.str_], ids: npt.NDArray[np.str_], sheets: dict[str, Sheet], child: dict[str, Ints]
) -> Children:
    """One entry a child; says where years differ and where a child of another file is not in Header.

    A date of birth that Header does not give is taken from another file where all other files agree; where
    they do not, or none says it, the child's episodes are left out: without an age they mean nothing.
    """
    header, mine = sheets["Header"], child["Header"]
    _changes(header, mine)
    rows = np.flatnonzero(header.usable & (mine >= 0))
    at = mine[rows]
    dob = np.full(len(ids), NO_DAY)
    dob[at] = header.cells["dob"][rows]
    sex = np.full(len(ids), "", dtype="U1")
    sex[at] = header.cells["sex"][rows]
    ethnic = np.full(len(ids), "", dtype="U4")
    ethnic[at] = header.cells["ethnic"][rows]
    in_header = np.zeros(len(ids), dtype=np.bool_)
    in_header[at] = True
    elsewhere = _elsewhere(len(ids), sheets, child)
    for name, sheet in sheets.items():
        if name == "Header":
            continue
        theirs = child[name]
        here = sheet.usable & (theirs >= 0)
        orphan = here & ~in_header[theirs]
        if name == "Episodes":
            sheet.say("birth_elsewhere", orphan & ~np.isnat(elsewhere[theirs]), read_as=None)
            sheet.say("orphan_episode", orphan & np.isnat(elsewhere[theirs]))
            continue
        sheet.say("orphan", orphan, public=sheet.layout.orphan)
        if "dob" in sheet.cells:
            said = sheet.cells["dob"]
            differs = here & in_header[theirs] & ~np.isnat(said) & (said != dob[theirs])
            sheet.say("birth_differs", differs, public=sheet.layout.birth)
    dob = np.where(in_header, dob, elsewhere)
    unaccompanied = np.zeros(len(ids), dtype=np.bool_)
    duc = np.full(len(ids), NO_DAY)
    uasc = sheets["UASC"]
    there = np.flatnonzero(uasc.usable & (child["UASC"] >= 0))
    unaccompanied[child["UASC"][there]] = True
    duc[child["UASC"][there]] = uasc.cells["duc"][there]
    return Children(la, ids, dob, sex, ethnic, unaccompanied, duc)


def _elsewhere(count: int, sheets: dict[str, Sheet], child: dict[str, Ints]) -> npt.NDArray[np.datetime64]:
    """The date of birth that every file but Header agrees on, not-a-time where they do not."""
    numbers: list[npt.NDArray[Any]] = []
    days: list[npt.NDArray[Any]] = []
    for name, sheet in sheets.items():
        if name != "Header" and "dob" in sheet.cells:
            rows = np.flatnonzero(sheet.usable & (child[name] >= 0) & ~np.isnat(sheet.cells["dob"]))
            numbers.append(child[name][rows])
            days.append(sheet.cells["dob"][rows])
    result = np.full(count, NO_DAY)
    who = np.concatenate(numbers)
    if not len(who):
        return result
    grouped = pd.DataFrame({"who": who, "day": np.concatenate(days).astype(np.int64)}).groupby("who")["day"]
    agreed = grouped.agg(["min", "max"])
    agreed = agreed[agreed["min"] == agreed["max"]]
    result[agreed.index.to_numpy()] = agreed["min"].to_numpy().astype("datetime64[D]")
    return result


def _changes(header: Sheet, mine: Ints) -> None:
    """Say which earlier years' rows differ from the latest in sex, date of birth or ethnic code."""
    rows = np.flatnonzero((header.status < 3) & (mine >= 0))
    latest = np.full(int(mine.max(initial=-1)) + 1, -1, dtype=np.int64)
    used = rows[header.usable[rows]]
    latest[mine[used]] = used
    rows = rows[latest[mine[rows]] >= 0]
    reference = latest[mine[rows]]
    for key, name in (("birth_changed", "dob"), ("sex_changed", "sex"), ("ethnic_changed", "ethnic")):
        values = header.cells[name]
        filled = ~np.isnat(values[rows]) if name == "dob" else values[rows] != ""
        differ = filled & (values[rows] != values[reference])
        header.say(key, rows[differ], read_as=values[reference[differ]])
