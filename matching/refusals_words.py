"""What refusals do to a plan, in sections for the report and the page: bands, back-ups, and who loses what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from matching.acceptance import FEW, Band
from matching.alternatives import BackUp, Group
from matching.asking import Asking
from matching.explain_alternatives import loss_words
from matching.refusals import Expected, Likelier, Refusals, Refused
from matching.words import TIER_WORDS, tier_value
from reporting.bars import Row, bars_svg
from reporting.section import Block, Cell, Column, Disclosure, Notice, Paragraph, Picture, Section, Table, Tag, Tone

BAND_TONES: dict[Band, Tone] = {
    Band.USUALLY: "good",
    Band.MORE_OFTEN: "plain",
    Band.NOT_MORE: "caution",
    Band.NOT_KNOWN: "question",
    Band.ALIKE: "plain",
}
NOT_LOOKED_AT = (
    "What a child is (ethnicity, religion, sex, disability) plays no part in it. A band bars no home and ranks none: "
    "it says whom to be ready for."
)


@dataclass(frozen=True, slots=True)
class Shown:
    """How people and homes are named to one reader; groups that are not `seen` are left out."""

    who: Callable[[str], str] = str
    where: Callable[[str], str] = str
    seen: Callable[[Group], bool] = lambda _: True


EVERYBODY = Shown()


def refusals_sections(asking: Asking, found: Refusals, shown: Shown = EVERYBODY) -> list[Section]:
    """Everything about refusals, in reading order."""
    blocks: list[Block] = [*why_blocks(asking)]
    if not found.groups:
        blocks.append(
            Paragraph("No carers have to be asked: no home is proposed that children do not live in already.")
        )
        return [Section("If a carer says no", tuple(blocks), anchor="refusals")]
    blocks.append(carers_table(asking, found, shown))
    blocks += refused_blocks(asking, found, shown)
    if found.expected is not None:
        blocks.append(_on_average(asking, found.expected))
    if found.likelier is not None:
        blocks += _likelier(asking, found.likelier, shown)
    elif found.sought_likelier:
        blocks.append(
            Paragraph(
                "No plan as good has carers likelier to accept."
                if asking.acceptance.used
                else "Carers are not told apart, so no plan can be said to have carers likelier to accept."
            )
        )
    return [Section("If a carer says no", tuple(blocks), anchor="refusals")]


def why_blocks(asking: Asking) -> list[Block]:
    """Whether carers are told apart, and why; how that was tried."""
    known = asking.acceptance
    title = "Carers are told apart by their answers" if known.used else "Carers are not told apart by their answers"
    rate = (
        "How often carers say yes cannot be said."
        if known.rate is None
        else f"Of {known.answered:,} recorded answers {known.accepted:,} were yes."
    )
    blocks: list[Block] = [Notice(title, (known.why, rate, NOT_LOOKED_AT), "plain" if known.used else "question")]
    if known.tried is not None and known.tried.calibration:
        rows: tuple[tuple[Cell, ...], ...] = tuple(
            (
                f"{100 * one.low:.0f} to {100 * one.high:.0f} in 100",
                one.answers,
                f"{100 * one.foretold:.0f}",
                f"{100 * one.came:.0f}",
            )
            for one in known.tried.calibration
        )
        table = Table(
            "Answers foretold before they came: yeses in 100",
            (
                Column("Chance of a yes, as foretold"),
                Column("Answers", number=True),
                Column("Foretold", number=True),
                Column("Came", number=True),
            ),
            rows,
            ("Each answer was foretold only from answers that were known before it was asked for.",),
        )
        blocks.append(Disclosure("How right it was on answers it had not seen", (table,)))
    return blocks


def carers_table(asking: Asking, found: Refusals, shown: Shown) -> Table:
    """Each group whose carers are to be asked: what they said before, in words, and where to turn."""
    rows: list[tuple[Cell, ...]] = []
    hidden = 0
    for one in found.back_ups:
        if not shown.seen(one.group):
            hidden += 1
            continue
        rows.append(
            (
                _children(asking, one.group.children, shown),
                _home(asking, one.group.home, shown),
                band_cell(asking, one.group),
                _turn_to(asking, one, shown),
            )
        )
    notes = [
        f"A carer who answered fewer than {FEW} times is not told apart. Enquiries without an answer count as neither.",
        "Where to turn: the best lawful home with nobody else moving. Nobody there has been asked.",
    ]
    if hidden:
        notes.append(f"{hidden} more are not shown to you.")
    return Table(
        "Whom the plan has to ask",
        (Column("Child or family"), Column("Proposed home"), Column("How its carers answer"), Column("Where to turn")),
        tuple(rows),
        tuple(notes),
    )


def asked_table(asking: Asking, groups: Sequence[Group], shown: Shown) -> Table:
    """The same before any back-up was looked for: who is to be asked, and how they answered before."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (_children(asking, one.children, shown), _home(asking, one.home, shown), band_cell(asking, one))
        for one in groups
        if shown.seen(one)
    )
    return Table(
        "Whom the plan has to ask",
        (Column("Child or family"), Column("Proposed home"), Column("How its carers answer")),
        rows,
        (f"A carer who answered fewer than {FEW} times is not told apart. No answer counts as neither yes nor no.",),
    )


def band_cell(asking: Asking, group: Group) -> Cell:
    """The band of the carers for this request, with the counts behind it."""
    home = asking.proposal.register.records.homes[group.home]
    band = asking.acceptance.band(home, asking.request(group))
    return (Tag(band.value, BAND_TONES[band]), asking.acceptance.count(home.home_id).words)


def refused_blocks(asking: Asking, found: Refusals, shown: Shown) -> list[Block]:
    """How many children the plan still places after one refusal, two, three: a drawing and its table."""
    now = asking.proposal.question.values_of(asking.proposal.solution.home_of)["placed"]
    what = "cost the children most" if found.worst else "are likeliest" if found.likeliest else "were chosen"
    bars = [Row("Nobody refuses", (float(now),), f"{now}")]
    bars += [
        Row(_refuse(len(one.groups)), (float(one.after.values["placed"]),), f"{one.after.values['placed']}")
        for one in found.refused
    ]
    least = found.refused[-1]
    left = now - least.after.values["placed"]
    title = f"After {len(least.groups)} refusal{'' if len(least.groups) == 1 else 's'}, " + (
        f"{left} fewer {'child has' if left == 1 else 'children have'} a home" if left else "as many have a home"
    )
    alt = " ".join(f"{one.name}: {one.text} children placed." for one in bars)
    rows = tuple(_refused_row(asking, one, shown) for one in found.refused)
    notes = [
        f"Refusals that {what}; all of them at once. Every other child may move; each plan is the best left, in the "
        "council's order of priorities, and was checked like the plan itself.",
    ]
    if found.worst:
        notes.append(_how_worst(found.refused))
    table = Table(
        f"What refusals do to the plan: those that {what}",
        (
            Column("Who refuses"),
            Column("Children placed", number=True),
            Column("What is lost"),
            Column("Who moves"),
            Column("Proof"),
        ),
        rows,
        tuple(notes),
    )
    return [Picture(title, bars_svg(bars, title=title, alt=alt), alt, table)]


def _how_worst(refused: Sequence[Refused]) -> str:
    exact = max((len(one.groups) for one in refused if one.exact), default=0)
    said = "No other one refusal costs more." if exact == 1 else f"No other {exact} refusals, or fewer, cost more."
    if exact == len(refused):
        return said
    more = "Further refusals are the worst on top of those; others together might cost more."
    return f"{said} {more}" if exact else more


def _refused_row(asking: Asking, one: Refused, shown: Shown) -> tuple[Cell, ...]:
    after = one.after
    who: list[Cell] = []
    for group in one.groups:
        if shown.seen(group):
            who.append(f"{_home(asking, group.home, shown)} for {_children(asking, group.children, shown)}")
        else:
            who.append("carers not shown to you")
    children = [child for group in one.groups for child in group.children]
    stranded = [child for child in children if after.home_of[child] < 0]
    lines: list[Cell] = [loss_words(asking.proposal, after.loss)]
    if stranded:
        lines.append(Tag(f"no home for {_children(asking, stranded, shown)}", "bad"))
    if after.without:
        lines.append(Tag(f"left without a home: {_children(asking, after.without, shown)}", "bad"))
    if after.gained:
        lines.append(f"A home for: {_children(asking, after.gained, shown)}")
    moves = _children(asking, after.moved, shown) if after.moved else "nobody else"
    proof = "proved best" if all(after.proved) else Tag("not proved best in the time allowed", "question")
    return (tuple(who), after.values["placed"], tuple(lines), moves, proof)


def _on_average(asking: Asking, mean: Expected) -> Table:
    proposal = asking.proposal
    now = proposal.question.values_of(proposal.solution.home_of)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            TIER_WORDS.get(tier, tier),
            tier_value(tier, now[tier]),
            _mean(tier, mean.first[tier]),
            _mean(tier, mean.backed[tier]),
        )
        for tier in proposal.question.tiers
    )
    notes = [
        "Carers are taken to answer independently, each as often as the chance of this request says"
        + ("." if asking.acceptance.used else "; here one rate for all, because carers are not told apart."),
        "With back-ups: whoever is refused turns to the home named above, whose carers may refuse too.",
    ]
    if mean.shared:
        homes = "home is" if mean.shared == 1 else "homes are"
        notes.append(f"{mean.shared} {homes} the back-up of more than one, and can then serve one: the mean is less.")
    return Table(
        "What the plan is worth on average",
        (
            Column("Priority"),
            Column("If all accept", number=True),
            Column("At the first asking", number=True),
            Column("With back-ups", number=True),
        ),
        rows,
        tuple(notes),
    )


def _mean(tier: str, value: float) -> str:
    return f"£{value / 100:,.0f}" if tier == "cost" else f"{value:,.0f}" if tier == "points" else f"{value:,.1f}"


def _likelier(asking: Asking, one: Likelier, shown: Shown) -> list[Block]:
    q = asking.proposal.question
    before = asking.proposal.solution.home_of
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            _children(asking, (child,), shown),
            _home(asking, int(before[child]), shown),
            _home(asking, int(one.home_of[child]), shown),
        )
        for child in one.changed
    )
    proof = "Proved: no such plan has more." if one.proved else "Not proved in the time allowed: others may have more."
    return [
        Paragraph(
            f"Another plan, with {one.distance.in_words()}, has carers likelier to accept: {one.placed:.1f} children "
            f"expected to be placed at the first asking, where the plan proposed has {one.placed_now:.1f}. Against it: "
            f"{loss_words(asking.proposal, {tier: one.loss[tier] for tier in q.tiers})}. {proof} It is shown, and "
            "changes nothing."
        ),
        Table(
            "A plan whose carers are likelier to accept: what differs",
            (Column("Child"), Column("Proposed"), Column("In that plan")),
            rows,
        ),
    ]


def sentence(asking: Asking, one: BackUp, shown: Shown = EVERYBODY) -> str:
    """What a panel should be ready for, in a sentence, for one group of the plan."""
    home = asking.proposal.register.records.homes[one.group.home]
    count = asking.acceptance.count(home.home_id)
    band = asking.acceptance.band(home, asking.request(one.group))
    said = f"Its carers were {count.words}" if count.asked else "What its carers said before is not recorded"
    told = f" ({band.value})" if band not in (Band.ALIKE, Band.NOT_KNOWN) else ""
    children = _children(asking, one.group.children, shown)
    return (
        f"Home {_home(asking, one.group.home, shown)} for {children}: {said}{told}; "
        f"if they say no, with nobody else moving: {'; '.join(_lines(_turn_to(asking, one, shown)))}."
    )


def _lines(cell: Cell) -> list[str]:
    cells = cell if isinstance(cell, tuple) else (cell,)
    return [one.text if isinstance(one, Tag) else str(one) for one in cells]


def _turn_to(asking: Asking, one: BackUp, shown: Shown) -> Cell:
    homes = one.homes(one.alone)
    if len(set(homes)) == 1:
        first: list[Cell] = [
            Tag("no home is left", "bad") if homes[0] < 0 else f"home {_home(asking, homes[0], shown)}"
        ]
    else:
        first = [
            f"{_children(asking, (child,), shown)}: {_home(asking, home, shown)}"
            for child, home in zip(one.group.children, homes, strict=True)
        ]
    return (*first, loss_words(asking.proposal, one.alone.loss))


def _refuse(many: int) -> str:
    return "One refuses" if many == 1 else f"{('Two', 'Three')[many - 2] if many <= 3 else many} refuse"


def _children(asking: Asking, children: Iterable[int], shown: Shown) -> str:
    ids = asking.proposal.question.child_ids
    return ", ".join(dict.fromkeys(shown.who(ids[child]) for child in children))


def _home(asking: Asking, home: int, shown: Shown) -> str:
    return "no home" if home < 0 else shown.where(asking.proposal.question.home_ids[home])
