"""What the page of publishing says of a preview and of the archive, as blocks to draw."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from frontend.audit_view import at_in_words
from frontend.planning.publish_look import WHY, HiddenTable, Look
from frontend.planning.publish_orders import NARRATIVE, PREVIEW
from matching.words import in_words
from records.store import KeptEdition
from reporting.section import Block, Bullets, Cell, Column, Definitions, Disclosure, Notice, Paragraph, Table, Tag, Tone
from reporting.write import Form
from sufficiency.editions import OPEN_DATA
from sufficiency.narrative_keys import BY_KEY, Document
from sufficiency.report import TITLES

FORM_WORDS: Final[Mapping[Form, str]] = {
    Form.PDF: "PDF, to read and print",
    Form.WORD: "Word document, to lay out",
    Form.HTML: "Web page, one file",
    Form.SHEET: "Excel workbook, each table a sheet",
}
EDITION_WORDS: Final[Mapping[str, str]] = {
    "public": "public edition",
    "official": "official edition, for officers and members",
}
STATE_WORDS: Final[Mapping[str, tuple[str, Tone]]] = {
    "prepared": ("waits for sign-off", "question"),
    "signed": ("signed off", "good"),
    "refused": ("refused", "bad"),
    "withdrawn": ("withdrawn", "bad"),
}
_STEP_WORDS: Final[Mapping[str, str]] = {
    "prepared": "Prepared",
    "signed": "Signed off",
    "refused": "Refused",
    "withdrawn": "Withdrawn",
}
_MOST_ROWS: Final = 400


# ---- a preview -----------------------------------------------------------------------------------------------------


def hidden_blocks(look: Look) -> Iterator[Block]:
    """How much is hidden in each table, for which reason, and what the symbols mean."""
    if not look.hidden:
        yield Paragraph("Nothing is hidden in this edition.")
    else:
        reasons = [one for one in WHY if any(why == one for table in look.hidden for *_, why in table.rows)]
        columns = (
            Column("Table"),
            *(Column(WHY[one][0], number=True) for one in reasons),
            Column("Rows in the table", number=True),
        )
        rows = tuple(
            (
                table.title,
                *(f"{sum(why == one for *_, why in table.rows):,}" for one in reasons),
                f"{table.said:,}",
            )
            for table in look.hidden
        )
        whole = sum(len(table.rows) for table in look.hidden)
        yield Paragraph(
            f"{whole:,} figures of {len(look.hidden)} tables are hidden, in the document, its charts and its open data "
            "alike. The computer then tried to work hidden counts out again from all that is printed, and could not."
        )
        yield Definitions(tuple(WHY[one] for one in reasons))
        yield Table("Figures hidden, table by table", columns, rows, ("Tables that are not named hide nothing.",))
    if look.symbols:
        yield Definitions(tuple((symbol, meaning[:1].upper() + meaning[1:]) for symbol, meaning in look.symbols))


def hidden_table(table: HiddenTable) -> Table:
    """Every figure that one table does not say, and why."""
    rows: tuple[tuple[Cell, ...], ...] = tuple((row, column, WHY[why][0]) for row, column, why in table.rows)
    more = len(rows) - _MOST_ROWS
    notes = (f"And {more:,} more.",) if more > 0 else ()
    columns = (Column("Row"), Column("Figure"), Column("Why it is hidden"))
    return Table(f"{table.title}: what is hidden", columns, rows[:_MOST_ROWS], notes)


# ---- an edition ----------------------------------------------------------------------------------------------------


def edition_words(one: KeptEdition) -> str:
    """An edition in one line, by which it is chosen."""
    told = one.document
    return f"{told['title']}, {told['edition']} edition, prepared {at_in_words(one.at)}"


def edition_facts(one: KeptEdition, others: Mapping[str, KeptEdition]) -> Iterator[Block]:
    """What an edition is, what it was made from, each step with who took it, and its files."""
    told = one.document
    since = told.get("since")
    yield Definitions(
        (
            ("Document", f"{told['title']}, {EDITION_WORDS.get(told['edition'], told['edition'])}"),
            ("Council", told.get("council_name") or told["council"]),
            ("Counted up to", _day(told.get("known_until", ""))),
            ("Made from", f"{told.get('work_title') or 'Forecast'}, {told.get('scenario_name') or told['scenario']}"),
            ("Day of publication on it", _day(told.get("published", "")) or "none"),
            ("Licence of its open data", "Open Government Licence v3.0" if told.get("licence") else "none said"),
            ("Last edition it was held against", _earlier(since, others)),
            ("State", _tag(one.state)),
        )
    )
    if one.state == "withdrawn":
        yield Notice("This edition was withdrawn", (f"{one.steps[-1]['reasons']}",), "bad")
    empty = told.get("empty_places", ())
    if empty:
        how = "marked in the document" if told.get("marks_empty_places") else "left out"
        names = tuple(place_words(key) for key in empty)
        yield Disclosure(f"Places without the council's own words, {how}: {len(empty)}", (Bullets(names),))
    yield steps_table(one)
    yield Disclosure(f"Files and their checksums: {len(one.files)}", (files_table(one),))


def steps_table(one: KeptEdition) -> Table:
    """Who did what, when, in which office, and why."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            _STEP_WORDS.get(step["what"], step["what"]),
            at_in_words(step["at"]),
            step["name"],
            step["office"] or None,
            tuple(filter(None, (step["reasons"], step.get("note", "")))) or None,
        )
        for step in one.steps
    )
    return Table("What was done", tuple(map(Column, ("Step", "When", "Who", "Office", "Reasons"))), rows)


def files_table(one: KeptEdition) -> Table:
    """The files as they were prepared: a signature is for these bytes."""
    rows: tuple[tuple[Cell, ...], ...] = tuple((name, digest) for name, digest in one.files.items())
    columns = (Column("File"), Column("SHA-256"))
    notes = (
        f"{PREVIEW} is what was read here; {NARRATIVE} holds the words it was made of. The others are what "
        "placewell report writes.",
    )
    return Table("Files", columns, rows, notes)


def archive_table(editions: Sequence[KeptEdition]) -> Table:
    """All editions, the latest first."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            (one.document["title"], f"{one.document['edition']} edition"),
            (
                one.document.get("council_name") or one.document["council"],
                *([f"to {_day(known)}"] if (known := one.document.get("known_until")) else []),
            ),
            (one.by, at_in_words(one.at)),
            _tag(one.state),
            _decided(one),
        )
        for one in editions
    )
    columns = (Column("Edition"), Column("Council"), Column("Prepared"), Column("State"), Column("Decided"))
    return Table("Every edition, the one prepared last first", columns, rows)


def was_signed(one: KeptEdition) -> bool:
    """Whether it was ever signed off: then readers may have it, also where it was withdrawn since."""
    return any(step["what"] == "signed" for step in one.steps)


def downloads_of(one: KeptEdition) -> tuple[tuple[Form, str], ...]:
    """The document's files by form, the most read form first."""
    found = {Form(name.rpartition(".")[2]): name for name in one.files if name.startswith("placewell-")}
    return tuple((form, found[form]) for form in FORM_WORDS if form in found)


def open_data_of(one: KeptEdition) -> tuple[str, ...]:
    """The open data's files, and where each number comes from."""
    return tuple(name for name in one.files if name.startswith(f"{OPEN_DATA}/") or name in ("trace.csv", "changes.csv"))


def published_of(one: KeptEdition) -> tuple[str, ...]:
    """What `placewell report` writes: everything but what the app keeps beside it."""
    return tuple(name for name in one.files if name not in (PREVIEW, NARRATIVE))


def place_words(key: str) -> str:
    """A place for the council's words: its heading, and what belongs there."""
    return f"{BY_KEY[key].section}: {BY_KEY[key].wanted}" if key in BY_KEY else key


def document_words(document: Document) -> str:
    """What a document is called, and for whom it is."""
    return {
        Document.STATEMENT: f"{TITLES[document]}: for providers of homes",
        Document.STRATEGY: f"{TITLES[document]}: for the council, its partners and the public",
        Document.BOARD: "Report to the corporate parenting board: each quarter, for members",
        Document.ADOPTION: "Adoption report: for members, each year or half-year",
    }[document]


def _decided(one: KeptEdition) -> Cell:
    if len(one.steps) < 2:
        return None
    step: Mapping[str, Any] = one.steps[-1]
    return tuple(filter(None, (step["name"], step["office"], at_in_words(step["at"]))))


def _tag(state: str) -> Tag:
    return Tag(*STATE_WORDS.get(state, (state, "plain")))


def _earlier(since: str | None, others: Mapping[str, KeptEdition]) -> str:
    if since is None:
        return "none"
    return edition_words(others[since]) if since in others else "one that is no longer kept"


def _day(text: str) -> str:
    return in_words(date.fromisoformat(text)) if text else ""
