"""Several people at once: nothing is lost, nothing is done twice, and nobody waits for a reader."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

from records.store import Actor, Conflict, Given, OutOfOrder, Store, open_store, proof
from records.store.engine import alone
from tests.records.store.stories import Clock, because, kept_run, row, small_records, take, wishes

PEOPLE = 6


def at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    """Do all of it at the same time; gives what each gave or raised."""
    found: list[Any] = [None] * len(acts)
    line = threading.Barrier(len(acts))

    def do(i: int) -> None:
        line.wait()
        try:
            found[i] = acts[i]()
        except Exception as error:
            found[i] = error

    threads = [threading.Thread(target=do, args=(i,)) for i in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_of_many_who_act_on_one_version_one_is_first(store: Store, me: Actor) -> None:
    """Six people withdraw or go on with the same match at once: one succeeds, five see both versions."""
    match = store.propose_match(me, kept_run(store, me), "F1", "H1", "foster", because())
    acts = [lambda: store.take_step(me, match, 1, "enquiry_made", Given()) for _ in range(PEOPLE)]
    found = at_once(acts)
    assert Counter(type(one).__name__ for one in found) == {"int": 1, "Conflict": PEOPLE - 1}
    conflict = next(one for one in found if isinstance(one, Conflict))
    assert (conflict.mine["version"], conflict.theirs["version"]) == (1, 2)
    assert store.read_match(me, match).version == 2
    assert store.verify(me).whole


def test_two_agree_on_the_last_place_at_once_and_one_is_refused(store: Store, me: Actor) -> None:
    """Two decisions, each lawful alone, that together overfill a home: the second is refused, whichever it is."""
    children = ("C3", "C4", "C5")
    run = kept_run(store, me, small_records(children, ("H1",)), rows=[row(c, c, "H1") for c in children])
    opened = [store.propose_match(me, run, child, "H1", "foster", because()) for child in children]
    for match in opened:
        take(store, me, match, "enquiry_made", "carer_answered", "recommended")
    agreed = because(outcome="agreed", capacity="team manager", wishes=wishes(*children))
    found = at_once([lambda m=match: store.take_step(me, m, 4, "decided", agreed) for match in opened])
    assert Counter(type(one).__name__ for one in found) == {"int": 2, "OutOfOrder": 1}
    assert next(one for one in found if isinstance(one, OutOfOrder)).rule == "FOST-02"


def test_many_write_at_once_and_the_chain_holds(store: Store, me: Actor, place: str, clock: Clock) -> None:
    """Six connections write thirty things each: all are there, one after the other in one chain."""
    stores = [open_store(place, clock=clock) for _ in range(PEOPLE)]

    def many(one: Store) -> int:
        return len([one.veto(me, ["C1"], "H1", "too far") for _ in range(30)])

    assert at_once([lambda s=one: many(s) for one in stores]) == [30] * PEOPLE
    assert len(store.list_things(me, "veto")) == 30 * PEOPLE
    found = store.verify(me)
    assert found.whole
    assert found.entries == 1 + 30 * PEOPLE + 2
    for one in stores:
        one.close()


def test_proving_and_backing_up_wait_for_nobody(store: Store, me: Actor) -> None:
    """While somebody writes, a reader reads what stood before, and does not wait for the writer."""
    kept_run(store, me)
    with store._engine.begin() as writer:
        alone(writer)
        with store._reading() as reader:
            assert proof.check(reader).whole
