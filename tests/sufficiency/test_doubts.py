"""What is likely to be missing at the end of a history is said, and only then."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from benchmarks.need_worlds.worlds import authority
from benchmarks.need_worlds.write import as_return
from records.sources.return_903 import End, Return
from sufficiency.doubts import doubts, held_back
from sufficiency.history import history_of, known_at
from sufficiency.need import NeedSettings, fit_need


@cache
def whole() -> Return:
    """Nine years of a council of about sixty children, up to 31 March 2023."""
    return as_return(authority("small", 3))


def some(ret: Return, keep: object) -> Return:
    """The return with some of its episodes."""
    e = ret.episodes
    return replace(ret, episodes=replace(e, **{name: getattr(e, name)[keep] for name in type(e).__slots__}))


def test_a_whole_return_leaves_no_doubt() -> None:
    """Neither at the end of the returns nor at any time before it is anything said."""
    history = history_of(whole())
    assert doubts(history) == ()
    for day in range(history.first + 365, history.until, 182):
        assert doubts(known_at(history, day)) == ()


def test_a_return_drawn_in_the_middle_of_its_year_is_told_from_a_whole_one() -> None:
    """An extract of October holds no later episode: it is said from which day on, with all the model says."""
    early = some(whole(), whole().episodes.begin < np.datetime64("2022-10-01"))
    (said,) = doubts(history_of(early))
    assert "No episode begins after 2022-09-" in said
    assert "drawn before its year was over" in said
    assert said in fit_need(history_of(early), NeedSettings()).said


def test_of_a_handful_of_children_nothing_is_said() -> None:
    """Five children who came in the first weeks: that nobody followed them for years is no wonder."""
    e, first = whole().episodes, np.datetime64("2014-04-01")
    few = np.unique(e.child[(e.begin >= first) & (e.begin < first + 90)])[:5]
    assert doubts(history_of(some(whole(), np.isin(e.child, few) & (e.begin < first + 90)))) == ()


def test_children_who_are_said_to_continue_and_do_not_are_counted() -> None:
    """Where a system closes every episode on 31 March with X1, nobody is in care: that is said, not believed."""
    e = whole().episodes
    still = e.end == End.OPEN
    closed = replace(
        e,
        end=np.where(still, End.LOST, e.end).astype(np.int8),
        until=np.where(still, np.datetime64("2023-03-31"), e.until),
    )
    (said,) = doubts(history_of(replace(whole(), episodes=closed)))
    assert said.startswith(f"{still.sum()} children are lost from sight in the last year, beside 0 who are in care")


def test_children_whom_the_last_file_no_longer_holds_are_counted_too() -> None:
    """Ids that changed, or rows left out, in the last year: their children were last seen on 31 March before it."""
    e, before = whole().episodes, np.datetime64("2022-04-01")
    still = (e.begin < before) & (e.until > before)
    gone = np.isin(e.child, np.unique(e.child[still])[:20])
    cut = replace(
        e, end=np.where(still & gone, End.LOST, e.end).astype(np.int8), until=np.where(still & gone, before, e.until)
    )
    left = some(replace(whole(), episodes=cut), ~(gone & (e.begin >= before)))
    (said,) = doubts(history_of(left))
    assert said.startswith("20 children are lost from sight in the last year")


def test_councils_without_a_year_in_common_are_refused_with_their_years() -> None:
    """One council under two names, or rows without any: the years that each has are named, and how to mend it."""
    ret = whole()
    la = np.where(np.arange(len(ret.children)) % 2 == 0, "TRAFFORD", "Trafford")
    apart = replace(
        ret, children=replace(ret.children, la=la), years={"TRAFFORD": (2019, 2020, 2022, 2023), "Trafford": (2020,)}
    )
    with pytest.raises(ValueError, match=r"TRAFFORD 2022-2023, Trafford 2020\. Use one council alone"):
        history_of(apart)


def test_councils_that_hold_the_others_back_are_named() -> None:
    """One council's last return, another's first, a gap: what is lost to all is said, with whose it is."""
    assert held_back({"Bury": (2021, 2022), "Oldham": (2021, 2022)}) == ()
    late, behind = held_back({"Bury": (2015, 2016, 2017), "Oldham": (2015, 2017, 2018), "": (2015, 2016, 2017, 2018)})
    assert "(2015 to 2018): Oldham from 2017. Nothing before the latest of these is used" in late
    assert "Bury to 2017. Nothing after the earliest of these is used" in behind
