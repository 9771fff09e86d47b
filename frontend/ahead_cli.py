"""What `placewell match` is told of children who are expected: the options, and the prices of a finished round."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from matching.ahead import Ahead
    from matching.propose import Proposal
    from sufficiency.coming import Expected

ExpectedFolder = Annotated[
    Path | None,
    typer.Option(
        "--expected",
        metavar="FORECAST",
        help="The results of `placewell forecast`: which homes are scarce for those who are expected (scarce.csv).",
        show_default=False,
        readable=False,
    ),
]
KeepScarce = Annotated[
    bool,
    typer.Option("--keep-scarce", help="Let the plan keep scarce homes, where nobody is left without a home for it."),
]


class NotExpected(ValueError):
    """What was given of those who are expected cannot be used; the words are for the user."""


def who_is_expected(folder: Path | None, keep_scarce: bool) -> Expected | None:
    """What a forecast says of those who are coming; None where none is named. Raises `NotExpected`."""
    if folder is None:
        if keep_scarce:
            raise NotExpected("--keep-scarce: nobody said who is expected. Name a forecast with --expected.")
        return None
    from records.tables import Unusable
    from sufficiency.coming import FILE, read_expected

    try:
        return read_expected(folder / FILE if folder.is_dir() else folder)
    except Unusable as error:
        raise NotExpected(f"--expected: {error}") from error


def priced(proposal: Proposal, expected: Expected) -> Ahead:
    """The round held against those who are expected. Raises `NotExpected` for another time, or without a council."""
    from matching.ahead import look_ahead
    from sufficiency.coming import coming_from
    from sufficiency.usable_places import spots_of

    asked = proposal.asked
    try:
        coming = coming_from(expected, spots_of(asked.council or ""), asked.day)
    except ValueError as error:
        raise NotExpected(f"--expected: {error}") from error
    return look_ahead(proposal, coming)
