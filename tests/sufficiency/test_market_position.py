"""The strategy and the statement: every number traced, words that read well whatever is hidden, empty places marked."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from reporting.disclosure import HIDDEN
from reporting.fact import Book, Kind
from reporting.lens import Lens
from reporting.paper import check
from reporting.publish import publish
from reporting.section import Bar, Edition, Notice, Section, Table
from sufficiency import mp_gap, mp_need, mp_scenarios, mp_scope, mp_short, mp_targets
from sufficiency.compare_tables import COMPARISON_COLUMNS, CONTRIBUTION_COLUMNS
from sufficiency.compared import END, START, Compared, NoComparison, read_compared, with_compared
from sufficiency.market_position import statement, strategy
from sufficiency.mp_figures import band_of, many
from sufficiency.mp_intentions import RULE
from sufficiency.mp_method import METHOD
from sufficiency.mp_scope import DUTY, SCOPE
from sufficiency.narrative import EMPTY, Narrative
from sufficiency.trace import texts_of, trace_table, untraced
from tests.sufficiency.a_book import few_tables, the_book

ALLOWED = (
    *(DUTY, *SCOPE, *METHOD, *RULE),
    "5 in 10 futures 8 in 10 futures 9 in 10 19 in 20 8 of 10 2 of 10 1 of 20 12 months SHA-256 10,000 at 16 or 17",
    "Counts from 1 to 4; a multiple of 5; fewer than 20; fewer than 5 children; 3 providers",
)
"""What sections say of the law, of their bands and of their rules."""


def hidden(book: Book) -> Lens:
    """A lens that hides every count, forecast and share there is."""
    texts = {}
    for key, facts in book.facts.items():
        if facts.kind is not Kind.PLAIN:
            columns = {value.name: [HIDDEN] * len(facts.rows) for value in facts.columns}
            texts[key] = pd.DataFrame({**{dim: facts.rows[dim] for dim in facts.by}, **columns, "share": HIDDEN})
    return Lens(book, Edition.PUBLIC, texts)


def words(sections: Iterable[Section]) -> str:
    """All that they say."""
    return "\n".join(text for section in sections for text in texts_of(section.blocks))


@pytest.mark.parametrize(("document", "edition"), [(statement, Edition.PUBLIC), (strategy, Edition.CONFIDENTIAL)])
def test_every_number_is_traced(document: Callable[..., tuple[Section, ...]], edition: Edition) -> None:
    """No digit stands in a generated sentence or table that the lens has not said under that heading."""
    lens = Lens(the_book(), edition)
    sections = document(lens, None, Narrative(empty_places=False))
    check(sections)
    assert untraced(sections, lens.said, ALLOWED) == []
    assert all(section.sources for section in sections if any(one.place in section.heading for one in lens.said))


def test_an_untraced_number_is_found() -> None:
    """The check itself can fail: a number that no figure said under that heading is named."""
    lens = Lens(the_book(), Edition.CONFIDENTIAL)
    sections = mp_gap.section(lens, Narrative(empty_places=False))
    told = [one for one in lens.said if one.text != "106"]
    assert {number for number, _ in untraced(sections, told, ALLOWED)} == {"106"}


def test_the_trace_names_table_row_and_source() -> None:
    """Each figure is listed with the heading, its table, its row and the sentence that says where it comes from."""
    lens = Lens(the_book(), Edition.CONFIDENTIAL)
    mp_short.section(lens, Narrative())
    table = trace_table(lens.said, lens.book.sources)
    now = table[(table["figure"] == "340") & (table["table"] == "children.total")].iloc[0]
    assert tuple(now[["section", "column", "row"]]) == ("Plan on a page", "children", "what=in_care; on=2026-03-31")
    assert now["source"] == lens.book.sources["return"]
    assert not table.duplicated().any()


def test_where_all_is_hidden_the_words_still_read_well() -> None:
    """With nothing to say, sentences say so: no symbol stands in one, nothing is drawn."""
    lens = hidden(the_book())
    sections = statement(lens, None, Narrative(empty_places=False))
    text = words(section for section in sections if not section.heading.startswith("How small"))
    sentences = [line for line in text.split("\n") if line.endswith(".") and len(line) > 30]
    assert "a number of children that is too small to publish" in text
    assert not [line for line in sentences if f" {HIDDEN} " in line or f"({HIDDEN}" in line]
    assert "lie here" not in text


def test_zero_one_and_many_are_said_as_people_say_them() -> None:
    """No child, 1 child, 2 children; an end that is few; and a symbol in words."""
    told = [many(text, "child", "children") for text in ("0", "1", "2", "fewer than 5", HIDDEN, None)]
    assert told == [
        "no children",
        "1 child",
        "2 children",
        "fewer than 5 children",
        "a number of children that is too small to publish",
        "an unknown number of children",
    ]
    assert band_of("fewer than 5", "10") == "up to 10"
    assert band_of("fewer than 5", "fewer than 5") == "fewer than 5"


def test_nothing_asked_is_said_and_not_left_out() -> None:
    """Without targets, without a test on the past, with one scenario: each is said in its section."""
    book = few_tables("children.total", "children.group_age", "forecast.group")
    lens = Lens(book, Edition.CONFIDENTIAL)
    narrative = Narrative(empty_places=False)
    assert "No targets were worked out" in words(mp_targets.section(lens, narrative))
    assert "No forecast of this council was tried" in words(mp_need.section(lens, narrative))
    assert "the bands are untested" in words(mp_short.section(lens, narrative))
    assert "none to compare" in words(
        mp_scenarios.section(lens, narrative, scenarios=Compared("Baseline", ("Baseline",)))
    )


def test_empty_places_are_marked_and_can_be_left_out() -> None:
    """What the council must write is marked in the document; with --no-empty-places nothing marks it."""
    lens = Lens(the_book(), Edition.PUBLIC)
    marked = [
        b for s in strategy(lens, None, Narrative()) for b in s.blocks if isinstance(b, Notice) and b.title == EMPTY
    ]
    assert len(marked) >= 5
    text = words(strategy(lens, None, replace(Narrative(), empty_places=False)))
    assert EMPTY not in text


def test_scenarios_are_told_by_their_differences(tmp_path: Path) -> None:
    """The comparison's own figures, hidden where a count is, with a waterfall that begins where it says."""
    about = "unmet,children,2029-03"
    (tmp_path / "comparison.csv").write_text(
        f"{','.join(COMPARISON_COLUMNS)}\n"
        f"Baseline,{about},160.2,120,160,200,1,,,,,,,,\n"
        f"More carers,{about},140.1,100,140,180,1,-20.1,-30.2,-20,-10.1,1,1,0,1\n",
        encoding="utf-8",
    )
    start, end = f"More carers,{about},{START},,,160.2,,,,,,,", f"More carers,{about},{END},,,140.1,,,,,,,"
    lever = f"More carers,{about},retention,160.2,-20.1,140.1,-30.2,-10.1,1,-20.1,-20.1,-20.1,all"
    text = "\n".join((",".join(CONTRIBUTION_COLUMNS), start, lever, end, ""))
    (tmp_path / "contribution.csv").write_text(text, encoding="utf-8")
    found = read_compared(tmp_path)
    assert found is not None
    lens = publish(with_compared(few_tables("children.total", "children.group_age"), found[1]), Edition.PUBLIC)
    sections = mp_scenarios.section(lens, Narrative(empty_places=False), scenarios=found[0])
    told = words(sections)
    assert "March 2029: “More carers” −20 (−35 to −10 in 8 of 10 futures)." in told
    (fall,) = [block for block in sections[1].blocks if isinstance(block, Table)]
    assert [row[0] for row in fall.rows] == ["Without these levers", "retention", "With all of them"]
    assert all(isinstance(row[1], Bar) for row in fall.rows)
    assert fall.notes == ("The bars begin at 120, not at nought.",)
    (tmp_path / "comparison.csv").write_text("scenario\nBaseline\n", encoding="utf-8")
    with pytest.raises(NoComparison, match="no column measure"):
        read_compared(tmp_path)


def test_few_rows_left_out_are_no_rows_that_could_be_used() -> None:
    """Where the number of rows that were left out is hidden, the words do not say that there were none."""
    lens = publish(the_book(), Edition.PUBLIC)
    words = str(mp_scope.section(lens, Narrative()))
    assert "where they were few" in words
    assert "Every row that was read" not in words
    assert not lens.has("run.inputs")
