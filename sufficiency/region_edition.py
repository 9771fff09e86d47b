"""What pages may say of several councils together: nothing that tells what a council's own edition does not.

Whoever knows the total and what the other councils' editions tell knows the last council's figure too. So a total
is told only where the edition of *every* council tells its own part; it is rounded to the nearest five, as sums are;
and where it would narrow down what an edition calls "fewer than 5", it is hidden. Then all editions and the totals are
attacked together, as one table, and a table from which a hidden figure could be had is not told at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import pandas as pd

from reporting.disclosure import HIDDEN, Rules
from reporting.fact import ALL, Book, Facts, Kind
from reporting.lens import FEWER, NOT_KNOWN, HiddenRow, Lens
from reporting.publish_forecasts import found_ahead, said_ahead
from reporting.publish_money import PROTECTS
from reporting.section import Edition
from sufficiency.region_totals import COMMON

MIDDLES: Final = ("mean", "p50")
LIKE: Final = {"region.children": ("forecast.group", "group"), "region.gap": ("gap.need", "home_segment")}
"""Tables that add up tables of the councils' own editions, and by what those are told."""
RULES: Final = Rules()


def region_lens(book: Book, editions: Mapping[str, Lens]) -> Lens:
    """What may be told of the totals in `book`, beside the official editions of all its councils by name.

    Raises ValueError where an edition is missing, or is a confidential one.
    """
    if not editions or any(one.edition is Edition.CONFIDENTIAL for one in editions.values()):
        raise ValueError("totals are told beside an edition of each council that hides what it must")
    told = {council: Told(lens) for council, lens in editions.items()}
    several = {key: facts for key, facts in book.facts.items() if facts.kind is Kind.FORECAST}
    hidden = {key: _hidden(facts, told) for key, facts in several.items()}
    texts = {key: _printed(facts, hidden[key]) for key, facts in several.items()}
    for key in LIKE:
        if key in several and _told_by_all(several[key], texts[key], told):
            hidden[key] = set(range(len(several[key].rows)))
            texts[key] = _printed(several[key], hidden[key])
    facts = {key: replace(one, rows=texts[key][list(one.rows.columns)]) for key, one in several.items()}
    why = tuple(
        HiddenRow(key, tuple((dim, str(several[key].rows[dim].iloc[at])) for dim in several[key].by), "", PROTECTS)
        for key, rows in hidden.items()
        for at in sorted(rows)
    )
    return Lens(Book(book.about, facts, book.sources), Edition.OFFICIAL, texts, hidden=why)


class Told:
    """What one edition prints, by table and categories; much is asked of it."""

    def __init__(self, lens: Lens) -> None:
        self._lens = lens
        self._tables: dict[str, dict[frozenset[tuple[str, str]], Mapping[str, str]]] = {}
        self.homes_hidden = {
            dict(row)["home_segment"]
            for key in ("supply.places", "supply.now")
            for row, texts in self.rows(key).items()
            if not {"held", "not_offered", "staying_put", "no", "yes"} & set(dict(row).values())
            and HIDDEN in texts.values()
        }
        """Kinds of home of which it does not tell how many there are, or how many places are filled or vacant."""

    def rows(self, key: str) -> Mapping[frozenset[tuple[str, str]], Mapping[str, str]]:
        """Every row that it prints of a table; none where it holds no such table."""
        if key not in self._tables:
            found: dict[frozenset[tuple[str, str]], Mapping[str, str]] = {}
            if self._lens.has(key):
                facts = self._lens.facts(key)
                frame = self._lens.texts.get(key, facts.rows)
                for row in frame.astype(str).to_dict("records"):
                    by = frozenset((dim, str(row[dim])) for dim in facts.by)
                    found[by] = {str(name): text for name, text in row.items() if name not in facts.by}
            self._tables[key] = found
        return self._tables[key]

    def text(self, key: str, column: str, **by: str) -> str | None:
        """A figure as it is printed; None where there is none."""
        return self.rows(key).get(frozenset(by.items()), {}).get(column)


# ---- what is hidden --------------------------------------------------------------------------------------------------


def _hidden(facts: Facts, editions: Mapping[str, Told]) -> set[int]:
    """Rows that may not be told, because a council's edition does not tell its part."""
    rows = [
        dict(zip(facts.by, map(str, row), strict=True)) for row in facts.rows[list(facts.by)].itertuples(index=False)
    ]
    gone = {at for at, row in enumerate(rows) if not _may(facts.key, row, editions)}
    if facts.key in LIKE:
        gone |= {at for at, row in enumerate(rows) if at not in gone and _narrows(facts, at, row, editions)}
    elif facts.key == "region.exchange":
        gone |= _alone(rows, gone)
    return gone


def _may(key: str, row: Mapping[str, str], editions: Mapping[str, Told]) -> bool:
    """Whether every council concerned tells what the row is made of."""
    if key in LIKE:
        table, dim = LIKE[key]
        return all(_tells(one, table, on=row["on"], **{dim: row[dim]}) for one in editions.values())
    if key == "region.exchange":
        return all(_tells_exchange(one, row["on"], row["home_segment"], row["exchange"]) for one in editions.values())
    if key == "region.pairs":
        here, there = (editions.get(row[name]) for name in ("council", "other"))
        if here is None or there is None:
            return False
        untold = [
            name
            for name in COMMON
            if not (
                _tells_exchange(here, row["on"], name, "unmet") and _tells_exchange(there, row["on"], name, "unused")
            )
        ]
        return len(untold) != 1  # of one alone it would follow from the kinds that are told
    if key == "region.beds":
        some = list(editions.values()) if row["council"] == ALL else [editions.get(row["council"])]
        return all(one is not None and _tells_all(one, "forecast.group", group="residential") for one in some)
    return all(_tells(one, "money.total", ("mean",), on=row["on"]) for one in editions.values())


def _tells(one: Told, key: str, columns: Sequence[str] = MIDDLES, **by: str) -> bool:
    """Whether an edition tells a forecast, be it in words."""
    return all(one.text(key, column, **by) not in (None, HIDDEN, NOT_KNOWN) for column in columns)


def _tells_all(one: Told, key: str, **by: str) -> bool:
    """The same of every day."""
    days = {dict(row)["on"] for row in one.rows(key)}
    return bool(days) and all(_tells(one, key, on=on, **by) for on in days)


def _tells_exchange(one: Told, on: str, segment: str, what: str) -> bool:
    """Of what is lacking, and of homes: today's places and those ahead."""
    if what != "unused" and not _tells(one, "gap.need", on=on, home_segment=segment):
        return False
    if what == "unmet":
        return True
    ahead = _tells(one, "supply.segment", ("places_mean", "usable_mean"), on=on, home_segment=segment)
    return ahead and segment not in one.homes_hidden


def _alone(rows: Sequence[Mapping[str, str]], gone: set[int]) -> set[int]:
    """Sums of which one part alone is hidden: the sum less the others would be that part."""
    parts: dict[tuple[str, str, str], list[int]] = {}
    for at, row in enumerate(rows):
        parts.setdefault((row["on"], row["luck"], row["exchange"]), []).append(at)
    more = set()
    for some in parts.values():
        if len([at for at in some if at in gone]) == 1:
            more |= {at for at in some if rows[at]["home_segment"] == ALL}
    return more


def _narrows(facts: Facts, at: int, row: Mapping[str, str], editions: Mapping[str, Told]) -> bool:
    """Whether the total less what the others tell leaves of a "fewer than 5" less than the width that is kept."""
    table, dim = LIKE[facts.key]
    for column in MIDDLES:
        texts = [one.text(table, column, on=row["on"], **{dim: row[dim]}) or "" for one in editions.values()]
        slack = len(texts) / 2 if column == "p50" else 0.0
        low, high = _span(_said(facts, column, at), RULES.round_forecasts_to)
        parts = [_span(text, RULES.round_forecasts_to if row[dim] == ALL else 1) for text in texts]
        for one, text in enumerate(texts):
            if text.startswith(FEWER):
                others = [span for other, span in enumerate(parts) if other != one]
                least = max(low - slack - sum(b for _, b in others), parts[one][0])
                most = min(high + slack - sum(a for a, _ in others), parts[one][1])
                if most - least < RULES.width:
                    return True
    return False


def _span(text: str, to: int) -> tuple[float, float]:
    """The least and the most that a printed middle can have been."""
    if text.startswith(FEWER):
        return 0.0, float(RULES.few)
    amount = float(text.replace(",", ""))
    return (max(0.0, amount - to / 2), amount + to / 2) if amount else (0.0, 0.0)


# ---- what is printed, and the attack ---------------------------------------------------------------------------------


def _said(facts: Facts, column: str, at: int) -> str:
    """A figure as it is printed: totals to the nearest five, the ends of bands outwards to five, a few in words."""
    value = next(one for one in facts.columns if one.name == column)
    whole = facts.key != "region.exchange" or facts.rows["home_segment"].iloc[at] == ALL
    return said_ahead(value, facts.rows[column].iloc[at], whole, RULES)


def _printed(facts: Facts, gone: set[int]) -> pd.DataFrame:
    columns = {
        value.name: [HIDDEN if at in gone else _said(facts, value.name, at) for at in range(len(facts.rows))]
        for value in facts.columns
    }
    return facts.rows[list(facts.by)].assign(**columns)


def _told_by_all(facts: Facts, texts: pd.DataFrame, editions: Mapping[str, Told]) -> bool:
    """Whether a hidden figure of a council can be had from all that is printed of all of them, read as one table."""
    table, dim = LIKE[facts.key]
    for luck in dict.fromkeys(texts["luck"].tolist()):
        ours = texts[texts["luck"] == luck]
        lines = [(on, ALL, name, mean, p50) for on, name, mean, p50 in
                 zip(ours["on"], ours[dim], ours["mean"], ours["p50"], strict=True)]  # fmt: skip
        asked = dict.fromkeys((line[0], line[2]) for line in lines)
        for council, one in editions.items():
            for on, name in asked:
                said = [one.text(table, column, on=on, **{dim: name}) or NOT_KNOWN for column in MIDDLES]
                lines.append((on, f"council {council}", name, *said))
        frame = pd.DataFrame(lines, columns=["on", "council", dim, *MIDDLES])
        columns = tuple(one for one in facts.columns if one.name in MIDDLES)
        whole = Facts(facts.key, "", Kind.FORECAST, ("on", "council", dim), columns, frame, "", like={"what": "all"})
        if found_ahead({facts.key: whole}, {facts.key: frame}, RULES):
            return True
    return False
