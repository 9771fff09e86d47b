"""`placewell app`: the app of panels and commissioners, on this computer or for a council with its own sign-in."""

from __future__ import annotations

import socket
import sys
import threading
import urllib.request
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final
from urllib.parse import urlsplit

import typer

from frontend.planning import options
from frontend.store_cli import WRONG_ARGUMENTS, Ended, Place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from frontend.office import Office
    from frontend.planning.inputs import Inputs
    from frontend.planning.planning import Planning
    from records.boundaries import Boundary
    from records.store.retention import Keep

PORT: Final = 8765


def app_command(
    demo: Annotated[bool, typer.Option("--demo", help="A made-up council in a new store.")] = False,
    store: Place = None,
    settings: Annotated[
        Path | None, typer.Option("--settings", metavar="FILE", help="The council's sign-in and sessions (TOML).")
    ] = None,
    policy: Annotated[
        Path | None, typer.Option("--policy", metavar="FILE", help="The council's policy (TOML).")
    ] = None,
    authority: Annotated[
        str | None, typer.Option("--authority", metavar="GSS", help="GSS code of the council, such as E08000009.")
    ] = None,
    boundaries: Annotated[
        Path | None, typer.Option("--boundaries", metavar="FILE", help="The council's own areas for the map (GeoJSON).")
    ] = None,
    retention: Annotated[
        Path | None, typer.Option("--retention", metavar="FILE", help="How long the council keeps things (TOML).")
    ] = None,
    address: Annotated[
        str | None,
        typer.Option("--address", metavar="URL", help="Where people reach it; needed with a sign-in."),
    ] = None,
    listen: Annotated[
        str | None, typer.Option("--listen", metavar="IP", help="Where it listens. Default: this computer alone.")
    ] = None,
    port: Annotated[int, typer.Option("--port", min=1, max=65535)] = PORT,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder of the made-up council.")] = Path(
        "placewell-app-demo"
    ),
    no_open: Annotated[bool, typer.Option("--no-open", help="Do not open it in a browser.")] = False,
    returns: options.Returns = None,
    councils: options.Councils = None,
    la: options.Of = None,
    register: options.Register = None,
    referrals: options.Referrals = None,
    population: options.Population = None,
    comparators: options.Comparators = None,
    ofsted: options.Ofsted = None,
    area: options.Area = None,
    template: options.Template = None,
    work: options.WorkFolder = None,
) -> int:
    """Open the app: a panel's rounds and decisions, and with --returns a commissioner's forecasts and statements."""
    from matching.policy import PolicyError

    if not _free(port):
        raise Ended(
            WRONG_ARGUMENTS,
            f"--port: something listens on port {port} already. Close it, or choose another.",
        )
    keeps = _keeps(retention)
    planned = options.Told(
        returns or (), councils, la or (), register, referrals, population, comparators, ofsted, area, template, work
    )
    try:
        office = _office(demo, store, settings, policy, authority, boundaries, address, port, out, planned)
    except PolicyError as error:
        raise Ended(WRONG_ARGUMENTS, str(error)) from error
    office.keeps = keeps
    where = listen or "127.0.0.1"
    only = office.settings.listens_on
    if only is not None and where != only:
        raise Ended(
            WRONG_ARGUMENTS,
            f"--listen: without a sign-in the app listens on {only} alone, because whoever reaches it is let in. "
            "Set up the council's sign-in with --settings first.",
        )
    typer.echo(f"Placewell is at {office.address} ({office.settings.words}). Press Ctrl+C to stop it.", err=True)
    if not no_open and (sys.stdout.isatty() or demo):
        threading.Thread(target=_open_when_there, args=(office.address, port), daemon=True).start()
    from frontend.serving import serve

    serve(office, where, port)
    return 0


def _office(
    demo: bool,
    store: str | None,
    settings_file: Path | None,
    policy: Path | None,
    authority: str | None,
    boundaries: Path | None,
    address: str | None,
    port: int,
    out: Path,
    planned: options.Told,
) -> Office:
    from frontend.demo import NotOurs, demo_office
    from frontend.office import Office, store_at
    from frontend.planning.demo import begin, demo_planning
    from frontend.progress import Progress
    from matching.policy import read_policy
    from records.store import create
    from records.store.engine import file_of, url_of
    from records.store.identity import read_settings

    areas = _areas(boundaries)
    if demo:
        if store is not None or settings_file is not None:
            raise Ended(WRONG_ARGUMENTS, "--demo has a store of its own and no sign-in: leave out --store, --settings.")
        if planned.given:
            raise Ended(WRONG_ARGUMENTS, f"--demo has made-up councils of its own: leave out {planned.given[0]}.")
        with Progress() as progress:
            try:
                office = demo_office(out, step=progress.stage)
                progress.stage("Making up the councils' returns")
                office.planning = demo_planning(out / "planning")
            except NotOurs:
                raise Ended(
                    WRONG_ARGUMENTS, f"--out: {out} holds files that no demo made. Name an empty or a new folder."
                ) from None
        office.boundaries, office.address = areas, f"http://127.0.0.1:{port}"
        begin(office.planning, office.store)
        return office
    settings = read_settings(settings_file)
    if settings.provider is None:
        address = f"http://127.0.0.1:{port}"
    elif address is None:
        raise Ended(
            WRONG_ARGUMENTS, "--address: say where people reach the app, such as https://placewell.example.gov.uk."
        )
    elif urlsplit(address).scheme != "https" and urlsplit(address).hostname not in ("localhost", "127.0.0.1"):
        raise Ended(WRONG_ARGUMENTS, f"--address: {address} is not safe to sign in at. It has to begin with https.")
    path = file_of(url_of(store))
    inputs = options.inputs_of(planned, path)
    if path is not None and not path.exists():
        create(store)
        typer.echo(f"A new store is at {path}.", err=True)
    office = Office(store_at(store, settings), settings, read_policy(policy), authority, areas, address)
    if inputs is not None:
        office.planning = _planning(inputs)
    return office


def _planning(inputs: Inputs) -> Planning:
    from frontend.planning.planning import Planning

    try:
        planning = Planning(inputs)
    except OSError as error:
        words = f"--work: {inputs.work} cannot be written to ({error.strerror or type(error).__name__})."
        raise Ended(WRONG_ARGUMENTS, words) from error
    names = ", ".join(one.name for one in inputs.councils)
    typer.echo(f"Returns of {names}. What is worked out of them is kept, confidential, in {inputs.work}.", err=True)
    return planning


def _areas(path: Path | None) -> tuple[Boundary, ...]:
    from records.boundaries import BoundaryRefused, read_boundaries

    if path is None:
        return ()
    try:
        return read_boundaries(path.read_bytes())
    except (OSError, BoundaryRefused) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise Ended(WRONG_ARGUMENTS, f"--boundaries: {path} cannot be used. {why}") from error


def _keeps(path: Path | None) -> Mapping[str, Keep]:
    from records.store import read_retention

    try:
        return read_retention(path)
    except OSError as error:
        raise Ended(WRONG_ARGUMENTS, f"--retention: {path} cannot be read. {error.strerror}") from error


def _free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def _open_when_there(address: str, port: int) -> None:
    """Open the browser once the app answers."""
    for _ in range(120):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1):
                webbrowser.open(address)
                return
        except OSError:
            threading.Event().wait(0.5)
