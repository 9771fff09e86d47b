"""Language, faith and ethnicity: support that is scored, never a filter."""

from __future__ import annotations

from datetime import timedelta

import pytest

from matching.policy import Policy
from tests.matching.considerations.asking import ADOPTER, EARLY_PERMANENCE, NOT_HERE, UNKNOWN, Told, given_by, round_of
from tests.ordinary import DAY, child, home, records


@pytest.mark.parametrize(
    ("theirs", "ours", "score", "words"),
    [
        (("Polish",), ("english", "POLISH "), 100, "speaks Polish, which the child speaks"),
        (("Polish", "Ukrainian"), ("Ukrainian", "polish"), 100, "speaks Polish and Ukrainian, which the child speaks"),
        (("Polish", "English"), ("French",), 40, "not recorded as speaking Polish; the child also speaks English"),
        (
            ("Kurdish", "Arabic"),
            ("English",),
            0,
            "not recorded as speaking Kurdish or Arabic, and no English is recorded for the child",
        ),
        (("Polish",), (), UNKNOWN, "the languages of the home are not recorded"),
        ((), ("Polish",), UNKNOWN, "the child's languages are not recorded"),
        (("English",), ("Polish",), NOT_HERE, "the child speaks English"),
        ((" ENGLISH ",), (), NOT_HERE, "the child speaks English"),
    ],
    ids=["spoken", "two", "English too", "no English", "home blank", "child blank", "English only", "spelling"],
)
def test_language(theirs: tuple[str, ...], ours: tuple[str, ...], score: float | str, words: str) -> None:
    """A shared language; without one, less is lost when the child also speaks English."""
    assert given_by("language", {"languages": theirs}, {"languages": ours}) == (score, words)


ANOTHER_FAITH = "another religion is recorded: ask how the home would support the child's"
NO_DELAY = "the child has waited so long for adopters that this no longer counts"


@pytest.mark.parametrize(
    ("ash", "oak", "score", "words"),
    [
        ({"religion": "Muslim"}, {"religion": "muslim "}, 100, "the home is of the child's religion"),
        ({"religion": "Muslim"}, {"religion": "none"}, 50, ANOTHER_FAITH),
        ({"religion": "Muslim"}, {"religion": "Hindu"}, 50, ANOTHER_FAITH),
        ({"religion": "Muslim"}, {}, UNKNOWN, "the religion of the home is not recorded"),
        ({}, {"religion": "Hindu"}, UNKNOWN, "the child's religion is not recorded"),
        ({"religion": "Unknown"}, {"religion": "unknown"}, UNKNOWN, "the child's religion is not recorded"),
        ({"religion": "No religion"}, {"religion": "Hindu"}, NOT_HERE, "the child is recorded as having no religion"),
        ({"religion": "Muslim"}, {"religion": "Muslim", **ADOPTER}, 75, "the home is of the child's religion"),
        ({"religion": "Muslim"}, {"religion": "Muslim", **EARLY_PERMANENCE}, 75, "the home is of the child's religion"),
        ({"religion": "Muslim"}, {"religion": "Hindu", **ADOPTER}, 50, ANOTHER_FAITH),
        (
            {"religion": "Muslim", "adoption_decision_on": DAY - timedelta(days=121)},
            {"religion": "Muslim", **ADOPTER},
            75,
            "the home is of the child's religion",
        ),
        (
            {"religion": "Muslim", "adoption_decision_on": DAY - timedelta(days=122)},
            {"religion": "Muslim", **ADOPTER},
            NOT_HERE,
            NO_DELAY,
        ),
        (
            {"religion": "Muslim", "adoption_decision_on": DAY - timedelta(days=122)},
            {"religion": "Muslim"},
            100,
            "the home is of the child's religion",
        ),
        (
            {
                "religion": "Muslim",
                "referred_on": DAY - timedelta(days=400),
                "placement_order_on": DAY - timedelta(days=5),
            },
            {"religion": "Muslim", **ADOPTER},
            75,
            "the home is of the child's religion",
        ),
        (
            {"religion": "Muslim", "referred_on": DAY - timedelta(days=400)},
            {"religion": "Muslim", **ADOPTER},
            NOT_HERE,
            NO_DELAY,
        ),
        (
            {"religion": "Muslim", "adoption_decision_on": DAY + timedelta(days=1)},
            {"religion": "Muslim", **ADOPTER},
            75,
            "the home is of the child's religion",
        ),
    ],
    ids=[
        "shared",
        "home has none",
        "another",
        "home blank",
        "child blank",
        "said to be unknown",
        "child has none",
        "adopters share",
        "early permanence shares",
        "adopters of another",
        "adopters, last day",
        "adopters, too long",
        "foster home, too long",
        "clock runs from the order",
        "clock runs from referral",
        "decision in the future",
    ],
)
def test_faith(ash: Told, oak: Told, score: float | str, words: str) -> None:
    """Support that can only add; less in adoption, and nothing once it would mean delay."""
    assert given_by("faith", ash, oak) == (score, words)


ANOTHER_ETHNICITY = "another ethnicity is recorded: ask how the home would support the child's identity"


@pytest.mark.parametrize(
    ("theirs", "oak", "score", "words"),
    [
        ("BCRB", {"ethnicity": "BCRB"}, 100, "the home shares the child's recorded ethnicity"),
        ("MWBC", {"ethnicity": "BCRB"}, 75, "the home shares part of the child's recorded ethnicity"),
        ("MWBC", {"ethnicity": "WBRI"}, 75, "the home shares part of the child's recorded ethnicity"),
        ("BAFR", {"ethnicity": "MWBA"}, 75, "the home shares part of the child's recorded ethnicity"),
        ("MWAS", {"ethnicity": "APKN"}, 75, "the home shares part of the child's recorded ethnicity"),
        ("MWBC", {"ethnicity": "BAFR"}, 50, ANOTHER_ETHNICITY),
        ("BCRB", {"ethnicity": "WBRI"}, 50, ANOTHER_ETHNICITY),
        ("BCRB", {}, UNKNOWN, "the ethnicity of the home is not recorded"),
        ("BCRB", {"ethnicity": "REFU"}, UNKNOWN, "the ethnicity of the home is not recorded"),
        ("NOBT", {"ethnicity": "NOBT"}, UNKNOWN, "the child's ethnicity is not recorded"),
        (None, {"ethnicity": "WBRI"}, UNKNOWN, "the child's ethnicity is not recorded"),
        ("BCRB", {"ethnicity": "BCRB", **ADOPTER}, 75, "the home shares the child's recorded ethnicity"),
        ("MWBC", {"ethnicity": "BCRB", **ADOPTER}, 62.5, "the home shares part of the child's recorded ethnicity"),
        ("BCRB", {"ethnicity": "WBRI", **ADOPTER}, 50, ANOTHER_ETHNICITY),
    ],
    ids=[
        "same",
        "part, Caribbean",
        "part, White",
        "part, mixed home",
        "part, Asian",
        "mixed, another",
        "another",
        "home blank",
        "home refused",
        "not obtained",
        "child blank",
        "adopters, same",
        "adopters, part",
        "adopters, another",
    ],
)
def test_identity(theirs: str | None, oak: Told, score: float | str, words: str) -> None:
    """Ethnicity is support that can only add; another ethnicity scores what a blank one does."""
    assert given_by("identity", {"ethnicity": theirs}, oak) == (score, words)


def test_identity_does_not_delay_adoption() -> None:
    """Once the child has waited too long for adopters, ethnicity no longer counts with them [IDN-02]."""
    ash = {"ethnicity": "BCRB", "adoption_decision_on": DAY - timedelta(days=122)}
    assert given_by("identity", ash, {"ethnicity": "BCRB", **ADOPTER}) == (NOT_HERE, NO_DELAY)
    assert given_by("identity", ash, {"ethnicity": "BCRB"})[0] == 100
    longer = Policy(identity_delay_days=122)
    assert given_by("identity", ash, {"ethnicity": "BCRB", **ADOPTER}, policy=longer)[0] == 75


def test_another_ethnicity_or_faith_is_never_worse_than_a_blank() -> None:
    """No home has fewer points for what it is, nor could it, once everything is recorded [IDN-03]."""
    ash = child("ash", ethnicity="BCRB", religion="Christian")
    homes = [
        home("another", ethnicity="WBRI", religion="hindu"),
        home("blank"),
        home("adopter_another", ethnicity="WBRI", religion="hindu", **ADOPTER),
        home("adopter_blank", **ADOPTER),
        home("shared", ethnicity="BCRB", religion="Christian"),
    ]
    weighed = round_of(records([ash], homes))
    points = dict(zip(weighed.register.homes.ids.tolist(), weighed.points.tolist(), strict=True))
    low = dict(zip(weighed.register.homes.ids.tolist(), weighed.low.tolist(), strict=True))
    assert points["another"] == points["blank"] < points["shared"]
    assert points["adopter_another"] == points["adopter_blank"]
    assert low["another"] == low["blank"]
