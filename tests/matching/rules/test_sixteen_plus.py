"""Supported lodgings: named cases."""

from __future__ import annotations

from datetime import date

import pytest

from matching.rules.rule import Answer
from matching.rules.sixteen_plus import lodgings_from_sixteen, registered_for_private_residences
from records.model import HomeKind, Route
from tests.matching.rules.cases import BARRED, KINDS, MET, UNKNOWN, aged, ask, asked, child, home

HOST = HomeKind.SUPPORTED_LODGINGS
HOMES = tuple(home(f"H{i}", kind=kind) for i, kind in enumerate(KINDS))


@pytest.mark.parametrize(
    ("born", "at_a_host"),
    [(aged(16), MET), (aged(16, plus_days=-1), BARRED), (aged(17), MET)],
    ids=["sixteen today", "sixteen tomorrow [worked case 13]", "seventeen"],
)
def test_lodgings_from_sixteen(born: date, at_a_host: Answer) -> None:
    """Never under sixteen, and the rule is about lodgings alone."""
    one = child(date_of_birth=born, routes=(Route.SUPPORTED_LODGINGS,))
    assert ask(lodgings_from_sixteen, one, HOMES) == [at_a_host if kind is HOST else MET for kind in KINDS]


@pytest.mark.parametrize(
    ("categories", "answer"),
    [
        (("private_residence",), MET),
        (("shared", "private_residence"), MET),
        (("shared",), BARRED),
        ((), BARRED),
        (None, UNKNOWN),
    ],
    ids=["private residence", "among others", "another only", "none", "not recorded"],
)
@pytest.mark.parametrize("kind", KINDS)
def test_registered_for_private_residences(kind: HomeKind, categories: tuple[str, ...] | None, answer: Answer) -> None:
    """The undertaking must hold the category; not recorded is a question; other homes need none."""
    there = home(kind=kind, registered_categories=categories)
    assert ask(registered_for_private_residences, child(age=17), there) == [answer if kind is HOST else MET]


@pytest.mark.parametrize(
    ("day", "answer"),
    [(date(2023, 10, 27), MET), (date(2023, 10, 28), BARRED)],
    ids=["the day before the duty", "the first day of the duty"],
)
def test_the_register_is_needed_since_october_2023(day: date, answer: Answer) -> None:
    """An old round is asked by the law of its own day."""
    there = home(kind=HOST, registered_categories=())
    assert ask(registered_for_private_residences, child(), there, now=asked(day)) == [answer]


def test_the_age_for_lodgings_is_on_file() -> None:
    """From what age comes from the law as it stood."""
    there = home(kind=HOST)
    assert ask(lodgings_from_sixteen, child(age=16), there, now=asked(law={"lodgings_from_age": 17})) == [BARRED]
    assert ask(lodgings_from_sixteen, child(age=16), there, now=asked(law={"lodgings_from_age": 16})) == [MET]
