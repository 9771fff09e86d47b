"""Places that agreed matches hold: counted whoever looks, and nobody named."""

from __future__ import annotations

from typing import Any

from records.store import Actor, Role, Store
from tests.records.store.stories import because, kept_run, take

TO_DECIDED = ("enquiry_made", "carer_answered", "recommended", "decided")


def test_places_are_held_from_the_decision_to_the_day_the_children_move_in(store: Store, me: Actor) -> None:
    """A match that is only on its way holds nothing; two brothers hold two places; once they live there, none."""
    assert store.places_held(me) == {}
    run = kept_run(store, me)
    match = store.propose_match(me, run, "F1", "H1", "foster", because())
    take(store, me, match, *TO_DECIDED[:-1])
    assert store.places_held(me) == {}
    take(store, me, match, "decided")
    assert store.places_held(me) == {"H1": 2}
    take(store, me, match, "placed")
    assert store.places_held(me) == {}


def test_a_place_held_for_a_withheld_child_is_not_free(store: Store, me: Actor, somebody: Any) -> None:
    """Whoever is barred from the child reads the number and no name; whoever is barred from the home reads neither."""
    run = kept_run(store, me)
    take(store, me, store.propose_match(me, run, "F1", "H1", "foster", because()), *TO_DECIDED)
    ann = somebody("ann", Role.FAMILY_FINDER)
    store.bar(me, "ann", child_id="C1")
    assert store.list_matches(ann) == []
    assert store.places_held(ann) == {"H1": 2}
    store.bar(me, "ann", home_id="H1")
    assert store.places_held(ann) == {}
    entry = next(one for one in store.read_trail(me, user_id="ann") if one.act == "places_held")
    assert entry.note == "homes with places held: 1"
    assert entry.subjects == ()
