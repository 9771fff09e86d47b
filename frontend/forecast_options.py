"""What the commands that read SSDA903 returns are told alike: their argument and options, said in one place."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, TypeAlias

import typer

USABLE_DAYS: Final = 60

Returns: TypeAlias = Annotated[
    Path,
    typer.Argument(
        metavar="SSDA903_FOLDER",
        help="Folder of the yearly returns: one folder a year, all years in one, merged files, or XML.",
        show_default=False,
        readable=False,
    ),
]
Out: TypeAlias = Annotated[
    Path, typer.Option("--out", metavar="OUT", help="Folder for the results.", show_default=False, readable=False)
]
Council: TypeAlias = Annotated[
    str | None,
    typer.Option("--council", metavar="LA", help="One council of a merged regional return, as its LA column says."),
]
Months: TypeAlias = Annotated[
    int | None, typer.Option("--months", min=1, max=120, help="How far ahead. Default: as the (first) scenario says.")
]
Replications: TypeAlias = Annotated[
    int | None,
    typer.Option("--replications", min=20, max=100_000, help="Futures to draw. Default: as the (first) scenario says."),
]
Seed: TypeAlias = Annotated[int, typer.Option("--seed", min=0, max=2**32 - 1, help="Another number, other futures.")]
Workers: TypeAlias = Annotated[
    int, typer.Option("--workers", min=1, max=256, help="Processor cores. The results are the same.")
]
Population: TypeAlias = Annotated[
    Path | None,
    typer.Option("--population", metavar="FILE", help="Projection of the under-18s: CSV file of year, children."),
]
Referrals: TypeAlias = Annotated[
    Path | None, typer.Option("--referrals", metavar="FILE", help="Referrals for homes (CSV): who the homes are for.")
]
Register: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--register",
        metavar="RECORDS",
        help="The council's own homes, as for match: homes.csv and residents.csv. Default: national totals.",
    ),
]
UsableDays: TypeAlias = Annotated[
    int,
    typer.Option(
        "--usable-days",
        min=0,
        max=10_000,
        help="Simulated days that say which homes of the register can be used. 0: national default.",
    ),
]
