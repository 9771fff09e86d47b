"""The return's own record of children outside the area stands in place of a national default."""

from __future__ import annotations

from pathlib import Path

import pytest

from sufficiency.future_settings import future_settings
from sufficiency.history import history_of, known_at
from sufficiency.outside_record import OutsideRecord, outside_record
from sufficiency.scenario import baseline, read_scenario
from tests.records.made_returns import episode, header
from tests.sufficiency.histories import Councils, day
from tests.sufficiency.test_indicators import DRAWN, TRAFFORD

IN, OUT, NOBODY_KNOWS = "M31 4AA", "M20 2RN", "M99 9ZZ"


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> OutsideRecord:
    """Twelve children with agencies, three of them outside; two with another council; one in a children's home."""
    placed = [("U6", "PR4", post) for post in 9 * [IN] + 3 * [OUT] + [NOBODY_KNOWS]]
    placed += [("U6", "PR2", OUT), ("U6", "PR2", OUT), ("K2", "PR4", IN), ("U6", "PR1", OUT)]
    ids = [f"C{k}" for k in range(len(placed))]
    councils = Councils()
    council = councils.add(
        *(
            episode(CHILD=child, PLACE=place, PLACE_PROVIDER=provider, PL_POST=post, URN="")
            for child, (place, provider, post) in zip(ids, placed, strict=True)
        ),
        people=[header(CHILD=child) for child in ids],
    )
    history = history_of(councils.read(tmp_path_factory.mktemp("outside")), council)
    told = outside_record(history, DRAWN, TRAFFORD)
    assert told is not None
    assert outside_record(known_at(history, day("2021-02-01")), DRAWN, TRAFFORD) is None
    return told


def test_children_are_counted_by_who_cares_for_them(record: OutsideRecord) -> None:
    """Where it cannot be told, a child is left out; those with the council's own carers are not asked about."""
    assert record.outside.tolist() == [3, 2, 0]
    assert record.known.tolist() == [12, 2, 1]


def test_the_record_stands_where_enough_are_known(record: OutsideRecord, tmp_path: Path) -> None:
    """Twelve are enough and two are not; a figure of the council's own scenario stands before either."""
    settings = future_settings(baseline(), record=record)
    low, value, high = settings.outside[0]
    assert (value, low < 0.25 < high) == (0.25, True)
    assert settings.outside[1:] == future_settings(baseline()).outside[1:]
    path = tmp_path / "ours.toml"
    path.write_text(
        'schema_version = 1\nextends = "baseline.toml"\n[overflow.out_of_area]\nagency = { value = 0.4, '
        'unit = "share", low = 0.4, high = 0.4, source = "a test", date = "2026", status = "council" }\n',
        encoding="utf-8",
    )
    assert future_settings(read_scenario(path), record=record).outside[0] == (0.4, 0.4, 0.4)
