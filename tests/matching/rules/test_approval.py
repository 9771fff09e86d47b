"""Kind of home, approval, terms, availability: named cases."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from matching.rules import RULES
from matching.rules.approval import (
    approved_adopters,
    approved_for_this_child,
    approved_foster_carer,
    carer_is_available,
    early_permanence_for_this_child,
    host_in_a_registered_service,
    in_the_specialist_scheme,
    kind_of_home,
    kinship_approval_has_not_lapsed,
    not_on_hold,
    notice_of_resignation,
    settled_children_stay,
    terms_of_approval,
)
from matching.rules.rule import Answer, Rule
from records.model import HomeKind, LinkKind, PlacementNeed, ResidentStatus, Route
from tests.matching.rules.cases import (
    BARRED,
    KINDS,
    MET,
    SIGN_OFF,
    UNKNOWN,
    aged,
    ask,
    asked,
    child,
    days,
    family,
    fostered,
    home,
    link,
    resident,
)

FOSTER, KIN, HOST, ADOPTER, EARLY = KINDS
EVERY_KIND = tuple(home(f"H{i}", kind=kind) for i, kind in enumerate(KINDS))


def test_the_ordinary_child_and_home_meet_every_rule() -> None:
    """The builder's defaults have nothing in the way, so each case below shows only what it changes."""
    assert {rule.rule_id: ask(rule) for rule in RULES} == {rule.rule_id: [MET] for rule in RULES}


@pytest.mark.parametrize(
    ("routes", "kinds"),
    [
        ((Route.FOSTER,), {FOSTER, KIN}),
        ((Route.SUPPORTED_LODGINGS,), {HOST}),
        ((Route.ADOPTION,), {ADOPTER, EARLY}),
        ((Route.EARLY_PERMANENCE,), {EARLY}),
        ((Route.EARLY_PERMANENCE, Route.FOSTER), {EARLY, FOSTER, KIN}),
        ((Route.FOSTER, Route.SUPPORTED_LODGINGS), {FOSTER, KIN, HOST}),
        ((Route.ADOPTION, Route.EARLY_PERMANENCE), {ADOPTER, EARLY}),
    ],
    ids=[
        "fostering: foster carers and kin",
        "lodgings: hosts only",
        "adoption: adopters, dual approved or not",
        "early permanence: dual approved carers only",
        "early permanence or fostering: foster carers too",
        "fostering or lodgings: both",
        "adoption or early permanence",
    ],
)
def test_kind_of_home(routes: tuple[Route, ...], kinds: set[HomeKind]) -> None:
    """Each route of the care plan leads to its own kinds of home, and to no other."""
    expected = [MET if kind in kinds else BARRED for kind in KINDS]
    assert ask(kind_of_home, child(routes=routes), EVERY_KIND) == expected


@pytest.mark.parametrize(
    ("carer", "needed_by", "answers"),
    [
        (True, None, [MET, BARRED]),
        (True, days(30), [MET, MET]),
        (False, None, [MET, MET]),
    ],
    ids=["settled: only the present home", "a move is asked for", "no current carer"],
)
def test_settled_children_stay(carer: bool, needed_by: date | None, answers: list[Answer]) -> None:
    """A child with a carer and no move asked for stays; nobody is swapped for the sake of others."""
    links = (link(LinkKind.CURRENT_CARER),) if carer else ()
    assert ask(settled_children_stay, child(needed_by=needed_by), (home("H1"), home("H2")), links=links) == answers


def test_living_somewhere_without_a_current_carer_is_not_settled() -> None:
    """Only a recorded current carer settles a child; a kinship or previous carer's link does not."""
    links = (link(LinkKind.KIN), link(LinkKind.PREVIOUS_CARER))
    assert ask(settled_children_stay, child(), (home("H1"), home("H2")), links=links) == [MET, MET]


APPROVALS = [
    (approved_foster_carer, FOSTER),
    (approved_foster_carer, KIN),
    (approved_foster_carer, EARLY),
    (approved_adopters, ADOPTER),
    (host_in_a_registered_service, HOST),
]


@pytest.mark.parametrize(("rule", "kind"), APPROVALS, ids=[f"{r.rule_id} {k}" for r, k in APPROVALS])
@pytest.mark.parametrize(
    ("begins", "ends", "answer"),
    [
        (days(0), None, MET),
        (days(1), None, BARRED),
        (None, None, UNKNOWN),
        (days(-9), days(0), MET),
        (None, days(0), UNKNOWN),
    ],
    ids=[
        "approved from today",
        "approved from tomorrow",
        "beginning not recorded",
        "last day is today",
        "beginning not recorded, last day today",
    ],
)
def test_approval(rule: Rule, kind: HomeKind, begins: date | None, ends: date | None, answer: Answer) -> None:
    """Approval has begun and its last day still counts; a blank beginning is a question, a blank end is none."""
    assert ask(rule, child(), home(kind=kind, approved_from=begins, approved_to=ends)) == [answer]


@pytest.mark.parametrize(("rule", "kind"), APPROVALS, ids=[f"{r.rule_id} {k}" for r, k in APPROVALS])
@pytest.mark.parametrize("begins", [days(-9), None], ids=["begun", "beginning not recorded"])
def test_approval_that_has_ended(rule: Rule, kind: HomeKind, begins: date | None) -> None:
    """Ended yesterday bars, whatever else is not recorded; for kin CON-03 says so in place of FOST-01."""
    ended = home(kind=kind, approved_from=begins, approved_to=days(-1))
    by_this_rule = UNKNOWN if begins is None else MET
    assert ask(rule, child(), ended) == [by_this_rule if kind is KIN else BARRED]
    assert ask(kinship_approval_has_not_lapsed, child(), ended) == [BARRED if kind is KIN else MET]


def test_kinship_approval_runs_to_its_last_day() -> None:
    """CON-03: a temporary approval still holds on the day it ends."""
    assert ask(kinship_approval_has_not_lapsed, child(), home(kind=KIN, approved_to=days(0))) == [MET]


@pytest.mark.parametrize("rule", [approved_foster_carer, approved_adopters, host_in_a_registered_service])
def test_each_approval_is_asked_of_its_own_kind_only(rule: Rule) -> None:
    """FOST-01, ADO-03 and SLG-02 share the kinds of home between them, none twice."""
    mine = {kind for r, kind in APPROVALS if r is rule}
    lapsed = [home(f"H{i}", kind=kind, approved_from=days(1)) for i, kind in enumerate(KINDS)]
    assert ask(rule, child(), lapsed) == [BARRED if kind in mine else MET for kind in KINDS]


@pytest.mark.parametrize(
    ("notice", "stay_ends", "answer"),
    [
        (None, None, MET),
        (days(1), None, MET),
        (days(0), None, BARRED),
        (days(-5), days(23), MET),
        (days(-5), days(24), BARRED),
        (days(0), days(28), MET),
        (days(0), days(29), BARRED),
        (days(-28), days(0), MET),
        (days(-29), days(-1), BARRED),
        (days(-3), days(-1), BARRED),
    ],
    ids=[
        "no notice",
        "notice from tomorrow",
        "notice today, no end of the stay recorded",
        "the stay ends on the 28th day after notice",
        "the stay ends on the 29th day after notice",
        "notice today, 28 days",
        "notice today, 29 days",
        "today is the last day of approval",
        "approval ended yesterday, though the stay was to end within it",
        "the day on which the stay was to end is past",
    ],
)
def test_notice_of_resignation(notice: date | None, stay_ends: date | None, answer: Answer) -> None:
    """A carer on notice takes only a child whose stay is over within 28 days of it."""
    assert ask(notice_of_resignation, child(expected_end=stay_ends), home(notice_received_on=notice)) == [answer]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("hold", "answer"), [(True, SIGN_OFF), (False, MET), (None, MET)], ids=["on hold", "not on hold", "not recorded"]
)
def test_not_on_hold(kind: HomeKind, hold: bool | None, answer: Answer) -> None:
    """A hold needs the head of service, for every kind of home; none recorded is none."""
    assert ask(not_on_hold, child(), home(kind=kind, on_hold=hold)) == [answer]


@pytest.mark.parametrize(
    ("dates", "answer"),
    [
        ({}, MET),
        ({"available_from": days(0)}, MET),
        ({"available_from": days(1)}, SIGN_OFF),
        ({"available_to": days(0)}, MET),
        ({"available_to": days(-1)}, SIGN_OFF),
        ({"available_from": days(-5), "available_to": days(5)}, MET),
    ],
    ids=["no dates", "from today", "from tomorrow", "last day today", "last day yesterday", "between"],
)
def test_carer_is_available(dates: dict[str, Any], answer: Answer) -> None:
    """The first and the last day a carer offers both count."""
    assert ask(carer_is_available, child(), home(**dates)) == [answer]


@pytest.mark.parametrize(
    ("ages", "vacancies", "answer"),
    [((8,), 1, MET), ((8,), 0, SIGN_OFF), ((8, 9), 2, MET), ((8, 9), 1, SIGN_OFF)],
    ids=["one place, one child", "no place", "two and two", "two and one place"],
)
def test_places_the_carer_offers(ages: tuple[int, ...], vacancies: int, answer: Answer) -> None:
    """FOST-20: a group needs as many places as it has children."""
    children = family(*ages)
    together = [c.child_id for c in children]
    assert ask(carer_is_available, children, home(vacancies=vacancies), together=together) == [answer]


@pytest.mark.parametrize("rule", [carer_is_available, terms_of_approval], ids=["FOST-20", "FOST-02"])
@pytest.mark.parametrize("how", ["current carer", "resident"])
def test_who_lives_there_needs_no_new_place(rule: Rule, how: str) -> None:
    """A full home has no place for a newcomer, and needs none for the child who lives there."""
    full = home(vacancies=0, approved_places=1)
    there: dict[str, Any] = (
        {"links": (link(LinkKind.CURRENT_CARER),)} if how == "current carer" else {"residents": (resident("Ash"),)}
    )
    assert ask(rule, child(), full, **there) == [MET]
    assert ask(rule, (child(), child("Oak")), full, together=["Oak"], **there) == [SIGN_OFF]
    brothers = family(8, 9)
    assert ask(rule, brothers, full, together=["Ash", "Bay"], **there) == [SIGN_OFF]
    room_for_one = home(vacancies=1, approved_places=2)
    assert ask(rule, brothers, room_for_one, together=["Ash", "Bay"], **there) == [MET]


def test_an_overfull_home_still_keeps_who_lives_there() -> None:
    """More fostered than approved for is the service's question; it does not turn out who stays."""
    overfull = home(approved_places=1, vacancies=0)
    residents = (resident("Ash"), resident("R1"))
    assert ask(terms_of_approval, child(), overfull, residents=residents) == [MET]


@pytest.mark.parametrize(
    ("terms", "facts", "answer"),
    [
        ({}, {}, MET),
        ({"approved_age_min": 8}, {"date_of_birth": aged(8)}, MET),
        ({"approved_age_min": 8}, {"date_of_birth": aged(8, plus_days=-1)}, SIGN_OFF),
        ({"approved_age_max": 8}, {"date_of_birth": aged(9, plus_days=-1)}, MET),
        ({"approved_age_max": 8}, {"date_of_birth": aged(9)}, SIGN_OFF),
        ({"approved_sex": "F"}, {"sex": "F"}, MET),
        ({"approved_sex": "M"}, {"sex": "M"}, MET),
        ({"approved_sex": "F"}, {"sex": "M"}, SIGN_OFF),
        ({"approved_sex": "M"}, {"sex": "F"}, SIGN_OFF),
        ({"approved_sex": "F"}, {"sex": None}, UNKNOWN),
        ({"approved_sex": "F"}, {"sex": "U"}, UNKNOWN),
        ({}, {"sex": None}, MET),
        ({"approved_needs": (PlacementNeed.SHORT_TERM,)}, {"placement_need": PlacementNeed.SHORT_TERM}, MET),
        ({"approved_needs": (PlacementNeed.SHORT_TERM,)}, {"placement_need": PlacementNeed.LONG_TERM}, SIGN_OFF),
        ({"approved_needs": (PlacementNeed.SHORT_TERM,)}, {"placement_need": PlacementNeed.EMERGENCY}, SIGN_OFF),
        ({"approved_needs": (PlacementNeed.SHORT_TERM,)}, {"placement_need": PlacementNeed.REMAND}, MET),
        ({"approved_needs": (PlacementNeed.SHORT_TERM,)}, {"placement_need": None}, UNKNOWN),
        ({"approved_needs": ()}, {"placement_need": PlacementNeed.LONG_TERM}, MET),
        ({"approved_needs": ()}, {"placement_need": None}, MET),
        ({"approved_places": 1}, {}, MET),
        ({"approved_places": 0}, {}, SIGN_OFF),
    ],
    ids=[
        "blank terms restrict nothing [FOST-09]",
        "eight today, from eight",
        "eight tomorrow, from eight",
        "nine tomorrow, up to eight",
        "nine today, up to eight",
        "girls only, a girl",
        "boys only, a boy",
        "girls only, a boy",
        "boys only, a girl",
        "girls only, sex not recorded",
        "girls only, sex recorded as unknown",
        "either, sex not recorded",
        "kind of stay in the terms",
        "kind of stay not in the terms",
        "an emergency is a kind of stay too",
        "a scheme's kind of stay is FOST-24",
        "kind of stay not recorded, terms list some",
        "terms list no kind of stay",
        "kind of stay not recorded, terms list none",
        "the last place",
        "one above the number",
    ],
)
@pytest.mark.parametrize("kind", [FOSTER, KIN, HOST, EARLY])
def test_terms_of_approval(kind: HomeKind, terms: dict[str, Any], facts: dict[str, Any], answer: Answer) -> None:
    """Terms bind every kind of home but adopters; a blank term is no restriction of that kind."""
    assert ask(terms_of_approval, child(**facts), home(kind=kind, **terms)) == [answer]


def test_what_was_noted_of_adopters_is_advice() -> None:
    """ADO-04: ages, sex, kind of stay and number never bar adopters."""
    advice: dict[str, Any] = {
        "approved_age_min": 9,
        "approved_age_max": 7,
        "approved_sex": "F",
        "approved_needs": (PlacementNeed.LONG_TERM,),
        "approved_places": 0,
    }
    for sex in ("M", None):
        for need in (PlacementNeed.SHORT_TERM, PlacementNeed.REMAND, None):
            one = child(sex=sex, placement_need=need)
            assert ask(terms_of_approval, one, home(kind=ADOPTER, **advice)) == [MET]
            assert ask(in_the_specialist_scheme, one, home(kind=ADOPTER, **advice)) == [MET]


@pytest.mark.parametrize(
    ("places", "residents", "ages", "answer"),
    [
        (3, fostered(2), (8,), MET),
        (3, fostered(2), (8, 9), SIGN_OFF),
        (4, fostered(2), (8, 9), MET),
        (1, (resident("R1", ResidentStatus.OWN_CHILD),), (8,), MET),
        (1, (resident("R1", ResidentStatus.STAYING_PUT, born=aged(19)),), (8,), MET),
        (1, (resident("R1", ResidentStatus.FOSTERED, leaving_on=days(0)),), (8,), MET),
        (1, (resident("R1", ResidentStatus.FOSTERED, leaving_on=days(1)),), (8,), SIGN_OFF),
    ],
    ids=[
        "third of three",
        "third and fourth of three [worked case 1]",
        "third and fourth of four",
        "the carer's own child takes no place",
        "an adult staying put takes no place [STP-02]",
        "gone today",
        "gone tomorrow",
    ],
)
def test_number_of_places(places: int, residents: tuple[Any, ...], ages: tuple[int, ...], answer: Answer) -> None:
    """The number in the terms is tested on the whole group together with those fostered now [SIB-10]."""
    children = family(*ages)
    together = [c.child_id for c in children]
    answers = ask(terms_of_approval, children, home(approved_places=places), together=together, residents=residents)
    assert answers == [answer]


def test_one_child_of_the_group_outside_the_terms_is_enough() -> None:
    """Every child of a group must be within the terms; the hardest decides, and a question beats a sign-off."""
    children = (child("Ash", family_id="ours", age=4, sex=None), child("Bay", family_id="ours", age=12, sex="F"))
    terms = (home("H1", approved_age_max=11), home("H2", approved_age_max=11, approved_sex="F"), home("H3"))
    assert ask(terms_of_approval, children, terms, together=["Ash", "Bay"]) == [SIGN_OFF, UNKNOWN, MET]


@pytest.mark.parametrize("need", [PlacementNeed.REMAND, PlacementNeed.PARENT_AND_CHILD, PlacementNeed.SHORT_BREAKS])
@pytest.mark.parametrize("kind", [FOSTER, KIN, HOST, EARLY])
def test_specialist_schemes(need: PlacementNeed, kind: HomeKind) -> None:
    """Remand, parent and child, short breaks: only carers in the scheme, where terms say which schemes."""
    one = child(placement_need=need)
    homes = (
        home("H1", kind=kind, approved_needs=(PlacementNeed.SHORT_TERM, need)),
        home("H2", kind=kind, approved_needs=(PlacementNeed.SHORT_TERM,)),
        home("H3", kind=kind),
    )
    assert ask(in_the_specialist_scheme, one, homes) == [MET, SIGN_OFF, MET]
    assert ask(terms_of_approval, one, homes) == [MET, MET, MET]


@pytest.mark.parametrize("need", [None, PlacementNeed.LONG_TERM, PlacementNeed.SHORT_TERM, PlacementNeed.EMERGENCY])
def test_ordinary_stays_need_no_scheme(need: PlacementNeed | None) -> None:
    """FOST-24 asks only about stays that belong to a scheme."""
    one = child(placement_need=need)
    assert ask(in_the_specialist_scheme, one, home(approved_needs=(PlacementNeed.REMAND,))) == [MET]


@pytest.mark.parametrize(
    ("kind", "named", "kin", "answer"),
    [
        (FOSTER, (), False, MET),
        (FOSTER, ("Ash",), False, MET),
        (FOSTER, ("Oak", "Ash"), False, MET),
        (FOSTER, ("Oak",), False, BARRED),
        (FOSTER, ("Oak",), True, BARRED),
        (KIN, (), False, BARRED),
        (KIN, (), True, MET),
        (KIN, ("Ash",), False, MET),
        (KIN, ("Oak",), True, BARRED),
        (ADOPTER, ("Oak",), False, BARRED),
        (ADOPTER, (), False, MET),
        (HOST, ("Oak",), False, BARRED),
        (EARLY, ("Oak",), False, MET),
        (EARLY, (), False, MET),
    ],
    ids=[
        "names nobody",
        "names the child",
        "names the child and another",
        "names another",
        "names another, though kin",
        "kinship home, not this child's kin",
        "kinship home, this child's kin",
        "kinship home that names the child",
        "kinship home that names another, though kin",
        "adopters who name another",
        "adopters who name nobody",
        "host who names another",
        "early permanence is EPM-03",
        "early permanence that names nobody",
    ],
)
def test_approved_for_this_child(kind: HomeKind, named: tuple[str, ...], kin: bool, answer: Answer) -> None:
    """CON-04: a named child's home, or a kinship home's spare room, is no vacancy for others."""
    links = (link(LinkKind.KIN),) if kin else ()
    assert ask(approved_for_this_child, child(), home(kind=kind, named_children=named), links=links) == [answer]


def test_another_childs_kin_are_not_this_childs() -> None:
    """A kin link ties one child to one home."""
    links = (link(LinkKind.KIN, "Oak"), link(LinkKind.PREVIOUS_CARER, "Ash"))
    assert ask(approved_for_this_child, (child(), child("Oak")), home(kind=KIN), links=links) == [BARRED]


@pytest.mark.parametrize(
    ("kind", "named", "answer"),
    [
        (EARLY, (), MET),
        (EARLY, ("Ash",), MET),
        (EARLY, ("Oak",), BARRED),
        (FOSTER, ("Oak",), MET),
        (ADOPTER, ("Oak",), MET),
    ],
    ids=["names nobody", "names the child", "names another", "a foster home is CON-04", "adopters are CON-04"],
)
def test_early_permanence_for_this_child(kind: HomeKind, named: tuple[str, ...], answer: Answer) -> None:
    """EPM-03: adopters approved to foster a named child first take that child and no other."""
    assert ask(early_permanence_for_this_child, child(), home(kind=kind, named_children=named)) == [answer]


def test_days_of_notice_are_on_file() -> None:
    """How long an approval outlasts a notice comes from the law as it stood."""
    one, there = child(expected_end=days(29)), home(notice_received_on=days(0))
    assert ask(notice_of_resignation, one, there, now=asked(law={"notice_days": 29})) == [MET]
    assert ask(notice_of_resignation, one, there, now=asked(law={"notice_days": 28})) == [BARRED]
