"""Finds the figures that a document is written from: in a forecast's folder, or in one of a batch's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from reporting.fact import Book
from reporting.facts_file import NotABook, read_book
from sufficiency.compared import Compared, NoComparison, read_compared, with_compared
from sufficiency.scenario_faults import nearest

POSITION: Final = "position.json"
_LARGEST_FILE: Final = 200_000_000


class NoResults(ValueError):
    """There is no such forecast in the folder; the words say what there is."""


@dataclass(frozen=True, slots=True, eq=False)
class Results:
    """One forecast's figures, with those of the scenarios that are compared with it."""

    book: Book
    council: str
    """Name of its folder in a batch; empty for a forecast's own folder."""
    scenario: str
    compared: Compared | None = None
    alongside: tuple[Book, ...] = ()
    """The other scenarios of the same council: what is hidden in one is hidden in all."""


def find_results(out: Path, council: str | None = None, scenario: str | None = None) -> Results:
    """The figures in a folder of results. Raises `NoResults`, `NotABook` or `NoComparison`, each in words.

    `council`, `scenario`: which of a batch's, by the name of the folder or of the scenario; the scenario that the
    others are held against where none is named.
    """
    if not out.is_dir():
        raise NoResults(f"OUT: there is no folder {out}. Name the results of placewell forecast or placewell batch.")
    if (out / POSITION).is_file():
        for option, name in (("--council", council), ("--scenario", scenario)):
            if name is not None:
                raise NoResults(
                    f"{option}: {out} holds one forecast. Only among a batch's results is there one to choose."
                )
        return Results(_book(out), "", "")
    councils = sorted(
        {one.parent.parent.name for one in out.glob(f"*/*/{POSITION}") if not one.parent.parent.name.startswith(".")}
    )
    if not councils and any(out.glob(f"*/{POSITION}")):
        out, councils = out.resolve().parent, [out.resolve().name]  # the folder of one council of a batch
    if not councils:
        raise NoResults(
            f"OUT: {out} holds no {POSITION}. Name the results of placewell forecast or placewell batch; those of an "
            "earlier version hold none: run the forecast again."
        )
    if council is None and len(councils) > 1:
        raise NoResults(f"--council: {out} holds several councils. Name one: {', '.join(councils)}.")
    chosen = _named("--council", council, councils) if council is not None else councils[0]
    return _of_council(out / chosen, chosen, scenario)


def _of_council(folder: Path, council: str, scenario: str | None) -> Results:
    """One scenario of a council, and what it is compared with."""
    names = sorted(one.parent.name for one in folder.glob(f"*/{POSITION}"))
    books = {name: _book(folder / name) for name in names}
    found = read_compared(folder)
    called = {book.about.get("scenario", ""): name for name, book in books.items()}
    if scenario is not None:
        chosen = called.get(scenario) or _named("--scenario", scenario, names)
    else:
        chosen = called.get(found[0].first, names[0]) if found is not None else names[0]
    book = books.pop(chosen)
    others = tuple(books.values())
    if found is None:
        return Results(book, council, chosen, None, others)
    return Results(with_compared(book, found[1]), council, chosen, found[0], others)


def _named(option: str, name: str, there: list[str]) -> str:
    alike = {one.casefold(): one for one in there}
    if name.casefold() not in alike:
        raise NoResults(f'{option}: there is no "{name}"{nearest(name, there)}. There are: {", ".join(there)}.')
    return alike[name.casefold()]


def _book(folder: Path) -> Book:
    path = folder / POSITION
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise NotABook(f"{path} is too large to be a file of figures. Run the forecast again.")
        return _dated(read_book(path.read_bytes().decode("utf-8")))
    except UnicodeDecodeError as error:
        raise NotABook(f"{path} is no text. Run the forecast again.") from error


def _dated(book: Book) -> Book:
    """The book, where it says up to when it counts: without that no document can be written."""
    try:
        date.fromisoformat(book.about["known_until"])
    except (KeyError, ValueError) as error:
        raise NotABook("The file of figures does not say up to when it counts. Run the forecast again.") from error
    return book


__all__ = ["POSITION", "NoComparison", "NoResults", "NotABook", "Results", "find_results"]
