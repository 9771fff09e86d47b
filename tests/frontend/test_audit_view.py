"""The trail, its proof and what is past its time, put into words."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from frontend.audit_view import (
    at_in_words,
    bars_block,
    chosen,
    holds_block,
    proof_blocks,
    report_blocks,
    roles_in_words,
    standings_blocks,
    subject_in_words,
    trail_csv,
    trail_table,
)
from records.store import Proof, Role
from records.store.auditing import Entry
from records.store.retention import Due, PurgeReport

DAY = date(2026, 11, 2)


def entry(seq: int, act: str = "look", outcome: str = "done", note: str | None = None, **changes: str) -> Entry:
    """One entry of a trail."""
    user_id = changes.get("user_id", "u1")
    return Entry(seq, "2026-11-02T17:30:00+00:00", user_id, "U One", "family_finder", act, outcome, note, ("home:H1",))


def test_entries_are_chosen_by_act_and_outcome_the_latest_first() -> None:
    """None stands for any."""
    some = [entry(1), entry(2, "pin"), entry(3, "pin", "refused")]
    assert [e.seq for e in chosen(some, None, None)] == [3, 2, 1]
    assert [e.seq for e in chosen(some, "pin", "done")] == [2]


def test_a_time_is_that_of_england_in_summer_and_winter() -> None:
    """Stored in UTC, read by people here."""
    assert at_in_words("2026-11-02T17:30:00+00:00") == "2 November 2026, 17:30"
    assert at_in_words("2026-07-02T17:30:00+00:00") == "2 July 2026, 18:30"


@pytest.mark.parametrize("evil", ["=1+1", "+1+1", "-1-1", "@x", "\t=1"])
def test_the_file_of_the_trail_holds_no_formula(evil: str) -> None:
    """A name or a note that begins like a formula is text in a spreadsheet."""
    text = trail_csv([entry(1, note=evil, user_id=evil)])
    (row,) = list(csv.DictReader(io.StringIO(text)))
    assert row["note"] == "'" + evil
    assert row["user_id"] == "'" + evil
    assert row["seq"] == "1"
    assert row["subjects"] == "home:H1"


def test_an_empty_trail_has_a_file_with_headings() -> None:
    """Nothing found is still a file that can be opened."""
    assert trail_csv([]).splitlines() == ["seq,at,user_id,name,role,act,outcome,note,subjects"]
    assert trail_table([], 0).rows == ()


def test_a_long_id_is_cut_on_the_page_and_whole_in_the_file() -> None:
    """Nobody reads a hash; whoever has to compare one finds it in the file."""
    one = Entry(1, "2026-11-02T17:30:00+00:00", "u", "u", "auditor", "look", "done", None, ("run:0123456789abcdef",))
    assert "run 01234567…" in repr(trail_table([one], 1))
    assert "run:0123456789abcdef" in trail_csv([one])


def test_a_proof_says_what_was_checked_and_names_every_fault() -> None:
    """Whole is good; one fault is a stop, with the place; more than are named are counted."""
    proof = Proof(entries=5, rows=4, bodies=3, purged=1)
    whole = repr(proof_blocks(proof, 4))
    assert "Nothing was altered" in whole
    assert "5 entries, 4 rows and 3 texts" in whole
    assert "entry 4" in whole
    proof.add("altered", "trail", 3, "does not have its hash")
    proof.more = 2
    broken = repr(proof_blocks(proof, 4))
    assert "3 things in the store are not as written" in broken
    assert "does not have its hash" in broken
    assert "2 more are not listed" in broken
    assert "entry 4" not in broken


def test_who_may_do_what_is_put_into_words() -> None:
    """Nothing set, a narrowed person, a suspended one."""
    assert "Nothing has been set" in repr(standings_blocks([]))
    body = {"roles": ["panel_member"], "suspended": True, "reason": "left"}
    told = repr(standings_blocks([("u1", 2, body)]))
    for words in ("suspended", "panel member", "left"):
        assert words in told
    assert roles_in_words(None) == "all that the sign-in gives"
    assert roles_in_words([]) == "none"
    assert all(roles_in_words([role.value]) for role in Role)


def test_conflicts_and_holds_name_ids_only() -> None:
    """And say when there are none."""
    assert "Nobody is kept" in repr(bars_block([]))
    assert "child or another person: C1" in repr(bars_block([("u1", "person:C1")]))
    assert "Nothing is held" in repr(holds_block([]))
    assert "everything" in repr(holds_block([("all", "inquiry")]))
    assert subject_in_words("home:H1") == "a home: H1"


def test_a_purge_report_counts_by_kind_and_says_what_is_held() -> None:
    """Nothing due, or how many of what since when; whom it is about by id."""
    due = Due("a1", "row", ("person:C1",), "round", date(2026, 1, 3), "UK GDPR")
    held = Due("a2", "row", ("person:C2",), "round", date(2026, 1, 3), "UK GDPR")
    nothing = repr(report_blocks(PurgeReport(DAY, (), (held,))))
    assert "Nothing is past its time" in nothing
    assert "1 is past its time but held" in nothing
    told = repr(report_blocks(PurgeReport(DAY, (due, due), (held,))))
    for words in ("round", "3 January 2026", "UK GDPR", "C1"):
        assert words in told
    assert "C2" not in told
