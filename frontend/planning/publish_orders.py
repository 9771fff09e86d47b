"""A document as it is asked for: drafted to be read on a page, or made whole to be signed off, in another process.

Both are made by what `placewell report` calls, so that the same words and figures give the same bytes here and there.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any, ClassVar, Final

from frontend.orders import CannotBeDone, Kept, Told, Words
from frontend.planning.inputs import Inputs, WontRead
from frontend.planning.publish_look import Look, look_of
from frontend.planning.publish_words import read_toml
from records.store import Actor, Store
from reporting.disclosure import Refused
from reporting.facts_file import NotABook
from reporting.section import Edition
from reporting.word_template import NotATemplate
from reporting.write import Form
from sufficiency.compared import NoComparison
from sufficiency.editions import OPEN_DATA, REPORT, NoEdition
from sufficiency.narrative import NarrativeError
from sufficiency.narrative_keys import Document
from sufficiency.report import Asked, Draft, Report, draft_of, report_of
from sufficiency.results_found import NoResults, find_results

PREVIEW: Final = "app/preview.json"
NARRATIVE: Final = "app/narrative.toml"
"""Kept with an edition beside the files that `placewell report` writes: what was read, and the council's words."""
FORMS: Final = (Form.WORD, Form.HTML, Form.PDF, Form.SHEET)
"""In the order in which `placewell report` writes them."""
MOST_LOOKS: Final = 6
PAPER: Final = Words("document", "the editions before it stand. Try again.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of a document. `council`, `scenario`: as their folders of results are called."""

    work_id: str
    council: str
    scenario: str
    document: Document
    edition: Edition
    narrative: str
    """The council's words, and what the edition says of itself, as TOML."""
    half_year: bool = False
    empty_places: bool = True
    """Whether places without words are marked; otherwise they are left out."""
    since: str | None = None
    """The last edition that readers have, by its id in the archive."""
    words_version: int = 0

    def __post_init__(self) -> None:
        if self.edition is Edition.CONFIDENTIAL:
            raise ValueError("a confidential edition is made on the server's command line, and never here")


@dataclass(frozen=True, slots=True)
class _Paper:
    """What both orders share. `earlier`: files of the last edition; `folder`: results, as a batch writes them."""

    words: ClassVar[Words] = PAPER
    wanted: Wanted
    folder: Path
    inputs: Inputs
    earlier: Mapping[str, bytes] = field(default_factory=dict)
    about: Mapping[str, Any] = field(default_factory=dict)
    """What the archive says of it besides: names of the work and of who asked."""

    @property
    def key(self) -> str:
        """The same for the same document: its draft is made once."""
        told = {name: str(getattr(self.wanted, name)) for name in Wanted.__slots__}
        beside = {name: _stamp(path) for name, path in _files(self.inputs).items()}
        return hashlib.sha256(json.dumps([told, beside], sort_keys=True).encode()).hexdigest()

    def _drafted(self, told: Told) -> tuple[Draft, Asked]:
        wanted = self.wanted
        try:
            told.stage("Reading the figures")
            with tempfile.TemporaryDirectory(prefix="placewell-") as place:
                asked = self._asked(Path(place))
                return draft_of(find_results(self.folder, wanted.council, wanted.scenario), asked, told.stage), asked
        except Refused as error:
            raise CannotBeDone(f"It may not be published. {error}") from error
        except NoEdition as error:
            words = "It cannot be held against the last edition that was chosen: it is of another council, of a later "
            raise CannotBeDone(f"{words}day, or for fewer readers. Choose another in step 1.") from error
        except NarrativeError as error:
            raise CannotBeDone(f"The council's own words cannot be read. {error}") from error
        except NotATemplate as error:
            raise CannotBeDone(f"The council's Word document cannot be used. {error}") from error
        except (WontRead, NotABook, NoResults, NoComparison) as error:
            raise CannotBeDone(str(error)) from error
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise CannotBeDone(f"A file on the server cannot be read ({why}). Ask whoever runs Placewell.") from error

    def _asked(self, place: Path) -> Asked:
        """As `placewell report` asks, with the same checksums of what it was made from."""
        wanted, inputs = self.wanted, self.inputs
        narrative = read_toml(wanted.narrative)
        sums = {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in _files(inputs).items()}
        sums["narrative"] = hashlib.sha256(wanted.narrative.encode()).hexdigest()
        since = None
        if wanted.since is not None:
            since = place / "since"
            for name, data in self.earlier.items():
                path = since.joinpath(*PurePosixPath(name).parts)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
            sums["since"] = hashlib.sha256(self.earlier[REPORT]).hexdigest()
        return Asked(
            wanted.document,
            wanted.edition,
            FORMS,
            replace(narrative, empty_places=wanted.empty_places),
            since,
            inputs.template.read_bytes() if inputs.template is not None else None,
            inputs.others(),
            inputs.registered(wanted.council),
            half_year=wanted.half_year,
            made_from=sums,
        )


@dataclass(frozen=True, slots=True)
class DraftOrder(_Paper):
    """A document to be read on the page. What comes of it is the same for everybody, and stays in memory a while."""

    @property
    def title(self) -> str:
        """What is made, in a word."""
        return "Preview"

    def work(self, told: Told) -> Look:
        """Draft it. Raises `CannotBeDone`."""
        draft, asked = self._drafted(told)
        return look_of(draft, asked)

    def keep(self, store: Store, actor: Actor, result: Look) -> Kept:  # noqa: ARG002 - no store keeps a draft
        """Keep it where pages find it."""
        LOOKS.put(self.key, result)
        return Kept(self.key)


@dataclass(frozen=True, slots=True)
class EditionOrder(_Paper):
    """A document in all its forms, with what was read of it, kept in the store to be signed off."""

    @property
    def title(self) -> str:
        """What is made, in a word."""
        return "Edition"

    def work(self, told: Told) -> tuple[Look, Report]:
        """Make every file of it. Raises `CannotBeDone`."""
        draft, asked = self._drafted(told)
        look = look_of(draft, asked)
        try:
            return look, report_of(draft, asked, told.stage)
        except NotATemplate as error:
            raise CannotBeDone(f"The council's Word document cannot be used. {error}") from error

    def keep(self, store: Store, actor: Actor, result: tuple[Look, Report]) -> Kept:
        """Keep it as who asked for it: from now on its files are what they are."""
        look, report = result
        files = {**report.files, PREVIEW: look.as_bytes(), NARRATIVE: self.wanted.narrative.encode()}
        kept = store.prepare_edition(actor, self.wanted.work_id, self._document(look), files)
        LOOKS.put(kept.edition_id, look)
        return Kept(kept.edition_id)

    def _document(self, look: Look) -> dict[str, Any]:
        """What the archive says of it, as plain JSON."""
        wanted = self.wanted
        narrative = read_toml(wanted.narrative)
        return {
            "form": 1,
            "title": look.title,
            "document": str(wanted.document),
            "edition": str(wanted.edition),
            "half_year": wanted.half_year,
            "council": wanted.council,
            "council_name": narrative.council,
            "scenario": wanted.scenario,
            "published": _iso(narrative.published),
            "licence": narrative.licence,
            "since": wanted.since,
            "marks_empty_places": wanted.empty_places,
            "empty_places": list(look.empty),
            "words_version": wanted.words_version,
            "warnings": list(look.warnings),
            "hidden": sum(len(one.rows) for one in look.hidden),
            **self.about,
        }


class Looks:
    """The drafts that were made last, for all pages of the app: editions that hide, and nothing behind them."""

    def __init__(self, most: int = MOST_LOOKS) -> None:
        self._lock = threading.Lock()
        self._most = most
        self._looks: OrderedDict[str, Look] = OrderedDict()

    def put(self, key: str, look: Look) -> None:
        """Remember one, in place of the one not looked at for longest."""
        with self._lock:
            self._looks[key] = look
            self._looks.move_to_end(key)
            while len(self._looks) > self._most:
                self._looks.popitem(last=False)

    def get(self, key: str) -> Look | None:
        """One that is remembered."""
        with self._lock:
            if key in self._looks:
                self._looks.move_to_end(key)
            return self._looks.get(key)

    def got(self, key: str, read: Callable[[], Look]) -> Look:
        """One that is remembered, or read now."""
        found = self.get(key)
        if found is None:
            found = read()
            self.put(key, found)
        return found


LOOKS: Final = Looks()


def of_earlier(name: str) -> bool:
    """Whether a file of an edition is read when a later one is held against it."""
    return name == REPORT or (PurePosixPath(name).parts[0] == OPEN_DATA and name.endswith(".csv"))


def _files(inputs: Inputs) -> dict[str, Path]:
    """Files given besides the figures, by the option that names each."""
    there = {"template": inputs.template, "comparators": inputs.comparators, "ofsted": inputs.ofsted}
    return {name: path for name, path in there.items() if path is not None}


def _stamp(path: Path) -> str:
    try:
        told = path.stat()
    except OSError:
        return "gone"
    return f"{told.st_size} {told.st_mtime_ns}"


def _iso(day: date | None) -> str:
    return day.isoformat() if day is not None else ""
