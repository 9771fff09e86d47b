"""A file of councils is read whole or refused in words, and no two councils share a folder of results."""

from __future__ import annotations

from pathlib import Path

import pytest

from records.tables import Unusable
from sufficiency.batch_councils import BatchCouncil, councils_of, folder_name, read_councils
from sufficiency.given import WrongSettings


def said(place: Path, text: str) -> Path:
    """A file of councils beside two folders."""
    for name in ("one", "two", "homes"):
        (place / name).mkdir(exist_ok=True)
    path = place / "councils.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_paths_are_those_of_the_file(tmp_path: Path) -> None:
    """Wherever the command is begun, each council's folders are found from the file."""
    text = (
        '[councils."St. Helens"]\nreturns = "one"\nregister = "homes"\n[councils.Bury]\nreturns = "two"\nla = "Bury"\n'
    )
    found = read_councils(said(tmp_path, text))
    assert found == (
        BatchCouncil("St. Helens", tmp_path / "one", tmp_path / "homes"),
        BatchCouncil("Bury", tmp_path / "two", la="Bury"),
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[councils.Bury]\nreturns = 'one'\nregistre = 'homes'\n", 'registre.*nearest known is "register"'),
        ("[councils.Bury]\nregister = 'homes'\n", "returns is missing"),
        ("[councils.Bury]\nreturns = 'three'\n", "no such file or folder"),
        ("[councils.Bury]\nreturns = 7\n", "text in quotation marks"),
        ("[council.Bury]\nreturns = 'one'\n", 'nearest known is "councils"'),
        ("councils = 3\n", "names no council"),
        ("[councils.Bury\n", "not TOML"),
        ("[councils.bury]\nreturns = 'one'\n[councils.BURY]\nreturns = 'two'\n", "same folder of results"),
    ],
)
def test_what_is_not_understood_is_refused(tmp_path: Path, text: str, words: str) -> None:
    """Nothing in it is passed over."""
    with pytest.raises(WrongSettings, match=words):
        read_councils(said(tmp_path, text))


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("Trafford", "Trafford"),
        ("Bristol, City of", "Bristol-City of"),
        ("../elsewhere", "elsewhere"),
        ("a/b\\c:d", "a-b-c-d"),
        ("Region", "Region-council"),
        ("con", "con-council"),
        ("AUX.2026", "AUX.2026-council"),
        ("Ynys Môn", "Ynys Mon"),
        ("name. ", "name"),
    ],
)
def test_names_are_folders_on_any_system(name: str, folder: str) -> None:
    """No separators, no names that Windows keeps for itself, nothing that leads out of the results."""
    assert folder_name(name) == folder


def test_a_name_without_a_letter_is_refused() -> None:
    """There is nothing to call the folder by."""
    with pytest.raises(WrongSettings, match="cannot be the name"):
        folder_name("../..")


def test_a_register_belongs_to_one_council(tmp_path: Path) -> None:
    """Given with several, nobody knows whose it is."""
    said(tmp_path, "")
    with pytest.raises(WrongSettings, match="belong to one council"):
        councils_of([tmp_path / "one", tmp_path / "two"], la=("A",), register=tmp_path / "homes")
    with pytest.raises(WrongSettings, match="no folder"):
        councils_of([tmp_path / "none"])
    (alone,) = councils_of([tmp_path / "one"], la=("A",), register=tmp_path / "homes")
    assert alone.register == tmp_path / "homes"


def test_returns_that_cannot_be_read_keep_back_no_other_council(tmp_path: Path) -> None:
    """Among several folders a broken one is a council, whose own tasks say what is wrong; alone it is refused."""
    for name, text in (("good", "CHILD,SEX,DOB\n"), ("broken", "CHILD,FOO\n1,2\n")):
        (tmp_path / name / "2022-23").mkdir(parents=True)
        (tmp_path / name / "2022-23" / "episodes.csv").write_text(text, encoding="utf-8")
    found = councils_of([tmp_path / "broken", tmp_path / "good"])
    assert [(one.name, one.la) for one in found] == [("broken", None), ("good", None)]
    with pytest.raises(Unusable):
        councils_of([tmp_path / "broken"])
