"""The reference pages on considerations and policy, printed from the code.

`python -m matching.considerations.handbook considerations > docs/reference/considerations.md`, and the same with
`policy`. A test checks that the pages are current.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

from matching.considerations.contents import CONSIDERATIONS
from matching.policy import KEYS, SCHEMA, read_policy

_CONSIDERATIONS_HEAD = """\
# What makes one lawful home better than another

Printed from the code by `python -m matching.considerations.handbook considerations`; do not edit.

The rules say which homes are lawful for a child ([rules.md](rules.md)). Among these, each consideration below gives
every home 0 to 100, with its reason in words. A pair's **points** are ten times the weighted mean of the
considerations that apply to it: a whole number from 0 to 1000 (a half goes to the even number). The parts shown for
a pair are whole points too and add up to its points exactly: they are rounded down, and the points left over go to
the largest remainders. A pair's points never depend on which other homes there are.

- **Kin** has a fixed share of the scale, a little more than half with the packaged weights: kin homes have more than
  500 points and all others fewer, however well they suit. The rest of the scale is shared out, by weight, among the
  other considerations that apply.
- A tie that only some homes have (current or previous carer, a brother or sister who lives there) applies only
  where it exists, with 100: it can raise a home and lowers none.

- **Not recorded** is neither good nor bad. It is given 50, and `points_low` and `points_high` show what the pair's
  points could become once everything is recorded. Faith and ethnicity can only add, so there 50 is also the least.
- **Does not apply** means that the consideration has nothing to say for this child and home. Its weight falls to the
  others, so that a home is neither better nor worse for it. Where nothing that applies has a weight, 50 is taken.
- **Adoptive and early permanence homes** follow another order of preference: nearness, area, school and a brother or
  sister who lives there do not apply (Children Act 1989, s22C(9A) to (9C); PLC-07, EPM-02, SIB-08).
- **Cost** is nowhere in the points. It is a tie-break between plans at most (GOV-10).
- Weights and distances are the council's: [policy.md](policy.md). Points rank homes; they are not the chance that a
  placement lasts, and nobody should read them so (STB-05).

"""

_POLICY_HEAD = f"""\
# The council's policy file

Printed from the code by `python -m matching.considerations.handbook policy`; do not edit.

`placewell match RECORDS --out OUT --policy FILE` reads a TOML file in UTF-8. It need state only what the council
chooses otherwise than below; what it leaves out keeps the value given here. The keys stand at the top of the file or
under `[policy]`. Anything doubtful stops the run before the records are read, with what is wrong and how to mend it:
a key that is not known, a value out of range, a tier that stands twice, all weights 0. The numbers that the law fixes
are not here: no policy can change them.

`schema = {SCHEMA}` names the form of the file; left out, the present form is taken. Every run records the policy in
force and its fingerprint (a sha256 of all these values).

```toml
schema = {SCHEMA}
version = "2027 spring"
chosen_by = "Corporate parenting board"
chosen_on = 2027-03-01
authority = "E08000009"
near_miles = 8.0
siblings = "never_split"

[weights]
school = 16
```

"""


def considerations_page() -> str:
    """The text of docs/reference/considerations.md."""
    rows = [
        (f"[`{one.name}`](#{one.name})", one.title, str(one.default_weight) + (" or more" if one.times else ""))
        for one in CONSIDERATIONS
    ]
    page = _CONSIDERATIONS_HEAD + _table(("Name", "Title", "Weight"), rows)
    for one in CONSIDERATIONS:
        page += f"\n## {one.name}\n\n**{one.title}.** {one.looks_at}\n\nLaw and source: {one.law}.\n"
    return page


def policy_page() -> str:
    """The text of docs/reference/policy.md."""
    policy = read_policy()
    rows = [
        (f"`{key.name}`", key.takes, _toml(getattr(policy, key.name)), key.does, key.source)
        for key in KEYS
        if key.name != "weights"
    ]
    page = _POLICY_HEAD + _table(("Key", "Takes", "Packaged value", "What it does", "Rule or source"), rows)
    weights = next(key for key in KEYS if key.name == "weights")
    page += f"\n## [weights]\n\n{weights.does} Each is a whole number from 0 to 1000; see "
    page += "[considerations.md](considerations.md).\n\n"
    return page + _table(
        ("Key", "Packaged value", "What it weighs"),
        [(f"`{one.name}`", str(policy.weight_of(one.name)), one.title) for one in CONSIDERATIONS],
    )


def _toml(value: object) -> str:
    if value is None:
        return "(left out)"
    if isinstance(value, tuple):
        return "`[" + ", ".join(f'"{v}"' if isinstance(v, str) else str(v) for v in value) + "]`"
    return f'`"{value}"`' if isinstance(value, str) else f"`{value}`"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [list(head)]
    lines.append(["---"] * len(lines[0]))
    lines.extend([cell.replace("|", "\\|") for cell in row] for row in rows)
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def main(arguments: list[str]) -> int:
    """Print one page; say how when the argument is not one of them."""
    pages = {"considerations": considerations_page, "policy": policy_page}
    if len(arguments) != 1 or arguments[0] not in pages:
        sys.stderr.write(f"Name the page to print: {' or '.join(pages)}.\n")
        return 2
    sys.stdout.buffer.write(pages[arguments[0]]().encode("utf-8"))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
