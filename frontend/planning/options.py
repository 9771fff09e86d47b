"""What `placewell app` is told for planning: where councils' returns lie, and what goes with them.

Everything is looked at before the app opens, so that what is wrong is said to whoever starts it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from frontend.out_folder import why_not_to_write
from frontend.store_cli import WRONG_ARGUMENTS, Ended

if TYPE_CHECKING:
    from frontend.planning.inputs import Inputs
    from sufficiency.batch_councils import BatchCouncil

Returns: TypeAlias = Annotated[
    list[Path] | None,
    typer.Option(
        "--returns",
        metavar="SSDA903_FOLDER",
        help="A council's yearly returns, for planning; may be repeated. They stay where they are.",
    ),
]
Councils: TypeAlias = Annotated[
    Path | None,
    typer.Option("--councils", metavar="FILE", help="Councils, each with its own returns and register (TOML)."),
]
Of: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--council", metavar="LA", help="Only this council of a merged regional return. May be repeated."),
]
Register: TypeAlias = Annotated[
    Path | None,
    typer.Option("--register", metavar="RECORDS", help="The council's own homes: homes.csv and residents.csv."),
]
Referrals: TypeAlias = Annotated[
    Path | None,
    typer.Option("--referrals", metavar="FILE", help="Referrals for homes (CSV)."),
]
Population: TypeAlias = Annotated[
    Path | None,
    typer.Option("--population", metavar="FILE", help="Projection of the under-18s (CSV)."),
]
Comparators: TypeAlias = Annotated[
    Path | None,
    typer.Option("--comparators", metavar="FILE", help="Others' published figures (CSV)."),
]
Ofsted: TypeAlias = Annotated[
    Path | None,
    typer.Option("--ofsted", metavar="FILE", help="Ofsted's list of registered providers (CSV)."),
]
Area: TypeAlias = Annotated[
    str | None,
    typer.Option("--area", metavar="NAME", help="The council's name in --ofsted."),
]
Template: TypeAlias = Annotated[
    Path | None,
    typer.Option("--template", metavar="COUNCIL.docx", help="The council's own Word template."),
]
WorkFolder: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--work",
        metavar="DIR",
        help="What is worked out of the returns is kept here; confidential. Default: beside the store.",
    ),
]


@dataclass(frozen=True, slots=True)
class Told:
    """The options as they were given."""

    returns: Sequence[Path] = ()
    councils: Path | None = None
    of: Sequence[str] = ()
    register: Path | None = None
    referrals: Path | None = None
    population: Path | None = None
    comparators: Path | None = None
    ofsted: Path | None = None
    area: str | None = None
    template: Path | None = None
    work: Path | None = None

    @property
    def given(self) -> tuple[str, ...]:
        """Names of the options that were given."""
        named = (*_files(self).items(), ("--returns", self.returns), ("--council", self.of), ("--area", self.area))
        more = (("--councils", self.councils), ("--work", self.work))
        return tuple(name for name, value in (*named, *more) if value)


def _files(told: Told) -> Mapping[str, Path | None]:
    return {
        "--register": told.register,
        "--referrals": told.referrals,
        "--population": told.population,
        "--comparators": told.comparators,
        "--ofsted": told.ofsted,
        "--template": told.template,
    }


def inputs_of(told: Told, store: Path | None) -> Inputs | None:
    """What planning works on; None where no returns are named. Ends in words for what does not fit or cannot be read.

    `store`: the file of the store, None for a server.
    """
    from frontend.planning.inputs import Inputs, WontRead

    if not told.returns and told.councils is None:
        if told.given:
            raise Ended(WRONG_ARGUMENTS, f"{told.given[0]}: it goes with returns. Name them with --returns.")
        return None
    for name, path in _files(told).items():
        if path is not None and not path.exists():
            raise Ended(WRONG_ARGUMENTS, f"{name}: there is no file or folder {path}.")
    councils = _councils(told)
    _all_projected(councils)
    work = _work(told.work, store, councils)
    found = Inputs(councils, work, told.comparators, told.ofsted, told.area, told.template)
    try:
        found.others()
        for one in councils:
            found.registered(one.name)
    except WontRead as error:
        raise Ended(WRONG_ARGUMENTS, str(error)) from error
    if told.template is not None:
        _fit_template(told.template)
    return found


def _councils(told: Told) -> tuple[BatchCouncil, ...]:
    """The councils. A return that has to be read for their names is read in a process of its own."""
    from frontend.forecast_cli import refused_in_words
    from matching.workers import pool_of
    from sufficiency.batch_councils import councils_of

    asked = partial(
        councils_of,
        tuple(told.returns),
        told.councils,
        la=tuple(told.of),
        register=told.register,
        referrals=told.referrals,
        population=told.population,
    )
    with refused_in_words():
        if not told.returns:
            return asked()
        with pool_of(1) as pool:
            return pool.submit(asked).result()


def _all_projected(councils: Sequence[BatchCouncil]) -> None:
    """A scenario is the same for all councils: either each has a projection of its under-18s, or none has."""
    lacking = [one.name for one in councils if one.population is None]
    if lacking and len(lacking) < len(councils):
        raise Ended(
            WRONG_ARGUMENTS,
            f"--councils: no projection of the under-18s is given for {', '.join(lacking)}, and the others have one. A "
            "scenario uses projections in all councils or in none: add `population` there, or take it out everywhere.",
        )


def _work(work: Path | None, store: Path | None, councils: Sequence[BatchCouncil]) -> Path:
    """The folder for what is worked out; in none that is read, and none of the whole computer's."""
    if work is None:
        if store is None:
            words = "--work: name a folder on this computer for what is worked out of the returns."
            raise Ended(WRONG_ARGUMENTS, words)
        work = store.absolute().with_name(f"{store.stem}-planning")
    why = why_not_to_write(work)
    if why is not None:
        raise Ended(WRONG_ARGUMENTS, why.replace("--out", "--work"))
    if work.resolve() == Path(tempfile.gettempdir()).resolve():
        raise Ended(WRONG_ARGUMENTS, f"--work: {work} is for everybody on this computer. Name a folder of its own.")
    for one in councils:
        for given in (one.returns, one.register, one.referrals, one.population):
            if given is not None and work.resolve().is_relative_to(given.resolve()):
                raise Ended(WRONG_ARGUMENTS, f"--work: {work} lies in {given}, which is read. Name a folder elsewhere.")
    return work


def _fit_template(path: Path) -> None:
    from reporting.word_template import NotATemplate, document_on

    try:
        document_on(path.read_bytes())
    except (OSError, NotATemplate) as error:
        why = (error.strerror or type(error).__name__) if isinstance(error, OSError) else str(error)
        raise Ended(WRONG_ARGUMENTS, f"--template: {path} cannot be used. {why}") from error
