"""`placewell papers`: the papers on how Placewell works, filled from the rules, the policy and a finished round."""

from __future__ import annotations

import json
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from frontend.out_folder import why_not_to_write
from frontend.store_cli import WRONG_ARGUMENTS, Ended

if TYPE_CHECKING:
    from matching.papers_facts import System

DONE, UNUSABLE = 0, 3
MARK: Final = "papers.json"
"""Written last: a folder without it does not hold whole papers."""


class PaperName(StrEnum):
    """The papers, as `matching.papers_form.Kind` has them; said again so that help is quick."""

    TRANSPARENCY = "transparency"
    DATA_PROTECTION = "data-protection"
    EQUALITY = "equality"


class PaperFormat(StrEnum):
    """The forms of file that a paper can be written in."""

    DOCX = "docx"
    HTML = "html"
    PDF = "pdf"
    XLSX = "xlsx"
    MD = "md"


def papers_command(
    to: Annotated[
        Path,
        typer.Option("--out", metavar="FOLDER", help="Where to write them.", show_default=False, readable=False),
    ],
    out: Annotated[
        Path | None,
        typer.Argument(metavar="OUT_OF_MATCH", help="Results of placewell match.", show_default=False, readable=False),
    ] = None,
    policy_file: Annotated[
        Path | None,
        typer.Option("--policy", metavar="FILE", help="The council's policy (TOML), without a round."),
    ] = None,
    fairness: Annotated[
        Path | None,
        typer.Option("--fairness", metavar="FILE", help="Fairness figures. Default: fairness.csv of OUT_OF_MATCH."),
    ] = None,
    names: Annotated[
        list[PaperName] | None, typer.Option("--paper", help="May be repeated. Default: all three.", show_default=False)
    ] = None,
    formats: Annotated[
        list[PaperFormat] | None,
        typer.Option("--format", help="May be repeated. Default: all five.", show_default=False),
    ] = None,
) -> int:
    """Write the transparency record and drafts of the data protection and equality assessments, and what to fill in."""
    if out is not None and policy_file is not None:
        raise Ended(
            WRONG_ARGUMENTS,
            "--policy: a round has its own policy, so one beside OUT_OF_MATCH would contradict it. Give one of them.",
        )
    why = why_not_to_write(to)
    if why is not None:
        raise Ended(WRONG_ARGUMENTS, why)
    from matching.papers import MACHINE, file_name, paper, written
    from matching.papers_form import Kind
    from matching.papers_sections import counted
    from reporting.whole import sha256_of, write_text, written_whole

    system, left_out = _with_evidence(_system(out, policy_file), out, fairness)
    suffixes = (*(one.value for one in dict.fromkeys(formats or PaperFormat)), *MACHINE)
    papers = [paper(Kind(name.value), system) for name in dict.fromkeys(names or PaperName)]
    files = [file_name(one.kind, suffix) for one in papers for suffix in suffixes]
    try:
        with written_whole(to, (*files, MARK)) as partial:
            for one in papers:
                for suffix in suffixes:
                    (partial / file_name(one.kind, suffix)).write_bytes(written(one, suffix, system.warnings))
            told = {
                "made_from": dict(system.made_from),
                "to_fill": {one.kind.value: len(one.to_fill) for one in papers},
                "files": {name: sha256_of(partial / name) for name in files},
            }
            write_text(partial / MARK, json.dumps(told, indent=2, ensure_ascii=False) + "\n")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Ended(WRONG_ARGUMENTS, f"--out: the papers could not be written to {to} ({reason}).") from error
    for warning in (*system.warnings, *left_out):
        typer.echo(f"Warning: {warning}", err=True)
    for one in papers:
        typer.echo(f"{one.title}. {counted(one)}")
    typer.echo(f"Papers: {to.resolve()}")
    return DONE


def _with_evidence(system: System, out: Path | None, fairness: Path | None) -> tuple[System, tuple[str, ...]]:
    """The system with the fairness figures that may be said, and what was left out. A file that was named is a must."""
    from matching.papers_fairness import FILE, NotFairness, read_fairness

    found = fairness if fairness is not None else None if out is None else out / FILE
    if found is None or (fairness is None and not found.exists()):
        return system, ()
    try:
        return replace(system, evidence=read_fairness(found)), ()
    except NotFairness as error:
        if fairness is not None:
            raise Ended(UNUSABLE, f"--fairness: {error}") from error
        return system, (f"Fairness figures were left out of the papers. {error}",)


def _system(out: Path | None, policy_file: Path | None) -> System:
    """What the papers are about. Ends the command in words where a file cannot be used."""
    from matching.papers_facts import System
    from matching.papers_run import NotARound, read_run
    from matching.policy import PolicyError, read_policy
    from matching.versions import versions

    if out is None:
        try:
            return System(read_policy(policy_file), versions=versions())
        except PolicyError as error:
            raise Ended(WRONG_ARGUMENTS, f"--policy: {error}") from error
    try:
        run = read_run(out)
    except NotARound as error:
        raise Ended(UNUSABLE, f"OUT_OF_MATCH: {error}") from error
    return System(run.policy, run, versions())
