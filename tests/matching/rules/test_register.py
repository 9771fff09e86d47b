"""The records as columns: each fact in its place, who lives where, who is tied to whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from matching.rules.register import NOT_RECORDED
from records.ages import age_on
from records.model import (
    HomeKind,
    LinkKind,
    Location,
    PlacementNeed,
    Precision,
    Provider,
    ResidentStatus,
    Separation,
    SiblingPlan,
    SiblingRow,
)
from tests.matching.rules.cases import (
    aged,
    apart,
    child,
    days,
    family,
    home,
    link,
    register,
    resident,
    separation,
    zone,
)

DATES = (
    "approved_from",
    "approved_to",
    "last_review_on",
    "notice_received_on",
    "available_from",
    "available_to",
)
NUMBERS = (
    "approved_places",
    "vacancies",
    "bedrooms_free",
    "approved_age_min",
    "approved_age_max",
    "advice_age_min",
    "advice_age_max",
    "advice_children",
    "preferred_age_min",
    "preferred_age_max",
    "weekly_cost",
)
TEXTS = ("approved_sex", "preferred_sex", "exempting_authority", "authority", "ethnicity")
YES_NO = ("on_hold", "pets", "smoker", "step_free")


def test_every_fact_is_in_its_own_column() -> None:
    """A home whose every fact is different, and one of which nothing is recorded."""
    full: dict[str, Any] = {name: days(i) for i, name in enumerate(DATES)}
    full |= {name: i + 1 for i, name in enumerate(NUMBERS)}
    full |= {name: f"text {i}" for i, name in enumerate(TEXTS)}
    blank = dict.fromkeys((*DATES, *NUMBERS[2:], *TEXTS, *YES_NO))
    homes = register(homes=(home("H1", **full), home("H2", **blank))).homes
    for name in DATES:
        column = getattr(homes, name)
        assert column[0] == np.datetime64(full[name], "D"), name
        assert np.isnat(column[1]), name
    for name in NUMBERS:
        assert getattr(homes, name)[0] == full[name], name
    for name in NUMBERS[2:]:
        assert np.isnan(getattr(homes, name)[1]), name
    for name in TEXTS:
        assert list(getattr(homes, name)) == [full[name], ""], name
    assert len(homes) == 2
    assert homes.index == {"H1": 0, "H2": 1}
    assert list(homes.ids) == ["H1", "H2"]


@pytest.mark.parametrize("name", YES_NO)
def test_yes_no_and_not_recorded(name: str) -> None:
    """Three different things, and each of the four facts its own."""
    homes = register(homes=[home(f"H{i}", **{name: value}) for i, value in enumerate((True, False, None))]).homes
    assert NOT_RECORDED == -1
    assert list(getattr(homes, name)) == [1, 0, NOT_RECORDED]
    for other in set(YES_NO) - {name}:
        assert list(getattr(homes, other)) == [NOT_RECORDED] * 3


def test_places_in_columns() -> None:
    """Where a home lies and how well that is known; nothing, not nought, where it is not recorded."""
    there = home("H1", location=Location(1.0, 2.0, Precision.SECTOR))
    homes = register(homes=(there, home("H2"))).homes
    assert (homes.easting[0], homes.northing[0], homes.precision[0]) == (1.0, 2.0, Precision.SECTOR)
    assert np.isnan([homes.easting[1], homes.northing[1]]).all()
    assert homes.precision[1] == ""
    assert list(homes.authorities[homes.in_authority]) == list(homes.authority)


def test_words_are_compared_without_case_or_spaces() -> None:
    """Languages and faiths are written by many hands."""
    homes = register(homes=(home("H1", languages=(" Polish ", "URDU"), religion=" Sikh"), home("H2"))).homes
    assert list(homes.speaks("polish")) == [True, False]
    assert list(homes.speaks(" Urdu ")) == [True, False]
    assert list(homes.speaks("Welsh")) == [False, False]
    assert list(homes.religion) == ["sikh", ""]
    assert list(homes.languages_recorded) == [True, False]


def test_lists() -> None:
    """Each list answers for its own facts; a blank list is known from an empty one where that matters."""
    full = home(
        "H1",
        approved_needs=(PlacementNeed.REMAND,),
        named_children=("Ash", "Ash"),
        meets_needs=("autism",),
        registered_categories=("shared",),
        exempt_children=("Bay",),
    )
    empty = home("H2", meets_needs=(), registered_categories=())
    blank = home("H3", meets_needs=None, registered_categories=None)
    homes = register(homes=(full, empty, blank)).homes
    one = [True, False, False]
    assert list(homes.approved_for_need(PlacementNeed.REMAND)) == list(homes.approved_needs_listed) == one
    assert list(homes.names("Ash")) == list(homes.names_children) == one
    assert list(homes.meets("autism")) == list(homes.registered_for("shared")) == list(homes.exempts("Bay")) == one
    assert list(homes.meets_needs_recorded) == list(homes.categories_recorded) == [True, True, False]
    assert not homes.names("Bay").any()
    assert not homes.exempts("Ash").any()
    assert not homes.meets("shared").any()
    assert not homes.registered_for("autism").any()
    assert not homes.approved_for_need("autism").any()


def test_kinds_and_providers() -> None:
    """A home is of one kind; several kinds may be asked for at once."""
    homes = register(homes=[home(f"H{i}", kind=kind) for i, kind in enumerate(HomeKind)]).homes
    assert list(homes.is_kind(HomeKind.FOSTER)) == [True, False, False, False, False]
    assert list(homes.is_kind(HomeKind.ADOPTER, HomeKind.EARLY_PERMANENCE)) == [False, False, False, True, True]
    assert not homes.is_kind().any()
    assert list(homes.kind) == list(HomeKind)
    assert list(register(homes=home(provider=Provider.AGENCY)).homes.provider) == [Provider.AGENCY]


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2010, 11, 2), date(2026, 11, 2), 16),
        (date(2010, 11, 3), date(2026, 11, 2), 15),
        (date(2010, 12, 1), date(2026, 11, 2), 15),
        (date(2010, 10, 31), date(2026, 11, 2), 16),
        (date(2012, 2, 29), date(2026, 2, 28), 13),
        (date(2012, 2, 29), date(2026, 3, 1), 14),
        (date(2012, 2, 29), date(2028, 2, 29), 16),
    ],
)
def test_age_on(born: date, day: date, age: int) -> None:
    """Birthdays reached; one of 29 February falls on 1 March in other years."""
    assert age_on(born, day) == age


def test_residents_in_columns() -> None:
    """Everybody who lives there on the day, sorted by home and id, whoever they are."""
    homes = (home("H1", exempt_children=("R2",)), home("H2"))
    residents = (
        resident("R3", ResidentStatus.LODGER, home_id="H2", born=aged(17), family_id="theirs"),
        resident("R2", home_id="H1", born=None),
        resident("R1", ResidentStatus.OWN_CHILD, home_id="H1", born=aged(18)),
        resident("R4", ResidentStatus.ADULT, home_id="H2", born=None),
        resident("R5", home_id="H9"),
        resident("R6", home_id="H2", leaving_on=days(0)),
        resident("R7", home_id="H2", leaving_on=days(1)),
    )
    columns = register(homes=homes, residents=residents).homes
    people = columns.residents
    assert list(people.ids) == ["R1", "R2", "R3", "R4", "R7"]
    assert list(people.home) == [0, 0, 1, 1, 1]
    assert list(people.status) == ["own_child", "fostered", "lodger", "adult", "fostered"]
    assert list(people.child) == [0, NOT_RECORDED, 1, 0, 1]
    assert list(people.fostered) == [False, True, False, False, True]
    assert list(people.exempt) == [False, True, False, False, False]
    assert list(people.family) == ["", "", "theirs", "", ""]
    assert list(np.isnat(people.born)) == [False, True, False, True, False]
    assert people.born[0] == np.datetime64(aged(18), "D")
    assert list(columns.fostered) == [1, 1]
    assert list(columns.any_resident(people.status == "lodger")) == [False, True]
    assert list(columns.count_residents(people.child != 0)) == [1, 2]
    assert columns.rows_of("R3") == [2]
    assert columns.rows_of("R9") == []


def test_a_child_with_a_current_carer_holds_a_place_there() -> None:
    """Listed in the household or not, once: with the child's own date of birth and family."""
    ash = child("Ash", family_id="ours", sex="F")
    links = (link(LinkKind.CURRENT_CARER),)
    unlisted = register(ash, links=links).homes.residents
    assert [list(unlisted.ids), list(unlisted.status), list(unlisted.family)] == [["Ash"], ["fostered"], ["ours"]]
    assert unlisted.born[0] == np.datetime64(ash.date_of_birth, "D")
    listed = register(ash, links=links, residents=(resident("Ash", ResidentStatus.FOSTERED),)).homes.residents
    assert [list(listed.ids), list(listed.status)] == [["Ash"], ["fostered"]]
    lodging = register(ash, links=links, residents=(resident("Ash", ResidentStatus.LODGER),))
    assert list(lodging.homes.residents.status) == ["fostered", "lodger"] or list(lodging.homes.residents.status) == [
        "lodger",
        "fostered",
    ]
    assert list(lodging.homes.fostered) == [1]
    only_lodging = register(ash, residents=(resident("Ash", ResidentStatus.LODGER),))
    assert not only_lodging.lives_there("Ash").any()
    assert only_lodging.lives_in == {}
    elsewhere = register(ash, (home("H1"), home("H2")), links=links, residents=(resident("Ash", home_id="H2"),))
    assert list(elsewhere.homes.residents.home) == [0, 1]


def test_where_children_live() -> None:
    """With a current carer first, else where they are listed; only children of the round."""
    homes = (home("H1"), home("H2"))
    people = (child("Ash"), child("Bay"), child("Cam"))
    links = (link(LinkKind.CURRENT_CARER, "Ash", "H2"), link(LinkKind.KIN, "Cam", "H1"))
    residents = (resident("Ash", home_id="H1"), resident("Bay", home_id="H1"), resident("R1", home_id="H2"))
    reg = register(people, homes, links=links, residents=residents)
    assert reg.lives_in == {"Ash": 1, "Bay": 0}
    assert list(reg.lives_there("Ash")) == [True, True]
    assert list(reg.lives_there("Bay")) == [True, False]
    assert list(reg.lives_there("Cam")) == [False, False]


def test_a_current_carer_comes_before_the_household_list() -> None:
    """For every child, and past a carer whose home is not in the register."""
    homes = (home("H1"), home("H2"), home("H3"))
    links = (
        link(LinkKind.CURRENT_CARER, "Bay", "H0"),
        link(LinkKind.CURRENT_CARER, "Bay", "H2"),
        link(LinkKind.CURRENT_CARER, "Bay", "H3"),
    )
    reg = register((child("Ash"), child("Bay")), homes, links=links, residents=(resident("Bay", home_id="H1"),))
    assert reg.lives_in == {"Bay": 1}
    assert list(reg.homes.fostered) == [1, 1, 1]
    assert list(reg.lives_there("Bay")) == [True, True, True]


def test_a_carer_whose_household_list_says_gone() -> None:
    """Where the two disagree the child still lives with the carer, and holds one place there, not two."""
    for leaving_on in (days(-1), days(0), days(1)):
        left = resident("Ash", leaving_on=leaving_on)
        reg = register(child(), links=(link(LinkKind.CURRENT_CARER),), residents=(left,))
        assert list(reg.lives_there("Ash")) == [True]
        assert reg.lives_in == {"Ash": 0}
        assert list(reg.homes.fostered) == [1]


def test_a_carer_whose_home_is_not_in_the_register() -> None:
    """A link to a home that was left out ties nobody."""
    reg = register(child(), links=(link(LinkKind.CURRENT_CARER, home_id="H9"),))
    assert reg.lives_in == {}
    assert not reg.is_settled(reg.children[0])
    assert not reg.linked("Ash", LinkKind.CURRENT_CARER).any()


@pytest.mark.parametrize(
    ("kind", "needed_by", "settled"),
    [(LinkKind.CURRENT_CARER, None, True), (LinkKind.CURRENT_CARER, days(9), False), (LinkKind.KIN, None, False)],
    ids=["a current carer", "a move is asked for", "kin"],
)
def test_is_settled(kind: LinkKind, needed_by: date | None, settled: bool) -> None:
    """A current carer, and no move asked for."""
    reg = register(child(needed_by=needed_by), links=(link(kind),))
    assert reg.is_settled(reg.children[0]) is settled


def test_links_of_several_kinds_and_homes() -> None:
    """Each link is found by child, kind and home."""
    homes = (home("H1"), home("H2"))
    links = (link(LinkKind.KIN, "Ash", "H1"), link(LinkKind.KIN, "Ash", "H2"), link(LinkKind.BARRED, "Bay", "H2"))
    reg = register((child("Ash"), child("Bay")), homes, links=links)
    assert list(reg.linked("Ash", LinkKind.KIN)) == [True, True]
    assert list(reg.linked("Bay", LinkKind.BARRED)) == [False, True]
    assert not reg.linked("Bay", LinkKind.KIN).any()


def test_separations_in_force() -> None:
    """Both ways; the last day still counts; several of one person are all kept."""
    rows = (
        separation("Ash", "Oak"),
        separation("Ash", "Elm", days(0)),
        separation("Ash", "Fir", days(-1)),
        Separation("Elm", "Oak", expires_on=days(1)),
    )
    assert register(separations=rows).separated == {
        "Ash": {"Oak", "Elm"},
        "Oak": {"Ash", "Elm"},
        "Elm": {"Ash", "Oak"},
    }


def test_zones_in_force() -> None:
    """The last day still counts; a child may have several."""
    zones = (zone(1.0), zone(2.0, expires_on=days(0)), zone(3.0, expires_on=days(-1)), zone(4.0, child_id="Oak"))
    reg = register((child("Ash"), child("Oak")), zones=zones)
    assert [z.radius_miles for z in reg.zones_of("Ash")] == [1.0, 2.0]
    assert [z.radius_miles for z in reg.zones_of("Oak")] == [4.0]
    assert reg.zones_of("Elm") == []


def test_sibling_plans() -> None:
    """Whichever is named first; undecided where no row says; only apart keeps apart."""
    rows = (apart("Ash", "Bay"), apart("Ash", "Cam", SiblingPlan.TOGETHER), SiblingRow("Ash", "R1", SiblingPlan.APART))
    reg = register(family(4, 6, 8), siblings=rows)
    assert reg.plan_for("Bay", "Ash") is reg.plan_for("Ash", "Bay") is SiblingPlan.APART
    assert reg.plan_for("Cam", "Ash") is SiblingPlan.TOGETHER
    assert reg.plan_for("Bay", "Cam") is SiblingPlan.UNDECIDED
    assert reg.assessed_apart("Ash") == {"Bay", "R1"}
    assert reg.assessed_apart("Bay") == {"Ash"}
    assert reg.assessed_apart("R1") == {"Ash"}
    assert reg.assessed_apart("Cam") == frozenset()


def test_groups() -> None:
    """Children of one family, in the order of their ids; never of two families, nor of none."""
    reg = register((*family(4, 6), child("Oak"), child("Elm", family_id="theirs")))
    group = reg.group("Bay", "Ash")
    assert (group.ids, group.size, group.family_id) == (("Ash", "Bay"), 2, "ours")
    assert group.register is reg
    assert reg.group("Oak").family_id is None
    assert {f: [c.child_id for c in members] for f, members in reg.families.items()} == {
        "ours": ["Ash", "Bay"],
        "theirs": ["Elm"],
    }
    for wrong in (("Ash", "Oak"), ("Ash", "Elm")):
        with pytest.raises(ValueError, match="not all of one family"):
            reg.group(*wrong)
    alone = register((child("Oak"), child("Yew")))
    with pytest.raises(ValueError, match="Oak, Yew are not all of one family"):
        alone.group("Oak", "Yew")


def test_the_day_is_the_rounds() -> None:
    """Ages, leaving and expiry are judged on the records' own day."""
    records = register(residents=(resident(leaving_on=days(5)),), zones=(zone(expires_on=days(5)),)).records
    later = type(register())(replace(records, day=records.day + timedelta(days=6)))
    assert len(later.homes.residents.ids) == 0
    assert later.zones_of("Ash") == []
    assert later.day == days(6)
