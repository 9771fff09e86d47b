"""A preview as a part of a page: what both scenarios come to, by how much they differ, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from frontend.planning.opened import Opened
from frontend.planning.preview_lens import preview_lens
from frontend.planning.preview_process import Fault
from reporting.lens import Lens
from reporting.section import Block, Cell, Column, Disclosure, Notice, Paragraph, Section, Table
from sufficiency.compare_measures import MEASURES, Measure
from sufficiency.compared import AVERAGE, KEYS, TOTAL
from sufficiency.mp_figures import LESS, said, uncapital
from sufficiency.need_words import FEWER, capital
from sufficiency.preview import Preview

YEARS_TOLD: Final = (1, 3, 5)
"""After how many years it is told what differs, and at the end."""
SAME: Final = "the same"
NOT_TOLD: Final = "not told"
NOTES: Final = ("Averages, rounded as what the council may publish is. A difference is taken future by future.",)
_UNDER: Final = f"under {FEWER.rpartition(' ')[2]}"
_MORE_LESS: Final = {"£": ("dearer", "cheaper")}


@dataclass(frozen=True, slots=True)
class _Told:
    """A measure as a preview tells it."""

    measure: Measure
    key: str
    group: str
    years: tuple[str, ...]
    """The times after one year, after two, and so on; or financial years."""
    end: str
    """The time that is told first: the end, or all years."""

    def by(self, scenario: str, when: str) -> dict[str, str]:
        """Which row it is."""
        return {"scenario": scenario, "measure": self.measure.name, "group": self.group, "when": when}


def preview_section(opened: Opened, preview: Preview) -> Section:
    """What moving the levers does, marked as a preview: each measure at the end, and after one, three, five years."""
    lens = preview_lens(opened, preview).under("Preview")
    told = _told(lens, preview.months // 12)
    most = max((len(one.years) for one in told), default=0)
    earlier = tuple(
        _table(lens, preview, [one for one in told if len(one.years) >= year], year)
        for year in YEARS_TOLD
        if year < most
    )
    blocks: list[Block] = [
        Notice(
            f"Preview: {preview.draws:,} futures. The full result follows.",
            (_sure(lens, opened, preview, told), *preview.notes),
            tone="question",
        ),
        Paragraph(_lead(lens, preview, told), strong=True),
        _table(lens, preview, told, None),
    ]
    if earlier:
        blocks.append(Disclosure("Show the numbers: earlier years", earlier))
    return Section(f"“{preview.other}” beside “{preview.first}”", tuple(blocks), anchor="preview")


def fault_section(fault: Fault) -> Section:
    """Why there is no preview."""
    title = "No preview could be worked out" if fault.ours else "This scenario cannot be previewed as it stands"
    return Section("Preview", (Notice(title, fault.words, tone="caution"),), anchor="preview")


def _lead(lens: Lens, preview: Preview, told: Sequence[_Told]) -> str:
    """The one thing to take away: children with no home of the council's own, and the cost."""
    words: list[str] = []
    for one in told:
        if one.measure.name in ("unmet", "cost"):
            text = said(lens, one.key, "difference_mean", **one.by(preview.other, one.end))
            title = uncapital(one.measure.title) if words else one.measure.title
            words.append(f"{title}, {_when(lens, one, one.end)}: {difference(text, one.measure.unit)}")
    return f"{'; '.join(words)}." if words else "Nothing is compared."


def difference(text: str | None, unit: str) -> str:
    """By how much the other differs, its sign in words: 10 fewer, under 5 more, £1,000 dearer, the same."""
    more, less = _MORE_LESS.get(unit, ("more", "fewer"))
    if text in ("0", "£0"):
        return SAME
    if text in (LESS, FEWER):
        return f"{_UNDER} {less if text == LESS else more}"
    size = (text or "").lstrip("−-")
    if not size.lstrip("£")[:1].isdigit():
        return NOT_TOLD
    return f"{size} {less if size != text else more}"


def spread(low: str | None, high: str | None, unit: str) -> str:
    """Where the difference lies in 8 of 10 futures."""
    ends = (difference(low, unit), difference(high, unit))
    if ends[0] == ends[1]:
        return ends[0]
    more, less = _MORE_LESS.get(unit, ("more", "fewer"))
    if ends == (f"{_UNDER} {less}", f"{_UNDER} {more}"):
        return f"{_UNDER} either way"
    return f"{ends[0]} to {ends[1]}"


def _table(lens: Lens, preview: Preview, told: Sequence[_Told], year: int | None) -> Table:
    """Each measure after so many years, or where it is told first."""
    rows: list[tuple[Cell, ...]] = []
    for one in told:
        when, unit = one.end if year is None else one.years[year - 1], one.measure.unit
        first, other = one.by(preview.first, when), one.by(preview.other, when)
        ends = [said(lens, one.key, f"difference_{end}", **other) for end in ("p10", "p90")]
        rows.append((
            (one.measure.title, capital(_when(lens, one, when))),
            said(lens, one.key, "mean", **first),
            said(lens, one.key, "mean", **other),
            difference(said(lens, one.key, "difference_mean", **other), unit),
            spread(ends[0], ends[1], unit),
        ))  # fmt: skip
    columns = (
        Column("Measure"),
        Column(preview.first, number=True),
        Column(preview.other, number=True),
        Column("Difference, on average"),
        Column("Difference in 8 of 10 futures"),
    )
    when = "at the end" if year is None else {1: "after one year", 3: "after three years"}.get(year, "after five years")
    return Table(f"Preview of {preview.draws:,} futures, {when}", columns, tuple(rows), NOTES)


def _sure(lens: Lens, opened: Opened, preview: Preview, told: Sequence[_Told]) -> str:
    """How far the means may be out because so few futures were played, rounded up as the figures are."""
    out = {"people": 0.0, "£": 0.0}
    for one in told:
        text = said(lens, one.key, "difference_mean", **one.by(preview.other, one.end))
        if one.measure.unit != "of 100" and difference(text, one.measure.unit) != NOT_TOLD:
            kind = "£" if one.measure.unit == "£" else "people"
            out[kind] = max(out[kind], 2 * preview.errors.get(one.measure.name, 0.0))
    five = 5 * math.ceil(out["people"] / 5)
    words = f"{_UNDER if five <= 5 else f'up to {five:,}'} children or households"
    if out["£"]:
        size = 10 ** max(3, len(str(int(out["£"]))) - 2)
        words += f" and by up to £{size * math.ceil(out['£'] / size):,}"
    text = (
        f"Because only {preview.draws:,} futures were played, an average difference may be out by {words}: 19 times in "
        "20 it is less."
    )
    whole = opened.about.get("draws", "")
    if whole.isdecimal() and int(whole) > preview.draws:
        tenths = max(1, round(10 * math.sqrt(preview.draws / int(whole))))
        text += f" With the {int(whole):,} of the forecast that is open it would be about {tenths} tenths of that."
    return text


def _told(lens: Lens, whole_years: int) -> list[_Told]:
    """The measures that a preview of so many years holds, in the order in which they are told."""
    found: dict[str, tuple[str, str, dict[str, None]]] = {}
    for key, _, _ in KEYS.values():
        if lens.has(key):
            rows = lens.facts(key).rows
            for name, group, when in zip(*(rows[dim].tolist() for dim in ("measure", "group", "when")), strict=True):
                found.setdefault(name, (key, str(group), {}))[2][when] = None
    told = []
    for measure in MEASURES:
        if measure.name in found:
            key, group, whens = found[measure.name]
            dated = tuple(one for one in whens if one not in (AVERAGE, TOTAL))
            end = TOTAL if measure.kind == "year" and TOTAL in whens else (dated or tuple(whens))[-1]
            # a stock is told on its last month too, which need not be the end of a year
            told.append(_Told(measure, key, group, dated if measure.kind == "year" else dated[:whole_years], end))
    return told


def _when(lens: Lens, told: _Told, when: str) -> str:
    text = lens.facts(told.key).label("when", when)
    return f"twelve months to {text}" if told.measure.kind == "flow" and when != TOTAL else text
