"""Editions: prepared, signed off by a second person in a named office, refused or withdrawn; the archive of them."""

from __future__ import annotations

import zlib
from collections.abc import Callable

import pytest
from sqlalchemy import create_engine, select, update

from records.store import OFFICES, Actor, Conflict, KeptEdition, NotThere, Refused, Role, Store, StoreError, open_store
from records.store.canonical import sha256
from records.store.engine import url_of
from records.store.schema import contents, things
from tests.records.store.test_guards import unguarded
from tests.records.store.test_together import at_once

FILES = {"statement.html": b"<p>made up</p>", "open/children.csv": b"on,children\r\n"}
WHY = "It says what the figures say."


@pytest.fixture
def ann(somebody: Callable[..., Actor]) -> Actor:
    """Somebody who may prepare and may decide: never the same edition."""
    return somebody("ann", Role.COMMISSIONER, Role.DECISION_MAKER)


@pytest.fixture
def bob(somebody: Callable[..., Actor]) -> Actor:
    """Somebody who may decide."""
    return somebody("bob", Role.DECISION_MAKER)


def prepared(store: Store, actor: Actor) -> KeptEdition:
    """An edition made from a small forecast."""
    return store.prepare_edition(actor, store.keep_work(actor, {}, {}), {"council": "Trafford"}, FILES)


def test_an_edition_is_prepared_signed_and_withdrawn(store: Store, me: Actor, ann: Actor, bob: Actor) -> None:
    """Each step says who, when, in which office and why; a signature names the checksums; files stay as they were."""
    first = prepared(store, ann)
    assert (first.state, first.version, first.by) == ("prepared", 1, "Ann")
    assert first.files == {name: sha256(data) for name, data in FILES.items()}
    signed = store.sign_edition(bob, first.edition_id, 1, OFFICES[0], agreed=True, reasons=WHY)
    assert (signed.state, signed.version, signed.files) == ("signed", 2, first.files)
    assert [(s["what"], s["by"], s["name"], s["office"], s["reasons"], s["note"]) for s in signed.steps] == [
        ("prepared", "ann", "Ann", "", "", ""),
        ("signed", "bob", "Bob", "director of children's services", WHY, ""),
    ]
    assert store.list_editions(bob) == [signed]
    assert {name: store.read_edition(bob, first.edition_id, name) for name in FILES} == FILES
    with pytest.raises(NotThere, match=r"no other\.pdf"):
        store.read_edition(bob, first.edition_id, "other.pdf")
    gone = store.withdraw_edition(ann, first.edition_id, 2, "A figure was wrong.")
    assert (gone.state, gone.steps[-1]["reasons"]) == ("withdrawn", "A figure was wrong.")
    later = prepared(store, ann)
    assert store.list_editions(ann) == [later, gone]
    assert store.read_edition(ann, first.edition_id, "statement.html") == FILES["statement.html"]
    assert store.verify(me).whole


def test_it_takes_a_second_person(store: Store, ann: Actor, bob: Actor) -> None:
    """Whoever prepared an edition neither signs it nor refuses it, whatever they may do else."""
    one = prepared(store, ann)
    for agreed in (True, False):
        with pytest.raises(Refused, match=r"You prepared this edition.*second person.*another decision maker"):
            store.sign_edition(ann, one.edition_id, 1, OFFICES[0], agreed=agreed, reasons=WHY)
    refused = store.sign_edition(bob, one.edition_id, 1, OFFICES[1], agreed=False, reasons="Page 3 is wrong.")
    assert refused.state == "refused"


def test_the_one_user_of_a_computer_may_and_it_says_so(store: Store, me: Actor) -> None:
    """Where there is no sign-in there is no second person; the step says that nobody else looked."""
    signed = store.sign_edition(me, prepared(store, me).edition_id, 1, OFFICES[0], agreed=True, reasons=WHY)
    assert "No second person looked" in signed.steps[-1]["note"]
    assert "as decision maker" in signed.steps[-1]["note"]
    assert [e.role for e in store.read_trail(me) if e.act == "sign_edition"] == ["decision_maker"]


def test_what_is_out_of_order_is_refused_in_words(store: Store, ann: Actor, bob: Actor) -> None:
    """No reasons, no office, a second signature, taking back what is over, an edition of nothing."""
    one = prepared(store, ann)
    for office, reasons, words in (
        ("mayor", WHY, "mayor is no office.*director of children's services"),
        ("", WHY, "Nobody is no office"),
        (OFFICES[0], " ", "No reasons are given"),
    ):
        with pytest.raises(Refused, match=words):
            store.sign_edition(bob, one.edition_id, 1, office, agreed=True, reasons=reasons)
    with pytest.raises(Refused, match="No reasons are given"):
        store.withdraw_edition(ann, one.edition_id, 1, "")
    store.sign_edition(bob, one.edition_id, 1, OFFICES[0], agreed=True, reasons=WHY)
    with pytest.raises(Refused, match=r"signed already.*Prepare another"):
        store.sign_edition(bob, one.edition_id, 2, OFFICES[0], agreed=True, reasons=WHY)
    with pytest.raises(Conflict):
        store.withdraw_edition(ann, one.edition_id, 1, "late")
    store.withdraw_edition(ann, one.edition_id, 2, "wrong")
    with pytest.raises(Refused, match="withdrawn already"):
        store.withdraw_edition(ann, one.edition_id, 3, "wrong")
    with pytest.raises(Refused, match="withdrawn already"):
        store.sign_edition(bob, one.edition_id, 3, OFFICES[0], agreed=True, reasons=WHY)
    work = store.list_works(ann)[0].work_id
    with pytest.raises(Refused, match="has no file"):
        store.prepare_edition(ann, work, {}, {})
    with pytest.raises(NotThere, match="no forecast nowhere"):
        store.prepare_edition(ann, "nowhere", {}, FILES)
    with pytest.raises(NotThere, match="no edition nowhere"):
        store.sign_edition(bob, "nowhere", 1, OFFICES[0], agreed=True, reasons=WHY)


def test_of_two_who_decide_at_once_one_is_first(
    store: Store, ann: Actor, bob: Actor, somebody: Callable[..., Actor]
) -> None:
    """One signs while another refuses: one of the two stands, and the other is told both."""
    eve, one = somebody("eve", Role.DECISION_MAKER), prepared(store, ann)
    found = at_once(
        [
            lambda: store.sign_edition(bob, one.edition_id, 1, OFFICES[0], agreed=True, reasons=WHY),
            lambda: store.sign_edition(eve, one.edition_id, 1, OFFICES[0], agreed=False, reasons="no"),
        ]
    )
    (won,) = [f for f in found if isinstance(f, KeptEdition)]
    (conflict,) = [f for f in found if isinstance(f, Conflict)]
    assert conflict.theirs["what"] == won.state != conflict.mine["what"]
    assert store.list_editions(ann) == [won]


@pytest.mark.parametrize("spoilt", ["a byte", "a word"])
def test_a_published_file_that_was_altered_is_found(store: Store, me: Actor, place: str, spoilt: str) -> None:
    """One byte of what is kept, or another text in its place: the proof names it, and the file is not given out."""
    one = store.sign_edition(me, prepared(store, me).edition_id, 1, OFFICES[0], agreed=True, reasons=WHY)
    store.close()
    engine = create_engine(url_of(place))
    with engine.connect() as connection:
        unguarded(connection)
        query = select(things.c.body).where(things.c.thing_id.endswith("/statement.html"))
        address = connection.execute(query).scalar_one()
        kept = connection.execute(select(contents.c.body).where(contents.c.sha256 == address)).scalar_one()
        body = zlib.compress(b"<p>made good</p>") if spoilt == "a word" else bytes([*kept[:-1], kept[-1] ^ 1])
        connection.execute(update(contents).where(contents.c.sha256 == address).values(body=body))
        connection.commit()
    engine.dispose()
    again = open_store(place)
    faults = [fault for fault in again.verify(me).faults if fault.kind != "unguarded"]
    assert [(fault.kind, fault.table, fault.key) for fault in faults] == [("altered", "contents", address)]
    with pytest.raises((StoreError, zlib.error)) as said:
        again.read_edition(me, one.edition_id, "statement.html")
    if spoilt == "a word":
        assert "is not the file that was prepared" in str(said.value)
    again.close()
