"""What a meeting leaves behind: none of these, with reasons, and which packs were made."""

from __future__ import annotations

from dataclasses import replace

import pytest

from records.store import Actor, Barred, NotThere, OutOfOrder, Refused, Role, Store, local_actor
from tests.records.store.stories import kept_run

ME = local_actor()
CHAIR = replace(ME, acting_as=Role.PANEL_CHAIR)


def test_none_of_these_is_kept_with_the_homes_that_were_open(store: Store) -> None:
    """Who looked, which homes were open, why none was proposed, and what is done instead: a fact of its own."""
    run_id = kept_run(store, ME)
    store.look(CHAIR, "one child or family", child_ids=["C3"])
    store.none_proposed(CHAIR, run_id, ["C3"], " Both are too far from school. ", "The finder asks the agencies.")
    (one,) = store.list_none_proposed(ME)
    assert (one.run_id, one.child_ids, one.open_homes) == (run_id, ("C3",), ("H1", "H2"))
    assert (one.reasons, one.next_step) == ("Both are too far from school.", "The finder asks the agencies.")
    assert (one.name, one.role) == (ME.name, "panel_chair")
    assert store.verify(ME).whole
    kinds = [kept["kind"] for kept in store.export_subject(ME, "person:C3")["recorded"]]
    assert "none_of_these" in kinds


def test_none_of_these_may_be_said_of_a_family_and_again_in_another_meeting(store: Store) -> None:
    """Each time is kept; the latest stands first; the homes are those open to all of them together."""
    run_id = kept_run(store, ME)
    store.look(ME, "one child or family", child_ids=["C1", "C2"])
    store.none_proposed(ME, run_id, ["C2", "C1"], "first", "a")
    store.none_proposed(ME, run_id, ["C1", "C2"], "second", "b")
    found = store.list_none_proposed(ME)
    assert [one.reasons for one in found] == ["second", "first"]
    assert found[0].child_ids == ("C1", "C2")
    assert found[0].open_homes == ("H1", "H2")


def test_none_of_these_wants_reasons_a_next_step_and_somebody_who_looked(store: Store) -> None:
    """Nobody is passed over without words, or by somebody who has not looked; nothing is written then."""
    run_id = kept_run(store, ME)
    with pytest.raises(OutOfOrder, match=r"have not looked at C3.*GOV-02"):
        store.none_proposed(ME, run_id, ["C3"], "too far", "ask again")
    store.look(ME, "one child or family", child_ids=["C3"])
    with pytest.raises(OutOfOrder, match="No reasons"):
        store.none_proposed(ME, run_id, ["C3"], "  ", "ask again")
    with pytest.raises(OutOfOrder, match="what is done instead"):
        store.none_proposed(ME, run_id, ["C3"], "too far", "")
    with pytest.raises(Refused, match="No child is named"):
        store.none_proposed(ME, run_id, [], "too far", "ask again")
    with pytest.raises(NotThere, match="has no child C9"):
        store.none_proposed(ME, run_id, ["C9"], "too far", "ask again")
    assert store.list_none_proposed(ME) == []


def test_whoever_is_barred_neither_says_nor_reads_it(store: Store) -> None:
    """A conflict of interest keeps a person out of it, and leaves it out of their list."""
    run_id = kept_run(store, ME)
    store.look(ME, "one child or family", child_ids=["C3"])
    store.none_proposed(ME, run_id, ["C3"], "too far", "ask again")
    other = store.sign_in(Actor("u1", "U One", frozenset({Role.PANEL_CHAIR})))
    assert len(store.list_none_proposed(other)) == 1
    store.bar(ME, "u1", home_id="H2")
    (one,) = store.list_none_proposed(other)
    assert "H2" not in one.open_homes
    store.look(other, "none of these", child_ids=["C3"])
    assert store.none_proposed(other, run_id, ["C3"], "too far", "ask again"), "one home barred is no reason to stop"
    store.bar(ME, "u1", child_id="C3")
    assert store.list_none_proposed(other) == []
    with pytest.raises(Barred):
        store.none_proposed(other, run_id, ["C3"], "too far", "ask again")
    with pytest.raises(Barred):
        store.make_pack(other, run_id, ["C3"], [], "with names", "pdf")


def test_that_a_pack_was_made_is_in_the_trail(store: Store) -> None:
    """Who made it, about whom, which version and form; and nothing is made about nobody, or of a kind there is not."""
    run_id = kept_run(store, ME)
    store.make_pack(CHAIR, run_id, ["C3", "C1"], ["H1"], "without names", "docx")
    (entry,) = [e for e in store.read_trail(ME) if e.act == "make_pack"]
    assert entry.role == "panel_chair"
    assert entry.note == "without names, docx, 2 children"
    assert set(entry.subjects) == {"person:C1", "person:C3", "home:H1", f"run:{run_id}"}
    with pytest.raises(Refused, match="agenda is empty"):
        store.make_pack(ME, run_id, [], [], "with names", "pdf")
    with pytest.raises(Refused, match="no pack signed as pdf"):
        store.make_pack(ME, run_id, ["C3"], [], "signed", "pdf")
