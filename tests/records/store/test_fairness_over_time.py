"""Fairness over time: only half-years that are over, told by the house and not by whoever calls."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from records.store import Actor, NotThere, Role, Store
from records.store.fairness import PURGED, TOO_FEW, KeptRound, half_of, name_of
from tests.records.store.stories import Clock, small_records


def kept(store: Store, actor: Actor, home_of: dict[str, str | None]) -> None:
    """A round kept now."""
    told = small_records(home_of)
    snapshot = store.keep_snapshot(actor, replace(told, rows_left_out=len(home_of)))
    document = {"result": {"home_of": home_of}, "policy": {}, "asked": {"council": None}, "at": str(home_of)}
    store.keep_run(actor, snapshot, document, {})


def names(rounds: tuple[KeptRound, ...]) -> list[dict[str, str | None]] | None:
    """What a house might tell; nothing of periods in which nobody has a home."""
    plans = [dict(one.home_of) for one in rounds]
    return plans if any(home for plan in plans for home in plan.values()) else None


def test_only_what_is_over_is_told_and_it_stays_as_it_was(store: Store, me: Actor, clock: Clock, somebody: Any) -> None:
    """Nothing of the half-year that runs; the last one whole, and alike for ever after; the latest first."""
    store.tells_fairness = names
    commissioner = somebody("com", Role.COMMISSIONER)
    clock.at = datetime(2026, 9, 28, 12, tzinfo=UTC)
    kept(store, me, {"C1": "H1", "C3": None})
    kept(store, me, {"C1": None, "C3": "H1"})
    assert store.fairness_over_time(commissioner) == []
    # midnight in England is eleven in the evening of summer's universal time
    clock.at = datetime(2026, 9, 30, 22, 59, tzinfo=UTC)
    assert store.fairness_over_time(me) == []
    clock.at = datetime(2026, 9, 30, 23, 1, tzinfo=UTC)
    (first,) = store.fairness_over_time(me)
    assert (first.name, first.rounds) == ("April to September 2026", 2)
    assert first.told == [{"C1": "H1", "C3": None}, {"C1": None, "C3": "H1"}]
    kept(store, me, {"C2": None})
    assert store.fairness_over_time(me) == [first]
    clock.at = datetime(2027, 4, 2, 12, tzinfo=UTC)
    later, again = store.fairness_over_time(me)
    assert again == first
    assert (later.name, later.told, later.why) == ("October 2026 to March 2027", None, TOO_FEW)


def test_without_what_hides_nothing_is_told(store: Store, me: Actor) -> None:
    """A store opened by something else than the app tells nothing, and says so."""
    with pytest.raises(NotThere, match="without what hides small numbers"):
        store.fairness_over_time(me)


def test_what_was_purged_is_not_told(store: Store, me: Actor, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a round's documents are gone the half-year says so, and nothing else of it is told."""
    store.tells_fairness = names
    clock.at = datetime(2026, 8, 3, 12, tzinfo=UTC)
    kept(store, me, {"C1": "H1"})
    clock.at = datetime(2026, 11, 3, 12, tzinfo=UTC)
    assert store.fairness_over_time(me)[0].told
    monkeypatch.setattr("records.store.fairness._is_there", lambda *_: False)
    (gone,) = store.fairness_over_time(me)
    assert (gone.told, gone.why) == (None, PURGED)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 3, 31), "October 2025 to March 2026"),
        (date(2026, 4, 1), "April to September 2026"),
        (date(2026, 9, 30), "April to September 2026"),
        (date(2026, 10, 1), "October 2026 to March 2027"),
    ],
)
def test_half_years(day: date, name: str) -> None:
    """Both sides of each edge."""
    assert name_of(half_of(day)) == name
