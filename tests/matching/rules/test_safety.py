"""Separations, barred homes, who may live alongside, smoke and animals: named cases."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from matching.rules.rule import Answer
from matching.rules.safety import barred_home, cared_for_alongside, no_pets, separated, smoke_free
from records.model import Alongside, LinkKind, PetsWish, ResidentStatus
from tests.matching.rules.cases import (
    BARRED,
    MET,
    SIGN_OFF,
    UNKNOWN,
    aged,
    ask,
    asked,
    child,
    days,
    family,
    home,
    link,
    resident,
    separation,
)

HOMES = (home("H1"), home("H2"))


@pytest.mark.parametrize(
    ("expires_on", "answer"),
    [(None, BARRED), (days(0), BARRED), (days(-1), MET), (days(1), BARRED)],
    ids=["no end", "last day is today", "ended yesterday", "ends tomorrow"],
)
@pytest.mark.parametrize("who", ["Ash", "Oak"])
def test_separated_from_a_resident(who: str, expires_on: date | None, answer: Answer) -> None:
    """A separation bars the home where the other lives, whichever of the two is asked about."""
    other = {"Ash": "Oak", "Oak": "Ash"}[who]
    answers = ask(
        separated,
        (child("Ash"), child("Oak")),
        HOMES,
        together=[who],
        residents=(resident(other, home_id="H2"),),
        separations=(separation("Ash", "Oak", expires_on),),
    )
    assert answers == [MET, answer]


def test_separated_within_the_group() -> None:
    """Brothers and sisters under a separation may live together nowhere, each alone anywhere."""
    rows = (separation("Ash", "Bay"),)
    assert ask(separated, family(4, 6), HOMES, together=["Ash", "Bay"], separations=rows) == [BARRED, BARRED]
    assert ask(separated, family(4, 6), HOMES, together=["Ash"], separations=rows) == [MET, MET]


def test_separated_from_somebody_elsewhere() -> None:
    """A person who lives in no home of the register bars none."""
    assert ask(separated, child(), HOMES, separations=(separation("Ash", "X9"),)) == [MET, MET]


@pytest.mark.parametrize(
    ("kind", "answer"), [(kind, BARRED if kind is LinkKind.BARRED else MET) for kind in LinkKind], ids=list(LinkKind)
)
def test_barred_home(kind: LinkKind, answer: Answer) -> None:
    """A barred link bars that home for that child; no other link does."""
    assert ask(barred_home, (child(), child("Oak")), HOMES, links=(link(kind, "Ash", "H2"),)) == [MET, answer]
    assert ask(barred_home, (child(), child("Oak")), HOMES, together=["Oak"], links=(link(kind, "Ash", "H2"),)) == [
        MET,
        MET,
    ]


BORN = aged(8)
YOUNGER, OLDER = BORN + timedelta(days=1), BORN - timedelta(days=1)
SOLO, ONLY_OLDER, ONLY_YOUNGER = Alongside.SOLO, Alongside.ONLY_OLDER, Alongside.ONLY_YOUNGER


@pytest.mark.parametrize(
    ("wish", "born", "facts", "answer"),
    [
        (SOLO, OLDER, {}, SIGN_OFF),
        (SOLO, OLDER, {"family_id": "ours"}, SIGN_OFF),
        (SOLO, None, {}, UNKNOWN),
        (ONLY_OLDER, OLDER, {}, MET),
        (ONLY_OLDER, BORN, {}, MET),
        (ONLY_OLDER, YOUNGER, {}, SIGN_OFF),
        (ONLY_OLDER, YOUNGER, {"family_id": "theirs"}, SIGN_OFF),
        (ONLY_OLDER, YOUNGER, {"family_id": "ours"}, MET),
        (ONLY_OLDER, None, {}, UNKNOWN),
        (ONLY_OLDER, None, {"family_id": "ours"}, MET),
        (ONLY_YOUNGER, YOUNGER, {}, MET),
        (ONLY_YOUNGER, BORN, {}, MET),
        (ONLY_YOUNGER, OLDER, {}, SIGN_OFF),
        (ONLY_YOUNGER, OLDER, {"family_id": "ours"}, MET),
        (ONLY_YOUNGER, None, {}, UNKNOWN),
        (Alongside.WITH_OTHERS, YOUNGER, {}, MET),
        (Alongside.NO_PREFERENCE, YOUNGER, {}, MET),
        (Alongside.WITH_OTHERS, None, {}, MET),
        (None, YOUNGER, {}, MET),
        (None, None, {}, MET),
    ],
    ids=[
        "solo, another child",
        "solo, a sister",
        "solo, date of birth not recorded",
        "only older, an older child",
        "only older, born on the same day",
        "only older, a younger child",
        "only older, a younger child of another family",
        "only older, a younger brother",
        "only older, date of birth not recorded",
        "only older, a brother's date of birth not recorded",
        "only younger, a younger child",
        "only younger, born on the same day",
        "only younger, an older child",
        "only younger, an older brother",
        "only younger, date of birth not recorded",
        "with others",
        "no preference",
        "with others, date of birth not recorded",
        "not recorded",
        "neither recorded",
    ],
)
@pytest.mark.parametrize("status", [ResidentStatus.FOSTERED, ResidentStatus.OWN_CHILD, ResidentStatus.LODGER])
def test_cared_for_alongside(
    status: ResidentStatus, wish: Alongside | None, born: date | None, facts: dict[str, Any], answer: Answer
) -> None:
    """Every child who lives there counts: fostered, the carers' own, a lodger; judged by date of birth."""
    one = child(date_of_birth=BORN, alongside=wish, family_id="ours")
    assert ask(cared_for_alongside, one, residents=(resident("R1", status, born=born, **facts),)) == [answer]


@pytest.mark.parametrize(
    ("wish", "newcomer", "needed_by", "answer"),
    [
        (SOLO, {"date_of_birth": BORN}, None, SIGN_OFF),
        (SOLO, {"date_of_birth": BORN, "family_id": "ours"}, None, SIGN_OFF),
        (SOLO, {"date_of_birth": BORN}, days(9), MET),
        (None, {"date_of_birth": OLDER}, None, MET),
        (ONLY_OLDER, {"date_of_birth": BORN + timedelta(days=1)}, None, SIGN_OFF),
        (ONLY_OLDER, {"date_of_birth": YOUNGER, "family_id": "theirs"}, None, SIGN_OFF),
        (ONLY_OLDER, {"date_of_birth": BORN}, None, MET),
        (ONLY_OLDER, {"date_of_birth": BORN + timedelta(days=1), "family_id": "ours"}, None, MET),
        (ONLY_YOUNGER, {"date_of_birth": BORN - timedelta(days=1)}, None, SIGN_OFF),
        (ONLY_YOUNGER, {"date_of_birth": BORN}, None, MET),
        (ONLY_YOUNGER, {"date_of_birth": BORN - timedelta(days=1), "family_id": "ours"}, None, MET),
    ],
    ids=[
        "solo",
        "solo, a brother",
        "solo, but a move is asked for",
        "no wish",
        "only older, younger by a day",
        "only older, a younger child of another family",
        "only older, same day",
        "only older, a younger brother",
        "only younger, older by a day",
        "only younger, same day",
        "only younger, an older brother",
    ],
)
def test_a_settled_child_is_asked_too(
    wish: Alongside | None, newcomer: dict[str, Any], needed_by: date | None, answer: Answer
) -> None:
    """Nobody new comes to live with a settled child of the round who should not live with them."""
    settled = child("Sky", date_of_birth=BORN, alongside=wish, family_id="ours", needed_by=needed_by)
    new = child("Ash", **newcomer)
    facts: dict[str, Any] = {"links": (link(LinkKind.CURRENT_CARER, "Sky"),)}
    assert ask(cared_for_alongside, (new, settled), together=["Ash"], **facts) == [answer]
    assert ask(cared_for_alongside, (new, settled), together=["Sky"], **facts) == [MET]


def test_every_settled_child_of_every_home_is_asked() -> None:
    """One of two who are settled is enough, in whichever home; two of whom no family is recorded are no family."""
    people = (
        child("Ash", date_of_birth=YOUNGER),
        child("Bay", alongside=SOLO),
        child("Cam"),
        child("Dee", date_of_birth=BORN, alongside=ONLY_OLDER),
    )
    links = (
        link(LinkKind.CURRENT_CARER, "Bay", "H1"),
        link(LinkKind.CURRENT_CARER, "Cam", "H1"),
        link(LinkKind.CURRENT_CARER, "Dee", "H2"),
        link(LinkKind.CURRENT_CARER, "Dee", "H3"),
    )
    homes = (*HOMES, home("H3"), home("H4"))
    assert ask(cared_for_alongside, people, homes, links=links) == [SIGN_OFF, SIGN_OFF, SIGN_OFF, MET]


def test_two_who_live_there_already_are_new_to_nobody() -> None:
    """A settled child's wish is about who comes, not about another child who lives there too."""
    both = (child("Ash"), child("Sky", alongside=SOLO))
    links = (link(LinkKind.CURRENT_CARER, "Ash"), link(LinkKind.CURRENT_CARER, "Sky"))
    assert ask(cared_for_alongside, both, together=["Ash"], links=links) == [MET]


@pytest.mark.parametrize(
    ("status", "born"),
    [
        (ResidentStatus.ADULT, aged(40)),
        (ResidentStatus.ADULT, None),
        (ResidentStatus.STAYING_PUT, aged(19)),
        (ResidentStatus.STAYING_PUT, None),
        (ResidentStatus.OWN_CHILD, aged(18)),
        (ResidentStatus.LODGER, aged(18)),
    ],
    ids=[
        "adult",
        "adult, age not recorded",
        "staying put",
        "staying put, age not recorded",
        "own child of 18",
        "lodger",
    ],
)
@pytest.mark.parametrize("wish", [SOLO, ONLY_OLDER, ONLY_YOUNGER])
def test_adults_are_not_children_of_the_home(wish: Alongside, status: ResidentStatus, born: date | None) -> None:
    """Nobody of 18 or over, and nobody staying put, contradicts who may live alongside."""
    assert ask(cared_for_alongside, child(alongside=wish), residents=(resident("R1", status, born=born),)) == [MET]


def test_the_day_before_eighteen_is_still_a_child() -> None:
    """An own child who turns 18 tomorrow counts today."""
    almost = resident("R1", ResidentStatus.OWN_CHILD, born=aged(18, plus_days=-1))
    assert ask(cared_for_alongside, child(alongside=SOLO), residents=(almost,)) == [SIGN_OFF]


def test_families_of_children_with_none_recorded() -> None:
    """Two children of whom no family is recorded are not brothers and sisters."""
    one = child(date_of_birth=BORN, alongside=ONLY_OLDER)
    assert ask(cared_for_alongside, one, residents=(resident("R1", born=YOUNGER),)) == [SIGN_OFF]


def test_who_has_left_does_not_count() -> None:
    """Gone on the day of leaving; there until then."""
    one = child(alongside=SOLO)
    assert ask(cared_for_alongside, one, residents=(resident(leaving_on=days(0)),)) == [MET]
    assert ask(cared_for_alongside, one, residents=(resident(leaving_on=days(1)),)) == [SIGN_OFF]


def test_a_question_beats_a_sign_off_and_each_home_is_asked_by_itself() -> None:
    """One child there contradicts and another's age is not recorded: the question comes first."""
    residents = (
        resident("R1", home_id="H1"),
        resident("R2", home_id="H1", born=None),
        resident("R3", home_id="H2"),
    )
    homes = (*HOMES, home("H3"))
    assert ask(cared_for_alongside, child(alongside=SOLO), homes, residents=residents) == [UNKNOWN, SIGN_OFF, MET]


@pytest.mark.parametrize(
    ("wishes", "answer"),
    [
        ((SOLO, None), SIGN_OFF),
        ((None, SOLO), SIGN_OFF),
        ((ONLY_OLDER, None), MET),
        ((ONLY_YOUNGER, ONLY_OLDER), MET),
        ((None, None), MET),
    ],
    ids=["the first is solo", "the second is solo", "only older", "both only", "nothing recorded"],
)
def test_within_a_group(wishes: tuple[Alongside | None, ...], answer: Answer) -> None:
    """Solo means no brothers or sisters either; only older and only younger do not look at them."""
    children = tuple(
        child(name, age=age, family_id="ours", alongside=wish)
        for name, age, wish in zip(("Ash", "Bay"), (4, 6), wishes, strict=True)
    )
    assert ask(cared_for_alongside, children, HOMES, together=["Ash", "Bay"]) == [answer, answer]


def test_any_child_of_the_group_may_object() -> None:
    """The second child's wish counts as much as the first's."""
    children = (child("Ash", family_id="ours"), child("Bay", family_id="ours", alongside=SOLO))
    assert ask(cared_for_alongside, children, home(), together=["Bay"], residents=(resident("R1"),)) == [SIGN_OFF]
    wish = (child("Ash", family_id="ours"), child("Bay", family_id="ours", alongside=ONLY_OLDER, age=9))
    assert ask(cared_for_alongside, wish, home(), together=["Ash", "Bay"], residents=(resident("R1"),)) == [SIGN_OFF]


def test_oneself_is_no_company() -> None:
    """A child who lives there is not another child; a brother who lives there is counted once, as of the group."""
    assert ask(cared_for_alongside, child(alongside=SOLO), residents=(resident("Ash"),)) == [MET]
    brothers = (child("Ash", family_id="ours", alongside=ONLY_OLDER, age=9), child("Bay", family_id="ours", age=4))
    not_marked = (resident("Bay", born=aged(4)),)
    assert ask(cared_for_alongside, brothers, together=["Ash", "Bay"], residents=not_marked) == [MET]


@pytest.mark.parametrize(
    ("needs", "smoker", "answer"),
    [
        (True, True, SIGN_OFF),
        (True, False, MET),
        (True, None, UNKNOWN),
        (False, True, MET),
        (None, True, MET),
        (None, None, MET),
    ],
    ids=["a smoker", "no smoker", "not recorded", "no need, a smoker", "need not recorded, a smoker", "neither"],
)
def test_smoke_free(needs: bool | None, smoker: bool | None, answer: Answer) -> None:
    """Never with a smoker when the child needs a smoke-free home; not recorded in the home is a question."""
    assert ask(smoke_free, child(smoke_free=needs), home(smoker=smoker)) == [answer]


@pytest.mark.parametrize(
    ("born", "under", "answer"),
    [(aged(5), 5, MET), (aged(5, plus_days=-1), 5, SIGN_OFF), (aged(5), 6, SIGN_OFF), (aged(0), 0, MET)],
    ids=["five today", "five tomorrow", "a later age in the policy", "no age in the policy"],
)
@pytest.mark.parametrize("recorded", [None, False], ids=["not recorded", "recorded as no need"])
def test_smoke_free_for_the_young_by_policy(recorded: bool | None, born: date, under: int, answer: Answer) -> None:
    """A council may want a smoke-free home for every child under an age, whatever is recorded."""
    now = asked(smoke_free_under_age=under)
    assert ask(smoke_free, child(smoke_free=recorded, date_of_birth=born), home(smoker=True), now=now) == [answer]


@pytest.mark.parametrize(
    ("wish", "pets", "answer"),
    [
        (PetsWish.NO, True, SIGN_OFF),
        (PetsWish.NO, False, MET),
        (PetsWish.NO, None, UNKNOWN),
        (PetsWish.CAN, True, MET),
        (PetsWish.MUST, False, MET),
        (PetsWish.MUST, None, MET),
        (PetsWish.UNKNOWN, True, MET),
        (None, True, MET),
        (None, None, MET),
    ],
    ids=[
        "cannot, animals",
        "cannot, none",
        "cannot, not recorded",
        "can",
        "must have is a wish",
        "must have, not recorded",
        "not known, animals",
        "not recorded, animals",
        "neither recorded",
    ],
)
def test_no_pets(wish: PetsWish | None, pets: bool | None, answer: Answer) -> None:
    """A child who cannot live with animals goes to no home that has them without the supervising social worker."""
    assert ask(no_pets, child(pets=wish), home(pets=pets)) == [answer]
