"""What the page of one child tonight says: whom to call first and why, what to ask, who approves, what it takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Final

from frontend.open_round import OpenRound
from matching.duty import Tonight, tonight
from matching.duty_words import about_the_family, asks, counted, depends_on_age, gates_of, notes, takes
from matching.explain_unit import barred_homes, open_questions, waterfall, waterfall_of_several
from matching.policy import Policy, read_policy
from matching.ranking import Ranked
from matching.rules.rule import Answer
from matching.words import answer_tag, home_kind, miles_in_words, signed_in_words
from records.geography import Directory
from records.model import Records
from records.tonight import Tonight as Came
from records.tonight import beside, rows_of_tonight
from reporting.section import Block, Bullets, Cell, Column, Disclosure, Notice, Paragraph, Section, Table

SHOWN: Final = 10
REASONS: Final = 3


@cache
def directory() -> Directory:
    """Where postcodes are: the same for everybody, and loaded once, because loading takes a second."""
    return Directory()


@dataclass(frozen=True, eq=False)
class Source:
    """The register that is searched, and what of it this person may read.

    `proposed`: child to home in the round that is open. `held`: home to places that agreed matches hold.
    """

    records: Records
    policy: Policy
    council: str | None
    allow: frozenset[str]
    proposed: Mapping[str, str]
    held: Mapping[str, int]
    words: Callable[[str], str]
    where: Callable[[str], str]
    may_see_home: Callable[[str], bool]

    @property
    def units(self) -> dict[str, tuple[str, ...]]:
        """Each child alone or family on the register, by the id to search for."""
        found: dict[str, list[str]] = {}
        for child in self.records.children:
            found.setdefault(child.family_id or child.child_id, []).append(child.child_id)
        return {(ids[0] if len(ids) == 1 else unit): tuple(ids) for unit, ids in found.items()}


def of_round(round_: OpenRound, held: Mapping[str, int], day: date) -> Source:
    """The register of the round that is open, on another day."""
    proposal, register = round_.proposal, round_.proposal.register
    pairs = zip(register.children, proposal.home_of.tolist(), strict=True)
    proposed = {child.child_id: str(register.homes.ids[home]) for child, home in pairs if home >= 0}
    told = round_.records
    return Source(
        records=replace(told, day=max(day, told.day)),
        policy=proposal.asked.policy,
        council=proposal.asked.council,
        allow=proposal.allowed,
        proposed=proposed,
        held=held,
        words=round_.words,
        where=round_.where,
        may_see_home=round_.may_see_home,
    )


def of_snapshot(records: Records, held: Mapping[str, int], day: date) -> Source:
    """A register for which no round was worked out, of which the person may see everything."""
    return Source(
        replace(records, day=max(day, records.day)),
        read_policy(),
        None,
        frozenset(),
        {},
        held,
        str,
        str,
        lambda _: True,
    )


def search(source: Source, unit_id: str) -> Tonight:
    """Homes for one child or family of the register."""
    return tonight(
        source.records,
        source.policy,
        unit_id,
        council=source.council,
        allow=source.allow,
        held=source.held,
        proposed=source.proposed,
    )


def search_for(source: Source, came: Came) -> tuple[Tonight, list[str]]:
    """Homes for a child or family who is on no list, and what hangs on their ages. Raises `records.tables.Unusable`."""
    found = search(replace(source, records=beside(source.records, came)), came.ids[0])
    if not came.ages:
        return found, []
    older = beside(source.records, came.as_old_as_can_be(source.records.day))
    return found, depends_on_age(found, search(replace(source, records=older), came.ids[0]))


def read_form(told: Mapping[str, str], siblings: str, day: date) -> Came:
    """Tonight's child, and each brother or sister on a line of their own: a date of birth or an age, then the sex.

    `told`: columns of children.csv, and `born_or_age`. Raises `records.tables.Unusable`.
    """
    shared = {name: told[name] for name in ("home_postcode", "routes") if told.get(name)}
    rows = [{**_when(told.get("born_or_age", "")), **{k: v for k, v in told.items() if k != "born_or_age"}}]
    for line in siblings.splitlines():
        when, _, sex = (part.strip() for part in line.partition(","))
        if when:
            rows.append({**_when(when), "sex": sex, **shared})
    return rows_of_tonight(rows, day, directory())


def _when(text: str) -> dict[str, str]:
    text = text.strip()
    return {"age": text} if text.isascii() and text.isdigit() else {"date_of_birth": text}


def shown_homes(source: Source, group: Ranked, found: Tonight) -> list[int]:
    """Positions in a ranking of the first homes that the person may see."""
    ids = found.proposal.register.homes.ids
    return [k for k, h in enumerate(group.homes.tolist()) if source.may_see_home(str(ids[h]))][:SHOWN]


def answer(source: Source, found: Tonight, more: Sequence[str]) -> list[Section]:
    """The whole answer: what to ask, the homes in the order to call, why, what comes first, and why not the others."""
    groups = found.looked_at_first
    sections = [_in_short(source, found, groups[0], more)]
    together = found.first_to_call is not None and found.first_to_call[0] is groups[0]
    for group in groups:
        who, inside = " and ".join(group.child_ids), tuple(_homes(source, found, group))
        folded = together and group is not groups[0]
        blocks = (Disclosure(f"Show the homes for {who} alone", inside),) if folded else inside
        sections.append(Section(f"Homes for {who}", blocks, level=3))
    sections.append(Section("Why not the others", (barred_homes(found.proposal, groups[0], source.where),), level=3))
    sections.append(Section("How to take this", tuple(Paragraph(source.words(one)) for one in notes(found)), level=3))
    return sections


def _in_short(source: Source, found: Tonight, group: Ranked, more: Sequence[str]) -> Section:
    lines = [source.words(one) for one in about_the_family(found)]
    blocks: list[Block] = [Notice("Brothers and sisters", tuple(lines), "caution")] if lines else []
    blocks.append(Paragraph(counted(found, group), strong=True))
    first = found.first_to_call
    if first is not None:
        at, k = first
        home_id = source.where(str(found.proposal.register.homes.ids[int(at.homes[k])]))
        blocks.append(Paragraph(f"Call {home_id} first, for {' and '.join(at.child_ids)}."))
    asked = [source.words(one) for one in (*more, *asks(found))]
    if asked:
        blocks += [Paragraph("Ask, and nothing of it is assumed:"), Bullets(tuple(asked))]
    return Section("In short", tuple(blocks))


def _homes(source: Source, found: Tonight, group: Ranked) -> list[Block]:
    if not len(group):
        return [Paragraph("No home on the register could take them, even with approval: all are barred or full.")]
    calls, shown = found.calls(group), shown_homes(source, group, found)
    rows = tuple(_row(source, found, group, k, int(calls[k])) for k in shown)
    columns = (
        Column("Call", number=True),
        Column("Home"),
        Column("Rules"),
        Column("Points", number=True),
        Column("Miles from home", number=True),
        Column("Needed first"),
        Column("What it takes from others"),
    )
    caption = f"{len(shown)} of {len(group)} homes that could be theirs, best first; Call is the order to ring in"
    blocks: list[Block] = [Table(caption, columns, rows)]
    blocks += _reasons(found, group, shown[:REASONS])
    questions = open_questions(found.proposal, group)
    if questions is not None:
        blocks.append(questions)
    blocks += _before(source, found, group, calls.tolist())
    return blocks


def _row(source: Source, found: Tonight, group: Ranked, k: int, call: int) -> tuple[Cell, ...]:
    proposal, home = found.proposal, int(group.homes[k])
    first: list[Cell] = []
    if signed := proposal.rule_ids(int(group.answers.sign_off[k])):
        first.append(f"Approval: {signed_in_words(proposal, signed)}")
    if asked := proposal.rule_ids(int(group.answers.unknown[k])):
        first.append(f"An answer to {', '.join(asked)}")
    if not group.places_for_all[k]:
        first.append("More places: the carers offer too few for all of them")
    low, high = int(group.low[k]), int(group.high[k])
    return (
        call or "no",
        (str(proposal.register.homes.ids[home]), home_kind(proposal, home)),
        answer_tag(Answer(int(group.answers.overall()[k]))),
        f"{group.points[k]}" if low == high else (f"{group.points[k]}", f"{low}–{high}"),
        miles_in_words(float(group.miles[k])),
        tuple(first) or "nothing",
        source.words(takes(found, group, k)) or "nothing",
    )


def _reasons(found: Tonight, group: Ranked, shown: Sequence[int]) -> list[Block]:
    index = found.proposal.register.child_index
    homes = [int(group.homes[k]) for k in shown]
    if len(group.child_ids) == 1:
        return [waterfall(found.proposal, index[group.child_ids[0]], home) for home in homes]
    return [waterfall_of_several(found.proposal, group, home) for home in homes]


def _before(source: Source, found: Tonight, group: Ranked, calls: Sequence[int]) -> list[Block]:
    """What comes before confirming the home to call first, besides what always comes first."""
    if 1 not in calls:
        return []
    k = calls.index(1)
    home_id = str(found.proposal.register.homes.ids[int(group.homes[k])])
    gates = gates_of(found, group, k)
    if not gates or not source.may_see_home(home_id):
        return []
    child = found.proposal.register.children[found.proposal.register.child_index[group.child_ids[0]]]
    rows = tuple((one.rule_id, one.words(child, found.proposal.asked)) for one in gates)
    caption = f"Before {home_id} is confirmed, besides what always comes first"
    return [Table(caption, (Column("Rule"), Column("What to do")), rows)]
