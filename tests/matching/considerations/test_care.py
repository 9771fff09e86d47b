"""What the home offers this child: needs, a step-free house, animals."""

from __future__ import annotations

import pytest

from records.model import PetsWish
from tests.matching.considerations.asking import NOT_HERE, UNKNOWN, Told, given_by


@pytest.mark.parametrize(
    ("wanted", "met", "score", "words"),
    [
        (("autism",), ("autism", "trauma"), 100, "can help with autism"),
        (("autism", "self_harm"), ("autism",), 50, "can help with autism, not with self harm (1 of 2)"),
        (
            ("autism", "trauma", "missing"),
            ("missing", "autism"),
            66.667,
            "can help with autism and missing, not with trauma (2 of 3)",
        ),
        (("autism", "trauma"), (), 0, "not recorded as able to help with autism and trauma"),
        (("autism", "autism"), ("autism",), 100, "can help with autism"),
        (("autism",), None, UNKNOWN, "what needs the home can meet is not recorded"),
        ((), ("autism",), NOT_HERE, "no needs recorded that a home could help with"),
        ((), None, NOT_HERE, "no needs recorded that a home could help with"),
    ],
    ids=["all", "one of two", "two of three", "none", "listed twice", "blank", "no needs", "no needs, blank"],
)
def test_needs(wanted: tuple[str, ...], met: tuple[str, ...] | None, score: float | str, words: str) -> None:
    """The share of what would help that the home can help with."""
    assert given_by("needs", {"needs_helpful": wanted}, {"meets_needs": met}) == (score, words)


@pytest.mark.parametrize(
    ("ash", "step_free", "score", "words"),
    [
        ({"needs_helpful": ("physical_disability",)}, True, 100, "step-free"),
        ({"needs_must": ("physical_disability",)}, True, 100, "step-free"),
        ({"needs_helpful": ("physical_disability",)}, False, 0, "not step-free"),
        ({"needs_helpful": ("physical_disability",)}, None, UNKNOWN, "whether the home is step-free is not recorded"),
        ({}, True, NOT_HERE, "no physical disability recorded"),
    ],
    ids=["helpful", "must", "steps", "blank", "no need"],
)
def test_access(ash: Told, step_free: bool | None, score: float | str, words: str) -> None:
    """A step-free home for a child with a physical disability."""
    assert given_by("access", ash, {"step_free": step_free}) == (score, words)


@pytest.mark.parametrize(
    ("wish", "pets", "score", "words"),
    [
        (PetsWish.MUST, True, 100, "animals live there, as the child wishes"),
        (PetsWish.MUST, False, 0, "no animals live there, though the child wishes it"),
        (PetsWish.MUST, None, UNKNOWN, "whether animals live there is not recorded"),
        (PetsWish.CAN, True, NOT_HERE, "the child has not asked for a home with animals"),
        (PetsWish.NO, True, NOT_HERE, "the child has not asked for a home with animals"),
        (None, True, NOT_HERE, "the child has not asked for a home with animals"),
    ],
    ids=["wish met", "wish not met", "blank", "can", "cannot is a rule", "wish blank"],
)
def test_pets(wish: PetsWish | None, pets: bool | None, score: float | str, words: str) -> None:
    """A child who must have animals."""
    assert given_by("pets", {"pets": wish}, {"pets": pets}) == (score, words)
