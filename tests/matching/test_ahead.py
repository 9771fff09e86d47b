"""What scarce homes are said to be: the sentence the issue asks for, what keeping them changes, and who may read it."""

from __future__ import annotations

import numpy as np
import pytest

from matching.ahead import Ahead, look_ahead, with_keep
from matching.ahead_words import round_sentence, sections, sentence, sentences_of, table
from matching.coming import Coming
from matching.policy import Policy
from matching.prices import Scarce
from matching.prices_kinds import Kind, kind_of
from matching.propose import propose
from reporting.write import html
from tests.ordinary import DAY, TRAFFORD, child, home, miles_east, records, years_old

THREE = Kind("three siblings", "such a family")


@pytest.mark.parametrize(
    ("homes", "come", "within", "one_of", "when"),
    [
        (2, 0.9, 5, "one of two", "is expected within five weeks"),
        (1, 1.0, 1, "the only one", "is expected within one week"),
        (3, 0.3, None, "one of three", "is not expected within a quarter, and comes in 30% of the futures"),
        (3, 0.7, None, "one of three", "may come within a quarter, as in 70% of the futures"),
    ],
)
def test_the_sentence(homes: int, come: float, within: int | None, one_of: str, when: str) -> None:
    """As a panel would say it; what is not expected is said too."""
    said = sentence(Scarce("ASH", THREE, homes, come, within, (10,), (1.0,)), 13)
    assert said == f"This home is {one_of} that could take three siblings; such a family {when}."


def test_kinds_are_said_without_anybody_in_them() -> None:
    """Size, age and need in a few words."""
    one = child("A", date_of_birth=years_old(3))
    assert kind_of((one, one), DAY).words == "two siblings"
    assert kind_of((one,), DAY).words == "a child under five"
    assert kind_of((child("B", date_of_birth=years_old(12)),), DAY).words == "a child of eleven or over"
    heavy = child("C", date_of_birth=years_old(9), needs_must=("autism", "trauma"))
    assert kind_of((heavy,), DAY).words.startswith("a child with several needs")


@pytest.fixture(scope="module")
def ahead() -> Ahead:
    """Anna's best home is Ash, the last that could take three siblings; Birch, further away, has one place."""
    three = {"approved_places": 3, "vacancies": 3, "bedrooms_free": 3}
    one = {"approved_places": 1, "vacancies": 1, "bedrooms_free": 1}
    told = records(
        children=[child("ANNA", home=miles_east(0))],
        homes=[home("ASH", **three, location=miles_east(0)), home("BIRCH", **one, location=miles_east(6))],
    )
    family = tuple(child(f"X{i}", family_id="F", date_of_birth=years_old(4 + i)) for i in range(3))
    futures = np.arange(10)
    nought = np.zeros(10, dtype=np.int64)
    coming = Coming((family,), futures, nought + 3, nought, nought + 50, 10, 13, DAY)
    return look_ahead(propose(told, Policy(authority=TRAFFORD)), coming)


def test_what_would_change_is_shown_and_not_applied(ahead: Ahead) -> None:
    """Anna's plan stands; in the other plan she has Birch, fewer points, and 210 days are expected to be saved."""
    q = ahead.proposal.question
    assert q.home_ids[int(ahead.proposal.home_of[0])] == "ASH"
    assert q.home_ids[int(ahead.kept.home_of[0])] == "BIRCH"
    assert ahead.before["placed"] == ahead.after["placed"] == 1
    assert ahead.saves == 3 * 10 * 7
    assert "1 home is scarce" in round_sentence(ahead)
    assert "1 child another home" in round_sentence(ahead)
    assert ahead.before["points"] > ahead.after["points"]
    assert sentences_of(ahead.prices, ["BIRCH"]) == ()
    (said,) = sentences_of(ahead.prices, ["ASH", "BIRCH"])
    assert said.startswith("ASH: This home is the only one that could take three siblings")
    assert table(ahead.prices)["days_lost"].tolist() == [210, 210, 210]


def test_who_may_not_be_seen_is_not_named(ahead: Ahead) -> None:
    """A reader barred from a home or a child reads neither; that somebody is left out is said."""
    everything = html("x", sections(ahead))
    assert "ASH" in everything
    assert "ANNA" in everything
    for hidden in ("ASH", "ANNA"):
        said = html("x", sections(ahead, hidden.__ne__))
        assert hidden not in said
        assert "1 more are not shown to you" in said


def test_the_tier_stands_before_points_and_after_placed() -> None:
    """Where a council has chosen its place it stays there."""
    assert with_keep(("placed", "local", "points", "cost")) == ("placed", "local", "keep", "points", "cost")
    assert with_keep(("points", "placed", "cost")) == ("points", "placed", "keep", "cost")
    assert with_keep(("placed", "keep", "local")) == ("placed", "keep", "local")
    assert with_keep(("placed",)) == ("placed", "keep")
