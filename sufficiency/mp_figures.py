"""How sections of a council's documents say figures: whatever the lens answers, the sentence reads well.

Nothing here looks behind the lens: a figure that it hides is said to be too small to publish, and is never drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from reporting.disclosure import HIDDEN, NOT_APPLICABLE, ROUNDS_TO_NOUGHT
from reporting.lens import NOT_KNOWN, Lens, Said
from reporting.publish_forecasts import FALL
from reporting.section import Cell, Column, Table
from sufficiency.need_words import FEWER, day_said, listed

TOO_SMALL: Final = "a number that is too small to publish"
_SYMBOLS: Final = {
    HIDDEN: TOO_SMALL,
    ROUNDS_TO_NOUGHT: "a few",
    NOT_APPLICABLE: "none, for it does not apply",
    NOT_KNOWN: "an unknown number",
}
LESS: Final = f"{FALL}{FEWER}"
"""What is said of a difference below nought that is few."""
BANDS_NOTE: Final = "Ahead: the middle of the forecast, and beneath it where 8 in 10 futures lie."


def said(lens: Lens, key: str, column: str, **by: str) -> str | None:
    """A figure as it may be printed; None where there is no such table, row or column in this edition."""
    if not lens.has(key):
        return None
    try:
        return lens.text(key, column, **by)
    except KeyError:
        return None


def number(lens: Lens, key: str, column: str, **by: str) -> float | None:
    """A figure as it is printed, for drawings and for words such as more; None where it is hidden or not there."""
    if not lens.has(key):
        return None
    try:
        return lens.number(key, column, **by)
    except KeyError:
        return None


def about(lens: Lens, name: str) -> str:
    """What the book says of its run; noted as a figure is, so that it can be traced."""
    text = lens.book.about.get(name, "")
    lens.said.append(Said(lens.place, "about", name, (), text, "run"))
    return text


def derived(lens: Lens, key: str, column: str, text: str) -> str:
    """A figure that is counted from those a table shows; noted with the table, so that it can be traced."""
    lens.said.append(Said(lens.place, key, column, (), text, lens.facts(key).source))
    return text


def is_number(text: str | None) -> bool:
    """Whether a figure is told as a number, and neither hidden nor said in words."""
    return (text is not None and text[:1].lstrip("−-£").isdigit()) or bool(text and text[1:2].isdigit())


def in_words(text: str | None) -> str:
    """A figure within a sentence: a symbol becomes words."""
    return NOT_KNOWN if text is None else _SYMBOLS.get(text, text)


def many(text: str | None, one: str, more: str) -> str:
    """1 child; no children; 340 children; fewer than 5 children; a number of children that is too small to publish."""
    if text is None or text == NOT_KNOWN:
        return f"an unknown number of {more}"
    if text == HIDDEN:
        return f"a number of {more} that is too small to publish"
    if text == "0":
        return f"no {more}"
    return f"{_SYMBOLS.get(text, text)} {one if text == '1' else more}"


def roughly(words: str) -> str:
    """About 20 children; fewer than 5 children, no children: what is said of few is no middle to be about."""
    return words if words.startswith((FEWER, "no ", "a number", "an unknown")) else f"about {words}"


def band(lens: Lens, key: str, low: str = "p10", high: str = "p90", **by: str) -> str | None:
    """From one end of a band to the other; None where either is hidden or there is none."""
    ends = (said(lens, key, low, **by), said(lens, key, high, **by))
    if ends[0] is None or ends[1] is None or {HIDDEN, NOT_KNOWN} & set(ends):
        return None
    return band_of(ends[0], ends[1])


def band_of(low: str, high: str) -> str:
    """10 to 20; fewer than 5; up to 10, where the lower end is few; fewer than 5 either way, of a difference."""
    if low == high or (low == LESS and high == "0"):
        return low
    if low in (LESS, "0") and high == FEWER:
        return FEWER if low == "0" else f"{FEWER} either way"
    return f"up to {high}" if low == FEWER else f"{low} to {high}"


def change(text: str | None) -> str:
    """A difference as it is read: +10, −10, a rise or a fall of fewer than 5, 0, £0."""
    if text is None or text in _SYMBOLS or text in ("0", "£0") or text.startswith(("−", "-", FALL)):
        return in_words(text)
    return f"a rise of {text}" if text == FEWER else f"+{text}"


def middle_and_band(lens: Lens, key: str, middle: str = "p50", **by: str) -> tuple[Cell, ...]:
    """What stands in a cell of what lies ahead: the middle, and beneath it the band where it says more."""
    text, ends = said(lens, key, middle, **by), band(lens, key, **by)
    return tuple(dict.fromkeys(one for one in (text or NOT_KNOWN, ends) if one is not None))


def on_said(on: str) -> str:
    """31 March 2027 of 2027-03-31; anything else, as a year 2026-27, as it stands."""
    try:
        return day_said(date.fromisoformat(on))
    except ValueError:
        return on


def days(lens: Lens, key: str, dimension: str = "on", **by: str) -> tuple[str, ...]:
    """The dates that a table has rows for, in order; years are none."""
    if not lens.has(key):
        return ()
    rows = lens.facts(key).rows
    for name, category in by.items():
        rows = rows[rows[name] == category]
    return tuple(sorted(one for one in set(rows[dimension].tolist()) if _is_day(one)))


def after(months: Sequence[str], many_months: int) -> str | None:
    """The last day of the month so many months ahead, of the months in order; None where they end before."""
    return months[many_months - 1] if len(months) >= many_months else None


def headline_days(months: Sequence[str]) -> tuple[str, ...]:
    """The days that are told first: after whole years, or the last of all where there is not one."""
    return tuple(months[m - 1] for m in (12, 24, 36) if len(months) >= m) or tuple(months[-1:])


def year_ends(quarters: Sequence[str]) -> tuple[str, ...]:
    """Every fourth quarter end, or the last where there are fewer."""
    return tuple(quarters[3::4]) or tuple(quarters[-1:])


def label(lens: Lens, key: str, dimension: str, category: str) -> str:
    """What a category is called in print."""
    return lens.facts(key).label(dimension, category)


def uncapital(text: str) -> str:
    """As it stands within a sentence."""
    return text[:1].lower() + text[1:]


def ahead_table(
    lens: Lens, key: str, caption: str, first: str, names: Sequence[str], dimension: str, on: Sequence[str], **by: str
) -> Table:
    """A row for each category, a column for each day ahead: the middle over the band of 8 in 10 futures."""
    columns = (Column(first), *(Column(on_said(day), number=True) for day in on))
    rows: list[tuple[Cell, ...]] = []
    for name in names:
        cells = [middle_and_band(lens, key, on=day, **{dimension: name}, **by) for day in on]
        rows.append((label(lens, key, dimension, name), *cells))
    return Table(caption, columns, tuple(rows), (BANDS_NOTE,))


def names_of(lens: Lens, key: str, dimension: str, total: bool = True) -> Iterator[str]:
    """The categories of a dimension, the sum last where it is wanted."""
    there = lens.categories(key, dimension)
    yield from (name for name in there if name != "all")
    if total and "all" in there:
        yield "all"


def list_of(parts: Sequence[str]) -> str:
    """a, b and c."""
    return listed(list(parts)) if parts else ""


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
