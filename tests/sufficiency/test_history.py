"""Periods, placements and carers out of episodes, case by case."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest

from records.sources.return_903 import End, read_903
from sufficiency.groups import AGENCY, EXITS, GROUPS, IN_HOUSE, OTHER, RESIDENTIAL, SECURE, SUPPORTED
from sufficiency.history import (
    LEFT_OUT_BREAKS,
    History,
    Spells,
    age_band,
    birthday,
    entries,
    flows,
    history_of,
    in_care_on,
    known_at,
    stock,
)
from tests.records.made_returns import episode, header, write
from tests.sufficiency.histories import Councils, day

Tell = Callable[[str], History]

NEXT = {"DECOM": "01/09/2020", "RNE": "P", "PL_POST": "M31 4AA"}
X1 = {"DEC": "01/09/2020", "REC": "X1", "REASON_PLACE_CHANGE": "CARPL"}
AWAY = {"DECOM": "01/09/2020", "RNE": "P", "PL_POST": "M20 2RN", "PLACE": "T3", "PLACE_PROVIDER": "", "URN": ""}
BACK = {"DECOM": "15/09/2020", "RNE": "P"}
GONE = {"DEC": "15/09/2020", "REC": "X1"}
councils = Councils()


@pytest.fixture(scope="module")
def tell(tmp_path_factory: pytest.TempPathFactory) -> Tell:
    """The history of each case, all of them read at once."""
    ret = councils.read(tmp_path_factory.mktemp("cases"))
    return lambda name: history_of(ret, name)


def said(spells: Spells) -> list[tuple[str, str, str]]:
    """Each stay as its beginning, its end and its group."""
    return [
        (str(np.datetime64(int(b), "D")), str(np.datetime64(int(u), "D")), GROUPS[g])
        for b, u, g in zip(spells.begin, spells.until, spells.group, strict=True)
    ]


def ways(history: History) -> list[str]:
    """How each stretch of care ended."""
    return [
        EXITS[x] if e == End.ENDED else End(int(e)).name
        for x, e in zip(history.periods.exit, history.periods.end, strict=True)
    ]


MOVE = councils.add(episode(**X1), episode(**NEXT))


def test_a_shared_day_counts_once(tell: Tell) -> None:
    """Two episodes that join are one stretch of care, two placements, and no day doubles."""
    h = tell(MOVE)
    assert said(h.placements) == [
        ("2020-06-01", "2020-09-01", "foster_agency"),
        ("2020-09-01", "2021-04-01", "foster_agency"),
    ]
    assert list(stock(h, [day("2020-05-31"), day("2020-08-31"), day("2020-09-01")]).sum(axis=(1, 2))) == [0, 1, 1]
    assert list(h.placements.after) == [AGENCY, -1]
    assert ways(h) == ["OPEN"]


YEAR_END = councils.add(episode(DEC="10/05/2021", REC="E4A"), years=(2021, 2022))


def test_an_episode_cut_at_the_year_end_is_one(tell: Tell) -> None:
    """The same beginning in the next year's file, with a later end, is the same stay."""
    assert said(tell(YEAR_END).placements) == [("2020-06-01", "2021-05-10", "foster_agency")]
    assert ways(tell(YEAR_END)) == ["returned_home"]


LEGAL = councils.add(episode(**X1 | {"REASON_PLACE_CHANGE": ""}), episode(DECOM="01/09/2020", RNE="L", LS="C1"))


def test_a_change_of_legal_status_is_no_move(tell: Tell) -> None:
    """Two episodes, one placement, one carer."""
    h = tell(LEGAL)
    assert len(h.stays) == 2
    assert len(h.placements.begin) == len(h.carers.begin) == 1


SAME_CARER = councils.add(episode(**X1), episode(DECOM="01/09/2020", RNE="T", PLACE_PROVIDER="PR1"))


def test_from_agency_to_council_with_the_same_carer(tell: Tell) -> None:
    """RNE T breaks the placement and not the carer; the provider changes."""
    h = tell(SAME_CARER)
    assert [GROUPS[g] for g in h.placements.group] == ["foster_agency", "foster_in_house"]
    assert said(h.carers) == [("2020-06-01", "2021-04-01", "foster_in_house")]
    assert list(h.carers.provider) == ["PR1"]


HOLIDAY = councils.add(episode(**X1), episode(**AWAY | GONE), episode(**BACK))
LONG_HOLIDAY = councils.add(
    episode(**X1),
    episode(**AWAY, DEC="08/09/2020", REC="X1"),
    episode(**AWAY | GONE | {"PLACE": "T1", "DECOM": "08/09/2020", "RNE": "L"}),
    episode(**BACK),
)


@pytest.mark.parametrize("name", [HOLIDAY, LONG_HOLIDAY])
def test_a_holiday_from_a_placement_is_part_of_it(tell: Tell, name: str) -> None:
    """A temporary stay, however many episodes long, between two of one place belongs to that placement."""
    h = tell(name)
    assert said(h.placements) == said(h.carers) == [("2020-06-01", "2021-04-01", "foster_agency")]
    assert list(h.placements.place) == ["U6"]


NO_RETURN = councils.add(
    episode(**X1), episode(**AWAY | GONE), episode(**BACK | {"PLACE": "K2", "PL_POST": "M16 0AB", "RNE": "P"})
)


def test_a_temporary_stay_without_return_belongs_to_the_stay_before(tell: Tell) -> None:
    """It has the group of the stay before; what follows elsewhere is a new placement and a new carer."""
    h = tell(NO_RETURN)
    assert said(h.placements) == [
        ("2020-06-01", "2020-09-15", "foster_agency"),
        ("2020-09-15", "2021-04-01", "residential"),
    ]
    assert said(h.carers) == said(h.placements)


STARTS_AWAY = councils.add(episode(**AWAY | GONE | {"RNE": "S"}), episode(**BACK))
ONLY_AWAY = councils.add(episode(**AWAY | GONE | {"RNE": "S", "REC": "E4A"}))


def test_a_stay_that_begins_as_temporary_takes_the_group_of_the_next(tell: Tell) -> None:
    """With nothing before it, a temporary stay belongs to what follows; alone, it is elsewhere."""
    h = tell(STARTS_AWAY)
    assert said(h.placements) == [("2020-09-01", "2021-04-01", "foster_agency")]
    assert list(tell(ONLY_AWAY).placements.group) == [OTHER]
    # Before it is known what follows, it is alone.
    assert list(in_care_on(known_at(h, day("2020-09-10")), day("2020-09-09")).group) == [OTHER]


BREAKS = {
    code: councils.add(episode(LS=code, HOME_POST="", PL_POST="", DEC="10/06/2020", REC="E4A")) for code in ("V3", "V4")
}


@pytest.mark.parametrize("code", list(BREAKS))
def test_short_breaks_are_no_care(tell: Tell, code: str) -> None:
    """A child with nothing else is out of everything, and the episodes are counted as left out."""
    h = tell(BREAKS[code])
    assert len(h.periods.child) == len(h.placements.begin) == 0
    assert h.left_out[LEFT_OUT_BREAKS] == 1
    assert stock(h, [day("2020-06-05")]).sum() == 0
    assert len(entries(h, h.first, h.until)) == 0


AMID_BREAKS = councils.add(
    episode(LS="V3", DEC="10/06/2020", REC="X1"),
    episode(DECOM="10/06/2020", RNE="L", DEC="01/08/2020", REC="X1"),
    episode(DECOM="01/08/2020", RNE="L", LS="V3", DEC="10/08/2020", REC="E4A"),
)


def test_care_that_follows_short_breaks_is_an_entry_and_back_again_an_exit(tell: Tell) -> None:
    """Within one period of the return, care begins when short breaks stop and ends when they start."""
    h = tell(AMID_BREAKS)
    assert said(h.placements) == [("2020-06-10", "2020-08-01", "foster_agency")]
    assert ways(h) == ["returned_home"]
    assert list(entries(h, h.first, h.until).day) == [day("2020-06-10")]


BETWEEN = councils.add(
    episode(DEC="10/06/2020", REC="X1"),
    episode(DECOM="10/06/2020", RNE="L", LS="V3", DEC="01/07/2020", REC="X1"),
    episode(DECOM="01/07/2020", RNE="L"),
)


def test_short_breaks_between_two_stays_part_them(tell: Tell) -> None:
    """The child goes home and comes into care again: time in care begins anew."""
    h = tell(BETWEEN)
    assert ways(h) == ["returned_home", "OPEN"]
    assert list(h.periods.entered) == [day("2020-06-01"), day("2020-07-01")]
    assert not h.periods.begun_before.any()


WRONG_REASON = councils.add(episode(**X1), episode(**NEXT | {"RNE": "L", "PLACE": "K2"}))


def test_another_group_is_another_placement_whatever_the_reason_says(tell: Tell) -> None:
    """Where RNE says that only the legal status changed, and the placement is of another kind, it was a move."""
    h = tell(WRONG_REASON)
    assert list(h.placements.group) == [AGENCY, RESIDENTIAL]
    assert len(h.carers.begin) == 1


SAME_CARER_AFTER = councils.add(
    episode(**X1), episode(**AWAY | GONE), episode(**BACK | {"RNE": "T", "PLACE": "U5", "PL_POST": "M16 0AB"})
)


def test_carers_who_move_while_a_child_is_away_are_the_same(tell: Tell) -> None:
    """After a temporary stay RNE says whether the carer is the same; the placement is another."""
    h = tell(SAME_CARER_AFTER)
    assert len(h.placements.begin) == 2
    assert said(h.carers) == [("2020-06-01", "2021-04-01", "foster_agency")]


Z1 = episode(DECOM="01/06/2025", PLACE="Z1", PLACE_PROVIDER="", DEC="01/10/2025", REC="X1")
SPLIT = councils.add(Z1, episode(DECOM="01/10/2025", RNE="T", PLACE="Z13", PLACE_PROVIDER=""), years=(2026,))
MOVED = councils.add(
    Z1, episode(DECOM="01/10/2025", RNE="P", PLACE="Z13", PLACE_PROVIDER="", PL_POST="M31 4AA"), years=(2026,)
)


def test_recodes_are_no_moves(tell: Tell, tmp_path: Path) -> None:
    """H5 that became K3, and Z1 that was split, are one placement: under one beginning or as an own episode."""
    old = episode(DECOM="01/06/2023", PLACE="H5", PLACE_PROVIDER="PR4", PL_POST="M31 4AA")
    people = [header(DOB="10/06/2006", SEX="M")]
    write(tmp_path / "2023-24", {"Header": people, "Episodes": [old]})
    write(tmp_path / "2024-25", {"Header": people, "Episodes": [old | {"PLACE": "K3"}]})
    h = history_of(read_903(tmp_path))
    assert list(h.placements.place) == ["K3"]
    assert list(h.placements.group) == [SUPPORTED]
    assert len(tell(SPLIT).placements.begin) == 1
    assert len(tell(MOVED).placements.begin) == 2


GAP = councils.add(episode(**X1 | {"DEC": "20/08/2020"}), episode(**NEXT))


def test_a_child_lost_from_sight_neither_leaves_nor_comes(tell: Tell) -> None:
    """The days of a gap are not in care; the care found again counts from where it first began."""
    h = tell(GAP)
    assert ways(h) == ["LOST", "OPEN"]
    assert list(h.periods.begun_before) == [False, True]
    assert list(h.periods.entered) == [day("2020-06-01")] * 2
    assert h.periods.entered_known.all()
    assert stock(h, [day("2020-08-25")]).sum() == 0
    f = flows(h, [h.first, h.until])
    assert (f.entries.sum(), f.exits.sum(), f.found.sum(), f.lost.sum(), f.moves.sum()) == (1, 0, 1, 1, 0)


BEFORE = councils.add(episode(DECOM="01/06/2018", RNE="P"))
LEGAL_BEFORE = councils.add(episode(DECOM="01/06/2018", RNE="L"))


def test_care_that_began_before_the_first_file(tell: Tell) -> None:
    """It is no entry, and how long it has lasted is not known; nor is a placement's, where only the law changed."""
    h = tell(BEFORE)
    assert list(h.periods.begun_before) == [True]
    assert not h.periods.entered_known.any()
    assert not h.placements.begun_before.any()
    assert len(entries(h, day("2018-01-01"), h.until)) == 0
    assert tell(LEGAL_BEFORE).placements.begun_before.all()


RETURNS = councils.add(episode(DEC="01/08/2020", REC="E4A"), episode(DECOM="01/09/2020", RNE="P"))


def test_a_return_to_care_coded_otherwise_is_still_an_entry(tell: Tell) -> None:
    """A child who had left and comes back has started to be looked after, whatever the reason given."""
    h = tell(RETURNS)
    assert list(h.periods.begun_before) == [False, False]
    assert list(h.periods.entered) == [day("2020-06-01"), day("2020-09-01")]


WAYS_OUT = {
    ("10/06/2002", "10/06/2020", "E4A"): "turned_18",
    ("10/06/2002", "10/06/2020", "E5"): "turned_18",
    ("10/06/2002", "09/06/2020", "E4A"): "returned_home",
    ("10/06/2002", "09/06/2020", "E6"): "turned_18",
    ("29/06/2002", "15/06/2020", "E17"): "turned_18",
    ("30/06/2002", "15/06/2020", "E5"): "independence",
    ("10/06/2004", "15/06/2020", "E15"): "other_exit",
    ("10/06/2004", "15/06/2020", "E45"): "special_guardianship",
    ("10/06/2004", "15/06/2020", "E99"): "other_exit",
    # Born on 29 February: 18 on 1 March of a year that has none.
    ("29/02/2004", "28/02/2022", "E4A"): "returned_home",
    ("29/02/2004", "01/03/2022", "E4A"): "turned_18",
}
LEAVERS = MappingProxyType(
    {
        key: councils.add(
            episode(DECOM="01/05/2020", DEC=key[1], REC=key[2]), dob=key[0], years=(2022 if "2022" in key[1] else 2021,)
        )
        for key in WAYS_OUT
    }
)


@pytest.mark.parametrize("key", list(WAYS_OUT))
def test_ways_out(tell: Tell, key: tuple[str, str, str]) -> None:
    """The 18th birthday comes before the reason; leaving for independence within a fortnight of it is the same."""
    assert ways(tell(LEAVERS[key])) == [WAYS_OUT[key]]


_CODES = (("K1", "PR1"), ("R5", "PR3"), ("U4", "PR1"), ("U5", "PR5"), ("K2", "PR4"), ("Z1", ""))
KINDS = councils.add(
    *(episode(CHILD=f"C{i}", PLACE=p, PLACE_PROVIDER=q) for i, (p, q) in enumerate(_CODES)),
    people=[header(CHILD=f"C{i}") for i in range(len(_CODES))],
)


def test_groups_of_placements(tell: Tell) -> None:
    """Custody and secure homes are one group, foster care is told apart by who provides it."""
    assert list(tell(KINDS).placements.group) == [SECURE, SECURE, IN_HOUSE, AGENCY, RESIDENTIAL, OTHER]


_HOMES = ("M33 7BX", "M33 7BX", "M33 7BX", "M33 2AA", "M33 7", "M33 7", "", "")
FAMILIES = councils.add(
    *(
        episode(CHILD=f"C{i}", HOME_POST=home, DECOM="02/06/2020" if i == 2 else "01/06/2020")
        for i, home in enumerate(_HOMES)
    ),
    people=[header(CHILD=f"C{i}") for i in range(len(_HOMES))],
)


def test_families_came_on_one_day_from_one_whole_postcode(tell: Tell) -> None:
    """Another day, another postcode, a sector or no postcode at all is another entry."""
    h = tell(FAMILIES)
    family = list(h.periods.family)
    assert family[0] == family[1]
    assert len(set(family)) == len(_HOMES) - 1
    assert list(entries(h, h.first, h.until).family) == [family[i] for i in (0, 1, 3, 4, 5, 6, 7, 2)]
    assert list(in_care_on(h, h.until).family) == family


REASONS = {
    code: councils.add(episode(**X1 | {"REASON_PLACE_CHANGE": code}), episode(**NEXT))
    for code in ("CREQB", "CARPL", "")
}


def test_unplanned_endings(tell: Tell) -> None:
    """A reason that stands for one counts where another placement follows."""
    broke = {code: list(tell(name).placements.broke_down) for code, name in REASONS.items()}
    assert broke == {"CREQB": [True, False], "CARPL": [False, False], "": [False, False]}


def test_age_bands_change_on_birthdays() -> None:
    """The day before is the younger band; 29 February counts from 1 March."""
    born = np.array([day("2004-02-29")])
    for age, band in ((1, 1), (5, 2), (10, 3)):
        assert birthday(born, age)[0] == day(f"{2004 + age}-03-01")
        assert age_band(born, int(birthday(born, age)[0]) - 1)[0] == band - 1
        assert age_band(born, int(birthday(born, age)[0]))[0] == band
    assert birthday(born, 16)[0] == day("2020-02-29")
    assert age_band(born, day("2030-01-01"))[0] == 4


def test_one_council_of_a_regional_return(tmp_path: Path) -> None:
    """Each council has its own history, and all together have theirs; families do not cross the boundary."""
    two = Councils()
    one, other = two.add(episode()), two.add(episode(CHILD="C2"), people=[header(CHILD="C2")], years=(2021, 2022))
    ret = two.read(tmp_path)
    here, there, both = history_of(ret, one), history_of(ret, other), history_of(ret)
    assert (here.until, there.until, both.until) == (day("2021-04-01"), day("2022-04-01"), day("2021-04-01"))
    assert [len(h.periods.child) for h in (here, there, both)] == [1, 1, 2]
    assert len(set(both.periods.family)) == 2
    with pytest.raises(ValueError, match=r"called 'Elsewhere'.*Council 001, Council 002"):
        history_of(ret, "Elsewhere")


MISSING = councils.add(episode(DECOM="01/06/2017"), years=(2018, 2020, 2021))


def test_a_missing_year_begins_the_history_again(tell: Tell) -> None:
    """What came and went in it is not known, so that nothing before it is complete."""
    h = tell(MISSING)
    assert h.first == day("2019-04-01")
    with pytest.raises(ValueError, match="cannot be cut at 2019-04-01"):
        known_at(h, h.first)
    with pytest.raises(ValueError, match="cannot be cut at 2021-04-02"):
        known_at(h, h.until + 1)


def test_days_outside_what_is_known(tell: Tell) -> None:
    """Nobody is guessed to be in care after the last day; on the day after it stand those who still were."""
    h = tell(MOVE)
    assert len(in_care_on(h, h.until)) == 1
    with pytest.raises(ValueError, match="Nothing is known of 2021-04-02"):
        stock(h, [h.until + 1])
    with pytest.raises(ValueError, match="at least two days"):
        flows(h, [h.first])
