"""docs/reference/store.md, printed: python -m records.store.handbook > docs/reference/store.md."""

# A table in Markdown has one line for each row.
# ruff: noqa: E501

from __future__ import annotations

import sys
from collections.abc import Iterable

from records.store.access import MAY, Role
from records.store.editions import OFFICES
from records.store.retention import read_retention
from records.store.shelf import ABOUT_CHILDREN, LARGEST_FILE, LARGEST_TEXT, LARGEST_TOGETHER, megabytes
from records.store.steps import ADOPTION_STEPS, FOSTERING_STEPS, PLACING, Step

_COMMANDS = (
    ("placewell store init", "make a new, empty store"),
    ("placewell store keep RECORDS", "work out a round, told what people said since the last one, and keep all of it"),
    ("placewell store runs", "list the runs that are kept"),
    (
        "placewell replay RUN",
        "work a kept run out again and compare every file byte for byte; exit code 6 if one differs",
    ),
    ("placewell store verify [--head FILE]", "prove that nothing was altered; exit code 5 if something was"),
    ("placewell store head --out FILE", "write the end of the chain, to keep elsewhere"),
    ("placewell store backup --out FILE", "write the whole store to one file, while others work"),
    ("placewell store restore FILE [--drill]", "fill a new store from a backup and prove it; or only try"),
    ("placewell store migrate", "bring a store of an earlier version to this one's form"),
    ("placewell store purge [--confirm DIGEST]", "report what is past its time, on which basis; purge that report"),
    ("placewell store export-subject CHILD --out FILE", "all about one child; `--home` for a home and its carers"),
    ("placewell store export-analysis --out DIR", "children and steps under pseudonyms"),
)

_TEXT = """# The store

What was proposed, on which facts, under which law and policy, who recommended, who decided, why, and who looked.
Printed from the code by `python -m records.store.handbook > docs/reference/store.md`.

Every command takes `--store PATH|URL` (or `PLACEWELL_STORE`): a file, by default `placewell.db` in your data folder, or
`postgresql://user@host/database`, which needs `pip install 'placewell[postgres]'`. The commands act as the single user
of this computer: whoever may run them has the file, or its password.

## Commands

{commands}

## What is kept

| what | how |
|---|---|
| records of a round | each row once, at the address of what it says; a snapshot is a list of addresses |
| a run | the snapshot, what was asked and told, policy, law, versions, the solver's result, every file; nothing is drawn at random, so there is no seed |
| pins, vetoes, questions and answers | every version of each; the second of two edits of one version is refused with both |
| none of these | that a person looked, and proposed none of the open homes: which homes were open, reasons, what is done instead |
| a panel's pack | who made one, when, about whom, in which version and form: never the pack itself |
| a match | one row for each step: who, role, office, time, reasons, evidence, what was seen; a recommendation and a decision are rows of their own |
| an override | a row of its own: rule and rule set, children, home, what was broken and by how much, exception used, who decided in which office and when, reasons, who was consulted and their view, conditions, review, where the case record has it |
| a scenario | every version of its text and name, who wrote it and why; one that is dropped stays, and can be put back |
| a forecast | what was asked and its files, unchanged: totals, and no file that names a child |
| a council's own words, its targets and approvals | every version of the whole; the second of two changes of one version is refused with both |
| an edition | a document's files as they were prepared; that it was signed off, refused or withdrawn is a row of its own, with office, reasons and the checksum of each file |
| the trail | one entry for each call, refused ones too: who, role, act, whom it concerned, the hash of every row it wrote, and the hash of the entry before |

The database itself refuses to update or delete any of it. The one thing that may go is the text of a body for which a
purge stands in the store: the fact, its hash and the chain stay.

**What `verify` can and cannot find.** Any single change, removal, insertion, exchange or cut is found and named. Somebody
who holds the database and rewrites the whole chain from some entry on makes a store that looks whole: it is found by a
head that was written before and kept where they cannot reach it. Write a head each week, and send it to the auditor.

## Who may do what

Deny unless the table says otherwise; the library refuses, not the page. A conflict of interest (a bar) keeps a person
out of whole documents with the child or home, and leaves them out of lists. An administrator can narrow what somebody's
sign-in gives, from the next act on, and never widen it.

{roles}

## Steps, in the order of the law

A step that is out of order, or lacks what it must bring, is refused; the refusal names the rule.

### Fostering, supported lodgings, early permanence

{fostering}

Decided by: {placing}.

### Adoption

{adoption}

Decided by the agency decision maker alone.

Recommending and deciding take somebody who has opened the match, with its reasons and the other homes that were open.
Deciding takes the wishes of every child for this decision (or why they could not be had), reasons, an answer to every
open question, and an override record for every broken rule that somebody may approve, SIB-01 among them where brothers
and sisters are split. An agreed match holds its
children and places until it is withdrawn or ended. A carer's refusal, with its reason, bars that home for those children
in the rounds of the next 180 days, and the report says so.

## What is planned and published

None of it is about a child: it is totals, assumptions and documents, and its entries in the trail concern nobody. A
forecast holds counts that are not hidden, for making documents from; no page for those who see totals may show them.

- **Scenarios.** No two that stand have one name, whatever its capitals. A text has {text} at most. To undo is to change
  back to an earlier version, which is a version of its own.
- **Forecasts.** A file has {file} at most, all of them {together}. Files that name children ({children})
  are refused.
- **Targets and approvals.** Whole households, by kind of home and by quarter as 2027-28 Q1 (April to June 2027).
- **Editions.** Prepared by one person; signed off, or refused, by a second one, who acts as decision maker in an office
  that is named: {offices}. The director answers for the council's functions for
  children (Children Act 2004, section 18). Which office signs is for the council's scheme of delegation, which the store
  does not know. Without a sign-in there is one user, who may do both: the step then says that no second person looked.
  Nothing is signed or refused twice. An edition that was prepared or signed can be withdrawn, with reasons; it stays in
  the archive. A file that is no longer what was prepared is not given out.

## How long it is kept

{retention}

A council's own periods go into a file of the same form (`records/store/retention.toml`), given as `--retention`. Confirm
every period with the council's records manager first. A hold on a child, a home or everything stops the purge. Backups made
before a purge still hold what was purged: delete them under the same periods.

## Signing in

Without a provider there is one user, at this computer, and an app listens on 127.0.0.1 only. With one:

```toml
[provider]
issuer = "https://login.example/council"   # exactly as its tokens name it
client_id = "placewell"
roles_claim = "groups"                     # which claim holds what [roles] lists

[roles]
"CS Placements" = "family_finder"
"CS Panel Chair" = "panel_chair"

[session]
idle_minutes = 15
longest_hours = 8
```

Whoever holds none of the listed values has no access. A token counts when the provider signed it, for this app, and it
holds now; each is taken once. A session ends when it is idle, when it has lasted too long, and at sign-out.
"""


def handbook() -> str:
    """The page."""
    return _TEXT.format(
        commands=_table(("command", "what it does"), ((f"`{name}`", does) for name, does in _COMMANDS)),
        roles=_table(
            ("call", *(role.value.replace("_", " ") for role in Role)),
            ((f"`{call}`", *("yes" if role in may else "" for role in Role)) for call, may in MAY.items()),
        ),
        fostering=_steps(FOSTERING_STEPS),
        adoption=_steps(ADOPTION_STEPS),
        placing=", ".join(PLACING),
        text=megabytes(LARGEST_TEXT),
        file=megabytes(LARGEST_FILE),
        together=megabytes(LARGEST_TOGETHER),
        children=", ".join(f"`{name}`" for name in ABOUT_CHILDREN),
        offices=", ".join(OFFICES),
        retention=_table(
            ("class", "what", "how long", "basis"),
            (
                (k.name, k.what, f"{k.years} years from {k.since.replace('_', ' ')}", k.basis)
                for k in read_retention().values()
            ),
        ),
    )


def _steps(steps: Iterable[Step]) -> str:
    rows = (
        (
            step.name.replace("_", " "),
            "; ".join(state.replace("_", " ").replace(":done", "").replace(":", ": ") for state in step.after) or "-",
            " / ".join(step.outcomes) if len(step.outcomes) > 1 else "",
            ", ".join(sorted(role.value.replace("_", " ") for role in step.roles)),
            step.rule,
            step.why,
        )
        for step in steps
    )
    return _table(("step", "after", "outcomes", "taken by", "rule", "because"), rows)


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, ("---",) * len(heads), *rows]
    return "\n".join("|" + "|".join(f" {cell} " if cell != "---" else cell for cell in row) + "|" for row in lines)


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    sys.stdout.write(handbook())
