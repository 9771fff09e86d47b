"""One document from one council's figures: published through the one door, written, traced, its open data beside it.

The same figures, words and options always give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any, Final

from matching.versions import versions
from reporting.disclosure import Rules
from reporting.lens import Lens
from reporting.open_data import OPEN_GOVERNMENT, open_data, open_tables_of
from reporting.publish import publish
from reporting.section import Edition, Section, for_edition
from reporting.whole import made_by, written_whole
from reporting.write import Form, csv_text, write
from sufficiency.adoption_report import adoption
from sufficiency.board_report import board
from sufficiency.comparators import Comparators, with_comparators
from sufficiency.editions import OPEN_DATA, REPORT, Changes, as_before, changes_of, changes_table, read_earlier
from sufficiency.market_position import statement, strategy
from sufficiency.narrative import Narrative
from sufficiency.narrative_keys import Document
from sufficiency.need_words import day_said
from sufficiency.ofsted_homes import OfstedHomes, with_ofsted
from sufficiency.results_found import Results
from sufficiency.trace import trace_table

COMMAND: Final = "report"
TITLES: Final[Mapping[Document, str]] = {
    Document.STATEMENT: "Market position statement",
    Document.STRATEGY: "Sufficiency strategy",
    Document.BOARD: "Children in care: report to the corporate parenting board",
    Document.ADOPTION: "Adoption report",
}
MARKS: Final[Mapping[Edition, str]] = {
    Edition.PUBLIC: "",
    Edition.OFFICIAL: "OFFICIAL: for the council's officers and members, not for publication",
    Edition.CONFIDENTIAL: "CONFIDENTIAL: children may be told from these figures, not for publication",
}
MADE_UP: Final = "MADE-UP COUNCIL: nobody in it exists"
SINCE_WHEN: Final = (
    "If an edition of this council's figures was published before, give the last one with --since. Days that both tell "
    "are then hidden together. Otherwise a hidden count may follow from the two."
)
ABOUT: Final = (
    *("council", "made_up", "known_from", "known_until", "forecast_from", "months", "draws", "seed"),
    *("scenario", "scenario_sha256", "version", "code"),
)
"""What an edition says of the run that it was made from."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What document is wanted, for whom, in which forms."""

    document: Document = Document.STATEMENT
    edition: Edition = Edition.PUBLIC
    forms: tuple[Form, ...] = (Form.HTML,)
    narrative: Narrative = field(default_factory=Narrative)
    since: Path | None = None
    template: bytes | None = None
    """The council's own Word document."""
    comparators: Comparators | None = None
    ofsted: OfstedHomes | None = None
    half_year: bool = False
    """Of an adoption report: the six months rather than the year."""
    rules: Rules = field(default_factory=Rules)
    made_from: Mapping[str, str] = field(default_factory=dict)
    """Checksums of the files given besides the figures, by option; none of them tells of a child."""


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """The files of one document, by name, the last `summary.json`; and what the council should know of it."""

    files: Mapping[str, bytes]
    warnings: tuple[str, ...]
    empty_places: tuple[str, ...]
    """Keys of the council's words that are missing."""


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """A document before it is written to any file: what it says, what it hides, and what has changed."""

    title: str
    lead: str
    """The council and the days, as they stand under the title."""
    marking: str
    """Who may see it."""
    footer: tuple[str, ...]
    sections: tuple[Section, ...]
    lens: Lens
    changes: Changes | None


def draft_of(results: Results, asked: Asked, step: Callable[[str], None] = lambda _: None) -> Draft:
    """What a document says. Raises `Refused` where it may not be published, `NoEdition` for `since`."""
    book = with_comparators(results.book, asked.comparators.facts if asked.comparators is not None else None)
    book = with_ofsted(book, asked.ofsted) if asked.ofsted is not None else book
    earlier = read_earlier(asked.since, asked.edition) if asked.since is not None else None
    step("Hiding what may not be told, and trying to find it out")
    before = as_before(earlier) if earlier is not None else None
    lens = publish(book, asked.edition, asked.rules, alongside=results.alongside, before=before)
    changes = changes_of(earlier, lens, lens.open_tables(), asdict(asked.rules)) if earlier is not None else None
    if changes is not None and changes.earlier.document != asked.document:
        words = (
            f"The last edition was of another document: the {changes.earlier.document}; this is the {asked.document}."
        )
        changes = replace(changes, notes=(words, *changes.notes))
    step("Writing the sections")
    return Draft(
        title_of(asked),
        _lead(lens, asked.narrative, results.council),
        marking_of(lens, asked.edition),
        tuple(_footer(lens)),
        for_edition(_sections(lens, results, asked, changes), asked.edition),
        lens,
        changes,
    )


def make_report(results: Results, asked: Asked, step: Callable[[str], None] = lambda _: None) -> Report:
    """Every file of a document. Raises `Refused` where it may not be published, `NoEdition` for `since`."""
    return report_of(draft_of(results, asked, step), asked, step)


def report_of(draft: Draft, asked: Asked, step: Callable[[str], None] = lambda _: None) -> Report:
    """Every file of a draft of what was asked."""
    lens, changes = draft.lens, draft.changes
    symbols = [f"{symbol}: {meaning}." for symbol, meaning in lens.symbols().items()]
    files: dict[str, bytes] = {}
    for form in asked.forms:
        step(f"Writing {form.value}")
        files[name_of(asked, form)] = write(
            form,
            draft.title,
            draft.sections,
            lead=draft.lead,
            marking=draft.marking,
            footer=draft.footer,
            contents=True,
            template=asked.template,
            notes=(*symbols, *lens.notes),
            tables=open_tables_of(lens),
        )
    step("Writing the open data")
    licence = OPEN_GOVERNMENT if asked.narrative.licence else None
    opened = open_data(lens, f"{draft.title}: open data", licence=licence)
    files |= {f"{OPEN_DATA}/{name}": data for name, data in opened.items()}
    files["trace.csv"] = csv_text(trace_table(lens.said, lens.book.sources)).encode()
    if changes is not None:
        files["changes.csv"] = csv_text(changes_table(changes)).encode()
    empty = asked.narrative.missing(asked.document)
    files[REPORT] = _summary(lens, asked, files, empty)
    return Report(files, tuple(_warnings(lens, asked)), empty)


def write_report(out: Path, report: Report) -> None:
    """Put every file in place, replacing those of an earlier one of the same folder, whole or not at all."""
    names = list(report.files)
    with written_whole(out, names, gone=sorted(_before(out) - set(names))) as partial:
        for name, data in report.files.items():
            (partial / name).parent.mkdir(parents=True, exist_ok=True)
            (partial / name).write_bytes(data)


def why_not_there(out: Path, asked: Asked) -> str | None:
    """Why a document may not be written to a folder: another one, or other results, are there. None where it may."""
    if not (out / REPORT).exists():
        return None
    if made_by(out) != COMMAND:
        return f"{out} holds results that are no report's. Name an empty or a new folder."
    told = json.loads((out / REPORT).read_bytes())
    there = f"{told.get('document')} {told.get('edition')}"
    if there == f"{asked.document} {asked.edition}":
        return None
    return (
        f"{out} holds the {told.get('edition')} edition of the {told.get('document')}. Two editions in one folder "
        "could be published together by mistake: name another folder."
    )


def folder_of(out: Path, results: Results, asked: Asked) -> Path:
    """Where a document is put unless a folder is named: one of its own beneath the results, for each edition."""
    return out.joinpath(
        "report", *filter(None, (results.council, results.scenario)), f"{asked.document}-{asked.edition}"
    )


def name_of(asked: Asked, form: Form) -> str:
    """placewell-statement-public.docx"""
    return f"placewell-{asked.document}-{asked.edition}.{form.value}"


def title_of(asked: Asked) -> str:
    """What stands on the document's first page."""
    if asked.document is Document.ADOPTION:
        return "Six-monthly adoption report" if asked.half_year else "Annual adoption report"
    return TITLES[asked.document]


def marking_of(lens: Lens, edition: Edition) -> str:
    """What stands on every page: who may see it, and that the council is made up."""
    made_up = MADE_UP if lens.book.about.get("made_up") == "yes" else ""
    return " · ".join(one for one in (MARKS[edition], made_up) if one)


def _sections(lens: Lens, results: Results, asked: Asked, changes: Changes | None) -> tuple[Section, ...]:
    match asked.document:
        case Document.STATEMENT:
            return statement(lens, results.compared, asked.narrative, changes, rules=asked.rules)
        case Document.STRATEGY:
            return strategy(lens, results.compared, asked.narrative, changes, rules=asked.rules)
        case Document.BOARD:
            return board(lens, asked.narrative)
        case Document.ADOPTION:
            return adoption(lens, asked.narrative, "half_year" if asked.half_year else "annual")


def _lead(lens: Lens, narrative: Narrative, folder: str) -> str:
    """The council's name, or that of its folder in a batch; and the days."""
    about = lens.book.about
    council = narrative.council or about.get("council") or folder or "The council"
    told = [council, f"figures to {_day(about['known_until'])}"]
    if narrative.published is not None:
        told.append(f"published {day_said(narrative.published)}")
    return ", ".join(told)


def _footer(lens: Lens) -> Sequence[str]:
    about = lens.book.about
    return (
        f"Made by Placewell {about.get('version', '')} from the scenario “{about.get('scenario', '')}”, seed "
        f"{about.get('seed', '')}, {about.get('draws', '')} futures. trace.csv says where each number comes from.",
    )


def _warnings(lens: Lens, asked: Asked) -> Iterator[str]:
    """What the council should know before the document goes out."""
    if not (asked.narrative.council or lens.book.about.get("council")):
        yield "The document names no council: write council under [document] in the file of --narrative."
    if asked.since is None and asked.edition is not Edition.CONFIDENTIAL:
        yield SINCE_WHEN
    yield from lens.notes
    if asked.comparators is not None and asked.comparators.left_out:
        yield f"--comparators: {asked.comparators.left_out:,} rows were left out, because they could not be read."


def _day(text: str) -> str:
    return day_said(date.fromisoformat(text))


def _summary(lens: Lens, asked: Asked, files: Mapping[str, bytes], empty: Sequence[str]) -> bytes:
    """`summary.json` of a report: what it is and what it was made from; a later edition reads it."""
    told: dict[str, Any] = {
        "command": COMMAND,
        "document": str(asked.document),
        "edition": str(asked.edition),
        "about": {name: lens.book.about[name] for name in ABOUT if name in lens.book.about},
        "rules": asdict(asked.rules),
        "since": asked.since is not None,
        "made_from": dict(sorted(asked.made_from.items())),
        "empty_places": list(empty),
        "versions": versions(),
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())},
    }
    return (json.dumps(told, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _before(out: Path) -> set[str]:
    """The files that an earlier report put there."""
    try:
        told = json.loads((out / REPORT).read_bytes())
        names = [*told["files"], REPORT]
    except (OSError, ValueError, KeyError, TypeError):
        return set()
    return {name for name in names if ".." not in PurePosixPath(name).parts and not PurePosixPath(name).is_absolute()}
