"""What must hold however the numbers fall: more room never hurts, tighter rules never help, names mean nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

import numpy as np
import pytest

from matching.policy import Policy
from matching.propose import Proposal, propose
from matching.rules import RULES
from matching.rules.asked import Asked
from matching.rules.law import law_on
from matching.rules.register import Register
from matching.rules.rule import Answer, ask
from records.check import check
from records.model import Child, Home, HomeKind, Location, Records, Separation
from records.tables import Tables
from tests.tiny_councils import SIGN_OFFS, TRAFFORD, TinyCouncil, frames, seeded


def round_of(tiny: TinyCouncil, *more: str, solver: str = "bundles", **choices: Any) -> Proposal:
    """The whole round, with these sign-offs allowed besides its own, and other choices of the council."""
    siblings = "never_split" if tiny.never_split else "together_where_possible"
    policy = Policy(allow=(*tiny.allow, *more), siblings=siblings, **choices)  # type: ignore[arg-type]
    return propose(tiny.records, policy, council=tiny.council, solver=solver)


def worth(proposal: Proposal) -> tuple[int, ...]:
    """The tiers in order, larger is better."""
    assert proposal.solution.proved
    return tuple(-t.value if t.name == "cost" else t.value for t in proposal.solution.tiers)


def changed(tiny: TinyCouncil, **tables: Any) -> TinyCouncil:
    """The same council with some tables different."""
    return replace(tiny, records=replace(tiny.records, **tables))


def with_home(tiny: TinyCouncil, at: int, **facts: Any) -> TinyCouncil:
    """The same council with one home different."""
    homes = list(tiny.records.homes)
    homes[at] = replace(homes[at], **facts)
    return changed(tiny, homes=tuple(homes))


def relabelled(records: Records, new: Callable[[str], str]) -> Records:
    """The same people, homes and families under other ids, in the order of the new ids."""

    def family(family_id: str | None) -> str | None:
        return None if family_id is None else new(family_id)

    def pair(a: str, b: str) -> tuple[str, str]:
        return (new(a), new(b)) if new(a) < new(b) else (new(b), new(a))

    children = [replace(c, child_id=new(c.child_id), family_id=family(c.family_id)) for c in records.children]
    homes = [
        replace(
            h,
            home_id=new(h.home_id),
            named_children=tuple(sorted(map(new, h.named_children))),
            exempt_children=tuple(sorted(map(new, h.exempt_children))),
        )
        for h in records.homes
    ]
    siblings, separations = [], []
    for row in records.siblings:
        a, b = pair(row.child_a, row.child_b)
        siblings.append(replace(row, child_a=a, child_b=b))
    for one in records.separations:
        a, b = pair(one.person_a, one.person_b)
        separations.append(replace(one, person_a=a, person_b=b))
    residents = [
        replace(r, home_id=new(r.home_id), resident_id=new(r.resident_id), family_id=family(r.family_id))
        for r in records.residents
    ]
    links = [replace(k, child_id=new(k.child_id), home_id=new(k.home_id)) for k in records.links]
    zones = [replace(z, child_id=new(z.child_id)) for z in records.zones]
    return replace(
        records,
        children=tuple(sorted(children, key=lambda c: c.child_id)),
        homes=tuple(sorted(homes, key=lambda h: h.home_id)),
        siblings=tuple(sorted(siblings, key=lambda s: (s.child_a, s.child_b))),
        separations=tuple(sorted(separations, key=lambda s: (s.person_a, s.person_b))),
        residents=tuple(sorted(residents, key=lambda r: (r.home_id, r.resident_id))),
        links=tuple(sorted(links, key=lambda k: (k.child_id, k.home_id, k.link))),
        zones=tuple(sorted(zones, key=lambda z: z.child_id)),
    )


@cache
def as_it_is(seed: int) -> tuple[int, ...]:
    """What the tiny council of a seed is worth before anything is changed."""
    return worth(round_of(seeded(seed)))


def cases(how_many: int = 50) -> Iterator[tuple[TinyCouncil, tuple[int, ...], np.random.Generator]]:
    """Tiny councils, what each is worth as it is, and its own chances."""
    for seed in range(5000, 5000 + how_many):
        yield seeded(seed), as_it_is(seed), np.random.default_rng(seed)


def councils(how_many: int) -> Iterator[tuple[TinyCouncil, np.random.Generator]]:
    """Tiny councils, each with its own chances."""
    for seed in range(5000, 5000 + how_many):
        yield seeded(seed), np.random.default_rng(seed)


def test_one_more_home_never_hurts() -> None:
    """A home more, like one there is but with nobody living in it."""
    gained = 0
    for tiny, before, chance in cases():
        like = tiny.records.homes[chance.integers(len(tiny.records.homes))]
        # No dearer than the dearest, so that homes whose cost is not recorded cost what they did.
        another = replace(like, home_id="H9", weekly_cost=300.0)
        after = worth(round_of(changed(tiny, homes=(*tiny.records.homes, another))))
        assert after >= before
        gained += after > before
    assert gained > 10


def test_one_more_vacancy_never_hurts() -> None:
    """A place more, offered and approved."""
    gained = 0
    for tiny, before, chance in cases():
        at = int(chance.integers(len(tiny.records.homes)))
        home = tiny.records.homes[at]
        roomier = with_home(tiny, at, vacancies=home.vacancies + 1, approved_places=home.approved_places + 1)
        after = worth(round_of(roomier))
        assert after >= before
        gained += after > before
    assert gained > 2


def test_other_ids_change_no_value() -> None:
    """Under other ids, in another order, every tier is worth the same."""
    for tiny, before, _ in cases():
        backwards = replace(tiny, records=relabelled(tiny.records, lambda name: f"x{name[::-1]}"))
        assert worth(round_of(backwards)) == before


def tried(tiny: TinyCouncil, **choices: Any) -> Proposal:
    """The whole round by trying every plan, which on tiny councils takes no time."""
    return round_of(tiny, solver="exhaustive", **choices)


def moved(place: Location | None, where: Callable[[float, float], tuple[float, float]]) -> Location | None:
    """A place elsewhere, known as well as before."""
    if place is None:
        return None
    east, north = where(place.easting, place.northing)
    return replace(place, easting=east, northing=north)


def homes_moved(tiny: TinyCouncil, where: Callable[[float, float], tuple[float, float]]) -> TinyCouncil:
    """The same council with every home elsewhere, and no zones, so that who may live where stays the same."""
    return changed(
        tiny, zones=(), homes=tuple(replace(h, location=moved(h.location, where)) for h in tiny.records.homes)
    )


def all_moved(tiny: TinyCouncil, where: Callable[[float, float], tuple[float, float]]) -> TinyCouncil:
    """The same council on another spot of the map."""
    zones = tuple(replace(z, centre=moved(z.centre, where)) for z in tiny.records.zones)
    children = tuple(
        replace(c, home=moved(c.home, where), school=moved(c.school, where)) for c in tiny.records.children
    )
    return changed(homes_moved(tiny, where), children=children, zones=zones)


@pytest.mark.parametrize(
    "where",
    [lambda east, north: (east + 12_345.5, north - 77_777), lambda east, north: (north, east)],
    ids=["moved", "turned over"],
)
def test_the_same_council_elsewhere_on_the_map_is_worth_the_same(
    where: Callable[[float, float], tuple[float, float]],
) -> None:
    """Only distances count, never which way north is: the same plan."""
    for tiny, before, _ in cases(30):
        assert worth(tried(all_moved(tiny, where))) == before


def test_homes_nearer_each_other_never_lower_near() -> None:
    """All homes drawn together to a quarter of their distances: as many placed and together, near no fewer."""
    gained = 0
    for tiny, _ in councils(100):
        far = homes_moved(tiny, lambda east, north: (east, north))
        near = homes_moved(tiny, lambda east, north: ((east + 3 * 370_000) / 4, north))
        before, after = worth(tried(far)), worth(tried(near))
        assert after[:2] == before[:2]
        assert after[2] >= before[2]
        gained += after[2] > before[2]
    assert gained > 3


def test_two_homes_of_a_split_family_moved_nearer_count_as_near() -> None:
    """Whatever else there is: where a plan splits two, their homes within the miles are a pair more than far apart."""
    gained = 0
    for tiny, _ in councils(80):
        nowhere = changed(tiny, zones=(), homes=tuple(replace(h, location=None) for h in tiny.records.homes))
        split = tried(nowhere)
        pairs = [split.home_of[two] for two in split.question.sibling_pairs]
        apart = next(((int(a), int(b)) for a, b in pairs if a != b and min(a, b) >= 0), None)
        if apart is None:
            continue
        worths = []
        for metres in (8_047.0, 8_046.5, 100.0):
            there = with_home(nowhere, apart[0], location=Location(380_000.0, 390_000.0))
            there = with_home(there, apart[1], location=Location(380_000.0, 390_000.0 + metres))
            worths.append(worth(tried(there))[:3])
        assert worths[0][2] == 0
        assert worths[1][2] > 0
        assert worths[1] == worths[2]
        gained += 1
    assert gained > 5


def test_a_wider_reach_never_lowers_near_and_narrower_never_raises_it() -> None:
    """More miles that count as near: children placed and together as before, near no fewer."""
    gained = 0
    for tiny, _ in councils(100):
        narrow, before, wide = (worth(tried(tiny, split_miles=miles))[:3] for miles in (0.0, 5.0, 20.0))
        assert narrow[:2] == before[:2] == wide[:2]
        assert narrow[2] <= before[2] <= wide[2]
        gained += wide[2] > narrow[2]
    assert gained > 10


def test_what_near_costs_is_paid_after_it_only() -> None:
    """Without the tier `near` as many are placed and together, and the tiers after it are no worse."""
    costs = 0
    for tiny, _ in councils(100):
        before = worth(tried(tiny))
        without = worth(tried(tiny, tiers=tuple(t for t in Policy().tiers if t != "near")))
        assert without[:2] == before[:2]
        assert without[2:] >= before[3:]
        costs += without[2:] > before[3:]
    assert costs > 0


def test_a_home_nobody_can_place_on_the_map_is_near_none() -> None:
    """A home whose location is not recorded any more: never more pairs near."""
    lost = 0
    for tiny, chance in councils(80):
        there = changed(tiny, zones=())
        at = int(chance.integers(len(tiny.records.homes)))
        before, after = worth(tried(there)), worth(tried(with_home(there, at, location=None)))
        assert after[:2] == before[:2]
        assert after[2] <= before[2]
        lost += after[2] < before[2]
    assert lost > 2


def test_shuffled_rows_give_the_same_plan() -> None:
    """The rows of every table in any order: the same plan to the last child."""
    for seed in range(5000, 5030):
        chance = np.random.default_rng(seed)
        tiny = seeded(seed, plain=True)
        tables = frames(tiny.records)
        shuffled = {name: t.iloc[chance.permutation(len(t))].reset_index(drop=True) for name, t in tables.items()}
        straight = round_of(replace(tiny, records=check(Tables.of(tables), tiny.records.day)))
        mixed = round_of(replace(tiny, records=check(Tables.of(shuffled), tiny.records.day)))
        assert straight.home_of.tolist() == mixed.home_of.tolist()
        assert straight.weighed.points.tolist() == mixed.weighed.points.tolist()


TIGHTER: list[dict[str, Any]] = [
    {"on_hold": True},
    {"approved_from": None},
    {"named_children": ("nobody",)},
    {"approved_sex": "M"},
    {"vacancies": 0},
    {"bedrooms_free": 0},
    {"smoker": None, "pets": None},
    {"meets_needs": None},
    {"exempt_children": ()},
]


@pytest.mark.parametrize("terms", TIGHTER, ids=lambda terms: next(iter(terms)))
def test_tighter_terms_never_help(terms: dict[str, Any]) -> None:
    """A hold, an approval nobody recorded, a named child, fewer places: never a better plan."""
    for tiny, before, chance in cases(30):
        at = int(chance.integers(len(tiny.records.homes)))
        after = worth(round_of(with_home(tiny, at, **terms)))
        # What a home is known to offer also scores, so beyond the first four tiers it is another question.
        known_to_score = {"smoker", "meets_needs", "approved_sex"} & set(terms)
        tiers = 4 if known_to_score else 6
        assert after[:tiers] <= before[:tiers]


def test_allowing_more_sign_offs_never_hurts() -> None:
    """What somebody may approve, once allowed, only widens the choice."""
    gained = 0
    for tiny, before, chance in cases():
        after = worth(round_of(tiny, SIGN_OFFS[chance.integers(len(SIGN_OFFS))]))
        with_all = worth(round_of(tiny, *SIGN_OFFS))
        assert with_all >= after >= before
        gained += with_all > before
    assert gained > 5


def test_taking_out_a_child_without_a_home_never_lowers_the_plan() -> None:
    """The others lose nothing when a child who got no home is no longer in the round."""
    taken_out = 0
    for tiny, before, _ in cases():
        told = tiny.records
        plan = round_of(tiny).home_of
        unplaced = [c.child_id for c, home in zip(told.children, plan, strict=True) if home < 0]
        living_there = {r.resident_id for r in told.residents} | {
            k.child_id for k in told.links if k.link == "current_carer"
        }
        leave = [c for c in unplaced if c not in living_there]
        if not leave or len(told.children) == 1:
            continue
        gone = leave[0]
        after = round_of(
            changed(
                tiny,
                children=tuple(c for c in told.children if c.child_id != gone),
                siblings=tuple(s for s in told.siblings if gone not in (s.child_a, s.child_b)),
                separations=tuple(s for s in told.separations if gone not in (s.person_a, s.person_b)),
                links=tuple(k for k in told.links if k.child_id != gone),
                zones=tuple(z for z in told.zones if z.child_id != gone),
            )
        )
        assert worth(after) >= before
        taken_out += 1
    assert taken_out > 10


def test_one_more_separation_never_helps() -> None:
    """Two who may not live together any more: never a better plan."""
    lost = 0
    for tiny, before, chance in cases():
        people = [c.child_id for c in tiny.records.children]
        everybody = sorted({*people, *(r.resident_id for r in tiny.records.residents)})
        a, b = people[chance.integers(len(people))], everybody[chance.integers(len(everybody))]
        if a == b:
            continue
        both = (min(a, b), max(a, b))
        others = tuple(s for s in tiny.records.separations if (s.person_a, s.person_b) != both)
        kept_apart = tuple(sorted((*others, Separation(*both)), key=lambda s: (s.person_a, s.person_b)))
        after = worth(round_of(changed(tiny, separations=kept_apart)))
        assert after <= before
        lost += after < before
    assert lost > 2


LOOSER: list[dict[str, Any]] = [
    {"on_hold": None},
    {"notice_received_on": None},
    {"approved_sex": None},
    {"approved_age_min": None, "approved_age_max": None},
    {"approved_needs": ()},
    {"bedrooms_free": None},
    {"available_from": None},
    {"approved_to": None},
]


@pytest.mark.parametrize("blank", LOOSER, ids=lambda blank: next(iter(blank)))
def test_blanking_a_restriction_never_hurts(blank: dict[str, Any]) -> None:
    """A blank event or limit is none: the children placed, together, near and local can only become more."""
    for tiny, before, _ in cases(30):
        freer = changed(tiny, homes=tuple(replace(h, **blank) for h in tiny.records.homes))
        assert worth(round_of(freer))[:4] >= before[:4]


def test_blanking_names_zones_and_separations_never_hurts() -> None:
    """No named child, no zone, no separation recorded: none of these is in the way."""
    for tiny, before, _ in cases():
        homes = tuple(
            h if h.kind is HomeKind.CONNECTED_PERSON else replace(h, named_children=()) for h in tiny.records.homes
        )
        freer = changed(tiny, homes=homes, zones=(), separations=())
        assert worth(round_of(freer)) >= before


FACTS_OF_HOME: list[dict[str, Any]] = [
    {"approved_from": None},
    {"smoker": None},
    {"pets": None},
    {"meets_needs": None},
    {"location": None},
    {"authority": None},
    {"registered_categories": None},
    {"exempting_authority": None},
]


def answers_of(told: Records) -> np.ndarray:
    """The combined answer of every child alone in every home: shape (children, homes)."""
    register = Register(told)
    asked = Asked(told.day, TRAFFORD, law_on(told.day), Policy())
    return np.array([ask(RULES, register.group(c.child_id), register.homes, asked).overall() for c in told.children])


def never_met_by_blanking(blanked: Callable[[Records], Records]) -> None:
    """Blank a fact in every council, and look that no pair which was not met becomes met."""
    learnt = 0
    for seed in range(6000, 6080):
        told = seeded(seed).records
        before, after = answers_of(told), answers_of(blanked(told))
        assert not ((before != Answer.MET) & (after == Answer.MET)).any(), seed
        learnt += bool((before != after).any())
    assert learnt > 0


@pytest.mark.parametrize("blank", FACTS_OF_HOME, ids=lambda blank: next(iter(blank)))
def test_a_home_never_becomes_lawful_by_not_recording_a_fact(blank: dict[str, Any]) -> None:
    """Not recorded is never "no": what was barred or needed a sign-off does not become met."""

    def blanked(told: Records) -> Records:
        return replace(told, homes=tuple(replace(h, **blank) for h in told.homes))

    never_met_by_blanking(blanked)


def test_a_child_never_becomes_placeable_by_not_recording_a_fact() -> None:
    """The same for the child's sex and the kind of stay, and for the age of those who live there."""

    def blanked(told: Records) -> Records:
        children: tuple[Child, ...] = tuple(replace(c, sex=None, placement_need=None) for c in told.children)
        return replace(told, children=children, residents=tuple(replace(r, date_of_birth=None) for r in told.residents))

    never_met_by_blanking(blanked)


def test_rounds_held_together_are_never_worse_than_apart() -> None:
    """Small councils made of four tiny ones that share their homes: at least what each had by itself."""
    joined = 0
    by_day: dict[Any, list[TinyCouncil]] = {}
    for seed in range(7000, 7070):
        by_day.setdefault(seeded(seed).records.day, []).append(seeded(seed))
    for councils in by_day.values():
        for first in range(0, len(councils) - 3, 4):
            four = [
                replace(t, council=TRAFFORD, allow=("LOC-03",), never_split=False) for t in councils[first : first + 4]
            ]
            apart = [worth(round_of(t)) for t in four]
            together = worth(round_of(replace(four[0], records=joined_records([t.records for t in four]))))
            # Cost is left out: a cost not recorded counts as the highest of the round, whichever that is.
            assert together[:5] >= tuple(sum(column) for column in zip(*apart, strict=True))[:5]
            joined += 1
    assert joined > 10


def joined_records(several: list[Records]) -> Records:
    """Several records of one day as one, each under ids of its own."""
    parts = [relabelled(told, lambda name, i=i: f"{i}{name}") for i, told in enumerate(several)]  # type: ignore[misc]

    def all_of(table: str) -> tuple[Any, ...]:
        return tuple(row for part in parts for row in getattr(part, table))

    return replace(
        several[0],
        children=all_of("children"),
        homes=all_of("homes"),
        siblings=all_of("siblings"),
        separations=all_of("separations"),
        residents=all_of("residents"),
        links=all_of("links"),
        zones=all_of("zones"),
    )


def test_a_later_day_never_brings_back_an_approval() -> None:
    """Once an approval has ended, a day later it has ended still."""
    for tiny, _, _ in cases(20):
        told = tiny.records
        ended: tuple[Home, ...] = tuple(
            replace(h, approved_from=told.day - timedelta(days=90), approved_to=told.day - timedelta(days=1))
            for h in told.homes
        )
        for day in (told.day, told.day + timedelta(days=1)):
            assert (answers_of(replace(told, day=day, homes=ended)) == Answer.BARRED).all()
