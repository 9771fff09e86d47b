"""Publish: words, a preview, an edition prepared and signed off, and the very bytes of `placewell report`."""

from __future__ import annotations

import html
import io
import pickle
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from frontend.cli import app
from frontend.office import Office
from frontend.planning.opened import Opened
from frontend.planning.publish_look import hidden_in, look_of
from frontend.rounds import Job
from records.store import Actor, Store
from reporting.lens import Lens
from reporting.publish import publish
from reporting.section import Edition
from sufficiency import report
from sufficiency.narrative_keys import Document
from sufficiency.results_found import find_results
from tests.frontend import seen
from tests.frontend.planning.conftest import COMMISSIONER, OpenPage
from tests.frontend.planning.made import FIRST, SMALL, Silent, assert_no_child

COUNCIL = SMALL.name
FOREWORD = f"publish words {COUNCIL} board_summary 0 0"


class AtOnce:
    """A workshop that does in this process, at once, what it is asked, after a way there and back as bytes."""

    def __init__(self) -> None:
        self.jobs: dict[str, Job] = {}

    def start(self, store: Store, actor: Actor, order: Any) -> str:
        """Do it."""
        sent = pickle.loads(pickle.dumps(order))
        kept = order.keep(store, actor, pickle.loads(pickle.dumps(sent.work(Silent()))))
        job = Job(f"job {len(self.jobs)}", actor.user_id, title=order.title, state="done", kept_id=kept.kept_id)
        self.jobs[job.job_id] = job
        return job.job_id

    def job(self, job_id: str, user_id: str) -> Job | None:
        """What was asked for."""
        return self.jobs.get(job_id)

    def jobs_of(self, user_id: str) -> list[Job]:
        """What was asked for."""
        return [job for job in self.jobs.values() if job.owner == user_id]

    def keep_what_waits(self, store: Store, actor: Actor) -> None:
        """Nothing ever waits."""

    def close(self) -> None:
        """Nothing is at work."""


@pytest.fixture
def at_once(planning_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents are made at once, and each edition of the small council is hidden once."""
    shop = AtOnce()
    assert planning_office.planning is not None
    monkeypatch.setattr(planning_office.planning, "press", shop)
    known: dict[Edition, Lens] = {}

    def once(book: Any, edition: Edition, *rest: Any, **more: Any) -> Lens:
        if edition not in known:
            known[edition] = publish(book, edition, *rest, **more)
        return replace(known[edition], said=[], places={})

    monkeypatch.setattr(report, "publish", once)


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[Any, str]]:
    """What can be downloaded, by its name: the bytes, or what gives them, and the media type."""
    found: dict[str, tuple[Any, str]] = {}

    def button(label: str, data: Any, file_name: str, mime: str, **_: Any) -> bool:
        found[file_name] = data, mime
        return False

    monkeypatch.setattr(st, "download_button", button)
    return found


def step(page: AppTest, name: str) -> AppTest:
    """Go to a step."""
    return page.radio(key="publish step").set_value(name).run()


def words_of(data: bytes) -> str:
    """The words of a web page."""
    plain = re.sub(r"<(style|svg)\b.*?</\1>|<[^>]*>", " ", data.decode(), flags=re.DOTALL)
    return html.unescape(plain)


def test_from_words_to_the_bytes_of_the_command(
    planning_office: Office, planning_page: OpenPage, at_once: None, offered: dict[str, Any], tmp_path: Path
) -> None:
    """Written, read, prepared by a commissioner, signed by a decision maker: the same bytes as `placewell report`."""
    page = planning_page("publish.py")
    page.radio(key=f"publish document {COUNCIL}").set_value(Document.BOARD).run()
    page.text_input(key=f"publish name {COUNCIL}").set_value("Anyborough Council").run()
    step(page, "2. Words").text_area(key=FOREWORD).set_value("We asked 3 children.\n\n- They want to stay.").run()
    assert "“3 children” looks like a number under 5" in seen.text(page)
    assert "One place is not saved yet" in seen.text(page)
    page.button(key="publish save").click().run()
    assert "Saved" in seen.text(page)

    page.button(key="publish onward").click().run()
    page.button(key="publish begin DraftOrder").click().run()
    draft = seen.text(page)
    assert "Draft: not signed off" in draft
    assert "They want to stay." in draft
    assert "So that no child can be told" in draft
    assert not [name for name in offered if name.startswith("placewell")]

    step(page, "4. Prepare").button(key="publish begin EditionOrder").click().run()
    assert "The edition is prepared" in seen.text(page)
    assert "No edition is signed off" in seen.text(step(page, "6. Download"))
    assert "A decision maker who did not prepare it" in seen.text(step(page, "5. Sign-off"))
    (one,) = planning_office.store.list_editions(COMMISSIONER)

    director = planning_page("publish.py", "decision_maker")
    assert "They want to stay." in seen.text(director)
    director.button[-1].click().run()
    assert "Write your reasons" in seen.problems(director)[0]
    director.selectbox(key=f"publish office {one.edition_id}").select_index(0)
    director.radio(key=f"publish answer {one.edition_id}").set_value("It may be published as it is")
    director.text_area(key=f"publish reasons {one.edition_id}").set_value("Read whole.")
    director.button[-1].click().run()
    assert "signed off It can be downloaded" in seen.text(director)
    offered.clear()
    assert "Signed off by" in seen.text(step(director, "6. Download"))

    narrative = tmp_path / "narrative.toml"
    narrative.write_bytes(offered["narrative.toml"][0]())
    out = planning_office.planning.unpacked(planning_office.store, COMMISSIONER, one.work_id)  # type: ignore[union-attr]
    options = ("--document", "board", "--council", COUNCIL, "--scenario", FIRST)
    made = ["report", str(out), *options, "--narrative", str(narrative), "--to", str(tmp_path / "to")]
    assert CliRunner().invoke(app, made).exit_code == 0
    written = {
        p.relative_to(tmp_path / "to").as_posix(): p.read_bytes() for p in (tmp_path / "to").rglob("*") if p.is_file()
    }
    downloads = {name: data for name, (data, _) in offered.items()}
    for form in ("pdf", "docx", "html", "xlsx"):
        name = f"placewell-board-public.{form}"
        assert downloads[name]() == written[name], name
    assert unzipped(downloads["placewell-board-public.zip"]) == written
    assert unzipped(downloads["placewell-board-public-open-data.zip"]) == {
        name: data for name, data in written.items() if name.startswith("open-data/") or name == "trace.csv"
    }
    assert downloads["placewell-board-public.zip"]() == downloads["placewell-board-public.zip"]()

    assert_no_child(draft)
    assert_no_child(words_of(written["placewell-board-public.html"]))
    for name, data in written.items():
        if name.endswith((".csv", ".json")):
            assert_no_child(data.decode())
    assert b"<script" not in written["placewell-board-public.html"]
    after_it_was_signed(planning_office, page)


def unzipped(made: Callable[[], bytes]) -> dict[str, bytes]:
    """The files of a zip by name."""
    with zipfile.ZipFile(io.BytesIO(made())) as box:
        return {name: box.read(name) for name in box.namelist()}


def after_it_was_signed(office: Office, page: AppTest) -> None:
    """The next edition asks which one readers have, also once that was withdrawn; the archive says so."""
    page.session_state["recent"] = {}
    assert "Choose the last edition" in seen.problems(step(page, "3. Preview"))[0]
    (one,) = office.store.list_editions(COMMISSIONER)
    step(page, "7. Archive").selectbox(key="publish archive which").select_index(0).run()
    page.text_area(key=f"publish why {one.edition_id}").set_value("A price was wrong.")
    page.button[-1].click().run()
    assert "This edition was withdrawn" in seen.text(page)
    assert "A price was wrong." in seen.text(page)
    assert "Choose the last edition" in seen.problems(step(page, "3. Preview"))[0]
    step(page, "1. What").selectbox(key=f"publish since {COUNCIL} public").select_index(1).run()
    assert "Only if nobody outside the council has one" in seen.text(page)
    assert not seen.problems(step(page, "3. Preview"))


def test_nothing_of_a_child_in_the_official_draft(
    planning_office: Office, opened: Opened, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Chapters, what is hidden and its reasons name no child or home; and no count is told to be the small one."""
    monkeypatch.setattr(report, "publish", lambda *_, **__: replace(opened.lens, said=[], places={}))
    planning = planning_office.planning
    (work,) = planning_office.store.list_works(COMMISSIONER)
    folder = planning.unpacked(planning_office.store, COMMISSIONER, work.work_id)  # type: ignore[union-attr]
    asked = report.Asked(Document.STRATEGY, Edition.OFFICIAL)
    look = look_of(report.draft_of(find_results(folder, COUNCIL, FIRST), asked), asked)
    assert_no_child(words_of(look.as_bytes()))
    why = {table.key: {reason for *_, reason in table.rows} for table in hidden_in(opened.lens)}
    assert {one.why for one in opened.lens.hidden_rows()} >= {"small", "protects another"}
    assert why["children.group_age"] == {"counts"}


def test_two_people_write_at_once(planning_office: Office, planning_page: OpenPage) -> None:
    """Both texts are shown; each place keeps what its writer decides."""
    page = planning_page("publish.py")
    box = f"publish words {COUNCIL} foreword 0 0"
    step(page, "2. Words").text_area(key=box).set_value("Mine.").run()
    theirs = '[words.foreword]\ntext = """\nTheirs.\n"""\n[words.need]\ntext = """\nAlso theirs.\n"""\n'
    planning_office.store.keep_words(COMMISSIONER, COUNCIL, 0, theirs)
    page.button(key="publish save").click().run()
    assert "Somebody else saved these words" in seen.problems(page)[0]
    told = seen.text(page)
    assert "Mine." in told
    assert "Theirs." in told
    page.button(key="publish mine").click().run()
    version, text = planning_office.store.read_words(COMMISSIONER, COUNCIL)
    assert version == 2
    assert "Mine." in text
    assert "Also theirs." in text
    assert "Theirs.\n" not in text.replace("Also theirs.\n", "")
