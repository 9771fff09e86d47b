"""Which levers a scenario pulls: how far, from when, and who says so."""

from __future__ import annotations

from typing import Final

from reporting.section import Block, Cell, Column, Notice, Paragraph, Section, Table, Tag
from sufficiency.lever_figures import LEVERS
from sufficiency.levers import Pulls
from sufficiency.need_words import MONTH_NAMES
from sufficiency.scenario import Scenario
from sufficiency.scenario_values import Pulled, in_digits

PREFIX: Final = "levers."


def levers_section(scenario: Scenario, pulls: Pulls) -> Section:
    """Every lever that is pulled, or that none is."""
    heading, anchor = "Levers pulled", "levers"
    if not pulls.pulls:
        said = (
            f"Scenario “{scenario.name}” pulls no lever: this is what comes if nothing is done otherwise. To see what "
            "a change would do, give a scenario that pulls levers; placewell compare sets several side by side."
        )
        return Section(heading, (Paragraph(said),), anchor=anchor)
    said = f"Scenario “{scenario.name}”. {scenario.about}".strip()
    return Section(heading, (Paragraph(said), *late(pulls), levers_table(scenario, pulls, heading)), anchor=anchor)


def late(pulls: Pulls) -> tuple[Block, ...]:
    """A warning where some of them do nothing in what is forecast."""
    return (Notice("Not every lever works", pulls.notes, "caution"),) if pulls.notes else ()


def levers_table(scenario: Scenario, pulls: Pulls, caption: str) -> Table:
    """Every lever that is pulled: how far, when, and where the figure comes from."""
    rows: list[tuple[Cell, ...]] = []
    pulled = {key.removeprefix(PREFIX): one for key, one in scenario.figures.items() if isinstance(one, Pulled)}
    for name in pulls.pulls:
        figure = pulled[name]
        rows.append(
            (
                (name.replace("_", " ").replace(".", ": "), LEVERS[name].does),
                f"{in_digits(figure.value)} {figure.unit}",
                figure.interval,
                when_said(figure),
                f"{figure.source} ({figure.date})",
                Tag(figure.status, "caution" if figure.status == "unverified" else "plain"),
            )
        )
    columns = (
        Column("Lever"),
        Column("By", number=True),
        Column("Interval", number=True),
        Column("When"),
        Column("Source"),
        Column("Standing"),
    )
    return Table(caption, columns, tuple(rows))


def when_said(figure: Pulled) -> str:
    """From April 2027, in full after 12 months, until March 2030."""
    parts = [f"From {_month(figure.begins)}"]
    if figure.over_months > 1:
        parts.append(f"in full after {figure.over_months} months")
    if figure.until is not None:
        parts.append(f"until {_month(figure.until)}")
    return ", ".join(parts)


def _month(text: str) -> str:
    year, month = text.split("-")
    return f"{MONTH_NAMES[int(month) - 1]} {year}"
