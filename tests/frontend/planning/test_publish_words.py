"""A council's own words: kept as TOML without a change, and looked through for what might tell of a child."""

from __future__ import annotations

from datetime import date

import pytest

from frontend.planning.publish_look import Look
from frontend.planning.publish_orders import Wanted
from frontend.planning.publish_words import differing, read_toml, slips_in, toml_of, with_text
from reporting.section import Edition
from sufficiency.narrative import Narrative
from sufficiency.narrative_keys import Document

ODD = 'She said "no", """ and \\n.\n\n- one\n- two\n\tand \x00\u2028\U0001f600'


def test_words_come_back_as_they_were_written() -> None:
    """Quotation marks, backslashes and what cannot be seen are no danger to the file; it is the same each time."""
    words = Narrative({"foreword": ODD, "voice": "Near home."}, 'The "Any" Council', date(2026, 12, 1), "OGL-UK-3.0")
    text = toml_of(words)
    assert read_toml(text) == words
    assert toml_of(read_toml(text)) == text
    assert read_toml("") == Narrative()


def test_an_emptied_place_is_as_one_never_written() -> None:
    """What is left of two versions is told place by place."""
    words = with_text(Narrative({"foreword": "A", "need": "B"}), {"foreword": " \n", "gap": "C"})
    assert words.texts == {"need": "B", "gap": "C"}
    assert differing(words, Narrative({"need": "B\n", "foreword": "A"})) == ("foreword", "gap")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("We placed 3 children there.", ["3 children"]),
        ("Only two of our young people moved.", ["two of our young people"]),
        ("Siblings: brothers aged 4", ["brothers aged 4"]),
        ("They live in m33 4ab.", ["m33 4ab"]),
        ("UPN A12345678901B", ["A12345678901B"]),
        ("Born on 3 May 2014, he", ["Born on 3 May 2014"]),
        ("on 03/05/2014", ["03/05/2014"]),
        ("We asked 41 children, 3% of all children, 1.5 children a home, in 2024-25.", []),
        ("No one in children's services left. Children under 5. Form M33.", []),
    ],
)
def test_what_might_tell_of_a_child_is_pointed_out(text: str, words: list[str]) -> None:
    """Small numbers beside words for children, postcodes, pupil numbers, days of birth; not what only looks so."""
    assert [one.words for one in slips_in("foreword", text)] == words


def test_no_confidential_edition_can_be_asked_for() -> None:
    """Whatever a page does."""
    with pytest.raises(ValueError, match="confidential"):
        Wanted("w", "c", "s", Document.STATEMENT, Edition.CONFIDENTIAL, "")


@pytest.mark.parametrize("data", [b"[]", b"{}", b'{"form": 1, "title": "x"}', b"no"])
def test_what_is_no_preview_is_not_shown(data: bytes) -> None:
    """A file of another form is refused rather than half shown."""
    with pytest.raises(ValueError):
        Look.read(data)
