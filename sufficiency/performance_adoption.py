"""Children on their way to adoption, and adopters: decided, ordered, placed, adopted, waiting, and how long it took.

Returns tell the match of a child only once it is adopted, and brothers and sisters not at all; both are left out
rather than guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Final

import numpy as np

from records.model import Home, Records
from records.sources.return_903 import End, Return
from reporting.fact import Facts
from sufficiency.adoption_times import Clocks, clocks
from sufficiency.groups import ADOPTED, ADOPTION, AGE_BANDS, GROUPS
from sufficiency.history import History, age_band
from sufficiency.households import ADOPTERS, starting_homes
from sufficiency.indicator import months_before
from sufficiency.indicators import present_at
from sufficiency.performance_table import financial_years, iso, quarter_ends, table
from sufficiency.performance_words import CLOCKS, HALVES, MEASURES
from sufficiency.stays import Days, Ints

A10_DAYS: Final = 426
A2_DAYS: Final = 121
THRESHOLDS: Final = (
    (
        "a10",
        A10_DAYS,
        "DfE adoption scorecards, 2014: 14 months, for 2013 to 2016; 426 days by a secondary source",
    ),
    (
        "a2",
        A2_DAYS,
        "DfE adoption scorecards, 2014: 4 months, for 2013 to 2016; 121 days by a secondary source",
    ),
)
"""The last thresholds that were published; no later ones are known here."""
STEPS: Final = MappingProxyType(
    {
        "decided": "decided that the child should be placed for adoption",
        "reversed": "that decision reversed",
        "ordered": "placement order made",
        "placed": "moved in with adopters",
        "came_back": "left a placement for adoption without being adopted",
    }
)
WAITED: Final = MappingProxyType(
    {
        "to_121": "Up to 121 days",
        "to_365": "122 to 365 days",
        "over_365": "More than 365 days",
        "not_known": "Not known",
        "all": "All",
    }
)
WAITING: Final = MappingProxyType(
    {
        "waiting_with_order": "with a placement order, not living with adopters",
        "waiting_with_decision": "with a decision that stands, no placement order, not living with adopters",
    }
)
AGENCIES: Final = MappingProxyType(
    {
        "own": "The council, or a regional agency that it hosts",
        "other": "Another agency",
        "not_known": "Not known",
        "all": "All",
    }
)
SEXES: Final = ("F", "M", "U")
EARLY_NAMES: Final = MappingProxyType({"yes": "Fostered first by approved adopters", "no": "Not", "all": "All"})
KINDS: Final = MappingProxyType({"adopter": "Adopters", "early_permanence": "Adopters who foster first", "all": "All"})
LOOKING: Final = MappingProxyType(
    {"yes": "Have room for a child and may take one", "no": "Have a child, or may take none", "all": "All"}
)
SINCE: Final = MappingProxyType(
    {"last_12": "In the last 12 months", "before": "Before that", "not_known": "Not known when", "all": "All"}
)
_CLOCK_NAMES: Final = MappingProxyType({name: MEASURES[name].title for name in CLOCKS})
_YEAR: Final = 12
_SPAN: Final = 36

Row = tuple[object, ...]


def within_rows(ret: Return, history: History) -> list[Row]:
    """Of those adopted in three years, how many within each threshold; at the ends of financial years."""
    rows: list[Row] = []
    for on, found in _three_years(ret, history):
        for name, told, most in (("a10_within", found.a10, A10_DAYS), ("a2_within", found.a2, A2_DAYS)):
            known = [days for days in told if days is not None]
            if known:
                rows.append((name, on, sum(days <= most for days in known), len(known)))
    return rows


def clock_facts(ret: Return, history: History) -> tuple[list[Row], Facts]:
    """Rows of three-year means at the ends of financial years; and a table of every quarter, for few to see.

    A mean of three years changes from quarter to quarter by the few children who come and go: two of them together
    would say how long one child waited.
    """
    yearly = [row for on, found in _three_years(ret, history) for row in _means(on, found)]
    rows: list[Row] = []
    for day in quarter_ends(history):
        present = present_at(history, day)
        for span, months in (("three_years", _SPAN), ("quarter", 3)):
            since = months_before(day, months)
            if since >= history.first:
                found = clocks(ret, present, since)
                rows += [(span, *row) for row in _means(iso(day - 1), found)]
    labels = {"measure": _CLOCK_NAMES, "span": {"three_years": "three years", "quarter": "the quarter"}}
    return yearly, table("performance.clocks", rows, labels)


def adoption_facts(ret: Return, history: History, quarterly: Facts, register: Records | None) -> Iterator[Facts]:
    """The tables of the adoption report."""
    years = financial_years(history)
    steps: list[Row] = []
    when = history.periods.until[_adopted(history)]
    told: dict[str, list[Row]] = {name: [] for name in ("adopted", "age", "sex", "agency", "early", "times")}
    by_step = _steps(ret, history)
    for name, begin in years:
        middle, end = months_before(begin, -_YEAR // 2), months_before(begin, -_YEAR)
        for step, days in by_step.items():
            steps += _halves((step, name), days, begin, middle, end)
        head = ("ceased", name, "adopted")
        # A day before the last has periods of its own: fewer, and numbered otherwise.
        there = present_at(history, end)
        found = clocks(ret, there, begin)
        told["adopted"] += _halves(head, when, begin, middle, end)
        told["age"] += _by(head, _ages(there.history, found), AGE_BANDS)
        told["sex"] += _by(head, _sexes(ret, there.history, found), SEXES)
        told["agency"] += _by(head, [_agency(one) for one in found.provider], AGENCIES)
        told["early"] += _by(head, ["yes" if one else "no" for one in found.early], ("yes", "no"))
        told["times"] += _means(name, found)
    labels = {"half": HALVES, "agency": AGENCIES, "early": EARLY_NAMES, "measure": _CLOCK_NAMES}
    yield table("adoption.steps", steps, {"what": STEPS, "half": HALVES})
    for key, rows in told.items():
        yield table(f"adoption.{key}", rows, labels)
    yield quarterly
    last = [day for day in (months_before(history.until, _YEAR), history.until) if day > history.first]
    waiting = [row for day in last for row in _waiting(ret, history, day)]
    yield table("adoption.waiting", waiting, {"what": WAITING, "waited": WAITED})
    living = [row for day in last for row in _with_adopters(history, day)]
    yield table("adoption.with_adopters", living, {"waited": WAITED})
    yield table("adoption.thresholds", THRESHOLDS)
    if register is not None:
        yield from _adopters(register, history.until)


# ---- children ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Decision:
    child: int
    on: int
    ceased: int | None


def _decisions(ret: Return) -> list[_Decision]:
    """Each decision once, as the latest year's file has it."""
    given = ret.others.get("PlacedAdoption")
    if not given:
        return []
    latest: dict[tuple[int, int], _Decision] = {}
    for at in np.argsort(given["year"], kind="stable").tolist():
        on, ceased = given["date_placed"][at], given["date_placed_ceased"][at]
        child = int(given["child"][at])
        if child >= 0 and not np.isnat(on):
            day = _whole(on)
            latest[child, day] = _Decision(child, day, None if np.isnat(ceased) else _whole(ceased))
    return [latest[key] for key in sorted(latest)]


def _whole(day: np.datetime64) -> int:
    return int(day.astype("datetime64[D]").astype(np.int64))


def _steps(ret: Return, history: History) -> dict[str, Days]:
    """The days on which each step happened, of the children of the history; a step no file tells of is not there."""
    mine = set(history.periods.child.tolist())
    spells, periods = history.placements, history.periods
    first = np.append(True, spells.period[1:] != spells.period[:-1])[: len(spells.period)]
    with_adopters = spells.group == ADOPTION
    again = with_adopters & ~first & np.append(False, with_adopters[:-1])[: len(with_adopters)]
    came = with_adopters & ~again & ~spells.begun_before
    last = np.append(first[1:], True)[: len(first)]
    left = last & (periods.end[spells.period] == End.ENDED) & (periods.exit[spells.period] != ADOPTED)
    back = with_adopters & ((~last & (spells.after >= 0) & (spells.after != ADOPTION)) | left)
    found = {
        "ordered": _orders(ret, history)[1],
        "placed": spells.begin[came],
        "came_back": spells.until[back],
    }
    if ret.others.get("PlacedAdoption"):
        decisions = [one for one in _decisions(ret) if one.child in mine]
        found["decided"] = np.array([one.on for one in decisions], dtype=np.int64)
        found["reversed"] = np.array([one.ceased for one in decisions if one.ceased is not None], dtype=np.int64)
    return {step: found[step] for step in STEPS if step in found}


def _orders(ret: Return, history: History) -> tuple[Ints, Days]:
    """Children and the days on which their placement orders began, the first of each period of care.

    An order that stood when the returns first saw the child, on a day not known, is left out.
    """
    stays = history.stays
    order = ret.episodes.ls[stays.episode] == "E1"
    at = np.flatnonzero(order)
    _, first = np.unique(np.column_stack((stays.child[at], stays.care[at])), axis=0, return_index=True)
    at = at[np.sort(first)]
    at = at[np.isin(stays.rne[at], ("S", "L", "B", "U"))]
    return stays.child[at], stays.begin[at]


def _adopted(history: History) -> Ints:
    return np.flatnonzero((history.periods.end == End.ENDED) & (history.periods.exit == ADOPTED))


def _ages(history: History, found: Clocks) -> list[str]:
    periods = history.periods
    return [AGE_BANDS[band] for band in age_band(periods.dob[found.period], periods.until[found.period]).tolist()]


def _sexes(ret: Return, history: History, found: Clocks) -> list[str]:
    return [str(one) or "U" for one in ret.children.sex[history.periods.child[found.period]]]


def _agency(provider: str) -> str:
    return "own" if provider == "PR1" else "other" if provider else "not_known"


def _waiting(ret: Return, history: History, day: int) -> Iterator[Row]:
    """Children in care at the end of the day before, by what they wait for and since when."""
    present = present_at(history, day)
    h, on = present.history, iso(day - 1)
    child = h.periods.child[present.periods]
    with_adopters = h.placements.group[present.placements] == ADOPTION
    ordered = ret.episodes.ls[h.stays.episode[present.stays]] == "E1"
    since = dict(zip(*(part.tolist() for part in _orders(ret, h)), strict=True))
    stands = {d.child: d.on for d in _decisions(ret) if d.on < day and (d.ceased is None or d.ceased >= day)}
    decided = np.isin(child, list(stands)) & ~ordered
    asked: list[tuple[str, list[int], Callable[[int], int | None]]] = [
        ("waiting_with_order", child[ordered & ~with_adopters].tolist(), since.get),
    ]
    if ret.others.get("PlacedAdoption"):
        asked.insert(1, ("waiting_with_decision", child[decided & ~with_adopters].tolist(), stands.get))
    for what, who, begun in asked:
        yield from _by((what, on), [_band(begun(one), day) for one in who], WAITED)


def _with_adopters(history: History, day: int) -> list[Row]:
    """Children who live with adopters at the end of the day before, by how long: a part of the children in care."""
    present = present_at(history, day)
    spells = present.history.placements
    at = present.placements[spells.group[present.placements] == ADOPTION]
    told = [_band(None if spells.begun_before[one] else int(spells.begin[one]), day) for one in at]
    return _by(("in_care", iso(day - 1), GROUPS[ADOPTION]), told, WAITED)


def _band(since: int | None, day: int) -> str:
    if since is None:
        return "not_known"
    days = day - 1 - since
    return "to_121" if days <= A2_DAYS else "to_365" if days <= 365 else "over_365"


# ---- adopters ------------------------------------------------------------------------------------------------------


def _adopters(register: Records, until: int) -> Iterator[Facts]:
    """Approved adoptive homes of the register on its day, by kind, whether they wait, and since when."""
    homes = starting_homes(register)
    ids = {name for name, segment in zip(homes.home_id, homes.segment.tolist(), strict=True) if segment == ADOPTERS}
    held = {name for name, one in zip(homes.home_id, homes.held.tolist(), strict=True) if one}
    there = [home for home in register.homes if home.home_id in ids]
    head = ("households", iso(until - 1), "adopters")
    looking = [
        "yes" if home.vacancies > 0 and home.home_id not in held and home.notice_received_on is None else "no"
        for home in there
    ]
    rows: list[Row] = []
    for kind in KINDS:
        told = [one for home, one in zip(there, looking, strict=True) if kind in ("all", home.kind)]
        rows += _by((*head, kind), told, ("yes", "no"))
    yield table("adoption.adopters", rows, {"home_kind": KINDS, "looking": LOOKING})
    since = [_since(home, register) for home in there]
    yield table("adoption.approved", _by(head, since, SINCE), {"since": SINCE})


def _since(home: Home, register: Records) -> str:
    if home.approved_from is None:
        return "not_known"
    return "last_12" if home.approved_from > register.day - timedelta(days=365) else "before"


# ---- rows ----------------------------------------------------------------------------------------------------------


def _three_years(ret: Return, history: History) -> Iterator[tuple[str, Clocks]]:
    """Those adopted in the three years up to the end of each financial year, where all three are held."""
    for _, begin in financial_years(history):
        end = months_before(begin, -_YEAR)
        since = months_before(end, _SPAN)
        if since >= history.first:
            yield iso(end - 1), clocks(ret, present_at(history, end), since)


def _means(on: str, found: Clocks) -> list[Row]:
    rows: list[Row] = []
    for name in CLOCKS:
        known = [days for days in getattr(found, name) if days is not None]
        if known:
            rows.append((name, on, sum(known), len(known)))
    return rows


def _halves(head: Sequence[object], when: Days, begin: int, middle: int, end: int) -> list[Row]:
    first = int(((when >= begin) & (when < middle)).sum())
    second = int(((when >= middle) & (when < end)).sum())
    return [(*head, "h1", first), (*head, "h2", second), (*head, "all", first + second)]


def _by(head: Sequence[object], told: Sequence[str], names: Iterable[str]) -> list[Row]:
    """A count for each name, and of all."""
    parts = [(*head, name, told.count(name)) for name in names if name != "all"]
    return [*parts, (*head, "all", len(told))]
