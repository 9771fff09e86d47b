"""The council's own words: read as plain text, every mistake said, an empty place marked."""

from datetime import date
from pathlib import Path

import pytest

from reporting.section import Bullets, Notice, Paragraph
from sufficiency.narrative import EMPTY, Narrative, NarrativeError, blank, narrative_of, read_narrative
from sufficiency.narrative_keys import BY_KEY, WORDS, Document, words_in


def test_words_become_paragraphs_and_lists() -> None:
    """An empty line ends a paragraph, lines that begin with a dash are a list, and markup is only text."""
    found = narrative_of(
        '[words.voice]\ntext = """\nWe asked\nour children.\n\n'
        'They said:\n- <b>near</b> school\n- with\n  brothers\n"""'
    )
    assert found.words("voice") == (
        Paragraph("We asked our children."),
        Paragraph("They said:"),
        Bullets(("<b>near</b> school", "with brothers")),
    )


def test_an_empty_place_is_marked_or_left_out() -> None:
    """A place without words says what belongs there; a council may leave such places out."""
    (marked,) = Narrative().words("voice")
    assert isinstance(marked, Notice)
    assert (marked.title, marked.text) == (EMPTY, (BY_KEY["voice"].wanted,))
    assert Narrative(empty_places=False).words("voice") == ()
    with pytest.raises(KeyError, match="voice"):
        Narrative().words("voices")


def test_the_blank_file_reads_back_empty_and_lists_every_place() -> None:
    """What is given to fill in can be read as it stands, and holds every place of its document once."""
    assert narrative_of(blank()) == Narrative(dict.fromkeys(BY_KEY, ""))
    mine = narrative_of(blank(Document.STATEMENT))
    assert set(mine.texts) == {one.key for one in words_in(Document.STATEMENT)}
    assert mine.missing(Document.STATEMENT) == tuple(mine.texts)
    assert len(BY_KEY) == len(WORDS)


def test_a_file_says_of_its_document() -> None:
    """The name on the page, its day and the licence of the open data are the council's to say."""
    found = narrative_of('[document]\ncouncil = "Anyborough"\npublished = 2026-12-01\nlicence = "OGL-UK-3.0"\n')
    assert (found.council, found.published, found.licence) == ("Anyborough", date(2026, 12, 1), "OGL-UK-3.0")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('[words.voise]\ntext = "x"', 'the nearest known is "voice"'),
        ('[words.voice]\ntxt = "x"', 'the nearest known is "text"'),
        ("[words.voice]\ntext = 3", "should be words"),
        ("[words]\nvoice = 3", "beneath"),
        ("words = 3", "a part of its own"),
        ('[word.voice]\ntext = "x"', 'the nearest known is "words"'),
        ('[document]\ncouncl = "x"', 'the nearest known is "council"'),
        ("[document]\npublished = 2026-12-01T10:00:00", "should be a day"),
        ('[document]\nlicence = "OGL"', "OGL-UK-3.0"),
        ("[words.voice\n", "is not TOML"),
    ],
)
def test_a_mistake_is_said_with_the_nearest(content: str, words: str) -> None:
    """Nothing that the council wrote is dropped in silence: what has no place is an error, in words."""
    with pytest.raises(NarrativeError, match=r"narrative\.toml") as told:
        narrative_of(content)
    assert words in str(told.value)


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    """No such file, and bytes that are no text, are plain words and no fault of Placewell's."""
    with pytest.raises(NarrativeError, match="cannot be read"):
        read_narrative(tmp_path / "none.toml")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(NarrativeError, match="UTF-8"):
        read_narrative(tmp_path / "bytes.toml")
