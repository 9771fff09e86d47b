"""Who the homes are for: ages, brothers and sisters, needs; from the council's referrals, or marked as assumed."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from reporting.section import Block, Bullets, Cell, Column, Section, Table, Tag
from reporting.section import Disclosure as Folded
from sufficiency.groups import AGE_BANDS, AGE_NAMES
from sufficiency.need_words import capital, in_100
from sufficiency.segments import ANY, NEED_NAMES, SIBLING_NAMES, SIBLINGS, Segments

STANDING: Final = {
    "referrals": Tag("the council's referrals", "good"),
    "council": Tag("the council's own", "good"),
    "assumed": Tag("national default", "caution"),
    "not known": Tag("not known"),
}


def segments_section(segments: Segments) -> Section:
    """Shares of the children who need a home."""
    everybody = segments.table[segments.table["need"] == ANY]
    blocks: list[Block] = [
        Bullets(segments.words),
        _families(everybody),
        Folded("Show the numbers: what the children need besides", (_needs(segments.table),)),
    ]
    return Section("Who the homes are for", tuple(blocks), anchor="segments")


def _families(everybody: pd.DataFrame) -> Table:
    """Age by the number of one family who look for a home together."""
    shares = everybody.pivot_table(index="age_band", columns="siblings", values="share", aggfunc="sum")
    status = str(everybody["status"].iloc[0])
    rows: list[tuple[Cell, ...]] = [
        (capital(AGE_NAMES[age]), *(_said(shares.loc[age, size]) for size in SIBLINGS)) for age in AGE_BANDS
    ]
    columns = (Column("Age"), *(Column(capital(SIBLING_NAMES[size]), number=True) for size in SIBLINGS))
    return Table(
        "Of 100 children who need a home: age, and how many of one family look together",
        columns,
        tuple(rows),
        (f"Standing: {STANDING[status].text}. Intervals are in segments.csv.",),
        total=("All ages", *(_said(shares[size].sum()) for size in SIBLINGS)),
    )


def _needs(table: pd.DataFrame) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for need, name in NEED_NAMES.items():
        some = table[table["need"] == need]
        status = str(some["status"].iloc[0])
        rows.append((capital(name), None if status == "not known" else _said(some["share"].sum()), STANDING[status]))
    columns = (Column("Need"), Column("Children", number=True), Column("Standing"))
    notes = ("A child may have several needs, or none of these.",)
    return Table("Needs of the children who need a home", columns, tuple(rows), notes)


def _said(share: Any) -> str:
    return in_100(float(share))
