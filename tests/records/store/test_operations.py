"""Making, moving, backing up, restoring and upgrading a store; purging and exporting what is in it."""

from __future__ import annotations

import json
import os
import threading
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from records.store import (
    Actor,
    NotThere,
    Purged,
    Refused,
    Store,
    StoreError,
    create,
    migrate,
    open_store,
    prove,
    read_retention,
    restore,
)
from records.store.canonical import sha256
from records.store.engine import default_place, open_engine, url_of
from records.store.forms import newest_revision
from records.store.schema import contents
from tests.records.store.stories import DAY, FOSTERING, Clock, because, kept_run, small_records, take

KEEPS = read_retention()
LONG_AFTER = date(2200, 1, 1)


def a_story(store: Store, me: Actor) -> str:
    """A placement, and a match that led to none; gives the first."""
    run = kept_run(store, me)
    placed = store.propose_match(me, run, "F1", "H1", "foster", because())
    take(store, me, placed, *FOSTERING)
    other = store.propose_match(me, run, "C3", "H1", "foster", because())
    no = because(outcome="declines", reasons="A holiday is booked.", dates={"answered_on": DAY})
    take(store, me, other, "enquiry_made", "carer_answered", carer_answered=no)
    store.pin(me, "C3", "H2", "promised")
    return placed


def test_a_store_is_made_once_and_for_its_owner_alone(nowhere: Callable[[], str], kind: str) -> None:
    """There is no making over a store that is there, and a file is readable by its owner only."""
    place = nowhere()
    create(place)
    assert prove(place).whole
    with pytest.raises(StoreError, match="There is a store here already"):
        create(place)
    assert migrate(place) == (newest_revision(), newest_revision())
    if kind == "sqlite" and os.name == "posix":
        assert Path(place).stat().st_mode & 0o077 == 0


def test_what_is_no_store_is_refused(nowhere: Callable[[], str], tmp_path: Path, kind: str) -> None:
    """A place without a store, an empty database, another kind of database: each says how to go on."""
    if kind == "sqlite":
        with pytest.raises(StoreError, match="placewell store init"):
            open_store(nowhere())
        (tmp_path / "empty.db").touch()
        with pytest.raises(StoreError, match="This database is no store"):
            open_store(str(tmp_path / "empty.db"))
        with pytest.raises(StoreError, match="neither the path"):
            open_store("mysql://nowhere/x")
        assert default_place().endswith("placewell.db")
    else:
        with pytest.raises(StoreError, match="This database is no store"):
            open_store(nowhere())


def test_a_backup_made_while_others_write_is_restored_and_proves_itself(
    store: Store, me: Actor, tmp_path: Path, nowhere: Callable[[], str], clock: Clock
) -> None:
    """Online, whole, to a new place: what was there at one moment is there again, and the chain goes on."""
    a_story(store, me)
    stop = threading.Event()

    def others() -> None:
        while not stop.is_set():
            store.veto(me, ["C1"], "H2", "too far")

    writer = threading.Thread(target=others)
    writer.start()
    try:
        head = store.backup(me, tmp_path / "b.zip")
    finally:
        stop.set()
        writer.join()
    place = nowhere()
    done = restore(tmp_path / "b.zip", place, clock)
    assert done.head == head
    assert done.proof.whole
    again = open_store(place, clock=clock)
    assert again.list_matches(me, closed=True)[0][4] == "ended:done"
    assert again.check_head(me, head).whole
    acts = [e.act for e in again.read_trail(me, after=head.seq)]
    assert acts[0] == "restored"
    again.pin(me, "C1", "H1", "promised")
    assert again.verify(me).whole
    again.close()
    with pytest.raises(StoreError, match="already"):
        restore(tmp_path / "b.zip", place)
    with pytest.raises(StoreError, match="already"):
        store.backup(me, tmp_path / "b.zip")


def test_a_store_moves_from_a_file_to_a_server(
    store: Store, me: Actor, tmp_path: Path, kind: str, request: pytest.FixtureRequest
) -> None:
    """A backup made of one kind of database is restored to the other, and proves itself."""
    match = a_story(store, me)
    store.backup(me, tmp_path / "b.zip")
    other = str(tmp_path / "other.db")
    if kind == "sqlite":
        other = request.getfixturevalue("databases").empty()
    assert restore(tmp_path / "b.zip", other).proof.whole
    moved = open_store(other)
    assert moved.read_match(me, match).state == "ended:done"
    moved.close()


@pytest.mark.parametrize("spoil", ["cut", "changed", "missing", "rubbish"])
@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_backup_that_is_not_whole_is_not_restored(store: Store, me: Actor, tmp_path: Path, spoil: str) -> None:
    """Cut short, changed, a table missing: refused, and nothing is left behind."""
    a_story(store, me)
    good, bad, place = tmp_path / "good.zip", tmp_path / "bad.zip", tmp_path / "new.db"
    store.backup(me, good)
    if spoil == "cut":
        bad.write_bytes(good.read_bytes()[:-200])
    elif spoil == "rubbish":
        bad.write_bytes(b"x" * 1000)
    else:
        with zipfile.ZipFile(good) as old, zipfile.ZipFile(bad, "w") as new:
            for name in old.namelist():
                data = old.read(name)
                if name == "steps.jsonl" and spoil == "changed":
                    data = data.replace(b'"agreed"', b'"refused"')
                if name != "steps.jsonl" or spoil == "changed":
                    new.writestr(name, data)
    with pytest.raises(StoreError, match="not a whole backup"):
        restore(bad, str(place))
    assert list(tmp_path.glob("new.db*")) == []


def test_a_backup_of_a_store_that_was_altered_is_not_restored(store: Store, me: Actor, tmp_path: Path) -> None:
    """Even with its own sums put right, what the chain does not prove is refused."""
    a_story(store, me)
    good, bad = tmp_path / "good.zip", tmp_path / "bad.zip"
    store.backup(me, good)
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(bad, "w") as new:
        told = json.loads(old.read("placewell.json"))
        for name in old.namelist():
            data = old.read(name)
            if name == "steps.jsonl":
                data = data.replace(b'"agreed"', b'"refused"')
                sums = "".join(sha256(line) for line in data.splitlines(keepends=True))
                told["tables"]["steps"]["sha256"] = sha256(sums.encode())
            if name != "placewell.json":
                new.writestr(name, data)
        new.writestr("placewell.json", json.dumps(told))
    with pytest.raises(StoreError, match="not as it was written: altered: steps"):
        restore(bad, str(tmp_path / "new.db"))


def test_nothing_is_due_before_its_time_and_a_report_comes_first(store: Store, me: Actor, clock: Clock) -> None:
    """The report names kind, whom, class, day and legal basis; a purge carries out that report and no other."""
    placed = a_story(store, me)
    assert store.purge_report(me, KEEPS, DAY).due == ()
    clock.on(days=8 * 365)
    today = clock.at.date()
    report = store.purge_report(me, KEEPS, today)
    assert {one.keep for one in report.due} == {"round", "said"}
    child = next(one for one in report.due if one.kind == "children")
    assert child.subjects in {("person:C1",), ("person:C2",), ("person:C3",)}
    assert child.due_on == date(2033, 11, 23)
    assert "Limitation Act" in child.basis
    with pytest.raises(Refused, match="is not what would be purged now"):
        store.purge(me, KEEPS, today, "another")
    with pytest.raises(Refused, match="is not what would be purged now"):
        store.purge(me, KEEPS, LONG_AFTER, store.purge_report(me, KEEPS, LONG_AFTER).digest)
    run = store.list_runs(me)[0]
    assert store.purge(me, KEEPS, today, report.digest) == len(report.due)
    store.clear_leftovers()
    with pytest.raises(Purged, match="purged when its time was over"):
        store.read_snapshot(me, run[2])
    with pytest.raises(Purged):
        store.read_run(me, run[0])
    assert store.purge_report(me, KEEPS, today).due == ()
    found = store.verify(me)
    assert found.whole
    assert found.purged == len(report.due)
    kept = store.read_match(me, placed)
    assert kept.steps[4].body["wishes"]["C1"]["words"]
    assert kept.choices == ()
    assert store.export_subject(me, "person:C1")["purged"][0]["basis"]


def test_a_placement_is_kept_until_the_child_is_75_and_a_refusal_ten_years(store: Store, me: Actor) -> None:
    """The class of a match follows from how far it came; the youngest child's birth counts."""
    a_story(store, me)
    due = store.purge_report(me, KEEPS, LONG_AFTER).due
    assert {one.due_on for one in due if one.keep == "case_record"} == {date(2093, 5, 4)}
    assert {one.due_on for one in due if one.keep == "not_placed"} == {date(2036, 11, 23)}


def test_what_is_purged_is_in_no_file(store: Store, me: Actor, place: str, clock: Clock, kind: str) -> None:
    """After a purge no byte of the child's words is left in the database's files, compressed or not."""
    words = "A sentence that stands nowhere else: xyzzy."
    records = small_records()
    records = replace(records, children=(replace(records.children[0], views=words), *records.children[1:]))
    kept_run(store, me, records)
    engine = open_engine(url_of(place))
    with engine.connect() as connection:
        bodies = connection.execute(select(contents.c.body).where(contents.c.kind == "children")).scalars().all()
    engine.dispose()
    clock.on(days=8 * 365)
    report = store.purge_report(me, KEEPS, clock.at.date())
    store.purge(me, KEEPS, clock.at.date(), report.digest)
    store.clear_leftovers()
    if kind == "sqlite":
        left = b"".join(path.read_bytes() for path in Path(place).parent.glob(f"{Path(place).name}*"))
        assert not [body for body in bodies if body[8:] in left]
    assert store.verify(me).whole


def test_a_hold_stops_the_purge(store: Store, me: Actor, clock: Clock) -> None:
    """What an inquiry may ask for stays, for one child or for all, until the hold is lifted."""
    a_story(store, me)
    clock.on(days=8 * 365)
    today = clock.at.date()
    everything = len(store.purge_report(me, KEEPS, today).due)
    store.hold(me, "person:C3", "inquiry of 2033")
    report = store.purge_report(me, KEEPS, today)
    assert not [one for one in report.due if "person:C3" in one.subjects]
    assert len(report.due) + len(report.held) == everything
    store.hold(me, "all", "inquiry of 2033")
    assert store.purge_report(me, KEEPS, today).due == ()
    store.lift_hold(me, "all", "ended")
    store.lift_hold(me, "person:C3", "ended")
    assert len(store.purge_report(me, KEEPS, today).due) == everything
    with pytest.raises(Refused, match="names person:ID"):
        store.hold(me, "C3", "inquiry")


FORM = """
{name} = {{ what = "x", years = {years}, from = "{since}", basis = "{basis}" }}
"""


def test_retention_is_read_whole_or_not_at_all(tmp_path: Path) -> None:
    """A period without a basis, or a class that is not there, purges nothing."""
    path = tmp_path / "retention.toml"

    def written(**changes: object) -> Path:
        rows = [
            FORM.format(
                name=n, **{"years": 5, "since": "last_act", "basis": "Act 1", **(changes if n == "said" else {})}
            )
            for n in KEEPS
        ]
        path.write_text("".join(rows), encoding="utf-8")
        return path

    assert read_retention(written())["said"].years == 5
    for wrong in ({"years": 0}, {"years": 999}, {"years": '"5"'}, {"since": "never"}, {"basis": " "}):
        with pytest.raises(StoreError, match=r"retention\.toml: said"):
            read_retention(written(**wrong))
    path.write_text("[said]\n", encoding="utf-8")
    with pytest.raises(StoreError, match="Missing or unknown"):
        read_retention(path)
    path.write_text("[", encoding="utf-8")
    with pytest.raises(StoreError, match="not TOML"):
        read_retention(path)


def test_everything_about_one_child_and_nobody_else(store: Store, me: Actor) -> None:
    """A child's export holds records, steps, results and who looked; other ids are replaced throughout."""
    a_story(store, me)
    given = store.export_subject(me, "person:C3")
    kinds = {one["kind"] for one in given["recorded"]}
    assert {"children", "step", "pin"} <= kinds
    text = json.dumps(given)
    for other in ("C1", "C2", "H1", "H2"):
        assert f'"{other}"' not in text
    assert "rabbit" in text
    assert "somebody else (home" in text
    assert [row["child_id"] for row in given["in_results"] if "child_id" in row] == ["C3"]
    assert {"keep_run", "propose_match"} <= {one["act"] for one in given["seen_by"]}
    assert "Data Protection Act 2018" in given["read_first"]
    carer = store.export_subject(me, "home:H1")
    assert {"homes", "step"} <= {one["kind"] for one in carer["recorded"]}
    assert '"C1"' not in json.dumps(carer)
    with pytest.raises(NotThere, match="knows nothing of person:C9"):
        store.export_subject(me, "person:C9")


def test_an_export_for_analysis_names_nobody(store: Store, me: Actor) -> None:
    """No ids, no names, no places, no birth dates, no words; other pseudonyms each time; ages and days are right."""
    a_story(store, me)
    first, second = store.export_analysis(me), store.export_analysis(me)
    text = json.dumps(first)
    for secret in ("C1", "H1", "F1", "2018", "377000", "rabbit", "holiday"):
        assert secret not in text
    assert {one["child"] for one in first["children"]} & {one["child"] for one in second["children"]} == set()
    assert {(one["age"], one["days_waiting"]) for one in first["children"]} == {(8, 10)}
    assert {one["step"] for one in first["steps"]} == {"proposed", *FOSTERING}
    assert min(one["days_from_proposal"] for one in first["steps"]) == 0


def test_timezones_do_not_change_a_day(store: Store, me: Actor, clock: Clock) -> None:
    """At half past midnight in an English summer it is the new day, though not yet in UTC."""
    clock.at = clock.at.replace(month=7, day=1, hour=23, minute=30)
    run = kept_run(store, me)
    match = store.propose_match(me, run, "C3", "H1", "foster", because())
    answered = because(outcome="accepts", dates={"answered_on": clock.at.date() + timedelta(days=1)})
    take(store, me, match, "enquiry_made", "carer_answered", carer_answered=answered)
