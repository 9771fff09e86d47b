"""One forecast as it is open on a page: what its official edition says, and nothing behind it.

Pages ask the lens for words, as documents do. A commissioner therefore sees no count that an edition for officers would
hide, and no page can show what a publication may not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from reporting.fact import Book
from reporting.lens import Lens
from reporting.publish import publish
from reporting.section import Edition
from sufficiency.comparators import Comparators, with_comparators
from sufficiency.compared import Compared
from sufficiency.ofsted_homes import OfstedHomes, with_ofsted
from sufficiency.results_found import find_results


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """A council's forecast under one scenario, of one piece of work that the store keeps."""

    work_id: str
    council: str
    """As its folder of results is called."""
    scenario: str
    """As its folder of results is called."""
    lens: Lens
    """Of the official edition."""
    compared: Compared | None
    """The scenarios that were played with it; None where it was played alone."""

    @property
    def about(self) -> Mapping[str, str]:
        """What the figures are of: council, known_until, forecast_from, months, draws, seed, scenario, made_up."""
        return self.lens.book.about


def opened_from(
    folder: Path,
    work_id: str = "",
    council: str | None = None,
    scenario: str | None = None,
    *,
    comparators: Comparators | None = None,
    ofsted: OfstedHomes | None = None,
) -> Opened:
    """The forecast in a folder of results of a batch or forecast. Takes some seconds: keep it.

    Raises `NoResults`, `NotABook` or `NoComparison` for a folder that holds none, `Refused` where it may not be told.
    """
    results = find_results(folder, council, scenario)
    book = with_comparators(results.book, comparators.facts if comparators is not None else None)
    book = with_ofsted(book, ofsted) if ofsted is not None else book
    lens = publish(book, Edition.OFFICIAL, alongside=results.alongside)
    return Opened(work_id, results.council, results.scenario, lens, results.compared)


def sendable(opened: Opened) -> Opened:
    """The same, fit to be sent from one process to another: plain dicts in place of those that cannot be written to."""
    lens = opened.lens
    facts = {
        key: replace(
            one,
            titles=dict(one.titles),
            labels={dimension: dict(named) for dimension, named in one.labels.items()},
            like=dict(one.like),
        )
        for key, one in lens.book.facts.items()
    }
    book = Book(dict(lens.book.about), facts, dict(lens.book.sources))
    return replace(opened, lens=replace(lens, book=book, texts=dict(lens.texts), said=[], places={}))
