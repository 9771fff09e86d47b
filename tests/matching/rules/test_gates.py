"""What to do before confirming: when each gate applies, and when it does not."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from matching.rules import GATES
from matching.rules import gates as g
from matching.rules.rule import Gate
from records.model import (
    Alongside,
    DistanceReason,
    HomeKind,
    LinkKind,
    PetsWish,
    PlacementNeed,
    Provider,
    ResidentStatus,
    Route,
)
from tests.matching.rules.cases import (
    ADJOINING,
    COUNCIL,
    DISTANT,
    KINDS,
    aged,
    asked,
    child,
    days,
    family,
    gated,
    home,
    link,
    register,
    resident,
    zone,
)

FOSTER, KIN, HOST, ADOPTER, EARLY = KINDS
EVERY_KIND = tuple(home(f"H{i}", kind=kind) for i, kind in enumerate(KINDS))
CARER, OWN, STAYING, ADULT = (
    ResidentStatus.FOSTERED,
    ResidentStatus.OWN_CHILD,
    ResidentStatus.STAYING_PUT,
    ResidentStatus.ADULT,
)


@pytest.mark.parametrize(
    ("one", "kinds"),
    [
        (g.family_first, set(KINDS)),
        (g.kin_before_early_permanence, {EARLY}),
        (g.the_carer_agrees, set(KINDS)),
        (g.placement_plan, set(KINDS) - {ADOPTER}),
        (g.information_for_carers, set(KINDS) - {ADOPTER}),
        (g.foster_care_agreement, {FOSTER, KIN, EARLY}),
        (g.early_permanence_approval, {EARLY}),
        (g.household_links, set(KINDS)),
        (g.safe_care_plan, {FOSTER, KIN, EARLY}),
        (g.contact_orders, set(KINDS) - {ADOPTER}),
        (g.allergies, set(KINDS)),
        (g.lodgings_are_suitable, {HOST}),
        (g.support_not_care, {HOST}),
        (g.lodgings_location, {HOST}),
        (g.adoption_placement_report, {ADOPTER}),
        (g.adoption_panel, {ADOPTER}),
        (g.adoption_decision_maker, {ADOPTER}),
        (g.adoption_placement_plan, {ADOPTER}),
    ],
    ids=lambda value: value.rule_id if isinstance(value, Gate) else "",
)
def test_ordinary_gates(one: Gate, kinds: set[HomeKind]) -> None:
    """What always belongs to a kind of home is marked as such, and asked of that kind only."""
    assert one.always
    assert gated(one, child(), EVERY_KIND) == [kind in kinds for kind in KINDS]


def test_which_gates_are_ordinary() -> None:
    """Exactly those of the table above; all others depend on what is recorded."""
    named = test_ordinary_gates.pytestmark[0].args[1]  # type: ignore[attr-defined]
    assert {one.text for one in GATES if one.always} == {one.text for one, _ in named}


ADOPTING = (g.adoption_placement_report, g.adoption_panel, g.adoption_decision_maker, g.adoption_placement_plan)


@pytest.mark.parametrize("one", ADOPTING, ids=[x.rule_id for x in ADOPTING])
@pytest.mark.parametrize(
    ("routes", "kinds"),
    [((Route.ADOPTION,), {ADOPTER, EARLY}), ((Route.EARLY_PERMANENCE,), {ADOPTER}), ((Route.FOSTER,), {ADOPTER})],
    ids=["adoption", "early permanence is fostering first", "fostering"],
)
def test_steps_of_an_adoption(one: Gate, routes: tuple[Route, ...], kinds: set[HomeKind]) -> None:
    """Panel, decision and plan belong to placing for adoption, with dual approved carers too."""
    assert gated(one, child(routes=routes), EVERY_KIND) == [kind in kinds for kind in KINDS]


@pytest.mark.parametrize(
    ("recorded", "applies"),
    [(None, True), (days(-8), True), (days(-7), False), (days(-1), False)],
    ids=["not recorded", "the day before the referral", "the day of the referral", "since"],
)
def test_wishes_and_feelings(recorded: date | None, applies: bool) -> None:
    """GOV-08: for each decision anew."""
    assert gated(g.wishes_and_feelings, child(views_recorded_on=recorded, referred_on=days(-7))) == [applies]


@pytest.mark.parametrize(
    ("alongside", "residents", "vacancies", "applies"),
    [
        (None, (resident(),), 1, True),
        (None, (resident(born=None),), 1, True),
        (None, (), 2, True),
        (None, (), 1, False),
        (None, (resident("R1", ADULT),), 1, False),
        (None, (resident("Ash"),), 1, False),
        (Alongside.WITH_OTHERS, (resident(),), 2, False),
        (Alongside.NO_PREFERENCE, (resident(),), 2, False),
    ],
    ids=[
        "a child lives there",
        "perhaps a child",
        "another might come",
        "the only child",
        "only an adult there",
        "only the child there",
        "recorded",
        "recorded as no preference",
    ],
)
def test_alongside_not_recorded(
    alongside: Alongside | None, residents: tuple[Any, ...], vacancies: int, applies: bool
) -> None:
    """A blank wish is no bar, but asked about where it can matter."""
    one = child(alongside=alongside)
    assert gated(g.alongside_not_recorded, one, home(vacancies=vacancies), residents=residents) == [applies]


@pytest.mark.parametrize(
    ("needs", "smoker", "applies"),
    [
        (None, True, True),
        (None, None, True),
        (None, False, False),
        (True, True, False),
        (False, True, False),
    ],
    ids=["a smoker", "not recorded", "no smoker", "recorded as needed", "recorded as not needed"],
)
def test_smoke_free_not_recorded(needs: bool | None, smoker: bool | None, applies: bool) -> None:
    """A blank need is asked about where somebody smokes, or may."""
    assert gated(g.smoke_free_not_recorded, child(smoke_free=needs), home(smoker=smoker)) == [applies]


def test_smoke_free_decided_by_policy_is_no_question() -> None:
    """Where the policy treats the child as needing a smoke-free home, the rule itself answers."""
    now = asked(smoke_free_under_age=9)
    assert gated(g.smoke_free_not_recorded, child(age=8), home(smoker=True), now=now) == [False]
    young = child(age=4, smoke_free=False)
    assert gated(g.young_child_with_smokers, young, home(smoker=True), now=now) == [False]


@pytest.mark.parametrize(
    ("born", "needs", "smoker", "applies"),
    [
        (aged(5, plus_days=-1), False, True, True),
        (aged(5, plus_days=-1), False, None, True),
        (aged(5, plus_days=-1), False, False, False),
        (aged(5), False, True, False),
        (aged(4), None, True, False),
        (aged(4), True, True, False),
    ],
    ids=["five tomorrow", "smoking not recorded", "no smoker", "five today", "not recorded", "needed"],
)
def test_young_child_with_smokers(born: date, needs: bool | None, smoker: bool | None, applies: bool) -> None:
    """HLT-05: under five a recorded "no need" still wants a reason."""
    one = child(date_of_birth=born, smoke_free=needs)
    assert gated(g.young_child_with_smokers, one, home(smoker=smoker)) == [applies]


@pytest.mark.parametrize(
    ("wish", "pets", "applies"),
    [
        (None, True, True),
        (None, None, True),
        (None, False, False),
        (PetsWish.UNKNOWN, True, True),
        (PetsWish.CAN, True, False),
        (PetsWish.MUST, None, False),
        (PetsWish.NO, True, False),
    ],
    ids=["animals", "animals not recorded", "no animals", "recorded as unknown", "can", "must", "cannot: the rule"],
)
def test_pets_not_recorded(wish: PetsWish | None, pets: bool | None, applies: bool) -> None:
    """A blank wish is asked about where there are animals, or may be."""
    assert gated(g.pets_not_recorded, child(pets=wish), home(pets=pets)) == [applies]


@pytest.mark.parametrize(
    ("reason", "zones", "applies"),
    [
        (DistanceReason.SAFEGUARDING, (), True),
        (DistanceReason.FAMILY_PREFERENCE, (), False),
        (None, (), False),
        (None, (zone(),), True),
        (None, (zone(expires_on=days(-1)),), False),
        (None, (zone(child_id="Oak"),), False),
    ],
    ids=["distance for safety", "for preference", "none", "a zone", "an expired zone", "another's zone"],
)
def test_confidential_address(reason: DistanceReason | None, zones: tuple[Any, ...], applies: bool) -> None:
    """LOC-11: asked where somebody may be looking for the child."""
    others = (child("Oak"),)
    assert gated(g.confidential_address, child(distance_reason=reason), others=others, zones=zones) == [applies]


def test_review_before_moving() -> None:
    """PLC-10: every home but the present one, and only for a child who has one."""
    homes = (home("H1"), home("H2"))
    assert gated(g.review_before_moving, child(), homes) == [False, False]
    assert gated(g.review_before_moving, child(), homes, links=(link(LinkKind.CURRENT_CARER),)) == [False, True]
    assert gated(g.review_before_moving, child(), homes, residents=(resident("Ash", home_id="H2"),)) == [True, False]


@pytest.mark.parametrize(
    ("need", "ages", "applies"),
    [
        (PlacementNeed.EMERGENCY, (4, 6), True),
        (PlacementNeed.EMERGENCY, (4,), False),
        (PlacementNeed.LONG_TERM, (4, 6), False),
        (None, (4, 6), False),
    ],
    ids=["an emergency, two", "an emergency, one", "no emergency", "not recorded"],
)
def test_emergency_split(need: PlacementNeed | None, ages: tuple[int, ...], applies: bool) -> None:
    """SIB-06: brothers and sisters in an emergency."""
    one, *others = family(*ages, placement_need=need)
    assert gated(g.emergency_split, one, others=others) == [applies]


def test_an_only_child_in_an_emergency_is_not_split() -> None:
    """A child with no family recorded has nobody to be split from."""
    assert gated(g.emergency_split, child(placement_need=PlacementNeed.EMERGENCY), others=(child("Oak"),)) == [False]


@pytest.mark.parametrize(
    ("one", "need"),
    [
        (g.short_breaks, PlacementNeed.SHORT_BREAKS),
        (g.remand_conditions, PlacementNeed.REMAND),
        (g.who_counts_with_a_parent, PlacementNeed.PARENT_AND_CHILD),
    ],
    ids=["SHB-01", "REM-01", "PAC-02"],
)
def test_gates_of_one_kind_of_stay(one: Gate, need: PlacementNeed) -> None:
    """Short breaks, remand, parent and child: each asks its own question of its own children."""
    applies = {other: gated(one, child(placement_need=other)) for other in (*PlacementNeed, None)}
    assert applies == {other: [other is need] for other in (*PlacementNeed, None)}


@pytest.mark.parametrize("need", [*PlacementNeed, None])
def test_long_term_foster_placement(need: PlacementNeed | None) -> None:
    """STB-03: the name is not given without its three confirmations, and only foster homes bear it."""
    long_term = need is PlacementNeed.LONG_TERM
    expected = [long_term and kind in {FOSTER, KIN, EARLY} for kind in KINDS]
    assert gated(g.long_term_foster_placement, child(placement_need=need), EVERY_KIND) == expected


def test_a_parent_with_a_child_by_need() -> None:
    """PAC-02 also where the need, not the kind of stay, says so."""
    assert gated(g.who_counts_with_a_parent, child(needs_must=("parent_and_child",))) == [True]


@pytest.mark.parametrize(
    ("residents", "applies"),
    [((), False), ((resident(),), True), ((resident("R1", ADULT),), True), ((resident("Ash"),), False)],
    ids=["nobody", "a foster child", "an adult", "only the child"],
)
def test_effect_on_the_household(residents: tuple[Any, ...], applies: bool) -> None:
    """SAFE-05: whoever else lives there is thought of."""
    assert gated(g.effect_on_the_household, residents=residents) == [applies]


@pytest.mark.parametrize(
    ("alongside", "applies"),
    [
        (Alongside.SOLO, True),
        (Alongside.ONLY_OLDER, True),
        (Alongside.ONLY_YOUNGER, True),
        (Alongside.WITH_OTHERS, False),
        (Alongside.NO_PREFERENCE, False),
        (None, False),
    ],
)
def test_residents_own_company(alongside: Alongside | None, applies: bool) -> None:
    """A child of the round who lives there, and about whose company something is recorded, is asked about."""
    oak = child("Oak", alongside=alongside)
    homes, links = (home("H1"), home("H2")), (link(LinkKind.CURRENT_CARER, "Oak"),)
    assert gated(g.residents_own_company, child(), homes, others=(oak,), links=links) == [applies, False]
    assert gated(g.residents_own_company, oak, homes, others=(child(),), links=links) == [False, False]


HARM = ("harmful_sexual_behaviour",)


@pytest.mark.parametrize("where", ["needs_must", "needs_helpful"])
@pytest.mark.parametrize(
    ("residents", "applies"),
    [
        ((resident(),), True),
        ((resident("R1", OWN),), True),
        ((resident(born=None),), True),
        ((resident("R1", STAYING, born=aged(19)),), False),
        ((resident("Ash"),), False),
        ((), False),
    ],
    ids=["a foster child", "an own child", "perhaps a child", "an adult", "only the child", "nobody"],
)
def test_harmful_behaviour(where: str, residents: tuple[Any, ...], applies: bool) -> None:
    """SAFE-02: no placement with other children without a specific assessment."""
    facts: dict[str, Any] = {where: HARM}
    assert gated(g.harmful_behaviour, child(**facts), residents=residents) == [applies]
    assert gated(g.harmful_behaviour, child(), residents=residents) == [False]


def test_harmful_behaviour_within_a_family() -> None:
    """Brothers and sisters who would live together are other children too, whichever of them it is about."""
    ash, bay = child("Ash", family_id="ours"), child("Bay", family_id="ours", needs_must=HARM)
    assert gated(g.harmful_behaviour, ash, others=(bay,)) == [True]
    assert gated(g.harmful_behaviour, bay, others=(ash,)) == [True]
    assert gated(g.harmful_behaviour, ash, others=(child("Cam", family_id="ours"),)) == [False]
    assert gated(g.harmful_behaviour, child(family_id="ours", needs_must=HARM)) == [False]


@pytest.mark.parametrize(
    ("approved_to", "stay_ends", "applies"),
    [
        (None, None, False),
        (None, days(9), False),
        (days(9), None, True),
        (days(9), days(9), False),
        (days(9), days(10), True),
    ],
    ids=["neither ends", "approval has no end", "the stay has no end", "on the same day", "approval ends first"],
)
def test_approval_ends_during_the_stay(approved_to: date | None, stay_ends: date | None, applies: bool) -> None:
    """An alert before, not after [worked case 15]."""
    one, there = child(expected_end=stay_ends), home(approved_to=approved_to)
    assert gated(g.approval_ends_during_the_stay, one, there) == [applies]


@pytest.mark.parametrize(
    ("weeks", "more_days", "first", "extended"),
    [
        (16, 0, True, False),
        (16, 1, True, True),
        (24, 0, True, True),
        (24, 1, False, False),
        (1, 0, True, False),
    ],
    ids=["sixteen weeks", "a day more", "twenty-four weeks", "longer: a full approval", "one week"],
)
@pytest.mark.parametrize("kind", [KIN, FOSTER])
def test_temporary_kinship_approval(kind: HomeKind, weeks: int, more_days: int, first: bool, extended: bool) -> None:
    """CON-01, CON-02: an approval as short as a temporary one is asked about; both its first and last day count."""
    there = home(kind=kind, approved_from=days(0), approved_to=days(weeks * 7 + more_days - 1))
    assert gated(g.temporary_kinship_approval, child(), there) == [first and kind is KIN]
    assert gated(g.extended_kinship_approval, child(), there) == [extended and kind is KIN]


def test_kinship_approval_without_an_end_is_no_temporary_one() -> None:
    """A blank end is no end, and a blank beginning leaves nothing to count."""
    homes = (home("H1", kind=KIN), home("H2", kind=KIN, approved_from=None, approved_to=days(9)))
    assert gated(g.temporary_kinship_approval, child(), homes) == [False, False]
    assert gated(g.extended_kinship_approval, child(), homes) == [False, False]


@pytest.mark.parametrize(
    ("reviewed", "kind", "applies"),
    [
        (None, FOSTER, True),
        (date(2025, 11, 2), FOSTER, False),
        (date(2025, 11, 1), FOSTER, True),
        (date(2025, 11, 1), KIN, True),
        (date(2025, 11, 1), EARLY, True),
        (None, HOST, False),
        (None, ADOPTER, False),
    ],
    ids=["not recorded", "twelve months today", "a day more", "kin", "early permanence", "a host", "adopters"],
)
def test_review_in_date(reviewed: date | None, kind: HomeKind, applies: bool) -> None:
    """FOST-15: a foster carer's review is no older than the policy's months."""
    assert gated(g.review_in_date, child(), home(kind=kind, last_review_on=reviewed)) == [applies]


def test_review_months_are_the_councils_to_say() -> None:
    """The number of months comes from the policy."""
    there = home(last_review_on=date(2026, 5, 1))
    assert gated(g.review_in_date, child(), there, now=asked(review_months=6)) == [True]
    assert gated(g.review_in_date, child(), there, now=asked(review_months=7)) == [False]


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2026, 11, 2), 12, date(2025, 11, 2)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2026, 12, 31), 12, date(2025, 12, 31)),
        (date(2028, 2, 29), 12, date(2027, 2, 28)),
        (date(2026, 11, 2), 23, date(2024, 12, 2)),
    ],
)
def test_months_before(day: date, months: int, before: date) -> None:
    """The same day of the month, or that month's last."""
    assert g.months_before(day, months) == before


@pytest.mark.parametrize(
    ("born", "age", "on"),
    [
        (date(2024, 1, 5), 3, date(2027, 1, 5)),
        (date(2024, 2, 29), 3, date(2027, 3, 1)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
        (date(2096, 2, 29), 4, date(2100, 3, 1)),
        (date(2024, 2, 28), 3, date(2027, 2, 28)),
        (date(2024, 3, 29), 3, date(2027, 3, 29)),
    ],
)
def test_birthday(born: date, age: int, on: date) -> None:
    """Somebody born on 29 February has a birthday on 1 March in other years."""
    assert g.birthday(child(date_of_birth=born), age) == on


@pytest.mark.parametrize(
    ("facts", "terms", "applies"),
    [
        ({"placement_need": PlacementNeed.EMERGENCY}, {"approved_age_max": 7}, True),
        ({"placement_need": PlacementNeed.EMERGENCY}, {"approved_age_max": 8}, False),
        ({"placement_need": PlacementNeed.LONG_TERM}, {"approved_age_max": 7}, False),
        ({"placement_need": PlacementNeed.EMERGENCY}, {"approved_sex": "F"}, True),
        ({"placement_need": PlacementNeed.EMERGENCY}, {"approved_age_max": 7, "kind": KIN}, True),
        ({"placement_need": PlacementNeed.EMERGENCY}, {"approved_age_max": 7, "kind": HOST}, False),
        ({"placement_need": None}, {"approved_age_max": 7}, False),
    ],
    ids=[
        "an emergency outside the terms",
        "within the terms",
        "no emergency",
        "perhaps outside",
        "kin",
        "a host",
        "not recorded",
    ],
)
def test_emergency_outside_terms(facts: dict[str, Any], terms: dict[str, Any], applies: bool) -> None:
    """FOST-11: only for six working days, and only in an emergency."""
    assert gated(g.emergency_outside_terms, child(**facts), home(**terms)) == [applies]


@pytest.mark.parametrize(
    ("one", "day", "last"),
    [
        (g.emergency_outside_terms, date(2026, 4, 2), "13/04/2026"),
        (g.emergency_outside_terms, date(2026, 11, 2), "09/11/2026"),
        (g.placement_plan, date(2026, 4, 2), "10/04/2026"),
        (g.notice_to_the_area, date(2026, 11, 2), "06/11/2026"),
    ],
    ids=["FOST-11 over Easter [worked case 21]", "FOST-11", "PLC-09 over Easter", "LOC-06"],
)
def test_last_days(one: Gate, day: date, last: str) -> None:
    """Working days, the first of them counted, skip weekends and bank holidays."""
    assert one.words(child(), asked(day)) == f"{one.text} Last day, if the stay begins at once: {last}."


def test_words_without_a_last_day() -> None:
    """Most gates have no date."""
    assert g.allergies.words(child(), asked()) == g.allergies.text
    assert {one.rule_id for one in GATES if one.by} == {"FOST-11", "PLC-09", "LOC-06"}


@pytest.mark.parametrize(
    ("kind", "provider", "applies"),
    [
        (FOSTER, Provider.IN_HOUSE, False),
        (FOSTER, Provider.AGENCY, True),
        (KIN, Provider.OTHER_AUTHORITY, True),
        (EARLY, Provider.AGENCY, True),
        (HOST, Provider.AGENCY, False),
        (ADOPTER, Provider.AGENCY, False),
    ],
)
def test_approved_by_another_service(kind: HomeKind, provider: Provider, applies: bool) -> None:
    """FOST-12: foster carers of another service need its consent."""
    assert gated(g.approved_by_another_service, child(), home(kind=kind, provider=provider)) == [applies]


@pytest.mark.parametrize(
    ("kind", "authority", "applies"),
    [
        (FOSTER, COUNCIL, False),
        (FOSTER, ADJOINING, True),
        (FOSTER, DISTANT, True),
        (FOSTER, None, True),
        (HOST, ADJOINING, True),
        (ADOPTER, ADJOINING, False),
    ],
)
def test_notice_to_the_area(kind: HomeKind, authority: str | None, applies: bool) -> None:
    """LOC-06: the council of the area is told, even about the council's own carers who live there."""
    assert gated(g.notice_to_the_area, child(), home(kind=kind, authority=authority)) == [applies]


@pytest.mark.parametrize(
    ("authority", "applies"),
    [(COUNCIL, False), ("W06000005", True), ("S12000033", True), ("N09000003", True), (None, False)],
)
def test_outside_england(authority: str | None, applies: bool) -> None:
    """LOC-12: another country, another law."""
    assert gated(g.outside_england, child(), home(authority=authority)) == [applies]


@pytest.mark.parametrize(
    ("born", "stay_ends", "rooms", "applies"),
    [
        (aged(3, plus_days=-1), None, None, True),
        (aged(3, plus_days=-1), None, 0, True),
        (aged(3, plus_days=-1), None, 1, False),
        (aged(3), None, 0, False),
        (aged(3, plus_days=-9), days(10), 0, True),
        (aged(3, plus_days=-9), days(9), 0, False),
        (aged(4), None, 0, False),
    ],
    ids=[
        "three tomorrow, rooms not recorded",
        "three tomorrow, no room",
        "three tomorrow, a room",
        "three already",
        "three the day before the stay ends",
        "three on the day the stay ends",
        "four",
    ],
)
def test_room_when_older(born: date, stay_ends: date | None, rooms: int | None, applies: bool) -> None:
    """BED-02: a birthday inside the stay is thought of on the first day."""
    one = child(date_of_birth=born, expected_end=stay_ends, sex="M")
    assert gated(g.room_when_older, one, home(bedrooms_free=rooms)) == [applies]


@pytest.mark.parametrize(
    ("mine", "other", "born", "rooms", "applies"),
    [
        ("M", "M", aged(10, plus_days=-1), 1, True),
        ("F", "F", aged(10, plus_days=-1), 1, True),
        ("M", "M", aged(10, plus_days=-1), 2, False),
        ("M", "M", aged(10), 1, False),
        ("M", "F", aged(10, plus_days=-1), 1, False),
        (None, None, aged(10, plus_days=-1), 1, False),
    ],
    ids=[
        "ten tomorrow, brothers, one room",
        "sisters",
        "two rooms",
        "ten already",
        "brother and sister do not share",
        "sex not recorded",
    ],
)
def test_room_when_too_old_to_share(mine: str | None, other: str | None, born: date, rooms: int, applies: bool) -> None:
    """BED-02: brothers who share now may not for ever."""
    one = child(date_of_birth=born, sex=mine, family_id="ours")
    others = (child("Bay", sex=other, family_id="ours"),)
    assert gated(g.room_when_older, one, home(bedrooms_free=rooms), others=others) == [applies]


def test_who_lives_there_has_a_room_already() -> None:
    """BED-02 is asked of new homes only."""
    one = child(date_of_birth=aged(2), sex="M")
    homes = (home("H1"), home("H2"))
    assert gated(g.room_when_older, one, homes, links=(link(LinkKind.CURRENT_CARER),)) == [False, True]


@pytest.mark.parametrize(
    ("since", "lives", "applies"),
    [
        (None, None, True),
        (days(0), None, True),
        (days(1), None, False),
        (days(1), "H1", True),
        (days(-9), "H2", False),
    ],
    ids=["not recorded", "looked after since today", "not yet", "lives with foster carers", "lives in lodgings"],
)
def test_review_before_lodgings(since: date | None, lives: str | None, applies: bool) -> None:
    """PLC-08, SLG-05: a review comes before a move from foster care to lodgings, and before one that may be that."""
    one = child(age=17, looked_after_since=since, routes=(Route.SUPPORTED_LODGINGS,))
    links = (link(LinkKind.CURRENT_CARER, home_id=lives),) if lives else ()
    homes = (home("H1"), home("H2", kind=HOST))
    assert gated(g.review_before_lodgings, one, homes, links=links) == [False, applies]


@pytest.mark.parametrize(
    ("dates", "applies"),
    [
        ({"parental_consent_on": days(-58)}, False),
        ({"parental_consent_on": days(-59)}, True),
        ({"parental_consent_on": days(-59), "placement_order_on": days(0)}, False),
        ({"parental_consent_on": days(-59), "placement_order_on": days(1)}, True),
        ({}, False),
    ],
    ids=["at six weeks", "a day sooner", "sooner, but ordered since", "sooner, and the order is to come", "none"],
)
def test_consent_of_parents_of_a_newborn(dates: dict[str, Any], applies: bool) -> None:
    """ADO-01: consent in the first six weeks may not be good."""
    one = child(date_of_birth=days(-100), routes=(Route.ADOPTION,), **dates)
    homes = (home("H1"), home("H2", kind=ADOPTER), home("H3", kind=EARLY))
    assert gated(g.consent_of_parents_of_a_newborn, one, homes) == [False, applies, applies]


ADOPTIVE = (home("H1"), home("H2", kind=ADOPTER), home("H3", kind=EARLY))


@pytest.mark.parametrize(
    ("since", "applies"), [(days(-426), False), (days(-427), True), (None, False)], ids=["426", "427", "blank"]
)
def test_long_in_care(since: date | None, applies: bool) -> None:
    """ADO-11: fourteen months from care to adopters, then the delay is explained."""
    one = child(routes=(Route.ADOPTION,), looked_after_since=since)
    assert gated(g.long_in_care, one, ADOPTIVE) == [False, applies, applies]


@pytest.mark.parametrize(
    ("dates", "applies"),
    [
        ({"placement_order_on": days(-121)}, False),
        ({"placement_order_on": days(-122)}, True),
        ({"parental_consent_on": days(-122)}, True),
        ({"placement_order_on": days(-10), "parental_consent_on": days(-122)}, True),
        ({}, False),
    ],
    ids=["121", "122 [worked case 17]", "consent 122", "the earlier of the two", "none"],
)
def test_long_since_the_order(dates: dict[str, Any], applies: bool) -> None:
    """ADO-12: four months from the court's authority to a match, then the delay is explained."""
    one = child(routes=(Route.ADOPTION,), **dates)
    assert gated(g.long_since_the_order, one, ADOPTIVE) == [False, applies, applies]


@pytest.mark.parametrize(
    ("decided", "applies"),
    [(date(2026, 8, 2), False), (date(2026, 8, 1), True), (None, False)],
    ids=["three months today", "a day more", "not decided"],
)
def test_wider_search(decided: date | None, applies: bool) -> None:
    """ADO-13: three months after the decision the search goes wider."""
    one = child(routes=(Route.ADOPTION,), adoption_decision_on=decided)
    assert gated(g.wider_search, one, ADOPTIVE) == [False, applies, applies]


def test_three_months_end_on_the_same_day_of_the_month_or_on_its_last() -> None:
    """ADO-13: from 28 February to 28 May, and from 30 November to the end of February; the day after is late."""
    for decided, last in ((date(2026, 2, 28), date(2026, 5, 28)), (date(2025, 11, 30), date(2026, 2, 28))):
        one = child(routes=(Route.ADOPTION,), adoption_decision_on=decided)
        assert gated(g.wider_search, one, ADOPTIVE, now=asked(day=last)) == [False, False, False]
        assert gated(g.wider_search, one, ADOPTIVE, now=asked(day=last + timedelta(days=1))) == [False, True, True]


@pytest.mark.parametrize(
    ("provider", "applies"),
    [(Provider.IN_HOUSE, False), (Provider.AGENCY, True), (Provider.OTHER_AUTHORITY, True)],
)
def test_match_between_agencies(provider: Provider, applies: bool) -> None:
    """ADO-14: a match with another agency's adopters is normal; the fee is agreed and delays nothing."""
    one = child(routes=(Route.ADOPTION,))
    homes = (home("A", kind=ADOPTER, provider=provider), home("B", provider=provider))
    assert gated(g.match_between_agencies, one, homes) == [applies, False]


@pytest.mark.parametrize(
    ("one", "number", "value", "last"),
    [
        (g.emergency_outside_terms, "emergency_outside_terms_working_days", 1, "02/11/2026"),
        (g.placement_plan, "placement_plan_working_days", 2, "03/11/2026"),
        (g.notice_to_the_area, "area_notice_working_days", 3, "04/11/2026"),
    ],
    ids=["FOST-11", "PLC-09", "LOC-06"],
)
def test_working_days_are_on_file(one: Gate, number: str, value: int, last: str) -> None:
    """How many working days comes from the law as it stood."""
    assert one.words(child(), asked(law={number: value})).endswith(f" {last}.")


@pytest.mark.parametrize(
    ("one", "facts", "there", "law"),
    [
        (
            g.young_child_with_smokers,
            {"age": 6, "smoke_free": False},
            {"smoker": True},
            {"smoke_free_usual_under_age": 7},
        ),
        (
            g.temporary_kinship_approval,
            {},
            {"kind": KIN, "approved_from": days(0), "approved_to": days(25 * 7 - 1)},
            {"temporary_approval_weeks": 17},
        ),
        (
            g.temporary_kinship_approval,
            {},
            {"kind": KIN, "approved_from": days(0), "approved_to": days(25 * 7 - 1)},
            {"temporary_extension_weeks": 9},
        ),
        (
            g.extended_kinship_approval,
            {},
            {"kind": KIN, "approved_from": days(0), "approved_to": days(25 * 7 - 1)},
            {"temporary_extension_weeks": 9},
        ),
        (
            g.extended_kinship_approval,
            {},
            {"kind": KIN, "approved_from": days(0), "approved_to": days(16 * 7 - 1)},
            {"temporary_approval_weeks": 15},
        ),
        (g.room_when_older, {"age": 3}, {"bedrooms_free": 0}, {"own_bedroom_from_age": 4}),
        (
            g.consent_of_parents_of_a_newborn,
            {"date_of_birth": days(-100), "parental_consent_on": days(-58)},
            {"kind": ADOPTER},
            {"consent_from_age_weeks": 7},
        ),
        (g.long_in_care, {"looked_after_since": days(-100)}, {"kind": ADOPTER}, {"adoption_entry_days": 99}),
        (g.long_since_the_order, {"placement_order_on": days(-100)}, {"kind": ADOPTER}, {"adoption_match_days": 99}),
        (
            g.wider_search,
            {"adoption_decision_on": days(-80)},
            {"kind": ADOPTER},
            {"wider_adoption_search_months": 2},
        ),
    ],
    ids=lambda value: value.rule_id if isinstance(value, Gate) else "",
)
def test_numbers_are_on_file(one: Gate, facts: dict[str, Any], there: dict[str, Any], law: dict[str, int]) -> None:
    """Each does not apply as the law stands, and does when its number in the law is another."""
    assert gated(one, child(**facts), home(**there)) == [False]
    assert gated(one, child(**facts), home(**there), now=asked(law=law)) == [True]


def test_the_age_for_sharing_is_on_file() -> None:
    """BED-02 asks about the birthday after which brothers share no longer."""
    one, others = child(age=11, sex="M", family_id="ours"), (child("Bay", sex="M", family_id="ours"),)
    assert gated(g.room_when_older, one, home(bedrooms_free=1), others=others) == [False]
    later = asked(law={"share_bedroom_under_age": 12})
    assert gated(g.room_when_older, one, home(bedrooms_free=1), others=others, now=later) == [True]


def test_gates_change_no_answer() -> None:
    """A gate is a list of things to do; the register it looked at is as it was."""
    reg = register()
    before = reg.homes.vacancies.copy()
    for one in GATES:
        one.applies(reg.children[0], reg, asked())
    assert (reg.homes.vacancies == before).all()
