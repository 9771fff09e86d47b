"""Prints docs/reference/scenarios.md from the schema and the packaged baseline."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from sufficiency.scenario import Figure, Quantity, baseline
from sufficiency.scenario_keys import SECTIONS
from sufficiency.scenario_schema import SCHEMA_VERSION, STATUS_MEANS, Key, Lever, Number, Section, Words
from sufficiency.scenario_values import in_digits


def handbook() -> str:
    """The whole page as Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# Scenario files"
    yield ""
    yield "Printed from the schema by `python -m sufficiency.scenario_handbook > docs/reference/scenarios.md`."
    yield f"Form {SCHEMA_VERSION}. How to write one: [write a scenario](../how-to/write-a-scenario.md)."
    yield ""
    yield "A scenario holds every number that a forecast assumes. It is a TOML file in UTF-8. `placewell forecast`"
    yield "without `--scenario` uses the packaged `scenarios/baseline.toml`."
    yield ""
    yield "## The file"
    yield ""
    yield "| Key | What it is |"
    yield "|---|---|"
    yield f"| `schema_version` | {SCHEMA_VERSION}. Always stated. |"
    yield "| `name`, `about` | What the scenario is called, and what it tries. |"
    yield (
        "| `extends` | A file from the same folder (or below, or above with `../`), whose figures hold where this one "
        'states none. `"baseline.toml"` is the packaged one unless the folder has its own. A file that extends none '
        "states every figure that is not optional. |"
    )
    yield ""
    yield "Then tables of figures. A figure is always stated whole:"
    yield ""
    yield "| Part | What it is |"
    yield "|---|---|"
    yield "| `value` | The number, one of the choices in quotation marks, or true or false. |"
    yield "| `unit` | As below, word for word. Numbers only. |"
    yield (
        "| `low`, `high` | The interval: where a forecast draws the number, it draws from the triangle with these as "
        "its least and most, and the value as the likeliest. Both are the value where no interval is known; that does "
        "not make the value certain. Numbers only. |"
    )
    yield "| `source` | Who says so, on one line. |"
    yield '| `date` | What it is of: `2024`, `2023-24`, `2024-03`, `2024-03-31` or `"undated"`. |'
    yield f"| `status` | {'; '.join(f'`{status}`: {means}' for status, means in STATUS_MEANS.items())}. |"
    yield ""
    yield "A key or part that is not known, a value of the wrong kind or out of range, another unit, an interval that"
    yield "does not hold its value: each is an error that names the file, the place and what to do. All are said at"
    yield "once."
    yield ""
    yield "A lever says besides when it works: [levers](levers.md)."
    yield ""
    yield "The sha256 of a scenario is of its figures alone, however they are ordered or divided into files."
    yield ""
    yield "## Older forms"
    yield ""
    yield "| Form | What it wrote |"
    yield "|---|---|"
    yield "| 0 | A bare value for each figure (`level = 1.1`), without unit, interval, source, date or status. |"
    yield f"| {SCHEMA_VERSION} | As above. |"
    yield ""
    yield "A file of an older form is still read: its figures have no interval, say that they were carried over, and"
    yield "count as unverified. `sufficiency.scenario_migrations.migrate` gives its text in the present form. A newer"
    yield "form is an error."
    for section in SECTIONS:
        yield from _of_section(section)


def _of_section(section: Section) -> Iterator[str]:
    yield ""
    yield f"## {section.name}"
    yield ""
    yield section.about
    yield ""
    if section.parts_of_one:
        yield f"{', '.join(f'`{part}`' for part in section.parts_of_one)} add up to 1."
        yield ""
    if all(isinstance(key, Lever) for key in section.keys):
        yield from _of_levers(section)
        return
    yield "| Key | What it is | Takes | Baseline | Status | Date | Source |"
    yield "|---|---|---|---|---|---|---|"
    for key, dotted in zip(section.keys, section.dotted(), strict=True):
        figure = baseline().get(dotted.name)
        said = "| | | |" if figure is None else f"| {figure.status} | {figure.date} | {figure.source} |"
        yield f"| `{key.name}` | {key.does} | {_takes(key)} | {_value(figure)} {said}"


def _of_levers(section: Section) -> Iterator[str]:
    yield "| Lever | What it does | Takes | Works in |"
    yield "|---|---|---|---|"
    for key in section.keys:
        if isinstance(key, Lever):
            yield f"| `{key.name}` | {key.does} | {_takes(key)} | {', '.join(key.works_in)} |"


def _takes(key: Key) -> str:
    if isinstance(key, Number):
        least, most = key.range
        return f"{key.unit.text}: {'whole, ' if key.unit.whole else ''}{in_digits(least)} to {in_digits(most)}"
    if isinstance(key, Words):
        return " or ".join(f"`{choice}`" for choice in key.choices) if key.choices else "text"
    return "true or false"


def _value(figure: Figure | None) -> str:
    if figure is None:
        return "not known"
    if not isinstance(figure, Quantity):
        return f"`{str(figure.value).lower() if isinstance(figure.value, bool) else figure.value}`"
    interval = f" ({figure.interval})" if figure.interval else ""
    return f"{in_digits(figure.value)}{interval}"


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    sys.stdout.write(handbook())
