"""The book of all figures of one forecast, from which the council's documents are written: the whole story.

It holds no child's id, and every count as it is: it is for the council's own staff. What may be published of it is
for `reporting.publish` to say.
"""

from __future__ import annotations

from itertools import chain

from reporting.fact import Book
from sufficiency.homes_run import HomesRun
from sufficiency.performance import performance_facts
from sufficiency.position_about import about_facts, about_of, sources_of
from sufficiency.position_change import change_facts
from sufficiency.position_children import children_facts, last_day
from sufficiency.position_homes import homes_facts
from sufficiency.position_keys import TABLES
from sufficiency.position_money import money_facts
from sufficiency.position_need import need_facts, past_facts, segment_facts
from sufficiency.position_places import place_facts
from sufficiency.position_spread import Months
from sufficiency.position_targets import targets_facts
from sufficiency.run import ForecastRun
from sufficiency.where_placed import directory


def position_of(run: ForecastRun, homes: HomesRun, *, made_up: bool = False) -> Book:
    """Every figure of a forecast and its homes, in the order of `position_keys`.

    `made_up`: of no council that there is. The same forecast gives the same book.
    """
    months = Months.of(run.forecast.month_ends)
    latest = last_day(run.history.until)
    found = {
        one.key: one
        for one in chain(
            children_facts(run.ret, run.history, directory()),
            need_facts(run.forecast, months, run.bracket, latest),
            (change_facts(run.forecast, months),),
            past_facts(run.backtest),
            segment_facts(run.segments),
            homes_facts(homes, run.asked.scenario, months, latest),
            targets_facts(homes.targets, homes.frontier),
            money_facts(homes.costs, homes.savings, run.forecast, months),
            about_facts(run),
            performance_facts(run),
            place_facts(run.history, homes, directory(), latest),
        )
    }
    order = {key: at for at, key in enumerate(TABLES)}
    facts = {key: found[key] for key in sorted(found, key=order.__getitem__)}
    used = {one.source for one in facts.values()}
    sources = {name: words for name, words in sources_of(run, homes).items() if name in used}
    return Book(about_of(run, homes, made_up=made_up), facts, sources)
