"""From the book of all figures to what one edition may say of each: the one door through which anything is published.

All counts of the book are hidden together, whatever a document later shows, and alike in every edition but the
confidential one, so that no two publications can be taken from one another. What would be printed is attacked as a
whole before anything is returned.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import pandas as pd

from reporting.disclosure import HIDDEN, Refused, Rules, percentage
from reporting.fact import Book, Facts, Kind, Unit
from reporting.hiding import EFFORT
from reporting.lens import NOT_KNOWN, HiddenRow, Lens
from reporting.publish_attack import attack
from reporting.publish_before import Before, Together
from reporting.publish_counts import Safe, counts_of, safely
from reporting.publish_forecasts import hidden_ahead, printed_ahead
from reporting.publish_money import PROTECTS, SMALL, hidden_means, hidden_money, printed_means, printed_money
from reporting.section import Edition

NOT_PROVED: Final = "More is hidden than need be, perhaps: the search for the least that will do was cut short."


def publish(
    book: Book,
    edition: Edition,
    rules: Rules | None = None,
    *,
    parents: Mapping[str, Mapping[str, str]] | None = None,
    alongside: Sequence[Book] = (),
    before: Before | None = None,
    effort: int = EFFORT,
) -> Lens:
    """What an edition may say of a book's figures; the confidential edition says all.

    `parents`: for a dimension, each category to the one that it is part of. `alongside`: books of other scenarios of
    the same council and day that are published too; what is hidden in one is hidden in all. `before`: the edition
    that was published last, made with the one before it if any; no count can be told from both. Raises `Refused`
    where what would be printed tells a hidden figure, or the book contradicts itself.
    """
    if edition is Edition.CONFIDENTIAL:
        return Lens(book, edition)
    rules = rules or Rules()
    _nobody_in_plain(book)
    _same_counts(book, alongside)
    if before is None:
        safe = safely(counts_of(book, parents), rules, effort)
        texts, hidden = _printed(book, safe, rules, alongside)
        attack(book, texts, rules, parents)
    else:
        safe, texts, hidden = _beside(book, Together(book, before, rules, parents), rules, alongside, parents, effort)
    notes = () if safe.chosen.proved else (NOT_PROVED,)
    return Lens(_sealed(book, texts, edition), edition, texts, hidden=tuple(hidden), notes=notes)


def _beside(
    book: Book,
    together: Together,
    rules: Rules,
    alongside: Sequence[Book],
    parents: Mapping[str, Mapping[str, str]] | None,
    effort: int,
) -> tuple[Safe, dict[str, pd.DataFrame], list[HiddenRow]]:
    """What may be printed beside an earlier edition: no more of a day than it printed, where more would tell."""
    while True:
        safe = together.safe(effort)
        texts, hidden = _printed(book, safe, rules, alongside)
        for key, column, at in list(together.withheld(texts)):
            texts[key].loc[texts[key].index[at], column] = HIDDEN
            hidden.append(_row(book.facts[key], at, column, PROTECTS))
        # Each round holds another day to what was printed of it.
        if not together.stricter(texts):
            attack(book, texts, together.rules, parents, together.known)
            return safe, texts, hidden


def _nobody_in_plain(book: Book) -> None:
    """Refuse people in a table that is printed as it stands: whoever made it meant another kind."""
    for key, facts in sorted(book.facts.items()):
        people = [value.name for value in facts.columns if value.unit is Unit.PEOPLE]
        if facts.kind is Kind.PLAIN and people and facts.edition is not Edition.CONFIDENTIAL:
            raise Refused(
                f"{key} is printed as it stands, but its column {people[0]} counts people. Nothing was published: "
                "it must be a table of counts or a forecast, or be confidential."
            )


def _same_counts(book: Book, alongside: Sequence[Book]) -> None:
    """Refuse books whose counts differ: what is hidden in one is then not what is hidden in the other."""
    kinds = (Kind.COUNT, Kind.SHARE, Kind.MEAN)
    own = {key: facts.rows for key, facts in book.facts.items() if facts.kind in kinds}
    for other in alongside:
        if any(key not in other.facts or not other.facts[key].rows.equals(rows) for key, rows in own.items()):
            raise Refused("Scenarios that are published together must set out from the same counts. Nothing was.")


def _sealed(book: Book, texts: Mapping[str, pd.DataFrame], edition: Edition) -> Book:
    """The book as the edition may know it: texts in place of numbers, and no table that is for a narrower circle."""
    facts = {
        key: replace(one, rows=texts[key][list(one.rows.columns)]) if key in texts else one
        for key, one in book.facts.items()
        if edition.admits(one.edition)
    }
    return Book(book.about, facts, book.sources)


def _printed(
    book: Book, safe: Safe, rules: Rules, alongside: Sequence[Book]
) -> tuple[dict[str, pd.DataFrame], list[HiddenRow]]:
    """Every table of the book as text, and what is hidden of it."""
    texts: dict[str, pd.DataFrame] = {}
    hidden: list[HiddenRow] = []
    ahead = [
        {key: facts for key, facts in sorted(one.facts.items()) if facts.kind is Kind.FORECAST}
        for one in (book, *alongside)
    ]
    gone = hidden_ahead(ahead, safe, rules)
    texts |= printed_ahead(ahead[0], gone.hidden, rules)
    for key, facts in sorted(book.facts.items()):
        why: Mapping[int, str] = {}
        match facts.kind:
            case Kind.COUNT:
                texts[key] = _counts(facts, safe)
                hidden += _hidden_counts(facts, safe, [value.name for value in facts.columns])
            case Kind.SHARE:
                texts[key] = _shares(facts, safe, rules)
                hidden += _hidden_counts(facts, safe, ["part", "base"])
            case Kind.MEAN:
                means = hidden_means(facts, safe, rules)
                texts[key] = printed_means(facts, means, _column(facts, "base", safe))
                why = means.why
            case Kind.MONEY:
                pounds = hidden_money(facts, safe, rules)
                texts[key] = printed_money(facts, pounds, rules)
                why = pounds.why
            case Kind.FORECAST:
                like = gone.like[key]
                why = {at: SMALL if at in like else PROTECTS for at in gone.hidden[key]}
            case Kind.PLAIN:
                continue
        hidden += [_row(facts, at, "", reason) for at, reason in sorted(why.items())]
    return texts, hidden


def _counts(facts: Facts, safe: Safe) -> pd.DataFrame:
    return facts.rows[list(facts.by)].assign(**{v.name: _column(facts, v.name, safe) for v in facts.columns})


def _column(facts: Facts, column: str, safe: Safe) -> list[str]:
    names = [safe.counts.name.get((facts.key, column, at)) for at in range(len(facts.rows))]
    return [NOT_KNOWN if name is None else _thousands(safe.text[name]) for name in names]


def _thousands(text: str) -> str:
    return f"{int(text):,}" if text.isdecimal() else text


def _shares(facts: Facts, safe: Safe, rules: Rules) -> pd.DataFrame:
    shares = []
    for at in range(len(facts.rows)):
        names = [safe.counts.name.get((facts.key, column, at)) for column in ("part", "base", "rest")]
        there = [name for name in names if name is not None]
        if len(there) < len(names):
            shares.append(NOT_KNOWN)
        elif any(safe.hidden(name) for name in there):
            shares.append(HIDDEN)
        else:
            text = percentage(safe.value(there[0]), safe.value(there[1]), rules)
            shares.append(f"{text}%" if text.isdecimal() else text)
    made = facts.rows[list(facts.by)]
    return made.assign(part=_column(facts, "part", safe), base=_column(facts, "base", safe), share=shares)


def _hidden_counts(facts: Facts, safe: Safe, columns: Sequence[str]) -> list[HiddenRow]:
    found = []
    for at in range(len(facts.rows)):
        for column in columns:
            name = safe.counts.name.get((facts.key, column, at))
            if name is not None and safe.hidden(name):
                small = bool(safe.chosen.primary[safe.number[name]])
                found.append(_row(facts, at, column, SMALL if small else PROTECTS))
    return found


def _row(facts: Facts, at: int, column: str, why: str) -> HiddenRow:
    by = tuple((dim, str(facts.rows[dim].iloc[at])) for dim in facts.by)
    return HiddenRow(facts.key, by, column, why)
