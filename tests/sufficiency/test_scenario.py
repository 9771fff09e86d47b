"""Nothing of a scenario is silently ignored, and every number of it says where it comes from."""

from __future__ import annotations

import pickle
import re
import tomllib
from pathlib import Path

import numpy as np
import pytest

from sufficiency.scenario import BASELINE, Quantity, ScenarioError, baseline, read_scenario
from sufficiency.scenario_handbook import handbook
from sufficiency.scenario_keys import KEYS, SECTIONS
from sufficiency.scenario_migrations import migrate, toml_of
from sufficiency.scenario_schema import Number
from sufficiency.scenario_values import in_digits

ROOT = Path(__file__).resolve().parents[2]
TOP = 'schema_version = 1\nextends = "baseline.toml"\n'
OWN = 'source = "Our finance team", date = "2025-26", status = "council"'
LEVEL = f'[need.entries]\nlevel = {{ value = 1.1, unit = "times", low = 1.0, high = 1.2, {OWN} }}\n'


def written(folder: Path, text: str, name: str = "ours.toml") -> Path:
    """A scenario file of this text."""
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def faults(path: Path) -> list[tuple[str, str | None, str]]:
    """File, place and what is wrong, of everything that is wrong."""
    with pytest.raises(ScenarioError) as caught:
        read_scenario(path)
    assert all(fault.meaning and fault.mend for fault in caught.value.faults)
    assert str(caught.value).count("\n") == len(caught.value.faults) - 1
    return [(Path(fault.file).name, fault.key, fault.what) for fault in caught.value.faults]


def test_the_baseline_states_every_figure_whole() -> None:
    """Each has its unit, an interval that holds it, source, date and status; some needs and all levers are missing."""
    stated = baseline().flat()
    assert list(stated) == [name for name in KEYS if name in stated]
    assert {name for name in KEYS if name not in stated} == {name for name, key in KEYS.items() if key.optional}
    assert all(name.startswith(("need.segments.needs.", "levers.")) for name, key in KEYS.items() if key.optional)
    for name, figure in stated.items():
        key = KEYS[name]
        assert isinstance(figure, Quantity) == isinstance(key, Number)
        if isinstance(figure, Quantity) and isinstance(key, Number):
            assert figure.unit == key.unit.text
            assert key.range[0] <= figure.low <= figure.value <= figure.high <= key.range[1]
    assert baseline().files[0].path == str(BASELINE)
    assert ROOT / "scenarios" / "baseline.toml" == BASELINE


def test_weekly_costs_are_the_yearly_ones_divided() -> None:
    """Where a source gives pounds a year, the weekly figure is that over the weeks of a year."""
    checked = 0
    weeks = baseline().number("cost.weeks_a_year").value
    for name, figure in baseline().flat().items():
        yearly = re.search(r"\(£([\d,]+) a year", figure.source)
        if yearly and isinstance(figure, Quantity):
            assert figure.value == pytest.approx(int(yearly[1].replace(",", "")) / weeks, abs=0.5), name
            checked += 1
    assert checked == 8


def test_figures_that_are_no_mean_of_anything_known_are_not_called_verified() -> None:
    """What has no source is marked unverified, and nothing else says that it is a placeholder."""
    for figure in baseline().flat().values():
        assert (figure.status == "unverified") or "placeholder" not in figure.source
        assert figure.status != "council"


def test_no_key_is_also_a_table() -> None:
    """A dotted name is a figure or holds figures, never both."""
    assert not [name for name in KEYS if any(other.startswith(name + ".") for other in KEYS)]
    assert len(KEYS) == sum(len(section.keys) for section in SECTIONS)


def test_a_council_states_only_what_differs(tmp_path: Path) -> None:
    """What its file states holds; all else is the baseline's and is called a national default."""
    ours = read_scenario(written(tmp_path, TOP + 'name = "More children"\n' + LEVEL))
    level = ours.number("need.entries.level")
    assert (level.value, level.low, level.high, level.unit, level.status) == (1.1, 1.0, 1.2, "times", "council")
    assert (ours.name, ours.number("need.horizon_months").whole) == ("More children", 36)
    assert [key for key in KEYS if not ours.is_default(key)] == ["need.entries.level"]
    assert [Path(file.path).name for file in ours.files] == ["ours.toml", "baseline.toml"]
    assert ours.text("need.population.use") == "none"


def test_files_extend_one_another(tmp_path: Path) -> None:
    """The nearest file that states a figure is followed, through any number of them and into other folders."""
    (tmp_path / "region").mkdir()
    written(tmp_path / "region", TOP + LEVEL + LEVEL.replace("entries", "exits"), "region.toml")
    path = written(
        tmp_path,
        'schema_version = 1\nextends = "region/region.toml"\n' + LEVEL.replace("1.1", "1.15").replace("1.0", "0"),
    )
    scenario = read_scenario(path)
    assert [scenario.number(f"need.{of}.level").value for of in ("entries", "exits")] == [1.15, 1.1]
    assert len(scenario.files) == 3


def test_everything_wrong_is_said_at_once(tmp_path: Path) -> None:
    """Unknown keys with the nearest known, wrong values, missing parts: all in one message, also of extended files."""
    written(tmp_path, TOP + "[cost]\nagency_fostr = 900\n", "below.toml")
    text = """schema_version = 1
extends = "below.toml"
nam = "typing slip"
[need.entires]
level = 2
[need.entries]
level = 1.2
growth_per_year = { value = 0.3, unit = "%", low = 0.4, high = 0.5, sorce = "x", date = "2024-13", status = "good" }
"""
    assert faults(written(tmp_path, text)) == [
        ("ours.toml", "nam", 'there is no such key; the nearest known is "name".'),
        ("ours.toml", "need.entires", 'there is no such key; the nearest known is "need.entries".'),
        ("ours.toml", "need.entries.level", "1.2 stands alone."),
        (
            "ours.toml",
            "need.entries.growth_per_year.sorce",
            'there is no such part of a figure; the nearest known is "source".',
        ),
        ("ours.toml", "need.entries.growth_per_year", "source is missing."),
        ("ours.toml", "need.entries.growth_per_year.date", '"2024-13" is not a date.'),
        ("ours.toml", "need.entries.growth_per_year.status", '"good" is not a status.'),
        ("ours.toml", "need.entries.growth_per_year", "low 0.4 is more than value 0.3."),
        ("ours.toml", "need.entries.growth_per_year.unit", '"%" is not the unit of this figure.'),
        ("below.toml", "cost.agency_fostr", 'there is no such key; the nearest known is "cost.agency_foster".'),
    ]


@pytest.mark.parametrize(
    ("was", "now", "place"),
    [
        ("value = 1.1", 'value = "1.1"', ".value"),
        ("value = 1.1", "value = true", ".value"),
        ("value = 1.1", "value = nan", ".value"),
        ("high = 1.2", "high = inf", ".high"),
        ("value = 1.1", "value = 11", ".value"),
        ("value = 1.1", "value = 1.3", ""),
        ("low = 1.0, ", "", ""),
        ('unit = "times", ', "", ""),
        ('source = "Our finance team"', 'source = " "', ".source"),
        ('source = "Our finance team"', "source = 3", ".source"),
        ('date = "2025-26"', 'date = "2025-27"', ".date"),
        ('date = "2025-26"', 'date = "2025-02-30"', ".date"),
        ('date = "2025-26"', "date = 2025", ".date"),
        ('status = "council"', "status = 1", ".status"),
    ],
)
def test_one_slip_is_one_fault_at_its_place(tmp_path: Path, was: str, now: str, place: str) -> None:
    """Each part of a figure is held to what it may be."""
    assert was in LEVEL
    found = faults(written(tmp_path, TOP + LEVEL.replace(was, now)))
    assert [key for _, key, _ in found] == [f"need.entries.level{place}"]


@pytest.mark.parametrize("date", ["2025", "2025-26", "1999-00", "2025-11", "2025-11-30", "undated"])
def test_dates_that_a_figure_may_have(tmp_path: Path, date: str) -> None:
    """A year, a year to March, a month, a day, or none; a day may also be a date of TOML."""
    for text in [f'"{date}"'] + ([date] if len(date) == 10 else []):
        scenario = read_scenario(written(tmp_path, TOP + LEVEL.replace('"2025-26"', text)))
        assert scenario.number("need.entries.level").date == date


def test_whole_numbers_choices_and_tables(tmp_path: Path) -> None:
    """Half a month, a choice that is none and a number where a table belongs are errors."""
    text = (
        TOP
        + f'fostering = 3\n[need]\nhorizon_months = {{ value = 24.5, unit = "months", low = 12, high = 36, {OWN} }}\n'
        + f'[cost]\nbasis = {{ value = "margnal", {OWN} }}\n'
    )
    assert faults(written(tmp_path, text)) == [
        ("ours.toml", "fostering", "3 is not a table."),
        ("ours.toml", "need.horizon_months.value", "24.5 is not a whole number from 1 to 120."),
        ("ours.toml", "cost.basis.value", '"margnal" is not one of the choices; the nearest known is "marginal".'),
    ]


def test_a_file_that_extends_none_states_everything(tmp_path: Path) -> None:
    """Figures that nobody states are not filled in silently; a whole file needs no other."""
    [(_, key, what)] = faults(written(tmp_path, "schema_version = 1\n" + LEVEL))
    assert key is None
    needed = sum(not key.optional for key in KEYS.values())
    assert what == f"{needed - 1} of the figures are missing, the first of them need.horizon_months."
    whole = read_scenario(written(tmp_path, baseline().as_toml()))
    assert (whole.sha256, len(whole.files)) == (baseline().sha256, 1)
    assert all(whole.is_default(key) for key in KEYS)


@pytest.mark.parametrize(
    ("files", "what"),
    [
        ({"ours": "ours.toml"}, "in a ring (ours.toml -> ours.toml)."),
        (
            {"ours": "b.toml", "b": "ours.toml"},
            "in a ring (ours.toml -> b.toml -> ours.toml).",
        ),
        ({"ours": "there is none.toml"}, "the scenario cannot be read (No such file or directory)."),
        ({"ours": "/etc/x.toml"}, '"/etc/x.toml" is not the name of a file from here.'),
        ({"ours": "C:x.toml"}, '"C:x.toml" is not the name of a file from here.'),
        (
            {"ours": "1.toml"} | {str(n): f"{n + 1}.toml" for n in range(1, 11)},
            "10 files extend one another.",
        ),
    ],
    ids=["itself", "ring", "missing", "absolute", "drive", "long"],
)
def test_what_cannot_be_extended(tmp_path: Path, files: dict[str, str], what: str) -> None:
    """Rings, long chains, files that are not there and places that are nobody else's."""
    for name, extends in files.items():
        written(tmp_path, f'schema_version = 1\nextends = "{extends}"\n', f"{name}.toml")
    assert any(said.endswith(what) for _, _, said in faults(tmp_path / "ours.toml"))


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"name = 'x'\n", "the form of this file is not stated."),
        (b"schema_version = true\n", "true is not the number of a form."),
        (b"schema_version = 2\n", "this file has form 2, which is newer than this version of Placewell (form 1)."),
        (b"schema_version = \n", "this is not TOML"),
        (b"schema_version = 1\nname = '\xff'\n", "this is not text in UTF-8."),
        (b"schema_version = 1\n#" + b"x" * 1_000_000, "this is far too large for a scenario."),
    ],
    ids=["no form", "bool", "newer", "not TOML", "not UTF-8", "too large"],
)
def test_what_is_no_scenario(tmp_path: Path, content: bytes, what: str) -> None:
    """A file that cannot be one, or is of a later day, is said to be so."""
    path = tmp_path / "ours.toml"
    path.write_bytes(content)
    [(_, _, said)] = faults(path)
    assert said.startswith(what)


def test_an_old_file_is_read_and_can_be_brought_up_to_date(tmp_path: Path) -> None:
    """Form 0 wrote bare values: they are kept, with the unit of the key, without interval, and marked."""
    old = (
        'schema_version = 0\nextends = "baseline.toml"\n[need]\nhorizon_months = 24\n[need.population]\nuse = "none"\n'
    )
    path = written(tmp_path, old)
    scenario = read_scenario(path)
    months = scenario.number("need.horizon_months")
    assert (months.value, months.low, months.high, months.unit) == (24, 24, 24, "months")
    assert (months.status, months.date) == ("unverified", "undated")
    assert scenario.notes == (
        f"{path} has form 0, without sources or intervals; it was read as form 1, and its figures count as unverified.",
    )
    new = migrate(old)
    assert read_scenario(written(tmp_path, new)).sha256 == scenario.sha256
    assert migrate(new) == new
    assert [key for _, key, _ in faults(written(tmp_path, old.replace("horizon", "horizn")))] == ["need.horizn_months"]
    with pytest.raises(ScenarioError, match="newer"):
        migrate("schema_version = 9\n")


def test_the_order_and_the_division_into_files_do_not_count(tmp_path: Path) -> None:
    """The same figures have the same sha256; another source is another scenario."""
    other = LEVEL.replace("entries", "exits")
    one = read_scenario(written(tmp_path, TOP + LEVEL + other, "one.toml"))
    two = read_scenario(written(tmp_path, TOP + other + LEVEL + "# a comment\n", "two.toml"))
    written(tmp_path, TOP + LEVEL, "below.toml")
    three = read_scenario(written(tmp_path, 'schema_version = 1\nextends = "below.toml"\n' + other, "three.toml"))
    whole = read_scenario(written(tmp_path, TOP + (LEVEL + other).replace("low = 1.0", "low = 1"), "four.toml"))
    assert len({one.sha256, two.sha256, three.sha256, whole.sha256}) == 1
    assert one.as_toml().splitlines()[3:] == two.as_toml().splitlines()[3:]
    asked = read_scenario(written(tmp_path, TOP + (LEVEL + other).replace("finance team", "brokers"), "five.toml"))
    assert asked.sha256 != one.sha256


def test_shares_of_the_same_children_add_up(tmp_path: Path) -> None:
    """A share changed alone is an error at the table that holds it."""
    text = f'[need.segments.siblings]\nalone = {{ value = 0.6, unit = "share", low = 0.5, high = 0.7, {OWN} }}\n'
    [(_, key, what)] = faults(written(tmp_path, TOP + text))
    assert key == "need.segments.siblings"
    assert what == "alone, two, three, four_or_more add up to 1.07."


def test_figures_are_asked_for_by_name_and_kind() -> None:
    """A slip in a program is an error with the nearest name, never a None that is taken for nought."""
    with pytest.raises(KeyError, match=r"nearest known is .*need\.entries\.level"):
        baseline().number("need.entires.level")
    with pytest.raises(KeyError, match="may be left out"):
        baseline().number("need.segments.needs.self_harm")
    assert baseline().get("need.segments.needs.self_harm") is None
    with pytest.raises(TypeError, match="is not a number"):
        baseline().number("cost.basis")
    with pytest.raises(TypeError, match="is not a text"):
        baseline().text("need.entries.level")
    with pytest.raises(TypeError, match="neither true nor false"):
        baseline().flag("cost.basis")
    with pytest.raises(ValueError, match="not a whole number"):
        assert baseline().number("need.entries.damping_per_month").whole


def test_a_number_is_drawn_from_a_triangle() -> None:
    """Never outside the interval, likeliest at the value; a number without an interval is itself."""
    given = Quantity("k", 0.2, "share", 0.1, 0.6, "a test", "2026", "council", "ours.toml")
    at = (np.arange(20_000) + 0.5) / 20_000
    drawn = given.drawn(at)
    assert (np.diff(drawn) > 0).all()
    assert given.drawn(np.array([0, 0.2, 1])) == pytest.approx([0.1, 0.2, 0.6])
    assert drawn.mean() == pytest.approx((0.1 + 0.2 + 0.6) / 3, abs=1e-4)
    assert drawn.var() == pytest.approx((0.01 + 0.04 + 0.36 - 0.02 - 0.06 - 0.12) / 18, rel=1e-3)
    for low, high in ((0.2, 0.6), (0.1, 0.2), (0.2, 0.2)):
        one = Quantity("k", 0.2, "share", low, high, "a test", "2026", "council", "ours.toml").drawn(at)
        assert low <= one.min() <= one.max() <= high
    assert baseline().number("need.exits.level").drawn(at).tolist() == [1.0] * len(at)


def test_a_scenario_travels_to_other_processes(tmp_path: Path) -> None:
    """It and its errors can be sent to a worker."""
    assert pickle.loads(pickle.dumps(baseline())) == baseline()
    with pytest.raises(ScenarioError) as caught:
        read_scenario(tmp_path / "none.toml")
    assert pickle.loads(pickle.dumps(caught.value)).faults == caught.value.faults


def test_what_is_written_as_toml_reads_back() -> None:
    """Odd names, control characters, nested tables and dates survive."""
    tree = tomllib.loads(
        'a = "x\\u007f\\t\\"\\\\£"\nb = [1, [2.5e-7], {c = 1979-05-27}]\nd = 07:32:00\n"odd key £" = true\n'
        '[e]\n[e.f]\ng = -0.0\n[e."h.i"]\nj = 12345678901234567890\n'
        "[need.entries]\nlevel = {value = 1, more = {x = 2}}\n"
    )
    assert tomllib.loads(toml_of(tree)) == tree


def test_the_printed_page_is_current() -> None:
    """Print it again with `python -m sufficiency.scenario_handbook > docs/reference/scenarios.md`."""
    printed = (ROOT / "docs" / "reference" / "scenarios.md").read_text(encoding="utf-8")
    assert printed == handbook()


def test_the_example_of_the_guide_is_a_scenario(tmp_path: Path) -> None:
    """What the how-to tells people to write can be read, and changes what it says it changes."""
    guide = (ROOT / "docs" / "how-to" / "write-a-scenario.md").read_text(encoding="utf-8")
    figures, lever = re.findall(r"```toml\n(.*?)```", guide, re.DOTALL)
    scenario = read_scenario(written(tmp_path, figures + lever))
    changed = [key for key in KEYS if not scenario.is_default(key)]
    assert changed == ["need.entries.unaccompanied_level", "cost.in_house_foster", "levers.recruitment.teenagers"]
    page = (ROOT / "docs" / "reference" / "levers.md").read_text(encoding="utf-8")
    shown = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    assert list(tomllib.loads(shown[0])["levers"]["recruitment"]) == ["teenagers"]
    assert "levers.recruitment.teenagers" in read_scenario(written(tmp_path, TOP + shown[0])).flat()


def test_the_baseline_is_installed_beside_the_packages() -> None:
    """There is one copy of it, and the build takes it along."""
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    assert "scenarios" in build["packages"]["find"]["include"]
    assert "*.toml" in build["package-data"]["*"]
    assert [path for path in ROOT.glob("*/**/baseline.toml") if "build" not in path.parts] == [BASELINE]


@pytest.mark.parametrize(
    ("number", "text"),
    [(0.25, "0.25"), (12.0, "12"), (1_234_567.0, "1,234,567"), (1_250_000.5, "1,250,000.5"), (-0.001, "-0.001")],
)
def test_figures_keep_every_digit(number: float, text: str) -> None:
    """A council's large sum is not told as a power of ten, and loses no pound."""
    assert in_digits(number) == text
    assert float(in_digits(number).replace(",", "")) == number
