"""The pack for a panel: everything a panel needs to decide otherwise; and the one that names nobody names nobody."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from matching import panel_pack, panel_pack_unnamed
from matching.panel_material import Material, groups_to_show
from matching.panel_pack import pack
from matching.panel_pack_unnamed import ALIKE, NOT_SHOWN, common, letters, unnamed_pack
from matching.policy import Policy
from matching.propose import propose
from matching.results import Results, work_out
from records.model import Child, Home, Link, LinkKind, Records, Resident, ResidentStatus, Separation, SiblingPlan
from records.model import SiblingRow as Pair
from reporting.section import Section, Table, WriteIn, every_block
from reporting.write import Form, html, write
from tests.ordinary import DAY, child, home, miles_east, records, years_old

FORMS = list(Form)


def council() -> Records:
    """Two brothers, four children alone, one of them with no home; homes near and far, with somebody living there."""
    children = [
        child("C1", family_id="F1", sex="M", date_of_birth=years_old(5), views="I want <b>my dog</b>."),
        child("C2", family_id="F1", sex="M", date_of_birth=years_old(7), views=None),
        *(child(f"C{n}", home=miles_east(n)) for n in (3, 4, 5)),
        child("C6", date_of_birth=years_old(17), needs_must=("wheelchair",)),
    ]
    homes = [
        home("H1", approved_places=3, vacancies=3, location=miles_east(1)),
        *(home(f"H{n}", approved_places=2, vacancies=1, location=miles_east(n)) for n in range(2, 7)),
    ]
    return replace(
        records(children, homes),
        residents=(Resident("H2", "R1", ResidentStatus.OWN_CHILD, years_old(11), "F"),),
    )


@pytest.fixture(scope="module")
def results() -> Results:
    """The round of that council."""
    return work_out(propose(council(), Policy()))


def said(sections: Sequence[Section]) -> str:
    return re.sub(r"<[^>]+>", " ", html("T", sections))


def read_back(form: Form, data: bytes, folder: Path) -> str:
    """Everything a file says, its hidden parts too."""
    if form in (Form.WORD, Form.SHEET):
        with zipfile.ZipFile(io.BytesIO(data)) as held:
            return "\n".join(held.read(name).decode("utf-8", "replace") for name in held.namelist())
    if form is Form.HTML:
        return data.decode("utf-8")
    reader = shutil.which("pdftotext")
    if reader is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    path = folder / "pack.pdf"
    path.write_bytes(data)
    told = subprocess.run([reader, "-enc", "UTF-8", str(path), "-"], capture_output=True, check=True)
    return told.stdout.decode("utf-8") + data.decode("latin-1")


def test_the_agenda_comes_first_and_in_the_order_asked_for(results: Results) -> None:
    """The units stand in the panel's order, each under a heading of its own, and the agenda leads to them."""
    units = [results.units[2], results.units[0]]
    sections = pack(Material.of(results), units)
    chapters = [s.heading for s in sections if s.level == 2]
    assert chapters == [
        "Agenda",
        "1. Child C4",
        "2. Family F1",
        "Approvals needed",
        "Before confirming any match",
        "How it was worked out",
    ]
    assert html("T", sections)  # headings in order, and no link leads nowhere


def test_own_words_come_first_and_silence_is_named(results: Results) -> None:
    """A child's words stand before any fact; whose wishes are not recorded is to be asked."""
    (unit,) = [u for u in results.units if u.unit_id == "F1"]
    sections = pack(Material.of(results), [unit])
    text = said(sections)
    assert text.index("my dog") < text.index("Kinds of home in the care plan")
    assert "Wishes and feelings of C2: not recorded. Ask before deciding." in text


def test_homes_stand_side_by_side_with_what_differs_first(results: Results) -> None:
    """Of the homes compared every row of the first table differs; who lives there and the cost to others are told."""
    (unit,) = [u for u in results.units if u.unit_id == "C3"]
    material = Material.of(results)
    sections = pack(material, [unit])
    tables = [b for s in sections for b in every_block(s.blocks) if isinstance(b, Table)]
    (differ,) = [t for t in tables if t.caption == "Homes side by side: where they differ"]
    assert len(differ.columns) == 1 + len(material.compared(groups_to_show(material, unit)[0])) == 4
    for row in differ.rows:
        assert len({repr(cell) for cell in row[1:]}) > 1, row[0]
    text = said(sections)
    for one in ("Who lives there", "Cost to the others", "Miles to school", "Open questions", "Places free now"):
        assert one in text
    assert "R1" not in text


def test_the_reasons_add_up_to_the_points_of_each_home(results: Results) -> None:
    """Every consideration stands beside what it found, home by home, and the points add up to the total."""
    (unit,) = [u for u in results.units if u.unit_id == "C3"]
    tables = [b for s in pack(Material.of(results), [unit]) for b in every_block(s.blocks) if isinstance(b, Table)]
    (why,) = [t for t in tables if t.caption.startswith("Why: ")]
    assert why.total is not None
    for k in range(1, len(why.columns)):
        added = [cell[0] for row in why.rows if isinstance(cell := row[k], tuple)]
        assert sum(int(str(one)) for one in added) == int(str(why.total[k]))


def test_no_choice_is_made_beforehand_and_none_of_these_is_always_there(results: Results) -> None:
    """Every item has room for another home, for none, for reasons, and for a conflict of interest."""
    for sections in (
        pack(Material.of(results), results.units),
        unnamed_pack(Material.of(results), results.units, results.units),
    ):
        rooms = [b for s in sections for b in every_block(s.blocks) if isinstance(b, WriteIn)]
        recommending = [r for r in rooms if r.label == "Recommendation"]
        assert len(recommending) == len(results.units)
        assert all({"none of these", "another home:", "put off, until:"} <= set(r.choices) for r in recommending)
        labels = " ".join(r.label for r in rooms)
        assert labels.count("Conflict of interest in this item") == len(results.units)
        assert "who was present" in labels
        assert labels.count("Reasons") == len(results.units)


def test_a_family_that_no_home_takes_is_read_by_the_ways_they_could_live() -> None:
    """At length: whom the plan keeps together, and whoever has no home; every other way is a line of one table."""
    brothers = [child(f"C{n}", family_id="F1", date_of_birth=years_old(4 + n)) for n in (1, 2, 3, 4)]
    homes = [
        home("H1", approved_places=2, vacancies=2, location=miles_east(1)),
        home("H2", approved_places=1, vacancies=1, location=miles_east(2)),
    ]
    found = work_out(propose(records(brothers, homes), Policy()))
    (unit,) = found.units
    material = Material.of(found)
    groups = groups_to_show(material, unit)
    at_length = [c for group in groups if group is not unit.whole for c in group.child_ids]
    assert sorted(at_length) == ["C1", "C2", "C3", "C4"]
    sections = pack(material, [unit])
    headings = [s.heading for s in sections if s.heading.startswith("Homes for")]
    assert len(headings) == len(groups) <= 5
    tables = [b for s in sections for b in every_block(s.blocks) if isinstance(b, Table)]
    (ways,) = [t for t in tables if t.caption.startswith("Every other part")]
    assert len(ways.rows) == len(unit.parts) + len(unit.alone) - len([g for g in groups if g is not unit.whole])
    assert "SIB-05" in ways.notes[0]


def test_a_child_without_a_home_is_told_what_would_help(results: Results) -> None:
    """The pack says so for each child whom the plan leaves without."""
    (unit,) = [u for u in results.units if u.unit_id == "C6"]
    assert results.unplaced
    text = said(pack(Material.of(results), [unit]))
    assert "What would help" in text
    assert "no home in the plan" in text


def test_whoever_may_not_see_a_home_gets_a_pack_without_it(results: Results) -> None:
    """A hidden home is in no table, no choice and no sentence, and the pack says that some are not shown."""
    (unit,) = [u for u in results.units if u.unit_id == "C3"]
    material = replace(Material.of(results), hidden=frozenset({"H3"}))
    text = said(pack(material, [unit]))
    assert not re.search(r"\bH3\b", text)
    assert "1 open homes are not shown to whoever made this pack." in text
    assert re.search(r"\bH3\b", said(pack(Material.of(results), [unit])))


def test_an_empty_agenda_is_refused(results: Results) -> None:
    """A pack about nobody is a mistake."""
    with pytest.raises(ValueError, match="at least one child or family"):
        pack(Material.of(results), [])
    with pytest.raises(ValueError, match="at least one child or family"):
        unnamed_pack(Material.of(results), [], results.units)


@pytest.mark.parametrize("form", FORMS)
def test_both_packs_are_written_in_every_form_the_same_each_time(results: Results, form: Form) -> None:
    """One pack, three forms, two versions, and no clock in any of them."""
    material = Material.of(results)
    for sections in (pack(material, results.units), unnamed_pack(material, results.units, results.units)):
        once, again = (write(form, "T", sections, marking="M") for _ in range(2))
        assert once == again


# ---- without names -------------------------------------------------------------------------------------------------

MARK = "MARK"


def marked() -> Records:
    """The same council with a marker in every field that holds an id, a name or words, and dates nobody else has."""
    plain = council()
    kin = (Link("C3", "H2", LinkKind.KIN, f"{MARK}aunt"),)
    apart = (Separation("C4", "C5", f"{MARK}fight", f"{MARK}judge"),)
    siblings = (Pair("C1", "C2", SiblingPlan.TOGETHER, DAY, f"{MARK}worker", f"{MARK}love"),)
    children = tuple(
        replace(
            c,
            views=f"{MARK}views of {c.child_id}",
            views_recorded_on=date(2026, 11, 1 + n),
            ethnicity="WROM",
            religion="jain",
            languages=("cy",),
            home_postcode="M33 7ZZ",
            school_postcode="M33 1AA",
            referred_on=DAY - timedelta(days=40 + n),
        )
        for n, c in enumerate(plain.children)
    )
    homes = tuple(
        replace(h, agency_name=f"{MARK}agency", postcode="M33 9XX", religion="jain", approving_service=f"{MARK}service")
        for h in plain.homes
    )
    named = replace(
        plain,
        children=children,
        homes=homes,
        links=kin,
        separations=apart,
        siblings=siblings,
        inputs={f"{MARK}.csv": "0"},
    )
    return renamed(named)


def renamed(facts: Records) -> Records:
    """Every id becomes one that is found again: MARKC1, MARKH2, ..."""

    def of(value: object) -> object:
        if isinstance(value, str) and re.fullmatch(r"[CHFR][0-9]+", value):
            return f"{MARK}{value}"
        return value

    def one(made: object) -> object:
        return replace(made, **{f.name: of(getattr(made, f.name)) for f in fields(made)})  # type: ignore[type-var,arg-type]

    lists = ("children", "homes", "siblings", "separations", "residents", "links", "zones")
    return replace(facts, **{name: tuple(one(made) for made in getattr(facts, name)) for name in lists})


@pytest.fixture(scope="module")
def marked_results() -> Results:
    """Its round."""
    return work_out(propose(marked(), Policy()))


def test_the_markers_are_in_the_pack_with_names(marked_results: Results) -> None:
    """Else the next test would show nothing."""
    text = said(pack(Material.of(marked_results), marked_results.units))
    for one in ("MARKC1", "MARKH2", "MARKF1", "MARKviews", "MARKworker"[:4]):
        assert one in text


@pytest.mark.parametrize("form", FORMS)
def test_the_pack_without_names_holds_no_id_no_words_and_no_day(
    marked_results: Results, form: Form, tmp_path: Path
) -> None:
    """Nothing that was planted in any field is in any part of any form of it."""
    material = replace(
        Material.of(marked_results),
        warnings=(f"{MARK} warning",),
        standing={unit.unit_id: (f"{MARK} stands",) for unit in marked_results.units},
        made=(("Made by", f"{MARK} person"),),
    )
    sections = unnamed_pack(material, marked_results.units, marked_results.units)
    data = write(
        form,
        panel_pack_unnamed.TITLE,
        sections,
        lead=panel_pack_unnamed.lead(material),
        marking=panel_pack_unnamed.MARKING,
    )
    text = read_back(form, data, tmp_path)
    assert panel_pack_unnamed.TITLE in text
    assert MARK not in text
    shown = text if form is Form.PDF else re.sub(r"<[^>]+>", " ", text)
    for pattern in (
        r"M33",
        r"jain",
        r"WROM",
        r"wheelchair",
        r"E08000009",
        r"Trafford",
        r"\b(SAFE|LOC|FOST|BED|ADO|CON|IDN|HLT|SIB)-\d\d",
        r"\b[0-3]?\d (October|November) 2026",
    ):
        assert not re.search(pattern, shown), pattern
    for child_ in marked_results.proposal.register.children:
        assert child_.date_of_birth.isoformat() not in text
    assert "November 2026" in text
    assert "still confidential" in text


def test_letters_follow_the_agenda_and_nothing_else(results: Results) -> None:
    """The first on the agenda is A whoever it is; homes are numbered as they are met; ids play no part."""
    material = Material.of(results)
    there = unnamed_pack(material, results.units[1:], results.units)
    back = unnamed_pack(material, results.units[:0:-1], results.units)
    names = [[s.heading for s in sections if s.level == 2 and s.anchor != "how"][1:] for sections in (there, back)]
    assert names[0] == names[1] == ["1. Case A", "2. Case B", "3. Case C", "4. Case D"]
    assert [letters(n) for n in (0, 25, 26, 27, 701, 702)] == ["A", "Z", "AA", "AB", "ZZ", "AAA"]
    first = [
        b for s in back for b in every_block(s.blocks) if isinstance(b, Table) and b.caption == "Homes side by side"
    ]
    assert [c.title for c in first[0].columns[1:]] == [f"Home {n + 1}" for n in range(len(first[0].columns) - 1)]


def test_the_order_of_ids_cannot_be_read_from_the_pack_without_names() -> None:
    """The same facts under ids that sort the other way give the same pack, when the agenda stays."""

    def made(names: dict[str, str]) -> str:
        facts = records(
            [child(names[f"C{n}"], home=miles_east(5 * n * n), date_of_birth=years_old(8)) for n in (1, 2, 3)],
            [home(names[f"H{n}"], location=miles_east(5 * n * n), vacancies=1, approved_places=1) for n in (1, 2, 3)],
        )
        found = work_out(propose(facts, Policy()))
        units = sorted(found.units, key=lambda u: [names[f"C{n}"] for n in (1, 2, 3)].index(u.unit_id))
        return html("T", unnamed_pack(Material.of(found), units, found.units))

    ids = [f"{kind}{n}" for kind in "CH" for n in (1, 2, 3)]
    assert made({one: one for one in ids}) == made({one: f"{one[0]}{9 - int(one[1])}" for one in ids})


def test_what_is_shown_of_a_child_fits_at_least_three(results: Results) -> None:
    """Whatever combination of facts the pack shows of a unit, as many units of the round share it; rarer ones go."""
    material = Material.of(results)
    shown = panel_pack_unnamed.facts_shown(material, results.units, results.units)
    everybody = [panel_pack_unnamed._classes(material, unit) for unit in results.units]
    for facts in shown.values():
        assert not facts or sum(facts.items() <= other.items() for other in everybody) >= ALIKE
    assert "16 to 17" not in str(shown.values())
    assert shown["C3"]["Ages"] == "5 to 9"
    text = said(unnamed_pack(material, results.units, results.units))
    assert NOT_SHOWN in text


def test_facts_are_given_up_in_order_until_enough_are_alike() -> None:
    """The least telling fact goes first, and none is left where nobody is alike."""
    mine = {"a": "1", "b": "2"}
    alike = [mine, {"a": "1", "b": "3"}, {"a": "1", "b": "4"}]
    assert common(mine, alike, ("b", "a")) == {"a": "1"}
    assert common(mine, alike, ("a", "b")) == {}
    assert common(mine, [mine] * 3, ("b", "a")) == mine
    assert common(mine, [mine] * 2, ("b", "a")) == {}


def test_the_marking_says_what_the_pack_is() -> None:
    """Each version says on every page how confidential it is."""
    assert "CONFIDENTIAL" in panel_pack.MARKING
    assert "no identifying detail; it is still confidential" in panel_pack_unnamed.MARKING
    assert {f.name for f in fields(Child)} >= {"views"}
    assert {f.name for f in fields(Home)} >= {"agency_name"}


def test_what_goes_beyond_tonight_is_said_where_known_and_names_nobody_who_is_hidden(results: Results) -> None:
    """One sentence for the round and for a unit; one that names a hidden home says only that it does; none without."""
    plain = Material.of(results)
    unit = next(one for one in results.units if one.unit_id == "F1")
    assert panel_pack.BEYOND not in said(pack(plain, [unit]))
    told = {"F1": ("Such a family is expected.", "H3 is one of two homes.")}
    material = replace(plain, beyond=told, beyond_round=("The plan would stand.",), hidden=frozenset({"H3"}))
    text = said(pack(material, [unit]))
    assert "Such a family is expected." in text
    assert "The plan would stand." in text
    assert "A sentence names somebody not shown to you." in text
    assert "one of two homes" not in text
    assert "Such a family" not in said(unnamed_pack(material, [unit], results.units))
