"""The council's own choices: order of tiers, weights, distances, local rules. Read from a policy file in TOML.

`policy.toml` beside this module is the starting point; a council's file states what it chooses otherwise.
Nothing here can loosen the law: the numbers the law fixes are in `rules/law.toml`.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, Literal, get_args

from matching.question import KEEP, TIERS
from records.geography import authority_name, upper_tier

Siblings = Literal["together_where_possible", "never_split"]

SCHEMA: Final = 1
MOST_WEIGHT: Final = 1000
_LARGEST_FILE: Final = 1_000_000
_LONGEST_LIST: Final = 100


@dataclass(frozen=True, slots=True)
class Policy:
    """What the council may choose. Distances in miles, ages in years; see `KEYS` for the meaning of each."""

    version: str = "1"
    chosen_by: str = "the makers of Placewell, as a starting point"
    chosen_on: str = "2026-11-21"
    authority: str | None = None
    tiers: tuple[str, ...] = ("placed", "siblings", "near", "local", "points", "cost")
    siblings: Siblings = "together_where_possible"
    allow: tuple[str, ...] = ("LOC-03",)
    near_miles: float = 10.0
    split_miles: float = 5.0
    screen_miles: float | None = None
    """Homes further than this from where a child comes from are not looked at; None: every home is."""
    full_points_miles: float = 2.0
    half_points_miles: float = 10.0
    no_points_miles: float = 30.0
    school_full_points_miles: float = 1.0
    school_workable_miles: float = 5.0
    """A school no further than this from the new home is taken as still workable [EDU-02]."""
    school_no_points_miles: float = 15.0
    protected_school_years: tuple[int, ...] = (10, 11)
    protected_school_weight: int = 2
    waiting_full_days: int = 90
    identity_delay_days: int = 121
    companion_years: int = 4
    age_gap_years: int = 0
    smoke_free_under_age: int = 0
    """Children under this age need a smoke-free home whatever is recorded [HLT-05]; 0 = only as recorded."""
    review_months: int = 12
    """A carer's review older than this is out of date [FOST-15]."""
    weights: Mapping[str, int] = field(default_factory=dict)
    """Consideration to weight; one that is not here has its weight in `policy.toml`."""

    def weight_of(self, consideration: str) -> int:
        """The weight of one consideration: the council's own, else that of the packaged policy."""
        packaged = default_weights()
        if consideration not in packaged:
            raise KeyError(f"there is no consideration {consideration!r}; known: {', '.join(packaged)}")
        return self.weights.get(consideration, packaged[consideration])

    def as_dict(self) -> dict[str, Any]:
        """Every choice with its value, all weights filled in, for the record of a run."""
        stated = {f.name: getattr(self, f.name) for f in fields(self)}
        plain = {name: list(v) if isinstance(v, tuple) else v for name, v in stated.items()}
        return plain | {"weights": {name: self.weight_of(name) for name in default_weights()}}

    @property
    def fingerprint(self) -> str:
        """The sha256 of every choice: the same for two policies exactly when they choose the same."""
        stated = json.dumps(self.as_dict(), sort_keys=True, ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(stated.encode("ascii")).hexdigest()


class PolicyError(ValueError):
    """A policy that cannot be used: which file and key, what is wrong, what it means, how to mend it."""

    def __init__(self, file: str, key: str | None, what: str, meaning: str, mend: str) -> None:
        self.file = file
        self.key = key
        self.what = what
        self.meaning = meaning
        self.mend = mend
        where = file if key is None else f"{file}, {key}"
        super().__init__(f"{where}: {what} {meaning} {mend}")


class _Wrong(Exception):
    """What is wrong with one value, and how to mend it; the key and the file are added where it is caught."""

    def __init__(self, what: str, mend: str) -> None:
        self.what = what
        self.mend = mend
        super().__init__(what)


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a policy file: how it is read, what it takes and what it does."""

    name: str
    read: Callable[[object], object]
    takes: str
    does: str
    source: str


def _shown(value: object) -> str:
    text = str(value) if isinstance(value, date) else json.dumps(value, default=str)
    return text if len(text) <= 60 else text[:59] + "…"


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > 200 or not value.isprintable():
        raise _Wrong(f"{_shown(value)} is not a short text.", "Write a text in quotation marks.")
    return value


def _day(value: object) -> str:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError as no_such_day:
            raise _Wrong(f"{value} is not a day of the calendar.", "Write it as 2026-11-21.") from no_such_day
    raise _Wrong(f"{_shown(value)} is not a date.", "Write it as 2026-11-21.")


def _authority(value: object) -> str:
    known = upper_tier(value) if isinstance(value, str) else None
    if known is None:
        raise _Wrong(
            f"{_shown(value)} is not the code of an authority.",
            'Write the nine-character GSS code in quotation marks, such as "E08000009" for Trafford.',
        )
    if known != value:
        raise _Wrong(
            f"{value} is not itself responsible for children's services: {authority_name(known)} is.",
            f'Write "{known}".',
        )
    return known


def _number(low: float, high: float, unit: str) -> Callable[[object], float]:
    def read(value: object) -> float:
        if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
            raise _Wrong(
                f"{_shown(value)} is not a number of {unit} from {low:g} to {high:g}.",
                f"Write a number from {low:g} to {high:g}, without quotation marks.",
            )
        return float(value)

    return read


def _whole(low: int, high: int, unit: str) -> Callable[[object], int]:
    def read(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise _Wrong(
                f"{_shown(value)} is not a whole number of {unit} from {low} to {high}.",
                f"Write a whole number from {low} to {high}, without quotation marks.",
            )
        return value

    return read


def _list(value: object, of: str) -> list[object]:
    if not isinstance(value, list):
        raise _Wrong(f"{_shown(value)} is not a list of {of}.", "Write the list in square brackets, with commas.")
    if len(value) > _LONGEST_LIST:
        raise _Wrong(f"the list has {len(value)} entries.", f"Write at most {_LONGEST_LIST}.")
    for item in value:
        if value.count(item) > 1:
            raise _Wrong(f"{_shown(item)} stands in the list more than once.", "Leave one of them.")
    return value


def _years(value: object) -> tuple[int, ...]:
    year = _whole(0, 13, "school years")
    return tuple(sorted(year(item) for item in _list(value, "school years")))


def _rule_ids(value: object) -> tuple[str, ...]:
    listed = _list(value, "rule ids")
    for item in listed:
        if not isinstance(item, str) or not re.fullmatch(r"[A-Z]{2,4}-[0-9]{2}", item):
            raise _Wrong(
                f"{_shown(item)} is not the id of a rule.",
                'Write ids as they stand in docs/reference/rules.md, such as "LOC-03".',
            )
    return tuple(sorted(str(item) for item in listed))


def _choice(*known: str) -> Callable[[object], str]:
    def read(value: object) -> str:
        if not isinstance(value, str) or value not in known:
            raise _Wrong(
                f"{_shown(value)} is not one of the choices{_nearest(value, known)}.",
                "Write " + " or ".join(f'"{k}"' for k in known) + ".",
            )
        return value

    return read


def _tiers(value: object) -> tuple[str, ...]:
    tiers = [str(_choice(*TIERS, KEEP)(item)) for item in _list(value, "tiers")]
    if "placed" not in tiers:
        raise _Wrong(
            'the tier "placed" is missing, so the best plan might place nobody.',
            'Add "placed", ordinarily as the first.',
        )
    if KEEP in tiers and tiers.index(KEEP) < tiers.index("placed"):
        raise _Wrong(
            'the tier "keep" stands before "placed": a child would be left without a lawful home to save one.',
            'Put "keep" anywhere after "placed", or leave it out.',
        )
    if "cost" in tiers and (tiers[-1] != "cost" or "points" not in tiers):
        raise _Wrong(
            'the tier "cost" must come last, after "points": cost is never a reason to rank a less suitable '
            "home above a more suitable one [GOV-09, GOV-10].",
            'Put "cost" last or leave it out.',
        )
    return tuple(tiers)


def _weights(value: object) -> dict[str, int]:
    if not isinstance(value, dict):
        raise _Wrong(f"{_shown(value)} is not a table of weights.", "Write the weights under [weights].")
    known = tuple(default_weights())
    for name in value:
        if name not in known:
            raise _Wrong(
                f"there is no consideration {_shown(name)}{_nearest(name, known)}.",
                "Take it out, or use one of: " + ", ".join(known) + ".",
            )
    weight = _whole(0, MOST_WEIGHT, "points of weight")
    read: dict[str, int] = {}
    for name in known:
        if name in value:
            try:
                read[name] = weight(value[name])
            except _Wrong as wrong:
                raise _Wrong(f"{name}: {wrong.what}", wrong.mend) from wrong
    return read


def _nearest(value: object, known: Iterable[str]) -> str:
    close = get_close_matches(str(value), list(known), n=1, cutoff=0.5)
    return f'; the nearest known is "{close[0]}"' if close else ""


_MILES: Final = "a number of miles, 0 to 500"

KEYS: Final = (
    Key("version", _text, "text", "The council's own name for this version of its policy.", ""),
    Key("chosen_by", _text, "text", "Who chose it: the board or officer.", ""),
    Key("chosen_on", _day, "a date", "When it was chosen.", ""),
    Key(
        "authority",
        _authority,
        "a GSS code",
        "The council whose round it is. Left out: `--authority`, else the commonest home authority of the "
        "children, said in the summary.",
        "LOC-02",
    ),
    Key(
        "tiers",
        _tiers,
        "a list of " + ", ".join(f"`{t}`" for t in (*TIERS, KEEP)),
        "What the plan does best, in order. `placed` must be there; `cost` only last, after `points`; `keep` "
        "([scarce homes](../explanation/scarce-homes.md)) only after `placed`; "
        "each once.",
        "GOV-09, GOV-10, PLC-05",
    ),
    Key(
        "siblings",
        _choice(*get_args(Siblings)),
        "`together_where_possible` or `never_split`",
        "Whether brothers and sisters not assessed apart may be placed in different homes at all.",
        "SIB-01, SIB-05",
    ),
    Key(
        "allow",
        _rule_ids,
        "a list of rule ids",
        "Sign-offs (and open questions) of these rules that a plan may use unasked; each is listed with who "
        "signs. A barred home is never let in.",
        "LOC-03",
    ),
    Key(
        "near_miles",
        _number(0, 500, "miles"),
        _MILES,
        "The tier `local` counts homes in the council's area or no further than this from where the child comes from.",
        "LOC-01, PLC-06",
    ),
    Key(
        "split_miles",
        _number(0, 500, "miles"),
        _MILES,
        "The tier `near` counts brothers and sisters who are not in one home, but in two no further than this from "
        "each other.",
        "SIB-05, CNT-04",
    ),
    Key(
        "screen_miles",
        _number(0, 500, "miles"),
        _MILES,
        "For very large rounds only: homes further than this from where every child of a family comes from are not "
        "looked at, and the run says how many. Never left out: homes tied to the child, homes that may adopt, and "
        "homes or children whose place is not recorded or whose distance is deliberate. Left out: every home is "
        "looked at.",
        "LOC-08, LOC-10",
    ),
    Key(
        "full_points_miles",
        _number(0, 500, "miles"),
        _MILES,
        "Nearness has its full points up to this distance. Less than `half_points_miles`.",
        "LOC-01",
    ),
    Key("half_points_miles", _number(0, 500, "miles"), _MILES, "Nearness has half its points here.", "LOC-01"),
    Key(
        "no_points_miles",
        _number(0, 500, "miles"),
        _MILES,
        "Nearness has no points from here on. More than `half_points_miles`.",
        "LOC-01",
    ),
    Key(
        "school_full_points_miles",
        _number(0, 500, "miles"),
        _MILES,
        "The school has its full points up to this distance. Less than `school_workable_miles`.",
        "EDU-01",
    ),
    Key(
        "school_workable_miles",
        _number(0, 500, "miles"),
        _MILES,
        "Up to here a school is taken as still workable; half the points.",
        "EDU-01, EDU-02",
    ),
    Key(
        "school_no_points_miles",
        _number(0, 500, "miles"),
        _MILES,
        "The school has no points from here on. More than `school_workable_miles`.",
        "EDU-01",
    ),
    Key(
        "protected_school_years",
        _years,
        "a list of school years, 0 to 13",
        "Years in which keeping the school weighs more. The approval that a move in years 10 and 11 needs does "
        "not depend on this.",
        "EDU-02, EDU-04",
    ),
    Key(
        "protected_school_weight",
        _whole(1, 10, "times"),
        "a whole number, 1 to 10",
        "How many times its weight the school has in those years.",
        "EDU-02",
    ),
    Key(
        "waiting_full_days",
        _whole(1, 3650, "days"),
        "a whole number of days, 1 to 3650",
        "Days since referral at which waiting has its full points.",
        "ADO-06",
    ),
    Key(
        "identity_delay_days",
        _whole(0, 3650, "days"),
        "a whole number of days, 0 to 3650",
        "Days of waiting for adopters after which faith and ethnicity no longer count with adoptive and early "
        "permanence homes.",
        "IDN-02, ADO-12",
    ),
    Key(
        "companion_years",
        _whole(0, 18, "years"),
        "a whole number of years, 0 to 18",
        "A child who wishes to live with others is best placed with a child no more than this many years apart.",
        "SAFE-04",
    ),
    Key(
        "age_gap_years",
        _whole(0, 18, "years"),
        "a whole number of years, 0 to 18",
        "Years between the child and the nearest child of the home, other than brothers and sisters, that earn "
        "full points. 0: age gaps are not scored, because they are custom, not law.",
        "SAFE-11",
    ),
    Key(
        "smoke_free_under_age",
        _whole(0, 18, "years"),
        "a whole number of years, 0 to 18",
        "Children under this age need a smoke-free home whatever is recorded. 0: only as recorded.",
        "HLT-05",
    ),
    Key(
        "review_months",
        _whole(1, 120, "months"),
        "a whole number of months, 1 to 120",
        "Months after which a carer's last review is listed as out of date.",
        "FOST-15",
    ),
    Key(
        "weights",
        _weights,
        f"a table of whole numbers, 0 to {MOST_WEIGHT}",
        "How much each consideration counts; 0 is not at all. At least one must be more than 0.",
        "docs/reference/considerations.md",
    ),
)
"""Every key of a policy file, in the order of the packaged one (besides `schema`)."""

_RISING: Final = (
    ("full_points_miles", "half_points_miles", "no_points_miles"),
    ("school_full_points_miles", "school_workable_miles", "school_no_points_miles"),
)
_NO_ROUND: Final = "No round can be worked out with this policy."


def read_policy(path: Path | None = None) -> Policy:
    """The council's policy from a TOML file, or the packaged one when no path is given.

    What the file leaves out is as in the packaged policy. Keys may also stand under `[policy]`. Raises
    `PolicyError` for anything doubtful: a key that is not known, a value out of range, all weights nought.
    Rule ids in `allow` are checked for their form only.
    """
    packaged = _read(Policy(), "policy.toml", _packaged_bytes())
    return packaged if path is None else _read(packaged, str(path), _bytes_of(path))


@cache
def default_weights() -> Mapping[str, int]:
    """The weight of each consideration in the packaged policy, in its order."""
    return dict(tomllib.loads(_packaged_bytes().decode("utf-8"))["weights"])


@cache
def _packaged_bytes() -> bytes:
    return files("matching").joinpath("policy.toml").read_bytes()


def _bytes_of(path: Path) -> bytes:
    mend = "Name a policy file that can be read, or leave the option out to use the packaged policy."
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST_FILE + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise PolicyError(str(path), None, f"the policy cannot be read ({reason}).", _NO_ROUND, mend) from error
    if len(content) > _LARGEST_FILE:
        raise PolicyError(str(path), None, "this is far too large for a policy.", _NO_ROUND, mend)
    return content


def _read(base: Policy, file: str, content: bytes) -> Policy:
    values = _values(file, content)
    known = {key.name: key for key in KEYS}
    chosen: dict[str, Any] = {}
    for name, value in values.items():
        if name not in known:
            raise PolicyError(
                file,
                _shown(name),
                f"there is no such key{_nearest(name, [*known, 'schema'])}.",
                "A choice that is not understood would silently not be followed.",
                "Correct its name or take it out; docs/reference/policy.md lists them all.",
            )
        try:
            chosen[name] = known[name].read(value)
        except _Wrong as wrong:
            raise PolicyError(file, name, wrong.what, _NO_ROUND, wrong.mend) from wrong
    if "weights" in chosen:
        chosen["weights"] = {**base.weights, **chosen["weights"]}
    policy = replace(base, **chosen)
    _check_together(file, policy)
    return policy


def _values(file: str, content: bytes) -> dict[str, object]:
    """The keys of a file as they stand, without its schema."""
    try:
        values = tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise PolicyError(file, None, "this is not text in UTF-8.", _NO_ROUND, "Save it as UTF-8 text.") from error
    except (ValueError, RecursionError) as error:
        # TOMLDecodeError is a ValueError; so is what Python says of a number with thousands of digits.
        raise PolicyError(
            file,
            None,
            f"this is not TOML ({_shown(str(error))}).",
            _NO_ROUND,
            "Mend it at the place named; text stands in quotation marks, lists in square brackets.",
        ) from error
    under = values.pop("policy", {})
    if not isinstance(under, dict):
        raise PolicyError(file, "policy", "this is not a table.", _NO_ROUND, "Write [policy] above its keys.")
    for name in under:
        if name in values:
            raise PolicyError(
                file,
                name,
                "this key stands twice, once under [policy].",
                "It cannot be known which is meant.",
                "Leave one of them.",
            )
    values |= under
    schema = values.pop("schema", SCHEMA)
    if schema != SCHEMA or isinstance(schema, bool | float):
        raise PolicyError(
            file,
            "schema",
            f"{_shown(schema)} is not a form of policy file that this version reads.",
            _NO_ROUND,
            f"Write schema = {SCHEMA}, and check the keys against docs/reference/policy.md.",
        )
    return values


def _check_together(file: str, policy: Policy) -> None:
    for names in _RISING:
        for lower, higher in pairwise(names):
            if not getattr(policy, lower) < getattr(policy, higher):
                raise PolicyError(
                    file,
                    higher,
                    f"{getattr(policy, higher):g} is not more than {lower} ({getattr(policy, lower):g}).",
                    "Nearer homes could not be told from further ones.",
                    f"Write {' < '.join(names)}, each larger than the one before.",
                )
    if not any(policy.weight_of(name) for name in default_weights()):
        raise PolicyError(
            file,
            "weights",
            "every weight is 0.",
            "No lawful home would be better than another.",
            "Give at least one consideration a weight.",
        )
