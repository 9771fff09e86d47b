"""The sections of a forecast's page on the council's own homes: the answer first, then what it rests on."""

from __future__ import annotations

from typing import Final

from reporting.section import Block, Notice, Paragraph, Section
from sufficiency.cost_section import cost_section, cost_words
from sufficiency.forecast import Forecast
from sufficiency.gap_section import gap_section, gap_words
from sufficiency.homes_run import HomesRun
from sufficiency.homes_start import lost
from sufficiency.levers_section import levers_section
from sufficiency.scenario import Scenario
from sufficiency.supply_section import supply_section, usable_section
from sufficiency.targets_section import approvals_table, targets_section, targets_words

MADE_UP: Final = "MADE-UP COUNCIL: nobody in it exists, and nothing may be concluded from its figures."
MADE_UP_TITLE: Final = "MADE-UP COUNCIL. "
MARKING: Final = "OFFICIAL-SENSITIVE: holds counts of few children. For the council's own staff; not for publication."
HEADING: Final = "How many carers, by when"


def marking_of(made_up: bool) -> str:
    """Who may see a page; and first of all, where it is so, that it is about nobody."""
    return f"{MADE_UP} {MARKING}" if made_up else MARKING


def homes_words(forecast: Forecast, homes: HomesRun) -> tuple[str, ...]:
    """The gap, the targets and the money, in a sentence each."""
    return (
        gap_words(forecast, homes.wanted, homes.future),
        *((targets_words(homes.targets),) if homes.targets is not None else ()),
        cost_words(homes.costs),
    )


def homes_short(forecast: Forecast, homes: HomesRun) -> Section:
    """The commissioner's question, answered on the first screen."""
    first, *rest = homes_words(forecast, homes)
    blocks: list[Block] = []
    if homes.targets is not None:
        blocks += [Paragraph(rest[0], strong=True), approvals_table(homes.targets, only_more=True)]
        rest = rest[1:]
    blocks += [Paragraph(first, strong=homes.targets is None), *(Paragraph(words) for words in rest)]
    if homes.start.register is None:
        said = (*homes.start.said, f"Vacancies that can be used: {homes.usable.source}.")
        blocks.append(Notice("Not the council's own homes", said, "caution"))
    elif lost(homes.start.register):
        blocks.append(Notice("Not all of the council's own homes", lost(homes.start.register), "caution"))
    return Section(HEADING, tuple(blocks), anchor="carers")


def homes_sections(forecast: Forecast, scenario: Scenario, homes: HomesRun) -> tuple[Section, ...]:
    """Everything about the council's own homes, in reading order."""
    return (
        supply_section(forecast, homes.start, homes.supply),
        usable_section(forecast, homes.usable, homes.future),
        gap_section(forecast, homes.wanted, homes.future, homes.start.scenario),
        targets_section(homes.targets, homes.frontier),
        cost_section(homes.costs, scenario, homes.savings),
        levers_section(scenario, homes.pulls),
    )
