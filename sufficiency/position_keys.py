"""The tables that a council's book of figures can hold: what each is of, its categories, its columns, who may read it.

`python -m sufficiency.position_keys > docs/reference/position.md` prints the list. A table is left out of a book where
what it is made from was not given.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sufficiency.position_key import Key
from sufficiency.position_tables_children import CHILDREN
from sufficiency.position_tables_homes import HOMES
from sufficiency.position_tables_performance import PERFORMANCE

TABLES: Final[Mapping[str, Key]] = {one.key: one for one in (*CHILDREN, *HOMES, *PERFORMANCE)}
"""Every table by its key."""


def handbook() -> str:
    """docs/reference/position.md"""
    lines = [
        "# Tables of position.json",
        "",
        "Printed by `python -m sufficiency.position_keys > docs/reference/position.md`; change nothing here by hand.",
        "",
        "`position.json` lies in every folder of `placewell forecast` and holds the figures that documents are written",
        "from. It is **confidential**: nothing in it is hidden or rounded. `placewell report` reads it, hides what an",
        "edition may not say, and writes the document.",
        "",
        "`all` in a column of categories is their sum. A dimension of one name means the same in every table. Measures",
        "of performance and adoption are of one council alone.",
        "",
    ]
    for one in TABLES.values():
        by = ", ".join(f"`{name}`" for name in one.by)
        values = ", ".join(f"`{value.name}` ({value.unit})" for value in one.columns)
        lines += [
            f"## {one.key}",
            "",
            f"{one.title}. Kind: {one.kind}. For: {one.edition}. Source: `{one.source}`.",
            "",
        ]
        lines += [f"- By {by}.", f"- Values: {values}."]
        lines += [f"- Hidden where the count it sets out from is: {', '.join(one.like)}."] if one.like else []
        lines += [f"- {one.note}"] if one.note else []
        lines.append("")
    return "\n".join(lines[:-1]) + "\n"


if __name__ == "__main__":
    print(handbook(), end="")
