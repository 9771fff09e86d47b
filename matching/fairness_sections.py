"""Fairness in words, tables and bars: of one round for casework, and as it may be said to everybody else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from matching.envy import Case, Envy
from matching.fairness import HARMED, Fairness, title_of, why
from matching.fairness_figures import MORE, Figure
from matching.fairness_groups import PROXY, TITLES, UNKNOWN
from matching.fairness_hiding import EVERYBODY, Said
from matching.fairness_outcomes import MEASURES, Measure
from matching.fairness_proxies import Proxy
from matching.floors import KINDS, Floor, Outcome
from reporting.bars import Row, bars_svg
from reporting.section import (
    Block,
    Bullets,
    Cell,
    Column,
    Disclosure,
    Notice,
    Paragraph,
    Picture,
    Section,
    Table,
    Tag,
    Tone,
)

MOST_CASES: Final = 50
"""Cases of envy in one table; the file has them all."""
LOOK: Final = (
    "A difference is not yet unfair, and no difference is not yet fair: it says where to look. A group may have fewer "
    "homes because fewer carers are approved for it.",
)

Name = Callable[[int], str]


def percent(value: float | None) -> str:
    """A share in whole percent, or a dash."""
    return "–" if value is None else f"{100 * value:.0f}%"


def amount(measure: Measure, value: float | None) -> str:
    """A figure as it is read."""
    if measure.share or value is None:
        return percent(value)
    return f"{value:.1f}" if measure.unit == "miles" else f"{value:.0f}"


def between(measure: Measure, low: float | None, high: float | None) -> str:
    """An interval as it is read."""
    return "–" if low is None or high is None else f"{amount(measure, low)} to {amount(measure, high)}"


# ---- one round, for casework ---------------------------------------------------------------------------------------


def fairness_sections(found: Fairness, *, level: int = 2) -> list[Section]:
    """What a round does for each group: what stands out first, then every figure."""
    blocks: list[Block] = [Paragraph(round_sentence(found), strong=True), Notice("How to read this", LOOK, "caution")]
    worse = [_said_of(one) for one in found.stand_out]
    if worse:
        blocks.append(Bullets(tuple(worse)))
    blocks.append(everybody_table(found))
    gaps = [f"{TITLES[name]}: {n} of {_children(found)}" for name, n in found.not_recorded.items() if n]
    if gaps:
        text = "Children of whom it is not recorded are a group of their own, never left out."
        blocks.append(Notice("Not recorded", (*gaps, text), "question"))
    blocks += [Paragraph(words) for words in PROXY.values()]
    parts = [Section("Is everybody served alike?", tuple(blocks), level=level, anchor="fairness")]
    tables = tuple(Disclosure(f"{one.title}: every group", (measure_table(found, one),)) for one in MEASURES)
    parts.append(Section("Each measure, by group", tables, level=level + 1))
    return parts


def round_sentence(found: Fairness) -> str:
    """A round in a sentence, without a number of children."""
    if not _children(found):
        return "There is no child in this round whose chances could be compared."
    if not found.looks:
        return (
            "Fairness: there are too few children in this round to say whether groups are served alike; the totals "
            "over time say more."
        )
    many = f"of {found.looks} comparisons between groups"
    if not found.stand_out:
        return f"Fairness: {many} none shows a difference that chance would not explain; few children prove little."
    if not found.worse:
        return f"Fairness: {many} {len(found.stand_out)} differ by more than chance explains, none to a disadvantage."
    names = "; ".join(dict.fromkeys(f"{_who(one)} ({one.measure.title.lower()})" for one in found.worse))
    return f"Fairness: {many} {len(found.worse)} show a group worse off by more than chance explains: {names}."


def _children(found: Fairness) -> int:
    return found.everybody[0].n


def _who(one: Figure) -> str:
    return f"{title_of(one.characteristic).lower()} {one.group}"


def _said_of(one: Figure) -> Cell:
    way = "more" if one.said == MORE else "less"
    tone: Tone = "bad" if one.worse else "plain"
    text = (
        f"{one.measure.title}, {_who(one)}: {amount(one.measure, one.value)}, {way} than for everybody else by "
        f"{amount(one.measure, abs(one.difference or 0.0))} (between "
        f"{between(one.measure, one.difference_low, one.difference_high)})."
    )
    return (Tag("worse off" if one.worse else "differs", tone), text)


def everybody_table(found: Fairness) -> Table:
    """Each measure of all children together."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            (one.measure.title, one.measure.meaning),
            f"{one.n}",
            amount(one.measure, one.value),
            between(one.measure, one.low, one.high),
        )
        for one in found.everybody
    )
    columns = (
        Column("Measure"),
        Column("Children counted", number=True),
        Column("All of them", number=True),
        Column("95% interval", number=True),
    )
    return Table("Everybody in the round", columns, rows)


def measure_table(found: Fairness, measure: Measure) -> Table:
    """One measure for every group in which there is anybody."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            f"{title_of(one.characteristic)}: {one.group}",
            f"{one.n}",
            amount(measure, one.value),
            between(measure, one.low, one.high),
            _difference(one),
            Tag(one.said, "bad" if one.worse else "plain") if one.stands_out else one.said,
        )
        for one in found.figures
        if one.measure is measure
    )
    columns = (
        Column("Group"),
        Column("Children counted", number=True),
        Column(measure.title, number=True),
        Column("95% interval", number=True),
        Column("Less everybody else", number=True),
        Column("In words"),
    )
    note = (
        "Shares: Wilson's interval, Newcombe's of a difference, Fisher's exact test. Means: Student's and Welch's. "
        "Words allow for how many comparisons were made (Holm)."
    )
    return Table(f"{measure.title}, {measure.meaning}", columns, rows, (note,))


def _difference(one: Figure) -> str:
    if one.difference is None:
        return "–"
    sign = "+" if one.difference > 0 else "−" if one.difference < 0 else ""
    return f"{sign}{amount(one.measure, abs(one.difference))}"


def picture_of(found: Sequence[Figure], measure: Measure, characteristic: str, table: Table) -> Picture | None:
    """Bars of one share for the groups of one characteristic, each with its interval; None where there is nothing."""
    some = [
        one
        for one in found
        if one.measure is measure and one.characteristic in (characteristic, EVERYBODY) and one.value is not None
    ]
    if not some or not measure.share:
        return None
    rows = [
        Row(
            one.group.capitalize(),
            (100 * (one.value or 0.0),),
            f"{percent(one.value)} ({between(measure, one.low, one.high)})",
            low=None if one.low is None else 100 * one.low,
            high=None if one.high is None else 100 * one.high,
        )
        for one in some
    ]
    title = f"{measure.title}, by {title_of(characteristic).lower()}, percent of children"
    alt = "; ".join(f"{one.group} {percent(one.value)}" for one in some)
    return Picture(title, bars_svg(rows, title=title, alt=alt), alt, table)


# ---- who would rather have the home of another ---------------------------------------------------------------------


def envy_section(found: Envy, child: Name, home: Name, *, level: int = 2) -> Section:
    """The audit of wishes with the better claim. `child`, `home`: how each, by index, is called."""
    if not found.count:
        text = "Nobody who has waited longer, and is no less urgent, would fit better in a home that goes to another."
        return Section("Longer waits and better homes", (Paragraph(text),), level=level, anchor="envy")
    unexplained = len(found.unexplained)
    first = (
        f"{found.count} times somebody who has waited longer, and is no less urgent, would fit better in a home that "
        f"goes to somebody else and could lawfully live there. A priority of the council justifies "
        f"{found.count - unexplained} of them; {unexplained} nothing but the fixed rule of ids decides."
    )
    rows = tuple((HARMED.get(tier, "no priority would be harmed"), f"{n}") for tier, n in _tiers(found))
    by_tier = Table("What a swap would harm first", (Column("Priority"), Column("Cases", number=True)), rows)
    listed = sorted(found.cases, key=lambda one: one.is_explained)[:MOST_CASES]
    cases = Table(
        "Each case",
        (Column("Who"), Column("Would rather have"), Column("It goes to"), Column("Days longer", number=True),
         Column("Points there and now", number=True), Column("Why")),
        tuple(_case(one, child, home) for one in listed),
        (f"{found.count - len(listed)} more are in envy.csv.",) if found.count > len(listed) else (),
    )  # fmt: skip
    blocks: tuple[Block, ...] = (
        Paragraph(first),
        by_tier,
        Disclosure(f"Show {len(listed)} of {found.count}", (cases,), on_paper=False),
    )
    return Section("Longer waits and better homes", blocks, level=level, anchor="envy")


def _tiers(found: Envy) -> list[tuple[str, int]]:
    return sorted(found.by_tier.items(), key=lambda one: (-one[1], one[0]))


def _case(one: Case, child: Name, home: Name) -> tuple[Cell, ...]:
    return (
        " and ".join(child(c) for c in one.a),
        home(one.home),
        " and ".join(child(c) for c in one.b),
        f"{one.days_longer}",
        f"{one.points_there} and {one.points_now}",
        why(one) if one.is_explained else Tag(why(one), "caution"),
    )


def case_sentence(one: Case, child: Name, home: Name) -> str:
    """One case in a sentence, for the people at the table."""
    who = " and ".join(child(c) for c in one.a)
    other = " and ".join(child(c) for c in one.b)
    return (
        f"{who} waited {one.days_longer} days longer than {other}, and home {home(one.home)}, which goes to {other}, "
        f"would fit better. {why(one)}"
    )


# ---- what else tells, and what a floor costs -----------------------------------------------------------------------


def proxies_section(found: Sequence[Proxy], *, level: int = 2) -> Section:
    """Which facts tell a protected characteristic beyond chance."""
    heading = "What stands in for what"
    if not found:
        text = "There are too few children in this round to say whether any fact stands in for a characteristic."
        return Section(heading, (Paragraph(text),), level=level, anchor="proxies")
    standing = [one for one in found if one.stands]
    text = (
        f"{len(found)} times a fact, or what a consideration gives on average over the homes open to a child, was held "
        f"against a characteristic; {len(standing)} tell it beyond chance. No rule and no consideration asks for "
        "ethnicity or faith to keep a child from a home; with faith and identity a home can only gain."
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            one.fact.capitalize(),
            title_of(one.characteristic),
            proxy_words(one),
            f"{one.strength:.2f}",
            f"{one.chance:.3f}",
            f"{one.n}",
            "looks at it by design" if one.by_design else Tag("look here", "caution"),
        )
        for one in sorted(standing, key=lambda one: (-one.strength, one.fact))
    )
    columns = (
        Column("Fact"),
        Column("Tells of"),
        Column("How well"),
        Column("Strength", number=True),
        Column("By chance", number=True),
        Column("Children or families", number=True),
        Column("What to do"),
    )
    note = (
        "Strength from 0 to 1: the share of variance that lies between groups, or Cramér's V. By chance: how often "
        "labels dealt at random tell as much."
    )
    blocks: list[Block] = [Paragraph(text)]
    if rows:
        blocks.append(Table("Facts that tell a characteristic beyond chance", columns, rows, (note,)))
    return Section(heading, tuple(blocks), level=level, anchor="proxies")


def proxy_words(one: Proxy) -> str:
    """How well a fact tells, in words."""
    if one.guessed is None:
        size = "strongly" if one.strength >= 0.5 else "clearly" if one.strength >= 0.3 else "somewhat"
        return f"goes with it {size}"
    return f"tells {one.group} from the rest {100 * one.guessed:.0f} times in 100 (by chance 50)"


def floors_section(found: Sequence[Floor], *, level: int = 2) -> Section:
    """What it would cost everybody else if a group did at least as well as all children."""
    heading = "The price of a floor"
    if not found:
        text = "Every group does as well as all children together, or floors were not worked out for this round."
        return Section(heading, (Paragraph(text),), level=level, anchor="floors")
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            f"{title_of(one.characteristic)}: {one.group}",
            KINDS[one.kind],
            f"{one.now} of {one.children}",
            f"{one.least}",
            (Tag(one.outcome.value, "bad" if one.outcome is Outcome.IMPOSSIBLE else "plain"), floor_words(one)),
        )
        for one in found
    )
    columns = (
        Column("Group"),
        Column("Floor"),
        Column("Now", number=True),
        Column("At least", number=True),
        Column("What it would cost"),
    )
    text = (
        "What it would cost everybody else if at least as large a share of a group as of all children had a home, or a "
        "local one. The round was solved again for each, and proved. Nothing of this is applied: it is for people to "
        "weigh, and a floor by a protected characteristic needs legal advice."
    )
    return Section(
        heading, (Paragraph(text), Table("Floors and their price", columns, rows)), level=level, anchor="floors"
    )


def floor_words(one: Floor) -> str:
    """The price of one floor in a sentence, in children."""
    if one.outcome is Outcome.IMPOSSIBLE:
        most = "None" if one.most == 0 else f"At most {one.most}"
        return f"{most} of them can {KINDS[one.kind]}." if one.most is not None else ""
    if one.outcome is not Outcome.PRICED or one.lost is None:
        return ""
    kind = "a home" if one.kind == "placed" else "a local home"
    parts = []
    if one.others_lose:
        parts.append(f"{_number(one.others_lose)} fewer of the others would have {kind}")
    if one.kind != "placed" and one.others_placed_less:
        parts.append(f"{_number(one.others_placed_less)} fewer of the others would have a home at all")
    lost = {tier: n for tier, n in one.lost.items() if n > 0 and tier not in ("cost", "points")}
    parts += [f"{HARMED[tier]} ({n})" for tier, n in lost.items()]
    if one.lost.get("points", 0) > 0 and not lost:
        parts.append(f"the homes would fit all children less well by {one.lost['points']} points in sum")
    parts.append(f"{_number(one.others_moved)} of the others would have another home, or none")
    return "; ".join(parts).capitalize() + "."


def _number(n: int) -> str:
    return "none" if n == 0 else f"{n}"


# ---- as it may be said to everybody --------------------------------------------------------------------------------


def said_table(found: Sequence[Said], measure: Measure, characteristic: str, caption: str) -> Table:
    """One measure by one characteristic as it may be said."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            one.figure.group.capitalize() if one.figure.group != UNKNOWN else UNKNOWN.capitalize(),
            one.n or "–",
            amount(measure, one.figure.value) if one.figure.value is not None else "c",
            between(measure, one.figure.low, one.figure.high),
            one.figure.said,
        )
        for one in found
        if one.figure.measure is measure and one.figure.characteristic in (EVERYBODY, characteristic)
    )
    columns = (
        Column("Group"),
        Column("Children, to the nearest 5", number=True),
        Column(measure.title, number=True),
        Column("95% interval", number=True),
        Column("Beside everybody else"),
    )
    note = (
        "c: hidden, so that no child can be told from it. All figures are worked out from counts to the nearest five."
    )
    return Table(caption, columns, rows, (note,))
