"""A process killed while it writes leaves nothing half-written and loses nothing it acknowledged."""

from __future__ import annotations

from tests.records.store.killing import kill_often


def test_a_killed_writer_leaves_a_whole_store(place: str) -> None:
    """Six kills here; `benchmarks/store_crash.py` does two hundred on each database."""
    told = kill_often(place, 6, longest=0.8)
    assert told.kills == 6
    assert told.acknowledged > 0
    assert (told.lost, told.half_written, told.faults) == (0, 0, 0)
