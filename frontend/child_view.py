"""What the page of one child or family says: own words, facts, the homes that could be theirs side by side, and why.

Nothing is chosen beforehand. Points are never drawn as a chance that a placement goes well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from frontend.open_round import OpenRound
from frontend.orders import Next
from matching.explain_unit import own_words, recorded_facts, waterfall, waterfall_of_several
from matching.living_there import residents_in_words
from matching.opportunity.rounds import NO_PLAN
from matching.outputs import cost_column
from matching.placements import NO_HOME
from matching.question import KEEP, LEAST
from matching.ranking import Ranked, Unit
from matching.rules.rule import Answer
from matching.words import ANSWER_TAGS, answer_tag, home_kind, in_words, miles_in_words, signed_in_words
from records.ages import age_on
from records.model import Child, Home
from reporting.section import Block, Cell, Column, Disclosure, Notice, Section, Table, Tag

Costs = Mapping[str, Mapping[str, str]]
"""Home to the cost columns of ranked.csv."""

FIRST: Final = 10
MOST_COMPARED: Final = 4
TIERS: Final[Mapping[str, tuple[str, str]]] = {
    "placed": ("child placed", "children placed"),
    "siblings": ("pair of brothers and sisters together", "pairs of brothers and sisters together"),
    "near": ("split pair near each other", "split pairs near each other"),
    "local": ("child near home", "children near home"),
    "points": ("point of fit", "points of fit"),
    KEEP: ("day taken from children who are expected", "days taken from children who are expected"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One group of a child or family that is looked at: all of them, some, or one alone."""

    group: Ranked
    words: str


def unit_words(round_: OpenRound, unit_id: str) -> str:
    """A child or family as it stands in a list to choose from."""
    register = round_.proposal.register
    if unit_id in register.child_index:
        child = register.children[register.child_index[unit_id]]
        return f"{unit_id}, aged {age_on(child.date_of_birth, register.day)}"
    family = register.families[unit_id]
    named = [f"{c.child_id}, aged {age_on(c.date_of_birth, register.day)}" for c in family]
    return f"Family {unit_id}: {'; '.join(named)}"


def children_of(round_: OpenRound, unit: Unit) -> list[Child]:
    """The children of a unit."""
    register = round_.proposal.register
    return [register.children[register.child_index[c]] for c in unit.child_ids]


def who_they_are(round_: OpenRound, unit: Unit) -> list[Block]:
    """Own words first, then what is recorded."""
    children = children_of(round_, unit)
    return [*own_words(children), recorded_facts(round_.proposal, children)]


def what_the_plan_says(round_: OpenRound, unit: Unit) -> Block:
    """The home the plan proposes for each, or that there is none and the least that would help."""
    lines: list[str] = []
    without = 0
    ids = round_.proposal.register.homes.ids
    planned = {p.child_id: p for p in round_.plan}
    for child_id in unit.child_ids:
        one = planned.get(child_id)
        if one is None:
            lines.append(f"{child_id}: the plan proposes a home that is not shown to you.")
        elif one.home == NO_HOME:
            without += 1
            help_ = round_.unplaced_row(child_id).get("what_would_help", "")
            lines.append(f"{child_id}: no home is proposed. {round_.words(help_)}")
        else:
            others = ", ".join(round_.who(c) for c in one.placed_with)
            stays = "stays in" if one.stays else "is proposed"
            with_whom = f", with {others}" if others else ""
            lines.append(f"{child_id} {stays} {ids[one.home]}{with_whom}.")
    if any(unit.unit_id == split.family_id for split in round_.splits):
        lines.append("The plan would not keep these brothers and sisters together: see what keeping them would cost.")
    lines.append("This is the plan for all the children together. You may choose otherwise, and say why.")
    if without == len(unit.child_ids):
        return Notice("The plan has no home for them", tuple(lines), "bad")
    return Notice("What the plan proposes", tuple(lines), "caution" if without else "plain")


def has_a_home(round_: OpenRound, unit: Unit) -> bool:
    """Whether the plan proposes a home, which the person may see, for any of them."""
    return any(p.child_id in unit.child_ids and p.home != NO_HOME for p in round_.plan)


def back_up_table(round_: OpenRound, found: Sequence[tuple[str, Next, Next | None]]) -> Block:
    """Where to turn if the carers of each proposed home decline: with nobody else moved, and in the best plan."""
    rows: list[tuple[Cell, ...]] = []
    for declining, alone, best in found:
        for words, after in (("nobody else moves", alone), ("others may move", best)):
            if after is None:
                rows.append((round_.where(declining), words, "not found in the time", None, None))
                continue
            homes = tuple(
                f"{round_.who(child)}: {round_.where(home) if home is not None else 'no home'}"
                for child, home in after.homes.items()
            )
            others = [f"left without a home: {round_.who(c)}" for c in after.without]
            others += [f"another home: {round_.who(c)}" for c in after.moved]
            loses = {tier: str(loss / 100 if tier == "cost" else loss) for tier, loss in after.loss.items()}
            proof = () if after.proved else ("not proved: a better one may exist",)
            rows.append((round_.where(declining), words, (*homes, *proof), tuple(others) or "nobody", _losses(loses)))
    return Table(
        "Where to turn if the carers decline",
        (
            Column("If this home declines"),
            Column("And"),
            Column("They could go to"),
            Column("What becomes of others"),
            Column("What it costs everybody together"),
        ),
        tuple(rows),
        ("Worked out on this plan. Ask the carers first; nothing here is decided.",),
    )


def choices(unit: Unit) -> list[Choice]:
    """The groups of a unit that a panel may look at, the largest first."""
    family = len(unit.child_ids) > 1
    found = [Choice(unit.whole, "all together" if family else unit.child_ids[0])] if unit.whole is not None else []
    found += [Choice(part, f"{' and '.join(part.child_ids)} together") for part in unit.parts]
    found += [Choice(alone, f"{alone.child_ids[0]} alone") for alone in unit.alone]
    return found


def ranked_table(round_: OpenRound, choice: Choice, shown: Sequence[int], costs: Costs) -> Block:
    """The homes at these places of a ranking, best first. `costs`: what is known of the cost to the others, by home."""
    proposal, group = round_.proposal, choice.group
    rows: list[tuple[Cell, ...]] = []
    for k in shown:
        home = int(group.homes[k])
        home_id = str(proposal.register.homes.ids[home])
        rows.append(
            (
                (home_id, home_kind(proposal, home), *_marks(round_, group, home)),
                k + 1,
                answer_tag(Answer(int(group.answers.overall()[k]))),
                _points(group, k),
                miles_in_words(float(group.miles[k])),
                miles_in_words(_to_school(round_, group, home)),
                cost_words(round_, group.group_id, home_id, costs),
                tuple(first_needed(round_, group, k)) or "nothing",
            )
        )
    return Table(
        f"Homes that could be theirs ({choice.words}): {len(shown)} of {len(round_.homes_of(group))}, best first",
        (
            Column("Home"),
            Column("Rank", number=True),
            Column("Rules"),
            Column("Points", number=True),
            Column("Miles from home", number=True),
            Column("Miles to school", number=True),
            Column("Cost to the others"),
            Column("Needed first"),
        ),
        tuple(rows),
        (
            "Points say how well the recorded facts fit, out of 1,000 for each child. They do not foretell how a "
            "placement will go.",
        ),
    )


def compared(round_: OpenRound, choice: Choice, chosen: Sequence[int], costs: Costs) -> list[Block]:
    """Two to four homes side by side: what differs first, what is the same folded."""
    proposal, group = round_.proposal, choice.group
    homes = [int(group.homes[k]) for k in chosen]
    ids = [str(proposal.register.homes.ids[home]) for home in homes]
    facts: list[tuple[str, Callable[[int, int, str], Cell]]] = [
        ("In the plan", lambda _k, h, _i: "proposed" if _planned(round_, group, h) else "not proposed"),
        ("Rules", lambda k, _h, _i: ANSWER_TAGS[Answer(int(group.answers.overall()[k]))][0]),
        ("Who must approve first", lambda k, _h, _i: _approvals(round_, group, k)),
        ("Questions still open", lambda k, _h, _i: tuple(_questions(round_, group, k)) or "none"),
        ("Kind of home", lambda _k, h, _i: home_kind(proposal, h)),
        ("Miles from home", lambda k, _h, _i: miles_in_words(float(group.miles[k]))),
        ("Miles to school", lambda _k, h, _i: miles_in_words(_to_school(round_, group, h))),
        ("Who else lives there", lambda _k, _h, i: who_lives_there(round_, i)),
        ("Places now", lambda _k, h, _i: places(round_, proposal.register.homes.homes[h])),
        ("When", lambda _k, h, _i: when(proposal.register.homes.homes[h])),
        ("Points", lambda k, _h, _i: _points(group, k)),
        ("What it costs the other children", lambda _k, _h, i: cost_words(round_, group.group_id, i, costs)),
        ("Before confirming", lambda _k, h, _i: tuple(_before(round_, group, h)) or "only what always comes first"),
    ]
    rows = [(name, *(fact(k, h, i) for k, h, i in zip(chosen, homes, ids, strict=True))) for name, fact in facts]
    differ = [row for row in rows if len({repr(cell) for cell in row[1:]}) > 1 or row[0] == "Points"]
    same = [row for row in rows if row not in differ]
    columns = (Column("What"), *(Column(one) for one in ids))
    blocks: list[Block] = [Table("What differs between these homes", columns, tuple(differ))]
    if same:
        blocks.append(
            Disclosure(
                f"What is the same for all of them ({len(same)})",
                (Table("The same for all of them", (Column("What"), Column("All")), tuple(r[:2] for r in same)),),
            )
        )
    for home in homes:
        if len(group.child_ids) == 1:
            blocks.append(waterfall(proposal, proposal.register.child_index[group.child_ids[0]], home))
        else:
            blocks.append(waterfall_of_several(proposal, group, home))
    return blocks


def what_would_help(round_: OpenRound, unit: Unit) -> Section | None:
    """For children without a home: why, and each change that would place them, with who may approve it."""
    rows: list[tuple[Cell, ...]] = []
    for child_id in unit.child_ids:
        told = round_.unplaced_row(child_id)
        if told:
            changes = [one for one in told.get("changes", "").split(";") if one]
            who = told.get("who_may_authorise", "").split(";")
            each = tuple(f"{c}, by {w}" for c, w in zip(changes, who, strict=False))
            cells = (told.get("conflict", ""), told.get("what_would_help", ""), told.get("new_carer", ""))
            conflict, help_, carer = (round_.words(one) for one in cells)
            rows.append((child_id, conflict, help_, tuple(map(round_.words, each)) or "none was found", carer or None))
    if not rows:
        return None
    return Section(
        "Why there is no home for them, and what would help",
        (
            Table(
                "Each was worked out for the child alone, everybody else keeping a home",
                (
                    Column("Child"),
                    Column("Why"),
                    Column("The least that would help"),
                    Column("Changes, and who may approve each"),
                    Column("A new carer who would do"),
                ),
                tuple(rows),
            ),
        ),
    )


# ---- parts of the tables -------------------------------------------------------------------------------------------


def first_needed(round_: OpenRound, group: Ranked, k: int) -> list[str]:
    """What a home would take first: approvals, answers, places."""
    found = []
    signed = round_.proposal.rule_ids(int(group.answers.sign_off[k]))
    if signed:
        found.append(f"Approval: {signed_in_words(round_.proposal, signed)}")
    asked = round_.proposal.rule_ids(int(group.answers.unknown[k]))
    if asked:
        found.append(f"Answers to {', '.join(asked)}")
    if not group.places_for_all[k]:
        found.append("More places")
    return found


def who_lives_there(round_: OpenRound, home_id: str) -> tuple[str, ...]:
    """Everybody who lives in a home now, by age and standing, without a name."""
    return residents_in_words(round_.records, home_id, round_.may_see_child) or ("nobody is recorded",)


def places(round_: OpenRound, home: Home) -> str:
    """Places that a home offers now, of those it is approved for."""
    taken = sum(
        round_.proposal.home_of[i] == round_.proposal.register.homes.index[home.home_id]
        for i in range(len(round_.proposal.register.children))
    )
    plan = f"; the plan uses {taken}" if taken else ""
    return f"{home.vacancies} of {home.approved_places}{plan}"


def when(home: Home) -> str:
    """From when and until when a home may be used."""
    parts = []
    if home.available_from is not None:
        parts.append(f"from {in_words(home.available_from)}")
    if home.available_to is not None:
        parts.append(f"until {in_words(home.available_to)}")
    if home.notice_received_on is not None:
        parts.append(f"the carers gave notice on {in_words(home.notice_received_on)}")
    if home.on_hold:
        parts.append("on hold")
    return "; ".join(parts) or "no limit is recorded"


def cost_words(round_: OpenRound, group_id: str, home_id: str, costs: Costs) -> Cell:
    """What a choice costs everybody else: from what was worked out just now, else from the run."""
    row = costs.get(home_id) or round_.kept_row(group_id, home_id)
    basis = row.get("cost_rests_on", "")
    if basis == NO_PLAN:
        return "no plan can hold it"
    losses = {name: row.get(cost_column(name), "") for name in (*TIERS, "cost")}
    if not row or not any(losses.values()):
        return "not worked out"
    return tuple(_loss_words(round_, losses, row))


def _loss_words(round_: OpenRound, losses: Mapping[str, str], row: Mapping[str, str]) -> list[str]:
    said = _amounts(losses)
    without = [one for one in row.get("who_is_left_without", "").split(";") if one]
    displaced = [one for one in row.get("who_is_displaced", "").split(";") if one and one not in without]
    if without:
        said.append(f"left without a home: {', '.join(round_.who(one) for one in without)}")
    if displaced:
        said.append(f"moved to another home: {', '.join(round_.who(one) for one in displaced)}")
    return said or ["nothing"]


def _losses(losses: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(_amounts(losses)) or ("nothing",)


def _amounts(losses: Mapping[str, str]) -> list[str]:
    """What the whole plan loses or gains, priority by priority, in words; losses are above nought."""
    said: list[str] = []
    for name, cell in losses.items():
        if not cell or float(cell) == 0:
            continue
        if name == "cost":
            said.append(f"£{abs(float(cell)):,.2f} a week {'more' if float(cell) > 0 else 'less'}")
            continue
        amount = int(float(cell))
        one, many = TIERS[name]
        fewer = (amount > 0) is not (name in LEAST)
        said.append(f"{abs(amount):,} {'fewer' if fewer else 'more'} {one if abs(amount) == 1 else many}")
    return said


def _marks(round_: OpenRound, group: Ranked, home: int) -> list[Cell]:
    return [Tag("in the plan", "good")] if _planned(round_, group, home) else []


def _planned(round_: OpenRound, group: Ranked, home: int) -> bool:
    index = round_.proposal.register.child_index
    return {int(round_.proposal.home_of[index[c]]) for c in group.child_ids} == {home}


def _points(group: Ranked, k: int) -> Cell:
    low, high = int(group.low[k]), int(group.high[k])
    return f"{group.points[k]}" if low == high else (f"{group.points[k]}", f"{low}–{high}")


def _to_school(round_: OpenRound, group: Ranked, home: int) -> float:
    """The longest way to school of the group, in miles; not-a-number where any is not known."""
    proposal = round_.proposal
    index = proposal.register.child_index
    return float(np.max([proposal.miles_school[proposal.at(index[c], home)] for c in group.child_ids]))


def _approvals(round_: OpenRound, group: Ranked, k: int) -> str:
    signed = round_.proposal.rule_ids(int(group.answers.sign_off[k]))
    return signed_in_words(round_.proposal, signed) if signed else "nobody"


def _questions(round_: OpenRound, group: Ranked, k: int) -> list[str]:
    asked = set(round_.proposal.rule_ids(int(group.answers.unknown[k])))
    return [f"{r.question or r.title} ({r.rule_id})" for r in round_.proposal.rules if r.rule_id in asked]


def _before(round_: OpenRound, group: Ranked, home: int) -> list[str]:
    proposal = round_.proposal
    indices = [proposal.register.child_index[c] for c in group.child_ids]
    found: dict[str, None] = {}
    for gate in round_.before.of(indices, home):
        if not gate.always:
            words = gate.words(proposal.register.children[indices[0]], proposal.asked)
            found[f"{words} ({gate.rule_id})"] = None
    return list(found)
