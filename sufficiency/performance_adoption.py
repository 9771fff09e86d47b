"""Children on their way to adoption, and adopters: decided, ordered, placed, adopted, waiting, and how long it took.

Returns tell the match of a child only once it is adopted, and brothers and sisters not at all; both are left out
rather than guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Final

import numpy as np

from records.model import Home, Records
from records.sources.return_903 import End, Return
from reporting.fact import Facts, Kind, Unit, Value
from reporting.section import Edition
from sufficiency.adoption_times import Clocks, clocks
from sufficiency.groups import ADOPTED, ADOPTION, AGE_BANDS, AGE_NAMES, GROUPS
from sufficiency.history import History, age_band
from sufficiency.households import ADOPTERS, starting_homes
from sufficiency.indicator import months_before
from sufficiency.indicators import present_at
from sufficiency.performance_table import CHILDREN, financial_years, iso, quarter_ends, table
from sufficiency.performance_words import CLOCKS, HALVES, MEASURES
from sufficiency.stays import Days, Ints

A10_DAYS: Final = 426
A2_DAYS: Final = 121
THRESHOLDS: Final = (
    (
        "a10",
        A10_DAYS,
        "DfE adoption scorecards, 2014: 14 months, shown as 426 days, for 2013 to 2016",
    ),
    (
        "a2",
        A2_DAYS,
        "DfE adoption scorecards, 2014: 4 months, shown as 121 days, for 2013 to 2016",
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
        "to_121": "up to 121 days",
        "to_365": "122 to 365 days",
        "over_365": "more than 365 days",
        "not_known": "not known",
        "all": "all",
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
        "own": "the council or a regional agency that it hosts",
        "other": "another agency",
        "not_known": "not known",
    }
)
SEXES: Final = MappingProxyType({"F": "girls", "M": "boys", "U": "not known"})
KINDS: Final = MappingProxyType({"adopter": "adopters", "early_permanence": "adopters who foster first"})
STATES: Final = MappingProxyType(
    {"waiting": "have room for a child and may take one", "not_waiting": "have a child, or may take none"}
)
SINCE: Final = MappingProxyType(
    {"last_12": "approved in the last 12 months", "before": "before", "not_known": "not known when"}
)
_BANDS: Final = tuple(name for name in WAITED if name != "all")
_YEAR: Final = 12
_SPAN: Final = 36
_ADOPTED: Final = ("ceased", "adopted")
"""What and way_out: the same cell as children who ceased to be looked after because they were adopted."""

Row = tuple[object, ...]


def within_rows(ret: Return, history: History) -> list[Row]:
    """Of those adopted in three years, how many within each threshold; at the ends of financial years."""
    rows: list[Row] = []
    for on, found in _three_years(ret, history):
        for name, told, most in (("a10_within", found.a10, A10_DAYS), ("a2_within", found.a2, A2_DAYS)):
            known = [days for days in told if days is not None]
            if known:
                rows.append((name, on, float(sum(days <= most for days in known)), float(len(known))))
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
    return yearly, table(
        "performance.clocks",
        "Adoption clocks at the end of each quarter",
        Kind.MEAN,
        ("span", "measure", "on"),
        (Value("total", "Days", Unit.DAYS), Value("base", "Children")),
        rows,
        labels={
            "measure": {name: MEASURES[name].title for name in CLOCKS},
            "span": {"three_years": "three years", "quarter": "the quarter"},
        },
        edition=Edition.CONFIDENTIAL,
    )


def adoption_facts(ret: Return, history: History, quarterly: Facts, register: Records | None) -> Iterator[Facts]:
    """The tables of the adoption report."""
    years = financial_years(history)
    until = history.until
    by_step = _steps(ret, history)
    rows: list[Row] = []
    for name, begin in years:
        middle, end = months_before(begin, -6), months_before(begin, -_YEAR)
        for step, when in by_step.items():
            rows += _halves((step, name), when, begin, middle, end)
    yield table("adoption.steps", "Steps on the way to adoption", Kind.COUNT, ("what", "on", "half"), CHILDREN, rows,
                labels={"what": STEPS, "half": HALVES})  # fmt: skip
    adopted = _adopted(history)
    when = history.periods.until[adopted]
    halves: list[Row] = []
    ages: list[Row] = []
    sexes: list[Row] = []
    agencies: list[Row] = []
    early: list[Row] = []
    times: list[Row] = []
    for name, begin in years:
        middle, end = months_before(begin, -6), months_before(begin, -_YEAR)
        head = (_ADOPTED[0], name, _ADOPTED[1])
        halves += _halves(head, when, begin, middle, end)
        found = clocks(ret, present_at(history, end), begin)
        ages += _by(head, _ages(history, found), AGE_BANDS)
        sexes += _by(head, _sexes(ret, history, found), tuple(SEXES))
        agencies += _by(head, [_agency(one) for one in found.provider], tuple(AGENCIES))
        early += _by(head, ["yes" if one else "no" for one in found.early], ("yes", "no"))
        times += _means(name, found)
    way = ("what", "on", "way_out")
    for key, title, dim, part, labels in (
        ("adoption.adopted", "Children adopted", "half", halves, HALVES),
        ("adoption.age", "Children adopted, by age", "age", ages, {**AGE_NAMES, "all": "all ages"}),
        ("adoption.sex", "Children adopted, by sex", "sex", sexes, {**SEXES, "all": "all"}),
        ("adoption.agency", "Children adopted, by agency of the adopters", "agency", agencies,
         {**AGENCIES, "all": "all"}),
        ("adoption.early", "Children adopted, by whether they came by early permanence", "early", early,
         {"yes": "fostered first by approved adopters", "no": "not", "all": "all"}),
    ):  # fmt: skip
        yield table(key, title, Kind.COUNT, (*way, dim), CHILDREN, part, labels={dim: labels}, overlap=("way_out",))
    yield table("adoption.times", "Days that children adopted in a year had waited", Kind.MEAN, ("measure", "on"),
                (Value("total", "Days", Unit.DAYS), Value("base", "Children")), times,
                labels={"measure": {name: MEASURES[name].title for name in CLOCKS}})  # fmt: skip
    yield quarterly
    days = [day for day in (months_before(until, _YEAR), until) if day > history.first]
    waiting = [row for day in days for row in _waiting(ret, history, day)]
    yield table("adoption.waiting", "Children on their way to adoption", Kind.COUNT, ("what", "on", "waited"), CHILDREN,
                waiting, labels={"what": WAITING, "waited": WAITED})  # fmt: skip
    yield table("adoption.with_adopters", "Children who live with adopters and are not yet adopted", Kind.COUNT,
                ("what", "on", "group", "waited"), CHILDREN,
                [row for day in days for row in _with_adopters(history, day)], labels={"waited": WAITED},
                overlap=("group",))  # fmt: skip
    yield table("adoption.thresholds", "Thresholds", Kind.PLAIN, ("measure",),
                (Value("days", "Days", Unit.DAYS), Value("source", "Source", Unit.TEXT)),
                [(name, float(days), source) for name, days, source in THRESHOLDS])  # fmt: skip
    if register is not None:
        yield from _adopters(register, until)


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
        yield from _by((what, on), [_band(begun(one), day) for one in who], _BANDS)


def _with_adopters(history: History, day: int) -> list[Row]:
    """Children who live with adopters at the end of the day before, by how long: a part of the children in care."""
    present = present_at(history, day)
    spells = present.history.placements
    at = present.placements[spells.group[present.placements] == ADOPTION]
    told = [_band(None if spells.begun_before[one] else int(spells.begin[one]), day) for one in at]
    return _by(("in_care", iso(day - 1), GROUPS[ADOPTION]), told, _BANDS)


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
    there = [home for home in register.homes if home.home_id in ids]
    held = {name for name, one in zip(homes.home_id, homes.held.tolist(), strict=True) if one}
    head = ("households", iso(until - 1), "adopters")
    by = ("what", "on", "home_segment")
    columns = (Value("households", "Homes", Unit.HOMES),)
    states = ["waiting" if h.vacancies > 0 and h.home_id not in held and h.notice_received_on is None else "not_waiting"
              for h in there]  # fmt: skip
    rows: list[Row] = []
    for kind in (*KINDS, "all"):
        told = [state for home, state in zip(there, states, strict=True) if kind in ("all", home.kind)]
        rows += [(*head, kind, *row[3:]) for row in _by(head, told, tuple(STATES))]
    yield table("adoption.adopters", "Approved adoptive homes", Kind.COUNT, (*by, "home_kind", "state"), columns, rows,
                labels={"home_kind": {**KINDS, "all": "all"}, "state": {**STATES, "all": "all"}},
                overlap=("home_segment",))  # fmt: skip
    since = [_since(home, register) for home in there]
    yield table("adoption.approved", "Approved adoptive homes, by when they were approved", Kind.COUNT,
                (*by, "since"), columns, _by(head, since, tuple(SINCE)), labels={"since": {**SINCE, "all": "all"}},
                overlap=("home_segment",))  # fmt: skip


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
            rows.append((name, on, float(sum(known)), float(len(known))))
    return rows


def _halves(head: Sequence[object], when: Days, begin: int, middle: int, end: int) -> list[Row]:
    first = float(((when >= begin) & (when < middle)).sum())
    second = float(((when >= middle) & (when < end)).sum())
    return [(*head, "h1", first), (*head, "h2", second), (*head, "all", first + second)]


def _by(head: Sequence[object], told: Sequence[str], names: Sequence[str]) -> list[Row]:
    """A count for each name, and of all."""
    return [*((*head, name, float(told.count(name))) for name in names), (*head, "all", float(len(told)))]
