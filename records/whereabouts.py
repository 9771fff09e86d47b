"""Where a child, a school or a home is: a recorded grid reference, else its postcode, else unknown."""

from __future__ import annotations

from math import hypot
from typing import TYPE_CHECKING, Protocol

from records.geography import upper_tier
from records.model import Location, Precision
from records.reading import Sheet

if TYPE_CHECKING:
    from records.geography import Place

FAR_APART = 5_000.0
"""Metres between a grid reference and its postcode above which somebody should look."""


class PostcodeDirectory(Protocol):
    """Whatever can say where a postcode is."""

    def locate(self, postcode: str) -> Place | None:
        """Give the place of a postcode, or None where nothing is known of it."""


class Whereabouts:
    """Finds places, asking the directory once for each postcode."""

    def __init__(self, directory: PostcodeDirectory | None) -> None:
        self._directory = directory
        self._known: dict[str, Place | None] = {}

    def place(self, postcode: str | None) -> Place | None:
        """What the directory says of a postcode; None without a postcode or a directory."""
        if postcode is None or self._directory is None:
            return None
        if postcode not in self._known:
            self._known[postcode] = self._directory.locate(postcode)
        return self._known[postcode]

    def find(self, sheet: Sheet, row: int, prefix: str) -> Location | None:
        """Locate the place whose columns begin with `prefix`; unknown is None, never zero and never far."""
        grid = _grid(sheet, row, prefix)
        column = f"{prefix}postcode"
        postcode = sheet.cells[column][row]
        if postcode is None or self._directory is None:
            return grid
        place = self.place(postcode)
        located = place.location if place is not None else None
        used = "The grid reference is used." if grid else "The distance is unknown."
        if place is None:
            sheet.mend(row, column, "This postcode is not in the postcode directory.", used, "Check the postcode.")
        elif located is None:
            sheet.mend(
                row,
                column,
                "The postcode directory has no grid reference for this postcode.",
                used,
                "Give the grid reference, if there is one.",
            )
        elif located.precision is not Precision.POSTCODE:
            sheet.note(
                row,
                column,
                f"This postcode is not in the directory; only its {located.precision.value} is.",
                used if grid else f"The centre of the {located.precision.value} is used, and marked as such.",
                "Give a full postcode that exists.",
            )
        elif grid and hypot(grid.easting - located.easting, grid.northing - located.northing) > FAR_APART:
            sheet.note(
                row,
                column,
                "The grid reference is more than 5 kilometres from this postcode.",
                "The grid reference is used.",
                "Check which of the two is right.",
            )
        return grid or located

    def authority(self, sheet: Sheet, row: int, prefix: str) -> str | None:
        """Give the recorded authority, else that of a full postcode; a sector or district settles none."""
        column = f"{prefix}authority"
        recorded: str | None = sheet.cells[column][row]
        place = self.place(sheet.cells[f"{prefix}postcode"][row])
        if place is None:
            return recorded
        exact = place.location is not None and place.location.precision is Precision.POSTCODE
        if place.authority is None or not exact:
            if recorded is None:
                sheet.note(
                    row,
                    column,
                    "The authority is not recorded, and this postcode does not settle it.",
                    "The authority stays unknown.",
                    "Give the authority's GSS code, or a full postcode.",
                )
            return recorded
        # a district, or a code since replaced, is the same authority for children's services
        if recorded is not None and place.authority not in (recorded, upper_tier(recorded)):
            sheet.note(
                row,
                column,
                f"The postcode lies in {place.authority}.",
                "The recorded authority is used.",
                "Check which of the two is right.",
            )
        return recorded or place.authority


def _grid(sheet: Sheet, row: int, prefix: str) -> Location | None:
    names = (f"{prefix}easting", f"{prefix}northing")
    easting, northing = (sheet.cells[name][row] for name in names)
    if easting is not None and northing is not None:
        if easting == 0 and northing == 0:
            sheet.mend(
                row,
                names[0],
                "Easting and northing are both 0, which is a spot in the sea.",
                "The grid reference counts as not recorded.",
                "Give the grid reference, or leave both cells blank.",
            )
            return None
        return Location(float(easting), float(northing))
    for name, other in (names, names[::-1]):
        if sheet.cells[name][row] is not None and not sheet.text(row, other):
            sheet.mend(
                row,
                name,
                f"Only one of {names[0]} and {names[1]} is recorded.",
                "The grid reference counts as not recorded.",
                f"Fill {other} too.",
            )
    return None
