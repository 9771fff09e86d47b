"""Snapshots and runs: kept once, never changed, given back exactly."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from records import synthetic
from records.check import check
from records.store import Actor, NotThere, Store
from records.store.schema import contents
from records.tables import Tables
from tests.records.store.stories import DAY, kept_run, small_records


def bodies(store: Store) -> int:
    """How many bodies are kept."""
    with store._reading() as connection:
        return connection.execute(select(func.count()).select_from(contents)).scalar_one()


def test_records_come_back_exactly(store: Store, me: Actor) -> None:
    """A made-up council with spoilt rows comes back equal to the last cell."""
    records = check(Tables.of(synthetic.council(40, seed=3, with_findings=True)), synthetic.DAY)
    assert records.findings
    assert store.read_snapshot(me, store.keep_snapshot(me, records)) == records
    assert store.verify(me).whole


def test_the_same_records_are_one_snapshot_and_a_changed_row_is_kept_once(store: Store, me: Actor) -> None:
    """The id stands for what is kept: row order is settled before, and another week costs only what changed."""
    first = store.keep_snapshot(me, small_records())
    before = bodies(store)
    assert store.keep_snapshot(me, small_records()) == first
    assert bodies(store) == before
    changed = small_records()
    changed = replace(changed, children=(replace(changed.children[0], smoke_free=True), *changed.children[1:]))
    assert store.keep_snapshot(me, changed) != first
    assert bodies(store) == before + 2  # one row, and the list of rows


def test_a_run_comes_back_as_it_was_kept(store: Store, me: Actor) -> None:
    """Document and files are the same bytes; what was not kept is said."""
    run_id = kept_run(store, me)
    assert kept_run(store, me) == run_id
    run = store.read_run(me, run_id)
    assert run.as_of == DAY.isoformat()
    assert run.document["vacancies"] == {"H1": 2, "H2": 2, "H3": 2}
    assert store.read_file(me, run_id, "plan.csv").startswith(b"child_id,")
    assert store.list_runs(me) == [(run_id, DAY.isoformat(), run.snapshot_id)]
    with pytest.raises(NotThere, match=r"kept no report\.html"):
        store.read_file(me, run_id, "report.html")
    with pytest.raises(NotThere, match="holds no run nothing"):
        store.read_run(me, "nothing")
