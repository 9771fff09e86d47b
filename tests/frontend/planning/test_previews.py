"""Previews: tabs take turns, the latest ask counts, and the process comes and goes without leaving anything behind."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from frontend.planning.inputs import Inputs
from frontend.planning.preview_process import Fault, Held, Request
from frontend.planning.previews import DIED, TEMPORARY, TOO_LONG, Previews, Waiting
from sufficiency.batch_councils import BatchCouncil
from sufficiency.preview import Preview
from sufficiency.scenario import baseline
from tests.sufficiency.histories import Councils, lives

SHORT = 'schema_version = 1\nname = "NAME"\nextends = "baseline.toml"\n' + "".join(
    f'[{table}]\n{key} = {{ value = {value}, unit = "{unit}", low = {value}, high = {value}, source = "made up", '
    'date = "2026", status = "unverified" }\n'
    for table, key, value, unit in (("need", "horizon_months", 13, "months"), ("supply", "kin_approved", 30, "UNIT"))
).replace("UNIT", baseline().number("supply.kin_approved").unit)


@dataclass
class Pretended:
    """In place of the process: a thread that answers as it is told, so that turns can be looked at."""

    work: Callable[[Any], Any]
    begun: list[Any] = field(default_factory=list)
    """What was asked, in the order in which it was begun."""
    processes: int = 0
    folders: list[Path] = field(default_factory=list)

    def __call__(self, pipe: Any, folder: str, *_: Any) -> Pretended:
        self.processes += 1
        self.folders.append(Path(folder))
        threading.Thread(target=self._serve, args=(pipe,), daemon=True).start()
        return self

    def _serve(self, pipe: Any) -> None:
        with suppress(EOFError, OSError), pipe:
            while True:
                asked = pipe.recv()
                self.begun.append(asked.other)
                found = self.work(asked.other)
                if found is None:
                    return
                pipe.send(("stage", "Thinking"))
                pipe.send(("done", found))

    def kill(self) -> None:
        """Nothing to kill: it hears that nobody asks any more."""

    def join(self) -> None:
        """It has ended, or will."""


@pytest.fixture
def begun(tmp_path: Path) -> Iterator[Callable[..., Previews]]:
    """Makes previews of one council that end with the test."""
    made: list[Previews] = []

    def make(start: Any = None, **more: Any) -> Previews:
        inputs = Inputs((BatchCouncil("Birch", tmp_path / "returns"),), tmp_path / "work")
        made.append(Previews(inputs, **({} if start is None else {"start": start}), **more))
        return made[-1]

    yield make
    for one in made:
        one.close()


def until(asked: Callable[[], Any], seconds: float = 300.0) -> Any:
    """Wait for something to be so, and give it."""
    end = time.monotonic() + seconds
    while not (found := asked()):
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.01)
    return found


def answered(previews: Previews, key: str) -> Any:
    """What comes of a key's ask."""
    return until(lambda: None if isinstance(found := previews.answer(key), Waiting) else found)


def test_the_latest_ask_of_a_tab_replaces_one_that_was_not_begun(begun: Callable[..., Previews]) -> None:
    """While one is worked out, of two more only the last is; and no call waits for an answer."""
    go = threading.Event()
    pretended = Pretended(lambda other: Fault((other,)) if go.wait(30) else None)
    previews = begun(pretended)
    assert previews.answer("tab") is None
    previews.ask("tab", "Birch", "", "one")
    until(lambda: pretended.begun)
    began = time.monotonic()
    previews.ask("tab", "Birch", "", "two")
    previews.ask("tab", "Birch", "", "three")
    waiting = previews.answer("tab")
    assert time.monotonic() - began < 1
    assert isinstance(waiting, Waiting)
    go.set()
    assert answered(previews, "tab") == Fault(("three",))
    assert pretended.begun == ["one", "three"]
    assert pretended.processes == 1


def test_tabs_take_turns(begun: Callable[..., Previews]) -> None:
    """Who moves levers all the time does not keep others waiting: who was served longest ago comes next."""
    go = threading.Event()
    pretended = Pretended(lambda other: Fault((other,)) if go.wait(30) else None)
    previews = begun(pretended)
    previews.ask("busy", "Birch", "", "busy 1")
    until(lambda: pretended.begun)
    previews.ask("busy", "Birch", "", "busy 2")
    previews.ask("other", "Birch", "", "other 1")
    previews.ask("gone", "Birch", "", "gone 1")
    previews.forget("gone")
    waiting = previews.answer("busy")
    assert isinstance(waiting, Waiting)
    assert waiting.before == 1
    assert waiting.stage == "Waiting for the previews of others"
    go.set()
    assert answered(previews, "busy") == Fault(("busy 2",))
    assert pretended.begun == ["busy 1", "other 1", "busy 2"]
    assert answered(previews, "other") == Fault(("other 1",))
    assert previews.answer("gone") is None


def test_a_page_may_have_it_ready(begun: Callable[..., Previews]) -> None:
    """Before anybody asks, once, and after whoever does ask."""
    go = threading.Event()
    pretended = Pretended(lambda other: Fault((other,)) if go.wait(30) else None)
    previews = begun(pretended)
    previews.ask("tab", "Birch", "", "one")
    until(lambda: pretended.begun)
    previews.warm("Birch", "first")
    previews.warm("Birch", "first")
    previews.ask("tab", "Birch", "", "two")
    go.set()
    assert answered(previews, "tab") == Fault(("two",))
    until(lambda: len(pretended.begun) == 3)
    previews.warm("Birch", "first")
    previews.ask("tab", "Birch", "", "three")
    assert answered(previews, "tab") == Fault(("three",))
    assert pretended.begun == ["one", "two", "first", "three"]
    previews.warm("Birch", "another first")
    until(lambda: len(pretended.begun) == 5)
    with pytest.raises(KeyError, match="no council Elm"):
        previews.warm("Elm", "first")


def test_a_process_that_dies_is_begun_again_once(begun: Callable[..., Previews]) -> None:
    """The next try may do; where it does not, a person is told, and the next ask begins anew. No folder stays."""
    tries: list[str] = []

    def work(other: str) -> Any:
        tries.append(other)
        return Fault((other,)) if other == "well" or len(tries) == 2 else None

    pretended = Pretended(work)
    previews = begun(pretended)
    previews.ask("tab", "Birch", "", "once")
    assert answered(previews, "tab") == Fault(("once",))
    assert (tries, pretended.processes) == (["once", "once"], 2)
    previews.ask("tab", "Birch", "", "never")
    assert answered(previews, "tab") == Fault((DIED,))
    previews.ask("tab", "Birch", "", "well")
    assert answered(previews, "tab") == Fault(("well",))
    previews.close()
    assert not [one for one in pretended.folders if one.exists()]


def test_what_nobody_waits_for_is_given_up(begun: Callable[..., Previews], monkeypatch: pytest.MonkeyPatch) -> None:
    """An ask that takes for ever ends its process, sooner where its tab has asked for something else since."""
    monkeypatch.setattr("frontend.planning.previews.NO_LONGER_SECONDS", 0.1)
    for_ever = threading.Event()
    pretended = Pretended(lambda other: Fault((other,)) if other == "small" or for_ever.wait(300) else None)
    previews = begun(pretended)
    previews.ask("tab", "Birch", "", "a million")
    until(lambda: pretended.begun)
    previews.ask("tab", "Birch", "", "small")
    assert answered(previews, "tab") == Fault(("small",))
    assert pretended.processes == 2
    monkeypatch.setattr("frontend.planning.previews.LONGEST_SECONDS", 0.1)
    previews.ask("tab", "Birch", "", "a million")
    assert answered(previews, "tab") == Fault((TOO_LONG,))
    for_ever.set()


def test_it_ends_when_nobody_asks(begun: Callable[..., Previews]) -> None:
    """After so long the process goes, and with it its memory and its folder; an ask begins another."""
    pretended = Pretended(lambda other: Fault((other,)))
    previews = begun(pretended, idle_seconds=0.2)
    previews.ask("tab", "Birch", "", "one")
    assert answered(previews, "tab") == Fault(("one",))
    until(lambda: not previews.is_warm)
    assert not pretended.folders[0].exists()
    previews.ask("tab", "Birch", "", "two")
    assert answered(previews, "tab") == Fault(("two",))
    assert pretended.processes == 2
    with pytest.raises(KeyError, match="no council Elm"):
        previews.ask("tab", "Elm", "", "three")


def test_a_real_process(begun: Callable[..., Previews], tmp_path: Path) -> None:
    """From the files of a council to a preview; closed, nothing is left of it."""
    returns(tmp_path / "returns")
    before = set(Path(tempfile.gettempdir()).glob(f"{TEMPORARY}*"))
    previews = begun()
    previews.ask("tab", "Birch", SHORT.replace("NAME", "First"), SHORT.replace("NAME", "Other"), 3)
    found = answered(previews, "tab")
    assert isinstance(found, Preview), found
    assert (found.first, found.other, found.draws, found.months) == ("First", "Other", 3, 13)
    assert previews._process is not None
    process = previews._process.process
    assert process.is_alive()
    previews.close()
    assert not previews.is_warm
    assert not process.is_alive()
    assert set(Path(tempfile.gettempdir()).glob(f"{TEMPORARY}*")) == before


# ---- what the process says, here in this one ----------------------------------------------------------------------


def returns(folder: Path, children: int = 20) -> None:
    """Two years of a made-up council."""
    people, episodes = lives(3, children, date(2019, 4, 1), date(2021, 3, 31))
    councils = Councils()
    councils.add(*episodes, people=people, years=(2020, 2021))
    councils.read(folder)


@pytest.fixture
def held(tmp_path: Path) -> tuple[Held, BatchCouncil, list[str]]:
    """What the process holds, a council, and what it says is going on."""
    returns(tmp_path / "returns")
    (tmp_path / "private").mkdir()
    told: list[str] = []
    return (
        Held(tmp_path / "private", tmp_path / "keep", told.append),
        BatchCouncil("Birch", tmp_path / "returns"),
        told,
    )


def test_returns_that_changed_are_read_anew(held: tuple[Held, BatchCouncil, list[str]], tmp_path: Path) -> None:
    """Read once while they stay as they are, and again when a file is another; nothing stays in the folder."""
    answers, council, told = held
    request = Request(council, SHORT, SHORT.replace("NAME", "Other"), 3)
    first = answers.answer(request)
    assert isinstance(first, Preview), first
    assert answers.answer(request).tables.keys() == first.tables.keys()
    assert told.count("Reading the returns") == 1 + 1  # said by who begins, and by who reads
    returns(tmp_path / "returns", children=15)
    again = answers.answer(request)
    assert told.count("Reading the returns") == 2 + 2
    assert again.tables["scenarios.measures"].rows["mean"].sum() < first.tables["scenarios.measures"].rows["mean"].sum()
    assert not list((tmp_path / "private").iterdir())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SHORT.replace("baseline.toml", "../returns/secret.toml"), "extends: the scenario builds on another file"),
        (SHORT.replace("= 13", "= -1"), "need.horizon_months.value: -1 is not a whole number from"),
        (SHORT.replace("kin_approved", "kin_aproved"), "there is no such key"),
    ],
    ids=["another file", "out of range", "no such key"],
)
def test_what_is_wrong_with_a_scenario_is_said_in_words(
    held: tuple[Held, BatchCouncil, list[str]], text: str, said: str
) -> None:
    """With its key and how to mend it, and without the name of any file on the server."""
    answers, council, _ = held
    fault = answers.answer(Request(council, SHORT, text, 3))
    assert isinstance(fault, Fault)
    assert any(said in one for one in fault.words)
    assert not any(
        "/" in one.replace("docs/reference/scenarios.md", "").replace("../returns", "") for one in fault.words
    )


def test_no_message_of_an_error_gets_out(held: tuple[Held, BatchCouncil, list[str]], tmp_path: Path) -> None:
    """Files that cannot be read, and faults of Placewell, are told without what is in them."""
    answers, council, _ = held
    gone = answers.answer(Request(BatchCouncil("Elm", tmp_path / "nowhere"), SHORT, SHORT, 3))
    assert gone == Fault(("A file or folder that Elm gave cannot be read now. Ask whoever runs Placewell.",))
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "Episodes.csv").write_text("CHILD,DECOM\nsecret,child", encoding="utf-8")
    unusable = answers.answer(Request(BatchCouncil("Ash", tmp_path / "bad"), SHORT, SHORT, 3))
    assert isinstance(unusable, Fault)
    assert unusable.words[0].startswith("What Ash gave cannot be used")
    fault = answers.answer(Request(council, SHORT, SHORT.replace("NAME", "Other"), -1))
    assert fault.ours
    assert "not -1" not in fault.words[0]
    assert fault.words[0].startswith("A fault of Placewell: ValueError in ")
