"""Today: what needs a person, and the permanence tracker, from the open round, the matches and the day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from frontend.open_round import OpenRound
from frontend.round_view import time_in_words
from matching.clocks import NOT_TOLD, State, StatutoryClock, as_matched, match_clocks, statutory_clocks
from matching.needs_a_person import Kind, ToDo, Urgency, counts, needs_a_person, state_in_words
from matching.placements import NO_HOME
from matching.rules.law import law_on
from matching.words import in_words
from records.store import OnItsWay
from records.store.rounds import Made
from records.store.rows import home, person
from records.store.steps import LIVE, REFUSALS
from records.store.work import ENGLAND
from reporting.section import Block, Cell, Column, Definitions, Disclosure, Notice, Paragraph, Table, Tag, Tone

OLD: Final = timedelta(hours=24)
SHOWN: Final = 10
"""So many entries stand open under each urgency; the rest are folded, never left out."""
CHILDREN_SHOWN: Final = 25
MOST_NAMED: Final = 12
URGENCY_WORDS: Final = {
    Urgency.OVERDUE: "Overdue",
    Urgency.SOON: "Soon",
    Urgency.WAITING: "Waiting for a person",
    Urgency.ASK: "Not recorded: somebody has to say",
}
TONES: Final[dict[State, Tone]] = {State.OVERDUE: "bad", State.SOON: "caution", State.ASK: "question"}
NEEDED: Final = "needed_by"
ENDED: Final = frozenset({"ended", "withdrawn", "reversed"})


@dataclass(frozen=True, slots=True)
class Row:
    """One child in the tracker. `home_id`: the proposed home, None for none; `match`: how far a match has come."""

    child_id: str
    waiting: int | None
    needed_by: date | None
    late: tuple[StatutoryClock, ...]
    soon: tuple[StatutoryClock, ...]
    ask: tuple[StatutoryClock, ...]
    home_id: str | None
    match: str


@dataclass(frozen=True, slots=True)
class Today:
    """All that the page says of one day, for one person: nobody whom they may not see is in it."""

    day: date
    todo: tuple[ToDo, ...]
    rows: tuple[Row, ...]
    hidden: int


def today(round_: OpenRound, matches: Sequence[OnItsWay], day: date) -> Today:
    """What needs a person on this day, and every child of the round, the most pressing first."""
    proposal = round_.proposal
    asked = replace(proposal.asked, day=day, law=law_on(day))

    def seen(ids: Iterable[str]) -> bool:
        return not any(person(one) in round_.withheld or home(one) in round_.withheld for one in ids)

    told = as_matched(statutory_clocks(proposal.register, asked), matches)
    clocks = [one for one in told if seen(one.about)]
    for match in matches:
        clocks += match_clocks(match, day)
    open_ = [(m.match_id, m.group_id, m.home_id, m.route, m.state, m.version) for m in matches]
    everything = needs_a_person(clocks, proposal=proposal, matches=open_, findings=round_.records.findings)
    todo = tuple(one for one in everything if seen(one.who))
    return Today(day, todo, _rows(round_, clocks, matches, day), round_.left_out)


def _rows(
    round_: OpenRound, clocks: Sequence[StatutoryClock], matches: Sequence[OnItsWay], day: date
) -> tuple[Row, ...]:
    ids = round_.proposal.question.home_ids
    # of everybody: a home that may not be shown is not the same as none
    planned = {
        child_id: None if home_ == NO_HOME else round_.where(ids[home_])
        for child_id, home_ in zip(round_.proposal.question.child_ids, round_.proposal.home_of.tolist(), strict=True)
    }
    of_child: dict[str, list[StatutoryClock]] = {}
    for one in clocks:
        if one.of == "child":
            of_child.setdefault(one.who, []).append(one)
    on_way: dict[str, OnItsWay] = {}
    for match in matches:
        for child_id in match.children:
            on_way[child_id] = _further(on_way.get(child_id), match)
    rows = []
    for child in round_.children:
        mine = of_child.get(child.child_id, [])
        waits = any(one.rule_id == "referred_on" for one in mine)
        rows.append(
            Row(
                child.child_id,
                max((day - child.referred_on).days, 0) if waits else None,
                child.needed_by,
                tuple(one for one in mine if one.state is State.OVERDUE),
                tuple(one for one in mine if one.state is State.SOON),
                tuple(one for one in mine if one.state is State.ASK),
                planned.get(child.child_id),
                match_in_words(on_way.get(child.child_id)),
            )
        )
    return tuple(sorted(rows, key=lambda row: (-len(row.late), -len(row.soon), -(row.waiting or 0), row.child_id)))


def _further(one: OnItsWay | None, other: OnItsWay) -> OnItsWay:
    """Of two matches of a child the one that stands; of two that do, or do not, the later."""
    if one is None or other.state in LIVE:
        return other
    if one.state in LIVE or (_over(other) and not _over(one)):
        return one
    return other


def _over(match: OnItsWay) -> bool:
    return match.state in REFUSALS or match.state.partition(":")[0] in ENDED


def on_their_way(matches: Sequence[OnItsWay]) -> dict[str, str]:
    """The matches that wait for a next step, to choose one from: id to words that stay when a step is taken."""
    open_ = [one for one in matches if not _over(one)]
    return {
        one.match_id: f"{one.group_id} with home {one.home_id}"
        for one in sorted(open_, key=lambda one: (one.group_id, one.home_id, one.match_id))
    }


def match_in_words(match: OnItsWay | None) -> str:
    """Where a child's match stands, with its home."""
    return "none" if match is None else f"{match.home_id}: {state_in_words(match.state)}"


# ---- what is drawn -------------------------------------------------------------------------------------------------


def how_old(made: Made | None, now: datetime, newest_snapshot: Made | None) -> list[Block]:
    """The last round and its age; set apart where it is more than a day old, or newer records were brought in."""
    if made is None:
        return []
    at = datetime.fromisoformat(made.at).astimezone(ENGLAND)
    age = now - at
    said = f"worked out by {made.by} on {time_in_words(at)}, from the records of {_day(made.as_of)}"
    blocks: list[Block] = []
    if age > OLD:
        days = age.days
        blocks.append(
            Notice(
                f"The last round is {days} day{'' if days == 1 else 's'} old",
                (f"It was {said}.", "Bring in today's records and work out a new round before anything is decided."),
                "caution",
            )
        )
    else:
        blocks.append(Paragraph(f"The last round was {said}."))
    if newest_snapshot is not None and newest_snapshot.snapshot_id != made.snapshot_id:
        brought = datetime.fromisoformat(newest_snapshot.at).astimezone(ENGLAND)
        if brought > at:
            blocks.append(
                Notice(
                    "Newer records are there",
                    (f"They were brought in on {time_in_words(brought)}. This page is of the round before them.",),
                    "caution",
                )
            )
    return blocks


def _day(as_of: str) -> str:
    return in_words(date.fromisoformat(as_of))


def totals(found: Today) -> Block:
    """How many entries there are of each urgency, and how many children wait for how long."""
    counted = counts(found.todo)
    waiting = sorted(row.waiting for row in found.rows if row.waiting is not None)
    items: list[tuple[str, Cell]] = [
        ("Children in the round", f"{len(found.rows):,}"),
        ("With something overdue", f"{sum(bool(row.late) for row in found.rows):,}"),
        ("Without a proposed home", f"{sum(row.home_id is None for row in found.rows):,}"),
    ]
    if waiting:
        middle = waiting[len(waiting) // 2]
        items.append(("Longest wait since referral", f"{waiting[-1]:,} days; half have waited {middle:,} or more"))
    items.append(("Things that need a person", ", ".join(f"{n:,} {u.value}" for u, n in counted.items())))
    return Definitions(tuple(items))


def who_acts(found: Today) -> list[str]:
    """Everybody who has something to do, by name of their part."""
    return sorted({one.acts for one in found.todo})


def to_do(found: Today, acts: str | None = None) -> list[Block]:
    """What needs a person, the most pressing first; of one part only, if one is given."""
    chosen = [one for one in found.todo if acts in (None, one.acts)]
    if not chosen:
        return [Paragraph("Nothing needs a person today." if acts is None else f"Nothing waits for: {acts}.")]
    blocks: list[Block] = []
    for urgency in Urgency:
        some = [one for one in chosen if one.urgency is urgency]
        if not some:
            continue
        words = URGENCY_WORDS[urgency]
        blocks.append(_todo_table(f"{words}: {len(some):,}", some[:SHOWN]))
        if len(some) > SHOWN:
            rest = _todo_table(f"{words}, the other {len(some) - SHOWN:,}", some[SHOWN:])
            blocks.append(Disclosure(f"Show the other {len(some) - SHOWN:,} ({words.lower()})", (rest,), False))
    return blocks


_COLUMNS: Final = ("About", "What to do", "Who acts", "Last day", "Not known")


def _todo_table(caption: str, some: Sequence[ToDo]) -> Table:
    rows = [_todo_row(one) for one in some]
    # a column that is empty throughout only takes room
    kept = [k for k in range(len(_COLUMNS)) if any(row[k] is not None for row in rows)]
    columns = tuple(Column(_COLUMNS[k]) for k in kept)
    return Table(caption, columns, tuple(tuple(row[k] for k in kept) for row in rows))


def _todo_row(one: ToDo) -> tuple[Cell, ...]:
    more = len(one.who) - MOST_NAMED
    about = ", ".join(one.who[:MOST_NAMED]) + (f" and {more:,} more" if more > 0 else "")
    due: Cell = None if one.due is None else in_words(one.due)
    if one.urgency is Urgency.OVERDUE and one.due is not None:
        due = (in_words(one.due), Tag("overdue", "bad"))
    rule = f" [{one.rule_id}]" if one.rule_id and one.kind is not Kind.LEFT_OUT and "_" not in one.rule_id else ""
    return about or "the round", one.what + rule, one.acts, due, one.not_known or None


def tracker(found: Today, only: str) -> list[Block]:
    """The children, the most pressing first: waiting, clocks, proposed home, match. `only`: see `FILTERS`."""
    rows = [row for row in found.rows if FILTERS[only](row)]
    if not rows:
        return [Paragraph("No child of the round is in this list.")]
    blocks: list[Block] = [_children(f"{only}: {len(rows):,} of {len(found.rows):,}", rows[:CHILDREN_SHOWN], found.day)]
    if len(rows) > CHILDREN_SHOWN:
        more = len(rows) - CHILDREN_SHOWN
        rest = _children(f"{only}, the other {more:,}", rows[CHILDREN_SHOWN:], found.day)
        blocks.append(Disclosure(f"Show the other {more:,} children", (rest,), False))
    return blocks


FILTERS: Final[dict[str, Callable[[Row], bool]]] = {
    "Every child": lambda row: True,  # noqa: ARG005
    "Something overdue": lambda row: bool(row.late),
    "Something soon": lambda row: bool(row.soon),
    "Something not recorded": lambda row: bool(row.ask),
    "No home proposed": lambda row: row.home_id is None,
    "No match begun": lambda row: row.match == "none",
}


def _children(caption: str, rows: Sequence[Row], day: date) -> Table:
    columns = (
        Column("Child"),
        Column("Days waiting", number=True),
        Column("Home needed by"),
        Column("Clocks"),
        Column("Proposed home"),
        Column("Match"),
    )
    notes = (
        "Days waiting: since the referral; blank for a child who stays where they live. Match: how far the match that "
        "people recorded has come.",
    )
    return Table(caption, columns, tuple(_child(row, day) for row in rows), notes)


def _child(row: Row, day: date) -> tuple[Cell, ...]:
    pressing = (*row.late, *row.soon)
    clocks: list[Cell] = [
        Tag(f"{one.name}: {one.left_in_words(day)}", TONES[one.state]) for one in pressing if one.rule_id != NEEDED
    ]
    if row.ask:
        clocks.append("Not recorded: " + ", ".join(dict.fromkeys(one.name.lower() for one in row.ask)))
    needed: Cell = "not recorded" if row.needed_by is None else in_words(row.needed_by)
    if row.waiting is None:
        needed = "placed" if row.match.endswith(": placed") else "stays"
    for one in pressing:
        if one.rule_id == NEEDED:
            needed = (needed, Tag(one.left_in_words(day), TONES[one.state]))
    home_: Cell = Tag("no home", "bad") if row.home_id is None else row.home_id
    return row.child_id, row.waiting, needed, tuple(clocks) or "nothing overdue or soon", home_, row.match


def not_told() -> Block:
    """Clocks of the law that nothing kept here can tell."""
    rows = tuple((name, why) for name, why in NOT_TOLD)
    table = Table("Keep these elsewhere", (Column("Clock"), Column("Why it cannot be told here")), rows)
    return Disclosure("Clocks that these records cannot tell", (table,))
