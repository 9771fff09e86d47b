"""The forms in which councils keep a return, and files that are spoilt: the same model, or a clear refusal."""

from __future__ import annotations

import csv
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from records.codes_903 import CODE_SETS, valid_in
from records.sources.return_903 import Return, read_903
from records.sources.return_903.gather import Named, year_said
from records.sources.return_903.layout import LAYOUTS
from records.sources.return_903.rules import RULES
from records.tables import Unusable
from tests.records.made_returns import Files, adds_up, episode, header, rules, same, write

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "ssda903"
needs_shared = pytest.mark.skipif(not SHARED.exists(), reason="the sample returns of ../shared are not here")
BORN = {"CHILD": "A1", "DOB": "10/06/2009"}
YEARS: dict[int, Files] = {
    2021: {"Header": [header(), header(CHILD="B2", SEX="1")], "Episodes": [episode(), episode(CHILD="B2")]},
    2022: {
        "Header": [header(), header(CHILD="B2", SEX="1")],
        "Episodes": [
            episode(DEC="03/05/2021", REC="X1", REASON_PLACE_CHANGE="CLOSE"),
            episode(DECOM="03/05/2021", RNE="P", PL_POST="M31 4AA"),
            episode(CHILD="B2", DEC="06/07/2021", REC="E4A"),
        ],
        "Reviews": [{**BORN, "REVIEW": "01/07/2021", "REVIEW_CODE": "PN1"}],
        "UASC": [{"CHILD": "B2", "SEX": "1", "DOB": "10/06/2009", "DUC": ""}],
        "OC2": [{**BORN, "SDQ_SCORE": "12", "CONVICTED": "0"}],
        "Missing": [{**BORN, "MISSING": "M", "MIS_START": "01/08/2021", "MIS_END": "02/08/2021"}],
        "PrevPerm": [{**BORN, "PREV_PERM": "P2", "LA_PERM": "358", "DATE_PERM": "zz/05/2015"}],
        "PlacedAdoption": [{**BORN, "DATE_PLACED": "01/02/2022"}],
    },
}
_GROUP = {
    "Reviews": "AREVIEW", "Missing": "AMISSING", "OC2": "OC2", "PrevPerm": "PERMANENCE", "PlacedAdoption": "AD_PLACED",
}  # fmt: skip


def as_xml(files: Files) -> str:
    """The Department's XML of one year."""
    made = ["<?xml version='1.0' encoding='utf-8'?><EXPSSDA903>"]
    for child in files["Header"]:
        mine = {name: [r for r in rows if r["CHILD"] == child["CHILD"]] for name, rows in files.items()}
        made.append("<CHILD><HEADER>")
        made += [_element("CHILDID" if k == "CHILD" else k, v) for k, v in child.items()]
        unaccompanied = mine.get("UASC", [])
        made.append(_element("UASC", "1" if unaccompanied else ""))
        for name, tag in _GROUP.items():
            for row in mine.get(name, []):
                inner = "".join(_element(k, v) for k, v in row.items() if k not in ("CHILD", "DOB"))
                made.append(f"<{tag}>{inner}</{tag}>")
        made.append("</HEADER>")
        for row in mine["Episodes"]:
            inner = "".join(_element("PL" if k == "PLACE" else k, v) for k, v in row.items() if k != "CHILD")
            made.append(f"<EPISODE>{inner}</EPISODE>")
        made.append("</CHILD>")
    return "\n".join([*made, "</EXPSSDA903>"])


def _element(tag: str, text: str) -> str:
    return f"<{tag}>{escape(text)}</{tag}>" if text else f"<{tag} />"


def of_years(folder: Path, name: str = "{0}-{1:02d}") -> Path:
    """One folder a year; `name` takes the two years."""
    for end, files in YEARS.items():
        write(folder / name.format(end - 1, end % 100), files)
    return folder


def test_every_form_of_the_same_return_gives_the_same_model(tmp_path: Path) -> None:
    """A folder a year, one folder of all years, merged files with ISO dates, and XML."""
    base = read_903(of_years(tmp_path / "a"))
    assert base.years == {"": (2021, 2022)}
    assert len(base.episodes) == 3
    flat = tmp_path / "flat"
    for end, files in YEARS.items():
        write(tmp_path / f"w{end}", files)
        flat.mkdir(exist_ok=True)
        for file in (tmp_path / f"w{end}").iterdir():
            (flat / f"{end - 1}-{file.name}").write_bytes(file.read_bytes())
    assert same(base, read_903(flat))
    xml = tmp_path / "xml"
    xml.mkdir()
    for end, files in YEARS.items():
        (xml / f"return {end - 1}-{end}.xml").write_text(as_xml(files), encoding="utf-8")
    from_xml = read_903(xml)
    assert same(base, from_xml)
    for name in base.others:
        a, b = base.others[name], from_xml.others[name]
        assert all(np.array_equal(a[c].astype(str), b[c].astype(str)) for c in a if c != "row")
    merged = {
        name: [{k: _iso(v) for k, v in r.items()} | {"YEAR": str(y)} for y, f in YEARS.items() for r in f.get(name, [])]
        for name in LAYOUTS
    }
    assert same(base, read_903(write(tmp_path / "merged", {n: r for n, r in merged.items() if r})))


def _iso(text: str) -> str:
    parts = text.split("/")
    return "-".join(reversed(parts)) if len(parts) == 3 and parts[0].isdigit() else text


def test_a_single_year_in_a_name_is_read_as_the_episodes_say(tmp_path: Path) -> None:
    """2020 may be the year that begins or the year that ends then: the days tell, and it is said."""
    began = read_903(of_years(tmp_path / "began", "{0}"))
    ended = read_903(of_years(tmp_path / "ended", "20{1}"))
    assert began.years == ended.years == {"": (2021, 2022)}
    assert any("begins" in note.message for note in began.notes)
    plain = read_903(write(tmp_path / "plain", YEARS[2022]))
    assert plain.years == {"": (2022,)}
    assert year_said("1999-2000") == Named(2000, True)
    assert year_said("2017-18") == Named(2018, True)
    assert year_said("2015 to 2021") is None


def test_two_councils_may_use_the_same_id(tmp_path: Path) -> None:
    """In a merged file a child is a council and an id."""
    rows = [episode(LA=la, YEAR="2021") for la in ("BEX", "TRA")]
    heads = [header(LA="BEX", YEAR="2021"), header(LA="TRA", YEAR="2021", DOB="11/06/2010")]
    made = read_903(write(tmp_path, {"Header": heads, "Episodes": rows}))
    assert made.children.la.tolist() == ["BEX", "TRA"]
    assert made.episodes.child.tolist() == [0, 1]
    assert made.years == {"BEX": (2021,), "TRA": (2021,)}


def test_codes_that_an_extract_put_in_are_accepted_and_said(tmp_path: Path) -> None:
    """E99 ends an episode for a reason not known; it is no code of any year."""
    made = read_903(
        write(tmp_path, {"Header": [header()], "Episodes": [episode(DEC="01/09/2020", REC="E99", YEAR="2021")]})
    )
    assert made.episodes.rec.tolist() == ["E99"]
    assert "repair_code" in rules(made)
    assert "E99" not in valid_in("REC", 2021)


def test_codes_hold_in_their_own_years() -> None:
    """Each file is held to the codes of its own year."""
    assert {"E43", "E44"} <= set(valid_in("REC", 2018)) - set(valid_in("REC", 2019))
    assert {"E45", "E48"} <= set(valid_in("REC", 2019)) - set(valid_in("REC", 2018))
    assert "K3" in set(valid_in("PLACE", 2025)) - set(valid_in("PLACE", 2024))
    assert set(valid_in("PLACE", 2026)) & {"Z1", "H5", "P2", "Z14"} == {"Z14"}
    assert valid_in("SEX", 2024) == ("1", "2")
    assert valid_in("SEX", 2025) == ("M", "F", "U")
    assert set(CODE_SETS) >= {i.name.upper() for layout in LAYOUTS.values() for i in layout.items if i.kind == "code"}


def test_the_order_of_rows_does_not_matter(tmp_path: Path) -> None:
    """The same rows in another order are the same return."""
    base = read_903(of_years(tmp_path / "a"))
    for end, files in YEARS.items():
        write(tmp_path / "b" / f"{end - 1}-{end % 100}", {name: rows[::-1] for name, rows in files.items()})
    assert same(base, read_903(tmp_path / "b"))


def test_blank_optional_columns_are_no_trouble(tmp_path: Path) -> None:
    """A return in which everything optional is blank is read whole."""
    bare = dict.fromkeys(("HOME_POST", "PL_POST", "URN", "PLACE_PROVIDER"), "")
    made = read_903(write(tmp_path / "2020-21", {"Header": [header(UPN="", ETHNIC="")], "Episodes": [episode(**bare)]}))
    assert len(made.episodes) == 1
    assert rules(made) == {"no_provider"}


@needs_shared
def test_the_sample_returns_are_read_whole() -> None:
    """Five years of synthetic returns: every row counted, no postcode or code lost that is one."""
    made = read_903(SHARED / "demand_model_2017_2021")
    assert made.years == {"": (2018, 2019, 2020, 2021, 2022)}
    assert [made.counts[n].read for n in ("Header", "Episodes")] == [2123, 3737]
    assert adds_up(made)
    found = made.by_rule().set_index("rule")["rows"]
    assert found["overlap"] == 40
    assert "bad_code" not in rules(made)
    assert not {"INT03", "141", "143", "144", "145", "146", "178"} & set(made.findings["public"])


@needs_shared
def test_every_public_rule_that_is_named_exists() -> None:
    """A finding names a rule that anybody can look up, and one about the files it was met in."""
    with (SHARED / "903_2024_25_rule_info.csv").open(encoding="utf-8-sig", newline="") as rows:
        known = {row["Rule code"]: row["Tables"] for row in csv.DictReader(rows)}
    named = {code for rule in RULES.values() for code in rule.public.split()}
    named |= {i.public for layout in LAYOUTS.values() for i in layout.items if i.public}
    named |= {c for layout in LAYOUTS.values() for c in (layout.once, layout.orphan, layout.birth) if c}
    assert named <= set(known)
    for layout in LAYOUTS.values():
        assert all(layout.name in known[c] for c in (layout.once, layout.orphan, layout.birth) if c)


def test_dates_of_birth_cut_to_the_month_are_said(tmp_path: Path) -> None:
    """A regional extract holds the first of the month for every child."""
    heads = [header(CHILD=f"A{n}", DOB=f"01/{n % 12 + 1:02d}/2009") for n in range(20)]
    cut = read_903(write(tmp_path / "2020-21", {"Header": heads, "Episodes": [episode()]}))
    assert [note.column for note in cut.notes] == ["DOB"]


def test_half_a_return_is_refused_and_what_is_not_read_is_said(tmp_path: Path) -> None:
    """Header or Episodes alone give no history; a file of another kind, or a folder too deep, is named."""
    folder = write(tmp_path / "2020-21", YEARS[2021])
    (folder / "notes.docx").write_bytes(b"x")
    (folder / "a" / "b" / "c").mkdir(parents=True)
    assert {note.file for note in read_903(folder).notes} == {"notes.docx", "a/b/c"}
    with pytest.raises(Unusable, match="no Header file"):
        read_903(folder / "episodes.csv")
    (folder / "episodes.csv").unlink()
    with pytest.raises(Unusable, match="no Episodes file"):
        read_903(folder)
    with pytest.raises(Unusable, match="no such file"):
        read_903(tmp_path / "nowhere")


def refused_or_read(path: Path) -> Return | None:
    """Read, or a clear refusal; anything else is a failure of the test."""
    try:
        made = read_903(path)
    except Unusable as error:
        return None if error.what and error.mend else pytest.fail("the refusal says nothing")
    assert adds_up(made)
    assert all(count.read >= 0 for count in made.counts.values())
    made.as_findings()
    return made


CELL = st.one_of(
    st.sampled_from(
        ["", "A1", "01/06/2020", "1", "S", "X1", "P", "L", "E4A", "U6", "T4", "V3", "31/03/2021", "01/09/2020", "K3"]
    ),
    st.text(max_size=12),
)
quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_episodes_without_a_row_are_said(tmp_path: Path) -> None:
    """A latest file of headings alone leaves its year missing: nobody is told from it, and a note names the file."""
    for year, files in YEARS.items():
        write(tmp_path / f"{year - 1}-{year % 100:02d}", files)
    write(tmp_path / "2022-23", {"Header": [header(SEX="2")], "Episodes": []})
    ret = read_903(tmp_path)
    assert ret.years == {"": (2021, 2022)}
    assert [note.file for note in ret.notes if "no episode" in note.message] == ["2022-23/episodes.csv"]


@quick
@given(
    rows=st.lists(st.dictionaries(st.sampled_from([i.name.upper() for i in LAYOUTS["Episodes"].items]), CELL)),
    heads=st.lists(st.dictionaries(st.sampled_from([i.name.upper() for i in LAYOUTS["Header"].items]), CELL)),
)
def test_totals_add_up_whatever_the_cells_hold(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, str]], heads: list[dict[str, str]]
) -> None:
    """Every row is kept, mended, repeated or left out, and episodes are those that are kept or mended."""
    folder = tmp_path_factory.mktemp("r") / "2020-21"
    files = {"Header": [header(), *heads], "Episodes": [episode(), *(episode(**row) for row in rows)]}
    made = refused_or_read(write(folder, files))
    if made is not None:
        count = made.counts["Episodes"]
        assert len(made.episodes) == count.kept + count.mended
        out = made.findings.query("table == 'Episodes' and severity == 'left_out'")
        assert len(set(out["row"])) == count.left_out
        assert (made.episodes.until > made.episodes.begin).all()
        alike = made.episodes.child[1:] == made.episodes.child[:-1]
        assert (made.episodes.until[:-1][alike] <= made.episodes.begin[1:][alike]).all()


@quick
@given(data=st.binary(max_size=400), name=st.sampled_from(["episodes.csv", "header.csv", "oc2.csv", "return.xml"]))
def test_bytes_of_any_kind_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, name: str
) -> None:
    """No traceback, whatever a file holds."""
    folder = write(tmp_path_factory.mktemp("r") / "2020-21", YEARS[2021])
    (folder / name).write_bytes(data)
    refused_or_read(folder)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.encode("utf-16"),
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.replace(",", ";").encode(),
        lambda text: text.replace(",", "\t").encode(),
        lambda text: text.lower().replace("childid", "child").encode(),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("N1", "N\u00e9").encode("cp1252"),
        lambda text: text.replace("C2", "C\x002").encode(),
        lambda text: text.replace("SC123456", "9" * 10_000_000).encode(),
        lambda text: text.replace("CHILD", "PUPIL").encode(),
        lambda text: text.replace("DECOM", "").encode(),
        lambda text: b"",
        lambda text: (text + text).encode(),
        lambda text: text.replace("\n", ",,,\n").encode(),
        lambda text: text.replace("PR4", '"PR4').encode(),
        lambda text: b"PK\x03\x04" + text.encode(),
    ],
    ids=["utf-16", "bom", "semicolons", "tabs", "small letters", "crlf", "cp1252", "nul", "10 MB cell", "wrong column",
         "no column", "empty", "twice", "more cells", "open quote", "zip"],
)  # fmt: skip
def test_spoilt_episodes_are_read_or_refused(tmp_path: Path, spoil: object) -> None:
    """Encodings, delimiters and broken rows: the row or the file is named, and nothing is lost unsaid."""
    folder = write(tmp_path / "2020-21", YEARS[2021])
    text = (folder / "episodes.csv").read_text(encoding="utf-8")
    (folder / "episodes.csv").write_bytes(spoil(text))  # type: ignore[operator]
    made = refused_or_read(folder)
    if made is not None:
        assert made.counts["Episodes"].read >= 2


def test_xml_that_reaches_outside_or_swells_is_refused_or_read_without_it(tmp_path: Path) -> None:
    """Entities are not expanded and nothing is fetched."""
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET", encoding="utf-8")
    text = as_xml(YEARS[2022]).replace(
        "<EXPSSDA903>", f'<!DOCTYPE E [<!ENTITY x SYSTEM "{secret.as_uri()}">]><EXPSSDA903>'
    )
    file = tmp_path / "2021-22.xml"
    file.write_text(text.replace("<UPN>UN3</UPN>", "<UPN>&x;</UPN>"), encoding="utf-8")
    made = refused_or_read(file)
    assert made is None or "SECRET" not in str(made.as_findings())
