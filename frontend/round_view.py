"""What the page of the whole council says: how a round stands, its plan, and what people said before it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from frontend.open_round import NOT_SHOWN, OpenRound
from matching.placements import NO_HOME, Placement
from matching.priorities import priorities_table
from matching.since import ChildSince, What
from matching.words import (
    answer_tag,
    council_in_words,
    home_id,
    home_kind,
    in_words,
    miles_in_words,
    points_cell,
    signed_by,
)
from records.ages import age_on
from records.store.rounds import Made
from records.store.saying import Thing
from records.store.work import ENGLAND
from reporting.section import Block, Cell, Column, Definitions, Notice, Paragraph, Table, Tag, Tone

PAGE_OF: Final = 50


def time_in_words(at: str | datetime) -> str:
    """A time of the trail as people write it: 2 November 2026 at 17:30."""
    when = datetime.fromisoformat(at) if isinstance(at, str) else at
    local = when.astimezone(ENGLAND)
    return f"{in_words(local.date())} at {local:%H:%M}"


def run_words(made: Made) -> str:
    """A run as it stands in a list to choose from."""
    return f"Worked out on {time_in_words(made.at)} by {made.by}"


def snapshot_words(made: Made) -> str:
    """A snapshot of records as it stands in a list to choose from."""
    day = in_words(datetime.fromisoformat(made.as_of).date())
    counts = made.counts
    rows = f": {counts['children']:,} children, {counts['homes']:,} homes" if counts else ""
    return f"Records for {day}{rows} (brought in on {time_in_words(made.at)})"


def at_a_glance(round_: OpenRound, made: Made | None) -> Block:
    """How many children have a home in the plan, and on which facts."""
    proposal = round_.proposal
    placed = sum(p.home != NO_HOME for p in round_.whole_plan)
    facts: list[tuple[str, Cell]] = [
        ("Records for", in_words(proposal.register.day)),
        ("Worked out", "not known" if made is None else f"on {time_in_words(made.at)} by {made.by}"),
        ("Council", f"{council_in_words(proposal)}, {proposal.council_found}"),
        ("Children with a home in the plan", f"{placed:,} of {len(round_.whole_plan):,}"),
        ("Homes on the register", f"{len(round_.homes):,}"),
        ("Families the plan would split", f"{len(round_.splits):,}"),
    ]
    if round_.left_out:
        facts.append(("Not shown to you", f"{round_.left_out:,} children or homes"))
    return Definitions(tuple(facts))


def proof(round_: OpenRound) -> list[Block]:
    """Each priority with its value, the best possible, and whether that is proved."""
    solution = round_.proposal.solution
    note = "Each priority is settled before the next is looked at."
    table = priorities_table(solution, (note,), proved="proved best")
    if solution.proved:
        return [table]
    words = (
        "It breaks no rule that nobody may lift; the approvals and questions it rests on are shown.",
        "It is the best that was found in the time. A better one may exist, within the bounds shown.",
        "Work it out again with more time to have it proved.",
    )
    return [Notice("Not proved best", words, "caution"), table]


def plan_table(round_: OpenRound, some: Sequence[Placement]) -> Block:
    """The plan, or some of it, a row for each child."""
    proposal = round_.proposal
    rows: list[tuple[Cell, ...]] = []
    for p in some:
        i = proposal.register.child_index[p.child_id]
        child = proposal.register.children[i]
        family: tuple[Cell, ...] = (f"family {child.family_id}",) if child.family_id is not None else ()
        age = f"{age_on(child.date_of_birth, proposal.register.day)}"
        if p.home == NO_HOME:
            none: tuple[Cell, ...] = (Tag("no home found", "bad"), None, None, None, None, "see what would help")
            rows.append(((p.child_id, *family), age, *none))
            continue
        if not round_.home_is_shown(p):
            rows.append(((p.child_id, *family), age, f"a home {NOT_SHOWN}", None, None, None, None, None))
            continue
        at = proposal.at(i, p.home)
        with_whom = [round_.who(c) for c in p.placed_with]
        where: list[Cell] = [home_id(proposal, p.home), home_kind(proposal, p.home)]
        where += ["stays there"] if p.stays else []
        where += [f"with {', '.join(with_whom)}"] if with_whom else []
        rows.append(
            (
                (p.child_id, *family),
                age,
                tuple(where),
                answer_tag(p.answer),
                points_cell(proposal, i, p.home),
                miles_in_words(float(proposal.miles_home[at])),
                miles_in_words(float(proposal.miles_school[at])),
                signed_by(proposal, p),
            )
        )
    return Table(
        f"The homes the plan proposes: {len(some)} of {len(round_.whole_plan)} children",
        (
            Column("Child"),
            Column("Age", number=True),
            Column("Home"),
            Column("Rules"),
            Column("Points", number=True),
            Column("Miles from home", number=True),
            Column("Miles to school", number=True),
            Column("Who must approve first"),
        ),
        tuple(rows),
        ("Miles are straight lines. Nothing here is decided.",),
    )


def splits_table(round_: OpenRound) -> Block | None:
    """Brothers and sisters whom the plan would part; None where there are none."""
    rows = tuple(
        (s.family_id, f"{a} and {b}", "not known" if apart is None else f"{apart:.1f}")
        for s in round_.splits
        for a, b, apart in s.parted
    )
    if not rows:
        return None
    return Table(
        "Brothers and sisters, not assessed apart, who would not live together",
        (Column("Family"), Column("Who would be parted"), Column("Miles between their homes", number=True)),
        rows,
        ("A split is a decision with reasons, a plan for contact and a day for review; it is never taken here.",),
    )


def said_table(things: Iterable[Thing]) -> Block | None:
    """What people asked of the next round: homes to keep and homes not to propose; None where they asked nothing."""
    rows: list[tuple[Cell, ...]] = []
    for one in things:
        if not one.body["withdrawn"]:
            what = "keep this home" if one.kind == "pin" else "do not propose"
            rows.append(
                (", ".join(one.body["child_ids"]), one.body["home_id"], what, one.body["reason"], one.body["by"])
            )
    if not rows:
        return None
    return Table(
        "What the next round is told",
        (Column("Child"), Column("Home"), Column("What"), Column("Why"), Column("Said by")),
        tuple(rows),
        ("The rules come first: a home that the law bars is never used because somebody asked for it.",),
    )


def said_words(one: Thing) -> str:
    """What somebody asked of the next round, as it stands in a list to choose from."""
    what = "keep this home" if one.kind == "pin" else "do not propose"
    return f"{', '.join(one.body['child_ids'])} and {one.body['home_id']}: {what}"


def told_before(document: Mapping[str, object]) -> dict[str, str | None]:
    """The home each child had in a kept run: what people may have been told."""
    result = document["result"]
    assert isinstance(result, Mapping)  # noqa: S101 - as `whole_round` writes it
    return dict(result["home_of"])


SINCE_TAGS: Final[Mapping[What, Tone]] = {
    What.HOME_LOST: "bad",
    What.OTHER_HOME: "caution",
    What.HOME_GAINED: "good",
    What.NEW_CHILD: "question",
    What.CHILD_LEFT: "plain",
    What.NOT_YET: "bad",
    What.SAME: "plain",
}
"""In the order in which a panel wants them."""


def since_blocks(round_: OpenRound, found: Sequence[ChildSince], name: str) -> list[Block]:
    """What became of each child since an earlier plan, and why; those of whom nothing changed are counted."""
    seen = [one for one in found if round_.may_see_child(one.child_id)]
    changed = [one for one in seen if one.what not in (What.SAME, What.NOT_YET)]
    order = list(SINCE_TAGS)
    rows = tuple(
        (
            one.child_id,
            Tag(one.what.value, SINCE_TAGS[one.what]),
            round_.where(one.before) if one.before is not None else "none",
            round_.where(one.now) if one.now is not None else "none",
            tuple(round_.words(reason.words) for reason in one.reasons) or None,
        )
        for one in sorted(changed, key=lambda one: (order.index(one.what), one.child_id))
    )
    same = sum(one.what is What.SAME for one in seen)
    still = sum(one.what is What.NOT_YET for one in seen)
    counted = f"The same home as before: {same:,}. Still no home: {still:,}."
    if not rows:
        return [Paragraph(f"Nothing has changed for any child. {counted}")]
    columns = (Column("Child"), Column("What"), Column("Before"), Column("Now"), Column("Why"))
    return [Table(f"{name}: {len(rows)} children", columns, rows, (counted,))]
