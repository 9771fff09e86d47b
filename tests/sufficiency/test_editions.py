"""What has changed since an earlier edition: from what both published, and never from what either hides."""

import json
from dataclasses import asdict, replace
from pathlib import Path

import pandas as pd
import pytest

from reporting.disclosure import Rules
from reporting.fact import Unit
from reporting.lens import Lens
from reporting.section import Edition
from reporting.write import csv_text
from sufficiency.editions import OPEN_DATA, REPORT, NoEdition, changes_of, changes_section, difference, read_earlier
from sufficiency.trace import texts_of
from tests.sufficiency.a_book import few_tables

RULES = asdict(Rules())


def totals(**children: str) -> pd.DataFrame:
    """Children in care on some days, as an edition printed them."""
    days = {f"{name[1:5]}-{name[5:7]}-31": text for name, text in children.items()}
    return pd.DataFrame({"what": "in_care", "on": list(days), "children": list(days.values())})


def edition(folder: Path, tables: dict[str, pd.DataFrame], of: Edition = Edition.PUBLIC) -> Path:
    """The folder of a report that printed these tables."""
    (folder / OPEN_DATA).mkdir(parents=True)
    about = {"known_until": "2025-03-31", "scenario": "Baseline"}
    told = {"document": "statement", "edition": of, "about": about, "rules": RULES | {"small_to": 5}}
    (folder / REPORT).write_text(json.dumps(told), encoding="utf-8")
    for key, table in tables.items():
        (folder / OPEN_DATA / f"{key}.csv").write_text(csv_text(table), encoding="utf-8")
    return folder


def test_only_what_both_publish_is_compared(tmp_path: Path) -> None:
    """A figure that either hides is counted and not told; new and dropped rows and tables are said."""
    before = {"children.total": totals(d202303="345", d202403="c", d202503="330"), "past.scores": totals(d202303="1")}
    now = {"children.total": totals(d202403="338", d202503="331", d202603="340"), "gap.need": totals(d202303="1")}
    lens = Lens(few_tables("children.total", "gap.need", "past.scores"), Edition.PUBLIC)
    found = changes_of(read_earlier(edition(tmp_path / "e", before), Edition.PUBLIC), lens, now, RULES)
    (total,) = found.tables
    assert (total.same, total.changed, total.new, total.dropped, total.hidden) == (0, 1, 1, 1, 1)
    assert [(one.before, one.now, one.by) for one in found.revised] == [("330", "331", "+1")]
    assert [(one.what, one.before, one.now, one.by) for one in found.headlines] == [
        ("Children in care", "330", "340", "+10")
    ]
    assert (found.new_tables, found.dropped_tables) == (
        ("Children without a home of the council's own",),
        ("How past forecasts did",),
    )
    assert any("small to: 5 then, 4 now" in note for note in found.notes)
    text = "\n".join(texts_of(changes_section(lens, found).blocks))
    assert "338" not in text
    assert "31 March 2025" in text


def test_an_edition_for_fewer_readers_is_refused(tmp_path: Path) -> None:
    """A public edition never tells differences to a confidential one; a confidential one may to a public one."""
    folder = edition(tmp_path / "e", {"children.total": totals(d202503="330")}, Edition.CONFIDENTIAL)
    with pytest.raises(NoEdition, match="fewer may read"):
        read_earlier(folder, Edition.PUBLIC)
    assert read_earlier(folder, Edition.CONFIDENTIAL).edition is Edition.CONFIDENTIAL


def test_a_folder_that_is_no_edition_is_said(tmp_path: Path) -> None:
    """No report, and a broken one, are said in words."""
    with pytest.raises(NoEdition, match=r"summary\.json is not there"):
        read_earlier(tmp_path, Edition.PUBLIC)
    (tmp_path / REPORT).write_text("{}", encoding="utf-8")
    with pytest.raises(NoEdition, match="can be read"):
        read_earlier(tmp_path, Edition.PUBLIC)


@pytest.mark.parametrize(
    ("before", "now", "unit", "by"),
    [
        ("340", "331", Unit.PEOPLE, "−9"),
        ("1340", "1340", Unit.PEOPLE, "0"),
        ("1200", "3550", Unit.POUNDS, "+£2,350"),
        ("0.41", "0.42", Unit.SHARE, "+1 percentage point"),
        ("0.80", "0.71", Unit.SHARE, "−9 percentage points"),
        ("1.5", "2.0", Unit.NUMBER, "+0.5"),
        ("c", "42", Unit.PEOPLE, None),
        ("fewer than 5", "7", Unit.PEOPLE, None),
    ],
)
def test_differences_are_said_in_the_units_of_the_figures(before: str, now: str, unit: Unit, by: str | None) -> None:
    """By how much two figures of open data differ; nothing where either is no number."""
    assert difference(before, now, unit) == by


@pytest.mark.parametrize(
    ("council", "until", "words"), [("Elsewhere", "2025-03-31", "another"), ("", "2027-03-31", "later")]
)
def test_what_is_no_earlier_edition_of_the_council_is_refused(
    tmp_path: Path, council: str, until: str, words: str
) -> None:
    """Differences to another council, or to a day still to come, are no changes."""
    lens = Lens(few_tables("children.total"), Edition.PUBLIC)
    found = read_earlier(edition(tmp_path / "e", {}), Edition.PUBLIC)
    found = replace(found, about={"council": council, "known_until": until})
    with pytest.raises(NoEdition, match=words):
        changes_of(found, lens, {}, RULES)
