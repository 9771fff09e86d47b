"""What has changed since an earlier edition: from what both have published, and from nothing else.

An earlier edition is the folder of its report: its `summary.json` and the open data beside it. A figure that either
edition hides is not compared, so that no difference tells what an edition does not.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

import pandas as pd

from reporting.disclosure import MEANING, Rules
from reporting.fact import Facts, Kind, Unit
from reporting.lens import NOT_KNOWN, Lens, Said, written
from reporting.publish_before import Before
from reporting.section import Block, Bullets, Column, Disclosure, Edition, Notice, Paragraph, Section, Table
from sufficiency.mp_figures import many, on_said
from sufficiency.need_words import FEWER
from sufficiency.position_keys import TABLES

HEADING: Final = "What has changed since the last edition"
REPORT: Final = "summary.json"
OPEN_DATA: Final = "open-data"
_TOLD_BY: Final = {
    "known_until": "Counted to",
    "forecast_from": "Forecast from",
    "months": "Months ahead",
    "draws": "Futures drawn",
    "seed": "Seed",
    "scenario": "Scenario",
    "scenario_sha256": "Figures of the scenario",
    "version": "Version of Placewell",
}
"""Of what the book says of its run: what an edition says of itself."""
HEADLINES: Final[tuple[tuple[str, str, str, Mapping[str, str]], ...]] = (
    ("Children in care", "children.total", "children", {"what": "in_care"}),
    ("Children in care a year ahead", "forecast.group", "p50", {"group": "all"}),
    ("Children without a home of the council's own a year ahead", "gap.need", "p50", {"home_segment": "all"}),
    ("Places short in all but 2 of 10 futures a year ahead", "gap.need", "p80", {"home_segment": "all"}),
    ("Approvals needed beyond what the pipeline brings", "targets.enquiries", "approvals", {"home_segment": "all"}),
    ("Enquiries those approvals take", "targets.enquiries", "enquiries", {"home_segment": "all"}),
)
"""Figures told of both editions, each of its own day."""
NOT_SAID: Final = frozenset({*MEANING, NOT_KNOWN, FEWER})
"""What stands in place of a figure that an edition does not say."""
_AHEAD: Final = {"forecast.group": 11, "gap.need": 3}
"""Of tables by day, which of the days in order is a year ahead."""


class NoEdition(ValueError):
    """A folder that is no earlier edition, or one that may not be compared with; the words say why."""


@dataclass(frozen=True, slots=True, eq=False)
class Earlier:
    """An edition that was published before."""

    document: str
    edition: Edition
    about: Mapping[str, str]
    rules: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame]
    """Text in every column: categories, then figures as they were printed."""


@dataclass(frozen=True, slots=True)
class Change:
    """One figure of both editions, as each printed it, and by how much it differs."""

    what: str
    before: str
    now: str
    by: str
    key: str
    column: str


@dataclass(frozen=True, slots=True)
class Counted:
    """How the figures of one table fared."""

    key: str
    title: str
    same: int
    changed: int
    new: int
    dropped: int
    hidden: int


@dataclass(frozen=True, slots=True, eq=False)
class Changes:
    """Everything that can be said of two editions."""

    earlier: Earlier
    headlines: tuple[Change, ...]
    tables: tuple[Counted, ...]
    revised: tuple[Change, ...]
    """Figures of the same row in both editions that differ."""
    new_tables: tuple[str, ...]
    dropped_tables: tuple[str, ...]
    notes: tuple[str, ...] = field(default=())
    """What was done otherwise: other rules, periods, scenarios."""


def read_earlier(folder: Path, edition: Edition) -> Earlier:
    """The earlier edition in a report's folder, to be compared with one of this edition.

    Raises `NoEdition` where there is none, or where its readers are fewer than this one's would be.
    """
    try:
        told = json.loads((folder / REPORT).read_text(encoding="utf-8"))
        earlier = Edition(told["edition"])
        tables = {
            one.stem: pd.read_csv(one, dtype=str, keep_default_na=False)
            for one in sorted((folder / OPEN_DATA).glob("*.csv"))
        }
        found = Earlier(str(told["document"]), earlier, dict(told["about"]), dict(told["rules"]), tables)
    except FileNotFoundError as error:
        missing = Path(error.filename).name if error.filename else REPORT
        raise NoEdition(
            f"{folder} holds no earlier edition: {missing} is not there. Name the folder of a report."
        ) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NoEdition(f"{folder} holds no earlier edition that can be read ({type(error).__name__}).") from error
    if not edition.admits(earlier):
        raise NoEdition(
            f"{folder} holds the {earlier} edition, which fewer may read than this {edition} one. Its figures may not "
            f"be told here: name the folder of an earlier {edition} edition."
        )
    return found


def as_before(earlier: Earlier) -> Before:
    """An earlier edition as one that this one must not tell anything of. Raises `NoEdition` for rules that are none."""
    named = {one.name for one in fields(Rules)}
    try:
        rules = Rules(**{name: value for name, value in earlier.rules.items() if name in named})
    except (TypeError, ValueError) as error:
        raise NoEdition(f"The earlier edition's {REPORT} says no rules of disclosure that can be read.") from error
    return Before(earlier.tables, rules, {key: one.facts(()) for key, one in TABLES.items()})


def changes_of(earlier: Earlier, lens: Lens, tables: Mapping[str, pd.DataFrame], rules: Mapping[str, Any]) -> Changes:
    """What changed from an earlier edition to this one; `tables` holds what this edition publishes, as text.

    Raises `NoEdition` where the other is of another council, or of a later day.
    """
    for name, what in (("council", "council"), ("known_until", "day")):
        then, here = earlier.about.get(name, ""), lens.book.about.get(name, "")
        if then and here and (then > here if name == "known_until" else then != here):
            raise NoEdition(
                f"the edition named is of {'a later' if name == 'known_until' else 'another'} {what} ({on_said(then)}; "
                f"this one is of {on_said(here)}). Name the folder of an earlier edition of the same council."
            )
    common = [key for key in tables if key in earlier.tables and key in lens.book.facts]
    compared = [_compared(lens, key, earlier.tables[key], tables[key]) for key in common]
    return Changes(
        earlier,
        tuple(_headlines(lens, earlier, tables)),
        tuple(counted for counted, _ in compared),
        tuple(change for _, changes in compared for change in changes),
        tuple(_title(lens, key) for key in tables if key not in earlier.tables),
        tuple(_title(lens, key) for key in earlier.tables if key not in tables),
        tuple(_otherwise(lens, earlier, rules)),
    )


def changes_section(lens: Lens, changes: Changes) -> Section:
    """The part that tells what has changed; every figure of it is noted with where it was published."""
    lens = lens.under(HEADING)
    until = on_said(changes.earlier.about.get("known_until", ""))
    blocks: list[Block] = [
        Paragraph(f"Compared with the edition whose figures go to {until}, as far as both publish them.")
    ]
    if changes.headlines:
        head = (
            Column("Figure"),
            Column("Last edition", number=True),
            Column("This edition", number=True),
            Column("Change", number=True),
        )
        rows = tuple(_noted(lens, one) for one in changes.headlines)
        blocks.append(Table("Headlines of both editions", head, rows, ("Each edition counts from its own day.",)))
    if changes.notes:
        blocks.append(Notice("Not made in the same way", changes.notes, "caution"))
    for names, words in (
        (changes.new_tables, "New in this edition"),
        (changes.dropped_tables, "No longer in this edition"),
    ):
        if names:
            blocks.append(Disclosure(f"{words}: {many(str(len(names)), 'table', 'tables')}", (Bullets(names),)))
    blocks += _revised(lens, changes)
    return Section(HEADING, tuple(blocks), level=3, anchor="changes")


def changes_table(changes: Changes) -> pd.DataFrame:
    """Every figure that differs, for a file: table, figure, what, before, now, change."""
    rows = [(one.key, one.column, one.what, one.before, one.now, one.by) for one in changes.revised]
    return pd.DataFrame(rows, columns=["table", "column", "row", "last_edition", "this_edition", "change"])


# ---- comparing -----------------------------------------------------------------------------------------------------


def _compared(lens: Lens, key: str, before: pd.DataFrame, now: pd.DataFrame) -> tuple[Counted, list[Change]]:
    """How each figure of a table fared, row by row of the same categories."""
    facts = lens.book.facts[key]
    by = [name for name in facts.by if name in before.columns and name in now.columns]
    columns = [name for name in now.columns if name not in facts.by and name in before.columns]
    then, here = _cells(before, by, columns), _cells(now, by, columns)
    same = changed = hidden = 0
    found = []
    for name, text in here.items():
        old = then.get(name)
        if old is None:
            continue
        if text == old:
            same += 1
            continue
        unit = _unit(facts, name[-1])
        by_how_much = difference(old, text, unit)
        if by_how_much is None and NOT_SAID & {old, text}:
            hidden += 1
            continue
        changed += 1
        if by_how_much is not None:
            row = ", ".join(facts.label(dim, on_said(part)) for dim, part in zip(by, name[:-1], strict=True))
            title = next((value.title for value in facts.columns if value.name == name[-1]), name[-1])
            found.append(
                Change(f"{facts.title}: {row} ({title.lower()})", *_read(old, text, unit), by_how_much, key, name[-1])
            )
    new, dropped = sum(name not in then for name in here), sum(name not in here for name in then)
    return Counted(key, facts.title, same, changed, new, dropped, hidden), found


def _cells(table: pd.DataFrame, by: Sequence[str], columns: Sequence[str]) -> dict[tuple[str, ...], str]:
    """(categories..., column) to what is printed."""
    names = list(zip(*(table[name].astype(str) for name in by), strict=True)) if by else [()] * len(table)
    return {
        (*name, column): str(text)
        for column in columns
        for name, text in zip(names, table[column].tolist(), strict=True)
    }


def difference(before: str, now: str, unit: Unit) -> str | None:
    """By how much two figures of open data differ, as it is read; None where either is no number."""
    one, other = _number(before), _number(now)
    if one is None or other is None:
        return None
    change = other - one
    if unit is Unit.SHARE:
        points = round(100 * change)
        return f"{_sign(points)}{abs(points):,} percentage point{'' if abs(points) == 1 else 's'}"
    return _sign(change) + written(abs(change), unit)


def _sign(change: float) -> str:
    return "+" if change > 0 else "−" if change < 0 else ""


def _read(before: str, now: str, unit: Unit) -> tuple[str, str]:
    """Two figures of open data as they are read."""
    one, other = _number(before), _number(now)
    return (before if one is None else written(one, unit), now if other is None else written(other, unit))


def _unit(facts: Facts, column: str) -> Unit:
    """What a column, or what is derived from columns, is counted in."""
    told = next((value.unit for value in facts.columns if value.name == column), None)
    return told or (Unit.SHARE if facts.kind is Kind.SHARE else Unit.NUMBER)


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", "").replace("−", "-"))
    except ValueError:
        return None


def _headlines(lens: Lens, earlier: Earlier, tables: Mapping[str, pd.DataFrame]) -> Iterator[Change]:
    """What is told first of each edition, as of its own day."""
    for what, key, column, by in HEADLINES:
        before = _headline(earlier.tables.get(key), key, column, by, earlier.about)
        now = _headline(tables.get(key), key, column, by, lens.book.about)
        if before is None or now is None:
            continue
        unit = _unit(lens.book.facts[key], column)
        change = difference(before, now, unit)
        if change is not None:
            yield Change(what, *_read(before, now, unit), change, key, column)


def _headline(
    table: pd.DataFrame | None, key: str, column: str, by: Mapping[str, str], about: Mapping[str, str]
) -> str | None:
    if table is None or column not in table.columns or not set(by) <= set(table.columns):
        return None
    for name, category in by.items():
        table = table[table[name] == category]
    if "on" in table.columns:
        days = sorted(set(table["on"].tolist()))
        at = _AHEAD.get(key)
        day = about.get("known_until", "") if at is None else days[at] if len(days) > at else ""
        table = table[table["on"] == day]
    return str(table[column].iloc[0]) if len(table) == 1 else None


def _otherwise(lens: Lens, earlier: Earlier, rules: Mapping[str, Any]) -> Iterator[str]:
    """What the two editions were made with that is not the same."""
    if earlier.edition is not lens.edition:
        yield f"The last edition was the {earlier.edition} one; this is the {lens.edition} one."
    for name, title in _TOLD_BY.items():
        before, now = earlier.about.get(name, ""), lens.book.about.get(name, "")
        if before == now:
            continue
        if name == "scenario_sha256":
            yield f"{title}: what is assumed has changed. The register of assumptions in each edition holds both."
        else:
            then, here = on_said(before) or "not said", on_said(now) or "not said"
            yield f"{title}: {then} in the last edition, {here} in this one."
    for name in sorted({*rules, *earlier.rules}):
        if rules.get(name) != earlier.rules.get(name):
            yield f"Rule of disclosure {name.replace('_', ' ')}: {earlier.rules.get(name)} then, {rules.get(name)} now."


# ---- telling -------------------------------------------------------------------------------------------------------


def _revised(lens: Lens, changes: Changes) -> Iterator[Block]:
    told = [one for one in changes.tables if one.changed or one.new or one.dropped or one.hidden]
    if not told:
        yield Paragraph("Every figure that both editions publish is the same.")
        return
    titles = ("Table", "The same", "Changed", "New", "Dropped", "Hidden in either")
    head = (Column(titles[0]), *(Column(title, number=True) for title in titles[1:]))
    rows = []
    for one in told:
        counts = [f"{n:,}" for n in (one.same, one.changed, one.new, one.dropped, one.hidden)]
        lens.said.extend(
            Said(lens.place, one.key, title, (), text, "editions")
            for title, text in zip(titles[1:], counts, strict=True)
        )
        rows.append((one.title, *counts))
    note = "Figures of the same row in both editions. Each that changed is in changes.csv, beside the document."
    yield Disclosure(
        "Show the numbers: how the figures of each table fared",
        (Table("Figures of both editions", head, tuple(rows), (note,)),),
    )


def _noted(lens: Lens, one: Change) -> tuple[str, str, str, str]:
    for text in (one.before, one.now, one.by):
        lens.said.append(Said(lens.place, one.key, one.column, (), text, "editions"))
    return one.what, one.before, one.now, one.by


def _title(lens: Lens, key: str) -> str:
    """What a table is called, whether or not this edition holds it."""
    if key in lens.book.facts:
        return lens.book.facts[key].title
    return TABLES[key].title if key in TABLES else key
