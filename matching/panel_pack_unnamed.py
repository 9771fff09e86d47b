"""The panel's pack without anything that says who somebody is: for advice or training outside the panel.

Made from nothing but the few facts below, each put into a class: never by taking words out of the other pack. So there
are no ids, names or families' names; no words that anybody typed; no dates, ages, waiting days, places, schools or
council; no health, faith, language, ethnicity or needs by name; no rules by name, since a rule can tell a rare fact;
points to the nearest 50 and miles in four classes, since exact ones could be looked up.

A fact about a child or family is shown only if, with all that is shown of them, it fits at least `ALIKE` children or
families of the round; likewise a home's. Whoever knows the case may still know it: the pack says that it stays
confidential. Letters and numbers follow the agenda and mean nothing in any other document.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Final

from matching.considerations import CONSIDERATIONS
from matching.panel_material import Material, groups_to_show
from matching.panel_pack import NOBODY_DECIDED, decision_room, meeting_room
from matching.points import WeighedByFile
from matching.ranking import Ranked, Unit
from matching.rules.rule import Answer
from matching.words import TIER_WORDS, answer_tag, plain_word
from records.ages import age_on
from records.days import MONTHS
from records.model import Child
from reporting.section import Block, Cell, Column, Definitions, Link, Notice, Paragraph, Section, Table, Tag

TITLE: Final = "Panel pack without names"
MARKING: Final = "CONFIDENTIAL. This pack holds no identifying detail; it is still confidential."
ALIKE: Final = 3
"""So many of the round must share what is shown of one of them."""
NOT_SHOWN: Final = "not shown: too few are alike"
POINTS_STEP: Final = 50
AGE_BANDS: Final = ((0, 4), (5, 9), (10, 15), (16, 17))
MILES: Final = ((5, "under 5"), (10, "5 to 10"), (20, "10 to 20"), (math.inf, "over 20"))
GIVEN_UP_FIRST: Final = (
    "Needs the home must meet",
    "Time waited",
    "Stay needed",
    "Ages",
    "Kinds of home in the care plan",
)
"""In this order facts are left out until enough of the round are alike."""
WEIGHED: Final = frozenset({"nearness", "area", "school", "needs", "household", "stay", "waiting"})
"""The considerations that may be named. The others tell of kin, earlier carers, faith, language, who a child is."""

Facts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Homes:
    """The numbers of the homes in this document, in the order in which they are met, and what may be said of each."""

    numbers: Mapping[int, int]
    kinds: Mapping[int, str]

    def name(self, home: int) -> str:
        return f"Home {self.numbers[home]}"


def unnamed_pack(material: Material, units: Sequence[Unit], round_units: Sequence[Unit]) -> list[Section]:
    """Every section of the pack without names; `round_units` are all of the round, among whom facts must be common."""
    if not units:
        raise ValueError("A pack needs at least one child or family on its agenda.")
    names = _names(units, round_units)
    shown = facts_shown(material, units, round_units)
    homes = _numbered(material, units)
    found = [_agenda(units, names)]
    for number, unit in enumerate(units, 1):
        found += _unit(material, unit, number, names[unit.unit_id], shown[unit.unit_id], homes)
    return [*found, _worked_out(material)]


def lead(material: Material) -> str:
    """The line under the title: the month, and no council."""
    day = material.proposal.register.day
    return f"A council's records as they stood in {MONTHS[day.month - 1]} {day.year}."


def letters(number: int) -> str:
    """A, B, ... Z, AA, AB, ...: the letter of the case that comes so many-th, from 0."""
    after, here = divmod(number, 26)
    return (letters(after - 1) if after else "") + ascii_uppercase[here]


def _names(units: Sequence[Unit], round_units: Sequence[Unit]) -> dict[str, str]:
    """Child A, Family B; or Case A, B, ... for all of them where there are too few of either kind."""
    kinds = Counter(len(unit.child_ids) > 1 for unit in round_units)
    tell = min(kinds[True], kinds[False]) >= ALIKE
    return {
        unit.unit_id: f"{('Family' if len(unit.child_ids) > 1 else 'Child') if tell else 'Case'} {letters(number)}"
        for number, unit in enumerate(units)
    }


# ---- what is common enough to be shown -----------------------------------------------------------------------------


def facts_shown(material: Material, units: Sequence[Unit], round_units: Sequence[Unit]) -> dict[str, Facts]:
    """What may be said of each unit: facts in classes, as many as at least `ALIKE` units of the round share."""
    everybody = [_classes(material, unit) for unit in round_units]
    return {unit.unit_id: common(_classes(material, unit), everybody, GIVEN_UP_FIRST) for unit in units}


def common(mine: Facts, everybody: Sequence[Facts], give_up: Sequence[str]) -> Facts:
    """My facts, less the first of `give_up` until `ALIKE` of everybody have all that are left; none if that fails."""
    kept = dict(mine)
    for name in (*give_up, *[name for name in mine if name not in give_up]):
        if sum(all(other[key] == value for key, value in kept.items()) for other in everybody) >= ALIKE:
            return kept
        kept.pop(name)
    return {}


def _classes(material: Material, unit: Unit) -> dict[str, str]:
    day = material.proposal.register.day
    children = [material.child(c) for c in unit.child_ids]
    ages = [age_on(c.date_of_birth, day) for c in children]
    waited = max((day - c.referred_on).days for c in children)
    needs = max(len(c.needs_must) for c in children)
    return {
        "Children": "one" if len(children) == 1 else "two" if len(children) == 2 else "three or more",
        "Ages": f"{_band(min(ages))}"
        if _band(min(ages)) == _band(max(ages))
        else f"{_band(min(ages))}, {_band(max(ages))}",
        "Kinds of home in the care plan": _shared(", ".join(plain_word(r) for r in c.routes) for c in children),
        "Stay needed": _shared(plain_word(c.placement_need) for c in children),
        "Time waited": "under 4 weeks" if waited < 28 else "4 to 12 weeks" if waited < 84 else "12 weeks or more",
        "Needs the home must meet": "none recorded" if needs == 0 else "one or two" if needs < 3 else "three or more",
        "Own words recorded": _shared("yes" if _spoke(c) else "no" for c in children),
    }


def _spoke(child: Child) -> bool:
    return bool(child.views)


def _band(age: int) -> str:
    return next((f"{low} to {high}" for low, high in AGE_BANDS if low <= age <= high), "18 or over")


def _shared(values: object) -> str:
    found = sorted(set(values))  # type: ignore[call-overload]
    return found[0] if len(found) == 1 else "not the same for all of them"


def _numbered(material: Material, units: Sequence[Unit]) -> _Homes:
    """Numbers for every home that the pack compares; its kind only if enough homes of the round share it."""
    numbers: dict[int, int] = {}
    for unit in units:
        for group in groups_to_show(material, unit):
            for k in material.compared(group):
                numbers.setdefault(int(group.homes[k]), len(numbers) + 1)
    records = material.proposal.register.records.homes
    kinds = Counter(h.kind for h in records)
    return _Homes(
        numbers,
        {h: plain_word(records[h].kind) if kinds[records[h].kind] >= ALIKE else NOT_SHOWN for h in numbers},
    )


# ---- sections ------------------------------------------------------------------------------------------------------


def _agenda(units: Sequence[Unit], names: Mapping[str, str]) -> Section:
    rows = tuple((f"{n}", Link(names[unit.unit_id], f"unit-{n}")) for n, unit in enumerate(units, 1))
    said = (
        "There are no names, numbers of records, dates, places or words that anybody typed in this pack. Facts stand "
        f"in classes that at least {ALIKE} children, families or homes of the round share; what is rarer is left out.",
        "Somebody who knows a child may still know them from it: treat it as you treat every child's record.",
        "Letters and numbers hold in this document alone.",
    )
    blocks: list[Block] = [
        Notice("This pack holds no identifying detail. It is still confidential.", said, "caution"),
        Notice("Nothing is decided", NOBODY_DECIDED, "plain"),
        Table("What is on the agenda", (Column("Item"), Column("Who")), rows),
        *meeting_room(),
    ]
    return Section("Agenda", tuple(blocks), anchor="agenda")


def _unit(material: Material, unit: Unit, number: int, name: str, facts: Facts, homes: _Homes) -> list[Section]:
    names = list(_classes(material, unit))
    told = tuple((key, facts.get(key, NOT_SHOWN)) for key in names)
    found = [Section(f"{number}. {name}", (Definitions(told),), anchor=f"unit-{number}")]
    choices: list[str] = []
    groups = [group for group in groups_to_show(material, unit) if material.compared(group)]
    if not groups:
        found.append(Section(f"Homes for {name}", (Paragraph("No home is open."),), level=3))
    if len(groups) > 1 and facts.get("Children") is None:
        groups = groups[:1]  # how many ways there are would tell how many children they are
        text = "No home takes all of them together in this plan. The first way of living apart is shown."
        found.append(Section(f"All of {name}", (Paragraph(text),), level=3))
    for n, group in enumerate(groups, 1):
        which = name if len(groups) == 1 else f"{name}, way {n} of living together or apart"
        found.append(Section(f"Homes for {which}", tuple(_homes(material, group, homes)), level=3))
        choices += [homes.name(int(group.homes[k])) for k in material.compared(group)]
    rooms = decision_room(list(dict.fromkeys(choices)))
    return [*found, Section(f"What the panel says: {name}", tuple(rooms), level=3)]


def _homes(material: Material, group: Ranked, homes: _Homes) -> list[Block]:
    compared = material.compared(group)
    proposal = material.proposal
    overall = group.answers.overall()
    planned = material.planned(group)
    before = [_to_do(material, group, k) for k in compared]
    rows: list[tuple[Cell, ...]] = [
        (
            "Place in the ranking",
            *((f"{n}", *([Tag("in the plan")] if k == planned else [])) for n, k in enumerate(compared, 1)),
        ),
        ("Kind of home", *(homes.kinds[int(group.homes[k])] for k in compared)),
        ("Rules", *(answer_tag(Answer(int(overall[k]))) for k in compared)),
        ("Approvals needed first", *(_few(len(proposal.rule_ids(int(group.answers.sign_off[k])))) for k in compared)),
        ("Open questions", *(_few(len(proposal.rule_ids(int(group.answers.unknown[k])))) for k in compared)),
        ("Things to do before confirming", *before),
        (
            "Points, to the nearest 50",
            *(f"{round(int(group.points[k]) / POINTS_STEP) * POINTS_STEP}" for k in compared),
        ),
        ("Miles from home", *(_far(float(group.miles[k])) for k in compared)),
        ("Enough places", *("yes" if group.places_for_all[k] else "no" for k in compared)),
    ]
    columns = (Column("Fact"), *(Column(homes.name(int(group.homes[k]))) for k in compared))
    blocks: list[Block] = [Table("Homes side by side", columns, tuple(rows))]
    why = _why(material, group, compared)
    if why:
        blocks.append(Table("What speaks for each", columns, tuple(why)))
    return blocks


def _to_do(material: Material, group: Ranked, k: int) -> str:
    indices = [material.proposal.register.child_index[c] for c in group.child_ids]
    return _few(len(material.before.of(indices, int(group.homes[k]))))


def _few(number: int) -> str:
    return "none" if number == 0 else "one or two" if number < 3 else "three or more"


def _far(miles: float) -> str:
    return "not known" if math.isnan(miles) else next(words for limit, words in MILES if miles < limit)


def _why(material: Material, group: Ranked, compared: Sequence[int]) -> list[tuple[Cell, ...]]:
    """How well each home does in each consideration, in three classes.

    Considerations that apply to fewer than `ALIKE` children of the round would tell something about the child by being
    there, and are left out; so is everything that comes from a council's own file.
    """
    proposal = material.proposal
    if isinstance(proposal.weighed, WeighedByFile):
        return []
    rows: list[tuple[Cell, ...]] = []
    indices = [proposal.register.child_index[c] for c in group.child_ids]
    for one in CONSIDERATIONS:
        scores, known = proposal.weighed.scores[one.name], proposal.weighed.known[one.name]
        apply = {int(i) for i in proposal.pairs.child[scores == scores].tolist()}  # a score that does not apply is NaN
        if one.name not in WEIGHED or len(apply) < ALIKE:
            continue
        cells: list[Cell] = []
        for k in compared:
            at = [proposal.at(i, int(group.homes[k])) for i in indices]
            here = [float(scores[a]) for a in at if not math.isnan(float(scores[a])) and bool(known[a])]
            cells.append(_class_of(here))
        rows.append((one.title, *cells))
    return rows


def _class_of(scores: Sequence[float]) -> str:
    if not scores:
        return "not recorded, or does not apply"
    least = min(scores)
    return "strong" if least >= 70 else "fair" if least >= 40 else "weak"


def _worked_out(material: Material) -> Section:
    tiers = Table(
        "The order of priorities, and whether each is proved",
        (Column("Priority"), Column("Proof")),
        tuple(
            (TIER_WORDS[tier.name], Tag("proved", "good") if tier.proved else Tag("not proved", "bad"))
            for tier in material.proposal.solution.tiers
        ),
    )
    text = "Every home shown is one that no rule bars, or that somebody may approve. Cost is a tie-break only."
    return Section("How it was worked out", (tiers, Paragraph(text)), anchor="how")
