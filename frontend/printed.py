"""Rows of text: a table in a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer


def _table(title: str, heads: Sequence[str], rows: Sequence[tuple[str, ...]]) -> None:
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


def listed(title: str, heads: Sequence[str], rows: Sequence[tuple[str, ...]]) -> None:
    """A table where there is a terminal; lines with tabs between their cells where the output goes elsewhere."""
    if sys.stdout.isatty():
        _table(title, heads, rows)
        return
    for line in (title, "\t".join(heads), *("\t".join(row) for row in rows)):
        typer.echo(line)
