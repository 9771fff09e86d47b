"""What a forecast assumes: every figure of the scenario with its source, and whether it is the council's own."""

from __future__ import annotations

from typing import Final

from reporting.section import Cell, Column, Disclosure, Paragraph, Section, Table, Tag
from sufficiency.scenario import Figure, Quantity, Scenario
from sufficiency.scenario_keys import KEYS
from sufficiency.scenario_values import in_digits

NEED: Final = ("need.",)
"""Figures whose dotted names begin so are those of the forecast of need."""
HOMES: Final = ("supply.", "fostering.", "wanted.", "overflow.", "targets.")
"""Those of the council's own homes; those of money stand beside it."""
DEFAULT: Final = "national default"


def assumed_section(scenario: Scenario, homes: bool = False) -> Section:
    """The figures that this forecast rests on, those of the council's own homes among them where they were played."""
    prefixes = (*NEED, *HOMES) if homes else NEED
    used = {key: figure for key, figure in scenario.flat().items() if key.startswith(prefixes)}
    own = [key for key in used if not scenario.is_default(key)]
    said = (
        f"{len(own)} of {len(used)} figures are the council's own; the others are defaults that it has not replaced."
        if own
        else f"None of these {len(used)} figures is the council's own: all are defaults that it has not replaced."
    )
    about = f"Scenario “{scenario.name}”. {scenario.about} {said}".replace("  ", " ")
    table = Table(
        "What this forecast assumes",
        (
            Column("Figure"),
            Column("Value", number=True),
            Column("Interval", number=True),
            Column("Source"),
            Column("Standing"),
        ),
        tuple(_row(scenario, key, figure) for key, figure in used.items()),
    )
    blocks = (Paragraph(about), Disclosure(f"Show all {len(used)} figures, with their sources", (table,)))
    return Section("What is assumed", blocks, anchor="assumed")


def _row(scenario: Scenario, key: str, figure: Figure) -> tuple[Cell, ...]:
    interval = figure.interval if isinstance(figure, Quantity) else None
    value = f"{in_digits(figure.value)} {figure.unit}" if isinstance(figure, Quantity) else _said(figure.value)
    default = Tag(DEFAULT, "caution") if scenario.is_default(key) else Tag("the council's own", "good")
    return ((KEYS[key].does, key), value, interval, f"{figure.source} ({figure.date})", (default, figure.status))


def _said(value: str | bool) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else value
