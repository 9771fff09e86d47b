"""A projection of the under-18s: read as multiples of today's, or refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from sufficiency.need_future import _population
from sufficiency.population import PopulationRefused, children_on, read_population


def projection(folder: Path, text: str) -> Path:
    path = folder / "under18.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_years_ahead_are_multiples_of_the_day_the_forecast_begins(tmp_path: Path) -> None:
    """Counts are as on 30 June and change evenly between; each year ahead counts as in its middle."""
    path = projection(tmp_path, 'Year,Children\n2023,"1,000"\n2022,900\n2024,1100\n2025,1200\n')
    found = read_population(path, date(2022, 6, 30), 2)
    # half a year and a year and a half after the day on which there were 900
    assert found == pytest.approx((950 / 900, 1050 / 900), abs=0.001)


def test_children_of_a_day_lie_between_two_middles_of_years(tmp_path: Path) -> None:
    """Halfway between two counts there are as many as halfway between them; before the first, nobody knows."""
    path = projection(tmp_path, "year,children\n2022,900\n2023,1000\n")
    assert children_on(path, date(2022, 6, 30)) == 900
    assert children_on(path, date(2022, 12, 29)) == pytest.approx(950, abs=1)
    assert children_on(path, date(2022, 6, 29)) is None
    assert children_on(path, date(2023, 7, 1)) is None


def test_entries_follow_the_projection_day_for_day(tmp_path: Path) -> None:
    """One in ten more a year, evenly: a year ahead it is a tenth more, not what it was half a year before."""
    path = projection(tmp_path, "year,children\n" + "".join(f"{2020 + k},{1000 + 100 * k}\n" for k in range(7)))
    found = read_population(path, date(2020, 6, 30), 3)
    ahead = np.array([0.0, 183.0, 365.25, 730.5, 3000.0])
    assert _population(found, ahead) == pytest.approx([1.0, 1.05, 1.1, 1.2, 1.25], abs=0.001)


def test_a_steady_population_changes_nothing(tmp_path: Path) -> None:
    """The same count in every year is a multiple of one."""
    path = projection(tmp_path, "year,children\n" + "".join(f"{y},500\n" for y in range(2020, 2026)))
    assert read_population(path, date(2021, 4, 1), 3) == (1.0, 1.0, 1.0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("year,people\n2022,5\n", "needs the columns year and children"),
        ("", "needs the columns"),
        ("year,children\n2022,many\n", "line 2: year and children have to be numbers"),
        ("year,children\n2022,5\n2022,6\n", "line 3: each year once"),
        ("year,children\n2022,0\n", "above nought"),
        ("year,children\n2020,5\n2022,6\n", "the year 2021 is missing"),
        ("year,children\n2021,5\n2022,6\n", "runs from 2021 to 2022"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(tmp_path: Path, text: str, words: str) -> None:
    """The words name the file, the line and what is needed."""
    with pytest.raises(PopulationRefused, match=words):
        read_population(projection(tmp_path, text), date(2022, 4, 1), 3)


def test_a_file_that_is_not_there_or_not_text_is_refused(tmp_path: Path) -> None:
    """Neither ends in a fault."""
    with pytest.raises(PopulationRefused, match="cannot be read"):
        read_population(tmp_path / "none.csv", date(2022, 4, 1), 1)
    (tmp_path / "odd.csv").write_bytes(b"year,children\n\xff\xfe\n")
    with pytest.raises(PopulationRefused, match="not UTF-8"):
        read_population(tmp_path / "odd.csv", date(2022, 4, 1), 1)
