"""`placewell report`: from the figures of a forecast or a batch to a document that may be published."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from frontend.out_folder import why_not_to_write
from frontend.progress import Progress
from frontend.store_cli import WRONG_ARGUMENTS, Ended
from reporting.section import Edition
from sufficiency.narrative_keys import Document

if TYPE_CHECKING:
    from sufficiency.comparators import Comparators
    from sufficiency.narrative import Narrative
    from sufficiency.ofsted_homes import OfstedHomes

DONE, UNUSABLE, ROWS_LEFT_OUT = 0, 3, 4


class Format(StrEnum):
    """The forms of file that a document can be written in."""

    DOCX = "docx"
    HTML = "html"
    PDF = "pdf"
    XLSX = "xlsx"


class Period(StrEnum):
    """What an adoption report is of."""

    ANNUAL = "annual"
    HALF_YEAR = "half_year"


ALL_FORMATS: Final = tuple(Format)


def report_command(
    out: Annotated[
        Path | None,
        typer.Argument(metavar="OUT", help="Results of placewell forecast or placewell batch.", show_default=False),
    ] = None,
    formats: Annotated[
        list[Format] | None, typer.Option("--format", help="May be repeated. Default: all four.", show_default=False)
    ] = None,
    document: Annotated[Document, typer.Option("--document", help="Which document.")] = Document.STATEMENT,
    edition: Annotated[
        Edition, typer.Option("--edition", help="For whom. Public hides small numbers.")
    ] = Edition.PUBLIC,
    narrative: Annotated[
        Path | None, typer.Option("--narrative", metavar="FILE", help="The council's own words (TOML).")
    ] = None,
    empty_places: Annotated[
        bool,
        typer.Option("--empty-places/--no-empty-places", help="Mark places that hold no words, or leave them out."),
    ] = True,
    since: Annotated[
        Path | None,
        typer.Option(
            "--since", metavar="EARLIER", help="Folder of the last edition: what has changed; both are hidden together."
        ),
    ] = None,
    template: Annotated[
        Path | None, typer.Option("--template", metavar="COUNCIL.docx", help="The council's own Word template.")
    ] = None,
    comparators: Annotated[
        Path | None, typer.Option("--comparators", metavar="FILE", help="Others' published figures (CSV).")
    ] = None,
    ofsted: Annotated[
        Path | None, typer.Option("--ofsted", metavar="FILE", help="Ofsted's list of registered providers (CSV).")
    ] = None,
    area: Annotated[
        str | None, typer.Option("--area", metavar="NAME", help="The council's name in --ofsted. Default: its own.")
    ] = None,
    period: Annotated[Period, typer.Option("--period", help="Of an adoption report.")] = Period.ANNUAL,
    small_to: Annotated[int, typer.Option("--small-to", min=1, max=5, help="Counts from 1 to this are hidden.")] = 4,
    council: Annotated[str | None, typer.Option("--council", metavar="NAME", help="Which council of a batch.")] = None,
    scenario: Annotated[
        str | None, typer.Option("--scenario", metavar="NAME", help="Which scenario of a batch. Default: the first.")
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="FOLDER", help="Where to. Default: OUT/report/DOCUMENT-EDITION.", readable=False),
    ] = None,
    narrative_blank: Annotated[
        Path | None, typer.Option("--narrative-blank", metavar="FILE", help="Write an empty file to fill in, and stop.")
    ] = None,
) -> int:
    """Write the market position statement, the sufficiency strategy or a report of the corporate parent."""
    if narrative_blank is not None:
        return _blank(narrative_blank, document)
    if out is None:
        raise Ended(WRONG_ARGUMENTS, "OUT: name the results of placewell forecast or placewell batch.")
    from reporting.disclosure import Rules
    from reporting.write import Form
    from sufficiency.editions import REPORT
    from sufficiency.report import Asked, folder_of, make_report, name_of, why_not_there, write_report
    from sufficiency.results_found import find_results

    forms = tuple(Form(one.value) for one in dict.fromkeys(formats or ALL_FORMATS))
    with _in_words():
        own = replace(_narrative(narrative), empty_places=empty_places)
        asked = Asked(
            document,
            edition,
            forms,
            own,
            since,
            _template(template),
            _comparators(comparators),
            _ofsted(ofsted, area or own.council),
            half_year=period is Period.HALF_YEAR,
            rules=Rules(small_to=small_to),
            made_from=_checksums(
                {
                    "narrative": narrative,
                    "since": None if since is None else since / REPORT,
                    "template": template,
                    "comparators": comparators,
                    "ofsted": ofsted,
                }
            ),
        )
        results = find_results(out, council, scenario)
        folder = folder_of(out, results, asked) if to is None else to
        why = why_not_to_write(folder)
        why = why.replace("--out", "--to", 1) if why is not None else why_not_there(folder, asked)
        if why is not None:
            raise Ended(WRONG_ARGUMENTS, why if why.startswith("--to") else f"--to: {why}")
        with Progress() as progress:
            report = make_report(results, asked, progress.stage)
            try:
                write_report(folder, report)
            except OSError as error:
                words = f"--to: the report could not be written to {folder} ({error.strerror or type(error).__name__})."
                raise Ended(WRONG_ARGUMENTS, words) from error
    for warning in report.warnings:
        typer.echo(f"Warning: {warning}", err=True)
    if report.empty_places:
        typer.echo(_empty_words(report.empty_places, edition, marked=empty_places), err=True)
    for form in forms:
        typer.echo(f"Document: {(folder / name_of(asked, form)).resolve()}")
    left_out = asked.comparators.left_out if asked.comparators is not None else 0
    return ROWS_LEFT_OUT if left_out else DONE


def _empty_words(keys: tuple[str, ...], edition: Edition, *, marked: bool) -> str:
    """That places hold no words: a document to be published should not go out with marks in it."""
    many = f"{len(keys)} place{'' if len(keys) == 1 else 's'} for the council's own words"
    what = "marked in the document" if marked else "left out"
    publish = (
        " Fill them, or use --no-empty-places, before it is published." if marked and edition is Edition.PUBLIC else ""
    )
    return (
        f"Warning: {many} hold none and are {what}: {', '.join(keys)}.{publish} --narrative-blank FILE lists what "
        "belongs there."
    )


def _blank(path: Path, document: Document) -> int:
    from sufficiency.narrative import blank

    if path.exists():
        raise Ended(WRONG_ARGUMENTS, f"--narrative-blank: {path} is there already, and would be written over.")
    try:
        path.write_bytes(blank(document).encode())
    except OSError as error:
        words = f"--narrative-blank: {path} could not be written ({error.strerror or type(error).__name__})."
        raise Ended(WRONG_ARGUMENTS, words) from error
    typer.echo(f"To fill in: {path.resolve()}")
    return DONE


def _checksums(paths: Mapping[str, Path | None]) -> dict[str, str]:
    """sha256 of each file that was given; one that is not there is told of by whoever reads it."""
    there = {name: path for name, path in paths.items() if path is not None and path.is_file()}
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in there.items()}


def _narrative(path: Path | None) -> Narrative:
    from sufficiency.narrative import Narrative, NarrativeError, read_narrative

    if path is None:
        return Narrative()
    try:
        return read_narrative(path)
    except NarrativeError as error:
        raise Ended(WRONG_ARGUMENTS, f"--narrative: {error}") from error


def _template(path: Path | None) -> bytes | None:
    if path is None:
        return None
    try:
        return path.read_bytes()
    except OSError as error:
        words = f"--template: {path} cannot be read ({error.strerror or type(error).__name__})."
        raise Ended(WRONG_ARGUMENTS, words) from error


def _comparators(path: Path | None) -> Comparators | None:
    if path is None:
        return None
    from records.tables import Unusable
    from sufficiency.comparators import read_comparators

    try:
        return read_comparators(path)
    except Unusable as error:
        raise Ended(UNUSABLE, f"--comparators: {error}") from error


def _ofsted(path: Path | None, area: str) -> OfstedHomes | None:
    if path is None:
        return None
    from sufficiency.ofsted_homes import NotOfsted, read_ofsted

    if not area:
        raise Ended(WRONG_ARGUMENTS, "--ofsted: name the council as the list does: --area NAME.")
    try:
        return read_ofsted(path, area)
    except NotOfsted as error:
        raise Ended(WRONG_ARGUMENTS, f"--ofsted: {error}") from error


@contextmanager
def _in_words() -> Iterator[None]:
    """End the command with what was wrong in the results, or why nothing may be published."""
    from reporting.disclosure import Refused
    from reporting.facts_file import NotABook
    from reporting.word_template import NotATemplate
    from sufficiency.compared import NoComparison
    from sufficiency.editions import NoEdition
    from sufficiency.results_found import NoResults

    try:
        yield
    except Refused as error:
        raise Ended(UNUSABLE, f"Not published: {error}") from error
    except (NotABook, NoComparison) as error:
        raise Ended(UNUSABLE, str(error)) from error
    except NotATemplate as error:
        raise Ended(WRONG_ARGUMENTS, f"--template: {error}") from error
    except NoEdition as error:
        raise Ended(WRONG_ARGUMENTS, f"--since: {error}") from error
    except NoResults as error:
        raise Ended(WRONG_ARGUMENTS, str(error)) from error
