"""What times need, supply and futures together: a small play of every stage, and a table that says what it is of."""

from __future__ import annotations

from benchmarks.future import BEGIN, END, GOALS, HERE, Watch, history, played, table


def test_every_stage_is_timed_and_every_child_has_somewhere_to_live() -> None:
    """Two futures of three months of a made-up council, from its history to its money."""
    watch = Watch()
    there, found = played(history(2), watch, 2, 3, 1)
    assert list(watch.stages) == ["rates", "need", "supply", "needs of children", "futures", "money"]
    assert all(clock >= 0 and used >= 0 for clock, used in watch.stages.values())
    assert (found.future.own_by_need + found.future.unmet == found.wanted.children).all()
    assert found.supply.households.shape == found.wanted.children.shape
    assert len(there.households) > 0


def test_the_table_holds_seconds_to_their_goals() -> None:
    """The goal is of need, supply, needs and futures; rates and money stand beside it."""
    stages = {"rates": (1.0, 1.0), "need": (4.0, 8.0), "supply": (3.0, 6.0), "futures": (2.0, 2.0), "money": (9.0, 9.0)}
    one = {"stages": stages, "children": 340, "households": 183, "peak_mb": 900.0}
    text = table({"council": one}, 1_000, 120, 1.5)
    assert "**9.0 s** | 16.0 s | 20 s | 900 MB" in text
    assert "its money, beside the goal" in text
    assert GOALS == {"council": 20.0, "region": 240.0, "targets": 60.0}


def test_there_is_a_place_for_the_table() -> None:
    """The marks stand once each in the page."""
    page = (HERE / "README.md").read_text(encoding="utf-8")
    assert page.count(BEGIN) == page.count(END) == 1
