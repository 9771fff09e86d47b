"""The councils of a batch: what each gave, and what each is called in the results."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from unicodedata import combining, normalize

from sufficiency.given import WrongSettings
from sufficiency.scenario_faults import nearest

KEYS: Final = ("returns", "register", "referrals", "population", "la")
"""What a file of councils may say of each."""
NOT_ON_WINDOWS: Final = frozenset(
    ("con", "prn", "aux", "nul", *(f"com{n}" for n in range(1, 10)), *(f"lpt{n}" for n in range(1, 10)))
)
TAKEN: Final = frozenset(("region",))
"""Names of folders that results have already."""
LONGEST: Final = 60
_SAFE: Final = re.compile(r"[^\w\-. ]", re.ASCII)


@dataclass(frozen=True, slots=True)
class BatchCouncil:
    """One council, and where what it gave lies."""

    name: str
    """Of its folder of results."""
    returns: Path
    register: Path | None = None
    referrals: Path | None = None
    population: Path | None = None
    la: str | None = None
    """As the LA column of a merged regional return names it; None for all of the return."""
    made_up: bool = False
    """Whether nobody in it exists."""


def councils_of(
    returns: Sequence[Path] = (),
    councils: Path | None = None,
    *,
    la: Sequence[str] = (),
    register: Path | None = None,
    referrals: Path | None = None,
    population: Path | None = None,
) -> tuple[BatchCouncil, ...]:
    """The councils of some folders of returns and of a file of councils, in this order.

    A folder is one council, called as the folder is; with `la`, or where its rows name several councils, it is each of
    those. Register, referrals and population go with one council alone. Raises `WrongSettings` in words for what cannot
    be told apart or read, and `Unusable` for returns that cannot be read where there are no others.
    """
    found: list[BatchCouncil] = []
    for folder in returns:
        if not folder.exists():
            raise WrongSettings(f"--returns: there is no folder {folder}.")
        names = tuple(la) or _named_in(folder, alone=len(returns) == 1 and councils is None)
        if names:
            found += [BatchCouncil(folder_name(name), folder, la=name) for name in names]
        else:
            found.append(BatchCouncil(folder_name(folder.resolve().name), folder))
    if any((register, referrals, population)):
        if len(found) != 1 or councils is not None:
            raise WrongSettings(
                "--register, --referrals and --population belong to one council, and there are several. Say which "
                "belongs to whom in a file of councils (--councils)."
            )
        one = found[0]
        found = [BatchCouncil(one.name, one.returns, register, referrals, population, one.la)]
    if councils is not None:
        found += read_councils(councils)
    _told_apart(one.name for one in found)
    return tuple(found)


def read_councils(path: Path) -> tuple[BatchCouncil, ...]:
    """The councils of a file: a table [councils.NAME] each, its paths from the folder of the file.

    Raises `WrongSettings` with what is wrong with it.
    """
    try:
        tree = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise WrongSettings(f"--councils: {path} cannot be read ({error.strerror or type(error).__name__}).") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WrongSettings(f"--councils: {path} is not TOML in UTF-8: {error}.") from error
    strange = [key for key in tree if key != "councils"]
    if strange:
        raise WrongSettings(
            f"--councils: {path.name} has no key “{strange[0]}”{nearest(strange[0], ['councils'])}. Write a table "
            "[councils.NAME] for each council."
        )
    tables = tree.get("councils")
    if not isinstance(tables, dict) or not tables:
        raise WrongSettings(f"--councils: {path.name} names no council. Write a table [councils.NAME] for each.")
    found = tuple(_council(path, name, table) for name, table in tables.items())
    _told_apart(one.name for one in found)
    return found


def folder_name(name: str) -> str:
    """A name as a folder may be called on any system: what may not stand in one becomes a dash.

    Raises `WrongSettings` where nothing is left of it.
    """
    letters = "".join(one for one in normalize("NFKD", name) if not combining(one))
    safe = re.sub(r"[-\s]*-[-\s]*", "-", _SAFE.sub("-", letters)).strip("-. ")[:LONGEST].rstrip("-. ")
    if not safe:
        raise WrongSettings(f"“{name}” cannot be the name of a folder. Give the council a name with letters in it.")
    if safe.partition(".")[0].lower() in NOT_ON_WINDOWS or safe.lower() in TAKEN:
        safe += "-council"
    return safe


def _council(path: Path, name: str, table: object) -> BatchCouncil:
    where = f"--councils: {path.name}, [councils.{name}]"
    if not isinstance(table, dict):
        raise WrongSettings(f"{where}: write it as a table with returns = and, if need be, {', '.join(KEYS[1:])}.")
    for key, value in table.items():
        if key not in KEYS:
            raise WrongSettings(f"{where}: there is no key “{key}”{nearest(key, KEYS)}. Known: {', '.join(KEYS)}.")
        if not isinstance(value, str) or not value.strip():
            raise WrongSettings(f"{where}: {key} is to be a text in quotation marks.")
    if "returns" not in table:
        raise WrongSettings(f"{where}: returns is missing: the folder of the council's SSDA903 returns.")
    there = {key: path.parent / value for key, value in table.items() if key != "la"}
    for key, place in there.items():
        if not place.exists():
            raise WrongSettings(f"{where}: {key} names {place}, and there is no such file or folder.")
    return BatchCouncil(
        folder_name(name),
        there["returns"],
        there.get("register"),
        there.get("referrals"),
        there.get("population"),
        table.get("la"),
    )


def _named_in(folder: Path, *, alone: bool) -> tuple[str, ...]:
    """The councils of a merged return; none where it is one council's own.

    Nor where it cannot be read and is not the only one: it is a council whose tasks say so, and keeps back no other.
    """
    from records.sources.return_903 import read_903
    from records.tables import Unusable

    try:
        names = sorted(name for name in read_903(folder).years if name)
    except Unusable:
        if alone:
            raise
        return ()
    return tuple(names) if len(names) > 1 else ()


def _told_apart(names: Iterable[str]) -> None:
    """Raise `WrongSettings` where two names would be one folder."""
    seen: dict[str, str] = {}
    for name in names:
        key = name.casefold()
        if key in seen:
            raise WrongSettings(
                f"Two councils would have the same folder of results, “{name}”. Give each a name of its own in a file "
                "of councils (--councils)."
            )
        seen[key] = name


def as_inputs(council: BatchCouncil) -> Mapping[str, Path]:
    """What a council gave, by the names that tasks read it by."""
    places = {
        "returns": council.returns,
        "register": council.register,
        "referrals": council.referrals,
        "population": council.population,
    }
    return {f"{council.name}/{name}": path for name, path in places.items() if path is not None}
