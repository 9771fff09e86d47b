"""A table in a terminal."""

from __future__ import annotations

from collections.abc import Sequence


def table(title: str, heads: Sequence[str], rows: Sequence[tuple[str, ...]]) -> None:
    """Print rows of text as a table; what is a number stands to the right."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(title=Text(title), title_justify="left")
    for head in heads:
        drawn.add_column(head, justify="right" if head in ("call", "rank", "points", "miles") else "left")
    for row in rows:
        drawn.add_row(*(Text(cell) for cell in row))
    Console().print(drawn)
