"""Who lives in the home and what ties them to the child: kin, known carers, brothers and sisters, other children."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date

import numpy as np

from matching.considerations.consideration import (
    Facts,
    Floats,
    Mask,
    RestsOn,
    Score,
    age_fit,
    consideration,
    mean_of,
    nowhere,
    scored,
)
from matching.rules.register import ADULT_AT, NOT_RECORDED
from records.ages import age_on
from records.model import Alongside, HomeKind, LinkKind, ResidentStatus, Route

_DAYS_IN_A_YEAR = 365.25
_RAISED_THERE = [str(s) for s in (ResidentStatus.FOSTERED, ResidentStatus.OWN_CHILD, ResidentStatus.LODGER)]


def _linked(facts: Facts, kind: LinkKind) -> Mask:
    return facts.register.linked(facts.child.child_id, kind)


def _if_linked(kind: LinkKind) -> RestsOn:
    """The child, where there is such a link or a home names the child; alike for all other children."""

    def child(facts: Facts) -> str | None:
        child_id = facts.child.child_id
        linked = facts.register.has_link(child_id, kind) or facts.homes.where_named(child_id)
        return child_id if linked else None

    return child


def _if_related(facts: Facts) -> Hashable:
    """The child, where somebody who lives in a home may be a brother or sister; alike for all other children."""
    if facts.child.family_id in facts.homes.resident_families:
        return facts.child.child_id
    return _if_linked(LinkKind.SIBLING_LIVES_HERE)(facts)


def _kin(facts: Facts) -> Mask:
    """Homes of the child's kin: linked so, or a connected person approved for this child by name."""
    named = facts.homes.is_kind(HomeKind.CONNECTED_PERSON) & facts.homes.names(facts.child.child_id)
    return _linked(facts, LinkKind.KIN) | named


def _kin_words(facts: Facts, home: int) -> str:
    return "the carer is kin, or otherwise connected to the child" if _kin(facts)[home] else "not kin"


@consideration(
    "kin",
    says=_kin_words,
    rests_on=_if_linked(LinkKind.KIN),
    fixed_share=True,
    looks_at="100 with kin: a `kin` link, or a connected person approved for the child by name; else 0. Its share of "
    "the scale is fixed and more than half, so that kin comes before everything else together.",
    law="Children Act 1989, s22C(7)(a); PLC-04, EPM-01",
)
def kin(facts: Facts) -> Score:
    """With kin."""
    return scored(np.where(_kin(facts), 100.0, 0.0))


def _gain(where: Mask) -> Score:
    """100 at these homes; elsewhere it does not apply, so that no home loses by a tie the child has to another."""
    return scored(np.full(len(where), 100.0), applies=where)


def _current_carer_words(facts: Facts, home: int) -> str:
    return "the child lives there now" if _linked(facts, LinkKind.CURRENT_CARER)[home] else "not the child's carer now"


@consideration(
    "current_carer",
    says=_current_carer_words,
    rests_on=_if_linked(LinkKind.CURRENT_CARER),
    looks_at="100 with the child's current carer; does not apply elsewhere, so that it can only add.",
    law="Fostering Services NMS 2011, 15.3; STB-01, ADO-19",
)
def current_carer(facts: Facts) -> Score:
    """With the child's current carer."""
    return _gain(_linked(facts, LinkKind.CURRENT_CARER))


def _previous_carer_words(facts: Facts, home: int) -> str:
    there = _linked(facts, LinkKind.PREVIOUS_CARER)[home]
    return "cared for the child before" if there else "not recorded as having cared for the child before"


@consideration(
    "previous_carer",
    says=_previous_carer_words,
    rests_on=_if_linked(LinkKind.PREVIOUS_CARER),
    looks_at="100 with a carer who has cared for the child before; does not apply elsewhere, so that it can only add.",
    law="Children Act 1989, s22(3); STB-01",
)
def previous_carer(facts: Facts) -> Score:
    """With a carer the child knows from before."""
    return _gain(_linked(facts, LinkKind.PREVIOUS_CARER))


def _last_adult_birthday(day: date) -> np.datetime64:
    """Whoever was born on this day or before is 18 or over on `day`."""
    try:
        born = day.replace(year=day.year - ADULT_AT)
    except ValueError:
        born = date(day.year - ADULT_AT, 2, 28)
    return np.datetime64(born, "D")


def _siblings_there(facts: Facts) -> tuple[Mask, Mask]:
    """Homes where a brother or sister under 18 lives who is not in this round; and those where one may."""
    certain = _linked(facts, LinkKind.SIBLING_LIVES_HERE)
    residents, family = facts.homes.residents, facts.child.family_id
    if family is None:
        return certain, np.zeros_like(certain)
    related = residents.family == family
    if related.any():
        apart = facts.register.assessed_apart(facts.child.child_id)
        elsewhere = [str(i) not in facts.register.child_index and str(i) not in apart for i in residents.ids[related]]
        related[related] = elsewhere
    under_18 = related & (residents.born > _last_adult_birthday(facts.asked.day))
    perhaps = related & np.isnat(residents.born) & np.isin(residents.status, _RAISED_THERE)
    certain = certain | facts.homes.any_resident(under_18)
    return certain, facts.homes.any_resident(perhaps) & ~certain


def _siblings_words(facts: Facts, home: int) -> str:
    certain, perhaps = _siblings_there(facts)
    if perhaps[home]:
        return "a brother or sister lives there whose age is not recorded; counts once known to be under 18"
    if not certain[home]:
        return "no brother or sister outside this round lives there"
    if facts.for_adoption[home]:
        return "a brother or sister lives there, but in adoption there is no presumption either way"
    return "a brother or sister lives there"


@consideration(
    "siblings_there",
    says=_siblings_words,
    rests_on=_if_related,
    looks_at="100 where a brother or sister under 18 lives who is not in this round and not assessed apart (same "
    "`family_id`, or a `sibling_lives_here` link); does not apply elsewhere, so that it can only add, nor with "
    "adoptive and early permanence homes. Brothers and sisters of this round are the tier `siblings`.",
    law="Children Act 1989, s22C(8)(c); SIB-01, SIB-02, SIB-08, PLC-07",
)
def siblings_there(facts: Facts) -> Score:
    """With a brother or sister who lives there."""
    certain, _ = _siblings_there(facts)
    return _gain(certain & ~facts.for_adoption)


def _age(facts: Facts) -> int:
    return age_on(facts.child.date_of_birth, facts.asked.day)


def _recorded_sex(facts: Facts) -> str | None:
    return facts.child.sex if facts.child.sex in ("M", "F") else None


def _sex_fit(facts: Facts, wanted: np.ndarray[tuple[int, ...], np.dtype[np.str_]]) -> Floats:
    """100 where the child's sex is the one wanted, 0 where not, not-a-number where it is not recorded."""
    sex = _recorded_sex(facts)
    return np.full(len(wanted), np.nan) if sex is None else np.where(wanted == sex, 100.0, 0.0)


def _wishes(facts: Facts) -> tuple[Mask, Mask]:
    """Homes with a wish about age, and those with one about sex."""
    homes = facts.homes
    about_age: Mask = ~(np.isnan(homes.preferred_age_min) & np.isnan(homes.preferred_age_max))
    about_sex: Mask = homes.preferred_sex != ""
    return about_age, about_sex


def _wish_words(facts: Facts, home: int) -> str:
    homes = facts.homes
    if homes.kind[home] == HomeKind.CONNECTED_PERSON:
        return "a connected person comes forward for this child"
    about_age, about_sex = _wishes(facts)
    said = []
    if about_age[home]:
        fit = age_fit(_age(facts), homes.preferred_age_min, homes.preferred_age_max)[home]
        said.append(
            {100.0: "the age they wish for", 50.0: "a year outside the ages they wish for"}.get(
                float(fit), "outside the ages they wish for"
            )
        )
    if about_sex[home]:
        sex = _recorded_sex(facts)
        if sex is None:
            said.append("they wish for a boy or a girl, and the child's sex is not recorded")
        else:
            said.append("the sex they wish for" if homes.preferred_sex[home] == sex else "not the sex they wish for")
    return "; ".join(said) if said else "the carers' own wish is not recorded"


@consideration(
    "wish",
    says=_wish_words,
    rests_on=lambda facts: (_age(facts), _recorded_sex(facts)),
    looks_at="The mean of age (100 within `preferred_age_min` to `preferred_age_max`, 50 a year outside, else 0) and "
    "sex (100 or 0), where a wish is recorded. Never bars. Does not apply to connected persons, who come forward for "
    "one child.",
    law="Good practice, no law; PLC-02",
)
def wish(facts: Facts) -> Score:
    """Fits what the carers wish for."""
    homes = facts.homes
    about_age, about_sex = _wishes(facts)
    either = about_age | about_sex
    score = mean_of(
        [
            (age_fit(_age(facts), homes.preferred_age_min, homes.preferred_age_max), about_age),
            (_sex_fit(facts, homes.preferred_sex), about_sex),
            (np.full(len(homes), np.nan), ~either),
        ],
        len(homes),
    )
    applies = ~homes.is_kind(HomeKind.CONNECTED_PERSON)
    return Score(score.value, score.known, applies, score.least, score.most)


def _family_to_adopt(facts: Facts) -> int:
    """How many of the child's family in this round, the child among them, have a route to adoption."""
    family = facts.register.families.get(facts.child.family_id or "", ())
    routes = {Route.ADOPTION, Route.EARLY_PERMANENCE}
    return max(1, sum(1 for c in family if routes.intersection(c.routes)))


def _advice_items(facts: Facts) -> list[tuple[str, Floats]]:
    """How well the child fits each piece of advice, in words and as a score; 100 where none is recorded.

    Terms of approval bind early permanence homes as foster carers, and so are not advice there.
    """
    homes = facts.homes
    adopter = homes.is_kind(HomeKind.ADOPTER)
    advised = ~(np.isnan(homes.advice_age_min) & np.isnan(homes.advice_age_max))
    lowest = np.where(advised, homes.advice_age_min, np.where(adopter, homes.approved_age_min, np.nan))
    highest = np.where(advised, homes.advice_age_max, np.where(adopter, homes.approved_age_max, np.nan))
    number = np.where(np.isnan(homes.advice_children) & adopter, homes.approved_places, homes.advice_children)
    need = facts.child.placement_need
    fits_need = np.where(homes.approved_for_need(need), 100.0, 0.0) if need else np.full(len(homes), np.nan)
    return [
        ("age", age_fit(_age(facts), lowest, highest)),
        ("sex", np.where(adopter & (homes.approved_sex != ""), _sex_fit(facts, homes.approved_sex), 100.0)),
        ("kind of stay", np.where(adopter & homes.approved_needs_listed, fits_need, 100.0)),
        ("number of children", np.where(number < _family_to_adopt(facts), 50.0, 100.0)),
    ]


def _advice_words(facts: Facts, home: int) -> str:
    if not facts.for_adoption[home]:
        return "advice at approval concerns adopters only"
    said = []
    for name, value in _advice_items(facts):
        if np.isnan(value[home]):
            said.append(f"{name}: not recorded for the child")
        elif value[home] < 100.0:
            said.append(f"{name}: {'partly ' if value[home] > 0 else ''}outside the advice")
    return "; ".join(said) if said else "nothing advised against it when they were approved"


@consideration(
    "advice",
    says=_advice_words,
    rests_on=lambda facts: (
        _age(facts),
        _recorded_sex(facts),
        facts.child.placement_need,
        _family_to_adopt(facts),
    ),
    looks_at="The mean of four scores: age (50 a year outside the advice, then 0), sex, kind of stay, number of "
    "children (50 where the advice would not cover the child's whole family in this round); 100 each where nothing is "
    "advised. For adopters the terms of approval are advice too. Applies to adoptive and early permanence homes; it "
    "never bars.",
    law="Adoption Agencies Regulations 2005; ADO-04",
)
def advice(facts: Facts) -> Score:
    """Within the adopters' advice."""
    adoption = facts.for_adoption
    if not adoption.any():
        return nowhere(len(facts.homes))
    return mean_of([(value, adoption) for _, value in _advice_items(facts)], len(facts.homes))


def _years_apart(facts: Facts, which: Mask) -> Floats:
    """Years between the child and the nearest in age of the residents picked; infinite where there are none."""
    born = np.datetime64(facts.child.date_of_birth, "D")
    residents = facts.homes.residents
    days = np.abs((residents.born[which] - born).astype(np.int64))
    nearest = np.full(len(facts.homes), np.inf)
    np.minimum.at(nearest, residents.home[which], days / _DAYS_IN_A_YEAR)
    return nearest


def _others(facts: Facts, *, brothers_and_sisters: bool) -> tuple[Floats, Mask]:
    """Years to the nearest child of each home, and homes where somebody may be a child, of unrecorded age."""
    residents = facts.homes.residents
    which = residents.ids != facts.child.child_id
    if not brothers_and_sisters and facts.child.family_id is not None:
        which = which & (residents.family != facts.child.family_id)
    unsure = facts.homes.any_resident(which & (residents.child == NOT_RECORDED))
    return _years_apart(facts, which & (residents.child == 1)), unsure


def _wishes_for_others(facts: Facts) -> bool:
    return facts.child.alongside is Alongside.WITH_OTHERS


def _companion(facts: Facts) -> Floats:
    apart, unsure = _others(facts, brothers_and_sisters=True)
    conditions = [apart <= facts.policy.companion_years, unsure, np.isfinite(apart)]
    return np.select(conditions, [100.0, np.nan, 50.0], default=0.0)


def _age_gap(facts: Facts) -> Floats:
    apart, unsure = _others(facts, brothers_and_sisters=False)
    value: Floats = np.minimum(100.0, 100.0 * apart / facts.policy.age_gap_years)
    return np.where(unsure & (value > 0), np.nan, value)


def _household_words(facts: Facts, home: int) -> str:
    said = []
    if _wishes_for_others(facts):
        value = float(_companion(facts)[home])
        said.append(
            "whether a child near in age lives there is not recorded"
            if np.isnan(value)
            else {
                100.0: "a child near in age lives there, as is wished",
                50.0: "other children live there, but none near in age",
                0.0: "no other child lives there, though company is wished",
            }[value]
        )
    if facts.policy.age_gap_years:
        value = float(_age_gap(facts)[home])
        wanted = f"{facts.policy.age_gap_years} years"
        if np.isnan(value):
            said.append("the age of a child who lives there is not recorded")
        else:
            said.append(
                f"no child of the home within {wanted} of age"
                if value == 100.0
                else f"a child of the home is within {wanted} of age"
            )
    return "; ".join(said) if said else "no wish recorded for who else lives there"


@consideration(
    "household",
    says=_household_words,
    rests_on=lambda facts: facts.child.child_id if _wishes_for_others(facts) or facts.policy.age_gap_years else None,
    looks_at="Where the child is to live `with_others`: 100 where a child lives within `companion_years` of age, "
    "50 where only others do, 0 where none does. Where the council scores age gaps (`age_gap_years` more than 0): the "
    "share of that gap to the nearest child of the home, brothers and sisters aside. The mean of the two; applies "
    "where either does. Solo, only older and only younger are rules.",
    law="Placements data standard v2; Fostering Services NMS 2011, 15.1; SAFE-04, SAFE-05, SAFE-11",
)
def household(facts: Facts) -> Score:
    """Fits the children who live there."""
    items = []
    if _wishes_for_others(facts):
        items.append((_companion(facts), True))
    if facts.policy.age_gap_years:
        items.append((_age_gap(facts), True))
    return mean_of(items, len(facts.homes))
