"""What the page Fairness and a panel's pack say: of one round for casework, and over time for everybody."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from frontend.open_round import OpenRound
from matching.envy import Case, Envy, envy_of
from matching.fairness import Fairness, fairness_of, title_of
from matching.fairness_groups import PROXY, TITLES
from matching.fairness_outcomes import MEASURES, Measure
from matching.fairness_proxies import Proxy, proxies
from matching.fairness_sections import case_sentence, measure_table, picture_of, said_table
from matching.fairness_time import Told
from matching.ranking import Unit
from records.store.fairness import PeriodTold
from reporting.section import Block, Bullets, Column, Notice, Paragraph, Section, Table

MOST_SENTENCES: Final = 3
"""Longer waits told for one child or family in a pack."""
NO_CHILD: Final = (
    "Whole half-years that are over, never one that runs: figures that grow from day to day would tell who came. "
    "Small numbers are hidden, with all that would give them away."
)


@dataclass(frozen=True, slots=True, eq=False)
class RoundLooked:
    """What was worked out of one open round."""

    fairness: Fairness
    envy: Envy
    proxies: tuple[Proxy, ...]


def look_at(round_: OpenRound) -> RoundLooked:
    """Work it out; cases that name somebody the person may not see are left out, and are not counted."""
    proposal = round_.proposal
    fair = fairness_of(proposal)
    found = envy_of(proposal)
    seen = tuple(one for one in found.cases if _may_see(round_, one))
    gone = [one.tier for one in found.cases if not _may_see(round_, one)]
    by_tier = {tier: n - gone.count(tier) for tier, n in found.by_tier.items() if n > gone.count(tier)}
    return RoundLooked(fair, replace(found, cases=seen, by_tier=by_tier), proxies(proposal, fair.groups))


def _may_see(round_: OpenRound, one: Case) -> bool:
    q = round_.proposal.question
    homes = (one.home, *(h for h in (*one.homes_of_a, one.takes) if h >= 0))
    return all(round_.may_see_child(q.child_ids[c]) for c in (*one.a, *one.b)) and all(
        round_.may_see_home(q.home_ids[h]) for h in homes
    )


def child_name(round_: OpenRound) -> Callable[[int], str]:
    """How a child, by index, is called to this person."""
    return lambda at: round_.who(round_.proposal.question.child_ids[at])


def home_name(round_: OpenRound) -> Callable[[int], str]:
    """How a home, by index, is called to this person."""
    return lambda at: round_.where(round_.proposal.question.home_ids[at])


def by_group(found: Fairness, measure: Measure, characteristic: str) -> Section:
    """One measure by one characteristic of a round: a bar for each group, and its table."""
    table = measure_table(found, measure)
    title = f"{title_of(characteristic)}: "
    rows = tuple((str(row[0]).removeprefix(title), *row[1:]) for row in table.rows if str(row[0]).startswith(title))
    mine = replace(table, caption=f"{measure.title}, by {title_of(characteristic).lower()}", rows=rows)
    shown = [one for one in (*found.everybody, *found.figures) if one.n]
    picture = picture_of(shown, measure, characteristic, mine)
    blocks: list[Block] = [picture if picture is not None else mine, Paragraph(f"Counted: {measure.meaning}.")]
    if characteristic in PROXY:
        blocks.append(Paragraph(PROXY[characteristic]))
    return Section("", tuple(blocks))


def sentences(round_: OpenRound, units: Sequence[Unit]) -> dict[str, tuple[str, ...]]:
    """For each child or family of a pack: whose longer wait would rather have their home, and what justifies it."""
    found = look_at(round_).envy
    ids = round_.proposal.question.child_ids
    said: dict[str, tuple[str, ...]] = {}
    for unit in units:
        mine = set(unit.child_ids)
        touched = [one for one in found.cases if {ids[c] for c in (*one.a, *one.b)} & mine]
        touched.sort(key=lambda one: (one.is_explained, -one.days_longer, one.a, one.b, one.home))
        words = [case_sentence(one, child_name(round_), home_name(round_)) for one in touched[:MOST_SENTENCES]]
        if len(touched) > MOST_SENTENCES:
            words.append(f"{len(touched) - MOST_SENTENCES} more such cases are on the page Fairness.")
        if words:
            said[unit.unit_id] = tuple(words)
    return said


# ---- over time -----------------------------------------------------------------------------------------------------


def over_time(periods: Sequence[PeriodTold], measure: Measure, characteristic: str) -> list[Section]:
    """One measure by one characteristic in each half-year that is over."""
    if not periods:
        text = "No half-year with a round in it is over yet. The first one is told when it is."
        return [Section("Over time", (Paragraph(text), Paragraph(NO_CHILD)))]
    found = [Section("Over time", (Notice("What is counted", (NO_CHILD, f"{measure.title}: {measure.meaning}.")),))]
    found += [_of_period(one, measure, characteristic) for one in periods]
    return found


def _of_period(period: PeriodTold, measure: Measure, characteristic: str) -> Section:
    told = period.told
    if not isinstance(told, Told):
        return Section(period.name, (Paragraph(period.why),), level=3)
    caption = f"{measure.title}, by {title_of(characteristic).lower()}, {period.name}"
    table = said_table(told.said, measure, characteristic, caption)
    picture = picture_of([one.figure for one in told.said], measure, characteristic, table)
    return Section(period.name, (picture if picture is not None else table,), level=3)


def what_is_measured() -> Section:
    """Every measure and characteristic, and how each is known."""
    measures = Table(
        "What is measured",
        (Column("Measure"), Column("Counted")),
        tuple((one.title, one.meaning) for one in MEASURES),
    )
    known = Bullets(tuple(f"{TITLES[name]}. {words}" for name, words in PROXY.items()))
    return Section("What is measured", (measures, known), level=3)


def offered() -> tuple[dict[str, Measure], dict[str, str]]:
    """The measures and the characteristics that a person may choose, by name."""
    return {one.title: one for one in MEASURES}, {title: name for name, title in TITLES.items()}
