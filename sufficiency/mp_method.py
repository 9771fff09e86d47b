"""Annex A: how it was worked out, every assumption with its source, and how small numbers are kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reporting.disclosure import MEANING, Rules
from reporting.lens import Lens
from reporting.section import Block, Bullets, Cell, Column, Definitions, Disclosure, Edition, Paragraph, Section, Table
from sufficiency.mp_figures import derived, label, many, names_of, said
from sufficiency.narrative import Narrative
from sufficiency.need_words import capital

HEADING: Final = "Method, assumptions and disclosure"
REGISTER: Final = "Assumptions register"
DISCLOSURE: Final = "How small numbers are kept"
READ: Final = "Files that were read"
METHOD: Final = (
    "Need: how children come into care, move and leave is learnt from the returns, and played on child by child in "
    "many equally likely futures. Bands hold chance, what is not known of the rates, and how far past forecasts went "
    "astray.",
    "Homes: households are approved, unavailable for a time and lost, month by month in the same futures. Without a "
    "register they begin with national totals, marked as national defaults.",
    "Gap: children are offered vacancies that they can use; who finds none lives elsewhere, in the order of the "
    "scenario.",
    "Targets: approvals, and other means, that keep the promise of the scenario, tried in futures that they were not "
    "made on.",
    "Money: what each child's home costs a week, in each future, with the scenario's prices.",
)


def section(lens: Lens, narrative: Narrative, *, rules: Rules | None = None, whole: bool = True) -> tuple[Section, ...]:
    """Method, register of assumptions, files read with their checksums, and the note on disclosure.

    `whole`: every figure that is assumed; otherwise the council's own alone, and where the others are.
    """
    del narrative  # nothing here is the council's to write
    found = [Section(HEADING, (Bullets(METHOD),), anchor="method")]
    register = tuple(_register(lens.under(REGISTER), whole))
    if register:
        found.append(Section(REGISTER, register, level=3))
    found.append(Section(DISCLOSURE, tuple(_note(lens.under(DISCLOSURE), rules or Rules())), level=3))
    files = tuple(_files(lens.under(READ)))
    if files:
        found.append(Section(READ, files, level=3))
    return tuple(found)


def _register(lens: Lens, whole: bool) -> Iterator[Block]:
    """Every figure that is assumed, with where it comes from and how far that can be trusted; a table for each part."""
    for key in ("assumptions.figures", "assumptions.prices"):
        if not lens.has(key):
            continue
        facts = lens.facts(key)
        names = list(names_of(lens, key, "figure"))
        if "national_default" in {value.name for value in facts.columns} and names:
            national = set(facts.rows.loc[facts.rows["national_default"] == "yes", "figure"])
            text = derived(lens, key, "national_default", f"{len(national):,}")
            yield Paragraph(
                f"{capital(many(text, 'figure is a national default', 'figures are national defaults'))} that the "
                "council has not replaced. “Unverified” means that no published source was found."
            )
            if not whole:
                names = [name for name in names if name not in national]
                yield Paragraph(
                    f"{OWN if names else ''}Every figure, with its source, date and standing, is in the sufficiency "
                    f"strategy and in the open data beside this document ({key})."
                )
        rows = {name: _figure(lens, key, name) for name in names}
        parts: dict[str, list[tuple[Cell, ...]]] = {}
        for name, row in rows.items():
            parts.setdefault(_part(name), []).append(row)
        head = (Column("Figure"), Column("Value (from, to)"), Column("Source, of when, standing"))
        tables = tuple(Table(f"{facts.title}: {part}", head, tuple(some)) for part, some in parts.items())
        if tables:
            yield Disclosure(f"Show the register: {facts.title.lower()}", tables)


NATIONAL: Final = "national default"
OWN: Final = "The council's own figures follow. "


def _figure(lens: Lens, key: str, name: str) -> tuple[Cell, ...]:
    """One figure: its name, its value with from and to, and where it comes from."""
    columns = ("value", "unit", "low", "high", "source", "date", "status")
    one = {column: said(lens, key, column, figure=name) or "" for column in columns}
    alone = not one["low"] or one["low"] == one["high"] == one["value"]
    value = one["value"] if alone else f"{one['value']} ({one['low']} to {one['high']})"
    default = NATIONAL if said(lens, key, "national_default", figure=name) == "yes" else ""
    standing = ", ".join(part for part in (one["date"], one["status"], default) if part)
    source = tuple(part for part in (one["source"], standing) if part)
    return label(lens, key, "figure", name).partition(".")[2] or name, f"{value} {one['unit']}".strip(), source


def _part(name: str) -> str:
    """The part of the scenario that a figure belongs to."""
    return name.partition(".")[0].replace("_", " ")


def _note(lens: Lens, rules: Rules) -> Iterator[Block]:
    """By what rules small numbers are hidden, and what each symbol means."""
    if lens.edition is Edition.CONFIDENTIAL:
        yield Paragraph(
            "Nothing in this edition is hidden or rounded. It may be read only by those who may see figures of few "
            "children, and may not be published."
        )
        return
    yield Bullets(
        (
            f"Counts from 1 to {rules.small_to} are hidden, and with them all from which they could be worked out.",
            f"Sums over all categories are rounded to a multiple of {rules.round_totals_to}.",
            f"Percentages of fewer than {rules.least_base} are hidden, and the others are made from rounded counts.",
            f"Amounts of money for fewer than {rules.least_children} children or {rules.least_providers} providers are "
            "hidden.",
            "What is hidden in one scenario or edition is hidden in all of them, and in their differences.",
            "Before this was written, an attack tried to work out every hidden figure from all the tables together. It "
            "found none.",
        )
    )
    yield Definitions(tuple(MEANING.items()))


def _files(lens: Lens) -> Iterator[Block]:
    key = "run.inputs"
    if not lens.has(key):
        return
    head = (Column("File"), Column("Checksum (SHA-256)"))
    rows = tuple(
        (label(lens, key, "name", name), said(lens, key, "sha256", name=name)) for name in names_of(lens, key, "name")
    )
    yield Disclosure("Show the files and their checksums", (Table("Files that were read", head, rows),))
