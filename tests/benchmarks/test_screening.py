"""The benchmark of very large rounds, on a small one."""

from __future__ import annotations

from benchmarks.screening import figures


def test_every_step_of_a_large_round_is_timed() -> None:
    """Columns, screen, points, rules and question, in that order, and the memory at last."""
    found = list(figures(30, 120, 10.0))
    assert [one["what"].split()[0] for one in found[1:]] == ["screen", "points", "rules", "question", "most"]
    assert all(one["seconds"] >= 0 for one in found[:-1])
