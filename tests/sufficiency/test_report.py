"""A document from a council's figures: whole or not at all, one edition a folder, the same bytes each time."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from reporting.facts_file import write_book
from reporting.section import Edition
from reporting.write import Form
from sufficiency.narrative import Narrative
from sufficiency.narrative_keys import Document
from sufficiency.report import Asked, Report, folder_of, make_report, why_not_there, write_report
from sufficiency.results_found import NoResults, NotABook, Results, find_results
from tests.sufficiency.a_book import few_tables

BOOK = few_tables(
    *("children.total", "children.group_age", "forecast.group", "gap.need", "money.weekly", "assumptions.figures")
)
ASKED = Asked(narrative=Narrative(council="Anyborough Council"))


@pytest.fixture(scope="module")
def public() -> Report:
    """The statement for all to read."""
    return make_report(Results(BOOK, "", ""), ASKED)


def test_the_files_of_a_statement(public: Report, tmp_path: Path) -> None:
    """The document, the open data and the trace are put in place together; a shorter report leaves none of the last."""
    folder = tmp_path / "to"
    write_report(folder, public)
    assert {"placewell-statement-public.html", "trace.csv", "summary.json"} <= {one.name for one in folder.iterdir()}
    assert (folder / "open-data" / "children.total.csv").is_file()
    told = json.loads((folder / "summary.json").read_bytes())
    assert (told["command"], told["document"], told["edition"]) == ("report", "statement", "public")
    write_report(folder, replace(public, files={"trace.csv": b"", "summary.json": public.files["summary.json"]}))
    assert {one.name for one in folder.rglob("*")} == {"trace.csv", "summary.json"}


def test_a_made_up_council_and_its_name_stand_on_the_page(public: Report) -> None:
    """Who the council is, that it is made up, and nothing confidential, on a public page."""
    page = public.files["placewell-statement-public.html"].decode()
    assert "MADE-UP COUNCIL" in page
    assert "Anyborough Council" in page
    assert "CONFIDENTIAL" not in page


def test_money_of_officers_stands_in_no_public_file(public: Report) -> None:
    """What one provider is paid a week, for officers alone, is in no file of a public edition."""
    assert not [name for name in public.files if "money.weekly" in name]
    assert not [
        name
        for name, data in public.files.items()
        if b"5,289" in data and "assumptions" not in name and "statement" not in name and name != "trace.csv"
    ]


def test_the_same_figures_give_the_same_bytes(public: Report) -> None:
    """Neither a clock nor an order of dictionaries shows in any file."""
    again = make_report(Results(BOOK, "", ""), ASKED)
    assert dict(again.files) == dict(public.files)


def test_two_editions_never_share_a_folder(public: Report, tmp_path: Path) -> None:
    """Where one edition lies no other is written: they could be published together by mistake."""
    write_report(tmp_path, public)
    assert why_not_there(tmp_path, ASKED) is None
    other = Asked(edition=Edition.CONFIDENTIAL)
    assert "published together" in str(why_not_there(tmp_path, other))
    results = Results(BOOK, "north", "baseline")
    assert folder_of(Path("out"), results, other) == Path("out/report/north/baseline/statement-confidential")
    (tmp_path / "summary.json").write_text('{"command": "forecast"}', encoding="utf-8")
    assert "no report's" in str(why_not_there(tmp_path, ASKED))


def test_results_are_found_in_a_forecast_and_in_a_batch(tmp_path: Path) -> None:
    """A forecast has one; of a batch's the council must be named where there are several, and a wrong name is said."""
    text = write_book(BOOK)
    for name in ("north/more", "north/base", "south/base"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "position.json").write_text(text, encoding="utf-8")
    assert find_results(tmp_path / "north" / "base").council == ""
    with pytest.raises(NoResults, match="north, south"):
        find_results(tmp_path)
    found = find_results(tmp_path, "North", "more")
    assert (found.council, found.scenario, len(found.alongside)) == ("north", "more", 1)
    with pytest.raises(NoResults, match='the nearest known is "south"'):
        find_results(tmp_path, "souht")
    with pytest.raises(NoResults, match="--scenario"):
        find_results(tmp_path / "north" / "base", None, "more")
    undated = replace(BOOK, about={name: one for name, one in BOOK.about.items() if name != "known_until"})
    (tmp_path / "south" / "base" / "position.json").write_text(write_book(undated), encoding="utf-8")
    with pytest.raises(NotABook, match="up to when it counts"):
        find_results(tmp_path, "south")
    (tmp_path / "north" / "base" / "position.json").write_text("{", encoding="utf-8")
    with pytest.raises(NotABook):
        find_results(tmp_path / "north" / "base")


@pytest.mark.parametrize("document", [Document.STRATEGY, Document.BOARD, Document.ADOPTION])
def test_each_document_can_be_written(document: Document) -> None:
    """Every document is written for those who may see all, and says so on its page and in its name."""
    asked = Asked(document, Edition.CONFIDENTIAL, (Form.HTML,), ASKED.narrative)
    report = make_report(Results(BOOK, "", ""), asked)
    page = report.files[f"placewell-{document}-confidential.html"].decode()
    assert "CONFIDENTIAL: children may be told" in page
