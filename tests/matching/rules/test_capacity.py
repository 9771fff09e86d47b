"""The usual fostering limit, bedrooms, one child or a whole family: named cases."""

from __future__ import annotations

from typing import Any

import pytest

from matching.rules.capacity import (
    bedrooms,
    exemption_from_the_limit,
    newcomers,
    one_child_or_the_whole_family,
    usual_fostering_limit,
)
from matching.rules.rule import Answer, Rule
from records.model import Child, HomeKind, LinkKind, ResidentStatus, Route
from tests.matching.rules.cases import (
    BARRED,
    COUNCIL,
    DISTANT,
    KINDS,
    MET,
    SIGN_OFF,
    UNKNOWN,
    aged,
    ask,
    asked,
    child,
    family,
    fostered,
    home,
    link,
    register,
    resident,
)

FOSTER, KIN, HOST, ADOPTER, EARLY = KINDS
BOTH = pytest.mark.parametrize("rule", [usual_fostering_limit, exemption_from_the_limit], ids=["FOST-03", "FOST-05"])


def ask_all(rule: Rule, children: tuple[Child, ...], one: Any = (), **tables: Any) -> list[Answer]:
    """The rule's answer for all these children together."""
    return ask(rule, children, one, together=[c.child_id for c in children], **tables)


@BOTH
@pytest.mark.parametrize(
    ("there", "children", "answer"),
    [
        (fostered(2), family(4), MET),
        (fostered(3), family(4), SIGN_OFF),
        (fostered(3, family_id="ours"), family(4), MET),
        (fostered(3, family_id="theirs"), family(4), SIGN_OFF),
        (fostered(3), (child(),), SIGN_OFF),
        ((), family(2, 4, 6, 8), MET),
        (fostered(1, family_id="ours"), family(2, 4, 6, 8), MET),
        (fostered(1, family_id="theirs"), family(2, 4, 6), SIGN_OFF),
        (fostered(1), family(2, 4, 6), SIGN_OFF),
        (fostered(1, family_id="theirs"), family(2, 4), MET),
    ],
    ids=[
        "third child",
        "fourth child",
        "fourth child, all brothers and sisters",
        "three of one family and one of another [worked case 3]",
        "fourth child, no families recorded",
        "four brothers and sisters, empty home [worked case 2]",
        "five of one family",
        "one of another family and three of ours",
        "one of no family recorded and three of ours",
        "one of another family and two of ours",
    ],
)
def test_usual_fostering_limit(rule: Rule, there: tuple[Any, ...], children: tuple[Child, ...], answer: Answer) -> None:
    """Three children, unless everybody fostered with the whole group is one family [FOST-04]."""
    assert ask_all(rule, children, residents=there) == [answer]


@BOTH
@pytest.mark.parametrize(
    ("kind", "answer"),
    [(FOSTER, SIGN_OFF), (KIN, SIGN_OFF), (EARLY, SIGN_OFF), (HOST, MET), (ADOPTER, MET)],
    ids=[str(k) for k in (FOSTER, KIN, EARLY, HOST, ADOPTER)],
)
def test_whom_the_limit_binds(rule: Rule, kind: HomeKind, answer: Answer) -> None:
    """Kin carers are foster carers [CON-06]; hosts and adopters are not, so lodgings know no limit [SLG-07]."""
    assert ask_all(rule, (child(),), home(kind=kind), residents=fostered(3)) == [answer]


@BOTH
@pytest.mark.parametrize(
    ("status", "years", "answer"),
    [
        (ResidentStatus.FOSTERED, 8, SIGN_OFF),
        (ResidentStatus.OWN_CHILD, 8, MET),
        (ResidentStatus.STAYING_PUT, 19, MET),
        (ResidentStatus.LODGER, 17, MET),
        (ResidentStatus.ADULT, 45, MET),
    ],
    ids=["fostered", "the carer's own child", "staying put [STP-02]", "a lodger [worked case 14]", "an adult"],
)
def test_who_counts_towards_the_limit(rule: Rule, status: ResidentStatus, years: int, answer: Answer) -> None:
    """FOST-07: only children fostered there count; not own children, adults, lodgers or those staying put."""
    residents = (*fostered(2), resident("R3", status, born=aged(years)))
    assert ask_all(rule, (child(),), residents=residents) == [answer]


@BOTH
@pytest.mark.parametrize("status", [ResidentStatus.OWN_CHILD, ResidentStatus.STAYING_PUT, ResidentStatus.ADULT])
def test_who_does_not_count_does_not_break_a_family_either(rule: Rule, status: ResidentStatus) -> None:
    """The exception asks about the fostered children only; and an own brother staying put adds none."""
    other = resident("R1", status, born=aged(20))
    assert ask_all(rule, family(2, 4, 6, 8), residents=(other,)) == [MET]


EXEMPT = {"exempting_authority": COUNCIL, "authority": COUNCIL}


@BOTH
@pytest.mark.parametrize(
    ("exemption", "answer"),
    [
        ({"exempt_children": ("Ash",), **EXEMPT}, MET),
        ({"exempt_children": ("R1",), **EXEMPT}, MET),
        ({"exempt_children": ("Oak",), **EXEMPT}, SIGN_OFF),
        ({"exempt_children": (), **EXEMPT}, SIGN_OFF),
        ({"exempt_children": ("Ash",), "exempting_authority": COUNCIL, "authority": DISTANT}, SIGN_OFF),
        ({"exempt_children": ("Ash",), "exempting_authority": DISTANT, "authority": DISTANT}, MET),
        ({"exempt_children": ("Ash",), "exempting_authority": None, "authority": COUNCIL}, UNKNOWN),
        ({"exempt_children": ("Ash",), "exempting_authority": COUNCIL, "authority": None}, UNKNOWN),
        ({"exempt_children": ("Ash",), "exempting_authority": None, "authority": None}, UNKNOWN),
        ({"exempt_children": ("Oak",), "exempting_authority": None, "authority": None}, SIGN_OFF),
    ],
    ids=[
        "names the child",
        "names one who is there",
        "names another",
        "names nobody",
        "by the placing council, not the carer's [worked case 5]",
        "by the carer's own council, far away",
        "by whom is not recorded",
        "where the carer lives is not recorded",
        "neither is recorded",
        "neither is recorded, and another is named",
    ],
)
def test_exemption(rule: Rule, exemption: dict[str, Any], answer: Answer) -> None:
    """FOST-05: granted by name, by the council where the carer lives; a blank authority is a question."""
    assert ask_all(rule, (child(),), home(**exemption), residents=fostered(3)) == [answer]


@BOTH
@pytest.mark.parametrize(
    ("named", "answer"),
    [
        (("Ash", "Bay"), MET),
        (("Ash",), SIGN_OFF),
        (("R1", "Ash"), MET),
        (("R1", "R2", "R3"), MET),
        (("Oak", "Elm"), SIGN_OFF),
    ],
    ids=["both named", "one of two named", "one there and one who comes", "all who are there", "others"],
)
def test_as_many_named_as_are_above_the_limit(rule: Rule, named: tuple[str, ...], answer: Answer) -> None:
    """Five would be fostered: two of them must be named, whichever."""
    children = family(4, 6)
    there = home(exempt_children=named, **EXEMPT)
    assert ask_all(rule, children, there, residents=fostered(3)) == [answer]


@BOTH
def test_a_named_child_who_is_not_fostered_there_does_not_count(rule: Rule) -> None:
    """An own child's name in the exemption takes nobody off the count."""
    residents = (*fostered(3), resident("R4", ResidentStatus.OWN_CHILD))
    there = home(exempt_children=("R4",), **EXEMPT)
    assert ask_all(rule, (child(),), there, residents=residents) == [SIGN_OFF]


@BOTH
def test_whoever_lives_there_is_counted_once(rule: Rule) -> None:
    """A child fostered there already is one of the three, not a fourth; a newcomer beside them is the fourth."""
    residents = (*fostered(2), resident("Ash", family_id="ours"))
    assert ask_all(rule, family(8), residents=residents) == [MET]
    assert ask_all(rule, family(8, 9), residents=residents) == [SIGN_OFF]
    by_link = {"residents": fostered(2), "links": (link(LinkKind.CURRENT_CARER),)}
    assert ask_all(rule, family(8), **by_link) == [MET]
    assert ask_all(rule, family(8, 9), **by_link) == [SIGN_OFF]


@BOTH
def test_staying_needs_no_room_under_the_limit(rule: Rule) -> None:
    """A home already above the limit is a question for its service, not a reason to turn out who lives there."""
    residents = (*fostered(4), resident("Ash"))
    assert ask_all(rule, (child(),), residents=residents) == [MET]


@BOTH
def test_a_named_child_who_lives_there_is_taken_off_once(rule: Rule) -> None:
    """Ash is fostered there and named; Bay comes as a fifth: two would have to be named."""
    residents = (*fostered(3), resident("Ash", family_id="ours"))
    there = home(exempt_children=("Ash",), **EXEMPT)
    assert ask_all(rule, family(8, 9), there, residents=residents) == [SIGN_OFF]
    there = home(exempt_children=("Ash", "Bay"), **EXEMPT)
    assert ask_all(rule, family(8, 9), there, residents=residents) == [MET]


@BOTH
def test_terms_and_limit_are_two_tests(rule: Rule) -> None:
    """FOST-08: terms for six lift nothing of the limit, and an exemption widens no terms."""
    assert ask_all(rule, (child(),), home(approved_places=6), residents=fostered(3)) == [SIGN_OFF]


@BOTH
def test_each_home_is_counted_by_itself(rule: Rule) -> None:
    """Children fostered next door do not count here."""
    residents = (*fostered(3, home_id="H2"), resident("S1", home_id="H1"))
    assert ask_all(rule, (child(),), (home("H1"), home("H2")), residents=residents) == [MET, SIGN_OFF]


def test_newcomers() -> None:
    """Only those who do not live there are newcomers, home by home."""
    homes = tuple(home(f"H{i}") for i in (1, 2, 3))
    links = (link(LinkKind.CURRENT_CARER, "Ash", "H2"), link(LinkKind.CURRENT_CARER, "Bay", "H3"))
    reg = register(family(8, 9), homes, links=links)
    assert list(newcomers(reg.group("Ash", "Bay"))) == [2, 1, 1]
    both = register(family(8, 9), homes, links=(link(LinkKind.CURRENT_CARER, "Bay"), link(LinkKind.CURRENT_CARER)))
    assert list(newcomers(both.group("Ash", "Bay"))) == [0, 2, 2]


def rooms(*facts: dict[str, Any]) -> tuple[Child, ...]:
    """Brothers of 5 and so on, of one family; each dictionary changes one."""
    names = ("Ash", "Bay", "Cam", "Dee")
    return tuple(
        child(name, family_id="ours", **({"sex": "M"} | ({} if "date_of_birth" in fact else {"age": 5}) | fact))
        for name, fact in zip(names, facts, strict=False)
    )


HARM = ("harmful_sexual_behaviour",)


@pytest.mark.parametrize(
    ("children", "needed"),
    [
        (rooms({}), 1),
        (rooms({"age": 2}), 0),
        ((child(date_of_birth=aged(3)),), 1),
        ((child(date_of_birth=aged(3, plus_days=-1)),), 0),
        (rooms({}, {}), 1),
        (rooms({"sex": "F"}, {"sex": "F"}), 1),
        (rooms({}, {"sex": "F"}), 2),
        (rooms({"sex": None}, {"sex": None}), 2),
        (rooms({"sex": "U"}, {"sex": "U"}), 2),
        (rooms({}, {}, {}), 2),
        (rooms({}, {}, {}, {}), 2),
        (rooms({}, {}, {"sex": "F"}, {"sex": "F"}), 2),
        (rooms({}, {"sex": "F"}, {"sex": "F"}), 2),
        (rooms({}, {"age": 2}), 1),
        (rooms({"date_of_birth": aged(10, plus_days=-1)}, {}), 1),
        (rooms({"date_of_birth": aged(10)}, {}), 2),
        (rooms({"date_of_birth": aged(10)}, {"date_of_birth": aged(10)}), 2),
        (rooms({"needs_must": HARM}, {}), 2),
        (rooms({}, {"needs_helpful": HARM}), 2),
        (rooms({"needs_must": HARM}, {}, {}), 2),
    ],
    ids=[
        "one of five",
        "a baby needs none",
        "three today",
        "three tomorrow",
        "two brothers share",
        "two sisters share",
        "brother and sister do not",
        "sex not recorded: no sharing",
        "sex recorded as unknown: no sharing",
        "three brothers: two rooms",
        "four brothers: two rooms",
        "two brothers and two sisters",
        "a brother and two sisters",
        "a baby beside a brother",
        "ten tomorrow",
        "ten today",
        "both ten",
        "harmful behaviour among the needs that must be met [BED-03]",
        "harmful behaviour among the helpful needs",
        "two brothers share beside one who may share with nobody",
    ],
)
def test_bedrooms(children: tuple[Child, ...], needed: int) -> None:
    """One bedroom less than needed asks each child's authority to agree; just enough does not; blank is no bar."""
    homes = [home("H1", bedrooms_free=needed), home("H2", bedrooms_free=None)]
    expected = [MET, MET]
    if needed:
        homes.append(home("H3", bedrooms_free=needed - 1))
        harm = any(HARM in (c.needs_must, c.needs_helpful) for c in children)
        expected.append(BARRED if harm and needed == 2 else SIGN_OFF)
    assert ask_all(bedrooms, children, homes) == expected


@pytest.mark.parametrize(
    ("children", "free", "answer"),
    [
        (rooms({"needs_must": HARM}), 1, MET),
        (rooms({"needs_must": HARM}), 0, BARRED),
        (rooms({"needs_helpful": HARM}, {"sex": "F"}), 1, BARRED),
        (rooms({"needs_helpful": HARM}, {"age": 2}), 1, MET),
        (rooms({"needs_helpful": HARM, "age": 2}, {}), 1, MET),
        (rooms({"needs_helpful": HARM}, {}, {"sex": "F"}), 2, SIGN_OFF),
        (rooms({"needs_helpful": HARM}, {"needs_must": HARM}), 1, BARRED),
        (rooms({"needs_helpful": HARM}, {"needs_must": HARM}, {}), 2, BARRED),
        (rooms({"needs_helpful": HARM}, {"needs_must": HARM}, {}), 3, MET),
    ],
)
def test_nobody_shares_with_a_child_who_may_harm_others(children: tuple[Child, ...], free: int, answer: Answer) -> None:
    """Others may be allowed to share among themselves; where somebody must share with such a child, all are barred."""
    assert ask_all(bedrooms, children, home(bedrooms_free=free)) == [answer]


@pytest.mark.parametrize("kind", KINDS)
def test_bedrooms_are_asked_about_in_every_kind_of_home(kind: HomeKind) -> None:
    """The standard is about the child, not about who approved the home."""
    assert ask_all(bedrooms, (child(),), home(kind=kind, bedrooms_free=0)) == [SIGN_OFF]


def test_who_lives_there_has_a_bedroom() -> None:
    """Only newcomers need a free bedroom, and only they may share one with each other."""
    none_free, one_free = home("H1", bedrooms_free=0), home("H2", bedrooms_free=1)
    here = (link(LinkKind.CURRENT_CARER),)
    assert ask_all(bedrooms, (child(),), none_free, links=here) == [MET]
    brothers = rooms({}, {})
    assert ask_all(bedrooms, brothers, (none_free, one_free), links=here) == [SIGN_OFF, MET]
    elsewhere = (link(LinkKind.CURRENT_CARER, "Ash", "H2"), link(LinkKind.CURRENT_CARER, "Bay", "H3"))
    apart_now = rooms({"age": 12}, {"age": 13})
    homes = tuple(home(f"H{i}", bedrooms_free=1) for i in (1, 2, 3))
    assert ask_all(bedrooms, apart_now, homes, links=elsewhere) == [SIGN_OFF, MET, MET]
    three = rooms({}, {"age": 12}, {"age": 13})
    assert ask_all(bedrooms, three, (home("H1", bedrooms_free=2), one_free), links=here) == [MET, SIGN_OFF]


@pytest.mark.parametrize("kind", [ADOPTER, EARLY])
@pytest.mark.parametrize(
    ("together", "answer"),
    [(("Ash",), MET), (("Ash", "Bay"), BARRED), (("Ash", "Bay", "Cam"), MET)],
    ids=["one", "two of three", "all three"],
)
def test_one_child_or_the_whole_family(kind: HomeKind, together: tuple[str, ...], answer: Answer) -> None:
    """Adopters take one child or the whole family, never a part of it."""
    children = family(1, 2, 4, routes=(Route.ADOPTION,))
    assert ask(one_child_or_the_whole_family, children, home(kind=kind), together=together) == [answer]


@pytest.mark.parametrize("kind", [ADOPTER, EARLY])
@pytest.mark.parametrize(
    ("family_of_sky", "family_size", "together", "answer"),
    [
        ("theirs", 1, ("Ash",), BARRED),
        (None, 1, ("Ash",), BARRED),
        ("ours", 1, ("Ash",), MET),
        ("ours", 2, ("Ash",), BARRED),
        ("ours", 2, ("Ash", "Bay"), BARRED),
        ("ours", 1, ("Sky",), MET),
    ],
    ids=["a stranger", "no family recorded", "makes it whole", "a part", "two at once", "the settled child"],
)
def test_where_a_child_is_settled_only_one_who_makes_the_family_whole_may_come(
    kind: HomeKind, family_of_sky: str | None, family_size: int, together: tuple[str, ...], answer: Answer
) -> None:
    """Adopters with whom a child of the round is settled have their one child, or wait for the last of a family."""
    ours = family(*range(1, family_size + 1), routes=(Route.ADOPTION,))
    sky = child("Sky", family_id=family_of_sky, routes=(Route.ADOPTION,))
    links = (link(LinkKind.CURRENT_CARER, "Sky"),)
    rule = one_child_or_the_whole_family
    homes = (home("H1", kind=kind), home("H2", kind=kind))
    assert ask(rule, (*ours, sky), homes, together=together, links=links)[0] == answer
    assert ask(rule, (*ours, sky), (home(kind=FOSTER),), together=together, links=links) == [MET]


def test_adopters_with_a_settled_child_take_no_stranger_in_any_home() -> None:
    """Whoever is settled, in whichever home; a child of whom no family is recorded makes none whole."""
    people = tuple(child(name, routes=(Route.ADOPTION,)) for name in ("Ash", "Bay", "Cam"))
    links = (link(LinkKind.CURRENT_CARER, "Bay", "H1"), link(LinkKind.CURRENT_CARER, "Cam", "H2"))
    homes = tuple(home(f"H{i}", kind=ADOPTER) for i in (1, 2, 3))
    assert ask(one_child_or_the_whole_family, people, homes, links=links) == [BARRED, BARRED, MET]


def test_the_whole_family_is_those_whose_plan_leads_there() -> None:
    """A sister who is to be fostered is not waited for; an early-permanence plan leads to dual carers alone."""
    plans = ((Route.ADOPTION,), (Route.ADOPTION, Route.FOSTER), (Route.EARLY_PERMANENCE,), (Route.FOSTER,))
    children = tuple(
        child(name, family_id="ours", routes=routes)
        for name, routes in zip(("Ash", "Bay", "Cam", "Dee"), plans, strict=True)
    )
    homes = (home("H1", kind=ADOPTER), home("H2", kind=EARLY))
    rule = one_child_or_the_whole_family
    assert ask(rule, children, homes, together=["Ash", "Bay"]) == [MET, BARRED]
    assert ask(rule, children, homes, together=["Ash", "Bay", "Cam"]) == [BARRED, MET]
    assert ask(rule, children, homes, together=["Ash", "Bay", "Cam", "Dee"]) == [BARRED, BARRED]


@pytest.mark.parametrize("kind", [FOSTER, KIN, HOST])
def test_other_homes_may_take_a_part_of_a_family(kind: HomeKind) -> None:
    """A split is a decision somebody may have to take; only adoptive homes rule it out."""
    children = family(1, 2, 4)
    assert ask(one_child_or_the_whole_family, children, home(kind=kind), together=["Ash", "Bay"]) == [MET]


@BOTH
@pytest.mark.parametrize(("limit", "answer"), [(3, SIGN_OFF), (4, MET), (2, SIGN_OFF)])
def test_the_limit_is_the_laws(rule: Rule, limit: int, answer: Answer) -> None:
    """The number comes from the law as it stood, never from the rule."""
    assert ask_all(rule, (child(),), residents=fostered(3), now=asked(law={"usual_fostering_limit": limit})) == [answer]


@pytest.mark.parametrize(
    ("law", "alone", "sharing"),
    [
        ({}, SIGN_OFF, MET),
        ({"own_bedroom_from_age": 5}, SIGN_OFF, MET),
        ({"own_bedroom_from_age": 6}, MET, MET),
        ({"share_bedroom_under_age": 6}, SIGN_OFF, MET),
        ({"share_bedroom_under_age": 5}, SIGN_OFF, SIGN_OFF),
    ],
    ids=["as the law stands", "own from five", "own from six", "sharing under six", "sharing under five"],
)
def test_the_ages_for_bedrooms_are_on_file(law: dict[str, int], alone: Answer, sharing: Answer) -> None:
    """A child of five with no bedroom free, and two brothers of five with one: by the numbers on file."""
    assert ask_all(bedrooms, rooms({}), home(bedrooms_free=0), now=asked(law=law)) == [alone]
    assert ask_all(bedrooms, rooms({}, {}), home(bedrooms_free=1), now=asked(law=law)) == [sharing]
